//! The files of a ZIP archive, stored or deflated (PKWARE APPNOTE 6.3.10). Of an archive that was cut, those before the
//! cut.

use memchr::memmem::{find_iter, rfind};

use super::inflate;
use super::step::{StepError, StepErrorKind};
use crate::limits;

/// Whether bytes begin as an archive does.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL) || bytes.starts_with(END)
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// The most bytes from the record at the end to the end: its own, and a comment (§4.3.16).
const END_BYTES: usize = 22 + 65_535;

/// A file of an archive.
#[derive(Debug, Clone)]
pub(super) struct File<'a> {
    /// Its name, with its folder.
    pub(super) name: String,
    /// Where its header stands in the archive.
    pub(super) at: usize,
    flags: u16,
    method: u16,
    /// What it is stored as, and perhaps more.
    stored: &'a [u8],
}

/// The files of an archive, in its order, and why these are not all.
pub(super) fn files(bytes: &[u8]) -> (Vec<File<'_>>, Option<StepError>) {
    let tail = bytes.len().saturating_sub(END_BYTES);
    let end = bytes.get(tail..).and_then(|tail_bytes| Some(tail + rfind(tail_bytes, END)?));
    let Some(end) = end else {
        return (local(bytes), Some(StepError { kind: StepErrorKind::ArchiveCut, at: bytes.len() }));
    };
    match central(bytes, end) {
        Ok(files) => (files, None),
        Err(error) => (local(bytes), Some(error)),
    }
}

fn central(bytes: &[u8], end: usize) -> Result<Vec<File<'_>>, StepError> {
    let broken = |at: usize| StepError { kind: StepErrorKind::ArchiveBroken, at };
    let count = usize::from(u16_at(bytes, end + 10).ok_or(broken(end))?);
    let mut at = u32_at(bytes, end + 16).ok_or(broken(end))?;
    if count > limits::ARCHIVE_FILES {
        let kind = StepErrorKind::Limit { name: "ARCHIVE_FILES", limit: limits::ARCHIVE_FILES };
        return Err(StepError { kind, at: end });
    }
    let mut files = Vec::new();
    for _ in 0..count {
        let (file, next) = central_file(bytes, at).ok_or(broken(at))?;
        files.push(file);
        at = next;
    }
    Ok(files)
}

/// A file as the directory has it, and where its next entry stands (§4.3.12).
fn central_file(bytes: &[u8], at: usize) -> Option<(File<'_>, usize)> {
    bytes.get(at..)?.strip_prefix(CENTRAL)?;
    let [name, extra, comment] = [28, 30, 32].map(|field| u16_at(bytes, at + field).map(usize::from));
    let (size, header) = (u32_at(bytes, at + 20)?, u32_at(bytes, at + 42)?);
    let name_at = at + 46;
    let next = name_at + name? + extra? + comment?;
    let own_name = bytes.get(name_at..name_at + name?)?;
    bytes.get(header..)?.strip_prefix(LOCAL)?;
    let start = data(bytes, header)?;
    let file = File {
        name: String::from_utf8_lossy(own_name).into_owned(),
        at: header,
        flags: u16_at(bytes, at + 8)?,
        method: u16_at(bytes, at + 10)?,
        stored: bytes.get(start..start.checked_add(size)?)?,
    };
    Some((file, next))
}

/// Where a file's bytes begin behind its own header (§4.3.7).
fn data(bytes: &[u8], header: usize) -> Option<usize> {
    Some(header + 30 + usize::from(u16_at(bytes, header + 26)?) + usize::from(u16_at(bytes, header + 28)?))
}

/// The files as their own headers tell them. Where such a header does not know the size, the file goes on to the next one.
fn local(bytes: &[u8]) -> Vec<File<'_>> {
    let starts: Vec<usize> = find_iter(bytes, LOCAL).take(limits::ARCHIVE_FILES).collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let file = |(at, end): (usize, usize)| {
        let (start, size) = (data(bytes, at)?, u32_at(bytes, at + 18)?);
        let rest = bytes.get(start..end)?;
        let name = bytes.get(at + 30..at + 30 + usize::from(u16_at(bytes, at + 26)?))?;
        Some(File {
            name: String::from_utf8_lossy(name).into_owned(),
            at,
            flags: u16_at(bytes, at + 6)?,
            method: u16_at(bytes, at + 8)?,
            stored: if size > 0 { rest.get(..size).unwrap_or(rest) } else { rest },
        })
    };
    starts.iter().copied().zip(ends).filter_map(file).collect()
}

