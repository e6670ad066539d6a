//! The Response of role-based SSO: what must be in it, who issued it, how it was sent.

use super::super::alibaba::{ROLE_ATTRIBUTE, SESSION_NAME_ATTRIBUTE};
use super::{ASSERTIONS, ASSUME_ROLE, Login};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::dsig::names::DSIG;
use crate::flow::{Case, IDP};
use crate::instant::Instant;
use crate::intake::StepName;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::saml::{Assertion, Value};
use crate::xml::Node;

/// The most characters of base64 that an assertion may have.
const MOST: usize = 100_000;

pub(in crate::checks::providers) const RULES: &[Rule] =
    &[
        rule("ali-role-assertion-unsigned", Stage::Signature, ASSERTIONS, assertion_unsigned)
            .required()
            .needs(&["private_keys"])
            .explains(&["ali-role-required-elements", "sig-none", "sig-response-only"]),
        rule("ali-role-issuer-mismatch", Stage::Envelope, ASSERTIONS, issuer_mismatch)
            .needs(&["metadata"])
            .explains(&["saml-issuer-mismatch-metadata", "sig-key-not-in-metadata", "md-mismatch-capture"]),
        rule("ali-role-api-needs-response", Stage::Transport, ASSUME_ROLE, api_needs_response).grouped(Group::Message),
        rule("ali-role-assertion-size", Stage::Transport, ASSUME_ROLE, assertion_size),
        rule("ali-role-required-elements", Stage::Conditions, ASSERTIONS, required_elements)
            .grouped(Group::Message)
            .required()
            .needs(&["private_keys"])
            .explains(&[
                "saml-status-success-no-assertion",
                "saml-status-missing",
                "saml-issuer-response-missing",
                "asr-issuer-missing",
                "asr-subject-missing",
                "asr-bearer-missing",
                "asr-conditions-missing",
                "asr-authnstatement-missing",
            ]),
        rule("ali-role-assertion-expired", Stage::Time, ASSUME_ROLE, assertion_expired)
            .required()
            .needs(&["private_keys"])
            .explains(&["asr-expired", "asr-scd-expired"]),
        Rule {
            severity: Severity::Note,
            ..rule("ali-role-sp-initiated", Stage::Hygiene, "Alibaba Cloud RAM, SSO overview", sp_initiated)
        },
    ];

const fn rule(id: &'static str, stage: Stage, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, source, check)
}

