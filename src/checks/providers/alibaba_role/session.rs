//! What the session is called and how long it lasts.

use super::super::alibaba::{SESSION_DURATION_ATTRIBUTE, SESSION_NAME_ATTRIBUTE};
use super::super::session_limits::SessionLimit;
use super::{ASSERTIONS, ASSUME_ROLE, Login, graded, strangers};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::instant::Instant;
use crate::saml::{Assertion, SamlAttribute, Value};
use crate::sorted::sort_by_key;

/// The shortest session, in seconds.
const SHORTEST: u64 = 900;
/// What a role allows unless its own limit is raised, in seconds.
const USUAL: u64 = 3600;
/// The most that a role's own limit can be raised to, in seconds.
const LONGEST: u64 = 43_200;
/// What a session may be limited by.
const DURATION: &str = "SessionDuration";
const END: &str = "AuthnStatement/@SessionNotOnOrAfter";
/// The page of a role's own limit.
const ROLE_LIMIT: &str = "Alibaba Cloud RAM, maximum session duration of a RAM role";
/// The page of the limits that a session has.
const VALIDITY: &str = "Alibaba Cloud RAM FAQ, validity period of a logon session or an STS token";

/// Names that a form was filled in with, and that say nothing of a user.
const SHARED: &[&str] = &[
    "admin",
    "administrator",
    "adfs",
    "alibabacloud",
    "aliyun",
    "azuread",
    "default",
    "demo",
    "entra",
    "guest",
    "idaas",
    "keycloak",
    "mail",
    "none",
    "null",
    "okta",
    "onelogin",
    "role",
    "rolesessionname",
    "root",
    "saml",
    "session",
    "session_name",
    "sessionname",
    "shibboleth",
    "sso",
    "test",
    "tester",
    "undefined",
    "user",
    "user.email",
    "user.id",
    "user.login",
    "user.mail",
    "user_id",
    "userid",
    "username",
    "users",
];

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    rule("ali-role-sessionname-missing", Severity::Error, ASSERTIONS, name_missing)
        .required()
        .needs(&["private_keys"])
        .explains(&["ali-role-required-elements"]),
    rule("ali-role-sessionname-multiple", Severity::Error, ASSERTIONS, name_multiple)
        .explains(&["asr-attr-duplicate-name"]),
    rule("ali-role-sessionname-charset", Severity::Error, ASSERTIONS, name_charset).required().needs(&["private_keys"]),
    rule("ali-role-sessionname-length", Severity::Error, ASSERTIONS, name_length)
        .required()
        .needs(&["private_keys"])
        .explains(&["asr-attr-empty"]),
    rule("ali-role-sessionname-shared", Severity::Warning, ASSERTIONS, name_shared),
    rule("ali-role-duration-invalid", Severity::Error, ASSERTIONS, duration_invalid),
    rule("ali-role-duration-multiple", Severity::Error, ASSERTIONS, duration_multiple)
        .explains(&["asr-attr-duplicate-name"]),
    // A role's own limit is the service's to raise.
    Rule { who: Who::SpAdmin, ..rule("ali-role-duration-over-role", Severity::Note, ROLE_LIMIT, duration_over_role) },
    Rule { stage: Stage::Time, ..rule("ali-role-sessionnotonorafter-past", Severity::Warning, VALIDITY, ends_soon) },
    Rule {
        stage: Stage::Hygiene,
        ..rule("ali-role-session-min", Severity::Note, VALIDITY, session_min).grouped(Group::Time)
    },
    Rule {
        stage: Stage::Hygiene,
        ..rule("ali-role-session-api", Severity::Note, ASSUME_ROLE, session_api).grouped(Group::Roles)
    },
];

const fn rule(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, Stage::Attributes, source, check)
}

/// The values of an attribute. `None` where there is no login or no such attribute.
fn values<'d>(case: &Case<'d>, name: &'static str) -> Option<(Login<'d>, Vec<Value<'d>>)> {
    let login = Login::of(case)?;
    let values: Vec<_> = login.values(name).collect();
    (!values.is_empty()).then_some((login, values))
}

