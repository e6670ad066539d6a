//! Texts that readers of one message read differently, since something stands within them.

use serde::Serialize;

use super::texts::{Texts, cut};
use crate::flow::Seen;
use crate::limits;
use crate::saml::Value;
use crate::saml::split::{SplitText, split_texts};

/// A text that decides about a login and is in several pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SplitReport {
    /// The element's or attribute's term.
    pub what: String,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    pub decryption: Option<usize>,
    /// Its bytes in that text, half open.
    pub span: [usize; 2],
    /// What splits it: `comment`, `instruction`, `cdata`, `element`, `entity`.
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

impl SplitReport {
    /// Every such text of a capture's message, the first [`limits::SPLIT_TEXTS`] of them.
    pub(super) fn all(seen: &Seen<'_>, texts: &Texts) -> Vec<Self> {
        // By metadata nobody is identified.
        let all = seen.message.filter(|message| !message.is_metadata()).map(split_texts).unwrap_or_default();
        all.iter().take(limits::SPLIT_TEXTS).map(|split| Self::of(split, seen, texts)).collect()
    }

    fn of(split: &SplitText<'_>, seen: &Seen<'_>, texts: &Texts) -> Self {
        let place = seen.place(&Value::of_element(split.node));
        let reading = |(reader, value): &(&'static str, String)| ReadingReport {
            reader,
            title: texts.message(title(reader)).to_owned(),
            value: cut(value, limits::IDENTITY_TEXT_BYTES).to_owned(),
        };
        Self {
            what: split.node.local_name().to_owned(),
            decryption: place.decryption,
            span: place.span.unwrap_or_default(),
            by: split.by.iter().map(|by| by.as_str()).collect(),
            readings: split.readings.iter().map(reading).collect(),
        }
    }
}

/// The name of the words for a kind of reader.
fn title(reader: &str) -> &'static str {
    match reader {
        "first-text" => "split.first-text",
        "last-text" => "split.last-text",
        "with-instructions" => "split.with-instructions",
        "without-cdata" => "split.without-cdata",
        "with-entities" => "split.with-entities",
        "without-entities" => "split.without-entities",
        _ => "split.whole-text",
    }
}
