//! The page's own files: fetched from where the page is from, or held within it where it is one single file.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The script that is program and worker of the single file in one; `None` where the page is of many files.
pub fn program() -> Option<Element> {
    document()?.query_selector("script[data-single]").ok()?
}

/// Which release this is, among those that one place has served: files that keep their name are asked for with it, so
/// that no page is ever given the words of another release. `None` in development.
pub fn release() -> Option<String> {
    document()?.query_selector("script[data-release]").ok()??.get_attribute("data-release")
}

/// The bytes of one of the page's own files.
pub async fn own_file(path: &str) -> Option<Vec<u8>> {
    let window = web_sys::window()?;
    if program().is_some() {
        // static/offline/single.js unpacks what stands in the document.
        let held: Function = Reflect::get(&window, &"samlensFile".into()).ok()?.dyn_into().ok()?;
        let held: Promise = held.call1(&window, &path.into()).ok()?.dyn_into().ok()?;
        return Some(JsFuture::from(held).await.ok()?.dyn_into::<Uint8Array>().ok()?.to_vec());
    }
    // A name with a digest in it is of one release alone.
    let address = match release().filter(|_| !path.ends_with(".wasm")) {
        Some(release) => format!("{path}?{release}"),
        None => path.to_owned(),
    };
    let response: web_sys::Response = JsFuture::from(window.fetch_with_str(&address)).await.ok()?.dyn_into().ok()?;
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    response.ok().then(|| Uint8Array::new(&buffer).to_vec())
}
