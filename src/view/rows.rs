//! Lines cut into rows of one height that fit a width, and which of them are shown while others are folded away.

use std::collections::BTreeSet;

use super::{Lines, Span};
use crate::checks::nearmiss::{is_invisible, visible};

/// Columns that a level stands in.
const LEVEL: usize = 2;
/// Columns that the second row of a line stands in further.
const HANG: usize = 4;
/// Columns of a tab, at most.
const TAB: usize = 4;

/// What stands for a character that nobody would see, or that would move others about.
pub fn mark(c: char) -> Option<String> {
    let is_plain = |c: char| c == ' ' || c == '\t' || !c.is_whitespace() && !c.is_control() && !is_invisible(c);
    (!is_plain(c)).then(|| visible(c.encode_utf8(&mut [0; 4])))
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The line that it is of.
    pub line: usize,
    /// Its bytes.
    pub span: Span,
    /// Columns that it stands in from the left.
    pub indent: usize,
    /// Whether it is the first of its line.
    pub first: bool,
}

/// All rows of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    columns: usize,
    /// Of each row: its line, its start and its end.
    rows: Vec<[u32; 3]>,
}

impl Rows {
    /// Cuts lines into rows of so many columns, preferably behind white space, or where a tag begins or ends.
    pub fn cut(text: &str, lines: &Lines, columns: usize) -> Self {
        let mut all = Self { columns: columns.max(16), rows: Vec::with_capacity(lines.len()) };
        for line in 0..lines.len() {
            let [start, end] = lines.span(line);
            let source = text.get(start..end).unwrap_or_default();
            let mut room = all.columns - all.indent(lines, line, true);
            let (mut from, mut used) = (0, 0);
            // Where it had better be cut, and how many columns stand before.
            let mut better = (0, 0);
            for (at, c) in source.char_indices() {
                let width = width(c);
                if c == '<' {
                    better = (at, used);
                }
                if used + width > room && at > from {
                    let (to, before) = if better.1 * 2 > room { better } else { (at, used) };
                    all.push(line, start + from, start + to);
                    (from, used) = (to, used - before);
                    better = (from, 0);
                    room = all.columns - all.indent(lines, line, false);
                }
                used += width;
                if matches!(c, ' ' | '\t' | '>') {
                    better = (at + c.len_utf8(), used);
                }
            }
            all.push(line, start + from, start + source.len());
        }
        all
    }

    fn push(&mut self, line: usize, start: usize, end: usize) {
        self.rows.push([line as u32, start as u32, end as u32]);
    }

    /// However deep something stands, most of the row is for its text.
    fn indent(&self, lines: &Lines, line: usize, first: bool) -> usize {
        let indent = (LEVEL * lines.indent(line)).min(self.columns / 3);
        indent + if first { 0 } else { HANG }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row.
    pub fn get(&self, lines: &Lines, number: usize) -> Option<Row> {
        let [line, start, end] = self.rows.get(number)?.map(|number| number as usize);
        let first = start == lines.span(line)[0];
        Some(Row { line, span: [start, end], indent: self.indent(lines, line, first), first })
    }

    /// The row that shows the byte at an offset, or the last one before it.
    fn at(&self, offset: usize) -> usize {
        self.rows.partition_point(|[_, start, _]| *start as usize <= offset).saturating_sub(1)
    }

    /// The first row of a line, or of the first one after it.
    fn of_line(&self, line: usize) -> usize {
        self.rows.partition_point(|[of, ..]| (*of as usize) < line)
    }
}

fn width(c: char) -> usize {
    match c {
        ' '..='~' => 1,
        '\t' => TAB,
        _ => match mark(c) {
            // Its edges take a column.
            Some(mark) => mark.chars().count() + 1,
            // Letters of East Asia and pictures are twice as wide as others.
            None => 1 + usize::from(c >= '\u{1100}'),
        },
    }
}

/// Which rows are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folds {
    /// Rows that are shown one after the other: the number of the first, and how many are shown before it.
    runs: Vec<[usize; 2]>,
    shown: usize,
}

impl Folds {
    /// Shows all rows but those that stand under a folded line.
    pub fn of(lines: &Lines, rows: &Rows, folded: &BTreeSet<usize>) -> Self {
        let mut all = Self::default();
        let mut first = 0;
        for line in folded {
            let Some(last) = lines.fold(*line) else { continue };
            let from = rows.of_line(line + 1);
            // Within what is folded already there is nothing to hide.
            if from < first {
                continue;
            }
            all.push(first, from);
            first = rows.of_line(last + 1);
        }
        all.push(first, rows.len());
        all
    }

    fn push(&mut self, first: usize, end: usize) {
        if first < end {
            self.runs.push([first, self.shown]);
            self.shown += end - first;
        }
    }

    /// How many rows are shown.
    pub fn len(&self) -> usize {
        self.shown
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.shown == 0
    }

    /// The number of the row that is shown at a place.
    pub fn row(&self, place: usize) -> usize {
        let run = self.runs.partition_point(|[_, before]| *before <= place).saturating_sub(1);
        self.runs.get(run).map_or(0, |[first, before]| first + place.saturating_sub(*before))
    }

