//! Whether the engine still does here what it does where it was made: known messages with known answers.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::context_file::ContextFile;
use crate::crypto::digest::{DigestAlgorithm, digest};
use crate::dsig::{Fault, KeyRing, SignatureVerdict, verify_document};
use crate::instant::Instant;
use crate::limits::{SELF_TEST_CHECKS, SELF_TEST_PIECES, SELF_TEST_TEXT_BYTES};
use crate::{Input, canonical_bytes, inspect, xml};

/// What there must be checks of: with fewer the file is not the whole one.
pub const SELF_TEST_GROUPS: [&str; 5] = ["signature", "digest", "canonicalization", "decryption", "attack"];

/// What the self-test found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestReport {
    /// Each check, in the order in which they were run.
    pub checks: Vec<SelfCheck>,
    /// How many checks there are in all.
    pub of: usize,
}

/// A message with a known answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfCheck {
    /// What is checked: one of [`SELF_TEST_GROUPS`].
    pub group: String,
    /// Its name: of an algorithm its identifier.
    pub name: String,
    /// The answer that is right.
    pub expected: String,
    /// The answer that was given.
    pub found: String,
}

impl SelfCheck {
    /// Whether the answer is right.
    pub fn is_right(&self) -> bool {
        self.expected == self.found
    }
}

impl SelfTestReport {
    /// Whether every check was run and every answer is right.
    pub fn is_right(&self) -> bool {
        self.of > 0 && self.checks.len() == self.of && self.checks.iter().all(SelfCheck::is_right)
    }
}

/// The messages and their answers, as `static/self-test.json` has them; `tests/self-test/make.py` writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    form: u32,
    /// Public keys, SubjectPublicKeyInfo in base64.
    keys: BTreeMap<String, String>,
    /// The one private key, made for this and for nothing else: base64 of its DER.
    opener: String,
    /// Pieces of messages. `{name}` in one stands for another, or for a value of the check.
    parts: BTreeMap<String, String>,
    /// What is known beside the messages.
    context: ContextFile,
    checks: Vec<Vector>,
}

/// One check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    group: String,
    name: String,
    /// The piece that is the message.
    text: String,
    expected: String,
    /// The key that is trusted.
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    /// What is changed in the message, once it is put together: each text by another, where it stands first.
    #[serde(default)]
    change: Vec<(String, String)>,
    /// Known instead of what the others know.
    #[serde(default)]
    context: ContextFile,
}

