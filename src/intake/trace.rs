//! A trace in JSON: a list of exchanges, each of which is read by itself, so that one that is broken or a file that was
//! cut does not lose the others. What an exchange of each kind of trace says is in a file of its own.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::elements::{List, Mark, Scanner};
use super::exchange::{Recorded, take_all};
use super::sieve::{Wanted, read_note};
use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use super::{Capture, har, netlog, parameters, saml_tracer};

/// A HAR, an export of SAML-tracer or a NetLog.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let trace = Trace::find(text)?;
    let mut origin = origin.clone();
    origin.steps.extend(trace.sieved.clone());
    let mut found = match trace.list {
        List::Entries => trace.take_each(&origin, har::exchange),
        List::Requests => trace.take_each(&origin, saml_tracer::exchange),
        List::Events => trace.take_events(&origin),
    };
    if let Some(error) = trace.cut.clone() {
        found.push(trace.failed(&origin, error));
    } else if found.is_empty() {
        let kind = StepErrorKind::NoMessage(trace.count);
        found.push(trace.failed(&origin, StepError { kind, at: text.len() }));
    }
    Some(found)
}

/// What an element says. The step is the one that took it out of the trace.
type Read = fn(&Capture, Step, &Value) -> Recorded;

/// A trace with its elements told apart.
struct Trace<'a> {
    text: &'a str,
    list: List,
    /// Where what stands in the list begins.
    start: usize,
    /// Where each element begins, and its text.
    elements: Vec<(usize, &'a str)>,
    /// Elements that there were before the sieve.
    count: usize,
    /// What a sieve left out before.
    sieved: Option<Step>,
    /// Why it ends before the list does.
    cut: Option<StepError>,
}

impl<'a> Trace<'a> {
    fn find(text: &'a str) -> Option<Self> {
        let mut scanner = Scanner::default();
        let (Mark::ListStart(list), mut at) = scanner.next(text.as_bytes(), 0)? else { return None };
        let start = at;
        let (mut elements, mut open, mut is_whole, mut note) = (Vec::new(), None, false, None);
        while let Some((mark, next)) = scanner.next(text.as_bytes(), at) {
            at = next;
            match mark {
                Mark::Start => open = Some(at - 1),
                Mark::End => {
                    let element = open.take().and_then(|start| Some((start, text.get(start..at)?)));
                    let own = element.and_then(|(_, element)| read_note(element));
                    note = note.or(own);
                    elements.extend(element.filter(|_| own.is_none()));
                }
                _ => {
                    // An element with a bracket too few is still open where its list ends.
                    is_whole = open.is_none();
                    break;
                }
            }
        }
        let left_out = note.map_or(0, |[left_out, too_large, _]| left_out.saturating_add(too_large));
        let count = elements.len().saturating_add(left_out);
        let cut = (!is_whole).then(|| cut(text, open));
        let sieved = note.map(|note| sieved(text, note));
        let found = Self { text, list, start, elements, count, sieved, cut };
        found.is_trace().then_some(found)
    }

    /// Other things in JSON have lists of these names as well.
    fn is_trace(&self) -> bool {
        let has = |name: &str| memchr::memmem::find(self.text.as_bytes(), name.as_bytes()).is_some();
        match self.list {
            List::Entries => true,
            List::Requests => has("\"method\"") && has("\"url\""),
            List::Events => has("\"logEventTypes\""),
        }
    }

    fn take_each(&self, origin: &Capture, read: Read) -> Vec<Capture> {
        take_all(
            origin,
            &mut self.wanted().map(|element| match element {
                Ok((step, value)) => read(origin, step, &value),
                Err(error) => Recorded::Capture(Box::new(self.failed(origin, error))),
            }),
        )
    }

    fn take_events(&self, origin: &Capture) -> Vec<Capture> {
        let mut log = netlog::Log::of(self.text.get(..self.start).unwrap_or_default());
        let mut broken = Vec::new();
        for element in self.wanted() {
            match element {
                Ok((step, value)) => _ = log.add(step, &value),
                Err(error) => broken.push(Recorded::Capture(Box::new(self.failed(origin, error)))),
            }
        }
        take_all(origin, &mut log.finish(origin).chain(broken))
    }

