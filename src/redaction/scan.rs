//! Whether anything of the original is left in a redacted case, in whatever form: it decodes in its own way, so that what the
//! redaction overlooked is not overlooked here for the same reason.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::vocabulary::is_common;
use super::{Leftover, Replacement};
use crate::case_file::CasePart;
use crate::intake::inflated;
use crate::limits::REDACTION_LAYERS;

/// Every original that is found in the parts.
pub(super) fn left<'p>(parts: impl Iterator<Item = &'p CasePart>, replacements: &[Replacement]) -> Vec<Leftover> {
    let own = replacements.iter().filter(|one| one.is_replaced).map(|one| (one.original.to_lowercase(), one));
    let originals: HashMap<String, &Replacement> =
        own.filter(|(word, _)| word.chars().count() > 3 && !is_common(word)).collect();
    let mut found = Vec::new();
    for part in parts {
        let mut seen = BTreeSet::new();
        let text = String::from_utf8_lossy(&part.bytes);
        look(&text, "raw", 0, &mut |word, form| {
            if let Some(original) = originals.get(word)
                && seen.insert(word.to_owned())
            {
                let (original, form) = (original.original.clone(), form.to_owned());
                found.push(Leftover { original, part: part.name.clone(), form });
            }
        });
        if let Some(text) = utf16(&part.bytes) {
            look(&text, "utf-16", 0, &mut |word, form| {
                if let Some(original) = originals.get(word).filter(|_| seen.insert(word.to_owned())) {
                    let (original, form) = (original.original.clone(), form.to_owned());
                    found.push(Leftover { original, part: part.name.clone(), form });
                }
            });
        }
    }
    found
}

fn look(text: &str, form: &str, depth: usize, tell: &mut dyn FnMut(&str, &str)) {
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3) {
        tell(&word.to_lowercase(), form);
    }
    if depth >= REDACTION_LAYERS {
        return;
    }
    // These are looked through as a whole, and so go deeper by two: what stands in all of them at once would take for ever.
    if text.contains('%') {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        if decoded != text {
            look(&decoded, "percent", depth + 2, tell);
        }
    }
    if text.contains("\\u") || text.contains("&#") {
        let decoded = unescaped(text);
        if decoded != text {
            look(&decoded, "escaped", depth + 2, tell);
        }
    }
    let joined: String = text.split_ascii_whitespace().collect();
    let is_one_value =
        joined.len() != text.len() && joined.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b));
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/-_".contains(c)));
    for run in runs.chain(is_one_value.then_some(joined.as_str())).filter(|run| run.len() >= 16) {
        let run = run.trim_end_matches('=');
        let decoded = STANDARD_NO_PAD.decode(run).or_else(|_| URL_SAFE_NO_PAD.decode(run));
        let Ok(octets) = decoded else { continue };
        if let Ok(text) = std::str::from_utf8(&octets) {
            look(text, "base64", depth + 1, tell);
        } else if let Some(text) = utf16(&octets) {
            look(&text, "utf-16", depth + 1, tell);
        }
        if let Ok(inner) = inflated(&octets) {
            look(&String::from_utf8_lossy(&inner), "deflated", depth + 1, tell);
        }
    }
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let order: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    Some(String::from_utf16_lossy(&pairs.iter().map(|pair| order(*pair)).collect::<Vec<_>>()))
}

/// The escapes of JSON and of XML for characters by number.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out += before;
        let (number, length) = if let Some(digits) = escape.strip_prefix("\\u") {
            (digits.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()), 6)
        } else if let Some(reference) = escape.strip_prefix("&#") {
            let end = reference.find(';').unwrap_or(0);
            let digits = reference.get(..end).unwrap_or_default();
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            (number.ok(), end + 3)
        } else {
            (None, 1)
        };
        match number.and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = escape.get(length..).unwrap_or_default();
            }
            None => {
                let (first, after) = escape.split_at_checked(1).unwrap_or((escape, ""));
                out += first;
                rest = after;
            }
        }
    }
    out + rest
}
