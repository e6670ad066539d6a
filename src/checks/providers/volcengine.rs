//! Volcengine (rule catalogue, section 6.5).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
