//! The engine and the page's components as WebAssembly, inside a browser.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use samlens::app::Page;
use samlens::{Context, Input, Instant, inspect};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Event, EventInit, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

const LOGIN: &str = include_str!("golden/post-form/input.txt");
const REPORT: &str = include_str!("golden/post-form/expected.json");

/// The time that the golden reports were made at.
fn context() -> Context {
    Context::at(Instant::parse("2026-11-22T08:00:00Z").unwrap())
}

#[wasm_bindgen_test]
fn the_engine_reports_the_same_as_natively() {
    let input = Input { name: "input.txt", bytes: LOGIN.as_bytes() };
    let report = inspect(&[input], &context()).abridged();
    assert_eq!(serde_json::to_string_pretty(&report).unwrap() + "\n", REPORT);
}

#[wasm_bindgen_test]
async fn the_page_shows_what_is_typed() {
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    let app = yew::Renderer::<Page>::with_root(root.clone()).render();
    yew::scheduler::flush().await;

    let field: HtmlTextAreaElement = root.query_selector("textarea").unwrap().unwrap().dyn_into().unwrap();
    let init = EventInit::new();
    init.set_bubbles(true);
    let mut kinds = Vec::new();
    for text in ["<a>", LOGIN, "", "<b/>"] {
        field.set_value(text);
        field.dispatch_event(&Event::new_with_event_init_dict("input", &init).unwrap()).unwrap();
        yew::scheduler::flush().await;
        kinds.push(root.query_selector(".card .outcome").unwrap().and_then(|card| card.text_content()));
        if text == LOGIN {
            let name_id = root.query_selector("[data-name=NameID]").unwrap().unwrap();
            assert_eq!(name_id.text_content().as_deref(), Some("alice@acme-cloud.onaliyun.com"));
        }
        assert_eq!(field.value(), text);
    }
    let said = |text: &str| Some(text.to_owned());
    assert_eq!(
        kinds,
        [
            said("This could not be read"),
            said("Nothing wrong was seen, but not all could be checked"),
            None,
            said("No SAML message")
        ]
    );
    app.destroy();
}
