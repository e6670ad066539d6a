//! What the messages say of the service, held against its metadata.

use super::{Listed, Party, SP, Table, binding, bindings, captured, locations, said};
use crate::checks::rule::Evidence;
use crate::saml::attribute;

impl Table<'_, '_> {
    pub(super) fn service(&mut self) {
        let (response, request) = (self.case.response(), self.case.request());
        let ids = self.ids(SP);
        if let Some((seen, message)) = request.and_then(|seen| Some((seen, seen.message?))) {
            self.row("sp-entity-id", "sp", said(seen, "AuthnRequest/Issuer", message.issuer()), &ids);
        }
        if let Some((seen, assertion)) = response.zip(self.case.assertion()) {
            let audiences = assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences());
            for audience in audiences {
                self.row("sp-entity-id", "sp", said(seen, "Audience", Some(audience)), &ids);
            }
        }
        let Some(party) = self.sp else { return };
        let Party { side, file, role, .. } = party;
        let acs = locations(file, role, "AssertionConsumerService");
        if let Some((seen, message)) = request.and_then(|seen| Some((seen, seen.message?))) {
            let url = message.assertion_consumer_service_url();
            let address = url.as_ref().map(|url| url.text.clone().into_owned());
            self.row("acs-url", side, said(seen, "AuthnRequest/@AssertionConsumerServiceURL", url), &acs);
            let name = "AssertionConsumerServiceIndex";
            let endpoints = role.endpoints_named("AssertionConsumerService");
            let indexes: Vec<Listed<'_>> = endpoints
                .filter_map(|endpoint| Some((file, "AssertionConsumerService/@index", endpoint.index.as_ref()?)))
                .collect();
            self.row(
                "acs-index",
                side,
                said(seen, "AuthnRequest/@AssertionConsumerServiceIndex", attribute(message.0, name)),
                &indexes,
            );
            let name = "AttributeConsumingServiceIndex";
            let services: Vec<Listed<'_>> = role
                .attribute_services
                .iter()
                .filter_map(|service| Some((file, "AttributeConsumingService/@index", service.index.as_ref()?)))
                .collect();
            self.row(
                "attribute-index",
                side,
                said(seen, "AuthnRequest/@AttributeConsumingServiceIndex", attribute(message.0, name)),
                &services,
            );
            let binding = said(seen, "AuthnRequest/@ProtocolBinding", attribute(message.0, "ProtocolBinding"));
            self.row("acs-binding", side, binding, &bindings(party, "AssertionConsumerService", address.as_deref()));
            let format = said(seen, "NameIDPolicy/@Format", message.name_id_policy_format());
            self.formats("name-id-format-requested", format, party);
            self.flag("request-signed", party, role.authn_requests_signed.as_ref(), seen, seen.is_signed());
        }
        if let Some((seen, message)) = response.and_then(|seen| Some((seen, seen.message?))) {
            let destination = message.destination();
            let address = destination.as_ref().map(|url| url.text.clone().into_owned());
            self.row("acs-url", side, said(seen, "Response/@Destination", destination), &acs);
            for recipient in self.case.confirmations().filter_map(|data| data.recipient()) {
                self.row("acs-url", side, said(seen, "SubjectConfirmationData/@Recipient", Some(recipient)), &acs);
            }
            let bindings = bindings(party, "AssertionConsumerService", address.as_deref());
            self.row("acs-binding", side, binding(seen).filter(|_| seen.fetched_by().is_none()), &bindings);
            let given = self.case.context.received_at.as_ref().map(|url| Evidence::nowhere("received_at").actual(url));
            let delivered = self.case.delivery_of(seen).unwrap_or(seen);
            self.row("acs-url", side, given.or_else(|| captured(delivered, &acs)), &acs);
        }
        if let Some((seen, assertion)) = response.zip(self.case.assertion()) {
            let format = assertion.subject().and_then(|subject| subject.name_id()?.format());
            self.formats("name-id-format", said(seen, "NameID/@Format", format), party);
            self.flag("assertion-signed", party, role.want_assertions_signed.as_ref(), seen, seen.covers(assertion.0));
        }
        self.logout(party);
        self.role(party, response.or(request));
    }
}
