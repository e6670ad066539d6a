//! Certificates put together of their fields: what happens where one is missing, odd, or there twice.

use super::certificates::certificate;
use crate::crypto::EncodingOddity;
use crate::crypto::asn1::{BIT_STRING, INTEGER, NULL, OCTET_STRING, OID, SEQUENCE, der};
use crate::crypto::certificate::{Certificate, CertificateError, Oddity};
use crate::crypto::certificate_fields::describe;

const SHA256_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(SEQUENCE, &parts.concat())
}

fn name(common: &str) -> Vec<u8> {
    sequence(&[&der(0x31, &sequence(&[&der(OID, &[0x55, 4, 3]), &der(0x0c, common.as_bytes())]))])
}

/// The fields of a sound certificate, in their order.
fn fields() -> Vec<Vec<u8>> {
    let date = |text: &str| der(0x17, text.as_bytes());
    vec![
        der(0xa0, &der(INTEGER, &[2])),
        der(INTEGER, &[5]),
        algorithm(),
        name("issuer"),
        sequence(&[&date("250101000000Z"), &date("350101000000Z")]),
        name("subject"),
        certificate("rsa2048.crt").spki().to_vec(),
    ]
}

fn algorithm() -> Vec<u8> {
    sequence(&[&der(OID, SHA256_RSA), &der(NULL, &[])])
}

fn made(fields: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[&der(SEQUENCE, &fields.concat()), &algorithm(), &der(BIT_STRING, &[0, 1])])
}

fn read(fields: &[Vec<u8>]) -> Certificate {
    Certificate::from_der(&made(fields)).unwrap()
}

fn extension(last: u8) -> Vec<u8> {
    sequence(&[&der(OID, &[0x55, 0x1d, last]), &der(OCTET_STRING, &der(OCTET_STRING, &[1, 2]))])
}

fn extensions(all: &[u8]) -> Vec<u8> {
    let list: Vec<u8> = all.iter().flat_map(|last| extension(*last)).collect();
    der(0xa3, &der(SEQUENCE, &list))
}

#[test]
fn a_sound_one_is_read_as_it_was_made() {
    let found = read(&fields());
    assert_eq!(found.oddities, []);
    assert_eq!((found.version, found.issuer.as_str(), found.subject.as_str()), (3, "CN=issuer", "CN=subject"));
    assert!(!found.self_issued);
    let mut own = fields();
    own[3] = name("subject");
    assert!(read(&own).self_issued);
}

