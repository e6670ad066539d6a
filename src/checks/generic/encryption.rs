//! What is encrypted, how, and whether it opens (SAML 2.0 Core §6; XML Encryption 1.1).

use super::signature::signed::{login, own_signature};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::crypto::Lookup;
use crate::crypto::cipher::BlockCipher;
use crate::flow::{Case, Seen};
use crate::saml::names::ASSERTION;
use crate::xenc::{Attempt, Container, Failure, Outcome, Part, Reason, Step};

/// What one part of a document is encrypted as (XML-Enc 1.1 §3.1).
const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";
const RSA_15: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "enc-key-mismatch",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "XML Encryption 1.1, 3.5.1",
        key_mismatch,
    )
    .needs(&["private_keys"]),
    Rule::new(
        "enc-no-key",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Core 6.1; XML Encryption 1.1, 3.5",
        no_key,
    ),
    Rule::new(
        "enc-decrypt-failed",
        Severity::Error,
        Who::Network,
        Stage::Signature,
        "XML Encryption 1.1, 4.4",
        decrypt_failed,
    )
    .needs(&["private_keys"]),
    Rule::new("enc-type", Severity::Error, Who::IdpAdmin, Stage::Signature, "SAML 2.0 Core 2.3.4, 6.1", encrypted_type),
    Rule::new(
        "enc-sign-order",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Profiles 4.1.4.5",
        sign_order,
    )
    .needs(&["private_keys"])
    .explains(&["attack-unsigned-inside-encryption"]),
    Rule::new(
        "enc-rsa15",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML2 implementation profile IIP-ALG08; Bleichenbacher's Attack Strikes Again (ESORICS 2012)",
        rsa15,
    )
    .grouped(Group::Signature),
    Rule::new(
        "enc-cbc",
        Severity::Security,
        Who::IdpAdmin,
        Stage::Hygiene,
        "SAML2int SDP-ALG01; Jager and Somorovsky, How to Break XML Encryption (CCS 2011)",
        cbc,
    )
    .grouped(Group::Signature),
    Rule::new("enc-unverifiable", Severity::Note, Who::SpAdmin, Stage::Hygiene, "SAML 2.0 Core 6.1", unverifiable)
        .grouped(Group::Signature),
];

/// Every encrypted part of the messages.
fn parts<'d>(case: &Case<'d>) -> Vec<(&'d Seen<'d>, &'d Part)> {
    case.messages().flat_map(|(seen, _)| seen.places.parts.iter().map(move |part| (seen, part))).collect()
}

/// A proof at an encrypted part, or at what stands in one that was decrypted for it.
fn at(seen: &Seen<'_>, what: &str, part: &Part) -> Evidence {
    Evidence { place: Some(seen.place_as_sent(&part.span)), ..Evidence::nowhere(what) }
}

/// Fires with what is found about each part; inapplicable where nothing is encrypted.
fn each(case: &Case<'_>, ask: &dyn Fn(&Seen<'_>, &Part) -> Option<Evidence>) -> Answer {
    let all = parts(case);
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::found(all.into_iter().filter_map(|(seen, part)| ask(seen, part)))
}

/// The same for what only shows with a private key.
fn opened(case: &Case<'_>, ask: &dyn Fn(&Seen<'_>, &Part) -> Option<Evidence>) -> Answer {
    let closed = parts(case).iter().any(|(_, part)| part.outcome == Outcome::NoKey);
    match each(case, ask) {
        Answer::Passed if closed => Answer::NotChecked(&["private_keys"]),
        answer => answer,
    }
}

/// Whether what failed is the private key, and not the message: another one, or one of another sort.
fn is_other_key(attempt: &Attempt) -> bool {
    let Some(Failure { step: Step::UnwrapKey, reason }) = &attempt.failure else { return false };
    match reason {
        Reason::WrongKey | Reason::NotRsa { .. } => true,
        Reason::DoesNotOpen | Reason::WrappedLength { .. } => attempt.belongs != Some(true),
        _ => false,
    }
}

