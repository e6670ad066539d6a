//! The rules of IDaaS over logins to RAM roles, RAM users and CloudSSO.

use crate::Profile;
use crate::checks::Severity;
use crate::checks::testing::{Scene, fires, inapplicable, passes, silent, told, unchecked};
use crate::dsig::KeyRing;

const ISSUER: &str = "https://acme7q2x.aliyunidaas.com/api/v2/app_mk4x2q7f/saml2/meta";
const PAIR: &str = "acs:ram::1029384756102938:role/admin-role,acs:ram::1029384756102938:saml-provider/acme-idp";
const SP: &str = "https://signin-cn-shanghai.alibabacloudsso.com/saml/sp/d-00k7acme2x9q";
const USER_SP: &str = "https://signin.aliyun.com/1029384756102938/saml/SSO";
const IDP_METADATA: &str = include_str!("../../testing/idp-metadata.xml");
const KEYCLOAK_METADATA: &str = include_str!("../../../../tests/scenarios/csso-swapped/idp-metadata.xml");
const REQUEST: &str = include_str!("../../../../tests/scenarios/clean-idaas-csso/request.txt");
const ROLE_INPUT: &str = include_str!("../../../../tests/scenarios/clean-idaas-role-intl/input.txt");

/// Of the form that is due, and over nothing.
const IDP_SIGNATURE: &str = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
    <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
    <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
    <ds:Reference URI=\"#_a64c0e2f8b1d3957a0c2e4f6081b3d5f7\"><ds:Transforms>\
    <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/></ds:Transforms>\
    <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue>AAAA</ds:DigestValue>\
    </ds:Reference></ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>";

/// To the role `admin-role`, at the China site.
fn role() -> Scene {
    Scene::of(include_str!("../alibaba_role/login.xml")).replace("https://idp.acme.example/idp", ISSUER)
}

fn with_pair(pair: &str) -> Scene {
    in_account(role().replace(PAIR, pair))
}

fn in_account(scene: Scene) -> Scene {
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    scene.context(|context| {
        context.alibaba.account_id = Some("1029384756102938".to_owned());
        context.alibaba.ram_roles = names(&["admin-role", "readonly"]);
        context.alibaba.saml_providers = names(&["acme-idp"]);
    })
}

fn cloudsso(users: &[&str]) -> Scene {
    let users = users.iter().map(|user| (*user).to_owned()).collect();
    let scene =
        Scene::login().replace("https://idp.acme.example/idp", ISSUER).replace("https://app.acme.example/sp", SP);
    scene.context(|context| context.alibaba.cloudsso_users = Some(users))
}

fn user(name: &str) -> Scene {
    let scene = Scene::login().replace("https://idp.acme.example/idp", ISSUER);
    let scene = scene.replace("https://app.acme.example/sp", USER_SP);
    scene.replace(">alice@acme.example</saml:NameID>", &format!(">{name}</saml:NameID>"))
}

fn strange(scene: Scene) -> Scene {
    scene.context(|context| {
        context.keys = KeyRing::default();
        context.metadata.clear();
    })
}

#[test]
fn the_idp_name_is_that_of_the_provider_in_ram() {
    silent("ali-idaas-idpname-mismatch", &with_pair(PAIR));
    fires("ali-idaas-idpname-mismatch", &with_pair(&PAIR.replace("acme-idp", "acme-idaas")));
    fires("ali-idaas-idpname-mismatch", &with_pair(&PAIR.replace("acme-idp", "Acme-idp")));
    unchecked("ali-idaas-idpname-mismatch", &role(), "alibaba.saml_providers");
    fires("ali-idaas-idpname-mismatch", &Scene::scenario("idaas-idpname-mismatch"));
    silent("ali-idaas-idpname-charset", &with_pair(&PAIR.replace("acme-idp", "acme_idp.1")));
    for wrong in ["acme idp", "acme-idp-", "企业", "acme@idp"] {
        fires("ali-idaas-idpname-charset", &with_pair(&PAIR.replace("acme-idp", wrong)));
    }
}

