//! Bytes to text: UTF-8 and UTF-16, told apart by byte order mark or by where the zero bytes stand (XML 1.0 appendix F).

use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};

/// Decodes bytes to text. The step is `None` where they were plain UTF-8 and there is nothing to tell.
pub(super) fn decode(bytes: &[u8]) -> (Option<String>, Option<Step>) {
    let mut step = Step::done(StepName::Text, bytes.len(), 0);
    let result = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            step.repairs.push(Repair { kind: RepairKind::ByteOrderMark, count: 3 });
            utf8(rest, 3)
        }
        [0xFF, 0xFE, rest @ ..] => utf16(rest, 2, u16::from_le_bytes, &mut step),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, 2, u16::from_be_bytes, &mut step),
        [b'<', 0, ..] => utf16(bytes, 0, u16::from_le_bytes, &mut step),
        [0, b'<', ..] => utf16(bytes, 0, u16::from_be_bytes, &mut step),
        // Not XML, and its first two characters are of ASCII.
        [1..=127, 0, 1..=127, 0, ..] => utf16(bytes, 0, u16::from_le_bytes, &mut step),
        [0, 1..=127, 0, 1..=127, ..] => utf16(bytes, 0, u16::from_be_bytes, &mut step),
        _ => utf8(bytes, 0),
    };
    match result {
        Ok(text) => {
            step.bytes_out = text.len();
            let told = !step.repairs.is_empty();
            let step = told.then(|| step.making(text.as_bytes()));
            (Some(text), step)
        }
        Err(at) => {
            step.error = Some(StepError { kind: StepErrorKind::NotText, at });
            (None, Some(step))
        }
    }
}

fn utf8(bytes: &[u8], offset: usize) -> Result<String, usize> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| offset + error.valid_up_to())
}

fn utf16(bytes: &[u8], mark: usize, unit: fn([u8; 2]) -> u16, step: &mut Step) -> Result<String, usize> {
    if mark > 0 {
        step.repairs.push(Repair { kind: RepairKind::ByteOrderMark, count: mark });
    }
    step.repairs.push(Repair { kind: RepairKind::FromUtf16, count: bytes.len() });
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text = String::with_capacity(bytes.len());
    let mut at = mark;
    for c in char::decode_utf16(units) {
        let c = c.map_err(|_| at)?;
        at += 2 * c.len_utf16();
        text.push(c);
    }
    if odd.is_empty() { Ok(text) } else { Err(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<(String, Vec<RepairKind>), usize> {
        match decode(bytes) {
            (Some(text), step) => {
                Ok((text, step.map_or(Vec::new(), |step| step.repairs.iter().map(|repair| repair.kind).collect())))
            }
            (None, step) => Err(step.unwrap().error.unwrap().at),
        }
    }

    #[test]
    fn plain_utf8_needs_no_step() {
        assert_eq!(text("<é/>".as_bytes()), Ok(("<é/>".into(), vec![])));
    }

    #[test]
    fn marks_and_utf16_are_told() {
        assert_eq!(text(b"\xEF\xBB\xBF<a/>"), Ok(("<a/>".into(), vec![RepairKind::ByteOrderMark])));
        let wide = |unit: fn(u16) -> [u8; 2]| "<é𝄞/>".encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let (le, be) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
        assert_eq!(text(&le), Ok(("<é𝄞/>".into(), vec![RepairKind::FromUtf16])));
        let base64: Vec<u8> = "PGEvPg==".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&base64), Ok(("PGEvPg==".into(), vec![RepairKind::FromUtf16])));
        let marked = [b"\xFE\xFF".as_slice(), &be].concat();
        assert_eq!(text(&marked), Ok(("<é𝄞/>".into(), vec![RepairKind::ByteOrderMark, RepairKind::FromUtf16])));
    }

    #[test]
    fn what_is_no_text_fails_at_its_byte() {
        assert_eq!(text(b"ab\xFFcd"), Err(2));
        assert_eq!(text(b"<\0a\0\0"), Err(4));
        assert_eq!(text(b"<\0\x00\xD8a\0"), Err(2));
    }
}
