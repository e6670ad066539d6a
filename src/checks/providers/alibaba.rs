//! The two sites of Alibaba Cloud, by all the names that logins to them carry; rules look up, and spell nothing again.

use crate::checks::web_url;
use crate::flow::Case;

/// One of the two sites. What belongs to one is never right at the other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// The domain by which people know it.
    pub(super) domain: &'static str,
    /// Where RAM users log in.
    pub(super) user_host: &'static str,
    /// The ACS of user-based SSO, which the response names as Recipient and Destination.
    pub(super) user_acs: &'static str,
    /// Where users log in to RAM roles.
    pub(super) role_host: &'static str,
    /// The entity ID of role-based SSO, which the assertion names as Audience.
    pub(super) role_audience: &'static str,
    /// The ACS of role-based SSO.
    pub(super) role_acs: &'static str,
    /// Where the service's metadata for role-based SSO is.
    pub(super) role_metadata: &'static str,
}

/// Both sites, aliyun.com first.
pub(super) const SITES: [Site; 2] = [
    Site {
        domain: "aliyun.com",
        user_host: "signin.aliyun.com",
        user_acs: "https://signin.aliyun.com/saml/SSO",
        role_host: "signin.aliyun.com",
        role_audience: "urn:alibaba:cloudcomputing",
        role_acs: "https://signin.aliyun.com/saml-role/sso",
        role_metadata: "https://signin.aliyun.com/saml-role/sp-metadata.xml",
    },
    Site {
        domain: "alibabacloud.com",
        user_host: "signin-intl.aliyun.com",
        user_acs: "https://signin-intl.aliyun.com/saml/SSO",
        role_host: "signin.alibabacloud.com",
        role_audience: "urn:alibaba:cloudcomputing:international",
        role_acs: "https://signin.alibabacloud.com/saml-role/sso",
        role_metadata: "https://signin.alibabacloud.com/saml-role/sp-metadata.xml",
    },
];

/// What the Audience of role-based SSO begins with, on whichever site.
pub(super) const ROLE_URN: &str = "urn:alibaba:cloudcomputing";

/// What the Names of the attributes of role-based SSO begin with, on both sites.
pub(super) const ATTRIBUTE_PREFIX: &str = "https://www.aliyun.com/SAML-Role/Attributes/";
/// The attribute with the pairs of role and identity provider.
pub(super) const ROLE_ATTRIBUTE: &str = "https://www.aliyun.com/SAML-Role/Attributes/Role";
/// The attribute with the name of the session.
pub(super) const SESSION_NAME_ATTRIBUTE: &str = "https://www.aliyun.com/SAML-Role/Attributes/RoleSessionName";
/// The attribute with the seconds that the session may last.
pub(super) const SESSION_DURATION_ATTRIBUTE: &str = "https://www.aliyun.com/SAML-Role/Attributes/SessionDuration";

/// The path of user-based SSO, after the account ID where that is there.
const USER_PATH: &str = "/saml/SSO";
/// What default domains of RAM users end with.
pub(super) const DEFAULT_DOMAIN: &str = ".onaliyun.com";
/// Digits of an account ID.
const ACCOUNT_DIGITS: usize = 16;

/// What kind of login a name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// User-based SSO.
    User,
    /// Role-based SSO.
    Role,
}

impl Site {
    /// The entity ID of user-based SSO of an account, which the assertion names as Audience.
    pub(super) fn user_entity_id(&self, account: &str) -> String {
        format!("https://{}/{account}{USER_PATH}", self.user_host)
    }
}

/// The kind of login and the site that a URL or an Audience is for: by host and the beginning of the path, or by the URN.
/// The letter case of the path is not looked at: what is nearly right belongs to the site all the same.
pub(super) fn belongs(name: &str) -> Option<(Kind, &'static Site)> {
    let name = name.trim();
    if let Some(site) = SITES.iter().find(|site| site.role_audience == name) {
        return Some((Kind::Role, site));
    }
    let url = web_url::read(name).ok().filter(web_url::WebUrl::is_web)?;
    let path = url.path.trim_start_matches('/').to_ascii_lowercase();
    if path.starts_with("saml-role/") {
        return SITES.iter().find(|site| site.role_host == url.host).map(|site| (Kind::Role, site));
    }
    let (first, rest) = path.split_once('/').unwrap_or((&path, ""));
    let user = first == "saml" || rest.trim_start_matches('/').starts_with("saml/");
    // The other host names of the international site are known to detection, though no page names them.
    let site = || match url.host.as_str() {
        "signin.alibabacloud.com" | "signin-intl.alibabacloud.com" => SITES.last(),
        host => SITES.iter().find(|site| site.user_host == host),
    };
    user.then(site).flatten().map(|site| (Kind::User, site))
}

/// The site that a URL or an Audience is for.
pub(super) fn site_of(name: &str) -> Option<&'static Site> {
    belongs(name).map(|(_, site)| site)
}

/// What stands in the place of the account ID in a URL of user-based SSO: digits, or `${accountId}`, or whatever it is.
/// `None` where it is no such URL, or in the form without account ID.
pub(super) fn account_in(url: &str) -> Option<&str> {
    let url = url.trim();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let known = host.strip_suffix(":443").unwrap_or(host);
    let account = path.trim_end_matches('/').strip_suffix(USER_PATH)?;
    let known = known.starts_with("signin") && (known.ends_with(".aliyun.com") || known.ends_with(".alibabacloud.com"));
    (known && !account.is_empty() && !account.contains('/')).then_some(account)
}

