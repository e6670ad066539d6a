//! Why a signature does not hold, or must not: one rule for each fault.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::signed::{Signed, judged, of_id, reference_uris, signatures};
use crate::checks::{Answer, Evidence, Severity, Who};

use crate::crypto::algorithm::SignatureMethod;
use crate::crypto::verify::VerifyError;
use crate::dsig::names::{DSIG, ENVELOPED};
use crate::dsig::{Cure, Examination, Fault, MalformedKind, QueryVerdict};
use crate::flow::{Case, Seen};
use crate::saml::Value;
use crate::saml::names::ASSERTION;
use crate::xml::{CanonicalMethod, Canonicalization, Node};

/// Fires on the first signature that the question finds something about; inapplicable where there is no signature.
///
/// What is wrong with the signature of an assertion that is only quoted, in Advice or as Evidence, stops no service that
/// passes over those.
fn each<'d>(case: &Case<'d>, ask: &dyn Fn(&Signed<'d>) -> Option<Answer>) -> Answer {
    let all = signatures(case);
    let quotes = |node: Node<'_>| node.is(ASSERTION, "Advice") || node.is(ASSERTION, "Evidence");
    let (quoted, own): (Vec<_>, Vec<_>) = all.iter().partition(|signed| signed.node.ancestors().any(quotes));
    let of_quoted = || quoted.iter().find_map(&ask).map(|answer| answer.severity(Severity::Warning));
    match own.iter().find_map(&ask).or_else(of_quoted) {
        Some(answer) => answer,
        None if all.is_empty() => Answer::Inapplicable,
        None => Answer::Passed,
    }
}

pub(super) fn digest_mismatch(case: &Case<'_>) -> Answer {
    let mismatch = |signed: &Signed<'_>| {
        let computed = signed.verdict.digest_computed.map(|digest| STANDARD.encode(digest.as_bytes()));
        let expected = computed.unwrap_or_else(|| "the digest of the content in base64".to_owned());
        let fired = || Answer::fired(signed.part("DigestValue").expected(expected)).with("target", signed.target());
        signed.is_told_by("sig-digest-mismatch").then(|| diagnosed(case, signed, fired()))
    };
    // What was sent may be wrong in one signature although the copy is in another.
    match each(case, &|signed| mismatch(signed).filter(|_| signed.copied(case).is_none())) {
        Answer::Passed => each(case, &|signed| {
            let Answer::Fired(mut hit) = mismatch(signed)? else { return None };
            hit.is_of_copy = true;
            Some(Answer::Fired(hit).severity(Severity::Warning))
        }),
        answer => answer,
    }
}

/// Why a signature value may fit none of the keys.
const OTHER_KEY: &str = "another key made it, or the value was damaged on the way";

/// What the signer does wrong; all else happens to the message afterwards.
const BY_SIGNER: &[&str] = &[
    "re-escaped",
    "with-comments",
    "signature-added",
    "namespace-added",
    "inclusive-for-exclusive",
    "exclusive-for-inclusive",
    "other-canonical-version",
    "prefix-list-missing",
    "prefix-list-other",
    "not-enveloped",
    "wrong-element",
    "transport-form",
    "other-digest",
    "other-algorithm",
    "other-key",
    "der-encoded",
    "zeros-dropped",
    "salt-length",
];

/// Places of one edit that are proof enough; the report of the signature has more.
const SHOWN: usize = 3;

/// The answer with what would make the signature hold, where that is known: its places are the proof, and who does that
/// must act.
fn diagnosed<'d>(case: &Case<'d>, signed: &Signed<'d>, answer: Answer) -> Answer {
    let Some(Examination::Cured(cure)) = case.examined(signed.seen, signed.verdict) else { return answer };
    let Answer::Fired(mut hit) = answer else { return answer };
    let by_signer = cure.edits.iter().any(|edit| BY_SIGNER.contains(&edit.name));
    hit.who = Some(if by_signer { Who::IdpAdmin } else { Who::Network });
    let mut places = Vec::new();
    for edit in &cure.edits {
        for span in edit.places.iter().take(SHOWN) {
            let place = signed.span(span);
            places.push(match (&edit.was, &edit.is) {
                (Some(was), Some(is)) => place.actual(is).instead_of(was.clone()),
                _ => place,
            });
        }
    }
    places.append(&mut hit.evidence);
    hit.evidence = places;
    hit.cure = Some(Box::new(Cure { octets: None, ..cure.clone() }));
    Answer::Fired(hit)
}

/// How a signature fails that is over the right content.
fn value_fault<'d>(case: &Case<'d>, signed: &Signed<'d>) -> Option<Answer> {
    if !signed.is_told_by("sig-value-mismatch") {
        return None;
    }
    let keys = signed.verdict.tried.join(", ");
    let answer = |keys: &str| {
        let value = signed.part("SignatureValue");
        Answer::fired(value.expected(keys)).with("target", signed.target()).with("keys", keys).with("cause", OTHER_KEY)
    };
    let answer = match &signed.verdict.fault {
        Some(Fault::SignatureMismatch(_)) if !keys.is_empty() => answer(&keys),
        // Only the key was tried that the message shows. Where that is the right one all the same, the value is wrong;
        // else another may fit.
        Some(Fault::SignatureMismatch(error)) if key_is_right(error.as_ref()) => answer("KeyInfo"),
        Some(Fault::SignatureMismatch(_)) => answer("KeyInfo").severity(Severity::Warning),
        // It is none by its form.
        _ => answer("XML Signature").who(Who::IdpAdmin),
    };
    Some(diagnosed(case, signed, answer))
}

