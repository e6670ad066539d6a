//! The command line: reads arguments, files and the clock, asks the engine, prints.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{Context, Input, Instant, Now, Report};

/// Exit status: the input or the arguments could not be used.
const UNUSABLE: u8 = 2;

#[derive(Debug, Parser)]
#[command(name = "samlens", version, about = "Why did this SAML login fail? Nothing leaves this machine.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Decode captured messages and report what they say
    Inspect(Inspect),
}

#[derive(Debug, Args)]
struct Inspect {
    /// Captured texts: base64, redirect URLs, query strings, form bodies, XML. None, or -, is standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<OsString>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// The time to judge at: RFC 3339, or clock, capture, auto
    #[arg(long, value_name = "TIME", default_value = "auto", value_parser = parse_now)]
    now: Now,
    /// Print decoded messages of any size
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The report as JSON
    Json,
}

/// Runs the command line and says how it ended: 0 for a report, 2 where an input or the arguments could not be used.
pub fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(Arguments { command: Command::Inspect(arguments) }) => match inspect(&arguments) {
            Ok(report) => print(&report),
            Err(problem) => complain(&problem),
        },
        Err(error) if error.use_stderr() => {
            // One line: what is wrong, and where help is.
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            complain(&format!("arguments: {line}; samlens help says what there is"))
        }
        Err(help) => {
            print!("{help}");
            ExitCode::SUCCESS
        }
    }
}

fn inspect(arguments: &Inspect) -> Result<Report, String> {
    let mut inputs = Vec::new();
    if arguments.inputs.is_empty() {
        inputs.push(read("-".into())?);
    }
    for name in &arguments.inputs {
        inputs.push(read(name.clone())?);
    }
    let context = Context { now: arguments.now, ..Context::at(clock()) };
    let borrowed: Vec<Input<'_>> = inputs.iter().map(|(name, bytes)| Input { name, bytes }).collect();
    let report = crate::inspect(&borrowed, &context);
    // An input that nothing could be read from is an error only where nothing else could be read either.
    if report.captures.iter().all(|capture| capture.summary.is_none())
        && let Some((capture, error)) = report.captures.iter().find_map(|capture| Some((capture, capture.error()?)))
    {
        return Err(format!("{}: step {}: {} {}", capture.input, error.step, error.message, error.advice));
    }
    Ok(if arguments.all { report } else { report.without_large_texts() })
}

/// The name to report and the bytes of a file, or of standard input.
fn read(name: OsString) -> Result<(String, Vec<u8>), String> {
    let mut bytes = Vec::new();
    if name == "-" {
        let result = std::io::stdin().lock().read_to_end(&mut bytes);
        return result
            .map(|_| ("standard input".to_owned(), bytes))
            .map_err(|error| format!("standard input: cannot be read: {error}; give a file instead"));
    }
    let shown = name.to_string_lossy().into_owned();
    match std::fs::read(&name) {
        Ok(bytes) => Ok((shown, bytes)),
        Err(error) => Err(format!("{shown}: cannot be read: {error}; check the name")),
    }
}

fn print(report: &Report) -> ExitCode {
    let text = match serde_json::to_string_pretty(report) {
        Ok(text) => text,
        Err(error) => return complain(&format!("the report could not be written as JSON: {error}")),
    };
    // A reader that stops early (`| head`) is no failure of ours.
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("standard output: cannot be written: {error}"))
        }
        _ => ExitCode::SUCCESS,
    }
}

fn complain(problem: &str) -> ExitCode {
    eprintln!("samlens: {}", problem.replace(['\n', '\r'], " "));
    ExitCode::from(UNUSABLE)
}

fn clock() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn parse_now(text: &str) -> Result<Now, String> {
    match text {
        "auto" => Ok(Now::Auto),
        "clock" => Ok(Now::Clock),
        "capture" => Ok(Now::Capture),
        _ => Instant::parse(text)
            .map(Now::At)
            .map_err(|error| format!("expected {} at character {}", error.expected, error.at + 1)),
    }
}
