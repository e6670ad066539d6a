//! How two identifiers differ that ought to be equal.

use serde::Serialize;

/// How they differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The kinds of difference.
    pub kinds: Vec<Kind>,
    /// What is there, in pieces.
    pub actual: Vec<Piece>,
    /// What ought to be, in pieces.
    pub expected: Vec<Piece>,
}

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it differs.
    pub differs: bool,
}

/// A kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// Different.
    Other,
}

pub(crate) fn compare(actual: &str, expected: &str) -> Option<Difference> {
    let piece = |text: &str| vec![Piece { text: text.to_owned(), differs: true }];
    (actual != expected).then(|| Difference {
        kinds: vec![Kind::Other],
        actual: piece(actual),
        expected: piece(expected),
    })
}

pub(crate) fn nearest<'e>(actual: &str, mut expected: impl Iterator<Item = &'e str>) -> Option<(&'e str, Difference)> {
    expected.find_map(|expected| Some((expected, compare(actual, expected)?)))
}
