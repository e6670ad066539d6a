//! The signature value: over which SignedInfo, by which algorithm, with which key and from which base64 it holds.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::bases::{Splice, Subject, spliced};
use super::search::{Budget, Goal, search};
use super::{Cure, Edit, Hints, Keys, Proof, Rank, cured, signature_at, told};
use crate::crypto::algorithm::{PssParameters, Role, SignatureMethod, entries};
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::verify::{VerifyError, fits, verify};
use crate::dsig::names::DSIG;
use crate::dsig::structure::Shape;
use crate::dsig::verify::{signature_method, verify_signature};
use crate::dsig::{Fault, Key, KeyRing};
use crate::xml::{Canonicalization, Doctype, Document, Node, read};

#[cfg(test)]
mod tests;

fn info<'d>(signature: Node<'d>, shape: &Shape<'d>) -> Option<Subject<'d>> {
    let method = Canonicalization::from_uri(&shape.canonicalization.algorithm)?;
    let prefixes = shape.canonicalization.prefix_list();
    Some(Subject { signature, node: shape.signed_info, method, prefixes, enveloped: false })
}

fn holder<'k>(keys: &'k Keys, method: &SignatureMethod, octets: &[u8], value: &[u8]) -> Option<&'k (Key, Rank)> {
    let does_hold =
        |key: &Key| verify(method, &key.key, octets, value).is_ok() || keys.ring.states(&key.key, octets, value);
    keys.all.iter().find(|(key, _)| does_hold(key))
}

fn holds(key: &(Key, Rank)) -> Proof {
    Proof::Holds { key: key.0.name.clone(), trusted: key.1 == Rank::Vouched }
}

fn at(name: &'static str, node: Node<'_>, was: Option<String>, is: Option<String>) -> Edit {
    Edit { name, count: 1, places: vec![node.content_span()], was, is }
}

/// Whether the value holds over the SignedInfo, or what was done to that.
pub(super) fn proof(signature: Node<'_>, shape: &Shape<'_>, keys: &Keys, budget: &mut Budget) -> (Vec<Edit>, Proof) {
    if keys.all.is_empty() {
        return (Vec::new(), Proof::NoKey);
    }
    let Some((subject, method)) = info(signature, shape).zip(signature_method(shape).ok()) else {
        return (Vec::new(), Proof::Fails);
    };
    let octets = super::plain(&subject).unwrap_or_default();
    match holder(keys, &method, &octets, &shape.signature_value) {
        Some(key) => (Vec::new(), holds(key)),
        None => reformatted(&subject, shape, &method, &octets, keys, budget).unwrap_or((Vec::new(), Proof::Fails)),
    }
}

/// Searches for the SignedInfo that was signed.
fn reformatted(
    subject: &Subject<'_>,
    shape: &Shape<'_>,
    method: &SignatureMethod,
    octets: &[u8],
    keys: &Keys,
    budget: &mut Budget,
) -> Option<(Vec<Edit>, Proof)> {
    let value = shape.signature_value.as_slice();
    let fitting = || keys.all.iter().filter(|(key, _)| fits(method, &key.key));
    // The right RSA key shows which digest was signed, so that no other needs to be computed with.
    let opened = fitting().find_map(|key| match verify(method, &key.0.key, octets, value) {
        Err(VerifyError::Mismatch { signed: Some(signed) }) => Some((key, signed)),
        _ => None,
    });
    let goal = match &opened {
        Some((_, signed)) => Goal::Digest(signed.algorithm, signed.value.as_bytes().to_vec()),
        None => Goal::Value(*method, fitting().map(|(key, _)| key).collect(), value),
    };
    let found = search(subject, &goal, &identifiers(), budget)?;
    let key = match opened {
        Some((key, _)) => key,
        None => holder(keys, method, &found.octets, value)?,
    };
    Some((told(subject, &found), holds(key)))
}

/// What the algorithms of a SignedInfo may have been called before somebody changed them.
fn identifiers() -> Vec<String> {
    let roles = [Role::Digest, Role::Signature, Role::Canonicalization, Role::Transform];
    let all = entries().iter().filter(|entry| roles.contains(&entry.role) && !entry.uri.ends_with('-'));
    all.map(|entry| entry.uri.to_owned()).collect()
}

