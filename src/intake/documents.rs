//! XML documents and web pages within other text: from `<?xml` or the root's start tag to its end tag, written as they are
//! or escaped.

use std::ops::Range;

use memchr::memmem::find;

use super::floor;
use super::quoting::Cursor;
use crate::xml::{Doctype, read};

/// How a piece of text is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// As it is.
    Plain,
    /// With references: `&lt;saml…`.
    References,
    /// With escapes of JSON or of a programming language: `\u003csaml…`, `ID=\"…\"`.
    Backslashes,
    /// With each quotation mark twice, as a table has it: `ID=""…""` (RFC 4180 §2).
    Doubled,
}

/// A document within a text, half open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) writing: Writing,
}

/// Elements that a document begins with. Within another of them they are its own.
const ROOTS: &[&str] = &[
    "Response",
    "Assertion",
    "AuthnRequest",
    "LogoutRequest",
    "LogoutResponse",
    "ArtifactResolve",
    "ArtifactResponse",
    "AttributeQuery",
    "ManageNameIDRequest",
    "ManageNameIDResponse",
    "EntityDescriptor",
    "EntitiesDescriptor",
    "Envelope",
    "RequestSecurityTokenResponse",
    "RequestSecurityTokenResponseCollection",
    "html",
];
/// Those of them that hold others.
const HOLDERS: &[&str] = &[
    "Envelope",
    "ArtifactResponse",
    "EntitiesDescriptor",
    "RequestSecurityTokenResponse",
    "RequestSecurityTokenResponseCollection",
    "html",
];
/// How a `<` is written, and a `>`.
const WRITTEN: &[(&str, &str, Writing)] = &[
    ("<", ">", Writing::Plain),
    ("&lt;", "&gt;", Writing::References),
    ("&#60;", "&#62;", Writing::References),
    ("&#x3c;", "&#x3e;", Writing::References),
    ("&#x3C;", "&#x3E;", Writing::References),
    ("&amp;lt;", "&amp;gt;", Writing::References),
    ("\\u003c", "\\u003e", Writing::Backslashes),
    ("\\u003C", "\\u003E", Writing::Backslashes),
    ("\\x3c", "\\x3e", Writing::Backslashes),
    ("\\x3C", "\\x3E", Writing::Backslashes),
];
/// Bytes of a start tag that are looked at.
const TAG: usize = 4_096;

/// An element that was begun.
struct Open<'a> {
    name: &'a str,
    start: usize,
    writing: Writing,
    /// The end, once it was found.
    end: Option<usize>,
    /// Whether it is the first markup of its line.
    starts_line: bool,
}

