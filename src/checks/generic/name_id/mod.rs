//! The NameID: value, format, qualifiers (SAML 2.0 Core §2.2.3, §8.3).

#[cfg(test)]
mod tests;
mod text;

use self::text::is_address;
pub(super) use self::text::split_by_comment;
use super::assertion::judged;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Profile, Seen};
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::saml::{NameId, Value, attribute};
use crate::xml::Node;

pub(super) const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const X509: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName";
const WINDOWS: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName";
const KERBEROS: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos";
const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
pub(super) const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const ENCRYPTED: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted";

/// Formats that many write and nobody defined.
const NO_FORMATS: [(&str, &str); 2] = [
    ("urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress", EMAIL),
    ("urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified", UNSPECIFIED),
];

/// Attributes by which a service knows its users where it reads no NameID (SAML V2.0 Subject Identifier Attributes).
const SUBJECT_IDS: [&str; 2] =
    ["urn:oasis:names:tc:SAML:attribute:subject-id", "urn:oasis:names:tc:SAML:attribute:pairwise-id"];

/// The services that know their users by the NameID alone.
const BY_NAME_ID: [Profile; 7] = [
    Profile::AlibabaUserSso,
    Profile::AlibabaCloudSso,
    Profile::AwsIdentityCenter,
    Profile::ServiceNow,
    Profile::Snowflake,
    Profile::Slack,
    Profile::GoogleWorkspace,
];

/// Least characters of an identifier that nobody can guess: 96 bits in base64.
const RANDOM: usize = 16;

const fn rule(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, Stage::Subject, source, check)
}

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "nid-comment-split",
        Severity::Security,
        Who::SpAdmin,
        Stage::Attack,
        "CVE-2017-11427 to CVE-2017-11430; CVE-2018-0489",
        split_by_comment,
    )
    .grouped(Group::Identity),
    rule("nid-missing", Severity::Error, "SAML 2.0 Core 2.4.1; refused by python3-saml", missing),
    rule("nid-empty", Severity::Error, "SAML 2.0 Core 1.3.1; refused by python3-saml", empty),
    rule("nid-email-2.0-uri", Severity::Warning, "SAML 2.0 Core 8.3", no_format).explains(&["nid-format-vs-policy"]),
    rule("nid-format-vs-policy", Severity::Error, "SAML 2.0 Core 3.4.1.1", other_format).needs(&["request"]),
    rule("nid-spnamequalifier-policy", Severity::Error, "SAML 2.0 Core 3.4.1.1", other_qualifier)
        .needs(&["request"])
        .explains(&["nid-spnamequalifier-sp"]),
    rule("nid-spnamequalifier-sp", Severity::Error, "SAML 2.0 Core 8.3.7", foreign_qualifier).needs(&[
        "sp_entity_id",
        "metadata",
        "request",
    ]),
    rule("nid-namequalifier-idp", Severity::Warning, "SAML 2.0 Core 8.3.7", foreign_name_qualifier),
    rule("nid-email-not-email", Severity::Warning, "SAML 2.0 Core 8.3.2", no_address),
    rule("nid-transient-as-key", Severity::Error, "SAML 2.0 Core 8.3.8", transient_as_key),
    rule("nid-transient-not-random", Severity::Warning, "SAML 2.0 Core 8.3.8", transient_not_random),
    rule("nid-persistent-email", Severity::Note, "SAML 2.0 Core 8.3.7; Kantara IIP-SP12", persistent_address),
    rule("nid-persistent-length", Severity::Error, "SAML 2.0 Core 8.3.7", |case| too_long(case, PERSISTENT, 256)),
    rule("nid-transient-length", Severity::Error, "SAML 2.0 Core 8.3.8", |case| too_long(case, TRANSIENT, 256)),
    rule("nid-entity-length", Severity::Error, "SAML 2.0 Core 8.3.6", |case| too_long(case, ENTITY, 1024)),
    rule("nid-persistent-casefold", Severity::Warning, "Kantara IIP-IDP21", differs_in_case),
    rule("nid-x509-format", Severity::Warning, "SAML 2.0 Core 8.3.3 to 8.3.5", not_of_format),
];

/// The NameID of the assertion that is read.
struct Name<'d> {
    seen: &'d Seen<'d>,
    node: NameId<'d>,
    value: Value<'d>,
    /// The Format; what is left out is unspecified (Core §2.2.2).
    format: String,
}

impl<'d> Name<'d> {
    fn of(case: &Case<'d>) -> Option<Self> {
        let (seen, assertion) = judged(case)?;
        let node = assertion.subject()?.name_id()?;
        let format = node.format().map_or_else(|| UNSPECIFIED.to_owned(), |format| format.text.into_owned());
        Some(Self { seen, node, value: node.value(), format })
    }

