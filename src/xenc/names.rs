//! Which key an EncryptedKey says it is encrypted to, and whether a private key is that one.

use super::DSIG;
use crate::crypto::armor;
use crate::crypto::certificate::{Certificate, CertificateError};
use crate::crypto::{PrivateKey, PublicKey};
use crate::limits::KEY_NAMES;
use crate::xml::{Node, NodeKind};

/// What the KeyInfo of an EncryptedKey names (XMLDSig 1.1 §4.5), at most [`KEY_NAMES`] of each sort.
///
/// It is a hint of the sender and proves nothing: the key that opens is the right one, whatever is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyNames {
    /// X509Certificate: the certificate with its subject and fingerprint, or why it cannot be read; `None` in its place
    /// is text that is no base64 at all.
    pub certificates: Vec<Option<Result<Certificate, CertificateError>>>,
    /// RSAKeyValue.
    pub key_values: Vec<PublicKey>,
    /// KeyName.
    pub key_names: Vec<String>,
    /// X509IssuerSerial.
    pub issuer_serials: Vec<IssuerSerial>,
    /// X509SubjectName.
    pub subject_names: Vec<String>,
    /// X509SKI, decoded.
    pub subject_key_identifiers: Vec<Vec<u8>>,
}

/// X509IssuerSerial, as written (XMLDSig 1.1 §4.5.4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerSerial {
    /// X509IssuerName.
    pub issuer: String,
    /// X509SerialNumber.
    pub serial: String,
}

impl KeyNames {
    /// Reads the KeyInfo of `owner`, however deep in it the names stand: WS-Security wraps them once more. What belongs to
    /// an EncryptedKey within is not the owner's.
    pub(super) fn read(owner: Node<'_>) -> Self {
        let mut names = Self::default();
        let mut skip = 0;
        for node in owner.elements_named(DSIG, "KeyInfo").flat_map(Node::descendants) {
            if node.kind() != NodeKind::Element || node.span().start < skip {
                continue;
            }
            if node.is(super::XENC, "EncryptedKey") {
                skip = node.span().end;
            } else if node.namespace() == DSIG {
                names.take(node);
            }
        }
        names
    }

    fn take(&mut self, node: Node<'_>) {
        let text = || node.text_content().trim().to_owned();
        let child = |name| node.element(DSIG, name).map(|child| child.text_content().trim().to_owned());
        match node.local_name() {
            "X509Certificate" => push(&mut self.certificates, || Some(certificate(node))),
            "KeyName" => push(&mut self.key_names, || Some(text())),
            "X509SubjectName" => push(&mut self.subject_names, || Some(text())),
            "X509SKI" => push(&mut self.subject_key_identifiers, || armor::base64(&text()).ok()),
            "X509IssuerSerial" => push(&mut self.issuer_serials, || {
                Some(IssuerSerial { issuer: child("X509IssuerName")?, serial: child("X509SerialNumber")? })
            }),
            "RSAKeyValue" => push(&mut self.key_values, || {
                let modulus = armor::base64(&child("Modulus")?).ok()?;
                let exponent = armor::base64(&child("Exponent")?).ok()?;
                PublicKey::from_rsa_numbers(&modulus, &exponent).ok()
            }),
            _ => {}
        }
    }

    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The certificates that could be read.
    pub fn readable_certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().flatten().flatten()
    }

    /// Whether a private key belongs to one of the keys named: `None` where none is named whose public key is there.
    ///
    /// Of a chain one certificate is enough: which of them is the recipient's own is not said (XMLDSig 1.1 §4.5.4).
    pub fn belongs(&self, key: &PrivateKey) -> Option<bool> {
        let of_certificates = self.readable_certificates().filter_map(|certificate| certificate.key.as_ref().ok());
        let mut named = of_certificates.chain(&self.key_values).map(|public| key.belongs_to(public)).peekable();
        named.peek()?;
        Some(named.any(|belongs| belongs))
    }
}

fn push<T>(list: &mut Vec<T>, read: impl FnOnce() -> Option<T>) {
    if list.len() < KEY_NAMES {
        list.extend(read());
    }
}

/// The first certificate of an X509Certificate element, which may have come wrapped in PEM.
fn certificate(node: Node<'_>) -> Option<Result<Certificate, CertificateError>> {
    let bundle = armor::certificates(node.text_content().as_bytes()).ok()?;
    bundle.certificates.into_iter().next()
}
