//! What a message says, in the words of the standard.

use serde::Serialize;

use crate::saml::{Message, Value};

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
    pub(super) fn of(message: Message<'_>) -> Self {
        let assertion = message.assertions().next();
        let subject = assertion.and_then(|assertion| assertion.subject());
        let conditions = assertion.and_then(|assertion| assertion.conditions());
        let statement = assertion.and_then(|assertion| assertion.authn_statements().next());
        let name_id = message.name_id();
        Self {
            id: one(message.id()),
            issue_instant: one(message.issue_instant()),
            issuer: one(message.issuer()),
            destination: one(message.destination()),
            in_response_to: one(message.in_response_to()),
            status: message.status_codes().map(text).collect(),
            status_message: one(message.status_message()),
            name_id: one(name_id.map(|name_id| name_id.value())),
            name_id_format: one(name_id
                .and_then(|name_id| name_id.format())
                .or_else(|| message.name_id_policy_format())),
            audiences: conditions.into_iter().flat_map(|conditions| conditions.audiences()).map(text).collect(),
            recipients: subject
                .into_iter()
                .flat_map(|subject| subject.confirmation_data())
                .filter_map(|data| data.recipient())
                .map(text)
                .collect(),
            assertion_consumer_service_url: one(message.assertion_consumer_service_url()),
            not_before: one(conditions.and_then(|conditions| conditions.not_before())),
            not_on_or_after: one(conditions.and_then(|conditions| conditions.not_on_or_after())),
            confirmation_not_on_or_after: one(
                subject.and_then(|subject| subject.confirmation_data().find_map(|data| data.not_on_or_after()))
            ),
            authn_instant: one(statement.and_then(|statement| statement.authn_instant())),
            session_index: one(statement
                .and_then(|statement| statement.session_index())
                .or_else(|| message.session_index())),
            session_not_on_or_after: one(statement.and_then(|statement| statement.session_not_on_or_after())),
            attributes: assertion
                .into_iter()
                .flat_map(|assertion| assertion.attributes())
                .map(|attribute| AttributeSummary {
                    name: one(attribute.name()),
                    friendly_name: one(attribute.friendly_name()),
                    name_format: one(attribute.name_format()),
                    values: attribute.values().map(text).collect(),
                })
                .collect(),
            assertions: message.assertions().count(),
            encrypted_assertions: message.encrypted_assertions().count(),
        }
    }
}

fn text(value: Value<'_>) -> String {
    value.text.into_owned()
}

fn one(value: Option<Value<'_>>) -> Option<String> {
    value.map(text)
}
