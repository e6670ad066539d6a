//! Base64 as people paste it: wrapped, unpadded, URL-safe; each liberty reported.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, alphabet};

use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a character of base64 text is read as.
enum Read {
    /// Itself, whether or not it is of the alphabet.
    Kept(u8),
    /// `+` or `/`, of the URL-safe alphabet.
    UrlSafe(u8),
    /// A line end, or a space that wraps or indents.
    White,
    /// A space that a form decoder made from a `+`.
    Plus,
    /// What a copy out of a chat or a document brings along.
    Invisible,
}

/// Lines that are no wider are no lines.
const LEAST_WIDTH: usize = 8;

/// What the spaces of a text are.
#[derive(Clone, Copy, Default)]
struct Spaces {
    /// Those within a line: `+`, and not where the text is wrapped.
    are_plus: bool,
    /// Those at the very beginning and end.
    edges_are_plus: bool,
}

impl Spaces {
    /// Spaces in equal distances wrap the text; others stand for `+`. Base64 has a multiple of four characters, and that
    /// decides where one space or those at an end leave it open.
    fn of(text: &str) -> Self {
        let (mut width, mut last, mut tokens, mut total, mut is_regular) = (0, 0, 0, 0, true);
        for token in text.split_ascii_whitespace() {
            is_regular &= tokens < 1 || last == width;
            width = if tokens == 0 { token.len() } else { width };
            last = token.len();
            tokens += 1;
            total += last;
        }
        is_regular &= last <= width;
        let are_plus = !(is_regular && ((tokens > 2 && width >= LEAST_WIDTH) || (width % 4 == 0 && total % 4 == 0)));
        Self { are_plus, edges_are_plus: Self::edges_are_plus(text, are_plus) }
    }

    /// Whether spaces at the ends of lines belong to them: the lines are as wide with them, and all are four times
    /// something.
    fn edges_are_plus(text: &str, are_plus: bool) -> bool {
        let lines = || text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let (mut count, mut width, mut last, mut total, mut is_regular, mut indent) = (0, 0, 0, 0, true, usize::MAX);
        for line in lines().filter(|line| !line.is_empty()) {
            is_regular &= count < 1 || last == width;
            width = if count == 0 { line.len() } else { width };
            last = line.len();
            indent = indent.min(last - line.trim_start_matches(' ').len());
            count += 1;
            total += if are_plus { last } else { line.len() - line.trim_matches(' ').matches(' ').count() };
        }
        let edges: usize = lines().map(|line| line.len() - line.trim_matches(' ').len()).sum();
        let is_one = count == 1 && !(total - edges).is_multiple_of(4);
        total % 4 == 0 && (is_one || (count > 1 && is_regular && last <= width && width >= LEAST_WIDTH && indent == 0))
    }
}

/// A text without the white space around it that is no part of base64 in it.
pub(super) fn trim(text: &str) -> &str {
    let lines = text.trim_matches(BREAKS);
    let is_edged = lines.starts_with(' ') || lines.ends_with(' ');
    if is_edged && is_base64(lines) && Spaces::of(lines).edges_are_plus { lines } else { text.trim() }
}

const BREAKS: [char; 3] = ['\n', '\r', '\t'];

/// Goes over a text's characters with what each is read as, until it is told to stop.
fn read(text: &str, spaces: Spaces, each: &mut dyn FnMut(usize, Read) -> bool) {
    let mut start = 0;
    for line in text.split_inclusive(BREAKS) {
        let body = line.trim_end_matches(BREAKS);
        let within = body.len() - body.trim_start_matches(' ').len()..body.trim_end_matches(' ').len();
        for (at, c) in line.char_indices() {
            let is_plus = if within.contains(&at) { spaces.are_plus } else { spaces.edges_are_plus };
            let read = match c {
                ' ' if is_plus => Read::Plus,
                ' ' | '\n' | '\r' | '\t' => Read::White,
                '-' => Read::UrlSafe(b'+'),
                '_' => Read::UrlSafe(b'/'),
                c if is_invisible(c) => Read::Invisible,
                c => Read::Kept(u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'!')),
            };
            if !each(start + at, read) {
                return;
            }
        }
        start += line.len();
    }
}

/// Characters that are not seen where base64 is shown and copied.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{A0}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202F}')
        || matches!(c, '\u{2060}' | '\u{3000}' | '\u{FEFF}')
}

/// Whether a text has base64's characters alone, white space aside.
pub(super) fn is_base64(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=') || is_invisible(c);
    text.chars().all(|c| is_known(c) || c == ' ' || BREAKS.contains(&c))
}

