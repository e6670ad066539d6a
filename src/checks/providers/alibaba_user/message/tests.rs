//! The rules of the response to user-based SSO, and of its signature.

use super::super::testing::{LOGIN, bare, login};
use crate::checks::Severity;
use crate::checks::testing::{Scene, fires, inapplicable, silent, told, unchecked};
use crate::dsig::KeyRing;

const SIGNATURE: &str = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";

/// A real login of which the keys are not known.
fn keyless(name: &str) -> Scene {
    Scene::scenario(name).context(|context| {
        context.metadata.clear();
        context.keys = KeyRing::default();
    })
}

#[test]
fn a_response_comes_by_post() {
    let query = |host: &str| {
        Scene::of(&format!(
            "https://{host}/saml/SSO?SAMLResponse={}",
            percent_encoding::utf8_percent_encode(
                &base64::Engine::encode(&base64::engine::general_purpose::STANDARD, LOGIN),
                percent_encoding::NON_ALPHANUMERIC,
            )
        ))
    };
    fires("ali-user-binding", &query("signin.aliyun.com"));
    silent("ali-user-binding", &Scene::scenario("clean-ali-user-okta"));
    silent("ali-user-binding", &login());
}

#[test]
fn the_assertion_itself_is_signed_with_a_key_that_was_uploaded() {
    fires("ali-user-assertion-unsigned", &Scene::scenario("ali-user-response-only-signed"));
    fires("ali-user-assertion-unsigned", &login().replace(SIGNATURE, ""));
    silent("ali-user-assertion-unsigned", &Scene::scenario("clean-ali-user-okta"));
    fires("ali-user-signature-invalid", &keyless("clean-ali-user-okta").with_metadata());
    fires("ali-user-signature-invalid", &login());
    silent("ali-user-signature-invalid", &Scene::scenario("clean-ali-user-okta"));
    silent("ali-user-signature-invalid", &Scene::scenario("ali-user-response-only-signed"));
    unchecked("ali-user-signature-invalid", &keyless("clean-ali-user-okta"), "metadata");
    unchecked("ali-user-signature-invalid", &keyless("clean-ali-user-okta"), "certificates");
    // A key of the service's own is none of the identity provider's.
    let service = include_str!("../../../testing/sp-metadata.xml");
    unchecked("ali-user-signature-invalid", &keyless("clean-ali-user-okta").metadata("sp.xml", service), "metadata");
    let provider = include_str!("../../../testing/idp-metadata.xml");
    fires("ali-user-signature-invalid", &keyless("clean-ali-user-okta").metadata("idp.xml", provider));
    // What cannot be computed here may hold there.
    let hmac = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
    let signature = |algorithm: &str| {
        format!(
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
             <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
             <ds:SignatureMethod Algorithm=\"{algorithm}\"/><ds:Reference URI=\"#_a91e4c7d5b2f84a6e03d8c7b6a5f4e3d2\">\
             <ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
             </ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
             <ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>\
             <ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>"
        )
    };
    let signed = |algorithm: &str| login().replace(SIGNATURE, &signature(algorithm)).with_metadata();
    inapplicable("ali-user-signature-invalid", &signed(hmac));
    fires("ali-user-signature-invalid", &signed("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"));
}

#[test]
fn an_encrypted_assertion_may_not_be_read() {
    let sealed = || {
        Scene::of(LOGIN).without("<saml:Assertion", "</saml:Assertion>").replace(
        "</samlp:Response>",
        "<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"/></saml:EncryptedAssertion></samlp:Response>",
    )
    };
    fires("ali-user-encrypted-assertion", &sealed());
    silent("ali-user-encrypted-assertion", &login());
    let failed = sealed().replace("status:Success", "status:Responder");
    let empty = login().without("<saml:Assertion", "</saml:Assertion>");
    for id in ["ali-user-nameid-count", "ali-user-required-elements", "ali-user-expired"] {
        unchecked(id, &sealed(), "private_keys");
        inapplicable(id, &failed);
    }
    for id in ["ali-user-nameid-count", "ali-user-subjconf-count", "ali-user-expired"] {
        inapplicable(id, &empty);
    }
}

