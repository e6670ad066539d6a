//! What is tried at a single place, of which value, in which round.

use super::{Known, Round, Slot, Sort, everywhere, find, is_near, slots, sort_of, spaced};
use crate::crypto::DigestAlgorithm;
use crate::crypto::digest::digest;
use crate::dsig::doctor::edits::About;
use crate::dsig::doctor::form::{Form, Kind};
use crate::dsig::doctor::search::{Budget, Goal};
use crate::limits;

const ROUNDS: [Round; 3] = [Round::First, Round::Upon, Round::Last];

fn form(text: &str) -> Form {
    Form::of(text.to_owned())
}

fn goal(text: &str) -> Goal<'static> {
    let algorithm = DigestAlgorithm::Sha256;
    Goal::Digest(algorithm, digest(algorithm, text.as_bytes()).as_bytes().to_vec())
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

/// What leads from one text to another by one place: its name, what stood there and what stands there now.
fn step(now: &str, was: &str, hints: &[&str], round: Round) -> Option<(&'static str, String, String)> {
    let (form, hints) = (form(now), strings(hints));
    let (step, octets) = find(&form, &goal(was), &hints, About::default(), round, &mut Budget::default())?;
    assert_eq!(String::from_utf8(octets).unwrap(), was);
    let (was, now) = step.values.unwrap();
    Some((step.name, was, now))
}

fn is_step(now: &str, was: &str, round: Round) -> bool {
    step(now, was, &[], round).is_some()
}

#[test]
fn each_round_has_its_own_places() {
    // A text at one place, the white space between tags, a value at several places.
    for (now, was, rounds) in [
        ("<a><b>t</b></a>", "<a><b>t </b></a>", [true, true, false]),
        ("<a><b>t</b></a>", "<a><b>t\t</b></a>", [true, false, false]),
        ("<a><b></b><c></c></a>", "<a><b></b>\n<c></c></a>", [false, false, true]),
        ("<a><b></b><c></c></a>", "<a><b></b> <c></c></a>", [false, false, true]),
        ("<a><b></b>\n\t<c></c></a>", "<a><b></b><c></c></a>", [false, false, true]),
        ("<a><b></b>x<c></c></a>", "<a><b></b><c></c></a>", [false, false, false]),
        ("<a><b>TEXT</b><c>TEXT</c></a>", "<a><b>text</b><c>text</c></a>", [true, false, false]),
        ("<a v=\"x\"></a>", "<a v=\"x&#xA;\"></a>", [false, false, false]),
        ("<a v=\"x y\"></a>", "<a v=\"x&#xA;y\"></a>", [true, false, false]),
        ("<a><b>TEXT</b></a>", "<a><b>text</b></a>", [true, true, false]),
    ] {
        assert_eq!(ROUNDS.map(|round| is_step(now, was, round)), rounds, "{was}");
    }
}

#[test]
fn of_a_value_that_stands_often_all_are_changed_if_it_is_long_enough() {
    let of = |value: &str| {
        let written = |value: &str| {
            format!("<a v=\"{value}\" w=\"x{value}\"><b>{value}</b><b>{value}</b>{value}<c>x{value}</c></a>")
        };
        let was = written(&value.to_lowercase()).replace(&format!("x{}", value.to_lowercase()), &format!("x{value}"));
        let was = was.replace(&format!("</b>{}<c>", value.to_lowercase()), &format!("</b>{value}<c>"));
        step(&written(value), &was, &[], Round::First)
    };
    assert_eq!(of("TEXT"), Some(("value-edited", "text".to_owned(), "TEXT".to_owned())));
    assert_eq!(of("TEX"), None);
    // One place more than one.
    let two = "<a><b>ABCD</b><c>EFGH</c><d>EFGH</d></a>";
    assert_eq!(step(two, &two.replace("EFGH", "efgh"), &[], Round::First).unwrap().1, "efgh");
    assert_eq!(step(two, &two.to_lowercase(), &[], Round::First), None);
}

#[test]
fn so_many_values_are_known_and_each_is_tried_once() {
    let values = |count: usize| (0..count).map(|n| format!("<b>{n:04}</b>")).collect::<String>();
    let of = |before: usize| {
        let now = form(&format!("<a>{}<c>TEXT</c><c>TEXT</c></a>", values(before)));
        let (known, goal) = (Known::of(&now, &[]), goal(&now.text.replace("TEXT", "text")));
        everywhere(&now, &goal, &known, &mut Budget::default()).is_some()
    };
    assert_eq!([of(limits::DOCTOR_VALUES - 1), of(limits::DOCTOR_VALUES)], [true, false]);

    for count in [2, 3, 4] {
        let form = form(&format!("<a>{}</a>", "<b>Text</b>".repeat(count)));
        let known = Known::of(&form, &[]);
        let tried: Vec<usize> = known.originals("Text", Round::Upon).iter().map(String::len).collect();
        assert_eq!(tried, [4, 4], "in capitals and without any");
        let mut budget = Budget::default();
        assert!(everywhere(&form, &goal(""), &known, &mut budget).is_none());
        let price = form.text.len() + limits::DOCTOR_CANDIDATE_BYTES;
        assert_eq!(limits::DOCTOR_BYTES - budget.bytes, 2 * price, "{count}");
    }
}

