//! `samlens inspect` and `samlens verify`: a report of captures, whole or its signatures alone.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::asked::Asked;
use super::batch;
use super::given::Given;
use super::io::print;
use crate::{Context, Finding, Report, SignatureReport, State, html, human, markdown, plain, sarif, short};

#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// Captured texts: base64, redirect URLs, query strings, form bodies, XML; or one case file. None, or -, is standard
    /// input
    #[arg(value_name = "INPUT")]
    inputs: Vec<OsString>,
    #[command(flatten)]
    given: Given,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print the rules that passed as well, and decoded messages of any size
    #[arg(long)]
    all: bool,
    /// Take each input, and each file of a folder, as a case of its own: a line each, or with json a report a line
    #[arg(long)]
    batch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for a terminal
    Human,
    /// The report as JSON
    Json,
    /// Markdown for a ticket
    Markdown,
    /// SARIF 2.1.0
    Sarif,
    /// Markdown for a ticket: what failed, who changes what, the proof
    Short,
    /// One HTML file that opens without scripts
    Html,
}

impl Inspect {
    /// Prints the report.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        if self.batch {
            if !matches!(self.format, Format::Human | Format::Json) {
                return Err("arguments: --batch prints human or json; leave --format out".to_owned());
            }
            return batch::run(&self.inputs, &self.given, self.format == Format::Json);
        }
        let report = read(&self.inputs, &self.given)?;
        let status = status(&report);
        let report = if self.all { report } else { report.abridged() };
        let text = match self.format {
            Format::Human => Ok(human(&report, is_coloured())),
            Format::Markdown => Ok(markdown(&report)),
            Format::Short => Ok(short(&report)),
            Format::Html => Ok(html(&report)),
            Format::Json => serde_json::to_string_pretty(&report).map(|text| plain::json(text) + "\n"),
            Format::Sarif => serde_json::to_string_pretty(&sarif(&report)).map(|text| plain::json(text) + "\n"),
        };
        let text = text.map_err(|error| format!("the report could not be written as JSON: {error}"))?;
        Ok(print(text.as_bytes(), status))
    }
}

/// Exit status 0: nothing of severity error or security fired.
pub(super) fn status(report: &Report) -> ExitCode {
    let decides = |finding: &Finding| finding.state == State::Fired && finding.severity.decides();
    if report.findings.iter().any(decides) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Whether standard output is a terminal whose user wants colours (no-color.org).
pub(super) fn is_coloured() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// One captured text; none, or -, is standard input
    #[arg(value_name = "INPUT")]
    input: Option<OsString>,
    #[command(flatten)]
    given: Given,
}

impl Verify {
    /// Prints a line for each signature. Status 0: every one is valid and trusted, and there is one.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let report = read(self.input.as_slice(), &self.given)?;
        let signatures: Vec<_> = report.captures.iter().flat_map(|capture| &capture.signatures).collect();
        let sound = signatures.iter().all(|signature| signature.status == "valid" && signature.trusted);
        let mut lines: String = signatures.iter().map(|signature| line(signature)).collect();
        if signatures.is_empty() {
            lines.push_str("unsigned: there is no signature in it\n");
        }
        let status = if sound && !signatures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        Ok(print(lines.as_bytes(), status))
    }
}

/// Status, trust, what it signs, with what, and why: values first, words last.
fn line(signature: &SignatureReport) -> String {
    let trust = match (signature.status, signature.trusted) {
        ("valid", true) => "trusted",
        ("valid", false) => "not-trusted",
        _ => signature.reason.unwrap_or("-"),
    };
    let id = signature.target_id.as_deref().map(|id| format!("#{id}")).unwrap_or_default();
    let algorithm = signature.signature_algorithm.as_deref().unwrap_or("-");
    let key = signature.key.as_deref().unwrap_or("-");
    let diagnosis = signature.diagnosis.as_ref().map(|diagnosis| format!(" {}", diagnosis.text)).unwrap_or_default();
    // Controls could paint over what a terminal shows.
    let line = format!(
        "{} {trust} {}{id} {algorithm} {key}: {}{diagnosis}",
        signature.status, signature.target, signature.detail
    );
    plain::line(&line) + "\n"
}

/// Reads inputs and inspects them.
fn read(names: &[OsString], given: &Given) -> Result<Report, String> {
    let asked = Asked::read(names)?;
    let context = given.context(asked.case.as_ref())?;
    report(&asked, &context)
}

/// Inspects inputs. An input that nothing could be read from is an error only where nothing else could be read either, and
/// where it does not say what went wrong in words that are known.
pub(super) fn report(asked: &Asked, context: &Context) -> Result<Report, String> {
    let report = crate::inspect(&asked.inputs(), context);
    let logins = report.flow.logins.len();
    if let Some(login) = context.login.filter(|login| *login >= logins && logins > 0) {
        return Err(format!("arguments: --login {}: the last login that was captured is number {logins}", login + 1));
    }
    // The request that the context gives is no input.
    let own = report.captures.len().saturating_sub(usize::from(context.request.is_some()));
    let mut captures = report.captures.iter().take(own);
    let unread = captures.clone().find_map(|capture| Some((capture, capture.error()?)));
    match unread {
        Some((capture, error))
            if report.error_texts.is_empty() && captures.all(|capture| capture.summary.is_none()) =>
        {
            Err(format!("{}: step {}: {} {}", capture.input, error.step, error.message, error.advice))
        }
        _ => Ok(report),
    }
}
