//! One encrypted part of a message: what it says of itself, what was tried, and what became of it.

use std::ops::Range;

use super::method::{Method, Transport};
use super::names::KeyNames;
use crate::crypto::DigestAlgorithm;
use crate::crypto::cipher::BlockCipher;
use crate::crypto::key_transport::KeyTransport;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::xml::{Node, XmlErrorKind};

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

/// Where it ended, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The step that failed.
    pub step: Step,
    /// Why.
    pub reason: Reason,
}

/// The steps of a decryption, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Finding the EncryptedKey.
    FindKey,
    /// Getting the session key out of it with the private key.
    UnwrapKey,
    /// Decrypting the data with the session key.
    Decrypt,
    /// Reading what came out as the element that may stand there.
    ReadPlaintext,
}

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There is no EncryptedKey for this data.
    NoEncryptedKey,
    /// An element that must be there is not (XML-Enc 1.1 §3): its local name.
    Missing(&'static str),
    /// An EncryptedAssertion and its like hold one EncryptedData (SAML 2.0 Core §2.2.4), not this many.
    SeveralEncryptedData(usize),
    /// The encrypted octets are somewhere else (XML-Enc 1.1 §3.3.1). Nothing is fetched.
    CipherReference {
        /// Where.
        uri: String,
    },
    /// An algorithm that is not computed here.
    Unsupported {
        /// What it is for.
        at: UnsupportedAt,
        /// Its identifier, empty where there is none.
        uri: String,
        /// Its name, where it is known.
        name: Option<&'static str>,
    },
    /// This is no base64.
    NotBase64 {
        /// Byte offset of the first character that does not belong, in the text of the element; `None` where only the
        /// number of characters is wrong.
        at: Option<usize>,
    },
    /// The private key does not belong to the certificate that the EncryptedKey names.
    WrongKey,
    /// Key transport needs an RSA key.
    NotRsa {
        /// The kind of the private key given.
        has: String,
    },
    /// The encrypted session key has not the length that the private key gives: another key, or it is cut off.
    WrappedLength {
        /// The length that the private key gives, in bytes.
        expected: usize,
        /// The length found, in bytes.
        actual: usize,
    },
    /// The private key opens nothing: where it belongs to the certificate named, the encrypted session key is damaged;
    /// where none is named, it is most likely another key.
    DoesNotOpen,
    /// It opens with these digests of OAEP, which are not those that the message names.
    OtherDigests {
        /// The digest of the label that fits.
        digest: DigestAlgorithm,
        /// The digest within MGF1 that fits.
        mgf_digest: DigestAlgorithm,
    },
    /// It opens with this key transport, which is not the one that the message names.
    OtherTransport(KeyTransport),
    /// It opens without the label that OAEPparams names.
    LabelUnused,
    /// The session key has not the length that the cipher needs.
    SessionKeyLength {
        /// The length that the cipher needs, in bytes.
        expected: usize,
        /// The length found, in bytes.
        actual: usize,
    },
    /// The encrypted data is shorter than it can be: it is cut off.
    TooShort {
        /// The least length, in bytes.
        minimum: usize,
        /// The length found, in bytes.
        actual: usize,
    },
    /// The encrypted data is no whole number of blocks: some of it is missing.
    NotWholeBlocks {
        /// The length of a block, in bytes.
        block: usize,
        /// The length found, in bytes.
        actual: usize,
    },
    /// The padding of a CBC cipher is wrong: damaged data, or another session key.
    Padding,
    /// The tag of GCM does not fit: the data was changed or cut off.
    Authentication,
    /// The tag of GCM fits, but is shorter than the 16 bytes that XML Encryption wants (CVE-2026-32600).
    ShortTag {
        /// Its length in bytes.
        len: usize,
    },
    /// The plaintext is no UTF-8 (XML-Enc 1.1 §4.2).
    NotUtf8 {
        /// Byte offset into the plaintext.
        at: usize,
    },
    /// The plaintext is no well-formed XML where it stands.
    NotWellFormed {
        /// Byte offset into the plaintext.
        at: usize,
        /// What is wrong with it.
        kind: XmlErrorKind,
    },
    /// The plaintext is well-formed, but not one element: none, several, or text beside it.
    NotOneElement {
        /// How many elements there are.
        elements: usize,
    },
    /// The plaintext is an element that must not stand there.
    UnexpectedElement {
        /// Its namespace name.
        namespace: String,
        /// Its local name.
        local: String,
    },
    /// Larger than the named limit of [`crate::limits`] or [`crate::crypto::limits`].
    Limit {
        /// The constant's name.
        name: &'static str,
        /// Its value.
        limit: usize,
    },
}

/// What an algorithm that is not computed is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsupportedAt {
    /// Encrypting the data.
    Cipher,
    /// Encrypting the session key to the recipient.
    KeyTransport,
    /// The digest of the label in OAEP.
    OaepDigest,
    /// The mask generation function in OAEP.
    OaepMask,
    /// Agreeing on a key, such as ECDH-ES, where an RSA key is used here.
    KeyAgreement,
}
