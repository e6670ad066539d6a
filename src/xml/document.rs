//! The document: an arena of nodes in document order, each with the bytes it came from.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::namespaces::{Names, NamespaceId};
use super::references;

/// A node of one [`Document`]; smaller numbers come earlier in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// The document itself: its children are the root element and what stands beside it.
    Document,
    /// An element, from its `<` to the `>` of its end tag.
    Element,
    /// Character data and references, as far as no markup comes between.
    Text,
    /// A CDATA section.
    CData,
    /// A comment.
    Comment,
    /// A processing instruction. The XML declaration is none, and no node.
    Instruction,
    /// A document type: read for viewing only.
    Doctype,
}

/// Twenty bytes a node: a federation's metadata has millions.
#[derive(Debug, Clone)]
pub(crate) struct NodeData {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) parent: u32,
    /// The first node after this one's subtree: its next sibling, where that has the same parent.
    pub(crate) after: u32,
    pub(crate) what: What,
}

/// What a node is, in four bytes: an element's index into `elements`, or from the largest number down another kind.
/// `XML_NODES` keeps the two apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct What(u32);

impl What {
    pub(crate) fn element(index: usize) -> Self {
        Self(index as u32)
    }

    /// Of any kind but an element.
    pub(crate) fn other(kind: NodeKind) -> Self {
        Self(u32::MAX - kind as u32)
    }

    pub(crate) fn kind(self) -> NodeKind {
        use NodeKind::{CData, Comment, Doctype, Document, Element, Instruction, Text};
        let others = [Document, Text, CData, Comment, Instruction, Doctype];
        others.into_iter().find(|kind| Self::other(*kind).0 == self.0).unwrap_or(Element)
    }

    /// The index of an element's data; one that no list has, for all else.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What an element has beyond a node. Its attributes and declarations end where the next element's begin.
#[derive(Debug, Clone)]
pub(crate) struct ElementData {
    pub(crate) prefix_len: u16,
    pub(crate) local_len: u16,
    pub(crate) namespace: NamespaceId,
    /// Where the start tag ends, its `>` included.
    pub(crate) open_end: u32,
    /// Where the end tag begins; the element's end where it has none (`<a/>`).
    pub(crate) close_start: u32,
    pub(crate) attributes: u32,
    pub(crate) declarations: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct AttributeData {
    pub(crate) start: u32,
    pub(crate) value_start: u32,
    pub(crate) value_end: u32,
    pub(crate) prefix_len: u16,
    pub(crate) local_len: u16,
    pub(crate) namespace: NamespaceId,
}

/// An XML document: nodes in document order, and the text they were read from, kept to the byte.
///
/// Offsets are bytes of [`Document::text`].
#[derive(Debug, Clone)]
pub struct Document<'a> {
    pub(crate) text: &'a str,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) elements: Vec<ElementData>,
    pub(crate) attributes: Vec<AttributeData>,
    /// Namespace declarations: the local name is the declared prefix, empty for the default namespace.
    pub(crate) declarations: Vec<AttributeData>,
    pub(crate) names: Names<'a>,
    pub(crate) declaration: Option<Range<usize>>,
    /// See [`Document::elements_by_id`].
    pub(crate) ids: OnceCell<HashMap<String, Vec<NodeId>>>,
}

/// The attributes without namespace by which SAML gives an element its ID (SAML 2.0 Core §1.3.4; SAML 1.1 Core §2.3.2,
/// §3.2.1, §3.4.1). Without a DTD nothing in a document says which of its attributes are IDs.
const ID_ATTRIBUTES: [&str; 4] = ["ID", "AssertionID", "ResponseID", "RequestID"];

impl<'a> Document<'a> {
    /// The text that was read.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The document node, whose children are the root element and the comments and instructions beside it.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, id: NodeId(0) }
    }

    /// Whether it has a document type, of which nothing is read.
    pub fn has_doctype(&self) -> bool {
        self.root().children().any(|node| node.kind() == NodeKind::Doctype)
    }

