//! What the element or attribute is that stands at a byte of a message, in a sentence.

use std::ops::Range;

use serde::Serialize;

use super::texts::Texts;
use crate::language::Language;
use crate::limits;
use crate::saml::names::{ASSERTION, METADATA, PROTOCOL};
use crate::xml::{Attribute, Doctype, Document, Node, NodeKind, XML_NAMESPACE, read};

/// The namespaces whose elements are explained, and the prefixes that the texts have for them.
const PREFIXES: &[(&str, &str)] = &[
    (PROTOCOL, "samlp"),
    (ASSERTION, "saml"),
    (METADATA, "md"),
    ("http://www.w3.org/2000/09/xmldsig#", "ds"),
    ("http://www.w3.org/2009/xmldsig11#", "ds11"),
    ("http://www.w3.org/2001/10/xml-exc-c14n#", "ec"),
    ("http://www.w3.org/2001/04/xmlenc#", "xenc"),
    ("http://www.w3.org/2009/xmlenc11#", "xenc11"),
    ("urn:oasis:names:tc:SAML:metadata:ui", "mdui"),
    ("urn:oasis:names:tc:SAML:metadata:attribute", "mdattr"),
    ("urn:oasis:names:tc:SAML:metadata:rpi", "mdrpi"),
    ("urn:mace:shibboleth:metadata:1.0", "shibmd"),
    ("http://schemas.xmlsoap.org/soap/envelope/", "soap"),
    ("urn:oasis:names:tc:SAML:metadata:algsupport", "alg"),
    ("urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol", "idpdisc"),
    ("urn:oasis:names:tc:SAML:profiles:SSO:request-init", "init"),
    ("http://docs.oasis-open.org/wsfed/federation/200706", "fed"),
    ("http://docs.oasis-open.org/wsfed/authorization/200706", "auth"),
    ("http://www.w3.org/2005/08/addressing", "wsa"),
];
/// Those of attributes.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("http://www.w3.org/2001/XMLSchema-instance", "xsi"),
    (XML_NAMESPACE, "xml"),
    ("urn:oasis:names:tc:SAML:protocol:ext:req-attr", "req-attr"),
];

/// What stands at a byte of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `element`, `attribute`, or `namespace` for a declaration of one.
    pub kind: &'static str,
    /// Its name as written, with its prefix.
    pub name: String,
    /// Its namespace; empty where it has none.
    pub namespace: String,
    /// The local names from the root to the element, with ` / ` between them, an attribute's with `@` at the end; of a
    /// deep one the last [`limits::EXPLAINED_PATH`].
    pub path: String,
    /// Its bytes, half open: an element's with all that is in it.
    pub span: [usize; 2],
    /// Whether the sentence is about this very name; else it is about names that are not known.
    pub known: bool,
    /// What it is, and what goes wrong with it most often.
    pub sentence: String,
}

/// What the innermost element or attribute at a byte of an XML text is. What is wrong with the text behind that byte does
/// not matter. `None` where the byte is in no element, or behind an error.
pub fn explain(xml: &str, offset: usize, language: Language) -> Option<Explanation> {
    let reading = read(xml, Doctype::Show);
    let document = &reading.document;
    let element = element_at(document, offset)?;
    // What is still open at an error seems to go on to the end.
    if let Some(error) = &reading.error
        && offset >= read_to(document, error.span.start)
    {
        return None;
    }
    let texts = Texts::of(language);
    let is_at = |span: Range<usize>| span.contains(&offset);
    let key = prefixed(PREFIXES, element.namespace(), element.local_name());
    let attribute = element.attributes().find(|attribute| is_at(attribute.span()));
    let declaration = || element.declarations().find(|declaration| is_at(declaration.span()));
    if let Some(attribute) = attribute {
        let (known, sentence) = attribute_text(texts, key.as_deref(), attribute);
        let path = format!("{}/@{}", path(element), attribute.local_name());
        return Some(told("attribute", &attribute, path, known, sentence));
    }
    if let Some(declaration) = declaration() {
        let sentence = texts.element("xmlns");
        return Some(told("namespace", &declaration, path(element), sentence.is_some(), sentence));
    }
    let own = key.as_deref().and_then(|key| texts.element(key));
    let span = element.span();
    Some(Explanation {
        kind: "element",
        name: qualified(element.prefix(), element.local_name()),
        namespace: element.namespace().to_owned(),
        path: path(element),
        span: [span.start, span.end],
        known: own.is_some(),
        sentence: own.or(texts.element("*")).unwrap_or_default().to_owned(),
    })
}

