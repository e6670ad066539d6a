//! Hands an entity's metadata to the browser as a file to keep.

use wasm_bindgen::JsValue;

use crate::app::parts;

/// Saves a text under a name.
pub fn save(text: &str, name: &str) -> Result<(), JsValue> {
    parts::save(text.as_bytes(), "application/samlmetadata+xml", name)
}

/// A name for an entity's file: what of its identifier any file system takes.
pub fn file_name(entity_id: &str) -> String {
    let bare = entity_id.split_once("://").map_or(entity_id, |(_, rest)| rest);
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = bare.chars().take(80).map(kept).collect();
    format!("{}.xml", name.trim_matches(['-', '.']))
}
