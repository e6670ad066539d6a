//! A message in hexadecimal, as databases and debuggers show bytes (RFC 4648 §8).

use super::step::{Step, StepName};
use super::value::open;
use super::{Capture, encoded, take_bytes};

/// The least digits that are taken for a message: no message is smaller.
const LEAST: usize = 128;

/// `3C73616D6C70…`, with `0x` or `\x` before all of it, and with spaces, colons and line ends between.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    let digits =
        ["0x", "0X", "\\x", "x'", "X'"].iter().find_map(|start| trimmed.strip_prefix(start)).unwrap_or(trimmed);
    let digits = digits.trim_end_matches('\'');
    let mut nibbles = Vec::with_capacity(digits.len());
    for c in digits.chars() {
        match c.to_digit(16) {
            Some(digit) => nibbles.push(u8::try_from(digit).ok()?),
            None if c.is_ascii_whitespace() || c == ':' => {}
            None => return None,
        }
    }
    if nibbles.len() < LEAST {
        return None;
    }
    let bytes: Vec<u8> = nibbles.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    let is_value = || std::str::from_utf8(&bytes).is_ok_and(|text| encoded::value_in(text.trim()).is_some());
    if !open(&bytes).is_something() && !is_value() {
        return None;
    }
    let mut capture = origin.clone();
    capture.steps.push(Step::done(StepName::Hex, text.len(), bytes.len()).making(&bytes));
    Some(take_bytes(capture, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a1"/>"#;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn xml(text: &str) -> Option<String> {
        let found = take(&Capture::default(), text)?.remove(0);
        assert_eq!(found.steps[0].name, StepName::Hex);
        found.xml.map(|xml| xml.into_owned())
    }

    #[test]
    fn bytes_are_read_however_their_digits_are_written() {
        let digits = hex(XML.as_bytes());
        let spaced: Vec<&str> = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
        for text in [
            digits.clone(),
            digits.to_lowercase(),
            format!("0x{digits}\n"),
            format!("\\x{digits}"),
            format!("X'{digits}'"),
            spaced.join(" "),
            spaced.join(":"),
            digits.replace("3C", "\n3C"),
        ] {
            assert_eq!(xml(&text).as_deref(), Some(XML), "{text}");
        }
        use ::base64::Engine;
        let value = ::base64::engine::general_purpose::STANDARD.encode(XML);
        assert_eq!(xml(&hex(value.as_bytes())).as_deref(), Some(XML));
    }

    #[test]
    fn what_holds_no_message_is_no_hexadecimal() {
        let short = hex(b"<a/>");
        let none = [short, "9f86d081".repeat(20), hex(&[0xFF; 100]), hex(XML.as_bytes()) + "g", String::new()];
        for text in none {
            assert_eq!(xml(&text), None, "{text}");
        }
    }
}
