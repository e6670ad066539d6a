//! What the command line reads and writes: files, standard streams, the clock; each failure one line.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::limits::{INPUT_BYTES, SIEVED_FROM_BYTES};
use crate::{Instant, Sieve, plain};

/// Bytes that are read at once of what is sieved.
const PIECE_BYTES: usize = 64 << 10;

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
        return match read_all(&mut std::io::stdin().lock(), 0) {
            Ok(bytes) => Ok(Named { name: "standard input".to_owned(), bytes }),
            Err(error) => Err(format!("standard input: cannot be read: {error}; give a file instead")),
        };
    }
    let shown = name.to_string_lossy().into_owned();
    let opened = File::open(name).and_then(|file| Ok((file.metadata()?.len(), file)));
    match opened.and_then(|(size, mut file)| read_all(&mut file, size)) {
        Ok(bytes) => Ok(Named { name: shown, bytes }),
        Err(error) => Err(format!("{shown}: cannot be read: {error}; check the name")),
    }
}

/// Reads to the end. Of a large trace only what is needed is ever in memory, and of nothing more than can be read.
fn read_all(from: &mut dyn Read, size: u64) -> std::io::Result<Vec<u8>> {
    // A file may grow, and some have no size: it is what room is made for, and no more.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).min(SIEVED_FROM_BYTES) + 1);
    from.take(SIEVED_FROM_BYTES as u64).read_to_end(&mut bytes)?;
    if bytes.len() < SIEVED_FROM_BYTES {
        return Ok(bytes);
    }
    if !Sieve::is_for(&bytes) {
        let more = usize::try_from(size).unwrap_or(0).min(INPUT_BYTES).saturating_sub(bytes.len());
        bytes.reserve_exact(more + 1);
        // One byte more than is read here, so that it is known to be too large.
        from.take((INPUT_BYTES - SIEVED_FROM_BYTES + 1) as u64).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let mut sieve = Sieve::new();
    sieve.push(&bytes);
    drop(bytes);
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(sieve.finish().bytes),
            Ok(count) => sieve.push(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
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

/// As [`print`], of what is to the byte what was sent: a file and a pipe get it so, a terminal is shown it and does not obey it.
pub(super) fn print_data(bytes: &[u8], status: ExitCode) -> ExitCode {
    if std::io::stdout().is_terminal() { print(visible(bytes).as_bytes(), status) } else { print(bytes, status) }
}

fn visible(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if matches!(c, '\n' | '\t') { c } else { plain::shown(c) }).collect()
}

/// Says on one line of standard error what could not be used.
pub(super) fn complain(problem: &str) -> ExitCode {
    // It may quote a file's name or what a message says.
    eprintln!("samlens: {}", plain::line(&problem.replace(['\n', '\r'], " ")));
    ExitCode::from(UNUSABLE)
}

/// The wall clock.
pub(super) fn clock() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_shown_what_it_would_obey() {
        let xml = "<a b='\u{9b}2J'>\r\n\tx\u{202e}y</a>\n";
        assert_eq!(visible(xml.as_bytes()), "<a b='\u{fffd}2J'>\u{fffd}\n\tx\u{fffd}y</a>\n");
    }

    #[test]
    fn a_large_trace_is_sieved_and_a_small_one_is_kept_as_it_is() {
        let trace = |bytes: usize| {
            let (head, tail) = (r#"{"log":{"entries":[{"other":1},{"SAML":2}"#, "]}}");
            [head, &" ".repeat(bytes - head.len() - tail.len()), tail].concat()
        };
        let has_all = |bytes: usize| {
            let text = trace(bytes);
            let read = read_all(&mut text.as_bytes(), text.len() as u64).unwrap();
            assert!(read.windows(4).any(|four| four == b"SAML"));
            read == text.as_bytes()
        };
        assert_eq!([has_all(SIEVED_FROM_BYTES - 1), has_all(SIEVED_FROM_BYTES)], [true, false]);
    }
}
