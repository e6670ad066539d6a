//! Whether what a service would read is what was signed: by coverage and by the identity of nodes, never by ID alone.

use super::signed::{Signed, judged, login, names_its_parent, of_id, own_signature, reference_uris};
use crate::checks::{Answer, Evidence};
use crate::dsig::Fault;
use crate::dsig::names::DSIG;
use crate::flow::{Case, Seen};
use crate::saml::Assertion;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::xml::Node;

pub(super) fn consumed_unsigned(case: &Case<'_>) -> Answer {
    let login = login(case).map(|(seen, ..)| seen.index);
    let mut looked = false;
    for (seen, message) in judged(case).into_iter().filter(|(seen, _)| seen.signatures().next().is_some()) {
        looked = true;
        let parts =
            message.0.descendants().filter(|node| node.is(ASSERTION, "Assertion") || node.is(PROTOCOL, "Response"));
        let own = message.0.is(ASSERTION, "Assertion").then_some(message.0);
        let Some(consumed) = own.into_iter().chain(parts).find(|part| is_foisted(seen, message.0, *part)) else {
            continue;
        };
        let signed = Signed::of(seen).find_map(|signed| genuine(signed.node, consumed));
        let shape = if login == Some(seen.index) || message.0.local_name() == "Response" {
            shape(seen, message.0, consumed, signed)
        } else {
            "protocol-mix"
        };
        let id = || crate::dsig::id_of(consumed).unwrap_or_default();
        let unsigned = Evidence::node(seen, consumed.local_name(), consumed)
            .actual(&name_of(consumed).unwrap_or_else(id))
            .expected(format!("{shape}: nothing but what the signature covers"));
        let genuine = signed.map(|node| {
            Evidence::node(seen, node.local_name(), node).actual(&crate::dsig::id_of(node).unwrap_or_default())
        });
        return Answer::found([Some(unsigned), genuine].into_iter().flatten()).with("shape", shape);
    }
    if looked { Answer::Passed } else { Answer::Inapplicable }
}

/// Whether a part of a signed message is one that no signature is meant for.
///
/// Where a signature is meant for it, why that does not hold is told by a rule of its own: a changed message is no
/// wrapping. A signature around it whose digest is wrong excuses only what was there: no part where the protocol has no
/// place for one, and none beside another that is signed by itself or about somebody else.
fn is_foisted(seen: &Seen<'_>, root: Node<'_>, part: Node<'_>) -> bool {
    if seen.is_covered(&part.open_tag()) {
        return false;
    }
    let own = own_signature(part);
    if let Some(own) = own.filter(|own| !seen.is_covered(&own.open_tag())) {
        return !names_its_parent(own);
    }
    let at_home = part == root || part.parent() == Some(root) && part.is(ASSERTION, "Assertion");
    let quoted = |node: Node<'_>| node.ancestors().any(|n| n.is(ASSERTION, "Advice") || n.is(ASSERTION, "Evidence"));
    let may_nest = quoted(part);
    let rival = |other: Node<'_>| own_signature(other).is_some() || name_of(other) != name_of(part);
    let others = root.descendants().filter(|node| node.is(ASSERTION, "Assertion") && *node != part);
    let has_rival = others.filter(|other| !quoted(*other)).any(rival);
    // A signature that stands elsewhere but names it is told as such a one.
    if at_home && !has_rival && Signed::of(seen).any(|signed| names(signed.node, part)) {
        return false;
    }
    let around = part.ancestors().filter_map(own_signature);
    let around = around.filter(|signature| !signature.subtree().contains(&part.subtree().start));
    !around.filter(|signature| names_its_parent(*signature)).any(|signature| {
        let verdict = Signed::of(seen).find(|signed| signed.node == signature || is_same(signed, signature));
        let fault = verdict.and_then(|signed| signed.verdict.fault.as_ref());
        let intact = !matches!(fault, Some(Fault::DigestMismatch | Fault::Malformed(_)));
        intact || may_nest || at_home && !has_rival
    })
}

/// Whether one of a signature's References names an element and no other.
fn names(signature: Node<'_>, element: Node<'_>) -> bool {
    let uris = reference_uris(signature);
    let mut ids = uris.iter().flatten().filter_map(|uri| uri.text.strip_prefix('#'));
    ids.any(|id| of_id(element, id) == [element])
}

/// Whom an assertion is about.
fn name_of(assertion: Node<'_>) -> Option<String> {
    Assertion(assertion).subject()?.name_id().map(|name| name.value().text.into_owned())
}

/// Whether a signature as sent is this one of the message with its decrypted parts in place.
fn is_same(signed: &Signed<'_>, signature: Node<'_>) -> bool {
    signed.node.source() == signature.source()
}

/// The element that a signature names, in the document of `beside`, where that is another one than this.
fn genuine<'d>(signature: Node<'d>, beside: Node<'d>) -> Option<Node<'d>> {
    let uris = reference_uris(signature);
    let id = uris.iter().flatten().find_map(|uri| uri.text.strip_prefix('#').map(str::to_owned))?;
    let named = of_id(beside, &id);
    // Of several the one that the signature stands in.
    let home = named.iter().copied().find(|node| *node != beside && signature.parent() == Some(*node));
    home.or_else(|| named.into_iter().find(|node| *node != beside))
}

/// The name of the shape, as the literature numbers them ("On Breaking SAML", 2012) where it does.
fn shape(seen: &Seen<'_>, root: Node<'_>, consumed: Node<'_>, signed: Option<Node<'_>>) -> &'static str {
    let within = |node: Node<'_>, namespace: &str, name: &str| node.ancestors().any(|outer| outer.is(namespace, name));
    for (namespace, name, shape) in [
        (DSIG, "Object", "in-object"),
        (DSIG, "Signature", "in-signature"),
        (PROTOCOL, "Extensions", "in-extensions"),
        (PROTOCOL, "StatusDetail", "in-status-detail"),
        (ASSERTION, "Advice", "in-advice"),
    ] {
        if within(consumed, namespace, name) {
            return if shape == "in-extensions" && signed.is_some() { "xsw7" } else { shape };
        }
    }
    let Some(signed) = signed else { return "unsigned-assertion" };
    let has = |outer: Node<'_>, inner: Node<'_>| outer != inner && outer.subtree().contains(&inner.subtree().start);
    let response = signed.is(PROTOCOL, "Response");
    let moved = own_signature(consumed).is_some();
    match () {
        () if response && within(signed, DSIG, "Object") => "in-object",
        () if response && within(signed, DSIG, "Signature") => "xsw1",
        () if response && has(root, signed) => "xsw2",
        () if moved && within(signed, DSIG, "Object") => "xsw8",
        () if moved && within(signed, DSIG, "Signature") => "xsw6",
        () if within(signed, PROTOCOL, "Extensions") => "in-extensions",
        () if within(signed, PROTOCOL, "StatusDetail") => "in-status-detail",
        () if within(signed, ASSERTION, "Advice") => "in-advice",
        () if moved => "xsw5",
        () if has(consumed, signed) => "xsw4",
        () if has(signed, consumed) => "xsw9",
        () if signed.parent() == consumed.parent()
            && seen.is_covered(&signed.open_tag())
            && consumed.id() < signed.id() =>
        {
            "xsw3"
        }
        () => "second-assertion",
    }
}
