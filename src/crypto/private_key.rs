//! Owns private keys: PKCS#8, PKCS#1 and SEC1, PEM or DER, encrypted or not. Used to decrypt, and to tell which
//! public key belongs to one.

use core::fmt;

use ::rsa::rand_core::{TryCryptoRng, TryRng};
use ::rsa::traits::PublicKeyParts;
use ::rsa::{BoxedUint, RsaPrivateKey, hazmat};
use p256::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroize;

use super::armor::{self, ArmorError, PemBlock};
use super::asn1::{self, Asn1Error, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE};
use super::certificate::describe;
use super::key::{Curve, KeyError, PublicKey, bit_len};
use super::key_transport::KeyTransportError;
use super::limits::{MAX_OBJECT_BYTES, MAX_RSA_BITS, MIN_RSA_BITS};
use super::secret::Secret;
use super::{oid, pkcs8, rsa};

/// A private key. Of a key that cannot decrypt anything here, only the public half is kept.
pub struct PrivateKey {
    public: PublicKey,
    // Wiped by the `rsa` crate when dropped.
    rsa: Option<Box<RsaPrivateKey>>,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

/// Why input is no private key that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrivateKeyError {
    /// More bytes than [`MAX_OBJECT_BYTES`].
    TooLarge {
        /// The number of bytes given.
        bytes: usize,
    },
    /// Neither PEM, nor base64, nor DER.
    Unreadable(ArmorError),
    /// The input is something else, such as `a certificate`.
    NotAPrivateKey {
        /// What it is.
        what: String,
    },
    /// The structure of the key is damaged.
    Malformed(Asn1Error),
    /// The numbers of the key do not fit each other, or give no public key.
    Inconsistent,
    /// The public half is not one that can be used.
    Key(KeyError),
    /// The key is of a kind that is not used here, such as `DSA`.
    UnsupportedKey {
        /// The kind: a name, or an object identifier.
        name: String,
    },
    /// The size of the RSA key is outside the limits.
    KeySize {
        /// The size in bits.
        bits: usize,
    },
    /// The key is encrypted, and no passphrase was given.
    NeedsPassphrase,
    /// The key does not open with this passphrase, or it is damaged.
    WrongPassphrase,
    /// The key is encrypted in a way that is not opened here: PBES1, a PKCS#12 scheme, or OpenSSL's own
    /// `Proc-Type: 4,ENCRYPTED`. `openssl pkcs8 -topk8` rewrites each of them.
    UnsupportedEncryption {
        /// The name of the scheme.
        name: String,
    },
    /// Opening the key would cost more than the limits allow.
    TooCostly {
        /// What costs how much, and the limit.
        what: String,
    },
}

impl From<Asn1Error> for PrivateKeyError {
    fn from(error: Asn1Error) -> Self {
        Self::Malformed(error)
    }
}

