//! A text with XML in it as a page shows it: rows of bounded length, what is folded, layers over its bytes, searching.
//!
//! Everything is told in bytes of the text, so that what is marked, copied or covered is the very bytes that were sent.

mod layers;
mod lines;
mod rows;
mod scroll;
mod search;

pub use self::layers::{Cover, Layers, Part, cover, merged};
pub use self::lines::{Lines, Piece};
pub use self::rows::{Folds, Row, Rows, mark};
pub use self::scroll::Scroll;
pub use self::search::{MOST_HITS, find};

/// Bytes of a text, half open.
pub type Span = [usize; 2];