/// Whether a key opened the signature, so that it is the right one.
fn key_is_right(error: Option<&VerifyError>) -> bool {
    matches!(
        error,
        Some(
            VerifyError::Mismatch { signed: Some(_) }
                | VerifyError::SaltLength { .. }
                | VerifyError::DerEncoded { holds_converted: true }
                | VerifyError::Length { holds_adjusted: true, .. }
        )
    )
}

/// A query whose signature fails over the octets as captured and over every other form of them. A form that holds is
/// told by the rules of the binding, an algorithm and a parameter that stands there twice by rules of their own.
fn query_fault(seen: &Seen<'_>, query: &QueryVerdict) -> Option<Answer> {
    let wrong = match &query.fault {
        Some(Fault::SignatureMismatch(_)) => query.holds_as.is_none(),
        Some(Fault::Malformed(malformed)) => {
            matches!(malformed.kind, MalformedKind::NotBase64(_) | MalformedKind::Empty(_))
        }
        _ => false,
    };
    wrong.then(|| {
        let sent = seen.capture.query.as_deref().unwrap_or_default();
        let value = sent.split('&').find_map(|pair| pair.strip_prefix("Signature=")).unwrap_or_default();
        let keys = "the keys of the sender";
        let evidence = Evidence::outside(seen, "Signature", value).expected(keys);
        // An RSA signature that the key opens says itself by which digest it was made.
        let opened = match &query.fault {
            Some(Fault::SignatureMismatch(Some(VerifyError::Mismatch { signed }))) => signed.as_ref(),
            _ => None,
        };
        let stated = query.signature_algorithm.as_deref().unwrap_or_default();
        let made = opened.map(|signed| SignatureMethod::RsaPkcs1(signed.algorithm).uri());
        let swapped = made.filter(|made| *made != stated);
        let told = swapped.map(|made| Evidence::outside(seen, "SigAlg", stated).instead_of(made));
        let cause = match (opened, swapped) {
            (_, Some(_)) => "the key is the right one and SigAlg was exchanged, as for a downgrade to a weaker digest",
            (Some(_), None) => "the key is the right one, so that a parameter or its escapes were changed",
            (None, None) => OTHER_KEY,
        };
        Answer::found([evidence].into_iter().chain(told))
            .with("target", query.target)
            .with("keys", keys)
            .with("cause", cause)
    })
}

pub(super) fn value_mismatch(case: &Case<'_>) -> Answer {
    let queries: Vec<_> = judged(case).into_iter().filter_map(|(seen, _)| Some((seen, seen.query.as_ref()?))).collect();
    match queries.iter().find_map(|(seen, query)| query_fault(seen, query)) {
        Some(answer) => answer,
        None => match each(case, &|signed| value_fault(case, signed)) {
            Answer::Inapplicable if !queries.is_empty() => Answer::Passed,
            answer => answer,
        },
    }
}

pub(super) fn reference_count(case: &Case<'_>) -> Answer {
    each(case, &|signed| {
        let count = reference_uris(signed.node).len();
        let info = signed.element("SignedInfo")?;
        (count != 1).then(|| {
            Answer::fired(signed.at("SignedInfo", info).actual(&count.to_string()).expected("one Reference"))
                .with("target", signed.target())
        })
    })
}

/// What comes of a Reference that is not the ID of the element that it stands in.
fn harm_of_reference(uri: &str, count: usize) -> &'static str {
    match uri.strip_prefix('#') {
        None if uri.is_empty() => "it names the whole document, whatever was put around the message",
        None if uri.starts_with("file:") => "a careless verifier reads a file of its own for it",
        None => "it names something outside of the message, which a careless verifier fetches (SSRF)",
        Some(id) if id.contains(['(', '\'', '"']) => "it is an expression that picks elements, and no ID",
        Some(_) if count > 1 => "several elements have it, and readers differ on which one is meant",
        Some(_) => "no element has it",
    }
}

