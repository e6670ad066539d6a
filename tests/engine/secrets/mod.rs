//! Private keys and passphrases: in nothing that is handed on, told or logged, and no longer in memory once they are dropped.

mod memory;
mod needles;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use samlens::{
    CaseFile, CasePart, Context, ContextFile, Export, Input, Instant, Language, RedactionOptions, case_to_fragment,
    context_error, export, html, human, inspect, markdown, redact, sarif, short,
};

use self::needles::{PASSPHRASE, fixture, found};

const MESSAGE: &str = "encrypted/matrix/aes128-gcm_oaep.xml";

/// The key in every form that somebody has it in, some of which are read and some not.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let pem = String::from_utf8(fixture("encrypted/keys/sp.pkcs8.pem")).unwrap();
    let base64 = STANDARD.encode(&pem);
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let certificate = String::from_utf8(fixture("encrypted/keys/sp.crt")).unwrap();
    vec![
        ("PKCS#8", pem.clone().into_bytes()),
        ("PKCS#8, DER", fixture("encrypted/keys/sp.pkcs8.der")),
        ("PKCS#8, base64", body.clone().into_bytes()),
        ("PKCS#8, base64, cut", body[..body.len() - 100].to_owned().into_bytes()),
        ("PKCS#8, cut", pem[..pem.len() - 200].to_owned().into_bytes()),
        ("PKCS#1", fixture("encrypted/keys/sp.pkcs1.pem")),
        ("PKCS#1, DER", fixture("encrypted/keys/sp.pkcs1.der")),
        ("encrypted", fixture("secrets/sp.encrypted.pem")),
        ("encrypted by OpenSSL", fixture("encrypted/keys/sp.pkcs1-dek-info.pem")),
        ("PKCS#12", fixture("secrets/sp.p12")),
        ("with its certificate", format!("{certificate}{pem}").into_bytes()),
        ("in a variable", format!("KEY=\"{}\"", pem.replace('\n', "\\n")).into_bytes()),
        ("in JSON", serde_json::json!({"tls.key": pem}).to_string().into_bytes()),
        ("PEM in base64", base64.clone().into_bytes()),
        ("PEM in base64, in YAML", format!("data:\n  tls.key: {base64}\n").into_bytes()),
        ("in UTF-16", [0xff, 0xfe].into_iter().chain(pem.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
    ]
}

/// A case in which the key stands wherever somebody might put it; its context, and what was complained of.
fn case(key: &[u8], passphrase: Option<&str>, language: Language) -> (CaseFile, Context, Vec<String>) {
    let part = |name: &str, bytes: &[u8]| CasePart { name: name.to_owned(), bytes: bytes.to_vec() };
    let names = |name: &str| vec![name.to_owned()];
    let context = ContextFile {
        private_keys: names("own.key"),
        certificates: names("own.crt"),
        metadata: names("own.xml"),
        request: Some("own.txt".to_owned()),
        ..ContextFile::default()
    };
    let file = CaseFile {
        inputs: vec![part("message.xml", &fixture(MESSAGE)), part("beside.pem", key)],
        files: ["own.key", "own.crt", "own.xml", "own.txt"].map(|name| part(name, key)).to_vec(),
        context,
        ..CaseFile::default()
    };
    let mut context = Context::at(Instant::parse("2026-03-01T08:00:00Z").unwrap());
    context.language = language;
    let mut told = vec![format!("{file:?}").len().to_string()];
    let problems = [
        context.add_private_key("own.key", key, passphrase.map(str::as_bytes)).err(),
        context.add_private_key("own.key", key, Some(b"Tr0ub4dor")).err(),
        context.add_certificates("own.crt", key).err(),
        context.add_metadata("own.xml", key).err(),
        context.set_request("own.txt", key).err(),
    ];
    for problem in problems.iter().flatten() {
        told.extend([format!("{problem:?}"), context_error(problem, language)]);
    }
    (file, context, told)
}

#[test]
fn a_key_and_its_passphrase_are_in_nothing_that_is_handed_on_or_told() {
    let needles = needles::texts();
    let (mut faults, mut searched, mut opened) = (Vec::new(), 0, 0);
    for (number, (form, key)) in forms().into_iter().enumerate() {
        let language = if number % 2 == 0 { Language::English } else { Language::Chinese };
        let (case, context, mut told) = case(&key, Some(PASSPHRASE), language);
        let inputs: Vec<Input<'_>> = case.inputs.iter().map(CasePart::input).collect();
        let report = inspect(&inputs, &context);
        opened += usize::from(report.captures[0].decryptions.iter().any(|one| one.xml.is_some()));
        told.extend([format!("{report:?}"), format!("{context:?}"), serde_json::to_string(&report).unwrap()]);
        told.extend([
            human(&report, true),
            markdown(&report),
            short(&report),
            html(&report),
            sarif(&report).to_string(),
        ]);
        for (_, what) in Export::ALL {
            for capture in [None, Some(1)] {
                match export(&case, &context, what, capture) {
                    Ok(made) => told.push(String::from_utf8_lossy(&made.bytes).into_owned()),
                    Err(why) => told.push(why),
                }
                if !matches!(what, Export::Xml | Export::Canonical) {
                    break;
                }
            }
        }
        let redacted = redact(&case, &context, &RedactionOptions::default());
        told.extend([redacted.case.to_json(), format!("{redacted:?}")]);
        for fragment in [case_to_fragment(&case), case_to_fragment(&redacted.case)] {
            let packed = URL_SAFE_NO_PAD.decode(fragment.unwrap().strip_prefix("case=1.").unwrap()).unwrap();
            let json = std::io::read_to_string(flate2::read::DeflateDecoder::new(&packed[..])).unwrap();
            assert!(json.contains("samlens-case/1"));
            told.push(json);
        }
        searched += told.len();
        for text in told {
            if let Some(needle) = found(&text, &needles) {
                faults.push(format!("{form}: {needle:?} in {:?}", text.chars().take(80).collect::<String>()));
            }
        }
    }
    println!("{searched} texts searched for {} needles", needles.len());
    assert!(opened >= 7, "the key was used in {opened}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_form_of_the_key_would_be_found() {
    let needles = needles::texts();
    for (form, key) in forms() {
        let (text, coded) = (String::from_utf8_lossy(&key).into_owned(), STANDARD.encode(&key));
        assert!(found(&text, &needles).or(found(&coded, &needles)).is_some(), "{form}");
    }
    assert!(found(&format!("a {PASSPHRASE}"), &needles).is_some());
    assert!(
        found(&String::from_utf8(fixture("encrypted/keys/sp.crt")).unwrap(), &needles).is_none(),
        "the public half is none"
    );
}

/// A folder with the key in every form and the message.
fn folder() -> (PathBuf, Vec<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secrets");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("message.xml"), fixture(MESSAGE)).unwrap();
    fs::write(folder.join("right"), format!("{PASSPHRASE}\n")).unwrap();
    fs::write(folder.join("wrong"), format!("{PASSPHRASE}!\n")).unwrap();
    let names = forms().into_iter().map(|(form, key)| {
        let name = form.replace([' ', '#', ','], "-");
        fs::write(folder.join(&name), key).unwrap();
        name
    });
    let names = names.collect();
    (folder, names)
}

#[test]
fn the_command_line_prints_and_complains_of_neither() {
    let needles = needles::texts();
    let (folder, keys) = folder();
    let (mut faults, mut searched, mut complaints) = (Vec::new(), 0, 0);
    for (number, key) in keys.iter().map(String::as_str).enumerate() {
        let all = [
            &[
                "inspect",
                "--private-key",
                key,
                "--passphrase-file",
                "right",
                "--all",
                "--format",
                "json",
                "message.xml",
            ][..],
            &["inspect", "--private-key", key, "--passphrase-file", "wrong", "message.xml"],
            &["inspect", "--private-key", key, "message.xml"],
            &["inspect", "message.xml", key],
            &["export", "--as", "case", "--private-key", key, "message.xml", key],
            &["inspect", "--certificate", key, "message.xml"],
            &["inspect", "--metadata", key, "--format", "json", "message.xml"],
            &["inspect", "--request", key, "--format", "json", "message.xml"],
            &["inspect", "--context", key, "message.xml"],
            &["inspect", "--format", "json", "--all", key],
            &["inspect", "--passphrase-file", key, "--private-key", "encrypted", "message.xml"],
            &["redact", "--private-key", key, "message.xml", key],
            &["redact", "--list", "message.xml", key],
            &["canonicalize", key],
            &["metadata", "--list", key],
            &["verify", key],
        ];
        // Each form in some of them, and each of them with some forms.
        for arguments in all.iter().skip(number % 3).step_by(3) {
            let output =
                Command::new(env!("CARGO_BIN_EXE_samlens")).args(*arguments).current_dir(&folder).output().unwrap();
            searched += 1;
            complaints += usize::from(!output.stderr.is_empty());
            for stream in [output.stdout, output.stderr] {
                if let Some(needle) = found(&String::from_utf8_lossy(&stream), &needles) {
                    faults.push(format!("{arguments:?}: {needle:?}"));
                }
            }
        }
    }
    println!("{searched} runs, {complaints} of them complained");
    assert!(complaints > 10);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
