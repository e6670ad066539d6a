//! A sample gone through out of sight, while a person still looks for what they captured: browsers compile WebAssembly
//! when it is first run, and the first answer would have to wait for that.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::{
    AppHandle, Callback, ContextProvider, Html, Properties, Renderer, component, hook, html, use_effect_with,
    use_mut_ref, use_reducer, use_state,
};

use super::asking::use_asking;
use super::engine::Engine;
use super::listen::Later;
use super::page::Answered;
use super::places::PlaceProps;
use super::samples::{case_of, open_case};
use super::state::{Settings, State};
use super::strip::Strip;
use crate::{CaseFile, Language};

/// The sample: signed, with metadata, and refused.
const SAMPLE: &str = "wrong-certificate";

/// Milliseconds from the answer to the end: so long the message's place needs for its lines.
const AFTERWARDS: i32 = 300;

#[derive(Clone, PartialEq, Properties)]
struct Props {
    engine: Engine,
    settings: Settings,
    case: Rc<CaseFile>,
    done: Callback<()>,
}

/// What of the page an answer changes.
#[component]
fn Rehearsal(props: &Props) -> Html {
    let state = use_reducer(|| State { settings: props.settings, ..State::default() });
    use_asking(&state, &props.engine);
    {
        let (dispatch, case, language) = (state.dispatcher(), props.case.clone(), props.settings.language);
        use_effect_with((), move |()| open_case((*case).clone(), language, &dispatch));
    }
    let later = use_mut_ref(|| None);
    {
        let done = props.done.clone();
        use_effect_with(state.answer.is_some(), move |answered| {
            if *answered {
                *later.borrow_mut() = Later::new(AFTERWARDS, move || done.emit(()));
            }
        });
    }
    let shared = PlaceProps { state: Rc::new((*state).clone()), dispatch: state.dispatcher() };
    html! {
        <ContextProvider<Language> context={props.settings.language}>
        <ContextProvider<Engine> context={props.engine.clone()}>
            <div><Strip ..shared.clone() /></div>
            if state.answer.is_some() {
                <Answered ..shared />
            }
        </ContextProvider<Engine>>
        </ContextProvider<Language>>
    }
}

/// Rehearses once, as soon as the engine can speak, where nothing has been captured by then.
///
/// The sample is fetched with the page's other files: nothing is asked for once somebody has pasted.
#[hook]
pub fn use_rehearsal(state: &State, engine: &Engine) {
    let case = use_state(|| None::<Rc<CaseFile>>);
    let setter = case.setter();
    use_effect_with((), move |()| {
        spawn_local(async move { setter.set(case_of(SAMPLE).await.map(Rc::new)) });
    });
    let (engine, settings, idle) = (engine.clone(), state.settings, state.captures.is_empty());
    use_effect_with((state.taught.is_some(), case.is_some()), move |(taught, _)| {
        if let Some(case) = case.as_ref().filter(|_| *taught && idle) {
            rehearse(engine, settings, case.clone());
        }
    });
}

/// Without a document the first answer takes a little longer, and that is all.
fn rehearse(engine: Engine, settings: Settings, case: Rc<CaseFile>) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(root) = document.create_element("div") else { return };
    let handle: Rc<RefCell<Option<AppHandle<Rehearsal>>>> = Rc::default();
    let held = handle.clone();
    let done = Callback::from(move |()| {
        let handle = held.borrow_mut().take();
        handle.into_iter().for_each(AppHandle::destroy);
        // So that tests and benchmarks can wait for it.
        let _ = document.document_element().map(|root| root.set_attribute("data-rehearsed", ""));
    });
    let props = Props { engine, settings, case, done };
    *handle.borrow_mut() = Some(Renderer::<Rehearsal>::with_root_and_props(root, props).render());
}
