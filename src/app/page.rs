//! The page as a whole: where its parts stand, and how it asks the engine.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{
    Callback, ContextProvider, DragEvent, Html, KeyboardEvent, NodeRef, UseReducerHandle, component, hook, html,
    use_effect_with, use_memo, use_node_ref, use_reducer,
};

use super::arrival::{question, use_arrival};
use super::asking::use_asking;
use super::bar::bar;
use super::clock::doubtful_clock;
use super::crash::use_keeping;
use super::engine::{ENDED, Engine, UNREAD};
use super::field::Field;
use super::files::read_captures;
use super::handing::use_saving;
use super::keyboard;
use super::keys::Keys;
use super::listen::Listener;
use super::places::verdict;
use super::places::{Place, PlaceProps};
use super::rehearsal::use_rehearsal;
use super::self_test::{doubt, use_self_test};
use super::start::{below, welcome};
use super::state::{Action, Busy, Settings, State};
use super::strip::Strip;
use super::update::Update;
use super::words::{put, words};
use crate::Language;

words! {
    Words {
        working: "Working…", "处理中……";
        reading: "Reading {name}…", "正在读取 {name}……";
        progress: "How far it has come", "进度";
        cancel: "Cancel", "取消";
        cancelled: "It was stopped. Nothing you put in is lost.", "已停止。您输入的内容没有丢失。";
        again: "Try again", "重试";
        failed: "Something inside samlens failed: {text} What you put in is kept, and the engine has been started anew.",
            "samlens 内部出错：{text} 您输入的内容已保留，引擎已重新启动。";
        ended: "The browser ended samlens’s engine. What you put in is kept, and the engine has been started anew.",
            "浏览器终止了 samlens 的引擎。您输入的内容已保留，引擎已重新启动。";
        unread: "The browser could not read one of the files any more: was it moved or changed since? Put it in again, or remove it.",
            "浏览器已无法读取其中一个文件：它是否已被移动或更改？请重新放入该文件，或将其移除。";
        memory: "The memory that the browser gives this page ran out ({text}). What you put in is kept, and the engine has been started anew. Close other tabs, or put in the message alone.",
            "浏览器分配给此页面的内存已耗尽（{text}）。您输入的内容已保留，引擎已重新启动。请关闭其他标签页，或仅输入该消息本身。";
        places: "Places", "视图";
        dismiss: "Dismiss", "关闭";
    }
}

/// The whole page.
#[component]
pub fn Page() -> Html {
    let state = use_reducer(|| State { settings: settings_of_browser(), ..State::default() });
    let dispatch = state.dispatcher();
    let engine = (*use_memo((), |()| Engine::default())).clone();
    use_asking(&state, &engine);
    use_rehearsal(&state, &engine);
    use_arrival(&state);
    use_saving(&state, &engine);
    use_self_test(&state, &engine);
    use_document(&state);
    use_keeping(&state);
    {
        // What a worker knew of the case ended with it: that is told though nothing was asked.
        let (engine, dispatch) = (engine.clone(), dispatch.clone());
        use_effect_with((), move |()| {
            engine.on_failure(Callback::from(move |text| dispatch.dispatch(Action::Fault(text))));
        });
    }
    let ondrop = {
        let (dispatch, language) = (dispatch.clone(), state.settings.language);
        Callback::from(move |event: DragEvent| {
            if let Some(transfer) = event.data_transfer()
                && transfer.files().is_some_and(|files| files.length() > 0)
            {
                event.prevent_default();
                read_captures(transfer.files(), language, &dispatch);
            }
        })
    };
    // A page that takes drops must say so while something is held over it; text goes where it is dropped, as ever.
    let ondragover = Callback::from(|event: DragEvent| {
        let files = |types: js_sys::Array| types.iter().any(|kind| kind.as_string().as_deref() == Some("Files"));
        if event.data_transfer().is_some_and(|transfer| files(transfer.types())) {
            event.prevent_default();
        }
    });
    let shared = Rc::new((*state).clone());
    let props = PlaceProps { state: shared.clone(), dispatch: dispatch.clone() };
    let started = !state.captures.is_empty();
    let class = if started { "page answered" } else { "page" };
    let place = state.place.as_str();
    let field = state.field.open;
    // Not the other way about: the field must stay the same element from the first letter on.
    html! {
        <ContextProvider<Language> context={state.settings.language}>
        <ContextProvider<Engine> context={engine.clone()}>
            <div {class} data-place={place} {ondrop} {ondragover}>
                { bar(&props) }
                <div class="strip-place">
                    if started {
                        <Strip ..props.clone() />
                    }
                </div>
                <div class="doubt" role="alert">{ doubt(&state) }</div>
                <Status ..props.clone() />
                <Update />
                // Always there, or else a screen reader would not hear what is put into it.
                <p class="visually-hidden" role="status">{ verdict::spoken(&state) }</p>
                <main>
                    <div class="intake" hidden={!field}>
                        <div class="above">
                            if !started {
                                { welcome(&props) }
                            }
                        </div>
                        <Field ..props.clone() />
                        <div class="under-field">
                            if !started {
                                { below(&props) }
                            }
                        </div>
                    </div>
                    <div class="result">
                        if state.answer.is_some() {
                            <Answered ..props.clone() />
                        } else if matches!(state.place, Place::Privacy | Place::Context) {
                            <div class="alone">{ state.place.show(&props) }</div>
                        }
                    </div>
                </main>
                <Keys ..props />
            </div>
        </ContextProvider<Engine>>
        </ContextProvider<Language>>
    }
}

