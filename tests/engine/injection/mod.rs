//! Every scenario with polyglots in every value, through everything that is handed on: read as its readers read it, a value is
//! a value and nothing else.

mod polyglots;
mod readers;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use samlens::intake::take;
use samlens::{
    CaseFile, CasePart, Context, Export, Input, Instant, Language, RedactionOptions, Report, export, html, human,
    inspect, markdown, redact, short,
};

use self::polyglots::{MARK, POLYGLOTS, hostile};
use crate::scenarios;

/// How often each scenario is taken, each time with other values in other places; `SAMLENS_INJECTION` looks further.
fn rounds() -> u64 {
    std::env::var("SAMLENS_INJECTION").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1)
}

fn clock() -> Instant {
    Instant::parse("2027-11-22T08:00:00Z").unwrap()
}

fn read(case: &CaseFile, context: &Context) -> Report {
    let inputs: Vec<Input<'_>> = case.inputs.iter().map(CasePart::input).collect();
    inspect(&inputs, context)
}

/// A scenario's inputs, and the messages in them.
fn messages(folder: &Path) -> (Vec<Vec<u8>>, Vec<String>) {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<_> =
        names.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("input")).collect();
    names.sort();
    let raw: Vec<Vec<u8>> = names.iter().map(|path| fs::read(path).unwrap()).collect();
    let taken = raw.iter().flat_map(|bytes| take(bytes));
    let messages = taken.filter_map(|capture| capture.xml.map(|xml| xml.into_owned())).collect();
    (raw, messages)
}

/// Every scenario with polyglots in it, so many times.
fn cases(rounds: u64) -> impl Iterator<Item = (String, CaseFile, Context)> {
    let folders = scenarios::all().into_iter().enumerate();
    folders.flat_map(move |(number, folder)| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (raw, messages) = messages(&folder);
        (0..rounds).map(move |round| {
            let seed = number as u64 * 1_000 + round;
            let case = hostile(&folder, &messages, &raw, seed);
            let language = if seed.is_multiple_of(2) { Language::English } else { Language::Chinese };
            let mut context = case.context_at(clock(), language);
            for key in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                if key.file_name().unwrap().to_string_lossy().contains("decryption") {
                    let _ = context.add_private_key(POLYGLOTS[0], &fs::read(key).unwrap(), None);
                }
            }
            (format!("{name} {seed}"), case, context)
        })
    })
}

/// What a reader finds, under the name of the form.
fn told(faults: &mut Vec<String>, form: &str, look: impl FnOnce(&mut Vec<String>)) {
    let mut own = Vec::new();
    look(&mut own);
    own.truncate(3);
    faults.extend(own.into_iter().map(|fault| format!("{form}: {fault}")));
}

#[test]
fn no_value_breaks_out_of_any_form_that_is_handed_on() {
    let (mut all, mut met, mut made_of) = (Vec::new(), 0, 0);
    for (number, (name, case, context)) in cases(rounds()).enumerate() {
        let mut faults = Vec::new();
        let report = read(&case, &context);
        let pretty = |value: &CaseFile, what| {
            // What there is none of is not made.
            export(value, &context, what, None).ok().map(|made| String::from_utf8(made.bytes).unwrap())
        };
        // Not all is in what is abridged.
        let whole = if number.is_multiple_of(4) { report } else { report.abridged() };
        let mut texts = vec![
            (human(&whole, false), readers::printed as fn(&str, &mut Vec<String>), "text"),
            (human(&whole, true), readers::coloured, "coloured"),
            (markdown(&whole), readers::markdown, "markdown"),
            (short(&whole), readers::markdown, "short"),
            (html(&whole), readers::html, "html"),
        ];
        let forms = [
            (Export::Json, (|text, faults| _ = readers::json(text, faults)) as fn(&str, &mut Vec<String>), "json"),
            (Export::Sarif, readers::sarif, "sarif"),
            (Export::Certificates, readers::certificates, "certificates"),
            (Export::Case, |text, faults| _ = readers::json(text, faults), "case"),
        ];
        // Each of these looks at the case anew, so that one of them is made of each, and the case file of all.
        let chosen = [forms[number % 3], forms[3]];
        for (what, reader, form) in chosen {
            texts.extend(pretty(&case, what).map(|text| (text, reader, form)));
        }
        for (text, reader, form) in &texts {
            made_of += 1;
            met += text.matches(MARK).count();
            told(&mut faults, form, |faults| reader(text, faults));
        }
        let written = pretty(&case, Export::Case).unwrap();
        match CaseFile::parse(written.as_bytes()) {
            Ok(again) if again.inputs == case.inputs && again.files == case.files => {}
            // Names that lead out of the folder are refused, as they should be.
            Err(problem) if problem.contains("outside the folder") => {}
            other => faults.push(format!("the case is another one: {other:?}")),
        }
        if !faults.is_empty() {
            all.push(format!("{name}\n    {}", faults.join("\n    ")));
        }
    }
    println!("{made_of} texts, {met} polyglots in them");
    assert!(met > 10_000, "only {met}");
    assert!(all.is_empty(), "{} cases\n{}", all.len(), all.join("\n"));
}

