//! Texts of a message in which markup stands, so that readers of it read different things; and what each kind reads.

use std::collections::HashMap;

use super::Message;
use super::names::{ASSERTION, PROTOCOL};
use crate::limits;
use crate::xml::{DeclaredKind, Node, NodeKind, Piece, declared, pieces};

/// The elements whose text says who somebody is, what they may, or for whom the message is.
const IDENTIFYING: [(&str, &str); 7] = [
    (ASSERTION, "NameID"),
    (ASSERTION, "Issuer"),
    (ASSERTION, "Audience"),
    (ASSERTION, "AttributeValue"),
    (ASSERTION, "AuthnContextClassRef"),
    (ASSERTION, "AuthenticatingAuthority"),
    (PROTOCOL, "SessionIndex"),
];

/// What stands within a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Splitter {
    Comment,
    Instruction,
    CData,
    Element,
    Entity,
}

impl Splitter {
    /// The name in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Instruction => "instruction",
            Self::CData => "cdata",
            Self::Element => "element",
            Self::Entity => "entity",
        }
    }
}

/// A text that is in several pieces.
pub(crate) struct SplitText<'d> {
    /// The element that it is the text of.
    pub(crate) node: Node<'d>,
    /// What splits it, each once, in the order in which it stands there.
    pub(crate) by: Vec<Splitter>,
    /// Each kind of reader by its name, and what it reads; the first reads all text, which is what is signed.
    pub(crate) readings: Vec<(&'static str, String)>,
}

impl SplitText<'_> {
    /// What a careless reader takes for the text: the first that is not the whole.
    pub(crate) fn misread(&self) -> &str {
        let whole = self.readings.first().map(|(_, text)| text.trim()).unwrap_or_default();
        let mut others = self.readings.iter().map(|(_, text)| text.trim());
        others.find(|text| *text != whole).unwrap_or(whole)
    }
}

/// Every text of a message that is split, in its order.
pub(crate) fn split_texts<'d>(message: Message<'d>) -> Vec<SplitText<'d>> {
    let is_one = |node: &Node<'_>| IDENTIFYING.iter().any(|(namespace, name)| node.is(namespace, name));
    let doctype = message.0.document().root().children().find(|node| node.kind() == NodeKind::Doctype);
    let declared = declared(doctype.map(Node::source).unwrap_or_default());
    let mut entities = HashMap::new();
    // Of two declarations the first counts (XML 1.0 §4.2).
    for entity in declared.iter().filter(|one| one.kind == DeclaredKind::Entity) {
        entities.entry(entity.name).or_insert(entity.value);
    }
    message.0.descendants().filter(is_one).filter_map(|node| split(node, &entities)).collect()
}

fn split<'d>(node: Node<'d>, entities: &HashMap<&str, &str>) -> Option<SplitText<'d>> {
    let mut by: Vec<Splitter> = Vec::new();
    let mut texts: Vec<Node<'_>> = Vec::new();
    for child in node.children() {
        let splitter = match child.kind() {
            NodeKind::Comment => Some(Splitter::Comment),
            NodeKind::Instruction => Some(Splitter::Instruction),
            NodeKind::Element => Some(Splitter::Element),
            NodeKind::CData => Some(Splitter::CData),
            _ => has_entity(child).then_some(Splitter::Entity),
        };
        if matches!(child.kind(), NodeKind::Text | NodeKind::CData) {
            texts.push(child);
        }
        by.extend(splitter.filter(|splitter| !by.contains(splitter)));
    }
    // What an attribute's value holds may be made of elements; then it is no text at all.
    if by.contains(&Splitter::Element) && node.local_name() == "AttributeValue" {
        return None;
    }
    let told = texts.iter().filter(|text| !text.text().trim().is_empty()).count();
    // One section is as good as one text.
    let whole = told == 0 || told == 1 && by.iter().all(|by| *by == Splitter::CData);
    (!whole).then(|| SplitText { readings: readings(node, &by, &texts, entities), node, by })
}

fn has_entity(text: Node<'_>) -> bool {
    pieces(text.source()).any(|piece| matches!(piece, Piece::Entity(_)))
}

