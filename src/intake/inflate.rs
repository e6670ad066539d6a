//! DEFLATE as the redirect binding uses it, and the two wrappings that it is often found in; bounded in size and ratio.

use flate2::{Decompress, FlushDecompress, Status};

use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use crate::limits;

/// The most that may come out, and its name.
type Most = (&'static str, usize);

const VALUE: Most = ("INFLATED_BYTES", limits::INFLATED_BYTES);
const FILE: Most = ("GZIP_FILE_BYTES", limits::GZIP_FILE_BYTES);

/// Inflates raw DEFLATE, or zlib or gzip where its header stands there. What came out before a failure is kept.
pub(super) fn inflate(bytes: &[u8]) -> (Vec<u8>, Step) {
    let mut step = Step::done(StepName::Inflate, bytes.len(), 0);
    let mut out = Vec::new();
    let mut input = bytes;
    let result = if is_gzip(bytes) {
        step.repairs.push(Repair { kind: RepairKind::GzipHeader, count: 10 });
        gzip(&mut input, VALUE, &mut out)
    } else if is_zlib(bytes) {
        step.repairs.push(Repair { kind: RepairKind::ZlibHeader, count: 2 });
        drain(&mut input, true, VALUE, &mut out)
    } else {
        drain(&mut input, false, VALUE, &mut out)
    };
    ended(&mut step, result, input.len(), &out);
    (out, step)
}

/// Unpacks a gzip file: its members one after another (RFC 1952 §2.2). What came out before a failure is kept.
pub(super) fn gunzip(bytes: &[u8]) -> (Vec<u8>, Step) {
    let mut step = Step::done(StepName::Gunzip, bytes.len(), 0);
    let mut out = Vec::new();
    let mut input = bytes;
    let result = loop {
        let mut member = Vec::new();
        let result = gzip(&mut input, (FILE.0, FILE.1 - out.len()), &mut member);
        if out.is_empty() {
            out = member
        } else {
            out.append(&mut member)
        }
        if result.is_err() || !is_gzip(input) {
            break result;
        }
    };
    ended(&mut step, result, input.len(), &out);
    (out, step)
}

fn ended(step: &mut Step, result: Result<(), StepErrorKind>, rest: usize, out: &[u8]) {
    step.bytes_out = out.len();
    match result {
        Ok(()) if rest > 0 => step.repairs.push(Repair { kind: RepairKind::TrailingBytes, count: rest }),
        Ok(()) => {}
        Err(kind) => step.error = Some(StepError { kind, at: step.bytes_in - rest }),
    }
}

/// Whether bytes begin as a gzip file does.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// Whether bytes begin as zlib does: CMF and FLG together are a multiple of 31 (RFC 1950 §2.2).
pub(super) fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [0x78, flg, ..] if (0x7800 + usize::from(*flg)) % 31 == 0)
}

/// Undoes the compression of an HTTP body, where a header stands as it should (RFC 9110 §8.4.1).
pub(super) fn content(bytes: &[u8]) -> (Vec<u8>, Step) {
    let (out, mut step) = inflate(bytes);
    step.repairs.retain(|repair| repair.kind == RepairKind::TrailingBytes);
    (out, step)
}

/// Inflates raw DEFLATE in an archive, which tells by itself what its bytes are, as long as the archive has this much room.
/// Of a broken one, what came before the fault: that was work as well.
pub(super) fn raw(mut bytes: &[u8], room: usize) -> (Vec<u8>, Option<StepErrorKind>) {
    let most = if room < FILE.1 { ("ARCHIVE_BYTES", room) } else { FILE };
    let mut out = Vec::new();
    let error = drain(&mut bytes, false, most, &mut out).err();
    (out, error)
}

/// Inflates raw DEFLATE that is the whole of a value.
pub(crate) fn inflated(mut bytes: &[u8]) -> Result<Vec<u8>, StepErrorKind> {
    let mut out = Vec::new();
    drain(&mut bytes, false, VALUE, &mut out)?;
    if bytes.is_empty() { Ok(out) } else { Err(StepErrorKind::InflateBroken) }
}

