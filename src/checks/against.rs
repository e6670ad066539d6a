//! What the messages of a login say, held against what the metadata of their parties lists.
//!
//! Judges each value by itself, beside the rules: a rule asks whether something is wrong, this says of everything that both
//! name whether it agrees.

use super::nearmiss::{self, Difference};
use super::rule::Evidence;
use crate::context::MetadataFile;
use crate::crypto::digest::DigestAlgorithm;
use crate::flow::{Case, IDP, SP, Seen};
use crate::intake::Binding;
use crate::limits;
use crate::saml::Value;
use crate::saml::attribute;
use crate::saml::metadata::{Entity, Role, Spanned};

/// Whether a value agrees with the metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Agreement {
    /// It is none of those that are listed.
    Mismatch,
    /// It is none of them, and nearly one.
    NearMiss,
    /// The metadata lists none.
    Unlisted,
    /// It is one of them.
    Match,
}

impl Agreement {
    /// The name in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Mismatch => "mismatch",
            Self::NearMiss => "near-miss",
            Self::Unlisted => "unlisted",
            Self::Match => "match",
        }
    }
}

/// One value of a message beside what the metadata lists.
pub(crate) struct Agreed {
    /// What it is.
    pub(crate) what: &'static str,
    /// Whose metadata: `idp` or `sp`.
    pub(crate) side: &'static str,
    pub(crate) outcome: Agreement,
    pub(crate) said: Option<Evidence>,
    /// The nearest first.
    pub(crate) listed: Vec<Evidence>,
    pub(crate) left_out: usize,
    pub(crate) difference: Option<Difference>,
}

/// A value that the metadata lists, and its place.
type Listed<'d> = (&'d MetadataFile, &'static str, &'d Spanned);

/// Everything that the judged login says and the metadata names, what disagrees first. Nothing without messages or without
/// metadata.
pub(crate) fn against(case: &Case<'_>) -> Vec<Agreed> {
    if case.messages().next().is_none() || case.metadata.is_empty() {
        return Vec::new();
    }
    let mut table = Table { case, rows: Vec::new() };
    table.identity_provider();
    table.service();
    table.rows.sort_by_key(|row| row.outcome);
    table.rows
}

struct Table<'c, 'd> {
    case: &'c Case<'d>,
    rows: Vec<Agreed>,
}

