//! The signatures of a redacted document: digests that fitted are made to fit again, and of values that held it is stated.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::document::{document, laid_out};
use super::work::Work;
use crate::crypto::PublicKey;
use crate::crypto::digest::DigestValue;
use crate::dsig::names::DSIG;
use crate::dsig::{KeyRing, digest_over, signed_value, signed_variant, verify_document, verify_query};
use crate::limits::REDACTION_SIGNATURES;
use crate::stated::{StatedSignature, name_of};
use crate::xml::{Document, Node, NodeId, NodeKind};

/// What is known of the originals.
#[derive(Default)]
pub(super) struct Known {
    /// The keys that the case's signatures were verified with.
    pub(super) ring: KeyRing,
    /// What encrypted parts say, by the name of their octets.
    pub(super) opened: HashMap<String, Option<String>>,
}

/// How one signature did: the number of the element that its digest fits, and the key that its value holds under.
struct Did {
    /// How deep it stands: what is within is signed first.
    depth: usize,
    /// Its number among the signatures of the document.
    number: usize,
    fits: Option<usize>,
    key: Option<PublicKey>,
    /// Whether that is so once the white space between elements is taken away, which somebody put there.
    is_spaced: bool,
}

/// The redacted text with its digests made anew. `old`: the text that it was made of, of the same structure.
pub(super) fn made_anew(work: &mut Work, old: &str, new: String) -> String {
    if !old.contains("SignatureValue") {
        return new;
    }
    let Some(before) = document(old) else { return new };
    let mut all = did(&before, &work.known.ring);
    if all.iter().any(|did| did.fits.is_none()) {
        let bare = without_spacing(&before);
        let undone = document(&bare).map(|bare| did(&bare, &work.known.ring)).unwrap_or_default();
        for (did, undone) in
            all.iter_mut().zip(undone).filter(|(did, undone)| did.fits.is_none() && undone.fits.is_some())
        {
            *did = Did { is_spaced: true, ..undone };
        }
    }
    all.sort_by_key(|did| std::cmp::Reverse(did.depth));
    let mut text = new;
    for one in all.into_iter().take(REDACTION_SIGNATURES) {
        if let Some(element) = one.fits
            && let Some((place, value)) = digest(&text, one.number, element, one.is_spaced)
        {
            text.replace_range(place, &value);
        }
        if let Some(key) = &one.key
            && let Some(stated) = stated(work, &text, one.number, key)
            && !work.stated.signatures.contains(&stated)
        {
            work.stated.signatures.push(stated);
        }
    }
    text
}

fn signatures<'d>(document: &'d Document<'d>) -> Vec<Node<'d>> {
    document.nodes().filter(|node| node.is(DSIG, "Signature")).collect()
}

fn elements<'d>(document: &'d Document<'d>) -> Vec<Node<'d>> {
    document.nodes().filter(|node| node.kind() == NodeKind::Element).collect()
}

