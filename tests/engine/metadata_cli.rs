//! `samlens metadata` as a program: what it prints where, and how it ends.

use std::io::Write;
use std::process::{Command, Output, Stdio};

const NOW: &str = "2025-12-15T00:00:00Z";
const OLD: &str = include_str!("../fixtures/rollover/old.crt");
const NEW: &str = include_str!("../fixtures/rollover/new.crt");

fn samlens(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_samlens"))
        .args(["metadata", "--now", NOW])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One whose arguments are wrong ends before it reads.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What it prints, where it ends as it should.
#[track_caller]
fn told(arguments: &[&str], input: &str, status: i32) -> String {
    let output = samlens(arguments, input);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(status), "{}", text(&output.stdout));
    text(&output.stdout)
}

#[track_caller]
fn json(arguments: &[&str], input: &str, status: i32) -> serde_json::Value {
    serde_json::from_str(&told(&[arguments, &["--format", "json"]].concat(), input, status)).unwrap()
}

#[track_caller]
fn refused(arguments: &[&str], input: &str, parts: &[&str]) {
    let output = samlens(arguments, input);
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len(), line.lines().count()), (Some(2), 0, 1), "{line}");
    for part in parts {
        assert!(line.contains(part), "{line:?} does not say {part:?}");
    }
}

/// A federation of an identity provider and a service, with prefixes that only its root declares.
fn federation() -> String {
    let certificate = |pem: &str| -> String { pem.lines().filter(|line| !line.starts_with('-')).collect() };
    let key = |usage: &str, pem: &str| {
        format!(
            r#"<md:KeyDescriptor use="{usage}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#,
            certificate(pem)
        )
    };
    let (signing, next, encryption) = (key("signing", OLD), key("signing", NEW), key("encryption", NEW));
    format!(
        r#"<?xml version="1.0"?>
<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
    xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" Name="urn:fed" validUntil="2026-01-01T00:00:00Z" cacheDuration="PT6H">
  <md:EntityDescriptor entityID="https://idp.example/"><md:IDPSSODescriptor
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:Extensions><mdui:UIInfo><mdui:DisplayName xml:lang="en">Example College</mdui:DisplayName>
      <mdui:DisplayName xml:lang="zh">示例学院</mdui:DisplayName></mdui:UIInfo></md:Extensions>
    {signing}{next}
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
  </md:IDPSSODescriptor><md:ContactPerson contactType="support"><md:EmailAddress>mailto:help@idp.example</md:EmailAddress>
  </md:ContactPerson></md:EntityDescriptor>
  <md:EntityDescriptor entityID="https://sp.example/&#9;x"><md:SPSSODescriptor
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{encryption}
    <md:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs"/>
  </md:SPSSODescriptor></md:EntityDescriptor>
</md:EntitiesDescriptor>
"#
    )
}

#[test]
fn a_file_is_told_in_a_few_lines_and_judged_below_them() {
    let text = told(&[], &federation(), 0);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("standard input: EntitiesDescriptor, 2 entities: 1 identity providers, 1 services"));
    for fact in [
        "  name: urn:fed",
        "  valid until: 2026-01-01, 17 days left",
        "  to be read again after: PT6H",
        "  signature: none",
        "  certificates: 2: 1 expiring within 30 days, 1 shared between entities, 1 rollovers",
    ] {
        assert_eq!(lines.next(), Some(fact));
    }
    assert!(text.contains("md-multiple-entities"), "{text}");
    let chinese = told(&["--lang", "zh"], &federation(), 0);
    assert!(chinese.contains("有效期至: 2026-01-01, 17 天后"), "{chinese}");
}

#[test]
fn json_without_more_is_the_report_and_its_status_that_of_inspect() {
    let report = json(&[], &federation(), 0);
    assert_eq!(
        (report["schema"].as_str(), report["metadata"][0]["entities"].as_u64()),
        (Some("samlens-report/1"), Some(2))
    );
    let past = federation().replace("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z");
    assert_eq!(json(&[], &past, 1)["verdict"]["root_cause"], "md-validuntil-past");
    let text = told(&[], &past, 1);
    assert!(text.contains("valid until: 2025-01-01, 348 days ago"), "{text}");
}

#[test]
fn entities_are_listed_a_line_each_and_found_by_their_words() {
    let text = told(&["--list"], &federation(), 0);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "     1  IdP       2026-01-01  https://idp.example/  Example College");
    assert_eq!(
        lines[1], "     2  SP        2026-01-01  https://sp.example/\u{fffd}x",
        "no control reaches the terminal"
    );
    assert_eq!(lines.len(), 2);
    let found = told(&["--search", "COLLEGE help@"], &federation(), 0);
    assert_eq!(found.lines().next(), Some("standard input: found 1, of 2"));
    assert!(found.contains("https://idp.example/") && !found.contains("sp.example"));
    assert!(told(&["--search", "nobody"], &federation(), 1).starts_with("standard input: found 0"));
    let by_certificate = json(&["--list", "--search", NEW], &federation(), 0);
    assert_eq!((by_certificate[0]["found"].as_u64(), by_certificate[0]["entities"].as_u64()), (Some(2), Some(2)));
    assert_eq!(json(&["--search", OLD], &federation(), 0)[0]["rows"][0]["entity_id"], "https://idp.example/");
}

