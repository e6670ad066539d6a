//! Which EncryptedKey elements may hold the session key of an EncryptedData, likeliest first.

use super::method::{Transport, octets};
use super::names::KeyNames;
use super::part::{EncryptedKey, Note, Placement};
use super::reason::{Reason, UnsupportedAt};
use super::splice::Spliced;
use super::{DSIG, XENC, XENC11};
use crate::crypto::algorithm;
use crate::crypto::key_transport::KeyTransport;
use crate::limits::ENCRYPTED_KEYS;
use crate::xml::Node;

/// An EncryptedKey that is to be tried.
pub(super) struct Candidate {
    pub(super) facts: EncryptedKey,
    /// The encrypted session key.
    octets: Result<Vec<u8>, Reason>,
}

/// An EncryptedKey that any private key can be tried with.
pub(super) struct Ready<'c> {
    pub(super) transport: KeyTransport,
    pub(super) label: &'c [u8],
    pub(super) octets: &'c [u8],
}

impl Candidate {
    /// Its parts, or why no private key can open it.
    pub(super) fn ready(&self) -> Result<Ready<'_>, Reason> {
        let octets = self.octets.as_ref().map_err(Clone::clone)?;
        let transport = self.facts.transport.as_ref().ok_or(Reason::Missing("EncryptionMethod"))?;
        Ok(Ready { transport: transport.effective()?, label: transport.label()?, octets })
    }
}

/// What the KeyInfo of an EncryptedData leads to.
pub(super) struct Found {
    pub(super) candidates: Vec<Candidate>,
    pub(super) notes: Vec<Note>,
    /// Going over [`ENCRYPTED_KEYS`].
    pub(super) too_many: bool,
    /// A key agreement or derivation that takes the place of an EncryptedKey.
    pub(super) agreement: Option<Reason>,
}

/// Finds the EncryptedKeys of `data` among `all` of its document.
pub(super) fn find<'d>(data: Node<'d>, all: &[Node<'d>], spliced: &Spliced) -> Found {
    let mut notes = Vec::new();
    let mut nodes: Vec<(Node<'_>, Placement)> = Vec::new();
    let mut add = |node: Node<'d>, placement| {
        if !nodes.iter().any(|(known, _)| *known == node) {
            nodes.push((node, placement));
        }
    };
    let info = || data.elements_named(DSIG, "KeyInfo");
    for key in info().flat_map(|info| info.elements_named(XENC, "EncryptedKey")) {
        add(key, Placement::Inside);
    }
    for method in info().flat_map(|info| info.elements_named(DSIG, "RetrievalMethod")) {
        let uri = attribute(method, "URI").unwrap_or_default();
        let mut hits = all.iter().filter(|key| points_at(&uri, **key)).peekable();
        if hits.peek().is_none() {
            notes.push(Note::RetrievalToNothing { uri: uri.clone() });
        }
        hits.for_each(|key| add(*key, Placement::Retrieved));
    }
    for key in all.iter().filter(|key| references(**key).any(|uri| points_at(&uri, data))) {
        add(*key, Placement::ReferenceList);
    }
    for key in data.parent().into_iter().flat_map(|parent| parent.elements_named(XENC, "EncryptedKey")) {
        if references(key).next().is_none() {
            add(key, Placement::Beside);
        }
    }
    let too_many = nodes.len() > ENCRYPTED_KEYS;
    // A key that names nothing, the only one, may be described in the KeyInfo that it stands in.
    let only = nodes.len() == 1;
    let candidate = |(node, placement): (Node<'_>, Placement)| {
        let mut names = KeyNames::read(node);
        if names.is_empty() && only {
            names = KeyNames::read(data);
        }
        Candidate {
            facts: EncryptedKey {
                span: spliced.original(node.span()),
                placement,
                transport: Transport::read(node),
                recipient: attribute(node, "Recipient"),
                names,
            },
            octets: agreement(node).map_or_else(|| octets(node), Err),
        }
    };
    let candidates = nodes.into_iter().take(ENCRYPTED_KEYS).map(candidate).collect();
    Found { candidates, notes, too_many, agreement: agreement(data) }
}

/// The key agreement or derivation that the KeyInfo of `owner` asks for (XML-Enc 1.1 §5.4, §5.6). None is computed.
fn agreement(owner: Node<'_>) -> Option<Reason> {
    let method = owner.elements_named(DSIG, "KeyInfo").find_map(|info| {
        let derived =
            info.element(XENC11, "DerivedKey").map(|key| key.element(XENC11, "KeyDerivationMethod").unwrap_or(key));
        info.element(XENC, "AgreementMethod").or(derived)
    })?;
    let uri = attribute(method, "Algorithm").unwrap_or_default();
    let name = algorithm::entry(&uri).map(|entry| entry.name);
    Some(Reason::Unsupported { at: UnsupportedAt::KeyAgreement, uri, name })
}

pub(super) fn attribute(node: Node<'_>, name: &str) -> Option<String> {
    node.attribute(name).map(|attribute| attribute.value().into_owned())
}

/// Every DataReference of an EncryptedKey (XML-Enc 1.1 §3.6).
fn references(key: Node<'_>) -> impl Iterator<Item = String> {
    key.elements_named(XENC, "ReferenceList")
        .flat_map(|list| list.elements_named(XENC, "DataReference"))
        .filter_map(|reference| attribute(reference, "URI"))
}

/// Whether a URI is `#` and the `Id` of this element. Nothing outside of the document is looked at.
fn points_at(uri: &str, node: Node<'_>) -> bool {
    uri.strip_prefix('#').is_some_and(|id| !id.is_empty() && node.attribute("Id").is_some_and(|own| own.value() == id))
}
