//! An address as a browser reads it (the WHATWG URL standard), and what the browser had to mend to read it so.
//!
//! A service that looks for an allowed domain in the text of an address sees another host than the browser goes to; so
//! whatever is judged about an address is judged by this reading.

#[cfg(test)]
mod tests;

use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::{ParseError, Url};

/// An address that leads somewhere by itself, or from any page of the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl {
    /// Whether it names its scheme.
    pub form: Form,
    /// In lower case, without the colon; `https` for one that takes its page's.
    pub scheme: String,
    /// As the browser asks for it: in ASCII, in lower case, numbers as an IPv4 address; with its trailing dot, and IPv6
    /// with its brackets. Empty where the scheme has none. Of a scheme unknown to browsers it is as written.
    pub host: String,
    /// The port, where it is not the scheme's own.
    pub port: Option<u16>,
    /// Whether a user name or a password stands before the host.
    pub userinfo: bool,
    /// From the first slash on; all that follows the colon, where the scheme has no host.
    pub path: String,
    /// What follows the first question mark.
    pub query: Option<String>,
    /// What follows the first number sign.
    pub fragment: Option<String>,
    /// What the browser had to mend, each once, in the order of [`Mended`].
    pub mended: Vec<Mended>,
}

/// How an address names its scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `https://host`
    Absolute,
    /// `//host`, `\\host`, `/\host`: another host, by the scheme of the page that it stands in.
    ProtocolRelative,
}

/// Something that a browser passes over or rewrites, and that a comparison of text does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mended {
    /// Spaces or control characters at the ends.
    SpacesAround,
    /// A tab or a line end inside.
    TabOrNewline,
    /// A backslash where it reads a slash.
    Backslash,
    /// Fewer or more than two slashes before the host.
    Slashes,
    /// A scheme in upper case.
    UpperCaseScheme,
    /// Something before an `@`, which is no part of the host, be it empty.
    UserInfo,
    /// A percent-encoded character in the host.
    EncodedHost,
    /// A character beyond ASCII in the host.
    UnicodeHost,
    /// Upper case in the host.
    UpperCaseHost,
    /// A dot after the host. It stays, and leads to the same host.
    TrailingDot,
    /// An IPv4 address in other than four decimal numbers.
    NumericHost,
    /// A port that is the scheme's own, or empty.
    DefaultPort,
}

/// Why an address leads nowhere by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UrlFault {
    /// Nothing but white space.
    Empty,
    /// It leads to another place of the same host only: `/path`, `path`, `?query`, and `aliyun.com` as well.
    Relative,
    /// The host is missing.
    EmptyHost,
    /// The host is none that there can be.
    Host,
    /// The port is no number up to 65535.
    Port,
    /// Anything else; browsers refuse it.
    Malformed,
}

/// Reads an address as a browser does.
///
/// One with a scheme is read for itself. On a page of the same scheme browsers read `https:host` and `https:/host` as
/// places of that page's host; [`Mended::Slashes`] is noted for them.
///
/// # Errors
/// Where it leads nowhere by itself.
pub fn read(text: &str) -> Result<WebUrl, UrlFault> {
    let trimmed = text.trim_matches(|c| c <= ' ');
    let clean: String = trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    if clean.is_empty() {
        return Err(UrlFault::Empty);
    }
    let scheme = scheme(&clean);
    let slashes = |text: &str| text.chars().take_while(|c| matches!(c, '/' | '\\')).count();
    let (form, whole) = match scheme {
        // Nothing of its own after the colon: the page itself.
        Some((name, rest))
            if name.eq_ignore_ascii_case("https") && (rest.is_empty() || rest.starts_with(['?', '#'])) =>
        {
            return Err(UrlFault::Relative);
        }
        Some(_) => (Form::Absolute, clean),
        None if slashes(&clean) >= 2 => (Form::ProtocolRelative, format!("https:{clean}")),
        None => return Err(UrlFault::Relative),
    };
    let url = Url::parse(&whole).map_err(|error| match error {
        ParseError::EmptyHost => UrlFault::EmptyHost,
        ParseError::IdnaError
        | ParseError::InvalidIpv4Address
        | ParseError::InvalidIpv6Address
        | ParseError::InvalidDomainCharacter => UrlFault::Host,
        ParseError::InvalidPort => UrlFault::Port,
        _ => UrlFault::Malformed,
    })?;
    let mut mended = Vec::new();
    let mut note = |is: bool, what: Mended| mended.extend(is.then_some(what));
    note(trimmed.len() < text.len(), Mended::SpacesAround);
    note(trimmed.contains(['\t', '\n', '\r']), Mended::TabOrNewline);
    let (name, rest) = self::scheme(&whole).unwrap_or(("", &whole));
    note(name.contains(|c: char| c.is_ascii_uppercase()), Mended::UpperCaseScheme);
    if url.is_special() {
        let before_query = rest.split(['?', '#']).next().unwrap_or_default();
        note(before_query.contains('\\'), Mended::Backslash);
        let count = slashes(rest);
        // A file has three: its host is left out.
        note(if url.scheme() == "file" { !(2..=3).contains(&count) } else { count != 2 }, Mended::Slashes);
    }
    if url.has_host() {
        let authority = authority(rest, url.is_special());
        note(authority.contains('@'), Mended::UserInfo);
        let located = authority.rsplit_once('@').map_or(authority, |(_, located)| located);
        let (host, port) = match located.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (located, None),
        };
        note(port.is_some() && url.port().is_none(), Mended::DefaultPort);
        let plain = percent_decode_str(host).decode_utf8_lossy();
        let read = url.host_str().unwrap_or_default();
        if url.is_special() {
            note(host.contains('%'), Mended::EncodedHost);
            note(!plain.is_ascii(), Mended::UnicodeHost);
            note(plain.chars().any(char::is_uppercase), Mended::UpperCaseHost);
            note(matches!(url.host(), Some(url::Host::Ipv4(_))) && read != host, Mended::NumericHost);
        }
        note(plain.ends_with(['.', '。', '．', '｡']), Mended::TrailingDot);
    }
    mended.sort_unstable();
    Ok(WebUrl {
        form,
        scheme: url.scheme().to_owned(),
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port(),
        userinfo: !url.username().is_empty() || url.password().is_some_and(|password| !password.is_empty()),
        path: url.path().to_owned(),
        query: url.query().map(str::to_owned),
        fragment: url.fragment().map(str::to_owned),
        mended,
    })
}

impl WebUrl {
    /// Whether the host is this domain or one under it. `domain`: in lower case and ASCII.
    ///
    /// A host with a trailing dot is under none: it leads to the same place, but services compare it as it is.
    pub fn is_under(&self, domain: &str) -> bool {
        self.host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }

    /// Whether browsers show what it leads to as a page: `https` or `http`.
    pub fn is_web(&self) -> bool {
        matches!(self.scheme.as_str(), "https" | "http")
    }

    /// Whether this was mended.
    pub fn has(&self, mended: Mended) -> bool {
        self.mended.contains(&mended)
    }
}

/// The scheme as written, and what follows its colon (URL §4.4, scheme state).
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(':')?;
    let is_scheme = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((name, rest))
}

/// What stands between the slashes and the path (URL §4.4, authority state): backslashes are slashes in special schemes.
fn authority(rest: &str, special: bool) -> &str {
    let is_slash = |c: char| c == '/' || special && c == '\\';
    let rest = rest.trim_start_matches(is_slash);
    rest.split(|c: char| is_slash(c) || c == '?' || c == '#').next().unwrap_or_default()
}
