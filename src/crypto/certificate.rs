//! Owns X.509 certificates: the facts of one, read from DER or from what passes for it in the field.
//!
//! There is one reader and not two: the bytes are rewritten as DER with every deviation noted, and the fields
//! are taken from that. A certificate without a note is one that a strict decoder takes as well (the tests
//! hold it against the `x509-cert` crate); one with notes still gives its key.

use std::ops::Range;

use super::asn1::{Asn1Error, BIT_STRING, Reader, SEQUENCE};
use super::ber::{self, EncodingOddity};
use super::certificate_fields::{Fields, REQUEST, describe};
use super::digest::{DigestAlgorithm, DigestValue, digest, hex};
use super::key::{KeyError, PublicKey};
use super::limits::{MAX_OBJECT_BYTES, MAX_SERIAL_BYTES};

pub use super::time::Time;

/// The facts of a certificate (RFC 5280 §4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate as it was given, without what follows it.
    pub der: Vec<u8>,
    /// The version as people count it: 1, 2 or 3.
    pub version: u32,
    /// The serial number: the bytes of the INTEGER, two's complement.
    pub serial: Vec<u8>,
    /// The issuer as the string of RFC 4514.
    pub issuer: String,
    /// The subject as the string of RFC 4514.
    pub subject: String,
    /// Whether issuer and subject are the same bytes (RFC 5280 §3.2).
    pub self_issued: bool,
    /// The first moment of validity.
    pub not_before: Time,
    /// The last moment of validity.
    pub not_after: Time,
    /// The public key, or why there is none.
    pub key: Result<PublicKey, KeyError>,
    /// The SubjectPublicKeyInfo: where in `der`, or rewritten, where that is no DER.
    pub(super) spki: Spki,
    /// The algorithm of the issuer's signature: its name, or its object identifier.
    pub signature_algorithm: String,
    /// The SubjectKeyIdentifier (RFC 5280 §4.2.1.2), which X509SKI refers to.
    pub subject_key_identifier: Option<Vec<u8>>,
    /// What is odd about the certificate. Empty for one that a strict decoder reads.
    pub oddities: Vec<Oddity>,
}

/// A part of a certificate. A federation has ten thousand certificates: what stands in the bytes anyway is not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spki {
    /// Where it stands.
    Within(Range<usize>),
    /// It stands nowhere as DER.
    Rewritten(Box<[u8]>),
}

impl Spki {
    pub(super) fn of(spki: &[u8], der: &[u8]) -> Self {
        match memchr::memmem::find(der, spki) {
            Some(start) => Self::Within(start..start + spki.len()),
            None => Self::Rewritten(spki.into()),
        }
    }
}

/// One deviation of a certificate from RFC 5280 or from DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// The encoding of the certificate is not DER.
    Encoding(EncodingOddity),
    /// The encoding of the key within is not DER.
    KeyEncoding(EncodingOddity),
    /// A version that there is not; the value is as people count it.
    UnknownVersion(u32),
    /// Extensions in a certificate of version 1 or 2 (RFC 5280 §4.1.2.9).
    ExtensionsBeforeVersion3,
    /// The serial number is negative (RFC 5280 §4.1.2.2).
    NegativeSerial,
    /// The serial number has this many bytes, where 20 are allowed (RFC 5280 §4.1.2.2).
    LongSerial(usize),
    /// A date of another form than RFC 5280 §4.1.2.5 allows, which could still be read.
    IrregularDate(String),
    /// A date that could not be read.
    UnreadableDate(String),
    /// The two places that name the signature algorithm differ (RFC 5280 §4.1.1.2).
    AlgorithmsDiffer,
    /// The issuer or the subject has not the structure of a name (RFC 5280 §4.1.2.4).
    IrregularName(&'static str),
    /// The extensions could not be read, or not to their end.
    UnreadableExtensions,
    /// A field that certificates have not, after all those that they have.
    UnexpectedField,
    /// This field is missing, or something else stands in its place.
    MissingField(&'static str),
}

/// Why bytes are no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateError {
    /// More bytes than [`MAX_OBJECT_BYTES`].
    TooLarge {
        /// The number of bytes given.
        bytes: usize,
    },
    /// The bytes are no ASN.1 at all.
    NotAsn1(Asn1Error),
    /// The bytes are something else, where it is known what: `a public key`, `a certificate request`, …
    NotACertificate {
        /// What they are.
        what: &'static str,
    },
}

