//! Owns the ciphers of encrypted data: AES in CBC and GCM mode, and Triple DES in CBC mode.

use aes_gcm::aead::AeadInOut;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, BlockSizeUser, KeyInit, KeyIvInit};

use super::limits::MAX_CIPHERTEXT_BYTES;

/// The IV of GCM in XML Encryption, in bytes (XML-Enc 1.1 §5.2.4).
const GCM_IV: usize = 12;
/// The authentication tag of GCM in XML Encryption, in bytes (XML-Enc 1.1 §5.2.4).
const GCM_TAG: usize = 16;
/// The shorter tags which GCM itself knows, in bytes (NIST SP 800-38D §5.2.1.2).
const SHORT_TAGS: [usize; 6] = [15, 14, 13, 12, 8, 4];

/// A cipher for EncryptedData (XML-Enc 1.1 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockCipher {
    /// AES with a key of 128 bits, CBC.
    Aes128Cbc,
    /// AES with a key of 192 bits, CBC.
    Aes192Cbc,
    /// AES with a key of 256 bits, CBC.
    Aes256Cbc,
    /// AES with a key of 128 bits, GCM.
    Aes128Gcm,
    /// AES with a key of 192 bits, GCM.
    Aes192Gcm,
    /// AES with a key of 256 bits, GCM.
    Aes256Gcm,
    /// Triple DES with three keys, CBC.
    TripleDesCbc,
}

impl BlockCipher {
    /// The length of the key in bytes.
    pub fn key_len(self) -> usize {
        match self {
            Self::Aes128Cbc | Self::Aes128Gcm => 16,
            Self::Aes192Cbc | Self::Aes192Gcm | Self::TripleDesCbc => 24,
            Self::Aes256Cbc | Self::Aes256Gcm => 32,
        }
    }

    /// Whether the cipher notices a changed ciphertext. The CBC modes do not: what they decrypt may have been
    /// altered by anyone (XML-Enc 1.1 §6.1.1).
    pub fn authenticates(self) -> bool {
        matches!(self, Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm)
    }
}

/// Why data cannot be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CipherError {
    /// The key has not the length that the cipher needs.
    KeyLength {
        /// The length that the cipher needs, in bytes.
        expected: usize,
        /// The length given, in bytes.
        actual: usize,
    },
    /// The data is shorter than IV and one block, or than IV and tag.
    TooShort {
        /// The least length, in bytes.
        minimum: usize,
        /// The length given, in bytes.
        actual: usize,
    },
    /// The data is longer than [`MAX_CIPHERTEXT_BYTES`].
    TooLong {
        /// The length given, in bytes.
        actual: usize,
    },
    /// The data is no whole number of blocks: something was cut off or added.
    NotWholeBlocks {
        /// The length of a block, in bytes.
        block: usize,
        /// The length given, in bytes.
        actual: usize,
    },
    /// The last byte, which counts the padding, is not between 1 and the length of a block
    /// (XML-Enc 1.1 §5.2): a wrong key, or damaged data.
    Padding {
        /// The last byte.
        count: u8,
    },
    /// The tag of GCM does not fit: a wrong key, or damaged data.
    Authentication,
    /// The tag of GCM fits only as one of this length: its end is cut off, or the sender made it short. XML
    /// Encryption wants 16 bytes; a shorter tag can be guessed (CVE-2026-32600), so the data is refused.
    ShortTag {
        /// The length of the tag, in bytes.
        len: usize,
    },
}

