//! What is handed on of a case: by the command line as by the engine, byte for byte, in either language.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use samlens::{CaseFile, Export, Instant, Language, export};

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name)
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_samlens")).args(arguments).output().unwrap()
}

/// A sample as the command line prints it.
fn printed(sample: &str, what: &str, language: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/samples").join(sample);
    let output = run(&["export", "--as", what, "--language", language, &file.to_string_lossy()]);
    assert!(output.status.success(), "{sample} {what}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn the_command_line_prints_what_the_engine_makes() {
    for sample in ["wrong-domain.samlens.json", "clean-login.samlens.json", "metadata.samlens.json"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/samples").join(sample);
        let case = CaseFile::parse(&fs::read(file).unwrap()).unwrap();
        for (tag, language) in [("en", Language::English), ("zh", Language::Chinese)] {
            let context = case.context_at(Instant::parse("2026-01-01T00:00:00Z").unwrap(), language);
            for (name, what) in Export::ALL {
                if what == Export::Certificates && sample.starts_with("metadata") {
                    continue;
                }
                let made = export(&case, &context, what, None).unwrap_or_else(|why| panic!("{sample} {name}: {why}"));
                let printed = printed(sample, name, tag);
                if what == Export::Case {
                    assert_eq!(CaseFile::parse(&printed).unwrap().inputs, case.inputs);
                    continue;
                }
                assert!(made.bytes == printed, "{sample} {name} {tag}");
                assert!(!made.bytes.is_empty());
            }
        }
    }
}

#[test]
fn a_case_that_is_saved_is_answered_as_what_it_was_saved_of() {
    for name in ["csso-user-missing", "clean-request-signed", "sig-none", "clean-ali-user-adfs-intl"] {
        let folder = scenario(name);
        let input = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let input =
            input.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("input")).min().unwrap();
        let (input, context) = (input.to_string_lossy().into_owned(), folder.join("context.json"));
        let given: Vec<&str> = if context.exists() { vec!["--context", context.to_str().unwrap()] } else { vec![] };
        let of = |arguments: &[&str]| run(&[arguments, &given, &[input.as_str()]].concat()).stdout;
        let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.samlens.json"));
        fs::write(&saved, of(&["export", "--as", "case"])).unwrap();
        let verdict = |text: &[u8]| -> serde_json::Value {
            serde_json::from_slice::<serde_json::Value>(text).unwrap()["verdict"].clone()
        };
        let before = verdict(&of(&["inspect", "--format", "json"]));
        let after = verdict(&run(&["inspect", "--format", "json", saved.to_str().unwrap()]).stdout);
        assert_eq!(before, after, "{name}");
        let redacted = run(&["redact", saved.to_str().unwrap()]);
        assert!(redacted.status.success(), "{name}: {}", String::from_utf8_lossy(&redacted.stderr));
    }
}

#[test]
fn a_private_key_is_in_no_export() {
    let folder = scenario("clean-generic-encrypted");
    let (context, input) = (folder.join("context.json"), folder.join("input.txt"));
    let arguments = ["--context", context.to_str().unwrap(), input.to_str().unwrap()];
    let key = fs::read_to_string(folder.join("sp-decryption.pem")).unwrap();
    let inner = key.lines().nth(20).unwrap(); // Behind the modulus, which certificates have as well.
    for (name, _) in Export::ALL {
        let output = run(&[&["export", "--as", name][..], &arguments].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && !text.is_empty(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!text.contains("PRIVATE KEY-----") && !text.contains(inner), "{name}");
    }
}

#[test]
fn what_there_is_none_of_is_said() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/samples/wrong-domain.samlens.json");
    let output = run(&["export", "--as", "xml", "--capture", "9", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "samlens: export: message 9 has no XML; choose another\n");
}
