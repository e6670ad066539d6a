//! What the report says of an encrypted part of a message.

use serde::Serialize;

use super::signature::CertificateReport;
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
    pub(super) fn of(number: usize, part: &Part, places: &Places<'_>, keys: &[NamedKey]) -> Self {
        let name = |key: usize| keys.get(key).map(|key| key.name.clone());
        let (status, step, detail, key) = match &part.outcome {
            Outcome::Decrypted { attempt, .. } => {
                let key = part.attempts.get(*attempt).and_then(|attempt| name(attempt.key));
                let shown = key.as_deref().unwrap_or_default();
                ("decrypted", None, format!("It opens with the private key {shown}."), key)
            }
            Outcome::NoKey => {
                let detail = "It is encrypted. Give the service's private key to look inside; it stays in memory.";
                ("no-key", None, detail.to_owned(), None)
            }
            Outcome::Failed(failure) => ("failed", Some(step(failure.step)), reason(failure), None),
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
fn reason(failure: &Failure) -> String {
    match &failure.reason {
        Reason::NoEncryptedKey => "There is no EncryptedKey for it, so that nobody could open it.".to_owned(),
        Reason::Missing(what) => format!("{what} is missing in it."),
        Reason::SeveralEncryptedData(count) => format!("It holds {count} EncryptedData, and may hold one."),
        Reason::CipherReference { uri } => format!("Its content is elsewhere, at {uri}; nothing is fetched."),
        Reason::Unsupported { uri, name, .. } => {
            format!("It uses {} ({uri}), which is not computed here.", name.unwrap_or("an unknown algorithm"))
        }
        Reason::NotBase64 { at: Some(at) } => format!("Its content is no base64 at character {at}."),
        Reason::NotBase64 { at: None } => "Its base64 content was cut off.".to_owned(),
        Reason::WrongKey => {
            "The private key does not belong to the certificate that the message was encrypted for: the \
                             identity provider has another certificate of the service, most likely an old one."
                .to_owned()
        }
        Reason::NotRsa { has } => format!("It needs an RSA key; the one given is {has}."),
        Reason::WrappedLength { expected, actual } => format!(
            "The encrypted session key has {actual} bytes where the private key makes {expected}: it is for another key, \
             or was cut off."
        ),
        Reason::DoesNotOpen => {
            "The private key does not open it: it was encrypted for another key, or damaged.".to_owned()
        }
        Reason::OtherDigests { digest, mgf_digest } => format!(
            "It opens with OAEP of digest {} and mask {}, which is not what the message says: sender and message differ.",
            digest.name(),
            mgf_digest.name()
        ),
        Reason::OtherTransport(KeyTransport::RsaPkcs1) => {
            "It opens with RSA 1.5, which is not what the message says.".to_owned()
        }
        Reason::OtherTransport(_) => "It opens with RSA-OAEP, which is not what the message says.".to_owned(),
        Reason::LabelUnused => "It opens without the OAEPparams that the message names.".to_owned(),
        Reason::SessionKeyLength { expected, actual } => {
            format!("The session key has {actual} bytes where the cipher needs {expected}.")
        }
        Reason::TooShort { minimum, actual } => {
            format!("The encrypted content has {actual} bytes, and at least {minimum} are needed: it was cut off.")
        }
        Reason::NotWholeBlocks { block, actual } => {
            format!("The encrypted content has {actual} bytes, no whole number of blocks of {block}: some are missing.")
        }
        Reason::Padding => "The padding is wrong: the content was damaged, or the session key is another.".to_owned(),
        Reason::Authentication => "The content was changed or cut off after it was encrypted.".to_owned(),
        Reason::ShortTag { len } => {
            format!("Its authentication tag has {len} bytes where 16 must be: a short one can be guessed.")
        }
        Reason::NotUtf8 { at } => format!("What comes out is no UTF-8 at byte {at}."),
        Reason::NotWellFormed { at, kind: XmlErrorKind::UndeclaredPrefix(prefix) } => {
            format!("What comes out uses the prefix {prefix}, which nothing declares, at byte {at}.")
        }
        Reason::NotWellFormed { at, .. } => format!("What comes out is no well-formed XML at byte {at}."),
        Reason::NotOneElement { elements } => {
            format!("What comes out is not one element: there are {elements}, or text beside it.")
        }
        Reason::UnexpectedElement { local, .. } => format!("What comes out is a {local}, which may not stand there."),
        Reason::Limit { name, limit } => format!("It goes over the limit {name}, which is {limit}."),
    }
}
