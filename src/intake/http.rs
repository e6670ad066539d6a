//! HTTP messages as tools copy them, one or several: a head and a body, the reply behind its request (RFC 9112 §2).

use super::exchange::{self, Exchange};
use super::step::{Repair, RepairKind, Step, StepName};
use super::verbose::Verbose;
use super::{Capture, devtools};

/// Requests and replies with their heads.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    if let Some(found) = devtools::take(origin, trimmed) {
        return Some(found);
    }
    let verbose = Verbose::read(trimmed);
    let messages = Http::all(verbose.as_ref().map_or(trimmed, |verbose| &verbose.text));
    if messages.is_empty() {
        return None;
    }
    let mut exchanges: Vec<(Exchange, usize)> = Vec::new();
    let several = messages.len() > 1;
    for message in messages {
        let (body, chunks) = message.whole_body();
        match message.start {
            Start::Request { method, url } => {
                let url = url.unwrap_or_default();
                exchanges.push((Exchange { method, url, body: Some(body), ..Exchange::default() }, chunks));
            }
            Start::Reply(status) => {
                let location = field(message.head, "location").map(str::to_owned);
                match exchanges.last_mut().filter(|(exchange, _)| exchange.status.is_none()) {
                    // A reply answers the request before it.
                    Some((exchange, all)) => {
                        (exchange.status, exchange.location, exchange.reply) = (Some(status), location, Some(body));
                        *all += chunks;
                    }
                    None => {
                        let reply =
                            Exchange { status: Some(status), location, reply: Some(body), ..Exchange::default() };
                        exchanges.push((reply, chunks));
                    }
                }
            }
        }
    }
    let prefixes = verbose.as_ref().map_or(0, |verbose| verbose.lines);
    if let (Some((first, _)), Some(command)) = (exchanges.first_mut(), verbose.and_then(|verbose| verbose.command)) {
        // curl does not show the body that it sends; the command has it.
        first.body = command.body.filter(|_| first.body.as_ref().is_none_or(String::is_empty)).or(first.body.take());
    }
    let taken = exchanges.into_iter().map(|(exchange, chunks)| {
        let mut origin = origin.clone();
        let body = [&exchange.body, &exchange.reply].into_iter().flatten().find(|body| !body.is_empty());
        let made = body.unwrap_or(&exchange.url).as_bytes();
        let mut step = Step::done(StepName::Http, text.len(), made.len()).making(made);
        if chunks > 0 {
            step.repairs.push(Repair { kind: RepairKind::ChunksJoined, count: chunks });
        }
        if prefixes > 0 {
            step.repairs.push(Repair { kind: RepairKind::LinePrefixesRemoved, count: prefixes });
        }
        // Of a single message that nothing was done to there is nothing to tell.
        if several || chunks > 0 || prefixes > 0 {
            origin.steps.push(step);
        }
        exchange.take(&origin)
    });
    Some(exchange::worth(taken.flatten().collect()))
}

/// An HTTP message, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Http<'a> {
    /// What its first line says.
    pub(super) start: Start,
    /// The lines between the first and the empty one.
    pub(super) head: &'a str,
    /// What follows the empty line.
    pub(super) body: &'a str,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    /// `POST /acs HTTP/1.1`, with the `Host` field put before the path.
    Request { method: String, url: Option<String> },
    /// `HTTP/1.1 500 Internal Server Error`
    Reply(u16),
}

impl<'a> Http<'a> {
    /// Every message of a text that begins with one; the next begins on a line of its own.
    pub(super) fn all(text: &'a str) -> Vec<Self> {
        let mut found = Vec::new();
        let first = text.lines().next().unwrap_or_default();
        if !begins(first) {
            return found;
        }
        let mut starts = vec![0];
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if at > 0 && begins(line) {
                starts.push(at);
            }
            at += line.len();
        }
        starts.push(text.len());
        for pair in starts.windows(2) {
            if let [start, end] = pair {
                found.extend(text.get(*start..*end).and_then(Self::find));
            }
        }
        found
    }

    /// `None` where the text does not begin as an HTTP message does.
    pub(super) fn find(text: &'a str) -> Option<Self> {
        let (line, rest) = text.split_once('\n')?;
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        // The empty line ends the head: of two sorts of line ends the one that comes first.
        let ends =
            [("\r\n\r\n", 4), ("\n\n", 2)].into_iter().filter_map(|(end, length)| Some((text.find(end)?, length)));
        let (head, body) = match ends.min() {
            Some((at, length)) => {
                (text.get(line.len() + 1..at).unwrap_or_default(), text.get(at + length..).unwrap_or_default())
            }
            None => (rest, ""),
        };
        let start = match words.as_slice() {
            [version, status, ..] if version.starts_with("HTTP/") => Start::Reply(status.parse().ok()?),
            [method, target, version] if version.starts_with("HTTP/") => {
                Start::Request { method: (*method).to_owned(), url: url(target, head) }
            }
            _ => return None,
        };
        Some(Self { start, head, body })
    }

    /// The body, its chunks joined (RFC 9112 §7.1), and how many there were.
    fn whole_body(&self) -> (String, usize) {
        let chunked = field(self.head, "transfer-encoding").is_some_and(|value| value.contains("chunked"));
        let joined = if chunked { chunks(self.body) } else { None };
        joined.unwrap_or_else(|| (self.body.to_owned(), 0))
    }
}

