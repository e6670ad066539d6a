//! A server's log: when a line was written, what it puts before each line, and logs whose lines are JSON.

use serde_json::{Map, Value};

use super::exchange::worth;
use super::quoting::Cursor;
use super::step::{Step, StepName};
use super::{Capture, floor, margins, pieces, recognise};
use crate::instant::Instant;
use crate::limits;

/// Where the text of a record stands, by its key.
const TEXTS: &[&str] =
    &["message", "msg", "log", "@message", "textPayload", "MESSAGE", "event", "body", "short_message"];
/// Where its time stands.
const TIMES: &[&str] = &["@timestamp", "timestamp", "time", "ts", "@t", "eventTime", "datetime", "instant", "date"];

/// A log whose lines are JSON objects, or one such object.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    if !trimmed.starts_with('{') {
        return None;
    }
    let first = trimmed.lines().next().unwrap_or_default().trim_end();
    if record(first).is_none() {
        let whole = record(trimmed).map(|one| of_record(origin, trimmed, &one)).filter(|found| !found.is_empty());
        return whole.or_else(|| if is_cut(trimmed) { pieces::found(origin, text) } else { None });
    }
    let mut found = Vec::new();
    for line in trimmed.lines().map(str::trim).filter(|line| line.starts_with('{')) {
        if let Some(record) = record(line) {
            found.extend(of_record(origin, line, &record));
        } else {
            // A line that was cut is none, and what stands in it is still something.
            found.extend(pieces::found(origin, line).into_iter().flatten());
        }
        if found.len() > limits::CAPTURES {
            break;
        }
    }
    let found = worth(found);
    (!found.is_empty()).then_some(found)
}

/// A record of a log: an object with a text that a program wrote. A trace has others.
fn record(text: &str) -> Option<Map<String, Value>> {
    if text.len() > limits::LOG_RECORD_BYTES || !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    let record: Map<String, Value> = serde_json::from_str(text).ok()?;
    TEXTS.iter().any(|key| record.get(*key).is_some_and(Value::is_string)).then_some(record)
}

/// Whether a text begins as a record does and was cut before its end: what stands in it is still something.
fn is_cut(text: &str) -> bool {
    let has = |key: &&str| text.contains(&format!("\"{key}\":"));
    text.len() <= limits::LOG_RECORD_BYTES
        && !text.ends_with('}')
        && TEXTS.iter().any(has)
        && !["entries", "requests", "events"].iter().any(has)
}

fn of_record(origin: &Capture, line: &str, record: &Map<String, Value>) -> Vec<Capture> {
    let at = TIMES.iter().find_map(|key| match record.get(*key)? {
        Value::String(text) => stamp(text).and_then(|stamp| stamp.at),
        Value::Number(number) => {
            let number = number.as_f64()?;
            // Milliseconds have been more than this since 1973, seconds will be in 5138.
            Some(Instant::from_unix(if number > 1e11 { number / 1e3 } else { number } as i64))
        }
        _ => None,
    });
    let mut found = Vec::new();
    let mut open: Vec<&Value> = record.values().collect();
    open.reverse();
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) if pieces::any(text) => {
                let step = Step::done(StepName::LogRecord, line.len(), text.len()).making(text.as_bytes());
                let mut origin = Capture { at: at.or(origin.at), is_printed: true, ..origin.clone() };
                origin.steps.push(step);
                found.extend(recognise(&origin, text));
            }
            Value::Array(values) => open.extend(values.iter().rev()),
            Value::Object(object) => open.extend(object.values().rev()),
            _ => {}
        }
    }
    found
}

/// When the line was written in which this byte stands, where it says so with its zone: a server's own time is not known
/// otherwise.
pub(super) fn time(text: &str, at: usize) -> Option<Instant> {
    stamps(text, at).find_map(|stamp| stamp.at)
}

/// Whether a log has this byte in one of its lines, with or without a zone.
pub(super) fn prints(text: &str, at: usize) -> bool {
    stamps(text, at).next().is_some()
}

