//! Tests of the rules of the NameID.

use super::{ENTITY, PERSISTENT, TRANSIENT, WINDOWS, X509};
use crate::checks::testing::{Scene, fires, silent, unchecked};

const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const NAME_ID: &str =
    "<saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">alice@acme.example</saml:NameID>";

/// The login with another NameID.
fn named(name_id: &str) -> Scene {
    Scene::login().replace(NAME_ID, name_id)
}

fn formatted(format: &str, value: &str) -> Scene {
    named(&format!("<saml:NameID Format=\"{format}\">{value}</saml:NameID>"))
}

fn qualified(attributes: &str) -> Scene {
    named(&format!("<saml:NameID Format=\"{PERSISTENT}\" {attributes}>k3Jd93mXq0Zs81Lw</saml:NameID>"))
}

#[test]
fn a_subject_has_a_name() {
    silent("nid-missing", &Scene::login());
    fires("nid-missing", &named(""));
    silent("nid-missing", &named("<saml:EncryptedID/>"));
    silent("nid-missing", &Scene::scenario("generic-status-authnfailed"));
    silent("nid-empty", &Scene::login());
    fires("nid-empty", &formatted(EMAIL, " "));
}

#[test]
fn the_format_is_that_which_the_request_asks_for() {
    silent("nid-format-vs-policy", &Scene::exchange());
    fires("nid-format-vs-policy", &formatted(PERSISTENT, "x").and(REQUEST));
    fires("nid-format-vs-policy", &named("<saml:NameID>alice</saml:NameID>").and(REQUEST));
    silent("nid-format-vs-policy", &formatted(PERSISTENT, "x").and(&REQUEST.replace(EMAIL, super::UNSPECIFIED)));
    unchecked("nid-format-vs-policy", &Scene::login(), "request");
    fires("nid-format-vs-policy", &Scene::scenario("generic-nameid-policy"));
}

#[test]
fn a_format_that_nobody_defined_is_told() {
    silent("nid-email-2.0-uri", &Scene::login());
    fires("nid-email-2.0-uri", &formatted(&EMAIL.replace("1.1", "2.0"), "alice@acme.example"));
    fires("nid-email-2.0-uri", &formatted(&super::UNSPECIFIED.replace("1.1", "2.0"), "alice"));
}

#[test]
fn the_qualifiers_are_those_of_the_service_and_the_identity_provider() {
    let asking =
        |qualifier: &str| REQUEST.replace("AllowCreate", &format!("SPNameQualifier=\"{qualifier}\" AllowCreate"));
    let own = "SPNameQualifier=\"https://app.acme.example/sp\"";
    silent("nid-spnamequalifier-policy", &qualified(own).and(&asking("https://app.acme.example/sp")));
    silent("nid-spnamequalifier-policy", &qualified("").and(&asking("https://app.acme.example/sp")));
    fires("nid-spnamequalifier-policy", &qualified("").and(&asking("urn:acme:all")));
    fires("nid-spnamequalifier-policy", &qualified(own).and(&asking("urn:acme:all")));
    unchecked("nid-spnamequalifier-policy", &qualified(own), "request");
    silent("nid-spnamequalifier-sp", &qualified(own).and(REQUEST));
    silent("nid-spnamequalifier-sp", &qualified("SPNameQualifier=\"urn:acme:all\"").and(&asking("urn:acme:all")));
    fires("nid-spnamequalifier-sp", &qualified("SPNameQualifier=\"urn:acme:all\"").and(REQUEST));
    unchecked("nid-spnamequalifier-sp", &qualified(own), "sp_entity_id");
    silent("nid-namequalifier-idp", &qualified("NameQualifier=\"https://idp.acme.example/idp\""));
    fires("nid-namequalifier-idp", &qualified("NameQualifier=\"https://old.acme.example/idp\""));
}

#[test]
fn an_address_is_one() {
    silent("nid-email-not-email", &Scene::login());
    fires("nid-email-not-email", &formatted(EMAIL, "alice"));
    fires("nid-email-not-email", &formatted(EMAIL, "Alice &lt;alice@acme.example&gt;"));
    silent("nid-email-not-email", &formatted(super::UNSPECIFIED, "alice"));
}

