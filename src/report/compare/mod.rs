//! Two messages side by side: what differs between any two logins is told apart from what need not.

mod about;
mod align;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use self::about::{About, about};
use self::align::{Pair, pairs, steps};
use super::CaptureReport;
use super::texts::{Texts, cut, fill};
use crate::checks::nearmiss::{self, Difference};
use crate::instant::Instant;
use crate::language::Language;
use crate::limits;
use crate::sorted::sort_by_key;
use crate::xml::{Attribute, Doctype, Node, NodeKind, read};

/// Two messages, compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Comparison {
    /// What differs: what matters first, the likeliest reason on top; then what always differs.
    pub rows: Vec<ComparedRow>,
    /// How many values are equal.
    pub equal: usize,
    /// How many rows are left out, over [`limits::COMPARED_ROWS`].
    pub left_out: usize,
}

/// Something in which two messages differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedRow {
    /// Where: local names from the root, `Attribute[mail]` by its name, `Audience[2]` by its number.
    pub path: String,
    /// Whether it says anything.
    pub kind: ComparedKind,
    /// The value in the first; `None` where it has none.
    pub left: Option<String>,
    /// The value in the second.
    pub right: Option<String>,
    /// The bytes of the first, half open.
    pub left_span: Option<[usize; 2]>,
    /// The bytes of the second.
    pub right_span: Option<[usize; 2]>,
    /// Both values with what differs marked: the first as the actual one.
    pub difference: Option<Difference>,
    /// What it means, for what matters.
    pub why: Option<String>,
}

/// Whether a difference says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComparedKind {
    /// It need not be there.
    Matters,
    /// Any two logins differ in it: identifiers, times, what is computed over them.
    AlwaysDiffers,
}

/// Compares two XML texts.
pub fn compare(left: &str, right: &str, language: Language) -> Comparison {
    let [left, right] = [left, right].map(|xml| read(xml, Doctype::Show));
    let mut found = Found::new(language);
    if let (Some(left), Some(right)) = (left.document.root_element(), right.document.root_element()) {
        found.walk(left, right);
    }
    found.done()
}

/// Compares two captures: how they were sent and what their signatures came to as well as their XML.
pub fn compare_captures(left: &CaptureReport, right: &CaptureReport, language: Language) -> Comparison {
    let [xml, other] = [left, right].map(|capture| read(capture.xml.as_deref().unwrap_or_default(), Doctype::Show));
    let mut found = Found::new(language);
    // What a capture does not tell is not known to be missing; a RelayState is, where there are parameters or a form.
    let enclosed = [left, right].iter().all(|capture| capture.steps.iter().any(|step| step.name == "parameters"));
    let outside = [
        ("binding", left.binding, right.binding, false),
        ("url", left.url.as_deref(), right.url.as_deref(), false),
        ("RelayState", left.relay_state.as_deref(), right.relay_state.as_deref(), enclosed),
    ];
    for (what, left, right, one_sided) in outside {
        if !one_sided && (left.is_none() || right.is_none()) {
            continue;
        }
        let side = |text: Option<&str>| text.map(|text| (text.to_owned(), None));
        found.values(what, &About::matters(what), [side(left), side(right)]);
    }
    if let (Some(left), Some(right)) = (xml.document.root_element(), other.document.root_element()) {
        found.walk(left, right);
    }
    let mut others: BTreeMap<&str, VecDeque<&super::SignatureReport>> = BTreeMap::new();
    for signature in &right.signatures {
        others.entry(&signature.target).or_default().push_back(signature);
    }
    for signature in &left.signatures {
        // A signature on one side only is told by its element.
        let Some(other) = others.get_mut(&*signature.target).and_then(VecDeque::pop_front) else { continue };
        let state = |signature: &super::SignatureReport| {
            let reason = signature.reason.map(|reason| format!(", {reason}")).unwrap_or_default();
            Some((format!("{}{reason}", signature.status), signature.span))
        };
        found.values(
            &format!("Signature[{}]", signature.target),
            &About::matters("signature-state"),
            [state(signature), state(other)],
        );
    }
    found.done()
}

/// A value and its bytes.
type Side = Option<(String, Option<[usize; 2]>)>;

/// What has been found so far.
struct Found {
    texts: &'static Texts,
    rows: Vec<(usize, ComparedRow)>,
    comparison: Comparison,
}

/// What is still to be looked at.
enum Work<'d> {
    Both(Node<'d>, Node<'d>, String),
    One(Option<Node<'d>>, Option<Node<'d>>, String),
}

impl Found {
    fn new(language: Language) -> Self {
        Self { texts: Texts::of(language), rows: Vec::new(), comparison: Comparison::default() }
    }

