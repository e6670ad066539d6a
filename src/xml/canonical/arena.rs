//! The document's arena as the walk reads it: slices and ranges, without the detour over a node of its own.

use std::ops::Range;

use crate::xml::document::{AttributeData, Document, ElementData, NodeData};

/// The prefix and the local name of an attribute; those of a declaration are `xmlns` and the declared prefix.
pub(super) fn name_parts<'d>(document: &Document<'d>, data: &AttributeData) -> (&'d str, &'d str) {
    let (start, prefix) = (data.start as usize, usize::from(data.prefix_len));
    let local = start + if prefix == 0 { 0 } else { prefix + 1 };
    let slice = |from: usize, len: usize| document.text.get(from..from + len).unwrap_or_default();
    (slice(start, prefix), slice(local, usize::from(data.local_len)))
}

pub(super) fn name_len(prefix: u16, local: u16) -> usize {
    usize::from(prefix) + usize::from(prefix > 0) + usize::from(local)
}

pub(super) fn span(node: &NodeData) -> Range<usize> {
    node.start as usize..node.end as usize
}

pub(super) fn inner(node: &NodeData, open: &str, close: &str) -> Range<usize> {
    let (start, end) = (node.start as usize + open.len(), (node.end as usize).saturating_sub(close.len()));
    start..end.max(start)
}

impl<'a> Document<'a> {
    pub(super) fn element_of(&self, node: &NodeData) -> Option<&ElementData> {
        self.elements.get(node.what.index())
    }

    /// The bytes of an element's name.
    pub(super) fn name_of(&self, node: &NodeData) -> Range<usize> {
        let start = node.start as usize + 1;
        start..start + self.element_of(node).map_or(0, |element| name_len(element.prefix_len, element.local_len))
    }

    pub(super) fn attributes_of(&self, node: &NodeData) -> &[AttributeData] {
        let start = self.elements.get(node.what.index()).map_or(0, |element| element.attributes as usize);
        let next = self.elements.get(node.what.index() + 1);
        let end = next.map_or(self.attributes.len(), |element| element.attributes as usize);
        self.attributes.get(start..end).unwrap_or_default()
    }

    pub(super) fn declarations_of(&self, node: &NodeData) -> &[AttributeData] {
        let start = self.elements.get(node.what.index()).map_or(0, |element| element.declarations as usize);
        let next = self.elements.get(node.what.index() + 1);
        let end = next.map_or(self.declarations.len(), |element| element.declarations as usize);
        self.declarations.get(start..end).unwrap_or_default()
    }
}
