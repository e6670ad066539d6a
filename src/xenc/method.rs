//! An EncryptionMethod, read: the algorithm of the data, or that of the session key with its parameters.

use super::reason::{Reason, UnsupportedAt};
use super::{DSIG, XENC, XENC11};
use crate::crypto::algorithm::{self, Lookup};
use crate::crypto::armor::{self, ArmorError};
use crate::crypto::cipher::BlockCipher;
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::key_transport::KeyTransport;
use crate::xml::Node;

/// OAEP whose mask generation function is fixed: MGF1 with SHA-1, whatever an MGF element says (XML-Enc 1.1 §5.5.2).
const OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";

/// An algorithm as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method<T> {
    /// Its identifier as written.
    pub uri: String,
    /// What that stands for.
    pub algorithm: Lookup<T>,
}

impl<T: Copy> Method<T> {
    fn read(node: Node<'_>, lookup: fn(&str) -> Lookup<T>) -> Self {
        let uri = node.attribute("Algorithm").map_or_else(String::new, |attribute| attribute.value().into_owned());
        Self { algorithm: lookup(&uri), uri }
    }

    /// The algorithm, or that it is not computed.
    pub(super) fn supported(&self, at: UnsupportedAt) -> Result<T, Reason> {
        match self.algorithm {
            Lookup::Supported(algorithm) => Ok(algorithm),
            Lookup::Known { name, .. } => Err(Reason::Unsupported { at, uri: self.uri.clone(), name: Some(name) }),
            Lookup::Unknown => Err(Reason::Unsupported { at, uri: self.uri.clone(), name: None }),
        }
    }
}

/// The cipher that the EncryptionMethod of an EncryptedData names.
pub(super) fn cipher(data: Node<'_>) -> Option<Method<BlockCipher>> {
    data.element(XENC, "EncryptionMethod").map(|node| Method::read(node, algorithm::block_cipher))
}

/// How a session key is encrypted: the EncryptionMethod of an EncryptedKey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// The algorithm. Its digests are those that the identifier has by itself.
    pub method: Method<KeyTransport>,
    /// DigestMethod: the digest of the label; left out it is SHA-1 (XML-Enc 1.1 §5.5.2).
    pub digest: Option<Method<DigestAlgorithm>>,
    /// MGF: the mask generation function; left out it is MGF1 with SHA-1.
    pub mgf: Option<Method<DigestAlgorithm>>,
    /// OAEPparams, decoded: the label; left out it is empty.
    pub label: Option<Result<Vec<u8>, ArmorError>>,
}

impl Transport {
    pub(super) fn read(encrypted_key: Node<'_>) -> Option<Self> {
        let node = encrypted_key.element(XENC, "EncryptionMethod")?;
        Some(Self {
            method: Method::read(node, algorithm::key_transport),
            digest: node.element(DSIG, "DigestMethod").map(|node| Method::read(node, algorithm::digest)),
            mgf: node.element(XENC11, "MGF").map(|node| Method::read(node, algorithm::mask_generation)),
            label: node.element(XENC, "OAEPparams").map(|node| armor_or_nothing(&node.text_content())),
        })
    }

    /// What all of it together means.
    pub(super) fn effective(&self) -> Result<KeyTransport, Reason> {
        let transport = self.method.supported(UnsupportedAt::KeyTransport)?;
        let KeyTransport::RsaOaep { mut digest, mut mgf_digest } = transport else { return Ok(transport) };
        if let Some(method) = &self.digest {
            digest = method.supported(UnsupportedAt::OaepDigest)?;
        }
        if let Some(method) = self.mgf.as_ref().filter(|_| self.method.uri != OAEP_MGF1P) {
            mgf_digest = method.supported(UnsupportedAt::OaepMask)?;
        }
        Ok(KeyTransport::RsaOaep { digest, mgf_digest })
    }

    /// The label of OAEP.
    pub(super) fn label(&self) -> Result<&[u8], Reason> {
        match &self.label {
            None => Ok(&[]),
            Some(Ok(label)) => Ok(label),
            Some(Err(error)) => Err(not_base64(error)),
        }
    }
}

/// Base64 as armor reads it, but nothing is no error: an empty label is one.
pub(super) fn armor_or_nothing(text: &str) -> Result<Vec<u8>, ArmorError> {
    match armor::base64(text) {
        Err(ArmorError::Empty) => Ok(Vec::new()),
        other => other,
    }
}

pub(super) fn not_base64(error: &ArmorError) -> Reason {
    match error {
        ArmorError::NotBase64 { offset, .. } => Reason::NotBase64 { at: Some(*offset) },
        _ => Reason::NotBase64 { at: None },
    }
}

/// The octets of an EncryptedData or EncryptedKey (XML-Enc 1.1 §3.3).
pub(super) fn octets(node: Node<'_>) -> Result<Vec<u8>, Reason> {
    let data = node.element(XENC, "CipherData").ok_or(Reason::Missing("CipherData"))?;
    if let Some(value) = data.element(XENC, "CipherValue") {
        return armor_or_nothing(&value.text_content()).map_err(|error| not_base64(&error));
    }
    match data.element(XENC, "CipherReference") {
        Some(reference) => {
            let uri = reference.attribute("URI").map_or_else(String::new, |uri| uri.value().into_owned());
            Err(Reason::CipherReference { uri })
        }
        None => Err(Reason::Missing("CipherValue")),
    }
}
