//! GitHub: organisations, enterprises, and servers of one's own (rule catalogue, section 6.9).

use super::common::{
    ACS_OR_SEALED, DESTINATION, ENTITY_OR_SEALED, Login, RECIPIENT, Right, audience, host_and_path, is_under,
    not_begun, recipient, time,
};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Signing};
use crate::saml::{Message, attribute};

const REFERENCE: &str = "GitHub Docs: SAML configuration reference";
const TROUBLE: &str = "GitHub Docs: Troubleshooting SAML authentication";
const ENTITIES: &str = "https://github.com/orgs/ORG, https://github.com/enterprises/ENTERPRISE, https://SUB.ghe.com/enterprises/SUB, https://HOST";
const ENDPOINTS: &str = "https://github.com/orgs/ORG/saml/consume, https://github.com/enterprises/ENTERPRISE/saml/consume, https://HOST/saml/consume";
const CONSUME: &str = "/saml/consume";
/// Seconds below which GitHub asks for a new login again and again.
const SHORTEST_SESSION: i64 = 4 * 3600;
/// The attributes that GitHub reads.
const ATTRIBUTES: [&str; 6] = ["administrator", "username", "full_name", "emails", "public_keys", "gpg_keys"];

pub(super) const RULES: &[Rule] = &[
    rule("gh-single-assertion", Severity::Error, Stage::Signature, TROUBLE, single_assertion)
        .explains(&["saml-multiple-assertions"]),
    rule("gh-destination", Severity::Error, Stage::Envelope, REFERENCE, gh_destination)
        .needs(ACS_OR_SEALED)
        .explains(&["saml-destination-mismatch"]),
    rule("gh-audience", Severity::Error, Stage::Conditions, TROUBLE, gh_audience)
        .needs(ENTITY_OR_SEALED)
        .required()
        .explains(&["asr-audience-missing", "asr-audience-mismatch", "asr-audience-nearmiss", "asr-audience-is-acs"]),
    rule("gh-recipient", Severity::Error, Stage::Conditions, TROUBLE, gh_recipient)
        .needs(ACS_OR_SEALED)
        .required()
        .explains(&["asr-scd-recipient-missing", "asr-scd-recipient-mismatch"]),
    rule("gh-nameid", Severity::Warning, Stage::Subject, TROUBLE, name_id),
    rule("gh-attrs", Severity::Note, Stage::Attributes, REFERENCE, attributes),
    rule("gh-notbefore", Severity::Error, Stage::Time, TROUBLE, not_before),
    rule("gh-session", Severity::Warning, Stage::Time, REFERENCE, session),
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

/// Whether a URL is that of an organisation, an enterprise, or a server of one's own.
fn is_entity(url: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let named = |path: &str, kind: &str| path.strip_prefix(kind).is_some_and(is_name);
    let secure = url.strip_prefix("http://").map(|rest| format!("https://{rest}"));
    match host_and_path(secure.as_deref().unwrap_or(url)) {
        Some(("github.com", path)) => secure.is_none() && (named(path, "/orgs/") || named(path, "/enterprises/")),
        Some((host, path)) if is_under(host, "ghe.com") => secure.is_none() && named(path, "/enterprises/"),
        Some((host, path)) => path.is_empty() && host.contains('.'),
        None => false,
    }
}

fn is_endpoint(url: &str) -> bool {
    url.strip_suffix(CONSUME).is_some_and(is_entity)
}

/// The URL of the organisation, as far as the context tells it.
fn entity(case: &Case<'_>) -> Option<Vec<String>> {
    let known = case.sp_entity_id().map(|known| known.values);
    known.or_else(|| {
        let acs = case.acs_urls()?.values;
        let all: Vec<String> = acs.iter().filter_map(|url| url.strip_suffix(CONSUME)).map(str::to_owned).collect();
        (!all.is_empty()).then_some(all)
    })
}

fn gh_audience(case: &Case<'_>) -> Answer {
    let login = match Login::awaited(case) {
        Ok(login) => login,
        Err(answer) => return answer,
    };
    if let Some(known) = entity(case) {
        return audience(login, &Right::OneOf(&known));
    }
    // Whose it is, is known by its form alone; the Recipient tells which was meant.
    let meant = login.recipients().iter().find_map(|url| Some(url.text.strip_suffix(CONSUME)?.to_owned()));
    match audience(login, &Right::Like(ENTITIES, is_entity)) {
        Answer::Fired(_) if meant.is_some() => audience(login, &Right::OneOf(&Vec::from_iter(meant))),
        answer => answer,
    }
}

/// The ACS, as far as it is known: from the context, or by the URL of the organisation.
fn endpoints(case: &Case<'_>, login: Login<'_>) -> Vec<String> {
    let known = case.acs_urls().map(|known| known.values);
    let of = |entity: &str| format!("{entity}{CONSUME}");
    let by_entity = || case.sp_entity_id().map(|known| known.values.iter().map(|entity| of(entity)).collect());
    known.or_else(by_entity).unwrap_or_else(|| {
        login
            .audiences()
            .iter()
            .filter(|audience| is_entity(&audience.text))
            .map(|audience| of(&audience.text))
            .collect()
    })
}

fn gh_recipient(case: &Case<'_>) -> Answer {
    let login = match Login::awaited(case) {
        Ok(login) => login,
        Err(answer) => return answer,
    };
    if login.recipients().is_empty() {
        return Answer::fired(login.node(RECIPIENT, login.assertion.0).expected(ENDPOINTS));
    }
    let known = endpoints(case, login);
    recipient(login, &if known.is_empty() { Right::Like(ENDPOINTS, is_endpoint) } else { Right::OneOf(&known) })
}

/// Read only where the Response itself is signed.
fn gh_destination(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let mut known = endpoints(case, login);
    if known.is_empty() {
        known = login.recipients().into_iter().map(|value| value.text.into_owned()).collect();
    }
    let Some(value) = login.destination() else { return Answer::Inapplicable };
    if known.is_empty() {
        return Answer::NotChecked(super::common::ACS);
    }
    let answer = Answer::when(!known.contains(&value.text.clone().into_owned()), || {
        Evidence::of(login.seen, DESTINATION, &value).one_of(known.iter().map(String::as_str))
    });
    if case.response_signature().is_some() { answer } else { answer.severity(Severity::Note) }
}

fn single_assertion(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response().filter(|_| case.succeeded() != Some(false)) else { return Answer::Inapplicable };
    let Some(sent) = seen.sent.and_then(Message::of) else { return Answer::Inapplicable };
    let count = sent.assertions().count() + sent.encrypted_assertions().count();
    if count > 1 {
        return Answer::fired(Evidence::nowhere("Assertion").actual(&count.to_string()).expected("1"));
    }
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    Answer::when(matches!(case.signing(), Some(Signing::Unsigned)), || {
        login.node("Signature", login.assertion.0).actual("0").expected("1")
    })
}

fn name_id(case: &Case<'_>) -> Answer {
    match super::common::account_name(case) {
        // That there is none is told by the general rules.
        Answer::Fired(hit) if hit.severity.is_none() => Answer::Inapplicable,
        answer => answer,
    }
}

/// A name that GitHub would read if it were written as it knows it.
fn attributes(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let near = ATTRIBUTES.into_iter().filter(|name| login.values(name).is_empty());
    let near = near
        .filter_map(|name| Some(Evidence::of(login.seen, "Attribute/@Name", &login.near_name(name)?).instead_of(name)));
    let administrator = login.values("administrator").into_iter().filter(|value| value.text != "true");
    let administrator = administrator.map(|value| Evidence::of(login.seen, "administrator", &value).instead_of("true"));
    Answer::found(near.chain(administrator))
}

fn not_before(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    Answer::found(not_begun(case, login)).with("now", case.now.to_string())
}

fn session(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let start = attribute(login.assertion.0, "IssueInstant").and_then(|value| time(&value));
    let ends = login.assertion.authn_statements().filter_map(|statement| {
        let end = statement.session_not_on_or_after()?;
        Some((time(&end)?, end))
    });
    let Some((start, (end, value))) = start.zip(ends.min_by_key(|(end, _)| *end)) else { return Answer::Inapplicable };
    let seconds = end.unix().saturating_sub(start.unix()).max(0);
    Answer::when(seconds < SHORTEST_SESSION, || {
        Evidence::of(login.seen, "AuthnStatement/@SessionNotOnOrAfter", &value).expected(">= 4:00:00")
    })
    .with("length", format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))
}

