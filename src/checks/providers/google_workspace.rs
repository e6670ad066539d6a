//! Google Workspace as the service that is signed in to (rule catalogue, section 6.9).

use super::common::{ACS_OR_SEALED, AUDIENCE, DESTINATION, Login, RECIPIENT};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::Value;

const SOURCE: &str = "Google Workspace Admin Help: Set up SSO for your organization";
const AUDIENCES: &str = "google.com, google.com/a/DOMAIN, https://accounts.google.com/samlrp/ID";
const ENDPOINTS: &str = "https://www.google.com/a/DOMAIN/acs, https://accounts.google.com/samlrp/ID/acs";
/// Where an SSO profile has its names, the newer way; and where a domain has them.
const PROFILE: &str = "https://accounts.google.com/samlrp/";
const DOMAIN: &str = "google.com/a/";

pub(super) const RULES: &[Rule] =
    &[Rule::new("google-sp-audience", Severity::Error, Who::IdpAdmin, Stage::Conditions, SOURCE, sp_audience)
        .needs(ACS_OR_SEALED)
        .required()
        .explains(&[
            "asr-audience-missing",
            "asr-audience-mismatch",
            "asr-audience-nearmiss",
            "asr-audience-is-acs",
            "asr-scd-recipient-mismatch",
            "saml-destination-mismatch",
        ])];

/// The name behind a prefix: one part of a path.
fn part<'v>(text: &'v str, prefix: &str) -> Option<&'v str> {
    text.strip_prefix(prefix).filter(|rest| !rest.is_empty() && !rest.contains('/'))
}

/// Whose endpoint it is: a domain's or a profile's.
fn endpoint(url: &str) -> Option<&str> {
    let base = url.strip_suffix("/acs")?;
    part(base, "https://www.google.com/a/").or_else(|| part(base, PROFILE))
}

/// Whose entity ID it is; `""` for the one that all domains share.
fn entity(audience: &str) -> Option<&str> {
    if audience == "google.com" { Some("") } else { part(audience, DOMAIN).or_else(|| part(audience, PROFILE)) }
}

fn sp_audience(case: &Case<'_>) -> Answer {
    let login = match Login::awaited(case) {
        Ok(login) => login,
        Err(answer) => return answer,
    };
    let known = case.acs_urls();
    let is_endpoint = |value: &Value<'_>| match &known {
        Some(known) => known.has(&value.text),
        None => endpoint(&value.text).is_some(),
    };
    let recipients = login.recipients();
    let home = recipients.iter().find_map(|url| endpoint(&url.text));
    // The entity ID of a domain goes with the endpoint of that domain.
    let is_entity = |value: &Value<'_>| {
        entity(&value.text).is_some_and(|name| name.is_empty() || home.is_none_or(|home| home == name))
    };
    let audiences = login.audiences();
    // A domain has dots, and the ID of a profile has none.
    let names = match home {
        Some(home) if home.contains('.') => format!("google.com, {DOMAIN}{home}"),
        Some(home) => format!("{PROFILE}{home}"),
        None => AUDIENCES.to_owned(),
    };
    let mut found = Vec::new();
    if !audiences.iter().any(is_entity) {
        found.extend(audiences.iter().map(|value| Evidence::of(login.seen, AUDIENCE, value).expected(&*names)));
    }
    if audiences.is_empty() {
        found.push(login.node(AUDIENCE, login.assertion.0).expected(&*names));
    }
    let expected = known.as_ref().map_or(ENDPOINTS.to_owned(), |known| known.listed());
    if !recipients.iter().any(is_endpoint) {
        found.extend(recipients.iter().map(|value| Evidence::of(login.seen, RECIPIENT, value).expected(&*expected)));
    }
    let destination = login.destination().filter(|value| !is_endpoint(value));
    found.extend(destination.map(|value| Evidence::of(login.seen, DESTINATION, &value).expected(&*expected)));
    match (found.is_empty(), case.name_id()) {
        // Google adds the domain of its own accord in some settings.
        (true, Some(name)) if !name.text.is_empty() && !name.text.contains('@') => {
            Answer::fired(Evidence::of(login.seen, "NameID", &name).expected("user@domain")).severity(Severity::Warning)
        }
        _ => Answer::found(found),
    }
}

#[cfg(test)]
mod tests {
    use crate::Profile;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    fn login(endpoint: &str, audience: &str) -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", endpoint)
            .replace("https://app.acme.example/sp", audience)
    }

    #[test]
    fn names_and_endpoint_are_those_of_one_domain() {
        let acs = "https://www.google.com/a/acme.example/acs";
        let id = "google-sp-audience";
        silent("google-sp-audience", &login(acs, "google.com"));
        silent("google-sp-audience", &login(acs, "google.com/a/acme.example"));
        for (endpoint, audience) in [
            (acs, "google.com/a/globex.example"),
            (acs, "https://google.com"),
            ("https://www.google.com/a/acme.example/acs/", "google.com"),
            ("http://www.google.com/a/acme.example/acs", "google.com"),
            ("https://accounts.google.com/samlrp/abc/acs", "google.com/a/acme.example"),
        ] {
            fires(id, &login(endpoint, audience));
        }
        fires(
            "google-sp-audience",
            &login(acs, "google.com").replace(">alice@acme.example</saml:NameID>", ">alice</saml:NameID>"),
        );
        let known = login(acs, "google.com")
            .context(|context| context.received_at = Some("https://www.google.com/a/globex.example/acs".to_owned()));
        fires("google-sp-audience", &known);
        let sealed = Scene::scenario("enc-no-key").context(|context| context.profile = Some(Profile::GoogleWorkspace));
        unchecked("google-sp-audience", &sealed, "private_keys");
    }
}
