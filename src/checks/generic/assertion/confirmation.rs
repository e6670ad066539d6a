//! Who may present the assertion, where and until when: its bearer confirmations (SAML 2.0 Profiles §3.3, §4.1.4.2).
//!
//! One confirmation that satisfies everything is enough, so that the rules speak of the one with the fewest faults.

use core::net::IpAddr;

use super::times::who_is_late;
use super::{Own, is_past, issued, judged, own_recipient, span, time, unread};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, IdentityProvider, Seen};
use crate::saml::{Assertion, SubjectConfirmation, SubjectConfirmationData, Value};

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const ACS: &[&str] = &["received_at", "metadata", "request"];
const SOURCE: &str = "SAML 2.0 Profiles 4.1.4.2";

/// Longest usual time for which an assertion may be presented, in seconds, and that beyond which it is dangerous.
const WINDOW: [i64; 2] = [10 * 60, 2 * 3600];

/// Entra ID's own: 70 minutes, and it writes fractions of seconds.
const ENTRA_WINDOW: i64 = 70 * 60 + 1;

const fn rule(id: &'static str, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, SOURCE, check)
}

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    rule("asr-bearer-missing", Stage::Conditions, bearer_missing),
    rule("asr-scd-recipient-missing", Stage::Conditions, |case| about(case, no_recipient)),
    rule("asr-scd-recipient-mismatch", Stage::Conditions, |case| required(case, other_recipient))
        .needs(&["received_at", "metadata", "request", "private_keys"])
        .required()
        .explains(&["md-mismatch-capture"]),
    rule("asr-scd-notonorafter-missing", Stage::Conditions, |case| about(case, no_end)).grouped(Group::Time),
    rule("asr-scd-notbefore-present", Stage::Conditions, |case| about(case, has_start)).grouped(Group::Time),
    rule("asr-scd-inresponseto", Stage::Conditions, |case| about(case, other_request))
        .grouped(Group::Message)
        .needs(&["request"]),
    Rule::new("asr-scd-expired", Severity::Error, Who::User, Stage::Time, SOURCE, |case| required(case, expired))
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-expired", "asr-session-expired"]),
    Rule::new(
        "asr-scd-address",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Conditions,
        "SAML 2.0 Core 2.4.1.2, Profiles 4.1.4.3",
        address,
    ),
    Rule::new("asr-scd-window-long", Severity::Warning, Who::IdpAdmin, Stage::Hygiene, SOURCE, window)
        .grouped(Group::Time),
];

/// A bearer confirmation.
#[derive(Clone, Copy)]
pub(super) struct Bearer<'d> {
    seen: &'d Seen<'d>,
    assertion: Assertion<'d>,
    confirmation: SubjectConfirmation<'d>,
    data: Option<SubjectConfirmationData<'d>>,
}

impl<'d> Bearer<'d> {
    /// Evidence of something that it lacks.
    fn lacks(&self, what: &str) -> Evidence {
        Evidence::node(self.seen, what, self.data.map_or(self.confirmation.0, |data| data.0))
    }

    fn value(&self, of: impl Fn(SubjectConfirmationData<'d>) -> Option<Value<'d>>) -> Option<Value<'d>> {
        of(self.data?)
    }
}

/// Every bearer confirmation of the assertion.
pub(super) fn bearers<'d>(case: &Case<'d>) -> Vec<Bearer<'d>> {
    let Some((seen, assertion)) = judged(case) else { return Vec::new() };
    let confirmations = assertion.subject().into_iter().flat_map(|subject| subject.confirmations());
    let bearers = confirmations.filter(|one| one.method().is_some_and(|method| method.text == BEARER));
    bearers.map(|confirmation| Bearer { seen, assertion, confirmation, data: confirmation.data() }).collect()
}

type Fault = fn(&Case<'_>, &Bearer<'_>) -> Answer;

/// What makes a confirmation useless.
const FAULTS: [Fault; 6] = [no_recipient, other_recipient, no_end, has_start, other_request, expired];

/// One fault of the confirmation with the fewest.
fn about(case: &Case<'_>, fault: Fault) -> Answer {
    let fired =
        |bearer: &Bearer<'_>| FAULTS.iter().filter(|fault| matches!(fault(case, bearer), Answer::Fired(_))).count();
    match bearers(case).into_iter().min_by_key(fired) {
        Some(bearer) => fault(case, &bearer),
        None => Answer::Inapplicable,
    }
}

/// As [`about`] for a fault that must be looked for before a login counts as accepted.
fn required(case: &Case<'_>, fault: Fault) -> Answer {
    if judged(case).is_some() { about(case, fault) } else { unread(case) }
}

fn bearer_missing(case: &Case<'_>) -> Answer {
    let Some((seen, subject)) = judged(case).and_then(|(seen, assertion)| Some((seen, assertion.subject()?))) else {
        return Answer::Inapplicable;
    };
    let method = subject.confirmations().find_map(|confirmation| confirmation.method());
    Answer::when(bearers(case).is_empty(), || {
        let what = "SubjectConfirmation/@Method";
        match &method {
            Some(method) => Evidence::of(seen, what, method).instead_of(BEARER),
            None => Evidence::node(seen, what, subject.0).expected(BEARER),
        }
    })
}

