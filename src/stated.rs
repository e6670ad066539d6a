//! What whoever redacted a case states of it: signatures that held before, and what encrypted parts said. Nothing in the
//! redacted bytes proves it, so that every report says whose word it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::crypto::digest::{DigestAlgorithm, digest};

/// The statements of a redacted case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stated {
    /// What was replaced, and what was found before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Signatures that held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<StatedSignature>,
    /// Encrypted parts that were opened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decrypted: Vec<StatedDecryption>,
}

/// What was done to a case, without the originals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Receipt {
    /// How many values of each kind were replaced.
    pub replaced: BTreeMap<String, usize>,
    /// Whether certificates and keys were kept.
    pub certificates_kept: bool,
    /// Whether the times were moved.
    pub times_moved: bool,
    /// The verdict before.
    pub outcome: String,
    /// Its root cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// Every rule that fired before, the root cause first.
    pub fired: Vec<String>,
    /// What was found of each signature before, in the order of the captures: `valid`, `invalid`, `unsupported` or `no-key`.
    pub signatures: Vec<String>,
}

/// A signature's value that held over octets under a key, each by its SHA-256 in hexadecimal: what stands in the redacted
/// case in their places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedSignature {
    /// Of the octets that are signed: the canonical `<ds:SignedInfo>`, or the part of a query.
    pub signed: String,
    /// Of the octets of the value.
    pub value: String,
    /// Of the key's SubjectPublicKeyInfo.
    pub key: String,
}

/// What an encrypted part said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedDecryption {
    /// The SHA-256 of its ciphertext's octets, in hexadecimal.
    pub cipher: String,
    /// What it said, redacted; `None`: it opened with none of the private keys that were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// How statements name octets.
pub(crate) fn name_of(octets: &[u8]) -> String {
    digest(DigestAlgorithm::Sha256, octets).hex()
}

impl Stated {
    /// Whether nothing is stated.
    pub fn is_empty(&self) -> bool {
        self.receipt.is_none() && self.signatures.is_empty() && self.decrypted.is_empty()
    }

    /// Whether it is stated that a value held over these octets under the key whose SubjectPublicKeyInfo this is.
    pub(crate) fn holds(&self, signed: &[u8], value: &[u8], key: &[u8]) -> bool {
        let (signed, value, key) = (name_of(signed), name_of(value), name_of(key));
        self.signatures.iter().any(|one| one.signed == signed && one.value == value && one.key == key)
    }

    /// What is stated that a ciphertext said.
    pub(crate) fn decrypted(&self, cipher: &[u8]) -> Option<Option<&str>> {
        if self.decrypted.is_empty() {
            return None;
        }
        let cipher = name_of(cipher);
        self.decrypted.iter().find(|one| one.cipher == cipher).map(|one| one.text.as_deref())
    }
}
