//! The certificates and keys that a login stands on: those that signed, that the message shows, and those of the metadata
//! in use.

use std::sync::Arc;

use super::signature::describe;
use super::signature::signed::signatures;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::context::MetadataFile;
use crate::crypto::{Certificate, PublicKey};
use crate::dsig::Key;
use crate::flow::{Case, IDP, SP};
use crate::saml::metadata::{Entity, KeyDescriptor};

const MD05: &str = "SAML2int SDP-MD05; SAML2 implementation profile IIP-MD12";

const fn hygiene(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, Stage::Hygiene, source, check).grouped(Group::Signature)
}

pub(super) const RULES: &[Rule] = &[
    hygiene("crypto-rsa-small", Severity::Security, "SAML2int SDP-MD06", rsa_small),
    hygiene("crypto-ec-small", Severity::Security, "SAML2int SDP-MD07", ec_small),
    hygiene("crypto-cert-expired", Severity::Warning, MD05, expired),
    hygiene("crypto-cert-notyet", Severity::Warning, MD05, not_yet),
    hygiene("crypto-cert-expiring", Severity::Note, "SAML2int SDP-IDP32", expiring),
    hygiene("crypto-cert-sha1-selfsig", Severity::Warning, "SAML2int SDP-MD05", weak_digest),
    hygiene(
        "crypto-cert-keyusage",
        Severity::Note,
        "RFC 5280, 4.2.1.3; SAML2 implementation profile IIP-MD12",
        key_usage,
    ),
];

/// A key in use and where it stands.
struct Held {
    key: PublicKey,
    certificate: Option<Arc<Certificate>>,
    /// Whether it signs; else it is encrypted to.
    signs: bool,
    evidence: Evidence,
}

impl Held {
    /// The proof, with the name of the certificate where nothing else is said.
    fn named(&self) -> String {
        let certificate = self.certificate.clone();
        describe(&Key { name: String::new(), key: self.key.clone(), certificate, owner: None })
    }
}

/// Every key in use, each once.
fn held(case: &Case<'_>) -> Vec<Held> {
    let mut all: Vec<Held> = Vec::new();
    let mut add = |held: Held| {
        if !all.iter().any(|known| known.key == held.key && known.certificate == held.certificate) {
            all.push(held);
        }
    };
    for signed in signatures(case) {
        for key in signed.seen.shown(signed.verdict) {
            let evidence = signed.part(if key.certificate.is_some() { "X509Certificate" } else { "KeyValue" });
            add(Held { key: key.key.clone(), certificate: key.certificate.clone(), signs: true, evidence });
        }
    }
    for (file, descriptor, signs) in descriptors(case) {
        for found in &descriptor.certificates {
            let Ok(certificate) = &found.result else { continue };
            let Ok(key) = certificate.key.clone() else { continue };
            let evidence = Evidence::metadata_span(file, "X509Certificate", [found.span.start, found.span.end]);
            add(Held { key, certificate: Some(Arc::clone(certificate)), signs, evidence });
        }
    }
    for key in case.context.keys.iter().filter(|key| key.owner.is_none()) {
        let evidence = Evidence {
            file: key.name.split_once(':').map(|(_, file)| file.to_owned()),
            ..Evidence::nowhere("X509Certificate")
        };
        add(Held { key: key.key.clone(), certificate: key.certificate.clone(), signs: true, evidence });
    }
    all
}

/// The keys of the metadata in use: the identity provider's; the service's only where it signed or is encrypted to, or
/// where the metadata itself is looked at.
fn descriptors<'d>(case: &Case<'d>) -> Vec<(&'d MetadataFile, &'d KeyDescriptor, bool)> {
    let response = case.response().is_some();
    let request = case.request().is_some_and(|seen| seen.is_signed());
    let encrypted = case.response().is_some_and(|seen| !seen.places.parts.is_empty());
    let alone = case.messages().next().is_none();
    let keys = |found: Option<(&'d MetadataFile, &'d Entity)>, kind: &'static str| {
        let (file, entity) = found?;
        let role = entity.role(kind)?;
        Some(role.keys.iter().map(move |key| (file, key, key.is_for("signing"))))
    };
    let idp = keys(case.idp_entity(), IDP).into_iter().flatten().filter(move |(.., signs)| *signs || alone);
    let sp = keys(case.sp_entity(), SP).into_iter().flatten().filter(move |(_, key, signs)| {
        alone || *signs && request && !response || encrypted && key.is_for("encryption")
    });
    idp.chain(sp).collect()
}

