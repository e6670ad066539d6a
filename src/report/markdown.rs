//! The report as Markdown, for a ticket (CommonMark with the tables of GitHub).

use std::fmt::Write;

use super::words::Words;
use super::{EvidenceReport, Finding, ReplayReport, Report, State};
use crate::plain;

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let words = Words::of(report);
    let mut text = String::new();
    let _ = writeln!(text, "# {}\n\n{}\n", words.outcome(), prose(&report.verdict.sentence));
    if let Some(aside) = report.aside() {
        let _ = writeln!(text, "{}\n", prose(aside));
    }
    if let Some(stated) = &report.stated {
        let _ = writeln!(text, "> {}\n", prose(stated));
    }
    if let Some(root) = words.root() {
        let _ = writeln!(text, "- **{}**: {}", words.label("who"), words.who(report.verdict.who));
        repair(&mut text, &words, root, "");
        let _ = writeln!(text, "- **{}**: `{}` ({})\n", words.label("rule"), root.rule, prose(root.source));
        evidence_table(&mut text, &words, &root.evidence);
    }
    let errors =
        report.error_texts.iter().map(|error| format!("{}: {}", code(error.text), prose(&words.meaning(error))));
    list(&mut text, words.label("error-texts"), errors);
    list(&mut text, words.label("follows"), words.consequences().iter().map(|finding| titled(finding)));
    list(&mut text, words.label("messages"), report.captures.iter().map(|capture| prose(&words.capture(capture))));
    let signatures = report.captures.iter().flat_map(|capture| &capture.signatures);
    let signatures = signatures.map(|signature| {
        format!("{} {}: {}", words.label("signature"), prose(&signature.target), prose(&signature.detail))
    });
    list(&mut text, "", signatures);
    let split = report.captures.iter().flat_map(|capture| &capture.split_texts);
    let readings = split.flat_map(|split| split.readings.iter().map(move |reading| (&split.what, reading)));
    let readings =
        readings.map(|(what, reading)| format!("{what}, {}: {}", prose(&reading.title), code(&reading.value)));
    list(&mut text, words.label("split-texts"), readings);
    let wrappings = report.captures.iter().flat_map(|capture| &capture.wrappings);
    let wrappings = wrappings.flat_map(|wrapping| words.wrapping(wrapping));
    list(&mut text, "", wrappings.map(|(label, claim)| format!("**{label}**: {}", prose(&claim))));
    flow(&mut text, &words);
    let matches = words.matches().into_iter().map(|(one, shown)| {
        let (outcome, is_wrong) = (words.label(one.outcome), matches!(one.outcome, "mismatch" | "near-miss"));
        let mut line = format!("**{outcome}** {}", prose(&shown));
        if is_wrong {
            let said = one.said.as_ref().and_then(|said| said.actual.as_deref()).map(code).unwrap_or_default();
            let listed = code(&words.listed(one));
            let _ = write!(line, ": {said}; {}: {listed}. {}", words.label("listed"), prose(&one.text));
        }
        line
    });
    list(&mut text, words.label("matches"), matches);
    list(&mut text, words.label("senders"), words.senders().into_iter().map(prose));
    let others = words.others();
    if !others.is_empty() {
        let _ = writeln!(text, "\n## {}\n", words.label("others"));
    }
    for finding in others {
        let why = finding.why.as_deref().unwrap_or(&finding.title);
        let severity = words.label(finding.severity.as_str());
        let _ = writeln!(text, "- **{severity}** `{}`: {}", finding.rule, prose(why));
        if finding.severity.decides() {
            repair(&mut text, &words, finding, "  ");
        }
    }
    let unchecked = words.in_state(State::NotChecked);
    let unchecked = unchecked.iter().map(|finding| format!("`{}`: {}", finding.rule, finding.needs.join(", ")));
    list(&mut text, words.label("unchecked"), unchecked);
    list(&mut text, words.label("replays"), report.replays.iter().map(|replay| replayed(&words, replay)));
    let passed = words.in_state(State::Passed);
    list(&mut text, words.label("passed"), passed.iter().map(|finding| titled(finding)));
    let service = report.profile.as_ref().map(|profile| profile.name).unwrap_or_default();
    let provider = report.identity_provider.as_ref().map(|provider| provider.name).unwrap_or_default();
    let source = words.label(report.now_source);
    let _ = writeln!(text, "\n{}: {service} ← {provider}; {} ({source})", words.label("judged"), report.now);
    text
}

