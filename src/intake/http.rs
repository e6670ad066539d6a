//! The head of an HTTP message as tools copy it: where it was sent, or which status it answers with (RFC 9112 §2).

use super::{Capture, Exchange};

/// A request or a reply with its head.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let http = Http::find(text.trim())?;
    let body = Some(http.body.to_owned());
    let exchange = match http.start {
        Start::Reply(status) => Exchange { status: Some(status), reply: body, ..Exchange::default() },
        Start::Request { method, url } => {
            Exchange { method, url: url.unwrap_or_default(), body, ..Exchange::default() }
        }
    };
    Some(exchange.take(origin))
}

/// An HTTP message, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Http<'a> {
    /// What its first line says.
    pub(super) start: Start,
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
    /// `None` where the text does not begin as an HTTP message does.
    pub(super) fn find(text: &'a str) -> Option<Self> {
        let (line, rest) = text.split_once('\n')?;
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (head, body) = ["\r\n\r\n", "\n\n"].iter().find_map(|end| text.split_once(end)).unwrap_or((rest, ""));
        let start = match words.as_slice() {
            [version, status, ..] if version.starts_with("HTTP/") => Start::Reply(status.parse().ok()?),
            [method, target, version] if version.starts_with("HTTP/") => {
                Start::Request { method: (*method).to_owned(), url: url(target, head) }
            }
            _ => return None,
        };
        Some(Self { start, body })
    }
}

/// The target with its host. Over which scheme it came is not said; a login's is https but on one's own machine.
fn url(target: &str, head: &str) -> Option<String> {
    if target.contains("://") {
        return Some(target.to_owned());
    }
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let host = fields.filter(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, value)| value.trim()).next()?;
    let scheme = if host.starts_with("localhost") || host.ends_with(":80") { "http" } else { "https" };
    Some(format!("{scheme}://{}{target}", host.strip_suffix(":443").unwrap_or(host)))
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
}