fn no_recipient(_: &Case<'_>, bearer: &Bearer<'_>) -> Answer {
    let recipient = bearer.value(SubjectConfirmationData::recipient).filter(|value| !value.text.is_empty());
    Answer::when(recipient.is_none(), || {
        bearer.lacks("SubjectConfirmationData/@Recipient").expected("the URL of the AssertionConsumerService")
    })
}

fn other_recipient(case: &Case<'_>, bearer: &Bearer<'_>) -> Answer {
    let own = own_recipient(case.profile);
    let recipient = bearer.value(SubjectConfirmationData::recipient).filter(|value| !value.text.is_empty());
    let Some(recipient) = recipient.filter(|_| own != Own::Several) else { return Answer::Inapplicable };
    let Some(acs) = case.acs_urls() else {
        return if own == Own::Nothing { Answer::NotChecked(ACS) } else { Answer::Inapplicable };
    };
    Answer::when(!acs.has(&recipient.text), || {
        Evidence::of(bearer.seen, "SubjectConfirmationData/@Recipient", &recipient)
            .one_of(acs.values.iter().map(String::as_str))
    })
}

/// A time that cannot be read is none.
fn no_end(_: &Case<'_>, bearer: &Bearer<'_>) -> Answer {
    let value = bearer.value(SubjectConfirmationData::not_on_or_after);
    let what = "SubjectConfirmationData/@NotOnOrAfter";
    Answer::when(time(value.as_ref()).is_none(), || {
        let evidence =
            value.as_ref().map_or_else(|| bearer.lacks(what), |value| Evidence::of(bearer.seen, what, value));
        evidence.expected("a time in UTC, such as 2026-03-01T08:05:00Z")
    })
}

fn expired(case: &Case<'_>, bearer: &Bearer<'_>) -> Answer {
    let value = bearer.value(SubjectConfirmationData::not_on_or_after);
    let Some((end, value)) = value.and_then(|value| Some((time(Some(&value))?, value))) else {
        return Answer::Inapplicable;
    };
    Answer::when(is_past(case, end), || {
        Evidence::of(bearer.seen, "SubjectConfirmationData/@NotOnOrAfter", &value)
            .expected(format!("later than {}", case.now))
    })
    .with("now", case.now.to_string())
    .with("late", span(case.now.unix().saturating_sub(end.unix())))
    .who(who_is_late(case, bearer.assertion))
}

/// Bearers are confirmed from the moment on at which they were issued; Profiles §4.1.4.2 forbids to say another.
fn has_start(_: &Case<'_>, bearer: &Bearer<'_>) -> Answer {
    let start = bearer.value(SubjectConfirmationData::not_before);
    Answer::found(start.map(|start| {
        Evidence::of(bearer.seen, "SubjectConfirmationData/@NotBefore", &start).expected("no such attribute")
    }))
}

fn other_request(case: &Case<'_>, bearer: &Bearer<'_>) -> Answer {
    let Some(id) = case.request().and_then(|request| request.message?.id()) else {
        return Answer::NotChecked(&["request"]);
    };
    let answered = bearer.value(SubjectConfirmationData::in_response_to);
    let what = "SubjectConfirmationData/@InResponseTo";
    Answer::when(answered.as_ref().is_none_or(|answered| answered.text != id.text), || match &answered {
        Some(answered) => Evidence::of(bearer.seen, what, answered).instead_of(id.text.as_ref()),
        None => bearer.lacks(what).expected(id.text.as_ref()),
    })
}

/// Which address a service sees cannot be known here; that it sees none of a private network, mostly.
fn address(case: &Case<'_>) -> Answer {
    let tied = bearers(case).into_iter().filter_map(|bearer| Some((bearer, bearer.data?.address()?)));
    let suspect = tied.filter(|(_, address)| match address.text.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
        Ok(IpAddr::V6(ip)) => {
            ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unspecified()
        }
        Err(_) => true,
    });
    let found: Vec<Evidence> = suspect
        .map(|(bearer, address)| {
            Evidence::of(bearer.seen, "SubjectConfirmationData/@Address", &address)
                .expected("the address that the service sees the browser at, or no such attribute")
        })
        .collect();
    if found.is_empty() { Answer::Inapplicable } else { Answer::found(found) }
}

fn window(case: &Case<'_>) -> Answer {
    let [usual, dangerous] = WINDOW;
    let usual = if case.identity_provider == IdentityProvider::Entra { ENTRA_WINDOW } else { usual };
    let Some(issued) = judged(case).and_then(|(_, assertion)| issued(assertion)) else { return Answer::Inapplicable };
    let ends = bearers(case).into_iter().filter_map(|bearer| {
        let value = bearer.data?.not_on_or_after()?;
        Some((time(Some(&value))?.unix().saturating_sub(issued.unix()), bearer.seen, value))
    });
    let Some((seconds, seen, value)) = ends.max_by_key(|(seconds, ..)| *seconds) else { return Answer::Inapplicable };
    let answer = Answer::when(seconds > usual, || {
        Evidence::of(seen, "SubjectConfirmationData/@NotOnOrAfter", &value).expected("within 5 minutes of IssueInstant")
    })
    .with("window", span(seconds));
    if seconds > dangerous { answer.severity(Severity::Security) } else { answer }
}

#[cfg(test)]
mod tests;
