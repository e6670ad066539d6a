//! What canonical form is written through: the document's own bytes as far as they are canonical already, and escapes.

use std::ops::Range;

use memchr::{memchr, memchr3};

use super::{CanonicalError, CanonicalErrorKind, fail};
use crate::xml::references::{Piece, pieces};

/// Small pieces are gathered to this many bytes before they are handed on: a digest is slow on small ones.
const BUFFER: usize = 16 << 10;
/// A run of the document's bytes of at least this length is handed on where it stands, without being gathered.
const DIRECT: usize = 4 << 10;

/// Gathers what is written and hands it on in large pieces.
///
/// Most of a signed document is canonical as it stands. Bytes of the text that follow each other there and here are
/// one run, whatever markup is in it, and a long run goes to the sink uncopied.
pub(super) struct Output<'d, 's> {
    text: &'d str,
    /// Written last, and not yet in the buffer.
    run: Range<usize>,
    buffer: Vec<u8>,
    sink: &'s mut dyn FnMut(&[u8]),
}

impl<'d, 's> Output<'d, 's> {
    pub(super) fn new(text: &'d str, sink: &'s mut dyn FnMut(&[u8])) -> Self {
        // With room to spare, so that a short run never makes it grow.
        Self { text, run: 0..0, buffer: Vec::with_capacity(BUFFER + DIRECT), sink }
    }

    /// Writes these bytes of the text.
    #[inline(always)]
    pub(super) fn copy(&mut self, range: Range<usize>) {
        if range.start == self.run.end {
            self.run.end = range.end;
        } else if !range.is_empty() {
            self.settle();
            self.run = range;
        }
    }

    /// Writes what the text does not hold.
    pub(super) fn put(&mut self, piece: &str) {
        self.settle();
        self.buffer.extend_from_slice(piece.as_bytes());
        if self.buffer.len() >= BUFFER {
            self.flush();
        }
    }