/// Takes from the input what belongs to the stream, and gives what that inflates to.
fn drain(input: &mut &[u8], zlib: bool, most: Most, out: &mut Vec<u8>) -> Result<(), StepErrorKind> {
    let by_ratio = (1 << 20) + input.len().saturating_mul(limits::INFLATE_RATIO);
    let (name, limit) = if by_ratio < most.1 { ("INFLATE_RATIO", by_ratio) } else { most };
    let mut state = Decompress::new(zlib);
    let mut filled = 0;
    let result = loop {
        // Twice as much room each time, and never more than one byte over the limit.
        out.resize((2 * out.len()).max(16 * 1024).min(limit + 1), 0);
        let (before, made) = (state.total_in(), state.total_out());
        let status = state.decompress(input, out.get_mut(filled..).unwrap_or_default(), FlushDecompress::None);
        let read = usize::try_from(state.total_in() - before).unwrap_or(input.len());
        let written = usize::try_from(state.total_out() - made).unwrap_or(0);
        *input = input.get(read..).unwrap_or_default();
        filled += written;
        match status {
            _ if filled > limit => break Err(StepErrorKind::Limit { name, limit }),
            Ok(Status::StreamEnd) => break Ok(()),
            Err(_) => break Err(StepErrorKind::InflateBroken),
            // There is room left, and nothing to fill it with.
            Ok(_) if filled < out.len() && input.is_empty() => break Err(StepErrorKind::InflateCut),
            Ok(_) if read == 0 && written == 0 && filled < out.len() => break Err(StepErrorKind::InflateBroken),
            Ok(_) => {}
        }
    };
    out.truncate(filled.min(limit));
    result
}

/// A member of a gzip file (RFC 1952 §2.3), its two check values included.
fn gzip(input: &mut &[u8], most: Most, out: &mut Vec<u8>) -> Result<(), StepErrorKind> {
    let whole = *input;
    let [_, _, method, flags, _, _, _, _, _, _] = take(input)?;
    // Bits that mean nothing yet must be zero (§2.3.1.2).
    if method != 8 || flags & 0xE0 != 0 {
        return Err(StepErrorKind::InflateBroken);
    }
    if flags & 4 != 0 {
        let extra = u16::from_le_bytes(take(input)?);
        *input = input.get(usize::from(extra)..).ok_or(StepErrorKind::InflateCut)?;
    }
    // The name of the file and a comment, each up to a zero.
    for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
        let end = input.iter().position(|byte| *byte == 0).ok_or(StepErrorKind::InflateCut)?;
        *input = input.get(end + 1..).unwrap_or_default();
    }
    if flags & 2 != 0 {
        let header = whole.get(..whole.len() - input.len()).unwrap_or_default();
        if u16::from_le_bytes(take(input)?) != crc32(header) as u16 {
            return Err(StepErrorKind::InflateBroken);
        }
    }
    drain(input, false, most, out)?;
    let (sum, size) = (u32::from_le_bytes(take(input)?), u32::from_le_bytes(take(input)?));
    if sum == crc32(out) && size == out.len() as u32 { Ok(()) } else { Err(StepErrorKind::InflateBroken) }
}

fn take<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], StepErrorKind> {
    let (taken, rest) = input.split_first_chunk().ok_or(StepErrorKind::InflateCut)?;
    *input = rest;
    Ok(*taken)
}

