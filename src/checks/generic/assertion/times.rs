//! When the assertion holds, and the session after it (SAML 2.0 Core §2.5.1, §2.7.2).

use super::{is_ahead, is_past, issued, judged, span, time, unread};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::instant::Instant;
use crate::saml::{Assertion, AuthnStatement, Conditions, Value, attribute};

const SOURCE: &str = "SAML 2.0 Core 2.5.1.2";

/// How soon after it was issued an assertion reaches the service where nobody waits, in seconds.
const PROMPT: i64 = 10 * 60;

/// Longest time for which an assertion may reasonably hold, in seconds.
const LONGEST: i64 = 24 * 3600;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new("asr-conditions-order", Severity::Error, Who::IdpAdmin, Stage::Time, SOURCE, order)
        .explains(&["asr-expired", "asr-notbefore-future"]),
    Rule::new("asr-notbefore-future", Severity::Error, Who::IdpAdmin, Stage::Time, SOURCE, not_yet)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-authninstant-future"]),
    Rule::new("asr-expired", Severity::Error, Who::User, Stage::Time, SOURCE, expired)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-session-expired"]),
    Rule::new("asr-conditions-unbounded", Severity::Security, Who::IdpAdmin, Stage::Hygiene, SOURCE, unbounded)
        .grouped(Group::Time),
    Rule::new(
        "asr-session-expired",
        Severity::Error,
        Who::User,
        Stage::Time,
        "SAML 2.0 Core 2.7.2; refused by python3-saml and ruby-saml",
        session_expired,
    ),
    Rule::new(
        "asr-authninstant-old",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Time,
        "SAML 2.0 Core 3.4.1 (ForceAuthn); SAML2int SDP-IDP07",
        not_again,
    )
    .needs(&["request"]),
    Rule::new(
        "asr-authninstant-future",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Time,
        "SAML 2.0 Core 2.7.2",
        authenticated_later,
    ),
];

/// Who mends what is late: the user, who tries again; where nobody waited, whoever set the clock and the times.
pub(super) fn who_is_late(case: &Case<'_>, assertion: Assertion<'_>) -> Who {
    let prompt = issued(assertion).is_some_and(|issued| case.now.unix() - issued.unix() <= PROMPT + case.skew());
    if prompt { Who::IdpAdmin } else { Who::User }
}

fn conditions<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Assertion<'d>, Conditions<'d>)> {
    let (seen, assertion) = judged(case)?;
    Some((seen, assertion, assertion.conditions()?))
}

fn read(value: Option<Value<'_>>) -> Option<(Value<'_>, Instant)> {
    let value = value?;
    let time = time(Some(&value))?;
    Some((value, time))
}

fn order(case: &Case<'_>) -> Answer {
    let Some((seen, _, conditions)) = conditions(case) else { return Answer::Inapplicable };
    let (Some((start, starts)), Some((end, ends))) =
        (read(conditions.not_before()), read(conditions.not_on_or_after()))
    else {
        return Answer::Inapplicable;
    };
    Answer::when(starts >= ends, || {
        Evidence::of(seen, "Conditions/@NotOnOrAfter", &end).expected(format!("later than {}", start.text))
    })
    .with("start", start.text)
}

fn not_yet(case: &Case<'_>) -> Answer {
    let Some((seen, _, conditions)) = conditions(case) else { return unread(case) };
    let Some((value, start)) = read(conditions.not_before()) else { return Answer::Inapplicable };
    Answer::when(is_ahead(case, start), || {
        Evidence::of(seen, "Conditions/@NotBefore", &value).expected(format!("not later than {}", case.now))
    })
    .with("now", case.now.to_string())
    .with("early", span(start.unix().saturating_sub(case.now.unix())))
}

fn expired(case: &Case<'_>) -> Answer {
    let Some((seen, assertion, conditions)) = conditions(case) else { return unread(case) };
    let Some((value, end)) = read(conditions.not_on_or_after()) else { return Answer::Inapplicable };
    Answer::when(is_past(case, end), || {
        Evidence::of(seen, "Conditions/@NotOnOrAfter", &value).expected(format!("later than {}", case.now))
    })
    .with("now", case.now.to_string())
    .with("late", span(case.now.unix().saturating_sub(end.unix())))
    .who(who_is_late(case, assertion))
}

/// A time that cannot be read ends nothing.
fn unbounded(case: &Case<'_>) -> Answer {
    let Some((seen, assertion, conditions)) = conditions(case) else { return Answer::Inapplicable };
    let what = "Conditions/@NotOnOrAfter";
    let expected = "a time within a few minutes of IssueInstant";
    let Some((value, end)) = read(conditions.not_on_or_after()) else {
        return Answer::fired(Evidence::node(seen, what, conditions.0).expected(expected)).with("validity", "∞");
    };
    let start = read(conditions.not_before()).map(|(_, start)| start).or_else(|| issued(assertion));
    let seconds = start.map_or(0, |start| end.unix().saturating_sub(start.unix()));
    Answer::when(seconds > LONGEST, || Evidence::of(seen, what, &value).expected(expected))
        .with("validity", span(seconds))
}

