//! What services and identity providers are called by people.

use crate::Language;

/// By the name in reports: in English, and in Chinese where that is another.
const SERVICES: [(&str, &str, &str); 16] = [
    ("alibaba-user-sso", "Alibaba Cloud: user-based SSO", "阿里云：用户 SSO"),
    ("alibaba-role-sso", "Alibaba Cloud: role-based SSO", "阿里云：角色 SSO"),
    ("alibaba-cloudsso", "Alibaba Cloud: CloudSSO", "阿里云：云 SSO"),
    ("aws-iam-role", "AWS: IAM role federation", "AWS：IAM 角色联合身份"),
    ("aws-identity-center", "AWS: IAM Identity Center", ""),
    ("tencent-role", "Tencent Cloud: role-based SSO", "腾讯云：角色 SSO"),
    ("huawei", "Huawei Cloud", "华为云"),
    ("volcengine", "Volcengine", "火山引擎"),
    ("github", "GitHub", ""),
    ("salesforce", "Salesforce", ""),
    ("servicenow", "ServiceNow", ""),
    ("snowflake", "Snowflake", ""),
    ("slack", "Slack", ""),
    ("zoom", "Zoom", ""),
    ("google-workspace", "Google Workspace", ""),
    ("generic", "Another service", "其他服务"),
];

const PROVIDERS: [(&str, &str, &str); 8] = [
    ("alibaba-idaas", "Alibaba Cloud IDaaS", "阿里云 IDaaS"),
    ("entra", "Microsoft Entra ID", ""),
    ("adfs", "AD FS", ""),
    ("okta", "Okta", ""),
    ("google", "Google", ""),
    ("keycloak", "Keycloak", ""),
    ("shibboleth", "Shibboleth", ""),
    ("unknown", "none that is known here", "未识别"),
];

fn name(
    table: &[(&'static str, &'static str, &'static str)],
    wanted: &'static str,
    language: Language,
) -> &'static str {
    let Some((_, english, chinese)) = table.iter().find(|(name, ..)| *name == wanted) else { return wanted };
    if language == Language::Chinese && !chinese.is_empty() { chinese } else { english }
}

/// The name of a service.
pub fn service_name(service: &'static str, language: Language) -> &'static str {
    name(&SERVICES, service, language)
}

/// The name of an identity provider.
pub fn provider_name(provider: &'static str, language: Language) -> &'static str {
    name(&PROVIDERS, provider, language)
}
