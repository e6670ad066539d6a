//! Metadata that is large, deep or strange: each gets an answer, that answer grows no faster than the file, and what is in it
//! is found.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use samlens::{
    Context, Input, Instant, Language, MetadataReport, Report, entity_report, human, inspect, markdown, sarif,
};

const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Far over what any of these takes where the work is linear, far under what a square would take.
const PATIENCE: Duration = Duration::from_secs(60);

fn report(xml: &str) -> Report {
    let begun = std::time::Instant::now();
    let context = Context::at(Instant::parse("2026-01-01T00:00:00Z").unwrap());
    let report = inspect(&[Input { name: "metadata.xml", bytes: xml.as_bytes() }], &context);
    assert!(begun.elapsed() < PATIENCE, "{} bytes took {:?}", xml.len(), begun.elapsed());
    report
}

fn the_metadata(report: &Report) -> &MetadataReport {
    let [metadata] = &report.metadata[..] else {
        panic!("{} metadata files: {:?}", report.metadata.len(), report.captures.first().map(|capture| &capture.steps))
    };
    metadata
}

/// Every rendering of a report, abridged as the command line has it: how many bytes each has.
fn rendered(report: &Report) -> [usize; 4] {
    let json = serde_json::to_string(&report.clone().abridged()).unwrap().len();
    [json, human(report, false).len(), markdown(report).len(), sarif(report).to_string().len()]
}

