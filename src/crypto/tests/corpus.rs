//! The certificates of a directory of captured messages, where there is one beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::crypto::armor::certificates;

/// The text of every X509Certificate element, found without reading XML.
fn texts(path: &Path, found: &mut BTreeMap<String, PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        entries.sort();
        entries.iter().for_each(|path| texts(path, found));
        return;
    }
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    for piece in text.split("X509Certificate>").skip(1) {
        let Some((content, _)) = piece.split_once("</") else {
            continue;
        };
        let content = content
            .replace("&#13;", "")
            .replace("&#xD;", "")
            .replace("&#xd;", "");
        if content.trim().len() > 100 && !content.contains('<') {
            found.entry(content).or_insert_with(|| path.to_owned());
        }
    }
}

#[test]
fn certificates_of_the_corpus_are_read() {
    use x509_cert::der::Decode;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !root.is_dir() {
        println!("skipped: there is no corpus at {}", root.display());
        return;
    }
    let mut found = BTreeMap::new();
    texts(&root, &mut found);
    let (mut strict, mut tolerant, mut not, mut keyless) = (0, 0, 0, 0);
    for (text, path) in &found {
        match certificates(text.as_bytes()).map(|bundle| bundle.certificates) {
            Ok(list) if matches!(&list[..], [Ok(_)]) => {
                let Some(Ok(certificate)) = list.first() else {
                    continue;
                };
                let elsewhere = x509_cert::Certificate::from_der(&certificate.der).is_ok();
                if certificate.is_strict() {
                    strict += 1;
                    assert!(elsewhere, "{}: only we take it for DER", path.display());
                } else {
                    tolerant += 1;
                    println!(
                        "{}: {:?}, strict decoder takes it: {elsewhere}",
                        path.display(),
                        certificate.oddities
                    );
                }
                if let Err(error) = &certificate.key {
                    keyless += 1;
                    println!("{}: no key: {error:?}", path.display());
                }
            }
            other => {
                not += 1;
                println!("{}: {other:?} in {:.60}", path.display(), text.trim());
            }
        }
    }
    println!(
        "{} different: {strict} strict, {tolerant} tolerant, {not} not at all; {keyless} without a key",
        found.len()
    );
    assert!(strict > 0);
}