/// Whether a line is the first of a message: `POST /acs HTTP/1.1`, `HTTP/2 302`.
pub(super) fn begins(line: &str) -> bool {
    let line = line.trim_end();
    if let Some(rest) = line.strip_prefix("HTTP/") {
        let mut words = rest.split(' ');
        let version = words.next().unwrap_or_default();
        return version.starts_with(|c: char| c.is_ascii_digit())
            && words.next().is_some_and(|status| status.len() == 3 && status.parse::<u16>().is_ok());
    }
    if !line.starts_with(|c: char| c.is_ascii_uppercase()) {
        return false;
    }
    let (before, version) = line.rsplit_once(' ').unwrap_or_default();
    let (method, target) = before.split_once(' ').unwrap_or_default();
    version.starts_with("HTTP/")
        && !method.is_empty()
        && method.bytes().all(|b| b.is_ascii_uppercase())
        && !target.contains(' ')
}

/// The value of a field of the head.
pub(super) fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.filter(|(own, _)| own.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

/// `None` where the body does not begin with a chunk's size. A size that the text does not bear out, since line ends
/// were changed on the way, ends it.
fn chunks(body: &str) -> Option<(String, usize)> {
    let mut out = String::with_capacity(body.len());
    let (mut rest, mut count) = (body, 0);
    loop {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some((out, count));
        }
        count += 1;
        // What was cut is kept as far as it goes.
        let Some(chunk) = behind.get(..size) else {
            return (size > behind.len()).then(|| (out + behind, count));
        };
        out.push_str(chunk);
        rest = behind.get(size..).unwrap_or_default();
        if rest.trim().is_empty() {
            return Some((out, count));
        }
        // A chunk's end is a line's.
        rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    }
}

/// The target with its host. Over which scheme it came is not said; a login's is https but on one's own machine.
fn url(target: &str, head: &str) -> Option<String> {
    if target.contains("://") {
        return Some(target.to_owned());
    }
    field(head, "host").map(|host| joined(host, target))
}

/// A host and a path as a URL.
pub(super) fn joined(host: &str, path: &str) -> String {
    let scheme = if host.starts_with("localhost") || host.ends_with(":80") { "http" } else { "https" };
    format!("{scheme}://{}{path}", host.strip_suffix(":443").unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_by_its_first_line_and_has_its_host() {
        let found = Http::find("POST /acs?x=1 HTTP/1.1\r\nhost: app.acme.example\r\n\r\nSAMLResponse=a").unwrap();
        let url = Some("https://app.acme.example/acs?x=1".to_owned());
        assert_eq!(found.start, Start::Request { method: "POST".to_owned(), url });
        assert_eq!(found.body, "SAMLResponse=a");
        let found = Http::find("GET /sso HTTP/2\nHost: localhost:8080\n").unwrap();
        let url = Some("http://localhost:8080/sso".to_owned());
        assert_eq!(found.start, Start::Request { method: "GET".to_owned(), url });
    }

    #[test]
    fn a_reply_has_its_status_and_other_text_is_none() {
        let found = Http::find("HTTP/1.1 403 Forbidden\nServer: x\n\n<html>").unwrap();
        assert_eq!((found.start, found.body), (Start::Reply(403), "<html>"));
        assert_eq!(Http::find("SAMLResponse=a\nb"), None);
        assert_eq!(Http::find("POST /acs"), None);
    }

    #[test]
    fn several_are_found_each_with_its_own_body() {
        let text = "POST /acs HTTP/1.1\nHost: a.example\n\nSAMLResponse=a\n\nHTTP/1.1 302 Found\nLocation: /in\n\nGET /in HTTP/1.1\n\n";
        let found = Http::all(text);
        assert_eq!(found.iter().map(|http| http.body.trim()).collect::<Vec<_>>(), ["SAMLResponse=a", "", ""]);
        assert_eq!(found[1].start, Start::Reply(302));
        assert_eq!(field(found[1].head, "Location"), Some("/in"));
        for line in ["GET it done", "HTTP/1.1 is old", "Host: HTTP/1.1", "GET a b HTTP/1.1", ""] {
            assert!(!begins(line), "{line}");
        }
    }

    #[test]
    fn chunks_are_joined_as_far_as_they_go() {
        assert_eq!(chunks("5\r\nSAMLR\r\nA;x=y\r\nesponse=ab\r\n0\r\n\r\n"), Some(("SAMLResponse=ab".to_owned(), 2)));
        assert_eq!(chunks("5\r\nSAMLR\r\nA\r\nesp"), Some(("SAMLResp".to_owned(), 2)));
        assert_eq!(chunks("1\nx\n0"), Some(("x".to_owned(), 1)));
        for text in ["SAMLResponse=a\n", "", "3\nabcd\n0"] {
            assert_eq!(chunks(text), None, "{text}");
        }
    }
}
