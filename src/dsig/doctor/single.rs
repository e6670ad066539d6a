//! Edits of one place alone: white space at it, or its value, of which the original may be known from elsewhere.

use std::ops::Range;

use super::edits::About;
use super::form::{Form, Kind, Piece, is_blank};
use super::letters;
use super::search::{Budget, Goal, Step};
use crate::crypto::Digester;
use crate::instant::Instant;
use crate::limits;
use crate::xml::{attribute_value, text_value};

#[cfg(test)]
mod tests;

/// What is tried at single places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// White space, and what is likely of values.
    First,
    /// What is likely of values alone, upon another edit.
    Upon,
    /// What is left: any value that is known, and white space between tags.
    Last,
}

/// Finds the one place whose change meets the goal.
pub(super) fn find(
    form: &Form,
    goal: &Goal<'_>,
    hints: &[String],
    about: About,
    round: Round,
    budget: &mut Budget,
) -> Option<(Step, Vec<u8>)> {
    // Only a digest is worth so many tries; a key costs a hundred times as much.
    let Goal::Digest(algorithm, wanted) = goal else { return None };
    let known = Known::of(form, hints);
    let bytes = form.text.as_bytes();
    let (mut digester, mut at) = (Digester::new(*algorithm), 0);
    for (number, slot) in slots(form) {
        let (range, is_value) = (slot.range.clone(), slot.is_value);
        digester.update(bytes.get(at..range.start).unwrap_or_default());
        at = range.start;
        let rest = bytes.get(range.end..).unwrap_or_default();
        let now = form.text.get(range).unwrap_or_default();
        let spaced = spaced(now, &slot, about, round);
        for (name, was) in spaced.into_iter().chain(known.valued(now, &slot, round)) {
            if was == now {
                continue;
            }
            if !budget.take(rest.len() + was.len()) {
                return None;
            }
            let mut tried = digester.clone();
            tried.update(was.as_bytes());
            tried.update(rest);
            if tried.finish().as_bytes() == wanted.as_slice() {
                let octets = [bytes.get(..at).unwrap_or_default(), was.as_bytes(), rest].concat();
                return Some((step(name, vec![number], &was, now, is_value), octets));
            }
        }
    }
    if round == Round::First { everywhere(form, goal, &known, budget) } else { None }
}

fn step(name: &'static str, touched: Vec<usize>, was: &str, now: &str, is_value: bool) -> Step {
    let read = |text: &str| if is_value { attribute_value(text).into_owned() } else { text_value(text).into_owned() };
    Step { name, touched, values: Some((read(was), read(now))) }
}

/// A value that stands at several places, changed at all of them.
fn everywhere(form: &Form, goal: &Goal<'_>, known: &Known<'_>, budget: &mut Budget) -> Option<(Step, Vec<u8>)> {
    let mut values: Vec<(String, bool)> = Vec::new();
    let mut repeated: Vec<String> = Vec::new();
    for (_, slot) in slots(form).filter(|(_, slot)| slot.piece.kind != Kind::Between) {
        let value = form.text.get(slot.range).unwrap_or_default();
        let room = value.len() > 3 && values.len() < limits::DOCTOR_VALUES;
        match values.iter_mut().find(|(known, _)| known == value) {
            Some((_, is_known)) if !*is_known => {
                *is_known = true;
                repeated.push(value.to_owned());
            }
            None if room => values.push((value.to_owned(), false)),
            _ => {}
        }
    }
    for now in repeated {
        for was in known.originals(&text_value(&now), Round::Upon) {
            let (leaf, value) = (letters::written(&was, false), letters::written(&was, true));
            let rewritten = form.rewrite(&|piece, text| match piece.kind {
                Kind::Leaf => (text == now).then(|| leaf.clone()),
                Kind::Between => None,
                Kind::Tag => {
                    let (from, to) = (format!("=\"{now}\""), format!("=\"{value}\""));
                    text.contains(&from).then(|| text.replace(&from, &to))
                }
            });
            let Some(rewritten) = rewritten else { continue };
            if goal.is_met(rewritten.text.as_bytes(), budget) {
                let step = step(name_of(&now, &was), rewritten.touched, &leaf, &now, false);
                return Some((step, rewritten.text.into_bytes()));
            }
            if budget.is_spent {
                return None;
            }
        }
    }
    None
}

