//! Owns public keys: made from SubjectPublicKeyInfo, PKCS#1, modulus and exponent, or curve and point.

use std::borrow::Cow;

use p256::elliptic_curve::sec1::ToSec1Point;

use super::asn1::{self, Asn1Error, BIT_STRING, OID, Reader, SEQUENCE};
pub use super::curve::Curve;
use super::digest::{DigestAlgorithm, DigestValue, digest};
use super::limits::MAX_OBJECT_BYTES;
pub use super::rsa::RsaKey;
use super::{ber, oid};

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// A public key. Keys of any size are kept; which sizes can be computed with is a question for `verify`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA (RFC 8017).
    Rsa(RsaKey),
    /// A point of a curve that is computed with here (SEC 1).
    Ec(EcKey),
    /// Ed25519 (RFC 8032), 32 bytes.
    Ed25519([u8; 32]),
    /// Another kind, recognised by its name but not computed with.
    Other(OtherKey),
}

/// A public key on one of the three NIST curves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EcKey {
    curve: Curve,
    point: Vec<u8>,
}

impl EcKey {
    /// The curve.
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// The point, uncompressed (SEC 1 §2.3.3): 04, x, y.
    pub fn point(&self) -> &[u8] {
        &self.point
    }
}

/// A key of a kind that is not computed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherKey {
    name: String,
    spki: Vec<u8>,
}

/// The kind of a public key, for comparing and for naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA.
    Rsa,
    /// An elliptic curve for ECDSA.
    Ec(Curve),
    /// Ed25519.
    Ed25519,
    /// Something else.
    Other,
}

/// Why bytes are no public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not the structure that a public key has.
    Malformed(Asn1Error),
    /// More bytes than [`MAX_OBJECT_BYTES`].
    TooLarge {
        /// The number of bytes given.
        bytes: usize,
    },
    /// An RSA modulus or exponent is zero or missing.
    EmptyNumber,
    /// A curve that is not computed with, by name or else by object identifier.
    UnknownCurve(String),
    /// The bytes are no point of the curve.
    NotOnCurve(Curve),
    /// The length of the key is not that of its kind.
    WrongLength {
        /// The length of the kind, in bytes.
        expected: usize,
        /// The length found, in bytes.
        actual: usize,
    },
}

impl From<Asn1Error> for KeyError {
    fn from(error: Asn1Error) -> Self {
        Self::Malformed(error)
    }
}

