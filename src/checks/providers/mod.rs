//! What one service or one identity provider asks beyond the standard, by its name.

mod adfs;
mod alibaba;
mod alibaba_cloudsso;
mod alibaba_idaas;
mod alibaba_relay;
mod alibaba_role;
mod alibaba_user;
mod aws_identity_center;
mod aws_role;
mod common;
mod entra;
mod github;
mod google;
mod google_workspace;
mod huawei;
mod keycloak;
mod okta;
mod registered;
mod role_values;
mod salesforce;
mod servicenow;
mod session_limits;
mod shibboleth;
mod slack;
mod snowflake;
mod tencent;
mod volcengine;
mod zoom;

pub(crate) use self::role_values::{Named, RoleParts};
pub(crate) use self::session_limits::session_limits;
use super::rule::{Pack, Rule, Scope};
use crate::flow::{IdentityProvider, Profile};

/// Every pack of a provider: services first, Alibaba Cloud's before all others.
pub(super) const PACKS: &[&Pack] = &[
    &service("alibaba-user-sso", &[Profile::AlibabaUserSso], alibaba_user::MESSAGE),
    &service("alibaba-user-sso", &[Profile::AlibabaUserSso], alibaba_user::ADDRESSEE),
    &service("alibaba-user-sso", &[Profile::AlibabaUserSso], alibaba_user::NAME_ID),
    &service("alibaba-user-sso", &[Profile::AlibabaUserSso], alibaba_user::ACCOUNT),
    &role(alibaba_role::values::RULES),
    &role(alibaba_role::attributes::RULES),
    &role(alibaba_role::session::RULES),
    &role(alibaba_role::inventory::RULES),
    &role(alibaba_role::message::RULES),
    &role(alibaba_role::site::RULES),
    &role(alibaba_role::subject::RULES),
    &role(alibaba_role::relay::RULES),
    &role(alibaba_role::metadata::RULES),
    &service("alibaba-cloudsso", &[Profile::AlibabaCloudSso], alibaba_cloudsso::RULES),
    &provider("alibaba-idaas", &[IdentityProvider::AlibabaIdaas], alibaba_idaas::RULES),
    &service("aws-iam-role", &[Profile::AwsIamRole], aws_role::RULES),
    &service("aws-identity-center", &[Profile::AwsIdentityCenter], aws_identity_center::RULES),
    &service("tencent-role", &[Profile::TencentRole], tencent::RULES),
    &service("huawei", &[Profile::Huawei], huawei::RULES),
    &service("volcengine", &[Profile::Volcengine], volcengine::RULES),
    &service("github", &[Profile::GitHub], github::RULES),
    &service("salesforce", &[Profile::Salesforce], salesforce::RULES),
    &service("servicenow", &[Profile::ServiceNow], servicenow::RULES),
    &service("snowflake", &[Profile::Snowflake], snowflake::RULES),
    &service("slack", &[Profile::Slack], slack::RULES),
    &service("zoom", &[Profile::Zoom], zoom::RULES),
    &service("google-workspace", &[Profile::GoogleWorkspace], google_workspace::RULES),
    &provider("entra", &[IdentityProvider::Entra], entra::RULES),
    &provider("adfs", &[IdentityProvider::AdFs], adfs::RULES),
    &provider("okta", &[IdentityProvider::Okta], okta::RULES),
    &anyone("okta", okta::INBOUND),
    &provider("google", &[IdentityProvider::Google], google::RULES),
    &provider("keycloak", &[IdentityProvider::Keycloak], keycloak::RULES),
    &anyone("keycloak", keycloak::BROKER),
    &provider("shibboleth", &[IdentityProvider::Shibboleth], shibboleth::RULES),
];

const fn service(profile: &'static str, profiles: &'static [Profile], rules: &'static [Rule]) -> Pack {
    Pack { profile, scope: Scope::Service(profiles), rules }
}

const fn role(rules: &'static [Rule]) -> Pack {
    service("alibaba-role-sso", &[Profile::AlibabaRoleSso], rules)
}

const fn provider(profile: &'static str, products: &'static [IdentityProvider], rules: &'static [Rule]) -> Pack {
    Pack { profile, scope: Scope::Provider(products), rules }
}

/// A service that is no profile of its own: its rules see for themselves whether a login is for it.
const fn anyone(profile: &'static str, rules: &'static [Rule]) -> Pack {
    Pack { profile, scope: Scope::Generic, rules }
}
