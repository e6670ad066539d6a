//! Who a message says that a login is between, so that two messages can be held against one another.

use super::profile::split_url;
use super::seen::Seen;
use crate::saml::{Message, Value};

/// What messages of one login say of the two parties and of who logs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parties {
    /// The service's entity ID: of the request's Issuer, else of an Audience.
    pub(crate) sp: Option<String>,
    /// The identity provider's: the Response's Issuer.
    pub(crate) idp: Option<String>,
    /// Where the request was sent to: its Destination, else the URL of the capture.
    pub(crate) asked_at: Option<String>,
    /// Where the answer goes, or ought to.
    pub(super) places: Vec<String>,
    /// SessionIndex.
    pub(super) session: Option<String>,
    /// NameID.
    pub(super) name: Option<String>,
}

impl Parties {
    pub(super) fn of(seen: &Seen<'_>) -> Self {
        let mut parties = Self::default();
        parties.add(seen);
        parties
    }

    /// The request that a Response answers; of a Response without the attribute what its assertions say.
    pub(crate) fn answered(message: Message<'_>) -> Option<Value<'_>> {
        message.in_response_to().or_else(|| {
            let subjects = message.assertions().filter_map(|assertion| assertion.subject());
            subjects.flat_map(|subject| subject.confirmation_data()).find_map(|data| data.in_response_to())
        })
    }

    /// Takes in what a further message says; a request's word on the service goes before an Audience.
    pub(crate) fn add(&mut self, seen: &Seen<'_>) {
        let Some(message) = seen.message else { return };
        let text = |value: Option<Value<'_>>| value.map(|value| value.text.into_owned());
        let add = |known: &mut Option<String>, value: Option<String>| {
            if known.is_none() {
                *known = value;
            }
        };
        match message.kind() {
            "AuthnRequest" => {
                self.sp = text(message.issuer()).or(self.sp.take());
                add(&mut self.asked_at, text(message.destination()).or_else(|| seen.capture.url.clone()));
                self.places.extend(text(message.assertion_consumer_service_url()));
            }
            "Response" | "Assertion" => {
                add(&mut self.idp, text(message.issuer()));
                self.places.extend(text(message.destination()).into_iter().chain(seen.capture.url.clone()));
                let Some(assertion) = message.assertions().next() else { return };
                let mut audiences = assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences());
                add(&mut self.sp, text(audiences.next()));
                let data = assertion.subject().map(|subject| subject.confirmation_data()).unwrap_or_default();
                self.places.extend(data.filter_map(|data| text(data.recipient())));
                add(&mut self.name, text(message.name_id().map(|name| name.value())));
                add(&mut self.session, text(assertion.authn_statements().find_map(|of| of.session_index())));
            }
            _ => {}
        }
    }

    /// Whether an entity ID is one of the two.
    pub(crate) fn is_party(&self, entity_id: &str) -> bool {
        [&self.sp, &self.idp].into_iter().flatten().any(|known| known == entity_id)
    }

    /// Whether two logins are attempts at the same: what both say is equal, and both say whom it is for.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let agree = |one: &Option<String>, other: &Option<String>| one.is_none() || other.is_none() || one == other;
        let same_place = self.places.is_empty()
            || other.places.is_empty()
            || self.places.iter().any(|place| other.places.contains(place));
        let known = self.sp.is_some() && other.sp.is_some() || !self.places.is_empty() && !other.places.is_empty();
        known
            && same_place
            && agree(&self.sp, &other.sp)
            && agree(&self.idp, &other.idp)
            && agree(&self.asked_at, &other.asked_at)
    }
}

/// Whether a request is from another site than a response is for, and names another endpoint: one of the two alone is a
/// fault that somebody looks for, and so is another account of the same service.
pub(super) fn is_of_another(request: Message<'_>, response: Message<'_>) -> bool {
    let (Some(issuer), Some(acs)) = (request.issuer(), request.assertion_consumer_service_url()) else { return false };
    let Some(assertion) = response.assertions().next() else { return false };
    let audiences = assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences());
    let data = assertion.subject().into_iter().flat_map(|subject| subject.confirmation_data());
    let mut endpoints = data.filter_map(|data| data.recipient()).chain(response.destination()).peekable();
    let mut audiences = audiences.peekable();
    audiences.peek().is_some()
        && endpoints.peek().is_some()
        && audiences.all(|audience| site(&audience.text) != site(&issuer.text))
        && endpoints.all(|endpoint| endpoint.text != acs.text)
}

/// The host of an entity ID that is a URL, else all of it.
fn site(entity_id: &str) -> &str {
    split_url(entity_id).map_or(entity_id, |(host, _)| host)
}
