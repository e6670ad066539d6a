//! ServiceNow, in the words of its SAML log (rule catalogue, section 6.9).

use super::common::{
    ENTITY_OR_SEALED, KEYS, Login, NOT_ON_OR_AFTER, account_name, is_ahead, is_past, known_audience, known_issuer,
    signed,
};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::{Message, SubjectConfirmation, Value};

const SOURCE: &str = "ServiceNow KB0657104";

pub(super) const RULES: &[Rule] = &[
    rule("snow-encrypted", Stage::Signature, SOURCE, encrypted).needs(&["metadata"]),
    rule("snow-cert", Stage::Signature, SOURCE, signed).needs(KEYS),
    rule("snow-issuer", Stage::Envelope, SOURCE, known_issuer).needs(&["metadata"]),
    rule("snow-audience", Stage::Conditions, SOURCE, known_audience).needs(ENTITY_OR_SEALED),
    rule("snow-scd", Stage::Conditions, SOURCE, confirmation).needs(&["request"]),
    rule("snow-sessionindex", Stage::Conditions, SOURCE, session_index).grouped(Group::Message),
    rule("snow-user", Stage::Subject, "ServiceNow KB0727658", account_name).explains(&["nid-missing", "nid-empty"]),
];

const fn rule(id: &'static str, stage: Stage, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, source, check)
}

/// ServiceNow opens encrypted assertions only where it has been given a key pair for that, which its metadata tells.
fn encrypted(case: &Case<'_>) -> Answer {
    let Some((seen, sent)) = case.response().and_then(|seen| Some((seen, seen.sent.and_then(Message::of)?))) else {
        return Answer::Inapplicable;
    };
    if sent.encrypted_assertions().next().is_none() {
        return Answer::Inapplicable;
    }
    let fired =
        Answer::fired(Evidence::outside(seen, "EncryptedAssertion", "EncryptedAssertion").expected("Assertion"));
    match case.sp_role() {
        Some(role) if role.encryption_keys().next().is_some() => Answer::Passed,
        Some(_) => fired,
        None => fired.severity(Severity::Warning),
    }
}

/// What is wrong with one confirmation.
fn faults(case: &Case<'_>, login: Login<'_>, bearer: &SubjectConfirmation<'_>) -> Vec<Evidence> {
    let Some(data) = bearer.data() else {
        return vec![Evidence::node(login.seen, "SubjectConfirmationData", bearer.0).actual("")];
    };
    let of = |what: &str, value: &Value<'_>| Evidence::of(login.seen, what, value);
    let mut found = Vec::new();
    let asked = case.request().and_then(|request| request.message?.id());
    if let Some((asked, answered)) =
        asked.zip(data.in_response_to()).filter(|(asked, answer)| asked.text != answer.text)
    {
        found.push(of("SubjectConfirmationData/@InResponseTo", &answered).instead_of(asked.text));
    }
    if let Some(start) = data.not_before().filter(|start| is_ahead(case, start)) {
        found.push(of("SubjectConfirmationData/@NotBefore", &start).expected(format!("<= {}", case.now)));
    }
    match data.not_on_or_after() {
        Some(end) if is_past(case, &end) => found.push(of(NOT_ON_OR_AFTER, &end).expected(format!("> {}", case.now))),
        Some(_) => {}
        None => found.push(Evidence::node(login.seen, NOT_ON_OR_AFTER, data.0).actual("")),
    }
    found
}

/// One confirmation without a fault is enough.
fn confirmation(case: &Case<'_>) -> Answer {
    let Some((login, subject)) = Login::of(case).and_then(|login| Some((login, login.assertion.subject()?))) else {
        return Answer::Inapplicable;
    };
    let all = login.bearers();
    let found = all.iter().map(|bearer| faults(case, login, bearer)).min_by_key(Vec::len);
    Answer::found(found.unwrap_or_else(|| vec![login.node("SubjectConfirmation", subject.0)]))
}

fn session_index(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let Some(first) = login.assertion.authn_statements().next() else { return Answer::Inapplicable };
    let has = |value: Option<Value<'_>>| value.is_some_and(|value| !value.text.is_empty());
    let found = login.assertion.authn_statements().any(|statement| has(statement.session_index()));
    Answer::when(!found, || login.node("AuthnStatement/@SessionIndex", first.0))
}

#[cfg(test)]
mod tests {
    use crate::Profile;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ENTITY: &str = "https://acme.service-now.com";

    fn login() -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", "https://acme.service-now.com/navpage.do")
            .replace("https://app.acme.example/sp", ENTITY)
    }

    fn known() -> Scene {
        login().with_metadata().context(|context| context.sp_entity_id = Some(ENTITY.to_owned()))
    }

    fn scenario(name: &str) -> Scene {
        Scene::scenario(name).context(|context| context.profile = Some(Profile::ServiceNow))
    }

    #[test]
    fn audience_and_issuer_are_those_of_the_settings() {
        silent("snow-audience", &known());
        fires("snow-audience", &known().replace(">https://acme.service-now.com<", ">https://acmedev.service-now.com<"));
        unchecked("snow-audience", &login(), "metadata");
        silent("snow-issuer", &known());
        fires("snow-issuer", &known().replace(">https://idp.acme.example/idp<", ">https://idp.acme.example<"));
        unchecked("snow-issuer", &login(), "metadata");
    }

    #[test]
    fn the_certificate_is_the_one_that_was_imported() {
        silent("snow-cert", &scenario("clean-generic-entra-xml"));
        fires("snow-cert", &scenario("sig-key-rollover"));
        unchecked("snow-cert", &scenario("undetermined-no-certificate"), "metadata");
    }

    #[test]
    fn a_confirmation_answers_the_request_in_time() {
        silent("snow-scd", &login());
        fires("snow-scd", &login().replace("cm:bearer", "cm:sender-vouches"));
        fires("snow-scd", &login().at("2026-03-02T09:00:00Z"));
        fires(
            "snow-scd",
            &login().replace(
                "<saml:SubjectConfirmationData ",
                "<saml:SubjectConfirmationData NotBefore=\"2026-03-02T08:20:05Z\" ",
            ),
        );
        let request = || "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_other\" Version=\"2.0\" IssueInstant=\"2026-03-02T08:15:50Z\"/>";
        fires("snow-scd", &login().and(request()));
        silent("snow-scd", &login().and(&request().replace("_other", "_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2")));
    }

    #[test]
    fn a_session_can_be_ended_and_a_user_found() {
        silent("snow-sessionindex", &login());
        fires("snow-sessionindex", &login().without(" SessionIndex=\"", "\""));
        silent("snow-user", &login());
        fires("snow-user", &login().without("<saml:NameID ", "</saml:NameID>"));
        fires("snow-user", &login().replace("1.1:nameid-format:emailAddress", "2.0:nameid-format:transient"));
    }

    #[test]
    fn an_encrypted_assertion_needs_a_key_pair() {
        silent("snow-encrypted", &login());
        silent("snow-encrypted", &scenario("enc-no-key"));
        let sealed = || {
            let message = login().without("<saml:Assertion ", "</saml:Assertion>");
            message.replace("</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>")
        };
        fires("snow-encrypted", &sealed());
        fires("snow-encrypted", &sealed().with_metadata());
    }
}
