//! An entry of a HAR, as browsers and proxies write it (HTTP Archive 1.2). Every field may be missing.

use serde_json::Value;

use super::exchange::{Exchange, Recorded};
use super::masked::is_masked;
use super::parameters::Parameters;
use super::step::{Repair, RepairKind, Step, StepErrorKind, StepName};
use super::trace::{body_of, header, pairs, status, text};
use super::{Capture, base64, inflate, text as texts};
use crate::instant::Instant;

/// What an entry says.
pub(super) fn exchange(origin: &Capture, mut step: Step, entry: &Value) -> Recorded {
    let (url, method) = (text(entry, "/request/url"), text(entry, "/request/method"));
    let at = Instant::parse(text(entry, "/startedDateTime")).ok();
    let mut body_steps = Vec::new();
    let body = body(entry, &mut step, &mut body_steps);
    let sent = entry.pointer("/request/bodySize").and_then(Value::as_u64).unwrap_or(0);
    if body.is_none() && is_left_out(entry, method, sent) {
        let capture = Capture { at, url: Some(url.to_owned()), ..origin.clone() };
        return Recorded::Capture(Box::new(capture.fail(
            StepName::Trace,
            step.bytes_in,
            StepErrorKind::BodyMissing,
            0,
        )));
    }
    let mut steps = vec![step];
    steps.extend(body_steps);
    let redirect = Some(text(entry, "/response/redirectURL")).filter(|url| !url.is_empty());
    let location = redirect.or_else(|| header(&pairs(entry, "/response/headers"), "location"));
    let mut reply_steps = Vec::new();
    let reply = decoded(entry, "/response/content", &mut reply_steps);
    Recorded::Exchange(Exchange {
        steps,
        at,
        method: method.to_owned(),
        url: url.to_owned(),
        body,
        status: status(entry, "/response/status"),
        location: location.map(str::to_owned),
        reply_steps,
        reply,
    })
}

/// The body that was posted: as text, or taken apart.
fn body(entry: &Value, step: &mut Step, steps: &mut Vec<Step>) -> Option<String> {
    let Some(body) = decoded(entry, "/request/postData", steps) else {
        return body_of(&pairs(entry, "/request/postData/params"), step);
    };
    let sent = entry.pointer("/request/bodySize").and_then(Value::as_u64).unwrap_or(0);
    let missing = usize::try_from(sent).unwrap_or(0).saturating_sub(body.len());
    let is_message = |found: Parameters<'_>| found.message().is_some_and(|message| !is_masked(message.raw));
    if missing > 0 && Parameters::find(&body).is_some_and(is_message) {
        step.repairs.push(Repair { kind: RepairKind::BodyCut, count: missing });
    }
    Some(body)
}

/// Whether a form was posted whose body the trace does not have.
fn is_left_out(entry: &Value, method: &str, sent: u64) -> bool {
    let kind = header(&pairs(entry, "/request/headers"), "content-type").unwrap_or_default();
    method == "POST" && sent > 0 && kind.starts_with("application/x-www-form-urlencoded")
}

/// The text of a body, which tools write in base64 where it is none; `None` where it is empty or left out.
fn decoded(entry: &Value, path: &str, steps: &mut Vec<Step>) -> Option<String> {
    let body = text(entry, &format!("{path}/text"));
    if body.is_empty() {
        return None;
    }
    if text(entry, &format!("{path}/encoding")) != "base64" {
        return Some(body.to_owned());
    }
    let (mut bytes, step) = base64::decode(body);
    steps.push(step.making(&bytes));
    // Proxies keep a body as it went over the line.
    if bytes.starts_with(&[0x1F, 0x8B]) {
        let (inflated, step) = inflate::content(&bytes);
        steps.push(step.making(&inflated));
        bytes = inflated;
    }
    let (text, step) = texts::decode(&bytes);
    steps.extend(step.filter(|_| text.is_some()));
    Some(text.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned()))
}