pub(super) fn reference_uri(case: &Case<'_>) -> Answer {
    each(case, &|signed| {
        let parent = signed.node.parent()?;
        let uris = reference_uris(signed.node);
        let uri = uris.first()?;
        let own = crate::dsig::id_of(parent).filter(|id| !id.is_empty());
        let expected = own.map_or_else(|| "# and the ID of the element".to_owned(), |id| format!("#{id}"));
        let fired = |uri: &Value<'_>, count: usize| {
            let evidence = signed.value("Reference/@URI", uri).instead_of(expected.clone());
            let answer = Answer::fired(evidence).with("target", signed.target()).with("count", count.to_string());
            answer.with("harm", harm_of_reference(&uri.text, count))
        };
        let Some(uri) = uri else {
            let evidence = signed.at("Reference/@URI", signed.element("Reference")?).actual("");
            let answer = Answer::fired(evidence.expected(expected)).with("target", signed.target()).with("count", "0");
            return Some(answer.with("harm", "each reader takes for it what it likes"));
        };
        match uri.text.strip_prefix('#') {
            // Not as SAML has it, but it holds where the verifier knows the whole document.
            None if uri.text.is_empty() && signed.verdict.fault.is_none() => {
                Some(fired(uri, 1).severity(Severity::Security))
            }
            None => Some(fired(uri, 0)),
            Some(id) => {
                let count = of_id(signed.node, id).len();
                (count != 1 || id.contains('(')).then(|| fired(uri, count))
            }
        }
    })
}

pub(super) fn not_enveloped_child(case: &Case<'_>) -> Answer {
    each(case, &|signed| {
        let parent = signed.node.parent()?;
        let uris = reference_uris(signed.node);
        let uri = uris.iter().flatten().find(|uri| uri.text.starts_with('#'))?;
        let named = of_id(signed.node, uri.text.strip_prefix('#')?);
        let elsewhere = !named.is_empty() && !named.contains(&parent);
        let element = named.into_iter().next().filter(|_| elsewhere)?;
        let evidence = signed.at("Signature", signed.node).actual(parent.local_name()).expected(element.local_name());
        let answer = Answer::found([evidence, signed.at(element.local_name(), element)]);
        Some(answer.with("signed", uri.text.as_ref()))
    })
}

/// The most transforms of a Reference in a SAML signature (SAML 2.0 Core §5.4.4).
const MOST: usize = 2;

/// What comes of a transform that SAML does not allow, or of one too many.
fn harm_of(uri: &str) -> &'static str {
    match uri {
        "http://www.w3.org/TR/1999/REC-xslt-19991116" => "it is a program of the sender's, which some libraries run",
        "http://www.w3.org/TR/1999/REC-xpath-19991116" | "http://www.w3.org/2002/06/xmldsig-filter2" => {
            "an expression of the sender's picks what is signed, which may be nothing"
        }
        "http://www.w3.org/2000/09/xmldsig#base64" => "what is signed is then decoded text, and no element",
        _ if uri == ENVELOPED || Canonicalization::from_uri(uri).is_some_and(|c| c.method == EXCLUSIVE) => {
            "there are more of them than services take, which costs time and hides what is signed"
        }
        _ if Canonicalization::from_uri(uri).is_some() => {
            "the signature breaks where the message is put into another one"
        }
        _ => "services refuse or misread it",
    }
}

const EXCLUSIVE: CanonicalMethod = CanonicalMethod::Exclusive10;

/// The algorithms of the transforms among these.
fn algorithms<'d>(nodes: impl Iterator<Item = Node<'d>>) -> Vec<Value<'d>> {
    let transforms = nodes.filter(|node| node.is(DSIG, "Transform"));
    transforms.filter_map(|node| node.attribute("Algorithm").map(Value::of_attribute)).collect()
}

pub(super) fn transforms(case: &Case<'_>) -> Answer {
    each(case, &|signed| {
        let lists = signed.node.descendants().filter(|node| node.is(DSIG, "Transforms"));
        let lists: Vec<_> = lists.map(|list| algorithms(list.descendants())).collect();
        let all = algorithms(signed.node.descendants());
        let method = |uri: &str| Canonicalization::from_uri(uri).map(|method| method.method);
        let forbidden = all.iter().find(|uri| uri.text != ENVELOPED && method(&uri.text).is_none());
        let inclusive =
            all.iter().find(|uri| method(&uri.text).is_some_and(|method| method != CanonicalMethod::Exclusive10));
        let fired = |uri: &Value<'_>| {
            let expected = format!("{ENVELOPED}, http://www.w3.org/2001/10/xml-exc-c14n#");
            let evidence = signed.value("Transform/@Algorithm", uri).expected(expected);
            Answer::fired(evidence).with("target", signed.target()).with("harm", harm_of(&uri.text))
        };
        let excess = lists.iter().find_map(|list| list.get(MOST));
        let excess = excess.or_else(|| all.first().filter(|_| signed.is_told_by("sig-transforms")));
        match (forbidden.or(excess), inclusive) {
            (Some(uri), _) => Some(fired(uri)),
            // It is computed by nearly all, and breaks where the message is put into another one.
            (None, Some(uri)) => Some(fired(uri).severity(Severity::Warning)),
            (None, None) => None,
        }
    })
}

pub(super) fn c14n_method(case: &Case<'_>) -> Answer {
    each(case, &|signed| {
        let uri = signed.algorithm("CanonicalizationMethod")?;
        let method = Canonicalization::from_uri(&uri.text)?.method;
        (method != CanonicalMethod::Exclusive10).then(|| {
            let evidence = signed.value("CanonicalizationMethod/@Algorithm", &uri);
            Answer::fired(evidence.expected("http://www.w3.org/2001/10/xml-exc-c14n#")).with("target", signed.target())
        })
    })
}
