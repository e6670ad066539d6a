//! Where the user lands after role-based SSO.

use super::super::alibaba_relay;
use crate::checks::{Answer, Rule, Severity, Stage, Who};
use crate::flow::Case;

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    rule("ali-role-relaystate-lookalike", Severity::Security, alibaba_relay::lookalike).explains(&[
        "ali-role-relaystate-domain",
        "relay-open-redirect",
        "relay-dangerous-scheme",
    ]),
    rule("ali-role-relaystate-domain", Severity::Warning, alibaba_relay::domain),
    rule("ali-role-relaystate-http", Severity::Warning, alibaba_relay::http),
    rule("ali-role-relaystate-empty", Severity::Note, alibaba_relay::empty).explains(&["relay-idp-initiated-unused"]),
];

const fn rule(id: &'static str, severity: Severity, check: fn(&Case<'_>) -> Answer) -> Rule {
    let source = "Alibaba Cloud RAM, Configure Alibaba Cloud as a trusted SP for role-based SSO";
    Rule::new(id, severity, Who::IdpAdmin, Stage::RelayState, source, check)
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};

    /// The login with another RelayState, as the URL that it came by.
    fn leading(relay_state: &str) -> Scene {
        Scene::scenario("relay-foreign-for-role")
            .replace("https%3A%2F%2Fintranet.acme.example%2Fcloud", relay_state)
            .replace("SAMLResponse=", "https://signin.aliyun.com/saml-role/sso?SAMLResponse=")
    }

    #[test]
    fn the_relay_state_leads_to_an_allowed_domain() {
        let sound = leading("https://ecs.console.aliyun.com/");
        fires("ali-role-relaystate-domain", &leading("https://intranet.acme.example/cloud"));
        silent("ali-role-relaystate-domain", &sound);
        fires("ali-role-relaystate-lookalike", &leading("https://aliyun.com.evil.example/"));
        silent("ali-role-relaystate-lookalike", &sound);
        fires("ali-role-relaystate-http", &leading("http://ecs.console.aliyun.com/"));
        silent("ali-role-relaystate-http", &sound);
        fires("ali-role-relaystate-empty", &leading(""));
        silent("ali-role-relaystate-empty", &sound);
    }
}
