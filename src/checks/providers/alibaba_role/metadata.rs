//! The identity provider's metadata, as far as RAM would take it.

use super::{ASSUME_ROLE, graded};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, IDP};
use crate::saml::metadata::Role;

/// The most bytes of a metadata document.
const MOST_BYTES: usize = 102_400;
/// The most certificates of an identity provider.
const MOST_CERTIFICATES: usize = 2;

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    Rule::new("ali-role-metadata-invalid", Severity::Error, Who::IdpAdmin, Stage::Metadata, ASSUME_ROLE, invalid)
        .needs(&["metadata"])
        .explains(&["md-idp-no-signing-key", "md-cert-invalid", "sig-key-not-in-metadata"]),
    Rule::new(
        "ali-role-metadata-limits",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Metadata,
        "Alibaba Cloud RAM, Limits",
        limits,
    )
    .needs(&["metadata"])
    .explains(&["md-multiple-entities"]),
];

fn certificates(role: &Role) -> usize {
    role.signing_keys().map(|key| key.certificates.len()).sum()
}

/// An identity provider without a certificate for signing that can be read: no assertion of it can be verified.
fn invalid(case: &Case<'_>) -> Answer {
    let Some((file, entity)) = case.idp_entity() else { return Answer::NotChecked(&["metadata"]) };
    let Some(role) = entity.role(IDP) else { return Answer::Inapplicable };
    let readable = role.signing_keys().any(|key| key.readable().next().is_some());
    Answer::when(!readable, || {
        let span = [role.span.start, role.span.end];
        Evidence::metadata_span(file, "IDPSSODescriptor", span)
            .actual(entity.id().unwrap_or_default())
            .expected("KeyDescriptor/ds:X509Certificate")
    })
}

/// What RAM takes as one identity provider. Beside a login the file may be more than what was uploaded, and then it is no
/// more than a warning.
fn limits(case: &Case<'_>) -> Answer {
    let severity = if case.response().is_some() { Severity::Warning } else { Severity::Error };
    let files: Vec<_> = case.metadata.iter().filter(|file| file.entities.with_role(IDP).next().is_some()).collect();
    if files.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    let mut found = Vec::new();
    for file in files {
        let whole = [file.entities.span.start, file.entities.span.end];
        let mut over = |what: &str, span: [usize; 2], count: usize, most: usize| {
            if count > most {
                let evidence = Evidence::metadata_span(file, what, span).actual(&count.to_string());
                found.push((severity, evidence.expected(format!("<= {most}"))));
            }
        };
        over("IDPSSODescriptor", whole, file.entities.with_role(IDP).count(), 1);
        for role in file.entities.with_role(IDP).filter_map(|entity| entity.role(IDP)) {
            over("ds:X509Certificate", [role.span.start, role.span.end], certificates(role), MOST_CERTIFICATES);
        }
        over("bytes", whole, file.bytes, MOST_BYTES);
    }
    graded(found)
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const METADATA: &str = include_str!("../../testing/idp-metadata.xml");

    fn with(metadata: &str) -> Scene {
        login().metadata("idp.xml", metadata)
    }

    /// The only `<md:KeyDescriptor>`.
    fn certificate() -> String {
        let (_, behind) = METADATA.split_once("<md:KeyDescriptor").unwrap();
        let (key, _) = behind.split_once("</md:KeyDescriptor>").unwrap();
        format!("<md:KeyDescriptor{key}</md:KeyDescriptor>")
    }

    #[test]
    fn metadata_has_no_more_than_ram_takes() {
        silent("ali-role-metadata-limits", &with(METADATA));
        silent("ali-role-metadata-limits", &with(&METADATA.replace(&certificate(), &certificate().repeat(2))));
        fires("ali-role-metadata-limits", &with(&METADATA.replace(&certificate(), &certificate().repeat(3))));
        let padded = METADATA.replace(&certificate(), &format!("<!--{}-->{}", "x".repeat(102_400), certificate()));
        fires("ali-role-metadata-limits", &with(&padded));
        unchecked("ali-role-metadata-limits", &login(), "metadata");
    }

    #[test]
    fn metadata_without_a_certificate_that_can_be_read_is_no_use() {
        fires("ali-role-metadata-invalid", &with(&METADATA.replace(&certificate(), "")));
        silent("ali-role-metadata-invalid", &with(METADATA));
        unchecked("ali-role-metadata-invalid", &login(), "metadata");
    }
}