/// What the browser says that a person wants.
fn settings_of_browser() -> Settings {
    let language = web_sys::window().and_then(|window| window.navigator().language()).unwrap_or_default();
    Settings { language: Language::from_tag(&language), ..Default::default() }
}

/// What the document must be told: its language and theme; keys and pastes; that leaving it loses the case.
#[hook]
fn use_document(state: &UseReducerHandle<State>) {
    use_effect_with(state.settings, |settings| {
        let root =
            web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
        if let Some(root) = root {
            let _ = root.set_attribute("lang", settings.language.as_str());
            let _ = root.set_attribute("data-theme", settings.theme.as_str());
            let _ = root.set_attribute("data-contrast", settings.contrast.as_str());
        }
    });
    let dispatch = state.dispatcher();
    use_effect_with((state.settings.language, !state.captures.is_empty()), move |(language, open)| {
        let document = web_sys::window().and_then(|window| window.document());
        let listeners = document.map(|document| keyboard::listen(&document, &dispatch, *language, *open));
        move || drop(listeners)
    });
    use_effect_with(state.captures.is_empty(), |empty| {
        let window = web_sys::window().filter(|_| !*empty);
        let listener = window.map(|window| Listener::new(&window, "beforeunload", |event| event.prevent_default()));
        move || drop(listener)
    });
}

/// What the engine is doing, and what went wrong: read out when it changes.
#[component]
fn Status(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let engine = yew::use_context::<Engine>().unwrap_or_default();
    let cancel = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| {
            engine.cancel();
            dispatch.dispatch(Action::Cancel);
        })
    };
    let act = |action: fn() -> Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(action()))
    };
    let again = html! {
        <button type="button" class="button" onclick={act(|| Action::Retry)}>{ words.again }</button>
    };
    let engine = match &state.engine {
        Busy::Idle => html! { <span /> },
        // Quick answers never show it: the style lets it in late.
        Busy::Working { done, of } => html! {
            <p class="working">
                { words.working }
                <progress
                    aria-label={words.progress}
                    value={(*done > 0).then(|| done.to_string())}
                    max={of.to_string()}
                />
                <button type="button" class="button" onclick={cancel}>{ words.cancel }</button>
            </p>
        },
        Busy::Cancelled => html! { <p class="problem">{ words.cancelled }{ again }</p> },
        Busy::Failed(text) => {
            let said = match text.as_str() {
                ENDED => words.ended,
                UNREAD => words.unread,
                text if is_out_of_memory(text) => words.memory,
                _ => words.failed,
            };
            html! { <p class="problem">{ put(said, &[("text", text.as_str())]) }{ again }</p> }
        }
    };
    let reading = state.reading.as_ref().map(|reading| {
        let (stopped, dispatch) = (reading.stopped.clone(), dispatch.clone());
        let stop = Callback::from(move |_| {
            stopped.set(true);
            dispatch.dispatch(Action::Reading(None));
        });
        html! {
            <p class="working">
                { put(words.reading, &[("name", reading.name.as_str())]) }
                <progress aria-label={words.progress} value={reading.done.to_string()} max={reading.of.to_string()} />
                <button type="button" class="button" onclick={stop}>{ words.cancel }</button>
            </p>
        }
    });
    let problem = state.problem.as_ref().map(|problem| {
        html! {
            <p class="problem">
                { problem.clone() }
                <button type="button" class="button" onclick={act(|| Action::Fail(None))}>{ words.dismiss }</button>
            </p>
        }
    });
    let said = state.said.as_ref().map(|said| {
        html! {
            <p class="told">
                { said.clone() }
                <button type="button" class="button" onclick={act(|| Action::Say(None))}>{ words.dismiss }</button>
            </p>
        }
    });
    html! {
        <div class="status" role="alert">
            <div>{ reading }</div>
            <div>{ engine }</div>
            <div>{ problem }</div>
            <div>{ said }</div>
            <div>{ question(props) }</div>
            <div>{ doubtful_clock(state) }</div>
        </div>
    }
}

