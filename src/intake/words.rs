//! Words without a message: what a page, a log or a colleague said. They may be an error that is known.

use super::encoded::{is_delimiter, is_encoded, is_word};
use super::step::Foreign;
use super::value::open;
use super::{Capture, base64, floor};
use crate::limits;

/// Characters of base64 that are too many for a word.
const LONGEST: usize = 64;
/// The same of a word with capitals, small letters and digits.
const LONGEST_NAME: usize = 24;

/// A text that is words, or the name of an error alone.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Capture> {
    let trimmed = text.trim();
    let is_said = are_words(trimmed) || is_name(trimmed);
    is_said.then(|| Capture { said: said(trimmed), ..origin.is_foreign(text, Foreign::Words) })
}

/// The words beside a value in the same text.
pub(super) fn beside(text: &str) -> Option<String> {
    let has_value = |word: &str| word.split(|c| !is_encoded(c)).any(is_value);
    let words: Vec<&str> = text.split_whitespace().filter(|word| !has_value(word)).collect();
    let words = Some(words.join(" ")).filter(|joined| words.len() > 2 && are_words(joined))?;
    said(&words)
}

/// What stands in a text for a person to read, as much of it as is kept.
pub(super) fn said(text: &str) -> Option<String> {
    let said = text.get(..floor(text, limits::PAGE_TEXT_BYTES)).map(str::trim);
    said.filter(|said| !said.is_empty()).map(str::to_owned)
}

/// Whether a text is words, of which none could be a part of a message's value.
fn are_words(text: &str) -> bool {
    let words = || text.split(is_delimiter).filter(|word| !word.is_empty());
    if words().any(|word| word.split(|c| !is_encoded(c)).any(is_value)) {
        return false;
    }
    let is_plain = |word: &&str| is_word(word.trim_matches(|c: char| c.is_ascii_punctuation()));
    let is_foreign = text.contains(|c: char| c.is_alphabetic() && !c.is_ascii());
    let letters = |word: &str| word.chars().filter(char::is_ascii_alphabetic).count();
    let has_words = || words().count() > 1 && words().any(|word| letters(word) > 1);
    // Of a value that was cut into words few look like one.
    is_foreign || has_words() && 2 * words().filter(is_plain).count() >= words().count()
}

/// Whether characters of base64 may be a value: too many, or of all sorts as no name is.
fn is_value(run: &str) -> bool {
    let has = |is: fn(&u8) -> bool| run.bytes().any(|b| is(&b));
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    run.len() >= LONGEST || run.len() >= LONGEST_NAME && is_mixed
}

/// Whether a text is one word that is called like an error: `AADSTS50011`, `NoPermission`, `EntityNotExist.User`.
fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    begins
        && (5..LONGEST).contains(&text.len())
        && text.chars().all(is_part)
        && !is_value(text)
        && !open(&base64::decode(text).0).is_something()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Option<String> {
        let found = take(&Capture::default(), text)?;
        assert!(found.is_page() && found.xml.is_none());
        found.said
    }

    #[test]
    fn what_was_said_is_kept() {
        for text in [
            "AADSTS50011: The redirect URI 'https://x' specified in the request does not match",
            "The user does not exist. RequestId: 1234-ABCD",
            "Your request included an invalid SAML response. To logout, click here.",
            "Sign-in failed\n{\"Code\":\"NoPermission\",\"Message\":\"You are not authorized.\"}",
            "用户不存在，请联系管理员",
            "Trace ID: 6f3d1f5a-0c62-4b6f-9a56-1d7a1c0f2b00 Message: the user is not assigned",
            "just some words",
            "AADSTS50011",
            "EntityNotExist.User",
            "NoPermission",
        ] {
            assert_eq!(page(&format!(" {text}\n")).as_deref(), Some(text), "{text}");
        }
        let long = "word ".repeat(limits::PAGE_TEXT_BYTES);
        assert!(page(&long).is_some_and(|page| page.len() <= limits::PAGE_TEXT_BYTES));
    }

    #[test]
    fn the_words_beside_a_value_are_kept_without_it() {
        let value = "PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJv";
        let said = beside(&format!("It says: user not found.\nSAMLResponse={value}\nWhy?"));
        assert_eq!(said.as_deref(), Some("It says: user not found. Why?"));
        assert_eq!([value, "SAMLResponse: ", "a b"].map(beside), [None, None, None]);
    }

    #[test]
    fn what_may_be_a_value_is_no_word() {
        let value = "PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJv";
        for text in [
            value,
            "PHNhbWxwOlJlc3BvbnNl",
            "bWxwOlJlc3BvbnNlIHhtbG5z",
            "PHNh bWxw OlJl c3Bv bnNl",
            &format!("here {value}"),
            &format!("这里 {value}"),
            "AbC9 dEf8 GhI7 jKl6",
            "!!! ???",
            "1.2.3",
            "",
        ] {
            assert_eq!(page(text), None, "{text}");
        }
    }
}
