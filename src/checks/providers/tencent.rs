//! Roles of Tencent Cloud (rule catalogue, section 6.3).

use super::common::{AUDIENCE, DESTINATION, Login, RECIPIENT, Right, audience, host_and_path, recipient};
use super::role_values::Grammar;
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::Value;

const SOURCE: &str = "Tencent Cloud CAM: role-based SSO with Okta, with OneLogin";
pub(super) const ROLE: &str = "https://cloud.tencent.com/SAML/Attributes/Role";
pub(super) const SESSION_NAME: &str = "https://cloud.tencent.com/SAML/Attributes/RoleSessionName";
/// The site of China, and the international one.
const HOSTS: [&str; 2] = ["cloud.tencent.com", "intl.cloud.tencent.com"];
const FORM: &str =
    "qcs::cam::uin/UIN:roleName/ROLE[;qcs::cam::uin/UIN:roleName/ROLE],qcs::cam::uin/UIN:saml-provider/PROVIDER";

pub(super) const RULES: &[Rule] = &[
    rule("tencent-site-mix", Stage::Conditions, site_mix).explains(&["tencent-audience", "tencent-recipient"]),
    rule("tencent-audience", Stage::Conditions, tencent_audience).needs(&["private_keys"]).required().explains(&[
        "asr-audience-missing",
        "asr-audience-mismatch",
        "asr-audience-nearmiss",
        "asr-audience-is-acs",
    ]),
    rule("tencent-recipient", Stage::Conditions, tencent_recipient)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-recipient-mismatch", "saml-destination-mismatch"]),
    rule("tencent-role-value", Stage::Attributes, role_value),
    rule("tencent-sessionname", Stage::Attributes, session_name),
];

const fn rule(id: &'static str, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, SOURCE, check)
}

/// What the audience may be: the documents write it with and without `https://`.
fn names() -> Vec<String> {
    HOSTS.iter().map(|host| (*host).to_owned()).chain(HOSTS.iter().map(|host| format!("https://{host}"))).collect()
}

fn endpoints() -> Vec<String> {
    HOSTS.iter().map(|host| format!("https://{host}/login/saml")).collect()
}

fn tencent_audience(case: &Case<'_>) -> Answer {
    match Login::awaited(case) {
        Ok(login) => audience(login, &Right::OneOf(&names())),
        Err(answer) => answer,
    }
}

fn tencent_recipient(case: &Case<'_>) -> Answer {
    match Login::awaited(case) {
        Ok(login) => recipient(login, &Right::OneOf(&endpoints())),
        Err(answer) => answer,
    }
}

