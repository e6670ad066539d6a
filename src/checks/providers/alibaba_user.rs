//! User-based SSO of Alibaba Cloud RAM (rule catalogue, section 1).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
