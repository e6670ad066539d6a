//! Several things in one paste, or one among words: each is found, cut out and read by itself, in the order in which they
//! stand.
//!
//! The text is gone through once; what is found is never longer than what is left.

use std::borrow::Cow;

use memchr::memmem::find;

use super::curl::Command;
use super::documents::{Found, Writing, documents};
use super::encoded::{is_delimiter, is_encoded, is_word, value_in};
use super::exchange::worth;
use super::parameters::{Parameters, is_alone};
use super::step::{Repair, RepairKind, Step, StepName};
use super::{Capture, around, http, is_json, json_text, log, recognise, references, relay_state, verbose, words};
use crate::limits;

/// A text in which something stands that is read by itself.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    if is_whole(text.trim()) {
        return None;
    }
    let pieces = pieces(text);
    // Two documents that were sent as one value are one that is not well-formed, and may be meant to be (CVE-2022-39353).
    let was_encoded = origin.steps.iter().any(|step| matches!(step.name, StepName::Base64 | StepName::Inflate));
    let are_documents = pieces.len() > 1 && pieces.iter().all(|piece| piece.what == What::Document);
    if was_encoded && are_documents && text.trim_start().starts_with('<') {
        return None;
    }
    // One value or document, whatever is around it, is not one of several; but a log's line tells more.
    match pieces.as_slice() {
        [one] if one.is_alone(text) && !log::is_line(text, one.start, one.end) => None,
        _ => read(origin, text, &pieces),
    }
}

/// The same of a text that is known to be no single thing.
pub(super) fn found(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    read(origin, text, &pieces(text))
}

fn read(origin: &Capture, text: &str, pieces: &[Piece]) -> Option<Vec<Capture>> {
    let start = text.len() - text.trim_start().len();
    if let [one] = pieces {
        let is_all = one.start == start && text.get(one.end..).is_some_and(|behind| behind.trim().is_empty());
        // What stands behind a document that the text begins with is the reader's of XML to tell.
        let is_document = one.start == start && one.what == What::Document && text.trim_start().starts_with('<');
        let is_plain = one.writing == Writing::Plain && log::without_prefixes(text, one.start, one.end).is_none();
        if (is_all || is_document) && is_plain {
            return None;
        }
    }
    let ends = std::iter::once(0).chain(pieces.iter().map(|piece| piece.end));
    let starts = pieces.iter().skip(1).map(|piece| piece.start).chain([text.len()]);
    let places = ends.zip(starts).zip(pieces).take(limits::CAPTURES + 1);
    let found = places.flat_map(|((before, behind), piece)| {
        let mut found = piece.take(origin, text);
        for capture in found.iter_mut().filter(|capture| capture.relay_state.is_none() && capture.xml.is_some()) {
            capture.relay_state = piece.relay_state(text, before, behind);
        }
        found
    });
    let mut found = worth(found.collect());
    // What stands around them may say what came of them.
    if let Some(last) = found.last_mut().filter(|last| last.holds() && last.said.is_none()) {
        last.said = words::said(&around_pieces(text, pieces));
    }
    if let [one] = found.as_mut_slice()
        && one.xml.is_some()
    {
        one.relay_state = one.relay_state.take().or_else(|| relay_state::labelled(text));
    }
    (!found.is_empty()).then_some(found)
}

/// The words around the pieces.
fn around_pieces(text: &str, pieces: &[Piece]) -> String {
    let ends = std::iter::once(0).chain(pieces.iter().map(|piece| piece.end));
    let starts = pieces.iter().map(|piece| piece.start).chain([text.len()]);
    let parts = ends.zip(starts).filter_map(|(end, start)| text.get(end..start)).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| part.contains(char::is_alphabetic)).collect();
    parts.join("\n")
}

/// Whether something in a text would be read by itself.
pub(super) fn any(text: &str) -> bool {
    !pieces(text).is_empty()
}

/// What stands in a text, cut out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    what: What,
    start: usize,
    end: usize,
    writing: Writing,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// XML or a web page.
    Document,
    /// A URL, query or form body.
    Parameters,
    /// A value that decodes to a message.
    Value,
    /// A certificate or a key.
    Pem,
    /// A command line or an HTTP message.
    Request,
}

impl Piece {
    /// Whether a ladder of encodings begins with it: a value with whatever is around it, a document without words around it.
    /// Among words it is what is escaped, and not they.
    fn is_alone(&self, text: &str) -> bool {
        let around = [text.get(..self.start), text.get(self.end..)];
        match self.what {
            What::Value => true,
            What::Document => around.into_iter().flatten().all(is_bare),
            _ => false,
        }
    }

