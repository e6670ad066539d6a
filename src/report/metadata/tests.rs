//! What one entity says, and what a file's rows and calendar make of many.

use super::*;
use crate::language::Language;
use crate::saml::names::{ALG, ASSERTION, FED, IDPDISC, INIT, MDATTR, MDRPI, MDUI, METADATA, SHIBMD, XSI};
use crate::{Context, Input, Instant, TextReport, inspect};

/// An `<EntityDescriptor>` with the usual prefixes.
fn entity(content: &str) -> String {
    format!(
        r#"<EntityDescriptor xmlns="{METADATA}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:saml="{ASSERTION}"
             xmlns:mdui="{MDUI}" xmlns:mdrpi="{MDRPI}" xmlns:mdattr="{MDATTR}" xmlns:shibmd="{SHIBMD}" xmlns:alg="{ALG}"
             xmlns:idpdisc="{IDPDISC}" xmlns:init="{INIT}" xmlns:xsi="{XSI}"
             entityID="https://one.example/">{content}</EntityDescriptor>"#
    )
}

fn report(content: &str) -> (String, EntityReport) {
    let text = entity(content);
    let report = entity_report(&text, Language::English).unwrap();
    (text, report)
}

fn role(content: &str) -> EntityRoleReport {
    report(content).1.roles.remove(0)
}

fn at(text: &str, told: &TextReport) -> String {
    text.get(told.span[0]..told.span[1]).unwrap().to_owned()
}

fn texts(told: &[TextReport]) -> Vec<&str> {
    told.iter().map(|one| one.text.as_str()).collect()
}

fn worded(told: &[Worded]) -> Vec<(&str, &str)> {
    told.iter().map(|one| (one.language.as_deref().unwrap_or("-"), one.text.text.as_str())).collect()
}

/// The metadata file of a text, at a time.
fn file_at(text: &str, now: i64) -> MetadataReport {
    let context = Context::at(Instant::from_unix(now));
    let mut report = inspect(&[Input { name: "metadata.xml", bytes: text.as_bytes() }], &context);
    report.metadata.remove(0)
}