/// Decrypts what a CipherValue holds: IV, ciphertext, and for GCM the tag (XML-Enc 1.1 §5.2).
pub fn decrypt(cipher: BlockCipher, key: &[u8], data: &[u8]) -> Result<Vec<u8>, CipherError> {
    if key.len() != cipher.key_len() {
        return Err(CipherError::KeyLength { expected: cipher.key_len(), actual: key.len() });
    }
    if data.len() > MAX_CIPHERTEXT_BYTES {
        return Err(CipherError::TooLong { actual: data.len() });
    }
    match cipher {
        BlockCipher::Aes128Cbc => cbc::<aes::Aes128>(key, data),
        BlockCipher::Aes192Cbc => cbc::<aes::Aes192>(key, data),
        BlockCipher::Aes256Cbc => cbc::<aes::Aes256>(key, data),
        BlockCipher::TripleDesCbc => cbc::<des::TdesEde3>(key, data),
        BlockCipher::Aes128Gcm => gcm::<aes_gcm::Aes128Gcm>(key, data),
        BlockCipher::Aes192Gcm => gcm::<aes_gcm::AesGcm<aes::Aes192, cbc::cipher::consts::U12>>(key, data),
        BlockCipher::Aes256Gcm => gcm::<aes_gcm::Aes256Gcm>(key, data),
    }
}

fn cbc<C: BlockCipherDecrypt + KeyInit>(key: &[u8], data: &[u8]) -> Result<Vec<u8>, CipherError> {
    let block = <C as BlockSizeUser>::block_size();
    if data.len() < 2 * block {
        return Err(CipherError::TooShort { minimum: 2 * block, actual: data.len() });
    }
    let (iv, body) = data.split_at_checked(block).unwrap_or_default();
    let not_whole = CipherError::NotWholeBlocks { block, actual: data.len() };
    let mut plain = body.to_vec();
    let (blocks, []) = cbc::cipher::Array::slice_as_chunks_mut(&mut plain) else {
        return Err(not_whole);
    };
    let mut decryptor = ::cbc::Decryptor::<C>::new_from_slices(key, iv).map_err(|_| not_whole)?;
    decryptor.decrypt_blocks(blocks);
    // The padding of ISO 10126: any bytes, of which the last is the count. PKCS#7 padding is a case of it.
    let count = plain.last().copied().unwrap_or_default();
    if count == 0 || usize::from(count) > block {
        return Err(CipherError::Padding { count });
    }
    plain.truncate(plain.len() - usize::from(count));
    Ok(plain)
}

fn gcm<C: AeadInOut + KeyInit>(key: &[u8], data: &[u8]) -> Result<Vec<u8>, CipherError> {
    let too_short = CipherError::TooShort { minimum: GCM_IV + GCM_TAG, actual: data.len() };
    let cipher = C::new_from_slice(key).map_err(|_| too_short)?;
    let (iv, sealed) = data.split_at_checked(GCM_IV).ok_or(too_short)?;
    let iv = iv.try_into().map_err(|_| too_short)?;
    let split = |tag| sealed.split_at_checked(sealed.len().checked_sub(tag)?);

    if let Some((body, tag)) = split(GCM_TAG) {
        let mut plain = body.to_vec();
        let tag = tag.try_into().map_err(|_| too_short)?;
        if cipher.decrypt_inout_detached(iv, &[], plain.as_mut_slice().into(), tag).is_ok() {
            return Ok(plain);
        }
    }
    // It failed. Whether a cut tag is why is found by sealing again: GCM is a stream cipher, so sealing the
    // ciphertext opens it, and sealing that again gives the full tag.
    let seal = |text: &mut [u8]| cipher.encrypt_inout_detached(iv, &[], text.into()).ok();
    for len in SHORT_TAGS {
        let Some((body, tag)) = split(len) else {
            continue;
        };
        let mut text = body.to_vec();
        let full = seal(&mut text).and_then(|_| seal(&mut text));
        if full.is_some_and(|full| full.starts_with(tag)) {
            return Err(CipherError::ShortTag { len });
        }
    }
    // With next to no tag nothing proves that; but another key, or damaged data, opens to no element.
    for len in 0..4 {
        let mut text = split(len).map(|(body, _)| body.to_vec()).unwrap_or_default();
        let opened = seal(&mut text).and_then(|_| std::str::from_utf8(&text).ok()).map(str::trim);
        if opened.is_some_and(|text| text.starts_with('<') && text.ends_with('>') && text.contains('/')) {
            return Err(CipherError::ShortTag { len });
        }
    }
    if sealed.len() < GCM_TAG {
        return Err(too_short);
    }
    Err(CipherError::Authentication)
}