    /// The RelayState that its line tells beside it, as far as no other piece stands between.
    fn relay_state(&self, text: &str, before: usize, behind: usize) -> Option<String> {
        let after = text.get(self.end..behind)?.lines().next()?;
        let ahead = text.get(before..self.start)?.rsplit('\n').next()?;
        relay_state::labelled(after).or_else(|| relay_state::labelled(ahead))
    }

    fn take(&self, origin: &Capture, text: &str) -> Vec<Capture> {
        let Some(raw) = text.get(self.start..self.end) else { return Vec::new() };
        let mut step = Step::done(StepName::Piece, text.len(), raw.len()).making(raw.as_bytes());
        let mut origin = Capture { at: log::time(text, self.start).or(origin.at), ..origin.clone() };
        for (kind, count) in [(RepairKind::TextBefore, self.start), (RepairKind::TextAfter, text.len() - self.end)] {
            if count > 0 {
                step.repairs.push(Repair { kind, count });
            }
        }
        let made = match self.writing {
            Writing::Plain => {
                let stripped = log::without_prefixes(text, self.start, self.end);
                stripped.map(|made| (made, StepName::Unescape, RepairKind::LinePrefixesRemoved))
            }
            Writing::References => {
                Some((references::resolve(raw), StepName::References, RepairKind::ReferencesResolved))
            }
            Writing::Backslashes => Some((json_text::unescape(raw), StepName::JsonText, RepairKind::EscapesUndone)),
            Writing::Doubled => {
                let count = raw.matches("\"\"").count();
                Some(((raw.replace("\"\"", "\""), count), StepName::Unescape, RepairKind::QuotesUndoubled))
            }
        };
        let is_document = self.what == What::Document;
        origin.is_printed |=
            is_document && (log::prints(text, self.start) || self.writing == Writing::Plain && made.is_some());
        origin.steps.push(step);
        let mut found = match made {
            None => recognise(&origin, raw),
            Some(((made, count), name, kind)) => {
                let mut step = Step::done(name, raw.len(), made.len()).making(made.as_bytes());
                step.repairs.push(Repair { kind, count });
                origin.steps.push(step);
                recognise(&origin, &made)
            }
        };
        // A line of an access log has a path and no host, which is no URL that something was sent to.
        for capture in &mut found {
            capture.url = capture.url.take().filter(|url| url.contains("://"));
        }
        found
    }
}

/// Whether a text is plainly one thing, so that nothing is looked for in it: JSON, a single query, base64 alone.
fn is_whole(text: &str) -> bool {
    if is_json(text) {
        return true;
    }
    if is_alone(text) && !text.contains("&amp;") {
        return true;
    }
    let text = around::bare(text).map_or(text, |(inner, _)| inner.trim());
    // Line ends and padding may stand escaped within base64.
    let escapes = |start: char, begins: fn(&str) -> bool| {
        text.match_indices(start).all(|(at, _)| text.get(at..).is_some_and(begins))
    };
    let may_escape = escapes('&', references::begins) && escapes('\\', json_text::begins);
    let is_part = |c: char| is_encoded(c) || (may_escape && matches!(c, '&' | '#' | ';' | '\\'));
    let mut words = text.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    first.chars().all(is_part) && words.all(|word| word.chars().all(is_part) && (word.len() > 24 || !is_word(word)))
}

/// Whether a text has no words in it: quotation marks at the most, however they are escaped.
fn is_bare(text: &str) -> bool {
    let mut text = Cow::Borrowed(text);
    for _ in 0..LAYERS {
        if !text.contains(char::is_alphanumeric) {
            return true;
        }
        // No quotation marks take as much.
        if text.len() > LONGEST_QUOTES {
            return false;
        }
        text = Cow::Owned(json_text::unescape(&references::resolve(&text).0).0);
    }
    false
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut documents = documents(text).into_iter().peekable();
    let mut at = 0;
    let mut line_starts = true;
    let mut scan = Scan { text, tries: 4, pem_ends: true };
    while at < text.len() {
        while documents.next_if(|document| document.start < at).is_some() {}
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        if line_starts && let Some(end) = scan.request(at, line) {
            found.push(Piece { what: What::Request, start: at, end, writing: Writing::Plain });
            (at, line_starts) = (end, false);
            continue;
        }
        let end = at + line.len();
        let document = documents.next_if(|document| document.start < end);
        let stop = document.as_ref().map_or(end, |document| document.start);
        let (pieces, read) = scan.line(at, stop);
        found.extend(pieces);
        (at, line_starts) = (stop.max(read), document.is_none());
        if let Some(document) = document.filter(|document| document.start >= at) {
            let Found { start, end, writing } = as_string(text, document);
            found.push(Piece { what: What::Document, start, end, writing });
            at = end;
        }
        if found.len() > limits::CAPTURES {
            break;
        }
    }
    found
}

