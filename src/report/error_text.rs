//! What the texts mean that the user saw, as the report tells it.

use serde::Serialize;

use super::texts::Texts;
use crate::checks::Found;

/// A text that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorTextReport {
    /// The words by which it was known.
    pub text: &'static str,
    /// Where it was found: `error_text`, `page` where a captured page says it, or `StatusMessage`.
    pub place: &'static str,
    /// What it means.
    pub meaning: String,
    /// The rules that can be behind it, the likeliest first.
    pub rules: &'static [&'static str],
    /// Whose text it is.
    pub source: &'static str,
}

impl ErrorTextReport {
    pub(super) fn of(found: &Found, texts: &Texts) -> Self {
        Self {
            text: found.pattern,
            place: found.place,
            meaning: texts.errors.get(found.entry.key).cloned().unwrap_or_default(),
            rules: found.entry.rules,
            source: found.entry.source,
        }
    }
}
