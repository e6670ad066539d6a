//! A start tag made an element: its namespaces, its attributes, and the rules that hold among them (Namespaces §3 to §6).

use std::borrow::Cow;
use std::ops::Range;

use super::document::{AttributeData, ElementData, What};
use super::error::{XmlError, XmlErrorKind};
use super::names::qname;
use super::namespaces::NamespaceId;
use super::reader::{Builder, Open, Step, fail, limit, room};
use super::references;
use super::tag::{self, RawAttribute};
use crate::limits;
use crate::sorted::sort_by_key;

impl<'a> Builder<'a> {
    pub(super) fn start_tag(&mut self, raw: &'a str, span: Range<usize>) -> Step {
        let mut attributes = std::mem::take(&mut self.raw_attributes);
        let result = tag::start_tag(raw, span.start, self.doctype_seen, &mut attributes)
            .and_then(|tag| self.element(tag, &attributes, span));
        self.raw_attributes = attributes;
        result
    }

    fn element(&mut self, tag: tag::RawTag<'a>, attributes: &[RawAttribute<'a>], span: Range<usize>) -> Step {
        let name_span = span.start + 1..span.start + 1 + tag.name.len();
        if self.open.is_empty() && self.root_seen {
            return fail(XmlErrorKind::SecondRoot, name_span);
        }
        self.root_seen = true;
        limit("XML_DEPTH", limits::XML_DEPTH, self.open.len(), name_span.clone())?;
        limit("XML_ATTRIBUTES", limits::XML_ATTRIBUTES, attributes.len(), name_span.clone())?;
        let (prefix, local) = split(tag.name, &name_span)?;
        let scope = self.scope.depth();
        let mut element = ElementData {
            prefix_len: prefix.len() as u16,
            local_len: local.len() as u16,
            namespace: NamespaceId::NONE,
            open_end: span.end as u32,
            close_start: span.end as u32,
            attributes: self.document.attributes.len() as u32,
            declarations: self.document.declarations.len() as u32,
        };
        for attribute in attributes {
            self.declare(attribute)?;
        }
        limit("XML_NAMESPACES", limits::XML_NAMESPACES, self.scope.depth(), name_span.clone())?;
        if prefix == "xmlns" {
            return fail(XmlErrorKind::XmlnsPrefix, name_span);
        }
        element.namespace = self.lookup(prefix, &name_span)?;
        self.add_attributes(attributes)?;

        let node = self.push(What::element(self.document.elements.len()), span)?;
        room(&mut self.document.elements, element.open_end as usize, self.document.text);
        self.document.elements.push(element);
        if tag.empty {
            self.scope.leave(scope);
        } else {
            self.open.push(Open { node, name: tag.name, scope });
        }
        Ok(())
    }

    /// Takes a namespace declaration into scope; other attributes are left for later (NS §3, §5).
    fn declare(&mut self, attribute: &RawAttribute<'a>) -> Step {
        let name_span = attribute.start..attribute.start + attribute.name.len();
        let prefix = match attribute.name.strip_prefix("xmlns") {
            Some("") => "",
            Some(rest) if rest.starts_with(':') => split(attribute.name, &name_span)?.1,
            _ => return Ok(()),
        };
        let value = references::attribute_value(attribute.value);
        let span = attribute.start..attribute.value_start + attribute.value.len() + 1;
        let namespace = self.document.names.id(match value {
            Cow::Borrowed(_) => Cow::Borrowed(attribute.value),
            Cow::Owned(value) => Cow::Owned(value),
        });
        match prefix {
            "xmlns" => return fail(XmlErrorKind::XmlnsPrefix, span),
            "xml" if namespace != NamespaceId::XML => return fail(XmlErrorKind::XmlPrefixRebound, span),
            "xml" => {}
            _ if matches!(namespace, NamespaceId::XML | NamespaceId::XMLNS) => {
                return fail(XmlErrorKind::ReservedNamespace(prefix.to_owned()), span);
            }
            "" => {}
            _ if namespace == NamespaceId::NONE => {
                return fail(XmlErrorKind::EmptyPrefixBinding(prefix.to_owned()), span);
            }
            _ => {}
        }
        room(&mut self.document.declarations, attribute.start, self.document.text);
        self.document.declarations.push(AttributeData {
            start: attribute.start as u32,
            value_start: attribute.value_start as u32,
            value_end: (attribute.value_start + attribute.value.len()) as u32,
            // The declared prefix is the local name, an empty one where `xmlns` stands alone.
            prefix_len: "xmlns".len() as u16,
            local_len: prefix.len() as u16,
            namespace,
        });
        self.scope.declare(prefix, namespace);
        Ok(())
    }

    /// Every attribute that declares nothing, once all declarations of its element are in scope.
    fn add_attributes(&mut self, attributes: &[RawAttribute<'a>]) -> Step {
        refuse_twice(
            attributes,
            |attribute| attribute.name,
            |attribute| XmlErrorKind::DuplicateAttribute(attribute.name.to_owned()),
        )?;
        let mut expanded = Vec::new();
        for attribute in attributes {
            if attribute.name == "xmlns" || attribute.name.starts_with("xmlns:") {
                continue;
            }
            let name_span = attribute.start..attribute.start + attribute.name.len();
            let (prefix, local) = split(attribute.name, &name_span)?;
            // The default namespace is not for attributes (NS §6.2).
            let namespace = if prefix.is_empty() { NamespaceId::NONE } else { self.lookup(prefix, &name_span)? };
            if !prefix.is_empty() {
                expanded.push((namespace, local, *attribute));
            }
            room(&mut self.document.attributes, attribute.start, self.document.text);
            self.document.attributes.push(AttributeData {
                start: attribute.start as u32,
                value_start: attribute.value_start as u32,
                value_end: (attribute.value_start + attribute.value.len()) as u32,
                prefix_len: prefix.len() as u16,
                local_len: local.len() as u16,
                namespace,
            });
        }
        if expanded.len() < 2 {
            return Ok(());
        }
        sort_by_key(&mut expanded, |(namespace, local, attribute)| (*namespace, *local, attribute.start));
        match expanded.windows(2).find(|pair| matches!(pair, [a, b] if (a.0, a.1) == (b.0, b.1))) {
            Some([_, (namespace, local, second)]) => fail(
                XmlErrorKind::DuplicateExpandedAttribute {
                    namespace: self.document.names.name(*namespace).to_owned(),
                    local: (*local).to_owned(),
                },
                second.start..second.start + second.name.len(),
            ),
            _ => Ok(()),
        }
    }

    fn lookup(&mut self, prefix: &str, span: &Range<usize>) -> Result<NamespaceId, XmlError> {
        let undeclared = || XmlError::new(XmlErrorKind::UndeclaredPrefix(prefix.to_owned()), span.clone());
        self.scope.lookup(prefix).ok_or_else(undeclared)
    }
}

