//! A NetLog of Chromium (`chrome://net-export`): events, of which those of one source are one request. What was posted
//! stands in it only where raw bytes were recorded, as what went over a socket: HTTP/1.1, or the frames of HTTP/2.

use std::collections::{BTreeMap, HashMap, HashSet};

use memchr::memmem::find;
use serde_json::Value;

use super::exchange::{Exchange, Recorded};
use super::http::{Http, Start};
use super::sieve::may_hold;
use super::step::{Step, StepErrorKind, StepName};
use super::trace::text;
use super::{Capture, base64, text as texts};
use crate::instant::Instant;

/// The exchanges of a NetLog, in the order in which they began.
#[derive(Default)]
pub(super) struct Log {
    /// The names of the event's types, by their number.
    names: HashMap<u64, String>,
    /// Milliseconds from 1970 to where the events' times begin.
    offset: f64,
    exchanges: Vec<Exchange>,
    /// Which exchange a source is about now: after a redirect it is another.
    current: HashMap<u64, usize>,
    /// The bodies that came back.
    replies: BTreeMap<usize, Bytes>,
    /// What was sent over each socket.
    sockets: BTreeMap<u64, Bytes>,
    /// The POST requests of HTTP/2, by stream: their URL.
    streams: HashMap<u64, Vec<String>>,
    /// The exchanges that post a form.
    forms: HashSet<usize>,
}

/// The header of a form that is posted.
const FORM: &str = "content-type: application/x-www-form-urlencoded";

/// Bytes that are spread over events.
#[derive(Default)]
struct Bytes {
    at: Option<Instant>,
    bytes: Vec<u8>,
    encoded: usize,
}

impl Log {
    /// A log whose frame begins so, up to its list of events.
    pub(super) fn of(frame: &str) -> Self {
        let frame: Value = serde_json::from_str(&format!("{frame}]}}")).unwrap_or_default();
        let types = frame.pointer("/constants/logEventTypes").and_then(Value::as_object);
        let name = |(name, number): (&String, &Value)| Some((number.as_u64()?, name.clone()));
        Self {
            names: types.into_iter().flatten().filter_map(name).collect(),
            offset: number(&frame, "/constants/timeTickOffset").unwrap_or(0.0),
            ..Self::default()
        }
    }

    /// Takes up an event. The step is the one that took it out of the trace.
    pub(super) fn add(&mut self, step: Step, event: &Value) -> Option<()> {
        let name = self.names.get(&event.get("type")?.as_u64()?)?.clone();
        let source = event.pointer("/source/id")?.as_u64()?;
        let at = number(event, "/time").map(|time| Instant::from_unix_millis((self.offset + time) as i64));
        match name.as_str() {
            "URL_REQUEST_START_JOB" => {
                let url = Some(text(event, "/params/url")).filter(|url| !url.is_empty())?.to_owned();
                let method = text(event, "/params/method").to_owned();
                self.current.insert(source, self.exchanges.len());
                self.exchanges.push(Exchange { steps: vec![step], at, method, url, ..Exchange::default() });
            }
            "HTTP_TRANSACTION_SEND_REQUEST_HEADERS" | "HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS" => {
                let is_form = |line: &&str| line.to_ascii_lowercase().starts_with(FORM);
                let form = self.current.get(&source).filter(|_| headers(event).iter().any(is_form));
                self.forms.extend(form);
            }
            "HTTP_TRANSACTION_READ_RESPONSE_HEADERS" => {
                let exchange = self.exchanges.get_mut(*self.current.get(&source)?)?;
                let headers = headers(event);
                let status = headers.iter().find_map(|line| {
                    line.strip_prefix(":status:")
                        .or_else(|| line.strip_prefix("HTTP/")?.split_once(' ').map(|(_, rest)| rest))
                });
                let status = status.and_then(|status| status.split_whitespace().next()?.parse().ok());
                exchange.status = status.or(exchange.status);
                let location = headers.iter().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
                });
                exchange.location = location.or(exchange.location.take());
            }
            "URL_REQUEST_REDIRECTED" => {
                let exchange = self.exchanges.get_mut(*self.current.get(&source)?)?;
                exchange.location = Some(text(event, "/params/location").to_owned());
            }
            "URL_REQUEST_JOB_FILTERED_BYTES_READ" => {
                self.replies.entry(*self.current.get(&source)?).or_default().add(at, event);
            }
            "SSL_SOCKET_BYTES_SENT" | "SOCKET_BYTES_SENT" => self.sockets.entry(source).or_default().add(at, event),
            "HTTP2_SESSION_SEND_HEADERS" => {
                let headers = headers(event);
                let pseudo = |name: &str| headers.iter().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let url = format!("{}://{}{}", pseudo(":scheme:")?, pseudo(":authority:")?, pseudo(":path:")?);
                let stream = event.pointer("/params/stream_id")?.as_u64()?;
                self.streams.entry(stream).or_default().push(url);
            }
            _ => {}
        }
        Some(())
    }

    /// The exchanges, with the bodies that were sent and that came back.
    pub(super) fn finish(mut self, origin: &Capture) -> impl Iterator<Item = Recorded> {
        for (place, reply) in std::mem::take(&mut self.replies) {
            let Some(exchange) = self.exchanges.get_mut(place) else { continue };
            exchange.reply = texts::decode(&reply.bytes).0;
            exchange.reply_steps.push(reply.step());
        }
        for socket in std::mem::take(&mut self.sockets).into_values() {
            let posts = posts(&socket.bytes, &self.streams);
            posts.into_iter().for_each(|(url, body)| self.posted(&socket, url, body));
        }
        let forms = self.forms;
        self.exchanges.into_iter().enumerate().map(move |(place, exchange)| {
            let is_left_out = exchange.body.is_none() && forms.contains(&place) && may_hold(exchange.url.as_bytes());
            if !is_left_out {
                return Recorded::Exchange(exchange);
            }
            let bytes_in = exchange.steps.first().map_or(0, |step| step.bytes_in);
            let capture = Capture { at: exchange.at, url: Some(exchange.url), ..origin.clone() };
            Recorded::Capture(Box::new(capture.fail(StepName::Trace, bytes_in, StepErrorKind::BodyMissing, 0)))
        })
    }

    /// Adds a body to the request that it belongs to; where none is known it is one of its own.
    fn posted(&mut self, socket: &Bytes, url: Option<String>, body: String) {
        let is_its = |exchange: &&mut Exchange| {
            exchange.method == "POST" && exchange.body.is_none() && Some(&exchange.url) == url.as_ref()
        };
        if let Some(exchange) = self.exchanges.iter_mut().find(is_its) {
            exchange.body = Some(body);
            exchange.steps.push(socket.step());
            return;
        }
        let steps = vec![socket.step()];
        let (method, url) = ("POST".to_owned(), url.unwrap_or_default());
        self.exchanges.push(Exchange { steps, at: socket.at, method, url, body: Some(body), ..Exchange::default() });
    }
}

