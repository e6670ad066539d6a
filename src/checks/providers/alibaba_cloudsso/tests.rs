//! The rules of CloudSSO over a login of the directory `d-00k7acme2x9q`.

use super::place::{ACS as ACS_FORM, ENTITY_ID as ENTITY_ID_FORM};
use crate::Profile;
use crate::checks::Severity;
use crate::checks::testing::{Scene, fires, inapplicable, passes, redirect_value, silent, told, unchecked};
use crate::dsig::KeyRing;

const ENTITY_ID: &str = "https://signin-cn-shanghai.alibabacloudsso.com/saml/sp/d-00k7acme2x9q";
const ACS: &str = "https://signin-cn-shanghai.alibabacloudsso.com/saml/acs/3b0a6c1e-52d7-4f0e-9a86-7c1d2e3f4a5b";
const SP_METADATA: &str = include_str!("../../testing/sp-metadata.xml");
const OKTA_REQUEST: &str = include_str!("../../../../tests/scenarios/csso-user-missing/request.txt");
const OKTA_METADATA: &str = include_str!("../../../../tests/scenarios/csso-user-missing/idp-metadata.xml");
const KEYCLOAK_METADATA: &str = include_str!("../../../../tests/scenarios/csso-swapped/idp-metadata.xml");
const AUDIENCE: &str = "<saml:Audience>https://signin-cn-shanghai.alibabacloudsso.com/saml/sp/d-00k7acme2x9q<";

fn login() -> Scene {
    Scene::login().replace("https://app.acme.example/acs", ACS).replace("https://app.acme.example/sp", ENTITY_ID)
}

fn known() -> Scene {
    login().context(|context| {
        context.sp_entity_id = Some(ENTITY_ID.to_owned());
        context.received_at = Some(ACS.to_owned());
    })
}

fn with_users(scene: Scene, users: &[&str]) -> Scene {
    let users = users.iter().map(|user| (*user).to_owned()).collect();
    scene.context(|context| context.alibaba.cloudsso_users = Some(users))
}

fn without_keys(scene: Scene) -> Scene {
    scene.context(|context| {
        context.keys = KeyRing::default();
        context.metadata.clear();
    })
}

#[test]
fn the_audience_is_the_directory_of_the_context_or_at_least_looks_like_one() {
    silent("ali-csso-audience-mismatch", &known());
    unchecked("ali-csso-audience-mismatch", &login(), "sp_entity_id");
    fires("ali-csso-audience-mismatch", &known().replace("00k7acme2x9q<", "00k7acme2x9r<"));
    for wrong in
        [ENTITY_ID.replace("/sp/", "/SP/"), ENTITY_ID.replace("https", "http"), format!("{ENTITY_ID}/"), ACS.into()]
    {
        let scene = login().replace(AUDIENCE, &format!("<saml:Audience>{wrong}<"));
        fires("ali-csso-audience-mismatch", &scene);
    }
    fires("ali-csso-audience-mismatch", &known().without("<saml:AudienceRestriction>", "</saml:AudienceRestriction>"));
    let several = known().replace(AUDIENCE, &format!("<saml:Audience>urn:other</saml:Audience>{AUDIENCE}"));
    silent("ali-csso-audience-mismatch", &several);
}

#[test]
fn recipient_and_destination_are_the_acs() {
    silent("ali-csso-recipient-mismatch", &known());
    unchecked("ali-csso-recipient-mismatch", &login(), "received_at");
    fires(
        "ali-csso-recipient-mismatch",
        &known().replace(&format!("Recipient=\"{ACS}"), &format!("Recipient=\"{ACS}/")),
    );
    fires("ali-csso-recipient-mismatch", &known().replace(&format!("Destination=\"{ACS}"), "Destination=\"https://a"));
    fires("ali-csso-recipient-mismatch", &login().replace("/saml/acs/3b0a", "/saml/acs2/3b0a"));
}

