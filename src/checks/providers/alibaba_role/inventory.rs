//! Whether the account has the roles and identity providers that the values of Role name.

use super::pairs::{Arn, RolePair, RoleValue};
use super::{ASSUME_ROLE, Login, graded};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    Rule::new(
        "ali-role-provider-not-found",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Attributes,
        "Alibaba Cloud STS, AssumeRoleWithSAML; Alibaba Cloud IDaaS, role SSO logon errors",
        provider_not_found,
    )
    .needs(&["alibaba.saml_providers", "alibaba.account_id"]),
    Rule::new("ali-role-not-found", Severity::Error, Who::IdpAdmin, Stage::Attributes, ASSUME_ROLE, role_not_found)
        .needs(&["alibaba.ram_roles", "alibaba.account_id"]),
    Rule::new(
        "ali-role-name-case",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Attributes,
        "Alibaba Cloud RAM, role-based SSO with Azure AD",
        role_name_case,
    )
    .needs(&["alibaba.ram_roles", "alibaba.account_id"]),
];

/// How a name is known in a list.
#[derive(PartialEq)]
enum Known {
    Exactly,
    ButForCase,
    Not,
}

fn known(name: &str, among: &[String]) -> Known {
    if among.iter().any(|known| known == name) {
        Known::Exactly
    } else if among.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
        Known::ButForCase
    } else {
        Known::Not
    }
}

/// Asks of every ARN that is in the account whether its list has the name. What other accounts have is not known.
fn look<'d>(
    case: &Case<'d>,
    list: Option<&Vec<String>>,
    lacking: &'static [&'static str],
    arn: fn(&RolePair) -> &Arn,
    wrong: fn(Known) -> Option<Severity>,
) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let values = login.roles();
    let pairs = || values.iter().filter_map(|value: &RoleValue<'d>| Some((value, arn(value.pair()?))));
    if pairs().next().is_none() {
        return Answer::Inapplicable;
    }
    let Some(list) = list else { return Answer::NotChecked(lacking) };
    let account = case.alibaba().account_id.as_ref();
    let mut own = pairs().filter(|(_, arn)| account.is_none_or(|account| *account == arn.account)).peekable();
    if own.peek().is_none() {
        return Answer::Inapplicable;
    }
    let evidence =
        |value: &RoleValue<'d>, arn: &Arn| login.role(value).actual(&arn.name).one_of(list.iter().map(String::as_str));
    graded(own.filter_map(|(value, arn)| Some((wrong(known(&arn.name, list))?, evidence(value, arn)))))
}

fn role_not_found(case: &Case<'_>) -> Answer {
    let wrong = |known| (known == Known::Not).then_some(Severity::Error);
    look(case, case.alibaba().ram_roles.as_ref(), &["alibaba.ram_roles"], |pair| &pair.role, wrong)
}

fn role_name_case(case: &Case<'_>) -> Answer {
    let wrong = |known| (known == Known::ButForCase).then_some(Severity::Warning);
    look(case, case.alibaba().ram_roles.as_ref(), &["alibaba.ram_roles"], |pair| &pair.role, wrong)
}

/// Where no value names a provider of the account at all, the account is the fault.
fn provider_not_found(case: &Case<'_>) -> Answer {
    let alibaba = case.alibaba();
    if let (Some(login), Some(account)) = (Login::of(case), &alibaba.account_id) {
        let values = login.roles();
        let pairs: Vec<_> = values.iter().filter_map(|value| Some((value, value.pair()?))).collect();
        if !pairs.is_empty() && pairs.iter().all(|(_, pair)| pair.provider.account != *account) {
            let here = |pair: &RolePair| format!("acs:ram::{account}:saml-provider/{}", pair.provider.name);
            let evidence = |(value, pair): &(&RoleValue<'_>, &RolePair)| -> Evidence {
                login.role(value).actual(&pair.provider_arn()).instead_of(here(pair))
            };
            return Answer::found(pairs.iter().map(evidence)).with("account", account.as_str());
        }
    }
    // Whether letter case counts is not documented.
    let wrong = |known| match known {
        Known::Exactly => None,
        Known::ButForCase => Some(Severity::Warning),
        Known::Not => Some(Severity::Error),
    };
    let account = alibaba.account_id.clone().or_else(|| {
        let values = Login::of(case)?.roles();
        values.iter().find_map(RoleValue::pair).map(|pair| pair.provider.account.clone())
    });
    look(case, alibaba.saml_providers.as_ref(), &["alibaba.saml_providers"], |pair| &pair.provider, wrong)
        .with("account", account.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{PAIR, in_account, login, with_pair};
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    fn replaced(from: &str, to: &str) -> Scene {
        in_account(with_pair(&PAIR.replace(from, to)))
    }

    #[test]
    fn a_role_must_exist_in_the_account() {
        fires("ali-role-not-found", &replaced("admin-role", "admin-roles"));
        silent("ali-role-not-found", &in_account(login()));
        silent("ali-role-not-found", &replaced("admin-role", "Admin-Role"));
        unchecked("ali-role-not-found", &login(), "alibaba.ram_roles");
        fires("ali-role-name-case", &replaced("admin-role", "Admin-Role"));
        silent("ali-role-name-case", &in_account(login()));
        unchecked("ali-role-name-case", &login(), "alibaba.ram_roles");
    }

    #[test]
    fn a_role_of_another_account_is_not_looked_for_in_this_one() {
        let elsewhere = "acs:ram::5647382910564738:role/x,acs:ram::5647382910564738:saml-provider/y";
        let both = with_pair(&format!("{PAIR}</saml:AttributeValue><saml:AttributeValue>{elsewhere}"));
        silent("ali-role-not-found", &in_account(both));
        silent("ali-role-not-found", &in_account(with_pair(elsewhere)));
    }

    #[test]
    fn a_provider_must_exist_in_the_account() {
        fires("ali-role-provider-not-found", &replaced("acme-idp", "acme-adfs"));
        fires("ali-role-provider-not-found", &replaced("1029384756102938", "1029384756102939"));
        silent("ali-role-provider-not-found", &in_account(login()));
        unchecked("ali-role-provider-not-found", &login(), "alibaba.saml_providers");
    }
}
