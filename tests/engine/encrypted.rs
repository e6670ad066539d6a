//! XML Encryption from outside: the matrix of fixtures, and scenarios.

mod corpus;
mod sealed;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use samlens::crypto::private_key::PrivateKeyError;
use samlens::crypto::{Lookup, PrivateKey, armor};
use samlens::intake;
use samlens::saml::Message;
use samlens::xenc::{Container, Decryption, NamedKey, Outcome, Part, Placement, Reason, Step, decrypt};
use samlens::xml::{Doctype, read};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/encrypted")
}

fn key(path: &Path, passphrase: Option<&str>) -> NamedKey {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    NamedKey { key: read_key(path, passphrase).unwrap_or_else(|error| panic!("{name}: {error:?}")), name }
}

fn read_key(path: &Path, passphrase: Option<&str>) -> Result<PrivateKey, PrivateKeyError> {
    PrivateKey::read(&fs::read(path).unwrap(), passphrase.map(str::as_bytes))
}

/// Decrypts, and holds what is true of every outcome.
fn decrypted(text: &str, keys: &[NamedKey]) -> Decryption {
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let decryption = decrypt(&document, keys);
    let opened = decryption.parts.iter().filter(|part| matches!(part.outcome, Outcome::Decrypted { .. })).count();
    assert_eq!(decryption.document.is_some(), opened > 0);
    for part in &decryption.parts {
        assert!(text.is_char_boundary(part.span.start) && text.get(part.span.clone()).is_some());
        let Outcome::Decrypted { span, attempt } = &part.outcome else { continue };
        assert_eq!(part.attempts[*attempt].failure, None);
        let spliced = decryption.document.as_ref().unwrap();
        assert_eq!(spliced.original(span.clone()), None);
        let again = read(&spliced.text, Doctype::Refuse).whole().unwrap();
        let node = again.nodes().skip(1).find(|node| node.span() == *span).expect("the part is one element");
        assert!(part.container.may_hold(node.namespace(), node.local_name()));
    }
    if let Some(spliced) = &decryption.document {
        let joined: String = spliced.pieces.iter().map(|piece| &spliced.text[piece.span.clone()]).collect();
        assert_eq!(joined, spliced.text);
    }
    decryption
}

fn plaintext<'a>(decryption: &'a Decryption, part: &Part) -> Option<&'a str> {
    let Outcome::Decrypted { span, .. } = &part.outcome else { return None };
    decryption.document.as_ref().map(|spliced| &spliced.text[span.clone()])
}

fn container_name(container: &Container) -> &str {
    match container {
        Container::EncryptedAssertion => "EncryptedAssertion",
        Container::EncryptedId => "EncryptedID",
        Container::NewEncryptedId => "NewEncryptedID",
        Container::EncryptedAttribute => "EncryptedAttribute",
        Container::Other { local, .. } => local,
    }
}

/// The reason in the words of `expected.jsonl`.
fn reason_name(reason: &Reason) -> &'static str {
    match reason {
        Reason::NoEncryptedKey => "no-key",
        Reason::CipherReference { .. } | Reason::Unsupported { .. } => "unsupported",
        Reason::NotBase64 { .. } | Reason::Missing(_) | Reason::SeveralEncryptedData(_) => "malformed",
        Reason::WrongKey | Reason::NotRsa { .. } | Reason::WrappedLength { .. } | Reason::DoesNotOpen => "wrong-key",
        Reason::OtherDigests { .. } | Reason::OtherTransport(_) | Reason::LabelUnused => "wrong-key",
        Reason::SessionKeyLength { .. } => "key-length",
        Reason::TooShort { .. } | Reason::NotWholeBlocks { .. } => "truncated",
        Reason::Padding => "padding",
        Reason::Authentication => "authentication",
        Reason::ShortTag { .. } => "tag-length",
        Reason::NotUtf8 { .. } | Reason::NotWellFormed { .. } | Reason::NotOneElement { .. } => "not-xml",
        Reason::UnexpectedElement { .. } => "unexpected",
        other => panic!("{other:?}"),
    }
}

/// Where our reason is another than what was done to the file: the same bytes can be told apart no further.
const OTHER_REASONS: &[(&str, &str)] = &[
    ("bad/truncated-by-a-block-aes128-cbc.xml", "padding"),
    ("bad/truncated-by-a-block-aes256-gcm.xml", "tag-length"),
    ("bad/truncated-within-a-block-aes256-gcm.xml", "authentication"),
    ("bad/gcm-tag-0.xml", "tag-length"),
    ("bad/cbc-flipped-padding.xml", "not-xml"),
    ("bad/cbc-flipped-text.xml", "not-xml"),
];

