//! The ladder's vocabulary: a step, what it repaired, why it failed.

use super::artifact::Artifact;
use crate::crypto::private_key::PrivateKeyError;
use crate::limits;
use crate::xml::XmlError;

/// One step from what was pasted towards the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done.
    pub name: StepName,
    /// Bytes that the step was given.
    pub bytes_in: usize,
    /// Bytes that it made.
    pub bytes_out: usize,
    /// What had to be mended on the way: never silently.
    pub repairs: Vec<Repair>,
    /// Why it failed, if it did. The steps before it stand.
    pub error: Option<StepError>,
    /// What shows that what it was given had been cut short before, where something does.
    pub cut: Option<Cut>,
    /// The first bytes of what it made, as far as [`limits::STEP_HEAD_BYTES`] goes.
    pub head: Vec<u8>,
    /// What it found, where that is no text.
    pub detail: Option<Detail>,
}

impl Step {
    /// Keeps the first bytes of what it made.
    pub(crate) fn making(mut self, made: &[u8]) -> Self {
        self.head = made.get(..made.len().min(limits::STEP_HEAD_BYTES)).unwrap_or_default().to_vec();
        self
    }

    pub(crate) fn done(name: StepName, bytes_in: usize, bytes_out: usize) -> Self {
        Self { name, bytes_in, bytes_out, repairs: Vec::new(), error: None, cut: None, head: Vec::new(), detail: None }
    }

    pub(crate) fn failed(name: StepName, bytes_in: usize, error: StepError) -> Self {
        Self {
            name,
            bytes_in,
            bytes_out: 0,
            repairs: Vec::new(),
            error: Some(error),
            cut: None,
            head: Vec::new(),
            detail: None,
        }
    }
}

/// What shows that a value was cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// It has a length at which tools cut.
    Length(usize),
    /// It ends in what tools put in the place of the rest: `...`, `[truncated]`.
    Mark(String),
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepName {
    /// Looks at what was pasted and decides what it is.
    Recognise,
    /// UTF-8 (with or without a byte order mark) or UTF-16 to text.
    Text,
    /// Takes a request out of a command line or a script: curl, PowerShell, `fetch`.
    Command,
    /// Takes HTTP messages apart, or what a tool shows of them.
    Http,
    /// Cuts something out of the text around it.
    Piece,
    /// Takes the text out of a record of a log.
    LogRecord,
    /// Undoes what a page or a log did to the text: its references, its escapes, what stands before each line.
    Unescape,
    /// Takes the parameters out of a URL, a query string or a form body.
    Parameters,
    /// Peels one layer of percent-encoding (RFC 3986 §2.1).
    PercentDecode,
    /// Base64 (RFC 4648 §4, §5) to bytes.
    Base64,
    /// Hexadecimal digits (RFC 4648 §8) to bytes.
    Hex,
    /// Raw DEFLATE (RFC 1951), as the redirect binding asks for (SAML 2.0 Bindings §3.4.4.1).
    Inflate,
    /// Reads the XML strictly.
    Xml,
    /// Unpacks a gzip file (RFC 1952).
    Gunzip,
    /// Takes the value out of the quotation marks, the label or the prose around it.
    Unwrap,
    /// Resolves one layer of HTML's or XML's character references.
    References,
    /// Undoes one layer of the escapes of JSON strings (RFC 8259 §7).
    JsonText,
    /// Undoes quoted-printable (RFC 2045 §6.7).
    QuotedPrintable,
    /// Reads an artifact (SAML 2.0 Bindings §3.6.4).
    Artifact,
    /// Reads certificates and keys (RFC 7468, RFC 5280, RFC 5208).
    Keys,
    /// Leaves out of a trace what has nothing of SAML in it.
    Sieve,
    /// Takes one exchange out of a trace.
    Trace,
    /// Takes the files out of an archive.
    Archive,
}

impl StepName {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recognise => "recognise",
            Self::Text => "text-decode",
            Self::Command => "command",
            Self::Http => "http",
            Self::Piece => "piece",
            Self::LogRecord => "log-record",
            Self::Unescape => "unescape",
            Self::Parameters => "parameters",
            Self::PercentDecode => "percent-decode",
            Self::Base64 => "base64-decode",
            Self::Hex => "hex-decode",
            Self::Inflate => "inflate",
            Self::Xml => "xml-read",
            Self::Gunzip => "gunzip",
            Self::Unwrap => "unwrap",
            Self::References => "reference-decode",
            Self::JsonText => "json-unescape",
            Self::QuotedPrintable => "quoted-printable-decode",
            Self::Artifact => "artifact-read",
            Self::Keys => "keys-read",
            Self::Sieve => "sieve",
            Self::Trace => "trace-read",
            Self::Archive => "archive-read",
        }
    }
}

