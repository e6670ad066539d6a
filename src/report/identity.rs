//! What the report says of who logs in: the assertion that is read, taken apart.

use serde::Serialize;

use super::texts::cut;
use crate::checks::{Named, RoleParts, session_limits};
use crate::flow::{Case, Seen};
use crate::instant::Instant;
use crate::limits;
use crate::saml::attribute_names::{self, DURATION, SESSION};
use crate::saml::names::ASSERTION;
use crate::saml::{Assertion, NameId, SamlAttribute, Value, attribute};

/// Whom an assertion is about, what it says of them, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityReport {
    /// `ID` of the assertion: the first that a valid signature covers; where there is none, the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assertion_id: Option<String>,
    /// The time that it is judged at, in seconds since 1970.
    pub now: i64,
    /// How far clocks may differ, in seconds.
    pub clock_skew_seconds: i64,
    /// `<NameID>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_id: Option<NameIdReport>,
    /// Every attribute, as far as [`limits::IDENTITY_VALUES`] goes.
    pub attributes: Vec<AttributeReport>,
    /// Every value that names a role, taken apart.
    pub roles: Vec<RoleReport>,
    /// The session that it begins.
    pub session: SessionReport,
    /// Every time in it, and that of the Response around it.
    pub times: Vec<TimeReport>,
    /// How many values are left out of the lists above, over [`limits::IDENTITY_VALUES`].
    pub left_out: usize,
}

/// A text of the message, and where it stands. One over [`limits::IDENTITY_TEXT_BYTES`] is cut; the bytes are of all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextReport {
    /// The text.
    pub text: String,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decryption: Option<usize>,
    /// Its bytes in that text, half open.
    pub span: [usize; 2],
}

/// `<NameID>` (SAML 2.0 Core §2.2.3), taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameIdReport {
    /// The name, and where.
    pub value: TextReport,
    /// What stands before the last `@`; all of it where there is none.
    pub local: String,
    /// What stands after the last `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// `Format`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<TextReport>,
    /// `NameQualifier`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_qualifier: Option<TextReport>,
    /// `SPNameQualifier`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sp_name_qualifier: Option<TextReport>,
    /// `SPProvidedID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sp_provided_id: Option<TextReport>,
}

/// `<Attribute>` (SAML 2.0 Core §2.7.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeReport {
    /// `Name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<TextReport>,
    /// `FriendlyName`, which says nothing to a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<String>,
    /// `NameFormat`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_format: Option<String>,
    /// What an attribute of this Name is, where it is a well-known one: `mail`, `UPN`, `Role`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_as: Option<String>,
    /// Whose name that is: `LDAP`, `eduPerson`, `Microsoft`, `Alibaba Cloud`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_from: Option<String>,
    /// Every `<AttributeValue>`.
    pub values: Vec<TextReport>,
}

/// A value that names roles at a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleReport {
    /// The value, and where.
    pub value: TextReport,
    /// The `Name` of the attribute that it stands in.
    pub attribute: String,
    /// The service whose form it has, by its name among the profiles.
    pub service: String,
    /// Where in that: `aws`, `aws-cn`; `aliyun.com` or `alibabacloud.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The roles, as far as any can be read from it.
    pub roles: Vec<ResourceReport>,
    /// The identity provider that they are assumed through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ResourceReport>,
    /// Whether the identity provider stands before the roles.
    pub provider_first: bool,
    /// What keeps it from being what the service wants; empty where it is sound.
    pub faults: Vec<RoleFaultReport>,
}

/// A role or an identity provider at a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceReport {
    /// As it stands there: `acs:ram::ACCOUNT:role/NAME`.
    pub text: String,
    /// The account.
    pub account: String,
    /// What it is called in the account.
    pub name: String,
}

/// What is wrong with a value that names roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleFaultReport {
    /// `empty`, `placeholder`, `directory-group`, `joined`, `not-a-pair`, `role-name`, `provider-name`, `account`,
    /// `accounts-differ`, `order` or `space`.
    pub fault: String,
    /// The part of the value that is meant; empty where it is all of it.
    pub part: String,
}

/// The session that an assertion begins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SessionReport {
    /// `SessionIndex` of the first `<AuthnStatement>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_index: Option<TextReport>,
    /// `SessionNotOnOrAfter` of the first `<AuthnStatement>`, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_not_on_or_after: Option<TextReport>,
    /// `<AuthnContextClassRef>` of the first `<AuthnStatement>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authn_context_class_ref: Option<TextReport>,
    /// The attribute `RoleSessionName` of a cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_session_name: Option<TextReport>,
    /// The attribute `SessionDuration` of a cloud, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_duration: Option<TextReport>,
    /// What limits it at this service, the one that counts first; empty where that is not known of the service.
    pub limits: Vec<SessionLimitReport>,
    /// How long it lasts by these limits in seconds, counted from the time that the case is judged at: at least, where no
    /// setting of the account was raised, and at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<[u64; 2]>,
}

/// Something that limits a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionLimitReport {
    /// `SessionDuration`, `AuthnStatement/@SessionNotOnOrAfter`, or the account's setting: `MaxSessionDuration`.
    pub what: String,
    /// Seconds that it leaves, where the account's setting was not raised.
    pub least: u64,
    /// Seconds that it leaves at most.
    pub most: u64,
    /// Whether the message says so; else it is the service's or the account's own.
    pub stated: bool,
}

/// A time of the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeReport {
    /// What it is: `Conditions/@NotBefore`.
    pub what: String,
    /// `not-before`, `not-on-or-after`, `issued` or `authenticated`.
    pub kind: String,
    /// Seconds since 1970; `None` where it is no `xs:dateTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unix: Option<i64>,
    /// As written, and where.
    pub value: TextReport,
}

impl IdentityReport {
    /// Reads the assertion of a Response; `None` where there is none, or none that is open.
    pub(super) fn of(seen: &Seen<'_>, case: &Case<'_>) -> Option<Self> {
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

#[cfg(test)]
mod tests;