/// The times of the line that a byte stands in, or of the one above where it begins one: what is long begins a line of its
/// own.
fn stamps(text: &str, at: usize) -> impl Iterator<Item = Stamp> {
    let own = line_of(text, at);
    let above = own.filter(|line| line.trim().is_empty()).and_then(|line| {
        let end = at.checked_sub(line.len() + 1)?;
        line_of(text, end)
    });
    let lines = [own, above].into_iter().flatten().filter_map(|line| line.get(..floor(line, LINE_HEAD)));
    // Access logs have it behind the address and the user.
    let heads = lines.flat_map(|head| [Some(head), head.find(" [").and_then(|at| head.get(at + 1..))]);
    heads.flatten().filter_map(stamp)
}

/// Whether a piece stands in a line of a log that tells more of it: its time, or how its other lines begin.
pub(super) fn is_line(text: &str, start: usize, end: usize) -> bool {
    time(text, start).is_some() || without_prefixes(text, start, end).is_some()
}

/// The text before a byte in its line.
pub(super) fn line_of(text: &str, at: usize) -> Option<&str> {
    let from = at.saturating_sub(LINE_PREFIX);
    let before = text.as_bytes().get(from..at)?;
    let start = memchr::memrchr(b'\n', before).map_or(from, |end| from + end + 1);
    // Further back than a prefix is long there is none.
    (start > from || from == 0).then(|| text.get(start..at))?
}

/// Bytes of a line's beginning in which its time is looked for.
const LINE_HEAD: usize = 200;
/// Bytes of a line before a message.
const LINE_PREFIX: usize = 4_096;

/// A piece of a log without what each of its lines begins with, and how many lines had that. `None` where they do not all
/// have it: then it is the message's own.
pub(super) fn without_prefixes(text: &str, start: usize, end: usize) -> Option<(String, usize)> {
    without_stamps(text, start, end).or_else(|| margins::without(text, start, end))
}

fn without_stamps(text: &str, start: usize, end: usize) -> Option<(String, usize)> {
    let piece = text.get(start..end)?;
    let (first, rest) = piece.split_once('\n')?;
    let prefix = line_of(text, start)?;
    let written = stamp(prefix)?;
    let own = prefix.get(written.length..)?;
    let mut behind = Vec::new();
    for line in rest.split('\n') {
        let stamp = stamp(line)?;
        behind.push(line.get(stamp.length..)?);
    }
    let same = behind.iter().all(|line| line.starts_with(own));
    let length = if same { own.len() } else { common(own, &behind) };
    let mut out = String::with_capacity(piece.len());
    out.push_str(first);
    for line in &behind {
        out.push('\n');
        out.push_str(line.get(length..)?);
    }
    Some((out, behind.len()))
}

/// How much of the lines is the same and no part of a message: up to the last mark that logs set before a text.
fn common(own: &str, lines: &[&str]) -> usize {
    let mut shared = lines.first().copied().unwrap_or_default();
    for line in lines.iter().skip(1).chain([&own]) {
        let same = shared.bytes().zip(line.bytes()).take_while(|(a, b)| a == b).count();
        shared = (0..=same).rev().find_map(|at| shared.get(..at)).unwrap_or_default();
    }
    let shared = shared.split('<').next().unwrap_or_default();
    let marks = [": ", "] ", ") ", " - ", "\t"];
    let mark = marks.iter().filter_map(|mark| Some(shared.rfind(mark)? + mark.len())).max();
    mark.unwrap_or_else(|| usize::from(shared.starts_with(' ')))
}

/// The time that a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    /// Where that is one point in time: it names its zone, and its year.
    at: Option<Instant>,
    /// Bytes that it takes, with what stands around it.
    length: usize,
}

