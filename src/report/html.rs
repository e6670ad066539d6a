//! The report as one HTML file: it opens without scripts, loads nothing, and its own policy forbids both.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::words::Words;
use super::{EvidenceReport, Finding, Report, State};
use crate::checks::nearmiss::Piece;
use crate::checks::{Outcome, Severity};
use crate::crypto::digest::{DigestAlgorithm, digest};
use crate::{limits, plain};

/// Its styles. The policy names them by their digest.
const STYLE: &str = ":root{color-scheme:light dark;--line:light-dark(#d4d7dd,#3b414c);--quiet:light-dark(#5a6270,#a3abb8);\
--bad:light-dark(#b3261e,#ff9d94);--warn:light-dark(#8a5300,#f0b866);--good:light-dark(#1e6b3a,#7fd69c);--back:light-dark(#f6f7f9,#1c2027)}\
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.3rem}h2{font-size:1.05rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}p,ul,dl{margin:.4rem 0}\
.lead{font-size:1.1rem;font-weight:600}.q{color:var(--quiet)}.rejected,.error,.mismatch{color:var(--bad)}.insecure,.undetermined,.security,.warning,.near-miss{color:var(--warn)}\
.accepted,.match,.good{color:var(--good)}code,pre{font:.88em/1.45 ui-monospace,monospace}pre{white-space:pre-wrap;background:var(--back);border:1px solid var(--line);\
padding:.6rem;max-height:40rem;overflow:auto}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0}\
mark{background:light-dark(#ffd9d5,#6b1f18);color:inherit;border-radius:2px}.note{border-left:3px solid var(--warn);padding-left:.7rem}\
@media print{body{max-width:none;margin:0}pre{max-height:none}}";

/// The report as HTML.
pub fn html(report: &Report) -> String {
    let mut page = Page { words: Words::of(report), text: String::new() };
    let hash = STANDARD.encode(digest(DigestAlgorithm::Sha256, STYLE.as_bytes()).as_bytes());
    let outcome = page.words.outcome();
    let _ = write!(
        page.text,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>samlens: {}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n",
        report.language,
        escaped(outcome)
    );
    page.verdict();
    page.captures();
    page.lines("flow", page.flow());
    page.metadata();
    page.findings();
    page.keys();
    page.judged();
    page.text + "</body>\n</html>\n"
}

struct Page<'r> {
    words: Words<'r>,
    text: String,
}

