//! A start tag, taken apart strictly: its name and its attributes, each with its place (XML 1.0 §3.1).

use super::error::{XmlError, XmlErrorKind};
use super::names::is_space;
use super::references;

/// An attribute as written; offsets are those of the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawAttribute<'a> {
    pub(crate) name: &'a str,
    pub(crate) start: usize,
    pub(crate) value: &'a str,
    pub(crate) value_start: usize,
}

/// What a start tag says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawTag<'a> {
    pub(crate) name: &'a str,
    pub(crate) empty: bool,
}

/// Reads `raw`, a whole tag from `<` to `>` that begins at `offset`, and puts its attributes into `attributes`.
///
/// `entities`: see [`references::check`].
pub(crate) fn start_tag<'a>(
    raw: &'a str,
    offset: usize,
    entities: bool,
    attributes: &mut Vec<RawAttribute<'a>>,
) -> Result<RawTag<'a>, XmlError> {
    attributes.clear();
    let mut tag = Scanner { raw, at: 1, offset };
    let name = tag.name();
    if name.is_empty() {
        return tag.error(XmlErrorKind::MalformedTag, 0..raw.len());
    }
    loop {
        let spaced = tag.spaces();
        match tag.peek() {
            Some(b'>') if tag.at + 1 == raw.len() => return Ok(RawTag { name, empty: false }),
            Some(b'/') if raw.get(tag.at..) == Some("/>") => return Ok(RawTag { name, empty: true }),
            None | Some(b'>' | b'/' | b'=' | b'"' | b'\'' | b'<') => {
                return tag.error(XmlErrorKind::MalformedTag, tag.at..raw.len());
            }
            Some(_) if !spaced => {
                let start = tag.at;
                tag.name();
                return tag.error(XmlErrorKind::MissingSpace, start..tag.at);
            }
            Some(_) => attributes.push(tag.attribute(entities)?),
        }
    }
}

struct Scanner<'a> {
    raw: &'a str,
    at: usize,
    offset: usize,
}

impl<'a> Scanner<'a> {
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.raw.as_bytes().get(self.at).copied()
    }

    /// Passes white space; says whether there was any.
    #[inline(always)]
    fn spaces(&mut self) -> bool {
        let before = self.at;
        while let Some(byte) = self.peek()
            && is_space(byte)
        {
            self.at += 1;
        }
        self.at > before
    }

    /// Everything up to what cannot belong to a name. Whether it is one is asked where prefixes are taken off.
    #[inline(always)]
    fn name(&mut self) -> &'a str {
        let before = self.at;
        while let Some(byte) = self.peek()
            && !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'=' | b'/' | b'>' | b'"' | b'\'' | b'<')
        {
            self.at += 1;
        }
        self.raw.get(before..self.at).unwrap_or_default()
    }

    fn attribute(&mut self, entities: bool) -> Result<RawAttribute<'a>, XmlError> {
        let start = self.at;
        let name = self.name();
        self.spaces();
        if self.peek() != Some(b'=') {
            return self.error(XmlErrorKind::AttributeWithoutValue(name.to_owned()), start..start + name.len());
        }
        self.at += 1;
        self.spaces();
        let quote = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return self.error(XmlErrorKind::UnquotedAttribute(name.to_owned()), start..self.at),
        };
        let value_start = self.at + 1;
        let rest = self.raw.get(value_start..).unwrap_or_default();
        // One pass: most values are short, and hold neither of the two that must be looked at.
        let mut looked_at = false;
        let end = |b: u8| {
            looked_at |= matches!(b, b'<' | b'&');
            b == quote
        };
        let Some(len) = rest.bytes().position(end) else {
            return self.error(XmlErrorKind::MalformedTag, start..self.raw.len());
        };
        let value = rest.get(..len).unwrap_or_default();
        if looked_at {
            if let Some(at) = value.find('<') {
                let at = value_start + at;
                return self.error(XmlErrorKind::LessThanInAttribute(name.to_owned()), at..at + 1);
            }
            references::check(value, self.offset + value_start, entities)?;
        }
        self.at = value_start + len + 1;
        Ok(RawAttribute { name, start: self.offset + start, value, value_start: self.offset + value_start })
    }

    fn error<T>(&self, kind: XmlErrorKind, range: std::ops::Range<usize>) -> Result<T, XmlError> {
        Err(XmlError::new(kind, self.offset + range.start..self.offset + range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Result<Vec<(&str, &str, usize)>, XmlErrorKind> {
        let mut attributes = Vec::new();
        start_tag(raw, 100, false, &mut attributes).map_err(|e| e.kind)?;
        Ok(attributes.iter().map(|a| (a.name, a.value, a.value_start)).collect())
    }

    #[test]
    fn attributes_keep_their_places() {
        let mut attributes = Vec::new();
        let tag = start_tag("<p:a x = 'a>b'\n y=\"'\"/>", 0, false, &mut attributes).unwrap();
        assert_eq!((tag.name, tag.empty), ("p:a", true));
        assert_eq!(read("<p:a x = 'a>b'\n y=\"'\"/>"), Ok(vec![("x", "a>b", 110), ("y", "'", 119)]));
        assert_eq!(read("<a >"), Ok(vec![]));
    }

    #[test]
    fn a_tag_against_the_grammar_is_named() {
        use XmlErrorKind::*;
        for (raw, kind) in [
            ("<a x='1'y='2'>", MissingSpace),
            ("<a / >", MalformedTag),
            ("<a /b/>", MalformedTag),
            ("<a x='b<c<d'>", LessThanInAttribute("x".into())),
            ("<a x='<&lt;'>", LessThanInAttribute("x".into())),
            ("<a x='&lt;<'>", LessThanInAttribute("x".into())),
            ("<a =''>", MalformedTag),
            ("<a x>", AttributeWithoutValue("x".into())),
            ("<a x=1>", UnquotedAttribute("x".into())),
            ("<a x=>", UnquotedAttribute("x".into())),
            ("<a x='<'>", LessThanInAttribute("x".into())),
            ("<a x='&'>", UnclosedReference),
            ("<a <b>", MalformedTag),
        ] {
            assert_eq!(read(raw), Err(kind), "{raw}");
        }
    }
}
