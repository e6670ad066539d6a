//! Signs that a value was cut short by the tool that recorded it: its length is a limit of tools, or a mark stands there.

use super::Capture;
use super::step::{Cut, Step, StepErrorKind};
use crate::xml::XmlErrorKind;

/// Lengths at which tools cut: powers of two as fields of databases, terminals and URLs have them, with or without a byte
/// that ends a string; Internet Explorer's longest address; and what people think of as round.
fn is_limit(length: usize) -> bool {
    let is_power = |length: usize| (255..=1 << 20).contains(&length) && length.is_power_of_two();
    is_power(length)
        || is_power(length + 1)
        || matches!(length, 500 | 1_000 | 1_500 | 2_000 | 2_083 | 3_000 | 4_000 | 5_000 | 8_000 | 10_000)
        || matches!(
            length,
            16_000 | 20_000 | 32_000 | 32_759 | 32_766 | 50_000 | 64_000 | 100_000 | 200_000 | 1_000_000
        )
}

/// Says for a capture that ends in the middle what shows that it was cut, if anything does. `input` is the length of all
/// that was pasted, without white space around it.
pub(super) fn tell(capture: &mut Capture, input: usize) {
    let marked = capture.xml.as_deref().and_then(marked).map(|(_, mark)| mark.to_owned());
    let (Some(last), before) = (capture.steps.last(), &capture.steps) else { return };
    if last.cut.is_some() || !ends_early(last) {
        return;
    }
    let told = before.iter().find_map(|step| step.cut.clone());
    let lengths = || std::iter::once(input).chain(before.iter().flat_map(|step| [step.bytes_in, step.bytes_out]));
    let found = told.or(marked.map(Cut::Mark)).or_else(|| lengths().find(|n| is_limit(*n)).map(Cut::Length));
    if let Some(last) = capture.steps.last_mut() {
        last.cut = found;
    }
}

/// Whether what is wrong is that there is no more.
fn ends_early(step: &Step) -> bool {
    let Some(error) = &step.error else { return false };
    // A percent sign, a reference or an escape that was cut in two.
    let at_end = error.at + 8 >= step.bytes_in;
    match &error.kind {
        StepErrorKind::Base64Length(_) | StepErrorKind::InflateCut => true,
        StepErrorKind::Base64TrailingBits | StepErrorKind::NotText => at_end,
        StepErrorKind::NotBase64(c) => matches!(c, '…' | '.' | '[' | '(' | '<') || at_end,
        StepErrorKind::Xml(error) => match error.kind {
            XmlErrorKind::UnclosedElement(_) | XmlErrorKind::Unclosed(_) | XmlErrorKind::NoRoot => true,
            _ => at_end,
        },
        _ => false,
    }
}

/// Bytes at the end of a text in which a mark is looked for.
const MARK_BYTES: usize = 64;

/// A text without the mark at its end that says that there was more, and the mark.
pub(super) fn marked(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let from = text.len().saturating_sub(MARK_BYTES);
    let from = (from..=text.len()).find(|at| text.is_char_boundary(*at))?;
    let tail = text.get(from..)?;
    let at = [" truncated", "truncated", "...", "…", "[", "(", "<"].iter().filter_map(|start| {
        // The first place from which on all the rest is mark.
        tail.match_indices(start).map(|(at, _)| at).find(|at| tail.get(*at..).is_some_and(is_mark))
    });
    let (before, mark) = text.split_at_checked(from + at.min()?)?;
    Some((before.trim_end(), mark.trim_start()))
}

/// `…`, `...`, `[truncated]`, `... (1234 more characters)` and the like.
fn is_mark(text: &str) -> bool {
    let words = text.trim_start_matches(['.', '…', ' ']);
    if words.is_empty() {
        return text.contains("...") || text.contains('…');
    }
    let lower = words.to_ascii_lowercase();
    let opened = lower.starts_with(['[', '(', '<']) || words.len() < text.len() || lower.starts_with("truncated");
    let is_word =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | ',' | '.' | '…' | '[' | ']' | '(' | ')' | '<' | '>');
    let says = [
        "truncated",
        "more char",
        "more byte",
        " more]",
        "omitted",
        "snip",
        "[cut",
        "(cut",
        "[...]",
        "[…]",
        "chars)",
        "chars]",
    ];
    opened && lower.chars().all(is_word) && says.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_known_in_the_ways_of_tools() {
        let marks =
            ["…", "...", "[truncated]", "... [truncated]", "…(truncated)", "<truncated>", "... 4211 more characters"];
        for mark in marks.iter().chain(&["[...]", "[Truncated...]", "... (12345 chars)", "truncated"]) {
            assert_eq!(marked(&format!("PHNhbWxw{mark}\n")), Some(("PHNhbWxw", *mark)), "{mark}");
        }
        let long = format!("{}é...", "é".repeat(100));
        assert_eq!(marked(&long).map(|(_, mark)| mark), Some("..."));
    }

    #[test]
    fn an_end_of_its_own_is_no_mark() {
        for whole in
            ["PHNhbWxw", "PGEvPg==", "<a>...</a>", "<a/>", "Regards.", "see (above)", "", "[PHNhbWxw]", "<truncated/>"]
        {
            assert_eq!(marked(whole), None, "{whole}");
        }
    }

    #[test]
    fn the_limits_of_tools_are_round() {
        let limits = [255, 256, 1024, 2048, 4095, 4096, 8192, 10_000, 16_384, 32_767, 32_768, 65_535, 65_536];
        assert!(limits.into_iter().all(is_limit));
        assert!([0, 1, 16, 127, 128, 300, 2049, 4097, 9_999, usize::MAX - 1].into_iter().all(|n| !is_limit(n)));
    }
}
