//! A request and its reply as whatever tool recorded them, and the messages in the two.

use super::parameters::{self, Parameters};
use super::{Binding, Capture, Reply, parameter_of, recognise};
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
        let body = self.body.as_deref().unwrap_or_default();
        let (in_url, in_body) = (Parameters::find(&self.url), Parameters::find(body.trim()));
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
            first.relay_state = first.relay_state.take().or_else(|| parameter_of(body.trim(), "RelayState"));
        }
        if !found.is_empty() {
            return found;
        }
        if !body.trim().is_empty() || self.status.is_none() {
            return recognise(&origin, body).into_iter().map(|capture| self.answered(capture)).collect();
        }
        origin.http_status = self.status;
        origin.url = None;
        recognise(&origin, self.reply.as_deref().unwrap_or_default())
    }

    fn answered(&self, capture: Capture) -> Capture {
        let reply = self.status.map(|_| Reply { status: self.status, location: self.location.clone(), page: None });
        Capture { reply, ..capture }
    }
}
