//! Pairs of identifiers, and how they differ.

use super::*;
use Kind::*;

fn kinds_of(actual: &str, expected: &str) -> Vec<Kind> {
    let there = compare(actual, expected).unwrap().kinds;
    assert_eq!(there, compare(expected, actual).unwrap().kinds, "{actual} and {expected} the other way round");
    there
}

/// A text with what differs in brackets.
fn marked(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| if piece.differs { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
}

fn both(actual: &str, expected: &str) -> (String, String) {
    let difference = compare(actual, expected).unwrap();
    (marked(&difference.actual), marked(&difference.expected))
}

#[test]
fn equal_texts_do_not_differ() {
    for text in ["", "https://signin.aliyun.com/saml/SSO", "Å"] {
        assert_eq!(compare(text, text), None);
    }
}

#[test]
fn each_kind_alone() {
    const SSO: &str = "https://signin.aliyun.com/saml/SSO";
    for (actual, expected, kind) in [
        ("https://signin.aliyun.com/saml/SSO/", SSO, TrailingSlash),
        ("https://sp.example", "https://sp.example/", TrailingSlash),
        ("urn:example:sp/", "urn:example:sp", TrailingSlash),
        ("https://sp.example/acs/?a=1", "https://sp.example/acs?a=1", TrailingSlash),
        ("https://signin.aliyun.com/saml/sso", SSO, LetterCase),
        ("HTTPS://signin.aliyun.com/saml/SSO", SSO, LetterCase),
        ("https://Signin.Aliyun.com/saml/SSO", SSO, LetterCase),
        ("Alice@acme.com", "alice@acme.com", LetterCase),
        ("https://sp.example/?ID=1", "https://sp.example/?id=1", LetterCase),
        ("ROLE", "Role", LetterCase),
        ("http://signin.aliyun.com/saml/SSO", SSO, Scheme),
        ("signin.aliyun.com/saml/SSO", SSO, Scheme),
        ("//signin.aliyun.com/saml/SSO", SSO, Scheme),
        ("https://signin.aliyun.com:443/saml/SSO", SSO, DefaultPort),
        ("http://sp.example:80/", "http://sp.example/", DefaultPort),
        ("https://signin.aliyun.com:8443/saml/SSO", SSO, Port),
        ("https://sp.example:8443/acs", "https://sp.example:8444/acs", Port),
        ("https://sp.example:80/acs", "https://sp.example/acs", Port),
        ("https://[::1]:81/acs", "https://[::1]:82/acs", Port),
        ("https://aliyun.com/SAML-Role/Attributes/Role", "https://www.aliyun.com/SAML-Role/Attributes/Role", Www),
        ("https://signin-intl.aliyun.com/saml/SSO", SSO, Site),
        ("https://signin.alibabacloud.com/saml/SSO", SSO, Site),
        ("https://alibabacloud.com/", "https://aliyun.com/", Site),
        ("https://ram.console.alibabacloud.com/", "https://ram.console.aliyun.com/", Site),
        ("https://idp.example/saml/SSO", SSO, Host),
        ("https://evil-aliyun.com/saml/SSO", "https://alibabacloud.com/saml/SSO", Host),
        ("alice@acme.local", "alice@acme.com", Host),
        ("https://signin.aliyun.com/saml-role/sso", SSO, Path),
        ("https://sp.example/a%2Fb", "https://sp.example/a%2fb", PercentEncoding),
        ("https://sp.example/a%20b", "https://sp.example/a b", PercentEncoding),
        ("https%3A%2F%2Fsp.example%2Facs", "https://sp.example/acs", PercentEncoding),
        ("https://sp.example/%e4", "https://sp.example/%E4", PercentEncoding),
        ("https://sp.example/?a=1&amp;b=2", "https://sp.example/?a=1&b=2", XmlEscaping),
        (" https://sp.example/acs", "https://sp.example/acs", WhiteSpace),
        ("https://sp.example/acs\n", "https://sp.example/acs", WhiteSpace),
        ("https://sp.exam\tple/acs", "https://sp.example/acs", WhiteSpace),
        ("alice smith", "alice\u{a0}smith", WhiteSpace),
        ("https://sp.example/acs?x=1", "https://sp.example/acs", Query),
        ("https://sp.example/acs?", "https://sp.example/acs", Query),
        ("https://sp.example/acs?tenant=red", "https://sp.example/acs?tenant=green", Query),
        ("https://sp.example/acs#x", "https://sp.example/acs", Fragment),
        ("https://sp.example/acs#one", "https://sp.example/acs#other", Fragment),
        ("ftp://sp.example/acs", "https://sp.example/acs", OtherScheme),
        ("https://signin.аliyun.com/saml/SSO", SSO, LookAlike),
        ("https://signin.aliyun。com/saml/SSO", SSO, LookAlike),
        ("ｈttps://sp.example", "https://sp.example", LookAlike),
        ("alice\u{200b}", "alice", Invisible),
        ("\u{202e}alice", "alice", Invisible),
        ("\u{feff}https://sp.example", "https://sp.example", Invisible),
        ("https://signin.a1iyun.com/saml/SSO", SSO, Typo),
        ("https://singin.aliyun.com/saml/SSO", SSO, Typo),
        ("https://signin.aliyun.com//saml/SSO", SSO, Typo),
        ("https://sp.example/acs?tenant=a", "https://sp.example/acs?tenant=b", Typo),
        ("alice.smith", "alice.smyth", Typo),
        ("1234567890123456", "1234567890123465", Typo),
        ("alice", "alicia", Different),
        ("bob", "alice", Different),
        ("", "alice", Different),
        ("urn:amazon:webservices", SSO, Different),
        ("https://idp.example/metadata", SSO, Different),
        ("alice@acme.com", "robert@other.example", Different),
        ("alice", "alice@acme.com", Different),
    ] {
        assert_eq!(kinds_of(actual, expected), [kind], "{actual} and {expected}");
    }
}

#[test]
fn several_kinds_at_once_are_all_named() {
    for (actual, expected, kinds) in [
        (
            "HTTP://www.SP.example:80/acs/ ",
            "https://sp.example/acs",
            &[WhiteSpace, LetterCase, TrailingSlash, Scheme, DefaultPort, Www][..],
        ),
        ("http://sp.example:443/acs", "https://sp.example/acs", &[Scheme, Port]),
        ("https://signin-intl.aliyun.com/saml/sso", "https://signin.aliyun.com/saml/SSO", &[LetterCase, Site]),
        ("https://signin.alibabaclоud.com/saml/SSO", "https://signin.aliyun.com/saml/SSO", &[LookAlike, Site]),
        ("https://sp.example/ACS?x", "https://sp.example/acs", &[LetterCase, Query]),
        ("http://sp.example/other", "https://sp.example/acs", &[Scheme, Path]),
        ("http://sp.example/other?x=1#y", "https://sp.example/acs#z", &[Scheme, Query, Fragment, Path]),
        ("ftp://idp.example/acs", "ftp://sp.exampled.org/acs/", &[TrailingSlash, Host]),
        ("ALICE.SMITH", "alice.smyth", &[LetterCase, Typo]),
        ("alice%20smith", "alice\tsmith", &[WhiteSpace, PercentEncoding]),
        ("\u{200b}Ａlice ", "alice", &[WhiteSpace, Invisible, LookAlike, LetterCase]),
    ] {
        let mut kinds = kinds.to_vec();
        kinds.sort_by_key(|kind| *kind as u8);
        assert_eq!(kinds_of(actual, expected), kinds, "{actual} and {expected}");
    }
}

#[test]
fn near_is_what_a_person_would_call_nearly_the_same() {
    let near = |actual, expected| compare(actual, expected).unwrap().is_near();
    assert!(near("http://sp.example:8443/ACS/", "https://www.sp.example/acs"));
    assert!(near("https://sp.example/acx", "https://sp.example/acs"));
    assert!(!near("https://sp.example/acs?x", "https://sp.example/acs"));
    assert!(!near("https://signin-intl.aliyun.com/saml/SSO", "https://signin.aliyun.com/saml/SSO"));
    assert!(!near("bob", "rob"));
    let difference = compare("Role", "role").unwrap();
    assert!(difference.has(LetterCase) && difference.is_only(LetterCase) && !difference.has(Typo));
}

#[test]
fn the_alignment_shows_what_differs_and_what_is_not_seen() {
    for (actual, expected, shown) in [
        ("https://sp/SSO/", "https://sp/SSO", ("https://sp/SSO[/]", "https://sp/SSO")),
        ("http://sp", "https://sp", ("http://sp", "http[s]://sp")),
        ("alice ", "alice", ("alice[␠]", "alice")),
        ("a\tb c\u{a0}d\r\n", "a b c d", ("a[␉]b␠c[⟨NBSP⟩]d[␍␊]", "a[␠]b␠c[␠]d")),
        ("\u{200b}x\u{202e}\u{7f}\u{85}", "x", ("[⟨U+200B⟩]x[⟨U+202E⟩␡⟨U+0085⟩]", "x")),
        ("/saml/SSO", "/SAML/sso", ("/[saml]/[SSO]", "/[SAML]/[sso]")),
        ("axbycz", "abc", ("a[x]b[y]c[z]", "abc")),
        // Letters that agree by chance are not shown as agreeing.
        ("xaybzcwdv", "a1b2c3d4", ("[xaybzcwdv]", "[a1b2c3d4]")),
        ("aaa", "aa", ("aa[a]", "aa")),
        ("", "a", ("", "[a]")),
    ] {
        let (a, e) = both(actual, expected);
        assert_eq!((a.as_str(), e.as_str()), shown);
    }
}

#[test]
fn the_pieces_together_are_the_texts() {
    // All pairs of the texts of up to four letters out of two: every shape that an alignment can have.
    let mut texts = vec![String::new()];
    for length in 0..4 {
        let longer: Vec<_> = texts.iter().filter(|text| text.len() == length).cloned().collect();
        texts.extend(longer.iter().flat_map(|text| ["a", "b"].map(|letter| format!("{text}{letter}"))));
    }
    for actual in &texts {
        for expected in texts.iter().filter(|text| *text != actual) {
            let difference = compare(actual, expected).unwrap();
            assert!(!difference.kinds.is_empty());
            for (pieces, text) in [(&difference.actual, actual), (&difference.expected, expected)] {
                assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), *text);
                assert!(pieces.windows(2).all(|pair| pair[0].differs != pair[1].differs));
            }
            let kept = |pieces: &[Piece]| -> String {
                pieces.iter().filter(|piece| !piece.differs).map(|piece| piece.text.as_str()).collect()
            };
            assert_eq!(kept(&difference.actual), kept(&difference.expected));
        }
    }
}

