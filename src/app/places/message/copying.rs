//! From what a person selected to the bytes of the text: what is copied is what was sent, without line numbers.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// An attribute with a number.
pub fn numbered(element: &Element, name: &str) -> Option<usize> {
    element.get_attribute(name)?.parse().ok()
}

/// The piece that a node is, or stands in.
pub fn piece(node: &Node) -> Option<Element> {
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    element.closest("[data-at]").ok().flatten()
}

/// The byte at a place within a piece; `None` where the place is in none.
pub fn byte_in_piece(text: &str, node: &Node, at: u32) -> Option<usize> {
    let piece = piece(node)?;
    let (start, end) = (numbered(&piece, "data-at")?, numbered(&piece, "data-to")?);
    // A mark stands for its character, which is copied whole or not at all.
    if node.node_type() != Node::TEXT_NODE || piece.has_attribute("data-mark") {
        return Some(if at == 0 { start } else { end });
    }
    let mut units = at as usize;
    let mut byte = start;
    for c in text.get(start..end)?.chars() {
        if units < c.len_utf16() {
            break;
        }
        units -= c.len_utf16();
        byte += c.len_utf8();
    }
    Some(byte)
}

/// The byte at any place among the rows: between pieces the start of the next one, or else the end of the last.
pub fn byte_at(text: &str, node: &Node, at: u32) -> Option<usize> {
    if let Some(byte) = byte_in_piece(text, node, at) {
        return Some(byte);
    }
    // Within a row's number or its fold button: the row begins there.
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    let child = element.child_nodes().item(at).and_then(|child| child.dyn_into::<Element>().ok());
    let first = child.and_then(|child| {
        if child.has_attribute("data-at") { Some(child) } else { child.query_selector("[data-at]").ok().flatten() }
    });
    if let Some(first) = first {
        return numbered(&first, "data-at");
    }
    let row = element.closest("[data-from]").ok().flatten();
    if let Some(row) =
        row.as_ref().filter(|_| element.closest(".x-number, .x-fold, .x-indent").ok().flatten().is_some())
    {
        return numbered(row, "data-from");
    }
    let all = row.unwrap_or(element).query_selector_all("[data-at]").ok()?;
    let last = all.item(all.length().checked_sub(1)?)?.dyn_into::<Element>().ok()?;
    numbered(&last, "data-to")
}