#[test]
fn a_login_whose_acs_and_entity_id_are_swapped_is_told_as_such() {
    let swapped = known().replace(ACS, "~").replace(ENTITY_ID, ACS).replace("~", ENTITY_ID);
    fires("ali-csso-acs-entity-swapped", &swapped);
    fires("ali-csso-acs-entity-swapped", &Scene::scenario("csso-swapped"));
    fires("ali-csso-acs-entity-swapped", &login().replace(AUDIENCE, &format!("<saml:Audience>{ACS}<")));
    silent("ali-csso-acs-entity-swapped", &known());
    silent("ali-csso-acs-entity-swapped", &login().replace("/saml/sp/d-00k7", "/saml/sp/d-01k7"));
}

#[test]
fn only_a_url_of_a_directory_may_be_the_audience_where_nothing_else_is_known() {
    let audience = |url: &str| login().replace(AUDIENCE, &format!("<saml:Audience>{url}<"));
    for region in ["cn-shanghai", "us-west-1", "ap-southeast-1"] {
        unchecked("ali-csso-audience-mismatch", &audience(&ENTITY_ID.replace("cn-shanghai", region)), "sp_entity_id");
    }
    for region in ["shanghai", "cn", "CN-SHANGHAI", "cn-Shanghai", "cn-", "-shanghai", "cn--shanghai", "cn_shanghai"] {
        fires("ali-csso-audience-mismatch", &audience(&ENTITY_ID.replace("cn-shanghai", region)));
    }
    for directory in ["00k7acme2x9q", "x-00k7acme2x9q", "", "d-00k7acme2x9q/saml", "d-00k7acme2x9q?a=b"] {
        fires("ali-csso-audience-mismatch", &audience(&ENTITY_ID.replace("d-00k7acme2x9q", directory)));
    }
}

#[test]
fn both_values_are_of_one_region() {
    let mixed = login().replace(AUDIENCE, &AUDIENCE.replace("cn-shanghai", "us-west-1"));
    fires("ali-csso-region-mix", &mixed);
    silent("ali-csso-region-mix", &login());
    silent("ali-csso-region-mix", &login().replace("cn-shanghai", "us-west-1"));
}

#[test]
fn what_was_never_filled_in_is_told_as_such() {
    let told = |scene: Scene| scene.context(|context| context.received_at = Some(ACS.to_owned()));
    fires("ali-csso-acs-blank", &told(login().replace(AUDIENCE, "<saml:Audience> <")));
    fires("ali-csso-acs-blank", &login().replace(&format!("Recipient=\"{ACS}\""), "Recipient=\"\""));
    fires("ali-csso-acs-blank", &login().replace("d-00k7acme2x9q", "d-00fc2p61****"));
    silent("ali-csso-acs-blank", &login());
    silent("ali-csso-acs-blank", &login().replace("cn-shanghai", "xx-yy"));
}

#[test]
fn in_the_place_of_each_blank_stands_what_belongs_there() {
    let blank =
        login().replace(AUDIENCE, "<saml:Audience> <").replace(&format!("Recipient=\"{ACS}\""), "Recipient=\"\"");
    let evidence = told("ali-csso-acs-blank", &blank).evidence;
    let expected: Vec<_> = evidence.iter().map(|e| (e.what.as_str(), e.expected.as_deref())).collect();
    let recipient = "SubjectConfirmationData/@Recipient";
    assert_eq!(expected, [("Audience", Some(ENTITY_ID_FORM)), (recipient, Some(ACS_FORM))]);
}

