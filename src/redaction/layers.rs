//! What was captured, taken apart layer by layer down to the values in it, and put together again the same way.

use std::borrow::Cow;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use percent_encoding::percent_decode_str;

use super::words::Kind;
use super::work::Work;
use crate::intake::{documents_in, inflated};
use crate::limits::REDACTION_LAYERS;
use crate::xml::{Doctype, read};

/// Fewest characters of what may be a message in base64.
const SHORTEST: usize = 24;

/// Bytes as they came, redacted. What is no text stays out: it cannot be looked into.
pub(super) fn bytes(work: &mut Work, bytes: &[u8]) -> Vec<u8> {
    if let Some(text) = utf16(bytes) {
        return text_of(work, &text, 0).into_bytes();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text_of(work, text, 0).into_bytes(),
        Err(_) => match work.certificate(bytes) {
            Some(masked) => masked,
            None => text_of(work, &String::from_utf8_lossy(bytes), 0).into_bytes(),
        },
    }
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let order: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().skip(1).map(|pair| order(*pair)).collect();
    String::from_utf16(&units).ok()
}

/// A text of any form. `depth`: how many layers it stands in.
pub(super) fn text_of(work: &mut Work, text: &str, depth: usize) -> String {
    if depth > REDACTION_LAYERS {
        return work.words.put(text, Kind::Secret, true);
    }
    let trimmed = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    if is_xml(trimmed) {
        let lead = text.get(..text.len() - trimmed.len()).unwrap_or_default();
        return format!("{lead}{}", super::document::redacted(work, trimmed, depth));
    }
    if trimmed.starts_with("-----BEGIN ") || trimmed.contains("\n-----BEGIN CERTIFICATE") {
        return pem(work, text);
    }
    if trimmed.starts_with(['{', '[']) && trimmed.trim_end().ends_with(['}', ']']) {
        return json(work, text, depth);
    }
    if let Some(whole) = wrapped(work, text, depth) {
        return whole;
    }
    around_documents(work, text, depth)
}

/// Text in which documents may stand as they are, in a log or between words.
fn around_documents(work: &mut Work, text: &str, depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut reached = 0;
    for place in documents_in(text) {
        let (Some(before), Some(document)) = (text.get(reached..place.start), text.get(place.clone())) else {
            continue;
        };
        if !is_xml(document) || read(document, Doctype::Show).error.is_some() {
            continue;
        }
        out += &plain(work, before, depth);
        out += &super::document::redacted(work, document, depth);
        reached = place.end;
    }
    out + &plain(work, text.get(reached..).unwrap_or_default(), depth)
}

/// Whether a text is XML, be it cut off or broken; pages are read as the text that they are.
fn is_xml(text: &str) -> bool {
    let is_page = || {
        ["<!doctype html", "<html"]
            .iter()
            .any(|tag| text.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag)))
    };
    text.starts_with('<') && !is_page() && read(text, Doctype::Show).document.root_element().is_some()
}

/// Base64 that is broken into lines.
fn wrapped(work: &mut Work, text: &str, depth: usize) -> Option<String> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+/=-_".contains(c);
    if !text.trim().contains(['\n', ' ']) || !text.chars().all(|c| is_letter(c) || c.is_ascii_whitespace()) {
        return None;
    }
    let joined: String = text.split_ascii_whitespace().collect();
    let new = encoded(work, &joined, depth)?;
    let width = text.lines().next().map_or(76, str::len).max(16);
    let letters: Vec<char> = new.chars().collect();
    let lines: Vec<String> = letters.chunks(width).map(|line| line.iter().collect()).collect();
    Some(lines.join("\n") + if text.ends_with('\n') { "\n" } else { "" })
}

