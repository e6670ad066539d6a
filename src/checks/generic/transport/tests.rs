//! Tests of the rules on how a message came.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::checks::testing::{Scene, fires, silent};

const LOGIN: &str = include_str!("../../testing/login.xml");
const REQUEST: &str = include_str!("../../testing/request.xml");

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A message as a redirect carries it.
fn redirect(name: &str, value: &str) -> Scene {
    Scene::of(&format!("https://idp.acme.example/sso?{name}={}", escaped(value)))
}

/// The request as a redirect carries it.
fn request() -> Scene {
    redirect("SAMLRequest", &base64(&deflated(REQUEST)))
}

/// A form body, with the head of its request.
fn post(name: &str, value: &str) -> Scene {
    Scene::of(&format!("POST /acs HTTP/1.1\r\nHost: app.acme.example\r\n\r\n{name}={}", escaped(value)))
}

fn response() -> Scene {
    post("SAMLResponse", &base64(LOGIN.as_bytes()))
}

#[test]
fn a_response_comes_by_post() {
    let redirected =
        Scene::of(&format!("https://app.acme.example/acs?SAMLResponse={}", escaped(&base64(&deflated(LOGIN)))));
    fires("bind-response-via-redirect", &redirected);
    silent("bind-response-via-redirect", &response());
    silent("bind-response-via-redirect", &request());
}

#[test]
fn a_message_stands_in_the_parameter_of_its_kind() {
    fires("bind-post-param-name", &post("SAMLRequest", &base64(LOGIN.as_bytes())));
    fires("bind-post-param-name", &post("samlResponse", &base64(LOGIN.as_bytes())));
    silent("bind-post-param-name", &response());
    silent("bind-post-param-name", &request());
    silent("bind-post-param-name", &Scene::login());
}

#[test]
fn what_is_posted_is_not_compressed_and_what_is_redirected_is() {
    fires("bind-post-deflated", &post("SAMLResponse", &base64(&deflated(LOGIN))));
    silent("bind-post-deflated", &response());
    fires("bind-redirect-not-deflated", &redirect("SAMLRequest", &base64(REQUEST.as_bytes())));
    silent("bind-redirect-not-deflated", &request());
}

#[test]
fn a_zlib_header_is_told() {
    fires("bind-redirect-zlib-header", &Scene::scenario("input-zlib-header"));
    silent("bind-redirect-zlib-header", &request());
}

#[test]
fn one_layer_of_percent_encoding_is_right() {
    fires("bind-redirect-double-encoded", &redirect("SAMLRequest", &escaped(&base64(&deflated(REQUEST)))));
    silent("bind-redirect-double-encoded", &request());
}

#[test]
fn base64_in_a_redirect_is_one_line_and_in_a_post_may_be_wrapped() {
    let wrap = |text: &str| {
        let (head, tail) = text.split_at(76);
        format!("{head}\r\n{tail}")
    };
    fires("bind-redirect-whitespace-b64", &redirect("SAMLRequest", &wrap(&base64(&deflated(REQUEST)))));
    silent("bind-redirect-whitespace-b64", &request());
    fires("bind-post-b64-linebreaks", &post("SAMLResponse", &wrap(&base64(LOGIN.as_bytes()))));
    silent("bind-post-b64-linebreaks", &response());
}

#[test]
fn base64_is_of_the_standard_alphabet_and_padded() {
    let value = base64(&deflated(REQUEST));
    assert!(value.contains('+'), "the sample must have what is to be spoiled");
    fires("bind-b64-space-plus", &redirect("SAMLRequest", &value.replace('+', " ")));
    silent("bind-b64-space-plus", &request());
    fires("bind-b64-urlsafe", &redirect("SAMLRequest", &value.replace('+', "-").replace('/', "_")));
    fires("bind-b64-urlsafe", &Scene::scenario("input-base64url"));
    silent("bind-b64-urlsafe", &request());
}

#[test]
fn a_form_posts_to_the_host_that_is_meant() {
    let form = |method: &str, action: &str| {
        Scene::of(&format!(
            "<html><body><form method=\"{method}\" action=\"{action}\"><input type=\"hidden\" name=\"SAMLResponse\" \
             value=\"{}\"/></form></body></html>",
            base64(LOGIN.as_bytes())
        ))
    };
    silent("bind-post-form-action", &form("post", "https://app.acme.example/acs"));
    silent("bind-post-form-action", &form("POST", "https://app.acme.example/other"));
    fires("bind-post-form-action", &form("post", "https://app.acme.test/acs"));
    fires("bind-post-form-action", &form("get", "https://app.acme.example/acs"));
}

