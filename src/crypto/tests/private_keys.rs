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
fn bare_base64_is_a_form_too_and_other_text_is_none() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(fixture("rsa2048.pkcs8.der"));
    let key = PrivateKey::read(text.as_bytes(), None).unwrap();
    assert_eq!(key.public(), &public_key("rsa2048"));
    let refused = |input: &[u8]| PrivateKey::read(input, None).unwrap_err();
    assert!(matches!(refused(b"no key*"), PrivateKeyError::Unreadable(_)));
    assert!(matches!(refused("\u{5bc6}\u{94a5}".as_bytes()), PrivateKeyError::Malformed(_)), "no base64 to begin with");
    let most = crate::limits::MAX_OBJECT_BYTES;
    assert!(!matches!(refused(&vec![b'A'; most]), PrivateKeyError::TooLarge { .. }));
    for bytes in [most + 1, most + 2] {
        assert_eq!(refused(&vec![b'A'; bytes]), PrivateKeyError::TooLarge { bytes });
    }
}

#[test]
fn what_is_none_is_described() {
    use crate::crypto::asn1::{INTEGER, SEQUENCE, der};
    let named = |input: &[u8]| match PrivateKey::read(input, None).unwrap_err() {
        PrivateKeyError::NotAPrivateKey { what } => what,
        other => panic!("{other:?}"),
    };
    let content = |name: &str| {
        let text = String::from_utf8(fixture(name)).unwrap();
        crate::crypto::armor::pem_blocks(&text).remove(0).content.unwrap().expose().to_vec()
    };
    assert_eq!(named(&content("request.csr")), "a certificate request");
    assert_eq!(named(&content("rsa2048.crt")), "a certificate");
    let numbers = [der(INTEGER, &[0, 0xc1]), der(INTEGER, &[3])].concat();
    assert_eq!(named(&der(SEQUENCE, &numbers)), "an RSA public key");
}

#[test]
fn keys_of_many_primes_open_up_to_eight_of_them() {
    use super::unhex;
    use crate::crypto::asn1::{INTEGER, SEQUENCE, der, der_unsigned};
    let key = |n: &str, d: &str, primes: &str| {
        let number = |hex: &str| der_unsigned(&unhex(hex));
        let primes: Vec<_> = primes.split(' ').map(number).collect();
        // The numbers of the Chinese remainder theorem are computed anew.
        let (one, none) = (der(INTEGER, &[1]), der(INTEGER, &[1]));
        let others: Vec<u8> =
            primes[2..].iter().flat_map(|prime| der(SEQUENCE, &[prime.clone(), none.repeat(2)].concat())).collect();
        let first = [one, number(n), number("010001"), number(d), primes[0].clone(), primes[1].clone()].concat();
        der(SEQUENCE, &[first, none.repeat(3), der(SEQUENCE, &others)].concat())
    };
    let eight = key(
        "4b18000e2ff47daae2fbc8bed3b2b37093c3d1e4f47c0015ac8f2f908114cb80ca05405221bd102d5075399b73817e8f8fb9c41bf4831a7317424562481ca2ea5601",
        "012dcf8944e9ecff912f512f905c47a6e800ccc81de54d14f03b77ac91b0867dcaa4d73d2bf1b2224467b5e2351b12266f0e8328e568d59b259cd6e9ffb16381",
        "03b4db9e4aabffca69 030e3a8cc385e43e41 0313fe32fd817a32d9 035f5d92835e40867b 03b9f1c4062e07143b 0344a03a650f24e3bf 03c7d8c1b085f4331d 038d2e7618074b4343",
    );
    let nine = key(
        "03951a97317e337273b0ec6798861f5aa1f18cb82aaf89e9961c43f65bc7552fb5b56d508c9d418792bfefceb41567125f91907aa8cd5b570fb11c0f78ca9896d02b5faf",
        "531f12b1ef53470b36641626fe8a14cbb512ca3a53516630987eb4fadbc1af5db81980386aab1acde2d6ee1f84b5fee1e07b68c30b822035813411391922a651",
        "0d48356c275d1f85 0d523ce2e065c0c7 0cadfcad92209609 0e0f8ddf0f029c6f 0f1b1bc6b1a09f31 0e414480ef748a91 0cca5de5f4244cd3 0dc38ac2a716cfd3 0cddec71b172863b",
    );
    assert_eq!(PrivateKey::read(&eight, None).unwrap().public().bits(), Some(527));
    assert_eq!(PrivateKey::read(&nine, None).unwrap_err(), PrivateKeyError::Inconsistent);
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
