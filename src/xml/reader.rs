//! The strict reader: quick-xml finds the tokens, this file decides whether they make a document.
//!
//! quick-xml checks almost nothing by itself (an open element at the end of the text is no error to it), so that every
//! rule of well-formedness and of namespaces stands here or in the files that this one calls.

use std::cell::OnceCell;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::document::{Document, NodeData, NodeKind, What};
use super::error::{Markup, XmlError, XmlErrorKind};
use super::names::{forbidden_char, is_ncname, is_space};
use super::namespaces::{Names, Scope};
use super::tag::RawAttribute;
use super::{prolog, references};
use crate::limits;

/// What to do with a document type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doctype {
    /// It ends the reading: for whatever is to be judged or verified.
    Refuse,
    /// It becomes a node, unread; entities that it may declare stay as written. For showing only.
    Show,
}

/// What became of a text: the document as far as it was read, and what stopped the reading.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    /// Everything up to the error; all of the text where there is none.
    pub document: Document<'a>,
    /// Why the text is no document, `None` where it is one.
    pub error: Option<XmlError>,
}

impl<'a> Reading<'a> {
    /// The document, only if all of it was read without an error.
    pub fn whole(self) -> Result<Document<'a>, XmlError> {
        match self.error {
            None => Ok(self.document),
            Some(error) => Err(error),
        }
    }
}

/// Reads an XML document. A byte order mark at the start belongs to no node.
pub fn read(text: &str, doctype: Doctype) -> Reading<'_> {
    read_within(text, doctype, Most { bytes: limits::XML_BYTES, nodes: limits::XML_NODES })
}

/// How large a document may be.
#[derive(Clone, Copy)]
struct Most {
    bytes: usize,
    nodes: usize,
}

fn read_within(text: &str, doctype: Doctype, most: Most) -> Reading<'_> {
    let mut builder = Builder::new(text, doctype, most);
    let mut error = builder.run().err();
    // Seldom, so looked for in a pass of its own; the error that comes first in the text is the one to name.
    if let Some((at, c)) = forbidden_char(text)
        && error.as_ref().is_none_or(|error| at <= error.span.start)
    {
        error = Some(XmlError::new(XmlErrorKind::ForbiddenCharacter(c), at..at + c.len_utf8()));
    }
    Reading { document: builder.finish(), error }
}

pub(super) struct Builder<'a> {
    pub(super) document: Document<'a>,
    pub(super) doctype: Doctype,
    pub(super) doctype_seen: bool,
    pub(super) root_seen: bool,
    pub(super) open: Vec<Open<'a>>,
    pub(super) scope: Scope<'a>,
    pub(super) raw_attributes: Vec<RawAttribute<'a>>,
    most: Most,
}

pub(super) struct Open<'a> {
    pub(super) node: u32,
    pub(super) name: &'a str,
    pub(super) scope: usize,
}

pub(super) type Step = Result<(), XmlError>;

/// Entries of a list from which on its length at the end is foreseen.
const LEAST_FORESEEN: usize = 4_096;

impl<'a> Builder<'a> {
    fn new(text: &'a str, doctype: Doctype, most: Most) -> Self {
        let root =
            NodeData { start: 0, end: text.len() as u32, parent: 0, after: 1, what: What::other(NodeKind::Document) };
        Self {
            document: Document {
                text,
                nodes: vec![root],
                elements: Vec::new(),
                attributes: Vec::new(),
                declarations: Vec::new(),
                names: Names::new(),
                declaration: None,
                ids: OnceCell::new(),
            },
            doctype,
            doctype_seen: false,
            root_seen: false,
            open: Vec::new(),
            scope: Scope::default(),
            raw_attributes: Vec::new(),
            most,
        }
    }

