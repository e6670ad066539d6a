//! A certificate in which every name, number and key is another of the same length, so that its structure, its dates and its
//! algorithms are what they were (RFC 5280 §4.1).

use super::words::{Kind, Words};
use crate::crypto::PublicKey;
use crate::crypto::key::Curve;

/// The octets with what names someone in them replaced in place.
pub(super) fn masked(words: &mut Words, der: &[u8]) -> Vec<u8> {
    let mut out = der.to_vec();
    let mut todo: Vec<(usize, usize, u8)> = vec![(0, der.len(), 0)];
    // What is open is a list and not the stack: certificates are nested as deep as whoever made them liked.
    while let Some((start, end, depth)) = todo.pop() {
        let mut at = start;
        while let Some((tag, content, next)) = element(der, at, end) {
            at = next;
            let Some(octets) = der.get(content.0..content.1) else { break };
            let new = match tag {
                // Constructed: its elements.
                tag if tag & 0x20 != 0 && depth < 24 => {
                    todo.push((content.0, content.1, depth + 1));
                    continue;
                }
                // UTF8String, PrintableString, TeletexString, IA5String, and names in a SubjectAltName.
                0x0C | 0x13 | 0x14 | 0x16 | 0x81 | 0x82 | 0x86 => of_text(words, octets),
                // The serial number and what else is long; versions and exponents are short.
                0x02 if octets.len() > 4 => number(words, octets),
                // A signature, or a key, which is a structure of its own where it is one of RSA.
                0x03 if octets.len() > 16 => {
                    if let Some((0x30, inner, _)) = element(der, content.0 + 1, content.1) {
                        todo.push((inner.0, inner.1, depth + 1));
                        continue;
                    }
                    key_or_value(words, octets)
                }
                // An extension's value holds a structure; a key identifier is octets.
                0x04 => {
                    if let Some((tag, _, next)) = element(der, content.0, content.1)
                        && next == content.1
                        && (tag & 0x20 != 0 || tag == 0x04)
                        && depth < 24
                    {
                        todo.push((content.0, content.1, depth + 1));
                        continue;
                    }
                    if octets.len() > 7 { words.octets(octets) } else { octets.to_vec() }
                }
                0x80 if octets.len() > 7 => words.octets(octets),
                _ => continue,
            };
            if let Some(place) = out.get_mut(content.0..content.1).filter(|place| place.len() == new.len()) {
                place.copy_from_slice(&new);
            }
        }
    }
    out
}

/// The tag, the range of the content, and where the next element begins.
fn element(der: &[u8], at: usize, end: usize) -> Option<(u8, (usize, usize), usize)> {
    let (tag, length) = (*der.get(at)?, usize::from(*der.get(at + 1)?));
    let (start, length) = match length {
        0..=0x7F => (at + 2, length),
        0x81..=0x84 => {
            let count = length - 0x80;
            let octets = der.get(at + 2..at + 2 + count)?;
            (at + 2 + count, octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
        }
        _ => return None,
    };
    let stop = start.checked_add(length)?;
    (at < end && stop <= end).then_some((tag, (start, stop), stop))
}

fn of_text(words: &mut Words, octets: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(octets) {
        Ok(text) => words.put(text, Kind::Host, false).into_bytes(),
        Err(_) => words.octets(octets),
    }
}

/// A number of as many bits; odd, since a modulus is.
pub(super) fn number(words: &mut Words, octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let (lead, rest) = octets.split_at_checked(zeros).unwrap_or((&[], octets));
    let mut new = words.octets(rest);
    if let (Some(first), Some(own)) = (new.first_mut(), rest.first()) {
        // As many bits.
        let top = 7 - own.leading_zeros().min(7);
        *first = (*first | 1 << top) & (((1_u16 << (top + 1)) - 1) as u8);
    }
    if let Some(last) = new.last_mut() {
        *last |= 1;
    }
    [lead, &new].concat()
}

/// The octets of a BIT STRING, the first of which counts unused bits; of a point on a curve the next says its form.
fn key_or_value(words: &mut Words, octets: &[u8]) -> Vec<u8> {
    let curve = [(65, Curve::P256), (97, Curve::P384), (133, Curve::P521)]
        .into_iter()
        .find(|(length, _)| *length + 1 == octets.len());
    if let (Some((length, curve)), Some(4)) = (curve, octets.get(1)) {
        // Of two numbers one is a point's first coordinate.
        let seed = words.octets(octets);
        for number in 0..=u8::MAX {
            let mut point = vec![2];
            point.extend(seed.iter().skip(2).take((length - 1) / 2));
            if let Some(last) = point.last_mut() {
                *last = number;
            }
            if curve == Curve::P521
                && let Some(first) = point.get_mut(1)
            {
                *first &= 1;
            }
            if let Ok(PublicKey::Ec(key)) = PublicKey::from_point(curve, &point) {
                return [&[0], key.point()].concat();
            }
        }
    }
    let kept = if octets.get(1) == Some(&4) && octets.len().is_multiple_of(2) { 2 } else { 1 };
    let (lead, rest) = octets.split_at_checked(kept).unwrap_or((octets, &[]));
    [lead, &words.octets(rest)].concat()
}
