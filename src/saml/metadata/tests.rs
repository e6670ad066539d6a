//! Small metadata documents, and what is read from them.

use std::ops::Range;

use super::*;
use crate::crypto::armor::ArmorError;
use crate::xml::{Doctype, read};

/// A certificate in PEM.
const CERTIFICATE: &str = include_str!("../../../tests/fixtures/crypto/ed25519.crt");

/// Wraps content in an `<md:EntityDescriptor>` with the usual prefixes.
fn entity(attributes: &str, content: &str) -> String {
    format!(
        r#"<md:EntityDescriptor xmlns:md="{METADATA}" xmlns:ds="{DSIG}" {attributes}>{content}</md:EntityDescriptor>"#
    )
}

fn entities_of(text: &str) -> Entities {
    let reading = read(text, Doctype::Refuse);
    assert_eq!(reading.error, None, "{text}");
    entities(&reading.document)
}

fn the_role(content: &str) -> (String, Role) {
    let text = entity("", content);
    let role = entities_of(&text).entities.remove(0).roles.remove(0);
    (text, role)
}

fn texts(values: &[Spanned]) -> Vec<&str> {
    values.iter().map(|value| &*value.text).collect()
}

fn at(text: &str, span: &Range<usize>) -> String {
    text.get(span.clone()).unwrap().to_owned()
}

#[test]
fn an_identity_provider_is_read_with_the_bytes_of_every_value() {
    let text = entity(
        r#"entityID="https://idp.example/?a=1&amp;b=2" validUntil="2027-01-01T00:00:00Z" cacheDuration="PT1H""#,
        r#"<md:IDPSSODescriptor protocolSupportEnumeration="urn:x  urn:oasis:names:tc:SAML:2.0:protocol"
             WantAuthnRequestsSigned="1">
             <md:NameIDFormat>
               urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
             </md:NameIDFormat>
             <md:SingleSignOnService Binding="urn:b" Location="https://idp.example/sso"/>
             <md:SingleLogoutService Binding="urn:b" Location="https://idp.example/slo" ResponseLocation="https://idp.example/r"/>
           </md:IDPSSODescriptor>"#,
    );
    let read = entities_of(&text);
    assert_eq!(read.root, RootKind::EntityDescriptor);
    assert_eq!(at(&text, &read.span), text);
    let entity = read.entity("https://idp.example/?a=1&b=2").unwrap();
    assert_eq!(at(&text, &entity.entity_id.as_ref().unwrap().span), "https://idp.example/?a=1&amp;b=2");
    assert_eq!(entity.cache_duration.as_ref().unwrap().text, "PT1H");
    assert!(entity.is_idp() && !entity.is_sp());
    let role = entity.role("IDPSSODescriptor").unwrap();
    assert!(role.supports_saml2() && role.supports("urn:x") && !role.supports("urn:oasis"));
    assert!(role.wants_authn_requests_signed() && !role.signs_authn_requests() && !role.wants_assertions_signed());
    assert_eq!(texts(&role.name_id_formats), ["urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"]);
    assert!(at(&text, &role.name_id_formats[0].span).starts_with("\n  "));
    let names: Vec<&str> = role.endpoints.iter().map(|endpoint| endpoint.name).collect();
    assert_eq!(names, ["SingleSignOnService", "SingleLogoutService"]);
    let logout = role.endpoints_named("SingleLogoutService").next().unwrap();
    assert!(logout.has_binding("urn:b") && !logout.has_binding("urn:B"));
    assert_eq!(at(&text, &logout.location.as_ref().unwrap().span), "https://idp.example/slo");
    assert_eq!(at(&text, &logout.response_location.as_ref().unwrap().span), "https://idp.example/r");
    assert!(at(&text, &logout.span).starts_with("<md:SingleLogoutService"));
}

#[test]
fn a_service_has_indexed_endpoints_and_its_wishes() {
    let (_, role) = the_role(
        r#"<md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="false" WantAuthnRequestsSigned="yes">
             <md:AssertionConsumerService index="0" isDefault="1" Binding="b" Location="l"/>
             <md:AssertionConsumerService index="65536" isDefault="false" Binding="b" Location="l"/>
             <md:AssertionConsumerService Binding="b" Location="l"/>
           </md:SPSSODescriptor>"#,
    );
    assert!(role.signs_authn_requests() && !role.wants_assertions_signed());
    // No xs:boolean, and kept for whoever wants to say so.
    assert!(!role.wants_authn_requests_signed());
    assert_eq!(role.want_authn_requests_signed.as_ref().unwrap().boolean(), None);
    let indices: Vec<_> = role.endpoints_named("AssertionConsumerService").map(Endpoint::index_number).collect();
    assert_eq!(indices, [Some(0), None, None]);
    let defaults: Vec<_> = role.endpoints.iter().map(Endpoint::is_marked_default).collect();
    assert_eq!(defaults, [true, false, false]);
    assert_eq!(role.endpoints[1].index.as_ref().unwrap().text, "65536");
    assert_eq!(role.endpoints[2].is_default, None);
}

