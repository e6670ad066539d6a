//! What exactly a signature is over.

use super::texts::Texts;
use super::{signature_messages, with_case};
use crate::context::Context;
use crate::dsig::{Examination, signed_octets, signed_query};
use crate::intake::Captured;

/// The octets that a signature of a capture is over: those that the Reference's digest is made of, or the signed part of a
/// query as captured. Numbers as in the report, decrypted parts included.
pub(crate) fn signed_bytes(
    captures: &[(String, Captured<'_>)],
    context: &Context,
    capture: usize,
    signature: usize,
) -> Result<Vec<u8>, String> {
    with_case(captures, context, |case, _| {
        let Some(seen) = case.seen.get(capture) else { return Err(format!("there is no capture {capture}")) };
        let none = || format!("capture {capture} has no signature {signature}");
        if let Some((_, verdict)) = seen.places.signatures.get(signature) {
            let mut elements = seen.signature_elements();
            let (_, node, _) = elements.find(|(_, _, of)| std::ptr::eq(*of, verdict)).ok_or_else(none)?;
            return signed_octets(node).map_err(|fault| signature_messages::fault(&fault, Texts::of(context.language)));
        }
        let query = seen.capture.query.as_deref().filter(|_| signature == seen.places.signatures.len());
        let signed = query.filter(|_| seen.query.is_some()).and_then(signed_query);
        signed.map(String::into_bytes).ok_or_else(none)
    })
}

/// The octets that a broken signature's digest was made of, where the digest doctor found them.
pub(crate) fn restored_bytes(
    captures: &[(String, Captured<'_>)],
    context: &Context,
    capture: usize,
    signature: usize,
) -> Result<Vec<u8>, String> {
    with_case(captures, context, |case, _| {
        let Some(seen) = case.seen.get(capture) else { return Err(format!("there is no capture {capture}")) };
        let verdict = seen.places.signatures.get(signature).map(|(_, verdict)| verdict);
        match verdict.and_then(|verdict| case.examined(seen, verdict)) {
            Some(Examination::Cured(cure)) if cure.octets.is_some() => Ok(cure.octets.clone().unwrap_or_default()),
            _ => Err(format!("of signature {signature} of capture {capture} no other form is known")),
        }
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use crate::checks::testing::Scene;
    use crate::crypto::DigestAlgorithm;
    use crate::crypto::digest::digest;

    #[test]
    fn the_digest_of_what_is_given_is_the_one_computed_whether_it_holds_or_not() {
        for (name, status) in [
            ("clean-generic-entra-xml", "valid"),
            ("clean-generic-encrypted", "valid"),
            ("sig-pretty-printed", "invalid"),
            ("sig-nameid-changed", "invalid"),
        ] {
            let scene = Scene::scenario(name);
            let report = scene.report();
            let all: Vec<_> =
                report.captures.iter().flat_map(|c| c.signatures.iter().enumerate().map(|s| (c.index, s))).collect();
            let xml: Vec<_> = all.iter().filter(|(_, (_, signature))| signature.place == "xml").collect();
            assert!(xml.iter().any(|(_, (_, signature))| signature.status == status), "{name}");
            for (capture, (number, signature)) in xml {
                let bytes = scene.signed_bytes(*capture, *number).unwrap();
                assert_eq!(Some(bytes.len()), signature.octets);
                let computed = digest(DigestAlgorithm::Sha256, &bytes);
                assert_eq!(Some(STANDARD.encode(computed.as_bytes())), signature.digest_computed, "{name}");
                assert_eq!(signature.digest_stated == signature.digest_computed, signature.status == "valid");
                assert!(signature.transforms.iter().any(|uri| uri.contains("exc-c14n")), "{:?}", signature.transforms);
                assert!(signature.reference.as_ref().unwrap().starts_with('#'));
            }
        }
    }

    #[test]
    fn of_a_query_it_is_the_part_that_is_signed() {
        let signed = Scene::scenario("clean-request-signed").signed_bytes(0, 0).unwrap();
        let signed = String::from_utf8(signed).unwrap();
        assert!(signed.starts_with("SAMLRequest=") && signed.contains("&SigAlg=") && !signed.contains("Signature="));
    }

    #[test]
    fn what_has_none_says_why() {
        assert_eq!(Scene::login().signed_bytes(1, 0), Err("there is no capture 1".to_owned()));
        assert_eq!(Scene::login().signed_bytes(0, 0), Err("capture 0 has no signature 0".to_owned()));
        let signed = Scene::scenario("clean-generic-entra-xml");
        let broken = signed.replace("<Reference URI=\"#", "<Reference URI=\"#x");
        assert!(broken.signed_bytes(0, 0).unwrap_err().contains("which no element has"));
    }
}
