//! The public test corpus: every signature verdict that independent engines agree on, against ours; where ours differs,
//! `tests/corpus-divergences.jsonl` says so with the reason, and nothing that they call invalid may be valid here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use samlens::dsig::{self, Fault, Key, KeyRing, QueryVerdict, SignatureVerdict, verify_document, verify_query};
use samlens::intake::take_one;
use samlens::xml::{Doctype, Document, read};
use serde_json::{Value, json};

/// Where the corpus is, if it is here; says so if it is not.
pub fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !path.is_dir() {
        println!("SKIPPED: the public test corpus is not at ../shared/corpus");
        return None;
    }
    Some(path)
}

pub fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What ours says: a status, and a reason where there is one, with the rule that a malformed one breaks.
pub type Said = (String, Option<String>);

pub fn fault_said(fault: Option<&Fault>) -> Said {
    let Some(fault) = fault else { return ("valid".to_owned(), None) };
    let reason = match (fault, fault.reason()) {
        (Fault::Malformed(malformed), Some(reason)) => Some(format!("{reason}: {}", head(&malformed.kind))),
        (Fault::Canonical(error), Some(reason)) => Some(format!("{reason}: {}", head(&error.kind))),
        (_, reason) => reason.map(str::to_owned),
    };
    (fault.status().as_str().to_owned(), reason)
}

/// The name of a variant, without its data.
fn head(kind: &impl std::fmt::Debug) -> String {
    format!("{kind:?}").chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// A signature whose key the pin does not vouch for does not hold, whatever the message shows beside it.
fn verdict_said(verdict: &SignatureVerdict) -> Said {
    match fault_said(verdict.fault.as_ref()) {
        (status, None) if status == "valid" && !verdict.trusted => ("untrusted".to_owned(), None),
        said => said,
    }
}

pub enum Pin {
    /// The certificates and keys that the signature shows of itself.
    Embedded,
    File(PathBuf),
    None,
}

/// Every key that the signatures of a document show of themselves.
pub fn shown(document: &Document<'_>) -> Vec<Key> {
    const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
    let signatures = document.nodes().filter(|node| node.is(DSIG, "Signature"));
    signatures.filter_map(|node| node.element(DSIG, "KeyInfo")).flat_map(dsig::shown).collect()
}

/// A key as others write it.
pub fn pem(key: &Key) -> String {
    let spki = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, key.key.to_spki());
    format!("-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n")
}

fn add_key(ring: &mut KeyRing, key: &Key) {
    ring.add_certificates("pinned", pem(key).as_bytes()).unwrap();
}

/// What ours says of every signature of a document; of one that cannot be read, the one reason for all.
pub fn document_said(bytes: &[u8], pin: &Pin) -> Result<Vec<Said>, Said> {
    let Some(xml) = take_one(bytes).xml else { return Err(("refused".to_owned(), Some("not decoded".to_owned()))) };
    let document = read(&xml, Doctype::Refuse)
        .whole()
        .map_err(|error| ("refused".to_owned(), Some(format!("xml: {}", head(&error.kind)))))?;
    let mut ring = KeyRing::default();
    match pin {
        Pin::Embedded => shown(&document).iter().for_each(|key| add_key(&mut ring, key)),
        Pin::File(path) => {
            // A key file that the corpus does not have leaves the ring empty; some are messages that show the key.
            let bytes = fs::read(path).unwrap_or_default();
            if ring.add_certificates("pinned", &bytes).is_err()
                && let Some(xml) = take_one(&bytes).xml
                && let Ok(document) = read(&xml, Doctype::Refuse).whole()
            {
                shown(&document).iter().for_each(|key| add_key(&mut ring, key));
            }
        }
        Pin::None => {}
    }
    Ok(verify_document(&document, &ring).iter().map(verdict_said).collect())
}

fn query_said(bytes: &[u8], key: &Path) -> Option<Said> {
    let url = String::from_utf8(bytes.to_vec()).unwrap();
    let mut ring = KeyRing::default();
    ring.add_certificates("pinned", &fs::read(key).unwrap()).unwrap();
    let (_, query) = url.trim_end().split_once('?')?;
    verify_query(query, "", None, &ring).map(|verdict: QueryVerdict| fault_said(verdict.fault.as_ref()))
}

/// One signature: which, what the others say, what ours says.
struct Case {
    file: String,
    index: usize,
    consensus: String,
    ours: Said,
}

fn of_repository(corpus: &Path, folder: &str, line: &Value, cases: &mut Vec<Case>) {
    let Some(signatures) = line["signatures"].as_array().filter(|all| !all.is_empty()) else { return };
    let path = line["path"].as_str().unwrap();
    let bytes = fs::read(corpus.join(folder).join(path)).unwrap();
    for signature in signatures {
        let pin = match signature["key"].as_str() {
            None => Pin::None,
            Some("embedded") => Pin::Embedded,
            Some(file) => Pin::File(corpus.join(file.strip_prefix("repo:").unwrap())),
        };
        let index = signature["i"].as_u64().unwrap() as usize;
        let ours = match document_said(&bytes, &pin) {
            Ok(all) => all.into_iter().nth(index).unwrap_or(("absent".to_owned(), None)),
            Err(said) => said,
        };
        let consensus = signature["crypto"].as_str().unwrap().to_owned();
        cases.push(Case { file: format!("{folder}/{path}"), index, consensus, ours });
    }
}