#[test]
fn every_kind_of_role_and_of_endpoint_is_known() {
    let roles = [
        ("IDPSSODescriptor", &["SingleSignOnService", "NameIDMappingService", "AssertionIDRequestService"][..]),
        ("SPSSODescriptor", &["ArtifactResolutionService", "SingleLogoutService", "ManageNameIDService"]),
        ("AttributeAuthorityDescriptor", &["AttributeService"]),
        ("AuthnAuthorityDescriptor", &["AuthnQueryService"]),
        ("PDPDescriptor", &["AuthzService"]),
        ("RoleDescriptor", &[]),
    ];
    let content: String = roles
        .iter()
        .map(|(role, endpoints)| {
            let endpoints: String = endpoints.iter().map(|name| format!("<md:{name}/>")).collect();
            format!("<md:{role}>{endpoints}</md:{role}>")
        })
        .collect();
    let entity = entities_of(&entity("", &content)).entities.remove(0);
    assert_eq!(entity.roles.len(), roles.len());
    for (kind, names) in roles {
        let endpoints = &entity.role(kind).unwrap().endpoints;
        assert_eq!(endpoints.iter().map(|endpoint| endpoint.name).collect::<Vec<_>>(), names, "{kind}");
    }
}

#[test]
fn what_is_left_out_is_none() {
    let read = entities_of(&entity("", "<md:IDPSSODescriptor/>"));
    let entity = &read.entities[0];
    assert_eq!((&entity.entity_id, &entity.valid_until, &entity.expires, entity.id()), (&None, &None, &None, None));
    assert_eq!((&read.valid_until, &read.cache_duration, &read.signature), (&None, &None, &None));
    let role = &entity.roles[0];
    assert_eq!((&role.protocols, role.supports_saml2()), (&None, false));
    assert!(role.keys.is_empty() && role.endpoints.is_empty() && role.name_id_formats.is_empty());
    assert!(read.entity("").is_none());
}

