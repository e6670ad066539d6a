//! What must hold of every input, whatever it is: a function for each boundary that panics where it does not.
//!
//! libFuzzer runs them (`./dev fuzz`), and `tests/engine/fuzz.rs` runs the same from fixed seeds.

use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use samlens::crypto::{Certificate, PrivateKey, armor};
use samlens::dsig::{KeyRing, Status, verify_document};
use samlens::xml::{Canonicalization, Doctype, Document, NodeKind, PrefixList, canonicalize, read};
use samlens::{
    CaseFile, CasePart, Context, ContextFile, Input, Instant, Language, RedactionOptions, Report, case_from_fragment,
    case_to_fragment, entity_report, explain, human, inspect, markdown, redact, sarif,
};

/// A check and its name.
pub type Check = (&'static str, fn(&[u8]));

/// Every one.
pub const ALL: [Check; 12] = [
    ("bytes", bytes),
    ("forms", forms),
    ("xml", xml),
    ("canonical", canonical),
    ("signature", signature),
    ("certificate", certificate),
    ("metadata", metadata),
    ("decryption", decryption),
    ("context", context),
    ("case", case),
    ("link", link),
    ("redaction", redaction),
];

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const METHODS: [&str; 6] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    EXCLUSIVE,
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
];

fn at(language: Language) -> Context {
    let mut context = Context::at(Instant::from_unix(1_772_352_000));
    context.language = language;
    context
}

fn report(data: &[u8], context: &Context) -> Report {
    inspect(&[Input { name: "input", bytes: data }], context)
}

/// Every place that a report names lies within its text, and every rendering can be made.
fn rendered(report: &Report) {
    for finding in &report.findings {
        for evidence in &finding.evidence {
            let capture = evidence.capture.and_then(|capture| report.captures.get(capture));
            let xml = match (capture, evidence.decryption) {
                (Some(capture), None) => capture.xml.as_deref(),
                (Some(capture), Some(number)) => {
                    capture.decryptions.get(number).and_then(|decryption| decryption.xml.as_deref())
                }
                (None, _) => None,
            };
            if let (Some([start, end]), Some(xml)) = (evidence.span, xml) {
                assert!(xml.get(start..end).is_some(), "{}: {start}..{end} of {}", finding.rule, xml.len());
            }
        }
    }
    let json = serde_json::to_string(&report.clone().abridged()).expect("a report is JSON");
    assert!(!json.contains('\u{1b}'));
    assert!(!human(report, false).contains('\u{1b}'), "nothing paints over a terminal");
    let _ = (markdown(report), sarif(report));
}

