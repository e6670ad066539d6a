//! The list of all messages under the strip: grouped by the input that they came in, searched, each with its login.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{Callback, Html, InputEvent, Properties, TargetCast, component, html, use_state_eq};

use super::parts::{Shape, icon};
use super::state::{Action, Dispatch, State};
use super::words::{put, words};
use crate::{CaptureReport, Report};

words! {
    Words {
        title: "All messages", "全部消息";
        search: "Search the messages", "搜索消息";
        none: "No message fits the search.", "没有符合搜索条件的消息。";
        close: "Close the list", "关闭列表";
        unreadable: "unreadable", "无法读取";
        login: "login {number}", "登录 {number}";
        judged: "judged", "当前判定";
    }
}

/// See [`Messages`].
#[derive(Clone, PartialEq, Properties)]
pub struct MessagesProps {
    /// The page's state.
    pub state: Rc<State>,
    /// Where actions go.
    pub dispatch: Dispatch,
    /// The list is to go.
    pub close: Callback<()>,
}

/// The list.
#[component]
pub fn Messages(props: &MessagesProps) -> Html {
    let MessagesProps { state, dispatch, close } = props;
    let words = Words::of(state.settings.language);
    let search = use_state_eq(String::new);
    let Some(report) = state.report() else { return html! { <div /> } };
    let logins = logins(report);
    let wanted = search.to_lowercase();
    let mut groups: Vec<(&str, Vec<&CaptureReport>)> = Vec::new();
    for capture in report.captures.iter().filter(|capture| fits(capture, &wanted)) {
        match groups.last_mut().filter(|(input, _)| *input == capture.input) {
            Some((_, of)) => of.push(capture),
            None => groups.push((&capture.input, vec![capture])),
        }
    }
    let empty = groups.is_empty();
    let groups = groups.into_iter().map(|(input, of)| {
        let is_alone = of.len() == 1;
        let rows = of.iter().map(|capture| {
            let login = logins.get(capture.index).copied().flatten();
            row(capture, is_alone, login, state, dispatch, words)
        });
        html! {
            <li key={input.to_owned()}>
                <p class="of" hidden={is_alone}>{ input.to_owned() }{ " " }<span class="quiet">{ of.len() }</span></p>
                <ul>{ for rows }</ul>
            </li>
        }
    });
    let oninput = {
        let search = search.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                search.set(field.value());
            }
        })
    };
    let onclick = {
        let close = close.clone();
        Callback::from(move |_| close.emit(()))
    };
    html! {
        <section class="all-messages" aria-label={words.title}>
            <div class="tools">
                <input type="search" aria-label={words.search} placeholder={words.search} value={search.to_string()} {oninput} />
                <button type="button" class="icon-button" {onclick} aria-label={words.close} title={words.close}>
                    { icon(Shape::Remove, "") }
                </button>
            </div>
            <div class="listed" tabindex="0" role="group" aria-label={words.title}>
                <ul>{ for groups }</ul>
                <p class="quiet" hidden={!empty}>{ words.none }</p>
            </div>
        </section>
    }
}

/// The login of each capture.
fn logins(report: &Report) -> Vec<Option<usize>> {
    let mut of = vec![None; report.captures.len()];
    for login in &report.flow.logins {
        for capture in &login.captures {
            if let Some(slot) = of.get_mut(*capture) {
                *slot = Some(login.index);
            }
        }
    }
    of
}

fn fits(capture: &CaptureReport, wanted: &str) -> bool {
    let has = |text: Option<&str>| text.is_some_and(|text| text.to_lowercase().contains(wanted));
    let summary = capture.summary.as_ref();
    wanted.is_empty()
        || has(Some(&capture.input))
        || has(capture.message_kind())
        || has(capture.url.as_deref())
        || has(capture.relay_state.as_deref())
        || summary.is_some_and(|summary| {
            let values =
                [&summary.issuer, &summary.id, &summary.in_response_to, &summary.name_id, &summary.destination];
            values.into_iter().any(|value| has(value.as_deref()))
        })
}

/// A message; where it is alone in its input, with the input's name.
fn row(
    capture: &CaptureReport,
    is_alone: bool,
    login: Option<usize>,
    state: &State,
    dispatch: &Dispatch,
    words: &Words,
) -> Html {
    let index = capture.index;
    let selected = index == state.selected;
    let judged = state.report().and_then(|report| report.flow.judged);
    let of = login.map(|login| put(words.login, &[("number", &(login + 1).to_string())])).unwrap_or_default();
    let is_judged = login.is_some() && login == judged;
    let of = if is_judged { format!("{of}, {}", words.judged) } else { of };
    let onclick = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Select(index)))
    };
    let summary = capture.summary.as_ref();
    let issuer = summary.and_then(|summary| summary.issuer.clone());
    let about = issuer.or_else(|| capture.error().map(|error| error.message.clone())).unwrap_or_default();
    let at = summary.and_then(|summary| summary.issue_instant.clone()).unwrap_or_default();
    html! {
        <li key={index}>
            <button type="button" class="message" aria-pressed={selected.to_string()} {onclick}>
                <span class="number">{ index + 1 }</span>
                <b>{ capture.message_kind().unwrap_or(words.unreadable) }</b>
                <span class="input" hidden={!is_alone}>{ capture.input.clone() }</span>
                <span class="about">{ about }</span>
                <span class="mono">{ at }</span>
                <span class={if is_judged { "of judged" } else { "of" }}>{ of }</span>
            </button>
        </li>
    }
}
