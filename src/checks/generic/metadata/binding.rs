//! Which bindings there are, and which endpoints may have them (SAML 2.0 Bindings §3, Profiles §4, Metadata §2.4; the
//! profiles of others that metadata names).

/// A set of endpoint elements.
type Elements = u16;

const SSO: Elements = 1;
const ACS: Elements = 1 << 1;
const SLO: Elements = 1 << 2;
const ARTIFACT: Elements = 1 << 3;
const NAME_ID: Elements = 1 << 4;
const MAPPING: Elements = 1 << 5;
const BY_ID: Elements = 1 << 6;
/// Queries for statements, attributes and decisions.
const QUERY: Elements = 1 << 7;
const DISCOVERY: Elements = 1 << 8;
const INITIATION: Elements = 1 << 9;
/// Where WS-Federation and CAS are met.
const PASSIVE: Elements = SSO | ACS | SLO;

/// The element that an endpoint is; `None` where it is none.
pub(super) fn element(name: &str) -> Option<Elements> {
    Some(match name {
        "SingleSignOnService" => SSO,
        "AssertionConsumerService" => ACS,
        "SingleLogoutService" => SLO,
        "ArtifactResolutionService" => ARTIFACT,
        "ManageNameIDService" => NAME_ID,
        "NameIDMappingService" => MAPPING,
        "AssertionIDRequestService" => BY_ID,
        "AuthnQueryService" | "AttributeService" | "AuthzService" => QUERY,
        "DiscoveryResponse" => DISCOVERY,
        "RequestInitiator" => INITIATION,
        _ => return None,
    })
}

/// The holder-of-key profile, which stands where a binding does, and the namespace of its attribute.
pub(super) const HOLDER_OF_KEY: &str = "urn:oasis:names:tc:SAML:2.0:profiles:holder-of-key:SSO:browser";

/// Every binding that is known, and the endpoints that may have it.
const BINDINGS: [(&str, Elements); 20] = [
    ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", SSO | SLO | NAME_ID),
    ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", SSO | ACS | SLO | NAME_ID),
    ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST-SimpleSign", SSO | ACS | SLO | NAME_ID),
    ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact", SSO | ACS | SLO | NAME_ID),
    // At SingleSignOnService for enhanced clients (Profiles §4.2).
    ("urn:oasis:names:tc:SAML:2.0:bindings:SOAP", SSO | SLO | ARTIFACT | NAME_ID | MAPPING | BY_ID | QUERY),
    ("urn:oasis:names:tc:SAML:2.0:bindings:PAOS", ACS),
    ("urn:oasis:names:tc:SAML:2.0:bindings:URI", BY_ID),
    (HOLDER_OF_KEY, SSO | ACS),
    ("urn:oasis:names:tc:SAML:1.0:profiles:browser-post", ACS),
    ("urn:oasis:names:tc:SAML:1.0:profiles:artifact-01", ACS),
    ("urn:oasis:names:tc:SAML:1.0:profiles:artifact-02", ACS),
    ("urn:oasis:names:tc:SAML:1.0:bindings:SOAP-binding", ARTIFACT | BY_ID | QUERY),
    ("urn:mace:shibboleth:1.0:profiles:AuthnRequest", SSO),
    ("urn:mace:shibboleth:2.0:profiles:AuthnRequest", SSO),
    ("http://schemas.xmlsoap.org/ws/2003/07/secext", PASSIVE),
    ("https://www.apereo.org/cas/protocol/login", PASSIVE),
    ("https://www.apereo.org/cas/protocol/proxy", PASSIVE),
    ("https://www.apereo.org/cas/protocol/logout", PASSIVE),
    ("urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol", DISCOVERY),
    ("urn:oasis:names:tc:SAML:profiles:SSO:request-init", INITIATION),
];

/// The number of a binding in the list, and whether the endpoint may have it; `None` where it is not known.
pub(super) fn known(binding: &str, element: Elements) -> Option<(usize, bool)> {
    let (number, (_, elements)) = BINDINGS.iter().enumerate().find(|(_, (name, _))| *name == binding)?;
    Some((number, elements & element != 0))
}

/// Whether a binding is one of SAML 2.0's protocol, so that a role must support that.
pub(super) fn is_version_2(binding: &str) -> bool {
    binding.starts_with("urn:oasis:names:tc:SAML:2.0:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_have_the_bindings_of_their_profiles() {
        let may = |name: &str, binding: &str| {
            let binding = format!("urn:oasis:names:tc:SAML:2.0:bindings:{binding}");
            known(&binding, element(name).unwrap()).map(|(_, may)| may)
        };
        for (name, binding, expected) in [
            ("SingleSignOnService", "HTTP-Redirect", Some(true)),
            ("SingleSignOnService", "SOAP", Some(true)),
            ("SingleSignOnService", "PAOS", Some(false)),
            ("AssertionConsumerService", "PAOS", Some(true)),
            ("AssertionConsumerService", "HTTP-Redirect", Some(false)),
            ("ArtifactResolutionService", "SOAP", Some(true)),
            ("ArtifactResolutionService", "HTTP-POST", Some(false)),
            ("AttributeService", "SOAP", Some(true)),
            ("SingleLogoutService", "HTTP-Post", None),
        ] {
            assert_eq!(may(name, binding), expected, "{name} {binding}");
        }
        assert_eq!(element("KeyDescriptor"), None);
    }
}
