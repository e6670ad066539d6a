//! A button that copies a text.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Clipboard, HtmlTextAreaElement};
use yew::{AttrValue, Callback, Html, Properties, component, html, use_effect_with, use_node_ref, use_state_eq};

use super::super::state::FIELD_BYTES;
use super::super::words::{use_language, words};
use super::icon::{Shape, icon};

words! {
    Words {
        copied: "Copied", "已复制";
        refused: "The browser refused", "浏览器拒绝了";
        by_hand: "The browser refused. It is selected below: copy it by hand.", "浏览器拒绝了。下方已选中内容，请手动复制。";
        copy: "Copy", "复制";
    }
}

/// See [`Copy`].
#[derive(Debug, PartialEq, Properties)]
pub struct CopyProps {
    /// What to copy.
    pub text: AttrValue,
    /// What it is, for screen readers: "Copy" is said before it.
    pub what: AttrValue,
}

/// Puts a text on the clipboard; says whether the browser let it. Where a page is served by plain http there is none.
pub async fn to_clipboard(text: &str) -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    let clipboard = navigator.and_then(|navigator| Reflect::get(&navigator, &"clipboard".into()).ok());
    match clipboard.filter(JsValue::is_object) {
        Some(clipboard) => JsFuture::from(clipboard.unchecked_into::<Clipboard>().write_text(text)).await.is_ok(),
        None => false,
    }
}

/// Copies its text, and says for whoever presses it whether that worked; where it did not, shows the text selected.
#[component]
pub fn Copy(props: &CopyProps) -> Html {
    let words = Words::of(use_language());
    let said = use_state_eq(|| AttrValue::Static(""));
    let onclick = {
        let (text, said) = (props.text.clone(), said.clone());
        Callback::from(move |_| {
            let (text, said) = (text.clone(), said.clone());
            spawn_local(async move {
                said.set(AttrValue::Static(match to_clipboard(&text).await {
                    true => words.copied,
                    false if text.len() <= FIELD_BYTES => words.by_hand,
                    false => words.refused,
                }));
            });
        })
    };
    // What was said is for the text that was copied then.
    {
        let said = said.clone();
        yew::use_effect_with(props.text.clone(), move |_| said.set("".into()));
    }
    let by_hand = said.as_str() == words.by_hand;
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with(by_hand, move |_| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                let _ = field.focus();
                field.select();
            }
        });
    }
    let onblur = {
        let said = said.clone();
        Callback::from(move |_| said.set("".into()))
    };
    html! {
        <span class="copy">
            <button type="button" class="icon-button" {onclick} aria-label={format!("{} {}", words.copy, props.what)}>
                { icon(Shape::Copy, "") }
            </button>
            <span class="said" role="status">{ (*said).clone() }</span>
            if by_hand {
                <textarea ref={field} class="by-hand" readonly=true aria-label={props.what.clone()} value={props.text.clone()} {onblur} />
            }
        </span>
    }
}
