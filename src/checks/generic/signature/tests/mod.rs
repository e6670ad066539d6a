//! The rules of this folder over really signed messages: the scenarios, and the project's vectors.

use std::path::Path;

use super::faults::reference_count;
use super::wrapping::consumed_unsigned;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checks::testing::{Scene, fires, silent, unchecked};
use crate::checks::{Answer, Outcome, Severity, testing};
use crate::dsig::names::DSIG;
use crate::dsig::names_its_parent;
use crate::report::with_case;
use crate::xml::{Doctype, NodeKind, read};
use crate::{Context, Instant, intake};

/// A file of the signatures' vectors.
fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signatures");
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A vector with the certificate that it was signed for.
pub(in crate::checks::generic) fn vector(name: &str, key: &str) -> Scene {
    let key = file(&format!("keys/{key}.crt"));
    Scene::of(&file(name)).context(|context| _ = context.add_certificates("idp.crt", key.as_bytes()).unwrap())
}

fn signed(name: &str) -> Scene {
    vector(name, "rsa2048")
}

#[test]
fn a_login_without_any_signature_is_told_and_one_with_any_is_not() {
    fires("sig-none", &Scene::login());
    silent("sig-none", &signed("target/assertion.xml"));
    silent("sig-none", &signed("target/response.xml"));
    silent("sig-none", &Scene::login().replace("status:Success\"", "status:Responder\""));
    silent("sig-none", &Scene::request());
}

#[test]
fn what_is_encrypted_may_be_signed_within() {
    let bare = include_str!("../../../testing/login.xml")
        .replace("<saml:Assertion ", "<saml:EncryptedAssertion ")
        .replace("</saml:Assertion>", "</saml:EncryptedAssertion>");
    unchecked("sig-none", &Scene::of(&bare), "private_keys");
    unchecked("sig-key-not-in-metadata", &Scene::of(&bare), "private_keys");
    silent("sig-key-not-in-metadata", &Scene::scenario("enc-no-key"));
}

#[test]
fn it_is_told_which_part_is_signed_alone() {
    fires("sig-response-only", &signed("target/response.xml"));
    silent("sig-response-only", &signed("target/both.xml"));
    silent("sig-response-only", &signed("target/assertion.xml"));
    fires("sig-assertion-only", &signed("target/assertion.xml"));
    silent("sig-assertion-only", &signed("target/both.xml"));
    silent("sig-assertion-only", &signed("target/response.xml"));
}

#[test]
fn a_key_that_only_the_message_shows_is_trusted_by_nobody() {
    fires("sig-key-not-in-metadata", &Scene::scenario("sig-key-rollover"));
    silent("sig-key-not-in-metadata", &Scene::scenario("clean-generic-certificate-file"));
    silent("sig-key-not-in-metadata", &Scene::scenario("clean-generic-encrypted"));
    // Why it does not hold is another rule's.
    silent("sig-key-not-in-metadata", &Scene::scenario("sig-value-altered"));
    silent("sig-key-not-in-metadata", &Scene::scenario("sig-nameid-changed"));
    for key in ["metadata", "certificates"] {
        unchecked("sig-key-not-in-metadata", &Scene::scenario("undetermined-no-certificate"), key);
        unchecked("sig-key-not-in-metadata", &Scene::of(&file("target/response-no-keyinfo.xml")), key);
        unchecked("sig-key-not-in-metadata", &Scene::of(&file("target/logout-no-keyinfo.xml")), key);
        unchecked("sig-key-not-in-metadata", &Scene::of(&file("target/authn-request.xml")), key);
    }
    silent("sig-key-not-in-metadata", &Scene::request());
}

#[test]
fn a_further_certificate_of_the_metadata_is_a_rollover() {
    let certificate =
        |name: &str| file(&format!("keys/{name}.crt")).lines().filter(|l| !l.starts_with('-')).collect::<String>();
    let metadata = |names: &[&str]| {
        let key = |name: &&str| {
            format!(
                "<KeyDescriptor use=\"signing\"><KeyInfo xmlns=\"{DSIG}\"><X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>",
                certificate(name)
            )
        };
        let keys: String = names.iter().map(key).collect();
        format!(
            "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"x\"><IDPSSODescriptor>{keys}</IDPSSODescriptor></EntityDescriptor>"
        )
    };
    let scene = |names: &[&str]| Scene::of(&file("target/assertion.xml")).metadata("idp.xml", &metadata(names));
    fires("sig-cert-in-metadata-other", &scene(&["other-rsa2048", "rsa2048"]));
    silent("sig-cert-in-metadata-other", &scene(&["rsa2048", "other-rsa2048"]));
    fires("sig-key-not-in-metadata", &scene(&["other-rsa2048"]));
}

