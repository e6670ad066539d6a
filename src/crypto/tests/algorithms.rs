//! The table of identifiers, forwards and backwards.

use crate::crypto::Lookup;
use crate::crypto::algorithm::{self, Meaning, PssParameters, RSA_PSS, SignatureMethod, block_cipher, similar};
use crate::crypto::algorithm_table::TABLE;

#[test]
fn every_identifier_stands_once_and_has_a_name_and_a_source() {
    for (index, entry) in TABLE.iter().enumerate() {
        assert!(!entry.name.is_empty() && entry.source.contains('§'), "{}", entry.uri);
        assert!(TABLE.iter().skip(index + 1).all(|other| other.uri != entry.uri), "{} stands twice", entry.uri);
    }
}

#[test]
fn supported_algorithms_come_back_to_their_identifier() {
    for entry in TABLE {
        match entry.meaning {
            Meaning::Signature(method) => {
                assert_eq!(algorithm::signature(method.uri()), Lookup::Supported(method), "{}", entry.uri)
            }
            Meaning::Digest(algorithm) => {
                assert_eq!(algorithm::digest(algorithm.uri()), Lookup::Supported(algorithm));
            }
            Meaning::Cipher(cipher) => {
                assert_eq!(block_cipher(cipher.uri()), Lookup::Supported(cipher));
            }
            _ => {}
        }
    }
    let mut parameters = PssParameters::default();
    assert!(SignatureMethod::RsaPss(parameters).uri().ends_with("#sha256-rsa-MGF1"));
    parameters.salt_len = 20;
    assert_eq!(SignatureMethod::RsaPss(parameters).uri(), RSA_PSS);
    assert_eq!(SignatureMethod::RsaPss(parameters).name(), "RSASSA-PSS");
}

#[test]
fn what_is_not_computed_is_named() {
    for (uri, expected) in [
        ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", "DSA-SHA1"),
        ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "HMAC-SHA256"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "RSA-MD5"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160", "RSA-RIPEMD160"),
        ("http://www.w3.org/2021/04/xmldsig-more#xmss-sha2-10-256", "XMSS"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "SHA-256"),
    ] {
        match algorithm::signature(uri) {
            Lookup::Known { name, why } => {
                assert_eq!(name, expected);
                assert!(!why.is_empty());
            }
            other => panic!("{uri}: {other:?}"),
        }
    }
    assert_eq!(algorithm::signature("urn:none"), Lookup::Unknown);
    assert_eq!(algorithm::signature(""), Lookup::Unknown);
}

/// What is known of an identifier depends on where it stands: why it is not computed where it belongs, and where it belongs
/// elsewhere; a message authentication code is the same wherever it is used as a signature.
#[test]
fn an_identifier_in_the_wrong_place_is_told_to_be_there() {
    let why = |found: Lookup<SignatureMethod>| match found {
        Lookup::Known { why, .. } => why,
        other => panic!("{other:?}"),
    };
    let md5 = "http://www.w3.org/2001/04/xmldsig-more#rsa-md5";
    let own = why(algorithm::signature(md5));
    assert!(!own.contains("cannot stand here"), "{own}");
    assert!(matches!(
        algorithm::digest(md5),
        Lookup::Known { why: "is a signature algorithm, which cannot stand here", .. }
    ));
    let hmac = why(algorithm::signature("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"));
    assert!(!hmac.contains("cannot stand here"), "{hmac}");
    assert_eq!(
        why(algorithm::signature("http://www.w3.org/2001/04/xmlenc#sha256")),
        "is a digest, which cannot stand here"
    );
}

#[test]
fn a_mistaken_identifier_is_traced_to_the_right_one() {
    let right = |uri| similar(uri).map(|entry| entry.uri);
    assert_eq!(
        right("http://www.w3.org/2000/09/xmldsig#rsa-sha256"),
        Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
    );
    assert_eq!(right(" http://www.w3.org/2001/04/xmlenc#SHA256\n"), Some("http://www.w3.org/2001/04/xmlenc#sha256"));
    assert_eq!(right("urn:none"), None);
}
