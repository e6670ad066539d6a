//! The session that the message begins, and what limits it.

use yew::{Html, html};

use super::super::value::{Row, Shown};
use super::group;
use crate::app::parts::length;
use crate::app::state::Dispatch;
use crate::app::words::{put, words};
use crate::{CaptureReport, Language, SessionLimitReport};

words! {
    Words {
        title: "Session", "会话";
        lasts: "Lasts", "时长";
        most: "{most} at most", "最长 {most}";
        between: "{least}; up to {most} where the account’s own limit was raised", "{least}；若账号上限已调高，最长 {most}";
        stated: "stated by the message", "由消息给出";
        own: "a setting of the account or the service", "账号或服务的设置";
        narrowest: "the narrowest limit counts", "以最小的限制为准";
    }
}

/// Rows for the session of a capture.
pub fn session(capture: &CaptureReport, language: Language, dispatch: &Dispatch) -> Option<Html> {
    let words = Words::of(language);
    let session = &capture.identity.as_ref()?.session;
    let row = |name: String, shown: Shown, note: String| {
        html! { <Row {name} {shown} {note} dispatch={dispatch.clone()} /> }
    };
    let seconds = session.session_duration.as_ref().and_then(|text| text.text.trim().parse().ok());
    let duration = seconds.map(|seconds| length(language, seconds)).unwrap_or_default();
    let texts = [
        ("SessionIndex", &session.session_index, String::new()),
        ("SessionNotOnOrAfter", &session.session_not_on_or_after, String::new()),
        ("AuthnContextClassRef", &session.authn_context_class_ref, String::new()),
        ("RoleSessionName", &session.role_session_name, String::new()),
        ("SessionDuration", &session.session_duration, duration),
    ];
    let texts = texts
        .into_iter()
        .filter_map(|(name, text, note)| Some(row(name.to_owned(), Shown::of(capture, text.as_ref()?), note)));
    let between = |least: u64, most: u64| {
        let (short, long) = (length(language, least), length(language, most));
        put(if least == most { words.most } else { words.between }, &[("least", &short), ("most", &long)])
    };
    let lasts = session.seconds.map(|[least, most]| {
        row(words.lasts.to_owned(), Shown::said(between(least, most)), words.narrowest.to_owned())
    });
    let limits = session.limits.iter().map(|limit: &SessionLimitReport| {
        let note = if limit.stated { words.stated } else { words.own };
        row(limit.what.clone(), Shown::said(between(limit.least, limit.most)), note.to_owned())
    });
    group(words.title, texts.chain(lasts).chain(limits).collect())
}
