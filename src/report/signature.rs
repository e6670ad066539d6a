//! What the report says of a signature.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::signature_messages as messages;
use super::texts::Texts;
use crate::crypto::{Certificate, DigestAlgorithm, PublicKey};
use crate::dsig::{Fault, Key, QueryVerdict, SignatureVerdict};
use crate::limits;

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureReport {
    /// `xml`, or `query` for the redirect binding's.
    pub place: &'static str,
    /// The local name of the element that it stands in; of a query's the parameter that it signs.
    pub target: String,
    /// The ID of that element.
    pub target_id: Option<String>,
    /// `valid`, `invalid`, `unsupported` or `no-key`.
    pub status: &'static str,
    /// Why it is not valid.
    pub reason: Option<&'static str>,
    /// The same in plain words, with the actual values.
    pub detail: String,
    /// Whether that it holds is stated by whoever redacted the case, and was not computed here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stated: bool,
    /// Whether the key that fits is one that the context vouches for.
    pub trusted: bool,
    /// The key that fits: `metadata:FILE#1`, `certificate:FILE`, or `keyinfo` for the message's own.
    pub key: Option<String>,
    /// `Algorithm` of the SignatureMethod, or `SigAlg`.
    pub signature_algorithm: Option<String>,
    /// `Algorithm` of the DigestMethod.
    pub digest_algorithm: Option<String>,
    /// `Algorithm` of the CanonicalizationMethod.
    pub canonicalization: Option<String>,
    /// `URI` of the Reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// `Algorithm` of the Reference's Transforms, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transforms: Vec<String>,
    /// `PrefixList` of the canonicalization among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_list: Option<String>,
    /// How many octets the digest is over; [`crate::signed_bytes`] gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub octets: Option<usize>,
    /// The keys of the context that may speak for the signer, as far as [`limits::KEYS_TRIED`] goes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<String>,
    /// The digest that the signature states, base64.
    pub digest_stated: Option<String>,
    /// The digest of the content as it is, base64.
    pub digest_computed: Option<String>,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    pub decryption: Option<usize>,
    /// The bytes of the signature in that text, half open.
    pub span: Option<[usize; 2]>,
    /// The bytes that it covers, half open; empty where it is not valid.
    pub covers: Vec<[usize; 2]>,
    /// The smallest edit that makes it hold, where one was found.
    pub diagnosis: Option<Diagnosis>,
    /// What was tried to make it hold and does not, where nothing was found that does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ruled_out: Vec<RuledOutReport>,
    /// The certificates that its KeyInfo shows, which prove nothing.
    pub certificates: Vec<CertificateReport>,
}

/// What would make a signature hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The edit's name; of several the first one's.
    pub edit: &'static str,
    /// What was done to the message, who should look where, in plain words.
    pub text: String,
    /// Each edit, in the order in which they were made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<EditReport>,
}

/// One thing that was done to a message after it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditReport {
    /// Its name.
    pub name: &'static str,
    /// The same in plain words.
    pub text: String,
    /// At how many places.
    pub count: usize,
    /// The first of these places: bytes of the text that the signature stands in, half open.
    pub places: Vec<[usize; 2]>,
    /// What stood there when it was signed, where one value alone is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// What stands there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
}

/// Something that does not make a signature hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuledOutReport {
    /// The edit's name.
    pub name: &'static str,
    /// The same in plain words.
    pub text: String,
}

/// The facts of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateReport {
    /// RFC 4514.
    pub subject: String,
    /// RFC 4514.
    pub issuer: String,
    /// In hexadecimal.
    pub serial: String,
    /// The first moment of validity.
    pub not_before: String,
    /// The last moment of validity.
    pub not_after: String,
    /// Of the DER, in hexadecimal.
    pub sha1: String,
    /// Of the DER, in hexadecimal.
    pub sha256: String,
    /// Kind and size of the key: `RSA 2048`.
    pub key: Option<String>,
    /// How its issuer signed it.
    pub signature_algorithm: String,
}

