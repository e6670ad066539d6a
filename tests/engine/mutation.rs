//! Signed messages changed: flipped bytes never leave a signature valid over another text, and other ways to write the
//! same message never break one.

use std::fs;
use std::ops::Range;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samlens::dsig::{KeyRing, Status, verify_document};
use samlens::intake::take_one;
use samlens::xml::{Canonicalization, Doctype, Document, Node, NodeKind, PrefixList, canonicalize, read};

pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Five messages, each of its own kind, and the key of each.
const MESSAGES: [(&str, &str); 5] = [
    ("target/assertion.xml", "keys/rsa2048.crt"),
    ("target/assertion-ecdsa-no-keyinfo.xml", "keys/p256.crt"),
    ("target/logout-ed25519-no-keyinfo.xml", "keys/ed25519.crt"),
    ("target/logout-pss-no-keyinfo.xml", "keys/rsa2048.crt"),
    ("target/both-no-keyinfo.xml", "keys/rsa2048.crt"),
];

pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signatures").join(name)).unwrap()
}

pub fn ring(key: &str) -> KeyRing {
    let mut ring = KeyRing::default();
    ring.add_certificates("pinned", &fixture(key)).unwrap();
    ring
}

/// What the digest of a signature is over, made anew and apart from the verifier.
fn octets(signature: Node<'_>) -> Vec<u8> {
    let transform = signature.descendants().filter(|node| node.is(DSIG, "Transform")).last().unwrap();
    let method = Canonicalization::from_uri(&transform.attribute("Algorithm").unwrap().value()).unwrap();
    let method = Canonicalization { comments: false, ..method };
    let mut out = Vec::new();
    let list = PrefixList::parse("");
    canonicalize(signature.parent().unwrap(), method, &list, Some(signature.id()), &mut |part| {
        out.extend_from_slice(part);
    })
    .unwrap();
    out
}

/// The name of the target of each signature that holds under a pinned key, and what it signs.
fn held(bytes: &[u8], ring: &KeyRing) -> Vec<(String, Vec<u8>)> {
    let Some(xml) = take_one(bytes).xml else { return Vec::new() };
    let Ok(document) = read(&xml, Doctype::Refuse).whole() else { return Vec::new() };
    let signatures = document.nodes().filter(|node| node.is(DSIG, "Signature"));
    let verdicts = verify_document(&document, ring).into_iter();
    let pairs = verdicts.zip(signatures).filter(|(verdict, _)| verdict.status() == Status::Valid && verdict.trusted);
    pairs.map(|(verdict, signature)| (verdict.target, octets(signature))).collect()
}

#[test]
fn a_flipped_bit_anywhere_never_leaves_a_signature_valid_over_another_text() {
    for (name, key) in MESSAGES {
        let (bytes, ring) = (fixture(name), ring(key));
        let before = held(&bytes, &ring);
        assert!(!before.is_empty(), "{name}");
        let (mut flips, mut still) = (0, 0);
        for at in 0..bytes.len() {
            // One bit of each byte, and all eight of every sixty-fourth.
            let bits = if at % 64 == 0 { 0..8 } else { (at * 5 + 1) % 8..(at * 5 + 1) % 8 + 1 };
            for bit in bits {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let after = held(&flipped, &ring);
                assert!(after.iter().all(|one| before.contains(one)), "{name}: bit {bit} of byte {at}");
                flips += 1;
                still += usize::from(after.len() == before.len());
            }
        }
        println!("{name}: {flips} flips, {still} of them outside what is signed or without meaning");
        assert!(still < flips / 2, "{name}");
    }
}

#[test]
fn a_flipped_bit_of_a_value_never_leaves_a_signature_valid() {
    for (name, key) in [MESSAGES[0], MESSAGES[2]] {
        let (text, ring) = (String::from_utf8(fixture(name)).unwrap(), ring(key));
        for element in ["SignatureValue", "DigestValue"] {
            let document = read(&text, Doctype::Refuse).whole().unwrap();
            let node = document.nodes().find(|node| node.is(DSIG, element)).unwrap();
            let value = STANDARD.decode(node.text_content().split_whitespace().collect::<String>()).unwrap();
            for bit in 0..value.len() * 8 {
                let mut flipped = value.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let mut other = text.clone();
                other.replace_range(node.content_span(), &STANDARD.encode(flipped));
                assert_eq!(held(other.as_bytes(), &ring), [], "{name}: bit {bit} of {element}");
            }
            println!("{name}: {} bits of {element}", value.len() * 8);
        }
    }
}

type Edit = (Range<usize>, String);

/// The text after all edits, of which no two touch.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        out.replace_range(range, &new);
    }
    out
}

fn elements<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Node<'d>> {
    document.nodes().filter(|node| node.kind() == NodeKind::Element)
}

fn in_signature(node: Node<'_>) -> bool {
    node.is(DSIG, "Signature") || node.ancestors().any(|above| above.is(DSIG, "Signature"))
}

