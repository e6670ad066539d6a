//! The words of the rules and of the verdict, in English and in Simplified Chinese, from one file per language.
//!
//! Natively both are part of the program. In a browser they are a tenth of all that is loaded, and one language is
//! enough: there they are given with [`add_texts`] before anything is inspected.
//!
//! A rule has a `title` without values, a `why` that is one sentence with the actual values, and what to do about it for
//! the identity provider's admin (`idp`) and the service's (`sp`), each left out where there is nothing for them to do.
//! `{actual}`, `{expected}` and `{what}` are those of the first evidence; further names are the rule's own.

use std::collections::BTreeMap;
use std::fmt::Display;
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
    /// What the engine says beside the rules: steps, repairs, errors, what is wrong with a signature or an encrypted part;
    /// by name. `{s}` is the plural's ending after a `{count}`, and English only.
    pub(crate) messages: BTreeMap<String, String>,
    /// What evidence and errors say in English words, in this language; in English there are none.
    pub(crate) phrases: BTreeMap<String, String>,
    /// What differences between two messages mean, by what they are in; `-one` where only one of the two has it.
    pub(crate) compare: BTreeMap<String, String>,
    /// What the texts mean that users see, by their key in the error index.
    pub(crate) errors: BTreeMap<String, String>,
    /// What each status code means, by its name.
    pub(crate) status: BTreeMap<String, StatusTexts>,
    /// The texts of each rule.
    pub(crate) rules: BTreeMap<String, RuleTexts>,
    /// What elements and attributes are, by the names that `explain.rs` gives them.
    pub(crate) elements: BTreeMap<String, String>,
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
            messages: BTreeMap::new(),
            compare: BTreeMap::new(),
            phrases: BTreeMap::new(),
            errors: BTreeMap::new(),
            status: BTreeMap::new(),
            rules: BTreeMap::new(),
            elements: BTreeMap::new(),
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

    /// What the engine says by that name. A name without a text is caught by a test.
    pub(crate) fn message(&self, name: &str) -> &str {
        self.messages.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The same with values. Of them `why` is a text of ours, and stays whole.
    pub(crate) fn say(&self, name: &str, values: &[(&str, &dyn Display)]) -> String {
        Self::fill_in(self.message(name), values)
    }

    /// A part of a message with these values.
    pub(crate) fn fill_in(template: &str, values: &[(&str, &dyn Display)]) -> String {
        let value = |name: &str| {
            let value =
                |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
            match name {
                "s" => Some(if value("count")? == "1" { String::new() } else { name.to_owned() }),
                "why" => value(name),
                _ => value(name).map(|value| shown(&value)),
            }
        };
        put(template, &value)
    }

    /// English words of the engine in this language; as they are where they are a value and no words.
    pub(crate) fn phrase<'t>(&'t self, english: &'t str) -> &'t str {
        self.phrases.get(english).map_or(english, String::as_str)
    }

    /// The same for words that may have values among them, which stand as `{}` in the file.
    pub(crate) fn phrase_with(&self, english: &str) -> String {
        if let Some(text) = self.phrases.get(english) {
            return text.clone();
        }
        let known = self.phrases.iter().find_map(|(pattern, text)| Some((values(pattern, english)?, text)));
        let Some((values, text)) = known else { return english.to_owned() };
        let mut parts = text.split("{}");
        let mut told = parts.next().unwrap_or_default().to_owned();
        for (value, part) in values.into_iter().zip(parts) {
            told += value;
            told += part;
        }
        told
    }

    /// What an element or attribute is.
    pub(crate) fn element(&self, name: &str) -> Option<&str> {
        self.elements.get(name).map(String::as_str)
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

/// What stands in the place of every `{}` of a pattern; `None` where there is none, or the rest is not the same.
fn values<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (value, after) = match parts.peek() {
            None => (rest.strip_suffix(part)?, ""),
            Some(_) => rest.split_once(part)?,
        };
        values.push(value);
        rest = after;
    }
    (!values.is_empty()).then_some(values)
}

/// Puts values in the place of `{name}`. A name without a value stays as it is, and a test finds it. Of them `story` is
/// a text of ours, and stays whole.
pub(crate) fn fill(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    put(text, &|name| value(name).map(|value| if name == "story" { value } else { shown(&value) }))
}

