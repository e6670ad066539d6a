//! What the report says of every certificate and key of a case: what each is, where it stands, what it verified.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::signature::CertificateReport;
use crate::crypto::{Certificate, PublicKey};
use crate::dsig::names::DSIG;
use crate::dsig::{Held, held};
use crate::flow::{Case, Seen};
use crate::limits;
use crate::saml::metadata::{Entity, KeyDescriptor, Role};
use crate::saml::names::METADATA;
use crate::xml::{Document, Node};

/// A certificate, a public key without one, or a private key; the same one wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyReport {
    /// `certificate`, `public-key`, or `private-key` for one whose certificate is nowhere.
    pub kind: String,
    /// What the certificate says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateReport>,
    /// The first moment of validity, in seconds since 1970; `None` where there is none that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// The last moment of validity, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<i64>,
    /// Whether the certificate names its subject as its issuer (RFC 5280 §3.2), as the self-signed ones do that metadata
    /// has nearly always.
    pub self_issued: bool,
    /// The kind of the key: `RSA`, `EC P-256`, `Ed25519`; `None` where it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_algorithm: Option<String>,
    /// The size of the key in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_bits: Option<usize>,
    /// SHA-256 of the SubjectPublicKeyInfo, in hexadecimal: the same for every certificate of a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_sha256: Option<String>,
    /// The certificate or public key as PEM; left out of an abridged report, and over [`limits::PEM_BYTES`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pem: Option<String>,
    /// Where it stands, as far as [`limits::KEY_USES`] goes.
    pub uses: Vec<KeyUseReport>,
    /// The signatures that hold with its key.
    pub verified: Vec<SignatureNumber>,
}

/// Where a certificate or key stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct KeyUseReport {
    /// `message`, `metadata`, `certificate` for one that was given as trusted, or `private-key` for its other half.
    pub place: String,
    /// The name of the input or of the file.
    pub file: String,
    /// The number of the capture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<usize>,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decryption: Option<usize>,
    /// Its bytes in that text, half open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<[usize; 2]>,
    /// In a message the element whose KeyInfo it is: `Signature`, `EncryptedKey`, `SubjectConfirmationData`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// In metadata the `entityID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// In metadata the role's element: `IDPSSODescriptor`, `SPSSODescriptor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// In metadata `use`, as written; `None` where it is left out, so that the key is for both.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
}

/// A signature, by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SignatureNumber {
    /// The number of the capture.
    pub capture: usize,
    /// Its number among the capture's signatures.
    pub signature: usize,
}

/// Every certificate and key of a case, those of its messages first, and how many places are left out over
/// [`limits::REPORT_KEYS`].
pub(super) fn keys(case: &Case<'_>) -> (Vec<KeyReport>, usize) {
    let mut all = Keys::default();
    for seen in case.seen {
        all.add_message(seen);
    }
    let given = case.context.keys.iter().filter(|key| key.owner.is_none());
    for key in given {
        let what = key.certificate.as_deref().map_or(What::Key(&key.key), What::Certificate);
        all.add(what, || {
            let file = key.name.strip_prefix("certificate:").unwrap_or(&key.name).to_owned();
            KeyUseReport { place: "certificate".to_owned(), file, ..KeyUseReport::default() }
        });
    }
    let parties: Vec<&Entity> = [case.idp_entity(), case.sp_entity()].into_iter().flatten().map(|(_, e)| e).collect();
    // The two that the login is between, then whoever else the metadata describes.
    let is_party = |entity: &Entity| parties.iter().any(|party| std::ptr::eq(*party, entity));
    for party in [true, false] {
        for (file, entity) in case.entities().filter(|(_, entity)| is_party(entity) == party) {
            for (role, key) in entity.roles.iter().flat_map(|role| role.keys.iter().map(move |key| (role, key))) {
                all.add_metadata(&file.name, file.capture, entity, role, key);
            }
        }
    }
    for private in &case.context.private_keys {
        all.add_private(&private.name, private.key.public());
    }
    all.verified(case.seen);
    (all.entries.into_iter().map(|entry| entry.report).collect(), all.left_out)
}

/// What is listed, borrowed from where it stands: a federation has thousands, of which few are told.
#[derive(Clone, Copy)]
enum What<'k> {
    Certificate(&'k Certificate),
    Key(&'k PublicKey),
}

impl<'k> What<'k> {
    fn of(held: &'k Held) -> Self {
        match held {
            Held::Certificate(certificate) => Self::Certificate(certificate),
            Held::Key(key) => Self::Key(key),
        }
    }

    fn key(self) -> Option<&'k PublicKey> {
        match self {
            Self::Certificate(certificate) => certificate.key.as_ref().ok(),
            Self::Key(key) => Some(key),
        }
    }
}

/// One line of the list, with what it is known by.
struct Entry {
    /// The DER of the certificate; of a bare key there is none.
    der: Option<Vec<u8>>,
    key: Option<PublicKey>,
    report: KeyReport,
}

#[derive(Default)]
struct Keys {
    entries: Vec<Entry>,
    left_out: usize,
}

impl Keys {
    /// One more place of a certificate or key.
    fn add(&mut self, what: What<'_>, place: impl FnOnce() -> KeyUseReport) {
        let known = self.entries.iter().position(|entry| match what {
            What::Certificate(certificate) => entry.der.as_ref() == Some(&certificate.der),
            What::Key(key) => entry.der.is_none() && entry.key.as_ref() == Some(key),
        });
        let full = self.entries.len() >= limits::REPORT_KEYS;
        match known.and_then(|known| self.entries.get_mut(known)) {
            Some(entry) if entry.report.uses.len() < limits::KEY_USES => entry.report.uses.push(place()),
            None if !full => self.entries.push(Entry::of(what, place())),
            _ => self.left_out += 1,
        }
    }

