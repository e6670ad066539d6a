//! `saml-schema-invalid` against a validator that reads the XSDs themselves: over mutated messages, and over every message
//! of the public corpus. `tests/fixtures/schema/make.py` makes the verdicts again.

use std::fs;
use std::path::{Path, PathBuf};

use samlens::{Context, Input, Instant, Now, State, inspect};

use crate::corpus::{corpus, lines};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema").join(name)
}

/// Whether our rule finds nothing, and what it finds.
fn verdict(bytes: &[u8]) -> (bool, String) {
    let mut context = Context::at(Instant::from_unix(0));
    context.now = Now::Capture;
    let report = inspect(&[Input { name: "input", bytes }], &context);
    let fired = report.findings.iter().find(|f| f.rule == "saml-schema-invalid" && f.state == State::Fired);
    (fired.is_none(), fired.map(|finding| format!("{:?}", finding.evidence.first())).unwrap_or_default())
}

#[test]
fn mutated_messages_get_the_verdict_of_the_xsd() {
    let path = std::env::var("SAMLENS_SCHEMA_CASES").map_or_else(|_| fixture("cases.jsonl"), PathBuf::from);
    let mut wrong = Vec::new();
    let cases = lines(&path);
    for case in &cases {
        let (xml, valid) = (case["xml"].as_str().unwrap(), case["valid"].as_bool().unwrap());
        let (ours, why) = verdict(xml.as_bytes());
        if ours != valid {
            wrong.push(format!("valid: {valid}: {xml} {why}"));
        }
    }
    assert!(cases.len() >= 400);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_message_of_the_corpus_gets_the_verdict_of_the_xsd() {
    let Some(corpus) = corpus() else { return };
    let told = fs::read_to_string(fixture("corpus.tsv")).unwrap();
    let mut wrong = Vec::new();
    for line in told.lines() {
        let (name, valid) = line.split_once('\t').unwrap();
        let (ours, why) = verdict(&fs::read(corpus.join(name)).unwrap());
        if ours != (valid == "valid") {
            wrong.push(format!("{valid}: {name} {why}"));
        }
    }
    println!("{} messages of the corpus", told.lines().count());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
