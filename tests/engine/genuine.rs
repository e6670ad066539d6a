//! Genuine messages: those of the corpus that the test suites they come from accept, each judged at its own time with its
//! own keys. What fires among them of severity error or security is listed by kind in `tests/genuine.tsv`, with its count
//! and why it is so.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use samlens::intake::take_one;
use samlens::xml::{Doctype, read};
use samlens::{Context, Input, Instant, Now, State, inspect};

use crate::corpus::{corpus, lines, pem, shown};

/// The genuine messages' files by the rules of severity error or security that fire on them; `None` where the corpus is
/// not here.
pub fn fired() -> Option<BTreeMap<String, Vec<String>>> {
    let corpus = corpus()?;
    let mut fired: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut messages, mut clean) = (0, 0);
    let mut folders: Vec<_> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.join("expected.jsonl").exists()) {
        for line in lines(&folder.join("expected.jsonl")) {
            let root = line["root"].as_str().unwrap_or_default();
            let is_message =
                ["Response", "Assertion", "AuthnRequest", "LogoutRequest", "EntityDescriptor"].contains(&root);
            if line["upstream"]["label"] != "accept" || !is_message {
                continue;
            }
            let path = line["path"].as_str().unwrap();
            let bytes = fs::read(folder.join(path)).unwrap();
            let mut context = Context::at(Instant::from_unix(0));
            context.now = Now::Capture;
            let keys =
                line["signatures"].as_array().into_iter().flatten().filter_map(|signature| signature["key"].as_str());
            keys.filter(|key| *key != "embedded").for_each(|key| {
                let _ = context.add_certificates(key, &fs::read(folder.join(key)).unwrap_or_default());
            });
            let xml = take_one(&bytes).xml.unwrap_or_default();
            if let Ok(document) = read(&xml, Doctype::Refuse).whole() {
                shown(&document)
                    .iter()
                    .for_each(|key| _ = context.add_certificates("own", pem(key).as_bytes()).unwrap());
            }
            let report = inspect(&[Input { name: path, bytes: &bytes }], &context);
            messages += 1;
            let deciding = report.findings.iter().filter(|f| f.state == State::Fired && f.severity.decides());
            let rules: Vec<_> = deciding.map(|finding| finding.rule).collect();
            clean += usize::from(rules.is_empty());
            for rule in rules {
                let name = folder.file_name().unwrap().to_string_lossy();
                fired.entry(rule.to_owned()).or_default().push(format!("{name}/{path}"));
            }
        }
    }
    println!("{messages} genuine messages, {clean} of them without a finding; kinds: {}", fired.len());
    Some(fired)
}

/// What is told of them in `tests/genuine.tsv`: the count and why it is so, by rule.
pub fn told() -> BTreeMap<String, String> {
    let told = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/genuine.tsv")).unwrap();
    let lines = told.lines().skip(1).filter_map(|line| line.split_once('\t'));
    lines.map(|(rule, rest)| (rule.to_owned(), rest.to_owned())).collect()
}

#[test]
fn a_genuine_message_fires_nothing_but_what_is_truly_so() {
    let Some(fired) = fired() else { return };
    let told = told();
    let mut faults = Vec::new();
    for (rule, files) in &fired {
        let count = told.get(rule.as_str()).and_then(|rest| rest.split('\t').next());
        if count != Some(files.len().to_string().as_str()) {
            faults.push(format!("{rule}: {} where {count:?} is told: {files:#?}", files.len()));
        }
    }
    faults
        .extend(told.keys().filter(|rule| !fired.contains_key(*rule)).map(|rule| format!("{rule} is told and not so")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
