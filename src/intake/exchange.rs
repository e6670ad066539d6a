//! A request and its reply as whatever tool recorded them, and the messages in the two.

use super::parameters::{self, Parameters};
use super::step::{Repair, RepairKind, Step, StepName};
use super::{Binding, Capture, Reply, page, parameter_of, recognise};
use crate::instant::Instant;

/// One exchange of HTTP, as far as it was recorded; what was not is empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Exchange {
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
    /// The body of the reply.
    pub(super) reply: Option<String>,
}

impl Exchange {
    /// The messages that were sent, in the URL or in the body; where none was, those that came back, to be sent on. Never
    /// none.
    pub(super) fn take(self, origin: &Capture) -> Vec<Capture> {
        let mut origin = Capture { at: self.at.or(origin.at), ..origin.clone() };
        let body = self.body.as_deref().unwrap_or_default().trim();
        let (in_url, in_body) = (Parameters::find(&self.url), Parameters::find(body));
        let mut found = Vec::new();
        if let Some(parameters) = in_url {
            found.push(self.answered(parameters::message(origin.clone(), parameters)));
        }
        origin.url = Some(self.url.clone()).filter(|url| !url.is_empty());
        if let Some(parameters) = in_body {
            origin.binding = (self.method == "POST").then_some(Binding::Post);
            let mut posted = self.answered(parameters::message(origin.clone(), parameters));
            // A service reads the parameters of the URL and of the body as one.
            posted.relay_state = posted.relay_state.or_else(|| parameter_of(self.url.split_once('?')?.1, "RelayState"));
            found.push(posted);
        }
        if let Some(first) = found.first_mut().filter(|_| in_url.is_some()) {
            first.relay_state = first.relay_state.take().or_else(|| parameter_of(body, "RelayState"));
        }
        if !found.is_empty() {
            return found;
        }
        if let Some(fields) = parameters::multipart(body) {
            let joined = Exchange { body: Some(parameters::join(&fields)), ..self };
            let made = joined.body.as_deref().unwrap_or_default().as_bytes();
            let mut step = Step::done(StepName::Http, joined.url.len() + made.len(), made.len()).making(made);
            step.repairs.push(Repair { kind: RepairKind::FieldsJoined, count: fields.len() });
            origin.steps.push(step);
            return joined.take(&origin);
        }
        let sent = if body.is_empty() { Vec::new() } else { recognise(&origin, body) };
        let sent: Vec<Capture> = sent.into_iter().map(|capture| self.answered(capture)).collect();
        let reply = self.reply.as_deref().unwrap_or_default();
        if sent.iter().any(Capture::holds) {
            return sent;
        }
        let back = Capture { http_status: self.status, url: None, ..origin.clone() };
        if let Some(parameters) = self.location.as_deref().and_then(Parameters::find) {
            return vec![parameters::message(back, parameters)];
        }
        let got = if self.status.is_some() || !reply.trim().is_empty() { recognise(&back, reply) } else { Vec::new() };
        if got.iter().any(Capture::holds) || (sent.is_empty() && !got.is_empty()) {
            return got;
        }
        if sent.is_empty() { recognise(&origin, &self.url) } else { sent }
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
