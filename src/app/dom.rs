//! What the browser's own reader makes of XML, told as [`crate::reader_difference`] takes it. Such a document is inert:
//! it runs nothing, loads nothing and stands in no page.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, Node, SupportedType};

const END: char = '\u{1}';
const PART: char = '\u{2}';
/// What makes another namespace of one that browsers know. Of characters that a URI may have: one with others some
/// browsers refuse.
const BENT: &str = "/as-text-alone";
/// The namespaces of elements that a browser does more with than to hold them: for an `onclick` among them its console
/// would tell of a breach of the page's policy, though nothing runs.
const KNOWN: [&str; 2] = ["www.w3.org/1999/xhtml", "www.w3.org/2000/svg"];

/// The outline of an XML text; `None` where the browser refuses it. `doubtful`: it is refused here.
pub fn outline(xml: &str, doubtful: bool) -> Option<String> {
    // What a text begins with to tell its encoding is none of it.
    let mut text = xml.strip_prefix('\u{feff}').unwrap_or(xml).to_owned();
    let bends = !text.contains(BENT);
    for name in KNOWN.into_iter().filter(|name| bends && xml.contains(*name)) {
        text = text.replace(name, &format!("{name}{BENT}"));
    }
    let parser = DomParser::new().ok()?;
    if doubtful && !might_be_read(&parser, &text) {
        return None;
    }
    let document = parser.parse_from_string(&text, SupportedType::ApplicationXml).ok()?;
    // An error is told as an element; one that the message brought along is none.
    if !text.contains("parsererror") && document.query_selector("parsererror").ok()?.is_some() {
        return None;
    }
    let outline = told(&document).outline;
    Some(if bends { outline.replace(BENT, "") } else { outline })
}

/// Whether a browser might read a text: as the content of an element it does, without the declaration that can stand in
/// none. A whole document that it refuses it makes one of that its own policy complains of; this way it only says no.
fn might_be_read(parser: &DomParser, text: &str) -> bool {
    if text.contains("<!DOCTYPE") {
        return true;
    }
    let document = parser.parse_from_string("<x/>", SupportedType::ApplicationXml).ok();
    let Some(root) = document.and_then(|document| document.document_element()) else { return false };
    let declared = text.strip_prefix("<?xml ").and_then(|rest| rest.split_once("?>"));
    let content = declared.map_or(text, |(_, content)| content);
    // A declaration anywhere else is an error to all but the reader of an element's content.
    !content.contains("<?xml ")
        && Reflect::set(&root, &"innerHTML".into(), &content.into()).is_ok()
        && root.child_element_count() == 1
        && !told(&root).unbound
}

/// What is told of all that stands in a node.
fn told(root: &Node) -> Told {
    let mut told = Told { outline: String::new(), text: None, unbound: false };
    let (mut next, mut depth) = (root.first_child(), 0);
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
    told
}

struct Told {
    outline: String,
    /// How deep the text stands that the last record is of, and may go on.
    text: Option<usize>,
    /// Whether a prefix that nothing declares was seen, of which a document may have none.
    unbound: bool,
}

impl Told {
    fn node(&mut self, node: &Node, depth: usize) {
        let value = || node.node_value().unwrap_or_default();
        let number = depth.to_string();
        match node.node_type() {
            Node::ELEMENT_NODE => {
                let Some(element) = node.dyn_ref::<Element>() else { return };
                let namespace = element.namespace_uri().unwrap_or_default();
                self.unbound |= namespace.is_empty() && node.node_name().contains(':');
                self.record(&["e", &number, &namespace, &element.local_name()]);
                let attributes = element.attributes();
                for attribute in (0..attributes.length()).filter_map(|index| attributes.item(index)) {
                    let namespace = attribute.namespace_uri().unwrap_or_default();
                    self.unbound |= namespace.is_empty() && attribute.name().contains(':');
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
