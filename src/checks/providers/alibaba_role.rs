//! Role-based SSO of Alibaba Cloud RAM (rule catalogue, section 2).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
