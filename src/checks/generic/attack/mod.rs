//! What no sound sender does: shapes by which two readers of one message are made to differ. Wrapping is told with the
//! signatures, a comment within a name with the NameID, a document type with the transport.

mod decoding;
mod markup;
mod structure;
#[cfg(test)]
pub(super) mod tests;
mod text;

use super::{encryption, signature};
use crate::checks::{Group, Rule, Severity, Stage, Who};

const fn attack(
    id: &'static str,
    source: &'static str,
    check: fn(&crate::flow::Case<'_>) -> crate::checks::Answer,
) -> Rule {
    Rule::new(id, Severity::Security, Who::SpAdmin, Stage::Attack, source, check)
}

pub(super) const RULES: &[Rule] = &[
    attack("attack-pi-in-message", "XML 1.0, 2.6; SAML 2.0 Core 5.4.4; OneUptime #2988", markup::instruction)
        .grouped(Group::Message)
        .explains(&["nid-comment-split"]),
    attack("attack-comment-in-signature", "CVE-2025-29775", structure::comment).explains(&["sig-value-mismatch"]),
    attack("attack-signedinfo-count", "CVE-2025-29774; XML Signature 1.1, 4.1", structure::signed_info_count).explains(
        &["sig-value-mismatch", "sig-reference-count", "attack-digest-outside-signedinfo", "saml-schema-invalid"],
    ),
    attack(
        "attack-digest-outside-signedinfo",
        "CVE-2024-45409; CVE-2024-6800; XML Signature 1.1, 4.4",
        structure::digest_outside_signed_info,
    )
    .explains(&["sig-value-mismatch"]),
    attack("attack-decoy-signature", "CVE-2019-3465; OneUptime #2981; SAML 2.0 Core 5.4.2", structure::decoy)
        .explains(&["sig-value-mismatch", "saml-schema-invalid"]),
    attack(
        "attack-empty-digest",
        "CVE-2025-25292, CVE-2025-66475, CVE-2025-66568, CVE-2025-66578",
        structure::empty_digest,
    ),
    attack("attack-truncated-hmac", "CVE-2009-0217; XML Signature 1.1, 6.3.1", signature::truncated_hmac),
    attack("attack-id-pollution", "SAML 2.0 Core 1.3.4, 5.4.2; The Fragile Lock (2025)", markup::id_pollution)
        .explains(&["sig-reference-uri", "saml-schema-invalid"]),
    attack(
        "attack-relative-namespace",
        "Canonical XML 1.0, 1.3; CVE-2025-25292; CVE-2025-66568",
        markup::relative_namespace,
    ),
    attack("attack-namespace-lookalike", "Namespaces in XML 1.0, 2.3; The Fragile Lock (2025)", markup::lookalike)
        .grouped(Group::Message)
        .explains(&["saml-schema-invalid"]),
    attack("attack-trailing-content", "XML 1.0, 2.1; CVE-2022-39353", decoding::trailing_content)
        .grouped(Group::Message)
        .explains(&["saml-xml-malformed"]),
    attack(
        "attack-parser-differential",
        "XML 1.0, 2.2, 4.3.3; CVE-2024-47832; CVE-2025-25291",
        decoding::parser_differential,
    )
    .grouped(Group::Message)
    .explains(&["saml-xml-malformed"]),
    attack("attack-xml-bomb", "XML 1.0, 4.4; CVE-2024-52806", decoding::xml_bomb)
        .grouped(Group::Message)
        .explains(&["saml-xml-malformed"]),
    attack("attack-inflate-bomb", "RFC 1951; CVE-2025-25293, CVE-2025-54572", decoding::inflate_bomb)
        .grouped(Group::Message)
        .explains(&["saml-xml-malformed"]),
    attack(
        "attack-redirect-duplicate-parameter",
        "SAML 2.0 Bindings 3.4.4.1; Carettoni and di Paola, HTTP Parameter Pollution (2009)",
        decoding::duplicate_parameter,
    )
    .grouped(Group::Message)
    .explains(&["req-signed-bad"]),
    attack("attack-short-gcm-tag", "CVE-2026-32600; XML Encryption 1.1, 5.2.4", encryption::short_tag)
        .needs(&["private_keys"]),
    attack("attack-confusable-text", "Unicode Technical Standard 39, 4 and 5", text::confusable)
        .grouped(Group::Message),
    Rule::new(
        "attack-unsigned-inside-encryption",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Profiles 4.1.4.5; CVE-2024-4985; CVE-2024-9487",
        encryption::unsigned_inside,
    )
    .needs(&["private_keys"]),
];
