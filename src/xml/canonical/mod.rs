//! Canonical XML 1.0 and 1.1 and Exclusive Canonical XML 1.0, of a document or of one element with all that is in it,
//! straight into a digest.
//!
//! A failure is an error and never an empty answer: an empty answer has a digest, and that digest has been signed
//! before (CVE-2025-25292, CVE-2025-66568, CVE-2025-66475, CVE-2025-66578).

mod arena;
mod base;
#[cfg(test)]
mod examples;
mod inherit;
mod output;
mod rendered;
mod walk;

use std::ops::Range;

use super::document::{Node, NodeId, NodeKind};
use super::names::is_space;
use crate::sorted::sort_by;
use walk::Walk;

/// Which of the three recommendations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CanonicalMethod {
    /// Canonical XML 1.0 (XMLDSig 1.1 §6.5.1).
    Inclusive10,
    /// Canonical XML 1.1 (XMLDSig 1.1 §6.5.2).
    Inclusive11,
    /// Exclusive XML Canonicalization 1.0 (XMLDSig 1.1 §6.5.3).
    Exclusive10,
}

/// A canonicalization algorithm, as a signature names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Canonicalization {
    /// Which recommendation.
    pub method: CanonicalMethod,
    /// Whether comments are kept.
    ///
    /// For a `#id` reference the caller says `false` whatever the transform is called: such a reference takes the
    /// comments out before the first transform sees them (XMLDSig 1.1 §4.4.3.3).
    pub comments: bool,
}

impl Canonicalization {
    /// All six, each with its identifier.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::new(CanonicalMethod::Inclusive10, false), "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        (Self::new(CanonicalMethod::Inclusive10, true), "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"),
        (Self::new(CanonicalMethod::Inclusive11, false), "http://www.w3.org/2006/12/xml-c14n11"),
        (Self::new(CanonicalMethod::Inclusive11, true), "http://www.w3.org/2006/12/xml-c14n11#WithComments"),
        (Self::new(CanonicalMethod::Exclusive10, false), "http://www.w3.org/2001/10/xml-exc-c14n#"),
        (Self::new(CanonicalMethod::Exclusive10, true), "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"),
    ];

    /// The algorithm of this recommendation, with or without comments.
    pub const fn new(method: CanonicalMethod, comments: bool) -> Self {
        Self { method, comments }
    }

    /// The algorithm of this identifier, `None` where it is none of the six. Identifiers are compared to the byte.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == uri).map(|(this, _)| *this)
    }

    /// Its identifier.
    pub fn uri(self) -> &'static str {
        Self::ALL.iter().find(|(this, _)| *this == self).map_or("", |(_, uri)| uri)
    }
}

/// The prefixes that Exclusive Canonical XML treats as the inclusive kind would (its §3, `InclusiveNamespaces`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrefixList<'a> {
    /// Sorted, each once; the empty prefix is `#default`.
    prefixes: Vec<&'a str>,
}

impl<'a> PrefixList<'a> {
    /// Reads the value of the attribute `PrefixList`. A prefix that is nowhere declared changes nothing.
    pub fn parse(value: &'a str) -> Self {
        let tokens = value.split(|c: char| c.is_ascii() && is_space(c as u8)).filter(|token| !token.is_empty());
        let mut prefixes: Vec<_> = tokens.map(|token| if token == "#default" { "" } else { token }).collect();
        sort_by(&mut prefixes, |a, b| a.cmp(b));
        prefixes.dedup();
        Self { prefixes }
    }

    /// Whether it names no prefix at all.
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
    }

    /// Whether it names this prefix; the empty one is the default namespace.
    pub fn contains(&self, prefix: &str) -> bool {
        self.prefixes.binary_search(&prefix).is_ok()
    }
}

/// Why there is no canonical form, and the bytes at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalError {
    /// What is wrong.
    pub kind: CanonicalErrorKind,
    /// The bytes at fault, in the document's text.
    pub span: Range<usize>,
}