/// A place that may have held something else.
struct Slot<'f> {
    piece: &'f Piece,
    range: Range<usize>,
    /// Whether it is the value of an attribute.
    is_value: bool,
}

fn slots(form: &Form) -> impl Iterator<Item = (usize, Slot<'_>)> {
    form.pieces.iter().enumerate().flat_map(move |(number, piece)| {
        let slots: Vec<Slot<'_>> = match piece.kind {
            Kind::Tag => {
                let values = form.values(piece).into_iter().filter(|(name, _)| !name.starts_with("xmlns"));
                values.map(|(_, range)| Slot { piece, range, is_value: true }).collect()
            }
            _ => vec![Slot { piece, range: form.range(piece), is_value: false }],
        };
        slots.into_iter().map(move |slot| (number, slot))
    })
}

/// What may have stood at a place but for white space, as canonical octets have it, each with the name of what was done.
fn spaced(now: &str, slot: &Slot<'_>, about: About, round: Round) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = Vec::new();
    if slot.piece.kind == Kind::Between {
        match now {
            _ if round != Round::Last => {}
            "" => all.extend(["\n", " "].map(|gap| ("indentation-removed", gap.to_owned()))),
            _ if is_blank(now) => all.push(("pretty-printed", String::new())),
            _ => {}
        }
        return all;
    }
    match round {
        Round::First => {}
        // Formatters trim what they indent.
        Round::Upon if !slot.is_value && !now.is_empty() && now.len() < limits::DOCTOR_VALUE_BYTES => {
            for (before, after) in [("", " "), (" ", ""), (" ", " "), ("", "\n"), ("\n", "\n"), ("  ", "  ")] {
                all.push(("text-trimmed", letters::padded(now, before, after)));
            }
            all.extend(lines(now, slot, about));
            all.push(("text-padded", letters::trimmed(now)));
            return all;
        }
        _ => return all,
    }
    all.push(("double-escaped", letters::unescaped(now)));
    all.push(("re-escaped", letters::escaped(now)));
    all.push(("re-escaped", now.replace("&amp;", "&amp;amp;")));
    all.push(("lf-to-crlf", now.replace("&#xD;", "")));
    // One blank of several may have been a line end.
    let spaces = ["\n", "&#xD;\n", "\t", "  ", "\u{A0}"];
    let spaces_of_values = ["&#xA;", "&#xD;&#xA;", "&#x9;", "  ", "\u{A0}"];
    for (at, _) in now.match_indices(' ').take(SPACES) {
        let (before, after) = now.split_at_checked(at).unwrap_or_default();
        let name = if slot.is_value { "attribute-whitespace" } else { "text-collapsed" };
        let spaces = if slot.is_value { spaces_of_values } else { spaces };
        all.extend(spaces.map(|space| (name, format!("{before}{space}{}", after.trim_start_matches(' ')))));
    }
    if !slot.is_value {
        all.push(("trailing-newline", letters::without_newline(now)));
    }
    let trimmed = letters::trimmed(now);
    if trimmed != now {
        all.push((if slot.is_value { "attribute-whitespace" } else { "text-padded" }, trimmed));
    }
    let name = if slot.is_value { "attribute-whitespace" } else { "text-trimmed" };
    for (before, after) in [(" ", ""), ("", " "), (" ", " ")] {
        all.push((name, letters::padded(now, before, after)));
    }
    if slot.is_value {
        all.extend(["&#xA;", "&#x9;", "  "].map(|space| (name, now.replace(' ', space))));
    } else {
        all.push(("crlf-to-lf", now.replace('\n', "&#xD;\n")));
        if letters::is_base64(now) {
            all.extend(WIDTHS.into_iter().flat_map(|width| {
                ["\n", "&#xD;\n"].into_iter().flat_map(move |between| {
                    let ends = [["", ""], ["", between], [between, between], ["\n", "\n"]];
                    ends.map(|[before, after]| {
                        let name = if between == "\n" { "base64-rewrapped" } else { "crlf-to-lf" };
                        (name, letters::wrapped(now, width, between, before, after))
                    })
                })
            }));
        }
        for (before, after) in [("", "\n"), ("\n", ""), ("\n", "\n"), ("\t", ""), ("", "\t"), ("", "&#xD;\n")] {
            let name = if before.is_empty() && after.ends_with('\n') { "trailing-newline" } else { name };
            all.push((name, letters::padded(now, before, after)));
        }
        all.extend(lines(now, slot, about));
        all.extend(["\n", "  "].map(|space| ("text-collapsed", now.replace(' ', space))));
    }
    all
}

