//! Owns the elliptic curves that are computed with: their names, identifiers and sizes.

/// A named curve (SEC 2; FIPS 186-4 §D.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// P-256, secp256r1.
    P256,
    /// P-384, secp384r1.
    P384,
    /// P-521, secp521r1.
    P521,
}

impl Curve {
    /// The curve of an object identifier, dotted, with or without `urn:oid:` (XMLDSig 1.1 §4.5.2.3.1).
    pub fn from_oid(oid: &str) -> Option<Self> {
        match oid.strip_prefix("urn:oid:").unwrap_or(oid) {
            "1.2.840.10045.3.1.7" => Some(Self::P256),
            "1.3.132.0.34" => Some(Self::P384),
            "1.3.132.0.35" => Some(Self::P521),
            _ => None,
        }
    }

    /// The name in FIPS 186, such as `P-256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The size in bits.
    pub fn bits(self) -> usize {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The length of a coordinate, and of each half of a signature, in bytes.
    pub fn field_len(self) -> usize {
        self.bits().div_ceil(8)
    }

    /// The content of the OBJECT IDENTIFIER that names the curve.
    pub(crate) fn oid_content(self) -> &'static [u8] {
        match self {
            Self::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
            Self::P384 => &[0x2b, 0x81, 4, 0, 34],
            Self::P521 => &[0x2b, 0x81, 4, 0, 35],
        }
    }
}
