//! The attributes: how many statements, which names, what kind of values (SAML 2.0 Core §2.7.3, §8.2; SAML2int).

use std::collections::HashSet;

use super::judged;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Place, Seen};
use crate::saml::names::ASSERTION;
use crate::saml::{SamlAttribute, Value};
use crate::xenc::Container;
use crate::xml::{Node, is_ncname};

const URI: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
const BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Names, without what is no letter or digit, of attributes that nobody but the service should ever see.
const SENSITIVE: [&str; 19] = [
    "password",
    "passwd",
    "pwd",
    "userpassword",
    "unicodepwd",
    "currentpassword",
    "plaintextpassword",
    "ssn",
    "socialsecuritynumber",
    "nationalid",
    "nationalidnumber",
    "nationalidentificationnumber",
    "idcard",
    "idcardnumber",
    "identitycardnumber",
    "passportnumber",
    "creditcardnumber",
    "sshprivatekey",
    "privatekey",
];

/// schacPersonalUniqueID and norEduPersonNIN: national numbers of persons.
const SENSITIVE_OIDS: [&str; 2] = ["urn:oid:1.3.6.1.4.1.25178.1.2.15", "urn:oid:1.3.6.1.4.1.2428.90.1.5"];

const fn rule(id: &'static str, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Warning, Who::IdpAdmin, Stage::Attributes, source, check)
}

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    rule("asr-attr-statement-multiple", "SAML2int SDP-IDP10", several_statements),
    rule("asr-attr-duplicate-name", "refused by python3-saml and ruby-saml", same_name),
    rule("asr-attr-nameformat", "SAML 2.0 Core 8.2.2, 8.2.3; SAML2int SDP-IDP18", name_format),
    rule("asr-attr-delimited", "SAML2int SDP-IDP20", packed),
    rule("asr-attr-complex", "SAML2int SDP-IDP19; Kantara IIP-SP02", complex),
    rule("asr-attr-empty", "SAML 2.0 Core 2.7.3.1.1", empty),
    Rule::new(
        "asr-sensitive-cleartext",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML2int SDP-IDP11",
        sensitive,
    )
    .grouped(Group::Roles),
    rule("asr-encrypted-id", "SAML2int SDP-IDP11", encrypted).grouped(Group::Signature),
];

fn attributes<'d>(case: &Case<'d>) -> Vec<(&'d Seen<'d>, SamlAttribute<'d>, String)> {
    let Some((seen, assertion)) = judged(case) else { return Vec::new() };
    let name = |attribute: SamlAttribute<'d>| attribute.name().map(|name| name.text.into_owned()).unwrap_or_default();
    assertion.attributes().map(|attribute| (seen, attribute, name(attribute))).collect()
}