#[test]
fn entities_of_nested_groups_come_in_order_with_the_earliest_end_of_all_around() {
    let text = format!(
        r#"<EntitiesDescriptor xmlns="{METADATA}" validUntil="2026-05-01T00:00:00Z" cacheDuration="P1D">
             <Signature xmlns="{DSIG}"/>
             <EntityDescriptor entityID="a" validUntil="2026-06-01T00:00:00Z"><SPSSODescriptor/></EntityDescriptor>
             <EntitiesDescriptor validUntil="2026-04-01T00:00:00+08:00">
               <EntityDescriptor entityID="b" validUntil="soon">
                 <SPSSODescriptor validUntil="2026-03-01T00:00:00Z"/><IDPSSODescriptor/>
               </EntityDescriptor>
               <EntitiesDescriptor><EntityDescriptor entityID="c"/></EntitiesDescriptor>
             </EntitiesDescriptor>
             <EntityDescriptor entityID="d"><Signature xmlns="{DSIG}"/></EntityDescriptor>
           </EntitiesDescriptor>"#
    );
    let read = entities_of(&text);
    assert_eq!(read.root, RootKind::EntitiesDescriptor);
    assert_eq!(read.valid_until.as_ref().unwrap().text, "2026-05-01T00:00:00Z");
    assert_eq!(read.cache_duration.as_ref().unwrap().text, "P1D");
    assert!(at(&text, read.signature.as_ref().unwrap()).starts_with("<Signature"));
    let ends: Vec<_> = read
        .entities
        .iter()
        .map(|entity| (entity.id().unwrap(), at(&text, &entity.expires.as_ref().unwrap().span)))
        .collect();
    let expected = [
        ("a", "2026-05-01T00:00:00Z"),
        ("b", "2026-04-01T00:00:00+08:00"),
        ("c", "2026-04-01T00:00:00+08:00"),
        ("d", "2026-05-01T00:00:00Z"),
    ];
    assert_eq!(ends, expected.map(|(id, end)| (id, end.to_owned())));
    let signed: Vec<_> = read.entities.iter().map(|entity| entity.signature.is_some()).collect();
    assert_eq!(signed, [false, false, false, true]);
    let b = read.entity("b").unwrap();
    assert_eq!(b.valid_until.as_ref().unwrap().text, "soon");
    let role_ends: Vec<_> = b.roles.iter().map(|role| role.expires.as_ref().unwrap().at.to_string()).collect();
    assert_eq!(role_ends, ["2026-03-01T00:00:00Z", "2026-03-31T16:00:00Z"]);
    assert_eq!(read.with_role("SPSSODescriptor").filter_map(Entity::id).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn groups_nest_as_deep_as_the_reader_lets_them() {
    let depth = 20_000;
    let text = format!(
        r#"<EntitiesDescriptor xmlns="{METADATA}" validUntil="2026-05-01T00:00:00Z">{}<EntityDescriptor/>{}</EntitiesDescriptor>"#,
        "<EntitiesDescriptor>".repeat(depth),
        "</EntitiesDescriptor>".repeat(depth)
    );
    assert!(entities_of(&text).entities[0].expires.is_some());
}

#[test]
fn only_the_names_of_the_standard_count() {
    for (text, root) in [
        (r#"<EntityDescriptor entityID="a"/>"#.to_owned(), RootKind::Other),
        (r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:METADATA"/>"#.to_owned(), RootKind::Other),
        (format!(r#"<x><EntityDescriptor xmlns="{METADATA}"/></x>"#), RootKind::Other),
        (
            format!(
                r#"<EntitiesDescriptor xmlns="{METADATA}"><x xmlns=""><EntityDescriptor/></x></EntitiesDescriptor>"#
            ),
            RootKind::EntitiesDescriptor,
        ),
    ] {
        let read = entities_of(&text);
        assert_eq!((read.root, read.entities.len()), (root, 0), "{text}");
    }
    let hidden = format!(
        r#"<md:Extensions>{}</md:Extensions><IDPSSODescriptor/><md:Organization/><md:SPSSODescriptor>
           <AssertionConsumerService/><md:Extensions><md:AssertionConsumerService/></md:Extensions></md:SPSSODescriptor>"#,
        entity(r#"entityID="hidden""#, "<md:IDPSSODescriptor/>")
    );
    let read = entities_of(&entity(r#"entityID="shown" md:entityID="other""#, &hidden));
    assert_eq!(read.entities.iter().filter_map(Entity::id).collect::<Vec<_>>(), ["shown"]);
    assert!(!read.entities[0].is_idp() && read.entities[0].is_sp());
    assert!(read.entities[0].roles[0].endpoints.is_empty());
}

#[test]
fn a_document_without_root_describes_nothing() {
    let reading = read("", Doctype::Refuse);
    let read = entities(&reading.document);
    assert_eq!((read.root, read.entities.len(), read.span), (RootKind::Other, 0, 0..0));
}

#[test]
fn keys_are_sorted_by_their_use() {
    let (text, role) = the_role(
        r#"<md:IDPSSODescriptor>
             <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName> one </ds:KeyName></ds:KeyInfo></md:KeyDescriptor>
             <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>
               <md:EncryptionMethod Algorithm="urn:aes"/><md:EncryptionMethod/></md:KeyDescriptor>
             <md:KeyDescriptor/>
             <md:KeyDescriptor use="Signing"/>
           </md:IDPSSODescriptor>"#,
    );
    let span = |key: &KeyDescriptor| key.span.start;
    let keys = &role.keys;
    assert_eq!(role.signing_keys().map(span).collect::<Vec<_>>(), [keys[0].span.start, keys[2].span.start]);
    assert_eq!(role.encryption_keys().map(span).collect::<Vec<_>>(), [keys[1].span.start, keys[2].span.start]);
    assert_eq!(keys[3].usage.as_ref().unwrap().text, "Signing");
    assert_eq!(texts(&keys[0].key_names), ["one"]);
    assert_eq!(at(&text, &keys[1].key_values[0]), "<ds:KeyValue/>");
    assert_eq!(texts(&keys[1].encryption_methods), ["urn:aes"]);
    assert!(keys.iter().all(|key| !key.has_x509 && key.certificates.is_empty()));
}

#[test]
fn certificates_are_read_or_say_why_not() {
    use base64::Engine as _;
    let base64: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let twice = base64::engine::general_purpose::STANDARD.encode(CERTIFICATE);
    let key = "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----";
    let several = format!("{CERTIFICATE}{CERTIFICATE}");
    let contents = [&base64, CERTIFICATE, &twice, "", "MIIB?", "AAAA", key, &several];
    let data: String = contents
        .iter()
        .map(|c| format!("<ds:X509Data><ds:X509Certificate>{c}</ds:X509Certificate></ds:X509Data>"))
        .collect();
    let (text, role) = the_role(&format!(
        "<md:SPSSODescriptor><md:KeyDescriptor><ds:KeyInfo>{data}</ds:KeyInfo></md:KeyDescriptor></md:SPSSODescriptor>"
    ));
    let key = &role.keys[0];
    assert!(key.has_x509);
    let [plain, pem, encoded_twice, empty, noise, other, label, first, second] = &key.certificates[..] else {
        panic!("{} certificates", key.certificates.len())
    };
    let subject = |certificate: &MetadataCertificate| certificate.result.as_ref().unwrap().subject.clone();
    for (certificate, form) in [
        (plain, CertificateForm::Base64),
        (pem, CertificateForm::Pem),
        (encoded_twice, CertificateForm::EncodedTwice),
        (first, CertificateForm::Pem),
        (second, CertificateForm::Pem),
    ] {
        assert_eq!((subject(certificate), certificate.form), (subject(plain), form));
    }
    assert_eq!(at(&text, &plain.span), base64);
    assert_eq!(first.span, second.span);
    assert_eq!(empty.result, Err(CertificateFault::Armor(ArmorError::Empty)));
    assert_eq!(noise.result, Err(CertificateFault::Armor(ArmorError::NotBase64 { offset: 4, found: '?' })));
    assert!(matches!(other.result, Err(CertificateFault::Certificate(_))), "{:?}", other.result);
    assert_eq!(label.result, Err(CertificateFault::Label("PUBLIC KEY".to_owned())));
    assert_eq!(key.readable().count(), 5);
}
