//! Metadata read into owned values (SAML 2.0 Metadata §2), each with the bytes it stands in; nothing here judges.
//!
//! What stands where the schema has it is read, and nothing else: an `<EntityDescriptor>` hidden in another element's
//! `<Extensions>` is no entity of the document.

mod about;
mod keys;
mod role;
mod surroundings;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use self::about::{About, Named};
pub(crate) use self::about::{address, lang};
pub(crate) use self::keys::Met;
pub use self::keys::{CertificateFault, CertificateForm, KeyDescriptor, MetadataCertificate};
pub use self::role::{AttributeService, Endpoint, RequestedAttribute, Role};
pub(crate) use self::role::{is_endpoint, is_role};
use self::surroundings::Surroundings;
use super::names::{MDRPI, METADATA, PROTOCOL};
use super::value::{Value, attribute};
use crate::dsig::names::DSIG;
use crate::instant::Instant;
use crate::xml::{Document, Node};

/// Text that a document carries, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// As [`Value::text`].
    pub text: Cow<'static, str>,
    /// Its bytes in the document: an element's content, an attribute's value.
    pub span: Range<usize>,
}

impl Spanned {
    /// The value as `xs:boolean` (XML Schema Part 2 §3.2.2): `true` and `1`, `false` and `0`, else `None`.
    pub fn boolean(&self) -> Option<bool> {
        match self.text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}

impl Spanned {
    /// The value as `xs:dateTime`, where it is one.
    pub fn instant(&self) -> Option<Instant> {
        Instant::parse(self.text.trim()).ok()
    }
}

impl From<Value<'_>> for Spanned {
    fn from(value: Value<'_>) -> Self {
        let known = KNOWN.iter().find(|known| **known == value.text);
        let text = known.map_or_else(|| Cow::Owned(value.text.into_owned()), |known| Cow::Borrowed(*known));
        Self { text, span: value.span }
    }
}

/// What endpoints, keys and roles say again and again: a federation has a hundred thousand of these texts, the most frequent
/// first.
const KNOWN: [&str; 18] = [
    "urn:oasis:names:tc:SAML:2.0:bindings:SOAP",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact",
    "urn:oasis:names:tc:SAML:2.0:bindings:PAOS",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST-SimpleSign",
    "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol",
    "0",
    "1",
    "2",
    "3",
    "4",
    "signing",
    "encryption",
    "true",
    PROTOCOL,
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
];

/// The attribute of this name, owned.
fn owned(node: Node<'_>, name: &str) -> Option<Spanned> {
    attribute(node, name).map(Spanned::from)
}

/// A list with room for what is in it and no more: a federation has tens of thousands.
fn exact<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.shrink_to_fit();
    list
}

/// Whether an attribute is there and true.
fn is_true(value: Option<&Spanned>) -> bool {
    value.and_then(Spanned::boolean) == Some(true)
}

/// A `validUntil` that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The moment.
    pub at: Instant,
    /// The bytes of the attribute's value.
    pub span: Range<usize>,
}

impl Deadline {
    /// The earlier of an element's own `validUntil` and the one around it (SAML 2.0 Metadata §2.3.1). One that cannot be
    /// read ends nothing.
    fn within(around: Option<&Self>, own: Option<&Spanned>) -> Option<Self> {
        let own = own.and_then(|own| Some(Self { at: Instant::parse(own.text.trim()).ok()?, span: own.span.clone() }));
        match (own, around) {
            (Some(own), Some(around)) if around.at < own.at => Some(around.clone()),
            (Some(own), _) => Some(own),
            (None, around) => around.cloned(),
        }
    }
}

/// What the root element of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootKind {
    /// `<EntityDescriptor>`, §2.3.2.
    EntityDescriptor,
    /// `<EntitiesDescriptor>`, §2.3.1.
    EntitiesDescriptor,
    /// Anything else, so that there is no entity.
    Other,
}

/// Everything that a metadata document describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entities {
    /// What the root element is.
    pub root: RootKind,
    /// The bytes of the root element.
    pub span: Range<usize>,
    /// `validUntil` of the root element, as written.
    pub valid_until: Option<Spanned>,
    /// `cacheDuration` of the root element, as written.
    pub cache_duration: Option<Spanned>,
    /// The bytes of the root element's own `<ds:Signature>`, whether it holds or not.
    pub signature: Option<Range<usize>>,
    /// Every entity, in document order.
    pub entities: Vec<Entity>,
    /// What the start tag of an entity lacks that is to stand alone, each once: see [`Entity::around`].
    pub around: Vec<Box<str>>,
    /// `Name` of the root element (§2.3.1).
    pub name: Option<Spanned>,
    /// `ID` of the root element.
    pub id: Option<Spanned>,
    /// `publisher` of the root element's `<mdrpi:PublicationInfo>`.
    pub publisher: Option<Spanned>,
}

