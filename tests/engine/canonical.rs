//! Canonicalization against libxml2's answers: stored ones, its own test pairs, and live ones for random documents;
//! and what must hold of any document.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use samlens::xml::{
    CanonicalError, CanonicalErrorKind, CanonicalMethod, Canonicalization, Doctype, Document, Node, NodeId, NodeKind,
    PrefixList, canonicalize, read,
};
use serde_json::Value;

use crate::xml_oracle::mutated;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn canonical(
    node: Node<'_>,
    method: Canonicalization,
    list: &str,
    exclude: Option<NodeId>,
) -> Result<String, CanonicalError> {
    let mut out = Vec::new();
    canonicalize(node, method, &PrefixList::parse(list), exclude, &mut |piece| out.extend_from_slice(piece))?;
    Ok(String::from_utf8(out).unwrap())
}

fn document(text: &str) -> Document<'_> {
    read(text, Doctype::Refuse).whole().unwrap_or_else(|error| panic!("{error:?}: {:.200}", text))
}

fn apex<'d>(document: &'d Document<'d>, id: Option<&str>) -> Node<'d> {
    let has = |node: &Node<'_>, id| node.attribute("ID").is_some_and(|value| value.value() == id);
    id.map_or(document.root(), |id| document.nodes().find(|node| has(node, id)).unwrap())
}

/// The keys of a case are those of `tests/fixtures/c14n/README.md`.
fn check(xml: &str, id: Option<&str>, method: &str, list: &str, expected: &str) {
    let method = Canonicalization::from_uri(method).unwrap();
    let ours = canonical(apex(&document(xml), id), method, list, None).unwrap();
    assert_eq!(ours, expected, "{method:?}, {id:?}, list {list:?} of {xml:?}");
}

#[test]
fn the_stored_cases_agree_with_libxml2() {
    let cases = std::fs::read_to_string(here("tests/fixtures/c14n/cases.jsonl")).unwrap();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str();
        let list = text("prefix_list").unwrap_or("");
        check(text("xml").unwrap(), text("id"), text("method").unwrap(), list, text("expected").unwrap());
    }
    assert_eq!(cases.lines().count(), 300);
}

/// Each document in all six ways, where `cases()` of generate.py takes one way for each.
const LIVE: &str = "
import json, random, sys
sys.path.insert(0, sys.argv[1])
import generate as g
oracle, r = g.Libxml2(), random.Random(int(sys.argv[3]))
for _ in range(int(sys.argv[2])):
    d = g.Document(r, g.BASES11)
    xml = d.build()
    ident = r.choice(d.ids) if d.ids and r.random() < .7 else None
    some = r.choices(g.PREFIXES + ['#default', '#default', 'nowhere', 'xml'], k=r.randint(0, 4))
    some = list(dict.fromkeys(some))
    forms = {uri: oracle.canonicalize(xml, mode, comments, ident, some if mode == 1 else ()).decode()
             for uri, (mode, comments) in g.METHODS.items()}
    print(json.dumps(dict(xml=xml, id=ident, list=' '.join(some), forms=forms)))
";

/// As many documents as `SAMLENS_C14N_DOCUMENTS` says, 10,000 where it says nothing.
#[test]
fn random_documents_agree_with_libxml2_in_all_six_ways() {
    let wanted: usize = std::env::var("SAMLENS_C14N_DOCUMENTS").map_or(10_000, |n| n.parse().unwrap());
    let seed = std::env::var("SAMLENS_C14N_SEED").unwrap_or("20".to_owned());
    let arguments = ["-c", LIVE, "tests/fixtures/c14n", &wanted.to_string(), &seed];
    let python = Command::new("python3")
        .args(arguments)
        .current_dir(here(""))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        return println!("SKIPPED: no python3 to ask libxml2 with");
    };
    let (mut documents, mut forms) = (0, 0);
    for line in BufReader::new(python.stdout.take().unwrap()).lines() {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        for (method, expected) in case["forms"].as_object().unwrap() {
            let text = |key: &str| case[key].as_str();
            check(text("xml").unwrap(), text("id"), method, text("list").unwrap(), expected.as_str().unwrap());
            forms += 1;
        }
        documents += 1;
    }
    let end = python.wait_with_output().unwrap();
    if documents == 0 && !end.status.success() {
        return println!("SKIPPED: libxml2 does not answer: {}", String::from_utf8_lossy(&end.stderr));
    }
    assert_eq!(documents, wanted, "{}", String::from_utf8_lossy(&end.stderr));
    println!("{documents} documents, {forms} canonical forms agree");
}

