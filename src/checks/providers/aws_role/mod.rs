//! Role federation of AWS IAM (rule catalogue, section 6.1).

mod arn;
mod place;
#[cfg(test)]
mod tests;

use self::arn::Pair;
use self::place::{audience, recipient, relay_state, subject_confirmation};
use super::role_values::Fault;
use super::session_limits::SessionLimit;
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, IDP, Seen, Signing};
use crate::instant::Instant;
use crate::intake::StepName;
use crate::saml::{Assertion, Value};
use crate::sorted::sort_by_key;

const ASSERTIONS: &str = "AWS IAM User Guide: Configure SAML assertions for the authentication response";
const TROUBLE: &str = "AWS IAM User Guide: Troubleshoot SAML federation with IAM";
const QUOTAS: &str = "AWS IAM User Guide: IAM and AWS STS quotas";
const METADATA: &str = "AWS IAM API Reference: CreateSAMLProvider, SAMLMetadataDocument";
const PREFIX: &str = "https://aws.amazon.com/SAML/Attributes/";
pub(super) const ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
pub(super) const SESSION_NAME: &str = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";
const SESSION_DURATION: &str = "https://aws.amazon.com/SAML/Attributes/SessionDuration";
const NAME_FORM: &str = "A-Z a-z 0-9 _ + = , . @ - (2-64)";

pub(super) const RULES: &[Rule] = &[
    rule("aws-role-size", Severity::Error, Stage::Transport, QUOTAS, size),
    rule("aws-role-issuer", Severity::Error, Stage::Envelope, TROUBLE, issuer).needs(&["metadata"]).explains(&[
        "saml-issuer-mismatch-metadata",
        "aws-role-signature",
        "sig-key-not-in-metadata",
    ]),
    rule("aws-role-signature", Severity::Error, Stage::Signature, TROUBLE, signature)
        .needs(&["metadata", "certificates"])
        .explains(&["sig-key-not-in-metadata", "sig-value-mismatch"]),
    rule("aws-role-audience", Severity::Error, Stage::Conditions, ASSERTIONS, audience)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-audience-*"]),
    rule("aws-role-subjconf-count", Severity::Error, Stage::Conditions, ASSERTIONS, subject_confirmation)
        .explains(&["asr-scd-recipient-missing", "asr-scd-notonorafter-missing"]),
    rule("aws-role-recipient", Severity::Error, Stage::Conditions, ASSERTIONS, recipient)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-recipient-mismatch", "saml-destination-mismatch"]),
    rule("aws-role-nameid-missing", Severity::Error, Stage::Subject, TROUBLE, name_id_missing)
        .explains(&["nid-missing", "nid-empty"]),
    rule("aws-role-attr-missing", Severity::Error, Stage::Attributes, TROUBLE, role_missing),
    rule("aws-role-value", Severity::Error, Stage::Attributes, ASSERTIONS, role_value)
        .explains(&["asr-attr-delimited"]),
    rule("aws-role-account-mismatch", Severity::Error, Stage::Attributes, ASSERTIONS, account_mismatch),
    rule("aws-role-sessionname-missing", Severity::Error, Stage::Attributes, TROUBLE, session_name_missing),
    rule("aws-role-sessionname-bad", Severity::Error, Stage::Attributes, TROUBLE, session_name_bad),
    rule("aws-role-sourceidentity-bad", Severity::Error, Stage::Attributes, TROUBLE, source_identity),
    rule("aws-role-duration", Severity::Error, Stage::Attributes, ASSERTIONS, duration),
    rule("aws-role-principaltag", Severity::Warning, Stage::Attributes, ASSERTIONS, principal_tags),
    rule("aws-role-metadata-size", Severity::Error, Stage::Metadata, METADATA, metadata_size),
    rule("aws-role-relaystate", Severity::Note, Stage::RelayState, ASSERTIONS, relay_state),
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

/// The values of the attributes of exactly this name.
fn values<'d>(case: &Case<'d>, name: &str) -> Vec<Value<'d>> {
    case.attributes_named(name).flat_map(|attribute| attribute.values()).collect()
}

/// Fires where no attribute of exactly this name has a value, and shows the one that it was meant to be.
fn missing(case: &Case<'_>, name: &str) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    if values(case, name).iter().any(|value| !value.text.is_empty()) {
        return Answer::Passed;
    }
    let present = case.attributes_named(name).next();
    let near =
        case.attributes().filter_map(|attribute| attribute.name()).find(|found| meant(&found.text) == meant(name));
    Answer::fired(match (present, near) {
        (Some(attribute), _) => Evidence::node(seen, "AttributeValue", attribute.0).actual("").expected(name),
        (None, Some(near)) => Evidence::of(seen, "Attribute/@Name", &near).instead_of(name),
        (None, None) => Evidence::node(seen, "Attribute/@Name", assertion.0).expected(name),
    })
}

