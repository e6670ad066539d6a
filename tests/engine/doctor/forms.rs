//! Edits of the form: what tools do to a message that still says the same to a person.

use std::ops::Range;

use samlens::xml::NodeKind;

use super::printers::{self, BEAUTIFIER, DOTNET, EDITOR, Style, TRACER, XMLLINT};
use super::sign::{again, document, replaced, signatures};
use super::{Edit, Edited, Make};
use crate::mutation::DSIG;

/// Where each value stands that a signature is over, in an element that has nothing but text; with the element's name.
pub fn leaves(text: &str) -> Vec<(String, Range<usize>)> {
    let document = document(text);
    let signed: Vec<_> = signatures(&document).iter().map(|signature| signature.parent().unwrap().span()).collect();
    let own: Vec<_> = signatures(&document).iter().map(|signature| signature.span()).collect();
    let within = |spans: &[Range<usize>], at: usize| spans.iter().any(|span| span.contains(&at));
    let elements =
        document.nodes().filter(|node| node.kind() == NodeKind::Element && !node.is(DSIG, "X509Certificate"));
    let leaf = elements.filter(|node| node.elements().next().is_none() && !node.content_span().is_empty());
    let leaf = leaf.filter(|node| within(&signed, node.span().start) && !within(&own, node.span().start));
    leaf.map(|node| (node.local_name().to_owned(), node.content_span())).collect()
}

const VALUES: [&str; 4] = ["NameID", "AttributeValue", "Audience", "Issuer"];

/// One of these, another kind for each message.
pub fn value(make: &Make, text: &str) -> Option<Range<usize>> {
    let all = leaves(text);
    let kinds = (0..VALUES.len()).map(|k| VALUES[(make.number + k) % VALUES.len()]);
    let named = |kind: &str| all.iter().rev().find(|(name, _)| name == kind).map(|(_, range)| range.clone());
    kinds.into_iter().find_map(named).or_else(|| all.last().map(|(_, range)| range.clone()))
}

/// The message as it would have been signed with another text in that place.
fn saying(make: &Make, change: impl Fn(&str) -> String) -> Option<(String, Range<usize>)> {
    let range = value(make, &make.xml)?;
    let now = change(&make.xml[range.clone()]);
    let xml = again(&replaced(&make.xml, range, &now))?;
    let range = value(make, &xml)?;
    assert_eq!(&xml[range.clone()], now, "{}", make.name);
    Some((xml, range))
}

pub fn changed(before: &str, after: String) -> Option<Edited> {
    (before != after).then(|| Edited::of(after))
}

fn in_style(make: &Make, style: &Style) -> Option<Edited> {
    Some(Edited::of(printers::printed(&make.xml, style)))
}

/// The value's text changed in a message that is as it was.
fn of_value(make: &Make, change: impl Fn(&str) -> String) -> Option<Edited> {
    let range = value(make, &make.xml)?;
    changed(&make.xml, replaced(&make.xml, range.clone(), &change(&make.xml[range])))
}

/// How many elements a place stands in.
fn depth_at(text: &str, at: usize) -> usize {
    let document = document(text);
    let elements = document.nodes().filter(|node| node.kind() == NodeKind::Element);
    elements.filter(|node| node.content_span().start <= at && at < node.span().end).count()
}

/// A part of a message printed, and the rest left: everything but the Signatures.
fn around_signatures(text: &str) -> String {
    let document = document(text);
    let spans: Vec<_> = signatures(&document).iter().map(|signature| signature.span()).collect();
    let marked = spans.iter().rev().fold(text.to_owned(), |text, span| {
        if span.end > text.len() || !text[span.clone()].ends_with('>') {
            return text;
        }
        replaced(&text, span.clone(), "<keep/>")
    });
    let mut parts =
        spans.iter().filter(|span| !spans.iter().any(|other| other.start < span.start && span.end < other.end));
    let printed = printers::printed(&marked, &XMLLINT);
    printed.split("<keep/>").fold(String::new(), |all, piece| {
        let kept = if all.is_empty() { "" } else { parts.next().map_or("", |span| &text[span.clone()]) };
        format!("{all}{kept}{piece}")
    })
}

