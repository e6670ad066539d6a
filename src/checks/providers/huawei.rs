//! Huawei Cloud (rule catalogue, section 6.4).

use super::common::{ENTITY_OR_SEALED, Login, is_ahead, known_audience};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::attribute;

const SOURCE: &str = "Huawei Cloud IAM: Configuring the enterprise IdP";
const USER: &str = "IAM_SAML_Attributes_xUserId";
const REDIRECT: &str = "IAM_SAML_Attributes_redirect_url";
const DOMAIN: &str = "IAM_SAML_Attributes_domain_id";
const PROVIDER: &str = "IAM_SAML_Attributes_idp_id";
const PROVIDERS: &str = "IAM_SAML_Attributes_identityProviders";
const PROVIDERS_FORM: &str = "iam::DOMAIN_ID:identityProvider:IDP";

pub(super) const RULES: &[Rule] = &[
    rule("huawei-assertion-unsigned", Severity::Error, Stage::Signature, assertion_unsigned)
        .explains(&["sig-none", "sig-response-only"]),
    rule("huawei-audience", Severity::Error, Stage::Conditions, known_audience).needs(ENTITY_OR_SEALED),
    rule("huawei-idp-initiated-attrs", Severity::Error, Stage::Attributes, idp_initiated),
    rule("huawei-xuserid", Severity::Error, Stage::Attributes, user_id).grouped(Group::Identity),
    rule("huawei-clock", Severity::Error, Stage::Time, clock).explains(&[
        "saml-issueinstant-future",
        "asr-notbefore-future",
        "asr-authninstant-future",
    ]),
    rule("huawei-redirect-url", Severity::Note, Stage::RelayState, redirect_url),
];

const fn rule(id: &'static str, severity: Severity, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, stage, SOURCE, check)
}

fn assertion_unsigned(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    Answer::when(case.assertion_signature().is_none(), || login.node("Signature", login.assertion.0))
}

/// Whether the identity provider began the login.
fn is_unsolicited(case: &Case<'_>) -> bool {
    let answered = case.response().and_then(|seen| seen.message?.in_response_to());
    case.request().is_none() && answered.is_none()
}

/// Without a request Huawei Cloud learns from attributes alone to which account and provider the login belongs.
fn idp_initiated(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case).filter(|_| is_unsolicited(case)) else { return Answer::Inapplicable };
    let providers = login.values(PROVIDERS);
    if !providers.is_empty() {
        let wrong = providers.iter().filter(|value| !value.text.split(';').all(is_provider));
        return Answer::found(wrong.map(|value| Evidence::of(login.seen, PROVIDERS, value).expected(PROVIDERS_FORM)));
    }
    Answer::found([DOMAIN, PROVIDER].into_iter().filter_map(|name| login.lacks(name)))
}

fn is_provider(text: &str) -> bool {
    let parts = text.trim().strip_prefix("iam::").and_then(|rest| rest.split_once(":identityProvider:"));
    parts.is_some_and(|(domain, provider)| {
        let is_name = |name: &str| !name.is_empty() && !name.contains([':', ' ']);
        is_name(domain) && is_name(provider)
    })
}

/// The attribute makes a login one of IAM users; that it is missing altogether is right for virtual users.
fn user_id(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let is_there = login.assertion.attributes().any(|one| one.name().is_some_and(|name| name.text == USER));
    if !is_there && login.near_name(USER).is_none() {
        return Answer::Inapplicable;
    }
    Answer::found(login.lacks(USER))
}

fn clock(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let Some(issued) = attribute(login.assertion.0, "IssueInstant") else { return Answer::Inapplicable };
    Answer::when(is_ahead(case, &issued), || {
        Evidence::of(login.seen, "Assertion/@IssueInstant", &issued).expected(format!("<= {}", case.now))
    })
    .with("now", case.now.to_string())
}

