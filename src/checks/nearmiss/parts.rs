//! The parts of an identifier that differ in their own ways: of a URL, of what looks like an e-mail address, of neither.

use super::{Kind, fold};

/// What an identifier looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// `scheme://host:port/path?query#fragment`
    Url,
    /// `path@host`
    Address,
    /// All of it is the path.
    #[default]
    Plain,
}

/// An identifier in parts, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) form: Form,
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) port: Option<String>,
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) fragment: Option<String>,
}

/// Two identifiers in parts, with these foldings applied to both.
pub(super) fn pair(actual: &str, expected: &str, folds: &[Kind]) -> [Parts; 2] {
    let texts = [actual, expected].map(|text| fold::characters(text, folds));
    let on = |kind: Kind| folds.contains(&kind);
    let bare = on(Kind::Scheme) && texts.iter().any(|text| Parts::url(text).is_some_and(|parts| parts.is_web()));
    let [mut a, mut e] = texts.map(|text| Parts::of(&text, bare));
    if on(Kind::DefaultPort) {
        a.drop_default_port();
        e.drop_default_port();
    }
    if on(Kind::Scheme) && a.is_web() && e.is_web() && !a.scheme.eq_ignore_ascii_case(&e.scheme) {
        a.scheme.clear();
        e.scheme.clear();
    }
    if on(Kind::Port) && a.port != e.port {
        (a.port, e.port) = (None, None);
    }
    if on(Kind::Www) {
        match (a.host.strip_prefix("www."), e.host.strip_prefix("www.")) {
            (Some(host), None) => a.host = host.to_owned(),
            (None, Some(host)) => e.host = host.to_owned(),
            _ => {}
        }
    }
    if on(Kind::Site)
        && let (Some(one), Some(other)) = (fold::site_neutral(&a.host), fold::site_neutral(&e.host))
    {
        (a.host, e.host) = (one, other);
    }
    if on(Kind::TrailingSlash) {
        for parts in [&mut a, &mut e] {
            parts.path.truncate(parts.path.trim_end_matches('/').len());
        }
    }
    if on(Kind::Query) && a.query.is_some() != e.query.is_some() {
        (a.query, e.query) = (None, None);
    }
    if on(Kind::Fragment) && a.fragment.is_some() != e.fragment.is_some() {
        (a.fragment, e.fragment) = (None, None);
    }
    [a, e]
}

impl Parts {
    /// `bare`: whether a text without scheme and with a dot in its host may be a URL, since the other one is.
    fn of(text: &str, bare: bool) -> Self {
        if let Some(url) = Self::url(text) {
            return url;
        }
        if let Some((name, domain)) = text.rsplit_once('@')
            && !text.contains('/')
        {
            return Self { form: Form::Address, path: name.to_owned(), host: domain.to_owned(), ..Self::default() };
        }
        let located = Self::located("", text.trim_start_matches("//"));
        if bare && located.host.contains('.') {
            return located;
        }
        Self { path: text.to_owned(), ..Self::default() }
    }

    fn url(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme))
            .then(|| Self::located(scheme, rest))
    }

    /// From what follows `scheme://`.
    fn located(scheme: &str, rest: &str) -> Self {
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, after)| (rest, Some(after)));
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, after)| (rest, Some(after)));
        let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
        let port = authority.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()));
        let (host, port) = port.map_or((authority, None), |(host, port)| (host, Some(port)));
        Self {
            form: Form::Url,
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port: port.map(str::to_owned),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            fragment: fragment.map(str::to_owned),
        }
    }

    /// Whether its scheme is that of the web, or left out.
    fn is_web(&self) -> bool {
        self.form == Form::Url && ["http", "https", ""].iter().any(|web| self.scheme.eq_ignore_ascii_case(web))
    }

    fn drop_default_port(&mut self) {
        let default = match (self.scheme.to_ascii_lowercase().as_str(), self.port.as_deref()) {
            ("https" | "", Some("443")) | ("http" | "", Some("80")) => self.form == Form::Url,
            _ => false,
        };
        if default {
            self.port = None;
        }
    }

    /// The parts of these kinds left out.
    pub(super) fn without(&self, kinds: &[Kind]) -> Self {
        let mut parts = self.clone();
        for kind in kinds {
            match kind {
                Kind::OtherScheme => parts.scheme.clear(),
                Kind::Host => parts.host.clear(),
                Kind::Path => parts.path.clear(),
                Kind::Query => parts.query = None,
                Kind::Fragment => parts.fragment = None,
                _ => {}
            }
        }
        parts
    }

    /// Its characters, all parts in a row.
    pub(super) fn joined(&self) -> Vec<char> {
        let part = |before: &'static str, text: &Option<String>| match text {
            Some(text) => format!("{before}{text}"),
            None => String::new(),
        };
        let (port, query, fragment) = (part(":", &self.port), part("?", &self.query), part("#", &self.fragment));
        let text = match self.form {
            Form::Url => format!("{}{}{port}{}{query}{fragment}", self.scheme, self.host, self.path),
            Form::Address => format!("{}@{}", self.path, self.host),
            Form::Plain => self.path.clone(),
        };
        text.chars().collect()
    }
}
