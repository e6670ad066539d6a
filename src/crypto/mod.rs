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
pub(crate) mod held;
pub mod key;
pub mod key_transport;
mod key_usage;
mod name;
mod oid;
mod pkcs8;
pub mod power;
pub mod private_key;
mod private_key_forms;
mod rsa;
mod secret;
#[cfg(test)]
mod tests;
mod time;
pub mod verify;

use crate::limits;

pub use algorithm::Lookup;
pub use asn1::Asn1Error;
pub use ber::EncodingOddity;
pub use certificate::Certificate;
pub use digest::{DigestAlgorithm, DigestValue, Digester};
pub use key::PublicKey;
pub use key_usage::KeyUsage;
pub use private_key::PrivateKey;
pub use secret::Secret;
