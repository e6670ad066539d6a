//! The words for what the engine's errors and steps say as data: plain, with the actual values, and what to do next.

use crate::context::ContextError;
use crate::crypto::armor::ArmorError;
use crate::crypto::private_key::PrivateKeyError;
use crate::intake::{Foreign, Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use crate::xml::{Markup, XmlErrorKind};

/// A step's name in plain words.
pub(super) fn step(name: StepName) -> &'static str {
    match name {
        StepName::Recognise => "Look at what was pasted",
        StepName::Text => "Decode the text",
        StepName::Parameters => "Take the message's parameter",
        StepName::PercentDecode => "Undo percent-encoding",
        StepName::Base64 => "Decode base64",
        StepName::Inflate => "Inflate (DEFLATE)",
        StepName::Xml => "Read the XML",
    }
}

/// A repair in plain words.
pub(super) fn repair(repair: Repair) -> String {
    let count = repair.count;
    let s = if count == 1 { "" } else { "s" };
    match repair.kind {
        RepairKind::Trimmed => format!("passed over {count} byte{s} of white space around it"),
        RepairKind::QuotesRemoved => format!("took off {count} quotation mark{s}"),
        RepairKind::WhitespaceRemoved => format!("took out {count} line end{s} or space{s}"),
        RepairKind::SpaceToPlus => format!("read {count} space{s} as the + that a form decoder made them from"),
        RepairKind::UrlSafeAlphabet => format!("read {count} character{s} of the URL-safe alphabet (- and _)"),
        RepairKind::PaddingAdded => format!("supplied {count} missing ="),
        RepairKind::ZlibHeader => "passed over a zlib header: the binding asks for raw DEFLATE".to_owned(),
        RepairKind::GzipHeader => "passed over a gzip header: the binding asks for raw DEFLATE".to_owned(),
        RepairKind::TrailingBytes => format!("passed over {count} byte{s} after the end of the stream"),
        RepairKind::FromUtf16 => "converted UTF-16 to UTF-8".to_owned(),
        RepairKind::ByteOrderMark => "took off a byte order mark".to_owned(),
    }
}

/// Why a step failed.
pub(super) fn step_error(step: &Step, error: &StepError) -> String {
    match &error.kind {
        StepErrorKind::Empty => "There is nothing here to read.".to_owned(),
        StepErrorKind::Limit { name, limit } => {
            format!("This is larger than samlens reads: the limit {name} is {limit} bytes.")
        }
        StepErrorKind::NotText => "The bytes are neither UTF-8 nor UTF-16 text.".to_owned(),
        StepErrorKind::Foreign(Foreign::Html) => "This is a web page and not a SAML message.".to_owned(),
        StepErrorKind::Foreign(Foreign::Json) => {
            "This is JSON (a HAR or a trace, perhaps), which samlens does not take apart yet.".to_owned()
        }
        StepErrorKind::Foreign(Foreign::Jwt) => {
            "This is a JSON Web Token, which belongs to OpenID Connect or OAuth and not to SAML.".to_owned()
        }
        StepErrorKind::Foreign(Foreign::Pem) => "This is a certificate or a key, and no message.".to_owned(),
        StepErrorKind::Foreign(Foreign::Url) => "This URL has no query, so that there is no message in it.".to_owned(),
        StepErrorKind::NoParameter => "This URL has neither a SAMLRequest nor a SAMLResponse parameter.".to_owned(),
        StepErrorKind::EmptyParameter => "The message's parameter is there, but empty.".to_owned(),
        StepErrorKind::NotBase64(c) => format!("{} at byte {} is no base64.", shown(*c), error.at),
        StepErrorKind::Base64Length(length) => {
            format!("{length} characters are no whole base64 text: one or more are missing at the end.")
        }
        StepErrorKind::Base64TrailingBits => format!(
            "The last character of the base64 text, at byte {}, does not fit its length: something was cut off or changed.",
            error.at
        ),
        StepErrorKind::NotAMessage(start) => format!(
            "What comes out is neither XML nor compressed XML; it begins with the bytes {}.",
            start.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
        ),
        StepErrorKind::InflateBroken => format!("The compressed data is damaged at byte {}.", error.at),
        StepErrorKind::InflateCut => {
            format!("The compressed data stops at byte {} before its end: the value was cut.", step.bytes_in)
        }
        StepErrorKind::Xml(xml) => {
            format!("The XML is not well-formed at byte {}: {}.", xml.span.start, xml_error(&xml.kind))
        }
    }
}

