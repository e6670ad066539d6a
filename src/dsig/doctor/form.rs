//! Canonical octets taken apart into tags and what stands between them, so that an edit is tried without reading again.

use std::ops::Range;

use crate::xml::{Node, NodeKind};

/// What a piece of a canonical form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A start or an end tag.
    Tag,
    /// What stands between an element's own two tags, where it holds no element.
    Leaf,
    /// What stands between tags elsewhere.
    Between,
}

/// A piece of a canonical form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    start: usize,
    end: usize,
    pub(super) kind: Kind,
    /// How many elements are open where a tag stands; of what is between, that of the tag after it.
    pub(super) depth: usize,
    /// Whether it stands within a `<ds:Signature>`.
    pub(super) in_signature: bool,
    /// Whether it stands between two start tags.
    pub(super) opens: bool,
    /// Whether it stands within a `<ds:KeyInfo>` or right behind it, which other code writes than the rest of a signature.
    pub(super) by_key_info: bool,
    /// Whether a `<ds:Signature>` begins after it, or ends before it.
    pub(super) by_signature: [bool; 2],
}

/// A canonical form: tag, gap, tag, gap and so on to the last tag, each gap a piece although it be empty.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) text: String,
    pub(super) pieces: Vec<Piece>,
    /// Whether there is a `<ds:Signature>` in it.
    pub(super) has_signature: bool,
}

/// What became of a form: its new text, and the numbers of the pieces that are others now.
#[derive(Debug, Clone)]
pub(super) struct Rewritten {
    pub(super) text: String,
    pub(super) touched: Vec<usize>,
}

impl Form {
    /// Takes canonical octets apart. What is no markup of a canonical form is text.
    pub(super) fn of(text: String) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut depth, mut from, mut signature) = (0usize, 0usize, usize::MAX);
        let (mut opened, mut ended, mut has_signature, mut by_key_info) = (false, false, false, false);
        while let Some((start, end)) = next_tag(&text, from) {
            let tag = text.get(start..end).unwrap_or_default();
            let closes = tag.starts_with("</");
            depth = depth.saturating_sub(usize::from(closes));
            let in_signature = signature != usize::MAX;
            let begins = !closes && !in_signature && local_name(tag) == "Signature";
            if let Some(last) = pieces.last() {
                let kind = if opened && closes { Kind::Leaf } else { Kind::Between };
                let opens = opened && !closes;
                let by_signature = [begins, ended];
                let gap =
                    Piece { start: last.end, end: start, kind, depth, in_signature, opens, by_key_info, by_signature };
                pieces.push(gap);
            }
            let tag_piece = Piece {
                start,
                end,
                kind: Kind::Tag,
                depth,
                in_signature,
                opens: false,
                by_key_info,
                by_signature: [false; 2],
            };
            pieces.push(tag_piece);
            by_key_info |= in_signature && local_name(tag) == "KeyInfo";
            by_key_info &= !(closes && local_name(tag) == "Signature");
            ended = closes && depth == signature;
            if ended {
                signature = usize::MAX;
            } else if begins {
                (signature, has_signature) = (depth, true);
            }
            depth += usize::from(!closes);
            (opened, from) = (!closes, end);
        }
        Self { text, pieces, has_signature }
    }

    pub(super) fn str(&self, piece: &Piece) -> &str {
        self.text.get(piece.start..piece.end).unwrap_or_default()
    }

    pub(super) fn range(&self, piece: &Piece) -> Range<usize> {
        piece.start..piece.end
    }

    /// The form with pieces changed; `None` where none is.
    pub(super) fn rewrite(&self, change: &dyn Fn(&Piece, &str) -> Option<String>) -> Option<Rewritten> {
        let mut text = String::with_capacity(self.text.len() + 256);
        let mut touched = Vec::new();
        let mut from = 0;
        for (number, piece) in self.pieces.iter().enumerate() {
            let now = self.str(piece);
            if let Some(new) = change(piece, now).filter(|new| new != now) {
                text += self.text.get(from..piece.start).unwrap_or_default();
                text += &new;
                from = piece.end;
                touched.push(number);
            }
        }
        text += self.text.get(from..).unwrap_or_default();
        (!touched.is_empty()).then_some(Rewritten { text, touched })
    }

    /// The attributes of a tag, namespace declarations among them: the bytes of each value in the form's text.
    pub(super) fn values(&self, piece: &Piece) -> Vec<(&str, Range<usize>)> {
        let mut values = Vec::new();
        let mut at = piece.start;
        let end = piece.end;
        while let Some((before, rest)) = self.text.get(at..end).and_then(|tag| tag.split_once("=\"")) {
            let start = at + before.len() + 2;
            let len = rest.find('"').unwrap_or(rest.len());
            let name = before.rsplit(' ').next().unwrap_or_default();
            values.push((name, start..start + len));
            at = start + len + 1;
        }
        values
    }
}

