//! XML as lines of coloured pieces, for showing: as sent, or formatted, both over the same bytes.

use crate::sorted::sort_by_key;
use std::ops::Range;

use super::document::{Attribute, Document, Node, NodeKind};
use super::names::is_space;
use super::reader::{Doctype, read};

/// What a piece of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `<`, `>`, `=`, quotes, white space within tags.
    Punctuation,
    /// An element's name.
    Name,
    /// An attribute's name, or a namespace declaration's.
    AttributeName,
    /// An attribute's value.
    AttributeValue,
    /// Character data.
    Text,
    /// A CDATA section.
    CData,
    /// A comment.
    Comment,
    /// A processing instruction, the XML declaration or a document type.
    Prolog,
    /// What the reader could not read: everything from the error on.
    Unread,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// A line to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// How many levels it stands in from the left; 0 where the text is shown as sent.
    pub indent: usize,
    /// Its pieces; together with the other lines' they are the text, but for line ends and for indentation replaced.
    pub tokens: Vec<Token>,
}

/// How to lay out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Layout {
    /// Every byte as it came.
    AsSent,
    /// A line for each element; white space between elements is left out.
    #[default]
    Formatted,
}

/// The lines of a text, well-formed or not.
pub fn lines(text: &str, layout: Layout) -> Vec<Line> {
    let reading = read(text, Doctype::Show);
    let unread = reading.error.map_or(text.len(), |error| error.span.start);
    let mut writer = Writer { text, layout, lines: Vec::new(), from: 0, unread };
    writer.document(&reading.document);
    writer.lines
}

struct Writer<'a> {
    text: &'a str,
    layout: Layout,
    lines: Vec<Line>,
    /// Everything before this is written.
    from: usize,
    /// Where the reader stopped.
    unread: usize,
}

/// An element that is open while the document is walked.
struct Open<'d> {
    node: Node<'d>,
    /// Whether its children stand on lines of their own.
    block: bool,
}

impl Writer<'_> {
    fn document(&mut self, document: &Document<'_>) {
        self.new_line(0);
        if let Some(span) = document.declaration() {
            self.up_to(span.start, TokenKind::Prolog);
            self.up_to(span.end, TokenKind::Prolog);
        }
        let mut open: Vec<Open<'_>> = Vec::new();
        for node in document.nodes().skip(1) {
            while let Some(last) = open.pop_if(|last| !last.node.subtree().contains(&node.id().0)) {
                self.close(&last, open.len());
            }
            let block = open.last().is_none_or(|parent| parent.block);
            if block && self.layout == Layout::Formatted {
                if node.kind() == NodeKind::Text {
                    self.from = self.from.max(node.span().end);
                    continue;
                }
                self.from = self.from.max(node.span().start);
                self.new_line(open.len());
            }
            match node.kind() {
                NodeKind::Element => {
                    self.open_tag(node);
                    open.push(Open { node, block: is_block(node) });
                }
                NodeKind::Text => self.up_to(node.span().end, TokenKind::Text),
                NodeKind::CData => self.up_to(node.span().end, TokenKind::CData),
                NodeKind::Comment => self.up_to(node.span().end, TokenKind::Comment),
                NodeKind::Instruction | NodeKind::Doctype | NodeKind::Document => {
                    self.up_to(node.span().end, TokenKind::Prolog);
                }
            }
        }
        while let Some(last) = open.pop() {
            self.close(&last, open.len());
        }
        self.unread = self.unread.max(self.from).min(self.text.len());
        let tail = self.text.get(self.unread..).unwrap_or_default();
        if !tail.trim().is_empty() || self.layout == Layout::AsSent {
            self.push(self.text.len(), TokenKind::Unread);
        }
        self.lines.retain(|line| self.layout == Layout::AsSent || !line.tokens.is_empty());
    }

    fn open_tag(&mut self, node: Node<'_>) {
        let tag = node.open_tag();
        self.up_to(tag.start, TokenKind::Text);
        self.up_to(tag.start + 1, TokenKind::Punctuation);
        let prefix = if node.prefix().is_empty() { 0 } else { node.prefix().len() + 1 };
        self.up_to(tag.start + 1 + prefix + node.local_name().len(), TokenKind::Name);
        let mut attributes: Vec<Attribute<'_>> = node.declarations().chain(node.attributes()).collect();
        sort_by_key(&mut attributes, |attribute| attribute.span().start);
        for attribute in attributes {
            let value = attribute.value_span();
            let source = self.text.get(attribute.span()).unwrap_or_default();
            let name = source.find(|c: char| c == '=' || c.is_ascii() && is_space(c as u8)).unwrap_or(source.len());
            self.up_to(attribute.span().start, TokenKind::Punctuation);
            self.up_to(attribute.span().start + name, TokenKind::AttributeName);
            self.up_to(value.start, TokenKind::Punctuation);
            self.up_to(value.end, TokenKind::AttributeValue);
        }
        self.up_to(tag.end, TokenKind::Punctuation);
    }

    fn close(&mut self, open: &Open<'_>, indent: usize) {
        let tag = open.node.close_tag();
        if tag.is_empty() {
            return;
        }
        if open.block && self.layout == Layout::Formatted {
            self.from = self.from.max(tag.start);
            self.new_line(indent);
        }
        self.up_to(tag.start, TokenKind::Text);
        self.up_to(tag.start + 2, TokenKind::Punctuation);
        let name = self.text.get(tag.start + 2..tag.end).unwrap_or_default();
        let end = name.find(|c: char| c == '>' || c.is_ascii() && is_space(c as u8)).unwrap_or(name.len());
        self.up_to(tag.start + 2 + end, TokenKind::Name);
        self.up_to(tag.end, TokenKind::Punctuation);
    }

    fn new_line(&mut self, indent: usize) {
        // One that nothing is written to is taken out at the end.
        self.lines.push(Line { indent, tokens: Vec::new() });
    }

    /// Writes everything not yet written up to `end`, but nothing that the reader did not get to.
    fn up_to(&mut self, end: usize, kind: TokenKind) {
        self.push(end.min(self.unread), kind);
    }

    fn push(&mut self, end: usize, kind: TokenKind) {
        let Some(piece) = self.text.get(self.from..end.max(self.from)) else { return };
        let indent = self.lines.last().map_or(0, |line| line.indent);
        let mut at = self.from;
        for (number, part) in piece.split('\n').enumerate() {
            if number > 0 {
                self.lines.push(Line { indent, tokens: Vec::new() });
            }
            let span = at..at + part.len();
            at = span.end + 1;
            if let Some(line) = self.lines.last_mut()
                && !span.is_empty()
            {
                line.tokens.push(Token { kind, span });
            }
        }
        self.from = self.from.max(end);
    }
}

