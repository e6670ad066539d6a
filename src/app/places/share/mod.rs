//! What is handed on: to whom it may go, as what, what of it is replaced, and a link that carries it.

mod exports;
mod link;
mod preview;
mod receipt;
mod replacements;

use std::rc::Rc;

use yew::{
    Callback, Event, Html, TargetCast, component, html, use_context, use_effect_with, use_mut_ref, use_state_eq,
};

use super::PlaceProps;
use super::context::Choice;
use crate::app::engine::{Answer, Ask, Engine, Reply};
use crate::app::handing::Wanted;
use crate::app::listen::Later;
use crate::app::parts::{Shape, icon};
use crate::app::self_test::distrust;
use crate::app::state::{Action, Sharing};
use crate::app::words::words;
use crate::{Language, Leftover, RedactionOptions, Replacement, Stated};

words! {
    Words {
        who: "What goes out", "交出什么";
        redacted: "Redacted", "已脱敏";
        redacted_about: "Names of people, machines and accounts are replaced. It still fails for the same reason.",
            "人员、主机和账号的名称会被替换，失败原因保持不变。";
        as_it_is: "As it is", "原样";
        as_it_is_about: "Everything that was captured, to the byte.", "捕获的全部内容，逐字节保留。";
        warning: "It holds secrets: whoever has it knows who logged in and where, and may be able to use what is still valid in it, such as assertions, cookies and tokens.",
            "其中含有机密：得到它的人会知道谁在何处登录，并可能利用其中仍然有效的断言、Cookie 和令牌。";
        language: "Language of the report", "报告语言";
        english: "English", "English";
        chinese: "简体中文", "简体中文";
        working: "Redacting…", "正在脱敏……";
        failed: "It could not be redacted", "无法脱敏";
    }
}

/// Milliseconds that typing must rest before the case is redacted anew.
const REST: i32 = 300;

/// What redaction found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    replacements: Vec<Replacement>,
    left: Vec<Leftover>,
    stated: Option<Stated>,
}

/// The place.
#[component]
pub fn Share(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let sharing = state.sharing.clone();
    let redaction = sharing.redaction();
    let revision = state.answer.as_ref().map_or(0, |answer| answer.revision);
    let found = use_found(revision, redaction.clone());
    let told = sharing.language.unwrap_or(language);
    let wanted = move |what: &'static str, capture: Option<usize>| {
        let redaction = redaction.clone();
        Wanted { what, capture, language: told, redaction }
    };
    let shown = exports::shown(props, &wanted);
    let redacted = !sharing.as_it_is;
    let body = match &*found {
        _ if !redacted => html! { <p class="warn">{ icon(Shape::Warning, "") }<span>{ words.warning }</span></p> },
        None => html! { <p class="quiet">{ words.working }</p> },
        Some(Err(why)) => {
            html! { <p class="warn">{ icon(Shape::Failed, "") }<span>{ words.failed }{ ": " }{ why }</span></p> }
        }
        Some(Ok(found)) => receipt::left(found, language),
    };
    let replaced = (*found).as_ref().and_then(|found| found.as_ref().ok()).filter(|_| redacted).cloned();
    html! {
        <section class="sharing">
            <div>{ distrust(state) }</div>
            { who(props, words) }
            <div class="warnings" role="status">{ body }</div>
            <div class="hand">
                { exports::list(props, &wanted) }
                <preview::Preview wanted={shown.0} title={shown.1} {revision} {language} />
            </div>
            <div hidden={!redacted}>
                <replacements::Replacements
                    found={replaced.clone()}
                    sharing={sharing}
                    {language}
                    dispatch={dispatch.clone()}
                />
            </div>
            <div hidden={!redacted}>{ replaced.map(|found| receipt::receipt(state, &found)) }</div>
            <link::Link wanted={wanted("link", None)} {revision} {language} />
        </section>
    }
}

/// The choice between redacted and not, and of the language.
fn who(props: &PlaceProps, words: &Words) -> Html {
    let sharing = &props.state.sharing;
    let choice = |as_it_is: bool, name: &'static str, about: &'static str| {
        let (dispatch, sharing) = (props.dispatch.clone(), sharing.clone());
        let onchange = Callback::from(move |event: Event| {
            let on = event.target_dyn_into::<web_sys::HtmlInputElement>().is_some_and(|input| input.checked());
            if on {
                dispatch.dispatch(Action::Share(Sharing { as_it_is, ..(*sharing).clone() }));
            }
        });
        let value = if as_it_is { "as-it-is" } else { "redacted" };
        html! {
            <label class="going">
                <input type="radio" name="going" {value} checked={self::is(props, as_it_is)} {onchange} />
                <span><b>{ name }</b><span class="quiet">{ about }</span></span>
            </label>
        }
    };
    let told = sharing.language.unwrap_or(props.state.settings.language);
    let onchange = {
        let (dispatch, sharing) = (props.dispatch.clone(), sharing.clone());
        Callback::from(move |tag: String| {
            let language = Some(Language::from_tag(&tag));
            dispatch.dispatch(Action::Share(Sharing { language, ..(*sharing).clone() }));
        })
    };
    let options = vec![("en".into(), words.english.into()), ("zh".into(), words.chinese.into())];
    let value = if told == Language::English { "en" } else { "zh" };
    html! {
        <div class="who">
            <fieldset>
                <legend>{ words.who }</legend>
                { choice(false, words.redacted, words.redacted_about) }
                { choice(true, words.as_it_is, words.as_it_is_about) }
            </fieldset>
            <div class="told-in">
                <label for="share-language">{ words.language }</label>
                <Choice id="share-language" {value} {options} {onchange} />
            </div>
        </div>
    }
}

fn is(props: &PlaceProps, as_it_is: bool) -> bool {
    props.state.sharing.as_it_is == as_it_is
}

type Answered = Option<Result<Rc<Found>, String>>;

/// What redaction finds, of the newest case and as it is chosen now. Until that is there, what was found before stays.
#[yew::hook]
fn use_found(revision: u32, redaction: Option<RedactionOptions>) -> Rc<Answered> {
    let engine = use_context::<Engine>().unwrap_or_default();
    let found = use_state_eq(|| Rc::new(None::<Result<Rc<Found>, String>>));
    let later = use_mut_ref(|| None::<Later>);
    let asked = use_mut_ref(|| None::<u32>);
    let setter = found.setter();
    use_effect_with((revision, redaction), move |(_, redaction)| {
        let Some(redaction) = redaction.clone() else { return };
        let number = asked.clone();
        let ask = move || {
            let setter = setter.clone();
            let heard = Callback::from(move |reply: Reply| {
                let answer = match reply.answer {
                    Answer::Redacted { replacements, left, stated } => {
                        Ok(Rc::new(Found { replacements, left, stated }))
                    }
                    Answer::Refused(why) | Answer::Fault(why) => Err(why),
                    _ => return,
                };
                setter.set(Rc::new(Some(answer)));
            });
            let mut asked = number.borrow_mut();
            // An answer to what is no longer chosen is none.
            if let Some(earlier) = asked.take() {
                engine.forget(earlier);
            }
            *asked = Some(engine.ask(&Ask::Redact { redaction: redaction.clone() }, &[], heard));
        };
        let first = asked.borrow().is_none();
        let waits = if first { 0 } else { REST };
        *later.borrow_mut() = Later::new(waits, ask);
    });
    (*found).clone()
}
