//! Files in the encodings that people have: which message comes out of each, and what is said to have been mended.

use std::fs;
use std::path::{Path, PathBuf};

use samlens::intake::{Capture, take};

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
        if capture.xml.as_deref() != Some(&expected) || capture.error().is_some() || told(&capture) != *steps {
            let same = capture.xml.as_deref() == Some(&expected);
            wrong.push(format!(
                "    (\"{name}\", \"{message}\", \"{}\"), // {same} {:?}",
                told(&capture),
                capture.error()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
