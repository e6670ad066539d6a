//! Owns what RSA schemes are built from: the public numbers, the raw operation, MGF1, and the two encodings of a signature.
//!
//! The paddings are checked here and not by the `rsa` crate for two reasons: a digest and a mask digest of
//! one's own choice would instantiate its code for 25 pairs, and it says only that something is wrong, where
//! the block that a signature opens to says what.

use ::rsa::RsaPublicKey;
use ::rsa::traits::PublicKeyParts;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use super::algorithm::PssParameters;
use super::digest::{DigestAlgorithm, DigestValue, Digester};
use super::key::bit_len;
use super::limits::MAX_EXPONENT_BITS;
use super::power::power;

/// An RSA public key: big-endian numbers without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    pub(super) modulus: Vec<u8>,
    pub(super) exponent: Vec<u8>,
}

impl RsaKey {
    /// The modulus n.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// The public exponent e.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }
}

/// The public numbers of a key that can be computed with.
pub(crate) struct PublicNumbers<'k> {
    key: &'k RsaKey,
    n: Odd<BoxedUint>,
    e: u64,
}

/// None when the numbers are unusable: an even modulus, an exponent that is even, below 3 or over 33 bits.
pub(crate) fn public(key: &RsaKey) -> Option<PublicNumbers<'_>> {
    let n = Odd::new(BoxedUint::from_be_slice_vartime(key.modulus())).into_option()?;
    let usable = bit_len(key.exponent()) <= MAX_EXPONENT_BITS;
    let e = key.exponent().iter().filter(|_| usable).fold(0, |e, byte| e << 8 | u64::from(*byte));
    (e >= 3 && e % 2 == 1).then_some(PublicNumbers { key, n, e })
}

/// What [`open`] gives, quickly, or none; not to be believed but where it is what a signer would have made.
pub(crate) fn open_quickly(key: &PublicNumbers<'_>, signature: &[u8]) -> Option<Vec<u8>> {
    power(signature, key.e, key.key.modulus())
}

/// RSAVP1 (RFC 8017 §5.2.2): opens a signature to the block of as many bytes as the modulus has; none when
/// the signature is no number below the modulus.
///
/// Nothing here is secret, so that nothing takes constant time: the `rsa` crate's own operation, which signers use as
/// well, needs twice as long.
pub(crate) fn open(key: &PublicNumbers<'_>, signature: &[u8]) -> Option<Vec<u8>> {
    let n = key.n.as_ref();
    let s = BoxedUint::from_be_slice(signature, n.bits_precision()).ok()?;
    if s >= *n {
        return None;
    }
    let s = BoxedMontyForm::new(s, &BoxedMontyParams::new_vartime(key.n.clone()));
    let mut power = s.clone();
    // Bit by bit from the second highest on: 65537 takes 16 squarings and one multiplication.
    for bit in (0..key.e.ilog2()).rev() {
        power = power.square();
        if key.e >> bit & 1 == 1 {
            power = power.mul(&s);
        }
    }
    fixed_len(&power.retrieve().to_be_bytes(), signature.len())
}

/// The length of the modulus in bytes.
pub(crate) fn key_len(key: &RsaPublicKey) -> usize {
    (key.n().bits_vartime() as usize).div_ceil(8)
}

/// I2OSP (RFC 8017 §4.1), from a number with any count of leading zeros.
pub(crate) fn fixed_len(number: &[u8], len: usize) -> Option<Vec<u8>> {
    let digits = super::asn1::strip_zeros(number);
    let mut out = vec![0; len.checked_sub(digits.len())?];
    out.extend_from_slice(digits);
    Some(out)
}

/// What a PKCS#1 v1.5 block says: the digest that was signed, and whether its identifier has the NULL
/// parameters (RFC 8017 §9.2 and its note 1, §A.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pkcs1Block {
    pub(crate) algorithm: DigestAlgorithm,
    pub(crate) value: DigestValue,
    pub(crate) with_null: bool,
}

/// EMSA-PKCS1-v1_5 read backwards: the block must be, byte for byte, one that a signer could have made for
/// one of our digests. Nothing is skipped or searched for, which is how signatures have been forged
/// (CVE-2006-4339 and its many successors).
pub(crate) fn read_pkcs1_block(block: &[u8]) -> Option<Pkcs1Block> {
    DigestAlgorithm::ALL.into_iter().find_map(|algorithm| {
        [true, false].into_iter().find_map(|with_null| {
            let start = block.len().checked_sub(algorithm.output_len())?;
            let (head, value) = block.split_at_checked(start)?;
            (head == pkcs1_head(algorithm, with_null, head.len())?).then_some(Pkcs1Block {
                algorithm,
                value: DigestValue::from_bytes(value)?,
                with_null,
            })
        })
    })
}

