//! Google Workspace as identity provider (rule catalogue, section 6.8).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
