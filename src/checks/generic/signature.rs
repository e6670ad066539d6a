//! Whether, by whom and how the message is signed (SAML 2.0 Core §5).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
