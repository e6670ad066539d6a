//! The engine and the page's components as WebAssembly, inside a browser.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod limits;

use samlens::app::{Page, lend_url_reader};
use samlens::checks::web_url;
use samlens::crypto::power::power;
use samlens::{Context, Input, Instant, Language, add_texts, inspect};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Event, EventInit, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

const LOGIN: &str = include_str!("golden/post-form/input.txt");
const REPORT: &str = include_str!("golden/post-form/expected.json");

const ADDRESSES: &str = include_str!("fixtures/urls/urls.jsonl");

const POWERS: &str = include_str!("fixtures/crypto/powers.txt");

/// What the page gives the engine before it asks anything.
fn prepare() {
    lend_url_reader();
    add_texts(Language::English, include_str!("../src/report/texts/en.json")).unwrap();
}

/// The time that the golden reports were made at.
fn context() -> Context {
    Context::at(Instant::parse("2026-11-22T08:00:00Z").unwrap())
}

#[wasm_bindgen_test]
fn the_engine_reports_the_same_as_natively() {
    prepare();
    let input = Input { name: "input.txt", bytes: LOGIN.as_bytes() };
    let report = inspect(&[input], &context()).abridged();
    assert_eq!(serde_json::to_string_pretty(&report).unwrap() + "\n", REPORT);
}

/// What Chromium reads otherwise than Node (tests/fixtures/urls/README.md): labels that no decoder of Punycode reads, and
/// one of Arabic that begins with a digit, which we refuse natively too.
const OTHERWISE: [&str; 4] =
    ["https://xn--a.aliyun.com", "https://xn--.aliyun.com", "https://xn--aliyun.com", "https://1\u{627}.aliyun.com"];

#[wasm_bindgen_test]
fn every_address_is_read_with_the_browsers_parser_as_natively() {
    prepare();
    let mut wrong = Vec::new();
    for line in ADDRESSES.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let string = |name: &str| line[name].as_str().unwrap().to_owned();
        let expected = match string("form").as_str() {
            "relative" => Err(true),
            "invalid" => Err(false),
            _ => Ok((["scheme", "host", "port", "path", "query"].map(string), line["userinfo"].as_bool())),
        };
        let actual = match web_url::read(&string("text")) {
            Err(fault) => Err(fault != web_url::UrlFault::Invalid),
            Ok(url) => {
                let port = url.port.map(|port| port.to_string()).unwrap_or_default();
                let query = url.query.filter(|query| !query.is_empty()).map(|query| format!("?{query}"));
                Ok(([url.scheme, url.host, port, url.path, query.unwrap_or_default()], Some(url.userinfo)))
            }
        };
        if actual != expected {
            wrong.push(string("text"));
        }
    }
    assert_eq!(wrong, OTHERWISE);
}

#[wasm_bindgen_test]
fn every_limit_holds_here_as_natively() {
    prepare();
    for (name, proof) in limits::all() {
        // A test that fails ends the program: the last name is of that.
        match proof {
            limits::Proof::Everywhere(test) => {
                wasm_bindgen_test::console_log!("{name}");
                test();
            }
            limits::Proof::Natively(_, why) => wasm_bindgen_test::console_log!("{name}: natively alone: {why}"),
            _ => {}
        }
    }
}

#[wasm_bindgen_test]
fn numbers_are_raised_by_written_out_vectors_as_python_raises_them() {
    // Elsewhere a wrong power would only be slow: what does not fit is computed again by another way.
    for line in POWERS.lines() {
        let [n, e, s, expected]: [&str; 4] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let bytes = |number: &str| -> Vec<u8> {
            let padded = format!("{number:0>width$}", width = n.len().next_multiple_of(2));
            (0..padded.len()).step_by(2).map(|at| u8::from_str_radix(&padded[at..at + 2], 16).unwrap()).collect()
        };
        assert_eq!(power(&bytes(s), e.parse().unwrap(), &bytes(n)), Some(bytes(expected)), "{line}");
    }
}

#[wasm_bindgen_test]
async fn the_page_keeps_what_is_typed_even_where_its_engine_cannot_start() {
    // Here is no script that a worker could be made of; what it answers is for the tests of the release build.
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    let app = yew::Renderer::<Page>::with_root(root.clone()).render();
    yew::scheduler::flush().await;

    let field: HtmlTextAreaElement = root.query_selector("textarea").unwrap().unwrap().dyn_into().unwrap();
    let init = EventInit::new();
    init.set_bubbles(true);
    let mut captures = Vec::new();
    for text in ["<a>", LOGIN, "", "<b/>"] {
        field.set_value(text);
        field.dispatch_event(&Event::new_with_event_init_dict("input", &init).unwrap()).unwrap();
        yew::scheduler::flush().await;
        captures.push(root.query_selector_all(".capture").unwrap().length());
        assert_eq!(field.value(), text);
        let same = root.query_selector("textarea").unwrap().unwrap();
        assert!(same == *field.unchecked_ref(), "the field is the very same element");
    }
    assert_eq!(captures, [1, 1, 0, 1], "an empty field is no capture");
    app.destroy();
}