fn key_mismatch(case: &Case<'_>) -> Answer {
    opened(case, &|seen, part| {
        let failed = matches!(part.outcome, Outcome::Failed(_)) && !part.attempts.is_empty();
        if !failed || !part.attempts.iter().all(is_other_key) {
            return None;
        }
        let named = part.encrypted_keys.iter().flat_map(|key| {
            let certificates = key.names.readable_certificates().map(|certificate| certificate.subject.clone());
            certificates.chain(key.names.key_names.iter().cloned()).chain(key.recipient.clone())
        });
        let named: Vec<String> = named.collect();
        let named = if named.is_empty() { "EncryptedKey".to_owned() } else { named.join(", ") };
        let tried: Vec<_> =
            part.attempts.iter().filter_map(|attempt| case.context.private_keys.get(attempt.key)).collect();
        let mut tried: Vec<&str> = tried.iter().map(|key| key.name.as_str()).collect();
        tried.dedup();
        Some(at(seen, "EncryptedKey", part).actual(&named).expected(tried.join(", ")))
    })
}

fn no_key(case: &Case<'_>) -> Answer {
    each(case, &|seen, part| match &part.outcome {
        Outcome::Failed(Failure { reason: Reason::NoEncryptedKey, .. }) => {
            Some(at(seen, "EncryptedData", part).expected("EncryptedKey"))
        }
        _ => None,
    })
}

/// What the ciphertext or what came out of it fails by, in the words of the standard.
fn fault(reason: &Reason) -> Option<String> {
    Some(match reason {
        Reason::Padding => "padding".to_owned(),
        Reason::Authentication => "GCM tag".to_owned(),
        Reason::TooShort { actual, .. } | Reason::NotWholeBlocks { actual, .. } => format!("{actual} bytes"),
        Reason::SessionKeyLength { expected, actual } => format!("session key: {actual} ≠ {expected} bytes"),
        Reason::NotBase64 { .. } => "CipherValue: base64".to_owned(),
        Reason::OtherDigests { digest, mgf_digest } => format!("OAEP {} / MGF1 {}", digest.name(), mgf_digest.name()),
        Reason::OtherTransport(_) => "EncryptionMethod".to_owned(),
        Reason::LabelUnused => "OAEPparams".to_owned(),
        Reason::Missing(name) => format!("{name}: 0"),
        Reason::SeveralEncryptedData(count) => format!("EncryptedData: {count}"),
        Reason::CipherReference { .. } => "CipherReference".to_owned(),
        Reason::NotUtf8 { .. } => "UTF-8".to_owned(),
        Reason::NotWellFormed { .. } | Reason::NotOneElement { .. } => "XML".to_owned(),
        Reason::UnexpectedElement { local, .. } => local.clone(),
        Reason::DoesNotOpen | Reason::WrappedLength { .. } => "EncryptedKey".to_owned(),
        _ => return None,
    })
}

fn decrypt_failed(case: &Case<'_>) -> Answer {
    opened(case, &|seen, part| {
        let Outcome::Failed(failure) = &part.outcome else { return None };
        // Another key says nothing about the ciphertext.
        if failure.step == Step::UnwrapKey && part.attempts.iter().all(is_other_key) && !part.attempts.is_empty() {
            return None;
        }
        Some(at(seen, "EncryptedData", part).actual(&fault(&failure.reason)?))
    })
}

fn encrypted_type(case: &Case<'_>) -> Answer {
    each(case, &|seen, part| {
        let stated = part.type_uri.as_deref().filter(|uri| *uri != ELEMENT && part.container.is_replaced())?;
        Some(at(seen, "EncryptedData/@Type", part).actual(stated).instead_of(ELEMENT))
    })
}

