//! Finding a text within another, whatever the letter case.

use super::Span;

/// Hits beyond these are not counted: nobody steps through them.
pub const MOST_HITS: usize = 10_000;

/// Where a text stands in another, letter case aside, from left to right and without overlaps.
pub fn find(text: &str, wanted: &str) -> Vec<Span> {
    let wanted: Vec<char> = wanted.chars().flat_map(char::to_lowercase).collect();
    let mut hits = Vec::new();
    let Some((first, rest)) = wanted.split_first() else { return hits };
    let mut from = 0;
    for (at, c) in text.char_indices() {
        // The first letter decides nearly always.
        let mut lower = c.to_lowercase();
        if at < from || lower.next() != Some(*first) {
            continue;
        }
        if let Some(end) = end_of(text.get(at..).unwrap_or_default(), lower, rest) {
            from = at + end;
            hits.push([at, from]);
            if hits.len() == MOST_HITS {
                break;
            }
        }
    }
    hits
}

/// Where the letters end that a text begins with, if it does.
fn end_of(text: &str, mut lower: std::char::ToLowercase, wanted: &[char]) -> Option<usize> {
    let mut all = text.char_indices();
    let (_, first) = all.next()?;
    let mut end = first.len_utf8();
    for c in wanted {
        let next = loop {
            if let Some(next) = lower.next() {
                break next;
            }
            let (at, next) = all.next()?;
            end = at + next.len_utf8();
            lower = next.to_lowercase();
        };
        if next != *c {
            return None;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_does_not_count() {
        assert_eq!(find("<NameID>nameid NAMEID", "nameId"), [[1, 7], [8, 14], [15, 21]]);
        assert_eq!(find("ÄÖ äö ü", "äö"), [[0, 4], [5, 9]]);
        assert_eq!(find("İstanbul", "i\u{307}s"), [[0, 3]]);
        assert_eq!(find("名前 <名前>", "名前"), [[0, 6], [8, 14]]);
    }

    #[test]
    fn hits_do_not_overlap_and_are_bounded() {
        assert_eq!(find("aaaaa", "aa"), [[0, 2], [2, 4]]);
        assert_eq!(find("abc", ""), [] as [Span; 0]);
        assert_eq!(find("abc", "abcd"), [] as [Span; 0]);
        assert_eq!(find(&"e".repeat(MOST_HITS + 5), "E").len(), MOST_HITS);
    }
}
