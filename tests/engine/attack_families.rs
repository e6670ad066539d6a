//! Every family of attacks (ARCHITECTURE.md, Attacks): what must be told of each, and that nothing of it is told of a sound
//! message. `cargo test --test engine attack_families -- --nocapture` prints the tables.

mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use samlens::{Context, ContextFile, Input, Instant, Now, Report, Severity, State, inspect};

use crate::attack_families::cases::{Case, encrypted, of_query, of_response};
use crate::corpus::{corpus, lines};
use crate::{genuine, scenarios};

/// The families of `signatures.md`, by their numbers.
const FAMILIES: [(u8, &str); 31] = [
    (1, "XSW1, XSW2"),
    (2, "XSW3, XSW4, XSW9"),
    (3, "XSW5, XSW6, XSW8"),
    (4, "XSW7; Extensions, Advice, StatusDetail"),
    (5, "protocol mix"),
    (6, "decoy Signature"),
    (7, "signed error reused"),
    (8, "duplicate and polluted IDs"),
    (9, "digest outside of SignedInfo"),
    (10, "several SignedInfo"),
    (11, "comment in the Signature"),
    (12, "split text"),
    (13, "processing instruction"),
    (14, "parser differential"),
    (15, "void canonicalization"),
    (16, "namespace confusion"),
    (17, "entity in an ID, Object"),
    (18, "several References"),
    (19, "transforms"),
    (20, "References elsewhere"),
    (21, "key confusion"),
    (22, "signature exclusion"),
    (23, "document type, XXE, expansion"),
    (24, "decompression bomb"),
    (25, "depth and width"),
    (26, "encrypted by a stranger"),
    (27, "CBC, RSA 1.5, short tags"),
    (28, "redirect parameters"),
    (30, "golden SAML, hints"),
    (31, "artifact, which key covers what"),
    (32, "look-alikes"),
];
const LAST: (u8, &str) = (33, "recipient, audience, replay, status");

/// The rules that fired, with the severity of each.
fn fired(report: &Report) -> BTreeMap<&'static str, Severity> {
    let fired = report.findings.iter().filter(|finding| finding.state == State::Fired);
    fired.map(|finding| (finding.rule, finding.severity)).collect()
}

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name)
}

/// The Response of a scenario with its context.
fn response(name: &str) -> (String, Context) {
    let report = scenarios::report(&scenario(name)).unwrap();
    let capture = report.captures.into_iter().rfind(|capture| capture.message_kind() == Some("Response")).unwrap();
    let mut context = scenarios::context(&scenario(name));
    context.now = Now::At(Instant::parse(&report.now).unwrap());
    context.received_at = context.received_at.or_else(|| capture.summary.as_ref()?.destination.clone());
    context.sp_entity_id = context.sp_entity_id.or_else(|| capture.summary.as_ref()?.audiences.first().cloned());
    (capture.xml.unwrap(), context)
}

/// The bases that the cases are made of: prefixes, default namespaces, one signature or two, RSA and ECDSA.
const BASES: [&str; 5] = [
    "clean-generic-entra-xml",
    "clean-generic-old-capture",
    "clean-ali-user-okta",
    "clean-ali-role-keycloak",
    "clean-generic-ecdsa",
];

