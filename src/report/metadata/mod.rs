//! What a metadata file describes, as the report tells it: the file as a whole, and a row for each entity.

mod calendar;
mod details;
mod entity;
mod roles;
mod rows;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use memchr::memmem::Finder;
use serde::Serialize;

use crate::crypto::armor;
use crate::crypto::digest::DigestAlgorithm;

pub use self::calendar::{CalendarReport, CalendarRow, CalendarUse};
pub use self::details::{
    AlgorithmReport, AttributeServiceReport, CategoryReport, ContactReport, EndpointReport, EntityKeyReport,
    EntityReport, EntityRoleReport, ExtensionReport, FlagReport, LogoReport, OrganizationReport, RegistrationReport,
    RequestedAttributeReport, ScopeReport, UiReport, Worded,
};
pub use self::entity::entity_report;
use super::{Finding, Report, SignatureNumber, State};
use crate::checks::Severity;

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
    /// What stays with the engine.
    #[serde(skip)]
    pub(crate) kept: KeptFile,
}

/// What the engine keeps of a file, and no report tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptFile {
    /// As [`crate::saml::metadata::Entities::around`].
    pub(crate) around: Vec<Box<str>>,
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
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// What it is found by, in lower case, each on a line of its own.
    pub(crate) searched: Box<str>,
    /// As [`crate::saml::metadata::Entity::around`].
    pub(crate) around: usize,
}

/// Two reports are the same that say the same: what is kept beside them counts for nothing.
macro_rules! beside {
    ($($name:ident)*) => { $(
        impl PartialEq for $name {
            fn eq(&self, _: &Self) -> bool {
                true
            }
        }

        impl Eq for $name {}
    )* };
}

beside! { Kept KeptFile }

impl MetadataReport {
    /// The numbers of the rows that have every word of a query in what they are found by: name, `entityID`, scope,
    /// registrar, contact, fingerprint (with or without colons). An empty query finds all.
    pub fn search(&self, query: &str) -> Vec<usize> {
        let query = queried(query);
        let words: Vec<Cow<'_, str>> = query.split_whitespace().map(without_colons).collect();
        // Made ready once for ten thousand rows.
        let words: Vec<Finder<'_>> = words.iter().map(|word| Finder::new(word.as_bytes())).collect();
        let is_found = |row: &&EntityRow| words.iter().all(|word| word.find(row.kept.searched.as_bytes()).is_some());
        self.rows.iter().filter(is_found).map(|row| row.number).collect()
    }

    /// One entity as metadata of its own: its element with the namespaces that the elements around it declare.
    /// `xml`: the text of the file, of which only the entity's part is looked at.
    pub fn entity_text(&self, xml: &[u8], number: usize) -> Option<String> {
        let row = self.rows.get(number)?;
        let [start, end] = row.span;
        let entity = std::str::from_utf8(xml.get(start..end)?).ok()?;
        let added = self.kept.around.get(row.kept.around)?;
        let name = entity.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))?;
        let (tag, rest) = entity.split_at_checked(name)?;
        Some([tag, added, rest].concat())
    }
}

impl Report {
    /// The report about one entity that was opened from a file: that it says not itself until when it holds is no fault
    /// where an element around it does (SAML 2.0 Metadata §2.3.1).
    pub fn of_entity(mut self, row: &EntityRow) -> Self {
        let is_said_around = |finding: &Finding| {
            finding.rule == "md-validuntil-missing" && finding.severity == Severity::Note && row.expires.is_some()
        };
        self.findings.retain(|finding| finding.state != State::Fired || !is_said_around(finding));
        self
    }
}

/// Of a word that is part of a fingerprint the digits alone.
fn without_colons(word: &str) -> Cow<'_, str> {
    let is_octet = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
    match word.contains(':') && word.split(':').all(is_octet) {
        true => word.replace(':', "").into(),
        false => word.into(),
    }
}

/// A query as rows are searched for: in lower case; of a fingerprint the digits alone, of a certificate its fingerprint.
fn queried(query: &str) -> String {
    let digits: String = query.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).collect();
    let is_fingerprint = matches!(digits.len(), 40 | 64) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if is_fingerprint {
        return digits.to_lowercase();
    }
    // A certificate has a few hundred characters at least, and a query of words has none so long.
    let is_long = query.len() >= 200;
    let bundle = is_long.then(|| armor::certificates(query.trim().as_bytes()).ok()).flatten();
    let certificate = bundle.and_then(|bundle| bundle.certificates.into_iter().find_map(Result::ok));
    certificate.map_or_else(|| query.to_lowercase(), |found| found.fingerprint(DigestAlgorithm::Sha256).hex())
}
