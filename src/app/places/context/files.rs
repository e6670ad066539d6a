//! The files of one role: those that were given, what is wrong with each, and the ways to give another.

use web_sys::{FormData, HtmlFormElement, HtmlInputElement};
use yew::{Callback, Event, Html, InputEvent, Properties, SubmitEvent, TargetCast, component, html};

use super::super::PlaceProps;
use super::facts::wanted;
use super::keys::{about, anchor};
use crate::app::engine::{FileRole, Passphrase};
use crate::app::files::read_files;
use crate::app::parts::{Shape, icon};
use crate::app::state::{Action, Change, Dispatch, DraftFile, State};
use crate::app::words::{number, put, words};
use crate::{EMPTY_LIST, Language};

words! {
    Words {
        choose: "Choose files", "选择文件";
        one: "Choose a file", "选择文件";
        paste: "Paste it instead", "改为粘贴";
        text: "Text of: {what}", "文本：{what}";
        take: "Use this text", "使用此文本";
        pasted: "pasted text", "粘贴的文本";
        bytes: "{count} bytes", "{count} 字节";
        used: "in use", "使用中";
        locked: "needs its passphrase", "需要口令";
        unusable: "cannot be used", "无法使用";
        remove: "Remove {name}", "移除 {name}";
        forget: "Forget {name}", "清除 {name}";
        passphrase: "Passphrase of {name}", "{name} 的口令";
        unlock: "Unlock", "解锁";
        memory: "A private key and its passphrase stay in this page’s memory alone: in no report, no link and no file. Forgotten when removed, and when the tab closes.",
            "私钥和口令只保存在此页面的内存中，不会写入任何报告、链接或文件；移除或关闭标签页后即被清除。";
        wanted: "The context names this file; it was not given yet.", "上下文引用了此文件，但尚未提供。";
    }
}

/// The key of the context that files of a role stand under.
pub fn key_of(role: FileRole) -> &'static str {
    match role {
        FileRole::Metadata => "metadata",
        FileRole::Certificate => "certificates",
        FileRole::PrivateKey => "private_keys",
        FileRole::Request => "request",
    }
}

fn paste_key(role: FileRole) -> &'static str {
    match role {
        FileRole::Metadata => "paste.metadata",
        FileRole::Certificate => "paste.certificates",
        FileRole::PrivateKey => "paste.private_keys",
        FileRole::Request => "paste.request",
    }
}

/// What a role's files may be called, for the browser's dialogue; others can be chosen there as well.
fn accepted(role: FileRole) -> &'static str {
    match role {
        FileRole::Metadata => ".xml,text/xml,application/xml,application/samlmetadata+xml",
        FileRole::Certificate => ".pem,.cer,.crt,.der,.p7b,.p7c",
        FileRole::PrivateKey => ".pem,.key,.der,.p8",
        FileRole::Request => "",
    }
}

/// The files of a role.
pub fn files(props: &PlaceProps, role: FileRole) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let key = key_of(role);
    let (label, hint) = about(key, language);
    let given = state.draft.files.iter().enumerate().filter(|(_, file)| file.role == role);
    let given = given.map(|(at, file)| row(state, dispatch, at, file));
    let asked = state.typing.wanted.iter().filter(|(wanted, _)| *wanted == role);
    let asked = asked.map(|(_, name)| {
        html! {
            <li class="asked">
                { icon(Shape::Unchecked, "") }
                <b>{ name.clone() }</b>
                <span class="quiet">{ words.wanted }</span>
            </li>
        }
    });
    let many = matches!(role, FileRole::Metadata | FileRole::Certificate | FileRole::PrivateKey);
    let onchange = {
        let given = added(dispatch, role);
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                read_files(input.files(), language, &given);
                input.set_value("");
            }
        })
    };
    let private = role == FileRole::PrivateKey;
    html! {
        <div class="fact files" data-key={key}>
            <div class="name">
                <h3 id={format!("{}-name", anchor(key))}>{ label }</h3>
                { wanted(state, key) }
            </div>
            <p class="hint">{ hint }</p>
            <p class="hint memory" hidden={!private}>{ icon(Shape::Lock, "") }<span>{ words.memory }</span></p>
            <ul class="given">{ for given }</ul>
            <ul class="given">{ for asked }</ul>
            <div class="ways">
                <label class="button">
                    { if many { words.choose } else { words.one } }
                    <span class="visually-hidden">{ format!(": {label}") }</span>
                    <input type="file" id={anchor(key)} class="visually-hidden" multiple={many} accept={accepted(role)} {onchange} />
                </label>
                { paste(state, dispatch, role, label) }
            </div>
        </div>
    }
}