/// Whether a text has the form of an account ID.
pub(super) fn is_account_id(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && is_digits(text)
}

/// Whether a text is made of digits and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The account ID: from the context, the service's entity ID in the context, its metadata, or the request that it sent.
pub(super) fn account(case: &Case<'_>) -> Option<String> {
    let given = case.alibaba().account_id.as_deref().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
    let of = |url: &str| account_in(url).filter(|id| is_digits(id)).map(str::to_owned);
    let told = || case.context.sp_entity_id.as_deref().and_then(of);
    let metadata = || {
        let mut ids = case.entities().filter(|(_, entity)| entity.is_sp()).filter_map(|(_, entity)| entity.id());
        ids.find_map(of)
    };
    let request = || case.request()?.message?.issuer().and_then(|issuer| of(&issuer.text));
    given.or_else(told).or_else(metadata).or_else(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_kind_of_login_and_the_site() {
        for (name, expected) in [
            ("https://signin.aliyun.com/saml/SSO", Some((Kind::User, "aliyun.com"))),
            ("https://signin.aliyun.com/1029384756102938/saml/SSO", Some((Kind::User, "aliyun.com"))),
            ("https://signin-intl.aliyun.com/1029384756102938/saml/SSO", Some((Kind::User, "alibabacloud.com"))),
            ("http://SIGNIN.aliyun.com:443/saml/sso/", Some((Kind::User, "aliyun.com"))),
            ("https://signin-intl.alibabacloud.com/saml/SSO", Some((Kind::User, "alibabacloud.com"))),
            ("https://signin.aliyun.com/${accountId}/saml/SSO", Some((Kind::User, "aliyun.com"))),
            ("https://signin.aliyun.com/saml-role/sso", Some((Kind::Role, "aliyun.com"))),
            ("https://signin.aliyun.com//saml-role/SSO", Some((Kind::Role, "aliyun.com"))),
            ("https://signin.alibabacloud.com/saml-role/sso", Some((Kind::Role, "alibabacloud.com"))),
            ("urn:alibaba:cloudcomputing", Some((Kind::Role, "aliyun.com"))),
            ("urn:alibaba:cloudcomputing:international", Some((Kind::Role, "alibabacloud.com"))),
            ("urn:alibaba:cloudcomputing:govcloud", None),
            ("https://signin-intl.aliyun.com/saml-role/sso", None),
            ("https://signin.aliyun.com.evil.example/saml/SSO", None),
            ("https://signin.aliyun.com@evil.example/saml/SSO", None),
            ("https://signin.aliyun.com/", None),
            ("signin.aliyun.com/saml/SSO", None),
            ("", None),
        ] {
            let found = belongs(name).map(|(kind, site)| (kind, site.domain));
            assert_eq!(found, expected, "{name}");
            assert_eq!(site_of(name).map(|site| site.domain), expected.map(|(_, domain)| domain), "{name}");
        }
    }

    #[test]
    fn each_constant_belongs_to_its_own_site() {
        for site in &SITES {
            assert_eq!(belongs(site.user_acs), Some((Kind::User, site)));
            assert_eq!(belongs(&site.user_entity_id("1029384756102938")), Some((Kind::User, site)));
            assert_eq!(belongs(site.role_acs), Some((Kind::Role, site)));
            assert_eq!(belongs(site.role_audience), Some((Kind::Role, site)));
            assert!(site.role_audience.starts_with(ROLE_URN));
            assert!(site.role_metadata.starts_with(&format!("https://{}/", site.role_host)));
        }
        for name in [ROLE_ATTRIBUTE, SESSION_NAME_ATTRIBUTE, SESSION_DURATION_ATTRIBUTE] {
            assert!(name.starts_with(ATTRIBUTE_PREFIX), "{name}");
        }
    }

    #[test]
    fn the_account_is_what_stands_before_the_path() {
        for (url, expected) in [
            ("https://signin.aliyun.com/1029384756102938/saml/SSO", Some("1029384756102938")),
            ("https://signin-intl.aliyun.com/1029384756102938/saml/SSO", Some("1029384756102938")),
            ("http://signin.aliyun.com:443/10293/saml/SSO/", Some("10293")),
            ("https://signin.aliyun.com/${accountId}/saml/SSO", Some("${accountId}")),
            ("https://signin.aliyun.com/1029384756****38/saml/SSO", Some("1029384756****38")),
            ("https://signin.aliyun.com/saml/SSO", None),
            ("https://signin.aliyun.com//saml/SSO", None),
            ("https://signin.aliyun.com/1029384756102938/saml-role/sso", None),
            ("https://app.acme.example/1029384756102938/saml/SSO", None),
            ("https://signin.evilaliyun.com/1029384756102938/saml/SSO", None),
        ] {
            assert_eq!(account_in(url), expected, "{url}");
        }
        assert!(
            is_account_id("1029384756102938")
                && !is_account_id("102938475610293")
                && !is_account_id("${accountId}xxxx")
        );
    }
}
