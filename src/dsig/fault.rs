//! What can be wrong with a signature, as data.

use std::ops::Range;

use crate::crypto::verify::VerifyError;
use crate::xml::{CanonicalError, CanonicalErrorKind};

/// Whether a signature holds. Three answers and one: what cannot be checked is never called invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The mathematics hold for everything that the signature covers.
    Valid,
    /// They do not, or the signature is none by the rules of XML Signature and SAML.
    Invalid,
    /// It uses what is not computed here, or must not be accepted.
    Unsupported,
    /// There is no key to check it with.
    NoKey,
}

impl Status {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unsupported => "unsupported",
            Self::NoKey => "no-key",
        }
    }
}

/// Why a signature is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The content is not what was signed.
    DigestMismatch,
    /// No key fits: the error that says most, of all the keys tried.
    SignatureMismatch(Option<VerifyError>),
    /// Nothing has the ID that the Reference names.
    ReferenceNotFound(String),
    /// Several elements have the ID that the Reference names.
    ReferenceAmbiguous {
        /// The ID.
        id: String,
        /// How many elements have it.
        count: usize,
    },
    /// A transform that must not be followed: its identifier, or what is wrong with their order.
    ForbiddenTransform(String),
    /// An algorithm that is not computed here or not acceptable.
    ForbiddenAlgorithm {
        /// Its identifier.
        uri: String,
        /// Its name, where it is known.
        name: Option<&'static str>,
        /// Why it is refused, where it is known.
        why: Option<&'static str>,
    },
    /// Against the schema or the rules of XML Signature, or of SAML's use of it.
    Malformed(Malformed),
    /// The content has no canonical form.
    Canonical(CanonicalError),
    /// The signatures of the document before it left no room for it.
    Limit {
        /// The limit's name.
        name: &'static str,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The document declares an encoding in which others would read other text than was read here.
    Encoding(String),
    /// There is no key to check with.
    NoKey,
}

impl Fault {
    /// The name in reports, `None` for a missing key, which is a status and no reason.
    pub fn reason(&self) -> Option<&'static str> {
        Some(match self {
            Self::DigestMismatch => "digest-mismatch",
            Self::SignatureMismatch(_) => "signature-mismatch",
            Self::ReferenceNotFound(_) => "reference-not-found",
            Self::ReferenceAmbiguous { .. } => "reference-ambiguous",
            Self::ForbiddenTransform(_) => "forbidden-transform",
            Self::ForbiddenAlgorithm { .. } => "forbidden-algorithm",
            Self::Malformed(_) | Self::Canonical(_) | Self::Encoding(_) => "malformed",
            Self::Limit { .. } => "limit",
            Self::NoKey => return None,
        })
    }

    /// The status that it gives a signature.
    pub fn status(&self) -> Status {
        match self {
            Self::ForbiddenTransform(_) | Self::ForbiddenAlgorithm { .. } => Status::Unsupported,
            // Nothing is verified in a document with a document type, so that nothing is known to be wrong either.
            Self::Canonical(CanonicalError { kind: CanonicalErrorKind::Doctype, .. }) => Status::Unsupported,
            Self::Encoding(_) | Self::Limit { .. } => Status::Unsupported,
            Self::NoKey => Status::NoKey,
            _ => Status::Invalid,
        }
    }
}

/// How a signature breaks the rules, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// How.
    pub kind: MalformedKind,
    /// The bytes at fault.
    pub span: Range<usize>,
}

/// How a signature breaks the rules. Clauses are those of XMLDSig 1.1, "SAML" of SAML 2.0 Core.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MalformedKind {
    /// This child is missing (§4).
    Missing(&'static str),
    /// A child that the schema does not have there, or out of order, or once too often (§4); a parameter of a query that
    /// stands there twice.
    Unexpected(String),
    /// Text between elements (§4).
    Text,
    /// A comment, by which readers of the same value may be made to differ (CVE-2025-29775).
    Comment,
    /// A processing instruction.
    Instruction,
    /// Another number of References than one (SAML §5.4.2).
    References(usize),
    /// A Reference without URI (SAML §5.4.2).
    NoUri,
    /// A Reference that names no element of this document by its ID (SAML §5.4.2).
    ForeignUri(String),
    /// The Reference names another element than the one that the Signature stands in (SAML §5.4.2).
    NotItsParent {
        /// The element that the Reference names.
        signed: String,
    },
    /// The reference to all of the document from a Signature that does not stand in its root.
    WholeFromWithin,
    /// Another signature within this one.
    Nested,
    /// A value that is no base64.
    NotBase64(&'static str),
    /// A value of no bytes.
    Empty(&'static str),
    /// The parameters of the algorithm cannot be read.
    Parameters,
}
