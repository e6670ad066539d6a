//! Captured logins with their known answer (`tests/scenarios/NAME/`): what was done wrong, what must be found, and that
//! nothing else is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use samlens::{Context, ContextFile, Input, Instant, Language, Report, State, inspect};
use serde_json::Value;

/// Every scenario's folder.
pub fn all() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.join("expect.json").exists());
    all.sort();
    all
}

fn inputs(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("input")).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), fs::read(folder.join(&name)).unwrap())).collect()
}

/// The context of a scenario. The wall clock is far from all of them.
pub fn context(folder: &Path) -> Context {
    let mut context = Context::at(Instant::parse("2027-11-22T08:00:00Z").unwrap());
    let Ok(json) = fs::read(folder.join("context.json")) else { return context };
    let file = ContextFile::parse(&json).unwrap();
    let read = |name: &String| fs::read(folder.join(name)).unwrap();
    file.tell(&mut context).unwrap();
    file.metadata.iter().for_each(|name| _ = context.add_metadata(name, &read(name)).unwrap());
    file.certificates.iter().for_each(|name| _ = context.add_certificates(name, &read(name)).unwrap());
    file.private_keys.iter().for_each(|name| context.add_private_key(name, &read(name), None).unwrap());
    file.request.iter().for_each(|name| context.set_request(name, &read(name)).unwrap());
    context
}

/// The report of a scenario; `None` where nothing of its input can be read.
pub fn report(folder: &Path) -> Option<Report> {
    report_in(folder, Language::English)
}

/// The same in a language.
pub fn report_in(folder: &Path, language: Language) -> Option<Report> {
    let inputs = inputs(folder);
    let inputs: Vec<_> = inputs.iter().map(|(name, bytes)| Input { name, bytes }).collect();
    let mut context = context(folder);
    context.language = language;
    let report = inspect(&inputs, &context).abridged();
    let unread = report.captures.iter().take(inputs.len()).all(|capture| capture.summary.is_none());
    (!unread).then_some(report)
}

#[test]
fn every_scenario_is_answered_as_it_is_known() {
    let mut faults = Vec::new();
    let (mut met, mut roots, mut alarms) = (0, 0, 0);
    let all = all();
    for folder in &all {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let expected: Value = serde_json::from_slice(&fs::read(folder.join("expect.json")).unwrap()).unwrap();
        let answer = answer(folder, &name, &expected);
        alarms += answer.alarms;
        roots += usize::from(answer.root);
        met += usize::from(answer.faults.is_empty());
        if !answer.faults.is_empty() {
            faults.push(format!("{name}: {}", answer.faults.join("; ")));
        }
    }
    println!("scenarios: {met} of {} met, root cause right in {roots}, false alarms {alarms}", all.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What a scenario was answered.
#[derive(Default)]
struct Answer {
    faults: Vec<String>,
    root: bool,
    alarms: usize,
}

fn answer(folder: &Path, name: &str, expected: &Value) -> Answer {
    if expected["error"] == Value::Bool(true) {
        let faults = refusal(folder, expected);
        return Answer { root: faults.is_empty(), faults, alarms: 0 };
    }
    let Some(report) = report(folder) else {
        let allowed = expected["error"] == "allowed";
        return Answer {
            root: allowed,
            faults: if allowed { refusal(folder, expected) } else { vec!["unread".to_owned()] },
            alarms: 0,
        };
    };
    let mut answer = Answer { root: true, ..Answer::default() };
    let strings = |key: &str| -> Vec<Option<String>> {
        match &expected[key] {
            Value::Array(values) => values.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
            Value::String(value) => vec![Some(value.clone())],
            _ => Vec::new(),
        }
    };
    let profile = report.profile.as_ref().map(|profile| profile.name);
    if expected["profile"].as_str().is_some_and(|expected| Some(expected) != profile) {
        answer.faults.push(format!("profile {profile:?}"));
    }
    let outcome = serde_json::to_value(report.verdict.outcome).unwrap();
    let outcomes = strings("outcome");
    if !outcomes.is_empty() && !outcomes.contains(&outcome.as_str().map(str::to_owned)) {
        answer.faults.push(format!("outcome {outcome}, not {outcomes:?}"));
    }
    let root = report.verdict.root_cause;
    if expected.get("root_cause").is_some() {
        let roots = strings("root_cause");
        answer.root = match root {
            None => roots.is_empty() || roots.contains(&None),
            Some(root) => roots.iter().flatten().any(|pattern| is_like(root, pattern)),
        };
        if !answer.root {
            answer.faults.push(format!("root cause {root:?}, not {roots:?}"));
        }
    }
    let fired: Vec<_> = report.findings.iter().filter(|finding| finding.state == State::Fired).collect();
    for must in strings("must_fire").iter().flatten() {
        if !fired.iter().any(|finding| is_like(finding.rule, must)) {
            answer.faults.push(format!("{must} did not fire"));
        }
    }
    let allowed: Vec<_> = ["must_fire", "may_fire", "root_cause"].into_iter().flat_map(strings).flatten().collect();
    if !name.starts_with("attack-") {
        let deciding = fired.iter().filter(|finding| finding.severity.decides());
        let alarms: Vec<_> = deciding
            .filter(|finding| !allowed.iter().any(|pattern| is_like(finding.rule, pattern)))
            .map(|finding| finding.rule)
            .collect();
        answer.alarms = alarms.len();
        if !alarms.is_empty() {
            answer.faults.push(format!("false alarms {alarms:?}"));
        }
    }
    let told = serde_json::to_value(&report).unwrap();
    let reported: Vec<&Value> = told["captures"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|capture| capture["signatures"].as_array().unwrap())
        .collect();
    for wanted in expected["signatures"].as_array().into_iter().flatten() {
        let is = |signature: &&&Value| {
            wanted.as_object().unwrap().iter().all(|(key, value)| &signature[key.as_str()] == value)
        };
        if reported.iter().find(is).is_none() {
            answer.faults.push(format!("no signature {wanted}"));
        }
    }
    answer
}

/// Whether a rule is one of those that a pattern names: `a|b`, with a `*` at the end of either.
fn is_like(rule: &str, pattern: &str) -> bool {
    pattern.split('|').any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => rule.starts_with(start),
        None => rule == pattern,
    })
}

