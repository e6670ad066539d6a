//! Traces that come in pieces, and archives.

use samlens::Sieve;
use samlens::intake::take;
use samlens::limits::*;

use super::Proof::{At, Everywhere, Natively};
use super::made::{limits_of, many, response};
use super::{LARGE, SLOW};

pub const ROWS: super::Rows = &[
    ("SIEVED_FROM_BYTES", At("src/cli/io.rs", "SIEVED_FROM_BYTES - 1")),
    ("SIEVED_ENTRY_BYTES", Natively(sieved_entry_bytes, SLOW)),
    ("SIEVE_BUFFER_BYTES", Everywhere(sieve_buffer_bytes)),
    ("SIEVE_SOURCES", Natively(sieve_sources, SLOW)),
    ("ARCHIVE_FILES", Natively(archive_files, SLOW)),
    ("ARCHIVE_BYTES", Natively(archive_bytes, LARGE)),
];

fn sieved(text: &[u8]) -> samlens::Sieved {
    let mut sieve = Sieve::new();
    text.chunks(1 << 20).for_each(|piece| sieve.push(piece));
    sieve.finish()
}

/// A trace with an entry of this many bytes, and one behind it.
fn trace(bytes: usize) -> String {
    format!(r#"{{"log":{{"entries":[{{"SAML":"{}"}},{{"saml":1}}]}}}}"#, "x".repeat(bytes - 11))
}

fn sieved_entry_bytes() {
    let found = sieved(trace(SIEVED_ENTRY_BYTES).as_bytes());
    assert_eq!((found.left_out, found.too_large, found.bytes.len()), (0, 0, trace(SIEVED_ENTRY_BYTES).len()));
    let found = sieved(trace(SIEVED_ENTRY_BYTES + 1).as_bytes());
    assert_eq!((found.left_out, found.too_large), (0, 1));
    assert!(String::from_utf8(found.bytes).unwrap().contains(r#"{"saml":1}"#));
}

fn sieve_buffer_bytes() {
    for bytes in [SIEVE_BUFFER_BYTES, SIEVE_BUFFER_BYTES + 1] {
        let text = trace(bytes);
        assert!(sieved(text.as_bytes()).bytes == text.as_bytes());
    }
}

fn sieve_sources() {
    let of = |sources: usize| {
        let one = |id: usize| format!(r#"{{"params":{{"url":"?SAMLRequest="}},"source":{{"id":{id}}}}},"#);
        let last = format!(r#"{{"params":{{}},"source":{{"id":{}}}}}"#, sources - 1);
        sieved(format!(r#"{{"events":[{}{last}]}}"#, many(sources, one)).as_bytes()).left_out
    };
    // Of those up to the limit all is kept, of the one over it its first event.
    assert_eq!([of(SIEVE_SOURCES), of(SIEVE_SOURCES + 1)], [0, 1]);
}

/// An archive: its files as they are stored, and how often the directory names the last of them.
pub fn archive(files: &[&[u8]], again: usize, is_cut: bool) -> Vec<u8> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (number, body) in files.iter().enumerate() {
        let at = u32::try_from(out.len()).unwrap().to_le_bytes();
        let size = u32::try_from(body.len()).unwrap().to_le_bytes();
        let fields = [&[20, 0][..], &[0; 12], &size, &size, &[1, 0, 0, 0]].concat();
        out.extend_from_slice(&[b"PK\x03\x04", &fields[..], b"a", body].concat());
        let times = if number + 1 == files.len() { again } else { 1 };
        let entry = [b"PK\x01\x02\x14\x00", &fields[..], &[0; 10], &at, b"a"].concat();
        directory.extend(entry.repeat(times));
        count = count.wrapping_add(u16::try_from(times).unwrap());
    }
    if !is_cut {
        let end = [u32::try_from(directory.len()).unwrap(), u32::try_from(out.len()).unwrap()].map(u32::to_le_bytes);
        let count = count.to_le_bytes();
        out.extend_from_slice(&directory);
        out.extend_from_slice(&[b"PK\x05\x06\0\0\0\0", &count[..], &count, &end[0], &end[1], &[0, 0]].concat());
    }
    out
}

fn archive_files() {
    // A directory has room for no more; without one, files are counted as they come.
    let found = |files: usize| {
        let message = response("");
        let mut all: Vec<&[u8]> = vec![b"x"; files - 1];
        all.push(message.as_bytes());
        let bytes = archive(&all, 1, true);
        take(&bytes).iter().any(|capture| capture.xml.is_some())
    };
    assert_eq!([found(ARCHIVE_FILES), found(ARCHIVE_FILES + 1)], [true, false]);
}

fn archive_bytes() {
    let message = response("");
    let body = vec![b' '; 32 << 20];
    // The directory may name the same bytes as often as it likes: each time they are work.
    let of = |times: usize| archive(&[message.as_bytes(), &body], times, false);
    let fit = (ARCHIVE_BYTES - message.len()) / body.len();
    // As many as fit do, and the one over them does not.
    assert_eq!(limits_of(&of(fit)), [""; 0]);
    let over = of(fit + 1);
    assert_eq!(limits_of(&over), ["ARCHIVE_BYTES"]);
    assert!(take(&over).iter().any(|capture| capture.xml.is_some()), "what was found before is kept");
    // However many follow, none is read.
    assert_eq!(limits_of(&of(60_000)).len(), CAPTURES);
}
