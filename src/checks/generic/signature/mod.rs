//! Whether, by whom and how the message is signed (SAML 2.0 Core §5).

mod algorithms;
mod faults;
mod presence;
pub(super) mod signed;
#[cfg(test)]
#[allow(clippy::string_slice)] // Of messages that the tests know.
mod tests;
mod wrapping;

pub(super) use self::algorithms::truncated_hmac;
pub(super) use self::presence::describe;
#[cfg(test)]
pub(super) use self::tests::vector;
use crate::checks::{Group, Rule, Severity, Stage, Who};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "sig-consumed-unsigned",
        Severity::Security,
        Who::SpAdmin,
        Stage::Attack,
        "SAML 2.0 Core 5.4.2; Somorovsky et al., On Breaking SAML (USENIX Security 2012)",
        wrapping::consumed_unsigned,
    )
    .explains(&[
        "sig-not-enveloped-child",
        "sig-reference-uri",
        "sig-reference-count",
        "sig-value-mismatch",
        "sig-response-only",
        "saml-multiple-assertions",
        "saml-assertions-different-subject",
        "saml-id-duplicate",
        "attack-decoy-signature",
        "attack-digest-outside-signedinfo",
        "ali-user-assertion-unsigned",
        "ali-role-assertion-unsigned",
        "saml-schema-invalid",
    ]),
    Rule::new(
        "sig-none",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Profiles 4.1.4.5; CVE-2026-28323; CVE-2026-49454",
        presence::none,
    )
    .needs(&["private_keys"])
    .required()
    .explains(&["enc-sign-order", "attack-unsigned-inside-encryption", "md-wantassertionssigned"]),
    Rule::new(
        "sig-digest-mismatch",
        Severity::Error,
        Who::Network,
        Stage::Signature,
        "XML Signature 1.1, 3.2.1",
        faults::digest_mismatch,
    )
    .explains(&[
        "sig-value-mismatch",
        "req-signed-bad",
        "ali-user-signature-invalid",
        "ali-csso-signature",
        "aws-role-signature",
    ]),
    Rule::new(
        "sig-not-enveloped-child",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Core 5.4.1, 5.4.2",
        faults::not_enveloped_child,
    )
    .explains(&["saml-schema-invalid"]),
    Rule::new(
        "sig-reference-uri",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Core 5.4.2; W3C XML Signature Best Practices",
        faults::reference_uri,
    )
    .explains(&["sig-value-mismatch"]),
    Rule::new(
        "sig-reference-count",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Core 5.4.2; CVE-2026-33487",
        faults::reference_count,
    )
    .explains(&["sig-value-mismatch", "saml-schema-invalid"]),
    Rule::new(
        "sig-transforms",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Core 5.4.4; W3C XML Signature Best Practices",
        faults::transforms,
    )
    .explains(&["sig-digest-mismatch"]),
    Rule::new(
        "sig-alg-unknown",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "XML Signature 1.1, 6.1; SAML2int SDP-ALG01",
        algorithms::unknown,
    ),
    Rule::new(
        "sig-alg-hmac",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Signature,
        "XML Signature 1.1, 6.3.1; SAML2int SDP-ALG01",
        algorithms::hmac,
    )
    .explains(&["attack-truncated-hmac"]),
    Rule::new(
        "sig-alg-md5",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML2 implementation profile IIP-ALG08",
        algorithms::md5,
    ),
    Rule::new(
        "sig-key-not-in-metadata",
        Severity::Error,
        Who::SpAdmin,
        Stage::Signature,
        "SAML 2.0 Metadata 2.4.1.1; SAML2int SDP-MD01",
        presence::key_not_in_metadata,
    )
    .needs(&["metadata", "certificates", "private_keys"])
    .required(),
    Rule::new(
        "sig-value-mismatch",
        Severity::Error,
        Who::SpAdmin,
        Stage::Signature,
        "XML Signature 1.1, 3.2.2; SAML 2.0 Bindings 3.4.4.1",
        faults::value_mismatch,
    ),
    Rule::new(
        "sig-response-only",
        Severity::Note,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Profiles 4.1.4.5; SAML 2.0 Metadata 2.4.4",
        presence::response_only,
    ),
    Rule::new(
        "sig-assertion-only",
        Severity::Note,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Profiles 4.1.4.5; SAML2int SDP-IDP09",
        presence::assertion_only,
    ),
    Rule::new(
        "sig-cert-in-metadata-other",
        Severity::Note,
        Who::Nobody,
        Stage::Hygiene,
        "SAML2 implementation profile IIP-MD07; SAML2int SDP-IDP32",
        presence::second_certificate,
    )
    .grouped(Group::Signature),
    Rule::new(
        "sig-alg-sha1",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML2int SDP-ALG01; NIST SP 800-131A",
        algorithms::sha1,
    )
    .grouped(Group::Signature),
    Rule::new(
        "sig-c14n-method",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML 2.0 Core 5.4.3",
        faults::c14n_method,
    )
    .grouped(Group::Signature),
];