/// The insides of the signed element alone, as an editor formats a selection.
fn selection(make: &Make) -> Option<Edited> {
    let document = document(&make.xml);
    let target = signatures(&document).last()?.parent()?.span();
    let printed = printers::printed(&make.xml[target.clone()], &EDITOR);
    Some(Edited::of(replaced(&make.xml, target, printed.trim_end())))
}

/// Whether it was indented before it was signed.
pub fn indented(make: &Make) -> bool {
    leaves(&make.xml).len() > 3 && make.xml.lines().filter(|line| line.trim_start().starts_with('<')).count() > 12
}

pub const PRINTED: &[Edit] = &[
    Edit::new("xmllint --format", &[&["pretty-printed"]], |make| in_style(make, &XMLLINT)),
    Edit::new(".NET XmlWriter", &[&["pretty-printed"]], |make| in_style(make, &DOTNET)),
    Edit::new("editor, tabs", &[&["pretty-printed"]], |make| in_style(make, &EDITOR)),
    Edit::new("tracer's panel", &[&["pretty-printed"]], |make| in_style(make, &TRACER)),
    Edit::new("beautifier, texts on lines", &[&["pretty-printed"]], |make| in_style(make, &BEAUTIFIER))
        .also(&["text-padded", "text-trimmed"]),
    Edit::new("minidom toprettyxml", &[&["pretty-printed"]], |make| Some(Edited::of(printers::minidom(&make.xml))))
        .also(&["crlf-to-lf"]),
    Edit::new("printed but the Signature", &[&["pretty-printed"]], |make| {
        Some(Edited::of(around_signatures(&make.xml)))
    }),
    Edit::new("a selection printed", &[&["pretty-printed"]], selection),
    Edit::new("white space dropped", &[&["indentation-removed", "signed-info-reformatted"]], |make| {
        indented(make).then(|| changed(&make.xml, printers::minified(&make.xml)))?
    }),
];

/// A place in the middle of an attribute's value that a signature is over, and that is no ID and no algorithm.
fn attribute(make: &Make, text: &str) -> Option<usize> {
    let document = document(text);
    let parent = signatures(&document).last()?.parent()?;
    let wanted = ["Name", "Format", "NotOnOrAfter", "Destination", "AuthnInstant", "Location", "SessionIndex"];
    let nodes: Vec<_> =
        parent.descendants().filter(|node| node.kind() == NodeKind::Element && node.namespace() != DSIG).collect();
    let kinds = (0..wanted.len()).map(|k| wanted[(make.number + k) % wanted.len()]);
    let spans =
        kinds.into_iter().flat_map(|kind| nodes.iter().find_map(|node| node.attribute(kind)).map(|a| a.value_span()));
    let span = spans.into_iter().next()?;
    let middle = (span.start + span.len() / 2..span.end).find(|at| text.is_char_boundary(*at))?;
    Some(middle)
}

fn spaced(make: &Make, before: &str, after: &str) -> Option<Edited> {
    let at = attribute(make, &make.xml)?;
    let mark = "SPACED";
    let marked = again(&replaced(&make.xml, at..at, mark))?;
    // Where it stands once everything is signed anew, and base64 may be longer or shorter.
    let at = marked.find(mark)?;
    let signed = again(&replaced(&marked, at..at + mark.len(), before))?;
    assert!(signed[at..].starts_with(before), "{}", make.name);
    changed(&signed, replaced(&signed, at..at + before.len(), after))
}

