//! The keys of a case: cases that hold what is told of them.

use super::*;
use crate::checks::testing::Scene;
use crate::crypto::armor;

fn keys(scene: &Scene) -> Vec<KeyReport> {
    scene.report().certificates
}

fn places(key: &KeyReport) -> Vec<(&str, Option<&str>)> {
    key.uses.iter().map(|place| (place.place.as_str(), place.element.as_deref().or(place.role.as_deref()))).collect()
}

#[test]
fn a_certificate_of_message_and_metadata_is_one_entry_with_what_it_verified() {
    let report = Scene::scenario("clean-generic-entra-xml").report();
    let signer = report.certificates.iter().find(|key| !key.verified.is_empty()).unwrap();
    assert_eq!(signer.kind, "certificate");
    let place = &signer.uses[0];
    let xml = report.captures[0].xml.as_ref().unwrap();
    assert_eq!((place.place.as_str(), place.element.as_deref()), ("message", Some("Signature")));
    let [start, end] = place.span.unwrap();
    assert!(xml[start..end].starts_with("<") && xml[start..end].contains("X509Certificate>"));
    let metadata = signer.uses.iter().find(|place| place.place == "metadata").unwrap();
    assert_eq!(metadata.role.as_deref(), Some("IDPSSODescriptor"));
    assert!(metadata.entity_id.is_some() && metadata.capture.is_none() && metadata.span.is_none());
    for number in &signer.verified {
        let verified = &report.captures[number.capture].signatures[number.signature];
        assert_eq!(verified.status, "valid");
        assert_eq!(verified.certificates[0].sha256, signer.certificate.as_ref().unwrap().sha256);
    }
    assert_eq!(signer.key_bits, Some(2048));
    assert!(signer.self_issued);
    let told = signer.certificate.as_ref().unwrap();
    assert_eq!(crate::Instant::from_unix(signer.not_after.unwrap()).to_string(), told.not_after);
    assert_eq!(crate::Instant::from_unix(signer.not_before.unwrap()).to_string(), told.not_before);
    let again = armor::certificates(signer.pem.as_ref().unwrap().as_bytes()).unwrap().certificates.remove(0).unwrap();
    assert_eq!(CertificateReport::of(&again), *told);
    assert!(signer.pem.as_ref().unwrap().lines().all(|line| line.len() <= 64));
    assert_eq!(report.abridged().certificates.iter().filter(|key| key.pem.is_some()).count(), 0);
}

#[test]
fn what_did_not_verify_says_so() {
    let report = Scene::scenario("sig-key-rollover").report();
    assert!(report.certificates.len() > 1);
    assert!(
        report
            .certificates
            .iter()
            .filter(|key| key.uses.iter().any(|place| place.place == "metadata"))
            .all(|key| key.verified.is_empty())
    );
    let altered = Scene::scenario("sig-nameid-changed").report();
    assert!(altered.certificates.iter().all(|key| key.verified.is_empty()) && !altered.certificates.is_empty());
}

#[test]
fn given_certificates_and_query_signatures_count_as_well() {
    let keys = keys(&Scene::scenario("clean-request-signed"));
    assert!(keys.iter().any(|key| !key.verified.is_empty()), "{keys:#?}");
    let given = self::keys(&Scene::scenario("clean-generic-certificate-file"));
    let given = given.iter().find(|key| key.uses.iter().any(|place| place.place == "certificate")).unwrap();
    assert!(!given.verified.is_empty());
}

#[test]
fn of_a_private_key_nothing_is_told_but_where_it_belongs() {
    let report = Scene::scenario("clean-generic-encrypted").report();
    let private = |key: &&KeyReport| key.uses.iter().any(|place| place.place == "private-key");
    let key = report.certificates.iter().find(private).unwrap();
    let expected = [("message", Some("EncryptedKey")), ("metadata", Some("SPSSODescriptor")), ("private-key", None)];
    assert_eq!(places(key), expected);
    let alone = Scene::login().context(|context| {
        let key = include_bytes!("../../../tests/fixtures/crypto/other.key");
        context.add_private_key("sp.pem", key, None).unwrap();
    });
    let keys = keys(&alone);
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    assert_eq!((key.kind.as_str(), key.uses[0].file.as_str()), ("private-key", "sp.pem"));
    assert!(key.certificate.is_none() && key.pem.is_none() && key.key_sha256.is_none() && key.key_bits.is_some());
}

#[test]
fn keys_of_captured_metadata_are_told_with_their_bytes_role_and_use() {
    let report = Scene::scenario("clean-metadata-idp").report();
    let used: Vec<_> =
        report.certificates.iter().flat_map(|key| &key.uses).filter(|place| place.place == "metadata").collect();
    assert!(!used.is_empty());
    for place in used {
        let [start, end] = place.span.unwrap();
        let xml = report.captures[place.capture.unwrap()].xml.as_ref().unwrap();
        assert!(xml[start..end].trim().starts_with("MII"), "{}", &xml[start..end]);
        assert!(place.role.is_some() && place.entity_id.is_some());
    }
}

#[test]
fn a_bare_key_is_listed_by_itself() {
    let key = "<ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>\
               wQsEArbUyk8=</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>";
    let confirmed = format!("{key}</saml:Subject>");
    let keys = keys(&Scene::login().replace("</saml:Subject>", &confirmed));
    let [bare] = keys.as_slice() else { panic!("{keys:?}") };
    assert_eq!((bare.kind.as_str(), bare.key_bits), ("public-key", Some(64)));
    assert_eq!(places(bare), [("message", Some("Subject"))]);
    assert!(bare.pem.as_ref().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
}

#[test]
fn ten_thousand_keys_are_told_in_bounds() {
    let key = |number: usize| {
        let modulus = STANDARD.encode([0xc1, 1, (number >> 8) as u8, number as u8]);
        format!(
            "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>"
        )
    };
    let many: String = (0..10_000).map(key).collect();
    let same = key(0).repeat(100);
    let within = format!("<x xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>{same}{many}</x></saml:Subject>");
    let report = Scene::login().replace("</saml:Subject>", &within).report();
    assert_eq!(report.certificates.len(), limits::REPORT_KEYS);
    assert_eq!(report.certificates[0].uses.len(), limits::KEY_USES);
    let told: usize = report.certificates.iter().map(|key| key.uses.len()).sum();
    assert_eq!(report.certificates_left_out + told, 10_100);
}
