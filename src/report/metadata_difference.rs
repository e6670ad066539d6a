//! Two metadata files compared: which entities came and went, and what of each changed.

use serde::Serialize;

use super::TextReport;

/// What two metadata files differ in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MetadataDifference {
    /// How many entities are in both and are the same in all that is compared.
    pub unchanged: usize,
    /// How many are in both and differ.
    pub changed: usize,
    /// How many are in the second file alone.
    pub added: usize,
    /// How many are in the first file alone.
    pub removed: usize,
    /// The changes, in the order of the files; as far as [`crate::limits::COMPARED_ROWS`] goes.
    pub rows: Vec<MetadataChange>,
    /// How many changes are left out.
    pub left_out: usize,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetadataChange {
    /// The `entityID`; empty for what belongs to the file as a whole.
    pub entity_id: String,
    /// The role's element, where it is one's.
    pub role: Option<String>,
    /// What changed: `entity`, `key`, `endpoint`, `name-id-format`, `flag`, `protocol`, `valid-until`, `name`, …
    pub what: String,
    /// `added`, `removed` or `changed`.
    pub kind: String,
    /// What stood in the first file.
    pub left: Option<TextReport>,
    /// What stands in the second.
    pub right: Option<TextReport>,
    /// What that means for a login, in a sentence.
    pub text: String,
}

/// Compares two metadata files. `None` where one of the texts is no metadata.
pub fn metadata_difference(_left: &str, _right: &str, _language: crate::Language) -> Option<MetadataDifference> {
    None
}
