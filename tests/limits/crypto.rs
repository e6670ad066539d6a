//! Certificates, keys, and what is computed with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlens::crypto::certificate::CertificateError;
use samlens::crypto::cipher::{BlockCipher, CipherError, decrypt};
use samlens::crypto::key_transport::{KeyTransportError, KeyWrap, unwrap_key};
use samlens::crypto::private_key::PrivateKeyError;
use samlens::crypto::verify::{VerifyError, verify};
use samlens::crypto::{Certificate, PrivateKey, PublicKey, algorithm, armor};
use samlens::limits::*;

use super::Proof::{At, Everywhere, Natively};
use super::SLOW;
use super::made::{CERTIFICATE, base64_of, is_told, limits_of};

pub const ROWS: super::Rows = &[
    ("MAX_OBJECT_BYTES", Everywhere(max_object_bytes)),
    ("MAX_BUNDLE_BYTES", Everywhere(max_bundle_bytes)),
    ("MAX_CERTIFICATES", Everywhere(max_certificates)),
    ("MAX_ASN1_DEPTH", Everywhere(max_asn1_depth)),
    ("MIN_RSA_BITS", Everywhere(min_rsa_bits)),
    ("MAX_RSA_BITS", Everywhere(max_rsa_bits)),
    ("MAX_EXPONENT_BITS", Everywhere(max_exponent_bits)),
    ("MAX_PBKDF2_ITERATIONS", At("src/crypto/tests/private_keys.rs", "rsa2048.pbes2-costly.pem")),
    ("MAX_SCRYPT_BYTES", Natively(max_scrypt_bytes, SLOW)),
    ("MAX_SCRYPT_PARALLELIZATION", Natively(max_scrypt_parallelization, SLOW)),
    ("MAX_SERIAL_BYTES", At("src/crypto/tests/certificates.rs", "longserial.crt")),
    ("MAX_CIPHERTEXT_BYTES", Everywhere(max_ciphertext_bytes)),
    ("MAX_WRAPPED_KEY_BYTES", Everywhere(max_wrapped_key_bytes)),
];

fn max_object_bytes() {
    let mut der = STANDARD.decode(base64_of(CERTIFICATE)).unwrap();
    let whole = Certificate::from_der(&der).unwrap();
    der.resize(MAX_OBJECT_BYTES, 0);
    assert_eq!(Certificate::from_der(&der).unwrap().serial, whole.serial);
    der.push(0);
    assert_eq!(Certificate::from_der(&der), Err(CertificateError::TooLarge { bytes: MAX_OBJECT_BYTES + 1 }));
}

fn max_bundle_bytes() {
    let of = |bytes: usize| format!("{CERTIFICATE}{}", "\n".repeat(bytes - CERTIFICATE.len()));
    assert_eq!(armor::certificates(of(MAX_BUNDLE_BYTES).as_bytes()).unwrap().certificates.len(), 1);
    assert!(armor::certificates(of(MAX_BUNDLE_BYTES + 1).as_bytes()).is_err());
    // White space around is none of it; what stands within is.
    let of = |bytes: usize| of(bytes - CERTIFICATE.len()) + CERTIFICATE;
    assert_eq!(limits_of(of(MAX_BUNDLE_BYTES).as_bytes()), [""; 0]);
    is_told(of(MAX_BUNDLE_BYTES + 2).as_bytes(), "MAX_BUNDLE_BYTES");
}

fn max_certificates() {
    let of = |count: usize| CERTIFICATE.repeat(count);
    assert_eq!(armor::certificates(of(MAX_CERTIFICATES).as_bytes()).unwrap().certificates.len(), MAX_CERTIFICATES);
    assert_eq!(armor::certificates(of(MAX_CERTIFICATES + 1).as_bytes()), Err(armor::ArmorError::TooMany));
    assert_eq!(limits_of(of(MAX_CERTIFICATES).as_bytes()), [""; 0]);
    is_told(of(MAX_CERTIFICATES + 1).as_bytes(), "MAX_CERTIFICATES");
}

fn max_asn1_depth() {
    let of = |depth: usize| {
        let nested = (0..depth).fold(Vec::new(), |inner: Vec<u8>, _| [&[0x30, inner.len() as u8][..], &inner].concat());
        format!("{:?}", Certificate::from_der(&nested).unwrap_err())
    };
    let deepest = (MAX_ASN1_DEPTH - 2..=MAX_ASN1_DEPTH + 2).rfind(|depth| !of(*depth).contains("TooDeep")).unwrap();
    assert!(deepest.abs_diff(MAX_ASN1_DEPTH) <= 1, "{deepest}");
}

