//! What the messages say, held against the metadata; and which of many entities sent a message.

use serde::Serialize;

use super::finding::EvidenceReport;
use super::texts::Texts;
use crate::checks::nearmiss::Difference;
use crate::checks::{self, Agreed, Sender};
use crate::flow::Case;

/// One thing that a message says, held against the metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchReport {
    /// What is compared: `idp-entity-id`, `acs-url`, `signing-key`, `name-id-format`, `scope`, `requested-attribute`, …
    pub what: String,
    /// The same in plain words.
    pub title: String,
    /// `match`, `near-miss`, `mismatch`, or `unlisted` where the metadata names none, or none that binds.
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

impl MatchReport {
    /// Everything that messages and metadata both name.
    pub(super) fn all(case: &Case<'_>, texts: &Texts) -> Vec<Self> {
        checks::against(case).into_iter().map(|agreed| Self::of(agreed, texts)).collect()
    }

    fn of(agreed: Agreed, texts: &Texts) -> Self {
        let outcome = agreed.outcome.as_str();
        let told = if agreed.told.is_empty() { outcome } else { agreed.told };
        let own = format!("against.{}.{told}", agreed.what);
        let text = match texts.message(&own) {
            "" => texts.message(&format!("against.{outcome}")),
            own => own,
        };
        Self {
            what: agreed.what.to_owned(),
            title: texts.message(&format!("against.{}", agreed.what)).to_owned(),
            outcome,
            said: agreed.said.as_ref().map(|said| EvidenceReport::of(said, texts)),
            listed: agreed.listed.iter().map(|listed| EvidenceReport::of(listed, texts)).collect(),
            left_out: agreed.left_out,
            difference: agreed.difference,
            text: text.to_owned(),
            side: agreed.side,
        }
    }
}

impl SenderReport {
    /// Every entity that may have sent a message of the judged login.
    pub(super) fn all(case: &Case<'_>, texts: &Texts) -> Vec<Self> {
        checks::senders(case).into_iter().map(|sender| Self::of(sender, texts)).collect()
    }

    fn of(sender: Sender, texts: &Texts) -> Self {
        let has = |by: &str| sender.by.contains(&by);
        let name = match () {
            () if sender.near.is_some() => "sender.near",
            () if has("issuer") && has("key") => "sender.both",
            () if has("artifact") => "sender.artifact",
            () if has("key") && sender.named.is_some() => "sender.other-key",
            () if has("key") => "sender.key",
            () => "sender.issuer",
        };
        let named = sender.named.as_deref().unwrap_or_default();
        let text = texts.say(name, &[("entity", &sender.entity_id), ("named", &named)]);
        Self {
            capture: sender.capture,
            metadata: sender.file,
            entity: sender.entity,
            entity_id: sender.entity_id,
            by: sender.by,
            near: sender.near,
            text,
        }
    }
}
