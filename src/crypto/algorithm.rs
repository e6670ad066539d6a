//! Owns the look-up of algorithms by the identifiers of XML Signature and XML Encryption, and back.

use super::algorithm_table::TABLE;
use super::cipher::BlockCipher;
use super::digest::DigestAlgorithm;
use super::key_transport::{KeyTransport, KeyWrap};

/// What an identifier stands for, in the place where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<T> {
    /// An algorithm that is computed here.
    Supported(T),
    /// A known algorithm that is not computed, or not of the sort that is due here.
    Known {
        /// Its name, such as `HMAC-SHA256`.
        name: &'static str,
        /// Why it is not used: the end of a sentence that begins with the name.
        why: &'static str,
    },
    /// An identifier that none of the specifications has.
    Unknown,
}

impl<T> Lookup<T> {
    /// The algorithm, if it is computed here.
    pub fn supported(self) -> Option<T> {
        match self {
            Self::Supported(algorithm) => Some(algorithm),
            _ => None,
        }
    }
}

/// One identifier of the specifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The identifier. One that ends in `-` stands for the family of all that begin with it.
    pub uri: &'static str,
    /// The name of the algorithm.
    pub name: &'static str,
    /// The specification and section that defines it.
    pub source: &'static str,
    /// What it is for.
    pub role: Role,
    pub(crate) meaning: Meaning,
}

/// What an algorithm is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Role {
    Digest,
    Mac,
    Signature,
    Cipher,
    KeyTransport,
    KeyWrap,
    KeyAgreement,
    KeyDerivation,
    MaskGeneration,
    Canonicalization,
    Transform,
    KeyInfoType,
}

/// What the table says of an identifier: the algorithm, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Digest(DigestAlgorithm),
    Signature(SignatureMethod),
    Cipher(BlockCipher),
    KeyTransport(KeyTransport),
    KeyWrap(KeyWrap),
    Mask(DigestAlgorithm),
    /// Not for this room to compute.
    Elsewhere,
    No(&'static str),
}

/// How a signature is made: the scheme and its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureMethod {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017 §8.1).
    RsaPss(PssParameters),
    /// ECDSA with r and s side by side (XMLDSig 1.1 §6.4.3).
    Ecdsa(DigestAlgorithm),
    /// Ed25519, without prehash or context (RFC 9231 §2.3.12).
    Ed25519,
}

/// The parameters of RSASSA-PSS. The trailer field is always 1, the byte BC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PssParameters {
    /// The digest of the message.
    pub digest: DigestAlgorithm,
    /// The digest within MGF1.
    pub mgf_digest: DigestAlgorithm,
    /// The length of the salt in bytes.
    pub salt_len: usize,
}

impl PssParameters {
    /// One digest for both, and a salt as long as it (RFC 9231 §2.3.10).
    pub const fn plain(digest: DigestAlgorithm, salt_len: usize) -> Self {
        Self { digest, mgf_digest: digest, salt_len }
    }
}

impl Default for PssParameters {
    /// What `#rsa-pss` means where RSAPSSParams is missing: SHA-256 twice, 32 bytes of salt (RFC 9231 §2.3.9).
    fn default() -> Self {
        Self::plain(DigestAlgorithm::Sha256, 32)
    }
}

impl SignatureMethod {
    /// The digest that is signed; none for Ed25519, which takes the message itself.
    pub fn digest(self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsaPkcs1(digest) | Self::Ecdsa(digest) => Some(digest),
            Self::RsaPss(parameters) => Some(parameters.digest),
            Self::Ed25519 => None,
        }
    }

    /// The identifier. PSS with other parameters than the plain ones is `#rsa-pss`.
    pub fn uri(self) -> &'static str {
        back(Meaning::Signature(self)).map_or(RSA_PSS, |entry| entry.uri)
    }

    /// The name, such as `RSA-SHA256`.
    pub fn name(self) -> &'static str {
        entry(self.uri()).map_or("RSASSA-PSS", |entry| entry.name)
    }
}

pub(crate) const RSA_PSS: &str = "http://www.w3.org/2007/05/xmldsig-more#rsa-pss";

impl DigestAlgorithm {
    /// The identifier in DigestMethod (XMLDSig 1.1 §6.2).
    pub fn uri(self) -> &'static str {
        back(Meaning::Digest(self)).map_or("", |entry| entry.uri)
    }
}

impl BlockCipher {
    /// The identifier in EncryptionMethod (XML-Enc 1.1 §5.2).
    pub fn uri(self) -> &'static str {
        back(Meaning::Cipher(self)).map_or("", |entry| entry.uri)
    }
}