/// A name without what people get wrong in it.
fn meant(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name = name.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    name.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default().to_owned()
}

fn role_missing(case: &Case<'_>) -> Answer {
    missing(case, ROLE)
}

fn session_name_missing(case: &Case<'_>) -> Answer {
    missing(case, SESSION_NAME)
}

/// Asks the values of an attribute that are not empty; without any there is nothing to ask.
fn each(case: &Case<'_>, name: &str, what: &'static str, expected: &str, sound: &dyn Fn(&str) -> bool) -> Answer {
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let values = values(case, name);
    if values.iter().all(|value| value.text.is_empty()) {
        return Answer::Inapplicable;
    }
    let wrong = values.iter().filter(|value| !value.text.is_empty() && !sound(&value.text));
    Answer::found(wrong.map(|value| Evidence::of(seen, what, value).expected(expected)))
}

/// What is wrong with a value of Role, by the same reading as the rules'.
pub(super) fn faults(value: &str) -> Vec<Fault> {
    match Pair::of(value) {
        Some(pair) if pair.role.account != pair.provider.account => {
            vec![Fault::new("accounts-differ", pair.role.account)]
        }
        Some(_) => Vec::new(),
        None if value.is_empty() => vec![Fault::new("empty", "")],
        None if value.matches("arn:").count() > 2 => vec![Fault::new("joined", "")],
        None => vec![Fault::new("not-a-pair", arn::stranger(value))],
    }
}

fn role_value(case: &Case<'_>) -> Answer {
    let form = "arn:aws:iam::ACCOUNT:role/ROLE,arn:aws:iam::ACCOUNT:saml-provider/PROVIDER";
    each(case, ROLE, "Role", form, &|value| Pair::of(value).is_some())
}

fn account_mismatch(case: &Case<'_>) -> Answer {
    let one = |value: &str| Pair::of(value).is_none_or(|pair| pair.role.account == pair.provider.account);
    let answer = each(case, ROLE, "Role", "role/… = saml-provider/…", &one);
    let values = values(case, ROLE);
    let wrong = values.iter().filter(|value| !one(&value.text)).find_map(|value| Pair::of(&value.text));
    match wrong {
        Some(pair) => answer.with("role", pair.role.account).with("provider", pair.provider.account),
        None => answer,
    }
}

/// Letters, digits and `_ + = , . @ -`, 2 to 64 of them.
fn is_session_name(value: &str) -> bool {
    (2..=64).contains(&value.len()) && value.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

fn session_name_bad(case: &Case<'_>) -> Answer {
    each(case, SESSION_NAME, "RoleSessionName", NAME_FORM, &is_session_name)
}

fn source_identity(case: &Case<'_>) -> Answer {
    let sound = |value: &str| is_session_name(value) && !value.starts_with("aws:");
    each(case, &format!("{PREFIX}SourceIdentity"), "SourceIdentity", NAME_FORM, &sound)
}

/// `SessionDuration` in seconds, where it is one that is taken.
fn seconds(value: &str) -> Option<u64> {
    value.parse().ok().filter(|seconds| (900..=43_200).contains(seconds))
}

fn duration(case: &Case<'_>) -> Answer {
    each(case, SESSION_DURATION, "SessionDuration", "900-43200", &|value| seconds(value).is_some())
}

/// What limits the session, the one that counts first: the duration that is asked for, an hour where none is, and the end
/// that the assertion sets (AWS STS, AssumeRoleWithSAML: DurationSeconds).
pub(super) fn session_limits<'d>(assertion: Assertion<'d>, now: Instant) -> Vec<SessionLimit<'d>> {
    let named = assertion.attributes().filter(|one| one.name().is_some_and(|name| name.text == SESSION_DURATION));
    let asked = named.flat_map(|one| one.values()).find_map(|value| Some((seconds(&value.text)?, Some(value))));
    let (seconds, value) = asked.unwrap_or((3600, None));
    let mut limits = vec![SessionLimit { what: "SessionDuration", least: seconds, most: seconds, value }];
    for value in assertion.authn_statements().filter_map(|statement| statement.session_not_on_or_after()) {
        let left = Instant::parse(value.text.trim()).ok().and_then(|end| u64::try_from(end.unix() - now.unix()).ok());
        let what = "AuthnStatement/@SessionNotOnOrAfter";
        limits.extend(left.map(|left| SessionLimit { what, least: left, most: left, value: Some(value) }));
    }
    sort_by_key(&mut limits, |limit| limit.most);
    limits
}

