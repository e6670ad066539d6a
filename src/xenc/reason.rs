//! Why a part does not open: the step that failed, and the likely reason with what is known of it.

use crate::crypto::DigestAlgorithm;
use crate::crypto::key_transport::KeyTransport;
use crate::xml::XmlErrorKind;

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
    /// Larger than the named limit of [`crate::limits`].
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
