//! Messages with something put into them, as small as they can be, and what is told of each.

use super::{Surroundings, name_apart, wrappings};
use crate::dsig::{Fault, KeyRing, verify_document};
use crate::xml::{Doctype, Document, Node, NodeKind, read};

const NAMESPACES: &str = "xmlns='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' \
    xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' xmlns:ds='http://www.w3.org/2000/09/xmldsig#'";

fn signature(uri: &str) -> String {
    format!("<ds:Signature><ds:SignedInfo><ds:Reference URI='{uri}'/></ds:SignedInfo></ds:Signature>")
}

/// An element that is called `name` in what follows; one whose name ends with `!` is covered.
fn part(element: &str, name: &str, id: &str, within: &str) -> String {
    format!("<{element} {NAMESPACES} name='{name}' ID='{id}'>{within}</{element}>")
}

fn response(name: &str, within: &str) -> String {
    part("Response", name, name, within)
}

fn assertion(name: &str, user: &str, within: &str) -> String {
    let subject = format!("<a:Subject><a:NameID>{user}</a:NameID></a:Subject>");
    part("a:Assertion", name, name, &format!("{within}{subject}"))
}

fn document(text: &str) -> Document<'_> {
    read(text, Doctype::Refuse).whole().unwrap()
}

fn name(node: Node<'_>) -> String {
    node.attribute("name").map(|name| name.value().into_owned()).unwrap_or_default()
}

fn named<'d>(document: &'d Document<'_>, wanted: &str) -> Node<'d> {
    document.nodes().find(|node| node.kind() == NodeKind::Element && name(*node) == wanted).unwrap()
}

/// What is told of a message all of whose signatures have this fault: what is read, what is signed, the shape, the story.
fn told(text: &str, fault: Option<Fault>) -> Vec<String> {
    let document = document(text);
    let mut verdicts = verify_document(&document, &KeyRing::default());
    for verdict in &mut verdicts {
        verdict.fault.clone_from(&fault);
    }
    let nodes = document.nodes().filter(|node| node.kind() == NodeKind::Element && node.local_name() == "Signature");
    let signatures: Vec<_> = nodes.zip(&verdicts).collect();
    assert_eq!(signatures.len(), verdicts.len());
    let is_covered =
        |node: Node<'_>| name(node).ends_with('!') || node.ancestors().any(|outer| name(outer).ends_with('!'));
    let message = document.root_element().unwrap();
    let found = wrappings(&Surroundings { message, signatures, is_covered: &is_covered });
    let one = |w: super::Wrapping<Node<'_>>| {
        format!("{} {} {} {}", name(w.consumed), w.signed.map_or("-".into(), name), w.told.shape, w.told.story)
    };
    found.into_iter().map(one).collect()
}

#[test]
fn what_is_covered_or_fits_its_digest_is_genuine() {
    let text = response("r", &(assertion("a", "bob", "") + &assertion("b", "eve", "")));
    let document = document(&text);
    let [message, a, b] = ["r", "a", "b"].map(|wanted| named(&document, wanted));
    let of = |covered: &str, hashed: Node<'_>| {
        let is_covered = |node: Node<'_>| name(node) == covered;
        let around = Surroundings { message, signatures: Vec::new(), is_covered: &is_covered };
        [a, b].map(|node| super::is_genuine(&around, &[(message, hashed)], node))
    };
    assert_eq!(of("a", message), [true, false]);
    assert_eq!(of("", b), [false, true]);
    assert_eq!(of("a", b), [true, true]);
    assert_eq!(of("", message), [false, false]);
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn assertions_in_metadata_are_no_login() {
    // MetadataAttr §2.3: an entity's attributes may be given as assertions.
    let extension = format!("<md:Extensions>{}</md:Extensions>", assertion("x", "eve", ""));
    let text = part("md:EntityDescriptor", "e", "e", &(signature("#e") + &extension));
    assert_eq!(told(&text, Some(Fault::DigestMismatch)), none());
    let text = response("r", &(signature("#r") + "<Extensions>" + &assertion("x", "eve", "") + "</Extensions>"));
    assert_eq!(told(&text, Some(Fault::DigestMismatch)), ["x r xsw7 rivals"]);
}

#[test]
fn what_is_not_signed_at_all_is_no_wrapping() {
    assert_eq!(told(&response("r", &(assertion("x", "eve", "") + &assertion("y", "bob", ""))), None), none());
}

