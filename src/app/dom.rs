//! What the browser's own reader makes of XML, told as [`crate::reader_difference`] takes it. Such a document is inert:
//! it runs nothing, loads nothing and stands in no page.

use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, Node, SupportedType};

const END: char = '\u{1}';
const PART: char = '\u{2}';

/// The outline of an XML text; `None` where the browser refuses it.
pub fn outline(xml: &str) -> Option<String> {
    // What a text begins with to tell its encoding is none of it.
    let text = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    let document = DomParser::new().ok()?.parse_from_string(text, SupportedType::ApplicationXml).ok()?;
    // An error is told as an element; one that the message brought along is none.
    if !text.contains("parsererror") && document.query_selector("parsererror").ok()?.is_some() {
        return None;
    }
    let mut told = Told { outline: String::with_capacity(text.len()), text: None };
    let (mut next, mut depth) = (document.first_child(), 0);
    while let Some(node) = next {
        told.node(&node, depth);
        next = node.first_child();
        if next.is_some() {
            depth += 1;
            continue;
        }
        let mut at = node;
        loop {
            next = at.next_sibling();
            let Some(parent) = at.parent_node().filter(|_| next.is_none() && depth > 0) else { break };
            (at, depth) = (parent, depth - 1);
        }
    }
    told.end();
    Some(told.outline)
}

struct Told {
    outline: String,
    /// How deep the text stands that the last record is of, and may go on.
    text: Option<usize>,
}

impl Told {
    fn node(&mut self, node: &Node, depth: usize) {
        let value = || node.node_value().unwrap_or_default();
        let number = depth.to_string();
        match node.node_type() {
            Node::ELEMENT_NODE => {
                let Some(element) = node.dyn_ref::<Element>() else { return };
                let namespace = element.namespace_uri().unwrap_or_default();
                self.record(&["e", &number, &namespace, &element.local_name()]);
                let attributes = element.attributes();
                for attribute in (0..attributes.length()).filter_map(|index| attributes.item(index)) {
                    let namespace = attribute.namespace_uri().unwrap_or_default();
                    if namespace != "http://www.w3.org/2000/xmlns/" {
                        for field in [namespace, attribute.local_name(), attribute.value()] {
                            self.outline.push(PART);
                            self.outline.push_str(&field);
                        }
                    }
                }
                self.outline.push(END);
            }
            Node::TEXT_NODE | Node::CDATA_SECTION_NODE => {
                let value = value();
                if value.is_empty() {
                } else if self.text == Some(depth) {
                    self.outline.push_str(&value);
                } else {
                    self.record(&["t", &number, &value]);
                    self.text = Some(depth);
                }
            }
            Node::COMMENT_NODE => self.whole(&["c", &number, &value()]),
            Node::PROCESSING_INSTRUCTION_NODE => self.whole(&["p", &number, &node.node_name(), &value()]),
            _ => {}
        }
    }

    fn end(&mut self) {
        if self.text.take().is_some() {
            self.outline.push(END);
        }
    }

    fn record(&mut self, fields: &[&str]) {
        self.end();
        self.outline.push_str(&fields.join("\u{2}"));
    }

    fn whole(&mut self, fields: &[&str]) {
        self.record(fields);
        self.outline.push(END);
    }
}
