//! The order of elements, and which elements and attributes there may and must be, by the protocol's and the assertion's
//! schemas (SAML 2.0 Core §2, §3; saml-schema-protocol-2.0.xsd, saml-schema-assertion-2.0.xsd).
//!
//! `schema.tsv` has a line for each element: its name, its attributes (`!` required, `:*` any of another namespace, `*`
//! any), its content in the notation of a DTD (`any` an element of whatever name, `other` one of another namespace,
//! `text` no element, `mixed` anything), and its section of SAML 2.0 Core. Values are not read here.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::each::{each, sender};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::dsig::names::DSIG;
use crate::flow::{Case, Seen};
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::xenc::XENC;
use crate::xml::{Node, NodeKind};

pub(super) const RULES: &[Rule] = &[Rule::new(
    "saml-schema-invalid",
    Severity::Error,
    Who::IdpAdmin,
    // Late: what is missing or misplaced mostly has a rule of its own, which says more.
    Stage::Hygiene,
    "SAML 2.0 Core 2, 3; saml-schema-protocol-2.0.xsd, saml-schema-assertion-2.0.xsd",
    schema_invalid,
)];

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// What the schema says of one element.
struct Element {
    attributes: Vec<(&'static str, bool)>,
    /// Attributes of other namespaces; attributes of whatever name.
    open: (bool, bool),
    content: Content,
    section: &'static str,
}

enum Content {
    /// Character data alone.
    Text,
    /// Anything.
    Mixed,
    /// These elements in this order.
    Elements(Vec<Particle>),
}

/// One place in the order: which elements may stand there, and how many.
struct Particle {
    names: Vec<&'static str>,
    least: usize,
    most: usize,
}

impl Particle {
    fn parse(text: &'static str) -> Self {
        let (names, least, most) = match text.split_at_checked(text.len().saturating_sub(1)) {
            Some((names, "?")) => (names, 0, 1),
            Some((names, "*")) => (names, 0, usize::MAX),
            Some((names, "+")) => (names, 1, usize::MAX),
            _ => (text, 1, 1),
        };
        Self { names: names.trim_matches(['(', ')']).split('|').collect(), least, most }
    }

    fn takes(&self, node: Node<'_>) -> bool {
        let saml = prefix(node) == Some("saml");
        self.names.iter().any(|name| *name == "any" || *name == "other" && !saml || is(node, name))
    }

    fn listed(&self) -> String {
        self.names.iter().map(|name| local(name)).collect::<Vec<_>>().join(", ")
    }
}

/// The table, by the name of the element.
fn table() -> &'static HashMap<&'static str, Element> {
    static TABLE: OnceLock<HashMap<&str, Element>> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("schema.tsv").lines().filter_map(line).collect())
}

fn line(line: &'static str) -> Option<(&'static str, Element)> {
    let mut columns = line.split('\t');
    let (name, attributes, content, section) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
    let attributes: Vec<&str> = attributes.split_ascii_whitespace().collect();
    let open = (attributes.contains(&":*"), attributes.contains(&"*"));
    let named = attributes.into_iter().filter(|name| !name.ends_with('*'));
    let attributes = named.map(|name| (name.trim_end_matches('!'), name.ends_with('!'))).collect();
    let content = match content {
        "text" => Content::Text,
        "mixed" => Content::Mixed,
        content => Content::Elements(content.split_ascii_whitespace().map(Particle::parse).collect()),
    };
    Some((name, Element { attributes, open, content, section }))
}

