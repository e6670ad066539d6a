//! What the engine needs of the browser: its parser of addresses, and the words of a language.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Url};

use crate::{Language, add_texts, set_url_reader};

/// Lends the engine the browser's parser of addresses.
pub fn lend_url_reader() {
    set_url_reader(|text| Url::new(text).ok().map(|url| url.href()));
}

/// Fetches the words of a language, one of the page's own files, and gives them to the engine.
///
/// # Errors
/// Where they do not come, or are not what they should be.
pub async fn fetch_texts(language: Language) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let path = format!("texts/{}.json", language.as_str());
    let response: Response = JsFuture::from(window.fetch_with_str(&path)).await?.dyn_into()?;
    let json = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    add_texts(language, &json).map_err(JsValue::from)
}
