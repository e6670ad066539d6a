//! The rules of Audience, Recipient and account of a login as a RAM user.

use super::super::testing::{bare, login};
use crate::checks::testing::{Scene, fires, inapplicable, silent, told as report};

const AUDIENCE: &str = "<saml:Audience>https://signin.aliyun.com/1029384756102938/saml/SSO</saml:Audience>";
const RECIPIENT: &str = "Recipient=\"https://signin.aliyun.com/saml/SSO\"";

fn audience(scene: Scene, urls: &[&str]) -> Scene {
    scene.replace(AUDIENCE, &urls.iter().map(|url| format!("<saml:Audience>{url}</saml:Audience>")).collect::<String>())
}

fn recipient(scene: Scene, url: &str) -> Scene {
    scene.replace(RECIPIENT, &format!("Recipient=\"{url}\""))
}

fn told(scene: Scene, entity_id: &str) -> Scene {
    scene.context(|context| context.sp_entity_id = Some(entity_id.to_owned()))
}

const OWN: &str = "https://signin.aliyun.com/1029384756102938/saml/SSO";
const OTHER: &str = "https://signin.aliyun.com/5647382910564738/saml/SSO";
const INTL: &str = "https://signin-intl.aliyun.com/1029384756102938/saml/SSO";
const ACS: &str = "https://signin.aliyun.com/saml/SSO";
const INTL_ACS: &str = "https://signin-intl.aliyun.com/saml/SSO";

#[test]
fn one_audience_is_the_entity_id_with_the_account() {
    silent("ali-user-audience-missing", &login());
    fires("ali-user-audience-missing", &login().replace(AUDIENCE, ""));
    fires("ali-user-audience-missing", &bare().without("<saml:Conditions", "</saml:Conditions>"));
    silent("ali-user-audience-mismatch", &bare());
    for (scene, urls, wrong) in [
        (login(), &[OWN][..], false),
        (login(), &["https://other.acme.example/", OWN], false),
        (login(), &[INTL], false),
        (bare(), &[OTHER], false),
        (login(), &[OTHER], true),
        (told(bare(), OWN), &[OTHER], true),
        (told(bare(), OWN), &[INTL], true),
        // What is told and no entity ID tells nothing.
        (told(bare(), ACS), &[OTHER], false),
        (bare(), &["https://signin.aliyun.com/1029384756102938/saml/SSO/"], true),
        (bare(), &["https://signin.aliyun.com/1029384756102938/saml/sso"], true),
        (bare(), &["http://signin.aliyun.com/1029384756102938/saml/SSO"], true),
        (bare(), &["https://signin.aliyun.com/${accountId}/saml/SSO"], true),
        (bare(), &["https://app.acme.example/sp"], true),
        (bare(), &[""], true),
    ] {
        let scene = audience(scene, urls);
        if wrong { fires("ali-user-audience-mismatch", &scene) } else { silent("ali-user-audience-mismatch", &scene) }
    }
}

#[test]
fn the_entity_id_is_told_in_both_forms_where_the_account_is_not_known() {
    let expected = |scene: Scene, id: &str| report(id, &scene).evidence[0].expected.clone().unwrap_or_default();
    let forms = "https://signin.aliyun.com/<account ID>/saml/SSO, https://signin-intl.aliyun.com/<account ID>/saml/SSO";
    assert_eq!(expected(bare().replace(AUDIENCE, ""), "ali-user-audience-missing"), forms);
    assert_eq!(expected(login().replace(AUDIENCE, ""), "ali-user-audience-missing"), format!("{OWN}, {INTL}"));
    let elsewhere = |scene| audience(scene, &["https://app.acme.example/sp"]);
    assert_eq!(expected(elsewhere(bare()), "ali-user-audience-mismatch"), forms);
    assert_eq!(expected(elsewhere(login()), "ali-user-audience-mismatch"), format!("{OWN}, {INTL}"));
}

#[test]
fn the_account_is_known_from_the_request_and_from_metadata_too() {
    let request = include_str!("../../../testing/request.xml").replace("https://app.acme.example/sp", OWN);
    let request = request.replace("https://app.acme.example/acs", ACS);
    silent("ali-user-audience-mismatch", &bare().and(&request));
    fires("ali-user-audience-mismatch", &audience(bare(), &[OTHER]).and(&request));
    let metadata = include_str!("../../../testing/sp-metadata.xml").replace("https://app.acme.example/sp", OWN);
    silent("ali-user-audience-mismatch", &bare().metadata("sp.xml", &metadata));
    fires("ali-user-audience-mismatch", &audience(bare(), &[OTHER]).metadata("sp.xml", &metadata));
}

#[test]
fn the_acs_is_no_audience() {
    fires("ali-user-audience-is-acs", &Scene::scenario("ali-user-audience-is-acs"));
    fires("ali-user-audience-is-acs", &audience(bare(), &[ACS]));
    silent("ali-user-audience-is-acs", &audience(bare(), &[ACS, OWN]));
    silent("ali-user-audience-is-acs", &audience(bare(), &["https://app.acme.example/sp"]));
    // The entity ID that was meant is that of the same site.
    for (scene, acs, expected) in [
        (login(), ACS, OWN),
        (login(), INTL_ACS, INTL),
        (told(bare(), OWN), INTL_ACS, OWN),
        (bare(), ACS, "https://signin.aliyun.com/<account ID>/saml/SSO"),
        (bare(), INTL_ACS, "https://signin-intl.aliyun.com/<account ID>/saml/SSO"),
    ] {
        let evidence = report("ali-user-audience-is-acs", &audience(scene, &[acs])).evidence;
        assert_eq!(evidence[0].expected.as_deref(), Some(expected), "{acs}");
    }
}

