//! The words for what is wrong with a signature: plain, with the actual values.

use super::signature::Diagnosis;
use crate::crypto::verify::VerifyError;
use crate::dsig::{Escapes, Fault, MalformedKind, Relay, Variant};
use crate::xml::{CanonicalError, CanonicalErrorKind};

/// What a signature that holds says.
pub(super) fn holds(trusted: bool, key: Option<&str>) -> String {
    let key = key.unwrap_or_default();
    if trusted {
        format!("It holds with the key {key}.")
    } else {
        "It holds with the key that the message itself shows, which proves nothing: anybody can sign with a key of \
         their own. Give the identity provider's metadata or certificate."
            .to_owned()
    }
}

/// Why a signature does not hold.
pub(super) fn fault(fault: &Fault) -> String {
    match fault {
        Fault::DigestMismatch => "The content is not what was signed: its digest differs.".to_owned(),
        Fault::SignatureMismatch(error) => {
            let why = error.as_ref().map(verify_error).unwrap_or_default();
            format!(
                "The content fits its digest, but the signature was not made over it with any key that is known.{why}"
            )
        }
        Fault::ReferenceNotFound(id) => format!("It signs the ID {id:?}, which no element has."),
        Fault::ReferenceAmbiguous { id, count } => {
            format!("It signs the ID {id:?}, which {count} elements have: readers would differ on which one is meant.")
        }
        Fault::ForbiddenTransform(uri) => {
            format!("It is over a transformed content that SAML does not allow: {uri}.")
        }
        Fault::ForbiddenAlgorithm { uri, name, why } => {
            let name = name.unwrap_or("an unknown algorithm");
            let why = why.map(|why| format!(", which {why}")).unwrap_or_default();
            format!("It uses {name} ({uri}){why}.")
        }
        Fault::Malformed(malformed) => {
            format!("It breaks the rules at byte {}: {}.", malformed.span.start, malformed_kind(&malformed.kind))
        }
        Fault::Canonical(error) => {
            format!(
                "Its content has no canonical form, because of byte {}: {}.",
                error.span.start,
                canonical(&error.kind)
            )
        }
        Fault::Encoding(name) => format!(
            "The message says that its encoding is {name}, in which other readers would read other text than stands here."
        ),
        Fault::NoKey => "There is no key to check it with. Give the sender's metadata or certificate.".to_owned(),
    }
}

fn verify_error(error: &VerifyError) -> String {
    match error {
        VerifyError::Mismatch { signed: None } => String::new(),
        VerifyError::Mismatch { signed: Some(signed) } => format!(
            " The key is the right one: what it signed has the {} digest {}.",
            signed.algorithm.name(),
            signed.value.hex()
        ),
        VerifyError::SaltLength { expected, actual } => {
            format!(" All holds but the length of the salt, which is {actual} bytes where {expected} are announced.")
        }
        VerifyError::WrongKey { needs, has } => {
            format!(" The algorithm needs a key of the kind {needs}; there is {has}.")
        }
        VerifyError::Length { expected, actual, .. } => {
            format!(" The value has {actual} bytes where the key makes {expected}: it was cut, or another key made it.")
        }
        VerifyError::DerEncoded { holds_converted: true } => {
            " The value is in DER, where XML Signature wants r and s side by side; converted it holds.".to_owned()
        }
        VerifyError::DerEncoded { holds_converted: false } => {
            " The value is in DER, where XML Signature wants r and s side by side.".to_owned()
        }
        VerifyError::KeySize { bits } => format!(" A key of {bits} bits is outside what is computed here."),
        VerifyError::KeyUnusable => " The numbers of the key make no key.".to_owned(),
        VerifyError::KeyTooShort { bits } => format!(" A key of {bits} bits is too short for this algorithm."),
        VerifyError::NeedsMessage | VerifyError::DigestLength { .. } => String::new(),
    }
}

fn malformed_kind(kind: &MalformedKind) -> String {
    use MalformedKind::*;
    match kind {
        Missing(what) => format!("{what} is missing"),
        Unexpected(name) => format!("{name} may not stand there"),
        Text => "text stands between its elements".to_owned(),
        Comment => "there is a comment within it".to_owned(),
        Instruction => "there is a processing instruction within it".to_owned(),
        References(count) => format!("it has {count} References, and a signature in SAML has one"),
        NoUri => "its Reference does not say what is signed".to_owned(),
        ForeignUri(uri) => format!("its Reference names {uri:?}, which is no ID of this document"),
        NotItsParent { signed } => {
            format!(
                "it stands in one element and signs another one, a {signed}: the element that it stands in is unsigned"
            )
        }
        WholeFromWithin => "it signs all of the document from within a part of it".to_owned(),
        Nested => "another signature stands within it".to_owned(),
        NotBase64(what) => format!("its {what} is no base64"),
        Empty(what) => format!("its {what} is empty"),
        Parameters => "the parameters of its algorithm cannot be read".to_owned(),
    }
}

/// Why something has no canonical form, as the end of a sentence.
pub(crate) fn canonical_error(error: &CanonicalError) -> String {
    format!("has no canonical form, because of byte {}: {}.", error.span.start, canonical(&error.kind))
}

fn canonical(kind: &CanonicalErrorKind) -> String {
    match kind {
        CanonicalErrorKind::RelativeNamespace(name) => format!("the namespace {name:?} is no absolute URI"),
        CanonicalErrorKind::ControlInNamespace(name) => format!("the namespace {name:?} holds a control character"),
        CanonicalErrorKind::Doctype => {
            "the message has a document type, and nothing that has one is verified".to_owned()
        }
        CanonicalErrorKind::Entity(name) => format!("the entity &{name}; is not predefined"),
        CanonicalErrorKind::NotAnElement(_) | CanonicalErrorKind::NothingLeft => {
            "nothing is left to be signed".to_owned()
        }
    }
}

/// Over which other form of a query a signature holds.
pub(super) fn variant(variant: Variant) -> Diagnosis {
    let (edit, text) = match variant {
        Variant { relay_state: Relay::Absent, .. } => (
            "relay-state-absent",
            "The signer signed without RelayState: it was added afterwards, and is not protected.",
        ),
        Variant { relay_state: Relay::Empty, .. } => {
            ("relay-state-empty", "The signer signed an empty RelayState, which the capture has not or has otherwise.")
        }
        Variant { order_of_url: true, .. } => (
            "parameter-order",
            "The signer signed the parameters in the order of the URL, and not in that of the binding.",
        ),
        Variant { escapes: Escapes::LowerCase, .. } => {
            ("lower-case-escapes", "The signer wrote the escapes in lower case (%2b); they were changed on the way.")
        }
        Variant { escapes: Escapes::UpperCase, .. } => {
            ("upper-case-escapes", "The signer wrote the escapes in upper case (%2B); they were changed on the way.")
        }
        Variant { escapes: Escapes::PlusForSpace, .. } => {
            ("plus-for-space", "The signer wrote + for a space; it was changed on the way.")
        }
        Variant { escapes: Escapes::PercentForSpace | Escapes::AsCaptured, .. } => {
            ("percent-for-space", "The signer wrote %20 for a space; it was changed on the way.")
        }
    };
    Diagnosis { edit, text: text.to_owned() }
}
