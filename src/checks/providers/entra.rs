//! Microsoft Entra ID as identity provider (rule catalogue, section 6.6).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
