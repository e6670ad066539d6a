//! Which entities of the metadata may have sent a message: by its Issuer, by the key that its signature holds with, by what
//! its artifact says.

use super::nearmiss::{self, Difference};
use crate::crypto::PublicKey;
use crate::crypto::digest::{DigestAlgorithm, digest};
use crate::flow::{Case, Seen};
use crate::saml::metadata::Entity;

/// An entity that may have sent a message.
pub(crate) struct Sender {
    /// The number of the message's capture.
    pub(crate) capture: usize,
    /// The number of the file among the case's.
    pub(crate) file: usize,
    /// The number of the entity in it.
    pub(crate) entity: usize,
    pub(crate) entity_id: String,
    /// `issuer`, `key`, `artifact`.
    pub(crate) by: Vec<&'static str>,
    /// Where the message names another, nearly the same.
    pub(crate) near: Option<Difference>,
    /// Whom the message names.
    pub(crate) named: Option<String>,
}

/// The entities that may have sent the messages of the judged login. A message whose Issuer no entity has, and that nothing
/// else tells, is asked for the nearest name.
pub(crate) fn senders(case: &Case<'_>) -> Vec<Sender> {
    if case.metadata.is_empty() {
        return Vec::new();
    }
    case.judged().flat_map(|seen| of(case, seen)).collect()
}

fn of(case: &Case<'_>, seen: &Seen<'_>) -> Vec<Sender> {
    let message = seen.message.filter(|message| message.is_saml() && !message.is_metadata());
    let artifact = seen.artifact();
    if message.is_none() && artifact.is_none() {
        return Vec::new();
    }
    let issuer = message.and_then(|message| message.issuer()).map(|issuer| issuer.text.into_owned());
    let keys = keys(seen);
    let mut found = Vec::new();
    for (file, entity, number) in all(case) {
        let mut by = Vec::new();
        if issuer.is_some() && entity.id() == issuer.as_deref() {
            by.push("issuer");
        }
        if !keys.is_empty() && has_key(entity, &keys) {
            by.push("key");
        }
        let is_source =
            |id: &str| artifact.is_some_and(|a| digest(DigestAlgorithm::Sha1, id.as_bytes()).as_bytes() == a.source_id);
        if entity.id().is_some_and(is_source) {
            by.push("artifact");
        }
        if !by.is_empty() {
            found.push(sender(seen, file, number, entity, by, &issuer));
        }
    }
    let unknown = issuer.as_deref().filter(|_| found.iter().all(|sender| !sender.by.contains(&"issuer")));
    let near = unknown.and_then(|issuer| {
        let (nearest, difference) = nearmiss::nearest(issuer, all(case).filter_map(|(_, entity, _)| entity.id()))?;
        let (file, entity, number) = all(case).find(|(_, entity, _)| entity.id() == Some(nearest))?;
        difference
            .is_near()
            .then(|| (sender(seen, file, number, entity, Vec::new(), &Some(issuer.to_owned())), difference))
    });
    if let Some((mut sender, difference)) = near {
        sender.near = Some(difference);
        found.push(sender);
    }
    found
}

fn all<'d>(case: &Case<'d>) -> impl Iterator<Item = (usize, &'d Entity, usize)> {
    let files = case.metadata.iter().enumerate();
    files.flat_map(|(file, of)| {
        of.entities.entities.iter().enumerate().map(move |(number, entity)| (file, entity, number))
    })
}

/// The keys that the message's signatures hold with, or that those show which hold with none.
fn keys<'s>(seen: &'s Seen<'_>) -> Vec<&'s PublicKey> {
    let mut keys: Vec<&PublicKey> = Vec::new();
    for verdict in seen.signatures() {
        let shown = seen.shown(verdict).iter().map(|key| &key.key);
        let own: Vec<&PublicKey> = match &verdict.public_key {
            Some(key) => vec![key],
            None => shown.collect(),
        };
        keys.extend(own.into_iter().filter(|key| !keys.contains(key)).collect::<Vec<_>>());
    }
    keys.extend(seen.query.iter().filter_map(|query| query.public_key.as_ref()));
    keys
}

fn has_key(entity: &Entity, keys: &[&PublicKey]) -> bool {
    let descriptors = || entity.roles.iter().flat_map(|role| role.signing_keys());
    let certified =
        descriptors().flat_map(|key| key.readable()).filter_map(|certificate| certificate.key.as_ref().ok());
    let bare = descriptors().flat_map(|key| key.bare_keys.iter().map(|(_, key)| key));
    certified.chain(bare).any(|key| keys.contains(&key))
}

fn sender(
    seen: &Seen<'_>,
    file: usize,
    number: usize,
    entity: &Entity,
    by: Vec<&'static str>,
    issuer: &Option<String>,
) -> Sender {
    let entity_id = entity.id().unwrap_or_default().to_owned();
    let named = issuer.clone().filter(|issuer| *issuer != entity_id);
    Sender { capture: seen.index, file, entity: number, entity_id, by, near: None, named }
}