    fn done(self) -> Comparison {
        let Self { mut rows, mut comparison, .. } = self;
        sort_by_key(&mut rows, |(rank, row)| (row.kind, *rank));
        comparison.rows = rows.into_iter().map(|(_, row)| row).collect();
        comparison
    }

    /// Nothing recurses over input: what is still to do stands in a list.
    fn walk<'d>(&mut self, left: Node<'d>, right: Node<'d>) {
        let same = |a: Node<'d>, b: Node<'d>| a.is(b.namespace(), b.local_name());
        let (mut left, mut right) = (left, right);
        if !same(left, right) {
            let kinds = [left, right].map(|root| Some((root.local_name().to_owned(), Some(bytes(root.open_tag())))));
            self.values("", &About::matters("kind"), kinds);
            // One of them may be within the other: an Assertion and the Response that carried one.
            if let Some(inner) = left.elements().find(|inner| same(*inner, right)) {
                left = inner;
            } else if let Some(inner) = right.elements().find(|inner| same(left, *inner)) {
                right = inner;
            } else {
                return;
            }
        }
        let mut work = vec![Work::Both(left, right, left.local_name().to_owned())];
        while let Some(next) = work.pop() {
            match next {
                Work::One(left, right, path) => self.one_sided(left, right, &path),
                Work::Both(left, right, path) => {
                    self.attributes(left, right, &path);
                    self.text(left, right, &path);
                    let pairs = pairs(left, right);
                    let todo = pairs.iter().zip(steps(&pairs)).map(|(pair, step)| {
                        let path = format!("{}/{step}", innermost(&path));
                        match *pair {
                            Pair { left: Some(left), right: Some(right), .. } => Work::Both(left, right, path),
                            Pair { left, right, .. } => Work::One(left, right, path),
                        }
                    });
                    let mut todo: Vec<_> = todo.collect();
                    todo.reverse();
                    work.append(&mut todo);
                }
            }
        }
    }

    fn attributes<'d>(&mut self, left: Node<'d>, right: Node<'d>, path: &str) {
        let by_name = |node: Node<'d>| -> BTreeMap<_, _> {
            node.attributes().map(|attribute| ((attribute.local_name(), attribute.namespace()), attribute)).collect()
        };
        let (in_left, in_right) = (by_name(left), by_name(right));
        let find = |node: &BTreeMap<_, Attribute<'d>>, like: Attribute<'d>| {
            let found = node.get(&(like.local_name(), like.namespace()));
            found.map(|attribute| (attribute.value().into_owned(), Some(bytes(attribute.value_span()))))
        };
        let only_right = right.attributes().filter(|attribute| find(&in_left, *attribute).is_none());
        for attribute in left.attributes().chain(only_right) {
            let name = attribute.local_name();
            let mut sides = [find(&in_left, attribute), find(&in_right, attribute)];
            if attribute.namespace() == XSI {
                // The prefix of a type is as free as any other.
                for (value, _) in sides.iter_mut().flatten() {
                    *value = value.rsplit(':').next().unwrap_or_default().to_owned();
                }
            }
            let about = lifetime(left, right, &sides, name).unwrap_or_else(|| about(left, name, &sides));
            self.values(&format!("{path}/@{name}"), &about, sides);
        }
    }

    fn text(&mut self, left: Node<'_>, right: Node<'_>, path: &str) {
        let sides = [left, right].map(|node| {
            let text = own_text(node);
            (!text.is_empty()).then(|| (text, Some(bytes(node.content_span()))))
        });
        let same = sides[0].as_ref().map(|side| &side.0) == sides[1].as_ref().map(|side| &side.0);
        if same && sides[0].is_some() && has_markup(left) != has_markup(right) {
            let as_written = |node: Node<'_>| {
                let text = node.document().text().get(node.content_span())?;
                Some((text.to_owned(), Some(bytes(node.content_span()))))
            };
            return self.values(path, &About::matters("comment"), [left, right].map(as_written));
        }
        self.values(path, &about(left, "", &sides), sides);
    }

    fn one_sided(&mut self, left: Option<Node<'_>>, right: Option<Node<'_>>, path: &str) {
        let side = |node: Option<Node<'_>>| {
            let node = node?;
            let values: Vec<String> = node.elements().map(|inner| inner.text_content().trim().to_owned()).collect();
            let is_list = node.elements().all(|inner| inner.elements().next().is_none());
            let text = match node.elements().next() {
                None => node.text_content().into_owned(),
                Some(_) if is_list => values.join(", "),
                Some(_) => format!("<{}>", node.local_name()),
            };
            Some((text, Some(bytes(node.span()))))
        };
        let sides = [side(left), side(right)];
        let Some(node) = left.or(right) else { return };
        self.values(path, &about(node, "", &sides), sides);
    }

    /// Takes two values of one place.
    fn values(&mut self, path: &str, about: &About, sides: [Side; 2]) {
        let [left, right] = &sides;
        match (left, right) {
            (None, None) => return,
            (Some((left, _)), Some((right, _))) if left == right => {
                self.comparison.equal += 1;
                return;
            }
            _ => {}
        }
        if self.rows.len() >= limits::COMPARED_ROWS {
            self.comparison.left_out += 1;
            return;
        }
        let difference = match (left, right) {
            (Some((left, _)), Some((right, _))) if about.is_text => {
                nearmiss::compare(shortened(left), shortened(right))
            }
            _ => None,
        };
        let why = (about.kind == ComparedKind::Matters).then(|| self.why(path, about, &sides));
        let [left, right] = sides.map(|side| side.map(|(text, span)| (shortened(&text).to_owned(), span)));
        let (left_span, right_span) =
            (left.as_ref().and_then(|(_, span)| *span), right.as_ref().and_then(|(_, span)| *span));
        let row = ComparedRow {
            path: path.to_owned(),
            kind: about.kind,
            left: left.map(|(text, _)| text),
            right: right.map(|(text, _)| text),
            left_span,
            right_span,
            difference,
            why,
        };
        self.rows.push((about.rank(), row));
    }

    fn why(&self, path: &str, about: &About, sides: &[Side; 2]) -> String {
        let text = |key: &str| self.texts.compare.get(key).map(String::as_str).unwrap_or_default();
        let which = match sides {
            [Some(_), None] => "first",
            _ => "second",
        };
        let one_sided = sides.iter().any(Option::is_none);
        let own = if one_sided { text(&format!("{}-one", about.key)) } else { text(about.key) };
        let sentence = match (own.is_empty(), one_sided) {
            (false, _) => own,
            (true, true) => text("other-one"),
            (true, false) => text("other"),
        };
        let last = path.rsplit('/').next().unwrap_or_default();
        let value = |side: &Side| side.as_ref().map(|(text, _)| text.clone());
        fill(sentence, &|name| match name {
            "which" => Some(text(which).to_owned()),
            "what" => Some(last.trim_start_matches('@').to_owned()),
            "left" => about.told.as_ref().map(|told| told[0].clone()).or_else(|| value(&sides[0])),
            "right" => about.told.as_ref().map(|told| told[1].clone()).or_else(|| value(&sides[1])),
            _ => None,
        })
    }
}

