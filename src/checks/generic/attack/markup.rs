//! Markup that readers of one message take for different things: instructions, IDs, namespaces.

use std::collections::HashMap;

use super::text::skeleton;
use crate::checks::generic::signature::signed::reference_uris;
use crate::checks::{Answer, Evidence};
use crate::dsig::names::{DSIG, DSIG11};
use crate::flow::{Case, Seen};
use crate::saml::names::{ASSERTION, ASSERTION_1, METADATA, PROTOCOL, PROTOCOL_1};
use crate::saml::{Message, Value};
use crate::xenc::{XENC, XENC11};
use crate::xml::{Attribute, Node, NodeKind};

/// Fires with what is found in each message; inapplicable where there is none.
fn each<'d, I: IntoIterator<Item = Evidence>>(case: &Case<'d>, ask: impl Fn(&'d Seen<'d>, Message<'d>) -> I) -> Answer {
    let mut messages = case.messages().peekable();
    if messages.peek().is_none() { Answer::Inapplicable } else { Answer::found(messages.flat_map(|(s, m)| ask(s, m))) }
}

pub(super) fn instruction(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let all = message.0.descendants().filter(|node| node.kind() == NodeKind::Instruction);
        all.map(|node| {
            let parent = node.parent().map_or("", Node::local_name);
            Evidence::node(seen, parent, node).actual(node.source())
        })
        .collect::<Vec<_>>()
    })
}

/// The names that the schemas give to the attribute that identifies an element (SAML 2.0 Core 1.3.4).
fn is_own_id(node: Node<'_>, attribute: Attribute<'_>) -> bool {
    let name = match node.namespace() {
        PROTOCOL | ASSERTION | METADATA => "ID",
        ASSERTION_1 if node.local_name() == "Assertion" => "AssertionID",
        PROTOCOL_1 if node.local_name() == "Response" => "ResponseID",
        PROTOCOL_1 if node.local_name() == "Request" => "RequestID",
        _ => "Id",
    };
    attribute.namespace().is_empty() && attribute.local_name() == name
}

pub(super) fn id_pollution(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let mut owners: HashMap<String, Vec<Node<'_>>> = HashMap::new();
        let mut others = Vec::new();
        let mut named: Vec<(String, Option<Node<'_>>)> = Vec::new();
        let nodes = message.0.descendants().chain([message.0]).filter(|node| node.kind() == NodeKind::Element);
        for node in nodes {
            if node.is(DSIG, "Signature") {
                let uris = reference_uris(node);
                let ids = uris.iter().flatten().filter_map(|uri| uri.text.strip_prefix('#'));
                named.extend(ids.map(|id| (id.to_owned(), node.parent())));
            }
            for attribute in node.attributes() {
                if is_own_id(node, attribute) {
                    owners.entry(attribute.value().into_owned()).or_default().push(node);
                } else if attribute.local_name().eq_ignore_ascii_case("id") {
                    others.push((node, attribute));
                }
            }
        }
        others.retain(|(node, attribute)| {
            let value = attribute.value();
            let owners = owners.get(value.as_ref()).map(Vec::as_slice).unwrap_or_default();
            // The same on the element itself names the same.
            let elsewhere = owners.iter().any(|owner| owner != node);
            // So does that of the element that the signature stands in: some libraries name what they sign by their own.
            let foreign = named.iter().any(|(id, parent)| *id == value && *parent != Some(*node));
            elsewhere || foreign && !owners.contains(node)
        });
        let name = |attribute: &Attribute<'_>| match attribute.prefix() {
            "" => attribute.local_name().to_owned(),
            prefix => format!("{prefix}:{}", attribute.local_name()),
        };
        // The one, and whose ID it really is.
        let told = |(node, attribute): (Node<'_>, Attribute<'_>)| {
            let what = format!("{}/@{}", node.local_name(), name(&attribute));
            let owner = owners.get(attribute.value().as_ref()).and_then(|all| all.iter().find(|owner| **owner != node));
            let owner = owner.map(|owner| {
                Evidence::node(seen, &format!("{}/@ID", owner.local_name()), *owner).actual(&attribute.value())
            });
            [Some(Evidence::of(seen, &what, &Value::of_attribute(attribute))), owner]
        };
        others.into_iter().flat_map(told).flatten().collect::<Vec<_>>()
    })
}

/// Whether a namespace name is an absolute URI without control characters; anything else has no canonical form
/// (Canonical XML 1.0, 1.3).
fn is_absolute(name: &str) -> bool {
    let scheme = name.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let holds = scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    starts && holds && !name.chars().any(char::is_control)
}

pub(super) fn relative_namespace(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let nodes = message.0.descendants().chain([message.0]);
        let declarations = nodes.flat_map(Node::declarations);
        let bad = declarations.filter(|declared| !declared.raw_value().is_empty() && !is_absolute(&declared.value()));
        bad.map(|declared| Evidence::of(seen, "xmlns", &Value::of_attribute(declared))).collect::<Vec<_>>()
    })
}

/// The namespaces whose elements decide about a login.
const NAMESPACES: [&str; 9] = [PROTOCOL, ASSERTION, METADATA, PROTOCOL_1, ASSERTION_1, DSIG, DSIG11, XENC, XENC11];

/// The elements by which a reader that looks at local names alone would be led astray.
const DECISIVE: [&str; 12] = [
    "Response",
    "Assertion",
    "EncryptedAssertion",
    "Signature",
    "SignedInfo",
    "SignatureValue",
    "DigestValue",
    "NameID",
    "SubjectConfirmation",
    "SubjectConfirmationData",
    "AudienceRestriction",
    "AttributeStatement",
];

pub(super) fn lookalike(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let nodes = [message.0].into_iter().chain(message.0.descendants());
        let mut found = Vec::new();
        for node in nodes.filter(|node| node.kind() == NodeKind::Element) {
            for declared in node.declarations() {
                let name = declared.value();
                if NAMESPACES.contains(&&*name) {
                    continue;
                }
                let looks = skeleton(&name);
                let like = NAMESPACES.into_iter().find(|real| skeleton(real) == looks);
                found.extend(
                    like.map(|real| Evidence::of(seen, "xmlns", &Value::of_attribute(declared)).instead_of(real)),
                );
            }
            // What an attribute holds is anybody's; asked last, since it goes up all the way.
            let free = || node.ancestors().any(|outer| outer.is(ASSERTION, "AttributeValue"));
            if DECISIVE.contains(&node.local_name()) && !NAMESPACES.contains(&node.namespace()) && !free() {
                let name = format!("{{{}}}{}", node.namespace(), node.local_name());
                found.push(Evidence::node(seen, node.local_name(), node).actual(&name).expected("SAML, XML Signature"));
            }
        }
        found
    })
}
