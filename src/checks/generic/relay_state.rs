//! The RelayState (SAML 2.0 Bindings §3.4.3, §3.5.3).

use crate::checks::Rule;
use crate::checks::web_url::WebUrl;

pub(super) const RULES: &[Rule] = &[];

/// Whether an address is no page to go to: a browser would run it, make a page of it, or read the disk.
pub(in crate::checks) fn runs_or_reads(url: &WebUrl) -> bool {
    matches!(
        url.scheme.as_str(),
        "javascript"
            | "vbscript"
            | "data"
            | "file"
            | "blob"
            | "filesystem"
            | "about"
            | "view-source"
            | "intent"
            | "jar"
    )
}
