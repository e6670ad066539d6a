//! Zoom (rule catalogue, section 6.9).

use super::common::{AUDIENCE, Login, RECIPIENT, host_and_path, is_under};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::Value;

const SOURCE: &str = "Zoom Support KB0061276: Configuring Zoom with SSO";
const ENDPOINT: &str = "https://VANITY.zoom.us/saml/SSO";

pub(super) const RULES: &[Rule] = &[
    rule("zoom-vanity", Severity::Error, Stage::Conditions, vanity),
    rule("zoom-nameid", Severity::Note, Stage::Subject, name_id),
];

const fn rule(id: &'static str, severity: Severity, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, stage, SOURCE, check)
}

/// The host of an account that has a name of its own.
fn account(value: &Value<'_>) -> Option<String> {
    let host = host_and_path(&value.text).map_or(&*value.text, |(host, _)| host);
    (is_under(host, "zoom.us") && host != "www.zoom.us").then(|| host.to_ascii_lowercase())
}

/// Audience and Recipient name one and the same account, by its vanity URL.
fn vanity(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let recipients = login.recipients();
    let home = recipients.iter().find_map(account);
    let is_home =
        |value: &&Value<'_>| account(value).is_some_and(|host| home.as_ref().is_none_or(|home| *home == host));
    let wrong = |what: &'static str, values: &[Value<'_>], form: &str| -> Vec<Evidence> {
        if values.iter().any(|value| is_home(&value)) {
            return Vec::new();
        }
        values.iter().map(|value| Evidence::of(login.seen, what, value).expected(form)).collect()
    };
    let entity = home.as_ref().map_or("https://VANITY.zoom.us".to_owned(), |home| format!("https://{home}"));
    let found = wrong(RECIPIENT, &recipients, ENDPOINT);
    let found: Vec<_> = found.into_iter().chain(wrong(AUDIENCE, &login.audiences(), &entity)).collect();
    if !found.is_empty() || recipients.is_empty() {
        return Answer::found(found);
    }
    // The path is not told by a page of Zoom's, so that another is no error.
    let strange =
        recipients.iter().filter(|value| host_and_path(&value.text).is_none_or(|(_, path)| path != "/saml/SSO"));
    let strange: Vec<_> = strange.collect();
    if strange.len() < recipients.len() {
        return Answer::Passed;
    }
    Answer::found(strange.into_iter().map(|value| Evidence::of(login.seen, RECIPIENT, value).expected(ENDPOINT)))
        .severity(Severity::Warning)
}

/// Accounts are found by their address: in the NameID, or in an attribute.
fn name_id(case: &Case<'_>) -> Answer {
    let Some((login, name)) = Login::of(case).zip(case.name_id()) else { return Answer::Inapplicable };
    let in_attribute = || {
        let mut values = login.assertion.attributes().flat_map(|attribute| attribute.values());
        values.any(|value| value.text.contains('@'))
    };
    Answer::when(!name.text.contains('@') && !in_attribute(), || {
        Evidence::of(login.seen, "NameID", &name).expected("user@domain")
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};

    fn login() -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", "https://acme.zoom.us/saml/SSO")
            .replace("https://app.acme.example/sp", "https://acme.zoom.us")
    }

    #[test]
    fn audience_and_recipient_name_one_account() {
        silent("zoom-vanity", &login());
        silent("zoom-vanity", &login().replace(">https://acme.zoom.us<", ">acme.zoom.us<"));
        fires("zoom-vanity", &login().replace(">https://acme.zoom.us<", ">https://globex.zoom.us<"));
        fires("zoom-vanity", &login().replace("https://acme.zoom.us/saml/SSO", "https://www.zoom.us/saml/SSO"));
        fires("zoom-vanity", &login().replace("/saml/SSO", "/saml/sso"));
    }

    #[test]
    fn an_account_is_found_by_an_address() {
        silent("zoom-nameid", &login());
        let short = || login().replace(">alice@acme.example</saml:NameID>", ">alice</saml:NameID>");
        silent("zoom-nameid", &short());
        fires("zoom-nameid", &short().without("<saml:AttributeStatement>", "</saml:AttributeStatement>"));
    }
}
