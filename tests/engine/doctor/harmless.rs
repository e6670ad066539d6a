//! Changes of the text that leave its canonical form: the signature holds, and there is nothing to name.

use super::forms::leaves;
use super::printers;
use super::sign::{below, document, replaced, signatures};
use super::signature::in_lines;

/// What changes no canonical form: it must stay valid, and nothing may be diagnosed.
/// What it is, and how it is done.
type Change = (&'static str, fn(&str) -> String);

pub const HARMLESS: &[Change] = &[
    ("line ends of Windows", |text| text.replace("\r\n", "\n").replace('\n', "\r\n")),
    ("a mark and a declaration before", |text| {
        let body = text.split_once("?>").map_or(text, |(_, body)| body);
        format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{}", body.trim_start())
    }),
    ("lines after the root", |text| format!("{text}\n\n")),
    ("empty elements with a blank", |text| text.replace("/>", " />")),
    ("empty elements open and closed", |text| {
        printers::tokens(text).into_iter().fold(String::new(), |all, token| match token.strip_suffix("/>") {
            Some(body) => {
                let name = body.split([' ', '\n']).next().unwrap_or_default().trim_start_matches('<');
                format!("{all}{body}></{name}>")
            }
            None => format!("{all}{token}"),
        })
    }),
    ("attributes in another order and other quotes", |text| {
        printers::tokens(text).into_iter().fold(String::new(), |all, token| {
            let simple =
                token.starts_with('<') && !token.starts_with("</") && !token.starts_with("<?") && !token.contains('\'');
            let end = if token.ends_with("/>") { "/>" } else { ">" };
            let body = token.strip_suffix(end).unwrap_or(token);
            match body.split_once(' ').filter(|_| simple) {
                None => format!("{all}{token}"),
                Some((name, attributes)) => {
                    let mut parts: Vec<_> =
                        attributes.split_inclusive("\" ").map(|part| part.trim().replace('"', "'")).collect();
                    parts.reverse();
                    format!("{all}{name} {}{end}", parts.join("\n "))
                }
            }
        })
    }),
    ("quotes and > as references", |text| {
        let leaves = leaves(text);
        leaves.iter().rev().fold(text.to_owned(), |text, (_, range)| {
            let now = text[range.clone()].replace('"', "&quot;").replace('>', "&gt;").replace('\'', "&apos;");
            replaced(&text, range.clone(), &now)
        })
    }),
    ("non-ASCII as references", |text| {
        let write = |c: char| if c.is_ascii() { c.to_string() } else { format!("&#x{:X};", u32::from(c)) };
        text.chars().map(write).collect()
    }),
    ("a comment", |text| {
        let at = leaves(text).last().map_or(0, |(_, range)| range.end);
        let at = text[at..].find('>').map_or(at, |end| at + end + 1);
        replaced(text, at..at, "<!-- seen -->")
    }),
    ("base64 in lines", |text| {
        // Of the last signature: a SignatureValue within a signed element is signed itself.
        let document = document(text);
        let all = signatures(&document);
        let inner = all.last().unwrap();
        if all.len() > 1 {
            return text.to_owned();
        }
        let range = below(*inner, "SignatureValue").content_span();
        replaced(text, range.clone(), &format!("\n{}\n", in_lines(&text[range], 64, "\n")))
    }),
];