/// A path, of one that is very long the innermost steps: each step of a deep document would repeat all before it.
fn innermost(path: &str) -> String {
    if path.len() <= limits::COMPARED_TEXT_BYTES {
        return path.to_owned();
    }
    let half = path.len() - limits::COMPARED_TEXT_BYTES / 2;
    let start = (half..path.len()).find(|at| path.is_char_boundary(*at)).unwrap_or(path.len());
    format!("…{}", path.get(start..).unwrap_or_default())
}

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// How long something holds from when it was issued on: two times always differ, their lengths need not.
fn lifetime(left: Node<'_>, right: Node<'_>, sides: &[Side; 2], name: &str) -> Option<About> {
    if !matches!(name, "NotBefore" | "NotOnOrAfter" | "SessionNotOnOrAfter" | "validUntil") {
        return None;
    }
    let [Some((first, _)), Some((second, _))] = sides else { return None };
    let length = |node: Node<'_>, time: &str| {
        let mut around = std::iter::once(node).chain(node.ancestors());
        let issued = around.find_map(|node| node.attribute("IssueInstant"))?;
        Some(Instant::parse(time).ok()?.unix() - Instant::parse(&issued.value()).ok()?.unix())
    };
    let lengths = length(left, first).zip(length(right, second));
    let Some((first, second)) = lengths.filter(|(first, second)| (first - second).abs() > SLACK) else {
        return Some(About::always());
    };
    Some(About { told: Some([first, second].map(|seconds| format!("{seconds} s"))), ..About::matters("lifetime") })
}

/// Seconds by which two lengths differ that were meant to be the same.
const SLACK: i64 = 5;

/// What stands in an element itself; around other elements white space is layout.
fn own_text(node: Node<'_>) -> String {
    if node.elements().next().is_none() {
        return node.text_content().into_owned();
    }
    let texts = node.children().filter(|child| matches!(child.kind(), NodeKind::Text | NodeKind::CData));
    texts.map(|child| child.text().into_owned()).collect::<String>().trim().to_owned()
}

fn has_markup(node: Node<'_>) -> bool {
    let is_markup = |child: Node<'_>| matches!(child.kind(), NodeKind::Comment | NodeKind::Instruction);
    node.elements().next().is_none() && node.children().any(is_markup)
}

fn shortened(text: &str) -> &str {
    cut(text, limits::COMPARED_TEXT_BYTES)
}

fn bytes(span: std::ops::Range<usize>) -> [usize; 2] {
    [span.start, span.end]
}
