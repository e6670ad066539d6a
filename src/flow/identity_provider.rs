//! Which product an identity provider is, by the shape of its entity ID.

use super::profile::split_url;

/// An identity provider's product, by its name in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names are their own explanation.
pub enum IdentityProvider {
    AlibabaIdaas,
    Entra,
    AdFs,
    Okta,
    Google,
    Keycloak,
    Shibboleth,
    Unknown,
}

impl IdentityProvider {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlibabaIdaas => "alibaba-idaas",
            Self::Entra => "entra",
            Self::AdFs => "adfs",
            Self::Okta => "okta",
            Self::Google => "google",
            Self::Keycloak => "keycloak",
            Self::Shibboleth => "shibboleth",
            Self::Unknown => "unknown",
        }
    }

    /// By an entity ID, or by an endpoint that a request was sent to (rule catalogue, sections 4, 6.6 to 6.8).
    pub(super) fn of(name: &str) -> Option<Self> {
        let (host, path) = split_url(name)?;
        let under = |domain: &str| host == domain || host.ends_with(domain) && host.ends_with(&format!(".{domain}"));
        if under("aliyunidaas.com") || path.contains("/api/v2/app_") {
            Some(Self::AlibabaIdaas)
        } else if [
            "sts.windows.net",
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "login.partner.microsoftonline.cn",
        ]
        .contains(&host)
        {
            Some(Self::Entra)
        } else if path.starts_with("/adfs/") {
            Some(Self::AdFs)
        } else if ["okta.com", "oktapreview.com", "okta-emea.com"].iter().any(|domain| under(domain)) {
            Some(Self::Okta)
        } else if host == "accounts.google.com" && path.starts_with("/o/saml2") {
            Some(Self::Google)
        } else if path.contains("/realms/") {
            Some(Self::Keycloak)
        } else if path.ends_with("/idp/shibboleth") || path.contains("/idp/profile/SAML2/") {
            Some(Self::Shibboleth)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_is_known_by_its_entity_id() {
        for (name, expected) in [
            ("https://acme7q2x.aliyunidaas.com/api/v2/app_mk4x2q7f/saml2/meta", Some("alibaba-idaas")),
            ("https://sts.windows.net/6f0c1d52-8a3e-4b7f-9c11-2d4e8f7a6b30/", Some("entra")),
            ("http://adfs.acme.example/adfs/services/trust", Some("adfs")),
            ("http://www.okta.com/exk1acme7Qd2Lw9Vt5x7", Some("okta")),
            ("https://accounts.google.com/o/saml2?idpid=C01acme7x", Some("google")),
            ("https://sso.globex.example/realms/staff", Some("keycloak")),
            ("https://idp.globex.example/idp/shibboleth", Some("shibboleth")),
            ("https://notokta.com/x", None),
            ("urn:acme:idp", None),
        ] {
            assert_eq!(IdentityProvider::of(name).map(IdentityProvider::as_str), expected, "{name}");
        }
    }
}