/// Reads `2026-03-01T08:00:00.123Z`, `2026/03/01 08:00:00`, `[01/Mar/2026:08:00:00 +0000]`, `Mar  1 08:00:00`,
/// `[Sun Mar 01 08:00:00.12 2026]`, `08:00:00,123`, with a priority or a bracket before it.
fn stamp(line: &str) -> Option<Stamp> {
    let mut cursor = Cursor::new(line);
    if cursor.eat("<") {
        let digits = cursor.rest().len() - cursor.rest().trim_start_matches(|c: char| c.is_ascii_digit()).len();
        cursor.at += digits;
        if digits == 0 || digits > 3 || !cursor.eat(">") {
            return None;
        }
        // The version of RFC 5424.
        let _ = cursor.eat("1 ");
    }
    let bracket = cursor.eat("[");
    let at = date_first(&mut cursor)
        .or_else(|| day_first(&mut cursor))
        .or_else(|| month_first(&mut cursor))
        .or_else(|| clock(&mut cursor).map(|_| None))?;
    if bracket && !cursor.eat("]") {
        return None;
    }
    Some(Stamp { at, length: cursor.at })
}

/// Tries a form; where the text does not have it, nothing is read.
fn attempt<'a, T>(cursor: &mut Cursor<'a>, form: impl Fn(&mut Cursor<'a>) -> Option<T>) -> Option<T> {
    let mut ahead = *cursor;
    let found = form(&mut ahead)?;
    *cursor = ahead;
    Some(found)
}

fn date_first(cursor: &mut Cursor<'_>) -> Option<Option<Instant>> {
    attempt(cursor, |cursor| {
        let year = digits(cursor, 4)?;
        let separator = cursor.next().filter(|c| matches!(c, '-' | '/'))?;
        let month = digits(cursor, 2)?;
        cursor.next().filter(|c| *c == separator)?;
        let day = digits(cursor, 2)?;
        cursor.next().filter(|c| matches!(c, 'T' | ' '))?;
        let clock = clock(cursor)?;
        Some(zone(cursor).and_then(|zone| Instant::parse(&format!("{year}-{month}-{day}T{clock}{zone}")).ok()))
    })
}

fn day_first(cursor: &mut Cursor<'_>) -> Option<Option<Instant>> {
    attempt(cursor, |cursor| {
        let day = digits(cursor, 2)?;
        cursor.eat("/").then_some(())?;
        let month = month(cursor)?;
        cursor.eat("/").then_some(())?;
        let year = digits(cursor, 4)?;
        cursor.eat(":").then_some(())?;
        let clock = clock(cursor)?;
        let zone = zone(cursor);
        Some(zone.and_then(|zone| Instant::parse(&format!("{year}-{month:02}-{day}T{clock}{zone}")).ok()))
    })
}

/// Of syslog, without a year; of Apache's error log with one, and of Go's with neither a zone.
fn month_first(cursor: &mut Cursor<'_>) -> Option<Option<Instant>> {
    attempt(cursor, |cursor| {
        if ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "].iter().any(|day| cursor.rest().starts_with(day)) {
            cursor.at += 4;
        }
        month(cursor)?;
        cursor.skip(|c| c == ' ');
        digits(cursor, 2).or_else(|| digits(cursor, 1))?;
        cursor.eat(" ").then_some(())?;
        clock(cursor)?;
        let _ = attempt(cursor, |cursor| {
            cursor.eat(" ").then_some(())?;
            digits(cursor, 4)
        });
        Some(None)
    })
}

fn month(cursor: &mut Cursor<'_>) -> Option<usize> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = cursor.rest().get(..3)?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    cursor.at += 3;
    Some(month + 1)
}

/// `08:00:00`, with a fraction behind a point or a comma, as `xs:dateTime` writes it.
fn clock(cursor: &mut Cursor<'_>) -> Option<String> {
    attempt(cursor, |cursor| {
        let hour = digits(cursor, 2)?;
        cursor.eat(":").then_some(())?;
        let minute = digits(cursor, 2)?;
        cursor.eat(":").then_some(())?;
        let second = digits(cursor, 2)?;
        let fraction = attempt(cursor, |cursor| {
            cursor.next().filter(|c| matches!(c, '.' | ','))?;
            let rest = cursor.rest();
            let count = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            cursor.at += count;
            rest.get(..count).filter(|digits| !digits.is_empty())
        });
        let fraction = fraction.map(|digits| format!(".{digits}")).unwrap_or_default();
        Some(format!("{hour}:{minute}:{second}{fraction}"))
    })
}

