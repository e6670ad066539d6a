//! The shapes of signature wrapping, each by its name, with who is forged and who is signed side by side; and the attacks
//! beside it that have rules of their own.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samlens::xml::{Doctype, read};
use samlens::{Context, Input, Instant, Language, Now, Report, State, inspect};

use crate::corpus::{corpus, lines};
use crate::mutation::{DSIG, fixture};

const GENUINE: &str = "alice@acme.example";
const FORGED: &str = "mallory@evil.example";
const EVIL: &str = "_evil";

fn context() -> Context {
    let mut context = Context::at(Instant::parse("2026-03-02T08:16:20Z").unwrap());
    context.add_certificates("idp.crt", &fixture("keys/rsa2048.crt")).unwrap();
    context
}

fn report(text: &str) -> Report {
    inspect(&[Input { name: "message.xml", bytes: text.as_bytes() }], &context())
}

fn fires(report: &Report, rule: &str) -> bool {
    report.findings.iter().any(|finding| finding.rule == rule && finding.state == State::Fired)
}

/// A signed message taken apart around its signed element.
struct Parts {
    before: String,
    /// The element with its Signature, by itself.
    genuine: String,
    after: String,
    signature: String,
    id: String,
}

impl Parts {
    fn of(name: &str, target: &str) -> Self {
        let text = String::from_utf8(fixture(name)).unwrap();
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let element = document.nodes().find(|node| node.local_name() == target).unwrap();
        let signature = element.element(DSIG, "Signature").unwrap().source().to_owned();
        let span = element.span();
        let mut genuine = element.source().to_owned();
        for (prefix, of) in [("samlp", "protocol"), ("saml", "assertion")] {
            let declared = format!("xmlns:{prefix}=\"urn:oasis:names:tc:SAML:2.0:{of}\"");
            if !genuine.split_once('>').unwrap().0.contains(&declared) {
                genuine = genuine.replacen(' ', &format!(" {declared} "), 1);
            }
        }
        let id = element.attribute("ID").unwrap().value().into_owned();
        Self { before: text[..span.start].to_owned(), genuine, after: text[span.end..].to_owned(), signature, id }
    }

    fn bare(&self) -> String {
        self.genuine.replace(&self.signature, "")
    }

    /// A forged copy without Signature.
    fn evil(&self) -> String {
        self.bare().replace(GENUINE, FORGED).replacen(&format!("ID=\"{}\"", self.id), &format!("ID=\"{EVIL}\""), 1)
    }

    /// A forged copy with something put where its Signature would stand.
    fn with(&self, inside: &str) -> String {
        let evil = self.evil();
        let at = evil.find("Issuer>").map(|at| at + evil[at + 7..].find("Issuer>").unwrap() + 14).unwrap();
        format!("{}{inside}{}", &evil[..at], &evil[at..])
    }

    /// The Signature with something at its end.
    fn signature_with(&self, inside: &str) -> String {
        self.signature.replace("</ds:Signature>", &format!("{inside}</ds:Signature>"))
    }

    fn message(&self, inside: &str) -> String {
        format!("{}{inside}{}", self.before, self.after)
    }
}

/// The message is told as this shape, with both names and both in the sentence.
#[track_caller]
fn is(shape: &str, text: &str) {
    let report = report(text);
    let found = &report.captures[0].wrappings;
    let first = found.first().unwrap_or_else(|| panic!("{shape}: no wrapping: {text}"));
    let told =
        (first.shape, first.consumed.name_id.as_deref(), first.signed.as_ref().and_then(|s| s.name_id.as_deref()));
    assert_eq!(told, (shape, Some(FORGED), Some(GENUINE)), "{} of {}: {text}", first.text, found.len());
    assert!(!first.consumed.covered, "{shape}");
    assert!(first.text.contains(FORGED) && first.text.contains(GENUINE) && !first.text.contains('{'), "{}", first.text);
    let xml = report.captures[0].xml.as_deref().unwrap();
    let [start, end] = first.consumed.span;
    assert!(xml[start..end].contains(FORGED) && xml[start..end].starts_with('<') && xml[start..end].ends_with('>'));
    let finding = report.findings.iter().find(|finding| finding.rule == "sig-consumed-unsigned").unwrap();
    let why = finding.why.as_deref().unwrap();
    assert!(why.contains(shape) && why.contains(&first.text), "{why}");
    assert!(finding.evidence.len() >= 2, "{shape}: {:?}", finding.evidence);
    assert_eq!(report.verdict.root_cause, Some("sig-consumed-unsigned"), "{shape}");
    for told in [samlens::human(&report, false), samlens::markdown(&report)] {
        assert!(told.contains(FORGED.split('@').next().unwrap()) && told.contains(shape), "{told}");
    }
    let mut chinese = context();
    chinese.language = Language::Chinese;
    let chinese = inspect(&[Input { name: "message.xml", bytes: text.as_bytes() }], &chinese);
    let told = &chinese.captures[0].wrappings[0].text;
    assert!(told.contains(FORGED) && told.contains(GENUINE) && told.contains('。') && !told.contains('{'), "{told}");
}

