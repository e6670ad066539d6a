//! Owns making DER of BER, while noting what was odd.
//!
//! Certificates in the field are not always DER (X.690 §10): old tools wrote indefinite lengths, padded
//! integers or bytes after the end. So every value is first rewritten, and what had to be changed is kept as
//! a list; where the list is empty the input was DER already.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::asn1::{
    Asn1Error, BIT_STRING, BOOLEAN, CONSTRUCTED, Header, INTEGER, NULL, OCTET_STRING, OID, Reader, write,
};
use super::limits::{MAX_ASN1_DEPTH, MAX_OBJECT_BYTES};

/// One way in which bytes were not DER, though they could be read (X.690 §8 against §10 and §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EncodingOddity {
    /// A value of indefinite length, ended by two zero bytes (X.690 §8.1.3.6).
    IndefiniteLength,
    /// A length written with more bytes than it needs (X.690 §10.1).
    OverlongLength,
    /// A string in several pieces (X.690 §10.2).
    ConstructedString,
    /// An integer with superfluous leading bytes (X.690 §8.3.2).
    PaddedInteger,
    /// A value whose bytes its type does not allow: an empty integer, an object identifier that does not end, …
    BadValue,
    /// A boolean other than 00 or FF (X.690 §11.1).
    NonCanonicalBoolean,
    /// This many bytes after the end of the value.
    TrailingBytes(usize),
    /// The value is cut off: this many bytes that it announces are missing.
    Truncated(usize),
    /// Inside the value something at this byte offset is no ASN.1; the rest of its parent is left out.
    Damaged(usize),
}

/// A value as DER, the number of bytes that it took, and the oddities, each kind once.
pub(crate) type Der<'a> = (Cow<'a, [u8]>, usize, Vec<EncodingOddity>);

/// Rewrites the first value of `input` as DER. Gives the DER, the number of bytes of `input` that the value
/// took, and the oddities, each kind once.
///
/// Nearly all is DER as it stands, so that it is looked through first, and written anew only where something is odd: of the
/// certificates of a federation's metadata the writing took longer than all else.
pub(crate) fn to_der(input: &[u8]) -> Result<Der<'_>, Asn1Error> {
    let mut rewriter = Rewriter { oddities: Vec::new() };
    let mut used = rewriter.element(input, 0, 0, None)?;
    let mut out = Cow::Borrowed(input.get(..used).unwrap_or(input));
    if !rewriter.oddities.is_empty() {
        rewriter.oddities.clear();
        let mut written = buffer(input);
        used = rewriter.element(input, 0, 0, Some(&mut written))?;
        out = Cow::Owned(written);
    }
    if used < input.len() {
        rewriter.note(EncodingOddity::TrailingBytes(input.len() - used));
    }
    Ok((out, used, rewriter.oddities))
}

/// Room for what `input` becomes, so that a private key is not left behind by a buffer that grows. Larger input
/// is no key, and would have this much room set aside at each level of it.
fn buffer(input: &[u8]) -> Vec<u8> {
    Vec::with_capacity(if input.len() > MAX_OBJECT_BYTES { 0 } else { input.len() + 8 })
}

struct Rewriter {
    oddities: Vec<EncodingOddity>,
}

impl Rewriter {
    /// Keeps the first of each kind: a value with a thousand padded lengths has one oddity.
    fn note(&mut self, oddity: EncodingOddity) {
        let kind = core::mem::discriminant(&oddity);
        if !self.oddities.iter().any(|o| core::mem::discriminant(o) == kind) {
            self.oddities.push(oddity);
        }
    }

