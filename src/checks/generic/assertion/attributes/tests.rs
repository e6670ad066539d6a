//! Tests of the rules of attributes.

use super::{is_absolute_uri, is_packed, is_sensitive};
use crate::checks::testing::{Scene, fires, silent};

const BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";

/// The login with one more attribute.
fn and(attribute: &str) -> Scene {
    Scene::login().replace("</saml:AttributeStatement>", &format!("{attribute}</saml:AttributeStatement>"))
}

fn named(name: &str, value: &str) -> Scene {
    and(&format!("<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"))
}

#[test]
fn there_is_one_statement_and_one_attribute_of_a_name() {
    silent("asr-attr-statement-multiple", &Scene::login());
    fires(
        "asr-attr-statement-multiple",
        &Scene::login().replace(
            "</saml:AttributeStatement>",
            "</saml:AttributeStatement><saml:AttributeStatement></saml:AttributeStatement>",
        ),
    );
    silent("asr-attr-duplicate-name", &Scene::login());
    fires("asr-attr-duplicate-name", &named("mail", "a@acme.example"));
    fires("asr-attr-duplicate-name", &Scene::scenario("generic-duplicate-attribute"));
}

#[test]
fn a_name_is_of_its_format() {
    silent("asr-attr-nameformat", &Scene::login());
    fires("asr-attr-nameformat", &Scene::login().replace("Name=\"displayName\"", "Name=\"display name\""));
    fires("asr-attr-nameformat", &Scene::login().replace("Name=\"displayName\"", "Name=\"2nd\""));
    let uri = || Scene::login().replace(BASIC, &BASIC.replace("basic", "uri"));
    fires("asr-attr-nameformat", &uri());
    silent(
        "asr-attr-nameformat",
        &uri()
            .replace("\"mail\"", "\"urn:oid:0.9.2342.19200300.100.1.3\"")
            .replace("\"displayName\"", "\"http://acme.example/name\""),
    );
    assert!(["urn:a", "https://a.b/c"].into_iter().all(is_absolute_uri));
    assert!(!["mail", ":a", "a:", "urn:a b", "1a:b"].into_iter().any(is_absolute_uri));
}

#[test]
fn a_list_in_one_value_is_told_from_a_text() {
    silent("asr-attr-delimited", &Scene::login());
    fires("asr-attr-delimited", &named("groups", "staff;admins;sales"));
    for list in ["a;b", "a|b|c", "staff,admins", "x@a.example;y@a.example;"] {
        assert!(is_packed(list), "{list}");
    }
    for text in [
        "Moreau, Alice",
        "CN=alice,OU=staff",
        "a; b",
        "1,234.50",
        "plain",
        "",
        ";",
        "https://a.example/?x=1;y=2",
        "{\"a\":1,\"b\":2}",
        "acs:ram::1:role/a,acs:ram::1:saml-provider/b",
    ] {
        assert!(!is_packed(text), "{text}");
    }
}

#[test]
fn a_value_is_text_and_not_empty() {
    silent("asr-attr-complex", &Scene::login());
    fires("asr-attr-complex", &named("address", "<Street>1 Main</Street>"));
    silent("asr-attr-empty", &Scene::login());
    fires("asr-attr-empty", &named("role", " "));
    fires("asr-attr-empty", &and("<saml:Attribute Name=\"role\"/>"));
    silent("asr-attr-empty", &named("address", "<Street/>"));
    let nil = "<saml:Attribute Name=\"role\"><saml:AttributeValue xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/></saml:Attribute>";
    fires("asr-attr-empty", &and(nil));
}

#[test]
fn what_must_be_secret_is_not_sent_in_the_clear() {
    silent("asr-sensitive-cleartext", &Scene::login());
    fires("asr-sensitive-cleartext", &named("userPassword", "correct horse"));
    fires("asr-sensitive-cleartext", &named("key", "-----BEGIN OPENSSH PRIVATE KEY-----"));
    silent("asr-sensitive-cleartext", &named("userPassword", ""));
    assert!(
        ["http://acme.example/claims/national_id", "urn:acme:SSN", "urn:oid:1.3.6.1.4.1.2428.90.1.5"]
            .into_iter()
            .all(is_sensitive)
    );
    assert!(!["passwordLastSet", "sshPublicKey", "pwdChangedTime", "mail"].into_iter().any(is_sensitive));
    silent("asr-sensitive-cleartext", &Scene::scenario("clean-generic-encrypted"));
}

#[test]
fn parts_that_are_encrypted_by_themselves_are_told() {
    let data = "<x:EncryptedData xmlns:x=\"http://www.w3.org/2001/04/xmlenc#\"><x:CipherData><x:CipherValue>AAAA</x:CipherValue></x:CipherData></x:EncryptedData>";
    silent("asr-encrypted-id", &Scene::login());
    silent("asr-encrypted-id", &Scene::scenario("enc-no-key"));
    fires("asr-encrypted-id", &and(&format!("<saml:EncryptedAttribute>{data}</saml:EncryptedAttribute>")));
    let name = "<saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">alice@acme.example</saml:NameID>";
    let hidden = Scene::login().replace(name, &format!("<saml:EncryptedID>{data}</saml:EncryptedID>"));
    fires("asr-encrypted-id", &hidden);
}
