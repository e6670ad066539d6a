//! Metadata: of one entity or of several (SAML 2.0 Metadata).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