/// Whether a worker ended for want of memory. Of a panic it says so itself before it traps; what traps without a word is an
/// allocation that failed, whose `unreachable` each browser puts in its own way.
fn is_out_of_memory(text: &str) -> bool {
    text.contains("nreachable") || text.contains("allocation failed") || text.contains("out of memory")
}

/// The verdict and, beside it, the place that was gone to.
#[component]
pub fn Answered(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    // Beside the verdict stands the message: going from one to the other makes neither anew.
    let shown = if state.place == Place::Verdict { Place::Message } else { state.place };
    let tab = |place: Place| {
        let selected = place == state.place || place == Place::Message && state.place == Place::Verdict;
        let dispatch = dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Go(place)));
        html! {
            <button
                type="button"
                role="tab"
                key={place.as_str()}
                id={format!("tab-{}", place.as_str())}
                class="tab"
                data-tab={place.as_str()}
                aria-selected={(place == state.place).to_string()}
                data-shown={selected.to_string()}
                aria-controls="place"
                tabindex={if selected { "0" } else { "-1" }}
                {onclick}
            >
                { place.title(language) }
            </button>
        }
    };
    let tabs = use_node_ref();
    let arrows = {
        let tabs = tabs.clone();
        Callback::from(move |event| arrows(&event, &tabs))
    };
    html! {
        <div class="split">
            <div class="tabs" role="tablist" aria-label={Words::of(language).places} ref={tabs.clone()} onkeydown={arrows}>
                { for Place::ALL.into_iter().filter(|place| place.is_shown(state)).map(tab) }
            </div>
            <div class="left">{ verdict::verdict(props) }</div>
            <div class="right" id="place" role="tabpanel" aria-labelledby={format!("tab-{}", state.place.as_str())} tabindex="0">
                <h1 class="visually-hidden" hidden={state.place == Place::Verdict}>{ state.place.title(language) }</h1>
                <div class="place" key={shown.as_str()}>{ state.place.show(props) }</div>
            </div>
        </div>
    }
}

/// Moves between tabs as the pattern for them asks (ARIA APG, Tabs): arrows, Home, End.
fn arrows(event: &KeyboardEvent, tabs: &NodeRef) {
    let Some(tabs) = tabs.cast::<HtmlElement>() else { return };
    let all = tabs.children();
    let shown: Vec<HtmlElement> = (0..all.length())
        .filter_map(|index| all.item(index)?.dyn_into::<HtmlElement>().ok())
        .filter(|tab| tab.offset_width() > 0)
        .collect();
    let at = shown.iter().position(|tab| event.target().as_ref() == Some(tab.as_ref())).unwrap_or(0);
    let to = match event.key().as_str() {
        "ArrowRight" => (at + 1) % shown.len().max(1),
        "ArrowLeft" => (at + shown.len().saturating_sub(1)) % shown.len().max(1),
        "Home" => 0,
        "End" => shown.len().saturating_sub(1),
        _ => return,
    };
    event.prevent_default();
    if let Some(tab) = shown.get(to) {
        tab.click();
        let _ = tab.focus();
    }
}
