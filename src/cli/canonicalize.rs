//! `samlens canonicalize`: the canonical bytes of a message or of one of its elements, and nothing else.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;

use super::io::{print_data, read};
use crate::canonical_bytes;

#[derive(Debug, Args)]
pub(super) struct Canonicalize {
    /// One captured text; none, or -, is standard input
    #[arg(value_name = "INPUT")]
    input: Option<OsString>,
    /// The method's identifier
    #[arg(long, value_name = "URI", default_value = "http://www.w3.org/2001/10/xml-exc-c14n#")]
    method: String,
    /// The ID of the element to take instead of all of the document
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

impl Canonicalize {
    /// Prints the canonical bytes.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let file = read(self.input.as_deref().unwrap_or("-".as_ref()))?;
        let bytes = canonical_bytes(&file.bytes, &self.method, self.id.as_deref());
        Ok(print_data(&bytes.map_err(|problem| format!("{}: {problem}", file.name))?, ExitCode::SUCCESS))
    }
}
