//! Certificates against what openssl says of them, and the strange ones.

use super::{fixture, public_key};
use crate::crypto::armor::certificates;
use crate::crypto::asn1;
use crate::crypto::certificate::{Certificate, Oddity};
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::{EncodingOddity, PublicKey};

/// The one certificate of a fixture.
pub(super) fn certificate(name: &str) -> Certificate {
    let mut bundle = certificates(&fixture(name)).unwrap();
    assert_eq!(bundle.certificates.len(), 1, "{name}");
    bundle.certificates.remove(0).unwrap()
}

fn strict(der: &[u8]) -> bool {
    use x509_cert::der::Decode;
    x509_cert::Certificate::from_der(der).is_ok()
}

#[test]
fn the_facts_are_those_that_openssl_finds() {
    let facts = String::from_utf8(fixture("facts.txt")).unwrap();
    for line in facts.lines() {
        let facts: Vec<&str> = line.split('\t').collect();
        let [name, subject, issuer, serial, not_before, not_after, sha1, sha256, spki] = facts[..] else {
            panic!("{line}")
        };
        let found = certificate(name);
        assert_eq!(found.subject, subject, "{name}");
        assert_eq!(found.issuer, issuer, "{name}");
        assert!(found.self_issued);
        if !serial.starts_with('-') {
            assert_eq!(found.serial_hex().trim_start_matches("00").to_uppercase(), serial);
        }
        let time = |text: &str| text.replacen(' ', "T", 1);
        assert_eq!(found.not_before.text, time(not_before), "{name}");
        assert_eq!(found.not_after.text, time(not_after), "{name}");
        let fingerprint = |algorithm| found.fingerprint(algorithm).hex();
        assert_eq!(fingerprint(DigestAlgorithm::Sha1), sha1.replace(':', "").to_lowercase());
        assert_eq!(fingerprint(DigestAlgorithm::Sha256), sha256.replace(':', "").to_lowercase());
        assert_eq!(found.spki_sha256().hex(), spki, "{name}");
        let key = found.key.clone().unwrap();
        assert_eq!(key.spki_sha256(), found.spki_sha256(), "{name}");
        match name.strip_suffix(".crt") {
            Some("negative" | "longserial") => assert_eq!(key, public_key("rsa1024")),
            Some("v1" | "pss") => assert_eq!(key, public_key("rsa2048")),
            Some(pair) => assert_eq!(key, public_key(pair)),
            None => panic!("{name}"),
        }
        if !matches!(name, "negative.crt" | "longserial.crt") {
            assert_eq!(found.oddities, [], "{name}");
            assert!(strict(&found.der), "{name}");
        }
    }
}

#[test]
fn version_algorithm_and_key_identifier_are_told() {
    let found = certificate("rsa2048.crt");
    assert_eq!((found.version, found.signature_algorithm.as_str()), (3, "RSA with SHA-256"));
    // Method 1 of RFC 5280 §4.2.1.2: SHA-1 over the bits of the key, which openssl uses.
    let PublicKey::Rsa(key) = found.key.unwrap() else { panic!() };
    let numbers = [asn1::der_unsigned(key.modulus()), asn1::der_unsigned(key.exponent())].concat();
    let bits = asn1::der(asn1::SEQUENCE, &numbers);
    let expected = crate::crypto::digest::digest(DigestAlgorithm::Sha1, &bits);
    assert_eq!(found.subject_key_identifier.as_deref(), Some(expected.as_bytes()));
    let old = certificate("v1.crt");
    assert_eq!((old.version, old.subject_key_identifier), (1, None));
    assert_eq!(certificate("pss.crt").signature_algorithm, "RSASSA-PSS");
    assert_eq!(certificate("p384.crt").signature_algorithm, "ECDSA with SHA-384");
    assert_eq!(certificate("ed25519.crt").signature_algorithm, "Ed25519");
}

#[test]
fn strange_serials_are_read_and_told() {
    let negative = certificate("negative.crt");
    assert_eq!(negative.oddities, [Oddity::NegativeSerial]);
    assert_eq!(negative.serial_decimal().as_deref(), Some("-81985529216486895"));
    let long = certificate("longserial.crt");
    assert_eq!(long.oddities, [Oddity::LongSerial(30)]);
    let expected = "851947287736411764705882352941176470588235294117647058823529411764705";
    // Only the shape: thirty bytes 7b make a number of 72 digits.
    assert_eq!(long.serial_decimal().unwrap().len(), expected.len() + 3);
    let serial = |bytes: &[u8]| {
        let mut certificate = long.clone();
        certificate.serial = bytes.to_vec();
        certificate.serial_decimal()
    };
    for (bytes, expected) in [
        (&[0][..], "0"),
        (&[0x7f], "127"),
        (&[0, 0x80], "128"),
        (&[0x80], "-128"),
        (&[0xff], "-1"),
        (&[1, 0, 0, 0, 0, 0, 0, 0, 0], "18446744073709551616"),
    ] {
        assert_eq!(serial(bytes).as_deref(), Some(expected));
    }
    assert_eq!(serial(&[1; 257]), None);
    assert!(serial(&[1; 256]).is_some());
}