#[test]
fn a_changed_content_is_told_before_everything_else_of_its_signature() {
    for scenario in ["sig-nameid-changed", "sig-pretty-printed"] {
        fires("sig-digest-mismatch", &Scene::scenario(scenario));
        silent("sig-value-mismatch", &Scene::scenario(scenario));
    }
    fires("sig-digest-mismatch", &signed("bad/digest-value-truncated.xml"));
    silent("sig-digest-mismatch", &signed("target/assertion.xml"));
    silent("sig-digest-mismatch", &Scene::scenario("sig-value-altered"));
}

#[test]
fn the_white_space_of_a_log_refuses_no_login_and_whatever_else_was_changed_does() {
    const PLAIN: &str = "2026-06-02 15:30:18,402 DEBUG [x] - ";
    let severity = |scene: &Scene| testing::told("sig-digest-mismatch", scene).severity;
    let logged = |before: &str, xml: &str| {
        let text = format!("{before}{xml}\n2026-06-02 15:30:18,655 INFO [x] - refused");
        Scene::of(&text).at("2026-06-02T15:30:20Z")
    };
    let indented = file("../../scenarios/sig-pretty-printed/input.xml");
    let copy = Severity::Warning;
    for before in [PLAIN, &format!("{PLAIN}got:\n")] {
        assert_eq!(severity(&logged(before, &indented)), copy, "{before}");
        assert_eq!(logged(before, &indented).report().verdict.outcome, Outcome::Undetermined);
        // What is altered as well is told, in whichever signature.
        let altered = indented.replacen("alice", "mallory", 1);
        assert_ne!(altered, indented);
        assert_eq!(severity(&logged(before, &altered)), Severity::Error, "{before}");
    }
    // A key that the metadata does not have is wrong however the message was printed.
    unchecked("sig-key-not-in-metadata", &logged(PLAIN, &indented), "metadata");
    let metadata = file("../../scenarios/sig-pretty-printed/idp-metadata.xml");
    silent("sig-key-not-in-metadata", &logged(PLAIN, &indented).metadata("idp.xml", &metadata));
    let other = file("keys/rsa2048.crt");
    let given = |context: &mut Context| _ = context.add_certificates("other.crt", other.as_bytes()).unwrap();
    let foreign = logged(PLAIN, &indented).context(given);
    fires("sig-key-not-in-metadata", &foreign);
    assert_eq!(foreign.report().verdict.root_cause, Some("sig-key-not-in-metadata"));
    let tree = format!("- {}", indented.replacen("\n  <", "\n- <", 1));
    assert_eq!(severity(&Scene::of(&tree)), copy);
    // By itself, or as it was sent, it may be what the service got.
    assert_eq!(severity(&Scene::of(&indented)), Severity::Error);
    assert_eq!(severity(&Scene::of(&format!("See:\n{indented}\nBob"))), Severity::Error);
    let sent = STANDARD.encode(&indented);
    assert_eq!(severity(&logged(&format!("{PLAIN}SAMLResponse: "), &sent)), Severity::Error);
}

#[test]
fn a_value_that_fits_no_key_is_told_and_is_a_mere_doubt_where_no_key_is_known() {
    fires("sig-value-mismatch", &Scene::scenario("sig-value-altered"));
    fires("sig-value-mismatch", &signed("bad/signature-bit-middle.xml"));
    fires("sig-value-mismatch", &signed("bad/signature-not-base64.xml"));
    fires("sig-value-mismatch", &signed("bad/unknown-child.xml"));
    silent("sig-value-mismatch", &signed("target/both.xml"));
    silent("sig-value-mismatch", &Scene::scenario("sig-key-rollover"));
    // Another certificate may fit than the one that is shown.
    let shown = Scene::of(&file("keyinfo/other-certificate-shown.xml"));
    fires("sig-value-mismatch", &shown);
    unchecked("sig-key-not-in-metadata", &shown, "metadata");
    // The binding's own rule tells that RelayState was added.
    silent("sig-value-mismatch", &Scene::scenario("sig-redirect-relaystate-added"));
    silent("sig-value-mismatch", &Scene::scenario("sig-redirect-lowercase"));
}

