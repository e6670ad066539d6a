//! Reads a role of an entity (SAML 2.0 Metadata §2.4) for the report, with what its extensions say of it.

use super::entity::{extensions, text, value, worded};
use super::{
    AlgorithmReport, AttributeServiceReport, EndpointReport, EntityKeyReport, EntityRoleReport, FlagReport, LogoReport,
    RequestedAttributeReport, ScopeReport, UiReport,
};
use crate::crypto::digest::DigestAlgorithm;
use crate::report::TextReport;
use crate::report::texts::Texts;
use crate::saml::metadata::{KeyDescriptor, Met, Spanned, is_endpoint, lang};
use crate::saml::names::{ALG, ASSERTION, FED, IDPDISC, INIT, MDUI, METADATA, SHIBMD, XSI};
use crate::saml::{Value, attribute};
use crate::xml::Node;

const FLAGS: [&str; 3] = ["WantAuthnRequestsSigned", "AuthnRequestsSigned", "WantAssertionsSigned"];

/// `of_entity`: the extensions of the entity, which hold for each of its roles.
pub(super) fn role(node: Node<'_>, of_entity: &[Node<'_>], texts: &Texts) -> EntityRoleReport {
    let own: Vec<Node<'_>> = extensions(node).collect();
    let inherited = || of_entity.iter().chain(&own).copied();
    let role_type = role_type(node);
    let span = node.span();
    let is_further = |one: &Node<'_>| one.is(IDPDISC, "DiscoveryResponse") || one.is(INIT, "RequestInitiator");
    let endpoints = node.elements().filter(|child| is_endpoint(*child)).chain(own.iter().copied().filter(is_further));
    let hints = own.iter().filter(|one| one.is(MDUI, "DiscoHints")).flat_map(|hints| hints.elements());
    let is_algorithm =
        |one: &Node<'_>| one.namespace() == ALG && matches!(one.local_name(), "DigestMethod" | "SigningMethod");
    EntityRoleReport {
        kind: node.local_name().to_owned(),
        title: texts.message(title(node.local_name(), role_type.as_deref())).to_owned(),
        role_type,
        span: [span.start, span.end],
        protocols: value(node, "protocolSupportEnumeration"),
        valid_until: value(node, "validUntil"),
        error_url: value(node, "errorURL"),
        flags: FLAGS.iter().filter_map(|name| flag(node, name)).collect(),
        endpoints: endpoints.map(endpoint).collect(),
        keys: node.elements_named(METADATA, "KeyDescriptor").map(key).collect(),
        name_id_formats: node.elements_named(METADATA, "NameIDFormat").map(text).collect(),
        attribute_services: node.elements_named(METADATA, "AttributeConsumingService").map(service).collect(),
        attributes: node.elements_named(ASSERTION, "Attribute").map(requested).collect(),
        scopes: inherited().filter(|one| one.is(SHIBMD, "Scope")).map(scope).collect(),
        ui: own.iter().find(|one| one.is(MDUI, "UIInfo")).map(|node| ui(*node)),
        hints: hints.map(text).collect(),
        algorithms: inherited().filter(is_algorithm).filter_map(algorithm).collect(),
    }
}

/// The words for what a role is.
fn title(kind: &str, role_type: Option<&str>) -> &'static str {
    let local = role_type.map(|name| name.rsplit(':').next().unwrap_or(name));
    match (kind, local) {
        ("IDPSSODescriptor", _) => "role.idp",
        ("SPSSODescriptor", _) => "role.sp",
        ("AttributeAuthorityDescriptor", _) => "role.attribute-authority",
        ("AuthnAuthorityDescriptor", _) => "role.authn-authority",
        ("PDPDescriptor", _) => "role.pdp",
        (_, Some("SecurityTokenServiceType")) => "role.security-token-service",
        (_, Some("ApplicationServiceType")) => "role.application-service",
        (_, Some("AttributeServiceType")) => "role.attribute-service",
        (_, Some("PseudonymServiceType")) => "role.pseudonym-service",
        (_, Some("AttributeQueryDescriptorType")) => "role.attribute-query",
        _ => "role.other",
    }
}

