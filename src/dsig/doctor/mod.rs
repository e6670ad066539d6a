//! The digest doctor: where a signature does not hold, the smallest edit that would make it hold.
//!
//! A digest that is met is proof of what was signed, and says nothing for the message as it is: that stays invalid. What
//! the doctor knows beside the message is handed to it.

mod bases;
mod edits;
mod form;
mod letters;
mod namespaces;
mod raw;
mod search;
mod single;
#[cfg(test)]
#[allow(clippy::string_slice)] // Of messages that the tests know.
mod tests;
mod value;

use std::ops::Range;

use self::bases::Subject;
use self::form::tags_of;
pub use self::search::Budget;
use self::search::{Found, Goal, Step, search};
use super::fault::{Fault, MalformedKind};
use super::key::{Key, KeyRing};
use super::names::DSIG;
use super::structure::Shape;
use super::verify::SignatureVerdict;
use super::{reference, structure};
use crate::crypto::algorithm;
use crate::crypto::digest::DigestAlgorithm;
use crate::limits;
use crate::sorted::sort_by_key;
use crate::xml::{Document, Node};

/// What is known beside the message that may help.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Values as they may have been: of other messages, of what is known of the two parties.
    pub values: Vec<String>,
    /// Keys that must not speak for the signer, and may be the ones all the same.
    pub keys: Vec<Key>,
}

/// One thing that was done to a message after it was signed, or that its signer did otherwise than it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its name in reports.
    pub name: &'static str,
    /// At how many places.
    pub count: usize,
    /// The first of these: bytes of the text that was verified.
    pub places: Vec<Range<usize>>,
    /// What stood there, where one value alone is changed; else what the signer used instead, where that has a name.
    pub was: Option<String>,
    /// What stands there now.
    pub is: Option<String>,
}

impl Edit {
    /// Takes in the same edit at other places.
    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.places.extend(other.places);
        sort_by_key(&mut self.places, |place| place.start);
        self.places.truncate(limits::DOCTOR_PLACES);
    }
}

/// Whether the signature value holds over the SignedInfo as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It does, with this key.
    Holds {
        /// The name of the key.
        key: String,
        /// Whether the context vouches for it.
        trusted: bool,
    },
    /// It does not with any key that is known.
    Fails,
    /// There is no key to check it with.
    NoKey,
}

/// What makes a signature hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cure {
    /// What is to be undone, never empty.
    pub edits: Vec<Edit>,
    /// Whether the signature value holds then.
    pub proof: Proof,
    /// The octets that were hashed, where they are others than those that are there.
    pub octets: Option<Vec<u8>>,
}

/// What an examination came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Examination {
    /// This would make it hold.
    Cured(Cure),
    /// None of these would.
    RuledOut(&'static [&'static str]),
}

impl Cure {
    /// Whether it is white space and line ends alone, which whatever prints a message for people changes.
    pub fn is_of_spacing(&self) -> bool {
        self.edits.iter().all(|edit| OF_DIGEST.iter().take(SPACINGS).any(|name| *name == edit.name))
    }
}

/// How many of the names that follow are white space and line ends alone: the first.
const SPACINGS: usize = 7;

/// What is ruled out where no edit restores the digest: the names of the edits that were tried.
const OF_DIGEST: &[&str] = &[
    "pretty-printed",
    "indentation-removed",
    "crlf-to-lf",
    "lf-to-crlf",
    "trailing-newline",
    "text-trimmed",
    "text-padded",
    "attribute-whitespace",
    "re-escaped",
    "double-escaped",
    "with-comments",
    "encoding-mistaken",
    "namespace-moved",
    "namespace-dropped",
    "prefix-renamed",
    "inclusive-for-exclusive",
    "prefix-list-missing",
    "wrong-element",
    "not-enveloped",
    "transport-form",
    "other-digest",
    "value-edited",
    // No edit: what people suspect, and what is never hashed.
    "harmless",
];

/// The same where the digest holds and the signature value does not.
const OF_VALUE: &[&str] =
    &["signed-info-reformatted", "inclusive-for-exclusive", "base64-damaged", "other-algorithm", "other-key"];