#[test]
fn every_fixture_decrypts_to_the_byte_or_fails_for_its_reason() {
    let list = fs::read_to_string(fixtures().join("expected.jsonl")).unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut divergences, mut unopened) = (Vec::new(), Vec::new());
    let mut keys: BTreeMap<String, NamedKey> = BTreeMap::new();
    for row in list.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let text_of = |name: &str| row[name].as_str();
        let file = text_of("file").unwrap();
        let key_file = text_of("private_key").unwrap();
        let path = fixtures().join(key_file);
        let private = match keys.remove(key_file) {
            Some(key) => key,
            None => match read_key(&path, text_of("passphrase")) {
                Ok(key) => NamedKey { name: key_file.to_owned(), key },
                // The one form of key that is named and not opened: OpenSSL's own, which PKCS#8 replaced.
                Err(PrivateKeyError::UnsupportedEncryption { name }) => {
                    unopened.push((file.to_owned(), name));
                    continue;
                }
                Err(error) => panic!("{key_file}: {error:?}"),
            },
        };
        let text = fs::read_to_string(fixtures().join(file)).unwrap();
        let keys_given = [private];
        let decryption = decrypted(&text, &keys_given);
        let [private] = keys_given;
        keys.insert(key_file.to_owned(), private);

        let [part] = decryption.parts.as_slice() else { panic!("{file}: {} parts", decryption.parts.len()) };
        assert_eq!(container_name(&part.container), text_of("element").unwrap(), "{file}");
        assert!(text[part.span.clone()].contains(":EncryptedData"), "{file}");
        let accepted = |status: &str| row["accept"].as_array().is_some_and(|all| all.iter().any(|one| one == status));
        let expected = text_of("status").unwrap();
        let (status, reason) = match &part.outcome {
            Outcome::Decrypted { .. } => ("decrypted", "decrypted"),
            Outcome::NoKey => ("no-key", "no-key"),
            Outcome::Failed(failure) => ("failed", reason_name(&failure.reason)),
        };
        *counts.entry(format!("{expected} {}: {reason}", text_of("reason").unwrap_or("-"))).or_default() += 1;
        if status != expected && !accepted(status) {
            divergences.push(format!("{file}: {status} ({:?}), expected {expected}", part.outcome));
            continue;
        }
        if let (Some(plain), Some(name)) = (plaintext(&decryption, part), text_of("plaintext")) {
            let whole = fs::read_to_string(fixtures().join(name)).unwrap();
            let bare = whole.split_once("?>\n").map_or(whole.as_str(), |(_, element)| element);
            assert_eq!(plain, bare, "{file}");
        }
        if let (Outcome::Failed(failure), "failed") = (&part.outcome, expected) {
            let stated = text_of("reason").unwrap();
            if stated != reason && !OTHER_REASONS.contains(&(file, reason)) {
                divergences.push(format!("{file}: {failure:?}, done was {stated}"));
            }
        }
        if !file.starts_with("bad/") {
            facts_hold(file, part, &row);
        }
    }
    for (kind, count) in &counts {
        println!("{count:4} {kind}");
    }
    let run = counts.values().sum::<usize>();
    println!("{run} fixtures, {} divergences, key not opened: {unopened:?}", divergences.len());
    assert_eq!(divergences, Vec::<String>::new());
    let unopened: Vec<_> = unopened.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!((run, unopened), (139, vec!["key-forms/sp-pkcs1-dek-info-pem.xml"]));
}

/// What a part says of its algorithms and of its key is what the fixture was made with.
fn facts_hold(file: &str, part: &Part, row: &Value) {
    assert_eq!(part.cipher.as_ref().unwrap().uri, row["block"].as_str().unwrap(), "{file}");
    assert!(matches!(part.cipher.as_ref().unwrap().algorithm, Lookup::Supported(_)), "{file}");
    let Outcome::Decrypted { attempt, .. } = part.outcome else { panic!("{file}: {:?}", part.outcome) };
    let key = &part.encrypted_keys[part.attempts[attempt].encrypted_key];
    let transport = key.transport.as_ref().unwrap();
    assert_eq!(transport.method.uri, row["key_transport"].as_str().unwrap(), "{file}");
    let label = transport.label.clone().map(|label| label.unwrap());
    let expected = row["oaep_params"].as_str().map(|label| armor::base64(label).unwrap());
    assert_eq!(label.filter(|label| !label.is_empty()), expected, "{file}");
    let placement = match key.placement {
        Placement::Inside => "inside",
        Placement::Retrieved => "retrieval",
        Placement::ReferenceList | Placement::Beside => "reference-list",
    };
    assert_eq!(placement, row["key_placement"].as_str().unwrap(), "{file}");
    let names = &key.names;
    let named = file == "forms/certificate-in-key.xml";
    assert_eq!((names.readable_certificates().count() == 1, !names.is_empty()), (named, named), "{file}");
    assert_eq!(part.attempts[attempt].belongs, named.then_some(true), "{file}");
}