    /// The elements that may hold something, read.
    fn wanted(&self) -> impl Iterator<Item = Result<(Step, Value), StepError>> {
        let mut wanted = Wanted::default();
        let is_wanted = move |(_, element): &&(usize, &str)| wanted.is(self.list, element.as_bytes());
        self.elements.iter().filter(is_wanted).map(|(start, element)| self.read(*start, element))
    }

    fn read(&self, start: usize, element: &str) -> Result<(Step, Value), StepError> {
        let mut step = Step::done(StepName::Trace, self.text.len(), element.len()).making(element.as_bytes());
        let error = match serde_json::from_str(element) {
            Ok(value) => return Ok((step, value)),
            Err(error) => StepError { kind: StepErrorKind::TraceEntry, at: start + offset(element, &error) },
        };
        let (mended, count) = whole_characters(element);
        let value = serde_json::from_str(&mended).ok().filter(|_| count > 0).ok_or(error)?;
        step.repairs.push(Repair { kind: RepairKind::HalfCharacters, count });
        Ok((step, value))
    }

    fn failed(&self, origin: &Capture, error: StepError) -> Capture {
        origin.clone().fail(StepName::Trace, self.text.len(), error.kind, error.at)
    }
}

/// Why a trace does not end: it was cut, or an element that is no JSON has a bracket too few.
fn cut(text: &str, open: Option<usize>) -> StepError {
    let element = open.and_then(|start| Some((start, text.get(start..)?)));
    let broken = element.and_then(|(start, element)| {
        let error = serde_json::from_str::<serde::de::IgnoredAny>(element).err().filter(|error| !error.is_eof())?;
        Some(StepError { kind: StepErrorKind::TraceEntry, at: start + offset(element, &error) })
    });
    broken.unwrap_or(StepError { kind: StepErrorKind::TraceCut, at: text.len() })
}

/// A JSON text in which no escape is half a character, and how many were: a tool that cuts a body after so many UTF-16
/// units writes `\ud83d` alone, which is no text (RFC 8259 §8.2).
fn whole_characters(json: &str) -> (String, usize) {
    let unit = |at: usize| {
        let digits = json.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (mut mended, mut count, mut done, mut at) = (String::with_capacity(json.len()), 0, 0, 0);
    while let Some(found) = json.get(at..).and_then(|rest| memchr::memchr(b'\\', rest.as_bytes())) {
        at += found;
        match (unit(at), unit(at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str(json.get(done..at).unwrap_or_default());
                mended.push_str("\\ufffd");
                count += 1;
                at += 6;
                done = at;
            }
            // What is escaped is one character, be it a backslash.
            _ => at += 1 + json.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8),
        }
    }
    mended.push_str(json.get(done..).unwrap_or_default());
    (mended, count)
}

fn sieved(text: &str, [left_out, too_large, bytes_in]: [usize; 3]) -> Step {
    let mut step = Step::done(StepName::Sieve, bytes_in, text.len()).making(text.as_bytes());
    let counts = [(RepairKind::EntriesLeftOut, left_out), (RepairKind::EntriesTooLarge, too_large)];
    step.repairs = counts.into_iter().filter(|(_, n)| *n > 0).map(|(kind, count)| Repair { kind, count }).collect();
    step
}

/// The byte that an error is about.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
    let line = std::iter::once(0).chain(lines).nth(error.line().saturating_sub(1)).unwrap_or(0);
    (line + error.column().saturating_sub(1)).min(text.len())
}

/// A text of an element; empty where there is none.
pub(super) fn text<'a>(element: &'a Value, path: &str) -> &'a str {
    element.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// The status of a reply; none where there was no reply, which is told as 0.
pub(super) fn status(element: &Value, path: &str) -> Option<u16> {
    let number = element.pointer(path)?;
    let number = number.as_u64().or_else(|| number.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|status| *status > 0)
}

