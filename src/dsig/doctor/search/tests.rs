//! What the search costs, where the signature was left out, and which edits are tried upon others.

use super::*;
use crate::dsig::doctor::edits;
use crate::dsig::names::DSIG;
use crate::xml::{Canonicalization, Doctype, Document, Node, read};

fn goal(octets: &str) -> Goal<'static> {
    let algorithm = DigestAlgorithm::Sha256;
    Goal::Digest(algorithm, digest(algorithm, octets.as_bytes()).as_bytes().to_vec())
}

fn document(text: &str) -> Document<'_> {
    read(text, Doctype::Refuse).whole().unwrap()
}

/// What `node` names, with the only Signature left out or not.
fn subject<'d>(document: &'d Document<'_>, node: &str, enveloped: bool) -> Subject<'d> {
    let named = |name: &str| -> Node<'d> { document.nodes().find(|node| node.local_name() == name).unwrap() };
    let (method, _) = Canonicalization::ALL[4];
    Subject { signature: named("Signature"), node: named(node), method, prefixes: String::new(), enveloped }
}

#[test]
fn the_piece_that_the_signature_was_left_out_of_is_known() {
    let signature = format!("<Signature xmlns='{DSIG}'><x/></Signature>");
    let of = |text: &str, node: &str, enveloped: bool| {
        let text = text.replace('S', &signature);
        let About { outer, seam } = about(&subject(&document(&text), node, enveloped));
        (outer, seam)
    };
    // Pieces of <a><b></b>|<c></c></a>: <a> 0, gap 1, <b> 2, leaf 3, </b> 4, gap 5.
    assert_eq!(of("<a><b/>S<c/></a>", "a", true), (0, Some(5)));
    assert_eq!(of("<a>S<c/></a>", "a", true), (0, Some(1)));
    assert_eq!(of("<a><b/><c/>S</a>", "a", true), (0, Some(9)));
    assert_eq!(of("<a><b/>S<c/></a>", "a", false), (0, None));
    assert_eq!(of("<r><q><a><b/>S</a></q></r>", "a", true), (2, Some(5)));
    assert_eq!(of("<r><a><b/></a>S</r>", "a", true), (1, None), "behind all of it");
    assert_eq!(of("<r>S<a><b/></a></r>", "a", true), (1, None), "before all of it");
}

#[test]
fn a_budget_is_whole_at_first_and_a_share_gives_back_what_it_has_left() {
    let mut budget = Budget::default();
    assert!(!budget.is_spent());
    let mut share = budget.share();
    assert!(share.take(100) && share.take_verification());
    budget.give_back(&share);
    assert_eq!(budget.bytes, limits::DOCTOR_BYTES - 100 - limits::DOCTOR_CANDIDATE_BYTES);
    assert_eq!(budget.verifications, limits::DOCTOR_VERIFICATIONS - 1);
    budget.verifications = 1;
    assert!(budget.take_verification() && !budget.is_spent());
    assert!(!budget.take_verification() && budget.is_spent());
}

#[test]
fn what_there_is_no_budget_for_is_not_looked_at() {
    let of = |bytes: usize| goal("octets").is_met(b"octets", &mut Budget { bytes, ..Budget::default() });
    let price = 6 + limits::DOCTOR_CANDIDATE_BYTES;
    assert_eq!([of(price), of(price - 1)], [true, false]);
}

#[test]
fn each_way_costs_what_it_takes_to_read_and_to_hash_it() {
    let text = format!("<a><b>text</b><Signature xmlns='{DSIG}'/></a>");
    let document = document(&text);
    let octets = "<a><b>text</b></a>";
    let mut budget = Budget::default();
    let found = search(&subject(&document, "a", true), &goal(octets), &[], &mut budget).unwrap();
    assert_eq!((found.base.name, found.steps.len(), found.octets.as_slice()), (None, 0, octets.as_bytes()));
    let used = limits::DOCTOR_BYTES - budget.bytes;
    assert_eq!(used, octets.len() / 2 + octets.len() + 2 * limits::DOCTOR_CANDIDATE_BYTES);
    assert!(!budget.tried_each);
}

#[test]
fn texts_on_their_own_lines_are_taken_off_them_upon_another_edit_before_what_is_between() {
    let text = format!("<a>\n\t<b>\n\t\tt &amp;amp; u\n\t</b>\n\t<c>v</c>\n<Signature xmlns='{DSIG}'/></a>");
    let document = document(&text);
    let was = "<a>\n  <b>t &amp; u</b>\n  <c>v</c>\n</a>";
    let mut budget = Budget::default();
    let found = search(&subject(&document, "a", true), &goal(was), &[], &mut budget).unwrap();
    let steps: Vec<&str> = found.steps.iter().map(|step| step.name).collect();
    assert_eq!(steps, ["double-escaped", "pretty-printed", "pretty-printed"]);
    assert_eq!(String::from_utf8(found.octets).unwrap(), was);
    assert!(budget.tried_each);
    let lines = edits::all().into_iter().filter(Edit::unlines).count();
    assert_eq!(lines, 1);
}