impl Page<'_> {
    fn tag(&mut self, name: &str, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(self.text, "<{name}{class}>{}</{name}>", escaped(text));
    }

    fn heading(&mut self, label: &str) {
        let label = self.words.label(label);
        self.tag("h2", "", label);
    }

    /// A list of what is safe already; nothing where there is nothing.
    fn items(&mut self, items: impl Iterator<Item = String>) {
        let items: String = items.map(|item| format!("<li>{item}</li>\n")).collect();
        if !items.is_empty() {
            let _ = write!(self.text, "<ul>\n{items}</ul>\n");
        }
    }

    fn lines(&mut self, label: &str, lines: Vec<String>) {
        if !lines.is_empty() {
            self.heading(label);
            self.items(lines.iter().map(|line| escaped(line)));
        }
    }

    fn verdict(&mut self) {
        let report = self.words.report;
        let class = match report.verdict.outcome {
            Outcome::Rejected => "rejected",
            Outcome::Insecure => "insecure",
            Outcome::Undetermined => "undetermined",
            Outcome::Accepted => "accepted",
        };
        let outcome = self.words.outcome();
        self.tag("h1", class, outcome);
        self.tag("p", "lead", &report.verdict.sentence);
        if let Some(aside) = report.aside() {
            self.tag("p", "", aside);
        }
        if let Some(stated) = &report.stated {
            self.tag("p", "note", stated);
        }
        if let Some(root) = self.words.root() {
            let who = self.words.who(report.verdict.who);
            self.pair("who", who);
            self.repair(root);
            self.evidence(&root.evidence);
            self.pair("rule", &format!("{} ({})", root.rule, root.source));
        }
        let errors = report.error_texts.iter().map(|one| format!("“{}”: {}", one.text, self.words.meaning(one)));
        let errors: Vec<String> = errors.collect();
        self.lines("error-texts", errors);
        let follows = self.words.consequences().into_iter().map(titled).collect();
        self.lines("follows", follows);
    }

    fn pair(&mut self, label: &str, text: &str) {
        let label = escaped(self.words.label(label));
        let _ = writeln!(self.text, "<p><b>{label}:</b> {}</p>", escaped(text));
    }

    fn repair(&mut self, finding: &Finding) {
        let Some(fix) = &finding.fix else { return };
        for (label, fix) in [("idp", &fix.idp), ("sp", &fix.sp)] {
            if let Some(fix) = fix {
                self.pair(label, fix);
            }
        }
    }

    /// What stands there beside what is expected, with what differs marked.
    fn evidence(&mut self, evidence: &[EvidenceReport]) {
        let evidence: Vec<_> = evidence
            .iter()
            .filter(|one| one.actual.is_some() || one.expected.is_some() || one.span.is_some())
            .collect();
        if evidence.is_empty() {
            return;
        }
        let (actual, expected) = (escaped(self.words.label("actual")), escaped(self.words.label("expected")));
        let _ = writeln!(self.text, "<table><tr><th></th><th>{actual}</th><th>{expected}</th></tr>");
        for one in evidence {
            let pieces = one.difference.as_ref();
            let actual = marked(one.actual.as_deref(), pieces.map(|difference| difference.actual.as_slice()));
            let expected = marked(one.expected.as_deref(), pieces.map(|difference| difference.expected.as_slice()));
            let (what, place) = (escaped(&one.what), escaped(&self.words.place(one)));
            let _ = writeln!(
                self.text,
                "<tr><td>{what}<br><span class=\"q\">{place}</span></td><td>{actual}</td><td>{expected}</td></tr>"
            );
        }
        self.text += "</table>\n";
    }

    fn captures(&mut self) {
        let report = self.words.report;
        self.heading("messages");
        for capture in &report.captures {
            let line = self.words.capture(capture);
            self.tag("p", "", &line);
            if let Some(error) = capture.error() {
                self.tag("p", "error", &format!("{}: {} {}", error.step, error.message, error.advice));
            }
            let label = self.words.label("signature");
            let signatures = capture.signatures.iter().map(|one| {
                let class = if one.status == "valid" && one.trusted { "good" } else { "warning" };
                let told = escaped(&format!("{label} {}: {}", one.target, one.detail));
                let why = one.diagnosis.as_ref().map(|why| format!("<br>{}", escaped(&why.text))).unwrap_or_default();
                format!("<span class=\"{class}\">{told}</span>{why}")
            });
            self.items(signatures);
            let wrappings = capture.wrappings.iter().flat_map(|wrapping| self.words.wrapping(wrapping));
            let wrappings: Vec<_> = wrappings.map(|(label, claim)| escaped(&format!("{label}: {claim}"))).collect();
            self.items(wrappings.into_iter());
            if let Some(xml) = capture.xml.as_deref().filter(|xml| xml.len() <= limits::REPORT_XML_BYTES) {
                let _ = writeln!(self.text, "<details><summary>XML</summary><pre>{}</pre></details>", escaped(xml));
            }
        }
    }

    fn flow(&self) -> Vec<String> {
        let flow = &self.words.report.flow;
        if self.words.report.captures.len() < 2 {
            return Vec::new();
        }
        let of = |login| std::iter::once(self.words.login(login)).chain(self.words.flow(login));
        flow.logins.iter().flat_map(of).take(limits::REPORT_LINES).collect()
    }

    fn metadata(&mut self) {
        let matches = self.words.matches().into_iter().map(|(one, shown)| {
            let (outcome, shown) = (escaped(self.words.label(one.outcome)), escaped(&shown));
            let is_wrong = matches!(one.outcome, "mismatch" | "near-miss");
            let why = if is_wrong { format!("<br>{}", escaped(&one.text)) } else { String::new() };
            format!("<b class=\"{}\">{outcome}</b> {shown}{why}", one.outcome)
        });
        let matches: Vec<String> = matches.take(limits::REPORT_LINES).collect();
        if !matches.is_empty() {
            self.heading("matches");
            self.items(matches.into_iter());
        }
        let senders = self.words.senders().into_iter().map(str::to_owned).collect();
        self.lines("senders", senders);
    }

    fn findings(&mut self) {
        let others = self.words.others();
        if !others.is_empty() {
            self.heading("others");
        }
        for finding in others {
            let severity = self.words.label(finding.severity.as_str());
            let class = match finding.severity {
                Severity::Note => "q",
                severity => severity.as_str(),
            };
            let why = escaped(finding.why.as_deref().unwrap_or(&finding.title));
            let _ = writeln!(
                self.text,
                "<p><b class=\"{class}\">{}</b> <code>{}</code> {why}</p>",
                escaped(severity),
                escaped(finding.rule)
            );
            if finding.severity.decides() {
                self.repair(finding);
            }
            self.evidence(&finding.evidence);
        }
        let unchecked = self.words.in_state(State::NotChecked);
        let unchecked = unchecked.iter().map(|one| format!("{}: {}", one.rule, one.needs.join(" | "))).collect();
        self.lines("unchecked", unchecked);
        let passed = self.words.in_state(State::Passed).into_iter().map(titled).collect();
        self.lines("passed", passed);
    }

    fn keys(&mut self) {
        let certificates = self.words.report.certificates.iter().filter_map(|key| {
            let certificate = key.certificate.as_ref()?;
            let until = &certificate.not_after;
            Some(format!("{} – {until} – SHA-256 {}", certificate.subject, certificate.sha256))
        });
        let certificates: Vec<String> = certificates.collect();
        self.lines("certificates", certificates);
    }

    fn judged(&mut self) {
        let report = self.words.report;
        let service = report.profile.as_ref().map(|profile| profile.name).unwrap_or_default();
        let provider = report.identity_provider.as_ref().map(|provider| provider.name).unwrap_or_default();
        let (label, source) = (self.words.label("judged"), self.words.label(report.now_source));
        let version = env!("CARGO_PKG_VERSION");
        let text = format!("{label}: {service} ← {provider}; {} ({source}); samlens {version}", report.now);
        self.tag("p", "q", &text);
    }
}

