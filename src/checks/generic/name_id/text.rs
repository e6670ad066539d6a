//! The text of identifiers: whether it is in one piece, and whether it is an address (RFC 2822 §3.4.1).

use crate::checks::{Answer, Evidence};
use crate::flow::Case;
use crate::saml::Value;
use crate::saml::names::ASSERTION;
use crate::xml::{Node, NodeKind};

/// The elements whose text says who somebody is, what they may, or for whom the message is.
const IDENTIFYING: [&str; 4] = ["NameID", "Issuer", "Audience", "AttributeValue"];

/// Text with a comment or an instruction in it is one text to whoever signs it, and two to careless readers, which take
/// the first for all of it.
pub(in crate::checks::generic) fn split_by_comment(case: &Case<'_>) -> Answer {
    let mut found = Vec::new();
    let mut part = String::new();
    for (seen, message) in case.messages() {
        let elements = message.0.descendants().filter(|node| node.kind() == NodeKind::Element);
        for element in elements.filter(|node| node.namespace() == ASSERTION && IDENTIFYING.contains(&node.local_name()))
        {
            let Some(first) = first_of_several(element) else { continue };
            if found.is_empty() {
                part = first;
            }
            found.push(
                Evidence::of(seen, element.local_name(), &Value::of_element(element)).expected("text in one piece"),
            );
        }
    }
    if case.messages().next().is_none() { Answer::Inapplicable } else { Answer::found(found).with("part", part) }
}

/// What a careless reader takes for the text of an element; `None` where the text is in one piece.
fn first_of_several(element: Node<'_>) -> Option<String> {
    let (mut texts, mut splits) = (Vec::new(), false);
    for child in element.children() {
        match child.kind() {
            NodeKind::Text | NodeKind::CData => texts.push(child.text()),
            NodeKind::Comment | NodeKind::Instruction => splits = true,
            // With elements in it, it is no text at all.
            _ => return None,
        }
    }
    let several = texts.iter().filter(|text| !text.trim().is_empty()).count();
    let whole = several == 0 || (several == 1 && !splits);
    (!whole).then(|| texts.first().map(|text| text.trim().to_owned()).unwrap_or_default())
}

/// Whether a text is an address as such: no display name, no angle brackets, no comment.
pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.chars().all(|c| {
                // Beyond ASCII since RFC 6532.
                !c.is_ascii() && !c.is_whitespace() && !c.is_control()
                    || c.is_ascii_alphanumeric()
                    || "!#$%&'*+-/=?^_`{|}~".contains(c)
            })
    };
    let is_literal = domain.starts_with('[') && domain.ends_with(']');
    (quoted || local.split('.').all(is_atom)) && (is_literal || domain.split('.').all(is_atom))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_is_told_from_what_only_holds_one() {
        for address in
            ["alice@acme.example", "a.b+c@x", "\"a b\"@acme.example", "o'neil@[192.0.2.1]", "李@acme.example"]
        {
            assert!(is_address(address), "{address}");
        }
        for other in [
            "alice",
            "Alice <alice@acme.example>",
            "ACME\\alice@x",
            "@acme.example",
            "alice@",
            "a..b@x",
            "a@b@c",
            "a (x)@b",
        ] {
            assert!(!is_address(other), "{other}");
        }
    }
}
