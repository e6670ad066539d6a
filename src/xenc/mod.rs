//! Owns XML Encryption: opens what a message holds encrypted with the user's private keys, in place, or says why not.
//!
//! Nothing is fetched: a CipherReference is named and left alone, and a RetrievalMethod is followed within the document.
//! What comes out is read as strictly as the message itself and must be the one element that may stand there, so that no
//! plaintext can close what it stands in. Being decrypted says nothing about who wrote it: anyone can encrypt to a public
//! key. The signatures within are verified on the spliced text like any other.

mod candidates;
mod method;
mod names;
mod open;
mod part;
mod plaintext;
mod reason;
mod rounds;
mod splice;

pub use self::method::{Method, Transport};
pub use self::names::{IssuerSerial, KeyNames};
pub use self::part::{Attempt, Container, EncryptedKey, Note, Outcome, Part, Placement};
pub use self::reason::{Failure, Reason, Step, UnsupportedAt};
pub use self::splice::{Origin, Piece, Spliced};
use crate::crypto::PrivateKey;
use crate::stated::Stated;
use crate::xml::Document;

/// XML Encryption 1.0, which 1.1 keeps for its elements (XML-Enc 1.1 §1.3).
pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// What XML Encryption 1.1 added (XML-Enc 1.1 §1.3).
pub const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
/// XML Signature, whose KeyInfo XML Encryption takes over (XMLDSig 1.1 §4.5).
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A private key that the user gave, and what it is called: the name of its file, as a rule.
#[derive(Debug, Clone)]
pub struct NamedKey {
    /// What to call it.
    pub name: String,
    /// The key.
    pub key: PrivateKey,
}

/// What became of everything that a document holds encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decryption {
    /// Every EncryptedData, in the order of the document; what was found within a decrypted part comes after all those
    /// that stand in the message as it was sent.
    pub parts: Vec<Part>,
    /// The message with everything in place that could be decrypted; `None` where nothing could.
    pub document: Option<Spliced>,
}

/// Opens every EncryptedData of a document with whichever of the keys fits, and what is encrypted within that as well.
///
/// Never fails as a whole: each part says for itself what became of it.
pub fn decrypt(document: &Document<'_>, keys: &[NamedKey]) -> Decryption {
    rounds::run(document, keys, &Stated::default())
}

/// As [`decrypt`], and what is stated that a part said is taken for what it says.
pub(crate) fn decrypt_or_stated(document: &Document<'_>, keys: &[NamedKey], stated: &Stated) -> Decryption {
    rounds::run(document, keys, stated)
}
