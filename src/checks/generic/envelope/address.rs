//! Where a message is to go and what it answers: Destination, InResponseTo (SAML 2.0 Core §3.2.1, §3.2.2).

use crate::checks::generic::each::{each, messages, sender};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::dsig::names::DSIG;
use crate::flow::{Case, Profile, Seen};
use crate::saml::{Message, Value};

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "saml-destination-mismatch",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 3.2.1, 3.2.2",
        destination_mismatch,
    )
    .needs(DELIVERED)
    .explains(&["bind-post-form-action", "md-mismatch-capture"]),
    Rule::new(
        "saml-destination-missing-signed",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Bindings 3.4.5.2, 3.5.5.2",
        destination_missing_signed,
    ),
    Rule::new(
        "saml-destination-missing",
        Severity::Note,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 3.2.1, 3.2.2",
        destination_missing,
    ),
    Rule::new(
        "saml-inresponseto-mismatch",
        Severity::Error,
        Who::User,
        Stage::Envelope,
        "SAML 2.0 Core 3.2.2",
        in_response_to_mismatch,
    )
    .needs(&["request"])
    .explains(&["asr-scd-inresponseto", "saml-inresponseto-differs-scd"]),
    Rule::new(
        "saml-inresponseto-missing",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 3.2.2",
        in_response_to_missing,
    )
    .needs(&["request"])
    .explains(&["asr-scd-inresponseto", "saml-unsolicited"]),
    Rule::new(
        "saml-inresponseto-unsolicited",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 3.2.2; Profiles 4.1.5",
        in_response_to_unsolicited,
    )
    .explains(&[
        "saml-empty-string",
        "saml-inresponseto-mismatch",
        "asr-scd-inresponseto",
        "saml-inresponseto-differs-scd",
    ]),
    Rule::new(
        "saml-inresponseto-differs-scd",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 3.2.2; Profiles 4.1.4.2",
        in_response_to_differs,
    ),
    Rule::new("saml-unsolicited", Severity::Note, Who::Nobody, Stage::Hygiene, "SAML 2.0 Profiles 4.1.5", unsolicited),
];

const DELIVERED: &[&str] = &["received_at", "metadata", "request"];

fn destination_mismatch(case: &Case<'_>) -> Answer {
    let (mut asked, mut lacks) = (false, false);
    for (seen, message) in messages(case) {
        let Some(destination) = message.destination().filter(|destination| !destination.text.trim().is_empty()) else {
            continue;
        };
        let endpoints = endpoints(case, seen, message);
        if endpoints.is_empty() {
            // A service that is known has its endpoints in rules of its own.
            lacks |= message.kind() == "Response" && case.profile == Profile::Generic;
        } else if endpoints.contains(&destination.text.clone().into_owned()) {
            asked = true;
        } else {
            let evidence = Evidence::of(seen, &format!("{}/@Destination", message.kind()), &destination);
            return Answer::fired(evidence.one_of(endpoints.iter().map(String::as_str))).who(sender(case, message));
        }
    }
    match (lacks, asked) {
        (true, _) => Answer::NotChecked(DELIVERED),
        (false, true) => Answer::Passed,
        (false, false) => Answer::Inapplicable,
    }
}

/// Where a message was delivered to, or ought to be; empty where that is not known.
///
/// Of a request's Destination against the identity provider's metadata another rule speaks.
fn endpoints(case: &Case<'_>, seen: &Seen<'_>, message: Message<'_>) -> Vec<String> {
    let kind = message.kind();
    // What the context says was delivered is the answer of a login, or a logout where that is all there is.
    let is_delivered = kind == "Response" || kind.starts_with("Logout") && case.seen.len() == 1;
    let given = case.context.received_at.as_ref().filter(|_| is_delivered);
    if let Some(given) = given {
        let bare = given.split_once('?').map(|(bare, _)| bare.to_owned());
        return bare.into_iter().chain([given.clone()]).collect();
    }
    let sent_to = seen.sent_to();
    if !sent_to.is_empty() {
        return sent_to;
    }
    match kind {
        "Response" => case.acs_urls().map(|known| known.values).unwrap_or_default(),
        "LogoutRequest" | "LogoutResponse" => logout_endpoints(case, message),
        _ => Vec::new(),
    }
}

/// Every SingleLogoutService of the entities that the message is not from.
fn logout_endpoints(case: &Case<'_>, message: Message<'_>) -> Vec<String> {
    let Some(issuer) = message.issuer() else { return Vec::new() };
    let others = case.entities().filter(|(_, entity)| entity.id() != Some(&*issuer.text));
    let endpoints =
        others.flat_map(|(_, entity)| &entity.roles).flat_map(|role| role.endpoints_named("SingleLogoutService"));
    let locations = endpoints.flat_map(|endpoint| [&endpoint.location, &endpoint.response_location]);
    locations.flatten().map(|location| location.text.to_string()).collect()
}

