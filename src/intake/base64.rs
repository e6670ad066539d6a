//! Base64 as people paste it: wrapped, unpadded, URL-safe, quoted; each liberty reported.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, alphabet};

use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes base64 text. On failure the step says at which byte of `text`, and the bytes are those before it.
pub(super) fn decode(text: &str) -> (Vec<u8>, Step) {
    let mut clean = Vec::with_capacity(text.len());
    let mut places = Vec::new();
    let mut counts = [0usize; 4];
    let [white, plus, url_safe, quotes] = &mut counts;
    // A form decoder turns `+` into a space, a wrapped paste has line ends and the spaces that indent them.
    let wrapped = text.contains(['\n', '\r', '\t']) || text.contains("  ");
    for (at, byte) in text.bytes().enumerate() {
        let byte = match byte {
            b'\n' | b'\r' | b'\t' => {
                *white += 1;
                continue;
            }
            b' ' if wrapped => {
                *white += 1;
                continue;
            }
            b' ' => {
                *plus += 1;
                b'+'
            }
            b'"' | b'\'' | b'`' if at == 0 || at + 1 == text.len() => {
                *quotes += 1;
                continue;
            }
            b'-' => {
                *url_safe += 1;
                b'+'
            }
            b'_' => {
                *url_safe += 1;
                b'/'
            }
            other => other,
        };
        // Where nothing was left out, every place is its own.
        if places.is_empty() && clean.len() != at {
            places.extend(0..clean.len());
        }
        if clean.len() != at {
            places.push(at);
        }
        clean.push(byte);
    }
    let place = |clean_at: usize| {
        if places.is_empty() { clean_at } else { places.get(clean_at).copied().unwrap_or(text.len()) }
    };

    let mut step = Step::done(StepName::Base64, text.len(), 0);
    for (count, kind) in counts.into_iter().zip([
        RepairKind::WhitespaceRemoved,
        RepairKind::SpaceToPlus,
        RepairKind::UrlSafeAlphabet,
        RepairKind::QuotesRemoved,
    ]) {
        if count > 0 {
            step.repairs.push(Repair { kind, count });
        }
    }
    let missing = clean.len().wrapping_neg() % 4;
    match ENGINE.decode(&clean) {
        Ok(bytes) => {
            if missing > 0 {
                step.repairs.push(Repair { kind: RepairKind::PaddingAdded, count: missing });
            }
            step.bytes_out = bytes.len();
            (bytes, step)
        }
        Err(error) => {
            let (kind, at) = match error {
                DecodeError::InvalidByte(at, _) => {
                    let at = place(at);
                    let found = text.get(at..).and_then(|rest| rest.chars().next());
                    (found.map_or(StepErrorKind::Base64Length(clean.len()), StepErrorKind::NotBase64), at)
                }
                DecodeError::InvalidLastSymbol { offset, .. } => (StepErrorKind::Base64TrailingBits, place(offset)),
                _ => (StepErrorKind::Base64Length(clean.len()), text.len()),
            };
            let whole = match error {
                DecodeError::InvalidByte(at, _) => at,
                _ => clean.len().saturating_sub(4),
            } / 4
                * 4;
            let before = clean.get(..whole).and_then(|clean| ENGINE.decode(clean).ok()).unwrap_or_default();
            step.bytes_out = before.len();
            step.error = Some(StepError { kind, at });
            (before, step)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = Vec<(RepairKind, usize)>;

    fn read(text: &str) -> Result<(Vec<u8>, Told), (StepErrorKind, usize)> {
        let (bytes, step) = decode(text);
        match step.error {
            None => Ok((bytes, step.repairs.iter().map(|r| (r.kind, r.count)).collect())),
            Some(error) => Err((error.kind, error.at)),
        }
    }

    #[test]
    fn standard_base64_needs_no_repair() {
        assert_eq!(read("PGEvPg=="), Ok((b"<a/>".to_vec(), vec![])));
    }

    #[test]
    fn every_liberty_is_reported() {
        use RepairKind::*;
        assert_eq!(read("PGEvPg"), Ok((b"<a/>".to_vec(), vec![(PaddingAdded, 2)])));
        assert_eq!(read("PGEv\r\n  Pg==\n"), Ok((b"<a/>".to_vec(), vec![(WhitespaceRemoved, 5)])));
        assert_eq!(read("\"PGEvPg==\""), Ok((b"<a/>".to_vec(), vec![(QuotesRemoved, 2)])));
        assert_eq!(read("-_-_"), Ok((vec![0xFB, 0xFF, 0xBF], vec![(UrlSafeAlphabet, 4)])));
        assert_eq!(read(" / /"), Ok((vec![0xFB, 0xFF, 0xBF], vec![(SpaceToPlus, 2)])));
    }

    #[test]
    fn what_comes_before_a_fault_is_kept() {
        assert_eq!(decode("PGEv\nPGEv!Pg==").0, b"<a/<a/");
        assert_eq!(decode("PGEvPGEvP").0, b"<a/");
        assert_eq!(decode("!").0, b"");
    }

    #[test]
    fn what_is_no_base64_fails_at_its_byte_of_the_text_as_pasted() {
        use StepErrorKind::*;
        assert_eq!(read("PGE!Pg=="), Err((NotBase64('!'), 3)));
        assert_eq!(read("PG\nEv\néPg"), Err((NotBase64('é'), 6)));
        assert_eq!(read("PGEvP"), Err((Base64Length(5), 5)));
        assert_eq!(read("PGEvPh=="), Err((Base64TrailingBits, 5)));
        assert_eq!(read("PG=v"), Err((NotBase64('='), 2)));
    }
}