#[test]
fn what_is_redacted_stays_a_case_and_a_list() {
    let mut all = Vec::new();
    for (name, case, context) in cases(rounds()).step_by(8) {
        let mut faults = Vec::new();
        let redacted = redact(&case, &context, &RedactionOptions::default());
        told(&mut faults, "redacted", |faults| _ = readers::json(&redacted.case.to_json(), faults));
        if !faults.is_empty() {
            all.push(format!("{name}\n    {}", faults.join("\n    ")));
        }
    }
    assert!(all.is_empty(), "{} cases\n{}", all.len(), all.join("\n"));
}

fn samlens(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_samlens")).args(arguments).current_dir(folder).output().unwrap()
}

/// A folder with a hostile case in it, each input and file under a name that a file system takes.
fn folder(case: &CaseFile, number: usize) -> (PathBuf, Vec<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("injection").join(number.to_string());
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let names = case.inputs.iter().enumerate().map(|(number, input)| {
        let name: String = input.name.chars().filter(|c| !matches!(c, '/' | '\0')).take(60).collect();
        let name = format!("{number}{name}");
        fs::write(folder.join(&name), &input.bytes).unwrap();
        name
    });
    let names = names.collect();
    (folder, names)
}

#[test]
fn no_value_breaks_out_of_what_the_command_line_prints() {
    let (mut all, mut met) = (Vec::new(), 0);
    // Metadata has a form of its own for nearly everything; of the others some.
    let is_chosen = |number: usize, name: &str| number.is_multiple_of(if name.contains("metadata") { 4 } else { 14 });
    let chosen = cases(rounds()).enumerate().filter(|(number, (name, ..))| is_chosen(*number, name));
    for (number, (name, case, _)) in chosen {
        let mut faults = Vec::new();
        let (folder, names) = folder(&case, number);
        let Some(first) = names.first() else { continue };
        let error_text = POLYGLOTS[number % POLYGLOTS.len()].replace('\0', "");
        let error_text = format!("--error-text={error_text}");
        let mut runs: Vec<Vec<&str>> = vec![
            vec!["inspect", "--batch", "."],
            vec!["verify", first],
            vec!["redact", "--list", first],
            vec!["inspect", "--format", "json", &error_text, first],
            // What cannot be is complained of with its value.
            vec!["inspect", &error_text, "--context", first, first],
            vec!["inspect", "--certificate", first, first],
            vec!["export", "--as", &error_text, first],
            vec!["inspect", "\u{1b}[31mzqx\u{9b}\u{202e}"],
        ];
        if name.contains("metadata") {
            runs.extend([
                vec!["metadata", first],
                vec!["metadata", "--list", first],
                vec!["metadata", "--search", "zqx", first],
                vec!["metadata", "--calendar", "--", first],
                vec!["metadata", "--entity", "1", first],
                vec!["metadata", "--entity", "zqx", first],
                vec!["metadata", "--list", "--format", "json", first],
            ]);
        }
        for run in runs {
            let output = samlens(&run, &folder);
            let text = String::from_utf8(output.stdout).unwrap();
            let problem = String::from_utf8(output.stderr).unwrap();
            met += text.matches(MARK).count() + problem.matches(MARK).count();
            let form = format!("{run:?}");
            told(&mut faults, &form, |faults| match run[..2] {
                ["redact", _] => readers::table(&text, faults),
                _ if run.contains(&"json") && !text.is_empty() => _ = readers::json(&text, faults),
                _ => readers::printed(&text, faults),
            });
            told(&mut faults, &form, |faults| readers::printed(&problem, faults));
            if problem.lines().count() > 1 {
                faults.push(format!("{form}: more than one line of complaint: {problem:?}"));
            }
        }
        if !faults.is_empty() {
            all.push(format!("{name}\n    {}", faults.join("\n    ")));
        }
    }
    println!("{met} polyglots in what was printed");
    assert!(met > 100, "only {met}");
    assert!(all.is_empty(), "{} cases\n{}", all.len(), all.join("\n"));
}

