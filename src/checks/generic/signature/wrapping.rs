//! Whether what a service would read is what was signed.

use super::signed::judged;
use crate::checks::{Answer, Evidence};
use crate::dsig::{id_of, name_apart};
use crate::flow::Case;
use crate::xml::Node;

pub(super) fn consumed_unsigned(case: &Case<'_>) -> Answer {
    let mut looked = false;
    for (seen, _) in judged(case).into_iter().filter(|(seen, _)| seen.signatures().next().is_some()) {
        looked = true;
        let wrappings = seen.wrappings();
        let Some(first) = wrappings.first() else { continue };
        let mut evidence: Vec<Evidence> = Vec::new();
        for wrapping in &wrappings {
            let expected = format!("{}: nothing but what the signature covers", wrapping.told.shape);
            let unsigned = Evidence::node(seen, wrapping.consumed.local_name(), wrapping.consumed);
            evidence.push(unsigned.actual(&whom(wrapping.consumed, None)).expected(expected));
            let told = |node: Node<'_>| {
                Evidence::node(seen, node.local_name(), node).actual(&whom(node, Some(wrapping.consumed)))
            };
            let signed = wrapping.signed.map(told);
            evidence.extend(signed);
        }
        // Each place once, however many stand beside it.
        let mut places = Vec::new();
        evidence.retain(|one| {
            !places.contains(&one.place) && {
                places.push(one.place);
                true
            }
        });
        let mut answer = Answer::found(evidence);
        for (name, value) in [
            ("shape", first.told.shape.to_owned()),
            ("story", first.told.story.to_owned()),
            ("place", first.told.place.to_owned()),
            ("forged", whom(first.consumed, None)),
            ("element", first.consumed.local_name().to_owned()),
            ("signed", first.signed.map(|node| whom(node, Some(first.consumed))).unwrap_or_default()),
            ("other", first.signed.map(Node::local_name).unwrap_or_default().to_owned()),
        ] {
            answer = answer.with(name, value);
        }
        return answer;
    }
    if looked { Answer::Passed } else { Answer::Inapplicable }
}

/// Whom an element is about, or else its ID.
fn whom(node: Node<'_>, apart: Option<Node<'_>>) -> String {
    name_apart(node, apart).or_else(|| id_of(node)).unwrap_or_default()
}