/// Evidence of each; there is nothing to look at where there is no attribute.
fn each<'d>(case: &Case<'d>, find: &dyn Fn(&'d Seen<'d>, SamlAttribute<'d>, &str) -> Vec<Evidence>) -> Answer {
    let all = attributes(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let first = |found: &[(String, Vec<Evidence>)]| found.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let found: Vec<(String, Vec<Evidence>)> = all
        .into_iter()
        .map(|(seen, attribute, name)| (name.clone(), find(seen, attribute, &name)))
        .filter(|(_, evidence)| !evidence.is_empty())
        .collect();
    let name = first(&found);
    Answer::found(found.into_iter().flat_map(|(_, evidence)| evidence)).with("name", name)
}

/// Evidence of the values for which a question holds, all in the standard's term.
fn values<'d>(
    seen: &'d Seen<'d>,
    attribute: SamlAttribute<'d>,
    expected: &str,
    is_wrong: impl Fn(Node<'d>) -> bool,
) -> Vec<Evidence> {
    let nodes = attribute.0.elements_named(ASSERTION, "AttributeValue").filter(|node| is_wrong(*node));
    nodes
        .map(|node| {
            let value = Value::of_element(node);
            Evidence::of(seen, "AttributeValue", &value).expected(expected)
        })
        .collect()
}

fn several_statements(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    let further: Vec<_> = assertion.0.elements_named(ASSERTION, "AttributeStatement").skip(1).collect();
    let count = further.len() + 1;
    Answer::found(further.into_iter().map(|node| Evidence::node(seen, "AttributeStatement", node).expected("one")))
        .with("count", count.to_string())
}

fn same_name(case: &Case<'_>) -> Answer {
    let all = attributes(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let mut names = HashSet::new();
    let again = all.iter().filter(|(_, _, name)| !names.insert(name.as_str()));
    Answer::found(again.filter_map(|(seen, attribute, _)| {
        Some(Evidence::of(seen, "Attribute/@Name", &attribute.name()?).expected("one Attribute with all its values"))
    }))
}

fn name_format(case: &Case<'_>) -> Answer {
    let all = attributes(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let wrong = all.iter().filter_map(|(seen, attribute, _)| {
        let (name, format) = (attribute.name()?, attribute.name_format()?);
        let fits = match format.text.as_ref() {
            URI => is_absolute_uri(&name.text),
            // `xs:Name`: a colon may stand anywhere.
            BASIC => is_ncname(&name.text.replace(':', "_")),
            _ => true,
        };
        (!fits).then(|| (Evidence::of(seen, "Attribute/@Name", &name), format.text.into_owned()))
    });
    let wrong: Vec<(Evidence, String)> = wrong.collect();
    let format = wrong.first().map(|(_, format)| format.clone()).unwrap_or_default();
    Answer::found(wrong.into_iter().map(|(evidence, format)| {
        evidence.expected(if format == URI { "an absolute URI" } else { "a name without spaces or slashes" })
    }))
    .with("format", format)
}

fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut chars = scheme.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        && !rest.is_empty()
        && !rest.contains(char::is_whitespace)
}

fn packed(case: &Case<'_>) -> Answer {
    each(case, &|seen, attribute, _| {
        values(seen, attribute, "one AttributeValue for each value", |node| is_packed(node.text_content().trim()))
    })
}

/// Whether a text is a list that somebody joined: two or more words and nothing between them but one sign. A name
/// (`Moreau, Alice`), a distinguished name and a pair of role and provider are none.
fn is_packed(text: &str) -> bool {
    if text.contains(":saml-provider/") || text.contains("://") || text.starts_with(['{', '[']) {
        return false;
    }
    let is_list = |sign: char| {
        let words: Vec<&str> = text.trim_end_matches(sign).split(sign).collect();
        let is_word = |word: &&str| {
            !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || matches!(c, '=' | ';' | ',' | '|'))
        };
        words.len() > 1 && words.iter().all(is_word)
    };
    // Decimal commas and digits grouped by commas are numbers.
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'));
    [';', '|'].into_iter().any(is_list) || (!is_number && is_list(','))
}

fn complex(case: &Case<'_>) -> Answer {
    each(case, &|seen, attribute, _| {
        let nodes = attribute.0.elements_named(ASSERTION, "AttributeValue");
        let complex = nodes.filter_map(|node| Some((node, node.elements().next()?)));
        complex
            .map(|(node, child)| {
                Evidence::node(seen, "AttributeValue", node)
                    .actual(&format!("<{}>", child.local_name()))
                    .expected("text")
            })
            .collect()
    })
}

fn empty(case: &Case<'_>) -> Answer {
    each(case, &|seen, attribute, _| {
        if attribute.values().next().is_none() {
            return vec![Evidence::node(seen, "AttributeValue", attribute.0).expected("a value")];
        }
        values(seen, attribute, "a value", |node| {
            let nil = node.attributes().find(|a| a.namespace() == XSI && a.local_name() == "nil");
            nil.is_some_and(|nil| matches!(nil.value().trim(), "true" | "1"))
                || (node.text_content().trim().is_empty() && node.elements().next().is_none())
        })
    })
}

/// The evidence is the name: what is secret is not repeated.
fn sensitive(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    if seen.place_of(assertion.0).decryption.is_some() {
        return Answer::Inapplicable;
    }
    each(case, &|seen, attribute, _| {
        let names = [attribute.name(), attribute.friendly_name()];
        let is_key = || attribute.values().any(|value| value.text.contains("PRIVATE KEY-----"));
        let has_value = attribute.values().any(|value| !value.text.is_empty());
        let named = names.iter().flatten().any(|name| is_sensitive(&name.text));
        let found = has_value && (named || is_key());
        let name = attribute.name().filter(|_| found);
        name.map(|name| Evidence::of(seen, "Attribute/@Name", &name).expected("no such attribute"))
            .into_iter()
            .collect()
    })
}

fn is_sensitive(name: &str) -> bool {
    let last = name.rsplit(['/', ':', '#']).next().unwrap_or_default();
    let plain: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
    SENSITIVE_OIDS.contains(&name) || SENSITIVE.iter().any(|one| plain.eq_ignore_ascii_case(one))
}

/// Whether anything but the whole assertion is encrypted, opened here or not.
fn encrypted(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response().filter(|_| case.succeeded() != Some(false)) else { return Answer::Inapplicable };
    let parts = seen.places.parts.iter().filter_map(|part| {
        let name = match part.container {
            Container::EncryptedId => "EncryptedID",
            Container::EncryptedAttribute => "EncryptedAttribute",
            _ => return None,
        };
        let place = Place { capture: seen.index, decryption: None, span: Some([part.span.start, part.span.end]) };
        let evidence = Evidence { place: Some(place), ..Evidence::nowhere(name) };
        Some(evidence.actual(name).expected("plain, within an EncryptedAssertion where it must be secret"))
    });
    Answer::found(parts)
}

#[cfg(test)]
mod tests;
