//! What is signed, whether it holds, and why not; trusts nothing that the message says of itself.

mod doctor;
mod fault;
mod key;
pub(crate) mod names;
mod query;
mod reference;
mod structure;
mod verify;

pub use doctor::{Budget, Cure, Edit, Examination, Hints, Proof, examine};
pub use fault::{Fault, Malformed, MalformedKind, Status};
pub(crate) use key::bare_key;
pub use key::{Held, Key, KeyRing, Owner, held, shown};
pub use query::{Escapes, QueryVerdict, Relay, Variant, signed_query, verify_query};
pub use reference::{Target, element_by_id, id_of};
pub use structure::{Method, Shape};
pub(crate) use verify::foreign_encoding;
pub use verify::{SignatureVerdict, canonical, signed_octets, verify_document};
