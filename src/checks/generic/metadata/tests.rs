//! What the walk over metadata finds, and what it just does not.

use crate::checks::testing::{Scene, fires, silent};

const IDP: &str = include_str!("../../testing/idp-metadata.xml");
const SP: &str = include_str!("../../testing/sp-metadata.xml");
const BINDINGS: &str = "urn:oasis:names:tc:SAML:2.0:bindings:";

/// The identity provider's metadata with something before the end of its role.
fn idp_with(more: &str) -> Scene {
    Scene::idp_metadata().replace("  </md:IDPSSODescriptor>", &format!("{more}</md:IDPSSODescriptor>"))
}

/// The service's metadata with something before the end of its role.
fn sp_with(more: &str) -> Scene {
    Scene::sp_metadata().replace("  </md:SPSSODescriptor>", &format!("{more}</md:SPSSODescriptor>"))
}

/// The identity provider's metadata with extensions of its role.
fn extended(more: &str) -> Scene {
    let names = "xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\" xmlns:shibmd=\"urn:mace:shibboleth:metadata:1.0\" \
                 xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\"";
    let open = "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">";
    Scene::idp_metadata().replace(open, &format!("{open}<md:Extensions {names}>{more}</md:Extensions>"))
}

fn ui(more: &str) -> Scene {
    extended(&format!("<mdui:UIInfo>{more}</mdui:UIInfo>"))
}

fn group(entities: &[&str]) -> Scene {
    let content = entities.concat();
    Scene::of(&format!(
        "<g:EntitiesDescriptor xmlns:g=\"urn:oasis:names:tc:SAML:2.0:metadata\">{content}</g:EntitiesDescriptor>"
    ))
}

#[test]
fn endpoints_are_reached_over_tls_from_anywhere() {
    let at = |location: &str| Scene::idp_metadata().replace("https://idp.acme.example/sso", location);
    fires("md-endpoint-http", &at("http://idp.acme.example/sso"));
    fires("md-endpoint-http", &at("HTTP://idp.acme.example/sso"));
    silent("md-endpoint-http", &at("https://http.acme.example/sso"));
    fires("md-endpoint-internal", &at("https://10.1.2.3/sso"));
    fires("md-endpoint-internal", &at("https://idp.acme.local:8443/sso"));
    silent("md-endpoint-internal", &at("https://172.32.0.1/sso"));
}

#[test]
fn an_endpoint_has_a_whole_address_that_a_browser_goes_to() {
    let at = |location: &str| Scene::idp_metadata().replace("https://idp.acme.example/sso", location);
    for wrong in ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", " javascript:x"] {
        fires("md-location-dangerous", &at(wrong));
        silent("md-location-relative", &at(wrong));
    }
    silent("md-location-dangerous", &at("https://javascript.acme.example/data:x"));
    for wrong in ["", "/sso", "idp.acme.example/sso", "//idp.acme.example/sso", "https://"] {
        fires("md-location-relative", &at(wrong));
        silent("md-location-dangerous", &at(wrong));
    }
    fires("md-location-relative", &Scene::idp_metadata().replace(" Location=\"https://idp.acme.example/sso\"", ""));
    silent("md-location-relative", &at("https://idp.acme.example"));
    fires("md-location-fragment", &at("https://idp.acme.example/#/sso"));
    silent("md-location-fragment", &at("https://idp.acme.example/%23/sso"));
    fires("md-location-port", &at("https://idp.acme.example:443/sso"));
    silent("md-location-port", &at("https://idp.acme.example:8443/sso"));
    let response = Scene::idp_metadata().replace(
        "Location=\"https://idp.acme.example/slo\"",
        "Location=\"https://idp.acme.example/slo\" ResponseLocation=\"/slo\"",
    );
    fires("md-location-relative", &response);
}

#[test]
fn names_and_addresses_have_no_white_space() {
    silent("md-uri-space", &Scene::idp_metadata());
    for (from, to) in [
        ("https://idp.acme.example/idp", " https://idp.acme.example/idp"),
        ("https://idp.acme.example/sso", "https://idp.acme.example/sso&#10;"),
        ("https://idp.acme.example/slo", "https://idp.acme.example/s lo"),
        ("bindings:HTTP-Redirect\"", "bindings:HTTP-Redirect \""),
    ] {
        fires("md-uri-space", &Scene::idp_metadata().replace(from, to));
    }
}

