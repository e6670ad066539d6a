//! Whom the assertion is about: how RAM finds the user by the NameID.

use super::{RESPONSE_PAGE, login};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::saml::{NameId, Value};

const SETTINGS_PAGE: &str = "Alibaba Cloud IMS: GetUserSsoSettings, SsoLoginWithDomain";
const FAQ_PAGE: &str = "Alibaba Cloud RAM: FAQ about SSO";
const LIMITS_PAGE: &str = "Alibaba Cloud RAM: Limits; IMS CreateUser";

/// What follows where the name is not that of a RAM user at all, whatever is wrong with it.
const NO_SUCH_NAME: &[&str] = &[
    "ali-user-nameid-no-domain",
    "ali-user-nameid-has-domain",
    "ali-user-nameid-suffix-unknown",
    "ali-user-nameid-username-charset",
    "ali-user-upn-length",
    "ali-user-nameid-not-exact",
    "ali-user-nameid-format-hint",
    "nid-email-not-email",
    "nid-transient-as-key",
    "nid-format-vs-policy",
];

/// The name itself is as it should be, up to letters that RAM knows none with.
const SETTINGS: &[&str] = &["alibaba.default_domain", "alibaba.domain_alias", "alibaba.auxiliary_domain"];

pub(in super::super) const RULES: &[Rule] = &[
    error("ali-user-nameid-domainslash", "Alibaba Cloud RAM: user-based SSO from AD FS", domain_slash)
        .explains(NO_SUCH_NAME),
    error("ali-user-nameid-ext", "Alibaba Cloud RAM: Limits; Microsoft Entra ID: guest user names", guest)
        .explains(NO_SUCH_NAME),
    error("ali-user-nameid-transient", RESPONSE_PAGE, transient).needs(&["alibaba.ram_users"]).explains(NO_SUCH_NAME),
    error("ali-user-nameid-no-domain", SETTINGS_PAGE, no_domain).needs(&["alibaba.sso_login_with_domain"]),
    error("ali-user-nameid-has-domain", SETTINGS_PAGE, has_domain).needs(&["alibaba.sso_login_with_domain"]),
    error("ali-user-aux-domain-shadowed", RESPONSE_PAGE, auxiliary_shadowed)
        .needs(SETTINGS)
        .explains(&["ali-user-nameid-suffix-unknown"]),
    error("ali-user-nameid-suffix-unknown", FAQ_PAGE, suffix_unknown).needs(SETTINGS),
    error("ali-user-nameid-username-charset", LIMITS_PAGE, charset).explains(&["ali-user-nameid-not-exact"]),
    error("ali-user-upn-length", LIMITS_PAGE, length),
    error("ali-user-nameid-not-exact", "Alibaba Cloud RAM: Overview of user-based SSO", not_exact)
        .needs(&["alibaba.ram_users"]),
    Rule::new(
        "ali-user-nameid-case",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Subject,
        "Alibaba Cloud RAM: Overview of user-based SSO",
        letter_case,
    )
    .needs(&["alibaba.ram_users"]),
    Rule::new("ali-user-nameid-format-hint", Severity::Note, Who::Nobody, Stage::Subject, RESPONSE_PAGE, format_hint),
];

const fn error(id: &'static str, source: &'static str, check: crate::checks::rule::Check) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, Stage::Subject, source, check)
}

/// The NameID of a login. An empty one is told by its own rule.
struct Name<'d> {
    seen: &'d Seen<'d>,
    node: NameId<'d>,
    value: Value<'d>,
}

impl<'d> Name<'d> {
    fn of(case: &Case<'d>) -> Option<Self> {
        let (seen, assertion) = login(case)?;
        let node = assertion.subject()?.name_id()?;
        Some(Self { seen, node, value: node.value() }).filter(|name| !name.text().is_empty())
    }

    fn text(&self) -> &str {
        &self.value.text
    }

    /// What stands before the last `@`: the user's name.
    fn local(&self) -> &str {
        self.text().rsplit_once('@').map_or(self.text(), |(local, _)| local)
    }

    fn domain(&self) -> Option<&str> {
        self.text().rsplit_once('@').map(|(_, domain)| domain)
    }

    fn evidence(&self) -> Evidence {
        Evidence::of(self.seen, "NameID", &self.value)
    }
}

/// The domains of the account; one that is set to nothing is none.
fn domain_of(setting: &Option<String>) -> Option<&str> {
    setting.as_deref().map(|domain| domain.trim().trim_start_matches('@')).filter(|domain| !domain.is_empty())
}

fn domain_slash(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    Answer::when(name.text().contains('\\'), || name.evidence().expected(expected_name(case, &name)))
}

