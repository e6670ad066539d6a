//! What other services would say to the message, as the report tells it.

use serde::Serialize;

use super::finding::value;
use super::texts::{Texts, fill};
use crate::checks::{Reached, Replay};

/// Whether one service would accept the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayReport {
    /// The service, or the library that it is made with.
    pub service: &'static str,
    /// Where it would stop; `None` where nothing that could be checked stops it.
    pub stops_at: Option<StopReport>,
    /// The steps before that which could not be checked, with the keys of the context of which one would help.
    pub unknown: Vec<UnknownReport>,
    /// The steps that it found nothing at, in its order.
    pub passed: Vec<&'static str>,
    /// Where the order and the words come from.
    pub source: &'static str,
}

/// Where a service stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StopReport {
    /// What it checks there.
    pub step: &'static str,
    /// The rule that says so here.
    pub rule: &'static str,
    /// What the service says.
    pub text: String,
}

/// A step that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownReport {
    /// What would be checked.
    pub step: &'static str,
    /// The keys of the context of which one would help.
    pub needs: &'static [&'static str],
}

impl ReplayReport {
    pub(super) fn of(replay: &Replay<'_>, texts: &Texts) -> Self {
        let service = replay.service;
        let (mut passed, mut unknown, mut stops_at) = (Vec::new(), Vec::new(), None);
        for (step, reached) in &replay.steps {
            match reached {
                Reached::Passed => passed.push(*step),
                Reached::Unknown(needs) => unknown.push(UnknownReport { step, needs }),
                Reached::Stopped { rule, hit, text } => {
                    let text = fill(text, &|name| Some(value(hit, name, texts).unwrap_or_default()));
                    stops_at = Some(StopReport { step, rule, text });
                }
            }
        }
        Self { service: service.name, stops_at, unknown, passed, source: service.source }
    }
}
