//! Tests of the rules of the AuthnRequest.

use crate::checks::testing::{Scene, fires, silent, unchecked};

const RULED: &str = "Destination=\"https://idp.acme.example/sso\" AssertionConsumerServiceURL=\"https://app.acme.example/acs\" ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"";
const POLICY: &str =
    "<samlp:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\" AllowCreate=\"true\"/>";
const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

fn request() -> Scene {
    Scene::request().with_metadata()
}

/// The request with other attributes than its own.
fn with(attributes: &str) -> Scene {
    request().replace(RULED, attributes)
}

/// The request with more elements, or another policy.
fn asking(elements: &str) -> Scene {
    request().replace(POLICY, elements)
}

fn context(comparison: &str, classes: &[&str]) -> Scene {
    let classes: String =
        classes.iter().map(|class| format!("<saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef>")).collect();
    asking(&format!("{POLICY}<samlp:RequestedAuthnContext{comparison}>{classes}</samlp:RequestedAuthnContext>"))
}

#[test]
fn a_request_says_who_sends_it_and_where_to() {
    silent("req-issuer-missing", &request());
    fires("req-issuer-missing", &request().without("<saml:Issuer>", "</saml:Issuer>"));
    silent("req-destination", &request());
    fires("req-destination", &with("Destination=\"https://idp.acme.example/sso/\""));
    silent("req-destination", &with(""));
    unchecked("req-destination", &Scene::request(), "metadata");
}

#[test]
fn a_request_is_answered_while_it_is_new() {
    silent("req-expired", &request().at("2026-03-02T08:23:50Z"));
    fires("req-expired", &request().at("2026-03-02T08:23:51Z"));
    // Answered in time: how long ago that was does not matter.
    silent("req-expired", &Scene::exchange().at("2026-03-02T12:00:00Z"));
    fires(
        "req-expired",
        &Scene::exchange().replace("IssueInstant=\"2026-03-02T08:15:50Z\"", "IssueInstant=\"2026-03-02T08:00:00Z\""),
    );
}

#[test]
fn a_request_is_signed_where_metadata_says_so() {
    let signed = || Scene::scenario("clean-request-signed");
    silent("req-unsigned-required", &signed());
    fires("req-unsigned-required", &signed().without("&SigAlg=", "%3D%3D"));
    unchecked("req-unsigned-required", &signed().without("&SigAlg=", "%3D%3D").without("https://", "?"), "request");
    unchecked("req-unsigned-required", &Scene::request(), "metadata");
    silent("req-unsigned-required", &request());
}

#[test]
fn the_signature_of_a_request_holds() {
    let signed = || Scene::scenario("clean-request-signed");
    silent("req-signed-bad", &signed());
    fires("req-signed-bad", &signed().replace("RelayState=%2Fstart", "RelayState=%2Fother"));
    silent("req-signed-bad", &signed().without("&SigAlg=", "%3D%3D"));
    let unknown = Scene::scenario("clean-request-signed").context(|context| context.keys = Default::default());
    unchecked("req-signed-bad", &unknown, "metadata");
}

#[test]
fn the_acs_is_one_that_the_metadata_lists() {
    silent("req-acs-url-unregistered", &request());
    fires("req-acs-url-unregistered", &with("AssertionConsumerServiceURL=\"https://app.acme.example/acs/\""));
    unchecked("req-acs-url-unregistered", &Scene::request(), "metadata");
    fires("req-acs-url-unregistered", &Scene::scenario("request-acs-unregistered"));
    silent("req-acs-index-and-url", &with("AssertionConsumerServiceIndex=\"0\""));
    fires("req-acs-index-and-url", &with(&format!("AssertionConsumerServiceIndex=\"0\" {RULED}")));
    silent("req-acs-index-unknown", &with("AssertionConsumerServiceIndex=\"0\""));
    for index in ["1", "x", "70000"] {
        fires("req-acs-index-unknown", &with(&format!("AssertionConsumerServiceIndex=\"{index}\"")));
    }
    let alone = Scene::request().replace(RULED, "AssertionConsumerServiceIndex=\"0\"");
    unchecked("req-acs-index-unknown", &alone, "metadata");
}