    fn settle(&mut self) {
        let run = self.text.as_bytes().get(self.run.clone()).unwrap_or_default();
        // The end stays: what comes next in the text may well be what comes next here.
        self.run.start = self.run.end;
        if run.len() >= DIRECT {
            self.flush();
            (self.sink)(run);
        } else {
            self.buffer.extend_from_slice(run);
            if self.buffer.len() >= BUFFER {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        if !self.buffer.is_empty() {
            (self.sink)(&self.buffer);
            self.buffer.clear();
        }
    }

    /// Hands on whatever is left.
    pub(super) fn finish(mut self) {
        self.settle();
        self.flush();
    }

    /// Character data (§2.3 "Text Nodes"): `&`, `<`, `>` and a carriage return written as a reference.
    pub(super) fn text(&mut self, range: Range<usize>) -> Result<(), CanonicalError> {
        let bytes = self.text.as_bytes();
        let mut from = range.start;
        while let Some(at) = bytes.get(from..range.end).and_then(|rest| memchr3(b'&', b'>', b'\r', rest)) {
            let at = from + at;
            from = match bytes.get(at) {
                Some(b'&') => self.reference(from, at, range.end, &["&amp;", "&lt;", "&gt;"], text_escape)?,
                Some(b'\r') => self.line_end(from, at, "\n"),
                _ => self.escape(from, at, "&gt;"),
            };
        }
        self.copy(from..range.end);
        Ok(())
    }

    /// What is between the delimiters of a CDATA section, which canonical form replaces by its characters (§1.1).
    pub(super) fn cdata(&mut self, range: Range<usize>) {
        let bytes = self.text.as_bytes();
        let mut from = range.start;
        while let Some((at, byte)) = find(bytes, from..range.end, |b| matches!(b, b'&' | b'<' | b'>' | b'\r')) {
            from = match byte {
                b'&' => self.escape(from, at, "&amp;"),
                b'<' => self.escape(from, at, "&lt;"),
                b'\r' => self.line_end(from, at, "\n"),
                _ => self.escape(from, at, "&gt;"),
            };
        }
        self.copy(from..range.end);
    }

    /// A comment or an instruction: nothing but its line ends ever changes.
    pub(super) fn verbatim(&mut self, range: Range<usize>) {
        let bytes = self.text.as_bytes();
        let mut from = range.start;
        while let Some(at) = bytes.get(from..range.end).and_then(|rest| memchr(b'\r', rest)) {
            from = self.line_end(from, from + at, "\n");
        }
        self.copy(from..range.end);
    }

    /// An attribute's value without its quotes, white space normalized (XML 1.0 §3.3.3) and `&`, `<`, `"`, tab and
    /// line ends written as references (§2.3 "Attribute Nodes"). No `<` stands in one by itself (XML 1.0 §2.3).
    pub(super) fn value(&mut self, range: Range<usize>) -> Result<(), CanonicalError> {
        let bytes = self.text.as_bytes();
        let mut from = range.start;
        while let Some((at, byte)) = find(bytes, from..range.end, |b| matches!(b, b'&' | b'"' | b'\t' | b'\n' | b'\r'))
        {
            from = match byte {
                b'&' => self.reference(from, at, range.end, &["&amp;", "&lt;", "&quot;"], value_escape)?,
                b'"' => self.escape(from, at, "&quot;"),
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => self.escape(from, at, " ") + 1,
                _ => self.escape(from, at, " "),
            };
        }
        self.copy(from..range.end);
        Ok(())
    }

    /// An attribute's value that the text does not hold as such.
    pub(super) fn put_value(&mut self, value: &str) {
        let mut from = 0;
        let mut at = 0;
        while let Some(byte) = value.as_bytes().get(at) {
            // What is escaped is one byte; no byte of a longer character looks like one.
            if matches!(byte, b'&' | b'<' | b'"' | b'\t' | b'\n' | b'\r') {
                self.put(value.get(from..at).unwrap_or_default());
                self.put(value_escape(char::from(*byte)).unwrap_or_default());
                from = at + 1;
            }
            at += 1;
        }
        self.put(value.get(from..).unwrap_or_default());
    }

    /// Writes up to `at`, then an escape for the byte there; gives where to go on.
    fn escape(&mut self, from: usize, at: usize, escape: &str) -> usize {
        self.copy(from..at);
        self.put(escape);
        at + 1
    }

    /// A carriage return as it stands: a line feed, unless one follows by itself (XML 1.0 §2.11).
    fn line_end(&mut self, from: usize, at: usize, end: &str) -> usize {
        self.copy(from..at);
        if self.text.as_bytes().get(at + 1) != Some(&b'\n') {
            self.put(end);
        }
        at + 1
    }

    /// The reference that begins at `at`: as it stands where canonical form writes it so, else what it stands for.
    fn reference(
        &mut self,
        from: usize,
        at: usize,
        end: usize,
        canonical: &[&str],
        escape: fn(char) -> Option<&'static str>,
    ) -> Result<usize, CanonicalError> {
        let rest = self.text.get(at..end).unwrap_or_default();
        let written = rest.find(';').and_then(|to| rest.get(..=to)).unwrap_or(rest);
        let after = at + written.len();
        if canonical.contains(&written) {
            self.copy(from..after);
            return Ok(after);
        }
        let Some(Piece::Character(c)) = pieces(written).next() else {
            return fail(CanonicalErrorKind::Entity(written.trim_matches(['&', ';']).to_owned()), at..after);
        };
        self.copy(from..at);
        match escape(c) {
            Some(escape) => self.put(escape),
            None => self.put(c.encode_utf8(&mut [0; 4])),
        }
        Ok(after)
    }
}

fn text_escape(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        _ => None,
    }
}

fn value_escape(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    }
}

