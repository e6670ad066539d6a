//! The page: components, one state, and nothing of the engine but its front door.

mod answer;
mod copy;
mod findings;
mod icon;
mod lent;
mod page;
mod signatures;
mod source;
mod state;
mod steps;
mod summary;
mod xml_view;

pub use self::lent::{fetch_texts, lend_url_reader};
pub use self::page::Page;

use crate::Language;

/// Puts the page into the document.
pub fn run() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        // The program has ended; what was typed still stands in the field. index.html holds the words.
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(notice) = document.and_then(|document| document.get_element_by_id("crashed")) {
            let _ = notice.remove_attribute("hidden");
        }
    }));
    lend_url_reader();
    wasm_bindgen_futures::spawn_local(async {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        match (fetch_texts(Language::default()).await, document.get_element_by_id("samlens")) {
            (Ok(()), Some(root)) => {
                yew::Renderer::<Page>::with_root(root).render();
            }
            (outcome, _) => {
                web_sys::console::error_1(&outcome.err().unwrap_or_default());
                if let Some(notice) = document.get_element_by_id("unstarted") {
                    let _ = notice.remove_attribute("hidden");
                }
            }
        }
    });
}
