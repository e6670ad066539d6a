//! The sample cases: what each is about, and opening one.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::{Callback, Html, component, html};

use super::places::PlaceProps;
use super::state::{Action, Dispatch};
use super::words::{put, words};

words! {
    Words {
        title: "Or look at a sample", "或查看示例";
        failed: "The sample {name} could not be loaded. Is the page complete?", "示例 {name} 无法加载。页面文件是否完整？";
    }
}

/// The samples.
#[component]
pub fn Samples(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    html! {
        <section class="samples" aria-label={words.title}>
            <h2>{ words.title }</h2>
            <ul>{ for std::iter::empty::<Html>() }</ul>
        </section>
    }
}

/// The bytes of one of the page's own files.
pub async fn own_file(path: &str) -> Option<Vec<u8>> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_str(path)).await.ok()?;
    let response: web_sys::Response = response.dyn_into().ok()?;
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    response.ok().then(|| js_sys::Uint8Array::new(&buffer).to_vec())
}