/// What becomes of a file that was read.
fn added(dispatch: &Dispatch, role: FileRole) -> Callback<Result<(String, Vec<u8>), String>> {
    let dispatch = dispatch.clone();
    Callback::from(move |file: Result<(String, Vec<u8>), String>| {
        dispatch.dispatch(match file {
            Ok((name, bytes)) => Action::Context(Change::Add { role, name, bytes }),
            Err(problem) => Action::Fail(Some(problem)),
        });
    })
}

fn row(state: &State, dispatch: &Dispatch, at: usize, file: &DraftFile) -> Html {
    let words = Words::of(state.settings.language);
    let answer = state.answer.as_ref();
    let problem = answer.and_then(|answer| answer.problems.iter().find(|problem| problem.about == *file.name));
    let is_told = answer.is_some_and(|answer| answer.revision == state.revision);
    let locked = problem.is_some_and(|problem| problem.needs_passphrase);
    let (class, shape, said) = match problem {
        Some(_) if locked => ("locked", Shape::Lock, words.locked),
        Some(_) => ("unusable", Shape::Failed, words.unusable),
        None if is_told => ("used", Shape::Done, words.used),
        None => ("asked", Shape::Unchecked, ""),
    };
    let private = file.role == FileRole::PrivateKey;
    let name = [("name", file.name.as_str())];
    let remove = put(if private { words.forget } else { words.remove }, &name);
    let onclick = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Context(Change::Remove(at))))
    };
    let onsubmit = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(form) = event.target_dyn_into::<HtmlFormElement>() else { return };
            let data = FormData::new_with_form(&form).ok();
            let passphrase = data.and_then(|data| data.get("passphrase").as_string()).unwrap_or_default();
            // It stays in no field.
            form.reset();
            dispatch.dispatch(Action::Context(Change::Unlock(at, Passphrase(passphrase))));
        })
    };
    let label = put(words.passphrase, &name);
    html! {
        <li {class} key={file.name.to_string()}>
            <div class="file">
                { icon(shape, "") }
                <b>{ file.name.clone() }</b>
                <span class="quiet">{ put(words.bytes, &[("count", &number(file.bytes.len()))]) }</span>
                <span class="state">{ said }</span>
                <span class="grow" />
                <button type="button" class="icon-button" {onclick} aria-label={remove.clone()} title={remove}>
                    { icon(Shape::Remove, "") }
                </button>
            </div>
            <p class="why" role="status">{ problem.map(|problem| problem.text.clone()).unwrap_or_default() }</p>
            <form class="unlock" hidden={!(private && (locked || file.passphrase.is_some()))} {onsubmit}>
                <input type="password" name="passphrase" aria-label={label.clone()} placeholder={label} autocomplete="off" />
                <button type="submit" class="button">{ words.unlock }</button>
            </form>
        </li>
    }
}

fn paste(state: &State, dispatch: &Dispatch, role: FileRole, label: &'static str) -> Html {
    let language = state.settings.language;
    let text = state.typing.texts.get(paste_key(role)).cloned().unwrap_or_default();
    html! { <Paste {role} {label} {language} text={text} dispatch={dispatch.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct PasteProps {
    role: FileRole,
    label: &'static str,
    language: Language,
    text: yew::AttrValue,
    dispatch: Dispatch,
}

/// A field for what is no file. What is pasted in one go is taken at once; what is typed waits for its button.
#[component]
fn Paste(props: &PasteProps) -> Html {
    let PasteProps { role, label, language, text, dispatch } = props;
    let (words, key, role) = (Words::of(*language), paste_key(*role), *role);
    let take = {
        let dispatch = dispatch.clone();
        move |text: String| {
            if text.trim().is_empty() || text.trim() == EMPTY_LIST {
                return;
            }
            let name = words.pasted.to_owned();
            dispatch.dispatch(Action::Context(Change::Add { role, name, bytes: text.into_bytes() }));
            dispatch.dispatch(Action::Context(Change::Type(key, String::new())));
        }
    };
    let oninput = {
        let (dispatch, take) = (dispatch.clone(), take.clone());
        Callback::from(move |event: InputEvent| {
            let Some(area) = event.target_dyn_into::<web_sys::HtmlTextAreaElement>() else { return };
            dispatch.dispatch(Action::Context(Change::Type(key, area.value())));
            if event.input_type() == "insertFromPaste" {
                take(area.value());
                // Before and after the text is empty for Yew, which then has nothing to change.
                area.set_value("");
            }
        })
    };
    let onclick = {
        let text = text.clone();
        Callback::from(move |_| take(text.to_string()))
    };
    html! {
        <details class="paste">
            <summary>{ words.paste }<span class="visually-hidden">{ format!(": {label}") }</span></summary>
            <textarea
                value={text.clone()}
                rows="4"
                {oninput}
                aria-label={put(words.text, &[("what", *label)])}
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
            />
            <button type="button" class="button" {onclick} disabled={text.trim().is_empty()}>{ words.take }</button>
        </details>
    }
}
