//! An assertion and what stands in it (SAML 2.0 Core §2).

use std::vec::IntoIter;

use super::names::ASSERTION;
use super::value::{Value, attribute};
use crate::xml::Node;

// What may stand several times is collected and not walked lazily: there are few of them, and what the many rules do
// with a list is less code than what they do with a walk.

/// The children of one name, as what they are.
fn children<'d, T>(node: Node<'d>, name: &'d str, read: fn(Node<'d>) -> T) -> IntoIter<T> {
    node.elements_named(ASSERTION, name).map(read).collect::<Vec<T>>().into_iter()
}

/// The children of one name of the children of another.
fn grandchildren<'d, T>(node: Node<'d>, child: &'d str, name: &'d str, read: fn(Node<'d>) -> T) -> IntoIter<T> {
    let all = node.elements_named(ASSERTION, child).flat_map(|child| child.elements_named(ASSERTION, name));
    all.map(read).collect::<Vec<T>>().into_iter()
}

/// `<Assertion>`, §2.3.3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assertion<'d>(pub Node<'d>);

impl<'d> Assertion<'d> {
    /// `<Issuer>`, §2.2.5.
    pub fn issuer(self) -> Option<Value<'d>> {
        self.0.element(ASSERTION, "Issuer").map(Value::of_element)
    }

    /// `<Subject>`, §2.4.1.
    pub fn subject(self) -> Option<Subject<'d>> {
        self.0.element(ASSERTION, "Subject").map(Subject)
    }

    /// `<Conditions>`, §2.5.1.
    pub fn conditions(self) -> Option<Conditions<'d>> {
        self.0.element(ASSERTION, "Conditions").map(Conditions)
    }

    /// Every `<AuthnStatement>`, §2.7.2.
    pub fn authn_statements(self) -> IntoIter<AuthnStatement<'d>> {
        children(self.0, "AuthnStatement", AuthnStatement)
    }

    /// Every `<Attribute>` of every `<AttributeStatement>`, §2.7.3.
    pub fn attributes(self) -> IntoIter<SamlAttribute<'d>> {
        grandchildren(self.0, "AttributeStatement", "Attribute", SamlAttribute)
    }
}

/// `<Subject>`, §2.4.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subject<'d>(pub Node<'d>);

impl<'d> Subject<'d> {
    /// `<NameID>`, §2.2.3.
    pub fn name_id(self) -> Option<NameId<'d>> {
        self.0.element(ASSERTION, "NameID").map(NameId)
    }

    /// The `<SubjectConfirmationData>` of every `<SubjectConfirmation>`, §2.4.1.2.
    pub fn confirmation_data(self) -> IntoIter<SubjectConfirmationData<'d>> {
        self.confirmations().filter_map(SubjectConfirmation::data).collect::<Vec<_>>().into_iter()
    }

    /// Every `<SubjectConfirmation>`, §2.4.1.1.
    pub fn confirmations(self) -> IntoIter<SubjectConfirmation<'d>> {
        children(self.0, "SubjectConfirmation", SubjectConfirmation)
    }
}

/// `<SubjectConfirmation>`, §2.4.1.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubjectConfirmation<'d>(pub Node<'d>);

impl<'d> SubjectConfirmation<'d> {
    /// `Method`: how whoever presents the assertion shows that it is for them.
    pub fn method(self) -> Option<Value<'d>> {
        attribute(self.0, "Method")
    }

    /// `<SubjectConfirmationData>`, §2.4.1.2.
    pub fn data(self) -> Option<SubjectConfirmationData<'d>> {
        self.0.element(ASSERTION, "SubjectConfirmationData").map(SubjectConfirmationData)
    }
}

/// `<NameID>`, §2.2.3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameId<'d>(pub Node<'d>);

impl<'d> NameId<'d> {
    /// The name itself. All character data counts, whatever comments stand between.
    pub fn value(self) -> Value<'d> {
        Value::of_element(self.0)
    }

    /// `Format`; left out it means `unspecified` (§2.2.2).
    pub fn format(self) -> Option<Value<'d>> {
        attribute(self.0, "Format")
    }

    /// `NameQualifier`: within whose names it is unique.
    pub fn name_qualifier(self) -> Option<Value<'d>> {
        attribute(self.0, "NameQualifier")
    }

    /// `SPNameQualifier`: for which service, or group of them, it was made.
    pub fn sp_name_qualifier(self) -> Option<Value<'d>> {
        attribute(self.0, "SPNameQualifier")
    }
}