/// The first of these bytes within the range. Where it may be long, text is searched with [`memchr`] instead.
#[inline(always)]
fn find(bytes: &[u8], range: Range<usize>, wanted: impl Fn(u8) -> bool) -> Option<(usize, u8)> {
    let at = range.start + bytes.get(range.clone())?.iter().position(|b| wanted(*b))?;
    Some((at, *bytes.get(at)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, write: impl Fn(&mut Output<'_, '_>)) -> (String, Vec<usize>) {
        let (mut bytes, mut lengths) = (Vec::new(), Vec::new());
        let mut sink = |piece: &[u8]| {
            lengths.push(piece.len());
            bytes.extend_from_slice(piece);
        };
        let mut output = Output::new(text, &mut sink);
        write(&mut output);
        output.finish();
        (String::from_utf8(bytes).unwrap(), lengths)
    }

    #[test]
    fn text_is_escaped_and_its_line_ends_are_line_feeds() {
        let raw = "a&amp;&lt;&gt;>&quot;\"&apos;\r\n\r&#13;&#xA;\t&#233;é";
        let wanted = "a&amp;&lt;&gt;&gt;\"\"'\n\n&#xD;\n\téé";
        assert_eq!(written(raw, |o| o.text(0..raw.len()).unwrap()).0, wanted);
        let raw = "a&amp;<>\r\n\r]]";
        assert_eq!(written(raw, |o| o.cdata(0..raw.len())).0, "a&amp;amp;&lt;&gt;\n\n]]");
        assert_eq!(written("-&>\r\r\n", |o| o.verbatim(0..6)).0, "-&>\n\n");
    }

    #[test]
    fn a_value_keeps_its_references_to_white_space_and_loses_its_literal_one() {
        let raw = "&amp;&lt;&gt;>&quot;\"&apos;'\r\n\r\n\n\t&#9;&#xA;&#xD;&#32;";
        let wanted = "&amp;&lt;>>&quot;&quot;''    &#x9;&#xA;&#xD; ";
        assert_eq!(written(raw, |o| o.value(0..raw.len()).unwrap()).0, wanted);
        assert_eq!(written("", |o| o.put_value("é&<>\"'\t\n\r!")).0, "é&amp;&lt;>&quot;'&#x9;&#xA;&#xD;!");
    }

    #[test]
    fn a_character_by_its_number_is_written_as_the_character() {
        let raw = "&#38;&#60;&#x3E;&#x26;&#34;";
        assert_eq!(written(raw, |o| o.text(0..raw.len()).unwrap()).0, "&amp;&lt;&gt;&amp;\"");
        assert_eq!(written(raw, |o| o.value(0..raw.len()).unwrap()).0, "&amp;&lt;>&amp;&quot;");
    }

    #[test]
    fn an_entity_that_nothing_defines_is_an_error_and_not_left_out() {
        let mut sink = |_: &[u8]| {};
        let error = Output::new("ab&who; c", &mut sink).text(0..9).unwrap_err();
        assert_eq!((error.kind, error.span), (CanonicalErrorKind::Entity("who".into()), 2..7));
    }

    #[test]
    fn what_follows_in_the_text_is_one_piece_and_a_long_one_is_not_copied() {
        let text = "x".repeat(3 * BUFFER);
        let (out, lengths) = written(&text, |output| {
            output.put("<");
            for at in 0..text.len() {
                output.copy(at..at + 1);
            }
            for _ in 0..2 * BUFFER {
                output.put("é");
            }
        });
        assert_eq!(out.len(), 1 + 7 * BUFFER);
        assert_eq!(lengths, [1, 3 * BUFFER, BUFFER, BUFFER, BUFFER, BUFFER]);
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        for len in 0..100 {
            for at in 0..len {
                let mut bytes = vec![b'x'; len];
                bytes[at] = b'!';
                assert_eq!(find(&bytes, 0..len, |b| b == b'!'), Some((at, b'!')));
                assert_eq!(find(&bytes, at + 1..len, |b| b == b'!'), None);
                assert_eq!(find(&bytes, 0..at, |b| b == b'!'), None);
            }
        }
    }
}
