//! Words and their pseudonyms: the same word the same pseudonym, of the same length and kinds of characters, and two words that
//! differ by a letter two pseudonyms that differ by one.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Replacement;
use super::vocabulary::{is_common, is_structure};
use crate::limits::REDACTION_ALIKE;

/// What a word is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A person's name, account name, phone number.
    Person,
    /// A name of a host, or a part of an address.
    Host,
    /// The number of an account.
    Account,
    /// The ID of a message, an assertion, a session, a tenant.
    Id,
    /// The value of an attribute, a role, a provider, an organization.
    Value,
    /// What opens something: cookies, tokens, what stands in a RelayState.
    Secret,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Host => "host",
            Self::Account => "account",
            Self::Id => "id",
            Self::Value => "value",
            Self::Secret => "secret",
        }
    }
}

struct Entry {
    pseudonym: Vec<char>,
    kind: Kind,
    /// As it was first met.
    written: String,
    count: usize,
    is_replaced: bool,
}

/// Every word that was met.
#[derive(Default)]
pub(super) struct Words {
    known: HashMap<String, Entry>,
    /// In the order in which they were met.
    order: Vec<String>,
    /// The first word of each spelling that is a letter short: its number.
    alike: HashMap<u64, usize>,
    taken: HashSet<Vec<char>>,
    /// Those that are kept, in lower case.
    kept: HashSet<String>,
    octets: HashMap<Vec<u8>, u64>,
}

/// Numbers that follow from one another (xorshift64): the same in every run, and nothing of what they stand for.
struct Numbers(u64);

