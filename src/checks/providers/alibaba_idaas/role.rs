//! What an IDaaS application for role-based SSO puts into Role: IdP Name, account ID and the application account.

use super::super::alibaba::{Kind, belongs};
use super::super::alibaba_role::Login;
use super::super::alibaba_role::pairs::{NameFault, RolePair, RoleValue, provider_name_fault, role_name_fault};
use crate::checks::{Answer, Evidence, Severity};
use crate::flow::Case;

/// The login with its pairs of role and provider, where there are any.
struct Roles<'d> {
    login: Login<'d>,
    values: Vec<RoleValue<'d>>,
}

impl<'d> Roles<'d> {
    fn of(case: &Case<'d>) -> Option<Self> {
        let login = Login::of(case)?;
        let values = login.roles();
        values.iter().any(|value| value.pair().is_some()).then_some(Self { login, values })
    }

    fn pairs(&self) -> impl Iterator<Item = (&RoleValue<'d>, &RolePair)> {
        self.values.iter().filter_map(|value| Some((value, value.pair()?)))
    }

    /// A part of a value as evidence.
    fn part(&self, value: &RoleValue<'d>, what: &str, part: &str) -> Evidence {
        let whole = self.login.role(value);
        Evidence { what: what.to_owned(), ..whole }.actual(part)
    }
}

/// The names that are there, as what ought to be.
fn one_of(evidence: Evidence, known: &[String]) -> Evidence {
    if known.is_empty() { evidence.expected("-") } else { evidence.one_of(known.iter().map(String::as_str)) }
}

pub(super) fn idp_name_charset(case: &Case<'_>) -> Answer {
    let Some(roles) = Roles::of(case) else { return Answer::Inapplicable };
    let wrong = roles.pairs().filter(|(_, pair)| provider_name_fault(&pair.provider.name).is_some());
    Answer::found(wrong.map(|(value, pair)| {
        roles.part(value, "Role (saml-provider)", &pair.provider.name).expected("A-Z a-z 0-9 . - _ (1-128)")
    }))
}

pub(super) fn idp_name_mismatch(case: &Case<'_>) -> Answer {
    let Some(roles) = Roles::of(case) else { return Answer::Inapplicable };
    let Some(known) = &case.alibaba().saml_providers else { return Answer::NotChecked(&["alibaba.saml_providers"]) };
    let wrong = roles.pairs().filter(|(_, pair)| !known.contains(&pair.provider.name));
    let wrong: Vec<_> = wrong
        .map(|(value, pair)| {
            let part = roles.part(value, "Role (saml-provider)", &pair.provider.name);
            one_of(part, known)
        })
        .collect();
    // What the application is set to now, where somebody looked: further proof, and none by itself.
    let set = case.alibaba().idaas_idp_name.as_ref().filter(|name| !wrong.is_empty() && !known.contains(name));
    let set = set.map(|name| one_of(Evidence::nowhere("IdP Name").actual(name), known));
    Answer::found(wrong.into_iter().chain(set))
}

pub(super) fn user_charset(case: &Case<'_>) -> Answer {
    let Some(roles) = Roles::of(case) else { return Answer::Inapplicable };
    let faults: Vec<_> =
        roles.pairs().filter_map(|(value, pair)| Some((value, pair, role_name_fault(&pair.role.name)?))).collect();
    // One page on CreateRole allows spaces, its translation does not.
    let only_spaces = faults.iter().all(|(.., fault)| *fault == NameFault::Spaces);
    let answer = Answer::found(faults.iter().map(|(value, pair, _)| {
        roles.part(value, "Role (role)", &pair.role.name).expected("A-Z a-z 0-9 . @ - (1-64)")
    }));
    if only_spaces { answer.severity(Severity::Warning) } else { answer }
}

pub(super) fn user_mismatch(case: &Case<'_>) -> Answer {
    let Some(roles) = Roles::of(case) else { return Answer::Inapplicable };
    let Some(known) = &case.alibaba().ram_roles else { return Answer::NotChecked(&["alibaba.ram_roles"]) };
    let wrong: Vec<_> = roles.pairs().filter(|(_, pair)| !known.contains(&pair.role.name)).collect();
    // The documentation's own samples differ in letter case between role and ARN.
    let only_case = wrong.iter().all(|(_, pair)| known.iter().any(|role| role.eq_ignore_ascii_case(&pair.role.name)));
    let answer = Answer::found(
        wrong.iter().map(|(value, pair)| one_of(roles.part(value, "Role (role)", &pair.role.name), known)),
    );
    if only_case { answer.severity(Severity::Warning) } else { answer }
}

/// One pair was sent, and the account has more roles: the others need application accounts of their own.
pub(super) fn one_account_per_role(case: &Case<'_>) -> Answer {
    let Some(roles) = Roles::of(case) else { return Answer::Inapplicable };
    let mut pairs = roles.pairs();
    let Some((value, pair)) = pairs.next().filter(|_| pairs.next().is_none()) else { return Answer::Passed };
    let Some(known) = &case.alibaba().ram_roles else { return Answer::NotChecked(&["alibaba.ram_roles"]) };
    let others: Vec<&str> = known.iter().map(String::as_str).filter(|role| *role != pair.role.name).collect();
    Answer::when(!others.is_empty(), || roles.part(value, "Role (role)", &pair.role.name))
        .with("others", others.join(", "))
}

pub(super) fn account_id(case: &Case<'_>) -> Answer {
    let Some(roles) = Roles::of(case) else { return Answer::Inapplicable };
    let Some(id) = case.alibaba().account_id.as_deref().map(str::trim) else {
        return Answer::NotChecked(&["alibaba.account_id"]);
    };
    let accounts = roles.pairs().flat_map(|(value, pair)| {
        [("Role (role)", &pair.role.account), ("Role (saml-provider)", &pair.provider.account)]
            .map(|(what, account)| (value, what, account))
    });
    let wrong = accounts.filter(|(_, _, account)| *account != id);
    Answer::found(wrong.map(|(value, what, account)| roles.part(value, what, account).instead_of(id)))
}

/// All that names a site names the same one: the template for the international site and that for the China site differ
/// in nothing else.
pub(super) fn site_template(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let audiences = login.assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences());
    let audiences = audiences.map(|value| (value.text.to_string(), Evidence::of(login.seen, "Audience", &value)));
    let recipients = case
        .confirmations()
        .filter_map(|data| data.recipient())
        .map(|value| (value.text.to_string(), Evidence::of(login.seen, "SubjectConfirmationData/@Recipient", &value)));
    let destination = login
        .message
        .destination()
        .map(|value| (value.text.to_string(), Evidence::of(login.seen, "Response/@Destination", &value)));
    let received = case.received_at().into_iter().flat_map(|known| known.values);
    let received = received.map(|url| (url.clone(), Evidence::nowhere("received_at").actual(&url)));
    let all = audiences.chain(recipients).chain(destination).chain(received);
    let mut all = all.filter_map(|(name, evidence)| match belongs(&name)? {
        (Kind::Role, site) => Some((site, evidence)),
        (Kind::User, _) => None,
    });
    let Some((first, evidence)) = all.next() else { return Answer::Inapplicable };
    let others: Vec<_> = all.filter(|(site, _)| site.domain != first.domain).collect();
    let Some(second) = others.first().map(|(site, _)| site.domain) else { return Answer::Passed };
    Answer::found([evidence].into_iter().chain(others.into_iter().map(|(_, evidence)| evidence)))
        .with("first", first.domain)
        .with("second", second)
}
