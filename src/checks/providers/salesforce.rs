//! Salesforce, in the words of its login history (rule catalogue, section 6.9).

use super::common::{
    ACS_OR_SEALED, ENTITY_OR_SEALED, KEYS, Login, NOT_ON_OR_AFTER, ended, known_audience, known_issuer,
    known_recipient, signed,
};
use crate::checks::{Answer, Rule, Severity, Stage, Who};
use crate::flow::Case;

const SOURCE: &str = "Salesforce Help: SAML assertion validation errors";

pub(super) const RULES: &[Rule] = &[
    rule("sf-signature", Stage::Signature, signed).needs(KEYS),
    rule("sf-issuer", Stage::Envelope, known_issuer).needs(&["metadata"]),
    rule("sf-audience", Stage::Conditions, known_audience).needs(ENTITY_OR_SEALED),
    rule("sf-recipient", Stage::Conditions, known_recipient).needs(ACS_OR_SEALED),
    rule("sf-subject", Stage::Conditions, subject),
    rule("sf-expired", Stage::Time, expired),
];

const fn rule(id: &'static str, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, SOURCE, check)
}

/// Somebody must be named, in the NameID or an attribute, and by a bearer confirmation that ends.
fn subject(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let Some(subject) = login.assertion.subject() else {
        return Answer::fired(login.node("Subject", login.assertion.0));
    };
    let bearers = login.bearers();
    let Some(bearer) = bearers.first() else { return Answer::fired(login.node("SubjectConfirmation", subject.0)) };
    if !bearers.iter().any(|bearer| bearer.data().is_some_and(|data| data.not_on_or_after().is_some())) {
        return Answer::fired(login.node(NOT_ON_OR_AFTER, bearer.0));
    }
    let is_named = subject.0.elements().any(|element| matches!(element.local_name(), "NameID" | "EncryptedID"));
    Answer::when(!is_named && login.assertion.attributes().next().is_none(), || login.node("NameID", subject.0))
}

fn expired(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    Answer::found(ended(case, login)).with("now", case.now.to_string()).who(Who::User)
}

#[cfg(test)]
mod tests {
    use crate::Profile;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ENTITY: &str = "https://acme.my.salesforce.com";

    fn login() -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", "https://acme.my.salesforce.com?so=00D000000000001")
            .replace("https://app.acme.example/sp", ENTITY)
    }

    fn known() -> Scene {
        login().with_metadata().context(|context| {
            context.sp_entity_id = Some(ENTITY.to_owned());
            context.received_at = Some("https://acme.my.salesforce.com?so=00D000000000001".to_owned());
        })
    }

    #[test]
    fn whom_it_is_for_and_from_is_what_the_settings_say() {
        silent("sf-audience", &known());
        fires("sf-audience", &known().replace(">https://acme.my.salesforce.com<", ">https://saml.salesforce.com<"));
        unchecked("sf-audience", &login(), "sp_entity_id");
        silent("sf-recipient", &known());
        let posted = |url: &str| login().context(|context| context.received_at = Some(url.to_owned()));
        silent("sf-recipient", &posted("https://acme.my.salesforce.com/?so=00D000000000001"));
        fires("sf-recipient", &posted("https://login.salesforce.com/?so=00D000000000001"));
        fires("sf-recipient", &posted("https://acme.my.salesforce.com/services"));
        unchecked("sf-recipient", &login(), "received_at");
        silent("sf-issuer", &known());
        fires("sf-issuer", &known().replace(">https://idp.acme.example/idp<", ">https://idp.acme.example/idp/<"));
        unchecked("sf-issuer", &login(), "metadata");
    }

    #[test]
    fn somebody_is_confirmed() {
        silent("sf-subject", &login());
        fires("sf-subject", &login().without("<saml:Subject>", "</saml:Subject>"));
        fires("sf-subject", &login().without("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
        fires("sf-subject", &login().replace("NotOnOrAfter=\"2026-03-02T08:21:05Z\" Recipient", "Recipient"));
        let nameless = login().without("<saml:NameID ", "</saml:NameID>");
        silent("sf-subject", &nameless);
        fires("sf-subject", &nameless.without("<saml:AttributeStatement>", "</saml:AttributeStatement>"));
    }

    #[test]
    fn it_is_used_in_time() {
        silent("sf-expired", &login());
        fires("sf-expired", &login().at("2026-03-02T08:30:00Z"));
    }

    #[test]
    fn the_signature_holds_with_the_certificate_of_the_settings() {
        let scenario = |name| Scene::scenario(name).context(|context| context.profile = Some(Profile::Salesforce));
        silent("sf-signature", &scenario("clean-generic-entra-xml"));
        fires("sf-signature", &scenario("sig-key-rollover"));
        fires("sf-signature", &scenario("sig-nameid-changed"));
        fires("sf-signature", &login());
        unchecked("sf-signature", &scenario("undetermined-no-certificate"), "certificates");
    }
}
