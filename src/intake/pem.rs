//! Certificates and keys that stand beside messages: PEM, DER, or the bare base64 of a certificate.
//!
//! A private key is kept in memory alone: no step shows what is in it, and no case file carries the input.

use super::step::{Detail, Foreign, Step, StepErrorKind, StepName};
use super::value::looks_like_xml;
use super::{Capture, take_bytes};
use crate::crypto::armor::{self, ArmorError, Bundle, PemBlock, pem_blocks};
use crate::crypto::private_key::PrivateKeyError;
use crate::crypto::{Certificate, PrivateKey, PublicKey};
use crate::limits;

/// What an input gives beside messages.
#[derive(Debug, Clone)]
pub enum Given {
    /// Certificates or public keys, as they were read.
    Certificates(Vec<u8>),
    /// A private key of the service.
    PrivateKey(PrivateKey),
}

const BEGIN: &str = "-----BEGIN ";
/// What tools write before a block: `openssl pkcs12`, `openssl x509 -text`, `openssl s_client -showcerts`.
const PREFACES: [&str; 4] = ["Bag Attributes", "Certificate:", "subject=", "subject ="];
/// What `openssl pkcs12` writes of a key.
const NO_ATTRIBUTES: &str = "<No Attributes>";
/// The fewest characters of base64 that are a certificate or a key: one of an elliptic curve has more.
const LEAST: usize = 120;

/// PEM, or the base64 that stands in it, and nothing else.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    if !trimmed.starts_with(BEGIN) && !PREFACES.iter().any(|preface| trimmed.starts_with(preface)) {
        return bare(origin, trimmed);
    }
    if !trimmed.contains(BEGIN) || holds_more(trimmed) {
        return None;
    }
    if trimmed.len() > limits::MAX_BUNDLE_BYTES {
        let limit = StepErrorKind::Limit { name: "MAX_BUNDLE_BYTES", limit: limits::MAX_BUNDLE_BYTES };
        return Some(vec![origin.clone().fail(StepName::Keys, text.len(), limit, limits::MAX_BUNDLE_BYTES)]);
    }
    let blocks = pem_blocks(trimmed);
    if let [PemBlock { label, content: Ok(content), .. }] = blocks.as_slice()
        && label == "CERTIFICATE"
        && looks_like_xml(content.expose())
    {
        // What certutil -encode makes of any file.
        let mut capture = origin.clone();
        let step = Step::done(StepName::Base64, text.len(), content.expose().len());
        capture.steps.push(step.making(content.expose()));
        return Some(take_bytes(capture, content.expose()));
    }
    let mut all = Vec::new();
    let bundle = armor::certificates(trimmed.as_bytes());
    match bundle {
        Err(ArmorError::TooMany) => {
            let limit = StepErrorKind::Limit { name: "MAX_CERTIFICATES", limit: limits::MAX_CERTIFICATES };
            all.push(origin.clone().fail(StepName::Keys, text.len(), limit, text.len()));
        }
        Err(_) => all.push(unread(origin, text)),
        Ok(bundle) if !bundle.certificates.is_empty() => all.push(certificates(origin, trimmed.as_bytes(), &bundle)),
        Ok(_) => {}
    }
    let keys = armor::public_keys(trimmed.as_bytes());
    if let (Some(first), true) = (keys.first(), all.is_empty()) {
        all.push(public_keys(origin, trimmed.as_bytes(), &keys, first));
    }
    for block in blocks.iter().filter(|block| block.label.contains("PRIVATE KEY")).take(limits::REPORT_KEYS) {
        all.push(private_key(origin, trimmed.len(), PrivateKey::from_block(block)));
    }
    if all.is_empty() {
        all.push(origin.is_foreign(text, Foreign::Pem));
    }
    Some(all)
}

