//! What another reader of XML, a browser's own, made of a message, held against what is read here: two readers of one
//! text that see two documents are how signatures are got round (CVE-2025-25291 and its kind).

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::limits::{OUTLINED_BYTES, OUTLINED_TEXT_BYTES};
use crate::sorted::sort_by;
use crate::xml::{Doctype, Document, Node, NodeKind, read};

/// The first place where two readers part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReaderDifference {
    /// In what.
    pub kind: ReadersDiffer,
    /// The bytes that are read differently, half open.
    pub span: [usize; 2],
    /// The names of the elements that it stands in, from the root.
    pub path: String,
    /// What is read here; of what is not read why.
    pub ours: String,
    /// What the other one reads.
    pub theirs: String,
}

/// In what two readers part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadersDiffer {
    /// What is refused here is a document to the other.
    Accepted,
    /// What is read here the other refuses.
    Refused,
    /// The tree: another element, comment or instruction, or none.
    Structure,
    /// An element's name or namespace.
    Name,
    /// The attributes of an element.
    Attributes,
    /// A text.
    Text,
}

/// Ends a record, and parts its fields: neither may stand in an XML document (XML 1.0 §2.2).
const END: char = '\u{1}';
const PART: char = '\u{2}';

/// What another reader made of a text differs in from what is read here; `None` where it does not, or where the text has
/// more than [`OUTLINED_BYTES`].
///
/// `outline`: a record for each node in document order, neighbouring texts as one, each ended by U+0001, its fields parted
/// by U+0002. An element is `e`, its depth, namespace, local name, and namespace, local name and value of each attribute in
/// any order, declarations of namespaces left out; a text `t`, its depth and value; a comment `c`, its depth and value; an
/// instruction `p`, its depth, target and value. The root element's depth is 0. `None`: the other reader refuses the text.
pub fn reader_difference(xml: &str, outline: Option<&str>) -> Option<ReaderDifference> {
    if xml.len() > OUTLINED_BYTES {
        return None;
    }
    let reading = read(xml, Doctype::Show);
    let differs = |kind, span: Range<usize>, path, ours: &str, theirs: &str| {
        Some(ReaderDifference { kind, span: [span.start, span.end], path, ours: shown(ours), theirs: shown(theirs) })
    };
    let document = &reading.document;
    match (&reading.error, outline) {
        (Some(_), None) => return None,
        (Some(error), Some(_)) => {
            let span = error.span.clone();
            let source = xml.get(span.clone()).unwrap_or_default();
            return differs(ReadersDiffer::Accepted, span, String::new(), source, "");
        }
        (None, None) => {
            let span = document.root_element().map(Node::open_tag).unwrap_or_default();
            return differs(ReadersDiffer::Refused, span, String::new(), "", "");
        }
        (None, Some(_)) => {}
    }
    let mut theirs = outline.unwrap_or_default().split_terminator(END);
    let (mut last, mut nodes) = (None, records(document).into_iter());
    loop {
        let (own, other) = (nodes.next(), theirs.next());
        let (node, own) = match (own, other) {
            (None, None) => return None,
            (Some((node, own)), Some(other)) if own == other || own == ordered(other) => {
                last = Some(node);
                continue;
            }
            (Some((node, own)), _) => (node, own),
            // Theirs goes on where ours ends: behind the last node.
            (None, _) => (last?, String::new()),
        };
        let other = other.map(ordered).unwrap_or_default();
        let kind = kind(&own, &other);
        let span = if node.kind() == NodeKind::Element { node.open_tag() } else { node.span() };
        let path: Vec<&str> = node.ancestors().map(Node::local_name).filter(|name| !name.is_empty()).collect();
        let path = path.into_iter().rev().collect::<Vec<_>>().join("/");
        return differs(kind, span, path, &told(kind, &own, &other), &told(kind, &other, &own));
    }
}

/// In what two records differ that do.
fn kind(own: &str, other: &str) -> ReadersDiffer {
    let (own, other): (Vec<&str>, Vec<&str>) = (own.split(PART).collect(), other.split(PART).collect());
    if own.get(..2) != other.get(..2) {
        return ReadersDiffer::Structure;
    }
    match own.first() {
        Some(&"e") if own.get(2..4) != other.get(2..4) => ReadersDiffer::Name,
        Some(&"e") => ReadersDiffer::Attributes,
        Some(&"t") => ReadersDiffer::Text,
        _ => ReadersDiffer::Structure,
    }
}