fn told(
    kind: &'static str,
    attribute: &Attribute<'_>,
    path: String,
    known: bool,
    sentence: Option<&str>,
) -> Explanation {
    let span = attribute.span();
    let name = match kind {
        // A default namespace is declared by the prefix itself.
        "namespace" if attribute.local_name().is_empty() => "xmlns".to_owned(),
        "namespace" => qualified("xmlns", attribute.local_name()),
        _ => qualified(attribute.prefix(), attribute.local_name()),
    };
    Explanation {
        kind,
        name,
        namespace: attribute.namespace().to_owned(),
        path,
        span: [span.start, span.end],
        known,
        sentence: sentence.unwrap_or_default().to_owned(),
    }
}

/// By the element's own name for it, then by what attributes of that name are on all elements that are known.
fn attribute_text<'t>(texts: &'t Texts, element: Option<&str>, attribute: Attribute<'_>) -> (bool, Option<&'t str>) {
    let local = attribute.local_name();
    let of_element = || texts.element(&format!("{}@{local}", element?));
    let of_all = || texts.element(&format!("@{local}")).filter(|_| element.is_some());
    let own = match attribute.namespace() {
        "" => of_element().or_else(of_all),
        namespace => prefixed(ATTRIBUTES, namespace, local).and_then(|key| texts.element(&format!("@{key}"))),
    };
    (own.is_some(), own.or(texts.element("@*")))
}

/// The name that the texts have for an element or attribute of a known namespace.
fn prefixed(known: &[(&str, &str)], namespace: &str, local: &str) -> Option<String> {
    let (_, prefix) = known.iter().find(|(name, _)| *name == namespace)?;
    Some(format!("{prefix}:{local}"))
}

fn qualified(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
}

/// The innermost element that a byte belongs to.
fn element_at<'d>(document: &'d Document<'d>, offset: usize) -> Option<Node<'d>> {
    let last = document.nodes().take_while(|node| node.span().start <= offset).last()?;
    let mut around = std::iter::successors(Some(last), |node| node.parent());
    around.find(|node| node.kind() == NodeKind::Element && node.span().contains(&offset))
}

/// How far a text was read that is no document: to the error, or where that is about an element that was never closed, to
/// the end of the last node.
fn read_to(document: &Document<'_>, error: usize) -> usize {
    let last = document.nodes().last().map_or(0, |node| match node.kind() {
        NodeKind::Element => node.open_tag().end,
        _ => node.span().end,
    });
    last.max(error)
}