fn failure(file: &str) -> (Step, Reason) {
    let text = fs::read_to_string(fixtures().join("bad").join(file)).unwrap();
    let decryption = decrypted(&text, &[key(&fixtures().join("keys/sp.pkcs8.pem"), None)]);
    match decryption.parts[0].outcome.clone() {
        Outcome::Failed(failure) => (failure.step, failure.reason),
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn the_likely_reason_is_named_with_its_step() {
    for (file, step, reason) in [
        ("oaep-digest-wrong.xml", Step::UnwrapKey, "OtherDigests"),
        ("oaep-mgf-wrong.xml", Step::UnwrapKey, "OtherDigests"),
        ("oaep-shown-as-rsa15.xml", Step::UnwrapKey, "OtherTransport"),
        ("key-truncated.xml", Step::UnwrapKey, "WrappedLength"),
        ("transport-algorithm-unknown.xml", Step::UnwrapKey, "Unsupported"),
        ("block-algorithm-unknown.xml", Step::Decrypt, "Unsupported"),
        ("cipher-reference.xml", Step::Decrypt, "CipherReference { uri: \"http://idp.acme.example/cipher\" }"),
        ("gcm-tag-12.xml", Step::Decrypt, "ShortTag { len: 12 }"),
        ("gcm-flipped-tag.xml", Step::Decrypt, "Authentication"),
        ("session-key-of-wrong-length.xml", Step::Decrypt, "SessionKeyLength { expected: 32, actual: 16 }"),
        ("no-encrypted-key.xml", Step::FindKey, "NoEncryptedKey"),
        ("plaintext-is-text.xml", Step::ReadPlaintext, "NotOneElement { elements: 0 }"),
        ("plaintext-not-an-assertion.xml", Step::ReadPlaintext, "UnexpectedElement"),
    ] {
        let (found, why) = failure(file);
        assert_eq!(found, step, "{file}: {why:?}");
        assert!(format!("{why:?}").starts_with(reason), "{file}: {why:?}");
    }
}

fn scenario(name: &str) -> (String, Vec<NamedKey>) {
    let folder = fixtures().join("scenarios").join(name);
    let input = fs::read(folder.join("input.txt")).unwrap();
    let xml = intake::take_one(&input).xml.unwrap();
    let pem = folder.join("sp-decryption.pem");
    (xml.into_owned(), if pem.exists() { vec![key(&pem, None)] } else { Vec::new() })
}

#[test]
fn an_encrypted_assertion_is_read_in_the_place_of_its_ciphertext() {
    for (name, authenticates) in [("clean-generic-encrypted", true), ("enc-cbc", false)] {
        let (xml, keys) = scenario(name);
        let decryption = decrypted(&xml, &keys);
        let part = &decryption.parts[0];
        let Lookup::Supported(cipher) = part.cipher.as_ref().unwrap().algorithm else { panic!() };
        assert_eq!(cipher.authenticates(), authenticates);
        assert_eq!(part.attempts[0].belongs, Some(true));
        let spliced = decryption.document.as_ref().unwrap();
        let document = read(&spliced.text, Doctype::Refuse).whole().unwrap();
        let message = Message::of(&document).unwrap();
        assert_eq!((message.assertions().count(), message.encrypted_assertions().count()), (1, 0), "{name}");
        assert!(message.name_id().is_some());
        assert_eq!(spliced.original(0..spliced.text.len()), Some(0..xml.len()));
    }
}

#[test]
fn without_a_key_or_with_another_one_the_message_says_whose_it_is() {
    let (xml, keys) = scenario("enc-no-key");
    let part = &decrypted(&xml, &keys).parts[0];
    assert_eq!(part.outcome, Outcome::NoKey);
    assert_eq!(part.encrypted_keys[0].names.readable_certificates().count(), 1);

    let (xml, keys) = scenario("enc-wrong-key");
    let part = &decrypted(&xml, &keys).parts[0];
    assert_eq!(part.attempts[0].belongs, Some(false));
    let Outcome::Failed(failure) = &part.outcome else { panic!("{:?}", part.outcome) };
    assert_eq!((failure.step, &failure.reason), (Step::UnwrapKey, &Reason::WrongKey));
}

#[test]
fn of_several_keys_the_one_that_the_certificate_names_is_tried_first() {
    let (xml, mut keys) = scenario("clean-generic-encrypted");
    keys.insert(0, key(&fixtures().join("keys/sp-other.pkcs8.pem"), None));
    let part = &decrypted(&xml, &keys).parts[0];
    assert_eq!((part.attempts.len(), part.attempts[0].key, part.attempts[0].belongs), (1, 1, Some(true)));
}