impl CertificateReport {
    pub(super) fn of(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            serial: certificate.serial_hex(),
            not_before: certificate.not_before.text.clone(),
            not_after: certificate.not_after.text.clone(),
            sha1: certificate.fingerprint(DigestAlgorithm::Sha1).hex(),
            sha256: certificate.fingerprint(DigestAlgorithm::Sha256).hex(),
            key: certificate.key.as_ref().ok().map(|key| match (key, key.bits()) {
                (PublicKey::Rsa(_), Some(bits)) => format!("RSA {bits}"),
                _ => key.name(),
            }),
            signature_algorithm: certificate.signature_algorithm.clone(),
        }
    }
}

impl SignatureReport {
    /// `shown`: what its KeyInfo shows. `start`: where the text that it stands in begins in that which was verified.
    pub(super) fn of_xml(
        verdict: &SignatureVerdict,
        shown: &[Key],
        decryption: Option<usize>,
        start: usize,
        texts: &Texts,
    ) -> Self {
        let within = |range: &Range<usize>| [range.start.saturating_sub(start), range.end.saturating_sub(start)];
        Self {
            place: "xml",
            target: verdict.target.clone(),
            target_id: verdict.target_id.clone(),
            status: verdict.status().as_str(),
            reason: verdict.fault.as_ref().and_then(Fault::reason),
            detail: match &verdict.fault {
                Some(fault) => messages::fault(fault, texts),
                None if verdict.stated => texts.message("redacted.signature").to_owned(),
                None => messages::holds(verdict.trusted, verdict.key.as_deref(), texts),
            },
            stated: verdict.stated,
            trusted: verdict.trusted,
            key: verdict.key.clone(),
            signature_algorithm: verdict.signature_algorithm.clone(),
            digest_algorithm: verdict.digest_algorithm.clone(),
            canonicalization: verdict.canonicalization.clone(),
            reference: verdict.reference.clone(),
            transforms: verdict.transforms.clone(),
            prefix_list: verdict.prefix_list.clone(),
            octets: verdict.octets,
            tried: verdict.tried.iter().take(limits::KEYS_TRIED).cloned().collect(),
            digest_stated: verdict.digest_stated.as_ref().map(|digest| STANDARD.encode(digest)),
            digest_computed: verdict.digest_computed.map(|digest| STANDARD.encode(digest.as_bytes())),
            decryption,
            span: Some(within(&verdict.span)),
            covers: verdict.covers.iter().map(within).collect(),
            diagnosis: None,
            ruled_out: Vec::new(),
            certificates: certificates(shown),
        }
    }

    pub(super) fn of_query(verdict: &QueryVerdict, texts: &Texts) -> Self {
        Self {
            place: "query",
            target: verdict.target.to_owned(),
            target_id: None,
            status: verdict.status().as_str(),
            reason: verdict.fault.as_ref().and_then(Fault::reason),
            detail: match &verdict.fault {
                Some(fault) => messages::fault(fault, texts),
                None if verdict.stated => texts.message("redacted.signature").to_owned(),
                None => messages::holds(true, verdict.key.as_deref(), texts),
            },
            stated: verdict.stated,
            // Only keys of the context are tried: a query shows none of its own.
            trusted: verdict.fault.is_none(),
            key: verdict.key.clone(),
            signature_algorithm: verdict.signature_algorithm.clone(),
            digest_algorithm: None,
            canonicalization: None,
            reference: None,
            transforms: Vec::new(),
            prefix_list: None,
            octets: None,
            tried: Vec::new(),
            digest_stated: None,
            digest_computed: None,
            decryption: None,
            span: None,
            covers: Vec::new(),
            diagnosis: verdict.holds_as.map(|variant| messages::variant(variant, texts)),
            ruled_out: Vec::new(),
            certificates: Vec::new(),
        }
    }
}

fn certificates(shown: &[Key]) -> Vec<CertificateReport> {
    shown.iter().filter_map(|key| key.certificate.as_deref()).map(CertificateReport::of).collect()
}
