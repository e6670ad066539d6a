//! Role federation of AWS IAM (rule catalogue, section 6.1).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
