//! Every edit, done to a message that was signed, and what the doctor says of it.

use std::path::Path;

use super::{Budget, Cure, Examination, Hints, Proof, examine};
use crate::crypto::digest::digest;
use crate::crypto::{DigestAlgorithm, algorithm};
use crate::dsig::{KeyRing, SignatureVerdict, verify_document};
use crate::limits;
use crate::xml::{Doctype, read};

pub(super) fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signatures").join(name)).unwrap()
}

pub(super) fn signed(name: &str) -> String {
    String::from_utf8(file(name)).unwrap()
}

/// Every signature of a text, examined with the key that it was made with.
fn examined(text: &str, hints: &Hints) -> Vec<(SignatureVerdict, Option<Examination>)> {
    let mut ring = KeyRing::default();
    for key in ["rsa2048", "p256"] {
        ring.add_certificates(key, &file(&format!("keys/{key}.crt"))).unwrap();
    }
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let verdicts = verify_document(&document, &ring);
    assert!(!verdicts.is_empty());
    let examine = |verdict: &SignatureVerdict| examine(&document, verdict, &ring, hints, &mut Budget::default());
    verdicts.into_iter().map(|verdict| (verdict.clone(), examine(&verdict))).collect()
}

/// What would make the first broken signature of a text hold; its octets have the digest that it states.
pub(super) fn cure(text: &str, hints: &[&str]) -> Cure {
    let hints = Hints { values: hints.iter().map(|hint| (*hint).to_owned()).collect(), keys: Vec::new() };
    let all = examined(text, &hints);
    let (verdict, examination) = all.into_iter().find(|(verdict, _)| verdict.fault.is_some()).expect("it holds");
    let Some(Examination::Cured(cure)) = examination else { panic!("{:?} {examination:?}", verdict.fault) };
    if let Some((octets, stated)) = cure.octets.as_ref().zip(verdict.digest_stated) {
        let length = |algorithm: &DigestAlgorithm| algorithm.output_len() == stated.len();
        let algorithm = DigestAlgorithm::ALL.into_iter().find(length).unwrap();
        assert_eq!(digest(algorithm, octets).as_bytes(), stated);
    }
    for place in cure.edits.iter().flat_map(|edit| &edit.places) {
        assert!(text.get(place.clone()).is_some(), "{place:?}");
    }
    cure
}

pub(super) fn names(cure: &Cure) -> Vec<&'static str> {
    cure.edits.iter().map(|edit| edit.name).collect()
}

pub(super) const TRUSTED: &str = "trusted";

/// Who vouches for the key with which it holds: `trusted`, `other`, or nothing where it does not.
pub(super) fn proof(cure: &Cure) -> &'static str {
    match cure.proof {
        Proof::Holds { trusted: true, .. } => TRUSTED,
        Proof::Holds { trusted: false, .. } => "other",
        Proof::Fails | Proof::NoKey => "",
    }
}

/// Asserts that the edits are found, and that the signature holds without them.
fn is_named(text: &str, wanted: &[&str]) -> Cure {
    let cure = cure(text, &[]);
    assert_eq!((names(&cure).as_slice(), proof(&cure)), (wanted, TRUSTED), "{cure:?}");
    cure
}

pub(super) fn swapped(name: &str, from: &str, to: &str) -> String {
    let text = signed(name);
    assert!(text.contains(from), "{from}");
    text.replace(from, to)
}

/// Takes the white space between elements away, as it never was there in this message, and indents all of it.
fn indented(text: &str, unit: &str, end: &str) -> String {
    let (mut new, mut depth, mut opened) = (String::new(), 0usize, false);
    for part in text.split_inclusive('>') {
        let Some(at) = part.find('<') else { continue };
        let (before, tag) = part.split_at(at);
        let closes = tag.starts_with("</");
        depth -= usize::from(closes);
        if before.trim().is_empty() && !(opened && closes) && !new.is_empty() {
            new += end;
            new += &unit.repeat(depth);
        } else {
            new += before;
        }
        opened = !closes && !tag.ends_with("/>") && !tag.starts_with("<?");
        depth += usize::from(opened);
        new += tag;
    }
    new
}

pub(super) const ASSERTION: &str = "target/assertion-no-keyinfo.xml";
const RESPONSE: &str = "target/response-no-keyinfo.xml";
const INCLUSIVE: &str = "target/assertion-inclusive-no-keyinfo.xml";

