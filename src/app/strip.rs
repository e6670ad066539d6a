//! The strip under the bar: what was captured, one chip each, the way between logins, and how the case is judged.

use yew::{Callback, Html, component, html, use_state_eq};

use super::messages::Messages;
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
        messages: "{count} messages", "{count} 条消息";
        all: "All {count} messages", "全部 {count} 条消息";
        login: "Login {number} of {of}", "登录 {number}/{of}";
        before: "The login before", "上一次登录";
        next: "The next login", "下一次登录";
    }
}

/// More messages than this are easier to find in a list.
const MANY: usize = 6;

/// The strip.
#[component]
pub fn Strip(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let act = |action: fn(u32) -> Action, number: u32| {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(action(number)))
    };
    let open = use_state_eq(|| false);
    let report = state.report();
    let all = report.map(|report| report.captures.as_slice()).unwrap_or_default();
    let chips = state.captures.iter().enumerate().map(|(index, capture)| {
        let mut own = all.iter().filter(|read| read.input == *capture.name);
        let (count, first) = (own.clone().count(), own.clone().next());
        // Of many that which is shown, else the first.
        let read = own.find(|read| read.index == state.selected).or(first);
        let position = read.map_or(index, |read| read.index);
        let many = put(words.messages, &[("count", &count.to_string())]);
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
                    <span class="many" hidden={count < 2}>{ many }</span>
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
    let of_context = all.iter().filter(|read| names.clone().all(|name| *name != read.input)).map(|read| {
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
    let logins = report.map_or(0, |report| report.flow.logins.len());
    let judged = report.and_then(|report| report.flow.judged).unwrap_or_default();
    let step = |to: Option<usize>, label: &'static str, shape: Shape| {
        let to = to.filter(|to| *to < logins);
        let dispatch = dispatch.clone();
        let onclick = Callback::from(move |_| to.into_iter().for_each(|to| dispatch.dispatch(Action::Judge(to))));
        html! {
            <button type="button" class="icon-button" {onclick} disabled={to.is_none()} aria-label={label} title={label}>
                { icon(shape, "") }
            </button>
        }
    };
    let login = put(words.login, &[("number", &(judged + 1).to_string()), ("of", &logins.to_string())]);
    let has_many = |name: &str| all.iter().filter(|read| read.input == *name).nth(1).is_some();
    let several = logins > 1 || all.len() > MANY || state.captures.iter().any(|capture| has_many(&capture.name));
    let shown = *open && several;
    let toggle = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    let close = Callback::from(move |()| open.set(false));
    html! {
        <div>
        <nav class="strip" aria-label={words.captures}>
            <button type="button" class="chip" onclick={act(|_| Action::Add, 0)}>{ icon(Shape::Add, "") }{ words.add }</button>
            <button
                type="button"
                class="chip messages-toggle"
                hidden={!several}
                onclick={toggle}
                aria-expanded={shown.to_string()}
                aria-controls="all-messages"
            >
                { put(words.all, &[("count", &all.len().to_string())]) }
                { icon(if shown { Shape::Up } else { Shape::Down }, "") }
            </button>
            <span class="chip login" hidden={logins < 2}>
                { step(judged.checked_sub(1), words.before, Shape::Up) }
                <button type="button" class="plain" onclick={act(|_| Action::Go(Place::Flow), 0)}><b>{ login }</b></button>
                { step(Some(judged + 1), words.next, Shape::Down) }
            </span>
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
        <div id="all-messages">
            if shown {
                <Messages state={state.clone()} dispatch={dispatch.clone()} {close} />
            }
        </div>
        </div>
    }
}
