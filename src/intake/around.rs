//! A value within what stands around it where people copy from: quotation marks, brackets, a label, prose.

use std::ops::Range;

use super::parameters::is_message;
use super::step::{Repair, RepairKind, Step, StepName};
use super::value::{self, value};
use super::{Capture, base64, floor, html, inflate, json_text, relay_state, text, words};
use crate::limits;

/// A value with its label: `SAMLResponse: …`, `"SAMLResponse": "…"`, `SAMLResponse => …`, a form field copied alone, or in
/// brackets that are not JSON's.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let page = text.trim();
    if page.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("<input")) {
        return field(origin, text, page).map(|capture| vec![capture]);
    }
    if let Some(inner) = page.strip_prefix(['[', '{']).and_then(|page| page.strip_suffix([']', '}'])) {
        let bare = inner.trim().trim_matches(['"', '\'']);
        if !bare.is_empty() && !bare.contains("\",") && base64::is_base64(&json_text::unescape(bare).0) {
            return value::take(origin, text);
        }
    }
    let label = Label::find(text)?;
    let mut capture = origin.clone();
    let raw = text.get(label.value.clone())?;
    // Beside other messages it is one piece of several.
    let beside = [text.get(..label.value.start)?, text.get(label.value.end..)?];
    if beside.iter().any(|beside| run(beside).is_some() || beside.contains("://") || beside.contains("<")) {
        return None;
    }
    let mut step = unwrapped(text, raw);
    step.name = StepName::Parameters;
    capture.steps.push(step);
    capture.parameter = Some(label.name.to_owned());
    capture.relay_state = relay_state::labelled(text);
    capture.said = words::beside(text).or(capture.said);
    Some(value::ladder(capture, raw))
}

/// `<input name="SAMLResponse" value="…">`
fn field(origin: &Capture, text: &str, page: &str) -> Option<Capture> {
    let attributes = html::attributes(page.get(6..)?);
    let get = |name: &str| attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    let name = get("name").filter(|name| is_message(name))?;
    let raw = get("value").filter(|value| !value.trim().is_empty())?;
    let mut capture = origin.clone();
    capture.parameter = Some(name.clone());
    capture.steps.push(Step::done(StepName::Parameters, text.len(), raw.len()).making(raw.as_bytes()));
    Some(value(capture, raw))
}

/// The step that takes a value out of a text: what is passed over is told.
pub(super) fn unwrapped(text: &str, inner: &str) -> Step {
    let mut step = Step::done(StepName::Unwrap, text.len(), inner.len()).making(inner.as_bytes());
    let around = text.len().saturating_sub(inner.len());
    if around > 0 {
        step.repairs.push(Repair { kind: RepairKind::AroundRemoved, count: around });
    }
    step
}

/// A message's name with its value behind it.
struct Label<'a> {
    name: &'a str,
    value: Range<usize>,
}

impl<'a> Label<'a> {
    /// The only label of a text; of several none is the one that is meant.
    fn find(text: &'a str) -> Option<Self> {
        if text.trim_start().starts_with('<') {
            return None;
        }
        let mut found = text.match_indices(['S', 's']).filter_map(|(at, _)| Self::at(text, at));
        let label = found.next()?;
        found.next().is_none().then_some(label)
    }

    fn at(text: &'a str, at: usize) -> Option<Self> {
        let length = [11, 12].into_iter().find(|length| text.get(at..at + length).is_some_and(is_message))?;
        let name = text.get(at..at + length)?;
        let before = text.get(..at)?.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '?' | '&' | '\\')) {
            return None;
        }
        value_after(text, at + length).map(|value| Self { name, value })
    }
}

