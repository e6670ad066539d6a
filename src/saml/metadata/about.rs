//! What an entity is called and who answers for it: what a list of entities shows, and what one is found by.

use std::collections::HashSet;
use std::ops::Range;

use super::{Spanned, owned};
use crate::saml::names::{ALG, MDRPI, MDUI, METADATA, SHIBMD};
use crate::saml::value::{Value, attribute};
use crate::xml::{Node, XML_NAMESPACE};

/// What an entity is called and who answers for it. Kept small: a federation has ten thousand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// Every `<mdui:DisplayName>` of its roles (SAML V2.0 Metadata Extensions for Login and Discovery User Interface §2.1.1),
    /// then `<OrganizationDisplayName>` (SAML 2.0 Metadata §2.3.2.1).
    pub names: Box<[Named]>,
    /// `<OrganizationName>` and `<OrganizationURL>`, each text once.
    pub organization: Box<[Box<str>]>,
    /// `registrationAuthority` of `<mdrpi:RegistrationInfo>`.
    pub registrar: Option<Box<str>>,
    /// Every `<shibmd:Scope>` of its own and of its roles, each once.
    pub scopes: Box<[Box<str>]>,
    /// Every `<EmailAddress>` of its contacts without `mailto:`, each once.
    pub emails: Box<[Box<str>]>,
    /// `<GivenName>` and `<SurName>` of its contacts, and their companies.
    pub people: Box<[Box<str>]>,
    /// `Algorithm` of every `<alg:SigningMethod>` of its own and of its roles: what it can verify.
    pub signing_methods: Box<[Spanned]>,
    /// `Algorithm` of every `<alg:DigestMethod>`, likewise.
    pub digest_methods: Box<[Spanned]>,
}

/// A name in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// `xml:lang`; empty where there is none.
    pub language: Box<str>,
    /// The name.
    pub text: Box<str>,
}

impl About {
    pub(super) fn read(entity: Node<'_>) -> Self {
        let mut found = Found::default();
        for child in entity.elements() {
            match child.local_name() {
                "Extensions" => found.extensions(child),
                "Organization" if child.namespace() == METADATA => found.organization(child),
                "ContactPerson" if child.namespace() == METADATA => found.contact(child),
                _ => child.elements_named(METADATA, "Extensions").for_each(|extensions| found.extensions(extensions)),
            }
        }
        found.names.append(&mut found.organization_names);
        Self {
            names: found.names.into(),
            organization: unique(found.organization),
            registrar: found.registrar,
            scopes: unique(found.scopes),
            emails: unique(found.emails),
            people: unique(found.people),
            signing_methods: found.signing_methods.into(),
            digest_methods: found.digest_methods.into(),
        }
    }

    /// What to call it: the name in a language, else the English one, else the first.
    pub fn name(&self, language: &str) -> Option<&str> {
        let in_language = |wanted: &str| {
            self.names.iter().find(|name| name.language.get(..2).is_some_and(|own| own.eq_ignore_ascii_case(wanted)))
        };
        let name = in_language(language).or_else(|| in_language("en")).or(self.names.first());
        name.map(|name| &*name.text)
    }
}

#[derive(Default)]
struct Found {
    names: Vec<Named>,
    organization_names: Vec<Named>,
    organization: Vec<Box<str>>,
    registrar: Option<Box<str>>,
    scopes: Vec<Box<str>>,
    emails: Vec<Box<str>>,
    people: Vec<Box<str>>,
    signing_methods: Vec<Spanned>,
    digest_methods: Vec<Spanned>,
}

impl Found {
    fn extensions(&mut self, extensions: Node<'_>) {
        for extension in extensions.elements() {
            match (extension.namespace(), extension.local_name()) {
                (MDUI, "UIInfo") => {
                    self.names.extend(extension.elements_named(MDUI, "DisplayName").map(named));
                }
                // There is to be one; of several the first counts.
                (MDRPI, "RegistrationInfo") if self.registrar.is_none() => {
                    self.registrar = attribute(extension, "registrationAuthority").map(|value| value.text.into());
                }
                (SHIBMD, "Scope") => add(&mut self.scopes, extension),
                (ALG, "SigningMethod") => self.signing_methods.extend(owned(extension, "Algorithm")),
                (ALG, "DigestMethod") => self.digest_methods.extend(owned(extension, "Algorithm")),
                _ => {}
            }
        }
    }

    fn organization(&mut self, organization: Node<'_>) {
        for part in organization.elements().filter(|part| part.namespace() == METADATA) {
            match part.local_name() {
                "OrganizationDisplayName" => self.organization_names.push(named(part)),
                "OrganizationName" | "OrganizationURL" => add(&mut self.organization, part),
                _ => {}
            }
        }
    }

    fn contact(&mut self, contact: Node<'_>) {
        for part in contact.elements().filter(|part| part.namespace() == METADATA) {
            match part.local_name() {
                "EmailAddress" => add(&mut self.emails, part),
                "GivenName" | "SurName" | "Company" => add(&mut self.people, part),
                _ => {}
            }
        }
    }
}

/// Adds an element's text to a list.
fn add(list: &mut Vec<Box<str>>, node: Node<'_>) {
    let value = Value::of_element(node).text;
    let text = address(&value);
    if !text.is_empty() {
        list.push(text.into());
    }
}

/// Each text of a list once, in its order.
fn unique(mut list: Vec<Box<str>>) -> Box<[Box<str>]> {
    if list.len() > 1 {
        let mut seen = HashSet::new();
        let mut is_new = list.iter().map(|text| seen.insert(&**text)).collect::<Vec<_>>().into_iter();
        list.retain(|_| is_new.next() == Some(true));
    }
    list.into()
}

/// An e-mail address without the scheme that the schema wants.
pub(crate) fn address(text: &str) -> &str {
    match text.split_at_checked("mailto:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest.trim(),
        _ => text,
    }
}

fn named(node: Node<'_>) -> Named {
    let language = lang(node).map(|(language, _)| language).unwrap_or_default();
    Named { language, text: Value::of_element(node).text.into() }
}

/// `xml:lang` of an element itself.
pub(crate) fn lang(node: Node<'_>) -> Option<(Box<str>, Range<usize>)> {
    let own = node.attributes().find(|one| one.local_name() == "lang" && one.namespace() == XML_NAMESPACE)?;
    Some((own.value().into(), own.value_span()))
}