/// What a record says, of one with another name its namespace as well, of attributes those that the other has not.
fn told(kind: ReadersDiffer, record: &str, other: &str) -> String {
    let fields: Vec<&str> = record.split(PART).collect();
    let at = |index: usize| fields.get(index).copied().unwrap_or_default();
    let named = |namespace: &str, name: &str| {
        if namespace.is_empty() { name.to_owned() } else { format!("{{{namespace}}}{name}") }
    };
    match (at(0), kind) {
        ("e", ReadersDiffer::Attributes) => {
            let all = |record: &str| -> Vec<String> {
                let fields: Vec<&str> = record.split(PART).skip(4).collect();
                let (attributes, _) = fields.as_chunks::<3>();
                attributes
                    .iter()
                    .map(|[namespace, name, value]| format!("{}=\"{value}\"", named(namespace, name)))
                    .collect()
            };
            let others = all(other);
            all(record).into_iter().filter(|attribute| !others.contains(attribute)).collect::<Vec<_>>().join(" ")
        }
        ("e", _) => format!("<{}>", named(at(2), at(3))),
        ("c", _) => format!("<!--{}-->", at(2)),
        ("p", _) => format!("<?{} {}?>", at(2), at(3)),
        _ => at(2).to_owned(),
    }
}

fn shown(text: &str) -> String {
    match text.char_indices().map(|(at, _)| at).take_while(|at| *at <= OUTLINED_TEXT_BYTES).last() {
        Some(end) if text.len() > OUTLINED_TEXT_BYTES => format!("{}…", text.get(..end).unwrap_or_default()),
        _ => text.to_owned(),
    }
}

/// A record with its attributes in order.
fn ordered(record: &str) -> String {
    let fields: Vec<&str> = record.split(PART).collect();
    match fields.split_at_checked(4) {
        Some((head @ ["e", ..], attributes)) => element(head, attributes.as_chunks::<3>().0.to_vec()),
        _ => record.to_owned(),
    }
}

fn element(head: &[&str], mut attributes: Vec<[&str; 3]>) -> String {
    sort_by(&mut attributes, Ord::cmp);
    let mut record = head.join("\u{2}");
    for field in attributes.iter().flatten() {
        record.push(PART);
        record.push_str(field);
    }
    record
}

