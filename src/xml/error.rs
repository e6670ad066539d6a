//! What can be wrong with XML text: one enum, with the place.

use std::ops::Range;

/// Why a text is no well-formed, namespace-well-formed XML document that this tool will judge, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlError {
    /// What is wrong.
    pub kind: XmlErrorKind,
    /// The bytes at fault, in the text that was read.
    pub span: Range<usize>,
}

impl XmlError {
    pub(crate) fn new(kind: XmlErrorKind, span: Range<usize>) -> Self {
        Self { kind, span }
    }
}

/// What is wrong with an XML text. Clauses are those of XML 1.0 (fifth edition), "NS" of Namespaces in XML 1.0.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum XmlErrorKind {
    /// No element at all (§2.1).
    NoRoot,
    /// A second element beside the root (§2.1).
    SecondRoot,
    /// Characters, CDATA or references outside the root element (§2.1, §2.8).
    TextOutsideRoot,
    /// A character that no document may hold, as itself (§2.2).
    ForbiddenCharacter(char),
    /// A reference to a character that no document may hold, or to no character (§4.1).
    InvalidCharacterReference(String),
    /// `&` that begins no reference, or a reference without its `;` (§4.1).
    UnclosedReference,
    /// An entity other than the five predefined ones, without a document type to declare it (§4.1).
    UndefinedEntity(String),
    /// `]]>` in character data (§2.4).
    CDataEndInText,
    /// The text ends within this piece of markup.
    Unclosed(Markup),
    /// The text ends within this element: its end tag is missing (§3.1).
    UnclosedElement(String),
    /// An end tag that fits no start tag; `expected` is the element that is open, if any (§3.1).
    MismatchedEnd {
        /// The name of the element that is open.
        expected: Option<String>,
        /// The name in the end tag.
        found: String,
    },
    /// `<!` that begins neither comment, CDATA section nor document type.
    UnknownMarkup,
    /// A tag that follows no rule of the grammar at this place (§3.1).
    MalformedTag,
    /// A name that is none, or holds a colon where none may be (§2.3, NS §3, §4).
    InvalidName(String),
    /// An attribute without `=` or without a value (§3.1).
    AttributeWithoutValue(String),
    /// An attribute value without quotes (§3.1).
    UnquotedAttribute(String),
    /// No white space before an attribute (§3.1).
    MissingSpace,
    /// `<` in an attribute value (§3.1).
    LessThanInAttribute(String),
    /// The same attribute twice in a tag (§3.1).
    DuplicateAttribute(String),
    /// Two attributes of different prefix that have the same namespace and local name (NS §6.3).
    DuplicateExpandedAttribute {
        /// The namespace name that both prefixes stand for.
        namespace: String,
        /// The local name that they share.
        local: String,
    },
    /// A prefix that no declaration in scope binds (NS §5).
    UndeclaredPrefix(String),
    /// `xmlns:p=""`: only the default namespace can be undeclared (NS §5).
    EmptyPrefixBinding(String),
    /// The prefix `xml` bound to anything but its own namespace (NS §3).
    XmlPrefixRebound,
    /// The prefix `xmlns` declared, or used for an element (NS §3).
    XmlnsPrefix,
    /// A namespace that only `xml` or `xmlns` may stand for, bound to another prefix or made the default (NS §3).
    ReservedNamespace(String),
    /// `--` within a comment (§2.5).
    DoubleHyphenInComment,
    /// A processing instruction without a target, or with one that is no name (§2.6).
    InvalidInstructionTarget(String),
    /// A processing instruction whose target is `xml` in any letter case (§2.6).
    ReservedInstructionTarget(String),
    /// An XML declaration anywhere but at the very start (§2.8).
    MisplacedDeclaration,
    /// An XML declaration that follows no rule of the grammar (§2.8).
    MalformedDeclaration,
    /// An XML version other than 1.x in the declaration (§2.8).
    UnsupportedVersion(String),
    /// A document type: SAML forbids none by schema, but every service that is sound refuses it before reading on
    /// (SAML 2.0 Security Considerations; OWASP SAML Security).
    DoctypeRefused,
    /// A document type after the root element's start, or a second one (§2.8).
    MisplacedDoctype,
    /// A document type that follows no rule of the grammar (§2.8).
    MalformedDoctype,
    /// Larger than the named limit of [`crate::limits`].
    Limit {
        /// The constant's name.
        name: &'static str,
        /// Its value.
        limit: usize,
    },
    /// The tokenizer stopped for a reason that has no name here.
    Tokenizer(String),
}

/// A piece of markup that the text's end can cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// `<!--`
    Comment,
    /// `<![CDATA[`
    CData,
    /// `<?`
    Instruction,
    /// `<!DOCTYPE`
    Doctype,
    /// `<name` or `</name`
    Tag,
    /// `name="`
    AttributeValue,
}