#[test]
fn the_name_id_is_a_cloudsso_user() {
    silent("ali-csso-nameid-not-user", &with_users(login(), &["bo", "alice@acme.example"]));
    fires("ali-csso-nameid-not-user", &with_users(login(), &["alice"]));
    fires("ali-csso-nameid-not-user", &with_users(login(), &["Alice@acme.example"]));
    fires("ali-csso-nameid-not-user", &with_users(login(), &[]));
    unchecked("ali-csso-nameid-not-user", &login(), "alibaba.cloudsso_users");
    fires("ali-csso-nameid-not-user", &Scene::scenario("csso-user-missing"));
    let failed =
        login().replace("status:Success\"", "status:Responder\"").without("<saml:Assertion ", "</saml:Assertion>");
    silent("ali-csso-nameid-not-user", &failed);
}

#[test]
fn the_users_that_there_are_are_listed() {
    for (users, expected) in
        [(&[][..], "-"), (&["bo", "carol"], "bo, carol"), (&["ALICE@acme.example"], "ALICE@acme.example")]
    {
        let told = told("ali-csso-nameid-not-user", &with_users(login(), users));
        assert_eq!(told.evidence[0].expected.as_deref(), Some(expected), "{users:?}");
    }
}

#[test]
fn another_attribute_that_names_a_user_shows_what_scim_took() {
    let short = || login().replace(">alice@acme.example</saml:NameID>", ">alice</saml:NameID>");
    fires("ali-csso-scim-mismatch", &with_users(short(), &["alice@acme.example"]));
    silent("ali-csso-scim-mismatch", &with_users(short(), &["alice.moreau"]));
    silent("ali-csso-scim-mismatch", &with_users(short(), &["alice", "alice@acme.example"]));
    unchecked("ali-csso-scim-mismatch", &short(), "alibaba.cloudsso_users");
    fires("ali-csso-password-off", &with_users(short(), &["bo"]));
    silent("ali-csso-password-off", &with_users(short(), &["alice"]));
    unchecked("ali-csso-password-off", &short(), "alibaba.cloudsso_users");
}

#[test]
fn a_user_name_has_no_characters_but_those_of_cloudsso() {
    let named = |name: &str| login().replace(">alice@acme.example</saml:NameID>", &format!(">{name}</saml:NameID>"));
    silent("ali-csso-nameid-charset", &named("a-l.i_c@e"));
    silent("ali-csso-nameid-charset", &named(&"a".repeat(64)));
    for wrong in ["ACME\\alice", "alice moreau", "爱丽丝", "alice+x@acme.example", &"a".repeat(65)] {
        fires("ali-csso-nameid-charset", &named(wrong));
    }
}

#[test]
fn a_request_is_signed_where_the_identity_provider_wants_it() {
    let wants = |value: &str| {
        let (start, end) = OKTA_METADATA.split_once("<md:IDPSSODescriptor").unwrap();
        let end = end.replace("WantAuthnRequestsSigned=\"false\"", "");
        format!("{start}<md:IDPSSODescriptor WantAuthnRequestsSigned=\"{value}\"{end}")
    };
    fires("ali-csso-request-unsigned", &Scene::of(OKTA_REQUEST).metadata("idp.xml", &wants("true")));
    silent("ali-csso-request-unsigned", &Scene::of(OKTA_REQUEST).metadata("idp.xml", &wants("false")));
    unchecked("ali-csso-request-unsigned", &Scene::of(OKTA_REQUEST), "metadata");
    let signed = format!(
        "{}&SigAlg=http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1&Signature=AAAA",
        OKTA_REQUEST.trim()
    );
    silent("ali-csso-request-unsigned", &Scene::of(&signed).metadata("idp.xml", &wants("true")));
    fires("ali-csso-request-alg", &Scene::of(&signed));
    let newer = signed.replace("2000%2F09%2Fxmldsig%23rsa-sha1", "2001%2F04%2Fxmldsig-more%23rsa-sha256");
    silent("ali-csso-request-alg", &Scene::of(&newer));
    silent("ali-csso-request-alg", &Scene::of(OKTA_REQUEST));
    // The signature of a redirect is not part of the XML.
    let pasted = Scene::request().replace("https://app.acme.example/sp", ENTITY_ID).metadata("idp.xml", &wants("true"));
    silent("ali-csso-request-unsigned", &pasted);
    let request = include_str!("../../testing/request.xml").replace("https://app.acme.example/sp", ENTITY_ID);
    let value = Scene::of(&redirect_value(&request)).metadata("idp.xml", &wants("true"));
    inapplicable("ali-csso-request-unsigned", &value);
}

