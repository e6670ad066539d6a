//! Signatures whose elements stand where a careless reader takes others for them.

use crate::checks::generic::signature::signed::Signed;
use crate::checks::{Answer, Evidence};
use crate::crypto::armor;
use crate::crypto::digest::{DigestAlgorithm, digest};
use crate::dsig::names::DSIG;
use crate::flow::Case;
use crate::saml::Value;
use crate::xml::{Node, NodeKind};

/// Every signature of the messages.
fn signatures<'d>(case: &Case<'d>) -> Vec<Signed<'d>> {
    case.messages().flat_map(|(seen, _)| Signed::of(seen)).collect()
}

/// Fires with what is found about each signature; inapplicable where there is none.
fn each<'d, I: IntoIterator<Item = Evidence>>(case: &Case<'d>, ask: impl Fn(&Signed<'d>) -> I) -> Answer {
    let all = signatures(case);
    if all.is_empty() { Answer::Inapplicable } else { Answer::found(all.iter().flat_map(ask)) }
}

pub(super) fn comment(case: &Case<'_>) -> Answer {
    each(case, |signed| {
        let hidden = |node: &Node<'_>| matches!(node.kind(), NodeKind::Comment | NodeKind::Instruction);
        let found: Vec<_> = signed.node.descendants().filter(hidden).collect();
        let what = |node: Node<'_>| node.parent().map_or("Signature", Node::local_name).to_owned();
        found.into_iter().map(|node| signed.at(&what(node), node).actual(node.source())).collect::<Vec<_>>()
    })
}

pub(super) fn signed_info_count(case: &Case<'_>) -> Answer {
    each(case, |signed| {
        ["SignedInfo", "SignatureValue"]
            .into_iter()
            .filter_map(|name| {
                let all: Vec<_> = signed.node.elements_named(DSIG, name).collect();
                let evidence = signed.at(name, signed.node).actual(&all.len().to_string()).expected("1");
                let each = all.iter().take(SHOWN).map(|node| signed.at(name, *node));
                (all.len() != 1).then(|| [evidence].into_iter().chain(each).collect::<Vec<_>>())
            })
            .flatten()
            .collect::<Vec<_>>()
    })
}

/// Elements that one finding shows beside each other.
const SHOWN: usize = 4;

/// Where each of the elements that are looked for may stand.
const HOMES: [(&str, &str); 3] =
    [("SignedInfo", "Signature"), ("Reference", "SignedInfo"), ("DigestValue", "Reference")];

pub(super) fn digest_outside_signed_info(case: &Case<'_>) -> Answer {
    let mut found = Vec::new();
    let mut signed = false;
    for (seen, message) in case.messages() {
        for node in message.0.descendants().filter(|node| node.namespace() == DSIG) {
            signed = signed || node.local_name() == "Signature";
            let home = HOMES.iter().find(|(name, _)| *name == node.local_name());
            if home.is_some_and(|(_, home)| !node.parent().is_some_and(|parent| parent.is(DSIG, home))) {
                let parent = node.parent().map(Node::local_name).unwrap_or_default();
                found.push(Evidence::node(seen, node.local_name(), node).actual(parent));
            }
        }
    }
    match (signed, found.is_empty()) {
        (false, true) => Answer::Inapplicable,
        _ => Answer::found(found),
    }
}

pub(super) fn decoy(case: &Case<'_>) -> Answer {
    let all = signatures(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let value = |signed: &Signed<'_>| {
        let text = signed.node.element(DSIG, "SignatureValue")?.text_content().split_whitespace().collect::<String>();
        Some(text).filter(|text| !text.is_empty())
    };
    let values: Vec<_> = all.iter().map(|signed| (signed, value(signed))).collect();
    let mut found: Vec<Evidence> = Vec::new();
    for (index, (signed, own)) in values.iter().enumerate() {
        let repeated = values.iter().take(index).find(|(other, value)| {
            let sibling = other.node.parent() == signed.node.parent();
            sibling || own.is_some() && value == own
        });
        for one in repeated.iter().flat_map(|(other, _)| [signed, other]) {
            let evidence = one.at("Signature", one.node).actual(one.target());
            if !found.contains(&evidence) {
                found.push(evidence);
            }
        }
        if found.len() >= SHOWN {
            break;
        }
    }
    Answer::found(found)
}

pub(super) fn empty_digest(case: &Case<'_>) -> Answer {
    use DigestAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
    each(case, |signed| {
        let values = signed.node.descendants().filter(|node| node.is(DSIG, "DigestValue"));
        let empty = |node: &Node<'_>| {
            let stated = armor::base64(&node.text_content()).unwrap_or_default();
            [Sha1, Sha224, Sha256, Sha384, Sha512].iter().any(|of| digest(*of, b"").as_bytes() == stated)
        };
        let told = |node: Node<'_>| signed.value("DigestValue", &Value::of_element(node));
        values.filter(empty).map(told).collect::<Vec<_>>()
    })
}
