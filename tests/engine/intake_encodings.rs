//! Files in the encodings that people have: which message comes out of each, and what is said to have been mended.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use samlens::intake::{Capture, Captured, Cut, StepErrorKind, StepName, take};
use samlens::{Context, Input, Instant, Language, inspect};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake/encodings")
}

fn read(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The only message of a fixture.
fn one(name: &str) -> Capture {
    let bytes = read(name);
    let mut all = take(&bytes);
    assert_eq!(all.len(), 1, "{name}");
    all.remove(0).into_owned()
}

/// The steps of a capture but the last, with their repairs.
fn told(capture: &Captured<'_>) -> String {
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
    ("angle.txt", "response.xml", "unwrap (quotes-removed 1); unwrap (around-removed 2); base64-decode; xml-read"),
    ("attribute.txt", "response.xml", "unwrap (quotes-removed 1); unwrap (around-removed 7); base64-decode; xml-read"),
    ("base64-of-base64.txt", "response.xml", "base64-decode; base64-decode; xml-read"),
    ("base64-of-query.txt", "response.xml", "base64-decode; parameters; percent-decode; base64-decode; xml-read"),
    ("base64-of-wrapped.txt", "response.xml", "base64-decode; base64-decode (whitespace-removed 71); xml-read"),
    ("bom-in-base64.txt", "response.xml", "base64-decode; text-decode (byte-order-mark 3); xml-read"),
    ("bom.txt", "response.xml", "text-decode (byte-order-mark 3); base64-decode; xml-read"),
    ("brackets.txt", "response.xml", "unwrap (brackets-removed 2); base64-decode; xml-read"),
    ("chat.txt", "response.xml", "unwrap (around-removed 42); base64-decode; xml-read"),
    ("deflate-of-base64.txt", "request.xml", "base64-decode; inflate; base64-decode; xml-read"),
    ("deflate.bin", "response.xml", "inflate; xml-read"),
    ("deflate.txt", "request.xml", "base64-decode; inflate; xml-read"),
    ("gzip-twice.txt", "request.xml", "base64-decode; inflate (gzip-header 10); inflate (gzip-header 10); xml-read"),
    ("gzip.txt", "request.xml", "base64-decode; inflate (gzip-header 10); xml-read"),
    ("indented.txt", "response.xml", "recognise (trimmed 5); base64-decode (whitespace-removed 450); xml-read"),
    ("input-tag.html", "response.xml", "parameters; base64-decode (whitespace-removed 71); xml-read"),
    ("invisible.txt", "response.xml", "recognise (trimmed 3); base64-decode (invisible-removed 46); xml-read"),
    (
        "java-line-ends.txt",
        "response.xml",
        "json-unescape (escapes-undone 142); base64-decode (whitespace-removed 142); xml-read",
    ),
    ("json-log-xml.txt", "response.xml", "json-unescape (escapes-undone 60); xml-read"),
    ("json-member.json", "response.xml", "parameters (around-removed 73); base64-decode; xml-read"),
    ("json-string.txt", "response.xml", "json-unescape (quotes-removed 2, escapes-undone 16); base64-decode; xml-read"),
    ("json-unicode.txt", "response.xml", "json-unescape (quotes-removed 2, escapes-undone 190); xml-read"),
    (
        "json-url.txt",
        "request.xml",
        "json-unescape (quotes-removed 2, escapes-undone 10); parameters; percent-decode; base64-decode; inflate; xml-read",
    ),
    ("label-php.txt", "response.xml", "parameters (around-removed 62); base64-decode; xml-read"),
    ("label-quoted.txt", "response.xml", "parameters (around-removed 20); base64-decode; xml-read"),
    (
        "label-spaced.txt",
        "response.xml",
        "parameters (around-removed 16); base64-decode (whitespace-removed 84); xml-read",
    ),
    ("label.txt", "response.xml", "http (fields-joined 2); parameters; percent-decode; base64-decode; xml-read"),
    (
        "mail-page.eml-body",
        "response.xml",
        "quoted-printable-decode (escapes-undone 81); parameters; base64-decode; xml-read",
    ),
    (
        "mail-quoted-printable.txt",
        "response.xml",
        "quoted-printable-decode (escapes-undone 72); base64-decode; xml-read",
    ),
    ("mail-xml.txt", "response.xml", "quoted-printable-decode (escapes-undone 87); xml-read"),
    ("page.html.gz", "response.xml", "gunzip; parameters; base64-decode; xml-read"),
    ("percent-form-xml.txt", "response.xml", "percent-decode (plus-to-space 37); xml-read"),
    ("percent-line-ends.txt", "response.xml", "percent-decode; base64-decode (whitespace-removed 142); xml-read"),
    ("percent-lower.txt", "response.xml", "percent-decode; base64-decode; xml-read"),
    ("percent-partly.txt", "response.xml", "percent-decode; base64-decode; xml-read"),
    (
        "percent-six-times.txt",
        "request.xml",
        "percent-decode; percent-decode; percent-decode; percent-decode; percent-decode; percent-decode; base64-decode; inflate; xml-read",
    ),
    ("percent-thrice.txt", "response.xml", "percent-decode; percent-decode; percent-decode; base64-decode; xml-read"),
    ("percent-url.txt", "request.xml", "percent-decode; parameters; percent-decode; base64-decode; inflate; xml-read"),
    ("percent-xml.txt", "response.xml", "percent-decode; xml-read"),
    (
        "powershell-base64.txt",
        "response.xml",
        "base64-decode; text-decode (from-utf-16 10808); base64-decode; xml-read",
    ),
    ("prose-xml.txt", "response.xml", "piece (text-before 21, text-after 33); xml-read"),
    (
        "references-in-base64.txt",
        "response.xml",
        "reference-decode (references-resolved 158); base64-decode (whitespace-removed 142); xml-read",
    ),
    (
        "references-twice.txt",
        "response.xml",
        "reference-decode (references-resolved 190); reference-decode (references-resolved 190); xml-read",
    ),
    ("references.txt", "response.xml", "reference-decode (references-resolved 190); xml-read"),
    ("request.xml", "request.xml", "xml-read"),
    ("response.xml", "response.xml", "xml-read"),
    ("response.xml.gz", "response.xml", "gunzip; xml-read"),
    ("shell-line-ends.txt", "response.xml", "json-unescape (escapes-undone 54); base64-decode; xml-read"),
    ("smart-quotes.txt", "response.xml", "recognise (trimmed 1); unwrap (quotes-removed 2); base64-decode; xml-read"),
    (
        "spaces-for-plus-wrapped.txt",
        "response.xml",
        "recognise (trimmed 1); base64-decode (whitespace-removed 71, space-to-plus 16); xml-read",
    ),
    ("spaces-for-plus.txt", "response.xml", "base64-decode (space-to-plus 16); xml-read"),
    (
        "ticket.txt",
        "response.xml",
        "recognise (trimmed 1); unwrap (around-removed 172); base64-decode (whitespace-removed 71); xml-read",
    ),
    ("unpadded.txt", "request.xml", "base64-decode (padding-added 1); xml-read"),
    (
        "url-from-page-source.txt",
        "request.xml",
        "reference-decode (references-resolved 3); parameters; percent-decode; base64-decode; inflate; xml-read",
    ),
    ("url-safe.txt", "request.xml", "base64-decode (url-safe-alphabet 1, padding-added 1); xml-read"),
    ("utf-16-in-base64.txt", "response.xml", "base64-decode; text-decode (from-utf-16 8106); xml-read"),
    ("utf-16be.txt", "response.xml", "text-decode (from-utf-16 10808); base64-decode; xml-read"),
    ("utf-16le-bom.xml", "response.xml", "text-decode (byte-order-mark 2, from-utf-16 8106); xml-read"),
    ("value.txt.gz", "response.xml", "gunzip; base64-decode; xml-read"),
    ("wrapped-1.txt", "response.xml", "base64-decode (whitespace-removed 5403); xml-read"),
    ("wrapped-37.txt", "response.xml", "base64-decode (whitespace-removed 146); xml-read"),
    ("wrapped-4.txt", "response.xml", "base64-decode (whitespace-removed 1350); xml-read"),
    ("wrapped-64.txt", "response.xml", "base64-decode (whitespace-removed 84); xml-read"),
    ("wrapped-76.txt", "response.xml", "base64-decode (whitespace-removed 142); xml-read"),
    ("wrapped-by-spaces.txt", "response.xml", "base64-decode (whitespace-removed 71); xml-read"),
    ("zlib.bin", "response.xml", "inflate (zlib-header 2); xml-read"),
    ("zlib.txt", "request.xml", "base64-decode; inflate (zlib-header 2); xml-read"),
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
        let mut context = Context::at(now);
        context.language = language;
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