#[test]
fn one_entity_is_opened_by_name_or_number_with_what_is_wrong_with_it_alone() {
    let text = told(&["--entity", "https://idp.example/"], &federation(), 0);
    for part in [
        "https://idp.example/  Example College",
        "  valid until: 2026-01-01, 17 days left",
        "  contact: support  help@idp.example",
        "identity provider (IDPSSODescriptor)",
        "  SingleSignOnService  HTTP-Redirect  https://idp.example/sso",
        "  key: signing  expiring within 30 days: 2026-01-01, 17 days left  EC P-256  CN=rollover-old  SHA-256 ",
        "  NameID format: urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "  shown as: 示例学院 [zh]",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(!text.contains("md-multiple-entities") && !text.contains("md-validuntil-missing"), "{text}");
    let opened = json(&["--entity", "2"], &federation(), 0);
    assert_eq!(
        (opened["number"].as_u64(), opened["entity"]["roles"][0]["title"].as_str()),
        (Some(1), Some("service provider"))
    );
    assert_eq!(opened["report"]["captures"][0]["kind"], "EntityDescriptor");
    let double = federation().replace("https://sp.example/&#9;x", "https://idp.example/");
    let double = told(&["--entity", "https://idp.example/"], &double, 0);
    assert!(double.contains("also has this entityID: number: 2"), "{double}");
}

#[test]
fn an_entity_is_printed_as_metadata_that_stands_alone() {
    let xml = told(&["--entity", "https://idp.example/", "--xml"], &federation(), 0);
    assert!(xml.starts_with("<md:EntityDescriptor xmlns:"), "{xml}");
    let alone = json(&[], &xml, 0);
    let file = &alone["metadata"][0];
    assert_eq!(
        (file["root"].as_str(), file["rows"][0]["name"].as_str()),
        (Some("EntityDescriptor"), Some("Example College"))
    );
    let inner = federation();
    let inner = inner.split_once("<md:EntityDescriptor").unwrap().1.split_once("</md:EntityDescriptor>").unwrap().0;
    assert!(xml.contains(inner), "to the byte");
}

#[test]
fn the_calendar_says_what_is_due_and_ends_with_it() {
    let text = told(&["--calendar"], &federation(), 1);
    assert!(
        text.starts_with("expiring within 30 days: 2026-01-01, 17 days left  EC P-256  CN=rollover-old  SHA-256 "),
        "{text}"
    );
    assert!(text.contains("    followed by: ") && text.contains("    https://idp.example/  IdP signing"), "{text}");
    let shared = json(&["--calendar", "shared"], &federation(), 0);
    let file = &shared[0];
    assert_eq!((file["certificates"].as_u64(), file["rows"].as_array().map(Vec::len)), (Some(2), Some(1)));
    assert_eq!(file["rows"][0]["subject"], "CN=rollover-new");
    assert_eq!(told(&["--calendar", "expired"], &federation(), 0), "");
}

#[test]
fn what_cannot_be_used_is_said_in_one_line() {
    refused(&[], "<a/>", &["standard input", "no SAML metadata", "samlens inspect"]);
    refused(&["--entity", "https://IDP.example/"], &federation(), &["--entity", "there is https://idp.example/"]);
    refused(&["--entity", "9"], &federation(), &["no entity has that entityID"]);
    refused(&["--entity", "1", "--list"], &federation(), &["cannot be used with"]);
    refused(&["--xml"], &federation(), &["required"]);
    refused(&["--compare", "no-such-file"], &federation(), &["no-such-file"]);
    refused(&["--compare", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")], &federation(), &["Cargo.toml"]);
}

#[test]
fn a_file_compared_with_itself_is_the_same_and_one_with_another_key_is_not() {
    let folder = std::env::temp_dir().join(format!("samlens-metadata-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let same = write("same.xml", &federation());
    let moved = write("moved.xml", &federation().replace("https://idp.example/sso", "https://idp.example/login"));
    let same = samlens(&["--compare", &same, "--format", "json"], &federation());
    let moved = samlens(&["--compare", &moved], &federation());
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&same.stdout).unwrap()["changed"], 0);
    let moved = (moved.status.code(), String::from_utf8(moved.stdout).unwrap());
    assert_eq!(moved.0, Some(1), "{}", moved.1);
    assert!(moved.1.contains("https://idp.example/login"), "{}", moved.1);
}