fn of_synthetic(corpus: &Path, line: &Value, cases: &mut Vec<Case>) {
    let path = line["file"].as_str().unwrap();
    let file = corpus.join("synthetic").join(path);
    let bytes = fs::read(&file).unwrap();
    let key = corpus.join("synthetic/keys/idp.crt");
    let expected: Vec<&str> = line["crypto"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    // What is within encryption is for the tests of decryption.
    let expected: Vec<&str> = expected.into_iter().filter(|one| !one.starts_with("inner:")).collect();
    let ours = if path.ends_with(".url") {
        Ok(query_said(&bytes, &key).into_iter().collect())
    } else {
        document_said(&bytes, &if line["pinned_key"] == "embedded" { Pin::Embedded } else { Pin::File(key) })
    };
    if let Ok(all) = &ours {
        assert!(all.len() >= expected.len(), "{path}: {all:?}");
        assert!(all.iter().skip(expected.len()).all(|(status, _)| status != "valid"), "{path}: {all:?}");
    }
    for (index, consensus) in expected.into_iter().enumerate() {
        let ours = ours.as_ref().map_or_else(Clone::clone, |all| all[index].clone());
        cases.push(Case { file: format!("synthetic/{path}"), index, consensus: consensus.to_owned(), ours });
    }
}

#[test]
fn the_corpus_gets_the_verdicts_of_the_other_engines_or_a_stated_reason() {
    let Some(corpus) = corpus() else { return };
    let mut folders: Vec<_> = fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    folders.sort();
    let mut cases = Vec::new();
    for folder in folders.iter().map(|name| name.to_str().unwrap()) {
        let expected = corpus.join(folder).join("expected.jsonl");
        for line in if expected.is_file() { lines(&expected) } else { Vec::new() } {
            match folder {
                "synthetic" => of_synthetic(&corpus, &line, &mut cases),
                _ => of_repository(&corpus, folder, &line, &mut cases),
            }
        }
    }
    let listed_file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus-divergences.jsonl");
    let mut listed: BTreeMap<(String, usize), Value> = BTreeMap::new();
    for line in lines(&listed_file) {
        assert!(line["why"].as_str().is_some_and(|why| why.len() > 10), "no reason: {line}");
        let key = (line["file"].as_str().unwrap().to_owned(), line["index"].as_u64().unwrap() as usize);
        assert!(listed.insert(key, line).is_none(), "listed twice");
    }
    let (mut agreements, mut divergences) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    for Case { file, index, consensus, ours } in cases {
        let valid = ours.0 == "valid";
        // Never to be listed: it would be a forgery accepted.
        if valid && consensus != "valid" {
            wrong.push(format!("VALID where the consensus is {consensus}: {file}#{index}"));
            continue;
        }
        let agrees = valid == (consensus == "valid");
        let line = json!({ "file": file, "index": index, "consensus": consensus, "ours": [ours.0, ours.1] });
        match listed.remove(&(file, index)) {
            None if agrees => *agreements.entry(consensus).or_default() += 1,
            None => wrong.push(format!("not listed: {line}")),
            Some(old) if agrees => wrong.push(format!("agrees now, to be taken from the list: {old}")),
            Some(old) if old["ours"] != line["ours"] || old["consensus"] != line["consensus"] => {
                wrong.push(format!("listed otherwise: {line}"));
            }
            Some(old) => *divergences.entry(old["why"].as_str().unwrap().to_owned()).or_default() += 1,
        }
    }
    wrong.extend(listed.into_values().map(|line| format!("listed, but no such signature: {line}")));
    println!("agreements: {} {agreements:?}", agreements.values().sum::<usize>());
    println!("divergences: {} {divergences:#?}", divergences.values().sum::<usize>());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(agreements.values().sum::<usize>() > 350);
}

#[test]
fn captured_redirect_queries_hold_and_none_holds_changed() {
    let Some(corpus) = corpus() else { return };
    let text = |path: &str| fs::read_to_string(corpus.join(path)).unwrap();
    let node_saml = |name: &str| {
        let capture: Value = serde_json::from_str(&text(&format!("node-saml+node-saml/test/static/{name}"))).unwrap();
        (capture["originalQuery"].as_str().unwrap().to_owned(), "node-saml+node-saml/test/static/acme_tools_com.cert")
    };
    let crewjam = "crewjam+saml/testdata/TestSPCanProduceSignedRequestRedirectBinding/rsa-sha1_queryString";
    let queries = [
        node_saml("idp_slo_redirect.json"),
        node_saml("sp_slo_redirect.json"),
        node_saml("sp_slo_redirect_failure.json"),
        (text(crewjam), "crewjam+saml/testdata/sp_cert.pem"),
    ];
    let mut changed = 0;
    for (query, key) in queries {
        let mut ring = KeyRing::default();
        ring.add_certificates("pinned", text(key).as_bytes()).unwrap();
        let said = |query: &str| verify_query(query, "", None, &ring).map(|verdict| fault_said(verdict.fault.as_ref()));
        assert_eq!(said(&query), Some(("valid".to_owned(), None)), "{query}");
        for at in (0..query.len()).step_by(5) {
            let mut bytes = query.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(bytes).unwrap();
            let meant = |query: &str| {
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                let signed = pairs.filter(|(name, _)| ["SAMLRequest", "SAMLResponse", "RelayState"].contains(name));
                signed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
            };
            if said(&other).is_some_and(|(status, _)| status == "valid") {
                assert_eq!(meant(&query), meant(&other), "{other}");
            }
            changed += 1;
        }
    }
    println!("4 queries hold, {changed} changes of them do not alter what is signed and hold");
}
