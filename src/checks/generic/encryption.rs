//! What is encrypted, for whom and how (XML Encryption 1.1).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
