//! Signature wrapping, enumerated: a forged copy at every place of a signed message, and the genuine one at every place
//! of a forged message; whatever then holds must not cover the forged name.

use std::ops::Range;

use samlens::dsig::{KeyRing, Status, verify_document};
use samlens::xml::{Doctype, Document, Node, NodeKind, read};

use crate::mutation::{DSIG, fixture, ring};

const GENUINE: &str = "alice@acme.example";
const FORGED: &str = "mallory@evil.example";

/// Every place in the content of an element, between two of its nodes.
pub(crate) fn places(text: &str) -> Vec<usize> {
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let elements = document.nodes().filter(|node| node.kind() == NodeKind::Element);
    let open = elements.filter(|node| !node.close_tag().is_empty());
    let mut places: Vec<_> = open
        .flat_map(|node| [node.content_span().start].into_iter().chain(node.children().map(|child| child.span().end)))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn find<'d>(document: &'d Document<'d>, name: &str) -> Node<'d> {
    document.nodes().find(|node| node.local_name() == name).unwrap()
}

pub(crate) fn without(text: &str, range: &Range<usize>) -> String {
    format!("{}{}", &text[..range.start], &text[range.end..])
}

pub(crate) fn inserted(text: &str, at: usize, what: &str) -> String {
    format!("{}{what}{}", &text[..at], &text[at..])
}

/// An element with its own Signature, and without.
fn with_and_without_signature(element: &str) -> [String; 2] {
    let document = read(element, Doctype::Refuse).whole().unwrap();
    let root = document.root_element().unwrap();
    let signature = root.elements().find(|node| node.is(DSIG, "Signature")).unwrap().span();
    [element.to_owned(), without(element, &signature)]
}

/// A copy under another name, with the same ID, another one, and none.
fn forgeries(element: &str) -> Vec<String> {
    let forged = element.replace(GENUINE, FORGED);
    let document = read(&forged, Doctype::Refuse).whole().unwrap();
    let id = document.root_element().unwrap().attribute("ID").unwrap();
    let other = inserted(&forged, id.value_span().end, "evil");
    let ids = [forged.clone(), other, without(&forged, &id.span())];
    ids.iter().flat_map(|forged| with_and_without_signature(forged)).collect()
}

#[derive(Default)]
struct Count {
    documents: usize,
    holding: usize,
}

fn check(text: &str, ring: &KeyRing, count: &mut Count) {
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let forged: Vec<usize> = text.match_indices(FORGED).map(|(at, _)| at).collect();
    assert!(!forged.is_empty());
    count.documents += 1;
    for verdict in verify_document(&document, ring).iter().filter(|verdict| verdict.status() == Status::Valid) {
        count.holding += 1;
        assert!(verdict.trusted);
        let covered = |at: &usize| verdict.covers.iter().any(|part| part.start < at + FORGED.len() && *at < part.end);
        assert!(!forged.iter().any(covered), "{} covers the forged name: {text}", verdict.target);
        let names: Vec<_> = verdict.covers.iter().map(|part| &text[part.clone()]).collect();
        assert!(names.concat().contains(GENUINE), "holds over something else: {text}");
    }
}

#[test]
fn a_forged_copy_is_covered_at_no_place_and_under_no_id() {
    let ring = ring("keys/rsa2048.crt");
    for (name, target) in [
        ("target/assertion-no-keyinfo.xml", "Assertion"),
        ("target/response-no-keyinfo.xml", "Response"),
        ("target/both-no-keyinfo.xml", "Assertion"),
    ] {
        let text = String::from_utf8(fixture(name)).unwrap();
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let signed = find(&document, target);
        // Standing by itself, so that it may stand anywhere.
        let declared = "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
        let mut genuine = signed.source().to_owned();
        if !genuine.contains("xmlns:saml=") || (genuine.contains("<samlp:") && !genuine.contains("xmlns:samlp=")) {
            genuine = genuine.replacen(' ', &format!(" {declared} "), 1);
        }
        let mut count = Count::default();
        for forged in forgeries(&genuine) {
            for at in places(&text) {
                check(&inserted(&text, at, &forged), &ring, &mut count);
            }
            let span = signed.span();
            let host = format!("{}{forged}{}", &text[..span.start], &text[span.end..]);
            for genuine in with_and_without_signature(&genuine) {
                for at in places(&host) {
                    check(&inserted(&host, at, &genuine), &ring, &mut count);
                }
            }
        }
        println!(
            "{name}: {} documents, {} signatures hold and cover the genuine name alone",
            count.documents, count.holding
        );
        assert!(count.documents > 500 && count.holding > 0, "{name}");
    }
}