/// The local names from the root to an element.
fn path(element: Node<'_>) -> String {
    let around = std::iter::once(element).chain(element.ancestors().filter(|node| node.kind() == NodeKind::Element));
    let mut names: Vec<&str> = around.take(limits::EXPLAINED_PATH).map(Node::local_name).collect();
    names.reverse();
    names.join(" / ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::checks::testing::Scene;

    const RESPONSE: &str = include_str!("../checks/testing/login.xml");

    fn at(text: &str, what: &str) -> Option<Explanation> {
        explain(text, text.find(what).unwrap(), Language::English)
    }

    #[test]
    fn an_element_is_explained_with_its_path_and_bytes() {
        let name = at(RESPONSE, "alice@acme.example</saml:NameID").unwrap();
        assert_eq!((name.kind, name.name.as_str(), name.namespace.as_str()), ("element", "saml:NameID", ASSERTION));
        assert_eq!(name.path, "Response / Assertion / Subject / NameID");
        assert!(RESPONSE.get(name.span[0]..name.span[1]).unwrap().ends_with("alice@acme.example</saml:NameID>"));
        assert!(name.known && name.sentence.contains("RAM user"));
        let chinese = explain(RESPONSE, name.span[0], Language::Chinese).unwrap();
        assert!(chinese.sentence.contains("RAM 用户"));
        // White space between the elements is the element's around it.
        assert_eq!(at(RESPONSE, "\n    <saml:Subject>").unwrap().path, "Response / Assertion");
        assert_eq!(at(RESPONSE, "</saml:Conditions").unwrap().path, "Response / Assertion / Conditions");
    }

    #[test]
    fn an_attribute_is_explained_by_its_element_before_all_elements() {
        let destination = at(RESPONSE, "Destination=").unwrap();
        assert_eq!((destination.kind, destination.path.as_str()), ("attribute", "Response/@Destination"));
        assert!(destination.sentence.contains("Alibaba Cloud"));
        let quote = RESPONSE.find("\" InResponseTo").unwrap();
        assert_eq!(explain(RESPONSE, quote, Language::English).unwrap().name, "Destination");
        let version = at(RESPONSE, "Version=").unwrap();
        assert!(version.known && version.sentence.contains("2.0"), "{version:?}");
        let declared = at(RESPONSE, "xmlns:saml=").unwrap();
        assert_eq!((declared.kind, declared.name.as_str(), declared.known), ("namespace", "xmlns:saml", true));
        let xsi = "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='b' c='d' xmlns='urn:e'/>";
        assert!(at(xsi, "xsi:type").unwrap().known);
        let foreign = at(xsi, "c=").unwrap();
        assert!(!foreign.known && !foreign.sentence.is_empty());
        assert_eq!(at(xsi, "xmlns='urn").unwrap().name, "xmlns");
        let element = explain(xsi, 1, Language::English).unwrap();
        assert!(!element.known && !element.sentence.is_empty());
    }

    #[test]
    fn what_is_broken_behind_the_byte_does_not_matter_and_what_is_behind_an_error_is_not_guessed() {
        let cut = RESPONSE.get(..RESPONSE.find("<saml:Conditions").unwrap() + 10).unwrap();
        assert_eq!(at(cut, "alice@").unwrap().path, "Response / Assertion / Subject / NameID");
        assert_eq!(at(cut, "</saml:Subject>").unwrap().name, "saml:Subject");
        let broken = RESPONSE.replace("</saml:Conditions>", "</saml:Condition>");
        assert_eq!(at(&broken, "alice@").unwrap().name, "saml:NameID");
        assert_eq!(at(&broken, "AuthnStatement"), None);
        assert_eq!(explain("<a><b>text", 7, Language::English).unwrap().path, "a / b");
        assert_eq!(explain("<a/>", 4, Language::English), None);
        assert_eq!(explain("<a/>", usize::MAX, Language::English), None);
        assert_eq!(explain("", 0, Language::English), None);
        assert_eq!(explain("no xml", 2, Language::English), None);
        assert_eq!(explain("<a>王</a>", 4, Language::English).unwrap().name, "a");
    }

    #[test]
    fn a_deep_path_and_ten_thousand_attributes_stay_small() {
        let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
        let told = explain(&deep, 15_000 - 2, Language::English).unwrap();
        assert_eq!(told.path.split(" / ").count(), limits::EXPLAINED_PATH);
        let many: String = (0..10_000).map(|number| format!(" a{number}='v'")).collect();
        assert_eq!(at(&format!("<x{many}/>"), "a9999=").unwrap().name, "a9999");
    }

    #[test]
    fn both_languages_explain_the_same_names_and_no_name_is_of_an_unknown_prefix() {
        let keys = |language| Texts::of(language).elements.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(Language::English), keys(Language::Chinese));
        assert!(keys(Language::English).len() > 200);
        for language in [Language::English, Language::Chinese] {
            for (key, sentence) in &Texts::of(language).elements {
                assert!(sentence.ends_with(['.', '。']), "{key}: {sentence}");
                let prefix = key.split_once(':').map(|(prefix, _)| prefix.trim_start_matches('@'));
                let known = |prefix| PREFIXES.iter().chain(ATTRIBUTES).any(|(_, known)| *known == prefix);
                assert!(prefix.is_none_or(known), "{key}");
            }
        }
    }

    /// Elements and attributes that scenarios have and nobody needs explained.
    const UNEXPLAINED: &[&str] = &[];

    #[test]
    fn whatever_occurs_in_the_scenarios_is_explained() {
        let mut missing = BTreeSet::new();
        let mut look = |text: &str| {
            let document = read(text, Doctype::Show).document;
            for node in document.nodes().filter(|node| node.kind() == NodeKind::Element) {
                let starts = node.attributes().map(|attribute| attribute.span().start);
                for offset in starts.chain([node.span().start]).collect::<Vec<_>>() {
                    let told = explain(text, offset, Language::English).unwrap();
                    if !told.known && !UNEXPLAINED.contains(&told.name.as_str()) {
                        missing.insert(format!("{} {}", told.namespace, told.path));
                    }
                }
            }
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
        for scenario in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
            let report = Scene::scenario(&scenario.file_name().to_string_lossy()).report();
            for capture in &report.captures {
                capture
                    .xml
                    .iter()
                    .chain(capture.decryptions.iter().filter_map(|one| one.xml.as_ref()))
                    .for_each(|xml| look(xml));
            }
            for file in std::fs::read_dir(scenario.path()).unwrap().map(|entry| entry.unwrap().path()) {
                if file.extension().is_some_and(|extension| extension == "xml") {
                    look(&std::fs::read_to_string(file).unwrap_or_default());
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