/// What stands behind a label and its `:`, `=` or `=>`: all between quotation marks, or all that is left.
pub(super) fn value_after(text: &str, label: usize) -> Option<Range<usize>> {
    let rest = text.get(label..)?;
    let after = rest.trim_start_matches(['"', '\'', '`', '”', '’', ']', ')']).trim_start_matches([' ', '\t']);
    let separator = ["=>", "->", ":=", ":", "=", "："].into_iter().find(|separator| after.starts_with(separator))?;
    let value = after.get(separator.len()..)?;
    let is_spaced = rest.len() > after.len() || value.starts_with([' ', '\t', '"', '“']);
    // `SAMLResponse=…` without a space is a form body.
    if separator == "=" && !is_spaced {
        return None;
    }
    let value = value.trim_start();
    let start = text.len() - value.len();
    let quote = value.chars().next().and_then(|c| Some((c, closing(c)?)));
    let range = match quote {
        Some((open, close)) => {
            let inner = value.get(open.len_utf8()..)?;
            let start = start + open.len_utf8();
            start..start + end_of_string(inner, close)
        }
        None => start..start + paragraph(value).trim_end().len(),
    };
    (!range.is_empty()).then_some(range)
}

fn closing(open: char) -> Option<char> {
    const PAIRS: [(char, char); 7] =
        [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('«', '»'), ('「', '」')];
    PAIRS.iter().find(|(known, _)| *known == open).map(|(_, close)| *close)
}

/// Where a quoted text ends: at the quotation mark that no `\` stands before.
fn end_of_string(text: &str, close: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == close => return at,
            _ => {}
        }
    }
    text.len()
}

/// What stands before an empty line, or before a line with the next label.
fn paragraph(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let is_label =
            end > 0 && bare.split_once([':', '=']).is_some_and(|(name, after)| is_name(name) && after.len() > 1);
        if end > 0 && (bare.is_empty() || is_label) {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or(text)
}

fn is_name(text: &str) -> bool {
    let text = text.trim().trim_matches(['"', '\'']);
    !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// A text without the quotation marks and brackets around it, and the step that took them off.
pub(super) fn bare(text: &str) -> Option<(&str, Step)> {
    let (mut inner, mut quotes, mut brackets, mut marks) = (text, 0, 0, 0);
    loop {
        let trimmed = inner.trim();
        let body = trimmed.strip_suffix([',', ';']).map_or(trimmed, str::trim_end);
        let is_quote =
            |c: char| matches!(c, '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»' | '「' | '」');
        let pair = |open: char, close: char| body.strip_prefix(open).and_then(|body| body.strip_suffix(close));
        let bracketed = [('(', ')'), ('[', ']'), ('{', '}')].into_iter().find_map(|(open, close)| pair(open, close));
        if let Some(within) = bracketed {
            (inner, brackets, marks) = (within, brackets + 2, marks + 2);
            continue;
        }
        // One alone as well: the other was left behind in copying.
        let begun = body.strip_prefix(is_quote).unwrap_or(body);
        // One that is escaped belongs to what is in the text.
        let within = begun.strip_suffix(is_quote).filter(|within| !within.ends_with('\\')).unwrap_or(begun);
        if within.len() == body.len() || within.trim().is_empty() {
            break;
        }
        quotes += usize::from(begun.len() < body.len()) + usize::from(within.len() < begun.len());
        marks += body.len() - within.len();
        inner = within;
    }
    // White space and a comma, which belong to neither.
    let others = text.len() - inner.len() - marks;
    let counts = [
        (RepairKind::QuotesRemoved, quotes),
        (RepairKind::BracketsRemoved, brackets),
        (RepairKind::AroundRemoved, others),
    ];
    let mut step = Step::done(StepName::Unwrap, text.len(), inner.len()).making(inner.as_bytes());
    step.repairs.extend(counts.into_iter().filter(|(_, count)| *count > 0).map(|(kind, count)| Repair { kind, count }));
    (quotes + brackets > 0).then_some((inner, step))
}

/// The least characters of base64 within prose that are taken for a value: no word is as long.
const LEAST_RUN: usize = 40;

/// Whether a text begins as an element or an XML declaration does.
pub(super) fn begins_tag(text: &str) -> bool {
    text.as_bytes().get(1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'?' | b'_'))
}

/// XML up to its last `>`, out of a text that begins with it and goes on.
pub(super) fn markup(text: &str) -> Option<&str> {
    let found = text.get(..=text.rfind('>')?)?;
    found.contains("urn:oasis:names:tc:SAML").then_some(found)
}

/// A value within prose: the first run of base64 with a message in it.
pub(super) fn find(text: &str) -> Option<&str> {
    run(text).filter(|found| found.len() < text.len())
}

fn run(text: &str) -> Option<&str> {
    let is_value = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    let (mut tried, mut at, mut perhaps) = (0, 0, None);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(begin) = rest.find(is_value) else { break };
        let token = rest.get(begin..)?;
        let length = token.find(|c| !is_value(c) && !base64::is_invisible(c)).unwrap_or(token.len());
        let start = at + begin;
        at = start + length;
        if length < LEAST_RUN {
            continue;
        }
        // A name and its `=` are no part of the value.
        let named = token.get(..length)?;
        let after = named.split_once('=').filter(|(name, value)| name.len() < LEAST_RUN && value.len() >= LEAST_RUN);
        let start = start + after.map_or(0, |(name, _)| name.len() + 1);
        tried += 1;
        match leads_to(text.get(start..at)?) {
            Some(true) => return value_at(text, start),
            Some(false) => perhaps = perhaps.or(Some(start)),
            None => {}
        }
        if tried >= limits::RUNS_TRIED {
            break;
        }
    }
    perhaps.and_then(|start| value_at(text, start))
}