    /// The elements that an attribute by which SAML gives IDs gives this value, in document order.
    ///
    /// The index is made when first asked for: every signature asks, and a document may have thousands.
    pub fn elements_by_id(&self, id: &str) -> impl Iterator<Item = Node<'_>> {
        let ids = self.ids.get_or_init(|| {
            let mut ids: HashMap<String, Vec<NodeId>> = HashMap::new();
            for data in self.attributes.iter().filter(|data| data.namespace == NamespaceId::NONE) {
                let attribute = Attribute { document: self, data };
                if !ID_ATTRIBUTES.contains(&attribute.local_name()) {
                    continue;
                }
                // An attribute stands in the last node that begins before it.
                let after = self.nodes.partition_point(|node| node.start < data.start);
                let element = NodeId(after.saturating_sub(1) as u32);
                let elements = ids.entry(attribute.value().into_owned()).or_default();
                // Two attributes of one element may agree.
                if elements.last() != Some(&element) {
                    elements.push(element);
                }
            }
            ids
        });
        ids.get(id).into_iter().flatten().filter_map(|id| self.node(*id))
    }

    /// The root element, `None` only where reading failed before it began.
    pub fn root_element(&self) -> Option<Node<'_>> {
        self.root().elements().next()
    }

    /// The node of a number that this document gave out.
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        self.nodes.get(id.0 as usize).map(|_| Node { document: self, id })
    }

    /// Every node in document order, the document node first.
    pub fn nodes(&self) -> Nodes<'_> {
        Nodes { document: self, next: 0, end: self.nodes.len() as u32, deep: true, wanted: Wanted::Any }
    }

    /// Every element of this expanded name in document order.
    pub fn elements_named<'d>(&'d self, namespace: &str, local: &'d str) -> Nodes<'d> {
        Nodes { wanted: Wanted::Named(self.names.find(namespace), local), ..self.nodes() }
    }

    /// Where the XML declaration stands, if there is one.
    pub fn declaration(&self) -> Option<Range<usize>> {
        self.declaration.clone()
    }

    fn slice(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// A node, with the document it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    id: NodeId,
}

impl PartialEq for Node<'_> {
    /// The same node of the same document, not one that looks alike.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

/// Nodes one after the other: children or everything within, of any kind or of one. One type for all of them, so that
/// the walk is compiled once and not wherever somebody walks.
#[derive(Debug, Clone)]
pub struct Nodes<'d> {
    document: &'d Document<'d>,
    next: u32,
    end: u32,
    deep: bool,
    wanted: Wanted<'d>,
}

#[derive(Debug, Clone, Copy)]
enum Wanted<'d> {
    Any,
    Elements,
    /// `None`: a namespace that the document has not, so that there is no such element.
    Named(Option<NamespaceId>, &'d str),
}

impl<'d> Iterator for Nodes<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        while self.next < self.end {
            let node = Node { document: self.document, id: NodeId(self.next) };
            self.next = if self.deep { self.next + 1 } else { node.subtree().end };
            let is_wanted = match self.wanted {
                Wanted::Any => true,
                Wanted::Elements => node.kind() == NodeKind::Element,
                Wanted::Named(namespace, local) => {
                    node.element_data().is_some_and(|data| Some(data.namespace) == namespace)
                        && node.local_name() == local
                }
            };
            if is_wanted {
                return Some(node);
            }
        }
        None
    }
}

impl<'d> Node<'d> {
    /// Its number within the document.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The document it belongs to.
    pub fn document(self) -> &'d Document<'d> {
        self.document
    }