/// Text with encoded values among it.
fn plain(work: &mut Work, text: &str, depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut free = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inside = is_of_value(first);
        let end = rest.find(|c: char| is_of_value(c) != inside).unwrap_or(rest.len());
        let (part, mut after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let new = if inside && free.ends_with("Signature=") {
            super::signatures::masked_query_value(work, part)
        } else if inside && part.len() >= 3 {
            // The padding belongs to it.
            let padding = after.len() - after.trim_start_matches('=').len();
            let padded = rest.get(..end + padding).unwrap_or(part);
            match value(work, padded, depth) {
                Some(new) => {
                    after = after.get(padding..).unwrap_or_default();
                    Some(new)
                }
                None => value(work, part, depth),
            }
        } else {
            None
        };
        match new {
            Some(new) => {
                out += &super::free::redacted(work, &std::mem::take(&mut free));
                out += &new;
            }
            None => free += part,
        }
        rest = after;
    }
    out + &super::free::redacted(work, &free)
}

fn is_of_value(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/%_-".contains(c)
}

/// A value that is encoded; `None` where it is not.
fn value(work: &mut Work, text: &str, depth: usize) -> Option<String> {
    if depth > REDACTION_LAYERS {
        return None;
    }
    if text.contains('%') {
        let decoded = percent_decode_str(text).decode_utf8().ok()?;
        if decoded == text {
            return None;
        }
        let new = value(work, &decoded, depth + 1).unwrap_or_else(|| text_of(work, &decoded, depth + 1));
        let is_lower = text
            .as_bytes()
            .windows(3)
            .any(|three| matches!(three, [b'%', a, b] if a.is_ascii_lowercase() || b.is_ascii_lowercase()));
        return Some(if new == *decoded { text.to_owned() } else { percent(&new, is_lower) });
    }
    encoded(work, text, depth)
}

/// A message in base64, or what is deflated in it; `None` where it is neither.
pub(super) fn encoded(work: &mut Work, text: &str, depth: usize) -> Option<String> {
    if text.len() < SHORTEST || depth > REDACTION_LAYERS {
        return None;
    }
    let is_url_safe = text.contains(['-', '_']);
    let unpadded = text.trim_end_matches('=');
    let decoded = match is_url_safe {
        true => URL_SAFE_NO_PAD.decode(unpadded),
        false => base64::engine::general_purpose::STANDARD_NO_PAD.decode(unpadded),
    };
    let octets = match decoded {
        Ok(octets) => octets,
        Err(_) => return cut_off(work, unpadded, depth),
    };
    let again = |octets: &[u8]| match (is_url_safe, unpadded.len() == text.len() && !text.len().is_multiple_of(4)) {
        (true, true) => URL_SAFE_NO_PAD.encode(octets),
        (true, false) => URL_SAFE.encode(octets),
        (false, true) => STANDARD.encode(octets).trim_end_matches('=').to_owned(),
        (false, false) => STANDARD.encode(octets),
    };
    if let Some(masked) = work.certificate(&octets) {
        return Some(again(&masked));
    }
    if let Some(inner) = utf16(&octets) {
        return Some(again(text_of(work, &inner, depth + 1).as_bytes()));
    }
    if let Some(inner) = std::str::from_utf8(&octets).ok().filter(|inner| is_message(inner)) {
        return Some(again(text_of(work, inner, depth + 1).as_bytes()));
    }
    // The artifact's SourceID names who sent it (SAML 2.0 Bindings §3.6.4), and its handle the message.
    if let [0, 4, _, _, ..] = octets.as_slice()
        && octets.len() == 44
    {
        let head = octets.get(..4).unwrap_or_default();
        return Some(again(&[head, &work.words.octets(octets.get(4..).unwrap_or_default())].concat()));
    }
    // With the header of zlib where it had one (RFC 1950 §2.2).
    let header = matches!(octets.as_slice(), [0x78, flags, ..] if (0x7800 + usize::from(*flags)) % 31 == 0);
    let raw = if header { unzlib(&octets)? } else { inflated(&octets).ok()? };
    let inner = String::from_utf8(raw).ok().filter(|inner| is_message(inner))?;
    let new = text_of(work, &inner, depth + 1);
    Some(again(&if header { zlib(new.as_bytes()) } else { deflated(new.as_bytes()) }))
}

