//! The rules of this folder.