fn readings(
    node: Node<'_>,
    by: &[Splitter],
    texts: &[Node<'_>],
    entities: &HashMap<&str, &str>,
) -> Vec<(&'static str, String)> {
    let text = |node: Option<Node<'_>>| node.map(|node| node.text().into_owned()).unwrap_or_default();
    let first = node.children().next().filter(|first| matches!(first.kind(), NodeKind::Text | NodeKind::CData));
    let mut all = vec![
        ("whole-text", node.text_content().into_owned()),
        ("first-text", text(first)),
        ("last-text", text(texts.last().copied())),
    ];
    if by.contains(&Splitter::Instruction) {
        all.push(("with-instructions", node.children().map(with_instructions).collect()));
    }
    if by.contains(&Splitter::CData) {
        let plain = texts.iter().filter(|text| text.kind() == NodeKind::Text);
        all.push(("without-cdata", plain.map(|text| text.text()).collect()));
    }
    if by.contains(&Splitter::Entity) {
        all.push(("with-entities", texts.iter().map(|text| with_entities(*text, entities)).collect()));
        let none = HashMap::new();
        all.push(("without-entities", texts.iter().map(|text| with_entities(*text, &none)).collect()));
    }
    all
}

/// A node as text, and what follows the target of an instruction.
fn with_instructions(node: Node<'_>) -> String {
    let text = node.text();
    match node.kind() {
        NodeKind::Text | NodeKind::CData => text.into_owned(),
        NodeKind::Instruction => text.split_once(char::is_whitespace).map_or("", |(_, data)| data).to_owned(),
        _ => String::new(),
    }
}

/// A text with what its entities stand for, those within them left out; no longer than [`limits::ENTITY_BYTES`], since
/// what is small may stand for much.
fn with_entities(text: Node<'_>, entities: &HashMap<&str, &str>) -> String {
    if text.kind() != NodeKind::Text {
        return text.text().into_owned();
    }
    let mut value = String::new();
    for piece in pieces(text.source()) {
        match piece {
            Piece::Literal(text) => value.push_str(text),
            Piece::Character(c) => value.push(c),
            Piece::Entity(_) if value.len() > limits::ENTITY_BYTES => break,
            Piece::Entity(name) => value.push_str(entities.get(name).copied().unwrap_or_default()),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Doctype, read};

    type Told = (Vec<&'static str>, Vec<(&'static str, String)>);

    fn told(content: &str) -> Option<Told> {
        let text = format!("<!DOCTYPE r [<!ENTITY a \"min\">]><r xmlns=\"{ASSERTION}\"><NameID>{content}</NameID></r>");
        let document = read(&text, Doctype::Show).whole().unwrap();
        let split = split_texts(Message(document.root_element()?)).into_iter().next()?;
        Some((split.by.iter().map(|by| by.as_str()).collect(), split.readings))
    }

    fn read_as(content: &str, reader: &str) -> String {
        let (_, readings) = told(content).unwrap();
        readings.into_iter().find(|(name, _)| *name == reader).unwrap().1
    }

    #[test]
    fn a_text_in_one_piece_is_read_alike_by_all() {
        for content in
            ["alice", "", "a&amp;b&#64;", "<![CDATA[alice]]>", "\n <![CDATA[alice]]>\n", "<!-- alone -->", "<b/>"]
        {
            assert_eq!(told(content), None, "{content}");
        }
    }

    #[test]
    fn each_reader_reads_its_own() {
        let content = "admin@x<!-- c -->.evil<?p .data?>.org<![CDATA[.end]]>";
        assert_eq!(told(content).unwrap().0, ["comment", "instruction", "cdata"]);
        for (reader, value) in [
            ("whole-text", "admin@x.evil.org.end"),
            ("first-text", "admin@x"),
            ("last-text", ".end"),
            ("with-instructions", "admin@x.evil.data.org.end"),
            ("without-cdata", "admin@x.evil.org"),
        ] {
            assert_eq!(read_as(content, reader), value, "{reader}");
        }
        assert_eq!(read_as("<!-- -->admin", "first-text"), "");
        assert_eq!(read_as("admin<b>x</b>.evil", "whole-text"), "adminx.evil");
        assert_eq!(read_as("ad&a;.evil", "with-entities"), "admin.evil");
        assert_eq!(read_as("ad&a;&b;.evil", "without-entities"), "ad.evil");
    }
}
