//! Whether what is read is signed at all, and by a key that the context vouches for.

use super::signed::{Signed, judged, login, own_signature};
use crate::checks::{Answer, Evidence, Severity};
use crate::crypto::digest::DigestAlgorithm;
use crate::dsig::{Fault, Key, Proof};
use crate::flow::{Case, Seen};
use crate::saml::Message;
use crate::saml::names::PROTOCOL;
use crate::xml::Node;

/// The keys of the context that a signature can be trusted by.
pub(super) const KEYS: &[&str] = &["metadata", "certificates"];

pub(super) fn none(case: &Case<'_>) -> Answer {
    let Some((seen, message, assertion)) = login(case) else { return Answer::Inapplicable };
    if seen.is_signed() {
        return Answer::Passed;
    }
    match assertion {
        Some(assertion) => Answer::fired(
            Evidence::node(seen, assertion.0.local_name(), assertion.0)
                .expected("a ds:Signature in the Assertion or in the Response"),
        )
        .with("root", message.kind()),
        None if case.is_sealed() => Answer::NotChecked(&["private_keys"]),
        None => Answer::Inapplicable,
    }
}

/// Whether the Response and the assertion that is read have a Signature each; none where neither has.
fn signed_parts<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Node<'d>, [Option<Node<'d>>; 2])> {
    let (seen, message, assertion) = login(case)?;
    let assertion = assertion?.0;
    let signed = [message.0, assertion].map(own_signature);
    (message.0.is(PROTOCOL, "Response") && signed != [None, None]).then_some((seen, assertion, signed))
}

pub(super) fn response_only(case: &Case<'_>) -> Answer {
    let Some((seen, assertion, [response, own])) = signed_parts(case) else { return Answer::Inapplicable };
    if response.is_none() || own.is_some() {
        return Answer::Passed;
    }
    let evidence =
        Evidence::node(seen, "Assertion", assertion).expected("a ds:Signature of its own, for some services");
    let answer = Answer::fired(evidence);
    let wanted = case.sp_role().is_some_and(|role| role.wants_assertions_signed());
    if wanted { answer.severity(Severity::Error) } else { answer }
}

pub(super) fn assertion_only(case: &Case<'_>) -> Answer {
    let Some((seen, assertion, [response, own])) = signed_parts(case) else { return Answer::Inapplicable };
    let root = assertion.parent().unwrap_or(assertion);
    Answer::when(response.is_none() && own.is_some(), || {
        Evidence::node(seen, "Response", root).expected("a ds:Signature of its own, for some services")
    })
}

/// What is known of the signatures that would protect an element.
enum Trust<'d> {
    Vouched,
    /// No key of the context could be tried.
    Untried,
    /// It holds by the key that the message shows of itself, and keys of the context were tried in vain.
    Foreign(Signed<'d>),
    /// It is unsigned, or why its signature does not hold another rule tells.
    Told,
}

fn trust<'d>(case: &Case<'d>, seen: &'d Seen<'d>, element: Node<'d>) -> Trust<'d> {
    if seen.is_vouched(&element.open_tag()) {
        return Trust::Vouched;
    }
    if let Some(query) = &seen.query {
        return if query.fault == Some(Fault::NoKey) { Trust::Untried } else { Trust::Told };
    }
    // An element that stands in no signed element is another rule's; which signature covers it is a question of bytes
    // only where it is valid, so that here those of the elements around it count.
    let around: Vec<_> = element.ancestors().chain([element]).filter_map(own_signature).collect();
    // What was decrypted stands in a document of its own; the signature of the root as sent is around it all the same.
    let sent = seen.sent.and_then(Message::of).map(|message| message.0).and_then(own_signature);
    let mut untried = false;
    for signed in Signed::of(seen) {
        let own = around.contains(&signed.node) || sent == Some(signed.node);
        match &signed.verdict.fault {
            _ if !own => {}
            None if signed.verdict.tried.is_empty() => untried = true,
            None => return Trust::Foreign(signed),
            Some(Fault::DigestMismatch) => match signed.copied(case).map(|cure| &cure.proof) {
                Some(Proof::Holds { trusted: false, .. } | Proof::NoKey) if signed.verdict.tried.is_empty() => {
                    untried = true;
                }
                Some(Proof::Holds { trusted: false, .. }) => return Trust::Foreign(signed),
                _ => {}
            },
            Some(Fault::NoKey) => untried = true,
            Some(Fault::SignatureMismatch(_)) if signed.verdict.tried.is_empty() => untried = true,
            Some(_) => {}
        }
    }
    if untried { Trust::Untried } else { Trust::Told }
}

