//! Values as the standard has them at all: not empty, absolute, without white space around, not overlong (SAML 2.0 Core
//! §1.3).

use crate::checks::generic::each::{each, elements};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Profile};
use crate::saml::Value;
use crate::xml::Node;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "saml-empty-string",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML 2.0 Core 1.3.1",
        empty_string,
    ),
    Rule::new(
        "saml-relative-uri",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML 2.0 Core 1.3.2",
        relative_uri,
    ),
    Rule::new(
        "saml-text-whitespace",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML 2.0 Core 3.4.1.4, 8.3; exact comparison by services",
        white_space,
    ),
    Rule::new(
        "saml-value-too-long",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML2int SDP-G02; SAML 2.0 implementation profile IIP-G02",
        too_long,
    ),
];

/// Elements whose content is text that must say something. AttributeValue may be empty: it has a rule of its own.
const TEXT: [&str; 11] = [
    "Issuer",
    "NameID",
    "Audience",
    "AuthnContextClassRef",
    "AuthnContextDeclRef",
    "AuthenticatingAuthority",
    "SessionIndex",
    "StatusMessage",
    "RequesterID",
    "AssertionIDRef",
    "AssertionURIRef",
];

/// Elements whose content is an entity ID. Many services fixed theirs before anybody asked for a URI.
const ENTITY: [&str; 3] = ["Issuer", "Audience", "RequesterID"];

/// Elements whose content is a URI of the standard or of a profile.
const URI: [&str; 2] = ["AuthnContextClassRef", "AuthnContextDeclRef"];

/// Attributes of type `xs:anyURI`, by their element where the name alone does not say.
const URI_ATTRIBUTES: [&str; 10] = [
    "Format",
    "NameFormat",
    "Destination",
    "Recipient",
    "Method",
    "AssertionConsumerServiceURL",
    "ProtocolBinding",
    "Consent",
    "ProviderID",
    "Loc",
];

/// Characters that every deployment takes (SDP-G02).
const CHARACTERS: usize = 256;

fn empty_string(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let texts =
            elements(message).filter(|node| TEXT.contains(&node.local_name()) && node.elements().next().is_none());
        let texts = texts.map(|node| (node.local_name().to_owned(), Value::of_element(node)));
        let attributes = elements(message).flat_map(|node| {
            let own = node.attributes().filter(|attribute| attribute.namespace().is_empty());
            own.map(move |attribute| (named(node, attribute.local_name()), Value::of_attribute(attribute)))
        });
        let empty = texts.chain(attributes).filter(|(_, value)| value.text.trim().is_empty());
        Some(empty.map(|(what, value)| Evidence::of(seen, &what, &value)).collect::<Vec<_>>())
    })
}

fn relative_uri(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let is_uri = |node: &Node<'_>| {
            let name = node.local_name();
            URI.contains(&name) || ENTITY.contains(&name) && case.profile == Profile::Generic
        };
        let texts = elements(message).filter(is_uri);
        let texts = texts.map(|node| (node.local_name().to_owned(), Value::of_element(node)));
        let attributes = elements(message).flat_map(|node| {
            let is_status = node.local_name() == "StatusCode";
            let is_uri = move |name: &str| URI_ATTRIBUTES.contains(&name) || is_status && name == "Value";
            let own = node.attributes().filter(move |own| own.namespace().is_empty() && is_uri(own.local_name()));
            own.map(move |attribute| (named(node, attribute.local_name()), Value::of_attribute(attribute)))
        });
        let relative = texts.chain(attributes).filter(|(_, value)| is_relative(&value.text));
        Some(relative.map(|(what, value)| Evidence::of(seen, &what, &value)).collect::<Vec<_>>())
    })
}

fn white_space(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let compared = ["NameID", "Issuer", "Audience", "AttributeValue"];
        let texts = elements(message)
            .filter(|node| compared.contains(&node.local_name()) && node.elements().next().is_none())
            .collect::<Vec<_>>();
        if texts.is_empty() {
            return None;
        }
        Some(texts.into_iter().filter_map(|node| {
            let (value, written) = (Value::of_element(node), node.text_content());
            let padded = written != value.text && !value.text.is_empty();
            padded.then(|| {
                let evidence = Evidence::of(seen, node.local_name(), &value).actual(&written);
                evidence.instead_of(value.text.into_owned())
            })
        }))
    })
}

fn too_long(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let mut values = Vec::new();
        for node in elements(message) {
            match node.local_name() {
                "NameID" | "AttributeValue" => values.push((node.local_name().to_owned(), Value::of_element(node))),
                "Attribute" => {
                    let name = node.attribute("Name").map(Value::of_attribute);
                    values.extend(name.map(|name| (named(node, "Name"), name)));
                }
                _ => {}
            }
        }
        if values.is_empty() {
            return None;
        }
        values.retain(|(_, value)| length(value) > CHARACTERS);
        Some(values.into_iter().map(|(what, value)| {
            Evidence { actual: Some(length(&value).to_string()), ..Evidence::of(seen, &what, &value) }
                .expected(CHARACTERS.to_string())
        }))
    })
}

fn length(value: &Value<'_>) -> usize {
    value.text.chars().count()
}

/// `Response/@Destination`
fn named(node: Node<'_>, attribute: &str) -> String {
    format!("{}/@{attribute}", node.local_name())
}

/// Whether a URI reference has no scheme (RFC 3986 §3.1). An empty one has a rule of its own.
fn is_relative(uri: &str) -> bool {
    let uri = uri.trim();
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    !uri.is_empty() && !is_scheme
}