#[test]
fn what_is_spent_ends_the_tries() {
    let now = form("<a><b>Text</b><b>Text</b></a>");
    let known = Known::of(&now, &[]);
    let mut budget = Budget { bytes: 0, ..Budget::default() };
    assert!(everywhere(&now, &goal(&now.text.replace("Text", "text")), &known, &mut budget).is_none());
    assert!(budget.is_spent());
}

/// What is tried of white space and the like at the only leaf, or the only attribute.
fn tried(text: &str, round: Round, about: About) -> Vec<String> {
    let form = form(text);
    let is_wanted = |slot: &Slot<'_>| slot.is_value || slot.piece.kind == Kind::Leaf;
    let (_, slot) = slots(&form).find(|(_, slot)| is_wanted(slot)).unwrap();
    let now = form.text.get(slot.range.clone()).unwrap();
    let all = spaced(now, &slot, about, round).into_iter().filter(|(_, was)| was != now);
    all.map(|(name, was)| format!("{name} {was:?}")).collect()
}

#[test]
fn of_a_text_upon_another_edit_its_own_lines_are_tried() {
    let about = About { outer: 2, seam: None };
    assert_eq!(
        tried("<a><b> t</b></a>", Round::Upon, about),
        [
            r#"text-trimmed " t ""#,
            r#"text-trimmed "  t""#,
            r#"text-trimmed "  t ""#,
            r#"text-trimmed " t\n""#,
            r#"text-trimmed "\n t\n""#,
            r#"text-trimmed "   t  ""#,
            r#"text-trimmed "\n     t\n  ""#,
            r#"text-trimmed "\n         t\n      ""#,
            r#"text-trimmed "\n         t\n    ""#,
            r#"text-trimmed "\n                 t\n            ""#,
            r#"text-trimmed "\n\t\t t\n\t""#,
            r#"text-trimmed "\n\t\t\t\t t\n\t\t\t""#,
            r#"text-padded "t""#,
        ]
    );
    assert_eq!(tried("<a><b></b></a>", Round::Upon, about), [""; 0]);
    assert_eq!(tried("<a v=\"t\"></a>", Round::Upon, about), [""; 0]);
    let long = |len: usize| tried(&format!("<a><b>{}</b></a>", "t".repeat(len)), Round::Upon, about).len();
    assert_eq!([long(limits::DOCTOR_VALUE_BYTES - 1), long(limits::DOCTOR_VALUE_BYTES)], [12, 0]);
}

#[test]
fn of_a_text_first_what_is_done_to_white_space_and_escapes_is_tried() {
    assert_eq!(
        tried("<a><b>t u&amp;\n</b></a>", Round::First, About::default()),
        [
            r#"re-escaped "t u&amp;amp;\n""#,
            r#"re-escaped "t u&amp;amp;\n""#,
            r#"text-collapsed "t\nu&amp;\n""#,
            r#"text-collapsed "t&#xD;\nu&amp;\n""#,
            r#"text-collapsed "t\tu&amp;\n""#,
            r#"text-collapsed "t  u&amp;\n""#,
            "text-collapsed \"t\\u{a0}u&amp;\\n\"",
            r#"trailing-newline "t u&amp;""#,
            r#"text-padded "t u&amp;""#,
            r#"text-trimmed " t u&amp;\n""#,
            r#"text-trimmed "t u&amp;\n ""#,
            r#"text-trimmed " t u&amp;\n ""#,
            r#"crlf-to-lf "t u&amp;&#xD;\n""#,
            r#"trailing-newline "t u&amp;\n\n""#,
            r#"text-trimmed "\nt u&amp;\n""#,
            r#"text-trimmed "\nt u&amp;\n\n""#,
            r#"text-trimmed "\tt u&amp;\n""#,
            r#"text-trimmed "t u&amp;\n\t""#,
            r#"trailing-newline "t u&amp;\n&#xD;\n""#,
            r#"text-trimmed "\n    t u&amp;\n\n  ""#,
            r#"text-trimmed "\n    t u&amp;\n\n  ""#,
            r#"text-trimmed "\n        t u&amp;\n\n    ""#,
            r#"text-trimmed "\n        t u&amp;\n\n    ""#,
            r#"text-trimmed "\n\t\tt u&amp;\n\n\t""#,
            r#"text-trimmed "\n\t\tt u&amp;\n\n\t""#,
            r#"text-collapsed "t\nu&amp;\n""#,
            r#"text-collapsed "t  u&amp;\n""#,
        ]
    );
    assert_eq!(
        tried("<a v=\" t\"></a>", Round::First, About::default()),
        [
            r#"attribute-whitespace "&#xA;t""#,
            r#"attribute-whitespace "&#xD;&#xA;t""#,
            r#"attribute-whitespace "&#x9;t""#,
            r#"attribute-whitespace "  t""#,
            "attribute-whitespace \"\\u{a0}t\"",
            r#"attribute-whitespace "t""#,
            r#"attribute-whitespace "  t""#,
            r#"attribute-whitespace " t ""#,
            r#"attribute-whitespace "  t ""#,
            r#"attribute-whitespace "&#xA;t""#,
            r#"attribute-whitespace "&#x9;t""#,
            r#"attribute-whitespace "  t""#,
        ]
    );
    assert!(!tried("<a v=\"t&#xA;\"></a>", Round::First, About::default()).iter().any(|one| one.contains("newline")));
}

