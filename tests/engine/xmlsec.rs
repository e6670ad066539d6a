//! The steps of the xmlsec library's own test manifest that use algorithms computed here: SAML forbids the shape of most,
//! which is said of each; and the mathematics beneath are then held to the manifest's word with the engine's own parts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use samlens::crypto::verify::{Verified, VerifyError, verify};
use samlens::crypto::{Digester, PublicKey, algorithm, armor};
use samlens::dsig::shown;
use samlens::xml::{CanonicalMethod, Canonicalization, Doctype, Node, PrefixList, canonicalize, read};
use serde_json::Value;

use crate::corpus::{Pin, corpus, document_said};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What is said of a step, how many say it, and why that is not the manifest's verdict.
const CLASSES: [(&str, &str, usize, &str); 4] = [
    ("unsupported", "forbidden-transform", 34, "XPath says again what the enveloped-signature transform does"),
    ("invalid", "reference-not-found", 29, "the Signature envelops what it signs, which SAML never has in an Object"),
    ("invalid", "malformed: ForeignUri", 1, "signs what is at a URL"),
    (
        "invalid",
        "signature-mismatch",
        1,
        "r and s one byte shorter each than XMLDSig 1.1 6.4.3 has them, as old JDKs made",
    ),
];

/// Whether the manifest's name is one of an algorithm that is computed here.
fn own(name: &str) -> bool {
    let sha = |rest: &str| ["1", "224", "256", "384", "512"].contains(&rest);
    let of = |prefix: &str| name.strip_prefix(prefix).is_some_and(sha);
    let canonical = ["c14n", "c14n-with-comments", "c14n11", "exc-c14n", "exc-c14n-with-comments"].contains(&name);
    let others = canonical || ["enveloped-signature", "eddsa-ed25519"].contains(&name);
    others || ["sha", "rsa-sha", "rsa-pss-sha", "ecdsa-sha"].into_iter().any(of)
}

fn steps(root: &Path) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(&fs::read_to_string(root.join("manifest.json")).unwrap()).unwrap();
    let verifies = |step: &Value| step["kind"] == "verify";
    let names = |step: &Value| step["transforms"].as_str().unwrap().split(' ').all(own);
    all.into_iter().filter(|step| verifies(step) && names(step)).collect()
}

/// The files that the parameters of a step name after options that begin like this.
fn files<'s>(step: &'s Value, options: &'s [&str]) -> impl Iterator<Item = &'s str> {
    let words: Vec<&str> = step["xmlsec1_params"].as_str().unwrap().split_whitespace().collect();
    let pairs: Vec<_> = words.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let asked = move |(option, _): &(&str, &str)| options.iter().any(|asked| option.starts_with(asked));
    pairs.into_iter().filter(asked).map(|(_, file)| file)
}

#[test]
fn every_step_of_the_xmlsec_manifest_gets_its_verdict_or_the_rule_of_saml_that_forbids_it() {
    let Some(root) = corpus().map(|corpus| corpus.join("lsh123+xmlsec")) else { return };
    let (mut agreements, mut refused) = (0, BTreeMap::new());
    for step in steps(&root) {
        let file = step["file"].as_str().unwrap();
        let bytes = fs::read(root.join(file)).unwrap();
        let pin = files(&step, &["--pubkey-cert", "--trusted-der"]).next();
        let pin = pin.map_or(Pin::None, |pin| Pin::File(root.join(pin)));
        let said = document_said(&bytes, &pin).map(|all| all[0].clone()).unwrap_or_else(|said| said);
        let valid = said.0 == "valid";
        let right = step["expected"] == "success";
        assert!(right || !valid, "VALID where the manifest says fail: {step}");
        match valid == right {
            true => agreements += 1,
            false => *refused.entry((said.0, said.1.unwrap_or_default())).or_insert(0) += 1,
        }
    }
    for (status, reason, count, why) in CLASSES {
        println!("{count} steps: {status}, {reason}: {why}");
        assert_eq!(refused.remove(&(status.to_owned(), reason.to_owned())), Some(count), "{status} {reason}");
    }
    println!("{agreements} steps agree, all of them by failing");
    assert!(refused.is_empty(), "not listed: {refused:?}");
    assert_eq!(agreements, 13);
}

fn text(node: Node<'_>, name: &str) -> Vec<u8> {
    let node = node.descendants().find(|node| node.is(DSIG, name)).unwrap();
    armor::base64(&node.text_content()).unwrap()
}

fn method(node: Node<'_>, name: &str) -> String {
    let node = node.descendants().find(|node| node.is(DSIG, name)).unwrap();
    node.attribute("Algorithm").unwrap().value().into_owned()
}

