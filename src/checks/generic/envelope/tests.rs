//! Tests of the rules on messages as such.

use crate::checks::testing::{Scene, fires, silent, unchecked};

const RESPONSE_ID: &str = "ID=\"_r7c1f0a9e2b34d5c68a7f9e0d1b2c3a4\"";
const ASSERTION_ID: &str = "ID=\"_a91e4c7d5b2f84a6e03d8c7b6a5f4e3d2\"";
const ANSWERS: &str = "InResponseTo=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\"";
const ISSUER: &str = "<saml:Issuer>https://idp.acme.example/idp</saml:Issuer>";

#[test]
fn every_message_and_assertion_is_of_version_2_0() {
    fires("saml-version", &Scene::login().replace("Version=\"2.0\"", "Version=\"2\""));
    fires("saml-version", &Scene::request().replace("Version=\"2.0\"", ""));
    silent("saml-version", &Scene::exchange());
}

#[test]
fn every_message_and_assertion_has_an_id_of_its_own() {
    fires("saml-id-missing", &Scene::login().replace(ASSERTION_ID, ""));
    silent("saml-id-missing", &Scene::exchange());
    fires("saml-id-ncname", &Scene::login().replace(RESPONSE_ID, "ID=\"0f8fad5b-d9cb-469f-a165-70867728950e\""));
    fires("saml-id-ncname", &Scene::login().replace(RESPONSE_ID, "ID=\"urn:uuid:0f8fad5b\""));
    silent("saml-id-ncname", &Scene::exchange());
    fires("saml-id-duplicate", &Scene::login().replace(ASSERTION_ID, RESPONSE_ID));
    silent("saml-id-duplicate", &Scene::exchange());
}

#[test]
fn an_id_is_not_to_be_guessed_nor_used_again() {
    fires("saml-id-weak", &Scene::login().replace(RESPONSE_ID, "ID=\"_1234567\""));
    fires("saml-id-weak", &Scene::exchange().replace(RESPONSE_ID, "ID=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\""));
    fires("saml-id-weak", &Scene::exchange().replace(RESPONSE_ID, "ID=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d3\""));
    silent("saml-id-weak", &Scene::exchange());
    silent("saml-id-weak", &Scene::login().and(include_str!("../../testing/login.xml")));
}

#[test]
fn times_are_utc_and_can_be_read() {
    let at =
        |time: &str| Scene::login().replace("NotBefore=\"2026-03-02T08:15:35Z\"", &format!("NotBefore=\"{time}\""));
    fires("saml-time-format", &at("2026-03-02T16:15:35+08:00"));
    fires("saml-time-format", &at("2026-03-02T08:15:35"));
    fires("saml-time-format", &at("2026-03-02 08:15:35Z"));
    silent("saml-time-format", &at("2026-03-02T08:15:35.123Z"));
}

#[test]
fn a_message_is_neither_of_tomorrow_nor_of_an_hour_ago() {
    fires("saml-issueinstant-future", &Scene::login().at("2026-03-02T08:13:04Z"));
    silent("saml-issueinstant-future", &Scene::login().at("2026-03-02T08:13:05Z"));
    fires("saml-issueinstant-old", &Scene::login().at("2026-03-02T08:21:06Z"));
    silent("saml-issueinstant-old", &Scene::login().at("2026-03-02T08:21:05Z"));
    // The request is as old as the login took.
    silent("saml-issueinstant-old", &Scene::exchange().at("2026-03-02T08:21:00Z"));
}

#[test]
fn a_destination_must_be_where_the_message_arrived() {
    let scene = Scene::login().context(|context| context.received_at = Some("https://app.acme.example/acs".to_owned()));
    silent("saml-destination-mismatch", &scene);
    let mistaken =
        scene.replace("Destination=\"https://app.acme.example/acs\"", "Destination=\"https://app.acme.example/acs/\"");
    fires("saml-destination-mismatch", &mistaken);
    fires("saml-destination-mismatch", &Scene::scenario("generic-destination-port"));
    silent("saml-destination-mismatch", &Scene::scenario("clean-request-signed"));
    silent("saml-destination-mismatch", &Scene::scenario("sig-redirect-lowercase"));
    unchecked("saml-destination-mismatch", &Scene::login(), "received_at");
}

#[test]
fn a_query_of_the_endpoints_own_is_part_of_its_address() {
    let to = |endpoint: &str| {
        let xml = include_str!("../../testing/request.xml").replace("https://idp.acme.example/sso", endpoint);
        use base64::Engine;
        let value = base64::engine::general_purpose::STANDARD.encode(xml);
        Scene::of(&format!("https://idp.acme.example/sso?idpid=C01&SAMLRequest={value}&RelayState=r"))
    };
    silent("saml-destination-mismatch", &to("https://idp.acme.example/sso?idpid=C01"));
    silent("saml-destination-mismatch", &to("https://idp.acme.example/sso"));
    fires("saml-destination-mismatch", &to("https://idp.acme.example/sso?idpid=C02"));
}

