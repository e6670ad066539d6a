//! The AuthnRequest (SAML 2.0 Core §3.4, Profiles §4.1.4.1).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