fn rsa15(case: &Case<'_>) -> Answer {
    each(case, &|seen, part| {
        let mut transports = part.encrypted_keys.iter().filter_map(|key| key.transport.as_ref());
        let transport = transports.find(|transport| transport.method.uri == RSA_15)?;
        let good = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
        Some(at(seen, "EncryptedKey/EncryptionMethod/@Algorithm", part).actual(&transport.method.uri).expected(good))
    })
}

fn cbc(case: &Case<'_>) -> Answer {
    use BlockCipher::{Aes128Cbc, Aes192Cbc, Aes256Cbc, TripleDesCbc};
    each(case, &|seen, part| {
        let cipher = part.cipher.as_ref()?;
        let Lookup::Supported(Aes128Cbc | Aes192Cbc | Aes256Cbc | TripleDesCbc) = cipher.algorithm else { return None };
        let good = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
        Some(at(seen, "EncryptedData/EncryptionMethod/@Algorithm", part).actual(&cipher.uri).expected(good))
    })
}

fn unverifiable(case: &Case<'_>) -> Answer {
    each(case, &|seen, part| {
        let closed = part.container == Container::EncryptedAssertion && part.outcome == Outcome::NoKey;
        closed.then(|| at(seen, "EncryptedAssertion", part).expected("private_keys"))
    })
}

/// The decrypted parts that no signature is meant for: neither themselves nor anything around them.
fn unsigned<'d>(case: &Case<'d>) -> Vec<(&'d Seen<'d>, &'d Part)> {
    let mut found = Vec::new();
    for (seen, message) in case.messages() {
        for part in seen.places.parts {
            let Outcome::Decrypted { span, .. } = &part.outcome else { continue };
            let node = message.0.descendants().find(|node| node.span() == *span);
            let signed = |node| own_signature(node).is_some();
            let is_signed = node.is_some_and(|node| node.ancestors().chain([node]).any(signed));
            if node.is_some() && !is_signed && seen.query.is_none() {
                found.push((seen, part));
            }
        }
    }
    found
}

fn sign_order(case: &Case<'_>) -> Answer {
    let Some((_, message, _)) = login(case) else { return Answer::Inapplicable };
    let assertions = parts(case).into_iter().filter(|(_, part)| part.container == Container::EncryptedAssertion);
    let assertions: Vec<_> = assertions.collect();
    if assertions.is_empty() {
        return Answer::Inapplicable;
    }
    let bare: Vec<_> =
        unsigned(case).into_iter().filter(|(_, part)| part.container == Container::EncryptedAssertion).collect();
    if bare.is_empty() && case.is_sealed() && own_signature(message.0).is_none() {
        return Answer::NotChecked(&["private_keys"]);
    }
    Answer::found(bare.into_iter().map(|(seen, part)| at(seen, "EncryptedAssertion", part).expected("ds:Signature")))
}

pub(super) fn unsigned_inside(case: &Case<'_>) -> Answer {
    let bare = unsigned(case);
    // What no key opens and nothing around it signs may be signed within.
    let unknown = case.messages().any(|(seen, message)| {
        let closed = seen.places.parts.iter().any(|part| part.outcome == Outcome::NoKey);
        let sealed = message.0.descendants().any(|node| node.is(ASSERTION, "EncryptedAssertion"));
        closed && sealed && own_signature(message.0).is_none()
    });
    match () {
        () if parts(case).is_empty() => Answer::Inapplicable,
        () if bare.is_empty() && unknown => Answer::NotChecked(&["private_keys"]),
        () => Answer::found(bare.into_iter().map(|(seen, part)| {
            let what = match &part.container {
                Container::EncryptedAssertion => "EncryptedAssertion",
                Container::EncryptedId | Container::NewEncryptedId => "EncryptedID",
                Container::EncryptedAttribute => "EncryptedAttribute",
                Container::Other { .. } => "EncryptedData",
            };
            at(seen, what, part).expected("ds:Signature")
        })),
    }
}

