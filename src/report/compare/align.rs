//! Which element of one message belongs to which of the other: by name, by what tells it from its siblings, by its text.

use std::collections::{BTreeMap, VecDeque};

use crate::checks::nearmiss;
use crate::xml::Node;

/// Elements that belong together; one of them may be missing.
#[derive(Clone, Copy)]
pub(super) struct Pair<'d> {
    pub(super) left: Option<Node<'d>>,
    pub(super) right: Option<Node<'d>>,
}

impl<'d> Pair<'d> {
    fn node(&self) -> Option<Node<'d>> {
        self.left.or(self.right)
    }
}

/// By which attribute an element is told from its siblings of the same name.
const KEYS: [(&str, &str); 6] = [
    ("Attribute", "Name"),
    ("RequestedAttribute", "Name"),
    ("EntityDescriptor", "entityID"),
    ("KeyDescriptor", "use"),
    ("AssertionConsumerService", "index"),
    ("SingleSignOnService", "Binding"),
];

fn key<'d>(node: Node<'d>) -> Option<std::borrow::Cow<'d, str>> {
    let (_, attribute) = KEYS.iter().find(|(element, _)| *element == node.local_name())?;
    node.attribute(attribute).map(|attribute| attribute.value())
}

/// The most elements without a counterpart that are held against each other for a name that is nearly the same.
const NEARLY: usize = 32;

/// The children of two elements, in the order of the first; what only the second has stands behind.
pub(super) fn pairs<'d>(left: Node<'d>, right: Node<'d>) -> Vec<Pair<'d>> {
    let lefts: Vec<Node<'d>> = left.elements().collect();
    let mut rights: Vec<Option<Node<'d>>> = right.elements().map(Some).collect();
    let mut found: Vec<Option<Node<'d>>> = vec![None; lefts.len()];
    // Of several of a name those of the same text belong together, whatever their order; the others by their order.
    for with_text in [true, false] {
        let mut by_identity: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (index, node) in rights.iter().enumerate() {
            if let Some(identity) = node.and_then(|node| identity(node, with_text)) {
                by_identity.entry(identity).or_default().push_back(index);
            }
        }
        for (node, found) in lefts.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let index = identity(*node, with_text).and_then(|identity| by_identity.get_mut(&identity)?.pop_front());
            *found = index.and_then(|index| rights.get_mut(index)?.take());
        }
    }
    // An attribute whose Name is nearly that of another is that one, misspelt.
    let alone = found.iter().filter(|found| found.is_none()).count();
    if alone <= NEARLY && rights.iter().flatten().count() <= NEARLY {
        for (node, found) in lefts.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            *found = rights
                .iter_mut()
                .find(|right| right.is_some_and(|right| is_nearly(*node, right)))
                .and_then(Option::take);
        }
    }
    let known = lefts.into_iter().zip(found).map(|(left, right)| Pair { left: Some(left), right });
    known.chain(rights.into_iter().flatten().map(|right| Pair { left: None, right: Some(right) })).collect()
}

/// What an element is known by; with its text, for those that have no elements within.
fn identity(node: Node<'_>, with_text: bool) -> Option<String> {
    if with_text && node.elements().next().is_some() {
        return None;
    }
    let text = if with_text { node.text_content() } else { "".into() };
    Some(format!("{}\n{}\n{}\n{text}", node.namespace(), node.local_name(), key(node).unwrap_or_default()))
}

fn is_nearly(left: Node<'_>, right: Node<'_>) -> bool {
    let (Some(a), Some(b)) = (key(left), key(right)) else { return false };
    left.is(right.namespace(), right.local_name())
        && nearmiss::compare(&a, &b).is_some_and(|difference| difference.is_near())
}

/// What a pair is called within its parent: `Attribute[mail]`, `Audience[2]`, `Subject`.
pub(super) fn step(pair: &Pair<'_>, all: &[Pair<'_>]) -> String {
    let Some(node) = pair.node() else { return String::new() };
    let name = node.local_name();
    if let Some(key) = key(node) {
        return format!("{name}[{key}]");
    }
    let alike = |other: &&Pair<'_>| other.node().is_some_and(|other| other.is(node.namespace(), name));
    if all.iter().filter(alike).nth(1).is_none() {
        return name.to_owned();
    }
    let before = all.iter().filter(alike).take_while(|other| other.node() != Some(node)).count();
    format!("{name}[{}]", before + 1)
}