#[test]
fn versions_are_those_of_people() {
    for (number, version, odd) in [(0, 1, None), (1, 2, None), (2, 3, None), (3, 4, Some(4))] {
        let mut fields = fields();
        fields[0] = der(0xa0, &der(INTEGER, &[number]));
        let found = read(&fields);
        assert_eq!(found.version, version);
        assert_eq!(found.oddities, odd.map(Oddity::UnknownVersion).into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn unique_identifiers_stand_before_the_extensions_and_those_stand_once() {
    let with = |more: &[Vec<u8>]| read(&[fields(), more.to_vec()].concat()).oddities;
    let (issuer, subject) = (der(0x81, &[0, 1]), der(0x82, &[0, 1]));
    assert_eq!(with(&[issuer.clone(), subject, extensions(&[14])]), []);
    assert_eq!(with(&[extensions(&[14]), issuer]), [Oddity::UnexpectedField]);
    let twice = [extensions(&[14]), extensions(&[15])];
    assert_eq!(with(&twice), [Oddity::UnexpectedField]);
    let found = read(&[fields(), twice.to_vec()].concat());
    assert_eq!(found.subject_key_identifier, Some(vec![1, 2]), "the first are taken");
}

#[test]
fn without_serial_or_validity_it_is_one_still_and_without_both_none() {
    let without = |gone: &[usize]| {
        let kept = fields().into_iter().enumerate().filter(|(at, _)| !gone.contains(at));
        Certificate::from_der(&made(&kept.map(|(_, field)| field).collect::<Vec<_>>()))
    };
    assert!(without(&[1]).is_ok());
    assert!(without(&[1, 2, 3, 4, 5]).is_err_and(|error| matches!(error, CertificateError::NotACertificate { .. })));
}

#[test]
fn extensions_that_are_there_twice_are_named() {
    let repeated = |all: &[u8]| read(&[fields(), vec![extensions(all)]].concat()).repeated_extension();
    assert_eq!(repeated(&[14, 15, 19]), None);
    assert_eq!(repeated(&[14, 15, 14, 15]).as_deref(), Some("2.5.29.14"));
    assert_eq!(read(&fields()).repeated_extension(), None);
}

#[test]
fn a_key_that_is_no_der_within_is_told() {
    let mut fields = fields();
    // An exponent of one byte more than it needs.
    let numbers = sequence(&[&der(INTEGER, &[&[0x00, 0xc1][..], &[0x55; 63], &[1]].concat()), &der(INTEGER, &[0, 3])]);
    let rsa = sequence(&[&der(OID, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), &der(NULL, &[])]);
    fields[6] = sequence(&[&rsa, &der(BIT_STRING, &[&[0], &numbers[..]].concat())]);
    assert_eq!(read(&fields).oddities, [Oddity::KeyEncoding(EncodingOddity::PaddedInteger)]);
    // What holds no ASN.1 within is not looked at: the bits of a key on a curve may look like anything.
    let point = [&[0, 0x04][..], &[0x30; 64]].concat();
    let curve = sequence(&[
        &der(OID, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]),
        &der(OID, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]),
    ]);
    fields[6] = sequence(&[&curve, &der(BIT_STRING, &point)]);
    assert_eq!(read(&fields).oddities, []);
}

#[test]
fn what_is_no_certificate_is_described_by_its_first_fields() {
    let oid = |last| der(OID, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last]);
    let number = |value| der(INTEGER, &[value]);
    let key = certificate("rsa2048.crt").spki().to_vec();
    for (bytes, what) in [
        (sequence(&[&oid(2)]), "a PKCS#7 bundle"),
        (sequence(&[&oid(3)]), "an encrypted PKCS#7 message"),
        (sequence(&[&oid(4)]), "something else"),
        (sequence(&[&number(3), &sequence(&[])]), "a PKCS#12 key store"),
        (sequence(&[&number(35), &number(3)]), "an RSA public key"),
        (sequence(&[&number(0), &number(35), &number(3)]), "a private key"),
        (sequence(&[&sequence(&[]), &der(OCTET_STRING, &[1])]), "an encrypted private key"),
        (sequence(&[&sequence(&[&number(0), &name("x"), &key]), &number(1)]), "a certificate request"),
        (sequence(&[&der(0x31, &[number(0), name("x"), key.clone()].concat()), &number(1)]), "something else"),
        (key.clone(), "a public key"),
        (number(1), "something else"),
    ] {
        assert_eq!(describe(&bytes), what);
    }
}

/// RFC 5280 §4.2.1.3: the bits from the highest on; the ninth is in a byte of its own.
#[test]
fn usages_are_named_bit_by_bit() {
    let with = |bits: &[u8]| {
        let usage = sequence(&[&der(OID, &[0x55, 0x1d, 15]), &der(OCTET_STRING, &der(BIT_STRING, bits))]);
        let usage = read(&[fields(), vec![der(0xa3, &sequence(&[&usage]))]].concat()).key_usage().unwrap();
        (usage.names().collect::<Vec<_>>(), usage.may_sign())
    };
    let names = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
    ];
    for (bit, name) in names.into_iter().enumerate() {
        assert_eq!(with(&[7 - bit as u8, 0x80 >> bit]), (vec![name], bit == 0));
    }
    assert_eq!(with(&[7, 0, 0x80]), (vec!["decipherOnly"], false));
    assert_eq!(with(&[7, 0xa0, 0x80]), (vec!["digitalSignature", "keyEncipherment", "decipherOnly"], true));
    assert_eq!(read(&fields()).key_usage(), None);
}