/// Whether something is there.
type Has = fn(Assertion<'_>) -> bool;

/// What an assertion must have, by its name.
const REQUIRED: &[(&str, Has)] = &[
    ("Assertion/Issuer", |assertion| assertion.issuer().is_some()),
    ("Assertion/ds:Signature", |assertion| signature(assertion).is_some()),
    ("Subject/NameID", |assertion| in_subject(assertion, "NameID") || in_subject(assertion, "EncryptedID")),
    ("Subject/SubjectConfirmation", |assertion| in_subject(assertion, "SubjectConfirmation")),
    ("Conditions/AudienceRestriction/Audience", |assertion| {
        assertion.conditions().is_some_and(|conditions| conditions.audiences().next().is_some())
    }),
    ("AuthnStatement", |assertion| assertion.authn_statements().next().is_some()),
    ("AttributeStatement/Attribute[Role]", |assertion| has_attribute(assertion, ROLE_ATTRIBUTE)),
    ("AttributeStatement/Attribute[RoleSessionName]", |assertion| has_attribute(assertion, SESSION_NAME_ATTRIBUTE)),
];

fn in_subject(assertion: Assertion<'_>, name: &str) -> bool {
    assertion.subject().is_some_and(|subject| subject.0.elements().any(|child| child.is(ASSERTION, name)))
}

fn has_attribute(assertion: Assertion<'_>, name: &str) -> bool {
    assertion.attributes().any(|attribute| attribute.name().is_some_and(|found| found.text == name))
}

fn signature(assertion: Assertion<'_>) -> Option<Node<'_>> {
    assertion.0.element(DSIG, "Signature")
}

fn required_elements(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.response().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    if case.succeeded() == Some(false) || case.is_sealed() {
        return super::unread(case);
    }
    let mut missing: Vec<(&str, Node<'_>)> = Vec::new();
    if message.kind() == "Response" {
        let of_response = [("Response/Issuer", ASSERTION, "Issuer"), ("Response/Status", PROTOCOL, "Status")];
        let absent = of_response.into_iter().filter(|(_, space, name)| message.0.element(space, name).is_none());
        missing.extend(absent.map(|(what, ..)| (what, message.0)));
    }
    match case.assertion() {
        None => missing.push(("Assertion", message.0)),
        Some(assertion) => {
            let absent = REQUIRED.iter().filter(|(_, is_there)| !is_there(assertion));
            missing.extend(absent.map(|(what, _)| (*what, assertion.0)));
        }
    }
    let listed = missing.iter().map(|(what, _)| *what).collect::<Vec<_>>().join(", ");
    Answer::found(missing.iter().map(|(what, parent)| Evidence::node(seen, what, *parent).expected("1")))
        .with("missing", listed)
}

fn assertion_unsigned(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    Answer::when(signature(login.assertion).is_none(), || {
        login.lacks("Assertion/ds:Signature", login.assertion.0).expected("1")
    })
}

/// Against all metadata of identity providers there is: RAM has that of the provider that Role names, whose name in RAM
/// metadata does not have.
fn issuer_mismatch(case: &Case<'_>) -> Answer {
    let Some((login, issuer)) =
        Login::of(case).and_then(|login| Some((login.assertion.issuer()?, login))).map(|(i, l)| (l, i))
    else {
        return Answer::Inapplicable;
    };
    let entities = case.entities().filter(|(_, entity)| entity.role(IDP).is_some());
    let ids: Vec<&str> = entities.filter_map(|(_, entity)| entity.id()).collect();
    if ids.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    Answer::when(!ids.contains(&issuer.text.as_ref()), || {
        Evidence::of(login.seen, "Assertion/Issuer", &issuer).one_of(ids.iter().copied())
    })
}

fn assertion_expired(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    let conditions = login.assertion.conditions().and_then(|conditions| conditions.not_on_or_after());
    let conditions = conditions.map(|value| ("Conditions/@NotOnOrAfter", value));
    let confirmed = case.confirmations().filter_map(|data| data.not_on_or_after());
    let confirmed = confirmed.map(|value| ("SubjectConfirmationData/@NotOnOrAfter", value));
    let ends: Vec<_> = conditions.into_iter().chain(confirmed).collect();
    if ends.is_empty() {
        return Answer::Inapplicable;
    }
    let is_past = |value: &Value<'_>| {
        Instant::parse(value.text.trim()).is_ok_and(|end| case.now.unix() - end.unix() >= case.skew())
    };
    let past: Vec<_> = ends.into_iter().filter(|(_, value)| is_past(value)).collect();
    let now = case.now.to_string();
    let evidence = past.iter().map(|(what, value)| Evidence::of(login.seen, what, value).expected(format!("> {now}")));
    Answer::found(evidence).with("now", now.clone())
}

/// Pasted as XML it may only have been cut out to be looked at; in base64 it is what was sent.
fn api_needs_response(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.response().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    let encoded = seen.capture.steps.iter().any(|step| step.name == StepName::Base64);
    let answer = Answer::when(message.kind() == "Assertion", || {
        Evidence::node(seen, "Response", message.0).actual("Assertion").instead_of("Response")
    });
    if encoded { answer } else { answer.severity(Severity::Note) }
}

/// Of the message's own base64, whatever form it was pasted in.
fn assertion_size(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.response().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    let bytes = seen.capture.xml.as_ref().map_or(0, |xml| xml.len());
    let length = bytes.div_ceil(3) * 4;
    Answer::when(!(4..=MOST).contains(&length), || {
        Evidence::node(seen, "SAMLResponse", message.0).actual(&length.to_string()).expected(format!("4–{MOST}"))
    })
}

fn sp_initiated(case: &Case<'_>) -> Answer {
    let answers = case.response().and_then(|seen| Some((seen, seen.message?.in_response_to()?)));
    let request = case.request().and_then(|seen| Some((seen, seen.message?)));
    let answers = answers.map(|(seen, value)| Evidence::of(seen, "Response/@InResponseTo", &value));
    let request = request.map(|(seen, message)| {
        let id = message.id().map(|id| id.text.into_owned()).unwrap_or_default();
        Evidence::node(seen, "AuthnRequest", message.0).actual(&id)
    });
    Answer::found(answers.into_iter().chain(request))
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::super::testing::LOGIN;
    use crate::checks::Severity;
    use crate::checks::testing::{Scene, fires, passes, silent, told, unchecked};

    #[test]
    fn what_must_be_there_is_missed() {
        fires("ali-role-required-elements", &login());
        let signed = Scene::scenario("clean-ali-role-transient");
        silent("ali-role-required-elements", &signed);
        fires("ali-role-assertion-unsigned", &login());
        silent("ali-role-assertion-unsigned", &signed);
        let sealed = login().without("<saml:Assertion", "</saml:Assertion>");
        let sealed = sealed.replace("</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>");
        unchecked("ali-role-required-elements", &sealed, "private_keys");
        unchecked("ali-role-assertion-unsigned", &sealed, "private_keys");
        unchecked("ali-role-assertion-expired", &sealed, "private_keys");
        let failed = sealed.replace("status:Success", "status:Responder");
        silent("ali-role-required-elements", &failed);
        silent("ali-role-assertion-unsigned", &failed);
    }

    #[test]
    fn each_required_element_is_missed_by_its_name() {
        let signature = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
        let whole = || login().replace("    <saml:Subject>", &format!("    {signature}<saml:Subject>"));
        passes("ali-role-required-elements", &whole());
        for (start, end, missing) in [
            ("<samlp:Status>", "</samlp:Status>", &["Response/Status"][..]),
            ("<saml:Issuer>", "</saml:Issuer>", &["Response/Issuer", "Assertion/Issuer"]),
            ("<saml:Assertion ", "</saml:Assertion>", &["Assertion"]),
            ("<ds:Signature", "/>", &["Assertion/ds:Signature"]),
            ("<saml:NameID", "</saml:NameID>", &["Subject/NameID"]),
            ("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>", &["Subject/SubjectConfirmation"]),
            ("<saml:Subject>", "</saml:Subject>", &["Subject/NameID", "Subject/SubjectConfirmation"]),
            ("<saml:Audience>", "</saml:Audience>", &["Conditions/AudienceRestriction/Audience"]),
            ("<saml:AuthnStatement", "</saml:AuthnStatement>", &["AuthnStatement"]),
            (
                "<saml:Attribute Name=\"https://www.aliyun.com/SAML-Role/Attributes/Role\"",
                "</saml:Attribute>",
                &["AttributeStatement/Attribute[Role]"],
            ),
            (
                "<saml:Attribute Name=\"https://www.aliyun.com/SAML-Role/Attributes/RoleSessionName\"",
                "</saml:Attribute>",
                &["AttributeStatement/Attribute[RoleSessionName]"],
            ),
        ] {
            let found = told("ali-role-required-elements", &whole().without(start, end));
            assert_eq!(found.evidence.iter().map(|e| e.what.as_str()).collect::<Vec<_>>(), missing);
            assert!(found.why.unwrap_or_default().contains(&missing.join(", ")), "{start}");
        }
        let hidden = whole().without("<saml:NameID", "</saml:NameID>");
        let hidden = hidden.replace("<saml:SubjectConfirmation ", "<saml:EncryptedID/><saml:SubjectConfirmation ");
        passes("ali-role-required-elements", &hidden);
    }

    #[test]
    fn the_issuer_is_that_of_the_metadata() {
        silent("ali-role-issuer-mismatch", &login().with_metadata());
        let other = login().with_metadata().replace("https://idp.acme.example/idp<", "http://idp.acme.example/idp<");
        fires("ali-role-issuer-mismatch", &other);
        unchecked("ali-role-issuer-mismatch", &login(), "metadata");
    }

    #[test]
    fn an_assertion_expires_once_the_skew_is_over_too() {
        fires("ali-role-assertion-expired", &login().at("2026-03-02T08:24:05Z"));
        silent("ali-role-assertion-expired", &login().at("2026-03-02T08:24:04Z"));
    }

    #[test]
    fn the_call_wants_the_whole_response_and_no_more_than_it_takes() {
        let (_, rest) = LOGIN.split_once("<saml:Assertion").unwrap();
        let (inside, _) = rest.split_once("</samlp:Response>").unwrap();
        let bare = format!("<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"{inside}");
        fires("ali-role-api-needs-response", &Scene::of(&bare));
        // As XML it may have been cut out to be looked at.
        let severity = |input: &str| told("ali-role-api-needs-response", &Scene::of(input)).severity;
        assert_eq!(severity(&bare), Severity::Note);
        assert_eq!(severity(&STANDARD.encode(&bare)), Severity::Error);
        silent("ali-role-api-needs-response", &login());
        let filler = format!("</saml:Attribute><!--{}-->", "x".repeat(75_000));
        fires("ali-role-assertion-size", &login().replace("</saml:Attribute>", &filler));
        silent("ali-role-assertion-size", &login());
    }

    #[test]
    fn a_login_that_a_request_began_is_noted() {
        fires("ali-role-sp-initiated", &login().replace("Destination=", "InResponseTo=\"_q1\" Destination="));
        silent("ali-role-sp-initiated", &login());
    }
}
