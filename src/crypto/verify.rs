//! Owns checking a signature with a public key, and saying what is wrong where it does not hold.

use super::algorithm::SignatureMethod;
use super::asn1::{Reader, SEQUENCE};
use super::ber;
use super::digest::{DigestAlgorithm, DigestValue, digest};
use super::key::{Curve, EcKey, KeyKind, PublicKey, RsaKey};
use super::limits::{MAX_RSA_BITS, MIN_RSA_BITS};
use super::rsa::{self, PssFault};

/// How a signature holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// As the specification has it.
    Exactly,
    /// It holds, but the digest identifier within lacks its NULL parameters. RFC 8017 §9.2 note 1 lets a
    /// verifier take this form; some refuse it.
    WithoutNull,
}

/// Why a signature does not hold, or could not be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The signature is not one of this key over these bytes.
    Mismatch {
        /// What the signature was made over, where it opens to that under the key: then the key is the right
        /// one, and the content or the digest algorithm is another. Only RSA PKCS#1 v1.5 shows this.
        signed: Option<SignedDigest>,
    },
    /// The salt of an RSASSA-PSS signature has another length than its parameters say; all else holds.
    SaltLength {
        /// The length in the parameters, in bytes.
        expected: usize,
        /// The length found, in bytes.
        actual: usize,
    },
    /// The algorithm needs a key of another kind.
    WrongKey {
        /// The kind of key that the algorithm needs.
        needs: &'static str,
        /// The kind of the key given.
        has: String,
    },
    /// The signature has another length than signatures of this key have.
    Length {
        /// The length of signatures of this key, in bytes.
        expected: usize,
        /// The length of the signature given, in bytes.
        actual: usize,
        /// Whether it holds once its leading zero bytes are restored or taken away.
        holds_adjusted: bool,
    },
    /// An ECDSA signature in DER, where XML Signature wants r and s side by side (XMLDSig 1.1 §6.4.3).
    DerEncoded {
        /// Whether it holds once converted.
        holds_converted: bool,
    },
    /// The size of the RSA key is outside [`MIN_RSA_BITS`] to [`MAX_RSA_BITS`].
    KeySize {
        /// The size of the key in bits.
        bits: usize,
    },
    /// The numbers of the key are no key: an even modulus, an exponent that is even, below 3 or over 33 bits, or
    /// bytes that are no point of the curve.
    KeyUnusable,
    /// The RSA key is too short for this digest, or for this digest and salt.
    KeyTooShort {
        /// The size of the key in bits.
        bits: usize,
    },
    /// The scheme signs the message and not its digest, so a digest is not enough to check it.
    NeedsMessage,
    /// The digest given has not the length of the method's digest.
    DigestLength {
        /// The length of the method's digest, in bytes.
        expected: usize,
        /// The length given, in bytes.
        actual: usize,
    },
}

/// The digest found within a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedDigest {
    /// The algorithm that the signature names.
    pub algorithm: DigestAlgorithm,
    /// The digest value that was signed.
    pub value: DigestValue,
}

/// Checks a signature over a message.
pub fn verify(
    method: &SignatureMethod,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<Verified, VerifyError> {
    match (method.digest(), key) {
        (Some(algorithm), _) => verify_digest(method, key, digest(algorithm, message).as_bytes(), signature),
        (None, PublicKey::Ed25519(key)) => verify_ed25519(key, message, signature),
        (None, key) => Err(wrong_key("Ed25519", key)),
    }
}

/// Checks a signature over a message whose digest is already computed.
pub fn verify_digest(
    method: &SignatureMethod,
    key: &PublicKey,
    digest: &[u8],
    signature: &[u8],
) -> Result<Verified, VerifyError> {
    let expected = method.digest().ok_or(VerifyError::NeedsMessage)?.output_len();
    if digest.len() != expected {
        return Err(VerifyError::DigestLength { expected, actual: digest.len() });
    }
    match (method, key) {
        (SignatureMethod::RsaPkcs1(_) | SignatureMethod::RsaPss(_), PublicKey::Rsa(key)) => {
            verify_rsa(method, key, digest, signature)
        }
        (SignatureMethod::Ecdsa(_), PublicKey::Ec(key)) => verify_ecdsa(key, digest, signature),
        (SignatureMethod::Ecdsa(_), key) => Err(wrong_key("an elliptic curve key (P-256, P-384 or P-521)", key)),
        (_, key) => Err(wrong_key("RSA", key)),
    }
}

fn wrong_key(needs: &'static str, key: &PublicKey) -> VerifyError {
    VerifyError::WrongKey { needs, has: key.name() }
}

const MISMATCH: VerifyError = VerifyError::Mismatch { signed: None };

fn verify_rsa(
    method: &SignatureMethod,
    key: &RsaKey,
    digest: &[u8],
    signature: &[u8],
) -> Result<Verified, VerifyError> {
    let bits = super::key::bit_len(key.modulus());
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(VerifyError::KeySize { bits });
    }
    let public = rsa::public(key).ok_or(VerifyError::KeyUnusable)?;
    let expected = key.modulus().len();
    let check = |signature: &[u8]| {
        // What holds by the quick way holds; of all else the slow way decides. Natively it gains nothing.
        if cfg!(any(target_arch = "wasm32", test))
            && let Some(block) = rsa::open_quickly(&public, signature)
            && let Ok(verified) = check_block(method, key, &block, digest)
        {
            return Ok(verified);
        }
        let block = rsa::open(&public, signature).ok_or(MISMATCH)?;
        check_block(method, key, &block, digest)
    };
    if signature.len() == expected {
        return check(signature);
    }
    // RFC 8017 §8.2.2 step 1 wants the exact length, but some signers drop the leading zero byte that one
    // signature in 256 has. That the number is right is worth telling; it is a fault all the same.
    let near = signature.len().abs_diff(expected) <= 2;
    let adjusted = rsa::fixed_len(signature, expected).filter(|_| near);
    Err(VerifyError::Length {
        expected,
        actual: signature.len(),
        holds_adjusted: adjusted.is_some_and(|signature| check(&signature).is_ok()),
    })
}

