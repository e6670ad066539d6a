//! A request and its reply as whatever tool recorded them, and the messages in the two.

use super::parameters::{self, Parameters};
use super::sieve::may_hold;
use super::step::{Repair, RepairKind, Step, StepErrorKind, StepName};
use super::{Binding, Capture, Reply, page, parameter_of, recognise};
use crate::instant::Instant;
use crate::limits;

/// One exchange of HTTP, as far as it was recorded; what was not is empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Exchange {
    /// How it was taken out of what it was recorded in.
    pub(super) steps: Vec<Step>,
    /// When it was sent.
    pub(super) at: Option<Instant>,
    /// `GET`, `POST`.
    pub(super) method: String,
    /// Where it was sent to, query and all, to the octet.
    pub(super) url: String,
    /// The body of the request, to the octet.
    pub(super) body: Option<String>,
    /// The status of the reply.
    pub(super) status: Option<u16>,
    /// `Location` of the reply.
    pub(super) location: Option<String>,
    /// How the body of the reply was decoded.
    pub(super) reply_steps: Vec<Step>,
    /// The body of the reply.
    pub(super) reply: Option<String>,
}

/// What stands in a recording: an exchange, or what became of one that cannot be read as such.
#[derive(Debug)]
pub(super) enum Recorded {
    Exchange(Exchange),
    Capture(Box<Capture>),
}

impl Exchange {
    /// The messages that were sent, in the URL or in the body; where none was, those that came back, to be sent on. Never
    /// none.
    pub(super) fn take(self, origin: &Capture) -> Vec<Capture> {
        let mut origin = self.origin(origin);
        let found = self.sent(&origin);
        if !found.is_empty() {
            return found;
        }
        if let Some(joined) = self.joined(&mut origin) {
            return joined.sent(&origin);
        }
        let body = self.body.as_deref().unwrap_or_default();
        let sent = if body.trim().is_empty() { Vec::new() } else { self.recognise_body(&origin, body) };
        if sent.iter().any(Capture::holds) {
            return sent;
        }
        let back = self.reply_origin(&origin);
        if let Some(parameters) = self.location.as_deref().and_then(Parameters::find) {
            return vec![parameters::message(back, parameters)];
        }
        let reply = self.reply.as_deref().unwrap_or_default();
        if self.method == "POST" && body.trim().is_empty() && reply.trim().is_empty() {
            return vec![origin.fail(StepName::Http, self.url.len(), StepErrorKind::BodyMissing, self.url.len())];
        }
        let got = if self.status.is_some() || !reply.trim().is_empty() { recognise(&back, reply) } else { Vec::new() };
        if got.iter().any(Capture::holds) || (sent.is_empty() && !got.is_empty()) {
            return got;
        }
        if sent.is_empty() { recognise(&origin, &self.url) } else { sent }
    }

    /// A body in parts as the form that it is, and how it came to be one.
    fn joined(&self, origin: &mut Capture) -> Option<Self> {
        let fields = parameters::multipart(self.body.as_deref()?.trim())?;
        let joined = Self { body: Some(parameters::join(&fields)), ..self.clone() };
        let made = joined.body.as_deref().unwrap_or_default().as_bytes();
        let mut step = Step::done(StepName::Http, joined.url.len() + made.len(), made.len()).making(made);
        step.repairs.push(Repair { kind: RepairKind::FieldsJoined, count: fields.len() });
        origin.steps.push(step);
        Some(joined)
    }

    fn origin(&self, origin: &Capture) -> Capture {
        let mut origin = Capture { at: self.at.or(origin.at), ..origin.clone() };
        origin.steps.extend(self.steps.iter().cloned());
        origin
    }

    fn reply_origin(&self, origin: &Capture) -> Capture {
        let mut origin = Capture { http_status: self.status, ..origin.clone() };
        origin.steps.extend(self.reply_steps.iter().cloned());
        origin
    }

