//! AWS IAM Identity Center (rule catalogue, section 6.2).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
