//! Where a value of the message that was read stands in what the report shows, and which signature covers it.

use std::cmp::Reverse;
use std::ops::Range;

use crate::dsig::SignatureVerdict;
use crate::sorted::sort_by_key;
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
    /// What they cover: as sent and in the spliced text, and of each what those with a vouched key do.
    covers: [[Covers; 2]; 2],
}

/// Spans of signatures in their order, each with the one that it is within: every value of a message asks which covers it.
struct Covers {
    all: Vec<Cover>,
    /// Whether of any two one is within the other, or they are apart.
    is_tree: bool,
}

struct Cover {
    span: Range<usize>,
    /// The signature's number.
    number: usize,
    /// The next one around it.
    around: Option<usize>,
    /// The least number of this one and all around it; of no meaning where they are no tree.
    first: usize,
}

impl Covers {
    fn of(spans: impl Iterator<Item = (usize, Range<usize>)>) -> Self {
        let cover = |(number, span)| Cover { span, number, around: None, first: number };
        let mut covers = Self { all: spans.map(cover).collect(), is_tree: true };
        sort_by_key(&mut covers.all, |cover| (cover.span.start, Reverse(cover.span.end)));
        let mut open: Vec<(usize, usize, usize)> = Vec::new();
        for (at, cover) in covers.all.iter_mut().enumerate() {
            while open.pop_if(|(_, end, _)| *end <= cover.span.start).is_some() {}
            if let Some((around, end, first)) = open.last() {
                covers.is_tree &= cover.span.end <= *end;
                (cover.around, cover.first) = (Some(*around), cover.first.min(*first));
            }
            open.push((at, cover.span.end, cover.first));
        }
        covers
    }

    /// The first signature that covers all of a span.
    fn first(&self, span: &Range<usize>) -> Option<usize> {
        let holds = |cover: &&Cover| cover.span.start <= span.start && span.end <= cover.span.end;
        if !self.is_tree {
            return self.all.iter().filter(holds).map(|cover| cover.number).min();
        }
        let mut at = self.all.partition_point(|cover| cover.span.start <= span.start).checked_sub(1);
        while let Some(cover) = at.and_then(|at| self.all.get(at)) {
            if holds(&cover) {
                return Some(cover.first);
            }
            at = cover.around;
        }
        None
    }
}

impl<'a> Places<'a> {
    pub(crate) fn new(
        spliced: Option<&'a Spliced>,
        parts: &'a [Part],
        signatures: Vec<(bool, SignatureVerdict)>,
        query_signed: bool,
    ) -> Self {
        let spans = |within: bool, trusted: bool| {
            let all = signatures.iter().enumerate();
            let all = all.filter(|(_, (in_spliced, verdict))| *in_spliced == within && (verdict.trusted || !trusted));
            Covers::of(
                all.flat_map(|(number, (_, verdict))| verdict.covers.iter().map(move |span| (number, span.clone()))),
            )
        };
        let covers = [false, true].map(|within| [false, true].map(|trusted| spans(within, trusted)));
        Self { spliced, parts, signatures, query_signed, covers }
    }

    /// The first valid signature in the XML that covers all bytes of a span, of all or of those with a vouched key.
    fn first_over(&self, span: &Range<usize>, trusted: bool) -> Option<usize> {
        let sent = self.sent(span);
        let [as_sent, in_spliced] = &self.covers;
        let [as_sent, in_spliced] = [(as_sent, sent.as_ref()), (in_spliced, Some(span))]
            .map(|(covers, span)| covers.get(usize::from(trusted))?.first(span?));
        as_sent.into_iter().chain(in_spliced).min()
    }

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
        // The query's signature is reported after those in the XML.
        self.first_over(span, false).or_else(|| self.query_signed.then_some(self.signatures.len()))
    }

    /// Whether a valid signature covers all bytes of a span with a key that the context vouches for.
    pub(crate) fn vouched(&self, span: &Range<usize>) -> bool {
        self.query_signed || self.first_over(span, true).is_some()
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_first_signature_over_a_span_is_found_as_by_looking_at_each(
            spans in prop::collection::vec((0_usize..24, 1_usize..12), 0..12),
            asked in (0_usize..30, 1_usize..8),
        ) {
            let spans: Vec<Range<usize>> = spans.into_iter().map(|(start, length)| start..start + length).collect();
            let covers = Covers::of(spans.iter().cloned().enumerate());
            let asked = asked.0..asked.0 + asked.1;
            let expected = spans.iter().position(|span| span.start <= asked.start && asked.end <= span.end);
            prop_assert_eq!(covers.first(&asked), expected);
        }
    }
}