/// The octets of the one Reference: an Object beside it, all of the document but the Signature, or a file for a URL.
fn referenced(signature: Node<'_>, root: &Path) -> Vec<u8> {
    let reference = signature.descendants().find(|node| node.is(DSIG, "Reference")).unwrap();
    let uri = reference.attribute("URI").unwrap().value();
    if uri.starts_with("http") {
        return fs::read(root.join("tests/external-data/xml-stylesheet-2018")).unwrap();
    }
    let has_id = |node: &Node<'_>| node.attribute("Id").is_some_and(|id| id.value() == uri[1..]);
    let (node, exclude) = match uri.is_empty() {
        // Every such step has the enveloped-signature transform; some an XPath expression that says the same again.
        true => (signature.document().root(), Some(signature.id())),
        false => (signature.document().nodes().find(has_id).unwrap(), None),
    };
    let method = Canonicalization::new(CanonicalMethod::Inclusive10, false);
    let mut octets = Vec::new();
    canonicalize(node, method, &PrefixList::parse(""), exclude, &mut |part| octets.extend_from_slice(part)).unwrap();
    octets
}

#[test]
fn the_mathematics_of_the_xmlsec_manifest_hold() {
    let Some(root) = corpus().map(|corpus| corpus.join("lsh123+xmlsec")) else { return };
    let (mut counts, mut wrong, mut seen) = (BTreeMap::<String, usize>::new(), Vec::new(), BTreeSet::new());
    for step in steps(&root).into_iter().filter(|step| step["expected"] == "success") {
        let file = step["file"].as_str().unwrap();
        if !seen.insert(file.to_owned()) {
            continue;
        }
        let xml = fs::read_to_string(root.join(file)).unwrap();
        let document = read(&xml, Doctype::Refuse).whole().unwrap();
        let signature = document.nodes().find(|node| node.is(DSIG, "Signature")).unwrap();
        let digest = algorithm::digest(&method(signature, "DigestMethod")).supported().unwrap();
        let mut digester = Digester::new(digest);
        digester.update(&referenced(signature, &root));
        if digester.finish().as_bytes() != text(signature, "DigestValue") {
            wrong.push(format!("digest: {file}"));
            continue;
        }
        let uri = method(signature, "CanonicalizationMethod");
        let mut signed = Vec::new();
        let info = signature.element(DSIG, "SignedInfo").unwrap();
        let canonicalization = Canonicalization::from_uri(&uri).unwrap();
        canonicalize(info, canonicalization, &PrefixList::parse(""), None, &mut |part| signed.extend_from_slice(part))
            .unwrap();
        // Wherever in the document a key stands: some name it by reference.
        let mut keys: Vec<PublicKey> = document.nodes().flat_map(shown).map(|key| key.key).collect();
        keys.extend(
            document
                .nodes()
                .filter(|node| node.is(DSIG, "RSAKeyValue"))
                .map(|node| PublicKey::from_rsa_numbers(&text(node, "Modulus"), &text(node, "Exponent")).unwrap()),
        );
        for name in files(&step, &["--pubkey-cert", "--trusted-der", "--untrusted-der"]) {
            let bytes = fs::read(root.join(name)).unwrap();
            let certificates = armor::certificates(&bytes).unwrap_or_default().certificates;
            keys.extend(certificates.into_iter().flatten().filter_map(|certificate| certificate.key.ok()));
            keys.extend(armor::public_keys(&bytes));
            keys.extend(PublicKey::from_spki(&bytes));
        }
        let method = algorithm::signature(&method(signature, "SignatureMethod")).supported().unwrap();
        let value = text(signature, "SignatureValue");
        let results: Vec<_> = keys.iter().map(|key| verify(&method, key, &signed, &value)).collect();
        let holds = |result: &Result<Verified, VerifyError>| matches!(result, Ok(Verified::Exactly));
        let der =
            |r: &Result<Verified, VerifyError>| matches!(r, Err(VerifyError::DerEncoded { holds_converted: true }));
        let adjusted =
            |r: &Result<Verified, VerifyError>| matches!(r, Err(VerifyError::Length { holds_adjusted: true, .. }));
        match file {
            _ if results.iter().any(holds) => *counts.entry(method.name().to_owned()).or_default() += 1,
            _ if results.iter().any(der) => *counts.entry("DER, named as such".to_owned()).or_default() += 1,
            _ if results.iter().any(adjusted) => *counts.entry("zeros off, named as such".to_owned()).or_default() += 1,
            _ => wrong.push(format!("{file}: {results:?}")),
        }
    }
    println!("{} documents: {counts:?}", counts.values().sum::<usize>());
    assert_eq!((counts.get("DER, named as such"), counts.get("zeros off, named as such")), (Some(&2), Some(&2)));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
