//! The strict reader: quick-xml finds the tokens, this file decides whether they make a document.
//!
//! quick-xml checks almost nothing by itself (an open element at the end of the text is no error to it), so that every
//! rule of well-formedness and of namespaces stands here or in the files that this one calls.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::document::{AttributeData, Document, ElementData, NodeData, NodeKind};
use super::error::{Markup, XmlError, XmlErrorKind};
use super::names::{forbidden_char, is_ncname, is_space, qname};
use super::namespaces::{Names, NamespaceId, Scope};
use super::tag::{self, RawAttribute};
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
    let mut builder = Builder::new(text, doctype);
    let mut error = builder.run().err();
    // Seldom, so looked for in a pass of its own; the error that comes first in the text is the one to name.
    if let Some((at, c)) = forbidden_char(text)
        && error.as_ref().is_none_or(|error| at <= error.span.start)
    {
        error = Some(XmlError::new(XmlErrorKind::ForbiddenCharacter(c), at..at + c.len_utf8()));
    }
    Reading { document: builder.finish(), error }
}

struct Builder<'a> {
    document: Document<'a>,
    doctype: Doctype,
    doctype_seen: bool,
    root_seen: bool,
    open: Vec<Open<'a>>,
    scope: Scope<'a>,
    raw_attributes: Vec<RawAttribute<'a>>,
}

struct Open<'a> {
    node: u32,
    name: &'a str,
    scope: usize,
}

type Step = Result<(), XmlError>;

impl<'a> Builder<'a> {
    fn new(text: &'a str, doctype: Doctype) -> Self {
        let root =
            NodeData { start: 0, end: text.len() as u32, parent: 0, after: 1, element: 0, kind: NodeKind::Document };
        Self {
            document: Document {
                text,
                nodes: vec![root],
                elements: Vec::new(),
                attributes: Vec::new(),
                declarations: Vec::new(),
                names: Names::new(),
                declaration: None,
            },
            doctype,
            doctype_seen: false,
            root_seen: false,
            open: Vec::new(),
            scope: Scope::default(),
            raw_attributes: Vec::new(),
        }
    }

