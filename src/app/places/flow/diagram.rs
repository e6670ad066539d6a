//! The sequence diagram: a lifeline for each party, what was captured solid, what was not dashed, RelayState's way there
//! and back.
//!
//! Places along the width are percentages, so that it fits every width and its letters stay as large as all others.

use yew::{Callback, Html, html};

use super::{Words, after, clock, party, verdict, what};
use crate::app::parts::Shape;
use crate::app::state::{Action, Dispatch};
use crate::app::words::{put, words};
use crate::{ArrowReport, Language, LoginReport};

words! {
    Labels {
        title: "Sequence diagram", "时序图";
        about: "{count} steps between service, browser and identity provider; the list beside it says the same.",
            "服务方、浏览器与身份提供方之间的 {count} 个步骤；旁边的列表给出相同内容。";
        relay: "RelayState", "RelayState";
    }
}

/// Pixels from one arrow to the next, and above the first.
const ROW: usize = 68;
const TOP: usize = 24;
/// Pixels that RelayState's way runs under the arrow that carries it.
const UNDER: usize = 7;
/// Where RelayState's way turns.
const TURN: &str = "94%";

/// The diagram. `selected`: the capture that is shown elsewhere.
pub fn diagram(login: &LoginReport, selected: usize, language: Language, dispatch: &Dispatch) -> Html {
    let (words, labels) = (Words::of(language), Labels::of(language));
    let drawing = Drawing { selected, language, dispatch };
    let height = TOP + login.arrows.len() * ROW;
    let head = |name: &'static str, entity: Option<String>| {
        html! {
            <div class="party">
                <b>{ name }</b>
                <span>{ entity.unwrap_or_default() }</span>
            </div>
        }
    };
    let lifelines = ["sp", "browser", "idp"].map(|party| {
        let x = place(party);
        html! { <line class="lifeline" x1={x} x2={x} y1="0" y2={height.to_string()} /> }
    });
    let arrows = login.arrows.iter().enumerate().map(|(row, one)| drawing.arrow(row, one));
    let about = put(labels.about, &[("count", &login.arrows.len().to_string())]);
    html! {
        <figure class="diagram">
            <div class="parties">
                { head(words.sp, login.sp.clone()) }
                { head(words.browser, None) }
                { head(words.idp, login.idp.clone()) }
            </div>
            <svg class="sequence" role="img" aria-labelledby="flow-title flow-about" width="100%" height={height.to_string()}>
                <title id="flow-title">{ labels.title }</title>
                <desc id="flow-about">{ about }</desc>
                <g>{ for lifelines }</g>
                <g>{ trip(login, labels) }</g>
                <g>{ for arrows }</g>
            </svg>
        </figure>
    }
}

/// Where a party's lifeline stands.
fn place(party: &str) -> &'static str {
    match party {
        "sp" => "16.667%",
        "idp" => "83.333%",
        _ => "50%",
    }
}

/// The middle between two parties.
fn middle(arrow: &ArrowReport) -> &'static str {
    match [arrow.from, arrow.to] {
        ["sp", "browser"] | ["browser", "sp"] => "33.333%",
        ["idp", "browser"] | ["browser", "idp"] => "66.667%",
        _ => "50%",
    }
}

/// Whether it runs from left to right.
fn is_rightwards(arrow: &ArrowReport) -> bool {
    let order = |party: &str| ["sp", "browser", "idp"].iter().position(|known| *known == party);
    order(arrow.from) < order(arrow.to)
}

/// The height of a row's arrow.
fn height_of(row: usize) -> usize {
    TOP + row * ROW + ROW / 2 - UNDER
}

/// What every arrow needs.
struct Drawing<'p> {
    selected: usize,
    language: Language,
    dispatch: &'p Dispatch,
}