#[test]
fn base64_is_tried_in_lines_by_their_ends() {
    let value = "QUJD".repeat(20);
    let was = |between: &str| {
        let (first, rest) = value.split_at(64);
        format!("<a><b>{first}{between}{rest}</b></a>")
    };
    let now = was("");
    assert_eq!(step(&now, &was("\n"), &[], Round::First).unwrap().0, "base64-rewrapped");
    assert_eq!(step(&now, &was("&#xD;\n"), &[], Round::First).unwrap().0, "crlf-to-lf");
    assert_eq!(step(&was("\n"), &now, &[], Round::First).unwrap().0, "base64-rewrapped");
}

#[test]
fn a_value_is_of_one_sort() {
    for (value, sort) in [
        ("2026-03-01T08:00:00Z", Sort::Time),
        ("2026-03-01T08:00:00.123Z", Sort::Time),
        ("2026-03-01", Sort::Other),
        ("urn:oasis://x", Sort::Urn),
        ("https://a.example", Sort::Address),
        ("a.example", Sort::Other),
        ("", Sort::Other),
    ] {
        assert_eq!(sort_of(value), sort, "{value}");
    }
}

#[test]
fn values_are_near_whose_ends_are_half_of_the_shorter_one() {
    for (one, other, near) in [
        ("abcd", "abxx", true),
        ("abcd", "axxx", false),
        ("abcd", "AxxD", true),
        ("abcde", "ab12e", true),
        ("abcdefgh", "abcdxxxx", true),
        ("abcdefgh", "abcxxxxx", false),
        ("abcdef", "abxxxf", true),
        ("abc", "abc-and-much-more", true),
        ("ab", "ab-and-more", false),
        ("abcd", "wxyz", false),
        ("", "", false),
    ] {
        assert_eq!((is_near(one, other), is_near(other, one)), (near, near), "{one} {other}");
    }
}

const MESSAGE: &str = "<r t=\"2026-03-01T08:00:00Z\" d=\"https://a.example/x\"><b>alice@acme.example</b><c>bob</c>\
    <e>a&amp;b</e><f></f>between<g u=\"urn:x:y\"></g><ds:Signature><ds:Object i=\"in-signature\">leaf</ds:Object></ds:Signature></r>";

#[test]
fn what_is_known_is_of_the_message_but_its_signature_and_of_the_case() {
    let form = form(MESSAGE);
    let hints =
        strings(&["carol@other.example", "host.example", "a b.c", "x:y.z", "2026-03-02T00:00:00.5+08:00", "v1"]);
    let known = Known::of(&form, &hints);
    let own: Vec<(Sort, &str)> = vec![
        (Sort::Time, "2026-03-01T08:00:00Z"),
        (Sort::Other, "alice@acme.example"),
        (Sort::Other, "bob"),
        (Sort::Address, "https://a.example/x"),
        (Sort::Urn, "urn:x:y"),
    ];
    assert_eq!(known.own, own);
    assert_eq!(known.domains, ["acme.example", "host.example", "other.example"]);
    let times = [("2026-03-01T08:00:00Z", "Z"), ("2026-03-02T00:00:00.5+08:00", ".5+08:00")];
    let at = |text: &str| crate::instant::Instant::parse(text).unwrap().unix();
    assert_eq!(known.times, times.map(|(text, rest)| (at(text), rest.to_owned())));
    assert_eq!(known.hints.len(), hints.len());
}