/// Every document, in order and beside one another.
pub(super) fn documents(text: &str) -> Vec<Found> {
    if let Some(whole) = with_prolog(text) {
        return vec![whole];
    }
    let mut all: Vec<Open<'_>> = Vec::new();
    let mut stack: Vec<usize> = Vec::new();
    let mut prolog: Option<usize> = None;
    let mut skip = 0;
    for at in memchr::memchr3_iter(b'<', b'&', b'\\', text.as_bytes()) {
        let Some(rest) = text.get(at..).filter(|_| at >= skip) else { continue };
        let Some((less, greater, writing)) = WRITTEN.iter().find(|(less, ..)| rest.starts_with(less)) else { continue };
        let mut cursor = Cursor::new(rest);
        cursor.at = less.len();
        if cursor.eat("?xml") || cursor.eat("!DOCTYPE") || cursor.eat("!doctype") {
            prolog = prolog.filter(|prolog| at - prolog < TAG).or(Some(at));
            continue;
        }
        cursor.skip(|c| c == '\\');
        let is_end = cursor.eat("/");
        let name = cursor.rest();
        let name = name.get(..name.find(|c: char| !is_name(c)).unwrap_or(name.len())).unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        if !ROOTS.contains(&local) && !local.eq_ignore_ascii_case("html") {
            // A declaration belongs to the root that follows it, not to one within.
            prolog = prolog.filter(|_| name.is_empty());
            continue;
        }
        // A start tag ends before the next tag, if it ends at all.
        let tag = rest.get(..floor(rest, TAG)).unwrap_or_default();
        let next = tag.get(less.len()..).and_then(|behind| find(behind.as_bytes(), less.as_bytes()));
        let tag = next.and_then(|next| tag.get(..next + less.len())).unwrap_or(tag);
        // Many who escape a `<` leave a `>` as it is.
        let ends = [*greater, ">", "&gt;"].map(|end| Some((find(tag.as_bytes(), end.as_bytes())?, end.len())));
        let close = ends.into_iter().flatten().min();
        let length = close.map_or(cursor.at + name.len(), |(close, width)| close + width);
        let close = close.map(|(close, _)| close);
        if is_end {
            let end = at + length;
            let opened = stack.iter().rposition(|open| all.get(*open).is_some_and(|open| open.name == name));
            if let Some(opened) = opened {
                let within = stack.split_off(opened);
                let open = within.first().and_then(|open| all.get_mut(*open));
                open.into_iter().for_each(|open| open.end = Some(end));
                // What was begun within and never ended is no document of its own.
                for inner in within.into_iter().skip(1) {
                    all.get_mut(inner).into_iter().for_each(|inner| inner.end = Some(inner.start));
                }
            }
            continue;
        }
        if !is_saml(tag, close) && !local.eq_ignore_ascii_case("html") {
            continue;
        }
        let start = prolog.take().filter(|prolog| at - prolog < TAG).unwrap_or(at);
        let writing = outer(tag).unwrap_or(*writing);
        let starts_line = start != at || is_first_markup(text, start);
        let is_closed = close.is_some_and(|close| tag.get(..close).is_some_and(|tag| tag.ends_with('/')));
        let end = is_closed.then_some(at + length);
        if end.is_none() {
            stack.push(all.len());
        }
        skip = at + less.len();
        all.push(Open { name, start, writing, end, starts_line });
    }
    outermost(text, &all)
}

/// Where in a text documents stand that are written as they are.
pub(crate) fn documents_in(text: &str) -> impl Iterator<Item = Range<usize>> {
    documents(text).into_iter().filter(|found| found.writing == Writing::Plain).map(|found| found.start..found.end)
}

/// The one document that all of a text is, where a document type, a comment or an instruction begins it: what these hold
/// may be of any length and look like elements, and must not be taken for words around the message.
fn with_prolog(text: &str) -> Option<Found> {
    let (own, end) = (text.trim_start(), text.trim_end().len());
    let start = text.len() - own.len();
    let declared = own.strip_prefix("<?xml ").and_then(|own| own.get(..floor(own, TAG))?.split_once("?>"));
    let first = declared.map_or(own, |(_, behind)| behind.trim_start());
    let whole = text.get(start..end).filter(|_| first.starts_with("<!") || first.starts_with("<?"))?;
    let reading = read(whole, Doctype::Show);
    let root = reading.document.root_element().filter(|_| reading.error.is_none())?;
    let is_one = ROOTS.contains(&root.local_name()) && root.local_name() != "html";
    is_one.then_some(Found { start, end, writing: Writing::Plain })
}

/// The outer encoding of what has two, or whose `<` is kept: told by the quotation mark behind the first `=`.
fn outer(tag: &str) -> Option<Writing> {
    let (name, value) = tag.split_once('=').unwrap_or((tag, ""));
    if ["&#61;", "&#x3d;", "&#x3D;", "&equals;"].iter().any(|equals| name.contains(equals)) {
        return Some(Writing::References);
    }
    let value = value.strip_prefix("3D").unwrap_or(value);
    if value.strip_prefix("\"\"").is_some_and(|value| value.starts_with(|c: char| c.is_alphanumeric())) {
        return Some(Writing::Doubled);
    }
    let quote = value.trim_start_matches('\\');
    match quote.starts_with('&') {
        true => Some(Writing::References),
        false => (quote.len() < value.len()).then_some(Writing::Backslashes),
    }
}