#[test]
fn the_readers_find_what_breaks_out() {
    let found = |reader: fn(&str, &mut Vec<String>), text: &str| {
        let mut faults = Vec::new();
        reader(text, &mut faults);
        faults.len()
    };
    for text in ["a\u{1b}[31mb", "a\u{9b}2J", "a\u{202e}b", "a\u{2028}b", "a\n  zqxline", "a\tb"] {
        assert!(found(readers::printed, text) > 0, "{text:?}");
    }
    assert_eq!(found(readers::coloured, "\u{1b}[31ma\u{1b}[0m\n"), 0);
    assert!(found(readers::coloured, "\u{1b}[31ma\n") > 0 && found(readers::coloured, "\u{1b}]8;;a\u{7}") > 0);
    assert_eq!(found(readers::html, "<p class=\"a\">b</p>"), 0);
    for text in [
        "<img src=x>",
        "<p onclick=a>b</p>",
        "<p class=\"zqx=\">b</p>",
        "<p>a</b></p>",
        "<!-- a --><p></p>",
        "<p>\u{202e}</p>",
    ] {
        assert!(found(readers::html, text) > 0, "{text:?}");
    }
    assert_eq!(
        found(readers::markdown, "# a\n\n- **b**: c `zqx`\n\n| | a | b | |\n|---|---|---|---|\n| a | b | c | d |\n"),
        0
    );
    for text in [
        "# zqx",
        "a <b>",
        "<div>",
        "[a](b)",
        "![a](b)",
        "    code",
        "```\na\n```",
        "*a*",
        "**zqx**",
        "- - - a",
        "a\n\n---\n",
        "<https://a.example/>",
        "| | a | b | |\n|---|---|---|---|\n| a | `b \\\\| c` | d | e |",
        "zqx\n===",
        "> > a",
        "~~a~~",
        "a[^1]\n\n[^1]: b",
        "$a$",
        "a <!-- b -->",
    ] {
        assert!(found(readers::markdown, text) > 0, "{text:?}");
    }
    for text in ["a {0}", "a }", "[a](b)", "[a\\\\](b)"] {
        let log = serde_json::json!({"message": {"text": text}}).to_string();
        assert!(found(readers::sarif, &log) > 0, "{text:?}");
    }
    for uri in ["javascript:a", "//evil.example/", "https://evil.example", "\\\\evil.example"] {
        assert!(found(readers::sarif, &serde_json::json!({"uri": uri}).to_string()) > 0, "{uri}");
    }
    assert!(found(readers::certificates, "# a -----BEGIN CERTIFICATE-----\n") > 0);
    assert!(found(readers::table, "a\t=b") > 0 && found(readers::table, "a\tb\nc") > 0);
}
