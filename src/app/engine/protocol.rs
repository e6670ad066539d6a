//! What the page asks the worker, and what the worker answers.
//!
//! A message is `[number, JSON of an Ask or Answer, attachments]`: large texts travel beside the JSON as bytes.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::{
    CalendarRow, Comparison, ContextFile, Decoding, EntityReport, EntityRow, Language, Layout, Leftover,
    MetadataDifference, OctetPiece, ReaderDifference, RedactionOptions, Replacement, Report, SelfTestReport, Stated,
};

/// Most bytes of what a signature is over that travel to the page.
pub const SIGNED_BYTES: usize = 1 << 20;

/// What is told where the browser ended the worker, which says nothing itself.
pub const ENDED: &str = "The browser ended the engine.";

/// What the worker refuses with where a file that it was given cannot be read any more.
pub const UNREAD: &str = "A file could not be read.";

/// What the page asks. All but the first two are about the case that was inspected last.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Take the engine's words; attached: the JSON of the language.
    Words {
        /// BCP 47.
        language: String,
    },
    /// Inspect a case; attached: the bytes of the inputs, then those of the files.
    Inspect(Box<Case>),
    /// What stands at a byte of a text.
    Explain {
        /// Which text.
        text: TextOf,
        /// The byte.
        offset: usize,
        /// The language of the sentence, BCP 47.
        language: String,
    },
    /// The lines of a text, coloured.
    Lines {
        /// Which text.
        text: TextOf,
        /// As sent, or formatted.
        layout: Layout,
    },
    /// The bytes that a signature is over.
    Signed {
        /// The number of the capture.
        capture: usize,
        /// The number of the signature in it.
        signature: usize,
    },
    /// What the form that a signature was made over and the form that is there now differ in.
    Restored {
        /// The number of the capture.
        capture: usize,
        /// The number of the signature in it.
        signature: usize,
    },
    /// Where another reader parts from ours; attached, unless it refuses the text: its outline of it.
    Outlined {
        /// The number of the capture.
        capture: usize,
    },
    /// How one message of an input was decoded, step by step; attached: the input's bytes.
    Decoding {
        /// The message's number in the input.
        part: usize,
    },
    /// Two texts compared.
    Compare {
        /// The first.
        left: TextOf,
        /// The second.
        right: TextOf,
        /// The language of what is said, BCP 47.
        language: String,
    },
    /// Rows of a metadata file's entities.
    Entities {
        /// The number of the file in the report.
        metadata: usize,
        /// What they are searched for; empty for all.
        query: String,
        /// The first of those that are found.
        from: usize,
        /// How many of them.
        count: usize,
    },
    /// Rows of a metadata file's calendar.
    Calendar {
        /// The number of the file in the report.
        metadata: usize,
        /// `expired`, `expiring`, `not-yet`, `weak`, `shared`, `rollover`; empty for all.
        filter: String,
        /// The first of those that are found.
        from: usize,
        /// How many of them.
        count: usize,
    },
    /// One entity of a metadata file as metadata of its own.
    Entity {
        /// The number of the file in the report.
        metadata: usize,
        /// The number of the entity in the file.
        number: usize,
        /// The language of what is said, BCP 47.
        language: String,
    },
    /// Which entity bytes of a capture are in.
    EntityAt {
        /// The number of the capture.
        capture: usize,
        /// The byte.
        offset: usize,
    },
    /// Two metadata files compared.
    MetadataDifference {
        /// The number of the first in the report.
        left: usize,
        /// The number of the second.
        right: usize,
        /// The language of what is said, BCP 47.
        language: String,
    },
    /// A file to hand on.
    Export {
        /// What, as [`crate::Export::ALL`] has it, or `link`: the fragment that carries the case.
        what: String,
        /// Which capture, of an export that is of one.
        capture: Option<usize>,
        /// The language of the export, BCP 47.
        language: String,
        /// Of the redacted case; `None`: of the case as it is.
        redaction: Option<RedactionOptions>,
    },
    /// What redaction replaces.
    Redact {
        /// How.
        redaction: RedactionOptions,
    },
    /// Try the engine on messages whose answers are known, for a moment; attached: the messages.
    SelfTest {
        /// The check to go on with.
        from: usize,
    },
}

/// A text with XML in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextOf {
    /// The number of the capture.
    pub capture: usize,
    /// The number of the decryption, for what came out of it.
    pub decryption: Option<usize>,
}

