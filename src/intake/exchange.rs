//! A request and its reply as whatever tool recorded them, and the messages in the two.

use super::parameters::{self, Parameters};
use super::{Binding, Capture, Reply, recognise};
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
        if let Some(parameters) = Parameters::find(&self.url) {
            return vec![self.answered(parameters::message(origin, parameters))];
        }
        origin.url = Some(self.url.clone()).filter(|url| !url.is_empty());
        let body = self.body.as_deref().unwrap_or_default();
        if let Some(parameters) = Parameters::find(body.trim()) {
            origin.binding = (self.method == "POST").then_some(Binding::Post);
            return vec![self.answered(parameters::message(origin, parameters))];
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
