//! A value in the source of a program: string literals behind one another, each with a part of it.

use super::step::{Repair, RepairKind, Step, StepName};
use super::{Capture, encoded, fields, json_text, recognise, relay_state};

/// The least characters of each literal but the last.
const LEAST: usize = 16;

/// `"PHNh…" + "bWxw…"`, with what joins strings in most languages, or nothing, between them.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(['"', '\''])).map(|found| found + at) {
        let (parts, end) = run(text, start);
        at = end.max(start + 1);
        let joined: String = parts.iter().map(|part| json_text::unescape(part).0).collect();
        let value: String = joined.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let is_split = parts.len() > 1 && parts.iter().rev().skip(1).all(|part| part.len() >= LEAST);
        let is_value = || encoded::value_in(&value).is_some_and(|(from, all)| from == 0 && all.len() == value.len());
        // Two whole ones behind one another are two.
        if !is_split || !is_value() || parts.first().is_some_and(|first| fields::is_whole(first)) {
            continue;
        }
        let mut step = Step::done(StepName::Unescape, text.len(), value.len()).making(value.as_bytes());
        step.repairs.push(Repair { kind: RepairKind::LiteralsJoined, count: parts.len() });
        let mut origin = origin.clone();
        origin.steps.push(step);
        found.extend(recognise(&origin, &value));
    }
    if let [one] = found.as_mut_slice() {
        one.relay_state = one.relay_state.take().or_else(|| relay_state::labelled(text));
    }
    (!found.is_empty()).then_some(found)
}

/// The literals that begin at a quotation mark, and where the last of them ends.
fn run(text: &str, start: usize) -> (Vec<&str>, usize) {
    let mut parts = Vec::new();
    let mut end = start;
    let mut next = Some(start);
    let quote = text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or('"');
    while let Some(open) = next {
        let Some(part) = text.get(open + 1..).and_then(|rest| literal(rest, quote)) else { break };
        parts.push(part);
        end = open + part.len() + 2;
        let behind = text.get(end..).unwrap_or_default();
        let joint = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '+' | '.' | '\\' | '&' | '_'));
        next = joint.starts_with(quote).then(|| text.len() - joint.len());
    }
    (parts, end)
}

/// What stands before the next quotation mark, where that is base64 with escaped line ends.
fn literal(text: &str, quote: char) -> Option<&str> {
    let end = text.find(|c: char| !encoded::is_encoded(c) && c != '\\')?;
    text.get(end..)?.starts_with(quote).then(|| text.get(..end))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str =
        r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a1"></samlp:AuthnRequest>"#;

    fn read(text: &str) -> Vec<(String, usize, Option<String>)> {
        let one = |capture: Capture| {
            (capture.xml.unwrap_or_default().into_owned(), capture.steps[0].repairs[0].count, capture.relay_state)
        };
        take(&Capture::default(), text).into_iter().flatten().map(one).collect()
    }

    fn parts(by: usize) -> Vec<String> {
        use ::base64::Engine;
        let value = ::base64::engine::general_purpose::STANDARD.encode(XML);
        value.as_bytes().chunks(by).map(|part| String::from_utf8(part.to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_value_is_put_together_of_its_literals() {
        let count = parts(48).len();
        for (open, between, close) in [
            ("String s = \"", "\" +\n  \"", "\";"),
            ("s = '", "\\n' +\n  '", "';"),
            ("(\"", "\"\n \"", "\")"),
            ("$s = '", "'\n . '", "';"),
            ("s = \"", "\" \\\n\"", "\""),
            ("s = \"", "\" & _\n\"", "\""),
        ] {
            let text = format!("{open}{}{close}", parts(48).join(between));
            assert_eq!(read(&text), [(XML.to_owned(), count, None)], "{text}");
        }
        let text = format!("a = \"{}\"; RelayState = \"https://x.example/\"", parts(48).join("\" + \""));
        assert_eq!(read(&text)[0].2.as_deref(), Some("https://x.example/"));
    }

    #[test]
    fn what_is_whole_or_too_short_is_not_put_together() {
        let whole = parts(usize::MAX).remove(0);
        for text in [
            format!("\"{whole}\""),
            format!("\"{whole}\"\n\"{whole}\""),
            format!("\"{}\"", parts(8).join("\" + \"")),
            "\"just\" + \"words\"".to_owned(),
            format!("\"{}", parts(48).join("\" + \"")).chars().take(90).collect(),
            "'\"'\"".to_owned(),
        ] {
            assert_eq!(read(&text), [], "{text}");
        }
        let two = parts(48).join("\" + \"");
        assert_eq!(read(&format!("\"{two}\"; \"{two}\"")).len(), 2);
    }
}
