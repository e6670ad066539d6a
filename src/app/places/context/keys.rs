//! The keys of the context as people know them: a name, what it is, and where to find it.

use crate::app::words::words;
use crate::{FieldError, Language};

words! {
    Words {
        now: "Time to judge at", "判定时间";
        now_hint: "Left to itself: the time now, or of the capture where that is older than 15 minutes.",
            "默认使用当前时间；捕获内容早于 15 分钟时，使用捕获时间。";
        skew: "Clock skew", "时钟偏差";
        skew_hint: "Seconds by which clocks may differ; 180 where it is not said.", "允许的时钟偏差，单位为秒；不填时为 180。";
        profile: "Service (SP)", "服务方（SP）";
        profile_hint: "Whose rules the login is judged by.", "按哪个服务的规则判定这次登录。";
        received: "Received at (ACS URL)", "接收地址（ACS URL）";
        received_hint: "The AssertionConsumerService that the browser posted the response to: the request’s address in the network tab.",
            "浏览器提交 Response 的 AssertionConsumerService 地址：即开发者工具“网络”面板中该请求的地址。";
        entity: "Entity ID of the service", "服务方的 entity ID";
        entity_hint: "What the Audience must be: entityID in the service’s metadata.", "受众 Audience 必须与它一致：服务方元数据中的 entityID。";
        error: "The error you saw", "您看到的报错";
        error_hint: "Word for word, with its code: it is looked up, and what it names is told first.",
            "请原样粘贴，包括错误码：samlens 会查找其含义，并优先给出相关原因。";
        account: "Account ID", "账号 ID";
        account_hint: "16 digits. Console: the avatar at the top right.", "16 位数字。位置：控制台右上角头像 > 账号 ID。";
        default_domain: "Default domain", "默认域名";
        default_domain_hint: "ALIAS.onaliyun.com. RAM console: Settings > Domain.", "格式为 <账号别名>.onaliyun.com。位置：RAM 控制台 > 设置 > 域名管理。";
        alias: "Domain alias", "域别名";
        alias_hint: "Verified only. RAM console: Settings > Domain.", "仅填已验证的域别名。位置：RAM 控制台 > 设置 > 域名管理。";
        auxiliary: "Auxiliary domain", "辅助域名";
        auxiliary_hint: "RAM console: Integrations > SSO > User-based SSO.", "位置：RAM 控制台 > 集成管理 > SSO 管理 > 用户 SSO。";
        with_domain: "NameID carries a domain", "NameID 带域名后缀";
        with_domain_hint: "SsoLoginWithDomain, as GetUserSsoSettings tells it.", "即 SsoLoginWithDomain，可通过 GetUserSsoSettings 查询。";
        users: "RAM users", "RAM 用户";
        users_hint: "Logon names without what follows the @. RAM console: Identities > Users.", "登录名中 @ 之前的部分。位置：RAM 控制台 > 身份管理 > 用户。";
        roles: "RAM roles", "RAM 角色";
        roles_hint: "Names or ARNs. RAM console: Identities > Roles.", "角色名称或 ARN。位置：RAM 控制台 > 身份管理 > 角色。";
        providers: "SAML identity providers", "SAML 身份提供商";
        providers_hint: "Names or ARNs. RAM console: Integrations > SSO > Role-based SSO.", "名称或 ARN。位置：RAM 控制台 > 集成管理 > SSO 管理 > 角色 SSO。";
        cloudsso: "CloudSSO users", "云 SSO 用户";
        cloudsso_hint: "User names. CloudSSO console: Users.", "用户名。位置：云 SSO 控制台 > 人员管理 > 用户。";
        idaas: "IdP Name in IDaaS", "IDaaS 中的 IdP Name";
        idaas_hint: "IDaaS console: the application’s single sign-on settings.", "位置：IDaaS 控制台 > 应用 > 单点登录配置。";
        metadata: "Metadata", "元数据";
        metadata_hint: "Of the identity provider and of the service, as they are registered with each other. Its keys count as trusted. RAM console: Integrations > SSO; IDaaS console: the application’s sign-on page.",
            "身份提供商和服务方在对方处登记的元数据，其中的密钥视为可信。位置：RAM 控制台 > 集成管理 > SSO 管理；IDaaS 控制台的应用登录配置页。";
        certificates: "Certificates", "证书";
        certificates_hint: "The identity provider’s signing certificates, where there is no metadata: PEM, DER, bare base64 or PKCS #7.",
            "没有元数据时，提供身份提供商的签名证书：PEM、DER、纯 Base64 或 PKCS #7。";
        key: "Decryption key", "解密私钥";
        key_hint: "The service’s private key, for encrypted parts: PKCS #8, PKCS #1 or SEC 1.", "服务方的私钥，用于解密加密部分：PKCS #8、PKCS #1 或 SEC 1。";
        request: "Request", "请求";
        request_hint: "The AuthnRequest that the login began with, in any form that a capture may have.", "发起这次登录的 AuthnRequest，可为任意捕获形式。";
        list: "One a line, or between commas; a single - says that there are none.", "每行一个或用逗号分隔；只填 - 表示一个也没有。";

        bad_time: "This is no RFC 3339 time such as 2026-03-01T08:00:00Z: {expected} is expected at character {at}.",
            "不是 2026-03-01T08:00:00Z 形式的 RFC 3339 时间：第 {at} 个字符处应为 {expected}。";
        bad_seconds: "A whole number of seconds, 86400 at most.", "应为整数秒，最大 86400。";
        bad_account: "An account ID has 16 digits.", "账号 ID 为 16 位数字。";
        bad_domain: "A domain such as acme.com, without @ or https://.", "应为 acme.com 形式的域名，不含 @ 或 https://。";
        bad_default: "The default domain ends with .onaliyun.com.", "默认域名以 .onaliyun.com 结尾。";
        bad_address: "An address that begins with https:// or http://.", "应为以 https:// 或 http:// 开头的地址。";
        bad_name: "The names alone, without @ and what follows it.", "只填名称，不含 @ 及其后的部分。";
        bad_choice: "None of the values there are.", "不是可选的值。";
        not_used: "Not used as long as it stands so.", "在更正之前不会使用。";
    }
}

