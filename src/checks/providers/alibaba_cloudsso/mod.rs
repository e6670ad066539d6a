//! Alibaba Cloud CloudSSO (rule catalogue, section 3): whom a login is for, and what its request must be like.

mod place;
#[cfg(test)]
mod tests;

use self::place::{acs_blank, audience_mismatch, recipient_mismatch, region_mix, swapped};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::dsig::{Fault, SignatureVerdict};
use crate::flow::{Case, IDP, Seen, Signing};
use crate::intake::StepName;
use crate::saml::{Assertion, Message, Value};

const FAQ: &str = "Alibaba Cloud help: CloudSSO, FAQ about SSO";
const SETUP: &str = "Alibaba Cloud help: IDaaS, CloudSSO application; API GetDirectorySAMLServiceProviderInfo";
const IDP_API: &str = "Alibaba Cloud API: SetExternalSAMLIdentityProvider";
const SP_API: &str = "Alibaba Cloud API: GetDirectorySAMLServiceProviderInfo";
const USERS: &[&str] = &["alibaba.cloudsso_users"];

pub(super) const RULES: &[Rule] = &[
    Rule::new("ali-csso-request-unsigned", Severity::Error, Who::SpAdmin, Stage::Request, SP_API, request_unsigned)
        .needs(&["metadata"])
        .explains(&["req-unsigned-required"]),
    Rule::new("ali-csso-request-alg", Severity::Warning, Who::SpAdmin, Stage::Request, SP_API, request_alg),
    Rule::new("ali-csso-encryption", Severity::Error, Who::IdpAdmin, Stage::Signature, SP_API, encryption)
        .needs(&["metadata"])
        .explains(&["enc-no-key"]),
    Rule::new("ali-csso-signature", Severity::Error, Who::IdpAdmin, Stage::Signature, IDP_API, signature)
        .needs(&["metadata", "certificates"])
        .explains(&["sig-none", "sig-key-not-in-metadata", "ali-csso-idp-manual-fields"]),
    Rule::new("ali-csso-one-idp", Severity::Note, Who::SpAdmin, Stage::Signature, IDP_API, one_idp),
    Rule::new("ali-csso-idp-manual-fields", Severity::Note, Who::SpAdmin, Stage::Signature, IDP_API, manual_fields),
    Rule::new("ali-csso-acs-blank", Severity::Error, Who::IdpAdmin, Stage::Conditions, SETUP, acs_blank)
        .explains(place::FOLLOWS),
    Rule::new("ali-csso-acs-entity-swapped", Severity::Error, Who::IdpAdmin, Stage::Conditions, SETUP, swapped)
        .explains(place::FOLLOWS),
    Rule::new("ali-csso-region-mix", Severity::Error, Who::IdpAdmin, Stage::Conditions, SETUP, region_mix)
        .explains(place::FOLLOWS),
    Rule::new(
        "ali-csso-audience-mismatch",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Conditions,
        SETUP,
        audience_mismatch,
    )
    .needs(&["sp_entity_id", "metadata", "request", "private_keys"])
    .required()
    .explains(&["asr-audience-*"]),
    Rule::new(
        "ali-csso-recipient-mismatch",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Conditions,
        SETUP,
        recipient_mismatch,
    )
    .needs(&["received_at", "metadata", "request", "private_keys"])
    .required()
    .explains(&["asr-scd-recipient-mismatch", "saml-destination-mismatch"]),
    Rule::new("ali-csso-nameid-charset", Severity::Error, Who::IdpAdmin, Stage::Subject, FAQ, charset).explains(&[
        "ali-csso-nameid-not-user",
        "ali-csso-scim-mismatch",
        "ali-idaas-csso-appuser",
    ]),
    Rule::new("ali-csso-nameid-not-user", Severity::Error, Who::IdpAdmin, Stage::Subject, FAQ, not_user)
        .needs(USERS)
        .explains(&["ali-csso-scim-mismatch", "ali-csso-password-off"]),
    Rule::new("ali-csso-scim-mismatch", Severity::Error, Who::IdpAdmin, Stage::Subject, FAQ, scim_mismatch)
        .needs(USERS),
    Rule::new("ali-csso-password-off", Severity::Note, Who::SpAdmin, Stage::Subject, SETUP, password_off).needs(USERS),
];

