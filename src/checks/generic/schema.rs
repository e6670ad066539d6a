//! The order of elements, and which elements and attributes there may and must be, by the protocol's and the assertion's
//! schemas (SAML 2.0 Core §2, §3; saml-schema-protocol-2.0.xsd, saml-schema-assertion-2.0.xsd), and by those of the
//! signatures and the encryption in them.
//!
//! `schema.tsv` has a line for each element: its name, its attributes (`!` required, `:*` any of another namespace, `*`
//! any), its content in the notation of a DTD (`any` an element of whatever name, `other` one of another namespace,
//! `text` no element, `mixed` anything, or text between what follows), and the section that has it. An element with a
//! `.` before its name is declared within others alone, and nothing is known of it elsewhere. Values are not read here.
//! `tests/fixtures/schema` has the verdicts of a validator that reads the XSDs themselves.

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
    /// Whether it is known only where its parent has a place for it.
    local: bool,
    section: &'static str,
}

enum Content {
    /// Character data alone.
    Text,
    /// Anything.
    Mixed,
    /// These elements in this order, and whether text may stand between them.
    Elements(Vec<Particle>, bool),
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
        let own = node.parent().map(Node::namespace);
        let other = !node.namespace().is_empty() && own != Some(node.namespace());
        self.names.iter().any(|name| *name == "any" || *name == "other" && other || is(node, name))
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
        content => {
            let mixed = content.strip_prefix("mixed ");
            let particles = mixed.unwrap_or(content).split_ascii_whitespace().map(Particle::parse);
            Content::Elements(particles.collect(), mixed.is_some())
        }
    };
    let local = name.starts_with('.');
    Some((name.trim_start_matches('.'), Element { attributes, open, content, local, section }))
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
    let of = |node: Node<'_>| table().get(format!("{}:{}", prefix(node)?, node.local_name()).as_str());
    let has_place = |parent: Node<'_>| match of(parent).map(|parent| &parent.content) {
        Some(Content::Elements(particles, _)) => particles.iter().any(|p| p.names.iter().any(|name| is(node, name))),
        _ => false,
    };
    of(node).filter(|schema| !schema.local || node.parent().is_some_and(has_place))
}

/// The first that is wrong in document order: what comes after it is often its consequence. What only the strictest mind
/// is told where there is nothing worse.
fn schema_invalid(case: &Case<'_>) -> Answer {
    let messages = || super::each::messages(case);
    let found = |decides: bool| {
        messages().find_map(|(seen, message)| {
            let mut wrong = violations(seen, message.0).filter(|(_, _, severity)| severity.decides() == decides);
            wrong.next().map(|(evidence, node, severity)| {
                Answer::fired(evidence).with("section", section(node)).who(sender(case, message)).severity(severity)
            })
        })
    };
    match found(true).or_else(|| found(false)) {
        Some(answer) => answer,
        None => each(case, |_, message| schema_of(message.0).map(|_| None)),
    }
}

/// What is wrong in an element and all within it, each with the element that it is wrong in and how bad it is.
fn violations<'d>(seen: &'d Seen<'d>, root: Node<'d>) -> impl Iterator<Item = (Evidence, Node<'d>, Severity)> {
    std::iter::once(root).chain(root.descendants()).filter(|node| node.kind() == NodeKind::Element).filter_map(
        move |node| {
            let schema = schema_of(node)?;
            // Whether a signature or an encryption can be used as it stands is told by rules of theirs.
            let severity = match node.namespace() {
                DSIG | XENC => Severity::Warning,
                _ => Severity::Error,
            };
            let wrong = attributes(seen, node, schema).map(|evidence| (evidence, severity));
            let wrong = wrong.or_else(|| content(seen, node, schema).map(|evidence| (evidence, severity)));
            // Nearly all readers pass over white space.
            let wrong = wrong.or_else(|| blank(seen, node, schema).map(|evidence| (evidence, Severity::Warning)));
            wrong.map(|(evidence, severity)| (evidence, node, severity))
        },
    )
}