fn statements<'d>(case: &Case<'d>) -> impl Iterator<Item = (&'d Seen<'d>, AuthnStatement<'d>)> + use<'d> {
    let judged = judged(case);
    judged.into_iter().flat_map(|(seen, assertion)| assertion.authn_statements().map(move |one| (seen, one)))
}

fn session_expired(case: &Case<'_>) -> Answer {
    let ends: Vec<_> =
        statements(case).filter_map(|(seen, one)| Some((seen, read(one.session_not_on_or_after())?))).collect();
    if ends.is_empty() {
        return Answer::Inapplicable;
    }
    let past = ends.iter().filter(|(_, (_, end))| is_past(case, *end));
    Answer::found(past.map(|(seen, (value, _))| {
        Evidence::of(seen, "AuthnStatement/@SessionNotOnOrAfter", value).expected(format!("later than {}", case.now))
    }))
    .with("now", case.now.to_string())
}

/// The service asked to authenticate the user anew: then that was after the request.
fn not_again(case: &Case<'_>) -> Answer {
    if judged(case).is_none() {
        return Answer::Inapplicable;
    }
    let Some(request) = case.request().and_then(|request| request.message) else {
        return Answer::NotChecked(&["request"]);
    };
    let forced = attribute(request.0, "ForceAuthn").is_some_and(|force| matches!(force.text.trim(), "true" | "1"));
    let Some(asked) = time(request.issue_instant().as_ref()).filter(|_| forced) else { return Answer::Inapplicable };
    let instants: Vec<_> =
        statements(case).filter_map(|(seen, one)| Some((seen, read(one.authn_instant())?))).collect();
    let old = instants.iter().filter(|(_, (_, at))| at.unix().saturating_add(case.skew()) < asked.unix());
    Answer::found(old.map(|(seen, (value, _))| {
        Evidence::of(seen, "AuthnStatement/@AuthnInstant", value).expected(format!("not before {asked}"))
    }))
    .with("asked", asked.to_string())
}

fn authenticated_later(case: &Case<'_>) -> Answer {
    let instants: Vec<_> =
        statements(case).filter_map(|(seen, one)| Some((seen, read(one.authn_instant())?))).collect();
    if instants.is_empty() {
        return Answer::Inapplicable;
    }
    let later = instants.iter().filter(|(_, (_, at))| is_ahead(case, *at));
    Answer::found(later.map(|(seen, (value, _))| {
        Evidence::of(seen, "AuthnStatement/@AuthnInstant", value).expected(format!("not later than {}", case.now))
    }))
    .with("now", case.now.to_string())
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const CONDITIONS: &str =
        "<saml:Conditions NotBefore=\"2026-03-02T08:15:35Z\" NotOnOrAfter=\"2026-03-02T08:21:05Z\">";

    fn conditions(attributes: &str) -> Scene {
        Scene::login().replace(CONDITIONS, &format!("<saml:Conditions {attributes}>"))
    }

    #[test]
    fn the_conditions_hold_from_their_start_to_their_end_and_the_allowed_skew_beyond_both() {
        let login = Scene::login;
        silent("asr-notbefore-future", &login().at("2026-03-02T08:12:35Z"));
        fires("asr-notbefore-future", &login().at("2026-03-02T08:12:34Z"));
        silent("asr-expired", &login().at("2026-03-02T08:24:04Z"));
        fires("asr-expired", &login().at("2026-03-02T08:24:05Z"));
        silent("asr-expired", &conditions("NotOnOrAfter=\"whenever\""));
        unchecked("asr-expired", &Scene::scenario("enc-no-key"), "private_keys");
        unchecked("asr-notbefore-future", &Scene::scenario("enc-no-key"), "private_keys");
        silent("asr-expired", &login().at("2027-01-01T00:00:00Z").replace("status:Success\"", "status:Responder\""));
    }

    #[test]
    fn conditions_begin_before_they_end() {
        silent("asr-conditions-order", &Scene::login());
        let same = "NotBefore=\"2026-03-02T08:21:05Z\" NotOnOrAfter=\"2026-03-02T08:21:05Z\"";
        fires("asr-conditions-order", &conditions(same));
        fires("asr-conditions-order", &conditions(&same.replacen("08:21", "09:21", 1)));
        silent("asr-conditions-order", &conditions("NotBefore=\"2026-03-02T08:21:05Z\""));
    }

    #[test]
    fn conditions_end_within_a_day() {
        silent("asr-conditions-unbounded", &Scene::login());
        silent("asr-conditions-unbounded", &conditions("NotOnOrAfter=\"2026-03-03T08:16:05Z\""));
        fires("asr-conditions-unbounded", &conditions("NotOnOrAfter=\"2026-03-03T08:16:06Z\""));
        fires("asr-conditions-unbounded", &conditions("NotBefore=\"2026-03-02T08:15:35Z\""));
        fires("asr-conditions-unbounded", &conditions("NotOnOrAfter=\"never\""));
    }

    #[test]
    fn a_session_that_has_ended_begins_no_login() {
        silent("asr-session-expired", &Scene::login());
        fires("asr-session-expired", &Scene::login().replace("2026-03-02T16:16:05Z", "2026-03-02T08:10:00Z"));
        silent("asr-session-expired", &Scene::login().replace("2026-03-02T16:16:05Z", "2026-03-02T08:16:00Z"));
    }

    #[test]
    fn a_user_who_must_be_authenticated_anew_is_so_after_the_request() {
        let forced = || Scene::exchange().replace("<samlp:AuthnRequest ", "<samlp:AuthnRequest ForceAuthn=\"true\" ");
        silent("asr-authninstant-old", &forced());
        let old = |scene: Scene| {
            scene.replace("AuthnInstant=\"2026-03-02T08:16:00Z\"", "AuthnInstant=\"2026-03-02T06:00:00Z\"")
        };
        fires("asr-authninstant-old", &old(forced()));
        silent("asr-authninstant-old", &old(Scene::exchange()));
        unchecked("asr-authninstant-old", &Scene::login(), "request");
    }

    #[test]
    fn nobody_is_authenticated_in_the_future() {
        silent("asr-authninstant-future", &Scene::login());
        fires("asr-authninstant-future", &Scene::login().at("2026-03-02T08:12:00Z"));
    }
}
