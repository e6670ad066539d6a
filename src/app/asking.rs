//! When the engine is asked: whenever what there is to ask about has changed, and never twice at a time.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, UseReducerHandle, hook, use_effect_with, use_mut_ref};

use super::engine::{Answer, Ask, Attached, Case, ContextPart, Engine, Reply};
use super::own::own_file;
use super::state::{Action, Dispatch, State};
use super::words::{put, words};
use crate::Language;

words! {
    Words {
        words: "The file {file} could not be loaded. Is the page complete? Reload it.", "文件 {file} 无法加载。页面文件是否完整？请重新加载。";
    }
}

/// Milliseconds that a new question waits for the answer to the one before; then that one is given up.
const PATIENCE: f64 = 200.0;

/// What is under way.
#[derive(Default)]
struct Asking {
    /// The newest revision that was asked about.
    asked: u32,
    /// The newest revision that the worker was made to forget.
    forgotten: u32,
    /// The private keys that the worker was given.
    keys: usize,
    /// When, by the browser's clock, the question was asked whose answer is awaited.
    since: Option<f64>,
}

/// Asks about every new revision of the case.
#[hook]
pub fn use_asking(state: &UseReducerHandle<State>, engine: &Engine) {
    let asking = use_mut_ref(Asking::default);
    {
        let (engine, dispatch) = (engine.clone(), state.dispatcher());
        use_effect_with(state.settings.language, move |language| teach(engine, *language, dispatch));
    }
    let answered = state.answer.as_ref().map_or(0, |answer| answer.revision);
    let (engine, dispatch) = (engine.clone(), state.dispatcher());
    let shared = Rc::new((**state).clone());
    use_effect_with((state.revision, answered, state.engine.clone(), state.taught), move |(revision, ..)| {
        let now = js_sys::Date::now();
        {
            let mut asking = asking.borrow_mut();
            let speaks = engine.knows(shared.settings.language.as_str());
            if shared.captures.is_empty() && asking.asked > asking.forgotten {
                // What the worker knows of the case, private keys above all, goes with it.
                engine.cancel();
                *asking = Asking { asked: asking.asked, forgotten: asking.asked, since: None, keys: 0 };
            }
            let keys = shared.draft.files.iter().filter(|file| file.is_private()).count();
            if keys < asking.keys {
                // What RSA made of a key on its way is in the worker's memory alone, and goes with it.
                engine.cancel();
                asking.since = None;
            }
            asking.keys = keys;
            if !speaks || shared.captures.is_empty() || *revision <= asking.asked {
                return;
            }
            match asking.since {
                Some(since) if now - since < PATIENCE => return,
                Some(_) => engine.cancel(),
                None => {}
            }
            *asking = Asking { asked: *revision, since: Some(now), ..*asking };
        }
        let revision = *revision;
        dispatch.dispatch(Action::Asked);
        let heard = Callback::from(move |reply: Reply| {
            let done = !matches!(reply.answer, Answer::Progress { .. });
            let action = match reply.answer {
                Answer::Progress { done, of } => Action::Progress { done, of },
                Answer::Report { mut report, problems } => {
                    for (capture, text) in report.captures.iter_mut().zip(reply.attachments) {
                        capture.xml = String::from_utf8(text).ok().filter(|text| !text.is_empty());
                    }
                    Action::Answer { revision, report, problems }
                }
                Answer::Fault(text) | Answer::Refused(text) => Action::Fault(text),
                _ => return,
            };
            if done {
                asking.borrow_mut().since = None;
            }
            dispatch.dispatch(action);
        });
        ask(&engine, &shared, heard);
    });
}

/// Gives the engine the words of a language, one of the page's own files.
fn teach(engine: Engine, language: Language, dispatch: Dispatch) {
    engine.start();
    if engine.knows(language.as_str()) {
        return;
    }
    spawn_local(async move {
        let path = format!("texts/{}.json", language.as_str());
        match own_file(&path).await {
            Some(json) => {
                engine.teach(language.as_str(), &json);
                dispatch.dispatch(Action::Taught(language));
            }
            None => dispatch.dispatch(Action::Fail(Some(put(Words::of(language).words, &[("file", &path)])))),
        }
    });
}

fn ask(engine: &Engine, state: &State, heard: Callback<Reply>) {
    let draft = &state.draft;
    let case = Case {
        inputs: state.captures.iter().map(|capture| capture.name.to_string()).collect(),
        files: draft
            .files
            .iter()
            .map(|file| ContextPart {
                name: file.name.to_string(),
                role: file.role,
                passphrase: file.passphrase.clone(),
            })
            .collect(),
        context: draft.facts.clone(),
        language: state.settings.language.as_str().to_owned(),
        login: state.login,
        clock: (js_sys::Date::now() / 1000.0) as i64,
    };
    let inputs = state.captures.iter().map(|capture| capture.body.attached());
    let files = draft.files.iter().map(|file| Attached::Bytes(&file.bytes));
    let attachments: Vec<Attached<'_>> = inputs.chain(files).collect();
    engine.ask(&Ask::Inspect(Box::new(case)), &attachments, heard);
}
