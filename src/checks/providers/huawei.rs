//! Huawei Cloud (rule catalogue, section 6.4).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
