//! Volcengine: sign-in of users and of roles (rule catalogue, section 6.5).

use super::common::{AUDIENCE, Login, known_issuer};
use super::role_values::Grammar;
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;

const USER: &str = "Volcengine IAM: user SSO (docs/6257/1129821)";
const ROLES: &str = "Cloudpods, SAML of Volcengine; Volcengine IAM: role SSO";
const PREFIX: &str = "https://www.volcengine.com/SAML/Attributes/";
pub(super) const IDENTITY: &str = "https://www.volcengine.com/SAML/Attributes/Identity";
pub(super) const ROLE: &str = "https://www.volcengine.com/SAML/Attributes/Role";
pub(super) const SESSION_NAME: &str = "https://www.volcengine.com/SAML/Attributes/SessionName";
pub(super) const ROLE_SESSION_NAME: &str = "https://www.volcengine.com/SAML/Attributes/RoleSessionName";
const FORM: &str = "trn:iam::ACCOUNT:role/ROLE,trn:iam::ACCOUNT:saml-provider/PROVIDER";
/// The names that documents give the service; they differ, so that metadata decides.
const NAMES: [&str; 2] = ["https://console.volcengine.com", "https://signin.volcengine.com/saml"];

pub(super) const RULES: &[Rule] = &[
    rule("volc-user-response-signed", Severity::Error, Stage::Signature, USER, response_signed)
        .explains(&["sig-none", "sig-assertion-only"]),
    rule("volc-user-issuer", Severity::Error, Stage::Envelope, USER, issuer).needs(&["metadata"]),
    rule("volc-audience", Severity::Warning, Stage::Conditions, ROLES, audience),
    rule("volc-role-value", Severity::Error, Stage::Attributes, ROLES, role_value),
    rule("volc-sessionname", Severity::Error, Stage::Attributes, ROLES, session_name),
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

/// Whether the login is for roles: only that has attributes of Volcengine's.
fn is_for_roles(login: Login<'_>) -> bool {
    login.assertion.attributes().any(|one| one.name().is_some_and(|name| name.text.starts_with(PREFIX)))
}

fn response_signed(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case).filter(|login| !is_for_roles(*login)) else { return Answer::Inapplicable };
    let Some(message) = login.seen.message.filter(|message| message.kind() == "Response") else {
        return Answer::Inapplicable;
    };
    Answer::when(case.response_signature().is_none(), || login.node("Signature", message.0))
}

fn issuer(case: &Case<'_>) -> Answer {
    match Login::of(case).filter(|login| !is_for_roles(*login)) {
        Some(_) => known_issuer(case),
        None => Answer::Inapplicable,
    }
}

fn audience(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let all = login.audiences();
    // Where the entity ID is known, the general rule holds the Audience against that.
    if all.is_empty() || case.sp_entity_id().is_some() {
        return Answer::Inapplicable;
    }
    if all.iter().any(|audience| NAMES.contains(&&*audience.text)) {
        return Answer::Passed;
    }
    Answer::found(all.iter().map(|audience| Evidence::of(login.seen, AUDIENCE, audience).one_of(NAMES)))
}

/// How the values of Identity are written.
pub(super) const GRAMMAR: Grammar = Grammar { start: "trn:iam::", role: ":role/", several: false };

fn role_value(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case).filter(|login| is_for_roles(*login)) else { return Answer::Inapplicable };
    let values: Vec<_> = login.values(IDENTITY).into_iter().chain(login.values(ROLE)).collect();
    let wrong = values.iter().filter(|value| !GRAMMAR.is_sound(&value.text));
    if !values.is_empty() {
        return Answer::found(wrong.map(|value| Evidence::of(login.seen, "Identity", value).expected(FORM)));
    }
    // A pair under a name that no document has: perhaps a newer one.
    let strange = login.assertion.attributes().filter(|one| one.values().any(|value| GRAMMAR.is_sound(&value.text)));
    match strange.filter_map(|attribute| attribute.name()).next() {
        Some(name) => Answer::fired(Evidence::of(login.seen, "Attribute/@Name", &name).one_of([IDENTITY, ROLE]))
            .severity(Severity::Warning),
        None => Answer::found(login.lacks(IDENTITY)),
    }
}

fn session_name(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case).filter(|login| is_for_roles(*login)) else { return Answer::Inapplicable };
    let answer = Answer::found(login.lacks(SESSION_NAME));
    if login.values(ROLE_SESSION_NAME).is_empty() { answer } else { answer.severity(Severity::Warning) }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const PAIR: &str = "trn:iam::2100000001:role/ops,trn:iam::2100000001:saml-provider/acme";

    fn attribute(name: &str, value: &str) -> String {
        format!(
            "<saml:Attribute Name=\"https://www.volcengine.com/SAML/Attributes/{name}\">\
             <saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
        )
    }

    fn user() -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", "https://signin.volcengine.com/saml")
            .replace("https://app.acme.example/sp", "https://signin.volcengine.com/saml")
    }

    fn with(attributes: &str) -> Scene {
        user().replace("</saml:AttributeStatement>", &format!("{attributes}</saml:AttributeStatement>"))
    }

    fn role() -> Scene {
        with(&(attribute("Identity", PAIR) + &attribute("SessionName", "alice")))
    }

    #[test]
    fn a_users_response_is_signed_and_issued_by_the_provider_of_the_metadata() {
        let signed = |name| Scene::scenario(name).context(|context| context.profile = Some(crate::Profile::Volcengine));
        silent("volc-user-response-signed", &signed("ali-user-response-only-signed"));
        fires("volc-user-response-signed", &signed("clean-generic-entra-xml"));
        fires("volc-user-response-signed", &user());
        silent("volc-user-response-signed", &role());
        silent("volc-user-issuer", &user().with_metadata());
        fires(
            "volc-user-issuer",
            &user().with_metadata().replace(">https://idp.acme.example/idp<", ">http://idp.acme.example/idp<"),
        );
        unchecked("volc-user-issuer", &user(), "metadata");
        silent("volc-user-issuer", &role());
    }

    #[test]
    fn the_audience_is_a_name_of_volcengine_unless_metadata_says_another() {
        silent("volc-audience", &user());
        let other = || user().replace("<saml:Audience>https://signin", "<saml:Audience>https://login");
        fires("volc-audience", &other());
        silent(
            "volc-audience",
            &other().context(|context| context.sp_entity_id = Some("https://login.volcengine.com/saml".to_owned())),
        );
    }

    #[test]
    fn a_role_is_named_with_its_provider_and_without_spaces() {
        silent("volc-role-value", &role());
        silent("volc-role-value", &role().replace("Attributes/Identity\"", "Attributes/Role\""));
        silent("volc-role-value", &user());
        fires("volc-role-value", &role().replace(",trn", ", trn"));
        fires("volc-role-value", &role().replace(",trn:iam::2100000001:saml-provider/acme", ""));
        fires("volc-role-value", &role().replace("Attributes/Identity\"", "Attributes/Roles\""));
        fires("volc-role-value", &with(&attribute("SessionName", "alice")));
    }

    #[test]
    fn a_session_of_a_role_has_a_name() {
        silent("volc-sessionname", &role());
        silent("volc-sessionname", &user());
        fires("volc-sessionname", &with(&attribute("Identity", PAIR)));
        fires("volc-sessionname", &role().replace("Attributes/SessionName\"", "Attributes/RoleSessionName\""));
    }
}
