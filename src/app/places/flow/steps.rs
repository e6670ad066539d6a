//! The diagram as a list: who sent what to whom, when, where to, and what is held against it.

use yew::{Callback, Html, html};

use super::diagram::ends;
use super::{Words, after, verdict, what};
use crate::app::parts::icon;
use crate::app::state::{Action, Dispatch};
use crate::app::words::{put, words};
use crate::{ArrowReport, Language, LoginReport};

words! {
    Labels {
        title: "Step by step", "逐步说明";
        open: "Open {what} (message {number})", "打开 {what}（消息 {number}）";
        binding: "Binding", "绑定";
        at: "Time", "时间";
        by_capture: "of the trace", "记录的时间";
        by_message: "IssueInstant of the message", "消息的 IssueInstant";
        sent_to: "Sent to", "发送至";
        leads_to: "Leads to", "跳转至";
        status: "HTTP status", "HTTP 状态码";
        relay: "RelayState", "RelayState";
        direct: "not by way of the browser", "不经过浏览器";
    }
}

/// The list. `selected`: the capture that is shown elsewhere.
pub fn steps(login: &LoginReport, selected: usize, language: Language, dispatch: &Dispatch) -> Html {
    let labels = Labels::of(language);
    let steps = login.arrows.iter().map(|arrow| step(arrow, selected, language, dispatch));
    html! {
        <div class="steps">
            <h3>{ labels.title }</h3>
            <ol>{ for steps }</ol>
        </div>
    }
}

fn step(arrow: &ArrowReport, selected: usize, language: Language, dispatch: &Dispatch) -> Html {
    let (words, labels) = (Words::of(language), Labels::of(language));
    let (told, shape) = verdict(arrow, words);
    let name = what(arrow, words);
    let opened = arrow.capture.filter(|_| arrow.what != "reply");
    let sent = match opened {
        None => html! { <b>{ name }</b> },
        Some(capture) => {
            let dispatch = dispatch.clone();
            let onclick = Callback::from(move |_| dispatch.dispatch(Action::Read(capture)));
            let number = (capture + 1).to_string();
            let label = put(labels.open, &[("what", name), ("number", &number)]);
            html! { <button type="button" class="link" {onclick} aria-label={label.clone()} title={label}>{ name }</button> }
        }
    };
    let time = arrow.at.as_ref().map(|at| {
        let after = arrow.after_ms.map(|ms| format!(", {}", after(language, ms))).unwrap_or_default();
        let by = if arrow.timed_by == Some("capture") { labels.by_capture } else { labels.by_message };
        format!("{at}{after} ({by})")
    });
    let is_reply = arrow.what == "reply";
    let rows = [
        (labels.status, arrow.status.map(|status| status.to_string())),
        (labels.binding, arrow.binding.map(str::to_owned)),
        (labels.at, time),
        (if is_reply { labels.leads_to } else { labels.sent_to }, arrow.url.clone()),
        (labels.relay, arrow.relay_state.clone()),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let rows = rows.map(|(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> });
    let is_direct = !arrow.via_browser && ![arrow.from, arrow.to].contains(&"browser");
    let class = if arrow.capture.is_none() { "step missing" } else { "step" };
    html! {
        <li {class} data-verdict={arrow.verdict} data-selected={(opened == Some(selected)).to_string()}>
            <p class="line">
                <span class="ends">{ ends(arrow, words) }</span>
                { sent }
                <span class="sign">{ icon(shape, "") }{ told }</span>
                <span class="quiet" hidden={!is_direct}>{ labels.direct }</span>
            </p>
            <dl>{ for rows }</dl>
        </li>
    }
}
