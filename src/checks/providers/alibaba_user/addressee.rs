//! For which account and site the assertion is: Audience and Recipient, which RAM compares octet for octet.

use super::super::alibaba::{
    self, Kind, ROLE_URN, SITES, Site, account_in, belongs, is_account_id, is_digits, site_of,
};
use super::{RESPONSE_PAGE, login, unseen};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::{Assertion, Value};

/// What follows wherever Audience or Recipient is not what it should be.
const WRONG_AUDIENCE: &str = "ali-user-audience-mismatch";
const WRONG_RECIPIENT: &str = "ali-user-recipient-mismatch";

const DEFAULT_DOMAIN_PAGE: &str = "Alibaba Cloud RAM: SetDefaultDomain; SAML response for user-based SSO";

pub(in super::super) const RULES: &[Rule] = &[
    error("ali-user-audience-is-role", RESPONSE_PAGE, audience_is_role).explains(&[
        "ali-user-site-mix",
        WRONG_AUDIENCE,
        WRONG_RECIPIENT,
        "asr-audience-*",
        "asr-scd-recipient-mismatch",
        "saml-destination-mismatch",
    ]),
    error("ali-user-site-mix", RESPONSE_PAGE, site_mix).explains(&[
        WRONG_AUDIENCE,
        WRONG_RECIPIENT,
        "asr-audience-mismatch",
        "asr-audience-nearmiss",
        "asr-scd-recipient-mismatch",
        "saml-destination-mismatch",
    ]),
    error("ali-user-audience-is-acs", RESPONSE_PAGE, audience_is_acs).explains(&[WRONG_AUDIENCE, "asr-audience-*"]),
    error("ali-user-account-mismatch", DEFAULT_DOMAIN_PAGE, account_mismatch).explains(&[
        WRONG_AUDIENCE,
        WRONG_RECIPIENT,
        "ali-user-nameid-suffix-unknown",
        "asr-audience-mismatch",
        "asr-audience-nearmiss",
        "asr-scd-recipient-mismatch",
    ]),
    error("ali-user-audience-missing", RESPONSE_PAGE, audience_missing)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "asr-audience-missing", "asr-conditions-missing"]),
    error(WRONG_AUDIENCE, RESPONSE_PAGE, audience_mismatch)
        .needs(&["sp_entity_id", "metadata", "request", "alibaba.account_id", "private_keys"])
        .required()
        .explains(&["asr-audience-mismatch", "asr-audience-nearmiss"]),
    error(WRONG_RECIPIENT, RESPONSE_PAGE, recipient_mismatch)
        .needs(&["metadata", "sp_entity_id", "request", "alibaba.account_id", "private_keys"])
        .required()
        .explains(&["asr-scd-recipient-mismatch"]),
    Rule::new(
        "ali-user-account-format",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Conditions,
        RESPONSE_PAGE,
        account_format,
    ),
];

const fn error(id: &'static str, source: &'static str, check: crate::checks::rule::Check) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, Stage::Conditions, source, check)
}

fn audiences<'d>(assertion: Assertion<'d>) -> Vec<Value<'d>> {
    assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences()).collect()
}

fn recipients<'d>(case: &Case<'d>) -> Vec<Value<'d>> {
    case.confirmations().filter_map(|data| data.recipient()).collect()
}

fn kind_of(value: &Value<'_>) -> Option<Kind> {
    let urn = value.text.starts_with(ROLE_URN).then_some(Kind::Role);
    belongs(&value.text).map(|(kind, _)| kind).or(urn)
}

/// The entity ID that the account's service has, as far as that is known; else those of the account on both sites.
fn entity_ids(case: &Case<'_>) -> Vec<String> {
    let told = case.sp_entity_id().map(|known| known.values).unwrap_or_default();
    let told: Vec<String> = told.into_iter().filter(|id| account_in(id).is_some_and(is_digits)).collect();
    if !told.is_empty() {
        return told;
    }
    let account = alibaba::account(case);
    account.iter().flat_map(|account| SITES.iter().map(|site| site.user_entity_id(account))).collect()
}

fn is_entity_id(audience: &str, known: &[String]) -> bool {
    if !known.is_empty() {
        return known.iter().any(|id| id == audience);
    }
    let account = account_in(audience).filter(|account| is_digits(account));
    account.is_some_and(|account| SITES.iter().any(|site| site.user_entity_id(account) == audience))
}

/// The forms of the entity ID where the account is not known.
fn entity_id_forms() -> String {
    SITES.map(|site| site.user_entity_id("<account ID>")).join(", ")
}

