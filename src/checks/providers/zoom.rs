//! Zoom (rule catalogue, section 6.9).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
