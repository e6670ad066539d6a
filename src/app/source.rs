//! Where a case comes in: the field, the file button, the list of files.

use std::rc::Rc;

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList, HtmlInputElement, HtmlTextAreaElement};
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, NodeRef, Properties, TargetCast, UseReducerDispatcher, component,
    html, use_effect_with, use_node_ref,
};

use super::icon::{Icon, Shape};
use super::state::{Action, Dropped, State};
use crate::limits;

/// See [`Source`].
#[derive(PartialEq, Properties)]
pub struct SourceProps {
    /// What stands in the field.
    pub text: AttrValue,
    /// The files there are.
    pub files: Vec<Rc<Dropped>>,
    /// What went wrong outside the engine.
    pub problem: Option<AttrValue>,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The field and everything that puts something beside it.
///
/// The field is no sibling of a list: while one grows, Yew 0.23 may make its siblings anew, and typed text is lost.
#[component]
pub fn Source(props: &SourceProps) -> Html {
    let field = use_node_ref();
    use_focus_at_start(field.clone());
    let oninput = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
                dispatch.dispatch(Action::Type(field.value()));
            }
        })
    };
    let onchange = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                take_files(input.files(), &dispatch);
                // So that choosing the same file again is a change again.
                input.set_value("");
            }
        })
    };
    let onclear = {
        let (dispatch, field) = (props.dispatch.clone(), field.clone());
        Callback::from(move |_| {
            dispatch.dispatch(Action::Clear);
            focus(&field);
        })
    };
    let nothing = props.text.is_empty() && props.files.is_empty();
    html! {
        <section class="source" aria-label="What was captured">
            <div class="field">
                <textarea
                    ref={field}
                    value={props.text.clone()}
                    {oninput}
                    aria-label="Captured SAML"
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    placeholder="Paste a SAMLResponse or SAMLRequest value, the redirect URL that holds one, or the XML…"
                />
            </div>
            <div class="under">
                <label class="button">
                    { "Open files" }
                    <input type="file" multiple=true class="visually-hidden" {onchange} />
                </label>
                <button type="button" class="button" onclick={onclear} disabled={nothing}>{ "Clear" }</button>
                <span class="quiet">{ "or drop files anywhere on the page: the identity provider’s metadata beside a message makes its key trusted" }</span>
            </div>
            <div class="files">
                if !props.files.is_empty() {
                    <Files files={props.files.clone()} dispatch={props.dispatch.clone()} />
                }
            </div>
            <div class="problem" role="alert">
                { props.problem.clone().unwrap_or_default() }
            </div>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FilesProps {
    files: Vec<Rc<Dropped>>,
    dispatch: UseReducerDispatcher<State>,
}

#[component]
fn Files(props: &FilesProps) -> Html {
    let rows = props.files.iter().enumerate().map(|(index, file)| {
        let dispatch = props.dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Remove(index)));
        html! {
            <li key={index}>
                <span class="mono">{ file.name.clone() }</span>
                <span class="quiet">{ format!("{} bytes", file.bytes.len()) }</span>
                <button type="button" class="icon-button" {onclick} aria-label={format!("Remove {}", file.name)}>
                    <Icon shape={Shape::Remove} />
                </button>
            </li>
        }
    });
    html! { <ul>{ for rows }</ul> }
}

/// Reads files into memory, one after the other as the browser gives them.
pub fn take_files(files: Option<FileList>, dispatch: &UseReducerDispatcher<State>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        let dispatch = dispatch.clone();
        spawn_local(async move {
            let name = file.name();
            dispatch.dispatch(match read(&file).await {
                Ok(bytes) => Action::Drop(Dropped { name: name.into(), bytes }),
                Err(problem) => Action::Fail(format!("{name}: {problem}")),
            });
        });
    }
}

async fn read(file: &File) -> Result<Vec<u8>, String> {
    if file.size() > limits::INPUT_BYTES as f64 {
        return Err(format!(
            "{} bytes are more than samlens reads ({}). Take the message out of it and paste that.",
            file.size(),
            limits::INPUT_BYTES
        ));
    }
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => Ok(js_sys::Uint8Array::new(&buffer).to_vec()),
        Err(_) => Err("the browser could not read this file. Was it moved, or is it a folder?".to_owned()),
    }
}

#[yew::hook]
fn use_focus_at_start(field: NodeRef) {
    use_effect_with((), move |()| focus(&field));
}

fn focus(field: &NodeRef) {
    if let Some(field) = field.cast::<HtmlTextAreaElement>() {
        // It cannot fail for an element that is there; and if it did, a click does the same.
        let _ = field.focus();
    }
}
