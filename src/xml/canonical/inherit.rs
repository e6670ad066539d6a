//! What an element takes along from its ancestors when it is canonicalized without them (Canonical XML §2.4).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::CanonicalMethod;
use super::arena::name_parts;
use super::base::join_all;

use crate::xml::document::{AttributeData, Document, NodeData};
use crate::xml::namespaces::NamespaceId;
use crate::xml::references::attribute_value;

/// The elements that an element stands in, the nearest first.
fn ancestors<'d>(document: &'d Document<'d>, node: &'d NodeData) -> impl Iterator<Item = &'d NodeData> {
    let parent = |node: &&NodeData| document.nodes.get(node.parent as usize).filter(|_| node.parent != 0);
    std::iter::successors(parent(&node), parent)
}

/// The declarations that are in scope at an element, its own among them, by prefix.
///
/// One that takes the default namespace back is among them as well; the nearest counts.
pub(super) fn namespaces<'d>(document: &'d Document<'d>, node: &'d NodeData) -> BTreeMap<&'d str, &'d AttributeData> {
    let mut scope = BTreeMap::new();
    for element in std::iter::once(node).chain(ancestors(document, node)) {
        for declaration in document.declarations_of(element) {
            scope.entry(name_parts(document, declaration).1).or_insert(declaration);
        }
    }
    scope
}

/// Where the declaration stands that is in scope for this prefix.
pub(super) fn declaration<'d>(
    document: &'d Document<'d>,
    node: &'d NodeData,
    prefix: &str,
) -> Option<&'d AttributeData> {
    std::iter::once(node)
        .chain(ancestors(document, node))
        .flat_map(|element| document.declarations_of(element))
        .find(|declaration| name_parts(document, declaration).1 == prefix)
}

/// The attributes `xml:*` that an element takes along.
#[derive(Debug, Default)]
pub(super) struct Inherited<'d> {
    /// Those of ancestors, to be sorted in among the element's own. `xml:base` is among them where only an ancestor
    /// has one.
    pub(super) attributes: Vec<&'d AttributeData>,
    /// What to write for `xml:base` in Canonical XML 1.1; an empty value is not written at all.
    pub(super) base: Option<String>,
}

/// The nearest of each name counts, and none that the element has itself (§2.4 of both).
pub(super) fn attributes<'d>(document: &'d Document<'d>, node: &'d NodeData, method: CanonicalMethod) -> Inherited<'d> {
    let is_xml = |attribute: &&'d AttributeData| attribute.namespace == NamespaceId::XML;
    let local = |attribute: &'d AttributeData| name_parts(document, attribute).1;
    let own = || document.attributes_of(node).iter().filter(is_xml);
    let above = || ancestors(document, node).flat_map(|node| document.attributes_of(node)).filter(is_xml);

    let mut inherited = Inherited::default();
    let mut seen: BTreeSet<&str> = own().map(local).collect();
    for attribute in above() {
        let name = local(attribute);
        let inheritable = match method {
            CanonicalMethod::Inclusive10 => true,
            CanonicalMethod::Inclusive11 => matches!(name, "lang" | "space" | "base"),
            CanonicalMethod::Exclusive10 => false,
        };
        if inheritable && seen.insert(name) {
            inherited.attributes.push(attribute);
        }
    }
    if method == CanonicalMethod::Inclusive11 {
        let value = |attribute: &AttributeData| {
            let range = attribute.value_start as usize..attribute.value_end as usize;
            attribute_value(document.text.get(range).unwrap_or_default())
        };
        let is_base = |attribute: &&'d AttributeData| local(attribute) == "base";
        let bases: Vec<Cow<'_, str>> = above().filter(is_base).map(value).collect();
        if !bases.is_empty() {
            let own = own().find(is_base).map(value);
            inherited.base = Some(join_all(own.as_deref(), bases.iter().map(|base| &**base)).into_owned());
        }
    }
    inherited
}

#[cfg(test)]
mod tests {
    use super::super::CanonicalErrorKind;
    use super::super::examples::{element, element_error};
    use super::CanonicalMethod::{Exclusive10, Inclusive10, Inclusive11};