    /// Reads the value that `input` begins with, and writes it as DER where there is something to write to. Gives the
    /// number of its bytes.
    fn element(
        &mut self,
        input: &[u8],
        offset: usize,
        depth: usize,
        out: Option<&mut Vec<u8>>,
    ) -> Result<usize, Asn1Error> {
        if depth > MAX_ASN1_DEPTH {
            return Err(Asn1Error::TooDeep);
        }
        let header = Header::read(input).ok_or(Asn1Error::NotAsn1)?;
        let tag = input.get(..header.tag_len).ok_or(Asn1Error::NotAsn1)?;
        let first = tag.first().copied().unwrap_or_default();
        let after = input.get(header.size..).unwrap_or_default();
        if !header.minimal {
            self.note(EncodingOddity::OverlongLength);
        }
        let body = match header.length {
            Some(length) => {
                if length > after.len() {
                    self.note(EncodingOddity::Truncated(length - after.len()));
                }
                after.get(..length).unwrap_or(after)
            }
            // Only a constructed value can have an indefinite length (X.690 §8.1.3.2).
            None if first & CONSTRUCTED == 0 => return Err(Asn1Error::NotAsn1),
            None => {
                self.note(EncodingOddity::IndefiniteLength);
                after
            }
        };
        // Of the universal types without a string form, only these are constructed, and always (X.690 §8.9 to §8.12, §8.17,
        // §8.18, §8.24).
        let structured = matches!(first & 0x1f, 0x08 | 0x0b | 0x10 | 0x11 | 0x1d);
        let universal = first & 0xc0 == 0;
        if universal && !is_string(first) && structured != (first & CONSTRUCTED != 0) {
            self.note(EncodingOddity::BadValue);
        }
        if first & CONSTRUCTED == 0 {
            self.primitive(first, body);
            if let Some(out) = out {
                write(tag, body, out);
            }
            return Ok(header.size + body.len());
        }

        let mut content = out.is_some().then(|| Zeroizing::new(buffer(body)));
        let mut pieces = Vec::new();
        let mut at = 0;
        let mut closed = header.length.is_some();
        while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
            if header.length.is_none() && rest.starts_with(&[0, 0]) {
                at += 2;
                closed = true;
                break;
            }
            // Only the pieces of a string are joined.
            if let Some(content) = content.as_ref().filter(|_| is_string(first)) {
                pieces.push(content.len());
            }
            match self.element(rest, offset + header.size + at, depth + 1, content.as_deref_mut()) {
                Ok(used) => at += used,
                Err(Asn1Error::TooDeep) => return Err(Asn1Error::TooDeep),
                Err(_) => {
                    self.note(EncodingOddity::Damaged(offset + header.size + at));
                    at = body.len();
                    closed = true;
                }
            }
        }
        if !closed {
            self.note(EncodingOddity::Truncated(2));
        }
        if is_string(first) {
            self.note(EncodingOddity::ConstructedString);
        }
        match (out, content) {
            (Some(out), Some(content)) if is_string(first) => {
                write(&[first & !CONSTRUCTED], &Zeroizing::new(join(first, &content, &pieces)), out);
            }
            (Some(out), Some(content)) => write(tag, &content, out),
            _ => {}
        }
        Ok(header.size + if header.length.is_some() { body.len() } else { at })
    }

    fn primitive(&mut self, tag: u8, body: &[u8]) {
        let padded = match body {
            [0, next, ..] => next & 0x80 == 0,
            [0xff, next, ..] => next & 0x80 != 0,
            _ => false,
        };
        let bad = match (tag, body) {
            (INTEGER | OID, []) => true,
            (BOOLEAN, body) => body.len() != 1,
            // The arcs of an object identifier have no leading zeros, and the last one ends (X.690 §8.19.2).
            (OID, [.., last]) => {
                let starts = core::iter::once(&0).chain(body).zip(body);
                let padded = starts.into_iter().any(|(before, byte)| before & 0x80 == 0 && *byte == 0x80);
                padded || last & 0x80 != 0
            }
            (BIT_STRING, [unused, bits @ ..]) => *unused > 7 || (bits.is_empty() && *unused > 0),
            (BIT_STRING, []) | (0x00, _) => true,
            (NULL, body) => !body.is_empty(),
            _ => false,
        };
        if bad {
            self.note(EncodingOddity::BadValue);
        } else if tag == INTEGER && padded {
            self.note(EncodingOddity::PaddedInteger);
        } else if tag == BOOLEAN && !matches!(body, [0 | 0xff]) {
            self.note(EncodingOddity::NonCanonicalBoolean);
        }
    }
}

