//! The AuthnRequest (SAML 2.0 Core §3.4, Profiles §4.1.4.1): who sends it, where, when and signed by whom.

mod asks;
mod signed;
#[cfg(test)]
mod tests;

use super::assertion::time;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::instant::Instant;
use crate::saml::names::ASSERTION;
use crate::saml::{Message, Value};

/// How old a request may be that an identity provider still answers, in seconds, beyond the allowed skew.
const LIFETIME: i64 = 5 * 60;

const fn rule(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::SpAdmin, Stage::Request, source, check)
}

pub(super) const RULES: &[Rule] = &[
    rule("req-issuer-missing", Severity::Error, "SAML 2.0 Profiles 4.1.4.1", issuer_missing).required(),
    rule("req-destination", Severity::Error, "SAML 2.0 Core 3.2.1; Entra ID AADSTS75008", other_destination)
        .needs(&["metadata"])
        .explains(&["md-mismatch-capture"]),
    rule("req-unsigned-required", Severity::Error, "SAML2int SDP-IDP04; Entra ID AADSTS76021", signed::unsigned)
        .needs(&["metadata", "request"]),
    rule("req-acs-url-unregistered", Severity::Error, "SAML 2.0 Core 3.4.1; SAML2int SDP-IDP06", asks::other_acs)
        .needs(&["metadata"])
        .explains(&["md-mismatch-capture"]),
    rule("req-acs-index-and-url", Severity::Error, "SAML 2.0 Core 3.4.1", asks::index_and_url),
    rule("req-acs-index-unknown", Severity::Error, "SAML 2.0 Core 3.4.1", asks::other_index).needs(&["metadata"]),
    rule("req-protocolbinding", Severity::Error, "SAML 2.0 Profiles 4.1.2", asks::other_binding),
    rule("req-nameidpolicy-format", Severity::Error, "SAML 2.0 Core 3.4.1.1; SAML2int SDP-SP04", asks::other_format)
        .needs(&["metadata"])
        .explains(&["saml-status-not-success"]),
    rule("req-nameidpolicy-allowcreate-false", Severity::Warning, "SAML 2.0 Core 3.4.1.1", asks::creates_nothing),
    rule("req-authncontext-overspecific", Severity::Warning, "SAML2int SDP-SP07", asks::password_only),
    rule("req-authncontext-comparison", Severity::Warning, "SAML 2.0 Core 3.3.2.2.1; Entra ID", asks::comparison),
    rule("req-subject-present", Severity::Error, "SAML 2.0 Profiles 4.1.4.1; Entra ID", asks::subject),
    rule("req-scoping-unsupported", Severity::Warning, "SAML 2.0 Core 3.4.1.2; Entra ID", asks::scoping),
    rule("req-ispassive-forceauthn", Severity::Warning, "SAML 2.0 Core 3.4.1", asks::passive_and_forced),
    Rule::new(
        "req-expired",
        Severity::Error,
        Who::User,
        Stage::Time,
        "SAML 2.0 Core 3.2.1; Entra ID AADSTS76026",
        expired,
    )
    .grouped(Group::Message)
    .required(),
    // After the rules of signatures, which say what is wrong with this one.
    Rule::new("req-signed-bad", Severity::Error, Who::SpAdmin, Stage::Envelope, "SAML2int SDP-IDP05", signed::bad)
        .needs(&["metadata", "certificates"])
        .required(),
    Rule::new(
        "req-relaystate-not-returned",
        Severity::Error,
        Who::IdpAdmin,
        Stage::RelayState,
        "SAML 2.0 Bindings 3.4.3, 3.5.3",
        relay_state,
    )
    .needs(&["request"]),
];

fn request<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Message<'d>)> {
    let seen = case.request()?;
    Some((seen, seen.message?))
}

/// The Response to the request, where it is among the captures.
fn response<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Message<'d>)> {
    let response = case.response()?;
    let (id, answered) = (request(case)?.1.id()?, response.message?.in_response_to()?);
    (id.text == answered.text).then_some((response, response.message?))
}

/// What an identity provider ought to refuse, and has not where it answered with Success.
fn unless_answered(case: &Case<'_>, answer: Answer) -> Answer {
    if was_answered(case) { answer.severity(Severity::Warning) } else { answer }
}

fn was_answered(case: &Case<'_>) -> bool {
    response(case).is_some() && case.succeeded() == Some(true)
}

fn issuer_missing(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    let issuer = message.0.element(ASSERTION, "Issuer").map(Value::of_element);
    let answer = Answer::when(issuer.is_none_or(|issuer| issuer.text.is_empty()), || {
        Evidence::node(seen, "AuthnRequest/Issuer", message.0).expected("the entity ID of the service")
    });
    unless_answered(case, answer)
}

fn other_destination(case: &Case<'_>) -> Answer {
    let Some((seen, destination)) = request(case).and_then(|(seen, message)| Some((seen, message.destination()?)))
    else {
        return Answer::Inapplicable;
    };
    let Some(role) = case.idp_role() else { return Answer::NotChecked(&["metadata"]) };
    let locations = role.endpoints_named("SingleSignOnService").filter_map(|endpoint| endpoint.location.as_ref());
    let locations: Vec<&str> = locations.map(|location| &*location.text).collect();
    if locations.is_empty() {
        return Answer::Inapplicable;
    }
    let answer = Answer::when(!locations.contains(&destination.text.as_ref()), || {
        Evidence::of(seen, "AuthnRequest/@Destination", &destination).one_of(locations)
    });
    unless_answered(case, answer)
}

/// A request is as old as it was when it was answered; without an answer, as it is now.
fn expired(case: &Case<'_>) -> Answer {
    let Some((seen, value)) = request(case).and_then(|(seen, message)| Some((seen, message.issue_instant()?))) else {
        return Answer::Inapplicable;
    };
    let Some(issued) = time(Some(&value)) else { return Answer::Inapplicable };
    let answered = response(case).and_then(|(response, _)| response.issued());
    let used = answered.unwrap_or(case.now);
    let age = used.unix().saturating_sub(issued.unix());
    let earliest = Instant::from_unix(used.unix().saturating_sub(LIFETIME));
    let answer = Answer::when(age > LIFETIME.saturating_add(case.skew()), || {
        Evidence::of(seen, "AuthnRequest/@IssueInstant", &value).expected(format!("not before {earliest}"))
    })
    .with("used", used.to_string())
    .with("age", super::assertion::span(age));
    unless_answered(case, answer)
}

fn relay_state(case: &Case<'_>) -> Answer {
    let Some(answer) = case.response().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    if case.request().is_none() && answer.1.in_response_to().is_some() {
        return Answer::NotChecked(&["request"]);
    }
    let (Some((asked, _)), Some((answered, _))) = (request(case), response(case)) else { return Answer::Inapplicable };
    let told = |seen: &Seen<'_>| seen.capture.relay_state.clone().filter(|state| !state.is_empty());
    match (told(asked), told(answered)) {
        (Some(sent), Some(returned)) => Answer::when(sent != returned, || {
            Evidence::outside(answered, "RelayState", &returned).instead_of(sent.as_str())
        }),
        // A form without it has lost it; a message alone may have been copied without.
        (Some(sent), None) if answered.capture.url.is_some() => {
            Answer::fired(Evidence::outside(answered, "RelayState", "").instead_of(sent)).severity(Severity::Warning)
        }
        _ => Answer::Inapplicable,
    }
}
