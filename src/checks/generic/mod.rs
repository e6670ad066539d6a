//! What the standard and its deployment profiles ask of everyone, by subject.

mod assertion;
mod attack;
mod certificate;
mod each;
mod encryption;
mod envelope;
mod logout;
mod metadata;
mod name_id;
pub(super) mod relay_state;
mod request;
mod schema;
mod signature;
mod status;
mod transport;

use super::rule::{Pack, Rule, Scope};

/// Every generic pack.
pub(super) const PACKS: &[&Pack] = &[
    &pack(transport::RULES),
    &pack(transport::query::RULES),
    &pack(transport::document::RULES),
    &pack(envelope::RULES),
    &pack(envelope::address::RULES),
    &pack(envelope::party::RULES),
    &pack(envelope::time::RULES),
    &pack(status::RULES),
    &pack(request::RULES),
    &pack(signature::RULES),
    &pack(attack::RULES),
    &pack(encryption::RULES),
    &pack(certificate::RULES),
    &pack(assertion::statements::RULES),
    &pack(assertion::audience::RULES),
    &pack(assertion::confirmation::RULES),
    &pack(assertion::times::RULES),
    &pack(assertion::attributes::RULES),
    &pack(name_id::RULES),
    &pack(relay_state::RULES),
    &pack(metadata::DOCUMENT),
    &pack(metadata::ROLE),
    &pack(metadata::KEY),
    &pack(metadata::VALIDITY),
    &pack(metadata::STYLE),
    &pack(metadata::MESSAGE),
    &pack(logout::RULES),
    &pack(schema::RULES),
    &pack(transport::values::RULES),
];

const fn pack(rules: &'static [Rule]) -> Pack {
    Pack { profile: "generic", scope: Scope::Generic, rules }
}