pub const WHITE: &[Edit] = &[
    Edit::new("line ends as &#13;", &[&["lf-to-crlf"]], |make| {
        let text = make.xml.replace("\r\n", "\n").replace("&#13;\n", "\n");
        let root = text.find("?>\n").map_or(0, |at| at + 3);
        let (prolog, body) = text.split_at(root);
        changed(&make.xml, format!("{prolog}{}", body.trim_end().replace('\n', "&#13;\n")))
    }),
    Edit::new("&#13; lost", &[&["crlf-to-lf"]], |make| {
        let (signed, _) = saying(make, |value| format!("{value}&#13;\nsecond line&#13;\nthird"))?;
        changed(&signed, signed.replace("&#13;\n", "\n"))
    }),
    Edit::new("&#13; lost, as it was sent", &[&["crlf-to-lf"]], |make| {
        changed(&make.xml, make.xml.replace("&#13;\n", "\n"))
    }),
    Edit::new("a line end after a value", &[&["trailing-newline"]], |make| {
        of_value(make, |value| format!("{value}\n"))
    }),
    Edit::new("the line end of a value lost", &[&["trailing-newline", "text-trimmed"]], |make| {
        let (signed, range) = saying(make, |value| format!("{value}\n"))?;
        changed(&signed, replaced(&signed, range.end - 1..range.end, ""))
    }),
    Edit::new("a value trimmed", &[&["text-trimmed"]], |make| {
        let depth = depth_at(&make.xml, value(make, &make.xml)?.start);
        let unit = ["  ", "    ", "\t"][make.number % 3];
        // On a line of its own, as far in as a printer puts it.
        let on_line = (format!("\n{}", unit.repeat(depth)), format!("\n{}", unit.repeat(depth - 1)));
        let plain = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        let around = [plain(" ", " "), plain("", " "), on_line, plain(" ", "")][make.number % 4].clone();
        let (signed, range) = saying(make, |value| format!("{}{}{}", around.0, value.trim(), around.1))?;
        let trimmed = signed[range.clone()].trim().to_owned();
        changed(&signed, replaced(&signed, range, &trimmed))
    }),
    Edit::new("blanks within a value collapsed", &[&["text-collapsed"]], |make| {
        let (signed, range) = saying(make, |_| {
            ["Alice  B.  Moreau", "Hauptstraße 5\n80331 München", "one\ttwo", "Alice  Moreau"][make.number % 4]
                .to_owned()
        })?;
        let words: Vec<_> = signed[range.clone()].split_whitespace().collect();
        Some(Edited::of(replaced(&signed, range, &words.join(" "))))
    }),
    Edit::new("blanks put around a value", &[&["text-padded"]], |make| {
        let around = [(" ", " "), ("", " "), (" ", "")][make.number % 3];
        of_value(make, |value| format!("{}{value}{}", around.0, around.1))
    }),
    // One value, as a printer would have put it: either name says it.
    Edit::new("a value put on a line of its own", &[&["text-padded", "pretty-printed"]], |make| {
        of_value(make, |value| format!("\n        {value}\n      "))
    }),
    Edit::new("blanks of an attribute collapsed", &[&["attribute-whitespace"]], |make| spaced(make, "  ", " ")),
    Edit::new("line end of an attribute lost", &[&["attribute-whitespace"]], |make| spaced(make, "&#10;", " ")),
    Edit::new("blank put into an attribute's end", &[&["attribute-whitespace"]], |make| {
        let document = document(&make.xml);
        let parent = signatures(&document).last()?.parent()?;
        let nodes: Vec<_> = parent.descendants().filter(|node| node.namespace() != DSIG).collect();
        let span =
            nodes.iter().rev().find_map(|node| node.attribute("Name").or(node.attribute("Format")))?.value_span();
        Some(Edited::of(replaced(&make.xml, span.end..span.end, " ")))
    }),
];

