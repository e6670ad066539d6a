//! The escapes of JSON strings (RFC 8259 §7), as logs and programs write them, with those that JavaScript and Java add.

/// Whether a text begins with an escape.
pub(super) fn begins(text: &str) -> bool {
    text.starts_with('\\') && first(text).is_some()
}

/// Whether a text is what stands in a JSON string: it has escapes, each `\` is one, and nothing is in it that would have
/// had to be escaped.
pub(super) fn is_all_escaped(text: &str) -> bool {
    if !text.contains('\\') {
        return false;
    }
    let text = text.trim();
    // Whoever writes `<` as a number writes `&` as one as well.
    let is_markup_kept = text.contains('&');
    let (mut count, mut rest) = (0, string(text).unwrap_or(text));
    while let Some(at) = rest.find(['\\', '"', '\n', '\r', '\t']) {
        let escape = rest.get(at..).filter(|here| here.starts_with('\\')).and_then(first);
        let Some((c, length)) = escape else { return false };
        if is_markup_kept && length > 2 && c.is_some_and(|c| c.is_ascii_graphic()) {
            return false;
        }
        count += 1;
        rest = rest.get(at + length..).unwrap_or_default();
    }
    count > 0
}

/// What stands between the quotation marks of a text that is one JSON string and has escapes in it.
pub(super) fn string(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut rest = inner;
    while let Some(at) = rest.find(['"', '\\', '\n']) {
        let here = rest.get(at..)?;
        if !here.starts_with('\\') {
            return None;
        }
        // The escaped one, of whatever width.
        rest = here.get(1 + here.chars().nth(1)?.len_utf8()..)?;
    }
    has_any(inner).then_some(inner)
}

/// Whether there is an escape in a text.
pub(super) fn has_any(text: &str) -> bool {
    text.match_indices('\\').any(|(at, _)| text.get(at..).is_some_and(begins))
}

/// Undoes the escapes of a text once, and says how many there were. What is none stays.
pub(super) fn unescape(raw: &str) -> (String, usize) {
    let (mut out, mut count, mut rest) = (String::with_capacity(raw.len()), 0, raw);
    while let Some(at) = rest.find('\\') {
        let (before, here) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let (c, length) = first(here).unwrap_or((Some('\\'), 1));
        count += usize::from(length > 1);
        out.extend(c);
        rest = here.get(length..).unwrap_or_default();
    }
    (out + rest, count)
}

/// What a text's first escape stands for, which may be nothing, and the escape's length. It begins with `\`.
pub(super) fn first(text: &str) -> Option<(Option<char>, usize)> {
    let bytes = text.as_bytes();
    let c = match bytes.get(1)? {
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'/' => '/',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'x' => return Some((Some(char::from_u32(hex(text.get(2..4)?)?)?), 4)),
        b'u' => return unit(text),
        // A line that goes on in the next one.
        b'\n' => return Some((None, 2)),
        b'\r' if bytes.get(2) == Some(&b'\n') => return Some((None, 3)),
        _ => return None,
    };
    Some((Some(c), 2))
}

/// `\u002b`, or two of them that are one character beyond the first plane.
fn unit(text: &str) -> Option<(Option<char>, usize)> {
    let high = hex(text.get(2..6)?)?;
    if let Some(c) = char::from_u32(high) {
        return Some((Some(c), 6));
    }
    let low = text.get(6..12)?.strip_prefix("\\u").and_then(hex)?;
    let pair = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((Some(c), 12))
}

fn hex(digits: &str) -> Option<u32> {
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_undone_once() {
        let undone = |raw: &str| unescape(raw).0;
        assert_eq!(unescape(r#"a\u002bb\/c\n\"\x3d"#), ("a+b/c\n\"=".to_owned(), 5));
        assert_eq!(undone(r"\u00e9\ud834\udd1e\\n"), "é𝄞\\n");
        // Half a character stays, and what follows it is read.
        assert_eq!(undone(r"\ud834\u0041"), r"\ud834A");
        assert_eq!(undone("ab\\\ncd\\\r\nef"), "abcdef");
        let json = serde_json::to_string("<a b=\"é\\\u{1}\u{8}\">\r\n\t</a>").unwrap();
        assert_eq!(undone(string(&json).unwrap()), serde_json::from_str::<String>(&json).unwrap());
    }

    #[test]
    fn what_is_no_escape_stays() {
        for plain in [r"C:\Windows", r"a\", r"\u12", r"\ud834", r"\u+123", r"\é", r"\xg0"] {
            assert_eq!((unescape(plain), has_any(plain)), ((plain.to_owned(), 0), false), "{plain}");
        }
    }

    #[test]
    fn a_whole_string_is_one_with_no_other_in_it() {
        assert_eq!(string(r#""a\/b""#), Some(r"a\/b"));
        for other in [r#""ab""#, r#""a\n","b""#, r#""a\n"#, r#"a\n"#, r#""a\""#] {
            assert_eq!(string(other), None, "{other}");
        }
        assert!(begins(r"\u003cs") && begins(r"\x3C") && !begins(r"<\n"));
    }
}
