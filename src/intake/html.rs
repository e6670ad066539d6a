//! A form with a message in it, out of the web page that posts it: SAML 2.0 Bindings §3.5.4.
//!
//! No page is laid out or run: tags are looked for as text, which is enough for pages that do nothing but submit a form.

use super::parameters::{Parameters, carried, is_message, message};
use super::quoting::{Cursor, backslashes};
use super::references::resolve;
use super::step::{Foreign, Repair, RepairKind, Step, StepErrorKind, StepName};
use super::{Binding, Capture, Reply, encoded, page, pieces, recognise};
use crate::limits;

/// A web page: the messages that it posts on, or the one in a URL that it goes on to.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let page = text.trim();
    if !looks_like_html(page) {
        return None;
    }
    let in_page = |origin: &Capture, page: &str| {
        let forms = Form::all(page).map(|form| posted(origin.clone(), form, page.len()));
        let forms: Vec<Capture> = forms.take(limits::CAPTURES).collect();
        if forms.is_empty() { onward(origin, page) } else { forms }
    };
    let mut found = in_page(origin, page);
    if found.is_empty() && page.contains("\\\"") {
        // A script that writes the form has it in a string.
        let (written, count) = backslashes(page);
        let mut step = Step::done(StepName::Unescape, text.len(), written.len()).making(written.as_bytes());
        step.repairs.push(Repair { kind: RepairKind::EscapesUndone, count });
        let mut origin = origin.clone();
        origin.steps.push(step);
        found = in_page(&origin, &written);
    }
    if found.is_empty() {
        found.extend(Form::in_script(page).map(|form| posted(origin.clone(), form, text.len())));
    }
    if found.is_empty() {
        found = shown(origin, page);
    }
    if found.is_empty() {
        let reply = Reply { status: origin.http_status, page: page::visible(page), ..Reply::default() };
        found.push(Capture { reply: Some(reply), ..origin.is_foreign(text, Foreign::Html) });
    }
    Some(found)
}

/// The message in a URL that the page goes on to: by `<meta http-equiv=refresh>`, a link or a script.
fn onward(origin: &Capture, page: &str) -> Vec<Capture> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
    let mut reached = 0;
    for (at, _) in page.match_indices("SAMLRe") {
        // What was looked at is not looked at again.
        let Some(before) = page.get(reached..at) else { continue };
        let start = at - before.rsplit(ends).next().map_or(0, str::len);
        let word = page.get(start..).and_then(|rest| rest.split(ends).next()).unwrap_or_default();
        reached = start + word.len();
        let Some(url) = word.find("http").and_then(|http| word.get(http..)) else { continue };
        let mut url = resolve(url).0;
        if url.contains('\\') {
            url = backslashes(&url).0;
        }
        if let Some(parameters) = Parameters::find(&url) {
            return vec![message(origin.clone(), parameters)];
        }
    }
    Vec::new()
}

/// The messages that a page shows: a service's own help for finding faults, an editor of messages.
fn shown(origin: &Capture, page: &str) -> Vec<Capture> {
    let found = |text: &str| {
        let mut step = Step::done(StepName::Unwrap, page.len(), text.len()).making(text.as_bytes());
        step.repairs.push(Repair { kind: RepairKind::AroundRemoved, count: page.len().saturating_sub(text.len()) });
        let mut capture = origin.clone();
        capture.steps.push(step);
        let found: Vec<Capture> = pieces::found(&capture, text).into_iter().flatten().filter(is_saml).collect();
        (!found.is_empty()).then_some(found)
    };
    // Its XML as it is, which a browser takes for elements of the page.
    let inner = page.split_once("<body").or_else(|| page.split_once("<BODY")).map_or("", |(_, inner)| inner);
    if let Some(found) = found(inner).or_else(|| found(&page::cells(page))) {
        return found;
    }
    // In an attribute.
    let values = page.split(encoded::is_delimiter).filter_map(encoded::value_in).take(limits::CAPTURES);
    let of_value = |(_, value): (usize, &str)| {
        let mut capture = origin.clone();
        capture.steps.push(Step::done(StepName::Piece, page.len(), value.len()).making(value.as_bytes()));
        recognise(&capture, value)
    };
    values.flat_map(of_value).filter(is_saml).collect()
}

