//! The rules: one question each, answered from a [`Case`](crate::flow::Case), and what follows from the answers together.
//!
//! `generic/` holds what the standard asks of everyone, by subject; `providers/` what one service or identity provider
//! asks beyond it. A rule is an entry of its pack's list; its words are in `report/texts/`, by its id.

mod generic;
pub mod nearmiss;
mod providers;
mod registry;
mod root_cause;
mod rule;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use self::registry::{packs, run};
pub use self::root_cause::Outcome;
pub(crate) use self::root_cause::{Judgement, judge};
pub(crate) use self::rule::{Answer, Evidence, Finding, Hit, Rule, Stage};
pub use self::rule::{Severity, Who};
