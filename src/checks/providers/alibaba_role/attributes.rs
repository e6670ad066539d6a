//! Whether the attributes have the Names that Alibaba Cloud looks for, and what is sent instead.

use super::super::alibaba::{ATTRIBUTE_PREFIX, ROLE_ATTRIBUTE, SESSION_DURATION_ATTRIBUTE, SESSION_NAME_ATTRIBUTE};
use super::{ASSERTIONS, Login, graded};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, IdentityProvider};
use crate::saml::{SamlAttribute, Value};

/// Attributes of other clouds, and whose they are.
const FOREIGN: &[(&str, &str)] =
    &[("https://aws.amazon.com/SAML/", "AWS"), ("https://cloud.tencent.com/SAML/", "Tencent Cloud")];

/// Attributes that AWS has beyond those that Alibaba Cloud knows.
const TAGS: &[&str] = &["PrincipalTag", "TransitiveTagKeys", "SourceIdentity"];

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    rule("ali-role-attr-name-nearmiss", Severity::Error, "Alibaba Cloud RAM, role-based SSO with Azure AD", near_miss)
        .explains(&[
            "ali-role-attr-missing",
            "ali-role-sessionname-missing",
            "ali-role-required-elements",
            "asr-attr-nameformat",
            "keycloak-role-list",
        ]),
    rule("ali-role-aws-attr", Severity::Error, ASSERTIONS, of_another_cloud).explains(&[
        "ali-role-attr-missing",
        "ali-role-sessionname-missing",
        "ali-role-required-elements",
    ]),
    rule("ali-role-attr-missing", Severity::Error, ASSERTIONS, missing)
        .required()
        .needs(&["private_keys"])
        .explains(&["ali-role-required-elements"]),
    rule("ali-role-tags-unsupported", Severity::Note, ASSERTIONS, tags),
    rule("ali-role-okta-group-first", Severity::Note, "Alibaba Cloud RAM, role-based SSO with Okta", okta_group),
];

const fn rule(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, Stage::Attributes, source, check)
}

fn missing(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    Answer::when(login.attributes(ROLE_ATTRIBUTE).next().is_none(), || {
        login.lacks("Attribute/@Name", login.assertion.0).actual("").expected(ROLE_ATTRIBUTE)
    })
}