/// The entry of an identifier, whatever it is for.
pub fn entries() -> &'static [Entry] {
    TABLE
}

/// The entry of an identifier.
pub fn entry(uri: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| uri == entry.uri || (entry.uri.ends_with('-') && uri.starts_with(entry.uri)))
}

/// The entry that an unknown identifier was probably meant to be: the same but for white space, letter case or
/// what stands before `#`. Senders do write `…/2000/09/xmldsig#rsa-sha256`, which no specification has.
pub fn similar(uri: &str) -> Option<&'static Entry> {
    let uri = uri.trim();
    let fragment = uri.rsplit_once('#').map_or(uri, |(_, fragment)| fragment);
    let same = |entry: &&Entry| entry.uri.eq_ignore_ascii_case(uri);
    TABLE.iter().find(same).or_else(|| {
        TABLE.iter().find(|entry| {
            let own = entry.uri.rsplit_once('#').map_or("", |(_, fragment)| fragment);
            !own.is_empty() && own.eq_ignore_ascii_case(fragment)
        })
    })
}

/// The algorithm of a DigestMethod.
pub fn digest(uri: &str) -> Lookup<DigestAlgorithm> {
    lookup(uri, Role::Digest, |meaning| match meaning {
        Meaning::Digest(algorithm) => Some(algorithm),
        _ => None,
    })
}

/// The algorithm of a SignatureMethod. For `#rsa-pss` the parameters are the default ones; those in
/// RSAPSSParams take their place.
pub fn signature(uri: &str) -> Lookup<SignatureMethod> {
    lookup(uri, Role::Signature, |meaning| match meaning {
        Meaning::Signature(method) => Some(method),
        _ => None,
    })
}

/// The algorithm of the EncryptionMethod of EncryptedData.
pub fn block_cipher(uri: &str) -> Lookup<BlockCipher> {
    lookup(uri, Role::Cipher, |meaning| match meaning {
        Meaning::Cipher(cipher) => Some(cipher),
        _ => None,
    })
}

/// The algorithm of the EncryptionMethod of an EncryptedKey under a public key. Its digests are those that
/// the identifier has by default; DigestMethod and MGF take their place where present.
pub fn key_transport(uri: &str) -> Lookup<KeyTransport> {
    lookup(uri, Role::KeyTransport, |meaning| match meaning {
        Meaning::KeyTransport(transport) => Some(transport),
        _ => None,
    })
}

/// The algorithm of the EncryptionMethod of an EncryptedKey under a shared key.
pub fn key_wrap(uri: &str) -> Lookup<KeyWrap> {
    lookup(uri, Role::KeyWrap, |meaning| match meaning {
        Meaning::KeyWrap(wrap) => Some(wrap),
        _ => None,
    })
}

/// The digest within the mask generation function of an MGF element (XML-Enc 1.1 §5.5.2).
pub fn mask_generation(uri: &str) -> Lookup<DigestAlgorithm> {
    lookup(uri, Role::MaskGeneration, |meaning| match meaning {
        Meaning::Mask(digest) => Some(digest),
        _ => None,
    })
}

fn back(meaning: Meaning) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.meaning == meaning)
}

fn lookup<T>(uri: &str, due: Role, pick: fn(Meaning) -> Option<T>) -> Lookup<T> {
    let Some(entry) = entry(uri) else {
        return Lookup::Unknown;
    };
    if let Some(algorithm) = pick(entry.meaning) {
        return Lookup::Supported(algorithm);
    }
    let why = match entry.meaning {
        Meaning::No(why) if entry.role == due || entry.role == Role::Mac => why,
        _ => match entry.role {
            Role::Digest => "is a digest, which cannot stand here",
            Role::Mac => "is a message authentication code, which cannot stand here",
            Role::Signature => "is a signature algorithm, which cannot stand here",
            Role::Cipher => "is a cipher for data, which cannot stand here",
            Role::KeyTransport => "is a key transport, which cannot stand here",
            Role::KeyWrap => "is a key wrap, which cannot stand here",
            Role::KeyAgreement => "is a key agreement, which is not computed here",
            Role::KeyDerivation => "is a key derivation, which cannot stand here",
            Role::MaskGeneration => "is a mask generation function, which cannot stand here",
            Role::Canonicalization => "is a canonicalization, which cannot stand here",
            Role::Transform => "is a transform, which cannot stand here",
            Role::KeyInfoType => "is a type of key information, which cannot stand here",
        },
    };
    Lookup::Known { name: entry.name, why }
}
