//! samlens: why did this SAML login fail?