/// `Z`, `UTC`, `+00:00`, `+0000`.
fn zone(cursor: &mut Cursor<'_>) -> Option<String> {
    attempt(cursor, |cursor| {
        let _ = cursor.eat(" ");
        if cursor.eat("Z") || cursor.eat("UTC") || cursor.eat("GMT") {
            return Some("Z".to_owned());
        }
        let sign = cursor.next().filter(|c| matches!(c, '+' | '-'))?;
        let hours = digits(cursor, 2)?;
        let _ = cursor.eat(":");
        let minutes = digits(cursor, 2)?;
        Some(format!("{sign}{hours}:{minutes}"))
    })
}

fn digits<'a>(cursor: &mut Cursor<'a>, count: usize) -> Option<&'a str> {
    let digits = cursor.rest().get(..count).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    cursor.at += count;
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_counts_where_it_names_its_zone() {
        let at = |line: &str| time(line, line.len()).map(|at| at.to_string());
        let eight = Some("2026-03-01T08:00:00Z".to_owned());
        assert_eq!(at("2026-03-01T08:00:00Z DEBUG x"), eight);
        assert_eq!(at("2026-03-01 09:00:00+0100 x"), eight);
        assert_eq!(at("[2026-03-01 08:00:00 UTC] x"), eight);
        assert_eq!(at("10.0.0.1 - alice [01/Mar/2026:08:00:00 +0000] \"GET /"), eight);
        assert_eq!(at("<14>1 2026-03-01T08:00:00.5Z host"), Some("2026-03-01T08:00:00.5Z".to_owned()));
        for line in [
            "2026-03-01 08:00:00,123 DEBUG",
            "Mar  1 08:00:00 host x",
            "08:00:00,123 INFO",
            "no time",
            "2026-99-01T08:00:00Z",
        ] {
            assert_eq!(at(line), None, "{line}");
        }
        // What begins a line of its own was written with the line above.
        assert_eq!(at("2026-03-01T08:00:00Z DEBUG x:\n  "), eight);
        assert_eq!(at("2026-03-01T08:00:00Z DEBUG x:\nword "), None);
        assert_eq!(at("2026-03-01T08:00:00Z DEBUG x:\n\n"), None);
        assert!(prints("08:00:00,123 INFO\n", 18) && prints("08:00:00,123 INFO ", 18));
        assert!(!prints("INFO\n", 5) && !prints("\n", 1) && !prints("", 0));
    }

    #[test]
    fn what_a_logger_puts_before_every_line_is_taken_off() {
        let strip = |text: &str| without_prefixes(text, text.find('<').unwrap(), text.len());
        let text = "Mar  1 08:00:00 sp x[7]: 7 [a1] <a>\nMar  1 08:00:00 sp x[7]: 7 [a1]   <b/>\nMar  1 08:00:01 sp x[7]: 7 [a1] </a>";
        assert_eq!(strip(text), Some(("<a>\n  <b/>\n</a>".to_owned(), 2)));
        let text = "08:00:00,1 DEBUG [x] (t-1) document: <a>\n08:00:00,2 DEBUG [x] (t-1)  <b/>\n08:00:00,3 DEBUG [x] (t-1) </a>";
        assert_eq!(strip(text), Some(("<a>\n <b/>\n</a>".to_owned(), 2)));
        assert_eq!(strip("08:00:00 DEBUG <a>\n  <b/>\n</a>"), None);
        assert_eq!(strip("08:00:00 DEBUG <a/>"), None);
        assert_eq!(strip("<a>\n</a>"), None);
    }

    #[test]
    fn records_of_json_are_told_from_other_json() {
        assert!(record("{\"msg\":\"x\",\"ts\":1}").is_some());
        for text in ["{\"log\":{\"entries\":[]}}", "{\"requests\":[]}", "{\"msg\":\"x\"", "[]", "{\"msg\":1}"] {
            assert!(record(text).is_none(), "{text}");
        }
    }
}