/// Those that stand within no other. What has no end goes to the next that begins a line, unless that may be its own.
fn outermost(text: &str, all: &[Open<'_>]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut reached = 0;
    let mut all = all.iter().peekable();
    while let Some(open) = all.next() {
        if open.start < reached || open.end == Some(open.start) {
            continue;
        }
        let end = open.end.unwrap_or_else(|| {
            let local = open.name.rsplit(':').next().unwrap_or_default();
            let is_next = |next: &&Open<'_>| {
                let inner = next.name.rsplit(':').next().unwrap_or_default();
                next.starts_line && inner != "Assertion" && !HOLDERS.contains(&local)
            };
            while all.next_if(|next| !is_next(next)).is_some() {}
            all.peek().map_or(text.len(), |next| next.start)
        });
        let whole = text.get(open.start..end).unwrap_or_default();
        // A document that was cut ends where words of another line begin: after an empty line.
        let end = match open.end {
            None => {
                open.start + whole.find("\n\n").or_else(|| whole.find("\r\n\r\n")).unwrap_or(whole.trim_end().len())
            }
            Some(end) => end,
        };
        reached = end;
        found.push(Found { start: open.start, end, writing: open.writing });
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-' | '.')
}

/// Whether a start tag is of a vocabulary that messages are written in: a `Response` is in many.
fn is_saml(tag: &str, close: Option<usize>) -> bool {
    let own = tag.get(..close.unwrap_or(tag.len())).unwrap_or_default();
    ["tc:SAML", "saml", "schemas.xmlsoap.org", "soap-envelope", "ws-trust", "ws-sx"]
        .iter()
        .any(|word| own.contains(word))
}

/// Whether no markup stands before a place in its line, as far as a line's prefix may be long.
fn is_first_markup(text: &str, start: usize) -> bool {
    let from = start.saturating_sub(PREFIX);
    let before = text.as_bytes().get(from..start).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).and_then(|end| before.get(end + 1..));
    let line = line.or((from == 0).then_some(before));
    line.is_some_and(|line| !line.contains(&b'<'))
}

/// Bytes that a log writes before a message.
const PREFIX: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(&str, Writing)> {
        documents(text).into_iter().map(|found| (text.get(found.start..found.end).unwrap(), found.writing)).collect()
    }

    const A: &str = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>"#;
    const R: &str = "<?xml version=\"1.0\"?>\n<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"><samlp:Response/></samlp:Response>";

    #[test]
    fn documents_are_found_among_words_whole_and_with_their_declaration() {
        use Writing::Plain;
        assert_eq!(cut(&format!("sent {A} and got\n{R} so <b>it</b> <Response/>")), [(A, Plain), (R, Plain)]);
        assert_eq!(cut("<Response>of something else</Response> a < b & c \\ d"), []);
    }

    #[test]
    fn a_document_type_belongs_to_its_document_whatever_it_declares() {
        let long = "a".repeat(2 * TAG);
        for inner in [format!("<!ENTITY a \"{long}\">"), "<!ENTITY a \"<Response>]>\">".to_owned()] {
            let text = format!("\n<!DOCTYPE r [{inner}]>{A}\n");
            assert_eq!(cut(&text), [(text.trim(), Writing::Plain)]);
        }
        let text = format!("<?xml version=\"1.0\"?>\n<!-- x -->{A}<?x y?>");
        assert_eq!(cut(&text), [(text.as_str(), Writing::Plain)]);
    }

    #[test]
    fn one_that_was_cut_does_not_take_the_next_with_it() {
        let open = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"><saml:Assertion>";
        let text = format!("{open}\n{A}\n{open}\n\nwords");
        let found = cut(&text);
        assert_eq!(found.iter().map(|(text, _)| text.trim()).collect::<Vec<_>>(), [open, A, open]);
    }

    #[test]
    fn escaped_ones_are_known_by_how_they_are_written() {
        let referenced = A.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        assert_eq!(cut(&format!("x {referenced} y")), [(referenced.as_str(), Writing::References)]);
        let json = R.replace('"', "\\\"").replace('\n', "\\n");
        assert_eq!(cut(&format!("\"{json}\"")), [(json.as_str(), Writing::Backslashes)]);
        let go = R.replace('<', "\\u003c").replace('>', "\\u003e");
        assert_eq!(cut(&go), [(go.as_str(), Writing::Backslashes)]);
        let table = R.replace('"', "\"\"");
        assert_eq!(cut(&format!("a,\"{table}\",b")), [(table.as_str(), Writing::Doubled)]);
        let half = R.replace('<', "\\u003c");
        assert_eq!(cut(&format!("{half} y")), [(half.as_str(), Writing::Backslashes)]);
    }
}
