//! What a message says, in the words of the standard.

use serde::Serialize;

use crate::flow::Places;
use crate::saml::{Message, Value, Version1};

/// What a message says. Of several assertions it is the first that is told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// `ID` of the message.
    pub id: Option<String>,
    /// `IssueInstant` of the message, as written.
    pub issue_instant: Option<String>,
    /// `<Issuer>`; of metadata the `entityID`.
    pub issuer: Option<String>,
    /// `Destination`.
    pub destination: Option<String>,
    /// `InResponseTo`.
    pub in_response_to: Option<String>,
    /// Every `<StatusCode>`, the outermost first.
    pub status: Vec<String>,
    /// `<StatusMessage>`.
    pub status_message: Option<String>,
    /// `<NameID>`.
    pub name_id: Option<String>,
    /// `Format` of the `<NameID>`; of a request what its `<NameIDPolicy>` asks for.
    pub name_id_format: Option<String>,
    /// Every `<Audience>`.
    pub audiences: Vec<String>,
    /// `Recipient` of every `<SubjectConfirmationData>`.
    pub recipients: Vec<String>,
    /// `AssertionConsumerServiceURL` of a request.
    pub assertion_consumer_service_url: Option<String>,
    /// `NotBefore` of the `<Conditions>`, as written.
    pub not_before: Option<String>,
    /// `NotOnOrAfter` of the `<Conditions>`, as written.
    pub not_on_or_after: Option<String>,
    /// `NotOnOrAfter` of the first `<SubjectConfirmationData>`, as written.
    pub confirmation_not_on_or_after: Option<String>,
    /// `AuthnInstant`, as written.
    pub authn_instant: Option<String>,
    /// `SessionIndex`.
    pub session_index: Option<String>,
    /// `SessionNotOnOrAfter`, as written.
    pub session_not_on_or_after: Option<String>,
    /// Every attribute.
    pub attributes: Vec<AttributeSummary>,
    /// How many assertions there are.
    pub assertions: usize,
    /// How many encrypted assertions there are.
    pub encrypted_assertions: usize,
    /// Where each value above stands, and what signature covers it; the values of a list in the list's order.
    pub values: Vec<ValueReport>,
}

/// Where a value of the summary stands in the XML, and which signature covers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueReport {
    /// The key of the summary.
    pub key: &'static str,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    pub decryption: Option<usize>,
    /// Its bytes in that text, half open.
    pub span: [usize; 2],
    /// The number of the valid signature that covers all of them; `None` where none does.
    pub signature: Option<usize>,
}

/// An attribute of the subject.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AttributeSummary {
    /// `Name`.
    pub name: Option<String>,
    /// `FriendlyName`.
    pub friendly_name: Option<String>,
    /// `NameFormat`.
    pub name_format: Option<String>,
    /// Every `<AttributeValue>`.
    pub values: Vec<String>,
}