fn check_block(method: &SignatureMethod, key: &RsaKey, block: &[u8], digest: &[u8]) -> Result<Verified, VerifyError> {
    let bits = super::key::bit_len(key.modulus());
    match method {
        SignatureMethod::RsaPss(parameters) => match rsa::check_pss(key, block, parameters, digest) {
            Ok(()) => Ok(Verified::Exactly),
            Err(PssFault::KeyTooShort) => Err(VerifyError::KeyTooShort { bits }),
            Err(PssFault::Mismatch) => Err(MISMATCH),
            Err(PssFault::SaltLength(actual)) => Err(VerifyError::SaltLength { expected: parameters.salt_len, actual }),
        },
        _ => match rsa::read_pkcs1_block(block) {
            None if block.len() < digest.len() + 30 => Err(VerifyError::KeyTooShort { bits }),
            None => Err(MISMATCH),
            Some(signed) => {
                let right = Some(signed.algorithm) == method.digest();
                match (right && signed.value.as_bytes() == digest, signed.with_null) {
                    (true, true) => Ok(Verified::Exactly),
                    (true, false) => Ok(Verified::WithoutNull),
                    (false, _) => Err(VerifyError::Mismatch {
                        signed: Some(SignedDigest { algorithm: signed.algorithm, value: signed.value }),
                    }),
                }
            }
        },
    }
}

fn verify_ecdsa(key: &EcKey, digest: &[u8], signature: &[u8]) -> Result<Verified, VerifyError> {
    let half = key.curve().field_len();
    if signature.len() == 2 * half {
        return if ecdsa_holds(key, digest, signature) { Ok(Verified::Exactly) } else { Err(MISMATCH) };
    }
    if let Some((r, s)) = der_halves(signature) {
        let raw = rsa::fixed_len(&r, half).zip(rsa::fixed_len(&s, half));
        return Err(VerifyError::DerEncoded {
            holds_converted: raw.is_some_and(|(r, s)| ecdsa_holds(key, digest, &[r, s].concat())),
        });
    }
    // Two halves of one length that is not the curve's: old JDKs dropped a zero byte that both begin with, and what
    // writes numbers with a sign adds one.
    let near = signature.len().is_multiple_of(2) && (signature.len() / 2).abs_diff(half) <= 2;
    let (r, s) = signature.split_at(signature.len() / 2);
    let raw = rsa::fixed_len(r, half).zip(rsa::fixed_len(s, half)).filter(|_| near);
    let holds_adjusted = raw.is_some_and(|(r, s)| ecdsa_holds(key, digest, &[r, s].concat()));
    Err(VerifyError::Length { expected: 2 * half, actual: signature.len(), holds_adjusted })
}

/// r and s of an Ecdsa-Sig-Value (RFC 3279 §2.2.3).
fn der_halves(signature: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    // Nothing longer than the DER of a P-521 signature is worth reading.
    let (der, used, _) = ber::to_der(signature.get(..signature.len().min(160))?).ok()?;
    let mut fields = Reader::new(&der).required(SEQUENCE).ok()?.reader();
    let (r, s) = (fields.unsigned().ok()?, fields.unsigned().ok()?);
    (used == signature.len() && fields.is_empty()).then(|| (r.to_vec(), s.to_vec()))
}

fn ecdsa_holds(key: &EcKey, digest: &[u8], signature: &[u8]) -> bool {
    use p256::ecdsa::signature::hazmat::PrehashVerifier;

    // A digest shorter than the curve is the number that its bytes are (FIPS 186-4 §6.4); the crates refuse
    // one shorter than half the curve, which SHA-1 with P-384 is, unless it is written with leading zeros.
    let short = key.curve().field_len().saturating_sub(digest.len());
    let prehash = [&vec![0; short], digest].concat();
    macro_rules! holds {
        ($curve:ident) => {
            $curve::ecdsa::VerifyingKey::from_sec1_bytes(key.point())
                .ok()
                .zip($curve::ecdsa::Signature::from_slice(signature).ok())
                .is_some_and(|(key, signature)| key.verify_prehash(&prehash, &signature).is_ok())
        };
    }
    match key.curve() {
        Curve::P256 => holds!(p256),
        Curve::P384 => holds!(p384),
        Curve::P521 => holds!(p521),
    }
}

fn verify_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<Verified, VerifyError> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| VerifyError::KeyUnusable)?;
    let bytes = signature.try_into().map_err(|_| VerifyError::Length {
        expected: ed25519_dalek::SIGNATURE_LENGTH,
        actual: signature.len(),
        holds_adjusted: false,
    })?;
    // The strict form: it refuses keys of small order, under which one signature holds for any message.
    match key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(bytes)) {
        Ok(()) => Ok(Verified::Exactly),
        Err(_) => Err(MISMATCH),
    }
}

/// Whether a key is of the kind that a method needs.
pub fn fits(method: &SignatureMethod, key: &PublicKey) -> bool {
    match method {
        SignatureMethod::RsaPkcs1(_) | SignatureMethod::RsaPss(_) => key.kind() == KeyKind::Rsa,
        SignatureMethod::Ecdsa(_) => matches!(key.kind(), KeyKind::Ec(_)),
        SignatureMethod::Ed25519 => key.kind() == KeyKind::Ed25519,
    }
}
