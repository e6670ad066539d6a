//! The rules of this folder, each with the nearest sound message; and that none fires on any sound one of the vectors.

use std::path::Path;

use super::RULES;
use crate::checks::generic::signature::vector;
use crate::checks::run;
use crate::checks::testing::{Scene, fires, silent, unchecked};
use crate::report::with_case;
use crate::{Context, Instant, intake};

const LOGIN: &str = include_str!("../../../testing/login.xml");

fn signed(name: &str) -> Scene {
    vector(name, "rsa2048")
}

fn encoded(text: &str) -> Scene {
    use base64::Engine;
    Scene::of(&base64::engine::general_purpose::STANDARD.encode(text))
}

#[test]
fn an_instruction_is_told_within_the_message_and_not_before_it() {
    fires("attack-pi-in-message", &Scene::scenario("attack-pi-nameid"));
    silent("attack-pi-in-message", &Scene::of(&format!("<?xml-stylesheet href=\"a.xsl\"?>{LOGIN}")));
    silent("attack-pi-in-message", &Scene::login());
}

#[test]
fn what_hides_in_a_signature_is_told() {
    for name in ["comment-in-digestvalue", "comment-in-keyinfo", "processing-instruction-in-signedinfo"] {
        fires("attack-comment-in-signature", &signed(&format!("bad/{name}.xml")));
    }
    silent("attack-comment-in-signature", &signed("bytes/comments.xml"));
    silent("attack-comment-in-signature", &Scene::login());
}

#[test]
fn the_parts_of_a_signature_are_each_in_their_one_place() {
    for name in ["two-signedinfo", "two-signaturevalues", "without-SignedInfo", "signedinfo-wrapped"] {
        fires("attack-signedinfo-count", &signed(&format!("bad/{name}.xml")));
    }
    silent("attack-signedinfo-count", &signed("target/both.xml"));
    fires("attack-digest-outside-signedinfo", &signed("bad/signedinfo-wrapped.xml"));
    let detail = "<samlp:StatusDetail><ds:DigestValue xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">AAAA</ds:DigestValue></samlp:StatusDetail>";
    let scene = Scene::login().replace("</samlp:Status>", &format!("{detail}</samlp:Status>"));
    fires("attack-digest-outside-signedinfo", &scene);
    silent("attack-digest-outside-signedinfo", &signed("target/both.xml"));
    fires("attack-decoy-signature", &signed("bad/two-signatures.xml"));
    silent("attack-decoy-signature", &signed("target/both.xml"));
    silent("attack-decoy-signature", &signed("target/two-assertions.xml"));
}

#[test]
fn a_digest_of_nothing_is_told() {
    let void = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let sound = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signatures/target/assertion.xml"),
    )
    .unwrap();
    let digest = sound.split("DigestValue>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    fires("attack-empty-digest", &signed("target/assertion.xml").replace(&digest, void));
    silent("attack-empty-digest", &signed("target/assertion.xml"));
}