/// The next start or end tag; comments and instructions are passed over.
fn next_tag(text: &str, mut from: usize) -> Option<(usize, usize)> {
    loop {
        let start = from + text.get(from..)?.find('<')?;
        let rest = text.get(start..)?;
        let (skip, close) = match rest.as_bytes().get(1)? {
            b'!' => (true, "-->"),
            b'?' => (true, "?>"),
            _ => (false, ">"),
        };
        if skip {
            from = start + rest.find(close)? + close.len();
            continue;
        }
        // In a canonical form `>` may stand in a value, and a quotation mark only around one.
        let mut quoted = false;
        let end = rest.bytes().position(|b| {
            quoted ^= b == b'"';
            b == b'>' && !quoted
        })?;
        return Some((start, start + end + 1));
    }
}

fn local_name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']).split([' ', '>']).next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default()
}

/// Whether there is white space and nothing else.
pub(super) fn is_blank(text: &str) -> bool {
    !text.is_empty() && text.replace("&#xD;", "").bytes().all(|b| b.is_ascii_whitespace())
}

/// Where the tags of a node's canonical form stand in the text that it was read from, in the same order; one that an
/// empty element does not have is an empty range.
pub(super) fn tags_of(node: Node<'_>, without: Option<Node<'_>>) -> Vec<Range<usize>> {
    let mut tags = Vec::new();
    let mut open: Vec<(u32, Range<usize>)> = Vec::new();
    let left_out = without.map_or(0..0, Node::subtree);
    let own = (node.kind() == NodeKind::Element).then_some(node);
    for node in own.into_iter().chain(node.descendants()) {
        let number = node.subtree();
        if node.kind() != NodeKind::Element || left_out.contains(&number.start) {
            continue;
        }
        while let Some((_, close)) = open.pop_if(|(after, _)| *after <= number.start) {
            tags.push(close);
        }
        tags.push(node.open_tag());
        open.push((number.end, node.close_tag()));
    }
    tags.extend(open.into_iter().rev().map(|(_, close)| close));
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Canonicalization, Doctype, PrefixList, canonicalize, read};

    #[test]
    fn each_piece_knows_what_it_stands_in() {
        let text = "<a><b>t</b>1<d:Signature><d:X>2<d:Y></d:Y>3</d:X>4<d:KeyInfo>5<d:K></d:K>6</d:KeyInfo>7<d:O></d:O>8\
                    </d:Signature>9<c></c><d:Signature></d:Signature></a>";
        let form = Form::of(text.to_owned());
        assert!(form.has_signature && !Form::of("<a><b></b></a>".to_owned()).has_signature);
        let told = |piece: &&Piece| {
            let flags = [
                (piece.in_signature, 's'),
                (piece.by_key_info, 'k'),
                (piece.opens, 'o'),
                (piece.by_signature[0], '<'),
                (piece.by_signature[1], '>'),
            ];
            let flags: String = flags.into_iter().filter(|(is, _)| *is).map(|(_, letter)| letter).collect();
            format!("{:?} {} {flags}", form.str(piece), piece.depth)
        };
        let of_kind =
            |kind| form.pieces.iter().filter(|piece| piece.kind == kind).map(|p| told(&p)).collect::<Vec<_>>();
        assert_eq!(
            of_kind(Kind::Between),
            [
                "\"\" 1 o",
                "\"1\" 1 <",
                "\"\" 2 so",
                "\"2\" 3 so",
                "\"3\" 2 s",
                "\"4\" 2 s",
                "\"5\" 3 sko",
                "\"6\" 2 sk",
                "\"7\" 2 sk",
                "\"8\" 1 sk",
                "\"9\" 1 >",
                "\"\" 1 <",
                "\"\" 0 >",
            ]
        );
        assert_eq!(
            of_kind(Kind::Leaf),
            ["\"t\" 1 ", "\"\" 3 s", "\"\" 3 sk", "\"\" 2 sk", "\"\" 1 ", "\"\" 1 s"].map(str::to_owned)
        );
    }

    #[test]
    fn a_signature_in_a_signature_is_a_part_of_it() {
        let text = "<a><Signature><Object><Signature></Signature></Object><X></X></Signature><b></b></a>";
        let form = Form::of(text.to_owned());
        let within = form.pieces.iter().filter(|piece| piece.kind == Kind::Tag && piece.in_signature);
        let within: String = within.map(|piece| form.str(piece)).collect();
        assert_eq!(within, "<Object><Signature></Signature></Object><X></X></Signature>");
        assert_eq!(form.pieces.iter().filter(|piece| piece.by_signature[0]).count(), 1);
        assert_eq!(form.pieces.iter().filter(|piece| piece.by_signature[1]).count(), 1);
    }

    #[test]
    fn what_is_no_tag_is_passed_over() {
        let form = Form::of("<?p <x>?><!--<y>--><a b=\"1>2\" c=\"3\"><?q <z>?>t</a>".to_owned());
        let tags: Vec<_> = form.pieces.iter().filter(|piece| piece.kind == Kind::Tag).collect();
        assert_eq!(tags.iter().map(|tag| form.str(tag)).collect::<Vec<_>>(), ["<a b=\"1>2\" c=\"3\">", "</a>"]);
        let values = form.values(tags[0]).into_iter().map(|(name, range)| (name, form.text.get(range).unwrap()));
        assert_eq!(values.collect::<Vec<_>>(), [("b", "1>2"), ("c", "3")]);
        let form = Form::of("<a v=\"QQ==\" w=\"\" x=\"=\" y=\"z\">".to_owned());
        let values = form.values(&form.pieces[0]);
        assert_eq!(values.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["v", "w", "x", "y"]);
        assert_eq!(["<a>", "</a>", "<d:Sig x=\"y:z\">", "</d:Sig>"].map(local_name), ["a", "a", "Sig", "Sig"]);
    }

    #[test]
    fn the_pieces_are_the_whole_text_and_each_tag_has_its_place_in_the_source() {
        let source = "<a x='>1'>t<b/><!-- <c> --><d y=\"&quot;\"> </d>\n<e><f>z</f></e></a>";
        let document = read(source, Doctype::Refuse).whole().unwrap();
        let mut octets = Vec::new();
        let (method, _) = Canonicalization::ALL[5];
        canonicalize(document.root(), method, &PrefixList::default(), None, &mut |b| octets.extend_from_slice(b))
            .unwrap();
        let form = Form::of(String::from_utf8(octets).unwrap());
        assert_eq!(form.pieces.iter().map(|piece| form.str(piece)).collect::<String>(), form.text);
        let tags: Vec<_> = form.pieces.iter().filter(|piece| piece.kind == Kind::Tag).collect();
        let places = tags_of(document.root(), None);
        assert_eq!(tags.len(), places.len());
        assert_eq!(source.get(places[1].clone()), Some("<b/>"));
        assert_eq!(form.str(tags[1]), "<b>");
        assert_eq!(source.get(places[9].clone()), Some("</a>"));
        let leafs: Vec<_> = form.pieces.iter().filter(|piece| piece.kind == Kind::Leaf).map(|p| form.str(p)).collect();
        assert_eq!(leafs, ["", " ", "z"]);
        assert_eq!(form.values(tags[0]), [("x", 6..8)]);
        let changed =
            form.rewrite(&|piece, text| (piece.kind == Kind::Leaf && is_blank(text)).then(String::new)).unwrap();
        assert_eq!(changed.touched.len(), 1);
        assert!(changed.text.contains("<d y=\"&quot;\"></d>\n"));
        assert!(form.rewrite(&|_, text| Some(text.to_owned())).is_none());
    }
}