/// Why something given as context cannot be used, and what to do.
pub fn context_error(error: &ContextError) -> String {
    match error {
        ContextError::Unreadable(kind) => {
            let step = Step::done(StepName::Recognise, 0, 0);
            step_error(&step, &StepError { kind: kind.clone(), at: 0 }) + " Give the metadata as XML."
        }
        ContextError::NoMetadata(kind) => {
            format!("It is a {kind} and no metadata, whose root is EntityDescriptor or EntitiesDescriptor.")
        }
        ContextError::NoCertificate(ArmorError::Empty) => "It is empty. Give a certificate in PEM or DER.".to_owned(),
        ContextError::NoCertificate(ArmorError::NotBase64 { offset, .. }) => {
            format!("Byte {offset} is neither PEM, DER nor base64. Give a certificate in PEM or DER.")
        }
        ContextError::NoCertificate(ArmorError::CutBase64) => {
            "Its base64 text is cut off. Copy the certificate again, whole.".to_owned()
        }
        ContextError::NoCertificate(ArmorError::TooLarge { .. } | ArmorError::TooMany) => {
            "It holds more than samlens reads. Give the one certificate that is meant.".to_owned()
        }
        ContextError::PrivateKey(error) => private_key_error(error),
        ContextError::NoKey => {
            "No certificate in it has a key that can be read. Give the signing certificate.".to_owned()
        }
    }
}

fn private_key_error(error: &PrivateKeyError) -> String {
    match error {
        PrivateKeyError::NeedsPassphrase => "The private key is encrypted. Give its passphrase.".to_owned(),
        PrivateKeyError::WrongPassphrase => "The private key does not open with this passphrase.".to_owned(),
        PrivateKeyError::UnsupportedEncryption { name } => format!(
            "The private key is encrypted with {name}, which is not opened here. \
             openssl pkcs8 -topk8 -in KEY -out NEW rewrites it."
        ),
        PrivateKeyError::NotAPrivateKey { what } => format!("It is {what}. Give the private key."),
        PrivateKeyError::UnsupportedKey { name } => format!("Keys of the kind {name} are not used for decryption."),
        PrivateKeyError::KeySize { bits } => format!("A key of {bits} bits is outside what is computed here."),
        PrivateKeyError::TooCostly { what } => format!("Opening it would cost too much: {what}."),
        PrivateKeyError::TooLarge { bytes } => format!("{bytes} bytes are too many for a private key."),
        PrivateKeyError::Unreadable(_) => "It is neither PEM, DER nor base64. Give a private key in PEM.".to_owned(),
        PrivateKeyError::Malformed(_) | PrivateKeyError::Inconsistent | PrivateKeyError::Key(_) => {
            "The private key is damaged. Export it again.".to_owned()
        }
    }
}

/// What to try after a failed step.
pub(super) fn advice(step: &Step, kind: &StepErrorKind) -> &'static str {
    match kind {
        StepErrorKind::Empty => "Paste the SAMLResponse value, the redirect URL, or the XML.",
        StepErrorKind::Limit { .. } => "Take the one message out of the capture and paste that.",
        StepErrorKind::NotText => "Paste the text of the message, or drop the file as it was saved.",
        StepErrorKind::Foreign(Foreign::Html) => {
            "In the browser's developer tools, under Network, open the request that posts to the service and copy the \
             SAMLResponse field of its form data."
        }
        StepErrorKind::Foreign(Foreign::Json) => "Search it for SAMLResponse or SAMLRequest and paste that value.",
        StepErrorKind::Foreign(Foreign::Jwt) => {
            "If the service uses SAML, copy the SAMLResponse field of the form that is posted to it."
        }
        StepErrorKind::Foreign(Foreign::Pem) => "Paste the message that it belongs to.",
        StepErrorKind::Foreign(Foreign::Url) | StepErrorKind::NoParameter => {
            "Copy the whole address that holds SAMLRequest= or SAMLResponse=; a POST has its message in the form data."
        }
        StepErrorKind::EmptyParameter => "Capture the login again: the tool that made this capture left the value out.",
        StepErrorKind::NotBase64(_) => {
            "Copy the value alone, from its first character to its last, without the name before it or text after it."
        }
        StepErrorKind::Base64Length(_) | StepErrorKind::Base64TrailingBits => {
            "Copy the value again, whole: terminals, tickets and log lines often cut long lines."
        }
        StepErrorKind::NotAMessage(_) => "Check that this is the SAMLRequest or SAMLResponse value, and whole.",
        StepErrorKind::InflateBroken | StepErrorKind::InflateCut => {
            "Copy the URL again, whole: address bars and logs often cut long ones."
        }
        StepErrorKind::Xml(error) => match error.kind {
            XmlErrorKind::UnclosedElement(_) | XmlErrorKind::Unclosed(_) | XmlErrorKind::NoRoot => {
                "The text stops too early: copy it again, whole."
            }
            XmlErrorKind::Limit { .. } => "No login needs a message like this. Treat it as an attack.",
            _ if step.bytes_in < 64 => "Check that this is the message, and whole.",
            _ => {
                "If this came from a log or a web page, its markup may have been changed on the way: take the message \
                 from the browser's network view instead. If it is what was sent, its maker is at fault."
            }
        },
    }
}

