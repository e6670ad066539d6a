//! Which words are a message's value: base64 of XML, or of what XML is compressed to.

use super::parameters::percent_decode;
use super::value::looks_like_xml;
use super::{base64, floor, inflate, json_text, references};

/// The least characters that a message's value has: no message is smaller.
const LEAST_VALUE: usize = 64;

/// Characters that a URL and a value end at.
pub(super) fn is_delimiter(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '“' | '”' | '‘' | '’')
}

/// The alphabets of base64, and what they are escaped with.
pub(super) fn is_encoded(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=' | '%') || base64::is_invisible(c)
}

/// Whether a text is rather a word than a part of a value.
pub(super) fn is_word(text: &str) -> bool {
    !text.bytes().any(|b| b.is_ascii_digit() || matches!(b, b'+' | b'/' | b'=' | b'%'))
        && !text.bytes().skip(1).any(|b| b.is_ascii_uppercase())
}

/// The value in a word, and at which byte: a name may stand before it (`SAMLResponse:PHN…`, `message=PHN…`).
pub(super) fn value_in(token: &str) -> Option<(usize, &str)> {
    let mut from = 0;
    while let Some(rest) = token.get(from..).filter(|rest| rest.len() >= LEAST_VALUE) {
        let end = length(rest);
        let part = rest.get(..end).unwrap_or_default();
        let name = part.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1);
        let value = part.get(name..).unwrap_or_default();
        if value.len() >= LEAST_VALUE && is_message(value) {
            return Some((from + name, value));
        }
        from += end + rest.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
    None
}

/// How far a value goes, with what in it is escaped: `&#43;`, `\u002b`.
fn length(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| !is_encoded(c) && c != '\\').unwrap_or(rest.len());
        at += end;
        let here = rest.get(end..).unwrap_or_default();
        if !references::begins(here) {
            return at;
        }
        at += here.find(';').map_or(here.len(), |end| end + 1);
    }
}

/// Whether a value begins as a message does: base64 of XML, or of what XML is compressed to.
fn is_message(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.bytes().take(LEAST_VALUE).any(|b| is(&b));
    let is_xml = value.starts_with(['P', 'I', 'D', '7', '/']);
    // A word of one letter case, such as a hash in hexadecimal, is none.
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    if !is_xml && !is_mixed {
        return false;
    }
    let head = value.get(..floor(value, PROBED)).unwrap_or_default();
    let head = if head.contains('\\') { json_text::unescape(head).0 } else { references::resolve(head).0 };
    let head = percent_decode(&head).unwrap_or(head);
    let whole = head.get(..floor(&head, head.len() / 4 * 4)).unwrap_or(&head);
    let (bytes, _) = base64::decode(whole);
    let is_text = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    if looks_like_xml(&bytes) {
        return bytes.iter().filter(|byte| **byte != 0).take(32).all(is_text);
    }
    // What the compressed begins with says little; what comes out has to be XML.
    let (inflated, _) = inflate::inflate(&bytes);
    inflated.len() >= 8 && looks_like_xml(&inflated) && inflated.iter().take(8).all(is_text)
}

/// Characters of a value that are looked at to know it.
const PROBED: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_by_what_it_decodes_to() {
        let xml = "PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJv";
        assert_eq!(value_in(&format!("SAMLResponse={xml}==")), Some((13, format!("{xml}==").as_str())));
        assert_eq!(value_in(&format!("a:{xml}.")), Some((2, xml)));
        let url = include_str!("../../tests/golden/redirect-url/input.txt");
        let deflated = url.split("SAMLRequest=").nth(1).unwrap().split('&').next().unwrap();
        let none = ["x".repeat(80), "9f86d081".repeat(10), "MIIC2jCCAcKgAwIBAgIQAPS".repeat(4)];
        for word in none.iter().map(String::as_str).chain(["https://a.example/", "PHNh"]) {
            assert_eq!(value_in(word), None, "{word}");
        }
        assert_eq!(value_in(deflated), Some((0, deflated)));
    }
}