/// Whether it is the DigestValue alone that was changed: with the digest of the content in it the value holds.
pub(super) fn of_digest_value(signature: Node<'_>, shape: &Shape<'_>, computed: &[u8], keys: &Keys) -> Option<Cure> {
    let node = signature.descendants().find(|node| node.is(DSIG, "DigestValue"))?;
    let subject = info(signature, shape)?;
    let method = signature_method(shape).ok()?;
    let octets = String::from_utf8(super::plain(&subject)?).ok()?;
    let (stated, was) = (node.text_content(), STANDARD.encode(computed));
    let (before, after) = octets.split_once(stated.as_ref())?;
    let key = holder(keys, &method, [before, &was, after].concat().as_bytes(), &shape.signature_value)?;
    let edit = at("digest-value-changed", node, Some(was), Some(stated.into_owned()));
    Some(Cure { edits: vec![edit], proof: holds(key), octets: None })
}

/// A digest that matches under a signature value that fails.
pub(super) fn of_value(
    signature: Node<'_>,
    shape: &Shape<'_>,
    error: Option<&VerifyError>,
    keys: &Keys,
    budget: &mut Budget,
) -> Option<Cure> {
    let node = signature.element(DSIG, "SignatureValue")?;
    let cure = |edit: Edit, proof: Proof| Some(Cure { edits: vec![edit], proof, octets: None });
    let name = match error {
        Some(VerifyError::DerEncoded { holds_converted: true }) => Some("der-encoded"),
        Some(VerifyError::Length { holds_adjusted: true, .. }) => Some("zeros-dropped"),
        Some(VerifyError::SaltLength { .. }) => Some("salt-length"),
        _ => None,
    };
    if let Some(name) = name {
        let says = |key: &&(Key, Rank)| key.1 != Rank::Foreign;
        let key = keys.all.iter().find(says)?;
        return cure(at(name, node, None, None), holds(key));
    }
    let method = signature_method(shape).ok()?;
    let subject = info(signature, shape)?;
    let octets = super::plain(&subject)?;
    let value = shape.signature_value.as_slice();
    if let Some(key) = holder(keys, &method, &octets, value) {
        return cure(at("other-key", node, Some(key.0.name.clone()), None), holds(key));
    }
    let place = shape.signature_method.node;
    for other in others(&method) {
        if let Some(key) = holder(keys, &other, &octets, value) {
            let mut edit = at("other-algorithm", place, Some(name_of(&other)), Some(name_of(&method)));
            edit.places = vec![place.open_tag()];
            return cure(edit, holds(key));
        }
    }
    let (edits, proof) = reformatted(&subject, shape, &method, &octets, keys, budget)?;
    // What spoils a SignedInfo's spacing is told by one name, whatever did it.
    let spacing = ["pretty-printed", "indentation-removed", "text-padded", "text-trimmed"];
    let rename = |edit: Edit| match spacing.contains(&edit.name) {
        true => Edit { name: "signed-info-reformatted", ..edit },
        false => edit,
    };
    Some(Cure { edits: edits.into_iter().map(rename).collect(), proof, octets: None })
}

/// What a signer may have computed instead.
fn others(method: &SignatureMethod) -> Vec<SignatureMethod> {
    let of = |make: fn(DigestAlgorithm) -> SignatureMethod| DigestAlgorithm::ALL.into_iter().map(make);
    let pss = |digest: DigestAlgorithm| SignatureMethod::RsaPss(PssParameters::plain(digest, digest.output_len()));
    let rsa = of(SignatureMethod::RsaPkcs1).chain(of(pss));
    let all = rsa.chain(of(SignatureMethod::Ecdsa)).chain([SignatureMethod::Ed25519]);
    all.filter(|other| other != method).collect()
}

fn name_of(method: &SignatureMethod) -> String {
    let scheme = match method {
        SignatureMethod::RsaPkcs1(_) => "RSA",
        SignatureMethod::RsaPss(_) => "RSA-PSS",
        SignatureMethod::Ecdsa(_) => "ECDSA",
        SignatureMethod::Ed25519 => "Ed25519",
    };
    method.digest().map_or_else(|| scheme.to_owned(), |digest| format!("{scheme} with {}", digest.name()))
}

