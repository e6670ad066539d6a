//! The parameters of the bindings, out of a URL, a query string or a form body; every octet of them kept as sent.
//!
//! SAML 2.0 Bindings §3.4.4 (redirect) and §3.5.4 (POST). The signature of a redirect is over the octets as sent, so
//! that the raw text is never rebuilt from decoded values.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::step::{Step, StepErrorKind, StepName};
use super::value::{value, xml};
use super::{Binding, Capture, artifact};

/// A URL, a query string or a form body with a message in it.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    Some(vec![message(origin.clone(), Parameters::find(text.trim())?)])
}

/// The message among parameters, with what else they say about it.
pub(super) fn message(mut capture: Capture, parameters: Parameters<'_>) -> Capture {
    let Some(message) = parameters.message() else { return capture };
    // A parameter has no line break in it: what stands behind one was pasted beside it.
    let line = |raw: &str| raw.lines().next().map(form_decode).unwrap_or_default();
    capture.relay_state = parameters.get("RelayState").map(|parameter| line(parameter.raw));
    capture.wctx = parameters.get("wctx").map(|parameter| line(parameter.raw));
    capture.query = Some(parameters.query.trim_end().to_owned());
    capture.fragment = parameters.fragment.map(|fragment| fragment.trim_end().to_owned());
    capture.parameter = Some(message.name.to_owned());
    if !parameters.url.is_empty() {
        capture.url = Some(parameters.url.to_owned());
        capture.binding = Some(Binding::Redirect);
    }
    let bytes_in = parameters.url.len() + parameters.query.len();
    if message.raw.trim().is_empty() {
        let at = bytes_in - parameters.query.len();
        return capture.fail(StepName::Parameters, bytes_in, StepErrorKind::EmptyParameter, at);
    }
    capture.steps.push(Step::done(StepName::Parameters, bytes_in, message.raw.len()).making(message.raw.as_bytes()));
    carried(capture, message.name, message.raw, true)
}

/// The value of a message's parameter or field, by what its name says it is. `is_escaped`: as a query or a form body has
/// it, and not as a page does.
pub(super) fn carried(mut capture: Capture, name: &str, raw: &str, is_escaped: bool) -> Capture {
    if name.eq_ignore_ascii_case("SAMLart") {
        return artifact::value(capture, raw, is_escaped);
    }
    if !name.eq_ignore_ascii_case("wresult") {
        return value(capture, raw);
    }
    capture.binding = Some(Binding::WsFederation);
    // XML as it is, in which a space was sent as `+`.
    let text = if is_escaped { form_decode(raw) } else { raw.to_owned() };
    if !text.trim_start().starts_with('<') {
        return value(capture, raw);
    }
    if is_escaped {
        let step = Step::done(StepName::PercentDecode, raw.len(), text.len());
        capture.steps.push(step.making(text.as_bytes()));
    }
    xml(capture, text)
}

/// A parameter as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    /// Still percent-encoded.
    pub(super) raw: &'a str,
}

/// What carries the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameters<'a> {
    /// What stands before the query: scheme, host and path of a URL; empty for a bare query or form body.
    pub(super) url: &'a str,
    /// The query, or all of a form body.
    pub(super) query: &'a str,
    /// What stands behind it and a `#`.
    pub(super) fragment: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    /// Finds the message's parameter in `text`; `None` where there is none of [`NAMES`], not even in another
    /// letter case.
    pub(super) fn find(text: &'a str) -> Option<Self> {
        let stands_alone = |at: usize| {
            let before = text.get(..at).unwrap_or_default();
            before.is_empty() || before.ends_with(['?', '&', '#', '\n'])
        };
        // A name ends at an `=`, of which a value has next to none: it is asked of every layer that is taken off.
        let first = |is: fn(&str, &str) -> bool| {
            memchr::memchr_iter(b'=', text.as_bytes()).find_map(|end| {
                let start = |name: &&str| {
                    let start = end.checked_sub(name.len())?;
                    let found = text.get(start..end)?;
                    (is(found, name) && stands_alone(start)).then_some(start)
                };
                NAMES.iter().find_map(start)
            })
        };
        let message = first(|found, name| found == name).or_else(|| first(str::eq_ignore_ascii_case))?;
        // The parameters of the binding may follow others of the endpoint's own, and stand in a fragment.
        let before = text.get(..message)?;
        // A form body may follow the lines of an HTTP request's head: it begins on a line of its own.
        let separator = before.rfind(['?', '#', '\n']);
        let query = text.get(separator.map_or(0, |at| at + 1)..)?;
        let (query, fragment) = match query.split_once('#') {
            Some((query, fragment)) => (query, Some(fragment)),
            None => (query, None),
        };
        Some(Self {
            url: separator.filter(|_| !before.contains('\n')).and_then(|at| text.get(..at)).unwrap_or_default(),
            query,
            fragment,
        })
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Parameter<'a>> {
        self.query.split('&').map(|pair| {
            let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
            Parameter { name: name.trim(), raw: raw.trim_end_matches(['\r', '\n']) }
        })
    }

    pub(super) fn get(self, name: &str) -> Option<Parameter<'a>> {
        self.iter().find(|parameter| parameter.name == name)
    }

    /// `SAMLRequest` or `SAMLResponse`, whichever comes first.
    pub(super) fn message(self) -> Option<Parameter<'a>> {
        let exact = self.iter().find(|parameter| matches!(parameter.name, "SAMLRequest" | "SAMLResponse"));
        exact.or_else(|| self.iter().find(|parameter| is_message(parameter.name)))
    }
}

