//! The rules of the NameID of a RAM user.

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
    for (name, expected) in [("Alice@acme-cloud.onaliyun.com", "alice@acme-cloud.onaliyun.com"), ("ALICE", "alice")] {
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
