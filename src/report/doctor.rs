//! What the digest doctor found, in words.

use std::fmt::Display;
use std::ops::Range;

use super::signature::{Diagnosis, EditReport, RuledOutReport, SignatureReport};
use super::texts::Texts;
use crate::dsig::{Cure, Edit, Examination, Proof};

/// The report of a signature with what would make it hold, or what was ruled out. `start`: where the text that the
/// signature stands in begins in that which was verified.
pub(super) fn told(
    mut report: SignatureReport,
    examination: Option<&Examination>,
    start: usize,
    texts: &Texts,
) -> SignatureReport {
    match examination {
        Some(Examination::Cured(cure)) => report.diagnosis = Some(diagnosis(cure, start, texts)),
        Some(Examination::RuledOut(names)) => {
            let told = |name: &&'static str| {
                let text = texts.message(&format!("ruled.{name}")).to_owned();
                RuledOutReport { name, text }
            };
            report.ruled_out = names.iter().map(told).collect();
        }
        None => {}
    }
    report
}

fn diagnosis(cure: &Cure, start: usize, texts: &Texts) -> Diagnosis {
    let edits: Vec<EditReport> = cure.edits.iter().map(|edit| report(edit, start, texts)).collect();
    Diagnosis { edit: edits.first().map_or("", |edit| edit.name), text: sentences(cure, texts), edits }
}

fn report(edit: &Edit, start: usize, texts: &Texts) -> EditReport {
    let within = |range: &Range<usize>| [range.start.saturating_sub(start), range.end.saturating_sub(start)];
    EditReport {
        name: edit.name,
        text: sentence(edit, texts),
        count: edit.count,
        places: edit.places.iter().map(within).collect(),
        was: edit.was.clone(),
        is: edit.is.clone(),
    }
}

fn sentence(edit: &Edit, texts: &Texts) -> String {
    let [fact, advice] = fact_and_advice(edit, texts);
    joined([fact, advice].into_iter())
}

/// What was done, which is the first sentence of an edit's words, and what to do about it, which is the rest.
fn fact_and_advice(edit: &Edit, texts: &Texts) -> [String; 2] {
    let (was, is) = (edit.was.as_deref().unwrap_or("?"), edit.is.as_deref().unwrap_or("?"));
    let values: [(&str, &dyn Display); 3] = [("name", &was), ("other", &is), ("count", &edit.count)];
    let words = texts.message(&format!("doctor.{}", edit.name));
    // Before the values, which may have full stops of their own.
    let end = [". ", "。"].into_iter().filter_map(|stop| Some(words.find(stop)? + stop.trim_end().len())).min();
    let (fact, advice) = end.and_then(|end| words.split_at_checked(end)).unwrap_or((words, ""));
    [fact, advice.trim_start()].map(|words| Texts::fill_in(words, &values))
}

/// The sentence of the verdict about a signature that could be made to hold: what was done.
pub(super) fn lead(cure: &Cure, target: &str, texts: &Texts) -> String {
    let facts = joined(cure.edits.iter().map(|edit| fact_and_advice(edit, texts)).map(|[fact, _]| fact));
    texts.say("doctor.why", &[("name", &target), ("why", &facts)])
}

/// The same, and then what to do about it, and whether the signature holds without.
pub(super) fn why(cure: &Cure, target: &str, texts: &Texts) -> String {
    let advice = cure.edits.iter().map(|edit| fact_and_advice(edit, texts)).map(|[_, advice]| advice);
    joined([lead(cure, target, texts)].into_iter().chain(advice).chain([proof(cure, texts)]))
}

/// What was done, each edit a sentence or two, and whether the signature holds without.
fn sentences(cure: &Cure, texts: &Texts) -> String {
    joined(cure.edits.iter().map(|edit| sentence(edit, texts)).chain([proof(cure, texts)]))
}

fn proof(cure: &Cure, texts: &Texts) -> String {
    let (end, key) = match &cure.proof {
        Proof::Holds { key, trusted: true } => ("doctor.holds", key.as_str()),
        Proof::Holds { key, .. } => ("doctor.holds-untrusted", key.as_str()),
        Proof::Fails => ("doctor.fails", ""),
        Proof::NoKey => ("doctor.no-key", ""),
    };
    texts.say(end, &[("name", &key)])
}

/// Sentences one after the other; between those that end as Chinese ones do stands no space.
fn joined(sentences: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for sentence in sentences {
        if text.ends_with('.') && !sentence.is_empty() {
            text.push(' ');
        }
        text += &sentence;
    }
    text
}
