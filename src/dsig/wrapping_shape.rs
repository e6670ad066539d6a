//! The shapes of wrapping, by their names.

use super::names::DSIG;
use super::reference::id_of;
use super::wrapping::refuses;
use crate::saml::names::{ASSERTION, PROTOCOL, SOAP_11, SOAP_12};
use crate::xenc::XENC;
use crate::xml::Node;

/// A shape, as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Its name, as the literature numbers them ("On Breaking SAML", 2012; SAML Raider) where it does.
    pub shape: &'static str,
    /// The name of the sentence that tells it.
    pub story: &'static str,
    /// The element that something is hidden in, of the shapes that have one.
    pub place: &'static str,
}

/// Elements in which the schemas let stand what they do not know, and the shape of what is hidden in each. An inner one
/// goes before those that it stands in.
const PLACES: [(&str, &str, &str); 12] = [
    (DSIG, "Object", "in-object"),
    (DSIG, "KeyInfo", "in-key-info"),
    (DSIG, "Signature", "in-signature"),
    (PROTOCOL, "Extensions", "in-extensions"),
    (PROTOCOL, "StatusDetail", "in-status-detail"),
    (ASSERTION, "Advice", "in-advice"),
    (ASSERTION, "SubjectConfirmationData", "in-confirmation-data"),
    (ASSERTION, "AttributeValue", "in-attribute-value"),
    (SOAP_11, "Header", "in-header"),
    (SOAP_12, "Header", "in-header"),
    (XENC, "EncryptedData", "in-encrypted"),
    (ASSERTION, "EncryptedAssertion", "in-encrypted"),
];

/// Whether an element is one in which something can be hidden.
pub(super) fn is_place(node: Node<'_>) -> bool {
    PLACES.iter().any(|(namespace, name, _)| node.is(namespace, name))
}

/// Where an element is hidden.
fn place(node: Node<'_>) -> Option<(&'static str, &'static str)> {
    let within = |outer: Node<'_>| PLACES.into_iter().find(|(namespace, name, _)| outer.is(namespace, name));
    node.ancestors().find_map(within).map(|(_, name, shape)| (name, shape))
}

/// The shape of an element beside the one that is signed, as far as it is known which is which.
pub(super) fn shape<'d>(
    message: Node<'d>,
    consumed: Node<'d>,
    signed: Option<Node<'d>>,
    own: Option<Node<'d>>,
    second: bool,
    sure: bool,
) -> Told {
    let told = sure_shape(message, consumed, signed, own, second);
    let apart = matches!(told.story, "protocol-mix" | "signed-error" | "second-reference");
    let shape = if told.shape == "xsw3" { "second-assertion" } else { told.shape };
    if sure || signed.is_none() || apart { told } else { Told { shape, story: "rivals", ..told } }
}

/// The shape of an element beside the one that is signed. `own`: the Signature that stands in it. `second`: whether a
/// signature with several References names it.
fn sure_shape<'d>(
    message: Node<'d>,
    consumed: Node<'d>,
    signed: Option<Node<'d>>,
    own: Option<Node<'d>>,
    second: bool,
) -> Told {
    let told = |shape| Told { shape, story: shape, place: "" };
    let hidden = place(consumed);
    let Some(signed) = signed else {
        return match hidden {
            Some((place, shape)) => Told { shape, story: "unsigned-hidden", place },
            None => told("unsigned-assertion"),
        };
    };
    let has = |outer: Node<'_>, inner: Node<'_>| outer != inner && outer.subtree().contains(&inner.subtree().start);
    let is_login = |node: Node<'_>| matches!(node.local_name(), "Response" | "Assertion");
    if !(is_login(message) && is_login(consumed) && is_login(signed)) && consumed.local_name() != signed.local_name() {
        return told("protocol-mix");
    }
    if signed.local_name() == "Response" && refuses(signed) {
        return told("signed-error");
    }
    if let Some((place, shape)) = hidden {
        let shape = if shape == "in-extensions" { "xsw7" } else { shape };
        return Told { shape, story: "hidden", place };
    }
    let same_id = id_of(consumed).is_some() && id_of(consumed) == id_of(signed);
    if same_id {
        return told("duplicate-id");
    }
    if is_polluted(consumed, signed) {
        return told("polluted-id");
    }
    if second {
        return told("second-reference");
    }
    let behind = place(signed);
    if !is_login(consumed) {
        let shape = if behind.is_some_and(|(_, shape)| shape == "in-signature") { "xsw1" } else { "xsw2" };
        return Told { shape, story: "protocol-mix", place: "" };
    }
    if signed.local_name() == "Response" && !has(signed, consumed) {
        return match behind {
            Some((_, "in-signature")) => told("xsw1"),
            Some((place, shape)) => Told { shape, story: "behind", place },
            None => told("xsw2"),
        };
    }
    let infos = own.map_or(0, |own| own.elements_named(DSIG, "SignedInfo").count());
    match (own.is_some(), behind) {
        (true, _) if infos > 1 => told("xsw9"),
        (true, Some((place, "in-object"))) => Told { shape: "xsw8", story: "xsw6", place },
        (true, Some((place, "in-signature"))) => Told { shape: "xsw6", story: "xsw6", place },
        (_, Some((place, shape))) => Told { shape, story: "behind", place },
        (true, None) => told("xsw5"),
        _ if has(consumed, signed) => told("xsw4"),
        _ if consumed.id() < signed.id() => told("xsw3"),
        _ => told("second-assertion"),
    }
}

/// Whether an attribute that is no ID, but could be taken for one, names what is signed.
fn is_polluted(consumed: Node<'_>, signed: Node<'_>) -> bool {
    let Some(id) = id_of(signed) else { return false };
    let is_like = |name: &str| name.eq_ignore_ascii_case("id");
    consumed.attributes().any(|attribute| is_like(attribute.local_name()) && attribute.value() == id.as_str())
}