/// `xsi:type`, as written; that of WS-Federation with the prefix that everybody writes.
fn role_type(node: Node<'_>) -> Option<String> {
    let own = node.attributes().find(|one| one.local_name() == "type" && one.namespace() == XSI)?.value();
    let (prefix, local) = own.split_once(':').unwrap_or(("", &own));
    let mut around = std::iter::once(node).chain(node.ancestors()).flat_map(Node::declarations);
    let is_fed = around.find(|one| one.local_name() == prefix).is_some_and(|one| one.value() == FED);
    Some(if is_fed { format!("fed:{local}") } else { own.into_owned() })
}

fn boolean(node: Node<'_>, name: &str) -> Option<bool> {
    Spanned::from(attribute(node, name)?).boolean()
}

fn string(node: Node<'_>, name: &str) -> Option<String> {
    attribute(node, name).map(|value| value.text.into_owned())
}

fn flag(node: Node<'_>, name: &str) -> Option<FlagReport> {
    Some(FlagReport { name: name.to_owned(), value: value(node, name)?, is_true: boolean(node, name) })
}

fn endpoint(node: Node<'_>) -> EndpointReport {
    EndpointReport {
        element: node.local_name().to_owned(),
        binding: value(node, "Binding"),
        location: value(node, "Location"),
        response_location: value(node, "ResponseLocation"),
        index: string(node, "index"),
        is_default: boolean(node, "isDefault"),
    }
}

fn key(node: Node<'_>) -> EntityKeyReport {
    let read = KeyDescriptor::read(node, &mut Met::default());
    let texts = |list: &[Spanned]| list.iter().map(|one| one.text.to_string()).collect();
    EntityKeyReport {
        usage: read.usage.as_ref().map(|usage| usage.text.to_string()),
        certificates: read.readable().map(|one| one.fingerprint(DigestAlgorithm::Sha256).hex()).collect(),
        unreadable: read.certificates.len() - read.readable().count(),
        key_names: texts(&read.key_names),
        encryption_methods: texts(&read.encryption_methods),
        span: [read.span.start, read.span.end],
    }
}

fn service(node: Node<'_>) -> AttributeServiceReport {
    AttributeServiceReport {
        index: string(node, "index"),
        is_default: boolean(node, "isDefault"),
        names: worded(node, METADATA, "ServiceName"),
        descriptions: worded(node, METADATA, "ServiceDescription"),
        attributes: node.elements_named(METADATA, "RequestedAttribute").map(requested).collect(),
    }
}

fn requested(node: Node<'_>) -> RequestedAttributeReport {
    let values = node.elements_named(ASSERTION, "AttributeValue");
    RequestedAttributeReport {
        name: value(node, "Name"),
        friendly_name: string(node, "FriendlyName"),
        name_format: string(node, "NameFormat"),
        is_required: boolean(node, "isRequired"),
        values: values.map(|node| Value::of_element(node).text.into_owned()).collect(),
    }
}

fn scope(node: Node<'_>) -> ScopeReport {
    ScopeReport { value: text(node), is_pattern: boolean(node, "regexp") }
}

fn ui(node: Node<'_>) -> UiReport {
    let logo = |node: Node<'_>| LogoReport {
        url: text(node),
        language: lang(node).map(|(language, _)| language.into()),
        width: string(node, "width"),
        height: string(node, "height"),
    };
    UiReport {
        display_names: worded(node, MDUI, "DisplayName"),
        descriptions: worded(node, MDUI, "Description"),
        keywords: worded(node, MDUI, "Keywords"),
        information_urls: worded(node, MDUI, "InformationURL"),
        privacy_urls: worded(node, MDUI, "PrivacyStatementURL"),
        logos: node.elements_named(MDUI, "Logo").map(logo).collect(),
    }
}

fn algorithm(node: Node<'_>) -> Option<AlgorithmReport> {
    let algorithm: TextReport = value(node, "Algorithm")?;
    Some(AlgorithmReport {
        element: node.local_name().to_owned(),
        algorithm,
        min_key_size: string(node, "MinKeySize"),
        max_key_size: string(node, "MaxKeySize"),
    })
}