/// A text on lines of its own, by several indenters.
fn lines(now: &str, slot: &Slot<'_>, about: About) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for unit in ["  ", "    ", "\t"] {
        for outer in [0, about.outer] {
            let indent = |more: usize| format!("\n{}", unit.repeat(slot.piece.depth + outer + more));
            all.push(("text-trimmed", letters::padded(now, &indent(1), &indent(0))));
        }
    }
    all
}

/// Columns at which base64 is broken; the last is none.
const WIDTHS: [usize; 3] = [64, 76, usize::MAX];

/// Blanks of one value that are each tried as something else.
const SPACES: usize = 12;

/// A value that is the original with what is not ASCII lost is one of another encoding.
fn name_of(now: &str, was: &str) -> &'static str {
    let lost = |c: char| if c.is_ascii() { c } else { '?' };
    let by_character: String = was.chars().map(lost).collect();
    let by_byte: String = was.bytes().map(|byte| lost(char::from(byte))).collect();
    let shown = now.replace('\u{FFFD}', "?");
    let is_lost = shown != *was && (shown == by_character || shown == by_byte);
    if is_lost { "encoding-mistaken" } else { "value-edited" }
}

/// Lengths of time that messages are valid for and sessions last, in seconds, either way.
const SPANS: [i64; 19] =
    [0, -30, -60, -120, -180, -300, -600, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 28_800, 86_400];

/// What is known of values.
struct Known<'h> {
    /// Of the case.
    hints: Vec<(Sort, &'h str)>,
    /// The message's own, of which one may stand in the place of another.
    own: Vec<(Sort, &'h str)>,
    /// Times, of the hints and of the message itself, each with what follows its seconds.
    times: Vec<(i64, String)>,
    /// What stands behind the `@` of names, the names of accounts among them.
    domains: Vec<&'h str>,
}

/// What a value is, so that an address is not tried where a time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Time,
    Address,
    /// A name of the standard.
    Urn,
    Other,
}

fn sort_of(value: &str) -> Sort {
    match value {
        _ if Instant::parse(value).is_ok() => Sort::Time,
        _ if value.starts_with("urn:") => Sort::Urn,
        _ if value.contains("://") => Sort::Address,
        _ => Sort::Other,
    }
}

impl<'h> Known<'h> {
    fn of(form: &'h Form, hints: &'h [String]) -> Self {
        let mut times: Vec<(i64, String)> = Vec::new();
        let own = slots(form).filter(|(_, slot)| slot.piece.kind != Kind::Between && !slot.piece.in_signature);
        let mut own: Vec<&str> = own.filter_map(|(_, slot)| form.text.get(slot.range)).collect();
        own.retain(|text| !text.is_empty() && text.len() < limits::DOCTOR_VALUE_BYTES && !text.contains('&'));
        own.sort_unstable();
        own.dedup();
        own.truncate(limits::DOCTOR_VALUES);
        for text in own.iter().copied().chain(hints.iter().map(String::as_str)) {
            let seconds = text.get(..19).and_then(|_| Instant::parse(text).ok()).map(Instant::unix);
            let Some(time) = seconds.map(|at| (at, text.get(19..).unwrap_or_default().to_owned())) else { continue };
            if !times.contains(&time) && times.len() < limits::DOCTOR_TIMES {
                times.push(time);
            }
        }
        let texts = || hints.iter().map(String::as_str).chain(own.iter().copied());
        let domains = texts().filter_map(|hint| hint.rsplit_once('@')).map(|(_, domain)| domain);
        let hosts = texts().filter(|hint| hint.contains('.') && !hint.contains([':', '@', '/', ' ']));
        let mut all: Vec<&str> = domains.chain(hosts).collect();
        all.sort_unstable();
        all.dedup();
        let hints = hints.iter().map(|hint| (sort_of(hint), hint.as_str())).collect();
        let own = own.into_iter().map(|text| (sort_of(text), text)).collect();
        Self { hints, own, times, domains: all }
    }

