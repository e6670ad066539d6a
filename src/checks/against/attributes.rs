//! The attributes of the assertion, held against those that the service asks for and the scopes that the identity provider
//! may speak for.

use super::{Agreement, Party, Table, said};
use crate::checks::nearmiss;
use crate::checks::rule::Evidence;
use crate::flow::Seen;
use crate::limits;
use crate::saml::SamlAttribute;
use crate::saml::attribute;
use crate::saml::metadata::{AttributeService, RequestedAttribute};

/// The attributes whose values have a scope (eduPerson; SAML V2.0 Subject Identifier Attributes Profile §3), and whether
/// letter case counts in it.
const SCOPED: &[(&str, bool)] = &[
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", true),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", true),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.13", true),
    ("urn:oasis:names:tc:SAML:attribute:subject-id", false),
    ("urn:oasis:names:tc:SAML:attribute:pairwise-id", false),
];

impl<'d> Table<'_, 'd> {
    pub(super) fn attributes(&mut self) {
        let Some(seen) = self.case.response().filter(|_| self.case.assertion().is_some()) else { return };
        let sent: Vec<SamlAttribute<'d>> = self.case.attributes().collect();
        if let Some(party) = self.sp {
            let requested = self.asked(party).map(|service| &*service.requested).unwrap_or_default();
            for one in
                requested.iter().filter(|one| one.is_required || !one.values.is_empty()).take(limits::LISTED_VALUES)
            {
                self.requested(seen, party, one, &sent);
            }
        }
        let Some(party) = self.idp else { return };
        for one in &sent {
            let Some(name) = one.name() else { continue };
            let Some((_, cased)) = SCOPED.iter().find(|(known, _)| *known == name.text) else { continue };
            one.values().take(limits::LISTED_VALUES).for_each(|value| {
                let scope = value.text.rsplit_once('@').map(|(_, scope)| scope.to_owned());
                if let Some(scope) = scope {
                    let said = Evidence::of(seen, "AttributeValue", &value).actual(&scope);
                    self.scope(party, said, &scope, *cased);
                }
            });
        }
    }

    /// The service's list that counts: the one that the request names, else the default (SAML 2.0 Core §3.4.1).
    fn asked(&self, party: Party<'d>) -> Option<&'d AttributeService> {
        let all = &party.role.attribute_services;
        let request = self.case.request().and_then(|seen| seen.message);
        let index = request.and_then(|message| attribute(message.0, "AttributeConsumingServiceIndex"));
        let is = |flag: bool| {
            move |one: &&AttributeService| one.is_default.as_ref().and_then(|own| own.boolean()) == Some(flag)
        };
        let number = |text: &str| text.trim().parse::<u16>().ok();
        match index.and_then(|index| number(&index.text)) {
            Some(index) => all.iter().find(|one| one.index.as_ref().and_then(|own| number(&own.text)) == Some(index)),
            None => all.iter().find(is(true)).or_else(|| all.iter().find(|one| !is(false)(one))).or(all.first()),
        }
    }

    /// An attribute that the service must have, or of which it wants certain values alone.
    fn requested(&mut self, seen: &Seen<'d>, party: Party<'d>, one: &RequestedAttribute, sent: &[SamlAttribute<'d>]) {
        let what = ("requested-attribute", party.side);
        let span = [one.span.start, one.span.end];
        let mut listed = vec![Evidence::metadata_span(party.file, "RequestedAttribute", span).actual(&one.name)];
        let names = || sent.iter().filter_map(|attribute| Some((attribute, attribute.name()?)));
        let Some((found, name)) = names().find(|(_, name)| *name.text == *one.name) else {
            if !one.is_required {
                return;
            }
            let texts: Vec<String> = names().map(|(_, name)| name.text.into_owned()).collect();
            let near = nearmiss::nearest(&one.name, texts.iter().map(String::as_str));
            let near = near.filter(|(_, difference)| difference.is_near()).map(|(text, _)| text);
            let Some((_, name)) = names().find(|(_, name)| near == Some(&*name.text)) else {
                self.settled(what, (Agreement::Mismatch, "missing"), None, listed);
                return;
            };
            let difference = nearmiss::compare(&name.text, &one.name);
            self.settled(what, (Agreement::NearMiss, ""), said(seen, "Attribute/@Name", Some(name)), listed);
            if let Some(row) = self.rows.last_mut() {
                row.difference = difference;
            }
            return;
        };
        let is_wanted = |text: &str| one.values.is_empty() || one.values.iter().any(|wanted| **wanted == *text);
        if let Some(value) = found.values().find(|value| !is_wanted(&value.text)) {
            listed.extend(one.values.iter().map(|wanted| {
                Evidence::metadata_span(party.file, "RequestedAttribute/AttributeValue", span).actual(wanted)
            }));
            self.settled(what, (Agreement::Mismatch, "value"), said(seen, "AttributeValue", Some(value)), listed);
            return;
        }
        self.settled(what, (Agreement::Match, ""), said(seen, "Attribute/@Name", Some(name)), listed);
    }

    /// What stands behind the `@` of a value, beside the scopes that the identity provider is registered for.
    fn scope(&mut self, party: Party<'d>, said: Evidence, scope: &str, cased: bool) {
        let all = &party.entity.about.scopes;
        let equal = |known: &str| if cased { known == scope } else { known.eq_ignore_ascii_case(scope) };
        let is_listed = all.iter().any(|known| equal(known));
        // No name of a domain has these; what has is a regular expression, which is not run here.
        let is_pattern = |text: &str| text.contains(['\\', '^', '$', '*', '+', '?', '(', '[', '{', '|']);
        let near = if is_listed { None } else { nearmiss::nearest(scope, all.iter().map(|known| &**known)) };
        let answer = match &near {
            _ if is_listed => (Agreement::Match, ""),
            _ if all.iter().any(|known| is_pattern(known)) => (Agreement::Unlisted, "pattern"),
            None => (Agreement::Unlisted, ""),
            Some((_, difference)) if difference.is_near() => (Agreement::NearMiss, ""),
            Some(_) => (Agreement::Mismatch, ""),
        };
        let first = near
            .as_ref()
            .map(|(text, _)| *text)
            .or_else(|| all.iter().map(|known| &**known).find(|known| equal(known)));
        let others = all.iter().map(|known| &**known).filter(|known| Some(*known) != first);
        let span = [party.entity.span.start, party.entity.span.end];
        let listed =
            first.into_iter().chain(others).map(|text| Evidence::metadata_span(party.file, "Scope", span).actual(text));
        self.settled(("scope", party.side), answer, Some(said), listed.collect());
        if let Some(row) = self.rows.last_mut().filter(|row| row.outcome != Agreement::Unlisted) {
            row.difference = near.map(|(_, difference)| difference);
        }
    }
}
