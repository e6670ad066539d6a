//! The arguments that say what is known beside the captures.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;

use clap::Args;
use zeroize::Zeroizing;

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
    /// A private key of the service, to decrypt with: PKCS#8, PKCS#1 or SEC1, PEM or DER
    #[arg(long, value_name = "FILE")]
    private_key: Vec<OsString>,
    /// A file whose first line is the passphrase of encrypted private keys; else a terminal is asked
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<OsString>,
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
        let passphrase = self.passphrase_file.as_deref().map(first_line).transpose()?;
        for name in &self.private_key {
            let file = read(name)?;
            let (bytes, base) = (Zeroizing::new(file.bytes), base_name(&file.name));
            let given = passphrase.as_ref().map(|passphrase| passphrase.as_bytes());
            let mut result = context.add_private_key(base, &bytes, given);
            if given.is_none()
                && result.as_ref().is_err_and(Context::needs_passphrase)
                && std::io::stdin().is_terminal()
            {
                let asked = rpassword::prompt_password(format!("Passphrase of {}: ", file.name));
                let asked = asked.map_err(|error| format!("the passphrase could not be read: {error}"))?;
                result = context.add_private_key(base, &bytes, Some(Zeroizing::new(asked).as_bytes()));
            }
            result.map_err(|error| complaint(&file.name, "private-key", &error))?;
        }
        Ok(context)
    }
}

fn first_line(name: &OsStr) -> Result<Zeroizing<String>, String> {
    let file = read(name)?;
    let text = Zeroizing::new(String::from_utf8_lossy(&Zeroizing::new(file.bytes)).into_owned());
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
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
