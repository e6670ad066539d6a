//! DEFLATE as the redirect binding uses it, and the two wrappings that it is often found in; bounded in size and ratio.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use crate::limits;

/// Inflates raw DEFLATE, or zlib or gzip where its header stands there. What came out before a failure is kept.
pub(super) fn inflate(bytes: &[u8]) -> (Vec<u8>, Step) {
    let mut step = Step::done(StepName::Inflate, bytes.len(), 0);
    let mut out = Vec::new();
    let (result, rest) = match bytes {
        [0x1F, 0x8B, ..] => {
            step.repairs.push(Repair { kind: RepairKind::GzipHeader, count: 10 });
            let mut rest = bytes;
            (drain(GzDecoder::new(&mut rest), bytes.len(), &mut out), rest.len())
        }
        // CMF and FLG together are a multiple of 31 (RFC 1950 §2.2).
        [cmf @ 0x78, flg, ..] if (usize::from(*cmf) << 8 | usize::from(*flg)) % 31 == 0 => {
            step.repairs.push(Repair { kind: RepairKind::ZlibHeader, count: 2 });
            let mut rest = bytes;
            (drain(ZlibDecoder::new(&mut rest), bytes.len(), &mut out), rest.len())
        }
        _ => {
            let mut rest = bytes;
            (drain(DeflateDecoder::new(&mut rest), bytes.len(), &mut out), rest.len())
        }
    };
    step.bytes_out = out.len();
    match result {
        Ok(()) if rest > 0 => step.repairs.push(Repair { kind: RepairKind::TrailingBytes, count: rest }),
        Ok(()) => {}
        Err(kind) => step.error = Some(StepError { kind, at: bytes.len() - rest }),
    }
    (out, step)
}

fn drain(mut decoder: impl Read, bytes_in: usize, out: &mut Vec<u8>) -> Result<(), StepErrorKind> {
    let by_ratio = (1 << 20) + bytes_in.saturating_mul(limits::INFLATE_RATIO);
    let (name, limit) = if by_ratio < limits::INFLATED_BYTES {
        ("INFLATE_RATIO", by_ratio)
    } else {
        ("INFLATED_BYTES", limits::INFLATED_BYTES)
    };
    let mut buffer = [0; 16 * 1024];
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => out.extend_from_slice(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Err(StepErrorKind::InflateCut),
            Err(_) => return Err(StepErrorKind::InflateBroken),
        }
        if out.len() > limit {
            out.truncate(limit);
            return Err(StepErrorKind::Limit { name, limit });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

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
}
