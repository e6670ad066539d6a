//! A role of an entity and its endpoints (SAML 2.0 Metadata §2.4).

use std::ops::Range;

use super::keys::{KeyDescriptor, Met};
use super::{Deadline, Spanned, exact, is_true, owned};
use crate::saml::names::{ASSERTION, METADATA, PROTOCOL};
use crate::saml::value::Value;
use crate::xml::Node;

/// The elements that are roles (§2.3.2). `<RoleDescriptor>` is what others extend: its `xsi:type` says what it is.
const ROLES: [&str; 6] = [
    "IDPSSODescriptor",
    "SPSSODescriptor",
    "AttributeAuthorityDescriptor",
    "AuthnAuthorityDescriptor",
    "PDPDescriptor",
    "RoleDescriptor",
];

/// The elements of a role that are endpoints (§2.4.2 to §2.4.7).
const ENDPOINTS: [&str; 10] = [
    "SingleSignOnService",
    "AssertionConsumerService",
    "SingleLogoutService",
    "ArtifactResolutionService",
    "ManageNameIDService",
    "NameIDMappingService",
    "AssertionIDRequestService",
    "AuthnQueryService",
    "AttributeService",
    "AuthzService",
];

pub(crate) fn is_role(node: Node<'_>) -> bool {
    node.namespace() == METADATA && ROLES.contains(&node.local_name())
}

pub(crate) fn is_endpoint(node: Node<'_>) -> bool {
    node.namespace() == METADATA && ENDPOINTS.contains(&node.local_name())
}

/// A role: `<IDPSSODescriptor>` (§2.4.3), `<SPSSODescriptor>` (§2.4.4) or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The element's local name.
    pub kind: &'static str,
    /// The bytes of the element.
    pub span: Range<usize>,
    /// `protocolSupportEnumeration`, a list separated by white space.
    pub protocols: Option<Spanned>,
    /// Its own `validUntil`, as written.
    pub valid_until: Option<Spanned>,
    /// Its own `cacheDuration`, as written.
    pub cache_duration: Option<Spanned>,
    /// The earliest `validUntil` of its own and of all around it.
    pub expires: Option<Deadline>,
    /// `WantAuthnRequestsSigned` of an identity provider.
    pub want_authn_requests_signed: Option<Spanned>,
    /// `AuthnRequestsSigned` of a service.
    pub authn_requests_signed: Option<Spanned>,
    /// `WantAssertionsSigned` of a service.
    pub want_assertions_signed: Option<Spanned>,
    /// Every `<KeyDescriptor>`.
    pub keys: Vec<KeyDescriptor>,
    /// Every endpoint, in document order.
    pub endpoints: Vec<Endpoint>,
    /// Every `<NameIDFormat>`.
    pub name_id_formats: Vec<Spanned>,
    /// Every `<AttributeConsumingService>` of a service.
    pub attribute_services: Box<[AttributeService]>,
}

impl Role {
    pub(super) fn read<'a>(node: Node<'a>, around: Option<&Deadline>, met: &mut Met<'a>) -> Self {
        let valid_until = owned(node, "validUntil");
        let endpoints = node.elements().filter(|child| is_endpoint(*child));
        let formats = node.elements_named(METADATA, "NameIDFormat");
        Self {
            kind: ROLES.iter().find(|known| **known == node.local_name()).copied().unwrap_or_default(),
            span: node.span(),
            protocols: owned(node, "protocolSupportEnumeration"),
            cache_duration: owned(node, "cacheDuration"),
            expires: Deadline::within(around, valid_until.as_ref()),
            valid_until,
            want_authn_requests_signed: owned(node, "WantAuthnRequestsSigned"),
            authn_requests_signed: owned(node, "AuthnRequestsSigned"),
            want_assertions_signed: owned(node, "WantAssertionsSigned"),
            keys: exact(node.elements_named(METADATA, "KeyDescriptor").map(|key| KeyDescriptor::read(key, met))),
            endpoints: exact(endpoints.map(Endpoint::read)),
            name_id_formats: exact(formats.map(|format| Value::of_element(format).into())),
            attribute_services: node
                .elements_named(METADATA, "AttributeConsumingService")
                .map(AttributeService::read)
                .collect(),
        }
    }

    /// Whether `protocolSupportEnumeration` has this protocol.
    pub fn supports(&self, protocol: &str) -> bool {
        self.protocols.as_ref().is_some_and(|list| list.text.split_ascii_whitespace().any(|one| one == protocol))
    }

    /// Whether it says that it speaks SAML 2.0.
    pub fn supports_saml2(&self) -> bool {
        self.supports(PROTOCOL)
    }

    /// Whether `WantAuthnRequestsSigned` is true; left out it is not (§2.4.3).
    pub fn wants_authn_requests_signed(&self) -> bool {
        is_true(self.want_authn_requests_signed.as_ref())
    }

    /// Whether `AuthnRequestsSigned` is true; left out it is not (§2.4.4).
    pub fn signs_authn_requests(&self) -> bool {
        is_true(self.authn_requests_signed.as_ref())
    }

    /// Whether `WantAssertionsSigned` is true; left out it is not (§2.4.4).
    pub fn wants_assertions_signed(&self) -> bool {
        is_true(self.want_assertions_signed.as_ref())
    }

    /// Every endpoint of this element: `AssertionConsumerService`, `SingleLogoutService`, …
    pub fn endpoints_named(&self, name: &str) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.iter().filter(move |endpoint| endpoint.name == name)
    }

    /// The keys for signing: `use` is "signing", or left out, which is both (§2.4.1.1).
    pub fn signing_keys(&self) -> impl Iterator<Item = &KeyDescriptor> {
        self.keys.iter().filter(|key| key.is_for("signing"))
    }

    /// The keys to encrypt to: `use` is "encryption", or left out, which is both (§2.4.1.1).
    pub fn encryption_keys(&self) -> impl Iterator<Item = &KeyDescriptor> {
        self.keys.iter().filter(|key| key.is_for("encryption"))
    }
}

