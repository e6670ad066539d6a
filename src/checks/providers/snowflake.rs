//! Snowflake, by the numbers of its errors (rule catalogue, section 6.9).

use super::common::{
    ACS, ACS_OR_SEALED, AUDIENCE, ENTITY_OR_SEALED, Login, RECIPIENT, Right, account_name, destination, ended,
    known_audience, known_recipient, not_begun,
};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::crypto::{Lookup, algorithm};
use crate::dsig::names::DSIG;
use crate::flow::Case;
use crate::saml::attribute;

const SOURCE: &str = "Snowflake Documentation: Federated authentication and SSO troubleshooting";

pub(super) const RULES: &[Rule] = &[
    rule("snowflake-alg", Stage::Signature, algorithms),
    rule("snowflake-destination", Stage::Envelope, known_destination).needs(ACS),
    rule("snowflake-audience", Stage::Conditions, audience).needs(ENTITY_OR_SEALED),
    rule("snowflake-recipient", Stage::Conditions, snowflake_recipient).needs(ACS_OR_SEALED),
    rule("snowflake-inresponseto", Stage::Conditions, in_response_to).grouped(Group::Message),
    rule("snowflake-user", Stage::Subject, account_name).explains(&["nid-missing", "nid-empty"]),
    rule("snowflake-time", Stage::Time, times),
];

/// How the URL of an account looks, which is its usual entity ID.
const ACCOUNT: &str = "https://ACCOUNT.snowflakecomputing.com";

const fn rule(id: &'static str, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, SOURCE, check)
}

/// The signatures of assertion and Response name algorithms that are known.
fn algorithms(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let signatures: Vec<_> = case.assertion_signature().into_iter().chain(case.response_signature()).collect();
    if signatures.is_empty() {
        return Answer::Inapplicable;
    }
    let mut found = Vec::new();
    for signature in signatures {
        for name in ["DigestMethod", "SignatureMethod"] {
            let method = signature.descendants().find(|node| node.is(DSIG, name));
            let what = format!("{name}/@Algorithm");
            match method.and_then(|method| attribute(method, "Algorithm")) {
                Some(uri) if is_known(name, &uri.text) => {}
                Some(uri) => found.push(Evidence::of(login.seen, &what, &uri)),
                None => found.push(login.node(&what, method.unwrap_or(signature))),
            }
        }
    }
    Answer::found(found)
}

fn is_known(method: &str, uri: &str) -> bool {
    match method {
        "DigestMethod" => matches!(algorithm::digest(uri), Lookup::Supported(_)),
        _ => matches!(algorithm::signature(uri), Lookup::Supported(_)),
    }
}

fn known_destination(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case).filter(|login| login.destination().is_some()) else {
        return Answer::Inapplicable;
    };
    match case.acs_urls() {
        Some(known) => destination(login, &Right::OneOf(&known.values)),
        None => Answer::NotChecked(ACS),
    }
}

/// One Audience and no more, and that the right one.
fn audience(case: &Case<'_>) -> Answer {
    if let Some(login) = Login::of(case) {
        let all = login.audiences();
        if all.len() > 1 {
            let expected = case.sp_entity_id().map_or(ACCOUNT.to_owned(), |known| known.listed());
            return Answer::found(
                all.iter().map(|audience| Evidence::of(login.seen, AUDIENCE, audience).expected(&*expected)),
            )
            .with("count", all.len().to_string());
        }
    }
    known_audience(case).with("count", "1")
}

/// A Recipient that is missing is as wrong as another.
fn snowflake_recipient(case: &Case<'_>) -> Answer {
    match Login::of(case).filter(|login| login.recipients().is_empty()) {
        Some(login) => Answer::fired(login.node(RECIPIENT, login.assertion.0)),
        None => known_recipient(case),
    }
}

