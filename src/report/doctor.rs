//! What the digest doctor found, in words.

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
    let (was, is) = (edit.was.as_deref().unwrap_or("?"), edit.is.as_deref().unwrap_or("?"));
    texts.say(&format!("doctor.{}", edit.name), &[("name", &was), ("other", &is), ("count", &edit.count)])
}

/// The sentence of a finding about a signature that could be made to hold.
pub(super) fn why(cure: &Cure, target: &str, texts: &Texts) -> String {
    texts.say("doctor.why", &[("name", &target), ("why", &sentences(cure, texts))])
}

/// What was done, each edit a sentence or two, and whether the signature holds without.
fn sentences(cure: &Cure, texts: &Texts) -> String {
    let (end, key) = match &cure.proof {
        Proof::Holds { key, trusted: true } => ("doctor.holds", key.as_str()),
        Proof::Holds { key, .. } => ("doctor.holds-untrusted", key.as_str()),
        Proof::Fails => ("doctor.fails", ""),
        Proof::NoKey => ("doctor.no-key", ""),
    };
    let mut text = String::new();
    let all = cure.edits.iter().map(|edit| sentence(edit, texts)).chain([texts.say(end, &[("name", &key)])]);
    for sentence in all {
        // Between sentences that end as Chinese ones do stands no space.
        if text.ends_with('.') {
            text.push(' ');
        }
        text += &sentence;
    }
    text
}
