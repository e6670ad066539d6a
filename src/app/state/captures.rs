//! What a person has put into the page: captures, and what they know beside them.

use std::fmt;
use std::rc::Rc;

use yew::AttrValue;

use super::super::engine::FileRole;
use crate::ContextFile;

/// A pasted text or a file, kept in memory only.
#[derive(Debug, PartialEq, Eq)]
pub struct Captured {
    /// Never given twice.
    pub number: u32,
    /// Its name, which no other capture has.
    pub name: AttrValue,
    /// What it holds, to the byte.
    pub body: Body,
}

/// What a capture holds.
#[derive(PartialEq, Eq)]
pub enum Body {
    /// A text that stands, or stood, in the field.
    Text(AttrValue),
    /// A file.
    File(Vec<u8>),
}

impl fmt::Debug for Body {
    /// Its size alone: what was captured is nobody's business but the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes().len())
    }
}

impl Body {
    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::File(bytes) => bytes,
        }
    }
}

/// What is known beside the captures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// The facts; its lists of files are empty, since the files are those below.
    pub facts: ContextFile,
    /// The files.
    pub files: Vec<Rc<DraftFile>>,
}

/// A file of the context, kept in memory only.
#[derive(PartialEq, Eq)]
pub struct DraftFile {
    /// Its name.
    pub name: AttrValue,
    /// What it is for.
    pub role: FileRole,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Of an encrypted private key.
    pub passphrase: Option<AttrValue>,
}

impl DraftFile {
    /// Whether it is a secret.
    pub fn is_private(&self) -> bool {
        self.role == FileRole::PrivateKey
    }
}

impl fmt::Debug for DraftFile {
    /// Without its bytes and its passphrase, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?}, {} bytes)", self.name, self.role, self.bytes.len())
    }
}