/// Whether the message itself is signed, and not only what is in it: by its own Signature, or by the query's.
pub(super) fn is_itself_signed(seen: &Seen<'_>, message: Message<'_>) -> bool {
    seen.query.is_some() || message.0.element(DSIG, "Signature").is_some()
}

/// A message without a Destination; `None` where it has one, or needs none.
fn without_destination<'d>(seen: &'d Seen<'d>, message: Message<'d>, signed: bool) -> Option<Option<Evidence>> {
    // By SOAP no Destination is asked for; of what is pasted as bare XML only a login's messages surely came by browser.
    let by_browser = matches!(message.kind(), "Response" | "AuthnRequest") || seen.capture.binding.is_some();
    if message.kind() == "Assertion" || !by_browser || is_itself_signed(seen, message) != signed {
        return None;
    }
    let is_there = message.destination().is_some_and(|destination| !destination.text.trim().is_empty());
    let what = format!("{}/@Destination", message.kind());
    Some((!is_there).then(|| Evidence::node(seen, &what, message.0).expected("Destination")))
}

fn destination_missing_signed(case: &Case<'_>) -> Answer {
    each(case, |seen, message| without_destination(seen, message, true))
}

fn destination_missing(case: &Case<'_>) -> Answer {
    each(case, |seen, message| without_destination(seen, message, false))
}

/// The Response, where it is one of SAML 2.0 and not a bare assertion.
fn response<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Message<'d>)> {
    messages(case).find(|(_, message)| message.kind() == "Response")
}

/// What the Response says that it answers, where that says anything.
fn answered<'d>(message: Message<'d>) -> Option<Value<'d>> {
    message.in_response_to().filter(|id| !id.text.trim().is_empty())
}

fn in_response_to_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = response(case) else { return Answer::Inapplicable };
    let Some(answered) = answered(message) else { return Answer::Inapplicable };
    let Some(request) = case.request() else { return Answer::NotChecked(&["request"]) };
    let Some(id) = request.message.and_then(Message::id) else { return Answer::Inapplicable };
    Answer::when(answered.text != id.text, || {
        Evidence::of(seen, "Response/@InResponseTo", &answered).instead_of(id.text.into_owned())
    })
}

fn in_response_to_missing(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = response(case) else { return Answer::Inapplicable };
    if message.in_response_to().is_some() {
        return Answer::Inapplicable;
    }
    let Some(request) = case.request() else { return Answer::NotChecked(&["request"]) };
    let Some(id) = request.message.and_then(Message::id) else { return Answer::Inapplicable };
    Answer::fired(Evidence::node(seen, "Response/@InResponseTo", message.0).expected(id.text.into_owned()))
}

/// That no request was sent cannot be seen in a Response but by this: it says that it answers nothing.
fn in_response_to_unsolicited(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = response(case) else { return Answer::Inapplicable };
    let own = message.in_response_to().map(|id| ("Response/@InResponseTo", id));
    let confirmed = case.confirmations().filter_map(|data| data.in_response_to());
    let mut all = own.into_iter().chain(confirmed.map(|id| ("SubjectConfirmationData/@InResponseTo", id))).peekable();
    if all.peek().is_none() {
        return Answer::Inapplicable;
    }
    let empty = all.filter(|(_, id)| id.text.trim().is_empty());
    Answer::found(empty.map(|(what, id)| Evidence::of(seen, what, &id)))
}

fn in_response_to_differs(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = response(case) else { return Answer::Inapplicable };
    let Some(answered) = answered(message) else { return Answer::Inapplicable };
    let confirmed: Vec<_> = case.confirmations().filter_map(|data| data.in_response_to()).collect();
    let Some(first) = confirmed.first() else { return Answer::Inapplicable };
    Answer::when(confirmed.iter().all(|id| id.text != answered.text), || {
        Evidence::of(seen, "SubjectConfirmationData/@InResponseTo", first).instead_of(answered.text.into_owned())
    })
}

/// Services whose logins begin at the identity provider and nowhere else.
const NEVER_ASK: [Profile; 5] =
    [Profile::AlibabaRoleSso, Profile::AwsIamRole, Profile::TencentRole, Profile::Huawei, Profile::Volcengine];

fn unsolicited(case: &Case<'_>) -> Answer {
    let may_ask = !NEVER_ASK.contains(&case.profile);
    let Some((seen, message)) = response(case).filter(|_| may_ask && case.succeeded() == Some(true)) else {
        return Answer::Inapplicable;
    };
    let anywhere = message.in_response_to().is_some()
        || case.is_sealed()
        || case.confirmations().any(|data| data.in_response_to().is_some());
    Answer::when(!anywhere, || Evidence::node(seen, "InResponseTo", message.0))
}