/// The prefix by which the table knows a namespace.
fn prefix(node: Node<'_>) -> Option<&'static str> {
    let known = [(PROTOCOL, "samlp"), (ASSERTION, "saml"), (DSIG, "ds"), (XENC, "xenc")];
    known.into_iter().find(|(namespace, _)| *namespace == node.namespace()).map(|(_, prefix)| prefix)
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

fn is(node: Node<'_>, name: &str) -> bool {
    name.split_once(':').is_some_and(|(own, local)| node.local_name() == local && prefix(node) == Some(own))
}

fn schema_of(node: Node<'_>) -> Option<&'static Element> {
    table().get(format!("{}:{}", prefix(node)?, node.local_name()).as_str())
}

/// The first that is wrong in document order: what comes after it is often its consequence.
fn schema_invalid(case: &Case<'_>) -> Answer {
    let mut section = None;
    for (seen, message) in super::each::messages(case) {
        if let Some((evidence, of)) = violation(seen, message.0) {
            section = Some((evidence, of, sender(case, message)));
            break;
        }
    }
    match section {
        Some((evidence, section, who)) => Answer::fired(evidence).with("section", section).who(who),
        None => each(case, |_, message| schema_of(message.0).map(|_| None)),
    }
}

/// What is wrong first in an element and all within it, and the section that says so.
fn violation(seen: &Seen<'_>, root: Node<'_>) -> Option<(Evidence, &'static str)> {
    std::iter::once(root).chain(root.descendants()).filter(|node| node.kind() == NodeKind::Element).find_map(|node| {
        let schema = schema_of(node)?;
        let evidence = attributes(seen, node, schema).or_else(|| content(seen, node, schema))?;
        Some((evidence, schema.section))
    })
}

fn attributes(seen: &Seen<'_>, node: Node<'_>, schema: &Element) -> Option<Evidence> {
    let name = |attribute: &str| format!("{}/@{attribute}", node.local_name());
    let missing = schema.attributes.iter().find(|(own, required)| *required && node.attribute(own).is_none());
    if let Some((missing, _)) = missing {
        return Some(Evidence::node(seen, &name(missing), node).expected(*missing));
    }
    let unknown = node.attributes().find(|attribute| {
        let (foreign, any) = schema.open;
        let known = match attribute.namespace() {
            "" => schema.attributes.iter().any(|(own, _)| *own == attribute.local_name()),
            // What says the type of an element, and where schemas are, may stand anywhere.
            XSI => true,
            _ => foreign,
        };
        !(known || any)
    })?;
    let known: Vec<&str> = schema.attributes.iter().map(|(own, _)| *own).collect();
    let evidence = Evidence::node(seen, &name(unknown.local_name()), node).actual(unknown.local_name());
    Some(evidence.expected(if known.is_empty() { "—".to_owned() } else { known.join(", ") }))
}

fn content(seen: &Seen<'_>, node: Node<'_>, schema: &Element) -> Option<Evidence> {
    let misplaced = |child: Node<'_>, expected: String| {
        let what = format!("{}/{}", node.local_name(), child.local_name());
        Some(Evidence::node(seen, &what, child).actual(child.local_name()).expected(expected))
    };
    let particles = match &schema.content {
        Content::Mixed => return None,
        Content::Text => return node.elements().next().and_then(|child| misplaced(child, "text".to_owned())),
        Content::Elements(particles) => particles,
    };
    let stray = node
        .children()
        .filter(|child| matches!(child.kind(), NodeKind::Text | NodeKind::CData))
        .find(|child| !child.text().trim().is_empty());
    if let Some(stray) = stray {
        let evidence = Evidence::node(seen, &format!("{}/text()", node.local_name()), stray);
        return Some(evidence.actual(stray.text().trim()).expected(expected(particles.iter())));
    }
    // Which place in the order is being filled, and how many elements it has. No element fits two places of which both
    // may take it, so that the first that does is the one.
    let (mut at, mut count) = (0, 0);
    for child in node.elements() {
        let open = at;
        loop {
            let may_stand = || particles.get(open..).map(|rest| expected(rest.iter())).unwrap_or_default();
            let Some(particle) = particles.get(at) else { return misplaced(child, may_stand()) };
            if count < particle.most && particle.takes(child) {
                count += 1;
                break;
            }
            if count < particle.least {
                return misplaced(child, particle.listed());
            }
            (at, count) = (at + 1, 0);
        }
    }
    let mut rest = particles.iter().enumerate().skip(at);
    let (_, lacking) = rest.find(|(place, particle)| particle.least > if *place == at { count } else { 0 })?;
    let what = format!("{}/{}", node.local_name(), lacking.names.first().map(|name| local(name)).unwrap_or_default());
    Some(Evidence::node(seen, &what, node).expected(lacking.listed()))
}

/// What may stand there; a dash where nothing may.
fn expected<'p>(particles: impl Iterator<Item = &'p Particle>) -> String {
    let listed = particles.map(Particle::listed).collect::<Vec<_>>().join(", ");
    if listed.is_empty() { "—".to_owned() } else { listed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{Scene, fires, silent};

    #[test]
    fn every_name_in_the_table_is_an_element_of_it_or_of_another_namespace() {
        assert_eq!(table().len(), include_str!("schema.tsv").lines().count());
        for (name, element) in table() {
            let Content::Elements(particles) = &element.content else { continue };
            for used in particles.iter().flat_map(|particle| &particle.names) {
                let foreign = matches!(*used, "any" | "other") || used.starts_with("ds:") || used.starts_with("xenc:");
                assert!(foreign || table().contains_key(used), "{name} has {used}");
            }
        }
    }

    #[test]
    fn what_is_sound_fires_nothing() {
        silent("saml-schema-invalid", &Scene::exchange());
        for name in ["clean-generic-encrypted", "clean-ali-user-okta", "clean-request-signed", "sig-redirect-lowercase"]
        {
            silent("saml-schema-invalid", &Scene::scenario(name));
        }
        let extended = Scene::login().replace(
            "Name=\"mail\"",
            "Name=\"mail\" xmlns:x=\"urn:x\" x:source=\"ldap\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
        );
        silent("saml-schema-invalid", &extended);
    }

    #[test]
    fn order_number_and_names_of_elements_and_attributes_count() {
        let subject = "<saml:Subject>\n      <saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">\
                       alice@acme.example</saml:NameID>";
        for (from, to) in [
            // Order.
            ("<saml:Issuer>https://idp.acme.example/idp</saml:Issuer>\n    <saml:Subject>", "<saml:Subject>"),
            ("</samlp:Status>", "</samlp:Status><saml:Issuer>https://idp.acme.example/idp</saml:Issuer>"),
            ("</saml:Subject>", "<saml:NameID>second</saml:NameID></saml:Subject>"),
            // Number.
            ("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>", ""),
            (
                "<saml:AudienceRestriction><saml:Audience>https://app.acme.example/sp</saml:Audience>",
                "<saml:AudienceRestriction>",
            ),
            ("</saml:Conditions>", "</saml:Conditions><saml:Conditions/>"),
            // Names.
            ("<saml:AttributeStatement>", "<saml:AttributeStatement><saml:Extra/>"),
            ("<saml:AttributeStatement>", "<saml:AttributeStatement>mail"),
            (subject, "<saml:Subject><saml:NameID><b>alice</b></saml:NameID>"),
            ("<saml:Subject>", "<saml:Subject Name=\"x\">"),
            ("Name=\"mail\" ", ""),
            ("<saml:AuthnContext>", "<saml:AuthnContext xml:lang=\"en\">"),
        ] {
            fires("saml-schema-invalid", &Scene::login().replace(from, to));
        }
        fires("saml-schema-invalid", &Scene::request().replace("AllowCreate", "allowCreate"));
    }
}