fn site_mix(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let host = |text: &str| {
        let host = host_and_path(text).map_or_else(|| text.to_owned(), |(host, _)| host.to_owned());
        HOSTS.into_iter().find(|known| *known == host)
    };
    let audiences = login.audiences().into_iter().map(|value| (AUDIENCE, value));
    let recipients = login.recipients().into_iter().map(|value| (RECIPIENT, value));
    let destination = login.destination().map(|value| (DESTINATION, value));
    let all: Vec<(&str, Value<'_>)> = recipients.chain(audiences).chain(destination).collect();
    let mut hosts = all.iter().filter_map(|(_, value)| host(&value.text));
    let Some(first) = hosts.next() else { return Answer::Inapplicable };
    let Some(other) = hosts.find(|host| *host != first) else { return Answer::Passed };
    // The endpoint stands first where there is one, and tells which site was meant.
    let strange = all.iter().filter(|(_, value)| host(&value.text) == Some(other));
    Answer::found(strange.map(|(what, value)| Evidence::of(login.seen, what, value).expected(first)))
        .with("site", first)
}

/// How the roles of one value are written.
pub(super) const GRAMMAR: Grammar = Grammar { start: "qcs::cam::uin/", role: ":roleName/", several: true };

fn role_value(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    if let Some(missing) = login.lacks(ROLE) {
        return Answer::fired(missing);
    }
    let values = login.values(ROLE);
    let wrong = values.iter().filter(|value| !GRAMMAR.is_sound(&value.text));
    Answer::found(wrong.map(|value| Evidence::of(login.seen, "Role", value).expected(FORM)))
}

fn session_name(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    Answer::found(login.lacks(SESSION_NAME))
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const PAIR: &str = "qcs::cam::uin/100000000001:roleName/ops,qcs::cam::uin/100000000001:saml-provider/acme";
    const NAMES: &str = "https://cloud.tencent.com/SAML/Attributes/";

    fn attribute(name: &str, value: &str) -> String {
        format!(
            "<saml:Attribute Name=\"{NAMES}{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
        )
    }

    fn login() -> Scene {
        let attributes = attribute("Role", PAIR) + &attribute("RoleSessionName", "alice");
        Scene::login()
            .replace("https://app.acme.example/acs", "https://cloud.tencent.com/login/saml")
            .replace("https://app.acme.example/sp", "cloud.tencent.com")
            .replace("</saml:AttributeStatement>", &format!("{attributes}</saml:AttributeStatement>"))
    }

    fn audience(value: &str) -> Scene {
        login().replace(">cloud.tencent.com<", &format!(">{value}<"))
    }

    #[test]
    fn audience_and_recipient_are_those_of_one_site() {
        silent("tencent-audience", &login());
        silent("tencent-audience", &audience("https://cloud.tencent.com"));
        fires("tencent-audience", &audience("cloud.tencent.com/"));
        fires("tencent-audience", &login().without("<saml:Conditions", "</saml:Conditions>"));
        silent("tencent-recipient", &login());
        fires("tencent-recipient", &login().replace("login/saml\"", "login/saml/\""));
        silent("tencent-site-mix", &login());
        silent("tencent-site-mix", &audience("https://app.acme.example"));
        fires("tencent-site-mix", &audience("intl.cloud.tencent.com"));
        let international = audience("intl.cloud.tencent.com")
            .replace("https://cloud.tencent.com/login", "https://intl.cloud.tencent.com/login");
        for id in ["tencent-site-mix", "tencent-audience", "tencent-recipient"] {
            silent(id, &international);
        }
    }

    #[test]
    fn what_is_sealed_is_not_checked() {
        let sealed =
            Scene::scenario("enc-no-key").context(|context| context.profile = Some(crate::Profile::TencentRole));
        unchecked("tencent-audience", &sealed, "private_keys");
        unchecked("tencent-recipient", &sealed, "private_keys");
        silent("tencent-role-value", &sealed);
        silent("tencent-site-mix", &sealed);
    }

    #[test]
    fn the_roles_stand_in_one_value_before_the_provider() {
        let role = |value: &str| login().replace(PAIR, value);
        silent("tencent-role-value", &login());
        silent("tencent-role-value", &role(&format!("qcs::cam::uin/100000000001:roleName/dev;{PAIR}")));
        for wrong in [
            PAIR.replace("uin/", "uni/"),
            PAIR.replace(",", ", "),
            PAIR.replace(",qcs::cam::uin/100000000001:saml-provider/acme", ""),
            "qcs::cam::uin/100000000001:saml-provider/acme,qcs::cam::uin/100000000001:roleName/ops".to_owned(),
            format!("{PAIR},{PAIR}"),
            String::new(),
        ] {
            fires("tencent-role-value", &role(&wrong));
        }
        fires("tencent-role-value", &login().replace("Attributes/Role\"", "Attributes/role\""));
        silent("tencent-role-value", &login().replace("status:Success\"", "status:Responder\""));
    }

    #[test]
    fn a_session_has_a_name() {
        silent("tencent-sessionname", &login());
        fires("tencent-sessionname", &login().replace("Attributes/RoleSessionName\"", "Attributes/SessionName\""));
    }
}