    /// Where the byte at an offset is shown, or the line under which it is folded away.
    pub fn place(&self, rows: &Rows, offset: usize) -> usize {
        let row = rows.at(offset);
        let run = self.runs.partition_point(|[first, _]| *first <= row).saturating_sub(1);
        let end = self.runs.get(run + 1).map_or(self.shown, |[_, before]| *before);
        let place = self.runs.get(run).map_or(0, |[first, before]| before + row.saturating_sub(*first));
        place.min(end.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Layout;

    fn cut(text: &str, layout: Layout, columns: usize) -> (Lines, Rows, Vec<String>) {
        let lines = Lines::of(text, layout);
        let rows = Rows::cut(text, &lines, columns);
        let row = |number| {
            let row = rows.get(&lines, number).unwrap();
            " ".repeat(row.indent) + text.get(row.span[0]..row.span[1]).unwrap()
        };
        let shown = (0..rows.len()).map(row).collect();
        (lines, rows, shown)
    }

    #[test]
    fn rows_fit_and_lose_nothing() {
        let text = "<a first='one' second='two' third='three'><b>0123456789012345678901234567890123456789</b></a>";
        let (_, _, shown) = cut(text, Layout::Formatted, 24);
        assert_eq!(
            shown,
            [
                "<a first='one' ",
                "    second='two' ",
                "    third='three'>",
                "  <b>0123456789012345678",
                "      901234567890123456",
                "      789</b>",
                "</a>"
            ]
        );
        for text in [
            text,
            "",
            "<a>\n\n</a>",
            "<a>名前名前名前名前名前名前名前\u{202e}\u{202e}\u{202e}</a>",
            "no xml \t\t\t\t\t\t\t\t",
        ] {
            for columns in [0, 17, 40, 400] {
                let lines = Lines::of(text, Layout::AsSent);
                let rows = Rows::cut(text, &lines, columns);
                for line in 0..lines.len() {
                    let of: Vec<Row> = (0..rows.len())
                        .filter_map(|row| rows.get(&lines, row))
                        .filter(|row| row.line == line)
                        .collect();
                    let source: String = of.iter().map(|row| text.get(row.span[0]..row.span[1]).unwrap()).collect();
                    assert_eq!(source, text.get(lines.span(line)[0]..lines.span(line)[1]).unwrap());
                    assert!(of.iter().enumerate().all(|(number, row)| row.first == (number == 0)));
                    for row in of {
                        let wide: usize = text.get(row.span[0]..row.span[1]).unwrap().chars().map(width).sum();
                        assert!(row.indent + wide <= columns.max(16), "{text} {columns}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_stands_deep_leaves_room_for_its_text() {
        let text = "<a>".repeat(100) + "text" + &"</a>".repeat(100);
        let (_, _, shown) = cut(&text, Layout::Formatted, 30);
        assert!(shown.iter().all(|row| row.chars().count() <= 30));
        assert!(shown.iter().any(|row| row.ends_with("<a>text</a>")));
    }

    #[test]
    fn what_nobody_sees_has_a_mark() {
        assert_eq!(mark('\u{202e}').as_deref(), Some("⟨U+202E⟩"));
        assert_eq!(mark('\r').as_deref(), Some("␍"));
        assert_eq!(mark('\u{a0}').as_deref(), Some("⟨NBSP⟩"));
        assert!(['a', ' ', '\t', '名', 'ש'].into_iter().all(|c| mark(c).is_none()));
    }

    #[test]
    fn folded_rows_are_left_out_and_found_under_their_line() {
        let text = "<a><b><c>1</c><d>2</d></b><e>3</e></a>";
        let (lines, rows, shown) = cut(text, Layout::Formatted, 80);
        let at = |part: &str| text.find(part).unwrap();
        let places =
            |folds: &Folds| (0..folds.len()).map(|place| shown[folds.row(place)].trim().to_owned()).collect::<Vec<_>>();
        let all = Folds::of(&lines, &rows, &BTreeSet::new());
        assert_eq!(all.len(), 7);
        assert_eq!(shown[all.row(all.place(&rows, at("2</d>")))].trim(), "<d>2</d>");
        let one = Folds::of(&lines, &rows, &BTreeSet::from([1]));
        assert_eq!(places(&one), ["<a>", "<b>", "<e>3</e>", "</a>"]);
        assert_eq!(shown[one.row(one.place(&rows, at("2</d>")))].trim(), "<b>");
        assert_eq!(shown[one.row(one.place(&rows, at("3</e>")))].trim(), "<e>3</e>");
        // What lies within what is folded changes nothing; a line without more under it neither.
        let both = Folds::of(&lines, &rows, &BTreeSet::from([0, 1, 2]));
        assert_eq!(places(&both), ["<a>"]);
        assert_eq!(both.place(&rows, text.len()), 0);
        let none = Folds::of(&Lines::default(), &Rows::default(), &BTreeSet::new());
        assert!(none.is_empty());
        assert_eq!(none.row(3), 0);
    }
}