#[test]
fn a_query_that_fits_no_key_is_told() {
    let scene = Scene::scenario("sig-redirect-lowercase");
    fires("sig-value-mismatch", &scene.replace("&RelayState=", "&RelayState=x"));
}

#[test]
fn a_reference_names_the_one_element_that_the_signature_stands_in() {
    for name in ["reference-external-http", "reference-to-nothing", "reference-uri-missing", "duplicate-id-after"] {
        fires("sig-reference-uri", &signed(&format!("bad/{name}.xml")));
    }
    silent("sig-reference-uri", &signed("target/both.xml"));
    fires("sig-reference-count", &signed("bad/without-Reference.xml"));
    silent("sig-reference-count", &signed("target/both.xml"));
    fires("sig-not-enveloped-child", &signed("bad/signature-elsewhere.xml"));
    fires("sig-not-enveloped-child", &Scene::scenario("attack-xsw1"));
    silent("sig-not-enveloped-child", &signed("target/both.xml"));
}

#[test]
fn transforms_and_canonicalizations_are_those_of_saml() {
    fires("sig-transforms", &signed("bad/xpath-inserted.xml"));
    fires("sig-transforms", &signed("bad/xslt-inserted.xml"));
    fires("sig-transforms", &signed("c14n/si-exc_tr-c14n11.xml"));
    silent("sig-transforms", &signed("c14n/si-c14n10_tr-exc-comments.xml"));
    fires("sig-c14n-method", &signed("c14n/si-c14n10_tr-exc.xml"));
    silent("sig-c14n-method", &signed("c14n/si-exc_tr-c14n10.xml"));
}

#[test]
fn each_reference_has_transforms_of_its_own() {
    let text = file("target/assertion.xml");
    let document = read(&text, Doctype::Refuse).whole().unwrap();
    let source = |name| document.elements_named(DSIG, name).next().unwrap().source();
    let twice = |name| text.replacen(source(name), &source(name).repeat(2), 1);
    let two = Scene::of(&twice("Reference"));
    fires("sig-reference-count", &two);
    silent("sig-transforms", &two);
    fires("sig-transforms", &Scene::of(&twice("Transform")));
}

#[test]
fn the_signature_of_a_quoted_assertion_stops_no_login() {
    let text = file("target/assertion.xml");
    let document = read(&text, Doctype::Refuse).whole().unwrap();
    let two = document.elements_named(DSIG, "Reference").next().unwrap().source().repeat(2);
    let quoted = document.nodes().find(|node| node.local_name() == "Assertion").unwrap().source();
    let quoted = quoted.replacen(&two[..two.len() / 2], &two, 1);
    let login = include_str!("../../../testing/login.xml");
    let severity = |from: &str, to: &str| {
        let changed = login.replacen(from, to, 1);
        let captures = [("input".to_owned(), intake::take_one(changed.as_bytes()))];
        with_case(&captures, &Context::at(Instant::from_unix(0)), |case, _| match reference_count(case) {
            Answer::Fired(hit) => Some(hit.severity),
            _ => None,
        })
    };
    let end = "</saml:Conditions>";
    let advice = format!("{end}<saml:Advice>{quoted}</saml:Advice>");
    assert_eq!(severity(end, &advice), Some(Some(Severity::Warning)));
    assert_eq!(severity("</samlp:Response>", &format!("{quoted}</samlp:Response>")), Some(None));
    assert_eq!(severity(end, end), None);
}