fn redirect_url(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case).filter(|_| is_unsolicited(case)) else { return Answer::Inapplicable };
    let Some((seen, target)) = case.relay_state().filter(|(_, text)| text.contains("://")) else {
        return Answer::Inapplicable;
    };
    Answer::when(login.values(REDIRECT).is_empty(), || Evidence::outside(seen, "RelayState", target).expected(REDIRECT))
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ENTITY: &str = "https://auth.huaweicloud.com/";

    fn attribute(name: &str, value: &str) -> String {
        format!("<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>")
    }

    fn with(scene: Scene, attributes: &str) -> Scene {
        scene.replace("</saml:AttributeStatement>", &format!("{attributes}</saml:AttributeStatement>"))
    }

    fn login() -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", "https://auth.huaweicloud.com/authui/saml/SAMLAssertionConsumer")
            .replace("https://app.acme.example/sp", ENTITY)
    }

    fn unsolicited() -> Scene {
        login().replace(" InResponseTo=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\"", "")
    }

    #[test]
    fn the_audience_is_the_entity_id_of_the_service() {
        let known = |scene: Scene| scene.context(|context| context.sp_entity_id = Some(ENTITY.to_owned()));
        silent("huawei-audience", &known(login()));
        fires(
            "huawei-audience",
            &known(login()).replace(">https://auth.huaweicloud.com/<", ">https://auth.huaweicloud.com<"),
        );
        unchecked("huawei-audience", &login(), "sp_entity_id");
    }

    #[test]
    fn the_assertion_itself_is_signed() {
        fires("huawei-assertion-unsigned", &login());
        let signed = |name| Scene::scenario(name).context(|context| context.profile = Some(crate::Profile::Huawei));
        silent("huawei-assertion-unsigned", &signed("clean-generic-entra-xml"));
        fires("huawei-assertion-unsigned", &signed("ali-user-response-only-signed"));
        silent("huawei-assertion-unsigned", &signed("enc-no-key"));
    }

    #[test]
    fn the_users_id_has_its_exact_name_and_a_value() {
        silent("huawei-xuserid", &login());
        silent("huawei-xuserid", &with(login(), &attribute("IAM_SAML_Attributes_xUserId", "u-7")));
        fires("huawei-xuserid", &with(login(), &attribute("IAM_SAML_Attributes_xUserId", "")));
        fires("huawei-xuserid", &with(login(), &attribute("IAM_SAML_Attributes_xUserID", "u-7")));
    }

    #[test]
    fn a_login_that_nobody_asked_for_names_account_and_provider() {
        let [account, provider] =
            ["domain_id", "idp_id"].map(|name| attribute(&format!("IAM_SAML_Attributes_{name}"), "acme"));
        silent("huawei-idp-initiated-attrs", &login());
        silent("huawei-idp-initiated-attrs", &with(unsolicited(), &(account.clone() + &provider)));
        fires("huawei-idp-initiated-attrs", &with(unsolicited(), &account));
        fires("huawei-idp-initiated-attrs", &unsolicited());
        let several = |value| with(unsolicited(), &attribute("IAM_SAML_Attributes_identityProviders", value));
        silent(
            "huawei-idp-initiated-attrs",
            &several("iam::0a1b:identityProvider:acme;iam::0c1d:identityProvider:acme"),
        );
        fires("huawei-idp-initiated-attrs", &several("iam:0a1b:identityProvider:acme"));
    }

    #[test]
    fn the_identity_providers_clock_does_not_run_ahead() {
        silent("huawei-clock", &login());
        fires("huawei-clock", &login().at("2026-03-02T00:16:20Z"));
    }

    #[test]
    fn the_target_of_such_a_login_is_an_attribute() {
        let posted = |attributes: &str, state: &str| {
            with(unsolicited(), &(attribute("city", "Lyon") + attributes)).posted(state)
        };
        fires("huawei-redirect-url", &posted("", "https://console.huaweicloud.com/ecs"));
        silent("huawei-redirect-url", &posted("", "ecs"));
        let target = attribute("IAM_SAML_Attributes_redirect_url", "https://console.huaweicloud.com/ecs");
        silent("huawei-redirect-url", &posted(&target, "https://console.huaweicloud.com/ecs"));
        silent("huawei-redirect-url", &unsolicited());
    }
}
