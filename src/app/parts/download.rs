//! Hands bytes to the browser as a file to keep.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

use crate::app::listen::Later;

/// Milliseconds after which the address is given up.
const LATER: i32 = 10_000;

/// Saves bytes under a name. Nothing leaves the page: the address is of the page's own memory.
pub fn save(bytes: &[u8], media_type: &str, name: &str) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no page")?;
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes).into());
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link = document.create_element("a")?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.unchecked_into::<HtmlElement>().click();
    // Not at once: some browsers only begin to read it by then.
    std::mem::forget(Later::new(LATER, move || drop(Url::revoke_object_url(&address))));
    Ok(())
}
