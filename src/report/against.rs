//! What the messages say, held against the metadata; and which of many entities sent a message.

use serde::Serialize;

use super::finding::EvidenceReport;
use crate::checks::nearmiss::Difference;

/// One thing that a message says, held against the metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchReport {
    /// What is compared: `idp-entity-id`, `acs-url`, `signing-key`, `name-id-format`, …
    pub what: String,
    /// The same in plain words.
    pub title: String,
    /// `match`, `near-miss`, `mismatch`, `unlisted` where the metadata names none, `unstated` where the message does not.
    pub outcome: &'static str,
    /// What the message says, and where.
    pub said: Option<EvidenceReport>,
    /// What the metadata says, the nearest first, as far as [`crate::limits::LISTED_VALUES`] goes.
    pub listed: Vec<EvidenceReport>,
    /// How many more it lists.
    pub left_out: usize,
    /// How the message's value differs from the nearest.
    pub difference: Option<Difference>,
    /// What that means, in a sentence.
    pub text: String,
    /// Whose metadata: `idp` or `sp`.
    pub side: &'static str,
}

/// An entity of the metadata that may have sent a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SenderReport {
    /// The number of the message's capture.
    pub capture: usize,
    /// The number of the file in the report's `metadata`.
    pub metadata: usize,
    /// The number of the entity in that file.
    pub entity: usize,
    /// Its `entityID`.
    pub entity_id: String,
    /// What says so: `issuer`, `key` (its key verifies the signature, or is the one shown), `artifact` (its SourceID).
    pub by: Vec<&'static str>,
    /// Where it is near the Issuer and not the same: how they differ.
    pub near: Option<Difference>,
    /// The same in a sentence.
    pub text: String,
}
