//! The times of a message as lanes on a bar, with now and the skew of the clocks drawn across them.

use std::rc::Rc;

use yew::{AttrValue, Html, Properties, component, html};

use super::times::{Kind, Time};
use crate::Axis;

/// Height of a lane: its name, and its bar under it.
const LANE: usize = 32;
/// Most lanes that are drawn; the table under the bar has all times.
const LANES: usize = 6;

/// See [`TimeBar`].
#[derive(Debug, PartialEq, Properties)]
pub struct TimeBarProps {
    /// What is drawn.
    pub times: Rc<Vec<Time>>,
    /// Where.
    pub axis: Axis,
    /// The time that it is judged at.
    pub now: i64,
    /// How far clocks may differ, in seconds.
    pub skew: i64,
    /// What it shows, for screen readers.
    pub label: AttrValue,
}

/// What one element says of time.
#[derive(Debug, Default)]
struct Lane<'t> {
    name: &'t str,
    from: Option<i64>,
    to: Option<i64>,
    /// Times that begin and end nothing.
    points: Vec<i64>,
}

/// The bar.
#[component]
pub fn TimeBar(props: &TimeBarProps) -> Html {
    let TimeBarProps { times, axis, now, skew, label } = props;
    let lanes = lanes(times);
    let height = (lanes.len().max(1) * LANE).to_string();
    let percent = |time: i64| axis.place(time) * 100.0;
    let [left, right] = [now.saturating_sub(*skew), now.saturating_add(*skew)].map(percent);
    let drawn = lanes.iter().enumerate().map(|(number, lane)| drawn(lane, number * LANE, axis, *now, *skew));
    let now = share(percent(*now));
    html! {
        <svg class="time-bar" role="img" aria-label={label.clone()} width="100%" height={height.clone()}>
            <rect class="skew" x={share(left)} width={share(right - left)} y="0" height={height.clone()} />
            <g>{ for drawn }</g>
            <line class="now" x1={now.clone()} x2={now} y1="0" y2={height} />
        </svg>
    }
}

fn share(percent: f64) -> String {
    format!("{percent:.3}%")
}

/// A lane for each element; one that comes twice has two.
fn lanes(times: &[Time]) -> Vec<Lane<'_>> {
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    for time in times {
        let Some(unix) = time.unix else { continue };
        let name = match time.kind {
            Kind::Issued => "IssueInstant",
            _ => time.what.split("/@").next().unwrap_or_default(),
        };
        let mut known = lanes.iter().rposition(|lane| lane.name == name);
        let is_taken = |lane: &Lane<'_>| match time.kind {
            Kind::NotBefore | Kind::Authenticated => lane.from.is_some() || lane.to.is_some(),
            Kind::NotOnOrAfter => lane.to.is_some(),
            Kind::Issued => false,
        };
        if known.and_then(|index| lanes.get(index)).is_some_and(is_taken) {
            known = None;
        }
        let index = known.unwrap_or(lanes.len());
        if known.is_none() {
            lanes.push(Lane { name, ..Lane::default() });
        }
        let Some(lane) = lanes.get_mut(index) else { continue };
        match time.kind {
            Kind::NotBefore | Kind::Authenticated => lane.from = Some(unix),
            Kind::NotOnOrAfter => lane.to = Some(unix),
            Kind::Issued => lane.points.push(unix),
        }
    }
    lanes.truncate(LANES);
    lanes
}

fn drawn(lane: &Lane<'_>, top: usize, axis: &Axis, now: i64, skew: i64) -> Html {
    let place = |time: Option<i64>, else_: f64| time.map_or(else_, |time| axis.place(time)) * 100.0;
    let points: Vec<f64> = lane.points.iter().map(|time| axis.place(*time) * 100.0).collect();
    let is_span = lane.from.is_some() || lane.to.is_some();
    let first = points.first().copied().unwrap_or_default();
    let (left, right) = if is_span { (place(lane.from, 0.0), place(lane.to, 1.0)) } else { (first, first) };
    let begun = lane.from.is_none_or(|from| now.saturating_add(skew) >= from);
    let holds = begun && lane.to.is_none_or(|to| now.saturating_sub(skew) < to);
    let class = if holds { "span holds" } else { "span over" };
    // The name begins where its bar does, unless it would not fit there.
    let (x, aside, anchor) = if left <= 50.0 { (left, "4", "start") } else { (right.max(50.0), "-4", "end") };
    let bar = is_span.then(|| {
        let width = share((right - left).max(0.4));
        html! { <rect {class} x={share(left)} {width} y={(top + 19).to_string()} height="8" rx="2" /> }
    });
    let points = points.iter().map(|at| {
        html! { <circle class="point" cx={share(*at)} cy={(top + 23).to_string()} r="4" /> }
    });
    html! {
        <g>
            <text x={share(x)} dx={aside} y={(top + 14).to_string()} text-anchor={anchor}>{ lane.name.to_owned() }</text>
            <g>{ bar }</g>
            <g>{ for points }</g>
        </g>
    }
}
