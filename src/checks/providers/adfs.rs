//! AD FS as identity provider (rule catalogue, section 6.7).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