impl<'d> Table<'_, 'd> {
    fn identity_provider(&mut self) {
        let case = self.case;
        let (response, request) = (case.response(), case.request());
        let ids = self.ids(IDP);
        let of = |seen: Option<&'d Seen<'d>>| Some((seen?, seen?.message?));
        if let Some((seen, message)) = of(response) {
            self.row("idp-entity-id", "idp", said(seen, "Response/Issuer", message.issuer()), &ids);
            let own = case.assertion().and_then(|assertion| assertion.issuer());
            self.row("idp-entity-id", "idp", said(seen, "Assertion/Issuer", own), &ids);
        }
        let Some((file, entity)) = case.idp_entity() else { return };
        let Some(role) = entity.role(IDP) else { return };
        if let Some((seen, message)) = of(request) {
            let locations = locations(file, role, "SingleSignOnService");
            self.row("sso-url", "idp", said(seen, "AuthnRequest/@Destination", message.destination()), &locations);
            let bindings = bindings(file, role, "SingleSignOnService");
            self.row("sso-binding", "idp", binding(seen), &bindings);
            let format = said(seen, "NameIDPolicy/@Format", message.name_id_policy_format());
            self.formats("name-id-format-requested", "idp", format, file, role);
            self.flag("request-signed", "idp", file, role.want_authn_requests_signed.as_ref(), seen, seen.is_signed());
        }
        self.signing_key(file, role);
        self.logout(file, role, "idp", true);
        self.validity(file, entity, "idp");
    }

    fn service(&mut self) {
        let case = self.case;
        let (response, request) = (case.response(), case.request());
        let ids = self.ids(SP);
        if let Some((seen, message)) = request.and_then(|seen| Some((seen, seen.message?))) {
            self.row("sp-entity-id", "sp", said(seen, "AuthnRequest/Issuer", message.issuer()), &ids);
        }
        if let Some((seen, assertion)) = response.zip(case.assertion()) {
            let audiences = assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences());
            for audience in audiences {
                self.row("sp-entity-id", "sp", said(seen, "Audience", Some(audience)), &ids);
            }
        }
        let Some((file, entity)) = case.sp_entity() else { return };
        let Some(role) = entity.role(SP) else { return };
        let acs = locations(file, role, "AssertionConsumerService");
        if let Some((seen, message)) = request.and_then(|seen| Some((seen, seen.message?))) {
            let url = said(seen, "AuthnRequest/@AssertionConsumerServiceURL", message.assertion_consumer_service_url());
            self.row("acs-url", "sp", url, &acs);
            let index = said(
                seen,
                "AuthnRequest/@AssertionConsumerServiceIndex",
                attribute(message.0, "AssertionConsumerServiceIndex"),
            );
            let endpoints = role.endpoints_named("AssertionConsumerService");
            let indexes: Vec<Listed<'_>> = endpoints
                .filter_map(|endpoint| Some((file, "AssertionConsumerService/@index", endpoint.index.as_ref()?)))
                .collect();
            self.row("acs-index", "sp", index, &indexes);
            let binding = said(seen, "AuthnRequest/@ProtocolBinding", attribute(message.0, "ProtocolBinding"));
            self.row("acs-binding", "sp", binding, &bindings(file, role, "AssertionConsumerService"));
            self.flag("request-signed", "sp", file, role.authn_requests_signed.as_ref(), seen, seen.is_signed());
        }
        if let Some((seen, message)) = response.and_then(|seen| Some((seen, seen.message?))) {
            self.row("acs-url", "sp", said(seen, "Response/@Destination", message.destination()), &acs);
            for recipient in case.confirmations().filter_map(|data| data.recipient()) {
                self.row("acs-url", "sp", said(seen, "SubjectConfirmationData/@Recipient", Some(recipient)), &acs);
            }
        }
        let received = case.context.received_at.as_ref().filter(|_| response.is_some());
        self.row("acs-url", "sp", received.map(|url| Evidence::nowhere("received_at").actual(url)), &acs);
        if let Some((seen, assertion)) = response.zip(case.assertion()) {
            let format = assertion.subject().and_then(|subject| subject.name_id()?.format());
            self.formats("name-id-format", "sp", said(seen, "NameID/@Format", format), file, role);
            let is_signed = seen.covers(assertion.0);
            self.flag("assertion-signed", "sp", file, role.want_assertions_signed.as_ref(), seen, is_signed);
        }
        self.logout(file, role, "sp", false);
        self.validity(file, entity, "sp");
    }

    /// Every `entityID` of a role.
    fn ids(&self, role: &str) -> Vec<Listed<'d>> {
        let of_role = self.case.entities().filter(|(_, entity)| entity.role(role).is_some());
        of_role.filter_map(|(file, entity)| Some((file, "entityID", entity.entity_id.as_ref()?))).collect()
    }

    /// A value that must be one of those that are listed.
    fn row(&mut self, what: &'static str, side: &'static str, said: Option<Evidence>, listed: &[Listed<'d>]) {
        let actual = said.as_ref().and_then(|said| said.actual.as_deref());
        let Some(actual) = actual else { return };
        let texts = || listed.iter().map(|(_, _, value)| value.text.as_str());
        let equal = texts().any(|text| text == actual);
        let near = if equal { None } else { nearmiss::nearest(actual, texts()) };
        let nearest = near.as_ref().map_or(actual, |(text, _)| *text);
        let outcome = match &near {
            _ if equal => Agreement::Match,
            None => Agreement::Unlisted,
            Some((_, difference)) if difference.is_near() => Agreement::NearMiss,
            Some(_) => Agreement::Mismatch,
        };
        let first = listed.iter().filter(|(_, _, value)| value.text == nearest);
        let others = listed.iter().filter(|(_, _, value)| value.text != nearest);
        let difference = near.map(|(_, difference)| difference);
        let shown: Vec<Evidence> = first
            .chain(others)
            .take(limits::LISTED_VALUES)
            .map(|(file, what, value)| Evidence::metadata(file, what, value))
            .collect();
        let left_out = listed.len() - shown.len();
        self.rows.push(Agreed { what, side, outcome, said, listed: shown, left_out, difference });
    }

    /// A Format of a NameID: an empty list says nothing, and "unspecified" leaves it to the settings of both.
    fn formats(
        &mut self,
        what: &'static str,
        side: &'static str,
        said: Option<Evidence>,
        file: &'d MetadataFile,
        role: &'d Role,
    ) {
        let is_open = |format: &str| {
            format.ends_with(":nameid-format:unspecified") || format.ends_with(":nameid-format:encrypted")
        };
        let listed: Vec<Listed<'_>> =
            role.name_id_formats.iter().map(|format| (file, "NameIDFormat", format)).collect();
        let open = listed.iter().any(|(_, _, format)| is_open(&format.text));
        let is_settled =
            said.as_ref().and_then(|said| said.actual.as_deref()).is_none_or(|format| open || is_open(format));
        self.row(what, side, said, if is_settled { &[] } else { &listed });
    }

    /// A flag that wants something signed.
    fn flag(
        &mut self,
        what: &'static str,
        side: &'static str,
        file: &'d MetadataFile,
        flag: Option<&'d Spanned>,
        seen: &Seen<'_>,
        is_signed: bool,
    ) {
        let Some(flag) = flag else { return };
        let said = Evidence::outside(seen, seen.kind(), if is_signed { "signed" } else { "without a signature" });
        let outcome = match (flag.boolean(), is_signed) {
            (Some(true), false) => Agreement::Mismatch,
            (None, _) => Agreement::Unlisted,
            _ => Agreement::Match,
        };
        let listed = vec![Evidence::metadata(file, what, flag)];
        self.rows.push(Agreed { what, side, outcome, said: Some(said), listed, left_out: 0, difference: None });
    }

    /// The key that verified, or else the certificate that the message shows, beside the keys that are listed.
    fn signing_key(&mut self, file: &'d MetadataFile, role: &'d Role) {
        let Some(seen) = self.case.response() else { return };
        for verdict in seen.signatures() {
            let shown = seen.shown(verdict);
            let used = verdict.public_key.as_ref().or_else(|| shown.first().map(|key| &key.key));
            let Some(used) = used else { continue };
            let certificates = role.signing_keys().flat_map(|key| key.certificates.iter());
            let mut equal = false;
            let mut listed = Vec::new();
            for found in certificates {
                let Ok(certificate) = &found.result else { continue };
                let is_used = certificate.key.as_ref().is_ok_and(|key| key == used);
                let print = certificate.fingerprint(DigestAlgorithm::Sha256).hex();
                let text = format!("{} · SHA-256 {print}", certificate.subject);
                let what = "KeyDescriptor/KeyInfo/X509Data/X509Certificate";
                let evidence = Evidence::metadata_span(file, what, [found.span.start, found.span.end]).actual(&text);
                if is_used {
                    listed.insert(0, evidence)
                } else {
                    listed.push(evidence)
                }
                equal |= is_used;
            }
            equal |= role.signing_keys().flat_map(|key| &key.bare_keys).any(|(_, key)| key == used);
            let certificate = shown.iter().filter(|key| key.key == *used).find_map(|key| key.certificate.as_ref());
            let text = match certificate {
                Some(found) => {
                    format!("{} · SHA-256 {}", found.subject, found.fingerprint(DigestAlgorithm::Sha256).hex())
                }
                None => format!("{} · SHA-256 {}", used.name(), used.spki_sha256().hex()),
            };
            let said = Evidence::of(seen, "Signature", &Value { text: text.into(), span: verdict.span.clone() });
            let outcome = match (equal, listed.is_empty()) {
                (true, _) => Agreement::Match,
                (false, true) => Agreement::Unlisted,
                (false, false) => Agreement::Mismatch,
            };
            let left_out = listed.len().saturating_sub(limits::LISTED_VALUES);
            listed.truncate(limits::LISTED_VALUES);
            self.rows.push(Agreed {
                what: "signing-key",
                side: "idp",
                outcome,
                said: Some(said),
                listed,
                left_out,
                difference: None,
            });
        }
    }

    /// Where a logout's message is sent: to an endpoint of the party that did not send it.
    fn logout(&mut self, file: &'d MetadataFile, role: &'d Role, side: &'static str, of_idp: bool) {
        let Some((seen, message)) = self.case.logout().and_then(|seen| Some((seen, seen.message?))) else { return };
        let sender = message.issuer().map(|issuer| issuer.text.into_owned());
        let (idp, sp) = (self.case.idp_entity(), self.case.sp_entity());
        let own = if of_idp { idp } else { sp }.and_then(|(_, entity)| entity.id());
        if sender.as_deref() == own {
            return;
        }
        let mut known = locations(file, role, "SingleLogoutService");
        let responses =
            role.endpoints_named("SingleLogoutService").filter_map(|endpoint| endpoint.response_location.as_ref());
        if message.kind() == "LogoutResponse" {
            known.extend(responses.map(|location| (file, "SingleLogoutService/@ResponseLocation", location)));
        }
        self.row("slo-url", side, said(seen, "Destination", message.destination()), &known);
    }

    /// Whether the metadata was valid when the login was.
    fn validity(&mut self, file: &'d MetadataFile, entity: &'d Entity, side: &'static str) {
        let Some(deadline) = &entity.expires else { return };
        let span = [deadline.span.start, deadline.span.end];
        let outcome = if deadline.at < self.case.now { Agreement::Mismatch } else { Agreement::Match };
        let listed = vec![Evidence::metadata_span(file, "validUntil", span).actual(&deadline.at.to_string())];
        let said = Some(Evidence::nowhere("now").actual(&self.case.now.to_string()));
        self.rows.push(Agreed { what: "validity", side, outcome, said, listed, left_out: 0, difference: None });
    }
}

