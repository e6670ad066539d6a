//! What programs that show or pass on a text make of it: the colours of a terminal, the typographic quotation marks of a
//! word processor, the spaces of a web page, the marks by which a browser folds a tree of XML.

use super::step::{Repair, RepairKind, Step, StepName};
use super::{Capture, recognise};
use crate::xml::{Doctype, read};

/// The marks of a tree, as browsers draw them before an element that can be folded.
const MARKS: [char; 11] = ['-', '+', '−', '–', '▼', '▾', '▿', '▽', '▶', '▸', '►'];

/// A text that is something else once that is undone. Of markup nothing is undone unless it is well-formed then, and was
/// not before; and nothing at all of what was sent, whose maker is at fault.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    if origin.is_as_sent() {
        return None;
    }
    let codes = without_codes(text);
    let is_printed = origin.is_printed || codes.is_none();
    let (made, repairs) = codes.or_else(|| {
        let text = text.trim();
        // Most messages have nothing that could be mended, and are gone through no further.
        let may_need = !text.is_ascii() || ["- <", "-<", "+ <", "+<"].iter().any(|mark| text.contains(mark));
        let (made, repairs) = may_need.then(|| Mending::new(text)).flatten()?.mended()?;
        let is_read = |text: &str| read(text, Doctype::Show).error.is_none();
        (!repairs.is_empty() && is_read(&made) && !is_read(text)).then_some((made, repairs))
    })?;
    let mut capture = Capture { is_printed, ..origin.clone() };
    let mut step = Step::done(StepName::Unescape, text.len(), made.len()).making(made.as_bytes());
    step.repairs = repairs;
    capture.steps.push(step);
    Some(recognise(&capture, &made))
}

/// A text without the control sequences of a terminal (ECMA-48 §5.4). `None` where it has none: no XML and no encoding of it
/// has an ESC.
fn without_codes(text: &str) -> Option<(String, Vec<Repair>)> {
    let mut pieces = text.split("\u{1b}[");
    let mut out = String::with_capacity(text.len());
    out.push_str(pieces.next()?);
    let mut count = 0;
    for piece in pieces {
        // Parameters, intermediate bytes, and the one that ends it.
        let behind = piece.trim_start_matches(|c| matches!(c, ' '..='?'));
        let mut behind_end = behind.chars();
        match behind_end.next() {
            Some('@'..='~') => out.push_str(behind_end.as_str()),
            _ => return None,
        }
        count += 1;
    }
    (count > 0).then(|| (out, vec![Repair { kind: RepairKind::TerminalCodesRemoved, count }]))
}

/// Markup, gone through once.
struct Mending<'a> {
    rest: &'a str,
    out: String,
    quotes: usize,
    spaces: usize,
    marks: usize,
    /// Whether a straight value holds what may have ended it: then nobody can tell where it ends.
    is_ambiguous: bool,
}

impl<'a> Mending<'a> {
    /// `None` where no markup begins the text.
    fn new(text: &'a str) -> Option<Self> {
        let begins = text.trim_start_matches(MARKS).trim_start().starts_with('<');
        begins.then(|| Self {
            rest: text,
            out: String::with_capacity(text.len()),
            quotes: 0,
            spaces: 0,
            marks: 0,
            is_ambiguous: false,
        })
    }

    fn mended(mut self) -> Option<(String, Vec<Repair>)> {
        while !self.rest.is_empty() {
            let (run, behind) =
                self.rest.split_at_checked(self.rest.find('<').unwrap_or(self.rest.len())).unwrap_or_default();
            self.rest = behind;
            self.run(run);
            match ["<!--", "<![CDATA["].iter().find(|start| behind.starts_with(**start)) {
                Some(&"<!--") => self.keep("-->"),
                Some(_) => self.keep("]]>"),
                None => self.tag(),
            }
        }
        let repairs = [
            (RepairKind::QuotesStraightened, self.quotes),
            (RepairKind::SpacesMadePlain, self.spaces),
            (RepairKind::TreeMarksRemoved, self.marks),
        ];
        let repairs = repairs.into_iter().filter(|(_, count)| *count > 0);
        let repairs = repairs.map(|(kind, count)| Repair { kind, count }).collect();
        (self.quotes == 0 || !self.is_ambiguous).then_some((self.out, repairs))
    }

