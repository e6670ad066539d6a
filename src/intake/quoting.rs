//! Quoted strings as the shells, JavaScript and JSON write them, to the text that they stand for.

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

/// Undoes the escapes of JSON, of JavaScript and of bash's `$'…'`, and says how many there were.
pub(super) fn backslashes(raw: &str) -> (String, usize) {
    let mut cursor = Cursor::new(raw);
    let mut out = String::with_capacity(raw.len());
    let mut count = 0;
    loop {
        let rest = cursor.rest();
        let Some((before, _)) = rest.split_once('\\') else {
            out.push_str(rest);
            return (out, count);
        };
        out.push_str(before);
        cursor.at += before.len() + 1;
        count += 1;
        let Some(c) = cursor.next() else {
            out.push('\\');
            return (out, count);
        };
        match c {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{C}'),
            'v' => out.push('\u{B}'),
            'a' => out.push('\u{7}'),
            'e' => out.push('\u{1B}'),
            'x' => out.extend(number(&mut cursor, 16, 2).and_then(char::from_u32)),
            'u' => out.push(unicode(&mut cursor)),
            '\n' => {}
            '0'..='7' => {
                cursor.at -= 1;
                out.extend(number(&mut cursor, 8, 3).and_then(char::from_u32));
            }
            other => out.push(other),
        }
    }
}

/// Digits, as many as there are and no more than that.
fn number(cursor: &mut Cursor<'_>, radix: u32, most: usize) -> Option<u32> {
    let count = cursor.rest().chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let digits = cursor.rest().get(..count)?;
    cursor.at += count;
    u32::from_str_radix(digits, radix).ok()
}

/// `\u002B`, `\u{2B}`, and two of them for what UTF-16 needs two for.
fn unicode(cursor: &mut Cursor<'_>) -> char {
    if cursor.eat("{") {
        let digits = cursor.until('}');
        return u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{FFFD}');
    }
    let Some(first) = number(cursor, 16, 4) else { return '\u{FFFD}' };
    if !(0xD800..0xDC00).contains(&first) {
        return char::from_u32(first).unwrap_or('\u{FFFD}');
    }
    let mut ahead = *cursor;
    let second = if ahead.eat("\\u") { number(&mut ahead, 16, 4) } else { None };
    match second {
        Some(second @ 0xDC00..=0xDFFF) => {
            *cursor = ahead;
            char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).unwrap_or('\u{FFFD}')
        }
        _ => '\u{FFFD}',
    }
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
