//! Redaction over every scenario: the redacted case, opened again, is answered as the original was, and nothing that names
//! someone in the original is found in it by another search than the engine's own.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use samlens::{
    CaseFile, CasePart, Context, ContextFile, Export, Input, Instant, Language, Redacted, RedactionOptions, Report,
    State, export, inspect, redact,
};

use crate::scenarios;

fn clock() -> Instant {
    Instant::parse("2027-11-22T08:00:00Z").unwrap()
}

fn part(folder: &Path, name: &str) -> CasePart {
    CasePart { name: name.to_owned(), bytes: fs::read(folder.join(name)).unwrap() }
}

/// A scenario as a case, its files with it.
fn case(folder: &Path) -> CaseFile {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("input")).collect();
    names.sort();
    let json = fs::read(folder.join("context.json")).unwrap_or(b"{}".to_vec());
    let context = ContextFile::parse(&json).unwrap();
    let files = context.metadata.iter().chain(&context.certificates).chain(&context.request);
    let files = files.map(|name| part(folder, name)).collect();
    CaseFile { inputs: names.iter().map(|name| part(folder, name)).collect(), context, files, ..CaseFile::default() }
}

fn report(case: &CaseFile, context: &Context) -> Report {
    let inputs: Vec<Input<'_>> = case.inputs.iter().map(CasePart::input).collect();
    inspect(&inputs, context)
}

fn reopened(case: &CaseFile) -> Report {
    let case = CaseFile::parse(case.to_json().as_bytes()).unwrap();
    report(&case, &case.context_at(clock(), Language::English))
}

/// What decides: outcome, root cause, every rule that fired.
fn answer(report: &Report) -> Vec<String> {
    let fired = report.findings.iter().filter(|finding| finding.state == State::Fired);
    let mut rules: BTreeSet<String> =
        fired.map(|finding| format!("{} {}", finding.rule, finding.severity.as_str())).collect();
    rules.insert(format!(" outcome {:?}", report.verdict.outcome));
    rules.insert(format!(" root {:?}", report.verdict.root_cause));
    rules.into_iter().collect()
}

#[test]
fn that_a_message_was_indented_is_told_of_its_redacted_form_as_well() {
    for name in ["sig-pretty-printed", "undetermined-log-printed"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name);
        let (case, context) = (case(&folder), scenarios::context(&folder));
        let redacted = redact(&case, &context, &RedactionOptions::default());
        let diagnosed = |report: &Report| {
            let diagnosis = report.captures[0].signatures[0].diagnosis.as_ref().unwrap();
            assert!(diagnosis.text.contains("the signature holds with the key metadata:"), "{}", diagnosis.text);
            diagnosis.edit
        };
        let (before, after) = (report(&case, &context), reopened(&redacted.case));
        assert_eq!((diagnosed(&before), diagnosed(&after)), ("pretty-printed", "pretty-printed"), "{name}");
    }
}

#[test]
fn every_redacted_scenario_is_answered_as_the_original() {
    let mut faults = Vec::new();
    let all = scenarios::all();
    for folder in &all {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let case = case(folder);
        let context = scenarios::context(folder);
        let (before, redacted) = (report(&case, &context), redact(&case, &context, &RedactionOptions::default()));
        let (before, after) = (answer(&before), answer(&reopened(&redacted.case)));
        let missing: Vec<_> = before.iter().filter(|one| !after.contains(one)).collect();
        let more: Vec<_> = after.iter().filter(|one| !before.contains(one)).collect();
        if !missing.is_empty() || !more.is_empty() {
            faults.push(format!("{name}: lost {missing:?}, new {more:?}"));
        }
        if !redacted.left.is_empty() {
            faults.push(format!("{name}: left {:?}", redacted.left));
        }
        let again = redact(&case, &context, &RedactionOptions::default()).case.to_json();
        assert!(again == redacted.case.to_json(), "{name}: the same case has one redacted form");
    }
    println!(
        "{} of {} redacted scenarios are answered as they were",
        all.len() - faults.len().min(all.len()),
        all.len()
    );
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), all.len(), faults.join("\n"));
}

