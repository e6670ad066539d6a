//! The text of identifiers: whether it is in one piece, and whether it is an address (RFC 2822 §3.4.1).

use crate::checks::{Answer, Evidence};
use crate::flow::Case;
use crate::saml::Value;
use crate::saml::split::split_texts;

/// Text with markup in it is one text to whoever signs it, and several to careless readers, which take one of them for
/// all of it.
pub(in crate::checks::generic) fn split_by_comment(case: &Case<'_>) -> Answer {
    let mut found = Vec::new();
    let mut part = String::new();
    for (seen, message) in case.messages() {
        for split in split_texts(message) {
            if found.is_empty() {
                part = split.misread().to_owned();
            }
            let value = Value::of_element(split.node);
            found.push(Evidence::of(seen, split.node.local_name(), &value).expected("text in one piece"));
        }
    }
    if case.messages().next().is_none() { Answer::Inapplicable } else { Answer::found(found).with("part", part) }
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
