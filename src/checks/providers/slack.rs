//! Slack (rule catalogue, section 6.9).

use super::common::{
    ACS_OR_SEALED, DESTINATION, ENTITY_OR_SEALED, Login, RECIPIENT, Right, account_name, audience, host_and_path,
    is_under,
};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::Case;

const SOURCE: &str = "Slack Help: Custom SAML single sign-on";
const ENTITIES: &str = "https://slack.com, https://TEAM.slack.com";
const ENDPOINT: &str = "https://TEAM.slack.com/sso/saml";
const EMAIL: &str = "User.Email";
const EMAIL_FORMAT: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

pub(super) const RULES: &[Rule] = &[
    rule("slack-binding", Stage::Transport, binding),
    rule("slack-signing", Stage::Signature, signing).needs(&["metadata"]),
    rule("slack-audience", Stage::Conditions, slack_audience).needs(ENTITY_OR_SEALED).required().explains(&[
        "asr-audience-missing",
        "asr-audience-mismatch",
        "asr-audience-nearmiss",
        "asr-audience-is-acs",
    ]),
    rule("slack-destination", Stage::Conditions, slack_destination)
        .needs(ACS_OR_SEALED)
        .required()
        .explains(&["asr-scd-recipient-mismatch", "saml-destination-mismatch"]),
    rule("slack-nameid", Stage::Subject, name_id).explains(&["nid-missing", "nid-empty"]),
    rule("slack-email", Stage::Attributes, email).grouped(Group::Identity),
];

const fn rule(id: &'static str, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, SOURCE, check)
}

fn is_entity(url: &str) -> bool {
    host_and_path(url)
        .is_some_and(|(host, path)| path.is_empty() && (host == "slack.com" || is_under(host, "slack.com")))
}

fn is_endpoint(url: &str) -> bool {
    host_and_path(url).is_some_and(|(host, path)| path == "/sso/saml" && is_under(host, "slack.com"))
}

fn slack_audience(case: &Case<'_>) -> Answer {
    let login = match Login::awaited(case) {
        Ok(login) => login,
        Err(answer) => return answer,
    };
    if let Some(known) = case.sp_entity_id() {
        return audience(login, &Right::OneOf(&known.values));
    }
    // The workspace that the login goes to is the only one that may be named.
    let team = login.recipients().iter().find_map(|url| Some(url.text.strip_suffix("/sso/saml")?.to_owned()));
    match team.filter(|team| is_entity(team)) {
        Some(team) => audience(login, &Right::OneOf(&["https://slack.com".to_owned(), team])),
        None => audience(login, &Right::Like(ENTITIES, is_entity)),
    }
}

/// Where the response goes is said twice, and must be right both times.
fn slack_destination(case: &Case<'_>) -> Answer {
    let login = match Login::awaited(case) {
        Ok(login) => login,
        Err(answer) => return answer,
    };
    let known = case.acs_urls();
    let right = known.as_ref().map_or(Right::Like(ENDPOINT, is_endpoint), |known| Right::OneOf(&known.values));
    let recipients = login.recipients();
    let delivered = recipients.iter().any(|value| right.is(&value.text));
    let recipients = recipients.into_iter().filter(|_| !delivered).map(|value| (RECIPIENT, value));
    let destination = login.destination().filter(|value| !right.is(&value.text)).map(|value| (DESTINATION, value));
    let wrong = destination.into_iter().chain(recipients);
    Answer::found(wrong.map(|(what, value)| right.tell(Evidence::of(login.seen, what, &value))))
}

fn binding(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response() else { return Answer::Inapplicable };
    Answer::when(seen.by_redirect(), || Evidence::outside(seen, "Binding", "HTTP-Redirect").instead_of("HTTP-POST"))
}

/// Which of the two boxes are ticked is known to Slack alone, unless its metadata was loaded; one of them always is.
fn signing(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let (assertion, response) = (case.assertion_signature().is_some(), case.response_signature().is_some());
    if !assertion && !response {
        return Answer::fired(login.node("Signature", login.assertion.0).actual("–").expected("Response / Assertion"));
    }
    let Some(role) = case.sp_role() else { return Answer::NotChecked(&["metadata"]) };
    Answer::when(role.wants_assertions_signed() && !assertion, || {
        login.node("Signature", login.assertion.0).actual("Response").expected("Assertion")
    })
}