/// Whether an attribute stands once, with one value.
fn multiple(case: &Case<'_>, name: &'static str, what: &str) -> Answer {
    let Some((login, values)) = values(case, name) else { return Answer::Inapplicable };
    let attributes: Vec<_> = login.attributes(name).collect();
    let count = attributes.len().max(values.len());
    let evidence = values.iter().map(|value| Evidence::of(login.seen, what, value).expected("1"));
    Answer::found(evidence.filter(|_| count > 1)).with("count", count.to_string())
}

fn name_missing(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    let parent = login.attributes(SESSION_NAME_ATTRIBUTE).next().map_or(login.assertion.0, |attribute| attribute.0);
    Answer::when(login.values(SESSION_NAME_ATTRIBUTE).next().is_none(), || {
        login.lacks("RoleSessionName", parent).expected(SESSION_NAME_ATTRIBUTE)
    })
}

fn name_multiple(case: &Case<'_>) -> Answer {
    multiple(case, SESSION_NAME_ATTRIBUTE, "RoleSessionName")
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '=' | ',' | '+')
}

fn name_charset(case: &Case<'_>) -> Answer {
    let Some((login, values)) = values(case, SESSION_NAME_ATTRIBUTE) else { return super::unread(case) };
    let wrong: Vec<_> = values.iter().filter(|value| !value.text.chars().all(is_name_character)).collect();
    let characters = wrong.first().map(|value| strangers(&value.text, is_name_character)).unwrap_or_default();
    let evidence =
        |value: &&Value<'_>| Evidence::of(login.seen, "RoleSessionName", value).expected("[A-Za-z0-9_.@=,+-]{2,64}");
    Answer::found(wrong.iter().map(evidence)).with("characters", characters)
}

/// One version of the documentation ends at 32, another at 64: what lies between is not refused everywhere, if at all.
fn name_length(case: &Case<'_>) -> Answer {
    let Some((login, values)) = values(case, SESSION_NAME_ATTRIBUTE) else { return super::unread(case) };
    let length = |value: &Value<'_>| value.text.chars().count();
    let wrong: Vec<_> = values.iter().filter(|value| !(2..=32).contains(&length(value))).collect();
    let first = wrong.first().map(|value| length(value)).unwrap_or_default();
    let evidence = |value: &&Value<'_>| {
        let severity = if (33..=64).contains(&length(value)) { Severity::Warning } else { Severity::Error };
        (severity, Evidence::of(login.seen, "RoleSessionName", value).expected("2–64"))
    };
    graded(wrong.iter().map(evidence)).with("length", first.to_string())
}

fn name_shared(case: &Case<'_>) -> Answer {
    let Some((login, values)) = values(case, SESSION_NAME_ATTRIBUTE) else { return Answer::Inapplicable };
    let shared = |value: &&Value<'_>| SHARED.contains(&value.text.to_ascii_lowercase().as_str());
    Answer::found(values.iter().filter(shared).map(|value| Evidence::of(login.seen, "RoleSessionName", value)))
}

/// `SessionDuration` in seconds, where it is a number.
fn seconds(value: &Value<'_>) -> Option<u64> {
    let is_unsigned = value.text.bytes().all(|b| b.is_ascii_digit());
    value.text.parse().ok().filter(|_| is_unsigned)
}

fn duration_invalid(case: &Case<'_>) -> Answer {
    let Some((login, values)) = values(case, SESSION_DURATION_ATTRIBUTE) else { return Answer::Inapplicable };
    let sound = |value: &&Value<'_>| seconds(value).is_some_and(|seconds| (SHORTEST..=LONGEST).contains(&seconds));
    let evidence = |value: &Value<'_>| Evidence::of(login.seen, "SessionDuration", value).expected("900–43200");
    Answer::found(values.iter().filter(|value| !sound(value)).map(evidence))
}

