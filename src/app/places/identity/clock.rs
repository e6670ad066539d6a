//! The clock: where it stands on the bar, and a thumb, a field and buttons to set it; the verdict follows.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{AttrValue, Callback, Event, Html, InputEvent, Properties, TargetCast, component, html, use_state_eq};

use super::throttle::use_throttled;
use super::time_bar::TimeBar;
use super::times::Time;
use crate::app::state::{Action, Dispatch, Draft, State};
use crate::app::words::{put, words};
use crate::{Axis, Instant, parse_now};

/// Steps of the thumb from one end of the bar to the other.
const STEPS: f64 = 1000.0;

words! {
    Words {
        clock: "Clock", "时钟";
        judged: "Judged at", "判定时间";
        as_of: "Judge as of", "判定时间取";
        capture: "Capture", "捕获时";
        wall: "Now", "现在";
        auto: "Automatic", "自动";
        problem: "This is no time: {problem}. Write it like 2026-03-01T08:00:00Z.", "不是有效时间：{problem}。请写成 2026-03-01T08:00:00Z 的形式。";
    }
}

/// See [`Clock`].
#[derive(PartialEq, Properties)]
pub struct ClockProps {
    /// The page's state.
    pub state: Rc<State>,
    /// Where actions go.
    pub dispatch: Dispatch,
    /// The times of the message.
    pub times: Rc<Vec<Time>>,
    /// The bar that they are drawn on.
    pub axis: Axis,
    /// The time that the report was judged at.
    pub now: i64,
    /// How far clocks may differ, in seconds.
    pub skew: i64,
    /// What the bar shows, for screen readers.
    pub label: AttrValue,
}

/// Where the thumb was put.
#[derive(Debug, Clone, PartialEq)]
struct Moved {
    step: u32,
    /// The time that this is.
    unix: i64,
    /// What the case was told before: while it still is, it has not heard of this one.
    before: Option<String>,
}

/// Tells the case at which time to judge.
fn judge(dispatch: &Dispatch, draft: &Draft, now: Option<String>) {
    let mut draft = draft.clone();
    draft.facts.now = now;
    dispatch.dispatch(Action::Know(draft));
}

/// The bar with its thumb, and what else sets the clock.
#[component]
pub fn Clock(props: &ClockProps) -> Html {
    let ClockProps { state, dispatch, times, axis, now, skew, label } = props;
    let words = Words::of(state.settings.language);
    let known = state.draft.facts.now.clone();
    let moved = use_state_eq(|| None::<Moved>);
    // What was written and is no time, and why: it stays in the field to be mended.
    let problem = use_state_eq(|| None::<(String, String)>);
    let told = {
        let (dispatch, draft) = (dispatch.clone(), state.draft.clone());
        Callback::from(move |unix: i64| judge(&dispatch, &draft, Some(Instant::from_unix(unix).to_string())))
    };
    let (told, overruled) = use_throttled(told);
    // A clock that was set stands where it was set, whether or not the answer has come.
    let set = known.as_deref().and_then(|text| Instant::parse(text).ok()).map(Instant::unix);
    let waits = moved.as_ref().filter(|moved| moved.before == known);
    let shown = waits.map(|moved| moved.unix).or(set).unwrap_or(*now);
    let thumb = match &*moved {
        // A second may be many steps wide: the thumb stays on the one that it was put on.
        Some(moved) if moved.unix == shown => moved.step,
        _ => (axis.place(shown) * STEPS).round() as u32,
    };
    let oninput = {
        let (axis, before) = (axis.clone(), known.clone());
        let (moved, problem) = (moved.clone(), problem.clone());
        Callback::from(move |event: InputEvent| {
            let field = event.target_dyn_into::<HtmlInputElement>();
            let Some(step) = field.and_then(|field| field.value().parse::<u32>().ok()) else { return };
            let unix = axis.time(f64::from(step) / STEPS);
            moved.set(Some(Moved { step, unix, before: before.clone() }));
            problem.set(None);
            told.emit(unix);
        })
    };
    let onchange = {
        let (dispatch, draft) = (dispatch.clone(), state.draft.clone());
        let (moved, problem, overruled) = (moved.clone(), problem.clone(), overruled.clone());
        Callback::from(move |event: Event| {
            let Some(field) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let text = field.value().trim().to_owned();
            match parse_now(&text) {
                Ok(_) => {
                    overruled.emit(());
                    moved.set(None);
                    problem.set(None);
                    judge(&dispatch, &draft, Some(text).filter(|text| text != "auto"));
                }
                Err(why) => problem.set(Some((text, why))),
            }
        })
    };
    let choose = |choice: Option<&'static str>, text: &'static str| {
        let (dispatch, draft) = (dispatch.clone(), state.draft.clone());
        let (moved, problem, overruled) = (moved.clone(), problem.clone(), overruled.clone());
        let onclick = Callback::from(move |_| {
            overruled.emit(());
            moved.set(None);
            problem.set(None);
            judge(&dispatch, &draft, choice.map(str::to_owned));
        });
        let pressed = known.as_deref() == choice;
        html! { <button type="button" {onclick} aria-pressed={pressed.to_string()}>{ text }</button> }
    };
    let text = Instant::from_unix(shown).to_string();
    let wrong = problem.is_some();
    let said = problem.as_ref().map(|(_, why)| put(words.problem, &[("problem", why)])).unwrap_or_default();
    let field = problem.as_ref().map_or_else(|| text.clone(), |(typed, _)| typed.clone());
    html! {
        <div class="clock" role="group" aria-label={words.clock}>
            <div class="lanes">
                <TimeBar times={times.clone()} axis={axis.clone()} now={shown} skew={*skew} label={label.clone()} />
                <input
                    type="range"
                    min="0"
                    max="1000"
                    step="1"
                    value={thumb.to_string()}
                    {oninput}
                    aria-label={words.clock}
                    aria-valuetext={text.clone()}
                />
            </div>
            <div class="set">
                <label>
                    <span>{ words.judged }</span>
                    <input type="text" class="mono" size="20" value={field} {onchange} aria-invalid={wrong.to_string()} spellcheck="false" autocomplete="off" />
                </label>
                <div class="choice" role="group" aria-label={words.as_of}>
                    { choose(Some("capture"), words.capture) }
                    { choose(Some("clock"), words.wall) }
                    { choose(None, words.auto) }
                </div>
            </div>
            <p class="problem" role="alert">{ said }</p>
        </div>
    }
}