/// A qualified name's prefix and local part.
fn split<'a>(name: &'a str, span: &Range<usize>) -> Result<(&'a str, &'a str), XmlError> {
    let Some(prefix_len) = qname(name) else {
        return fail(XmlErrorKind::InvalidName(name.to_owned()), span.clone());
    };
    limit("XML_NAME_BYTES", limits::XML_NAME_BYTES, name.len(), span.clone())?;
    Ok(match prefix_len {
        0 => ("", name),
        len => (name.get(..len).unwrap_or_default(), name.get(len + 1..).unwrap_or_default()),
    })
}

/// Fails on the first attribute whose key an earlier one has. Pairwise while that is quick, by sorting beyond.
fn refuse_twice<'a>(
    attributes: &[RawAttribute<'a>],
    key: impl Fn(&RawAttribute<'a>) -> &'a str,
    kind: impl Fn(&RawAttribute<'a>) -> XmlErrorKind,
) -> Step {
    let second = if attributes.len() <= 8 {
        attributes
            .iter()
            .enumerate()
            .find(|(at, attribute)| attributes.iter().take(*at).any(|earlier| key(earlier) == key(attribute)))
            .map(|(_, attribute)| *attribute)
    } else {
        let mut sorted = attributes.to_vec();
        sort_by_key(&mut sorted, |attribute| (key(attribute), attribute.start));
        sorted.windows(2).find_map(|pair| match pair {
            [first, second] if key(first) == key(second) => Some(*second),
            _ => None,
        })
    };
    match second {
        Some(second) => fail(kind(&second), second.start..second.start + second.name.len()),
        None => Ok(()),
    }
}