    /// The NameID where it has this format and a value.
    fn with_format(case: &Case<'d>, format: &str) -> Option<Self> {
        Self::of(case).filter(|name| name.format == format && !name.value.text.is_empty())
    }

    fn told(&self) -> Evidence {
        Evidence::of(self.seen, "NameID", &self.value)
    }

    fn told_format(&self) -> Evidence {
        match self.node.format() {
            Some(format) => Evidence::of(self.seen, "NameID/@Format", &format),
            None => Evidence::node(self.seen, "NameID/@Format", self.node.0).actual(UNSPECIFIED),
        }
    }
}

fn missing(case: &Case<'_>) -> Answer {
    let Some((seen, subject)) = judged(case).and_then(|(seen, assertion)| Some((seen, assertion.subject()?))) else {
        return Answer::Inapplicable;
    };
    let named =
        ["NameID", "BaseID", "EncryptedID"].into_iter().any(|name| subject.0.element(ASSERTION, name).is_some());
    let answer = Answer::when(!named, || {
        Evidence::node(seen, "NameID", subject.0).expected("the name by which the service knows the user")
    });
    let by_attribute = SUBJECT_IDS.into_iter().any(|name| case.attributes_named(name).next().is_some());
    if by_attribute { answer.severity(Severity::Warning) } else { answer }
}

fn empty(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    Answer::when(name.value.text.is_empty(), || name.told().expected("the name of the user"))
}

fn no_format(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let right = NO_FORMATS.into_iter().find(|(wrong, _)| name.format == *wrong);
    Answer::found(right.map(|(_, right)| name.told_format().instead_of(right)))
}

fn policy<'d>(case: &Case<'d>) -> Result<Node<'d>, Answer> {
    let request = case.request().and_then(|request| request.message).ok_or(Answer::NotChecked(&["request"]))?;
    request.0.element(PROTOCOL, "NameIDPolicy").ok_or(Answer::Inapplicable)
}

/// The format that a NameIDPolicy asks for, where it does: unspecified is any, and encrypted says nothing of the name.
pub(super) fn asked_format(policy: Node<'_>) -> Option<Value<'_>> {
    attribute(policy, "Format").filter(|format| !matches!(&*format.text, "" | UNSPECIFIED | ENCRYPTED))
}

fn other_format(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let policy = match policy(case) {
        Ok(policy) => policy,
        Err(answer) => return answer,
    };
    let Some(asked) = asked_format(policy) else { return Answer::Inapplicable };
    Answer::when(name.format != asked.text, || name.told_format().instead_of(asked.text.as_ref()))
}

fn other_qualifier(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case) else { return Answer::Inapplicable };
    let policy = match policy(case) {
        Ok(policy) => policy,
        Err(answer) => return answer,
    };
    let asked = attribute(policy, "SPNameQualifier").filter(|asked| !asked.text.is_empty());
    let Some(asked) = asked else { return Answer::Inapplicable };
    let given = name.node.sp_name_qualifier();
    // Left out, it is that of the service that receives the message (Core §8.3.7).
    let own = || given.is_none() && case.sp_entity_id().is_some_and(|known| known.has(&asked.text));
    let same = given.as_ref().is_some_and(|given| given.text == asked.text);
    let what = "NameID/@SPNameQualifier";
    Answer::when(!same && !own(), || match &given {
        Some(given) => Evidence::of(name.seen, what, given).instead_of(asked.text.as_ref()),
        None => Evidence::node(name.seen, what, name.node.0).expected(asked.text.as_ref()),
    })
}

fn foreign_qualifier(case: &Case<'_>) -> Answer {
    let name = Name::of(case);
    let given = name.and_then(|name| Some((name.seen, name.node.sp_name_qualifier()?)));
    let Some((seen, given)) = given.filter(|(_, given)| !given.text.is_empty()) else { return Answer::Inapplicable };
    let asked = policy(case).ok().and_then(|policy| attribute(policy, "SPNameQualifier"));
    if asked.is_some_and(|asked| asked.text == given.text) {
        return Answer::Passed;
    }
    let Some(known) = case.sp_entity_id() else { return Answer::NotChecked(&["sp_entity_id", "metadata", "request"]) };
    let answer = Answer::when(!known.has(&given.text), || {
        Evidence::of(seen, "NameID/@SPNameQualifier", &given).one_of(known.values.iter().map(String::as_str))
    });
    // Strict toolkits refuse it; the services that are known by name document no such thing.
    if case.profile == Profile::Generic { answer } else { answer.severity(Severity::Warning) }
}