impl Entities {
    /// The entity of this name, the first where several have it. Names are compared as they are (§2.3.2).
    pub fn entity(&self, entity_id: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.id() == Some(entity_id))
    }

    /// Every entity that has this role.
    pub fn with_role(&self, kind: &str) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(move |entity| entity.role(kind).is_some())
    }
}

/// `<EntityDescriptor>`, §2.3.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// The bytes of the element.
    pub span: Range<usize>,
    /// `entityID`.
    pub entity_id: Option<Spanned>,
    /// Its own `validUntil`, as written.
    pub valid_until: Option<Spanned>,
    /// Its own `cacheDuration`, as written.
    pub cache_duration: Option<Spanned>,
    /// The earliest `validUntil` of its own and of the `<EntitiesDescriptor>`s around it.
    pub expires: Option<Deadline>,
    /// The bytes of its own `<ds:Signature>`, whether it holds or not.
    pub signature: Option<Range<usize>>,
    /// Its roles, in document order.
    pub roles: Vec<Role>,
    /// What it is called, and who answers for it.
    pub about: About,
    /// The number in [`Entities::around`] of the namespaces that the elements around it declare and that it does not, as its
    /// start tag would have to have them; one that there is not, over [`crate::limits::AROUND_ENTITIES`].
    pub around: usize,
}

impl Entity {
    fn read<'a>(node: Node<'a>, deadline: Option<&Deadline>, around: usize, met: &mut Met<'a>) -> Self {
        let valid_until = owned(node, "validUntil");
        let expires = Deadline::within(deadline, valid_until.as_ref());
        let roles = node.elements().filter(|child| role::is_role(*child));
        Self {
            span: node.span(),
            entity_id: owned(node, "entityID"),
            cache_duration: owned(node, "cacheDuration"),
            signature: signature(node),
            roles: exact(roles.map(|child| Role::read(child, expires.as_ref(), met))),
            valid_until,
            expires,
            about: About::read(node),
            around,
        }
    }

    /// The text of its `entityID`.
    pub fn id(&self) -> Option<&str> {
        self.entity_id.as_ref().map(|id| &*id.text)
    }

    /// Its first role of this kind: `IDPSSODescriptor`, `SPSSODescriptor`, …
    pub fn role(&self, kind: &str) -> Option<&Role> {
        self.roles_named(kind).next()
    }

    /// Every role of this kind: an entity may have one for each protocol (§2.3.2).
    pub fn roles_named(&self, kind: &str) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.kind == kind)
    }

    /// Whether it is an identity provider.
    pub fn is_idp(&self) -> bool {
        self.role("IDPSSODescriptor").is_some()
    }

    /// Whether it is a service provider.
    pub fn is_sp(&self) -> bool {
        self.role("SPSSODescriptor").is_some()
    }
}

/// Reads everything that a document describes. A document that is no metadata describes nothing.
pub fn entities(document: &Document<'_>) -> Entities {
    let Some(root) = document.root_element() else {
        return Entities {
            root: RootKind::Other,
            span: 0..0,
            valid_until: None,
            cache_duration: None,
            signature: None,
            entities: Vec::new(),
            around: Vec::new(),
            name: None,
            id: None,
            publisher: None,
        };
    };
    let mut found = Vec::new();
    let mut surroundings = Surroundings::default();
    let mut met = Met::default();
    // Groups stand in groups as deep as XML goes, so that what is open is a list and not the stack.
    let mut open = vec![(root, None)];
    while let Some((node, around)) = open.pop() {
        if node.is(METADATA, "EntityDescriptor") {
            found.push(Entity::read(node, around.as_ref(), surroundings.of(node), &mut met));
        } else if node.is(METADATA, "EntitiesDescriptor") {
            let expires = Deadline::within(around.as_ref(), owned(node, "validUntil").as_ref());
            let first = open.len();
            open.extend(node.elements().map(|child| (child, expires.clone())));
            if let Some(children) = open.get_mut(first..) {
                children.reverse();
            }
        }
    }
    Entities {
        root: match (root.namespace(), root.local_name()) {
            (METADATA, "EntityDescriptor") => RootKind::EntityDescriptor,
            (METADATA, "EntitiesDescriptor") => RootKind::EntitiesDescriptor,
            _ => RootKind::Other,
        },
        span: root.span(),
        valid_until: owned(root, "validUntil"),
        cache_duration: owned(root, "cacheDuration"),
        signature: signature(root),
        entities: found,
        around: surroundings.texts,
        name: owned(root, "Name"),
        id: owned(root, "ID"),
        publisher: root
            .elements_named(METADATA, "Extensions")
            .flat_map(Node::elements)
            .find(|extension| extension.is(MDRPI, "PublicationInfo"))
            .and_then(|info| owned(info, "publisher")),
    }
}

fn signature(node: Node<'_>) -> Option<Range<usize>> {
    node.element(DSIG, "Signature").map(Node::span)
}
