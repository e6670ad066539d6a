//! The metadata document as a whole: its root, its entities and their names, its bytes, its signature (SAML 2.0 Metadata
//! §2.2.1, §2.3, §3).

use super::scope::{answer, captured, files, has_messages};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::context::MetadataFile;
use crate::dsig::{Fault, Status};
use crate::flow::{Case, Profile, Seen};
use crate::intake::RepairKind;
use crate::saml::Message;
use crate::saml::metadata::{Role, RootKind, Spanned};
use crate::saml::names::METADATA;

/// The schema's `entityIDType` (SAML 2.0 Metadata §2.2.1).
const LONGEST: usize = 1024;
/// What every deployment must be able to keep (SAML2int SDP-G04).
const LONG: usize = 256;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new("md-root", Severity::Error, Who::User, Stage::Metadata, "SAML 2.0 Metadata 2.3", root)
        .explains(&["saml-schema-invalid"]),
    Rule::new(
        "md-entityid-missing",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Metadata,
        "SAML 2.0 Metadata 2.3.2",
        entity_id_missing,
    )
    .explains(&["saml-schema-invalid"]),
    Rule::new(
        "md-entityid-length",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Metadata,
        "SAML 2.0 Metadata 2.2.1; SAML2int SDP-G04",
        entity_id_length,
    )
    .explains(&["saml-schema-invalid"]),
    Rule::new(
        "md-entityid-not-uri",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Metadata,
        "SAML 2.0 Core 1.3.2; SAML2int SDP-G04",
        entity_id_not_uri,
    ),
    Rule::new(
        "md-multiple-entities",
        Severity::Error,
        Who::User,
        Stage::Metadata,
        "Alibaba Cloud RAM, limits; SAML 2.0 Metadata 2.3.1",
        multiple_entities,
    ),
    Rule::new(
        "md-bom",
        Severity::Error,
        Who::User,
        Stage::Metadata,
        "AWS IAM User Guide, troubleshoot_saml",
        byte_order_mark,
    ),
    Rule::new(
        "md-signature-invalid",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Metadata,
        "SAML 2.0 Metadata 3; SAML2int SDP-MD02",
        signature_invalid,
    )
    .needs(&["certificates"]),
];

/// A document that says it is metadata, by a name or the namespace, and is none that a service or an identity provider
/// can read.
fn root(case: &Case<'_>) -> Answer {
    let strange = case.seen.iter().filter_map(|seen| Some((seen, seen.message?))).find(|(_, message)| {
        let named = matches!(message.kind(), "EntityDescriptor" | "EntitiesDescriptor" | "FederationMetadata");
        !message.is_metadata() && (named || message.0.namespace() == METADATA)
    });
    if let Some((seen, Message(node))) = strange {
        let name = format!("{} in the namespace {:?}", node.local_name(), node.namespace());
        return Answer::fired(
            Evidence::node(seen, "root element", node)
                .actual(&name)
                .expected(format!("EntityDescriptor or EntitiesDescriptor in the namespace {METADATA:?}")),
        );
    }
    answer(captured(case), &mut |site| {
        // AD FS and others describe WS-Federation in the same element: that says nothing of SAML.
        let foreign =
            site.entity.roles.first().filter(|_| site.entity.roles.iter().all(|r| r.kind == "RoleDescriptor"));
        let evidence = |role: &Role| {
            let evidence = site.element("EntityDescriptor", &role.span).actual("RoleDescriptor alone");
            site.trouble(Severity::Error, evidence.expected("IDPSSODescriptor or SPSSODescriptor"))
        };
        foreign.map(evidence).into_iter().collect()
    })
}

fn entity_id_missing(case: &Case<'_>) -> Answer {
    answer(captured(case), &mut |site| {
        let missing = site.entity.id().is_none_or(|id| id.trim().is_empty());
        let evidence = site.element("EntityDescriptor/@entityID", &site.entity.span).expected("the name of the entity");
        missing.then(|| site.trouble(Severity::Error, evidence)).into_iter().collect()
    })
}