/// The part of it that fits a ticket's first screen: what failed, who changes what, and the proof.
pub fn short(report: &Report) -> String {
    let words = Words::of(report);
    let mut text = String::new();
    let _ = writeln!(text, "**{}**: {}", words.outcome(), prose(&report.verdict.sentence));
    if let Some(stated) = &report.stated {
        let _ = writeln!(text, "\n> {}", prose(stated));
    }
    if let Some(root) = words.root() {
        let _ = writeln!(text, "\n- **{}**: {}", words.label("who"), words.who(report.verdict.who));
        repair(&mut text, &words, root, "");
        let _ = writeln!(text, "- **{}**: `{}` ({})", words.label("rule"), root.rule, prose(root.source));
        let _ = writeln!(text);
        evidence_table(&mut text, &words, root.evidence.get(..SHORT).unwrap_or(&root.evidence));
    }
    let mut also = words.others();
    also.retain(|finding| finding.severity.decides());
    list(&mut text, words.label("others"), also.iter().take(SHORT).map(|finding| titled(finding)));
    text
}

/// Rows of each kind in the short form.
const SHORT: usize = 3;

fn list(text: &mut String, heading: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_some() && !heading.is_empty() {
        let _ = writeln!(text, "\n## {heading}\n");
    }
    for item in items {
        let _ = writeln!(text, "- {item}");
    }
}

/// The login that is judged in full, the others in a line.
fn flow(text: &mut String, words: &Words<'_>) {
    let flow = &words.report.flow;
    if words.report.captures.len() < 2 || flow.logins.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## {}\n", words.label("flow"));
    for login in &flow.logins {
        let _ = writeln!(text, "- {}", prose(&words.login(login)));
        let lines = words.flow(login).into_iter().enumerate().filter(|_| flow.judged == Some(login.index));
        for (number, line) in lines {
            let _ = writeln!(text, "  {}. {}", number + 1, prose(&line));
        }
    }
}

fn replayed(words: &Words<'_>, replay: &ReplayReport) -> String {
    let unknown: Vec<_> = replay.unknown.iter().map(|unknown| unknown.step).collect();
    match &replay.stops_at {
        Some(stop) => format!("{} {} {}: {}", replay.service, words.label("stops"), stop.step, code(&stop.text)),
        None if unknown.is_empty() => format!("{} {}", replay.service, words.label("accepts")),
        None => {
            let label = words.label("accepts");
            format!("{} {label}; {} {}", replay.service, words.label("unknown"), unknown.join(", "))
        }
    }
}

fn titled(finding: &Finding) -> String {
    format!("`{}`: {}", finding.rule, prose(&finding.title))
}

fn repair(text: &mut String, words: &Words<'_>, finding: &Finding, indent: &str) {
    let Some(fix) = &finding.fix else { return };
    for (label, fix) in [("idp", &fix.idp), ("sp", &fix.sp)] {
        if let Some(fix) = fix {
            let _ = writeln!(text, "{indent}- **{}**: {}", words.label(label), prose(fix));
        }
    }
}

fn evidence_table(text: &mut String, words: &Words<'_>, evidence: &[EvidenceReport]) {
    let _ = writeln!(text, "| | {} | {} | |\n|---|---|---|---|", words.label("actual"), words.label("expected"));
    for evidence in evidence {
        let actual = evidence.actual.as_deref().map(cell).unwrap_or_default();
        let expected = evidence.expected.as_deref().map(cell).unwrap_or_default();
        let _ =
            writeln!(text, "| {} | {actual} | {expected} | {} |", prose(&evidence.what), prose(&words.place(evidence)));
    }
}

/// Text in which nothing is markup: whatever means something is escaped, and it is one line.
fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || plain::is_obeyed(c));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in text.char_indices() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&' | '$' | '{' | '}' => {
                escaped.push('\\');
            }
            // At the beginning of a line these are a list, a rule or a heading's underline.
            '-' | '+' | '=' if at == 0 => escaped.push('\\'),
            '.' | ')' if at > 0 && at == digits => escaped.push('\\'),
            _ => {}
        }
        escaped.push(if plain::is_obeyed(c) { ' ' } else { c });
    }
    escaped
}

/// A value as a cell of a table. What looks like an escaped bar ends the cell in some readers and not in others, inside of code as
/// well, and so is no code.
fn cell(value: &str) -> String {
    if value.contains("\\|") { prose(value) } else { code(value).replace('|', "\\|") }
}

/// A value to the character: code, with a fence that no run of backticks in it ends.
fn code(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let longest = value.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    format!("{fence} {} {fence}", plain::line(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_becomes_markup() {
        assert_eq!(prose("a_b*c <img src=x>\n# d"), "a\\_b\\*c \\<img src=x\\> \\# d");
        assert_eq!(code("a`b``c|d"), "``` a`b``c|d ```");
        assert_eq!(cell("a`b|c"), "`` a`b\\|c ``");
        assert_eq!(cell("a\\|<img>"), "a\\\\\\|\\<img\\>");
        assert_eq!(
            ["- a", "   + b", "1. c", "10) d", "===", "1.5"].map(prose).join(";"),
            "\\- a;\\+ b;1\\. c;10\\) d;\\===;1\\.5"
        );
        assert_eq!(code("a\nb"), "` a\u{FFFD}b `");
    }
}
