//! Signatures made by openssl, right and wrong.

use super::{MESSAGE, base64, public_key, rows};
use crate::crypto::Lookup;
use crate::crypto::algorithm::{self, PssParameters, SignatureMethod};
use crate::crypto::asn1::{Reader, SEQUENCE, der};
use crate::crypto::digest::{DigestAlgorithm, digest};
use crate::crypto::verify::{Verified, VerifyError, verify, verify_digest};

fn named(name: &str) -> Option<DigestAlgorithm> {
    DigestAlgorithm::ALL.into_iter().find(|a| a.name().replace('-', "").eq_ignore_ascii_case(name))
}

fn method(row: &[String]) -> SignatureMethod {
    match algorithm::signature(&row[0]) {
        Lookup::Supported(SignatureMethod::RsaPss(_)) if row[0].ends_with("#rsa-pss") => {
            SignatureMethod::RsaPss(PssParameters {
                digest: named(&row[2]).unwrap(),
                mgf_digest: named(&row[3]).unwrap(),
                salt_len: row[4].parse().unwrap(),
            })
        }
        Lookup::Supported(method) => method,
        other => panic!("{}: {other:?}", row[0]),
    }
}

fn check(method: &SignatureMethod, key: &str, signature: &[u8]) -> Result<Verified, VerifyError> {
    verify(method, &public_key(key), MESSAGE, signature)
}

#[test]
fn every_signature_that_openssl_made_holds() {
    let mut methods = std::collections::BTreeSet::new();
    for row in rows("signatures.txt") {
        let (method, signature) = (method(&row), base64(&row[5]));
        let found = check(&method, &row[1], &signature);
        assert_eq!(found, Ok(Verified::Exactly), "{} {}", row[0], row[1]);
        if let Some(algorithm) = method.digest() {
            let value = digest(algorithm, MESSAGE);
            assert!(verify_digest(&method, &public_key(&row[1]), value.as_bytes(), &signature).is_ok());
        }
        methods.insert(row[0].clone());
    }
    assert_eq!(methods.len(), 5 + 5 + 5 + 1 + 1, "{methods:?}");
}

#[test]
fn no_signature_holds_over_another_message_or_with_a_bit_flipped() {
    for row in rows("signatures.txt") {
        // The big keys take their time, and show nothing that the small ones do not.
        if row[1] == "rsa8192" || row[1] == "rsa16384" {
            continue;
        }
        let (method, key, signature) = (method(&row), public_key(&row[1]), base64(&row[5]));
        let other = verify(&method, &key, b"another message", &signature);
        assert!(matches!(other, Err(VerifyError::Mismatch { .. })), "{row:?} {other:?}");
        for bit in [0, 7, signature.len() * 4, signature.len() * 8 - 1] {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 0x80 >> (bit % 8);
            let found = verify(&method, &key, MESSAGE, &flipped);
            assert_eq!(found, Err(VerifyError::Mismatch { signed: None }), "{row:?} bit {bit}");
        }
    }
}

#[test]
fn a_cut_signature_is_told_by_its_length() {
    for row in rows("signatures.txt") {
        if row[1] == "rsa16384" {
            continue;
        }
        let (method, signature) = (method(&row), base64(&row[5]));
        for cut in [0, signature.len() / 2, signature.len() - 1] {
            let found = check(&method, &row[1], &signature[..cut]);
            let expected = VerifyError::Length { expected: signature.len(), actual: cut, holds_adjusted: false };
            assert_eq!(found, Err(expected), "{row:?} {cut}");
        }
    }
}

#[test]
fn a_key_of_another_pair_and_a_key_of_another_kind_are_told_apart() {
    for row in rows("signatures.txt") {
        let (method, signature) = (method(&row), base64(&row[5]));
        for (key, kind) in [("other", "RSA"), ("p256", "EC P-256"), ("ed25519", "Ed25519")] {
            if row[1] == key {
                continue;
            }
            let found = check(&method, key, &signature);
            let fits = crate::crypto::verify::fits(&method, &public_key(key));
            match found {
                Err(VerifyError::WrongKey { has, .. }) => assert!(!fits && has == kind),
                Err(VerifyError::Mismatch { signed: None } | VerifyError::Length { .. }) => {
                    assert!(fits);
                }
                found => panic!("{row:?} with {key}: {found:?}"),
            }
        }
    }
}

#[test]
fn a_signature_over_other_content_shows_what_was_signed() {
    let rsa_sha256 = SignatureMethod::RsaPkcs1(DigestAlgorithm::Sha256);
    let key = public_key("rsa2048");
    let row = |digest: &str| {
        let all = rows("signatures.txt");
        let row = all.iter().find(|r| r[0].ends_with(&format!("#rsa-{digest}")) && r[1] == "rsa2048");
        base64(&row.unwrap()[5])
    };
    let signed = |result| match result {
        Err(VerifyError::Mismatch { signed: Some(signed) }) => signed,
        other => panic!("{other:?}"),
    };
    let found = signed(verify(&rsa_sha256, &key, b"changed", &row("sha256")));
    assert_eq!(found.algorithm, DigestAlgorithm::Sha256);
    assert_eq!(found.value, digest(DigestAlgorithm::Sha256, MESSAGE));
    // The same message under another digest than the method says.
    let found = signed(verify(&rsa_sha256, &key, MESSAGE, &row("sha1")));
    assert_eq!(found.algorithm, DigestAlgorithm::Sha1);
    assert_eq!(found.value, digest(DigestAlgorithm::Sha1, MESSAGE));
}

