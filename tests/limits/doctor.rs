//! The search for what broke a signature: what would make it hold is found up to a limit, and not beyond it.

use samlens::limits::*;
use samlens::{Context, Diagnosis, Input, inspect};

use super::Proof::{At, Everywhere, Natively};
use super::SLOW;
use super::made::{CERTIFICATE, DS, SAMLP, base64_of, context, judged, many, response, signed, trusting};

const BUDGET: &str = "src/dsig/doctor/tests.rs";

pub const ROWS: super::Rows = &[
    ("DOCTOR_BYTES", At(BUDGET, "what_the_budget_just_suffices_for_is_found")),
    ("DOCTOR_SIGNATURE_BYTES", At(BUDGET, "a_signature_has_its_share_of_a_budget_and_each_try_its_price")),
    ("DOCTOR_MESSAGE_BYTES", Everywhere(doctor_message_bytes)),
    ("DOCTOR_SIGNATURES", Natively(doctor_signatures, SLOW)),
    ("DOCTOR_CANDIDATE_BYTES", At(BUDGET, "a_signature_has_its_share_of_a_budget_and_each_try_its_price")),
    ("DOCTOR_VERIFICATIONS", At(BUDGET, "what_is_left_unverified_is_not_ruled_out")),
    ("DOCTOR_KEYS", Everywhere(doctor_keys)),
    ("DOCTOR_HINTS", Everywhere(doctor_hints)),
    ("DOCTOR_VALUES", Everywhere(doctor_values)),
    ("DOCTOR_TIMES", Everywhere(doctor_times)),
    ("DOCTOR_VALUE_BYTES", Everywhere(doctor_value_bytes)),
    ("DOCTOR_PLACES", Everywhere(doctor_places)),
];

/// What is said of the signature of a message.
fn diagnosis(xml: &str, context: &Context) -> Option<Diagnosis> {
    let report = inspect(&[Input { name: "input", bytes: xml.as_bytes() }], context);
    report.captures[0].signatures[0].diagnosis.clone()
}

