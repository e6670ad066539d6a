//! The rules of the values of Role.

use super::super::testing::{PAIR, in_account, login, with_pair};
use crate::checks::Severity;
use crate::checks::testing::{Scene, fires, silent, told};

const SECOND: &str = "acs:ram::1029384756102938:role/readonly,acs:ram::1029384756102938:saml-provider/acme-idp";

/// The login with one more value of Role.
fn and(value: &str) -> Scene {
    with_pair(&format!("{PAIR}</saml:AttributeValue><saml:AttributeValue>{value}"))
}

#[test]
fn a_role_attribute_needs_a_value() {
    fires("ali-role-value-empty", &with_pair(""));
    fires("ali-role-value-empty", &login().without("<saml:AttributeValue>acs", "</saml:AttributeValue>"));
    silent("ali-role-value-empty", &login());
    silent("ali-role-value-grammar", &with_pair(""));
    silent("ali-role-value-empty", &login().without("<saml:AttributeStatement>", "</saml:AttributeStatement>"));
}

#[test]
fn an_empty_value_beside_a_role_is_only_untidy() {
    let severity = |scene: Scene| told("ali-role-value-empty", &scene).severity;
    assert_eq!(severity(with_pair("")), Severity::Error);
    assert_eq!(severity(and("")), Severity::Warning);
}

#[test]
fn a_value_is_one_pair_of_arns() {
    fires("ali-role-value-grammar", &with_pair("admin-role"));
    fires("ali-role-value-grammar", &with_pair(&PAIR.replace("ram::", "ram:")));
    fires("ali-role-value-grammar", &with_pair(&PAIR.replace("1029384756102938", "102938475610293")));
    silent("ali-role-value-grammar", &login());
    silent("ali-role-value-grammar", &with_pair(&PAIR.replace("admin-role", "admin role")));
    fires("ali-role-value-joined", &with_pair(&format!("{PAIR};{SECOND}")));
    fires("ali-role-value-joined", &with_pair(&format!("{PAIR},{SECOND}")));
    fires("ali-role-value-joined", &with_pair(&format!("{PAIR}\n{SECOND}")));
    silent("ali-role-value-joined", &and(SECOND));
    silent("ali-role-value-joined", &with_pair(&format!("{PAIR},")));
}

#[test]
fn the_part_is_named_at_which_a_value_goes_wrong() {
    let (role, provider) = PAIR.split_once(',').unwrap();
    let named = |role: &str, provider: &str| PAIR.replace("admin-role", role).replace("acme-idp", provider);
    let short = |arn: &str| arn.replace("1029384756102938", "102938475610293");
    for (value, part) in [
        ("admin-role".to_owned(), "admin-role"),
        (format!("admin-role,{provider}"), "admin-role"),
        (format!("{role}, acme-idp"), "acme-idp"),
        (role.to_owned(), role),
        (named("admin_role", "acme-idp"), "admin_role"),
        (named("admin_role", "-acme"), "admin_role"),
        (named("admin-role", "-acme"), "-acme"),
        // Spaces alone keep nothing from being a role.
        (named("admin role", "-acme"), "-acme"),
        (format!("{},{provider}", short(role)), "102938475610293"),
        (format!("{role},{}", short(provider)), "102938475610293"),
    ] {
        let why = told("ali-role-value-grammar", &with_pair(&value)).why.unwrap_or_default();
        assert!(why.contains(&format!("at “{part}” it")), "{value}: {why}");
    }
}

#[test]
fn what_a_template_left_in_a_value_is_told() {
    fires("ali-role-value-placeholder", &with_pair(&PAIR.replace("1029384756102938", "$account_id")));
    fires("ali-role-value-placeholder", &with_pair(&PAIR.replace("1029384756102938", "102938475610****")));
    fires("ali-role-value-placeholder", &with_pair(&PAIR.replace("admin-role", "RoleName")));
    let named = in_account(with_pair(&PAIR.replace("admin-role", "RoleName")));
    silent("ali-role-value-placeholder", &named.context(|c| c.alibaba.ram_roles = Some(vec!["RoleName".to_owned()])));
    silent("ali-role-value-placeholder", &with_pair(&PAIR.replace("admin-role", "MyRoleName")));
    fires("ali-role-adfs-group-regex", &with_pair("Aliyun-1029384756102938-admin-role"));
    fires("ali-role-adfs-group-regex", &with_pair("ACME\\Aliyun-1029384756102938-admin-role"));
    silent("ali-role-adfs-group-regex", &with_pair(&PAIR.replace("admin-role", "aliyun-7-ops")));
}

