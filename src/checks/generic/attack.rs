//! Shapes that only an attacker makes.

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
