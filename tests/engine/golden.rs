//! Golden cases: what is pasted, and the whole report of it. `UPDATE_GOLDEN=1 cargo test` writes them anew.

use std::fs;
use std::path::Path;

use samlens::{Context, Input, Instant, Language, human, inspect, markdown};

use crate::scenarios::report_in;

/// A time long after every capture, so that each is judged at its own.
fn context() -> Context {
    Context::at(Instant::parse("2026-11-22T08:00:00Z").unwrap())
}

/// Scenarios whose answer is kept as people read it, in both languages: one of each kind.
const TOLD: &[&str] = &[
    "ali-user-nameid-suffix-unknown",
    "ali-role-value-joined",
    "attack-xsw3",
    "clean-generic-entra-xml",
    "csso-swapped",
    "metadata-expired",
    "relay-ali-lookalike",
    "sig-key-rollover",
    "undetermined-no-certificate",
];

#[test]
fn what_people_read_is_as_it_was_last_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut different = Vec::new();
    for name in TOLD {
        for (language, tag) in [(Language::English, "en"), (Language::Chinese, "zh")] {
            let report = report_in(&folder.join("scenarios").join(name), language).unwrap();
            for (form, actual) in [("txt", human(&report, false)), ("md", markdown(&report))] {
                let expected = folder.join("told").join(format!("{name}.{tag}.{form}"));
                if update {
                    fs::create_dir_all(folder.join("told")).unwrap();
                    fs::write(&expected, &actual).unwrap();
                } else if fs::read_to_string(&expected).unwrap_or_default() != actual {
                    different.push(format!("{}:\n{actual}", expected.display()));
                }
            }
        }
    }
    assert!(different.is_empty(), "different, or not blessed yet (UPDATE_GOLDEN=1):\n{}", different.join("\n"));
}

#[test]
fn every_golden_case_gives_its_report() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut cases: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 15, "only {} cases", cases.len());
    let mut different = Vec::new();
    for case in cases {
        let bytes = fs::read(case.join("input.txt")).unwrap();
        let report = inspect(&[Input { name: "input.txt", bytes: &bytes }], &context()).abridged();
        let actual = serde_json::to_string_pretty(&report).unwrap() + "\n";
        let expected = case.join("expected.json");
        if update {
            fs::write(&expected, &actual).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != actual {
            different.push(format!("{}:\n{actual}", case.display()));
        }
    }
    assert!(different.is_empty(), "different, or not blessed yet (UPDATE_GOLDEN=1):\n{}", different.join("\n"));
}
