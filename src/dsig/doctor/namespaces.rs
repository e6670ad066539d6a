//! Where namespaces may have been declared when a message was signed, and what serialisers drop and add besides.

use std::collections::BTreeMap;

use super::bases::{Splice, Subject};
use crate::dsig::names::DSIG;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::sorted::sort_by_key;
use crate::xml::{CanonicalMethod, Node, NodeKind};

const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The declarations that messages carry without using them, and those that are used in values alone.
const KNOWN: [(&str, &str); 9] = [
    ("xs", SCHEMA),
    ("xsi", INSTANCE),
    ("xsd", SCHEMA),
    ("ds", DSIG),
    ("saml", ASSERTION),
    ("saml2", ASSERTION),
    ("samlp", PROTOCOL),
    ("saml2p", PROTOCOL),
    ("xenc", "http://www.w3.org/2001/04/xmlenc#"),
];

/// Those that are dropped together.
const TOGETHER: [&[&str]; 3] = [&["xs", "xsi"], &["xsd", "xsi"], &["ds", "xs", "xsi"]];

/// Where providers declare what values need: whether it is the types alone that are moved, and to which elements.
const SITES: [(bool, &str); 4] = [(true, ""), (true, "AttributeStatement"), (true, "Assertion"), (false, "")];

/// What `xsi:type` says of values, as providers have it.
const TYPES: [(&str, &str); 3] = [("xs", "xs:string"), ("xsd", "xsd:string"), ("xs", "xs:anyType")];

