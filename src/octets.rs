//! What two texts of bytes have in common and where they part: over tags' punctuation, white space and words.

use std::collections::BTreeMap;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Token};
use serde::{Deserialize, Serialize};

use crate::limits::{DIFFERENCE_OCTETS, DIFFERENCE_PIECES, DIFFERENCE_TEXT_BYTES};

/// A stretch of two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OctetPiece {
    /// What it is.
    pub kind: OctetKind,
    /// Where it begins in the first text, and where in the second.
    pub at: [usize; 2],
    /// How many octets it has: of `Same` and `Unchanged` in both texts, of the others in the one that has it.
    pub octets: usize,
    /// What is shown of it, which of a long one is its beginning. What is no UTF-8 is replaced.
    pub text: String,
}

/// What a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OctetKind {
    /// In both texts; shown, since something beside it differs.
    Same,
    /// Only in the first.
    Removed,
    /// Only in the second.
    Added,
    /// In both texts, and not shown.
    Unchanged,
    /// Both go on, with differences that are not shown: the octets are those of the second.
    More,
}

/// Octets of what is alike that are shown beside a difference.
const BESIDE: usize = 64;

/// The stretches of two texts, in their order; none where they are the same.
///
/// The work is bounded: where more than [`DIFFERENCE_OCTETS`] lie between what both begin and end with alike, that is one
/// replaced stretch. So is what is handed back: [`DIFFERENCE_PIECES`] stretches, [`DIFFERENCE_TEXT_BYTES`] of text in each.
pub fn octet_difference(first: &[u8], second: &[u8]) -> Vec<OctetPiece> {
    if first == second {
        return Vec::new();
    }
    let (start, end) = alike(first, second);
    // From the border of a token to the border of one, so that what differs is told in words.
    let start = (0..=start).rev().find(|at| is_border(first, *at)).unwrap_or(0);
    let end = (first.len() - end..first.len()).find(|at| is_border(first, *at)).unwrap_or(first.len());
    let alike = first.len() - end;
    let middles = [start..end, start..second.len() - alike];
    let mut made = Made { texts: [first, second], at: [0, 0], pieces: Vec::new() };
    made.same(start);
    made.aligned(middles);
    made.same(alike);
    made.pieces
}

/// How many octets two texts have alike at their beginning and at their end, which do not overlap.
fn alike(first: &[u8], second: &[u8]) -> (usize, usize) {
    let start = first.iter().zip(second).take_while(|(a, b)| a == b).count();
    let rest = first.len().min(second.len()) - start;
    (start, first.iter().rev().zip(second.iter().rev()).take(rest).take_while(|(a, b)| a == b).count())
}

fn is_border(text: &[u8], at: usize) -> bool {
    let sort = |at: usize| text.get(at).map(|octet| sort(*octet));
    match at.checked_sub(1).map(sort) {
        Some(before) => before != sort(at) || before == Some(Sort::Alone),
        None => true,
    }
}

/// What an octet makes a token with: others of its sort.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Space,
    Word,
    /// Part of a character beyond ASCII, so that one taken for two is told from the letters beside it.
    Wide,
    Alone,
}

fn sort(octet: u8) -> Sort {
    match octet {
        b' ' | b'\t' => Sort::Space,
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Sort::Word,
        0x80.. => Sort::Wide,
        _ => Sort::Alone,
    }
}

fn tokens(text: &[u8], within: Range<usize>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for at in within {
        match all.last_mut() {
            Some(last) if !is_border(text, at) => last.end = at + 1,
            _ => all.push(at..at + 1),
        }
    }
    all
}

/// The stretches as they are made, with how far of each text they have come.
struct Made<'t> {
    texts: [&'t [u8]; 2],
    at: [usize; 2],
    pieces: Vec<OctetPiece>,
}

