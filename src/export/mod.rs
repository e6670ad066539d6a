//! What is handed on of a case: one function for the page and the command line, so that both give the same bytes.

use crate::case_file::CaseFile;
use crate::context::Context;

/// What to hand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// Markdown for a ticket: the verdict, who changes what, the proof.
    Short,
    /// Markdown with all that is in the report.
    Markdown,
    /// One HTML file that opens without scripts.
    Html,
    /// The report as JSON.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// The canonical text of one capture.
    Canonical,
    /// The decoded XML of one capture, to the byte.
    Xml,
    /// Every certificate, as PEM.
    Certificates,
    /// The case file.
    Case,
}

impl Export {
    /// Each with its name.
    pub const ALL: [(&str, Self); 9] = [
        ("short", Self::Short),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("canonical", Self::Canonical),
        ("xml", Self::Xml),
        ("certificates", Self::Certificates),
        ("case", Self::Case),
    ];
}

/// A file to hand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// A name for it.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Makes an export of a case. `context`: the case's own, with the private keys that are known; its language is that of the export.
/// `capture`: which capture, of an export that is of one.
///
/// # Errors
/// Says what there is none of, and what to do.
pub fn export(case: &CaseFile, context: &Context, what: Export, capture: Option<usize>) -> Result<Exported, String> {
    let _ = (case, context, what, capture);
    Err("not there yet".to_owned())
}
