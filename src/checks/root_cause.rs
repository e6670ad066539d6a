//! From all findings to the one whose repair comes first.
//!
//! The order is explicit. An attack goes before all else; then what refuses the login before what is merely unsafe; then
//! what the error text names; then by [`Stage`](super::Stage), in the order in which a service would stop; then the rule
//! of the service before that of the identity provider before the general one; then the order of the pack's list. What
//! another finding explains is its consequence, and never the root.

use std::collections::HashMap;

use super::Answer;
use super::rule::{Finding, Severity, Stage, Who};

/// What becomes of the login, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// What becomes of it.
    pub(crate) outcome: Outcome,
    /// The number of the finding whose repair comes first.
    pub(crate) root: Option<usize>,
    /// Who must act.
    pub(crate) who: Who,
    /// The keys of the context that would let every required check run.
    pub(crate) missing: Vec<&'static str>,
    /// Whether a signature could not be judged because the message was captured as a program printed it.
    pub(crate) is_of_copy: bool,
    /// For every finding that another explains, the number of that.
    pub(crate) because: HashMap<usize, usize>,
}

/// What becomes of the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is refused.
    Rejected,
    /// It works, or might, and should not.
    Insecure,
    /// Nothing is wrong with it.
    Accepted,
    /// Nothing wrong was seen, but a required check could not run.
    Undetermined,
}

impl Outcome {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Insecure => "insecure",
            Self::Accepted => "accepted",
            Self::Undetermined => "undetermined",
        }
    }
}

/// Judges the findings. `suspected`: the rules that the error text names.
pub(crate) fn judge(findings: &[Finding], suspected: &[&str]) -> Judgement {
    let fired = || findings.iter().enumerate().filter(|(_, finding)| finding.hit().is_some());
    let because = consequences(findings);
    let deciding = fired().filter(|(_, finding)| finding.severity().decides());
    let free = deciding.clone().filter(|(index, _)| !because.contains_key(index));
    // Were each explained by another in a circle, one of them still is the root.
    let root = free.min_by_key(|(index, finding)| key(*index, finding, suspected));
    let root = root.or_else(|| deciding.clone().min_by_key(|(index, finding)| key(*index, finding, suspected)));
    let missing = missing(findings);
    let is_of_copy = fired().any(|(_, finding)| finding.hit().is_some_and(|hit| hit.is_of_copy));
    let outcome = if deciding.clone().any(|(_, finding)| finding.severity() == Severity::Error) {
        Outcome::Rejected
    } else if deciding.clone().next().is_some() {
        Outcome::Insecure
    } else if missing.is_empty() && !is_of_copy {
        Outcome::Accepted
    } else {
        Outcome::Undetermined
    };
    Judgement {
        outcome,
        root: root.map(|(index, _)| index),
        who: root.map_or(Who::Nobody, |(_, finding)| finding.who()),
        missing: if outcome == Outcome::Undetermined { missing } else { Vec::new() },
        is_of_copy,
        because,
    }
}

type Key = (bool, Severity, bool, Stage, u8, usize);

fn key(index: usize, finding: &Finding, suspected: &[&str]) -> Key {
    let stage = finding.rule.stage;
    (
        stage != Stage::Attack,
        // An attack is one whether it also gets in or is refused.
        if stage == Stage::Attack { Severity::Error } else { finding.severity() },
        !suspected.contains(&finding.rule.id),
        stage,
        finding.scope.rank(),
        index,
    )
}

/// For every finding that follows from another its cause: the first of those that explain it.
fn consequences(findings: &[Finding]) -> HashMap<usize, usize> {
    let fired: Vec<_> = findings.iter().enumerate().filter(|(_, finding)| finding.hit().is_some()).collect();
    let cause = |of: &(usize, &Finding)| {
        // What decides nothing explains nothing that does.
        let may = |finding: &Finding| finding.severity().decides() || !of.1.severity().decides();
        let mut causes = fired.iter().filter(|(index, finding)| *index != of.0 && may(finding));
        causes.find(|(_, finding)| finding.rule.does_explain(of.1.rule.id)).map(|(index, _)| *index)
    };
    fired.iter().filter_map(|finding| Some((finding.0, cause(finding)?))).collect()
}

/// The keys of the context without which a required check could not run.
fn missing(findings: &[Finding]) -> Vec<&'static str> {
    let mut missing = Vec::new();
    for finding in findings.iter().filter(|finding| finding.rule.required) {
        if let Answer::NotChecked(keys) = finding.answer {
            missing.extend(keys.iter().filter(|key| !missing.contains(*key)).collect::<Vec<_>>());
        }
    }
    missing
}