fn titled(finding: &Finding) -> String {
    format!("{} ({})", finding.title, finding.rule)
}

fn marked(value: Option<&str>, pieces: Option<&[Piece]>) -> String {
    let Some(value) = value else { return String::new() };
    let told: String =
        match pieces {
            Some(pieces) if pieces.iter().map(|piece| piece.text.len()).sum::<usize>() == value.len() => pieces
                .iter()
                .map(|piece| {
                    if piece.differs { format!("<mark>{}</mark>", escaped(&piece.text)) } else { escaped(&piece.text) }
                })
                .collect(),
            _ => escaped(value),
        };
    format!("<code>{told}</code>")
}

/// Text in which nothing is markup, and nothing turns the direction of what follows.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\t' | '\n' => out.push(c),
            c => out.push(plain::shown(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::Scene;

    #[test]
    fn it_is_well_formed_but_for_what_html_closes_by_itself_and_nothing_runs_or_loads() {
        let polyglot = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\u{202E}";
        let mut report = Scene::login().report();
        report.verdict.sentence = polyglot.to_owned();
        report.findings.iter_mut().for_each(|finding| finding.title = polyglot.to_owned());
        let text = html(&report);
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains('\u{202E}'), "{text}");
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        for loads in ["src=", "href=", "url(", "@import", " style=", " on"] {
            let markup: String = text.split('<').skip(1).filter_map(|tag| tag.split('>').next()).collect();
            assert!(!markup.contains(loads), "{loads}");
        }
        // As XML but for the elements that have no end: an independent reader of the rest.
        let mut xml = text.replacen("<!doctype html>", "", 1).replace("<br>", "<br/>");
        for meta in text.split("<meta ").skip(1).filter_map(|meta| meta.split('>').next()) {
            xml = xml.replace(&format!("<meta {meta}>"), "");
        }
        roxmltree::Document::parse(&xml).unwrap();
    }

    #[test]
    fn the_policy_names_the_styles_that_are_there() {
        let text = html(&Scene::login().report());
        let style = text.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let named = text.split("style-src 'sha256-").nth(1).unwrap().split('\'').next().unwrap();
        assert_eq!(named, STANDARD.encode(digest(DigestAlgorithm::Sha256, style.as_bytes()).as_bytes()));
    }
}