fn duration_multiple(case: &Case<'_>) -> Answer {
    multiple(case, SESSION_DURATION_ATTRIBUTE, "SessionDuration")
}

fn duration_over_role(case: &Case<'_>) -> Answer {
    let Some((login, values)) = values(case, SESSION_DURATION_ATTRIBUTE) else { return Answer::Inapplicable };
    let over = |value: &&Value<'_>| seconds(value).is_some_and(|seconds| (USUAL + 1..=LONGEST).contains(&seconds));
    Answer::found(values.iter().filter(over).map(|value| Evidence::of(login.seen, "SessionDuration", value)))
}

/// `SessionNotOnOrAfter` of each statement, and how many seconds are left.
fn ends<'d>(assertion: Assertion<'d>, now: Instant) -> Vec<(Value<'d>, i64)> {
    let written = assertion.authn_statements().filter_map(|statement| statement.session_not_on_or_after());
    let left = |value: &Value<'_>| Some(Instant::parse(value.text.trim()).ok()?.unix() - now.unix());
    written.filter_map(|value| left(&value).map(|left| (value, left))).collect()
}

fn ends_soon(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let ends = ends(login.assertion, case.now);
    if ends.is_empty() {
        return Answer::Inapplicable;
    }
    let soon: Vec<_> = ends.iter().filter(|(_, left)| *left < i64::try_from(SHORTEST).unwrap_or_default()).collect();
    let left = soon.first().map(|(_, left)| (*left).max(0)).unwrap_or_default();
    let evidence = |(value, _): &&(Value<'_>, i64)| {
        Evidence::of(login.seen, "AuthnStatement/@SessionNotOnOrAfter", value).expected(format!("> {}", case.now))
    };
    Answer::found(soon.iter().map(evidence)).with("left", left.to_string())
}

/// What limits the session, the one that counts first. The role's own limit stands in the account, and is told as what it
/// can be.
pub(in crate::checks::providers) fn limits<'d>(assertion: Assertion<'d>, now: Instant) -> Vec<SessionLimit<'d>> {
    let named = assertion.attributes().filter(|one| one.name().is_some_and(|n| n.text == SESSION_DURATION_ATTRIBUTE));
    let asked = named.flat_map(SamlAttribute::values).filter_map(|value| {
        let seconds = seconds(&value)?;
        Some(SessionLimit { what: DURATION, least: seconds, most: seconds, value: Some(value) })
    });
    let until = ends(assertion, now).into_iter().filter_map(|(value, left)| {
        let seconds = u64::try_from(left).ok()?;
        Some(SessionLimit { what: END, least: seconds, most: seconds, value: Some(value) })
    });
    let role = SessionLimit { what: "MaxSessionDuration", least: USUAL, most: LONGEST, value: None };
    let mut limits: Vec<SessionLimit<'_>> = asked.chain(until).chain([role]).collect();
    sort_by_key(&mut limits, |limit| limit.most);
    limits
}

/// One row for each limit. Another stands in the account as well, and is named.
fn session_min(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let limits = limits(login.assertion, case.now);
    let (Some(first), false) = (limits.first(), limits.iter().all(|limit| limit.value.is_none())) else {
        return Answer::Inapplicable;
    };
    let row = |limit: &SessionLimit<'_>| match &limit.value {
        Some(value) if limit.what == END => Evidence::of(login.seen, END, value).expected(format!("{} s", limit.most)),
        Some(value) => Evidence::of(login.seen, limit.what, value),
        None => Evidence::nowhere(limit.what).expected(format!("{} s (default) – {} s", limit.least, limit.most)),
    };
    let policy = Evidence::nowhere("LoginSessionDuration").expected("RAM: SetSecurityPreference");
    Answer::found(limits.iter().map(row).chain([policy]))
        .with("limit", first.what)
        .with("seconds", first.most.to_string())
}