impl PublicKey {
    /// From a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), DER or BER; also a DEREncodedKeyValue (XMLDSig 1.1 §4.5.9).
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let der = bounded_der(spki)?;
        let mut fields = Reader::new(&der).required(SEQUENCE)?.reader();
        let mut algorithm = fields.required(SEQUENCE)?.reader();
        let oid = algorithm.required(OID)?;
        let name = oid::dotted(oid.content);
        let bits = fields.required(BIT_STRING)?;
        match name.as_str() {
            // rsaEncryption, and other names for the same key: id-ea-rsa, id-RSAES-OAEP, and id-RSASSA-PSS, which restricts
            // what it may be used for and not what can be computed with it (RFC 4055 §1.2).
            "1.2.840.113549.1.1.1" | "2.5.8.1.1" | "1.2.840.113549.1.1.7" | RSASSA_PSS => {
                Self::from_pkcs1(bits.octets_of_bits()?)
            }
            "1.2.840.10045.2.1" => {
                let named = algorithm.optional(OID).map(|oid| oid::dotted(oid.content));
                match named.as_deref().map(|oid| (oid, Curve::from_oid(oid))) {
                    Some((_, Some(curve))) => Self::from_point(curve, bits.octets_of_bits()?),
                    Some((oid, None)) => Ok(other(format!("EC {}", curve_name(oid)), der.into_owned())),
                    None => Ok(other("EC with explicit parameters".to_owned(), der.into_owned())),
                }
            }
            "1.3.101.112" => Self::from_ed25519(bits.octets_of_bits()?),
            oid => Ok(other(oid::foreign_key(oid).unwrap_or(oid).to_owned(), der.into_owned())),
        }
    }

    /// From an RSAPublicKey (RFC 8017 §A.1.1), DER or BER.
    pub fn from_pkcs1(key: &[u8]) -> Result<Self, KeyError> {
        let der = bounded_der(key)?;
        let mut fields = Reader::new(&der).required(SEQUENCE)?.reader();
        // A modulus without its leading zero byte reads as negative; as a key it means the positive number.
        let modulus = fields.required(asn1::INTEGER)?.content;
        let exponent = fields.required(asn1::INTEGER)?.content;
        Self::from_rsa_numbers(modulus, exponent)
    }

    /// From modulus and exponent, big-endian, leading zeros allowed (XMLDSig 1.1 §4.5.2.2).
    pub fn from_rsa_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let (modulus, exponent) = (asn1::strip_zeros(modulus), asn1::strip_zeros(exponent));
        if modulus.is_empty() || exponent.is_empty() {
            return Err(KeyError::EmptyNumber);
        }
        let bytes = modulus.len().max(exponent.len());
        if bytes > MAX_OBJECT_BYTES {
            return Err(KeyError::TooLarge { bytes });
        }
        Ok(Self::Rsa(RsaKey { modulus: modulus.to_vec(), exponent: exponent.to_vec() }))
    }

    /// From the object identifier of a curve and a point of it (XMLDSig 1.1 §4.5.2.3).
    pub fn from_ec(curve_oid: &str, point: &[u8]) -> Result<Self, KeyError> {
        match Curve::from_oid(curve_oid) {
            Some(curve) => Self::from_point(curve, point),
            None => {
                let oid = curve_oid.strip_prefix("urn:oid:").unwrap_or(curve_oid);
                Err(KeyError::UnknownCurve(curve_name(oid)))
            }
        }
    }

    /// From a curve and a point of it, uncompressed or compressed (SEC 1 §2.3.4). The point is checked.
    pub fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        let uncompressed = match curve {
            Curve::P256 => {
                p256::PublicKey::from_sec1_bytes(point).map(|key| key.to_sec1_point(false).as_bytes().to_vec())
            }
            Curve::P384 => {
                p384::PublicKey::from_sec1_bytes(point).map(|key| key.to_sec1_point(false).as_bytes().to_vec())
            }
            Curve::P521 => {
                p521::PublicKey::from_sec1_bytes(point).map(|key| key.to_sec1_point(false).as_bytes().to_vec())
            }
        };
        match uncompressed {
            Ok(point) => Ok(Self::Ec(EcKey { curve, point })),
            Err(_) => Err(KeyError::NotOnCurve(curve)),
        }
    }

    /// From the 32 bytes of an Ed25519 key (RFC 8032 §5.1.5). Whether they are a point is seen on use.
    pub fn from_ed25519(key: &[u8]) -> Result<Self, KeyError> {
        match key.try_into() {
            Ok(key) => Ok(Self::Ed25519(key)),
            Err(_) => Err(KeyError::WrongLength { expected: 32, actual: key.len() }),
        }
    }

    /// The kind.
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::Rsa(_) => KeyKind::Rsa,
            Self::Ec(key) => KeyKind::Ec(key.curve),
            Self::Ed25519(_) => KeyKind::Ed25519,
            Self::Other(_) => KeyKind::Other,
        }
    }

    /// The kind in words, such as `RSA`, `EC P-256`, `Ed25519`, `DSA`, or an object identifier.
    pub fn name(&self) -> String {
        match self {
            Self::Rsa(_) => "RSA".to_owned(),
            Self::Ec(key) => format!("EC {}", key.curve.name()),
            Self::Ed25519(_) => "Ed25519".to_owned(),
            Self::Other(key) => key.name.clone(),
        }
    }

    /// The size in bits; none for kinds that are not computed with.
    pub fn bits(&self) -> Option<usize> {
        match self {
            Self::Rsa(key) => Some(bit_len(&key.modulus)),
            Self::Ec(key) => Some(key.curve.bits()),
            Self::Ed25519(_) => Some(256),
            Self::Other(_) => None,
        }
    }

    /// The key as a SubjectPublicKeyInfo in DER (RFC 3279 §2.3, RFC 8410 §4).
    pub fn to_spki(&self) -> Vec<u8> {
        let null = &[5, 0][..];
        match self {
            Self::Rsa(key) => {
                let numbers = [asn1::der_unsigned(&key.modulus), asn1::der_unsigned(&key.exponent)];
                spki(RSA_ENCRYPTION, null, &asn1::der(SEQUENCE, &numbers.concat()))
            }
            Self::Ec(key) => {
                let curve = asn1::der(OID, key.curve.oid_content());
                spki(EC_PUBLIC_KEY, &curve, &key.point)
            }
            Self::Ed25519(key) => spki(ED25519, &[], key),
            Self::Other(key) => key.spki.clone(),
        }
    }

    /// SHA-256 over [`Self::to_spki`]: one value for a key, wherever it was found.
    pub fn spki_sha256(&self) -> DigestValue {
        digest(DigestAlgorithm::Sha256, &self.to_spki())
    }
}

/// The number of bits of a big-endian number without leading zero bytes.
pub(crate) fn bit_len(number: &[u8]) -> usize {
    let zeros = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(zeros as usize)
}

fn bounded_der(bytes: &[u8]) -> Result<Cow<'_, [u8]>, KeyError> {
    if bytes.len() > MAX_OBJECT_BYTES {
        return Err(KeyError::TooLarge { bytes: bytes.len() });
    }
    Ok(ber::to_der(bytes)?.0)
}

fn other(name: String, spki: Vec<u8>) -> PublicKey {
    PublicKey::Other(OtherKey { name, spki })
}

fn curve_name(oid: &str) -> String {
    oid::foreign_curve(oid).unwrap_or(oid).to_owned()
}

fn spki(oid: &[u8], parameters: &[u8], key: &[u8]) -> Vec<u8> {
    let algorithm = asn1::der(SEQUENCE, &[&asn1::der(OID, oid), parameters].concat());
    let bits = asn1::der(BIT_STRING, &[&[0], key].concat());
    asn1::der(SEQUENCE, &[algorithm, bits].concat())
}
