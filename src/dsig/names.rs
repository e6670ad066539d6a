//! The names of XML Signature.

/// XML Signature (XMLDSig 1.1 §1.3).
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// What XML Signature 1.1 adds (XMLDSig 1.1 §1.3).
pub const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";
/// RSASSA-PSS parameters (RFC 9231 §2.3.9).
pub const MORE_2007: &str = "http://www.w3.org/2007/05/xmldsig-more#";
/// Exclusive canonicalization, the namespace of `InclusiveNamespaces` (Exclusive XML Canonicalization §4).
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The enveloped-signature transform (XMLDSig 1.1 §6.6.4).
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
