//! The response and the assertion as such: what must be in them and how often, who signed, until when they hold.

use super::{RESPONSE_PAGE, login, unseen};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::dsig::names::DSIG;
use crate::dsig::{Fault, SignatureVerdict, Status};
use crate::flow::{Case, Place, Seen};
use crate::instant::Instant;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::saml::{Assertion, Message, SubjectConfirmationData, Value};
use crate::xml::Node;

const SETTINGS_PAGE: &str = "Alibaba Cloud RAM: Overview of user-based SSO, step 5";

pub(in super::super) const RULES: &[Rule] = &[
    error("ali-user-binding", Who::IdpAdmin, Stage::Transport, RESPONSE_PAGE, binding)
        .explains(&["bind-response-via-redirect"]),
    error("ali-user-assertion-unsigned", Who::IdpAdmin, Stage::Signature, RESPONSE_PAGE, assertion_unsigned)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "sig-response-only", "sig-none"]),
    error("ali-user-signature-invalid", Who::SpAdmin, Stage::Signature, SETTINGS_PAGE, signature_invalid)
        .needs(&["metadata", "certificates", "private_keys"])
        .required()
        .explains(&["sig-key-not-in-metadata", "sig-cert-in-metadata-other"]),
    Rule::new(
        "ali-user-encrypted-assertion",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Signature,
        "Alibaba Cloud RAM documents no encrypted assertions for user-based SSO",
        encrypted_assertion,
    ),
    error("ali-user-issuer-mismatch", Who::SpAdmin, Stage::Envelope, RESPONSE_PAGE, issuer_mismatch)
        .needs(&["metadata"])
        .explains(&["saml-issuer-mismatch-metadata", "ali-user-signature-invalid", "sig-key-not-in-metadata"]),
    error("ali-user-nameid-count", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, name_id_count)
        .grouped(Group::Identity)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "nid-missing", "asr-subject-missing"]),
    error("ali-user-subjconf-count", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, confirmation_count)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "asr-bearer-missing"]),
    error("ali-user-scd-notonorafter-missing", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, no_time)
        .grouped(Group::Time)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-notonorafter-missing"]),
    error("ali-user-scd-recipient-missing", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, no_recipient)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-recipient-missing"]),
    // After those that name one element: these go before it where both fire.
    error("ali-user-required-elements", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, required_elements)
        .grouped(Group::Message)
        .needs(&["private_keys"])
        .required()
        .explains(&[
            "saml-status-missing",
            "saml-status-success-no-assertion",
            "saml-issuer-response-missing",
            "asr-issuer-missing",
            "asr-subject-missing",
            "asr-bearer-missing",
            "asr-conditions-missing",
            "asr-authnstatement-missing",
        ]),
    error("ali-user-expired", Who::IdpAdmin, Stage::Time, RESPONSE_PAGE, expired)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-expired", "asr-expired"]),
];

const fn error(
    id: &'static str,
    who: Who,
    stage: Stage,
    source: &'static str,
    check: crate::checks::rule::Check,
) -> Rule {
    Rule::new(id, Severity::Error, who, stage, source, check)
}

/// A response in a query; one whose way is only guessed from its compression is the transport rules' to tell.
fn binding(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response() else { return Answer::Inapplicable };
    let Some(url) = seen.capture.url.as_deref() else { return Answer::Inapplicable };
    Answer::when(seen.by_redirect(), || {
        Evidence::outside(seen, "Binding", url).expected("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")
    })
}

fn assertion_unsigned(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    Answer::when(assertion.0.element(DSIG, "Signature").is_none(), || {
        missing(seen, "Assertion/ds:Signature", assertion.0)
    })
}