    fn data(self) -> Option<&'d NodeData> {
        self.document.nodes.get(self.id.0 as usize)
    }

    fn element_data(self) -> Option<&'d ElementData> {
        self.document.elements.get(self.data()?.what.index())
    }

    fn at(self, id: u32) -> Node<'d> {
        Node { document: self.document, id: NodeId(id) }
    }

    /// What it is.
    pub fn kind(self) -> NodeKind {
        self.data().map_or(NodeKind::Document, |data| data.what.kind())
    }

    /// Its bytes in the text, all of its markup included.
    pub fn span(self) -> Range<usize> {
        self.data().map_or(0..0, |data| data.start as usize..data.end as usize)
    }

    /// Its text as written, all of its markup included.
    pub fn source(self) -> &'d str {
        self.data().map_or("", |data| self.document.slice(data.start, data.end))
    }

    /// What it stands in, `None` for the document node.
    pub fn parent(self) -> Option<Node<'d>> {
        (self.id.0 != 0).then(|| self.data().map(|data| self.at(data.parent)))?
    }

    /// Its parent, that one's parent, up to the document node.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'d>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// The numbers of this node and of everything within it.
    pub fn subtree(self) -> Range<u32> {
        self.id.0..self.data().map_or(self.id.0, |data| data.after)
    }

    /// Everything within it in document order, itself not.
    pub fn descendants(self) -> Nodes<'d> {
        Nodes { deep: true, ..self.children() }
    }

    /// Its children in document order.
    pub fn children(self) -> Nodes<'d> {
        let Range { start, end } = self.subtree();
        Nodes { document: self.document, next: start + 1, end, deep: false, wanted: Wanted::Any }
    }

    /// The elements among its children.
    pub fn elements(self) -> Nodes<'d> {
        Nodes { wanted: Wanted::Elements, ..self.children() }
    }

    /// Its children of this expanded name.
    pub fn elements_named(self, namespace: &str, local: &'d str) -> Nodes<'d> {
        Nodes { wanted: Wanted::Named(self.document.names.find(namespace), local), ..self.children() }
    }

    /// Its first child of this expanded name.
    pub fn element(self, namespace: &'d str, local: &'d str) -> Option<Node<'d>> {
        self.elements_named(namespace, local).next()
    }

    /// Whether it is an element of this expanded name.
    pub fn is(self, namespace: &str, local: &str) -> bool {
        // The local name first: namespace names are long and alike.
        self.kind() == NodeKind::Element && self.local_name() == local && self.namespace() == namespace
    }

    /// The namespace name of an element, empty where it has none or is no element.
    pub fn namespace(self) -> &'d str {
        self.element_data().map_or("", |data| self.document.names.name(data.namespace))
    }

    /// The prefix as written, empty where there is none.
    pub fn prefix(self) -> &'d str {
        self.name_parts().0
    }

    /// The local name of an element, empty for other nodes.
    pub fn local_name(self) -> &'d str {
        self.name_parts().1
    }

    fn name_parts(self) -> (&'d str, &'d str) {
        let (Some(node), Some(data)) = (self.data(), self.element_data()) else { return ("", "") };
        self.document.name_parts(node.start + 1, data.prefix_len, data.local_len)
    }

    /// The bytes of an element's start tag, all of the node for others.
    pub fn open_tag(self) -> Range<usize> {
        let Range { start, end } = self.span();
        start..self.element_data().map_or(end, |data| data.open_end as usize)
    }

    /// The bytes of an element's end tag, empty where it has none.
    pub fn close_tag(self) -> Range<usize> {
        let end = self.span().end;
        self.element_data().map_or(end, |data| data.close_start as usize)..end
    }

    /// The bytes between an element's tags; empty for `<a/>`.
    pub fn content_span(self) -> Range<usize> {
        let (open, close) = (self.open_tag(), self.close_tag());
        open.end..close.start.max(open.end)
    }

    /// The attributes of an element, namespace declarations not among them.
    pub fn attributes(self) -> impl ExactSizeIterator<Item = Attribute<'d>> {
        self.list(&self.document.attributes, |element| element.attributes)
    }

    /// The namespace declarations of an element: the local name is the prefix, empty for the default namespace.
    pub fn declarations(self) -> impl ExactSizeIterator<Item = Attribute<'d>> {
        self.list(&self.document.declarations, |element| element.declarations)
    }

    fn list(
        self,
        all: &'d [AttributeData],
        first: fn(&ElementData) -> u32,
    ) -> impl ExactSizeIterator<Item = Attribute<'d>> {
        let range = self.element_data().zip(self.data()).map_or(0..0, |(element, data)| {
            let next = self.document.elements.get(data.what.index() + 1);
            first(element) as usize..next.map_or(all.len(), |next| first(next) as usize)
        });
        let document = self.document;
        all.get(range).unwrap_or_default().iter().map(move |data| Attribute { document, data })
    }

    /// The attribute of this local name that has no namespace, which is how SAML names its own.
    pub fn attribute(self, local: &str) -> Option<Attribute<'d>> {
        self.attributes()
            .find(|attribute| attribute.data.namespace == NamespaceId::NONE && attribute.local_name() == local)
    }

    /// The characters of a text or CDATA node as an application reads them; of a comment or an instruction its content.
    pub fn text(self) -> Cow<'d, str> {
        let source = self.source();
        let inner =
            |open: usize, close: usize| source.get(open..source.len().saturating_sub(close)).unwrap_or_default();
        match self.kind() {
            NodeKind::Text => references::text_value(source),
            NodeKind::CData => references::cdata_value(inner(9, 3)),
            NodeKind::Comment => references::cdata_value(inner(4, 3)),
            NodeKind::Instruction => references::cdata_value(inner(2, 2)),
            NodeKind::Document | NodeKind::Element | NodeKind::Doctype => Cow::Borrowed(""),
        }
    }

    /// All character data within an element, in order, whatever stands between the parts: the string value that every
    /// sound reader of a signed message takes. Comments and instructions add nothing to it.
    pub fn text_content(self) -> Cow<'d, str> {
        let mut parts =
            self.descendants().filter(|node| matches!(node.kind(), NodeKind::Text | NodeKind::CData)).map(Node::text);
        let Some(mut value) = parts.next() else { return Cow::Borrowed("") };
        for part in parts {
            value.to_mut().push_str(&part);
        }
        value
    }
}