/// Whatever names someone in a text by its looks: e-mail addresses, the organisations of the fixtures, numbers of accounts, IDs.
fn names(text: &str, into: &mut BTreeSet<String>) {
    let is_between = |c: char| !(c.is_alphanumeric() || "@._-".contains(c));
    for token in text.split(is_between).map(|token| token.trim_matches(['.', '-', '_'])) {
        let digits = token.bytes().filter(u8::is_ascii_digit).count();
        let host = token.rsplit('@').next().unwrap_or_default();
        let organisation = host.strip_suffix(".example").and_then(|host| host.rsplit('.').next());
        // Of the fixtures' organisations these are called what everybody's might be.
        let is_no_name = |name: &&str| name.len() > 3 && !["federation", "okta", "empty"].contains(name);
        if let Some(organisation) = organisation.filter(is_no_name) {
            into.insert(organisation.to_lowercase());
        }
        match token.split_once('@') {
            Some((person, _)) if person.len() > 2 => _ = into.insert(token.to_lowercase()),
            None if digits == token.len() && digits >= 12 => _ = into.insert(token.to_owned()),
            // Longer ones are pieces of certificates, whose dates stay.
            None if (20..=44).contains(&token.len())
                && digits > 3
                && !token.contains('.')
                && Instant::parse(token).is_err() =>
            {
                into.insert(token.to_lowercase());
            }
            _ => {}
        }
    }
}

/// Every text that a text holds, however it is wrapped.
fn unwrapped(text: &str, depth: usize, into: &mut Vec<String>) {
    into.push(text.to_lowercase());
    if depth == 6 {
        return;
    }
    let percent: Vec<u8> = {
        let (mut out, mut rest) = (Vec::new(), text.as_bytes());
        while let [first, after @ ..] = rest {
            let hex = after
                .get(..2)
                .and_then(|two| std::str::from_utf8(two).ok())
                .and_then(|two| u8::from_str_radix(two, 16).ok());
            match (first, hex) {
                (b'%', Some(byte)) => (out.push(byte), rest = &after[2..]).1,
                _ => (out.push(*first), rest = after).1,
            }
        }
        out
    };
    if let Ok(decoded) = String::from_utf8(percent)
        && decoded != text
    {
        unwrapped(&decoded, depth + 1, into);
    }
    let joined: String = text.split_whitespace().collect();
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/-_".contains(c)));
    for run in runs.chain([joined.trim_end_matches('=')]).filter(|run| run.len() >= 20) {
        let Ok(octets) = STANDARD_NO_PAD.decode(run).or_else(|_| URL_SAFE_NO_PAD.decode(run)) else { continue };
        let mut inflated = Vec::new();
        let _ = flate2::read::DeflateDecoder::new(&octets[..]).take(1 << 20).read_to_end(&mut inflated);
        for octets in [octets, inflated] {
            if let Ok(text) = String::from_utf8(octets)
                && text.len() > 8
            {
                unwrapped(&text, depth + 1, into);
            }
        }
    }
}

