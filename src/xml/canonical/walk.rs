//! The walk over the nodes, in document order and without recursion.

use std::ops::Range;

use super::arena::{inner, name_len, name_parts, span};
use super::output::Output;
use super::rendered::Rendered;
use super::{CanonicalError, CanonicalErrorKind, CanonicalMethod, Canonicalization, PrefixList, base, fail, inherit};
use crate::xml::document::{AttributeData, Document, Node, NodeData, NodeId, NodeKind};
use crate::xml::names::is_space;
use crate::xml::namespaces::NamespaceId;

pub(super) struct Walk<'d, 's> {
    document: &'d Document<'d>,
    method: Canonicalization,
    list: &'s PrefixList<'s>,
    output: Output<'d, 's>,
    rendered: Rendered<'d>,
    open: Vec<Open>,
    // Both are here only to be used again: an element of a document needs no memory of its own.
    namespaces: Vec<(&'d str, NamespaceId)>,
    attributes: Vec<SortedAttribute<'d>>,
}

/// An element whose end tag is still to be written.
struct Open {
    node: u32,
    after: u32,
    rendered: usize,
}

/// An attribute in the order of §2.2: by namespace name, then by local name. Both are unique together.
struct SortedAttribute<'d> {
    namespace: &'d str,
    local: &'d str,
    data: &'d AttributeData,
}

type Step = Result<(), CanonicalError>;

impl<'d, 's> Walk<'d, 's> {
    pub(super) fn new(
        node: Node<'d>,
        method: Canonicalization,
        list: &'s PrefixList<'s>,
        sink: &'s mut dyn FnMut(&[u8]),
    ) -> Self {
        let document = node.document();
        Self {
            document,
            method,
            list,
            output: Output::new(document.text, sink),
            rendered: Rendered::default(),
            open: Vec::new(),
            namespaces: Vec::new(),
            attributes: Vec::new(),
        }
    }

    pub(super) fn run(mut self, apex: Node<'d>, exclude: Option<NodeId>) -> Step {
        let Range { start, end } = apex.subtree();
        let is_document = match apex.kind() {
            NodeKind::Document => true,
            NodeKind::Element => false,
            other => return fail(CanonicalErrorKind::NotAnElement(other), apex.span()),
        };
        // It can stand nowhere but before the root element, and nothing there has children.
        let prolog = self.document.nodes.iter().take_while(|node| node.what.kind() != NodeKind::Element);
        if let Some(doctype) = prolog.skip(1).find(|node| node.what.kind() == NodeKind::Doctype) {
            return fail(CanonicalErrorKind::Doctype, span(doctype));
        }
        let excluded = exclude.and_then(|id| self.document.node(id)).map_or(0..0, Node::subtree);
        if excluded.contains(&start) {
            return fail(CanonicalErrorKind::NothingLeft, apex.span());
        }

        let mut root_seen = false;
        let mut id = if is_document { 1 } else { start };
        while id < end {
            self.close_until(id);
            if id == excluded.start && !excluded.is_empty() {
                id = excluded.end;
                continue;
            }
            let Some(node) = self.document.nodes.get(id as usize) else { break };
            let outside = is_document && self.open.is_empty();
            match node.what.kind() {
                NodeKind::Element => {
                    root_seen = true;
                    self.element(id, node, id == start)?;
                }
                NodeKind::Text => self.output.text(span(node))?,
                NodeKind::CData => self.output.cdata(inner(node, "<![CDATA[", "]]>")),
                NodeKind::Comment if !self.method.comments => {}
                NodeKind::Comment | NodeKind::Instruction => {
                    // Line ends between what stands beside the root element (§2.3 "Processing Instruction Nodes").
                    if outside && root_seen {
                        self.output.put("\n");
                    }
                    match node.what.kind() {
                        NodeKind::Comment => self.output.verbatim(span(node)),
                        _ => self.instruction(node),
                    }
                    if outside && !root_seen {
                        self.output.put("\n");
                    }
                }
                NodeKind::Document | NodeKind::Doctype => {}
            }
            id += 1;
        }
        if !root_seen {
            return fail(CanonicalErrorKind::NothingLeft, apex.span());
        }
        self.close_until(end);
        self.output.finish();
        Ok(())
    }