fn entity_id_length(case: &Case<'_>) -> Answer {
    answer(captured(case), &mut |site| {
        let id = site.entity.entity_id.as_ref().filter(|id| id.text.chars().count() > LONG);
        let trouble = |id: &Spanned| {
            let (severity, limit) =
                if id.text.chars().count() > LONGEST { (Severity::Error, LONGEST) } else { (Severity::Warning, LONG) };
            let expected = format!("at most {limit} characters");
            site.trouble(severity, Evidence::metadata(site.file, "entityID", id).expected(expected))
        };
        id.map(trouble).into_iter().collect()
    })
}

fn entity_id_not_uri(case: &Case<'_>) -> Answer {
    answer(captured(case), &mut |site| {
        let id = site.entity.entity_id.as_ref().filter(|id| !id.text.is_empty() && !is_absolute_uri(&id.text));
        let trouble = |id| {
            let evidence = Evidence::metadata(site.file, "entityID", id);
            site.trouble(Severity::Warning, evidence.expected("an absolute URI such as https://… or urn:…"))
        };
        id.map(trouble).into_iter().collect()
    })
}

/// A scheme and something after it, without white space (RFC 3986 §3).
fn is_absolute_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
            && !rest.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// Whether the user said that the metadata is for a service that takes the metadata of one identity provider.
fn is_for_one(case: &Case<'_>) -> bool {
    case.context.profile.is_some_and(|profile| profile != Profile::Generic)
}

fn multiple_entities(case: &Case<'_>) -> Answer {
    if has_messages(case) || files(case).is_empty() {
        return Answer::Inapplicable;
    }
    let several = files(case).into_iter().find(|file| file.entities.entities.len() > 1);
    let evidence = several.map(|file| {
        let root = match file.entities.root {
            RootKind::EntitiesDescriptor => "EntitiesDescriptor",
            _ => "EntityDescriptor",
        };
        let span = &file.entities.span;
        let count = file.entities.entities.len().to_string();
        Evidence::metadata_span(file, root, [span.start, span.end]).actual(&count).expected("1")
    });
    // A federation's file is right as it is, and wrong only where one identity provider is asked for.
    Answer::found(evidence).severity(if is_for_one(case) { Severity::Error } else { Severity::Note })
}

fn seen_of<'d>(case: &Case<'d>, capture: Option<usize>) -> Option<&'d Seen<'d>> {
    case.seen.iter().find(|seen| Some(seen.index) == capture)
}

fn byte_order_mark(case: &Case<'_>) -> Answer {
    let captures: Vec<_> = files(case).into_iter().filter_map(|file| seen_of(case, file.capture)).collect();
    if captures.is_empty() {
        return Answer::Inapplicable;
    }
    let marked = captures.into_iter().find(|seen| {
        seen.capture.steps.iter().flat_map(|step| &step.repairs).any(|repair| repair.kind == RepairKind::ByteOrderMark)
    });
    let evidence = marked.map(|seen| Evidence::outside(seen, "first bytes", "U+FEFF").expected("<"));
    let at_aws = matches!(case.context.profile, Some(Profile::AwsIamRole | Profile::AwsIdentityCenter));
    Answer::found(evidence).severity(if at_aws { Severity::Error } else { Severity::Warning })
}