/// The specification and the section that has an element.
fn section(node: Node<'_>) -> String {
    let specification = match node.namespace() {
        DSIG => "XML Signature",
        XENC => "XML Encryption",
        _ => "SAML 2.0 Core",
    };
    format!("{specification} {}", schema_of(node).map(|schema| schema.section).unwrap_or_default())
}

/// White space in an element that must be empty.
fn blank(seen: &Seen<'_>, node: Node<'_>, schema: &Element) -> Option<Evidence> {
    let Content::Elements(particles, false) = &schema.content else { return None };
    let text = particles.is_empty().then(|| node.children().find(|child| is_text(*child)))??;
    let evidence = Evidence::node(seen, &format!("{}/text()", node.local_name()), text);
    Some(evidence.actual(&text.text()).expected("—"))
}

fn is_text(node: Node<'_>) -> bool {
    matches!(node.kind(), NodeKind::Text | NodeKind::CData)
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
    let (particles, mixed) = match &schema.content {
        Content::Mixed => return None,
        Content::Text => return node.elements().next().and_then(|child| misplaced(child, "text".to_owned())),
        Content::Elements(particles, mixed) => (particles, *mixed),
    };
    let stray = node.children().find(|child| is_text(*child) && !child.text().trim().is_empty());
    if let Some(stray) = stray.filter(|_| !mixed) {
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
            let Content::Elements(particles, _) = &element.content else { continue };
            for used in particles.iter().flat_map(|particle| &particle.names) {
                let foreign = matches!(*used, "any" | "other");
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

    /// How bad it is, and what it is about.
    fn told(text: &str) -> (Option<Severity>, String) {
        let captures = [("input".to_owned(), crate::intake::take_one(text.as_bytes()))];
        let context = crate::Context::at(crate::Instant::from_unix(0));
        crate::report::with_case(&captures, &context, |case, _| match schema_invalid(case) {
            Answer::Fired(hit) => (hit.severity, hit.evidence[0].what.clone()),
            _ => (None, String::new()),
        })
    }

    #[test]
    fn what_few_refuse_is_a_warning_and_never_hides_what_more_do() {
        let login = include_str!("../testing/login.xml");
        let empty = format!("<ds:Signature xmlns:ds=\"{DSIG}\"/>");
        let signed = login.replacen("</saml:Issuer>", &format!("</saml:Issuer>{empty}"), 1);
        assert_eq!(told(&signed), (Some(Severity::Warning), "Signature/SignedInfo".to_owned()));
        let blank = login.replace("status:Success\"/>", "status:Success\"> </samlp:StatusCode>");
        assert_eq!(told(&blank), (None, String::new()));
        let blank =
            login.replace("<saml:AuthnContext>", "<saml:SubjectLocality> </saml:SubjectLocality><saml:AuthnContext>");
        assert_eq!(told(&blank), (Some(Severity::Warning), "SubjectLocality/text()".to_owned()));
        for text in [signed, blank] {
            let both = text.replace("Name=\"mail\" ", "");
            assert_eq!(told(&both), (Some(Severity::Error), "Attribute/@Name".to_owned()));
        }
    }

    #[test]
    fn an_element_that_is_declared_within_others_alone_is_known_only_there() {
        let value = |inside: &str| {
            let value = format!("<saml:AttributeValue><ds:{inside} xmlns:ds=\"{DSIG}\"/></saml:AttributeValue>");
            told(&include_str!("../testing/login.xml").replacen(
                "<saml:AttributeValue>",
                &format!("{value}<saml:AttributeValue>"),
                1,
            ))
            .1
        };
        assert_eq!(value("X509IssuerSerial"), "");
        assert_eq!(value("X509Data"), "X509Data/X509IssuerSerial");
    }
}
