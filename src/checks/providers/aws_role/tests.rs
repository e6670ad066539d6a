//! The rules of role federation over a login to the role Admin of account 210987654321.

use super::{PREFIX, ROLE};
use crate::checks::testing::{Scene, fires, silent, unchecked};

const ACS: &str = "https://signin.aws.amazon.com/saml";
const PAIR: &str = "arn:aws:iam::210987654321:role/Admin,arn:aws:iam::210987654321:saml-provider/Okta";
const KEYCLOAK_METADATA: &str = include_str!("../../../../tests/scenarios/csso-swapped/idp-metadata.xml");

fn attribute(name: &str, value: &str) -> String {
    format!(
        "<saml:Attribute Name=\"{PREFIX}{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
    )
}

fn login() -> Scene {
    let attributes = attribute("Role", PAIR) + &attribute("RoleSessionName", "alice@acme.example");
    Scene::login()
        .replace("https://app.acme.example/acs", ACS)
        .replace("https://app.acme.example/sp", "urn:amazon:webservices")
        .replace("</saml:AttributeStatement>", &format!("{attributes}</saml:AttributeStatement>"))
}

fn with(name: &str, value: &str) -> Scene {
    login().replace("</saml:AttributeStatement>", &format!("{}</saml:AttributeStatement>", attribute(name, value)))
}

fn role(value: &str) -> Scene {
    login().replace(PAIR, value)
}

fn session(value: &str) -> Scene {
    login().replace(
        ">alice@acme.example</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>",
        &format!(">{value}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"),
    )
}

fn recipient(value: &str) -> Scene {
    login().replace("Recipient=\"https://signin.aws.amazon.com/saml\"", &format!("Recipient=\"{value}\""))
}

fn audience(value: &str) -> Scene {
    login().replace(">urn:amazon:webservices<", &format!(">{value}<"))
}

#[test]
fn the_recipient_is_an_endpoint_of_aws() {
    silent("aws-role-recipient", &login());
    for sound in [
        "https://us-east-1.signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/static/saml",
        "https://signin.amazonaws.cn/saml",
        "https://eu-west-1.signin.aws.amazon.com/saml/acs/SAMLSP2ABC",
    ] {
        silent("aws-role-recipient", &recipient(sound));
    }
    for wrong in [
        "https://signin.aws.amazon.com/saml/",
        "https://signin.aws.amazon.com/SAML",
        "http://signin.aws.amazon.com/saml",
        "https://evilsignin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com",
    ] {
        fires("aws-role-recipient", &recipient(wrong));
    }
    let sealed = login().replace("<saml:Assertion ", "<saml:EncryptedAssertion ");
    let sealed = sealed.replace("</saml:Assertion>", "</saml:EncryptedAssertion>");
    unchecked("aws-role-recipient", &sealed.context(|c| c.profile = Some(crate::Profile::AwsIamRole)), "private_keys");
}

#[test]
fn the_audience_is_aws_of_the_partition_that_the_message_goes_to() {
    silent("aws-role-audience", &login());
    silent("aws-role-audience", &audience(ACS));
    silent("aws-role-audience", &audience("urn:x</saml:Audience><saml:Audience>urn:amazon:webservices"));
    fires("aws-role-audience", &audience("urn:amazon:webservices/"));
    fires("aws-role-audience", &audience("https://us-east-1.signin.aws.amazon.com/saml"));
    fires("aws-role-audience", &login().without("<saml:AudienceRestriction>", "</saml:AudienceRestriction>"));
    let china = |audience: &str| {
        let scene = recipient("https://signin.amazonaws.cn/saml");
        scene.replace(">urn:amazon:webservices<", &format!(">{audience}<"))
    };
    fires("aws-role-audience", &china("urn:amazon:webservices"));
    silent("aws-role-audience", &china("urn:amazon:webservices:cn-north-1"));
    let sealed = login().replace("<saml:Assertion ", "<saml:EncryptedAssertion ");
    unchecked("aws-role-audience", &sealed.replace("</saml:Assertion>", "</saml:EncryptedAssertion>"), "private_keys");
}