    /// What else may have stood at a place, as canonical octets have it.
    fn valued(&self, now: &str, slot: &Slot<'_>, round: Round) -> Vec<(&'static str, String)> {
        if slot.piece.kind == Kind::Between || slot.piece.in_signature {
            return Vec::new();
        }
        let value = if slot.is_value { attribute_value(now) } else { text_value(now) };
        let originals = self.originals(&value, round).into_iter();
        originals.map(|was| (name_of(&value, &was), letters::written(&was, slot.is_value))).collect()
    }

    /// What a value may have been. The last round has what the others left out.
    fn originals(&self, now: &str, round: Round) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        if now.is_empty() || now.len() > limits::DOCTOR_VALUE_BYTES {
            return all;
        }
        let sort = sort_of(now);
        let is_like = |hint: &&(Sort, &str)| hint.0 == sort && hint.1 != now;
        let is_due = |hint: &&(Sort, &str)| is_near(now, hint.1) != (round == Round::Last);
        let own = self.own.iter().filter(is_like).filter(is_due);
        let hints = self.hints.iter().filter(is_like).filter(|_| round != Round::Last);
        all.extend(hints.chain(own).map(|(_, hint)| (*hint).to_owned()));
        if round == Round::Last {
            return all;
        }
        match sort {
            Sort::Time if round == Round::First => {
                for (at, fraction) in &self.times {
                    for span in SPANS {
                        let text = Instant::from_unix(at + span).to_string();
                        all.push(text.get(..19).unwrap_or_default().to_owned() + fraction);
                    }
                }
            }
            Sort::Address => {
                all.extend(now.strip_prefix("http://").map(|rest| format!("https://{rest}")));
                all.extend(now.strip_prefix("https://").map(|rest| format!("http://{rest}")));
                all.push(format!("{now}/"));
                all.extend(now.strip_suffix('/').map(str::to_owned));
            }
            Sort::Other => {
                let (local, domain) = now.rsplit_once('@').unwrap_or((now, ""));
                all.extend(self.domains.iter().map(|domain| format!("{local}@{domain}")));
                if !domain.is_empty() {
                    all.push(local.to_owned());
                    let names = self.hints.iter().chain(&self.own).filter(is_like);
                    let names = names.filter_map(|(_, hint)| hint.rsplit_once('@'));
                    all.extend(names.map(|(local, _)| format!("{local}@{domain}")));
                }
            }
            _ => {}
        }
        if sort != Sort::Time {
            all.extend([now.to_lowercase(), now.to_uppercase()]);
            all.extend(capitalised(now));
        }
        all.retain(|was| was != now);
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Whether a value is likely to have been another: both are times, or they begin and end alike.
fn is_near(now: &str, hint: &str) -> bool {
    let alike =
        |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let shorter = now.len().min(hint.len());
    let before = alike(&mut now.bytes().zip(hint.bytes()));
    let after = alike(&mut now.bytes().rev().zip(hint.bytes().rev()));
    // Half of the shorter one; what `https://` gives is little.
    2 * (before + after).min(shorter) >= shorter && shorter > 2
}

fn capitalised(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let first = characters.next()?;
    Some(first.to_uppercase().chain(characters).collect())
}