/// Attributes of these values, and signatures over them.
fn attributes(values: impl IntoIterator<Item = String>) -> String {
    let one = |value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>");
    let values: String = values.into_iter().map(one).collect();
    format!(r#"<saml:AttributeStatement><saml:Attribute Name="n">{values}</saml:Attribute></saml:AttributeStatement>"#)
}

/// Whether it is found what a value was that is another now: `(was, is)`.
fn is_found(inner: &str, (was, is): (&str, &str), context: &Context) -> bool {
    let text = signed("_a", inner);
    let changed = text.replacen(&format!(">{was}<"), &format!(">{is}<"), 1);
    assert_ne!(changed, text);
    let edits = diagnosis(&response(&changed), context).map(|diagnosis| diagnosis.edits).unwrap_or_default();
    edits.iter().any(|edit| edit.was.as_deref() == Some(was) && edit.is.as_deref() == Some(is))
}

fn doctor_message_bytes() {
    let is_found = |bytes: usize| {
        let text = response(&signed("_a", "").replacen("<saml:Subject>", "\n<saml:Subject>", 1));
        let room = " ".repeat(bytes - text.len());
        diagnosis(&text.replacen("</samlp:Response>", &(room + "</samlp:Response>"), 1), &trusting()).is_some()
    };
    assert_eq!([is_found(DOCTOR_MESSAGE_BYTES), is_found(DOCTOR_MESSAGE_BYTES + 1)], [true, false]);
}

/// How many of so many assertions, in each of which white space was put in, have that told of them.
fn diagnosed(messages: usize) -> usize {
    let one = |i: usize| {
        let id = format!("_a{i}");
        // What was signed had no line end before the Subject.
        signed(&id, "").replacen("<saml:Subject>", "\n<saml:Subject>", 1)
    };
    let report = judged(&response(&many(messages, one)));
    report.captures[0].signatures.iter().filter(|signature| signature.diagnosis.is_some()).count()
}

fn doctor_signatures() {
    assert_eq!([diagnosed(DOCTOR_SIGNATURES), diagnosed(DOCTOR_SIGNATURES + 1)], [DOCTOR_SIGNATURES; 2]);
}

fn doctor_keys() {
    // The key that fits is the last of those of another identity provider; one that does not is given for its own.
    let is_found = |keys: usize| {
        let mut context = context();
        let other = include_bytes!("../fixtures/crypto/p256.crt");
        context.add_certificates("other.crt", other).unwrap();
        let key = |pem: &str| {
            format!(
                r#"<KeyDescriptor use="signing"><KeyInfo xmlns="{DS}"><X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"#,
                base64_of(pem)
            )
        };
        let keys = key(str::from_utf8(other).unwrap()).repeat(keys - 2) + &key(CERTIFICATE);
        let metadata = format!(
            r#"<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><EntityDescriptor entityID="https://other.example/"><IDPSSODescriptor protocolSupportEnumeration="{SAMLP}">{keys}</IDPSSODescriptor></EntityDescriptor><EntityDescriptor entityID="https://third.example/"/></EntitiesDescriptor>"#
        );
        context.add_metadata("other.xml", metadata.as_bytes()).unwrap();
        diagnosis(&response(&signed("_a", "")), &context).is_some_and(|diagnosis| diagnosis.edit == "other-key")
    };
    assert_eq!([is_found(DOCTOR_KEYS), is_found(DOCTOR_KEYS + 1)], [true, false]);
}

fn doctor_hints() {
    let is_found = |hints: usize| {
        let mut context = trusting();
        let users = (1..hints).map(|i| format!("user {i}")).chain(["the one that was signed".to_owned()]);
        context.alibaba.ram_users = Some(users.collect());
        is_found(&attributes(["the one that was signed".to_owned()]), ("the one that was signed", "x"), &context)
    };
    assert_eq!([is_found(DOCTOR_HINTS), is_found(DOCTOR_HINTS + 1)], [true, false]);
}

fn doctor_values() {
    // Beside these: the values of three attributes of the Assertion, its Issuer, the NameID, the attribute's name.
    const OTHERS: usize = 6;
    let is_found = |values: usize| {
        // In the order of the alphabet; what was signed stands there twice, and is the last of them.
        let fill = (1..values - OTHERS).map(|i| format!("fill {i}"));
        let inner =
            attributes(["what was signed".to_owned()].into_iter().chain(fill).chain(["what was signed".to_owned()]));
        is_found(&inner, ("what was signed", "what was sinned"), &trusting())
    };
    assert_eq!([is_found(DOCTOR_VALUES), is_found(DOCTOR_VALUES + 1)], [true, false]);
}

fn doctor_times() {
    let is_found = |times: usize| {
        // Years, the first of them that of the IssueInstant; what was signed is five minutes from the last.
        let years = (1..times).map(|i| format!("{}-01-01T00:00:00Z", 2026 + i));
        let was = format!("{}-01-01T00:05:00Z", 2026 + times - 1);
        let inner = attributes(years.chain([was.clone()]));
        is_found(&inner, (&was, "2099-09-09T09:09:09Z"), &trusting())
    };
    assert_eq!([is_found(DOCTOR_TIMES), is_found(DOCTOR_TIMES + 1)], [true, false]);
}

fn doctor_value_bytes() {
    let is_found = |was: &str, is: &str| {
        let mut context = trusting();
        context.alibaba.ram_users = Some(vec![was.to_owned()]);
        is_found(&attributes([was.to_owned()]), (was, is), &context)
    };
    let [under, over] = [DOCTOR_VALUE_BYTES, DOCTOR_VALUE_BYTES + 1].map(|bytes| "x".repeat(bytes));
    assert_eq!([is_found(&under, "y"), is_found(&over, "y")], [true, false]);
    assert_eq!([is_found("y", &under), is_found("y", &over)], [true, false]);
}

fn doctor_places() {
    let of = |count: usize| {
        let text = signed("_a", &attributes((0..count).map(|i| format!("value {i}"))));
        let text = text.replace("<saml:AttributeValue>", "\n<saml:AttributeValue>");
        let edit = diagnosis(&response(&text), &trusting()).unwrap().edits.remove(0);
        (edit.count, edit.places.len())
    };
    assert_eq!(of(DOCTOR_PLACES), (DOCTOR_PLACES, DOCTOR_PLACES));
    assert_eq!(of(DOCTOR_PLACES + 1), (DOCTOR_PLACES + 1, DOCTOR_PLACES));
}
