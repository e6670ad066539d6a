//! From whatever was pasted to the messages in it, step by step; every step is kept, and none repairs silently.
//!
//! Each form that messages are handed around in has a file of its own, which says whether a text has that form and what
//! stands in it. Forms stand within forms: a log's line holds a URL, a trace's entry a web page.
//!
//! Cannot fail as a whole: what cannot be read is a capture with an error at a step, and what came before it.

mod around;
mod artifact;
mod base64;
mod burp;
mod command;
mod curl;
mod cut;
mod devtools;
mod displayed;
mod documents;
mod elements;
mod encoded;
mod exchange;
mod fields;
mod har;
mod hex;
mod html;
mod http;
mod inflate;
mod json_text;
mod literals;
mod log;
mod margins;
mod masked;
mod netlog;
mod openid;
mod page;
mod parameters;
mod pem;
mod pieces;
mod quoted_printable;
mod quoting;
mod references;
mod relay_state;
mod saml_tracer;
mod saz;
mod shell;
pub mod sieve;
mod step;
mod text;
mod trace;
mod value;
mod verbose;
mod whole;
mod words;
mod zip;

use std::borrow::Cow;

pub use self::artifact::Artifact;
pub(crate) use self::documents::documents_in;
use self::exchange::Exchange;
pub use self::html::Form;
pub(crate) use self::inflate::inflated;
pub use self::pem::Given;
pub use self::relay_state::{parameter_of, peel, raw_parameter};
pub use self::step::{Cut, Detail, Foreign, Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use crate::instant::Instant;
use crate::limits;
use crate::xml::Document;

/// A message as it was captured, with a text of its own.
pub type Capture = Captured<'static>;

/// A message as it was captured, as far as it could be decoded. It borrows the input where its text stands there as it is.
#[derive(Debug, Clone, Default)]
pub struct Captured<'a> {
    /// Its number among the messages of one input.
    pub part: usize,
    /// What was done, in order; the last one holds the error, if there is one.
    pub steps: Vec<Step>,
    /// How it was sent, where the capture tells.
    pub binding: Option<Binding>,
    /// The URL before its query, where the capture has one.
    pub url: Option<String>,
    /// The query or the form's body, octet for octet: what a signature is over is never rebuilt from decoded values.
    pub query: Option<String>,
    /// What stands behind the URL's `#`, where the capture has that.
    pub fragment: Option<String>,
    /// The name of the parameter or form field that the message stood in, as written.
    pub parameter: Option<String>,
    /// The form that the message was found in, where that is a web page's.
    pub form: Option<Form>,
    /// The status of the HTTP reply that the message came in.
    pub http_status: Option<u16>,
    /// When it was sent, where the capture says so.
    pub at: Option<Instant>,
    /// What the message was answered with, where that was captured as well.
    pub reply: Option<Reply>,
    /// What was said of it in words that were captured with it, by whoever it was.
    pub said: Option<String>,
    /// `RelayState` as a service reads it; `None` where the capture has none.
    pub relay_state: Option<String>,
    /// The decoded message to the byte, as UTF-8, well-formed or not. On a failed step, what came before it.
    pub xml: Option<Cow<'a, str>>,
    /// The same, read, where that was done already.
    pub document: Option<Document<'a>>,
    /// The artifact that stands for a message.
    pub artifact: Option<Artifact>,
    /// `wctx` of WS-Federation, decoded.
    pub wctx: Option<String>,
    /// What it gives beside messages.
    pub given: Option<Given>,
    /// What it is called where it is no XML: `Artifact`, `Certificate`, `PublicKey`, `PrivateKey`.
    pub kind: Option<&'static str>,
    /// Whether nothing of its bytes may be shown.
    pub is_secret: bool,
    /// Whether it was taken out of a log's line, or out of what a browser, an editor or a word processor made of it.
    pub is_printed: bool,
}

