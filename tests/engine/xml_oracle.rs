//! The reader against roxmltree, an independent one, over mutated documents: both accept or both refuse, and what both
//! accept they read alike. Where the two differ on purpose, the case is listed with its reason.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use samlens::xml::{Doctype, NodeKind, XmlErrorKind, read};

const SEEDS: [&str; 8] = [
    "<?xml version='1.0' encoding='UTF-8'?><!-- c --><p:a xmlns:p='urn:p' x='1' p:x='2'><b xmlns='urn:d'>t&amp;&#65;</b></p:a>",
    "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\"><saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://idp.example/</saml:Issuer></samlp:Response>",
    "<a><![CDATA[ <x> ]]> tail<?pi data?><!--c--></a>\n<?after?>",
    "<a xml:lang='en' b=\"'\" c='&quot;&#10;'>\r\n\t<b/><b></b>\r</a>",
    "<r xmlns='u' xmlns:q='v'><q:s q:t='1' t='2'/><s xmlns=''><u/></s></r>",
    "<é à='ü'>名前 &#x1F600;</é>",
    "<a>1<b>2<c>3<d>4</d>5</c>6</b>7</a>",
    "<NameID Format='urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'>admin@acme.example<!-- -->.evil.example</NameID>",
];

const PARTS: [&str; 44] = [
    "<",
    ">",
    "/",
    "&",
    ";",
    "'",
    "\"",
    "=",
    " ",
    "\n",
    "\r",
    "\t",
    ":",
    "-",
    "--",
    "!",
    "?",
    "[",
    "]]>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?",
    "?>",
    "&amp;",
    "&#0;",
    "&#x41;",
    "&lt;",
    "&who;",
    "&#xFFFE;",
    "xmlns",
    "xmlns:p='urn:q'",
    "xmlns:p=''",
    "xmlns=''",
    " x='1'",
    " p:x='1'",
    "<b/>",
    "</b>",
    "<p:b/>",
    "a",
    "1",
    "\u{1}",
    "\u{FFFE}",
    "é",
];

pub(crate) fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), any::<Index>(), select(&PARTS[..]), 0..4u8);
    (select(&SEEDS[..]), prop::collection::vec(edit, 0..4)).prop_map(|(seed, edits)| {
        let mut chars: Vec<char> = seed.chars().collect();
        for (at, to, part, what) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + 1 + to.index(12)).min(chars.len());
            match what {
                0 => drop(chars.splice(at..at, part.chars())),
                1 => drop(chars.drain(at..end)),
                2 => drop(chars.splice(at..end, part.chars())),
                _ => {
                    let copy: Vec<char> = chars[at..end].to_vec();
                    let to = to.index(chars.len() + 1);
                    chars.splice(to..to, copy);
                }
            }
        }
        chars.into_iter().collect()
    })
}

/// Why we refuse what roxmltree accepts, or the reverse. Each line is a choice, and a case that shows it is real.
fn listed(text: &str, ours: Option<&XmlErrorKind>) -> Option<&'static str> {
    match ours {
        Some(XmlErrorKind::EmptyPrefixBinding(_)) => Some("xmlns:p='' is allowed by Namespaces 1.1 only"),
        Some(XmlErrorKind::ReservedInstructionTarget(_)) => Some("roxmltree takes <?XML …?> for an instruction"),
        Some(XmlErrorKind::InvalidInstructionTarget(target)) if target.contains(':') => {
            Some("an instruction's target has no colon (Namespaces §7)")
        }
        Some(XmlErrorKind::InvalidInstructionTarget(target)) if target.starts_with(|c: char| c.is_alphabetic()) => {
            Some("roxmltree ends the target at any character that no name may hold, not at white space alone")
        }
        Some(XmlErrorKind::InvalidName(name)) if name.contains(':') => Some("roxmltree takes <:a/>"),
        Some(XmlErrorKind::XmlnsPrefix) => Some("roxmltree takes xmlns:xmlns"),
        // What char::from_u32 refuses: surrogates, and whatever lies beyond U+10FFFF.
        Some(XmlErrorKind::InvalidCharacterReference(name)) if !is_scalar(name) => {
            Some("roxmltree reads references to surrogates and beyond Unicode as U+FFFD")
        }
        Some(XmlErrorKind::MalformedDeclaration | XmlErrorKind::UnsupportedVersion(_)) => {
            Some("roxmltree does not read the declaration's values")
        }
        Some(XmlErrorKind::MismatchedEnd { expected: Some(open), found }) if *found == format!(":{open}") => {
            Some("roxmltree takes </:a> for </a>")
        }
        Some(XmlErrorKind::DuplicateAttribute(name)) if name.starts_with("xmlns") => {
            Some("roxmltree takes a declaration twice")
        }
        None | Some(XmlErrorKind::UndeclaredPrefix(_)) if text.contains(":xmlns=") => {
            Some("roxmltree takes p:xmlns for a declaration")
        }
        None if text.starts_with("<?xml") && !text.starts_with("<?xml ") => {
            Some("roxmltree takes a declaration with a tab or line end after <?xml for an instruction")
        }
        _ => None,
    }
}

