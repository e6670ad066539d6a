//! What lies over the bytes of a text: signatures, evidence, hits; and the pieces that a row falls into under them.

use super::{Lines, Row, Span, mark};
use crate::sorted::sort_by;
use crate::xml::TokenKind;

/// Spans over a text, each layer told by its number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layers(Vec<Vec<Span>>);

/// A piece of a row: everything about its bytes is alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub span: Span,
    /// The layers over it, a bit for each by its number.
    pub layers: u32,
    /// For a character that nobody would see: what stands for it.
    pub mark: Option<String>,
}

impl Layers {
    /// Layers in the order of their numbers; spans of a layer may overlap.
    pub fn of(layers: impl IntoIterator<Item = Vec<Span>>) -> Self {
        Self(layers.into_iter().map(merged).collect())
    }

    /// Puts other spans in the place of a layer's.
    pub fn set(&mut self, number: usize, spans: Vec<Span>) {
        if let Some(layer) = self.0.get_mut(number) {
            *layer = merged(spans);
        }
    }

    /// The pieces of a row.
    pub fn parts(&self, text: &str, lines: &Lines, row: Row) -> Vec<Part> {
        let [start, end] = row.span;
        let pieces: Vec<_> = lines.pieces(row.line, row.span).collect();
        let source = text.get(start..end).unwrap_or_default();
        let marks: Vec<_> = source.char_indices().filter_map(|(at, c)| Some((start + at, c, mark(c)?))).collect();
        let mut cuts: Vec<usize> = pieces.iter().flat_map(|piece| piece.span).collect();
        cuts.extend(marks.iter().flat_map(|(at, c, _)| [*at, at + c.len_utf8()]));
        cuts.extend(self.0.iter().flat_map(|layer| within(layer, row.span)).flatten());
        cuts.extend(row.span);
        cuts.retain(|cut| (start..=end).contains(cut));
        sort_by(&mut cuts, usize::cmp);
        cuts.dedup();
        let part = |(from, to): (&usize, &usize)| {
            let piece = pieces.iter().find(|piece| (piece.span[0]..piece.span[1]).contains(from));
            let lies = |layer: &Vec<Span>| within(layer, [*from, *to]).next().is_some();
            let layers = self.0.iter().enumerate().filter(|(_, layer)| lies(layer)).map(|(number, _)| 1 << number);
            Part {
                kind: piece.map_or(TokenKind::Text, |piece| piece.kind),
                span: [*from, *to],
                layers: layers.sum(),
                mark: marks.iter().find(|(at, ..)| at == from).map(|(.., mark)| mark.clone()),
            }
        };
        cuts.iter().zip(cuts.iter().skip(1)).map(part).collect()
    }
}

/// Spans in order, those that overlap or touch as one, empty ones left out.
pub fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|[start, end]| start < end);
    sort_by(&mut spans, Ord::cmp);
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    for [start, end] in spans {
        match all.last_mut() {
            Some([_, last]) if start <= *last => *last = end.max(*last),
            _ => all.push([start, end]),
        }
    }
    all
}

/// Those of ordered spans that have bytes in common with one.
fn within(spans: &[Span], [start, end]: Span) -> impl Iterator<Item = Span> + '_ {
    let first = spans.partition_point(|[_, to]| *to <= start);
    spans.iter().skip(first).take_while(move |[from, _]| *from < end).copied()
}

/// How far a signature covers a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// Every byte, but for the signature itself, which no signature covers.
    Whole,
    /// Some of its bytes.
    Part,
    /// None.
    None,
}

/// How far a signature that stands at `own` and covers `covers` covers a span.
pub fn cover(covers: &[Span], own: Option<Span>, span: Span) -> Cover {
    let covered: Vec<Span> = merged(covers.to_vec());
    let bytes = |spans: &[Span]| {
        let inside = within(spans, span).map(|[start, end]| end.min(span[1]) - start.max(span[0]));
        inside.sum::<usize>()
    };
    let itself = own.filter(|own| span[0] < own[0] || own[1] < span[1]);
    let with_itself = merged(covered.iter().copied().chain(itself).collect());
    match bytes(&covered) {
        0 => Cover::None,
        _ if bytes(&with_itself) == span[1].saturating_sub(span[0]) => Cover::Whole,
        _ => Cover::Part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Rows;
    use crate::xml::Layout;

    #[test]
    fn layers_cut_tokens_at_their_very_bytes() {
        let text = "<a>alice@acme</a>";
        let lines = Lines::of(text, Layout::AsSent);
        let row = Rows::cut(text, &lines, 80).get(&lines, 0).unwrap();
        let layers = Layers::of([vec![[0, 5], [5, 8]], vec![[4, 6], [5, 9]], vec![]]);
        let parts = layers.parts(text, &lines, row);
        let told: Vec<_> =
            parts.iter().map(|part| (text.get(part.span[0]..part.span[1]).unwrap(), part.layers)).collect();
        assert_eq!(
            told,
            [("<", 1), ("a", 1), (">", 1), ("a", 1), ("lice", 3), ("@", 2), ("acme", 0), ("</", 0), ("a", 0), (">", 0)]
        );
        let only: String = parts.iter().map(|part| text.get(part.span[0]..part.span[1]).unwrap()).collect();
        assert_eq!(only, text);
    }

    #[test]
    fn what_nobody_sees_is_a_piece_of_its_own() {
        let text = "<a>x\u{202e}y</a>";
        let lines = Lines::of(text, Layout::AsSent);
        let row = Rows::cut(text, &lines, 80).get(&lines, 0).unwrap();
        let parts = Layers::default().parts(text, &lines, row);
        let marked: Vec<_> = parts.iter().filter_map(|part| Some((part.span, part.mark.clone()?))).collect();
        assert_eq!(marked, [([4, 7], "⟨U+202E⟩".to_owned())]);
    }

    #[test]
    fn a_row_in_the_middle_of_a_token_has_its_part_of_it() {
        let text = "<a>0123456789012345678901234567890123456789</a>";
        let lines = Lines::of(text, Layout::AsSent);
        let rows = Rows::cut(text, &lines, 20);
        let all = (0..rows.len()).flat_map(|row| Layers::default().parts(text, &lines, rows.get(&lines, row).unwrap()));
        let shown: String = all.map(|part| text.get(part.span[0]..part.span[1]).unwrap().to_owned()).collect();
        assert_eq!(shown, text);
    }

    #[test]
    fn a_signature_covers_what_it_stands_in_but_for_itself() {
        let covers = [[100, 200], [300, 400]];
        let own = Some([200, 300]);
        assert_eq!(cover(&covers, own, [100, 400]), Cover::Whole);
        assert_eq!(cover(&covers, own, [150, 160]), Cover::Whole);
        assert_eq!(cover(&covers, own, [210, 220]), Cover::None);
        assert_eq!(cover(&covers, own, [200, 300]), Cover::None);
        assert_eq!(cover(&covers, own, [90, 400]), Cover::Part);
        assert_eq!(cover(&covers, None, [100, 400]), Cover::Part);
        assert_eq!(cover(&[], own, [100, 400]), Cover::None);
    }
}
