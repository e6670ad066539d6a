//! Owns getting at certificates through what they come wrapped in: PEM, bare base64, DER, PKCS#7 bundles.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::asn1::{self, OID, Reader, SEQUENCE};
use super::certificate::{Certificate, CertificateError};
use super::key::PublicKey;
use super::limits::{MAX_BUNDLE_BYTES, MAX_CERTIFICATES};
use super::secret::Secret;
use super::{ber, oid};

/// What was found in one piece of input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The certificates in their order; one that cannot be read stands as its error.
    pub certificates: Vec<Result<Certificate, CertificateError>>,
    /// The labels of PEM blocks that are no certificates, such as `PRIVATE KEY`, or `unreadable PEM`.
    pub skipped: Vec<String>,
    /// Whether the input is base64 of PEM, so encoded twice: a file was pasted whole where its content is due.
    pub encoded_twice: bool,
}

/// Why nothing could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArmorError {
    /// There are no bytes but white space.
    Empty,
    /// More bytes than [`MAX_BUNDLE_BYTES`].
    TooLarge {
        /// The number of bytes given.
        bytes: usize,
    },
    /// More certificates than [`MAX_CERTIFICATES`].
    TooMany,
    /// Neither PEM nor DER, and no base64 because of this character.
    NotBase64 {
        /// The byte offset of the character in the input.
        offset: usize,
        /// The character.
        found: char,
    },
    /// The characters are those of base64, but their number is not: something is cut off.
    CutBase64,
}

/// One block between `-----BEGIN …-----` and `-----END …-----` (RFC 7468).
#[derive(Clone, Debug)]
pub(crate) struct PemBlock {
    pub(crate) label: String,
    /// The lines `Name: value` before the content (RFC 1421 §4.6).
    pub(crate) headers: Vec<String>,
    /// Wiped when dropped, since it may be a private key.
    pub(crate) content: Result<Secret, ArmorError>,
}

/// Reads all certificates of an input: PEM with any text around it, bare base64 with any line breaks, DER or
/// BER; single certificates, several, or PKCS#7.
pub fn certificates(input: &[u8]) -> Result<Bundle, ArmorError> {
    if input.len() > MAX_BUNDLE_BYTES {
        return Err(ArmorError::TooLarge { bytes: input.len() });
    }
    let mut bundle = Bundle::default();
    let text = core::str::from_utf8(input).ok();
    let blocks = text.map(pem_blocks).unwrap_or_default();
    for block in &blocks {
        match (&block.content, block.label.as_str()) {
            (Ok(der), "CERTIFICATE" | "X509 CERTIFICATE" | "PKCS7" | "CMS" | "PKCS #7 SIGNED DATA") => {
                bundle.add_der(der.expose(), false)?;
            }
            // OpenSSL's own form: the certificate, then its trust settings.
            (Ok(der), "TRUSTED CERTIFICATE") => bundle.add_der(der.expose(), true)?,
            (Ok(_), label) => bundle.skipped.push(label.to_owned()),
            (Err(_), _) => bundle.skipped.push("unreadable PEM".to_owned()),
        }
    }
    if !blocks.is_empty() {
        return Ok(bundle);
    }
    match text.filter(|_| !input.starts_with(&[SEQUENCE]) || looks_like_text(input)) {
        Some(text) => {
            let content = base64(text)?;
            if content.starts_with(b"-----BEGIN ") {
                // PEM is no base64, so this goes one step down and no further.
                let inner = certificates(&content)?;
                return Ok(Bundle { encoded_twice: true, ..inner });
            }
            bundle.add_der(&content, false)?;
        }
        None => bundle.add_der(input, false)?,
    }
    Ok(bundle)
}

/// The public keys as such among the PEM blocks of a text: `PUBLIC KEY` (RFC 7468 §13), `RSA PUBLIC KEY` (PKCS#1).
pub fn public_keys(input: &[u8]) -> Vec<PublicKey> {
    let blocks = core::str::from_utf8(input).map(pem_blocks).unwrap_or_default();
    let key = |block: &PemBlock| {
        let der = block.content.as_ref().ok()?.expose();
        match block.label.as_str() {
            "PUBLIC KEY" => PublicKey::from_spki(der).ok(),
            "RSA PUBLIC KEY" => PublicKey::from_pkcs1(der).ok(),
            _ => None,
        }
    };
    blocks.iter().filter_map(key).collect()
}

