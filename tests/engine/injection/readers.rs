//! Whoever reads what is handed on, in its own way: each says what in a text is not text.

use std::collections::BTreeSet;

use html5gum::{Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::polyglots::{LINE, MARK};

/// Whether a terminal, or the algorithm that orders text, obeys a character.
fn is_obeyed(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text that is printed: nothing in it is obeyed but the ends of its lines, and no value begins a line.
pub fn printed(text: &str, faults: &mut Vec<String>) {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| *c != '\n' && is_obeyed(*c)) {
        faults.push(format!("{c:?} at {at}: {:?}", around(text, at)));
    }
    if let Some(line) = text.lines().find(|line| line.trim_start().starts_with(LINE)) {
        faults.push(format!("a line that a value began: {line:?}"));
    }
}

fn around(text: &str, at: usize) -> &str {
    let bound = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    &text[bound(at.saturating_sub(60))..bound((at + 60).min(text.len()))]
}

/// The same with colours: each as it is written here, and ended before its line ends.
pub fn coloured(text: &str, faults: &mut Vec<String>) {
    let mut plain = String::new();
    for (number, piece) in text.split('\u{1b}').enumerate() {
        let rest = match number {
            0 => piece,
            _ => match ["[0m", "[1m", "[2m", "[31m", "[32m", "[33m"].iter().find_map(|code| piece.strip_prefix(code)) {
                Some(rest) => rest,
                None => return faults.push(format!("an escape that is not ours: {:?}", around(piece, 0))),
            },
        };
        plain += rest;
    }
    for line in text.lines() {
        let open = line.matches("\u{1b}[").count() - line.matches("\u{1b}[0m").count();
        // `0` is the colour of what has none.
        if open > line.matches("\u{1b}[0m").count() {
            faults.push(format!("a colour that is not ended: {line:?}"));
        }
    }
    printed(&plain, faults);
}

const ELEMENTS: &[&str] = &[
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "b", "ul", "li", "table", "tr", "th", "td",
    "span", "br", "code", "mark", "pre", "details", "summary",
];

/// HTML as a browser takes it apart: elements and attributes that the report is made of, and no value in any attribute.
pub fn html(text: &str, faults: &mut Vec<String>) {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut is_style = false;
    for token in Tokenizer::new(text) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let element = name(&tag.name);
                is_style = element == "style";
                if !ELEMENTS.contains(&element.as_str()) {
                    faults.push(format!("the element {element}"));
                }
                for (attribute, value) in &tag.attributes {
                    let (attribute, value) = (name(attribute), name(value));
                    let is_ours = match (element.as_str(), attribute.as_str()) {
                        ("html", "lang") => matches!(value.as_str(), "en" | "zh" | "zh-Hans" | "zh-CN"),
                        ("meta", "charset" | "name" | "http-equiv" | "content") => !value.contains(MARK),
                        (_, "class") => value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                        _ => false,
                    };
                    if !is_ours {
                        faults.push(format!("<{element} {attribute}={value:?}>"));
                    }
                }
            }
            Token::EndTag(tag) => {
                is_style = false;
                if !ELEMENTS.contains(&name(&tag.name).as_str()) {
                    faults.push(format!("the end of {}", name(&tag.name)));
                }
            }
            Token::String(words) if is_style && name(&words).contains(MARK) => {
                faults.push("a value in styles".to_owned())
            }
            Token::String(_) => {}
            Token::Comment(_) => faults.push("a comment".to_owned()),
            Token::Doctype(doctype) if name(&doctype.name) == "html" => {}
            Token::Doctype(_) => faults.push("a document type".to_owned()),
            Token::Error(error) => faults.push(format!("{error:?}")),
        }
    }
    if let Some(c) = text.chars().find(|c| !matches!(c, '\n' | '\t') && is_obeyed(*c)) {
        faults.push(format!("{c:?} in HTML"));
    }
    // As XML but for the elements that have no end: every element is where it was put.
    let mut xml = text.replacen("<!doctype html>", "", 1).replace("<br>", "<br/>");
    while let Some(from) = xml.find("<meta ") {
        let end = xml[from..].find('>').unwrap();
        xml.replace_range(from..=from + end, "");
    }
    if let Err(error) = roxmltree::Document::parse(&xml) {
        faults.push(format!("as XML: {error}"));
    }
}