#[test]
fn the_application_account_is_the_name_of_a_role() {
    silent("ali-idaas-appuser-role-mismatch", &with_pair(PAIR));
    fires("ali-idaas-appuser-role-mismatch", &with_pair(&PAIR.replace("admin-role", "alice")));
    fires("ali-idaas-appuser-role-mismatch", &with_pair(&PAIR.replace("admin-role", "Admin-Role")));
    unchecked("ali-idaas-appuser-role-mismatch", &role(), "alibaba.ram_roles");
    silent("ali-idaas-appuser-charset", &with_pair(&PAIR.replace("admin-role", "a.b@c-d")));
    fires("ali-idaas-appuser-charset", &Scene::scenario("idaas-appuser-underscore"));
    for wrong in ["alice_moreau", "alice moreau", "爱丽丝", &"a".repeat(65)] {
        fires("ali-idaas-appuser-charset", &with_pair(&PAIR.replace("admin-role", wrong)));
    }
    let two = format!("{PAIR}</saml:AttributeValue><saml:AttributeValue>{}", PAIR.replace("admin-role", "readonly"));
    fires("ali-idaas-one-account-per-role", &with_pair(PAIR));
    silent("ali-idaas-one-account-per-role", &with_pair(&two));
    unchecked("ali-idaas-one-account-per-role", &role(), "alibaba.ram_roles");
}

#[test]
fn a_name_of_which_one_page_allows_the_spaces_is_warned_of() {
    for (name, severity) in [
        ("alice moreau", Severity::Warning),
        ("alice_moreau", Severity::Error),
        ("alice m_oreau", Severity::Error),
        (&"a".repeat(65), Severity::Error),
    ] {
        let scene = with_pair(&PAIR.replace("admin-role", name));
        assert_eq!(told("ali-idaas-appuser-charset", &scene).severity, severity, "{name}");
    }
}

#[test]
fn what_the_application_is_set_to_is_told_where_it_proves_something() {
    let set = |provider: &str, idp_name: &str| {
        let scene = with_pair(&PAIR.replace("acme-idp", provider));
        scene.context(|context| context.alibaba.idaas_idp_name = Some(idp_name.to_owned()))
    };
    let names = |scene: Scene| -> Vec<_> {
        let found = told("ali-idaas-idpname-mismatch", &scene).evidence.into_iter();
        found.map(|evidence| (evidence.what, evidence.actual.unwrap_or_default())).collect()
    };
    let sent = || ("Role (saml-provider)".to_owned(), "acme-idaas".to_owned());
    assert_eq!(names(set("acme-idaas", "acme-idaas")), [sent(), ("IdP Name".to_owned(), "acme-idaas".to_owned())]);
    assert_eq!(names(set("acme-idaas", "acme-idp")), [sent()]);
    passes("ali-idaas-idpname-mismatch", &set("acme-idp", "acme-idaas"));
    passes("ali-idaas-idpname-mismatch", &set("acme-idp", "acme-idp"));
}

#[test]
fn the_roles_that_need_an_application_account_of_their_own_are_the_others() {
    let roles = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        with_pair(PAIR).context(|context| context.alibaba.ram_roles = Some(names))
    };
    let several = told("ali-idaas-one-account-per-role", &roles(&["admin-role", "readonly", "billing"]));
    assert!(several.why.unwrap_or_default().contains("(readonly, billing)"));
    passes("ali-idaas-one-account-per-role", &roles(&["admin-role"]));
}

#[test]
fn account_and_site_are_those_that_the_user_goes_to() {
    silent("ali-idaas-account-id", &with_pair(PAIR));
    fires("ali-idaas-account-id", &with_pair(&PAIR.replace("1029384756102938", "1029384756102939")));
    unchecked("ali-idaas-account-id", &role(), "alibaba.account_id");
    silent("ali-idaas-site-template", &role());
    silent("ali-idaas-site-template", &Scene::scenario("clean-idaas-role-intl"));
    fires(
        "ali-idaas-site-template",
        &role().replace(">urn:alibaba:cloudcomputing<", ">urn:alibaba:cloudcomputing:international<"),
    );
    let elsewhere = "https://signin.alibabacloud.com/saml-role/sso".to_owned();
    fires("ali-idaas-site-template", &role().context(|context| context.received_at = Some(elsewhere)));
}

#[test]
fn the_key_is_that_of_the_uploaded_metadata() {
    let signed = || Scene::scenario("clean-idaas-role-intl");
    passes("ali-idaas-metadata-stale", &signed());
    unchecked("ali-idaas-metadata-stale", &strange(signed()), "metadata");
    let stale = KEYCLOAK_METADATA.replace("https://sso.globex.example/realms/staff", ISSUER);
    fires("ali-idaas-metadata-stale", &strange(signed()).metadata("idp.xml", &stale));
    silent("ali-idaas-metadata-stale", &role().metadata("idp.xml", &stale));
    // Of a login to CloudSSO it is asked as well, of one to a service elsewhere it is not.
    let to = |profile| strange(signed()).metadata("idp.xml", &stale).context(|c| c.profile = Some(profile));
    fires("ali-idaas-metadata-stale", &to(Profile::AlibabaCloudSso));
    inapplicable("ali-idaas-metadata-stale", &to(Profile::TencentRole));
}