    fn run(&mut self) -> Step {
        let text = self.document.text;
        limit("XML_BYTES", limits::XML_BYTES, text.len(), 0..0)?;
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
                if let Some(element) = self.document.elements.get_mut(node.element as usize) {
                    element.close_start = end;
                }
            }
        }
        if let Some(root) = self.document.nodes.first_mut() {
            root.after = after;
        }
        self.document
    }

    fn push(&mut self, kind: NodeKind, span: Range<usize>) -> Result<u32, XmlError> {
        let id = self.document.nodes.len();
        limit("XML_NODES", limits::XML_NODES, id, span.clone())?;
        self.document.nodes.push(NodeData {
            start: span.start as u32,
            end: span.end as u32,
            parent: self.open.last().map_or(0, |open| open.node),
            after: id as u32 + 1,
            element: 0,
            kind,
        });
        Ok(id as u32)
    }

    fn start_tag(&mut self, raw: &'a str, span: Range<usize>) -> Step {
        let mut attributes = std::mem::take(&mut self.raw_attributes);
        let result = tag::start_tag(raw, span.start, self.doctype_seen, &mut attributes)
            .and_then(|tag| self.element(tag, &attributes, span));
        self.raw_attributes = attributes;
        result
    }

    fn element(&mut self, tag: tag::RawTag<'a>, attributes: &[RawAttribute<'a>], span: Range<usize>) -> Step {
        let name_span = span.start + 1..span.start + 1 + tag.name.len();
        if self.open.is_empty() && self.root_seen {
            return fail(XmlErrorKind::SecondRoot, name_span);
        }
        self.root_seen = true;
        limit("XML_DEPTH", limits::XML_DEPTH, self.open.len(), name_span.clone())?;
        limit("XML_ATTRIBUTES", limits::XML_ATTRIBUTES, attributes.len(), name_span.clone())?;
        let (prefix, local) = split(tag.name, &name_span)?;
        let scope = self.scope.depth();
        let mut element = ElementData {
            prefix_len: prefix.len() as u16,
            local_len: local.len() as u16,
            namespace: NamespaceId::NONE,
            open_end: span.end as u32,
            close_start: span.end as u32,
            attributes: self.document.attributes.len() as u32,
            declarations: self.document.declarations.len() as u32,
        };
        for attribute in attributes {
            self.declare(attribute)?;
        }
        limit("XML_NAMESPACES", limits::XML_NAMESPACES, self.scope.depth(), name_span.clone())?;
        if prefix == "xmlns" {
            return fail(XmlErrorKind::XmlnsPrefix, name_span);
        }
        element.namespace = self.lookup(prefix, &name_span)?;
        self.add_attributes(attributes)?;

        let node = self.push(NodeKind::Element, span)?;
        if let Some(data) = self.document.nodes.get_mut(node as usize) {
            data.element = self.document.elements.len() as u32;
        }
        self.document.elements.push(element);
        if tag.empty {
            self.scope.leave(scope);
        } else {
            self.open.push(Open { node, name: tag.name, scope });
        }
        Ok(())
    }

    /// Takes a namespace declaration into scope; other attributes are left for later (NS §3, §5).
    fn declare(&mut self, attribute: &RawAttribute<'a>) -> Step {
        let name_span = attribute.start..attribute.start + attribute.name.len();
        let prefix = match attribute.name.strip_prefix("xmlns") {
            Some("") => "",
            Some(rest) if rest.starts_with(':') => split(attribute.name, &name_span)?.1,
            _ => return Ok(()),
        };
        let value = references::attribute_value(attribute.value);
        let span = attribute.start..attribute.value_start + attribute.value.len() + 1;
        let namespace = self.document.names.id(match value {
            Cow::Borrowed(_) => Cow::Borrowed(attribute.value),
            Cow::Owned(value) => Cow::Owned(value),
        });
        match prefix {
            "xmlns" => return fail(XmlErrorKind::XmlnsPrefix, span),
            "xml" if namespace != NamespaceId::XML => return fail(XmlErrorKind::XmlPrefixRebound, span),
            "xml" => {}
            _ if matches!(namespace, NamespaceId::XML | NamespaceId::XMLNS) => {
                return fail(XmlErrorKind::ReservedNamespace(prefix.to_owned()), span);
            }
            "" => {}
            _ if namespace == NamespaceId::NONE => {
                return fail(XmlErrorKind::EmptyPrefixBinding(prefix.to_owned()), span);
            }
            _ => {}
        }
        self.document.declarations.push(AttributeData {
            start: attribute.start as u32,
            value_start: attribute.value_start as u32,
            value_end: (attribute.value_start + attribute.value.len()) as u32,
            // The declared prefix is the local name, an empty one where `xmlns` stands alone.
            prefix_len: "xmlns".len() as u16,
            local_len: prefix.len() as u16,
            namespace,
        });
        self.scope.declare(prefix, namespace);
        Ok(())
    }

    /// Every attribute that declares nothing, once all declarations of its element are in scope.
    fn add_attributes(&mut self, attributes: &[RawAttribute<'a>]) -> Step {
        refuse_twice(
            attributes,
            |attribute| attribute.name,
            |attribute| XmlErrorKind::DuplicateAttribute(attribute.name.to_owned()),
        )?;
        let mut expanded = Vec::new();
        for attribute in attributes {
            if attribute.name == "xmlns" || attribute.name.starts_with("xmlns:") {
                continue;
            }
            let name_span = attribute.start..attribute.start + attribute.name.len();
            let (prefix, local) = split(attribute.name, &name_span)?;
            // The default namespace is not for attributes (NS §6.2).
            let namespace = if prefix.is_empty() { NamespaceId::NONE } else { self.lookup(prefix, &name_span)? };
            if !prefix.is_empty() {
                expanded.push((namespace, local, *attribute));
            }
            self.document.attributes.push(AttributeData {
                start: attribute.start as u32,
                value_start: attribute.value_start as u32,
                value_end: (attribute.value_start + attribute.value.len()) as u32,
                prefix_len: prefix.len() as u16,
                local_len: local.len() as u16,
                namespace,
            });
        }
        if expanded.len() < 2 {
            return Ok(());
        }
        expanded.sort_by_key(|(namespace, local, attribute)| (*namespace, *local, attribute.start));
        match expanded.windows(2).find(|pair| matches!(pair, [a, b] if (a.0, a.1) == (b.0, b.1))) {
            Some([_, (namespace, local, second)]) => fail(
                XmlErrorKind::DuplicateExpandedAttribute {
                    namespace: self.document.names.name(*namespace).to_owned(),
                    local: (*local).to_owned(),
                },
                second.start..second.start + second.name.len(),
            ),
            _ => Ok(()),
        }
    }

    fn lookup(&mut self, prefix: &str, span: &Range<usize>) -> Result<NamespaceId, XmlError> {
        let undeclared = || XmlError::new(XmlErrorKind::UndeclaredPrefix(prefix.to_owned()), span.clone());
        self.scope.lookup(prefix).ok_or_else(undeclared)
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
                    if let Some(element) = self.document.elements.get_mut(node.element as usize) {
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
    fn characters(&mut self, span: Range<usize>) -> Step {
        if span.is_empty() {
            return Ok(());
        }
        if let Some(last) = self.document.nodes.last_mut()
            && last.kind == NodeKind::Text
            && last.end as usize == span.start
        {
            last.end = span.end as u32;
            return Ok(());
        }
        self.push(NodeKind::Text, span).map(drop)
    }

    fn cdata(&mut self, span: Range<usize>) -> Step {
        if self.open.is_empty() {
            return fail(XmlErrorKind::TextOutsideRoot, span);
        }
        self.push(NodeKind::CData, span).map(drop)
    }

    fn comment(&mut self, raw: &str, span: Range<usize>) -> Step {
        let inner = raw.get(4..raw.len().saturating_sub(3)).unwrap_or_default();
        if raw.len() < "<!---->".len() || inner.contains("--") || inner.ends_with('-') {
            return fail(XmlErrorKind::DoubleHyphenInComment, span);
        }
        self.push(NodeKind::Comment, span).map(drop)
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
        self.push(NodeKind::Instruction, span).map(drop)
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
        self.push(NodeKind::Doctype, span).map(drop)
    }
}

fn fail<T>(kind: XmlErrorKind, span: Range<usize>) -> Result<T, XmlError> {
    Err(XmlError::new(kind, span))
}

fn limit(name: &'static str, limit: usize, actual: usize, span: Range<usize>) -> Step {
    if actual > limit { fail(XmlErrorKind::Limit { name, limit }, span) } else { Ok(()) }
}

/// A qualified name's prefix and local part.
fn split<'a>(name: &'a str, span: &Range<usize>) -> Result<(&'a str, &'a str), XmlError> {
    let Some(prefix_len) = qname(name) else {
        return fail(XmlErrorKind::InvalidName(name.to_owned()), span.clone());
    };
    limit("XML_NAME_BYTES", limits::XML_NAME_BYTES, name.len(), span.clone())?;
    Ok(match prefix_len {
        0 => ("", name),
        len => (name.get(..len).unwrap_or_default(), name.get(len + 1..).unwrap_or_default()),
    })
}

/// Fails on the first attribute whose key an earlier one has. Pairwise while that is quick, by sorting beyond.
fn refuse_twice<'a>(
    attributes: &[RawAttribute<'a>],
    key: impl Fn(&RawAttribute<'a>) -> &'a str,
    kind: impl Fn(&RawAttribute<'a>) -> XmlErrorKind,
) -> Step {
    let second = if attributes.len() <= 8 {
        attributes
            .iter()
            .enumerate()
            .find(|(at, attribute)| attributes.iter().take(*at).any(|earlier| key(earlier) == key(attribute)))
            .map(|(_, attribute)| *attribute)
    } else {
        let mut sorted = attributes.to_vec();
        sorted.sort_by_key(|attribute| (key(attribute), attribute.start));
        sorted.windows(2).find_map(|pair| match pair {
            [first, second] if key(first) == key(second) => Some(*second),
            _ => None,
        })
    };
    match second {
        Some(second) => fail(kind(&second), second.start..second.start + second.name.len()),
        None => Ok(()),
    }
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
    // Where it began; where text came before a lone `&`, the place of that.
    let rest = text.get(start..).unwrap_or_default();
    let at = match kind {
        XmlErrorKind::UnclosedReference => start + rest.find('&').unwrap_or(0),
        _ => start,
    };
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    XmlError::new(kind, at..at + width)
}