#[test]
fn a_signature_that_holds_is_not_examined() {
    for name in [ASSERTION, RESPONSE, INCLUSIVE, "target/both-no-keyinfo.xml", "prefixlist/xs.xml"] {
        for (verdict, examination) in examined(&signed(name), &Hints::default()) {
            assert_eq!((verdict.fault, examination), (None, None), "{name}");
        }
    }
}

#[test]
fn spacing_is_undone_whatever_put_it_there() {
    let login = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/sig-pretty-printed/input.xml"),
    );
    let login = login.unwrap();
    for (unit, end) in [("  ", "\n"), ("\t", "\n"), ("    ", "\r\n"), ("", "\n")] {
        let hints = Hints::default();
        let all = examined(&indented(&login, unit, end), &hints);
        let Some(Examination::Cured(cure)) = &all[0].1 else { panic!("{unit:?} {all:?}") };
        assert_eq!(names(cure)[0], "pretty-printed", "{unit:?}");
        assert!(cure.edits[0].count > 20);
    }
    is_named(&signed("bad/whitespace-collapsed.xml"), &["indentation-removed"]);
}

#[test]
fn line_ends_are_told_apart() {
    let crlf = is_named(&signed("bad/crlf-as-character-references.xml"), &["lf-to-crlf"]);
    assert!(crlf.edits[0].count > 10);
    let text = signed("bytes/crlf.xml");
    assert!(text.contains("\r\n"));
    is_named(&signed("bad/line-ends-in-text.xml"), &["trailing-newline"]);
}

#[test]
fn white_space_of_one_text_has_its_place() {
    let text = swapped(ASSERTION, ">alice@acme.example</saml:NameID>", ">alice@acme.example </saml:NameID>");
    let cure = is_named(&text, &["text-padded"]);
    assert_eq!(&text[cure.edits[0].places[0].clone()], "alice@acme.example ");
    let text = swapped(ASSERTION, "Recipient=\"https:", "Recipient=\" https:");
    let cure = is_named(&text, &["attribute-whitespace"]);
    assert!(text[cure.edits[0].places[0].clone()].contains(" https:"));
}

#[test]
fn escapes_and_encodings_are_undone() {
    is_named(&signed("bad/entities-double-escaped.xml"), &["double-escaped"]);
    is_named(&signed("bad/non-ascii-mojibake.xml"), &["encoding-mistaken"]);
    let lost = swapped("bytes/non-ascii.xml", "zoë@", "zo?@");
    let whole = signed("bytes/non-ascii.xml");
    let at = whole.find("zoë@").unwrap();
    let name: String = whole[at..].chars().take_while(|c| *c != '<').collect();
    assert_eq!(names(&cure(&lost, &[&name])), ["encoding-mistaken"]);
}

#[test]
fn a_changed_value_is_known_by_its_original() {
    let text = swapped(ASSERTION, ">alice@acme.example</saml:NameID>", ">admin@acme.example</saml:NameID>");
    let cure = cure(&text, &["bob@acme.example", "alice@acme.example", "https://alice@acme.example"]);
    assert_eq!(names(&cure), ["value-edited"]);
    let edit = &cure.edits[0];
    assert_eq!((edit.was.as_deref(), edit.is.as_deref()), (Some("alice@acme.example"), Some("admin@acme.example")));
    assert_eq!(&text[edit.places[0].clone()], "admin@acme.example");
    assert_eq!(proof(&cure), TRUSTED);
}

#[test]
fn a_value_is_found_again_by_what_is_mostly_done_to_it() {
    for (from, to) in [
        (">alice@acme.example</saml:NameID>", ">ALICE@acme.example</saml:NameID>"),
        ("Recipient=\"https://", "Recipient=\"http://"),
        ("Recipient=\"https://sp.globex.example/acs\"", "Recipient=\"https://sp.globex.example/acs/\""),
        ("NotOnOrAfter=\"2026-03-01T08:05:00Z\"", "NotOnOrAfter=\"2026-03-09T08:05:00Z\""),
    ] {
        let text = signed(ASSERTION).replacen(from, to, 1);
        let cure = is_named(&text, &["value-edited"]);
        assert!(!cure.edits[0].places.is_empty(), "{to}");
    }
    // A domain of the case in the place of another one.
    let text = swapped(ASSERTION, ">alice@acme.example</saml:NameID>", ">alice@acme.onaliyun.com</saml:NameID>");
    assert_eq!(names(&cure(&text, &["acme.example", "carol@other.example"])), ["value-edited"]);
}