fn group(content: &str) -> String {
    format!(r#"<EntitiesDescriptor xmlns="{MD}">{content}</EntitiesDescriptor>"#)
}

fn entity(id: &str, content: &str) -> String {
    format!(r#"<EntityDescriptor xmlns="{MD}" entityID="{id}">{content}</EntityDescriptor>"#)
}

fn idp(content: &str) -> String {
    format!(
        r#"<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{content}</IDPSSODescriptor>"#
    )
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/metadata").join(name)).unwrap()
}

fn certificate() -> String {
    let pem = include_str!("../fixtures/crypto/ed25519.crt");
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// What can be large, made of a count.
const SHAPES: [(&str, fn(usize) -> String); 14] = [
    ("a long entityID", |n| entity(&"x".repeat(n * 100), &idp(""))),
    ("endpoints", |n| {
        let one = |i| format!(r#"<SingleSignOnService Binding="urn:b" Location="https://idp.example/{i}"/>"#);
        entity("https://idp.example/", &idp(&(0..n).map(one).collect::<String>()))
    }),
    ("endpoints of one index", |n| {
        let one =
            r#"<AssertionConsumerService index="1" isDefault="true" Binding="urn:b" Location="https://sp.example/"/>"#;
        entity("https://sp.example/", &format!("<SPSSODescriptor>{}</SPSSODescriptor>", one.repeat(n)))
    }),
    ("formats of names", |n| {
        entity("https://idp.example/", &idp(&"<NameIDFormat>urn:f</NameIDFormat>".repeat(n * 10)))
    }),
    ("keys without certificates", |n| {
        entity("https://idp.example/", &idp(&r#"<KeyDescriptor use="signing"/>"#.repeat(n)))
    }),
    ("one certificate again and again", |n| {
        let data = format!("<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>", certificate());
        let key = format!(
            r#"<KeyDescriptor xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyInfo>{data}</ds:KeyInfo></KeyDescriptor>"#
        );
        entity("https://idp.example/", &idp(&key.repeat(n / 5)))
    }),
    ("roles", |n| entity("https://idp.example/", &idp("").repeat(n))),
    ("contacts", |n| {
        let one = |i| {
            format!(
                r#"<ContactPerson contactType="technical"><EmailAddress>mailto:p{i}@x.example</EmailAddress></ContactPerson>"#
            )
        };
        entity("https://idp.example/", &(idp("") + &(0..n).map(one).collect::<String>()))
    }),
    ("scopes", |n| {
        let one = |i| format!(r#"<s:Scope xmlns:s="urn:mace:shibboleth:metadata:1.0">s{i}.example</s:Scope>"#);
        let all: String = (0..n).map(one).collect();
        entity("https://idp.example/", &idp(&format!("<Extensions>{all}</Extensions>")))
    }),
    ("entities of one name", |n| group(&entity("https://same.example/", &idp("")).repeat(n))),
    ("groups in groups", |n| {
        group(
            &(r#"<EntitiesDescriptor validUntil="2030-01-01T00:00:00Z">"#.repeat(n)
                + &entity("https://deep.example/", "")
                + &"</EntitiesDescriptor>".repeat(n)),
        )
    }),
    ("a declaration and an entity at every level", |n| {
        let one = |i| format!(r#"<EntitiesDescriptor xmlns:p{i}="urn:{i}">{}"#, entity("https://deep.example/", ""));
        group(&((0..n / 2).map(one).collect::<String>() + &"</EntitiesDescriptor>".repeat(n / 2)))
    }),
    ("an entity after every level", |n| {
        let (open, close) =
            (r#"<EntitiesDescriptor xmlns:p="urn:p">"#, entity("https://deep.example/", "") + "</EntitiesDescriptor>");
        group(&(open.repeat(n / 2) + &close.repeat(n / 2)))
    }),
    ("declarations around an entity", |n| {
        let declared: String = (0..n).map(|i| format!(r#" xmlns:p{i}="urn:{i}""#)).collect();
        format!(
            r#"<EntitiesDescriptor xmlns="{MD}"{declared}>{}</EntitiesDescriptor>"#,
            entity("https://deep.example/", "")
        )
    }),
];

#[test]
fn what_is_large_gets_an_answer_that_grows_no_faster_than_it() {
    for (what, shape) in SHAPES {
        let (small, large) = (shape(1_000), shape(10_000));
        let begun = std::time::Instant::now();
        let (less, more) = (report(&small), report(&large));
        let (of_less, of_more) = (the_metadata(&less), the_metadata(&more));
        for (less, more) in rendered(&less).into_iter().zip(rendered(&more)) {
            // An answer is either bounded or as large as what it is about.
            assert!(more < 20 * less.max(2_000), "{what}: {less} bytes become {more}");
        }
        let whole = |report: &Report| serde_json::to_string(report).unwrap().len();
        assert!(whole(&more) < 12 * whole(&less).max(2_000), "{what}: {} bytes become {}", whole(&less), whole(&more));
        assert_eq!(of_more.rows.len(), of_more.entities, "{what}");
        for (metadata, xml) in [(of_less, &small), (of_more, &large)] {
            let last = metadata.rows.len() - 1;
            // Of what has a thousand declarations around each, some stand alone no more.
            let Some(text) = metadata.entity_text(xml.as_bytes(), last) else {
                assert!(what.contains("level"), "{what}");
                continue;
            };
            let read = entity_report(&text, Language::English).unwrap_or_else(|| panic!("{what}: {text:.300}"));
            assert!(
                read.entity_id.is_some_and(|id| id.text.starts_with(&metadata.rows[last].entity_id[..10])),
                "{what}"
            );
        }
        println!("{what}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_name_of_a_megabyte_is_found_by_its_end_and_kept_short_where_it_is_shown() {
    let id = format!("https://idp.example/{}/the-end", "x".repeat(1 << 20));
    let xml = group(&(entity(&id, &idp("")) + &entity("https://other.example/", "")));
    let report = report(&xml);
    let metadata = the_metadata(&report);
    assert_eq!(metadata.search("other.example"), [1]);
    assert_eq!(metadata.rows.len(), 2);
    // What each rendering for people shows of it is no book.
    assert!(human(&report, false).len() < 100_000, "{}", human(&report, false).len());
    assert!(markdown(&report).len() < 100_000, "{}", markdown(&report).len());
    let text = metadata.entity_text(xml.as_bytes(), 0).unwrap();
    assert!(entity_report(&text, Language::English).unwrap().entity_id.unwrap().text.len() <= 1 << 20);
}

#[test]
fn no_name_leads_to_another_entity() {
    let bytes = fixture("duplicate-ids.xml");
    let report = report(std::str::from_utf8(&bytes).unwrap());
    let metadata = the_metadata(&report);
    let ids: Vec<&str> = metadata.rows.iter().map(|row| row.entity_id.as_str()).collect();
    assert_eq!(
        ids,
        ["https://same.example/", "https://same.example/", "https://SAME.example/", "https://same.example/ "]
    );
    // The letter case does not matter to a person who searches.
    assert_eq!(metadata.search("https://same.example/"), [0, 1, 2, 3]);
}

#[test]
fn what_is_hidden_or_of_another_namespace_is_no_entity() {
    for (name, ids) in [
        ("in-extensions.xml", &["https://shown.example/"][..]),
        ("wrong-namespaces.xml", &["https://real.example/"]),
        ("no-entity-id.xml", &["", "", "", ""]),
    ] {
        let bytes = fixture(name);
        let report = report(std::str::from_utf8(&bytes).unwrap());
        let metadata = the_metadata(&report);
        assert_eq!(metadata.rows.iter().map(|row| row.entity_id.as_str()).collect::<Vec<_>>(), ids, "{name}");
        assert_eq!(metadata.search("hidden"), [0usize; 0], "{name}");
    }
    let bytes = fixture("wrong-namespaces.xml");
    let report = report(std::str::from_utf8(&bytes).unwrap());
    let metadata = the_metadata(&report);
    let text = metadata.entity_text(&bytes, 0).unwrap();
    let read = entity_report(&text, Language::English).unwrap();
    let [role] = &read.roles[..] else { panic!("{:?}", read.roles) };
    assert_eq!(
        role.endpoints.iter().map(|one| one.location.as_ref().unwrap().text.as_str()).collect::<Vec<_>>(),
        ["yes"]
    );
    assert_eq!(role.name_id_formats.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["yes"]);
    assert_eq!(role.keys.iter().map(|key| key.certificates.len()).collect::<Vec<_>>(), [0]);
}

#[test]
fn names_of_every_sort_are_found_by_what_a_person_types() {
    let bytes = fixture("names.xml");
    let xml = std::str::from_utf8(&bytes).unwrap();
    let report = report(xml);
    let metadata = the_metadata(&report);
    for (query, found) in [
        ("onerror=alert(1)", &[0][..]),
        ("<script>", &[1]),
        ("GNP.exe", &[2]),
        ("isolated", &[3]),
        ("<b>bold</b> & more", &[4]),
        ("onetwo", &[5, 6]),
        ("comment.example", &[5]),
        ("AB&amp;", &[7]),
        ("many spaces here", &[8]),
        ("école", &[9]),
        ("ÉCOLE", &[9]),
        ("σίσυφος", &[9]),
        ("strasse", &[9]),
        ("ÉCOLÉ.example", &[9]),
        ("海港", &[10]),
        ("図書館", &[10]),
        ("海港大学 names.example/10", &[10]),
        ("図書館 names.example/11", &[]),
        ("decomposed", &[11]),
        ("𝕊𝔸𝕄𝕃", &[12]),
        ("👩‍🎓", &[12]),
        ("hyperlink(", &[13]),
        ("names.example/1", &[1, 10, 11, 12, 13, 14]),
        ("  names.example/2   ", &[2]),
        ("\u{0}", &[]),
        ("no such thing", &[]),
    ] {
        assert_eq!(metadata.search(query), found, "{query:?}");
    }
    assert_eq!(metadata.search("").len(), 15);
    assert_eq!(metadata.search(" \t ").len(), 15);
    assert_eq!(metadata.search(&"x".repeat(1 << 20)).len(), 0);
    assert_eq!(metadata.search(&"names ".repeat(100_000)).len(), 15);
}

#[test]
fn an_entity_is_found_by_whatever_is_known_of_it() {
    let bytes = fixture("idp-federated.xml");
    let xml = std::str::from_utf8(&bytes).unwrap();
    let report = report(xml);
    let metadata = the_metadata(&report);
    let [row] = &metadata.rows[..] else { panic!("one entity") };
    let digest = &row.keys[1];
    let colons: Vec<String> =
        digest.as_bytes().chunks(2).map(|two| String::from_utf8_lossy(two).to_uppercase()).collect();
    for query in [
        "harbour university",
        "https://idp.harbour.example/idp/shibboleth",
        "everywhere.example",
        "harbour\\.example",
        "ada.keel@harbour.example",
        "it@harbour.example",
        "cert@harbour.example",
        "federation.example.org",
        digest,
        &digest.to_uppercase(),
        &digest[..16],
        &colons.join(":"),
        &colons[..8].join(":"),
        "harbour it@harbour.example shibboleth",
    ] {
        assert_eq!(metadata.search(query), [0], "{query:?}");
    }
    assert_eq!(metadata.search("harbour nothing").len(), 0);
    assert_eq!(row.name.as_deref(), Some("Harbour University"));
    assert_eq!(row.roles, ["IDPSSODescriptor", "AttributeAuthorityDescriptor"]);
    let mut context = Context::at(Instant::parse("2026-01-01T00:00:00Z").unwrap());
    context.language = Language::Chinese;
    let report = inspect(&[Input { name: "metadata.xml", bytes: &bytes }], &context);
    assert_eq!(the_metadata(&report).rows[0].name.as_deref(), Some("海港大学"));
}

#[test]
fn an_entity_stands_alone_with_the_declarations_that_were_in_force_around_it() {
    let bytes = fixture("groups.xml");
    let xml = std::str::from_utf8(&bytes).unwrap();
    let report = report(xml);
    let metadata = the_metadata(&report);
    let alone = |number| metadata.entity_text(xml.as_bytes(), number).unwrap();
    let two = alone(1);
    assert!(two.starts_with("<md:EntityDescriptor"), "{two:.200}");
    // A prefix in a value is as good as one in a name.
    assert!(two.contains(r#"xmlns:x="urn:x""#) && two.contains(r#"xmlns="urn:default""#), "{two:.600}");
    assert_eq!(two.matches("xmlns:md=").count(), 1, "{two:.600}");
    let three = alone(2);
    assert!(three.contains(r#"xmlns="""#) || !three.contains(r#"xmlns="urn:default""#), "{three:.600}");
    for number in 0..4 {
        let text = alone(number);
        // It is whole metadata: read again it is the same one entity.
        let again = self::report(&text);
        let again = the_metadata(&again);
        assert_eq!(again.rows.len(), 1);
        assert_eq!(again.rows[0].entity_id, metadata.rows[number].entity_id);
        assert_eq!(
            again.entity_text(text.as_bytes(), 0).as_deref(),
            Some(text.as_str()),
            "an entity alone is as it is"
        );
    }
    assert!(
        metadata.entity_text(xml.as_bytes(), 4).is_none() && metadata.entity_text(xml.as_bytes(), usize::MAX).is_none()
    );
    assert!(metadata.entity_text(b"", 0).is_none(), "another text has nothing there");
}

#[test]
fn texts_that_are_no_single_entity_have_no_report_of_one() {
    let two = group(&entity("a", "").repeat(2));
    for text in
        ["", "<", "no metadata", "<x/>", &entity("a", "")[1..], &two, "<!DOCTYPE EntityDescriptor><EntityDescriptor/>"]
    {
        assert!(entity_report(text, Language::English).is_none(), "{text}");
    }
}

#[test]
fn every_fixture_cut_anywhere_gets_an_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/metadata");
    let context = Context::at(Instant::parse("2026-01-01T00:00:00Z").unwrap());
    let mut cuts = 0;
    for path in crate::folders::files(&folder).iter().filter(|path| path.extension().is_some_and(|end| end == "xml")) {
        let bytes = fs::read(path).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 20 + 1) {
            let report = inspect(&[Input { name: "cut.xml", bytes: &bytes[..end] }], &context);
            for metadata in &report.metadata {
                assert_eq!(metadata.rows.len(), metadata.entities);
            }
            let mut told = String::new();
            let _ = write!(told, "{}{}", human(&report, false), markdown(&report));
            assert!(!told.is_empty());
            cuts += 1;
        }
    }
    assert!(cuts > 200, "{cuts}");
}
