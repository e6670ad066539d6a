//! What certificates come wrapped in, and what is mistaken for them.

use super::certificates::certificate;
use super::fixture;
use crate::crypto::Asn1Error;
use crate::crypto::armor::{self, ArmorError, certificates};
use crate::crypto::certificate::{Certificate, CertificateError};
use crate::limits::{MAX_BUNDLE_BYTES, MAX_CERTIFICATES, MAX_OBJECT_BYTES};

#[test]
fn bundles_give_all_their_certificates() {
    let expected: Vec<_> = ["rsa2048.crt", "p256.crt", "v1.crt"].map(certificate).into();
    let pem: Vec<u8> = ["rsa2048.crt", "p256.crt", "v1.crt"]
        .iter()
        .flat_map(|name| [b"text before\r\n".to_vec(), fixture(name)].concat())
        .collect();
    let der: Vec<u8> = expected.iter().flat_map(|certificate| certificate.der.clone()).collect();
    for (what, input) in [
        ("PKCS#7 PEM", fixture("bundle.p7.pem")),
        ("PKCS#7 DER", fixture("bundle.p7.der")),
        ("PKCS#7 BER", fixture("bundle.indefinite.der")),
        ("PEM", pem),
        ("DER, one after the other", der),
    ] {
        let bundle = certificates(&input).unwrap();
        assert_eq!(bundle.certificates.len(), 3, "{what}");
        for (found, expected) in bundle.certificates.iter().zip(&expected) {
            let found = found.as_ref().unwrap();
            assert_eq!(found.key, expected.key, "{what}");
            if what != "PKCS#7 BER" {
                assert_eq!(found, expected, "{what}");
            }
        }
    }
}

#[test]
fn armour_of_every_kind_is_taken_off() {
    let expected = certificate("rsa2048.crt");
    let pem = String::from_utf8(fixture("rsa2048.crt")).unwrap();
    let bare: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
    let spaced: String = bare.chars().flat_map(|c| [c, '\n', '\t']).collect();
    for (what, text) in [
        ("bare base64", bare.clone()),
        ("a break after each character", spaced),
        ("line breaks of JSON", pem.replace('\n', "\\n")),
        ("spaces for line breaks", pem.replace('\n', " ")),
        ("CR LF", pem.replace('\n', "\r\n")),
        ("no padding", bare.trim_end_matches('=').to_owned()),
        ("the URL alphabet", bare.replace('+', "-").replace('/', "_")),
        ("no end line", pem.split("-----END").next().unwrap().to_owned()),
        ("a byte order mark", format!("\u{feff}{pem}")),
        ("a zero-width space", format!("\u{200b}{bare}")),
    ] {
        let bundle = certificates(text.as_bytes()).unwrap();
        assert_eq!(bundle.certificates, [Ok(expected.clone())], "{what}");
    }
    assert_eq!(certificate("trusted.crt").der, expected.der);
    use base64::{Engine, engine::general_purpose::STANDARD};
    let twice = certificates(STANDARD.encode(&pem).as_bytes()).unwrap();
    assert!(twice.encoded_twice);
    assert_eq!(twice.certificates, [Ok(expected)]);
}

#[test]
fn so_many_blocks_are_taken_and_no_more() {
    let blocks = |count| "-----BEGIN X-----\nMIIC\n-----END X-----\n".repeat(count);
    assert_eq!(armor::pem_blocks(&blocks(MAX_CERTIFICATES)).len(), MAX_CERTIFICATES);
    assert_eq!(armor::pem_blocks(&blocks(MAX_CERTIFICATES + 9)).len(), MAX_CERTIFICATES + 1);
}

#[test]
fn public_keys_come_in_two_forms() {
    let both = [fixture("rsa2048.pub"), {
        let inner = armor::pem_blocks(&String::from_utf8(fixture("rsa2048.pub")).unwrap()).remove(0).content.unwrap();
        let mut info = crate::crypto::asn1::Reader::new(inner.expose()).required(0x30).unwrap().reader();
        info.required(0x30).unwrap();
        let pkcs1 = info.required(0x03).unwrap().content[1..].to_vec();
        use base64::{Engine, engine::general_purpose::STANDARD};
        format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", STANDARD.encode(pkcs1))
            .into_bytes()
    }];
    let keys = armor::public_keys(&both.concat());
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[0], certificate("rsa2048.crt").key.unwrap());
}

#[test]
fn what_is_no_certificate_is_named() {
    let named = |input: &[u8]| match certificates(input).unwrap().certificates.remove(0) {
        Err(CertificateError::NotACertificate { what }) => what,
        other => panic!("{other:?}"),
    };
    let der = |name: &str| armor::pem_blocks(&String::from_utf8(fixture(name)).unwrap()).remove(0).content.unwrap();
    assert_eq!(named(der("request.csr").expose()), "a certificate request");
    assert_eq!(named(der("rsa2048.pub").expose()), "a public key");
    assert_eq!(named(der("rsa2048.key").expose()), "a private key");
    assert_eq!(named(der("rsa2048.pkcs1.pem").expose()), "a private key");
    assert_eq!(named(der("rsa2048.pbes2-scrypt.pem").expose()), "an encrypted private key");
    assert_eq!(certificates(&fixture("rsa2048.key")).unwrap().skipped, ["PRIVATE KEY"]);
    assert_eq!(certificates(b" \n"), Err(ArmorError::Empty));
    assert_eq!(certificates(b"MII*"), Err(ArmorError::NotBase64 { offset: 3, found: '*' }));
    // A zero begins DER, and text as well.
    assert_eq!(certificates(b"0 is no certificate*"), Err(ArmorError::NotBase64 { offset: 19, found: '*' }));
    assert_eq!(certificates(b"MIICa"), Err(ArmorError::CutBase64));
    assert_eq!(certificates(b"MIIC=A*"), Err(ArmorError::NotBase64 { offset: 5, found: 'A' }));
    assert_eq!(certificates(b"MIIC\\x"), Err(ArmorError::NotBase64 { offset: 4, found: '\\' }));
    assert!(certificates(b"0\x01\x00").unwrap().certificates.len() == 1, "binary is no text, whatever it begins with");
    assert!(certificates(&vec![b'A'; MAX_BUNDLE_BYTES]).is_ok());
    let too_large = vec![b'A'; MAX_BUNDLE_BYTES + 1];
    assert_eq!(certificates(&too_large), Err(ArmorError::TooLarge { bytes: too_large.len() }));
    let found = Certificate::from_der(&vec![0x30; MAX_OBJECT_BYTES]);
    assert!(!matches!(found, Err(CertificateError::TooLarge { .. })));
    let found = Certificate::from_der(&vec![0x30; MAX_OBJECT_BYTES + 1]);
    assert_eq!(found, Err(CertificateError::TooLarge { bytes: MAX_OBJECT_BYTES + 1 }));
    assert_eq!(Certificate::from_der(&[]), Err(CertificateError::NotAsn1(Asn1Error::NotAsn1)));
    let deep = [0x30, 0x80].repeat(100);
    assert_eq!(Certificate::from_der(&deep), Err(CertificateError::NotAsn1(Asn1Error::TooDeep)));
}
