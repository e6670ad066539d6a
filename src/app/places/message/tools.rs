//! What stands over the text: which text, how it is laid out, what is marked, searching, folding, copying.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, InputEvent, KeyboardEvent, Properties, TargetCast, component, html};

use super::shown::Shown;
use crate::Layout;
use crate::app::parts::{Copy, Shape, icon};
use crate::app::words::{number, put, use_language, words};
use crate::view::MOST_HITS;

words! {
    Words {
        layout: "Layout", "显示方式";
        sent: "As sent", "原文";
        formatted: "Formatted", "格式化";
        text: "Text", "文本";
        received: "As received", "接收到的内容";
        decrypted: "{target} {number}, decrypted", "{target} {number}（已解密）";
        signed: "Signed bytes", "已签名字节";
        find: "Find", "查找";
        none: "none", "无结果";
        of: "{at} of {hits}", "第 {at} 个，共 {hits} 个";
        next: "Next hit", "下一个";
        before: "Hit before", "上一个";
        fold: "Fold all", "全部折叠";
        unfold: "Unfold all", "全部展开";
        copy: "the XML as sent", "XML 原文";
    }
}

/// What a person did with the tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// Lay the text out in this way.
    Lay(Layout),
    /// Show what came out of this decryption, or what was received.
    Choose(Option<usize>),
    /// Mark what is signed, or do not.
    Sign(bool),
    /// Search for this.
    Search(String),
    /// Go to the next hit, or the one before.
    Step(isize),
    /// Fold everything, or nothing.
    FoldAll(bool),
}

/// See [`Tools`].
#[derive(PartialEq, Properties)]
pub struct ToolsProps {
    /// The text.
    pub shown: Rc<Shown>,
    /// Whether what is signed is marked.
    pub signed: bool,
    /// What is searched.
    pub wanted: String,
    /// How often it was found.
    pub hits: usize,
    /// At which hit the reader is.
    pub at: usize,
    /// Whether anything is folded.
    pub folds: bool,
    /// What was done.
    pub did: Callback<Did>,
}

/// The tools.
#[component]
pub fn Tools(props: &ToolsProps) -> Html {
    let ToolsProps { shown, signed, wanted, hits, at, folds, did } = props;
    let words = Words::of(use_language());
    let act = |what: Did| did.reform(move |_| what.clone());
    let lay = |layout: Layout, name: &'static str| {
        let pressed = (shown.layout == layout).to_string();
        html! { <button type="button" aria-pressed={pressed} onclick={act(Did::Lay(layout))}>{ name }</button> }
    };
    let onsign = did.reform(|event: Event| {
        Did::Sign(event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked()))
    });
    let oninput = did.reform(|event: InputEvent| {
        Did::Search(event.target_dyn_into::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default())
    });
    let onkeydown = {
        let did = did.clone();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => did.emit(Did::Step(if event.shift_key() { -1 } else { 1 })),
            "Escape" => {
                event.prevent_default();
                did.emit(Did::Search(String::new()));
                focus_text(&event);
            }
            _ => {}
        })
    };
    let count = if *hits >= MOST_HITS { format!("{}+", number(*hits)) } else { number(*hits) };
    let told = match (wanted.is_empty(), *hits) {
        (true, _) => String::new(),
        (false, 0) => words.none.to_owned(),
        (false, _) => put(words.of, &[("at", &number(at + 1)), ("hits", &count)]),
    };
    let can_fold = shown.lines.outermost().next().is_some();
    html! {
        <div class="tools">
            <div class="which">{ texts(shown, did, words) }</div>
            <div class="choice" role="group" aria-label={words.layout}>
                { lay(Layout::Formatted, words.formatted) }
                { lay(Layout::AsSent, words.sent) }
            </div>
            <label class="tick"><input type="checkbox" checked={*signed} onchange={onsign} />{ words.signed }</label>
            <div class="find" role="search">
                <input
                    type="search"
                    data-search=""
                    value={wanted.clone()}
                    placeholder={words.find}
                    aria-label={words.find}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    {oninput}
                    {onkeydown}
                />
                <span class="count" role="status">{ told }</span>
                <button type="button" class="icon-button" disabled={*hits == 0} onclick={act(Did::Step(-1))} aria-label={words.before} title={words.before}>{ icon(Shape::Up, "") }</button>
                <button type="button" class="icon-button" disabled={*hits == 0} onclick={act(Did::Step(1))} aria-label={words.next} title={words.next}>{ icon(Shape::Down, "") }</button>
            </div>
            <span class="grow" />
            <div class="folding">
                <button type="button" class="icon-button" disabled={!can_fold} onclick={act(Did::FoldAll(true))} aria-label={words.fold} title={words.fold}>{ icon(Shape::Fold, "") }</button>
                <button type="button" class="icon-button" disabled={!folds} onclick={act(Did::FoldAll(false))} aria-label={words.unfold} title={words.unfold}>{ icon(Shape::Unfold, "") }</button>
            </div>
            <Copy text={(*shown.text).clone()} what={words.copy} />
        </div>
    }
}

/// The choice between what was received and what came out of it, where there is one.
fn texts(shown: &Shown, did: &Callback<Did>, words: &Words) -> Html {
    let parts = shown.capture().map(|capture| capture.decryptions.as_slice()).unwrap_or_default();
    let parts: Vec<_> = parts.iter().enumerate().filter(|(_, part)| part.xml.is_some()).collect();
    if parts.is_empty() {
        return html! { <span /> };
    }
    let onchange = did.reform(|event: Event| {
        let chosen = event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value());
        Did::Choose(chosen.and_then(|number| number.parse().ok()))
    });
    let option = |(index, part): (usize, &crate::DecryptionReport)| {
        let text = put(words.decrypted, &[("target", &part.target), ("number", &number(index + 1))]);
        html! { <option value={index.to_string()} selected={shown.of.decryption == Some(index)}>{ text }</option> }
    };
    html! {
        <select aria-label={words.text} {onchange}>
            <option value="" selected={shown.of.decryption.is_none()}>{ words.received }</option>
            { for parts.into_iter().map(option) }
        </select>
    }
}

/// Leaves the search for the text.
fn focus_text(event: &KeyboardEvent) {
    let field = event.target_dyn_into::<HtmlElement>();
    let place = field.and_then(|field| field.closest(".reader").ok().flatten());
    let text = place.and_then(|place| place.query_selector(".xml").ok().flatten());
    if let Some(text) = text.and_then(|text| text.dyn_into::<HtmlElement>().ok()) {
        let _ = text.focus();
    }
}
