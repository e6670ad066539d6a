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

/// What each pair is called within its parent: `Attribute[mail]`, `Audience[2]`, `Subject`.
pub(super) fn steps(all: &[Pair<'_>]) -> Vec<String> {
    let name = |node: Node<'_>| format!("{}\n{}", node.namespace(), node.local_name());
    // How many have a name, and how many of them came already.
    let mut alike: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for node in all.iter().filter_map(Pair::node) {
        alike.entry(name(node)).or_default()[0] += 1;
    }
    let step = |pair: &Pair<'_>| {
        let Some(node) = pair.node() else { return String::new() };
        let counts = alike.entry(name(node)).or_default();
        counts[1] += 1;
        match (key(node), counts) {
            (Some(key), _) => format!("{}[{key}]", node.local_name()),
            (None, [(..=1), _]) => node.local_name().to_owned(),
            (None, [_, number]) => format!("{}[{number}]", node.local_name()),
        }
    };
    all.iter().map(step).collect()
}
