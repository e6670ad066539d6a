//! What every rendering of a report for people shares: its parts in their order, with the labels of the language.

use std::fmt::Write;

use super::texts::Texts;
use super::{
    ArrowReport, CaptureReport, ClaimReport, ErrorTextReport, EvidenceReport, Finding, LoginReport, MatchReport,
    Report, State, WrappingReport,
};
use crate::checks::Who;
use crate::language::Language;
use crate::sorted::sort_by_key;

/// Values of the metadata that a rendering shows beside one of a message.
const SHOWN: usize = 3;

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
        self.label(self.report.verdict.outcome.as_str())
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

    /// What a text means that was seen, and where that was captured and not told.
    pub(super) fn meaning(&self, error: &ErrorTextReport) -> String {
        match error.place {
            "page" => format!("{} ({})", error.meaning, self.label("on-page")),
            _ => error.meaning.clone(),
        }
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

    /// What messages say and the metadata lists, each thing of one answer once, with its name and where it was said.
    pub(super) fn matches(&self) -> Vec<(&'r MatchReport, String)> {
        let mut found: Vec<(&MatchReport, String)> = Vec::new();
        for one in self.report.matches.iter().filter(|one| one.outcome != "unlisted") {
            let place = one.said.as_ref().map(|said| said.what.as_str()).unwrap_or_default();
            let known = found.iter_mut().find(|(known, _)| {
                let value = |one: &MatchReport| one.said.as_ref().and_then(|said| said.actual.clone());
                (&known.what, known.side, known.outcome) == (&one.what, one.side, one.outcome)
                    && value(known) == value(one)
            });
            match known {
                Some((_, shown)) if shown.ends_with(place) => {}
                Some((_, shown)) => {
                    shown.push_str(", ");
                    shown.push_str(place);
                }
                None => found.push((one, format!("{} ({}): {place}", one.title, self.label(one.side)))),
            }
        }
        found
    }

    /// What the metadata lists for it, as far as it fits a line.
    pub(super) fn listed(&self, one: &MatchReport) -> String {
        let texts: Vec<&str> = one.listed.iter().filter_map(|listed| listed.actual.as_deref()).take(SHOWN).collect();
        let more = one.listed.len() - texts.len() + one.left_out;
        let more = if more > 0 { format!(", … (+{more})") } else { String::new() };
        texts.join(", ") + &more
    }

    /// Who may have sent a message, each sentence once.
    pub(super) fn senders(&self) -> Vec<&'r str> {
        let mut found: Vec<&str> = Vec::new();
        for sender in &self.report.senders {
            if !found.contains(&sender.text.as_str()) {
                found.push(&sender.text);
            }
        }
        found
    }

    /// What a wrapped message has twice, a line each: what a careless service reads, and what is signed.
    pub(super) fn wrapping(&self, wrapping: &WrappingReport) -> Vec<(&'static str, String)> {
        let line = |claim: &ClaimReport| {
            let name = claim.name_id.as_deref().or(claim.id.as_deref()).unwrap_or("—");
            let [start, end] = claim.span;
            let part = claim.decryption.map(|part| format!("#{part}, ")).unwrap_or_default();
            format!("{name} ({}; {part}{} {start}–{end})", claim.path, self.label("bytes"))
        };
        let consumed = (self.label("consumed"), format!("{} [{}]", line(&wrapping.consumed), wrapping.shape));
        let signed = wrapping.signed.iter().map(|claim| (self.label("signed"), line(claim)));
        [consumed].into_iter().chain(signed).collect()
    }

    /// What a login is, in one line: its number, who began it, which attempt it is.
    pub(super) fn login(&self, login: &LoginReport) -> String {
        let of = self.report.flow.logins.len();
        let mut line = format!("{} {}/{of}", self.label(login.kind), login.index + 1);
        let by = match login.initiated_by {
            "sp" => "begun-by-sp",
            "idp" => "begun-by-idp",
            _ => "",
        };
        let attempt = self.label("attempt").replace("{number}", &login.attempt.to_string());
        let judged = self.report.flow.judged == Some(login.index) && of > 1;
        for (told, text) in [
            (!by.is_empty(), self.label(by)),
            (login.attempt > 1, attempt.as_str()),
            (login.is_loop, self.label("loop")),
            (judged, self.label("judged-login")),
        ] {
            if told {
                line.push_str(self.label("comma"));
                line.push_str(text);
            }
        }
        line
    }

    /// The lines of a login: who sent what to whom and when, what was not captured, RelayState's way.
    pub(super) fn flow(&self, login: &LoginReport) -> Vec<String> {
        let mut lines: Vec<String> = login.arrows.iter().map(|arrow| self.arrow(arrow)).collect();
        let told = login.relay_state.as_ref().and_then(|state| match (state.same?, &state.sent, &state.returned) {
            (true, ..) => Some("relay-same"),
            (_, Some(_), None) => Some("relay-lost"),
            (_, None, _) => Some("relay-added"),
            _ => Some("relay-other"),
        });
        lines.extend(told.map(|told| format!("RelayState: {}", self.label(told))));
        lines
    }

    fn arrow(&self, arrow: &ArrowReport) -> String {
        let what = if arrow.what == "reply" { self.label("reply") } else { arrow.what };
        let mut line = format!("{} → {}: {what}", self.label(arrow.from), self.label(arrow.to));
        if arrow.capture.is_none() {
            let _ = write!(line, " ({})", self.label("not-captured"));
            return line;
        }
        let after = arrow.after_ms.map(|ms| format!("{}{} s", if ms < 0 { "" } else { "+" }, seconds(ms)));
        let status = arrow.status.map(|status| status.to_string());
        let input = arrow.capture.filter(|_| arrow.what != "reply").and_then(|index| self.report.captures.get(index));
        let input = input.map(|capture| capture.input.clone());
        let binding = arrow.binding.map(str::to_owned);
        let told =
            [status, binding, arrow.at.clone(), after, input].into_iter().flatten().collect::<Vec<_>>().join(", ");
        if !told.is_empty() {
            let _ = write!(line, " ({told})");
        }
        if let verdict @ ("failed" | "insecure" | "warning") = arrow.verdict {
            let verdict = if verdict == "insecure" { "security" } else { verdict };
            let _ = write!(line, " [{}]", self.label(verdict));
        }
        line
    }
}

/// Milliseconds as seconds with as many digits as there are.
fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:03}", ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
