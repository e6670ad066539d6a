//! The RelayState (SAML 2.0 Bindings §3.4.3, §3.5.3).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