/// What checking with a key of these bits comes to.
fn checked(bits: usize, exponent: &[u8]) -> VerifyError {
    let mut modulus = vec![0xFF; bits.div_ceil(8)];
    if !bits.is_multiple_of(8) {
        modulus[0] = (1 << (bits % 8)) - 1;
    }
    let key = PublicKey::from_rsa_numbers(&modulus, exponent).unwrap();
    let method = match algorithm::signature("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256") {
        algorithm::Lookup::Supported(method) => method,
        _ => panic!("RSA is supported"),
    };
    verify(&method, &key, b"a", &vec![1; modulus.len()]).unwrap_err()
}

fn min_rsa_bits() {
    assert!(!matches!(checked(MIN_RSA_BITS, &[3]), VerifyError::KeySize { .. }));
    assert!(matches!(checked(MIN_RSA_BITS - 1, &[3]), VerifyError::KeySize { bits } if bits == MIN_RSA_BITS - 1));
}

fn max_rsa_bits() {
    assert!(!matches!(checked(MAX_RSA_BITS, &[3]), VerifyError::KeySize { .. }));
    assert!(matches!(checked(MAX_RSA_BITS + 1, &[3]), VerifyError::KeySize { bits } if bits == MAX_RSA_BITS + 1));
}

fn max_exponent_bits() {
    // 2^32 + 1 has 33 bits, 2^33 + 1 one more.
    assert!(!matches!(checked(1024, &[1, 0, 0, 0, 1]), VerifyError::KeyUnusable));
    assert!(matches!(checked(1024, &[2, 0, 0, 0, 1]), VerifyError::KeyUnusable));
}

/// Reads a private key in which octets were replaced by others of the same number.
fn edited(pem: &str, from: &[u8], to: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    let mut der = STANDARD.decode(base64_of(pem)).unwrap();
    let at = der.windows(from.len()).position(|octets| octets == from).expect("the octets stand there");
    der[at..at + from.len()].copy_from_slice(to);
    PrivateKey::read(&der, Some(b"samlens"))
}

fn max_scrypt_bytes() {
    let pem = include_str!("../fixtures/crypto/rsa2048.pbes2-scrypt.pem");
    // N = 16,384, r = 8, p = 1.
    let of = |r: u8| edited(pem, &[0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08], &[0x02, 0x02, 0x40, 0x00, 0x02, 0x01, r]);
    let most = u8::try_from(MAX_SCRYPT_BYTES / 128 / 16_384).unwrap();
    assert!(!matches!(of(most), Err(PrivateKeyError::TooCostly { .. })));
    let Err(PrivateKeyError::TooCostly { what }) = of(most + 1) else { panic!("it costs too much") };
    assert!(what.contains(&MAX_SCRYPT_BYTES.to_string()), "{what}");
}

fn max_scrypt_parallelization() {
    let pem = include_str!("../fixtures/crypto/rsa2048.pbes2-scrypt.pem");
    let from = [0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08, 0x02, 0x01, 0x01];
    let of = |p: u16| {
        // A block of 1 instead of 8, so that the many are soon done.
        edited(pem, &from, &[0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x01, 0x02, 0x01, u8::try_from(p).unwrap()])
    };
    assert!(!matches!(of(MAX_SCRYPT_PARALLELIZATION), Err(PrivateKeyError::TooCostly { .. })));
    let Err(PrivateKeyError::TooCostly { what }) = of(MAX_SCRYPT_PARALLELIZATION + 1) else {
        panic!("it costs too much")
    };
    assert!(what.contains(&MAX_SCRYPT_PARALLELIZATION.to_string()), "{what}");
}

fn max_ciphertext_bytes() {
    // No whole blocks, so that nothing is computed.
    let of = |bytes: usize| decrypt(BlockCipher::Aes128Cbc, &[0; 16], &vec![0; bytes]);
    let under = MAX_CIPHERTEXT_BYTES - 1;
    assert!(matches!(of(under), Err(CipherError::NotWholeBlocks { actual, .. }) if actual == under));
    assert_eq!(of(MAX_CIPHERTEXT_BYTES + 1), Err(CipherError::TooLong { actual: MAX_CIPHERTEXT_BYTES + 1 }));
}

fn max_wrapped_key_bytes() {
    let of = |bytes: usize| unwrap_key(KeyWrap::Aes128, &[0; 16], &vec![0; bytes]).err();
    let too_long = |bytes: usize| Some(KeyTransportError::WrappedLength { actual: bytes });
    assert_ne!(of(MAX_WRAPPED_KEY_BYTES), too_long(MAX_WRAPPED_KEY_BYTES));
    assert_eq!(of(MAX_WRAPPED_KEY_BYTES + 8), too_long(MAX_WRAPPED_KEY_BYTES + 8));
}
