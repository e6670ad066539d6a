//! What is handed on: cases, links, redaction; and the self-test.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlens::limits::*;
use samlens::{
    CaseFile, CasePart, Instant, Language, RedactionOptions, SelfTest, case_from_fragment, case_to_fragment, inspect,
    redact,
};

use super::Proof::{Everywhere, Natively};
use super::made::{context, many, noise, response, signed, trusting};
use super::{LARGE, SLOW};

pub const ROWS: super::Rows = &[
    ("CASE_FILE_BYTES", Natively(case_file_bytes, LARGE)),
    ("CASE_FILE_PARTS", Everywhere(case_file_parts)),
    ("LINK_BYTES", Natively(link_bytes, SLOW)),
    ("REDACTION_LAYERS", Everywhere(redaction_layers)),
    ("REDACTION_ALIKE", Everywhere(redaction_alike)),
    ("REDACTION_SIGNATURES", Natively(redaction_signatures, SLOW)),
    ("SELF_TEST_CHECKS", Everywhere(self_test_checks)),
    ("SELF_TEST_TEXT_BYTES", Everywhere(self_test_text_bytes)),
    ("SELF_TEST_PIECES", Everywhere(self_test_pieces)),
];

fn case_file_bytes() {
    let why = |bytes: usize| CaseFile::parse(&vec![0; bytes]).unwrap_err();
    assert!(why(CASE_FILE_BYTES + 1).contains(&CASE_FILE_BYTES.to_string()));
    assert!(!why(CASE_FILE_BYTES).contains("limit"));
}

fn link_bytes() {
    let case = |bytes: usize| CaseFile {
        inputs: vec![CasePart { name: "input".to_owned(), bytes: STANDARD.encode(noise(bytes)).into_bytes() }],
        ..CaseFile::default()
    };
    let length = |bytes: usize| case_to_fragment(&case(bytes)).map(|fragment| fragment.len());
    let most = LINK_BYTES / 4 * 3;
    let per_byte = length(most / 2).unwrap() as f64 / (most / 2) as f64;
    let just = (LINK_BYTES as f64 / per_byte) as usize;
    let under = case(just - just / 200);
    let fragment = case_to_fragment(&under).unwrap();
    assert!(fragment.len() > LINK_BYTES / 100 * 98, "{}", fragment.len());
    assert_eq!(case_from_fragment(&fragment).unwrap().unwrap(), under);
    let why = case_to_fragment(&case(just + just / 200)).unwrap_err();
    assert!(why.contains(&LINK_BYTES.to_string()) && why.contains("save the case as a file"), "{why}");
    let why = |bytes: usize| case_from_fragment(&format!("case=1.{}", "A".repeat(bytes))).unwrap().unwrap_err();
    assert!(why(LINK_BYTES + 1).contains("the limit is"));
    assert!(!why(LINK_BYTES).contains("the limit is"));
}

fn redaction_layers() {
    let of = |layers: usize| {
        let text = "the name of alice.anderson@contoso-europe.example is here".to_owned();
        let text = (0..layers).fold(text, |text, _| STANDARD.encode(text));
        CaseFile {
            inputs: vec![CasePart { name: "input".to_owned(), bytes: text.into_bytes() }],
            ..CaseFile::default()
        }
    };
    for layers in [REDACTION_LAYERS - 1, REDACTION_LAYERS, REDACTION_LAYERS + 1, REDACTION_LAYERS + 3] {
        let redacted = redact(&of(layers), &context(), &RedactionOptions::default());
        let mut text = String::from_utf8(redacted.case.inputs[0].bytes.clone()).unwrap();
        while let Ok(inner) = STANDARD.decode(text.trim()) {
            let Ok(inner) = String::from_utf8(inner) else { break };
            text = inner;
        }
        // Deeper than that a value is replaced as a whole.
        assert_eq!(text.contains("the name of"), layers <= REDACTION_LAYERS, "{layers}: {text}");
        assert!(!text.contains("alice") && !text.contains("contoso"), "{layers}: {text}");
    }
}

