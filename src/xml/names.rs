//! Characters and names as XML 1.0 (fifth edition) and Namespaces in XML 1.0 define them.

/// `Char`, XML 1.0 §2.2: what may stand in a document at all.
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// `S`, XML 1.0 §2.3.
#[inline(always)]
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// `NameStartChar` without the colon, XML 1.0 §2.3 and Namespaces §4.
fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` without the colon.
fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// `NCName`, Namespaces §3: a name without a colon.
#[inline(always)]
pub fn is_ncname(text: &str) -> bool {
    // Nearly every name is ASCII, and each name of a document is asked.
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(b) = bytes.get(at)
        && (b.is_ascii_alphabetic() || *b == b'_' || at > 0 && matches!(b, b'0'..=b'9' | b'-' | b'.'))
    {
        at += 1;
    }
    if at == bytes.len() && at > 0 {
        return true;
    }
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

/// Takes a qualified name apart: the length of its prefix, 0 where it has none.
///
/// `None` where it is no `QName` (Namespaces §4): an empty part, a second colon, a wrong character.
#[inline(always)]
pub(crate) fn qname(text: &str) -> Option<usize> {
    let mut at = 0;
    // By hand: what is built for its size makes a search for one byte no loop.
    while text.as_bytes().get(at).is_some_and(|byte| *byte != b':') {
        at += 1;
    }
    match text.get(..at).zip(text.get(at + 1..)) {
        None => is_ncname(text).then_some(0),
        Some((prefix, local)) => (is_ncname(prefix) && is_ncname(local)).then_some(prefix.len()),
    }
}

/// The first character that may stand in no document, with its offset.
///
/// Only control characters (one byte) and U+FFFE, U+FFFF (EF BF BE, EF BF BF) are forbidden in valid UTF-8. Eight bytes
/// are asked at once, by hand: what is built for its size the compiler makes no vector instructions of.
pub(crate) fn forbidden_char(text: &str) -> Option<(usize, char)> {
    let (chunks, rest) = text.as_bytes().as_chunks::<32>();
    let mut at = 0;
    for chunk in chunks {
        let words = chunk.as_chunks::<8>().0;
        if words.iter().fold(0, |hit, word| hit | maybe_suspect(u64::from_le_bytes(*word))) != 0 {
            for (number, word) in words.iter().enumerate() {
                if is_suspect(u64::from_le_bytes(*word))
                    && let Some(found) = forbidden_in(text, at + 8 * number, word)
                {
                    return Some(found);
                }
            }
        }
        at += chunk.len();
    }
    forbidden_in(text, at, rest)
}

/// The same among these bytes of the text, one by one.
fn forbidden_in(text: &str, start: usize, bytes: &[u8]) -> Option<(usize, char)> {
    bytes.iter().enumerate().find_map(|(number, byte)| {
        let at = start + number;
        let is_suspect = *byte < 0x20 || *byte == 0xEF;
        let c = text.get(at..).filter(|_| is_suspect)?.chars().next()?;
        (!is_char(c)).then_some((at, c))
    })
}

/// Eight times this byte.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Not 0 where one of eight bytes is below 20 or is EF; white space too.
#[inline(always)]
fn maybe_suspect(word: u64) -> u64 {
    let other = word ^ eight(0xEF);
    ((word.wrapping_sub(eight(0x20)) & !word) | (other.wrapping_sub(eight(1)) & !other)) & eight(0x80)
}

/// The same exactly, and without the white space that XML allows.
#[inline(always)]
fn is_suspect(word: u64) -> bool {
    // The highest bit of every byte that is 0, and no other.
    let zero = |word: u64| !(((word & eight(0x7F)) + eight(0x7F)) | word | eight(0x7F));
    let space = zero(word ^ eight(b'\t')) | zero(word ^ eight(b'\n')) | zero(word ^ eight(b'\r'));
    (zero(word & eight(0xE0)) & !space) | zero(word ^ eight(0xEF)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_fifth_edition() {
        for good in ["a", "_1", "é", "a-b.c", "名前", "ID\u{B7}", "a1", "Z9._-", "a-é1"] {
            assert!(is_ncname(good), "{good}");
        }
        for bad in ["", "1a", "-a", ".a", "a b", "a:b", "\u{D7}", "a\u{37E}", "a/", "9", "é/"] {
            assert!(!is_ncname(bad), "{bad}");
        }
    }

    #[test]
    fn a_qualified_name_has_at_most_one_colon() {
        assert_eq!(qname("a"), Some(0));
        assert_eq!(qname("ab:c"), Some(2));
        for bad in [":", ":a", "a:", "a:b:c", "a:1"] {
            assert_eq!(qname(bad), None, "{bad}");
        }
    }

    #[test]
    fn forbidden_characters_are_found_where_they_stand() {
        assert_eq!(forbidden_char("a\tb\r\n\u{FFFD}\u{10FFFF}"), None);
        assert_eq!(forbidden_char("é\u{1}"), Some((2, '\u{1}')));
        assert_eq!(forbidden_char("\u{F000}a\u{FFFE}"), Some((4, '\u{FFFE}')));
        for before in 0..100 {
            let text = "x".repeat(before) + "\u{F000}\u{B}" + &"x".repeat(before);
            assert_eq!(forbidden_char(&text), Some((before + 3, '\u{B}')));
        }
        let allowed = |c: char| c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}') || matches!(c, '\t' | '\n' | '\r');
        for c in (0..0x100).chain(0xFFF0..0x1_0010).filter_map(char::from_u32) {
            for at in [0, 3, 7, 8, 30, 31, 40] {
                let text = format!("{}{c}\t\n{}", "\r".repeat(at), "é".repeat(20));
                assert_eq!(forbidden_char(&text), (!allowed(c)).then_some((at, c)), "{at} {c:?}");
            }
        }
    }

    /// Every byte at every place of a word, beside every other: asked eight at a time, the answer is that of each by itself.
    #[test]
    fn eight_bytes_at_once_are_as_each_by_itself() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                let mut word = [b'x'; 8];
                word[place] = byte;
                let suspect = byte < 0x20 || byte == 0xEF;
                assert_eq!(maybe_suspect(u64::from_le_bytes(word)) != 0, suspect, "{byte:02x} at {place}");
                for beside in [0, 1, b'\t', b'\n', b'\r', 0x1F, 0x20, 0x21, 0x7F, 0x80, 0xEE, 0xEF, 0xF0, 0xFF] {
                    word[(place + 1) % 8] = beside;
                    let expected = word.iter().any(|b| *b == 0xEF || *b < 0x20 && !is_space(*b));
                    assert_eq!(is_suspect(u64::from_le_bytes(word)), expected, "{word:02x?}");
                    assert!(!expected || maybe_suspect(u64::from_le_bytes(word)) != 0, "{word:02x?}");
                }
            }
        }
    }
}