/// The records of a document, each with its node, of neighbouring texts with the first.
fn records<'d>(document: &'d Document<'d>) -> Vec<(Node<'d>, String)> {
    let mut all: Vec<(Node<'d>, String)> = Vec::new();
    // Where each open element ends.
    let mut open: Vec<u32> = Vec::new();
    // The texts that the last record has: where they end and how deep they stand, for the next node to go on.
    let mut text: Option<(u32, usize)> = None;
    for node in document.nodes().skip(1) {
        let range = node.subtree();
        while open.last().is_some_and(|end| *end <= range.start) {
            open.pop();
        }
        let depth = open.len().to_string();
        let goes_on = text.take() == Some((range.start, open.len()));
        let record = match node.kind() {
            NodeKind::Element => {
                let attributes: Vec<_> =
                    node.attributes().map(|one| (one.namespace(), one.local_name(), one.value())).collect();
                let fields = attributes.iter().map(|(namespace, name, value)| [*namespace, *name, value.as_ref()]);
                open.push(range.end);
                element(&["e", &depth, node.namespace(), node.local_name()], fields.collect())
            }
            NodeKind::Text | NodeKind::CData if open.is_empty() => continue,
            NodeKind::Text | NodeKind::CData => {
                let value = node.text();
                text = Some((range.end, open.len())).filter(|_| goes_on || !value.is_empty());
                match all.last_mut().filter(|_| goes_on) {
                    Some((_, record)) => record.push_str(&value),
                    None if value.is_empty() => {}
                    None => all.push((node, ["t", &depth, &value].join("\u{2}"))),
                }
                continue;
            }
            NodeKind::Comment => ["c", &depth, &node.text()].join("\u{2}"),
            NodeKind::Instruction => {
                let text = node.text();
                let (target, value) = text.split_once([' ', '\t', '\n']).unwrap_or((&text, ""));
                ["p", &depth, target, value.trim_start_matches([' ', '\t', '\n'])].join("\u{2}")
            }
            NodeKind::Document | NodeKind::Doctype => continue,
        };
        all.push((node, record));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader that reads as we do would tell.
    fn outline(xml: &str) -> String {
        let reading = read(xml, Doctype::Show);
        records(&reading.document).into_iter().map(|(_, record)| record + "\u{1}").collect()
    }

    fn told(xml: &str, other: &str) -> Option<(ReadersDiffer, String, String, String, String)> {
        let found = reader_difference(xml, Some(&outline(other)))?;
        let [from, to] = found.span;
        Some((found.kind, xml.get(from..to).unwrap().to_owned(), found.path, found.ours, found.theirs))
    }

    #[test]
    fn a_reader_that_reads_alike_is_no_difference() {
        for xml in [
            "<a/>",
            "<!-- c --><?p d?><a x='1' xmlns:n='u' n:y='2'>t<![CDATA[u]]><!--c-->v<b/>w</a>\n",
            "<a><![CDATA[]]></a>",
            "<a>u<b>x</b>y</a>",
        ] {
            assert_eq!(reader_difference(xml, Some(&outline(xml))), None, "{xml}");
        }
        assert_eq!(told("<a y='2' x='1'>one</a>", "<a x=\"1\"\ny='2'>o<![CDATA[n]]>e</a>"), None);
    }

    #[test]
    fn the_outline_is_told_as_documented() {
        let xml = "<!--c--><n:a xmlns:n='u' z='1' n:y='&amp;'>t<![CDATA[&]]><b/><?p  d ?></n:a>";
        let expected = "c\u{2}0\u{2}c\u{1}e\u{2}0\u{2}u\u{2}a\u{2}\u{2}z\u{2}1\u{2}u\u{2}y\u{2}&\u{1}t\u{2}1\u{2}t&\u{1}\
                        e\u{2}1\u{2}\u{2}b\u{1}p\u{2}1\u{2}p\u{2}d \u{1}";
        assert_eq!(outline(xml), expected);
        // Attributes in another order are the same.
        let other = expected.replace("\u{2}\u{2}z\u{2}1\u{2}u\u{2}y\u{2}&", "\u{2}u\u{2}y\u{2}&\u{2}\u{2}z\u{2}1");
        assert_ne!(other, expected);
        assert_eq!(reader_difference(xml, Some(&other)), None);
    }

    #[test]
    fn the_first_difference_is_told_with_its_place() {
        let owned = |kind, span: &str, path: &str, ours: &str, theirs: &str| {
            Some((kind, span.to_owned(), path.to_owned(), ours.to_owned(), theirs.to_owned()))
        };
        use ReadersDiffer::*;
        assert_eq!(told("<a><b>x</b></a>", "<a><b>y</b></a>"), owned(Text, "x", "a/b", "x", "y"));
        assert_eq!(told("<a><b/></a>", "<a><c/></a>"), owned(Name, "<b/>", "a", "<b>", "<c>"));
        assert_eq!(told("<a><b/></a>", "<a xmlns='u'><b/></a>"), owned(Name, "<a>", "", "<a>", "<{u}a>"));
        assert_eq!(
            told("<a i='1' j='2'/>", "<a i='1' j='3'/>"),
            owned(Attributes, "<a i='1' j='2'/>", "", "j=\"2\"", "j=\"3\"")
        );
        assert_eq!(told("<a><b/>x</a>", "<a><b>x</b></a>"), owned(Structure, "x", "a", "x", "x"));
        assert_eq!(told("<a><b>x</b>y</a>", "<a><b>xy</b></a>"), owned(Text, "x", "a/b", "x", "xy"));
        assert_eq!(told("<a/>", "<a>x</a>"), owned(Structure, "<a/>", "", "", "x"));
        assert_eq!(told("<a><b/></a>", "<a/>"), owned(Structure, "<b/>", "a", "<b>", ""));
        assert_eq!(told("<a>x<!--c-->y</a>", "<a>xy</a>"), owned(Text, "x", "a", "x", "xy"));
    }

    #[test]
    fn what_only_one_of_them_reads_is_told() {
        let accepted = reader_difference("<a><b></a>", Some("e\u{2}0\u{2}\u{2}a\u{1}")).unwrap();
        assert_eq!(accepted.kind, ReadersDiffer::Accepted);
        assert_eq!(accepted.ours, "</a>");
        assert_eq!(reader_difference("<a/>", None).unwrap().kind, ReadersDiffer::Refused);
        assert_eq!(reader_difference("<a>", None), None);
    }

    #[test]
    fn what_is_told_of_a_long_text_is_its_beginning() {
        let long = "é".repeat(300);
        let found = reader_difference(&format!("<a>{long}</a>"), Some(&outline("<a>x</a>"))).unwrap();
        assert_eq!(found.ours, "é".repeat(100) + "…");
        assert_eq!(reader_difference(&"<".repeat(OUTLINED_BYTES + 1), Some("")), None);
    }
}