/// Whether a text is one URL, query or form body with a message in it, and nothing else.
pub(super) fn is_alone(text: &str) -> bool {
    let Some(found) = Parameters::find(text).filter(|_| !text.contains('\n')) else { return false };
    let name = found.message().map_or(0, |message| found.query.find(message.name).unwrap_or(0));
    let before = text.get(..found.url.len() + name).unwrap_or_default();
    !before.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`'))
}

/// Whether a name is a message's, in whatever letter case.
pub(super) fn is_message(name: &str) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The names of what carries a message, or stands for one: SAML 2.0 Bindings §3.4.4, §3.5.4, §3.6.4; WS-Federation 1.2
/// §13.2.3.
const NAMES: [&str; 4] = ["SAMLRequest", "SAMLResponse", "SAMLart", "wresult"];

/// Peels one layer of percent-encoding. `None` where the text has none, or its bytes would be no UTF-8.
pub(super) fn percent_decode(text: &str) -> Option<String> {
    let has_escape =
        text.as_bytes().windows(3).any(|w| matches!(w, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()));
    has_escape.then(|| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned()))?
}

/// A value as a form decoder reads it: `+` is a space (HTML, `application/x-www-form-urlencoded`).
pub(super) fn form_decode(raw: &str) -> String {
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// A value as a form encodes it, so that it decodes to itself again.
pub(super) fn percent_encode(value: &str) -> String {
    utf8_percent_encode(value, UNRESERVED).to_string()
}

/// What a form would send of these fields.
pub(super) fn join(fields: &[(String, String)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
    pairs.join("&")
}

/// All that is not unreserved (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The fields of a form that was sent in parts (RFC 7578), where one of them is a message.
pub(super) fn multipart(body: &str) -> Option<Vec<(String, String)>> {
    let boundary = body.lines().next().filter(|line| line.len() > 2 && line.starts_with("--"))?;
    let fields: Vec<(String, String)> = body.split(boundary).filter_map(part).collect();
    fields.iter().any(|(name, _)| is_message(name)).then_some(fields)
}

fn part(text: &str) -> Option<(String, String)> {
    let text = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n'))?;
    let (head, value) = text.split_once("\r\n\r\n").or_else(|| text.split_once("\n\n"))?;
    let (_, name) = head.split_once("name=\"")?;
    let value = value.strip_suffix("\r\n").or_else(|| value.strip_suffix('\n')).unwrap_or(value);
    Some((name.split('"').next().unwrap_or_default().to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_a_query_and_a_form_give_their_parameters() {
        let found =
            Parameters::find("https://idp.example/sso?tenant=1&SAMLRequest=fZ%2B&RelayState=a%20b+c#x").unwrap();
        assert_eq!(found.url, "https://idp.example/sso");
        assert_eq!(found.message(), Some(Parameter { name: "SAMLRequest", raw: "fZ%2B" }));
        assert_eq!(form_decode(found.get("RelayState").unwrap().raw), "a b c");

        let found = Parameters::find("SAMLResponse=PGEvPg%3D%3D&RelayState=").unwrap();
        assert_eq!((found.url, found.message().unwrap().raw), ("", "PGEvPg%3D%3D"));
        assert_eq!(found.get("RelayState").unwrap().raw, "");

        let found = Parameters::find("https://sp.example/#SAMLResponse=x").unwrap();
        assert_eq!(found.message().unwrap().raw, "x");
    }

    #[test]
    fn a_form_body_begins_on_a_line_of_its_own() {
        let found =
            Parameters::find("POST /acs?x=1 HTTP/1.1\nCookie: a=b\n\nSAMLResponse=PGEvPg&RelayState=r").unwrap();
        assert_eq!((found.url, found.message().unwrap().raw), ("", "PGEvPg"));
    }

    #[test]
    fn a_name_in_another_letter_case_is_still_found() {
        let found = Parameters::find("RelayState=r&samlresponse=PGEvPg").unwrap();
        assert_eq!(found.message(), Some(Parameter { name: "samlresponse", raw: "PGEvPg" }));
    }

    #[test]
    fn names_count_whole_and_where_parameters_stand() {
        assert_eq!(Parameters::find("https://idp.example/?XSAMLRequest=1"), None);
        assert_eq!(Parameters::find("https://idp.example/SAMLRequest=1"), None);
        assert_eq!(Parameters::find("PHNhbWxwOlJlc3BvbnNl"), None);
    }

    #[test]
    fn percent_encoding_is_peeled_a_layer_at_a_time() {
        assert_eq!(percent_decode("a%253D").as_deref(), Some("a%3D"));
        assert_eq!(percent_decode("a%3D").as_deref(), Some("a="));
        assert_eq!(percent_decode("a=100%"), None);
        assert_eq!(percent_decode("%FF"), None);
    }

    #[test]
    fn a_form_in_parts_gives_its_fields_and_joins_to_what_decodes_to_them() {
        let body = "--b7\r\nContent-Disposition: form-data; name=\"SAMLResponse\"\r\n\r\nPGE+Pg==\r\n--b7\r\n\
                    Content-Disposition: form-data; name=\"RelayState\"\r\n\r\na b\r\n--b7--\r\n";
        let fields = multipart(body).unwrap();
        assert_eq!(join(&fields), "SAMLResponse=PGE%2BPg%3D%3D&RelayState=a%20b");
        assert_eq!(form_decode("PGE%2BPg%3D%3D"), "PGE+Pg==");
        assert_eq!(multipart("--\nSAMLResponse"), None);
        assert_eq!(multipart("--b\nname=\"user\"\n\nx\n--b--"), None);
    }
}
