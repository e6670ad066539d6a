//! `samlens inspect --batch`: many inputs, each a case of its own; a line each, and their sum.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::asked::Asked;
use super::given::Given;
use super::io::print;
use crate::{Report, plain};

/// Inspects each input as a case of its own, folders with all that is in them.
///
/// `as_json`: a report a line (JSON Lines) instead of the table.
pub(super) fn run(inputs: &[OsString], given: &Given, as_json: bool) -> Result<ExitCode, String> {
    let context = given.context(None)?;
    let files = files(inputs)?;
    let progress = Progress::of(files.len());
    let mut lines = String::new();
    let mut sum = Sum::default();
    for (index, path) in files.iter().enumerate() {
        progress.show(index);
        let asked = Asked::read(&[path.as_os_str().to_owned()])?;
        let own = asked.case.as_ref().map(|case| given.context(Some(case))).transpose()?;
        let report = crate::inspect(&asked.inputs(), own.as_ref().unwrap_or(&context)).abridged();
        sum.add(&report);
        if as_json {
            let line = serde_json::to_string(&report);
            let line = line.map_err(|error| format!("the report could not be written as JSON: {error}"))?;
            lines += &plain::json(line);
            lines.push('\n');
        } else {
            lines += &row(&path.to_string_lossy(), &report);
        }
    }
    progress.clear();
    if !as_json {
        lines += &sum.told(files.len());
    }
    let bad = sum.outcomes.keys().any(|outcome| matches!(*outcome, "rejected" | "insecure"));
    Ok(print(lines.as_bytes(), if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }))
}

/// The files that are meant, folders opened, in the order of their names.
fn files(inputs: &[OsString]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for input in inputs {
        let path = Path::new(input);
        if path.is_dir() {
            walk(path, &mut files)?;
        } else {
            files.push(path.to_owned());
        }
    }
    if files.is_empty() {
        return Err("there is nothing to inspect; name files or folders".to_owned());
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let problem = |error: std::io::Error| format!("{}: cannot be read: {error}; check the name", folder.display());
    let entries = std::fs::read_dir(folder).map_err(problem)?.collect::<Result<Vec<_>, _>>().map_err(problem)?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        // A link could lead back to where it stands.
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() { walk(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn row(name: &str, report: &Report) -> String {
    let verdict = &report.verdict;
    let line =
        format!("{:<12} {:<36} {name}: {}", outcome(report), verdict.root_cause.unwrap_or("-"), verdict.sentence);
    plain::line(&line) + "\n"
}

/// What became of a case; `unreadable` where nothing could be read.
fn outcome(report: &Report) -> &'static str {
    if report.captures.iter().all(|capture| capture.summary.is_none()) {
        return "unreadable";
    }
    report.verdict.outcome.as_str()
}

/// How many cases ended how, and for what reason.
#[derive(Debug, Default)]
struct Sum {
    outcomes: BTreeMap<&'static str, usize>,
    causes: BTreeMap<&'static str, usize>,
}

impl Sum {
    fn add(&mut self, report: &Report) {
        *self.outcomes.entry(outcome(report)).or_default() += 1;
        if let Some(cause) = report.verdict.root_cause {
            *self.causes.entry(cause).or_default() += 1;
        }
    }

    fn told(&self, cases: usize) -> String {
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let counted = |(name, count): (&&str, &usize)| format!("{count:>8} {name}\n");
        let outcomes: String = self.outcomes.iter().map(counted).collect();
        let causes: String = causes.into_iter().map(counted).collect();
        format!("\n{cases:>8} inputs\n{outcomes}\n{causes}")
    }
}

/// How far it is, on a terminal's standard error and nowhere else.
struct Progress {
    of: usize,
    shown: bool,
}

impl Progress {
    fn of(of: usize) -> Self {
        Self { of, shown: std::io::stderr().is_terminal() }
    }

    fn show(&self, done: usize) {
        if self.shown && done.is_multiple_of(32) {
            let _ = write!(std::io::stderr(), "\r{done} of {}", self.of);
        }
    }

    fn clear(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\u{1B}[K");
        }
    }
}
