//! Every limit of `src/limits.rs` with what is just under it and what is just over it: natively and in a browser the same.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use samlens::checks::nearmiss;
use samlens::crypto::certificate::CertificateError;
use samlens::crypto::cipher::{BlockCipher, CipherError, decrypt};
use samlens::crypto::key_transport::{KeyTransportError, KeyWrap, unwrap_key};
use samlens::crypto::private_key::PrivateKeyError;
use samlens::crypto::verify::{VerifyError, verify};
use samlens::crypto::{Certificate, PrivateKey, PublicKey, algorithm, armor};
use samlens::intake::{StepErrorKind, peel, take};
use samlens::limits::*;
use samlens::xml::{Doctype, XmlErrorKind, read};
use samlens::{
    CaseFile, CasePart, Context, Input, Instant, Language, RedactionOptions, Report, SelfTest, Sieve, State,
    case_from_fragment, case_to_fragment, compare, decoding, explain, inspect, metadata_difference, octet_difference,
    reader_difference, redact,
};
use sha2::{Digest as _, Sha256};

/// How a limit is tested.
#[cfg_attr(target_arch = "wasm32", allow(dead_code))] // There the first are run, and the others named.
pub enum Proof {
    /// Here, natively and in a browser.
    Everywhere(fn()),
    /// Here and natively alone; why not in a browser.
    Natively(fn(), &'static str),
    /// By a test of this name in this file.
    At(&'static str, &'static str),
    /// Not from just under it to just over it, and why.
    Untested(&'static str),
}

use Proof::{At, Everywhere, Natively, Untested};

const LARGE: &str = "hundreds of megabytes, which is the memory of the test's page and not the limit";
const SLOW: &str = "seconds of computing in a build for tests";

/// Each limit by its name.
pub const TABLE: &[(&str, Proof)] = &[
    ("INPUT_BYTES", Natively(input_bytes, LARGE)),
    ("INFLATED_BYTES", Natively(inflated_bytes, SLOW)),
    ("INFLATE_RATIO", Everywhere(inflate_ratio)),
    ("GZIP_FILE_BYTES", Natively(gzip_file_bytes, LARGE)),
    ("RUNS_TRIED", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("RUN_TRIED_BYTES", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("CASE_FILE_BYTES", Natively(case_file_bytes, LARGE)),
    ("LINK_BYTES", Natively(link_bytes, SLOW)),
    ("REDACTION_LAYERS", Everywhere(redaction_layers)),
    (
        "REDACTION_ALIKE",
        Untested("a word beyond it has a pseudonym that is a letter from none; time alone is bounded (benches/growth)"),
    ),
    ("SIGNED_BYTES", Natively(signed_bytes, SLOW)),
    ("REDACTION_SIGNATURES", Natively(redaction_signatures, SLOW)),
    ("REPORT_LINES", Untested("lines of an HTML page; what is left out stands in the JSON")),
    ("CASE_FILE_PARTS", Everywhere(case_file_parts)),
    ("STEPS", Everywhere(steps)),
    ("CAPTURES", Everywhere(captures)),
    ("LOG_RECORD_BYTES", Untested("beyond it a record is read as any text; seconds of computing in a build for tests")),
    ("PAGE_TEXT_BYTES", At("src/intake/page.rs", "PAGE_TEXT_BYTES")),
    ("ADDRESS_BYTES", Everywhere(address_bytes)),
    (
        "SIEVED_FROM_BYTES",
        Untested("from there on a file is read in pieces, with the same answer (tests/engine/cli.rs)"),
    ),
    ("SIEVED_ENTRY_BYTES", Natively(sieved_entry_bytes, SLOW)),
    ("SIEVE_BUFFER_BYTES", Everywhere(sieve_buffer_bytes)),
    ("SIEVE_SOURCES", Natively(sieve_sources, SLOW)),
    ("ARCHIVE_FILES", Natively(archive_files, SLOW)),
    ("ARCHIVE_BYTES", Natively(archive_bytes, LARGE)),
    ("MASKED_BYTES", Everywhere(masked_bytes)),
    ("PERCENT_LAYERS", Everywhere(percent_layers)),
    (
        "XML_BYTES",
        Untested(
            "half a gigabyte of text; the comparison is that of the other limits of the reader, and INPUT_BYTES comes first",
        ),
    ),
    ("XML_DEPTH", Everywhere(xml_depth)),
    (
        "XML_NODES",
        Untested(
            "a document of so many nodes takes gigabytes; the comparison is that of the other limits of the reader",
        ),
    ),
    ("XML_ATTRIBUTES", Everywhere(xml_attributes)),
    ("XML_NAMESPACES", Everywhere(xml_namespaces)),
    ("XML_NAME_BYTES", Everywhere(xml_name_bytes)),
    ("REPORT_XML_BYTES", Everywhere(report_xml_bytes)),
    ("SHOWN_XML_BYTES", Natively(shown_xml_bytes, SLOW)),
    ("ENCRYPTED_PARTS", Natively(encrypted_parts, SLOW)),
    ("ENCRYPTED_KEYS", Everywhere(encrypted_keys)),
    ("KEY_ATTEMPTS", Natively(key_attempts, SLOW)),
    ("DECRYPTION_ROUNDS", At("tests/engine/encrypted/sealed.rs", "DECRYPTION_ROUNDS")),
    ("KEY_NAMES", Untested("names that are told of one key; those over it are in the message")),
    ("MAX_OBJECT_BYTES", Everywhere(max_object_bytes)),
    ("MAX_BUNDLE_BYTES", Everywhere(max_bundle_bytes)),
    ("MAX_CERTIFICATES", Everywhere(max_certificates)),
    ("MAX_ASN1_DEPTH", Everywhere(max_asn1_depth)),
    ("MIN_RSA_BITS", Everywhere(min_rsa_bits)),
    ("MAX_RSA_BITS", Everywhere(max_rsa_bits)),
    ("MAX_EXPONENT_BITS", Everywhere(max_exponent_bits)),
    ("MAX_PBKDF2_ITERATIONS", At("src/crypto/tests/private_keys.rs", "rsa2048.pbes2-costly.pem")),
    ("MAX_SCRYPT_BYTES", Natively(max_scrypt_bytes, SLOW)),
    ("MAX_SCRYPT_PARALLELIZATION", Natively(max_scrypt_parallelization, SLOW)),
    ("MAX_SERIAL_BYTES", At("src/crypto/tests/certificates.rs", "longserial.crt")),
    ("MAX_CIPHERTEXT_BYTES", Natively(max_ciphertext_bytes, SLOW)),
    ("MAX_WRAPPED_KEY_BYTES", Everywhere(max_wrapped_key_bytes)),
    ("ALIGNED_CHARACTERS", Everywhere(aligned_characters)),
    ("ENTITY_BYTES", Everywhere(entity_bytes)),
    ("IDENTITY_VALUES", Everywhere(identity_values)),
    ("IDENTITY_TIMES", Everywhere(identity_times)),
    ("IDENTITY_TEXT_BYTES", Everywhere(identity_text_bytes)),
    ("COMPARED_ROWS", Everywhere(compared_rows)),
    ("COMPARED_TEXT_BYTES", Everywhere(compared_text_bytes)),
    ("DIFFERENCE_OCTETS", At("src/octets.rs", "DIFFERENCE_OCTETS / 2")),
    ("DIFFERENCE_PIECES", Everywhere(difference_pieces)),
    ("DIFFERENCE_TEXT_BYTES", Everywhere(difference_text_bytes)),
    ("OUTLINED_BYTES", Everywhere(outlined_bytes)),
    ("OUTLINED_TEXT_BYTES", At("src/outline.rs", "OUTLINED_TEXT_BYTES")),
    ("STEP_HEAD_BYTES", Everywhere(step_head_bytes)),
    ("REPORT_KEYS", At("src/report/keys/tests.rs", "REPORT_KEYS")),
    ("KEY_USES", At("src/report/keys/tests.rs", "KEY_USES")),
    ("PEM_BYTES", Untested("no real certificate comes near; the bytes are in the message")),
    ("KEYS_TRIED", Everywhere(keys_tried)),
    ("EXPLAINED_PATH", Everywhere(explained_path)),
    (
        "OPEN_REQUESTS",
        Untested("of older ones it is not asked whether they fit; time alone is bounded (benches/growth)"),
    ),
    ("SPLIT_TEXTS", Everywhere(split_texts)),
    ("WRAPPINGS", Everywhere(wrappings)),
    ("SAME_ID", Everywhere(same_id)),
    ("CLAIM_VALUES", Everywhere(claim_values)),
    ("DOCTOR_BYTES", At("src/dsig/doctor/tests.rs", "Budget")),
    ("DOCTOR_SIGNATURE_BYTES", At("src/dsig/doctor/tests.rs", "Budget")),
    ("DOCTOR_MESSAGE_BYTES", Untested("a message of that size has used up DOCTOR_SIGNATURE_BYTES before")),
    ("DOCTOR_SIGNATURES", Natively(doctor_signatures, SLOW)),
    ("DOCTOR_CANDIDATE_BYTES", Untested("the price of a try, no limit of an input")),
    ("DOCTOR_VERIFICATIONS", Untested("what is left untried is told by the same words as DOCTOR_BYTES")),
    ("DOCTOR_KEYS", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("DOCTOR_HINTS", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("DOCTOR_VALUES", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("DOCTOR_TIMES", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("DOCTOR_VALUE_BYTES", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("DOCTOR_PLACES", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("HASHED_REFERENCES", Untested("bounds a search whose answer is at worst that nothing was found")),
    ("REPORT_ENTITIES", Everywhere(report_entities)),
    ("LISTED_VALUES", Untested("values that one is shown beside; how many are left out is told")),
    (
        "AROUND_ENTITIES",
        Untested("what it leaves out is told when an entity is opened (src/saml/metadata/surroundings.rs)"),
    ),
    ("SELF_TEST_CHECKS", Everywhere(self_test_checks)),
    ("SELF_TEST_TEXT_BYTES", Everywhere(self_test_text_bytes)),
    ("SELF_TEST_PIECES", Everywhere(self_test_pieces)),
];

const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const CERTIFICATE: &str = include_str!("../fixtures/crypto/ed25519.crt");
const KEY: &str = include_str!("../fixtures/crypto/ed25519.key");

fn context() -> Context {
    Context::at(Instant::from_unix(1_767_225_600))
}

fn report(bytes: &[u8]) -> Report {
    inspect(&[Input { name: "input", bytes }], &context())
}

/// The limits that the captures of an input name.
fn limits_of(bytes: &[u8]) -> Vec<&'static str> {
    let named = |kind: &StepErrorKind| match kind {
        StepErrorKind::Limit { name, .. } => Some(*name),
        _ => None,
    };
    take(bytes).iter().filter_map(|capture| named(&capture.error()?.1.kind)).collect()
}

/// The limit that a text goes over as XML.
fn xml_limit(text: &str) -> Option<&'static str> {
    match read(text, Doctype::Refuse).error?.kind {
        XmlErrorKind::Limit { name, .. } => Some(name),
        _ => None,
    }
}

/// What a person reads of an input that is over a limit: which, and what to do.
fn is_told(bytes: &[u8], name: &str) {
    let report = report(bytes);
    let error = report.captures.iter().filter_map(|capture| capture.error()).find(|error| error.message.contains(name));
    assert!(!error.unwrap_or_else(|| panic!("{name} is not told")).advice.is_empty(), "{name}");
}

fn response(inner: &str) -> String {
    format!(
        r#"<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_r" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><saml:Issuer>https://idp.example.com/</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{inner}</samlp:Response>"#
    )
}

fn assertion(id: &str, signature: &str, inner: &str) -> String {
    format!(
        r#"<saml:Assertion xmlns:saml="{SAML}" ID="{id}" IssueInstant="2026-01-01T00:00:00Z" Version="2.0"><saml:Issuer>https://idp.example.com/</saml:Issuer>{signature}<saml:Subject><saml:NameID>a</saml:NameID></saml:Subject>{inner}</saml:Assertion>"#
    )
}

fn statement(attributes: &str) -> String {
    response(&assertion("_a", "", &format!("<saml:AttributeStatement>{attributes}</saml:AttributeStatement>")))
}

/// A signature over an element with this ID and this canonical form.
fn signature(id: &str, over: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(over.as_bytes()));
    let info = format!(
        r##"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"></ds:SignatureMethod><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
    );
    let der = STANDARD.decode(base64_of(KEY)).unwrap();
    let key = SigningKey::from_bytes(der.last_chunk().unwrap());
    let value = STANDARD.encode(key.sign(format!(r#"<ds:SignedInfo xmlns:ds="{DS}"{info}"#).as_bytes()).to_bytes());
    format!(
        r#"<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#
    )
}

fn signed(id: &str, inner: &str) -> String {
    assertion(id, &signature(id, &assertion(id, "", inner)), inner)
}

fn trusting() -> Context {
    let mut context = context();
    context.add_certificates("idp.crt", CERTIFICATE.as_bytes()).unwrap();
    context
}

fn judged(xml: &str) -> Report {
    inspect(&[Input { name: "input", bytes: xml.as_bytes() }], &trusting())
}

/// Whether a rule tells of XML beyond a limit.
fn is_bomb(report: &Report) -> bool {
    report.findings.iter().any(|finding| finding.rule == "attack-xml-bomb" && finding.state == State::Fired)
}

fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

fn many(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect()
}

fn deflated(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut writer = DeflateEncoder::new(Vec::new(), level);
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// Letters without order: base64 of them holds nothing.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..bytes).map(next).collect()
}

fn input_bytes() {
    assert_eq!(limits_of(&vec![0; INPUT_BYTES + 1]), ["INPUT_BYTES"]);
    // As much as that and no more would be gone through for minutes in a build for tests.
}

fn inflated_bytes() {
    // Letters enough that the ratio is none to speak of.
    let of = |bytes: usize| {
        let piece = [noise(128).iter().map(|byte| byte & 63 | 64).collect(), vec![b' '; 3_968]].concat();
        let text: Vec<u8> = b"<a>".iter().chain(piece.iter().cycle()).copied().take(bytes).collect();
        deflated(&text, Compression::fast())
    };
    assert_eq!(limits_of(&of(INFLATED_BYTES + 1)), ["INFLATED_BYTES"]);
    // As much as that and no more would be gone through for a minute in a build for tests.
}

fn inflate_ratio() {
    let of = |spaces: usize| {
        let text = format!("<a>{}</a>", " ".repeat(spaces));
        let packed = deflated(text.as_bytes(), Compression::best());
        (text.len(), packed.len() * INFLATE_RATIO + (1 << 20), packed)
    };
    // The most that has room: what is compressed grows with it, a little.
    let mut spaces = 1 << 20;
    while of(spaces + 64).0 <= of(spaces + 64).1 {
        spaces += (of(spaces).1 - of(spaces).0).max(64);
    }
    let value = |packed: &[u8]| format!("SAMLRequest={}", STANDARD.encode(packed).replace('+', "%2B"));
    let (_, _, over) = of(spaces + 1_000);
    assert_eq!(limits_of(value(&over).as_bytes()), ["INFLATE_RATIO"]);
    is_told(value(&over).as_bytes(), "INFLATE_RATIO");
    // What came out before stays to be seen.
    assert!(take(value(&over).as_bytes())[0].xml.as_deref().unwrap().starts_with("<a> "));
    let (bytes, room, under) = of(spaces - 1_000);
    assert!(bytes <= room && room - bytes < 4_000, "{bytes} {room}");
    assert_eq!(take(value(&under).as_bytes())[0].xml.as_deref().map(str::len), Some(bytes));
}

fn gzip_file_bytes() {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = [noise(64), vec![b' '; 4_032]].concat();
    (0..GZIP_FILE_BYTES / piece.len()).for_each(|_| writer.write_all(&piece).unwrap());
    writer.write_all(b" ").unwrap();
    assert_eq!(limits_of(&writer.finish().unwrap()), ["GZIP_FILE_BYTES"]);
}

fn case_file_bytes() {
    let why = |bytes: usize| CaseFile::parse(&vec![0; bytes]).unwrap_err();
    assert!(why(CASE_FILE_BYTES + 1).contains(&CASE_FILE_BYTES.to_string()));
    assert!(!why(CASE_FILE_BYTES).contains("limit"));
}

fn link_bytes() {
    let case = |bytes: usize| CaseFile {
        inputs: vec![CasePart { name: "input".to_owned(), bytes: STANDARD.encode(noise(bytes)).into_bytes() }],
        ..CaseFile::default()
    };
    let length = |bytes: usize| case_to_fragment(&case(bytes)).map(|fragment| fragment.len());
    let most = LINK_BYTES / 4 * 3;
    let per_byte = length(most / 2).unwrap() as f64 / (most / 2) as f64;
    let just = (LINK_BYTES as f64 / per_byte) as usize;
    let under = case(just - just / 200);
    let fragment = case_to_fragment(&under).unwrap();
    assert!(fragment.len() > LINK_BYTES / 100 * 98, "{}", fragment.len());
    assert_eq!(case_from_fragment(&fragment).unwrap().unwrap(), under);
    let why = case_to_fragment(&case(just + just / 200)).unwrap_err();
    assert!(why.contains(&LINK_BYTES.to_string()) && why.contains("save the case as a file"), "{why}");
    let why = |bytes: usize| case_from_fragment(&format!("case=1.{}", "A".repeat(bytes))).unwrap().unwrap_err();
    assert!(why(LINK_BYTES + 1).contains("the limit is"));
    assert!(!why(LINK_BYTES).contains("the limit is"));
}

fn redaction_layers() {
    let of = |layers: usize| {
        let text = "the name of alice.anderson@contoso-europe.example is here".to_owned();
        let text = (0..layers).fold(text, |text, _| STANDARD.encode(text));
        CaseFile {
            inputs: vec![CasePart { name: "input".to_owned(), bytes: text.into_bytes() }],
            ..CaseFile::default()
        }
    };
    for layers in [REDACTION_LAYERS - 1, REDACTION_LAYERS, REDACTION_LAYERS + 1, REDACTION_LAYERS + 3] {
        let redacted = redact(&of(layers), &context(), &RedactionOptions::default());
        let mut text = String::from_utf8(redacted.case.inputs[0].bytes.clone()).unwrap();
        while let Ok(inner) = STANDARD.decode(text.trim()) {
            let Ok(inner) = String::from_utf8(inner) else { break };
            text = inner;
        }
        // Deeper than that a value is replaced as a whole.
        assert!(!text.contains("alice") && !text.contains("contoso"), "{layers}: {text}");
    }
}

fn signed_bytes() {
    // Each signature is over all that stands within its assertion.
    let filler = format!("<saml:Advice>{}</saml:Advice>", "x".repeat(2 << 20));
    let one = assertion("_a", &signature("_a", "").repeat(2), &filler);
    let report = judged(&response(&one));
    assert!(report.captures[0].signatures.iter().all(|signature| signature.reason != Some("limit")));
    let runs = (SIGNED_BYTES + 4 * (3 << 20)) / (2 << 20) + 2;
    let one = assertion("_a", &signature("_a", "").repeat(runs), &filler);
    let report = judged(&response(&one));
    let signatures = &report.captures[0].signatures;
    assert_eq!(signatures.first().unwrap().reason, Some("digest-mismatch"));
    let last = signatures.last().unwrap();
    assert_eq!((last.status, last.reason), ("unsupported", Some("limit")));
    assert!(serde_json::to_string(last).unwrap().contains("SIGNED_BYTES"));
    assert!(is_bomb(&report));
}

fn redaction_signatures() {
    let of = |count: usize| {
        let case = CaseFile {
            inputs: vec![CasePart {
                name: "input".to_owned(),
                bytes: response(&many(count, |i| signed(&format!("_a{i}"), ""))).into_bytes(),
            }],
            ..CaseFile::default()
        };
        let redacted = redact(&case, &trusting(), &RedactionOptions::default()).case;
        let context = redacted.context_at(Instant::from_unix(1_767_225_600), Language::English);
        let report = inspect(&[redacted.inputs[0].input()], &context);
        report.captures[0].signatures.iter().filter(|signature| signature.reason == Some("digest-mismatch")).count()
    };
    // Of those up to the limit each fits; the one over it does not.
    assert_eq!(of(REDACTION_SIGNATURES + 1), 1);
}

fn case_file_parts() {
    let whole = CaseFile {
        inputs: vec![CasePart { name: "a".to_owned(), bytes: Vec::new() }; CASE_FILE_PARTS],
        ..CaseFile::default()
    };
    assert_eq!(CaseFile::parse(whole.to_json().as_bytes()).unwrap().inputs.len(), CASE_FILE_PARTS);
    let mut over = whole;
    over.inputs.push(CasePart { name: "a".to_owned(), bytes: Vec::new() });
    let why = CaseFile::parse(over.to_json().as_bytes()).unwrap_err();
    assert!(why.contains(&CASE_FILE_PARTS.to_string()), "{why}");
}

fn steps() {
    // Each layer is a step; the base64 and the XML under them are the last two.
    let of = |layers: usize| (0..layers).fold("PGE%2BPC9hPg==".to_owned(), |text, _| text.replace('%', "%25"));
    let text = |layers: usize| format!("SAMLResponse={}", of(layers));
    let made = take(text(0).as_bytes())[0].steps.len();
    let room = STEPS - made;
    let under = text(room);
    let under = take(under.as_bytes());
    assert_eq!((under[0].xml.as_deref(), under[0].steps.len()), (Some("<a></a>"), STEPS));
    assert_eq!(limits_of(text(room + 1).as_bytes()), ["STEPS"]);
    is_told(text(room + 1).as_bytes(), "STEPS");
}

fn captures() {
    let line = |i: usize| format!("2026-01-01 INFO got SAMLResponse={}\n", STANDARD.encode(format!("<a>{i}</a>")));
    let of = |messages: usize| many(messages, line);
    let under = of(CAPTURES);
    assert_eq!((take(under.as_bytes()).len(), limits_of(under.as_bytes()).len()), (CAPTURES, 0));
    let over = of(CAPTURES + 1);
    // Those up to the limit are kept, and the last says that there are more.
    assert_eq!((take(over.as_bytes()).len(), limits_of(over.as_bytes())), (CAPTURES + 1, vec!["CAPTURES"]));
    assert!(take(over.as_bytes())[..CAPTURES].iter().all(|capture| capture.xml.is_some()));
}

fn address_bytes() {
    let of = |bytes: usize| {
        let head = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.";
        format!("{head}{}", "A".repeat(bytes - head.len()))
    };
    let is_token = |bytes: usize| {
        let text = of(bytes);
        matches!(take(text.as_bytes())[0].error().unwrap().1.kind, StepErrorKind::Jwt { .. })
    };
    assert_eq!([is_token(ADDRESS_BYTES), is_token(ADDRESS_BYTES + 1)], [true, false]);
}

fn sieved(text: &[u8]) -> samlens::Sieved {
    let mut sieve = Sieve::new();
    text.chunks(1 << 20).for_each(|piece| sieve.push(piece));
    sieve.finish()
}

/// A trace with an entry of this many bytes, and one behind it.
fn trace(bytes: usize) -> String {
    format!(r#"{{"log":{{"entries":[{{"SAML":"{}"}},{{"saml":1}}]}}}}"#, "x".repeat(bytes - 11))
}

fn sieved_entry_bytes() {
    let found = sieved(trace(SIEVED_ENTRY_BYTES).as_bytes());
    assert_eq!((found.left_out, found.too_large, found.bytes.len()), (0, 0, trace(SIEVED_ENTRY_BYTES).len()));
    let found = sieved(trace(SIEVED_ENTRY_BYTES + 1).as_bytes());
    assert_eq!((found.left_out, found.too_large), (0, 1));
    assert!(String::from_utf8(found.bytes).unwrap().contains(r#"{"saml":1}"#));
}

fn sieve_buffer_bytes() {
    for bytes in [SIEVE_BUFFER_BYTES, SIEVE_BUFFER_BYTES + 1] {
        let text = trace(bytes);
        assert!(sieved(text.as_bytes()).bytes == text.as_bytes());
    }
}

fn sieve_sources() {
    let of = |sources: usize| {
        let one = |id: usize| format!(r#"{{"params":{{"url":"?SAMLRequest="}},"source":{{"id":{id}}}}},"#);
        let last = format!(r#"{{"params":{{}},"source":{{"id":{}}}}}"#, sources - 1);
        sieved(format!(r#"{{"events":[{}{last}]}}"#, many(sources, one)).as_bytes()).left_out
    };
    // Of those up to the limit all is kept, of the one over it its first event.
    assert_eq!(of(SIEVE_SOURCES + 1), 1);
}

/// An archive: its files as they are stored, and how often the directory names the last of them.
fn archive(files: &[&[u8]], again: usize, is_cut: bool) -> Vec<u8> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (number, body) in files.iter().enumerate() {
        let at = u32::try_from(out.len()).unwrap().to_le_bytes();
        let size = u32::try_from(body.len()).unwrap().to_le_bytes();
        let fields = [&[20, 0][..], &[0; 12], &size, &size, &[1, 0, 0, 0]].concat();
        out.extend_from_slice(&[b"PK\x03\x04", &fields[..], b"a", body].concat());
        let times = if number + 1 == files.len() { again } else { 1 };
        let entry = [b"PK\x01\x02\x14\x00", &fields[..], &[0; 10], &at, b"a"].concat();
        directory.extend(entry.repeat(times));
        count = count.wrapping_add(u16::try_from(times).unwrap());
    }
    if !is_cut {
        let end = [u32::try_from(directory.len()).unwrap(), u32::try_from(out.len()).unwrap()].map(u32::to_le_bytes);
        let count = count.to_le_bytes();
        out.extend_from_slice(&directory);
        out.extend_from_slice(&[b"PK\x05\x06\0\0\0\0", &count[..], &count, &end[0], &end[1], &[0, 0]].concat());
    }
    out
}

fn archive_files() {
    // A directory has room for no more; without one, files are counted as they come.
    let found = |files: usize| {
        let message = response("");
        let mut all: Vec<&[u8]> = vec![b"x"; files - 1];
        all.push(message.as_bytes());
        let bytes = archive(&all, 1, true);
        take(&bytes).iter().any(|capture| capture.xml.is_some())
    };
    assert_eq!([found(ARCHIVE_FILES), found(ARCHIVE_FILES + 1)], [true, false]);
}

fn archive_bytes() {
    let message = response("");
    let body = vec![b' '; 32 << 20];
    // The directory may name the same bytes as often as it likes: each time they are work.
    let of = |times: usize| archive(&[message.as_bytes(), &body], times, false);
    let fit = (ARCHIVE_BYTES - message.len()) / body.len();
    // As many as fit do, and the one over them does not.
    let over = of(fit + 1);
    assert_eq!(limits_of(&over), ["ARCHIVE_BYTES"]);
    assert!(take(&over).iter().any(|capture| capture.xml.is_some()), "what was found before is kept");
    // However many follow, none is read.
    assert_eq!(limits_of(&of(60_000)).len(), CAPTURES);
}

fn masked_bytes() {
    let is_masked = |stars: usize| {
        let text = format!("SAMLResponse={}", "*".repeat(stars));
        take(text.as_bytes())[0].error().unwrap().1.kind == StepErrorKind::Masked
    };
    assert_eq!([is_masked(MASKED_BYTES), is_masked(MASKED_BYTES + 1)], [true, false]);
}

fn percent_layers() {
    let of = |layers: usize| peel(&(1..layers).fold("a%20b".to_owned(), |text, _| text.replace('%', "%25")));
    let last = |layers: usize| of(layers).last().map(|(_, text)| text.clone()).unwrap();
    assert_eq!((of(PERCENT_LAYERS).len(), last(PERCENT_LAYERS)), (PERCENT_LAYERS, "a b".to_owned()));
    assert_eq!((of(PERCENT_LAYERS + 1).len(), last(PERCENT_LAYERS + 1)), (PERCENT_LAYERS, "a%20b".to_owned()));
}

fn xml_depth() {
    let of = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert_eq!(xml_limit(&of(XML_DEPTH)), None);
    assert_eq!(read(&of(XML_DEPTH), Doctype::Refuse).whole().unwrap().nodes().count(), XML_DEPTH + 1);
    // The limit is on how many stand around one.
    assert_eq!(xml_limit(&of(XML_DEPTH + 2)), Some("XML_DEPTH"));
    is_told(of(XML_DEPTH + 2).as_bytes(), "XML_DEPTH");
}

fn xml_attributes() {
    let of = |count: usize| format!("<a{}/>", many(count, |i| format!(" a{i}=''")));
    let whole = of(XML_ATTRIBUTES);
    let document = read(&whole, Doctype::Refuse).whole().unwrap();
    assert_eq!(document.root_element().unwrap().attributes().len(), XML_ATTRIBUTES);
    assert_eq!(xml_limit(&of(XML_ATTRIBUTES + 1)), Some("XML_ATTRIBUTES"));
    is_told(of(XML_ATTRIBUTES + 1).as_bytes(), "XML_ATTRIBUTES");
}

fn xml_namespaces() {
    let of = |count: usize| {
        let inner = count - XML_NAMESPACES / 2;
        let declared = |from: usize, n: usize| many(n, |i| format!(" xmlns:p{}='u'", from + i));
        format!("<a{}><b{}/></a>", declared(0, XML_NAMESPACES / 2), declared(XML_NAMESPACES, inner))
    };
    // `xml` is in scope by itself, whatever is declared.
    let most = (XML_NAMESPACES - 2..=XML_NAMESPACES + 1).rfind(|count| xml_limit(&of(*count)).is_none()).unwrap();
    assert!(most.abs_diff(XML_NAMESPACES) <= 2, "{most}");
    assert_eq!(xml_limit(&of(most + 1)), Some("XML_NAMESPACES"));
}

fn xml_name_bytes() {
    let of = |bytes: usize| format!("<{0}></{0}>", "a".repeat(bytes));
    assert_eq!(xml_limit(&of(XML_NAME_BYTES)), None);
    assert_eq!(xml_limit(&of(XML_NAME_BYTES + 1)), Some("XML_NAME_BYTES"));
    is_told(of(XML_NAME_BYTES + 1).as_bytes(), "XML_NAME_BYTES");
}

fn report_xml_bytes() {
    let has_text = |bytes: usize| {
        let text = format!("<a>{}</a>", "x".repeat(bytes - 7));
        report(text.as_bytes()).abridged().captures[0].xml.is_some()
    };
    assert_eq!([has_text(REPORT_XML_BYTES), has_text(REPORT_XML_BYTES + 1)], [true, false]);
}

fn shown_xml_bytes() {
    let of = |bytes: usize| {
        let (head, tail) =
            ("<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='a'>", "</EntityDescriptor>");
        let text = format!("{head}{}{tail}", " ".repeat(bytes - head.len() - tail.len()));
        let capture = report(text.as_bytes()).captures.remove(0);
        (capture.xml.is_some(), capture.xml_in_input)
    };
    assert_eq!(of(SHOWN_XML_BYTES), (true, None));
    assert_eq!(of(SHOWN_XML_BYTES + 1), (false, Some([0, SHOWN_XML_BYTES + 1])));
}

/// EncryptedData with this many keys, which nothing opens.
fn sealed(keys: usize) -> String {
    let value = STANDARD.encode([1; 64]);
    let key = format!(
        r#"<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-1_5"/><xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"#
    );
    format!(
        r#"<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"><xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/><ds:KeyInfo xmlns:ds="{DS}">{}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"#,
        key.repeat(keys)
    )
}

/// What is told of each encrypted part, with a small private key at hand.
fn decrypted(parts: usize, keys: usize) -> Vec<String> {
    let mut context = context();
    context.add_private_key("sp.key", include_bytes!("../fixtures/crypto/rsa512.key"), None).unwrap();
    let text = response(&sealed(keys).repeat(parts));
    let report = inspect(&[Input { name: "input", bytes: text.as_bytes() }], &context);
    report.captures[0].decryptions.iter().map(|part| serde_json::to_string(part).unwrap()).collect()
}

/// How many of these name a limit.
fn naming(told: &[String], name: &str) -> usize {
    told.iter().filter(|told| told.contains(name)).count()
}

fn encrypted_parts() {
    let under = decrypted(ENCRYPTED_PARTS, 0);
    assert_eq!((under.len(), naming(&under, "ENCRYPTED_PARTS")), (ENCRYPTED_PARTS, 0));
    let over = decrypted(ENCRYPTED_PARTS + 1, 0);
    assert_eq!((over.len(), naming(&over, "ENCRYPTED_PARTS")), (ENCRYPTED_PARTS + 1, 1));
}

fn encrypted_keys() {
    assert_eq!(naming(&decrypted(1, ENCRYPTED_KEYS), "ENCRYPTED_KEYS"), 0);
    assert_eq!(naming(&decrypted(1, ENCRYPTED_KEYS + 1), "ENCRYPTED_KEYS"), 1);
}

fn key_attempts() {
    // A key that opens nothing is tried a second time, to say why.
    let parts = KEY_ATTEMPTS / ENCRYPTED_KEYS / 2;
    assert_eq!(naming(&decrypted(parts, ENCRYPTED_KEYS), "KEY_ATTEMPTS"), 0);
    assert_eq!(naming(&decrypted(parts + 1, ENCRYPTED_KEYS), "KEY_ATTEMPTS"), 1);
}

fn max_object_bytes() {
    let mut der = STANDARD.decode(base64_of(CERTIFICATE)).unwrap();
    let whole = Certificate::from_der(&der).unwrap();
    der.resize(MAX_OBJECT_BYTES, 0);
    assert_eq!(Certificate::from_der(&der).unwrap().serial, whole.serial);
    der.push(0);
    assert_eq!(Certificate::from_der(&der), Err(CertificateError::TooLarge { bytes: MAX_OBJECT_BYTES + 1 }));
}

fn max_bundle_bytes() {
    let of = |bytes: usize| format!("{CERTIFICATE}{}", "\n".repeat(bytes - CERTIFICATE.len()));
    assert_eq!(armor::certificates(of(MAX_BUNDLE_BYTES).as_bytes()).unwrap().certificates.len(), 1);
    assert!(armor::certificates(of(MAX_BUNDLE_BYTES + 1).as_bytes()).is_err());
    // White space around is none of it; what stands within is.
    let of = |bytes: usize| of(bytes - CERTIFICATE.len()) + CERTIFICATE;
    assert_eq!(limits_of(of(MAX_BUNDLE_BYTES).as_bytes()), [""; 0]);
    is_told(of(MAX_BUNDLE_BYTES + 2).as_bytes(), "MAX_BUNDLE_BYTES");
}

fn max_certificates() {
    let of = |count: usize| CERTIFICATE.repeat(count);
    assert_eq!(armor::certificates(of(MAX_CERTIFICATES).as_bytes()).unwrap().certificates.len(), MAX_CERTIFICATES);
    assert_eq!(armor::certificates(of(MAX_CERTIFICATES + 1).as_bytes()), Err(armor::ArmorError::TooMany));
    assert_eq!(limits_of(of(MAX_CERTIFICATES).as_bytes()), [""; 0]);
    is_told(of(MAX_CERTIFICATES + 1).as_bytes(), "MAX_CERTIFICATES");
}

fn max_asn1_depth() {
    let of = |depth: usize| {
        let nested = (0..depth).fold(Vec::new(), |inner: Vec<u8>, _| [&[0x30, inner.len() as u8][..], &inner].concat());
        format!("{:?}", Certificate::from_der(&nested).unwrap_err())
    };
    let deepest = (MAX_ASN1_DEPTH - 2..=MAX_ASN1_DEPTH + 2).rfind(|depth| !of(*depth).contains("TooDeep")).unwrap();
    assert!(deepest.abs_diff(MAX_ASN1_DEPTH) <= 1, "{deepest}");
}

/// What checking with a key of these bits comes to.
fn checked(bits: usize, exponent: &[u8]) -> VerifyError {
    let mut modulus = vec![0xFF; bits.div_ceil(8)];
    if !bits.is_multiple_of(8) {
        modulus[0] = (1 << (bits % 8)) - 1;
    }
    let key = PublicKey::from_rsa_numbers(&modulus, exponent).unwrap();
    let method = match algorithm::signature("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256") {
        algorithm::Lookup::Supported(method) => method,
        _ => panic!("RSA is supported"),
    };
    verify(&method, &key, b"a", &vec![1; modulus.len()]).unwrap_err()
}

fn min_rsa_bits() {
    assert!(!matches!(checked(MIN_RSA_BITS, &[3]), VerifyError::KeySize { .. }));
    assert!(matches!(checked(MIN_RSA_BITS - 1, &[3]), VerifyError::KeySize { bits } if bits == MIN_RSA_BITS - 1));
}

fn max_rsa_bits() {
    assert!(!matches!(checked(MAX_RSA_BITS, &[3]), VerifyError::KeySize { .. }));
    assert!(matches!(checked(MAX_RSA_BITS + 1, &[3]), VerifyError::KeySize { bits } if bits == MAX_RSA_BITS + 1));
}

fn max_exponent_bits() {
    // 2^32 + 1 has 33 bits, 2^33 + 1 one more.
    assert!(!matches!(checked(1024, &[1, 0, 0, 0, 1]), VerifyError::KeyUnusable));
    assert!(matches!(checked(1024, &[2, 0, 0, 0, 1]), VerifyError::KeyUnusable));
}

/// Reads a private key in which octets were replaced by others of the same number.
fn edited(pem: &str, from: &[u8], to: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    let mut der = STANDARD.decode(base64_of(pem)).unwrap();
    let at = der.windows(from.len()).position(|octets| octets == from).expect("the octets stand there");
    der[at..at + from.len()].copy_from_slice(to);
    PrivateKey::read(&der, Some(b"samlens"))
}

fn max_scrypt_bytes() {
    let pem = include_str!("../fixtures/crypto/rsa2048.pbes2-scrypt.pem");
    // N = 16,384, r = 8, p = 1.
    let of = |r: u8| edited(pem, &[0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08], &[0x02, 0x02, 0x40, 0x00, 0x02, 0x01, r]);
    let most = u8::try_from(MAX_SCRYPT_BYTES / 128 / 16_384).unwrap();
    assert!(!matches!(of(most), Err(PrivateKeyError::TooCostly { .. })));
    let Err(PrivateKeyError::TooCostly { what }) = of(most + 1) else { panic!("it costs too much") };
    assert!(what.contains(&MAX_SCRYPT_BYTES.to_string()), "{what}");
}

fn max_scrypt_parallelization() {
    let pem = include_str!("../fixtures/crypto/rsa2048.pbes2-scrypt.pem");
    let from = [0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08, 0x02, 0x01, 0x01];
    let of = |p: u16| {
        // A block of 1 instead of 8, so that the many are soon done.
        edited(pem, &from, &[0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x01, 0x02, 0x01, u8::try_from(p).unwrap()])
    };
    assert!(!matches!(of(MAX_SCRYPT_PARALLELIZATION), Err(PrivateKeyError::TooCostly { .. })));
    let Err(PrivateKeyError::TooCostly { what }) = of(MAX_SCRYPT_PARALLELIZATION + 1) else {
        panic!("it costs too much")
    };
    assert!(what.contains(&MAX_SCRYPT_PARALLELIZATION.to_string()), "{what}");
}

fn max_ciphertext_bytes() {
    let of = |bytes: usize| decrypt(BlockCipher::Aes128Gcm, &[0; 16], &vec![0; bytes]);
    assert_eq!(of(MAX_CIPHERTEXT_BYTES / 1_024), Err(CipherError::Authentication));
    assert_eq!(of(MAX_CIPHERTEXT_BYTES + 1), Err(CipherError::TooLong { actual: MAX_CIPHERTEXT_BYTES + 1 }));
}

fn max_wrapped_key_bytes() {
    let of = |bytes: usize| unwrap_key(KeyWrap::Aes128, &[0; 16], &vec![0; bytes]).err();
    let too_long = |bytes: usize| Some(KeyTransportError::WrappedLength { actual: bytes });
    assert_ne!(of(MAX_WRAPPED_KEY_BYTES), too_long(MAX_WRAPPED_KEY_BYTES));
    assert_eq!(of(MAX_WRAPPED_KEY_BYTES + 8), too_long(MAX_WRAPPED_KEY_BYTES + 8));
}

fn aligned_characters() {
    let pieces = |length: usize| {
        let (a, b) = (format!("x{}y", "-".repeat(length - 2)), format!("v{}w", "-".repeat(length - 2)));
        nearmiss::compare(&a, &b).unwrap().actual.len()
    };
    // What is alike between two differences is found in one and not in the other.
    assert_eq!([pieces(ALIGNED_CHARACTERS), pieces(ALIGNED_CHARACTERS + 1)], [3, 1]);
}

fn entity_bytes() {
    let fires = |bytes: usize| {
        let text = format!("<!DOCTYPE a [<!ENTITY e '{}'>]>{}", "x".repeat(bytes), response(""));
        is_bomb(&report(text.as_bytes()))
    };
    assert_eq!([fires(ENTITY_BYTES), fires(ENTITY_BYTES + 1)], [false, true]);
}

fn identity_values() {
    let of = |count: usize| {
        let value = |i: usize| format!("<saml:AttributeValue>{i}</saml:AttributeValue>");
        let text = statement(&format!(r#"<saml:Attribute Name="a">{}</saml:Attribute>"#, many(count, value)));
        let identity = report(text.as_bytes()).captures.remove(0).identity.unwrap();
        (identity.attributes[0].values.len(), identity.left_out)
    };
    assert_eq!(of(IDENTITY_VALUES), (IDENTITY_VALUES, 0));
    assert_eq!(of(IDENTITY_VALUES + 1), (IDENTITY_VALUES, 1));
}

fn identity_times() {
    let of = |count: usize| {
        let one =
            r#"<saml:AuthnStatement AuthnInstant="2026-01-01T00:00:00Z"><saml:AuthnContext/></saml:AuthnStatement>"#;
        let identity =
            report(response(&assertion("_a", "", &one.repeat(count))).as_bytes()).captures.remove(0).identity;
        identity.unwrap().times.len()
    };
    let others = of(1) - 1;
    assert_eq!(of(IDENTITY_TIMES - others), IDENTITY_TIMES);
    assert_eq!(of(IDENTITY_TIMES - others + 1), IDENTITY_TIMES);
}

fn identity_text_bytes() {
    let of = |bytes: usize| {
        let text = statement(&format!(
            r#"<saml:Attribute Name="a"><saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute>"#,
            "x".repeat(bytes)
        ));
        let identity = report(text.as_bytes()).captures.remove(0).identity.unwrap();
        let value = serde_json::to_string(&identity.attributes[0].values[0]).unwrap();
        (value.matches('x').count() >= bytes, value.matches('x').count())
    };
    assert!(of(IDENTITY_TEXT_BYTES).0);
    assert!(of(IDENTITY_TEXT_BYTES + 1).1 <= IDENTITY_TEXT_BYTES + 1);
}

fn compared_rows() {
    let of = |rows: usize| {
        let side = |name: &str| format!("<a>{}</a>", many(rows, |i| format!("<b{i} {name}='1'/>")));
        let compared = compare(&side("c"), &side("d"), Language::English);
        (compared.rows.len(), compared.left_out)
    };
    assert_eq!(of(COMPARED_ROWS / 2), (COMPARED_ROWS, 0));
    assert_eq!(of(COMPARED_ROWS / 2 + 1), (COMPARED_ROWS, 2));
}

fn compared_text_bytes() {
    let of = |bytes: usize| {
        let side = |c: &str| format!("<a>{}</a>", c.repeat(bytes));
        compare(&side("x"), &side("y"), Language::English).rows[0].left.clone().unwrap()
    };
    assert_eq!(of(COMPARED_TEXT_BYTES), "x".repeat(COMPARED_TEXT_BYTES));
    assert!(of(COMPARED_TEXT_BYTES + 1).len() <= COMPARED_TEXT_BYTES);
}

fn difference_pieces() {
    let of = |changes: usize| {
        let side = |odd: &str| many(changes, |i| format!("line {i} {odd}\nthe same {i}\n"));
        octet_difference(side("a").as_bytes(), side("b").as_bytes()).len()
    };
    assert!(of(DIFFERENCE_PIECES / 8) <= DIFFERENCE_PIECES);
    assert_eq!(of(DIFFERENCE_PIECES), DIFFERENCE_PIECES);
}

fn difference_text_bytes() {
    let of = |octets: usize| {
        let pieces = octet_difference(b"", &vec![b'a'; octets]);
        (pieces[0].text.len(), pieces[0].octets)
    };
    assert_eq!(of(DIFFERENCE_TEXT_BYTES), (DIFFERENCE_TEXT_BYTES, DIFFERENCE_TEXT_BYTES));
    assert_eq!(of(DIFFERENCE_TEXT_BYTES + 1), (DIFFERENCE_TEXT_BYTES, DIFFERENCE_TEXT_BYTES + 1));
}

fn outlined_bytes() {
    // Refused by both readers, and told as alike; of what is over the limit the other is not even asked.
    let of = |bytes: usize| format!("<a>{}</a>", "x".repeat(bytes - 7));
    assert!(reader_difference(&of(OUTLINED_BYTES), None).is_some());
    assert_eq!(reader_difference(&of(OUTLINED_BYTES + 1), None), None);
}

fn step_head_bytes() {
    for bytes in [STEP_HEAD_BYTES, STEP_HEAD_BYTES + 1] {
        let text = format!("<a>{}</a>", "x".repeat(bytes - 7));
        let step = take(text.as_bytes()).remove(0).steps.remove(0);
        assert_eq!((step.head.len(), step.bytes_out), (STEP_HEAD_BYTES, bytes));
        assert_eq!(decoding(text.as_bytes(), 0).layers.len(), decoding(b"<a/>", 0).layers.len());
    }
}

fn keys_tried() {
    let of = |keys: usize| {
        let mut context = context();
        for _ in 0..keys {
            context.add_certificates("other.crt", include_bytes!("../fixtures/crypto/p256.crt")).unwrap();
        }
        let text = response(&signed("_a", ""));
        let report = inspect(&[Input { name: "input", bytes: text.as_bytes() }], &context);
        report.captures[0].signatures[0].tried.len()
    };
    assert_eq!([of(KEYS_TRIED), of(KEYS_TRIED + 1)], [KEYS_TRIED; 2]);
}

fn explained_path() {
    let of = |depth: usize| {
        let text = "<a>".repeat(depth) + "<b/>" + &"</a>".repeat(depth);
        explain(&text, 3 * depth + 1, Language::English).unwrap().path.split(" / ").count()
    };
    assert_eq!(
        [of(EXPLAINED_PATH - 2), of(EXPLAINED_PATH - 1), of(EXPLAINED_PATH)],
        [EXPLAINED_PATH - 1, EXPLAINED_PATH, EXPLAINED_PATH]
    );
}

fn split_texts() {
    let of = |count: usize| {
        let one = |i: usize| {
            format!(
                r#"<saml:Attribute Name="a{i}"><saml:AttributeValue>a<!---->{i}</saml:AttributeValue></saml:Attribute>"#
            )
        };
        report(statement(&many(count, one)).as_bytes()).captures[0].split_texts.len()
    };
    assert_eq!([of(SPLIT_TEXTS), of(SPLIT_TEXTS + 1)], [SPLIT_TEXTS; 2]);
}

fn wrappings() {
    let of = |count: usize| {
        let evil = many(count, |i| assertion(&format!("_e{i}"), "", ""));
        judged(&response(&(evil + &signed("_a", "")))).captures[0].wrappings.len()
    };
    assert_eq!([of(WRAPPINGS), of(WRAPPINGS + 1)], [WRAPPINGS; 2]);
}

fn same_id() {
    let of = |count: usize| {
        let report = judged(&response(&(many(count, |_| assertion("_a", "", "")) + &signed("_a", ""))));
        let signature = report.captures[0].signatures.first().unwrap();
        (signature.status, signature.reason)
    };
    for count in [SAME_ID - 1, SAME_ID, SAME_ID + 1] {
        assert_eq!(of(count), ("invalid", Some("reference-ambiguous")), "{count}");
    }
}

fn claim_values() {
    let of = |count: usize| {
        let value = |i: usize| format!("<saml:AttributeValue>{i}</saml:AttributeValue>");
        let attribute = format!(
            r#"<saml:AttributeStatement><saml:Attribute Name="a">{}</saml:Attribute></saml:AttributeStatement>"#,
            many(count, value)
        );
        let report = judged(&response(&(assertion("_e", "", &attribute) + &signed("_a", ""))));
        let told = serde_json::to_value(&report.captures[0].wrappings[0]).unwrap();
        let values = told.pointer("/consumed/attributes/0/values").and_then(|values| values.as_array().map(Vec::len));
        values.unwrap_or_else(|| panic!("{told}"))
    };
    assert_eq!([of(CLAIM_VALUES), of(CLAIM_VALUES + 1)], [CLAIM_VALUES; 2]);
}

/// How many of so many assertions, in each of which white space was put in, have that told of them.
fn diagnosed(messages: usize) -> usize {
    let one = |i: usize| {
        let id = format!("_a{i}");
        // What was signed had a line end before the Subject.
        signed(&id, "").replacen("<saml:Subject>", "\n<saml:Subject>", 1)
    };
    let report = judged(&response(&many(messages, one)));
    report.captures[0].signatures.iter().filter(|signature| signature.diagnosis.is_some()).count()
}

fn doctor_signatures() {
    assert_eq!(diagnosed(DOCTOR_SIGNATURES + 1), DOCTOR_SIGNATURES);
}

fn report_entities() {
    let of = |count: usize| {
        let one = |i: usize| format!("<EntityDescriptor entityID='https://e{i}.example/'/>");
        let text = format!(
            "<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'>{}</EntitiesDescriptor>",
            many(count, one)
        );
        assert!(metadata_difference(&text, &text, Language::English).is_some());
        report(text.as_bytes()).abridged().metadata[0].rows.len()
    };
    assert_eq!([of(REPORT_ENTITIES), of(REPORT_ENTITIES + 1)], [REPORT_ENTITIES; 2]);
}

/// The self-test with something of it changed.
fn self_test(change: impl Fn(&mut serde_json::Value)) -> Result<SelfTest, String> {
    let mut file: serde_json::Value = serde_json::from_str(include_str!("../../static/self-test.json")).unwrap();
    change(&mut file);
    SelfTest::parse(file.to_string().as_bytes())
}

fn self_test_checks() {
    let of = |count: usize| {
        self_test(|file| {
            let checks = file["checks"].as_array_mut().unwrap();
            let one = checks[0].clone();
            checks.resize(count, one);
        })
    };
    assert!(of(SELF_TEST_CHECKS).is_ok());
    assert!(of(SELF_TEST_CHECKS + 1).err().unwrap().contains(&SELF_TEST_CHECKS.to_string()));
}

/// What the first check of the self-test comes to with this for its message.
fn first_check(text: &str, part: &str) -> String {
    let test = self_test(|file| {
        let name = file["checks"][0]["text"].as_str().unwrap().to_owned();
        file["parts"][name] = text.into();
        file["parts"]["limit"] = part.into();
    });
    test.unwrap().run(0, &|| true).checks[0].found.clone()
}

fn self_test_text_bytes() {
    assert!(!first_check(&"x".repeat(SELF_TEST_TEXT_BYTES), "").contains("is larger"));
    let found = first_check(&"x".repeat(SELF_TEST_TEXT_BYTES + 1), "");
    assert!(found.contains(&SELF_TEST_TEXT_BYTES.to_string()), "{found}");
}

fn self_test_pieces() {
    // One that holds itself ends all the same; without the limit this would not.
    assert!(!first_check("{limit}", "x{limit}").is_empty());
}
