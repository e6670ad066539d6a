//! What the messages say of the identity provider, held against its metadata.

use super::{IDP, Listed, Party, SP, Table, binding, bindings, captured, locations, said};
use crate::checks::rule::Evidence;
use crate::crypto::digest::{DigestAlgorithm, digest};

/// The only Format whose qualifiers name the parties (SAML 2.0 Core §8.3.7).
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

impl Table<'_, '_> {
    pub(super) fn identity_provider(&mut self) {
        let (response, request) = (self.case.response(), self.case.request());
        let ids = self.ids(IDP);
        if let Some((seen, message)) = response.and_then(|seen| Some((seen, seen.message?))) {
            self.row("idp-entity-id", "idp", said(seen, "Response/Issuer", message.issuer()), &ids);
            let own = self.case.assertion().and_then(|assertion| assertion.issuer());
            self.row("idp-entity-id", "idp", said(seen, "Assertion/Issuer", own), &ids);
        }
        self.qualifiers();
        let Some(party) = self.idp else { return };
        let Party { side, file, role, .. } = party;
        if let Some((seen, message)) = request.and_then(|seen| Some((seen, seen.message?))) {
            let listed = locations(file, role, "SingleSignOnService");
            let destination = message.destination();
            self.row("sso-url", side, said(seen, "AuthnRequest/@Destination", message.destination()), &listed);
            self.row("sso-url", side, captured(seen, &listed), &listed);
            let address = destination.as_ref().map(|value| &*value.text);
            self.row("sso-binding", side, binding(seen), &bindings(party, "SingleSignOnService", address));
            let format = said(seen, "NameIDPolicy/@Format", message.name_id_policy_format());
            self.formats("name-id-format-requested", format, party);
            self.flag("request-signed", party, role.want_authn_requests_signed.as_ref(), seen, seen.is_signed());
        }
        if let Some((seen, assertion)) = response.zip(self.case.assertion()) {
            let format = assertion.subject().and_then(|subject| subject.name_id()?.format());
            self.formats("name-id-format", said(seen, "NameID/@Format", format), party);
        }
        self.artifacts(party);
        self.logout(party);
        self.role(party, response.or(request));
    }

    /// Who made a persistent NameID, and for whom: one of the entities, or a group of them.
    fn qualifiers(&mut self) {
        let Some(seen) = self.case.response() else { return };
        let name = self.case.assertion().and_then(|assertion| assertion.subject()?.name_id());
        let Some(name) = name.filter(|name| name.format().is_some_and(|format| format.text == PERSISTENT)) else {
            return;
        };
        let pairs = [
            ("name-qualifier", IDP, "idp", "NameID/@NameQualifier", name.name_qualifier()),
            ("sp-name-qualifier", SP, "sp", "NameID/@SPNameQualifier", name.sp_name_qualifier()),
        ];
        for (what, role, side, place, value) in pairs {
            let Some(value) = value else { continue };
            // An affiliation is an entity without a role of its own (SAML 2.0 Metadata §2.5).
            let all =
                self.case.entities().filter_map(|(file, entity)| Some((file, "entityID", entity.entity_id.as_ref()?)));
            let mut listed: Vec<Listed<'_>> = all.filter(|(_, _, id)| id.text == *value.text).collect();
            if listed.is_empty() {
                listed = self.ids(role);
            }
            self.row(what, side, said(seen, place, Some(value)), &listed);
        }
    }

    /// Which ArtifactResolutionService has the message (SAML 2.0 Bindings §3.6.4).
    fn artifacts(&mut self, party: Party<'_>) {
        let id = party.entity.id().unwrap_or_default();
        for seen in self.case.judged() {
            let Some(artifact) = seen.artifact() else { continue };
            let Some(index) = artifact.endpoint_index else { continue };
            if digest(DigestAlgorithm::Sha1, id.as_bytes()).as_bytes() != artifact.source_id {
                continue;
            }
            let endpoints = party.role.endpoints_named("ArtifactResolutionService");
            let listed: Vec<_> =
                endpoints.filter_map(|endpoint| Some((endpoint.index_number()?, endpoint.index.as_ref()?))).collect();
            let is_listed = listed.iter().any(|(number, _)| *number == index);
            let shown =
                listed.iter().map(|(_, own)| Evidence::metadata(party.file, "ArtifactResolutionService/@index", own));
            let outcome = match (is_listed, listed.is_empty()) {
                (true, _) => super::Agreement::Match,
                (_, true) => super::Agreement::Unlisted,
                _ => super::Agreement::Mismatch,
            };
            let said = Evidence::outside(seen, "EndpointIndex", &index.to_string());
            self.settled(("artifact-index", party.side), (outcome, ""), Some(said), shown.collect());
        }
    }
}
