//! Signatures, and what they are over.

use samlens::limits::*;
use samlens::{Input, inspect};

use super::Proof::{Everywhere, Natively};
use super::SLOW;
use super::made::{assertion, context, is_bomb, judged, many, response, signature, signed};

pub const ROWS: super::Rows = &[
    ("SIGNED_BYTES", Natively(signed_bytes, SLOW)),
    ("HASHED_REFERENCES", Everywhere(hashed_references)),
    ("KEYS_TRIED", Everywhere(keys_tried)),
    ("WRAPPINGS", Everywhere(wrappings)),
    ("SAME_ID", Everywhere(same_id)),
    ("CLAIM_VALUES", Everywhere(claim_values)),
];

fn signed_bytes() {
    // Each signature is over all that stands within its assertion.
    let filler = format!("<saml:Advice>{}</saml:Advice>", "x".repeat(2 << 20));
    let signature = signature("_a", "");
    let of = |signatures: usize| assertion("_a", &signature.repeat(signatures), &filler);
    let is_room = |signatures: usize| {
        let (one, before) = (of(signatures), signatures - 1);
        before * one.len() < SIGNED_BYTES + 4 * response(&one).len()
    };
    let most = (1..).take_while(|signatures| is_room(*signatures)).last().unwrap();
    let under = judged(&response(&of(most)));
    assert!(under.captures[0].signatures.iter().all(|signature| signature.reason == Some("digest-mismatch")));
    let over = judged(&response(&of(most + 1)));
    let (last, others) = over.captures[0].signatures.split_last().unwrap();
    assert!(others.iter().all(|signature| signature.reason == Some("digest-mismatch")));
    assert_eq!((last.status, last.reason), ("unsupported", Some("limit")));
    assert!(serde_json::to_string(last).unwrap().contains("SIGNED_BYTES"));
    assert!(is_bomb(&over));
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

fn hashed_references() {
    // A signature of several References, of which the last fits what it names; no service may take it for one that holds.
    let told = |references: usize| {
        let one = signed("_a", "");
        let from = one.find("<ds:Reference ").unwrap();
        let reference = &one[from..one.find("</ds:SignedInfo>").unwrap()];
        let digest = reference.split("<ds:DigestValue>").nth(1).unwrap().split('<').next().unwrap();
        let other = reference.replace(digest, &"A".repeat(43)).replace("AA<", "A=<");
        let text = one.replacen(reference, &(other.repeat(references - 1) + reference), 1);
        judged(&response(&(assertion("_e", "", "") + &text))).captures.remove(0).wrappings.remove(0).shape
    };
    // That the signed element is there as it was signed is known up to the limit; beyond it that something was put in.
    assert_eq!([told(HASHED_REFERENCES), told(HASHED_REFERENCES + 1)], ["xsw3", "second-assertion"]);
}
