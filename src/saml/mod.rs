//! SAML 2.0 as typed views of a document; each borrows it, and none judges.

mod assertion;
mod message;
pub mod names;
mod value;

pub use assertion::{Assertion, AuthnStatement, Conditions, NameId, SamlAttribute, Subject, SubjectConfirmationData};
pub use message::Message;
pub use value::Value;
