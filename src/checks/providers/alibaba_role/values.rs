//! How the values of Role are written.

use super::super::alibaba::{ROLE_ATTRIBUTE, is_account_id};
use super::super::role_values::Fault;
use super::pairs::{GRAMMAR, NameFault, RolePair, RoleValue, Shape, provider_name_fault, role_name_fault};
use super::{ASSERTIONS, Login, graded};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::context::Alibaba;
use crate::flow::Case;
use crate::xml::Node;

/// What cannot be read from a value that is no pair of sound ARNs.
const IN_PAIRS: &[&str] = &[
    "ali-role-value-grammar",
    "ali-role-account-mismatch",
    "ali-role-account-format",
    "ali-role-name-charset",
    "ali-role-name-case",
    "ali-role-not-found",
    "ali-role-provider-charset",
    "ali-role-provider-not-found",
    "asr-attr-delimited",
];

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    rule("ali-role-value-empty", Severity::Error, "Alibaba Cloud RAM, role-based SSO with Azure AD", value_empty)
        .explains(&["ali-role-value-grammar", "ali-role-required-elements", "asr-attr-empty", "entra-role-msiam"]),
    rule("ali-role-adfs-group-regex", Severity::Error, "Alibaba Cloud RAM, role-based SSO with AD FS", group_regex)
        .explains(IN_PAIRS),
    rule("ali-role-value-placeholder", Severity::Error, ASSERTIONS, value_placeholder)
        .explains(IN_PAIRS)
        .needs(&["alibaba.ram_roles"]),
    rule("ali-role-value-joined", Severity::Error, "Alibaba Cloud RAM, role-based SSO with OneLogin", value_joined)
        .explains(IN_PAIRS),
    rule("ali-role-account-mismatch", Severity::Error, ASSERTIONS, account_mismatch)
        .explains(&["ali-role-not-found", "ali-role-provider-not-found"]),
    rule("ali-role-name-charset", Severity::Error, "Alibaba Cloud RAM, CreateRole; Limits", name_charset)
        .needs(&["alibaba.ram_roles"])
        .explains(&["ali-role-value-grammar", "ali-role-not-found"]),
    rule("ali-role-provider-charset", Severity::Error, "Alibaba Cloud RAM, CreateSAMLProvider", provider_charset)
        .needs(&["alibaba.saml_providers"])
        .explains(&["ali-role-value-grammar", "ali-role-provider-not-found"]),
    rule("ali-role-value-grammar", Severity::Error, ASSERTIONS, value_grammar)
        .required()
        .needs(&["alibaba.ram_roles", "alibaba.saml_providers", "private_keys"])
        .explains(&["ali-role-not-found", "ali-role-provider-not-found"]),
    rule("ali-role-value-order", Severity::Warning, ASSERTIONS, value_order),
    rule("ali-role-value-space", Severity::Warning, "aliyun/saml2alibabacloud, which trims", value_space),
    rule("ali-role-account-format", Severity::Warning, ASSERTIONS, account_format),
    rule("ali-role-multi-roles", Severity::Note, ASSERTIONS, multi_roles),
    rule("ali-role-duplicate-role", Severity::Note, ASSERTIONS, duplicate_role),
    rule("ali-role-many-accounts", Severity::Note, "Alibaba Cloud RAM, role-based SSO with AD FS", many_accounts),
];

const fn rule(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, Stage::Attributes, source, check)
}

/// Every value of Role of which something is so. Of nothing where there is none.
fn each<'d>(case: &Case<'d>, found: &dyn Fn(&Login<'d>, &RoleValue<'d>) -> Option<Evidence>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let values = login.roles();
    if values.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::found(values.iter().filter_map(|value| found(&login, value)))
}

/// Every pair of which something is so. Of nothing where there is none.
fn each_pair<'d>(
    case: &Case<'d>,
    found: impl Fn(&Login<'d>, &RoleValue<'d>, &RolePair) -> Option<(Severity, Evidence)>,
) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let values = login.roles();
    let pairs: Vec<_> = values.iter().filter_map(|value| Some((value, value.pair()?))).collect();
    if pairs.is_empty() {
        return Answer::Inapplicable;
    }
    graded(pairs.iter().filter_map(|(value, pair)| found(&login, value, pair)))
}

