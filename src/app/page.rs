//! The page as a whole: where its parts stand.

use std::rc::Rc;

use yew::{AttrValue, Callback, DragEvent, Html, Properties, UseReducerDispatcher, component, html, use_reducer};

use super::answer::Answer;
use super::findings::Findings;
use super::icon::{Icon, Shape};
use super::signatures::Signatures;
use super::source::{Source, take_files};
use super::state::{Action, State};
use super::steps::Steps;
use super::summary::SummaryView;
use super::xml_view::XmlView;
use crate::{Layout, Report};

/// The whole page.
#[component]
pub fn Page() -> Html {
    let state = use_reducer(State::default);
    let dispatch = state.dispatcher();
    let ondrop = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: DragEvent| {
            if let Some(transfer) = event.data_transfer()
                && transfer.files().is_some_and(|files| files.length() > 0)
            {
                event.prevent_default();
                take_files(transfer.files(), &dispatch);
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
    let class = if state.report.is_some() { "page answered" } else { "page" };
    html! {
        <div {class} {ondrop} {ondragover}>
            <Header />
            <main>
                <div class="intake">
                    <Welcome />
                    <Source
                        text={state.text.clone()}
                        files={state.files.clone()}
                        problem={state.problem.clone()}
                        dispatch={dispatch.clone()}
                    />
                    <Promise />
                </div>
                <div class="result">
                    if let Some(report) = &state.report {
                        <Answered report={report.clone()} selected={state.selected} layout={state.layout} {dispatch} />
                    }
                </div>
            </main>
        </div>
    }
}

#[component]
fn Header() -> Html {
    html! {
        <header class="bar">
            <span class="brand"><Icon shape={Shape::Lens} />{ "samlens" }</span>
            <span class="chip"><Icon shape={Shape::Lock} />{ "Nothing leaves this page" }</span>
        </header>
    }
}

#[component]
fn Welcome() -> Html {
    html! {
        <div class="welcome">
            <h1>{ "Why did this login fail?" }</h1>
            <p>{ "Paste what you captured. samlens decodes it step by step, verifies the signatures and shows what \
                   the message says." }</p>
        </div>
    }
}

#[component]
fn Promise() -> Html {
    html! {
        <p class="promise">
            <Icon shape={Shape::Lock} />
            <span>
                { "What you paste stays in this tab: the page’s own policy forbids it to connect anywhere but to the \
                   files it was loaded from, and closing the tab forgets everything." }
            </span>
        </p>
    }
}

#[derive(PartialEq, Properties)]
struct AnsweredProps {
    report: Rc<Report>,
    selected: usize,
    layout: Layout,
    dispatch: UseReducerDispatcher<State>,
}

#[component]
fn Answered(props: &AnsweredProps) -> Html {
    let AnsweredProps { report, selected, layout, dispatch } = props;
    let capture = report.captures.get(*selected);
    let has_xml = capture.is_some_and(|capture| capture.xml.is_some());
    html! {
        <div class={if has_xml { "split" } else { "split alone" }}>
            <div class="left">
                <div class="captures">
                    if report.captures.len() > 1 {
                        <Captures report={report.clone()} selected={*selected} dispatch={dispatch.clone()} />
                    }
                </div>
                <Answer report={report.clone()} selected={*selected} />
                <Findings report={report.clone()} />
                <SummaryView report={report.clone()} selected={*selected} />
                <Signatures report={report.clone()} selected={*selected} />
                <Steps report={report.clone()} selected={*selected} />
            </div>
            <div class="right">
                if has_xml {
                    <XmlView
                        report={report.clone()}
                        selected={*selected}
                        layout={*layout}
                        dispatch={dispatch.clone()}
                    />
                }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct CapturesProps {
    report: Rc<Report>,
    selected: usize,
    dispatch: UseReducerDispatcher<State>,
}

/// A button for each capture, to move between them.
#[component]
fn Captures(props: &CapturesProps) -> Html {
    let buttons = props.report.captures.iter().map(|capture| {
        let dispatch = props.dispatch.clone();
        let index = capture.index;
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Select(index)));
        let kind = AttrValue::from(capture.kind.clone().unwrap_or_else(|| "unreadable".to_owned()));
        let pressed = if index == props.selected { "true" } else { "false" };
        html! {
            <li key={index}>
                <button type="button" class="chip" {onclick} aria-pressed={pressed}>
                    <b>{ kind }</b>
                    <span>{ capture.input.clone() }</span>
                </button>
            </li>
        }
    });
    html! { <ul aria-label="Captures">{ for buttons }</ul> }
}
