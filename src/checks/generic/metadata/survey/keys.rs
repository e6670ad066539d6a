//! Keys as they are written: where they stand, what stands in them, who else has them.

use std::hash::BuildHasher;

use super::{Fault, KeyAt, Walk};
use crate::checks::Severity;
use crate::dsig::names::DSIG;
use crate::saml::names::METADATA;
use crate::xml::Node;

/// Letters at the end of a certificate that tell it from others: they are 48 octets of its signature.
const END: usize = 64;

impl<'d> Walk<'d, '_> {
    pub(super) fn comment(&mut self, node: Node<'d>, start: usize) {
        if self.key.as_ref().is_some_and(|key| start < key.info_end) {
            // What stands within the base64 cuts it in two for readers that take the first piece of text.
            let cuts = node.parent().is_some_and(|parent| matches!(parent.local_name(), "X509Certificate" | "KeyName"));
            let severity = if cuts { Severity::Warning } else { Severity::Note };
            let span = node.span();
            self.fault(Fault::KeyInfoComment, Some(severity), &|site| {
                site.element("KeyInfo", &span).actual(node.source()).expected("no comment and no instruction")
            });
        }
    }

    pub(super) fn enter_key(&mut self, node: Node<'d>) {
        let Some(role) = &mut self.role else { return };
        let usage = node.attribute("use").map(|usage| usage.raw_value());
        role.encrypts |= usage != Some("signing");
        self.key = Some(KeyAt {
            end: node.span().end,
            info_end: 0,
            signs_only: usage == Some("signing"),
            signs: usage != Some("encryption"),
        });
    }

    /// An element that is named as one of a key is, in a namespace in which no reader looks for it.
    pub(super) fn misnamed_key(&mut self, node: Node<'d>) {
        let due = match (node.local_name(), node.parent().map(Node::local_name)) {
            ("KeyInfo", Some("KeyDescriptor"))
            | ("X509Data" | "KeyName" | "KeyValue", Some("KeyInfo"))
            | ("X509Certificate", Some("X509Data")) => self.key.is_some(),
            _ => false,
        };
        if due {
            let span = node.open_tag();
            self.fault(Fault::KeyInfoNamespace, None, &|site| {
                site.element(node.local_name(), &span).actual(node.namespace()).expected(DSIG)
            });
        }
    }

    /// The same certificate as another entity's, by its end, which is its signature's.
    pub(super) fn certificate(&mut self, node: Node<'d>) {
        let (Some(site), true) = (self.site, self.key.as_ref().is_some_and(|key| key.signs)) else { return };
        let Some(text) = node.children().next().map(Node::source) else { return };
        let mut end = [0; END];
        let letters = text.bytes().rev().filter(|byte| !byte.is_ascii_whitespace());
        let mut count = 0;
        for (place, letter) in end.iter_mut().zip(letters) {
            *place = letter;
            count += 1;
        }
        if count < END {
            return;
        }
        let entity = site.entity.span.start;
        let first = *self.certificates.entry(self.hasher.hash_one(end)).or_insert(entity);
        if first != entity {
            let span = node.content_span();
            self.fault(Fault::SharedCertificate, None, &|site| {
                site.element("X509Certificate", &span).expected("a key of its own")
            });
        }
    }

    /// A name of an algorithm that stands where the algorithms that are supported do not (Metadata Profile for Algorithm
    /// Support §2).
    pub(super) fn algorithm(&mut self, node: Node<'d>) {
        let around = node.parent().filter(|parent| parent.is(METADATA, "Extensions")).and_then(Node::parent);
        let is_due = match &self.role {
            Some(role) => around == Some(role.node),
            None => around.is_some_and(|around| around.is(METADATA, "EntityDescriptor")),
        };
        if !is_due {
            self.attribute(
                Fault::MisplacedAlgorithm,
                None,
                (node, "Algorithm"),
                "in the Extensions of an entity or a role",
            );
        }
    }
}