impl Made<'_> {
    /// What stands between what both begin and end with.
    fn aligned(&mut self, [a, b]: [Range<usize>; 2]) {
        let [first, second] = self.texts;
        if a.len().max(b.len()) > DIFFERENCE_OCTETS {
            return self.replaced([a.end, b.end]);
        }
        let (before, after) = (tokens(first, a.clone()), tokens(second, b.clone()));
        let mut known: BTreeMap<&[u8], u32> = BTreeMap::new();
        let mut number = |text, tokens: &[Range<usize>]| -> Vec<Token> {
            let of = |range: &Range<usize>| {
                let next = known.len() as u32;
                Token(*known.entry(slice(text, range.clone())).or_insert(next))
            };
            tokens.iter().map(of).collect()
        };
        let (left, right) = (number(first, &before), number(second, &after));
        let mut difference = Diff::default();
        difference.compute_with(Algorithm::Myers, &left, &right, known.len() as u32);
        let at = |tokens: &[Range<usize>], index: u32, end: usize| {
            tokens.get(index as usize).map_or(end, |token| token.start)
        };
        for hunk in difference.hunks() {
            self.same(at(&before, hunk.before.start, a.end) - self.at[0]);
            self.replaced([at(&before, hunk.before.end, a.end), at(&after, hunk.after.end, b.end)]);
        }
        self.same(a.end - self.at[0]);
    }

    /// So many octets of both are alike.
    fn same(&mut self, octets: usize) {
        let [at, _] = self.at;
        let end = at + octets;
        let last = end == self.texts[0].len();
        // A long stretch is shown where it meets a difference.
        let head = if at == 0 { 0 } else { BESIDE };
        let tail = if last { 0 } else { BESIDE };
        if octets <= head + tail + BESIDE {
            return self.push(OctetKind::Same, octets, octets);
        }
        let cut = |at: usize| character(self.texts[0], at);
        let (from, to) = (cut(at + head), cut(end - tail));
        self.push(OctetKind::Same, from - at, from - at);
        self.push(OctetKind::Unchanged, to - from, 0);
        self.push(OctetKind::Same, end - to, end - to);
    }

    /// Up to here the texts have other octets. What both begin and end with stays outside: of two words their letters.
    fn replaced(&mut self, to: [usize; 2]) {
        let [first, second] = self.texts;
        let (start, end) = alike(slice(first, self.at[0]..to[0]), slice(second, self.at[1]..to[1]));
        let start = character(first, self.at[0] + start).saturating_sub(self.at[0]);
        let end = to[0] - (to[0] - end..to[0]).find(|at| character(first, *at) == *at).unwrap_or(to[0]);
        self.same(start);
        self.push(OctetKind::Removed, to[0] - end - self.at[0], DIFFERENCE_TEXT_BYTES);
        self.push(OctetKind::Added, to[1] - end - self.at[1], DIFFERENCE_TEXT_BYTES);
        self.same(end);
    }

    fn push(&mut self, kind: OctetKind, octets: usize, shown: usize) {
        if octets == 0 {
            return;
        }
        let (at, [first, second]) = (self.at, self.texts);
        let (text, from) = if kind == OctetKind::Added { (second, at[1]) } else { (first, at[0]) };
        let end = character(text, from + octets.min(shown)).max(from);
        let text = String::from_utf8_lossy(slice(text, from..end)).into_owned();
        if kind != OctetKind::Added {
            self.at[0] += octets;
        }
        if kind != OctetKind::Removed {
            self.at[1] += octets;
        }
        match self.pieces.len() {
            DIFFERENCE_PIECES.. => {
                if let Some(last) = self.pieces.last_mut() {
                    last.kind = OctetKind::More;
                    last.text = String::new();
                    last.octets = second.len() - last.at[1];
                }
            }
            _ => match self.pieces.last_mut().filter(|last| last.kind == kind && kind == OctetKind::Same) {
                Some(last) => {
                    last.octets += octets;
                    last.text.push_str(&text);
                }
                None => self.pieces.push(OctetPiece { kind, at, octets, text }),
            },
        }
    }
}

fn slice(text: &[u8], range: Range<usize>) -> &[u8] {
    text.get(range).unwrap_or_default()
}