fn value_at(text: &str, start: usize) -> Option<&str> {
    let value = text.get(start..)?;
    value.get(..wrapped(value))
}

/// How far a value goes over line ends: over lines as wide as the one before, and one that is shorter.
fn wrapped(text: &str) -> usize {
    let (mut end, mut at, mut width, mut total) = (0, 0, 0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let token = line.trim();
        let is_whole = !token.is_empty() && !token.contains([' ', '\t']) && base64::is_base64(token);
        // The first line may have stood behind a label, and the last one is followed by prose.
        if number == 0 {
            let first = line.split_ascii_whitespace().next().unwrap_or_default();
            let length = first.find(|c: char| !base64::is_base64(c.encode_utf8(&mut [0; 4]))).unwrap_or(first.len());
            end = length;
            total = length;
            if length < line.trim_end().len() || first.get(..length).is_some_and(|first| first.ends_with('=')) {
                break;
            }
        } else {
            let is_done = total % 4 == 0 && token.len() != width && ends_xml(text.get(..end).unwrap_or_default());
            if !is_whole || is_done || (number > 1 && token.len() > width) {
                break;
            }
            end = at + line.trim_end().len();
            total += token.len();
            if (number > 1 && token.len() < width) || token.ends_with('=') {
                break;
            }
            width = token.len();
        }
        at += line.len();
    }
    end
}

/// Whether a value is XML that ends where the value does.
fn ends_xml(value: &str) -> bool {
    let clean: String = value.chars().rev().filter(|c| !c.is_whitespace()).take(8).collect();
    let tail: String = clean.chars().rev().collect();
    base64::decode(&tail).0.trim_ascii_end().ends_with(b">")
}

/// Whether the beginning of a value decodes to XML, or to what inflates to it, or to more base64 of it; or at least to a
/// text. `None` where it does not.
fn leads_to(value: &str) -> Option<bool> {
    let head = value.get(..floor(value, limits::RUN_TRIED_BYTES)).unwrap_or_default();
    let quarters = |text: &str| text.get(..text.len() / 4 * 4).map(|whole| base64::decode(whole).0).unwrap_or_default();
    let mut bytes = quarters(head);
    let mut is_text = false;
    for _ in 0..4 {
        if value::looks_like_xml(&bytes) {
            return Some(true);
        }
        if bytes.contains(&0)
            && let Some(wide) = text::decode(bytes.get(..bytes.len() / 2 * 2).unwrap_or_default()).0
        {
            bytes = wide.into_bytes();
        }
        // The head may end within a character.
        let text =
            bytes.utf8_chunks().next().filter(|chunk| chunk.invalid().len() + chunk.valid().len() == bytes.len());
        let text =
            text.map(|chunk| chunk.valid()).filter(|text| text.len() >= LEAST_RUN / 2 && !text.chars().any(is_control));
        is_text |= text.is_some();
        bytes = match text {
            Some(text) if base64::is_base64(text) => quarters(text),
            _ => inflate::inflate(&bytes).0,
        };
        if bytes.is_empty() {
            break;
        }
    }
    is_text.then_some(false)
}

