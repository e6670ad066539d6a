//! The page: components, one state, and nothing of the engine but its front door.

mod arrival;
mod asking;
mod bar;
mod browser;
mod clock;
mod crash;
mod dom;
mod engine;
mod field;
mod files;
mod handing;
mod keyboard;
mod keys;
mod lent;
mod listen;
mod messages;
mod own;
mod page;
mod parts;
mod places;
mod rehearsal;
mod samples;
mod self_test;
mod start;
mod state;
mod strip;
mod update;
mod words;

use wasm_bindgen::JsCast;

pub use self::lent::lend_url_reader;
pub use self::page::Page;

/// Puts the page into the document; in a worker, answers the page.
pub fn run() {
    if let Ok(scope) = js_sys::global().dyn_into::<web_sys::DedicatedWorkerGlobalScope>() {
        return engine::serve(scope);
    }
    yew::set_custom_panic_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        crash::tell();
    }));
    crash::listen();
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("samlens"));
    if let Some(root) = root {
        yew::Renderer::<Page>::with_root(root).render();
    }
}