impl Certificate {
    /// Reads one certificate, DER or BER. Bytes after its end are an oddity and not an error.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(CertificateError::TooLarge { bytes: bytes.len() });
        }
        let (der, used, encoding) = ber::to_der(bytes).map_err(CertificateError::NotAsn1)?;
        let what = describe(&der);
        let not_a_certificate = CertificateError::NotACertificate { what };
        let mut outer = match Reader::new(&der).required(SEQUENCE) {
            // A request has a key too, and would pass for a certificate that has lost its dates.
            Ok(certificate) if what != REQUEST => certificate.reader(),
            _ => return Err(not_a_certificate),
        };
        let Ok(tbs) = outer.required(SEQUENCE) else {
            return Err(not_a_certificate);
        };
        let mut notes: Vec<Oddity> = encoding.into_iter().map(Oddity::Encoding).collect();
        let fields = Fields::find(&tbs, &mut notes).ok_or(not_a_certificate)?;
        let outer_algorithm = outer.optional(SEQUENCE);
        if outer_algorithm.is_none() || outer.optional(BIT_STRING).is_none() {
            notes.push(Oddity::MissingField("signature"));
        }
        if !outer.is_empty() {
            notes.push(Oddity::UnexpectedField);
        }
        Ok(fields.into_facts(bytes.get(..used).unwrap_or(bytes), outer_algorithm, notes))
    }

    /// Whether a strict decoder would take the certificate: nothing about it is odd.
    pub fn is_strict(&self) -> bool {
        self.oddities.is_empty()
    }

    /// The serial number in hexadecimal, as its bytes stand there.
    pub fn serial_hex(&self) -> String {
        hex(&self.serial)
    }

    /// The serial number in decimal, which X509SerialNumber has (XMLDSig 1.1 §4.5.4.1). None for one of more
    /// than [`MAX_SERIAL_BYTES`].
    pub fn serial_decimal(&self) -> Option<String> {
        if self.serial.len() > MAX_SERIAL_BYTES {
            return None;
        }
        let negative = is_negative(&self.serial);
        // The magnitude of a negative number in two's complement: every bit turned over, and one added.
        let mut magnitude = self.serial.clone();
        if negative {
            let mut carry = true;
            for byte in magnitude.iter_mut().rev() {
                (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
            }
        }
        Some(format!("{}{}", if negative { "-" } else { "" }, decimal(magnitude)))
    }

    /// The fingerprint: the digest of the whole certificate as it was given.
    pub fn fingerprint(&self, algorithm: DigestAlgorithm) -> DigestValue {
        digest(algorithm, &self.der)
    }

    /// The SubjectPublicKeyInfo as DER.
    pub fn spki(&self) -> &[u8] {
        match &self.spki {
            Spki::Within(range) => self.der.get(range.clone()).unwrap_or_default(),
            Spki::Rewritten(der) => der,
        }
    }

    /// SHA-256 over [`Self::spki`].
    pub fn spki_sha256(&self) -> DigestValue {
        digest(DigestAlgorithm::Sha256, self.spki())
    }
}

/// Big-endian bytes in decimal.
fn decimal(mut number: Vec<u8>) -> String {
    let mut digits = Vec::new();
    while number.iter().any(|byte| *byte != 0) {
        let mut remainder = 0_u32;
        for byte in &mut number {
            let value = remainder * 256 + u32::from(*byte);
            *byte = (value / 10) as u8;
            remainder = value % 10;
        }
        digits.push(char::from_digit(remainder, 10).unwrap_or('0'));
    }
    if digits.is_empty() {
        digits.push('0');
    }
    digits.iter().rev().collect()
}

/// Whether the content of an INTEGER is a negative number.
pub(crate) fn is_negative(integer: &[u8]) -> bool {
    integer.first().is_some_and(|first| first & 0x80 != 0)
}