fn is_control(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{take as take_all, take_one};

    const XML: &str = "<Response xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\"/>";

    fn encoded() -> String {
        use ::base64::Engine;
        ::base64::prelude::BASE64_STANDARD.encode(XML)
    }

    #[test]
    fn quotation_marks_and_brackets_are_taken_off_and_told() {
        let (quotes, brackets) = (RepairKind::QuotesRemoved, RepairKind::BracketsRemoved);
        let told = |text| {
            bare(text).map(|(inner, told)| (inner, told.repairs.iter().map(|r| (r.kind, r.count)).collect::<Vec<_>>()))
        };
        assert_eq!(told("“ab”"), Some(("ab", vec![(quotes, 2)])));
        assert_eq!(told("(\"ab\")"), Some(("ab", vec![(quotes, 2), (brackets, 2)])));
        assert_eq!(told("'ab"), Some(("ab", vec![(quotes, 1)])));
        assert_eq!(told("\"ab\","), Some(("ab", vec![(quotes, 2), (RepairKind::AroundRemoved, 1)])));
        for other in ["ab", "\"", "\"\"", "(ab", ""] {
            assert_eq!(told(other), None, "{other}");
        }
    }

    #[test]
    fn a_label_is_passed_over_in_every_way_of_writing_it() {
        let value = encoded();
        for text in [
            format!("SAMLResponse: {value}"),
            format!("samlresponse:\n{value}\n\nThanks"),
            format!("\"SAMLResponse\": \"{value}\","),
            format!("{{\"SAMLResponse\": \"{}\", \"RelayState\": \"x\"}}", value.replace('/', "\\/")),
            format!("'SAMLResponse' => '{value}'"),
            format!("SAMLResponse = {value}"),
            format!("SAMLResponse=\"{value}\""),
            format!("Form data\n  SAMLResponse：{value}\n  RelayState: x"),
            format!("<input type=\"hidden\" name=\"SAMLResponse\" value=\"{value}\"/>"),
        ] {
            let all = take_all(text.as_bytes());
            assert_eq!((all.len(), all[0].xml.as_deref(), all[0].error()), (1, Some(XML), None), "{text}");
            assert!(all[0].parameter.as_deref().is_some_and(is_message), "{text}");
            let told = all[0].relay_state.as_deref();
            assert_eq!(told, text.contains("RelayState").then_some("x"), "{text}");
        }
    }

    #[test]
    fn a_value_is_found_in_prose() {
        let value = encoded();
        let lines: Vec<&str> = value.as_bytes().chunks(20).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let wide: Vec<&str> = value.as_bytes().chunks(44).map(|line| std::str::from_utf8(line).unwrap()).collect();
        for text in [
            format!("Here is the response {value} from this morning"),
            format!("Hello,\n\n{value}\n\nRegards\nAnna"),
            format!("The response was:\n{}\nRegards\nAnna", wide.join("\n")),
            format!("value=\"{value}\""),
            format!("saml_assertion={value};"),
            format!("It says {XML} and then fails."),
        ] {
            let found = take_one(text.as_bytes());
            assert_eq!((found.xml.as_deref(), found.error()), (Some(XML), None), "{text}");
            let around = [RepairKind::AroundRemoved, RepairKind::TextBefore, RepairKind::TextAfter];
            let told = |step: &Step| step.repairs.iter().any(|repair| around.contains(&repair.kind));
            assert!(found.steps.iter().any(told), "{text}");
        }
        assert_eq!(find(&lines.join(", ")), None);
        assert_eq!(find("nothing but prose in this text"), None);
    }
}