/// Whoever sends the duration reckons with it, and the call does not look at it.
fn session_api(case: &Case<'_>) -> Answer {
    let Some((login, values)) = values(case, SESSION_DURATION_ATTRIBUTE) else { return Answer::Inapplicable };
    Answer::found(values.iter().map(|value| Evidence::of(login.seen, "SessionDuration", value)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const NAME: &str = "<saml:AttributeValue>alice@acme.example</saml:AttributeValue>";

    fn named(name: &str) -> Scene {
        login().replace(NAME, &format!("<saml:AttributeValue>{name}</saml:AttributeValue>"))
    }

    fn lasting(values: &str) -> Scene {
        let attribute = "<saml:Attribute Name=\"https://www.aliyun.com/SAML-Role/Attributes/SessionDuration\">";
        let values: String =
            values.split(' ').map(|v| format!("<saml:AttributeValue>{v}</saml:AttributeValue>")).collect();
        login().replace(
            "</saml:AttributeStatement>",
            &format!("{attribute}{values}</saml:Attribute></saml:AttributeStatement>"),
        )
    }

    fn until(time: &str) -> Scene {
        login().replace("SessionIndex=", &format!("SessionNotOnOrAfter=\"{time}\" SessionIndex="))
    }

    #[test]
    fn a_session_has_one_name() {
        fires("ali-role-sessionname-missing", &login().replace("Attributes/RoleSessionName", "Attributes/Nothing"));
        fires("ali-role-sessionname-missing", &login().replace(NAME, ""));
        silent("ali-role-sessionname-missing", &login());
        fires("ali-role-sessionname-multiple", &login().replace(NAME, &NAME.repeat(2)));
        silent("ali-role-sessionname-multiple", &login());
        unchecked("ali-role-sessionname-missing", &sealed(), "private_keys");
        unchecked("ali-role-sessionname-charset", &sealed(), "private_keys");
        unchecked("ali-role-sessionname-length", &sealed(), "private_keys");
    }

    fn sealed() -> Scene {
        let sealed = login().without("<saml:Assertion", "</saml:Assertion>");
        let scene = sealed.replace("</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>");
        scene.context(|context| context.profile = Some(crate::Profile::AlibabaRoleSso))
    }

    #[test]
    fn a_session_name_has_certain_characters_and_a_certain_length() {
        for name in ["Alice Moreau", "ACME\\alice", "王芳", "alice#1"] {
            fires("ali-role-sessionname-charset", &named(name));
        }
        silent("ali-role-sessionname-charset", &named("alice+ops=1,a_b-c.d@x"));
        fires("ali-role-sessionname-length", &named("a"));
        fires("ali-role-sessionname-length", &named(&"a".repeat(65)));
        fires("ali-role-sessionname-length", &named(&"a".repeat(33)));
        silent("ali-role-sessionname-length", &named(&"a".repeat(32)));
        fires("ali-role-sessionname-shared", &named("user_id"));
        silent("ali-role-sessionname-shared", &named("alice"));
    }

    #[test]
    fn a_duration_is_one_number_within_limits() {
        for duration in ["899", "43201", "1h", "-3600", "+3600", "3600.0", ""] {
            fires("ali-role-duration-invalid", &lasting(duration));
        }
        silent("ali-role-duration-invalid", &lasting("900"));
        silent("ali-role-duration-invalid", &lasting("43200"));
        fires("ali-role-duration-over-role", &lasting("3601"));
        silent("ali-role-duration-over-role", &lasting("3600"));
        fires("ali-role-duration-multiple", &lasting("1800 3600"));
        silent("ali-role-duration-multiple", &lasting("1800"));
    }

    #[test]
    fn what_limits_the_session_is_told() {
        fires("ali-role-session-min", &lasting("1800"));
        fires("ali-role-session-min", &until("2026-03-03T08:16:05Z"));
        silent("ali-role-session-min", &login());
        fires("ali-role-session-api", &lasting("1800"));
        silent("ali-role-session-api", &login());
        fires("ali-role-sessionnotonorafter-past", &until("2026-03-02T08:31:19Z"));
        silent("ali-role-sessionnotonorafter-past", &until("2026-03-02T08:31:20Z"));
    }
}