impl PrivateKey {
    /// Reads the first private key of an input: PEM with any text around it, base64, or DER.
    pub fn read(input: &[u8], passphrase: Option<&[u8]>) -> Result<Self, PrivateKeyError> {
        if input.len() > MAX_OBJECT_BYTES {
            return Err(PrivateKeyError::TooLarge { bytes: input.len() });
        }
        let text = core::str::from_utf8(input).ok();
        let blocks = text.map(armor::pem_blocks).unwrap_or_default();
        if let Some(block) = blocks
            .iter()
            .find(|block| block.label.contains("PRIVATE KEY"))
        {
            return from_pem(block, passphrase);
        }
        if let Some(block) = blocks.first() {
            return Err(PrivateKeyError::NotAPrivateKey {
                what: format!("a PEM block of the label {}", block.label),
            });
        }
        match text {
            Some(text) if text.is_ascii() => {
                let der = Secret::new(armor::base64(text).map_err(PrivateKeyError::Unreadable)?);
                from_der(der.expose(), passphrase)
            }
            _ => from_der(input, passphrase),
        }
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Whether this key is the private half of a public key.
    pub fn belongs_to(&self, key: &PublicKey) -> bool {
        self.public == *key
    }

    /// RSADP (RFC 8017 §5.1.2): opens a ciphertext to the block of as many bytes as the modulus has.
    ///
    /// The computation is not blinded, for there is no source of randomness here: nobody but the owner of the
    /// key is there to measure how long it takes.
    pub(crate) fn rsa_decrypt(&self, encrypted: &[u8]) -> Result<Secret, KeyTransportError> {
        let Some(key) = &self.rsa else {
            return Err(KeyTransportError::WrongKey {
                has: self.public.name(),
            });
        };
        let expected = rsa::key_len(key.as_public_key());
        if encrypted.len() != expected {
            return Err(KeyTransportError::Length {
                expected,
                actual: encrypted.len(),
            });
        }
        let precision = key.n().as_ref().bits_precision();
        let mut number = BoxedUint::from_be_slice(encrypted, precision)
            .ok()
            .and_then(|c| hazmat::rsa_decrypt_and_check(&**key, None::<&mut NoRandomness>, &c).ok())
            .ok_or(KeyTransportError::Padding)?;
        let bytes = Secret::new(number.to_be_bytes().into_vec());
        number.zeroize();
        rsa::fixed_len(bytes.expose(), expected)
            .map(Secret::new)
            .ok_or(KeyTransportError::Padding)
    }
}

/// The type of a source of randomness that is never given.
enum NoRandomness {}

impl TryRng for NoRandomness {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        match *self {}
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        match *self {}
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        match *self {}
    }
}

impl TryCryptoRng for NoRandomness {}

fn from_pem(block: &PemBlock, passphrase: Option<&[u8]>) -> Result<PrivateKey, PrivateKeyError> {
    if block.label == "OPENSSH PRIVATE KEY" {
        return Err(PrivateKeyError::UnsupportedKey {
            name: "OpenSSH".to_owned(),
        });
    }
    if block.headers.iter().any(|line| line.contains("ENCRYPTED")) {
        let cipher = block
            .headers
            .iter()
            .find_map(|line| line.trim().strip_prefix("DEK-Info:")?.split(',').next())
            .unwrap_or("an unknown cipher");
        return Err(PrivateKeyError::UnsupportedEncryption {
            name: format!("OpenSSL's own Proc-Type: 4,ENCRYPTED ({})", cipher.trim()),
        });
    }
    match &block.content {
        Ok(der) => from_der(der, passphrase),
        Err(error) => Err(PrivateKeyError::Unreadable(error.clone())),
    }
}

fn from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(asn1::to_der(der)?.0);
    let der = der.expose();
    let mut fields = Reader::new(der).expect(SEQUENCE)?.reader();
    let first = fields.next()?;
    let second = fields.next()?;
    match (first.tag, first.content, second.tag) {
        (SEQUENCE, _, OCTET_STRING) => {
            let inner = pkcs8::decrypt(der, passphrase)?;
            // Padding that fits by chance leaves bytes that are no key.
            private_key_info(inner.expose()).map_err(|error| match error {
                PrivateKeyError::Malformed(_) => PrivateKeyError::WrongPassphrase,
                error => error,
            })
        }
        (INTEGER, _, SEQUENCE) if describe(der) != "a PKCS#12 key store" => private_key_info(der),
        (INTEGER, _, INTEGER) if fields.is_empty() => not_private("an RSA public key"),
        (INTEGER, _, INTEGER) => rsa_key(der),
        (INTEGER, [1], OCTET_STRING) => ec_key(der, None),
        (SEQUENCE, _, SEQUENCE) if super::Certificate::from_der(der).is_ok() => {
            not_private("a certificate")
        }
        _ => not_private(describe(der)),
    }
}

fn not_private(what: &str) -> Result<PrivateKey, PrivateKeyError> {
    Err(PrivateKeyError::NotAPrivateKey {
        what: what.to_owned(),
    })
}