#[test]
fn a_response_does_not_come_by_redirect() {
    silent("req-protocolbinding", &request());
    silent("req-protocolbinding", &with("ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact\""));
    fires("req-protocolbinding", &with("ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\""));
}

#[test]
fn a_format_is_one_that_the_identity_provider_has() {
    let format = |name: &str| POLICY.replace("SAML:1.1:nameid-format:emailAddress", name);
    silent("req-nameidpolicy-format", &request());
    silent("req-nameidpolicy-format", &asking(&format("SAML:1.1:nameid-format:unspecified")));
    fires("req-nameidpolicy-format", &asking(&format("SAML:2.0:nameid-format:transient")));
    unchecked("req-nameidpolicy-format", &Scene::request(), "metadata");
    // It was answered: then what was answered counts.
    silent(
        "req-nameidpolicy-format",
        &Scene::exchange()
            .with_metadata()
            .replace("SAML:1.1:nameid-format:emailAddress\" Allow", "SAML:2.0:nameid-format:transient\" Allow"),
    );
    fires("req-nameidpolicy-format", &Scene::scenario("other-adfs-nameid-rule"));
}

#[test]
fn a_persistent_name_may_have_to_be_made_first() {
    let policy = |more: &str| {
        format!("<samlp:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"{more}/>")
    };
    silent("req-nameidpolicy-allowcreate-false", &request());
    silent("req-nameidpolicy-allowcreate-false", &asking(&policy(" AllowCreate=\"1\"")));
    fires("req-nameidpolicy-allowcreate-false", &asking(&policy("")));
    fires("req-nameidpolicy-allowcreate-false", &asking(&policy(" AllowCreate=\"false\"")));
}

#[test]
fn a_request_leaves_the_way_of_authentication_open() {
    silent("req-authncontext-overspecific", &request());
    fires("req-authncontext-overspecific", &context("", &[PASSWORD]));
    silent("req-authncontext-overspecific", &context("", &[PASSWORD, "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"]));
    silent("req-authncontext-overspecific", &context(" Comparison=\"minimum\"", &[PASSWORD]));
    silent("req-authncontext-comparison", &context(" Comparison=\"exact\"", &[PASSWORD]));
    silent("req-authncontext-comparison", &context("", &[PASSWORD]));
    fires("req-authncontext-comparison", &context(" Comparison=\"minimum\"", &[PASSWORD]));
}

#[test]
fn a_request_asks_for_nothing_that_few_understand() {
    silent("req-subject-present", &request());
    fires("req-subject-present", &asking("<saml:Subject><saml:NameID>alice</saml:NameID></saml:Subject>"));
    silent("req-scoping-unsupported", &request());
    silent("req-scoping-unsupported", &asking("<samlp:Scoping/>"));
    fires("req-scoping-unsupported", &asking("<samlp:Scoping ProxyCount=\"2\"/>"));
    fires(
        "req-scoping-unsupported",
        &asking("<samlp:Scoping><samlp:RequesterID>urn:x</samlp:RequesterID></samlp:Scoping>"),
    );
    silent("req-ispassive-forceauthn", &with("IsPassive=\"true\" ForceAuthn=\"false\""));
    fires("req-ispassive-forceauthn", &with("IsPassive=\"true\" ForceAuthn=\"1\""));
}

#[test]
fn the_relay_state_comes_back_as_it_was() {
    fires("req-relaystate-not-returned", &Scene::scenario("relay-changed"));
    silent("req-relaystate-not-returned", &Scene::scenario("clean-ali-user-okta"));
    silent("req-relaystate-not-returned", &Scene::exchange());
    unchecked("req-relaystate-not-returned", &Scene::login(), "request");
}