#[test]
fn every_family_is_told_and_no_sound_message_is_taken_for_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let key = fs::read(folder.join("encrypted/keys/sp.pkcs8.pem")).unwrap();
    let other = fs::read(folder.join("signatures/keys/rsa2048.crt")).unwrap();
    let mut asked: Vec<(String, Case, Context)> = Vec::new();
    for base in BASES {
        let (xml, context) = response(base);
        asked.extend(of_response(&xml).into_iter().map(|case| (base.to_owned(), case, context.clone())));
    }
    let query = fs::read_to_string(scenario("clean-request-signed").join("input.txt")).unwrap();
    let context = scenarios::context(&scenario("clean-request-signed"));
    asked.extend(
        of_query(query.trim()).into_iter().map(|case| ("clean-request-signed".to_owned(), case, context.clone())),
    );
    let context = Context::at(Instant::parse("2026-03-01T00:00:00Z").unwrap());
    asked.extend(encrypted().into_iter().map(|case| ("encrypted".to_owned(), case, context.clone())));

    let mut rows: BTreeMap<u8, (usize, usize)> = BTreeMap::new();
    let mut rules: BTreeMap<u8, BTreeSet<&str>> = BTreeMap::new();
    let mut missed = Vec::new();
    for (base, case, mut context) in asked {
        if case.with_key {
            context.add_private_key("sp.pem", &key, None).unwrap();
        }
        if case.other_certificate {
            let now = context.now;
            context = Context::at(context.clock);
            context.now = now;
            context.add_certificates("other.crt", &other).unwrap();
        }
        if case.metadata_alone {
            let now = context.now;
            context = Context::at(context.clock);
            context.now = now;
            let metadata = fs::read(scenario(&base).join("idp-metadata.xml")).unwrap();
            context.add_metadata("idp-metadata.xml", &metadata).unwrap();
        }
        let report = inspect(&[Input { name: "input", bytes: &case.input }], &context);
        let told = fired(&report);
        let row = rows.entry(case.row).or_default();
        row.0 += 1;
        rules.entry(case.row).or_default().insert(case.rule);
        // A service that is known by name has a rule of its own for some.
        let is_told = |id: &str| id == case.rule || case.rule.strip_prefix('*').is_some_and(|end| id.ends_with(end));
        if told.iter().any(|(id, severity)| is_told(id) && *severity != Severity::Note) {
            row.1 += 1;
        } else {
            missed.push(format!("{}: {base}: {}: {} among {:?}", case.row, case.name, case.rule, told.keys()));
        }
    }

    let mut alarms: BTreeMap<String, usize> = BTreeMap::new();
    let clean: Vec<_> = scenarios::all()
        .into_iter()
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("clean-"))
        .collect();
    for folder in &clean {
        let report = scenarios::report(folder).unwrap();
        for (rule, _) in fired(&report).into_iter().filter(|(_, severity)| severity.decides()) {
            *alarms.entry(rule.to_owned()).or_default() += 1;
        }
    }
    // What is truly so of a genuine message is no false alarm; `genuine.tsv` says why.
    let told = genuine::told();
    for (rule, files) in genuine::fired().unwrap_or_default() {
        let known: usize = told.get(&rule).and_then(|rest| rest.split('\t').next()?.parse().ok()).unwrap_or_default();
        *alarms.entry(rule).or_default() += files.len().saturating_sub(known);
    }
    println!("| | family | cases | detected | false alarms |\n|---|---|---|---|---|");
    let mut all_alarms = 0;
    for (row, family) in FAMILIES.into_iter().chain([LAST]) {
        let (cases, detected) = rows.get(&row).copied().unwrap_or_default();
        let false_alarms: usize = rules[&row].iter().filter_map(|rule| alarms.get(*rule)).sum();
        all_alarms += false_alarms;
        println!("| {row} | {family} | {cases} | {detected} | {false_alarms} |");
        assert!(cases >= 3, "{family} has {cases} cases");
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
    assert_eq!(all_alarms, 0, "{alarms:?}");
    assert!(clean.len() > 15, "{}", clean.len());
}

