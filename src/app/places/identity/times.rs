//! The times of a message: on a bar, in a table, and the clock that they are judged by.

use std::rc::Rc;

use yew::{AttrValue, Html, component, html, use_mut_ref};

use super::super::PlaceProps;
use super::super::value::{Shown, Valued};
use super::clock::Clock;
use crate::app::parts::distance;
use crate::app::words::{put, words};
use crate::{Axis, CLOCK_SKEW_SECONDS, CaptureReport, Instant, Language, Report};

/// Seconds of the bar before the first time and behind the last.
const MARGIN: i64 = 900;

words! {
    Words {
        title: "Times", "时间";
        bar: "The times of the message on a bar, judged at {now}. The table below says the same.",
            "消息中的各个时间，判定时间为 {now}。下方表格内容与此相同。";
        what: "What", "项目";
        time: "Time", "时间";
        from_now: "From the clock", "距判定时间";
        unread: "no time that can be read", "无法读取的时间";
        scale: "Not to scale: short stretches are drawn longer. The lighter band is the skew that clocks are allowed: {skew} s either way.",
            "非等比例：较短的时段会放大显示。浅色区域为允许的时钟偏差：前后各 {skew} 秒。";
    }
}

/// What a time begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something begins.
    NotBefore,
    /// Something ends.
    NotOnOrAfter,
    /// The message, or a part of it, was made.
    Issued,
    /// The user proved who they are, and the session began.
    Authenticated,
}

/// A time of the message.
#[derive(Debug, Clone, PartialEq)]
pub struct Time {
    /// What it is: `Conditions/@NotBefore`.
    pub what: AttrValue,
    /// What it begins or ends.
    pub kind: Kind,
    /// Seconds since 1970; `None` where it cannot be read.
    pub unix: Option<i64>,
    /// As written, and where.
    pub shown: Shown,
}

/// The section.
#[component]
pub fn Times(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    // What the bar has reached: it must not shrink under the thumb that is dragged along it.
    let reach = use_mut_ref(|| (Vec::new(), Vec::new()));
    let (Some(report), Some(capture)) = (state.report(), state.capture()) else { return html! { <div /> } };
    let times = Rc::new(times(capture));
    let known: Vec<i64> = times.iter().filter_map(|time| time.unix).collect();
    let now = now(report);
    let skew = state.draft.facts.clock_skew_seconds.map_or(CLOCK_SKEW_SECONDS, i64::from);
    let axis = {
        let (of, reached) = &mut *reach.borrow_mut();
        if *of != known {
            (*of, *reached) = (known.clone(), known.clone());
        }
        let holds = |axis: &Axis| (axis.ends().0..=axis.ends().1).contains(&now);
        Axis::of(reached, MARGIN).filter(holds).or_else(|| {
            reached.push(now);
            Axis::of(reached, MARGIN)
        })
    };
    let Some(axis) = axis else { return html! { <div /> } };
    let label = put(words.bar, &[("now", &report.now)]);
    let rows = times.iter().map(|time| row(time, now, language, dispatch));
    html! {
        <section class="group times">
            <h2>{ words.title }</h2>
            <Clock state={state.clone()} dispatch={dispatch.clone()} times={times.clone()} {axis} {now} {skew} {label} />
            <p class="quiet">{ put(words.scale, &[("skew", &skew.to_string())]) }</p>
            <table class="times">
                <thead>
                    <tr><th scope="col">{ words.what }</th><th scope="col">{ words.time }</th><th scope="col">{ words.from_now }</th></tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </section>
    }
}

fn row(time: &Time, now: i64, language: Language, dispatch: &crate::app::state::Dispatch) -> Html {
    let away = match time.unix {
        Some(unix) => distance(language, unix.saturating_sub(now)),
        None => Words::of(language).unread.to_owned(),
    };
    // A long name may break before what it is of.
    let (element, attribute) = time.what.split_once('/').unwrap_or((&time.what, ""));
    let slash = if attribute.is_empty() { "" } else { "/" };
    html! {
        <tr data-time={time.what.clone()}>
            <th scope="row">{ element.to_owned() }<wbr />{ slash }{ attribute.to_owned() }</th>
            <td><Valued name={time.what.clone()} shown={time.shown.clone()} dispatch={dispatch.clone()} /></td>
            <td class="away">{ away }</td>
        </tr>
    }
}

/// The time that a report was judged at.
fn now(report: &Report) -> i64 {
    Instant::parse(&report.now).map(Instant::unix).unwrap_or_default()
}

/// The times of a capture: those of the assertion that is read, or else the summary's.
fn times(capture: &CaptureReport) -> Vec<Time> {
    if let Some(identity) = &capture.identity {
        let times = identity.times.iter().map(|time| Time {
            what: time.what.clone().into(),
            kind: match time.kind.as_str() {
                "not-before" => Kind::NotBefore,
                "not-on-or-after" => Kind::NotOnOrAfter,
                "authenticated" => Kind::Authenticated,
                _ => Kind::Issued,
            },
            unix: time.unix,
            shown: Shown::of(capture, &time.value),
        });
        return times.collect();
    }
    let Some(summary) = &capture.summary else { return Vec::new() };
    let kind = capture.message_kind().unwrap_or_default();
    let texts = [
        ("issue_instant", "IssueInstant", Kind::Issued, &summary.issue_instant),
        ("not_on_or_after", "NotOnOrAfter", Kind::NotOnOrAfter, &summary.not_on_or_after),
    ];
    let times = texts.into_iter().filter_map(|(key, name, is, text)| {
        let (text, at) = (text.as_ref()?, summary.values.iter().find(|value| value.key == key)?);
        Some(Time {
            what: format!("{kind}/@{name}").into(),
            kind: is,
            unix: Instant::parse(text.trim()).ok().map(Instant::unix),
            shown: Shown::at(capture, text, at.decryption, at.span),
        })
    });
    times.collect()
}
