//! What an element has from those around it, and would have to say itself if it stood alone: namespaces (Namespaces in XML
//! 1.0 §6.1), `xml:lang` and `xml:base` (XML 1.0 §2.12, XML Base §4).

use std::collections::HashMap;

use crate::xml::{Attribute, Node, NodeId, XML_NAMESPACE};

/// What is said around the elements that were asked about, each text once.
#[derive(Default)]
pub(super) struct Surroundings {
    pub(super) texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, usize>,
    /// The element around the last one, and what is in force in it: the name of each declaration, and as it is written.
    last: Option<(NodeId, Vec<(String, String)>)>,
}

impl Surroundings {
    /// The number of the text that must be added to an element's start tag.
    pub(super) fn of(&mut self, node: Node<'_>) -> usize {
        let Some(parent) = node.parent() else { return self.number(String::new()) };
        if self.last.as_ref().is_none_or(|(last, _)| *last != parent.id()) {
            self.last = Some((parent.id(), in_force(parent)));
        }
        let own: Vec<String> = said(node).map(|(name, _)| name).collect();
        let around = self.last.iter().flat_map(|(_, around)| around);
        let lacking = around.filter(|(name, _)| !own.contains(name));
        let text = lacking.flat_map(|(_, text)| [" ", text.as_str()]).collect();
        self.number(text)
    }

    fn number(&mut self, text: String) -> usize {
        if let Some(number) = self.numbers.get(text.as_str()) {
            return *number;
        }
        let number = self.texts.len();
        self.texts.push(text.as_str().into());
        self.numbers.insert(text.into(), number);
        number
    }
}

/// Everything that is in force in an element, the outermost first.
fn in_force(node: Node<'_>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, text) in std::iter::once(node).chain(node.ancestors()).flat_map(said) {
        // The innermost counts.
        if found.iter().all(|(known, _)| *known != name) {
            found.push((name, text));
        }
    }
    found.reverse();
    // The default namespace taken back is none at all.
    found.retain(|(name, text)| name != "xmlns" || !text.ends_with("=\"\"") && !text.ends_with("=''"));
    found
}

/// What an element itself says: the name, and as it is written.
fn said(node: Node<'_>) -> impl Iterator<Item = (String, String)> {
    let is_inherited =
        |one: &Attribute<'_>| one.namespace() == XML_NAMESPACE && matches!(one.local_name(), "lang" | "base" | "space");
    node.declarations().chain(node.attributes().filter(is_inherited)).filter_map(move |one| {
        let text = node.document().text().get(one.span())?;
        let name = text.split(['=', ' ', '\t', '\r', '\n']).next().unwrap_or_default();
        Some((name.to_owned(), text.to_owned()))
    })
}
