//! Takes an assertion apart for the report, as far as the limits go.

use super::{
    AttributeReport, IdentityReport, NameIdReport, ResourceReport, RoleFaultReport, RoleReport, SessionLimitReport,
    SessionReport, TextReport, TimeReport,
};
use crate::checks::{Named, RoleParts, session_limits};
use crate::flow::{Case, Seen};
use crate::instant::Instant;
use crate::limits;
use crate::report::texts::cut;
use crate::saml::attribute_names::{self, DURATION, SESSION};
use crate::saml::names::ASSERTION;
use crate::saml::{Assertion, NameId, SamlAttribute, Value, attribute};

impl IdentityReport {
    /// Reads the assertion of a Response; `None` where there is none, or none that is open.
    pub(in crate::report) fn of(seen: &Seen<'_>, case: &Case<'_>) -> Option<Self> {
        let assertion = seen.assertion()?;
        let mut read = Reading { seen, left: limits::IDENTITY_VALUES, left_out: 0 };
        let (attributes, roles) = read.attributes(assertion, case);
        let name_id = assertion.subject().and_then(|subject| subject.name_id());
        Some(Self {
            assertion_id: attribute(assertion.0, "ID").map(|id| cut(&id.text, limits::IDENTITY_TEXT_BYTES).to_owned()),
            now: case.now.unix(),
            clock_skew_seconds: case.skew(),
            name_id: name_id.map(|name_id| read.name_id(name_id)),
            session: read.session(assertion, case, &attributes),
            times: read.times(assertion),
            attributes,
            roles,
            left_out: read.left_out,
        })
    }
}

/// Takes values out of a message as long as there is room for more.
struct Reading<'a, 'd> {
    seen: &'a Seen<'d>,
    /// Values that may still be told.
    left: usize,
    left_out: usize,
}

