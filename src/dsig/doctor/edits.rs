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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
        let attribute = name.rsplit(' ').next().unwrap_or_default();
        let is_namespace = attribute == "xmlns=" || attribute.starts_with("xmlns:");
        changed.push('"');
        changed += &if is_namespace { value.to_owned() } else { map(value) };
        changed.push('"');
    }
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(how: How, text: &str, about: About) -> Option<String> {
        undo(how, &Form::of(text.to_owned()), about).map(|rewritten| rewritten.text)
    }

    fn plainly(how: How, text: &str) -> Option<String> {
        undone(how, text, About::default())
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// A line feed between all tags, within the signature as well, and a text.
    const LINES: &str = "<a>\n<b>\n<c>\n<g>\n<d> t </d>\n</g>\n</c>\n</b>\n<S:Signature>\n<S:I></S:I>\n<S:KeyInfo>\n<S:X></S:X>\n\
                         </S:KeyInfo>\n</S:Signature>\n<e></e>\n</a>";
    /// The same without, and with a text between tags.
    const BARE: &str =
        "<a><b><c><d>t</d></c>x</b><S:Signature><S:I></S:I><S:KeyInfo><S:X></S:X></S:KeyInfo></S:Signature><e></e></a>";

    #[test]
    fn what_stands_before_the_last_tag_alone_shows_no_indentation() {
        assert_eq!(plainly(How::DropIndent, "<a><b></b>\n</a>"), None);
        assert_eq!(plainly(How::DropIndent, "<a>\n<b></b>\n</a>"), some("<a><b></b></a>"));
    }

    #[test]
    fn white_space_between_tags_goes_where_it_is_said() {
        let without = LINES.replace('\n', "");
        assert_eq!(plainly(How::Drop(|_| true), LINES).as_deref(), Some(without.as_str()));
        assert_eq!(plainly(How::Drop(|_| true), &without), None, "there is nothing to undo");
        assert_eq!(plainly(How::Drop(|_| true), "<a> <b>x</b>y<c> </c></a>"), some("<a><b>x</b>y<c> </c></a>"));
        // As many levels as each of the table takes.
        let drops: Vec<How> = PLAIN.iter().map(|edit| edit.how).filter(|how| matches!(how, How::Drop(_))).collect();
        let left = |how: &How| plainly(*how, LINES).unwrap().matches('\n').count();
        let of_depth = |wanted: fn(usize) -> bool| {
            let form = Form::of(LINES.to_owned());
            let gaps = form.pieces.iter().filter(|piece| piece.kind == Kind::Between);
            gaps.filter(|piece| !wanted(piece.depth)).count()
        };
        let all = LINES.matches('\n').count();
        let in_signature = 5;
        assert_eq!(
            drops.iter().map(left).collect::<Vec<_>>(),
            [
                0,
                in_signature,
                all - in_signature,
                of_depth(|depth| depth < 2),
                of_depth(|depth| depth < 3),
                of_depth(|depth| depth < 4),
                of_depth(|depth| depth > 1),
                of_depth(|depth| depth > 2),
                of_depth(|depth| depth > 3),
                // Between two start tags: a b c g d, a signature in it, KeyInfo in that.
                all - 6,
            ]
        );
    }

    #[test]
    fn an_indenter_is_undone_where_it_was_at_work() {
        let text = "<a>\n  <b>\n    <c>x</c>\n\n    <d></d>\n  </b> \n</a>";
        // The line that is another, and the end tag's after a space, are none of its own.
        let expected = "<a><b><c>x</c>\n\n    <d></d></b> \n</a>";
        assert_eq!(plainly(How::DropIndent, text), some(expected));
        let within = About { outer: 2, seam: None };
        let deeper = "<a>\n      <b></b>\n    </a>";
        assert_eq!(undone(How::DropIndent, deeper, within), some("<a><b></b></a>"));
        // It may have counted from here although it stands in others.
        assert_eq!(undone(How::DropIndent, "<a>\n\t<b></b>\n</a>", within), some("<a><b></b></a>"));
        assert_eq!(plainly(How::DropIndent, "<a>x<b></b> </a>"), None);
        // Neither a text, nor what is not blank, nor the root's own end tells the unit.
        let hidden = "<a><b>\n      </b>\n  x<c></c>\n <d></d></a>";
        assert_eq!(plainly(How::DropIndent, hidden), some("<a><b>\n      </b>\n  x<c></c><d></d></a>"));
        assert_eq!(plainly(How::DropIndent, "<a><b></b>\n  </a>"), None);
        assert_eq!(plainly(How::DropIndent, "<a> <b></b>\n\t<c></c></a>"), some("<a> <b></b><c></c></a>"));
        assert_eq!(plainly(How::DropIndent, "<a>\n<b></b></a>"), some("<a><b></b></a>"), "a unit of nothing");
    }

    fn like(unit: &'static str, inside: Inside) -> Indent {
        Indent { unit, outer: false, inside, bare: [false; 2], seam: false }
    }

    #[test]
    fn an_indenter_is_imitated() {
        let of = |how: Indent| plainly(How::Indent(how), BARE).unwrap();
        let head = "<a>\n <b>\n  <c>\n   <d>t</d>\n  </c>x</b>\n <S:Signature>";
        let tail = "</S:Signature>\n <e></e>\n</a>";
        for (inside, signature) in [
            (Inside::Indented, "\n  <S:I></S:I>\n  <S:KeyInfo>\n   <S:X></S:X>\n  </S:KeyInfo>\n "),
            (Inside::AsIs, "<S:I></S:I><S:KeyInfo><S:X></S:X></S:KeyInfo>"),
            (Inside::Nothing, "<S:I></S:I><S:KeyInfo><S:X></S:X></S:KeyInfo>"),
            (Inside::Feeds, "\n<S:I></S:I>\n<S:KeyInfo>\n<S:X></S:X>\n</S:KeyInfo>\n"),
            (Inside::SomeFeeds, "\n<S:I></S:I>\n<S:KeyInfo><S:X></S:X></S:KeyInfo>"),
        ] {
            assert_eq!(of(like(" ", inside)), format!("{head}{signature}{tail}"), "{inside:?}");
        }
        // What stands there is kept, or goes.
        let spaced = BARE.replace("<S:I></S:I>", "<S:I></S:I> ");
        let of_spaced = |inside| plainly(How::Indent(like(" ", inside)), &spaced).unwrap();
        assert!(of_spaced(Inside::AsIs).contains("</S:I> <S:KeyInfo>"));
        assert!(of_spaced(Inside::Nothing).contains("</S:I><S:KeyInfo>"));
        // The signature came after the indenter, and brought no line of its own.
        let before = of(Indent { bare: [true, false], ..like(" ", Inside::Nothing) });
        assert!(before.contains("x</b><S:Signature>") && before.contains("</S:Signature>\n <e>"), "{before}");
        let after = of(Indent { bare: [false, true], ..like(" ", Inside::Nothing) });
        assert!(after.contains("x</b>\n <S:Signature>") && after.contains("</S:Signature><e>"), "{after}");
    }

    #[test]
    fn an_indenter_counts_from_the_root_and_on_both_sides_of_what_is_left_out() {
        let text = "<a><b></b><c></c></a>";
        let how = |outer, seam| How::Indent(Indent { outer, seam, ..like(" ", Inside::Indented) });
        let within = |outer, seam| About { outer, seam };
        assert_eq!(undone(how(true, false), text, within(2, None)), some("<a>\n   <b></b>\n   <c></c>\n  </a>"));
        assert_eq!(undone(how(false, false), text, within(2, None)), some("<a>\n <b></b>\n <c></c>\n</a>"));
        assert_eq!(undone(how(true, false), text, within(0, None)), None, "the same as not to count");
        let feeds = How::Indent(Indent { outer: true, ..like("", Inside::Indented) });
        assert_eq!(undone(feeds, text, within(0, None)), some("<a>\n<b></b>\n<c></c>\n</a>"));
        assert_eq!(undone(how(false, true), text, within(0, None)), None, "nothing was left out");
        let seam =
            Form::of(text.to_owned()).pieces.iter().position(|piece| piece.kind == Kind::Between && !piece.opens);
        assert_eq!(undone(how(false, true), text, within(0, seam)), some("<a>\n <b></b>\n \n <c></c>\n</a>"));
        assert_eq!(undone(how(false, false), text, within(0, seam)), some("<a>\n <b></b>\n <c></c>\n</a>"));
        // Without a signature what is done to one makes no difference.
        for inside in [Inside::AsIs, Inside::Nothing, Inside::Feeds, Inside::SomeFeeds] {
            assert_eq!(plainly(How::Indent(like(" ", inside)), text), None);
        }
        let bare = Indent { bare: [true, false], ..like(" ", Inside::Indented) };
        assert_eq!(plainly(How::Indent(bare), text), None);
        assert!(plainly(How::Indent(like(" ", Inside::Indented)), BARE).is_some());
    }

    #[test]
    fn feeds_and_lines_go_where_tools_put_them() {
        let of = |key_info| plainly(How::FeedsInSignature { key_info }, LINES).unwrap();
        let head = "<a><b><c><g><d> t </d></g></c></b><S:Signature>\n<S:I></S:I>\n<S:KeyInfo>";
        assert_eq!(of(true), format!("{head}\n<S:X></S:X>\n</S:KeyInfo>\n</S:Signature><e></e></a>"));
        assert_eq!(of(false), format!("{head}<S:X></S:X></S:KeyInfo></S:Signature><e></e></a>"));
        assert!(
            plainly(How::FeedsInSignature { key_info: true }, BARE).unwrap().contains("</c>x</b><S:Signature>\n<S:I>")
        );
        let text = "<a><b> t </b><c></c><d> </d></a>";
        let lines = |outer| How::Lines { unit: "\t", outer };
        assert_eq!(plainly(lines(false), text), some("<a><b>\n\t\tt\n\t</b><c></c><d> </d></a>"));
        let within = About { outer: 1, seam: None };
        assert_eq!(undone(lines(true), text, within), some("<a><b>\n\t\t\tt\n\t\t</b><c></c><d> </d></a>"));
    }

    #[test]
    fn texts_and_values_change_where_it_is_said() {
        let base64 = "QUJD".repeat(8);
        let text = format!("<a xmlns:n=\"x\" v=\"x\" w=\"x x\">x<b>x</b>x<c>{base64} x</c></a>");
        let of = |on| plainly(How::Replace(on, "x", "y"), &text);
        let between = |text: &str| text.replace(">x<b", ">y<b").replace("b>x<c", "b>y<c");
        let leaf = |text: &str| text.replace("<b>x", "<b>y").replace(" x</c>", " y</c>");
        let values = |text: &str| text.replace(" v=\"x\"", " v=\"y\"").replace("\"x x\"", "\"y y\"");
        assert_eq!(of(On::Leaf), Some(leaf(&text)));
        assert_eq!(of(On::Between), Some(between(&text)));
        assert_eq!(of(On::Text), Some(leaf(&between(&text))));
        assert_eq!(of(On::Values), Some(values(&text)), "a namespace's name is none");
        assert_eq!(of(On::All), Some(values(&leaf(&between(&text)))));
        assert_eq!(of(On::Base64), Some(text.replace(" x</c>", " y</c>")), "b is too short for base64");
        let wrap = How::Wrap { width: 16, between: "\n", before: "\n", after: "\n" };
        let wrapped = plainly(wrap, &format!("<a><b>x</b><c>{base64}</c></a>"));
        assert_eq!(wrapped, Some(format!("<a><b>x</b><c>\n{0}\n{0}\n</c></a>", "QUJD".repeat(4))));
        // An empty text is none.
        assert_eq!(plainly(How::Map(On::All, |text| format!("{text}!")), "<a></a>"), None);
    }

    #[test]
    fn two_edits_are_undone_one_after_the_other() {
        let both = How::Both(&How::Drop(|_| true), &How::Map(On::Leaf, letters::off_own_lines));
        let form = Form::of("<a>\n <b>\n  t\n </b>\n</a>".to_owned());
        let undone = undo(both, &form, About::default()).unwrap();
        assert_eq!((undone.text.as_str(), undone.touched.len()), ("<a><b>t</b></a>", 3));
        assert_eq!(plainly(both, "<a>\n <b>t</b></a>"), some("<a><b>t</b></a>"));
        assert_eq!(plainly(both, "<a><b>\n t\n</b></a>"), None, "the first finds nothing");
    }

    #[test]
    fn what_leads_and_what_is_rare_is_known_of_each() {
        let all = all();
        let count = |wanted: fn(&Edit) -> bool| all.iter().filter(|edit| wanted(edit)).count();
        assert_eq!(count(Edit::unlines), 1);
        // 15 ways within a signature, with 5 units from here and 6 from the root, with a seam and without; and two more.
        assert_eq!(count(Edit::indents), 15 * 22 + 2);
        assert_eq!(count(Edit::is_rare), 15 * 22 - 11);
        assert!(all.iter().all(|edit| !(edit.leads && edit.is_rare())));
    }
}