impl<'a> Document<'a> {
    fn name_parts(&self, start: u32, prefix_len: u16, local_len: u16) -> (&'a str, &'a str) {
        let (prefix_len, local_len) = (u32::from(prefix_len), u32::from(local_len));
        let local = start + if prefix_len == 0 { 0 } else { prefix_len + 1 };
        (self.slice(start, start + prefix_len), self.slice(local, local + local_len))
    }
}

/// An attribute, or a namespace declaration.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document<'d>,
    data: &'d AttributeData,
}

impl<'d> Attribute<'d> {
    /// The prefix as written, empty where there is none.
    pub fn prefix(self) -> &'d str {
        self.name_parts().0
    }

    /// The name without its prefix.
    pub fn local_name(self) -> &'d str {
        self.name_parts().1
    }

    fn name_parts(self) -> (&'d str, &'d str) {
        self.document.name_parts(self.data.start, self.data.prefix_len, self.data.local_len)
    }

    /// The namespace name, empty where it has none.
    pub fn namespace(self) -> &'d str {
        self.document.names.name(self.data.namespace)
    }

    /// The value as an application reads it.
    pub fn value(self) -> Cow<'d, str> {
        references::attribute_value(self.raw_value())
    }

    /// The value as written, references and line ends untouched.
    pub fn raw_value(self) -> &'d str {
        self.document.slice(self.data.value_start, self.data.value_end)
    }

    /// The bytes of the value, without its quotes.
    pub fn value_span(self) -> Range<usize> {
        self.data.value_start as usize..self.data.value_end as usize
    }

    /// The bytes of the attribute from its name to its closing quote.
    pub fn span(self) -> Range<usize> {
        self.data.start as usize..self.data.value_end as usize + 1
    }
}

#[cfg(test)]
mod tests {
    use crate::xml::{Doctype, read};

    #[test]
    fn an_element_is_found_once_by_each_of_its_ids_and_by_no_other_attribute() {
        let text = "<a ID='x' AssertionID='x'><b ID='y' xmlns:p='urn:p' p:ID='x'/><c Id='x'/><d RequestID='x'/></a>";
        let document = read(text, Doctype::Refuse).document;
        let named = |id| document.elements_by_id(id).map(|node| node.local_name()).collect::<Vec<_>>();
        assert_eq!(named("x"), ["a", "d"]);
        assert_eq!(named("y"), ["b"]);
        assert!(named("z").is_empty());
    }
}
