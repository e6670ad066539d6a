//! A case in one JSON file: what was captured, what is known beside it, and what to say about it; never a private key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::Input;
use crate::context::Context;
use crate::context_file::ContextFile;
use crate::crypto::held::holds_private_key;
use crate::instant::Instant;
use crate::language::Language;
use crate::limits::{CASE_FILE_BYTES, CASE_FILE_PARTS};
use crate::plain;

/// The form that is read and written here.
const SCHEMA: &str = "samlens-case/1";
/// How far from its beginning or its end a case file names its form, where a tool has sorted its keys.
const LOOKED_AT: usize = 4096;

/// A case as it is kept and handed on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFile {
    /// What it is about.
    pub about: About,
    /// What was captured.
    pub inputs: Vec<CasePart>,
    /// What is known beside it. Files that it names and that are not in `files` stand beside the case file; the files
    /// of private keys always do.
    pub context: ContextFile,
    /// The files that the context names.
    pub files: Vec<CasePart>,
}

/// What a case is about, in one sentence, in each language that it is told in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct About {
    /// English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// Simplified Chinese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zh: String,
}

/// A named piece of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePart {
    /// Its name.
    pub name: String,
    /// Its bytes as they came.
    pub bytes: Vec<u8>,
}

impl CasePart {
    /// The part as something to inspect.
    pub fn input(&self) -> Input<'_> {
        Input { name: &self.name, bytes: &self.bytes }
    }
}

/// A case as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCase {
    schema: String,
    #[serde(default)]
    about: About,
    #[serde(default)]
    inputs: Vec<WrittenPart>,
    #[serde(default)]
    context: ContextFile,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<WrittenPart>,
}

/// A part as it is written: text where it is UTF-8, else base64.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPart {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

impl CaseFile {
    /// Whether bytes look like a case file of some version. Looks at both ends alone.
    pub fn looks_like(bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
        let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
        let tail = bytes.get(bytes.len().saturating_sub(LOOKED_AT)..).unwrap_or(bytes);
        let names = |part: &[u8]| part.windows(14).any(|window| window == b"\"samlens-case/");
        bytes.first() == Some(&b'{') && (names(head) || names(tail))
    }

    /// Reads a case.
    ///
    /// # Errors
    /// Says which key or which part is at fault, and what to do.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        if json.len() > CASE_FILE_BYTES {
            return Err(format!("the case file has {} bytes; the limit is {CASE_FILE_BYTES}", json.len()));
        }
        let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
        let written: WrittenCase =
            serde_json::from_slice(json).map_err(|error| format!("the case file is not what it should be: {error}"))?;
        if written.schema != SCHEMA {
            return Err(format!("schema is {:?}; what is read here is {SCHEMA}", written.schema));
        }
        let case = Self {
            about: written.about,
            inputs: parts("inputs", written.inputs)?,
            context: written.context,
            files: parts("files", written.files)?,
        };
        case.check_names()?;
        Ok(case)
    }

    /// Writes the case. A part that is a private key, and one that the context calls so, is left out.
    pub fn to_json(&self) -> String {
        let is_written = |part: &&CasePart| !self.withholds(part);
        let written = WrittenCase {
            schema: SCHEMA.to_owned(),
            about: self.about.clone(),
            inputs: self.inputs.iter().filter(is_written).map(write).collect(),
            context: self.context.clone(),
            files: self.files.iter().filter(is_written).map(write).collect(),
        };
        // There is no map with keys that are no text, and nothing else that could fail.
        plain::json(serde_json::to_string_pretty(&written).unwrap_or_default()) + "\n"
    }

    /// Whether a part of the case is left out when it is written, since it is a private key.
    pub fn withholds(&self, part: &CasePart) -> bool {
        self.context.private_keys.contains(&part.name) || holds_private_key(&part.bytes)
    }

    /// The content of a file that the context names, where the case has it.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|file| file.name == name).map(|file| &file.bytes[..])
    }

    /// The context with the files that the case has. What of it cannot be used is left out.
    pub fn context_at(&self, clock: Instant, language: Language) -> Context {
        let mut context = Context { language, ..Context::at(clock) };
        let _ = self.context.tell(&mut context);
        for name in &self.context.metadata {
            let _ = self.file(name).map(|bytes| context.add_metadata(name, bytes));
        }
        for name in &self.context.certificates {
            let _ = self.file(name).map(|bytes| context.add_certificates(name, bytes));
        }
        if let Some(name) = &self.context.request {
            let _ = self.file(name).map(|bytes| context.set_request(name, bytes));
        }
        context
    }

    /// The files that the context names and the case does not have: they stand beside it.
    pub fn beside(&self) -> Vec<&str> {
        let wanted = self.named().chain(&self.context.private_keys);
        wanted.map(String::as_str).filter(|name| self.file(name).is_none()).collect()
    }

    /// The files that the context names, but for private keys.
    fn named(&self) -> impl Iterator<Item = &String> {
        self.context.metadata.iter().chain(&self.context.certificates).chain(&self.context.request)
    }

    fn check_names(&self) -> Result<(), String> {
        for (index, file) in self.files.iter().enumerate() {
            let name = &file.name;
            if self.context.private_keys.contains(name) {
                return Err(key_within(&format!("files[{index}]"), name));
            }
            if !self.named().any(|named| named == name) {
                return Err(format!("files[{index}]: the context does not name {name:?}"));
            }
            if self.files.iter().take(index).any(|earlier| earlier.name == *name) {
                return Err(format!("files[{index}]: there are two files of the name {name:?}"));
            }
        }
        // A case comes from others: it must not make a reader open what is not its own.
        let is_outside = |name: &&str| {
            name.starts_with(['/', '\\']) || name.contains(':') || name.split(['/', '\\']).any(|part| part == "..")
        };
        match self.beside().into_iter().find(is_outside) {
            Some(name) => Err(format!("context: {name:?} lies outside the folder of the case file; put it beside it")),
            None => Ok(()),
        }
    }
}