#[test]
fn an_endpoint_has_a_binding_of_its_profile() {
    let sso = "<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\"";
    let with = |binding: &str| {
        let sso_with = format!("<md:SingleSignOnService {binding}");
        Scene::idp_metadata().replace(sso, &sso_with)
    };
    for sound in [
        format!("{BINDINGS}HTTP-POST"),
        format!("{BINDINGS}SOAP"),
        "urn:mace:shibboleth:1.0:profiles:AuthnRequest".to_owned(),
    ] {
        silent("md-binding-unknown", &with(&format!("Binding=\"{sound}\"")));
        silent("md-binding-illegal", &with(&format!("Binding=\"{sound}\"")));
    }
    for unknown in
        ["", "Binding=\"\"", "Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Post\"", "Binding=\"urn:acme:own\""]
    {
        fires("md-binding-unknown", &with(unknown));
        silent("md-binding-illegal", &with(unknown));
    }
    fires("md-binding-illegal", &with(&format!("Binding=\"{BINDINGS}PAOS\"")));
    let acs = |binding: &str| Scene::sp_metadata().replace("bindings:HTTP-POST", &format!("bindings:{binding}"));
    fires("md-binding-illegal", &acs("HTTP-Redirect"));
    silent("md-binding-illegal", &acs("PAOS"));
}

#[test]
fn a_role_speaks_the_protocol_of_its_endpoints() {
    let protocol = |list: &str| {
        Scene::idp_metadata().replace(
            "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
            &format!("protocolSupportEnumeration=\"{list}\""),
        )
    };
    fires("md-binding-protocol", &protocol("urn:oasis:names:tc:SAML:1.1:protocol"));
    silent(
        "md-binding-protocol",
        &protocol("urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol"),
    );
    let older = protocol("urn:oasis:names:tc:SAML:1.1:protocol")
        .replace("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", "urn:mace:shibboleth:1.0:profiles:AuthnRequest");
    silent("md-binding-protocol", &older);
}

#[test]
fn holder_of_key_takes_two_bindings() {
    let profile = "urn:oasis:names:tc:SAML:2.0:profiles:holder-of-key:SSO:browser";
    let with = |binding: &str, more: &str| {
        idp_with(&format!(
            "<md:SingleSignOnService xmlns:hoksso=\"{profile}\" Binding=\"{binding}\" {more} Location=\"https://idp.acme.example/hok\"/>"
        ))
    };
    let attribute = format!("hoksso:ProtocolBinding=\"{BINDINGS}HTTP-POST\"");
    silent("md-hok-binding", &with(profile, &attribute));
    silent("md-binding-illegal", &with(profile, &attribute));
    fires("md-hok-binding", &with(profile, ""));
    fires("md-hok-binding", &with(&format!("{BINDINGS}HTTP-POST"), &attribute));
    silent("md-hok-binding", &Scene::idp_metadata());
}

#[test]
fn what_is_told_apart_by_a_number_or_a_binding_is_there_once() {
    let sso = |binding: &str| {
        idp_with(&format!(
            "<md:SingleSignOnService Binding=\"{BINDINGS}{binding}\" Location=\"https://idp.acme.example/2\"/>"
        ))
    };
    fires("md-sso-binding-repeated", &sso("HTTP-Redirect"));
    silent("md-sso-binding-repeated", &sso("HTTP-POST"));
    let artifact = |first: &str, second: &str| {
        let one = |index: &str| {
            format!(
                "<md:ArtifactResolutionService Binding=\"{BINDINGS}SOAP\" Location=\"https://idp.acme.example/ars\" index=\"{index}\"/>"
            )
        };
        idp_with(&(one(first) + &one(second)))
    };
    fires("md-index-duplicate", &artifact("1", "01"));
    silent("md-index-duplicate", &artifact("1", "2"));
    let services = |second: &str| {
        let one = |index: &str| format!("<md:AttributeConsumingService index=\"{index}\"/>");
        sp_with(&(one("0") + &one(second)))
    };
    fires("md-index-duplicate", &services("0"));
    // The same number at another element is another.
    silent("md-index-duplicate", &services("1"));
}

#[test]
fn a_file_describes_an_entity_once() {
    fires("md-entityid-duplicate", &group(&[IDP, IDP]));
    silent("md-entityid-duplicate", &group(&[IDP, SP]));
    let bare = "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"urn:x\"/>";
    fires("md-no-role", &group(&[IDP, bare]));
    silent("md-no-role", &group(&[IDP, &bare.replace("/>", "><md:AffiliationDescriptor/></md:EntityDescriptor>")]));
}

