//! Tencent Cloud (rule catalogue, section 6.3).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
