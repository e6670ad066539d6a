//! What is undone everywhere at once in a canonical form, as a table: spacing, line ends, escapes, encodings.

use super::form::{Form, Kind, Piece, Rewritten, is_blank};
use super::letters;

/// Which pieces of a form a change is made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// The text of elements that hold nothing else.
    Leaf,
    /// What stands between tags elsewhere.
    Between,
    /// All text.
    Text,
    /// The values of attributes.
    Values,
    /// Both.
    All,
    /// Text that is base64, and more than a word.
    Base64,
}

/// How something is undone.
#[derive(Debug, Clone, Copy)]
enum How {
    /// White space between tags goes, where this says so.
    Drop(fn(&Piece) -> bool),
    /// Nothing but what an indenter would have put there goes.
    DropIndent,
    /// White space between tags is that of an indenter.
    Indent(Indent),
    /// Every text is on lines of its own, indented by this.
    Lines { unit: &'static str, outer: bool },
    /// All white space between tags goes, but within signatures it is one line feed.
    FeedsInSignature { key_info: bool },
    /// One string becomes another.
    Replace(On, &'static str, &'static str),
    /// Any other change of a piece's text.
    Map(On, fn(&str) -> String),
    /// What two edits do, one after the other.
    Both(&'static How, &'static How),
    /// Base64 in lines of this length, these between, and this before and after.
    Wrap { width: usize, between: &'static str, before: &'static str, after: &'static str },
}

/// How an indenter writes.
#[derive(Debug, Clone, Copy)]
struct Indent {
    unit: &'static str,
    /// Whether it counts from the document's root.
    outer: bool,
    inside: Inside,
    /// Whether a gap has none that a signature was put into: that before the signature, that after it.
    bare: [bool; 2],
    /// Whether it is there on both sides of a signature that is left out.
    seam: bool,
}

/// What stands between the elements of a signature within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Indented,
    AsIs,
    Nothing,
    Feeds,
    /// A line feed, as Santuario writes it, which leaves KeyInfo to others.
    SomeFeeds,
}

/// Something that may have been done to a message everywhere at once, and how to undo it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit {
    pub(super) name: &'static str,
    /// Whether others are tried upon it: it is done by tools that do more.
    pub(super) leads: bool,
    how: How,
}

/// What is known of the form that edits are tried on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    /// How many elements it stands in.
    pub(super) outer: usize,
    /// The number of the piece that the signature was left out of.
    pub(super) seam: Option<usize>,
}

const UNITS: [&str; 5] = ["  ", "    ", "\t", " ", "   "];

const fn edit(name: &'static str, leads: bool, how: How) -> Edit {
    Edit { name, leads, how }
}

