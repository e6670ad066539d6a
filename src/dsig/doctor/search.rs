//! The search: one edit first, then one upon another, the likely before the rare, until the octets are those that were
//! signed or the budget is used up.

use super::bases::{self, Base, Subject};
use super::edits::{self, About, Edit};
use super::form::{Form, Rewritten, tags_of};
use super::single::{self, Round};
use crate::crypto::DigestAlgorithm;
use crate::crypto::algorithm::SignatureMethod;
use crate::crypto::digest::digest;
use crate::crypto::verify::verify;
use crate::dsig::Key;
use crate::limits;

#[cfg(test)]
mod tests;

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
    /// Whether every edit was tried by itself; what is left then is one upon another.
    pub(super) tried_each: bool,
}

impl Budget {
    /// A part of it for one signature, so that another has its own; [`Budget::give_back`] takes what is left.
    pub fn share(&mut self) -> Self {
        let bytes = self.bytes.min(limits::DOCTOR_SIGNATURE_BYTES);
        self.bytes -= bytes;
        Self { bytes, ..self.clone() }
    }

    /// Takes back what a share has left.
    pub fn give_back(&mut self, share: &Self) {
        self.bytes += share.bytes;
        self.verifications = share.verifications;
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            bytes: limits::DOCTOR_BYTES,
            verifications: limits::DOCTOR_VERIFICATIONS,
            is_spent: false,
            tried_each: false,
        }
    }
}

impl Budget {
    /// Whether it did not suffice.
    pub fn is_spent(&self) -> bool {
        self.is_spent
    }

    /// Takes this much of it; `false` where that is no longer there.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        // To make a candidate takes about as long as to hash so much.
        match self.bytes.checked_sub(bytes + limits::DOCTOR_CANDIDATE_BYTES) {
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
        !self.is_spent
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
    /// Whether texts were taken off their own lines, and nothing else: what stands between tags is still to be undone.
    unlined: bool,
}

impl Trail {
    /// The same with texts taken off their own lines, for formatters that do that to a text which was changed before.
    fn unlined(&self, lines: &Edit, about: About) -> Option<Self> {
        let changes_text = self.steps.iter().all(|step| step.name != "pretty-printed");
        let Rewritten { text, touched } = lines.undo(&self.form, about).filter(|_| changes_text)?;
        let step = Step { name: lines.name, touched, values: None };
        let steps = self.steps.iter().cloned().chain([step]).collect();
        Some(Self { base: self.base, steps, form: Form::of(text), unlined: true })
    }
}

/// Looks for what was done. `None`: nothing that is known, or the budget ended before.
pub(super) fn search(subject: &Subject<'_>, goal: &Goal<'_>, hints: &[String], budget: &mut Budget) -> Option<Found> {
    let bases = bases::all(subject);
    let mut trails: Vec<Trail> = Vec::new();
    let mut done = None;
    for (number, base) in bases.iter().enumerate() {
        let Some(text) = base.octets(subject) else { continue };
        // To read it again costs as well, whatever comes of it.
        if !budget.take(text.len() / 2) {
            return None;
        }
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
            trails.push(Trail { base: number, steps: Vec::new(), form: Form::of(text), unlined: false });
        }
    }
    if done.is_none() {
        done = upon(subject, goal, hints, trails, budget);
    }
    let (number, steps, octets) = done?;
    let base = bases.into_iter().nth(number)?;
    Some(Found { base, steps, octets })
}

type Done = (usize, Vec<Step>, Vec<u8>);

/// What is tried upon the forms that were made: the table of edits, single places, then one upon another.
fn upon(
    subject: &Subject<'_>,
    goal: &Goal<'_>,
    hints: &[String],
    trails: Vec<Trail>,
    budget: &mut Budget,
) -> Option<Done> {
    let about = about(subject);
    let edits = edits::all();
    let mut further = Vec::new();
    // The stated way first, with every edit and at every single place; then the others, and one edit upon another. What
    // is least likely comes last, since the budget may end before.
    let (stated, others) = trails.split_at(trails.len().min(1));
    let edited = |trails: &[Trail], further: &mut Vec<Trail>, budget: &mut Budget| {
        trails.iter().find_map(|trail| edited(trail, &edits, about, goal, further, budget))
    };
    let placed = |trails: &[Trail], round: Round, budget: &mut Budget| {
        trails.iter().find_map(|trail| at_one_place(trail, hints, about, round, goal, budget))
    };
    let first = edited(stated, &mut further, budget);
    let first = first.or_else(|| placed(stated, Round::First, budget));
    if !budget.is_spent {
        budget.tried_each = true;
    }
    let lines = edits.iter().find(|edit| edit.unlines());
    let unlined: Vec<Trail> = further.iter().filter_map(|trail| trail.unlined(lines?, about)).collect();
    first
        .or_else(|| placed(&further, Round::Upon, budget))
        .or_else(|| edited(&further, &mut Vec::new(), budget))
        .or_else(|| edited(&unlined, &mut Vec::new(), budget))
        .or_else(|| edited(others, &mut Vec::new(), budget))
        .or_else(|| placed(others, Round::Upon, budget))
        .or_else(|| placed(stated, Round::Last, budget))
}

fn at_one_place(
    trail: &Trail,
    hints: &[String],
    about: About,
    round: Round,
    goal: &Goal<'_>,
    budget: &mut Budget,
) -> Option<Done> {
    let (step, octets) = single::find(&trail.form, goal, hints, about, round, budget)?;
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
        let first = trail.steps.first();
        let is_due = match first {
            None => true,
            // Texts on their own lines are half of what an indenter does.
            Some(_) if trail.unlined && edit.indents() => true,
            Some(first) => first.name != edit.name && !edit.is_rare(),
        };
        if !is_due {
            continue;
        }
        let Some(Rewritten { text, touched }) = edit.undo(&trail.form, about) else { continue };
        let name = name_of(edit.name, &trail.form, &touched);
        let step = Step { name, touched, values: None };
        let steps: Vec<Step> = trail.steps.iter().cloned().chain([step]).collect();
        if goal.is_met(text.as_bytes(), budget) {
            let mut steps = steps;
            if edit.unlines()
                && let Some(last) = steps.last_mut()
            {
                // One that is on lines of its own alone was put there by no formatter.
                last.name = "text-padded";
            }
            return Some((trail.base, steps, text.into_bytes()));
        }
        if budget.is_spent {
            return None;
        }
        if edit.leads && steps.len() == 1 && !further.iter().any(|known| known.form.text == text) {
            further.push(Trail { base: trail.base, steps, form: Form::of(text), unlined: edit.unlines() });
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
    let before = tags.iter().take_while(|tag| tag.end <= start).count();
    let within = subject.enveloped && before > 0 && before < tags.len();
    // Tag, gap, tag: the gap after the tag of number n is the piece of number 2n + 1.
    About { outer: subject.node.ancestors().count().saturating_sub(1), seam: within.then(|| 2 * before - 1) }
}
