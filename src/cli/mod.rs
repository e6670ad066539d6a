//! The command line: reads arguments, files and the clock, asks the engine, prints.

mod alibaba;
mod asked;
mod batch;
mod canonicalize;
mod export;
mod given;
mod inspect;
mod io;
mod metadata;
mod redact;
mod rules;
mod self_test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::canonicalize::Canonicalize;
use self::export::Export;
use self::inspect::{Inspect, Verify};
use self::io::complain;
use self::metadata::Metadata;
use self::redact::Redact;
use self::rules::Rules;
use self::self_test::SelfTest;

#[derive(Debug, Parser)]
#[command(name = "samlens", version, about = "Why did this SAML login fail? Nothing leaves this machine.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say why a login failed. Exit status 0: nothing of severity error or security fired
    Inspect(Inspect),
    /// Verify the signatures alone, a line each. Exit status 0: every one is valid and trusted
    Verify(Verify),
    /// Print the canonical bytes of a message or of one of its elements
    Canonicalize(Canonicalize),
    /// Judge metadata, of one entity or a whole federation; list, search and open its entities, or compare two files. Exit
    /// status 0: nothing of severity error or security fired
    Metadata(Metadata),
    /// Print what is handed on of a case: a ticket, a report, a message's XML, certificates, or the case itself as one file
    Export(Export),
    /// Print a case with pseudonyms for all that names someone, which fails for the same reason. Exit status 2: something of
    /// the original was still found in it
    Redact(Redact),
    /// List every rule with its service, severity and source
    Rules(Rules),
    /// Try this program on messages whose answers are known. Exit status 0: every answer is right
    SelfTest(SelfTest),
}

/// Runs the command line. Exit status 2: an input or the arguments could not be used, said in one line.
pub fn main() -> ExitCode {
    let result = match Arguments::try_parse() {
        Ok(Arguments { command: Command::Inspect(arguments) }) => arguments.run(),
        Ok(Arguments { command: Command::Verify(arguments) }) => arguments.run(),
        Ok(Arguments { command: Command::Canonicalize(arguments) }) => arguments.run(),
        Ok(Arguments { command: Command::Metadata(arguments) }) => arguments.run(),
        Ok(Arguments { command: Command::Export(arguments) }) => arguments.run(),
        Ok(Arguments { command: Command::Redact(arguments) }) => arguments.run(),
        Ok(Arguments { command: Command::Rules(arguments) }) => arguments.run(),
        Ok(Arguments { command: Command::SelfTest(arguments) }) => arguments.run(),
        Err(error) if error.use_stderr() => {
            // One line: what is wrong, and where help is.
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            Err(format!("arguments: {line}; samlens help says what there is"))
        }
        Err(help) => Ok(io::print(help.to_string().as_bytes(), ExitCode::SUCCESS)),
    };
    result.unwrap_or_else(|problem| complain(&problem))
}
