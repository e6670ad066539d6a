//! `samlens export`: what the page hands on, byte for byte.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::asked::Asked;
use super::given::Given;
use super::io::{print, print_data};
use crate::{Export as What, export};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Captured texts, or one case file. None, or -, is standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<OsString>,
    #[command(flatten)]
    given: Given,
    /// What: short and markdown for a ticket, html, text, json, sarif; canonical and xml of one message; certificates; case
    #[arg(long = "as", value_name = "FORM", value_parser = PossibleValuesParser::new(What::ALL.map(|(name, _)| name)))]
    what: String,
    /// The number of the message, from 1, of a form that is of one; left out, the first
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    capture: Option<u32>,
}

impl Export {
    /// Prints it.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let asked = Asked::read(&self.inputs)?;
        let (case, context) = self.given.case(&asked)?;
        let what = What::from_name(&self.what).ok_or_else(|| format!("arguments: there is no form {}", self.what))?;
        let capture = self.capture.map(|number| number as usize - 1);
        let made = export(&case, &context, what, capture)?;
        Ok(match what {
            What::Canonical | What::Xml => print_data(&made.bytes, ExitCode::SUCCESS),
            _ => print(&made.bytes, ExitCode::SUCCESS),
        })
    }
}
