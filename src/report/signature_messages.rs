//! From what is wrong with a signature as data to the words for it (`messages` in `texts/`), with the actual values.

use std::fmt::Display;

use super::signature::Diagnosis;
use super::texts::Texts;
use crate::crypto::verify::VerifyError;
use crate::dsig::{Escapes, Fault, MalformedKind, Relay, Variant};
use crate::language::Language;
use crate::xml::{CanonicalError, CanonicalErrorKind};

/// What a signature that holds says.
pub(super) fn holds(trusted: bool, key: Option<&str>, texts: &Texts) -> String {
    texts.say(
        if trusted { "signature.holds" } else { "signature.holds-untrusted" },
        &[("name", &key.unwrap_or_default())],
    )
}

/// Why a signature does not hold.
pub(super) fn fault(fault: &Fault, texts: &Texts) -> String {
    let (mut name, mut other, mut why) = (String::new(), String::new(), String::new());
    let key = match fault {
        Fault::DigestMismatch => "signature.digest-mismatch",
        Fault::SignatureMismatch(error) => {
            why = error.as_ref().map(|error| verify_error(error, texts)).unwrap_or_default();
            "signature.mismatch"
        }
        Fault::ReferenceNotFound(id) => {
            name.clone_from(id);
            "signature.reference-not-found"
        }
        Fault::ReferenceAmbiguous { id, count } => {
            (name, other) = (id.clone(), count.to_string());
            "signature.reference-ambiguous"
        }
        Fault::ForbiddenTransform(uri) => {
            name = texts.phrase(uri).to_owned();
            "signature.forbidden-transform"
        }
        Fault::ForbiddenAlgorithm { uri, name: known, why: reason } => {
            name = texts.phrase(known.unwrap_or("an unknown algorithm")).to_owned();
            other.clone_from(uri);
            why = reason.map(|reason| texts.phrase(reason).to_owned()).unwrap_or_default();
            if reason.is_some() { "signature.forbidden-algorithm" } else { "signature.unknown-algorithm" }
        }
        Fault::Malformed(malformed) => {
            (name, why) = (malformed.span.start.to_string(), malformed_kind(&malformed.kind, texts));
            "signature.malformed"
        }
        Fault::Canonical(error) => {
            (name, why) = (error.span.start.to_string(), canonical(&error.kind, texts));
            "signature.canonical"
        }
        Fault::Limit { name: limit, limit: most } => {
            (name, other) = ((*limit).to_owned(), most.to_string());
            "signature.limit"
        }
        Fault::Encoding(encoding) => {
            name.clone_from(encoding);
            "signature.encoding"
        }
        Fault::NoKey => "signature.no-key",
    };
    texts.say(key, &[("name", &name), ("other", &other), ("why", &why)])
}

/// What more is known of a signature value that no key fits: nothing, or a sentence.
fn verify_error(error: &VerifyError, texts: &Texts) -> String {
    let digest;
    let (key, name, other): (_, &dyn Display, &dyn Display) = match error {
        VerifyError::Mismatch { signed: None } => return String::new(),
        VerifyError::Mismatch { signed: Some(signed) } => {
            digest = (signed.algorithm.name(), signed.value.hex());
            ("value.right-key", &digest.0, &digest.1)
        }
        VerifyError::SaltLength { expected, actual } => ("value.salt-length", actual, expected),
        VerifyError::WrongKey { needs, has } => ("value.wrong-key", needs, has),
        VerifyError::Length { expected, actual, .. } => ("value.length", actual, expected),
        VerifyError::DerEncoded { holds_converted: true } => ("value.der-holds", &"", &""),
        VerifyError::DerEncoded { holds_converted: false } => ("value.der", &"", &""),
        VerifyError::KeySize { bits } => ("value.key-size", bits, &""),
        VerifyError::KeyUnusable => ("value.key-unusable", &"", &""),
        VerifyError::KeyTooShort { bits } => ("value.key-too-short", bits, &""),
        VerifyError::NeedsMessage | VerifyError::DigestLength { .. } => return String::new(),
    };
    texts.say(key, &[("name", name), ("other", other)])
}

fn malformed_kind(kind: &MalformedKind, texts: &Texts) -> String {
    use MalformedKind::*;
    let phrase;
    let (key, name): (_, &dyn Display) = match kind {
        Missing(what) => ("malformed.missing", what),
        Unexpected(name) => {
            phrase = texts.phrase_with(name);
            ("malformed.unexpected", &phrase)
        }
        Text => ("malformed.text", &""),
        Comment => ("malformed.comment", &""),
        Instruction => ("malformed.instruction", &""),
        References(count) => ("malformed.references", count),
        NoUri => ("malformed.no-uri", &""),
        ForeignUri(uri) => ("malformed.foreign-uri", uri),
        NotItsParent { signed } => ("malformed.not-its-parent", signed),
        WholeFromWithin => ("malformed.whole-from-within", &""),
        Nested => ("malformed.nested", &""),
        NotBase64(what) => ("malformed.not-base64", what),
        Empty(what) => ("malformed.empty", what),
        Parameters => ("malformed.parameters", &""),
    };
    texts.say(key, &[("name", name)])
}

/// Why something has no canonical form, as the end of a sentence.
pub(crate) fn canonical_error(error: &CanonicalError, language: Language) -> String {
    let texts = Texts::of(language);
    let why = canonical(&error.kind, texts);
    texts.say("canonical.error", &[("name", &error.span.start), ("why", &why)])
}

fn canonical(kind: &CanonicalErrorKind, texts: &Texts) -> String {
    let (key, name) = match kind {
        CanonicalErrorKind::RelativeNamespace(name) => ("canonical.relative-namespace", name.as_str()),
        CanonicalErrorKind::ControlInNamespace(name) => ("canonical.control-in-namespace", name.as_str()),
        CanonicalErrorKind::Doctype => ("canonical.doctype", ""),
        CanonicalErrorKind::Entity(name) => ("canonical.entity", name.as_str()),
        CanonicalErrorKind::NotAnElement(_) | CanonicalErrorKind::NothingLeft => ("canonical.nothing", ""),
    };
    texts.say(key, &[("name", &name)])
}

/// Over which other form of a query a signature holds.
pub(super) fn variant(variant: Variant, texts: &Texts) -> Diagnosis {
    let (edit, key) = match variant {
        Variant { relay_state: Relay::Absent, .. } => ("relay-state-absent", "diagnosis.relay-state-absent"),
        Variant { relay_state: Relay::Empty, .. } => ("relay-state-empty", "diagnosis.relay-state-empty"),
        Variant { order_of_url: true, .. } => ("parameter-order", "diagnosis.parameter-order"),
        Variant { escapes: Escapes::LowerCase, .. } => ("lower-case-escapes", "diagnosis.lower-case-escapes"),
        Variant { escapes: Escapes::UpperCase, .. } => ("upper-case-escapes", "diagnosis.upper-case-escapes"),
        Variant { escapes: Escapes::PlusForSpace, .. } => ("plus-for-space", "diagnosis.plus-for-space"),
        Variant { escapes: Escapes::PercentForSpace | Escapes::AsCaptured, .. } => {
            ("percent-for-space", "diagnosis.percent-for-space")
        }
    };
    Diagnosis { edit, text: texts.message(key).to_owned(), edits: Vec::new() }
}