    /// `<?target data?>`, with one space between the two and none where there is no data.
    fn instruction(&mut self, node: &NodeData) {
        let content = inner(node, "<?", "?>");
        let bytes = self.document.text.as_bytes().get(content.clone()).unwrap_or_default();
        let target = bytes.iter().position(|b| is_space(*b)).unwrap_or(bytes.len());
        let gap = bytes.iter().skip(target).take_while(|b| is_space(**b)).count();
        self.output.copy(node.start as usize..content.start + target);
        if target + gap < bytes.len() {
            self.output.put(" ");
            self.output.verbatim(content.start + target + gap..content.end);
        }
        self.output.copy(content.end..node.end as usize);
    }

    fn element(&mut self, id: u32, node: &'d NodeData, apex: bool) -> Step {
        let document = self.document;
        let rendered = self.rendered.depth();
        let name = document.name_of(node);
        self.output.copy(node.start as usize..name.end);

        let mut inherited = None;
        self.namespaces.clear();
        self.attributes.clear();
        self.declarations(node)?;
        if apex {
            self.apex_namespaces(node)?;
            inherited = Some(inherit::attributes(document, node, self.method.method));
        }
        self.write_namespaces();

        let own = document.attributes_of(node);
        if own.len() == 1 && !apex {
            own.iter().try_for_each(|attribute| self.attribute(attribute))?;
        } else if apex || !own.is_empty() {
            let inherited = inherited.unwrap_or_default();
            for data in own.iter().chain(inherited.attributes) {
                let local = name_parts(document, data).1;
                self.attributes.push(SortedAttribute { namespace: document.names.name(data.namespace), local, data });
            }
            self.write_attributes(inherited.base.as_deref())?;
        }

        match document.element_of(node).filter(|element| element.close_start < node.end) {
            Some(element) => self.output.copy(element.open_end as usize - 1..element.open_end as usize),
            None => self.output.put(">"),
        }
        self.open.push(Open { node: id, after: node.after, rendered });
        Ok(())
    }

    /// The namespaces that must be declared at an element, but for what the apex takes along.
    fn declarations(&mut self, node: &'d NodeData) -> Step {
        let document = self.document;
        let declared = document.declarations_of(node);
        let exclusive = self.method.method == CanonicalMethod::Exclusive10;
        for declaration in declared {
            let prefix = name_parts(document, declaration).1;
            self.absolute(node, prefix, declaration.namespace)?;
            // The prefix xml is never declared (§2.3 "Namespace Axis").
            if prefix != "xml" && (!exclusive || self.is_listed(prefix)) {
                self.declare(node, prefix, declaration.namespace)?;
            }
        }
        if !exclusive {
            return Ok(());
        }
        // Visibly utilized (Exclusive §1.1, §3): by the element's name or by an attribute's.
        if let Some(element) = document.element_of(node)
            && element.namespace != NamespaceId::XML
        {
            let start = node.start as usize + 1;
            let prefix = document.text.get(start..start + usize::from(element.prefix_len)).unwrap_or_default();
            self.declare(node, prefix, element.namespace)?;
        }
        for attribute in document.attributes_of(node) {
            if attribute.prefix_len > 0 && attribute.namespace != NamespaceId::XML {
                self.declare(node, name_parts(document, attribute).0, attribute.namespace)?;
            }
        }
        Ok(())
    }

    /// The namespaces in scope at an element that is canonicalized without its ancestors.
    fn apex_namespaces(&mut self, node: &'d NodeData) -> Step {
        let exclusive = self.method.method == CanonicalMethod::Exclusive10;
        if exclusive && self.list.is_empty() {
            return Ok(());
        }
        for (prefix, declaration) in inherit::namespaces(self.document, node) {
            if prefix != "xml" && (!exclusive || self.is_listed(prefix)) {
                self.declare(node, prefix, declaration.namespace)?;
            }
        }
        Ok(())
    }