/// Everything of the block before the digest value: 00 01 FF…FF 00 and the start of DigestInfo. None when
/// fewer than eight FF would be left (RFC 8017 §9.2 step 3).
fn pkcs1_head(algorithm: DigestAlgorithm, with_null: bool, len: usize) -> Option<Vec<u8>> {
    let oid: &[u8] = match algorithm {
        DigestAlgorithm::Sha1 => &[0x2b, 0x0e, 3, 2, 0x1a],
        DigestAlgorithm::Sha224 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4],
        DigestAlgorithm::Sha256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
        DigestAlgorithm::Sha384 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2],
        DigestAlgorithm::Sha512 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3],
    };
    let null: &[u8] = if with_null { &[5, 0] } else { &[] };
    let digest_len = algorithm.output_len() as u8;
    // Every length fits one byte: the longest DigestInfo, that of SHA-512, has 83 bytes.
    let identifier_len = (oid.len() + 2 + null.len()) as u8;
    let mut info = vec![0x30, identifier_len + 4 + digest_len, 0x30, identifier_len];
    info.extend_from_slice(&[6, oid.len() as u8]);
    info.extend_from_slice(oid);
    info.extend_from_slice(null);
    info.extend_from_slice(&[4, digest_len]);

    let padding = len.checked_sub(info.len() + 3).filter(|count| *count >= 8)?;
    let mut head = vec![0, 1];
    head.resize(2 + padding, 0xff);
    head.push(0);
    head.extend_from_slice(&info);
    Some(head)
}

/// MGF1 (RFC 8017 §B.2.1), applied to `target` in place.
pub(crate) fn mgf1_xor(algorithm: DigestAlgorithm, seed: &[u8], target: &mut [u8]) {
    for (counter, piece) in (0_u32..).zip(target.chunks_mut(algorithm.output_len())) {
        let mut digester = Digester::new(algorithm);
        digester.update(seed);
        digester.update(&counter.to_be_bytes());
        let mask = digester.finish();
        piece.iter_mut().zip(mask.as_bytes()).for_each(|(byte, mask)| *byte ^= mask);
    }
}

/// What is wrong with a PSS block, or none when it is right for the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PssFault {
    /// The key is too short for this digest and salt (RFC 8017 §9.1.2 step 3).
    KeyTooShort,
    /// The block is none of this kind, or of another digest.
    Mismatch,
    /// All holds but for the length of the salt, which is this.
    SaltLength(usize),
}

/// EMSA-PSS-VERIFY (RFC 8017 §9.1.2) of the block that [`open`] gave.
pub(crate) fn check_pss(key: &RsaKey, block: &[u8], parameters: &PssParameters, digest: &[u8]) -> Result<(), PssFault> {
    let em_bits = bit_len(key.modulus()).saturating_sub(1);
    let em_len = em_bits.div_ceil(8);
    let hash_len = parameters.digest.output_len();
    if em_len < hash_len + parameters.salt_len + 2 {
        return Err(PssFault::KeyTooShort);
    }
    // When the modulus has one bit more than whole bytes, the block has one byte more than EM, which is zero.
    let (extra, em) = block.split_at_checked(block.len().saturating_sub(em_len)).ok_or(PssFault::Mismatch)?;
    if extra.iter().any(|byte| *byte != 0) {
        return Err(PssFault::Mismatch);
    }
    let Some((em, [0xbc])) = em.split_at_checked(em_len - 1) else {
        return Err(PssFault::Mismatch);
    };
    let (masked, hash) = em.split_at_checked(em.len() - hash_len).ok_or(PssFault::Mismatch)?;
    let unused_bits = em_len * 8 - em_bits;
    let top_mask = 0xff_u8.checked_shr(unused_bits as u32).unwrap_or(0);
    if masked.first().is_some_and(|first| first & !top_mask != 0) {
        return Err(PssFault::Mismatch);
    }
    let mut db = masked.to_vec();
    mgf1_xor(parameters.mgf_digest, hash, &mut db);
    if let Some(first) = db.first_mut() {
        *first &= top_mask;
    }
    let padding = db.iter().take_while(|byte| **byte == 0).count();
    let salt = match db.get(padding..) {
        Some([1, salt @ ..]) => salt,
        _ => return Err(PssFault::Mismatch),
    };
    let mut digester = Digester::new(parameters.digest);
    digester.update(&[0; 8]);
    digester.update(digest);
    digester.update(salt);
    if digester.finish().as_bytes() != hash {
        return Err(PssFault::Mismatch);
    }
    if salt.len() != parameters.salt_len {
        return Err(PssFault::SaltLength(salt.len()));
    }
    Ok(())
}