    /// What the KeyInfos of a message hold, in the text as sent and in what was decrypted of it.
    fn add_message(&mut self, seen: &Seen<'_>) {
        let opened = seen.message.map(|message| message.0.document());
        let opened = opened.filter(|opened| seen.sent.is_some_and(|sent| !std::ptr::eq(*opened, sent)));
        for node in seen.sent.into_iter().flat_map(key_infos) {
            self.add_key_info(seen, node, |node| Some((None, [node.span().start, node.span().end])));
        }
        for node in opened.into_iter().flat_map(key_infos) {
            // What stands outside of the decrypted parts was sent, and is told already.
            self.add_key_info(seen, node, |node| {
                let place = seen.place_of_span(&node.span());
                Some((Some(place.decryption?), place.span?))
            });
        }
    }

    fn add_key_info(
        &mut self,
        seen: &Seen<'_>,
        key_info: Node<'_>,
        place: impl Fn(Node<'_>) -> Option<(Option<usize>, [usize; 2])>,
    ) {
        let Some(parent) = key_info.parent().filter(|parent| !parent.is(METADATA, "KeyDescriptor")) else { return };
        if place(key_info).is_none() {
            return;
        }
        for (node, held) in held(key_info) {
            let Some((decryption, span)) = place(node) else { continue };
            self.add(What::of(&held), || KeyUseReport {
                place: "message".to_owned(),
                file: seen.input.to_owned(),
                capture: Some(seen.index),
                decryption,
                span: Some(span),
                element: Some(parent.local_name().to_owned()),
                ..KeyUseReport::default()
            });
        }
    }

    fn add_metadata(&mut self, file: &str, capture: Option<usize>, entity: &Entity, role: &Role, key: &KeyDescriptor) {
        let certificates = key.certificates.iter().filter_map(|found| {
            let certificate = found.result.as_ref().ok()?;
            Some((&found.span, What::Certificate(certificate)))
        });
        let bare = key.bare_keys.iter().map(|(span, key)| (span, What::Key(key)));
        for (span, what) in certificates.chain(bare) {
            self.add(what, || KeyUseReport {
                place: "metadata".to_owned(),
                file: file.to_owned(),
                capture,
                span: capture.map(|_| [span.start, span.end]),
                entity_id: entity.id().map(str::to_owned),
                role: Some(role.kind.to_owned()),
                usage: key.usage.as_ref().map(|usage| usage.text.to_string()),
                ..KeyUseReport::default()
            });
        }
    }

    /// A private key stands with the certificates and keys that it belongs to, and by itself where there are none. Nothing
    /// of it is told but its name, kind and size.
    fn add_private(&mut self, name: &str, public: &PublicKey) {
        let place =
            || KeyUseReport { place: "private-key".to_owned(), file: name.to_owned(), ..KeyUseReport::default() };
        let mut belongs = self.entries.iter_mut().filter(|entry| entry.key.as_ref() == Some(public)).peekable();
        if belongs.peek().is_some() {
            belongs.for_each(|entry| entry.report.uses.push(place()));
            return;
        }
        let mut entry = Entry::of(What::Key(public), place());
        entry.report.kind = "private-key".to_owned();
        (entry.report.key_sha256, entry.report.pem) = (None, None);
        self.entries.push(entry);
    }

    fn verified(&mut self, all: &[Seen<'_>]) {
        for seen in all {
            let xml = seen.signatures().map(|verdict| verdict.public_key.as_ref().filter(|_| verdict.fault.is_none()));
            let query = seen.query.iter().map(|query| query.public_key.as_ref().filter(|_| query.fault.is_none()));
            for (signature, key) in xml.chain(query).enumerate().filter(|(_, key)| key.is_some()) {
                for entry in self.entries.iter_mut().filter(|entry| entry.key.as_ref() == key) {
                    entry.report.verified.push(SignatureNumber { capture: seen.index, signature });
                }
            }
        }
    }
}

/// Every `<ds:KeyInfo>`; one within another is an EncryptedKey's own.
fn key_infos<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Node<'d>> {
    document.elements_named(DSIG, "KeyInfo")
}

impl Entry {
    fn of(what: What<'_>, place: KeyUseReport) -> Self {
        let (kind, label, certificate, der) = match what {
            What::Certificate(certificate) => {
                ("certificate", "CERTIFICATE", Some(certificate), certificate.der.clone())
            }
            What::Key(key) => ("public-key", "PUBLIC KEY", None, key.to_spki()),
        };
        let key = what.key();
        let report = KeyReport {
            kind: kind.to_owned(),
            not_before: certificate.and_then(|certificate| certificate.not_before.unix),
            not_after: certificate.and_then(|certificate| certificate.not_after.unix),
            self_issued: certificate.is_some_and(|certificate| certificate.self_issued),
            certificate: certificate.map(CertificateReport::of),
            key_algorithm: key.map(PublicKey::name),
            key_bits: key.and_then(PublicKey::bits),
            key_sha256: key.map(|key| key.spki_sha256().hex()),
            pem: (der.len() <= limits::PEM_BYTES).then(|| pem(label, &der)),
            uses: vec![place],
            verified: Vec::new(),
        };
        Self { der: certificate.map(|_| der), key: key.cloned(), report }
    }
}

/// Lines of 64 characters between two of hyphens (RFC 7468 §2).
fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (at, character) in STANDARD.encode(der).chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text + &format!("\n-----END {label}-----\n")
}

#[cfg(test)]
#[allow(clippy::string_slice)] // Of spans that reports give.
mod tests;