#[test]
fn weak_and_unknown_algorithms_are_named() {
    fires("sig-alg-sha1", &Scene::scenario("sig-sha1"));
    fires(
        "sig-alg-sha1",
        &signed("rsa/sha256-digest-sha256-xmlsec1.xml")
            .replace("xmlenc#sha256", "xmldsig#sha1")
            .replace("2001/04/xmldsig#sha1", "2000/09/xmldsig#sha1"),
    );
    fires("sig-alg-sha1", &signed("forbidden/dsa-sha1.xml"));
    silent("sig-alg-sha1", &signed("rsa/sha256-digest-sha256-xmlsec1.xml"));
    fires("sig-alg-md5", &signed("bad/algorithm-rsa-md5.xml"));
    fires("sig-alg-md5", &signed("bad/digest-md5.xml"));
    silent("sig-alg-md5", &signed("rsa/sha1-digest-sha1-xmlsec1.xml"));
    fires("sig-alg-hmac", &signed("forbidden/hmac-sha256.xml"));
    silent("sig-alg-hmac", &signed("target/both.xml"));
    for name in
        ["algorithm-unknown", "algorithm-empty", "digest-unknown", "canonicalization-unknown", "algorithm-ripemd160"]
    {
        fires("sig-alg-unknown", &signed(&format!("bad/{name}.xml")));
    }
    for name in ["forbidden/hmac-sha256.xml", "forbidden/dsa-sha1.xml", "bad/digest-md5.xml", "target/both.xml"] {
        silent("sig-alg-unknown", &signed(name));
    }
}

#[test]
fn what_no_signature_covers_beside_what_one_does_is_wrapping() {
    for scenario in ["attack-xsw1", "attack-xsw3"] {
        fires("sig-consumed-unsigned", &Scene::scenario(scenario));
    }
    fires("sig-consumed-unsigned", &signed("bad/wrapped-in-object.xml"));
    for name in
        ["both", "response", "assertion", "two-assertions", "assertion-alone", "logout-request", "authn-request"]
    {
        silent("sig-consumed-unsigned", &signed(&format!("target/{name}.xml")));
    }
    for scenario in [
        "sig-nameid-changed",
        "sig-value-altered",
        "sig-key-rollover",
        "undetermined-no-certificate",
        "enc-cbc",
        "attack-doctype",
    ] {
        silent("sig-consumed-unsigned", &Scene::scenario(scenario));
    }
    silent("sig-consumed-unsigned", &Scene::login());
    // They are meant for what is read, though not as SAML has it.
    silent("sig-consumed-unsigned", &signed("bad/signature-elsewhere.xml"));
    silent("sig-consumed-unsigned", &signed("target/response.xml").replace(" URI=\"#_r1\"", ""));
    // This one is meant for the one assertion, and there is another.
    let other =
        "<saml:Assertion ID=\"_a2\"><saml:Subject><saml:NameID>mallory</saml:NameID></saml:Subject></saml:Assertion>";
    let two = signed("bad/signature-elsewhere.xml").replace("<saml:Assertion ", &format!("{other}<saml:Assertion "));
    fires("sig-consumed-unsigned", &two);
}

/// What the rule says of a message.
fn told(text: &str) -> Answer {
    let key = file("keys/rsa2048.crt");
    let mut context = Context::at(Instant::from_unix(0));
    context.add_certificates("idp.crt", key.as_bytes()).unwrap();
    with_case(&[("input".to_owned(), intake::take_one(text.as_bytes()))], &context, |case, _| consumed_unsigned(case))
}

fn shape_of(text: &str) -> &'static str {
    let Answer::Fired(hit) = told(text) else { panic!("no wrapping: {text}") };
    let shapes = ["xsw1", "xsw2", "xsw3", "xsw4", "xsw5", "xsw6", "xsw7", "xsw8", "second-assertion"];
    let shape = hit.values.iter().find(|(name, _)| *name == "shape").unwrap().1.clone();
    shapes.into_iter().find(|known| *known == shape).unwrap_or("another")
}

/// The signed assertion of a vector: the message before it, itself, after it; and its Signature.
fn taken_apart(text: &str) -> [String; 4] {
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let assertion = document.nodes().find(|node| node.local_name() == "Assertion").unwrap();
    let signature = document.elements_named(DSIG, "Signature").next().unwrap();
    assert!(names_its_parent(signature));
    let span = assertion.span();
    let (rest, after) = text.split_at(span.end);
    let (before, itself) = rest.split_at(span.start);
    [before, itself, after, signature.source()].map(str::to_owned)
}

