//! What is encrypted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlens::limits::*;
use samlens::{Input, inspect};

use super::Proof::{At, Everywhere, Natively};
use super::SLOW;
use super::made::{DS, context, many, response};

pub const ROWS: super::Rows = &[
    ("ENCRYPTED_PARTS", Natively(encrypted_parts, SLOW)),
    ("ENCRYPTED_KEYS", Everywhere(encrypted_keys)),
    ("KEY_ATTEMPTS", Natively(key_attempts, SLOW)),
    ("DECRYPTION_ROUNDS", At("tests/engine/encrypted/sealed.rs", "DECRYPTION_ROUNDS")),
    ("KEY_NAMES", Everywhere(key_names)),
];

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

fn key_names() {
    let of = |count: usize| {
        let mut context = context();
        context.add_private_key("sp.key", include_bytes!("../fixtures/crypto/rsa512.key"), None).unwrap();
        let names = many(count, |i| format!("<ds:KeyName>name {i}</ds:KeyName>"));
        let method = r#"xmlenc#rsa-1_5"/>"#;
        let named = format!(r#"{method}<ds:KeyInfo xmlns:ds="{DS}">{names}</ds:KeyInfo>"#);
        let text = response(&sealed(1).replacen(method, &named, 1));
        let report = inspect(&[Input { name: "input", bytes: text.as_bytes() }], &context);
        let told = report.findings.iter().flat_map(|finding| &finding.evidence).filter_map(|one| one.actual.as_deref());
        told.map(|told| told.matches("name ").count()).max().unwrap()
    };
    assert_eq!([of(KEY_NAMES), of(KEY_NAMES + 1)], [KEY_NAMES; 2]);
}
