//! What of a large trace can hold a message, piece by piece, so that the whole is never in memory.
//!
//! A trace is JSON with a list of exchanges, nearly all of them pictures and scripts. Its frame is kept to the byte, and
//! of the list's elements those in whose text something of SAML stands. How much was left out stands in the text itself,
//! as a last element of the list: so it goes wherever the text goes, and the reader of traces tells it.

use std::collections::HashSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::{Finder, find};

use super::elements::{List, Mark, Scanner};
use crate::limits;

/// What the note of a sieve begins with.
pub(super) const NOTE: &str = "{\"samlens-sieve/1\":";
/// The most digits that a number of bytes has.
const DIGITS: usize = 20;

/// Takes a large input in pieces, and keeps what is needed of it.
#[derive(Debug, Default)]
pub struct Sieve {
    scanner: Scanner,
    /// `None` until there is a byte that is no white space; whether that begins an object.
    is_json: Option<bool>,
    place: Place,
    kept: Vec<u8>,
    /// What stands between the last element and the one that follows: a comma and white space.
    between: Vec<u8>,
    /// The element that is open, as far as it came.
    element: Vec<u8>,
    any_kept: bool,
    left_out: usize,
    too_large: usize,
    bytes_in: usize,
    /// Where in what is kept the note has room for how many bytes came in, which only the end tells.
    room: Option<usize>,
    wanted: Wanted,
}

/// Tells which elements of a list are wanted.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Of a NetLog: what the events that were wanted are about.
    sources: HashSet<u64>,
}

/// Where in the text the next byte stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Frame,
    Between(List),
    Element(List),
}

/// What a sieve kept.
#[derive(Debug, Default)]
pub struct Sieved {
    /// The text, to be given as an input's bytes. Where nothing was left out it is what came in, to the byte.
    pub bytes: Vec<u8>,
    /// Elements that were left out, since there is nothing of SAML in them.
    pub left_out: usize,
    /// Elements that were left out, since they are larger than [`limits::SIEVED_ENTRY_BYTES`].
    pub too_large: usize,
    /// Bytes that came in.
    pub bytes_in: usize,
}

impl Sieve {
    /// One that nothing came to yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a text that begins so is sieved. All else is kept whole, and so is better read at once.
    pub fn is_for(beginning: &[u8]) -> bool {
        let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
        text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
    }

    /// The next piece. What is kept grows no further than to where [`limits::INPUT_BYTES`] refuses it.
    pub fn push(&mut self, piece: &[u8]) {
        self.bytes_in = self.bytes_in.saturating_add(piece.len());
        if self.is_json.is_none() && piece.iter().any(|byte| !byte.is_ascii_whitespace()) {
            self.is_json = Some(Self::is_for(piece));
        }
        let mut done = 0;
        while self.is_json == Some(true) {
            let Some((mark, next)) = self.scanner.next(piece, done) else { break };
            // A bracket that ends something belongs to it, as does one that begins an element.
            let end = if matches!(mark, Mark::Start | Mark::ListEnd) { next - 1 } else { next };
            self.keep(piece.get(done..end).unwrap_or_default());
            done = end;
            match (mark, self.place) {
                (Mark::ListStart(list), _) => self.place = Place::Between(list),
                (Mark::Start, Place::Between(list)) => self.place = Place::Element(list),
                (Mark::End, Place::Element(list)) => {
                    self.close(list);
                    self.place = Place::Between(list);
                }
                (Mark::ListEnd, _) => self.end_list(),
                _ => {}
            }
            if end < next {
                self.keep(piece.get(end..next).unwrap_or_default());
                done = next;
            }
        }
        self.keep(piece.get(done..).unwrap_or_default());
    }

    /// What was kept. A text that was cut within its list still is.
    pub fn finish(mut self) -> Sieved {
        if self.place != Place::Frame {
            let element = std::mem::take(&mut self.element);
            let is_large = element.len() > limits::SIEVED_ENTRY_BYTES;
            self.too_large += usize::from(is_large);
            self.end_list();
            self.keep(if is_large { &[] } else { &element });
        }
        let Self { mut kept, left_out, too_large, bytes_in, .. } = self;
        if let Some(digits) = self.room.and_then(|room| kept.get_mut(room..room + DIGITS)) {
            digits.copy_from_slice(format!("{bytes_in:DIGITS$}").as_bytes());
        }
        Sieved { bytes: kept, left_out, too_large, bytes_in }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let (to, most) = match self.place {
            Place::Frame => (&mut self.kept, limits::INPUT_BYTES),
            Place::Between(_) => (&mut self.between, limits::SIEVED_ENTRY_BYTES),
            Place::Element(_) => (&mut self.element, limits::SIEVED_ENTRY_BYTES),
        };
        // One byte over the limit, so that it is known to be over it.
        let room = (most + 1).saturating_sub(to.len());
        to.extend_from_slice(bytes.get(..bytes.len().min(room)).unwrap_or_default());
    }

