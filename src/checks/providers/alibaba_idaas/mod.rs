//! Alibaba Cloud IDaaS as identity provider (rule catalogue, section 4).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