type Candidate = (&'static str, Option<String>, bool, Vec<Splice>);

/// Every change of declarations and types that is tried: its name, what stood there, whether others are tried upon it.
pub(super) fn all(subject: &Subject<'_>) -> Vec<Candidate> {
    let own = subject.element();
    let document = own.document();
    let inclusive = subject.method.method != CanonicalMethod::Exclusive10;
    let listed = |prefix: &str| inclusive || subject.prefixes.split_whitespace().any(|one| one == prefix);
    let mut all: Vec<Candidate> = Vec::new();
    let values: Vec<Node<'_>> = own.descendants().filter(|node| node.is(ASSERTION, "AttributeValue")).collect();
    let root = document.root_element().filter(|root| *root != own);
    let mut sites: Vec<Vec<Node<'_>>> = vec![vec![own], root.into_iter().collect(), values.clone()];
    if subject.is_info() {
        sites.push(vec![subject.signature]);
        sites.push(subject.signature.parent().into_iter().collect());
    }
    let declared =
        |prefix: &str| document.nodes().any(|node| node.declarations().any(|one| one.local_name() == prefix));
    let sets = TOGETHER.into_iter().map(<[_]>::to_vec).chain(KNOWN.iter().map(|(prefix, _)| vec![*prefix]));
    for set in sets.filter(|set| set.iter().any(|prefix| listed(prefix))) {
        for site in sites.iter().filter(|site| !site.is_empty()) {
            let mut splices = Vec::new();
            for node in site {
                let added = set.iter().filter(|prefix| !declares(*node, prefix));
                let text: String = added.map(|prefix| declaration(prefix, uri_of(prefix))).collect();
                splices.push(insert(*node, text));
            }
            splices.retain(|splice| !splice.with.is_empty());
            let name = if set.iter().all(|prefix| declared(prefix)) { "namespace-moved" } else { "namespace-dropped" };
            all.push((name, Some(set.join(", ")), set.len() == 2, splices));
        }
    }
    for (prefix, uri) in in_scope(own).into_iter().filter(|(prefix, _)| !prefix.is_empty() && listed(prefix)) {
        let (used, splices) = pushed_down(own, prefix, uri, "");
        let name = if used { "namespace-moved" } else { "namespace-added" };
        all.push((name, Some(prefix.to_owned()), false, splices));
    }
    if inclusive {
        let apex = if subject.is_info() { subject.signature } else { own };
        let around =
            apex.ancestors().filter(|node| node.kind() == NodeKind::Element && Some(*node) != document.root_element());
        for node in std::iter::once(apex).chain(around) {
            all.push(("namespace-added", None, node == apex, alone(node)));
        }
        // All that values need, declared at these.
        for (only_types, site) in SITES {
            let scope = in_scope(own).into_iter().filter(|(_, uri)| !only_types || [SCHEMA, INSTANCE].contains(uri));
            let mut splices = Vec::new();
            for (prefix, uri) in scope {
                let (used, pushed) = pushed_down(own, prefix, uri, site);
                splices.extend(pushed.into_iter().filter(|_| used));
            }
            sort_by_key(&mut splices, |splice| splice.range.start);
            all.push(("namespace-moved", None, only_types, splices));
        }
    }
    if !subject.is_info() {
        types(&values, &mut all);
        let inner = own.descendants().filter(|node| node.is(DSIG, "Signature") && *node != subject.signature);
        let inner: Vec<Splice> = inner.map(|node| Splice { range: node.span(), with: String::new() }).collect();
        all.push(("signature-added", None, true, inner));
    }
    renamed(own, &mut all);
    all.retain(|(_, _, _, splices)| !splices.is_empty());
    all
}

/// What the elements of each namespace are mostly prefixed with, what goes together in one column.
const PREFIXES: [(&str, [&str; 3]); 3] =
    [(ASSERTION, ["saml", "saml2", ""]), (PROTOCOL, ["samlp", "saml2p", ""]), (DSIG, ["ds", "dsig", ""])];

/// Every element with another prefix, one namespace at a time and all of them together.
fn renamed(own: Node<'_>, all: &mut Vec<Candidate>) {
    let mut together: [Vec<Splice>; 3] = Default::default();
    for (namespace, prefixes) in PREFIXES {
        for (prefix, together) in prefixes.into_iter().zip(&mut together) {
            let mut splices = Vec::new();
            for node in std::iter::once(own).chain(own.descendants()) {
                if node.namespace() == namespace && node.kind() == NodeKind::Element && node.prefix() != prefix {
                    rename(node, prefix, &mut splices);
                }
            }
            together.extend_from_slice(&splices);
            sort_by_key(&mut splices, |splice| splice.range.start);
            all.push(("prefix-renamed", Some(prefix.to_owned()), false, splices));
        }
    }
    for mut splices in together {
        sort_by_key(&mut splices, |splice| splice.range.start);
        all.push(("prefix-renamed", None, false, splices));
    }
}

fn rename(node: Node<'_>, prefix: &str, splices: &mut Vec<Splice>) {
    let colon = if prefix.is_empty() { "" } else { ":" };
    let name = format!("{prefix}{colon}{}", node.local_name());
    let len = insert(node, String::new()).range.start - node.span().start - 1;
    let uri = node.namespace();
    let declared = if declares(node, prefix) { String::new() } else { declaration(prefix, uri) };
    let (open, close) = (node.span().start + 1, node.close_tag());
    splices.push(Splice { range: open..open + len, with: format!("{name}{declared}") });
    for one in node.declarations().filter(|one| one.local_name() == node.prefix() && one.raw_value() == uri) {
        let span = one.span();
        splices.push(Splice { range: span.start.saturating_sub(1)..span.end, with: String::new() });
    }
    if !close.is_empty() {
        splices.push(Splice { range: close.start + 2..close.start + 2 + len, with: name });
    }
}

/// `xsi:type` on every value that has none.
fn types(values: &[Node<'_>], all: &mut Vec<Candidate>) {
    let typed = |node: &Node<'_>| node.attributes().any(|one| one.local_name() == "type");
    for (prefix, name) in TYPES {
        let splices = values.iter().filter(|node| !typed(node)).map(|node| {
            let needed = [prefix, "xsi"].into_iter().filter(|prefix| !declares(*node, prefix));
            let declared: String = needed.map(|prefix| declaration(prefix, uri_of(prefix))).collect();
            insert(*node, format!("{declared} xsi:type=\"{name}\""))
        });
        all.push(("type-dropped", Some(format!("xsi:type=\"{name}\"")), true, splices.collect()));
    }
}

fn uri_of(prefix: &str) -> &'static str {
    KNOWN.iter().find(|(known, _)| *known == prefix).map_or("", |(_, uri)| uri)
}

fn declares(node: Node<'_>, prefix: &str) -> bool {
    node.declarations().any(|one| one.local_name() == prefix)
}

fn declaration(prefix: &str, uri: &str) -> String {
    match prefix {
        "" => format!(" xmlns=\"{uri}\""),
        _ => format!(" xmlns:{prefix}=\"{uri}\""),
    }
}

/// Puts something into a start tag, after the name.
fn insert(node: Node<'_>, with: String) -> Splice {
    let name = node.prefix().len() + usize::from(!node.prefix().is_empty()) + node.local_name().len();
    let at = node.span().start + 1 + name;
    Splice { range: at..at, with }
}

/// The declarations in scope at an element, as written; the nearest of each prefix.
pub(super) fn in_scope(node: Node<'_>) -> BTreeMap<&str, &str> {
    let mut scope = BTreeMap::new();
    for element in std::iter::once(node).chain(node.ancestors()) {
        for one in element.declarations() {
            scope.entry(one.local_name()).or_insert(one.raw_value());
        }
    }
    scope
}

/// Whether an element uses a prefix: in its name, that of an attribute, or the type that it states.
fn uses(node: Node<'_>, prefix: &str) -> bool {
    let in_value = |value: &str| value.split_once(':').is_some_and(|(before, _)| before == prefix);
    node.prefix() == prefix
        || node
            .attributes()
            .any(|one| one.prefix() == prefix || one.local_name() == "type" && in_value(one.raw_value()))
}

/// The declaration of a prefix taken from an element and all around it, and put where it is used; and whether it is used
/// in the element at all.
///
/// `site`: the name of elements that count as using it, although only something within them does.
fn pushed_down(own: Node<'_>, prefix: &str, uri: &str, site: &str) -> (bool, Vec<Splice>) {
    let mut splices = Vec::new();
    for element in std::iter::once(own).chain(own.ancestors()) {
        for one in element.declarations().filter(|one| one.local_name() == prefix) {
            let span = one.span();
            splices.push(Splice { range: span.start.saturating_sub(1)..span.end, with: String::new() });
        }
    }
    let (mut used, mut covered) = (false, 0);
    for node in own.document().nodes().filter(|node| node.kind() == NodeKind::Element) {
        let span = node.span();
        let is_around = span.start <= own.span().start && own.span().end <= span.end;
        let is_user = uses(node, prefix) || node != own && node.local_name() == site;
        if span.start < covered || !is_user && (is_around || !declares(node, prefix)) {
            continue;
        }
        let within = span.start >= own.span().start && span.end <= own.span().end;
        used |= within && node != own;
        covered = if declares(node, prefix) && !is_around { span.end } else { covered };
        if covered != span.end {
            covered = span.end;
            splices.push(insert(node, declaration(prefix, uri)));
        }
    }
    sort_by_key(&mut splices, |splice| splice.range.start);
    (used, splices)
}

/// An element as a document of its own, with the declarations from around it that it uses.
fn alone(own: Node<'_>) -> Vec<Splice> {
    let all = own.document().text().len();
    let needed = in_scope(own).into_iter().filter(|(prefix, _)| !declares(own, prefix));
    let needed =
        needed.filter(|(prefix, _)| std::iter::once(own).chain(own.descendants()).any(|node| uses(node, prefix)));
    let text: String = needed.map(|(prefix, uri)| declaration(prefix, uri)).collect();
    let span = own.span();
    vec![
        Splice { range: 0..span.start, with: String::new() },
        insert(own, text),
        Splice { range: span.end..all, with: String::new() },
    ]
}