fn did(document: &Document<'_>, ring: &KeyRing) -> Vec<Did> {
    let elements = elements(document);
    let verdicts = verify_document(document, ring);
    let one = |(number, signature): (usize, &Node<'_>)| {
        let verdict = verdicts.iter().find(|verdict| verdict.span == signature.span());
        let named = elements.iter().enumerate().filter(|(_, element)| {
            // What a signature may be over: what has an ID, and the root.
            element.attribute("ID").is_some()
                || element.attribute("AssertionID").is_some()
                || element.parent().is_some_and(|parent| parent.kind() == NodeKind::Document)
        });
        let own = signature.parent();
        let mut named: Vec<(usize, Node<'_>)> = named.map(|(at, element)| (at, *element)).collect();
        named.sort_by_key(|(_, element)| Some(element.id()) != own.map(Node::id));
        let fits = named.into_iter().take(REDACTION_SIGNATURES).find(|(_, element)| {
            digest_over(*signature, *element).is_some_and(|(computed, stated)| computed.as_bytes() == stated)
        });
        Did {
            depth: signature.ancestors().count(),
            number,
            fits: fits.map(|(at, _)| at),
            key: verdict.filter(|verdict| verdict.fault.is_none()).and_then(|verdict| verdict.public_key.clone()),
            is_spaced: false,
        }
    };
    signatures(document).iter().enumerate().take(REDACTION_SIGNATURES).map(one).collect()
}

/// Where the DigestValue of a signature stands, and what it is over that element as it is now, or without the white space in
/// it.
fn digest(text: &str, number: usize, element: usize, is_spaced: bool) -> Option<(Range<usize>, String)> {
    let document = document(text)?;
    let signature = *signatures(&document).get(number)?;
    let computed = match is_spaced {
        true => computed_over(&self::document(&without_spacing(&document))?, number, element)?,
        false => computed_over(&document, number, element)?,
    };
    let value = signature.descendants().find(|node| node.is(DSIG, "DigestValue"))?;
    Some((value.content_span(), laid_out(&value.text_content(), computed.as_bytes())))
}

fn computed_over(document: &Document<'_>, number: usize, element: usize) -> Option<DigestValue> {
    let signature = *signatures(document).get(number)?;
    Some(digest_over(signature, *elements(document).get(element)?)?.0)
}

/// The text without the white space that stands between elements and nothing else, of the same elements.
fn without_spacing(document: &Document<'_>) -> String {
    let text = document.text();
    let elements = document.nodes().filter(|node| node.kind() == NodeKind::Element);
    // Once for all: what an element has before its first child may be long.
    let holders: HashSet<NodeId> = elements.filter_map(|node| Some(node.parent()?.id())).collect();
    let is_blank = |node: &Node<'_>| node.kind() == NodeKind::Text && node.text().trim().is_empty();
    let is_between = |node: &Node<'_>| node.parent().is_some_and(|parent| holders.contains(&parent.id()));
    let mut out = String::with_capacity(text.len());
    let mut reached = 0;
    for span in document.nodes().filter(|node| is_blank(node) && is_between(node)).map(Node::span) {
        out += text.get(reached..span.start).unwrap_or_default();
        reached = span.end;
    }
    out + text.get(reached..).unwrap_or_default()
}

fn stated(work: &mut Work, text: &str, number: usize, key: &PublicKey) -> Option<StatedSignature> {
    let document = document(text)?;
    let (signed, value) = signed_value(*signatures(&document).get(number)?)?;
    Some(StatedSignature { signed: name_of(&signed), value: name_of(&value), key: key_name(work, key) })
}

/// The name of the key that takes a key's place.
fn key_name(work: &mut Work, key: &PublicKey) -> String {
    let spki = key.to_spki();
    name_of(&if work.options.keep_certificates { spki } else { super::certificate::masked(&mut work.words, &spki) })
}

/// States of a query that held, or did as a variant of it, that the one in its place does. `kind` and `issuer` are those of the original.
pub(super) fn query(work: &mut Work, old: &str, new: &str, kind: &str, issuer: Option<&str>) {
    let Some(verdict) = verify_query(old, kind, issuer, &work.known.ring) else { return };
    let Some(key) = verdict.public_key else { return };
    let value = new.split('&').find_map(|pair| pair.strip_prefix("Signature="));
    let value = value.map(|value| percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned());
    let value = value.and_then(|value| crate::crypto::armor::base64(&value).ok());
    if let (Some(signed), Some(value)) = (signed_variant(new, verdict.holds_as.unwrap_or_default()), value) {
        let key = key_name(work, &key);
        work.stated.signatures.push(StatedSignature {
            signed: name_of(signed.as_bytes()),
            value: name_of(&value),
            key,
        });
    }
}

/// Other octets in the place of a query's signature, percent-encoded as it was.
pub(super) fn masked_query_value(work: &mut Work, text: &str) -> Option<String> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
    let octets = crate::crypto::armor::base64(&decoded).ok().filter(|octets| octets.len() >= 48)?;
    let new = STANDARD.encode(work.words.octets(&octets));
    if decoded == text {
        return Some(if new.len() > text.len() { new.trim_end_matches('=').to_owned() } else { new });
    }
    Some(new.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
}
