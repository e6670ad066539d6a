//! Documents, and what another reader makes of them.

use samlens::limits::*;
use samlens::reader_difference;
use samlens::xml::{Doctype, XmlErrorKind, read};

use super::Proof::{At, Everywhere};
use super::made::{is_bomb, is_told, many, report, response};

pub const ROWS: super::Rows = &[
    ("XML_BYTES", At("src/xml/reader.rs", "XML_BYTES")),
    ("XML_DEPTH", Everywhere(xml_depth)),
    ("XML_NODES", At("src/xml/reader.rs", "XML_NODES")),
    ("XML_ATTRIBUTES", Everywhere(xml_attributes)),
    ("XML_NAMESPACES", Everywhere(xml_namespaces)),
    ("XML_NAME_BYTES", Everywhere(xml_name_bytes)),
    ("ENTITY_BYTES", Everywhere(entity_bytes)),
    ("OUTLINED_BYTES", Everywhere(outlined_bytes)),
    ("OUTLINED_TEXT_BYTES", At("src/outline.rs", "OUTLINED_TEXT_BYTES")),
];

/// The limit that a text goes over as XML.
fn xml_limit(text: &str) -> Option<&'static str> {
    match read(text, Doctype::Refuse).error?.kind {
        XmlErrorKind::Limit { name, .. } => Some(name),
        _ => None,
    }
}

fn xml_depth() {
    let of = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert_eq!(xml_limit(&of(XML_DEPTH)), None);
    assert_eq!(read(&of(XML_DEPTH), Doctype::Refuse).whole().unwrap().nodes().count(), XML_DEPTH + 1);
    // The limit is on how many stand around one.
    assert_eq!(xml_limit(&of(XML_DEPTH + 2)), Some("XML_DEPTH"));
    is_told(of(XML_DEPTH + 2).as_bytes(), "XML_DEPTH");
}

fn xml_attributes() {
    let of = |count: usize| format!("<a{}/>", many(count, |i| format!(" a{i}=''")));
    let whole = of(XML_ATTRIBUTES);
    let document = read(&whole, Doctype::Refuse).whole().unwrap();
    assert_eq!(document.root_element().unwrap().attributes().len(), XML_ATTRIBUTES);
    assert_eq!(xml_limit(&of(XML_ATTRIBUTES + 1)), Some("XML_ATTRIBUTES"));
    is_told(of(XML_ATTRIBUTES + 1).as_bytes(), "XML_ATTRIBUTES");
}

fn xml_namespaces() {
    let of = |count: usize| {
        let inner = count - XML_NAMESPACES / 2;
        let declared = |from: usize, n: usize| many(n, |i| format!(" xmlns:p{}='u'", from + i));
        format!("<a{}><b{}/></a>", declared(0, XML_NAMESPACES / 2), declared(XML_NAMESPACES, inner))
    };
    // `xml` is in scope by itself, whatever is declared.
    let most = (XML_NAMESPACES - 2..=XML_NAMESPACES + 1).rfind(|count| xml_limit(&of(*count)).is_none()).unwrap();
    assert!(most.abs_diff(XML_NAMESPACES) <= 2, "{most}");
    assert_eq!(xml_limit(&of(most + 1)), Some("XML_NAMESPACES"));
}

fn xml_name_bytes() {
    let of = |bytes: usize| format!("<{0}></{0}>", "a".repeat(bytes));
    assert_eq!(xml_limit(&of(XML_NAME_BYTES)), None);
    assert_eq!(xml_limit(&of(XML_NAME_BYTES + 1)), Some("XML_NAME_BYTES"));
    is_told(of(XML_NAME_BYTES + 1).as_bytes(), "XML_NAME_BYTES");
}

fn entity_bytes() {
    let fires = |bytes: usize| {
        let text = format!("<!DOCTYPE a [<!ENTITY e '{}'>]>{}", "x".repeat(bytes), response(""));
        is_bomb(&report(text.as_bytes()))
    };
    assert_eq!([fires(ENTITY_BYTES), fires(ENTITY_BYTES + 1)], [false, true]);
}

fn outlined_bytes() {
    // Refused by both readers, and told as alike; of what is over the limit the other is not even asked.
    let of = |bytes: usize| format!("<a>{}</a>", "x".repeat(bytes - 7));
    assert!(reader_difference(&of(OUTLINED_BYTES), None).is_some());
    assert_eq!(reader_difference(&of(OUTLINED_BYTES + 1), None), None);
}