fn texts<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Node<'d>> {
    document.nodes().filter(|node| node.kind() == NodeKind::Text && node.parent().is_some_and(|p| p.parent().is_some()))
}

/// The same message written otherwise: each way with its name.
fn rewritten(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let spans = |node: Node<'_>| -> Vec<Range<usize>> {
        let mut spans: Vec<_> = node.attributes().chain(node.declarations()).map(|a| a.span()).collect();
        spans.sort_by_key(|span| span.start);
        spans
    };
    let reordered = elements(&document).flat_map(|node| {
        let spans = spans(node);
        let sources: Vec<String> = spans.iter().rev().map(|span| text[span.clone()].to_owned()).collect();
        spans.into_iter().zip(sources).collect::<Vec<_>>()
    });
    let spaced = elements(&document).flat_map(|node| {
        let open = node.open_tag();
        let end = open.end - if text[open.clone()].ends_with("/>") { 2 } else { 1 };
        let mut edits = vec![(end..end, " \n\t".to_owned())];
        edits.extend(spans(node).into_iter().map(|span| (span.start..span.start, "\t \r\n".to_owned())));
        edits
    });
    let quotes = elements(&document).flat_map(spans).filter(|span| !text[span.clone()].contains('\''));
    let quotes = quotes.map(|span| (span.clone(), text[span].replace('"', "'")));
    let plain = |node: &Node<'_>| !node.source().contains(['&', '\r']) && !in_signature(*node);
    let cdata = texts(&document).filter(plain).map(|node| (node.span(), format!("<![CDATA[{}]]>", node.source())));
    let referenced = |range: Range<usize>| {
        let first = text[range.clone()].chars().next().filter(char::is_ascii_alphanumeric)?;
        Some((range.start..range.start + 1, format!("&#x{:x};", u32::from(first))))
    };
    let values = elements(&document).flat_map(Node::attributes).map(|attribute| attribute.value_span());
    let references = texts(&document).map(Node::span).chain(values).filter_map(referenced);
    let comments = texts(&document).filter(|node| !in_signature(*node));
    let comments = comments.map(|node| (node.span().end..node.span().end, "<!-- not signed -->".to_owned()));
    let utf16 = |order: fn(u16) -> [u8; 2]| format!("\u{feff}{text}").encode_utf16().flat_map(order).collect();
    let edited = |edits: Vec<Edit>| edited(text, edits).into_bytes();
    vec![
        ("attributes reordered", edited(reordered.collect())),
        ("white space in tags", edited(spaced.collect())),
        ("other quotes", edited(quotes.collect())),
        ("CDATA", edited(cdata.collect())),
        ("character references", edited(references.collect())),
        ("comments in signed content", edited(comments.collect())),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("CR", text.replace('\n', "\r").into_bytes()),
        ("byte order mark", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16, little end first", utf16(u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(u16::to_be_bytes)),
        ("base64", STANDARD.encode(text).into_bytes()),
    ]
}

#[test]
fn the_same_message_written_otherwise_gets_the_same_verdict() {
    let mut count = 0;
    for (name, key) in MESSAGES {
        let (text, ring) = (String::from_utf8(fixture(name)).unwrap(), ring(key));
        let before = held(text.as_bytes(), &ring);
        for (how, bytes) in rewritten(&text) {
            assert_ne!(bytes, text.as_bytes(), "{name}: {how}");
            let names = |held: &[(String, Vec<u8>)]| held.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            let after = held(&bytes, &ring);
            assert_eq!(names(&after), names(&before), "{name}: {how}: {}", String::from_utf8_lossy(&bytes));
            assert!(after == before, "{name}: {how}: another signed text");
            count += 1;
        }
    }
    println!("{count} other writings of {} messages hold", MESSAGES.len());
}

#[test]
fn what_canonical_form_keeps_breaks_a_signature_within_and_not_without() {
    let (text, ring) =
        (String::from_utf8(fixture("target/assertion-no-keyinfo.xml")).unwrap(), ring("keys/rsa2048.crt"));
    let renamed = |from: &str, to: &str| {
        text.replace(&format!("<{from}:"), &format!("<{to}:"))
            .replace(&format!("</{from}:"), &format!("</{to}:"))
            .replace(&format!("xmlns:{from}="), &format!("xmlns:{to}="))
    };
    let subject = |new: &str| text.replace("<saml:Subject>", new);
    assert_eq!(held(renamed("samlp", "p").as_bytes(), &ring), held(text.as_bytes(), &ring), "a prefix without");
    for (how, other) in [
        ("a prefix within", renamed("saml", "s")),
        ("a prefix of the signature", renamed("ds", "d")),
        ("an instruction", subject("<?p ?><saml:Subject>")),
        ("white space between elements", subject(" <saml:Subject>")),
        ("an attribute", subject("<saml:Subject a=''>")),
        ("a character reference to a carriage return", subject("&#13;<saml:Subject>")),
    ] {
        assert_ne!(other, text, "{how}");
        assert_eq!(held(other.as_bytes(), &ring), [], "{how}");
    }
}