/// A message in base64 that was cut off within a group of four.
fn cut_off(work: &mut Work, text: &str, depth: usize) -> Option<String> {
    let (whole, rest) = text.split_at_checked(text.len() / 4 * 4)?;
    let octets = STANDARD.decode(whole).ok()?;
    let inner = std::str::from_utf8(&octets).ok().filter(|inner| inner.trim_start().starts_with('<'))?;
    let new = text_of(work, inner, depth + 1);
    // Whole groups of three, so that what follows is read as it was.
    let padding = " ".repeat((3 - new.len() % 3) % 3);
    Some(STANDARD.encode(new + &padding) + rest)
}

/// Whether decoding gave something that a message may be, and no chance octets.
fn is_message(text: &str) -> bool {
    let trimmed = text.trim_start_matches(['\u{FEFF}', ' ', '\r', '\n', '\t']);
    let is_text = text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\r' | '\n'));
    is_text && (trimmed.starts_with(['<', '{', '%']) || text.len() > SHORTEST && text.is_ascii())
}

pub(super) fn deflated(octets: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(octets).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn zlib(octets: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(octets).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn unzlib(octets: &[u8]) -> Option<Vec<u8>> {
    // The check value is four octets at the end.
    let end = octets.len().checked_sub(4)?;
    inflated(octets.get(2..end)?).ok()
}

fn percent(text: &str, is_lower: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte if is_lower => out += &format!("%{byte:02x}"),
            byte => out += &format!("%{byte:02X}"),
        }
    }
    out
}

/// JSON, also where a part of it is missing: its strings, each by what it stands under.
fn json(work: &mut Work, text: &str, depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut name, mut key) = (String::new(), String::new());
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let (before, string) = rest.split_at_checked(start).unwrap_or((rest, ""));
        out += before;
        let end = end_of_string(string);
        let (literal, after) = string.split_at_checked(end).unwrap_or((string, ""));
        let is_key = after.trim_start().starts_with(':');
        match serde_json::from_str::<String>(literal) {
            Ok(value) if is_key => {
                key = value;
                out += literal;
            }
            Ok(value) => {
                if key == "name" {
                    name.clone_from(&value);
                }
                let is_secret =
                    super::free::is_secret_name(&key) || key == "value" && super::free::is_secret_name(&name);
                let new = match is_secret {
                    true => work.words.put(&value, Kind::Secret, false),
                    false => text_of(work, &value, depth + 1),
                };
                if new == value { out += literal } else { out += &serde_json::to_string(&new).unwrap_or_default() }
            }
            Err(_) => out += &plain(work, literal, depth + 1),
        }
        rest = after;
    }
    out + rest
}

/// Where a JSON string that begins with its quotation mark ends.
fn end_of_string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Blocks of PEM, and the text around them.
fn pem(work: &mut Work, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, block)) = rest.split_once("-----BEGIN ") {
        out += &super::free::redacted(work, before);
        let Some((label, body)) = block.split_once("-----") else { break };
        let Some((content, after)) = body.split_once("-----END ") else { break };
        let (foot, after) = after.split_once("-----").unwrap_or((after, ""));
        let octets = STANDARD.decode(content.split_ascii_whitespace().collect::<String>());
        let masked = octets.ok().and_then(|octets| work.certificate(&octets));
        let content = masked.map_or(Cow::Borrowed(content), |masked| {
            let letters: Vec<char> = STANDARD.encode(masked).chars().collect();
            let lines: Vec<String> = letters.chunks(64).map(|line| line.iter().collect()).collect();
            Cow::Owned(format!("\n{}\n", lines.join("\n")))
        });
        out += &format!("-----BEGIN {label}-----{content}-----END {foot}-----");
        rest = after;
    }
    out + &super::free::redacted(work, rest)
}