/// DER, known by its first bytes: a SEQUENCE whose length takes bytes of its own, which no text begins with.
pub(super) fn take_der(origin: &Capture, bytes: &[u8]) -> Option<Vec<Capture>> {
    if !matches!(bytes, [0x30, 0x80..=0x84, ..]) || bytes.len() > limits::MAX_BUNDLE_BYTES {
        return None;
    }
    let bundle = armor::certificates(bytes).ok()?;
    if bundle.certificates.iter().any(Result::is_ok) {
        return Some(vec![certificates(origin, bytes, &bundle)]);
    }
    let key = PrivateKey::read(bytes, None);
    if matches!(&key, Err(PrivateKeyError::Malformed(_))) {
        return Some(vec![certificates(origin, bytes, &bundle)]);
    }
    Some(vec![private_key(origin, bytes.len(), key)])
}

/// What stands in a PEM block without its lines, as metadata and admin pages have it.
fn bare(origin: &Capture, trimmed: &str) -> Option<Vec<Capture>> {
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || matches!(b, b'+' | b'/' | b'=');
    let may_be = trimmed.starts_with("MI") && (LEAST..=2 * limits::MAX_OBJECT_BYTES).contains(&trimmed.len());
    if !may_be || !trimmed.bytes().all(is_base64) {
        return None;
    }
    let bundle = armor::certificates(trimmed.as_bytes()).ok()?;
    if bundle.certificates.iter().any(Result::is_ok) {
        return Some(vec![certificates(origin, trimmed.as_bytes(), &bundle)]);
    }
    let key = PrivateKey::read(trimmed.as_bytes(), None);
    let is_one = !matches!(&key, Err(PrivateKeyError::NotAPrivateKey { .. } | PrivateKeyError::Malformed(_)));
    is_one.then(|| vec![private_key(origin, trimmed.len(), key)])
}

/// Whether something stands between or behind the blocks that may be a message.
fn holds_more(text: &str) -> bool {
    let mut outside = text.split(BEGIN).enumerate().map(|(number, piece)| match number {
        0 => piece,
        _ => piece.split_once("-----END ").and_then(|(_, end)| end.split_once("-----")).map_or("", |(_, rest)| rest),
    });
    outside.any(|piece| piece.replace(NO_ATTRIBUTES, "").contains('<') || piece.contains("SAML"))
}

fn certificates(origin: &Capture, bytes: &[u8], bundle: &Bundle) -> Capture {
    let read: Vec<&Certificate> = bundle.certificates.iter().flatten().collect();
    let Some(first) = read.first() else {
        return origin.clone().fail(StepName::Keys, bytes.len(), StepErrorKind::Certificate, bytes.len());
    };
    let detail = Detail::Certificates { count: read.len(), subject: first.subject.clone() };
    given(origin, bytes.len(), "Certificate", detail, Given::Certificates(bytes.to_vec()))
}

fn public_keys(origin: &Capture, bytes: &[u8], keys: &[PublicKey], first: &PublicKey) -> Capture {
    let detail = Detail::PublicKeys { count: keys.len(), name: sized(first) };
    given(origin, bytes.len(), "PublicKey", detail, Given::Certificates(bytes.to_vec()))
}

fn private_key(origin: &Capture, bytes_in: usize, key: Result<PrivateKey, PrivateKeyError>) -> Capture {
    let mut capture = match key {
        Ok(key) => {
            let detail = Detail::PrivateKey { name: sized(key.public()) };
            given(origin, bytes_in, "PrivateKey", detail, Given::PrivateKey(key))
        }
        Err(error) => {
            // What is cut or damaged was read to its end.
            let is_damaged = matches!(&error, PrivateKeyError::Malformed(_) | PrivateKeyError::Unreadable(_));
            let at = if is_damaged { bytes_in } else { 0 };
            origin.clone().fail(StepName::Keys, bytes_in, StepErrorKind::PrivateKey(error), at)
        }
    };
    capture.steps.iter_mut().for_each(|step| step.head.clear());
    capture.is_secret = true;
    capture
}

fn given(origin: &Capture, bytes: usize, kind: &'static str, detail: Detail, given: Given) -> Capture {
    let mut capture = origin.clone();
    let mut step = Step::done(StepName::Keys, bytes, bytes);
    step.detail = Some(detail);
    capture.steps.push(step);
    capture.kind = Some(kind);
    capture.given = Some(given);
    capture
}

fn unread(origin: &Capture, text: &str) -> Capture {
    origin.clone().fail(StepName::Keys, text.len(), StepErrorKind::Certificate, text.len())
}

