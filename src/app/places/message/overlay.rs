//! What the report tells of the bytes of one text: what each signature covers, and where the evidence stands.

use std::rc::Rc;

use yew::Classes;

use super::shown::Shown;
use crate::view::{Cover, Layers, Span, cover};
use crate::{CaptureReport, ClaimReport, SignatureReport, State};

/// Layers by their numbers.
pub const FOUND: usize = 0;
/// Every hit of the search.
pub const HITS: usize = 1;
/// The hit that the reader is at.
pub const THIS_HIT: usize = 2;
/// The bytes that are pointed at.
pub const TARGET: usize = 3;
/// What a careless service reads of a wrapped message.
pub const INSTEAD: usize = 4;
/// What the signature of a wrapped message names, where it covers nothing.
pub const NAMED: usize = 5;
const SIGNATURES: usize = 6;
/// Signatures with a layer of their own; a layer is a bit of 32. Those after them are only listed.
const MOST: usize = 24;

/// A signature, as it lies over a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The element that it stands in.
    pub target: String,
    /// Whether it holds.
    pub valid: bool,
    /// Whether by a key that the context vouches for.
    pub trusted: bool,
    /// The bytes that it covers in this text.
    pub covers: Vec<Span>,
    /// Its own bytes in this text.
    pub own: Option<Span>,
    /// Whether it is over the query and not over XML.
    pub query: bool,
}

/// What lies over a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlay {
    /// Signatures in the order of the report.
    pub signatures: Vec<Signed>,
    /// Of a wrapped message what a careless service reads, each with the way to it.
    pub instead: Vec<(String, Span)>,
    /// Of such a one what a signature names and does not cover.
    pub named: Vec<(String, Span)>,
    /// Where what was found stands.
    found: Vec<Span>,
    /// The bytes that are pointed at.
    target: Option<Span>,
    /// What to show first: where reading failed, or the evidence of the root cause.
    pub first: Option<Span>,
}

impl Overlay {
    /// What the report tells of a text.
    pub fn of(shown: &Rc<Shown>, target: Option<Span>) -> Self {
        let Some(capture) = shown.capture() else { return Self::default() };
        let decryption = shown.of.decryption;
        let here = |finding: &crate::Finding| -> Vec<Span> {
            let of = |evidence: &&crate::EvidenceReport| {
                evidence.capture == Some(shown.of.capture) && evidence.decryption == decryption
            };
            finding.evidence.iter().filter(of).filter_map(|evidence| evidence.span).collect()
        };
        let fired = shown.report.findings.iter().filter(|finding| finding.state == State::Fired);
        let root = shown.report.verdict.root_cause.as_ref();
        let found = fired.clone().flat_map(here).collect();
        let mut root = fired.filter(|finding| Some(&finding.rule) == root);
        let first = root.find_map(|finding| here(finding).first().copied());
        let here = |claim: &ClaimReport| {
            (claim.decryption == decryption && !claim.covered).then(|| (claim.path.clone(), claim.span))
        };
        let mut named: Vec<_> =
            capture.wrappings.iter().filter_map(|wrapping| here(wrapping.signed.as_ref()?)).collect();
        named.dedup();
        let error = capture.error().and_then(|error| error.span).filter(|_| decryption.is_none());
        Self {
            signatures: capture.signatures.iter().map(|signature| signed(capture, signature, shown)).collect(),
            instead: capture.wrappings.iter().filter_map(|wrapping| here(&wrapping.consumed)).collect(),
            named,
            found,
            target: target.or(error),
            first: error.or(first),
        }
    }

    /// Its layers, with those of searching left empty.
    pub fn layers(&self, signed: bool) -> Layers {
        let signatures = self.signatures.iter().take(if signed { MOST } else { 0 });
        let spans = |all: &[(String, Span)]| all.iter().filter(|_| signed).map(|(_, span)| *span).collect();
        let target = self.target.into_iter().collect();
        let layers = [self.found.clone(), Vec::new(), Vec::new(), target, spans(&self.instead), spans(&self.named)];
        Layers::of(layers.into_iter().chain(signatures.map(|signature| signature.covers.clone())))
    }

    /// The classes of bytes under layers.
    pub fn classes(&self, layers: u32) -> Classes {
        let mut classes = Classes::new();
        let names = [(FOUND, "found"), (HITS, "hit"), (THIS_HIT, "this-hit"), (TARGET, "target"), (NAMED, "named")];
        classes.extend(names.into_iter().filter(|(layer, _)| layers & 1 << layer != 0).map(|(_, name)| name));
        let over: Vec<_> =
            (0..self.signatures.len().min(MOST)).filter(|n| layers & 1 << (SIGNATURES + n) != 0).collect();
        classes.extend(over.iter().map(|number| edge(*number, self.trusts(*number))));
        // What is signed within what is read instead is signed all the same.
        if layers & 1 << INSTEAD != 0 && over.is_empty() {
            classes.push("instead");
        }
        if !over.is_empty() {
            classes.push("covered");
            classes.push(if over.iter().any(|number| self.trusts(*number)) { "vouched" } else { "unvouched" });
        }
        classes
    }

    fn trusts(&self, number: usize) -> bool {
        self.signatures.get(number).is_some_and(|signature| signature.trusted)
    }

    /// The signatures that cover a span, and how far.
    pub fn covering(&self, span: Span) -> impl Iterator<Item = (&Signed, Cover)> {
        let all = self.signatures.iter().map(move |signed| (signed, cover(&signed.covers, signed.own, span)));
        all.filter(|(_, cover)| *cover != Cover::None)
    }
}

/// The class of a signature's edge: four of a kind, over and under the text.
pub fn edge(number: usize, trusted: bool) -> &'static str {
    match (number % 4, trusted) {
        (0, true) => "edge0",
        (1, true) => "edge1",
        (2, true) => "edge2",
        (_, true) => "edge3",
        (0, false) => "loose0",
        (1, false) => "loose1",
        (2, false) => "loose2",
        (_, false) => "loose3",
    }
}

fn signed(capture: &CaptureReport, signature: &SignatureReport, shown: &Shown) -> Signed {
    let covers = covers(capture, signature, shown.of.decryption, shown.text.len());
    Signed {
        target: signature.target.clone(),
        valid: signature.status == "valid",
        trusted: signature.trusted,
        covers,
        own: signature.span.filter(|_| signature.decryption == shown.of.decryption),
        query: signature.place == "query",
    }
}

/// The bytes that a signature covers in a text. Over the encrypted form it covers all that came out of it.
fn covers(capture: &CaptureReport, signature: &SignatureReport, text: Option<usize>, length: usize) -> Vec<Span> {
    if signature.decryption == text {
        return signature.covers.clone();
    }
    let mut inner = text;
    for _ in 0..capture.decryptions.len() {
        let Some(part) = inner.and_then(|number| capture.decryptions.get(number)) else { break };
        if signature.decryption == part.within {
            let is_whole = cover(&signature.covers, signature.span, part.span) == Cover::Whole;
            return if is_whole { vec![[0, length]] } else { Vec::new() };
        }
        inner = part.within;
    }
    Vec::new()
}
