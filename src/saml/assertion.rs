//! An assertion and what stands in it (SAML 2.0 Core §2).

use super::names::ASSERTION;
use super::value::{Value, attribute};
use crate::xml::Node;

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
    pub fn authn_statements(self) -> impl Iterator<Item = AuthnStatement<'d>> {
        self.0.elements_named(ASSERTION, "AuthnStatement").map(AuthnStatement)
    }

    /// Every `<Attribute>` of every `<AttributeStatement>`, §2.7.3.
    pub fn attributes(self) -> impl Iterator<Item = SamlAttribute<'d>> {
        self.0
            .elements_named(ASSERTION, "AttributeStatement")
            .flat_map(|statement| statement.elements_named(ASSERTION, "Attribute"))
            .map(SamlAttribute)
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
    pub fn confirmation_data(self) -> impl Iterator<Item = SubjectConfirmationData<'d>> {
        self.0
            .elements_named(ASSERTION, "SubjectConfirmation")
            .filter_map(|confirmation| confirmation.element(ASSERTION, "SubjectConfirmationData"))
            .map(SubjectConfirmationData)
    }

    /// Every `<SubjectConfirmation>`, §2.4.1.1.
    pub fn confirmations(self) -> impl Iterator<Item = SubjectConfirmation<'d>> {
        self.0.elements_named(ASSERTION, "SubjectConfirmation").map(SubjectConfirmation)
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
    pub fn audiences(self) -> impl Iterator<Item = Value<'d>> {
        self.0
            .elements_named(ASSERTION, "AudienceRestriction")
            .flat_map(|restriction| restriction.elements_named(ASSERTION, "Audience"))
            .map(Value::of_element)
    }

    /// The `<Audience>`s of each `<AudienceRestriction>`: of every restriction one must fit.
    pub fn restrictions(self) -> impl Iterator<Item = impl Iterator<Item = Value<'d>>> {
        self.0
            .elements_named(ASSERTION, "AudienceRestriction")
            .map(|restriction| restriction.elements_named(ASSERTION, "Audience").map(Value::of_element))
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
    pub fn values(self) -> impl Iterator<Item = Value<'d>> {
        self.0.elements_named(ASSERTION, "AttributeValue").map(Value::of_element)
    }
}