fn redaction_signatures() {
    let of = |count: usize| {
        let case = CaseFile {
            inputs: vec![CasePart {
                name: "input".to_owned(),
                bytes: response(&many(count, |i| signed(&format!("_a{i}"), ""))).into_bytes(),
            }],
            ..CaseFile::default()
        };
        let redacted = redact(&case, &trusting(), &RedactionOptions::default()).case;
        let context = redacted.context_at(Instant::from_unix(1_767_225_600), Language::English);
        let report = inspect(&[redacted.inputs[0].input()], &context);
        report.captures[0].signatures.iter().filter(|signature| signature.reason == Some("digest-mismatch")).count()
    };
    // Of those up to the limit each fits; the one over it does not.
    assert_eq!([of(REDACTION_SIGNATURES), of(REDACTION_SIGNATURES + 1)], [0, 1]);
}

fn case_file_parts() {
    let whole = CaseFile {
        inputs: vec![CasePart { name: "a".to_owned(), bytes: Vec::new() }; CASE_FILE_PARTS],
        ..CaseFile::default()
    };
    assert_eq!(CaseFile::parse(whole.to_json().as_bytes()).unwrap().inputs.len(), CASE_FILE_PARTS);
    let mut over = whole;
    over.inputs.push(CasePart { name: "a".to_owned(), bytes: Vec::new() });
    let why = CaseFile::parse(over.to_json().as_bytes()).unwrap_err();
    assert!(why.contains(&CASE_FILE_PARTS.to_string()), "{why}");
}

/// The self-test with something of it changed.
fn self_test(change: impl Fn(&mut serde_json::Value)) -> Result<SelfTest, String> {
    let mut file: serde_json::Value = serde_json::from_str(include_str!("../../static/self-test.json")).unwrap();
    change(&mut file);
    SelfTest::parse(file.to_string().as_bytes())
}

fn self_test_checks() {
    let of = |count: usize| {
        self_test(|file| {
            let checks = file["checks"].as_array_mut().unwrap();
            let one = checks[0].clone();
            checks.resize(count, one);
        })
    };
    assert!(of(SELF_TEST_CHECKS).is_ok());
    assert!(of(SELF_TEST_CHECKS + 1).err().unwrap().contains(&SELF_TEST_CHECKS.to_string()));
}

/// What the first check of the self-test comes to with this for its message.
fn first_check(text: &str, part: &str) -> String {
    let test = self_test(|file| {
        let name = file["checks"][0]["text"].as_str().unwrap().to_owned();
        file["parts"][name] = text.into();
        file["parts"]["limit"] = part.into();
    });
    test.unwrap().run(0, &|| true).checks[0].found.clone()
}

fn self_test_text_bytes() {
    assert!(!first_check(&"x".repeat(SELF_TEST_TEXT_BYTES), "").contains("is larger"));
    let found = first_check(&"x".repeat(SELF_TEST_TEXT_BYTES + 1), "");
    assert!(found.contains(&SELF_TEST_TEXT_BYTES.to_string()), "{found}");
}

fn self_test_pieces() {
    // One that holds itself ends all the same; without the limit this would not.
    assert!(!first_check("{limit}", "x{limit}").is_empty());
}

fn redaction_alike() {
    // Where two words that differ by their last letter have pseudonyms that first differ.
    let differ_at = |characters: usize| {
        let word = |last: char| "mw".repeat(characters).chars().take(characters - 1).chain([last]).collect::<String>();
        let options = RedactionOptions { also: vec![word('a'), word('e')], ..RedactionOptions::default() };
        let text = options.also.join(" ");
        let case = CaseFile {
            inputs: vec![CasePart { name: "input".to_owned(), bytes: text.into_bytes() }],
            ..CaseFile::default()
        };
        let replaced = redact(&case, &context(), &options).replacements;
        let [one, other] = replaced.as_slice() else { panic!("{replaced:?}") };
        one.pseudonym.chars().zip(other.pseudonym.chars()).take_while(|(a, b)| a == b).count()
    };
    assert_eq!(differ_at(REDACTION_ALIKE), REDACTION_ALIKE - 1);
    assert!(differ_at(REDACTION_ALIKE + 1) < REDACTION_ALIKE / 2);
}