/// What is left of a Name without that in which people mistake it: letter case, scheme, `www.`, the other site's domain,
/// the path that AWS has, slashes too many, white space.
fn bones(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let name = name.split_once(':').map_or(name.as_str(), |(scheme, rest)| match scheme {
        "http" | "https" => rest,
        _ => &name,
    });
    let parts = name.split('/').map(str::trim).filter(|part| !part.is_empty());
    let parts = parts.map(|part| match part {
        "aliyun.com" | "alibabacloud.com" | "www.alibabacloud.com" => "www.aliyun.com",
        "saml" => "saml-role",
        "attribute" => "attributes",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether an attribute was meant to be the one of this Name.
fn is_meant(attribute: SamlAttribute<'_>, name: &str) -> bool {
    let short = name.strip_prefix(ATTRIBUTE_PREFIX).unwrap_or(name);
    let close = |value: Option<Value<'_>>| value.is_some_and(|value| bones(&value.text) == bones(name));
    let bare = |value: Option<Value<'_>>| value.is_some_and(|value| value.text.trim().eq_ignore_ascii_case(short));
    // Many an identity provider has a `Role` of its own; one that holds ARNs is meant for us.
    let ours = || name != ROLE_ATTRIBUTE || attribute.values().any(|value| value.text.contains("acs:ram:"));
    close(attribute.name())
        || close(attribute.friendly_name())
        || (bare(attribute.name()) || bare(attribute.friendly_name())) && ours()
}

/// Only where the attribute itself is missing: beside it, one of nearly its Name does no harm.
fn near_miss(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let mut found = Vec::new();
    // Without a duration a login works, only not for as long as was meant.
    let names = [
        (ROLE_ATTRIBUTE, Severity::Error),
        (SESSION_NAME_ATTRIBUTE, Severity::Error),
        (SESSION_DURATION_ATTRIBUTE, Severity::Warning),
    ];
    for (name, severity) in names {
        if login.attributes(name).next().is_some() {
            continue;
        }
        for attribute in login.assertion.attributes().filter(|attribute| is_meant(*attribute, name)) {
            let evidence = match attribute.name() {
                Some(value) => Evidence::of(login.seen, "Attribute/@Name", &value),
                None => login.lacks("Attribute/@Name", attribute.0).actual(""),
            };
            found.push((severity, evidence.instead_of(name)));
        }
    }
    graded(found)
}

/// One application may serve several clouds, so that what is sent beside our own does no harm.
fn of_another_cloud(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let severity = if login.attributes(ROLE_ATTRIBUTE).next().is_some() { Severity::Note } else { Severity::Error };
    let foreign = |name: &str| FOREIGN.iter().find(|(start, _)| name.starts_with(start)).map(|(_, cloud)| *cloud);
    let found: Vec<_> = login
        .assertion
        .attributes()
        .filter_map(|attribute| attribute.name())
        .filter_map(|name| Some((foreign(&name.text)?, name)))
        .collect();
    let cloud = found.first().map(|(cloud, _)| *cloud).unwrap_or_default();
    let evidence = |(_, name): &(&str, Value<'_>)| {
        let short = name.text.rsplit('/').next().unwrap_or_default();
        (severity, Evidence::of(login.seen, "Attribute/@Name", name).expected(format!("{ATTRIBUTE_PREFIX}{short}")))
    };
    graded(found.iter().map(evidence)).with("cloud", cloud)
}

fn tags(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let names = login.assertion.attributes().filter_map(|attribute| attribute.name());
    let is_tag = |name: &Value<'_>| {
        let rest = name.text.strip_prefix(ATTRIBUTE_PREFIX).and_then(|rest| rest.split(':').next());
        rest.is_some_and(|rest| TAGS.contains(&rest))
    };
    Answer::found(names.filter(is_tag).map(|name| Evidence::of(login.seen, "Attribute/@Name", &name)))
}

/// Okta sends one role, and another attribute shows that the user is in several groups.
fn okta_group(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let roles = login.roles();
    let ([role], IdentityProvider::Okta) = (roles.as_slice(), case.identity_provider) else {
        return Answer::Inapplicable;
    };
    let groups = login.assertion.attributes().find(|attribute| {
        let name = attribute.name().map(|name| name.text).unwrap_or_default();
        name.to_ascii_lowercase().contains("group") && attribute.values().count() > 1
    });
    let groups: Vec<_> = groups.into_iter().flat_map(SamlAttribute::values).collect();
    let count = groups.len().to_string();
    Answer::when(!groups.is_empty(), || login.role(role)).with("groups", count)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{PAIR, login};
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ROLE: &str = "Name=\"https://www.aliyun.com/SAML-Role/Attributes/Role\"";

    fn named(name: &str) -> Scene {
        login().replace(ROLE, &format!("Name=\"{name}\""))
    }

    fn and(attribute: &str) -> Scene {
        login().replace("</saml:AttributeStatement>", &format!("{attribute}</saml:AttributeStatement>"))
    }

    #[test]
    fn role_has_exactly_its_name() {
        fires("ali-role-attr-missing", &named("mail"));
        silent("ali-role-attr-missing", &login());
        for name in [
            "http://www.aliyun.com/SAML-Role/Attributes/Role",
            "https://aliyun.com/SAML-Role/Attributes/Role",
            "https://www.alibabacloud.com/SAML-Role/Attributes/Role",
            "https://www.aliyun.com/SAML/Attributes/Role",
            "https://www.aliyun.com/SAML-Role/Attributes/Role/",
            "https://www.aliyun.com/SAML-Role/Attributes//Role",
            "https://www.aliyun.com/saml-role/attributes/role",
            " https://www.aliyun.com/SAML-Role/Attributes/Role",
            "Role",
        ] {
            fires("ali-role-attr-name-nearmiss", &named(name));
        }
        let friendly = "Name=\"urn:oid:1.2.3\" FriendlyName=\"https://www.aliyun.com/SAML-Role/Attributes/Role\"";
        fires("ali-role-attr-name-nearmiss", &login().replace(ROLE, friendly));
        silent("ali-role-attr-name-nearmiss", &login());
        silent("ali-role-attr-name-nearmiss", &named("Role").replace(PAIR, "offline_access"));
        silent("ali-role-attr-name-nearmiss", &and("<saml:Attribute Name=\"Role\"/>"));
        let sealed = login().without("<saml:Assertion", "</saml:Assertion>");
        let sealed = sealed.replace("</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>");
        unchecked("ali-role-attr-missing", &sealed, "private_keys");
        unchecked("ali-role-value-grammar", &sealed, "private_keys");
    }

    #[test]
    fn attributes_of_other_clouds_are_told() {
        fires("ali-role-aws-attr", &named("https://aws.amazon.com/SAML/Attributes/Role"));
        fires("ali-role-aws-attr", &and("<saml:Attribute Name=\"https://cloud.tencent.com/SAML/Attributes/Role\"/>"));
        silent("ali-role-aws-attr", &login());
        let prefix = "https://www.aliyun.com/SAML-Role/Attributes/";
        fires("ali-role-tags-unsupported", &and(&format!("<saml:Attribute Name=\"{prefix}PrincipalTag:Team\"/>")));
        silent("ali-role-tags-unsupported", &and(&format!("<saml:Attribute Name=\"{prefix}SessionDuration\"/>")));
    }

    #[test]
    fn one_role_of_several_groups_is_noted_for_okta() {
        let group = "<saml:AttributeValue>a</saml:AttributeValue>";
        let several = and(&format!("<saml:Attribute Name=\"groups\">{}</saml:Attribute>", group.repeat(2)));
        let okta = several.replace("https://idp.acme.example/idp", "http://www.okta.com/exk1acme7Qd2Lw9Vt5x7");
        fires("ali-role-okta-group-first", &okta);
        let one = and(&format!("<saml:Attribute Name=\"groups\">{group}</saml:Attribute>"));
        let okta = one.replace("https://idp.acme.example/idp", "http://www.okta.com/exk1acme7Qd2Lw9Vt5x7");
        silent("ali-role-okta-group-first", &okta);
    }
}
