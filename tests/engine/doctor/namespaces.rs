//! What namespaces suffer on the way, where a canonicalization writes them that nothing uses.

use std::ops::Range;

use samlens::xml::{Document, Node};

use super::forms::beyond_ascii;
use super::sign::{again, document, replaced, signed};
use super::signers::{EXCLUSIVE, INCLUSIVE, INCLUSIVE_11};
use super::{Edit, Edited, Make};

const XS: &str = " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"";
const XSI: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

/// The start of the attributes of the root.
fn in_root(text: &str) -> usize {
    let root = document(text).root_element().unwrap().span().start;
    root + text[root..].find([' ', '\n']).unwrap()
}

/// With namespaces on the root that nothing uses there; those that are there already stay.
pub fn with_unused(text: &str) -> String {
    let mut text = text.to_owned();
    for (prefix, declaration) in [("xs", XS), ("xsi", XSI), ("ds", " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"")]
    {
        let root = document(&text).root_element().unwrap().open_tag().to_owned();
        if !text[root].contains(&format!("xmlns:{prefix}=")) {
            let at = in_root(&text);
            text = replaced(&text, at..at, declaration);
        }
    }
    text
}

/// Every Reference and SignedInfo canonicalized by this method, and rightly signed.
pub fn by_method(text: &str, uri: &str) -> Option<String> {
    let mut text = text.to_owned();
    for from in [EXCLUSIVE, INCLUSIVE, INCLUSIVE_11] {
        text = text.replace(&format!("Transform Algorithm=\"{from}\""), &format!("Transform Algorithm=\"{uri}\""));
    }
    again(&without_prefix_lists(&text))
}

pub fn without_prefix_lists(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.find("<ec:InclusiveNamespaces") {
        let end = at + text[at..].find("/>").unwrap() + 2;
        text.replace_range(at..end, "");
    }
    text
}

/// The message with a PrefixList of `xs`, which its root declares.
pub fn with_list(make: &Make) -> Option<String> {
    let list = format!("<ec:InclusiveNamespaces xmlns:ec=\"{EXCLUSIVE}\" PrefixList=\"xs\"/>");
    let mut text = without_prefix_lists(&with_unused(&make.xml));
    let document = document(&text.clone()).to_owned_spans();
    for (span, name, open) in document.into_iter().rev() {
        if open {
            continue;
        }
        let body = text[span.clone()].trim_end_matches("/>").to_owned();
        text = replaced(&text, span, &format!("{body}>{list}</{name}>"));
    }
    again(&text)
}

/// The exclusive Transforms of a message: where each stands, its name as it is written, and whether it is open.
trait Transforms {
    fn to_owned_spans(&self) -> Vec<(Range<usize>, String, bool)>;
}

impl Transforms for Document<'_> {
    fn to_owned_spans(&self) -> Vec<(Range<usize>, String, bool)> {
        let exclusive = |node: &Node<'_>| node.attribute("Algorithm").is_some_and(|value| value.value() == EXCLUSIVE);
        let found = self.nodes().filter(|node| node.local_name() == "Transform" && exclusive(node));
        let name = |node: Node<'_>| node.source()[1..].split([' ', '/', '>']).next().unwrap().to_owned();
        found.map(|node| (node.span(), name(node), !node.source().ends_with("/>"))).collect()
    }
}

pub const NAMESPACES: &[Edit] = &[
    // Where a type is declared once more where it is used, that which is gone may as well have been moved there.
    Edit::new("unused namespaces dropped", &[&["namespace-dropped", "namespace-moved"]], |make| {
        let text = by_method(&with_unused(&make.xml), INCLUSIVE)?;
        let after = text.replacen(XS, "", usize::from(!make.xml.contains("xs:"))).replacen(
            XSI,
            "",
            usize::from(!make.xml.contains("xsi:")),
        );
        Edited::unless_same(&text, after)
    }),
    Edit::new("the namespace of types dropped", &[&["namespace-dropped", "namespace-moved"]], |make| {
        let text = with_list(make)?;
        let at = text.find(XS)?;
        Some(Edited::of(replaced(&text, at..at + XS.len(), "")))
    }),
    Edit::new("namespaces moved to the root", &[&["namespace-moved", "exclusive-for-inclusive"]], |make| {
        let text = by_method(&make.xml, INCLUSIVE)?;
        let root = document(&text).root_element().unwrap().open_tag();
        if !text.contains(XSI) || text[root.clone()].contains(XSI) {
            return None;
        }
        let (head, body) = text.split_at(root.end);
        let had_xs = body.contains(XS) && !head.contains(XS);
        let body = body.replace(XSI, "").replace(if had_xs { XS } else { "\0" }, "");
        let at = in_root(&text);
        Some(Edited::of(format!("{}{XSI}{}{}{body}", &head[..at], if had_xs { XS } else { "" }, &head[at..])))
    }),
    Edit::new("namespaces moved to where they are used", &[&["namespace-moved"]], |make| {
        let text = without_types(&with_unused(&make.xml))?;
        let text = by_method(&text, INCLUSIVE)?;
        let after = text.replacen(XS, "", 1).replacen(XSI, "", 1);
        Some(Edited::of(after.replace(" xsi:type=", &format!("{XS}{XSI} xsi:type="))))
    }),
    // Where every namespace was in use, the exclusive form is that of before: octets cannot tell the one from the other.
    Edit::new("a namespace added to the root", &[&["namespace-added", "exclusive-for-inclusive"]], |make| {
        let text = by_method(&make.xml, INCLUSIVE)?;
        let at = in_root(&text);
        Some(Edited::of(replaced(
            &text,
            at..at,
            if text.contains("xmlns:xsi=") { " xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"" } else { XSI },
        )))
    }),
    Edit::new("put into an envelope", &[&["namespace-added", "exclusive-for-inclusive"]], |make| {
        let text = by_method(&make.xml, [INCLUSIVE, INCLUSIVE_11][make.number % 2])?;
        let root = document(&text).root_element()?.span();
        let envelope = "http://schemas.xmlsoap.org/soap/envelope/";
        let also = [
            "",
            XSI,
            " xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"",
        ][make.number % 3];
        let body = &text[root];
        (make.name != "metadata").then(|| {
            Edited::of(format!("<S:Envelope xmlns:S=\"{envelope}\"{also}><S:Body>{body}</S:Body></S:Envelope>"))
        })
    }),
    Edit::new("types dropped", &[&["type-dropped"]], |make| {
        if make.xml.contains("xs:boolean") {
            return None;
        }
        let strings = [" xsi:type=\"xs:string\"", " xsi:type=\"xsd:string\""];
        let text = strings.iter().fold(make.xml.clone(), |text, what| text.replace(what, ""));
        let (head, body) = text.split_at(document(&text).root_element()?.open_tag().end);
        Edited::unless_same(&make.xml, format!("{head}{}", body.replace(XS, "").replace(XSI, "")))
            .filter(|edited| edited.xml.matches("xsi:type").count() < make.xml.matches("xsi:type").count())
    }),
];

/// Types whose namespaces stand on the root alone.
fn without_types(text: &str) -> Option<String> {
    let root = document(text).root_element().unwrap().open_tag();
    let (head, body) = text.split_at(root.end);
    if !body.contains("xsi:type=\"xs:") {
        return None;
    }
    Some(format!("{head}{}", body.replace(XS, "").replace(XSI, "")))
}

/// A message that nobody changed, and whose signer did all rightly: each of the ways in which edits here begin.
pub fn sound(make: &Make) -> Vec<String> {
    let unused = with_unused(&make.xml);
    let all = [
        signed(&make.xml, 0).map(|_| make.xml.clone()),
        again(&unused),
        by_method(&unused, INCLUSIVE),
        with_list(make),
        beyond_ascii(make),
    ];
    all.into_iter().flatten().collect()
}