#[test]
fn a_signed_message_says_where_it_goes() {
    let destination = "Destination=\"https://app.acme.example/acs\"";
    let signature = format!("{ISSUER}<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>");
    let unsigned = Scene::login().replace(destination, "");
    let signed = Scene::login().replace(&format!("{ISSUER}\n  <samlp:Status>"), &format!("{signature}<samlp:Status>"));
    silent("saml-destination-missing-signed", &signed);
    silent("saml-destination-missing-signed", &unsigned);
    fires("saml-destination-missing-signed", &signed.replace(destination, "Destination=\"\""));
    fires("saml-destination-missing", &unsigned);
    silent("saml-destination-missing", &Scene::exchange());
}

#[test]
fn a_response_answers_the_request_that_was_sent() {
    silent("saml-inresponseto-mismatch", &Scene::exchange());
    fires("saml-inresponseto-mismatch", &Scene::exchange().replace(ANSWERS, "InResponseTo=\"_another\""));
    unchecked("saml-inresponseto-mismatch", &Scene::login(), "request");
    // A request of another service to another endpoint is of another login.
    let request = include_str!("../../testing/request.xml");
    let foreign = request.replace("app.acme.example", "wiki.globex.example").replace("_q5", "_q6");
    unchecked("saml-inresponseto-mismatch", &Scene::login().and(&foreign), "request");
    let mistaken = foreign.replace("wiki.globex.example/acs", "app.acme.example/acs");
    fires("saml-inresponseto-mismatch", &Scene::login().and(&mistaken));
    fires("saml-inresponseto-missing", &Scene::exchange().replace(ANSWERS, ""));
    silent("saml-inresponseto-missing", &Scene::exchange());
    unchecked("saml-inresponseto-missing", &Scene::login().replace(ANSWERS, ""), "request");
    fires("saml-inresponseto-unsolicited", &Scene::login().replace(ANSWERS, "InResponseTo=\"\""));
    silent("saml-inresponseto-unsolicited", &Scene::login());
}

#[test]
fn response_and_assertion_answer_the_same_request() {
    let of_response = format!("{ANSWERS}>\n  {ISSUER}");
    silent("saml-inresponseto-differs-scd", &Scene::login());
    let other = of_response.replace("_q5", "_q6");
    fires("saml-inresponseto-differs-scd", &Scene::login().replace(&of_response, &other));
    fires("saml-unsolicited", &Scene::login().replace(ANSWERS, ""));
    silent("saml-unsolicited", &Scene::login());
    silent("saml-unsolicited", &Scene::scenario("clean-ali-role-keycloak"));
}

#[test]
fn an_issuer_is_there_and_is_an_entity() {
    let signature = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    let own = format!("{ISSUER}\n  <samlp:Status>");
    let bare = Scene::login().replace(&own, &format!("{signature}<samlp:Status>"));
    fires("saml-issuer-response-missing", &bare);
    silent("saml-issuer-response-missing", &Scene::login().replace(&own, "<samlp:Status>"));
    let with = |attributes: &str| Scene::login().replace("<saml:Issuer>", &format!("<saml:Issuer {attributes}>"));
    fires("saml-issuer-format", &with("Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\""));
    silent("saml-issuer-format", &with("Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\""));
    silent("saml-issuer-format", &Scene::login());
    fires("saml-issuer-qualifiers", &with("NameQualifier=\"acme\""));
    silent("saml-issuer-qualifiers", &Scene::login());
}

#[test]
fn all_issuers_are_one_and_known() {
    let inner = format!("{ISSUER}\n    <saml:Subject>");
    let other = Scene::login().replace(&inner, &inner.replace("/idp<", "/other<"));
    fires("saml-issuer-mismatch-inner", &other);
    silent("saml-issuer-mismatch-inner", &Scene::login());
    fires("saml-issuer-mismatch-metadata", &Scene::scenario("generic-issuer-http"));
    silent("saml-issuer-mismatch-metadata", &Scene::login().with_metadata());
    unchecked("saml-issuer-mismatch-metadata", &Scene::login(), "metadata");
}

#[test]
fn there_is_one_assertion_about_one_person() {
    let login = include_str!("../../testing/login.xml");
    let (_, rest) = login.split_once("<saml:Assertion").unwrap();
    let (assertion, _) = rest.split_once("</samlp:Response>").unwrap();
    let assertion = format!("<saml:Assertion{assertion}");
    let second = assertion.replace("_a91e", "_b91e");
    let with = |second: &str| Scene::of(&login.replace("</samlp:Response>", &format!("{second}</samlp:Response>")));
    fires("saml-multiple-assertions", &with(&second));
    silent("saml-multiple-assertions", &Scene::login());
    silent("saml-assertions-different-subject", &with(&second));
    fires("saml-assertions-different-subject", &with(&second.replace("alice@", "bob@")));
}

#[test]
fn a_consent_that_says_something_is_told() {
    let with = |consent: &str| {
        let consent = format!("<samlp:Response Consent=\"urn:oasis:names:tc:SAML:2.0:consent:{consent}\"");
        Scene::login().replace("<samlp:Response", &consent)
    };
    fires("saml-consent-hint", &with("obtained"));
    silent("saml-consent-hint", &with("unspecified"));
    silent("saml-consent-hint", &Scene::login());
}