/// Any bytes at all, in either language.
pub fn bytes(data: &[u8]) {
    let told = report(data, &at(Language::English));
    rendered(&told);
    let other = report(data, &at(Language::Chinese));
    assert_eq!(told.verdict.outcome, other.verdict.outcome);
    assert_eq!(told.verdict.root_cause, other.verdict.root_cause);
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(data).and_then(|()| writer.finish()).unwrap_or_default()
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A message in a form that it is captured in: the first byte chooses which. Well-formed XML of SAML comes out as it went in.
pub fn forms(data: &[u8]) {
    let Some((form, message)) = data.split_first() else { return };
    let (base64, packed) = (STANDARD.encode(message), STANDARD.encode(deflated(message)));
    let escaped = percent(&base64);
    let captured = match form % 8 {
        0 => base64,
        1 => URL_SAFE.encode(message),
        2 => format!("https://idp.example.com/sso?SAMLRequest={}&RelayState=a%20b", percent(&packed)),
        3 => format!("SAMLResponse={escaped}&RelayState=x"),
        4 => format!(
            "<form method=\"post\" action=\"https://sp.example.com/acs\"><input name=\"SAMLResponse\" value=\"{base64}\"></form>"
        ),
        5 => serde_json::json!({"log": {"entries": [{"request": {"method": "POST", "url": "https://sp.example.com/acs",
            "postData": {"mimeType": "application/x-www-form-urlencoded", "text": format!("SAMLResponse={escaped}")}},
            "response": {"status": 200}}]}})
        .to_string(),
        6 => format!("curl 'https://sp.example.com/acs' --data-raw 'SAMLResponse={escaped}'"),
        _ => percent(&percent(&base64)),
    };
    let told = report(captured.as_bytes(), &at(Language::English));
    rendered(&told);
    let Ok(text) = std::str::from_utf8(message) else { return };
    let is_plain = text.starts_with("<samlp:Response ") || text.starts_with("<samlp:AuthnRequest ");
    if is_plain && text.len() < 1 << 16 && read(text, Doctype::Refuse).whole().is_ok() {
        let came_out = told.captures.iter().any(|capture| capture.xml.as_deref() == Some(text));
        assert!(came_out, "form {}: {text:?} came out as {:?}", form % 8, told.captures.first().map(|one| &one.xml));
    }
}

/// The reader: whatever it accepts an independent one accepts as well, but for what is known of that one.
pub fn xml(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for doctype in [Doctype::Refuse, Doctype::Show] {
        let reading = read(text, doctype);
        for node in reading.document.nodes() {
            assert!(text.get(node.span()).is_some() && text.get(node.content_span()).is_some());
            for attribute in node.attributes().chain(node.declarations()) {
                assert_eq!(text.get(attribute.value_span()), Some(attribute.raw_value()));
            }
        }
        if let Some(error) = &reading.error {
            assert!(text.get(error.span.clone()).is_some(), "{error:?}");
        }
    }
    let Ok(document) = read(text, Doctype::Refuse).whole() else { return };
    // It takes p:xmlns for a declaration, and a declaration with other white space for an instruction.
    if text.contains(":xmlns") || text.contains("<?xml") || text.contains('\r') {
        return;
    }
    let other = match roxmltree::Document::parse(text) {
        Ok(other) => other,
        Err(error) => panic!("accepted here, and not by roxmltree: {error}: {text:?}"),
    };
    let named = |node: roxmltree::Node<'_, '_>| {
        (node.tag_name().namespace().unwrap_or("").to_owned(), node.tag_name().name().to_owned())
    };
    let theirs: Vec<_> = other.descendants().filter(|node| node.is_element()).map(named).collect();
    let own = document.nodes().filter(|node| node.kind() == NodeKind::Element);
    let ours: Vec<_> = own.map(|node| (node.namespace().to_owned(), node.local_name().to_owned())).collect();
    assert_eq!(ours, theirs, "{text:?}");
}

/// Canonical form: that of the canonical form is itself.
pub fn canonical(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(document) = read(text, Doctype::Refuse).whole() else { return };
    for method in METHODS {
        let Some(method) = Canonicalization::from_uri(method) else { panic!("{method} is known") };
        let Some(once) = octets(&document, method) else { continue };
        let Ok(again) = read(&once, Doctype::Refuse).whole() else { panic!("{text:?} became {once:?}") };
        assert_eq!(octets(&again, method).as_deref(), Some(&once[..]), "{text:?}");
    }
}

fn octets(document: &Document<'_>, method: Canonicalization) -> Option<String> {
    let mut bytes = Vec::new();
    let list = PrefixList::default();
    canonicalize(document.root(), method, &list, None, &mut |piece| bytes.extend_from_slice(piece)).ok()?;
    Some(String::from_utf8(bytes).expect("canonical form is UTF-8"))
}

/// A signed message with parts of it replaced: the bytes say where and by what. A signature that still holds under the pinned
/// key still says the same.
pub fn signature(data: &[u8]) {
    let text = include_str!("../../tests/fixtures/signatures/target/assertion.xml");
    let Some(edited) = edited(text, data) else { return };
    let mut ring = KeyRing::default();
    let key = include_bytes!("../../tests/fixtures/signatures/keys/rsa2048.crt");
    ring.add_certificates("pinned", key).expect("a certificate");
    let Ok(document) = read(&edited, Doctype::Refuse).whole() else { return };
    let original = read(text, Doctype::Refuse).whole().expect("the original can be read");
    let before = held(&original, &ring);
    assert!(!before.is_empty());
    for octets in held(&document, &ring) {
        assert!(before.contains(&octets), "another text is valid: {edited}");
    }
    rendered(&report(edited.as_bytes(), &at(Language::English)));
}

/// What each signature that holds under a pinned key is over, made anew and apart from the verifier.
fn held(document: &Document<'_>, ring: &KeyRing) -> Vec<Vec<u8>> {
    const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
    let signatures = document.nodes().filter(|node| node.is(DSIG, "Signature"));
    let verdicts = verify_document(document, ring).into_iter();
    let pairs = verdicts.zip(signatures).filter(|(verdict, _)| verdict.status() == Status::Valid && verdict.trusted);
    pairs
        .filter_map(|(_, signature)| {
            let transform = signature.descendants().filter(|node| node.is(DSIG, "Transform")).last()?;
            let method = Canonicalization::from_uri(&transform.attribute("Algorithm")?.value())?;
            let method = Canonicalization { comments: false, ..method };
            let mut bytes = Vec::new();
            let list = PrefixList::parse("");
            let mut take = |piece: &[u8]| bytes.extend_from_slice(piece);
            canonicalize(signature.parent()?, method, &list, Some(signature.id()), &mut take).ok()?;
            Some(bytes)
        })
        .collect()
}

/// Edits of a text that bytes describe, four and more for each: where (three bytes), what (one), and how long.
fn edited(text: &str, data: &[u8]) -> Option<String> {
    const PARTS: [&str; 12] = [
        "",
        "<!-- -->",
        "<a/>",
        "&amp;",
        "]]>",
        " ID=\"_1\"",
        "</saml:Assertion>",
        "\r\n",
        "é",
        "<?x?>",
        "#",
        "<saml:Assertion ID=\"_9\">",
    ];
    let mut edited = text.to_owned();
    let mut rest = data;
    for _ in 0..8 {
        let [first, second, third, what, long, after @ ..] = rest else { break };
        rest = after;
        let mut place = usize::from(*first) << 16 | usize::from(*second) << 8 | usize::from(*third);
        place %= edited.len() + 1;
        let mut end = (place + usize::from(*long % 64)).min(edited.len());
        while !edited.is_char_boundary(place) {
            place -= 1;
        }
        while !edited.is_char_boundary(end) {
            end += 1;
        }
        let copied = edited.get(place..end).unwrap_or_default().to_owned();
        match (what % 16, PARTS.get(usize::from(what % 16))) {
            (_, Some(part)) => edited.replace_range(place..end, part),
            (12, _) => edited.insert_str(place, &copied),
            (13, _) => edited.push_str(&copied),
            _ => {
                let at = edited.find("<ds:SignatureValue>").unwrap_or(0);
                edited.insert_str(at, &copied);
            }
        }
    }
    (edited != text).then_some(edited)
}

/// Certificates and keys in every armour.
pub fn certificate(data: &[u8]) {
    if let Ok(bundle) = armor::certificates(data) {
        for certificate in bundle.certificates.iter().flatten() {
            let _ = (certificate.serial_hex(), certificate.serial_decimal(), certificate.spki_sha256());
            // Of one that is damaged the end is a guess.
            let again = Certificate::from_der(&certificate.der);
            assert!(!certificate.is_strict() || again.as_ref() == Ok(certificate), "{certificate:?} became {again:?}");
        }
    }
    let _ = PrivateKey::read(data, None);
    let _ = PrivateKey::read(data, Some(b"passphrase"));
    let mut context = at(Language::English);
    let _ = context.add_certificates("certificate", data);
    let _ = context.add_private_key("key", data, None);
}

/// Metadata as a capture, beside one, and one entity of it.
pub fn metadata(data: &[u8]) {
    let mut context = at(Language::English);
    let _ = context.add_metadata("metadata.xml", data);
    let told = report(data, &context);
    rendered(&told);
    for file in &told.metadata {
        assert_eq!(file.rows.len(), file.entities);
        assert_eq!(file.search("").len(), file.entities);
        for number in 0..file.entities.min(3) {
            let text = file.entity_text(data, number);
            let _ = text.map(|text| entity_report(&text, Language::Chinese));
        }
    }
    let message = include_bytes!("../../tests/fixtures/signatures/target/assertion.xml");
    rendered(&report(message, &context));
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = explain(text, data.len() / 2, Language::English);
    }
}

