//! Keys and certificates: size and validity.

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
