//! The words of a command line, as bash and as cmd take it apart.

use super::quoting::Cursor;

/// The words of a command of bash, up to what ends it.
pub(super) fn bash_words(text: &str) -> (Vec<String>, usize) {
    let mut cursor = Cursor::new(text);
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    while let Some(c) = cursor.peek() {
        if matches!(c, '\n' | ';' | '|' | '&' | '>') {
            break;
        }
        cursor.next();
        if c.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        if c == '\\' && (cursor.eat("\n") || cursor.eat("\r\n")) {
            continue;
        }
        let word = word.get_or_insert_default();
        match c {
            '\'' => word.push_str(cursor.until('\'')),
            '"' => double_quoted(&mut cursor, word),
            '$' if cursor.eat("'") => word.push_str(&cursor.escaped('\'')),
            '$' if cursor.eat("\"") => double_quoted(&mut cursor, word),
            '\\' => word.extend(cursor.next()),
            other => word.push(other),
        }
    }
    words.extend(word);
    (words, cursor.at)
}

/// Within double quotes of bash only four characters and the end of a line are escaped; a backslash before others stays.
fn double_quoted(cursor: &mut Cursor<'_>, word: &mut String) {
    while let Some(c) = cursor.next() {
        match c {
            '"' => return,
            '\\' if cursor.eat("\n") => {}
            '\\' if matches!(cursor.peek(), Some('"' | '\\' | '$' | '`')) => word.extend(cursor.next()),
            other => word.push(other),
        }
    }
}

/// The words of a command of cmd: its carets first, then the quotes as programs on Windows read them.
pub(super) fn cmd_words(text: &str) -> (Vec<String>, usize) {
    let (line, read) = without_carets(text);
    let mut cursor = Cursor::new(&line);
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    while let Some(c) = cursor.next() {
        if c.is_whitespace() && !quoted {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match c {
            '"' if quoted && cursor.eat("\"") => word.push('"'),
            '"' => quoted = !quoted,
            '\\' if cursor.eat("\"") => word.push('"'),
            other => word.push(other),
        }
    }
    words.extend(word);
    (words, read)
}

/// Takes the carets off a command of cmd, up to a line's end that none stands before.
fn without_carets(text: &str) -> (String, usize) {
    let mut cursor = Cursor::new(text);
    let mut line = String::with_capacity(text.len());
    let mut quoted = false;
    // Where the quotes themselves have carets, cmd sees no quotes at all.
    let escaped_quotes = text.contains("^\"");
    while let Some(c) = cursor.peek() {
        if c == '\n' && !quoted {
            break;
        }
        cursor.next();
        match c {
            '^' if cursor.eat("\r\n") || cursor.eat("\n") => {
                if cursor.peek() == Some('\r') {
                    cursor.next();
                }
                // An escaped line end makes the character behind it an ordinary one, be it a line end.
                line.extend(cursor.next());
            }
            // Some browsers write it within quotes as well.
            '^' if quoted && cursor.rest().starts_with("%^") => {
                cursor.at += 2;
                line.push('%');
            }
            '^' if !quoted => line.extend(cursor.next()),
            '"' if !escaped_quotes => {
                if !line.ends_with('\\') {
                    quoted = !quoted;
                }
                line.push('"');
            }
            other => line.push(other),
        }
    }
    (line, cursor.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_the_shell_would_hand_on() {
        let words = |text: &str| bash_words(text).0;
        assert_eq!(
            words(
                r#"a 'b c'"d \"e\" \x"$'\x66\'' \
  g\ h"#
            ),
            ["a", "b cd \"e\" \\xf'", "g h"]
        );
        assert_eq!(words("a; b"), ["a"]);
        let words = |text: &str| cmd_words(text).0;
        assert_eq!(words("^\"a ^%^2B \\^\"b\\^\"^\" ^\r\n  c\r\nd"), ["a %2B \"b\"", "c"]);
        assert_eq!(words("\"a^%^2B \"\"b\"\"\" c"), ["a%2B \"b\"", "c"]);
    }
}
