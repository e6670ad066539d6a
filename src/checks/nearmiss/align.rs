//! Two texts side by side: which characters of each the other has not, and how many must be altered.

use serde::Serialize;

use super::lookalike::{is_invisible, lookalike};
use crate::limits::ALIGNED_CHARACTERS;

/// A run of characters of one of two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The characters, every invisible one shown as [`visible`] shows it.
    pub text: String,
    /// Whether the other text has something else here, or nothing.
    pub differs: bool,
}

/// A text with every invisible character shown: a space as `␠`, a tab as `␉`, others by name as `⟨NBSP⟩` or `⟨U+200B⟩`.
pub fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), shown)
}

fn shown(mut text: String, c: char) -> String {
    match c {
        '\u{7f}' => text.push('\u{2421}'),
        // Pictures of the control characters and of the space stand in their order from U+2400 on.
        '\0'..=' ' => text.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or(c)),
        '\u{a0}' => text.push_str("⟨NBSP⟩"),
        c if c.is_whitespace() || c.is_control() || is_invisible(c) => {
            text.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        }
        c => text.push(c),
    }
    text
}

/// The pieces of both texts.
pub(super) fn pieces(actual: &str, expected: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (a, e): (Vec<char>, Vec<char>) = (actual.chars().collect(), expected.chars().collect());
    let (start, end) = ends(&a, &e);
    let middle = |all: &[char]| all.get(start..all.len() - end).unwrap_or_default().to_vec();
    let (inner_a, inner_e) = (middle(&a), middle(&e));
    let (kept_a, kept_e) = if a.len().max(e.len()) > ALIGNED_CHARACTERS {
        (vec![false; inner_a.len()], vec![false; inner_e.len()])
    } else {
        kept(&inner_a, &inner_e)
    };
    (grouped(&a, start, end, &kept_a), grouped(&e, start, end, &kept_e))
}

/// How many characters two texts have alike at their beginning and at their end.
pub(super) fn common(a: &str, b: &str) -> usize {
    let start = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let rest = a.chars().count().min(b.chars().count()) - start;
    start + a.chars().rev().zip(b.chars().rev()).take(rest).take_while(|(a, b)| a == b).count()
}

/// The lengths of what two texts begin and end with alike, which do not overlap.
fn ends(a: &[char], b: &[char]) -> (usize, usize) {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let rest = a.len().min(b.len()) - start;
    (start, a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(a, b)| a == b).count())
}

/// Which characters of each are in their longest common subsequence. None, where that is less than half and not all
/// of one text: single letters that agree by chance say nothing.
fn kept(a: &[char], b: &[char]) -> (Vec<bool>, Vec<bool>) {
    if a.len() == b.len() && a.iter().zip(b).all(|(a, b)| look_alike(*a, *b)) {
        let same: Vec<bool> = a.iter().zip(b).map(|(a, b)| a == b).collect();
        return (same.clone(), same);
    }
    let mut rows = vec![vec![0_u16; b.len() + 1]];
    for one in a.iter().rev() {
        // From the end on: of a cell the pair has those below it, to the right and straight.
        let mut row = Vec::with_capacity(b.len() + 1);
        let mut right = 0_u16;
        row.push(right);
        for (other, below) in b.iter().rev().zip(rows.last().map(|row| row.windows(2)).into_iter().flatten()) {
            let [across, straight] = below else { continue };
            right = if one == other { across + 1 } else { right.max(*straight) };
            row.push(right);
        }
        rows.push(row);
    }
    let length = |i: usize, j: usize| {
        let cell = rows.get(a.len() - i).and_then(|row| row.get(b.len() - j));
        cell.copied().unwrap_or_default()
    };
    let (mut kept_a, mut kept_b) = (vec![false; a.len()], vec![false; b.len()]);
    let all = usize::from(length(0, 0));
    if all * 2 < a.len().max(b.len()) && all < a.len().min(b.len()) {
        return (kept_a, kept_b);
    }
    let (mut i, mut j) = (0, 0);
    while let (Some(one), Some(other)) = (a.get(i), b.get(j)) {
        if one == other {
            if let (Some(a), Some(b)) = (kept_a.get_mut(i), kept_b.get_mut(j)) {
                (*a, *b) = (true, true);
            }
            (i, j) = (i + 1, j + 1);
        } else if length(i + 1, j) >= length(i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    (kept_a, kept_b)
}

/// Whether two characters differ in no more than their letter case and their script.
fn look_alike(a: char, b: char) -> bool {
    let plain = |c: char| lookalike(c).unwrap_or(c);
    plain(a).to_lowercase().eq(plain(b).to_lowercase())
}

/// A text as pieces: its beginning and end alike, and of its middle what is kept.
fn grouped(text: &[char], start: usize, end: usize, kept: &[bool]) -> Vec<Piece> {
    let middle = kept.iter().map(|kept| !kept);
    let marks = std::iter::repeat_n(false, start).chain(middle).chain(std::iter::repeat_n(false, end));
    let mut pieces: Vec<Piece> = Vec::new();
    for (c, differs) in text.iter().zip(marks) {
        match pieces.last_mut() {
            Some(last) if last.differs == differs => last.text = shown(std::mem::take(&mut last.text), *c),
            _ => pieces.push(Piece { text: shown(String::new(), *c), differs }),
        }
    }
    pieces
}

/// The fewest characters to replace, leave out or add that make one text of the other, up to `most`. What both begin with
/// may always be kept, so that it branches only where an alteration is: the time grows with the texts, and 3 to the `most`.
pub(super) fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let (Some((_, a_rest)), Some((_, b_rest))) = (a.split_first(), b.split_first()) else {
        return Some(a.len().max(b.len()));
    };
    let most = most.checked_sub(1)?;
    [(a_rest, b_rest), (a, b_rest), (a_rest, b)].into_iter().filter_map(|(a, b)| edits(a, b, most)).min().map(|n| n + 1)
}
