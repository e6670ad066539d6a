//! How metadata is written, whatever it says: addresses, bindings, names, keys, texts for people (SAML 2.0 Metadata §2, the
//! metadata extensions in use, and what federations ask beyond them).

use super::survey::{Fault, told};
use crate::checks::{Answer, Rule, Severity, Stage, Who};
use crate::flow::Case;

/// In the order of [`Fault`].
pub(in crate::checks::generic) const RULES: &[Rule] = &[
    rule("md-idp-no-sso", Severity::Error, Who::IdpAdmin, "SAML 2.0 Metadata 2.4.3", |case| {
        told(case, Fault::NoSignOn)
    })
    .explains(&["saml-schema-invalid"]),
    rule("md-sp-no-acs", Severity::Error, Who::SpAdmin, "SAML 2.0 Metadata 2.4.4", |case| {
        told(case, Fault::NoConsumer)
    })
    .explains(&["saml-schema-invalid"]),
    rule("md-sp-no-post-acs", Severity::Error, Who::SpAdmin, "SAML2int SDP-SP08", |case| told(case, Fault::NoPost)),
    rule("md-acs-index-duplicate", Severity::Error, Who::SpAdmin, "SAML 2.0 Metadata 2.2.3", |case| {
        told(case, Fault::ConsumerIndex)
    }),
    rule("md-acs-index-missing", Severity::Error, Who::SpAdmin, "SAML 2.0 Metadata 2.2.3", |case| {
        told(case, Fault::NoIndex)
    })
    .explains(&["saml-schema-invalid"]),
    rule("md-acs-isdefault-multiple", Severity::Warning, Who::SpAdmin, "SAML 2.0 Metadata 2.2.3", |case| {
        told(case, Fault::Defaults)
    }),
    rule(
        "md-location-dangerous",
        Severity::Security,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.2.2; SAML 2.0 Bindings 3.4, 3.5",
        |case| told(case, Fault::DangerousLocation),
    ),
    rule(
        "md-location-relative",
        Severity::Error,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.2.2; SAML 2.0 Core 1.3.2",
        |case| told(case, Fault::RelativeLocation),
    ),
    rule("md-endpoint-http", Severity::Security, Who::IdpAdmin, "SAML2int SDP-SP09, SDP-IDP03", |case| {
        told(case, Fault::HttpLocation)
    }),
    rule("md-endpoint-internal", Severity::Warning, Who::IdpAdmin, "RFC 1918; RFC 6761", |case| {
        told(case, Fault::InternalLocation)
    }),
    rule("md-location-fragment", Severity::Warning, Who::IdpAdmin, "RFC 3986 3.5", |case| {
        told(case, Fault::FragmentLocation)
    }),
    rule("md-location-port", Severity::Note, Who::IdpAdmin, "RFC 3986 6.2.3; UK federation metadata rules", |case| {
        told(case, Fault::PortLocation)
    }),
    rule(
        "md-uri-space",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.2.1, 2.2.2; UK federation metadata rules",
        |case| told(case, Fault::UriSpace),
    )
    .explains(&["md-entityid-not-uri"]),
    rule(
        "md-binding-unknown",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.2.2; SAML 2.0 Bindings 3",
        |case| told(case, Fault::UnknownBinding),
    ),
    rule(
        "md-binding-illegal",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML 2.0 Profiles 4; SAML 2.0 Metadata 2.4",
        |case| told(case, Fault::IllegalBinding),
    ),
    rule(
        "md-binding-protocol",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.4.1; UK federation metadata rules",
        |case| told(case, Fault::BindingProtocol),
    ),
    rule(
        "md-hok-binding",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML V2.0 Holder-of-Key Web Browser SSO Profile",
        |case| told(case, Fault::HolderOfKey),
    ),
    rule(
        "md-sso-binding-repeated",
        Severity::Note,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.4.3; UK federation metadata rules",
        |case| told(case, Fault::RepeatedBinding),
    ),
    rule("md-index-duplicate", Severity::Warning, Who::IdpAdmin, "SAML 2.0 Metadata 2.2.3, 2.4.4.1", |case| {
        told(case, Fault::RepeatedIndex)
    }),
    rule(
        "md-entityid-duplicate",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.3.2; UK federation metadata rules",
        |case| told(case, Fault::RepeatedEntity),
    ),
    rule("md-no-role", Severity::Warning, Who::IdpAdmin, "SAML 2.0 Metadata 2.3.2", |case| told(case, Fault::NoRole)),
    rule(
        "md-sp-no-encryption-key",
        Severity::Note,
        Who::SpAdmin,
        "SAML 2.0 Metadata 2.4.1.1; UK federation metadata rules",
        |case| told(case, Fault::NoEncryptionKey),
    ),
    rule(
        "md-keyinfo-namespace",
        Severity::Error,
        Who::IdpAdmin,
        "XMLDSig 1.1 4.5; SAML 2.0 Metadata 2.4.1.1",
        |case| told(case, Fault::KeyInfoNamespace),
    )
    .explains(&["md-idp-no-signing-key", "md-key-no-x509"]),
    rule(
        "md-keyinfo-comment",
        Severity::Warning,
        Who::IdpAdmin,
        "UK federation metadata rules; XMLDSig 1.1 4.5.4",
        |case| told(case, Fault::KeyInfoComment),
    ),
    rule(
        "md-encryptionmethod-signing",
        Severity::Note,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.4.1.1; UK federation metadata rules",
        |case| told(case, Fault::SigningEncryptionMethod),
    ),
    rule(
        "md-alg-misplaced",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML V2.0 Metadata Profile for Algorithm Support 2",
        |case| told(case, Fault::MisplacedAlgorithm),
    ),
    rule("md-cert-shared", Severity::Note, Who::IdpAdmin, "SAML 2.0 Metadata 2.4.1.1", |case| {
        told(case, Fault::SharedCertificate)
    }),
    rule(
        "md-attribute-format-missing",
        Severity::Note,
        Who::SpAdmin,
        "SAML 2.0 Metadata 2.4.4.2; SAML 2.0 Core 2.7.3.1",
        |case| told(case, Fault::FormatMissing),
    ),
    rule(
        "md-attribute-format",
        Severity::Warning,
        Who::SpAdmin,
        "SAML 2.0 Profiles 8.1, 8.2; UK federation metadata rules",
        |case| told(case, Fault::FormatMismatch),
    ),
    rule(
        "md-scope-any",
        Severity::Security,
        Who::IdpAdmin,
        "Shibboleth metadata extensions (shibmd:Scope); UK federation metadata rules",
        |case| told(case, Fault::ScopeAny),
    ),
    rule(
        "md-scope-space",
        Severity::Warning,
        Who::IdpAdmin,
        "Shibboleth metadata extensions (shibmd:Scope); UK federation metadata rules",
        |case| told(case, Fault::ScopeSpace),
    ),
    rule(
        "md-scope-regexp-missing",
        Severity::Note,
        Who::IdpAdmin,
        "Shibboleth metadata extensions (shibmd:Scope); UK federation metadata rules",
        |case| told(case, Fault::ScopeRegexp),
    ),
    rule(
        "md-lang-missing",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML 2.0 Metadata 2.2.4, 2.2.5; SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1",
        |case| told(case, Fault::Language),
    ),
    rule(
        "md-display-line-break",
        Severity::Note,
        Who::IdpAdmin,
        "UK federation metadata rules; SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1",
        |case| told(case, Fault::DisplayLineBreak),
    ),
    rule(
        "md-ui-language-repeated",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1",
        |case| told(case, Fault::RepeatedLanguage),
    ),
    rule("md-display-name-shared", Severity::Note, Who::IdpAdmin, "UK federation metadata rules", |case| {
        told(case, Fault::SharedDisplayName)
    }),
    rule(
        "md-ui-misplaced",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1",
        |case| told(case, Fault::MisplacedUi),
    ),
    rule(
        "md-logo-size",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1",
        |case| told(case, Fault::LogoSize),
    ),
    rule(
        "md-logo-address",
        Severity::Warning,
        Who::IdpAdmin,
        "SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1",
        |case| told(case, Fault::LogoAddress),
    ),
    rule("md-logo-long", Severity::Note, Who::IdpAdmin, "UK federation metadata rules", |case| {
        told(case, Fault::LogoLong)
    }),
    rule("md-slo-missing", Severity::Note, Who::IdpAdmin, "SAML2int SDP-IDP33", |case| told(case, Fault::NoLogout)),
    rule("md-slo-responselocation", Severity::Note, Who::IdpAdmin, "SAML 2.0 Metadata 2.2.2", |case| {
        told(case, Fault::LogoutResponse)
    }),
];

const fn rule(
    id: &'static str,
    severity: Severity,
    who: Who,
    source: &'static str,
    check: fn(&Case<'_>) -> Answer,
) -> Rule {
    Rule::new(id, severity, who, Stage::Metadata, source, check)
}
