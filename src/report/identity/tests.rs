//! Who logs in, taken apart: cases that hold it.

use super::*;
use crate::Profile;
use crate::checks::testing::Scene;
use crate::limits;

const ROLE_LOGIN: &str = include_str!("../../checks/providers/alibaba_role/login.xml");
const MAIL: &str = "<saml:Attribute Name=\"mail\" NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\">";

fn identity(scene: &Scene) -> IdentityReport {
    scene.report().captures.remove(0).identity.unwrap()
}

/// What a text's span has in the capture's XML, or in the decryption's.
fn at<'r>(report: &'r crate::Report, text: &TextReport) -> &'r str {
    let capture = &report.captures[0];
    let xml = match text.decryption {
        Some(number) => capture.decryptions[number].xml.as_deref(),
        None => capture.xml.as_deref(),
    };
    xml.unwrap().get(text.span[0]..text.span[1]).unwrap()
}

#[test]
fn a_name_id_is_taken_apart_at_its_last_at_sign() {
    let name = identity(&Scene::login()).name_id.unwrap();
    assert_eq!((name.local.as_str(), name.domain.as_deref()), ("alice", Some("acme.example")));
    assert!(name.format.unwrap().text.ends_with("emailAddress"));
    assert_eq!((&name.name_qualifier, &name.sp_name_qualifier, &name.sp_provided_id), (&None, &None, &None));

    let qualified = "<saml:NameID NameQualifier=\"q\" SPNameQualifier=\"s\" SPProvidedID=\"p\"";
    let scene = Scene::login().replace("<saml:NameID", qualified);
    let name = identity(&scene.replace(">alice@acme.example</saml:NameID", "> a@b@c </saml:NameID")).name_id.unwrap();
    assert_eq!((name.value.text.as_str(), name.local.as_str(), name.domain.as_deref()), ("a@b@c", "a@b", Some("c")));
    let texts = [name.name_qualifier, name.sp_name_qualifier, name.sp_provided_id].map(|text| text.unwrap().text);
    assert_eq!(texts, ["q", "s", "p"]);

    let bare = identity(&Scene::login().replace(">alice@acme.example</saml:NameID", ">alice</saml:NameID"));
    let name = bare.name_id.unwrap();
    assert_eq!((name.local.as_str(), name.domain), ("alice", None));
    let without = Scene::login().without("<saml:NameID", "</saml:NameID>");
    assert_eq!(identity(&without).name_id, None);
}

#[test]
fn there_is_an_identity_only_where_an_assertion_can_be_read() {
    assert_eq!(Scene::request().report().captures[0].identity, None);
    assert_eq!(Scene::scenario("enc-no-key").report().captures[0].identity, None);
    let bare = Scene::of("<saml:Assertion xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion' ID='a'/>");
    assert_eq!(identity(&bare).assertion_id.as_deref(), Some("a"));
}

#[test]
fn every_text_says_where_it_stands_in_what_was_decrypted_too() {
    for (scene, decryption) in [(Scene::login(), None), (Scene::scenario("clean-generic-encrypted"), Some(0))] {
        let report = scene.report();
        let identity = report.captures[0].identity.as_ref().unwrap();
        let name = &identity.name_id.as_ref().unwrap().value;
        assert_eq!(at(&report, name).trim(), name.text);
        assert_eq!(name.decryption, decryption);
        for value in identity.attributes.iter().flat_map(|one| &one.values) {
            assert_eq!(at(&report, value).trim(), value.text);
        }
        for time in &identity.times {
            assert_eq!(at(&report, &time.value), time.value.text);
        }
    }
}

#[test]
fn of_several_assertions_the_signed_one_is_taken_apart() {
    let report = Scene::scenario("attack-xsw3").report();
    let capture = &report.captures[0];
    let covered = capture.signatures.iter().find(|one| one.status == "valid").unwrap();
    let identity = capture.identity.as_ref().unwrap();
    assert_eq!(identity.assertion_id, covered.target_id);
}

#[test]
fn well_known_attributes_are_named_beside_what_the_message_calls_them() {
    let named = "<saml:Attribute Name=\"urn:oid:0.9.2342.19200300.100.1.3\" FriendlyName=\"E-Post\">";
    let identity = identity(&Scene::login().replace(MAIL, named));
    let [mail, display] = identity.attributes.as_slice() else { panic!("{:?}", identity.attributes) };
    assert_eq!((mail.known_as.as_deref(), mail.known_from.as_deref()), (Some("mail"), Some("LDAP")));
    assert_eq!(mail.friendly_name.as_deref(), Some("E-Post"));
    assert_eq!(mail.values[0].text, "alice@acme.example");
    assert_eq!((&display.known_as, display.name.as_ref().unwrap().text.as_str()), (&None, "displayName"));
    assert!(identity.roles.is_empty());
}

