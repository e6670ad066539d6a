//! Reading XML strictly, every node with the bytes it came from; canonical XML.
//!
//! Never resolves an external entity, never repairs, never judges.

mod canonical;
mod doctype;
mod document;
mod element;
mod error;
mod highlight;
mod names;
mod namespaces;
mod prolog;
mod reader;
mod references;
mod tag;

pub use canonical::{CanonicalError, CanonicalErrorKind, CanonicalMethod, Canonicalization, PrefixList, canonicalize};
pub use doctype::{Declared, DeclaredKind, declared};
pub use document::{Attribute, Document, Node, NodeId, NodeKind, Nodes};
pub use error::{Markup, XmlError, XmlErrorKind};
pub use highlight::{Layout, Line, Token, TokenKind, lines};
pub use names::is_ncname;
pub use namespaces::{NamespaceId, XML_NAMESPACE, XMLNS_NAMESPACE};
pub use prolog::declared_encoding;
pub use reader::{Doctype, Reading, read};
pub use references::{Piece, attribute_value, pieces, text_value};