fn guest(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let is_guest = name.text().to_ascii_uppercase().contains("#EXT#");
    Answer::when(is_guest, || name.evidence().expected(expected_name(case, &name)))
}

/// `user@domain`, with what is known of the domain.
fn expected_name(case: &Case<'_>, name: &Name<'_>) -> String {
    let user = name.local().rsplit_once('\\').map_or("<user>", |(_, user)| user);
    match (case.alibaba().sso_login_with_domain, domain_of(&case.alibaba().default_domain)) {
        (Some(false), _) => user.to_owned(),
        (_, domain) => format!("{user}@{}", domain.unwrap_or("<domain>")),
    }
}

const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

/// Formats that logins are known to work with; RAM looks at the value alone.
const FORMATS: [&str; 3] = [
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
];

fn transient(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    if let Some(format) = name.node.format().filter(|format| format.text == TRANSIENT) {
        let evidence = Evidence::of(name.seen, "NameID/@Format", &format).expected(FORMATS.join(", "));
        return Answer::found([evidence, name.evidence()]).with("name", name.text());
    }
    let users = case.alibaba().ram_users.as_deref().unwrap_or_default();
    let is_user = users.iter().any(|user| user_name(user) == name.local());
    Answer::when(!is_user && is_random(name.local(), name.domain().is_none()), || {
        name.evidence().expected(expected_name(case, &name))
    })
    .with("name", name.text())
}

/// Whether it was made by a machine: a UUID, with or without its hyphens, a long row of hexadecimal digits; where it has no
/// domain base64 of some length as well.
fn is_random(text: &str, alone: bool) -> bool {
    let bare = text.strip_prefix("G-").unwrap_or(text).trim_start_matches('_');
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let groups: Vec<&str> = bare.split('-').collect();
    let is_uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| hex(group));
    // Digits alone may be a staff number or a telephone's.
    let is_hex = bare.len() >= 20 && hex(bare) && bare.bytes().any(|byte| byte.is_ascii_alphabetic());
    let all = |of: fn(&u8) -> bool| bare.bytes().any(|byte| of(&byte));
    let is_base64 = alone
        && bare.len() >= 24
        && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_'))
        && all(u8::is_ascii_digit)
        && all(u8::is_ascii_lowercase)
        && all(u8::is_ascii_uppercase);
    is_uuid || is_hex || is_base64
}

/// Left out, the setting is what the service sets by itself: true.
fn no_domain(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    if case.alibaba().sso_login_with_domain == Some(false) {
        return Answer::Inapplicable;
    }
    Answer::when(name.domain().is_none(), || {
        let domain = domain_of(&case.alibaba().default_domain).unwrap_or("<domain>");
        name.evidence().instead_of(format!("{}@{domain}", name.text()))
    })
}

fn has_domain(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    match case.alibaba().sso_login_with_domain {
        // Without a domain it is right whatever is set.
        None if name.domain().is_some() => Answer::NotChecked(&["alibaba.sso_login_with_domain"]),
        Some(false) => Answer::when(name.domain().is_some(), || name.evidence().instead_of(name.local())),
        _ => Answer::Inapplicable,
    }
}

/// The NameID's domain, where the account asks for one.
fn domain_asked<'n>(case: &Case<'_>, name: &'n Name<'_>) -> Option<&'n str> {
    name.domain().filter(|_| case.alibaba().sso_login_with_domain != Some(false))
}

fn suffix_unknown(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let Some(domain) = domain_asked(case, &name) else { return Answer::Inapplicable };
    let settings = case.alibaba();
    let default = domain_of(&settings.default_domain);
    let others = [domain_of(&settings.domain_alias), domain_of(&settings.auxiliary_domain)];
    let known: Vec<&str> = default.into_iter().chain(others.into_iter().flatten()).collect();
    if known.iter().any(|own| own.eq_ignore_ascii_case(domain)) {
        return Answer::Passed;
    }
    // It may be the default domain, which is not known.
    let is_default = domain.to_ascii_lowercase().ends_with(super::super::alibaba::DEFAULT_DOMAIN);
    if default.is_none() && (known.is_empty() || is_default) {
        return Answer::NotChecked(&["alibaba.default_domain"]);
    }
    let names: Vec<String> = known.iter().map(|own| format!("{}@{own}", name.local())).collect();
    let nearest = name.evidence().one_of(names.iter().map(String::as_str)).nearest;
    let suffixes = known.iter().map(|own| format!("@{own}")).collect::<Vec<_>>().join(", ");
    Answer::fired(Evidence { nearest, ..name.evidence().expected(suffixes) }).with("suffix", format!("@{domain}"))
}