impl<'d> Reading<'_, 'd> {
    fn text(&self, value: &Value<'_>) -> TextReport {
        let place = self.seen.place(value);
        let text = cut(&value.text, limits::IDENTITY_TEXT_BYTES).to_owned();
        TextReport { text, decryption: place.decryption, span: place.span.unwrap_or_default() }
    }

    fn option(&self, value: Option<Value<'_>>) -> Option<TextReport> {
        value.map(|value| self.text(&value))
    }

    /// Whether there is room for one more value.
    fn has_room(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => self.left_out += 1,
        }
        self.left_out == 0
    }

    fn name_id(&self, name_id: NameId<'_>) -> NameIdReport {
        let value = self.text(&name_id.value());
        let (local, domain) = match value.text.rsplit_once('@') {
            Some((local, domain)) => (local.to_owned(), Some(domain.to_owned())),
            None => (value.text.clone(), None),
        };
        NameIdReport {
            local,
            domain,
            format: self.option(name_id.format()),
            name_qualifier: self.option(name_id.name_qualifier()),
            sp_name_qualifier: self.option(name_id.sp_name_qualifier()),
            sp_provided_id: self.option(attribute(name_id.0, "SPProvidedID")),
            value,
        }
    }

    fn attributes(&mut self, assertion: Assertion<'d>, case: &Case<'_>) -> (Vec<AttributeReport>, Vec<RoleReport>) {
        let (mut attributes, mut roles) = (Vec::new(), Vec::new());
        for one in assertion.attributes() {
            let name = one.name();
            let (mut values, mut is_bare) = (Vec::new(), true);
            for node in one.0.elements_named(ASSERTION, "AttributeValue") {
                is_bare = false;
                if !self.has_room() {
                    continue;
                }
                let value = self.text(&Value::of_element(node));
                let name = name.as_ref().map(|name| &*name.text).unwrap_or_default();
                let parts = RoleParts::of(name, node, assertion, case.alibaba());
                roles.extend(parts.map(|parts| role(parts, name, &value)));
                values.push(value);
            }
            // An attribute without values takes room as well.
            if if is_bare { self.has_room() } else { !values.is_empty() } {
                attributes.push(self.attribute(one, values));
            }
        }
        (attributes, roles)
    }

    fn attribute(&self, one: SamlAttribute<'_>, values: Vec<TextReport>) -> AttributeReport {
        let short = |value: Value<'_>| cut(&value.text, limits::IDENTITY_TEXT_BYTES).to_owned();
        let name = one.name();
        let known = name.as_ref().and_then(|name| attribute_names::known(&name.text));
        let known = known.map(|(known, from)| (cut(known, limits::IDENTITY_TEXT_BYTES).to_owned(), from.to_owned()));
        let (known_as, known_from) = known.unzip();
        AttributeReport {
            name: self.option(name),
            friendly_name: one.friendly_name().map(short),
            name_format: one.name_format().map(short),
            known_as,
            known_from,
            values,
        }
    }

    fn session(&self, assertion: Assertion<'_>, case: &Case<'_>, attributes: &[AttributeReport]) -> SessionReport {
        let statement = assertion.authn_statements().next();
        let of_cloud = |name: &str| {
            let mut named = attributes.iter().filter(|one| one.known_as.as_deref() == Some(name));
            named.find_map(|one| one.values.first()).cloned()
        };
        let limits = session_limits(case.profile, assertion, case.now);
        let least = limits.iter().map(|limit| limit.least).min();
        let limits: Vec<_> = limits
            .into_iter()
            .take(crate::limits::IDENTITY_TIMES)
            .map(|limit| SessionLimitReport {
                what: limit.what.to_owned(),
                least: limit.least,
                most: limit.most,
                stated: limit.value.is_some(),
            })
            .collect();
        SessionReport {
            session_index: self.option(statement.and_then(|statement| statement.session_index())),
            session_not_on_or_after: self.option(statement.and_then(|one| one.session_not_on_or_after())),
            authn_context_class_ref: self.option(statement.and_then(|statement| statement.class_ref())),
            role_session_name: of_cloud(SESSION),
            session_duration: of_cloud(DURATION),
            seconds: least.zip(limits.first()).map(|(least, first)| [least, first.most]),
            limits,
        }
    }

    fn times(&self, assertion: Assertion<'_>) -> Vec<TimeReport> {
        let around = self.seen.message.filter(|message| message.0 != assertion.0);
        let conditions = assertion.conditions();
        let data = || assertion.subject().into_iter().flat_map(|subject| subject.confirmation_data());
        let (before, after) = ("not-before", "not-on-or-after");
        let issued = around.and_then(|message| message.issue_instant());
        let first = [
            ("Response/@IssueInstant", "issued", issued),
            ("Assertion/@IssueInstant", "issued", attribute(assertion.0, "IssueInstant")),
            ("Conditions/@NotBefore", before, conditions.and_then(|conditions| conditions.not_before())),
            ("Conditions/@NotOnOrAfter", after, conditions.and_then(|conditions| conditions.not_on_or_after())),
        ];
        let confirmed = data().flat_map(|data| {
            [
                ("SubjectConfirmationData/@NotBefore", before, data.not_before()),
                ("SubjectConfirmationData/@NotOnOrAfter", after, data.not_on_or_after()),
            ]
        });
        let stated = assertion.authn_statements().flat_map(|statement| {
            [
                ("AuthnStatement/@AuthnInstant", "authenticated", statement.authn_instant()),
                ("AuthnStatement/@SessionNotOnOrAfter", after, statement.session_not_on_or_after()),
            ]
        });
        let all = first.into_iter().chain(confirmed).chain(stated);
        let written = all.filter_map(|(what, kind, value)| Some((what, kind, value?))).take(limits::IDENTITY_TIMES);
        written
            .map(|(what, kind, value)| TimeReport {
                what: what.to_owned(),
                kind: kind.to_owned(),
                unix: Instant::parse(value.text.trim()).ok().map(Instant::unix),
                value: self.text(&value),
            })
            .collect()
    }
}

fn role(parts: RoleParts, name: &str, value: &TextReport) -> RoleReport {
    let short = |text: &str| cut(text, limits::IDENTITY_TEXT_BYTES).to_owned();
    let resource =
        |one: &Named| ResourceReport { text: short(&one.text), account: short(&one.account), name: short(&one.name) };
    let fault = |what: &str, part: &str| RoleFaultReport { fault: what.to_owned(), part: short(part) };
    RoleReport {
        value: value.clone(),
        attribute: short(name),
        service: parts.service.as_str().to_owned(),
        site: parts.site.as_deref().map(short),
        roles: parts.roles.iter().map(resource).collect(),
        provider: parts.provider.as_ref().map(resource),
        provider_first: parts.provider_first,
        faults: parts.faults.iter().map(|one| fault(one.what, &one.part)).collect(),
    }
}