#[test]
fn the_signer_s_own_faults_are_named() {
    // What is stated was changed after signing, so that the signer did otherwise; its SignedInfo tells that as well.
    let exclusive = "Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"";
    let inclusive = "Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"";
    let transform = |from: &str, to: &str, name: &str| {
        swapped(name, &format!("<ds:Transform {from}"), &format!("<ds:Transform {to}"))
    };
    is_named(&transform(exclusive, inclusive, ASSERTION), &["exclusive-for-inclusive", "value-edited"]);
    is_named(&transform(inclusive, exclusive, INCLUSIVE), &["inclusive-for-exclusive", "value-edited"]);
    let cure = cure(&signed("bad/without-transforms.xml"), &[]);
    assert_eq!(names(&cure)[0], "not-enveloped");
    is_named(&signed("bad/two-signatures.xml"), &["signature-added"]);
}

#[test]
fn namespaces_that_came_and_went_are_named() {
    is_named(&signed("bad/namespace-added-inclusive.xml"), &["namespace-added"]);
    is_named(&signed("bad/cut-from-response-inclusive.xml"), &["namespace-dropped"]);
    let text = signed("prefixlist/xs.xml");
    let declaration = " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"";
    assert!(text.contains(declaration));
    is_named(&text.replace(declaration, ""), &["namespace-dropped"]);
    is_named(&signed("bad/prefix-renamed.xml"), &["prefix-renamed"]);
}

#[test]
fn another_part_of_the_message_or_its_bytes_may_have_been_hashed() {
    let text = signed(ASSERTION);
    let document = read(&text, Doctype::Refuse).whole().unwrap();
    let stated = document.nodes().find(|node| node.local_name() == "DigestValue").unwrap();
    let assertion = document.nodes().find(|node| node.local_name() == "Assertion").unwrap();
    let signature = document.nodes().find(|node| node.local_name() == "Signature").unwrap();
    let with = |octets: &[u8]| {
        use base64::Engine;
        let digest = digest(DigestAlgorithm::Sha256, octets);
        let value = base64::engine::general_purpose::STANDARD.encode(digest.as_bytes());
        cure(&text.replacen(stated.text_content().as_ref(), &value, 1), &[])
    };
    let subject = assertion.elements().find(|node| node.local_name() == "Subject").unwrap();
    let mut octets = Vec::new();
    let (method, _) = crate::xml::Canonicalization::ALL[4];
    let prefixes = crate::xml::PrefixList::default();
    crate::xml::canonicalize(subject, method, &prefixes, None, &mut |b| octets.extend_from_slice(b)).unwrap();
    // The digest is restored; that the signature value is one over the digest as it was is told by the other rule.
    for (octets, name, what) in [
        (octets, "wrong-element", "Subject"),
        (assertion.source().replace(signature.source(), "").into_bytes(), "transport-form", "XML"),
        (text.replace(signature.source(), "").into_bytes(), "transport-form", "XML"),
    ] {
        let digest = digest(DigestAlgorithm::Sha256, &octets);
        assert_eq!(digest.as_bytes().len(), 32);
        let document = with(&octets);
        // The DigestValue was changed to make this test, and that explains it best.
        assert!(matches!(names(&document)[0], "digest-value-changed"), "{name} {what}");
    }
}

#[test]
fn a_damaged_signature_value_is_mended() {
    let text = signed(ASSERTION);
    let (start, end) = (text.find("<ds:SignatureValue>").unwrap() + 19, text.find("</ds:SignatureValue>").unwrap());
    let value = &text[start..end];
    assert!(value.contains('+') && value.contains('/'));
    for damaged in [
        value.replace('+', " "),
        value.replace('+', "-").replace('/', "_"),
        value.replace('=', ""),
        value.replace('+', "%2B"),
        value.replace('/', "\\/"),
    ] {
        let cure = is_named(&text.replace(value, &damaged), &["base64-damaged"]);
        assert!(cure.octets.is_none());
    }
    is_named(&signed("bad/digest-value-changed.xml"), &["digest-value-changed"]);
    is_named(&signed("bad/signature-padded-with-zero.xml"), &["zeros-dropped"]);
    is_named(&signed("bad/ecdsa-der.xml"), &["der-encoded"]);
}

#[test]
fn a_signed_info_that_was_formatted_is_found_again() {
    let text = signed(ASSERTION);
    let (start, end) = (text.find("<ds:SignedInfo").unwrap(), text.find("</ds:SignedInfo>").unwrap());
    let formatted = text[start..end].replace("><", ">\n      <");
    let text = format!("{}{formatted}\n    {}", &text[..start], &text[end..]);
    let cure = is_named(&text, &["signed-info-reformatted"]);
    assert_eq!(cure.edits[0].count, 11);
    // The name of the algorithm was exchanged afterwards.
    is_named(&signed("bad/method-sha1.xml"), &["value-edited"]);
}