/// The check value of gzip (RFC 1952 §8), four bits at a time: the tables that make it quick are 16 kB of the page, and
/// what is gzip here is small.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (0..4).fold(crc, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 });
    let table: [u32; 16] = std::array::from_fn(|low| step(low as u32));
    let shift = |crc: u32| crc >> 4 ^ table.get(crc as usize & 15).copied().unwrap_or(0);
    !bytes.iter().fold(!0, |crc, byte| shift(shift(crc ^ u32::from(*byte))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::{DeflateDecoder, ZlibDecoder};
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    use std::io::{Read, Write};

    fn zlibbed(data: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn repairs(step: &Step) -> Vec<RepairKind> {
        step.repairs.iter().map(|repair| repair.kind).collect()
    }

    #[test]
    fn raw_deflate_needs_no_repair_and_its_wrappings_are_told() {
        let (out, step) = inflate(&deflated(b"<a/>"));
        assert_eq!((out.as_slice(), step.error.clone(), repairs(&step)), (b"<a/>".as_slice(), None, vec![]));

        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(b"<a/>").unwrap();
        let (out, step) = inflate(&zlib.finish().unwrap());
        assert_eq!((out.as_slice(), repairs(&step)), (b"<a/>".as_slice(), vec![RepairKind::ZlibHeader]));

        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(b"<a/>").unwrap();
        let (out, step) = inflate(&gzip.finish().unwrap());
        assert_eq!((out.as_slice(), repairs(&step)), (b"<a/>".as_slice(), vec![RepairKind::GzipHeader]));
    }

    #[test]
    fn gzip_is_read_with_every_field_and_held_against_its_check_values() {
        let plain = b"<Response/>".repeat(3000);
        let mut encoder = flate2::GzBuilder::new()
            .extra(*b"xy")
            .filename("a.xml")
            .comment("said")
            .write(Vec::new(), Compression::best());
        encoder.write_all(&plain).unwrap();
        let bytes = encoder.finish().unwrap();
        let (out, step) = inflate(&[&bytes[..], b"tail"].concat());
        assert_eq!((out == plain, step.error), (true, None));
        assert_eq!(step.repairs.last(), Some(&Repair { kind: RepairKind::TrailingBytes, count: 4 }));

        let fault = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut changed = bytes.clone();
            change(&mut changed);
            inflate(&changed).1.error.map(|error| error.kind)
        };
        let len = bytes.len();
        assert_eq!(fault(&|bytes| bytes[len - 5] ^= 1), Some(StepErrorKind::InflateBroken));
        assert_eq!(fault(&|bytes| bytes[len - 1] ^= 1), Some(StepErrorKind::InflateBroken));
        assert_eq!(fault(&|bytes| bytes[2] = 7), Some(StepErrorKind::InflateBroken));
        for cut in [9, 11, 16, 20, len - 5, len - 1] {
            assert_eq!(fault(&|bytes| bytes.truncate(cut)), Some(StepErrorKind::InflateCut), "{cut}");
        }
        // With a check value of the header, which only the first of these two has.
        let stored = |check: u16| {
            let header = [&[0x1F, 0x8B, 8, 2, 0, 0, 0, 0, 0, 255][..], &check.to_le_bytes()].concat();
            [&header[..], &[1, 1, 0, 254, 255, b'a'], &0xE8B7_BE43_u32.to_le_bytes(), &1_u32.to_le_bytes()].concat()
        };
        let right = crc32(&[0x1F, 0x8B, 8, 2, 0, 0, 0, 0, 0, 255]) as u16;
        assert_eq!(inflate(&stored(right)).0, b"a");
        assert_eq!(inflate(&stored(right)).1.error, None);
        assert_eq!(inflate(&stored(!right)).1.error.map(|error| error.kind), Some(StepErrorKind::InflateBroken));
    }

    #[test]
    fn a_gzip_file_gives_all_its_members() {
        let member = |text: &[u8]| {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(text).unwrap();
            gzip.finish().unwrap()
        };
        let both = [member(b"<a>"), member(b"</a>")].concat();
        let (out, step) = gunzip(&both);
        assert_eq!(
            (out.as_slice(), step.name, step.error, step.repairs),
            (&b"<a></a>"[..], StepName::Gunzip, None, vec![])
        );
        let (out, step) = gunzip(&both[..both.len() - 9]);
        assert_eq!(step.error.map(|error| error.kind), Some(StepErrorKind::InflateCut));
        assert!(out.starts_with(b"<a>"));
    }

    #[test]
    fn bytes_after_the_stream_are_told() {
        let mut bytes = deflated(b"<a/>");
        bytes.extend(b"tail");
        let (_, step) = inflate(&bytes);
        assert_eq!(step.repairs, [Repair { kind: RepairKind::TrailingBytes, count: 4 }]);
    }

    #[test]
    fn a_cut_stream_keeps_what_it_gave() {
        let text: String = (0..200).map(|n| format!("<e{n}/>")).collect();
        let bytes = deflated(text.as_bytes());
        let (out, step) = inflate(&bytes[..bytes.len() - 20]);
        assert_eq!(step.error.map(|e| e.kind), Some(StepErrorKind::InflateCut));
        assert!(!out.is_empty() && text.as_bytes().starts_with(&out));
    }

    #[test]
    fn a_bomb_is_stopped_by_name() {
        let (out, step) = inflate(&deflated(&vec![b' '; 8 << 20]));
        let error = step.error.unwrap().kind;
        assert!(matches!(error, StepErrorKind::Limit { name: "INFLATE_RATIO", .. }), "{error:?}");
        assert!(out.len() < 4 << 20);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

        /// A stream with bytes changed gives what the library's own reader gives: the same bytes, to the same end or fault.
        #[test]
        fn the_library_s_own_reader_agrees(
            data in prop::collection::vec(prop_oneof![3 => 0u8..4, 1 => any::<u8>()], 0..900),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
            cut in prop::option::of(any::<prop::sample::Index>()),
            zlib in any::<bool>(),
        ) {
            let mut bytes = if zlib { zlibbed(&data) } else { deflated(&data) };
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            // One that reads to the end, and one that gives up at the first fault: what came before it is the same.
            let mut theirs = Vec::new();
            let mut mine = Vec::new();
            let (whole, read) = if zlib {
                let mut reader = ZlibDecoder::new(&bytes[..]);
                (reader.read_to_end(&mut theirs).is_ok(), reader.total_in())
            } else {
                let mut reader = DeflateDecoder::new(&bytes[..]);
                (reader.read_to_end(&mut theirs).is_ok(), reader.total_in())
            };
            let mut rest = &bytes[..];
            let result = drain(&mut rest, zlib, VALUE, &mut mine);
            prop_assert_eq!(result.is_ok(), whole, "{:?}", result);
            prop_assert!(mine.starts_with(&theirs) || theirs.starts_with(&mine));
            if whole {
                prop_assert_eq!(mine, theirs);
                prop_assert_eq!(rest.len() as u64, bytes.len() as u64 - read);
            }
        }
    }
}