/// A NameID that never changes: an address does when its owner marries or moves.
fn name_id(case: &Case<'_>) -> Answer {
    let format = Login::of(case).and_then(|login| Some((login, login.assertion.subject()?.name_id()?.format()?)));
    match (account_name(case), format) {
        (Answer::Passed, Some((login, format))) => {
            Answer::when(format.text == EMAIL_FORMAT, || Evidence::of(login.seen, "NameID/@Format", &format))
                .severity(Severity::Warning)
        }
        // One that is new with each login finds nobody.
        (answer, _) => answer.severity(Severity::Error),
    }
}

fn email(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    Answer::found(login.lacks(EMAIL))
}

#[cfg(test)]
mod tests {
    use crate::Profile;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    fn login() -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", "https://acme.slack.com/sso/saml")
            .replace("https://app.acme.example/sp", "https://slack.com")
            .replace("1.1:nameid-format:emailAddress", "2.0:nameid-format:persistent")
            .replace("Name=\"mail\"", "Name=\"User.Email\"")
    }

    fn scenario(name: &str) -> Scene {
        Scene::scenario(name).context(|context| context.profile = Some(Profile::Slack))
    }

    #[test]
    fn the_audience_is_slack_or_the_workspace() {
        let audience = |value: &str| login().replace(">https://slack.com<", &format!(">{value}<"));
        silent("slack-audience", &login());
        silent("slack-audience", &audience("https://acme.slack.com"));
        fires("slack-audience", &audience("https://globex.slack.com"));
        fires("slack-audience", &audience("https://slack.com/"));
        let known =
            |scene: Scene| scene.context(|context| context.sp_entity_id = Some("https://acme.slack.com".to_owned()));
        fires("slack-audience", &known(login()));
        unchecked("slack-audience", &scenario("enc-no-key"), "private_keys");
    }

    #[test]
    fn destination_and_recipient_are_the_workspaces_endpoint() {
        silent("slack-destination", &login());
        fires(
            "slack-destination",
            &login()
                .replace("Destination=\"https://acme.slack.com/sso/saml", "Destination=\"https://acme.slack.com/saml"),
        );
        fires(
            "slack-destination",
            &login().replace("Recipient=\"https://acme.slack.com/sso/saml", "Recipient=\"https://slack.com/sso/saml"),
        );
        let known =
            login().context(|context| context.received_at = Some("https://globex.slack.com/sso/saml".to_owned()));
        fires("slack-destination", &known);
        unchecked("slack-destination", &scenario("enc-no-key"), "private_keys");
    }

    #[test]
    fn a_response_comes_by_post() {
        silent("slack-binding", &login().posted("x"));
        silent("slack-binding", &login());
        fires("slack-binding", &login().queried("https://acme.slack.com/sso/saml"));
    }

    #[test]
    fn something_is_signed_and_what_the_metadata_asks_for() {
        fires("slack-signing", &login());
        silent("slack-signing", &scenario("clean-generic-entra-xml"));
        unchecked("slack-signing", &scenario("clean-generic-certificate-file"), "metadata");
    }

    #[test]
    fn a_user_keeps_the_name_and_has_an_address() {
        let format = |format: &str| login().replace("2.0:nameid-format:persistent", format);
        silent("slack-nameid", &login());
        silent("slack-nameid", &format("1.1:nameid-format:unspecified"));
        fires("slack-nameid", &format("1.1:nameid-format:emailAddress"));
        fires("slack-nameid", &format("2.0:nameid-format:transient"));
        fires("slack-nameid", &login().without("<saml:NameID ", "</saml:NameID>"));
        silent("slack-email", &login());
        fires("slack-email", &login().replace("Name=\"User.Email\"", "Name=\"user.email\""));
        fires("slack-email", &login().replace("Name=\"User.Email\"", "Name=\"mail\""));
    }
}
