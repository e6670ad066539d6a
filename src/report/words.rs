//! What every rendering of a report for people shares: its parts in their order, with the labels of the language.

use super::texts::Texts;
use super::{CaptureReport, EvidenceReport, Finding, Report, State};
use crate::checks::{Outcome, Who};
use crate::language::Language;
use crate::sorted::sort_by_key;

/// A report with the labels to tell it with.
pub(super) struct Words<'r> {
    pub(super) report: &'r Report,
    texts: &'static Texts,
}

impl<'r> Words<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        Self { report, texts: Texts::of(Language::from_tag(report.language)) }
    }

    /// The label of that name.
    pub(super) fn label(&self, name: &str) -> &'static str {
        self.texts.labels.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn outcome(&self) -> &'static str {
        self.label(match self.report.verdict.outcome {
            Outcome::Rejected => "rejected",
            Outcome::Insecure => "insecure",
            Outcome::Accepted => "accepted",
            Outcome::Undetermined => "undetermined",
        })
    }

    pub(super) fn who(&self, who: Who) -> &'static str {
        self.label(match who {
            Who::IdpAdmin => "idp-admin",
            Who::SpAdmin => "sp-admin",
            Who::User => "user",
            Who::Network => "network",
            Who::Nobody => "nobody",
        })
    }

    /// The finding whose repair comes first.
    pub(super) fn root(&self) -> Option<&'r Finding> {
        let root = self.report.verdict.root_cause?;
        self.report.findings.iter().find(|finding| finding.rule == root)
    }

    /// What follows from the root cause.
    pub(super) fn consequences(&self) -> Vec<&'r Finding> {
        let root = self.report.verdict.root_cause;
        self.fired(|finding| root.is_some() && finding.because == root)
    }

    /// What fired and stands apart from the root cause, the worst first; of equals, what the error text names.
    pub(super) fn others(&self) -> Vec<&'r Finding> {
        let root = self.report.verdict.root_cause;
        let mut others =
            self.fired(|finding| Some(finding.rule) != root && (root.is_none() || finding.because != root));
        sort_by_key(&mut others, |finding| (finding.severity, !self.is_suspected(finding)));
        others
    }

    fn fired(&self, keep: impl Fn(&Finding) -> bool) -> Vec<&'r Finding> {
        self.in_state(State::Fired).into_iter().filter(|finding| keep(finding)).collect()
    }

    /// The findings of one state, what the error text names first.
    pub(super) fn in_state(&self, state: State) -> Vec<&'r Finding> {
        let mut of: Vec<_> = self.report.findings.iter().filter(|finding| finding.state == state).collect();
        sort_by_key(&mut of, |finding| !self.is_suspected(finding));
        of
    }

    fn is_suspected(&self, finding: &Finding) -> bool {
        self.report.error_texts.iter().any(|error| error.rules.contains(&finding.rule))
    }

    /// Where evidence stands, in words.
    pub(super) fn place(&self, evidence: &EvidenceReport) -> String {
        let input = |index: usize| self.report.captures.get(index).map(|capture| capture.input.clone());
        let name = evidence.capture.and_then(input).or_else(|| evidence.file.clone()).unwrap_or_default();
        match evidence.span {
            Some([start, end]) => format!("{name}, {} {start}–{end}", self.label("bytes")),
            None => name,
        }
    }

    /// A capture in one line.
    pub(super) fn capture(&self, capture: &CaptureReport) -> String {
        let kind = capture.kind.as_deref().unwrap_or_else(|| self.label("unreadable"));
        let within = capture.message.as_ref().map(|message| format!("/{message}")).unwrap_or_default();
        let by = capture.binding.map(|binding| format!(" ({binding})")).unwrap_or_default();
        let issuer = capture.summary.as_ref().and_then(|summary| summary.issuer.as_deref());
        let issuer = issuer.map(|issuer| format!(", {} {issuer}", self.label("from"))).unwrap_or_default();
        let detail = capture.steps.iter().rev().find_map(|step| step.detail.as_ref());
        let detail = detail.map(|detail| format!(". {detail}")).unwrap_or_default();
        format!("{}: {kind}{within}{by}{issuer}{detail}", capture.input)
    }
}
