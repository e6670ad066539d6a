//! Owns getting a session key out of an EncryptedKey: RSA key transport and AES key wrap.

use aes::cipher::KeyInit;

use super::digest::{DigestAlgorithm, digest};
use super::limits::MAX_WRAPPED_KEY_BYTES;
use super::private_key::PrivateKey;
use super::rsa::mgf1_xor;
use super::secret::Secret;

/// How a session key is encrypted to an RSA key (XML-Enc 1.1 §5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTransport {
    /// RSAES-PKCS1-v1_5 (RFC 8017 §7.2).
    RsaPkcs1,
    /// RSAES-OAEP (RFC 8017 §7.1).
    RsaOaep {
        /// The digest of the label: the DigestMethod element.
        digest: DigestAlgorithm,
        /// The digest within MGF1: the MGF element, or SHA-1 where the identifier fixes it.
        mgf_digest: DigestAlgorithm,
    },
}

/// How a session key is encrypted under another shared key (XML-Enc 1.1 §5.7.2, RFC 3394).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyWrap {
    /// AES with a key of 128 bits.
    Aes128,
    /// AES with a key of 192 bits.
    Aes192,
    /// AES with a key of 256 bits.
    Aes256,
}

impl KeyWrap {
    /// The length of the wrapping key in bytes.
    pub fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }
}

/// Why a session key cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyTransportError {
    /// Key transport needs an RSA key.
    WrongKey {
        /// The kind of the private key given.
        has: String,
    },
    /// The encrypted key has not the length that this RSA key gives.
    Length {
        /// The length that the key gives, in bytes.
        expected: usize,
        /// The length given, in bytes.
        actual: usize,
    },
    /// What comes out has not the form that it must have: another key, other parameters, or damaged data.
    Padding,
    /// With the digests given nothing comes out, but with these it does: the message says one thing and its
    /// sender did another (XML-Enc 1.1 §5.5.2; node-xml-encryption issue 140 is a case).
    OtherDigests {
        /// The digest of the label that fits.
        digest: DigestAlgorithm,
        /// The digest within MGF1 that fits.
        mgf_digest: DigestAlgorithm,
    },
    /// The wrapping key has not the length that the algorithm needs.
    WrapKeyLength {
        /// The length that the algorithm needs, in bytes.
        expected: usize,
        /// The length given, in bytes.
        actual: usize,
    },
    /// The wrapped key is not a whole number of eight bytes, too short, or longer than [`MAX_WRAPPED_KEY_BYTES`].
    WrappedLength {
        /// The length given, in bytes.
        actual: usize,
    },
    /// The integrity check of the key wrap fails: another wrapping key, or damaged data (RFC 3394 §2.2.2).
    Integrity,
}

/// Decrypts a session key with an RSA private key. `label` is what OAEPparams holds, else nothing.
///
/// The reasons for a failure are told apart, which a service must never do (Bleichenbacher, Manger): here the
/// holder of the private key looks at a captured message on their own machine, and no sender sees the answer.
pub fn decrypt_key(
    transport: KeyTransport,
    key: &PrivateKey,
    encrypted: &[u8],
    label: &[u8],
) -> Result<Secret, KeyTransportError> {
    let block = key.rsa_decrypt(encrypted)?;
    let block = block.expose();
    match transport {
        KeyTransport::RsaPkcs1 => pkcs1(block).ok_or(KeyTransportError::Padding),
        KeyTransport::RsaOaep { digest, mgf_digest } => {
            if let Some(secret) = oaep(block, digest, mgf_digest, label) {
                return Ok(secret);
            }
            for digest in DigestAlgorithm::ALL {
                for mgf_digest in DigestAlgorithm::ALL {
                    if oaep(block, digest, mgf_digest, label).is_some() {
                        return Err(KeyTransportError::OtherDigests { digest, mgf_digest });
                    }
                }
            }
            Err(KeyTransportError::Padding)
        }
    }
}

/// EME-PKCS1-v1_5 read backwards (RFC 8017 §7.2.2 step 3): 00 02, at least eight bytes that are not zero, 00.
fn pkcs1(block: &[u8]) -> Option<Secret> {
    let [0, 2, rest @ ..] = block else {
        return None;
    };
    let end = rest.iter().position(|byte| *byte == 0)?;
    (end >= 8).then(|| Secret::new(rest.get(end + 1..).unwrap_or_default().to_vec()))
}

/// EME-OAEP read backwards (RFC 8017 §7.1.2 step 3).
fn oaep(
    block: &[u8],
    digest_algorithm: DigestAlgorithm,
    mgf_digest: DigestAlgorithm,
    label: &[u8],
) -> Option<Secret> {
    let [0, rest @ ..] = block else { return None };
    let len = digest_algorithm.output_len();
    let (masked_seed, masked_db) = rest.split_at_checked(len)?;
    let mut seed = masked_seed.to_vec();
    mgf1_xor(mgf_digest, masked_db, &mut seed);
    let db = Secret::new({
        let mut db = masked_db.to_vec();
        mgf1_xor(mgf_digest, &seed, &mut db);
        db
    });
    let (label_digest, rest) = db.expose().split_at_checked(len)?;
    if label_digest != digest(digest_algorithm, label).as_bytes() {
        return None;
    }
    let end = rest.iter().position(|byte| *byte != 0)?;
    match rest.get(end..) {
        Some([1, key @ ..]) => Some(Secret::new(key.to_vec())),
        _ => None,
    }
}

/// Unwraps a session key with a shared key (RFC 3394 §2.2.2).
pub fn unwrap_key(wrap: KeyWrap, key: &[u8], wrapped: &[u8]) -> Result<Secret, KeyTransportError> {
    if key.len() != wrap.key_len() {
        return Err(KeyTransportError::WrapKeyLength {
            expected: wrap.key_len(),
            actual: key.len(),
        });
    }
    let actual = wrapped.len();
    if !actual.is_multiple_of(8) || !(24..=MAX_WRAPPED_KEY_BYTES).contains(&actual) {
        return Err(KeyTransportError::WrappedLength { actual });
    }
    let mut plain = vec![0; actual - 8];
    macro_rules! unwrap {
        ($kw:ty) => {
            <$kw>::new_from_slice(key)
                .ok()
                .is_some_and(|kw| kw.unwrap_key(wrapped, &mut plain).is_ok())
        };
    }
    let whole = match wrap {
        KeyWrap::Aes128 => unwrap!(aes_kw::KwAes128),
        KeyWrap::Aes192 => unwrap!(aes_kw::KwAes192),
        KeyWrap::Aes256 => unwrap!(aes_kw::KwAes256),
    };
    let plain = Secret::new(plain);
    if whole {
        Ok(plain)
    } else {
        Err(KeyTransportError::Integrity)
    }
}
