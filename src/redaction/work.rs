//! What one redaction knows while it is made.

use super::RedactionOptions;
use super::words::Words;

/// The state of a redaction.
pub(super) struct Work<'o> {
    pub(super) words: Words,
    pub(super) options: &'o RedactionOptions,
    /// What signatures are stated to have held, and what encrypted parts said.
    pub(super) stated: crate::stated::Stated,
    /// How the signatures of the originals did, by the text of their document.
    pub(super) known: super::signatures::Known,
}

impl Work<'_> {
    /// A certificate with other names, numbers and keys of the same length in it; `None` where the octets are none.
    pub(super) fn certificate(&mut self, octets: &[u8]) -> Option<Vec<u8>> {
        crate::crypto::Certificate::from_der(octets).ok()?;
        if self.options.keep_certificates {
            return Some(octets.to_vec());
        }
        Some(super::certificate::masked(&mut self.words, octets))
    }

    /// A time, moved as is wanted; `None` where the text is none.
    pub(super) fn time(&self, text: &str) -> Option<String> {
        let time = crate::Instant::parse(text.trim()).ok()?;
        if self.options.shift_seconds == 0 {
            return Some(text.to_owned());
        }
        Some(crate::Instant::from_unix(time.unix().saturating_add(self.options.shift_seconds)).to_string())
    }
}
