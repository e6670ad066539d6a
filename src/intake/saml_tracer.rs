//! A request of an export of SAML-tracer, as it writes them now and as it did before 1.0.
//!
//! Its export can mask the posted values, and leaves the message that it has decoded from them in clear. That text is what
//! is left to be read then.

use serde_json::Value;

use super::exchange::{Exchange, Recorded};
use super::masked::is_masked;
use super::parameters::{Parameters, is_message};
use super::step::{Repair, RepairKind, Step};
use super::trace::{body_of, header, pairs, status, text};
use super::{Binding, Capture, Reply, value};
use crate::instant::Instant;

/// What a request says.
pub(super) fn exchange(origin: &Capture, mut step: Step, request: &Value) -> Recorded {
    let (url, method) = (text(request, "/url"), text(request, "/method"));
    let at = at(request);
    let location = header(&pairs(request, "/responseHeaders"), "location").map(str::to_owned);
    let status = status(request, "/responseStatus");
    let mut posted = pairs(request, "/post");
    let all = posted.len();
    let saml = text(request, "/saml");
    let has_message = Parameters::find(url).is_some_and(|found| found.message().is_some_and(|one| !is_masked(one.raw)))
        || posted.iter().any(|(name, value)| is_message(name) && !is_masked(value));
    let takes_text = !has_message && saml.trim_start().starts_with('<');
    let parameter = posted.iter().map(|(name, _)| *name).find(|name| is_message(name) || *name == "wresult");
    // A masked message is an error to be told, where there is nothing else; any other masked value is none.
    posted.retain(|(name, value)| !is_masked(value) || (is_message(name) && !takes_text));
    if posted.len() < all {
        step.repairs.push(Repair { kind: RepairKind::MaskedValues, count: all - posted.len() });
    }
    if takes_text {
        step.repairs.push(Repair { kind: RepairKind::TracerText, count: saml.len() });
        let saml = utf8(saml, &mut step);
        let mut capture = Capture {
            at: at.or(origin.at),
            url: Some(url.split(['?', '#']).next().unwrap_or_default().to_owned()),
            binding: if method == "POST" { Some(Binding::Post) } else { None },
            parameter: parameter.map(str::to_owned),
            relay_state: posted.iter().find(|(name, _)| *name == "RelayState").map(|(_, value)| (*value).to_owned()),
            reply: status.map(|_| Reply { status, location, page: None }),
            ..origin.clone()
        };
        step.bytes_out = saml.len();
        capture.steps.push(step.making(saml.as_bytes()));
        return Recorded::Capture(Box::new(value::xml(capture, saml)));
    }
    let body = body_of(&posted, &mut step);
    Recorded::Exchange(Exchange {
        steps: vec![step],
        at,
        method: method.to_owned(),
        url: url.to_owned(),
        body,
        status,
        location,
        ..Exchange::default()
    })
}

/// When it was sent, as those write it that follow SAML-tracer's form: as text, or in milliseconds since 1970.
fn at(request: &Value) -> Option<Instant> {
    ["timestamp", "timeStamp", "requestDate", "date"].iter().find_map(|name| match request.get(name)? {
        Value::String(text) => Instant::parse(text).ok(),
        Value::Number(number) => Some(Instant::from_unix_millis(number.as_f64().filter(|ms| ms.abs() < 1e15)? as i64)),
        _ => None,
    })
}

/// The text as it was meant: the tracer's own decoding makes a character of each byte.
fn utf8(saml: &str, step: &mut Step) -> String {
    let bytes: Option<Vec<u8>> = saml.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) if text.len() < saml.len() => {
            step.repairs.push(Repair { kind: RepairKind::LatinText, count: saml.len() - text.len() });
            text
        }
        _ => saml.to_owned(),
    }
}
