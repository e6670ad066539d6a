//! The rules: one question each, answered from a [`Case`](crate::flow::Case), and what follows from the answers together.
//!
//! `generic/` holds what the standard asks of everyone, by subject; `providers/` what one service or identity provider
//! asks beyond it. A rule is an entry of its pack's list; its words are in `report/texts/`, by its id.

mod against;
mod error_index;
mod generic;
pub mod nearmiss;
mod providers;
mod registry;
mod replay;
mod root_cause;
mod rule;
mod senders;
#[cfg(test)]
#[allow(clippy::string_slice)] // Of messages that the tests know.
pub(crate) mod testing;
pub mod web_url;

pub(crate) use self::against::{Agreed, against};
pub(crate) use self::error_index::{Found, find as find_errors};
pub(crate) use self::providers::{Named, RoleParts, session_limits};
pub(crate) use self::registry::{packs, run};
pub(crate) use self::replay::{Reached, Replay, replay};
pub use self::root_cause::Outcome;
pub(crate) use self::root_cause::{Judgement, judge};
pub(crate) use self::rule::{Answer, Evidence, Finding, Hit, Rule, Stage};
pub use self::rule::{Group, Severity, Who};
pub(crate) use self::senders::{Sender, senders};
