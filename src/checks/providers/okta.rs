//! Okta as the identity provider, and as the service that another identity provider logs in to.

use super::registered::{self, differs_only, foreign_key, goes_to};
use crate::checks::web_url::WebUrl;
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, IDP, Known};

const PAGE: &str = "support.okta.com: inbound SAML";
const ISSUER: &str = "http://www.okta.com/exk";
const DOMAINS: [&str; 3] = ["okta.com", "oktapreview.com", "okta-emea.com"];

/// Logins from Okta.
pub(super) const RULES: &[Rule] = &[Rule::new(
    "okta-issuer",
    Severity::Note,
    Who::SpAdmin,
    Stage::Hygiene,
    "Okta: Identity Provider Issuer of an application",
    issuer,
)];

/// Logins to Okta, from whatever identity provider.
pub(super) const INBOUND: &[Rule] = &[
    Rule::new("okta-inbound-issuer", Severity::Error, Who::SpAdmin, Stage::Envelope, PAGE, inbound_issuer)
        .needs(&["metadata"])
        .explains(&["saml-issuer-mismatch-metadata", "md-mismatch-capture"]),
    Rule::new("okta-inbound-audience", Severity::Error, Who::IdpAdmin, Stage::Conditions, PAGE, inbound_audience)
        .needs(&["sp_entity_id", "metadata"])
        .explains(&["asr-audience-mismatch", "asr-audience-nearmiss", "asr-audience-is-acs"]),
    Rule::new("okta-inbound-signature", Severity::Error, Who::SpAdmin, Stage::Signature, PAGE, inbound_signature)
        .needs(&["metadata", "certificates"])
        .explains(&["sig-value-mismatch", "sig-key-not-in-metadata"]),
];

fn issuer(case: &Case<'_>) -> Answer {
    let sent = case.response().and_then(|seen| Some((seen, seen.message?.issuer()?)));
    let evidence = match sent {
        Some((seen, issuer)) => Evidence::of(seen, "Response/Issuer", &issuer),
        None => match case.idp_entity().and_then(|(file, entity)| Some((file, entity.entity_id.as_ref()?))) {
            Some((file, id)) => Evidence::metadata(file, "EntityDescriptor/@entityID", id),
            None => return Answer::Inapplicable,
        },
    };
    let usual = evidence.actual.as_deref().is_some_and(|issuer| issuer.starts_with(ISSUER));
    Answer::when(!usual, || evidence.expected(format!("{ISSUER}…")))
}

/// Whether the message goes to an organisation's endpoint for logins from elsewhere.
fn is_inbound(case: &Case<'_>) -> bool {
    let endpoint = |url: &WebUrl| {
        DOMAINS.iter().any(|domain| url.is_under(domain))
            && (url.path.starts_with("/sso/saml2/") || url.path.starts_with("/auth/saml20/"))
    };
    goes_to(case, endpoint)
}

fn without_slash(name: &str) -> String {
    name.trim_end_matches('/').to_owned()
}

fn inbound_issuer(case: &Case<'_>) -> Answer {
    if !is_inbound(case) {
        return Answer::Inapplicable;
    }
    let issuer = case.response().and_then(|seen| Some((seen, seen.message?.issuer()?)));
    let Some((seen, issuer)) = issuer else { return Answer::Inapplicable };
    let described = case.entities().filter(|(_, entity)| entity.role(IDP).is_some());
    let values: Vec<String> = described.filter_map(|(_, entity)| Some(entity.id()?.to_owned())).collect();
    if values.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    let other = differs_only(&issuer.text, &Known { values, from: "metadata" }, without_slash);
    Answer::found(other.map(|other| Evidence::of(seen, "Response/Issuer", &issuer).instead_of(other)))
}

fn inbound_audience(case: &Case<'_>) -> Answer {
    if !is_inbound(case) {
        return Answer::Inapplicable;
    }
    let conditions = case.assertion().and_then(|assertion| assertion.conditions());
    let Some((seen, conditions)) = case.response().zip(conditions) else { return Answer::Inapplicable };
    let Some(known) = registered::entity_id(case) else { return Answer::NotChecked(&["sp_entity_id", "metadata"]) };
    let Some(first) = conditions.audiences().next() else { return Answer::Inapplicable };
    let named = conditions.audiences().any(|audience| audience.text == known);
    Answer::when(!named, || Evidence::of(seen, "Audience", &first).instead_of(known))
}

fn inbound_signature(case: &Case<'_>) -> Answer {
    if is_inbound(case) { foreign_key(case) } else { Answer::Inapplicable }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    fn outbound(issuer: &str) -> Scene {
        Scene::login().replace("https://idp.acme.example/idp", issuer)
    }

    fn inbound() -> Scene {
        let audience = "https://www.okta.com/saml2/service-provider/spacme7Qd2Lw9Vt5x7";
        Scene::login()
            .replace("https://app.acme.example/acs", "https://globex.okta.com/sso/saml2/0oaacme7Qd2Lw9Vt5x7")
            .replace("https://app.acme.example/sp", audience)
    }

    #[test]
    fn okta_is_named_with_http() {
        silent("okta-issuer", &outbound("http://www.okta.com/exk1acme7Qd2Lw9Vt5x7"));
        fires("okta-issuer", &outbound("https://www.okta.com/exk1acme7Qd2Lw9Vt5x7"));
        fires("okta-issuer", &Scene::idp_metadata().replace("https://idp.acme.example/idp", "https://acme.okta.com/"));
    }

    #[test]
    fn okta_compares_the_issuer_to_its_last_slash() {
        let idp = |id: &str| {
            let metadata = include_str!("../testing/idp-metadata.xml");
            inbound().metadata("idp.xml", &metadata.replace("https://idp.acme.example/idp", id))
        };
        fires("okta-inbound-issuer", &idp("https://idp.acme.example/idp/"));
        silent("okta-inbound-issuer", &idp("https://idp.acme.example/idp"));
        unchecked("okta-inbound-issuer", &inbound(), "metadata");
        silent("okta-inbound-issuer", &Scene::login());
    }

    #[test]
    fn okta_wants_to_be_the_audience() {
        let known = |id: &str| inbound().context(|context| context.sp_entity_id = Some(id.to_owned()));
        silent("okta-inbound-audience", &known("https://www.okta.com/saml2/service-provider/spacme7Qd2Lw9Vt5x7"));
        fires("okta-inbound-audience", &known("https://www.okta.com/saml2/service-provider/spother"));
        unchecked("okta-inbound-audience", &inbound(), "sp_entity_id");
    }

    #[test]
    fn okta_verifies_with_the_certificate_that_it_was_given() {
        let at_okta = |scene: Scene| {
            scene.context(|c| c.received_at = Some("https://globex.okta.com/sso/saml2/0oaacme7Qd2Lw9Vt5x7".to_owned()))
        };
        fires("okta-inbound-signature", &at_okta(Scene::scenario("sig-key-rollover")));
        silent("okta-inbound-signature", &at_okta(Scene::scenario("clean-generic-entra-xml")));
        unchecked("okta-inbound-signature", &at_okta(Scene::scenario("undetermined-no-certificate")), "certificates");
    }
}