#[test]
fn an_endpoint_is_https_but_on_ones_own_machine() {
    let to = |acs: &str| Scene::login().replace("https://app.acme.example/acs", acs);
    fires("bind-http-endpoint", &to("http://app.acme.example/acs"));
    fires("bind-http-endpoint", &to("HTTP://localhost.acme.example/acs"));
    silent("bind-http-endpoint", &to("http://localhost:8080/acs"));
    silent("bind-http-endpoint", &to("http://127.0.0.1/acs"));
    silent("bind-http-endpoint", &Scene::exchange());
}

#[test]
fn a_message_in_an_http_error_is_told() {
    let reply = |status: &str| Scene::of(&format!("HTTP/1.1 {status}\r\nContent-Type: text/xml\r\n\r\n{LOGIN}"));
    fires("bind-http-status-error", &reply("500 Internal Server Error"));
    silent("bind-http-status-error", &reply("200 OK"));
}

#[test]
fn the_query_says_its_encoding_and_its_signature_whole() {
    let with = |more: &str| {
        Scene::of(&format!("https://idp.acme.example/sso?SAMLRequest={}{more}", escaped(&base64(&deflated(REQUEST)))))
    };
    fires("bind-samlencoding-unknown", &with("&SAMLEncoding=gzip"));
    let known = escaped("urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE");
    silent("bind-samlencoding-unknown", &with(&format!("&SAMLEncoding={known}")));
    fires("bind-redirect-sigalg-missing", &with("&Signature=AAAA"));
    fires("bind-redirect-sigalg-missing", &with("&SigAlg=x"));
    silent("bind-redirect-sigalg-missing", &Scene::scenario("clean-request-signed"));
    fires("bind-redirect-url-too-long", &with(&format!("&RelayState={}", "x".repeat(2048))));
    silent("bind-redirect-url-too-long", &request());
}

#[test]
fn a_redirect_has_its_signature_in_the_query_and_nowhere_else() {
    let signed = REQUEST.replace(
        "<samlp:NameIDPolicy",
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/><samlp:NameIDPolicy",
    );
    fires("bind-redirect-embedded-signature", &redirect("SAMLRequest", &base64(&deflated(&signed))));
    silent("bind-redirect-embedded-signature", &request());
}

#[test]
fn a_relay_state_that_the_signature_leaves_out_is_told() {
    fires("bind-redirect-relaystate-unsigned", &Scene::scenario("sig-redirect-relaystate-added"));
    silent("bind-redirect-relaystate-unsigned", &Scene::scenario("clean-request-signed"));
}

#[test]
fn what_is_no_whole_xml_is_told_with_its_place() {
    fires("saml-xml-malformed", &Scene::login().replace("</samlp:Response>", ""));
    fires("saml-xml-malformed", &Scene::login().replace("Alice Moreau", "Alice & Moreau"));
    fires("saml-xml-malformed", &Scene::scenario("input-error-truncated"));
    silent("saml-xml-malformed", &Scene::login());
}

#[test]
fn a_document_type_and_another_protocol_are_told() {
    fires("saml-xml-dtd", &Scene::scenario("attack-doctype"));
    silent("saml-xml-dtd", &Scene::login());
    fires("saml-wrong-namespace", &Scene::login().replace("SAML:2.0:protocol", "SAML:1.0:protocol"));
    fires("saml-wrong-namespace", &Scene::login().replace("SAML:2.0:assertion", "SAML:1.0:assertion"));
    let trust = "http://docs.oasis-open.org/ws-sx/ws-trust/200512";
    fires("saml-wrong-namespace", &Scene::of(&format!("<t:RequestSecurityTokenResponse xmlns:t=\"{trust}\"/>")));
    silent("saml-wrong-namespace", &Scene::login());
}

#[test]
fn values_are_there_absolute_bare_and_short() {
    fires("saml-empty-string", &Scene::login().replace("SessionIndex=\"_s1f2e3d4c5b6a7988\"", "SessionIndex=\" \""));
    fires("saml-empty-string", &Scene::login().replace("alice@acme.example</saml:NameID>", "</saml:NameID>"));
    silent("saml-empty-string", &Scene::exchange());
    fires("saml-relative-uri", &Scene::login().replace("https://app.acme.example/sp", "app.acme.example"));
    fires("saml-relative-uri", &Scene::login().replace("https://app.acme.example/acs", "/acs"));
    silent("saml-relative-uri", &Scene::exchange());
    fires(
        "saml-text-whitespace",
        &Scene::login().replace(">alice@acme.example</saml:NameID>", ">\n alice\n</saml:NameID>"),
    );
    silent("saml-text-whitespace", &Scene::exchange());
    fires("saml-value-too-long", &Scene::login().replace("Alice Moreau", &"a".repeat(257)));
    silent("saml-value-too-long", &Scene::login().replace("Alice Moreau", &"a".repeat(256)));
}
