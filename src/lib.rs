//! samlens: why did this SAML login fail?

pub mod limits;
pub mod xml;
