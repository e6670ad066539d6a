//! The message with its decrypted parts in place, and where each byte of it comes from.

use std::ops::Range;

/// Where bytes of a spliced text come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From the text as it was sent, beginning at this byte of it.
    Original(usize),
    /// From the decrypted part of this number among [`super::Decryption::parts`].
    Decrypted(usize),
}

/// A stretch of a spliced text that comes from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes in the spliced text.
    pub span: Range<usize>,
    /// Where they come from.
    pub origin: Origin,
}

/// A text in which decrypted elements have taken the place of encrypted ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spliced {
    /// The text.
    pub text: String,
    /// Where it comes from, in order and without a gap; no piece is empty.
    pub pieces: Vec<Piece>,
}

/// A stretch of a text, and what takes its place.
pub(super) struct Replacement {
    pub(super) span: Range<usize>,
    pub(super) part: usize,
    pub(super) text: String,
}

impl Spliced {
    /// A text in which nothing has been replaced yet.
    pub(super) fn whole(text: &str) -> Self {
        let whole = Piece { span: 0..text.len(), origin: Origin::Original(0) };
        Self { text: text.to_owned(), pieces: if text.is_empty() { Vec::new() } else { vec![whole] } }
    }

    /// The piece that a byte stands in.
    pub fn piece_at(&self, at: usize) -> Option<&Piece> {
        let next = self.pieces.partition_point(|piece| piece.span.end <= at);
        self.pieces.get(next).filter(|piece| piece.span.contains(&at))
    }

    /// The decrypted part that a byte comes from, the innermost of several.
    pub fn part_at(&self, at: usize) -> Option<usize> {
        match self.piece_at(at)?.origin {
            Origin::Decrypted(part) => Some(part),
            Origin::Original(_) => None,
        }
    }

    /// Where a byte of the spliced text stood in the text as it was sent; `None` for one that was decrypted.
    pub fn original_at(&self, at: usize) -> Option<usize> {
        let piece = self.piece_at(at)?;
        match piece.origin {
            Origin::Original(start) => Some(start + at - piece.span.start),
            Origin::Decrypted(_) => None,
        }
    }

    /// The bytes of the text as it was sent that these bytes stood in, what was encrypted between them included; `None`
    /// where they begin or end in a decrypted part.
    pub fn original(&self, span: Range<usize>) -> Option<Range<usize>> {
        let start = self.original_at(span.start);
        if span.is_empty() {
            return start.map(|start| start..start);
        }
        // The byte before the end: what ends where a decrypted part begins does not stand in it.
        Some(start?..self.original_at(span.end - 1)? + 1)
    }

    /// Puts replacements, in order and apart from each other, in their places. The second value maps the bounds of
    /// elements, which no replacement cuts through, to where they are afterwards.
    pub(super) fn replace(&self, replacements: &[Replacement]) -> (Self, Moves) {
        let mut next = Self { text: String::with_capacity(self.text.len()), pieces: Vec::new() };
        let mut moves = Moves(Vec::with_capacity(replacements.len()));
        let mut from = 0;
        for replacement in replacements {
            next.copy(self, from..replacement.span.start);
            next.push(&replacement.text, Origin::Decrypted(replacement.part));
            from = replacement.span.end;
            moves.0.push((from, next.text.len()));
        }
        next.copy(self, from..self.text.len());
        (next, moves)
    }

    fn copy(&mut self, from: &Self, range: Range<usize>) {
        let first = from.pieces.partition_point(|piece| piece.span.end <= range.start);
        for piece in from.pieces.iter().skip(first).take_while(|piece| piece.span.start < range.end) {
            let (start, end) = (piece.span.start.max(range.start), piece.span.end.min(range.end));
            let origin = match piece.origin {
                Origin::Original(at) => Origin::Original(at + start - piece.span.start),
                decrypted => decrypted,
            };
            self.push(from.text.get(start..end).unwrap_or_default(), origin);
        }
    }

    fn push(&mut self, text: &str, origin: Origin) {
        if !text.is_empty() {
            let start = self.text.len();
            self.text.push_str(text);
            self.pieces.push(Piece { span: start..self.text.len(), origin });
        }
    }
}