/// The keys that a signature value may hold with, those that the context vouches for first.
pub(super) struct Keys {
    all: Vec<(Key, Rank)>,
    /// The ring that they are of, which knows what is stated of a redacted case.
    ring: KeyRing,
}

/// What a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// It may speak for the signer.
    Vouched,
    /// The message shows it.
    Shown,
    /// It is another's.
    Foreign,
}

impl Keys {
    fn of(verdict: &SignatureVerdict, document: &Document<'_>, ring: &KeyRing, hints: &Hints) -> Self {
        let is_tried = |key: &Key| verdict.tried.contains(&key.name);
        let vouched = ring.iter().filter(|key| is_tried(key)).map(|key| (key.clone(), Rank::Vouched));
        let shown = verdict.shown(document).into_iter().map(|key| (key, Rank::Shown));
        let others = ring.iter().filter(|key| !is_tried(key)).chain(&hints.keys);
        let others = others.map(|key| (key.clone(), Rank::Foreign));
        Self { all: vouched.chain(shown).chain(others).take(limits::DOCTOR_KEYS).collect(), ring: ring.clone() }
    }
}

/// Looks for what would make a signature hold. `None` for one that holds, or that is none by the rules.
///
/// `document`: the one that was verified; `ring`: the keys that it was verified with. Takes what it needs of the budget.
pub fn examine(
    document: &Document<'_>,
    verdict: &SignatureVerdict,
    ring: &KeyRing,
    hints: &Hints,
    budget: &mut Budget,
) -> Option<Examination> {
    if document.text().len() > limits::DOCTOR_MESSAGE_BYTES {
        return None;
    }
    let signature = signature_at(document, verdict.span.start)?;
    let tried = match &verdict.fault {
        Some(Fault::DigestMismatch) => OF_DIGEST,
        Some(Fault::SignatureMismatch(_)) => OF_VALUE,
        Some(Fault::Malformed(malformed)) if matches!(malformed.kind, MalformedKind::NotBase64(_)) => {
            &["base64-damaged"]
        }
        _ => return None,
    };
    let keys = Keys::of(verdict, document, ring, hints);
    // First what of its two values was damaged, which is seen at once, and with that whatever else was done.
    let cure = match value::repaired(document, signature, ring, hints, budget) {
        Some(cure) if cure.proof != Proof::Fails => Some(cure),
        other => cured(signature, verdict, &keys, hints, budget).or(other),
    };
    match cure {
        Some(cure) => Some(Examination::Cured(cure)),
        // What was not tried to its end is not ruled out.
        None if budget.is_spent && !budget.tried_each => None,
        None => Some(Examination::RuledOut(tried)),
    }
}

/// What makes a signature hold whose values are sound base64.
fn cured(
    signature: Node<'_>,
    verdict: &SignatureVerdict,
    keys: &Keys,
    hints: &Hints,
    budget: &mut Budget,
) -> Option<Cure> {
    let shape = structure::read(signature).ok()?;
    match &verdict.fault {
        Some(Fault::DigestMismatch) => of_digest(signature, &shape, verdict, keys, hints, budget),
        Some(Fault::SignatureMismatch(error)) => value::of_value(signature, &shape, error.as_ref(), keys, budget),
        _ => None,
    }
}

fn signature_at<'d>(document: &'d Document<'d>, start: usize) -> Option<Node<'d>> {
    document.elements_named(DSIG, "Signature").find(|node| node.span().start == start)
}