/// The document type taken out, and what it would have added written in; `None` where it does more than that.
fn without_document_type(text: &str) -> Option<String> {
    let Some((before, rest)) = text.split_once("<!DOCTYPE") else { return Some(text.to_owned()) };
    let internal = rest.find('[').is_some_and(|at| at < rest.find('>').unwrap());
    let (declared, after) = rest.split_once(if internal { "]>" } else { ">" }).unwrap();
    let mut after = after.to_owned();
    if declared.contains("ATTLIST e9 attr CDATA \"default\"") {
        after = after.replace("<e9 ", "<e9 attr=\"default\" ");
    }
    if declared.contains("<!ATTLIST e2 xml:space (default|preserve) 'preserve'>") {
        after = after.replace("<e2 ", "<e2 xml:space='preserve' ");
    }
    // An attribute that is no CDATA is normalized further.
    (!after.contains("<normId")).then(|| before.to_owned() + &after)
}

/// The local names of the element that an expression chooses with all in it, and of one that it leaves out.
fn chosen(expression: &str) -> Option<(String, Option<String>)> {
    let start = expression.find("<XPath")?;
    let body = expression[start..].split_once('>')?.1.split_once("</XPath>")?.0;
    let body: String = body.split_whitespace().collect();
    let predicate = body.strip_prefix("(//.|//@*|//namespace::*)[ancestor-or-self::")?.strip_suffix(']')?;
    let (name, excluded) = match predicate.split_once("andnot(ancestor-or-self::") {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')')?)),
        None => (predicate, None),
    };
    let local = |name: &str| {
        let local = name.split_once(':').map_or(name, |(_, local)| local);
        local.chars().all(char::is_alphanumeric).then(|| local.to_owned())
    };
    Some((
        local(name)?,
        match excluded {
            Some(excluded) => Some(local(excluded)?),
            None => None,
        },
    ))
}

#[test]
fn libxml2_s_own_pairs_agree() {
    let corpus = here("../shared/corpus/GNOME+libxml2");
    if !corpus.is_dir() {
        return println!("SKIPPED: libxml2's test pairs are not here");
    }
    let (mut agree, mut others) = (0, Vec::new());
    for (folder, method, comments) in [
        ("without-comments", CanonicalMethod::Inclusive10, false),
        ("with-comments", CanonicalMethod::Inclusive10, true),
        ("1-1-without-comments", CanonicalMethod::Inclusive11, false),
        ("exc-without-comments", CanonicalMethod::Exclusive10, false),
    ] {
        let mut results: Vec<_> = std::fs::read_dir(corpus.join("result/c14n").join(folder)).unwrap().collect();
        results.sort_by_key(|entry| entry.as_ref().unwrap().file_name());
        for result in results {
            let result = result.unwrap();
            let name = result.file_name().into_string().unwrap();
            let test = corpus.join("test/c14n").join(folder).join(&name);
            let beside = |extension| std::fs::read_to_string(test.with_extension(extension)).ok();
            let label = format!("{folder}/{name}");
            let bytes = std::fs::read(test.with_extension("xml")).unwrap();
            // Those that are not UTF-8 are ISO 8859-1.
            let text = String::from_utf8(bytes).unwrap_or_else(|e| e.into_bytes().iter().map(|b| *b as char).collect());
            let text = without_document_type(&text).unwrap_or_default();
            let Ok(document) = read(&text, Doctype::Refuse).whole() else {
                others.push(label);
                continue;
            };
            let named = |name: &str| {
                let mut found = document.nodes().filter(|node| node.local_name() == name);
                found.next().filter(|_| found.next().is_none())
            };
            let (node, exclude) = match beside("xpath").map(|expression| chosen(&expression)) {
                None => (Some(document.root()), None),
                Some(None) => (None, None),
                Some(Some((name, excluded))) => (named(&name), excluded.map(|name| named(&name).unwrap().id())),
            };
            let Some(node) = node else {
                others.push(label);
                continue;
            };
            let list = beside("ns").unwrap_or_default();
            let ours = canonical(node, Canonicalization::new(method, comments), &list, exclude);
            let expected = std::fs::read_to_string(result.path()).unwrap();
            assert_eq!(ours.as_deref(), Ok(expected.as_str()), "{label}");
            agree += 1;
        }
    }
    println!("{agree} pairs agree; {} are other node sets or need a document type: {others:?}", others.len());
    assert_eq!((agree, others.len()), (31, 42));
}