#[test]
fn order_and_white_space_are_warned_of() {
    let (role, provider) = PAIR.split_once(',').unwrap();
    fires("ali-role-value-order", &with_pair(&format!("{provider},{role}")));
    silent("ali-role-value-order", &login());
    silent("ali-role-value-grammar", &with_pair(&format!("{provider}, {role}")));
    fires("ali-role-value-space", &with_pair(&format!("{role}, {provider}")));
    fires("ali-role-value-space", &with_pair(&format!("\n  {PAIR}\n")));
    silent("ali-role-value-space", &login());
}

#[test]
fn both_arns_are_of_one_account_of_sixteen_digits() {
    let other = |role: &str| PAIR.replacen("1029384756102938", role, 1);
    fires("ali-role-account-mismatch", &with_pair(&other("5647382910564738")));
    silent("ali-role-account-mismatch", &login());
    fires("ali-role-account-format", &with_pair(&PAIR.replace("1029384756102938", "102938475610293")));
    silent("ali-role-account-format", &with_pair(&other("5647382910564738")));
}

#[test]
fn names_have_the_characters_that_ram_allows_unless_the_account_has_them_all_the_same() {
    let underscored = PAIR.replace("admin-role", "admin_role");
    fires("ali-role-name-charset", &with_pair(&underscored));
    fires("ali-role-name-charset", &with_pair(&PAIR.replace("admin-role", &"a".repeat(65))));
    silent("ali-role-name-charset", &with_pair(&PAIR.replace("admin-role", "ops.Admin@1")));
    let had = with_pair(&underscored).context(|c| c.alibaba.ram_roles = Some(vec!["admin_role".to_owned()]));
    silent("ali-role-name-charset", &had);
    silent("ali-role-value-grammar", &had);
    fires("ali-role-provider-charset", &with_pair(&PAIR.replace("acme-idp", "acme@idp")));
    fires("ali-role-provider-charset", &with_pair(&PAIR.replace("acme-idp", "-acme")));
    silent("ali-role-provider-charset", &with_pair(&PAIR.replace("acme-idp", "acme_idp")));
}

#[test]
fn what_is_wrong_with_a_name_is_told_and_spaces_are_warned_of() {
    let (role, provider) = ("ali-role-name-charset", "ali-role-provider-charset");
    let long = ["a".repeat(65), "a".repeat(129)];
    for (id, part, name, fault, severity) in [
        (role, "admin-role", "admin_role", "“_”", Severity::Error),
        (role, "admin-role", "admin role", "“ ”", Severity::Warning),
        (role, "admin-role", "admin_role x", "“_”, “ ”", Severity::Error),
        (role, "admin-role", &long[0], "> 64", Severity::Error),
        (provider, "acme-idp", "acme@idp", "“@”", Severity::Error),
        (provider, "acme-idp", "acme idp", "“ ”", Severity::Error),
        (provider, "acme-idp", "-acme", "“-”", Severity::Error),
        (provider, "acme-idp", &long[1], "> 128", Severity::Error),
    ] {
        let found = told(id, &and(&SECOND.replace("readonly", "admin-role").replace(part, name)));
        let why = found.why.unwrap_or_default();
        assert!(why.contains(&format!("(here: {fault})")), "{name}: {why}");
        assert_eq!(found.severity, severity, "{name}");
    }
}

#[test]
fn several_roles_are_noted() {
    fires("ali-role-multi-roles", &and(SECOND));
    silent("ali-role-multi-roles", &and(PAIR));
    fires("ali-role-duplicate-role", &and(PAIR));
    silent("ali-role-duplicate-role", &and(SECOND));
    fires("ali-role-many-accounts", &and(&SECOND.replace("1029384756102938", "5647382910564738")));
    silent("ali-role-many-accounts", &and(SECOND));
}