#[cfg(test)]
mod tests {
    use super::{is_endpoint, is_entity};
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ORG: &str = "https://github.com/orgs/acme";

    fn login() -> Scene {
        Scene::login()
            .replace("https://app.acme.example/acs", "https://github.com/orgs/acme/saml/consume")
            .replace("https://app.acme.example/sp", ORG)
    }

    fn audience(value: &str) -> Scene {
        login().replace("<saml:Audience>https://github.com/orgs/acme<", &format!("<saml:Audience>{value}<"))
    }

    fn recipient(value: &str) -> Scene {
        login().replace("Recipient=\"https://github.com/orgs/acme/saml/consume\"", &format!("Recipient=\"{value}\""))
    }

    fn known(scene: Scene) -> Scene {
        scene.context(|context| context.sp_entity_id = Some(ORG.to_owned()))
    }

    #[test]
    fn an_entity_is_an_organisation_an_enterprise_or_a_server() {
        for sound in [
            ORG,
            "https://github.com/enterprises/acme",
            "https://acme.ghe.com/enterprises/acme",
            "http://git.acme.example",
        ] {
            assert!(is_entity(sound) && is_endpoint(&format!("{sound}/saml/consume")), "{sound}");
        }
        for wrong in [
            "https://github.com",
            "https://github.com/orgs/acme/",
            "https://github.com/acme",
            "http://github.com/orgs/acme",
            "acme",
        ] {
            assert!(!is_entity(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_audience_is_the_url_of_the_organisation() {
        silent("gh-audience", &login());
        silent("gh-audience", &known(login()));
        fires("gh-audience", &audience("https://github.com/orgs/acme/"));
        fires("gh-audience", &known(audience("https://github.com/orgs/other")));
        fires(
            "gh-audience",
            &recipient("https://github.com/orgs/acme/saml")
                .replace("<saml:Audience>https://github.com/orgs/acme<", "<saml:Audience>github<"),
        );
        let sealed = Scene::scenario("enc-no-key").context(|context| context.profile = Some(crate::Profile::GitHub));
        unchecked("gh-audience", &sealed, "private_keys");
        unchecked("gh-recipient", &sealed, "private_keys");
    }

    #[test]
    fn the_recipient_is_the_organisations_endpoint() {
        silent("gh-recipient", &login());
        fires("gh-recipient", &recipient(""));
        fires("gh-recipient", &recipient("https://github.com/orgs/acme/saml/consume/"));
        fires("gh-recipient", &known(recipient("https://github.com/orgs/other/saml/consume")));
        fires(
            "gh-recipient",
            &audience("acme")
                .replace("Recipient=\"https://github.com/orgs/acme/", "Recipient=\"https://github.com/acme/"),
        );
    }

    #[test]
    fn the_destination_counts_where_the_response_is_signed() {
        silent("gh-destination", &login());
        let other = login()
            .replace("Destination=\"https://github.com/orgs/acme/", "Destination=\"https://github.com/orgs/other/");
        fires("gh-destination", &other);
        let nowhere = other.without(" Recipient=\"", "\"").without("<saml:Conditions", "</saml:Conditions>");
        unchecked("gh-destination", &nowhere, "received_at");
    }

    #[test]
    fn there_is_one_assertion_and_it_is_signed() {
        let signed = |name| Scene::scenario(name).context(|context| context.profile = Some(crate::Profile::GitHub));
        silent("gh-single-assertion", &signed("ali-user-response-only-signed"));
        silent("gh-single-assertion", &signed("enc-no-key"));
        fires("gh-single-assertion", &login());
        fires("gh-single-assertion", &signed("attack-xsw3"));
    }

    #[test]
    fn a_name_that_changes_is_linked_anew() {
        silent("gh-nameid", &login());
        fires("gh-nameid", &login().replace("1.1:nameid-format:emailAddress", "2.0:nameid-format:transient"));
    }

    #[test]
    fn attributes_are_read_by_their_exact_names() {
        let with = |name: &str, value: &str| {
            let attribute = format!(
                "<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
            );
            login().replace("</saml:AttributeStatement>", &format!("{attribute}</saml:AttributeStatement>"))
        };
        silent("gh-attrs", &login());
        silent("gh-attrs", &with("full_name", "Alice Moreau"));
        silent("gh-attrs", &with("administrator", "true"));
        fires("gh-attrs", &with("fullName", "Alice Moreau"));
        fires("gh-attrs", &with("administrator", "yes"));
    }

    #[test]
    fn clocks_and_sessions_leave_time() {
        silent("gh-notbefore", &login());
        fires("gh-notbefore", &login().at("2026-03-02T07:00:00Z"));
        silent("gh-session", &login());
        fires(
            "gh-session",
            &login().replace("SessionNotOnOrAfter=\"2026-03-02T16", "SessionNotOnOrAfter=\"2026-03-02T11"),
        );
    }
}
