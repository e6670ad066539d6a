//! What the report says of who logs in: the assertion that is read, taken apart.

mod reading;

use serde::Serialize;

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

#[cfg(test)]
mod tests;