/// Whether it is a message and not a picture, which pages have in base64 as well.
fn is_saml(capture: &Capture) -> bool {
    capture.xml.as_deref().is_some_and(|xml| memchr::memmem::find(xml.as_bytes(), b"urn:oasis:names:tc:SAML").is_some())
}

fn posted(mut capture: Capture, form: Form, bytes_in: usize) -> Capture {
    let Some((name, raw)) = form.message().cloned() else { return capture };
    capture.relay_state = form.get("RelayState").map(str::to_owned);
    capture.url = Some(form.action.clone()).filter(|action| action.contains("://"));
    capture.binding = (form.method == "POST").then_some(Binding::Post);
    capture.parameter = Some(name.clone());
    capture.wctx = form.get("wctx").map(str::to_owned);
    capture.form = Some(form);
    if raw.trim().is_empty() {
        return capture.fail(StepName::Parameters, bytes_in, StepErrorKind::EmptyParameter, 0);
    }
    capture.steps.push(Step::done(StepName::Parameters, bytes_in, raw.len()).making(raw.as_bytes()));
    carried(capture, &name, &raw, false)
}

/// Whether a text begins as a web page does, whatever comments and declarations stand before.
pub(super) fn looks_like_html(text: &str) -> bool {
    let mut text = text.trim_start();
    loop {
        let behind = match text {
            comment if comment.starts_with("<!--") => comment.split_once("-->"),
            declaration if declaration.starts_with("<?xml") => declaration.split_once("?>"),
            _ => break,
        };
        let Some((_, behind)) = behind else { return false };
        text = behind.trim_start();
    }
    let head: String = text.chars().take(16).collect::<String>().to_ascii_lowercase();
    let begins = |name: &str| {
        let behind = head.strip_prefix(name);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([' ', '\t', '\r', '\n', '>', '/']))
    };
    head.starts_with("<!doctype html") || BEGINNINGS.iter().any(|name| begins(name))
}

/// What a page begins with, or a part of one that was copied.
const BEGINNINGS: [&str; 17] = [
    "<html",
    "<head",
    "<body",
    "<form",
    "<noscript",
    "<title",
    "<meta",
    "<script",
    "<table",
    "<tr",
    "<td",
    "<div",
    "<pre",
    "<code",
    "<textarea",
    "<span",
    "<p",
];

/// A form that carries a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// `action`: where it goes.
    pub action: String,
    /// `method`, upper case; left out it is `GET` (HTML §4.10.18.6).
    pub method: String,
    /// Its fields, in order.
    pub(super) fields: Vec<(String, String)>,
}

impl Form {
    /// The forms of a page that have a field named as a message is, in whatever letter case.
    pub(super) fn all(page: &str) -> impl Iterator<Item = Self> {
        after_each(page, &["<form"]).map(Self::read).filter(|form| form.message().is_some())
    }