/// Session tags: their sizes, and that those to be passed on are there.
fn principal_tags(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let tag = format!("{PREFIX}PrincipalTag:");
    let tags: Vec<_> = case
        .attributes()
        .filter_map(|attribute| {
            let name = attribute.name()?;
            Some((name.text.strip_prefix(&tag)?.to_owned(), name, attribute))
        })
        .collect();
    let names = tags.iter().filter(|(key, ..)| key.is_empty() || key.chars().count() > 128);
    let names = names.map(|(_, name, _)| Evidence::of(seen, "PrincipalTag", name).expected("<= 128"));
    let long = tags.iter().flat_map(|(_, _, attribute)| attribute.values());
    let long = long.filter(|value| value.text.chars().count() > 256);
    let long = long.map(|value| Evidence::of(seen, "PrincipalTag", &value).expected("<= 256"));
    let passed_on = values(case, &format!("{PREFIX}TransitiveTagKeys"));
    let unknown = passed_on.iter().filter(|value| !tags.iter().any(|(key, ..)| *key == value.text));
    let keys: Vec<&str> = tags.iter().map(|(key, ..)| key.as_str()).collect();
    let unknown = unknown.map(|value| Evidence::of(seen, "TransitiveTagKeys", value).one_of(keys.iter().copied()));
    match Answer::found(names.chain(long).chain(unknown)) {
        Answer::Passed if tags.is_empty() => Answer::Inapplicable,
        Answer::Passed => Answer::found(
            tags.iter().map(|(_, name, _)| Evidence::of(seen, "PrincipalTag", name).expected("sts:TagSession")),
        ),
        wrong => wrong.severity(Severity::Error),
    }
}

fn name_id_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let Some(subject) = assertion.subject() else { return Answer::Inapplicable };
    let missing = subject.name_id().is_none_or(|name| name.value().text.is_empty());
    Answer::when(missing, || Evidence::node(seen, "NameID", subject.0))
}

/// The Issuer of the assertion, held against the metadata that was uploaded.
fn issuer(case: &Case<'_>) -> Answer {
    let Some((seen, issuer)) = login(case).and_then(|(seen, assertion)| Some((seen, assertion.issuer()?))) else {
        return Answer::Inapplicable;
    };
    let known = case.entities().filter(|(_, entity)| entity.role(IDP).is_some()).filter_map(|(_, entity)| entity.id());
    let known: Vec<&str> = known.collect();
    if known.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    Answer::when(!known.contains(&&*issuer.text), || {
        Evidence::of(seen, "Issuer", &issuer).one_of(known.iter().copied())
    })
}

/// Another key than those of the metadata that was uploaded. A signature that is broken is so for every service, and
/// told by the general rules.
fn signature(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    match case.signing() {
        Some(Signing::Vouched) => Answer::Passed,
        Some(Signing::NoKey) => Answer::NotChecked(&["metadata", "certificates"]),
        Some(Signing::ForeignKey(verdict)) => {
            let node = case.response_signature().or_else(|| case.assertion_signature()).unwrap_or(assertion.0);
            let shown = seen.shown(verdict).iter().find_map(|key| key.certificate.clone());
            let shown = shown.map_or("?".to_owned(), |certificate| certificate.subject.clone());
            Answer::fired(Evidence::node(seen, "Signature", node).actual(&shown))
        }
        _ => Answer::Inapplicable,
    }
}

/// Most characters of the base64 text that AssumeRoleWithSAML takes.
const MOST: usize = 100_000;

fn size(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response() else { return Answer::Inapplicable };
    let step = seen.capture.steps.iter().find(|step| step.name == StepName::Base64);
    // What was pasted as XML is base64 on its way all the same.
    let computed = || Some(seen.capture.xml.as_ref()?.len().div_ceil(3) * 4);
    let Some(characters) = step.map(|step| step.bytes_in).or_else(computed) else { return Answer::Inapplicable };
    Answer::when(characters > MOST, || {
        Evidence::outside(seen, "SAMLResponse", &characters.to_string()).expected(format!("<= {MOST}"))
    })
}

/// How many characters a metadata document has.
const METADATA_CHARACTERS: std::ops::RangeInclusive<usize> = 1_000..=10_000_000;

/// Metadata that is to be uploaded. What a login came by has been.
fn metadata_size(case: &Case<'_>) -> Answer {
    let file = case.metadata.iter().find(|file| file.entities.with_role(IDP).next().is_some());
    let Some(file) = file.filter(|_| case.messages().next().is_none()) else { return Answer::Inapplicable };
    Answer::when(!METADATA_CHARACTERS.contains(&file.bytes), || {
        let span = &file.entities.span;
        Evidence::metadata_span(file, "EntityDescriptor", [span.start, span.end])
            .actual(&file.bytes.to_string())
            .expected(format!("{}-{}", METADATA_CHARACTERS.start(), METADATA_CHARACTERS.end()))
    })
}