/// What a step found that is no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// An artifact.
    Artifact(Artifact),
    /// Certificates.
    Certificates {
        /// How many.
        count: usize,
        /// Whose the first one is.
        subject: String,
    },
    /// Public keys.
    PublicKeys {
        /// How many.
        count: usize,
        /// The kind and size of the first one.
        name: String,
    },
    /// A private key.
    PrivateKey {
        /// Its kind and size.
        name: String,
    },
}

/// Something that was mended, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// What.
    pub kind: RepairKind,
    /// How many characters or bytes it touched.
    pub count: usize,
}

/// What a step can mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairKind {
    /// White space around the input was passed over.
    Trimmed,
    /// Quotes around the value were taken off.
    QuotesRemoved,
    /// Line ends or spaces within base64 were taken out.
    WhitespaceRemoved,
    /// A space within base64 was read as the `+` that a form decoder had made it from.
    SpaceToPlus,
    /// `-` and `_` of the URL-safe alphabet were read (RFC 4648 §5).
    UrlSafeAlphabet,
    /// Missing `=` at the end were supplied.
    PaddingAdded,
    /// A zlib header stood where raw DEFLATE should (RFC 1950).
    ZlibHeader,
    /// A gzip header stood where raw DEFLATE should (RFC 1952).
    GzipHeader,
    /// Bytes after the end of the DEFLATE stream were passed over.
    TrailingBytes,
    /// Text in UTF-16 was made UTF-8.
    FromUtf16,
    /// A byte order mark was taken off.
    ByteOrderMark,
    /// Exchanges without anything of SAML in them were left out of a trace.
    EntriesLeftOut,
    /// Exchanges larger than [`limits::SIEVED_ENTRY_BYTES`] were left out of a trace.
    EntriesTooLarge,
    /// A body was put together again from parameters that a tool had decoded.
    BodyRebuilt,
    /// Bytes of a body that a trace says were sent, and does not have.
    BodyCut,
    /// Values that are masked were passed over.
    MaskedValues,
    /// The text that a tracer had decoded was taken, since the value itself is not there.
    TracerText,
    /// Characters were read as the bytes that they were made of.
    LatinText,
    /// A body was put together of the chunks that it was sent in.
    Chunked,
    /// Half characters of UTF-16 in JSON were read as U+FFFD.
    HalfCharacters,
    /// Text that stands before the piece was passed over.
    TextBefore,
    /// Text that stands behind the piece was passed over.
    TextAfter,
    /// What a logger writes before each line was taken off.
    LinePrefixesRemoved,
    /// References of HTML were resolved.
    ReferencesResolved,
    /// Escapes of a string were undone.
    EscapesUndone,
    /// Quotation marks that a table doubles (RFC 4180 §2) were made single.
    QuotesUndoubled,
    /// Control sequences of a terminal were taken out.
    TerminalCodesRemoved,
    /// Typographic quotation marks around the values of attributes were made straight.
    QuotesStraightened,
    /// Spaces that XML does not know as white space were made such, where white space means nothing.
    SpacesMadePlain,
    /// What a browser draws before an element that can be folded was taken off.
    TreeMarksRemoved,
    /// The string literals that a program has a value in were joined.
    LiteralsJoined,
    /// The chunks of a body were joined.
    ChunksJoined,
    /// Fields that were recorded decoded were joined to a body, which is encoded as forms do it.
    FieldsJoined,
    /// Brackets around the value were taken off.
    BracketsRemoved,
    /// Text before or after the value was passed over.
    AroundRemoved,
    /// A mark that says that there was more was taken off.
    CutMarkRemoved,
    /// Characters that are not seen were taken out of base64.
    InvisibleRemoved,
    /// A `+` was read as the space that a form encoder made it from.
    PlusToSpace,
}

