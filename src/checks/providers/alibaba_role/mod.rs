//! Alibaba Cloud's role-based SSO: a login as its rules read it, and the names and values that it is made of.

pub(super) mod attributes;
pub(super) mod inventory;
pub(super) mod message;
pub(super) mod metadata;
pub(super) mod pairs;
pub(super) mod relay;
pub(super) mod session;
pub(super) mod site;
pub(super) mod subject;
pub(super) mod values;

use self::pairs::RoleValue;
use super::alibaba::ROLE_ATTRIBUTE;
use crate::checks::{Answer, Evidence, Severity};
use crate::flow::{Case, Seen};
use crate::saml::names::ASSERTION;
use crate::saml::{Assertion, Message, SamlAttribute, Value};
use crate::xml::Node;

/// The page that lists what a Response must have.
const ASSERTIONS: &str = "Alibaba Cloud RAM, SAML assertions for role-based SSO (支持角色SSO的SAML断言)";
/// The page of the call that trades an assertion for a token.
const ASSUME_ROLE: &str = "Alibaba Cloud STS, AssumeRoleWithSAML";

/// A Response that says the login succeeded, and the assertion that is read from it.
pub(super) struct Login<'d> {
    pub(super) seen: &'d Seen<'d>,
    pub(super) message: Message<'d>,
    pub(super) assertion: Assertion<'d>,
}

impl<'d> Login<'d> {
    /// `None` where there is no such assertion, or where it cannot be opened.
    pub(super) fn of(case: &Case<'d>) -> Option<Self> {
        if case.succeeded() == Some(false) {
            return None;
        }
        let seen = case.response()?;
        Some(Self { seen, message: seen.message?, assertion: case.assertion()? })
    }

    /// The attributes of exactly this Name.
    pub(super) fn attributes(&self, name: &str) -> impl Iterator<Item = SamlAttribute<'d>> {
        self.assertion.attributes().filter(move |attribute| attribute.name().is_some_and(|found| found.text == name))
    }

    /// The values of all attributes of exactly this Name.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = Value<'d>> {
        self.attributes(name).flat_map(SamlAttribute::values)
    }

    /// The values of Role, taken apart.
    pub(super) fn roles(&self) -> Vec<RoleValue<'d>> {
        let nodes = self.attributes(ROLE_ATTRIBUTE).flat_map(|role| role.0.elements_named(ASSERTION, "AttributeValue"));
        nodes.map(RoleValue::of).collect()
    }

    /// A value of Role as evidence.
    pub(super) fn role(&self, value: &RoleValue<'d>) -> Evidence {
        Evidence::of(self.seen, "Role", &value.value)
    }

    /// Something that is missing in an element.
    fn lacks(&self, what: &str, parent: Node<'_>) -> Evidence {
        Evidence::node(self.seen, what, parent)
    }
}

/// The answer where there is no [`Login`] to look at, for what no login is accepted without.
fn unread(case: &Case<'_>) -> Answer {
    match case.is_sealed() && case.succeeded() != Some(false) {
        true => Answer::NotChecked(&["private_keys"]),
        false => Answer::Inapplicable,
    }
}

/// Fires with evidence of which each is grave or not; as bad as the gravest.
fn graded(found: impl IntoIterator<Item = (Severity, Evidence)>) -> Answer {
    let (severities, evidence): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let answer = Answer::found(evidence);
    match severities.into_iter().min() {
        Some(severity) => answer.severity(severity),
        None => answer,
    }
}

/// The characters of a text that are not allowed in it, each once and in quotes.
fn strangers(text: &str, allowed: fn(char) -> bool) -> String {
    let mut found: Vec<char> = Vec::new();
    for c in text.chars().filter(|c| !allowed(*c)) {
        if !found.contains(&c) {
            found.push(c);
        }
    }
    found.iter().map(|c| format!("“{c}”")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod testing {
    use crate::checks::testing::Scene;

    /// A sound login to the China site as `alice` with the role `admin-role` of the provider `acme-idp`; unsigned.
    pub(super) fn login() -> Scene {
        Scene::of(LOGIN)
    }

    /// The message of [`login`].
    pub(super) const LOGIN: &str = include_str!("login.xml");

    /// The pair of ARNs that [`login`] sends.
    pub(super) const PAIR: &str =
        "acs:ram::1029384756102938:role/admin-role,acs:ram::1029384756102938:saml-provider/acme-idp";

    /// The login with another value of Role.
    pub(super) fn with_pair(pair: &str) -> Scene {
        login().replace(PAIR, pair)
    }

    /// The login with what is known of the account.
    pub(super) fn in_account(scene: Scene) -> Scene {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        scene.context(|context| {
            context.alibaba.account_id = Some("1029384756102938".to_owned());
            context.alibaba.ram_roles = names(&["admin-role", "readonly"]);
            context.alibaba.saml_providers = names(&["acme-idp"]);
        })
    }
}
