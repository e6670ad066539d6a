//! The arguments that say what is known beside the captures.

use std::ffi::OsString;

use clap::Args;

use super::io::{clock, read};
use crate::{Context, Instant, Now, context_error};

/// What is known beside the captures.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// Metadata of the parties; its signing keys count as trusted for the entities that it describes
    #[arg(long, value_name = "FILE")]
    metadata: Vec<OsString>,
    /// A trusted certificate or public key: PEM, DER, bare base64, PKCS#7
    #[arg(long, value_name = "FILE")]
    certificate: Vec<OsString>,
    /// The time to judge at: RFC 3339, or clock, capture, auto
    #[arg(long, value_name = "TIME", default_value = "auto", value_parser = parse_now)]
    now: Now,
}

impl Given {
    /// Reads the files and makes a context of them.
    pub(super) fn context(&self) -> Result<Context, String> {
        let mut context = Context::at(clock());
        context.now = self.now;
        for name in &self.metadata {
            let file = read(name)?;
            let name = base_name(&file.name);
            context.add_metadata(name, &file.bytes).map_err(|error| complaint(&file.name, "metadata", &error))?;
        }
        for name in &self.certificate {
            let file = read(name)?;
            let name = base_name(&file.name);
            context
                .add_certificates(name, &file.bytes)
                .map_err(|error| complaint(&file.name, "certificate", &error))?;
        }
        Ok(context)
    }
}

fn complaint(file: &str, what: &str, error: &crate::ContextError) -> String {
    format!("{file}: step {what}: {}", context_error(error))
}

/// Keys are named by their file, not by the way to it.
fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
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