impl Captured<'_> {
    /// The same with a text of its own.
    pub fn into_owned(self) -> Capture {
        Capture { xml: self.xml.map(|xml| xml.into_owned().into()), document: None, ..self }
    }

    /// Why it could not be read, and at which step.
    pub fn error(&self) -> Option<(&Step, &StepError)> {
        self.steps.last().and_then(|step| step.error.as_ref().map(|error| (step, error)))
    }

    /// Whether its XML is what a program printed of it for people, and not what was sent: such programs indent.
    pub(crate) fn was_printed(&self) -> bool {
        self.is_printed && !self.is_as_sent()
    }

    /// Whether what it has so far are octets that were sent: out of an encoding, or out of HTTP as it was recorded.
    fn is_as_sent(&self) -> bool {
        use StepName::{Archive, Base64, Command, Hex, Http, Inflate, Trace};
        let is_sent = |step: &Step| matches!(step.name, Archive | Base64 | Command | Hex | Http | Inflate | Trace);
        self.steps.iter().any(is_sent)
    }

    /// Whether there is something of a message in it, broken or not, or else it is what it is.
    fn holds(&self) -> bool {
        self.parameter.is_some() || self.xml.is_some() || self.error().is_none()
    }

    /// Whether it is a web page or other words and no message: they tell what went wrong, and spoil no other capture.
    pub fn is_page(&self) -> bool {
        let is_said = |kind: &StepErrorKind| matches!(kind, StepErrorKind::Foreign(Foreign::Html | Foreign::Words));
        self.error().is_some_and(|(_, error)| is_said(&error.kind))
    }

    pub(crate) fn fail(mut self, name: StepName, bytes_in: usize, kind: StepErrorKind, at: usize) -> Self {
        self.steps.push(Step::failed(name, bytes_in, StepError { kind, at }));
        self
    }

    fn is_foreign(&self, text: &str, what: Foreign) -> Self {
        self.clone().fail(StepName::Recognise, text.len(), StepErrorKind::Foreign(what), leading(text))
    }
}

/// What the one who got a message answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status; `None` where only a page was captured.
    pub status: Option<u16>,
    /// Where it sent the browser next.
    pub location: Option<String>,
    /// The text of its page as a person reads it, without markup.
    pub page: Option<String>,
}

/// How a message was sent: SAML 2.0 Bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// HTTP Redirect, §3.4.
    Redirect,
    /// HTTP POST, §3.5.
    Post,
    /// SOAP, §3.2: between the servers, or by a logout.
    Soap,
    /// Reversed SOAP, §3.3.
    Paos,
    /// HTTP Artifact, §3.6: a name of the message came by the browser.
    Artifact,
    /// No binding of SAML: the form of WS-Federation's passive requestors.
    WsFederation,
}

impl Binding {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::Post => "post",
            Self::Soap => "soap",
            Self::Paos => "paos",
            Self::Artifact => "artifact",
            Self::WsFederation => "ws-federation",
        }
    }
}

/// A form: what stands in a text, where the text has that form. Each capture goes on from the one given, which has the
/// steps done so far.
type Take = fn(&Capture, &str) -> Option<Vec<Capture>>;

/// The forms, those that are known by most first: whichever knows a text has it alone.
const FORMS: &[Take] = &[
    empty,
    displayed::take,
    value::take_escaped,
    curl::take,
    fields::take,
    http::take,
    burp::take,
    html::take,
    trace::take,
    log::take,
    pem::take,
    literals::take,
    hex::take,
    around::take,
    pieces::take,
    value::take_xml,
    json,
    parameters::take,
    openid::take,
    artifact::take,
    foreign,
    value::take,
];

/// Decodes one input: every message in it, in the order in which they stand there, and never none.
pub fn take(bytes: &[u8]) -> Vec<Captured<'_>> {
    let capture = Capture::default();
    if bytes.len() > limits::INPUT_BYTES {
        let limit = StepErrorKind::Limit { name: "INPUT_BYTES", limit: limits::INPUT_BYTES };
        return vec![capture.fail(StepName::Recognise, bytes.len(), limit, limits::INPUT_BYTES)];
    }
    if let Some(whole) = whole::take(bytes) {
        return vec![whole];
    }
    let mut found = if zip::is_archive(bytes) {
        bounded(&capture, bytes.len(), saz::take(&capture, bytes))
    } else if let Some(found) = pem::take_der(&capture, bytes) {
        found
    } else {
        take_bytes(capture, bytes)
    };
    let length = bytes.trim_ascii().len();
    for (part, capture) in found.iter_mut().enumerate() {
        capture.part = part;
        cut::tell(capture, length);
    }
    found
}

/// What stands in bytes: a text, or what was compressed.
fn take_bytes(mut capture: Capture, bytes: &[u8]) -> Vec<Capture> {
    if inflate::is_gzip(bytes) {
        let (unpacked, step) = inflate::gunzip(bytes);
        let is_broken = step.error.is_some();
        capture.steps.push(step.making(&unpacked));
        if is_broken {
            capture.xml =
                value::looks_like_xml(&unpacked).then(|| String::from_utf8_lossy(&unpacked).into_owned().into());
            return vec![capture];
        }
        return take_text(capture, &unpacked);
    }
    take_text(capture, bytes)
}

