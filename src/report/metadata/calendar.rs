//! The certificates of a metadata file by when they end: expired, expiring, weak, shared between entities, in pairs.

use serde::Serialize;

/// The certificates of one metadata file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CalendarReport {
    /// How many different certificates there are.
    pub certificates: usize,
    /// How many of them have expired.
    pub expired: usize,
    /// How many expire within 30 days.
    pub expiring: usize,
    /// How many are not valid yet.
    pub not_yet: usize,
    /// How many have a key or a signature that is weak.
    pub weak: usize,
    /// How many more than one entity has.
    pub shared: usize,
    /// How many roles have two certificates for one use, of which one follows the other.
    pub rollovers: usize,
    /// Each of them, the one that ends first before the others; an abridged report has the first
    /// [`crate::limits::REPORT_ENTITIES`].
    pub rows: Vec<CalendarRow>,
}

/// One certificate, wherever in the file it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarRow {
    /// SHA-256 of its DER, in hexadecimal.
    pub sha256: String,
    /// Its subject (RFC 4514).
    pub subject: String,
    /// Its first moment, in seconds since 1970.
    pub not_before: Option<i64>,
    /// Its last moment, in seconds since 1970.
    pub not_after: Option<i64>,
    /// Its key: `RSA 2048`, `EC P-256`.
    pub key: String,
    /// `expired`, `expiring`, `not-yet` or `valid`.
    pub state: &'static str,
    /// What is weak about it, in plain words.
    pub weak: Option<String>,
    /// The certificate of the same role and use that follows it: SHA-256, in hexadecimal.
    pub successor: Option<String>,
    /// How many entities have it.
    pub entities: usize,
    /// Where it stands, as far as [`crate::limits::KEY_USES`] goes.
    pub uses: Vec<CalendarUse>,
}

/// Where a certificate stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarUse {
    /// The number of the entity in the file.
    pub entity: usize,
    /// Its `entityID`.
    pub entity_id: String,
    /// The role's element.
    pub role: String,
    /// `use`, as written; `None` where it is left out, so that the key is for both.
    #[serde(rename = "use")]
    pub usage: Option<String>,
    /// The bytes of the certificate in the file.
    pub span: [usize; 2],
}

impl CalendarRow {
    /// Whether it is one of those that a filter asks for: `expired`, `expiring`, `not-yet`, `weak`, `shared`, `rollover`;
    /// empty for all.
    pub fn is_of(&self, filter: &str) -> bool {
        match filter {
            "" => true,
            "weak" => self.weak.is_some(),
            "shared" => self.entities > 1,
            "rollover" => self.successor.is_some(),
            state => self.state == state,
        }
    }
}
