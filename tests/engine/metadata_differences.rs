//! Two metadata files compared: of what was edited in one the change is told, and nothing else; what says the same is no change.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use samlens::{Language, MetadataDifference, metadata_difference};

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/metadata").join(name)).unwrap()
}

fn compared(left: &str, right: &str) -> MetadataDifference {
    let difference = metadata_difference(left, right, Language::English).unwrap();
    let chinese = metadata_difference(left, right, Language::Chinese).unwrap();
    assert_eq!(difference.rows.len(), chinese.rows.len());
    for (english, chinese) in difference.rows.iter().zip(&chinese.rows) {
        assert_ne!(english.text, chinese.text, "each in its language");
        assert_eq!((&english.what, &english.left, &english.right), (&chinese.what, &chinese.left, &chinese.right));
    }
    difference
}

/// What was edited: the file, the text that stands in it once, what takes its place, and what must be told of that: what,
/// how, and a piece of what stood on the left and of what stands on the right.
type Edit =
    (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str, &'static str, &'static str)]);

const IDP: &str = "idp-federated.xml";
const SP: &str = "sp-discovery.xml";

const EDITS: &[Edit] = &[
    (IDP, r#"POST/SSO""#, r#"POST/SSO2""#, &[("endpoint", "changed", "POST/SSO", "POST/SSO2")]),
    (
        IDP,
        r#"Redirect/SSO?tenant=a&amp;b=c"#,
        r#"Redirect/SSO?tenant=a&amp;b=d"#,
        &[("endpoint", "changed", "b=c", "b=d")],
    ),
    (
        IDP,
        r#"<md:SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" Location="https://idp.harbour.example/Shibboleth/SSO"/>"#,
        "",
        &[("endpoint", "removed", "Shibboleth/SSO", "")],
    ),
    (
        IDP,
        "<md:ManageNameIDService",
        r#"<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.harbour.example/slo/post"/><md:ManageNameIDService"#,
        &[("endpoint", "added", "", "slo/post")],
    ),
    (IDP, "/slo/answer", "/slo/reply", &[("endpoint", "changed", "/slo/answer", "/slo/reply")]),
    (IDP, r#" WantAuthnRequestsSigned="true""#, "", &[("flag", "removed", "true", "")]),
    (
        IDP,
        r#"WantAuthnRequestsSigned="true""#,
        r#"WantAuthnRequestsSigned="false""#,
        &[("flag", "changed", "true", "false")],
    ),
    (
        IDP,
        " urn:mace:shibboleth:1.0 urn:oasis",
        " urn:oasis",
        &[("protocols", "changed", "urn:mace:shibboleth:1.0", "")],
    ),
    (
        IDP,
        "urn:oasis:names:tc:SAML:1.1:protocol",
        "urn:oasis:names:tc:SAML:1.1:protocol urn:x",
        &[("protocols", "changed", "", "urn:x")],
    ),
    (IDP, "2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z", &[("valid-until", "changed", "2031", "2032")]),
    (IDP, r#" validUntil="2031-01-01T00:00:00Z""#, "", &[("valid-until", "removed", "2031", "")]),
    (IDP, r#"cacheDuration="PT6H""#, r#"cacheDuration="PT12H""#, &[("cache-duration", "changed", "PT6H", "PT12H")]),
    (
        IDP,
        "<md:SingleSignOnService Binding=\"urn:mace",
        "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat><md:SingleSignOnService Binding=\"urn:mace",
        &[("name-id-format", "added", "", "emailAddress")],
    ),
    (
        IDP,
        r#"<mdui:DisplayName xml:lang="en">Harbour University"#,
        r#"<mdui:DisplayName xml:lang="en">University of the Harbour"#,
        &[("name", "removed", "Harbour University", ""), ("name", "added", "", "University of the Harbour")],
    ),
    (
        IDP,
        r#"<shibmd:Scope regexp="true">^.+\.harbour\.example$</shibmd:Scope>"#,
        "",
        &[("scope", "removed", r"^.+\.harbour\.example$", "")],
    ),
    (
        IDP,
        r#"<shibmd:Scope regexp="false">everywhere.example"#,
        r#"<shibmd:Scope regexp="false">nowhere.example</shibmd:Scope><shibmd:Scope>everywhere.example"#,
        &[("scope", "added", "", "nowhere.example")],
    ),
    (
        IDP,
        r#"registrationAuthority="https://federation.example.org/""#,
        r#"registrationAuthority="https://other.example.org/""#,
        &[("registrar", "removed", "federation.example.org", ""), ("registrar", "added", "", "other.example.org")],
    ),
    (
        IDP,
        "<saml:AttributeValue>http://refeds.org/category/research-and-scholarship</saml:AttributeValue>",
        "",
        &[("category", "removed", "research-and-scholarship", "")],
    ),
    (
        IDP,
        "mailto:ada.keel@harbour.example",
        "mailto:bob@harbour.example",
        &[("contact", "removed", "ada.keel", ""), ("contact", "added", "", "bob")],
    ),
    (
        IDP,
        r#"entityID="https://idp.harbour.example/idp/shibboleth""#,
        r#"entityID="https://idp.harbour.example/idp/shibboleth/""#,
        &[("entity-id", "changed", "shibboleth", "shibboleth/")],
    ),
    (SP, r#"AuthnRequestsSigned="1""#, r#"AuthnRequestsSigned="0""#, &[("flag", "changed", "1", "0")]),
    (SP, r#"WantAssertionsSigned="false""#, r#"WantAssertionsSigned="true""#, &[("flag", "changed", "false", "true")]),
    (SP, "https://journal.example/acs", "https://journal.example/acs/", &[("endpoint", "changed", "/acs", "/acs/")]),
    (SP, r#"index="65535""#, r#"index="3""#, &[("endpoint", "removed", "65535", ""), ("endpoint", "added", "", "3")]),
    (SP, r#"/acs" index="1" isDefault="1""#, r#"/acs" index="1""#, &[("default-endpoint", "changed", "/acs", "")]),
    (SP, r#"Shibboleth.sso/Disc""#, r#"Shibboleth.sso/Discovery""#, &[("endpoint", "changed", "Disc", "Discovery")]),
    (
        SP,
        r#"<RequestedAttribute Name="urn:oid:0.9.2342.19200300.100.1.3" isRequired="0"/>"#,
        "",
        &[("requested-attribute", "removed", "urn:oid:0.9.2342.19200300.100.1.3", "")],
    ),
    (
        SP,
        r#"<RequestedAttribute Name="mail""#,
        r#"<RequestedAttribute Name="sn"/><RequestedAttribute Name="mail""#,
        &[("requested-attribute", "added", "", "sn")],
    ),
    (SP, r#"100.1.3" isRequired="0""#, r#"100.1.3" isRequired="1""#, &[("requested-attribute", "changed", "", "")]),
    (
        SP,
        "<NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>",
        "",
        &[("name-id-format", "removed", "transient", "")],
    ),
    (
        SP,
        r#"<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP""#,
        r#"<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST""#,
        &[("endpoint", "removed", "SOAP", ""), ("endpoint", "added", "", "HTTP-POST")],
    ),
    (
        SP,
        "</EntityDescriptor>",
        r#"<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://journal.example/idp"/></IDPSSODescriptor></EntityDescriptor>"#,
        &[("role", "added", "", "")],
    ),
];

/// The first to the first, as a table has it.
fn edited(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from} stands once");
    text.replace(from, to)
}

fn told(difference: &MetadataDifference) -> Vec<String> {
    let side = |value: &Option<samlens::TextReport>| value.as_ref().map_or("-".to_owned(), |value| value.text.clone());
    let row =
        |row: &samlens::MetadataChange| format!("{} {} {} | {}", row.what, row.kind, side(&row.left), side(&row.right));
    difference.rows.iter().map(row).collect()
}

#[test]
fn every_edit_of_a_file_is_told_and_nothing_else() {
    let mut faults = Vec::new();
    for (file, from, to, expected) in EDITS {
        let left = fixture(file);
        let right = edited(&left, from, to);
        let difference = compared(&left, &right);
        let has = |side: &Option<samlens::TextReport>, piece: &str| match side {
            Some(side) => side.text.contains(piece),
            None => piece.is_empty(),
        };
        let fits = difference.rows.len() == expected.len()
            && expected.iter().all(|(what, kind, old, new)| {
                let is = |row: &&samlens::MetadataChange| {
                    row.what == *what && row.kind == *kind && has(&row.left, old) && has(&row.right, new)
                };
                difference.rows.iter().filter(is).count() == 1
            });
        if !fits || difference.left_out != 0 {
            faults.push(format!("{from:.70} -> {to:.70}: {:#?}\n   where {expected:?}", told(&difference)));
        }
        for row in &difference.rows {
            let span = |side: &Option<samlens::TextReport>, text: &str| {
                side.iter().for_each(|side| assert!(text.get(side.span[0]..side.span[1]).is_some(), "{side:?}"));
            };
            span(&row.left, &left);
            span(&row.right, &right);
            assert!(!row.text.is_empty());
        }
        // Told the other way round it is the same, with what came where what went was.
        let back = compared(&right, &left);
        assert_eq!(
            (back.added, back.removed, back.changed),
            (difference.removed, difference.added, difference.changed)
        );
        let sides = |rows: &[samlens::MetadataChange], turned: bool| -> BTreeSet<String> {
            let turn = |kind: &str| match (kind, turned) {
                ("added", true) => "removed".to_owned(),
                ("removed", true) => "added".to_owned(),
                _ => kind.to_owned(),
            };
            rows.iter()
                .map(|row| {
                    let texts = [&row.left, &row.right].map(|side| side.as_ref().map(|side| side.text.clone()));
                    let [left, right] = texts;
                    let pair = if turned { (right, left) } else { (left, right) };
                    let id = if row.what == "entity-id" { "" } else { &row.entity_id };
                    format!("{id} {} {} {pair:?}", row.what, turn(&row.kind))
                })
                .collect()
        };
        if sides(&difference.rows, false) != sides(&back.rows, true) {
            faults.push(format!(
                "{from:.70}: the other way round {:#?}\n   and not {:#?}",
                told(&back),
                told(&difference)
            ));
        }
    }
    assert!(EDITS.len() >= 30);
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), EDITS.len(), faults.join("\n"));
}

/// The n-th `<KeyDescriptor>` of a text.
fn key(text: &str, number: usize) -> &str {
    let start = text.match_indices("<md:KeyDescriptor").nth(number).unwrap().0;
    let length = text[start..].find("</md:KeyDescriptor>").unwrap() + "</md:KeyDescriptor>".len();
    &text[start..start + length]
}

#[test]
fn a_rollover_of_keys_is_told_key_by_key() {
    let left = fixture(IDP);
    let (first, second) = (key(&left, 0).to_owned(), key(&left, 1).to_owned());
    let base64 = |key: &str| key.split("X509Certificate>").nth(1).unwrap().trim_end_matches("</ds:").to_owned();
    let (old, new) = (base64(&first), base64(&second));
    // The second goes: what it verified no longer verifies.
    let gone = compared(&left, &left.replacen(&second, "", 1));
    assert_eq!(
        gone.rows.iter().map(|row| (&*row.what, &*row.kind)).collect::<Vec<_>>(),
        [("key", "removed")],
        "{:?}",
        told(&gone)
    );
    // And comes.
    let come = compared(&left.replacen(&second, "", 1), &left);
    assert_eq!(
        come.rows.iter().map(|row| (&*row.what, &*row.kind)).collect::<Vec<_>>(),
        [("key", "added")],
        "{:?}",
        told(&come)
    );
    assert_eq!(come.rows[0].role.as_deref(), Some("IDPSSODescriptor"));
    // The use of one is no other key, and is a change.
    let other = compared(&left, &left.replacen(&second, &second.replace(r#" use="signing""#, ""), 1));
    assert!(!other.rows.is_empty() && other.rows.iter().all(|row| row.what == "key"), "{:?}", told(&other));
    // The same certificate in other lines and with another name of its key is the same key.
    let lines: String = new.as_bytes().chunks(64).map(|line| format!("\n{}", String::from_utf8_lossy(line))).collect();
    let same = compared(&left, &left.replacen(&new, &lines, 1));
    assert!(same.rows.is_empty(), "{:?}", told(&same));
    // In another order they are the same keys.
    let turned = left.replacen(&first, "@", 1).replacen(&second, &first, 1).replacen('@', &second, 1);
    let same = compared(&left, &turned);
    assert!(same.rows.is_empty(), "{:?}", told(&same));
    // One takes the place of another, the day after a rollover.
    let third = fixture("adfs.xml").split("X509Certificate>").nth(1).unwrap().trim_end_matches("</").to_owned();
    let rolled = compared(&left, &left.replacen(&old, &third, 1));
    assert!(rolled.rows.iter().all(|row| row.what == "key"), "{:?}", told(&rolled));
    let kinds: BTreeSet<&str> = rolled.rows.iter().map(|row| row.kind.as_str()).collect();
    assert!(
        kinds == BTreeSet::from(["added", "removed"]) || kinds == BTreeSet::from(["changed"]),
        "{:?}",
        told(&rolled)
    );
}

// --- what says the same -----------------------------------------------------------------------------

/// Without the white space between tags.
fn close(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('>') {
        out += &rest[..=at];
        rest = &rest[at + 1..];
        let trimmed = rest.trim_start();
        if trimmed.starts_with('<') {
            rest = trimmed;
        }
    }
    out + rest
}

/// Every element on a line of its own, where no text is.
fn open(text: &str) -> String {
    close(text).replace("><", ">\n\t\t<").replace("<ds:X509Certificate>\n\t\t<", "<ds:X509Certificate><")
}

/// Another prefix for what has one, where it is one of a name.
fn prefixed(text: &str, from: &str, to: &str) -> String {
    text.replace(&format!("<{from}:"), &format!("<{to}:"))
        .replace(&format!(" {from}:"), &format!(" {to}:"))
        .replace(&format!("</{from}:"), &format!("</{to}:"))
        .replace(&format!("xmlns:{from}="), &format!("xmlns:{to}="))
}

/// The attributes of every start tag in the other order.
fn turned(text: &str) -> String {
    let mut out = String::new();
    for (number, piece) in text.split('<').enumerate() {
        if number > 0 {
            out.push('<');
        }
        let Some((tag, rest)) =
            piece.split_once('>').filter(|(tag, _)| tag.contains("=\"") && !tag.starts_with(['?', '!']))
        else {
            out += piece;
            continue;
        };
        let (name, mut attributes) = tag.split_once(char::is_whitespace).unwrap();
        let mut all = Vec::new();
        while let Some((attribute, more)) = attributes.split_once("=\"") {
            let (value, more) = more.split_once('"').unwrap();
            all.push(format!("{}=\"{value}\"", attribute.trim()));
            attributes = more;
        }
        all.reverse();
        out += &format!("{name} {}{}>{rest}", all.join(" "), attributes.trim());
    }
    out
}

#[test]
fn what_says_the_same_in_another_way_is_no_change() {
    for file in [
        IDP,
        SP,
        "adfs.xml",
        "authorities.xml",
        "affiliation.xml",
        "groups.xml",
        "names.xml",
        "values.xml",
        "certificate-noise.xml",
        "duplicate-ids.xml",
        "no-entity-id.xml",
    ] {
        let left = fixture(file);
        let ways = [
            ("itself", left.clone()),
            ("turned attributes", turned(&left)),
            ("another prefix", prefixed(&prefixed(&left, "md", "other"), "mdui", "ui")),
            ("a comment at the start", left.replacen("<md:", "<!-- new --><md:", 1)),
            ("references", left.replace("https://", "h&#116;tps://")),
            ("closed", close(&left)),
            ("open", open(&left)),
        ];
        for (way, right) in ways {
            // White space within a text says something, but in values that have none.
            if (way == "closed" || way == "open") && file == "names.xml" {
                continue;
            }
            let difference = compared(&left, &right);
            assert!(difference.rows.is_empty(), "{file}, {way}: {:#?}", told(&difference));
            assert_eq!((difference.added, difference.removed, difference.changed), (0, 0, 0), "{file}, {way}");
            assert!(difference.unchanged > 0, "{file}, {way}");
        }
    }
}

#[test]
fn of_a_federation_who_came_who_went_and_who_changed_is_told() {
    let id = |n: usize| format!("https://e{n}.example/");
    let entity = |n: usize, location: &str| {
        format!(
            r#"<EntityDescriptor entityID="{}"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://e{n}.example/{location}"/></SPSSODescriptor></EntityDescriptor>"#,
            id(n)
        )
    };
    let group = |all: &[String]| {
        format!(
            r#"<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">{}</EntitiesDescriptor>"#,
            all.concat()
        )
    };
    let all: Vec<String> = (0..200).map(|n| entity(n, "acs")).collect();
    let left = group(&all);
    let mut other = all.clone();
    other.reverse();
    let same = compared(&left, &group(&other));
    assert_eq!((same.unchanged, same.rows.len()), (200, 0), "another order: {:?}", told(&same));
    let mut other = all.clone();
    other[7] = entity(7, "changed");
    other.remove(100);
    other.push(entity(200, "acs"));
    other.insert(0, format!("<EntitiesDescriptor>{}</EntitiesDescriptor>", entity(201, "acs")));
    let difference = compared(&left, &group(&other));
    let counts = (difference.unchanged, difference.changed, difference.added, difference.removed);
    assert_eq!(counts, (198, 1, 2, 1), "{:?}", told(&difference));
    let rows: BTreeSet<(String, &str, &str)> =
        difference.rows.iter().map(|row| (row.entity_id.clone(), row.what.as_str(), row.kind.as_str())).collect();
    let expected = [
        (id(7), "endpoint", "changed"),
        (id(100), "entity", "removed"),
        (id(200), "entity", "added"),
        (id(201), "entity", "added"),
    ];
    assert_eq!(rows, BTreeSet::from(expected));
    // One entity against the federation that it is of: the others are not there.
    let one = compared(
        &left,
        &all[3].replacen("<EntityDescriptor", r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata""#, 1),
    );
    assert_eq!((one.unchanged, one.removed, one.added, one.changed), (1, 199, 0, 0));
    // However much has changed, the list has an end, and says how much it leaves out.
    let many: Vec<String> = (0..2_000).map(|n| entity(n, "acs")).collect();
    let moved: Vec<String> = (0..2_000).map(|n| entity(n, "moved")).collect();
    let difference = compared(&group(&many), &group(&moved));
    assert_eq!((difference.changed, difference.unchanged), (2_000, 0));
    assert!(difference.rows.len() <= samlens::limits::COMPARED_ROWS);
    assert_eq!(difference.rows.len() + difference.left_out, 2_000);
}

#[test]
fn what_is_large_is_compared_in_the_time_that_it_is_long() {
    let role = |kind: &str, content: String| {
        format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://large.example/"><{kind}>{content}</{kind}></EntityDescriptor>"#
        )
    };
    let endpoints = |place: &str| {
        let one = |n| {
            format!(
                r#"<AssertionConsumerService index="{n}" Binding="urn:b" Location="https://large.example/{place}/{n}"/>"#
            )
        };
        role("SPSSODescriptor", (0..20_000).map(one).collect())
    };
    let attributes = |start: usize| {
        let one = |n| format!(r#"<RequestedAttribute Name="urn:a{n}"/>"#);
        let all: String = (start..start + 20_000).map(one).collect();
        role("SPSSODescriptor", format!(r#"<AttributeConsumingService index="0">{all}</AttributeConsumingService>"#))
    };
    for (left, right, count) in [
        (endpoints("a"), endpoints("b"), 20_000),
        (attributes(0), attributes(0), 0),
        (attributes(0), attributes(10_000), 20_000),
    ] {
        let begun = std::time::Instant::now();
        let difference = compared(&left, &right);
        assert_eq!(difference.rows.len() + difference.left_out, count);
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{:?}", begun.elapsed());
    }
}

#[test]
fn what_is_no_metadata_is_compared_with_nothing() {
    let metadata = fixture(SP);
    for text in ["", "<x/>", "no XML", &metadata[..200]] {
        assert!(metadata_difference(text, &metadata, Language::English).is_none());
        assert!(metadata_difference(&metadata, text, Language::English).is_none());
    }
}
