//! What tools make of a message that show XML nicely: each after what the real one puts out.

/// A tag, a comment, an instruction, or a run of text.
pub fn tokens(text: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let length = match rest.strip_prefix('<') {
            None => rest.find('<').unwrap_or(rest.len()),
            Some(_) if rest.starts_with("<!--") => rest.find("-->").map_or(rest.len(), |at| at + 3),
            Some(_) if rest.starts_with("<?") => rest.find("?>").map_or(rest.len(), |at| at + 2),
            Some(_) => {
                let mut quote = None;
                let end = rest.char_indices().find(|(_, c)| match (quote, c) {
                    (None, '"' | '\'') => {
                        quote = Some(*c);
                        false
                    }
                    (Some(open), c) if open == *c => {
                        quote = None;
                        false
                    }
                    (None, '>') => true,
                    _ => false,
                });
                end.map_or(rest.len(), |(at, _)| at + 1)
            }
        };
        let (token, after) = rest.split_at(length);
        found.push(token);
        rest = after;
    }
    found
}

pub fn is_tag(token: &str) -> bool {
    token.starts_with('<')
}

fn closes(token: &str) -> bool {
    token.starts_with("</")
}

/// Whether it opens an element that a later token closes.
fn opens(token: &str) -> bool {
    is_tag(token) && !closes(token) && !token.ends_with("/>") && !token.starts_with("<?") && !token.starts_with("<!")
}

pub fn is_blank(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// How a tool prints.
#[derive(Clone, Copy)]
pub struct Style {
    /// One level.
    pub indent: &'static str,
    /// The end of a line.
    pub end: &'static str,
    /// Whether a text stands on lines of its own.
    pub text_on_lines: bool,
    /// Whether each attribute does.
    pub attributes_on_lines: bool,
    /// How an element without content ends.
    pub empty: &'static str,
    /// What stands before the root.
    pub declaration: Option<&'static str>,
}

/// `xmllint --format`, and lxml's `pretty_print` after `remove_blank_text`.
pub const XMLLINT: Style = Style {
    indent: "  ",
    end: "\n",
    text_on_lines: false,
    attributes_on_lines: false,
    empty: "/>",
    declaration: Some("<?xml version=\"1.0\"?>"),
};

/// .NET's XmlDocument saved by an XmlWriter that indents.
pub const DOTNET: Style =
    Style { end: "\r\n", empty: " />", declaration: Some("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), ..XMLLINT };

/// An editor's formatter, with tabs.
pub const EDITOR: Style = Style { indent: "\t", declaration: None, ..XMLLINT };

/// The panel of a browser's extension: four blanks, an attribute a line.
pub const TRACER: Style = Style { indent: "    ", attributes_on_lines: true, declaration: None, ..XMLLINT };

/// What formats by the line, texts too.
pub const BEAUTIFIER: Style = Style { indent: "    ", text_on_lines: true, declaration: None, ..XMLLINT };

fn tag(token: &str, style: &Style, depth: usize) -> String {
    let mut out = String::new();
    if let Some(body) = token.strip_suffix("/>") {
        out.push_str(body.trim_end());
        out.push_str(style.empty);
    } else {
        out.push_str(token);
    }
    if style.attributes_on_lines && !closes(token) && !token.starts_with("<?") {
        let break_here = format!("{}{}        ", style.end, style.indent.repeat(depth));
        let mut parts = out.split("\" ");
        let first = parts.next().unwrap_or_default().to_owned();
        out = parts.fold(first, |all, part| format!("{all}\"{break_here}{part}"));
    }
    out
}

/// White space between elements is dropped, and lines are made.
pub fn printed(text: &str, style: &Style) -> String {
    let all: Vec<&str> = tokens(text).into_iter().filter(|token| is_tag(token) || !is_blank(token)).collect();
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut inline = false;
    for (at, token) in all.iter().enumerate() {
        if token.starts_with("<?xml ") {
            if style.declaration.is_none() {
                out.push_str(token);
            }
            continue;
        }
        if at == 0 || out.is_empty() && style.declaration.is_some() {
            out.push_str(style.declaration.unwrap_or_default());
        }
        if closes(token) {
            depth -= 1;
        }
        let text_within = !style.text_on_lines && !is_tag(token);
        if !(out.is_empty() || inline || text_within) {
            out.push_str(style.end);
            out.push_str(&style.indent.repeat(depth));
        }
        if is_tag(token) {
            out.push_str(&tag(token, style, depth));
        } else {
            out.push_str(if style.text_on_lines { token.trim() } else { token });
        }
        // What has only a text, or nothing, closes where it opened.
        let next = all.get(at + 1).copied().unwrap_or_default();
        inline = text_within || opens(token) && closes(next);
        if opens(token) {
            depth += 1;
        }
    }
    out.push_str(style.end);
    out
}

/// Python's `xml.dom.minidom`, `toprettyxml()`: it keeps the white space that is there and puts lines around it, and it
/// writes a carriage return as it is, so that the next reader takes it for a part of the line's end.
pub fn minidom(text: &str) -> String {
    let all: Vec<&str> = tokens(text).into_iter().filter(|token| !token.starts_with("<?xml ")).collect();
    let mut out = "<?xml version=\"1.0\" ?>\n".to_owned();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(token) = all.get(at) {
        let text_only = opens(token)
            && all.get(at + 1).is_some_and(|next| !is_tag(next))
            && all.get(at + 2).is_some_and(|next| closes(next));
        let nothing = opens(token) && all.get(at + 1).is_some_and(|next| closes(next));
        depth -= usize::from(closes(token));
        if depth == 0 && !is_tag(token) {
            at += 1;
            continue;
        }
        out.push_str(&"\t".repeat(depth));
        let count = if text_only {
            3
        } else if nothing {
            2
        } else {
            1
        };
        out.extend(all.iter().skip(at).take(count).copied());
        out.push('\n');
        depth += usize::from(count == 1 && opens(token));
        at += count;
    }
    out.replace("&#13;", "\r").replace("&#xD;", "\r")
}

/// What saves bytes: no white space between elements.
pub fn minified(text: &str) -> String {
    tokens(text).into_iter().filter(|token| is_tag(token) || !is_blank(token)).collect()
}