fn audience_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    Answer::when(audiences(assertion).is_empty(), || {
        let parent = assertion.conditions().map_or(assertion.0, |conditions| conditions.0);
        let known = entity_ids(case);
        let expected = if known.is_empty() { entity_id_forms() } else { known.join(", ") };
        Evidence::node(seen, "Conditions/AudienceRestriction/Audience", parent).expected(expected)
    })
}

fn audience_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let (audiences, known) = (audiences(assertion), entity_ids(case));
    if audiences.is_empty() {
        return Answer::Inapplicable;
    }
    if audiences.iter().any(|audience| is_entity_id(&audience.text, &known)) {
        return Answer::Passed;
    }
    Answer::found(audiences.iter().map(|audience| {
        let evidence = Evidence::of(seen, "Audience", audience);
        match known.is_empty() {
            true => evidence.expected(entity_id_forms()),
            false => evidence.one_of(known.iter().map(String::as_str)),
        }
    }))
}

fn audience_is_acs(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let (audiences, known) = (audiences(assertion), entity_ids(case));
    if audiences.is_empty() {
        return Answer::Inapplicable;
    }
    if audiences.iter().any(|audience| is_entity_id(&audience.text, &known)) {
        return Answer::Passed;
    }
    let acs = audiences.iter().filter_map(|audience| {
        let site = SITES.iter().find(|site| site.user_acs == audience.text)?;
        let evidence = Evidence::of(seen, "Audience", audience);
        let id = known.iter().find(|id| site_of(id) == Some(site)).or(known.first());
        Some(match id {
            Some(id) => evidence.instead_of(id),
            None => evidence.expected(site.user_entity_id("<account ID>")),
        })
    });
    Answer::found(acs)
}

/// One names user-based SSO, the other role-based SSO.
fn audience_is_role(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let (audiences, recipients) = (audiences(assertion), recipients(case));
    let kinds = |values: &[Value<'_>]| values.iter().filter_map(kind_of).collect::<Vec<_>>();
    let (of_audience, of_recipient) = (kinds(&audiences), kinds(&recipients));
    if of_audience.is_empty() || of_recipient.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::when(!of_audience.iter().any(|kind| of_recipient.contains(kind)), || {
        let wanted = if of_recipient.contains(&Kind::User) {
            entity_id_forms()
        } else {
            SITES.map(|s| s.role_audience).join(", ")
        };
        first(seen, "Audience", &audiences).expected(wanted)
    })
    .with("recipient", recipients.first().map(|value| value.text.to_string()).unwrap_or_default())
}

fn site_mix(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let sites = |values: &[Value<'_>]| -> Vec<&'static Site> {
        let user = values.iter().filter_map(|value| belongs(&value.text)).filter(|(kind, _)| *kind == Kind::User);
        user.map(|(_, site)| site).collect()
    };
    let (audiences, recipients) = (audiences(assertion), recipients(case));
    let (of_audience, of_recipient) = (sites(&audiences), sites(&recipients));
    if of_audience.is_empty() || of_recipient.is_empty() {
        return Answer::Inapplicable;
    }
    if of_audience.iter().any(|site| of_recipient.contains(site)) {
        return Answer::Passed;
    }
    let acs = of_audience.first().map(|site| site.user_acs).unwrap_or_default();
    let wrong = first(seen, "SubjectConfirmationData/@Recipient", &recipients).instead_of(acs);
    Answer::found([wrong, first(seen, "Audience", &audiences)])
        .with("audience", audiences.first().map(|value| value.text.to_string()).unwrap_or_default())
}

fn recipient_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = login(case) else { return unseen(case) };
    let recipients = recipients(case);
    if recipients.is_empty() {
        return Answer::Inapplicable;
    }
    // What the service's metadata lists first, then the forms that the provider's pages show (catalogue, section 0.4).
    let known = entity_ids(case);
    let mut right = case.registered_acs_urls().map(|known| known.values).unwrap_or_default();
    right.retain(|url| kind_of_url(url) == Some(Kind::User));
    right.extend(SITES.iter().filter(|site| is_site(site, &known)).map(|site| site.user_acs.to_owned()));
    let listed = right.len();
    right.extend(known.iter().cloned());
    // Of an account that is not known any will do.
    let is_right = |url: &str| right.iter().any(|own| own == url) || known.is_empty() && is_entity_id(url, &known);
    let wrong = recipients.iter().filter(|recipient| !is_right(&recipient.text));
    let expected = |recipient: &Value<'_>| {
        let evidence = Evidence::of(seen, "SubjectConfirmationData/@Recipient", recipient);
        let nearest = evidence.one_of(right.iter().map(String::as_str)).nearest;
        let mut shown = right.iter().take(listed).cloned().collect::<Vec<_>>();
        shown.dedup();
        let evidence = Evidence::of(seen, "SubjectConfirmationData/@Recipient", recipient).expected(shown.join(", "));
        Evidence { nearest, ..evidence }
    };
    Answer::found(wrong.map(expected))
}

