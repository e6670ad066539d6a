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
mod tests {
    use super::super::testing::{bare, login, named};
    use super::is_random;
    use crate::checks::testing::{Scene, fires, inapplicable, silent, told, unchecked};
    use crate::context::Alibaba;

    fn settings(scene: Scene, tell: impl FnOnce(&mut Alibaba)) -> Scene {
        scene.context(|context| tell(&mut context.alibaba))
    }

    #[test]
    fn a_name_has_a_domain_where_the_account_asks_for_it() {
        silent("ali-user-nameid-no-domain", &login());
        fires("ali-user-nameid-no-domain", &named("alice"));
        fires("ali-user-nameid-no-domain", &settings(named("alice"), |a| a.sso_login_with_domain = None));
        silent("ali-user-nameid-no-domain", &settings(named("alice"), |a| a.sso_login_with_domain = Some(false)));
        silent("ali-user-nameid-has-domain", &login());
        fires("ali-user-nameid-has-domain", &settings(login(), |a| a.sso_login_with_domain = Some(false)));
        silent("ali-user-nameid-has-domain", &settings(named("alice"), |a| a.sso_login_with_domain = Some(false)));
        unchecked("ali-user-nameid-has-domain", &bare(), "alibaba.sso_login_with_domain");
        let unset = settings(named("alice"), |a| a.sso_login_with_domain = None);
        inapplicable("ali-user-nameid-has-domain", &unset);
    }

    #[test]
    fn the_domain_is_one_of_the_account() {
        silent("ali-user-nameid-suffix-unknown", &login());
        silent("ali-user-nameid-suffix-unknown", &named("alice@ACME-cloud.onaliyun.com"));
        fires("ali-user-nameid-suffix-unknown", &named("alice@acme.local"));
        fires("ali-user-nameid-suffix-unknown", &named("alice@acme.onaliyun.com"));
        silent("ali-user-nameid-suffix-unknown", &named("alice"));
        let alias = settings(named("alice@acme.example"), |a| a.domain_alias = Some("acme.example".to_owned()));
        silent("ali-user-nameid-suffix-unknown", &alias);
        fires("ali-user-nameid-suffix-unknown", &alias.replace("alice@acme.example", "alice@acme.local"));
        let auxiliary = |name| settings(named(name), |a| a.auxiliary_domain = Some("corp.example".to_owned()));
        silent("ali-user-nameid-suffix-unknown", &auxiliary("alice@corp.example"));
        let alone = |name| settings(auxiliary(name), |a| a.default_domain = None);
        fires("ali-user-nameid-suffix-unknown", &alone("alice@acme.local"));
        unchecked("ali-user-nameid-suffix-unknown", &alone("alice@acme.onaliyun.com"), "alibaba.default_domain");
        unchecked("ali-user-nameid-suffix-unknown", &bare(), "alibaba.default_domain");
    }

    #[test]
    fn an_alias_switches_the_auxiliary_domain_off() {
        fires("ali-user-aux-domain-shadowed", &Scene::scenario("ali-user-nameid-aux-shadowed"));
        let both = |name, alias: Option<&str>| {
            settings(named(name), |a| {
                a.auxiliary_domain = Some("corp.example".to_owned());
                a.domain_alias = alias.map(str::to_owned);
            })
        };
        fires("ali-user-aux-domain-shadowed", &both("alice@corp.example", Some("acme.example")));
        silent("ali-user-aux-domain-shadowed", &both("alice@acme.example", Some("acme.example")));
        silent("ali-user-aux-domain-shadowed", &both("alice@acme.local", Some("acme.example")));
        silent("ali-user-aux-domain-shadowed", &both("alice@corp.example", Some("")));
        silent("ali-user-aux-domain-shadowed", &both("alice@corp.example", Some("corp.example")));
        silent("ali-user-aux-domain-shadowed", &login());
        unchecked("ali-user-aux-domain-shadowed", &both("alice@corp.example", None), "alibaba.domain_alias");
        unchecked("ali-user-aux-domain-shadowed", &named("alice@acme.local"), "alibaba.auxiliary_domain");
        // The alias and a default domain are no auxiliary domain, whatever that is.
        let alias = settings(named("alice@acme.example"), |a| a.domain_alias = Some("acme.example".to_owned()));
        inapplicable("ali-user-aux-domain-shadowed", &alias);
        let unknown = settings(login(), |a| a.default_domain = None);
        inapplicable("ali-user-aux-domain-shadowed", &unknown);
    }

    #[test]
    fn a_user_s_name_is_made_of_few_characters() {
        silent("ali-user-nameid-username-charset", &named("Svc_deploy.2-x@acme-cloud.onaliyun.com"));
        for name in [
            "alice moreau@a.onaliyun.com",
            "al+ice@a.onaliyun.com",
            "爱丽丝@a.onaliyun.com",
            "@a.onaliyun.com",
            "a@b@c.example",
        ] {
            fires("ali-user-nameid-username-charset", &named(name));
        }
        let long = |count| named(&format!("{}@acme-cloud.onaliyun.com", "a".repeat(count)));
        silent("ali-user-nameid-username-charset", &long(64));
        fires("ali-user-nameid-username-charset", &long(65));
        silent("ali-user-upn-length", &long(104));
        fires("ali-user-upn-length", &long(105));
        silent("ali-user-nameid-username-charset", &named(""));
    }

