//! What the browser itself says of the page: its policy, what was requested, what is kept.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, Window};

/// The policy of the document.
pub fn policy() -> Option<String> {
    let document = web_sys::window()?.document()?;
    let policy = document.query_selector("meta[http-equiv=Content-Security-Policy]").ok()??;
    policy.get_attribute("content")
}

/// The addresses that were requested since the page was loaded, itself included.
pub fn requested() -> Vec<String> {
    let Some(performance) = web_sys::window().and_then(|window| window.performance()) else { return Vec::new() };
    let entries = ["navigation", "resource"].map(|kind| performance.get_entries_by_type(kind));
    entries.iter().flat_map(Array::iter).filter_map(|entry| text(&entry, "name")).collect()
}

/// Whether an address is of the folder that the page was loaded from, or of the page's own making.
pub fn is_own(address: &str) -> bool {
    let base = web_sys::window().and_then(|window| window.document()).and_then(|page| page.base_uri().ok()?);
    let folder = base.as_deref().and_then(|base| base.split('#').next()?.rsplit_once('/'));
    address.starts_with("blob:") || folder.is_some_and(|(folder, _)| address.starts_with(folder))
}

/// How many entries the browser keeps for this page beside the offline copy.
pub fn stored() -> usize {
    let Some(window) = web_sys::window() else { return 0 };
    let storage = [window.local_storage(), window.session_storage()];
    let entries = storage.into_iter().filter_map(|storage| storage.ok()??.length().ok());
    let cookies = window.document().and_then(|document| text(&document, "cookie")).unwrap_or_default();
    entries.map(|length| length as usize).sum::<usize>() + cookies.split(';').filter(|one| !one.is_empty()).count()
}

/// The addresses whose content is kept to be there offline (static/offline/worker.js).
pub async fn kept() -> Vec<String> {
    match web_sys::window() {
        Some(window) => kept_in(&window).await.unwrap_or_default(),
        None => Vec::new(),
    }
}

async fn kept_in(window: &Window) -> Option<Vec<String>> {
    // Not there where the page was loaded from no safe place.
    let caches: CacheStorage = Reflect::get(window, &"caches".into()).ok().filter(JsValue::is_object)?.unchecked_into();
    let mut kept = Vec::new();
    for name in list(caches.keys()).await? {
        let cache: Cache = JsFuture::from(caches.open(&name.as_string()?)).await.ok()?.unchecked_into();
        kept.extend(list(cache.keys()).await?.iter().filter_map(|request| text(request, "url")));
    }
    Some(kept)
}

async fn list(promise: js_sys::Promise) -> Option<Vec<JsValue>> {
    Some(JsFuture::from(promise).await.ok()?.unchecked_into::<Array>().to_vec())
}

/// A text that an object holds by a name.
pub fn text(object: &JsValue, name: &str) -> Option<String> {
    Reflect::get(object, &name.into()).ok()?.as_string()
}