impl Summary {
    /// Reads a message.
    pub(super) fn of(message: Message<'_>, places: &Places<'_>) -> Self {
        if let Some(message) = Version1::of(message.0) {
            return Self::of_version_1(message, places);
        }
        let assertion = message.assertions().next();
        let subject = assertion.and_then(|assertion| assertion.subject());
        let conditions = assertion.and_then(|assertion| assertion.conditions());
        let statement = assertion.and_then(|assertion| assertion.authn_statements().next());
        let name_id = message.name_id();
        let confirmations = || subject.into_iter().flat_map(|subject| subject.confirmation_data());
        let mut read = Reading { places, values: Vec::new() };
        Self {
            id: read.one("id", message.id()),
            issue_instant: read.one("issue_instant", message.issue_instant()),
            issuer: read.one("issuer", message.issuer()),
            destination: read.one("destination", message.destination()),
            in_response_to: read.one("in_response_to", message.in_response_to()),
            status: read.each("status", message.status_codes()),
            status_message: read.one("status_message", message.status_message()),
            name_id: read.one("name_id", name_id.map(|name_id| name_id.value())),
            name_id_format: read.one(
                "name_id_format",
                name_id.and_then(|name_id| name_id.format()).or_else(|| message.name_id_policy_format()),
            ),
            audiences: read.each("audiences", conditions.into_iter().flat_map(|conditions| conditions.audiences())),
            recipients: read.each("recipients", confirmations().filter_map(|data| data.recipient())),
            assertion_consumer_service_url: read
                .one("assertion_consumer_service_url", message.assertion_consumer_service_url()),
            not_before: read.one("not_before", conditions.and_then(|conditions| conditions.not_before())),
            not_on_or_after: read
                .one("not_on_or_after", conditions.and_then(|conditions| conditions.not_on_or_after())),
            confirmation_not_on_or_after: read
                .one("confirmation_not_on_or_after", confirmations().find_map(|data| data.not_on_or_after())),
            authn_instant: read.one("authn_instant", statement.and_then(|statement| statement.authn_instant())),
            session_index: read.one(
                "session_index",
                statement.and_then(|statement| statement.session_index()).or_else(|| message.session_index()),
            ),
            session_not_on_or_after: read
                .one("session_not_on_or_after", statement.and_then(|statement| statement.session_not_on_or_after())),
            attributes: assertion
                .into_iter()
                .flat_map(|assertion| assertion.attributes())
                .map(|attribute| AttributeSummary {
                    name: read.one("attributes.name", attribute.name()),
                    friendly_name: read.one("attributes.friendly_name", attribute.friendly_name()),
                    name_format: read.one("attributes.name_format", attribute.name_format()),
                    values: read.each("attributes.values", attribute.values()),
                })
                .collect(),
            assertions: message.assertions().count(),
            encrypted_assertions: message.encrypted_assertions().count(),
            values: read.values,
        }
    }
}

impl Summary {
    /// Reads a message of SAML 1.
    fn of_version_1(message: Version1<'_>, places: &Places<'_>) -> Self {
        let mut read = Reading { places, values: Vec::new() };
        Self {
            id: read.one("id", message.id()),
            issue_instant: read.one("issue_instant", message.issue_instant()),
            issuer: read.one("issuer", message.issuer()),
            destination: read.one("destination", message.recipient()),
            in_response_to: read.one("in_response_to", message.in_response_to()),
            status: read.each("status", message.status_codes().into_iter()),
            status_message: read.one("status_message", message.status_message()),
            name_id: read.one("name_id", message.name_identifier()),
            name_id_format: read.one("name_id_format", message.name_format()),
            audiences: read.each("audiences", message.audiences().into_iter()),
            not_before: read.one("not_before", message.not_before()),
            not_on_or_after: read.one("not_on_or_after", message.not_on_or_after()),
            authn_instant: read.one("authn_instant", message.authn_instant()),
            attributes: message
                .attributes()
                .into_iter()
                .map(|(name, namespace, values)| AttributeSummary {
                    name: read.one("attributes.name", name),
                    friendly_name: None,
                    name_format: read.one("attributes.name_format", namespace),
                    values: read.each("attributes.values", values.into_iter()),
                })
                .collect(),
            assertions: message.assertions(),
            values: read.values,
            ..Self::default()
        }
    }
}

/// Takes values out of a message, and keeps where each stands and what covers it.
struct Reading<'a> {
    places: &'a Places<'a>,
    values: Vec<ValueReport>,
}

impl Reading<'_> {
    fn one(&mut self, key: &'static str, value: Option<Value<'_>>) -> Option<String> {
        let Value { text, span } = value?;
        let place = self.places.place(&span);
        let signature = self.places.covering(&span);
        self.values.push(ValueReport { key, decryption: place.decryption, span: place.span, signature });
        Some(text.into_owned())
    }

    fn each<'d>(&mut self, key: &'static str, values: impl Iterator<Item = Value<'d>>) -> Vec<String> {
        values.filter_map(|value| self.one(key, Some(value))).collect()
    }
}
