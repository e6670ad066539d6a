//! What the rules compare, and metadata.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlens::checks::nearmiss;
use samlens::limits::*;
use samlens::{Input, Language, inspect, metadata_difference};

use super::Proof::Everywhere;
use super::made::{SAMLP, assertion, context, many, report, request, response, statement};

pub const ROWS: super::Rows = &[
    ("ALIGNED_CHARACTERS", Everywhere(aligned_characters)),
    ("OPEN_REQUESTS", Everywhere(open_requests)),
    ("SPLIT_TEXTS", Everywhere(split_texts)),
    ("LISTED_VALUES", Everywhere(listed_values)),
    ("AROUND_ENTITIES", Everywhere(around_entities)),
    ("REPORT_ENTITIES", Everywhere(report_entities)),
];

fn aligned_characters() {
    let pieces = |length: usize| {
        let (a, b) = (format!("x{}y", "-".repeat(length - 2)), format!("v{}w", "-".repeat(length - 2)));
        nearmiss::compare(&a, &b).unwrap().actual.len()
    };
    // What is alike between two differences is found in one and not in the other.
    assert_eq!([pieces(ALIGNED_CHARACTERS), pieces(ALIGNED_CHARACTERS + 1)], [3, 1]);
}

fn split_texts() {
    let of = |count: usize| {
        let one = |i: usize| {
            format!(
                r#"<saml:Attribute Name="a{i}"><saml:AttributeValue>a<!---->{i}</saml:AttributeValue></saml:Attribute>"#
            )
        };
        report(statement(&many(count, one)).as_bytes()).captures[0].split_texts.len()
    };
    assert_eq!([of(SPLIT_TEXTS), of(SPLIT_TEXTS + 1)], [SPLIT_TEXTS; 2]);
}

fn report_entities() {
    let of = |count: usize| {
        let one = |i: usize| format!("<EntityDescriptor entityID='https://e{i}.example/'/>");
        let text = format!(
            "<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'>{}</EntitiesDescriptor>",
            many(count, one)
        );
        assert!(metadata_difference(&text, &text, Language::English).is_some());
        report(text.as_bytes()).abridged().metadata[0].rows.len()
    };
    assert_eq!([of(REPORT_ENTITIES), of(REPORT_ENTITIES + 1)], [REPORT_ENTITIES; 2]);
}

fn open_requests() {
    // An answer to no request that is named, which was addressed to one service.
    let inner = "<saml:Conditions><saml:AudienceRestriction><saml:Audience>https://sp.example.com/</saml:Audience></saml:AudienceRestriction></saml:Conditions>";
    let destination = r#" Destination="https://sp.example.com/acs" ID="_r""#;
    let answer = response(&assertion("_a", "", inner)).replacen(r#" ID="_r""#, destination, 1);
    let is_found = |requests: usize| {
        // The oldest request fits, those after it are of another service.
        let other = r#" AssertionConsumerServiceURL="https://other.example/acs"><saml:Issuer>https://other.example/</saml:Issuer>"#;
        let one = |i: usize| request(&format!("_q{i}"), if i == 0 { "" } else { other });
        let all = many(requests, |i| format!("2026-01-01 INFO got SAMLRequest={}\n", STANDARD.encode(one(i))));
        let text = format!("{all}2026-01-01 INFO got SAMLResponse={}\n", STANDARD.encode(&answer));
        let logins = report(text.as_bytes()).flow.logins.len();
        assert!((requests..=requests + 1).contains(&logins), "{logins}");
        logins == requests
    };
    assert_eq!([is_found(OPEN_REQUESTS), is_found(OPEN_REQUESTS + 1)], [true, false]);
}

fn listed_values() {
    let of = |count: usize| {
        let mut context = context();
        let one = |i: usize| {
            format!(
                r#"<AssertionConsumerService index="{i}" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.com/{i}"/>"#
            )
        };
        let metadata = format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example.com/"><SPSSODescriptor protocolSupportEnumeration="{SAMLP}">{}</SPSSODescriptor></EntityDescriptor>"#,
            many(count, one)
        );
        context.add_metadata("sp.xml", metadata.as_bytes()).unwrap();
        let destination = r#" Destination="https://sp.example.com/other" ID="_r""#;
        let text = response(&assertion("_a", "", "")).replacen(r#" ID="_r""#, destination, 1);
        let report = inspect(&[Input { name: "input", bytes: text.as_bytes() }], &context);
        let row = report.matches.iter().find(|row| row.listed.len() > 1).unwrap();
        (row.listed.len(), row.left_out)
    };
    assert_eq!([of(LISTED_VALUES), of(LISTED_VALUES + 1)], [(LISTED_VALUES, 0), (LISTED_VALUES, 1)]);
}

fn around_entities() {
    // What is declared around two entities, gone through twice and put together once, before the second is come to.
    let is_told = |bytes: usize| {
        let declared = |letters: usize| {
            format!(r#" xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:p="{}""#, "u".repeat(letters))
        };
        let declared = declared(bytes - 2 * 2 - declared(0).len());
        let entities = "<EntityDescriptor entityID='a'/><EntityDescriptor entityID='b'/>";
        let text = format!("<EntitiesDescriptor{declared}>{entities}</EntitiesDescriptor>");
        report(text.as_bytes()).metadata[0].entity_text(text.as_bytes(), 1).is_some()
    };
    assert_eq!([is_told(AROUND_ENTITIES), is_told(AROUND_ENTITIES + 1)], [true, false]);
}