    fn run(&mut self) -> Step {
        let text = self.document.text;
        limit("XML_BYTES", self.most.bytes, text.len(), 0..0)?;
        let base = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let body = text.get(base..).unwrap_or_default();
        if body.starts_with('\u{FEFF}') {
            // quick-xml would pass over this one too.
            return fail(XmlErrorKind::TextOutsideRoot, base..2 * base);
        }
        let mut reader = Reader::from_str(body);
        reader.config_mut().check_end_names = false;
        loop {
            let start = base + reader.buffer_position() as usize;
            let event = reader.read_event();
            let end = base + reader.buffer_position() as usize;
            let span = start..end;
            let raw = text.get(span.clone()).unwrap_or_default();
            match event {
                Ok(Event::Eof) => return self.end_of_text(),
                Ok(Event::Start(_) | Event::Empty(_)) => self.start_tag(raw, span)?,
                Ok(Event::End(_)) => self.end_tag(raw, span)?,
                Ok(Event::Text(_)) => self.text(raw, span)?,
                Ok(Event::GeneralRef(_)) => self.reference(raw, span)?,
                Ok(Event::CData(_)) => self.cdata(span)?,
                Ok(Event::Comment(_)) => self.comment(raw, span)?,
                Ok(Event::PI(_)) => self.instruction(raw, span)?,
                Ok(Event::Decl(_)) => self.declaration(raw, span, base)?,
                Ok(Event::DocType(_)) => self.document_type(raw, span)?,
                Err(error) => return Err(tokenizer_error(error, start, text)),
            }
        }
    }

    fn end_of_text(&mut self) -> Step {
        let end = self.document.text.len();
        if let Some(open) = self.open.last() {
            let start = self.document.nodes.get(open.node as usize).map_or(0, |node| node.start as usize);
            return fail(XmlErrorKind::UnclosedElement(open.name.to_owned()), start..end);
        }
        if self.root_seen { Ok(()) } else { fail(XmlErrorKind::NoRoot, end..end) }
    }

