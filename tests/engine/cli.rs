//! The command line as a program: what it prints where, and how it ends.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn samlens(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_samlens"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[track_caller]
fn unusable(output: &Output, parts: &[&str]) {
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    let line = text(&output.stderr);
    assert_eq!(line.lines().count(), 1, "{line}");
    for part in parts {
        assert!(line.contains(part), "{line:?} does not say {part:?}");
    }
}

#[test]
fn a_report_goes_to_standard_output_and_nothing_to_standard_error() {
    let output = samlens(&["inspect", "post-form/input.txt", "redirect-url/input.txt"], "");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "samlens-report/1");
    assert_eq!(report["captures"][0]["input"], "post-form/input.txt");
    assert_eq!(report["captures"][0]["summary"]["name_id"], "alice@acme-cloud.onaliyun.com");
    assert_eq!(report["captures"][1]["kind"], "AuthnRequest");
    assert_eq!(report["captures"][1]["binding"], "redirect");
    for (section, empty) in [("findings", "[]"), ("profile", "null"), ("identity_provider", "null")] {
        assert_eq!(report[section].to_string(), empty);
    }
}

#[test]
fn standard_input_is_read_where_no_input_is_named() {
    let login = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/post-form/input.txt"));
    let login = login.unwrap();
    for arguments in [&["inspect"][..], &["inspect", "-"]] {
        let output = samlens(arguments, &login);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("\"input\": \"standard input\""));
    }
}

#[test]
fn the_time_to_judge_at_can_be_given() {
    let now = |time| {
        let output = samlens(&["inspect", "--now", time, "post-form/input.txt"], "");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (report["now"].as_str().unwrap().to_owned(), report["now_source"].as_str().unwrap().to_owned())
    };
    assert_eq!(now("2026-03-02T09:00:00+01:00"), ("2026-03-02T08:00:00Z".into(), "given".into()));
    assert_eq!(now("capture"), ("2026-03-02T08:16:00Z".into(), "capture".into()));
    assert_eq!(now("auto").1, "capture");
    assert_eq!(now("clock").1, "clock");
}

#[test]
fn what_cannot_be_used_is_one_line_that_says_what_to_do() {
    unusable(
        &samlens(&["inspect", "error-truncated/input.txt"], ""),
        &["error-truncated/input.txt", "step base64-decode", "Copy"],
    );
    unusable(&samlens(&["inspect"], ""), &["standard input", "nothing here to read", "Paste"]);
    unusable(&samlens(&["inspect", "none/such"], ""), &["none/such", "cannot be read"]);
    unusable(&samlens(&["inspect", "--now", "yesterday"], ""), &["--now", "a year of four digits"]);
    unusable(&samlens(&["inspect", "--frobnicate"], ""), &["--frobnicate", "help"]);
    unusable(&samlens(&["frobnicate"], ""), &["frobnicate", "help"]);
}

#[test]
fn one_readable_input_among_others_is_enough() {
    let output = samlens(&["inspect", "error-truncated/input.txt", "post-form/input.txt"], "");
    assert_eq!(output.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let steps = report["captures"][0]["steps"].as_array().unwrap();
    let failed = &steps.last().unwrap()["error"];
    assert_eq!(failed["step"], "base64-decode");
    assert!(failed["at"].is_u64() && failed["try"].is_string());
}

#[test]
fn large_messages_are_left_out_unless_all_is_asked_for() {
    let large = format!("<a>{}</a>", "b".repeat(1_000_000));
    let xml = |arguments: &[&str]| {
        let output = samlens(arguments, &large);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["captures"][0]["xml"].as_str().map(str::len)
    };
    assert_eq!(xml(&["inspect"]), None);
    assert_eq!(xml(&["inspect", "--all"]), Some(large.len()));
}
