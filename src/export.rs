//! What is handed on of a case: one function for the page and the command line, so that both give the same bytes.

use crate::case_file::{CaseFile, CasePart};
use crate::context::Context;
use crate::report::{Report, html, human, markdown, sarif, short};
use crate::{canonical_bytes, inspect, plain};

/// What to hand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// Markdown for a ticket: the verdict, who changes what, the proof.
    Short,
    /// Markdown with all that is in the report.
    Markdown,
    /// One HTML file that opens without scripts.
    Html,
    /// Plain text.
    Text,
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

/// By exclusive canonicalization, as nearly every signature has it; comments stay, since they may be what is wrong.
const METHOD: &str = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";

impl Export {
    /// Each with its name.
    pub const ALL: [(&str, Self); 10] = [
        ("short", Self::Short),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
        ("text", Self::Text),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("canonical", Self::Canonical),
        ("xml", Self::Xml),
        ("certificates", Self::Certificates),
        ("case", Self::Case),
    ];

    /// The export of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, export)| export)
    }

    /// The end of its file's name, and its media type.
    fn form(self) -> (&'static str, &'static str) {
        match self {
            Self::Short | Self::Markdown => (".md", "text/markdown"),
            Self::Html => (".html", "text/html"),
            Self::Text => (".txt", "text/plain"),
            Self::Json => (".json", "application/json"),
            Self::Sarif => (".sarif", "application/sarif+json"),
            Self::Canonical | Self::Xml => (".xml", "application/samlmessage+xml"),
            Self::Certificates => (".pem", "application/x-pem-file"),
            Self::Case => (".samlens.json", "application/json"),
        }
    }
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

/// Makes an export of a case. `context`: the case's own, with the private keys that are known; its language is that of the
/// export. `capture`: which capture, of an export that is of one; `None` for the first that has XML.
///
/// # Errors
/// Says what there is none of, and what to do.
pub fn export(case: &CaseFile, context: &Context, what: Export, capture: Option<usize>) -> Result<Exported, String> {
    let bytes = match what {
        Export::Case => case.to_json().into_bytes(),
        _ => {
            let inputs: Vec<_> = case.inputs.iter().map(CasePart::input).collect();
            of_report(inspect(&inputs, context), what, capture)?
        }
    };
    let (ending, media_type) = what.form();
    Ok(Exported { name: format!("samlens{ending}"), media_type, bytes })
}

/// The same of a report that is there already; a case file is none of it.
///
/// # Errors
/// As [`export`].
pub fn of_report(report: Report, what: Export, capture: Option<usize>) -> Result<Vec<u8>, String> {
    let json = |text: serde_json::Result<String>| {
        text.map(|text| plain::json(text) + "\n")
            .map_err(|error| format!("export: it could not be written as JSON: {error}"))
    };
    let text = match what {
        Export::Xml => xml(&report, capture)?.to_owned(),
        Export::Canonical => return canonical_bytes(xml(&report, capture)?.as_bytes(), METHOD, None),
        Export::Certificates => certificates(&report)?,
        Export::Short => short(&report.abridged()),
        Export::Markdown => markdown(&report.abridged()),
        Export::Html => html(&report.abridged()),
        Export::Text => human(&report.abridged(), false),
        Export::Json => json(serde_json::to_string_pretty(&report.abridged()))?,
        Export::Sarif => json(serde_json::to_string_pretty(&sarif(&report.abridged())))?,
        Export::Case => return Err("export: a report is no case".to_owned()),
    };
    Ok(text.into_bytes())
}

fn xml(report: &Report, capture: Option<usize>) -> Result<&str, String> {
    let found = match capture {
        Some(number) => report.captures.get(number).and_then(|capture| capture.xml.as_deref()),
        None => report.captures.iter().find_map(|capture| capture.xml.as_deref()),
    };
    found.ok_or_else(|| match capture {
        Some(number) => format!("export: message {} has no XML; choose another", number + 1),
        None => "export: no message has XML; give one that can be decoded".to_owned(),
    })
}

/// Every certificate as PEM, under a line that says whose it is (RFC 7468 §5.2 allows text around it).
fn certificates(report: &Report) -> Result<String, String> {
    let all: Vec<String> = report
        .certificates
        .iter()
        .filter_map(|key| {
            let (pem, certificate) = (key.pem.as_deref()?, key.certificate.as_ref()?);
            // Readers that look for a block's first line anywhere must find none in a name.
            let whose = plain::line(&certificate.subject).replace("--", "- ");
            Some(format!("# {whose}, SHA-256 {}\n{}\n", certificate.sha256, pem.trim_end()))
        })
        .collect();
    match all.is_empty() {
        true => Err("export: there is no certificate in the messages, the metadata or the context".to_owned()),
        false => Ok(all.concat()),
    }
}
