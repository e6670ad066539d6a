//! The message itself: version and IDs (SAML 2.0 Core §1.3.4, §3.2); its times, addresses and parties are beside this.

pub(super) mod address;
pub(super) mod party;
pub(super) mod time;

use std::collections::HashMap;

use super::each::{each, elements};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::{Message, Value};
use crate::xml::{Node, is_ncname};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "saml-version",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 2.3.3, 3.2.1, 3.2.2",
        version,
    )
    .explains(&["saml-schema-invalid"]),
    Rule::new(
        "saml-id-missing",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 2.3.3, 3.2.1, 3.2.2",
        id_missing,
    )
    .explains(&["saml-schema-invalid"]),
    Rule::new(
        "saml-id-ncname",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "SAML 2.0 Core 1.3.4; XML Schema Part 2 3.3.8",
        id_ncname,
    ),
    // Not of the stage Attack: where it serves one, the rule that names the attack goes first.
    Rule::new(
        "saml-id-duplicate",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Core 1.3.4",
        id_duplicate,
    )
    .explains(&["sig-reference-uri"]),
    Rule::new("saml-id-weak", Severity::Warning, Who::IdpAdmin, Stage::Hygiene, "SAML 2.0 Core 1.3.4", id_weak),
];

/// What has a version and an ID: the message, and every assertion in it.
fn identified<'d>(message: Message<'d>) -> Vec<Node<'d>> {
    let within = message.assertions().map(|assertion| assertion.0).filter(|node| *node != message.0);
    std::iter::once(message.0).chain(within).collect()
}

fn id_of<'d>(node: Node<'d>) -> Option<Value<'d>> {
    node.attribute("ID").map(Value::of_attribute)
}

fn version(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        Some(identified(message).into_iter().filter_map(|node| {
            let what = format!("{}/@Version", node.local_name());
            match node.attribute("Version").map(Value::of_attribute) {
                Some(version) if version.text == "2.0" => None,
                Some(version) => Some(Evidence::of(seen, &what, &version).instead_of("2.0")),
                None => Some(Evidence::node(seen, &what, node).actual("").instead_of("2.0")),
            }
        }))
    })
}

fn id_missing(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let without = identified(message).into_iter().filter(|node| id_of(*node).is_none());
        Some(without.map(|node| {
            let what = format!("{}/@ID", node.local_name());
            Evidence::node(seen, &what, node).expected("ID")
        }))
    })
}

fn id_ncname(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let ids = identified(message).into_iter().filter_map(|node| Some((node, id_of(node)?)));
        Some(ids.filter(|(_, id)| !is_ncname(&id.text)).map(|(node, id)| {
            let evidence = Evidence::of(seen, &format!("{}/@ID", node.local_name()), &id);
            // The usual case, a bare GUID, is mended by one character.
            let mended = format!("_{}", id.text);
            if is_ncname(&mended) { evidence.instead_of(mended) } else { evidence.expected("xs:ID") }
        }))
    })
}

fn id_duplicate(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let mut first: HashMap<String, Node<'_>> = HashMap::new();
        let mut found = Vec::new();
        for node in elements(message) {
            let Some(id) = id_of(node) else { continue };
            let what = format!("{}/@ID", node.local_name());
            match first.get(id.text.as_ref()) {
                None => {
                    first.insert(id.text.into_owned(), node);
                }
                Some(earlier) => {
                    let earlier = id_of(*earlier)
                        .map(|value| Evidence::of(seen, &format!("{}/@ID", earlier.local_name()), &value));
                    found.push(Evidence::of(seen, &what, &id));
                    found.extend(earlier);
                }
            }
        }
        Some(found)
    })
}

/// Characters below which 128 random bits do not fit in what makers of IDs use: decimal digits at the longest, base64 at
/// the shortest, which has 22.
const ID_CHARACTERS: usize = 20;

fn id_weak(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let ids = identified(message).into_iter().filter_map(|node| Some((node, id_of(node)?)));
        Some(ids.filter_map(|(node, id)| {
            let text = id.text.trim_start_matches('_');
            let others = case.seen.iter().filter(|other| other.index != seen.index);
            // The same message pasted twice is no second one.
            let others = others.filter(|other| other.capture.xml != seen.capture.xml).filter_map(|other| other.message);
            let mut other_ids = others.flat_map(identified).filter_map(id_of);
            let is_short = text.chars().filter(|c| *c != '-').count() < ID_CHARACTERS;
            let is_known = other_ids.any(|other| other.text == id.text || follows(&other.text, &id.text));
            (is_short || is_known).then(|| Evidence::of(seen, &format!("{}/@ID", node.local_name()), &id))
        }))
    })
}

/// Whether one ID is another's next, by the number at its end.
fn follows(earlier: &str, later: &str) -> bool {
    let split = |id: &str| {
        let start = id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (head, number) = id.split_at_checked(start)?;
        Some((head.to_owned(), number.parse::<u128>().ok()?))
    };
    match (split(earlier), split(later)) {
        (Some((head, earlier)), Some((other, later))) => head == other && earlier.abs_diff(later) == 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