fn signature_invalid(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let Some((node, verdict)) = signature(seen, assertion) else { return Answer::Inapplicable };
    // The keys of a service's own metadata sign no response.
    let mut keys = case.context.keys.iter();
    let has_key = keys.any(|key| key.owner.as_ref().is_none_or(|owner| owner.role == crate::flow::IDP));
    let is_of_key = matches!(verdict.fault, None | Some(Fault::NoKey | Fault::SignatureMismatch(_)));
    match verdict.status() {
        Status::Valid if verdict.trusted => Answer::Passed,
        // The rules of signatures tell what could not be computed.
        Status::Unsupported => Answer::Inapplicable,
        _ if is_of_key && !has_key => Answer::NotChecked(&["metadata", "certificates"]),
        _ => {
            let reason = verdict.fault.as_ref().and_then(Fault::reason).unwrap_or("no-key");
            Answer::fired(Evidence::node(seen, "Assertion/ds:Signature", node).actual(reason).expected("valid"))
        }
    }
}

/// The signature that stands in the assertion itself, and its verdict.
fn signature<'d>(seen: &'d Seen<'d>, assertion: Assertion<'d>) -> Option<(Node<'d>, &'d SignatureVerdict)> {
    let node = assertion.0.element(DSIG, "Signature")?;
    let here = seen.place_of_span(&node.span());
    let place = |opened: bool, verdict: &SignatureVerdict| match opened {
        true => seen.place_of_span(&verdict.span),
        false => Place { capture: seen.index, decryption: None, span: Some([verdict.span.start, verdict.span.end]) },
    };
    let mut verdicts = seen.places.signatures.iter();
    verdicts.find(|(opened, verdict)| place(*opened, verdict) == here).map(|(_, verdict)| (node, verdict))
}

fn encrypted_assertion(case: &Case<'_>) -> Answer {
    let sent = case.response().and_then(|seen| Some((seen, Message::of(seen.sent?)?)));
    let Some((seen, message)) = sent.filter(|_| case.succeeded() != Some(false)) else { return Answer::Inapplicable };
    let place = |node: Node<'_>| {
        let tag = node.open_tag();
        Place { capture: seen.index, decryption: None, span: Some([tag.start, tag.end]) }
    };
    Answer::found(message.encrypted_assertions().map(|node| Evidence {
        place: Some(place(node)),
        ..Evidence::nowhere("EncryptedAssertion").actual("EncryptedAssertion").expected("Assertion")
    }))
}

fn issuer_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, issuer)) = login(case).and_then(|(seen, assertion)| Some((seen, assertion.issuer()?))) else {
        return Answer::Inapplicable;
    };
    let idps = case.entities().filter(|(_, entity)| entity.is_idp());
    let known: Vec<&str> = idps.filter_map(|(_, entity)| entity.id()).collect();
    if known.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    Answer::when(!known.contains(&&*issuer.text), || {
        Evidence::of(seen, "Assertion/Issuer", &issuer).one_of(known.iter().copied())
    })
}

fn name_id_count(case: &Case<'_>) -> Answer {
    count(case, "NameID", &|subject| subject.elements_named(ASSERTION, "NameID").count())
}

fn confirmation_count(case: &Case<'_>) -> Answer {
    count(case, "SubjectConfirmation", &|subject| subject.elements_named(ASSERTION, "SubjectConfirmation").count())
}

/// There must be one of it in the Subject.
fn count(case: &Case<'_>, what: &str, of: &dyn Fn(Node<'_>) -> usize) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let subject = assertion.subject().map(|subject| subject.0);
    // A NameID that no key here opens may be the one.
    if subject.is_some_and(|subject| what == "NameID" && subject.element(ASSERTION, "EncryptedID").is_some()) {
        return Answer::NotChecked(&["private_keys"]);
    }
    let count = subject.map_or(0, &of);
    Answer::when(count != 1, || {
        let node = subject.unwrap_or(assertion.0);
        Evidence::node(seen, &format!("Subject/{what}"), node).actual(&count.to_string()).expected("1")
    })
}

fn no_time(case: &Case<'_>) -> Answer {
    lacking(case, "NotOnOrAfter", SubjectConfirmationData::not_on_or_after)
}

fn no_recipient(case: &Case<'_>) -> Answer {
    lacking(case, "Recipient", SubjectConfirmationData::recipient)
}