#[test]
fn keys_stand_where_readers_look_for_them() {
    silent("md-sp-no-encryption-key", &Scene::sp_metadata().replace(" use=\"signing\"", ""));
    fires("md-sp-no-encryption-key", &Scene::sp_metadata());
    silent("md-sp-no-encryption-key", &Scene::idp_metadata());

    fires("md-keyinfo-namespace", &Scene::idp_metadata().replace("ds:X509Certificate", "md:X509Certificate"));
    fires("md-keyinfo-namespace", &Scene::idp_metadata().replace("ds:KeyInfo", "md:KeyInfo"));
    silent("md-keyinfo-namespace", &Scene::idp_metadata());

    let info = |more: &str| Scene::idp_metadata().replace("<ds:KeyInfo>", &format!("<ds:KeyInfo>{more}"));
    fires("md-keyinfo-comment", &info("<!-- new -->"));
    fires(
        "md-keyinfo-comment",
        &Scene::idp_metadata().replace("<ds:X509Certificate>", "<ds:X509Certificate><!-- new -->"),
    );
    fires("md-keyinfo-comment", &info("<?x?>"));
    silent("md-keyinfo-comment", &idp_with("<!-- new -->"));

    let method = "<md:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes128-gcm\"/></md:KeyDescriptor>";
    let named = Scene::idp_metadata().replace("</md:KeyDescriptor>", method);
    fires("md-encryptionmethod-signing", &named);
    silent("md-encryptionmethod-signing", &named.replace("use=\"signing\"", ""));

    fires("md-cert-shared", &group(&[IDP, &IDP.replace("https://idp.acme.example/idp", "urn:b")]));
    silent("md-cert-shared", &group(&[IDP, SP]));
    let encrypts =
        IDP.replace("https://idp.acme.example/idp", "urn:b").replace("use=\"signing\"", "use=\"encryption\"");
    silent("md-cert-shared", &group(&[IDP, &encrypts]));
}

#[test]
fn algorithms_are_named_in_the_extensions() {
    let method = "<alg:SigningMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>";
    silent("md-alg-misplaced", &extended(method));
    fires("md-alg-misplaced", &ui(method));
    let key = method
        .replace("<alg:SigningMethod", "<alg:SigningMethod xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\"");
    fires(
        "md-alg-misplaced",
        &Scene::idp_metadata().replace("</md:KeyDescriptor>", &format!("{key}</md:KeyDescriptor>")),
    );
}

#[test]
fn a_requested_attribute_has_a_name_and_the_format_of_it() {
    let asked = |attributes: &str| {
        sp_with(&format!(
            "<md:AttributeConsumingService index=\"0\"><md:RequestedAttribute {attributes}/></md:AttributeConsumingService>"
        ))
    };
    let mail = "Name=\"urn:oid:0.9.2342.19200300.100.1.3\"";
    let format = |name: &str| format!("NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:{name}\"");
    fires("md-attribute-format-missing", &asked(mail));
    silent("md-attribute-format-missing", &asked(&format!("{mail} {}", format("uri"))));
    silent("md-attribute-format", &asked(mail));
    silent("md-attribute-format", &asked(&format!("{mail} {}", format("uri"))));
    fires("md-attribute-format", &asked(&format!("{mail} {}", format("basic"))));
    fires(
        "md-attribute-format",
        &asked(&format!("{mail} NameFormat=\"urn:mace:shibboleth:1.0:attributeNamespace:uri\"")),
    );
    fires("md-attribute-format", &asked(&format!("Name=\"mail\" {}", format("uri"))));
    silent("md-attribute-format", &asked(&format!("Name=\"mail\" {}", format("basic"))));
    fires("md-attribute-format", &asked(&format!("Name=\"urn:mace:dir:attribute-def:mail\" {}", format("uri"))));
    silent(
        "md-attribute-format",
        &asked(
            "Name=\"urn:mace:dir:attribute-def:mail\" NameFormat=\"urn:mace:shibboleth:1.0:attributeNamespace:uri\"",
        ),
    );
}

#[test]
fn a_scope_is_a_domain_of_its_own() {
    let scope = |attributes: &str, value: &str| extended(&format!("<shibmd:Scope {attributes}>{value}</shibmd:Scope>"));
    let sound = scope("regexp=\"false\"", "acme.example");
    for id in ["md-scope-space", "md-scope-regexp-missing"] {
        silent(id, &sound);
    }
    silent("md-scope-any", &sound);
    fires("md-scope-regexp-missing", &scope("", "acme.example"));
    silent("md-scope-regexp-missing", &scope("regexp=\"false\"", ".*"));
    fires("md-scope-space", &scope("regexp=\"false\"", "\n  acme.example\n"));
    silent("md-scope-space", &scope("regexp=\"false\"", "acme.example"));
    fires("md-scope-any", &scope("regexp=\"true\"", ".*"));
    silent("md-scope-any", &scope("regexp=\"true\"", r"^.*\.acme\.example$"));
    silent("md-scope-any", &scope("regexp=\"false\"", ".*"));
}