/// `0`, which begins DER, is a character of base64 too; DER goes on with a length that is no text.
fn looks_like_text(input: &[u8]) -> bool {
    input.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

impl Bundle {
    /// Adds every value of `der`: files that hold several certificates one after the other are common.
    fn add_der(&mut self, der: &[u8], first_only: bool) -> Result<(), ArmorError> {
        let mut rest = der;
        loop {
            let used = match ber::to_der(rest) {
                Ok((clean, used, _)) => {
                    match pkcs7_certificates(&clean) {
                        Some(list) => list.into_iter().try_for_each(|der| self.add(der))?,
                        None => {
                            let used = if rest.get(used..).is_some_and(|rest| rest.first() == Some(&SEQUENCE)) {
                                used
                            } else {
                                rest.len()
                            };
                            self.add(rest.get(..used).unwrap_or(rest))?;
                        }
                    }
                    used
                }
                Err(_) => {
                    self.add(rest)?;
                    return Ok(());
                }
            };
            rest = rest.get(used..).unwrap_or_default();
            if first_only || rest.first() != Some(&SEQUENCE) {
                return Ok(());
            }
        }
    }

    fn add(&mut self, der: &[u8]) -> Result<(), ArmorError> {
        if self.certificates.len() >= MAX_CERTIFICATES {
            return Err(ArmorError::TooMany);
        }
        self.certificates.push(Certificate::from_der(der));
        Ok(())
    }
}

/// The certificates of a PKCS#7 SignedData (RFC 2315 §9.1, RFC 5652 §5.1); none when it is something else.
fn pkcs7_certificates(der: &[u8]) -> Option<Vec<&[u8]>> {
    let mut info = Reader::new(der).required(SEQUENCE).ok()?.reader();
    let kind = info.optional(OID)?;
    if oid::dotted(kind.content) != "1.2.840.113549.1.7.2" {
        return None;
    }
    let mut signed = info.optional(asn1::context(0))?.reader().optional(SEQUENCE)?.reader();
    while let Ok(field) = signed.next() {
        if field.tag == asn1::context(0) {
            let mut list = field.reader();
            return Some(
                core::iter::from_fn(|| list.next().ok())
                    .filter(|element| element.tag == SEQUENCE)
                    .map(|element| element.whole)
                    .collect(),
            );
        }
    }
    Some(Vec::new())
}

/// Decodes base64 of either alphabet, with or without padding, whatever white space stands in it, and with
/// the line breaks of a JSON string or an environment variable (`\n` in two characters).
pub fn base64(text: &str) -> Result<Vec<u8>, ArmorError> {
    // As nearly all of it is written, which for the certificates of a federation is worth asking first.
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    text.split_ascii_whitespace().for_each(|run| plain.push_str(run));
    if let plain = plain.trim_end_matches('=')
        && !plain.is_empty()
        && let Ok(bytes) = decoded(plain)
    {
        return Ok(bytes);
    }
    drop(plain);
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    let mut characters = text.char_indices().peekable();
    let mut padded = false;
    while let Some((offset, found)) = characters.next() {
        match found {
            '+' | '-' => clean.push('+'),
            '/' | '_' => clean.push('/'),
            'A'..='Z' | 'a'..='z' | '0'..='9' if !padded => clean.push(found),
            '=' => padded = true,
            '\\' if matches!(characters.peek(), Some((_, 'n' | 'r' | 't'))) => {
                characters.next();
            }
            // Zero-width space and joiners, and the byte order mark, come along with copied text.
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            c if c.is_whitespace() => {}
            found => return Err(ArmorError::NotBase64 { offset, found }),
        }
    }
    if clean.is_empty() {
        return Err(ArmorError::Empty);
    }
    decoded(&clean).map_err(|_| ArmorError::CutBase64)
}

/// What was decoded before an error is wiped, since it may be of a private key.
fn decoded(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(base64::decoded_len_estimate(text.len())));
    ENGINE.decode_vec(text, &mut bytes)?;
    Ok(std::mem::take(&mut *bytes))
}

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// All PEM blocks of a text. A block without its end line goes to the next begin line or to the end.
pub(crate) fn pem_blocks(text: &str) -> Vec<PemBlock> {
    let mut blocks = Vec::new();
    for piece in text.split("-----BEGIN ").skip(1) {
        let Some((label, rest)) = piece.split_once("-----") else {
            continue;
        };
        let body = rest.split_once("-----END").map_or(rest, |(body, _)| body);
        // Only a block that begins with a line `Name: value` has headers; they end at the last line with a colon.
        let lines: Vec<&str> = body.split(['\n', '\r']).collect();
        let headers = lines.iter().rposition(|line| line.contains(':')).map_or(0, |last| last + 1);
        let (head, content) = lines.split_at_checked(headers).unwrap_or_default();
        blocks.push(PemBlock {
            label: label.trim().to_owned(),
            headers: head.iter().map(|line| (*line).to_owned()).collect(),
            content: base64(&Zeroizing::new(content.concat())).map(Secret::new),
        });
        if blocks.len() > MAX_CERTIFICATES {
            break;
        }
    }
    blocks
}
