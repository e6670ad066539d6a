//! Hands a text to the browser as a file to keep.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

use crate::app::listen::Later;

/// Milliseconds after which the address is given up.
const LATER: i32 = 10_000;

/// Saves a text under a name. Nothing leaves the page: the address is of the page's own memory.
pub fn save(text: &str, name: &str) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no page")?;
    let kind = BlobPropertyBag::new();
    kind.set_type("application/samlmetadata+xml");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link = document.create_element("a")?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.unchecked_into::<HtmlElement>().click();
    // Not at once: some browsers only begin to read it by then.
    std::mem::forget(Later::new(LATER, move || drop(Url::revoke_object_url(&address))));
    Ok(())
}

/// A name for an entity's file: what of its identifier any file system takes.
pub fn file_name(entity_id: &str) -> String {
    let bare = entity_id.split_once("://").map_or(entity_id, |(_, rest)| rest);
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = bare.chars().take(80).map(kept).collect();
    format!("{}.xml", name.trim_matches(['-', '.']))
}