/// PrivateKeyInfo, also called OneAsymmetricKey (RFC 5958 §2).
fn private_key_info(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(asn1::to_der(der)?.0);
    let mut fields = Reader::new(der.expose()).expect(SEQUENCE)?.reader();
    fields.expect(INTEGER)?;
    let mut algorithm = fields.expect(SEQUENCE)?.reader();
    let name = oid::dotted(algorithm.expect(OID)?.content);
    let key = fields.expect(OCTET_STRING)?.content;
    match name.as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.7" | "1.2.840.113549.1.1.10" => rsa_key(key),
        "1.2.840.10045.2.1" => ec_key(
            key,
            algorithm.optional(OID).map(|oid| oid::dotted(oid.content)),
        ),
        "1.3.101.112" => {
            let seed = Reader::new(key).expect(OCTET_STRING)?.content;
            let seed = seed.try_into().map_err(|_| PrivateKeyError::Inconsistent)?;
            // The signing key wipes itself; the seed lies in `der`, which does so too.
            let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
            Ok(PrivateKey {
                public: PublicKey::Ed25519(public.to_bytes()),
                rsa: None,
            })
        }
        oid => Err(PrivateKeyError::UnsupportedKey {
            name: oid::foreign_key(oid).unwrap_or(oid).to_owned(),
        }),
    }
}

/// RSAPrivateKey (RFC 8017 §A.1.2). The numbers are checked against each other; those for the Chinese remainder
/// theorem are computed anew.
fn rsa_key(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(asn1::to_der(der)?.0);
    let mut fields = Reader::new(der.expose()).expect(SEQUENCE)?.reader();
    let version = fields.unsigned()?;
    let (n, e) = (fields.unsigned()?, fields.unsigned()?);
    let bits = bit_len(n);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(PrivateKeyError::KeySize { bits });
    }
    let d = fields.unsigned()?;
    let mut primes = vec![fields.unsigned()?, fields.unsigned()?];
    if !version.is_empty() {
        // Version 1: more than two primes, after the three numbers that are not needed.
        for _ in 0..3 {
            fields.unsigned()?;
        }
        let mut others = fields.expect(SEQUENCE)?.reader();
        while let Ok(other) = others.expect(SEQUENCE) {
            primes.push(other.reader().unsigned()?);
        }
    }
    if primes
        .iter()
        .chain([&d, &e])
        .any(|number| number.len() > n.len())
        || primes.len() > 8
    {
        return Err(PrivateKeyError::Inconsistent);
    }
    let public = PublicKey::from_rsa_numbers(n, e).map_err(PrivateKeyError::Key)?;
    let number = BoxedUint::from_be_slice_vartime;
    let primes = primes.into_iter().map(number).collect();
    let key = RsaPrivateKey::from_components(number(n), number(e), number(d), primes)
        .map_err(|_| PrivateKeyError::Inconsistent)?;
    Ok(PrivateKey {
        public,
        rsa: Some(Box::new(key)),
    })
}

/// ECPrivateKey (RFC 5915 §3). The curve stands within, or outside in the PrivateKeyInfo.
fn ec_key(der: &[u8], curve: Option<String>) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(asn1::to_der(der)?.0);
    let mut fields = Reader::new(der.expose()).expect(SEQUENCE)?.reader();
    fields.expect(INTEGER)?;
    let scalar = asn1::strip_zeros(fields.expect(OCTET_STRING)?.content);
    let inside = || {
        let parameters = fields.optional(asn1::context(0))?;
        Some(oid::dotted(parameters.reader().optional(OID)?.content))
    };
    let name = curve
        .or_else(inside)
        .unwrap_or_else(|| "explicit parameters".to_owned());
    let curve = Curve::from_oid(&name).ok_or_else(|| PrivateKeyError::UnsupportedKey {
        name: format!("EC {}", oid::foreign_curve(&name).unwrap_or(&name)),
    })?;
    let scalar = rsa::fixed_len(scalar, curve.field_len())
        .map(Secret::new)
        .ok_or(PrivateKeyError::Inconsistent)?;
    macro_rules! point {
        ($curve:ident) => {
            $curve::SecretKey::from_slice(scalar.expose())
                .map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec())
                .map_err(|_| PrivateKeyError::Inconsistent)?
        };
    }
    let point = match curve {
        Curve::P256 => point!(p256),
        Curve::P384 => point!(p384),
        Curve::P521 => point!(p521),
    };
    let public = PublicKey::from_point(curve, &point).map_err(PrivateKeyError::Key)?;
    Ok(PrivateKey { public, rsa: None })
}
