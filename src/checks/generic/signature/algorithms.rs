//! By which algorithms a message is signed: the weak ones, those that prove nothing, and those that nobody knows.

use super::presence::describe;
use super::signed::{Signed, signatures};
use crate::checks::{Answer, Evidence, Severity};
use crate::crypto::algorithm::{self, Lookup, Role};
use crate::crypto::digest::DigestAlgorithm::Sha1;
use crate::dsig::public_secret;
use crate::flow::{Case, Profile, Seen};
use crate::limits;
use crate::saml::Value;
use crate::xml::Canonicalization;

/// What the SAML profiles ask for (SAML2int SDP-ALG01).
const GOOD_SIGNATURE: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const GOOD_DIGEST: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// An algorithm that a message names, and what for.
struct Named<'d> {
    seen: &'d Seen<'d>,
    uri: String,
    role: Role,
    evidence: Evidence,
}

/// Every algorithm of the signatures of a case, those of the request that is answered among them.
fn named<'d>(case: &Case<'d>) -> Vec<Named<'d>> {
    let mut all = Vec::new();
    for (seen, _) in case.messages().filter(|(_, message)| message.is_saml()) {
        for signed in Signed::of(seen) {
            let mut add = |name: &'static str, what: &str, role| {
                if let Some(uri) = signed.algorithm(name) {
                    all.push(Named { seen, evidence: signed.value(what, &uri), uri: uri.text.into_owned(), role });
                }
            };
            add("SignatureMethod", "SignatureMethod/@Algorithm", Role::Signature);
            add("DigestMethod", "DigestMethod/@Algorithm", Role::Digest);
            add("CanonicalizationMethod", "CanonicalizationMethod/@Algorithm", Role::Canonicalization);
        }
        if let Some(uri) = seen.query.as_ref().and_then(|query| query.signature_algorithm.clone()) {
            all.push(Named { seen, evidence: Evidence::outside(seen, "SigAlg", &uri), uri, role: Role::Signature });
        }
    }
    all
}

/// Fires with every algorithm that the question holds for.
fn any<'d>(case: &Case<'d>, is_so: &dyn Fn(&Named<'d>) -> bool) -> (Answer, Vec<Named<'d>>) {
    let all = named(case);
    if all.is_empty() {
        return (Answer::Inapplicable, all);
    }
    let found: Vec<_> = all.into_iter().filter(is_so).collect();
    let good = |role| if role == Role::Digest { GOOD_DIGEST } else { GOOD_SIGNATURE };
    let answer = Answer::found(found.iter().map(|named| named.evidence.clone().expected(good(named.role))));
    let name = found.first().and_then(|named| algorithm::entry(&named.uri)).map_or("", |entry| entry.name);
    (answer.with("name", name), found)
}

pub(super) fn sha1(case: &Case<'_>) -> Answer {
    let (answer, found) = any(case, &|named| match named.role {
        Role::Digest => algorithm::digest(&named.uri) == Lookup::Supported(Sha1),
        Role::Signature => match algorithm::signature(&named.uri) {
            Lookup::Supported(method) => method.digest() == Some(Sha1),
            Lookup::Known { name, .. } => name == "DSA-SHA1",
            Lookup::Unknown => false,
        },
        _ => false,
    });
    // The request of a login that was answered let nobody in.
    let only_request = found.iter().all(|named| named.seen.kind() == "AuthnRequest") && case.response().is_some();
    if only_request { answer.severity(Severity::Warning) } else { answer }
}

/// What a service that is known by name refuses; of others some take it.
fn refused(case: &Case<'_>, answer: Answer) -> Answer {
    if case.profile == Profile::Generic { answer } else { answer.severity(Severity::Error) }
}

pub(super) fn md5(case: &Case<'_>) -> Answer {
    let is_md5 =
        |uri: &str| algorithm::entry(uri).is_some_and(|entry| entry.name.contains("MD5") || entry.name.contains("MD2"));
    let is_mac = |uri: &str| algorithm::entry(uri).is_some_and(|entry| entry.role == Role::Mac);
    refused(case, any(case, &|named| is_md5(&named.uri) && !is_mac(&named.uri)).0)
}

pub(super) fn hmac(case: &Case<'_>) -> Answer {
    let is_mac_uri = |uri: &str| algorithm::entry(uri).is_some_and(|entry| entry.role == Role::Mac);
    let is_mac = |named: &Named<'_>| is_mac_uri(&named.uri);
    let (answer, found) = any(case, &is_mac);
    let signatures = case.messages().flat_map(|(seen, _)| Signed::of(seen));
    let macs = signatures.filter(|signed| signed.algorithm("SignatureMethod").is_some_and(|uri| is_mac_uri(&uri.text)));
    let known = macs.take(limits::KEYS_TRIED).filter_map(|signed| {
        // Whoever forges takes what is public: a certificate that is loaded, or one that the message shows.
        let shown = signed.seen.shown(signed.verdict).iter();
        let known = case.context.keys.iter().chain(shown).take(limits::KEYS_TRIED);
        let key = public_secret(signed.node, known)?;
        Some(signed.part("SignatureValue").expected(describe(key)))
    });
    let known: Vec<_> = known.collect();
    let proof = match (found.is_empty(), known.is_empty()) {
        (true, _) => "",
        (_, true) => "where a service takes the public certificate for that secret, anybody can sign",
        (_, false) => "here it was made with a public key, so that it is an attack",
    };
    refused(case, answer.with("proof", proof).and(known))
}

/// An algorithm that is none of the specifications, or one that no service is known to compute.
pub(super) fn unknown(case: &Case<'_>) -> Answer {
    let all = named(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let told = |name: &str| {
        name == "DSA-SHA1" || ["MD5", "MD2", "HMAC", "Poly1305", "SipHash"].iter().any(|t| name.contains(t))
    };
    let is_known = |named: &Named<'_>| match named.role {
        Role::Canonicalization => Canonicalization::from_uri(&named.uri).is_some(),
        Role::Digest => match algorithm::digest(&named.uri) {
            Lookup::Supported(_) => true,
            Lookup::Known { name, .. } => told(name),
            Lookup::Unknown => false,
        },
        _ => match algorithm::signature(&named.uri) {
            Lookup::Supported(_) => true,
            Lookup::Known { name, .. } => told(name),
            Lookup::Unknown => false,
        },
    };
    let Some(named) = all.iter().find(|named| !is_known(named)) else { return Answer::Passed };
    let meant = match named.role {
        Role::Canonicalization => "http://www.w3.org/2001/10/xml-exc-c14n#",
        Role::Digest => GOOD_DIGEST,
        _ => GOOD_SIGNATURE,
    };
    let similar = algorithm::similar(&named.uri).filter(|entry| entry.uri != named.uri && entry.role == named.role);
    Answer::fired(named.evidence.clone().instead_of(similar.map_or(meant, |entry| entry.uri)))
}

/// Whether a signature cuts its own value short, as only a shared secret allows (CVE-2009-0217).
pub(in crate::checks::generic) fn truncated_hmac(case: &Case<'_>) -> Answer {
    let all = signatures(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::found(all.iter().filter_map(|signed| {
        let node = signed.element("HMACOutputLength")?;
        Some(signed.value("HMACOutputLength", &Value::of_element(node)).expected("no such element"))
    }))
}
