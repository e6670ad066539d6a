//! XML Encryption of plaintexts made on the spot: nested ones, hostile ones, too many.

use std::fs;

use aes_gcm::KeyInit;
use aes_gcm::aead::AeadInOut;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samlens::crypto::armor;
use samlens::crypto::digest::DigestAlgorithm;
use samlens::crypto::key_transport::{KeyTransport, decrypt_key};
use samlens::limits;
use samlens::saml::names::{ASSERTION, PROTOCOL};
use samlens::xenc::{Decryption, Failure, NamedKey, Outcome, Reason, Step, XENC, decrypt};
use samlens::xml::{Doctype, read};

use super::{decrypted, fixtures, key, plaintext};

/// Makes EncryptedData of any plaintext for the fixtures' key: the session key of a fixture is used again.
struct Sealer {
    encrypted_key: String,
    session: Vec<u8>,
    key: NamedKey,
}

impl Sealer {
    fn new() -> Self {
        let text = fs::read_to_string(fixtures().join("forms/whole-blocks-aes128-gcm.xml")).unwrap();
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let node = document.nodes().find(|node| node.local_name() == "EncryptedKey").unwrap();
        let value = node.descendants().find(|node| node.local_name() == "CipherValue").unwrap();
        let key = key(&fixtures().join("keys/sp.pkcs8.pem"), None);
        let wrapped = armor::base64(&value.text_content()).unwrap();
        let sha1 = DigestAlgorithm::Sha1;
        let oaep = KeyTransport::RsaOaep { digest: sha1, mgf_digest: sha1 };
        let session = decrypt_key(oaep, &key.key, &wrapped, &[]).unwrap().expose().to_vec();
        Self { encrypted_key: node.source().to_owned(), session, key }
    }

    fn seal(&self, plaintext: &str) -> String {
        let cipher = aes_gcm::Aes128Gcm::new_from_slice(&self.session).unwrap();
        let (iv, mut body) = ([7; 12], plaintext.as_bytes().to_vec());
        let tag = cipher.encrypt_inout_detached(&iv.into(), &[], body.as_mut_slice().into()).unwrap();
        let value = STANDARD.encode([iv.as_slice(), &body, &tag].concat());
        format!(
            "<e:EncryptedData xmlns:e='{XENC}'><e:EncryptionMethod Algorithm='http://www.w3.org/2009/xmlenc11#aes128-gcm'/>\
             <KeyInfo xmlns='http://www.w3.org/2000/09/xmldsig#'>{}</KeyInfo>\
             <e:CipherData><e:CipherValue>{value}</e:CipherValue></e:CipherData></e:EncryptedData>",
            self.encrypted_key
        )
    }

    fn decrypted(self, text: &str) -> Decryption {
        decrypted(text, &[self.key])
    }
}

fn response(content: &str) -> String {
    format!("<p:Response xmlns:p='{PROTOCOL}' xmlns:s='{ASSERTION}'>{content}</p:Response>")
}

#[test]
fn what_is_encrypted_within_what_was_encrypted_opens_too() {
    let sealer = Sealer::new();
    let id = format!("<s:EncryptedID>{}</s:EncryptedID>", sealer.seal("<s:NameID>alice</s:NameID>"));
    let attribute = sealer.seal("<?xml version='1.0'?><s:Attribute Name='a'/>\n");
    let attribute = format!("<s:EncryptedAttribute>{attribute}</s:EncryptedAttribute>");
    let assertion = format!("<s:Assertion><s:Subject>{id}</s:Subject>é{attribute}</s:Assertion>");
    let sealed = format!("<s:EncryptedAssertion>{}</s:EncryptedAssertion>", sealer.seal(&assertion));
    let text = response(&format!("<a/>{sealed}<b/>"));

    let decryption = sealer.decrypted(&text);
    let spliced = decryption.document.as_ref().unwrap();
    let assertion =
        "<s:Assertion><s:Subject><s:NameID>alice</s:NameID></s:Subject>é<s:Attribute Name='a'/></s:Assertion>";
    assert_eq!(spliced.text, response(&format!("<a/>{assertion}<b/>")));
    let parts: Vec<_> =
        decryption.parts.iter().map(|part| (part.within, plaintext(&decryption, part).unwrap())).collect();
    let expected = [(None, assertion), (Some(0), "<s:NameID>alice</s:NameID>"), (Some(0), "<s:Attribute Name='a'/>")];
    assert_eq!(parts, expected);
    assert!(decryption.parts.iter().all(|part| text[part.span.clone()] == sealed));
    assert_eq!(spliced.part_at(spliced.text.find("alice").unwrap()), Some(1));
    assert_eq!(spliced.part_at(spliced.text.find("é").unwrap()), Some(0));
    assert_eq!(spliced.original_at(spliced.text.find("<b/>").unwrap()), text.find("<b/>"));
}

