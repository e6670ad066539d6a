//! What is signed, whether it holds, and why not; trusts nothing that the message says of itself.

mod confusion;
mod doctor;
mod fault;
mod key;
pub(crate) mod names;
mod query;
mod reference;
mod structure;
mod verify;
mod wrapping;
mod wrapping_shape;

pub use confusion::public_secret;
pub use doctor::{Budget, Cure, Edit, Examination, Hints, Proof, examine};
pub use fault::{Fault, Malformed, MalformedKind, Status};
pub(crate) use key::bare_key;
pub use key::{Held, Key, KeyRing, Owner, held, shown};
pub(crate) use query::signed_variant;
pub use query::{Escapes, QueryVerdict, Relay, Variant, repeated_parameter, signed_query, verify_query};
pub use reference::{Target, element_by_id, id_of};
pub use structure::{Method, Shape};
pub use verify::{SignatureVerdict, canonical, signed_octets, verify_document};
pub(crate) use verify::{digest_over, foreign_encoding, signed_value};
#[cfg(test)]
pub(crate) use wrapping::names_its_parent;
pub(crate) use wrapping::{Surroundings, Wrapping, elements_of_id, name_apart, reference_uris, wrappings};
