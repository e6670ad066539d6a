//! A button that copies a text.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::{AttrValue, Callback, Html, Properties, component, html, use_state_eq};

use super::super::words::{use_language, words};
use super::icon::{Shape, icon};

words! {
    Words {
        copied: "Copied", "已复制";
        refused: "The browser refused", "浏览器拒绝了";
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

/// Copies its text, and says for whoever presses it whether that worked.
#[component]
pub fn Copy(props: &CopyProps) -> Html {
    let words = Words::of(use_language());
    let said = use_state_eq(|| AttrValue::Static(""));
    let onclick = {
        let (text, said) = (props.text.clone(), said.clone());
        Callback::from(move |_| {
            let (text, said) = (text.clone(), said.clone());
            spawn_local(async move {
                let done = match web_sys::window() {
                    Some(window) => JsFuture::from(window.navigator().clipboard().write_text(&text)).await.is_ok(),
                    None => false,
                };
                said.set(AttrValue::Static(if done { words.copied } else { words.refused }));
            });
        })
    };
    // What was said is for the text that was copied then.
    {
        let said = said.clone();
        yew::use_effect_with(props.text.clone(), move |_| said.set("".into()));
    }
    html! {
        <span class="copy">
            <button type="button" class="icon-button" {onclick} aria-label={format!("{} {}", words.copy, props.what)}>
                { icon(Shape::Copy, "") }
            </button>
            <span class="said" role="status">{ (*said).clone() }</span>
        </span>
    }
}
