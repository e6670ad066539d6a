//! Files in the encodings that people have: which message comes out of each, and what is said to have been mended.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use samlens::intake::{Capture, Cut, StepErrorKind, StepName, take};
use samlens::{Context, Input, Instant, Language, inspect};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake/encodings")
}

fn read(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The only message of a fixture.
fn one(name: &str) -> Capture {
    let mut all = take(&read(name));
    assert_eq!(all.len(), 1, "{name}");
    all.remove(0)
}

/// The steps of a capture but the last, with their repairs.
fn told(capture: &Capture) -> String {
    let step = |step: &samlens::intake::Step| {
        let repairs: Vec<String> = step.repairs.iter().map(|r| format!("{} {}", r.kind.as_str(), r.count)).collect();
        if repairs.is_empty() {
            step.name.as_str().to_owned()
        } else {
            format!("{} ({})", step.name.as_str(), repairs.join(", "))
        }
    };
    capture.steps.iter().map(step).collect::<Vec<_>>().join("; ")
}

/// A fixture, the message that is in it, and what is told about the way to it.
const WHOLE: &[(&str, &str, &str)] = &[
    ("angle.txt", "response.xml", "x"),
    ("attribute.txt", "response.xml", "x"),
    ("base64-of-base64.txt", "response.xml", "x"),
    ("base64-of-query.txt", "response.xml", "x"),
    ("base64-of-wrapped.txt", "response.xml", "x"),
    ("bom-in-base64.txt", "response.xml", "x"),
    ("bom.txt", "response.xml", "x"),
    ("brackets.txt", "response.xml", "x"),
    ("chat.txt", "response.xml", "x"),
    ("deflate-of-base64.txt", "request.xml", "x"),
    ("deflate.bin", "response.xml", "x"),
    ("deflate.txt", "request.xml", "x"),
    ("gzip-twice.txt", "request.xml", "x"),
    ("gzip.txt", "request.xml", "x"),
    ("indented.txt", "response.xml", "x"),
    ("input-tag.html", "response.xml", "x"),
    ("invisible.txt", "response.xml", "x"),
    ("java-line-ends.txt", "response.xml", "x"),
    ("json-log-xml.txt", "response.xml", "x"),
    ("json-member.json", "response.xml", "x"),
    ("json-string.txt", "response.xml", "x"),
    ("json-unicode.txt", "response.xml", "x"),
    ("json-url.txt", "request.xml", "x"),
    ("label-php.txt", "response.xml", "x"),
    ("label-quoted.txt", "response.xml", "x"),
    ("label-spaced.txt", "response.xml", "x"),
    ("label.txt", "response.xml", "x"),
    ("mail-page.eml-body", "response.xml", "x"),
    ("mail-quoted-printable.txt", "response.xml", "x"),
    ("mail-xml.txt", "response.xml", "x"),
    ("page.html.gz", "response.xml", "x"),
    ("percent-form-xml.txt", "response.xml", "x"),
    ("percent-line-ends.txt", "response.xml", "x"),
    ("percent-lower.txt", "response.xml", "x"),
    ("percent-partly.txt", "response.xml", "x"),
    ("percent-six-times.txt", "request.xml", "x"),
    ("percent-thrice.txt", "response.xml", "x"),
    ("percent-url.txt", "request.xml", "x"),
    ("percent-xml.txt", "response.xml", "x"),
    ("powershell-base64.txt", "response.xml", "x"),
    ("prose-xml.txt", "response.xml", "x"),
    ("references-in-base64.txt", "response.xml", "x"),
    ("references-twice.txt", "response.xml", "x"),
    ("references.txt", "response.xml", "x"),
    ("request.xml", "request.xml", "x"),
    ("response.xml", "response.xml", "x"),
    ("response.xml.gz", "response.xml", "x"),
    ("shell-line-ends.txt", "response.xml", "x"),
    ("smart-quotes.txt", "response.xml", "x"),
    ("spaces-for-plus-wrapped.txt", "response.xml", "x"),
    ("spaces-for-plus.txt", "response.xml", "x"),
    ("ticket.txt", "response.xml", "x"),
    ("unpadded.txt", "request.xml", "x"),
    ("url-from-page-source.txt", "request.xml", "x"),
    ("url-safe.txt", "request.xml", "x"),
    ("utf-16-in-base64.txt", "response.xml", "x"),
    ("utf-16be.txt", "response.xml", "x"),
    ("utf-16le-bom.xml", "response.xml", "x"),
    ("value.txt.gz", "response.xml", "x"),
    ("wrapped-1.txt", "response.xml", "x"),
    ("wrapped-37.txt", "response.xml", "x"),
    ("wrapped-4.txt", "response.xml", "x"),
    ("wrapped-64.txt", "response.xml", "x"),
    ("wrapped-76.txt", "response.xml", "x"),
    ("wrapped-by-spaces.txt", "response.xml", "x"),
    ("zlib.bin", "response.xml", "x"),
    ("zlib.txt", "request.xml", "x"),
];

#[test]
fn every_whole_fixture_gives_its_message_and_tells_how() {
    let mut wrong = Vec::new();
    for (name, message, steps) in WHOLE {
        let capture = one(name);
        let expected = String::from_utf8(read(message)).unwrap();
        let is_same = capture.xml.as_deref() == Some(&expected) && capture.error().is_none();
        if !is_same || told(&capture) != *steps {
            wrong.push(format!("    (\"{name}\", \"{message}\", \"{}\"), // {is_same}", told(&capture)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A fixture that was cut, by what that is seen, and what of the message is left.
const CUT: &[(&str, Option<Sign>, usize)] = &[
    ("cut-255.txt", Some(Sign::Length(255)), 0),
    ("cut-1024-xml.txt", Some(Sign::Length(1024)), 1024),
    ("cut-2048-query.txt", Some(Sign::Length(2048)), 1536),
    ("cut-4096.txt", Some(Sign::Length(4096)), 3072),
    ("cut-ellipsis.txt", Some(Sign::Mark("...")), 2250),
    ("cut-json-string.txt", Some(Sign::Length(2048)), 1500),
    ("cut-more.txt", Some(Sign::Mark("... 2405 more characters")), 2250),
    ("cut-nothing.txt", None, 2250),
    ("cut-word.txt", Some(Sign::Mark("… [truncated]")), 2250),
    ("cut-xml-mark.txt", Some(Sign::Mark("...(truncated)")), 2500),
];

#[derive(Debug, Clone, Copy)]
enum Sign {
    Length(usize),
    Mark(&'static str),
}

#[test]
fn what_was_cut_is_told_by_its_length_or_its_mark_and_shown_as_far_as_it_goes() {
    let whole = String::from_utf8(read("response.xml")).unwrap();
    for (name, sign, left) in CUT {
        let capture = one(name);
        let (step, _) = capture.error().unwrap_or_else(|| panic!("{name} is read: {:?}", capture.steps));
        let expected = sign.map(|sign| match sign {
            Sign::Length(length) => Cut::Length(length),
            Sign::Mark(mark) => Cut::Mark(mark.to_owned()),
        });
        assert_eq!(step.cut, expected, "{name}: {}", told(&capture));
        let shown = capture.xml.as_deref().unwrap_or_default();
        assert!(shown.len() >= *left, "{name}: {} bytes of {left}: {}", shown.len(), told(&capture));
        let is_request = *left == 0;
        assert!(is_request || whole.starts_with(&shown[..*left]), "{name}");
    }
}

#[test]
fn a_report_says_that_it_was_cut_and_what_to_do_in_both_languages() {
    let bytes = read("cut-4096.txt");
    let now = Instant::parse("2026-11-22T08:00:00Z").unwrap();
    for (language, said, tried) in
        [(Language::English, "Exactly 4096", "HAR"), (Language::Chinese, "正好是 4096", "HAR")]
    {
        let context = Context { language, ..Context::at(now) };
        let report = inspect(&[Input { name: "input.txt", bytes: &bytes }], &context);
        let error = report.captures[0].error().unwrap();
        assert!(error.message.contains(said), "{}", error.message);
        assert!(error.advice.contains(tried), "{}", error.advice);
    }
}

#[test]
fn a_bomb_is_stopped_by_its_limit() {
    let capture = one("bomb.txt");
    let (step, error) = capture.error().unwrap();
    assert_eq!((step.name, step.bytes_in), (StepName::Inflate, error.at.max(step.bytes_in)));
    assert!(matches!(error.kind, StepErrorKind::Limit { name: "INFLATE_RATIO", .. }), "{error:?}");
}

#[test]
fn every_fixture_is_in_a_table() {
    let listed: BTreeSet<&str> =
        WHOLE.iter().map(|(name, ..)| *name).chain(CUT.iter().map(|(name, ..)| *name)).collect();
    let mut found = BTreeSet::from(["bomb.txt".to_owned()]);
    found.extend(fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()));
    let listed: BTreeSet<String> = listed.into_iter().chain(["bomb.txt"]).map(str::to_owned).collect();
    assert_eq!(listed, found);
}

#[test]
fn the_state_of_a_relay_comes_with_its_label() {
    for name in ["label.txt", "label-php.txt", "json-member.json", "mail-page.eml-body", "page.html.gz"] {
        assert_eq!(one(name).relay_state.as_deref(), Some("console"), "{name}");
    }
}
