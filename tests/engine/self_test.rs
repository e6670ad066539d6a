//! The self-test's messages: every answer is right, none is there for nothing, and xmlsec1 gives the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use samlens::{SELF_TEST_GROUPS, SelfCheck, SelfTest, SelfTestReport, self_test};
use serde_json::{Map, Value, json};

const VECTORS: &str = include_str!("../../static/self-test.json");

fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn run(vectors: &Value) -> SelfTestReport {
    self_test(vectors.to_string().as_bytes()).unwrap()
}

/// The same test with one check changed; what that one finds.
fn changed(number: usize, change: impl FnOnce(&mut Map<String, Value>)) -> SelfCheck {
    let mut vectors = vectors();
    change(vectors["checks"][number].as_object_mut().unwrap());
    let test = SelfTest::parse(vectors.to_string().as_bytes()).unwrap();
    test.run(number, &|| true).checks.remove(0)
}

/// The letter in the middle exchanged.
fn spoiled(value: &str) -> String {
    let at = value.len() / 2;
    let other = if value[at..].starts_with('A') { 'B' } else { 'A' };
    format!("{}{other}{}", &value[..at], &value[at + 1..])
}

#[test]
fn every_answer_is_right() {
    let report = self_test(VECTORS.as_bytes()).unwrap();
    let wrong: Vec<_> = report.checks.iter().filter(|check| !check.is_right()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(report.is_right() && report.of > 100, "{} checks", report.of);
}

#[test]
fn every_algorithm_that_is_computed_is_tried_with_a_good_value_and_a_bad_one() {
    use samlens::crypto::algorithm::{block_cipher, digest, entries, key_transport, signature};
    let report = self_test(VECTORS.as_bytes()).unwrap();
    let found = |group: &str, uri: &str| -> Vec<&str> {
        let named = |check: &&SelfCheck| check.group == group && check.name.split(' ').next() == Some(uri);
        report.checks.iter().filter(named).map(|check| check.found.as_str()).collect()
    };
    let mut missing = Vec::new();
    for uri in entries().iter().map(|entry| entry.uri) {
        let groups = [
            ("signature", signature(uri).supported().is_some()),
            ("digest", digest(uri).supported().is_some()),
            ("decryption", block_cipher(uri).supported().is_some() || key_transport(uri).supported().is_some()),
        ];
        for group in groups.into_iter().filter(|(_, computed)| *computed).map(|(group, _)| group) {
            let good =
                found(group, uri).iter().any(|found| found.starts_with("valid") || found.starts_with("decrypted"));
            // What has no integrity of its own may come out as anything.
            let bad = uri.ends_with("-cbc")
                || found(group, uri).iter().any(|found| found.starts_with("invalid") || found.starts_with("failed"));
            if !good || !bad {
                missing.push(uri);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    assert!(report.checks.len() > 100);
}

#[test]
fn without_what_makes_it_bad_each_bad_message_gets_another_answer() {
    let mut tried = 0;
    for (number, check) in vectors()["checks"].as_array().unwrap().iter().enumerate() {
        for key in ["change", "context"] {
            if check.get(key).is_some() {
                let found = changed(number, |check| _ = check.remove(key));
                assert!(!found.is_right(), "{key}: {found:?}");
                tried += 1;
            }
        }
        // Another message in the place of one that is an attack by its build.
        if check["text"].as_str().unwrap().starts_with("xsw") {
            let plain = if check["values"]["uri"] == "#_r" { "whole" } else { "login" };
            assert_eq!(changed(number, |check| _ = check.insert("text".to_owned(), json!(plain))).found, "accepted");
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}

#[test]
fn a_byte_of_a_value_makes_each_good_message_bad() {
    let mut tried = 0;
    for (number, check) in vectors()["checks"].as_array().unwrap().iter().enumerate() {
        let expected = check["expected"].as_str().unwrap();
        if !["valid", "decrypted", "accepted"].iter().any(|good| expected.starts_with(good)) {
            continue;
        }
        for key in ["hash", "value", "sealed", "wrapped"] {
            let Some(value) = check["values"][key].as_str() else { continue };
            let found = changed(number, |check| check["values"][key] = json!(spoiled(value)));
            // In the middle of what CBC has sealed a byte spoils two blocks, and nothing notices but whoever reads it.
            assert!(!found.is_right(), "{key}: {found:?}");
            tried += 1;
        }
        if let Some(key) = check["key"].as_str() {
            let other = if key == "rsa" { "p256" } else { "rsa" };
            let found = changed(number, |check| check["key"] = json!(other));
            assert!(!found.is_right(), "another key: {found:?}");
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn every_piece_of_every_canonical_form_counts() {
    let vectors = vectors();
    let odd = vectors["parts"]["odd"].as_str().unwrap();
    let forms: Vec<_> =
        vectors["checks"].as_array().unwrap().iter().filter(|check| check["values"]["form"].is_string()).collect();
    let methods: BTreeSet<_> = forms.iter().map(|check| check["values"]["form"].as_str().unwrap()).collect();
    let answers: BTreeSet<_> = forms.iter().map(|check| check["expected"].as_str().unwrap()).collect();
    assert_eq!((methods.len(), answers.len()), (6, 6), "six methods, and no two of them give the same");
    for (before, after) in
        [("e:a=\"1\"", "e:a=\"2\""), ("<&>", "<&&>"), ("&#13;", "&#10;"), ("<?pi  data?>", "<?pi  date?>")]
    {
        let mut other = vectors.clone();
        other["parts"]["odd"] = json!(odd.replacen(before, after, 1));
        let wrong =
            run(&other).checks.into_iter().filter(|check| check.found.starts_with("SHA-256") && !check.is_right());
        assert_eq!(wrong.count(), 6, "{before}");
    }
}

#[test]
fn a_test_that_is_not_whole_is_no_test() {
    for end in [0, 1, 1_000, VECTORS.len() / 2, VECTORS.len() - 1] {
        assert!(self_test(&VECTORS.as_bytes()[..end]).is_err(), "cut at {end}");
    }
    for group in SELF_TEST_GROUPS {
        let mut vectors = vectors();
        vectors["checks"].as_array_mut().unwrap().retain(|check| check["group"] != group);
        let problem = self_test(vectors.to_string().as_bytes()).unwrap_err();
        assert!(problem.contains(group), "{problem}");
    }
    let mut half = self_test(VECTORS.as_bytes()).unwrap();
    half.checks.pop();
    assert!(!half.is_right(), "a check that was not run is not right");
    assert!(!SelfTestReport::default().is_right());
}

#[test]
fn a_message_that_holds_itself_ends() {
    let mut vectors = vectors();
    vectors["parts"]["login"] = json!("{login}{login}{login}{login}{login}{login}{login}{login}{login}{login}");
    assert!(!run(&vectors).is_right());
}

#[test]
fn what_is_run_in_pieces_is_what_is_run_at_once() {
    let test = SelfTest::parse(VECTORS.as_bytes()).unwrap();
    let mut pieces = Vec::new();
    loop {
        let piece = test.run(pieces.len(), &|| true);
        assert!(piece.checks.len() <= 1);
        if piece.checks.is_empty() {
            break;
        }
        pieces.extend(piece.checks);
    }
    assert_eq!(pieces, self_test(VECTORS.as_bytes()).unwrap().checks);
}

#[test]
fn the_only_private_key_is_the_one_that_decryption_needs() {
    let vectors = vectors();
    assert!(!VECTORS.contains("PRIVATE"));
    for (name, key) in vectors["keys"].as_object().unwrap() {
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", key.as_str().unwrap());
        let mut context = samlens::Context::at(samlens::Instant::from_unix(0));
        assert_eq!(context.add_certificates(name, pem.as_bytes()), Ok(1), "{name}");
    }
    for check in vectors["checks"].as_array().unwrap() {
        assert_ne!(check["key"], "opener");
    }
}

/// Puts a message together, in other words than the engine's.
fn message(vectors: &Value, check: &Value) -> String {
    let mut text = vectors["parts"][check["text"].as_str().unwrap()].as_str().unwrap().to_owned();
    while let Some(start) = text.find('{') {
        let end = start + text[start..].find('}').unwrap();
        let name = &text[start + 1..end];
        let piece = check["values"][name].as_str().or_else(|| vectors["parts"][name].as_str());
        text = text.replace(&format!("{{{name}}}"), piece.unwrap());
    }
    for change in check["change"].as_array().into_iter().flatten() {
        text = text.replacen(change[0].as_str().unwrap(), change[1].as_str().unwrap(), 1);
    }
    text
}

#[test]
fn xmlsec1_gives_the_same_answers() {
    if Command::new("xmlsec1").arg("--version").output().is_err() {
        println!("skipped: there is no xmlsec1");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("self-test");
    fs::create_dir_all(&folder).unwrap();
    let vectors = vectors();
    let (mut good, mut bad, mut unknown) = (0, 0, BTreeSet::new());
    for check in vectors["checks"].as_array().unwrap() {
        let (group, expected) = (check["group"].as_str().unwrap(), check["expected"].as_str().unwrap());
        if !["signature", "digest", "canonicalization"].contains(&group) || check["values"]["form"].is_string() {
            continue;
        }
        let key = vectors["keys"][check["key"].as_str().unwrap()].as_str().unwrap();
        let (pem, xml) = (folder.join("key.pem"), folder.join("message.xml"));
        fs::write(&pem, format!("-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n")).unwrap();
        fs::write(&xml, message(&vectors, check)).unwrap();
        let output = Command::new("xmlsec1")
            .args(["--verify", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "--pubkey-pem"])
            .args([&pem, &xml])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        if said.contains("xmlSecTransformIdListFindByHref") || said.contains("xmlSecOpenSSLAppKeyLoad") {
            unknown.insert(check["name"].as_str().unwrap().to_owned());
            continue;
        }
        assert_eq!(output.status.success(), expected == "valid trusted", "{}: {expected}: {said}", check["name"]);
        *(if output.status.success() { &mut good } else { &mut bad }) += 1;
    }
    println!("xmlsec1: {good} hold, {bad} do not; it does not know {unknown:?}");
    assert!(good > 20 && bad > 20, "{good} and {bad}; {unknown:?}");
}
