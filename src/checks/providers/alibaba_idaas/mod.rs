//! Alibaba Cloud IDaaS as the identity provider (rule catalogue, section 4): what its applications get wrong.

mod role;
#[cfg(test)]
mod tests;

use super::{alibaba_cloudsso, alibaba_relay};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who, web_url};
use crate::flow::{Case, Profile, Seen, Signing};
use crate::saml::Assertion;

const ROLE_SSO: &str = "Alibaba Cloud help: IDaaS, role-based SSO application";
const TROUBLE: &str = "Alibaba Cloud help: IDaaS, role-based SSO logon error troubleshooting";
const CLOUDSSO: &str = "Alibaba Cloud help: IDaaS, CloudSSO application";
const LEGACY: &str = "Alibaba Cloud help: IDaaS, RAM user-based SSO template";
const API: &str = "Alibaba Cloud API: EIAM 2021-12-01 SetApplicationSsoConfig";

pub(super) const RULES: &[Rule] = &[
    rule("ali-idaas-csso-scope", Severity::Note, Stage::Request, CLOUDSSO, scope).grouped(Group::Identity),
    rule("ali-idaas-idp-entityid", Severity::Warning, Stage::Envelope, API, entity_id),
    rule("ali-idaas-assertion-unsigned", Severity::Error, Stage::Signature, API, assertion_unsigned).explains(&[
        "ali-user-assertion-unsigned",
        "ali-role-assertion-unsigned",
        "ali-user-required-elements",
        "ali-role-required-elements",
        "sig-response-only",
    ]),
    rule("ali-idaas-metadata-stale", Severity::Error, Stage::Signature, TROUBLE, metadata_stale)
        .needs(&["metadata", "certificates"])
        .explains(&[
            "ali-user-signature-invalid",
            "ali-csso-signature",
            "ali-csso-idp-manual-fields",
            "sig-key-not-in-metadata",
            "sig-value-mismatch",
        ]),
    rule("ali-idaas-signature-alg", Severity::Warning, Stage::Hygiene, API, signature_algorithm)
        .grouped(Group::Signature),
    rule("ali-idaas-site-template", Severity::Error, Stage::Conditions, ROLE_SSO, role::site_template).explains(&[
        "ali-role-site-mix",
        "ali-role-audience-mismatch",
        "ali-role-recipient-mismatch",
        "asr-audience-*",
        "asr-scd-recipient-mismatch",
        "saml-destination-mismatch",
    ]),
    rule("ali-idaas-csso-appuser", Severity::Error, Stage::Subject, CLOUDSSO, cloudsso_user)
        .needs(&["alibaba.cloudsso_users"])
        .explains(&["ali-csso-nameid-not-user", "ali-csso-scim-mismatch", "ali-csso-password-off"]),
    rule("ali-idaas-ram-user-legacy", Severity::Error, Stage::Subject, LEGACY, ram_user)
        .needs(&["alibaba.default_domain"])
        .explains(&[
            "ali-user-nameid-suffix-unknown",
            "ali-user-nameid-username-charset",
            "ali-user-nameid-not-exact",
            "ali-user-account-mismatch",
        ]),
    rule("ali-idaas-nameid-format", Severity::Note, Stage::Subject, API, name_id_format),
    rule("ali-idaas-account-id", Severity::Error, Stage::Attributes, ROLE_SSO, role::account_id)
        .needs(&["alibaba.account_id"])
        .explains(&[
            "ali-idaas-idpname-mismatch",
            "ali-idaas-appuser-role-mismatch",
            "ali-role-provider-not-found",
            "ali-role-not-found",
            "ali-role-account-mismatch",
            "ali-role-account-format",
        ]),
    rule("ali-idaas-idpname-charset", Severity::Error, Stage::Attributes, ROLE_SSO, role::idp_name_charset).explains(
        &[
            "ali-idaas-idpname-mismatch",
            "ali-role-provider-charset",
            "ali-role-provider-not-found",
            "ali-role-value-grammar",
        ],
    ),
    rule("ali-idaas-idpname-mismatch", Severity::Error, Stage::Attributes, TROUBLE, role::idp_name_mismatch)
        .needs(&["alibaba.saml_providers"])
        .explains(&["ali-role-provider-not-found"]),
    rule("ali-idaas-appuser-charset", Severity::Error, Stage::Attributes, ROLE_SSO, role::user_charset).explains(&[
        "ali-idaas-appuser-role-mismatch",
        "ali-role-name-charset",
        "ali-role-not-found",
        "ali-role-value-grammar",
    ]),
    rule("ali-idaas-appuser-role-mismatch", Severity::Error, Stage::Attributes, ROLE_SSO, role::user_mismatch)
        .needs(&["alibaba.ram_roles"])
        .explains(&["ali-role-not-found", "ali-role-name-case"]),
    rule("ali-idaas-one-account-per-role", Severity::Note, Stage::Attributes, ROLE_SSO, role::one_account_per_role)
        .needs(&["alibaba.ram_roles"]),
    rule("ali-idaas-relaystate", Severity::Warning, Stage::RelayState, API, relay_state)
        .explains(&["ali-user-relaystate-domain", "ali-role-relaystate-domain"]),
];

const fn rule(
    id: &'static str,
    severity: Severity,
    stage: Stage,
    source: &'static str,
    check: fn(&Case<'_>) -> Answer,
) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, stage, source, check)
}

/// The assertion of a login that succeeded.
fn login<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Assertion<'d>)> {
    case.response().zip(case.assertion()).filter(|_| case.succeeded() != Some(false))
}

