//! What a browser's developer tools show of a request and Wireshark of its fields: `:method: POST`, names and values on
//! lines of their own, the panel of the form's fields.

use super::Capture;
use super::exchange::Exchange;
use super::http::joined;
use super::parameters::{Parameters, is_message, join};
use super::step::{Repair, RepairKind, Step, StepName};

/// The names that such a text begins with.
const FIRST: &[&str] =
    &[":method", ":authority", ":path", ":scheme", ":status", "request url", "request method", "status code"];
/// The parameters of the bindings, as the panel of a form names them.
const FIELDS: &[&str] =
    &["SAMLResponse", "SAMLRequest", "RelayState", "SigAlg", "Signature", "SAMLEncoding", "SAMLart"];
/// Headings of the panels, and the switches beside them.
const HEADINGS: &[&str] = &[
    "general",
    "headers",
    "request headers",
    "response headers",
    "form data",
    "query string parameters",
    "view source",
    "view parsed",
    "view url-encoded",
    "view decoded",
    "view url encoded",
    "payload",
];

/// One request, with what of its reply is shown beside it.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let first = text.lines().next().unwrap_or_default();
    let (name, value) = split(first);
    let is_first = FIRST.iter().any(|known| known.eq_ignore_ascii_case(name));
    let has_message = || text.lines().map(|line| split(line).0).any(is_message);
    // A field's name alone, as in `SAMLResponse=…`, is another form.
    let is_panel = FIELDS.contains(&name) && (value.is_some() || text.contains('\n')) && has_message();
    if !is_first && !is_panel {
        return None;
    }
    let shown = Shown::read(text, value.is_none());
    let mut exchange = shown.exchange;
    let mut step = Step::done(StepName::Http, text.len(), 0);
    if exchange.body.is_none() && shown.fields.iter().any(|(name, _)| is_message(name)) {
        step.repairs.push(Repair { kind: RepairKind::FieldsJoined, count: shown.fields.len() });
        let fields = join(&shown.fields);
        match &exchange.url {
            // The panel of a URL's own parameters says again what the URL says.
            url if Parameters::find(url).is_some() => step.repairs.clear(),
            _ => exchange.body = Some(fields),
        }
    }
    let made = exchange.body.as_deref().unwrap_or(&exchange.url);
    step = Step { bytes_out: made.len(), ..step }.making(made.as_bytes());
    let mut origin = origin.clone();
    origin.steps.push(step);
    Some(exchange.take(&origin))
}

/// What is shown.
#[derive(Default)]
struct Shown {
    exchange: Exchange,
    fields: Vec<(String, String)>,
    host: String,
    path: String,
}

impl Shown {
    fn read(text: &str, alternating: bool) -> Self {
        let mut shown = Self::default();
        let mut at = 0;
        let mut lines = text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let start = at;
            at += line.len();
            let line = bare(line);
            let is_heading = HEADINGS.iter().any(|known| known.eq_ignore_ascii_case(line));
            if line.is_empty() || is_heading {
                continue;
            }
            // The body as it was sent, below the fields or where its source is shown.
            let rest = text.get(start..).unwrap_or_default();
            if Parameters::find(line).is_some_and(|found| found.url.is_empty()) || line.starts_with('<') {
                shown.exchange.body = Some(rest.trim().to_owned());
                break;
            }
            match split(line) {
                (name, Some(value)) => shown.field(name, value),
                (name, None) if alternating || line.ends_with(':') => {
                    let value = lines.next().unwrap_or_default();
                    at += value.len();
                    shown.field(name, bare(value));
                }
                _ => {}
            }
        }
        if shown.exchange.url.is_empty() && !shown.path.is_empty() {
            let (host, path) = (&shown.host, &shown.path);
            shown.exchange.url = if host.is_empty() { path.clone() } else { joined(host, path) };
        }
        shown
    }

    fn field(&mut self, name: &str, value: &str) {
        let status = || value.split(' ').next().and_then(|status| status.parse().ok());
        match name.to_ascii_lowercase().as_str() {
            ":method" | "request method" => self.exchange.method = value.to_owned(),
            ":authority" | "host" if self.host.is_empty() => self.host = value.to_owned(),
            ":path" => self.path = value.to_owned(),
            "request url" => self.exchange.url = value.to_owned(),
            ":status" | "status code" => self.exchange.status = status(),
            "location" => self.exchange.location = Some(value.to_owned()),
            _ if FIELDS.contains(&name) || is_message(name) => {
                self.fields.push((name.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
}

/// A line without what Wireshark writes before a field.
fn bare(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix("Header: ").unwrap_or(line)
}

/// A line's name and value. The colon that a name of HTTP/2 begins with is its own.
fn split(line: &str) -> (&str, Option<&str>) {
    let line = bare(line);
    let from = usize::from(line.starts_with(':'));
    let Some(colon) = line.get(from..).and_then(|rest| rest.find(':')).map(|at| at + from) else { return (line, None) };
    let (name, value) = line.split_at_checked(colon).unwrap_or((line, ""));
    let value = value.get(1..).unwrap_or_default().trim();
    (name.trim(), Some(value).filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Binding;

    fn one(text: &str) -> Capture {
        take(&Capture::default(), text).unwrap().remove(0)
    }

    #[test]
    fn pseudo_fields_of_http_2_are_read_in_one_line_or_in_two() {
        for text in [
            ":authority: sp.example\n:method: POST\n:path: /acs\n:scheme: https\naccept: */*\n\nSAMLResponse=PGEvPg%3D%3D&RelayState=r",
            ":authority\nsp.example\n:method\nPOST\n:path\n/acs\naccept\n*/*\nForm Data\nSAMLResponse\nPGEvPg==\nRelayState\nr",
            "    Header: :method: POST\n    Header: :authority: sp.example\n    Header: :path: /acs\n\nSAMLResponse=PGEvPg%3D%3D&RelayState=r",
            "Request URL:\nhttps://sp.example/acs\nRequest Method:\nPOST\nStatus Code:\n403 Forbidden\nSAMLResponse:\nPGEvPg==\nRelayState:\nr",
        ] {
            let capture = one(text.trim());
            assert_eq!(capture.xml.as_deref(), Some("<a/>"), "{text}");
            assert_eq!(capture.url.as_deref(), Some("https://sp.example/acs"), "{text}");
            assert_eq!((capture.binding, capture.relay_state.as_deref()), (Some(Binding::Post), Some("r")), "{text}");
        }
    }

    #[test]
    fn the_panel_of_a_form_alone_gives_its_fields_and_says_so() {
        let capture = one("SAMLResponse: PGEvPg==\nRelayState: https://a.example/?b=c&d");
        assert_eq!(capture.relay_state.as_deref(), Some("https://a.example/?b=c&d"));
        assert_eq!(capture.steps[0].repairs, [Repair { kind: RepairKind::FieldsJoined, count: 2 }]);
        for text in ["RelayState: x", "SAMLResponse=PGEvPg", "Status: fine", "the method: POST"] {
            assert!(take(&Capture::default(), text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_location_with_a_message_is_followed() {
        let capture = one(
            "Request URL: https://sp.example/\nStatus Code: 302\nlocation: https://idp.example/sso?SAMLRequest=PGEvPg",
        );
        assert_eq!(capture.xml.as_deref(), Some("<a/>"));
        assert_eq!(capture.url.as_deref(), Some("https://idp.example/sso"));
    }
}