impl Drawing<'_> {
    fn arrow(&self, row: usize, arrow: &ArrowReport) -> Html {
        let language = self.language;
        let words = Words::of(language);
        let y = height_of(row);
        let (from, to, middle) = (place(arrow.from), place(arrow.to), middle(arrow));
        let (_, shape) = verdict(arrow, words);
        // The browser carries it where the arrow runs over its line: what is behind its back goes under it.
        let class = match (arrow.capture, arrow.via_browser || [arrow.from, arrow.to].contains(&"browser")) {
            (None, _) => "arrow missing",
            (_, true) => "arrow",
            _ => "arrow direct",
        };
        let tip = if is_rightwards(arrow) { "M-9 -5 -1 0 -9 5" } else { "M9 -5 1 0 9 5" };
        let opened = arrow.capture.filter(|_| arrow.what != "reply");
        let onclick = opened.map(|capture| {
            let dispatch = self.dispatch.clone();
            Callback::from(move |_| dispatch.dispatch(Action::Read(capture)))
        });
        let label = match (arrow.status, arrow.binding) {
            (Some(status), _) => format!("HTTP {status}"),
            (None, Some(binding)) => format!("{} · {binding}", what(arrow, words)),
            (None, None) => what(arrow, words).to_owned(),
        };
        let time = arrow.at.as_deref().map(|at| match arrow.after_ms {
            Some(ms) => format!("{} · {}", clock(at), after(language, ms)),
            None => clock(at).to_owned(),
        });
        let below = if arrow.capture.is_none() { words.missing.to_owned() } else { time.unwrap_or_default() };
        let selected = opened == Some(self.selected);
        html! {
            <g
                class={class}
                data-verdict={arrow.verdict}
                data-opens={opened.is_some().to_string()}
                data-selected={selected.to_string()}
                {onclick}
            >
                <rect class="touch" x="0" width="100%" y={(y - ROW / 2 + UNDER).to_string()} height={ROW.to_string()} />
                <line x1={from} x2={to} y1={y.to_string()} y2={y.to_string()} />
                <svg x={to} y={y.to_string()} overflow="visible"><path class="tip" d={tip} /></svg>
                <svg x={middle} y={y.to_string()} overflow="visible">
                    <circle r="10" />
                    <path class="sign" transform="translate(-7 -7) scale(.875)" d={shape.path()} />
                </svg>
                <text x={middle} y={(y - 14).to_string()} class="what">{ label }</text>
                <text x={middle} y={(y + 27).to_string()} class="when">{ below }</text>
            </g>
        }
    }
}

/// RelayState's way: it leaves the service under the request, turns at the identity provider and comes back under the
/// Response. What of it was not captured is dashed.
fn trip(login: &LoginReport, labels: &Labels) -> Html {
    let Some(state) = &login.relay_state else { return html! { <g /> } };
    let rows = || login.arrows.iter().enumerate();
    let leaves = rows().find(|(_, arrow)| arrow.what == "AuthnRequest").map(|(row, _)| row);
    let mut carried = rows().filter(|(_, arrow)| matches!(arrow.what, "Response" | "Assertion" | "Artifact"));
    let returns = carried.clone().rfind(|(_, arrow)| arrow.relay_state.is_some()).or(carried.next_back());
    let Some((returns, _)) = returns else { return html! { <g /> } };
    let (class, shape) = match state.same {
        Some(true) => ("trip same", Shape::Done),
        Some(false) => ("trip other", Shape::Failed),
        None => ("trip half", Shape::Unchecked),
    };
    let part = |known: bool| if known { "known" } else { "unknown" };
    let end = height_of(returns) + UNDER;
    // What the identity provider began has no way there.
    let start = leaves.map(|row| height_of(row) + UNDER);
    let home = place("sp");
    let there = start.map(|y| {
        let y = y.to_string();
        html! {
            <>
                <line class={part(state.sent.is_some())} x1={home} x2={TURN} y1={y.clone()} y2={y.clone()} />
                <line
                    class={part(state.sent.is_some() && state.returned.is_some())}
                    x1={TURN}
                    x2={TURN}
                    y1={y}
                    y2={end.to_string()}
                />
            </>
        }
    });
    let from = if start.is_some() { TURN } else { place("idp") };
    let back = state.returned.is_some() || state.same.is_none();
    let middle = start.map_or(end, |start| (start + end) / 2);
    html! {
        <g {class}>
            <title>{ labels.relay }</title>
            <g>{ there }</g>
            <line
                class={part(state.returned.is_some())}
                x1={from}
                x2={if back { home } else { place("idp") }}
                y1={end.to_string()}
                y2={end.to_string()}
            />
            <svg x={if back { home } else { place("idp") }} y={end.to_string()} overflow="visible">
                <path class="tip" d="M7 -4 1 0 7 4" />
            </svg>
            <svg x={from} y={middle.to_string()} overflow="visible">
                <circle r="8" />
                <path class="sign" transform="translate(-6 -6) scale(.75)" d={shape.path()} />
            </svg>
        </g>
    }
}

/// The names of the parties of an arrow, to be read out.
pub(super) fn ends(arrow: &ArrowReport, words: &'static Words) -> String {
    put(words.to, &[("from", party(arrow.from, words)), ("to", party(arrow.to, words))])
}