fn latin1(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// What Windows-1252 has where Latin-1 has controls; 0 where it has nothing.
const WINDOWS: [u16; 32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
];

fn windows(text: &str) -> String {
    let read = |byte: u8| match byte {
        0x80..=0x9F => char::from_u32(u32::from(WINDOWS[usize::from(byte) - 0x80])).unwrap(),
        byte => char::from(byte),
    };
    text.bytes().map(read).collect()
}

const NAMES: [&str; 4] = ["Jürgen Groß", "张伟", "Łukasz Żółć", "François Müßig"];

/// The message as it is where it has more than ASCII, else with a name that does.
pub fn beyond_ascii(make: &Make) -> Option<String> {
    if leaves(&make.xml).iter().any(|(_, range)| !make.xml[range.clone()].is_ascii()) {
        return Some(make.xml.clone());
    }
    Some(saying(make, |_| NAMES[make.number % 4].to_owned())?.0)
}

fn with_references(make: &Make) -> Option<(String, Range<usize>)> {
    saying(make, |_| {
        ["Research &amp; Development", "a &lt; b", "AT&amp;T", "x &amp; y &lt; z"][make.number % 4].to_owned()
    })
}

/// What `"`, `>` and apostrophes become in a serializer that writes them out, once more.
fn escaped_again(text: &str, range: Range<usize>) -> String {
    replaced(text, range.clone(), &text[range].replace('&', "&amp;"))
}

pub const WRITTEN: &[Edit] = &[
    Edit::new("UTF-8 read as Latin-1", &[&["encoding-mistaken"]], |make| {
        let text = beyond_ascii(make)?;
        // Controls that no XML text may have stay as they are in such a reader, and then nothing can be read at all.
        changed(&text, latin1(&text))
    }),
    Edit::new("UTF-8 read as Windows-1252", &[&["encoding-mistaken"]], |make| {
        let text = beyond_ascii(make)?;
        changed(&text, windows(&text))
    }),
    Edit::new("one value in the wrong encoding", &[&["encoding-mistaken"]], |make| {
        let (signed, range) = saying(make, |_| NAMES[make.number % 4].to_owned())?;
        let wrong = windows(&signed[range.clone()]);
        changed(&signed, replaced(&signed, range, &wrong))
    }),
    Edit::new("UTF-8 read as Latin-1 twice", &[&["encoding-mistaken"]], |make| {
        let text = beyond_ascii(make)?;
        changed(&text, latin1(&latin1(&text)))
    }),
    Edit::new("escaped twice", &[&["double-escaped"]], |make| {
        let (signed, range) = with_references(make)?;
        Some(Edited::of(escaped_again(&signed, range)))
    }),
    Edit::new("everything escaped twice", &[&["double-escaped"]], |make| {
        let after = leaves(&make.xml)
            .iter()
            .rev()
            .fold(make.xml.clone(), |text, (_, range)| escaped_again(&text, range.clone()));
        changed(&make.xml, after)
    }),
    Edit::new("quotes written out, then escaped", &[&["double-escaped"]], |make| {
        let (signed, range) = saying(make, |_| "the \"quoted\" &amp; more".to_owned())?;
        let now = signed[range.clone()].replace('"', "&quot;").replace('&', "&amp;").replace("&amp;amp;", "&amp;");
        changed(&signed, replaced(&signed, range, &now))
    }),
    Edit::new("non-ASCII as references, then escaped", &[&["double-escaped"]], |make| {
        let (signed, range) = saying(make, |_| NAMES[make.number % 4].to_owned())?;
        let write = |c: char| if c.is_ascii() { c.to_string() } else { format!("&amp;#{};", u32::from(c)) };
        let now: String = signed[range.clone()].chars().map(write).collect();
        changed(&signed, replaced(&signed, range, &now))
    }),
    Edit::new("unescaped once too often", &[&["re-escaped"]], |make| {
        let (signed, range) = saying(make, |_| "R&amp;amp;D &amp;lt;team&amp;gt;".to_owned())?;
        let now = signed[range.clone()].replace("&amp;", "&");
        changed(&signed, replaced(&signed, range, &now))
    }),
];