#[test]
fn an_unsigned_request_that_was_answered_was_not_refused() {
    let wants = "<md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\"";
    let metadata = include_str!("../../testing/idp-metadata.xml").replace("<md:IDPSSODescriptor", wants);
    let request = include_str!("../../testing/request.xml").replace("https://app.acme.example/sp", ENTITY_ID);
    let request = format!("https://idp.acme.example/sso?SAMLRequest={}", redirect_value(&request));
    let severity = |scene: Scene| told("ali-csso-request-unsigned", &scene.metadata("idp.xml", &metadata)).severity;
    assert_eq!(severity(Scene::of(&request)), Severity::Error);
    let failed = login().replace("status:Success\"", "status:Responder\"");
    assert_eq!(severity(failed.and(&request)), Severity::Error);
    assert_eq!(severity(login().and(&request)), Severity::Warning);
}

#[test]
fn an_encrypted_assertion_needs_a_key_in_the_metadata_of_the_directory() {
    let sealed = || {
        let scene = login().replace("<saml:Assertion ", "<saml:EncryptedAssertion ");
        scene.replace("</saml:Assertion>", "</saml:EncryptedAssertion>")
    };
    let metadata = SP_METADATA.replace("https://app.acme.example/sp", ENTITY_ID);
    unchecked("ali-csso-encryption", &sealed(), "metadata");
    let (start, rest) = metadata.split_once("<md:KeyDescriptor").unwrap();
    let (_, end) = rest.rsplit_once("</md:KeyDescriptor>").unwrap();
    fires("ali-csso-encryption", &sealed().metadata("sp.xml", &format!("{start}{end}")));
    silent(
        "ali-csso-encryption",
        &sealed().metadata("sp.xml", &metadata.replace("use=\"signing\"", "use=\"encryption\"")),
    );
    silent("ali-csso-encryption", &known());
    unchecked("ali-csso-audience-mismatch", &sealed(), "private_keys");
    unchecked("ali-csso-recipient-mismatch", &sealed(), "private_keys");
}

#[test]
fn the_assertion_is_signed_with_a_key_of_the_uploaded_metadata() {
    let signed = || Scene::scenario("clean-csso-shibboleth");
    silent("ali-csso-signature", &signed());
    unchecked("ali-csso-signature", &without_keys(signed()), "metadata");
    fires("ali-csso-signature", &without_keys(signed()).metadata("idp.xml", KEYCLOAK_METADATA));
    fires("ali-csso-signature", &login());
    fires("ali-csso-one-idp", &without_keys(signed()).metadata("idp.xml", KEYCLOAK_METADATA));
    passes("ali-csso-one-idp", &signed());
    silent("ali-csso-one-idp", &login());
    fires("ali-csso-idp-manual-fields", &without_keys(signed()).metadata("idp.xml", KEYCLOAK_METADATA));
    passes("ali-csso-idp-manual-fields", &signed());
    silent("ali-csso-idp-manual-fields", &login().without("<saml:Issuer>", "</saml:Issuer>"));
}

#[test]
fn a_signature_around_the_assertion_is_warned_of() {
    let around = Scene::scenario("ali-user-response-only-signed");
    let around = around.context(|context| context.profile = Some(Profile::AlibabaCloudSso));
    let found = told("ali-csso-signature", &around);
    assert_eq!((found.severity, found.evidence[0].actual.as_deref()), (Severity::Warning, Some("Response")));
    assert_eq!(told("ali-csso-signature", &login()).severity, Severity::Error);
}