#[test]
fn a_signature_that_counts_only_in_part_is_told() {
    let method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\">";
    let cut =
        format!("{method}<ds:HMACOutputLength xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">8</ds:HMACOutputLength>");
    let scene = Scene::of(
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo><SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"></SignatureMethod></SignedInfo></Signature></samlp:Response>",
    );
    silent("attack-truncated-hmac", &scene);
    fires("attack-truncated-hmac", &scene.replace(method, &cut));
}

#[test]
fn an_id_is_one_by_the_name_that_its_schema_gives_it() {
    let id = "_a91e4c7d5b2f84a6e03d8c7b6a5f4e3d2";
    for name in ["Id", "id", "xml:id"] {
        fires(
            "attack-id-pollution",
            &Scene::login().replace("<saml:Subject>", &format!("<saml:Subject {name}=\"{id}\">")),
        );
    }
    silent("attack-id-pollution", &Scene::login().replace("<saml:Subject>", "<saml:Subject Id=\"_other\">"));
    silent(
        "attack-id-pollution",
        &Scene::login().replace(&format!("ID=\"{id}\""), &format!("ID=\"{id}\" xml:id=\"{id}\"")),
    );
}

#[test]
fn an_id_that_a_signature_means_is_told_where_it_stands_elsewhere() {
    let id = |at: &str| {
        signed("target/assertion.xml")
            .replace(" ID=\"_a1\"", &format!(" {at} ID=\"_b1\""))
            .replace("<saml:Subject>", "<saml:Subject other=\"\">")
    };
    silent("attack-id-pollution", &id("Id=\"_a1\""));
    fires("attack-id-pollution", &id("").replace("other=\"\"", "Id=\"_a1\""));
}

#[test]
fn a_namespace_is_an_absolute_uri_and_the_real_one() {
    let declared = |uri: &str| Scene::login().replace("<saml:Subject>", &format!("<saml:Subject xmlns:x=\"{uri}\">"));
    fires("attack-relative-namespace", &declared("1"));
    fires("attack-relative-namespace", &declared("urn:x&#9;y"));
    silent("attack-relative-namespace", &declared("urn:x"));
    for alike in [
        "urn:oasis:names:tc:SAML:2.0:Assertion",
        " urn:oasis:names:tc:SAML:2.0:assertion",
        "urn:oаsis:names:tc:SAML:2.0:assertion",
        "http://www.w3.org/2000/09/xmldsig",
    ] {
        fires("attack-namespace-lookalike", &declared(alike));
    }
    silent("attack-namespace-lookalike", &declared("urn:oasis:names:tc:SAML:2.0:assertion"));
    let other = |within: &str| {
        Scene::login().replace("alice@acme.example</saml:AttributeValue>", &format!("{within}</saml:AttributeValue>"))
    };
    silent("attack-namespace-lookalike", &other("<Assertion xmlns=\"urn:x\"/>"));
    fires(
        "attack-namespace-lookalike",
        &Scene::login().replace("<saml:Subject>", "<Assertion xmlns=\"urn:x\"/><saml:Subject>"),
    );
    silent("attack-namespace-lookalike", &signed("target/saml11-both.xml"));
}

#[test]
fn what_stands_beside_the_root_element_was_sent_so_only_where_it_was_encoded() {
    fires("attack-trailing-content", &encoded(&format!("{LOGIN}<x/>")));
    fires("attack-trailing-content", &encoded(&format!("{LOGIN}x")));
    fires("attack-trailing-content", &encoded(&format!("{LOGIN}{LOGIN}")));
    fires("attack-trailing-content", &Scene::of(&format!("x{LOGIN}")).posted(""));
    silent("attack-trailing-content", &Scene::login().posted(""));
    silent("attack-trailing-content", &encoded(&format!("<!-- x -->{LOGIN}\n<?x y?>")));
    silent("attack-trailing-content", &encoded(&format!("<wrapped>{LOGIN}</wrapped>")));
    silent("attack-trailing-content", &encoded(&format!("{LOGIN}\n")));
    // Whoever pasted it may have marked too much.
    silent("attack-trailing-content", &Scene::of(&format!("{LOGIN}x")));
}

#[test]
fn text_that_readers_decode_otherwise_is_told() {
    let declared = |name: &str| encoded(&format!("<?xml version=\"1.0\" encoding=\"{name}\"?>{LOGIN}"));
    fires("attack-parser-differential", &declared("UTF-7"));
    silent("attack-parser-differential", &declared("UTF-8"));
    silent("attack-parser-differential", &declared("ISO-8859-1"));
    fires("attack-parser-differential", &encoded(&LOGIN.replace("alice@", "alice&#0;@")));
    silent("attack-parser-differential", &encoded(&LOGIN.replace("alice@", "alice&#9;@")));
}

#[test]
fn what_would_grow_beyond_all_limits_is_told() {
    let entities =
        (1..8).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect::<String>();
    let bomb = format!("<!DOCTYPE x [<!ENTITY e0 \"lol\">{entities}]>{LOGIN}");
    fires("attack-xml-bomb", &Scene::of(&bomb.replace("alice@", "&e7;@")));
    let long = "a".repeat(2_000);
    let many = LOGIN.replace("Alice Moreau", &"&e;".repeat(100));
    fires("attack-xml-bomb", &Scene::of(&format!("<!DOCTYPE x [<!ENTITY e \"{long}\">]>{many}")));
    silent("attack-xml-bomb", &Scene::scenario("attack-doctype"));
    silent("attack-xml-bomb", &Scene::login());
    let deep = LOGIN.replace("Alice Moreau", &format!("{}{}", "<a>".repeat(70_000), "</a>".repeat(70_000)));
    fires("attack-xml-bomb", &Scene::of(&deep));
}

#[test]
fn a_message_that_inflates_without_end_is_told() {
    use std::io::Write;
    let deflated = |text: &str| {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        use base64::Engine;
        Scene::of(&base64::engine::general_purpose::STANDARD.encode(encoder.finish().unwrap()))
    };
    fires("attack-inflate-bomb", &deflated(&format!("{LOGIN}{}", " ".repeat(4 << 20))));
    silent("attack-inflate-bomb", &deflated(LOGIN));
}

#[test]
fn a_parameter_occurs_once_in_a_signed_query() {
    let scene = || Scene::scenario("sig-redirect-lowercase");
    fires("attack-redirect-duplicate-parameter", &scene().replace("&SigAlg=", "&RelayState=x&SigAlg="));
    silent("attack-redirect-duplicate-parameter", &scene());
    silent("attack-redirect-duplicate-parameter", &Scene::login());
}

#[test]
fn an_identifier_reads_as_what_it_is() {
    // A Cyrillic letter, a zero-width space, a right-to-left override.
    for name in ["аlice@acme.example", "ali\u{200B}ce@acme.example", "alice@\u{202E}elpmaxe.emca"] {
        fires("attack-confusable-text", &Scene::login().replace("alice@acme.example<", &format!("{name}<")));
    }
    for name in ["алиса@acme.example", "王芳@acme.example", "josé@acme.example", "δοκιμή"] {
        silent("attack-confusable-text", &Scene::login().replace("alice@acme.example<", &format!("{name}<")));
    }
    // What is no identifier may be written in any script.
    silent("attack-confusable-text", &Scene::login().replace("Alice Moreau", "می\u{200C}خواهم"));
    fires(
        "attack-confusable-text",
        &Scene::login().replace("<saml:Audience>https://app.", "<saml:Audience>https://аpp."),
    );
}

/// An encrypted vector, with the key that opens it.
pub(in crate::checks::generic) fn encrypted(name: &str) -> Scene {
    with_key(name, "sp.pkcs8.pem")
}

/// An encrypted vector, with one of the keys.
pub(in crate::checks::generic) fn with_key(name: &str, key: &str) -> Scene {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/encrypted");
    let bytes = std::fs::read(folder.join("keys").join(key)).unwrap();
    closed(name).context(|context| context.add_private_key(key, &bytes, None).unwrap())
}

/// An encrypted vector without a key.
pub(in crate::checks::generic) fn closed(name: &str) -> Scene {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/encrypted");
    Scene::of(&std::fs::read_to_string(folder.join(name)).unwrap())
}

#[test]
fn a_tag_that_is_cut_short_is_told() {
    fires("attack-short-gcm-tag", &encrypted("bad/gcm-tag-12.xml"));
    silent("attack-short-gcm-tag", &encrypted("bad/gcm-flipped-tag.xml"));
    silent("attack-short-gcm-tag", &encrypted("matrix/aes128-gcm_oaep.xml"));
    unchecked("attack-short-gcm-tag", &closed("matrix/aes128-gcm_oaep.xml"), "private_keys");
}

#[test]
fn what_anybody_may_have_encrypted_is_told() {
    fires("attack-unsigned-inside-encryption", &encrypted("matrix/aes128-gcm_oaep.xml"));
    fires("attack-unsigned-inside-encryption", &encrypted("forms/encrypted-id.xml"));
    for name in ["signed/inside.xml", "signed/outside.xml", "signed/both.xml"] {
        silent("attack-unsigned-inside-encryption", &encrypted(name));
    }
    silent("attack-unsigned-inside-encryption", &closed("signed/outside.xml"));
    unchecked("attack-unsigned-inside-encryption", &closed("signed/inside.xml"), "private_keys");
}

#[test]
fn no_attack_is_seen_in_a_sound_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signatures");
    // Instructions are told in sound messages as well.
    let attacks = || RULES.iter().map(|rule| rule.id).filter(|id| *id != "attack-pi-in-message");
    let suspects = || attacks().chain(["sig-consumed-unsigned", "sig-not-enveloped-child"]);
    let context = Context::at(Instant::from_unix(0));
    let mut count = 0;
    for part in ["rsa", "pss", "ec", "c14n", "inherit", "prefixlist", "keyinfo", "target", "bytes"] {
        for file in std::fs::read_dir(folder.join(part)).unwrap().map(|file| file.unwrap().path()) {
            let bytes = std::fs::read(&file).unwrap();
            let captures = [("input".to_owned(), intake::take_one(&bytes))];
            count += 1;
            with_case(&captures, &context, |case, _| {
                let fired: Vec<_> = run(case).into_iter().filter(|f| f.hit().is_some()).map(|f| f.rule.id).collect();
                let seen: Vec<_> = suspects().filter(|id| fired.contains(id)).collect();
                assert!(seen.is_empty(), "{}: {seen:?}", file.display());
            });
        }
    }
    assert!(count > 150, "{count}");
}
