//! The report as plain text, for a terminal or a file.

use std::fmt::Write;

use super::words::Words;
use super::{EvidenceReport, Finding, Report, State};
use crate::checks::nearmiss::Piece;
use crate::checks::{Outcome, Severity};
use crate::plain;

/// The report as text. `coloured`: with the escapes that a terminal shows as colours.
pub fn human(report: &Report, coloured: bool) -> String {
    let mut page = Page { words: Words::of(report), text: String::new(), coloured };
    page.verdict();
    page.captures();
    page.flow();
    page.metadata();
    page.findings();
    page.replays();
    page.text
}

struct Page<'r> {
    words: Words<'r>,
    text: String,
    coloured: bool,
}

/// The colours, by what they mean (ECMA-48 SGR).
const BAD: &str = "31";
const RISKY: &str = "33";
const GOOD: &str = "32";
const FAINT: &str = "2";
const STRONG: &str = "1";

impl Page<'_> {
    fn paint(&self, text: &str, colour: &str) -> String {
        // What a message carries must not paint over what the terminal shows.
        let safe = plain::line(text);
        if self.coloured { format!("\u{1B}[{colour}m{safe}\u{1B}[0m") } else { safe }
    }

    fn line(&mut self, indent: usize, label: &str, text: &str, colour: &str) {
        let text = self.paint(&text.replace(['\n', '\r'], " "), colour);
        let label = if label.is_empty() { String::new() } else { format!("{}: ", self.paint(label, FAINT)) };
        let _ = writeln!(self.text, "{:indent$}{label}{text}", "");
    }

    fn verdict(&mut self) {
        let report = self.words.report;
        let colour = match report.verdict.outcome {
            Outcome::Rejected => BAD,
            Outcome::Insecure | Outcome::Undetermined => RISKY,
            Outcome::Accepted => GOOD,
        };
        let outcome = self.words.outcome();
        self.line(0, "", outcome, colour);
        self.line(0, "", &report.verdict.sentence, STRONG);
        if let Some(aside) = report.aside() {
            self.line(0, "", aside, "0");
        }
        if let Some(stated) = &report.stated {
            self.line(0, "", stated, RISKY);
        }
        if let Some(root) = self.words.root() {
            let who = self.words.who(report.verdict.who);
            self.line(2, self.words.label("who"), who, STRONG);
            self.repair(root);
            for evidence in &root.evidence {
                self.evidence(evidence);
            }
            self.line(2, self.words.label("rule"), &format!("{} ({})", root.rule, root.source), FAINT);
        }
        for error in &report.error_texts {
            self.line(2, &format!("“{}”", error.text), &self.words.meaning(error), "0");
        }
        for consequence in self.words.consequences() {
            self.line(2, self.words.label("follows"), &format!("{} ({})", consequence.title, consequence.rule), FAINT);
        }
        let service = report.profile.as_ref().map(|profile| profile.name).unwrap_or_default();
        let provider = report.identity_provider.as_ref().map(|provider| provider.name).unwrap_or_default();
        let source = self.words.label(report.now_source);
        let judged = format!("{service} ← {provider}; {} ({source})", report.now);
        self.line(0, self.words.label("judged"), &judged, FAINT);
    }

    fn repair(&mut self, finding: &Finding) {
        let Some(fix) = &finding.fix else { return };
        for (label, text) in [("idp", &fix.idp), ("sp", &fix.sp)] {
            if let Some(text) = text {
                self.line(2, self.words.label(label), text, "0");
            }
        }
    }

    fn evidence(&mut self, evidence: &EvidenceReport) {
        let place = self.words.place(evidence);
        self.line(2, &evidence.what, &place, FAINT);
        let pieces = evidence.difference.as_ref();
        for (label, value, pieces) in [
            ("actual", &evidence.actual, pieces.map(|difference| &difference.actual)),
            ("expected", &evidence.expected, pieces.map(|difference| &difference.expected)),
        ] {
            let Some(value) = value else { continue };
            let label = self.words.label(label);
            self.line(4, label, &cut(value), "0");
            if let Some(marks) = pieces.filter(|pieces| pieces.iter().any(|p| p.differs)).and_then(|p| marks(p, value))
            {
                let indent = label.chars().count() + 2;
                self.line(4 + indent, "", &marks, BAD);
            }
        }
    }

    fn captures(&mut self) {
        let report = self.words.report;
        self.heading("messages");
        for capture in &report.captures {
            let line = self.words.capture(capture);
            self.line(2, "", &line, "0");
            if let Some(error) = capture.error() {
                self.line(4, error.step, &format!("{} {}", error.message, error.advice), BAD);
            }
            if let Some(artifact) = &capture.artifact {
                let of = artifact.entity_id.as_ref().map(|entity| format!(" = SHA-1({entity})")).unwrap_or_default();
                self.line(4, "SourceID", &format!("{}{of}", artifact.source_id), "0");
                self.line(4, "MessageHandle", &artifact.message_handle, "0");
                if let Some(location) = &artifact.location {
                    self.line(4, "ArtifactResolutionService", location, "0");
                }
            }
            for signature in &capture.signatures {
                let colour = if signature.status == "valid" && signature.trusted { GOOD } else { RISKY };
                let label = format!("{} {}", self.words.label("signature"), signature.target);
                self.line(4, &label, &signature.detail, colour);
            }
            for split in &capture.split_texts {
                self.line(4, &split.what, self.words.label("split-texts"), RISKY);
                for reading in &split.readings {
                    self.line(6, &reading.title, &format!("“{}”", cut(&reading.value)), "0");
                }
            }
            for wrapping in &capture.wrappings {
                for (label, claim) in self.words.wrapping(wrapping) {
                    self.line(4, label, &claim, BAD);
                }
            }
        }
    }

    /// The login that is judged in full, the others in a line.
    fn flow(&mut self) {
        let report = self.words.report;
        if report.captures.len() < 2 || report.flow.logins.is_empty() {
            return;
        }
        self.heading("flow");
        for login in &report.flow.logins {
            let line = self.words.login(login);
            self.line(2, "", &line, "0");
            if report.flow.judged == Some(login.index) {
                for line in self.words.flow(login) {
                    self.line(4, "", &line, FAINT);
                }
            }
        }
    }

    /// What disagrees with the metadata in full, what agrees by its name; and who may have sent what.
    fn metadata(&mut self) {
        let report = self.words.report;
        if !report.matches.is_empty() {
            self.heading("matches");
        }
        for (one, shown) in self.words.matches() {
            let colour = match one.outcome {
                "mismatch" | "near-miss" => BAD,
                "match" => GOOD,
                _ => FAINT,
            };
            let outcome = self.paint(self.words.label(one.outcome), colour);
            let _ = writeln!(self.text, "  {outcome} {}", self.paint(&shown, "0"));
            if colour == BAD {
                self.line(4, "", &one.text, "0");
                one.said.iter().for_each(|said| self.evidence(said));
                let listed = self.words.listed(one);
                self.line(4, self.words.label("listed"), &listed, "0");
            }
        }
        let senders = self.words.senders();
        if !senders.is_empty() {
            self.heading("senders");
        }
        senders.into_iter().for_each(|sender| self.line(2, "", sender, "0"));
    }

    fn findings(&mut self) {
        let others = self.words.others();
        if !others.is_empty() {
            self.heading("others");
        }
        for finding in others {
            let colour = match finding.severity {
                Severity::Error => BAD,
                Severity::Security | Severity::Warning => RISKY,
                Severity::Note => FAINT,
            };
            let severity = self.paint(self.words.label(finding.severity.as_str()), colour);
            let _ = writeln!(self.text, "  {severity} {}", self.paint(finding.rule, FAINT));
            self.line(4, "", finding.why.as_deref().unwrap_or(&finding.title), "0");
            self.repair_within(finding);
        }
        let unchecked = self.words.in_state(State::NotChecked);
        if !unchecked.is_empty() {
            self.heading("unchecked");
        }
        for finding in unchecked {
            self.line(2, finding.rule, &finding.needs.join(" | "), FAINT);
        }
        let passed = self.words.in_state(State::Passed);
        if !passed.is_empty() {
            self.heading("passed");
        }
        for finding in passed {
            self.line(2, finding.rule, &finding.title, FAINT);
        }
    }

    fn replays(&mut self) {
        let replays = &self.words.report.replays;
        if !replays.is_empty() {
            self.heading("replays");
        }
        for replay in replays {
            let label = self.words.label(if replay.stops_at.is_none() { "accepts" } else { "stops" });
            match &replay.stops_at {
                Some(stop) => self.line(2, &format!("{} {label} {}", replay.service, stop.step), &stop.text, RISKY),
                None if replay.unknown.is_empty() => self.line(2, replay.service, label, GOOD),
                None => {
                    let steps: Vec<_> = replay.unknown.iter().map(|unknown| unknown.step).collect();
                    let label = format!("{label}; {} {}", self.words.label("unknown"), steps.join(", "));
                    self.line(2, replay.service, &label, FAINT);
                }
            }
        }
    }

    fn repair_within(&mut self, finding: &Finding) {
        if finding.severity.decides() {
            self.repair(finding);
        }
    }

    fn heading(&mut self, label: &str) {
        let label = self.words.label(label);
        self.text.push('\n');
        self.line(0, "", label, STRONG);
    }
}

/// Most characters of a value that a line shows.
const VALUE: usize = 400;

fn cut(value: &str) -> String {
    match value.char_indices().nth(VALUE) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// A line of carets under what differs; `None` where it would not stand under it.
fn marks(pieces: &[Piece], value: &str) -> Option<String> {
    let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let fits = shown == value && value.chars().count() <= VALUE && value.is_ascii();
    let mark = |piece: &Piece| if piece.differs { "^" } else { " " }.repeat(piece.text.chars().count());
    fits.then(|| pieces.iter().map(mark).collect::<String>().trim_end().to_owned()).filter(|marks| !marks.is_empty())
}
