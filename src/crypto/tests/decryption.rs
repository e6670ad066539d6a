//! Ciphertexts made by the `cryptography` package, with the right key, a wrong one, and damaged.

use super::{base64, fixture, rows, unhex};
use crate::crypto::algorithm;
use crate::crypto::cipher::{BlockCipher, CipherError, decrypt};
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::key_transport::{KeyTransport, KeyTransportError, decrypt_key, unwrap_key};
use crate::crypto::private_key::PrivateKey;

const PLAIN: &str = "<saml:Assertion>Grüße</saml:Assertion>";

fn ciphers() -> Vec<(BlockCipher, Vec<u8>, Vec<u8>)> {
    let read = |row: &Vec<String>| {
        let cipher = algorithm::block_cipher(&row[0]).supported().unwrap();
        (cipher, unhex(&row[1]), base64(&row[2]))
    };
    let ciphers: Vec<_> = rows("ciphers.txt").iter().map(read).collect();
    assert_eq!(ciphers.len(), 7);
    ciphers
}

#[test]
fn every_cipher_opens_with_its_key() {
    for (cipher, key, data) in ciphers() {
        assert_eq!(decrypt(cipher, &key, &data).unwrap(), PLAIN.as_bytes(), "{cipher:?}");
    }
}

#[test]
fn a_wrong_key_never_gives_the_plain_text() {
    for (cipher, mut key, data) in ciphers() {
        let expected = CipherError::KeyLength { expected: key.len(), actual: key.len() - 1 };
        assert_eq!(decrypt(cipher, &key[1..], &data), Err(expected));
        key[0] ^= 0x10;
        match decrypt(cipher, &key, &data) {
            Ok(plain) => assert!(!cipher.authenticates() && plain != PLAIN.as_bytes()),
            Err(CipherError::Padding { .. }) => assert!(!cipher.authenticates()),
            Err(error) => assert_eq!(error, CipherError::Authentication),
        }
    }
}

#[test]
fn cut_and_changed_data_are_told() {
    for (cipher, key, data) in ciphers() {
        for cut in 0..data.len() {
            let found = decrypt(cipher, &key, &data[..cut]);
            match found {
                Err(CipherError::TooShort { minimum, actual }) => {
                    // An IV and one block; or an IV of 12 bytes and a tag of 16.
                    let block = if matches!(cipher, BlockCipher::TripleDesCbc) { 8 } else { 16 };
                    assert_eq!(minimum, if cipher.authenticates() { 28 } else { 2 * block });
                    assert!(actual == cut && cut < minimum)
                }
                Err(CipherError::NotWholeBlocks { block, actual }) => {
                    assert!(actual % block != 0 && actual > 2 * block)
                }
                Err(CipherError::Padding { .. }) | Ok(_) => assert!(!cipher.authenticates()),
                Err(CipherError::Authentication) => assert!(cipher.authenticates()),
                Err(CipherError::ShortTag { len }) => assert_eq!(cut, data.len() - 16 + len),
                other => panic!("{cipher:?} {cut}: {other:?}"),
            }
        }
        for index in 0..data.len() {
            let mut changed = data.clone();
            changed[index] ^= 1;
            let found = decrypt(cipher, &key, &changed);
            assert_ne!(found.as_deref(), Ok(PLAIN.as_bytes()));
            assert_eq!(cipher.authenticates(), found == Err(CipherError::Authentication));
        }
    }
}

#[test]
fn a_short_tag_is_named_and_refused() {
    for (cipher, key, data) in ciphers().into_iter().filter(|(cipher, ..)| cipher.authenticates()) {
        for len in [0, 1, 2, 3, 4, 8, 12, 13, 14, 15] {
            let cut = &data[..data.len() - 16 + len];
            assert_eq!(decrypt(cipher, &key, cut), Err(CipherError::ShortTag { len }), "{cipher:?}");
        }
    }
}

fn private(name: &str) -> PrivateKey {
    PrivateKey::read(&fixture(&format!("{name}.key")), None).unwrap()
}