#[test]
fn the_number_of_edits_is_that_of_the_whole_table() {
    fn table(a: &[char], b: &[char]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, one) in a.iter().enumerate() {
            let mut straight = row[0];
            row[0] = i + 1;
            for (j, other) in b.iter().enumerate() {
                let best = (straight + usize::from(one != other)).min(row[j] + 1).min(row[j + 1] + 1);
                straight = std::mem::replace(&mut row[j + 1], best);
            }
        }
        row[b.len()]
    }
    let texts: Vec<Vec<char>> =
        (0..200_u32).map(|n| (0..n % 8).map(|bit| if n >> bit & 1 == 1 { 'a' } else { 'b' }).collect()).collect();
    for a in &texts {
        for b in &texts {
            assert_eq!(align::edits(a, b, 2), Some(table(a, b)).filter(|n| *n <= 2), "{a:?} {b:?}");
        }
    }
}

#[test]
fn long_texts_are_compared_by_their_ends() {
    let long = "x".repeat(3_000);
    let (actual, expected) = (format!("a{long}b1{long}c"), format!("a{long}b2y3{long}c"));
    let difference = compare(&actual, &expected).unwrap();
    assert_eq!(difference.kinds, [Different]);
    assert_eq!(difference.actual[1], Piece { text: "1".to_owned(), differs: true });
    assert_eq!(difference.expected[1], Piece { text: "2y3".to_owned(), differs: true });
    // Where both ends differ, the rest is not looked at.
    let difference = compare(&format!("a{long}a"), &format!("b{long}b")).unwrap();
    assert_eq!((difference.kinds, difference.actual.len()), (vec![Typo], 1));
}

