//! How the message came across: bindings, parameters, encodings, and whether it is XML at all (SAML 2.0 Bindings).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
