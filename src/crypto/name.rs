//! Owns distinguished names: the DER of a `Name` as the string of RFC 4514.

use super::asn1::{OID, Reader, SEQUENCE, SET};
use super::digest::hex;
use super::oid;

/// A name as the string of RFC 4514: the last relative name first. Whatever cannot be read is shown as
/// hexadecimal (`#…`), so that a damaged name still shows what is there.
pub(crate) fn rfc4514(content: &[u8]) -> String {
    let mut parts = Vec::new();
    let mut names = Reader::new(content);
    while let Ok(relative) = names.next() {
        if relative.tag != SET {
            parts.push(format!("#{}", hex(relative.whole)));
            continue;
        }
        let mut attributes = Vec::new();
        let mut set = relative.reader();
        while let Ok(attribute) = set.next() {
            attributes.push(type_and_value(attribute.whole).unwrap_or_else(|| format!("#{}", hex(attribute.whole))));
        }
        parts.push(attributes.join("+"));
    }
    parts.reverse();
    parts.join(",")
}

/// Whether the content of a name has the structure of one: sets of at least one pair of type and value
/// (RFC 5280 §4.1.2.4).
pub(crate) fn is_regular(content: &[u8]) -> bool {
    let mut names = Reader::new(content);
    while !names.is_empty() {
        let Ok(relative) = names.required(SET) else {
            return false;
        };
        let mut set = relative.reader();
        loop {
            let pair = set.required(SEQUENCE).and_then(|pair| {
                let mut fields = pair.reader();
                fields.required(OID)?;
                fields.next()?;
                Ok(fields.is_empty())
            });
            if pair != Ok(true) {
                return false;
            }
            if set.is_empty() {
                break;
            }
        }
    }
    true
}

/// RFC 4514 §2.3 and §2.4: `type=value`, where the value of a type without a keyword is its DER in hexadecimal.
fn type_and_value(attribute: &[u8]) -> Option<String> {
    let mut fields = Reader::new(attribute).required(SEQUENCE).ok()?.reader();
    let oid = oid::dotted(fields.required(OID).ok()?.content);
    let value = fields.next().ok()?;
    let text = oid::attribute(&oid).and_then(|_| string(value.tag, value.content));
    let keyword = oid::attribute(&oid).unwrap_or(&oid);
    Some(match text {
        Some(text) => format!("{keyword}={}", escape(&text)),
        None => format!("{keyword}=#{}", hex(value.whole)),
    })
}

/// The characters of a string type (X.680 §41), where its bytes fit the type.
fn string(tag: u8, content: &[u8]) -> Option<String> {
    match tag {
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString: some tools put UTF-8 or
        // Latin-1 into any of these.
        0x0c | 0x12 | 0x13 | 0x16 | 0x1a => Some(match core::str::from_utf8(content) {
            Ok(text) => text.to_owned(),
            Err(_) => content.iter().copied().map(char::from).collect(),
        }),
        // TeletexString: T.61 on paper, Latin-1 in practice.
        0x14 => Some(content.iter().copied().map(char::from).collect()),
        // BMPString
        0x1e if content.len().is_multiple_of(2) => {
            let units = content.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>());
            char::decode_utf16(units.map(|pair| u16::from_be_bytes(*pair))).collect::<Result<String, _>>().ok()
        }
        // UniversalString
        0x1c if content.len().is_multiple_of(4) => content
            .chunks_exact(4)
            .filter_map(|four| four.first_chunk::<4>())
            .map(|four| char::from_u32(u32::from_be_bytes(*four)))
            .collect(),
        _ => None,
    }
}

/// RFC 4514 §2.4: which characters are escaped, and how.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (index, c) in text.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '#' if index == 0 => out.push_str("\\#"),
            ' ' if index == 0 || index == last => out.push_str("\\ "),
            c if c.is_ascii_control() => {
                out.push('\\');
                out.push_str(&hex(&[c as u8]));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::asn1::der;

    fn attribute(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        der(SEQUENCE, &[der(OID, oid), der(tag, value)].concat())
    }

    #[test]
    fn the_last_relative_name_comes_first_and_values_are_escaped() {
        let country = der(SET, &attribute(&[0x55, 4, 6], 0x13, b"DE"));
        let unit = [
            attribute(&[0x55, 4, 11], 0x0c, " a+b,\"c\" ".as_bytes()),
            attribute(&[0x55, 4, 3], 0x0c, "#Zürich\n".as_bytes()),
        ]
        .concat();
        let name = [country, der(SET, &unit)].concat();
        assert_eq!(rfc4514(&name), "OU=\\ a\\+b\\,\\\"c\\\"\\ +CN=\\#Zürich\\0a,C=DE");
    }

    #[test]
    fn every_string_type_is_read_and_the_rest_is_hexadecimal() {
        let read = |tag, value: &[u8]| rfc4514(&der(SET, &attribute(&[0x55, 4, 3], tag, value)));
        assert_eq!(read(0x14, b"Z\xfcrich"), "CN=Zürich");
        assert_eq!(read(0x13, b"Z\xfcrich"), "CN=Zürich");
        assert_eq!(read(0x1e, &[0, b'A', 1, 0x07]), "CN=Ać");
        assert_eq!(read(0x1c, &[0, 1, 0xf6, 0]), "CN=😀");
        assert_eq!(read(0x04, b"x"), "CN=#040178");
        assert_eq!(read(0x1e, b"odd"), "CN=#1e036f6464");
        assert_eq!(read(0x1c, b"\0\0\0AB"), "CN=#1c050000004142");
        assert_eq!(read(0x0c, b"a#b c"), "CN=a#b c", "nothing within is escaped");
        let unknown = der(SET, &attribute(&[0x2a, 3], 0x0c, b"x"));
        assert_eq!(rfc4514(&unknown), "1.2.3=#0c0178");
        assert_eq!(rfc4514(&der(0x04, b"x")), "#040178");
    }

    #[test]
    fn a_name_is_sets_of_pairs_and_nothing_else() {
        let pair = attribute(&[0x55, 4, 3], 0x0c, b"a");
        let three = der(SEQUENCE, &[der(OID, &[0x55, 4, 3]), der(0x0c, b"a"), der(0x0c, b"b")].concat());
        let no_type = der(SEQUENCE, &[der(0x0c, b"a"), der(0x0c, b"b")].concat());
        let no_value = der(SEQUENCE, &der(OID, &[0x55, 4, 3]));
        for (content, regular) in [
            (vec![], true),
            (der(SET, &pair), true),
            (der(SET, &pair.repeat(2)), true),
            (der(SET, &pair).repeat(2), true),
            (der(SET, &[]), false),
            (der(SEQUENCE, &pair), false),
            (der(SET, &three), false),
            (der(SET, &no_type), false),
            (der(SET, &no_value), false),
            ([der(SET, &pair), vec![0x31]].concat(), false),
        ] {
            assert_eq!(is_regular(&content), regular, "{content:02x?}");
        }
    }
}
