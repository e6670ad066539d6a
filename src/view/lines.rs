//! Coloured lines in numbers, so that a text of megabytes makes no million objects and travels as bytes.

use super::Span;
use crate::xml::{Layout, TokenKind, lines};

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
    /// Bytes of the text.
    text: u32,
    lines: Vec<Line>,
    /// Where each token starts; it ends where the next one does, or its line.
    starts: Vec<u32>,
    /// What each token is.
    kinds: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    token: u32,
    start: u32,
    end: u32,
    indent: u32,
    /// The last line of what can be folded away under this one; 0 for nothing.
    fold: u32,
}

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub span: Span,
}

impl Lines {
    /// The lines of a text, well-formed or not.
    pub fn of(text: &str, layout: Layout) -> Self {
        let mut all = Self { text: text.len() as u32, ..Self::default() };
        let mut next = 0;
        for line in lines(text, layout) {
            let start = line.tokens.first().map_or(next, |token| token.span.start);
            let end = line.tokens.last().map_or(start, |token| token.span.end);
            next = end + 1;
            let token = all.starts.len() as u32;
            all.lines.push(Line { token, start: start as u32, end: end as u32, indent: line.indent as u32, fold: 0 });
            for token in line.tokens {
                all.starts.push(token.span.start as u32);
                all.kinds.push(KINDS.iter().position(|kind| *kind == token.kind).unwrap_or(0) as u8);
            }
        }
        all.find_folds(text);
        all
    }

    /// A text without colours, as sent: while nothing better is known of it.
    pub fn plain(text: &str) -> Self {
        let mut all = Self { text: text.len() as u32, ..Self::default() };
        let mut start = 0;
        for line in text.split('\n') {
            let end = start + line.len() as u32;
            all.lines.push(Line { token: all.starts.len() as u32, start, end, indent: 0, fold: 0 });
            all.starts.push(start);
            all.kinds.push(4);
            start = end + 1;
        }
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether they can be those of a text.
    pub fn fit(&self, text: &str) -> bool {
        self.text as usize == text.len()
    }

    /// How many levels a line stands in from the left.
    pub fn indent(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |line| line.indent as usize)
    }

    /// The bytes that a line shows.
    pub fn span(&self, line: usize) -> Span {
        self.lines.get(line).map_or([self.text as usize; 2], |line| [line.start as usize, line.end as usize])
    }

    /// The last line of what can be folded away under a line: the rest of the element that begins there.
    pub fn fold(&self, line: usize) -> Option<usize> {
        self.lines.get(line).map(|line| line.fold as usize).filter(|fold| *fold > 0)
    }