pub(super) fn key_not_in_metadata(case: &Case<'_>) -> Answer {
    let mut answer = Answer::Inapplicable;
    for (seen, message) in judged(case) {
        let is_login = case.response().is_some_and(|response| response.index == seen.index);
        let sealed = is_login && case.is_sealed();
        let element = if !is_login {
            seen.is_signed().then_some(message.0)
        } else if case.succeeded() == Some(false) {
            None
        } else {
            let read = case.assertion().map(|assertion| assertion.0);
            read.or_else(|| message.encrypted_assertions().next())
        };
        let Some(element) = element else { continue };
        match trust(case, seen, element) {
            Trust::Foreign(signed) => return foreign(case, &signed),
            Trust::Untried => answer = Answer::NotChecked(KEYS),
            // What is in it may be signed.
            Trust::Told if sealed => answer = Answer::NotChecked(&["private_keys"]),
            Trust::Vouched if matches!(answer, Answer::Inapplicable) => answer = Answer::Passed,
            Trust::Vouched | Trust::Told => {}
        }
    }
    answer
}

fn foreign(case: &Case<'_>, signed: &Signed<'_>) -> Answer {
    let likeness = key_of(signed).map_or("", |key| likeness(case, key));
    let shown = signed.seen.shown(signed.verdict);
    let key = key_of(signed).or(shown.first());
    let shown = key.map(describe).unwrap_or_default();
    let evidence = match signed.element("X509Certificate") {
        Some(node) => signed.at("X509Certificate", node),
        None => signed.at("KeyInfo", signed.element("KeyInfo").unwrap_or(signed.node)),
    };
    Answer::fired(evidence.actual(&shown).expected(signed.verdict.tried.join(", ")))
        .with("target", signed.target())
        .with("likeness", likeness)
}

/// The key that a signature holds by, as its KeyInfo shows it, where that is in a certificate.
fn key_of<'d>(signed: &Signed<'d>) -> Option<&'d Key> {
    signed.seen.shown(signed.verdict).iter().find(|key| key.certificate.is_some())
}

/// How a certificate that nobody vouches for passes for one that somebody does.
fn likeness(case: &Case<'_>, shown: &Key) -> &'static str {
    let Some(own) = &shown.certificate else { return "" };
    let known = case.context.keys.iter().filter(|key| key.key != shown.key).filter_map(|key| key.certificate.as_ref());
    let alike: Vec<_> = known.filter(|known| known.subject == own.subject && known.issuer == own.issuer).collect();
    match () {
        // No authority and no product gives one number to two keys.
        () if alike.iter().any(|known| known.serial == own.serial) => {
            "; it copies name and serial number of a loaded certificate with another key, so that it is forged"
        }
        () if !alike.is_empty() => {
            "; it has the name of a loaded certificate and another key: renewed, or forged to look alike"
        }
        () => "",
    }
}

/// A key as people tell it from others: the subject of its certificate and the first bytes of the fingerprint.
pub(in crate::checks::generic) fn describe(key: &Key) -> String {
    let short = |hex: String| hex.get(..16).unwrap_or_default().to_owned();
    match &key.certificate {
        Some(certificate) => {
            let print = short(certificate.fingerprint(DigestAlgorithm::Sha256).hex());
            format!("{} (SHA-256 {print}…)", certificate.subject)
        }
        None => format!("{} (SHA-256 {}…)", key.key.name(), short(key.key.spki_sha256().hex())),
    }
}

pub(super) fn second_certificate(case: &Case<'_>) -> Answer {
    let mut any = false;
    for signed in super::signed::signatures(case).into_iter().filter(|signed| signed.verdict.trusted) {
        any = true;
        let Some((file, number)) = signed.verdict.key.as_deref().and_then(|key| key.rsplit_once('#')) else { continue };
        let of_file = |name: &&String| name.rsplit_once('#').is_some_and(|(other, _)| other == file);
        let Some(first) = signed.verdict.tried.iter().find(of_file) else { continue };
        if file.starts_with("metadata:") && !first.ends_with(&format!("#{number}")) {
            let evidence = signed.at("Signature", signed.node).actual(&format!("{file}#{number}"));
            return Answer::fired(evidence.expected(first.as_str())).with("target", signed.target());
        }
    }
    if any { Answer::Passed } else { Answer::Inapplicable }
}
