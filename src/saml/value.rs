//! A value of a message, with the bytes it stands in.

use std::borrow::Cow;
use std::ops::Range;

use crate::xml::{Attribute, Node};

/// Text that a message carries, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<'d> {
    /// As an application reads it: references resolved, white space around element text taken off, since indented
    /// messages have some and `xs:anyURI` and `xs:dateTime` collapse it.
    pub text: Cow<'d, str>,
    /// Its bytes in the document: an element's content, an attribute's value.
    pub span: Range<usize>,
}

impl<'d> Value<'d> {
    /// The character data of an element.
    pub fn of_element(node: Node<'d>) -> Self {
        let text = match node.text_content() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        Self { text, span: node.content_span() }
    }

    /// The value of an attribute.
    pub fn of_attribute(attribute: Attribute<'d>) -> Self {
        Self { text: attribute.value(), span: attribute.value_span() }
    }
}

/// The value of an element's attribute without namespace, where it has one.
pub(crate) fn attribute<'d>(node: Node<'d>, name: &str) -> Option<Value<'d>> {
    node.attribute(name).map(Value::of_attribute)
}