/// Without the tables that are made of [`UNITS`].
const PLAIN: &[Edit] = &[
    edit("pretty-printed", true, How::Drop(|_| true)),
    edit("pretty-printed", true, How::Both(&How::Drop(|_| true), &How::Map(On::Leaf, letters::off_own_lines))),
    edit("pretty-printed", true, How::Map(On::Leaf, letters::off_own_lines)),
    edit("pretty-printed", true, How::Drop(|piece| !piece.in_signature)),
    edit("pretty-printed", true, How::FeedsInSignature { key_info: false }),
    edit("pretty-printed", true, How::FeedsInSignature { key_info: true }),
    edit("pretty-printed", true, How::DropIndent),
    edit("pretty-printed", false, How::Drop(|piece| piece.in_signature)),
    edit("pretty-printed", false, How::Drop(|piece| piece.depth < 2)),
    edit("pretty-printed", false, How::Drop(|piece| piece.depth < 3)),
    edit("pretty-printed", false, How::Drop(|piece| piece.depth < 4)),
    edit("pretty-printed", false, How::Drop(|piece| piece.depth > 1)),
    edit("pretty-printed", false, How::Drop(|piece| piece.depth > 2)),
    edit("pretty-printed", false, How::Drop(|piece| piece.depth > 3)),
    edit("pretty-printed", false, How::Drop(|piece| piece.opens)),
    edit("lf-to-crlf", true, How::Replace(On::All, "&#xD;", "")),
    edit("lf-to-crlf", false, How::Replace(On::All, "&#xD;", "\n")),
    edit("crlf-to-lf", true, How::Replace(On::Text, "\n", "&#xD;\n")),
    edit("crlf-to-lf", false, How::Replace(On::Leaf, "\n", "&#xD;\n")),
    edit("crlf-to-lf", false, How::Replace(On::Between, "\n", "&#xD;\n")),
    edit("crlf-to-lf", false, How::Replace(On::Base64, "\n", "&#xD;\n")),
    edit("crlf-to-lf", false, How::Replace(On::Text, "\n", "&#xD;")),
    edit("trailing-newline", false, How::Map(On::Leaf, letters::without_newline)),
    edit("text-padded", true, How::Map(On::Leaf, letters::trimmed)),
    edit("text-padded", false, How::Map(On::Leaf, letters::trimmed_spaces)),
    edit("trailing-newline", false, How::Map(On::Leaf, letters::with_newline)),
    edit("text-trimmed", false, How::Map(On::Leaf, |text| letters::padded(text, " ", " "))),
    edit("text-trimmed", false, How::Map(On::Leaf, |text| letters::padded(text, "", " "))),
    edit("text-trimmed", false, How::Map(On::Leaf, |text| letters::padded(text, " ", ""))),
    edit("text-trimmed", false, How::Map(On::Leaf, |text| letters::padded(text, "\n", "\n"))),
    edit("text-trimmed", false, How::Map(On::Leaf, |text| letters::padded(text, "\n", ""))),
    edit("text-collapsed", false, How::Replace(On::Leaf, " ", "\n")),
    edit("text-collapsed", false, How::Replace(On::Leaf, " ", "  ")),
    edit("text-collapsed", false, How::Replace(On::Leaf, " ", "\t")),
    edit("text-collapsed", false, How::Replace(On::Leaf, " ", "\u{A0}")),
    edit("text-collapsed", false, How::Replace(On::Leaf, "\u{A0}", " ")),
    edit("text-collapsed", false, How::Replace(On::Leaf, "  ", " ")),
    edit("base64-rewrapped", true, How::Wrap { width: usize::MAX, between: "", before: "", after: "" }),
    edit("base64-rewrapped", false, How::Wrap { width: 64, between: "\n", before: "", after: "" }),
    edit("base64-rewrapped", false, How::Wrap { width: 76, between: "\n", before: "", after: "" }),
    edit("base64-rewrapped", false, How::Wrap { width: 64, between: "\n", before: "", after: "\n" }),
    edit("base64-rewrapped", false, How::Wrap { width: 76, between: "\n", before: "", after: "\n" }),
    edit("base64-rewrapped", false, How::Wrap { width: 64, between: "\n", before: "\n", after: "\n" }),
    edit("base64-rewrapped", false, How::Wrap { width: 76, between: "\n", before: "\n", after: "\n" }),
    edit("crlf-to-lf", false, How::Wrap { width: 64, between: "&#xD;\n", before: "", after: "" }),
    edit("crlf-to-lf", false, How::Wrap { width: 76, between: "&#xD;\n", before: "", after: "" }),
    edit("crlf-to-lf", false, How::Wrap { width: 64, between: "&#xD;\n", before: "", after: "&#xD;\n" }),
    edit("crlf-to-lf", false, How::Wrap { width: 76, between: "&#xD;\n", before: "", after: "&#xD;\n" }),
    edit("crlf-to-lf", false, How::Wrap { width: 64, between: "&#xD;\n", before: "\n", after: "\n" }),
    edit("crlf-to-lf", false, How::Wrap { width: 76, between: "&#xD;\n", before: "\n", after: "\n" }),
    edit("base64-damaged", true, How::Replace(On::Base64, " ", "+")),
    edit("attribute-whitespace", false, How::Replace(On::Values, " ", "&#xA;")),
    edit("attribute-whitespace", false, How::Replace(On::Values, " ", "&#x9;")),
    edit("attribute-whitespace", false, How::Replace(On::Values, "  ", "&#xD;&#xA;")),
    edit("attribute-whitespace", false, How::Replace(On::Values, " ", "&#xD;&#xA;")),
    edit("attribute-whitespace", false, How::Replace(On::Values, "&#xD;&#xA;", "&#xA;")),
    edit("attribute-whitespace", false, How::Replace(On::Values, "&#xA;", "&#xD;&#xA;")),
    edit("attribute-whitespace", false, How::Map(On::Values, letters::one_space)),
    edit("attribute-whitespace", false, How::Map(On::Values, |text| letters::one_space(text).trim().to_owned())),
    edit("attribute-whitespace", false, How::Map(On::Values, |text| text.trim().to_owned())),
    edit("attribute-whitespace", false, How::Replace(On::Values, " ", "  ")),
    edit("double-escaped", true, How::Map(On::All, letters::unescaped)),
    edit("re-escaped", true, How::Map(On::All, letters::escaped)),
    edit("re-escaped", false, How::Replace(On::All, "&amp;", "&amp;amp;")),
    edit("re-escaped", false, How::Replace(On::Text, "\"", "&quot;")),
    edit("re-escaped", false, How::Replace(On::Text, "\"", "&amp;quot;")),
    edit("re-escaped", false, How::Replace(On::All, "'", "&apos;")),
    edit("re-escaped", false, How::Replace(On::All, "'", "&amp;apos;")),
    edit("re-escaped", false, How::Replace(On::All, "'", "&#39;")),
    edit("re-escaped", false, How::Replace(On::Text, "&gt;", ">")),
    edit("re-escaped", false, How::Replace(On::Values, ">", "&gt;")),
    edit("re-escaped", false, How::Replace(On::Text, "\n", "&amp;#13;\n")),
    edit("re-escaped", false, How::Replace(On::All, "&#xD;", "&#13;")),
    edit("re-escaped", false, How::Replace(On::All, "&#xD;", "\r")),
    edit("re-escaped", false, How::Map(On::All, |text| letters::referenced(text, "&#", false))),
    edit("re-escaped", false, How::Map(On::All, |text| letters::referenced(text, "&#x", true))),
    edit("re-escaped", false, How::Map(On::All, |text| letters::referenced(text, "&amp;#", false))),
    edit("re-escaped", false, How::Map(On::All, |text| letters::referenced(text, "&amp;#x", true))),
    edit("encoding-mistaken", true, How::Map(On::All, letters::decoded_again)),
    edit("encoding-mistaken", true, How::Map(On::All, |text| letters::decoded_again(&letters::decoded_again(text)))),
    edit("encoding-mistaken", false, How::Map(On::All, |text| letters::mistaken(text, true))),
    edit("encoding-mistaken", false, How::Map(On::All, |text| letters::mistaken(text, false))),
];

