//! What keeps a value from ruling what shows it: a terminal, a page of text, a line of JSON that somebody prints.

use std::fmt::Write;

use crate::checks::nearmiss::is_bidi_control;

/// Whether a character is obeyed and not shown: controls of either set (a terminal takes U+009B for ESC and `[`), what ends a
/// line, and what turns the direction of the text after it.
pub(crate) fn is_obeyed(c: char) -> bool {
    c.is_control() || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The character, or what stands in the place of one that is obeyed.
pub(crate) fn shown(c: char) -> char {
    if is_obeyed(c) { char::REPLACEMENT_CHARACTER } else { c }
}

/// A text as one line that shows all of itself.
pub(crate) fn line(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// JSON that says the same to whoever reads it, and can be printed: what is obeyed stands only in strings, where it is escaped
/// (RFC 8259 §7 allows that of every character, and asks for it of the first 32 alone).
pub(crate) fn json(text: String) -> String {
    let is_hidden = |c: char| c != '\n' && is_obeyed(c);
    if !text.contains(is_hidden) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        match is_hidden(c) {
            // All of them are of the first plane, and so one escape.
            true => _ = write!(escaped, "\\u{:04x}", u32::from(c)),
            false => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_obeyed_is_not_shown_and_json_means_the_same() {
        let text = "a\u{1b}[31m\u{9b}2J\u{202e}b\u{2028}\t\n\u{7f}é";
        assert_eq!(line(text), "a\u{fffd}[31m\u{fffd}2J\u{fffd}b\u{fffd}\u{fffd}\u{fffd}\u{fffd}é");
        let written = json(serde_json::to_string_pretty(&[text]).unwrap());
        assert!(!written.replace('\n', "").contains(is_obeyed), "{written}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&written).unwrap(), [text]);
    }
}