/// The rules that tell what the truth of the synthetic corpus says, of which one must fire; none where there is nothing
/// that a rule is about.
const TRUTH: &[(&str, &[&str])] = &[
    ("weak-algorithm:sha1", &["sig-alg-sha1"]),
    ("digest-mismatch", &["sig-digest-mismatch"]),
    ("signature-mismatch", &["sig-value-mismatch"]),
    ("unsigned-response-envelope", &["sig-assertion-only"]),
    ("destination-mismatch", &["saml-destination-mismatch"]),
    ("unsigned", &["sig-none"]),
    ("malformed-signature", &["attack-signedinfo-count"]),
    ("no-reference", &["sig-reference-count"]),
    ("untrusted-key", &["sig-key-not-in-metadata"]),
    ("keyinfo-not-pinned", &["sig-key-not-in-metadata"]),
    ("hmac-unacceptable", &["sig-alg-hmac"]),
    ("hmac-truncation", &["attack-truncated-hmac"]),
    ("xsw", &["sig-consumed-unsigned"]),
    ("signature-does-not-cover-parent", &["sig-not-enveloped-child", "sig-consumed-unsigned"]),
    ("unsigned-content", &["sig-consumed-unsigned"]),
    ("multiple-assertions", &["saml-multiple-assertions"]),
    ("nested-assertion", &["sig-consumed-unsigned"]),
    ("assertion-in-extensions", &["sig-consumed-unsigned"]),
    ("duplicate-id", &["saml-id-duplicate"]),
    ("comment-in-text", &["nid-comment-split"]),
    ("cdata-in-text", &["nid-comment-split"]),
    ("doctype", &["saml-xml-dtd"]),
    ("external-entity", &["saml-xml-dtd"]),
    ("entity-expansion", &["attack-xml-bomb"]),
    ("expired", &["asr-scd-expired", "asr-expired"]),
    ("not-yet-valid", &["asr-notbefore-future"]),
    ("missing-audience", &["asr-audience-missing"]),
    ("missing-conditions", &["asr-conditions-missing"]),
    ("recipient-mismatch", &["asr-scd-recipient-mismatch"]),
    ("missing-notonorafter", &["asr-scd-notonorafter-missing"]),
    ("bearer-notbefore-forbidden", &["asr-scd-notbefore-present"]),
    ("non-utc-time", &["saml-time-format"]),
    ("status-not-success", &["saml-status-not-success"]),
    ("bad-version", &["saml-version"]),
    ("issuer-mismatch", &["saml-issuer-mismatch-inner", "saml-issuer-mismatch-metadata"]),
    ("duplicate-attribute", &["asr-attr-duplicate-name"]),
    ("cbc-unauthenticated", &["enc-cbc"]),
    ("rsa-1_5", &["enc-rsa15"]),
    ("encryption-is-not-authentication", &["attack-unsigned-inside-encryption"]),
    ("decrypt-or-signature-failure", &["enc-decrypt-failed", "sig-digest-mismatch"]),
    ("decrypt-failure", &["enc-decrypt-failed"]),
    ("gcm-short-tag", &["attack-short-gcm-tag"]),
    ("duplicate-parameter", &["attack-redirect-duplicate-parameter"]),
    ("decompression-limit", &["attack-inflate-bomb"]),
    // A comment between elements, or one that the canonicalization leaves out, changes no text that is read.
    ("comment-in-signed-content", &[]),
    ("c14n-with-comments", &[]),
    // The step that decodes it says so.
    ("encoding:utf-16", &[]),
];

/// What a finding says beyond its rule, by how the names of the files begin: which of several things it is.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "dtd/xxe-file",
        "saml-xml-dtd",
        "(external entity <!ENTITY x SYSTEM \"file:///etc/passwd\">): a reader that fetches it",
    ),
    ("dtd/xxe-http-param", "saml-xml-dtd", "(external parameter entity <!ENTITY % p SYSTEM"),
    ("dtd/external-dtd", "saml-xml-dtd", "(external DTD <!DOCTYPE r SYSTEM"),
    ("dtd/attlist-default-id", "saml-xml-dtd", "(attribute default <!ATTLIST samlp:Extensions ID ID"),
    ("dtd/internal-entity-nameid", "saml-xml-dtd", "(entity in text"),
    ("dtd/benign-doctype", "saml-xml-dtd", "(DOCTYPE <!DOCTYPE samlp:Response>): a parser that takes it"),
    ("keytrust/hmac-confusion", "sig-alg-hmac", "made with a public key, so that it is an attack"),
    ("keytrust/self-signed-clone-cert", "sig-key-not-in-metadata", "renewed, or forged to look alike"),
    ("redirect/sigalg-swapped", "sig-value-mismatch", "SigAlg was exchanged"),
    ("redirect/relaystate-tampered", "sig-value-mismatch", "a parameter or its escapes were changed"),
    (
        "textsplit/nameid-comment",
        "nid-comment-split",
        "reads admin@corp.example where admin@corp.example.corp.example was signed",
    ),
];

