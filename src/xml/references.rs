//! Character and entity references, line ends and attribute-value normalisation (XML 1.0 §2.11, §3.3.3, §4.1).

use std::borrow::Cow;

use super::error::{XmlError, XmlErrorKind};
use super::names::{is_char, is_ncname};

/// A stretch of character data or of an attribute value, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text without references, line ends as written.
    Literal(&'a str),
    /// What a character reference or one of the five predefined entities stands for.
    Character(char),
    /// A reference to an entity that a document type may declare, without `&` and `;`.
    Entity(&'a str),
}

/// Takes raw text apart at its references. Text that was read without an error has no others than these three.
pub fn pieces(raw: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = match rest.strip_prefix('&').and_then(|r| r.split_once(';')) {
            Some((name, after)) => (resolve(name).map_or(Piece::Entity(name), Piece::Character), after),
            None => {
                // The first byte is taken in any case: an `&` that begins no reference stands for itself.
                let end = rest.bytes().skip(1).position(|b| b == b'&').map_or(rest.len(), |at| at + 1);
                let (literal, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Piece::Literal(literal), after)
            }
        };
        rest = after;
        Some(piece)
    })
}

/// The character that `&name;` stands for: a character reference or a predefined entity (§4.6).
fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let (digits, radix) = match digits.strip_prefix('x') {
                Some(hex) => (hex, 16),
                None => (digits, 10),
            };
            // `from_str_radix` would take a sign.
            if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            let c = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
            is_char(c).then_some(c)
        }
    }
}

/// Checks every reference of raw text that begins at `offset` of the document.
///
/// `entities`: a document type may declare further entities, so that an unknown one is no error.
pub(crate) fn check(raw: &str, offset: usize, entities: bool) -> Result<(), XmlError> {
    let mut from = 0;
    while let Some(at) = raw.get(from..).and_then(|rest| rest.find('&')) {
        let start = from + at;
        let rest = raw.get(start + 1..).unwrap_or_default();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "#_-.:\u{B7}".contains(c))).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        let closed = rest.get(end..).is_some_and(|rest| rest.starts_with(';'));
        let span = offset + start..offset + start + 1 + end + usize::from(closed && !name.is_empty());
        let error = |kind| Err(XmlError::new(kind, span.clone()));
        if name.is_empty() || !closed {
            return error(XmlErrorKind::UnclosedReference);
        }
        if resolve(name).is_none() {
            if name.starts_with('#') {
                return error(XmlErrorKind::InvalidCharacterReference(name.to_owned()));
            }
            if !is_ncname(name) {
                return error(XmlErrorKind::InvalidName(name.to_owned()));
            }
            if !entities {
                return error(XmlErrorKind::UndefinedEntity(name.to_owned()));
            }
        }
        from = start + end + 2;
    }
    Ok(())
}

/// Character data as an application reads it: references resolved, every line end a line feed (§2.11).
pub fn text_value(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    for piece in pieces(raw) {
        match piece {
            Piece::Literal(text) => push_line_ends(&mut value, text),
            other => push_reference(&mut value, other),
        }
    }
    Cow::Owned(value)
}

/// A CDATA section's characters: no references, every line end a line feed.
pub(crate) fn cdata_value(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\r') {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    push_line_ends(&mut value, raw);
    Cow::Owned(value)
}

/// An attribute's value as an application reads it: literal white space is a space, references are resolved (§3.3.3).
///
/// Every attribute counts as CDATA: types come from a document type, and nothing that declares one is judged.
pub fn attribute_value(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|b| matches!(b, b'&' | b'\r' | b'\n' | b'\t')) {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    for piece in pieces(raw) {
        match piece {
            Piece::Literal(text) => push_spaces(&mut value, text),
            other => push_reference(&mut value, other),
        }
    }
    Cow::Owned(value)
}

fn push_reference(value: &mut String, piece: Piece<'_>) {
    match piece {
        Piece::Character(c) => value.push(c),
        Piece::Entity(name) => value.extend(["&", name, ";"]),
        Piece::Literal(text) => value.push_str(text),
    }
}

/// A line end is one character before white space is replaced, so that CR LF makes one space.
fn push_spaces(value: &mut String, text: &str) {
    let mut previous = None;
    for c in text.chars() {
        match c {
            '\n' if previous == Some('\r') => {}
            '\t' | '\n' | '\r' => value.push(' '),
            _ => value.push(c),
        }
        previous = Some(c);
    }
}

fn push_line_ends(value: &mut String, text: &str) {
    let mut lines = text.split('\r');
    value.push_str(lines.next().unwrap_or_default());
    for line in lines {
        value.push('\n');
        value.push_str(line.strip_prefix('\n').unwrap_or(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_in_text() {
        assert_eq!(text_value("a&amp;b&#65;&#x42;&lt;&gt;&quot;&apos;"), "a&bAB<>\"'");
        assert_eq!(text_value("&other;&amp"), "&other;&amp");
    }

    #[test]
    fn every_literal_line_end_is_a_line_feed_and_a_written_one_stays() {
        assert_eq!(text_value("a\r\nb\rc\n&#13;d"), "a\nb\nc\n\rd");
        assert_eq!(cdata_value("a\r\n&amp;\r"), "a\n&amp;\n");
    }

    #[test]
    fn white_space_in_an_attribute_is_a_space_unless_it_is_written_as_a_reference() {
        assert_eq!(attribute_value("a\tb\nc\r\nd\re"), "a b c d e");
        assert_eq!(attribute_value("a \r b\r\r\n\n&#9;&#10;&#13;"), "a   b   \t\n\r");
    }

    #[test]
    fn wrong_references_are_named() {
        let kind = |raw| check(raw, 10, false).map_err(|e| (e.kind, e.span));
        use XmlErrorKind::*;
        assert_eq!(kind("&amp;&#9;"), Ok(()));
        assert_eq!(kind("a&b"), Err((UnclosedReference, 11..13)));
        assert_eq!(kind("& "), Err((UnclosedReference, 10..11)));
        assert_eq!(kind("&who;"), Err((UndefinedEntity("who".into()), 10..15)));
        for bad in ["#0", "#x1", "#xD800", "#x110000", "#", "#x", "#99999999999", "#X41", "#6A"] {
            let raw = format!("&{bad};");
            assert_eq!(check(&raw, 0, false).map_err(|e| e.kind), Err(InvalidCharacterReference(bad.into())));
        }
        assert_eq!(check("&who;", 0, true), Ok(()));
    }
}