/// Whether the login is for RAM itself: users or roles.
fn is_for_ram(case: &Case<'_>) -> bool {
    matches!(case.profile, Profile::AlibabaUserSso | Profile::AlibabaRoleSso)
}

/// A request to IDaaS without an answer: one who is not in the application's scope sees an error page there.
fn scope(case: &Case<'_>) -> Answer {
    let alibaba = is_for_ram(case) || case.profile == Profile::AlibabaCloudSso;
    match case.request().and_then(|seen| Some((seen, seen.message?))) {
        Some((seen, message)) if alibaba => {
            Answer::when(case.response().is_none(), || Evidence::node(seen, "AuthnRequest", message.0))
        }
        _ => Answer::Inapplicable,
    }
}

fn entity_id(case: &Case<'_>) -> Answer {
    let Some((seen, issuer)) = case.response().and_then(|seen| Some((seen, seen.message?.issuer()?))) else {
        return Answer::Inapplicable;
    };
    let sound = issuer.text.starts_with("urn:") || web_url::read(&issuer.text).is_ok_and(|url| url.is_web());
    Answer::when(!sound, || Evidence::of(seen, "Issuer", &issuer).expected("https://… / urn:…"))
}

/// RAM asks for a signature of the assertion's own; IDaaS can be set to sign the Response alone.
fn assertion_unsigned(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case).filter(|_| is_for_ram(case)) else { return Answer::Inapplicable };
    let only_response = case.assertion_signature().is_none() && case.response_signature().is_some();
    Answer::when(only_response, || {
        Evidence::node(seen, "Assertion", assertion.0).actual("Response").expected("Assertion")
    })
}

fn metadata_stale(case: &Case<'_>) -> Answer {
    let alibaba = is_for_ram(case) || case.profile == Profile::AlibabaCloudSso;
    let Some((seen, assertion)) = login(case).filter(|_| alibaba) else { return Answer::Inapplicable };
    match case.signing() {
        Some(Signing::Vouched) => Answer::Passed,
        Some(Signing::NoKey) => Answer::NotChecked(&["metadata", "certificates"]),
        Some(Signing::ForeignKey(verdict)) => {
            let node = case.assertion_signature().or_else(|| case.response_signature()).unwrap_or(assertion.0);
            let shown = seen.shown(verdict).iter().find_map(|key| key.certificate.clone());
            let shown = shown.map_or("?".to_owned(), |certificate| certificate.subject.clone());
            Answer::fired(Evidence::node(seen, "Signature", node).actual(&shown))
        }
        _ => Answer::Inapplicable,
    }
}

/// The only algorithm that an application of IDaaS can be set to.
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

fn signature_algorithm(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let algorithms: Vec<&str> =
        seen.signatures().filter_map(|verdict| verdict.signature_algorithm.as_deref()).collect();
    if algorithms.is_empty() {
        return Answer::Inapplicable;
    }
    let node = case.assertion_signature().or_else(|| case.response_signature()).unwrap_or(assertion.0);
    let others = algorithms.into_iter().filter(|algorithm| *algorithm != RSA_SHA256);
    Answer::found(others.map(|algorithm| {
        Evidence::node(seen, "SignatureMethod/@Algorithm", node).actual(algorithm).instead_of(RSA_SHA256)
    }))
}

/// The application account is what IDaaS sends as NameID, and must be a user of CloudSSO.
fn cloudsso_user(case: &Case<'_>) -> Answer {
    match case.profile {
        Profile::AlibabaCloudSso => alibaba_cloudsso::not_user(case),
        _ => Answer::Inapplicable,
    }
}

/// The template that puts `@` and the field "RAM User Domain" behind the application account: `user@account.onaliyun.com`.
/// What it makes of a wrong domain, or of an application account that is an e-mail address.
fn ram_user(case: &Case<'_>) -> Answer {
    let name = login(case).filter(|_| case.profile == Profile::AlibabaUserSso).zip(case.name_id());
    let Some(((seen, _), name)) = name else { return Answer::Inapplicable };
    let Some((user, domain)) = name.text.rsplit_once('@') else { return Answer::Inapplicable };
    let known = case.alibaba().default_domain.as_deref();
    let form = known.map_or_else(|| "user@….onaliyun.com".to_owned(), |domain| format!("user@{domain}"));
    let evidence = || Evidence::of(seen, "NameID", &name).expected(form);
    if user.contains('@') || !domain.contains('.') {
        return Answer::fired(evidence());
    }
    // Every other domain may be an alias of the account, which other rules know better.
    let Some(account) = domain.strip_suffix(".onaliyun.com") else { return Answer::Passed };
    let Some(known) = known else { return Answer::NotChecked(&["alibaba.default_domain"]) };
    let is_id = case.alibaba().account_id.as_deref() == Some(account);
    Answer::when(!is_id && !known.eq_ignore_ascii_case(domain), evidence)
}

const FORMATS: &[&str] = &[
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
];

fn name_id_format(case: &Case<'_>) -> Answer {
    let format = login(case).and_then(|(seen, assertion)| Some((seen, assertion.subject()?.name_id()?.format()?)));
    let Some((seen, format)) = format else { return Answer::Inapplicable };
    Answer::when(!FORMATS.contains(&&*format.text), || {
        Evidence::of(seen, "NameID/@Format", &format).one_of(FORMATS.iter().copied())
    })
}

fn relay_state(case: &Case<'_>) -> Answer {
    if is_for_ram(case) { alibaba_relay::domain(case) } else { Answer::Inapplicable }
}