/// Only what is sent at all: where the attribute is missing, that is another question.
fn value_empty(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let values = login.roles();
    let Some(attribute) = login.attributes(ROLE_ATTRIBUTE).next() else { return Answer::Inapplicable };
    if values.is_empty() {
        return Answer::fired(login.lacks("AttributeValue", attribute.0).expected(GRAMMAR));
    }
    // Beside a role that can be had, an empty value is only untidy.
    let severity = match values.iter().all(|value| value.shape == Shape::Empty) {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let empty = values.iter().filter(|value| value.shape == Shape::Empty);
    graded(empty.map(|value| (severity, login.role(value).expected(GRAMMAR))))
}

/// Whether a value is a pair that nothing is wrong with, as far as can be read off it. What the account has is no fault,
/// whatever the documentation says of names.
fn is_sound(value: &RoleValue<'_>, account: &Alibaba) -> bool {
    value.pair().is_some_and(|pair| {
        let role = matches!(role_fault(pair, account), None | Some(NameFault::Spaces));
        role && provider_fault(pair, account).is_none() && pair.accounts().into_iter().all(is_account_id)
    })
}

/// What is wrong with a value of Role, whatever the rules make of it: by the same reading, in their order.
pub(in crate::checks::providers) fn faults(node: Node<'_>, account: &Alibaba) -> Vec<Fault> {
    let value = RoleValue::of(node);
    let Some(pair) = value.pair() else {
        return vec![match (&value.shape, value.group()) {
            (Shape::Empty, _) => Fault::new("empty", ""),
            (_, Some(group)) => Fault::new("directory-group", group.trim()),
            (Shape::Joined, _) => Fault::new("joined", ""),
            _ if value.is_template() => Fault::new("placeholder", ""),
            _ => Fault::new("not-a-pair", value.stranger()),
        }];
    };
    let mut faults = Vec::new();
    let mut add = |wrong: bool, what, part: &str| faults.extend(wrong.then(|| Fault::new(what, part)));
    let exists = account.ram_roles.as_ref().is_some_and(|roles| roles.contains(&pair.role.name));
    add(value.is_template() && !exists, "placeholder", "");
    add(role_fault(pair, account).is_some(), "role-name", &pair.role.name);
    add(provider_fault(pair, account).is_some(), "provider-name", &pair.provider.name);
    let [role, provider] = pair.accounts();
    add(!is_account_id(role), "account", role);
    add(role != provider && !is_account_id(provider), "account", provider);
    add(role != provider, "accounts-differ", role);
    add(pair.provider_first, "order", "");
    add(value.spaced, "space", "");
    faults
}

fn role_fault(pair: &RolePair, account: &Alibaba) -> Option<NameFault> {
    let exists = account.ram_roles.as_ref().is_some_and(|roles| roles.contains(&pair.role.name));
    role_name_fault(&pair.role.name).filter(|_| !exists)
}

fn provider_fault(pair: &RolePair, account: &Alibaba) -> Option<NameFault> {
    let exists = account.saml_providers.as_ref().is_some_and(|providers| providers.contains(&pair.provider.name));
    provider_name_fault(&pair.provider.name).filter(|_| !exists)
}

fn group_regex(case: &Case<'_>) -> Answer {
    let account = case.alibaba();
    each(case, &|login, value| {
        let group = value.group().filter(|_| !is_sound(value, account))?;
        Some(login.role(value).actual(group.trim()).expected(GRAMMAR))
    })
}

fn value_placeholder(case: &Case<'_>) -> Answer {
    let roles = case.alibaba().ram_roles.as_deref().unwrap_or_default();
    let exists = |value: &RoleValue<'_>| value.pair().is_some_and(|pair| roles.contains(&pair.role.name));
    each(case, &|login, value| (value.is_template() && !exists(value)).then(|| login.role(value).expected(GRAMMAR)))
}

fn value_joined(case: &Case<'_>) -> Answer {
    each(case, &|login, value| (value.shape == Shape::Joined).then(|| login.role(value).expected(GRAMMAR)))
}

fn value_grammar(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    let values = login.roles();
    if values.is_empty() {
        return Answer::Inapplicable;
    }
    let wrong = |value: &&RoleValue<'_>| value.shape != Shape::Empty && !is_sound(value, case.alibaba());
    let part = values.iter().find(wrong).map(|value| culprit(value, case.alibaba())).unwrap_or_default();
    Answer::found(values.iter().filter(wrong).map(|value| login.role(value).expected(GRAMMAR))).with("part", part)
}

/// The part of a value that keeps it from being what it should.
fn culprit(value: &RoleValue<'_>, account: &Alibaba) -> String {
    let part = match value.pair() {
        None => value.stranger(),
        Some(pair) if role_fault(pair, account).is_some_and(|fault| fault != NameFault::Spaces) => &pair.role.name,
        Some(pair) if provider_fault(pair, account).is_some() => &pair.provider.name,
        Some(pair) => pair.accounts().into_iter().find(|id| !is_account_id(id)).unwrap_or_default(),
    };
    part.to_owned()
}

fn value_order(case: &Case<'_>) -> Answer {
    each_pair(case, |login, value, pair| {
        pair.provider_first.then(|| (Severity::Warning, login.role(value).instead_of(pair.canonical())))
    })
}

fn value_space(case: &Case<'_>) -> Answer {
    each_pair(case, |login, value, pair| {
        let ordered = match pair.provider_first {
            true => format!("{},{}", pair.provider_arn(), pair.role_arn()),
            false => pair.canonical(),
        };
        value.spaced.then(|| (Severity::Warning, login.role(value).instead_of(ordered)))
    })
}

fn account_mismatch(case: &Case<'_>) -> Answer {
    let [mut of_role, mut of_provider] = [String::new(), String::new()];
    if let Some(pair) = first_pair(case, &|pair| pair.role.account != pair.provider.account) {
        (of_role, of_provider) = (pair.role.account, pair.provider.account);
    }
    each_pair(case, |login, value, pair| {
        (pair.role.account != pair.provider.account).then(|| (Severity::Error, login.role(value)))
    })
    .with("role_account", of_role)
    .with("provider_account", of_provider)
}

fn first_pair(case: &Case<'_>, wanted: &dyn Fn(&RolePair) -> bool) -> Option<RolePair> {
    Login::of(case)?.roles().iter().filter_map(RoleValue::pair).find(|pair| wanted(pair)).cloned()
}

/// What is wrong with the first name of which something is.
fn first_fault(case: &Case<'_>, fault: &dyn Fn(&RolePair) -> Option<NameFault>) -> String {
    let pair = first_pair(case, &|pair| fault(pair).is_some());
    pair.and_then(|pair| fault(&pair)).map(|fault| fault.shown()).unwrap_or_default()
}

fn account_format(case: &Case<'_>) -> Answer {
    each_pair(case, |login, value, pair| {
        let wrong = pair.accounts().into_iter().find(|id| !is_account_id(id))?;
        Some((Severity::Warning, login.role(value).actual(wrong)))
    })
}

fn name_charset(case: &Case<'_>) -> Answer {
    let fault = first_fault(case, &|pair| role_fault(pair, case.alibaba()));
    each_pair(case, |login, value, pair| {
        let severity = match role_fault(pair, case.alibaba())? {
            NameFault::Spaces => Severity::Warning,
            _ => Severity::Error,
        };
        Some((severity, login.role(value).actual(&pair.role.name).expected("[A-Za-z0-9.@-]{1,64}")))
    })
    .with("fault", fault)
}

fn provider_charset(case: &Case<'_>) -> Answer {
    let fault = first_fault(case, &|pair| provider_fault(pair, case.alibaba()));
    each_pair(case, |login, value, pair| {
        provider_fault(pair, case.alibaba())?;
        let expected = "[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?";
        Some((Severity::Error, login.role(value).actual(&pair.provider.name).expected(expected)))
    })
    .with("fault", fault)
}

/// Every pair once, with the value that it stands in.
fn distinct<'v, 'd>(values: &'v [RoleValue<'d>]) -> Vec<(&'v RoleValue<'d>, &'v RolePair)> {
    let mut found: Vec<(&RoleValue<'_>, &RolePair)> = Vec::new();
    for (value, pair) in values.iter().filter_map(|value| Some((value, value.pair()?))) {
        if !found.iter().any(|(_, known)| known.role == pair.role && known.provider == pair.provider) {
            found.push((value, pair));
        }
    }
    found
}

/// The Role values, where one at least is a pair.
fn readable<'d>(case: &Case<'d>) -> Option<(Login<'d>, Vec<RoleValue<'d>>)> {
    let login = Login::of(case)?;
    let values = login.roles();
    values.iter().any(|value| value.pair().is_some()).then_some((login, values))
}