#[test]
fn a_shape_has_the_name_that_the_literature_gives_it() {
    let text = file("target/assertion-no-keyinfo.xml");
    let [before, genuine, after, signature] = taken_apart(&text);
    let bare = genuine.replace(&signature, "");
    let id = genuine.split("ID=\"").nth(1).unwrap().split('"').next().unwrap();
    let evil = bare.replace("alice@", "mallory@").replace(id, "_evil");
    let issuer_end = evil.match_indices("Issuer>").nth(1).unwrap().0 + "Issuer>".len();
    let (head, tail) = evil.split_at(issuer_end);
    let with = |inside: &str| format!("{before}{head}{inside}{tail}{after}");
    let moved = |within: &str| signature.replace("</ds:SignatureValue>", &format!("</ds:SignatureValue>{within}"));
    assert!(signature.contains("</ds:SignatureValue>"));
    assert_eq!(shape_of(&format!("{before}{evil}{genuine}{after}")), "xsw3");
    assert_eq!(shape_of(&with(&genuine)), "xsw4");
    assert_eq!(shape_of(&format!("{before}{head}{signature}{tail}{bare}{after}")), "xsw5");
    assert_eq!(shape_of(&with(&moved(&bare))), "xsw6");
    let object = moved(&format!("<ds:Object>{bare}</ds:Object>"));
    assert_eq!(shape_of(&with(&object)), "xsw8");
    let extensions =
        format!("<samlp:Extensions xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">{evil}</samlp:Extensions>");
    assert_eq!(shape_of(&format!("{before}{extensions}{genuine}{after}")), "xsw7");
    assert_eq!(shape_of(&format!("{before}{genuine}{evil}{after}")), "second-assertion");
}

/// Every place in the content of an element, between two of its nodes.
fn places(text: &str) -> Vec<usize> {
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let open = document.nodes().filter(|node| node.kind() == NodeKind::Element && !node.close_tag().is_empty());
    let mut places: Vec<usize> = open
        .flat_map(|node| [node.content_span().start].into_iter().chain(node.children().map(|child| child.span().end)))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// An element with its own Signature, and without.
fn with_and_without_signature(element: &str) -> [String; 2] {
    let document = read(element, Doctype::Refuse).whole().unwrap();
    let own = document.root_element().unwrap().element(DSIG, "Signature").unwrap().source();
    [element.to_owned(), element.replacen(own, "", 1)]
}

#[test]
fn a_forged_copy_is_told_at_every_place_of_a_signed_message() {
    for (name, target) in [("assertion", "Assertion"), ("both", "Assertion"), ("response", "Response")] {
        let text = file(&format!("target/{name}-no-keyinfo.xml"));
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let signed = document.nodes().find(|node| node.local_name() == target).unwrap();
        let mut genuine = signed.source().to_owned();
        for (prefix, name) in [("samlp", "protocol"), ("saml", "assertion")] {
            let declared = format!(" xmlns:{prefix}=\"urn:oasis:names:tc:SAML:2.0:{name}\" ");
            let tag = genuine.split_once('>').unwrap().0.to_owned();
            if !tag.contains(declared.trim()) {
                genuine = genuine.replacen(' ', &declared, 1);
            }
        }
        let id = signed.attribute("ID").unwrap().value().into_owned();
        let forged = genuine.replace("alice@", "mallory@");
        let own = format!(" ID=\"{id}\"");
        let forgeries =
            [own.clone(), " ID=\"_evil\"".to_owned(), String::new()].map(|id| forged.replacen(&own, &id, 1));
        let inserted = |text: &str, at: usize, what: &str| {
            let (before, after) = text.split_at(at);
            format!("{before}{what}{after}")
        };
        let mut count = 0;
        let mut check = |text: &str| {
            // Without any signature that is what is told.
            if text.contains("SignedInfo>") {
                count += 1;
                assert!(matches!(told(text), Answer::Fired(_)), "{name}: {text}");
            }
        };
        for forged in forgeries.iter().flat_map(|forged| with_and_without_signature(forged)) {
            places(&text).into_iter().for_each(|at| check(&inserted(&text, at, &forged)));
            let host = text.replacen(signed.source(), &forged, 1);
            for genuine in with_and_without_signature(&genuine) {
                places(&host).into_iter().for_each(|at| check(&inserted(&host, at, &genuine)));
            }
        }
        assert!(count > 500, "{name}: {count}");
    }
}