    /// Keeps an element, or leaves it out.
    fn close(&mut self, list: List) {
        let element = std::mem::take(&mut self.element);
        let between = std::mem::take(&mut self.between);
        let is_large = element.len() > limits::SIEVED_ENTRY_BYTES;
        if is_large || !self.wanted.is(list, &element) {
            self.too_large += usize::from(is_large);
            self.left_out += usize::from(!is_large);
        } else {
            self.place = Place::Frame;
            self.separate(&between);
            self.keep(&element);
            self.any_kept = true;
        }
        // The buffers serve again, unless one is large.
        if element.capacity() <= limits::SIEVE_BUFFER_BYTES {
            self.element = element;
            self.element.clear();
        }
        self.between = between;
        self.between.clear();
    }

    /// Writes what stands before an element: without a comma, where the elements before it were left out.
    fn separate(&mut self, between: &[u8]) {
        let first = !self.any_kept && self.left_out + self.too_large > 0;
        let comma = between.iter().position(|byte| *byte == b',').filter(|_| first);
        let (before, after) = between.split_at_checked(comma.unwrap_or(between.len())).unwrap_or((between, &[]));
        self.keep(before);
        self.keep(after.get(1..).unwrap_or_default());
    }

    /// Writes the note, as the list's last element.
    fn end_list(&mut self) {
        let between = std::mem::take(&mut self.between);
        self.place = Place::Frame;
        if self.left_out + self.too_large > 0 {
            let comma = if self.any_kept { "," } else { "" };
            let counts = format!("[{},{},{:DIGITS$}]}}", self.left_out, self.too_large, "");
            self.keep([comma, NOTE, &counts].concat().as_bytes());
            self.any_kept = true;
            self.room = Some(self.kept.len().saturating_sub(DIGITS + 2));
        }
        self.separate(&between);
    }
}

impl Wanted {
    /// Whether an element may hold a message, or belongs to one that came before it.
    pub(super) fn is(&mut self, list: List, element: &[u8]) -> bool {
        if list != List::Events {
            return may_hold(element);
        }
        let source = source(element);
        let is_known = source.is_some_and(|source| self.sources.contains(&source));
        if !is_known && !may_hold(element) && !may_be_sent(element) {
            return false;
        }
        if self.sources.len() < limits::SIEVE_SOURCES {
            self.sources.extend(source);
        }
        true
    }
}

/// Reads the note of a sieve: elements left out, those that were too large, and bytes that came in.
pub(super) fn read_note(element: &str) -> Option<[usize; 3]> {
    let counts = element.strip_prefix(NOTE)?.strip_suffix('}')?;
    serde_json::from_str(counts).ok()
}

/// Whether something of SAML or WS-Federation may stand in a text, be it as JSON has it. Rather too often than too
/// seldom.
pub(super) fn may_hold(text: &[u8]) -> bool {
    static PLAIN: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| {
        // `SAML` and `saml`, `Saml`; the parameters of WS-Federation; base64 of `<saml`, which any IdP may put anywhere.
        ["AML", "aml", "wresult", "wsignin", "PHNhbWw"].iter().map(|name| Finder::new(*name)).collect()
    });
    static ENCODED: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| {
        // A body in base64 has what it says at one of three alignments.
        let names = ["SAMLRe", "SAMLart", "tc:SAML:", "wresult"];
        let all = names.iter().flat_map(|name| (0..3).map(|shift| Finder::new(&in_base64(name, shift)).into_owned()));
        // What is compressed within base64 cannot be looked into here.
        all.chain([Finder::new("\"H4sI")]).collect()
    });
    let holds = |finder: &Finder<'static>| match finder.needle() {
        needle @ (b"AML" | b"aml") => finder.find_iter(text).any(|at| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            matches!((before, needle), (Some(b'S'), _) | (Some(b's'), b"aml"))
        }),
        _ => finder.find(text).is_some(),
    };
    PLAIN.iter().any(holds) || (has_base64(text) && ENCODED.iter().any(holds))
}

/// What of a text's base64 is the same whatever stands around it, `shift` bytes after a group of three begins.
fn in_base64(text: &str, shift: usize) -> Vec<u8> {
    let encoded = STANDARD.encode("\0".repeat(shift) + text);
    let (from, to) = ((8 * shift).div_ceil(6), 8 * (shift + text.len()) / 6);
    encoded.as_bytes().get(from..to).unwrap_or_default().to_vec()
}

fn has_base64(text: &[u8]) -> bool {
    find(text, b"base64").is_some() || find(text, b"\"bytes\"").is_some()
}