    #[test]
    fn the_name_is_exactly_that_of_a_user() {
        silent("ali-user-nameid-not-exact", &login());
        fires("ali-user-nameid-not-exact", &named("alice.moreau@acme-cloud.onaliyun.com"));
        fires("ali-user-nameid-not-exact", &settings(login(), |a| a.ram_users = Some(Vec::new())));
        silent("ali-user-nameid-not-exact", &named("Alice@acme-cloud.onaliyun.com"));
        let listed = |user: &str| settings(login(), |a| a.ram_users = Some(vec![user.to_owned()]));
        silent("ali-user-nameid-not-exact", &listed("alice@acme-cloud.onaliyun.com"));
        unchecked("ali-user-nameid-not-exact", &bare(), "alibaba.ram_users");
        fires("ali-user-nameid-case", &named("Alice@acme-cloud.onaliyun.com"));
        silent("ali-user-nameid-case", &login());
        silent("ali-user-nameid-case", &named("carol@acme-cloud.onaliyun.com"));
        unchecked("ali-user-nameid-case", &bare(), "alibaba.ram_users");
    }

    #[test]
    fn the_name_that_was_meant_is_told_with_its_domain() {
        let case = |name: &str| told("ali-user-nameid-case", &named(name));
        for (name, expected) in [("Alice@acme-cloud.onaliyun.com", "alice@acme-cloud.onaliyun.com"), ("ALICE", "alice")]
        {
            assert_eq!(case(name).evidence[0].expected.as_deref(), Some(expected));
            assert!(case(name).evidence[0].difference.is_some(), "{name}");
        }
        let slash = "ali-user-nameid-domainslash";
        let guest = "ali-user-nameid-ext";
        let unknown = |scene| settings(scene, |a| a.default_domain = None);
        let short = |scene| settings(scene, |a| a.sso_login_with_domain = Some(false));
        let windows = || named("ACME\\alice");
        let external = || named("alice_acme.example#EXT#@globex.onmicrosoft.com");
        for (id, scene, expected) in [
            (slash, windows(), "alice@acme-cloud.onaliyun.com"),
            (slash, unknown(windows()), "alice@<domain>"),
            (slash, short(windows()), "alice"),
            (guest, external(), "<user>@acme-cloud.onaliyun.com"),
            (guest, short(external()), "<user>"),
        ] {
            assert_eq!(told(id, &scene).evidence[0].expected.as_deref(), Some(expected));
        }
    }

    #[test]
    fn the_first_eight_users_are_listed() {
        let users = |count: usize| (1..=count).map(|number| format!("user{number}")).collect::<Vec<_>>();
        let expected = |count: usize| {
            let scene = settings(login(), |a| a.ram_users = Some(users(count)));
            told("ali-user-nameid-not-exact", &scene).evidence[0].expected.clone().unwrap_or_default()
        };
        assert_eq!(expected(1), "user1");
        assert_eq!(expected(8), users(8).join(", "));
        assert_eq!(expected(9), format!("{}, …", users(8).join(", ")));
        assert_eq!(expected(0), "-");
    }

    #[test]
    fn names_of_other_kinds_are_told_as_such() {
        fires("ali-user-nameid-domainslash", &named("ACME\\alice"));
        silent("ali-user-nameid-domainslash", &login());
        fires("ali-user-nameid-ext", &named("alice_acme.example#EXT#@globex.onmicrosoft.com"));
        fires("ali-user-nameid-ext", &named("alice_acme.example#ext#@globex.onmicrosoft.com"));
        silent("ali-user-nameid-ext", &named("alice#1@acme-cloud.onaliyun.com"));
    }

    #[test]
    fn a_name_that_changes_finds_nobody() {
        let format = |uri: &str| login().replace("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", uri);
        let transient = format("urn:oasis:names:tc:SAML:2.0:nameid-format:transient");
        fires("ali-user-nameid-transient", &transient);
        fires("ali-user-nameid-transient", &named("5f0c1d52-8a3e-4b7f-9c11-2d4e8f7a6b30@acme-cloud.onaliyun.com"));
        fires("ali-user-nameid-transient", &named("_8d1f0c3a7d0e4b0b9a7e1f7a3c0f2b11"));
        silent("ali-user-nameid-transient", &login());
        silent("ali-user-nameid-transient", &format("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
        fires("ali-user-nameid-format-hint", &format("urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"));
        silent("ali-user-nameid-format-hint", &format("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
        silent(
            "ali-user-nameid-format-hint",
            &login().replace(" Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"", ""),
        );
    }

    #[test]
    fn what_is_random_is_told_from_what_is_long() {
        for (text, alone, expected) in [
            ("G-5f0c1d52-8a3e-4b7f-9c11-2d4e8f7a6b30", true, true),
            ("AAdzZWNyZXQx8yq1Zk0rT9fLmQ2Hs7", true, true),
            ("AAdzZWNyZXQx8yq1Zk0rT9fLmQ2Hs7", false, false),
            ("0f9a8b7c6d5e4f3a2b1c", true, true),
            ("alice.moreau.contractor.engineering", true, false),
            ("00000000000000000000000042", true, false),
            ("13800000000", true, false),
            ("deadbeef", true, false),
            ("alice", true, false),
        ] {
            assert_eq!(is_random(text, alone), expected, "{text}");
        }
    }
}
