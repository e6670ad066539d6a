//! What others have made of this program, and under which licences: fetched once somebody opens it.

use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::{Callback, Event, Html, TargetCast, component, html, use_state_eq};

use super::PlaceProps;
use crate::app::own::own_file;
use crate::app::words::{put, words};

words! {
    Words {
        title: "Parts that others made, and their licences", "第三方组件及其许可证";
        fetching: "fetching the list…", "正在获取列表……";
        missing: "{file} could not be loaded.", "{file} 无法加载。";
        count: "{count} parts are compiled into this program.", "此程序中编译了 {count} 个组件。";
        texts: "The texts of the licences", "许可证全文";
    }
}

/// The list, one of the page's own files; `static/third-party/make.mjs` writes it.
const FILE: &str = "third-party.txt";

/// What there is of the list; `None` until it has come, empty where it could not be loaded.
type Got = Option<String>;

/// The section.
#[component]
pub fn ThirdParty(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    let got = use_state_eq(Got::default);
    let ontoggle = {
        let got = got.clone();
        Callback::from(move |event: Event| {
            let is_open = event.target_dyn_into::<Element>().is_some_and(|details| details.has_attribute("open"));
            if is_open && got.as_ref().is_none_or(String::is_empty) {
                let got = got.clone();
                spawn_local(async move {
                    let bytes = own_file(FILE).await.unwrap_or_default();
                    got.set(Some(String::from_utf8(bytes).unwrap_or_default()));
                });
            }
        })
    };
    let body = match got.as_deref().map(|list| list.split_once("\n\n")) {
        None => html! { <p class="quiet">{ words.fetching }</p> },
        Some(None) => html! { <p>{ put(words.missing, &[("file", FILE)]) }</p> },
        Some(Some((list, texts))) => {
            let count = list.lines().count().to_string();
            let row = |line: &str| {
                let (name, licence) = line.rsplit_once('\t').unwrap_or((line, ""));
                html! { <li><b>{ name.replace('\t', " ") }</b>{ " " }<span class="quiet">{ licence.to_owned() }</span></li> }
            };
            html! {
                <>
                    <p>{ put(words.count, &[("count", &count)]) }</p>
                    <ul data-parts={count}>{ for list.lines().map(row) }</ul>
                    <details><summary>{ words.texts }</summary><pre>{ texts.to_owned() }</pre></details>
                </>
            }
        }
    };
    html! {
        <details class="third-party" {ontoggle}>
            <summary>{ words.title }</summary>
            <div>{ body }</div>
        </details>
    }
}
