//! Whether the clock of this computer can be right: a message that was issued later than now says that it is not.

use yew::{Html, html};

use super::state::State;
use super::words::{put, words};
use crate::{CLOCK_SKEW_SECONDS, CaptureReport, Instant};

words! {
    Words {
        wrong: "This computer’s clock says {clock}, which cannot be right. Times here are judged at {now}: set the clock, or give the time under Context.",
            "此计算机的时钟显示 {clock}，不可能正确。此处的时间按 {now} 判定：请校准时钟，或在“上下文”中指定时间。";
        behind: "This computer’s clock says {clock}, but a message here was issued at {issued}, which is later: its clock or the sender’s is wrong. Times here are judged at {now}; another time can be given under Context.",
            "此计算机的时钟显示 {clock}，但此处有消息签发于 {issued}，比它更晚：此时钟或发送方的时钟有误。此处的时间按 {now} 判定；可在“上下文”中指定其他时间。";
    }
}

/// Seconds since 1970 between which a right clock stands: 2026, when this was written, and 2056.
const POSSIBLE: [i64; 2] = [1_767_225_600, 2_713_910_400];

/// What is to be said of the clock; `None` where it may be right, or where nothing is judged by it.
pub fn doubtful_clock(state: &State) -> Option<Html> {
    let report = state.report().filter(|report| report.now_source != "given")?;
    let words = Words::of(state.settings.language);
    let clock = Instant::from_unix((js_sys::Date::now() / 1000.0) as i64);
    let issued = |capture: &CaptureReport| Instant::parse(capture.summary.as_ref()?.issue_instant.as_deref()?).ok();
    let newest = report.captures.iter().filter_map(issued).max();
    let [first, last] = POSSIBLE;
    let text = match newest {
        _ if !(first..=last).contains(&clock.unix()) => words.wrong,
        Some(newest) if newest.unix() > clock.unix() + CLOCK_SKEW_SECONDS => words.behind,
        _ => return None,
    };
    let newest = newest.map(|newest| newest.to_string()).unwrap_or_default();
    let values = [("clock", clock.to_string()), ("issued", newest), ("now", report.now.clone())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(html! { <p class="problem doubtful-clock">{ put(text, &values) }</p> })
}
