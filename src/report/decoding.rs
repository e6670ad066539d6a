//! How one input was decoded, closer than the report tells it: what each step was given and made, and the parameters
//! that came with the message.

use serde::Serialize;

use crate::checks::nearmiss::is_invisible;
use crate::intake::{parameter_of, peel, raw_parameter, take};
use crate::limits;

/// How one input was decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Decoding {
    /// The first bytes of the input, then of what each step made.
    pub heads: Vec<Head>,
    /// The name of the parameter or form field that the message stood in, as written.
    pub parameter: Option<String>,
    /// `SAMLEncoding`, where it was given.
    pub encoding: Option<String>,
    /// `wctx` of WS-Federation, where it was given.
    pub wctx: Option<String>,
    /// `RelayState` as a service reads it.
    pub relay_state: Option<String>,
    /// `RelayState` as it was sent, where its encoding makes that another text.
    pub relay_state_sent: Option<String>,
    /// What is within the RelayState, the outermost layer first.
    pub layers: Vec<Layer>,
}

/// The first bytes of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The bytes: as text, or where they are none in hexadecimal.
    pub text: String,
    /// Whether they are in hexadecimal.
    pub is_hex: bool,
}

/// A wrapping that was taken off a RelayState.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// What took it off: `percent-decode` or `base64-decode`.
    pub step: &'static str,
    /// What was in it.
    pub text: String,
}

/// Decodes one input and tells how it came to one of its messages, by the number that the report gives as `part`.
pub fn decoding(bytes: &[u8], part: usize) -> Decoding {
    let capture = take(bytes).into_iter().nth(part).unwrap_or_default();
    let bytes = if capture.is_secret { &[] } else { bytes };
    let start = bytes.get(..bytes.len().min(limits::STEP_HEAD_BYTES)).unwrap_or_default();
    let layers = capture.relay_state.as_deref().map(peel).unwrap_or_default();
    let heads = std::iter::once(start).chain(capture.steps.iter().map(|step| step.head.as_slice()));
    let sent = capture.query.as_deref().and_then(|query| raw_parameter(query, "RelayState"));
    Decoding {
        relay_state_sent: sent.filter(|sent| capture.relay_state.as_deref() != Some(*sent)).map(str::to_owned),
        heads: heads.map(head).collect(),
        encoding: capture.query.as_deref().and_then(|query| parameter_of(query, "SAMLEncoding")),
        layers: layers.into_iter().map(|(step, text)| Layer { step: step.as_str(), text }).collect(),
        parameter: capture.parameter,
        wctx: capture.wctx,
        relay_state: capture.relay_state,
    }
}

fn head(bytes: &[u8]) -> Head {
    // The last character may be cut.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            bytes.get(..error.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok())
        }
        Err(_) => None,
    };
    let is_seen = |c: char| !is_invisible(c) && (!c.is_control() || c.is_whitespace());
    match text.filter(|text| text.chars().all(is_seen)) {
        Some(text) => Head { text: text.to_owned(), is_hex: false },
        None => {
            let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Head { text: pairs.join(" "), is_hex: true }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::take_one;

    #[test]
    fn a_redirect_is_told_step_by_step_with_its_parameters() {
        let url = include_str!("../../tests/golden/redirect-url/input.txt");
        let told = decoding(url.as_bytes(), 0);
        let capture = take_one(url.as_bytes());
        assert_eq!(told.heads.len(), capture.steps.len() + 1);
        assert!(told.heads[0].text.starts_with("https://"), "{:?}", told.heads[0]);
        assert!(told.heads.iter().any(|head| head.is_hex), "what is compressed is no text");
        assert!(told.heads.last().unwrap().text.starts_with('<'));
        assert_eq!(told.parameter.as_deref(), Some("SAMLRequest"));
        assert_eq!(told.encoding, None);
        let encoding = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";
        let told = decoding(format!("{}&SAMLEncoding={}", url.trim(), encoding.replace(':', "%3A")).as_bytes(), 0);
        assert_eq!(told.encoding.as_deref(), Some(encoding));
    }

    #[test]
    fn a_relay_state_is_told_with_what_is_within() {
        let told = decoding(b"SAMLResponse=PGEvPg&RelayState=%2Fstart", 0);
        assert_eq!((told.relay_state.as_deref(), told.relay_state_sent.as_deref()), (Some("/start"), Some("%2Fstart")));
        let told = decoding(b"SAMLResponse=PGEvPg&RelayState=aHR0cHM6Ly9hLmV4YW1wbGUv", 0);
        assert_eq!(told.relay_state_sent, None);
        assert_eq!(told.relay_state.as_deref(), Some("aHR0cHM6Ly9hLmV4YW1wbGUv"));
        assert_eq!(told.layers, [Layer { step: "base64-decode", text: "https://a.example/".to_owned() }]);
    }

    #[test]
    fn a_head_is_text_where_all_of_it_can_be_seen() {
        assert_eq!(head("é<a/>\n".as_bytes()), Head { text: "é<a/>\n".to_owned(), is_hex: false });
        assert_eq!(head(&"é".as_bytes()[..1]), Head { text: String::new(), is_hex: false });
        assert_eq!(head(b"\x7d\x92"), Head { text: "7d 92".to_owned(), is_hex: true });
        assert!(head("a\u{202E}b".as_bytes()).is_hex);
    }
}