fn is_scalar(reference: &str) -> bool {
    let digits = reference.trim_start_matches(['#', 'x']);
    let radix = if reference.starts_with("#x") { 16 } else { 10 };
    digits.is_empty() || u32::from_str_radix(digits, radix).is_ok_and(|code| char::from_u32(code).is_some())
}

fn ours(text: &str) -> Result<String, XmlErrorKind> {
    let document = read(text, Doctype::Refuse).whole().map_err(|error| error.kind)?;
    let mut out = String::new();
    for node in document.nodes() {
        match node.kind() {
            NodeKind::Element => {
                write!(out, "\n<{{{}}}{}", node.namespace(), node.local_name()).unwrap();
                for attribute in node.attributes() {
                    write!(out, " {{{}}}{}={:?}", attribute.namespace(), attribute.local_name(), attribute.value())
                        .unwrap();
                }
                write!(out, "> {:?}", node.span()).unwrap();
            }
            NodeKind::Comment => write!(out, "\n!{}", node.text()).unwrap(),
            NodeKind::Instruction => {
                let text = node.text();
                let (target, value) = text.split_once([' ', '\t', '\n']).unwrap_or((&text, ""));
                write!(out, "\n?{target} {}", value.trim_start_matches([' ', '\t', '\n', '\r'])).unwrap();
            }
            _ => {}
        }
    }
    write!(out, "\n{}", document.root().text_content()).unwrap();
    Ok(out)
}

fn theirs(text: &str) -> Result<String, roxmltree::Error> {
    let document = roxmltree::Document::parse(text)?;
    let (mut out, mut all_text) = (String::new(), String::new());
    for node in document.descendants() {
        match node.node_type() {
            roxmltree::NodeType::Element => {
                let name = node.tag_name();
                write!(out, "\n<{{{}}}{}", name.namespace().unwrap_or(""), name.name()).unwrap();
                for attribute in node.attributes() {
                    let namespace = attribute.namespace().unwrap_or("");
                    write!(out, " {{{namespace}}}{}={:?}", attribute.name(), attribute.value()).unwrap();
                }
                write!(out, "> {:?}", node.range()).unwrap();
            }
            roxmltree::NodeType::Comment => write!(out, "\n!{}", node.text().unwrap_or("")).unwrap(),
            roxmltree::NodeType::PI => {
                let pi = node.pi().unwrap();
                write!(out, "\n?{} {}", pi.target, pi.value.unwrap_or("")).unwrap();
            }
            roxmltree::NodeType::Text => all_text.push_str(node.text().unwrap_or("")),
            roxmltree::NodeType::Root => {}
        }
    }
    write!(out, "\n{all_text}").unwrap();
    Ok(out)
}

/// roxmltree keeps carriage returns in instructions and beside references, where §2.11 makes every line end a line feed.
fn without_line_ends(tree: &str) -> String {
    tree.replace(['\r', '\n'], "")
}

fn compare(text: &str) -> Result<(), String> {
    match (ours(text), theirs(text)) {
        (Ok(ours), Ok(theirs)) if ours == theirs => Ok(()),
        (Ok(ours), Ok(theirs)) if text.contains('\r') && without_line_ends(&ours) == without_line_ends(&theirs) => {
            Ok(())
        }
        (Err(_), Err(_)) => Ok(()),
        (ours, _) if listed(text, ours.as_ref().err()).is_some() => Ok(()),
        (ours, theirs) => Err(format!("{text:?}\nours:   {ours:?}\ntheirs: {theirs:?}")),
    }
}

#[test]
fn the_seeds_are_read_alike() {
    for seed in SEEDS {
        assert_eq!(ours(seed).map_err(|e| format!("{e:?}")), theirs(seed).map_err(|e| e.to_string()));
    }
}

#[test]
fn every_listed_difference_is_still_one() {
    for text in [
        "<a xmlns:p=''/>",
        "<a><?XML x?></a>",
        "<:a/>",
        "<?p:q?><a/>",
        "<a>&#xD800;</a>",
        "<?p<?><a/>",
        "<?xml version='2.0'?><a/>",
        "<?xml\nversion='1.0'?><a/>",
        "<a></:a>",
        "<a xmlns='u' xmlns='v'/>",
        "<a xmlns:p='u' p:xmlns='v'/>",
    ] {
        let (ours, theirs) = (ours(text), theirs(text));
        assert_ne!(ours.as_ref().ok(), theirs.as_ref().ok(), "{text}: {ours:?} {theirs:?}");
        assert!(listed(text, ours.as_ref().err()).is_some(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_documents_are_accepted_refused_and_read_alike(text in mutated()) {
        if let Err(difference) = compare(&text) {
            prop_assert!(false, "{}", difference);
        }
    }

    #[test]
    fn nothing_panics_and_every_place_lies_within_the_text(text in mutated()) {
        for doctype in [Doctype::Refuse, Doctype::Show] {
            let reading = read(&text, doctype);
            for node in reading.document.nodes() {
                prop_assert!(text.get(node.span()).is_some(), "{:?} {:?}", node.kind(), node.span());
                prop_assert!(text.get(node.content_span()).is_some());
                for attribute in node.attributes().chain(node.declarations()) {
                    prop_assert_eq!(text.get(attribute.value_span()), Some(attribute.raw_value()));
                }
            }
            if let Some(error) = reading.error {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error);
            }
        }
    }
}
