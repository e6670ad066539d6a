//! What people read and choose by: names in their languages, logos; and the scopes of an organisation.

use std::collections::HashSet;
use std::hash::BuildHasher;

use super::super::text;
use super::{Fault, Walk};
use crate::flow::IDP;
use crate::xml::{Attribute, Node, XML_NAMESPACE};

impl<'d> Walk<'d, '_> {
    pub(super) fn scope(&mut self, node: Node<'d>) {
        let regexp = node.attribute("regexp");
        if regexp.is_none() {
            self.content(Fault::ScopeRegexp, None, node, "regexp=\"false\"");
        }
        let value = node.text_content();
        if value.contains(char::is_whitespace) {
            self.content(Fault::ScopeSpace, None, node, "no white space");
        }
        let is_pattern = regexp.is_some_and(|regexp| matches!(regexp.raw_value().trim(), "true" | "1"));
        if is_pattern && text::matches_anything(value.trim()) {
            self.content(Fault::ScopeAny, None, node, "a domain of this organisation");
        }
    }

    /// Words in one language: which, and whether they are one line.
    pub(super) fn words(&mut self, node: Node<'d>, is_name: bool) {
        let is_there = language(node).is_some_and(|language| !language.raw_value().trim().is_empty());
        if !is_there {
            self.content(Fault::Language, None, node, "xml:lang");
        }
        if is_name && node.text_content().trim().contains(['\n', '\r']) {
            self.content(Fault::DisplayLineBreak, None, node, "one line");
        }
    }

    pub(super) fn enter_ui(&mut self, node: Node<'d>) {
        self.ui = node.span().end;
        self.languages = HashSet::new();
        if self.role.is_none() {
            let span = node.open_tag();
            self.fault(Fault::MisplacedUi, None, &|site| {
                site.element("mdui:UIInfo", &span)
                    .actual("EntityDescriptor/Extensions")
                    .expected("IDPSSODescriptor/Extensions or SPSSODescriptor/Extensions")
            });
        }
    }

    pub(super) fn ui_words(&mut self, node: Node<'d>, local: &'d str, start: usize) {
        let Some(language) = language(node).filter(|_| start < self.ui) else { return };
        if !self.languages.insert((local, language.raw_value())) {
            self.content(Fault::RepeatedLanguage, None, node, "one for each language");
        }
    }

    /// The same name as that of another identity provider in the list that users choose from.
    pub(super) fn display_name(&mut self, node: Node<'d>) {
        let is_idp = self.role.as_ref().is_some_and(|role| role.node.local_name() == IDP);
        let Some(site) = self.site.filter(|_| is_idp && self.alone) else { return };
        let language = language(node).map(|language| language.raw_value()).unwrap_or_default();
        let name = node.text_content();
        let entity = site.entity.span.start;
        let key = self.hasher.hash_one((language, name.trim()));
        if *self.display_names.entry(key).or_insert(entity) != entity {
            self.content(Fault::SharedDisplayName, None, node, "a name of its own");
        }
    }

    pub(super) fn logo(&mut self, node: Node<'d>) {
        for name in ["width", "height"] {
            let size = node.attribute(name).and_then(|size| size.value().trim().parse::<u32>().ok());
            if size.is_none_or(|size| size == 0) {
                self.attribute(Fault::LogoSize, None, (node, name), "a number of pixels");
            }
        }
        if language(node).is_some_and(|language| language.raw_value().trim().is_empty()) {
            self.content(Fault::Language, None, node, "xml:lang");
        }
        let address = node.text_content();
        let address = address.trim();
        match text::scheme(address) {
            "https" => {}
            "data" => {
                if address.len() > text::LONGEST_LOGO {
                    self.content(Fault::LogoLong, None, node, "an address of https");
                }
            }
            _ => self.content(Fault::LogoAddress, None, node, "an address of https"),
        }
    }
}

fn language<'d>(node: Node<'d>) -> Option<Attribute<'d>> {
    node.attributes().find(|attribute| attribute.local_name() == "lang" && attribute.namespace() == XML_NAMESPACE)
}
