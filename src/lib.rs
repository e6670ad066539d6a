//! samlens: why did this SAML login fail?

pub mod crypto;