#[test]
fn certificates_that_are_not_der_give_the_same_facts() {
    let regular = certificate("rsa2048.crt");
    for (name, odd) in [
        ("indefinite.der", EncodingOddity::IndefiniteLength),
        ("overlong.der", EncodingOddity::OverlongLength),
        ("trailing.der", EncodingOddity::TrailingBytes(4)),
    ] {
        let found = certificate(name);
        assert!(!strict(&fixture(name)), "{name}");
        assert_eq!(found.oddities, [Oddity::Encoding(odd)], "{name}");
        assert_eq!(found.key, regular.key, "{name}");
        assert_eq!(found.subject, regular.subject, "{name}");
        assert_eq!(found.serial, regular.serial, "{name}");
        assert_eq!(found.subject_key_identifier, regular.subject_key_identifier, "{name}");
        assert_eq!(found.spki_sha256(), regular.spki_sha256(), "{name}");
    }
    assert_eq!(certificate("trailing.der").der, regular.der);
    assert_eq!(certificate("indefinite.der").der, fixture("indefinite.der"));
}

#[test]
fn damaged_fields_are_told_and_the_key_is_still_there() {
    let regular = certificate("rsa2048.crt");
    let dates = certificate("baddate.der");
    let odd = [Oddity::UnreadableDate("never".to_owned()), Oddity::IrregularDate("2611220800+0100".to_owned())];
    assert_eq!(dates.oddities, odd);
    assert_eq!((dates.not_before.unix, dates.not_before.text.as_str()), (None, "never"));
    assert_eq!(dates.not_after.text, "2026-11-22T07:00:00Z");
    let version = certificate("noversion.der");
    assert_eq!((version.version, &version.oddities[..]), (1, &[Oddity::ExtensionsBeforeVersion3][..]));
    let extension = certificate("badextension.der");
    assert_eq!(extension.oddities, [Oddity::UnreadableExtensions]);
    for found in [dates, version, extension] {
        assert_eq!(found.key, regular.key);
    }
}

#[test]
fn a_certificate_that_is_cut_off_gives_what_is_left() {
    let der = fixture("rsa2048.crt.der");
    let regular = Certificate::from_der(&der).unwrap();
    for len in 0..der.len() {
        match Certificate::from_der(&der[..len]) {
            Ok(found) => {
                assert!(!found.is_strict(), "{len}");
                if found.spki() == regular.spki() {
                    assert_eq!(found.key, regular.key, "{len}");
                }
            }
            Err(_) => assert!(len < 900, "{len}"),
        }
    }
    let cut = Certificate::from_der(&der[..der.len() - 40]).unwrap();
    assert_eq!(cut.key, regular.key);
    assert_eq!(cut.oddities, [Oddity::Encoding(EncodingOddity::Truncated(40))]);
}

#[test]
fn what_is_strict_here_is_strict_elsewhere_whatever_byte_is_changed() {
    use x509_cert::der::{Decode, ErrorKind};

    let mut taken = [0; 2];
    for name in ["rsa2048.crt.der", "indefinite.der"] {
        let der = fixture(name);
        for index in 0..der.len() {
            for flip in [0x01, 0x20, 0x80, 0xff] {
                let mut changed = der.clone();
                changed[index] ^= flip;
                let _ = certificates(&changed);
                let found = Certificate::from_der(&changed);
                match x509_cert::Certificate::from_der(&changed) {
                    // A lost version or a damaged key is odd to us, where the crate does not look.
                    Ok(_) => {
                        assert!(found.is_ok(), "{name} {index} {flip}: {found:?}");
                        taken[0] += 1;
                    }
                    // The crate has no identifiers from 2.40 on, which X.660 has.
                    Err(error) if matches!(error.kind(), ErrorKind::OidMalformed) => {}
                    Err(error) => {
                        let strict = found.as_ref().is_ok_and(Certificate::is_strict);
                        assert!(!strict, "{name} {index} {flip}: {error:?}");
                        taken[1] += usize::from(found.is_ok_and(|found| found.key.is_ok()));
                    }
                }
            }
        }
    }
    // Both sides must have had something to say.
    assert!(taken[0] > 1000 && taken[1] > 500, "{taken:?}");
}
