//! What happens to characters: white space around them, escapes, encodings taken for others, lines of base64.

use crate::xml::{Piece, pieces};

pub(super) fn trimmed(text: &str) -> String {
    text.replace("&#xD;", "\r").trim().replace('\r', "&#xD;")
}

/// A text that a formatter put on lines of its own, without these.
pub(super) fn off_own_lines(text: &str) -> String {
    let is_own = text.starts_with(['\n', '&']) && text.trim_end_matches([' ', '\t']).ends_with('\n');
    if is_own { trimmed(text) } else { text.to_owned() }
}

pub(super) fn trimmed_spaces(text: &str) -> String {
    text.trim_matches([' ', '\t', '\u{A0}']).to_owned()
}

pub(super) fn without_newline(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix("&#xD;").unwrap_or(text).to_owned()
}

pub(super) fn with_newline(text: &str) -> String {
    format!("{text}\n")
}

pub(super) fn padded(text: &str, before: &str, after: &str) -> String {
    format!("{before}{text}{after}")
}

pub(super) fn one_space(text: &str) -> String {
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn is_base64(text: &str) -> bool {
    let text = text.replace("&#xD;", "");
    let is = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=') || b.is_ascii_whitespace();
    text.len() > 26 && text.bytes().all(is)
}

/// The same base64 in lines.
pub(super) fn wrapped(text: &str, width: usize, between: &str, before: &str, after: &str) -> String {
    let text = text.replace("&#xD;", "");
    let characters: Vec<char> = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let lines: Vec<String> = characters.chunks(width).map(|line| line.iter().collect()).collect();
    format!("{before}{}{after}", lines.join(between))
}

/// A character as canonical text has it. In a value a quotation mark is escaped as well, which text never needs.
pub(super) fn canonical(c: char, value: bool) -> Option<&'static str> {
    Some(match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' if !value => "&gt;",
        '"' if value => "&quot;",
        '\t' if value => "&#x9;",
        '\n' if value => "&#xA;",
        '\r' => "&#xD;",
        _ => return None,
    })
}

/// A text as canonical octets have it.
pub(super) fn written(text: &str, value: bool) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match canonical(c, value) {
            Some(escape) => written += escape,
            None => written.push(c),
        }
    }
    written
}

/// One layer of escapes less, where there is one too many: `&amp;lt;` is `&lt;`.
pub(super) fn unescaped(text: &str) -> String {
    let mut parts = text.split("&amp;");
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let reference = part.split_once(';').filter(|(name, _)| {
            let name = name.strip_prefix('#').unwrap_or(name);
            !name.is_empty() && name.len() < 8 && name.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        let whole = reference.map(|(name, _)| format!("&{name};")).unwrap_or_default();
        match (pieces(&whole).next(), reference) {
            (Some(Piece::Character(c)), Some((_, rest))) => {
                match canonical(c, false) {
                    Some(escape) => new += escape,
                    None => new.push(c),
                }
                new += rest;
            }
            _ => {
                new += "&amp;";
                new += part;
            }
        }
    }
    new
}

/// One layer of escapes more.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&amp;quot;")
}

/// With every character beyond ASCII as a reference.
pub(super) fn referenced(text: &str, start: &str, hexadecimal: bool) -> String {
    let mut new = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii() => new.push(c),
            _ if hexadecimal => new += &format!("{start}{:X};", u32::from(c)),
            _ => new += &format!("{start}{};", u32::from(c)),
        }
    }
    new
}

/// What Windows-1252 has where Latin-1 has control characters, from 80 on; 0: nothing.
const WINDOWS_1252: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
];

fn byte_of(c: char) -> Option<u8> {
    let place = WINDOWS_1252.iter().position(|known| *known != 0 && u32::from(*known) == u32::from(c));
    place.map(|place| 0x80 + place as u8).or_else(|| u8::try_from(u32::from(c)).ok())
}

fn character_of(byte: u8, windows: bool) -> char {
    let known = WINDOWS_1252.get(usize::from(byte).wrapping_sub(0x80)).filter(|known| windows && **known != 0);
    known.and_then(|known| char::from_u32(u32::from(*known))).unwrap_or(char::from(byte))
}

/// Text whose octets of UTF-8 were read as Latin-1 or Windows-1252, read as what it is; what is none of that stays.
pub(super) fn decoded_again(text: &str) -> String {
    let mut new = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        let (plain, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let end = after.find(|c: char| c.is_ascii()).unwrap_or(after.len());
        let (run, after) = after.split_at_checked(end).unwrap_or((after, ""));
        let octets: Option<Vec<u8>> = run.chars().map(byte_of).collect();
        let decoded = octets.and_then(|octets| String::from_utf8(octets).ok());
        new += plain;
        new += decoded.as_deref().unwrap_or(run);
        rest = after;
    }
    new + rest
}

