//! Owns private keys: PKCS#8, PKCS#1 and SEC1, PEM or DER, encrypted or not. Used to decrypt, and to tell which
//! public key belongs to one.

use core::fmt;
use std::sync::Arc;

use ::rsa::rand_core::{TryCryptoRng, TryRng};
use ::rsa::traits::PublicKeyParts;
use ::rsa::{BoxedUint, RsaPrivateKey, hazmat};
use zeroize::Zeroize;

use super::armor::{self, ArmorError};
use super::asn1::Asn1Error;
use super::key::{KeyError, PublicKey};
use super::key_transport::KeyTransportError;
use super::limits::MAX_OBJECT_BYTES;
use super::secret::Secret;
use super::{private_key_forms as forms, rsa};

/// A private key. Of a key that cannot decrypt anything here, only the public half is kept.
#[derive(Clone)]
pub struct PrivateKey {
    pub(super) public: PublicKey,
    // Wiped by the `rsa` crate when the last that shares it is dropped.
    pub(super) rsa: Option<Arc<RsaPrivateKey>>,
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
        if let Some(block) = blocks.iter().find(|block| block.label.contains("PRIVATE KEY")) {
            return forms::from_pem(block, passphrase);
        }
        if let Some(block) = blocks.first() {
            return Err(PrivateKeyError::NotAPrivateKey { what: format!("a PEM block of the label {}", block.label) });
        }
        match text {
            Some(text) if text.is_ascii() => {
                let der = Secret::new(armor::base64(text).map_err(PrivateKeyError::Unreadable)?);
                forms::from_der(der.expose(), passphrase)
            }
            _ => forms::from_der(input, passphrase),
        }
    }

    /// Reads the private key of one PEM block, without a passphrase.
    pub(crate) fn from_block(block: &armor::PemBlock) -> Result<Self, PrivateKeyError> {
        forms::from_pem(block, None)
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
            return Err(KeyTransportError::WrongKey { has: self.public.name() });
        };
        let expected = rsa::key_len(key.as_public_key());
        if encrypted.len() != expected {
            return Err(KeyTransportError::Length { expected, actual: encrypted.len() });
        }
        let precision = key.n().as_ref().bits_precision();
        let mut number = BoxedUint::from_be_slice(encrypted, precision)
            .ok()
            .and_then(|c| hazmat::rsa_decrypt_and_check(&**key, None::<&mut NoRandomness>, &c).ok())
            .ok_or(KeyTransportError::Padding)?;
        let bytes = Secret::new(number.to_be_bytes().into_vec());
        number.zeroize();
        rsa::fixed_len(bytes.expose(), expected).map(Secret::new).ok_or(KeyTransportError::Padding)
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
