//! The certificates of a metadata file by when they end: expired, expiring, weak, shared between entities, in pairs.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::{Certificate, PublicKey};
use crate::instant::Instant;
use crate::limits;
use crate::report::texts::Texts;
use crate::saml::metadata::{Entity, KeyDescriptor, Role};
use crate::sorted::sort_by_key;

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

const DAY: i64 = 86_400;
/// Days before its end from which on a certificate is told as expiring: a federation takes weeks to pass on a new one.
const EXPIRING_DAYS: i64 = 30;

/// A calendar that is being made.
pub(super) struct Calendar {
    now: i64,
    rows: Vec<Row>,
    /// The number of the row of a certificate, by its SHA-256.
    numbers: HashMap<[u8; 32], usize>,
    /// The same by the value in memory, all of which outlive the calendar's making.
    met: HashMap<*const Certificate, usize>,
    /// Of the role that was added to last: the rows of its certificates, and whether each is for signing and for encryption.
    group: Vec<(usize, [bool; 2])>,
    group_of: (usize, Range<usize>),
    rollovers: usize,
}

/// The digests of a certificate, in hexadecimal.
#[derive(Default)]
pub(super) struct Fingerprints<'c> {
    pub(super) sha256: &'c str,
    pub(super) sha1: &'c str,
}

struct Row {
    told: CalendarRow,
    sha1: String,
    /// The entity that was counted last.
    counted: usize,
    weak: Vec<&'static str>,
}

impl Calendar {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            now: now.unix(),
            rows: Vec::new(),
            numbers: HashMap::new(),
            met: HashMap::new(),
            group: Vec::new(),
            group_of: (usize::MAX, 0..0),
            rollovers: 0,
        }
    }

    /// Adds a place of a certificate. Says its SHA-256, in hexadecimal.
    pub(super) fn add(
        &mut self,
        number: usize,
        entity: &Entity,
        role: &Role,
        key: &KeyDescriptor,
        certificate: &Arc<Certificate>,
        span: &Range<usize>,
    ) -> Fingerprints<'_> {
        let at = match self.met.get(&Arc::as_ptr(certificate)) {
            Some(at) => *at,
            None => self.number_of(certificate),
        };
        let usage = key.usage.as_ref().map(|usage| usage.text.to_string());
        let Some(row) = self.rows.get_mut(at) else { return Fingerprints::default() };
        if row.counted != number {
            (row.counted, row.told.entities) = (number, row.told.entities + 1);
        }
        if row.told.uses.len() < limits::KEY_USES {
            row.told.uses.push(CalendarUse {
                entity: number,
                entity_id: entity.id().unwrap_or_default().to_owned(),
                role: role.kind.to_owned(),
                usage: usage.clone(),
                span: [span.start, span.end],
            });
        }
        let group = (number, role.span.clone());
        if self.group_of != group {
            self.end_group();
            self.group_of = group;
        }
        self.group.push((at, ["signing", "encryption"].map(|usage| key.is_for(usage))));
        let row = self.rows.get(at);
        row.map(|row| Fingerprints { sha256: &row.told.sha256, sha1: &row.sha1 }).unwrap_or_default()
    }

    /// The row of a certificate that is met for the first time as this value: the same bytes may have been written otherwise.
    fn number_of(&mut self, certificate: &Arc<Certificate>) -> usize {
        let digest = certificate.fingerprint(DigestAlgorithm::Sha256);
        let sha256: [u8; 32] = digest.as_bytes().try_into().unwrap_or_default();
        let at = *self.numbers.entry(sha256).or_insert_with(|| {
            self.rows.push(Row::of(certificate, digest.hex(), self.now));
            self.rows.len() - 1
        });
        self.met.insert(Arc::as_ptr(certificate), at);
        at
    }

    /// Of the certificates of one role and use one follows another where it begins later and ends later: a rollover.
    fn end_group(&mut self) {
        let group = std::mem::take(&mut self.group);
        if group.len() < 2 {
            return;
        }
        let mut is_rollover = false;
        let begins = |row: &Row| Some((row.told.not_after?, row.told.not_before?));
        for usage in 0..2 {
            let of_use = group.iter().filter(|(_, uses)| uses.get(usage) == Some(&true));
            let mut times: Vec<_> = of_use.filter_map(|(at, _)| Some((begins(self.rows.get(*at)?)?, *at))).collect();
            times.sort_unstable();
            for (first, next) in times.iter().zip(times.iter().skip(1)) {
                let ((end, begin), (next_end, next_begin)) = (first.0, next.0);
                if next_end <= end || next_begin <= begin {
                    continue;
                }
                is_rollover = true;
                let successor = self.rows.get(next.1).map(|next| next.told.sha256.clone());
                if let Some(row) = self.rows.get_mut(first.1) {
                    row.told.successor = successor;
                }
            }
        }
        self.rollovers += usize::from(is_rollover);
    }

    /// The calendar, its rows in the order in which they end.
    pub(super) fn told(mut self, texts: &Texts) -> CalendarReport {
        self.end_group();
        sort_by_key(&mut self.rows, |row| row.told.not_after.unwrap_or(i64::MAX));
        let rows: Vec<CalendarRow> = self.rows.into_iter().map(|row| row.told(texts)).collect();
        let count = |filter: &str| rows.iter().filter(|row| row.is_of(filter)).count();
        CalendarReport {
            certificates: rows.len(),
            expired: count("expired"),
            expiring: count("expiring"),
            not_yet: count("not-yet"),
            weak: count("weak"),
            shared: count("shared"),
            rollovers: self.rollovers,
            rows,
        }
    }
}

