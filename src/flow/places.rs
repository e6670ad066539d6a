//! Where a value of the message that was read stands in what the report shows, and which signature covers it.

use std::ops::Range;

use crate::dsig::SignatureVerdict;
use crate::xenc::{Outcome, Part, Spliced};

/// A stretch of the capture's XML, or of a part of it that was decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The number of the decrypted part; `None` for the XML as it was sent.
    pub(crate) decryption: Option<usize>,
    /// Its bytes there, half open.
    pub(crate) span: [usize; 2],
}

/// The text that the summary is read from, beside the one that was sent.
pub(crate) struct Places<'a> {
    /// The message with its decrypted parts in place, where there is any.
    pub(crate) spliced: Option<&'a Spliced>,
    /// The encrypted parts.
    pub(crate) parts: &'a [Part],
    /// Every signature: whether it stands in the spliced text or in that as sent, and its verdict.
    pub(crate) signatures: Vec<(bool, SignatureVerdict)>,
    /// Whether the query that carried the message has a valid signature, which covers all of it.
    pub(crate) query_signed: bool,
}

impl Places<'_> {
    /// Where bytes of the text that the summary is read from stand in the report.
    pub(crate) fn place(&self, span: &Range<usize>) -> Stretch {
        let decryption = self.spliced.and_then(|spliced| spliced.part_at(span.start));
        let within = match decryption {
            Some(part) => {
                let start = self.plaintext(part).start;
                [span.start.saturating_sub(start), span.end.saturating_sub(start)]
            }
            None => {
                let original = self.spliced.and_then(|spliced| spliced.original(span.clone()));
                let span = original.unwrap_or_else(|| span.clone());
                [span.start, span.end]
            }
        };
        Stretch { decryption, span: within }
    }

    /// The bytes of a decrypted part in the spliced text.
    pub(crate) fn plaintext(&self, part: usize) -> Range<usize> {
        match self.parts.get(part).map(|part| &part.outcome) {
            Some(Outcome::Decrypted { span, .. }) => span.clone(),
            _ => 0..0,
        }
    }

    /// The first valid signature that covers all bytes of a span of the text that the summary is read from.
    ///
    /// A signature over the encrypted form covers what it decrypts to.
    pub(crate) fn covering(&self, span: &Range<usize>) -> Option<usize> {
        let sent = self.sent(span);
        let within = self.signatures.iter().position(|(in_spliced, verdict)| {
            let span = if *in_spliced { Some(span) } else { sent.as_ref() };
            span.is_some_and(|span| verdict.covers.iter().any(|c| c.start <= span.start && span.end <= c.end))
        });
        // The query's signature is reported after those in the XML.
        within.or_else(|| self.query_signed.then_some(self.signatures.len()))
    }

    /// Whether a valid signature covers all bytes of a span with a key that the context vouches for.
    pub(crate) fn vouched(&self, span: &Range<usize>) -> bool {
        let sent = self.sent(span);
        self.query_signed
            || self.signatures.iter().filter(|(_, verdict)| verdict.trusted).any(|(in_spliced, verdict)| {
                let span = if *in_spliced { Some(span) } else { sent.as_ref() };
                span.is_some_and(|span| verdict.covers.iter().any(|c| c.start <= span.start && span.end <= c.end))
            })
    }

    /// The bytes as sent that a span comes from: its own, or those of the encrypted element that it was decrypted from.
    fn sent(&self, span: &Range<usize>) -> Option<Range<usize>> {
        let Some(spliced) = self.spliced else { return Some(span.clone()) };
        let Some(part) = spliced.part_at(span.start) else { return spliced.original(span.clone()) };
        // A part within a part: the outermost is the one that was sent. Each is within an earlier one.
        let mut part = self.parts.get(part)?;
        while let Some(outer) = part.within.and_then(|outer| self.parts.get(outer)) {
            part = outer;
        }
        Some(part.span.clone())
    }
}