/// The same signature with the base64 of its two values repaired, verified as if it had been sent like that.
pub(super) fn repaired(
    document: &Document<'_>,
    signature: Node<'_>,
    ring: &KeyRing,
    hints: &Hints,
    budget: &mut Budget,
) -> Option<Cure> {
    let mut further = None;
    let nodes = signature.descendants().filter(|node| node.is(DSIG, "DigestValue") || node.is(DSIG, "SignatureValue"));
    let nodes: Vec<Node<'_>> = nodes.collect();
    for spaces_are_plus in [true, false] {
        let mut splices = Vec::new();
        let mut edits = Vec::new();
        for node in &nodes {
            let now = node.text_content();
            let Some(was) = sound(&now, spaces_are_plus).filter(|was| *was != compact(&now)) else { continue };
            splices.push(Splice { range: node.content_span(), with: was.clone() });
            edits.push(at("base64-damaged", *node, Some(was), Some(now.into_owned())));
        }
        let text = spliced(document.text(), &splices);
        if splices.is_empty() || !budget.take(text.len()) {
            continue;
        }
        let Ok(again) = read(&text, Doctype::Refuse).whole() else { continue };
        let Some(signature) = signature_at(&again, signature.span().start) else { continue };
        let verdict = verify_signature(signature, ring, &mut usize::MAX.clone());
        let proof = match &verdict.fault {
            None => Proof::Holds { key: verdict.key.unwrap_or_default(), trusted: verdict.trusted },
            Some(Fault::NoKey) => Proof::NoKey,
            // Once it can be read, the search goes on with it as it is now.
            Some(_) if further.is_none() => {
                let keys = Keys::of(&verdict, &again, ring, hints);
                further = cured(signature, &verdict, &keys, hints, budget).map(|mut cure| {
                    let places = cure.edits.iter_mut().flat_map(|edit| &mut edit.places);
                    places.for_each(|place| *place = back(&splices, place.start)..back(&splices, place.end));
                    cure.edits.splice(0..0, edits);
                    cure
                });
                continue;
            }
            Some(_) => continue,
        };
        return Some(Cure { edits, proof, octets: None });
    }
    further
}

/// Where bytes of a repaired text stand in the one that was sent.
fn back(splices: &[Splice], at: usize) -> usize {
    let mut moved = at;
    for Splice { range, with } in splices {
        if range.start < moved {
            moved = (moved + range.len()).saturating_sub(with.len());
        }
    }
    moved
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_whitespace()).collect()
}

/// Base64 as its encoder wrote it, by what is known to happen to base64 on the way.
fn sound(text: &str, spaces_are_plus: bool) -> Option<String> {
    let mut text = text.to_owned();
    for (from, to) in [
        ("%2B", "+"),
        ("%2b", "+"),
        ("%2F", "/"),
        ("%2f", "/"),
        ("%3D", "="),
        ("%3d", "="),
        ("%0D", ""),
        ("%0d", ""),
        ("%0A", ""),
        ("%0a", ""),
        ("%20", ""),
        ("&#13;", ""),
        ("&#xD;", ""),
        ("&#10;", ""),
        ("&#xA;", ""),
        ("&#x2B;", "+"),
        ("&#43;", "+"),
        ("_x000D_", ""),
        ("\\r", ""),
        ("\\n", ""),
        ("\\/", "/"),
        ("\\u002b", "+"),
        ("\\u002B", "+"),
        ("\\u003d", "="),
        ("=\n", ""),
        ("=\r\n", ""),
        ("=3D", "="),
        ("=2B", "+"),
        ("-", "+"),
        ("_", "/"),
    ] {
        text = text.replace(from, to);
    }
    if spaces_are_plus {
        // One blank may have been a plus sign wherever it stands, several at the beginning of a line are its indentation.
        let line = |line: &str| if line.starts_with("  ") { line.trim() } else { line }.replace(' ', "+");
        text = text.trim_end_matches(' ').lines().map(line).collect();
    }
    text.retain(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'));
    // Without padding, and with bits behind the last byte that an encoder leaves empty.
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&alphabet::STANDARD, config).decode(text).ok()?;
    (!bytes.is_empty()).then(|| STANDARD.encode(bytes))
}