impl Bytes {
    fn add(&mut self, at: Option<Instant>, event: &Value) {
        let encoded = text(event, "/params/bytes");
        self.at = self.at.or(at);
        self.encoded += encoded.len();
        self.bytes.extend(base64::decode(encoded).0);
    }

    fn step(&self) -> Step {
        Step::done(StepName::Base64, self.encoded, self.bytes.len()).making(&self.bytes)
    }
}

/// The forms with a message that were posted over a connection, and where to.
fn posts(sent: &[u8], streams: &HashMap<u64, Vec<String>>) -> Vec<(Option<String>, String)> {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    if !may_hold(sent) {
        return Vec::new();
    }
    let bodies = match sent.strip_prefix(PREFACE) {
        Some(frames) => {
            let url = |stream: u64| streams.get(&stream).and_then(|urls| urls.first().cloned());
            data(frames).into_iter().map(|(stream, body)| (url(stream), body)).collect()
        }
        None => requests(sent),
    };
    let text = |(url, body): (Option<String>, Vec<u8>)| Some((url, String::from_utf8(body).ok()?));
    bodies.into_iter().filter(|(_, body)| may_hold(body)).filter_map(text).collect()
}

/// The bodies of the requests that follow one another over a connection of HTTP/1.1 (RFC 9112 §9.3).
fn requests(sent: &[u8]) -> Vec<(Option<String>, Vec<u8>)> {
    let (mut found, mut rest) = (Vec::new(), sent);
    while let Some(end) = find(rest, b"\r\n\r\n") {
        let (head, body) = rest.split_at_checked(end + 4).unwrap_or((rest, &[]));
        let head = String::from_utf8_lossy(head);
        let field = |line: &str| {
            let (name, value) = line.split_once(':')?;
            if name.eq_ignore_ascii_case("content-length") { value.trim().parse::<usize>().ok() } else { None }
        };
        let length = head.lines().find_map(field).unwrap_or(0).min(body.len());
        let (body, next) = body.split_at_checked(length).unwrap_or((body, &[]));
        if let Some(Http { start: Start::Request { url, .. }, .. }) = Http::find(&head) {
            found.push((url, body.to_vec()));
        }
        rest = next;
    }
    found
}

/// What was sent over each stream of a connection of HTTP/2 (RFC 9113 §4.1, §6.1).
fn data(mut frames: &[u8]) -> BTreeMap<u64, Vec<u8>> {
    let mut streams: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    while let Some((&[a, b, c, kind, flags, s, t, u, v], rest)) = frames.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(0).min(rest.len());
        let (payload, next) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if kind == 0 {
            let padding = if flags & 8 != 0 { payload.first().map(|bytes| usize::from(*bytes)) } else { None };
            let (from, to) = padding.map_or((0, length), |bytes| (1, length.saturating_sub(bytes)));
            let stream = u32::from_be_bytes([s & 0x7F, t, u, v]);
            streams.entry(stream.into()).or_default().extend(payload.get(from..to).unwrap_or_default());
        }
        frames = next;
    }
    streams
}

fn headers(event: &Value) -> Vec<&str> {
    let list = event.pointer("/params/headers").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A number, which stands there as text where it is large.
fn number(value: &Value, path: &str) -> Option<f64> {
    let number = value.pointer(path)?;
    number.as_f64().or_else(|| number.as_str()?.parse().ok()).filter(|number| number.abs() < 1e15)
}
