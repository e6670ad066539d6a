//! Who speaks, and of how many: Issuer, Consent, the number of assertions (SAML 2.0 Core §2.2.5, Profiles §4.1.4.2).

use super::address::is_itself_signed;
use crate::checks::generic::each::{each, elements};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Profile};
use crate::saml::Value;
use crate::saml::names::ASSERTION;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "saml-issuer-response-missing",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Profiles 4.1.4.2",
        response_without_issuer,
    ),
    Rule::new(
        "saml-issuer-format",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Profiles 4.1.4.1, 4.1.4.2",
        issuer_format,
    ),
    Rule::new(
        "saml-issuer-qualifiers",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML 2.0 Core 8.3.6",
        issuer_qualifiers,
    ),
    Rule::new(
        "saml-issuer-mismatch-inner",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Profiles 4.1.4.2",
        issuers_differ,
    ),
    Rule::new(
        "saml-issuer-mismatch-metadata",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 2.2.5; Metadata 2.3.2",
        issuer_unknown,
    )
    .needs(&["metadata"])
    // The keys of metadata are those of its own entity: under another name none of them is tried as trusted.
    .explains(&["md-mismatch-capture", "sig-key-not-in-metadata", "sig-value-mismatch"]),
    Rule::new(
        "saml-multiple-assertions",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Conditions,
        "SAML2int SDP-IDP10",
        multiple_assertions,
    )
    .grouped(Group::Message),
    Rule::new(
        "saml-assertions-different-subject",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Subject,
        "SAML 2.0 Profiles 4.1.4.2",
        different_subjects,
    ),
    Rule::new("saml-consent-hint", Severity::Note, Who::Nobody, Stage::Hygiene, "SAML 2.0 Core 3.2.1, 8.4", consent),
];

/// The one format of an Issuer (Core §8.3.6), which is also what none stands for.
const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/// What Consent says where it says nothing (Core §8.4.1).
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:consent:unspecified";

/// Entity IDs that a finding lists: a federation's metadata has thousands.
const LISTED: usize = 10;

fn response_without_issuer(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let needs_one = is_itself_signed(seen, message)
            || seen.sent.and_then(|sent| sent.elements_named(ASSERTION, "EncryptedAssertion").next()).is_some();
        (message.kind() == "Response" && needs_one).then(|| {
            let missing = message.0.element(ASSERTION, "Issuer").is_none();
            missing.then(|| Evidence::node(seen, "Response/Issuer", message.0).expected("Issuer"))
        })
    })
}

fn issuer_format(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let issuers = elements(message).filter(|node| node.is(ASSERTION, "Issuer"));
        let formats: Vec<_> =
            issuers.filter_map(|issuer| issuer.attribute("Format")).map(Value::of_attribute).collect();
        (!formats.is_empty()).then(|| {
            let wrong = formats.into_iter().filter(|format| format.text != ENTITY);
            wrong.map(|format| Evidence::of(seen, "Issuer/@Format", &format).instead_of(ENTITY))
        })
    })
}

fn issuer_qualifiers(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let issuers = elements(message).filter(|node| node.is(ASSERTION, "Issuer"));
        let mut found = Vec::new();
        for issuer in issuers {
            if issuer.attribute("Format").is_some_and(|format| format.value() != ENTITY) {
                continue;
            }
            let named = ["NameQualifier", "SPNameQualifier", "SPProvidedID"];
            found.extend(named.into_iter().filter_map(|name| {
                let value = issuer.attribute(name).map(Value::of_attribute)?;
                Some(Evidence::of(seen, &format!("Issuer/@{name}"), &value))
            }));
        }
        Some(found)
    })
}

fn issuers_differ(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let own = message.0.element(ASSERTION, "Issuer").map(Value::of_element);
        let within = message.assertions().filter(|assertion| assertion.0 != message.0);
        let mut issuers = own.into_iter().chain(within.filter_map(|assertion| assertion.issuer()));
        let first = issuers.next()?;
        let rest: Vec<_> = issuers.collect();
        (!rest.is_empty()).then(|| {
            let others = rest.into_iter().filter(|issuer| issuer.text != first.text);
            let evidence = others.map(|issuer| {
                Evidence::of(seen, "Assertion/Issuer", &issuer).instead_of(first.text.clone().into_owned())
            });
            evidence.collect::<Vec<_>>()
        })
    })
}

fn issuer_unknown(case: &Case<'_>) -> Answer {
    let response = case.response().and_then(|seen| Some((seen, seen.message?.issuer()?)));
    let Some((seen, issuer)) = response else { return Answer::Inapplicable };
    let mut known = case.entities().map(|(_, entity)| entity).filter(|entity| entity.is_idp()).peekable();
    if known.peek().is_none() {
        return Answer::NotChecked(&["metadata"]);
    }
    let ids: Vec<&str> = known.filter_map(|entity| entity.id()).collect();
    Answer::when(!ids.contains(&&*issuer.text), || {
        Evidence::of(seen, "Issuer", &issuer).one_of(ids.into_iter().take(LISTED))
    })
}

fn multiple_assertions(case: &Case<'_>) -> Answer {
    let answer = each(case, |seen, message| {
        if message.kind() != "Response" {
            return None;
        }
        let all: Vec<_> = message.assertions().map(|one| one.0).chain(message.encrypted_assertions()).collect();
        let second = *all.get(1)?;
        Some(Some(Evidence::node(seen, "Assertion", second).actual(&all.len().to_string()).expected("1")))
    });
    // These take the first and refuse the rest, or refuse the message.
    let strict = matches!(case.profile, Profile::GitHub | Profile::AwsIdentityCenter);
    if strict { answer.severity(Severity::Error) } else { answer }
}

fn different_subjects(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let names = message.assertions().filter_map(|one| Some(one.subject()?.name_id()?.value()));
        let names: Vec<_> = names.collect();
        let first = names.first().filter(|_| names.len() > 1)?;
        let others = names.iter().filter(|name| name.text != first.text);
        let evidence =
            others.map(|name| Evidence::of(seen, "NameID", name).instead_of(first.text.clone().into_owned()));
        Some(evidence.collect::<Vec<_>>())
    })
}

fn consent(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let consent = message.0.attribute("Consent").map(Value::of_attribute)?;
        let what = format!("{}/@Consent", message.kind());
        let says = consent.text != UNSPECIFIED && !consent.text.trim().is_empty();
        Some(says.then(|| Evidence::of(seen, &what, &consent)))
    })
}
