//! Signed messages changed at random, and what two verifiers of others say of each: xmlsec1, and bergshamra where
//! `./dev bench peers` has built it. Nothing is valid here that they refuse; what they accept and we do not is refused for a
//! reason of SAML's that they do not know, never for a digest or a signature.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use samlens::dsig::{Fault, KeyRing, Status, verify_document};
use samlens::xml::{Doctype, NodeKind, read};
use serde_json::Value;

/// Messages of a test; `SAMLENS_DIFFERENTIAL` asks for more.
const MESSAGES: usize = 150;
/// Most bytes of a message that is changed.
const SEED_BYTES: u64 = 12_000;

/// Elements whose identifiers a Reference may name, for xmlsec1, which knows none by itself.
const IDENTIFIED: [&str; 10] = [
    "ID urn:oasis:names:tc:SAML:2.0:protocol:Response",
    "ID urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest",
    "ID urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest",
    "ID urn:oasis:names:tc:SAML:2.0:protocol:LogoutResponse",
    "ID urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
    "ID urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
    "ID urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor",
    "ResponseID urn:oasis:names:tc:SAML:1.0:protocol:Response",
    "AssertionID urn:oasis:names:tc:SAML:1.0:assertion:Assertion",
    "Id http://www.w3.org/2000/09/xmldsig#:Object",
];

const ALGORITHMS: [&str; 16] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2000/09/xmldsig#sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmlenc#sha512",
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
    "http://www.w3.org/2000/09/xmldsig#base64",
];

/// xorshift64: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }

    fn of<'t, T: ?Sized>(&mut self, all: &[&'t T]) -> &'t T {
        all[self.next(all.len())]
    }
}

/// One change, which may be one that canonical form does not show.
fn changed(text: &str, numbers: &mut Numbers) -> String {
    let Ok(document) = read(text, Doctype::Refuse).whole() else { return text.to_owned() };
    let elements: Vec<_> = document.nodes().filter(|node| node.kind() == NodeKind::Element).collect();
    let node = elements[numbers.next(elements.len())];
    let other = elements[numbers.next(elements.len())];
    let attributes: Vec<_> = node.attributes().chain(node.declarations()).collect();
    let open = node.open_tag();
    let tag_end = open.end - if text[open.clone()].ends_with("/>") { 2 } else { 1 };
    let name_end = open.start + 1 + text[open.start + 1..].find(|c: char| " \t\r\n/>".contains(c)).unwrap();
    let mut out = text.to_owned();
    match numbers.next(17) {
        // Without meaning, or with little.
        0 => out.insert_str(node.content_span().start, "<!-- c -->"),
        1 => out.insert_str(tag_end, numbers.of(&[" ", "\n", "\t", "\r\n"])),
        2 => {
            for attribute in attributes.iter().rev() {
                if !text[attribute.span()].contains('\'') {
                    out.replace_range(attribute.span(), &text[attribute.span()].replace('"', "'"));
                }
            }
        }
        3 => {
            if let Some(last) = attributes.iter().map(|one| one.span()).max_by_key(|span| span.start) {
                out.replace_range(last.clone(), "");
                out.insert_str(name_end, &format!(" {}", &text[last]));
            }
        }
        4 => {
            out.insert_str(name_end, numbers.of(&[" xmlns:zz='urn:zz'", " xmlns=''", " xmlns:xs='urn:xs'", " zz='1'"]))
        }
        5 if node.content_span().is_empty() && text[open.clone()].ends_with("/>") => {
            out.replace_range(tag_end..open.end, &format!("></{}>", &text[open.start + 1..name_end]));
        }
        5 | 6 => {
            let content = node.content_span();
            if let Some(first) = text[content.clone()].chars().next().filter(char::is_ascii_alphanumeric) {
                out.replace_range(content.start..content.start + 1, &format!("&#{};", u32::from(first)));
            }
        }
        7 => out.insert_str(node.content_span().end, numbers.of(&["\n", " ", "\r\n", "&#13;", "<?p d?>", "x"])),
        8 => out = text.replace('\n', "\r\n"),
        // With meaning.
        9 => {
            if let Some(attribute) = attributes.first() {
                out.replace_range(
                    attribute.value_span(),
                    numbers.of(&["", "#", "#_1", "_a1", "#_a1", "#_r1", "#xpointer(/)"]),
                );
            }
        }
        10 | 11 => {
            let methods: Vec<_> = elements
                .iter()
                .flat_map(|node| node.attributes())
                .filter(|one| one.local_name() == "Algorithm")
                .collect();
            if !methods.is_empty() {
                out.replace_range(methods[numbers.next(methods.len())].value_span(), numbers.of(&ALGORITHMS));
            }
        }
        12 => {
            let content = node.content_span();
            let at = content.start + numbers.next(content.len());
            if out.is_char_boundary(at) {
                out.insert(at, *b"Aa0+/= <&"[numbers.next(9)..].first().unwrap() as char);
            }
        }
        13 => out.insert_str(other.content_span().end, &text[node.span()]),
        14 => out.replace_range(node.span(), ""),
        15 => {
            out.replace_range(node.span(), "");
            let at = other.content_span().start;
            let at = if at >= node.span().end { at - node.span().len() } else { at.min(node.span().start) };
            if out.is_char_boundary(at) {
                out.insert_str(at, &text[node.span()]);
            }
        }
        _ => {
            let (list, namespace) = ("<ec:InclusiveNamespaces PrefixList='xs #default zz' xmlns:ec=", ALGORITHMS[4]);
            let transforms: Vec<_> = elements.iter().filter(|node| node.local_name() == "Transform").collect();
            if let Some(transform) = transforms.last() {
                let span = transform.span();
                out.replace_range(
                    span.clone(),
                    &text[span].replacen("/>", &format!(">{list}'{namespace}'/></ds:Transform>"), 1),
                );
            }
        }
    }
    out
}

