//! Quoted strings as the shells, JavaScript and JSON write them, to the text that they stand for.

use super::json_text;

/// A place in a text that only moves on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// Bytes that are read.
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads a word where it stands.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let is = self.rest().starts_with(word);
        self.at += if is { word.len() } else { 0 };
        is
    }

    pub(super) fn skip(&mut self, is: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is).len();
    }

    /// Reads to a character and past it; the end ends it as well.
    pub(super) fn until(&mut self, end: char) -> &'a str {
        let rest = self.rest();
        let (text, behind) = rest.split_once(end).unwrap_or((rest, ""));
        self.at += rest.len() - behind.len();
        text
    }

    /// The rest of a string in which a backslash makes what follows a part of it, past its closing quote.
    pub(super) fn escaped(&mut self, quote: char) -> String {
        let start = self.at;
        let mut end = self.at;
        while let Some(c) = self.next() {
            if c == quote {
                return backslashes(self.text.get(start..end).unwrap_or_default()).0;
            }
            if c == '\\' {
                self.next();
            }
            end = self.at;
        }
        backslashes(self.text.get(start..end).unwrap_or_default()).0
    }
}

/// Undoes the escapes of JSON, of JavaScript and of bash's `$'…'`, and says how many there were. In these a `\` before
/// anything else is left out.
pub(super) fn backslashes(raw: &str) -> (String, usize) {
    let (mut out, mut count, mut rest) = (String::with_capacity(raw.len()), 0, raw);
    while let Some(at) = rest.find('\\') {
        let (before, here) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let (c, length) = json_text::first(here).unwrap_or_else(|| other(here));
        out.extend(c);
        count += 1;
        rest = here.get(length..).unwrap_or_default();
    }
    (out + rest, count)
}

/// An escape that JSON does not have, and its length.
fn other(text: &str) -> (Option<char>, usize) {
    let mut cursor = Cursor::new(text);
    let _ = cursor.eat("\\");
    let Some(c) = cursor.next() else { return (Some('\\'), 1) };
    let c = match c {
        'v' => Some('\u{B}'),
        'a' => Some('\u{7}'),
        'e' => Some('\u{1B}'),
        'x' => number(&mut cursor, 16, 2),
        'u' => {
            // Half a character, or no number at all, is what a browser shows for it.
            let found = if cursor.eat("{") {
                u32::from_str_radix(cursor.until('}'), 16).ok().and_then(char::from_u32)
            } else {
                number(&mut cursor, 16, 4)
            };
            found.or(Some(char::REPLACEMENT_CHARACTER))
        }
        '0'..='7' => {
            cursor.at -= 1;
            number(&mut cursor, 8, 3)
        }
        other => Some(other),
    };
    (c, cursor.at)
}

/// The character of a number, of as many digits as there are and no more than that.
fn number(cursor: &mut Cursor<'_>, radix: u32, most: usize) -> Option<char> {
    let count = cursor.rest().chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let digits = cursor.rest().get(..count)?;
    cursor.at += count;
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_their_character_and_are_counted() {
        assert_eq!(backslashes(r#"a\u002bb\/\"\n\x3c\075\u{3e}\'"#), ("a+b/\"\n<=>'".to_owned(), 8));
        assert_eq!(backslashes(r"\ud834\udd1e"), ("𝄞".to_owned(), 1));
        assert_eq!(backslashes(r"\ud834x\"), ("\u{FFFD}x\\".to_owned(), 2));
        assert_eq!(backslashes("plain"), ("plain".to_owned(), 0));
    }

    #[test]
    fn a_string_ends_at_its_quote_and_not_at_an_escaped_one() {
        let mut cursor = Cursor::new(r#"a\"é\\" b"#);
        assert_eq!(cursor.escaped('"'), r#"a"é\"#);
        assert_eq!(cursor.rest(), " b");
        assert_eq!(Cursor::new(r"open\").escaped('"'), "open\\");
    }
}