fn foreign_name_qualifier(case: &Case<'_>) -> Answer {
    let Some(name) = Name::with_format(case, PERSISTENT) else { return Answer::Inapplicable };
    let given = name.node.name_qualifier().filter(|given| !given.text.is_empty());
    let (Some(given), Some(issuer)) = (given, case.assertion().and_then(|assertion| assertion.issuer())) else {
        return Answer::Inapplicable;
    };
    Answer::when(given.text != issuer.text, || {
        Evidence::of(name.seen, "NameID/@NameQualifier", &given).instead_of(issuer.text.as_ref())
    })
}

fn no_address(case: &Case<'_>) -> Answer {
    let Some(name) = Name::with_format(case, EMAIL) else { return Answer::Inapplicable };
    let answer =
        Answer::when(!is_address(&name.value.text), || name.told().expected("an address such as user@example.com"));
    let refuses = matches!(case.profile, Profile::AwsIdentityCenter | Profile::Slack);
    if refuses { answer.severity(Severity::Error) } else { answer }
}

/// The next login brings another name. Where attributes tell who it is, that is as it should be.
fn transient_as_key(case: &Case<'_>) -> Answer {
    let Some(name) = Name::with_format(case, TRANSIENT) else { return Answer::Inapplicable };
    let fired = Answer::fired(name.told_format().expected(format!("{PERSISTENT}, {EMAIL}")));
    match case.profile {
        profile if BY_NAME_ID.contains(&profile) => fired,
        Profile::GitHub => fired.severity(Severity::Warning),
        Profile::Generic if case.attributes().next().is_none() => fired.severity(Severity::Warning),
        _ => Answer::Inapplicable,
    }
}

fn transient_not_random(case: &Case<'_>) -> Answer {
    let Some(name) = Name::with_format(case, TRANSIENT) else { return Answer::Inapplicable };
    let text = name.value.text.as_ref();
    let known = case.attributes().any(|attribute| attribute.values().any(|value| value.text == text));
    let guessed = text.contains(['@', '\\', ' ']) || text.chars().count() < RANDOM || known;
    Answer::when(guessed, || name.told().expected("a random identifier, new for each login"))
}

/// Alibaba Cloud's own examples do it, since a RAM user is named so.
fn persistent_address(case: &Case<'_>) -> Answer {
    if matches!(case.profile, Profile::AlibabaUserSso | Profile::AlibabaRoleSso | Profile::AlibabaCloudSso) {
        return Answer::Inapplicable;
    }
    let Some(name) = Name::with_format(case, PERSISTENT) else { return Answer::Inapplicable };
    Answer::when(is_address(&name.value.text), || name.told().expected("an opaque identifier"))
}

fn too_long(case: &Case<'_>, format: &str, limit: usize) -> Answer {
    let Some(name) = Name::with_format(case, format) else { return Answer::Inapplicable };
    let length = name.value.text.chars().count();
    Answer::when(length > limit, || name.told().expected(format!("at most {limit} characters")))
        .with("length", length.to_string())
        .with("limit", limit.to_string())
}

/// Two captures of one identity provider: a name that a careful service takes for two and a careless one for one.
fn differs_in_case(case: &Case<'_>) -> Answer {
    let Some(name) = Name::with_format(case, PERSISTENT) else { return Answer::Inapplicable };
    let issuer = |seen: &Seen<'_>| Some(seen.message?.issuer()?.text.into_owned());
    let others = case.seen.iter().filter(|seen| seen.index != name.seen.index && issuer(seen) == issuer(name.seen));
    let names: Vec<_> = others.filter_map(|seen| Some((seen, seen.message?.name_id()?))).collect();
    if names.is_empty() {
        return Answer::Inapplicable;
    }
    let of_format = names.iter().filter(|(_, other)| other.format().is_some_and(|format| format.text == PERSISTENT));
    let (mine, folded) = (name.value.text.as_ref(), name.value.text.to_lowercase());
    let alike =
        of_format.map(|(_, other)| other.value().text).find(|text| *text != mine && text.to_lowercase() == folded);
    Answer::found(alike.map(|text| name.told().instead_of(text)))
}

fn not_of_format(case: &Case<'_>) -> Answer {
    let Some(name) = Name::of(case).filter(|name| !name.value.text.is_empty()) else { return Answer::Inapplicable };
    let (sign, expected) = match name.format.as_str() {
        X509 => ('=', "a distinguished name such as CN=alice,O=acme"),
        WINDOWS => ('\\', "a name such as DOMAIN\\alice"),
        KERBEROS => ('@', "a name such as alice@REALM"),
        _ => return Answer::Inapplicable,
    };
    Answer::when(!name.value.text.contains(sign), || name.told().expected(expected))
        .with("format", name.format.as_str())
}