fn auxiliary_shadowed(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let Some(domain) = domain_asked(case, &name) else { return Answer::Inapplicable };
    let settings = case.alibaba();
    let is = |own: Option<&str>| own.is_some_and(|own| own.eq_ignore_ascii_case(domain));
    let alias = domain_of(&settings.domain_alias);
    let is_default = domain.to_ascii_lowercase().ends_with(super::super::alibaba::DEFAULT_DOMAIN);
    if is_default || is(domain_of(&settings.default_domain)) || is(alias) {
        return Answer::Inapplicable;
    }
    let Some(auxiliary) = &settings.auxiliary_domain else {
        return Answer::NotChecked(&["alibaba.auxiliary_domain"]);
    };
    if !is(domain_of(&Some(auxiliary.clone()))) {
        return Answer::Passed;
    }
    if settings.domain_alias.is_none() {
        return Answer::NotChecked(&["alibaba.domain_alias"]);
    }
    let Some(alias) = alias else { return Answer::Passed };
    Answer::fired(name.evidence().instead_of(format!("{}@{alias}", name.local())))
        .with("auxiliary", domain)
        .with("alias", alias)
}

/// Letters that a RAM user's name may have.
fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// Characters that a RAM user's name may have.
const USER_NAME_CHARACTERS: usize = 64;
/// Characters that a user's name with its domain may have.
const UPN_CHARACTERS: usize = 128;

fn charset(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let local = name.local();
    let mut strange: Vec<char> = Vec::new();
    for c in local.chars().filter(|c| !is_allowed(*c)) {
        if !strange.contains(&c) {
            strange.push(c);
        }
    }
    let count = local.chars().count();
    let fault = match (count, strange.is_empty()) {
        (0, _) => "0".to_owned(),
        (1..=USER_NAME_CHARACTERS, true) => return Answer::Passed,
        (_, true) => count.to_string(),
        (_, false) => strange.iter().map(|c| format!("'{c}'")).collect::<Vec<_>>().join(" "),
    };
    Answer::fired(name.evidence().expected("[A-Za-z0-9._-]{1,64}")).with("fault", fault).with("local", local)
}

fn length(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let count = name.text().chars().count();
    Answer::when(count > UPN_CHARACTERS, || name.evidence().expected("1-128")).with("count", count.to_string())
}

/// A user as the inventory lists it, be it with its domain.
fn user_name(user: &str) -> &str {
    let user = user.trim();
    user.split_once('@').map_or(user, |(user, _)| user)
}

fn not_exact(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let Some(users) = &case.alibaba().ram_users else { return Answer::NotChecked(&["alibaba.ram_users"]) };
    let is_there = users.iter().any(|user| user_name(user).eq_ignore_ascii_case(name.local()));
    Answer::when(!is_there, || nearest_user(&name, users)).with("local", name.local())
}

fn letter_case(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let Some(users) = &case.alibaba().ram_users else { return Answer::NotChecked(&["alibaba.ram_users"]) };
    let mut users = users.iter().map(|user| user_name(user));
    if users.clone().any(|user| user == name.local()) {
        return Answer::Passed;
    }
    let alike = users.find(|user| user.eq_ignore_ascii_case(name.local()));
    match alike {
        None => Answer::Passed,
        Some(user) => Answer::fired(name.evidence().instead_of(with_domain(&name, user))).with("user", user),
    }
}

fn with_domain(name: &Name<'_>, user: &str) -> String {
    name.domain().map_or_else(|| user.to_owned(), |domain| format!("{user}@{domain}"))
}

/// The users that there are, that which looks most like the name compared with it.
fn nearest_user(name: &Name<'_>, users: &[String]) -> Evidence {
    let names: Vec<String> = users.iter().map(|user| with_domain(name, user_name(user))).collect();
    let nearest = name.evidence().one_of(names.iter().map(String::as_str)).nearest;
    let listed = users.iter().take(LISTED).map(|user| user_name(user)).collect::<Vec<_>>().join(", ");
    let more = if users.len() > LISTED { ", …" } else { "" };
    let listed = if users.is_empty() { "-" } else { &listed };
    Evidence { nearest, ..name.evidence().expected(format!("{listed}{more}")) }
}

/// Users that a sentence lists.
const LISTED: usize = 8;

fn format_hint(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let Some(format) = name.node.format() else { return Answer::Passed };
    Answer::when(!FORMATS.contains(&&*format.text), || {
        Evidence::of(name.seen, "NameID/@Format", &format).expected(FORMATS.join(", "))
    })
}

#[cfg(test)]
mod tests;
