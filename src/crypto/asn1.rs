//! Owns reading ASN.1: rewriting BER as DER while noting what was odd, and a reader over the result.
//!
//! Certificates in the field are not always DER (X.690 §10): old tools wrote indefinite lengths, padded
//! integers or bytes after the end. So every value is first rewritten, and what had to be changed is kept as
//! a list; where the list is empty the input was DER already.

use super::limits::MAX_ASN1_DEPTH;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
const BOOLEAN: u8 = 0x01;
const CONSTRUCTED: u8 = 0x20;

/// A context-specific constructed tag, `[number]`.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

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
    /// A boolean other than 00 or FF (X.690 §11.1).
    NonCanonicalBoolean,
    /// This many bytes after the end of the value.
    TrailingBytes(usize),
    /// The value is cut off: this many bytes that it announces are missing.
    Truncated(usize),
    /// Inside the value something at this byte offset is no ASN.1; the rest of its parent is left out.
    Damaged(usize),
}

/// Why bytes cannot be read as ASN.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asn1Error {
    /// The value ends where another one is due.
    Missing,
    /// A value of another type stands where `expected` is due; both are tag bytes (X.690 §8.1.2).
    UnexpectedTag {
        /// The tag byte that was due.
        expected: u8,
        /// The tag byte found.
        found: u8,
    },
    /// The bytes do not begin with a tag and a length.
    NotAsn1,
    /// Values nest deeper than [`MAX_ASN1_DEPTH`].
    TooDeep,
    /// The value has the right type but not a content that this type allows.
    BadValue,
}

struct Header {
    tag_len: usize,
    size: usize,
    length: Option<usize>,
    minimal: bool,
}

impl Header {
    /// X.690 §8.1.2 and §8.1.3. `length` is none for the indefinite form.
    fn read(input: &[u8]) -> Option<Self> {
        let mut tag_len = 1;
        if input.first()? & 0x1f == 0x1f {
            while input.get(tag_len)? & 0x80 != 0 {
                tag_len += 1;
            }
            tag_len += 1;
        }
        let first = *input.get(tag_len)?;
        let (size, length, minimal) = match first {
            0..=0x7f => (tag_len + 1, Some(usize::from(first)), true),
            0x80 => (tag_len + 1, None, true),
            _ => {
                let count = usize::from(first & 0x7f);
                let bytes = input.get(tag_len + 1..tag_len + 1 + count)?;
                let value = bytes.iter().try_fold(0_usize, |value, byte| {
                    value.checked_mul(256)?.checked_add(usize::from(*byte))
                })?;
                let minimal = value >= 0x80 && bytes.first() != Some(&0);
                (tag_len + 1 + count, Some(value), minimal)
            }
        };
        Some(Self {
            tag_len,
            size,
            length,
            minimal,
        })
    }
}

/// Rewrites the first value of `input` as DER. Gives the DER, the number of bytes of `input` that the value
/// took, and the oddities, each kind once.
pub(crate) fn to_der(input: &[u8]) -> Result<(Vec<u8>, usize, Vec<EncodingOddity>), Asn1Error> {
    let mut rewriter = Rewriter {
        oddities: Vec::new(),
    };
    let mut out = Vec::with_capacity(input.len());
    let used = rewriter.element(input, 0, 0, &mut out)?;
    if used < input.len() {
        rewriter.note(EncodingOddity::TrailingBytes(input.len() - used));
    }
    Ok((out, used, rewriter.oddities))
}

struct Rewriter {
    oddities: Vec<EncodingOddity>,
}

impl Rewriter {
    /// Keeps the first of each kind: a value with a thousand padded lengths has one oddity.
    fn note(&mut self, oddity: EncodingOddity) {
        let kind = core::mem::discriminant(&oddity);
        if !self
            .oddities
            .iter()
            .any(|o| core::mem::discriminant(o) == kind)
        {
            self.oddities.push(oddity);
        }
    }