/// The assertion of a login that succeeded.
fn login<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Assertion<'d>)> {
    case.response().zip(case.assertion()).filter(|_| case.succeeded() != Some(false))
}

/// The NameID, and the CloudSSO users as far as they are known.
fn user<'d>(case: &Case<'d>) -> Result<(Evidence, Value<'d>, &'d [String]), Answer> {
    let found = login(case).and_then(|(seen, _)| Some((seen, case.name_id()?)));
    let (seen, name) = found.ok_or(Answer::Inapplicable)?;
    let users = case.alibaba().cloudsso_users.as_deref().ok_or(Answer::NotChecked(USERS))?;
    Ok((Evidence::of(seen, "NameID", &name), name, users))
}

/// The user whose name differs in letter case alone. Whether CloudSSO heeds that is not documented.
fn but_for_case<'u>(name: &str, users: &'u [String]) -> Option<&'u String> {
    users.iter().find(|user| user.to_lowercase() == name.to_lowercase())
}

/// The NameID is the name of no user.
pub(super) fn not_user(case: &Case<'_>) -> Answer {
    match user(case) {
        Ok((_, name, users)) if users.iter().any(|user| *user == name.text) => Answer::Passed,
        Ok((evidence, name, users)) => match but_for_case(&name.text, users) {
            Some(user) => Answer::fired(evidence.instead_of(user)).severity(Severity::Warning),
            None if users.is_empty() => Answer::fired(evidence.expected("-")),
            None => Answer::fired(evidence.one_of(users.iter().map(String::as_str))),
        },
        Err(answer) => answer,
    }
}

/// The NameID is nobody, and another attribute of the same user is somebody: SCIM took the name from there.
fn scim_mismatch(case: &Case<'_>) -> Answer {
    let (evidence, name, users) = match user(case) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    if but_for_case(&name.text, users).is_some() {
        return Answer::Passed;
    }
    let named = |value: &Value<'_>| users.iter().find(|user| **user == value.text);
    let found =
        case.attributes().find_map(|attribute| Some((attribute, attribute.values().find(|v| named(v).is_some())?)));
    let Some(((attribute, value), seen)) = found.zip(case.response()) else { return Answer::Passed };
    let source = attribute.name().map(|name| name.text.into_owned()).unwrap_or_default();
    Answer::found([evidence.instead_of(&*value.text), Evidence::of(seen, "AttributeValue", &value)])
        .with("attribute", source)
}

fn password_off(case: &Case<'_>) -> Answer {
    match user(case) {
        Ok((evidence, name, users)) => Answer::when(but_for_case(&name.text, users).is_none(), || evidence),
        Err(answer) => answer,
    }
}

/// English letters, digits and `@ _ - .`, at most 64 characters.
fn charset(case: &Case<'_>) -> Answer {
    let name = login(case).and_then(|(seen, _)| Some((seen, case.name_id()?)));
    let Some((seen, name)) = name.filter(|(_, name)| !name.text.is_empty()) else { return Answer::Inapplicable };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '_' | '-' | '.');
    let wrong = !name.text.chars().all(fits) || name.text.chars().count() > 64;
    Answer::when(wrong, || Evidence::of(seen, "NameID", &name).expected("A-Z a-z 0-9 @ _ - . (1-64)"))
}

fn request_unsigned(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.request().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    // The signature of a redirect stands beside the message: without the whole query nothing is known of it.
    let whole = !seen.by_redirect() || seen.capture.steps.iter().any(|step| step.name == StepName::Parameters);
    if seen.capture.binding.is_none() || !whole {
        return Answer::Inapplicable;
    }
    let Some(role) = case.idp_role() else { return Answer::NotChecked(&["metadata"]) };
    let answer = Answer::when(role.wants_authn_requests_signed() && !seen.is_signed(), || {
        Evidence::node(seen, "AuthnRequest", message.0).expected("Signature")
    });
    // An identity provider that answered has not refused it.
    if case.succeeded() == Some(true) { answer.severity(Severity::Warning) } else { answer }
}

