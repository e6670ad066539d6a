//! Single logout (SAML 2.0 Profiles §4.4).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
