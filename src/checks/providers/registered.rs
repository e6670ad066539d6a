//! What an identity provider knows of a service, as far as the service's metadata and the context tell, held against
//! what was sent; shared by the identity providers, which differ in their menus and not in this.

use crate::checks::web_url::{self, WebUrl};
use crate::checks::{Answer, Evidence};
use crate::dsig::{Fault, Status};
use crate::flow::{Case, Known, Seen};
use crate::saml::{Message, SamlAttribute, Value};
use crate::xml::Node;

/// The request, as it was captured.
pub(super) fn request<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Message<'d>)> {
    case.request().and_then(|seen| Some((seen, seen.message?)))
}

/// Whether the identity provider answered the request with a login, so that it knew whom it came from.
pub(super) fn was_taken(case: &Case<'_>) -> bool {
    let answered = case.response().and_then(|seen| seen.message?.in_response_to());
    let asked = request(case).and_then(|(_, message)| message.id());
    case.succeeded() == Some(true) && answered.is_some_and(|id| asked.is_some_and(|asked| asked.text == id.text))
}

/// The service's entity ID by anything but its request.
pub(super) fn entity_id(case: &Case<'_>) -> Option<String> {
    let described = || case.sp_entity().and_then(|(_, entity)| entity.id().map(str::to_owned));
    case.context.sp_entity_id.clone().or_else(described)
}

/// Whether the request's Issuer is the name that the service is registered by. Needs `sp_entity_id` or `metadata`.
pub(super) fn issuer(case: &Case<'_>) -> Answer {
    let Some((seen, issuer)) = request(case).and_then(|(seen, message)| Some((seen, message.issuer()?))) else {
        return Answer::Inapplicable;
    };
    if was_taken(case) {
        return Answer::Passed;
    }
    let Some(known) = entity_id(case) else { return Answer::NotChecked(&["sp_entity_id", "metadata"]) };
    Answer::when(issuer.text != known, || Evidence::of(seen, "AuthnRequest/Issuer", &issuer).instead_of(known))
}

/// Whether the address that the request asks for is a registered one. Needs `metadata`.
pub(super) fn consumer(case: &Case<'_>, fits: fn(&str, &str) -> bool) -> Answer {
    let asked = request(case).and_then(|(seen, message)| Some((seen, message.assertion_consumer_service_url()?)));
    let Some((seen, url)) = asked else { return Answer::Inapplicable };
    if was_taken(case) {
        return Answer::Passed;
    }
    let Some(known) = case.registered_acs_urls() else { return Answer::NotChecked(&["metadata"]) };
    let is_known = known.values.iter().any(|known| fits(known, &url.text));
    Answer::when(!is_known, || {
        let evidence = Evidence::of(seen, "AuthnRequest/@AssertionConsumerServiceURL", &url);
        evidence.one_of(known.values.iter().map(String::as_str))
    })
}

/// The status code of this name, or a StatusMessage with these words, of a login that failed.
pub(super) fn failure(case: &Case<'_>, code: &str, words: &str) -> Option<Evidence> {
    let seen = case.response().filter(|_| case.succeeded() == Some(false))?;
    let message = seen.message?;
    let said = message.status_message().filter(|said| said.text.contains(words));
    let code = message.status_codes().find(|found| found.text.rsplit(':').next() == Some(code));
    let of_message = said.map(|said| Evidence::of(seen, "StatusMessage", &said));
    of_message.or_else(|| Some(Evidence::of(seen, "StatusCode/@Value", &code?)))
}

/// An attribute of an element, as a value.
pub(super) fn attribute<'d>(node: Node<'d>, name: &str) -> Option<Value<'d>> {
    node.attribute(name).map(Value::of_attribute)
}

/// Every value of every attribute of the assertion, with its attribute.
pub(super) fn values<'d>(case: &Case<'d>) -> impl Iterator<Item = (SamlAttribute<'d>, Value<'d>)> + use<'d> {
    case.attributes().flat_map(|attribute| attribute.values().map(move |value| (attribute, value)))
}

/// Whether the Response goes to an address of this kind, by what it says and by where it arrived.
pub(super) fn goes_to(case: &Case<'_>, is_theirs: impl Fn(&WebUrl) -> bool) -> bool {
    let Some(message) = case.response().and_then(|seen| seen.message) else { return false };
    let recipients = case.confirmations().filter_map(|data| data.recipient());
    let said = message.destination().into_iter().chain(recipients).map(|value| value.text.into_owned());
    let arrived = case.received_at().into_iter().flat_map(|known| known.values);
    said.chain(arrived).any(|url| web_url::read(&url).is_ok_and(|url| is_theirs(&url)))
}

/// Whether no signature of the Response is by a key that is known to be the identity provider's, though one holds or
/// looks whole. Needs `metadata` or `certificates`.
pub(super) fn foreign_key(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response().filter(|seen| seen.signatures().next().is_some()) else {
        return Answer::Inapplicable;
    };
    if seen.signatures().any(|verdict| verdict.trusted) {
        return Answer::Passed;
    }
    let listed = case.idp_role().is_some_and(|role| role.signing_keys().next().is_some());
    if !listed && case.context.keys.iter().all(|key| key.owner.is_some()) {
        return Answer::NotChecked(&["metadata", "certificates"]);
    }
    let foreign = |fault: &Option<Fault>| matches!(fault, None | Some(Fault::SignatureMismatch(_) | Fault::NoKey));
    let Some(verdict) = seen.signatures().find(|verdict| foreign(&verdict.fault)) else { return Answer::Inapplicable };
    let place = seen.place_of_span(&verdict.span);
    let how = match verdict.status() {
        Status::Valid => "made with the key that the message itself shows",
        _ => "made with an unknown key",
    };
    let mut evidence = Evidence::outside(seen, &format!("{}/Signature", verdict.target), how);
    evidence.place = Some(place);
    Answer::fired(evidence.expected("a key of the identity provider's metadata or certificates"))
}

/// Whether a name differs from what is expected and is right but for this one kind of difference.
pub(super) fn differs_only(actual: &str, known: &Known, alike: fn(&str) -> String) -> Option<String> {
    let alike_to = |value: &&String| *value != actual && alike(value) == alike(actual);
    if known.has(actual) { None } else { known.values.iter().find(alike_to).cloned() }
}
