//! Metadata (SAML 2.0 Metadata): the document, its roles, their keys, and what messages say against it.
//!
//! Metadata that was captured is looked at in full. Of metadata that was given as context only what the login uses is
//! looked at, so that a federation's many entities do not drown it.

mod binding;
mod document;
mod duration;
mod key;
mod location;
mod message;
mod role;
mod scope;
mod style;
mod survey;
#[cfg(test)]
mod tests;
mod text;
mod validity;

pub(super) use self::document::RULES as DOCUMENT;
pub(super) use self::key::RULES as KEY;
pub(super) use self::message::RULES as MESSAGE;
pub(super) use self::role::RULES as ROLE;
pub(super) use self::style::RULES as STYLE;
pub(super) use self::validity::RULES as VALIDITY;
