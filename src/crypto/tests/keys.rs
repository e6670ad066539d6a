//! Public keys: the same from every form, and those that cannot be computed with.

use super::{MESSAGE, public_key};
use crate::crypto::algorithm::SignatureMethod;
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::key::{Curve, KeyError, PublicKey};
use crate::crypto::verify::{VerifyError, verify, verify_digest};

#[test]
fn keys_that_cannot_be_computed_with_are_told() {
    let method = SignatureMethod::RsaPkcs1(DigestAlgorithm::Sha256);
    let check = |modulus: &[u8], exponent: &[u8]| {
        let key = PublicKey::from_rsa_numbers(modulus, exponent).unwrap();
        verify(&method, &key, MESSAGE, &vec![1; modulus.len()])
    };
    let modulus = |bytes: usize, last: u8| {
        let mut modulus = vec![0xc1; bytes];
        modulus[bytes - 1] = last;
        modulus
    };
    let size = |bits| Err(VerifyError::KeySize { bits });
    assert_eq!(check(&modulus(63, 1), &[3]), size(504));
    assert_eq!(check(&modulus(2049, 1), &[3]), size(16392));
    let mismatch = Err(VerifyError::Mismatch { signed: None });
    assert_eq!(check(&modulus(2048, 1), &[3]), mismatch);
    for (last, exponent) in [(0, &[3][..]), (1, &[2]), (1, &[1]), (1, &[2, 0, 0, 0, 1])] {
        assert_eq!(check(&modulus(256, last), exponent), Err(VerifyError::KeyUnusable));
    }
    assert_eq!(PublicKey::from_rsa_numbers(&[0, 0], &[3]), Err(KeyError::EmptyNumber));
    let sha512 = SignatureMethod::RsaPkcs1(DigestAlgorithm::Sha512);
    let found = verify(&sha512, &public_key("rsa512"), MESSAGE, &[1; 64]);
    assert_eq!(found, Err(VerifyError::KeyTooShort { bits: 512 }));
    // A block of SHA-512 has 64 bytes of digest and 30 more (RFC 8017 §9.2).
    let found = |bytes: usize| {
        let key = PublicKey::from_rsa_numbers(&modulus(bytes, 1), &[3]).unwrap();
        verify(&sha512, &key, MESSAGE, &vec![1; bytes])
    };
    assert_eq!(found(93), Err(VerifyError::KeyTooShort { bits: 744 }));
    assert_eq!(found(94), mismatch);
    // An Ed25519 key of small order, under which the all-zero signature would hold for many messages.
    let key = PublicKey::from_ed25519(&[0; 32]).unwrap();
    assert!(verify(&SignatureMethod::Ed25519, &key, MESSAGE, &[0; 64]).is_err());
    let found = verify_digest(&SignatureMethod::Ed25519, &key, &[0; 32], &[0; 64]);
    assert_eq!(found, Err(VerifyError::NeedsMessage));
    let found = verify_digest(&method, &public_key("rsa2048"), &[0; 20], &[0; 256]);
    assert_eq!(found, Err(VerifyError::DigestLength { expected: 32, actual: 20 }));
}

#[test]
fn keys_come_out_the_same_from_every_form() {
    for name in ["rsa512", "rsa1031", "rsa16384", "p256", "p384", "p521", "ed25519"] {
        let key = public_key(name);
        assert_eq!(PublicKey::from_spki(&key.to_spki()), Ok(key.clone()), "{name}");
        match &key {
            PublicKey::Rsa(rsa) => {
                let padded = [&[0, 0], rsa.modulus()].concat();
                assert_eq!(PublicKey::from_rsa_numbers(&padded, rsa.exponent()), Ok(key.clone()));
                let bits = name.strip_prefix("rsa").unwrap();
                assert_eq!(bits.parse().ok(), key.bits());
            }
            PublicKey::Ec(ec) => {
                assert_eq!(PublicKey::from_point(ec.curve(), ec.point()), Ok(key.clone()));
                let half = ec.curve().field_len();
                let mut compressed = ec.point()[..=half].to_vec();
                compressed[0] = 2 + (ec.point()[2 * half] & 1);
                assert_eq!(PublicKey::from_point(ec.curve(), &compressed), Ok(key.clone()));
                let mut off = ec.point().to_vec();
                off[half] ^= 1;
                let found = PublicKey::from_point(ec.curve(), &off);
                assert_eq!(found, Err(KeyError::NotOnCurve(ec.curve())));
                assert_eq!(key.name(), format!("EC {}", ec.curve().name()));
            }
            _ => assert_eq!(key.bits(), Some(256)),
        }
    }
    let most = crate::limits::MAX_OBJECT_BYTES;
    assert!(PublicKey::from_rsa_numbers(&vec![1; most], &[3]).is_ok());
    for bytes in [most + 1, most + 2] {
        assert_eq!(PublicKey::from_rsa_numbers(&vec![1; bytes], &[3]), Err(KeyError::TooLarge { bytes }));
        assert_eq!(PublicKey::from_rsa_numbers(&[3], &vec![1; bytes]), Err(KeyError::TooLarge { bytes }));
        assert_eq!(PublicKey::from_spki(&vec![0x30; bytes]), Err(KeyError::TooLarge { bytes }));
    }
    assert!(!matches!(PublicKey::from_spki(&vec![0x30; most]), Err(KeyError::TooLarge { .. })));
    let p256 = public_key("p256");
    let PublicKey::Ec(ec) = &p256 else { panic!() };
    let found = PublicKey::from_ec("urn:oid:1.2.840.10045.3.1.7", ec.point());
    assert_eq!(found.as_ref(), Ok(&p256));
    assert_eq!(ec.curve(), Curve::P256);
    let found = PublicKey::from_ec("urn:oid:1.3.132.0.10", ec.point());
    assert_eq!(found, Err(KeyError::UnknownCurve("secp256k1".to_owned())));
}