/// Whether every signature of captured metadata holds, by a key that the user gave where one was given.
fn signature_invalid(case: &Case<'_>) -> Answer {
    let given = case.context.keys.iter().any(|key| key.owner.is_none());
    let of = |file: &MetadataFile| seen_of(case, file.capture);
    let signed: Vec<_> = case.metadata.iter().filter_map(|file| Some((*file, of(file)?))).collect();
    let all = signed.iter().flat_map(|(file, seen)| seen.signatures().map(move |verdict| (*file, verdict)));
    let (mut evidence, mut any, mut open) = (Vec::new(), false, false);
    for (file, verdict) in all {
        any = true;
        let reason = match (&verdict.fault, verdict.status()) {
            (None, _) if verdict.trusted => continue,
            (None, _) if given && !has_messages(case) => "made with another key than the one that was given",
            (Some(Fault::SignatureMismatch(_)), _) => "not made with any of the known keys, or altered",
            (Some(Fault::DigestMismatch), _) => "over another content: the file was changed after signing",
            (Some(_), Status::Invalid) => "malformed",
            // Valid by its own certificate alone, or by an algorithm that is not computed here.
            _ => {
                open = true;
                continue;
            }
        };
        let what = format!("{}/Signature", verdict.target);
        evidence.push(Evidence::metadata_span(file, &what, [verdict.span.start, verdict.span.end]).actual(reason));
    }
    match (evidence.is_empty(), any, open) {
        (_, false, _) => Answer::Inapplicable,
        (true, true, true) => Answer::NotChecked(&["certificates"]),
        _ => Answer::found(evidence),
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};
    use crate::flow::Profile;

    const NAME: &str = "entityID=\"https://idp.acme.example/idp\"";

    #[test]
    fn metadata_begins_with_an_entity_or_several() {
        let idp = Scene::idp_metadata;
        silent("md-root", &idp());
        fires("md-root", &idp().replace("SAML:2.0:metadata", "SAML:1.0:metadata"));
        let open = "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
        let role = idp().replace(open, "<x").without("<x", ">").replace("</md:EntityDescriptor>", "").replace(
            "<md:IDPSSODescriptor",
            "<md:IDPSSODescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"",
        );
        fires("md-root", &role);
        fires("md-root", &idp().replace("md:IDPSSODescriptor", "md:RoleDescriptor"));
        silent("md-root", &Scene::login());
    }

    #[test]
    fn an_entity_has_a_name_that_is_a_uri_and_no_longer_than_allowed() {
        let named = |name: &str| Scene::idp_metadata().replace(NAME, &format!("entityID=\"{name}\""));
        fires("md-entityid-missing", &Scene::idp_metadata().replace(NAME, ""));
        fires("md-entityid-missing", &named(""));
        silent("md-entityid-missing", &named("x"));
        let long = |count: usize| named(&format!("urn:{}", "x".repeat(count - 4)));
        silent("md-entityid-length", &long(256));
        fires("md-entityid-length", &long(257));
        fires("md-entityid-length", &long(1025));
        for wrong in ["acme-idp", "https://idp.acme.example/my idp", "/idp", "urn:"] {
            fires("md-entityid-not-uri", &named(wrong));
        }
        silent("md-entityid-not-uri", &named("urn:acme:idp"));
    }

    #[test]
    fn several_entities_are_too_many_for_a_service_that_takes_one() {
        let inner = Scene::idp_metadata()
            .replace(
                "<md:EntityDescriptor",
                "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"><md:EntityDescriptor",
            )
            .replace("</md:EntityDescriptor>", "</md:EntityDescriptor></md:EntitiesDescriptor>");
        silent("md-multiple-entities", &inner);
        let two = inner
            .replace("</md:EntitiesDescriptor>", "<md:EntityDescriptor entityID=\"urn:b\"/></md:EntitiesDescriptor>");
        let two = two.context(|context| context.profile = Some(Profile::AlibabaRoleSso));
        fires("md-multiple-entities", &two);
        silent("md-multiple-entities", &Scene::idp_metadata());
    }

    #[test]
    fn a_byte_order_mark_is_told() {
        fires("md-bom", &Scene::idp_metadata().replace("<md:EntityDescriptor", "\u{FEFF}<md:EntityDescriptor"));
        silent("md-bom", &Scene::idp_metadata());
    }

    /// Signed by the certificate in its KeyInfo.
    const SIGNED: &str = include_str!("../../testing/signed-metadata.xml");
    const SIGNER: &str = include_str!("../../testing/signed-metadata.crt");

    #[test]
    fn the_signature_of_metadata_must_hold_by_the_key_that_was_given() {
        let signed = || Scene::of(SIGNED);
        let with = |scene: Scene, certificate: &str| {
            scene.context(|context| assert_eq!(context.add_certificates("key.pem", certificate.as_bytes()), Ok(1)))
        };
        silent("md-signature-invalid", &with(signed(), SIGNER));
        unchecked("md-signature-invalid", &signed(), "certificates");
        fires("md-signature-invalid", &signed().replace("https://idp.acme.example/sso", "https://idp.acme.evil/sso"));
        let other = include_str!("../../../../tests/fixtures/crypto/ed25519.crt");
        fires("md-signature-invalid", &with(signed(), other));
        silent("md-signature-invalid", &Scene::idp_metadata());
    }
}
