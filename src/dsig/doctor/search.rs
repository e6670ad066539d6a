//! The search: one edit first, then one upon another, the likely before the rare, until the octets are those that were
//! signed or the budget is used up.

use super::bases::{self, Base, Subject};
use super::edits::{self, About};
use super::form::{Form, Rewritten, tags_of};
use super::single;
use crate::crypto::DigestAlgorithm;
use crate::crypto::algorithm::SignatureMethod;
use crate::crypto::digest::digest;
use crate::crypto::verify::verify;
use crate::dsig::Key;
use crate::limits;

/// What the octets must be.
pub(super) enum Goal<'g> {
    /// Of this digest.
    Digest(DigestAlgorithm, Vec<u8>),
    /// What this value was made over, by one of these keys.
    Value(SignatureMethod, Vec<&'g Key>, &'g [u8]),
}

/// How much may still be tried: a constant amount of work for a case, whatever its messages are.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Bytes that may still be hashed.
    pub(super) bytes: usize,
    /// Signature values that may still be checked by computing with a key.
    pub(super) verifications: usize,
    /// Whether something was left untried.
    pub(super) is_spent: bool,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: limits::DOCTOR_BYTES, verifications: limits::DOCTOR_VERIFICATIONS, is_spent: false }
    }
}

impl Budget {
    /// Whether it did not suffice.
    pub fn is_spent(&self) -> bool {
        self.is_spent
    }

    /// Takes this much of it; `false` where that is no longer there.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        match self.bytes.checked_sub(bytes) {
            Some(left) => self.bytes = left,
            None => self.is_spent = true,
        }
        !self.is_spent
    }

    fn take_verification(&mut self) -> bool {
        match self.verifications.checked_sub(1) {
            Some(left) => self.verifications = left,
            None => self.is_spent = true,
        }
        self.verifications > 0
    }
}

impl Goal<'_> {
    /// Whether the octets are the ones.
    pub(super) fn is_met(&self, octets: &[u8], budget: &mut Budget) -> bool {
        match self {
            _ if !budget.take(octets.len()) => false,
            Self::Digest(algorithm, wanted) => digest(*algorithm, octets).as_bytes() == wanted.as_slice(),
            Self::Value(method, keys, value) => {
                budget.take_verification() && keys.iter().any(|key| verify(method, &key.key, octets, value).is_ok())
            }
        }
    }
}

/// One thing that was undone in a canonical form.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) name: &'static str,
    /// The numbers of the pieces that it changes.
    pub(super) touched: Vec<usize>,
    /// Where one value alone is changed: what stood there, and what stands there now.
    pub(super) values: Option<(String, String)>,
}

/// What meets the goal.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) base: Base,
    pub(super) steps: Vec<Step>,
    pub(super) octets: Vec<u8>,
}

/// A form on the way to the goal.
struct Trail {
    base: usize,
    steps: Vec<Step>,
    form: Form,
}

/// Looks for what was done. `None`: nothing that is known, or the budget ended before.
pub(super) fn search(subject: &Subject<'_>, goal: &Goal<'_>, hints: &[String], budget: &mut Budget) -> Option<Found> {
    let mut bases = bases::all(subject);
    let mut trails: Vec<Trail> = Vec::new();
    let mut done = None;
    for (number, base) in bases.iter().enumerate() {
        let Some(text) = base.octets(subject) else { continue };
        // What makes the same octets as the stated way explains nothing.
        if trails.iter().any(|trail| trail.form.text == text) {
            continue;
        }
        if goal.is_met(text.as_bytes(), budget) {
            done = Some((number, Vec::new(), text.into_bytes()));
            break;
        }
        if budget.is_spent {
            return None;
        }
        if base.leads {
            trails.push(Trail { base: number, steps: Vec::new(), form: Form::of(text) });
        }
    }
    if done.is_none() {
        done = upon(subject, goal, hints, trails, budget);
    }
    let (number, steps, octets) = done?;
    (number < bases.len()).then(|| Found { base: bases.swap_remove(number), steps, octets })
}

type Done = (usize, Vec<Step>, Vec<u8>);

/// What is tried upon the forms that were made: the table of edits, single places, then one upon another.
fn upon(
    subject: &Subject<'_>,
    goal: &Goal<'_>,
    hints: &[String],
    mut trails: Vec<Trail>,
    budget: &mut Budget,
) -> Option<Done> {
    let about = about(subject);
    let edits = edits::all();
    let mut further = Vec::new();
    // The stated way first, with every edit and at every single place; the other ways after it.
    for round in 0..2 {
        let others = if round == 0 { 0..1 } else { 1..trails.len() };
        for trail in trails.get(others).unwrap_or_default() {
            if let Some(done) = edited(trail, &edits, about, goal, &mut further, budget) {
                return Some(done);
            }
        }
        if let Some(first) = trails.first().filter(|_| round == 0)
            && let Some(done) = at_one_place(first, hints, about, true, goal, budget)
        {
            return Some(done);
        }
    }
    trails.remove(0);
    for trail in &further {
        if let Some(done) = edited(trail, &edits, about, goal, &mut Vec::new(), budget) {
            return Some(done);
        }
    }
    further.iter().chain(&trails).find_map(|trail| at_one_place(trail, hints, about, false, goal, budget))
}

fn at_one_place(
    trail: &Trail,
    hints: &[String],
    about: About,
    spacing: bool,
    goal: &Goal<'_>,
    budget: &mut Budget,
) -> Option<Done> {
    let (step, octets) = single::find(&trail.form, goal, hints, about, spacing, budget)?;
    let steps = trail.steps.iter().cloned().chain([step]).collect();
    Some((trail.base, steps, octets))
}

/// Tries every edit upon a form; those that others are tried upon go to `further`.
fn edited(
    trail: &Trail,
    edits: &[edits::Edit],
    about: About,
    goal: &Goal<'_>,
    further: &mut Vec<Trail>,
    budget: &mut Budget,
) -> Option<Done> {
    for edit in edits {
        if trail.steps.iter().any(|step| step.name == edit.name) {
            continue;
        }
        let Some(Rewritten { text, touched }) = edit.undo(&trail.form, about) else { continue };
        let name = name_of(edit.name, &trail.form, &touched);
        let step = Step { name, touched, values: None };
        let steps: Vec<Step> = trail.steps.iter().cloned().chain([step]).collect();
        if goal.is_met(text.as_bytes(), budget) {
            return Some((trail.base, steps, text.into_bytes()));
        }
        if budget.is_spent {
            return None;
        }
        if edit.leads && steps.len() == 1 && !further.iter().any(|known| known.form.text == text) {
            further.push(Trail { base: trail.base, steps, form: Form::of(text) });
        }
    }
    None
}

/// An indenter's edit where there is no indentation now is one that took it away.
pub(super) fn name_of(name: &'static str, form: &Form, touched: &[usize]) -> &'static str {
    let mut now = touched.iter().filter_map(|number| form.pieces.get(*number)).map(|piece| form.str(piece));
    if name == "pretty-printed" && now.all(str::is_empty) { "indentation-removed" } else { name }
}

fn about(subject: &Subject<'_>) -> About {
    let tags = tags_of(subject.node, subject.enveloped.then_some(subject.signature));
    let start = subject.signature.span().start;
    let before = tags.iter().take_while(|tag| tag.start < start).count();
    let within = subject.enveloped && before > 0 && before < tags.len();
    // Tag, gap, tag: the gap after the tag of number n is the piece of number 2n + 1.
    About { outer: subject.node.ancestors().count().saturating_sub(1), seam: within.then(|| 2 * before - 1) }
}
