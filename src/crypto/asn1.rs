//! Owns the values of ASN.1 in DER: a reader over them, and writing them. `ber` makes DER of what is not.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const CONSTRUCTED: u8 = 0x20;

/// A context-specific constructed tag, `[number]`.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
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
    /// Values nest deeper than [`MAX_ASN1_DEPTH`](super::limits::MAX_ASN1_DEPTH).
    TooDeep,
    /// The value has the right type but not a content that this type allows.
    BadValue,
}

/// The head of a value: its tag and its length.
pub(crate) struct Header {
    pub(crate) tag_len: usize,
    pub(crate) size: usize,
    pub(crate) length: Option<usize>,
    pub(crate) minimal: bool,
}

impl Header {
    /// X.690 §8.1.2 and §8.1.3. `length` is none for the indefinite form.
    pub(crate) fn read(input: &[u8]) -> Option<Self> {
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
                let value = bytes
                    .iter()
                    .try_fold(0_usize, |value, byte| value.checked_mul(256)?.checked_add(usize::from(*byte)))?;
                let minimal = value >= 0x80 && bytes.first() != Some(&0);
                (tag_len + 1 + count, Some(value), minimal)
            }
        };
        Some(Self { tag_len, size, length, minimal })
    }
}

/// Writes one value with a definite length of the shortest form (X.690 §10.1).
pub(crate) fn write(tag: &[u8], content: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(tag);
    let bytes = content.len().to_be_bytes();
    let short: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
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

/// Reads values one after the other from what [`to_der`](super::ber::to_der) made.
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
        Ok(Element { tag, content: whole.get(header.size..).unwrap_or_default(), whole })
    }

    /// The next value, which must have this tag.
    pub(crate) fn required(&mut self, tag: u8) -> Result<Element<'a>, Asn1Error> {
        let element = self.next()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(Asn1Error::UnexpectedTag { expected: tag, found: element.tag })
        }
    }

    /// The next value if it has this tag; else nothing is read.
    pub(crate) fn optional(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.rest.first() == Some(&tag) { self.next().ok() } else { None }
    }

    /// The next value, an INTEGER that is not negative, as big-endian bytes without leading zeros.
    pub(crate) fn unsigned(&mut self) -> Result<&'a [u8], Asn1Error> {
        let element = self.required(INTEGER)?;
        match element.content.first() {
            None => Err(Asn1Error::BadValue),
            Some(first) if first & 0x80 != 0 => Err(Asn1Error::BadValue),
            Some(_) => Ok(strip_zeros(element.content)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_short_as_they_go() {
        for (len, head) in [
            (0, &[4, 0][..]),
            (127, &[4, 127]),
            (128, &[4, 0x81, 128]),
            (255, &[4, 0x81, 255]),
            (256, &[4, 0x82, 1, 0]),
        ] {
            let written = der(OCTET_STRING, &vec![0; len]);
            assert_eq!((&written[..head.len()], written.len()), (head, head.len() + len));
        }
    }

    #[test]
    fn a_negative_number_is_no_unsigned_one() {
        let unsigned = |content: &[u8]| Reader::new(&der(INTEGER, content)).unsigned().map(<[u8]>::to_vec);
        assert_eq!(unsigned(&[0x80]), Err(Asn1Error::BadValue));
        assert_eq!(unsigned(&[]), Err(Asn1Error::BadValue));
        assert_eq!(unsigned(&[0, 0x80]), Ok(vec![0x80]));
        assert_eq!(unsigned(&[0]), Ok(vec![]));
    }

    #[test]
    fn heads_are_read_to_their_end() {
        let read = |bytes: &[u8]| Header::read(bytes).map(|head| (head.tag_len, head.size, head.length, head.minimal));
        for (bytes, head) in [
            (&[0x30, 5][..], Some((1, 2, Some(5), true))),
            (&[0x30, 0x80], Some((1, 2, None, true))),
            (&[0x30, 0x81, 0x80], Some((1, 3, Some(128), true))),
            (&[0x30, 0x81, 0x7f], Some((1, 3, Some(127), false))),
            (&[0x30, 0x82, 0, 0x80], Some((1, 4, Some(128), false))),
            (&[0x30, 0x82, 1, 0], Some((1, 4, Some(256), true))),
            // A tag of more than five bits goes on while the highest bit says so (X.690 §8.1.2.4).
            (&[0x1f, 0x1f, 0], Some((2, 3, Some(0), true))),
            (&[0xbf, 0x81, 0x82, 0x03, 1], Some((4, 5, Some(1), true))),
            (&[0xbf, 0x81], None),
            (&[0x3e, 0x81, 0x80], Some((1, 3, Some(128), true))),
            (&[0x30], None),
            (&[0x30, 0x82, 1], None),
            (&[], None),
        ] {
            assert_eq!(read(bytes), head, "{bytes:02x?}");
        }
    }
}