#[test]
fn every_shape_of_an_assertion_has_its_name() {
    let parts = Parts::of("target/assertion-no-keyinfo.xml", "Assertion");
    let (genuine, bare, evil, signature) = (&parts.genuine, parts.bare(), parts.evil(), &parts.signature);
    let object = |inside: &str| parts.signature_with(&format!("<ds:Object>{inside}</ds:Object>"));
    is("xsw3", &parts.message(&format!("{evil}{genuine}")));
    is("xsw4", &parts.message(&parts.with(genuine)));
    is("xsw5", &parts.message(&format!("{}{bare}", parts.with(signature))));
    is("xsw6", &parts.message(&parts.with(&parts.signature_with(&bare))));
    is("xsw8", &parts.message(&parts.with(&object(&bare))));
    let second = parts.signature_with(
        &signature[signature.find("<ds:SignedInfo").unwrap()..signature.find("<ds:SignatureValue").unwrap()],
    );
    let xsw9 = parts.message(&format!("{}<Wrapper>{bare}</Wrapper>", parts.with(&second)));
    is("xsw9", &xsw9);
    assert!(fires(&report(&xsw9), "attack-signedinfo-count"));
    is("second-assertion", &parts.message(&format!("{genuine}{evil}")));
    let samlp = "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
    is("xsw7", &parts.message(&format!("<samlp:Extensions {samlp}>{evil}</samlp:Extensions>{genuine}")));
    let detail = format!("<samlp:StatusDetail {samlp}>{evil}</samlp:StatusDetail></samlp:Status>");
    is("in-status-detail", &parts.message(genuine).replacen("</samlp:Status>", &detail, 1));
    is("in-object", &parts.message(&genuine.replace(signature, &object(&evil))));
    let info = parts.signature_with(&format!("<ds:KeyInfo>{evil}</ds:KeyInfo>"));
    is("in-key-info", &parts.message(&genuine.replace(signature, &info)));
    is("duplicate-id", &parts.message(&format!("{}{genuine}", evil.replace(EVIL, &parts.id))));
    is("duplicate-id", &parts.message(&format!("{genuine}{}", evil.replace(EVIL, &parts.id))));
    assert!(fires(
        &report(&parts.message(&format!("{genuine}{}", evil.replace(EVIL, &parts.id)))),
        "saml-id-duplicate"
    ));
    for name in ["Id", "id", "xml:id", "samlp:ID"] {
        let polluted = evil.replacen(&format!("ID=\"{EVIL}\""), &format!("ID=\"{EVIL}\" {name}=\"{}\"", parts.id), 1);
        let polluted = polluted.replacen(' ', &format!(" {samlp} "), usize::from(!polluted.contains(samlp)));
        let text = parts.message(&format!("{polluted}{genuine}"));
        is("polluted-id", &text);
        let report = report(&text);
        let told = report.findings.iter().find(|finding| finding.rule == "attack-id-pollution").unwrap();
        assert_eq!((told.state, told.evidence.len()), (State::Fired, 2), "{name}");
    }
    let reference = &signature[signature.find("<ds:Reference").unwrap()..signature.find("</ds:SignedInfo").unwrap()];
    let two = signature.replace(reference, &format!("{reference}{}", reference.replace(&parts.id, EVIL)));
    is("second-reference", &parts.message(&format!("{evil}{}", genuine.replace(signature, &two))));
    let logout = format!(
        "<samlp:LogoutRequest {samlp} ID=\"{EVIL}\" Version=\"2.0\"><saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{FORGED}</saml:NameID>{genuine}</samlp:LogoutRequest>"
    );
    is("protocol-mix", &logout);
    is("protocol-mix", &logout.replace("LogoutRequest", "AuthnRequest"));
    is("protocol-mix", &logout.replace("LogoutRequest", "LogoutResponse"));
    let soap = "http://schemas.xmlsoap.org/soap/envelope/";
    let declared = parts.before.find("<samlp:Response").unwrap();
    let message = parts.message(genuine);
    is(
        "in-header",
        &format!(
            "<S:Envelope xmlns:S=\"{soap}\"><S:Header>{evil}</S:Header><S:Body>{}</S:Body></S:Envelope>",
            &message[declared..]
        ),
    );
}

