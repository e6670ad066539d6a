//! From whatever was pasted to the message in it, step by step; every step is kept, and none repairs silently.
//!
//! Cannot fail as a whole: what cannot be read is a capture with an error at a step, and what came before it.

mod base64;
mod html;
mod http;
mod inflate;
mod parameters;
mod step;
mod text;

pub use self::html::Form;
use self::http::{Http, Start};
use self::parameters::{Parameters, form_decode, percent_decode};
pub use self::step::{Foreign, Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use crate::limits;
use crate::xml::{Doctype, read};

/// A message as it was captured, as far as it could be decoded.
#[derive(Debug, Clone, Default)]
pub struct Capture {
    /// What was done, in order; the last one holds the error, if there is one.
    pub steps: Vec<Step>,
    /// How it was sent, where the capture tells.
    pub binding: Option<Binding>,
    /// The URL before its query, where the capture has one.
    pub url: Option<String>,
    /// The query or the form's body, octet for octet: what a signature is over is never rebuilt from decoded values.
    pub query: Option<String>,
    /// The name of the parameter or form field that the message stood in, as written.
    pub parameter: Option<String>,
    /// The form that the message was found in, where that is a web page's.
    pub form: Option<Form>,
    /// The status of the HTTP reply that the message came in.
    pub http_status: Option<u16>,
    /// `RelayState` as a service reads it; `None` where the capture has none.
    pub relay_state: Option<String>,
    /// The decoded message to the byte, as UTF-8, well-formed or not. On a failed step, what came before it.
    pub xml: Option<String>,
}

impl Capture {
    /// Why it could not be read, and at which step.
    pub fn error(&self) -> Option<(&Step, &StepError)> {
        self.steps.last().and_then(|step| step.error.as_ref().map(|error| (step, error)))
    }

    fn fail(mut self, name: StepName, bytes_in: usize, kind: StepErrorKind, at: usize) -> Self {
        self.steps.push(Step::failed(name, bytes_in, StepError { kind, at }));
        self
    }
}

/// How a message was sent: SAML 2.0 Bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// HTTP Redirect, §3.4.
    Redirect,
    /// HTTP POST, §3.5.
    Post,
}

impl Binding {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::Post => "post",
        }
    }
}

/// Decodes one input.
pub fn take(bytes: &[u8]) -> Capture {
    let capture = Capture::default();
    if bytes.len() > limits::INPUT_BYTES {
        let limit = StepErrorKind::Limit { name: "INPUT_BYTES", limit: limits::INPUT_BYTES };
        return capture.fail(StepName::Recognise, bytes.len(), limit, limits::INPUT_BYTES);
    }
    let (text, step) = text::decode(bytes);
    let capture = Capture { steps: step.into_iter().collect(), ..capture };
    match text {
        Some(text) => recognise(capture, text),
        None => capture,
    }
}

fn recognise(mut capture: Capture, text: String) -> Capture {
    let trimmed = text.trim();
    let leading = text.len() - text.trim_start().len();
    let foreign = |kind| StepErrorKind::Foreign(kind);
    let error = if trimmed.is_empty() {
        StepErrorKind::Empty
    } else if let Some(http) = Http::find(trimmed) {
        return take_http(capture, http);
    } else if looks_like_html(trimmed) {
        if let Some(form) = Form::find(trimmed) {
            return take_form(capture, form, text.len());
        }
        foreign(Foreign::Html)
    } else if trimmed.starts_with('<') {
        // Kept to the byte: white space before an XML declaration is an error that someone must see.
        return xml(capture, text);
    } else if trimmed.starts_with(['{', '[']) {
        // Before the parameters are looked for: a trace holds several messages, and one picked by chance misleads.
        foreign(Foreign::Json)
    } else if let Some(parameters) = Parameters::find(trimmed) {
        return take_parameters(capture, parameters);
    } else if trimmed.starts_with("-----BEGIN ") {
        foreign(Foreign::Pem)
    } else if looks_like_jwt(trimmed) {
        foreign(Foreign::Jwt)
    } else if trimmed.find("://").is_some_and(|at| at < 12) {
        if trimmed.contains(['?', '#']) { StepErrorKind::NoParameter } else { foreign(Foreign::Url) }
    } else {
        if trimmed.len() < text.len() {
            let mut step = Step::done(StepName::Recognise, text.len(), trimmed.len()).making(trimmed.as_bytes());
            step.repairs.push(Repair { kind: RepairKind::Trimmed, count: text.len() - trimmed.len() });
            capture.steps.push(step);
        }
        return value(capture, trimmed);
    };
    capture.fail(StepName::Recognise, text.len(), error, leading)
}