/// Elements whose character data is white space alone, and that have children, are shown as blocks.
fn is_block(node: Node<'_>) -> bool {
    node.elements().next().is_some()
        && node.children().all(|child| match child.kind() {
            NodeKind::Text => child.source().bytes().all(is_space),
            NodeKind::CData => false,
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, layout: Layout) -> Vec<String> {
        let line = |line: &Line| {
            let tokens = line.tokens.iter().map(|token| text.get(token.span.clone()).unwrap());
            "  ".repeat(line.indent) + &tokens.collect::<String>()
        };
        lines(text, layout).iter().map(line).collect()
    }

    const MESSAGE: &str = "<?xml version='1.0'?><a b = 'c'>\n <d>t</d>\n\n<!--x--><e><f/></e></a>\n";

    #[test]
    fn as_sent_is_the_text_to_the_byte() {
        for text in [MESSAGE, "<a>\r\n<b>x</b></a>", "<a><b>", "no xml", "", "<a>&bad;</a>tail", "<é à='ü'>名前</é>"]
        {
            assert_eq!(shown(text, Layout::AsSent).join("\n"), text);
        }
    }

    #[test]
    fn formatted_gives_each_element_a_line() {
        assert_eq!(
            shown(MESSAGE, Layout::Formatted),
            ["<?xml version='1.0'?>", "<a b = 'c'>", "  <d>t</d>", "  <!--x-->", "  <e>", "    <f/>", "  </e>", "</a>"]
        );
    }

    #[test]
    fn what_was_not_read_stands_at_the_end() {
        let last = |text: &str, layout| shown(text, layout).pop().unwrap_or_default();
        assert!(last("<a><b>&bad;</b></a>", Layout::Formatted).ends_with("&bad;</b></a>"));
        assert_eq!(last("<a/> \n", Layout::Formatted), "<a/>");
        assert_eq!(last("<a/> \n ", Layout::AsSent), " ");
    }

    #[test]
    fn what_holds_character_data_stays_in_its_line() {
        let formatted = |text| shown(text, Layout::Formatted);
        assert_eq!(formatted("<a> <b/><![CDATA[ ]]></a>"), ["<a> <b/><![CDATA[ ]]></a>"]);
        assert_eq!(formatted("<a>t<b/></a>"), ["<a>t<b/></a>"]);
        assert_eq!(formatted("\n\n<a><b/>\n\n</a>\n\n"), ["<a>", "  <b/>", "</a>"]);
    }

    #[test]
    fn character_data_is_never_left_out() {
        assert_eq!(shown("<a>x <b>y</b> z</a>", Layout::Formatted), ["<a>x <b>y</b> z</a>"]);
        assert_eq!(shown("<a> <b> y </b> </a>", Layout::Formatted), ["<a>", "  <b> y </b>", "</a>"]);
    }

    #[test]
    fn what_could_not_be_read_is_shown_as_such() {
        let text = "<a><b>1</b></c> rest";
        let all = lines(text, Layout::AsSent);
        let last = all.last().unwrap().tokens.last().unwrap().clone();
        assert_eq!((last.kind, text.get(last.span).unwrap()), (TokenKind::Unread, "</c> rest"));
    }

    #[test]
    fn pieces_have_their_kinds() {
        let text = "<p:a xmlns:p='u' b='1'>t</p:a>";
        let line = &lines(text, Layout::AsSent)[0];
        let kinds: Vec<_> = line.tokens.iter().map(|t| (t.kind, text.get(t.span.clone()).unwrap())).collect();
        use TokenKind::*;
        assert_eq!(
            kinds,
            [
                (Punctuation, "<"),
                (Name, "p:a"),
                (Punctuation, " "),
                (AttributeName, "xmlns:p"),
                (Punctuation, "='"),
                (AttributeValue, "u"),
                (Punctuation, "' "),
                (AttributeName, "b"),
                (Punctuation, "='"),
                (AttributeValue, "1"),
                (Punctuation, "'>"),
                (Text, "t"),
                (Punctuation, "</"),
                (Name, "p:a"),
                (Punctuation, ">"),
            ]
        );
    }
}
