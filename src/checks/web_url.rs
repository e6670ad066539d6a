//! An address as a browser reads it (the WHATWG URL standard), and what the browser had to mend to read it so.
//!
//! A service that looks for an allowed domain in the text of an address sees another host than the browser goes to; so
//! whatever is judged about an address is judged by this reading.

#[cfg(test)]
mod tests;

use crate::sorted::sort_by;
use percent_encoding::percent_decode_str;
use serde::Serialize;

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
    /// Browsers refuse it: its host, its port or its form is none that there can be.
    Invalid,
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
    let serialised = serialise(&whole).ok_or(UrlFault::Invalid)?;
    let mut url = parts(&serialised).ok_or(UrlFault::Invalid)?;
    url.form = form;
    let special = is_special(&url.scheme);
    // Chromium escapes in a host what the standard forbids there (URL §3.5, forbidden domain code points) and an
    // asterisk, which the standard lets stand.
    if special && url.host.contains('%') {
        url.host = url.host.replace("%2A", "*");
        if url.host.contains('%') {
            return Err(UrlFault::Invalid);
        }
    }
    let mut mended = Vec::new();
    let mut note = |is: bool, what: Mended| mended.extend(is.then_some(what));
    note(trimmed.len() < text.len(), Mended::SpacesAround);
    note(trimmed.contains(['\t', '\n', '\r']), Mended::TabOrNewline);
    let (name, rest) = self::scheme(&whole).unwrap_or(("", &whole));
    note(name.contains(|c: char| c.is_ascii_uppercase()), Mended::UpperCaseScheme);
    if special {
        let before_query = rest.split(['?', '#']).next().unwrap_or_default();
        note(before_query.contains('\\'), Mended::Backslash);
        let count = slashes(rest);
        // A file has three: its host is left out.
        note(if url.scheme == "file" { !(2..=3).contains(&count) } else { count != 2 }, Mended::Slashes);
    }
    if !url.host.is_empty() {
        let authority = authority(rest, special);
        note(authority.contains('@'), Mended::UserInfo);
        let located = authority.rsplit_once('@').map_or(authority, |(_, located)| located);
        let (host, port) = split_port(located);
        note(port.is_some() && url.port.is_none(), Mended::DefaultPort);
        let plain = percent_decode_str(host).decode_utf8_lossy();
        if special {
            note(host.contains('%'), Mended::EncodedHost);
            note(!plain.is_ascii(), Mended::UnicodeHost);
            note(plain.chars().any(char::is_uppercase), Mended::UpperCaseHost);
            // A host that ends in a number is an IPv4 address, or none (URL §3.5).
            let is_ipv4 = url.host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            note(is_ipv4 && url.host != host, Mended::NumericHost);
        }
        note(plain.ends_with(['.', '。', '．', '｡']), Mended::TrailingDot);
    }
    sort_by(&mut mended, Ord::cmp);
    url.mended = mended;
    Ok(url)
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

/// Whether a scheme is special (URL §4.2): it has a host, and backslashes are slashes in it.
fn is_special(scheme: &str) -> bool {
    matches!(scheme, "https" | "http" | "ws" | "wss" | "ftp" | "file")
}

/// What stands between the slashes and the path (URL §4.4, authority state): backslashes are slashes in special schemes.
fn authority(rest: &str, special: bool) -> &str {
    let is_slash = |c: char| c == '/' || special && c == '\\';
    let rest = rest.trim_start_matches(is_slash);
    rest.split(|c: char| is_slash(c) || c == '?' || c == '#').next().unwrap_or_default()
}

/// The host, and the port behind its colon.
fn split_port(located: &str) -> (&str, Option<&str>) {
    match located.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (located, None),
    }
}

/// The parts of an address that the standard's parser has read and written again (URL §4.5): each stands where its
/// delimiters say.
fn parts(serialised: &str) -> Option<WebUrl> {
    let (scheme, rest) = serialised.split_once(':')?;
    let (rest, fragment) = split_off(rest, '#');
    let (rest, query) = split_off(rest, '?');
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?,
        // `/.` keeps a path that begins with two slashes from being read as a host.
        None => ("", rest.strip_prefix("/.").filter(|path| path.starts_with("//")).unwrap_or(rest)),
    };
    let (userinfo, located) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = split_port(located);
    Some(WebUrl {
        form: Form::Absolute,
        scheme: scheme.to_owned(),
        host: host.to_owned(),
        port: port.and_then(|port| port.parse().ok()),
        userinfo: !userinfo.is_empty(),
        path: path.to_owned(),
        query,
        fragment,
        mended: Vec::new(),
    })
}

fn split_off(text: &str, delimiter: char) -> (&str, Option<String>) {
    text.split_once(delimiter).map_or((text, None), |(before, after)| (before, Some(after.to_owned())))
}

/// What the standard's parser reads, written again as the standard says; `None` where it refuses.
#[cfg(not(target_arch = "wasm32"))]
fn serialise(text: &str) -> Option<String> {
    url::Url::parse(text).ok().map(String::from)
}

/// What the browser's own parser reads, as its `href`; `None` where it refuses, or where none was given.
#[cfg(target_arch = "wasm32")]
fn serialise(text: &str) -> Option<String> {
    READER.get().and_then(|reader| reader(text))
}

#[cfg(target_arch = "wasm32")]
static READER: std::sync::OnceLock<fn(&str) -> Option<String>> = std::sync::OnceLock::new();

/// Gives the engine the browser's own parser of addresses, once and before anything is inspected: a parser with its
/// Unicode tables would be a sixth of the page. The function: the `href` of an absolute address, `None` where it is none.
#[cfg(target_arch = "wasm32")]
pub fn set_url_reader(reader: fn(&str) -> Option<String>) {
    READER.get_or_init(|| reader);
}