#[test]
fn a_forged_message_takes_its_own_assertion_along_and_no_other() {
    let genuine = response("good!", &(signature("#good!") + &assertion("g", "bob", "")));
    let text = response(
        "evil",
        &(assertion("first", "eve", "")
            + "<Extensions>"
            + &genuine
            + &assertion("second", "eve", "")
            + "</Extensions>"),
    );
    assert_eq!(told(&text, None), ["evil good! in-extensions behind", "second good! xsw7 hidden"]);
}

#[test]
fn a_second_reference_is_told_of_a_signature_that_has_two() {
    let signed = assertion("a!", "bob", &signature("#a!"));
    let beside = assertion("b", "eve", "");
    let one = response("r", &(signature("#b") + &signed + &beside));
    assert_eq!(told(&one, None), ["b a! second-assertion second-assertion"]);
    let two = signature("#b").replace("</ds:SignedInfo>", "<ds:Reference URI='#a!'/></ds:SignedInfo>");
    assert_eq!(told(&response("r", &(two + &signed + &beside)), None), ["b a! second-reference second-reference"]);
}

#[test]
fn a_response_is_about_whom_its_first_assertion_is_about_but_for_one() {
    let text = response("r", &(assertion("a", "bob", "") + &assertion("b", " eve ", "")));
    let document = document(&text);
    let response = named(&document, "r");
    assert_eq!(name_apart(response, None).as_deref(), Some("bob"));
    assert_eq!(name_apart(response, Some(named(&document, "a"))).as_deref(), Some("eve"));
    assert_eq!(name_apart(named(&document, "b"), None).as_deref(), Some("eve"));
    let text = part("LogoutRequest", "l", "l", "<a:NameID>carol</a:NameID>");
    assert_eq!(name_apart(named(&self::document(&text), "l"), None).as_deref(), Some("carol"));
}

#[test]
fn an_empty_uri_names_the_whole_document_and_another_without_a_fragment_nothing() {
    let both = assertion("a", "bob", "") + &assertion("b", "eve", "");
    let of = |uri: &str| told(&response("r", &(signature(uri) + &both)), Some(Fault::DigestMismatch));
    assert_eq!(of(""), ["a r second-assertion rivals", "b r second-assertion rivals"]);
    assert_eq!(of("cid:r"), ["a - unsigned-assertion unsigned-assertion", "b - unsigned-assertion unsigned-assertion"]);
}

#[test]
fn of_several_with_one_id_that_which_has_the_signature_is_the_signed_one() {
    let copy =
        |name: &str, user: &str, within: &str| assertion(name, user, within).replace(&format!("ID='{name}'"), "ID='x'");
    let all = copy("one", "eve", "") + &copy("two", "eve", "") + &copy("three", "bob", &signature("#x"));
    let found = told(&response("r", &all), Some(Fault::DigestMismatch));
    assert_eq!(
        found,
        ["one three duplicate-id rivals", "two three duplicate-id rivals", "three one duplicate-id rivals"]
    );
}

#[test]
fn each_changed_element_has_its_own_signature_and_is_told_as_changed() {
    let both = assertion("a", "bob", &signature("#a")) + &assertion("b", "eve", &signature("#b"));
    assert_eq!(told(&response("r", &(signature("#r") + &both)), Some(Fault::DigestMismatch)), none());
}

#[test]
fn an_assertion_that_is_quoted_is_no_rival() {
    for quote in ["Advice", "Evidence"] {
        let quoted = format!("<a:{quote}>{}</a:{quote}>", assertion("q", "eve", ""));
        let text = response("r", &assertion("a", "bob", &(signature("#a") + &quoted)));
        assert_eq!(told(&text, Some(Fault::DigestMismatch)), none(), "{quote}");
    }
}

#[test]
fn a_changed_copy_is_told_where_none_should_be() {
    let copy = assertion("copy", "eve", &signature("#copy"));
    let genuine = assertion("g!", "bob", &signature("#g!"));
    let hidden = response("r", &(format!("<Extensions><a:b>{copy}</a:b></Extensions>") + &genuine));
    assert_eq!(told(&hidden, Some(Fault::DigestMismatch)), ["copy g! xsw7 hidden"]);
    assert_eq!(told(&hidden, Some(Fault::NoKey)), none(), "it is as it was signed");
    assert_eq!(told(&response("r", &(copy + &genuine)), Some(Fault::DigestMismatch)), none(), "a second one at home");
}