fn multi_roles(case: &Case<'_>) -> Answer {
    let Some((login, values)) = readable(case) else { return Answer::Inapplicable };
    let pairs = distinct(&values);
    let count = pairs.len();
    Answer::found(pairs.iter().filter(|_| count > 1).map(|(value, _)| login.role(value)))
        .with("count", count.to_string())
}

fn duplicate_role(case: &Case<'_>) -> Answer {
    let Some((login, values)) = readable(case) else { return Answer::Inapplicable };
    let once = distinct(&values);
    let again =
        values.iter().filter(|value| value.pair().is_some() && !once.iter().any(|(o, _)| std::ptr::eq(*o, *value)));
    Answer::found(again.map(|value| login.role(value)))
}

fn many_accounts(case: &Case<'_>) -> Answer {
    let Some((login, values)) = readable(case) else { return Answer::Inapplicable };
    let mut accounts: Vec<&str> = Vec::new();
    let mut evidence = Vec::new();
    for (value, pair) in distinct(&values) {
        if !accounts.contains(&pair.role.account.as_str()) {
            accounts.push(&pair.role.account);
            evidence.push(login.role(value));
        }
    }
    let listed = accounts.join(", ");
    let several = accounts.len() > 1;
    Answer::found(evidence.into_iter().filter(|_| several)).with("accounts", listed)
}

#[cfg(test)]
mod tests;