/// Decodes base64 text. On failure the step says at which byte of `text`, and the bytes are those before it.
pub(super) fn decode(text: &str) -> (Vec<u8>, Step) {
    let mut clean = Vec::with_capacity(text.len());
    let [mut white, mut plus, mut url_safe, mut invisible] = [0usize; 4];
    let spaces = if text.contains(' ') { Spaces::of(text) } else { Spaces::default() };
    read(text, spaces, &mut |_, read| {
        match read {
            Read::Kept(byte) => clean.push(byte),
            Read::UrlSafe(byte) => {
                url_safe += 1;
                clean.push(byte);
            }
            Read::Plus => {
                plus += 1;
                clean.push(b'+');
            }
            Read::White => white += 1,
            Read::Invisible => invisible += 1,
        }
        true
    });
    // Where the character stands in the text that is the one of this number in what is decoded.
    let place = |mut number: usize| {
        let mut place = text.len();
        read(text, spaces, &mut |at, read| match read {
            Read::White | Read::Invisible => true,
            _ if number > 0 => {
                number -= 1;
                true
            }
            _ => {
                place = at;
                false
            }
        });
        place
    };

    let mut step = Step::done(StepName::Base64, text.len(), 0);
    for (count, kind) in [
        (white, RepairKind::WhitespaceRemoved),
        (plus, RepairKind::SpaceToPlus),
        (url_safe, RepairKind::UrlSafeAlphabet),
        (invisible, RepairKind::InvisibleRemoved),
    ] {
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
                DecodeError::InvalidLastSymbol { .. } => clean.len().saturating_sub(4),
                _ => clean.len(),
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
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    type Told = Vec<(RepairKind, usize)>;

    fn told(text: &str) -> Result<(Vec<u8>, Told), (StepErrorKind, usize)> {
        let (bytes, step) = decode(text);
        match step.error {
            None => Ok((bytes, step.repairs.iter().map(|r| (r.kind, r.count)).collect())),
            Some(error) => Err((error.kind, error.at)),
        }
    }

    #[test]
    fn standard_base64_needs_no_repair() {
        assert_eq!(told("PGEvPg=="), Ok((b"<a/>".to_vec(), vec![])));
    }

    #[test]
    fn every_liberty_is_reported() {
        use RepairKind::*;
        assert_eq!(told("PGEvPg"), Ok((b"<a/>".to_vec(), vec![(PaddingAdded, 2)])));
        assert_eq!(told("PGEv\r\n  Pg==\n"), Ok((b"<a/>".to_vec(), vec![(WhitespaceRemoved, 5)])));
        assert_eq!(told("PGE\u{200B}vPg==\u{A0}"), Ok((b"<a/>".to_vec(), vec![(InvisibleRemoved, 2)])));
        assert_eq!(told("-_-_"), Ok((vec![0xFB, 0xFF, 0xBF], vec![(UrlSafeAlphabet, 4)])));
        assert_eq!(told(" / /"), Ok((vec![0xFB, 0xFF, 0xBF], vec![(SpaceToPlus, 2)])));
    }

    #[test]
    fn a_space_is_what_it_was() {
        use RepairKind::*;
        let repairs = |text: &str| told(text).map(|(_, told)| told);
        // 63 bytes of 0xFB are `+/v7` over and over.
        let text = "+/v7".repeat(21);
        let lost = text.replace('+', " ");
        assert_eq!(repairs(&lost), Ok(vec![(SpaceToPlus, 21)]));
        let lines = |text: &str, by: &str| {
            let lines: Vec<&str> = text.as_bytes().chunks(38).map(|line| std::str::from_utf8(line).unwrap()).collect();
            lines.join(by)
        };
        assert_eq!(repairs(&lines(&text, " ")), Ok(vec![(WhitespaceRemoved, 2)]));
        assert_eq!(repairs(&lines(&text, "    ")), Ok(vec![(WhitespaceRemoved, 8)]));
        assert_eq!(repairs(&format!("  {}\n", lines(&text, "\r\n  "))), Ok(vec![(WhitespaceRemoved, 11)]));
        // Both in one: those within a line are `+`.
        let both = "abcd/v7 /v7abcdefgh\nabcd  /v7 /v7abcdefgh\n";
        assert_eq!(repairs(both), Ok(vec![(WhitespaceRemoved, 2), (SpaceToPlus, 4)]));
        let edged = "abcdefgh\nab  /v7 \n /v7cd+h\nabcd";
        assert_eq!(repairs(edged), Ok(vec![(WhitespaceRemoved, 3), (SpaceToPlus, 4)]));
        assert_eq!((trim(" abc\n"), trim(" abcd\n"), trim("abcdefgh\nabc \n")), (" abc", "abcd", "abcdefgh\nabc "));
        assert_eq!(repairs(" PGEvPg== "), Ok(vec![(WhitespaceRemoved, 2)]));
    }

    #[test]
    fn what_comes_before_a_fault_is_kept() {
        assert_eq!(decode("PGEv\nPGEv!Pg==").0, b"<a/<a/");
        assert_eq!(decode("PGEvPGEvP").0, b"<a/<a/");
        assert_eq!(decode("!").0, b"");
    }

    #[test]
    fn what_is_no_base64_fails_at_its_byte_of_the_text_as_pasted() {
        use StepErrorKind::*;
        assert_eq!(told("PGE!Pg=="), Err((NotBase64('!'), 3)));
        assert_eq!(told("PG\nEv\néPg"), Err((NotBase64('é'), 6)));
        assert_eq!(told("PGEvP"), Err((Base64Length(5), 5)));
        assert_eq!(told("PGEvPh=="), Err((Base64TrailingBits, 5)));
        assert_eq!(told("PG=v"), Err((NotBase64('='), 2)));
    }

    /// Texts of base64 with the liberties that its two alphabets and the padding leave, and none of ours.
    fn written() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            8 => "[A-Za-z0-9]{1,9}",
            2 => "[+/]{1,2}",
            1 => "[-_]{1,2}",
            2 => "={1,3}",
            1 => "[!é.\\n ]",
        ];
        prop::collection::vec(part, 0..9).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

        /// What RFC 4648 says is base64, by the crate's strict readers, is read as the same bytes; what is read without a
        /// repair is standard base64.
        #[test]
        fn the_strict_readers_agree(text in written()) {
            let (bytes, step) = decode(&text);
            let fails = step.error.is_some();
            for strict in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
                if let Ok(theirs) = strict.decode(&text) {
                    prop_assert!(!fails, "{:?}", step.error);
                    prop_assert_eq!(&theirs, &bytes);
                }
            }
            if !fails && step.repairs.is_empty() {
                prop_assert_eq!(STANDARD.decode(&text), Ok(bytes));
            }
        }
    }
}
