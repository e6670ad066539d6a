//! The names that the standards fixed: namespaces, and the URIs that messages carry.

/// SAML 2.0 protocol (SAML 2.0 Core §3).
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML 2.0 assertions (SAML 2.0 Core §2).
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML 2.0 metadata (SAML 2.0 Metadata §2).
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// SAML 1.1 protocol (SAML 1.1 Core §3), whose name is that of 1.0.
pub const PROTOCOL_1: &str = "urn:oasis:names:tc:SAML:1.0:protocol";
/// SAML 1.1 assertions (SAML 1.1 Core §2), whose name is that of 1.0.
pub const ASSERTION_1: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
/// SOAP 1.1 (SOAP 1.1 §4), the only one that the bindings of SAML 2.0 have (SAML 2.0 Bindings §3.2).
pub const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// SOAP 1.2 (SOAP 1.2 Part 1 §5).
pub const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// Reversed SOAP (SAML 2.0 Bindings §3.3).
pub const PAOS: &str = "urn:liberty:paos:2003-08";
/// Enhanced clients and proxies (SAML 2.0 Profiles §4.2).
pub const ECP: &str = "urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp";