/// Every edit, what is most often seen first.
pub(super) fn all() -> Vec<Edit> {
    let mut all = PLAIN.to_vec();
    let insides = [Inside::Indented, Inside::AsIs, Inside::Nothing, Inside::Feeds, Inside::SomeFeeds];
    for (inside, bare) in
        insides.iter().flat_map(|inside| [[false; 2], [true, false], [false, true]].map(|bare| (*inside, bare)))
    {
        for (outer, seam) in [(true, false), (false, false), (true, true), (false, true)] {
            // A line feed alone is no deeper for what it stands in.
            let units = [""].into_iter().filter(|_| outer).chain(UNITS);
            all.extend(
                units
                    .map(|unit| edit("pretty-printed", false, How::Indent(Indent { unit, outer, inside, bare, seam }))),
            );
        }
    }
    for unit in UNITS {
        all.extend([true, false].map(|outer| edit("text-trimmed", false, How::Lines { unit, outer })));
    }
    all
}

impl Edit {
    /// Whether it takes texts off lines of their own, and nothing else.
    pub(super) fn unlines(&self) -> bool {
        self.name == "pretty-printed" && matches!(self.how, How::Map(..))
    }

    /// Whether it says what stands between all tags.
    pub(super) fn indents(&self) -> bool {
        matches!(self.how, How::Indent(_) | How::FeedsInSignature { .. })
    }

    /// Whether it is not worth to be tried upon another one: indentation that is another within signatures.
    pub(super) fn is_rare(&self) -> bool {
        matches!(self.how, How::Indent(how) if how.seam || how.inside != Inside::Indented || how.bare != [false; 2])
    }

    /// The form as it was before; `None` where the edit finds nothing to undo.
    pub(super) fn undo(&self, form: &Form, about: About) -> Option<Rewritten> {
        undo(self.how, form, about)
    }
}

fn undo(how: How, form: &Form, about: About) -> Option<Rewritten> {
    match how {
        How::Both(first, second) => {
            let once = undo(*first, form, about)?;
            let again = Form::of(once.text);
            let Some(mut twice) = undo(*second, &again, about) else {
                return Some(Rewritten { text: again.text, touched: once.touched });
            };
            twice.touched.extend(once.touched);
            Some(twice)
        }
        How::DropIndent => {
            let is_indent = indent_of(form, about)?;
            form.rewrite(&|piece, text| (piece.kind == Kind::Between && text == is_indent(piece)).then(String::new))
        }
        How::Indent(how) => indented(how, form, about),
        _ => form.rewrite(&|piece, text| change(how, piece, text, about)),
    }
}