/// `RSA 2048`
fn sized(key: &PublicKey) -> String {
    match (key.name(), key.bits()) {
        (name, Some(bits)) if !name.contains(' ') => format!("{name} {bits}"),
        (name, _) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::super::take as all;
    use super::*;

    const CERTIFICATE: &str = include_str!("../../tests/fixtures/crypto/rsa2048.crt");
    const KEY: &str = include_str!("../../tests/fixtures/crypto/rsa2048.key");

    fn kinds(bytes: &[u8]) -> Vec<Option<&'static str>> {
        all(bytes).iter().map(|capture| capture.kind.filter(|_| capture.error().is_none())).collect()
    }

    #[test]
    fn certificates_and_keys_are_told_apart_in_every_form() {
        assert_eq!(kinds(CERTIFICATE.as_bytes()), [Some("Certificate")]);
        assert_eq!(kinds(KEY.as_bytes()), [Some("PrivateKey")]);
        assert_eq!(kinds(format!("{KEY}\n{CERTIFICATE}").as_bytes()), [Some("Certificate"), Some("PrivateKey")]);
        assert_eq!(kinds(include_bytes!("../../tests/fixtures/crypto/rsa2048.crt.der")), [Some("Certificate")]);
        assert_eq!(kinds(include_bytes!("../../tests/fixtures/crypto/rsa2048.pkcs8.der")), [Some("PrivateKey")]);
        assert_eq!(kinds(include_bytes!("../../tests/fixtures/crypto/bundle.p7.der")), [Some("Certificate")]);
        assert_eq!(kinds(include_bytes!("../../tests/fixtures/crypto/rsa2048.pub")), [Some("PublicKey")]);
        let bare: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(kinds(bare.as_bytes()), [Some("Certificate")]);
        let bag = format!("Bag Attributes\n    friendlyName: sp\nKey Attributes: <No Attributes>\n{CERTIFICATE}");
        assert_eq!(kinds(bag.as_bytes()), [Some("Certificate")]);
    }

    #[test]
    fn a_message_within_the_lines_of_a_certificate_is_read_as_one() {
        use ::base64::Engine;
        let xml = "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_a1\"/>";
        let armored = |label: &str, text: &str| {
            let text = ::base64::engine::general_purpose::STANDARD.encode(text);
            format!("-----BEGIN {label}-----\r\n{text}\r\n-----END {label}-----\r\n")
        };
        let text = armored("CERTIFICATE", xml);
        let read = all(text.as_bytes()).remove(0);
        assert_eq!((read.xml.as_deref(), read.kind), (Some(xml), None));
        assert_eq!(read.steps[0].name, StepName::Base64);
        for (label, text) in [("PRIVATE KEY", xml), ("CERTIFICATE", "words")] {
            let armored = armored(label, text);
            let found = all(armored.as_bytes());
            assert!(found.iter().all(|capture| capture.xml.is_none()), "{label} {text}");
        }
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let error = |bytes: &[u8]| all(bytes)[0].error().unwrap().1.kind.clone();
        let encrypted = include_bytes!("../../tests/fixtures/crypto/rsa2048.pbes2-sha256-aes256.pem");
        assert_eq!(error(encrypted), StepErrorKind::PrivateKey(PrivateKeyError::NeedsPassphrase));
        let request = include_bytes!("../../tests/fixtures/crypto/request.csr");
        assert_eq!(error(request), StepErrorKind::Foreign(Foreign::Pem));
        assert_eq!(error(&CERTIFICATE.as_bytes()[..200]), StepErrorKind::Certificate);
        assert_eq!(
            error(b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"),
            StepErrorKind::Foreign(Foreign::Pem)
        );
    }

    #[test]
    fn nothing_of_a_private_key_is_shown() {
        for capture in all(format!("\u{FEFF}{KEY}").as_bytes()) {
            assert!(capture.is_secret && capture.steps.iter().all(|step| step.head.is_empty()), "{capture:?}");
            assert!(!format!("{capture:?}").contains("MIIE"), "{capture:?}");
        }
    }
}
