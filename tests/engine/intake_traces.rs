//! Traces as tools write them (`tests/fixtures/intake`): which messages stand in each, how they were sent, and what was
//! mended on the way.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use samlens::Sieve;
use samlens::intake::{Captured, take};

/// A capture in a line or two: what is known of it, and the steps that led to it.
fn told(capture: &Captured<'_>) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let binding = capture.binding.map_or("-", |binding| binding.as_str());
    let at = capture.at.map_or("-".to_owned(), |at| at.to_string());
    let mut line = format!("{at} {binding} {} {}", text(&capture.parameter), text(&capture.url));
    let _ = write!(line, " relay={}", text(&capture.relay_state));
    let status = capture.reply.as_ref().and_then(|reply| reply.status);
    let _ = write!(line, " answered={}", status.map_or("-".to_owned(), |status| status.to_string()));
    if let Some(status) = capture.http_status {
        let _ = write!(line, " within={status}");
    }
    line.push_str(" |");
    for step in &capture.steps {
        let _ = write!(line, " {}", step.name.as_str());
        for repair in &step.repairs {
            let _ = write!(line, "+{}:{}", repair.kind.as_str(), repair.count);
        }
        if let Some(error) = &step.error {
            let kind = format!("{:?}", error.kind);
            let _ = write!(line, "!{}@{}", kind.split(['(', '{', ' ']).next().unwrap(), error.at);
        }
    }
    let xml = capture.xml.as_deref().unwrap_or_default();
    let root = xml.split("samlp:").nth(1).or(xml.split("saml2p:").nth(1)).and_then(|rest| rest.split(' ').next());
    line + " | " + root.unwrap_or("-")
}

/// What each fixture holds. `UPDATE_GOLDEN=1 cargo test` writes it anew, to be read by a person.
#[test]
fn every_trace_gives_its_messages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake");
    let mut found = String::new();
    for form in ["har", "saml-tracer", "netlog", "saz"] {
        let mut names: Vec<_> = fs::read_dir(folder.join(form)).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        for path in names {
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.len() < 30_000, "{path:?}");
            let captures = take(&bytes);
            // Wherever it is cut there is a step that says so, at a byte within it.
            for cut in (0..50).map(|part| bytes.len() * part / 50) {
                let cut = take(&bytes[..cut]);
                let (step, error) = cut.last().unwrap().error().unwrap_or_else(|| panic!("{path:?}: {cut:?}"));
                assert!(error.at <= step.bytes_in, "{path:?}: {step:?}");
            }
            let _ = writeln!(found, "{form}/{}", path.file_name().unwrap().to_string_lossy());
            captures.iter().for_each(|capture| _ = writeln!(found, "    {}", told(capture)));
            // What is sieved before gives the same messages.
            let mut sieve = Sieve::new();
            bytes.chunks(1000).for_each(|piece| sieve.push(piece));
            let sieved = sieve.finish();
            assert_eq!(sieved.bytes_in, bytes.len());
            let again: Vec<Option<String>> =
                take(&sieved.bytes).into_iter().map(|capture| capture.xml.map(|xml| xml.into_owned())).collect();
            assert_eq!(
                again,
                captures.into_iter().map(|capture| capture.xml.map(|xml| xml.into_owned())).collect::<Vec<_>>(),
                "{path:?}"
            );
        }
    }
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/told/traces.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&expected, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&expected).unwrap());
}

/// A HAR of some 9 MB with a login in it: what the command line reads in pieces.
#[test]
fn the_command_line_leaves_out_of_a_large_trace_what_is_no_saml_and_says_so() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let small = fs::read_to_string(folder.join("tests/fixtures/intake/har/firefox-params.har")).unwrap();
    let entry =
        format!("{{\"request\":{{\"url\":\"https://cdn.example/\"}},\"text\":\"{}\"}},", "ab\\n".repeat(10_000));
    let list = small.find("\"entries\"").unwrap();
    let first = list + small[list..].find('[').unwrap() + 1;
    let large = format!("{}{}{}", &small[..first], entry.repeat(230), &small[first..]);
    let path = std::env::temp_dir().join(format!("samlens-large-{}.har", std::process::id()));
    fs::write(&path, &large).unwrap();
    let program = || {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_samlens"));
        program.args(["inspect", "--format", "json"]);
        program
    };
    let by_name = program().arg(&path).output().unwrap();
    let piped = program().stdin(fs::File::open(&path).unwrap()).output().unwrap();
    fs::remove_file(&path).unwrap();
    for output in [by_name, piped] {
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let captures = report["captures"].as_array().unwrap();
        assert_eq!(captures.len(), 2);
        for capture in captures {
            let step = &capture["steps"][0];
            assert_eq!((step["name"].as_str(), step["bytes_in"].as_u64()), (Some("sieve"), Some(large.len() as u64)));
            assert!(step["bytes_out"].as_u64().unwrap() < small.len() as u64 + 100);
            assert_eq!(step["repairs"].as_array().unwrap().len(), 1, "{step}");
        }
    }
}
