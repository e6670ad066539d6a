//! The captures of other projects, where they are there, opened with the keys beside them.

use std::fs;
use std::path::Path;

use samlens::crypto::{PrivateKey, armor};
use samlens::xenc::{NamedKey, Outcome, Reason};
use samlens::xml::{Doctype, read};

use super::{container_name, decrypted, plaintext};
use crate::folders::files;

/// Private keys: a file of one, or base64 within a file of settings.
fn keys_of(path: &Path, bytes: &[u8], keys: &mut Vec<NamedKey>) {
    let mut add = |input: &[u8]| {
        for passphrase in [None, Some("BXFNKpxrsjrCkGA8cAu5wUVHOSpci1RU"), Some("g7hGcRmp8PxT5QeP2q9Ehf1bWe9zTALN")] {
            let Ok(key) = PrivateKey::read(input, passphrase.map(str::as_bytes)) else { continue };
            if !keys.iter().any(|known| known.key.public() == key.public()) {
                keys.push(NamedKey { name: path.file_name().unwrap().to_string_lossy().into_owned(), key });
            }
            break;
        }
    };
    if bytes.len() < 20_000 {
        add(bytes);
    }
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    for run in bytes.split(|byte| !base64(byte)).filter(|run| run.len() > 300 && run.starts_with(b"MII")) {
        add(run);
    }
}

#[test]
fn captures_of_other_projects_open_with_the_keys_beside_them() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        println!("SKIPPED: {} is not there", corpus.display());
        return;
    }
    // Folder, messages with EncryptedData, messages of which something was decrypted.
    for (folder, messages, opened) in [
        ("SAML-Toolkits+java-saml", 11, 8),
        ("SAML-Toolkits+php-saml", 5, 2),
        ("crewjam+saml", 12, 10),
        ("lightSAML+lightSAML", 1, 0),
        ("node-saml+node-saml", 4, 4),
        ("robrichards+xmlseclibs", 11, 9),
        ("russellhaering+gosaml2", 12, 8),
        ("synthetic", 20, 14),
    ] {
        let (mut keys, mut texts) = (Vec::new(), Vec::new());
        for path in files(&corpus.join(folder)) {
            let bytes = fs::read(&path).unwrap();
            keys_of(&path, &bytes, &mut keys);
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let decoded = armor::base64(&text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let text = decoded.unwrap_or(text);
            if text.contains("EncryptedData") && read(&text, Doctype::Refuse).error.is_none() {
                texts.push((path, text));
            }
        }
        let mut found = (0, 0);
        for (path, text) in &texts {
            let decryption = decrypted(text, &keys);
            if decryption.parts.is_empty() {
                continue;
            }
            found.0 += 1;
            found.1 += usize::from(decryption.document.is_some());
            for part in &decryption.parts {
                // The test suite of gosaml2 says what was done to its captures.
                if let (Some((_, number)), Outcome::Failed(failure)) =
                    (path.to_string_lossy().split_once("olgn09_response_"), &part.outcome)
                {
                    let done = if number.starts_with('1') { Reason::DoesNotOpen } else { Reason::WrongKey };
                    assert_eq!(failure.reason, done, "{}", path.display());
                }
                let names = &part.encrypted_keys.first().map(|key| &key.names);
                let belongs = names.map(|names| keys.iter().any(|key| names.belongs(&key.key) == Some(true)));
                let what = match &part.outcome {
                    Outcome::Decrypted { .. } => format!("decrypted {}", plaintext(&decryption, part).unwrap().len()),
                    other => format!("{other:?}"),
                };
                let (file, container) =
                    (path.strip_prefix(&corpus).unwrap().display(), container_name(&part.container));
                println!("  {file} {container}: {what} key-here={belongs:?} {:?}", part.notes);
            }
        }
        println!("{folder}: {} keys, {} messages, {} opened", keys.len(), found.0, found.1);
        assert_eq!(found, (messages, opened), "{folder}");
    }
}