fn request_alg(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.request().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    let in_query = seen.query.as_ref().and_then(|query| query.signature_algorithm.as_deref());
    let algorithm = in_query.or_else(|| seen.signatures().find_map(|verdict| verdict.signature_algorithm.as_deref()));
    let Some(algorithm) = algorithm else { return Answer::Inapplicable };
    let what = if in_query.is_some() { "SigAlg" } else { "SignatureMethod/@Algorithm" };
    Answer::when(algorithm.ends_with("-sha1"), || {
        Evidence::node(seen, what, message.0)
            .actual(algorithm)
            .expected("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
    })
}

/// CloudSSO reads an encrypted assertion where its metadata has a key to encrypt to.
fn encryption(case: &Case<'_>) -> Answer {
    let encrypted = case.response().filter(|seen| {
        seen.sent.and_then(Message::of).is_some_and(|message| message.encrypted_assertions().next().is_some())
    });
    let Some((seen, message)) = encrypted.and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    let Some(role) = case.sp_role() else { return Answer::NotChecked(&["metadata"]) };
    Answer::when(role.encryption_keys().next().is_none(), || {
        let node = message.encrypted_assertions().next().unwrap_or(message.0);
        Evidence::node(seen, "EncryptedAssertion", node).expected("Assertion")
    })
}

fn signature(case: &Case<'_>) -> Answer {
    let Some(((seen, assertion), signing)) = login(case).zip(case.signing()) else {
        return Answer::Inapplicable;
    };
    let node = case.assertion_signature().or_else(|| case.response_signature()).unwrap_or(assertion.0);
    let evidence = || Evidence::node(seen, "Signature", node);
    match signing {
        Signing::NoKey => Answer::NotChecked(&["metadata", "certificates"]),
        Signing::Unsigned => Answer::fired(evidence().actual("none")),
        Signing::Broken(SignatureVerdict { fault: Some(fault @ Fault::DigestMismatch), .. }) => {
            Answer::fired(evidence().actual(fault.reason().unwrap_or_default()))
        }
        // What is malformed is so for every service, and told by the general rules.
        Signing::Broken(_) => Answer::Inapplicable,
        Signing::ForeignKey(verdict) => {
            let shown = seen.shown(verdict).iter().find_map(|key| key.certificate.clone());
            Answer::fired(evidence().actual(&shown.map_or("?".to_owned(), |certificate| certificate.subject.clone())))
        }
        // Whether a signature around it is enough is not documented.
        Signing::Vouched if case.assertion_signature().is_none() => {
            Answer::fired(evidence().actual("Response")).severity(Severity::Warning)
        }
        Signing::Vouched => Answer::Passed,
    }
}

/// The Response's Issuer.
fn issuer(case: &Case<'_>) -> Option<(Evidence, String)> {
    let seen = case.response()?;
    let issuer = seen.message?.issuer()?;
    Some((Evidence::of(seen, "Issuer", &issuer), issuer.text.into_owned()))
}

/// The metadata at hand, which is what was uploaded as a rule, is of another identity provider.
fn one_idp(case: &Case<'_>) -> Answer {
    let known = case.entities().filter(|(_, entity)| entity.role(IDP).is_some()).filter_map(|(_, entity)| entity.id());
    let known: Vec<&str> = known.collect();
    match issuer(case) {
        Some((evidence, issuer)) if !known.is_empty() => {
            Answer::when(!known.contains(&issuer.as_str()), || evidence.one_of(known.iter().copied()))
        }
        _ => Answer::Inapplicable,
    }
}

fn manual_fields(case: &Case<'_>) -> Answer {
    match (issuer(case), case.signing()) {
        (Some((evidence, _)), Some(Signing::ForeignKey(_))) => Answer::fired(evidence),
        (Some(_), Some(_)) => Answer::Passed,
        _ => Answer::Inapplicable,
    }
}