/// Fires with every key that the question says something about: what is there, and what ought to be.
fn each(case: &Case<'_>, ask: &dyn Fn(&Held) -> Option<(String, String)>) -> Answer {
    let all = held(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let found: Vec<_> = all.iter().filter_map(|held| Some((held, ask(held)?))).collect();
    let name = found.first().map(|(held, _)| held.named()).unwrap_or_default();
    let told =
        found.into_iter().map(|(held, (actual, expected))| held.evidence.clone().actual(&actual).expected(expected));
    Answer::found(told).with("certificate", name)
}

/// The least size of an RSA key, in bits.
const RSA_BITS: usize = 2048;

fn rsa_small(case: &Case<'_>) -> Answer {
    each(case, &|held| {
        let PublicKey::Rsa(_) = held.key else { return None };
        let bits = held.key.bits().filter(|bits| *bits < RSA_BITS)?;
        Some((format!("RSA {bits}"), format!("RSA {RSA_BITS}")))
    })
}

/// Curves below 256 bits. Those of SEC 2 that have no name here stand by their object identifiers: `1.3.132.0.8` is
/// secp160r1, and the others are those around it.
const SMALL_CURVES: [&str; 9] = [
    "EC P-192",
    "EC P-224",
    "EC 1.3.132.0.6",
    "EC 1.3.132.0.7",
    "EC 1.3.132.0.8",
    "EC 1.3.132.0.9",
    "EC 1.3.132.0.30",
    "EC 1.3.132.0.31",
    "EC 1.3.132.0.32",
];

fn ec_small(case: &Case<'_>) -> Answer {
    each(case, &|held| {
        let name = held.key.name();
        SMALL_CURVES.contains(&name.as_str()).then(|| (name, "EC P-256".to_owned()))
    })
}

fn expired(case: &Case<'_>) -> Answer {
    each(case, &|held| {
        let until = &held.certificate.as_ref()?.not_after;
        let past = until.unix.is_some_and(|unix| unix < case.now.unix());
        past.then(|| (until.text.clone(), format!("≥ {}", case.now)))
    })
}

fn not_yet(case: &Case<'_>) -> Answer {
    each(case, &|held| {
        let from = &held.certificate.as_ref()?.not_before;
        let future = from.unix.is_some_and(|unix| unix > case.now.unix() + case.skew());
        future.then(|| (from.text.clone(), format!("≤ {}", case.now)))
    })
}

/// How long before its end a certificate is told, in days.
const EXPIRING_DAYS: i64 = 30;

fn expiring(case: &Case<'_>) -> Answer {
    let soon = case.now.unix() + EXPIRING_DAYS * 86_400;
    each(case, &|held| {
        let until = &held.certificate.as_ref()?.not_after;
        let near = until.unix.is_some_and(|unix| (case.now.unix()..soon).contains(&unix));
        near.then(|| (until.text.clone(), format!("> {EXPIRING_DAYS} d")))
    })
}

fn weak_digest(case: &Case<'_>) -> Answer {
    each(case, &|held| {
        let name = &held.certificate.as_ref()?.signature_algorithm;
        let weak = ["MD2", "MD5", "SHA-1"].iter().any(|digest| name.ends_with(digest));
        weak.then(|| (name.clone(), "RSA with SHA-256".to_owned()))
    })
}

fn key_usage(case: &Case<'_>) -> Answer {
    each(case, &|held| {
        let usage = held.certificate.as_ref().filter(|_| held.signs)?.key_usage()?;
        (!usage.may_sign()).then(|| (usage.names().collect::<Vec<_>>().join(", "), "digitalSignature".to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::generic::signature::vector;
    use crate::checks::testing::{Scene, fires, silent};

    /// A login whose identity provider has this certificate, of those that the readers of certificates are tested with.
    fn held(pem: &str) -> Scene {
        Scene::login().context(|context| _ = context.add_certificates("idp.crt", pem.as_bytes()).unwrap())
    }

    #[test]
    fn small_keys_are_named() {
        fires("crypto-rsa-small", &vector("rsa/key-1024.xml", "rsa1024"));
        silent("crypto-rsa-small", &vector("rsa/key-3072.xml", "rsa3072"));
        silent("crypto-rsa-small", &vector("ec/p256-sha256-pyxmlsec.xml", "p256"));
        fires("crypto-ec-small", &held(P224));
        silent("crypto-ec-small", &vector("ec/p256-sha256-pyxmlsec.xml", "p256"));
    }

    #[test]
    fn a_certificate_is_looked_at_in_its_time() {
        let scene = || Scene::scenario("clean-generic-certificate-file");
        silent("crypto-cert-expired", &scene());
        fires("crypto-cert-expired", &scene().at("2034-01-01T00:00:01Z"));
        silent("crypto-cert-notyet", &scene());
        silent("crypto-cert-notyet", &scene().at("2023-12-31T23:58:00Z"));
        fires("crypto-cert-notyet", &scene().at("2023-12-31T23:50:00Z"));
        silent("crypto-cert-expiring", &scene());
        silent("crypto-cert-expiring", &scene().at("2034-01-02T00:00:00Z"));
        fires("crypto-cert-expiring", &scene().at("2033-12-10T00:00:00Z"));
    }

    #[test]
    fn the_metadata_in_use_is_looked_at() {
        let scene = || Scene::login().with_metadata();
        silent("crypto-cert-expired", &scene());
        fires("crypto-cert-expired", &scene().at("2040-01-01T00:00:00Z"));
        fires("crypto-cert-expired", &Scene::idp_metadata().at("2040-01-01T00:00:00Z"));
    }

    #[test]
    fn what_a_certificate_says_of_itself_is_told() {
        fires("crypto-cert-sha1-selfsig", &held(SHA1));
        silent("crypto-cert-sha1-selfsig", &held(P224));
        fires("crypto-cert-keyusage", &held(CA_ONLY));
        silent("crypto-cert-keyusage", &held(P224));
        silent("crypto-cert-keyusage", &held(MAY_SIGN));
    }

    // Made for these tests with OpenSSL; the private keys were not kept.
    const P224: &str = include_str!("../testing/p224.crt");
    const SHA1: &str = include_str!("../testing/sha1.crt");
    const CA_ONLY: &str = include_str!("../testing/ca-only.crt");
    const MAY_SIGN: &str = include_str!("../testing/may-sign.crt");
}