    fn element(
        &mut self,
        input: &[u8],
        offset: usize,
        depth: usize,
        out: &mut Vec<u8>,
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
        if first & CONSTRUCTED == 0 {
            self.primitive(first, body);
            write(tag, body, out);
            return Ok(header.size + body.len());
        }

        let mut content = Vec::with_capacity(body.len());
        let mut pieces = Vec::new();
        let mut at = 0;
        let mut closed = header.length.is_some();
        while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
            if header.length.is_none() && rest.starts_with(&[0, 0]) {
                at += 2;
                closed = true;
                break;
            }
            let start = content.len();
            match self.element(rest, offset + header.size + at, depth + 1, &mut content) {
                Ok(used) => at += used,
                Err(Asn1Error::TooDeep) => return Err(Asn1Error::TooDeep),
                Err(_) => {
                    self.note(EncodingOddity::Damaged(offset + header.size + at));
                    at = body.len();
                    closed = true;
                }
            }
            pieces.push(start);
        }
        if !closed {
            self.note(EncodingOddity::Truncated(2));
        }
        if is_string(first) {
            self.note(EncodingOddity::ConstructedString);
            write(
                &[first & !CONSTRUCTED],
                &join(first, &content, &pieces),
                out,
            );
        } else {
            write(tag, &content, out);
        }
        Ok(header.size
            + if header.length.is_some() {
                body.len()
            } else {
                at
            })
    }

    fn primitive(&mut self, tag: u8, body: &[u8]) {
        match (tag, body) {
            (INTEGER, [0, next, ..]) if next & 0x80 == 0 => {
                self.note(EncodingOddity::PaddedInteger)
            }
            (INTEGER, [0xff, next, ..]) if next & 0x80 != 0 => {
                self.note(EncodingOddity::PaddedInteger)
            }
            (BOOLEAN, [value]) if !matches!(value, 0 | 0xff) => {
                self.note(EncodingOddity::NonCanonicalBoolean);
            }
            _ => {}
        }
    }
}

/// Whether a constructed tag is that of a universal string type, which DER wants primitive.
fn is_string(tag: u8) -> bool {
    matches!(
        tag & !CONSTRUCTED,
        BIT_STRING | OCTET_STRING | 0x0c | 0x12..=0x16 | 0x1a..=0x1e
    ) && tag & 0xc0 == 0
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

/// Writes one value with a definite length of the shortest form (X.690 §10.1).
pub(crate) fn write(tag: &[u8], content: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(tag);
    let bytes = content.len().to_be_bytes();
    let short: Vec<u8> = bytes
        .iter()
        .copied()
        .skip_while(|byte| *byte == 0)
        .collect();
    match short.as_slice() {
        [] => out.push(0),
        [length] if *length < 0x80 => out.push(*length),
        long => {
            out.push(0x80 | long.len() as u8);
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
}

/// One value, as [`write`].
pub(crate) fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    write(&[tag], content, &mut out);
    out
}

/// An unsigned integer as DER, from big-endian bytes (X.690 §8.3).
pub(crate) fn der_unsigned(magnitude: &[u8]) -> Vec<u8> {
    let magnitude = strip_zeros(magnitude);
    let mut content = Vec::with_capacity(magnitude.len() + 1);
    if magnitude.first().is_none_or(|first| first & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(magnitude);
    der(INTEGER, &content)
}

/// Without its leading zero bytes.
pub(crate) fn strip_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// One value: its tag byte, its content, and the whole of it with tag and length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    pub(crate) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// A reader over the values inside.
    pub(crate) fn reader(&self) -> Reader<'a> {
        Reader::new(self.content)
    }

    /// The bytes of a BIT STRING without the count of unused bits, which must be zero here.
    pub(crate) fn octets_of_bits(&self) -> Result<&'a [u8], Asn1Error> {
        match self.content.split_first() {
            Some((0, bits)) => Ok(bits),
            _ => Err(Asn1Error::BadValue),
        }
    }
}

/// Reads values one after the other from what [`to_der`] made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(der: &'a [u8]) -> Self {
        Self { rest: der }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next value, of any type.
    pub(crate) fn next(&mut self) -> Result<Element<'a>, Asn1Error> {
        let tag = *self.rest.first().ok_or(Asn1Error::Missing)?;
        let header = Header::read(self.rest).ok_or(Asn1Error::NotAsn1)?;
        let length = header.length.ok_or(Asn1Error::NotAsn1)?;
        let end = header.size.checked_add(length).ok_or(Asn1Error::NotAsn1)?;
        let (whole, rest) = self.rest.split_at_checked(end).ok_or(Asn1Error::NotAsn1)?;
        self.rest = rest;
        Ok(Element {
            tag,
            content: whole.get(header.size..).unwrap_or_default(),
            whole,
        })
    }

    /// The next value, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Element<'a>, Asn1Error> {
        let element = self.next()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(Asn1Error::UnexpectedTag {
                expected: tag,
                found: element.tag,
            })
        }
    }

    /// The next value if it has this tag; else nothing is read.
    pub(crate) fn optional(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.rest.first() == Some(&tag) {
            self.next().ok()
        } else {
            None
        }
    }

    /// The next value, an INTEGER that is not negative, as big-endian bytes without leading zeros.
    pub(crate) fn unsigned(&mut self) -> Result<&'a [u8], Asn1Error> {
        let element = self.expect(INTEGER)?;
        match element.content.first() {
            None => Err(Asn1Error::BadValue),
            Some(first) if first & 0x80 != 0 => Err(Asn1Error::BadValue),
            Some(_) => Ok(strip_zeros(element.content)),
        }
    }
}
