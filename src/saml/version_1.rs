//! A message of SAML 1.0 or 1.1 as far as the summary tells it (SAML 1.1 Core §2, §3); no rule of SAML 2.0 reads it.

use super::names::{ASSERTION_1, PROTOCOL_1};
use super::value::{Value, attribute};
use crate::xml::Node;

/// A message or an assertion of SAML 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version1<'d>(Node<'d>);

impl<'d> Version1<'d> {
    /// `None` where the element is none of SAML 1.
    pub(crate) fn of(node: Node<'d>) -> Option<Self> {
        [PROTOCOL_1, ASSERTION_1].contains(&node.namespace()).then_some(Self(node))
    }

    /// `AssertionID`, `ResponseID` or `RequestID`.
    pub(crate) fn id(self) -> Option<Value<'d>> {
        ["AssertionID", "ResponseID", "RequestID"].iter().find_map(|name| attribute(self.0, name))
    }

    /// `Issuer` of the first assertion, §2.3.2.
    pub(crate) fn issuer(self) -> Option<Value<'d>> {
        attribute(self.assertion()?, "Issuer")
    }

    /// `IssueInstant`, §2.3.2, §3.2.1, §3.4.1.
    pub(crate) fn issue_instant(self) -> Option<Value<'d>> {
        attribute(self.0, "IssueInstant")
    }

    /// `InResponseTo` of a response, §3.4.1.
    pub(crate) fn in_response_to(self) -> Option<Value<'d>> {
        attribute(self.0, "InResponseTo")
    }

    /// `Recipient` of a response, §3.4.1: what SAML 2.0 calls Destination.
    pub(crate) fn recipient(self) -> Option<Value<'d>> {
        attribute(self.0, "Recipient")
    }

    /// Every `<StatusCode>`, the outermost first, §3.4.3.
    pub(crate) fn status_codes(self) -> Vec<Value<'d>> {
        let inner = |node: &Node<'d>| node.element(PROTOCOL_1, "StatusCode");
        let first = self.0.element(PROTOCOL_1, "Status").and_then(|status| inner(&status));
        std::iter::successors(first, inner).filter_map(|code| attribute(code, "Value")).collect()
    }

    /// `<StatusMessage>`, §3.4.3.2.
    pub(crate) fn status_message(self) -> Option<Value<'d>> {
        let status = self.0.element(PROTOCOL_1, "Status")?;
        status.element(PROTOCOL_1, "StatusMessage").map(Value::of_element)
    }

    /// How many assertions there are.
    pub(crate) fn assertions(self) -> usize {
        let own = self.0.is(ASSERTION_1, "Assertion");
        usize::from(own) + self.0.elements_named(ASSERTION_1, "Assertion").count()
    }

    /// `<NameIdentifier>` of the first statement that has one, §2.4.2.2.
    pub(crate) fn name_identifier(self) -> Option<Value<'d>> {
        self.name().map(Value::of_element)
    }

    /// Its `Format`.
    pub(crate) fn name_format(self) -> Option<Value<'d>> {
        attribute(self.name()?, "Format")
    }

    /// `NotBefore` of the `<Conditions>`, §2.3.2.1.
    pub(crate) fn not_before(self) -> Option<Value<'d>> {
        attribute(self.conditions()?, "NotBefore")
    }

    /// `NotOnOrAfter` of the `<Conditions>`, §2.3.2.1.
    pub(crate) fn not_on_or_after(self) -> Option<Value<'d>> {
        attribute(self.conditions()?, "NotOnOrAfter")
    }

    /// Every `<Audience>`, §2.3.2.1.3.
    pub(crate) fn audiences(self) -> Vec<Value<'d>> {
        let restrictions = self.conditions().into_iter();
        let restrictions =
            restrictions.flat_map(|node| node.elements_named(ASSERTION_1, "AudienceRestrictionCondition"));
        let audiences = restrictions.flat_map(|node| node.elements_named(ASSERTION_1, "Audience"));
        audiences.map(Value::of_element).collect()
    }

    /// `AuthenticationInstant` of the `<AuthenticationStatement>`, §2.4.3.
    pub(crate) fn authn_instant(self) -> Option<Value<'d>> {
        let statement = self.assertion()?.element(ASSERTION_1, "AuthenticationStatement")?;
        attribute(statement, "AuthenticationInstant")
    }

    /// Every `<Attribute>`: its `AttributeName`, `AttributeNamespace` and values, §2.4.4.1.
    pub(crate) fn attributes(self) -> Vec<(Option<Value<'d>>, Option<Value<'d>>, Vec<Value<'d>>)> {
        let statements = self.statements().filter(|node| node.local_name() == "AttributeStatement");
        let attributes = statements.flat_map(|node| node.elements_named(ASSERTION_1, "Attribute"));
        let read = |node: Node<'d>| {
            let values = node.elements_named(ASSERTION_1, "AttributeValue").map(Value::of_element);
            (attribute(node, "AttributeName"), attribute(node, "AttributeNamespace"), values.collect())
        };
        attributes.map(read).collect()
    }

    fn assertion(self) -> Option<Node<'d>> {
        if self.0.is(ASSERTION_1, "Assertion") { Some(self.0) } else { self.0.element(ASSERTION_1, "Assertion") }
    }

    fn conditions(self) -> Option<Node<'d>> {
        self.assertion()?.element(ASSERTION_1, "Conditions")
    }

    fn statements(self) -> impl Iterator<Item = Node<'d>> {
        self.assertion().into_iter().flat_map(|assertion| assertion.elements())
    }

    fn name(self) -> Option<Node<'d>> {
        let subjects = self.statements().filter_map(|statement| statement.element(ASSERTION_1, "Subject"));
        subjects.filter_map(|subject| subject.element(ASSERTION_1, "NameIdentifier")).next()
    }
}