#[test]
fn so_much_is_known_and_no_more() {
    let long = |len: usize| {
        let form = form(&format!("<a><b>{}</b></a>", "x".repeat(len)));
        let known = Known::of(&form, &[]);
        known.own.len()
    };
    assert_eq!([long(limits::DOCTOR_VALUE_BYTES - 1), long(limits::DOCTOR_VALUE_BYTES)], [1, 0]);
    let hour = |n: usize| format!("2026-03-01T{n:02}:00:00Z");
    // Each twice, which is one.
    let times: Vec<String> = (0..2 * limits::DOCTOR_TIMES + 2).map(|n| hour(n / 2)).collect();
    let empty = form("<a></a>");
    let of = |count: usize| Known::of(&empty, &times[..count]).times.len();
    assert_eq!([of(0), of(4), of(2 * limits::DOCTOR_TIMES), of(times.len())], [0, 2, 6, limits::DOCTOR_TIMES]);
}

/// What a value of [`MESSAGE`] may have been.
fn originals(now: &str, hints: &[&str], round: Round) -> Vec<String> {
    let (form, hints) = (form(MESSAGE), strings(hints));
    Known::of(&form, &hints).originals(now, round)
}

#[test]
fn a_name_may_have_been_another_name_of_another_domain_or_with_other_capitals() {
    assert_eq!(
        originals("Alice@acme.example", &["carol@other.example", "bob", "https://alice@acme.example"], Round::First),
        [
            "ALICE@ACME.EXAMPLE",
            "Alice",
            "Alice@other.example",
            "alice@acme.example",
            "bob",
            "carol@acme.example",
            "carol@other.example",
        ]
    );
    assert_eq!(
        originals("bob", &["carol@other.example"], Round::Upon),
        ["BOB", "Bob", "bob@acme.example", "bob@other.example", "carol@other.example"]
    );
    // What is far from it, last of all, and of the message alone.
    assert_eq!(originals("bob", &["carol@other.example", "dave"], Round::Last), ["alice@acme.example"]);
    assert_eq!(originals("alice@acme.exampl", &["dave"], Round::Last), ["bob"]);
}

#[test]
fn an_address_may_have_been_with_tls_or_without_and_with_a_slash_or_without() {
    assert_eq!(
        originals("https://b.example/", &["http://c.example", "urn:z", "d"], Round::First),
        [
            "HTTPS://B.EXAMPLE/",
            "Https://b.example/",
            "http://b.example/",
            "http://c.example",
            "https://b.example",
            "https://b.example//",
        ]
    );
    assert_eq!(originals("https://a.example/y", &[], Round::Upon)[3], "https://a.example/x", "one that is near");
    assert_eq!(originals("urn:x:z", &["urn:q"], Round::First), ["URN:X:Z", "Urn:x:z", "urn:q", "urn:x:y"]);
}

#[test]
fn a_time_may_have_been_so_much_sooner_or_later() {
    let all = originals("2026-03-01T09:00:00Z", &[], Round::First);
    assert_eq!(all.len(), super::SPANS.len() - 1, "without itself: {all:?}");
    for time in ["2026-03-01T08:00:00Z", "2026-03-01T07:59:00Z", "2026-03-01T08:05:00Z", "2026-03-02T08:00:00Z"] {
        assert!(all.iter().any(|one| one == time), "{time}");
    }
    assert_eq!(originals("2026-03-01T09:00:00Z", &[], Round::Upon), ["2026-03-01T08:00:00Z"]);
    assert_eq!(originals("2026-03-01T09:00:00Z", &[], Round::Last), [""; 0]);
}

#[test]
fn neither_nothing_nor_what_is_too_long_was_another_value() {
    for round in ROUNDS {
        assert_eq!(originals("", &["carol@other.example"], round), [""; 0]);
    }
    let of = |len: usize| originals(&"x".repeat(len), &[], Round::First).is_empty();
    assert_eq!([of(limits::DOCTOR_VALUE_BYTES), of(limits::DOCTOR_VALUE_BYTES + 1)], [false, true]);
}

#[test]
fn no_value_is_tried_between_tags_or_in_a_signature() {
    let form = form(MESSAGE);
    let known = Known::of(&form, &[]);
    let tried = |(_, slot): (usize, Slot<'_>)| {
        let now = form.text.get(slot.range.clone()).unwrap();
        (!known.valued(now, &slot, Round::First).is_empty()).then_some(now)
    };
    let tried: Vec<&str> = slots(&form).filter_map(tried).collect();
    assert_eq!(
        tried,
        ["2026-03-01T08:00:00Z", "https://a.example/x", "alice@acme.example", "bob", "a&amp;b", "urn:x:y"]
    );
}