/// Whether a constructed tag is that of a universal string type, which DER wants primitive; times are strings (X.690 §8.23,
/// §8.25, §8.26). The class is in the bits that are compared.
fn is_string(tag: u8) -> bool {
    matches!(tag & !CONSTRUCTED, BIT_STRING | OCTET_STRING | 0x0c | 0x12..=0x1c | 0x1e)
}

/// The contents of the pieces of a constructed string, one after the other (X.690 §8.6.4, §8.7.3).
fn join(tag: u8, content: &[u8], starts: &[usize]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(content.len());
    let mut unused_bits = 0;
    for start in starts {
        let mut reader = Reader::new(content.get(*start..).unwrap_or_default());
        let Ok(piece) = reader.next() else { continue };
        if tag & !CONSTRUCTED == BIT_STRING {
            let (unused, bits) = piece.content.split_first().unwrap_or((&0, &[]));
            unused_bits = *unused;
            joined.extend_from_slice(bits);
        } else {
            joined.extend_from_slice(piece.content);
        }
    }
    if tag & !CONSTRUCTED == BIT_STRING {
        joined.insert(0, unused_bits);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many SEQUENCEs within one another.
    fn nested(levels: usize) -> Vec<u8> {
        (0..levels).fold(Vec::new(), |inner, _| {
            let mut outer = Vec::new();
            write(&[0x30], &inner, &mut outer);
            outer
        })
    }

    fn hex(text: &str) -> Vec<u8> {
        text.split(' ').filter(|byte| !byte.is_empty()).map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
    }

    #[test]
    fn what_is_der_stays_as_it_is() {
        for der in [
            "02 01 05",
            "02 02 00 80",
            "02 02 ff 7f",
            "02 02 01 7f",
            "02 02 fe 80",
            "01 01 00",
            "01 01 ff",
            "05 00",
            "06 02 2a 03",
            "06 04 2a 86 80 01",
            "03 01 00",
            "03 02 07 80",
            "03 02 01 fe",
            "04 00",
            "0c 01 61",
            "30 00",
            "31 03 02 01 05",
            "28 00",
            "2b 00",
            "3d 00",
            "a2 03 02 01 05",
            "62 03 02 01 05",
            "82 00",
            "a4 03 04 01 61",
            "9f 81 01 01 00",
            "bf 1f 02 05 00",
        ] {
            let der = hex(der);
            assert_eq!(to_der(&der), Ok((Cow::Borrowed(der.as_slice()), der.len(), Vec::new())), "{der:02x?}");
        }
    }

    #[test]
    fn every_oddity_is_told_and_what_can_be_is_written_anew() {
        use EncodingOddity::*;
        for (ber, der, oddities) in [
            // Values that their type does not allow stay as they are.
            ("02 00", "02 00", vec![BadValue]),
            ("06 00", "06 00", vec![BadValue]),
            ("01 00", "01 00", vec![BadValue]),
            ("01 02 ff ff", "01 02 ff ff", vec![BadValue]),
            ("06 02 2a 86", "06 02 2a 86", vec![BadValue]),
            ("06 02 80 01", "06 02 80 01", vec![BadValue]),
            ("06 03 2a 80 01", "06 03 2a 80 01", vec![BadValue]),
            ("03 00", "03 00", vec![BadValue]),
            ("03 01 01", "03 01 01", vec![BadValue]),
            ("03 02 08 80", "03 02 08 80", vec![BadValue]),
            ("00 01 00", "00 01 00", vec![BadValue]),
            ("05 01 00", "05 01 00", vec![BadValue]),
            ("10 00", "10 00", vec![BadValue]),
            ("1d 00", "1d 00", vec![BadValue]),
            ("22 03 02 01 05", "22 03 02 01 05", vec![BadValue]),
            ("02 02 00 7f", "02 02 00 7f", vec![PaddedInteger]),
            ("02 02 ff 80", "02 02 ff 80", vec![PaddedInteger]),
            ("01 01 01", "01 01 01", vec![NonCanonicalBoolean]),
            // Lengths.
            ("02 81 01 05", "02 01 05", vec![OverlongLength]),
            ("30 80 02 01 05 00 00", "30 03 02 01 05", vec![IndefiniteLength]),
            ("30 80 02 01 05", "30 03 02 01 05", vec![IndefiniteLength, Truncated(2)]),
            ("30 80 30 80 00 00 00 00", "30 02 30 00", vec![IndefiniteLength]),
            ("04 05 61", "04 01 61", vec![Truncated(4)]),
            ("30 05 02 01 05", "30 03 02 01 05", vec![Truncated(2)]),
            ("05 00 00", "05 00", vec![TrailingBytes(1)]),
            ("30 80 00 00 01 02", "30 00", vec![IndefiniteLength, TrailingBytes(2)]),
            // Strings in pieces.
            ("24 06 04 01 61 04 01 62", "04 02 61 62", vec![ConstructedString]),
            ("24 80 04 01 61 24 03 04 01 62 00 00", "04 02 61 62", vec![IndefiniteLength, ConstructedString]),
            ("23 08 03 02 00 61 03 02 04 60", "03 03 04 61 60", vec![ConstructedString]),
            ("2c 03 0c 01 61", "0c 01 61", vec![ConstructedString]),
            ("32 03 04 01 31", "12 01 31", vec![ConstructedString]),
            ("37 06 04 01 32 04 01 36", "17 02 32 36", vec![ConstructedString]),
            ("39 03 04 01 61", "19 01 61", vec![ConstructedString]),
            ("3c 03 04 01 61", "1c 01 61", vec![ConstructedString]),
            ("3e 03 04 01 61", "1e 01 61", vec![ConstructedString]),
            // What is no ASN.1 ends what it is in, and nothing else.
            ("30 08 30 04 04 80 00 00 05 00", "30 04 30 00 05 00", vec![Damaged(4)]),
        ] {
            let (ber, der) = (hex(ber), hex(der));
            let (found, used, told) = to_der(&ber).unwrap();
            let trailing =
                told.iter().find_map(|oddity| if let TrailingBytes(count) = oddity { Some(*count) } else { None });
            assert_eq!((found.as_ref(), &told), (der.as_slice(), &oddities), "{ber:02x?}");
            assert_eq!(used, ber.len() - trailing.unwrap_or(0), "{ber:02x?}");
        }
        for none in ["", "02", "04 80 00 00", "1f", "1f 81", "30 81", "02 89 01 00 00 00 00 00 00 00 00"] {
            assert_eq!(to_der(&hex(none)), Err(Asn1Error::NotAsn1), "{none}");
        }
    }

    #[test]
    fn damage_is_told_where_it_stands() {
        let mut content = Vec::new();
        write(&[OCTET_STRING], &[0x61; 300], &mut content);
        let filler = content.len();
        write(&[0x30], &hex("02 01 05 04 80"), &mut content);
        let mut outer = Vec::new();
        write(&[0x30], &content, &mut outer);
        let header = outer.len() - content.len();
        assert_eq!(header, 4);
        let at = header + filler + "30 05".split(' ').count() + 3;
        assert_eq!(to_der(&outer).unwrap().2, [EncodingOddity::Damaged(at)]);
    }

    #[test]
    fn a_key_finds_room_for_all_of_itself() {
        assert!(buffer(&[0; 100]).capacity() >= 108);
        assert!(buffer(&vec![0; MAX_OBJECT_BYTES]).capacity() >= MAX_OBJECT_BYTES);
        assert_eq!(buffer(&vec![0; MAX_OBJECT_BYTES + 1]).capacity(), 0);
    }

    #[test]
    fn depth_is_bounded_to_the_level() {
        assert!(to_der(&nested(MAX_ASN1_DEPTH + 1)).is_ok());
        assert_eq!(to_der(&nested(MAX_ASN1_DEPTH + 2)), Err(Asn1Error::TooDeep));
    }
}