    /// Whatever was still open ends where the reading did, so that a partial document is a tree as well.
    fn finish(mut self) -> Document<'a> {
        let after = self.document.nodes.len() as u32;
        let end = self.document.text.len() as u32;
        for open in self.open.drain(..) {
            if let Some(node) = self.document.nodes.get_mut(open.node as usize) {
                (node.after, node.end) = (after, end);
                if let Some(element) = self.document.elements.get_mut(node.what.index()) {
                    element.close_start = end;
                }
            }
        }
        if let Some(root) = self.document.nodes.first_mut() {
            root.after = after;
        }
        self.document
    }

    #[inline(always)]
    pub(super) fn push(&mut self, what: What, span: Range<usize>) -> Result<u32, XmlError> {
        let id = self.document.nodes.len();
        limit("XML_NODES", self.most.nodes, id, span.clone())?;
        room(&mut self.document.nodes, span.start, self.document.text);
        self.document.nodes.push(NodeData {
            start: span.start as u32,
            end: span.end as u32,
            parent: self.open.last().map_or(0, |open| open.node),
            after: id as u32 + 1,
            what,
        });
        Ok(id as u32)
    }

    fn end_tag(&mut self, raw: &str, span: Range<usize>) -> Step {
        let found = raw.get(2..raw.len().saturating_sub(1)).unwrap_or_default();
        let found = found.trim_end_matches(|c: char| c.is_ascii() && is_space(c as u8));
        match self.open.pop() {
            Some(open) if open.name == found => {
                self.scope.leave(open.scope);
                let after = self.document.nodes.len() as u32;
                if let Some(node) = self.document.nodes.get_mut(open.node as usize) {
                    (node.after, node.end) = (after, span.end as u32);
                    if let Some(element) = self.document.elements.get_mut(node.what.index()) {
                        element.close_start = span.start as u32;
                    }
                }
                Ok(())
            }
            open => {
                let expected = open.as_ref().map(|open| open.name.to_owned());
                // It stays open, so that the partial document keeps its shape.
                self.open.extend(open);
                fail(XmlErrorKind::MismatchedEnd { expected, found: found.to_owned() }, span)
            }
        }
    }

    fn text(&mut self, raw: &str, span: Range<usize>) -> Step {
        if self.open.is_empty() {
            return match raw.bytes().position(|b| !is_space(b)) {
                Some(at) => fail(XmlErrorKind::TextOutsideRoot, span.start + at..span.end),
                None => Ok(()),
            };
        }
        // A lone `>` is rare, and looking for one character is quicker than for three.
        if raw.as_bytes().contains(&b'>')
            && let Some(at) = raw.find("]]>")
        {
            return fail(XmlErrorKind::CDataEndInText, span.start + at..span.start + at + 3);
        }
        self.characters(span)
    }

    fn reference(&mut self, raw: &str, span: Range<usize>) -> Step {
        if self.open.is_empty() {
            return fail(XmlErrorKind::TextOutsideRoot, span);
        }
        references::check(raw, span.start, self.doctype_seen)?;
        self.characters(span)
    }

    /// Text and references that touch are one node: the tokenizer cuts at every reference, a reader of SAML must not.
    #[inline(always)]
    fn characters(&mut self, span: Range<usize>) -> Step {
        if span.is_empty() {
            return Ok(());
        }
        if let Some(last) = self.document.nodes.last_mut()
            && last.what.kind() == NodeKind::Text
            && last.end as usize == span.start
        {
            last.end = span.end as u32;
            return Ok(());
        }
        self.push(What::other(NodeKind::Text), span).map(drop)
    }

    fn cdata(&mut self, span: Range<usize>) -> Step {
        if self.open.is_empty() {
            return fail(XmlErrorKind::TextOutsideRoot, span);
        }
        self.push(What::other(NodeKind::CData), span).map(drop)
    }

    fn comment(&mut self, raw: &str, span: Range<usize>) -> Step {
        let inner = raw.get(4..raw.len().saturating_sub(3)).unwrap_or_default();
        if raw.len() < "<!---->".len() || inner.contains("--") || inner.ends_with('-') {
            return fail(XmlErrorKind::DoubleHyphenInComment, span);
        }
        self.push(What::other(NodeKind::Comment), span).map(drop)
    }

    fn instruction(&mut self, raw: &str, span: Range<usize>) -> Step {
        let inner = raw.get(2..raw.len().saturating_sub(2)).unwrap_or_default();
        let target = inner.split(|c: char| c.is_ascii() && is_space(c as u8)).next().unwrap_or_default();
        if !is_ncname(target) {
            return fail(XmlErrorKind::InvalidInstructionTarget(target.to_owned()), span);
        }
        if target.eq_ignore_ascii_case("xml") {
            return fail(XmlErrorKind::ReservedInstructionTarget(target.to_owned()), span);
        }
        self.push(What::other(NodeKind::Instruction), span).map(drop)
    }

    fn declaration(&mut self, raw: &str, span: Range<usize>, base: usize) -> Step {
        if span.start != base {
            return fail(XmlErrorKind::MisplacedDeclaration, span);
        }
        prolog::declaration(raw, span.start)?;
        self.document.declaration = Some(span);
        Ok(())
    }

    fn document_type(&mut self, raw: &str, span: Range<usize>) -> Step {
        if self.root_seen || self.doctype_seen {
            return fail(XmlErrorKind::MisplacedDoctype, span);
        }
        if self.doctype == Doctype::Refuse {
            return fail(XmlErrorKind::DoctypeRefused, span);
        }
        prolog::doctype(raw, span.start)?;
        self.doctype_seen = true;
        self.push(What::other(NodeKind::Doctype), span).map(drop)
    }
}

pub(super) fn fail<T>(kind: XmlErrorKind, span: Range<usize>) -> Result<T, XmlError> {
    Err(XmlError::new(kind, span))
}

/// Room in a list that is full for all that is still to come, `at` bytes of the text being read, by what has come so far.
/// Lists that double are half empty in the end, which of a federation is half the file's size.
#[inline(always)]
pub(super) fn room<T>(list: &mut Vec<T>, at: usize, text: &str) {
    let len = list.len();
    if len == list.capacity() && len >= LEAST_FORESEEN {
        let all = len as u64 * text.len() as u64 / at.max(1) as u64;
        // A little more than foreseen; never less than is needed to grow in few steps, nor more than twice.
        let all = (all + all / 64) as usize;
        list.reserve_exact(all.clamp(len + len / 16, 2 * len) - len);
    }
}