/// A document that is all of a JSON string, with its quotation marks: what is escaped in it is known by them.
fn as_string(text: &str, found: Found) -> Found {
    let quoted = found.start.saturating_sub(1)..found.end + 1;
    let is_string = text.get(quoted.clone()).is_some_and(|quoted| json_text::string(quoted).is_some());
    if is_string { Found { start: quoted.start, end: quoted.end, writing: Writing::Plain } } else { found }
}

struct Scan<'a> {
    text: &'a str,
    /// How many more texts that look like commands are tried: one that has no end is read to the text's.
    tries: usize,
    /// Whether the end of a PEM block may still come.
    pem_ends: bool,
}

impl Scan<'_> {
    /// Where a command or an HTTP message ends that begins with this line.
    fn request(&mut self, at: usize, line: &str) -> Option<usize> {
        if http::begins(line) || verbose::begins_marked(line) {
            return Some(self.text.len());
        }
        if self.tries == 0 || !Command::begins(line) {
            return None;
        }
        let Some((_, behind)) = Command::find(self.text.get(at..)?) else {
            self.tries -= 1;
            return None;
        };
        Some(self.text.len() - behind.len())
    }

    /// What stands in a part of one line, and how far it was read: a value may go on in the lines below.
    fn line(&mut self, start: usize, stop: usize) -> (Vec<Piece>, usize) {
        let mut found = Vec::new();
        let mut at = start;
        while at < stop {
            let rest = self.text.get(at..stop).unwrap_or_default();
            if rest.starts_with("-----BEGIN ")
                && let Some(end) = self.pem(at)
            {
                found.push(Piece { what: What::Pem, start: at, end, writing: Writing::Plain });
                at = end;
                continue;
            }
            let token = rest.split(is_delimiter).next().unwrap_or_default();
            let piece = self.token(at, token);
            at = piece.as_ref().map_or(at + token.len(), |piece| piece.end);
            found.extend(piece);
            let next = self.text.get(at..stop).unwrap_or_default();
            at += next.len() - next.trim_start_matches(is_delimiter).len();
        }
        (found, at)
    }

    fn pem(&mut self, start: usize) -> Option<usize> {
        let rest = self.text.get(start..).filter(|_| self.pem_ends)?;
        let Some(end) = rest.find("-----END ") else {
            self.pem_ends = false;
            return None;
        };
        let closing = rest.get(end + 9..).and_then(|behind| behind.find("-----")).filter(|length| *length < 40)?;
        Some(start + end + 9 + closing + 5)
    }

    /// What a word holds: a URL or a query with a message, or a value.
    fn token(&self, at: usize, token: &str) -> Option<Piece> {
        if token.len() < LEAST_PARAMETER {
            return None;
        }
        if NAMES.iter().any(|name| find(token.as_bytes(), name.as_bytes()).is_some())
            && let Some(found) = Parameters::find(token)
        {
            return self.parameters(at, token, found);
        }
        let (from, value) = value_in(token)?;
        let start = at + from;
        let end = self.goes_on(start, start + value.len());
        let has = |mark: char| self.text.get(start..end).is_some_and(|value| value.contains(mark));
        let writing = if has('\\') {
            Writing::Backslashes
        } else if has('&') {
            Writing::References
        } else {
            Writing::Plain
        };
        Some(Piece { what: What::Value, start, end, writing })
    }

    fn parameters(&self, at: usize, token: &str, found: Parameters<'_>) -> Option<Piece> {
        let message = token.len() - found.query.len();
        // What stands before a URL in the same word is not its own: `url=https://…`.
        let before = token.get(..message.min(token.len()))?;
        let from = before.rfind("https://").or_else(|| before.rfind("http://")).unwrap_or(0);
        let token_end = token.trim_end_matches([')', ']', '}', ',', ';', '.', '|']).len();
        let own = token.get(from..token_end)?;
        let writing = if own.contains("&amp;") {
            Writing::References
        } else if own.contains("\\u") || own.contains("\\/") {
            Writing::Backslashes
        } else {
            Writing::Plain
        };
        let start = at + from;
        let end = self.goes_on(start, at + token_end);
        Some(Piece { what: What::Parameters, start, end, writing })
    }

    /// Where a value ends that was wrapped into lines, or whose `+` were made spaces.
    fn goes_on(&self, start: usize, end: usize) -> usize {
        let mut end = end;
        let mut before = end - start;
        loop {
            let rest = self.text.get(end..).unwrap_or_default();
            let line_end = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
            let spaced = rest.strip_prefix(' ').filter(|_| line_end.is_none());
            let Some(next) = line_end.or(spaced) else { return end };
            let trimmed = next.trim_start_matches([' ', '\t']);
            let word = trimmed.split(is_delimiter).next().unwrap_or_default();
            let behind = rest.len() - trimmed.len() + word.len();
            let ends_line = rest.get(behind..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['\r', '\n']));
            let is_value = word.chars().all(|c| is_encoded(c) || c == '&') && !word.is_empty();
            let is_more = if line_end.is_some() {
                is_value && ends_line && before >= LEAST_LINE && (word.len() >= LEAST_LINE || !is_word(word))
            } else {
                is_value && !is_word(word) && (word.len() >= 12 || ends_line) && !word.starts_with("SAML")
            };
            if !is_more {
                return end;
            }
            before = word.len();
            end += behind;
        }
    }
}