/// An endpoint: where a message of one binding goes (§2.2.2, §2.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The bytes of the element.
    pub span: Range<usize>,
    /// The element's local name.
    pub name: &'static str,
    /// `Binding`.
    pub binding: Option<Spanned>,
    /// `Location`.
    pub location: Option<Spanned>,
    /// `ResponseLocation`: where responses go, where that is another place.
    pub response_location: Option<Spanned>,
    /// `index`, as written: an `xs:unsignedShort`.
    pub index: Option<Spanned>,
    /// `isDefault`, as written: an `xs:boolean`.
    pub is_default: Option<Spanned>,
}

impl Endpoint {
    fn read(node: Node<'_>) -> Self {
        Self {
            span: node.span(),
            name: ENDPOINTS.iter().find(|known| **known == node.local_name()).copied().unwrap_or_default(),
            binding: owned(node, "Binding"),
            location: owned(node, "Location"),
            response_location: owned(node, "ResponseLocation"),
            index: owned(node, "index"),
            is_default: owned(node, "isDefault"),
        }
    }

    /// `index` as a number, where it is one that its type allows.
    pub fn index_number(&self) -> Option<u16> {
        self.index.as_ref().and_then(|index| index.text.trim().parse().ok())
    }

    /// Whether `isDefault` is true.
    pub fn is_marked_default(&self) -> bool {
        is_true(self.is_default.as_ref())
    }

    /// Whether it is of this binding.
    pub fn has_binding(&self, binding: &str) -> bool {
        self.binding.as_ref().is_some_and(|own| own.text == binding)
    }
}

/// `<AttributeConsumingService>`: which attributes a service asks for (§2.4.4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeService {
    /// `index`, as written.
    pub index: Option<Spanned>,
    /// `isDefault`, as written.
    pub is_default: Option<Spanned>,
    /// Every `<RequestedAttribute>`.
    pub requested: Box<[RequestedAttribute]>,
}

/// `<RequestedAttribute>` (§2.4.4.2). Kept small: a federation has tens of thousands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedAttribute {
    /// The bytes of its start tag.
    pub span: Range<usize>,
    /// `Name`.
    pub name: Box<str>,
    /// Whether `isRequired` is true.
    pub is_required: bool,
    /// Every `<saml:AttributeValue>`: those that the service wants, where it wants no other.
    pub values: Box<[Box<str>]>,
}

impl AttributeService {
    fn read(node: Node<'_>) -> Self {
        let requested = |one: Node<'_>| RequestedAttribute {
            span: one.open_tag(),
            name: owned(one, "Name").map(|name| name.text.into()).unwrap_or_default(),
            is_required: is_true(owned(one, "isRequired").as_ref()),
            values: one.elements_named(ASSERTION, "AttributeValue").map(|v| Value::of_element(v).text.into()).collect(),
        };
        Self {
            index: owned(node, "index"),
            is_default: owned(node, "isDefault"),
            requested: node.elements_named(METADATA, "RequestedAttribute").map(requested).collect(),
        }
    }
}