pub(super) fn short_tag(case: &Case<'_>) -> Answer {
    opened(case, &|seen, part| {
        let own = match &part.outcome {
            Outcome::Failed(failure) => Some(failure),
            _ => None,
        };
        let all = own.into_iter().chain(part.attempts.iter().filter_map(|attempt| attempt.failure.as_ref()));
        let mut lengths = all.filter_map(|failure| match failure.reason {
            Reason::ShortTag { len } => Some(len),
            _ => None,
        });
        let len = lengths.next()?;
        Some(at(seen, "CipherValue", part).actual(&len.to_string()).expected("16"))
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::generic::attack::tests::{closed, encrypted, with_key};
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    #[test]
    fn weak_ciphers_and_key_transports_are_named() {
        fires("enc-rsa15", &closed("matrix/aes128-gcm_rsa15.xml"));
        silent("enc-rsa15", &closed("matrix/aes128-gcm_oaep.xml"));
        fires("enc-cbc", &Scene::scenario("enc-cbc"));
        fires("enc-cbc", &closed("matrix/3des_oaep.xml"));
        silent("enc-cbc", &closed("matrix/aes128-gcm_oaep.xml"));
        silent("enc-cbc", &Scene::login());
    }

    #[test]
    fn what_is_encrypted_is_one_element() {
        let content = |scene: Scene| scene.replace("xmlenc#Element\"", "xmlenc#Content\"");
        fires("enc-type", &content(closed("matrix/aes128-gcm_oaep.xml")));
        silent("enc-type", &closed("matrix/aes128-gcm_oaep.xml"));
    }

    #[test]
    fn a_key_for_nobody_another_key_and_a_broken_message_are_told_apart() {
        fires("enc-no-key", &encrypted("bad/no-encrypted-key.xml"));
        silent("enc-no-key", &encrypted("matrix/aes128-gcm_oaep.xml"));
        fires("enc-key-mismatch", &with_key("forms/certificate-in-key.xml", "sp-other.pkcs8.pem"));
        fires("enc-key-mismatch", &with_key("matrix/aes128-gcm_oaep.xml", "sp-other.pkcs8.pem"));
        silent("enc-key-mismatch", &encrypted("matrix/aes128-gcm_oaep.xml"));
        silent("enc-key-mismatch", &encrypted("bad/gcm-flipped-tag.xml"));
        unchecked("enc-key-mismatch", &closed("matrix/aes128-gcm_oaep.xml"), "private_keys");
        for name in
            ["gcm-flipped-middle", "cbc-padding-zero", "truncated-within-a-block-aes128-cbc", "oaep-digest-wrong"]
        {
            fires("enc-decrypt-failed", &encrypted(&format!("bad/{name}.xml")));
        }
        silent("enc-decrypt-failed", &encrypted("matrix/aes128-gcm_oaep.xml"));
        silent("enc-decrypt-failed", &with_key("matrix/aes128-gcm_oaep.xml", "sp-other.pkcs8.pem"));
        unchecked("enc-decrypt-failed", &closed("matrix/aes128-gcm_oaep.xml"), "private_keys");
        fires("enc-key-mismatch", &Scene::scenario("enc-wrong-key"));
    }

    #[test]
    fn what_cannot_be_opened_is_said() {
        fires("enc-unverifiable", &Scene::scenario("enc-no-key"));
        silent("enc-unverifiable", &Scene::scenario("clean-generic-encrypted"));
    }

    #[test]
    fn encryption_is_no_signature() {
        fires("enc-sign-order", &encrypted("matrix/aes128-gcm_oaep.xml"));
        silent("enc-sign-order", &Scene::scenario("clean-generic-encrypted"));
        silent("enc-sign-order", &Scene::scenario("enc-no-key"));
        unchecked("enc-sign-order", &closed("matrix/aes128-gcm_oaep.xml"), "private_keys");
    }
}