impl Numbers {
    fn of(number: usize) -> Self {
        let mut numbers = Self((number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..4 {
            numbers.next();
        }
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one_of(&mut self, characters: &str) -> char {
        let count = characters.chars().count().max(1);
        characters.chars().nth(self.next() as usize % count).unwrap_or('x')
    }
}

impl Words {
    pub(super) fn new(keep: &[String]) -> Self {
        let kept = keep.iter().flat_map(|text| split(text)).filter(|(is_word, _)| *is_word);
        Self { kept: kept.map(|(_, word)| word.to_lowercase()).collect(), ..Self::default() }
    }

    /// A text with a pseudonym for every word. `strict`: for common words as well, since even those may name someone here.
    pub(super) fn put(&mut self, text: &str, kind: Kind, strict: bool) -> String {
        let mut out = String::with_capacity(text.len());
        for (is_word, part) in split(text) {
            if is_word && self.is_to_replace(part, kind, strict) {
                self.learn(part, kind);
            }
            out += &if is_word { self.pseudonym(part) } else { part.to_owned() };
        }
        out
    }

    /// A text with the pseudonyms of the words that are known; short ones stay, since they are likely to mean something else.
    pub(super) fn put_known(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for (is_word, part) in split(text) {
            out += &if is_word && part.chars().count() > 3 { self.pseudonym(part) } else { part.to_owned() };
        }
        out
    }

    fn is_to_replace(&self, word: &str, kind: Kind, strict: bool) -> bool {
        let length = word.chars().count();
        if word.chars().all(|c| c.is_ascii_digit()) {
            return length > if strict { 2 } else { 4 };
        }
        let word = word.to_lowercase();
        match kind {
            // A name is one whatever else the word means, but for what the values of services are made of.
            Kind::Person if strict => length > 1 && !is_structure(&word),
            _ => length > if strict { 1 } else { 2 } && !is_common(&word),
        }
    }

    fn pseudonym(&mut self, word: &str) -> String {
        let Some(entry) = self.known.get_mut(&word.to_lowercase()) else { return word.to_owned() };
        entry.count += 1;
        if !entry.is_replaced {
            return word.to_owned();
        }
        let same_length = word.chars().count() == entry.pseudonym.len();
        let cased = word
            .chars()
            .zip(&entry.pseudonym)
            .map(|(c, new)| if c.is_uppercase() { new.to_uppercase().next().unwrap_or(*new) } else { *new });
        if same_length { cased.collect() } else { entry.pseudonym.iter().collect() }
    }

    fn learn(&mut self, word: &str, kind: Kind) {
        let key = word.to_lowercase();
        if self.known.contains_key(&key) || self.taken.contains(&key.chars().collect::<Vec<_>>()) {
            return;
        }
        let letters: Vec<char> = key.chars().collect();
        let pseudonym = self.beside(&letters).unwrap_or_else(|| self.fresh(&letters));
        self.taken.insert(pseudonym.clone());
        let is_replaced = !self.kept.contains(&key);
        for spelling in spellings(&letters) {
            self.alike.entry(spelling).or_insert(self.order.len());
        }
        self.order.push(key.clone());
        self.known.insert(key, Entry { pseudonym, kind, written: word.to_owned(), count: 0, is_replaced });
    }

    fn is_free(&self, pseudonym: &[char], word: &[char]) -> bool {
        let text: String = pseudonym.iter().collect();
        pseudonym != word && !self.taken.contains(pseudonym) && !self.known.contains_key(&text) && !is_common(&text)
    }

    /// The pseudonym of a word that differs by one letter from one that is known: it differs in the same place.
    fn beside(&self, word: &[char]) -> Option<Vec<char>> {
        if word.len() < 4 {
            return None;
        }
        let known: BTreeSet<usize> = spellings(word).iter().filter_map(|one| self.alike.get(one).copied()).collect();
        known.into_iter().find_map(|number| self.changed(self.order.get(number)?, word))
    }

    /// The pseudonym of a known word, changed as that is changed in another. `None` where that is more than a letter, or two
    /// that changed places.
    fn changed(&self, known: &str, word: &[char]) -> Option<Vec<char>> {
        let other: Vec<char> = known.chars().collect();
        let front = word.iter().zip(&other).take_while(|(a, b)| a == b).count();
        let back = word.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
        let back = back.min(word.len().min(other.len()) - front);
        let (cut, put) = (other.len() - front - back, word.len() - front - back);
        let is_swap = cut == 2 && put == 2 && word.get(front) == other.get(front + 1);
        if cut.max(put) > 1 && !is_swap {
            return None;
        }
        let entry = self.known.get(known).filter(|entry| entry.pseudonym.len() == other.len())?;
        (0..16).find_map(|number| {
            let mut numbers = Numbers::of(self.order.len() * 31 + number);
            let mut new = entry.pseudonym.clone();
            let middle: Vec<char> = match is_swap {
                true => new.get(front..front + 2).unwrap_or_default().iter().rev().copied().collect(),
                false => word
                    .get(front..front + put)
                    .unwrap_or_default()
                    .iter()
                    .map(|c| like(*c, number, false, &mut numbers))
                    .collect(),
            };
            new.splice(front..front + cut, middle);
            self.is_free(&new, word).then_some(new)
        })
    }

    fn fresh(&self, word: &[char]) -> Vec<char> {
        let is_hex =
            word.len() > 3 && word.iter().all(char::is_ascii_hexdigit) && word.iter().any(char::is_ascii_digit);
        // By what Okta's and Google's identifiers begin with they are known for such.
        let kept = ["exk", "0oa", "c0"].iter().find(|prefix| {
            word.len() > 7
                && word.iter().any(char::is_ascii_digit)
                && word.iter().collect::<String>().starts_with(**prefix)
        });
        let kept = kept.map_or(0, |prefix| prefix.len());
        let mut last = Vec::new();
        for number in 0..64 {
            let mut numbers = Numbers::of(self.order.len() * 64 + number);
            let like = |(at, c): (usize, &char)| match c {
                c if at < kept => *c,
                '0' if at == 0 => '0',
                c if c.is_ascii_digit() => numbers.one_of(if at == 0 { "123456789" } else { "0123456789" }),
                c => like(*c, at, is_hex, &mut numbers),
            };
            last = word.iter().enumerate().map(like).collect();
            if self.is_free(&last, word) {
                break;
            }
        }
        last
    }

    /// Other octets in the place of these, as many: the same for the same.
    pub(super) fn octets(&mut self, octets: &[u8]) -> Vec<u8> {
        let next = self.octets.len() as u64;
        let number = *self.octets.entry(octets.to_vec()).or_insert(next);
        let mut numbers = Numbers::of(1 << 20 | number as usize);
        octets.iter().map(|_| numbers.next() as u8).collect()
    }

    /// What was met, in that order.
    pub(super) fn replacements(&self) -> Vec<Replacement> {
        let entries = self.order.iter().filter_map(|word| self.known.get(word));
        let used = entries.filter(|entry| entry.count > 0);
        used.map(|entry| Replacement {
            kind: entry.kind.as_str().to_owned(),
            original: entry.written.clone(),
            pseudonym: entry.pseudonym.iter().collect(),
            count: entry.count,
            is_replaced: entry.is_replaced,
        })
        .collect()
    }

    /// Forgets how often each was met, and nothing else.
    pub(super) fn count_anew(&mut self) {
        self.known.values_mut().for_each(|entry| entry.count = 0);
    }
}

/// A word, and what is left of it without each of its letters, as numbers: words that differ by one letter, or by two that
/// changed places, have one in common. Of a long word none: identifiers that long are no name that somebody mistypes.
fn spellings(word: &[char]) -> Vec<u64> {
    // Odd, so that no letter is lost in the product.
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    if word.len() > REDACTION_ALIKE {
        return Vec::new();
    }
    let letter = |c: &char| u64::from(*c) + 1;
    let before = word.iter().scan(0_u64, |sum, c| {
        let before = *sum;
        *sum = sum.wrapping_mul(BASE).wrapping_add(letter(c));
        Some(before)
    });
    let before: Vec<u64> = before.collect();
    let (mut behind, mut power) = (0_u64, 1_u64);
    let mut all = Vec::with_capacity(word.len() + 1);
    for (c, before) in word.iter().zip(&before).rev() {
        all.push(before.wrapping_mul(power).wrapping_add(behind));
        behind = behind.wrapping_add(letter(c).wrapping_mul(power));
        power = power.wrapping_mul(BASE);
    }
    all.push(behind);
    all
}

/// A character of the same kind.
fn like(c: char, at: usize, is_hex: bool, numbers: &mut Numbers) -> char {
    match c {
        c if c.is_ascii_digit() => numbers.one_of("0123456789"),
        c if !c.is_alphabetic() => c,
        _ if is_hex => numbers.one_of("abcdef"),
        c if c.is_ascii() => numbers.one_of(if at.is_multiple_of(2) { "bdfgklmnprstvz" } else { "aeiou" }),
        '\u{4E00}'..='\u{9FFF}' => numbers.one_of("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"),
        // As many octets, so that what counts them goes on doing so.
        c if c.len_utf8() == 2 => numbers.one_of("àèìòùäëïöü"),
        '\u{3040}'..='\u{30FF}' => numbers.one_of("アイウエオカキクケコサシスセソ"),
        c if c.len_utf8() == 3 => numbers.one_of("甲乙丙丁戊己庚辛壬癸"),
        _ => numbers.one_of("𠀀𠀁𠀂𠀃𠀄𠀅"),
    }
}

/// A text taken apart into words, which are letters and digits, and what is between them.
fn split(text: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = first.is_alphanumeric();
        let end = rest.find(|c: char| c.is_alphanumeric() != is_word).unwrap_or(rest.len());
        let (part, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        parts.push((is_word, part));
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(words: &mut Words, text: &str) -> String {
        words.put(text, Kind::Person, true)
    }

    #[test]
    fn the_same_word_has_the_same_pseudonym_of_the_same_shape() {
        let mut words = Words::new(&[]);
        let mail = put(&mut words, "Alice.Li@corp7");
        assert_ne!(mail, "Alice.Li@corp7");
        assert_eq!(mail, put(&mut words, "Alice.Li@corp7"));
        let shape = |text: &str| -> String {
            text.chars()
                .map(|c| {
                    if c.is_uppercase() {
                        'A'
                    } else if c.is_lowercase() {
                        'a'
                    } else if c.is_ascii_digit() {
                        '0'
                    } else {
                        c
                    }
                })
                .collect()
        };
        assert_eq!(shape(&mail), shape("Alice.Li@corp7"));
        assert_eq!(put(&mut words, "ALICE"), mail.get(..5).unwrap().to_uppercase());
        assert_eq!(put(&mut words, "1234567890123456").len(), 16);
        assert_eq!(words.replacements().len(), 4);
    }

    #[test]
    fn words_that_differ_by_a_letter_go_on_doing_so() {
        for (first, second) in
            [("alice", "alica"), ("alice", "alce"), ("alice", "alixce"), ("alice", "ailce"), ("acme", "acme1")]
        {
            let mut words = Words::new(&[]);
            let (a, b) = (put(&mut words, first), put(&mut words, second));
            let distance = |a: &str, b: &str| {
                let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
                let front = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
                let back = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
                a.len().max(b.len()).saturating_sub(front + back)
            };
            assert_eq!(distance(&a, &b), distance(first, second), "{first} {second}: {a} {b}");
            assert_ne!(a, b);
        }
    }

    #[test]
    fn of_ten_thousand_words_each_is_held_against_all() {
        let mut words = Words::new(&[]);
        let first = put(&mut words, "zweigstelle");
        for number in 0..10_000_u32 {
            put(&mut words, &format!("w{:x}", number.wrapping_mul(0x9E37_79B9)));
        }
        let last = put(&mut words, "zweigstella");
        assert_eq!(last.get(..10), first.get(..10));
        assert_ne!(last, first);
    }

    #[test]
    fn names_in_every_script_have_others_of_as_many_octets() {
        for name in ["张伟明", "サービス", "Иванов", "홍길동", "Müller", "𠮷田"] {
            let other = put(&mut Words::new(&[]), name);
            assert!(other != name && other.len() == name.len(), "{name} {other}");
        }
    }

    #[test]
    fn what_is_kept_and_what_is_common_stays() {
        let mut words = Words::new(&["Alice".to_owned()]);
        assert_eq!(put(&mut words, "alice"), "alice");
        assert_eq!(
            words.put("https://signin.aliyun.com/saml-role/sso", Kind::Host, false),
            "https://signin.aliyun.com/saml-role/sso"
        );
        assert!(!words.put("https://idp.acme.com/saml", Kind::Host, false).contains("acme"));
        assert!(!words.replacements().first().unwrap().is_replaced);
    }
}
