//! RelayState within its wrappings, and the further parameters that came with a message.

use super::parameters::{Parameters, form_decode, percent_decode};
use super::step::StepName;
use super::{around, base64, json_text};
use crate::limits;

/// A further parameter of a query, octet for octet.
pub fn raw_parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    Parameters { url: "", query, fragment: None }.get(name).map(|parameter| parameter.raw)
}

/// A further parameter of a query, decoded.
pub fn parameter_of(query: &str, name: &str) -> Option<String> {
    Parameters { url: "", query, fragment: None }.get(name).map(|parameter| form_decode(parameter.raw))
}

/// What a RelayState is within its wrappings: a layer of percent-encoding or of base64 at a time, as far as there is text.
pub fn peel(text: &str) -> Vec<(StepName, String)> {
    let mut layers: Vec<(StepName, String)> = Vec::new();
    for _ in 0..limits::PERCENT_LAYERS {
        let text = layers.last().map_or(text, |(_, text)| text);
        let peeled = percent_decode(text).map(|peeled| (StepName::PercentDecode, peeled));
        let Some(layer) = peeled.or_else(|| Some((StepName::Base64, base64_text(text)?))) else { break };
        layers.push(layer);
    }
    layers
}

/// The RelayState that a text tells beside a message, in whatever a tool or a program prints such things: `RelayState: …`,
/// `"RelayState" => "…"`, a row of a table.
pub(super) fn labelled(text: &str) -> Option<String> {
    const NAME: &str = "RelayState";
    text.match_indices(NAME).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '<')) {
            return None;
        }
        let behind = text.get(at + NAME.len()..)?;
        // As a query or a form has it.
        if let Some(raw) = behind.strip_prefix('=').filter(|raw| !raw.starts_with(['"', '\'', '>', ' '])) {
            let end = raw.find(|c: char| c.is_whitespace() || matches!(c, '&' | '"' | '\'' | '<' | '>'));
            return Some(form_decode(raw.get(..end.unwrap_or(raw.len()))?)).filter(|value| !value.is_empty());
        }
        let cell = behind.trim_start_matches([' ', '`']);
        if let Some(cell) = cell.strip_prefix(['|', '\t']) {
            let value = cell.split(['|', '\n', '\t']).next()?.trim().trim_matches('`');
            return Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        let value = text.get(around::value_after(text, at + NAME.len())?)?;
        let value = bare(value.lines().next()?.trim_end());
        Some(json_text::unescape(value).0).filter(|value| !value.is_empty())
    })
}

/// A value without what languages print around it: `['…']`, `string(5) "…"`, `b'…'`.
fn bare(value: &str) -> &str {
    let typed = value.strip_prefix("string(").and_then(|typed| typed.split_once(") ")).map(|(_, value)| value);
    let inner = typed.unwrap_or(value).trim_start_matches(['[', '(', ' ', 'b', 'u']);
    for quote in ['"', '\''] {
        if let Some(quoted) = inner.strip_prefix(quote) {
            return quoted.split_once(quote).map_or(quoted, |(quoted, _)| quoted);
        }
    }
    value
}

/// The least characters of base64 that are taken for a text and not for a word.
const LEAST_BASE64: usize = 12;

fn base64_text(text: &str) -> Option<String> {
    if text.len() < LEAST_BASE64 {
        return None;
    }
    let (bytes, step) = base64::decode(text);
    let decoded = String::from_utf8(bytes).ok()?;
    // What had to be mended was none.
    (step.error.is_none() && step.repairs.is_empty() && !decoded.chars().any(char::is_control)).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_state_is_found_however_it_is_printed() {
        let url = "https://x.example/?a=b";
        for text in [
            format!("RelayState: {url}"),
            format!("relay is RelayState = '{url}' here"),
            format!("\"RelayState\"=>\"{url}\", \"a\"=>1"),
            format!("['RelayState'] => {url}\n)"),
            format!("{{'a': 1, 'RelayState': ['{url}']}}"),
            format!("[\"RelayState\"]=>\n  string(22) \"{url}\"\n}}"),
            format!("| RelayState | {url} |\n"),
            format!("| `RelayState` | `{url}` |\n"),
            format!("RelayState\t{url}\nx"),
            format!("\"RelayState\": \"{}\"", url.replace('/', "\\/")),
            "x RelayState=https%3A%2F%2Fx.example%2F%3Fa%3Db&b".to_owned(),
        ] {
            assert_eq!(labelled(&text).as_deref(), Some(url), "{text}");
        }
        for text in [
            "RelayState",
            "no RelayState was sent",
            "MyRelayState: x",
            "RelayState:",
            "RelayState=&a",
            "| RelayState | |",
            "<RelayState>",
        ] {
            assert_eq!(labelled(text), None, "{text}");
        }
    }

    #[test]
    fn a_relay_state_is_peeled_layer_by_layer_and_a_word_stays_a_word() {
        let layers = |text: &str| peel(text).into_iter().map(|(step, text)| (step.as_str(), text)).collect::<Vec<_>>();
        let once = ("percent-decode", "https://a.example/?b=c%3D".to_owned());
        assert_eq!(
            layers("https%3A%2F%2Fa.example%2F%3Fb%3Dc%253D"),
            [once, ("percent-decode", "https://a.example/?b=c=".to_owned())]
        );
        assert_eq!(layers("aHR0cHM6Ly9hLmV4YW1wbGUv"), [("base64-decode", "https://a.example/".to_owned())]);
        for plain in ["https://a.example/", "console", "dashboardhome", "ss:mem:1f0c2b", ""] {
            assert_eq!(layers(plain), [], "{plain}");
        }
    }
}
