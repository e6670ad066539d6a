//! Signatures made and spoiled by independent tools, each with the verdict that it must get.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use samlens::dsig::{Fault, KeyRing, SignatureVerdict, Status, verify_document};
use samlens::xml::{Doctype, read};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signatures")
}

/// Text of a file in whatever encoding, as a capture of it would give.
fn text(bytes: &[u8]) -> String {
    samlens::intake::take_one(bytes).xml.unwrap_or_else(|| String::from_utf8_lossy(bytes)).into_owned()
}

fn verdicts(path: &Path, key: &Path) -> Vec<SignatureVerdict> {
    let xml = text(&fs::read(path).unwrap());
    let mut ring = KeyRing::default();
    if let Ok(bytes) = fs::read(key) {
        // A shared secret is no certificate; then there is no key, and the verdict must not need one.
        let _ = ring.add_certificates("pinned", &bytes);
    }
    match read(&xml, Doctype::Refuse).whole() {
        Ok(document) => verify_document(&document, &ring),
        Err(_) => Vec::new(),
    }
}

fn said(verdict: &SignatureVerdict) -> (String, Option<String>) {
    let reason = verdict.fault.as_ref().and_then(Fault::reason).map(str::to_owned);
    (verdict.status().as_str().to_owned(), reason)
}

#[test]
fn every_fixture_gets_its_verdict() {
    let lines = fs::read_to_string(fixtures().join("expected.jsonl")).unwrap();
    let (mut checked, mut counts, mut different) = (0, BTreeMap::<String, usize>::new(), Vec::new());
    for line in lines.lines() {
        let expected: Value = serde_json::from_str(line).unwrap();
        let file = expected["file"].as_str().unwrap().to_owned();
        let all = verdicts(&fixtures().join(&file), &fixtures().join(expected["key"].as_str().unwrap_or("none")));
        let text = |key: &str| expected[key].as_str().map(str::to_owned);
        let mut right = vec![(text("status").unwrap(), text("reason"))];
        for pair in expected["accept"].as_array().into_iter().flatten() {
            right.push((pair[0].as_str().unwrap().to_owned(), pair[1].as_str().map(str::to_owned)));
        }
        let index = expected["index"].as_u64().unwrap() as usize;
        match all.get(index) {
            Some(verdict) if right.contains(&said(verdict)) => {
                *counts.entry(said(verdict).1.unwrap_or_else(|| said(verdict).0)).or_default() += 1;
                assert_eq!(verdict.target, expected["target"].as_str().unwrap(), "{file}");
                assert_eq!(verdict.target_id.as_deref(), expected["target_id"].as_str(), "{file}");
                assert_eq!(verdict.trusted, verdict.status() == Status::Valid, "{file}");
                checked += 1;
            }
            other => different.push(format!("{file}#{index}: {right:?}, not {:?}", other.map(|v| (said(v), &v.fault)))),
        }
    }
    println!("{checked} verdicts: {counts:?}");
    assert!(
        different.is_empty(),
        "{} of {} differ:\n{}",
        different.len(),
        checked + different.len(),
        different.join("\n")
    );
    assert!(checked > 300);
}

/// A Response of an issuer, verified with metadata in which the fixtures' key belongs to the entities named.
fn with_metadata(entities: &[(&str, &str)]) -> (Status, bool) {
    let certificate = fs::read_to_string(fixtures().join("keys/rsa2048.crt")).unwrap();
    let certificate: String = certificate.lines().filter(|line| !line.starts_with("-----")).collect();
    let entity = |(id, role): &(&str, &str)| {
        format!(
            "<EntityDescriptor entityID='{id}'><{role}><KeyDescriptor use='signing'><KeyInfo \
             xmlns='http://www.w3.org/2000/09/xmldsig#'><X509Data><X509Certificate>{certificate}</X509Certificate>\
             </X509Data></KeyInfo></KeyDescriptor></{role}></EntityDescriptor>"
        )
    };
    let namespace = "urn:oasis:names:tc:SAML:2.0:metadata";
    let all: String = entities.iter().map(entity).collect();
    let metadata = format!("<EntitiesDescriptor xmlns='{namespace}'>{all}</EntitiesDescriptor>");
    let metadata = read(&metadata, Doctype::Refuse).whole().unwrap();
    let mut ring = KeyRing::default();
    assert_eq!(ring.add_metadata("metadata.xml", &samlens::saml::metadata::entities(&metadata)), entities.len());
    let xml = fs::read_to_string(fixtures().join("target/assertion-no-keyinfo.xml")).unwrap();
    let document = read(&xml, Doctype::Refuse).whole().unwrap();
    let verdict = verify_document(&document, &ring).remove(0);
    (verdict.status(), verdict.trusted)
}

#[test]
fn a_key_of_metadata_speaks_for_its_own_entity() {
    let xml = fs::read_to_string(fixtures().join("target/assertion-no-keyinfo.xml")).unwrap();
    let document = read(&xml, Doctype::Refuse).whole().unwrap();
    let issuer = samlens::saml::Message::of(&document).unwrap().issuer().unwrap().text.into_owned();
    let idp = "IDPSSODescriptor";
    assert_eq!(with_metadata(&[(&issuer, idp), ("https://other.example", idp)]), (Status::Valid, true));
    assert_eq!(
        with_metadata(&[("https://one.example", idp), ("https://other.example", idp)]),
        (Status::NoKey, false),
        "no foreign entity's key out of a federation"
    );
    assert_eq!(with_metadata(&[("https://renamed.example", idp)]), (Status::Valid, true), "the one that was meant");
    assert_eq!(
        with_metadata(&[("https://sp.example", "SPSSODescriptor")]),
        (Status::NoKey, false),
        "a service signs no Response"
    );
}

#[test]
fn what_verifies_by_the_messages_own_key_is_valid_and_not_trusted() {
    let xml = fs::read_to_string(fixtures().join("keyinfo/rsa-x509.xml")).unwrap();
    let document = read(&xml, Doctype::Refuse).whole().unwrap();
    let verdict = verify_document(&document, &KeyRing::default()).remove(0);
    assert_eq!((verdict.status(), verdict.trusted, verdict.key.as_deref()), (Status::Valid, false, Some("keyinfo")));
}

#[test]
fn what_declares_an_encoding_that_others_would_read_otherwise_is_never_valid() {
    let xml = fs::read_to_string(fixtures().join("keyinfo/rsa-x509.xml")).unwrap();
    let body = xml.split_once("?>").map_or(xml.as_str(), |(_, body)| body);
    let status = |encoding: &str| {
        let text = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{body}");
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        verify_document(&document, &KeyRing::default()).remove(0).status()
    };
    for same in ["UTF-8", "utf-8", "UTF-16", "us-ascii"] {
        assert_eq!(status(same), Status::Valid, "{same}");
    }
    for other in ["UTF-7", "EBCDIC-CP-US", "Shift_JIS"] {
        assert_eq!(status(other), Status::Unsupported, "{other}");
    }
    assert_eq!(status("ISO-8859-1") == Status::Valid, body.is_ascii());
}
