//! Which namespace a prefix stands for while a document is being read (Namespaces in XML 1.0 §3, §6).

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A namespace name of one document, as a number: equal numbers, equal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespaceId(pub(crate) u32);

impl NamespaceId {
    /// No namespace.
    pub const NONE: Self = Self(0);
    /// What the prefix `xml` always stands for.
    pub const XML: Self = Self(1);
    /// What the prefix `xmlns` always stands for.
    pub const XMLNS: Self = Self(2);
}

/// The namespace of `xml:` (NS §3).
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of `xmlns:` (NS §3).
pub const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// Every namespace name of a document, each once.
#[derive(Debug, Clone)]
pub(crate) struct Names<'a> {
    names: Vec<Cow<'a, str>>,
    ids: BTreeMap<Cow<'a, str>, NamespaceId>,
}

impl<'a> Names<'a> {
    pub(crate) fn new() -> Self {
        let mut new = Self { names: Vec::new(), ids: BTreeMap::new() };
        for name in ["", XML_NAMESPACE, XMLNS_NAMESPACE] {
            new.id(Cow::Borrowed(name));
        }
        new
    }

    pub(crate) fn id(&mut self, name: Cow<'a, str>) -> NamespaceId {
        if let Some(id) = self.ids.get(&name) {
            return *id;
        }
        let id = NamespaceId(self.names.len() as u32);
        self.names.push(name.clone());
        self.ids.insert(name, id);
        id
    }

    pub(crate) fn find(&self, name: &str) -> Option<NamespaceId> {
        self.ids.get(name).copied()
    }

    pub(crate) fn name(&self, id: NamespaceId) -> &str {
        self.names.get(id.0 as usize).map_or("", |name| name)
    }
}

/// Up to this many prefixes are compared one by one, which is quicker than any map; a federation has about as many.
const FEW: usize = 12;

/// The declarations in scope, innermost last.
///
/// Looked up by prefix and not by walking the declarations: a document may nest ten thousand of them.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    /// Every prefix that was ever declared, with what it has stood for so far.
    prefixes: Vec<(&'a str, Vec<NamespaceId>)>,
    /// Where each stands in `prefixes`.
    places: BTreeMap<&'a str, usize>,
    declared: Vec<usize>,
    /// The place that was looked up last: the next element's prefix is most often the same.
    recent: usize,
}

impl<'a> Scope<'a> {
    /// How many declarations are in scope; handed back to [`Scope::leave`] at the element's end.
    pub(crate) fn depth(&self) -> usize {
        self.declared.len()
    }

    pub(crate) fn declare(&mut self, prefix: &'a str, namespace: NamespaceId) {
        let place = self.place(prefix).unwrap_or_else(|| {
            self.places.insert(prefix, self.prefixes.len());
            self.prefixes.push((prefix, Vec::new()));
            self.prefixes.len() - 1
        });
        if let Some((_, bindings)) = self.prefixes.get_mut(place) {
            bindings.push(namespace);
        }
        self.declared.push(place);
    }

    pub(crate) fn leave(&mut self, depth: usize) {
        while self.declared.len() > depth {
            if let Some((_, bindings)) = self.declared.pop().and_then(|place| self.prefixes.get_mut(place)) {
                bindings.pop();
            }
        }
    }

    fn place(&mut self, prefix: &str) -> Option<usize> {
        if self.prefixes.get(self.recent).is_some_and(|(known, _)| *known == prefix) {
            return Some(self.recent);
        }
        let place = match self.prefixes.len() {
            ..=FEW => self.prefixes.iter().position(|(known, _)| *known == prefix),
            _ => self.places.get(prefix).copied(),
        };
        self.recent = place.unwrap_or(self.recent);
        place
    }

    /// What a prefix stands for; the empty prefix is the default namespace. `None`: it is not declared.
    pub(crate) fn lookup(&mut self, prefix: &str) -> Option<NamespaceId> {
        match self.place(prefix).and_then(|place| self.prefixes.get(place)).and_then(|(_, bindings)| bindings.last()) {
            Some(id) => Some(*id),
            None if prefix.is_empty() => Some(NamespaceId::NONE),
            None if prefix == "xml" => Some(NamespaceId::XML),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_declaration_holds_until_its_element_ends() {
        let (mut names, mut scope) = (Names::new(), Scope::default());
        let (a, b) = (names.id("urn:a".into()), names.id("urn:b".into()));
        assert_eq!(scope.lookup("p"), None);
        scope.declare("p", a);
        let depth = scope.depth();
        scope.declare("p", b);
        scope.declare("", b);
        assert_eq!((scope.lookup("p"), scope.lookup("")), (Some(b), Some(b)));
        scope.leave(depth);
        assert_eq!((scope.lookup("p"), scope.lookup("")), (Some(a), Some(NamespaceId::NONE)));
        scope.leave(0);
        assert_eq!((scope.lookup("p"), scope.lookup("xml")), (None, Some(NamespaceId::XML)));
    }

    #[test]
    fn equal_names_have_equal_numbers() {
        let mut names = Names::new();
        let first = names.id("urn:a".into());
        assert_eq!(names.id(Cow::Owned("urn:a".to_owned())), first);
        assert_eq!(names.find("urn:a"), Some(first));
        assert_eq!(names.find(XML_NAMESPACE), Some(NamespaceId::XML));
        assert_eq!(names.name(first), "urn:a");
    }

    #[test]
    fn a_prefix_is_found_among_few_and_among_many() {
        let prefixes: Vec<String> = (0..3 * FEW).map(|n| format!("p{n}")).collect();
        let mut scope = Scope::default();
        for (at, prefix) in prefixes.iter().enumerate() {
            scope.declare(prefix, NamespaceId(10 + at as u32));
            for (earlier, prefix) in prefixes.iter().enumerate() {
                assert_eq!(scope.lookup(prefix), (earlier <= at).then_some(NamespaceId(10 + earlier as u32)));
            }
        }
        scope.leave(1);
        assert_eq!((scope.lookup("p0"), scope.lookup("p1")), (Some(NamespaceId(10)), None));
    }
}
