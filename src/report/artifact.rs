//! An artifact as the report tells it, and whose it is by the metadata (SAML 2.0 Bindings §3.6.4).

use serde::Serialize;

use crate::crypto::digest::{DigestAlgorithm, digest, hex};
use crate::flow::{Case, Seen};
use crate::saml::metadata::{Endpoint, Entity};

/// What an artifact says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArtifactReport {
    /// 4 in SAML 2.0, 1 in SAML 1.1.
    pub type_code: usize,
    /// Which ArtifactResolutionService of the issuer has the message; SAML 1.1 has none.
    pub endpoint_index: Option<usize>,
    /// `SourceID` in hexadecimal: the SHA-1 digest of the issuer's entity ID.
    pub source_id: String,
    /// `MessageHandle` in hexadecimal.
    pub message_handle: String,
    /// The entity of the metadata whose ID has that digest.
    pub entity_id: Option<String>,
    /// Where the message is fetched: that entity's ArtifactResolutionService of that index.
    pub location: Option<String>,
    /// The other captures of the same message: those with the same artifact, and the answer to it.
    pub captures: Vec<usize>,
}

impl ArtifactReport {
    /// The artifact that a capture is, or that it asks with.
    pub(super) fn of(seen: &Seen<'_>, case: &Case<'_>) -> Option<Self> {
        let artifact = seen.artifact()?;
        let is_source = |entity: &Entity| {
            let digest = entity.id().map(|id| digest(DigestAlgorithm::Sha1, id.as_bytes()));
            digest.is_some_and(|digest| digest.as_bytes() == artifact.source_id)
        };
        let entity = case.entities().map(|(_, entity)| entity).find(|entity| is_source(entity));
        let has_index = |endpoint: &&Endpoint| {
            let index = endpoint.index.as_ref().and_then(|index| index.text.trim().parse::<u16>().ok());
            index.is_some() && index == artifact.endpoint_index
        };
        let endpoints = entity.into_iter().flat_map(|entity| &entity.roles);
        let mut endpoints = endpoints.flat_map(|role| role.endpoints_named("ArtifactResolutionService"));
        let location = endpoints.find(has_index).and_then(|endpoint| endpoint.location.as_ref());
        let others = case.seen.iter().filter(|other| other.index != seen.index);
        let is_same = |other: &&Seen<'_>| {
            let fetched = case.delivery_of(other).and_then(|delivery| delivery.artifact());
            other.artifact() == Some(artifact) || fetched == Some(artifact)
        };
        Some(Self {
            type_code: usize::from(artifact.type_code),
            endpoint_index: artifact.endpoint_index.map(usize::from),
            source_id: hex(&artifact.source_id),
            message_handle: hex(&artifact.message_handle),
            entity_id: entity.and_then(Entity::id).map(str::to_owned),
            location: location.map(|location| location.text.to_string()),
            captures: others.filter(is_same).map(|other| other.index).collect(),
        })
    }
}
