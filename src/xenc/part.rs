//! One encrypted part of a message: what it says of itself, what was tried, and what became of it.

use std::ops::Range;

use super::method::{Method, Transport};
use super::names::KeyNames;
use super::reason::Failure;
use crate::crypto::cipher::BlockCipher;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::xml::Node;

/// An EncryptedData, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The element that it stands in.
    pub container: Container,
    /// The bytes that its plaintext takes the place of, in the text as it was sent: the whole EncryptedAssertion,
    /// EncryptedID or EncryptedAttribute. Of what was found within a decrypted part, that part's bytes.
    pub span: Range<usize>,
    /// The decrypted part that it was found in, by its number among [`super::Decryption::parts`].
    pub within: Option<usize>,
    /// `Type`, which SAML wants to be `…xmlenc#Element` (SAML 2.0 Core §2.3.4). The plaintext decides, not this.
    pub type_uri: Option<String>,
    /// The cipher of the data; `None` where no EncryptionMethod names one.
    pub cipher: Option<Method<BlockCipher>>,
    /// Every EncryptedKey that may hold its session key, in the order in which they are tried.
    pub encrypted_keys: Vec<EncryptedKey>,
    /// What is odd about it, though it may open all the same.
    pub notes: Vec<Note>,
    /// What was tried, in order.
    pub attempts: Vec<Attempt>,
    /// Whether what came out is stated by whoever redacted the case, and nothing was opened.
    pub stated: bool,
    /// What became of it.
    pub outcome: Outcome,
}

/// The element that an EncryptedData stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Container {
    /// `<saml:EncryptedAssertion>` (SAML 2.0 Core §2.3.4).
    EncryptedAssertion,
    /// `<saml:EncryptedID>` (§2.2.4).
    EncryptedId,
    /// `<samlp:NewEncryptedID>` (§3.6.1).
    NewEncryptedId,
    /// `<saml:EncryptedAttribute>` (§2.7.3.2).
    EncryptedAttribute,
    /// Another element. Its local name is empty for an EncryptedData that is the whole document.
    Other {
        /// Its namespace name.
        namespace: String,
        /// Its local name.
        local: String,
    },
}

impl Container {
    pub(super) fn of(parent: Option<Node<'_>>) -> Self {
        let (namespace, local) = parent.map_or(("", ""), |parent| (parent.namespace(), parent.local_name()));
        match (namespace, local) {
            (ASSERTION, "EncryptedAssertion") => Self::EncryptedAssertion,
            (ASSERTION, "EncryptedID") => Self::EncryptedId,
            (PROTOCOL, "NewEncryptedID") => Self::NewEncryptedId,
            (ASSERTION, "EncryptedAttribute") => Self::EncryptedAttribute,
            _ => Self::Other { namespace: namespace.to_owned(), local: local.to_owned() },
        }
    }

    /// Whether the plaintext takes the place of this element, and not only of the EncryptedData within.
    pub fn is_replaced(&self) -> bool {
        !matches!(self, Self::Other { .. })
    }

    /// Whether an element of this name may be what was encrypted.
    pub fn may_hold(&self, namespace: &str, local: &str) -> bool {
        match self {
            Self::EncryptedAssertion => (namespace, local) == (ASSERTION, "Assertion"),
            // An identifier may be an assertion that is one (§2.2.4).
            Self::EncryptedId => namespace == ASSERTION && matches!(local, "NameID" | "BaseID" | "Assertion"),
            Self::NewEncryptedId => (namespace, local) == (PROTOCOL, "NewID"),
            Self::EncryptedAttribute => (namespace, local) == (ASSERTION, "Attribute"),
            Self::Other { .. } => true,
        }
    }
}

/// An EncryptedKey: the session key of a part, encrypted to one recipient (XML-Enc 1.1 §3.5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedKey {
    /// Where it stands in the text as it was sent; `None` for one that was itself encrypted.
    pub span: Option<Range<usize>>,
    /// What ties it to the data.
    pub placement: Placement,
    /// How the session key is encrypted; `None` where no EncryptionMethod says it.
    pub transport: Option<Transport>,
    /// `Recipient`: whom it is for, in the sender's words.
    pub recipient: Option<String>,
    /// Which key it is encrypted to, as far as its KeyInfo says.
    pub names: KeyNames,
}

/// What ties an EncryptedKey to its EncryptedData.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// It stands in the KeyInfo of the data (XML-Enc 1.1 §3.5.1).
    Inside,
    /// The KeyInfo of the data points at it with a RetrievalMethod (§3.5.3).
    Retrieved,
    /// Its own ReferenceList points at the data (§3.6).
    ReferenceList,
    /// Nothing but that it stands beside the data and names no other (SAML 2.0 Core §2.2.4).
    Beside,
}

/// What is odd about a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A RetrievalMethod points at no EncryptedKey of this document; services that follow nothing else fail on it.
    RetrievalToNothing {
        /// Where it points.
        uri: String,
    },
    /// The plaintext uses these prefixes (the empty one is the default namespace) as only the element declares them that
    /// it takes the place of. The declarations were written into its start tag.
    NamespacesOfContainer(Vec<String>),
}

/// One private key, tried with one EncryptedKey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Number of the EncryptedKey among [`Part::encrypted_keys`].
    pub encrypted_key: usize,
    /// Number of the private key among those given.
    pub key: usize,
    /// Whether the private key belongs to a certificate or key that the EncryptedKey names; `None` where it names none
    /// that can be compared.
    pub belongs: Option<bool>,
    /// Why it did not open; `None` where it did.
    pub failure: Option<Failure>,
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The plaintext stands in the spliced text.
    Decrypted {
        /// Where.
        span: Range<usize>,
        /// Number of the [`Attempt`] that opened it.
        attempt: usize,
    },
    /// Everything is there and understood but a private key: none was given.
    NoKey,
    /// It does not open.
    Failed(Failure),
}