    /// The form that a script puts together of what stands in it: the field's name, and then its value, both in quotes.
    pub(super) fn in_script(page: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut places = page.match_indices(name).filter(|(at, _)| {
                page.get(..*at).is_some_and(|before| before.ends_with(['"', '\'']))
                    && page.get(at + name.len()..).is_some_and(|behind| behind.starts_with(['"', '\'']))
            });
            let (at, _) = places.next()?;
            let mut cursor = Cursor::new(page.get(at + name.len() + 1..)?);
            // The next string is the value; between the two stand names of properties and brackets.
            loop {
                let before = cursor.rest().find(['"', '\'']).filter(|length| *length < BETWEEN)?;
                cursor.at += before;
                let quote = cursor.next()?;
                let value = cursor.escaped(quote);
                if !["value", "type", "hidden", "name"].contains(&value.as_str()) {
                    return Some((name.to_owned(), value));
                }
            }
        };
        let message =
            field("SAMLResponse").or_else(|| field("SAMLRequest")).filter(|(_, value)| value.len() >= LEAST)?;
        let action = page.find("action").and_then(|at| {
            let mut cursor = Cursor::new(page.get(at..)?);
            cursor.until('"');
            Some(cursor.escaped('"')).filter(|url| url.contains("://"))
        });
        let fields = std::iter::once(message).chain(field("RelayState")).collect();
        Some(Self { action: action.unwrap_or_default(), method: "POST".to_owned(), fields })
    }

    /// The field with the message.
    pub(super) fn message(&self) -> Option<&(String, String)> {
        self.fields.iter().find(|(name, _)| is_message(name))
    }

    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Reads what stands between a form's name and the next form.
    fn read(text: &str) -> Self {
        let end = text.to_ascii_lowercase().find("</form").unwrap_or(text.len());
        let own = attributes(text);
        let value = |attributes: &[(String, String)], name: &str| {
            attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
        };
        let fields = after_each(text.get(..end).unwrap_or_default(), &["<input", "<textarea"]).filter_map(|tag| {
            let input = attributes(tag);
            let content = || {
                // Of a text area what stands in it counts, but for a line's end that it begins with (HTML §4.10.11).
                let (_, content) = tag.split_once('>')?;
                let (content, _) = content.split_once("</")?;
                let content = content.strip_prefix("\r\n").or_else(|| content.strip_prefix('\n')).unwrap_or(content);
                Some(resolve(content).0).filter(|content| !content.trim().is_empty())
            };
            Some((value(&input, "name")?, value(&input, "value").or_else(content).unwrap_or_default()))
        });
        Self {
            action: value(&own, "action").unwrap_or_default(),
            method: value(&own, "method").map_or("GET".to_owned(), |method| method.trim().to_ascii_uppercase()),
            fields: fields.collect(),
        }
    }
}

/// Bytes that a script writes between a field's name and its value.
const BETWEEN: usize = 80;
/// The least characters of a value that a script writes.
const LEAST: usize = 32;

/// What stands after each tag of these names and before the next one, so that nothing is read twice.
fn after_each<'a>(text: &'a str, tags: &[&str]) -> impl Iterator<Item = &'a str> {
    let lower = text.to_ascii_lowercase();
    let each = tags.iter().flat_map(|tag| lower.match_indices(tag).map(|(at, tag)| (at, at + tag.len())));
    let mut starts: Vec<(usize, usize)> = each.collect();
    starts.sort_unstable();
    let ends: Vec<usize> = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]).collect();
    starts.into_iter().zip(ends).filter_map(move |((_, start), end)| text.get(start..end))
}