/// Where places of a text are after a replacement: the end of each replaced stretch, before and after.
pub(super) struct Moves(Vec<(usize, usize)>);

impl Moves {
    pub(super) fn place(&self, at: usize) -> usize {
        let passed = self.0.partition_point(|(before, _)| *before <= at);
        match passed.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some((before, after)) => after + (at - before),
            None => at,
        }
    }

    pub(super) fn span(&self, span: &Range<usize>) -> Range<usize> {
        self.place(span.start)..self.place(span.end)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]

    use super::*;

    fn replaced(spliced: &Spliced, what: &[(&str, &str, usize)]) -> (Spliced, Moves) {
        let replacements: Vec<_> = what
            .iter()
            .map(|(old, new, part)| {
                let start = spliced.text.find(old).unwrap();
                Replacement { span: start..start + old.len(), part: *part, text: (*new).to_owned() }
            })
            .collect();
        spliced.replace(&replacements)
    }

    #[test]
    fn every_byte_knows_where_it_comes_from() {
        let original = "<r><e>1</e>-<e>22</e></r>";
        let (spliced, _) = replaced(&Spliced::whole(original), &[("<e>1</e>", "<aa/>", 0), ("<e>22</e>", "<b/>", 1)]);
        assert_eq!(spliced.text, "<r><aa/>-<b/></r>");
        let origins: Vec<_> = spliced.pieces.iter().map(|piece| (piece.span.clone(), piece.origin)).collect();
        use Origin::*;
        assert_eq!(
            origins,
            [
                (0..3, Original(0)),
                (3..8, Decrypted(0)),
                (8..9, Original(11)),
                (9..13, Decrypted(1)),
                (13..17, Original(21))
            ]
        );
        for (at, _) in spliced.text.char_indices() {
            if let Some(before) = spliced.original_at(at) {
                assert_eq!(original.as_bytes()[before], spliced.text.as_bytes()[at]);
            }
        }
        assert_eq!((spliced.part_at(3), spliced.part_at(8), spliced.part_at(12)), (Some(0), None, Some(1)));
        assert_eq!((spliced.part_at(17), spliced.original_at(17)), (None, None));
    }

    #[test]
    fn a_span_around_a_decrypted_part_maps_back_and_one_within_does_not() {
        let original = "<r><e>1</e></r>";
        let (spliced, _) = replaced(&Spliced::whole(original), &[("<e>1</e>", "<a/>", 0)]);
        assert_eq!(spliced.original(0..spliced.text.len()), Some(0..original.len()));
        assert_eq!(spliced.original(0..3), Some(0..3));
        assert_eq!(spliced.original(3..7), None);
        assert_eq!(spliced.original(0..5), None);
        assert_eq!(spliced.original(7..11), Some(11..15));
    }

    #[test]
    fn a_part_within_a_part_is_told_apart_and_the_outer_span_grows_with_it() {
        let first = replaced(&Spliced::whole("<r><e>1</e>!</r>"), &[("<e>1</e>", "<a><f/></a>", 0)]).0;
        let outer = 3..14;
        assert_eq!(first.text.get(outer.clone()), Some("<a><f/></a>"));
        let (second, moves) = replaced(&first, &[("<f/>", "<name/>", 1)]);
        assert_eq!(second.text, "<r><a><name/></a>!</r>");
        assert_eq!(second.text.get(moves.span(&outer)), Some("<a><name/></a>"));
        assert_eq!(second.text.get(moves.span(&(14..15))), Some("!"));
        let parts: Vec<_> = (0..second.text.len()).map(|at| second.part_at(at)).collect();
        assert_eq!(parts[3..6], [Some(0); 3]);
        assert_eq!(parts[6..13], [Some(1); 7]);
        assert_eq!(parts[13..17], [Some(0); 4]);
        assert_eq!(second.original_at(17), Some(11));
    }

    #[test]
    fn a_part_may_be_the_whole_text() {
        let (spliced, moves) = replaced(&Spliced::whole("<e/>"), &[("<e/>", "<assertion/>", 0)]);
        assert_eq!(spliced.pieces, [Piece { span: 0..12, origin: Origin::Decrypted(0) }]);
        assert_eq!(moves.span(&(0..4)), 0..12);
        assert_eq!(spliced.original(0..12), None);
    }
}