/// A case, but for its bytes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Case {
    /// The names of the inputs.
    pub inputs: Vec<String>,
    /// Files of the context.
    pub files: Vec<ContextPart>,
    /// What else is known.
    pub context: ContextFile,
    /// The language of the report, BCP 47.
    pub language: String,
    /// Which login is to be judged, by its index in the report.
    pub login: Option<usize>,
    /// The browser's clock, in seconds since 1970 (UTC).
    pub clock: i64,
}

/// A passphrase: wiped when it is dropped, and no debugging shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Passphrase(pub String);

impl Drop for Passphrase {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a passphrase")
    }
}

/// A file of the context.
#[derive(Debug, Serialize, Deserialize)]
pub struct ContextPart {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub role: FileRole,
    /// Of an encrypted private key.
    pub passphrase: Option<Passphrase>,
}

/// What a file of the context is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileRole {
    /// Metadata of a party.
    Metadata,
    /// A trusted certificate or public key.
    Certificate,
    /// A private key of the service.
    PrivateKey,
    /// The request that the login began with.
    Request,
}

impl FileRole {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Metadata, Self::Certificate, Self::PrivateKey, Self::Request];
}

/// What the worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The worker takes questions.
    Ready,
    /// How far an inspection has come.
    Progress {
        /// Steps done.
        done: usize,
        /// Steps in all.
        of: usize,
    },
    /// The report; attached: the XML of each capture, empty for none, which stands in the report no more.
    Report {
        /// The report.
        report: Box<Report>,
        /// What of the context could not be used.
        problems: Vec<Problem>,
    },
    /// Attached: what [`crate::view::Lines::from_bytes`] reads.
    Lines,
    /// What stands at the byte; `None` where it is in no element.
    Explained(Option<Explained>),
    /// Attached: the bytes, as far as [`SIGNED_BYTES`] goes.
    Signed,
    /// What was there when it was signed, and what has come in since.
    Difference(Vec<OctetPiece>),
    /// Where another reader parts from ours.
    Outlined(Option<ReaderDifference>),
    /// How an input was decoded.
    Decoding(Decoding),
    /// What two texts differ in.
    Compared(Comparison),
    /// Rows of a metadata file's entities.
    Entities {
        /// How many are found.
        found: usize,
        /// Those that were asked for.
        rows: Vec<EntityRow>,
    },
    /// Rows of a metadata file's calendar.
    Calendar {
        /// How many are found.
        found: usize,
        /// Those that were asked for.
        rows: Vec<CalendarRow>,
    },
    /// One entity; attached: its text as metadata of its own, which the report's spans count in, and its lines for
    /// [`crate::view::Lines::from_bytes`].
    Entity {
        /// All that it says.
        entity: Option<Box<EntityReport>>,
        /// The report about it alone.
        report: Box<Report>,
    },
    /// The numbers of a metadata file and of an entity in it; `None` where the byte is in none.
    EntityAt(Option<(usize, usize)>),
    /// What two metadata files differ in; `None` where one of them is no metadata.
    MetadataDifference(Option<MetadataDifference>),
    /// A file to hand on; attached: its bytes.
    Exported {
        /// A name for it.
        name: String,
        /// Its media type.
        media_type: String,
        /// Parts of the case that are not in it, since they are private keys.
        withheld: Vec<String>,
    },
    /// What redaction replaces, and what is left.
    Redacted {
        /// Every value that was found.
        replacements: Vec<Replacement>,
        /// What the scan of the result found.
        left: Vec<Leftover>,
        /// What is stated of the case, which its redacted bytes no longer prove.
        stated: Option<Stated>,
    },
    /// What the self-test found, as far as it has come.
    SelfTest(SelfTestReport),
    /// Done, with nothing to say.
    Done,
    /// It cannot be answered: why.
    Refused(String),
    /// The engine failed and the worker is no more: what it said.
    Fault(String),
}

/// What stands at a byte: of [`crate::Explanation`] what the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The way to it from the root.
    pub path: String,
    /// Its bytes.
    pub span: [usize; 2],
    /// What it is.
    pub sentence: String,
}

/// Something of the context that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The name of the file, or the key of the context.
    pub about: String,
    /// Why, and what to do.
    pub text: String,
    /// Whether it is a private key whose passphrase is missing.
    pub needs_passphrase: bool,
}

impl Case {
    /// The language of the report.
    pub fn language(&self) -> Language {
        Language::from_tag(&self.language)
    }
}
