//! Owns telling whether bytes have a private key in them, however it is written: what says yes is handed on by nobody.

use memchr::memmem;
use zeroize::Zeroizing;

use super::limits::MAX_OBJECT_BYTES;
use super::private_key::{PrivateKey, PrivateKeyError};

/// What stands in texts that have a private key somewhere within.
const MARKS: [&[u8]; 7] = [
    b"PRIVATE KEY-----",
    // As a URL or a form has it.
    b"PRIVATE%20KEY-----",
    b"PRIVATE+KEY-----",
    // PEM in base64, as Kubernetes and variables of CI have it, wherever it begins.
    b"UFJJVkFURSBLRVktLS0tL",
    b"BSSVZBVEUgS0VZLS0tLS",
    b"QUklWQVRFIEtFWS0tLS0t",
    b"PuTTY-User-Key-File-",
];

/// What a store of keys of Java begins with: JKS and JCEKS.
const STORES: [&[u8]; 2] = [&[0xfe, 0xed, 0xfe, 0xed], &[0xce, 0xce, 0xce, 0xce]];

/// What the base64 of an unencrypted PKCS#8 or PKCS#1 key of RSA has behind its first six characters, cut or whole.
const HEADS: [&[u8]; 2] = [b"IBADAN", b"IBAAKC"];

/// Whether bytes are a private key or a store of them, or have one in text somewhere within.
pub(crate) fn holds_private_key(bytes: &[u8]) -> bool {
    if has_mark(bytes) || STORES.iter().any(|store| bytes.starts_with(store)) {
        return true;
    }
    // UTF-16, as Windows writes it, has every other byte 0.
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]) {
        let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
        text.extend(bytes.iter().filter(|byte| **byte != 0));
        if has_mark(&text) {
            return true;
        }
    }
    bytes.len() <= MAX_OBJECT_BYTES && (is_one(bytes) || is_json_key(bytes))
}

fn has_mark(bytes: &[u8]) -> bool {
    MARKS.iter().any(|mark| memmem::find(bytes, mark).is_some())
}

fn is_one(bytes: &[u8]) -> bool {
    use PrivateKeyError::{Malformed, NotAPrivateKey, TooLarge, Unreadable};
    if bytes.trim_ascii_start().get(6..12).is_some_and(|head| HEADS.contains(&head)) {
        return true;
    }
    match PrivateKey::read(bytes, None) {
        Err(NotAPrivateKey { what }) => what.contains("PKCS#12") || what.contains("PKCS12"),
        Err(TooLarge { .. } | Unreadable(_) | Malformed(_)) => false,
        _ => true,
    }
}

/// JWK (RFC 7518 §6): whichever kind of key it is, what is private in it is called `d`.
fn is_json_key(bytes: &[u8]) -> bool {
    [&b"\"kty\""[..], b"\"d\""].iter().all(|name| memmem::find(bytes, name).is_some())
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::super::armor::pem_blocks;
    use super::*;

    const KEY: &str = include_str!("../../tests/fixtures/encrypted/keys/sp.pkcs8.pem");

    #[test]
    fn a_private_key_is_seen_in_whatever_it_is_written() {
        let base64 = STANDARD.encode(KEY);
        let shifted = [STANDARD.encode(format!("x{KEY}")), STANDARD.encode(format!("xy{KEY}"))];
        let utf16: Vec<u8> = KEY.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let body: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
        let der = pem_blocks(KEY).remove(0).content.unwrap();
        let texts = [
            base64.clone(),
            format!("data:\n  tls.key: {base64}\n"),
            format!("{{\"key\": {}}}", serde_json::json!(KEY)),
            KEY.replace(' ', "%20"),
            format!("key={}", KEY.replace(' ', "+")),
            body.chars().take(400).collect(),
            "PuTTY-User-Key-File-3: ssh-rsa".to_owned(),
            r#"{"kty": "RSA", "n": "AQAB", "d": "AQAB"}"#.to_owned(),
        ];
        for text in texts.iter().chain(&shifted) {
            assert!(holds_private_key(text.as_bytes()), "{text}");
        }
        for bytes in [der.expose(), &utf16, include_bytes!("../../tests/fixtures/secrets/sp.p12"), STORES[0]] {
            assert!(holds_private_key(bytes));
        }
    }

    #[test]
    fn what_is_public_is_none() {
        let certificate = include_str!("../../tests/fixtures/encrypted/keys/sp.crt");
        let joined: String = certificate.lines().filter(|line| !line.starts_with('-')).collect();
        for text in [certificate, &joined, "<a/>", "", "\0\0", r#"{"kty": "RSA", "n": "AQAB", "e": "AQAB"}"#] {
            assert!(!holds_private_key(text.as_bytes()), "{text}");
        }
    }
}
