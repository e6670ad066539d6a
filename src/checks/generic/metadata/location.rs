//! An endpoint's address, read once for all the rules that ask about it.

use core::net::IpAddr;

use crate::checks::web_url::{self, Form, Mended, UrlFault};

/// What is wrong with an address, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Faults {
    /// It leads nowhere by itself, or nowhere at all.
    pub(super) relative: bool,
    /// A browser runs or shows it, and goes nowhere: `javascript:`, `data:`, ….
    pub(super) dangerous: bool,
    /// Over http.
    pub(super) http: bool,
    /// To a host of one machine or one network.
    pub(super) internal: bool,
    /// With a fragment, which browsers keep to themselves.
    pub(super) fragment: bool,
    /// With the port that its scheme has anyway.
    pub(super) port: bool,
}

/// Reads an address.
pub(super) fn faults(text: &str) -> Faults {
    if is_plain(text) {
        return Faults::default();
    }
    let url = match web_url::read(text) {
        Ok(url) => url,
        Err(UrlFault::Empty | UrlFault::Relative | UrlFault::Invalid) => {
            return Faults { relative: true, ..Faults::default() };
        }
    };
    Faults {
        relative: url.form == Form::ProtocolRelative,
        dangerous: matches!(url.scheme.as_str(), "javascript" | "data" | "vbscript" | "blob" | "file" | "about"),
        http: url.scheme == "http",
        internal: url.is_web() && is_internal(&url.host),
        fragment: url.fragment.is_some() && url.is_web(),
        port: url.mended.contains(&Mended::DefaultPort),
    }
}

/// Whether nothing can be wrong with it, which is so for nearly all: `https`, a public name, nothing odd behind it.
fn is_plain(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let end = rest.find('/').unwrap_or(rest.len());
    let Some((host, path)) = rest.split_at_checked(end) else { return false };
    host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
        && host.rsplit('.').next().is_some_and(|top| top.starts_with(|c: char| c.is_ascii_lowercase()))
        && !host.starts_with('.')
        && !host.contains("..")
        && !host.contains("xn--")
        && !is_internal(host)
        && path.bytes().all(|b| b > b' ' && b != b'#' && b != b'\\' && b.is_ascii())
}

/// A host of one machine or one network: RFC 1918, RFC 4193, RFC 3927, RFC 6761, RFC 6762, RFC 8375.
fn is_internal(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => {
            address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified()
        }
        Ok(IpAddr::V6(address)) => {
            address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_unspecified()
        }
        Err(_) => {
            let top = host.rsplit('.').next().unwrap_or_default();
            !host.contains('.')
                || matches!(top, "localhost" | "local" | "internal" | "lan" | "intranet")
                || host.ends_with(".home.arpa")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_one_network_are_known() {
        for host in ["localhost", "app.localhost", "192.168.0.1", "127.0.0.1", "[::1]", "[fd00::1]", "adfs", "idp.lan."]
        {
            assert!(is_internal(host), "{host}");
        }
        for host in ["acme.example", "local.acme.example", "[2001:db8::1]", "8.8.8.8"] {
            assert!(!is_internal(host), "{host}");
        }
    }

    #[test]
    fn what_is_plain_has_no_fault_by_the_whole_reading_either() {
        for text in [
            "https://idp.acme.example/sso",
            "https://idp.acme.example",
            "https://a-1.acme.example/sso?x=1&y=%20",
            "https://1.2.3.4/sso",
            "https://idp.lan/sso",
            "https://idp/sso",
            "https://idp.acme.example:443/sso",
            "https://idp.acme.example/sso#x",
            "https://IDP.acme.example/sso",
            "https://..example/",
        ] {
            let url = web_url::read(text);
            let sound = url.as_ref().is_ok_and(|url| {
                url.scheme == "https" && !is_internal(&url.host) && url.fragment.is_none() && url.mended.is_empty()
            });
            assert!(!is_plain(text) || sound, "{text}: {url:?}");
        }
        assert!(is_plain("https://a-1.acme.example/sso?x=1&y=%20"));
    }
}