/// The beginning of the character that stands at an offset.
fn character(text: &[u8], at: usize) -> usize {
    let is_within = |at: usize| text.get(at).is_some_and(|octet| octet & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|at| !is_within(*at)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The difference as a line: `-` before what only the first has, `+` before what only the second has.
    fn told(first: &str, second: &str) -> String {
        let piece = |piece: &OctetPiece| match piece.kind {
            OctetKind::Same => piece.text.clone(),
            OctetKind::Removed => format!("[-{}]", piece.text),
            OctetKind::Added => format!("[+{}]", piece.text),
            OctetKind::Unchanged => format!("[{}]", piece.octets),
            OctetKind::More => format!("[{} more]", piece.octets),
        };
        octet_difference(first.as_bytes(), second.as_bytes()).iter().map(piece).collect()
    }

    #[test]
    fn the_same_has_no_difference() {
        assert_eq!(told("<a/>", "<a/>"), "");
        assert_eq!(told("", ""), "");
    }

    #[test]
    fn white_space_that_came_in_is_told_alone() {
        assert_eq!(told("<a><b>x</b></a>", "<a>\n  <b>x</b>\n</a>"), "<a>[+\n  ]<b>x</b>[+\n]</a>");
        assert_eq!(told("<a>\n</a>", "<a>\r\n</a>"), "<a>[+\r]\n</a>");
    }

    #[test]
    fn a_changed_value_is_told_where_it_changed() {
        assert_eq!(
            told("<n>alice@acme.example</n>", "<n>mallory@acme.example</n>"),
            "<n>[-alice][+mallory]@acme.example</n>"
        );
        assert_eq!(told("<n>role-admin</n>", "<n>role-admix</n>"), "<n>role-admi[-n][+x]</n>");
        assert_eq!(told("", "<a/>"), "[+<a/>]");
        assert_eq!(told("<a/>", ""), "[-<a/>]");
    }

    #[test]
    fn a_character_is_never_cut() {
        assert_eq!(told("<n>Jürgen</n>", "<n>JÃ¼rgen</n>"), "<n>J[-ü][+Ã¼]rgen</n>");
        // Both begin with the octet c3.
        assert_eq!(told("ü", "ö"), "[-ü][+ö]");
        assert_eq!(told("aḀb", "a\u{1e40}b"), "a[-Ḁ][+\u{1e40}]b");
        for length in 0..12 {
            let (a, b) = ("é".repeat(100), format!("{}{}x", "é".repeat(100), "a".repeat(length)));
            assert!(!told(&a, &b).contains('\u{fffd}'));
        }
    }

    #[test]
    fn long_stretches_that_are_alike_are_counted() {
        let (head, tail) = ("h".repeat(500), "t ".repeat(400));
        let told = told(&format!("{head}<a>{tail}"), &format!("{head}<b>{tail}"));
        assert_eq!(told, format!("[437]{}<[-a][+b]>{}[737]", "h".repeat(63), "t ".repeat(31) + "t"));
    }

    #[test]
    fn of_a_great_many_differences_the_first_are_told() {
        let first = "ab ".repeat(5000);
        let second = "ab\n".repeat(5000);
        let pieces = octet_difference(first.as_bytes(), second.as_bytes());
        assert_eq!(pieces.len(), DIFFERENCE_PIECES);
        let last = pieces.last().unwrap();
        assert_eq!((last.kind, last.octets + last.at[1]), (OctetKind::More, second.len()));
    }

    #[test]
    fn texts_too_large_to_align_are_one_replaced_stretch() {
        let first = "ab ".repeat(DIFFERENCE_OCTETS / 2);
        let second = "cd\n".repeat(DIFFERENCE_OCTETS / 2);
        let pieces = octet_difference(first.as_bytes(), second.as_bytes());
        assert_eq!(pieces.iter().map(|piece| piece.kind).collect::<Vec<_>>(), [OctetKind::Removed, OctetKind::Added]);
        assert!(pieces.iter().all(|piece| piece.text.len() <= DIFFERENCE_TEXT_BYTES && piece.octets == first.len()));
    }

    proptest! {
        #[test]
        fn either_text_is_made_of_its_stretches(first in "[<>ab \n\r\u{e9}é]{0,60}", second in "[<>ab \n\r\u{e9}é]{0,60}") {
            let pieces = octet_difference(first.as_bytes(), second.as_bytes());
            let of = |other: OctetKind| -> String {
                pieces.iter().filter(|piece| piece.kind != other).map(|piece| piece.text.as_str()).collect()
            };
            if first == second {
                prop_assert!(pieces.is_empty());
            } else if pieces.iter().all(|piece| !matches!(piece.kind, OctetKind::Unchanged | OctetKind::More)) {
                prop_assert_eq!(of(OctetKind::Added), first);
                prop_assert_eq!(of(OctetKind::Removed), second);
            }
        }

        #[test]
        fn any_bytes_are_taken(first: Vec<u8>, second: Vec<u8>) {
            let pieces = octet_difference(&first, &second);
            let count = |other: OctetKind| -> usize {
                pieces.iter().filter(|piece| piece.kind != other).map(|piece| piece.octets).sum()
            };
            if first != second && pieces.len() < DIFFERENCE_PIECES {
                prop_assert_eq!((count(OctetKind::Added), count(OctetKind::Removed)), (first.len(), second.len()));
            }
        }
    }
}