fn group(content: &str) -> String {
    format!(r#"<EntitiesDescriptor xmlns="{METADATA}">{content}</EntitiesDescriptor>"#)
}

#[test]
fn only_one_entity_is_reported() {
    assert_eq!(entity_report("", Language::English), None);
    assert_eq!(entity_report("<EntityDescriptor/>", Language::English), None);
    assert_eq!(entity_report(&group(&entity("")), Language::English), None);
    assert_eq!(entity_report(&entity("<unclosed>"), Language::English), None);
    let (_, empty) = report("");
    assert_eq!(empty.entity_id.unwrap().text, "https://one.example/");
    assert!(empty.roles.is_empty() && empty.contacts.is_empty() && empty.organization.is_none());
    let nameless = entity("").replace("entityID=", "entityid=");
    assert_eq!(entity_report(&nameless, Language::English).unwrap().entity_id, None);
}

#[test]
fn every_role_has_a_title_and_those_of_ws_federation_too() {
    for (content, title) in [
        ("<IDPSSODescriptor/>".to_owned(), "identity provider"),
        ("<SPSSODescriptor/>".to_owned(), "service provider"),
        ("<AttributeAuthorityDescriptor/>".to_owned(), "attribute authority"),
        ("<AuthnAuthorityDescriptor/>".to_owned(), "authentication authority"),
        ("<PDPDescriptor/>".to_owned(), "policy decision point"),
        ("<RoleDescriptor/>".to_owned(), "another role"),
        (
            format!(r#"<RoleDescriptor xmlns:f="{FED}" xsi:type="f:SecurityTokenServiceType"/>"#),
            "security token service",
        ),
        (format!(r#"<RoleDescriptor xmlns:fed="{FED}" xsi:type="fed:ApplicationServiceType"/>"#), "application of"),
    ] {
        let role = role(&content);
        assert!(role.title.starts_with(title), "{content}: {}", role.title);
    }
    let sts = role(&format!(r#"<RoleDescriptor xmlns:f="{FED}" xsi:type="f:SecurityTokenServiceType"/>"#));
    assert_eq!(sts.role_type.as_deref(), Some("fed:SecurityTokenServiceType"));
    let own = role(r#"<RoleDescriptor xmlns:query="urn:other" xsi:type="query:AttributeQueryDescriptorType"/>"#);
    assert_eq!(own.role_type.as_deref(), Some("query:AttributeQueryDescriptorType"));
}

#[test]
fn endpoints_flags_and_formats_are_told_with_their_bytes() {
    let (text, told) = report(
        r#"<SPSSODescriptor protocolSupportEnumeration="urn:a urn:b" AuthnRequestsSigned="yes" WantAssertionsSigned="1"
             errorURL="https://one.example/e">
             <Extensions>
               <idpdisc:DiscoveryResponse index="1" Binding="urn:disc" Location="https://one.example/d"/>
               <init:RequestInitiator Binding="urn:init" Location="https://one.example/i"/>
             </Extensions>
             <NameIDFormat> urn:f </NameIDFormat>
             <AssertionConsumerService index="7" isDefault="true" Binding="urn:post" Location="https://one.example/acs?a=1&amp;b=2"/>
             <AssertionConsumerService/>
           </SPSSODescriptor>"#,
    );
    let role = &told.roles[0];
    let names: Vec<&str> = role.endpoints.iter().map(|endpoint| endpoint.element.as_str()).collect();
    let acs = "AssertionConsumerService";
    assert_eq!(names, [acs, acs, "DiscoveryResponse", "RequestInitiator"]);
    let first = &role.endpoints[0];
    assert_eq!((first.index.as_deref(), first.is_default), (Some("7"), Some(true)));
    let location = first.location.as_ref().unwrap();
    assert_eq!(location.text, "https://one.example/acs?a=1&b=2");
    assert_eq!(at(&text, location), "https://one.example/acs?a=1&amp;b=2");
    assert_eq!(role.endpoints[1].location, None);
    assert_eq!(texts(&role.name_id_formats), ["urn:f"]);
    let flags: Vec<_> = role.flags.iter().map(|flag| (flag.name.as_str(), flag.is_true)).collect();
    assert_eq!(flags, [("AuthnRequestsSigned", None), ("WantAssertionsSigned", Some(true))]);
    assert_eq!(role.error_url.as_ref().unwrap().text, "https://one.example/e");
    assert!(told.extensions.is_empty());
}

#[test]
fn a_service_says_which_attributes_it_asks_for() {
    let role = role(
        r#"<SPSSODescriptor><AttributeConsumingService index="2" isDefault="0">
             <ServiceName xml:lang="en">One</ServiceName><ServiceDescription xml:lang="de">Eins</ServiceDescription>
             <RequestedAttribute Name="urn:oid:1" FriendlyName="mail" NameFormat="urn:uri" isRequired="true"/>
             <RequestedAttribute isRequired="perhaps"><saml:AttributeValue>a</saml:AttributeValue></RequestedAttribute>
           </AttributeConsumingService></SPSSODescriptor>"#,
    );
    let service = &role.attribute_services[0];
    assert_eq!((service.index.as_deref(), service.is_default), (Some("2"), Some(false)));
    assert_eq!((worded(&service.names), worded(&service.descriptions)), (vec![("en", "One")], vec![("de", "Eins")]));
    let [mail, other] = service.attributes.as_slice() else { panic!() };
    assert_eq!((mail.name.as_ref().unwrap().text.as_str(), mail.is_required), ("urn:oid:1", Some(true)));
    assert_eq!((&other.name, other.is_required, other.values.as_slice()), (&None, None, &["a".to_owned()][..]));
}

#[test]
fn extensions_in_use_are_told_where_they_belong_and_others_by_name() {
    let (_, told) = report(
        r#"<Extensions>
             <mdrpi:RegistrationInfo registrationAuthority="https://fed.example" registrationInstant="2020-01-01T00:00:00Z">
               <mdrpi:RegistrationPolicy xml:lang="en">https://fed.example/p</mdrpi:RegistrationPolicy>
             </mdrpi:RegistrationInfo>
             <shibmd:Scope regexp="false">one.example</shibmd:Scope>
             <alg:SigningMethod MinKeySize="256" MaxKeySize="511" Algorithm="urn:sign"/>
             <x:Own xmlns:x="urn:x"/>
           </Extensions>
           <IDPSSODescriptor><Extensions>
             <shibmd:Scope regexp="1">^.*$</shibmd:Scope><shibmd:Scope>bare.example</shibmd:Scope>
             <alg:DigestMethod Algorithm="urn:digest"/><alg:DigestMethod/>
             <mdui:UIInfo>
               <mdui:DisplayName xml:lang="en">One</mdui:DisplayName><mdui:DisplayName>Nameless</mdui:DisplayName>
               <mdui:Keywords xml:lang="en">a+b c</mdui:Keywords>
               <mdui:Logo height="16" width="x">https://one.example/logo.png</mdui:Logo>
               <mdui:PrivacyStatementURL xml:lang="en">https://one.example/p</mdui:PrivacyStatementURL>
             </mdui:UIInfo>
             <mdui:DiscoHints><mdui:IPHint>192.0.2.0/24</mdui:IPHint><mdui:GeolocationHint>geo:1,2</mdui:GeolocationHint></mdui:DiscoHints>
             <mdui:Unknown/>
           </Extensions></IDPSSODescriptor>"#,
    );
    let registration = told.registration.unwrap();
    assert_eq!(registration.authority.unwrap().text, "https://fed.example");
    assert_eq!(worded(&registration.policies), [("en", "https://fed.example/p")]);
    let role = &told.roles[0];
    let scopes: Vec<_> = role.scopes.iter().map(|scope| (scope.value.text.as_str(), scope.is_pattern)).collect();
    assert_eq!(scopes, [("one.example", Some(false)), ("^.*$", Some(true)), ("bare.example", None)]);
    let algorithms: Vec<&str> = role.algorithms.iter().map(|one| one.algorithm.text.as_str()).collect();
    assert_eq!(algorithms, ["urn:sign", "urn:digest"]);
    assert_eq!(role.algorithms[0].min_key_size.as_deref(), Some("256"));
    let ui = role.ui.as_ref().unwrap();
    assert_eq!(worded(&ui.display_names), [("en", "One"), ("-", "Nameless")]);
    assert_eq!(
        (ui.logos[0].url.text.as_str(), ui.logos[0].width.as_deref()),
        ("https://one.example/logo.png", Some("x"))
    );
    assert_eq!(texts(&role.hints), ["192.0.2.0/24", "geo:1,2"]);
    let others: Vec<&str> = told.extensions.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(others, ["Own", "Unknown"]);
}

#[test]
fn categories_have_a_meaning_and_one_that_is_supported_is_another_than_one_that_is_had() {
    let attribute = |name: &str, value: &str| {
        format!(
            r#"<saml:Attribute Name="{name}"><saml:AttributeValue> {value}
            </saml:AttributeValue></saml:Attribute>"#
        )
    };
    let scholarship = "http://refeds.org/category/research-and-scholarship";
    let all = [
        attribute("http://macedir.org/entity-category", scholarship),
        attribute("http://macedir.org/entity-category-support", scholarship),
        attribute("urn:oasis:names:tc:SAML:profiles:subject-id:req", "pairwise-id"),
        attribute("http://macedir.org/entity-category", "urn:own"),
    ];
    let content =
        format!("<Extensions><mdattr:EntityAttributes>{}</mdattr:EntityAttributes></Extensions>", all.concat());
    let (_, told) = report(&content);
    let titles: Vec<Option<&str>> = told.categories.iter().map(|one| one.title.as_deref()).collect();
    assert!(titles[0].unwrap().starts_with("Research and Scholarship"));
    assert!(titles[1].unwrap().starts_with("gives attributes to services of this kind: Research"));
    assert!(titles[2].unwrap().starts_with("the identifier that it needs"));
    assert_eq!(titles[3], None);
    let chinese = entity_report(&entity(&content), Language::Chinese).unwrap();
    assert_ne!(chinese.categories[0].title, told.categories[0].title);
}

#[test]
fn contacts_lose_the_scheme_of_their_addresses_and_keep_what_kind_of_other_they_are() {
    let (text, told) = report(
        r#"<ContactPerson contactType="other" xmlns:remd="http://refeds.org/metadata"
             remd:contactType="http://refeds.org/metadata/contactType/security">
             <Company>One</Company><GivenName>Security</GivenName><SurName>Team</SurName>
             <EmailAddress>MailTo:abuse@one.example</EmailAddress><TelephoneNumber>+1</TelephoneNumber>
           </ContactPerson>
           <ContactPerson contactType="technical"/><ContactPerson/>
           <Organization><OrganizationDisplayName xml:lang="en">One</OrganizationDisplayName></Organization>
           <AdditionalMetadataLocation namespace="urn:n">https://one.example/more</AdditionalMetadataLocation>"#,
    );
    let kinds: Vec<Option<&str>> = told.contacts.iter().map(|contact| contact.kind.as_deref()).collect();
    assert_eq!(kinds, [Some("security"), Some("technical"), None]);
    let first = &told.contacts[0];
    assert_eq!((first.name.as_deref(), first.company.as_deref()), (Some("Security Team"), Some("One")));
    assert_eq!(texts(&first.emails), ["abuse@one.example"]);
    assert!(at(&text, &first.emails[0]).ends_with("abuse@one.example"));
    assert_eq!(worded(&told.organization.unwrap().display_names), [("en", "One")]);
    assert_eq!(texts(&told.additional_locations), ["https://one.example/more"]);
}

#[test]
fn keys_that_cannot_be_read_are_counted_and_names_are_told() {
    let role = role(
        r#"<IDPSSODescriptor>
             <KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName>one</ds:KeyName>
               <ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
             <KeyDescriptor><EncryptionMethod Algorithm="urn:e"/></KeyDescriptor>
           </IDPSSODescriptor>"#,
    );
    let [first, second] = role.keys.as_slice() else { panic!() };
    assert_eq!((first.usage.as_deref(), first.unreadable, first.certificates.len()), (Some("signing"), 1, 0));
    assert_eq!(first.key_names, ["one"]);
    assert_eq!((&second.usage, second.encryption_methods.as_slice()), (&None, &["urn:e".to_owned()][..]));
}

#[test]
fn a_group_of_entities_without_names_with_one_name_or_in_great_depth_has_a_row_for_each() {
    let nameless = file_at(&group("<EntityDescriptor/><EntityDescriptor/>"), 0);
    assert_eq!((nameless.entities, nameless.others), (2, 2));
    assert_eq!(nameless.rows[1].entity_id, "");
    let double = r#"<EntityDescriptor entityID="https://one.example/"><SPSSODescriptor/></EntityDescriptor>"#;
    let double = file_at(&group(&double.repeat(2)), 0);
    assert_eq!((double.search("ONE.example"), double.sps), (vec![0, 1], 2));
    let deep = "<EntitiesDescriptor>".repeat(200)
        + "<EntityDescriptor entityID='deep'/>"
        + &"</EntitiesDescriptor>".repeat(200);
    let deep = group(&deep);
    let file = file_at(&deep, 0);
    assert_eq!(file.search("deep"), [0]);
    assert!(file.entity_text(deep.as_bytes(), 0).unwrap().contains(METADATA));
}

#[test]
fn ten_thousand_names_make_a_row_that_is_found_by_each() {
    let name = |number| format!(r#"<mdui:DisplayName xml:lang="x{number}">Name {number}</mdui:DisplayName>"#);
    let names: String = (0..10_000).map(name).collect();
    let text = entity(&format!(
        "<IDPSSODescriptor><Extensions><mdui:UIInfo>{names}</mdui:UIInfo></Extensions></IDPSSODescriptor>"
    ));
    let file = file_at(&text, 0);
    assert_eq!(file.rows[0].name.as_deref(), Some("Name 0"));
    assert_eq!((file.search("name 9999"), file.search("name 10000")), (vec![0], vec![]));
    assert_eq!(
        entity_report(&text, Language::English).unwrap().roles[0].ui.as_ref().unwrap().display_names.len(),
        10_000
    );
}

const OLD: &str = include_str!("../../../tests/fixtures/rollover/old.crt");
const NEW: &str = include_str!("../../../tests/fixtures/rollover/new.crt");
const SMALL: &str = include_str!("../../../tests/fixtures/rollover/small.crt");
const SIGNING: &str = r#" use="signing""#;
const ENCRYPTION: &str = r#" use="encryption""#;
/// 2025-12-15T00:00:00Z, when the old one has 17 days left.
const NOW: i64 = 1_765_756_800;

fn key(usage: &str, pem: &str) -> String {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    format!(
        r#"<KeyDescriptor{usage}><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"#
    )
}

fn service(id: &str, keys: &[String]) -> String {
    format!(
        r#"<EntityDescriptor entityID="{id}"><SPSSODescriptor>{}</SPSSODescriptor></EntityDescriptor>"#,
        keys.concat()
    )
}

#[test]
fn the_calendar_has_each_certificate_once_with_what_is_due() {
    let one = service("one", &[key(SIGNING, OLD), key(SIGNING, NEW), key(ENCRYPTION, OLD)]);
    let two = service("two", &[key("", OLD), key(SIGNING, SMALL)]);
    let file = file_at(&group(&(one + &two)), NOW);
    let calendar = &file.calendar;
    assert_eq!((calendar.certificates, calendar.rows.len()), (3, 3));
    assert_eq!((calendar.expired, calendar.expiring, calendar.not_yet), (0, 1, 0));
    assert_eq!((calendar.shared, calendar.weak), (1, 1));
    let old = &calendar.rows[0];
    assert_eq!((old.subject.as_str(), old.state, old.entities, old.uses.len()), ("CN=rollover-old", "expiring", 2, 3));
    assert_eq!((old.not_before, old.not_after), (Some(1_704_067_200), Some(1_767_225_600)));
    let small = calendar.rows.iter().find(|row| row.weak.is_some()).unwrap();
    assert_eq!(small.key, "RSA 1024");
    let of = |filter: &str| calendar.rows.iter().filter(|row| row.is_of(filter)).count();
    assert_eq!((of(""), of("expiring"), of("weak"), of("shared"), of("expired")), (3, 1, 1, 1, 0));
    let later = file_at(&group(&service("one", &[key("", OLD), key("", NEW)])), 1_800_000_000).calendar;
    assert_eq!((later.expired, later.expiring), (1, 0));
    let before = file_at(&group(&service("one", &[key("", OLD), key("", NEW)])), 0).calendar;
    assert_eq!(before.not_yet, 2);
}

#[test]
fn one_certificate_follows_another_of_its_role_and_use_alone() {
    let followed = |keys: &[String]| {
        let calendar = file_at(&group(&service("one", keys)), NOW).calendar;
        let old = calendar.rows.iter().find(|row| row.subject == "CN=rollover-old").unwrap();
        let new = calendar.rows.iter().find(|row| row.subject == "CN=rollover-new").unwrap();
        assert_eq!(old.successor.is_some(), calendar.rollovers == 1);
        assert!(old.successor.is_none() || old.successor.as_ref() == Some(&new.sha256));
        assert_eq!(new.successor, None);
        old.successor.is_some()
    };
    assert!(followed(&[key(SIGNING, OLD), key(SIGNING, NEW)]));
    assert!(followed(&[key(SIGNING, NEW), key(ENCRYPTION, OLD), key(SIGNING, OLD)]), "whatever stands between");
    assert!(followed(&[key("", OLD), key("", NEW)]), "one rollover, though for both uses");
    assert!(followed(&[key("", OLD), key(ENCRYPTION, NEW)]));
    assert!(!followed(&[key(SIGNING, OLD), key(ENCRYPTION, NEW)]));
    let apart = group(&(service("one", &[key("", OLD)]) + &service("two", &[key("", NEW)])));
    assert_eq!(file_at(&apart, NOW).calendar.rollovers, 0);
    // Both begin on the same day, or the later one ends first: none was made to follow the other.
    let beside = file_at(&group(&service("one", &[key("", SMALL), key("", OLD)])), NOW).calendar;
    assert_eq!((beside.rollovers, beside.certificates), (0, 2));
    let within = file_at(&group(&service("one", &[key("", SMALL), key("", NEW)])), NOW).calendar;
    assert!(within.rows.iter().all(|row| row.successor.is_none()), "they end on the same day");
}

#[test]
fn a_certificate_or_its_fingerprint_however_written_finds_who_has_it() {
    let file = file_at(&group(&(service("one", &[key("", OLD)]) + &service("two", &[key("", NEW)]))), NOW);
    let sha256 = file.rows[1].keys[0].to_uppercase();
    let pairs: Vec<&str> = (0..32).map(|at| sha256.get(2 * at..2 * at + 2).unwrap()).collect();
    let base64: String = NEW.lines().filter(|line| !line.starts_with('-')).collect();
    for query in [&sha256, &pairs.join(":"), &pairs.join(" "), NEW, &base64] {
        assert_eq!(file.search(query), [1], "{query}");
    }
    // By what an artifact names its issuer: SHA-1 of the entityID.
    assert_eq!(file.search("FE05BCDCDC4928012781A5F1A2A77CBB5398E106"), [0]);
}

#[test]
fn an_opened_entity_is_not_blamed_for_a_date_that_stands_around_it() {
    let inner = service("https://one.example/", &[key("", NEW)]);
    let around = group(&inner).replacen('>', r#" validUntil="2026-01-01T00:00:00Z">"#, 1);
    let row = file_at(&around, NOW).rows.remove(0);
    let context = Context::at(Instant::from_unix(NOW));
    let alone = entity(&key("", NEW));
    let report = inspect(&[Input { name: "one", bytes: alone.as_bytes() }], &context);
    let fires = |report: &Report| {
        report.findings.iter().any(|finding| finding.rule == "md-validuntil-missing" && finding.state == State::Fired)
    };
    assert!(fires(&report));
    assert!(!fires(&report.clone().of_entity(&row)));
    let free = file_at(&group(&inner), NOW).rows.remove(0);
    assert!(fires(&report.of_entity(&free)));
}
