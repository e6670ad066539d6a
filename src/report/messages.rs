//! From what the engine's errors and steps say as data to the words for it (`messages` in `texts/`): plain, with the
//! actual values, and what to do next.

use std::fmt::Display;

use super::texts::Texts;
use crate::context::ContextError;
use crate::crypto::armor::ArmorError;
use crate::crypto::private_key::PrivateKeyError;
use crate::intake::{Artifact, Cut, Detail, Foreign, Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use crate::language::Language;
use crate::xml::{Markup, XmlErrorKind};

/// A step's name in plain words.
pub(super) fn step(name: StepName, texts: &'static Texts) -> &'static str {
    texts.message(match name {
        StepName::Recognise => "step.recognise",
        StepName::Text => "step.text",
        StepName::Command => "step.command",
        StepName::Http => "step.http",
        StepName::Piece => "step.piece",
        StepName::LogRecord => "step.log-record",
        StepName::Unescape => "step.unescape",
        StepName::Parameters => "step.parameters",
        StepName::PercentDecode => "step.percent-decode",
        StepName::Base64 => "step.base64",
        StepName::Hex => "step.hex",
        StepName::Inflate => "step.inflate",
        StepName::Xml => "step.xml",
        StepName::Gunzip => "step.gunzip",
        StepName::Unwrap => "step.unwrap",
        StepName::References => "step.references",
        StepName::JsonText => "step.json-text",
        StepName::QuotedPrintable => "step.quoted-printable",
        StepName::Artifact => "step.artifact",
        StepName::Keys => "step.keys",
        StepName::Sieve => "step.sieve",
        StepName::Trace => "step.trace",
        StepName::Archive => "step.archive",
    })
}

/// What a step found, in plain words.
pub(super) fn detail(detail: &Detail, texts: &Texts) -> String {
    let (key, count, name): (_, &dyn Display, &dyn Display) = match detail {
        Detail::Artifact(Artifact { type_code: 1, .. }) => ("detail.artifact-1", &"", &""),
        Detail::Artifact(artifact) => {
            let index = artifact.endpoint_index.unwrap_or_default();
            return texts.say("detail.artifact", &[("name", &index)]);
        }
        Detail::Certificates { count, subject } => ("detail.certificates", count, subject),
        Detail::PublicKeys { count, name } => ("detail.public-keys", count, name),
        Detail::PrivateKey { name } => ("detail.private-key", &"", name),
    };
    texts.say(key, &[("count", count), ("name", name)])
}

/// A repair in plain words.
pub(super) fn repair(repair: Repair, texts: &Texts) -> String {
    let key = match repair.kind {
        RepairKind::Trimmed => "repair.trimmed",
        RepairKind::QuotesRemoved => "repair.quotes-removed",
        RepairKind::WhitespaceRemoved => "repair.whitespace-removed",
        RepairKind::SpaceToPlus => "repair.space-to-plus",
        RepairKind::UrlSafeAlphabet => "repair.url-safe-alphabet",
        RepairKind::PaddingAdded => "repair.padding-added",
        RepairKind::ZlibHeader => "repair.zlib-header",
        RepairKind::GzipHeader => "repair.gzip-header",
        RepairKind::TrailingBytes => "repair.trailing-bytes",
        RepairKind::FromUtf16 => "repair.from-utf-16",
        RepairKind::ByteOrderMark => "repair.byte-order-mark",
        RepairKind::EntriesLeftOut => "repair.entries-left-out",
        RepairKind::EntriesTooLarge => "repair.entries-too-large",
        RepairKind::BodyRebuilt => "repair.body-rebuilt",
        RepairKind::BodyCut => "repair.body-cut",
        RepairKind::MaskedValues => "repair.masked-values",
        RepairKind::TracerText => "repair.tracer-text",
        RepairKind::LatinText => "repair.latin-text",
        RepairKind::Chunked => "repair.chunked",
        RepairKind::HalfCharacters => "repair.half-characters",
        RepairKind::TextBefore => "repair.text-before",
        RepairKind::TextAfter => "repair.text-after",
        RepairKind::LinePrefixesRemoved => "repair.line-prefixes-removed",
        RepairKind::ReferencesResolved => "repair.references-resolved",
        RepairKind::EscapesUndone => "repair.escapes-undone",
        RepairKind::ChunksJoined => "repair.chunks-joined",
        RepairKind::QuotesUndoubled => "repair.quotes-undoubled",
        RepairKind::TerminalCodesRemoved => "repair.terminal-codes-removed",
        RepairKind::QuotesStraightened => "repair.quotes-straightened",
        RepairKind::SpacesMadePlain => "repair.spaces-made-plain",
        RepairKind::TreeMarksRemoved => "repair.tree-marks-removed",
        RepairKind::LiteralsJoined => "repair.literals-joined",
        RepairKind::FieldsJoined => "repair.fields-joined",
        RepairKind::BracketsRemoved => "repair.brackets-removed",
        RepairKind::AroundRemoved => "repair.around-removed",
        RepairKind::CutMarkRemoved => "repair.cut-mark-removed",
        RepairKind::InvisibleRemoved => "repair.invisible-removed",
        RepairKind::PlusToSpace => "repair.plus-to-space",
    };
    texts.say(key, &[("count", &repair.count)])
}

/// Why a step failed.
pub(super) fn step_error(step: &Step, error: &StepError, texts: &Texts) -> String {
    let (mut at, mut name, mut why) = (error.at, String::new(), String::new());
    let key = match &error.kind {
        StepErrorKind::Empty => "error.empty",
        StepErrorKind::Limit { name: limit, limit: most } => {
            (name, at) = ((*limit).to_owned(), *most);
            let is_of_bytes = limit.ends_with("_BYTES") || *limit == "INFLATE_RATIO";
            if is_of_bytes { "error.limit" } else { "error.limit-count" }
        }
        StepErrorKind::NotText => "error.not-text",
        StepErrorKind::Foreign(Foreign::Html) => "error.html",
        StepErrorKind::Foreign(Foreign::Words) => "error.words",
        StepErrorKind::Foreign(Foreign::Json) => "error.json",
        StepErrorKind::Jwt { .. } => "error.jwt",
        StepErrorKind::Foreign(Foreign::OpenId) => "error.openid",
        StepErrorKind::Foreign(Foreign::WsFederation) => "error.ws-federation",
        StepErrorKind::ArtifactLength(length) => {
            at = *length;
            "error.artifact-length"
        }
        StepErrorKind::ArtifactType(code) => {
            name = format!("{code:#06x}");
            "error.artifact-type"
        }
        StepErrorKind::Certificate => "error.certificate",
        StepErrorKind::PrivateKey(error) => return private_key_error(error, texts),
        StepErrorKind::Foreign(Foreign::Pem) => "error.pem",
        StepErrorKind::Foreign(Foreign::Url) => "error.url",
        StepErrorKind::NoParameter => "error.no-parameter",
        StepErrorKind::EmptyParameter => "error.empty-parameter",
        StepErrorKind::NotBase64(c) => {
            name = shown(*c);
            "error.not-base64"
        }
        StepErrorKind::Base64Length(length) => {
            at = *length;
            "error.base64-length"
        }
        StepErrorKind::Base64TrailingBits => "error.base64-trailing-bits",
        StepErrorKind::NotAMessage(start) => {
            name = start.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
            "error.not-a-message"
        }
        StepErrorKind::InflateBroken => "error.inflate-broken",
        StepErrorKind::InflateCut => {
            at = step.bytes_in;
            "error.inflate-cut"
        }
        StepErrorKind::Xml(xml) => {
            (at, why) = (xml.span.start, xml_error(&xml.kind, texts));
            "error.xml"
        }
        StepErrorKind::Masked => "error.masked",
        StepErrorKind::NoMessage(count) => {
            at = *count;
            "error.no-message"
        }
        StepErrorKind::TraceCut => "error.trace-cut",
        StepErrorKind::TraceEntry => "error.trace-entry",
        StepErrorKind::BodyMissing => "error.body-missing",
        StepErrorKind::NoMessageInFiles(count) => {
            at = *count;
            "error.no-message-in-files"
        }
        StepErrorKind::ArchiveCut => "error.archive-cut",
        StepErrorKind::ArchiveBroken => "error.archive-broken",
        StepErrorKind::ArchiveFile => "error.archive-file",
        StepErrorKind::ArchiveEncrypted => "error.archive-encrypted",
        StepErrorKind::ArchiveMethod(method) => {
            name = method.to_string();
            "error.archive-method"
        }
    };
    let told = texts.say(key, &[("at", &at), ("name", &name), ("why", &why)]);
    match &step.cut {
        None => told,
        Some(Cut::Length(length)) => told + &texts.say("cut.length", &[("name", length)]),
        Some(Cut::Mark(mark)) => told + &texts.say("cut.mark", &[("name", mark)]),
    }
}

/// Why something given as context cannot be used, and what to do.
pub fn context_error(error: &ContextError, language: Language) -> String {
    let texts = Texts::of(language);
    let (key, value): (_, &dyn Display) = match error {
        ContextError::Unreadable(kind) => {
            let step = Step::done(StepName::Recognise, 0, 0);
            let why = step_error(&step, &StepError { kind: kind.clone(), at: 0 }, texts);
            return texts.say("context.unreadable", &[("why", &why)]);
        }
        ContextError::NoMetadata(kind) => ("context.no-metadata", kind),
        ContextError::NoCertificate(ArmorError::Empty) => ("context.empty", &""),
        ContextError::NoCertificate(ArmorError::NotBase64 { offset, .. }) => ("context.not-base64", offset),
        ContextError::NoCertificate(ArmorError::CutBase64) => ("context.cut", &""),
        ContextError::NoCertificate(ArmorError::TooLarge { .. } | ArmorError::TooMany) => ("context.too-large", &""),
        ContextError::PrivateKey(error) => return private_key_error(error, texts),
        ContextError::NoKey => ("context.no-key", &""),
    };
    texts.say(key, &[("name", value)])
}

fn private_key_error(error: &PrivateKeyError, texts: &Texts) -> String {
    let what;
    let (key, value): (_, &dyn Display) = match error {
        PrivateKeyError::NeedsPassphrase => ("key.needs-passphrase", &""),
        PrivateKeyError::WrongPassphrase => ("key.wrong-passphrase", &""),
        PrivateKeyError::UnsupportedEncryption { name } => {
            what = texts.phrase_with(name);
            ("key.unsupported-encryption", &what)
        }
        PrivateKeyError::NotAPrivateKey { what: english } => {
            what = texts.phrase_with(english);
            ("key.not-a-private-key", &what)
        }
        PrivateKeyError::UnsupportedKey { name } => ("key.unsupported-key", name),
        PrivateKeyError::KeySize { bits } => ("key.size", bits),
        PrivateKeyError::TooCostly { what } => ("key.too-costly", what),
        PrivateKeyError::TooLarge { bytes } => ("key.too-large", bytes),
        PrivateKeyError::Unreadable(_) => ("key.unreadable", &""),
        PrivateKeyError::Malformed(_) | PrivateKeyError::Inconsistent | PrivateKeyError::Key(_) => ("key.damaged", &""),
    };
    texts.say(key, &[("name", value)])
}

/// What to try after a failed step.
pub(super) fn advice(step: &Step, kind: &StepErrorKind, texts: &Texts) -> String {
    let key = match kind {
        _ if step.cut.is_some() => "advice.cut",
        StepErrorKind::Empty => "advice.empty",
        StepErrorKind::Limit { .. } => "advice.limit",
        StepErrorKind::NotText => "advice.not-text",
        StepErrorKind::Foreign(Foreign::Html) => "advice.html",
        StepErrorKind::Foreign(Foreign::Words) => "advice.words",
        StepErrorKind::Foreign(Foreign::Json) => "advice.json",
        StepErrorKind::Jwt { algorithm, issuer } => {
            return texts.say("advice.jwt", &[("name", algorithm), ("why", issuer)]);
        }
        StepErrorKind::Foreign(Foreign::OpenId) => "advice.openid",
        StepErrorKind::Foreign(Foreign::WsFederation) => "advice.ws-federation",
        StepErrorKind::ArtifactLength(_) | StepErrorKind::ArtifactType(_) => "advice.artifact",
        StepErrorKind::Certificate => "advice.certificate",
        StepErrorKind::PrivateKey(PrivateKeyError::NeedsPassphrase) => "advice.passphrase",
        StepErrorKind::PrivateKey(_) => "advice.private-key",
        StepErrorKind::Foreign(Foreign::Pem) => "advice.pem",
        StepErrorKind::Foreign(Foreign::Url) | StepErrorKind::NoParameter => "advice.no-parameter",
        StepErrorKind::EmptyParameter => "advice.empty-parameter",
        StepErrorKind::NotBase64(_) => "advice.not-base64",
        StepErrorKind::Base64Length(_) | StepErrorKind::Base64TrailingBits => "advice.base64-cut",
        StepErrorKind::NotAMessage(_) => "advice.not-a-message",
        StepErrorKind::InflateBroken | StepErrorKind::InflateCut => "advice.inflate",
        StepErrorKind::Xml(error) => match error.kind {
            XmlErrorKind::UnclosedElement(_) | XmlErrorKind::Unclosed(_) | XmlErrorKind::NoRoot => "advice.xml-cut",
            XmlErrorKind::Limit { .. } => "advice.xml-limit",
            _ if step.bytes_in < 64 => "advice.xml-short",
            _ => "advice.xml",
        },
        StepErrorKind::Masked => "advice.masked",
        StepErrorKind::NoMessage(_) => "advice.no-message",
        StepErrorKind::TraceCut => "advice.trace-cut",
        StepErrorKind::TraceEntry => "advice.trace-entry",
        StepErrorKind::BodyMissing => "advice.body-missing",
        StepErrorKind::NoMessageInFiles(_) => "advice.no-message-in-files",
        StepErrorKind::ArchiveCut | StepErrorKind::ArchiveBroken | StepErrorKind::ArchiveFile => "advice.archive-cut",
        StepErrorKind::ArchiveEncrypted => "advice.archive-encrypted",
        StepErrorKind::ArchiveMethod(_) => "advice.archive-method",
    };
    texts.message(key).to_owned()
}

/// What is wrong with the XML, as the end of a sentence.
fn xml_error(kind: &XmlErrorKind, texts: &Texts) -> String {
    use XmlErrorKind::*;
    let character;
    let (key, name, other): (_, &dyn Display, &dyn Display) = match kind {
        NoRoot => ("xml.no-root", &"", &""),
        SecondRoot => ("xml.second-root", &"", &""),
        TextOutsideRoot => ("xml.text-outside-root", &"", &""),
        ForbiddenCharacter(c) => {
            character = shown(*c);
            ("xml.forbidden-character", &character, &"")
        }
        InvalidCharacterReference(name) => ("xml.invalid-character-reference", name, &""),
        UnclosedReference => ("xml.unclosed-reference", &"", &""),
        UndefinedEntity(name) => ("xml.undefined-entity", name, &""),
        CDataEndInText => ("xml.cdata-end-in-text", &"", &""),
        Unclosed(Markup::Comment) => ("xml.unclosed-comment", &"", &""),
        Unclosed(Markup::CData) => ("xml.unclosed-cdata", &"", &""),
        Unclosed(Markup::Instruction) => ("xml.unclosed-instruction", &"", &""),
        Unclosed(Markup::Doctype) => ("xml.unclosed-doctype", &"", &""),
        Unclosed(Markup::Tag) => ("xml.unclosed-tag", &"", &""),
        Unclosed(Markup::AttributeValue) => ("xml.unclosed-attribute-value", &"", &""),
        UnclosedElement(name) => ("xml.unclosed-element", name, &""),
        MismatchedEnd { expected: Some(expected), found } => ("xml.mismatched-end", found, expected),
        MismatchedEnd { expected: None, found } => ("xml.end-without-start", found, &""),
        UnknownMarkup => ("xml.unknown-markup", &"", &""),
        MalformedTag => ("xml.malformed-tag", &"", &""),
        InvalidName(name) => ("xml.invalid-name", name, &""),
        AttributeWithoutValue(name) => ("xml.attribute-without-value", name, &""),
        UnquotedAttribute(name) => ("xml.unquoted-attribute", name, &""),
        MissingSpace => ("xml.missing-space", &"", &""),
        LessThanInAttribute(name) => ("xml.less-than-in-attribute", name, &""),
        DuplicateAttribute(name) => ("xml.duplicate-attribute", name, &""),
        DuplicateExpandedAttribute { namespace, local } => ("xml.duplicate-expanded-attribute", local, namespace),
        UndeclaredPrefix(prefix) => ("xml.undeclared-prefix", prefix, &""),
        EmptyPrefixBinding(prefix) => ("xml.empty-prefix-binding", prefix, &""),
        XmlPrefixRebound => ("xml.xml-prefix-rebound", &"", &""),
        XmlnsPrefix => ("xml.xmlns-prefix", &"", &""),
        ReservedNamespace(prefix) if prefix.is_empty() => ("xml.reserved-default", &"", &""),
        ReservedNamespace(prefix) => ("xml.reserved-namespace", prefix, &""),
        DoubleHyphenInComment => ("xml.double-hyphen-in-comment", &"", &""),
        InvalidInstructionTarget(target) => ("xml.invalid-instruction-target", target, &""),
        ReservedInstructionTarget(target) => ("xml.reserved-instruction-target", target, &""),
        MisplacedDeclaration => ("xml.misplaced-declaration", &"", &""),
        MalformedDeclaration => ("xml.malformed-declaration", &"", &""),
        UnsupportedVersion(version) => ("xml.unsupported-version", version, &""),
        DoctypeRefused => ("xml.doctype-refused", &"", &""),
        MisplacedDoctype => ("xml.misplaced-doctype", &"", &""),
        MalformedDoctype => ("xml.malformed-doctype", &"", &""),
        Limit { name, limit } => ("xml.limit", name, limit),
        Tokenizer(reason) => ("xml.tokenizer", reason, &""),
    };
    texts.say(key, &[("name", name), ("other", other)])
}

/// A character as itself where it can be seen, and by its number in any case.
fn shown(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    if c.is_control() || c.is_whitespace() || u32::from(c) >= 0xFFFE { number } else { format!("'{c}' ({number})") }
}