fn named(name: &str) -> DigestAlgorithm {
    let fits = |a: &DigestAlgorithm| a.name().replace('-', "").eq_ignore_ascii_case(name);
    DigestAlgorithm::ALL.into_iter().find(fits).unwrap()
}

#[test]
fn every_key_transport_opens_with_its_key_and_its_parameters() {
    let session: Vec<u8> = (0..32).collect();
    for row in rows("transport.txt") {
        let key = private(&row[1]);
        let sealed = base64(&row[5]);
        let label = if row[4] == "-" { Vec::new() } else { unhex(&row[4]) };
        let transport = match algorithm::key_transport(&row[0]).supported().unwrap() {
            KeyTransport::RsaOaep { .. } => {
                KeyTransport::RsaOaep { digest: named(&row[2]), mgf_digest: named(&row[3]) }
            }
            KeyTransport::RsaPkcs1 => KeyTransport::RsaPkcs1,
        };
        let found = decrypt_key(transport, &key, &sealed, &label).unwrap();
        assert_eq!(found.expose(), session, "{row:?}");

        let length = KeyTransportError::Length { expected: sealed.len(), actual: sealed.len() - 1 };
        assert_eq!(decrypt_key(transport, &key, &sealed[1..], &label).unwrap_err(), length);
        let mut changed = sealed.clone();
        changed[sealed.len() - 1] ^= 1;
        let found = decrypt_key(transport, &key, &changed, &label);
        assert_eq!(found.unwrap_err(), KeyTransportError::Padding, "{row:?}");
        if let KeyTransport::RsaOaep { digest, mgf_digest } = transport {
            let found = decrypt_key(transport, &key, &sealed, b"another label");
            assert_eq!(found.unwrap_err(), KeyTransportError::Padding);
            let sha1 = KeyTransport::RsaOaep { digest: DigestAlgorithm::Sha1, mgf_digest: DigestAlgorithm::Sha1 };
            if transport != sha1 {
                let found = decrypt_key(sha1, &key, &sealed, &label);
                assert_eq!(found.unwrap_err(), KeyTransportError::OtherDigests { digest, mgf_digest });
            }
        }
        if row[1] == "rsa2048" {
            let found = decrypt_key(transport, &private("other"), &sealed, &label);
            assert_eq!(found.unwrap_err(), KeyTransportError::Padding);
        }
    }
    let found = decrypt_key(KeyTransport::RsaPkcs1, &private("p256"), &[0; 32], b"");
    assert_eq!(found.unwrap_err(), KeyTransportError::WrongKey { has: "EC P-256".to_owned() });
    let found = decrypt_key(KeyTransport::RsaPkcs1, &private("rsa2048"), &[0xff; 256], b"");
    assert_eq!(found.unwrap_err(), KeyTransportError::Padding);
}

#[test]
fn wrapped_keys_open_with_their_key_and_no_other() {
    let session: Vec<u8> = (0..32).collect();
    for row in rows("wraps.txt") {
        let wrap = algorithm::key_wrap(&row[0]).supported().unwrap();
        let (mut key, wrapped) = (unhex(&row[1]), base64(&row[2]));
        assert_eq!(unwrap_key(wrap, &key, &wrapped).unwrap().expose(), session);
        let found = unwrap_key(wrap, &key, &wrapped[1..]).unwrap_err();
        assert_eq!(found, KeyTransportError::WrappedLength { actual: 39 });
        let found = unwrap_key(wrap, &key, &wrapped[8..]).unwrap_err();
        assert_eq!(found, KeyTransportError::Integrity);
        let found = unwrap_key(wrap, &key[1..], &wrapped).unwrap_err();
        assert_eq!(found, KeyTransportError::WrapKeyLength { expected: key.len(), actual: key.len() - 1 });
        key[0] ^= 1;
        assert_eq!(unwrap_key(wrap, &key, &wrapped).unwrap_err(), KeyTransportError::Integrity);
    }
}
