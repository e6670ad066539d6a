//! Owns X.509 certificates: the facts of one, read from DER or from what passes for it in the field.
//!
//! There is one reader and not two: the bytes are rewritten as DER with every deviation noted, and the fields
//! are taken from that. A certificate without a note is one that a strict decoder takes as well (the tests
//! hold it against the `x509-cert` crate); one with notes still gives its key.

use super::asn1::{
    self, Asn1Error, BIT_STRING, Element, EncodingOddity, OCTET_STRING, OID, Reader, SEQUENCE,
};
use super::digest::{DigestAlgorithm, DigestValue, digest, hex};
use super::key::{KeyError, PublicKey};
use super::limits::{MAX_OBJECT_BYTES, MAX_SERIAL_BYTES};
use super::time::{self, GENERALIZED_OR_UTC};
use super::{name, oid};

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
    /// The SubjectPublicKeyInfo as it stands in the certificate.
    pub spki: Vec<u8>,
    /// The algorithm of the issuer's signature: its name, or its object identifier.
    pub signature_algorithm: String,
    /// The SubjectKeyIdentifier (RFC 5280 §4.2.1.2), which X509SKI refers to.
    pub subject_key_identifier: Option<Vec<u8>>,
    /// What is odd about the certificate. Empty for one that a strict decoder reads.
    pub oddities: Vec<Oddity>,
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
    /// The extensions could not be read, or not to their end.
    UnreadableExtensions,
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
        let (der, used, encoding) = asn1::to_der(bytes).map_err(CertificateError::NotAsn1)?;
        let not_a_certificate = CertificateError::NotACertificate {
            what: describe(&der),
        };
        let mut outer = match Reader::new(&der).expect(SEQUENCE) {
            Ok(certificate) => certificate.reader(),
            Err(_) => return Err(not_a_certificate),
        };
        let Ok(tbs) = outer.expect(SEQUENCE) else {
            return Err(not_a_certificate);
        };
        let mut notes: Vec<Oddity> = encoding.into_iter().map(Oddity::Encoding).collect();
        let fields = Fields::find(&tbs, &mut notes).ok_or(not_a_certificate)?;
        let outer_algorithm = outer.optional(SEQUENCE);
        if outer_algorithm.is_none() || outer.optional(BIT_STRING).is_none() {
            notes.push(Oddity::MissingField("signature"));
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
        Some(format!(
            "{}{}",
            if negative { "-" } else { "" },
            decimal(magnitude)
        ))
    }

    /// The fingerprint: the digest of the whole certificate as it was given.
    pub fn fingerprint(&self, algorithm: DigestAlgorithm) -> DigestValue {
        digest(algorithm, &self.der)
    }

    /// SHA-256 over the SubjectPublicKeyInfo as it stands in the certificate.
    pub fn spki_sha256(&self) -> DigestValue {
        digest(DigestAlgorithm::Sha256, &self.spki)
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

fn is_negative(integer: &[u8]) -> bool {
    integer.first().is_some_and(|first| first & 0x80 != 0)
}

/// The fields of a TBSCertificate, where they are found.
#[derive(Default)]
struct Fields<'a> {
    version: u32,
    serial: Option<Element<'a>>,
    algorithm: Option<Element<'a>>,
    issuer: Option<Element<'a>>,
    validity: Option<Element<'a>>,
    subject: Option<Element<'a>>,
    spki: Option<Element<'a>>,
    extensions: Option<Element<'a>>,
}

