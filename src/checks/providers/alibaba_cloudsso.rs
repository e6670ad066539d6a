//! Alibaba Cloud CloudSSO (rule catalogue, section 3).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