#[test]
fn user_and_role_sso_do_not_mix() {
    fires("ali-user-audience-is-role", &audience(bare(), &["urn:alibaba:cloudcomputing"]));
    fires("ali-user-audience-is-role", &audience(bare(), &["urn:alibaba:cloudcomputing:international"]));
    fires("ali-user-audience-is-role", &recipient(bare(), "https://signin.aliyun.com/saml-role/sso"));
    silent("ali-user-audience-is-role", &audience(bare(), &["urn:alibaba:cloudcomputing", OWN]));
    silent("ali-user-audience-is-role", &bare());
    // What is of neither says nothing.
    inapplicable("ali-user-audience-is-role", &audience(bare(), &["https://app.acme.example/sp"]));
    inapplicable("ali-user-audience-is-role", &recipient(bare(), "https://app.acme.example/acs"));
}

#[test]
fn both_urls_are_of_one_site() {
    fires("ali-user-site-mix", &recipient(bare(), INTL_ACS));
    fires("ali-user-site-mix", &audience(bare(), &[INTL]));
    silent("ali-user-site-mix", &audience(bare(), &[INTL, OWN]));
    silent("ali-user-site-mix", &recipient(audience(bare(), &[INTL]), INTL_ACS));
    silent("ali-user-site-mix", &bare());
    inapplicable("ali-user-site-mix", &audience(bare(), &["https://app.acme.example/sp"]));
    inapplicable("ali-user-site-mix", &recipient(bare(), "https://app.acme.example/acs"));
}

#[test]
fn the_recipient_has_one_of_two_forms() {
    for (scene, url, wrong) in [
        (login(), ACS, false),
        (login(), OWN, false),
        (bare(), OTHER, false),
        (login(), OTHER, true),
        (bare(), INTL_ACS, false),
        (told(bare(), OWN), INTL_ACS, true),
        (bare(), "https://signin.aliyun.com/saml/SSO/", true),
        (bare(), "https://signin.aliyun.com/saml/sso", true),
        (bare(), "https://signin.aliyun.com/saml-role/sso", true),
        (bare(), "https://app.acme.example/acs", true),
    ] {
        let scene = recipient(scene, url);
        if wrong { fires("ali-user-recipient-mismatch", &scene) } else { silent("ali-user-recipient-mismatch", &scene) }
    }
    silent("ali-user-recipient-mismatch", &bare());
    fires("ali-user-recipient-mismatch", &recipient(bare(), "http://signin.aliyun.com/saml/SSO"));
    let listed = include_str!("../../../testing/sp-metadata.xml")
        .replace("https://app.acme.example/sp", OWN)
        .replace("https://app.acme.example/acs", "https://signin.alibabacloud.com/saml/SSO");
    let scene = recipient(bare(), "https://signin.alibabacloud.com/saml/SSO");
    silent("ali-user-recipient-mismatch", &scene.metadata("sp.xml", &listed));
}

#[test]
fn every_account_in_the_message_is_the_same() {
    let name = |domain: &str| bare().replace("@acme-cloud.onaliyun.com<", &format!("@{domain}<"));
    silent("ali-user-account-mismatch", &bare());
    silent("ali-user-account-mismatch", &name("1029384756102938.onaliyun.com"));
    fires("ali-user-account-mismatch", &name("5647382910564738.onaliyun.com"));
    silent("ali-user-account-mismatch", &name("2024.onaliyun.com"));
    fires("ali-user-account-mismatch", &recipient(bare(), OTHER));
    silent("ali-user-account-mismatch", &recipient(bare(), OWN));
    silent("ali-user-account-mismatch", &recipient(audience(bare(), &[OWN, OTHER]), OTHER));
    inapplicable("ali-user-account-mismatch", &bare());
}

#[test]
fn the_account_that_differs_is_told_first() {
    let named =
        |scene: Scene, account: &str| scene.replace("@acme-cloud.onaliyun.com<", &format!("@{account}.onaliyun.com<"));
    let (own, other) = ("1029384756102938", "5647382910564738");
    for (scene, order) in [
        (recipient(bare(), OTHER), &["SubjectConfirmationData/@Recipient", "Audience"][..]),
        (named(bare(), other), &["NameID", "Audience"]),
        (named(recipient(bare(), OWN), other), &["NameID", "Audience", "SubjectConfirmationData/@Recipient"]),
        (named(recipient(bare(), OTHER), own), &["SubjectConfirmationData/@Recipient", "Audience", "NameID"]),
    ] {
        let found = report("ali-user-account-mismatch", &scene);
        assert_eq!(found.evidence.iter().map(|e| e.what.as_str()).collect::<Vec<_>>(), order);
        assert_eq!(found.evidence[0].expected.as_deref(), Some(own));
        let why = found.why.unwrap_or_default();
        assert!(why.contains(&format!("names account {other}, but the message is for account {own}")), "{why}");
    }
}

#[test]
fn an_account_id_has_sixteen_digits() {
    silent("ali-user-account-format", &bare());
    silent("ali-user-account-format", &audience(bare(), &[ACS]));
    for account in ["102938475610293", "${accountId}", "102938475610****", "1029384756102938 "] {
        let url = format!("https://signin.aliyun.com/{account}/saml/SSO");
        fires("ali-user-account-format", &audience(bare(), &[&url]));
    }
}
