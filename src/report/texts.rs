//! The words of the rules and of the verdict, in English and in Simplified Chinese, from one file per language.
//!
//! Natively both are part of the program. In a browser they are a tenth of all that is loaded, and one language is
//! enough: there they are given with [`add_texts`] before anything is inspected.
//!
//! A rule has a `title` without values, a `why` that is one sentence with the actual values, and what to do about it for
//! the identity provider's admin (`idp`) and the service's (`sp`), each left out where there is nothing for them to do.
//! `{actual}`, `{expected}` and `{what}` are those of the first evidence; further names are the rule's own.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::checks::nearmiss::is_invisible;
use crate::language::Language;

/// All words of one language.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Texts {
    /// The labels of the renderings, by name.
    pub(crate) labels: BTreeMap<String, String>,
    /// The sentences of the verdict where no rule has one, by name.
    pub(crate) verdict: BTreeMap<String, String>,
    /// What differences between two messages mean, by what they are in; `-one` where only one of the two has it.
    pub(crate) compare: BTreeMap<String, String>,
    /// What the texts mean that users see, by their key in the error index.
    pub(crate) errors: BTreeMap<String, String>,
    /// What each status code means, by its name.
    pub(crate) status: BTreeMap<String, StatusTexts>,
    /// The texts of each rule.
    pub(crate) rules: BTreeMap<String, RuleTexts>,
}

/// The words of one rule.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleTexts {
    /// What it is about, in a few words and without values.
    pub(crate) title: String,
    /// What is wrong, in one sentence with the actual values.
    pub(crate) why: String,
    /// What the identity provider's admin does about it.
    pub(crate) idp: Option<String>,
    /// What the service's admin does about it.
    pub(crate) sp: Option<String>,
}

/// The words of one status code (SAML 2.0 Core §3.2.2.2).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusTexts {
    /// What it says, as the end of a sentence.
    pub(crate) meaning: String,
    /// What it mostly comes from, and what to try: a sentence.
    pub(crate) cause: String,
}

impl Texts {
    /// The words of a language. Where it was not added, those of the other are better than none.
    pub(crate) fn of(language: Language) -> &'static Self {
        static NONE: Texts = Texts {
            labels: BTreeMap::new(),
            verdict: BTreeMap::new(),
            compare: BTreeMap::new(),
            errors: BTreeMap::new(),
            status: BTreeMap::new(),
            rules: BTreeMap::new(),
        };
        let (asked, other) = match language {
            Language::English => (english(), chinese()),
            Language::Chinese => (chinese(), english()),
        };
        asked.or(other).unwrap_or(&NONE)
    }

    /// The words of a rule. A rule without is caught by a test.
    pub(crate) fn rule(&'static self, id: &str) -> &'static RuleTexts {
        static NONE: RuleTexts = RuleTexts { title: String::new(), why: String::new(), idp: None, sp: None };
        self.rules.get(id).unwrap_or(&NONE)
    }

    /// A sentence of the verdict.
    pub(crate) fn verdict(&self, name: &str) -> &str {
        self.verdict.get(name).map(String::as_str).unwrap_or_default()
    }
}

static ENGLISH: OnceLock<Texts> = OnceLock::new();
static CHINESE: OnceLock<Texts> = OnceLock::new();

// Natively the files are part of the program, and a test reads them.
#[cfg(not(target_arch = "wasm32"))]
fn english() -> Option<&'static Texts> {
    Some(ENGLISH.get_or_init(|| parse(include_str!("texts/en.json")).unwrap_or_default()))
}

#[cfg(not(target_arch = "wasm32"))]
fn chinese() -> Option<&'static Texts> {
    Some(CHINESE.get_or_init(|| parse(include_str!("texts/zh.json")).unwrap_or_default()))
}

#[cfg(target_arch = "wasm32")]
fn english() -> Option<&'static Texts> {
    ENGLISH.get()
}

#[cfg(target_arch = "wasm32")]
fn chinese() -> Option<&'static Texts> {
    CHINESE.get()
}

/// Gives the engine the words of a language, once: what is given again, or is built in, is passed over. `json`: the
/// text of `texts/en.json` or `texts/zh.json`.
///
/// # Errors
/// Says why the text is none of the two files.
pub fn add_texts(language: Language, json: &str) -> Result<(), String> {
    let texts = parse(json)?;
    match language {
        Language::English => ENGLISH.get_or_init(|| texts),
        Language::Chinese => CHINESE.get_or_init(|| texts),
    };
    Ok(())
}

fn parse(json: &str) -> Result<Texts, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// Puts values in the place of `{name}`. A name without a value stays as it is, and a test finds it.
pub(crate) fn fill(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let name = after.split_once('}').filter(|(name, _)| is_name(name));
        match name.and_then(|(name, behind)| Some((value(name)?, behind))) {
            Some((value, behind)) => {
                filled.push_str(&shown(&value));
                rest = behind;
            }
            // A brace that is one.
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// Most characters of a value that a sentence shows; all of it is in the evidence.
const SHOWN: usize = 96;

/// A value as part of a sentence: what cannot be seen made visible, and not so long that the sentence is lost.
fn shown(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN).map(visible).collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The beginning of a text, of so many bytes at most, with no character cut.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

fn visible(c: char) -> char {
    match c {
        '\t' => '␉',
        '\n' => '␊',
        '\r' => '␍',
        // Directional and invisible formatting would make the sentence lie.
        c if c.is_control() || is_invisible(c) => '\u{FFFD}',
        c => c,
    }
}

/// The names in a text's braces.
#[cfg(test)]
pub(crate) fn placeholders(text: &str) -> std::collections::BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .filter(|n| is_name(n))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_in_the_place_of_its_name_and_other_braces_stay() {
        let value = |name: &str| (name == "actual").then(|| "a{actual}\tb".to_owned());
        assert_eq!(fill("{\"Name\":\"{actual}\"} {other} {", &value), "{\"Name\":\"a{actual}␉b\"} {other} {");
    }

    #[test]
    fn words_are_refused_that_are_no_file_of_words() {
        for json in ["", "{}", "[]", "{\"rules\":{}}"] {
            assert!(add_texts(Language::English, json).is_err(), "{json}");
        }
        assert_eq!(add_texts(Language::Chinese, include_str!("texts/zh.json")), Ok(()));
        assert!(!Texts::of(Language::Chinese).rule("saml-id-weak").title.is_ascii());
    }

    #[test]
    fn a_long_value_is_cut_and_what_cannot_be_seen_is_made_visible() {
        let long = |_: &str| Some("x".repeat(500));
        assert_eq!(fill("{actual}.", &long).chars().count(), SHOWN + 2);
        let hidden = |_: &str| Some("alice\u{202E}\u{200B}".to_owned());
        assert_eq!(fill("{actual}", &hidden), "alice\u{FFFD}\u{FFFD}");
    }
}
