//! What a wrapped message has twice: the element that a careless service reads, and the one that is signed.

use serde::Serialize;

use super::summary::AttributeSummary;
use super::texts::{Texts, cut};
use crate::dsig::{Wrapping, id_of, name_apart};
use crate::flow::Seen;
use crate::limits;
use crate::saml::{Assertion, Message, Value};
use crate::xml::Node;

/// One element that no signature is meant for, beside the one that a signature names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrappingReport {
    /// The shape's name: `xsw1` to `xsw9`, `protocol-mix`, `in-extensions`, …
    pub shape: &'static str,
    /// What was done, in plain words.
    pub text: String,
    /// What a service would read that looks for elements by name.
    pub consumed: ClaimReport,
    /// What the signature is over; `None` where it names nothing that is there.
    pub signed: Option<ClaimReport>,
}

/// What one element of a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimReport {
    /// Its local name.
    pub element: String,
    /// Its `ID`.
    pub id: Option<String>,
    /// The local names of the elements that it stands in, from the root, and its own: `Response/Extensions/Assertion`.
    pub path: String,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    pub decryption: Option<usize>,
    /// Its bytes in that text, half open.
    pub span: [usize; 2],
    /// Whether a signature that holds covers it.
    pub covered: bool,
    /// Who is said to have made it.
    pub issuer: Option<String>,
    /// Who is said to log in.
    pub name_id: Option<String>,
    /// For whom it is said to be.
    pub audiences: Vec<String>,
    /// What is said of the user.
    pub attributes: Vec<AttributeSummary>,
}

impl WrappingReport {
    /// What stands in a capture twice.
    pub(super) fn of(seen: &Seen<'_>, texts: &Texts) -> Vec<Self> {
        let one = |wrapping: Wrapping<Node<'_>>| {
            let consumed = ClaimReport::of(seen, wrapping.consumed, None);
            let signed = wrapping.signed.map(|signed| ClaimReport::of(seen, signed, Some(wrapping.consumed)));
            let value = |name: &str| match name {
                "story" => Some(wrapping.told.story),
                "place" => Some(wrapping.told.place),
                "element" => Some(consumed.element.as_str()),
                "forged" => consumed.whom(),
                "other" => signed.as_ref().map(|signed| signed.element.as_str()),
                _ => signed.as_ref().and_then(ClaimReport::whom),
            };
            let text = story_of(&value, texts).unwrap_or_default();
            Self { shape: wrapping.told.shape, text, consumed, signed }
        };
        seen.wrappings().into_iter().map(one).collect()
    }
}

/// What was done, in a sentence. `value`: `story` by its name, `forged` and `signed` whom the two are about, `element`
/// and `other` what they are, `place` where one is hidden.
pub(super) fn story_of<'v>(value: &dyn Fn(&str) -> Option<&'v str>, texts: &Texts) -> Option<String> {
    let [forged, signed, element, other, place] =
        ["forged", "signed", "element", "other", "place"].map(|name| value(name).unwrap_or("—"));
    let values: [(&str, &dyn std::fmt::Display); 5] =
        [("forged", &forged), ("signed", &signed), ("element", &element), ("other", &other), ("place", &place)];
    Some(texts.say(sentence(value("story")?), &values))
}

/// The name of the sentence.
fn sentence(story: &str) -> &'static str {
    match story {
        "xsw1" => "wrapping.xsw1",
        "xsw2" => "wrapping.xsw2",
        "xsw3" => "wrapping.xsw3",
        "xsw4" => "wrapping.xsw4",
        "xsw5" => "wrapping.xsw5",
        "xsw6" => "wrapping.xsw6",
        "xsw9" => "wrapping.xsw9",
        "second-assertion" => "wrapping.second-assertion",
        "hidden" => "wrapping.hidden",
        "behind" => "wrapping.behind",
        "rivals" => "wrapping.rivals",
        "protocol-mix" => "wrapping.protocol-mix",
        "duplicate-id" => "wrapping.duplicate-id",
        "polluted-id" => "wrapping.polluted-id",
        "second-reference" => "wrapping.second-reference",
        "signed-error" => "wrapping.signed-error",
        "unsigned-hidden" => "wrapping.unsigned-hidden",
        _ => "wrapping.unsigned-assertion",
    }
}

impl ClaimReport {
    /// The name or, where it has none, the ID.
    fn whom(&self) -> Option<&str> {
        self.name_id.as_deref().or(self.id.as_deref())
    }

    /// `apart`: an element whose claims are not its own although it stands in it.
    fn of(seen: &Seen<'_>, node: Node<'_>, apart: Option<Node<'_>>) -> Self {
        let message = Message(node);
        let own = message.assertions().find(|assertion| Some(assertion.0) != apart);
        let place = seen.place_within(node, &node.span());
        let text = |value: Value<'_>| cut(&value.text, limits::IDENTITY_TEXT_BYTES).to_owned();
        let conditions = own.and_then(Assertion::conditions);
        let name = name_apart(node, apart);
        let mut left = limits::CLAIM_VALUES;
        let mut attributes = Vec::new();
        for attribute in own.into_iter().flat_map(Assertion::attributes).take(limits::CLAIM_VALUES) {
            let values: Vec<String> = attribute.values().take(left).map(text).collect();
            left -= values.len();
            attributes.push(AttributeSummary {
                name: attribute.name().map(text),
                friendly_name: attribute.friendly_name().map(text),
                name_format: attribute.name_format().map(text),
                values,
            });
        }
        Self {
            element: node.local_name().to_owned(),
            id: id_of(node),
            path: path(node),
            decryption: place.decryption,
            span: place.span.unwrap_or_default(),
            covered: seen.covers(node),
            issuer: message.issuer().map(text),
            name_id: name.map(|name| cut(&name, limits::IDENTITY_TEXT_BYTES).to_owned()),
            audiences: conditions
                .into_iter()
                .flat_map(|conditions| conditions.audiences())
                .take(limits::CLAIM_VALUES)
                .map(text)
                .collect(),
            attributes,
        }
    }
}

/// The elements that one stands in, the outermost first; of a long path the innermost.
fn path(node: Node<'_>) -> String {
    let mut names: Vec<&str> = node.ancestors().map(Node::local_name).filter(|name| !name.is_empty()).collect();
    names.truncate(limits::EXPLAINED_PATH);
    names.reverse();
    names.push(node.local_name());
    names.join("/")
}