    /// The line that shows the byte at an offset, or the last one before it.
    pub fn at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start as usize <= offset).saturating_sub(1)
    }

    /// The lines that folding everything folds: the outermost ones, but for the whole message.
    pub fn outermost(&self) -> impl Iterator<Item = usize> + '_ {
        let mut hidden = 0;
        let mut root = None;
        let folds = self.lines.iter().enumerate().filter(|(_, line)| line.fold > 0);
        folds.filter_map(move |(number, line)| {
            let root = *root.get_or_insert(number);
            let shown = number != root && number as u32 > hidden;
            if shown {
                hidden = line.fold;
            }
            shown.then_some(number)
        })
    }

    /// The pieces of a line that have bytes in a span, whole.
    pub fn pieces(&self, line: usize, span: Span) -> impl Iterator<Item = Piece> + '_ {
        let bound = |line: usize| self.lines.get(line).map_or(self.starts.len(), |line| line.token as usize);
        let tokens = self.starts.get(bound(line)..bound(line + 1)).unwrap_or_default();
        let [from, to] = span.map(|offset| offset as u32);
        let first = bound(line) + tokens.partition_point(|start| *start <= from).saturating_sub(1);
        let last = bound(line) + tokens.partition_point(|start| *start < to);
        let end = self.span(line)[1];
        (first..last).map(move |number| {
            let at = |number: usize| self.starts.get(number).map(|start| *start as usize);
            let kind = self.kinds.get(number).and_then(|kind| KINDS.get(usize::from(*kind)));
            let next = at(number + 1).filter(|_| number + 1 < bound(line + 1));
            Piece {
                kind: kind.copied().unwrap_or(TokenKind::Unread),
                span: [at(number).unwrap_or(end), next.unwrap_or(end)],
            }
        })
    }

    /// Under each line that opens an element of several lines: the rest of that element. Of several the outermost.
    fn find_folds(&mut self, text: &str) {
        let mut open: Vec<usize> = Vec::new();
        let mut folds = Vec::new();
        for number in 0..self.lines.len() {
            let [_, end] = self.span(number);
            // Within a tag that closes an element; a tag is never cut between its first two characters.
            let mut closes = false;
            for piece in self.pieces(number, self.span(number)).filter(|piece| piece.kind == TokenKind::Punctuation) {
                let source = text.get(piece.span[0]..piece.span[1]).unwrap_or_default();
                match source {
                    "<" => open.push(number),
                    "</" => closes = true,
                    _ if source.ends_with("/>") || closes && source.ends_with('>') => {
                        closes = false;
                        // What follows the end of the element on its line stays to be seen.
                        let last = if piece.span[1] == end { number } else { number.saturating_sub(1) };
                        folds.extend(open.pop().filter(|first| *first < last).map(|first| (first, last)));
                    }
                    _ => {}
                }
            }
        }
        for (first, last) in folds {
            if let Some(line) = self.lines.get_mut(first) {
                line.fold = line.fold.max(last as u32);
            }
        }
    }

    /// As bytes: how many bytes the text has, how many lines, how many tokens; then all of them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.text, self.lines.len() as u32, self.starts.len() as u32];
        let lines = self.lines.iter().flat_map(|line| [line.token, line.start, line.end, line.indent, line.fold]);
        let numbers = numbers.into_iter().chain(lines).chain(self.starts.iter().copied());
        let mut bytes = Vec::with_capacity(12 + 20 * self.lines.len() + 5 * self.starts.len());
        numbers.for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        bytes.extend_from_slice(&self.kinds);
        bytes
    }

    /// Reads what [`Lines::to_bytes`] wrote; of anything else it makes no lines.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks::<4>();
        let mut numbers = words.iter().map(|word| u32::from_le_bytes(*word));
        let mut read = Self { text: numbers.next().unwrap_or(0), ..Self::default() };
        let (lines, tokens) = (numbers.next().unwrap_or(0) as usize, numbers.next().unwrap_or(0) as usize);
        let Some(kinds) = bytes.get(12 + 20 * lines + 4 * tokens..).filter(|kinds| kinds.len() == tokens) else {
            return read;
        };
        for _ in 0..lines {
            let mut next = || numbers.next().unwrap_or(0);
            read.lines.push(Line { token: next(), start: next(), end: next(), indent: next(), fold: next() });
        }
        read.starts = numbers.take(tokens).collect();
        read.kinds = kinds.to_vec();
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str =
        "<?xml version='1.0'?>\n<a x='1'><b><c>one</c>\n<d/></b><e>\nlong\nvalue</e> <f\n y='2'/></a>";

    fn shown(text: &str, lines: &Lines) -> Vec<String> {
        let piece = |piece: Piece| text.get(piece.span[0]..piece.span[1]).unwrap().to_owned();
        (0..lines.len()).map(|line| lines.pieces(line, lines.span(line)).map(piece).collect()).collect()
    }

    #[test]
    fn pieces_and_spans_are_the_lines_bytes() {
        for layout in [Layout::AsSent, Layout::Formatted] {
            for text in [MESSAGE, "", "<a>\n\n</a>\n", "<a><b>1</c>", "<é à='ü'>名前</é>"] {
                let all = Lines::of(text, layout);
                let spans =
                    (0..all.len()).map(|line| text.get(all.span(line)[0]..all.span(line)[1]).unwrap().to_owned());
                assert_eq!(spans.collect::<Vec<_>>(), shown(text, &all), "{text}");
                for offset in text.char_indices().map(|(offset, _)| offset) {
                    let line = all.at(offset);
                    assert!(all.span(line)[0] <= offset, "{offset}");
                    assert!(all.len() == line + 1 || all.span(line + 1)[0] > offset, "{offset}");
                }
            }
        }
        assert_eq!(shown(MESSAGE, &Lines::plain(MESSAGE)).join("\n"), MESSAGE);
    }

    #[test]
    fn only_the_pieces_of_a_span_are_given() {
        let all = Lines::of("<a>text</a>", Layout::AsSent);
        let spans: Vec<Span> = all.pieces(0, [4, 8]).map(|piece| piece.span).collect();
        assert_eq!(spans, [[3, 7], [7, 9]]);
    }

    #[test]
    fn an_element_of_several_lines_folds_to_its_end() {
        let all = Lines::of(MESSAGE, Layout::Formatted);
        let folds = |all: &Lines| {
            let lines = shown(MESSAGE, all);
            let fold = |line: usize| Some((lines[line].clone(), lines[all.fold(line)?].clone()));
            (0..all.len()).filter_map(fold).collect::<Vec<_>>()
        };
        let told = |all: &[(&str, &str)]| all.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>();
        assert_eq!(
            folds(&all),
            told(&[("<a x='1'>", "</a>"), ("<b>", "</b>"), ("<e>", "value</e>"), ("<f", " y='2'/>")])
        );
        let outermost: Vec<_> = all.outermost().map(|line| shown(MESSAGE, &all)[line].clone()).collect();
        assert_eq!(outermost, ["<b>", "<e>", "<f"]);
        // As sent several elements begin on one line, and the outermost of them is folded.
        let sent = Lines::of(MESSAGE, Layout::AsSent);
        assert_eq!(
            folds(&sent),
            told(&[
                ("<a x='1'><b><c>one</c>", " y='2'/></a>"),
                // The end of `e` is followed by more on its line.
                ("<d/></b><e>", "long"),
            ])
        );
    }

    #[test]
    fn a_text_that_breaks_off_folds_what_it_closed() {
        let all = Lines::of("<a>\n<b>\n</b>\n<c>\n", Layout::AsSent);
        assert_eq!((0..all.len()).map(|line| all.fold(line)).collect::<Vec<_>>(), [None, Some(2), None, None, None]);
    }

    #[test]
    fn what_is_written_is_read() {
        let all = Lines::of(MESSAGE, Layout::Formatted);
        let bytes = all.to_bytes();
        assert_eq!(Lines::from_bytes(&bytes), all);
        assert!(all.fit(MESSAGE) && !all.fit("<a/>"));
        for length in 0..bytes.len() {
            assert!(Lines::from_bytes(&bytes[..length]).is_empty(), "{length}");
        }
        assert!(Lines::from_bytes(&[0xff; 64]).is_empty());
    }
}