/// Markdown by CommonMark and what GitHub and others add: headings, lists and tables without a value in what makes them, and
/// nothing else.
pub fn markdown(text: &str, faults: &mut Vec<String>) {
    printed(text, faults);
    let mut path: Vec<TagEnd> = Vec::new();
    for event in Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Start(tag) => {
                let is_ours = match &tag {
                    Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::Strong | Tag::Table(_) => true,
                    Tag::BlockQuote(kind) => kind.is_none() && path.is_empty(),
                    Tag::TableHead | Tag::TableRow | Tag::TableCell => true,
                    Tag::List(_) => path.iter().filter(|tag| matches!(tag, TagEnd::List(_))).count() < 2,
                    _ => false,
                };
                if !is_ours {
                    faults.push(format!("{tag:?}"));
                }
                path.push(tag.to_end());
            }
            Event::End(_) => _ = path.pop(),
            Event::Text(words) | Event::Code(words) => {
                let is_made =
                    path.iter().any(|tag| matches!(tag, TagEnd::Heading(_) | TagEnd::Strong | TagEnd::TableHead));
                if is_made && words.contains(MARK) {
                    faults.push(format!("{words:?} in {path:?}"));
                }
            }
            Event::SoftBreak => {}
            other => faults.push(format!("{other:?}")),
        }
    }
    for line in text.lines().filter(|line| line.starts_with('|')) {
        for (how, bars) in
            [("each backslash escapes", by_escapes(line)), ("a backslash before it", by_neighbours(line))]
        {
            if bars != 5 {
                faults.push(format!("{} cells where {how}: {line:?}", bars - 1));
            }
        }
    }
}

/// The bars that end a cell, where every backslash escapes what is after it (cmark-gfm).
fn by_escapes(line: &str) -> usize {
    let mut characters = line.chars();
    let mut bars = 0;
    while let Some(c) = characters.next() {
        match c {
            '\\' => _ = characters.next(),
            '|' => bars += 1,
            _ => {}
        }
    }
    bars
}

/// The same where a bar is none if a backslash stands before it (the letter of GitHub's text).
fn by_neighbours(line: &str) -> usize {
    let before = std::iter::once(b' ').chain(line.bytes());
    before.zip(line.bytes()).filter(|(before, c)| *c == b'|' && *before != b'\\').count()
}

/// JSON: it is read, and nothing in it is obeyed where it is printed.
pub fn json(text: &str, faults: &mut Vec<String>) -> Value {
    if let Some(c) = text.chars().find(|c| *c != '\n' && is_obeyed(*c)) {
        faults.push(format!("{c:?} in JSON"));
    }
    serde_json::from_str(text).unwrap_or_else(|error| {
        faults.push(format!("no JSON: {error}"));
        Value::Null
    })
}

/// SARIF: no message has a placeholder or a link, and no artifact is anywhere but beside the log.
pub fn sarif(text: &str, faults: &mut Vec<String>) {
    let log = json(text, faults);
    walk(&log, "", faults);
}

fn walk(value: &Value, key: &str, faults: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let is_message = matches!(key, "message" | "shortDescription" | "help");
            if let (true, Some(Value::String(text))) = (is_message, object.get("text")) {
                if text.replace("{{", "").replace("}}", "").contains(['{', '}']) {
                    faults.push(format!("a placeholder in {text:?}"));
                }
                if has_link(text) {
                    faults.push(format!("a link in {text:?}"));
                }
            }
            if let Some(Value::String(uri)) = object.get("uri") {
                let base = url::Url::parse("https://base.example/a/b").unwrap();
                let found = base.join(uri).map(|url| (url.scheme().to_owned(), url.host_str().map(str::to_owned)));
                if found != Ok(("https".to_owned(), Some("base.example".to_owned()))) {
                    faults.push(format!("the address {uri:?}: {found:?}"));
                }
            }
            object.iter().for_each(|(key, value)| walk(value, key, faults));
        }
        Value::Array(array) => array.iter().for_each(|value| walk(value, key, faults)),
        _ => {}
    }
}

/// Whether a viewer finds `[text](target)` in a message, a backslash escaping what is after it.
fn has_link(text: &str) -> bool {
    let (mut open, mut before, mut characters) = (false, ' ', text.chars());
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                characters.next();
                before = ' ';
                continue;
            }
            '[' => open = true,
            '(' if open && before == ']' => return true,
            _ => {}
        }
        before = c;
    }
    false
}

/// PEM: as many blocks as there are certificates for a reader that looks for their beginnings anywhere.
pub fn certificates(text: &str, faults: &mut Vec<String>) {
    printed(text, faults);
    let anywhere = text.matches("-----BEGIN").count();
    let lines = text.lines().filter(|line| *line == "-----BEGIN CERTIFICATE-----").count();
    if anywhere != lines || text.matches("-----END").count() != lines {
        faults.push(format!("{anywhere} blocks, and {lines} that begin a line"));
    }
    let is_ours = |line: &str| {
        let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        line.is_empty() || line.starts_with("# ") || line.starts_with("-----") || line.chars().all(base64)
    };
    if let Some(line) = text.lines().find(|line| !is_ours(line)) {
        faults.push(format!("the line {line:?}"));
    }
}

/// A table of cells between tabs: as many in each row, and none that a spreadsheet takes for a formula.
pub fn table(text: &str, faults: &mut Vec<String>) {
    printed(&text.replace('\t', " "), faults);
    let mut widths = BTreeSet::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        widths.insert(cells.len());
        if let Some(cell) = cells.iter().find(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])) {
            faults.push(format!("a formula: {cell:?}"));
        }
    }
    if widths.len() > 1 {
        faults.push(format!("rows of {widths:?} cells"));
    }
}