    /// The messages among the parameters of the URL and of the body.
    fn sent(&self, origin: &Capture) -> Vec<Capture> {
        let body = self.body.as_deref().unwrap_or_default().trim();
        let (in_url, in_body) = (Parameters::find(&self.url), Parameters::find(body));
        let mut found = Vec::new();
        if let Some(parameters) = in_url {
            let mut message = self.answered(parameters::message(origin.clone(), parameters));
            // A service reads the parameters of the URL and of the body as one.
            message.relay_state = message.relay_state.or_else(|| parameter_of(body, "RelayState"));
            found.push(message);
        }
        if let Some(parameters) = in_body {
            let mut posted = self.answered(parameters::message(self.body_origin(origin), parameters));
            posted.relay_state = posted.relay_state.or_else(|| parameter_of(self.url.split_once('?')?.1, "RelayState"));
            found.push(posted);
        }
        found
    }

    fn body_origin(&self, origin: &Capture) -> Capture {
        let url = Some(self.url.clone()).filter(|url| !url.is_empty());
        Capture { url, binding: (self.method == "POST").then_some(Binding::Post), ..origin.clone() }
    }

    fn recognise_body(&self, origin: &Capture, body: &str) -> Vec<Capture> {
        // Only a form says that a body is the POST binding.
        let origin = Capture { binding: None, ..self.body_origin(origin) };
        recognise(&origin, body).into_iter().map(|capture| self.answered(capture)).collect()
    }

    fn answered(&self, capture: Capture) -> Capture {
        let page = self.reply.as_deref().and_then(page::visible);
        let reply = (self.status.is_some() || page.is_some()).then(|| Reply {
            status: self.status,
            location: self.location.clone(),
            page,
        });
        Capture { reply: reply.or(capture.reply), ..capture }
    }

    /// Every message that was sent, and none where there is none.
    fn all_sent(&self, origin: &Capture) -> Vec<Capture> {
        let mut origin = origin.clone();
        let sent = match self.joined(&mut origin) {
            Some(joined) => joined.sent(&origin),
            None => self.sent(&origin),
        };
        if !sent.is_empty() {
            return sent;
        }
        let body = self.body.as_deref().filter(|body| may_hold(body.as_bytes()));
        let found = body.map(|body| self.recognise_body(&origin, body)).unwrap_or_default();
        found.into_iter().filter(is_message).collect()
    }

    /// Every message that came back.
    fn all_received(&self, origin: &Capture) -> Vec<Capture> {
        let location = self.location.as_deref().and_then(Parameters::find);
        let redirect = location
            .map(|parameters| parameters::message(Capture { http_status: self.status, ..origin.clone() }, parameters));
        let reply = self.reply.as_deref().filter(|reply| may_hold(reply.as_bytes()));
        let found = reply.map(|reply| recognise(&self.reply_origin(origin), reply)).unwrap_or_default();
        redirect.into_iter().chain(found.into_iter().filter(is_message)).collect()
    }
}

/// Every message of a recording, in the order in which they were sent. One that came back, in a redirect or in a form, and
/// was sent on is there once, as it was sent.
pub(super) fn take_all(origin: &Capture, recording: &mut dyn Iterator<Item = Recorded>) -> Vec<Capture> {
    let (mut found, mut received) = (Vec::new(), Vec::new());
    for recorded in recording {
        // One more than are wanted, so that it is known that there are more.
        if found.len() > limits::CAPTURES {
            break;
        }
        match recorded {
            Recorded::Capture(capture) => found.push(*capture),
            Recorded::Exchange(exchange) => {
                let origin = exchange.origin(origin);
                found.extend(exchange.all_sent(&origin));
                received.resize(found.len(), false);
                found.extend(exchange.all_received(&origin));
                received.resize(found.len(), true);
            }
        }
        received.resize(found.len(), false);
    }
    let place = |(at, capture): (usize, &Capture)| {
        let came_back = received.get(at) == Some(&true);
        // Of those that only came back the first is kept.
        let same = |(other, one): (usize, &Capture)| {
            let counts = received.get(other) == Some(&false) || other < at;
            other != at && counts && is_same(one, capture)
        };
        !(came_back && found.iter().enumerate().any(same))
    };
    let kept: Vec<bool> = found.iter().enumerate().map(place).collect();
    found.into_iter().zip(kept).filter_map(|(capture, is_kept)| is_kept.then_some(capture)).collect()
}

