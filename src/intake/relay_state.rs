//! RelayState within its wrappings, and the further parameters that came with a message.

use super::base64;
use super::parameters::{Parameters, form_decode, percent_decode};
use super::step::StepName;
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