/// What is wrong with the refusal of an input that cannot be used.
fn refusal(folder: &Path, expected: &Value) -> Vec<String> {
    let names: Vec<_> = inputs(folder).into_iter().map(|(name, _)| name).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_samlens"));
    command.current_dir(folder).args(["inspect", "--format", "json"]).args(names);
    if folder.join("context.json").exists() {
        command.args(["--context", "context.json"]);
    }
    let output = command.output().unwrap();
    let line = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut faults = Vec::new();
    if (output.status.code(), line.lines().count()) != (Some(2), 1) {
        faults.push(format!("{:?} with {line:?}", output.status.code()));
    }
    for part in expected["stderr_has"].as_array().into_iter().flatten() {
        if !line.contains(part.as_str().unwrap()) {
            faults.push(format!("{line:?} does not say {part}"));
        }
    }
    faults
}

#[test]
fn every_report_is_the_same_when_it_is_read_back_from_its_json() {
    let mut read = 0;
    for folder in all() {
        for language in [Language::English, Language::Chinese] {
            let inputs = inputs(&folder);
            let inputs: Vec<_> = inputs.iter().map(|(name, bytes)| Input { name, bytes }).collect();
            let mut context = context(&folder);
            context.language = language;
            let report = inspect(&inputs, &context);
            let json = serde_json::to_vec(&report).unwrap();
            assert_eq!(serde_json::from_slice::<Report>(&json).unwrap(), report, "{}", folder.display());
            read += 1;
        }
    }
    assert!(read > 150, "only {read}");
}

#[test]
fn what_is_told_in_chinese_is_told_in_chinese() {
    let mut told = 0;
    for folder in all() {
        let inputs = inputs(&folder);
        let inputs: Vec<_> = inputs.iter().map(|(name, bytes)| Input { name, bytes }).collect();
        let mut context = context(&folder);
        context.language = Language::Chinese;
        let report = inspect(&inputs, &context);
        let mut texts = vec![&*report.verdict.sentence];
        texts.extend(report.profile.iter().chain(&report.identity_provider).map(|detected| &*detected.why));
        for capture in &report.captures {
            texts.extend(capture.steps.iter().map(|step| step.title));
            texts.extend(capture.steps.iter().flat_map(|step| &step.repairs).map(|repair| &*repair.text));
            texts.extend(capture.error().into_iter().flat_map(|error| [&*error.message, &*error.advice]));
            texts.extend(capture.signatures.iter().map(|signature| &*signature.detail));
            texts.extend(capture.signatures.iter().flat_map(|s| &s.diagnosis).map(|diagnosis| &*diagnosis.text));
            texts.extend(capture.decryptions.iter().map(|decryption| &*decryption.detail));
        }
        for text in texts {
            let is_chinese = text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
            assert!(is_chinese, "{}: {text:?}", folder.display());
            told += 1;
        }
    }
    assert!(told > 800, "only {told}");
}
