//! The names that the standards fixed: namespaces, and the URIs that messages carry.

/// SAML 2.0 protocol (SAML 2.0 Core §3).
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML 2.0 assertions (SAML 2.0 Core §2).
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML 2.0 metadata (SAML 2.0 Metadata §2).
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Names and texts for those who choose (SAML V2.0 Metadata Extensions for Login and Discovery User Interface §2).
pub const MDUI: &str = "urn:oasis:names:tc:SAML:metadata:ui";
/// Who registered and who publishes (SAML V2.0 Metadata Extensions for Registration and Publication Information §2).
pub const MDRPI: &str = "urn:oasis:names:tc:SAML:metadata:rpi";
/// Attributes of entities (SAML V2.0 Metadata Extension for Entity Attributes §2).
pub const MDATTR: &str = "urn:oasis:names:tc:SAML:metadata:attribute";
/// Algorithms that are supported (SAML V2.0 Metadata Profile for Algorithm Support §2).
pub const ALG: &str = "urn:oasis:names:tc:SAML:metadata:algsupport";
/// Scopes of attributes (Shibboleth Metadata Extension Schema).
pub const SHIBMD: &str = "urn:mace:shibboleth:metadata:1.0";
/// Discovery of identity providers (Identity Provider Discovery Service Protocol and Profile §2.5).
pub const IDPDISC: &str = "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol";
/// Where a service starts a login (Service Provider Request Initiation Protocol and Profile §2.3).
pub const INIT: &str = "urn:oasis:names:tc:SAML:profiles:SSO:request-init";
/// WS-Federation's roles (WS-Federation 1.2 §3.1).
pub const FED: &str = "http://docs.oasis-open.org/wsfed/federation/200706";
/// Types of XML Schema, by which a `<RoleDescriptor>` says what it is.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
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
