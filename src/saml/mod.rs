//! SAML 2.0 as typed views of a document; none judges. Messages borrow it, metadata is read into values of its own.

mod assertion;
pub(crate) mod attribute_names;
mod message;
pub mod metadata;
pub mod names;
pub(crate) mod split;
mod value;
mod version_1;
pub(crate) mod wrapping;

pub use assertion::{
    Assertion, AuthnStatement, Conditions, NameId, SamlAttribute, Subject, SubjectConfirmation, SubjectConfirmationData,
};
pub use message::Message;
pub use value::Value;
pub(crate) use value::attribute;
pub(crate) use version_1::Version1;