impl File<'_> {
    /// What is in it, and takes from the room of the archive what was read or made for that: entries may all name the same
    /// bytes, so that their number alone bounds nothing, and a broken one costs as much as a whole one.
    pub(super) fn contents(&self, room: &mut usize) -> Result<Vec<u8>, StepError> {
        let no_room = StepErrorKind::Limit { name: "ARCHIVE_BYTES", limit: limits::ARCHIVE_BYTES };
        let kind = match self.method {
            // A password, or the whole directory hidden (§4.4.4).
            _ if self.flags & 1 != 0 => StepErrorKind::ArchiveEncrypted,
            0 | 8 if self.stored.len() > *room => {
                *room = 0;
                no_room
            }
            0 => {
                *room -= self.stored.len();
                return Ok(self.stored.to_vec());
            }
            8 => {
                let (bytes, error) = inflate::raw(self.stored, *room);
                *room -= bytes.len().max(self.stored.len()).min(*room);
                match error {
                    None => return Ok(bytes),
                    Some(StepErrorKind::Limit { name: "ARCHIVE_BYTES", .. }) => no_room,
                    Some(kind @ StepErrorKind::Limit { .. }) => kind,
                    Some(_) => StepErrorKind::ArchiveFile,
                }
            }
            method => StepErrorKind::ArchiveMethod(method),
        };
        Err(StepError { kind, at: self.at })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().and_then(|four| usize::try_from(u32::from_le_bytes(*four)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of one stored file, as the format asks for at the least.
    fn archive(method: u8, flags: u8) -> Vec<u8> {
        let fields = [&[20, 0, flags, 0, method, 0][..], &[0; 8], &[2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]].concat();
        let local = [LOCAL, &fields, b"ahi"].concat();
        let central = [CENTRAL, &[20, 0], &fields, &[0; 14], b"a"].concat();
        let end =
            [END, &[0; 4], &[1, 0, 1, 0, central.len() as u8, 0, 0, 0, local.len() as u8, 0, 0, 0, 0, 0]].concat();
        [local, central, end].concat()
    }

    fn read(bytes: &[u8]) -> (Vec<Result<Vec<u8>, StepErrorKind>>, Option<StepErrorKind>) {
        let (files, error) = files(bytes);
        let contents = files.iter().map(|file| file.contents(&mut usize::MAX.clone()).map_err(|error| error.kind));
        (contents.collect(), error.map(|error| error.kind))
    }

    #[test]
    fn a_stored_file_is_read_and_what_cannot_be_is_named() {
        assert_eq!(read(&archive(0, 0)), (vec![Ok(b"hi".to_vec())], None));
        assert_eq!(read(&archive(0, 1)).0, [Err(StepErrorKind::ArchiveEncrypted)]);
        assert_eq!(read(&archive(12, 0)).0, [Err(StepErrorKind::ArchiveMethod(12))]);
        assert_eq!(read(&archive(8, 0)).0, [Err(StepErrorKind::ArchiveFile)]);
    }

    #[test]
    fn without_its_directory_the_files_are_found_by_their_own_headers() {
        let mut bytes = archive(0, 0);
        let directory = rfind(&bytes, CENTRAL).unwrap();
        bytes[directory] = b'X';
        assert_eq!(read(&bytes), (vec![Ok(b"hi".to_vec())], Some(StepErrorKind::ArchiveBroken)));
        assert_eq!(read(&bytes[..directory]), (vec![Ok(b"hi".to_vec())], Some(StepErrorKind::ArchiveCut)));
        assert_eq!(read(LOCAL).1, Some(StepErrorKind::ArchiveCut));
        // A directory that leads anywhere.
        for at in directory..bytes.len() {
            let mut changed = archive(0, 0);
            changed[at] = 0xFF;
            read(&changed);
        }
    }

    #[test]
    fn a_bomb_is_refused_by_its_ratio() {
        use std::io::Write;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 20 << 20]).unwrap();
        let stored = encoder.finish().unwrap();
        let file = File { name: String::new(), at: 7, flags: 0, method: 8, stored: &stored };
        let mut room = limits::ARCHIVE_BYTES;
        let error = file.contents(&mut room).unwrap_err();
        assert!(matches!(error.kind, StepErrorKind::Limit { name: "INFLATE_RATIO", .. }), "{error:?}");
        assert!(room < limits::ARCHIVE_BYTES - (1 << 20), "what was made of it was work as well");
        room = 1 << 20;
        let error = file.contents(&mut room).unwrap_err();
        let limit = StepErrorKind::Limit { name: "ARCHIVE_BYTES", limit: limits::ARCHIVE_BYTES };
        assert_eq!((error.kind, room), (limit, 0));
    }
}
