//! A value beside the one that was expected, their difference marked by more than colour.

use yew::{Html, html};

use crate::{EvidenceReport, Piece};

/// A piece of a compared value.
pub fn piece(piece: &Piece) -> Html {
    if piece.differs {
        html! { <mark>{ piece.text.clone() }</mark> }
    } else {
        html! { <span>{ piece.text.clone() }</span> }
    }
}

/// What is there, and what ought to be, of a piece of evidence.
pub fn compared(evidence: &EvidenceReport) -> (Option<Html>, Option<Html>) {
    let shown = |value: &Option<String>, pieces: Option<&[Piece]>| match (pieces, value) {
        (Some(pieces), _) => Some(html! { <code>{ for pieces.iter().map(piece) }</code> }),
        (None, Some(value)) => Some(html! { <code>{ value.clone() }</code> }),
        (None, None) => None,
    };
    let difference = evidence.difference.as_ref();
    let actual = shown(&evidence.actual, difference.map(|difference| difference.actual.as_slice()));
    let expected = shown(&evidence.expected, difference.map(|difference| difference.expected.as_slice()));
    (actual, expected)
}
