//! Coloured lines as they travel from the worker to the page: numbers, so that a text of megabytes makes no million objects.

use crate::{Line, TokenKind};

const KINDS: [TokenKind; 9] = [
    TokenKind::Punctuation,
    TokenKind::Name,
    TokenKind::AttributeName,
    TokenKind::AttributeValue,
    TokenKind::Text,
    TokenKind::CData,
    TokenKind::Comment,
    TokenKind::Prolog,
    TokenKind::Unread,
];

/// The lines of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// For each line: its indentation, and the number of its first token.
    lines: Vec<(u32, u32)>,
    /// For each token: its kind's number, where it starts and where it ends.
    tokens: Vec<(u8, u32, u32)>,
}

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: TokenKind,
    /// Where it starts in the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Lines {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many levels a line stands in from the left.
    pub fn indent(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |(indent, _)| *indent as usize)
    }

    /// The pieces of a line.
    pub fn pieces(&self, line: usize) -> impl Iterator<Item = Piece> + '_ {
        let start = self.lines.get(line).map_or(self.tokens.len(), |(_, token)| *token as usize);
        let end = self.lines.get(line + 1).map_or(self.tokens.len(), |(_, token)| *token as usize);
        let tokens = self.tokens.get(start..end).unwrap_or_default();
        tokens.iter().map(|(kind, start, end)| Piece {
            kind: KINDS.get(usize::from(*kind)).copied().unwrap_or(TokenKind::Unread),
            start: *start as usize,
            end: *end as usize,
        })
    }

    /// The bytes of the text that a line shows, half open; `None` for an empty line.
    pub fn span(&self, line: usize) -> Option<(usize, usize)> {
        let mut pieces = self.pieces(line);
        let first = pieces.next()?;
        Some((first.start, pieces.last().map_or(first.end, |last| last.end)))
    }

    /// The line that shows the byte at an offset, or the one before it.
    pub fn at(&self, offset: usize) -> usize {
        let token = self.tokens.partition_point(|(_, _, end)| *end as usize <= offset);
        self.lines.partition_point(|(_, first)| *first as usize <= token).saturating_sub(1)
    }

    /// Reads what [`written`] wrote.
    pub fn read(bytes: &[u8]) -> Self {
        let mut numbers = bytes.chunks_exact(4).map(|four| u32::from_le_bytes(four.try_into().unwrap_or_default()));
        let count = numbers.next().unwrap_or(0);
        let mut read = Self::default();
        for _ in 0..count {
            let (Some(indent), Some(tokens)) = (numbers.next(), numbers.next()) else { break };
            read.lines.push((indent, read.tokens.len() as u32));
            for _ in 0..tokens {
                let (Some(kind), Some(start), Some(end)) = (numbers.next(), numbers.next(), numbers.next()) else {
                    break;
                };
                read.tokens.push((kind as u8, start, end));
            }
        }
        read
    }
}

/// Lines as bytes: how many; for each its indentation and how many tokens; for each token its kind, start and end.
pub fn written(lines: &[Line]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = |number: usize| bytes.extend_from_slice(&(number as u32).to_le_bytes());
    put(lines.len());
    for line in lines {
        put(line.indent);
        put(line.tokens.len());
        for token in &line.tokens {
            put(KINDS.iter().position(|kind| *kind == token.kind).unwrap_or(0));
            put(token.span.start);
            put(token.span.end);
        }
    }
    bytes
}