/// Everything that canonical form keeps of a document.
fn meaning(document: &Document<'_>) -> Vec<String> {
    let describe = |node: Node<'_>| match node.kind() {
        NodeKind::Element => {
            let mut attributes: Vec<_> = node
                .attributes()
                .map(|a| (a.namespace().to_owned(), a.local_name().to_owned(), a.value().into_owned()))
                .collect();
            attributes.sort();
            let (prefix, namespace) = (node.prefix(), node.namespace());
            Some(format!("{prefix}:{{{namespace}}}{} {attributes:?} {:?}", node.local_name(), node.text_content()))
        }
        NodeKind::Comment => Some(format!("!{}", node.text())),
        NodeKind::Instruction => {
            let text = node.text();
            let (target, data) = text.split_once([' ', '\t', '\n', '\r']).unwrap_or((&text, ""));
            Some(format!("?{target} {}", data.trim_start_matches([' ', '\t', '\n', '\r'])))
        }
        _ => None,
    };
    document.nodes().filter_map(describe).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, rng_seed: RngSeed::Fixed(2), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_canonical_form_is_its_own_and_means_what_the_document_does(text in mutated()) {
        let Ok(document) = read(&text, Doctype::Refuse).whole() else { return Ok(()) };
        for (method, _) in Canonicalization::ALL {
            let once = match canonical(document.root(), method, "", None) {
                Ok(once) => once,
                Err(error) => {
                    prop_assert!(matches!(error.kind, CanonicalErrorKind::RelativeNamespace(_)), "{error:?}");
                    continue;
                }
            };
            let again = read(&once, Doctype::Refuse).whole();
            prop_assert!(again.is_ok(), "{} of {}", once, text);
            let again = again.unwrap();
            let twice = canonical(again.root(), method, "", None);
            prop_assert_eq!(twice.as_ref(), Ok(&once), "{}", text);
            if method.comments {
                prop_assert_eq!(meaning(&document), meaning(&again), "{}", text);
            }
        }
    }

    #[test]
    fn nothing_panics_and_no_answer_is_empty(text in mutated(), other in any::<prop::sample::Index>()) {
        for doctype in [Doctype::Refuse, Doctype::Show] {
            // Not `whole()`: a document that was read in part must do no harm either.
            let document = read(&text, doctype).document;
            let exclude = document.node(document.nodes().nth(other.index(document.nodes().count())).unwrap().id());
            for node in document.nodes() {
                for (method, _) in Canonicalization::ALL {
                    match canonical(node, method, "p #default", exclude.map(Node::id)) {
                        Ok(form) => prop_assert!(form.contains('<')),
                        Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error),
                    }
                }
            }
        }
    }
}

#[test]
fn sixty_thousand_levels_are_canonicalized() {
    let deep = "<a>".repeat(60_000) + &"</a>".repeat(60_000);
    let document = document(&deep);
    for (method, _) in Canonicalization::ALL {
        assert_eq!(canonical(document.root(), method, "", None).as_ref(), Ok(&deep));
        let innermost = document.nodes().last().unwrap();
        assert_eq!(canonical(innermost, method, "", None).as_deref(), Ok("<a></a>"));
    }
}
