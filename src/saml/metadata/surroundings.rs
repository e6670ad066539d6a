//! The namespaces that an element has from those around it, and would have to declare itself if it stood alone (Namespaces
//! in XML 1.0 §6.1).
//!
//! `xml:lang` and `xml:base` are not among them: added to the element they would break its own signature, since exclusive
//! canonical form has no attributes of ancestors (Exclusive XML Canonicalization §3).

use std::collections::{HashMap, HashSet};

use crate::limits;
use crate::xml::Node;

/// What is declared around the elements that were asked about, in document order; each text once.
#[derive(Default)]
pub(super) struct Surroundings<'d> {
    pub(super) texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, usize>,
    /// The elements around the last one, the outermost first, each with how many declarations are around it.
    open: Vec<(Node<'d>, usize)>,
    /// All that these declare: the attribute's name, and as it is written.
    declared: Vec<(&'d str, &'d str)>,
    /// The names of these.
    names: HashSet<&'d str>,
    /// By what an element in the last one declares anew: the number of what it lacks.
    known: HashMap<String, usize>,
    /// Declarations that were gone through, and bytes that were put together.
    work: usize,
}

impl<'d> Surroundings<'d> {
    /// The number of the text that must be added to an element's start tag; one that there is not, over
    /// [`limits::AROUND_ENTITIES`].
    pub(super) fn of(&mut self, node: Node<'d>) -> usize {
        let Some(parent) = node.parent() else { return self.number(String::new()) };
        if self.work > limits::AROUND_ENTITIES {
            return usize::MAX;
        }
        self.enter(parent);
        let own: Vec<&str> = said(node).map(|(name, _)| name).filter(|name| self.names.contains(name)).collect();
        let again = own.join(" ");
        if let Some(number) = self.known.get(&again) {
            return *number;
        }
        let mut seen: HashSet<&str> = own.into_iter().collect();
        // The innermost counts, and the default namespace taken back is none at all.
        let in_force = self.declared.iter().rev().filter(|(name, _)| seen.insert(name));
        let lacking =
            in_force.filter(|(name, text)| *name != "xmlns" || !(text.ends_with("\"\"") || text.ends_with("''")));
        let mut lacking: Vec<&str> = lacking.map(|(_, text)| *text).collect();
        lacking.reverse();
        let text: String = lacking.into_iter().flat_map(|text| [" ", text]).collect();
        self.work += self.declared.len() + text.len();
        let number = self.number(text);
        self.known.insert(again, number);
        number
    }

    /// Makes an element, which comes no earlier in the document than the last, the one that declarations are around of.
    fn enter(&mut self, parent: Node<'d>) {
        if self.open.last().is_some_and(|(last, _)| last.id() == parent.id()) {
            return;
        }
        let at = parent.span().start;
        while let Some((_, before)) = self.open.pop_if(|(last, _)| !last.span().contains(&at)) {
            self.declared.truncate(before);
        }
        let last = self.open.last().map(|(last, _)| last.id());
        let around = std::iter::once(parent).chain(parent.ancestors());
        let entered: Vec<Node<'d>> = around.take_while(|node| Some(node.id()) != last).collect();
        for node in entered.into_iter().rev() {
            self.open.push((node, self.declared.len()));
            self.declared.extend(said(node));
        }
        self.work += self.declared.len();
        self.names = self.declared.iter().map(|(name, _)| *name).collect();
        self.known.clear();
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

/// What an element itself declares: the attribute's name, and as it is written.
fn said(node: Node<'_>) -> impl Iterator<Item = (&str, &str)> {
    node.declarations().filter_map(move |one| {
        let text = node.document().text().get(one.span())?;
        Some((text.split(['=', ' ', '\t', '\r', '\n']).next().unwrap_or_default(), text))
    })
}