fn extensions(within: &str) -> String {
    format!("<Extensions>{within}</Extensions>")
}

fn advice(within: &str) -> String {
    format!("<a:Advice>{within}</a:Advice>")
}

/// A fault that says nothing of the content.
fn unknown() -> Option<Fault> {
    Some(Fault::ForbiddenTransform("urn:x".to_owned()))
}

#[test]
fn of_a_signature_that_cannot_be_followed_only_what_has_no_place_is_told() {
    let quoted = assertion("q", "dave", "");
    let home = assertion("a", "bob", &advice(&quoted)) + &assertion("b", "eve", "");
    let text = response("r", &(signature("#r") + &home + &extensions(&assertion("x", "carol", ""))));
    assert_eq!(told(&text, unknown()), ["x r xsw7 rivals"]);
    let inner = response("r", &(signature("#r") + &assertion("a", "bob", "") + &response("second", "")));
    assert_eq!(told(&inner, unknown()), ["second r second-assertion rivals"]);
}

#[test]
fn an_assertion_alone_that_a_signature_names_from_elsewhere_is_no_wrapping() {
    let m = |within: &str| assertion("m", "bob", within);
    assert_eq!(told(&m(&advice(&signature("#m"))), Some(Fault::NoKey)), none());
    // The ID is another's as well, or there is none.
    let twice = advice(&(signature("#m") + "<a:b ID='m'/>"));
    assert_eq!(told(&m(&twice), Some(Fault::NoKey)), ["m - unsigned-assertion unsigned-assertion"]);
    let without = m(&advice(&signature(""))).replace(" ID='m'", "");
    assert_eq!(told(&without, Some(Fault::NoKey)), ["m - unsigned-assertion unsigned-assertion"]);
    let other = response("r", &(extensions(&(signature("#z") + "<a:b ID='z'/>")) + &assertion("a", "bob", "")));
    assert_eq!(told(&other, Some(Fault::NoKey)), ["a - unsigned-assertion unsigned-assertion"]);
    // With another beside it, it is told.
    let two = response("r", &(extensions(&signature("#a")) + &assertion("a", "bob", "") + &assertion("b", "eve", "")));
    assert_eq!(told(&two, Some(Fault::NoKey)).len(), 2);
    let same = response("r", &(extensions(&signature("#a")) + &assertion("a", "bob", "")));
    assert_eq!(told(&same, Some(Fault::NoKey)), none());
}

#[test]
fn an_assertion_as_message_beside_a_signed_one_that_it_quotes_is_told() {
    let genuine = assertion("g!", "bob", &signature("#g!"));
    let found = told(&assertion("m", "eve", &advice(&genuine)), None);
    assert_eq!(found, ["m g! in-advice behind"]);
}

#[test]
fn a_message_hidden_in_another_is_told_and_the_outer_one_only_where_a_signature_is_over_the_inner() {
    let signed = assertion("a!", "bob", &signature("#a!"));
    let hidden = |inner: &str| response("r", &(signed.clone() + &extensions(inner)));
    assert_eq!(told(&hidden(&response("x", "")), None), ["x a! xsw7 hidden"]);
    let both = told(&hidden(&response("x!", &signature("#x!"))), None);
    assert_eq!(both, ["r x! in-extensions behind"]);
    // One that is quoted is none of them.
    let quoted = assertion("a!", "bob", &(signature("#a!") + &advice(&response("q", ""))));
    assert_eq!(told(&response("r", &(extensions(&signature("#q")) + &quoted)), None), none());
    // Nor is the message itself, whatever names it.
    let own = response("r", &(extensions(&signature("#r")) + &assertion("a", "bob", "")));
    assert_eq!(told(&own, Some(Fault::DigestMismatch)), ["a r second-assertion rivals"]);
}