    const TREE: &str = "<a xmlns='urn:1' xmlns:p='urn:p' xmlns:q='urn:q' xml:lang='en' xml:space='default' xml:id='i' \
        xml:base='http://e/x/' xml:other='1'><b xmlns='' xmlns:p='urn:2' xml:lang='de' xml:base='y/z'>\
        <c xml:space='preserve'><d ID='_'/></c></b></a>";

    #[test]
    fn canonical_xml_1_0_takes_the_nearest_of_every_xml_attribute() {
        assert_eq!(
            element(TREE, Inclusive10),
            "<d xmlns:p=\"urn:2\" xmlns:q=\"urn:q\" ID=\"_\" xml:base=\"y/z\" xml:id=\"i\" xml:lang=\"de\" \
             xml:other=\"1\" xml:space=\"preserve\"></d>"
        );
    }

    #[test]
    fn canonical_xml_1_1_leaves_out_xml_id_and_joins_xml_base() {
        assert_eq!(
            element(TREE, Inclusive11),
            "<d xmlns:p=\"urn:2\" xmlns:q=\"urn:q\" ID=\"_\" xml:base=\"http://e/x/y/z\" xml:lang=\"de\" \
             xml:space=\"preserve\"></d>"
        );
        let own = TREE.replace("ID='_'", "ID='_' xml:id='own' xml:base='../w' xml:lang=''");
        assert_eq!(
            element(&own, Inclusive11),
            "<d xmlns:p=\"urn:2\" xmlns:q=\"urn:q\" ID=\"_\" xml:base=\"http://e/x/w\" xml:id=\"own\" xml:lang=\"\" \
             xml:space=\"preserve\"></d>"
        );
    }

    #[test]
    fn an_empty_xml_base_is_left_out_where_it_was_joined_and_only_there() {
        let joined = "<a xml:base='abc/'><b ID='_' xml:base='../'/></a>";
        assert_eq!(element(joined, Inclusive11), "<b ID=\"_\"></b>");
        assert_eq!(element("<a xml:base=''><b ID='_'/></a>", Inclusive11), "<b ID=\"_\"></b>");
        assert_eq!(element("<a><b ID='_' xml:base=''/></a>", Inclusive11), "<b ID=\"_\" xml:base=\"\"></b>");
        assert_eq!(element(joined, Inclusive10), "<b ID=\"_\" xml:base=\"../\"></b>");
    }

    #[test]
    fn an_inherited_value_is_normalized_and_escaped_like_any_other() {
        let tree = "<a xml:lang='&#9;&lt;\r\n\"&gt;'><b ID='_'/></a>";
        assert_eq!(element(tree, Inclusive10), "<b ID=\"_\" xml:lang=\"&#x9;&lt; &quot;>\"></b>");
        let tree = "<a xml:base='x&amp;/'><b ID='_' xml:base='y&quot;'/></a>";
        assert_eq!(element(tree, Inclusive11), "<b ID=\"_\" xml:base=\"x&amp;/y&quot;\"></b>");
    }

    #[test]
    fn exclusive_takes_nothing_along_that_is_not_used() {
        assert_eq!(element(TREE, Exclusive10), "<d ID=\"_\"></d>");
    }

    #[test]
    fn a_relative_namespace_name_in_scope_is_an_error_where_it_would_be_written() {
        let tree = "<a xmlns:x='1'><b ID='_'><c/></b></a>";
        for method in [Inclusive10, Inclusive11] {
            assert_eq!(element_error(tree, method), (CanonicalErrorKind::RelativeNamespace("1".into()), 12..13));
        }
        assert_eq!(element(tree, Exclusive10), "<b ID=\"_\"><c></c></b>");
        let used = "<a xmlns:x='1'><b ID='_'><x:c/></b></a>";
        assert_eq!(element_error(used, Exclusive10), (CanonicalErrorKind::RelativeNamespace("1".into()), 12..13));
    }
}
