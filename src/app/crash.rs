//! Where the page's own program stops: says so, and gives back what was pasted.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use yew::{UseReducerHandle, hook, use_effect_with};

use super::listen::Listener;
use super::state::{Body, Captured, State};

thread_local! {
    /// What was captured, where it can be reached though nothing else of the program goes on.
    static KEPT: RefCell<Vec<Rc<Captured>>> = const { RefCell::new(Vec::new()) };
}

/// Keeps in reach what was captured.
#[hook]
pub fn use_keeping(state: &UseReducerHandle<State>) {
    let captures = state.captures.clone();
    use_effect_with(state.revision, move |_| KEPT.set(captures));
}

/// Hears, for as long as the page lives, of traps that no panic tells of: an allocation that failed above all.
pub fn listen() {
    let Some(window) = web_sys::window() else { return };
    for (name, key) in [("error", "error"), ("unhandledrejection", "reason")] {
        let heard = Listener::new(&window, name, move |event| {
            // What fails in the worker comes by here as well, as words alone.
            let thrown = Reflect::get(&event, &key.into()).ok().and_then(|thrown| thrown.dyn_into::<Object>().ok());
            if thrown.is_some_and(|thrown| String::from(thrown.to_string()).contains("RuntimeError")) {
                tell();
            }
        });
        std::mem::forget(heard);
    }
}

/// Shows the notice, whose words index.html holds, and under it every text that was pasted: files are still on their disk.
pub fn tell() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(notice) = document.get_element_by_id("crashed").filter(|notice| notice.has_attribute("hidden")) else {
        return;
    };
    let _ = notice.remove_attribute("hidden");
    KEPT.with(|kept| {
        let Ok(kept) = kept.try_borrow() else { return };
        for capture in kept.iter() {
            if let (Body::Text(text), Ok(field)) = (&capture.body, document.create_element("textarea")) {
                let _ = field.set_attribute("readonly", "");
                let _ = field.set_attribute("aria-label", &capture.name);
                field.set_text_content(Some(text));
                let _ = notice.append_child(&field);
            }
        }
    });
}
