//! The field that takes whatever was captured, and the buttons under it.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlInputElement, HtmlTextAreaElement};
use yew::{
    Callback, Event, Html, InputEvent, NodeRef, TargetCast, component, html, use_effect_with, use_mut_ref, use_node_ref,
};

use super::files::{self, read_captures};
use super::places::PlaceProps;
use super::state::{Action, FIELD_BYTES};
use super::words::words;

words! {
    Words {
        label: "Captured SAML", "捕获的 SAML 内容";
        placeholder: "Paste or drop anything: a SAMLResponse, a URL, a HAR, a SAML-tracer export, a curl command, a log, metadata…",
            "粘贴或拖入任何内容：SAMLResponse、URL、HAR、SAML-tracer 导出文件、curl 命令、日志、元数据……";
        open: "Open files", "打开文件";
        clear: "Clear", "清空";
        close: "Close", "收起";
        undo: "Undo", "撤销";
        drop: "or drop them anywhere on the page", "或拖放到页面任意位置";
    }
}

/// The field.
///
/// It is no sibling of a list: while one grows, Yew 0.23 may make its siblings anew, and typed text is lost.
#[component]
pub fn Field(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let field = use_node_ref();
    // Whether what is put in next comes in one go.
    let pasted = use_mut_ref(|| false);
    use_effect_with((field.clone(), state.field.capture.is_none()), |(field, empty)| {
        if *empty {
            focus(field);
        }
    });
    let onpaste = {
        let (pasted, dispatch, is_pasted) = (pasted.clone(), dispatch.clone(), state.field.pasted);
        let language = state.settings.language;
        Callback::from(move |event: Event| {
            let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
            let text = data.map_or(Some(String::new()), |data| files::pasted(&data, language, &dispatch));
            // Nor could the field take what there is no room for.
            let Some(text) = text else { return event.prevent_default() };
            // What is pasted behind a paste is one capture more; over a selection, or into what is typed, it is a part.
            let is_more =
                is_pasted && event.target_dyn_into::<HtmlTextAreaElement>().is_some_and(|field| is_at_end(&field));
            if !text.trim().is_empty() && (is_more || text.len() > FIELD_BYTES) {
                event.prevent_default();
                dispatch.dispatch(Action::Paste(text));
            } else {
                *pasted.borrow_mut() = true;
            }
        })
    };
    let oninput = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
                // An extension's event may have no such key, though its type says that it does.
                let kind = js_sys::Reflect::get(&event, &"inputType".into()).ok().and_then(|kind| kind.as_string());
                let pasted = std::mem::take(&mut *pasted.borrow_mut()) || kind.as_deref() == Some("insertFromDrop");
                dispatch.dispatch(Action::Type { text: field.value(), pasted });
            }
        })
    };
    let onchange = {
        let (dispatch, language) = (dispatch.clone(), state.settings.language);
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                read_captures(input.files(), language, &dispatch);
                // So that choosing the same file again is a change again.
                input.set_value("");
            }
        })
    };
    let act = |action: fn() -> Action| {
        let (dispatch, field) = (dispatch.clone(), field.clone());
        Callback::from(move |_| {
            dispatch.dispatch(action());
            focus(&field);
        })
    };
    html! {
        <div class="source">
            <div class="field">
                <textarea
                    ref={field.clone()}
                    value={state.typed()}
                    {oninput}
                    {onpaste}
                    aria-label={words.label}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    placeholder={words.placeholder}
                />
            </div>
            <div class="under">
                <label class="button main">
                    { words.open }
                    <input type="file" multiple=true class="visually-hidden" {onchange} />
                </label>
                <button type="button" class="button" onclick={act(|| Action::Clear)} disabled={state.captures.is_empty()}>
                    { words.clear }
                </button>
                <button type="button" class="button" onclick={act(|| Action::CloseField)} hidden={state.captures.is_empty()}>
                    { words.close }
                </button>
                // Elsewhere the strip has it.
                <button
                    type="button"
                    class="button"
                    onclick={act(|| Action::Undo)}
                    hidden={!state.captures.is_empty() || state.before.is_empty()}
                >
                    { words.undo }
                </button>
                <span class="quiet">{ words.drop }</span>
            </div>
        </div>
    }
}

/// Whether the caret stands behind the whole text, and nothing is selected.
fn is_at_end(field: &HtmlTextAreaElement) -> bool {
    let caret = |offset: Result<Option<u32>, _>| offset.ok().flatten();
    let end = Some(field.text_length());
    caret(field.selection_start()) == end && caret(field.selection_end()) == end
}

fn focus(field: &NodeRef) {
    if let Some(field) = field.cast::<HtmlTextAreaElement>() {
        // It cannot fail for an element that is there; and if it did, a click does the same.
        let _ = field.focus();
    }
}