#[test]
fn texts_for_people_say_their_language_once() {
    let name = |lang: &str, text: &str| format!("<mdui:DisplayName {lang}>{text}</mdui:DisplayName>");
    let (en, de) = ("xml:lang=\"en\"", "xml:lang=\"de\"");
    let sound = ui(&(name(en, "Acme") + &name(de, "Acme")));
    silent("md-lang-missing", &sound);
    silent("md-display-line-break", &sound);
    silent("md-ui-language-repeated", &sound);
    silent("md-ui-misplaced", &sound);
    fires("md-lang-missing", &ui(&name("", "Acme")));
    fires("md-lang-missing", &ui(&name("xml:lang=\"\"", "Acme")));
    fires(
        "md-lang-missing",
        &ui("<mdui:Logo xml:lang=\"\" width=\"1\" height=\"1\">https://acme.example/x</mdui:Logo>"),
    );
    fires("md-display-line-break", &ui(&name(en, "Acme\nInc")));
    silent("md-display-line-break", &ui(&name(en, "\nAcme Inc\n")));
    fires("md-ui-language-repeated", &ui(&(name(en, "Acme") + &name(en, "Acme Inc"))));
    let open = "<md:IDPSSODescriptor";
    let misplaced = "<md:Extensions xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\"><mdui:UIInfo/></md:Extensions><md:IDPSSODescriptor";
    fires("md-ui-misplaced", &Scene::idp_metadata().replace(open, misplaced));
    // Two entities may not look the same in a list; in other languages they are told apart.
    let named = |id: &str, lang: &str| {
        let ui = format!(
            "<mdui:UIInfo xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\">{}</mdui:UIInfo>",
            name(lang, "Acme")
        );
        let open = "urn:oasis:names:tc:SAML:2.0:protocol\">";
        IDP.replace("https://idp.acme.example/idp", id)
            .replace(open, &format!("{open}<md:Extensions>{ui}</md:Extensions>"))
    };
    fires("md-display-name-shared", &group(&[&named("urn:a", en), &named("urn:b", en)]));
    silent("md-display-name-shared", &group(&[&named("urn:a", en), &named("urn:b", de)]));
}

#[test]
fn a_logo_has_a_size_and_can_be_loaded() {
    let logo = |attributes: &str, address: &str| ui(&format!("<mdui:Logo {attributes}>{address}</mdui:Logo>"));
    let size = "width=\"80\" height=\"60\"";
    let sound = logo(size, "https://acme.example/logo.png");
    silent("md-logo-size", &sound);
    silent("md-logo-address", &sound);
    silent("md-logo-long", &sound);
    fires("md-logo-size", &logo("width=\"80\"", "https://acme.example/logo.png"));
    fires("md-logo-size", &logo("width=\"80\" height=\"0\"", "https://acme.example/logo.png"));
    fires("md-logo-size", &logo("width=\"80px\" height=\"60\"", "https://acme.example/logo.png"));
    fires("md-logo-address", &logo(size, "http://acme.example/logo.png"));
    fires("md-logo-address", &logo(size, "/logo.png"));
    silent("md-logo-address", &logo(size, "data:image/png;base64,AAAA"));
    fires("md-logo-long", &logo(size, &format!("data:image/png;base64,{}", "A".repeat(51_200))));
    silent("md-logo-long", &logo(size, "data:image/png;base64,AAAA"));
}

#[test]
fn beside_a_login_only_the_metadata_of_one_entity_is_looked_at() {
    let spaced = IDP.replace("https://idp.acme.example/sso", "https://idp.acme.example/sso ");
    fires("md-uri-space", &Scene::login().and(&spaced));
    let many = format!(
        "<g:EntitiesDescriptor xmlns:g=\"urn:oasis:names:tc:SAML:2.0:metadata\">{spaced}{SP}</g:EntitiesDescriptor>"
    );
    silent("md-uri-space", &Scene::login().and(&many));
    silent("md-uri-space", &Scene::login());
}

#[test]
fn a_fault_of_many_entities_is_counted_by_entity() {
    let broken: Vec<String> = (0..30)
        .map(|number| {
            IDP.replace("https://idp.acme.example/idp", &format!("urn:acme:{number}"))
                .replace("https://idp.acme.example/s", "http://idp.acme.example/s")
        })
        .collect();
    let broken: Vec<&str> = broken.iter().map(String::as_str).collect();
    let report = group(&broken).report();
    let finding = report.findings.iter().find(|finding| finding.rule == "md-endpoint-http").unwrap();
    let why = finding.why.clone().unwrap();
    assert!(why.ends_with("30 entities have this fault; the first are urn:acme:0, urn:acme:1, urn:acme:2."), "{why}");
    // Two addresses each.
    let more = finding.evidence.last().unwrap();
    assert_eq!((finding.evidence.len(), more.actual.as_deref()), (21, Some("40")));
    assert_eq!(finding.severity, crate::Severity::Warning);
}