/// A request or a reply with its head: the message is in the URL, or in the body.
fn take_http(mut capture: Capture, http: Http<'_>) -> Capture {
    match http.start {
        Start::Reply(status) => capture.http_status = Some(status),
        Start::Request { method, url } => {
            if let Some(parameters) = url.as_deref().and_then(Parameters::find) {
                return take_parameters(capture, parameters);
            }
            capture.url = url;
            if let Some(parameters) = Parameters::find(http.body.trim()) {
                capture.binding = (method == "POST").then_some(Binding::Post);
                return take_parameters(capture, parameters);
            }
        }
    }
    recognise(capture, http.body.to_owned())
}

/// A web page that posts the message on.
fn take_form(mut capture: Capture, form: Form, bytes_in: usize) -> Capture {
    let Some((name, raw)) = form.message().cloned() else { return capture };
    capture.relay_state = form.get("RelayState").map(str::to_owned);
    capture.url = Some(form.action.clone()).filter(|action| action.contains("://"));
    capture.binding = (form.method == "POST").then_some(Binding::Post);
    capture.parameter = Some(name);
    capture.form = Some(form);
    if raw.trim().is_empty() {
        return capture.fail(StepName::Parameters, bytes_in, StepErrorKind::EmptyParameter, 0);
    }
    capture.steps.push(Step::done(StepName::Parameters, bytes_in, raw.len()).making(raw.as_bytes()));
    value(capture, &raw)
}

fn take_parameters(mut capture: Capture, parameters: Parameters<'_>) -> Capture {
    let Some(message) = parameters.message() else { return capture };
    // A parameter has no line break in it: what stands behind one was pasted beside it.
    let line = |raw: &str| raw.lines().next().map(form_decode).unwrap_or_default();
    capture.relay_state = parameters.get("RelayState").map(|parameter| line(parameter.raw));
    capture.query = Some(parameters.query.trim_end().to_owned());
    capture.parameter = Some(message.name.to_owned());
    if !parameters.url.is_empty() {
        capture.url = Some(parameters.url.to_owned());
        capture.binding = Some(Binding::Redirect);
    }
    let bytes_in = parameters.url.len() + parameters.query.len();
    if message.raw.trim().is_empty() {
        let at = bytes_in - parameters.query.len();
        return capture.fail(StepName::Parameters, bytes_in, StepErrorKind::EmptyParameter, at);
    }
    capture.steps.push(Step::done(StepName::Parameters, bytes_in, message.raw.len()).making(message.raw.as_bytes()));
    value(capture, message.raw)
}

/// A further parameter of a query, decoded.
pub fn parameter_of(query: &str, name: &str) -> Option<String> {
    Parameters { url: "", query }.get(name).map(|parameter| form_decode(parameter.raw))
}

/// What a RelayState is within its wrappings: a layer of percent-encoding or of base64 at a time, as far as there is text.
pub fn peel(text: &str) -> Vec<(StepName, String)> {
    let mut layers: Vec<(StepName, String)> = Vec::new();
    for _ in 0..limits::PERCENT_LAYERS {
        let text = layers.last().map_or(text, |(_, text)| text);
        let peeled = percent_decode(text).map(|peeled| (StepName::PercentDecode, peeled));
        let Some(layer) = peeled.or_else(|| Some((StepName::Base64, base64_text(text)?))) else { break };
        layers.push(layer);
    }
    layers
}

/// The least characters of base64 that are taken for a text and not for a word.
const LEAST_BASE64: usize = 12;

fn base64_text(text: &str) -> Option<String> {
    if text.len() < LEAST_BASE64 {
        return None;
    }
    let (bytes, step) = base64::decode(text);
    let decoded = String::from_utf8(bytes).ok()?;
    // What had to be mended was none.
    (step.error.is_none() && step.repairs.is_empty() && !decoded.chars().any(char::is_control)).then_some(decoded)
}

/// A message's value: percent-encoding as often as needed, base64, then XML or DEFLATE.
fn value(mut capture: Capture, raw: &str) -> Capture {
    let mut text = raw.to_owned();
    for _ in 0..limits::PERCENT_LAYERS {
        let Some(peeled) = percent_decode(&text) else { break };
        capture.steps.push(Step::done(StepName::PercentDecode, text.len(), peeled.len()).making(peeled.as_bytes()));
        text = peeled;
        if text.trim_start().starts_with('<') {
            return xml(capture, text);
        }
    }
    let (bytes, step) = base64::decode(&text);
    let failed = step.error.is_some();
    capture.steps.push(step.making(&bytes));
    if failed {
        // What came before the fault is shown as far as it can be read.
        capture.xml = Some(bytes)
            .map(|bytes| if looks_like_xml(&bytes) { bytes } else { inflate::inflate(&bytes).0 })
            .filter(|bytes| looks_like_xml(bytes))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        return capture;
    }
    message(capture, bytes)
}