#[test]
fn rounds_and_parts_are_bounded_and_the_limit_is_named() {
    let sealer = Sealer::new();
    let nested =
        (0..limits::DECRYPTION_ROUNDS).fold("<a/>".to_owned(), |inner, _| format!("<n>{}</n>", sealer.seal(&inner)));
    let decryption = Sealer::new().decrypted(&nested);
    assert!(decryption.document.unwrap().text.contains("<a/>"));
    let decryption = Sealer::new().decrypted(&format!("<n>{}</n>", sealer.seal(&nested)));
    let last = decryption.parts.last().unwrap();
    let over = |name, limit| Outcome::Failed(Failure { step: Step::FindKey, reason: Reason::Limit { name, limit } });
    assert_eq!(last.outcome, over("DECRYPTION_ROUNDS", limits::DECRYPTION_ROUNDS));
    assert_eq!(decryption.parts.len(), limits::DECRYPTION_ROUNDS + 1);

    let many = response(&sealer.seal("<a/>").repeat(limits::ENCRYPTED_PARTS + 1));
    let parts = decrypted(&many, &[]).parts;
    assert!(parts[..limits::ENCRYPTED_PARTS].iter().all(|part| part.outcome == Outcome::NoKey));
    assert_eq!(parts.last().unwrap().outcome, over("ENCRYPTED_PARTS", limits::ENCRYPTED_PARTS));
}

#[test]
fn a_plaintext_that_would_break_out_changes_nothing() {
    for plaintext in [
        "<s:Assertion/></s:EncryptedAssertion><s:Assertion/><s:EncryptedAssertion>",
        "<s:Assertion/></p:Response><p:Response>",
        "<s:Assertion/><s:Assertion/>",
        "<s:Assertion><!--</s:Assertion>",
    ] {
        let sealer = Sealer::new();
        let text = response(&format!("<s:EncryptedAssertion>{}</s:EncryptedAssertion>", sealer.seal(plaintext)));
        let decryption = sealer.decrypted(&text);
        let Outcome::Failed(failure) = &decryption.parts[0].outcome else { panic!("{plaintext}") };
        assert_eq!((failure.step, decryption.document.is_none()), (Step::ReadPlaintext, true), "{plaintext}");
    }
}

#[test]
fn an_encrypted_assertion_holds_one_encrypted_data() {
    let sealer = Sealer::new();
    let data = sealer.seal("<s:Assertion/>");
    let text = response(&format!("<s:EncryptedAssertion>{data}{data}</s:EncryptedAssertion>"));
    let decryption = sealer.decrypted(&text);
    let reason = Reason::SeveralEncryptedData(2);
    assert_eq!(decryption.parts.len(), 1);
    assert_eq!(decryption.parts[0].outcome, Outcome::Failed(Failure { step: Step::Decrypt, reason }));
}

#[test]
fn a_message_cut_short_is_no_reason_to_panic() {
    let sealer = Sealer::new();
    let text = response(&format!("<s:EncryptedAssertion>{}</s:EncryptedAssertion>", sealer.seal("<s:Assertion/>")));
    let keys = [sealer.key];
    for end in (0..text.len()).step_by(7) {
        let reading = read(&text[..end], Doctype::Refuse);
        assert!(decrypt(&reading.document, &keys).document.is_none());
    }
}