    fn is_listed(&mut self, prefix: &'d str) -> bool {
        !self.list.is_empty() && self.rendered.is_listed(prefix, self.list)
    }

    /// Has a namespace declared at this element, unless what is written so far declares it.
    fn declare(&mut self, node: &'d NodeData, prefix: &'d str, namespace: NamespaceId) -> Step {
        if self.rendered.declare(prefix, namespace, self.list) {
            self.absolute(node, prefix, namespace)?;
            self.namespaces.push((prefix, namespace));
        }
        Ok(())
    }

    /// Fails where the namespace name that a prefix has at this element is one that must not be passed over.
    fn absolute(&self, node: &'d NodeData, prefix: &str, namespace: NamespaceId) -> Step {
        let name = self.document.names.name(namespace);
        let kind = if name.bytes().any(|b| b < 0x20 || b == 0x7F) {
            CanonicalErrorKind::ControlInNamespace
        } else if !name.is_empty() && base::scheme(name).is_none() {
            CanonicalErrorKind::RelativeNamespace
        } else {
            return Ok(());
        };
        let declaration = inherit::declaration(self.document, node, prefix);
        let span = declaration.map_or(span(node), |data| data.value_start as usize..data.value_end as usize);
        fail(kind(name.to_owned()), span)
    }

    /// In the order of their prefixes, the default namespace first (§2.2).
    fn write_namespaces(&mut self) {
        if self.namespaces.len() > 1 {
            self.namespaces.sort_unstable();
        }
        for (prefix, namespace) in self.namespaces.drain(..) {
            self.output.put(" xmlns");
            if !prefix.is_empty() {
                self.output.put(":");
                self.output.put(prefix);
            }
            self.output.put("=\"");
            self.output.put_value(self.document.names.name(namespace));
            self.output.put("\"");
        }
    }

    /// `base`: what to write for `xml:base` instead of its own value.
    fn write_attributes(&mut self, base: Option<&str>) -> Step {
        let mut attributes = std::mem::take(&mut self.attributes);
        attributes.sort_unstable_by(|a, b| (a.namespace, a.local).cmp(&(b.namespace, b.local)));
        for attribute in &attributes {
            match base {
                Some(base) if attribute.data.namespace == NamespaceId::XML && attribute.local == "base" => {
                    if !base.is_empty() {
                        self.output.put(" xml:base=\"");
                        self.output.put_value(base);
                        self.output.put("\"");
                    }
                }
                _ => self.attribute(attribute.data)?,
            }
        }
        attributes.clear();
        self.attributes = attributes;
        Ok(())
    }

    /// As one run of the text where it is written there as here: one space before, no white space within, `"`.
    fn attribute(&mut self, data: &AttributeData) -> Step {
        let bytes = self.document.text.as_bytes();
        let (start, value) = (data.start as usize, data.value_start as usize..data.value_end as usize);
        let name_end = start + name_len(data.prefix_len, data.local_len);
        if bytes.get(start - 1) == Some(&b' ') && bytes.get(name_end..value.start) == Some(b"=\"") {
            self.output.copy(start - 1..value.start);
        } else {
            self.output.put(" ");
            self.output.copy(start..name_end);
            self.output.put("=\"");
        }
        self.output.value(value.clone())?;
        if bytes.get(value.end) == Some(&b'"') {
            self.output.copy(value.end..value.end + 1);
        } else {
            self.output.put("\"");
        }
        Ok(())
    }

    /// Writes the end tag of every element that is over where this node begins.
    fn close_until(&mut self, id: u32) {
        while let Some(open) = self.open.pop_if(|open| open.after <= id) {
            self.rendered.leave(open.rendered);
            let Some(node) = self.document.nodes.get(open.node as usize) else { continue };
            let name = self.document.name_of(node);
            let close = self.document.element_of(node).map_or(node.end, |element| element.close_start);
            if (node.end - close) as usize == name.len() + "</>".len() {
                self.output.copy(close as usize..node.end as usize);
            } else {
                self.output.put("</");
                self.output.copy(name);
                self.output.put(">");
            }
        }
    }
}