#[test]
fn only_the_blocks_of_rfc_8017_are_taken() {
    let method = SignatureMethod::RsaPkcs1(DigestAlgorithm::Sha256);
    for row in rows("rsa_blocks.txt") {
        let signature = base64(&row[1]);
        let found = check(&method, "rsa2048", &signature);
        match row[0].as_str() {
            "without-null" => assert_eq!(found, Ok(Verified::WithoutNull)),
            name if name.starts_with("leading-zero-dropped-") => {
                let message = [MESSAGE, name.rsplit('-').next().unwrap().as_bytes()].concat();
                let found = verify(&method, &public_key("rsa2048"), &message, &signature);
                let expected = VerifyError::Length { expected: 256, actual: signature.len(), holds_adjusted: true };
                assert_eq!(found, Err(expected));
            }
            name => assert_eq!(found, Err(VerifyError::Mismatch { signed: None }), "{name}"),
        }
    }
}

#[test]
fn ecdsa_halves_with_too_many_zeros_are_told_and_tried() {
    for row in rows("signatures.txt").into_iter().filter(|row| row[0].contains("#ecdsa-")) {
        let (method, signature) = (method(&row), base64(&row[5]));
        let (r, s) = signature.split_at(signature.len() / 2);
        let padded = [&[0], r, &[0], s].concat();
        let told = |message, holds_adjusted| {
            let expected = VerifyError::Length { expected: signature.len(), actual: padded.len(), holds_adjusted };
            assert_eq!(verify(&method, &public_key(&row[1]), message, &padded), Err(expected), "{row:?}");
        };
        told(MESSAGE, true);
        told(b"changed", false);
        // Only two halves of one length.
        let odd = [r, &[0], s].concat();
        let expected = VerifyError::Length { expected: signature.len(), actual: odd.len(), holds_adjusted: false };
        assert_eq!(verify(&method, &public_key(&row[1]), MESSAGE, &odd), Err(expected), "{row:?}");
    }
}

#[test]
fn an_ecdsa_signature_in_der_is_told_and_tried() {
    let method = SignatureMethod::Ecdsa(DigestAlgorithm::Sha256);
    for row in rows("ecdsa_der.txt") {
        let mut signature = base64(&row[2]);
        let told = |holds_converted| Err(VerifyError::DerEncoded { holds_converted });
        assert_eq!(check(&method, &row[1], &signature), told(true), "{}", row[1]);
        // What is more than two numbers, or goes on after them, is none.
        let more = [&signature[..], &[0]].concat();
        assert!(matches!(check(&method, &row[1], &more), Err(VerifyError::Length { .. })), "{}", row[1]);
        let content = Reader::new(&signature).required(SEQUENCE).unwrap().content;
        let three = der(SEQUENCE, &[content, &[2, 1, 1]].concat());
        assert!(matches!(check(&method, &row[1], &three), Err(VerifyError::Length { .. })), "{}", row[1]);
        *signature.last_mut().unwrap() ^= 1;
        assert_eq!(check(&method, &row[1], &signature), told(false), "{}", row[1]);
    }
}

#[test]
fn parameters_of_pss_that_do_not_fit_are_told() {
    let all = rows("signatures.txt");
    let row = all.iter().find(|r| r[0].ends_with("#rsa-pss") && r[4] == "20").unwrap();
    let SignatureMethod::RsaPss(right) = method(row) else { panic!("{row:?}") };
    let check = |parameters| check(&SignatureMethod::RsaPss(parameters), "rsa2048", &base64(&row[5]));
    let salt = PssParameters { salt_len: 64, ..right };
    let expected = VerifyError::SaltLength { expected: 64, actual: 20 };
    assert_eq!(check(salt), Err(expected));
    let mask = PssParameters { mgf_digest: DigestAlgorithm::Sha1, ..right };
    assert_eq!(check(mask), Err(VerifyError::Mismatch { signed: None }));
    let huge = PssParameters { salt_len: 1 << 20, ..right };
    assert_eq!(check(huge), Err(VerifyError::KeyTooShort { bits: 2048 }));
    // 256 bytes hold the digest of 64, the salt and two more; SHA-512 leaves 190 for the salt.
    let most = PssParameters { salt_len: 190, ..right };
    assert!(matches!(check(most), Err(VerifyError::SaltLength { actual: 20, .. })));
    let longer = PssParameters { salt_len: 191, ..right };
    assert_eq!(check(longer), Err(VerifyError::KeyTooShort { bits: 2048 }));
}
