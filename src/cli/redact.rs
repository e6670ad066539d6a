//! `samlens redact`: a case that may be handed on.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;

use super::asked::Asked;
use super::given::Given;
use super::io::print;
use crate::{RedactionOptions, plain, redact};

#[derive(Debug, Args)]
pub(super) struct Redact {
    /// Captured texts, or one case file. None, or -, is standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<OsString>,
    #[command(flatten)]
    given: Given,
    /// Keep certificates and keys, which name an organisation and are known wherever its metadata is
    #[arg(long)]
    keep_certificates: bool,
    /// Move every time by so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_hyphen_values = true)]
    shift: i64,
    /// Keep a word, as --list shows it
    #[arg(long, value_name = "WORD")]
    keep: Vec<String>,
    /// Replace the words of a text as well, wherever they stand
    #[arg(long, value_name = "TEXT")]
    also: Vec<String>,
    /// Print what is replaced by what, and not the case: kind, original, pseudonym, and in how many places
    #[arg(long)]
    list: bool,
}

impl Redact {
    /// Prints the redacted case.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let asked = Asked::read(&self.inputs)?;
        let (case, context) = self.given.case(&asked)?;
        let options = RedactionOptions {
            keep_certificates: self.keep_certificates,
            shift_seconds: self.shift,
            keep: self.keep,
            also: self.also,
        };
        let redacted = redact(&case, &context, &options);
        if self.list {
            let lines = redacted.replacements.iter().map(|one| {
                let pseudonym = if one.is_replaced { one.pseudonym.as_str() } else { "(kept)" };
                // A value is one cell, whatever stands in it.
                let [original, pseudonym] = [&one.original, pseudonym].map(plain::line);
                format!("{}\t{original}\t{pseudonym}\t{}\n", one.kind, one.count)
            });
            return Ok(print(lines.collect::<String>().as_bytes(), ExitCode::SUCCESS));
        }
        if let Some(first) = redacted.left.first() {
            let count = redacted.left.len();
            return Err(format!(
                "step redact: {:?} is still in {} ({}), one of {count} such; nothing is printed: give --also {:?} or leave that input out",
                first.original, first.part, first.form, first.original
            ));
        }
        Ok(print(redacted.case.to_json().as_bytes(), ExitCode::SUCCESS))
    }
}
