//! What a person has put into the page: captures, and what they know beside them.

use std::fmt;
use std::rc::Rc;

use web_sys::Blob;
use yew::AttrValue;
use zeroize::Zeroize;

use super::super::engine::{Attached, FileRole, Passphrase};
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
    /// A file that is too large to pass through the page's hands: the worker reads it, and nobody else.
    Large(Blob),
}

impl fmt::Debug for Body {
    /// Its size alone: what was captured is nobody's business but the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl Body {
    /// What is handed to the engine.
    pub fn attached(&self) -> Attached<'_> {
        match self {
            Self::Text(text) => Attached::Bytes(text.as_bytes()),
            Self::File(bytes) => Attached::Bytes(bytes),
            Self::Large(file) => Attached::File(file),
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        match self.attached() {
            Attached::Bytes(bytes) => bytes.len(),
            Attached::File(file) => file.size() as usize,
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
    pub passphrase: Option<Passphrase>,
}

impl DraftFile {
    /// Whether it is a secret.
    pub fn is_private(&self) -> bool {
        self.role == FileRole::PrivateKey
    }
}

impl Drop for DraftFile {
    /// A key that is removed is no longer in memory.
    fn drop(&mut self) {
        if self.is_private() {
            self.bytes.zeroize();
        }
    }
}

impl fmt::Debug for DraftFile {
    /// Without its bytes and its passphrase, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?}, {} bytes)", self.name, self.role, self.bytes.len())
    }
}