fn kind_of_url(url: &str) -> Option<Kind> {
    belongs(url).map(|(kind, _)| kind)
}

/// Whether a site may be the one, where entity IDs are known.
fn is_site(site: &Site, entity_ids: &[String]) -> bool {
    entity_ids.is_empty() || entity_ids.iter().any(|id| site_of(id) == Some(site))
}

/// The accounts that the message names differ: in Audience, Recipient and NameID.
fn account_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let of_url = |value: &Value<'_>| account_in(&value.text).filter(|id| is_digits(id)).map(str::to_owned);
    let mut found: Vec<(String, Evidence)> = Vec::new();
    let audiences = audiences(assertion);
    // Of several audiences one must fit: that with the account of the rest is the one.
    let recipient = recipients(case).into_iter().find_map(|value| Some((of_url(&value)?, value)));
    let name = case.name_id().and_then(|name| Some((account_of_domain(case, &name.text)?, name)));
    let rest: Vec<&String> = recipient.iter().map(|(id, _)| id).chain(name.iter().map(|(id, _)| id)).collect();
    let named: Vec<_> = audiences.iter().filter_map(|value| Some((of_url(value)?, value))).collect();
    let fitting = named.iter().find(|(id, _)| rest.contains(&id)).or(named.first());
    found.extend(fitting.map(|(id, value)| (id.clone(), Evidence::of(seen, "Audience", value))));
    found.extend(recipient.map(|(id, value)| (id, Evidence::of(seen, "SubjectConfirmationData/@Recipient", &value))));
    found.extend(name.map(|(id, value)| (id, Evidence::of(seen, "NameID", &value))));
    let Some((first, ..)) = found.first().cloned() else { return Answer::Inapplicable };
    if found.len() < 2 {
        return Answer::Inapplicable;
    }
    let Some((other, _)) = found.iter().find(|(id, _)| *id != first).cloned() else { return Answer::Passed };
    // What differs from the first comes first: it is what the sentence speaks of.
    let (right, wrong): (Vec<_>, Vec<_>) = found.into_iter().partition(|(id, _)| *id == first);
    let wrong = wrong.into_iter().map(|(_, evidence)| evidence.expected(first.as_str()));
    Answer::found(wrong.chain(right.into_iter().map(|(_, evidence)| evidence)))
        .with("one", first.as_str())
        .with("other", other)
}

/// The account ID that stands in a default domain which nobody changed. An alias of digits is none.
fn account_of_domain(case: &Case<'_>, name_id: &str) -> Option<String> {
    let (_, domain) = name_id.rsplit_once('@')?;
    let digits = domain.strip_suffix(alibaba::DEFAULT_DOMAIN).filter(|digits| is_digits(digits))?;
    let is_alias = case.alibaba().default_domain.as_deref() == Some(domain);
    (digits.len() >= FEWEST_DIGITS && !is_alias).then(|| digits.to_owned())
}

/// Digits from which on a default domain is taken for an account ID, be it one with digits lost.
const FEWEST_DIGITS: usize = 12;

fn account_format(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let audiences = audiences(assertion);
    let accounts: Vec<_> = audiences.iter().filter_map(|value| Some((value, account_in(&value.text)?))).collect();
    if accounts.is_empty() {
        return Answer::Inapplicable;
    }
    let strange = accounts.iter().filter(|(_, account)| !is_account_id(account));
    let account = strange.clone().next().map(|(_, account)| (*account).to_owned()).unwrap_or_default();
    let evidence = strange.map(|(value, _)| Evidence::of(seen, "Audience", value).expected("[0-9]{16}"));
    Answer::found(evidence).with("account", account)
}

/// Evidence of the first of some values.
fn first(seen: &crate::flow::Seen<'_>, what: &str, values: &[Value<'_>]) -> Evidence {
    values.first().map_or_else(|| Evidence::nowhere(what), |value| Evidence::of(seen, what, value))
}

#[cfg(test)]
mod tests;