fn take_text(mut capture: Capture, bytes: &[u8]) -> Vec<Capture> {
    let (text, step) = text::decode(bytes);
    let Some(text) = text else {
        // No text: the message as it was compressed, saved to a file.
        let opened = value::open(bytes);
        if !opened.is_something() {
            capture.steps.extend(step);
            return vec![capture];
        }
        let inner = opened.onto(&mut capture, bytes);
        return inner.map_or_else(|| vec![capture.clone()], |inner| recognise(&capture, &inner));
    };
    capture.steps.extend(step);
    recognise(&capture, &text)
}

/// Decodes an input in which one message is looked for: the first that can be read.
pub fn take_one(bytes: &[u8]) -> Captured<'_> {
    let mut all = take(bytes);
    let read = all.iter().position(|capture| capture.error().is_none()).unwrap_or(0);
    if all.is_empty() { Captured::default() } else { all.swap_remove(read) }
}

/// What stands in a text; never none. A form hands what it holds on to here.
fn recognise(origin: &Capture, text: &str) -> Vec<Capture> {
    if origin.steps.len() >= limits::STEPS {
        let limit = StepErrorKind::Limit { name: "STEPS", limit: limits::STEPS };
        return vec![origin.clone().fail(StepName::Recognise, text.len(), limit, 0)];
    }
    bounded(origin, text.len(), FORMS.iter().find_map(|take| take(origin, text)).unwrap_or_default())
}

fn bounded(origin: &Capture, bytes_in: usize, mut found: Vec<Capture>) -> Vec<Capture> {
    if found.len() > limits::CAPTURES {
        found.truncate(limits::CAPTURES);
        let limit = StepErrorKind::Limit { name: "CAPTURES", limit: limits::CAPTURES };
        found.push(origin.clone().fail(StepName::Recognise, bytes_in, limit, 0));
    }
    found
}

/// As [`recognise`], where nothing has to be found: a value goes on by itself then.
fn recognise_other(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let forms = FORMS.split_last().map(|(_, forms)| forms).unwrap_or_default();
    forms.iter().find_map(|take| take(origin, text))
}

fn empty(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let fail = || vec![origin.clone().fail(StepName::Recognise, text.len(), StepErrorKind::Empty, text.len())];
    text.trim().is_empty().then(fail)
}

fn json(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    // Before the parameters are looked for: a trace holds several messages, and one picked by chance misleads.
    let foreign = || vec![Capture { said: words::said(text.trim()), ..origin.is_foreign(text, Foreign::Json) }];
    is_json(text.trim()).then(|| fields::of_json(origin, text).unwrap_or_else(foreign))
}

/// Whether a text begins as JSON does that holds more than one thing; a log's line may begin with a bracket as well, what
/// other languages print of such a thing with their own quotation marks, and a ticket's code with a `{code:xml}` of its own.
fn is_json(text: &str) -> bool {
    let is_macro = |inside: &str| {
        let line = inside.lines().next().unwrap_or_default();
        let name = line.split_once('}').map(|(name, _)| name.split(':').next().unwrap_or_default());
        name.is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase()))
    };
    let is_inside = |inside: &str| !inside.trim_start().starts_with('\'') && !is_macro(inside);
    let object = |text: &str| text.strip_prefix('{').is_some_and(is_inside);
    let inside = text.strip_prefix('[').map(str::trim_start);
    object(text) || inside.is_some_and(|inside| object(inside) || inside.starts_with(['[', ']', '"']))
}

/// What is known, and holds no message.
fn foreign(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    let is_url = || trimmed.find("://").is_some_and(|at| at < 12);
    let capture = if is_url() && trimmed.contains(['?', '#']) {
        origin.clone().fail(StepName::Recognise, text.len(), StepErrorKind::NoParameter, leading(text))
    } else if is_url() {
        origin.is_foreign(text, Foreign::Url)
    } else {
        return None;
    };
    Some(vec![capture])
}

/// Bytes of white space that a text begins with.
fn leading(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The last place before a number of bytes that a character ends at.
fn floor(text: &str, bytes: usize) -> usize {
    (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_keeps_the_beginning_of_what_it_made() {
        let heads = |bytes: &[u8]| take_one(bytes).steps.into_iter().map(|step| step.head).collect::<Vec<_>>();
        let found = heads(b"SAMLResponse=PGEvPg%3D%3D");
        assert_eq!(found, [b"PGEvPg%3D%3D".to_vec(), b"PGEvPg==".to_vec(), b"<a/>".to_vec(), b"<a/>".to_vec()]);
        let long = format!("<a>{}</a>", "x".repeat(500));
        assert_eq!(heads(long.as_bytes()), [long.as_bytes()[..limits::STEP_HEAD_BYTES].to_vec()]);
    }
}