#[test]
fn an_assertion_in_a_refusal_was_put_in() {
    let of = |status: &str, place: fn(&str) -> String| {
        let status = format!("<Status><StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:{status}'/></Status>");
        response("r", &(signature("#r") + &status + &place(&assertion("a", "bob", ""))))
    };
    let home: fn(&str) -> String = str::to_owned;
    assert_eq!(told(&of("Responder", home), Some(Fault::DigestMismatch)), ["a r signed-error signed-error"]);
    assert_eq!(told(&of("Success", home), Some(Fault::DigestMismatch)), none());
    assert_eq!(told(&of("Responder", home), Some(Fault::NoKey)), none());
    assert_eq!(told(&of("Responder", extensions), Some(Fault::NoKey)), none());
    let quoted = |within: &str| extensions(&format!("<a:Evidence>{within}</a:Evidence>"));
    assert_eq!(told(&of("Responder", quoted), Some(Fault::DigestMismatch)), none());
}

#[test]
fn of_several_signed_elements_the_one_is_told_that_is_sure_alike_and_not_around_it() {
    // Of two alike the first.
    let [a, b] = ["a!", "b!"].map(|name| assertion(name, "bob", &signature(&format!("#{name}"))));
    let x = assertion("x", "eve", "");
    assert_eq!(told(&response("r", &(a.clone() + &b + &x)), None), ["x a! second-assertion second-assertion"]);
    // The sure one, although it stands behind.
    let unsure = assertion("u", "bob", &signature("#u"));
    let found = told(&response("r", &(unsure + &b + &x)), Some(Fault::NoKey));
    assert_eq!(found, ["x b! second-assertion second-assertion"]);
    // An assertion for an assertion, a Response for a Response.
    let good = response("good!", &(signature("#good!") + &a));
    let found = told(&response("evil", &(x.clone() + &extensions(&(good + &assertion("y", "eve", ""))))), None);
    assert_eq!(found, ["evil good! in-extensions behind", "y a! xsw7 hidden"]);
    // One that is not around it.
    let q = extensions(&response("q", &signature("#q")));
    let text = response("r", &(signature("#r") + &q + &extensions(&response("x", ""))));
    assert_eq!(told(&text, Some(Fault::DigestMismatch)), ["q r xsw7 rivals", "x q xsw7 rivals"]);
}

#[test]
fn a_signature_with_two_references_means_the_other_where_its_own_element_is_the_forged_one() {
    let two = signature("#x").replace("</ds:SignedInfo>", "<ds:Reference URI='#y'/></ds:SignedInfo>");
    let copy = |name: &str, within: &str| assertion(name, "eve", within).replace(&format!("ID='{name}'"), "ID='x'");
    let text = response("r", &(copy("one", "") + &assertion("y", "bob", "") + &copy("three", &two)));
    let found = told(&text, Some(Fault::DigestMismatch));
    assert_eq!(
        found,
        [
            "one three duplicate-id rivals",
            "y three second-reference second-reference",
            "three y second-reference second-reference"
        ]
    );
}

#[test]
fn one_for_the_same_user_is_told_as_well_where_another_is_signed_by_itself() {
    let both = assertion("a", "bob", "") + &assertion("b", "bob", "");
    let broken = |within: &str| told(&response("r", &(signature("#r") + within)), Some(Fault::DigestMismatch));
    assert_eq!(broken(&both), none(), "nobody else is named");
    assert_eq!(broken(&(both + &assertion("c", "eve", ""))).len(), 3);
    let signed = assertion("a", "bob", &signature("#a")) + &assertion("b", "bob", "");
    assert_eq!(broken(&signed), ["b a second-assertion rivals"]);
}

#[test]
fn messages_of_two_protocols_are_told_as_such() {
    let request = |within: &str| part("AuthnRequest", "evil", "evil", within);
    let genuine = response("g!", &signature("#g!"));
    assert_eq!(told(&request(&extensions(&genuine)), None), ["evil g! protocol-mix protocol-mix"]);
    let signed = assertion("a!", "bob", &signature("#a!"));
    let x = extensions(&part("LogoutRequest", "x", "x", ""));
    assert_eq!(told(&response("r", &(signed.clone() + &x)), None), ["x a! protocol-mix protocol-mix"]);
    // An assertion as message, with one that is signed by itself: both are of a login.
    let both = told(&assertion("m", "eve", &advice(&signed)), None);
    assert_eq!(both, ["m a! in-advice behind"]);
    let logout = part("LogoutRequest", "l!", "l!", &signature("#l!"));
    let found = told(&response("r", &(extensions(&logout) + &assertion("b", "eve", ""))), None);
    assert_eq!(found, ["b l! protocol-mix protocol-mix"]);
}
