//! The logins to choose from, where there are several.

use yew::{Callback, Html, html};

use super::{Words, clock, facts, name};
use crate::LoginReport;
use crate::app::places::PlaceProps;
use crate::app::state::Action;
use crate::app::words::words;

words! {
    Labels {
        title: "Logins", "登录列表";
    }
}

/// A row for each login; the one that is pressed is judged.
pub fn choose(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let (words, labels) = (Words::of(language), Labels::of(language));
    let flow = state.report().map(|report| &report.flow);
    let logins = flow.map(|flow| flow.logins.as_slice()).unwrap_or_default();
    let judged = flow.and_then(|flow| flow.judged);
    let rows = logins.iter().map(|login| {
        let index = login.index;
        let dispatch = dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Judge(index)));
        let begun = login.arrows.iter().find_map(|arrow| arrow.at.as_deref()).map(clock).unwrap_or_default().to_owned();
        html! {
            <li key={index}>
                <button type="button" class="chosen" aria-pressed={(judged == Some(index)).to_string()} {onclick}>
                    <b>{ name(login, logins.len(), words) }</b>
                    <span class="mono">{ begun }</span>
                    <span>{ facts(login, words).join(" · ") }</span>
                    <span class="quiet">{ between(login) }</span>
                </button>
            </li>
        }
    });
    html! {
        <nav class="logins" aria-label={labels.title}>
            <ul>{ for rows }</ul>
        </nav>
    }
}

/// Whom it is between.
fn between(login: &LoginReport) -> String {
    let names: Vec<&str> = [&login.sp, &login.idp].into_iter().flatten().map(String::as_str).collect();
    names.join(" ← ")
}