/// Whether a text that was recognised is a message, and not a script or picture that merely looks like something.
pub(super) fn is_message(capture: &Capture) -> bool {
    let is_saml = |xml: &str| memchr::memmem::find(xml.as_bytes(), b"urn:oasis:names:tc:SAML").is_some();
    capture.parameter.is_some() || capture.xml.as_deref().is_some_and(is_saml)
}

/// Whether two captures are of one message; of one that cannot be read, whether it went wrong in the same way.
fn is_same(one: &Capture, other: &Capture) -> bool {
    one.xml == other.xml && one.steps.last() == other.steps.last()
}

/// Of the captures of one text those with a message in them, and where there is none the first. What a page beside them
/// said is kept with the message before it, or else with the first.
pub(super) fn worth(all: Vec<Capture>) -> Vec<Capture> {
    if all.len() < 2 || !all.iter().any(Capture::holds) {
        return all.into_iter().take(1).collect();
    }
    let mut kept: Vec<Capture> = Vec::new();
    let mut waiting = None;
    for capture in all {
        if capture.holds() {
            kept.push(capture);
            continue;
        }
        let page = capture.reply.filter(|reply| reply.page.is_some());
        match kept.last_mut() {
            Some(last) => attach(last, page),
            None => waiting = waiting.or(page),
        }
    }
    if let Some(first) = kept.first_mut() {
        attach(first, waiting);
    }
    kept
}

/// Keeps what a page said, where none is kept yet.
fn attach(capture: &mut Capture, page: Option<Reply>) {
    let Some(page) = page else { return };
    match &mut capture.reply {
        Some(reply) => reply.page = reply.page.take().or(page.page),
        none => *none = Some(page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://idp.example/sso?SAMLRequest=PGEvPg%3D%3D&RelayState=r";

    fn get(url: &str, location: Option<&str>, reply: Option<&str>) -> Recorded {
        let text = |text: &str| text.to_owned();
        let (status, location, reply) = (Some(200), location.map(text), reply.map(text));
        Recorded::Exchange(Exchange {
            method: text("GET"),
            url: text(url),
            status,
            location,
            reply,
            ..Exchange::default()
        })
    }

    fn all(recording: Vec<Recorded>) -> Vec<(Option<u16>, bool)> {
        let found = take_all(&Capture::default(), &mut recording.into_iter());
        found.into_iter().map(|capture| (capture.http_status, capture.reply.is_some())).collect()
    }

    #[test]
    fn a_message_that_came_back_and_was_sent_on_is_there_as_it_was_sent() {
        let login = || get("https://app.example/login", Some(URL), None);
        assert_eq!(all(vec![login(), get(URL, None, None)]), [(None, true)]);
        assert_eq!(all(vec![login()]), [(Some(200), false)]);
        // What is sent twice was sent twice.
        assert_eq!(all(vec![get(URL, None, None), get(URL, None, None)]), [(None, true); 2]);
        assert_eq!(all(vec![login(), login()]), [(Some(200), false)]);
        let other = URL.replace("PGEvPg", "PGIvPg");
        assert_eq!(all(vec![login(), get(&other, None, None)]), [(Some(200), false), (None, true)]);
    }

    #[test]
    fn noise_is_no_message() {
        let page = "<html><form action=/search><input name=q></form>SAMLResponse";
        let script = "var a='SAMLResponse'";
        let svg = "<svg><title>saml</title></svg>";
        for reply in [page, script, svg, "{\"a\":\"SAML\"}"] {
            assert_eq!(all(vec![get("https://app.example/saml", None, Some(reply))]), [], "{reply}");
        }
    }

    #[test]
    fn there_are_only_so_many() {
        let many = (0..2 * limits::CAPTURES).map(|_| get(URL, None, None)).collect();
        assert_eq!(all(many).len(), limits::CAPTURES + 1);
    }
}