/// Reads the parts of one key.
fn parts(key: &str, written: Vec<WrittenPart>) -> Result<Vec<CasePart>, String> {
    if written.len() > CASE_FILE_PARTS {
        return Err(format!("{key} has {} entries; the limit is {CASE_FILE_PARTS}", written.len()));
    }
    let read = |(index, part): (usize, WrittenPart)| {
        let at = format!("{key}[{index}]");
        let bytes = match (part.text, part.base64) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(base64)) => STANDARD.decode(base64).map_err(|error| format!("{at}: base64: {error}"))?,
            _ => return Err(format!("{at}: expected one of text and base64")),
        };
        if holds_private_key(&bytes) {
            return Err(key_within(&at, &part.name));
        }
        Ok(CasePart { name: part.name, bytes })
    };
    written.into_iter().enumerate().map(read).collect()
}

fn key_within(at: &str, name: &str) -> String {
    format!("{at}: {name:?} is a private key, which no case file carries; keep it in a file of its own beside it")
}

fn write(part: &CasePart) -> WrittenPart {
    let name = part.name.clone();
    match std::str::from_utf8(&part.bytes) {
        Ok(text) => WrittenPart { name, text: Some(text.to_owned()), base64: None },
        Err(_) => WrittenPart { name, text: None, base64: Some(STANDARD.encode(&part.bytes)) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../tests/scenarios/clean-generic-encrypted/sp-decryption.pem");

    fn part(name: &str, bytes: &[u8]) -> CasePart {
        CasePart { name: name.to_owned(), bytes: bytes.to_vec() }
    }

    fn case() -> CaseFile {
        let context = ContextFile::parse(
            br#"{"now": "2026-03-01T08:00:00Z", "clock_skew_seconds": 60, "metadata": ["idp.xml", "sp.xml"],
                 "private_keys": ["sp.pem"], "alibaba": {"sso_login_with_domain": false, "ram_users": []}}"#,
        );
        CaseFile {
            about: About { en: "A login.".to_owned(), zh: "\u{4E00}\u{6B21}\u{767B}\u{5F55}。".to_owned() },
            inputs: vec![part("a.txt", "\u{FEFF}a\r\n\0\u{1F512}".as_bytes()), part("b.bin", b"\xFF\x00\xC3")],
            context: context.unwrap(),
            files: vec![part("idp.xml", b"<a/>")],
        }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let case = case();
        let json = case.to_json();
        assert!(CaseFile::looks_like(json.as_bytes()));
        assert_eq!(CaseFile::parse(json.as_bytes()), Ok(case.clone()));
        assert_eq!(CaseFile::parse(json.as_bytes()).unwrap().to_json(), json);
        assert_eq!(case.beside(), ["sp.xml", "sp.pem"]);
        assert_eq!(case.file("idp.xml"), Some(&b"<a/>"[..]));
        assert!(!json.contains("null"), "what is not known is not written: {json}");
    }

    #[test]
    fn a_private_key_is_neither_written_nor_read() {
        let der = crate::crypto::armor::pem_blocks(KEY).remove(0).content.unwrap().expose().to_vec();
        let encrypted = include_bytes!("../tests/fixtures/encrypted/keys/sp.encrypted.pem");
        let forms = [KEY.as_bytes(), &der, STANDARD.encode(&der).as_bytes(), encrypted].map(<[u8]>::to_vec);
        for bytes in forms {
            let mut case = case();
            let key = part("key", &bytes);
            assert!(case.withholds(&key));
            case.inputs.push(key);
            let json = case.to_json();
            case.inputs.pop();
            assert_eq!(CaseFile::parse(json.as_bytes()), Ok(case), "the key alone is left out");
            let written =
                serde_json::json!({"schema": SCHEMA, "inputs": [{"name": "k", "base64": STANDARD.encode(&bytes)}]});
            let problem = CaseFile::parse(written.to_string().as_bytes()).unwrap_err();
            assert!(problem.starts_with("inputs[0]: \"k\" is a private key"), "{problem}");
        }
        let mut case = case();
        case.files.push(part("sp.pem", b"whatever the context calls a key"));
        assert!(!case.to_json().contains("whatever"));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (json, parts) in [
            (r#"{"schema": "samlens-case/1", "input": []}"#, &["`input`"][..]),
            (r#"{"schema": "samlens-case/1", "context": {"nwo": ""}}"#, &["`nwo`"]),
            (r#"{"schema": "samlens-case/1", "about": {"fr": ""}}"#, &["`fr`"]),
            (r#"{"schema": "samlens-case/1", "inputs": [{"name": "a", "txt": ""}]}"#, &["`txt`"]),
            (r#"{"schema": "samlens-case/1", "inputs": [{"text": ""}]}"#, &["`name`"]),
            (r#"{"schema": "samlens-case/1", "inputs": [{"name": "a"}]}"#, &["inputs[0]", "text and base64"]),
            (
                r#"{"schema": "samlens-case/1", "inputs": [{"name": "a", "text": "", "base64": ""}]}"#,
                &["inputs[0]", "text and base64"],
            ),
            (r#"{"schema": "samlens-case/1", "inputs": [{"name": "a", "base64": "?"}]}"#, &["inputs[0]", "base64"]),
            (r#"{"schema": "samlens-case/2"}"#, &["samlens-case/2", "samlens-case/1"]),
            (r#"{"inputs": []}"#, &["`schema`"]),
            (r#"{"schema": "samlens-case/1", "files": [{"name": "a.xml", "text": ""}]}"#, &["files[0]", "a.xml"]),
            (
                r#"{"schema": "samlens-case/1", "context": {"request": "r"},
                    "files": [{"name": "r", "text": ""}, {"name": "r", "text": ""}]}"#,
                &["files[1]", "two files"],
            ),
            (
                r#"{"schema": "samlens-case/1", "context": {"private_keys": ["r"]}, "files": [{"name": "r", "text": ""}]}"#,
                &["files[0]", "private key"],
            ),
            (r#"{"schema": "samlens-case/1", "context": {"private_keys": ["../id_rsa"]}}"#, &["../id_rsa"]),
            (r#"{"schema": "samlens-case/1", "context": {"metadata": ["/etc/passwd"]}}"#, &["/etc/passwd"]),
            (r#"{"schema": "samlens-case/1", "context": {"metadata": ["C:\\x"]}}"#, &["C:"]),
            ("", &["the case file"]),
        ] {
            let problem = CaseFile::parse(json.as_bytes()).unwrap_err();
            assert!(parts.iter().all(|part| problem.contains(part)), "{json}: {problem}");
        }
        let many = vec![serde_json::json!({"name": "a", "text": ""}); CASE_FILE_PARTS + 1];
        let json = serde_json::json!({"schema": SCHEMA, "inputs": many}).to_string();
        assert!(CaseFile::parse(json.as_bytes()).unwrap_err().contains("the limit is 1024"));
    }

    #[test]
    fn a_case_file_is_told_from_other_json() {
        let filler = "x".repeat(100_000);
        let sorted = format!(r#" {{"inputs": [{{"name": "a", "text": "{filler}"}}], "schema": "samlens-case/1"}} "#);
        assert!(CaseFile::looks_like(sorted.as_bytes()));
        assert!(CaseFile::looks_like("\u{FEFF}{\"schema\":\"samlens-case/9\"".as_bytes()), "of any version");
        assert!(!CaseFile::looks_like(br#"{"schema": "samlens-report/1"}"#));
        assert!(!CaseFile::looks_like(br#"<a b='"samlens-case/1"'/>"#));
        assert!(!CaseFile::looks_like(b""));
    }
}
