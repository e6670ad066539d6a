//! Owns the cryptography: a thin, typed front over the RustCrypto crates, which knows nothing of XML.
//!
//! Every function takes bytes and gives back a value or an error with data; none reads a clock, a file or a
//! source of randomness, and none panics on its input. Algorithms are found by their identifiers in
//! [`algorithm`]; an identifier that is known but not implemented is named, never called invalid.

pub mod algorithm;
mod algorithm_table;
pub mod armor;
mod asn1;
mod ber;
pub mod certificate;
mod certificate_fields;
pub mod cipher;
mod curve;
pub mod digest;
pub mod key;
pub mod key_transport;
mod name;
mod oid;
mod pkcs8;
pub mod private_key;
mod private_key_forms;
mod rsa;
mod secret;
#[cfg(test)]
mod tests;
mod time;
pub mod verify;

pub use algorithm::Lookup;
pub use asn1::Asn1Error;
pub use ber::EncodingOddity;
pub use certificate::Certificate;
pub use digest::{DigestAlgorithm, DigestValue, Digester};
pub use key::PublicKey;
pub use private_key::PrivateKey;
pub use secret::Secret;

/// The limits of this room. Going over one is an error which names it.
pub mod limits {
    /// The most bytes one certificate or one key may have (DER). Real ones stay under 10 KiB.
    pub const MAX_OBJECT_BYTES: usize = 256 * 1024;
    /// The most bytes of text or DER that are searched for certificates at once.
    pub const MAX_BUNDLE_BYTES: usize = 4 * 1024 * 1024;
    /// The most certificates read from one bundle.
    pub const MAX_CERTIFICATES: usize = 1024;
    /// How deep ASN.1 values may nest.
    pub const MAX_ASN1_DEPTH: usize = 40;
    /// The smallest RSA modulus that is computed with, in bits. Weak keys are judged elsewhere, not refused here.
    pub const MIN_RSA_BITS: usize = 512;
    /// The largest RSA modulus that is computed with, in bits.
    pub const MAX_RSA_BITS: usize = 16384;
    /// The most bits of an RSA public exponent: a longer one would take as long as a signer's computation.
    pub const MAX_EXPONENT_BITS: usize = 33;
    /// The most iterations of PBKDF2 that a passphrase may cost. OpenSSL writes 2048, careful tools a million.
    pub const MAX_PBKDF2_ITERATIONS: u32 = 4_000_000;
    /// The most memory that scrypt may ask for, in bytes (128 × N × r).
    pub const MAX_SCRYPT_BYTES: u64 = 64 * 1024 * 1024;
    /// The largest parallelization of scrypt; its work grows with this.
    pub const MAX_SCRYPT_PARALLELIZATION: u16 = 16;
    /// The longest serial number written out in decimal, in bytes (RFC 5280 §4.1.2.2 allows 20).
    pub const MAX_SERIAL_BYTES: usize = 256;
    /// The most bytes of ciphertext that are decrypted at once.
    pub const MAX_CIPHERTEXT_BYTES: usize = 64 * 1024 * 1024;
    /// The largest wrapped key, in bytes (a wrapped AES-256 key has 40).
    pub const MAX_WRAPPED_KEY_BYTES: usize = 1024;
}