/// A digest that does not match: what was hashed instead.
fn of_digest(
    signature: Node<'_>,
    shape: &Shape<'_>,
    verdict: &SignatureVerdict,
    keys: &Keys,
    hints: &Hints,
    budget: &mut Budget,
) -> Option<Cure> {
    let target = reference::resolve(signature, shape).ok()?;
    let subject = Subject::of_target(&target, signature);
    // The value itself may be what was changed: then the digest of what is there is the one that was signed.
    if let Some(computed) = verdict.digest_computed
        && let Some(cure) = value::of_digest_value(signature, shape, computed.as_bytes(), keys)
    {
        return Some(cure);
    }
    let stated = algorithm::digest(&shape.digest_method.algorithm).supported()?;
    // A digest of another length is one of another algorithm.
    let fits = |one: &DigestAlgorithm| one.output_len() == shape.digest_value.len();
    let other = DigestAlgorithm::ALL.into_iter().find(fits).filter(|_| !fits(&stated));
    let goal = Goal::Digest(other.unwrap_or(stated), shape.digest_value.clone());
    let mut edits = Vec::new();
    let octets = match other.and_then(|_| plain(&subject)).filter(|octets| goal.is_met(octets, budget)) {
        Some(octets) => octets,
        None => match raw::search(&subject, &goal, budget) {
            Some((edit, octets)) => {
                edits.push(edit);
                octets
            }
            None => {
                let found = search(&subject, &goal, &hints.values, budget)?;
                edits = told(&subject, &found);
                found.octets
            }
        },
    };
    if let Some(other) = other {
        let place = shape.digest_method.node.open_tag();
        let (was, is) = (Some(other.name().to_owned()), Some(stated.name().to_owned()));
        edits.push(Edit { name: "other-digest", count: 1, places: vec![place], was, is });
    }
    let (more, proof) = value::proof(signature, shape, keys, budget);
    for edit in more {
        // What was done to the message was done to its SignedInfo as well.
        match edits.iter_mut().find(|known| known.name == edit.name) {
            Some(known) => known.join(edit),
            None => edits.push(edit),
        }
    }
    Some(Cure { edits, proof, octets: Some(octets) })
}

/// The octets as they are stated to be made.
fn plain(subject: &Subject<'_>) -> Option<Vec<u8>> {
    bases::stated(subject).octets(subject).map(String::into_bytes)
}

/// What was found, with its places in the text that was verified.
fn told(subject: &Subject<'_>, found: &Found) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let base = &found.base;
    if let Some(name) = base.name {
        let mut places: Vec<Range<usize>> = base.splices.iter().map(|splice| splice.range.clone()).collect();
        if places.is_empty() {
            places.extend(base.node(subject.node).map(|node| node.open_tag()));
        }
        let count = places.len();
        places.truncate(limits::DOCTOR_PLACES);
        edits.push(Edit { name, count, places, was: base.was.clone(), is: None });
    }
    let node = base.node(subject.node).unwrap_or(subject.node);
    let tags = if base.counts_as_source() { tags_of(node, base.without(subject.signature)) } else { Vec::new() };
    for Step { name, touched, values } in &found.steps {
        let (was, is) = values.clone().unzip();
        let place = |number: &usize| {
            let place = place_of(&tags, *number, subject.signature)?;
            Some(is.as_deref().and_then(|is| value_at(node, &place, is)).unwrap_or(place))
        };
        let mut places: Vec<Range<usize>> = touched.iter().filter_map(place).collect();
        sort_by_key(&mut places, |place| place.start);
        places.truncate(limits::DOCTOR_PLACES);
        let edit = Edit { name, count: touched.len(), places, was, is };
        match edits.iter_mut().find(|known| known.name == *name) {
            Some(known) => known.join(edit),
            None => edits.push(edit),
        }
    }
    edits
}

/// Where the attribute of a start tag stands that has this value.
fn value_at(node: Node<'_>, tag: &Range<usize>, value: &str) -> Option<Range<usize>> {
    let own = std::iter::once(node).chain(node.descendants()).find(|node| node.open_tag() == *tag)?;
    own.attributes().find(|one| one.value() == value).map(|one| one.value_span())
}

/// The bytes of a piece of the canonical form in the source: a tag, or what stands between two.
fn place_of(tags: &[Range<usize>], number: usize, signature: Node<'_>) -> Option<Range<usize>> {
    let tag = tags.get(number / 2)?;
    if number.is_multiple_of(2) {
        return Some(tag.clone());
    }
    let next = tags.get(number / 2 + 1)?;
    let out = signature.span();
    // Of two stretches with the signature between them that which is longer; both are white space as a rule.
    match tag.end <= out.start && out.end <= next.start {
        true if out.start - tag.end >= next.start - out.end => Some(tag.end..out.start),
        true => Some(out.end..next.start),
        false => Some(tag.end..next.start.max(tag.end)),
    }
}