/// The name of a message's parameter, as far as all spellings of it have it.
const NAMES: &[&str] = &["SAMLRe", "samlre", "SamlRe", "samlRe", "SAMLart", "wresult"];
/// Layers of escapes that quotation marks are looked for under.
const LAYERS: usize = 8;
/// Bytes that escaped quotation marks take at the most.
const LONGEST_QUOTES: usize = 256;
/// The least that is a parameter with anything in it.
const LEAST_PARAMETER: usize = 12;
/// The least width that text is wrapped at.
const LEAST_LINE: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://idp.example/sso;id=1?SAMLRequest=PGEvPg%3D%3D&RelayState=r";

    fn read(text: &str) -> Vec<(String, Vec<(RepairKind, usize)>)> {
        let found = take(&Capture::default(), text).unwrap_or_default();
        let told = |capture: &Capture| {
            capture.steps.first().into_iter().flat_map(|step| &step.repairs).map(|r| (r.kind, r.count)).collect()
        };
        found.iter().map(|capture| (capture.xml.as_deref().unwrap_or_default().to_owned(), told(capture))).collect()
    }

    #[test]
    fn each_thing_is_a_capture_that_says_where_it_stood() {
        let text = format!("see {URL}, then\nSAMLResponse=PGIvPg%3D%3D\n");
        let (a, b) = (text.find("https").unwrap(), text.find("SAMLResponse").unwrap());
        use RepairKind::{TextAfter, TextBefore};
        assert_eq!(
            read(&text),
            [
                ("<a/>".to_owned(), vec![(TextBefore, a), (TextAfter, text.len() - a - URL.len())]),
                ("<b/>".to_owned(), vec![(TextBefore, b), (TextAfter, 1)]),
            ]
        );
    }

    #[test]
    fn what_is_one_thing_is_left_to_its_own_form() {
        for text in [
            URL,
            "SAMLResponse=PGEvPg%3D%3D&RelayState=two words\n",
            "PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJv\ndG9jb2wi",
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/> x",
            "just some words",
            "",
            "{\"SAMLResponse\":\"PGEvPg==\"}",
        ] {
            assert!(take(&Capture::default(), text).is_none(), "{text}");
        }
    }

    #[test]
    fn values_are_found_wrapped_or_with_spaces_and_words_are_not_taken_along() {
        let value = "PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJv";
        let cut = |text: &str| {
            pieces(text).iter().map(|piece| text.get(piece.start..piece.end).unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(cut(&format!("this {value} failed for alice")), [value]);
        assert_eq!(cut(&format!("msg={value}\n{value}\nUE1Q\nthanks")), [format!("{value}\n{value}\nUE1Q")]);
        assert_eq!(cut(&format!("msg={value} dG9jb2wiPjwvc2FtbHA/ it")), [format!("{value} dG9jb2wiPjwvc2FtbHA/")]);
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert!(cut(&format!("sha {hash} {}", hash.to_uppercase())).is_empty());
    }
}