    /// What stands between two tags: nothing but white space, and a mark before the next tag of its line.
    fn run(&mut self, run: &str) {
        let mut inner = run.trim().chars();
        match (inner.next(), inner.next()) {
            (None, _) if run.contains('\n') => run.chars().for_each(|c| self.space(c)),
            (Some(mark), None) if MARKS.contains(&mark) && (self.out.is_empty() || run.contains('\n')) => {
                self.marks += 1;
                // Before an XML declaration stands nothing.
                if !self.out.is_empty() {
                    run.chars().filter(|c| *c != mark).for_each(|c| self.space(c));
                }
            }
            _ => self.out.push_str(run),
        }
    }

    /// White space where it means nothing.
    fn space(&mut self, c: char) {
        let is_other = !c.is_ascii();
        self.spaces += usize::from(is_other);
        self.out.push(if is_other { ' ' } else { c });
    }

    /// Takes over what is left to an end, that included.
    fn keep(&mut self, end: &str) {
        let length = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        let (kept, behind) = self.rest.split_at_checked(length).unwrap_or_default();
        self.out.push_str(kept);
        self.rest = behind;
    }

    /// A tag to its end. Quotation marks are mended where they stand around a value, and within none.
    fn tag(&mut self) {
        let mut chars = self.rest.chars();
        let (mut after_equals, mut until) = (false, None);
        for c in chars.by_ref() {
            if let Some(ends) = until {
                let ends_value = match ends {
                    '"' | '\'' => ends == c,
                    _ => typographic(ends) == Some(typographic(c).unwrap_or(c)),
                };
                self.is_ambiguous |= typographic(c) == Some(ends);
                until = until.filter(|_| !ends_value);
                let c = if ends_value { self.straight(c) } else { c };
                self.out.push(c);
                continue;
            }
            match (c, typographic(c)) {
                ('"' | '\'', _) if after_equals => {
                    until = Some(c);
                    self.out.push(c);
                }
                (_, Some(quote)) if after_equals => {
                    until = Some(if quote == '"' { '”' } else { '’' });
                    let quote = self.straight(c);
                    self.out.push(quote);
                }
                ('>', _) => {
                    self.out.push(c);
                    break;
                }
                _ if c.is_whitespace() => self.space(c),
                _ => self.out.push(c),
            }
            after_equals = c == '=' || (after_equals && c.is_whitespace());
        }
        self.rest = chars.as_str();
    }

    fn straight(&mut self, c: char) -> char {
        let straight = typographic(c);
        self.quotes += usize::from(straight.is_some());
        straight.unwrap_or(c)
    }
}