/// The form as an indenter would have written it.
fn indented(how: Indent, form: &Form, about: About) -> Option<Rewritten> {
    let seam = about.seam.filter(|_| how.seam).and_then(|number| form.pieces.get(number));
    // What makes no difference to this form is tried once.
    let plain = how.inside == Inside::Indented && how.bare == [false; 2];
    if how.outer && about.outer == 0 && !how.unit.is_empty()
        || how.seam && seam.is_none()
        || !form.has_signature && !plain
    {
        return None;
    }
    let seam = seam.map(|piece| form.range(piece));
    form.rewrite(&|piece, text| {
        if piece.kind != Kind::Between || !text.is_empty() && !is_blank(text) {
            return None;
        }
        let indent = || format!("\n{}", how.unit.repeat(piece.depth + if how.outer { about.outer } else { 0 }));
        Some(match how.inside {
            _ if piece.by_signature.iter().zip(how.bare).any(|(by, bare)| *by && bare) => String::new(),
            Inside::AsIs if piece.in_signature => return None,
            Inside::Nothing if piece.in_signature => String::new(),
            Inside::SomeFeeds if piece.in_signature && piece.by_key_info => String::new(),
            Inside::Feeds | Inside::SomeFeeds if piece.in_signature => "\n".to_owned(),
            _ if seam.as_ref() == Some(&form.range(piece)) => indent().repeat(2),
            _ => indent(),
        })
    })
}

/// What the indenter that was at work puts before a tag, by the first line that is indented.
fn indent_of(form: &Form, about: About) -> Option<impl Fn(&Piece) -> String> {
    let first = form.pieces.iter().find(|piece| {
        let text = form.str(piece);
        piece.kind == Kind::Between && piece.depth > 0 && text.starts_with('\n') && is_blank(text)
    })?;
    let indent = form.str(first).trim_start_matches('\n');
    let unit = |outer: usize| {
        let depth = first.depth + outer;
        indent.len().is_multiple_of(depth).then(|| (outer, indent.get(..indent.len() / depth).unwrap_or_default()))
    };
    let (outer, unit) = unit(about.outer).or_else(|| unit(0))?;
    Some(move |piece: &Piece| format!("\n{}", unit.repeat(piece.depth + outer)))
}

fn change(how: How, piece: &Piece, text: &str, about: About) -> Option<String> {
    let is_text = !text.is_empty() && !is_blank(text);
    match how {
        How::Drop(which) => (piece.kind == Kind::Between && is_blank(text) && which(piece)).then(String::new),
        How::FeedsInSignature { key_info } => {
            let gap = if piece.in_signature && (key_info || !piece.by_key_info) { "\n" } else { "" };
            (piece.kind == Kind::Between && (text.is_empty() || is_blank(text))).then(|| gap.to_owned())
        }
        How::Lines { unit, outer } => (piece.kind == Kind::Leaf && is_text).then(|| {
            let depth = piece.depth + if outer { about.outer } else { 0 };
            format!("\n{}{}\n{}", unit.repeat(depth + 1), text.trim(), unit.repeat(depth))
        }),
        How::Replace(on, from, to) => on_pieces(on, piece, text, &|text| text.replace(from, to)),
        How::Map(on, map) => on_pieces(on, piece, text, &map),
        How::Wrap { width, between, before, after } => {
            on_pieces(On::Base64, piece, text, &|text| letters::wrapped(text, width, between, before, after))
        }
        How::DropIndent | How::Indent(_) | How::Both(..) => None,
    }
}

fn on_pieces(on: On, piece: &Piece, text: &str, map: &dyn Fn(&str) -> String) -> Option<String> {
    let wanted = match piece.kind {
        Kind::Tag => matches!(on, On::Values | On::All),
        Kind::Leaf if on == On::Base64 => letters::is_base64(text),
        Kind::Leaf => matches!(on, On::Leaf | On::Text | On::All),
        Kind::Between => matches!(on, On::Between | On::Text | On::All),
    };
    match piece.kind {
        _ if !wanted || text.is_empty() => None,
        Kind::Tag => in_values(text, map),
        _ => Some(map(text)),
    }
}

/// The tag with every value of an attribute changed. Namespace names are none.
fn in_values(tag: &str, map: &dyn Fn(&str) -> String) -> Option<String> {
    let mut changed = String::new();
    let mut parts = tag.split('"');
    // A quotation mark stands around values only, so that every second part is one.
    while let Some(name) = parts.next() {
        changed += name;
        let Some(value) = parts.next() else { break };
        let is_namespace = name.trim_start().starts_with("xmlns");
        changed.push('"');
        changed += &if is_namespace { value.to_owned() } else { map(value) };
        changed.push('"');
    }
    Some(changed)
}
