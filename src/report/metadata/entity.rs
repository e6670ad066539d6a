//! Reads all that one entity's metadata says (SAML 2.0 Metadata §2.3.2 to §2.4.7 and the extensions in use).

use super::roles::role;
use super::{
    CategoryReport, ContactReport, EntityReport, ExtensionReport, OrganizationReport, RegistrationReport, Worded,
};
use crate::language::Language;
use crate::limits;
use crate::report::TextReport;
use crate::report::texts::{Texts, cut};
use crate::saml::metadata::{address, is_role, lang};
use crate::saml::names::{ALG, ASSERTION, IDPDISC, INIT, MDATTR, MDRPI, MDUI, METADATA, SHIBMD};
use crate::saml::{Value, attribute};
use crate::xml::{Doctype, Node, read};

/// Extensions that are told where they belong.
const TOLD: &[(&str, &str)] = &[
    (MDUI, "UIInfo"),
    (MDUI, "DiscoHints"),
    (MDRPI, "RegistrationInfo"),
    (MDATTR, "EntityAttributes"),
    (SHIBMD, "Scope"),
    (ALG, "DigestMethod"),
    (ALG, "SigningMethod"),
    (IDPDISC, "DiscoveryResponse"),
    (INIT, "RequestInitiator"),
];

/// Values of entity attributes that are known, and by which name the words for them are kept: entity categories of REFEDS
/// and GÉANT (<https://refeds.org/specifications>), of InCommon, SWAMID and CLARIN, and what is certified of assurance.
const CATEGORIES: &[(&str, &str)] = &[
    ("http://refeds.org/category/research-and-scholarship", "category.research-and-scholarship"),
    ("http://refeds.org/category/hide-from-discovery", "category.hide-from-discovery"),
    ("http://www.geant.net/uri/dataprotection-code-of-conduct/v1", "category.code-of-conduct-1"),
    ("https://refeds.org/category/code-of-conduct/v2", "category.code-of-conduct-2"),
    ("https://refeds.org/category/anonymous", "category.anonymous"),
    ("https://refeds.org/category/pseudonymous", "category.pseudonymous"),
    ("https://refeds.org/category/personalized", "category.personalized"),
    ("https://refeds.org/sirtfi", "category.sirtfi"),
    ("https://refeds.org/sirtfi2", "category.sirtfi-2"),
    ("https://refeds.org/profile/mfa", "category.mfa"),
    ("https://refeds.org/profile/sfa", "category.sfa"),
    ("http://id.incommon.org/category/research-and-scholarship", "category.research-and-scholarship"),
    ("http://id.incommon.org/category/registered-by-incommon", "category.incommon"),
    ("https://refeds.org/assurance", "category.assurance"),
    ("http://www.swamid.se/policy/assurance/al1", "category.swamid-assurance"),
    ("http://www.swamid.se/policy/assurance/al2", "category.swamid-assurance"),
    ("http://www.swamid.se/policy/assurance/al3", "category.swamid-assurance"),
    ("http://clarin.eu/category/clarin-member", "category.clarin"),
    ("http://www.swamid.se/category/research-and-education", "category.research-and-education"),
];

/// An identity provider's attribute: the categories of services that it gives attributes to (Entity Category SAML Attribute
/// Types, RFC 8409 §4).
const SUPPORTED: &str = "http://macedir.org/entity-category-support";
/// A service's attribute: the identifier that it needs (SAML V2.0 Subject Identifier Attributes Profile §4).
const SUBJECT_ID: &str = "urn:oasis:names:tc:SAML:profiles:subject-id:req";

/// Reads all that one entity's metadata says. `None` where the text is not one `<EntityDescriptor>`.
pub fn entity_report(xml: &str, language: Language) -> Option<EntityReport> {
    let document = read(xml, Doctype::Show).whole().ok()?;
    let entity = document.root_element().filter(|root| root.is(METADATA, "EntityDescriptor"))?;
    let texts = Texts::of(language);
    let extensions: Vec<Node<'_>> = extensions(entity).collect();
    let named = |namespace: &str, name: &str| extensions.iter().copied().find(|one| one.is(namespace, name));
    let roles = entity.elements().filter(|child| is_role(*child));
    let nested = roles.clone().flat_map(self::extensions);
    let unknown = extensions
        .iter()
        .copied()
        .chain(nested)
        .filter(|one| !TOLD.iter().any(|(namespace, name)| one.is(namespace, name)));
    Some(EntityReport {
        entity_id: value(entity, "entityID"),
        valid_until: value(entity, "validUntil"),
        cache_duration: value(entity, "cacheDuration"),
        registration: named(MDRPI, "RegistrationInfo").map(registration),
        categories: named(MDATTR, "EntityAttributes").map(|node| categories(node, texts)).unwrap_or_default(),
        roles: roles.map(|node| role(node, &extensions, texts)).collect(),
        organization: entity.element(METADATA, "Organization").map(organization),
        contacts: entity.elements_named(METADATA, "ContactPerson").map(contact).collect(),
        additional_locations: entity.elements_named(METADATA, "AdditionalMetadataLocation").map(text).collect(),
        extensions: unknown.map(extension).collect(),
    })
}