impl SelfTest {
    /// Reads the file.
    ///
    /// # Errors
    /// Says why it is not the whole file.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let test: Self = serde_json::from_slice(json).map_err(|error| format!("self-test: {error}"))?;
        let missing = SELF_TEST_GROUPS.iter().find(|group| test.checks.iter().all(|check| check.group != **group));
        match missing {
            Some(group) => Err(format!("self-test: there is no check of {group}")),
            None if test.form != 1 => Err(format!("self-test: form {} is not known here", test.form)),
            None if test.checks.len() > SELF_TEST_CHECKS => {
                Err(format!("self-test: there are more than {SELF_TEST_CHECKS} checks"))
            }
            None => Ok(test),
        }
    }

    /// Runs the checks from this number on, at least one, until `enough` says so after one of them.
    pub fn run(&self, from: usize, enough: &dyn Fn() -> bool) -> SelfTestReport {
        let mut report = SelfTestReport { checks: Vec::new(), of: self.checks.len() };
        for vector in self.checks.iter().skip(from) {
            report.checks.push(self.check(vector));
            if enough() {
                break;
            }
        }
        report
    }

    fn check(&self, vector: &Vector) -> SelfCheck {
        let found = self.answer(vector).unwrap_or_else(|why| format!("not run: {why}"));
        SelfCheck {
            group: vector.group.clone(),
            name: vector.name.clone(),
            expected: self.filled(&vector.expected, vector),
            found,
        }
    }

    fn answer(&self, vector: &Vector) -> Result<String, String> {
        let piece = self.parts.get(&vector.text).ok_or("there is no such message")?;
        let mut text = self.filled(piece, vector);
        for (before, after) in &vector.change {
            let (head, tail) = text.split_once(before.as_str()).ok_or("there is nothing to change")?;
            text = format!("{head}{after}{tail}");
        }
        if text.len() > SELF_TEST_TEXT_BYTES {
            return Err(format!("the message is larger than {SELF_TEST_TEXT_BYTES} bytes"));
        }
        match vector.group.as_str() {
            "attack" => self.outcome(&text, vector),
            "decryption" => self.opened(&text),
            _ => match vector.values.get("form") {
                Some(method) => form(&text, method),
                None => self.signature(&text, vector),
            },
        }
    }

    /// Whether the first signature holds. The search for what would mend it is none of this.
    fn signature(&self, text: &str, vector: &Vector) -> Result<String, String> {
        let mut keys = KeyRing::default();
        if let Some(pem) = self.key(vector) {
            keys.add_certificates("key", pem.as_bytes()).map_err(|error| format!("{error:?}"))?;
        }
        let document = xml::read(text, xml::Doctype::Refuse).whole().map_err(|error| format!("{error:?}"))?;
        let verdicts = verify_document(&document, &keys);
        Ok(verdicts.first().map_or_else(|| "none".to_owned(), said))
    }

    /// What came out of the first encrypted part.
    fn opened(&self, text: &str) -> Result<String, String> {
        let mut context = self.context(&ContextFile::default())?;
        let key = STANDARD.decode(&self.opener).map_err(|error| error.to_string())?;
        context.add_private_key("key", &key, None).map_err(|error| format!("{error:?}"))?;
        let report = inspect(&[Input { name: "self-test", bytes: text.as_bytes() }], &context);
        let opened =
            report.captures.first().and_then(|capture| capture.decryptions.first()).ok_or("nothing is encrypted")?;
        let more = opened.xml.as_deref().or(opened.step).unwrap_or_default();
        Ok(format!("{} {more}", opened.status))
    }

    /// What becomes of a login, and which rule says so.
    fn outcome(&self, text: &str, vector: &Vector) -> Result<String, String> {
        let mut context = self.context(&vector.context)?;
        if let Some(pem) = self.key(vector) {
            context.add_certificates("key", pem.as_bytes()).map_err(|error| format!("{error:?}"))?;
        }
        let report = inspect(&[Input { name: "self-test", bytes: text.as_bytes() }], &context);
        let outcome = report.verdict.outcome.as_str();
        Ok(report.verdict.root_cause.map_or_else(|| outcome.to_owned(), |rule| format!("{outcome} {rule}")))
    }

    fn context(&self, own: &ContextFile) -> Result<Context, String> {
        let mut context = Context::at(Instant::from_unix(0));
        self.context.tell(&mut context)?;
        own.tell(&mut context)?;
        Ok(context)
    }

    fn key(&self, vector: &Vector) -> Option<String> {
        let key = self.keys.get(vector.key.as_ref()?)?;
        Some(format!("-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n"))
    }

    /// Puts a text together.
    fn filled(&self, text: &str, vector: &Vector) -> String {
        let mut filled = String::new();
        let mut rest = vec![text];
        for _ in 0..SELF_TEST_PIECES {
            let Some(text) = rest.pop() else { break };
            let held = text.split_once('{').and_then(|(before, held)| Some((before, held.split_once('}')?)));
            let Some((before, (name, after))) = held else {
                filled.push_str(text);
                continue;
            };
            filled.push_str(before);
            rest.push(after);
            rest.extend(vector.values.get(name).or_else(|| self.parts.get(name)).map(String::as_str));
        }
        filled
    }
}

/// Runs every check of `static/self-test.json`.
///
/// # Errors
/// Says why it could not be run.
pub fn self_test(json: &[u8]) -> Result<SelfTestReport, String> {
    Ok(SelfTest::parse(json)?.run(0, &|| false))
}

/// The digest of the canonical form of the assertion.
fn form(text: &str, method: &str) -> Result<String, String> {
    let bytes = canonical_bytes(text.as_bytes(), method, Some("_a"))?;
    Ok(format!("SHA-256 {}", digest(DigestAlgorithm::Sha256, &bytes).hex()))
}

fn said(verdict: &SignatureVerdict) -> String {
    let status = verdict.status().as_str();
    match verdict.fault.as_ref().and_then(Fault::reason) {
        Some(reason) => format!("{status} {reason}"),
        None if verdict.trusted => format!("{status} trusted"),
        None => format!("{status} untrusted"),
    }
}
