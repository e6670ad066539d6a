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
