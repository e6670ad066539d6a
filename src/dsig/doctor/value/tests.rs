//! What is said of a signature value that fails, and of one that was damaged.

use super::*;
use crate::dsig::doctor::tests::{ASSERTION, TRUSTED, cure, file, names, proof, signed, swapped};
use crate::dsig::structure;

#[test]
fn damaged_base64_is_mended() {
    let bytes: Vec<u8> = (0..70u8).map(|b| b.wrapping_mul(251) ^ 0xFB).chain([0xFB, 0xEF, 0xFF, 0xFE]).collect();
    let whole = STANDARD.encode(&bytes);
    assert!(whole.contains('+') && whole.contains('/') && whole.ends_with('='), "{whole}");
    let (head, tail) = whole.split_at(40);
    for (damaged, spaces) in [
        (whole.replace('+', " "), true),
        (whole.replace('+', "-").replace('/', "_"), false),
        (whole.replace('+', "%2B").replace('=', "%3D"), false),
        (whole.replace('=', ""), false),
        (whole.replace('/', "\\/"), false),
        (format!("{head}&#13;\n{tail}"), false),
        (format!("\n  {head}\n  {tail}\n"), false),
    ] {
        assert_eq!(sound(&damaged, spaces).as_deref(), Some(whole.as_str()), "{damaged}");
    }
    assert_eq!(sound("!", false), None);
}

#[test]
fn places_in_a_mended_text_are_told_where_they_stand_in_the_one_that_was_sent() {
    //           01234567890123456
    let sent = "ab[%2B%2B]cd[ ]ef";
    let splices =
        [Splice { range: 2..10, with: "[++]".to_owned() }, Splice { range: 12..15, with: "[+++]".to_owned() }];
    let mended = spliced(sent, &splices);
    assert_eq!(mended, "ab[++]cd[+++]ef");
    for (found, there) in [("ab", "ab"), ("[++]", "[%2B%2B]"), ("cd", "cd"), ("[+++]", "[ ]"), ("ef", "ef")] {
        let start = mended.find(found).unwrap();
        assert_eq!(sent.get(back(&splices, start)..back(&splices, start + found.len())), Some(there));
    }
    assert_eq!(back(&[], 7), 7);
}

#[test]
fn algorithms_are_called_by_scheme_and_digest() {
    let digest = DigestAlgorithm::Sha256;
    let pss = PssParameters::plain(digest, 32);
    for (method, name) in [
        (SignatureMethod::RsaPkcs1(digest), "RSA with SHA-256"),
        (SignatureMethod::RsaPss(pss), "RSA-PSS with SHA-256"),
        (SignatureMethod::Ecdsa(DigestAlgorithm::Sha1), "ECDSA with SHA-1"),
        (SignatureMethod::Ed25519, "Ed25519"),
    ] {
        assert_eq!(name_of(&method), name);
        assert!(!others(&method).contains(&method));
    }
}

#[test]
fn what_a_signed_info_may_have_named_is_every_whole_name_of_such_an_algorithm() {
    let all = identifiers();
    let is_there = |uri: &str| all.iter().any(|one| one == uri);
    for uri in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        crate::dsig::names::ENVELOPED,
    ] {
        assert!(is_there(uri), "{uri}");
    }
    assert!(!is_there("http://www.w3.org/2001/04/xmlenc#aes128-cbc"), "no encryption");
    assert!(entries().iter().any(|entry| entry.uri.ends_with('-')) && !all.iter().any(|uri| uri.ends_with('-')));
}

#[test]
fn what_the_mathematics_say_of_a_value_is_told_with_the_key_that_says_it() {
    let text = signed(ASSERTION);
    let document = read(&text, Doctype::Refuse).whole().unwrap();
    let signature = crate::dsig::reference::signatures(&document).next().unwrap();
    let shape = structure::read(signature).unwrap();
    let mut ring = KeyRing::default();
    ring.add_certificates("one", &file("keys/other-rsa2048.crt")).unwrap();
    let keys =
        |rank: Rank| Keys { all: ring.iter().map(|key| (key.clone(), rank)).collect(), ring: KeyRing::default() };
    let of = |error: VerifyError, rank: Rank| {
        let cure = of_value(signature, &shape, Some(&error), &keys(rank), &mut Budget::default())?;
        Some((names(&cure)[0], proof(&cure)))
    };
    let salt = || VerifyError::SaltLength { expected: 32, actual: 20 };
    assert_eq!(of(salt(), Rank::Vouched), Some(("salt-length", TRUSTED)));
    assert_eq!(of(salt(), Rank::Shown), Some(("salt-length", "other")));
    assert_eq!(of(salt(), Rank::Foreign), None);
    let der = |holds_converted| VerifyError::DerEncoded { holds_converted };
    assert_eq!(of(der(true), Rank::Vouched), Some(("der-encoded", TRUSTED)));
    assert_eq!(of(der(false), Rank::Vouched), None);
}

/// The signature value of a message.
fn value_of(text: &str) -> &str {
    let (start, end) = (text.find("<ds:SignatureValue>").unwrap() + 19, text.find("</ds:SignatureValue>").unwrap());
    text.get(start..end).unwrap()
}

#[test]
fn once_a_value_is_mended_the_search_goes_on_and_what_it_finds_first_stays() {
    let text = swapped(ASSERTION, ">alice@acme.example</saml:NameID>", ">admin@acme.example</saml:NameID>");
    let value = value_of(&text);
    assert!(value.matches('+').count() > 2);
    // With two blanks the base64 is whole as well that is made without them.
    let text = text.replace(value, &value.replacen('+', " ", 2));
    let cure = cure(&text, &["alice@acme.example"]);
    assert_eq!((names(&cure).as_slice(), proof(&cure)), (["base64-damaged", "value-edited"].as_slice(), TRUSTED));
    assert_eq!(text.get(cure.edits[1].places[0].clone()), Some("admin@acme.example"));
}

#[test]
fn blanks_between_the_lines_of_a_value_are_no_damage() {
    let text = swapped(ASSERTION, ">alice@acme.example</saml:NameID>", ">admin@acme.example</saml:NameID>");
    let value = value_of(&text);
    let compact = compact(value);
    let (first, rest) = compact.split_at(64);
    let cure = cure(&text.replace(value, &format!("{first} {rest}")), &["alice@acme.example"]);
    assert_eq!((names(&cure).as_slice(), proof(&cure)), (["value-edited"].as_slice(), TRUSTED));
}