#[test]
fn the_issuer_is_that_of_the_metadata() {
    let known = login().with_metadata();
    silent("ali-user-issuer-mismatch", &known);
    fires("ali-user-issuer-mismatch", &known.replace("//idp.acme.example/idp<", "//idp.acme.example/idp/<"));
    unchecked("ali-user-issuer-mismatch", &login(), "metadata");
}

#[test]
fn there_is_one_name_and_one_confirmation() {
    silent("ali-user-nameid-count", &login());
    fires("ali-user-nameid-count", &login().without("<saml:NameID", "</saml:NameID>"));
    fires("ali-user-nameid-count", &login().replace("</saml:NameID>", "</saml:NameID><saml:NameID>bo</saml:NameID>"));
    fires("ali-user-nameid-count", &login().without("<saml:Subject>", "</saml:Subject>"));
    silent("ali-user-subjconf-count", &login());
    fires("ali-user-subjconf-count", &login().without("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
    let second =
        "</saml:SubjectConfirmation><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>";
    fires("ali-user-subjconf-count", &login().replace("</saml:SubjectConfirmation>", second));
    let hidden = || {
        login().without("<saml:NameID", "</saml:NameID>").replace("<saml:Subject>", "<saml:Subject><saml:EncryptedID/>")
    };
    unchecked("ali-user-nameid-count", &hidden(), "private_keys");
    silent("ali-user-subjconf-count", &hidden());
    fires("ali-user-subjconf-count", &hidden().replace("</saml:SubjectConfirmation>", second));
}

#[test]
fn the_confirmation_says_until_when_and_for_whom() {
    silent("ali-user-scd-notonorafter-missing", &login());
    let timeless = login().replace("Data NotOnOrAfter=\"2026-03-02T08:21:05Z\"", "Data");
    fires("ali-user-scd-notonorafter-missing", &timeless);
    silent("ali-user-scd-recipient-missing", &timeless);
    fires("ali-user-scd-recipient-missing", &login().replace(" Recipient=\"https://signin.aliyun.com/saml/SSO\"", ""));
    let empty = login().without("<saml:SubjectConfirmationData", "/>");
    fires("ali-user-scd-notonorafter-missing", &empty);
    fires("ali-user-scd-recipient-missing", &empty);
}

#[test]
fn each_required_element_is_missed() {
    silent("ali-user-required-elements", &login());
    for (start, end) in [
        ("<samlp:Status>", "</samlp:Status>"),
        ("<saml:Assertion", "</saml:Assertion>"),
        ("<saml:Issuer>", "</saml:Issuer>"),
        ("<ds:Signature", "/>"),
        ("<saml:NameID", "</saml:NameID>"),
        ("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"),
        ("<saml:Audience>", "</saml:Audience>"),
        ("<saml:Conditions", "</saml:Conditions>"),
        ("<saml:AuthnStatement", "</saml:AuthnStatement>"),
    ] {
        fires("ali-user-required-elements", &bare().without(start, end));
    }
    let failed = bare().replace("status:Success", "status:Responder").without("<saml:Assertion", "</saml:Assertion>");
    silent("ali-user-required-elements", &failed);
}

#[test]
fn what_has_expired_is_refused() {
    silent("ali-user-expired", &login());
    // Until the tolerance for clocks is over as well it may still be taken.
    for (now, severity) in [
        ("2026-03-02T08:21:05Z", Severity::Warning),
        ("2026-03-02T08:24:04Z", Severity::Warning),
        ("2026-03-02T08:24:05Z", Severity::Error),
        ("2026-03-02T09:00:00Z", Severity::Error),
    ] {
        assert_eq!(told("ali-user-expired", &login().at(now)).severity, severity, "{now}");
    }
    silent("ali-user-expired", &login().at("2026-03-02T08:21:04Z"));
    fires(
        "ali-user-expired",
        &login().replace("Data NotOnOrAfter=\"2026-03-02T08:21:05Z\"", "Data").at("2026-03-02T09:00:00Z"),
    );
}
