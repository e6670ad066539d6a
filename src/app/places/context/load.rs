//! A whole context at once: out of a context file, with the files that it names; and all of it taken back.

use web_sys::HtmlInputElement;
use yew::{Callback, Event, Html, TargetCast, html};

use super::super::PlaceProps;
use crate::ContextFile;
use crate::app::engine::FileRole;
use crate::app::files::read_files;
use crate::app::state::{Action, Change, Dispatch};
use crate::app::words::{put, words};

words! {
    Words {
        load: "Load context.json", "加载 context.json";
        reset: "Forget all of it", "全部清除";
        wanted: "The context names files that are not here yet: {names}.", "上下文引用了尚未提供的文件：{names}。";
        choose: "Choose them", "选择这些文件";
        unnamed: "{name} is none of the files that the context names ({names}). Give it under its own heading below.",
            "{name} 不在上下文引用的文件（{names}）之中，请在下方对应的标题下提供。";
    }
}

/// The buttons, and what is still wanted.
pub fn load(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let reading = |taken: Callback<Result<(String, Vec<u8>), String>>| {
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                read_files(input.files(), language, &taken);
                input.set_value("");
            }
        })
    };
    let wanted = state.typing.wanted.clone();
    let names = wanted.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
    let reset = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Context(Change::Reset)))
    };
    let is_empty = *state.draft == Default::default() && state.typing.texts.is_empty() && wanted.is_empty();
    let named = {
        let (dispatch, names) = (dispatch.clone(), names.clone());
        Callback::from(move |file: Result<(String, Vec<u8>), String>| {
            let action = match file {
                Err(problem) => Action::Fail(Some(problem)),
                Ok((name, bytes)) => match role_of(&wanted, &name) {
                    Some((role, name)) => Action::Context(Change::Add { role, name, bytes }),
                    None => {
                        let values = [("name", name.as_str()), ("names", names.as_str())];
                        Action::Fail(Some(put(words.unnamed, &values)))
                    }
                },
            };
            dispatch.dispatch(action);
        })
    };
    html! {
        <div class="load">
            <div class="ways">
                <label class="button">
                    { words.load }
                    <input type="file" class="visually-hidden" accept=".json,application/json" onchange={reading(loaded(dispatch))} />
                </label>
                <button type="button" class="button" onclick={reset} disabled={is_empty}>{ words.reset }</button>
            </div>
            <div class="ways asked" hidden={names.is_empty()}>
                <p>{ put(words.wanted, &[("names", &names)]) }</p>
                <label class="button main">
                    { words.choose }
                    <input type="file" multiple=true class="visually-hidden" onchange={reading(named)} />
                </label>
            </div>
        </div>
    }
}

/// A context may name files in folders, of which a browser tells nothing.
fn role_of(wanted: &[(FileRole, yew::AttrValue)], name: &str) -> Option<(FileRole, String)> {
    let last = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let (role, path) = wanted.iter().find(|(_, path)| last(path) == name)?;
    Some((*role, path.to_string()))
}

fn loaded(dispatch: &Dispatch) -> Callback<Result<(String, Vec<u8>), String>> {
    let dispatch = dispatch.clone();
    Callback::from(move |file: Result<(String, Vec<u8>), String>| {
        let read = file.and_then(|(name, bytes)| ContextFile::parse(&bytes).map_err(|why| format!("{name}: {why}")));
        dispatch.dispatch(match read {
            Ok(facts) => Action::Context(Change::Load(Box::new(facts))),
            Err(problem) => Action::Fail(Some(problem)),
        });
    })
}
