//! A session archive of Fiddler (SAZ): a ZIP file in which each exchange is three files, `raw/7_c.txt` what the client
//! sent, `raw/7_s.txt` what the server answered, `raw/7_m.xml` when. In any other archive each file is looked at by itself.

use std::collections::BTreeMap;

use memchr::memmem::find;

use super::exchange::{Exchange, Recorded, is_message, take_all};
use super::http::{Http, Start};
use super::sieve::may_hold;
use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use super::zip::{File, files};
use super::{Capture, inflate, recognise, text};
use crate::instant::Instant;
use crate::limits;

/// The messages in an archive; never none.
pub(super) fn take(origin: &Capture, bytes: &[u8]) -> Vec<Capture> {
    let (files, error) = files(bytes);
    let mut archive = Archive { size: bytes.len(), room: limits::ARCHIVE_BYTES };
    let sessions = sessions(&files);
    let mut found = if sessions.is_empty() {
        let mut found = Vec::new();
        for file in &files {
            found.extend(archive.file(origin, file));
            if found.len() > limits::CAPTURES {
                break;
            }
        }
        found
    } else {
        take_all(origin, &mut sessions.values().filter_map(|session| archive.session(origin, session)))
    };
    if let Some(error) = error {
        found.push(archive.failed(origin, error));
    } else if found.is_empty() {
        let kind = match sessions.len() {
            0 => StepErrorKind::NoMessageInFiles(files.len()),
            count => StepErrorKind::NoMessage(count),
        };
        found.push(archive.failed(origin, StepError { kind, at: bytes.len() }));
    }
    found
}

/// The files of one exchange: what was sent, what came back, and about both.
type Session<'a> = [Option<&'a File<'a>>; 3];

/// The exchanges by their number.
fn sessions<'a>(files: &'a [File<'a>]) -> BTreeMap<u32, Session<'a>> {
    let mut sessions: BTreeMap<u32, Session<'a>> = BTreeMap::new();
    for file in files {
        let name = file.name.replace('\\', "/");
        let Some((number, kind)) = name.strip_prefix("raw/").and_then(|name| name.split_once('_')) else { continue };
        let place = ["c.txt", "s.txt", "m.xml"].iter().position(|own| *own == kind);
        if let (Ok(number), Some(place)) = (number.parse(), place)
            && let Some(slot) = sessions.entry(number).or_default().get_mut(place)
        {
            *slot = Some(file);
        }
    }
    sessions.retain(|_, [client, ..]| client.is_some());
    sessions
}

/// An archive that is gone through.
struct Archive {
    size: usize,
    /// Bytes that may yet come out of it.
    room: usize,
}

impl Archive {
    fn failed(&self, origin: &Capture, error: StepError) -> Capture {
        origin.clone().fail(StepName::Archive, self.size, error.kind, error.at)
    }

    fn step(&self, made: &[u8]) -> Step {
        Step::done(StepName::Archive, self.size, made.len()).making(made)
    }

    fn session(&mut self, origin: &Capture, session: &Session<'_>) -> Option<Recorded> {
        let mut read =
            |file: &Option<&File<'_>>| file.map(|file| file.contents(&mut self.room)).unwrap_or(Ok(Vec::new()));
        let [client, server, about] = session;
        let (client, server, about) = match (read(client), read(server), read(about)) {
            (Ok(client), server, about) => (client, server.unwrap_or_default(), about.unwrap_or_default()),
            (Err(error), ..) => return Some(Recorded::Capture(Box::new(self.failed(origin, error)))),
        };
        let mut step = self.step(&client);
        let (head, body, steps) = message(&client, &mut self.room, &mut step);
        let request = Http::find(&head)?;
        let Start::Request { method, url } = request.start else { return None };
        let mut answered = self.step(&server);
        let (answer, reply, reply_steps) = message(&server, &mut self.room, &mut answered);
        let status = match Http::find(&answer).map(|answer| answer.start) {
            Some(Start::Reply(status)) => Some(status),
            _ => None,
        };
        let url = url.unwrap_or_default();
        let location = field(&answer, "location").map(str::to_owned);
        let holds = |text: &Option<String>| text.as_ref().is_some_and(|text| may_hold(text.as_bytes()));
        if !holds(&body) && !holds(&reply) && !may_hold(url.as_bytes()) && !holds(&location) {
            return None;
        }
        Some(Recorded::Exchange(Exchange {
            steps: [vec![step], steps].concat(),
            at: began(&about),
            method,
            url,
            body,
            status,
            location,
            reply_steps: [vec![answered], reply_steps].concat(),
            reply,
        }))
    }

    /// What is in a file that is not of a session.
    fn file(&mut self, origin: &Capture, file: &File<'_>) -> Vec<Capture> {
        let contents = match file.contents(&mut self.room) {
            Ok(contents) => contents,
            Err(error) => return vec![self.failed(origin, error)],
        };
        if !may_hold(&contents) {
            return Vec::new();
        }
        let mut origin = origin.clone();
        origin.steps.push(self.step(&contents));
        let (text, step) = text::decode(&contents);
        origin.steps.extend(step);
        let found = text.map(|text| recognise(&origin, &text)).unwrap_or_default();
        found.into_iter().filter(is_message).collect()
    }
}

/// An HTTP message: its head up to the empty line, and its body as text, with what had to be undone for it. That takes room
/// as well: where there is none left, a compressed body stays closed, and the file after it says why.
fn message(bytes: &[u8], room: &mut usize, step: &mut Step) -> (String, Option<String>, Vec<Step>) {
    let end = find(bytes, b"\r\n\r\n").map_or(bytes.len(), |end| end + 4);
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
    let mut body = bytes.get(end..).unwrap_or_default().to_vec();
    let mut steps = Vec::new();
    if field(&head, "transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        let (whole, chunks) = unchunked(&body);
        body = whole;
        step.repairs.push(Repair { kind: RepairKind::Chunked, count: chunks });
    }
    if field(&head, "content-encoding").is_some_and(|coding| matches!(coding, "gzip" | "deflate" | "x-gzip"))
        && *room > 0
    {
        let (inflated, step) = inflate::content(&body);
        *room = room.saturating_sub(inflated.len());
        steps.push(step.making(&inflated));
        body = inflated;
    }
    let (text, step) = text::decode(&body);
    steps.extend(step.filter(|_| text.is_some()));
    (head, text.filter(|text| !text.is_empty()), steps)
}

/// The value of a header.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// A body put together of its chunks, and how many there were (RFC 9112 §7.1). Of a broken one, what came before the fault.
fn unchunked(body: &[u8]) -> (Vec<u8>, usize) {
    let (mut whole, mut chunks, mut rest) = (Vec::new(), 0, body);
    while let Some(end) = find(rest, b"\r\n") {
        let line = rest.get(..end).and_then(|line| std::str::from_utf8(line).ok()).unwrap_or_default();
        let size = line.split(';').next().and_then(|size| usize::from_str_radix(size.trim(), 16).ok()).unwrap_or(0);
        let Some(data) = rest.get(end + 2..).filter(|_| size > 0) else { break };
        whole.extend_from_slice(data.get(..size.min(data.len())).unwrap_or_default());
        chunks += 1;
        rest = data.get(size.saturating_add(2)..).unwrap_or_default();
    }
    (whole, chunks)
}

/// When the client began to send.
fn began(about: &[u8]) -> Option<Instant> {
    let about = std::str::from_utf8(about).ok()?;
    let (_, time) = about.split_once("ClientBeginRequest=\"")?;
    Instant::parse(time.split('"').next()?).ok()
}