/// What is wrong with the XML, as the end of a sentence.
fn xml_error(kind: &XmlErrorKind) -> String {
    use XmlErrorKind::*;
    match kind {
        NoRoot => "there is no element in it".to_owned(),
        SecondRoot => "a second element stands beside the root".to_owned(),
        TextOutsideRoot => "text stands outside the root element".to_owned(),
        ForbiddenCharacter(c) => format!("the character {} may stand in no XML document", shown(*c)),
        InvalidCharacterReference(name) => format!("&{name}; stands for no character that XML allows"),
        UnclosedReference => "an & begins no reference; as a character it is written &amp;".to_owned(),
        UndefinedEntity(name) => format!("the entity &{name}; is not declared"),
        CDataEndInText => "]]> stands in text".to_owned(),
        Unclosed(markup) => format!("the text ends within {}", markup_name(*markup)),
        UnclosedElement(name) => format!("the text ends before </{name}>"),
        MismatchedEnd { expected: Some(expected), found } => format!("</{found}> stands where </{expected}> must"),
        MismatchedEnd { expected: None, found } => format!("</{found}> ends an element that was never begun"),
        UnknownMarkup => "<! begins neither a comment nor a CDATA section".to_owned(),
        MalformedTag => "a tag is malformed".to_owned(),
        InvalidName(name) => format!("{name:?} is no name"),
        AttributeWithoutValue(name) => format!("the attribute {name} has no value"),
        UnquotedAttribute(name) => format!("the value of the attribute {name} has no quotation marks"),
        MissingSpace => "there is no space before an attribute".to_owned(),
        LessThanInAttribute(name) => format!("a < stands in the value of the attribute {name}"),
        DuplicateAttribute(name) => format!("the attribute {name} stands twice in one tag"),
        DuplicateExpandedAttribute { namespace, local } => {
            format!("the attribute {local} of the namespace {namespace} stands twice in one tag, by two prefixes")
        }
        UndeclaredPrefix(prefix) => format!("the namespace prefix {prefix} is not declared"),
        EmptyPrefixBinding(prefix) => format!("the prefix {prefix} is bound to an empty namespace"),
        XmlPrefixRebound => "the prefix xml is bound to another namespace".to_owned(),
        XmlnsPrefix => "the prefix xmlns is used as if it were an ordinary one".to_owned(),
        ReservedNamespace(prefix) if prefix.is_empty() => "a reserved namespace is made the default".to_owned(),
        ReservedNamespace(prefix) => format!("the prefix {prefix} is bound to a reserved namespace"),
        DoubleHyphenInComment => "-- stands within a comment".to_owned(),
        InvalidInstructionTarget(target) => format!("a processing instruction has the target {target:?}"),
        ReservedInstructionTarget(target) => format!("a processing instruction has the reserved target {target}"),
        MisplacedDeclaration => "the XML declaration does not stand at the very start".to_owned(),
        MalformedDeclaration => "the XML declaration is malformed".to_owned(),
        UnsupportedVersion(version) => format!("the XML version {version:?} is none that is known"),
        DoctypeRefused => "it has a document type".to_owned(),
        MisplacedDoctype => "a document type stands where none may".to_owned(),
        MalformedDoctype => "the document type is malformed".to_owned(),
        Limit { name, limit } => format!("it goes over the limit {name}, which is {limit}"),
        Tokenizer(reason) => reason.clone(),
    }
}

fn markup_name(markup: Markup) -> &'static str {
    match markup {
        Markup::Comment => "a comment",
        Markup::CData => "a CDATA section",
        Markup::Instruction => "a processing instruction",
        Markup::Doctype => "a document type",
        Markup::Tag => "a tag",
        Markup::AttributeValue => "an attribute's value",
    }
}

/// A character as itself where it can be seen, and by its number in any case.
fn shown(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    if c.is_control() || c.is_whitespace() || u32::from(c) >= 0xFFFE { number } else { format!("{c:?} ({number})") }
}
