//! The strip under the bar: what was captured, one chip each, and how the case is judged.

use yew::{Callback, Html, component, html};

use super::parts::{Shape, icon, service_name};
use super::places::{Place, PlaceProps};
use super::state::{Action, Body, FIELD_BYTES};
use super::words::{put, words};

words! {
    Words {
        captures: "Captures", "捕获内容";
        add: "Add", "添加";
        undo: "Undo", "撤销";
        edit: "Edit {name}", "编辑 {name}";
        remove: "Remove {name}", "移除 {name}";
        unreadable: "unreadable", "无法读取";
        reading: "reading", "读取中";
        service: "Service", "服务方";
        clock: "Judged at", "判定时间";
        unknown: "unknown", "未知";
    }
}

/// The strip.
#[component]
pub fn Strip(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let act = |action: fn(u32) -> Action, number: u32| {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(action(number)))
    };
    let report = state.report();
    let chips = state.captures.iter().enumerate().map(|(index, capture)| {
        let read = report.and_then(|report| report.captures.iter().find(|read| read.input == *capture.name));
        let position = read.map_or(index, |read| read.index);
        let kind = match read {
            None => words.reading.to_owned(),
            Some(read) => read.message_kind().map(str::to_owned).unwrap_or_else(|| words.unreadable.to_owned()),
        };
        let name = [("name", capture.name.as_str())];
        let number = capture.number;
        let editable = matches!(&capture.body, Body::Text(text) if text.len() <= FIELD_BYTES);
        html! {
            <li key={number} class="capture chip" data-selected={(position == state.selected).to_string()}>
                <button
                    type="button"
                    class="plain"
                    onclick={act(|position| Action::Select(position as usize), position as u32)}
                    aria-pressed={(position == state.selected).to_string()}
                >
                    <b>{ kind }</b>
                    <span>{ capture.name.clone() }</span>
                </button>
                <button
                    type="button"
                    class="icon-button"
                    hidden={!editable}
                    onclick={act(Action::Edit, number)}
                    aria-label={put(words.edit, &name)}
                    title={put(words.edit, &name)}
                >
                    { icon(Shape::Edit, "") }
                </button>
                <button
                    type="button"
                    class="icon-button"
                    onclick={act(Action::Remove, number)}
                    aria-label={put(words.remove, &name)}
                    title={put(words.remove, &name)}
                >
                    { icon(Shape::Remove, "") }
                </button>
            </li>
        }
    });
    let names = state.captures.iter().map(|capture| &capture.name);
    let of_context = report.map(|report| report.captures.as_slice()).unwrap_or_default().iter();
    let of_context = of_context.filter(|read| names.clone().all(|name| *name != read.input)).map(|read| {
        html! {
            <li key={format!("context-{}", read.index)} class="capture chip" data-selected={(read.index == state.selected).to_string()}>
                <button
                    type="button"
                    class="plain"
                    onclick={act(|position| Action::Select(position as usize), read.index as u32)}
                    aria-pressed={(read.index == state.selected).to_string()}
                >
                    <b>{ read.message_kind().map(str::to_owned).unwrap_or_else(|| words.unreadable.to_owned()) }</b>
                    <span>{ read.input.clone() }</span>
                </button>
            </li>
        }
    });
    let service = report.and_then(|report| report.profile.as_ref());
    let service = service.map_or(words.unknown, |profile| service_name(profile.name, state.settings.language));
    let now = report.map(|report| report.now.clone()).unwrap_or_default();
    html! {
        <nav class="strip" aria-label={words.captures}>
            <button type="button" class="chip" onclick={act(|_| Action::Add, 0)}>{ icon(Shape::Add, "") }{ words.add }</button>
            <ul>{ for chips.chain(of_context) }</ul>
            <button type="button" class="chip" hidden={state.before.is_empty()} onclick={act(|_| Action::Undo, 0)}>
                { icon(Shape::Undo, "") }
                { words.undo }
            </button>
            <span class="grow" />
            <button type="button" class="chip" onclick={act(|_| Action::Go(Place::Context), 0)}>
                <span>{ words.service }</span>
                <b>{ service }</b>
            </button>
            <button type="button" class="chip" onclick={act(|_| Action::Go(Place::Context), 0)}>
                <span>{ words.clock }</span>
                <b>{ now }</b>
            </button>
        </nav>
    }
}
