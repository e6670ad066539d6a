//! A message of the protocol (SAML 2.0 Core §3), or another document of SAML.

use std::vec::IntoIter;

use super::assertion::{Assertion, NameId, Subject};
use super::names::{ASSERTION, ASSERTION_1, METADATA, PROTOCOL, PROTOCOL_1};
use super::value::{Value, attribute};
use super::version_1::Version1;
use super::wrapping::message_of;
use crate::xml::{Document, Node, Nodes};

/// A document's message: its root element, or what an envelope around it holds.
///
/// Every question may be asked of every message: what its kind does not have is `None` or empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Message<'d>(pub Node<'d>);

impl<'d> Message<'d> {
    /// The message that a document is, or that stands in its SOAP envelope, ArtifactResponse or WS-Trust response.
    /// `None` where the document has no root element.
    pub fn of(document: &'d Document<'d>) -> Option<Self> {
        message_of(document).map(Self)
    }

    /// The element's local name: `Response`, `AuthnRequest`, `EntityDescriptor`, …
    pub fn kind(self) -> &'d str {
        self.0.local_name()
    }

    /// Whether the element is SAML's own, of any of its namespaces and versions.
    pub fn is_saml(self) -> bool {
        [PROTOCOL, ASSERTION, METADATA, PROTOCOL_1, ASSERTION_1].contains(&self.0.namespace())
    }

    /// Whether it is metadata: of one entity or of several.
    pub fn is_metadata(self) -> bool {
        self.0.is(METADATA, "EntityDescriptor") || self.0.is(METADATA, "EntitiesDescriptor")
    }

    /// `<Issuer>` of the message itself; of metadata the `entityID`; of a Response without one its first assertion's.
    pub fn issuer(self) -> Option<Value<'d>> {
        self.0
            .element(ASSERTION, "Issuer")
            .map(Value::of_element)
            .or_else(|| attribute(self.0, "entityID"))
            .or_else(|| self.assertions().find(|assertion| assertion.0 != self.0).and_then(Assertion::issuer))
            .or_else(|| Version1::of(self.0)?.issuer())
    }

    /// `ID`, §3.2; of SAML 1.1 what it calls so.
    pub fn id(self) -> Option<Value<'d>> {
        attribute(self.0, "ID").or_else(|| Version1::of(self.0)?.id())
    }

    /// `IssueInstant`, as written, §3.2.
    pub fn issue_instant(self) -> Option<Value<'d>> {
        attribute(self.0, "IssueInstant")
    }

    /// `Destination`, §3.2.
    pub fn destination(self) -> Option<Value<'d>> {
        attribute(self.0, "Destination")
    }

    /// `InResponseTo`, §3.2.2.
    pub fn in_response_to(self) -> Option<Value<'d>> {
        attribute(self.0, "InResponseTo")
    }

    /// `AssertionConsumerServiceURL` of a request, §3.4.1.
    pub fn assertion_consumer_service_url(self) -> Option<Value<'d>> {
        attribute(self.0, "AssertionConsumerServiceURL")
    }

    /// `Format` of a request's `<NameIDPolicy>`, §3.4.1.1.
    pub fn name_id_policy_format(self) -> Option<Value<'d>> {
        self.0.element(PROTOCOL, "NameIDPolicy").and_then(|policy| attribute(policy, "Format"))
    }

    /// `Value` of every `<StatusCode>`, the outermost first, §3.2.2.2.
    pub fn status_codes(self) -> IntoIter<Value<'d>> {
        let inner = |node: &Node<'d>| node.element(PROTOCOL, "StatusCode");
        let first = self.0.element(PROTOCOL, "Status").and_then(|status| inner(&status));
        let codes = std::iter::successors(first, inner).filter_map(|code| attribute(code, "Value"));
        codes.collect::<Vec<_>>().into_iter()
    }

    /// `<StatusMessage>`, §3.2.2.3.
    pub fn status_message(self) -> Option<Value<'d>> {
        let status = self.0.element(PROTOCOL, "Status")?;
        status.element(PROTOCOL, "StatusMessage").map(Value::of_element)
    }

    /// The assertions a service would look at: the root itself, or the Response's own children.
    pub fn assertions(self) -> IntoIter<Assertion<'d>> {
        let itself = self.0.is(ASSERTION, "Assertion").then_some(self.0);
        let within = self.0.elements_named(ASSERTION, "Assertion");
        itself.into_iter().chain(within).map(Assertion).collect::<Vec<_>>().into_iter()
    }

    /// Every `<EncryptedAssertion>` of a Response, §2.3.4.
    pub fn encrypted_assertions(self) -> Nodes<'d> {
        self.0.elements_named(ASSERTION, "EncryptedAssertion")
    }

    /// Whom the message is about: the first assertion's `<NameID>`; a logout request's, or a request's `<Subject>`'s.
    pub fn name_id(self) -> Option<NameId<'d>> {
        let own = self.0.element(ASSERTION, "NameID").map(NameId);
        let subject = || self.0.element(ASSERTION, "Subject").map(Subject).and_then(Subject::name_id);
        own.or_else(subject).or_else(|| self.assertions().find_map(|assertion| assertion.subject()?.name_id()))
    }

    /// `<SessionIndex>` of a logout request, §3.7.1.
    pub fn session_index(self) -> Option<Value<'d>> {
        self.0.element(PROTOCOL, "SessionIndex").map(Value::of_element)
    }
}
