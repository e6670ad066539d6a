//! Which service a login is for, and by what that is seen.
//!
//! A table of the names that each service is known by (rule catalogue, sections 1 to 3 and 6); the first that fits wins,
//! Alibaba Cloud's first. A name given in the context goes before all of it.

use serde::Serialize;

/// A service that logins are for, by its name in reports and contexts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // The names are their own explanation.
pub enum Profile {
    AlibabaUserSso,
    AlibabaRoleSso,
    #[serde(rename = "alibaba-cloudsso")]
    AlibabaCloudSso,
    AwsIamRole,
    AwsIdentityCenter,
    TencentRole,
    Huawei,
    Volcengine,
    GitHub,
    Salesforce,
    ServiceNow,
    Snowflake,
    Slack,
    Zoom,
    GoogleWorkspace,
    Generic,
}

impl Profile {
    /// Every service, in the order in which they are looked for.
    pub const ALL: [Self; 16] = [
        Self::AlibabaUserSso,
        Self::AlibabaRoleSso,
        Self::AlibabaCloudSso,
        Self::AwsIdentityCenter,
        Self::AwsIamRole,
        Self::TencentRole,
        Self::Huawei,
        Self::Volcengine,
        Self::GitHub,
        Self::Salesforce,
        Self::ServiceNow,
        Self::Snowflake,
        Self::Slack,
        Self::Zoom,
        Self::GoogleWorkspace,
        Self::Generic,
    ];

    /// The name in reports and contexts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlibabaUserSso => "alibaba-user-sso",
            Self::AlibabaRoleSso => "alibaba-role-sso",
            Self::AlibabaCloudSso => "alibaba-cloudsso",
            Self::AwsIamRole => "aws-iam-role",
            Self::AwsIdentityCenter => "aws-identity-center",
            Self::TencentRole => "tencent-role",
            Self::Huawei => "huawei",
            Self::Volcengine => "volcengine",
            Self::GitHub => "github",
            Self::Salesforce => "salesforce",
            Self::ServiceNow => "servicenow",
            Self::Snowflake => "snowflake",
            Self::Slack => "slack",
            Self::Zoom => "zoom",
            Self::GoogleWorkspace => "google-workspace",
            Self::Generic => "generic",
        }
    }

    /// The service of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == name)
    }

    /// Finds the service by what the messages name, and says by which.
    pub(super) fn detect(traits: &[Trait<'_>]) -> Option<(Self, Why)> {
        // What the identity provider was told (Audience, Recipient, attributes) says more than what the user looks like.
        Self::ALL.into_iter().find_map(|profile| {
            let (what, value) = traits.iter().find(|(what, value)| profile.is_known_by(*what, value))?;
            Some((profile, Why::Is(what.as_str(), (*value).to_owned())))
        })
    }

    /// Whether an entity ID is this service's own.
    pub(crate) fn is_named(self, entity_id: &str) -> bool {
        self.is_known_by(What::EntityId, entity_id)
    }

    fn is_known_by(self, what: What, value: &str) -> bool {
        let url = |hosts: &[&str], path: &str| {
            split_url(value).is_some_and(|(host, p)| hosts.contains(&host) && p.starts_with(path))
        };
        let under = |domain: &str| split_url(value).is_some_and(|(host, _)| host.ends_with(domain));
        let attribute = what == What::Attribute;
        let endpoint = matches!(what, What::Endpoint | What::EntityId);
        match self {
            Self::AlibabaUserSso => match what {
                What::NameId => value.ends_with(".onaliyun.com"),
                What::Attribute => false,
                _ => split_url(value).is_some_and(|(host, path)| is_alibaba_signin(host) && is_user_sso_path(path)),
            },
            Self::AlibabaRoleSso => match what {
                What::Attribute => {
                    starts_with_ignoring_case(value, "https://www.aliyun.com/SAML-Role/Attributes/")
                        || starts_with_ignoring_case(value, "http://www.aliyun.com/SAML-Role/Attributes/")
                }
                What::NameId => false,
                _ => {
                    value == "urn:alibaba:cloudcomputing"
                        || value.starts_with("urn:alibaba:cloudcomputing:")
                        || split_url(value).is_some_and(|(host, path)| {
                            is_alibaba_signin(host)
                                && starts_with_ignoring_case(path.trim_start_matches('/'), "saml-role/sso")
                        })
                }
            },
            Self::AlibabaCloudSso => endpoint && under(".alibabacloudsso.com"),
            Self::AwsIdentityCenter => endpoint && under(".signin.aws.amazon.com") && value.contains("/platform/saml/"),
            Self::AwsIamRole => {
                attribute && value.starts_with("https://aws.amazon.com/SAML/Attributes/")
                    || endpoint
                        && (value.starts_with("urn:amazon:webservices")
                            || under("signin.aws.amazon.com")
                            || url(&["signin.amazonaws.cn", "signin.amazonaws-us-gov.com"], "/saml"))
            }
            Self::TencentRole => {
                attribute && value.starts_with("https://cloud.tencent.com/SAML/Attributes/")
                    || endpoint
                        && (matches!(value, "cloud.tencent.com" | "intl.cloud.tencent.com")
                            || url(&["cloud.tencent.com", "intl.cloud.tencent.com"], ""))
            }
            Self::Huawei => {
                attribute && value.starts_with("IAM_SAML_Attributes_")
                    || endpoint && (under("auth.huaweicloud.com") || under("auth-intl.huaweicloud.com"))
            }
            Self::Volcengine => {
                attribute && value.starts_with("https://www.volcengine.com/SAML/Attributes/")
                    || endpoint && url(&["signin.volcengine.com", "console.volcengine.com"], "")
            }
            Self::GitHub => {
                endpoint
                    && (url(&["github.com"], "/orgs/")
                        || url(&["github.com"], "/enterprises/")
                        || under(".ghe.com")
                        || value.ends_with("/saml/consume"))
            }
            Self::Salesforce => {
                endpoint && (under(".salesforce.com") || under(".my.salesforce-sites.com") || under(".force.com"))
            }
            Self::ServiceNow => endpoint && under(".service-now.com"),
            Self::Snowflake => endpoint && under(".snowflakecomputing.com"),
            Self::Slack => endpoint && (url(&["slack.com"], "") || under(".slack.com")),
            Self::Zoom => endpoint && under(".zoom.us"),
            Self::GoogleWorkspace => {
                endpoint
                    && (value == "google.com" || value.starts_with("google.com/a/") || url(&["www.google.com"], "/a/"))
            }
            Self::Generic => false,
        }
    }
}

