//! The keys of roles and their certificates (SAML 2.0 Metadata §2.4.1.1).

use super::scope::{Site, Trouble, answer, captured, concerned, has_messages};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::crypto::Certificate;
use crate::crypto::certificate::CertificateError;
use crate::crypto::key::PublicKey;
use crate::flow::{Case, IDP, Profile};
use crate::saml::metadata::{CertificateFault, CertificateForm, KeyDescriptor, MetadataCertificate, Role};

/// AWS refuses metadata with an RSA key below this.
const SMALL_BITS: usize = 1024;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    rule("md-cert-invalid", Severity::Error, "XMLDSig 1.1 4.5.4; SAML 2.0 Metadata 2.4.1.1", certificate_invalid)
        .explains(&["md-cert-duplicate-extension", "md-cert-small"]),
    rule("md-idp-no-signing-key", Severity::Error, "SAML2int SDP-MD08, SDP-IDP33", idp_no_signing_key),
    rule("md-cert-duplicate-extension", Severity::Error, "RFC 5280 4.2; AWS IAM User Guide", repeated_extension),
    rule("md-cert-small", Severity::Error, "AWS IAM User Guide, id_roles_providers_create_saml", small_key),
    rule("md-key-small", Severity::Warning, "SAML2int SDP-MD06, SDP-MD07", weak_key),
    rule("md-cert-validity", Severity::Note, "SAML2int SDP-MD05; IIP-MD12", validity),
    rule("md-key-no-x509", Severity::Warning, "SAML2int SDP-MD05", no_certificate),
    rule("md-keydescriptor-use", Severity::Warning, "SAML 2.0 Metadata 2.4.1.1 (E62); IIP-MD11", usage),
];

const fn rule(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, Stage::Metadata, source, check)
}

fn keys<'d>(site: &Site<'d>) -> impl Iterator<Item = (&'d Role, &'d KeyDescriptor)> + use<'d> {
    site.roles().flat_map(|role| role.keys.iter().map(move |key| (role, key)))
}

fn idp_no_signing_key(case: &Case<'_>) -> Answer {
    answer(concerned(case), &mut |site| {
        let bare = site.roles_of(IDP).filter(|role| role.signing_keys().next().is_none());
        let what = "IDPSSODescriptor/KeyDescriptor";
        let evidence = |role: &Role| site.element(what, &role.span).expected("KeyDescriptor use=\"signing\"");
        bare.map(|role| site.trouble(Severity::Error, evidence(role))).collect()
    })
}

fn usage(case: &Case<'_>) -> Answer {
    answer(captured(case), &mut |site| {
        let troubles = keys(site).filter_map(|(_, key)| {
            let (severity, evidence) = match &key.usage {
                Some(usage) if matches!(&*usage.text, "signing" | "encryption") => return None,
                Some(usage) => (Severity::Warning, Evidence::metadata(site.file, "KeyDescriptor/@use", usage)),
                None => (Severity::Note, site.element("KeyDescriptor/@use", &key.span).actual("")),
            };
            Some(site.trouble(severity, evidence.expected("signing or encryption")))
        });
        troubles.collect()
    })
}

fn no_certificate(case: &Case<'_>) -> Answer {
    answer(concerned(case), &mut |site| {
        let bare = keys(site).filter(|(_, key)| !key.has_x509);
        let trouble = |(_, key): (&Role, &KeyDescriptor)| {
            let evidence = site.element("KeyDescriptor/KeyInfo", &key.span);
            let shows = match (key.key_names.first(), key.key_values.first()) {
                (Some(name), _) => format!("KeyName {}", name.text),
                (None, Some(_)) => "KeyValue".to_owned(),
                (None, None) => "nothing that names a key".to_owned(),
            };
            site.trouble(Severity::Warning, evidence.actual(&shows).expected("X509Data/X509Certificate"))
        };
        bare.map(trouble).collect()
    })
}

/// Every certificate of the keys, and of each `<ds:X509Certificate>` with several only one place.
fn certificates<'d>(site: &Site<'d>) -> impl Iterator<Item = &'d MetadataCertificate> + use<'d> {
    keys(site).flat_map(|(_, key)| &key.certificates)
}