/// The name of a key, and what to say of it.
pub fn about(key: &str, language: Language) -> (&'static str, &'static str) {
    let words = Words::of(language);
    match key {
        "now" => (words.now, words.now_hint),
        "clock_skew_seconds" => (words.skew, words.skew_hint),
        "profile" => (words.profile, words.profile_hint),
        "received_at" => (words.received, words.received_hint),
        "sp_entity_id" => (words.entity, words.entity_hint),
        "error_text" => (words.error, words.error_hint),
        "alibaba.account_id" => (words.account, words.account_hint),
        "alibaba.default_domain" => (words.default_domain, words.default_domain_hint),
        "alibaba.domain_alias" => (words.alias, words.alias_hint),
        "alibaba.auxiliary_domain" => (words.auxiliary, words.auxiliary_hint),
        "alibaba.sso_login_with_domain" => (words.with_domain, words.with_domain_hint),
        "alibaba.ram_users" => (words.users, words.users_hint),
        "alibaba.ram_roles" => (words.roles, words.roles_hint),
        "alibaba.saml_providers" => (words.providers, words.providers_hint),
        "alibaba.cloudsso_users" => (words.cloudsso, words.cloudsso_hint),
        "alibaba.idaas_idp_name" => (words.idaas, words.idaas_hint),
        "metadata" => (words.metadata, words.metadata_hint),
        "certificates" => (words.certificates, words.certificates_hint),
        "private_keys" => (words.key, words.key_hint),
        _ => (words.request, words.request_hint),
    }
}

/// How lists are written.
pub fn of_lists(language: Language) -> &'static str {
    Words::of(language).list
}

/// Why a text cannot be used.
pub fn problem(error: FieldError, language: Language) -> String {
    use crate::app::words::put;

    let words = Words::of(language);
    let why = match error {
        FieldError::Time { expected, at } => {
            put(words.bad_time, &[("expected", expected), ("at", at.to_string().as_str())])
        }
        FieldError::Seconds => words.bad_seconds.to_owned(),
        FieldError::AccountId => words.bad_account.to_owned(),
        FieldError::Domain => words.bad_domain.to_owned(),
        FieldError::DefaultDomain => words.bad_default.to_owned(),
        FieldError::Address => words.bad_address.to_owned(),
        FieldError::BareName => words.bad_name.to_owned(),
        FieldError::Choice => words.bad_choice.to_owned(),
    };
    let space = if language == Language::English { " " } else { "" };
    format!("{why}{space}{}", words.not_used)
}

/// Where the field of a key stands in the document.
pub fn anchor(key: &str) -> String {
    format!("context-{}", key.replace('.', "-"))
}
