//! The rules of this folder over really signed messages: the scenarios, and the project's vectors.
