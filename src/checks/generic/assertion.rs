//! The assertion: whom it is for, when it holds, what it states (SAML 2.0 Core §2.3 to §2.7, Profiles §4.1.4).

use crate::checks::Rule;

pub(super) const RULES: &[Rule] = &[];
