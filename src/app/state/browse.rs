//! What of the metadata is looked at: kept while another place is shown.

use yew::AttrValue;

use super::State;
use crate::Report;

/// What of the metadata is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Browse {
    /// The number of the file in the report.
    pub file: usize,
    /// What of it.
    pub part: Part,
    /// What its entities are searched for.
    pub query: AttrValue,
    /// Which certificates of its calendar are wanted, as the engine calls them; empty for all.
    pub filter: &'static str,
    /// The number of the entity that is open.
    pub entity: Option<usize>,
    /// The number of the file that it is compared with.
    pub other: Option<usize>,
}

/// A part of what there is to say of metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Its entities.
    #[default]
    Entities,
    /// Its certificates by when they end.
    Calendar,
    /// What the messages say, held against it.
    Against,
    /// What another file has otherwise.
    Changes,
}

impl State {
    /// The metadata files of the report.
    pub fn metadata(&self) -> &[crate::MetadataReport] {
        self.report().map(|report| report.metadata.as_slice()).unwrap_or_default()
    }

    /// Leaves what a new report no longer has.
    pub(super) fn browse_in(&mut self, report: &Report) {
        let known = self.metadata();
        let same = |number: usize| {
            let bytes = |files: &[crate::MetadataReport]| files.get(number).map(|file| (file.file.clone(), file.bytes));
            bytes(known).is_some() && bytes(known) == bytes(&report.metadata)
        };
        let stays = same(self.browse.file) && self.browse.other.is_none_or(same);
        if !stays {
            self.browse = Browse { part: self.browse.part, ..Browse::default() };
        }
    }
}