#[test]
fn every_shape_of_a_response_has_its_name() {
    let parts = Parts::of("target/response-no-keyinfo.xml", "Response");
    let (genuine, bare) = (&parts.genuine, parts.bare());
    let xsw1 = parts.message(&parts.with(&parts.signature_with(&bare)));
    is("xsw1", &xsw1);
    // What was signed is known by its digest, so that nothing of it is told as forged.
    assert_eq!(report(&xsw1).captures[0].wrappings.len(), 1);
    is("xsw2", &parts.message(&parts.with(&format!("{}{bare}", parts.signature))));
    is("xsw2", &parts.message(&parts.with(genuine)));
    let object = parts.signature_with(&format!("<ds:Object>{bare}</ds:Object>"));
    is("in-object", &parts.message(&parts.with(&object)));
    // A refusal, and a forged Response of a login around it.
    let refused = genuine.replace("status:Success", "status:Responder");
    let wrapped = report(&parts.message(&parts.with(&refused)));
    assert_eq!(wrapped.captures[0].wrappings[0].shape, "signed-error");
    // A refusal, and an assertion put into it.
    let within = report(&parts.message(&refused));
    assert!(fires(&within, "saml-status-error-with-assertion") && fires(&within, "sig-consumed-unsigned"));
    assert_eq!(within.captures[0].wrappings[0].shape, "signed-error");
}

#[test]
fn requests_are_wrapped_like_responses() {
    let parts = Parts::of("target/logout-no-keyinfo.xml", "LogoutRequest");
    is("xsw2", &parts.message(&parts.with(&parts.genuine)));
    is("xsw1", &parts.message(&parts.with(&parts.signature_with(&parts.bare()))));
    let extensions = format!("<samlp:Extensions>{}</samlp:Extensions>", parts.genuine);
    is("xsw2", &parts.message(&parts.with(&extensions)));
    assert!(report(&parts.message(&parts.genuine)).captures[0].wrappings.is_empty());
}

#[test]
fn what_is_no_wrapping_is_told_by_its_own_rule_with_both_elements() {
    let parts = Parts::of("target/assertion-no-keyinfo.xml", "Assertion");
    let told = |rule: &str, text: &str| {
        let report = report(text);
        let finding = report.findings.iter().find(|finding| finding.rule == rule && finding.state == State::Fired);
        finding.unwrap_or_else(|| panic!("{rule}: {text}")).evidence.iter().filter(|e| e.span.is_some()).count()
    };
    let twice = parts.genuine.replace(&parts.signature, &parts.signature.repeat(2));
    assert_eq!(told("attack-decoy-signature", &parts.message(&twice)), 2);
    let info = &parts.signature
        [parts.signature.find("<ds:SignedInfo").unwrap()..parts.signature.find("<ds:SignatureValue").unwrap()];
    let infos = parts.signature.replace(info, &info.repeat(2));
    assert_eq!(told("attack-signedinfo-count", &parts.message(&parts.genuine.replace(&parts.signature, &infos))), 3);
    let detail = "<samlp:StatusDetail><ds:DigestValue xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">AAAA</ds:DigestValue>\
                  </samlp:StatusDetail></samlp:Status>";
    let outside = parts.message(&parts.genuine).replacen("</samlp:Status>", detail, 1);
    assert_eq!(told("attack-digest-outside-signedinfo", &outside), 1);
    let refused = parts.message(&parts.genuine).replace("status:Success", "status:Responder");
    assert_eq!(told("saml-status-error-with-assertion", &refused), 2);
    let message = parts.message(&parts.genuine);
    // As it was sent: whoever pastes XML may have marked too much.
    let sent = STANDARD.encode(format!("{message}{}", parts.evil()));
    assert!(fires(&report(&sent), "attack-trailing-content"));
}

#[test]
fn the_wrapped_messages_of_the_corpus_are_named() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("synthetic");
    let mut shapes = Vec::new();
    for line in lines(&folder.join("expected.jsonl")) {
        let family = line["family"].as_str().unwrap();
        if !["xsw", "dupid"].contains(&family) {
            continue;
        }
        let file = line["file"].as_str().unwrap();
        let bytes = fs::read(folder.join(file)).unwrap();
        let mut context = Context::at(Instant::from_unix(0));
        context.now = Now::Capture;
        context.add_certificates("idp.crt", &fs::read(folder.join("keys/idp.crt")).unwrap()).unwrap();
        let report = inspect(&[Input { name: file, bytes: &bytes }], &context);
        assert!(fires(&report, "sig-consumed-unsigned"), "{file}");
        let first = &report.captures[0].wrappings[0];
        assert_eq!(first.consumed.name_id.as_deref(), Some("admin@corp.example"), "{file}: {}", first.text);
        let signed = first.signed.as_ref().and_then(|signed| signed.name_id.as_deref());
        assert_eq!(signed, Some("bob.42@corp.example"), "{file}: {}", first.text);
        match file.strip_prefix("xsw/").and_then(|name| name.strip_suffix(".xml")) {
            Some(shape) => assert_eq!(first.shape, shape, "{}", first.text),
            None => assert_eq!((first.shape, fires(&report, "saml-id-duplicate")), ("duplicate-id", true), "{file}"),
        }
        shapes.push(first.shape);
    }
    assert_eq!(shapes.len(), 7);
    println!("{shapes:?}");
}
