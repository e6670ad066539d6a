//! Owns finding the fields of a certificate, where all are in their places and where some are not.

use super::asn1::{self, Asn1Error, BIT_STRING, BOOLEAN, Element, OCTET_STRING, OID, Reader, SEQUENCE};
use super::ber::{self, EncodingOddity};
use super::certificate::{Certificate, Oddity, Spki, is_negative};
use super::key::PublicKey;
use super::time::{self, GENERALIZED_OR_UTC, Time};
use super::{name, oid};

const EXTENSIONS: u8 = asn1::context(3);

/// The fields of a TBSCertificate, where they are found.
#[derive(Default)]
pub(crate) struct Fields<'a> {
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
    pub(crate) fn find(tbs: &Element<'a>, notes: &mut Vec<Oddity>) -> Option<Self> {
        let mut reader = tbs.reader();
        let mut fields = Fields { version: 1, ..Self::default() };
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
        for field in
            [&mut fields.algorithm, &mut fields.issuer, &mut fields.validity, &mut fields.subject, &mut fields.spki]
        {
            *field = reader.optional(SEQUENCE);
        }
        while let Ok(element) = reader.next() {
            match element.tag {
                // The unique identifiers of version 2, which are BIT STRINGs under other tags.
                0x81 | 0x82 if fields.extensions.is_none() => {}
                EXTENSIONS if fields.extensions.is_none() => fields.extensions = Some(element),
                _ => notes.push(Oddity::UnexpectedField),
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
        (fields.serial.is_some() || fields.validity.is_some()).then_some(fields)
    }

    pub(crate) fn into_facts(
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
        if let (Some(inner), Some(outer)) = (self.algorithm, outer_algorithm)
            && inner.whole != outer.whole
        {
            notes.push(Oddity::AlgorithmsDiffer);
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
        for (field, name) in [("issuer", self.issuer), ("subject", self.subject)] {
            if !name.is_some_and(|name| name::is_regular(name.content)) {
                notes.push(Oddity::IrregularName(field));
            }
        }
        let text = |element: Option<Element<'a>>| element.map_or(String::new(), |e| name::rfc4514(e.content));
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
            spki: Spki::of(spki, der),
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
        && reader.optional(SEQUENCE).is_some_and(|a| a.reader().optional(OID).is_some())
        && reader.optional(BIT_STRING).is_some()
}

fn date(validity: &mut Option<Reader<'_>>, field: &'static str, notes: &mut Vec<Oddity>) -> Time {
    let element = validity.as_mut().and_then(|reader| reader.next().ok());
    let Some(element) = element.filter(|element| GENERALIZED_OR_UTC.contains(&element.tag)) else {
        notes.push(Oddity::MissingField(field));
        return Time { unix: None, text: String::new() };
    };
    let (time, regular) = time::read(&element);
    if time.unix.is_none() {
        notes.push(Oddity::UnreadableDate(time.text.clone()));
    } else if !regular {
        notes.push(Oddity::IrregularDate(String::from_utf8_lossy(element.content).into_owned()));
    }
    time
}

/// What is odd within the bit string of a key, where that holds ASN.1, which of our kinds only RSA has.
fn key_encoding(spki: &[u8]) -> Vec<EncodingOddity> {
    let bits = Reader::new(spki).required(SEQUENCE).and_then(|spki| {
        let mut fields = spki.reader();
        fields.required(SEQUENCE)?;
        fields.required(BIT_STRING)?.octets_of_bits()
    });
    match bits {
        Ok(key @ [SEQUENCE, ..]) => ber::to_der(key).map_or(Vec::new(), |(_, _, odd)| odd),
        _ => Vec::new(),
    }
}

fn algorithm_name(algorithm: Option<Element<'_>>) -> String {
    let oid = algorithm
        .and_then(|algorithm| algorithm.reader().required(OID).ok())
        .map_or(String::new(), |oid| oid::dotted(oid.content));
    oid::signature(&oid).map_or(oid, str::to_owned)
}

/// The SubjectKeyIdentifier among the extensions (RFC 5280 §4.1.2.9, §4.2.1.2).
fn key_identifier(extensions: &Element<'_>) -> Result<Option<Vec<u8>>, Asn1Error> {
    let mut list = extensions.reader().required(SEQUENCE)?.reader();
    let mut found = None;
    while !list.is_empty() {
        let mut fields = list.required(SEQUENCE)?.reader();
        let oid = fields.required(OID)?;
        // Whether the extension is critical; missing where it is not.
        let _ = fields.optional(BOOLEAN);
        let value = fields.required(OCTET_STRING)?;
        if oid.content == [0x55, 0x1d, 14] {
            let inner = Reader::new(value.content).required(OCTET_STRING)?;
            found = Some(inner.content.to_vec());
        }
        if !fields.is_empty() {
            return Err(Asn1Error::BadValue);
        }
    }
    Ok(found)
}

pub(crate) const REQUEST: &str = "a certificate request";

/// What DER is that is no certificate, as far as its first fields tell.
pub(crate) fn describe(der: &[u8]) -> &'static str {
    let Ok(outer) = Reader::new(der).required(SEQUENCE) else {
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
        (Ok(first), Ok(second)) if first.tag == asn1::INTEGER => match (first.content, second.tag) {
            ([3], SEQUENCE) => "a PKCS#12 key store",
            (_, asn1::INTEGER) if fields.is_empty() => "an RSA public key",
            _ => "a private key",
        },
        (Ok(first), Ok(second)) if second.tag == OCTET_STRING && first.tag == SEQUENCE => "an encrypted private key",
        (Ok(first), Ok(_)) if first.tag == SEQUENCE => {
            let mut inner = first.reader();
            let requested = inner.optional(asn1::INTEGER).is_some()
                && inner.optional(SEQUENCE).is_some()
                && inner.optional(SEQUENCE).is_some_and(|key| is_spki(&key));
            if requested { REQUEST } else { "something else" }
        }
        _ => "something else",
    }
}

impl Certificate {
    /// The first extension that the certificate has twice, as its object identifier (RFC 5280 §4.2 allows each once).
    pub fn repeated_extension(&self) -> Option<String> {
        let (der, _, _) = ber::to_der(&self.der).ok()?;
        let mut fields = Reader::new(&der).required(SEQUENCE).ok()?.reader().required(SEQUENCE).ok()?.reader();
        let extensions = std::iter::from_fn(|| fields.next().ok()).find(|field| field.tag == EXTENSIONS)?;
        let mut list = extensions.reader().required(SEQUENCE).ok()?.reader();
        let mut seen = std::collections::HashSet::new();
        let mut oids = std::iter::from_fn(|| list.required(SEQUENCE).ok()?.reader().required(OID).ok());
        oids.find(|oid| !seen.insert(oid.content)).map(|oid| oid::dotted(oid.content))
    }
}