fn certificate_invalid(case: &Case<'_>) -> Answer {
    let login = has_messages(case);
    answer(concerned(case), &mut |site| {
        let troubles = certificates(site).filter_map(|certificate| {
            let (severity, actual) = match (&certificate.result, certificate.form) {
                (Ok(_), CertificateForm::Base64) => return None,
                // Of a login it is known that the key was read, by this reader at least.
                (Ok(_), form) => {
                    let how =
                        if form == CertificateForm::Pem { "PEM with its lines of hyphens" } else { "base64 of PEM" };
                    (if login { Severity::Warning } else { Severity::Error }, how.to_owned())
                }
                (Err(fault), _) => (Severity::Error, told(fault)),
            };
            let evidence = site.element("X509Certificate", &certificate.span).actual(&actual);
            Some(site.trouble(severity, evidence.expected("the certificate's DER in base64, and nothing else")))
        });
        troubles.collect()
    })
}

fn told(fault: &CertificateFault) -> String {
    use crate::crypto::armor::ArmorError;
    match fault {
        CertificateFault::Armor(ArmorError::Empty) => "nothing".to_owned(),
        CertificateFault::Armor(ArmorError::NotBase64 { offset, found }) => {
            format!("no base64: {found:?} at character {offset}")
        }
        CertificateFault::Armor(ArmorError::CutBase64) => "base64 that was cut".to_owned(),
        CertificateFault::Armor(_) => "more than a certificate can have".to_owned(),
        CertificateFault::Certificate(CertificateError::NotACertificate { what }) => (*what).to_owned(),
        CertificateFault::Certificate(_) => "bytes that are no certificate".to_owned(),
        CertificateFault::Label(label) => format!("PEM of {label}"),
    }
}

/// Asks every certificate that could be read of metadata for one service. AWS refuses what others take, and takes no file
/// of many entities.
fn each_certificate(case: &Case<'_>, find: &dyn Fn(&Certificate) -> Option<(String, &'static str)>) -> Answer {
    let at_aws = matches!(case.profile, Profile::AwsIamRole | Profile::AwsIdentityCenter);
    let severity = if at_aws { Severity::Error } else { Severity::Warning };
    answer(concerned(case), &mut |site| {
        let troubles = certificates(site).filter(|_| !site.is_among_many()).filter_map(|certificate| {
            let (actual, expected) = find(certificate.result.as_ref().ok()?)?;
            let evidence = site.element("X509Certificate", &certificate.span).actual(&actual).expected(expected);
            Some(site.trouble(severity, evidence))
        });
        troubles.collect::<Vec<Trouble>>()
    })
}

fn repeated_extension(case: &Case<'_>) -> Answer {
    each_certificate(case, &|certificate| Some((certificate.repeated_extension()?, "each extension once")))
}

fn small_key(case: &Case<'_>) -> Answer {
    each_certificate(case, &|certificate| {
        let key = certificate.key.as_ref().ok().filter(|key| matches!(key, PublicKey::Rsa(_)))?;
        let bits = key.bits().filter(|bits| *bits < SMALL_BITS)?;
        Some((format!("RSA {bits}"), "RSA 2048"))
    })
}

/// The least size of an RSA key that is safe, and of a curve, in bits.
const SAFE_BITS: (usize, usize) = (2048, 256);

/// The keys of a file of many; those of an only entity are what a login stands on, and have rules of their own.
fn weak_key(case: &Case<'_>) -> Answer {
    answer(captured(case), &mut |site| {
        let troubles = certificates(site).filter(|_| site.is_among_many()).filter_map(|certificate| {
            let key = certificate.result.as_ref().ok()?.key.as_ref().ok()?;
            let (least, expected) = match key {
                PublicKey::Rsa(_) => (SAFE_BITS.0, "RSA 2048"),
                _ => (SAFE_BITS.1, "EC P-256"),
            };
            key.bits().filter(|bits| *bits < least)?;
            let evidence = site.element("X509Certificate", &certificate.span).actual(&key.name()).expected(expected);
            Some(site.trouble(Severity::Warning, evidence))
        });
        troubles.collect()
    })
}

