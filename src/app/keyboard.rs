//! What keys and pastes do that no element of the page takes for itself.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Document, Element, Event, HtmlElement, KeyboardEvent};

use super::files::{pasted, read_captures};
use super::listen::Listener;
use super::state::{Action, Dispatch};
use crate::Language;

/// Listens to the whole document for as long as it is held.
/// `open`: whether there is a case.
pub fn listen(document: &Document, dispatch: &Dispatch, language: Language, open: bool) -> [Listener; 2] {
    let keys = dispatch.clone();
    let pastes = dispatch.clone();
    [
        Listener::new(document, "keydown", move |event| key(&event, &keys, open)),
        Listener::new(document, "paste", move |event| paste(&event, &pastes, language)),
    ]
}

/// Whether an element takes what is typed.
fn is_editable(event: &Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let kind = element.map(|element| element.tag_name()).unwrap_or_default();
    matches!(kind.as_str(), "TEXTAREA" | "INPUT" | "SELECT")
}

fn key(event: &Event, dispatch: &Dispatch, open: bool) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let only_command = (key.ctrl_key() || key.meta_key()) && !key.alt_key() && !key.shift_key();
    // Without a case the browser's own way to keep the page is left alone.
    if open && only_command && key.key().eq_ignore_ascii_case("s") {
        event.prevent_default();
        if !key.repeat() {
            dispatch.dispatch(Action::Save);
        }
        return;
    }
    if is_editable(event) || key.alt_key() {
        return;
    }
    let command = key.ctrl_key() || key.meta_key();
    match (key.key().as_str(), command) {
        ("z", true) => dispatch.dispatch(Action::Undo),
        (_, true) => return,
        ("j", _) => dispatch.dispatch(Action::Step(1)),
        ("k", _) => dispatch.dispatch(Action::Step(-1)),
        // On a button or a link Enter is theirs.
        ("Enter", _) if !is_control(event) => dispatch.dispatch(Action::Jump),
        ("/", _) if focus_search() => {}
        ("?", _) => dispatch.dispatch(Action::Keys(true)),
        ("Escape", _) => dispatch.dispatch(Action::Keys(false)),
        _ => return,
    }
    event.prevent_default();
}

/// Whether Enter does something of its own on an element. On a check that has bytes it leads to them; space opens it.
fn is_control(event: &Event) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let within = |selector: &str| element.closest(selector).ok().flatten();
    let has_bytes = within(".check").is_some_and(|check| check.query_selector(".jump").ok().flatten().is_some());
    within("button, a, [role=tab]").is_some() || within("summary").is_some() && !has_bytes
}

/// Puts the focus into the search field of the place that is shown, or else of the checks. Says whether there was one.
fn focus_search() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    for place in [".right [data-search]", ".left [data-search]"] {
        let field =
            document.query_selector(place).ok().flatten().and_then(|field| field.dyn_into::<HtmlElement>().ok());
        // What is not shown has no size.
        if let Some(field) = field.filter(|field| field.offset_width() > 0) {
            return field.focus().is_ok();
        }
    }
    false
}

fn paste(event: &Event, dispatch: &Dispatch, language: Language) {
    let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(|event| event.clipboard_data()) else { return };
    if data.files().is_some_and(|files| files.length() > 0) {
        event.prevent_default();
        return read_captures(data.files(), language, dispatch);
    }
    if is_editable(event) {
        return;
    }
    if let Some(text) = pasted(&data, language, dispatch).filter(|text| !text.trim().is_empty()) {
        event.prevent_default();
        dispatch.dispatch(Action::Paste(text));
    }
}
