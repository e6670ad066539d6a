//! A case that comes in the fragment of the page's address: opened at once, or after asking where another is open.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use yew::{Callback, Html, UseReducerHandle, hook, html, use_effect_with, use_mut_ref};

use super::listen::Listener;
use super::places::PlaceProps;
use super::samples::{bodies, open_case};
use super::state::{Action, Linked, State};
use super::words::{put, words};
use crate::{CaseFile, case_from_fragment};

words! {
    Words {
        bad: "The case in the link could not be opened. {problem}.", "无法打开链接中的案例。{problem}。";
        asks_one: "The link carries another case, with 1 capture. The one that is open is kept until you choose.",
            "该链接包含另一个案例，含 1 份捕获内容。在您选择之前，当前案例保持不变。";
        asks: "The link carries another case, with {count} captures. The one that is open is kept until you choose.",
            "该链接包含另一个案例，含 {count} 份捕获内容。在您选择之前，当前案例保持不变。";
        instead: "Open it instead", "改为打开它";
        beside: "Add its captures to this case", "将其捕获内容加入当前案例";
        leave: "Leave it", "忽略";
    }
}

/// Takes the case out of the address, now and whenever the address changes.
#[hook]
pub fn use_arrival(state: &UseReducerHandle<State>) {
    // What listens for as long as the page lives sees the newest state here.
    let now = use_mut_ref(|| (false, state.settings.language));
    *now.borrow_mut() = (!state.captures.is_empty(), state.settings.language);
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        let look = move || {
            let (is_open, language) = *now.borrow();
            match take() {
                Some(Ok(case)) if is_open => dispatch.dispatch(Action::Link(Some(Linked(Rc::new(case))))),
                Some(Ok(case)) => open_case(case, language, &dispatch),
                Some(Err(problem)) => {
                    let text = put(Words::of(language).bad, &[("problem", problem.trim_end_matches('.'))]);
                    dispatch.dispatch(Action::Fail(Some(text)));
                }
                None => {}
            }
        };
        look();
        let listener = web_sys::window().map(|window| Listener::new(&window, "hashchange", move |_| look()));
        move || drop(listener)
    });
}

/// The case in the page's address, which has it no more: neither a reload nor a bookmark is to carry it on.
fn take() -> Option<Result<CaseFile, String>> {
    let window = web_sys::window()?;
    let location = window.location();
    let case = case_from_fragment(&location.hash().ok()?)?;
    let bare = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&bare));
    }
    Some(case)
}

/// Asks what is to become of the case of a link.
pub fn question(props: &PlaceProps) -> Option<Html> {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let Linked(case) = state.linked.clone()?;
    let count = case.inputs.len();
    let text = if count == 1 { words.asks_one } else { words.asks };
    let text = put(text, &[("count", &count.to_string())]);
    let act = |act: Rc<dyn Fn()>| {
        let dispatch = dispatch.clone();
        Callback::from(move |_| {
            act();
            dispatch.dispatch(Action::Link(None));
        })
    };
    let instead: Rc<dyn Fn()> = {
        let (case, dispatch, language) = (case.clone(), dispatch.clone(), state.settings.language);
        Rc::new(move || open_case((*case).clone(), language, &dispatch))
    };
    let beside: Rc<dyn Fn()> = {
        let dispatch = dispatch.clone();
        Rc::new(move || dispatch.dispatch(Action::Take(bodies(case.inputs.clone()))))
    };
    Some(html! {
        <p class="linked">
            <span>{ text }</span>
            <button type="button" class="button" onclick={act(instead)}>{ words.instead }</button>
            <button type="button" class="button" onclick={act(beside)}>{ words.beside }</button>
            <button type="button" class="button" onclick={act(Rc::new(|| {}))}>{ words.leave }</button>
        </p>
    })
}