/// Certificates to sign with that do not hold now. Federations ask nobody to look at that, and some services do.
fn validity(case: &Case<'_>) -> Answer {
    let now = case.now.unix();
    answer(captured(case), &mut |site| {
        let signing = keys(site).filter(|(_, key)| site.is_among_many() && key.is_for("signing"));
        let troubles = signing.flat_map(|(_, key)| &key.certificates).filter_map(|found| {
            let certificate = found.result.as_ref().ok()?;
            let (from, until) = (&certificate.not_before, &certificate.not_after);
            let (time, sign) = if until.unix.is_some_and(|unix| unix < now) {
                (until, '≥')
            } else if from.unix.is_some_and(|unix| unix > now + case.skew()) {
                (from, '≤')
            } else {
                return None;
            };
            let evidence = site.element("X509Certificate", &found.span).actual(&time.text);
            Some(site.trouble(Severity::Note, evidence.expected(format!("{sign} {}", case.now))))
        });
        troubles.collect()
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};

    /// An Ed25519 certificate with keyUsage twice.
    const TWICE: &str = include_str!("../../testing/certificate-extension-twice.txt");
    /// A certificate of an RSA key of 768 bits.
    const SMALL: &str = include_str!("../../testing/certificate-rsa-768.txt");

    /// The identity provider's metadata with something else for its certificate.
    fn with(certificate: &str) -> Scene {
        let bare = Scene::idp_metadata().without("<ds:X509Certificate>", "</ds:X509Certificate>");
        let element = format!("<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>");
        bare.replace("<ds:X509Data>", &element)
    }

    #[test]
    fn an_identity_provider_has_a_key_to_sign_with() {
        silent("md-idp-no-signing-key", &Scene::idp_metadata());
        silent("md-idp-no-signing-key", &Scene::idp_metadata().replace(" use=\"signing\"", ""));
        fires("md-idp-no-signing-key", &Scene::idp_metadata().replace("use=\"signing\"", "use=\"encryption\""));
        fires("md-idp-no-signing-key", &Scene::idp_metadata().without("<md:KeyDescriptor", "</md:KeyDescriptor>"));
        silent("md-idp-no-signing-key", &Scene::sp_metadata());
    }

    #[test]
    fn a_key_says_what_it_is_for() {
        fires("md-keydescriptor-use", &Scene::idp_metadata().replace("use=\"signing\"", "use=\"Signing\""));
        fires("md-keydescriptor-use", &Scene::idp_metadata().replace(" use=\"signing\"", ""));
        silent("md-keydescriptor-use", &Scene::idp_metadata());
    }

    #[test]
    fn a_key_stands_in_a_certificate() {
        let bare = Scene::idp_metadata().without("<ds:X509Data>", "</ds:X509Data>");
        fires("md-key-no-x509", &bare);
        silent("md-key-no-x509", &Scene::idp_metadata());
    }

    #[test]
    fn a_certificate_can_be_decoded() {
        let pem = include_str!("../../../../tests/fixtures/crypto/ed25519.crt");
        for wrong in ["", "MIIB?", "AAAA", pem, "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----"] {
            fires("md-cert-invalid", &with(wrong));
        }
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        silent("md-cert-invalid", &with(&base64));
        silent("md-cert-invalid", &Scene::idp_metadata());
    }

    #[test]
    fn a_certificate_has_a_key_of_some_size_and_each_extension_once() {
        fires("md-cert-duplicate-extension", &with(TWICE));
        silent("md-cert-duplicate-extension", &Scene::idp_metadata());
        fires("md-cert-small", &with(SMALL));
        silent("md-cert-small", &Scene::idp_metadata());
    }

    #[test]
    fn the_keys_of_many_entities_are_safe_and_their_certificates_hold() {
        let idp = include_str!("../../testing/idp-metadata.xml");
        let sp = include_str!("../../testing/sp-metadata.xml");
        let with = |certificate: &str| {
            let (before, rest) = idp.split_once("<ds:X509Certificate>").unwrap();
            let (_, after) = rest.split_once("</ds:X509Certificate>").unwrap();
            Scene::of(&format!(
                "<g:EntitiesDescriptor xmlns:g=\"urn:oasis:names:tc:SAML:2.0:metadata\">\
                 {before}<ds:X509Certificate>{certificate}</ds:X509Certificate>{after}{sp}</g:EntitiesDescriptor>"
            ))
        };
        let (_, own) = idp.split_once("<ds:X509Certificate>").unwrap();
        let own = own.split_once("</ds:X509Certificate>").unwrap().0;
        silent("md-key-small", &with(own));
        fires("md-key-small", &with(SMALL));
        silent("md-cert-validity", &with(own));
        fires("md-cert-validity", &with(own).at("2034-01-02T00:00:00Z"));
        fires("md-cert-validity", &with(own).at("2023-12-31T00:00:00Z"));
        // Of an only entity these are told by what a login stands on.
        silent("md-cert-validity", &Scene::idp_metadata().at("2034-01-02T00:00:00Z"));
        fires("crypto-cert-expired", &Scene::idp_metadata().at("2034-01-02T00:00:00Z"));
    }
}