/// Every SubjectConfirmation must have this in its data.
fn lacking<'d>(
    case: &Case<'d>,
    name: &str,
    value: impl Fn(SubjectConfirmationData<'d>) -> Option<Value<'d>>,
) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let subject = assertion.subject().into_iter();
    let confirmations: Vec<_> =
        subject.flat_map(|subject| subject.0.elements_named(ASSERTION, "SubjectConfirmation")).collect();
    if confirmations.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::found(confirmations.into_iter().filter_map(|confirmation| {
        let data = confirmation.element(ASSERTION, "SubjectConfirmationData");
        let what = format!("SubjectConfirmationData/@{name}");
        data.map(SubjectConfirmationData)
            .and_then(&value)
            .is_none()
            .then(|| missing(seen, &what, data.unwrap_or(confirmation)))
    }))
}

fn required_elements(case: &Case<'_>) -> Answer {
    let response = case.response().and_then(|seen| Some((seen, seen.message?)));
    let Some((seen, message)) = response.filter(|_| case.succeeded() != Some(false)) else {
        return Answer::Inapplicable;
    };
    if case.is_sealed() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let root = message.0;
    let mut asked = Vec::new();
    if root.is(PROTOCOL, "Response") {
        asked.push(("Response/Issuer", root, root.element(ASSERTION, "Issuer").is_some()));
        asked.push(("Response/Status", root, root.element(PROTOCOL, "Status").is_some()));
    }
    match case.assertion() {
        None => asked.push(("Assertion", root, false)),
        Some(assertion) => {
            let subject = assertion.subject().map(|subject| subject.0);
            let within = subject.unwrap_or(assertion.0);
            let has = |name: &'static str| subject.is_some_and(|subject| subject.element(ASSERTION, name).is_some());
            let audience = assertion.conditions().is_some_and(|conditions| conditions.audiences().next().is_some());
            asked.extend([
                ("Assertion/Issuer", assertion.0, assertion.issuer().is_some()),
                ("Assertion/ds:Signature", assertion.0, assertion.0.element(DSIG, "Signature").is_some()),
                ("Subject/NameID", within, has("NameID") || has("EncryptedID")),
                ("Subject/SubjectConfirmation", within, has("SubjectConfirmation")),
                ("Conditions/AudienceRestriction/Audience", assertion.0, audience),
                ("AuthnStatement", assertion.0, assertion.authn_statements().next().is_some()),
            ]);
        }
    }
    let lacks: Vec<_> = asked.into_iter().filter(|(_, _, found)| !found).collect();
    let elements = lacks.iter().map(|(what, ..)| *what).collect::<Vec<_>>().join(", ");
    Answer::found(lacks.into_iter().map(|(what, parent, _)| missing(seen, what, parent))).with("elements", elements)
}

/// Nobody documents how far Alibaba Cloud lets clocks differ: within the usual tolerance it is a warning.
fn expired(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let data = case.confirmations().filter_map(|data| data.not_on_or_after());
    let data = data.map(|value| ("SubjectConfirmationData/@NotOnOrAfter", value));
    let conditions = assertion.conditions().and_then(|conditions| conditions.not_on_or_after());
    let conditions = conditions.map(|value| ("Conditions/@NotOnOrAfter", value));
    let limits: Vec<_> = data
        .chain(conditions)
        .filter_map(|(what, value)| Some((Instant::parse(&value.text).ok()?.unix(), what, value)))
        .collect();
    let Some(first) = limits.iter().map(|(limit, ..)| *limit).min() else { return Answer::Inapplicable };
    let now = case.now.unix();
    let past = limits.iter().filter(|(limit, ..)| now >= *limit);
    let answer =
        Answer::found(past.map(|(_, what, value)| Evidence::of(seen, what, value))).with("now", case.now.to_string());
    if now - case.skew() < first { answer.severity(Severity::Warning) } else { answer }
}

fn missing(seen: &Seen<'_>, what: &str, parent: Node<'_>) -> Evidence {
    Evidence::node(seen, what, parent).expected(what)
}

#[cfg(test)]
mod tests;