/// A login that Snowflake began is answered in the assertion as well as in the Response around it.
fn in_response_to(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let asked = case.request().and_then(|seen| seen.message?.id());
    let answered = login.seen.message.and_then(|message| message.in_response_to());
    let Some(request) = asked.or(answered) else { return Answer::Inapplicable };
    let bearers = login.bearers();
    let Some(first) = bearers.first() else { return Answer::Inapplicable };
    let found = bearers.iter().any(|bearer| bearer.data().is_some_and(|data| data.in_response_to().is_some()));
    Answer::when(!found, || {
        login.node("SubjectConfirmationData/@InResponseTo", first.0).expected(request.text.into_owned())
    })
}

fn times(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    Answer::found(ended(case, login).into_iter().chain(not_begun(case, login))).with("now", case.now.to_string())
}

#[cfg(test)]
mod tests {
    use crate::Profile;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ENTITY: &str = "https://acme-main.snowflakecomputing.com";
    const ACS: &str = "https://acme-main.snowflakecomputing.com/fed/login";

    fn login() -> Scene {
        Scene::login().replace("https://app.acme.example/acs", ACS).replace("https://app.acme.example/sp", ENTITY)
    }

    fn known() -> Scene {
        login().context(|context| {
            context.sp_entity_id = Some(ENTITY.to_owned());
            context.received_at = Some(ACS.to_owned());
        })
    }

    #[test]
    fn there_is_one_audience_and_it_is_the_account() {
        silent("snowflake-audience", &known());
        let other = "<saml:Audience>https://acme.snowflakecomputing.com</saml:Audience>";
        fires(
            "snowflake-audience",
            &login().replace("<saml:AudienceRestriction>", &format!("<saml:AudienceRestriction>{other}")),
        );
        fires(
            "snowflake-audience",
            &known()
                .replace(">https://acme-main.snowflakecomputing.com<", ">https://acme_main.snowflakecomputing.com<"),
        );
        unchecked("snowflake-audience", &login(), "sp_entity_id");
    }

    #[test]
    fn destination_and_recipient_are_the_accounts_endpoint() {
        silent("snowflake-destination", &known());
        fires(
            "snowflake-destination",
            &known().replace("Destination=\"https://acme-main.", "Destination=\"https://acme."),
        );
        unchecked("snowflake-destination", &login(), "received_at");
        silent("snowflake-recipient", &known());
        fires("snowflake-recipient", &known().replace("Recipient=\"https://acme-main.", "Recipient=\"https://acme."));
        fires("snowflake-recipient", &login().without(" Recipient=\"", "\""));
        unchecked("snowflake-recipient", &login(), "metadata");
    }

    #[test]
    fn the_assertion_answers_the_request() {
        silent("snowflake-inresponseto", &login());
        let missing =
            login().replace("/fed/login\" InResponseTo=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\"/>", "/fed/login\"/>");
        fires("snowflake-inresponseto", &missing);
        silent("snowflake-inresponseto", &login().replace(" InResponseTo=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\"", ""));
    }

    #[test]
    fn algorithms_are_named_and_known() {
        let signed = |digest: &str, method: &str| {
            let signature = format!(
                "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>{method}\
                 <ds:Reference URI=\"\">{digest}</ds:Reference></ds:SignedInfo></ds:Signature><saml:Subject>"
            );
            login().replace("<saml:Subject>", &signature)
        };
        let digest = "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>";
        let method = "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>";
        silent("snowflake-alg", &signed(digest, method));
        silent("snowflake-alg", &login());
        fires("snowflake-alg", &signed("", method));
        fires("snowflake-alg", &signed(digest, "<ds:SignatureMethod/>"));
        fires("snowflake-alg", &signed(&digest.replace("sha256", "sha3"), method));
        let real = Scene::scenario("clean-generic-ecdsa").context(|context| context.profile = Some(Profile::Snowflake));
        silent("snowflake-alg", &real);
    }

    #[test]
    fn it_comes_in_time_and_names_a_user() {
        silent("snowflake-time", &login());
        fires("snowflake-time", &login().at("2026-03-02T08:30:00Z"));
        fires("snowflake-time", &login().at("2026-03-02T08:00:00Z"));
        silent("snowflake-user", &login());
        fires("snowflake-user", &login().replace(">alice@acme.example</saml:NameID>", "/>"));
    }
}
