//! What the messages of a login say, held against what the metadata of their parties lists.
//!
//! Judges each value by itself, beside the rules: a rule asks whether something is wrong, this says of everything that both
//! name whether it agrees.

mod attributes;
mod identity_provider;
mod keys;
mod service;
#[cfg(test)]
#[allow(clippy::string_slice)] // Of metadata that the tests know.
mod tests;

use super::nearmiss::{self, Difference};
use super::rule::Evidence;
use crate::context::MetadataFile;
use crate::flow::{Case, IDP, SP, Seen};
use crate::intake::Binding;
use crate::limits;
use crate::saml::metadata::{Entity, Role, Spanned};
use crate::saml::names::PROTOCOL;
use crate::saml::{Message, Value};

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
    /// Which words say it, where it is not those of the outcome alone; else empty.
    pub(crate) told: &'static str,
}

/// A value that the metadata lists, and its place.
type Listed<'d> = (&'d MetadataFile, &'static str, &'d Spanned);

/// Everything that the judged login says and the metadata names, what disagrees first. Nothing without messages, or
/// artifacts that stand for them, or without metadata.
pub(crate) fn against<'d>(case: &Case<'d>) -> Vec<Agreed> {
    let is_something = case.messages().next().is_some() || case.judged().any(|seen| seen.artifact().is_some());
    if !is_something || case.metadata.is_empty() {
        return Vec::new();
    }
    let party = |found: Option<(&'d MetadataFile, &'d Entity)>, side, kind| {
        let (file, entity) = found?;
        // An entity may have a role for each protocol.
        let role = entity.roles_named(kind).find(|role| role.supports_saml2()).or_else(|| entity.role(kind))?;
        Some(Party { side, file, entity, role })
    };
    let idp = party(case.idp_entity(), "idp", IDP);
    let sp = party(case.sp_entity(), "sp", SP);
    let mut table = Table { case, idp, sp, rows: Vec::new() };
    table.identity_provider();
    table.service();
    table.keys();
    table.attributes();
    table.rows.sort_by_key(|row| row.outcome);
    table.rows
}

/// A party of the login, as the metadata describes it.
#[derive(Clone, Copy)]
struct Party<'d> {
    /// `idp` or `sp`.
    side: &'static str,
    file: &'d MetadataFile,
    entity: &'d Entity,
    role: &'d Role,
}

struct Table<'c, 'd> {
    case: &'c Case<'d>,
    idp: Option<Party<'d>>,
    sp: Option<Party<'d>>,
    rows: Vec<Agreed>,
}

