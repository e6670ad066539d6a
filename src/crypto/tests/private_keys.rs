//! Private keys in the forms that openssl writes.

use super::{fixture, public_key};
use crate::crypto::PrivateKey;
use crate::crypto::private_key::PrivateKeyError;

const PASSPHRASE: Option<&[u8]> = Some(b"correct horse");

fn read(name: &str, passphrase: Option<&[u8]>) -> Result<PrivateKey, PrivateKeyError> {
    PrivateKey::read(&fixture(name), passphrase)
}

#[test]
fn every_plain_form_gives_its_public_key() {
    for (name, pair) in [
        ("rsa2048.key", "rsa2048"),
        ("rsa2048.pkcs1.pem", "rsa2048"),
        ("rsa2048.pkcs8.der", "rsa2048"),
        ("rsa512.key", "rsa512"),
        ("rsa1031.key", "rsa1031"),
        ("rsa16384.key", "rsa16384"),
        ("p256.key", "p256"),
        ("p256.sec1.pem", "p256"),
        ("p384.sec1.pem", "p384"),
        ("p521.key", "p521"),
        ("p521.sec1.pem", "p521"),
        ("ed25519.key", "ed25519"),
    ] {
        let key = read(name, None).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(key.public(), &public_key(pair), "{name}");
        assert!(key.belongs_to(&public_key(pair)) && !key.belongs_to(&public_key("other")));
        assert_eq!(format!("{key:?}"), "PrivateKey(..)");
    }
}

#[test]
fn encrypted_keys_open_with_their_passphrase_and_no_other() {
    for scheme in ["pbes2-sha256-aes256", "pbes2-sha1-aes128", "pbes2-sha512-aes192", "pbes2-3des", "pbes2-scrypt"] {
        let name = format!("rsa2048.{scheme}.pem");
        let key = read(&name, PASSPHRASE).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(key.belongs_to(&public_key("rsa2048")), "{name}");
        assert_eq!(read(&name, None).unwrap_err(), PrivateKeyError::NeedsPassphrase, "{name}");
        for wrong in ["", "wrong", "Correct horse", "correct horse "] {
            let found = read(&name, Some(wrong.as_bytes())).unwrap_err();
            assert_eq!(found, PrivateKeyError::WrongPassphrase, "{name}");
        }
    }
}

#[test]
fn what_is_not_opened_is_named() {
    let unsupported = |name: &str| match read(name, PASSPHRASE).unwrap_err() {
        PrivateKeyError::UnsupportedEncryption { name } => name,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(unsupported("rsa2048.pbes1-3des.pem"), "PKCS#12 PBE (SHA-1 and Triple DES)");
    let openssl = unsupported("rsa2048.openssl.pem");
    assert_eq!(openssl, "OpenSSL's own Proc-Type: 4,ENCRYPTED (AES-256-CBC)");
}

#[test]
fn a_costly_key_is_refused_before_it_costs_anything() {
    // Two iterations in the fixture, changed to four thousand million in place.
    let text = String::from_utf8(fixture("rsa2048.pbes2-costly.pem")).unwrap();
    let der = crate::crypto::armor::pem_blocks(&text).remove(0).content.unwrap();
    assert!(PrivateKey::read(der.expose(), PASSPHRASE).is_ok());
    let tlv = crate::crypto::asn1::der;
    let oid = |dotted: &[u8]| tlv(6, dotted);
    let pbkdf2 = |iterations: &[u8]| {
        let salt = tlv(4, &[1; 8]);
        let parameters = tlv(0x30, &[salt, tlv(2, iterations)].concat());
        let kdf = [oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12]), parameters].concat();
        let aes = [oid(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42]), tlv(4, &[0; 16])].concat();
        let both = tlv(0x30, &[tlv(0x30, &kdf), tlv(0x30, &aes)].concat());
        let pbes2 = [oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13]), both].concat();
        tlv(0x30, &[tlv(0x30, &pbes2), tlv(4, &[0; 32])].concat())
    };
    let most = crate::limits::MAX_PBKDF2_ITERATIONS;
    let without_passphrase = |iterations: u32| {
        let bytes = iterations.to_be_bytes();
        let first = bytes.iter().position(|byte| *byte > 0).unwrap();
        PrivateKey::read(&pbkdf2(&bytes[first..]), None).unwrap_err()
    };
    assert_eq!(without_passphrase(most), PrivateKeyError::NeedsPassphrase);
    assert!(matches!(without_passphrase(most + 1), PrivateKeyError::TooCostly { .. }));
    let found = PrivateKey::read(&pbkdf2(&[2]), PASSPHRASE).unwrap_err();
    assert_eq!(found, PrivateKeyError::WrongPassphrase);
    let found = PrivateKey::read(&pbkdf2(&[5, 0, 0, 0]), PASSPHRASE).unwrap_err();
    assert!(matches!(found, PrivateKeyError::TooCostly { .. }), "{found:?}");
}

#[test]
fn what_is_no_private_key_is_named() {
    let named = |name: &str| match read(name, None).unwrap_err() {
        PrivateKeyError::NotAPrivateKey { what } => what,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(named("rsa2048.crt"), "a PEM block of the label CERTIFICATE");
    assert_eq!(named("rsa2048.crt.der"), "a certificate");
    assert_eq!(named("bundle.p7.der"), "a PKCS#7 bundle");
    let spki = public_key("rsa2048").to_spki();
    let found = PrivateKey::read(&spki, None).unwrap_err();
    assert_eq!(found, PrivateKeyError::NotAPrivateKey { what: "a public key".to_owned() });
}

#[test]
fn no_change_of_a_byte_is_a_panic_and_no_inconsistent_key_is_taken() {
    let der = fixture("rsa2048.pkcs8.der");
    let mut taken = 0;
    // Every byte of the head, then one in seven: each try that gets far computes with big numbers.
    for index in (0..60).chain((60..der.len()).step_by(7)) {
        let mut changed = der.clone();
        changed[index] ^= 0x55;
        if let Ok(key) = PrivateKey::read(&changed, None) {
            // Only what is not used may change: versions, and the numbers of the Chinese remainder theorem.
            assert!(key.belongs_to(&public_key("rsa2048")), "{index}");
            taken += 1;
        }
        let _ = PrivateKey::read(&der[..index], None);
    }
    assert!(taken > 20, "{taken}");
}
