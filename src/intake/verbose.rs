//! HTTP messages whose lines are marked with where they went: what `curl -v` shows, and what a mail quotes.

use super::curl::Command;
use super::http::begins;

/// What `curl -v` writes, or a mail that quotes a message: the lines that were sent begin with `>`, those that came with `<`,
/// and what curl says itself with `*`.
pub(super) struct Verbose {
    /// The messages without that.
    pub(super) text: String,
    /// How many lines had it.
    pub(super) lines: usize,
    /// The command, where it stands above.
    pub(super) command: Option<Command>,
}

impl Verbose {
    /// `None` where no line is marked so, or something else stands above.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut at = 0;
        let first = text.split_inclusive('\n').find(|line| {
            at += line.len();
            begins_marked(line)
        })?;
        let (above, shown) = text.split_at_checked(at - first.len())?;
        let (command, notes) = Command::find(above).map_or((None, above), |(command, notes)| (Some(command), notes));
        let is_note = |line: &str| line.trim().is_empty() || line.starts_with(['*', ' ', '{', '}', '[']);
        if !notes.lines().all(is_note) {
            return None;
        }
        let (mut out, mut lines, mut in_reply) = (String::with_capacity(shown.len()), 0, false);
        for line in shown.split_inclusive('\n') {
            let bare = line.trim_end();
            let starts = begins_marked(line);
            let is_marked = starts || (!in_reply && matches!(bare.as_bytes(), [b'<' | b'>'] | [b'<' | b'>', b' ', ..]));
            if is_marked {
                out.push_str(line.get(1..).map(|line| line.strip_prefix(' ').unwrap_or(line)).unwrap_or_default());
                // A reply's body is as it came.
                in_reply = bare == "<";
            } else if !bare.starts_with("* ") {
                out.push_str(line);
                continue;
            }
            lines += 1;
        }
        Some(Self { text: out, lines, command })
    }
}

/// Whether a line is the first of a message, and marked as [`Verbose`] has it.
pub(super) fn begins_marked(line: &str) -> bool {
    line.strip_prefix("> ").or_else(|| line.strip_prefix("< ")).is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::http::Http;

    #[test]
    fn what_curl_shows_is_read_without_its_marks() {
        let read = |text: &str| Verbose::read(text).map(|found| (found.text, found.lines, found.command.is_some()));
        let shown = "> GET /a HTTP/2\n> Host: a.example\n>\n* sent off\n< HTTP/2 302\n< location: /b\n<\n<p>\n> x\n* left intact";
        let bare = "GET /a HTTP/2\nHost: a.example\n\nHTTP/2 302\nlocation: /b\n\n<p>\n> x\n".to_owned();
        assert_eq!(read(shown), Some((bare.clone(), 8, false)));
        assert_eq!(read(&format!("* Trying\n{shown}")), Some((bare.clone(), 8, false)));
        assert_eq!(read(&format!("$ curl -v https://a.example/a\n{shown}")), Some((bare, 8, true)));
        let quoted = "> POST /acs HTTP/1.1\n> Host: a.example\n>\n> SAMLResponse=a";
        assert_eq!(Http::all(&read(quoted).unwrap().0)[0].body, "SAMLResponse=a");
        for text in [&format!("see\n{shown}"), "> GET it", "* x", "GET /a HTTP/2\n", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