/// Pairs of a name and a value: objects with these two, or lists of the two.
pub(super) fn pairs<'a>(element: &'a Value, path: &str) -> Vec<(&'a str, &'a str)> {
    let list = element.pointer(path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let pair = |one: &'a Value| match one {
        Value::Array(two) => Some((two.first()?.as_str()?, two.get(1)?.as_str().unwrap_or_default())),
        one => Some((one.get("name")?.as_str()?, one.get("value").and_then(Value::as_str).unwrap_or_default())),
    };
    list.iter().filter_map(pair).collect()
}

/// The value of a header.
pub(super) fn header<'a>(headers: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

/// What a form's values keep as they are when they are sent (RFC 3986 §2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A body again, out of the parameters that a tool has taken it apart into.
pub(super) fn body_of(parameters: &[(&str, &str)], step: &mut Step) -> Option<String> {
    if parameters.is_empty() {
        return None;
    }
    // Some tools leave the values as they were sent: base64 has no percent sign.
    let is_encoded = parameters.iter().any(|(name, value)| parameters::is_message(name) && value.contains('%'));
    let pair = |(name, value): &(&str, &str)| match is_encoded {
        true => format!("{name}={value}"),
        false => format!("{}={}", utf8_percent_encode(name, ESCAPED), utf8_percent_encode(value, ESCAPED)),
    };
    step.repairs.push(Repair { kind: RepairKind::BodyRebuilt, count: parameters.len() });
    Some(parameters.iter().map(pair).collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Captured, take};

    fn errors(text: &str) -> Vec<Option<(StepErrorKind, usize)>> {
        let error = |capture: &Captured<'_>| capture.error().map(|(_, error)| (error.kind.clone(), error.at));
        take(text.as_bytes()).iter().map(error).collect()
    }

    #[test]
    fn fields_that_are_no_text_or_missing_lose_nothing() {
        let message = r#"{"request":{"url":"https://a/?SAMLRequest=PGEvPg","method":7,"headers":{},"postData":[]},"response":null}"#;
        for odd in
            ["7", "null", "{}", "[{}]", r#"{"request":"SAML"}"#, r#"{"response":{"content":{"text":{"SAML":1}}}}"#]
        {
            assert_eq!(errors(&format!(r#"{{"log":{{"entries":[{odd},{message},{odd}]}}}}"#)), [None], "{odd}");
        }
    }

    #[test]
    fn half_a_character_is_mended_and_told() {
        let json = r#"{"a":"\ud83d x \ud83d\ude00 \\ud83d \udc00","b":"\n\"é"}"#;
        let (mended, count) = whole_characters(json);
        assert_eq!((mended.as_str(), count), (r#"{"a":"\ufffd x \ud83d\ude00 \\ud83d \ufffd","b":"\n\"é"}"#, 2));
        let text = r#"{"log":{"entries":[{"request":{"url":"https://a/?SAMLRequest=PGEvPg"},"text":"cut\ud83d"}]}}"#;
        let found = &take(text.as_bytes())[0];
        assert_eq!(found.steps[0].repairs, [Repair { kind: RepairKind::HalfCharacters, count: 1 }]);
        assert_eq!(found.xml.as_deref(), Some("<a/>"));
    }

    #[test]
    fn what_is_no_trace_is_none() {
        for other in [
            r#"{"requests":[{"saml":"SAMLRequest"}]}"#,
            r#"{"events":[{"a":"SAML"}]}"#,
            r#"{"requests":[]}"#,
            r#"{"a":1}"#,
        ] {
            assert!(super::take(&Capture::default(), other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_broken_entry_is_told_with_its_place_and_a_trace_without_any_message_too() {
        let text = "{\"log\":{\"entries\":[\n{\"a\":\"SAML\",\n \"b\" 1}]}}";
        assert_eq!(errors(text), [Some((StepErrorKind::TraceEntry, text.find('1').unwrap()))]);
        // With a bracket too few all that follows is part of it.
        let text = "{\"log\":{\"entries\":[{\"a\":[\"SAML\"},{\"a\":1}]}}";
        assert_eq!(errors(text), [Some((StepErrorKind::TraceEntry, text.find('}').unwrap()))]);
        let text = r#"{"log":{"entries":[{"a":1},{"a":2}]}}"#;
        assert_eq!(errors(text), [Some((StepErrorKind::NoMessage(2), text.len()))]);
    }
}