/// `<SubjectConfirmationData>`, §2.4.1.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubjectConfirmationData<'d>(pub Node<'d>);

impl<'d> SubjectConfirmationData<'d> {
    /// `Recipient`: the endpoint the assertion may be delivered to.
    pub fn recipient(self) -> Option<Value<'d>> {
        attribute(self.0, "Recipient")
    }

    /// `NotOnOrAfter`, as written.
    pub fn not_on_or_after(self) -> Option<Value<'d>> {
        attribute(self.0, "NotOnOrAfter")
    }

    /// `InResponseTo`: the request's ID.
    pub fn in_response_to(self) -> Option<Value<'d>> {
        attribute(self.0, "InResponseTo")
    }

    /// `NotBefore`, as written.
    pub fn not_before(self) -> Option<Value<'d>> {
        attribute(self.0, "NotBefore")
    }

    /// `Address`: the network address it may be presented from.
    pub fn address(self) -> Option<Value<'d>> {
        attribute(self.0, "Address")
    }
}

/// `<Conditions>`, §2.5.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions<'d>(pub Node<'d>);

impl<'d> Conditions<'d> {
    /// `NotBefore`, as written.
    pub fn not_before(self) -> Option<Value<'d>> {
        attribute(self.0, "NotBefore")
    }

    /// `NotOnOrAfter`, as written.
    pub fn not_on_or_after(self) -> Option<Value<'d>> {
        attribute(self.0, "NotOnOrAfter")
    }

    /// Every `<Audience>` of every `<AudienceRestriction>`, §2.5.1.4.
    pub fn audiences(self) -> IntoIter<Value<'d>> {
        grandchildren(self.0, "AudienceRestriction", "Audience", Value::of_element)
    }

    /// The `<Audience>`s of each `<AudienceRestriction>`: of every restriction one must fit.
    pub fn restrictions(self) -> IntoIter<IntoIter<Value<'d>>> {
        let restrictions = self.0.elements_named(ASSERTION, "AudienceRestriction");
        restrictions
            .map(|restriction| children(restriction, "Audience", Value::of_element))
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// `<AuthnStatement>`, §2.7.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AuthnStatement<'d>(pub Node<'d>);

impl<'d> AuthnStatement<'d> {
    /// `AuthnInstant`, as written.
    pub fn authn_instant(self) -> Option<Value<'d>> {
        attribute(self.0, "AuthnInstant")
    }

    /// `SessionIndex`.
    pub fn session_index(self) -> Option<Value<'d>> {
        attribute(self.0, "SessionIndex")
    }

    /// `SessionNotOnOrAfter`, as written.
    pub fn session_not_on_or_after(self) -> Option<Value<'d>> {
        attribute(self.0, "SessionNotOnOrAfter")
    }

    /// `<AuthnContextClassRef>` of its `<AuthnContext>`, §2.7.2.2.
    pub fn class_ref(self) -> Option<Value<'d>> {
        let context = self.0.element(ASSERTION, "AuthnContext")?;
        context.element(ASSERTION, "AuthnContextClassRef").map(Value::of_element)
    }
}

/// `<Attribute>`, §2.7.3.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamlAttribute<'d>(pub Node<'d>);

impl<'d> SamlAttribute<'d> {
    /// `Name`.
    pub fn name(self) -> Option<Value<'d>> {
        attribute(self.0, "Name")
    }

    /// `FriendlyName`.
    pub fn friendly_name(self) -> Option<Value<'d>> {
        attribute(self.0, "FriendlyName")
    }

    /// `NameFormat`.
    pub fn name_format(self) -> Option<Value<'d>> {
        attribute(self.0, "NameFormat")
    }

    /// Every `<AttributeValue>`, §2.7.3.1.1.
    pub fn values(self) -> IntoIter<Value<'d>> {
        children(self.0, "AttributeValue", Value::of_element)
    }
}