impl<'a> Fields<'a> {
    /// Takes the fields in their order (RFC 5280 §4.1). Where the order is broken, the key is looked for by
    /// its shape; what has no key is no certificate.
    fn find(tbs: &Element<'a>, notes: &mut Vec<Oddity>) -> Option<Self> {
        let mut reader = tbs.reader();
        let mut fields = Fields {
            version: 1,
            ..Self::default()
        };
        if let Some(version) = reader.optional(asn1::context(0)) {
            fields.version = match version.reader().unsigned() {
                Ok([]) => 1,
                Ok([number]) => u32::from(*number) + 1,
                _ => 0,
            };
            if !(1..=3).contains(&fields.version) {
                notes.push(Oddity::UnknownVersion(fields.version));
            }
        }
        fields.serial = reader.optional(asn1::INTEGER);
        for field in [
            &mut fields.algorithm,
            &mut fields.issuer,
            &mut fields.validity,
            &mut fields.subject,
            &mut fields.spki,
        ] {
            *field = reader.optional(SEQUENCE);
        }
        while let Ok(element) = reader.next() {
            if element.tag == asn1::context(3) {
                fields.extensions = Some(element);
            }
        }
        if !fields.spki.is_some_and(|spki| is_spki(&spki)) {
            let mut reader = tbs.reader();
            fields.spki = loop {
                let element = reader.next().ok()?;
                if is_spki(&element) {
                    break Some(element);
                }
            };
            notes.push(Oddity::MissingField("a field before the key"));
        }
        // A certificate request has a key too, but neither a validity nor an algorithm before it.
        (fields.serial.is_some() || fields.validity.is_some()).then_some(fields)
    }

    fn into_facts(
        self,
        der: &[u8],
        outer_algorithm: Option<Element<'a>>,
        mut notes: Vec<Oddity>,
    ) -> Certificate {
        let serial = self.serial.map_or(&[][..], |serial| serial.content);
        if serial.is_empty() {
            notes.push(Oddity::MissingField("serialNumber"));
        }
        if is_negative(serial) {
            notes.push(Oddity::NegativeSerial);
        }
        // The zero byte before a set top bit is not counted: certificate authorities do use all 20 bytes.
        let serial_len = asn1::strip_zeros(serial).len();
        if serial_len > 20 {
            notes.push(Oddity::LongSerial(serial_len));
        }
        if let (Some(inner), Some(outer)) = (self.algorithm, outer_algorithm) {
            if inner.whole != outer.whole {
                notes.push(Oddity::AlgorithmsDiffer);
            }
        }
        let mut dates = self.validity.map(|validity| validity.reader());
        let not_before = date(&mut dates, "notBefore", &mut notes);
        let not_after = date(&mut dates, "notAfter", &mut notes);
        let spki = self.spki.map_or(&[][..], |spki| spki.whole);
        notes.extend(key_encoding(spki).into_iter().map(Oddity::KeyEncoding));
        if self.extensions.is_some() && self.version < 3 {
            notes.push(Oddity::ExtensionsBeforeVersion3);
        }
        let subject_key_identifier = match self.extensions.map(|element| key_identifier(&element)) {
            Some(Ok(identifier)) => identifier,
            Some(Err(_)) => {
                notes.push(Oddity::UnreadableExtensions);
                None
            }
            None => None,
        };
        let whole = |element: Option<Element<'a>>| element.map(|element| element.whole);
        let text = |element: Option<Element<'a>>| {
            element.map_or(String::new(), |e| name::rfc4514(e.content))
        };
        Certificate {
            der: der.to_vec(),
            version: self.version,
            serial: serial.to_vec(),
            issuer: text(self.issuer),
            subject: text(self.subject),
            self_issued: self.issuer.is_some() && whole(self.issuer) == whole(self.subject),
            not_before,
            not_after,
            key: PublicKey::from_spki(spki),
            spki: spki.to_vec(),
            signature_algorithm: algorithm_name(outer_algorithm.or(self.algorithm)),
            subject_key_identifier,
            oddities: notes,
        }
    }
}

/// SubjectPublicKeyInfo: a sequence of an algorithm, which begins with its identifier, and a bit string.
fn is_spki(element: &Element<'_>) -> bool {
    let mut reader = element.reader();
    element.tag == SEQUENCE
        && reader
            .optional(SEQUENCE)
            .is_some_and(|a| a.reader().optional(OID).is_some())
        && reader.optional(BIT_STRING).is_some()
}