#[test]
fn a_split_text_is_told_as_each_kind_of_reader_reads_it() {
    let (xml, context) = response("clean-generic-entra-xml");
    let split = "alice<!-- c -->@acme<?p .data?>.example<![CDATA[.org]]></NameID>";
    let input = xml.replacen("alice@acme.example</NameID>", split, 1);
    let report = inspect(&[Input { name: "input", bytes: input.as_bytes() }], &context);
    let [told] = report.captures[0].split_texts.as_slice() else { panic!("{:?}", report.captures[0].split_texts) };
    assert_eq!((told.what.as_str(), told.by.as_slice()), ("NameID", ["comment", "instruction", "cdata"].as_slice()));
    assert!(input[told.span[0]..told.span[1]].starts_with("alice<!--"));
    let readings: Vec<_> = told.readings.iter().map(|reading| (reading.reader, reading.value.as_str())).collect();
    assert_eq!(
        readings,
        [
            ("whole-text", "alice@acme.example.org"),
            ("first-text", "alice"),
            ("last-text", ".org"),
            ("with-instructions", "alice@acme.data.example.org"),
            ("without-cdata", "alice@acme.example"),
        ]
    );
    for text in [samlens::human(&report, false), samlens::markdown(&report)] {
        for (_, value) in &readings {
            assert!(text.contains(value), "{value}: {text}");
        }
    }
    let sound = inspect(&[Input { name: "input", bytes: xml.as_bytes() }], &context);
    assert!(sound.captures[0].split_texts.is_empty());
}

/// Whether a rule tells of an attack, and not of a weak habit or a failed check.
fn is_of_attack(rule: &str) -> bool {
    rule.starts_with("attack-")
        || ["sig-consumed-unsigned", "saml-xml-dtd", "nid-comment-split", "saml-id-duplicate", "sig-alg-hmac"]
            .contains(&rule)
}

#[test]
fn the_synthetic_corpus_is_told_as_it_is_known() {
    let Some(folder) = corpus().map(|corpus| corpus.join("synthetic")) else { return };
    let told = "{\"received_at\": \"https://sp.corp.example/acs\", \"now\": \"capture\"}";
    let mut context = Context::at(Instant::parse("2027-01-01T00:00:00Z").unwrap());
    ContextFile::parse(told.as_bytes()).unwrap().tell(&mut context).unwrap();
    context.add_private_key("sp.key", &fs::read(folder.join("keys/sp.key")).unwrap(), None).unwrap();
    let mut pinned = context.clone();
    pinned.add_certificates("idp.crt", &fs::read(folder.join("keys/idp.crt")).unwrap()).unwrap();
    let mut families: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let mut faults = Vec::new();
    for line in lines(&folder.join("expected.jsonl")) {
        let [file, family] = ["file", "family"].map(|key| line[key].as_str().unwrap().to_owned());
        let context = if line["pinned_key"] == "idp" { &pinned } else { &context };
        let bytes = fs::read(folder.join(&file)).unwrap();
        let report = inspect(&[Input { name: &file, bytes: &bytes }], context);
        let fired = fired(&report);
        let counts = families.entry(family.clone()).or_default();
        counts[0] += 1;
        for known in line["findings"].as_array().unwrap() {
            let known = known.as_str().unwrap();
            let rules = TRUTH.iter().find(|(name, _)| *name == known).unwrap_or_else(|| panic!("{known}")).1;
            // A request needs no signature where nobody's metadata asks for one.
            if rules.is_empty() || file == "redirect/unsigned.url" {
                continue;
            }
            counts[1] += 1;
            if rules.iter().any(|rule| fired.contains_key(rule)) {
                counts[2] += 1;
            } else {
                faults.push(format!("{file}: {known} is not told: {:?}", fired.keys()));
            }
        }
        for (_, rule, words) in WORDS.iter().filter(|(start, ..)| file.starts_with(start)) {
            let finding = report.findings.iter().find(|finding| finding.rule == *rule && finding.state == State::Fired);
            let why = finding.and_then(|finding| finding.why.clone()).unwrap_or_default();
            if !why.contains(words) {
                faults.push(format!("{file}: {rule} does not say {words:?}: {why}"));
            }
        }
        if line["verdict"] == "accept" {
            let alarms: Vec<_> = fired.keys().filter(|rule| is_of_attack(rule)).collect();
            counts[3] += usize::from(!alarms.is_empty());
            if !alarms.is_empty() {
                faults.push(format!("{file} is sound: {alarms:?}"));
            }
        }
    }
    println!("| family | messages | findings | detected | false alarms |\n|---|---|---|---|---|");
    for (family, [messages, known, detected, alarms]) in &families {
        println!("| {family} | {messages} | {known} | {detected} | {alarms} |");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
