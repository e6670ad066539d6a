//! Owns the message digests: SHA-1 and the SHA-2 family, in one call or streamed.

use core::fmt;

use sha2::Digest as _;

/// A digest algorithm that can be computed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DigestAlgorithm {
    /// SHA-1, 20 bytes. Broken for signatures; still common in captures.
    Sha1,
    /// SHA-224, 28 bytes.
    Sha224,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl DigestAlgorithm {
    /// Every algorithm, weakest first.
    pub const ALL: [Self; 5] = [Self::Sha1, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The name in common use, such as `SHA-256` (FIPS 180-4).
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The length of the digest in bytes.
    pub fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A finished digest: up to 64 bytes, without an allocation.
#[derive(Clone, Copy)]
pub struct DigestValue {
    bytes: [u8; 64],
    len: usize,
}

impl DigestValue {
    /// Takes the bytes of a digest that was computed or read elsewhere; more than 64 bytes are no digest.
    pub fn from_bytes(value: &[u8]) -> Option<Self> {
        let mut bytes = [0; 64];
        bytes.get_mut(..value.len())?.copy_from_slice(value);
        Some(Self { bytes, len: value.len() })
    }

    /// The bytes of the digest.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The digest in lower-case hexadecimal.
    pub fn hex(&self) -> String {
        hex(self.as_bytes())
    }
}

impl PartialEq for DigestValue {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for DigestValue {}

impl fmt::Debug for DigestValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DigestValue({})", self.hex())
    }
}

/// A digest being computed: takes bytes in pieces of any size and allocates nothing.
#[derive(Clone)]
pub struct Digester(State);

#[derive(Clone)]
enum State {
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl Digester {
    /// Starts a digest over nothing yet.
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        Self(match algorithm {
            DigestAlgorithm::Sha1 => State::Sha1(sha1::Sha1::new()),
            DigestAlgorithm::Sha224 => State::Sha224(sha2::Sha224::new()),
            DigestAlgorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            DigestAlgorithm::Sha384 => State::Sha384(sha2::Sha384::new()),
            DigestAlgorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
        })
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha1(state) => state.update(bytes),
            State::Sha224(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            State::Sha384(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    /// The digest over everything taken in.
    pub fn finish(self) -> DigestValue {
        match self.0 {
            State::Sha1(state) => value(&state.finalize()),
            State::Sha224(state) => value(&state.finalize()),
            State::Sha256(state) => value(&state.finalize()),
            State::Sha384(state) => value(&state.finalize()),
            State::Sha512(state) => value(&state.finalize()),
        }
    }
}

fn value(digest: &[u8]) -> DigestValue {
    let mut bytes = [0; 64];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = *from;
    }
    DigestValue { bytes, len: digest.len().min(64) }
}

/// The digest of one piece of bytes.
pub fn digest(algorithm: DigestAlgorithm, bytes: &[u8]) -> DigestValue {
    let mut digester = Digester::new(algorithm);
    digester.update(bytes);
    digester.finish()
}

/// Bytes in lower-case hexadecimal, without separators.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_abc_are_those_of_fips_180_4() {
        let expected = [
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\
             8086072ba1e7cc2358baeca134c825a7",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ];
        for (algorithm, expected) in DigestAlgorithm::ALL.into_iter().zip(expected) {
            let value = digest(algorithm, b"abc");
            assert_eq!(value.hex(), expected, "{}", algorithm.name());
            assert_eq!(value.as_bytes().len(), algorithm.output_len());
        }
    }

    #[test]
    fn pieces_of_any_size_give_the_digest_of_the_whole() {
        let text: Vec<u8> = (0..2000_u32).map(|i| (i * 7) as u8).collect();
        for algorithm in DigestAlgorithm::ALL {
            for size in [1, 3, 63, 64, 65, 127, 128, 129, 1999] {
                let mut digester = Digester::new(algorithm);
                text.chunks(size).for_each(|piece| digester.update(piece));
                assert_eq!(digester.finish(), digest(algorithm, &text));
            }
        }
    }

    #[test]
    fn a_digest_of_nothing_is_recognisable() {
        // These are the values which a failed canonicalization leaves in a forged message.
        assert_eq!(digest(DigestAlgorithm::Sha1, b"").hex(), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(DigestValue::from_bytes(&[0; 65]), None);
        assert_ne!(digest(DigestAlgorithm::Sha1, b""), digest(DigestAlgorithm::Sha1, b"a"));
        assert_eq!(format!("{:?}", DigestValue::from_bytes(&[0xab, 1]).unwrap()), "DigestValue(ab01)");
    }
}