#[test]
fn ram_wants_the_assertion_itself_signed_and_idaas_signs_in_one_way() {
    let signature = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    let response = || role().replace("<samlp:Status>", &format!("{signature}<samlp:Status>"));
    fires("ali-idaas-assertion-unsigned", &response());
    silent(
        "ali-idaas-assertion-unsigned",
        &response().replace("<saml:Subject>", &format!("{signature}<saml:Subject>")),
    );
    silent("ali-idaas-assertion-unsigned", &role());
    // What CloudSSO asks is not documented.
    let response = cloudsso(&[]).replace("<samlp:Status>", &format!("{signature}<samlp:Status>"));
    inapplicable("ali-idaas-assertion-unsigned", &response);
    silent("ali-idaas-signature-alg", &Scene::scenario("clean-idaas-role-intl"));
    let sha1 = IDP_SIGNATURE.replace("2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1");
    fires("ali-idaas-signature-alg", &role().replace("<saml:Subject>", &format!("{sha1}<saml:Subject>")));
}

#[test]
fn the_application_account_is_a_cloudsso_user() {
    silent("ali-idaas-csso-appuser", &cloudsso(&["alice@acme.example"]));
    fires("ali-idaas-csso-appuser", &cloudsso(&["alice"]));
    silent("ali-idaas-csso-appuser", &with_pair(PAIR));
    let unknown = cloudsso(&[]).context(|context| context.alibaba.cloudsso_users = None);
    unchecked("ali-idaas-csso-appuser", &unknown, "alibaba.cloudsso_users");
    fires("ali-idaas-csso-scope", &Scene::of(REQUEST));
    silent("ali-idaas-csso-scope", &cloudsso(&[]).and(REQUEST));
    passes("ali-idaas-csso-scope", &Scene::scenario("clean-idaas-csso"));
    let elsewhere = Scene::of(REQUEST).context(|context| context.profile = Some(Profile::TencentRole));
    inapplicable("ali-idaas-csso-scope", &elsewhere);
}

#[test]
fn the_template_for_ram_users_puts_the_default_domain_behind_the_account() {
    let known =
        |name: &str| user(name).context(|context| context.alibaba.default_domain = Some("acme.onaliyun.com".into()));
    silent("ali-idaas-ram-user-legacy", &known("alice@acme.onaliyun.com"));
    silent("ali-idaas-ram-user-legacy", &known("alice@acme.example"));
    fires("ali-idaas-ram-user-legacy", &known("alice@acme"));
    fires("ali-idaas-ram-user-legacy", &known("alice@acme.example@acme.onaliyun.com"));
    fires("ali-idaas-ram-user-legacy", &known("alice@tenant7q2x.onaliyun.com"));
    unchecked("ali-idaas-ram-user-legacy", &user("alice@acme.onaliyun.com"), "alibaba.default_domain");
}

#[test]
fn what_idaas_offers_is_what_it_sends() {
    silent("ali-idaas-nameid-format", &role());
    fires("ali-idaas-nameid-format", &role().replace("2.0:nameid-format:persistent", "2.0:nameid-format:entity"));
    silent("ali-idaas-idp-entityid", &role());
    let metadata = IDP_METADATA.replace("https://idp.acme.example/idp", ISSUER);
    fires("ali-idaas-idp-entityid", &role().replace(ISSUER, "acme-idaas").metadata("idp.xml", &metadata));
}

#[test]
fn a_relay_state_leads_to_a_domain_of_alibaba_cloud() {
    let relay = |url: &str| Scene::of(&format!("{}&RelayState={url}", ROLE_INPUT.trim()));
    silent("ali-idaas-relaystate", &relay("https%3A%2F%2Fram.console.aliyun.com%2F"));
    fires("ali-idaas-relaystate", &relay("https%3A%2F%2Fwww.acme.example%2F"));
    let elsewhere = relay("https%3A%2F%2Fwww.acme.example%2F");
    inapplicable("ali-idaas-relaystate", &elsewhere.context(|context| context.profile = Some(Profile::TencentRole)));
}
