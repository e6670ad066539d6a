//! What the command line reads and writes: files, standard streams, the clock; each failure one line.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Instant;

/// Exit status: the input or the arguments could not be used.
pub(super) const UNUSABLE: u8 = 2;

/// A named piece of input.
pub(super) struct Named {
    /// How to name it in a report or an error.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// Reads a file, or for `-` standard input.
pub(super) fn read(name: &OsStr) -> Result<Named, String> {
    if name == "-" {
        let mut bytes = Vec::new();
        return match std::io::stdin().lock().read_to_end(&mut bytes) {
            Ok(_) => Ok(Named { name: "standard input".to_owned(), bytes }),
            Err(error) => Err(format!("standard input: cannot be read: {error}; give a file instead")),
        };
    }
    let shown = name.to_string_lossy().into_owned();
    match std::fs::read(name) {
        Ok(bytes) => Ok(Named { name: shown, bytes }),
        Err(error) => Err(format!("{shown}: cannot be read: {error}; check the name")),
    }
}

/// Writes to standard output. A reader that stops early (`| head`) is no failure of ours.
pub(super) fn print(bytes: &[u8], status: ExitCode) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("standard output: cannot be written: {error}"))
        }
        _ => status,
    }
}

/// Says on one line of standard error what could not be used.
pub(super) fn complain(problem: &str) -> ExitCode {
    eprintln!("samlens: {}", problem.replace(['\n', '\r'], " "));
    ExitCode::from(UNUSABLE)
}

/// The wall clock.
pub(super) fn clock() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
