//! What a value is about, by where it stands: whether two logins always differ in it, and which sentence tells of it.

use super::{ComparedKind, Side};
use crate::instant::Instant;
use crate::xml::Node;

/// What a value is about.
pub(super) struct About {
    /// The name of its sentence.
    pub(super) key: &'static str,
    pub(super) kind: ComparedKind,
    /// Whether both values side by side say where they differ.
    pub(super) is_text: bool,
    /// What the sentence says in the place of the values.
    pub(super) told: Option<[String; 2]>,
}

impl About {
    pub(super) fn matters(key: &'static str) -> Self {
        let is_text = !matches!(key, "certificate" | "lifetime" | "signature-state" | "kind" | "comment" | "encrypted");
        Self { key, kind: ComparedKind::Matters, is_text, told: None }
    }

    pub(super) fn always() -> Self {
        Self { key: "", kind: ComparedKind::AlwaysDiffers, is_text: false, told: None }
    }

    /// The likelier it is the reason why one of two logins fails, the smaller.
    pub(super) fn rank(&self) -> usize {
        ORDER.iter().position(|key| *key == self.key).unwrap_or(ORDER.len())
    }
}

/// In which order differences are told.
const ORDER: [&str; 24] = [
    "kind",
    "status",
    "signature-state",
    "signature",
    "encrypted",
    "assertion",
    "issuer",
    "audience",
    "recipient",
    "destination",
    "name-id",
    "name-id-format",
    "comment",
    "qualifier",
    "attribute",
    "attribute-name",
    "attribute-value",
    "certificate",
    "algorithm",
    "lifetime",
    "confirmation",
    "in-response-to",
    "RelayState",
    "acs",
];

/// Elements and attributes by their local names, an attribute of any element by `*`, and what they are about. The first
/// that fits.
const TABLE: [(&str, &str, &str); 35] = [
    ("StatusCode", "Value", "status"),
    ("StatusCode", "", "status"),
    ("StatusMessage", "", "status"),
    ("StatusDetail", "", "status"),
    ("Signature", "", "signature"),
    ("EncryptedAssertion", "", "encrypted"),
    ("EncryptedAttribute", "", "encrypted"),
    ("EncryptedID", "", "encrypted"),
    ("Assertion", "", "assertion"),
    ("Issuer", "", "issuer"),
    ("*", "Destination", "destination"),
    ("*", "Recipient", "recipient"),
    ("Audience", "", "audience"),
    ("NameID", "", "name-id"),
    ("NameIdentifier", "", "name-id"),
    ("NameID", "Format", "name-id-format"),
    ("NameIdentifier", "Format", "name-id-format"),
    ("NameIDPolicy", "Format", "name-id-policy"),
    ("*", "SPNameQualifier", "qualifier"),
    ("*", "NameQualifier", "qualifier"),
    ("SubjectConfirmation", "Method", "confirmation"),
    ("X509Certificate", "", "certificate"),
    ("X509SubjectName", "", "certificate"),
    ("X509IssuerName", "", "certificate"),
    ("X509SerialNumber", "", "certificate"),
    ("KeyName", "", "certificate"),
    ("Modulus", "", "certificate"),
    ("*", "Algorithm", "algorithm"),
    ("Attribute", "Name", "attribute-name"),
    ("Attribute", "NameFormat", "attribute-form"),
    ("Attribute", "FriendlyName", "attribute-form"),
    ("Attribute", "", "attribute"),
    ("AttributeValue", "", "attribute-value"),
    ("AuthnContextClassRef", "", "authn-context"),
    ("*", "AssertionConsumerServiceURL", "acs"),
];

/// What differs between any two messages: attributes of any element.
const ALWAYS_ATTRIBUTES: [&str; 11] = [
    "ID",
    "Id",
    "AssertionID",
    "ResponseID",
    "RequestID",
    "InResponseTo",
    "IssueInstant",
    "AuthnInstant",
    "AuthenticationInstant",
    "SessionIndex",
    "Nonce",
];

/// The same of elements.
const ALWAYS_ELEMENTS: [&str; 7] =
    ["SignatureValue", "DigestValue", "CipherValue", "SessionIndex", "AssertionIDRef", "Artifact", "Nonce"];

/// What an attribute of an element is about, or the element where the attribute has no name.
pub(super) fn about(node: Node<'_>, attribute: &str, sides: &[Side; 2]) -> About {
    let element = node.local_name();
    let both = sides.iter().all(Option::is_some);
    // On one side only is another matter.
    if both && is_always(node, attribute) {
        return About::always();
    }
    let time = |side: &Side| side.as_ref().is_some_and(|(text, _)| Instant::parse(text).is_ok());
    if sides.iter().all(time) {
        return About::always();
    }
    let fits = |(of, name, _): &&(&str, &str, &str)| (*of == element || *of == "*") && *name == attribute;
    let known = TABLE.iter().find(fits).map(|(_, _, key)| *key);
    let key = match attribute {
        "InResponseTo" => "in-response-to",
        _ => known.unwrap_or("other"),
    };
    About::matters(key)
}

fn is_always(node: Node<'_>, attribute: &str) -> bool {
    match attribute {
        "" => ALWAYS_ELEMENTS.contains(&node.local_name()) || is_transient(node),
        // What a Reference points at is an ID.
        "URI" => node.local_name() == "Reference" || node.local_name() == "DataReference",
        _ => ALWAYS_ATTRIBUTES.contains(&attribute),
    }
}

/// A NameID that is made anew for every login (SAML 2.0 Core §8.3.8).
fn is_transient(node: Node<'_>) -> bool {
    let format = node.attribute("Format");
    node.local_name() == "NameID" && format.is_some_and(|format| format.value().ends_with("nameid-format:transient"))
}

/// Everything that a sentence may be about.
#[cfg(test)]
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    let table = TABLE.iter().map(|(_, _, key)| *key);
    let outside =
        ["binding", "url", "RelayState", "kind", "signature-state", "comment", "lifetime", "in-response-to", "other"];
    table.chain(outside)
}