/// The quotation mark that a word processor or a mail program made another of.
fn typographic(c: char) -> Option<char> {
    match c {
        '“' | '”' | '„' | '‟' | '″' | '＂' | '«' | '»' => Some('"'),
        '‘' | '’' | '‚' | '‛' | '′' | '＇' => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<?xml version=\"1.0\"?>\n<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID='_a'>\n  \
        <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" a=\"‘’>\">-</saml:Issuer>\n  <!-- “- <a>” --><a/>\n</samlp:Response>";

    fn xml(text: &str) -> (Option<String>, Vec<(RepairKind, usize)>) {
        let Some(mut found) = take(&Capture::default(), text) else { return (None, Vec::new()) };
        assert_eq!(found.len(), 1);
        let first = found.remove(0);
        let repairs = first.steps[0].repairs.iter().map(|repair| (repair.kind, repair.count)).collect();
        assert!(first.error().is_none(), "{:?}", first.steps);
        (first.xml.map(|xml| xml.into_owned()), repairs)
    }

    #[test]
    fn colours_of_a_terminal_are_taken_off_whatever_they_stand_in() {
        let coloured = XML.replace("samlp:", "\u{1b}[1;34msamlp:\u{1b}[0m");
        assert_eq!(xml(&coloured), (Some(XML.to_owned()), vec![(RepairKind::TerminalCodesRemoved, 4)]));
        let lines = XML.replace('\n', "\u{1b}[K\n");
        assert_eq!(xml(&format!("\u{1b}[32m{lines}\u{1b}[m")).0.as_deref(), Some(XML));
        // Cut in the middle of one, or none at all.
        for none in [format!("{XML}\u{1b}[1"), format!("{XML}\u{1b}[é"), XML.to_owned(), "\u{1b}".to_owned()] {
            assert!(without_codes(&none).is_none(), "{none}");
        }
    }

    #[test]
    fn typographic_quotation_marks_around_values_are_made_straight_and_within_them_kept() {
        let text = XML.replacen("\"1.0\"", "“1.0”", 1).replacen("'_a'", "‘_a’", 1).replacen("samlp=\"", "samlp = „", 1);
        let text = text.replacen("protocol\"", "protocol“", 1);
        let expected = XML.replacen("samlp=", "samlp = ", 1);
        assert_eq!(xml(&text), (Some(expected), vec![(RepairKind::QuotesStraightened, 6)]));
    }

    #[test]
    fn spaces_of_a_web_page_are_made_plain_where_they_mean_nothing() {
        let text = XML.replace("\n  <", "\n\u{a0}\u{3000}<").replace(" ID", "\u{a0}ID").replace(">-<", ">a\u{a0}-<");
        let expected = XML.replace(">-<", ">a\u{a0}-<");
        assert_eq!(xml(&text), (Some(expected), vec![(RepairKind::SpacesMadePlain, 5)]));
        // In a message that is well-formed they are its own.
        assert_eq!(xml(&XML.replace(">-<", ">\n\u{a0}<")).0, None);
    }

    #[test]
    fn the_marks_of_a_tree_are_taken_off_and_a_value_that_looks_like_one_is_kept() {
        for mark in MARKS {
            let text = XML.replace("<?xml", &format!("{mark} <?xml")).replace("\n<samlp", &format!("\n{mark}<samlp"));
            let text = text.replace("\n  <saml", &format!("\n {mark} <saml"));
            assert_eq!(xml(&text), (Some(XML.to_owned()), vec![(RepairKind::TreeMarksRemoved, 3)]), "{mark}");
        }
    }

    #[test]
    fn what_is_not_well_formed_after_it_is_not_touched_and_neither_is_what_was_encoded() {
        let broken = XML.replace("</samlp:Response>", "").replacen("'_a'", "‘_a’", 1);
        assert_eq!(xml(&broken).0, None);
        let mendable = XML.replacen("'_a'", "‘_a’", 1);
        assert!(xml(&mendable).0.is_some());
        let coloured = XML.replace("samlp:", "\u{1b}[1msamlp:");
        for name in [StepName::Base64, StepName::Inflate, StepName::Hex, StepName::Trace, StepName::Http] {
            let origin = Capture { steps: vec![Step::done(name, 1, 1)], ..Capture::default() };
            assert!(take(&origin, &mendable).is_none() && take(&origin, &coloured).is_none(), "its maker is at fault");
        }
        let mixed = XML.replacen("'_a'", "“_a\" b=\"c” d=”e\"", 1);
        assert_eq!(xml(&mixed).0, None, "where a value ends nobody can tell");
        for text in ["", "-", "words - <a b=“c”/>", "<", "<a b=“", "<!-- ", "<![CDATA[", "+"] {
            assert_eq!(xml(text).0, None, "{text}");
        }
    }
}