#[test]
fn two_edits_are_told_one_after_the_other() {
    let text = swapped(ASSERTION, ">alice@acme.example</saml:NameID>", ">admin@acme.example</saml:NameID>");
    let text = text.replace("\n", "&#13;\n");
    let cure = cure(&text, &["alice@acme.example"]);
    assert_eq!(names(&cure), ["lf-to-crlf", "value-edited"]);
}

#[test]
fn another_key_that_is_known_is_named() {
    let text = signed(ASSERTION);
    let mut ring = KeyRing::default();
    ring.add_certificates("other", &file("keys/other-rsa2048.crt")).unwrap();
    let mut right = KeyRing::default();
    right.add_certificates("right", &file("keys/rsa2048.crt")).unwrap();
    let hints = Hints { values: Vec::new(), keys: right.iter().cloned().collect() };
    let document = read(&text, Doctype::Refuse).whole().unwrap();
    let verdict = &verify_document(&document, &ring)[0];
    let examination = examine(&document, verdict, &ring, &hints, &mut Budget::default());
    let Some(Examination::Cured(cure)) = examination else { panic!("{examination:?}") };
    assert_eq!((names(&cure).as_slice(), proof(&cure)), (["other-key"].as_slice(), "other"));
    assert_eq!(cure.edits[0].was.as_deref(), Some("certificate:right"));
}

#[test]
fn what_nothing_restores_is_ruled_out_within_the_budget() {
    for (name, wanted) in [("bad/element-added.xml", "pretty-printed"), ("bad/signature-bit-middle.xml", "other-key")] {
        let text = signed(name);
        let all = examined(&text, &Hints::default());
        let Some(Examination::RuledOut(names)) = &all[0].1 else { panic!("{name} {:?}", all[0].1) };
        assert!(names.contains(&wanted), "{name}");
    }
    assert!(algorithm::entries().len() > 20);
}

/// What is said of the first signature of a text with so much to spend, and what is left of that.
fn spent(text: &str, key: &str, mut budget: Budget) -> (Option<Examination>, Budget) {
    let mut ring = KeyRing::default();
    ring.add_certificates("key", &file(key)).unwrap();
    let document = read(text, Doctype::Refuse).whole().unwrap();
    let verdict = &verify_document(&document, &ring)[0];
    (examine(&document, verdict, &ring, &Hints::default(), &mut budget), budget)
}

#[test]
fn a_small_budget_ends_the_search_and_rules_nothing_out() {
    let text = signed("bad/element-added.xml");
    let (examination, budget) = spent(&text, "keys/rsa2048.crt", Budget { bytes: 3 * text.len(), ..Budget::default() });
    assert_eq!(examination, None);
    assert!(budget.is_spent());
}

#[test]
fn what_the_budget_just_suffices_for_is_found() {
    let text = swapped(ASSERTION, "Recipient=\"https:", "Recipient=\" https:");
    let of = |bytes| spent(&text, "keys/rsa2048.crt", Budget { bytes, ..Budget::default() });
    let (found, budget) = of(limits::DOCTOR_BYTES);
    let used = limits::DOCTOR_BYTES - budget.bytes;
    assert!(matches!(found, Some(Examination::Cured(_))) && used > 100_000, "{used}");
    assert_eq!(of(used).0, found);
    assert_eq!((of(used - 1).0, of(used - 1).1.is_spent()), (None, true));
}

#[test]
fn what_is_left_unverified_is_not_ruled_out() {
    let text =
        signed("target/assertion-ecdsa-no-keyinfo.xml").replace("><ds:SignatureMethod", ">\n<ds:SignatureMethod");
    let of = |verifications| spent(&text, "keys/p256.crt", Budget { verifications, ..Budget::default() });
    let (found, budget) = of(limits::DOCTOR_VERIFICATIONS);
    let used = limits::DOCTOR_VERIFICATIONS - budget.verifications;
    assert!(matches!(found, Some(Examination::Cured(_))) && used > 1, "{used} {found:?}");
    assert_eq!(of(used).0, found);
    assert_eq!((of(used - 1).0, of(used - 1).1.is_spent()), (None, true));
}

#[test]
fn a_signature_has_its_share_of_a_budget_and_each_try_its_price() {
    let mut budget = Budget { bytes: limits::DOCTOR_SIGNATURE_BYTES + 7, ..Budget::default() };
    let share = budget.share();
    assert_eq!((share.bytes, budget.bytes, budget.share().bytes), (limits::DOCTOR_SIGNATURE_BYTES, 7, 7));
    let takes = |bytes| Budget { bytes, ..Budget::default() }.take(10);
    let price = 10 + limits::DOCTOR_CANDIDATE_BYTES;
    assert_eq!([takes(price - 1), takes(price)], [false, true]);
}