#[test]
fn the_nearest_is_the_one_with_the_least_difference() {
    let nearest_to = |actual: &str, expected: &[&'static str]| nearest(actual, expected.iter().copied()).map(|n| n.0);
    let all = [
        "urn:other",
        "https://sp.example/saml/metadata",
        "https://sp.example/saml/acs",
        "https://www.SP.example/saml/acs",
    ];
    assert_eq!(nearest_to("https://sp.example/saml/acs/", &all), Some(all[2]));
    assert_eq!(nearest_to("https://www.sp.example/saml/acs", &all), Some(all[3]));
    assert_eq!(nearest_to("https://idp.example/saml/acs", &all), Some(all[2]));
    assert_eq!(nearest_to("urn:another", &all), Some(all[0]));
    assert_eq!(nearest_to(all[0], &all), None);
    assert_eq!(nearest_to("x", &[]), None);
    let (text, difference) = nearest("https://sp.example/saml/acs/", all.into_iter()).unwrap();
    assert_eq!(compare("https://sp.example/saml/acs/", text), Some(difference));
}

#[test]
fn names_of_kinds_are_those_of_the_json() {
    for kind in fold::FOLDS.into_iter().chain([Typo, OtherScheme, Host, Path, Different]) {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}

#[test]
fn the_tables_of_looks_are_whole() {
    assert_eq!(lookalike('ѕ'), Some('s'));
    assert_eq!(lookalike('Ａ'), Some('A'));
    assert_eq!(lookalike('／'), Some('/'));
    assert_eq!(lookalike('−'), Some('-'));
    assert_eq!((lookalike('a'), lookalike('é'), lookalike('中')), (None, None, None));
    for (others, plain) in lookalike::LETTERS {
        assert_eq!(others.chars().count(), plain.len(), "{others}");
        assert!(plain.is_ascii() && others.chars().all(|other| !other.is_ascii()));
    }
    assert!(is_invisible('\u{2066}') && is_bidi_control('\u{2066}'));
    assert!(is_invisible('\u{200d}') && !is_bidi_control('\u{200d}'));
    assert!(!is_invisible(' ') && !is_invisible('\u{a0}'));
}
