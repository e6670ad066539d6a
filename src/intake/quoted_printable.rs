//! Quoted-printable (RFC 2045 §6.7), as mail programs leave it in what is copied out of a message's source.

/// The longest line of the encoding (§6.7(5)), with room for those who count without the `=`.
const LONGEST_LINE: usize = 78;

/// Decodes a text that is quoted-printable for certain, and says how many escapes and soft breaks there were: every `=` of
/// it is one, and at least one is a soft break, a line's end or an escaped `=`.
pub(super) fn decode(text: &str) -> Option<(String, usize)> {
    if !is_encoded(text) {
        return None;
    }
    let (mut out, mut count, mut rest) = (Vec::with_capacity(text.len()), 0, text);
    while let Some(at) = rest.find('=') {
        let (before, here) = rest.split_at_checked(at)?;
        out.extend_from_slice(before.as_bytes());
        let length = match escape(here) {
            Escape::Byte(byte) => {
                out.push(byte);
                3
            }
            Escape::SoftBreak(length) => length,
            Escape::Cut => {
                rest = here;
                break;
            }
            Escape::None => return None,
        };
        count += 1;
        rest = here.get(length..)?;
    }
    // What is left begins with an escape that was cut, or has none.
    out.extend_from_slice(rest.as_bytes());
    Some((String::from_utf8(out).ok()?, count))
}

enum Escape {
    Byte(u8),
    SoftBreak(usize),
    /// The text ends within it.
    Cut,
    None,
}

fn escape(text: &str) -> Escape {
    match text.as_bytes() {
        [b'=', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
            match text.get(1..3).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(byte) => Escape::Byte(byte),
                None => Escape::None,
            }
        }
        [b'=', b'\r', b'\n', _, ..] => Escape::SoftBreak(3),
        [b'=', b'\n', _, ..] => Escape::SoftBreak(2),
        [b'='] => Escape::Cut,
        [b'=', last] if last.is_ascii_hexdigit() || matches!(last, b'\r' | b'\n') => Escape::Cut,
        [b'=', b'\r', b'\n'] => Escape::Cut,
        _ => Escape::None,
    }
}

fn is_encoded(text: &str) -> bool {
    let (mut certain, mut line) = (false, 0);
    for (at, _) in text.match_indices('=') {
        let Some((before, here)) = text.split_at_checked(at) else { return false };
        match escape(here) {
            Escape::Byte(byte) => certain |= byte == b'=' || (byte == b'\r' && here.get(3..4) == Some("\n")),
            Escape::SoftBreak(length) => {
                let start = before.get(line..).and_then(|since| since.rfind('\n')).map_or(line, |end| line + end + 1);
                if at - start > LONGEST_LINE {
                    return false;
                }
                line = at + length;
                let since = before.get(start..).unwrap_or_default();
                // No encoder breaks a line before an empty one: what stands there is the end of a value.
                let is_end = here.get(length..).is_some_and(|next| next.trim_start_matches('\r').starts_with('\n'));
                certain |= !is_end && !is_padding(before.get(..start).unwrap_or_default(), since);
            }
            Escape::Cut => {}
            Escape::None => return false,
        }
    }
    certain
}

/// Whether a `=` that a line ends in may as well be the end of base64: it makes a multiple of four characters, and the line
/// is shorter than encoders break it at, or as wide as the one before.
fn is_padding(before: &str, line: &str) -> bool {
    let last = before.lines().next_back().unwrap_or_default();
    let token = line.rsplit([' ', '\t', '>']).next().unwrap_or_default();
    let is_base64 = token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    let length = line.len() + 1;
    is_base64 && (token.len() + 1).is_multiple_of(4) && (length < LEAST_BROKEN || last.len() == length)
}

/// The least that encoders break a line at.
const LEAST_BROKEN: usize = 70;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_breaks_and_escapes_are_undone() {
        assert_eq!(decode("PGEv=\nPg=3D=3D\n"), Some(("PGEvPg==\n".to_owned(), 3)));
        assert_eq!(decode("<a b=3D\"=C3=A9\" =\r\nc=3d'1'/>"), Some(("<a b=\"é\" c='1'/>".to_owned(), 5)));
    }

    #[test]
    fn padding_wrapping_and_parameters_are_none_of_it() {
        let long = format!("{}=\nPGEvPg", "P".repeat(100));
        let wide = format!("{0}PGEv\n{0}PGE=\nthanks", "P".repeat(72));
        let others = [
            &wide,
            "PGEvPGE=\nthanks",
            "PGEvPg==",
            "PGEvPg==\nPGEvPg==\n",
            "PGEvPg==\n",
            "SAMLRequest=fd8Abc",
            "<a b=\"1\"/>",
            "PGEv",
            &long,
        ];
        for other in others {
            assert_eq!(decode(other), None, "{other}");
        }
    }

    #[test]
    fn a_text_that_ends_within_an_escape_keeps_it() {
        assert_eq!(decode("PGEv=\nPg=3"), Some(("PGEvPg=3".to_owned(), 1)));
        assert_eq!(decode("PGEv=\nPg="), Some(("PGEvPg=".to_owned(), 1)));
    }
}
