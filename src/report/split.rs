//! Texts that readers of one message read differently, since something stands within them.

use serde::Serialize;

/// A text that decides about a login and is in several pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SplitReport {
    /// The element's or attribute's term.
    pub what: String,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    pub decryption: Option<usize>,
    /// Its bytes in that text, half open.
    pub span: [usize; 2],
    /// What splits it: `comment`, `instruction`, `cdata`, `element`.
    pub by: Vec<&'static str>,
    /// What each kind of reader takes it for.
    pub readings: Vec<ReadingReport>,
}

/// What one kind of reader reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingReport {
    /// The kind's name: `whole-text`, `first-text`, `last-text`, `with-instructions`, …
    pub reader: &'static str,
    /// The kind in plain words, with libraries that read so.
    pub title: String,
    /// What it reads.
    pub value: String,
}