/// Why there is no canonical form. Clauses are those of Canonical XML 1.0 and 1.1, which number alike.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CanonicalErrorKind {
    /// A namespace name that is a relative reference: "implementations of XML canonicalization MUST report an operation
    /// failure" (§2.1, which Exclusive Canonical XML takes over).
    RelativeNamespace(String),
    /// A control character in a namespace name, which only a character reference can bring there. No URI holds one
    /// (RFC 3986 §2), and libxml2 answers nothing for it.
    ControlInNamespace(String),
    /// The document has a document type: what that would add or define is not read, so that nothing here may be signed.
    Doctype,
    /// A reference to an entity that is not predefined.
    Entity(String),
    /// Neither the document nor an element, but something of this kind.
    NotAnElement(NodeKind),
    /// No element would be left of it: there is none, or it lies within what is left out.
    NothingLeft,
}

/// Writes the canonical form of `node` into `sink`, in UTF-8, piece by piece.
///
/// `node`: the document node, for all of the document with the comments and instructions beside the root; or an
/// element, for the document subset of it and everything in it, which with the inclusive methods takes along the
/// namespaces and the `xml:` attributes of its ancestors (§2.4).
///
/// `prefixes`: only Exclusive Canonical XML asks it.
///
/// `exclude`: one element that is left out with everything in it, known by its identity: the enveloped signature
/// (XMLDSig 1.1 §6.6.4).
///
/// Time grows with `node`'s length, plus, in the inclusive methods or with prefixes listed, that of its ancestors'
/// start tags, and what stands before the root element. Nothing recurses.
///
/// # Errors
///
/// See [`CanonicalErrorKind`]. What `sink` was given before an error is no canonical form of anything.
pub fn canonicalize(
    node: Node<'_>,
    method: Canonicalization,
    prefixes: &PrefixList<'_>,
    exclude: Option<NodeId>,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<(), CanonicalError> {
    Walk::new(node, method, prefixes, sink).run(node, exclude)
}

fn fail<T>(kind: CanonicalErrorKind, span: Range<usize>) -> Result<T, CanonicalError> {
    Err(CanonicalError { kind, span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_identifier_names_its_algorithm() {
        for (method, uri) in Canonicalization::ALL {
            assert_eq!(Canonicalization::from_uri(uri), Some(method));
            assert_eq!(method.uri(), uri);
            assert_eq!(method.comments, uri.ends_with("#WithComments"));
        }
        for uri in ["", "http://www.w3.org/2001/10/xml-exc-c14n", "http://www.w3.org/2006/12/xml-c14n11#"] {
            assert_eq!(Canonicalization::from_uri(uri), None, "{uri}");
        }
    }

    fn canonical(text: &str) -> String {
        let document = crate::xml::read(text, crate::xml::Doctype::Refuse).whole().unwrap();
        let forms = Canonicalization::ALL.map(|(method, _)| {
            let mut octets = Vec::new();
            let sink = &mut |bytes: &[u8]| octets.extend_from_slice(bytes);
            canonicalize(document.root(), method, &PrefixList::default(), None, sink).unwrap();
            String::from_utf8(octets).unwrap()
        });
        assert!(forms.iter().all(|form| *form == forms[0]), "{forms:?}");
        forms[0].clone()
    }

    /// Canonical XML 1.0 §1.1: white space within tags is one space before each attribute, quotes are double.
    #[test]
    fn tags_are_written_in_one_way_however_they_were() {
        assert_eq!(
            canonical("<a\n\tb=\"1\"\n  c = '2'\td=\"3\"\n><e\n/></a\n>"),
            "<a b=\"1\" c=\"2\" d=\"3\"><e></e></a>"
        );
        assert_eq!(canonical("<a\tb=\"1\"/>"), "<a b=\"1\"></a>");
        assert_eq!(canonical("<a b=\"1\"  ></a  >"), "<a b=\"1\"></a>");
        assert_eq!(canonical("<a c=\"1\" b=\"2\"/>"), "<a b=\"2\" c=\"1\"></a>");
        assert_eq!(canonical("<p:a xmlns:p=\"urn:a b\"/>"), "<p:a xmlns:p=\"urn:a b\"></p:a>");
    }

    #[test]
    fn a_prefix_list_is_a_set_of_prefixes() {
        let list = PrefixList::parse(" xs\t#default\nds xs ");
        for prefix in ["", "xs", "ds"] {
            assert!(list.contains(prefix), "{prefix}");
        }
        assert!(!list.contains("d") && !list.contains("#default") && !list.is_empty());
        assert!(PrefixList::parse(" \r\n").is_empty() && PrefixList::default().is_empty());
    }
}