/// Whether the first signature holds under the pinned key; otherwise why not.
fn ours(text: &str, key: &Path) -> Result<(), String> {
    let mut ring = KeyRing::default();
    ring.add_certificates("pinned", &fs::read(key).unwrap()).unwrap();
    let document = read(text, Doctype::Refuse).whole().map_err(|error| format!("not read: {:?}", error.kind))?;
    let all = verify_document(&document, &ring);
    let first = all.first().ok_or("no signature")?;
    if first.status() == Status::Valid && first.trusted {
        return Ok(());
    }
    Err(first.fault.as_ref().and_then(Fault::reason).unwrap_or(first.status().as_str()).to_owned())
}

fn xmlsec1(file: &Path, key: &Path) -> bool {
    let mut command = Command::new("xmlsec1");
    command.args(["--verify", "--enabled-key-data", "key-name"]);
    for identified in IDENTIFIED {
        let (attribute, element) = identified.split_once(' ').unwrap();
        command.args([&format!("--id-attr:{attribute}"), element]);
    }
    command.arg("--pubkey-cert-pem").args([key, file]).output().unwrap().status.success()
}

fn bergshamra(program: &Path, file: &Path, key: &Path) -> bool {
    let output = Command::new(program).args([file, key]).arg("1").output().unwrap();
    serde_json::from_slice::<Value>(&output.stdout).is_ok_and(|line| line["ok"] == true)
}

/// What is refused here and not elsewhere, for reasons that are SAML's or ours: never because a value differs.
const STRICTER: [&str; 6] = [
    "reference-not-found",
    "reference-ambiguous",
    "forbidden-transform",
    "forbidden-algorithm",
    "malformed",
    "not read",
];

#[test]
fn random_changes_are_judged_as_others_judge_them() {
    if Command::new("xmlsec1").arg("--version").output().is_err() {
        return println!("SKIPPED: there is no xmlsec1");
    }
    let wanted = std::env::var("SAMLENS_DIFFERENTIAL").ok().and_then(|n| n.parse().ok()).unwrap_or(MESSAGES);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let peer = here.join("benches/peers/target/release/bergshamra-peer");
    let fixtures = here.join("tests/fixtures/signatures");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("message.xml");

    // Those that both find valid as they are.
    let lines = fs::read_to_string(fixtures.join("expected.jsonl")).unwrap();
    let mut seeds: Vec<(String, PathBuf, bool)> = Vec::new();
    for line in lines.lines() {
        let expected: Value = serde_json::from_str(line).unwrap();
        let (path, key) = (fixtures.join(expected["file"].as_str().unwrap()), expected["key"].as_str());
        let Some(key) = key.map(|key| fixtures.join(key)).filter(|key| key.extension().is_some_and(|e| e == "crt"))
        else {
            continue;
        };
        if expected["status"] != "valid" || fs::metadata(&path).is_ok_and(|file| file.len() > SEED_BYTES) {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if ours(&text, &key).is_ok() && xmlsec1(&path, &key) {
            // Bergshamra knows no identifiers of SAML 1.1.
            let is_peers = peer.exists() && bergshamra(&peer, &path, &key);
            seeds.push((text, key, is_peers));
        }
    }
    assert!(seeds.len() > 30, "{}", seeds.len());

    let mut numbers = Numbers(0x5DEE_CE66_D1CE_4E5B);
    let (mut both, mut neither, mut stricter, mut peers) = (0, 0, BTreeMap::<String, usize>::new(), [0usize; 2]);
    let mut wrong = Vec::new();
    for _ in 0..wanted {
        let (seed, key, is_peers) = &seeds[numbers.next(seeds.len())];
        let mut text = seed.clone();
        for _ in 0..1 + numbers.next(3) {
            text = changed(&text, &mut numbers);
        }
        fs::write(&file, &text).unwrap();
        let (own, theirs) = (ours(&text, key), xmlsec1(&file, key));
        match (&own, theirs) {
            (Ok(()), true) => both += 1,
            (Err(_), false) => neither += 1,
            (Err(why), true) if STRICTER.iter().any(|reason| why.starts_with(reason)) => {
                *stricter.entry(why.clone()).or_default() += 1;
            }
            _ => wrong.push(format!("here {own:?}, xmlsec1 {theirs}: {text}")),
        }
        if *is_peers {
            let theirs = bergshamra(&peer, &file, key);
            peers[usize::from(theirs)] += 1;
            let excused = own.as_ref().is_err_and(|why| STRICTER.iter().any(|reason| why.starts_with(reason)));
            if theirs != own.is_ok() && !excused {
                wrong.push(format!("here {own:?}, bergshamra {theirs}: {text}"));
            }
        }
    }
    println!(
        "{wanted} changes of {} messages: {both} hold here and with xmlsec1, {neither} with neither; refused here alone: \
         {stricter:?}; bergshamra refuses {} and accepts {}",
        seeds.len(),
        peers[0],
        peers[1]
    );
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(both > wanted / 10 && neither > wanted / 10, "the changes are one-sided");
}
