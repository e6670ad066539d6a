//! From the text or code that the user saw to the rules that can be behind it; in English and Chinese, whatever words
//! stand around it. It ranks and explains, and never makes a rule fire.

mod entries;

use crate::flow::Case;

/// A text that somebody knows.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its key in the language files, where its meaning is.
    pub(crate) key: &'static str,
    /// What it is known by; letter case and white space do not count.
    pub(crate) patterns: &'static [&'static str],
    /// The rules that can be behind it, the likeliest first.
    pub(crate) rules: &'static [&'static str],
    /// Whose text it is.
    pub(crate) source: &'static str,
}

/// A text that was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// What it is.
    pub(crate) entry: &'static Entry,
    /// By what it was known.
    pub(crate) pattern: &'static str,
    /// Where: `error_text`, `page` for a page among the captures, or `StatusMessage`.
    pub(crate) place: &'static str,
}

/// Every known text in what the user saw, and in what the identity provider says in its status. Where the context does
/// not say what was seen, the pages do that were captured.
pub(crate) fn find(case: &Case<'_>) -> Vec<Found> {
    let told = case.context.error_text.as_deref();
    let own = case.seen.iter().filter(|seen| !case.is_of_another(seen));
    let said = |seen: &crate::flow::Seen<'_>| {
        let page = seen.capture.reply.as_ref().and_then(|reply| reply.page.clone());
        page.into_iter().chain(seen.capture.said.clone())
    };
    let pages = own.flat_map(said);
    let pages: Vec<String> = pages.filter(|_| told.is_none()).collect();
    let page = (!pages.is_empty()).then(|| ("page", pages.join("\n")));
    let seen = told.map(|text| ("error_text", text.to_owned())).or(page);
    let status = case.response().and_then(|seen| seen.message?.status_message());
    let status = status.map(|message| ("StatusMessage", message.text.into_owned()));
    seen.into_iter().chain(status).flat_map(|(place, text)| search(place, &text)).collect()
}

/// Every entry that is known by something in a text; of two patterns where one contains the other, the longer.
fn search(place: &'static str, text: &str) -> Vec<Found> {
    let text = plain(text);
    let known = |entry: &'static Entry| {
        let mut patterns = entry.patterns.iter().filter(|pattern| contains(&text, &plain(pattern)));
        patterns.next().map(|pattern| Found { entry, pattern, place })
    };
    let found: Vec<Found> = entries::ENTRIES.iter().filter_map(known).collect();
    let within = |found: &Found, other: &Found| {
        found.pattern.len() < other.pattern.len() && plain(other.pattern).contains(&plain(found.pattern))
    };
    found.iter().filter(|one| !found.iter().any(|other| within(one, other))).copied().collect()
}

/// In lower case, white space as one space, typographic quotation marks as plain ones.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{2018}' | '\u{2019}' => plain.push('\''),
            c if c.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            c => plain.push(c),
        }
    }
    plain
}

/// Whether a text contains a pattern as something of its own: a code is not part of a longer one.
fn contains(text: &str, pattern: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(pattern).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + pattern.len()..).and_then(|after| after.chars().next());
        let begins = pattern.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
        let ends = pattern.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
        !(begins && is_part(before) || ends && is_part(after))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::Language;
    use crate::checks::packs;
    use crate::report::texts::Texts;

    fn keys(text: &str) -> Vec<&'static str> {
        search("error_text", text).iter().map(|found| found.entry.key).collect()
    }

    #[test]
    fn a_text_is_known_among_other_words_in_either_language() {
        let shown =
            "Login failed.\n  The user does not\u{A0}exist{\"UserPrincipalName\":\"alice@acme.example\"} (request 4F)";
        assert_eq!(keys(shown), ["ali-user-not-exist"]);
        assert_eq!(keys("抱歉，该用户不存在，请联系管理员"), ["ali-user-not-exist"]);
        assert_eq!(
            keys("Sorry, aadsts50011: The reply URL specified in the request does not match"),
            ["aad-reply-url"]
        );
    }

    #[test]
    fn a_code_is_not_found_within_a_longer_one() {
        assert_eq!(keys("AADSTS700016: Application with identifier 'x' was not found"), ["aad-unknown-application"]);
        assert_eq!(keys("AADSTS7500529: The value '4' is not a valid SAML ID."), ["aad-id"]);
        assert!(keys("XAADSTS75008").is_empty());
        assert!(keys("all is well").is_empty());
    }

    #[test]
    fn of_two_that_overlap_the_longer_counts() {
        assert_eq!(keys("403 app_not_configured_for_user"), ["google-not-configured"]);
        assert_eq!(keys("403 app_not_configured"), ["google-no-app"]);
    }

    #[test]
    fn every_entry_has_a_meaning_in_both_languages_and_names_rules_or_catalogue_ids() {
        let ids: HashSet<&str> = packs().flat_map(|pack| pack.rules).map(|rule| rule.id).collect();
        let mut faults = Vec::new();
        for language in [Language::English, Language::Chinese] {
            let texts = &Texts::of(language).errors;
            for entry in entries::ENTRIES {
                if texts.get(entry.key).is_none_or(String::is_empty) {
                    faults.push(format!("{language:?}: {} has no meaning", entry.key));
                }
            }
            let known: HashSet<&str> = entries::ENTRIES.iter().map(|entry| entry.key).collect();
            faults
                .extend(texts.keys().filter(|key| !known.contains(key.as_str())).map(|key| format!("{key} is unused")));
        }
        for entry in entries::ENTRIES {
            faults.extend(
                entry
                    .rules
                    .iter()
                    .filter(|rule| !ids.contains(*rule))
                    .map(|rule| format!("{}: {rule} is no rule", entry.key)),
            );
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }
}
