//! What the report says of an encrypted part of a message.

use std::fmt::Display;

use serde::Serialize;

use super::signature::CertificateReport;
use super::texts::Texts;
use crate::crypto::key_transport::KeyTransport;
use crate::flow::Places;
use crate::xenc::{Container, Failure, NamedKey, Outcome, Part, Reason, Step};
use crate::xml::XmlErrorKind;

/// One encrypted part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecryptionReport {
    /// `EncryptedAssertion`, `EncryptedID`, `EncryptedAttribute`, or the element that it stands in.
    pub target: String,
    /// `decrypted`, `no-key` or `failed`.
    pub status: &'static str,
    /// The step that failed: `find-key`, `unwrap-key`, `decrypt` or `read-plaintext`.
    pub step: Option<&'static str>,
    /// Why, in plain words with the actual values, and what is likely to help.
    pub detail: String,
    /// `Algorithm` of the data's EncryptionMethod.
    pub cipher: Option<String>,
    /// `Algorithm` of the EncryptedKeys' EncryptionMethods.
    pub key_transports: Vec<String>,
    /// The private key that opened it.
    pub key: Option<String>,
    /// Whether a private key that was given belongs to a certificate that the message names; `None` where it names none.
    pub key_belongs: Option<bool>,
    /// The certificates that the message says it was encrypted for.
    pub certificates: Vec<CertificateReport>,
    /// The bytes of the encrypted element in the capture's XML, half open.
    pub span: [usize; 2],
    /// The number of the decryption that this one was found in.
    pub within: Option<usize>,
    /// What came out; spans of values and signatures that name this decryption are offsets into it.
    pub xml: Option<String>,
}

impl DecryptionReport {
    pub(super) fn of(number: usize, part: &Part, places: &Places<'_>, keys: &[NamedKey], texts: &Texts) -> Self {
        let name = |key: usize| keys.get(key).map(|key| key.name.clone());
        let (status, step, detail, key) = match &part.outcome {
            Outcome::Decrypted { attempt, .. } => {
                let key = part.attempts.get(*attempt).and_then(|attempt| name(attempt.key));
                let shown = key.as_deref().unwrap_or_default();
                let told = match part.stated {
                    true => texts.message("decryption.stated").to_owned(),
                    false => texts.say("decryption.opens", &[("name", &shown)]),
                };
                ("decrypted", None, told, key)
            }
            Outcome::NoKey => ("no-key", None, texts.message("decryption.no-key").to_owned(), None),
            Outcome::Failed(failure) => ("failed", Some(step(failure.step)), reason(failure, texts), None),
        };
        let text = places.spliced.and_then(|spliced| spliced.text.get(places.plaintext(number)));
        let named = part.encrypted_keys.iter().flat_map(|key| key.names.readable_certificates());
        let belongs: Vec<bool> = part.attempts.iter().filter_map(|attempt| attempt.belongs).collect();
        Self {
            target: match &part.container {
                Container::EncryptedAssertion => "EncryptedAssertion".to_owned(),
                Container::EncryptedId => "EncryptedID".to_owned(),
                Container::NewEncryptedId => "NewEncryptedID".to_owned(),
                Container::EncryptedAttribute => "EncryptedAttribute".to_owned(),
                Container::Other { local, .. } => local.clone(),
            },
            status,
            step,
            detail,
            cipher: part.cipher.as_ref().map(|cipher| cipher.uri.clone()),
            key_transports: part
                .encrypted_keys
                .iter()
                .filter_map(|key| key.transport.as_ref())
                .map(|transport| transport.method.uri.clone())
                .collect(),
            key,
            key_belongs: (!belongs.is_empty()).then(|| belongs.contains(&true)),
            certificates: named.map(CertificateReport::of).collect(),
            span: [part.span.start, part.span.end],
            within: part.within,
            xml: text.filter(|text| !text.is_empty()).map(str::to_owned),
        }
    }
}

fn step(step: Step) -> &'static str {
    match step {
        Step::FindKey => "find-key",
        Step::UnwrapKey => "unwrap-key",
        Step::Decrypt => "decrypt",
        Step::ReadPlaintext => "read-plaintext",
    }
}

/// Why a part does not open, and what is likely to help.
fn reason(failure: &Failure, texts: &Texts) -> String {
    let (known, digests);
    let (key, first, second): (_, &dyn Display, &dyn Display) = match &failure.reason {
        Reason::NoEncryptedKey => ("decryption.no-encrypted-key", &"", &""),
        Reason::Missing(what) => ("decryption.missing", what, &""),
        Reason::SeveralEncryptedData(count) => ("decryption.several", count, &""),
        Reason::CipherReference { uri } => ("decryption.elsewhere", uri, &""),
        Reason::Unsupported { uri, name, .. } => {
            known = texts.phrase(name.unwrap_or("an unknown algorithm"));
            ("decryption.unsupported", &known, uri)
        }
        Reason::NotBase64 { at: Some(at) } => ("decryption.not-base64", at, &""),
        Reason::NotBase64 { at: None } => ("decryption.base64-cut", &"", &""),
        Reason::WrongKey => ("decryption.wrong-key", &"", &""),
        Reason::NotRsa { has } => ("decryption.not-rsa", has, &""),
        Reason::WrappedLength { expected, actual } => ("decryption.wrapped-length", actual, expected),
        Reason::DoesNotOpen => ("decryption.does-not-open", &"", &""),
        Reason::OtherDigests { digest, mgf_digest } => {
            digests = (digest.name(), mgf_digest.name());
            ("decryption.other-digests", &digests.0, &digests.1)
        }
        Reason::OtherTransport(KeyTransport::RsaPkcs1) => ("decryption.other-transport", &"RSA 1.5", &""),
        Reason::OtherTransport(_) => ("decryption.other-transport", &"RSA-OAEP", &""),
        Reason::LabelUnused => ("decryption.label-unused", &"", &""),
        Reason::SessionKeyLength { expected, actual } => ("decryption.session-key-length", actual, expected),
        Reason::TooShort { minimum, actual } => ("decryption.too-short", actual, minimum),
        Reason::NotWholeBlocks { block, actual } => ("decryption.not-whole-blocks", actual, block),
        Reason::Padding => ("decryption.padding", &"", &""),
        Reason::Authentication => ("decryption.authentication", &"", &""),
        Reason::ShortTag { len } => ("decryption.short-tag", len, &""),
        Reason::NotUtf8 { at } => ("decryption.not-utf8", at, &""),
        Reason::NotWellFormed { at, kind: XmlErrorKind::UndeclaredPrefix(prefix) } => {
            ("decryption.undeclared-prefix", at, prefix)
        }
        Reason::NotWellFormed { at, .. } => ("decryption.not-well-formed", at, &""),
        Reason::NotOneElement { elements } => ("decryption.not-one-element", elements, &""),
        Reason::UnexpectedElement { local, .. } => ("decryption.unexpected-element", local, &""),
        Reason::Limit { name, limit } => ("decryption.limit", name, limit),
    };
    texts.say(key, &[("name", first), ("other", second)])
}