#[test]
fn roles_are_taken_apart_with_the_site_that_the_assertion_is_for() {
    let identity = |scene: &Scene| identity(scene).roles.remove(0);
    let role = identity(&Scene::of(ROLE_LOGIN));
    assert_eq!((role.service.as_str(), role.site.as_deref()), ("alibaba-role-sso", Some("aliyun.com")));
    assert_eq!((role.roles[0].name.as_str(), role.roles[0].account.as_str()), ("admin-role", "1029384756102938"));
    assert_eq!(role.provider.as_ref().unwrap().name, "acme-idp");
    assert!(role.faults.is_empty() && !role.provider_first);
    let swapped = Scene::of(ROLE_LOGIN)
        .replace(":role/admin-role,acs", ":saml-provider/acme-idp,acs")
        .replace("acs:ram::1029384756102938:saml-provider/acme-idp</", "acs:ram::1029384756102938:role/my role</");
    let role = identity(&swapped);
    let faults: Vec<_> = role.faults.iter().map(|fault| (fault.fault.as_str(), fault.part.as_str())).collect();
    assert!(role.provider_first);
    assert_eq!(faults, [("role-name", "my role"), ("order", "")]);
    let site = identity(
        &Scene::of(ROLE_LOGIN).replace("urn:alibaba:cloudcomputing", "urn:alibaba:cloudcomputing:international"),
    );
    assert_eq!(site.site.as_deref(), Some("alibabacloud.com"));
}

#[test]
fn a_session_is_as_long_as_its_narrowest_limit() {
    let duration = |seconds: &str| {
        let attribute = format!(
            "<saml:Attribute Name=\"https://www.aliyun.com/SAML-Role/Attributes/SessionDuration\"><saml:AttributeValue>\
             {seconds}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"
        );
        Scene::of(ROLE_LOGIN).replace("</saml:AttributeStatement>", &attribute)
    };
    let session = identity(&Scene::of(ROLE_LOGIN)).session;
    assert_eq!(session.role_session_name.as_ref().unwrap().text, "alice@acme.example");
    assert_eq!((session.session_duration, session.seconds), (None, Some([3600, 43_200])));
    assert_eq!(session.session_index.unwrap().text, "_s1f2e3d4c5b6a7988");
    let session = identity(&duration("7200")).session;
    assert_eq!((session.session_duration.unwrap().text.as_str(), session.seconds), ("7200", Some([3600, 7200])));
    let until = duration("7200").replace("SessionIndex=", "SessionNotOnOrAfter=\"2026-03-02T08:36:20Z\" SessionIndex=");
    let session = identity(&until).session;
    assert_eq!(session.seconds, Some([1200, 1200]));
    assert_eq!(session.limits[0].what, "AuthnStatement/@SessionNotOnOrAfter");
    assert!(session.limits[0].stated && !session.limits[2].stated);

    // Nothing is known of what limits a session of another service.
    assert_eq!(identity(&Scene::login()).session.seconds, None);
    let aws = Scene::login().context(|context| context.profile = Some(Profile::AwsIamRole));
    assert_eq!(identity(&aws).session.seconds, Some([3600, 3600]));
}

#[test]
fn every_time_is_told_in_seconds_with_what_it_ends_or_begins() {
    let identity = identity(&Scene::login());
    assert_eq!((identity.now, identity.clock_skew_seconds), (1_772_439_380, 180));
    let told: Vec<_> =
        identity.times.iter().map(|t| (t.what.as_str(), t.kind.as_str(), t.unix.unwrap() - identity.now)).collect();
    assert_eq!(
        told,
        [
            ("Response/@IssueInstant", "issued", -15),
            ("Assertion/@IssueInstant", "issued", -15),
            ("Conditions/@NotBefore", "not-before", -45),
            ("Conditions/@NotOnOrAfter", "not-on-or-after", 285),
            ("SubjectConfirmationData/@NotOnOrAfter", "not-on-or-after", 285),
            ("AuthnStatement/@AuthnInstant", "authenticated", -20),
            ("AuthnStatement/@SessionNotOnOrAfter", "not-on-or-after", 28_785),
        ]
    );
    let odd = Scene::login().replace("NotBefore=\"2026-03-02T08:15:35Z\"", "NotBefore=\"yesterday\"");
    let odd = super::tests::identity(&odd).times.remove(2);
    assert_eq!((odd.unix, odd.value.text.as_str()), (None, "yesterday"));
}

#[test]
fn ten_thousand_attributes_and_a_value_of_a_megabyte_are_told_in_bounds() {
    let pair = "acs:ram::1029384756102938:role/a,acs:ram::1029384756102938:saml-provider/b";
    let one = format!("<saml:Attribute Name=\"x\"><saml:AttributeValue>{pair}</saml:AttributeValue></saml:Attribute>");
    let empty = "<saml:Attribute Name=\"y\"/>";
    let many = Scene::login().replace(MAIL, &format!("{}{}{MAIL}", one.repeat(5_000), empty.repeat(5_000)));
    let identity = identity(&many);
    let values: usize = identity.attributes.iter().map(|one| one.values.len().max(1)).sum();
    assert_eq!((values, identity.roles.len()), (limits::IDENTITY_VALUES, limits::IDENTITY_VALUES));
    assert_eq!(identity.left_out, 10_002 - limits::IDENTITY_VALUES);

    let long = format!("{pair},").repeat(14_000);
    let long = Scene::login().replace(">alice@acme.example</saml:A", &format!(">{long}</saml:A"));
    let json = serde_json::to_string(&super::tests::identity(&long)).unwrap();
    assert!(json.len() < 40_000, "{}", json.len());
    let back: IdentityReport = serde_json::from_str(&json).unwrap();
    assert_eq!(back, super::tests::identity(&long));
}