#[test]
fn a_transient_name_is_random_and_no_key_to_an_account() {
    let random = "_5f1c8a0d7b2e4936a1c0";
    silent("nid-transient-not-random", &formatted(TRANSIENT, random));
    fires("nid-transient-not-random", &formatted(TRANSIENT, "alice@acme.example"));
    fires("nid-transient-not-random", &formatted(TRANSIENT, "alice"));
    let bare = || formatted(TRANSIENT, random).without("<saml:AttributeStatement>", "</saml:AttributeStatement>");
    fires("nid-transient-as-key", &bare());
    silent("nid-transient-as-key", &formatted(TRANSIENT, random));
    fires(
        "nid-transient-as-key",
        &formatted(TRANSIENT, random).replace("https://app.acme.example/sp", "https://slack.com"),
    );
    silent("nid-transient-as-key", &Scene::scenario("clean-ali-role-transient"));
}

#[test]
fn a_persistent_name_is_opaque_and_short() {
    silent("nid-persistent-email", &qualified(""));
    fires("nid-persistent-email", &formatted(PERSISTENT, "alice@acme.example"));
    silent("nid-persistent-email", &Scene::scenario("clean-ali-user-okta"));
    fires("nid-persistent-length", &formatted(PERSISTENT, &"x".repeat(257)));
    silent("nid-persistent-length", &formatted(PERSISTENT, &"x".repeat(256)));
    fires("nid-transient-length", &formatted(TRANSIENT, &"x".repeat(257)));
    silent("nid-transient-length", &formatted(TRANSIENT, &"x".repeat(256)));
    fires("nid-entity-length", &formatted(ENTITY, &"x".repeat(1025)));
    silent("nid-entity-length", &formatted(ENTITY, &"x".repeat(1024)));
}

#[test]
fn two_persistent_names_differ_in_more_than_letter_case() {
    let login = |name: &str| formatted(PERSISTENT, name);
    let other =
        |name: &str| LOGIN.replace(NAME_ID, &format!("<saml:NameID Format=\"{PERSISTENT}\">{name}</saml:NameID>"));
    silent("nid-persistent-casefold", &login("k3Jd93mXq0Zs81Lw"));
    silent("nid-persistent-casefold", &login("k3Jd93mXq0Zs81Lw").and(&other("k3Jd93mXq0Zs81Lw")));
    silent("nid-persistent-casefold", &login("k3Jd93mXq0Zs81Lw").and(&other("other")));
    fires("nid-persistent-casefold", &login("k3Jd93mXq0Zs81Lw").and(&other("K3JD93MXQ0ZS81LW")));
}

#[test]
fn a_value_is_of_its_format() {
    silent("nid-x509-format", &formatted(X509, "CN=alice,O=acme"));
    fires("nid-x509-format", &formatted(X509, "alice"));
    fires("nid-x509-format", &formatted(WINDOWS, "alice"));
    silent("nid-x509-format", &formatted(WINDOWS, "ACME\\alice"));
    fires("nid-x509-format", &formatted(super::KERBEROS, "alice"));
    silent("nid-x509-format", &Scene::login());
}

#[test]
fn text_that_says_who_somebody_is_stands_in_one_piece() {
    silent("nid-comment-split", &Scene::login());
    silent("nid-comment-split", &Scene::scenario("clean-ali-role-comments"));
    for split in [
        "admin@acme.example<!-- -->.evil.example",
        "admin@acme.example<?x?>.evil.example",
        "<!-- -->admin@acme.example",
        "admin@acme.example<![CDATA[.evil.example]]>",
    ] {
        fires("nid-comment-split", &formatted(EMAIL, split));
    }
    silent("nid-comment-split", &formatted(EMAIL, "<![CDATA[alice@acme.example]]>"));
    silent("nid-comment-split", &formatted(EMAIL, "alice&#64;acme.example"));
    fires("nid-comment-split", &Scene::scenario("attack-comment-nameid"));
    fires("nid-comment-split", &Scene::scenario("attack-pi-nameid"));
    fires("nid-comment-split", &Scene::login().replace("Alice Moreau", "Alice<!-- --> Moreau"));
}

const LOGIN: &str = include_str!("../../testing/login.xml");
const REQUEST: &str = include_str!("../../testing/request.xml");
