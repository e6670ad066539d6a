//! Asks the engine for what is to be handed on, and gives it to the clipboard or to the browser as a file; and what
//! saving the case by its key does.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, UseReducerHandle, hook, use_effect_with};

use super::engine::{Answer, Ask, Engine, Reply};
use super::parts::{save, to_clipboard};
use super::state::{Action, State};
use super::words::{put, words};
use crate::{Language, RedactionOptions};

words! {
    Words {
        copied: "Copied", "已复制";
        refused: "The browser refused", "浏览器拒绝了";
        by_hand: "The browser refused. Press its name: it is shown, and can be copied by hand.", "浏览器拒绝了。点击其名称即可显示内容，再手动复制。";
        saved: "Saved as {name}", "已保存为 {name}";
        withheld: "Left out, since no case file carries a private key: {names}. Keep it beside the file.",
            "案例文件不含私钥，已略去：{names}。请将其与该文件放在一起保管。";
        as_it_is: "The case is in it as it is, secrets and all: it is for you alone. To hand it on, redact it under Share.",
            "其中包含原样的案例及全部机密，仅供您自己使用。如需转交他人，请在“分享”中脱敏。";
    }
}

/// What is to be handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the export, or `link`.
    pub what: &'static str,
    /// Which capture, of an export that is of one.
    pub capture: Option<usize>,
    /// Its language.
    pub language: Language,
    /// How it is redacted; `None`: it is not.
    pub redaction: Option<RedactionOptions>,
}

/// What the engine made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// A name for it.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Private keys that are not in it.
    pub withheld: Vec<String>,
}

impl Wanted {
    /// Asks for it. Says by what number the question can be given up.
    pub fn ask(self, engine: &Engine, made: Callback<Result<Made, String>>) -> u32 {
        let Self { what, capture, language, redaction } = self;
        let (what, language) = (what.to_owned(), language.as_str().to_owned());
        let heard = Callback::from(move |mut reply: Reply| {
            made.emit(match reply.answer {
                Answer::Exported { name, media_type, withheld } => {
                    let bytes = reply.attachments.pop().unwrap_or_default();
                    Ok(Made { name, media_type, bytes, withheld })
                }
                Answer::Refused(why) | Answer::Fault(why) => Err(why),
                _ => return,
            });
        });
        engine.ask(&Ask::Export { what, capture, language, redaction }, &[], heard)
    }
}

impl Made {
    /// Keeps it as a file; says what was done.
    pub fn save(&self, language: Language) -> String {
        let words = Words::of(language);
        match save(&self.bytes, &self.media_type, &self.name) {
            Ok(()) => put(words.saved, &[("name", &self.name)]),
            Err(_) => words.refused.to_owned(),
        }
    }

    /// Puts it on the clipboard; says what was done.
    pub fn copy(self, language: Language, said: Callback<String>) {
        let words = Words::of(language);
        spawn_local(async move {
            let text = String::from_utf8_lossy(&self.bytes);
            said.emit(if to_clipboard(&text).await { words.copied } else { words.by_hand }.to_owned());
        });
    }

    /// What is not in it, in words.
    pub fn left_out(&self, language: Language) -> Option<String> {
        let names = self.withheld.join(", ");
        (!names.is_empty()).then(|| put(Words::of(language).withheld, &[("names", &names)]))
    }
}

/// Saves the case as it is whenever its key is pressed.
#[hook]
pub fn use_saving(state: &UseReducerHandle<State>, engine: &Engine) {
    let (engine, dispatch, shared) = (engine.clone(), state.dispatcher(), Rc::new((**state).clone()));
    use_effect_with(state.saves, move |saves| {
        if *saves == 0 || shared.captures.is_empty() {
            return;
        }
        let language = shared.settings.language;
        let made = Callback::from(move |made: Result<Made, String>| {
            dispatch.dispatch(match made {
                Ok(made) => {
                    let said = [Some(made.save(language) + "."), made.left_out(language)];
                    let all = said.into_iter().flatten().chain([Words::of(language).as_it_is.to_owned()]);
                    Action::Say(Some(all.collect::<Vec<String>>().join(" ")))
                }
                Err(why) => Action::Fail(Some(why)),
            });
        });
        Wanted { what: "case", capture: None, language, redaction: None }.ask(&engine, made);
    });
}
