//! Owns the KeyUsage of a certificate (RFC 5280 §4.2.1.3).

use super::asn1::{self, BIT_STRING, BOOLEAN, OCTET_STRING, OID, Reader, SEQUENCE};
use super::ber;
use super::certificate::Certificate;

/// What a key may be used for: the bits of KeyUsage, the first one the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

/// The names of the bits in their order.
const NAMES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl KeyUsage {
    /// Whether it may sign other things than certificates.
    pub fn may_sign(self) -> bool {
        self.names().any(|name| name == "digitalSignature")
    }

    /// The names of what it may be used for.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().enumerate().filter(move |(bit, _)| self.0 & (0x8000 >> bit) != 0).map(|(_, name)| name)
    }
}

impl Certificate {
    /// The KeyUsage; `None` where it has none, which allows everything, or none that can be read.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        let (der, ..) = ber::to_der(&self.der).ok()?;
        let mut tbs = Reader::new(&der).required(SEQUENCE).ok()?.reader().required(SEQUENCE).ok()?.reader();
        let extensions = loop {
            let field = tbs.next().ok()?;
            if field.tag == asn1::context(3) {
                break field;
            }
        };
        let mut list = extensions.reader().required(SEQUENCE).ok()?.reader();
        loop {
            let mut fields = list.required(SEQUENCE).ok()?.reader();
            let oid = fields.required(OID).ok()?;
            let _ = fields.optional(BOOLEAN);
            let value = fields.required(OCTET_STRING).ok()?;
            if oid.content == [0x55, 0x1d, 15] {
                let bits = Reader::new(value.content).required(BIT_STRING).ok()?;
                // The first byte counts the bits at the end that are not used; they are zero.
                let byte = |at: usize| u16::from(bits.content.get(at).copied().unwrap_or(0));
                return Some(KeyUsage(byte(1) << 8 | byte(2)));
            }
        }
    }
}
