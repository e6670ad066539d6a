//! The NameID: value, format, qualifiers (SAML 2.0 Core §2.2.3, §8.3).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
