//! Which namespace each prefix has in what is written so far, as an element of the output inherits it.

use std::collections::BTreeMap;

use super::PrefixList;
use crate::xml::namespaces::NamespaceId;

/// Up to this many prefixes are compared one by one, beyond they are looked up in a map.
const FEW: usize = 8;

/// The declarations that the open elements of the output have.
///
/// Each prefix of the document is kept once with what it stands for now, and each change with what to take it back:
/// neither ten thousand levels nor thousands of declarations make a lookup longer.
#[derive(Debug, Default)]
pub(super) struct Rendered<'d> {
    prefixes: Vec<Prefix<'d>>,
    places: BTreeMap<&'d str, usize>,
    recent: usize,
    changes: Vec<(u32, NamespaceId)>,
}

#[derive(Debug)]
struct Prefix<'d> {
    name: &'d str,
    namespace: NamespaceId,
    listed: bool,
}

impl<'d> Rendered<'d> {
    /// How many changes there are; handed back to [`Rendered::leave`] at the element's end.
    pub(super) fn depth(&self) -> usize {
        self.changes.len()
    }

    /// Takes back whatever was changed since.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.changes.len() > depth {
            if let Some((place, before)) = self.changes.pop()
                && let Some(prefix) = self.prefixes.get_mut(place as usize)
            {
                prefix.namespace = before;
            }
        }
    }

    /// Lets a prefix stand for a namespace from here on; says whether that must be declared. A prefix that was never
    /// declared stands for none, as does an undeclared default namespace.
    pub(super) fn declare(&mut self, name: &'d str, namespace: NamespaceId, list: &PrefixList<'_>) -> bool {
        let place = self.place(name, list);
        match self.prefixes.get_mut(place) {
            Some(prefix) if prefix.namespace != namespace => {
                self.changes.push((place as u32, prefix.namespace));
                prefix.namespace = namespace;
                true
            }
            _ => false,
        }
    }

    /// Whether the prefix is one of the list's.
    pub(super) fn is_listed(&mut self, name: &'d str, list: &PrefixList<'_>) -> bool {
        let place = self.place(name, list);
        self.prefixes.get(place).is_some_and(|prefix| prefix.listed)
    }

    fn place(&mut self, name: &'d str, list: &PrefixList<'_>) -> usize {
        let is = |prefix: &Prefix<'_>| prefix.name == name;
        if self.prefixes.get(self.recent).is_some_and(is) {
            return self.recent;
        }
        let known = match self.prefixes.len() {
            ..=FEW => self.prefixes.iter().position(is),
            _ => self.places.get(name).copied(),
        };
        self.recent = known.unwrap_or_else(|| {
            let place = self.prefixes.len();
            self.prefixes.push(Prefix { name, namespace: NamespaceId::NONE, listed: list.contains(name) });
            self.places.insert(name, place);
            place
        });
        self.recent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_needed_only_where_it_changes_something() {
        let (mut rendered, list) = (Rendered::default(), PrefixList::parse("q"));
        let (a, b) = (NamespaceId(7), NamespaceId(8));
        assert!(!rendered.declare("", NamespaceId::NONE, &list));
        assert!(rendered.declare("p", a, &list));
        let depth = rendered.depth();
        assert!(!rendered.declare("p", a, &list));
        assert!(rendered.declare("p", b, &list));
        assert!(rendered.declare("", b, &list));
        assert!(rendered.declare("", NamespaceId::NONE, &list));
        rendered.leave(depth);
        assert!(!rendered.declare("p", a, &list));
        assert!(rendered.is_listed("q", &list) && !rendered.is_listed("p", &list));
    }

    #[test]
    fn many_prefixes_are_kept_apart() {
        let names: Vec<String> = (0..100).map(|n| format!("p{n}")).collect();
        let (mut rendered, list) = (Rendered::default(), PrefixList::default());
        for round in 3..6 {
            for (at, name) in names.iter().enumerate() {
                assert!(rendered.declare(name, NamespaceId(round * 1000 + at as u32), &list));
            }
        }
        rendered.leave(100);
        for (at, name) in names.iter().enumerate() {
            assert!(!rendered.declare(name, NamespaceId(3000 + at as u32), &list));
        }
    }
}
