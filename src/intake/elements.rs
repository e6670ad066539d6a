//! Where the elements of a trace's list begin and end in a JSON text that comes in pieces. Nothing of it is read: only
//! strings and brackets are told apart, so that one broken element does not lose those beside it.

use memchr::memchr2;

/// The lists that traces have, by their names and where these stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// `log.entries`: a HAR.
    Entries,
    /// `requests`: an export of SAML-tracer.
    Requests,
    /// `events`: a NetLog.
    Events,
}

/// What was come upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The `[` of the list.
    ListStart(List),
    /// The `{` of an element.
    Start,
    /// The `}` of an element.
    End,
    /// The `]` of the list. There is no other list after it.
    ListEnd,
}

/// The longest name of a list, and one byte more.
const WORD: usize = 9;

/// Goes over a JSON text, piece by piece.
#[derive(Debug, Clone, Default)]
pub(super) struct Scanner {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The beginning of the last string outside the list.
    word: Vec<u8>,
    /// The last word that a colon followed.
    key: Vec<u8>,
    in_log: bool,
    /// The list that is gone through, and the depth of what stands in it.
    list: Option<(List, usize)>,
    is_over: bool,
}

impl Scanner {
    /// The next mark in a piece, and where the piece goes on after its byte. `None` at the piece's end.
    pub(super) fn next(&mut self, piece: &[u8], from: usize) -> Option<(Mark, usize)> {
        let mut at = from;
        loop {
            let rest = piece.get(at..)?;
            if self.in_string {
                if rest.is_empty() {
                    return None;
                }
                at += self.string(rest);
                continue;
            }
            let skipped = rest.iter().position(|byte| matches!(byte, b'"' | b':' | b'{' | b'}' | b'[' | b']'))?;
            at += skipped + 1;
            if let Some(mark) = self.step(*rest.get(skipped)?) {
                return Some((mark, at));
            }
        }
    }

    /// Goes on within a string; how many bytes of it.
    fn string(&mut self, rest: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            return 1;
        }
        let end = memchr2(b'"', b'\\', rest);
        if self.list.is_none() {
            let room = WORD - self.word.len();
            self.word.extend(rest.iter().take(end.unwrap_or(rest.len()).min(room)));
        }
        let Some(end) = end else { return rest.len() };
        self.escaped = rest.get(end) == Some(&b'\\');
        self.in_string = self.escaped;
        end + 1
    }

    fn step(&mut self, byte: u8) -> Option<Mark> {
        match byte {
            b'"' => {
                self.in_string = true;
                self.word.clear();
            }
            b':' => std::mem::swap(&mut self.key, &mut self.word),
            b'{' | b'[' => {
                self.depth += 1;
                return self.opened(byte);
            }
            _ => {
                self.depth = self.depth.saturating_sub(1);
                return self.closed(byte);
            }
        }
        None
    }

    fn opened(&mut self, byte: u8) -> Option<Mark> {
        if let Some((_, within)) = self.list {
            return (byte == b'{' && self.depth == within + 1).then_some(Mark::Start);
        }
        if byte == b'{' {
            self.in_log |= self.depth == 2 && self.key == b"log";
            return None;
        }
        let list = match (self.depth, self.key.as_slice()) {
            (3, b"entries") if self.in_log => List::Entries,
            (2, b"requests") => List::Requests,
            (2, b"events") => List::Events,
            _ => return None,
        };
        if self.is_over {
            return None;
        }
        self.list = Some((list, self.depth));
        Some(Mark::ListStart(list))
    }

    fn closed(&mut self, byte: u8) -> Option<Mark> {
        self.in_log &= self.depth >= 2;
        let (_, within) = self.list?;
        if self.depth == within && byte == b'}' {
            return Some(Mark::End);
        }
        if self.depth < within {
            self.list = None;
            self.is_over = true;
            return Some(Mark::ListEnd);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str, piece: usize) -> (Vec<List>, Vec<String>) {
        let (mut lists, mut found, mut open) = (Vec::new(), Vec::new(), None);
        let mut scanner = Scanner::default();
        for (number, bytes) in text.as_bytes().chunks(piece).enumerate() {
            let mut at = 0;
            while let Some((mark, next)) = scanner.next(bytes, at) {
                at = next;
                let place = number * piece + at;
                match mark {
                    Mark::ListStart(list) => lists.push(list),
                    Mark::Start => open = Some(place - 1),
                    Mark::End => found.push(text.get(open.take().unwrap()..place).unwrap().to_owned()),
                    Mark::ListEnd => assert_eq!(open, None),
                }
            }
        }
        (lists, found)
    }

    #[test]
    fn the_elements_of_a_list_are_found_however_the_text_is_cut_into_pieces() {
        let text = r#" {"x":{"entries":[{}]},"log":{"pages":[{"a":1}],"entries":
            [{"a":"}\"]\\","b":[{"c":{}}]} , null,{"log":{"entries":[{}]}}],"entries":[{}]},"events":[{}]}"#;
        let expected = [r#"{"a":"}\"]\\","b":[{"c":{}}]}"#, r#"{"log":{"entries":[{}]}}"#];
        for piece in [1, 2, 3, 7, 64, 4096] {
            let (lists, found) = elements(text, piece);
            assert_eq!((lists.as_slice(), found.as_slice()), (&[List::Entries][..], &expected.map(str::to_owned)[..]));
        }
    }

    #[test]
    fn a_list_counts_by_its_name_and_where_it_stands() {
        assert_eq!(elements(r#"{"requests":[{}]}"#, 99).0, [List::Requests]);
        assert_eq!(elements(r#"{"constants":{"events":[{}]},"events":[{"a":1}]}"#, 99).0, [List::Events]);
        for other in [
            r#"[{"requests":[{}]}]"#,
            r#"{"entries":[{}]}"#,
            r#"{"log":[{"entries":[{}]}]}"#,
            r#"{"a":"requests","b":[{}]}"#,
        ] {
            assert_eq!(elements(other, 99).0, [], "{other}");
        }
    }
}