#[test]
fn there_is_one_whole_subject_confirmation() {
    silent("aws-role-subjconf-count", &login());
    fires("aws-role-subjconf-count", &login().without("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
    fires("aws-role-subjconf-count", &login().replace("NotOnOrAfter=\"2026-03-02T08:21:05Z\" Recipient", "Recipient"));
    let again = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/></saml:Subject>";
    fires("aws-role-subjconf-count", &login().replace("</saml:Subject>", again));
    fires("aws-role-nameid-missing", &login().without("<saml:NameID ", "</saml:NameID>"));
    silent("aws-role-nameid-missing", &login());
}

#[test]
fn the_role_attribute_is_there_by_its_exact_name() {
    silent("aws-role-attr-missing", &login());
    fires("aws-role-attr-missing", &login().replace(ROLE, "https://aws.amazon.com/SAML/Attributes/role"));
    fires("aws-role-attr-missing", &login().replace(ROLE, "https://aws.amazon.com/SAML/Attributes/Roles"));
    fires("aws-role-attr-missing", &role(""));
    fires("aws-role-sessionname-missing", &login().replace("/RoleSessionName", "/roleSessionName"));
    fires("aws-role-sessionname-missing", &Scene::scenario("other-aws-sessionname-missing"));
    silent("aws-role-sessionname-missing", &login());
}

#[test]
fn a_role_is_a_pair_of_arns_of_one_account() {
    silent("aws-role-value", &login());
    silent("aws-role-value", &role(&PAIR.replace("Admin", "ops/Admin")));
    fires("aws-role-value", &role(&PAIR.replace(",arn", ", arn")));
    fires("aws-role-value", &role(&format!("{PAIR};{PAIR}")));
    fires("aws-role-value", &role(&PAIR.replace("210987654321", "ACCOUNT")));
    silent("aws-role-value", &role(""));
    fires("aws-role-account-mismatch", &role(&PAIR.replace("210987654321:saml", "210987654322:saml")));
    silent("aws-role-account-mismatch", &login());
}

#[test]
fn the_values_about_the_session_are_in_their_bounds() {
    silent("aws-role-sessionname-bad", &login());
    silent("aws-role-sessionname-bad", &session("a_"));
    for wrong in ["Alice Moreau", "a", "ACME\\alice", "爱丽丝", &"a".repeat(65)] {
        fires("aws-role-sessionname-bad", &session(wrong));
    }
    silent("aws-role-sourceidentity-bad", &with("SourceIdentity", "alice"));
    fires("aws-role-sourceidentity-bad", &with("SourceIdentity", "aws:alice"));
    silent("aws-role-duration", &with("SessionDuration", "900"));
    silent("aws-role-duration", &with("SessionDuration", "43200"));
    for wrong in ["899", "43201", "1h", "3600.0"] {
        fires("aws-role-duration", &with("SessionDuration", wrong));
    }
}

#[test]
fn session_tags_ask_for_a_permission_and_have_limits() {
    silent("aws-role-principaltag", &login());
    fires("aws-role-principaltag", &with("PrincipalTag:Project", "Blue"));
    fires("aws-role-principaltag", &with("PrincipalTag:Project", &"x".repeat(257)));
    fires("aws-role-principaltag", &with("TransitiveTagKeys", "Project"));
}

#[test]
fn issuer_and_key_are_those_of_the_uploaded_metadata() {
    let signed = || Scene::scenario("clean-aws-role-google");
    let strange = || {
        signed().context(|context| {
            context.keys = crate::dsig::KeyRing::default();
            context.metadata.clear();
        })
    };
    silent("aws-role-issuer", &signed());
    unchecked("aws-role-issuer", &strange(), "metadata");
    fires("aws-role-issuer", &strange().metadata("idp.xml", KEYCLOAK_METADATA));
    silent("aws-role-signature", &signed());
    unchecked("aws-role-signature", &strange(), "metadata");
    fires("aws-role-signature", &strange().metadata("idp.xml", KEYCLOAK_METADATA));
}

#[test]
fn a_response_has_a_greatest_size() {
    silent("aws-role-size", &login());
    fires("aws-role-size", &with("x", &"x".repeat(75_000)));
}

#[test]
fn a_relay_state_is_a_page_of_the_console() {
    let relay = |value: &str| {
        let text = include_str!("../../../../tests/scenarios/clean-aws-role-google/input.txt");
        Scene::of(&format!("{}&RelayState={value}", text.trim()))
    };
    silent("aws-role-relaystate", &relay("https%3A%2F%2Fus-east-1.console.aws.amazon.com%2Fec2"));
    fires("aws-role-relaystate", &relay("https%3A%2F%2Fconsole.aws.amazon.com.evil.example%2F"));
    fires("aws-role-relaystate", &relay("ec2"));
}

#[test]
fn metadata_is_neither_too_short_nor_too_long_for_iam() {
    let at_aws = |scene: Scene| scene.context(|context| context.profile = Some(crate::Profile::AwsIamRole));
    silent("aws-role-metadata-size", &at_aws(Scene::idp_metadata()));
    let short = || at_aws(Scene::idp_metadata().without("<md:KeyDescriptor", "</md:KeyDescriptor>"));
    fires("aws-role-metadata-size", &short().without("<md:NameIDFormat>", "</md:NameIDFormat>"));
    let long = Scene::idp_metadata()
        .replace("  </md:IDPSSODescriptor>", &format!("<!--{}--></md:IDPSSODescriptor>", "x".repeat(10_000_000)));
    fires("aws-role-metadata-size", &at_aws(long));
    silent("aws-role-metadata-size", &login());
}