fn message(mut capture: Capture, bytes: Vec<u8>) -> Capture {
    if looks_like_xml(&bytes) {
        capture.binding = capture.binding.or(Some(Binding::Post));
        return decoded(capture, &bytes);
    }
    let (inflated, step) = inflate::inflate(&bytes);
    if inflated.is_empty() || (step.error.is_some() && !looks_like_xml(&inflated)) {
        let start = bytes.iter().take(16).copied().collect();
        return capture.fail(StepName::Inflate, bytes.len(), StepErrorKind::NotAMessage(start), 0);
    }
    capture.binding = capture.binding.or(Some(Binding::Redirect));
    let failed = step.error.is_some();
    capture.steps.push(step.making(&inflated));
    if failed {
        // Shown as far as it goes.
        capture.xml = Some(String::from_utf8_lossy(&inflated).into_owned());
        return capture;
    }
    if looks_like_xml(&inflated) {
        return decoded(capture, &inflated);
    }
    let start = inflated.iter().take(16).copied().collect();
    capture.fail(StepName::Recognise, inflated.len(), StepErrorKind::NotAMessage(start), 0)
}

fn decoded(mut capture: Capture, bytes: &[u8]) -> Capture {
    let (text, step) = text::decode(bytes);
    capture.steps.extend(step);
    match text {
        Some(text) => xml(capture, text),
        None => Capture { xml: Some(String::from_utf8_lossy(bytes).into_owned()), ..capture },
    }
}

/// The last step of all: whether the text is XML that can be judged.
fn xml(mut capture: Capture, text: String) -> Capture {
    let mut step = Step::done(StepName::Xml, text.len(), text.len()).making(text.as_bytes());
    // A document type does not keep a message from being shown; what it keeps it from is the verifier's to say.
    if let Some(error) = read(&text, Doctype::Show).error {
        step.error = Some(StepError { at: error.span.start, kind: StepErrorKind::Xml(error) });
    }
    capture.steps.push(step);
    capture.xml = Some(text);
    capture
}

/// Whether decoded bytes begin as XML does, in UTF-8 or UTF-16, after a byte order mark and white space.
fn looks_like_xml(bytes: &[u8]) -> bool {
    let bytes = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] | [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] => rest,
        _ => bytes,
    };
    bytes.iter().find(|b| !b.is_ascii_whitespace() && **b != 0) == Some(&b'<')
}

fn looks_like_html(text: &str) -> bool {
    let head: String = text.chars().take(200).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<body", "<form"].iter().any(|start| head.starts_with(start))
}

/// Three base64url parts, of which the first decodes to a JSON object (RFC 7519 §3).
fn looks_like_jwt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_part = |part: &&str| part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    matches!(parts.len(), 3 | 5)
        && parts.iter().all(is_part)
        && parts.first().is_some_and(|head| base64::decode(head).0.starts_with(b"{"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_state_is_peeled_layer_by_layer_and_a_word_stays_a_word() {
        let layers = |text: &str| peel(text).into_iter().map(|(step, text)| (step.as_str(), text)).collect::<Vec<_>>();
        let once = ("percent-decode", "https://a.example/?b=c%3D".to_owned());
        assert_eq!(
            layers("https%3A%2F%2Fa.example%2F%3Fb%3Dc%253D"),
            [once, ("percent-decode", "https://a.example/?b=c=".to_owned())]
        );
        assert_eq!(layers("aHR0cHM6Ly9hLmV4YW1wbGUv"), [("base64-decode", "https://a.example/".to_owned())]);
        for plain in ["https://a.example/", "console", "dashboardhome", "ss:mem:1f0c2b", ""] {
            assert_eq!(layers(plain), [], "{plain}");
        }
    }

    #[test]
    fn every_step_keeps_the_beginning_of_what_it_made() {
        let heads = |bytes: &[u8]| take(bytes).steps.into_iter().map(|step| step.head).collect::<Vec<_>>();
        let found = heads(b"SAMLResponse=PGEvPg%3D%3D");
        assert_eq!(found, [b"PGEvPg%3D%3D".to_vec(), b"PGEvPg==".to_vec(), b"<a/>".to_vec(), b"<a/>".to_vec()]);
        let long = format!("<a>{}</a>", "x".repeat(500));
        assert_eq!(heads(long.as_bytes()), [long.as_bytes()[..limits::STEP_HEAD_BYTES].to_vec()]);
    }
}