/// The attributes of a tag, up to its `>`: names in lower case, values with their references resolved.
pub(super) fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return found;
        }
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/');
        // One that begins with what ends a name is no name, and passed over.
        let end = rest.find(ends).unwrap_or(rest.len()).max(1);
        let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            found.push((name.to_ascii_lowercase(), String::new()));
            rest = after;
            continue;
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (raw, after) = match quote {
            Some(quote) => value.get(1..).and_then(|value| value.split_once(quote)).unwrap_or((value, "")),
            None => {
                let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len());
                value.split_at_checked(end).unwrap_or((value, ""))
            }
        };
        found.push((name.to_ascii_lowercase(), resolve(raw).0));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_a_page_shows_is_read_wherever_it_stands() {
        use ::base64::Engine;
        let xml = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a1"/>"#;
        let value = ::base64::engine::general_purpose::STANDARD.encode(xml);
        let lines = value.replace("c2Ft", "\nc2Ft");
        let page =
            |body: &str| format!("<!DOCTYPE html>\n<html><head><title>x</title></head><body>{body}</body></html>");
        let row = format!(
            "<table><tr><th>SAMLRequest</th>\n<td>{value}</td></tr><tr><td>RelayState</td><td>https://x</td></tr></table>"
        );
        let bodies = [
            format!("<pre>{lines}</pre>"),
            format!("<textarea name=SAMLRequest rows=20>{value}</textarea>"),
            format!("<code>{value}</code>and"),
            format!("<pre>{}</pre>", xml.replace('<', "&lt;").replace('"', "&quot;")),
            format!("<pre>{xml}</pre>"),
            format!("<script>if (1<2) var request = \"{value}\";</script>"),
            format!("<div data-request='{value}'>x</div>"),
            row.clone(),
        ];
        for body in bodies {
            // A part of a page with XML in it is XML with others around it.
            let part = Some(body.clone()).filter(|body| !body.contains("<samlp"));
            for text in [Some(page(&body)), part].into_iter().flatten() {
                let found = take(&Capture::default(), &text);
                let found = found.filter(|found| found.len() == 1).unwrap_or_else(|| panic!("{text}")).remove(0);
                assert_eq!(found.xml.as_deref().map(str::trim), Some(xml), "{text}");
            }
        }
        assert_eq!(take(&Capture::default(), &row).unwrap()[0].relay_state.as_deref(), Some("https://x"));
        let picture = ::base64::engine::general_purpose::STANDARD
            .encode("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M1 2h3v4\"/></svg>");
        let found =
            take(&Capture::default(), &page(&format!("<img src=\"data:image/svg+xml;base64,{picture}\">"))).unwrap();
        assert!(found[0].is_page() && found.len() == 1);
    }

    #[test]
    fn a_form_gives_where_it_goes_and_its_fields() {
        let page = "<html><FORM id=a method='post' action=\"https&#x3a;//app.acme.example/acs\">\
                    <input type=hidden name=RelayState value=r&amp;s><INPUT NAME=\"SAMLResponse\" value='PGEv&#13;Pg=='/>\
                    </form><input name=other value=1>";
        let form = Form::all(page).next().unwrap();
        assert_eq!((form.action.as_str(), form.method.as_str()), ("https://app.acme.example/acs", "POST"));
        assert_eq!(form.message(), Some(&("SAMLResponse".to_owned(), "PGEv\rPg==".to_owned())));
        assert_eq!(form.get("RelayState"), Some("r&s"));
        assert_eq!(form.get("other"), None);
    }

    #[test]
    fn a_page_without_a_message_has_no_such_form() {
        for page in [
            "<html><form action=/login><input name=user></form>",
            "<form <input <input><form <input name='SAMLResp",
            "<form = ===>",
        ] {
            assert_eq!(Form::all(page).next(), None, "{page}");
        }
    }

    #[test]
    fn a_method_left_out_is_get() {
        let page = "<form><input name=samlresponse value=a>";
        assert_eq!(Form::all(page).next().unwrap().method, "GET");
    }

    #[test]
    fn every_form_is_found_and_text_areas_are_fields() {
        let page = "<form><textarea name=SAMLResponse>\nPGE&#x2b;Pg==</textarea><input name=RelayState value=r></form>\
                    <form method=post><input name=SAMLRequest value=x></form>";
        let found: Vec<_> = Form::all(page).map(|form| form.fields).collect();
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let first = vec![field("SAMLResponse", "PGE+Pg=="), field("RelayState", "r")];
        assert_eq!(found, [first, vec![field("SAMLRequest", "x")]]);
    }

    #[test]
    fn a_script_that_makes_a_form_or_goes_on_is_read_where_it_is_literal() {
        let value = "PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46";
        let page = format!(
            "<html><script>f.action = \"https://sp.example/acs\"; i.name = 'SAMLResponse'; i.value = '{value}'; \
             add('RelayState', 'r')</script>"
        );
        let form = Form::in_script(&page).unwrap();
        assert_eq!((form.action.as_str(), form.message().unwrap().1.as_str()), ("https://sp.example/acs", value));
        assert_eq!(form.get("RelayState"), Some("r"));
        let one = |page: &str| take(&Capture::default(), page).unwrap().remove(0);
        let written = "<html><script>document.write(\"<form method=\\\"post\\\" action=\\\"https://sp.example/acs\\\"><input name=\\\"SAMLResponse\\\" value=\\\"PGEvPg==\\\">\")</script>";
        assert_eq!(one(written).xml.as_deref(), Some("<a/>"));
        for page in [
            "<html><meta http-equiv=refresh content=\"0; url=https://idp.example/sso?a=1&amp;SAMLRequest=PGEvPg\">",
            "<html><script>location.href = \"https:\\/\\/idp.example\\/sso?a=1\\u0026SAMLRequest=PGEvPg\"</script>",
        ] {
            let capture = one(page);
            assert_eq!(
                (capture.xml.as_deref(), capture.url.as_deref()),
                (Some("<a/>"), Some("https://idp.example/sso")),
                "{page}"
            );
        }
    }
}