/// Of a NetLog: whether an event may say where a body was posted to.
fn may_be_sent(event: &[u8]) -> bool {
    // The second is base64 of `POST`, with which what went over a socket begins.
    find(event, b":method: POST").is_some() || find(event, b"\"UE9TV").is_some()
}

/// Of a NetLog: the number of what an event is about.
fn source(event: &[u8]) -> Option<u64> {
    let after = |text: &'_ [u8], name: &[u8]| find(text, name).map(|at| at + name.len());
    let rest = event.get(after(event, b"\"source\":")?..)?;
    let rest = rest.get(after(rest, b"\"id\":")?..)?.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).take(19);
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sieved(text: &str, piece: usize) -> Sieved {
        let mut sieve = Sieve::new();
        text.as_bytes().chunks(piece).for_each(|piece| sieve.push(piece));
        sieve.finish()
    }

    #[test]
    fn the_frame_and_what_may_hold_a_message_are_kept() {
        let text = r#"{"log":{"a":"SAML","entries":[ {"url":"a.js"} , {"url":"?SAMLRequest=x"},
            {"url":"b.css"}, {"url":"?samlresponse=y"} ,{"text":"}{\\"}] , "z":[{}]}}"#;
        let expected =
            r#"{"log":{"a":"SAML","entries":[  {"url":"?SAMLRequest=x"}, {"url":"?samlresponse=y"},NOTE] , "z":[{}]}}"#;
        for piece in [1, 2, 5, 17, 1000] {
            let found = sieved(text, piece);
            assert_eq!((found.left_out, found.too_large, found.bytes_in), (3, 0, text.len()));
            let kept = String::from_utf8(found.bytes).unwrap();
            let start = kept.find(NOTE).unwrap();
            let end = start + kept.get(start..).unwrap().find('}').unwrap() + 1;
            let note = kept.get(start..end).unwrap();
            assert_eq!(kept.replace(note, "NOTE"), expected);
            assert_eq!(read_note(note), Some([3, 0, text.len()]));
            assert!(serde_json::from_str::<serde_json::Value>(&kept).is_ok());
        }
    }

    #[test]
    fn where_nothing_is_left_out_every_byte_is_kept() {
        for text in [
            "SAMLResponse=PGEvPg&x={",
            " {\"a\":[{\"b\":1}]}",
            "{\"requests\":[null,{\"saml\":1},{\"SAMLart\":2}, 7 ]} ",
            "",
            " ",
            "{\"requests\":[{\"saml\":\"cut",
            "<a/>",
        ] {
            for piece in [1, 3, 100] {
                assert_eq!(String::from_utf8(sieved(text, piece).bytes).unwrap(), text);
            }
        }
    }

    #[test]
    fn a_text_cut_within_an_element_still_is_and_says_what_was_left_out() {
        let found = sieved("{\"requests\":[{\"url\":1},{\"url\":2},{\"me", 4);
        let kept = String::from_utf8(found.bytes).unwrap();
        let note = format!("{NOTE}[2,0,{:20}]}}", 37);
        assert_eq!(kept, format!("{{\"requests\":[{note},{{\"me"));
    }

    #[test]
    fn one_that_is_too_large_is_left_out_and_told() {
        let large = "x".repeat(limits::SIEVED_ENTRY_BYTES);
        let found = sieved(&format!("{{\"requests\":[{{\"SAML\":\"{large}\"}},{{\"saml\":1}}]}}"), 65_536);
        assert_eq!((found.left_out, found.too_large), (0, 1));
        let kept = String::from_utf8(found.bytes).unwrap();
        assert!(kept.starts_with("{\"requests\":[{\"saml\":1},{\"samlens-sieve/1\":["), "{kept}");
    }

    #[test]
    fn what_may_hold_a_message_is_known_in_base64_too() {
        for shift in ["", "a", "ab"] {
            let page = format!("<html>{shift}<input name=SAMLResponse>");
            let entry = format!("{{\"encoding\":\"base64\",\"text\":\"{}\"}}", STANDARD.encode(page));
            assert!(may_hold(entry.as_bytes()), "{entry}");
        }
        assert!(may_hold(b"x/Saml2/") && may_hold(b"wa=wsignin1.0") && !may_hold(b"YAML yaml AML aml WAML"));
    }

    #[test]
    fn of_a_netlog_all_is_kept_that_is_about_the_same() {
        let event =
            |id: u32, params: &str| format!("{{\"params\":{{{params}}},\"source\":{{\"id\":{id},\"type\":1}}}}");
        let events = [event(7, ""), event(7, "\"url\":\"?SAMLRequest=\""), event(8, ""), event(7, "\"a\":1")];
        let found = sieved(&format!("{{\"events\":[\n{}\n]}}", events.join(",\n")), 9);
        assert_eq!(found.left_out, 2);
        assert!(String::from_utf8(found.bytes).unwrap().contains("\"a\":1"));
    }
}