impl RepairKind {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trimmed => "trimmed",
            Self::QuotesRemoved => "quotes-removed",
            Self::WhitespaceRemoved => "whitespace-removed",
            Self::SpaceToPlus => "space-to-plus",
            Self::UrlSafeAlphabet => "url-safe-alphabet",
            Self::PaddingAdded => "padding-added",
            Self::ZlibHeader => "zlib-header",
            Self::GzipHeader => "gzip-header",
            Self::TrailingBytes => "trailing-bytes",
            Self::FromUtf16 => "from-utf-16",
            Self::ByteOrderMark => "byte-order-mark",
            Self::EntriesLeftOut => "entries-left-out",
            Self::EntriesTooLarge => "entries-too-large",
            Self::BodyRebuilt => "body-rebuilt",
            Self::BodyCut => "body-cut",
            Self::MaskedValues => "masked-values",
            Self::TracerText => "tracer-text",
            Self::LatinText => "latin-text",
            Self::Chunked => "chunked",
            Self::HalfCharacters => "half-characters",
            Self::TextBefore => "text-before",
            Self::TextAfter => "text-after",
            Self::LinePrefixesRemoved => "line-prefixes-removed",
            Self::ReferencesResolved => "references-resolved",
            Self::EscapesUndone => "escapes-undone",
            Self::QuotesUndoubled => "quotes-undoubled",
            Self::TerminalCodesRemoved => "terminal-codes-removed",
            Self::QuotesStraightened => "quotes-straightened",
            Self::SpacesMadePlain => "spaces-made-plain",
            Self::TreeMarksRemoved => "tree-marks-removed",
            Self::LiteralsJoined => "literals-joined",
            Self::ChunksJoined => "chunks-joined",
            Self::FieldsJoined => "fields-joined",
            Self::BracketsRemoved => "brackets-removed",
            Self::AroundRemoved => "around-removed",
            Self::CutMarkRemoved => "cut-mark-removed",
            Self::InvisibleRemoved => "invisible-removed",
            Self::PlusToSpace => "plus-to-space",
        }
    }
}

/// Why a step failed, and at which byte of what it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepError {
    /// Why.
    pub kind: StepErrorKind,
    /// Byte offset into the step's input.
    pub at: usize,
}

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepErrorKind {
    /// There was nothing to read.
    Empty,
    /// More than a named limit of [`crate::limits`].
    Limit {
        /// The constant's name.
        name: &'static str,
        /// Its value.
        limit: usize,
    },
    /// Bytes that are neither UTF-8 nor UTF-16.
    NotText,
    /// Something known that holds no SAML message, or none that can be taken out of it.
    Foreign(Foreign),
    /// A URL, query or form without `SAMLRequest` or `SAMLResponse`.
    NoParameter,
    /// The parameter is there and empty.
    EmptyParameter,
    /// A character that is not of the base64 alphabet.
    NotBase64(char),
    /// Base64 cannot have this many characters: the value was cut.
    Base64Length(usize),
    /// The last character of the base64 text has bits that must be zero: the value was cut or altered.
    Base64TrailingBits,
    /// Neither XML nor compressed: what the decoded bytes begin with.
    NotAMessage(Vec<u8>),
    /// The DEFLATE stream is broken.
    InflateBroken,
    /// The DEFLATE stream ends before its end marker: the value was cut.
    InflateCut,
    /// The XML is not well-formed.
    Xml(XmlError),
    /// A JSON Web Token: OpenID Connect, not SAML. What it says of itself.
    Jwt {
        /// `alg` of its header.
        algorithm: String,
        /// `iss` of its payload.
        issuer: String,
    },
    /// An artifact cannot have this many bytes.
    ArtifactLength(usize),
    /// An artifact of a type that is not known.
    ArtifactType(u16),
    /// A certificate that is cut or damaged.
    Certificate,
    /// A private key that cannot be used.
    PrivateKey(PrivateKeyError),
    /// The value is masked.
    Masked,
    /// A trace with this many exchanges, none of which has a message.
    NoMessage(usize),
    /// A trace ends before its list of exchanges does.
    TraceCut,
    /// An exchange of a trace is no JSON.
    TraceEntry,
    /// A form was posted, and the trace left it out.
    BodyMissing,
    /// An archive with this many files, none of which has a message.
    NoMessageInFiles(usize),
    /// An archive ends before its directory.
    ArchiveCut,
    /// The directory of an archive is damaged.
    ArchiveBroken,
    /// A file of an archive is damaged or cut.
    ArchiveFile,
    /// A file of an archive is encrypted.
    ArchiveEncrypted,
    /// A file of an archive is compressed by this method.
    ArchiveMethod(u16),
}

/// What is recognised, and is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// A web page.
    Html,
    /// JSON: a HAR or a trace, perhaps.
    Json,
    /// PEM: a certificate or a key.
    Pem,
    /// A URL without a query.
    Url,
    /// An address or a form of OpenID Connect or OAuth.
    OpenId,
    /// A request of WS-Federation.
    WsFederation,
    /// Words.
    Words,
}