fn date(validity: &mut Option<Reader<'_>>, field: &'static str, notes: &mut Vec<Oddity>) -> Time {
    let element = validity.as_mut().and_then(|reader| reader.next().ok());
    let Some(element) = element.filter(|element| GENERALIZED_OR_UTC.contains(&element.tag)) else {
        notes.push(Oddity::MissingField(field));
        return Time {
            unix: None,
            text: String::new(),
        };
    };
    let (time, regular) = time::read(&element);
    if time.unix.is_none() {
        notes.push(Oddity::UnreadableDate(time.text.clone()));
    } else if !regular {
        notes.push(Oddity::IrregularDate(
            String::from_utf8_lossy(element.content).into_owned(),
        ));
    }
    time
}

/// What is odd within the bit string of a key, where that holds ASN.1, which of our kinds only RSA has.
fn key_encoding(spki: &[u8]) -> Vec<EncodingOddity> {
    let bits = Reader::new(spki).expect(SEQUENCE).and_then(|spki| {
        let mut fields = spki.reader();
        fields.expect(SEQUENCE)?;
        fields.expect(BIT_STRING)?.octets_of_bits()
    });
    match bits {
        Ok(key @ [SEQUENCE, ..]) => asn1::to_der(key).map_or(Vec::new(), |(_, _, odd)| odd),
        _ => Vec::new(),
    }
}

fn algorithm_name(algorithm: Option<Element<'_>>) -> String {
    let oid = algorithm
        .and_then(|algorithm| algorithm.reader().expect(OID).ok())
        .map_or(String::new(), |oid| oid::dotted(oid.content));
    oid::signature(&oid).map_or(oid, str::to_owned)
}

/// The SubjectKeyIdentifier among the extensions (RFC 5280 §4.1.2.9, §4.2.1.2).
fn key_identifier(extensions: &Element<'_>) -> Result<Option<Vec<u8>>, Asn1Error> {
    let mut list = extensions.reader().expect(SEQUENCE)?.reader();
    let mut found = None;
    while !list.is_empty() {
        let mut fields = list.expect(SEQUENCE)?.reader();
        let oid = fields.expect(OID)?;
        let mut value = fields.next()?;
        if value.tag != OCTET_STRING {
            value = fields.expect(OCTET_STRING)?;
        }
        if oid.content == [0x55, 0x1d, 14] {
            let inner = Reader::new(value.content).expect(OCTET_STRING)?;
            found = Some(inner.content.to_vec());
        }
    }
    Ok(found)
}

/// What DER is that is no certificate, as far as its first fields tell.
pub(crate) fn describe(der: &[u8]) -> &'static str {
    let Ok(outer) = Reader::new(der).expect(SEQUENCE) else {
        return "something else";
    };
    if is_spki(&outer) {
        return "a public key";
    }
    let mut fields = outer.reader();
    let first = fields.next();
    let second = fields.next();
    match (first, second) {
        (Ok(first), _) if first.tag == OID => match oid::dotted(first.content).as_str() {
            "1.2.840.113549.1.7.2" => "a PKCS#7 bundle",
            "1.2.840.113549.1.7.3" => "an encrypted PKCS#7 message",
            _ => "something else",
        },
        (Ok(first), Ok(second)) if first.tag == asn1::INTEGER => {
            match (first.content, second.tag) {
                ([3], SEQUENCE) => "a PKCS#12 key store",
                (_, asn1::INTEGER) if fields.is_empty() => "an RSA public key",
                _ => "a private key",
            }
        }
        (Ok(first), Ok(second)) if second.tag == OCTET_STRING && first.tag == SEQUENCE => {
            "an encrypted private key"
        }
        (Ok(first), Ok(_)) if first.tag == SEQUENCE => {
            let mut inner = first.reader();
            let requested = inner.optional(asn1::INTEGER).is_some()
                && inner.optional(SEQUENCE).is_some()
                && inner.optional(SEQUENCE).is_some_and(|key| is_spki(&key));
            if requested {
                "a certificate request"
            } else {
                "something else"
            }
        }
        _ => "something else",
    }
}