impl<'d> Table<'_, 'd> {
    /// Every `entityID` of a role.
    fn ids(&self, role: &str) -> Vec<Listed<'d>> {
        let of_role = self.case.entities().filter(|(_, entity)| entity.role(role).is_some());
        of_role.filter_map(|(file, entity)| Some((file, "entityID", entity.entity_id.as_ref()?))).collect()
    }

    /// Who sent a message of the login: by its Issuer, else by what it is.
    fn sender(&self, message: Message<'d>) -> Option<Party<'d>> {
        let issuer = message.issuer().map(|issuer| issuer.text);
        let parties = [self.idp, self.sp];
        let named =
            parties.into_iter().flatten().find(|party| issuer.is_some() && party.entity.id() == issuer.as_deref());
        named.or(match message.kind() {
            "Response" | "Assertion" => self.idp,
            "AuthnRequest" => self.sp,
            _ => None,
        })
    }

    /// A value that must be one of those that are listed.
    fn row(&mut self, what: &'static str, side: &'static str, said: Option<Evidence>, listed: &[Listed<'d>]) {
        let actual = said.as_ref().and_then(|said| said.actual.as_deref());
        let Some(actual) = actual else { return };
        // Of ten thousand names the nearest is looked for once, however often a message says it.
        let known = self.rows.iter().find(|row| {
            let same = row.said.as_ref().and_then(|said| said.actual.as_deref()) == Some(actual);
            same && row.what == what && row.side == side
        });
        if let Some(known) = known {
            let (outcome, left_out, told) = (known.outcome, known.left_out, known.told);
            let (shown, difference) = (known.listed.clone(), known.difference.clone());
            self.rows.push(Agreed { what, side, outcome, said, listed: shown, left_out, difference, told });
            return;
        }
        let texts = || listed.iter().map(|(_, _, value)| &*value.text);
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
        self.rows.push(Agreed { what, side, outcome, said, listed: shown, left_out, difference, told: "" });
    }

    /// A row whose answer is known.
    fn settled(
        &mut self,
        (what, side): (&'static str, &'static str),
        (outcome, told): (Agreement, &'static str),
        said: Option<Evidence>,
        mut listed: Vec<Evidence>,
    ) {
        let left_out = listed.len().saturating_sub(limits::LISTED_VALUES);
        listed.truncate(limits::LISTED_VALUES);
        self.rows.push(Agreed { what, side, outcome, said, listed, left_out, difference: None, told });
    }

    /// A Format of a NameID: an empty list says nothing, and "unspecified" leaves it to the settings of both.
    fn formats(&mut self, what: &'static str, said: Option<Evidence>, party: Party<'d>) {
        let is_open = |format: &str| {
            format.ends_with(":nameid-format:unspecified") || format.ends_with(":nameid-format:encrypted")
        };
        let formats = party.role.name_id_formats.iter();
        let listed: Vec<Listed<'_>> = formats.map(|format| (party.file, "NameIDFormat", format)).collect();
        let open = listed.iter().any(|(_, _, format)| is_open(&format.text));
        let is_settled =
            said.as_ref().and_then(|said| said.actual.as_deref()).is_none_or(|format| open || is_open(format));
        self.row(what, party.side, said, if is_settled { &[] } else { &listed });
    }

    /// A flag that wants something signed.
    fn flag(&mut self, what: &'static str, party: Party<'d>, flag: Option<&'d Spanned>, seen: &Seen<'_>, signed: bool) {
        let Some(flag) = flag else { return };
        let said = Evidence::outside(seen, seen.kind(), if signed { "signed" } else { "without a signature" });
        let outcome = match (flag.boolean(), signed) {
            (Some(true), false) => Agreement::Mismatch,
            (None, _) => Agreement::Unlisted,
            _ => Agreement::Match,
        };
        let listed = vec![Evidence::metadata(party.file, what, flag)];
        self.settled((what, party.side), (outcome, ""), Some(said), listed);
    }

    /// What the role says of every message: which protocol it speaks, and until when that may be believed.
    fn role(&mut self, party: Party<'d>, seen: Option<&Seen<'_>>) {
        let Party { side, file, role, .. } = party;
        if let Some((seen, message)) = seen.and_then(|seen| Some((seen, seen.message?))) {
            let said = Evidence::node(seen, message.kind(), message.0).actual(PROTOCOL);
            let outcome = match &role.protocols {
                None => Agreement::Unlisted,
                Some(_) if role.supports_saml2() => Agreement::Match,
                Some(_) => Agreement::Mismatch,
            };
            let listed = role.protocols.iter().map(|all| Evidence::metadata(file, "protocolSupportEnumeration", all));
            self.settled(("protocol", side), (outcome, ""), Some(said), listed.collect());
        }
        let Some(deadline) = role.expires.as_ref() else { return };
        let span = [deadline.span.start, deadline.span.end];
        let outcome = if deadline.at < self.case.now { Agreement::Mismatch } else { Agreement::Match };
        let listed = vec![Evidence::metadata_span(file, "validUntil", span).actual(&deadline.at.to_string())];
        let said = Some(Evidence::nowhere("now").actual(&self.case.now.to_string()));
        self.settled(("validity", side), (outcome, ""), said, listed);
    }

    /// Where a logout's message is sent: to an endpoint of the party that did not send it.
    fn logout(&mut self, party: Party<'d>) {
        let Some((seen, message)) = self.case.logout().and_then(|seen| Some((seen, seen.message?))) else { return };
        let sender = message.issuer().map(|issuer| issuer.text.into_owned());
        if sender.as_deref() == party.entity.id() {
            return;
        }
        let Party { side, file, role, .. } = party;
        let mut known = locations(file, role, "SingleLogoutService");
        let responses =
            role.endpoints_named("SingleLogoutService").filter_map(|endpoint| endpoint.response_location.as_ref());
        if message.kind() == "LogoutResponse" {
            known.extend(responses.map(|location| (file, "SingleLogoutService/@ResponseLocation", location)));
        }
        self.row("slo-url", side, said(seen, "Destination", message.destination()), &known);
    }
}

fn said(seen: &Seen<'_>, what: &str, value: Option<Value<'_>>) -> Option<Evidence> {
    Some(Evidence::of(seen, what, &value?))
}

/// The URL that a message was captured on its way to: as it is listed, where it is, but for the message itself in it.
fn captured(seen: &Seen<'_>, listed: &[Listed<'_>]) -> Option<Evidence> {
    let urls = seen.sent_to();
    let is_listed = |url: &&String| listed.iter().any(|(_, _, known)| known.text == **url);
    let url = urls.iter().find(is_listed).or_else(|| urls.last())?;
    Some(Evidence::outside(seen, "URL", url))
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

/// Every binding of an element's endpoints, each once: of those at an address, where there is one, else of all.
fn bindings<'d>(party: Party<'d>, name: &str, address: Option<&str>) -> Vec<Listed<'d>> {
    let endpoints = || party.role.endpoints_named(name);
    let is_there = |endpoint: &crate::saml::metadata::Endpoint| {
        address.is_some() && endpoint.location.as_ref().map(|location| &*location.text) == address
    };
    let known = endpoints().any(is_there);
    let mut found: Vec<Listed<'d>> = Vec::new();
    for endpoint in endpoints().filter(|endpoint| !known || is_there(endpoint)) {
        let Some(binding) = &endpoint.binding else { continue };
        if found.iter().all(|(_, _, known)| known.text != binding.text) {
            found.push((party.file, "Binding", binding));
        }
    }
    found
}