fn put(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let name = after.split_once('}').filter(|(name, _)| is_name(name));
        match name.and_then(|(name, behind)| Some((value(name)?, behind))) {
            Some((value, behind)) => {
                filled.push_str(&value);
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

/// Most characters of a value that a sentence shows, which is a SHA-512 digest in hexadecimal; all of it is in the
/// evidence.
const SHOWN: usize = 128;

/// A value as part of a sentence: what cannot be seen made visible, and not so long that the sentence is lost.
fn shown(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN).map(visible).collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The beginning of a text, of so many bytes at most, with no character cut.
pub(in crate::report) fn cut(text: &str, bytes: usize) -> &str {
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
    use std::collections::BTreeSet;

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

    const AGAINST: &str = concat!(
        include_str!("against.rs"),
        include_str!("../checks/against.rs"),
        include_str!("../checks/against/attributes.rs"),
        include_str!("../checks/against/identity_provider.rs"),
        include_str!("../checks/against/keys.rs"),
        include_str!("../checks/against/service.rs"),
        include_str!("../checks/senders.rs"),
    );

    #[test]
    fn every_message_has_its_text_in_both_languages_with_the_same_values_and_none_is_left_over() {
        let sources = concat!(
            include_str!("messages.rs"),
            include_str!("signature_messages.rs"),
            include_str!("decryption.rs"),
            include_str!("build.rs"),
            include_str!("signature.rs"),
            include_str!("split.rs"),
            include_str!("wrapping.rs"),
            include_str!("doctor.rs"),
            include_str!("finding.rs"),
            include_str!("metadata/entity.rs"),
            include_str!("metadata/roles.rs"),
        );
        // A name is `room.name`, and nothing else between quotation marks is.
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let is_message = |text: &&str| text.split_once('.').is_some_and(|(room, name)| is_part(room) && is_part(name));
        let mut said: BTreeSet<&str> = sources.split('"').filter(is_message).collect();
        // The doctor's edits have theirs by their names, and so has what it rules out.
        let doctor = concat!(
            include_str!("../dsig/doctor/mod.rs"),
            include_str!("../dsig/doctor/bases.rs"),
            include_str!("../dsig/doctor/edits.rs"),
            include_str!("../dsig/doctor/namespaces.rs"),
            include_str!("../dsig/doctor/raw.rs"),
            include_str!("../dsig/doctor/search.rs"),
            include_str!("../dsig/doctor/single.rs"),
            include_str!("../dsig/doctor/value.rs"),
        );
        let english = &Texts::of(Language::English).messages;
        let named =
            |key: &&String| key.split_once('.').is_some_and(|(_, name)| doctor.contains(&format!("\"{name}\"")));
        said.extend(
            english
                .keys()
                .filter(|key| key.starts_with("doctor.") || key.starts_with("ruled."))
                .filter(named)
                .map(String::as_str),
        );
        // What is said of metadata has a name that is put together of what it is about and what the answer is: each part is
        // a word of the files that make it.
        let rooms = [
            ("against.", AGAINST),
            ("sender.", AGAINST),
            ("change.", include_str!("metadata_difference.rs")),
            ("calendar.", include_str!("metadata/calendar.rs")),
        ];
        for (room, source) in rooms {
            let is_word =
                |part: &str| source.contains(&format!("\"{part}\"")) || source.contains(&format!(".{part}\""));
            let keys = english.keys().filter(|key| key.starts_with(room));
            said.extend(keys.filter(|key| key.split('.').skip(1).all(is_word)).map(String::as_str));
        }
        let [english, chinese] = [Language::English, Language::Chinese].map(|language| &Texts::of(language).messages);
        for texts in [english, chinese] {
            let keys = texts.keys().map(String::as_str).collect::<BTreeSet<_>>();
            assert!(keys == said, "{:?}", keys.symmetric_difference(&said).collect::<Vec<_>>());
            assert!(texts.values().all(|text| !text.is_empty()));
        }
        for (name, text) in english {
            let mut values = placeholders(text);
            if values.remove("s") {
                assert!(values.contains("count"), "{name}");
            }
            assert_eq!(values, placeholders(&chinese[name]), "{name}");
            let given: &[&str] = match name.split_once('.').unwrap().0 {
                "repair" => &["count"],
                "error" => &["at", "name", "why"],
                "signature" => &["name", "other", "why"],
                "doctor" => &["count", "name", "other", "why"],
                "context" | "canonical" => &["name", "why"],
                "key" | "malformed" => &["name"],
                "advice" if name == "advice.jwt" => &["name", "why"],
                "step" | "advice" | "diagnosis" | "split" => &[],
                "detail" => &["count", "name"],
                "sender" => &["entity", "named"],
                "category" => &["title"],
                "metadata" => &["count", "names"],
                "wrapping" => &["forged", "signed", "element", "other", "place"],
                _ => &["name", "other"],
            };
            assert!(values.iter().all(|value| given.contains(value)), "{name}: {values:?}");
        }
        assert!(said.len() > 150, "only {}", said.len());
    }

    #[test]
    fn of_one_there_is_no_plural_and_a_text_of_ours_is_not_cut() {
        let english = Texts::of(Language::English);
        assert_eq!(english.say("repair.quotes-removed", &[("count", &1)]), "took off 1 quotation mark");
        assert_eq!(english.say("repair.quotes-removed", &[("count", &2)]), "took off 2 quotation marks");
        let why = "w".repeat(300);
        assert!(english.say("error.xml", &[("at", &7), ("why", &why)]).ends_with(&format!(" 7: {why}.")));
        assert_eq!(english.say("signature.no-key", &[]), english.message("signature.no-key"));
    }

    #[test]
    fn a_long_value_is_cut_and_what_cannot_be_seen_is_made_visible() {
        let long = |_: &str| Some("x".repeat(500));
        assert_eq!(fill("{actual}.", &long).chars().count(), SHOWN + 2);
        let hidden = |_: &str| Some("alice\u{202E}\u{200B}".to_owned());
        assert_eq!(fill("{actual}", &hidden), "alice\u{FFFD}\u{FFFD}");
    }

    /// The text between quotation marks in a source, from there on, with `{…}` of a format as `{}`.
    fn literal(source: &str) -> String {
        let mut text = String::new();
        let mut chars = source.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                // The end of a line and the white space before the next one's words.
                '\\' => match chars.next() {
                    Some('\n') => {}
                    Some(c) => text.push(c),
                    None => break,
                },
                '{' => {
                    text.push_str("{}");
                    chars.by_ref().find(|c| *c == '}');
                }
                c => text.push(c),
            }
        }
        text
    }

    #[test]
    fn the_words_of_evidence_have_a_translation_and_no_translation_is_left_over() {
        let (mut sources, mut rules) = (String::new(), String::new());
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                    sources += text;
                    if path.components().any(|part| part.as_os_str() == "checks") {
                        rules += text;
                    }
                }
            }
        }
        let phrases = &Texts::of(Language::Chinese).phrases;
        let said: BTreeSet<String> =
            sources.match_indices('"').map(|(at, _)| literal(sources.split_at(at + 1).1)).collect();
        let unused: Vec<_> = phrases.keys().filter(|phrase| !said.contains(*phrase)).collect();
        assert!(unused.is_empty(), "not said any more: {unused:?}");
        assert!(Texts::of(Language::English).phrases.is_empty());

        let is_word = |word: &str| {
            "a an the one no not or than of at that with within after before".split(' ').any(|w| w == word)
        };
        let mut missing = Vec::new();
        for start in [".expected(", ".instead_of(", ".actual("] {
            for (at, _) in rules.match_indices(start) {
                let rest = rules.split_at(at + start.len()).1.trim_start();
                let rest = rest.strip_prefix("format!(").unwrap_or(rest).trim_start();
                let Some(text) = rest.strip_prefix('"').map(literal) else { continue };
                if text.split([' ', ',', ':']).any(is_word) && !phrases.contains_key(&text) {
                    missing.push(text);
                }
            }
        }
        assert!(missing.is_empty(), "in English only: {missing:?}");
        for (english, chinese) in phrases {
            assert_eq!(english.matches("{}").count(), chinese.matches("{}").count(), "{english}");
        }
    }

    #[test]
    fn words_with_values_are_told_with_them_and_a_value_is_left_as_it_is() {
        let chinese = Texts::of(Language::Chinese);
        assert_eq!(chinese.phrase_with("not later than 2026-03-01T08:00:00Z"), "不晚于 2026-03-01T08:00:00Z");
        assert_eq!(chinese.phrase_with("fewer than 6 within 20 seconds"), "少于 6 次（20 秒内）");
        assert_eq!(chinese.phrase("no Signature"), "没有 Signature");
        for value in ["https://sp.acme.example/acs", "a second", "later", "alice", "", "{}"] {
            assert_eq!((chinese.phrase(value), &*chinese.phrase_with(value)), (value, value));
        }
        let english = Texts::of(Language::English);
        assert_eq!(english.phrase_with("no later than 3"), "no later than 3");
        assert_eq!(values("{}: x {}", "a: x b: x c"), Some(vec!["a", "b: x c"]));
    }
}