/// Text as one who takes its octets of UTF-8 for Latin-1, or for Windows-1252, reads it.
pub(super) fn mistaken(text: &str, windows: bool) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    text.bytes().map(|byte| character_of(byte, windows)).collect()
}

/// What only Latin-1 can hold, in Latin-1.
pub(super) fn latin_1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_of_escapes_comes_off_and_no_more() {
        assert_eq!(unescaped("a&amp;lt;b&amp;amp;amp;&amp;#xE9;&amp;#13; &amp; c;"), "a&lt;b&amp;amp;é&#xD; &amp; c;");
        assert_eq!(unescaped(&escaped("a &lt; \"&amp;")), "a &lt; \"&amp;");
        assert_eq!(referenced("é中a", "&#", false), "&#233;&#20013;a");
        assert_eq!(written("<\"\r\n>", true), "&lt;&quot;&#xD;&#xA;>");
    }

    #[test]
    fn white_space_goes_and_comes_at_the_ends_alone() {
        assert_eq!(trimmed("&#xD;\n a&#xD;\nb &#xD;\t"), "a&#xD;\nb");
        assert_eq!(off_own_lines("\n    a b\n  "), "a b");
        assert_eq!(off_own_lines("&#xD;\n    a&#xD;\n\t"), "a");
        for kept in [" a\n", "\n a", "a", "a\n"] {
            assert_eq!(off_own_lines(kept), kept);
        }
        assert_eq!(trimmed_spaces(" \u{A0}\ta b\u{A0} "), "a b");
        assert_eq!(trimmed_spaces("\n a"), "\n a");
        assert_eq!(["a&#xD;\n", "a\n", "a", "a\n\n"].map(without_newline), ["a", "a", "a", "a\n"]);
        assert_eq!(with_newline("a"), "a\n");
        assert_eq!(padded("a", "\n", " "), "\na ");
        assert_eq!(one_space("a  b   c d"), "a b c d");
    }

    #[test]
    fn text_and_values_are_escaped_each_in_its_way() {
        let all = "&<>\"\t\n\r'a";
        assert_eq!(written(all, false), "&amp;&lt;&gt;\"\t\n&#xD;'a");
        assert_eq!(written(all, true), "&amp;&lt;>&quot;&#x9;&#xA;&#xD;'a");
        assert_eq!(referenced("aé中", "&amp;#x", true), "a&amp;#xE9;&amp;#x4E2D;");
        // A reference has a name of some characters and no more.
        assert_eq!(unescaped("&amp;#0000065; &amp;#00000065;"), "A &amp;#00000065;");
        assert_eq!(unescaped("&amp;; &amp;#; &amp;no;"), "&amp;; &amp;#; &amp;no;");
    }

    #[test]
    fn base64_is_known_by_its_alphabet_where_it_is_long() {
        let of = |len: usize, last: &str| is_base64(&("A".repeat(len - last.len()) + last));
        assert!(of(27, "A") && of(27, "==") && of(40, "+/=") && of(30, " \n\t") && of(40, "&#xD;\nA"));
        assert!(!of(26, "A") && !of(40, "-") && !of(40, "é") && !of(40, "&amp;") && !of(31, "&#xD;"));
    }

    #[test]
    fn utf_8_taken_for_another_encoding_is_read_again() {
        for name in ["Müller", "张伟", "Zoë – “x” €", "ÀÿŸ"] {
            for windows in [true, false] {
                let mistaken = mistaken(name, windows);
                assert_ne!(mistaken, name);
                assert_eq!(decoded_again(&mistaken), name, "{windows}");
            }
            assert_eq!(decoded_again(name), name);
        }
        assert_eq!(latin_1("Müller"), Some(b"M\xFCller".to_vec()));
        assert_eq!(latin_1("张"), None);
    }

    #[test]
    fn base64_is_wrapped_as_encoders_do_it() {
        let text = "QUJD".repeat(20);
        let lines = wrapped(&text, 64, "&#xD;\n", "", "&#xD;\n");
        assert_eq!(lines.len(), 80 + 2 * 6);
        assert!(is_base64(&lines));
        assert_eq!(wrapped(&lines, usize::MAX, "", "", ""), text);
    }
}