#[test]
fn a_gap_is_what_stands_there_and_beside_a_signature_the_longer_part_of_it() {
    let place = |before: &str, after: &str| {
        let signature = format!("<Signature xmlns='{}'/>", crate::dsig::names::DSIG);
        let text = format!("<a>{before}{signature}{after}<b/> </a>");
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let root = document.root_element().unwrap();
        let signature = root.elements().next().unwrap();
        let tags = super::form::tags_of(root, Some(signature));
        let of = |number| super::place_of(&tags, number, signature).map(|place| text.get(place).unwrap().to_owned());
        assert_eq!((of(0).as_deref(), of(2).as_deref(), of(6).as_deref()), (Some("<a>"), Some("<b/>"), Some("</a>")));
        assert_eq!((of(5).as_deref(), of(7), of(8)), (Some(" "), None, None));
        of(1).unwrap()
    };
    assert_eq!(place("    ", "  "), "    ");
    assert_eq!(place("\n", "\t\t"), "\t\t");
    assert_eq!(place("\n\n", "\t\t"), "\n\n", "the first of two alike");
    assert_eq!(place("", ""), "");
}

#[test]
fn a_changed_attribute_is_shown_by_its_value() {
    let text =
        swapped(ASSERTION, "Recipient=\"https://sp.globex.example/acs\"", "Recipient=\"https://evil.example/acs\"");
    let cure = cure(&text, &["https://sp.globex.example/acs"]);
    let edit = &cure.edits[0];
    assert_eq!((edit.name, edit.is.as_deref()), ("value-edited", Some("https://evil.example/acs")));
    assert_eq!(&text[edit.places[0].clone()], "https://evil.example/acs");
}

#[test]
fn the_same_edit_at_other_places_is_one_edit() {
    let edit = |count, places: &[usize]| super::Edit {
        name: "x",
        count,
        places: places.iter().map(|at| *at..at + 1).collect(),
        was: None,
        is: None,
    };
    let mut joined = edit(3, &[5, 9]);
    joined.join(edit(4, &[1, 7]));
    assert_eq!(joined, edit(7, &[1, 5, 7, 9]));
    let many: Vec<usize> = (0..limits::DOCTOR_PLACES).collect();
    joined.join(edit(many.len(), &many));
    assert_eq!(joined.places.len(), limits::DOCTOR_PLACES);
}

#[test]
fn a_message_is_searched_up_to_so_many_bytes() {
    let text = swapped(ASSERTION, "Recipient=\"https:", "Recipient=\" https:");
    let of = |len: usize| {
        let padded = text.clone() + &"\n".repeat(len - text.len());
        examined(&padded, &Hints::default()).remove(0).1.is_some()
    };
    assert_eq!([of(limits::DOCTOR_MESSAGE_BYTES), of(limits::DOCTOR_MESSAGE_BYTES + 1)], [true, false]);
}

#[test]
fn of_what_is_no_signature_only_its_base64_is_mended() {
    let nothing = |text: &str| {
        let (verdict, examination) = examined(text, &Hints::default()).remove(0);
        assert_eq!(examination, None, "{:?}", verdict.fault);
    };
    nothing(&signed("bad/children-out-of-order.xml"));
    nothing(&signed("bad/algorithm-empty.xml"));
    let text = signed(ASSERTION);
    let (start, end) = (text.find("<ds:SignatureValue>").unwrap() + 19, text.find("</ds:SignatureValue>").unwrap());
    let broken = text.replace(text.get(start..end).unwrap(), "!");
    let (verdict, examination) = examined(&broken, &Hints::default()).remove(0);
    assert_eq!(examination, Some(Examination::RuledOut(&["base64-damaged"])), "{:?}", verdict.fault);
}

#[test]
fn what_was_tried_by_itself_is_ruled_out_although_not_all_of_two_was() {
    let text = signed("bad/element-added.xml");
    let of = |bytes| spent(&text, "keys/rsa2048.crt", Budget { bytes, ..Budget::default() });
    let (all, budget) = of(limits::DOCTOR_BYTES);
    assert!(matches!(all, Some(Examination::RuledOut(_))) && !budget.is_spent());
    let used = limits::DOCTOR_BYTES - budget.bytes;
    let (nearly, budget) = of(used - 1);
    assert_eq!((nearly, budget.is_spent()), (all, true));
}