/// An encrypted message with parts of it replaced, and its key.
pub fn decryption(data: &[u8]) {
    let text = include_str!("../../tests/fixtures/encrypted/bad/oaep-mgf-wrong.xml");
    let Some(edited) = edited(text, data) else { return };
    let mut context = at(Language::English);
    let key = include_bytes!("../../tests/scenarios/clean-generic-encrypted/sp-decryption.pem");
    context.add_private_key("sp.pem", key, None).expect("a key");
    let told = report(edited.as_bytes(), &context);
    rendered(&told);
    let json = serde_json::to_string(&told).expect("a report is JSON");
    assert!(!json.contains("PRIVATE KEY"), "a private key is in no report");
}

/// A context file: what is read is written as something that is read as the same.
pub fn context(data: &[u8]) {
    let Ok(file) = ContextFile::parse(data) else { return };
    let written = serde_json::to_vec(&file).expect("a context is JSON");
    assert_eq!(ContextFile::parse(&written), Ok(file.clone()));
    let mut context = at(Language::English);
    let _ = file.tell(&mut context);
    rendered(&report(include_bytes!("../../tests/fixtures/signatures/target/assertion.xml"), &context));
}

/// A case file: what is read is written as something that is read as the same, and has no private key in it.
pub fn case(data: &[u8]) {
    let _ = CaseFile::looks_like(data);
    let Ok(case) = CaseFile::parse(data) else { return };
    let written = case.to_json();
    assert!(!written.contains("PRIVATE KEY-----"));
    assert_eq!(CaseFile::parse(written.as_bytes()).as_ref(), Ok(&case));
    let context = case.context_at(Instant::from_unix(1_772_352_000), Language::English);
    let inputs: Vec<Input<'_>> = case.inputs.iter().map(CasePart::input).collect();
    rendered(&inspect(&inputs, &context));
}

/// A link, damaged or not; one that is made is read as the same case.
pub fn link(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = case_from_fragment(&text);
    let _ = case_from_fragment(&format!("case=1.{text}"));
    let case =
        CaseFile { inputs: vec![CasePart { name: "input".to_owned(), bytes: data.to_vec() }], ..CaseFile::default() };
    if case.inputs.iter().any(|part| case.withholds(part)) {
        return;
    }
    if let Ok(fragment) = case_to_fragment(&case) {
        assert_eq!(case_from_fragment(&fragment), Some(Ok(case)));
    }
}

/// Redaction of anything: the result can be read, and redacting is the same each time.
pub fn redaction(data: &[u8]) {
    let case =
        CaseFile { inputs: vec![CasePart { name: "input".to_owned(), bytes: data.to_vec() }], ..CaseFile::default() };
    let context = at(Language::English);
    let options = RedactionOptions::default();
    let once = redact(&case, &context, &options);
    assert_eq!(once.case.to_json(), redact(&case, &context, &options).case.to_json());
    let written = once.case.to_json();
    assert!(CaseFile::parse(written.as_bytes()).is_ok(), "{written}");
}