#[inline(always)]
pub(super) fn limit(name: &'static str, limit: usize, actual: usize, span: Range<usize>) -> Step {
    if actual > limit { fail(XmlErrorKind::Limit { name, limit }, span) } else { Ok(()) }
}

fn tokenizer_error(error: Error, start: usize, text: &str) -> XmlError {
    use Markup::{AttributeValue, CData, Comment, Instruction, Tag};
    let kind = match &error {
        Error::Syntax(SyntaxError::InvalidBangMarkup) => XmlErrorKind::UnknownMarkup,
        Error::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => XmlErrorKind::Unclosed(Instruction),
        Error::Syntax(SyntaxError::UnclosedComment) => XmlErrorKind::Unclosed(Comment),
        Error::Syntax(SyntaxError::UnclosedDoctype) => XmlErrorKind::Unclosed(Markup::Doctype),
        Error::Syntax(SyntaxError::UnclosedCData) => XmlErrorKind::Unclosed(CData),
        Error::Syntax(SyntaxError::UnclosedTag) => XmlErrorKind::Unclosed(Tag),
        Error::Syntax(
            SyntaxError::UnclosedSingleQuotedAttributeValue | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        ) => XmlErrorKind::Unclosed(AttributeValue),
        Error::IllFormed(IllFormedError::UnclosedReference) => XmlErrorKind::UnclosedReference,
        Error::IllFormed(IllFormedError::MissingDoctypeName) => XmlErrorKind::MalformedDoctype,
        Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
            XmlErrorKind::MismatchedEnd { expected: None, found: found.clone() }
        }
        other => XmlErrorKind::Tokenizer(other.to_string()),
    };
    let width = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    XmlError::new(kind, start..start + width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_as_many_bytes_and_nodes_as_may_be_is_read_and_no_larger_one() {
        // The document is a node as well.
        let text = "<a>b<!--c--></a>";
        let of = |bytes, nodes| read_within(text, Doctype::Refuse, Most { bytes, nodes });
        let whole = of(text.len(), 3).whole().unwrap();
        assert_eq!(whole.nodes().count(), 4);
        for (bytes, nodes, name, limit) in
            [(text.len() - 1, 3, "XML_BYTES", text.len() - 1), (text.len(), 2, "XML_NODES", 2)]
        {
            let kind = of(bytes, nodes).error.map(|error| error.kind);
            assert_eq!(kind, Some(XmlErrorKind::Limit { name, limit }));
        }
        // What was read before stays.
        assert_eq!(of(text.len(), 2).document.nodes().count(), 3);
    }

    #[test]
    fn a_lone_ampersand_is_told_where_it_stands() {
        for (text, kind, at) in [
            ("<a>some text &amp more</a>", XmlErrorKind::UnclosedReference, 13),
            ("<a>&amp more</a>", XmlErrorKind::UnclosedReference, 3),
            ("<a>text<!-- more", XmlErrorKind::Unclosed(Markup::Comment), 7),
        ] {
            let error = read(text, Doctype::Refuse).error.unwrap();
            assert_eq!((error.kind, error.span), (kind, at..at + 1), "{text}");
        }
    }

    #[test]
    fn of_two_errors_that_which_comes_first_is_told() {
        let kind = |text: &str| read(text, Doctype::Refuse).error.map(|error| error.kind);
        assert_eq!(kind("<a>\u{1}</b>"), Some(XmlErrorKind::ForbiddenCharacter('\u{1}')));
        assert!(matches!(kind("<a></b>\u{1}"), Some(XmlErrorKind::MismatchedEnd { .. })));
        assert_eq!(kind("<a>\u{1}</a>"), Some(XmlErrorKind::ForbiddenCharacter('\u{1}')));
    }

    #[test]
    fn an_attribute_whose_name_merely_begins_like_a_declaration_declares_nothing() {
        let document = read("<a xmlnsp='urn:x' xmlns-q='urn:y'/>", Doctype::Refuse).whole().unwrap();
        let root = document.root_element().unwrap();
        assert_eq!((root.attributes().count(), root.declarations().count()), (2, 0));
        let error = read("<a xmlnsp='urn:x'><xmlnsp:b/></a>", Doctype::Refuse).error.unwrap();
        assert!(matches!(error.kind, XmlErrorKind::UndeclaredPrefix(_)), "{error:?}");
    }

    #[test]
    fn an_attribute_stands_once_by_its_name_and_its_namespace() {
        let kind = |text: &str| read(text, Doctype::Refuse).error.map(|error| (error.kind, error.span));
        let declared = "<a xmlns:p='u' xmlns:q='u' xmlns:r='v'";
        for more in ["p:x='1' q:x='2'", "p:x='1' q:x='2' p:y='3'", "r:x='0' p:x='1' y='2' q:x='3'"] {
            let text = format!("{declared} {more}/>");
            let (found, span) = kind(&text).unwrap();
            assert!(matches!(found, XmlErrorKind::DuplicateExpandedAttribute { .. }), "{more}: {found:?}");
            assert!(text.get(span).unwrap().starts_with("q:x"), "{more}");
        }
        assert_eq!(kind(&format!("{declared} p:x='1' r:x='2' x='3'/>")), None);
        // Many are told apart otherwise than few.
        for count in [2, 8, 9, 40] {
            let all: String = (0..count).map(|number| format!(" a{number}='1'")).collect();
            assert_eq!(kind(&format!("<a{all}/>")), None);
            let twice = kind(&format!("<a{all} a0='2'/>"));
            assert!(matches!(twice, Some((XmlErrorKind::DuplicateAttribute(_), _))), "{count}: {twice:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_document_type_is_told_where_it_stands() {
        let text = "<!--c--><!DOCTYPE 1><a/>";
        let error = |doctype| read(text, doctype).error.unwrap();
        for (doctype, kind) in
            [(Doctype::Refuse, XmlErrorKind::DoctypeRefused), (Doctype::Show, XmlErrorKind::MalformedDoctype)]
        {
            assert_eq!((error(doctype).kind, error(doctype).span), (kind, 8..20));
        }
    }

    #[test]
    fn only_xmlns_and_what_has_it_for_a_prefix_declare() {
        let document = read("<a xmlns='u' xmlnsx='v' x:xmlns='w' xmlns:x='y'/>", Doctype::Refuse).whole().unwrap();
        let root = document.root().elements().next().unwrap();
        let own: Vec<_> = root.attributes().map(|a| (a.prefix(), a.local_name(), a.namespace())).collect();
        assert_eq!(own, [("", "xmlnsx", ""), ("x", "xmlns", "y")]);
        assert!(!document.has_doctype());
        assert!(read("<!DOCTYPE a><a/>", Doctype::Show).whole().unwrap().has_doctype());
    }

    /// By what has come so far, and a sixty-fourth more; within a sixteenth and twice of what there is.
    #[test]
    fn room_is_made_for_what_is_foreseen() {
        let text = "x".repeat(1_000_000);
        let made = |len: usize, at| {
            let mut list: Vec<u8> = Vec::new();
            list.reserve_exact(len);
            list.resize(list.capacity(), 0);
            room(&mut list, at, &text);
            list.capacity() - len
        };
        assert_eq!(made(LEAST_FORESEEN - 1, 500_000), 0, "few grow by themselves");
        assert_eq!(made(10_000, 800_000), 12_500 + 12_500 / 64 - 10_000);
        assert_eq!(made(10_000, 1_000_000), 10_000 / 16);
        assert_eq!(made(10_000, 0), 10_000);
        assert_eq!(made(LEAST_FORESEEN, 100_000), LEAST_FORESEEN);
        let mut free: Vec<u8> = Vec::with_capacity(20_000);
        free.resize(10_000, 0);
        room(&mut free, 1, &text);
        assert_eq!(free.capacity(), 20_000, "what has room needs none");
    }
}