impl Row {
    fn of(certificate: &Certificate, sha256: String, now: i64) -> Self {
        let (not_before, not_after) = (certificate.not_before.unix, certificate.not_after.unix);
        let state = match (not_before, not_after) {
            (_, Some(end)) if end < now => "expired",
            (Some(begin), _) if begin > now => "not-yet",
            (_, Some(end)) if end < now + EXPIRING_DAYS * DAY => "expiring",
            _ => "valid",
        };
        let key = certificate.key.as_ref().ok();
        let told = CalendarRow {
            sha256,
            subject: certificate.subject.clone(),
            not_before,
            not_after,
            key: key.map(described).unwrap_or_default(),
            state,
            weak: None,
            successor: None,
            entities: 0,
            uses: Vec::new(),
        };
        let sha1 = certificate.fingerprint(DigestAlgorithm::Sha1).hex();
        Self { told, sha1, counted: usize::MAX, weak: weaknesses(certificate, key) }
    }

    fn told(self, texts: &Texts) -> CalendarRow {
        let weak: Vec<&str> = self.weak.iter().map(|weak| texts.message(weak)).collect();
        CalendarRow { weak: (!weak.is_empty()).then(|| weak.join(" ")), ..self.told }
    }
}

/// `RSA 2048`, `EC P-256`.
fn described(key: &PublicKey) -> String {
    match (key.name(), key.bits()) {
        (name, Some(bits)) if name.starts_with("RSA") => format!("{name} {bits}"),
        (name, _) => name,
    }
}

/// What is weak about a certificate, by the names of the words for it (SAML2int SDP-MD06, SDP-MD07). Nobody verifies the
/// signature of one that names itself as its issuer.
fn weaknesses(certificate: &Certificate, key: Option<&PublicKey>) -> Vec<&'static str> {
    let mut found = Vec::new();
    let bits = key.and_then(PublicKey::bits).unwrap_or(usize::MAX);
    match key {
        Some(PublicKey::Rsa(_)) if bits < 2_048 => found.push("calendar.rsa-small"),
        Some(key) if key.name().starts_with("EC") && bits < 256 => found.push("calendar.ec-small"),
        None => found.push("calendar.no-key"),
        _ => {}
    }
    let algorithm = certificate.signature_algorithm.to_ascii_lowercase();
    if !certificate.self_issued && ["md5", "sha1", "sha-1"].iter().any(|weak| algorithm.contains(weak)) {
        found.push("calendar.weak-signature");
    }
    found
}