/// The elements within an element's `<Extensions>`.
pub(super) fn extensions(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.elements_named(METADATA, "Extensions").flat_map(Node::elements)
}

/// An element's text, and where it stands.
pub(super) fn text(node: Node<'_>) -> TextReport {
    told(&Value::of_element(node))
}

/// An attribute's value, and where it stands.
pub(super) fn value(node: Node<'_>, name: &str) -> Option<TextReport> {
    attribute(node, name).map(|value| told(&value))
}

fn told(value: &Value<'_>) -> TextReport {
    let text = cut(&value.text, limits::IDENTITY_TEXT_BYTES).to_owned();
    TextReport { text, decryption: None, span: [value.span.start, value.span.end] }
}

/// Every child of this name, with its language.
pub(super) fn worded(node: Node<'_>, namespace: &'static str, name: &'static str) -> Vec<Worded> {
    let all = node.elements_named(namespace, name);
    all.map(|node| Worded { language: lang(node).map(|(language, _)| language.into()), text: text(node) }).collect()
}

fn registration(node: Node<'_>) -> RegistrationReport {
    RegistrationReport {
        authority: value(node, "registrationAuthority"),
        instant: value(node, "registrationInstant"),
        policies: worded(node, MDRPI, "RegistrationPolicy"),
    }
}

fn categories(node: Node<'_>, texts: &Texts) -> Vec<CategoryReport> {
    let attributes = node.elements_named(ASSERTION, "Attribute");
    let values =
        attributes.flat_map(|one| one.elements_named(ASSERTION, "AttributeValue").map(move |value| (one, value)));
    let told = values.map(|(of, value)| {
        let value = text(value);
        let attribute = of.attribute("Name").map(|name| name.value().into_owned()).unwrap_or_default();
        let known = CATEGORIES.iter().find(|(uri, _)| *uri == value.text).map(|(_, name)| texts.message(name));
        let title = match &*attribute {
            SUPPORTED => known.map(|title| texts.say("category.supported", &[("title", &title)])),
            SUBJECT_ID => Some(texts.message("category.subject-id").to_owned()),
            _ => known.map(str::to_owned),
        };
        CategoryReport { attribute, title, value }
    });
    told.collect()
}

fn organization(node: Node<'_>) -> OrganizationReport {
    OrganizationReport {
        names: worded(node, METADATA, "OrganizationName"),
        display_names: worded(node, METADATA, "OrganizationDisplayName"),
        urls: worded(node, METADATA, "OrganizationURL"),
    }
}

fn contact(node: Node<'_>) -> ContactReport {
    let one = |name| node.element(METADATA, name).map(|node| Value::of_element(node).text.into_owned());
    let name: Vec<String> = [one("GivenName"), one("SurName")].into_iter().flatten().collect();
    let email = |node| {
        let mut email = text(node);
        email.text = address(&email.text).to_owned();
        email
    };
    // REFEDS' and InCommon's extensions of contacts: `other`, and what kind of other.
    let further = node.attributes().find(|one| one.local_name() == "contactType" && !one.namespace().is_empty());
    let further = further.map(|one| one.value().rsplit('/').next().unwrap_or_default().to_owned());
    ContactReport {
        kind: further.or_else(|| Some(node.attribute("contactType")?.value().into_owned())),
        company: one("Company"),
        name: (!name.is_empty()).then(|| name.join(" ")),
        emails: node.elements_named(METADATA, "EmailAddress").map(email).collect(),
        telephones: node.elements_named(METADATA, "TelephoneNumber").map(text).collect(),
    }
}

fn extension(node: Node<'_>) -> ExtensionReport {
    let span = node.span();
    ExtensionReport {
        name: node.local_name().to_owned(),
        namespace: node.namespace().to_owned(),
        span: [span.start, span.end],
    }
}
