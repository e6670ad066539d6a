//! A form with a message in it, out of the web page that posts it: SAML 2.0 Bindings §3.5.4.
//!
//! No page is laid out or run: tags are looked for as text, which is enough for pages that do nothing but submit a form.

use super::parameters::{carried, is_message};
use super::step::{Foreign, Step, StepErrorKind, StepName};
use super::{Binding, Capture};

/// A web page: the message that it posts on.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let page = text.trim();
    if !looks_like_html(page) {
        return None;
    }
    let Some(form) = Form::find(page) else { return Some(vec![origin.is_foreign(text, Foreign::Html)]) };
    Some(vec![posted(origin.clone(), form, text.len())])
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

fn looks_like_html(text: &str) -> bool {
    let head: String = text.chars().take(200).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<body", "<form"].iter().any(|start| head.starts_with(start))
}

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
    /// The first form of a page that has a field named as a message is, in whatever letter case.
    pub(super) fn find(page: &str) -> Option<Self> {
        after_each(page, "<form").map(Self::read).find(|form| form.message().is_some())
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
        let fields = after_each(text.get(..end).unwrap_or_default(), "<input").filter_map(|input| {
            let input = attributes(input);
            Some((value(&input, "name")?, value(&input, "value").unwrap_or_default()))
        });
        Self {
            action: value(&own, "action").unwrap_or_default(),
            method: value(&own, "method").map_or("GET".to_owned(), |method| method.trim().to_ascii_uppercase()),
            fields: fields.collect(),
        }
    }
}

/// What stands after each tag of this name and before the next one, so that nothing is read twice.
fn after_each<'a>(text: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let lower = text.to_ascii_lowercase();
    let mut starts: Vec<usize> = lower.match_indices(tag).map(|(at, _)| at).collect();
    starts.push(text.len());
    let length = tag.len();
    let ends: Vec<usize> = starts.iter().skip(1).copied().collect();
    starts.into_iter().zip(ends).filter_map(move |(start, end)| text.get(start + length..end))
}

/// The attributes of a tag, up to its `>`: names in lower case, values with their references resolved.
fn attributes(tag: &str) -> Vec<(String, String)> {
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
        found.push((name.to_ascii_lowercase(), resolve(raw)));
        rest = after;
    }
}

/// Resolves the references that attribute values of forms have.
fn resolve(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').and_then(|(name, behind)| Some((character(name)?, behind)));
        match known {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "plus" => Some('+'),
        "equals" => Some('='),
        "sol" => Some('/'),
        "colon" => Some(':'),
        _ => match name.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(hex.get(1..)?, 16),
            decimal => number(decimal, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_where_it_goes_and_its_fields() {
        let page = "<html><FORM id=a method='post' action=\"https&#x3a;//app.acme.example/acs\">\
                    <input type=hidden name=RelayState value=r&amp;s><INPUT NAME=\"SAMLResponse\" value='PGEv&#13;Pg=='/>\
                    </form><input name=other value=1>";
        let form = Form::find(page).unwrap();
        assert_eq!((form.action.as_str(), form.method.as_str()), ("https://app.acme.example/acs", "POST"));
        assert_eq!(form.message(), Some(&("SAMLResponse".to_owned(), "PGEv\rPg==".to_owned())));
        assert_eq!(form.get("RelayState"), Some("r&s"));
        assert_eq!(form.get("other"), None);
    }

    #[test]
    fn a_page_without_a_message_has_no_such_form() {
        assert_eq!(Form::find("<html><form action=/login><input name=user></form>"), None);
        assert_eq!(Form::find("<form <input <input><form <input name='SAMLResp"), None);
        assert_eq!(Form::find("<form = ===>"), None);
    }

    #[test]
    fn a_method_left_out_is_get() {
        assert_eq!(Form::find("<form><input name=samlresponse value=a>").unwrap().method, "GET");
    }
}