/// Why somebody is taken for who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// The context says so.
    Told,
    /// This value, of this kind, is one of theirs.
    Is(&'static str, String),
    /// Nothing that is known is named.
    Nothing,
}

/// Something that a service or an identity provider may be known by.
pub(super) type Trait<'a> = (What, &'a str);

/// What kind of thing that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// An Audience, a request's Issuer, the service's entity ID in the context.
    EntityId,
    /// A Recipient, a Destination, an AssertionConsumerServiceURL, where a message was received.
    Endpoint,
    /// The Name of an attribute.
    Attribute,
    /// The NameID.
    NameId,
}

impl What {
    fn as_str(self) -> &'static str {
        match self {
            Self::EntityId => "Audience",
            Self::Endpoint => "ACS",
            Self::Attribute => "Attribute",
            Self::NameId => "NameID",
        }
    }
}

/// Host and path of an http or https URL. For recognising alone: what decides anything reads URLs as a browser does.
pub(super) fn split_url(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim().strip_prefix("https://").or_else(|| text.trim().strip_prefix("http://"))?;
    let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    Some((authority.split(':').next().unwrap_or_default(), path))
}

fn is_alibaba_signin(host: &str) -> bool {
    matches!(
        host,
        "signin.aliyun.com" | "signin-intl.aliyun.com" | "signin.alibabacloud.com" | "signin-intl.alibabacloud.com"
    )
}

/// `/saml/SSO`, or the same behind an account's digits.
fn is_user_sso_path(path: &str) -> bool {
    let rest = path.trim_start_matches('/').trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('/');
    starts_with_ignoring_case(rest, "saml/sso")
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_is_known_by_its_names_and_a_look_alike_is_not() {
        let detect = |what, value| Profile::detect(&[(what, value)]).map(|(profile, _)| profile.as_str());
        for (what, value, expected) in [
            (What::EntityId, "https://signin.aliyun.com/1029384756102938/saml/SSO", Some("alibaba-user-sso")),
            (What::Endpoint, "https://signin-intl.aliyun.com/saml/SSO", Some("alibaba-user-sso")),
            (What::NameId, "alice@acme.onaliyun.com", Some("alibaba-user-sso")),
            (What::EntityId, "urn:alibaba:cloudcomputing:international", Some("alibaba-role-sso")),
            (What::Endpoint, "https://signin.alibabacloud.com/saml-role/sso", Some("alibaba-role-sso")),
            (What::Attribute, "https://www.aliyun.com/SAML-Role/Attributes/Role", Some("alibaba-role-sso")),
            (What::EntityId, "https://signin-cn-shanghai.alibabacloudsso.com/saml/sp/d-00", Some("alibaba-cloudsso")),
            (What::EntityId, "urn:amazon:webservices", Some("aws-iam-role")),
            (
                What::Endpoint,
                "https://us-east-1.signin.aws.amazon.com/platform/saml/acs/1",
                Some("aws-identity-center"),
            ),
            (What::EntityId, "cloud.tencent.com", Some("tencent-role")),
            (What::EntityId, "https://github.com/orgs/acme", Some("github")),
            (What::Endpoint, "https://acme.slack.com/sso/saml", Some("slack")),
            (What::EntityId, "google.com/a/acme.example", Some("google-workspace")),
            (What::Endpoint, "https://signin.aliyun.com.evil.example/saml/SSO", None),
            (What::EntityId, "https://app.acme.example/saml/metadata", None),
        ] {
            assert_eq!(detect(what, value), expected, "{value}");
        }
    }
}