#[test]
fn nothing_that_names_someone_is_found_in_a_redacted_case() {
    let (mut looked_for, mut faults) = (0, Vec::new());
    for folder in scenarios::all() {
        let (case, context) = (case(&folder), scenarios::context(&folder));
        let redacted = redact(&case, &context, &RedactionOptions::default()).case;
        let mut originals = BTreeSet::new();
        for capture in report(&case, &context).captures {
            let subject = capture.summary.as_ref().and_then(|summary| summary.name_id.clone());
            let subject = subject.filter(|name| !name.contains("://") && name.chars().count() > 3);
            originals.extend(subject.map(|name| name.to_lowercase()));
            let opened = capture.decryptions.iter().filter_map(|one| one.xml.as_deref());
            capture.xml.as_deref().into_iter().chain(opened).for_each(|xml| names(xml, &mut originals));
        }
        names(&serde_json::to_string(&case.context).unwrap(), &mut originals);
        let mut texts = Vec::new();
        unwrapped(&redacted.to_json().replace("\\\"", "\""), 0, &mut texts);
        let opened = redacted.context_at(clock(), Language::English);
        for (_, what) in Export::ALL.into_iter().filter(|(_, what)| *what != Export::Case) {
            // What there is none of is not made.
            let made = export(&redacted, &opened, what, None).map(|made| made.bytes).unwrap_or_default();
            texts.push(String::from_utf8(made).unwrap().to_lowercase());
        }
        for part in redacted.inputs.iter().chain(&redacted.files) {
            unwrapped(&String::from_utf8_lossy(&part.bytes), 0, &mut texts);
        }
        looked_for += originals.len();
        for original in originals {
            if texts.iter().any(|text| text.contains(&original)) {
                faults.push(format!("{}: {original}", folder.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    println!("{looked_for} names looked for");
    assert!(looked_for > 500, "{looked_for}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn one(name: &str) -> (CaseFile, Context) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name);
    (case(&folder), scenarios::context(&folder))
}

#[test]
fn what_is_switched_off_stays_and_what_is_named_goes() {
    let (case, context) = one("ali-user-nameid-suffix-unknown");
    let all = redact(&case, &context, &RedactionOptions::default());
    let kept = all.replacements.iter().find(|one| one.kind == "person").unwrap().original.clone();
    let options = RedactionOptions { keep: vec![kept.clone()], also: vec!["console".to_owned()], ..Default::default() };
    let some = redact(&case, &context, &options);
    let of = |redacted: &Redacted, word: &str| redacted.replacements.iter().find(|one| one.original == word).cloned();
    assert!(!of(&some, &kept).unwrap().is_replaced && of(&all, &kept).unwrap().is_replaced);
    assert_eq!(some.replacements.len(), all.replacements.len(), "what is kept is listed all the same");
    let report = reopened(&some.case);
    assert!(report.captures[0].xml.as_deref().unwrap().contains(&kept));
    assert_eq!(answer(&report), answer(&reopened(&all.case)));
    assert!(redact(&all.case, &context, &RedactionOptions::default()).left.is_empty());
}

#[test]
fn certificates_may_stay_and_times_may_move() {
    let (case, context) = one("clean-ali-user-adfs-intl");
    let before = report(&case, &context);
    let options = RedactionOptions { keep_certificates: true, shift_seconds: -86_400 * 7, ..Default::default() };
    let redacted = redact(&case, &context, &options);
    let after = reopened(&redacted.case);
    let prints = |report: &Report| -> BTreeSet<String> {
        report.certificates.iter().filter_map(|key| Some(key.certificate.as_ref()?.sha256.clone())).collect()
    };
    assert_eq!(prints(&before), prints(&after));
    assert_eq!(after.verdict.outcome, before.verdict.outcome);
    let issued = |report: &Report| report.captures[0].summary.as_ref().unwrap().issue_instant.clone();
    let unix = |report: &Report| Instant::parse(&issued(report).unwrap()).unwrap().unix();
    assert_eq!(unix(&before) - unix(&after), 86_400 * 7);
    let receipt = redacted.case.context.stated.unwrap().receipt.unwrap();
    assert!(receipt.certificates_kept && receipt.times_moved);
    // Else they are others, and none of the originals is there.
    let others = prints(&reopened(&redact(&case, &context, &RedactionOptions::default()).case));
    assert!(others.is_disjoint(&prints(&before)) && others.len() == prints(&before).len());
}

#[test]
fn a_receipt_says_what_was_found_and_what_is_stated_is_said_to_be() {
    let (case, context) = one("enc-cbc");
    let before = report(&case, &context);
    let redacted = redact(&case, &context, &RedactionOptions::default()).case;
    let stated = redacted.context.stated.clone().unwrap();
    let receipt = stated.receipt.unwrap();
    assert_eq!(Some(receipt.outcome.as_str()), serde_json::to_value(before.verdict.outcome).unwrap().as_str());
    assert_eq!(receipt.root_cause.as_deref(), before.verdict.root_cause);
    assert!(!stated.decrypted.is_empty() && redacted.context.private_keys.is_empty());
    let after = reopened(&redacted);
    assert!(after.stated.as_deref().unwrap().contains("pseudonyms"));
    let signature =
        after.captures.iter().flat_map(|capture| &capture.signatures).find(|one| one.status == "valid").unwrap();
    assert!(signature.stated && signature.detail.contains("stated by whoever redacted"), "{}", signature.detail);
    assert!(samlens::human(&after, false).contains("pseudonyms") && samlens::markdown(&after).contains("pseudonyms"));
    // Without the statements it is what it is: a message that was changed.
    let bare = CaseFile { context: ContextFile { stated: None, ..redacted.context.clone() }, ..redacted };
    assert!(reopened(&bare).captures.iter().flat_map(|capture| &capture.signatures).all(|one| one.status != "valid"));
    assert!(reopened(&bare).stated.is_none());
}