fn said(seen: &Seen<'_>, what: &str, value: Option<Value<'_>>) -> Option<Evidence> {
    Some(Evidence::of(seen, what, &value?))
}

/// The binding that a message came by, by its identifier.
fn binding(seen: &Seen<'_>) -> Option<Evidence> {
    let name = match seen.capture.binding? {
        Binding::Redirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        Binding::Post => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        Binding::Soap => "urn:oasis:names:tc:SAML:2.0:bindings:SOAP",
        _ => return None,
    };
    Some(Evidence::outside(seen, "binding", name))
}

fn locations<'d>(file: &'d MetadataFile, role: &'d Role, name: &str) -> Vec<Listed<'d>> {
    let endpoints = role.endpoints_named(name);
    endpoints.filter_map(|endpoint| Some((file, "Location", endpoint.location.as_ref()?))).collect()
}

/// Every binding of an element's endpoints, each once.
fn bindings<'d>(file: &'d MetadataFile, role: &'d Role, name: &str) -> Vec<Listed<'d>> {
    let mut found: Vec<Listed<'d>> = Vec::new();
    for binding in role.endpoints_named(name).filter_map(|endpoint| endpoint.binding.as_ref()) {
        if found.iter().all(|(_, _, known)| known.text != binding.text) {
            found.push((file, "Binding", binding));
        }
    }
    found
}
