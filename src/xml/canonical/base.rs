//! `xml:base` of an element whose ancestors are left out, joined with theirs (Canonical XML 1.1 §2.4).

use std::borrow::Cow;

/// Whether a namespace name begins with a scheme (RFC 3986 §3.1), which a relative reference does not (§4.2).
pub(super) fn scheme(uri: &str) -> Option<&str> {
    let (scheme, _) = uri.split_once(':')?;
    let mut bytes = scheme.bytes();
    let sound = bytes.next()?.is_ascii_alphabetic()
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    sound.then_some(scheme)
}

/// Joins an element's own `xml:base`, if it has one, with those of its ancestors, the nearest first.
///
/// Time grows with the length of all values together: a joined path is kept in segments, innermost first.
pub(super) fn join_all<'v>(own: Option<&'v str>, ancestors: impl Iterator<Item = &'v str>) -> Cow<'v, str> {
    let mut joined: Option<Reference<'v>> = None;
    let mut plain = own.unwrap_or_default();
    for base in ancestors {
        let reference = match joined.take() {
            Some(reference) => reference,
            None if !plain.is_empty() => Reference::parse(plain),
            _ => {
                plain = base;
                continue;
            }
        };
        joined = Some(reference.resolved(base));
    }
    joined.map_or(Cow::Borrowed(plain), |reference| Cow::Owned(reference.write()))
}

/// A URI reference, taken apart (RFC 3986 §4.1); its fragment is dropped.
#[derive(Debug)]
struct Reference<'v> {
    scheme: Option<&'v str>,
    authority: Option<&'v str>,
    path: Path<'v>,
    query: Option<&'v str>,
}

#[derive(Debug)]
enum Path<'v> {
    AsWritten(&'v str),
    Segments(Segments<'v>),
}

/// A path without dot segments but for leading `..` of a relative one, which the modified rules keep.
#[derive(Debug, Default)]
struct Segments<'v> {
    absolute: bool,
    ups: usize,
    /// The last one first: a base puts its own before all others.
    names: Vec<&'v str>,
    /// Whether it ends with a slash.
    directory: bool,
}

impl<'v> Segments<'v> {
    /// "Remove Dot Segments" as Canonical XML 1.1 modifies it: empty segments go, leading `..` stay, and a trailing
    /// `..` is a directory.
    fn parse(path: &'v str) -> Self {
        let mut this = Self { absolute: path.starts_with('/'), ..Self::default() };
        for segment in path.split('/') {
            this.directory = matches!(segment, "" | "." | "..");
            match segment {
                "" | "." => {}
                ".." if this.names.pop().is_some() => {}
                ".." => this.ups += usize::from(!this.absolute),
                name => this.names.push(name),
            }
        }
        this.names.reverse();
        this
    }

    /// This relative path, seen from a base path's last slash.
    fn below(mut self, base: &'v str) -> Self {
        // A trailing `..` of the base is a directory, without its slash as well.
        let directory = match base.rsplit_once('/') {
            _ if base == ".." || base.ends_with("/..") => base,
            // With its slash: the path `/x` has the directory `/`.
            Some((before, _)) => base.get(..=before.len()).unwrap_or_default(),
            None => "",
        };
        if directory.is_empty() {
            return self;
        }
        let mut base = Self::parse(directory);
        // Innermost first, so that the first ones are what `..` takes away.
        let taken = self.ups.min(base.names.len());
        let rest = if base.absolute { 0 } else { base.ups + self.ups - taken };
        self.names.extend(base.names.drain(taken..));
        Self { absolute: base.absolute, ups: rest, names: self.names, directory: self.directory }
    }

    fn is_empty(&self) -> bool {
        !self.absolute && self.ups == 0 && self.names.is_empty()
    }
}

impl<'v> Reference<'v> {
    fn parse(uri: &'v str) -> Self {
        let uri = uri.split_once('#').map_or(uri, |(before, _)| before);
        let scheme = scheme(uri);
        let rest = scheme.and_then(|scheme| uri.get(scheme.len() + 1..)).unwrap_or(uri);
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, path) = match rest.strip_prefix("//") {
            None => (None, rest),
            Some(rest) => {
                let (authority, path) =
                    rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
                (Some(authority), path)
            }
        };
        Self { scheme, authority, path: Path::AsWritten(path), query }
    }

    fn path_is_empty(&self) -> bool {
        match &self.path {
            Path::AsWritten(path) => path.is_empty(),
            Path::Segments(segments) => segments.is_empty(),
        }
    }

    /// "Transform References" (RFC 3986 §5.2.2), the base not needing a scheme.
    fn resolved(mut self, base: &'v str) -> Self {
        let base = Self::parse(base);
        let Path::AsWritten(base_path) = base.path else { return self };
        if self.scheme.is_none() && self.authority.is_none() && self.path_is_empty() {
            let query = self.query.or(base.query);
            return Self { query, ..base };
        }
        let mut segments = match self.path {
            Path::AsWritten(path) => Segments::parse(path),
            Path::Segments(segments) => segments,
        };
        if self.scheme.is_none() {
            self.scheme = base.scheme;
            if self.authority.is_none() {
                self.authority = base.authority;
                if !segments.absolute {
                    let rootless = base.authority.is_some() && base_path.is_empty();
                    segments = segments.below(if rootless { "/" } else { base_path });
                }
            }
        }
        self.path = Path::Segments(segments);
        self
    }

    fn write(self) -> String {
        let mut uri = String::new();
        if let Some(scheme) = self.scheme {
            uri.extend([scheme, ":"]);
        }
        if let Some(authority) = self.authority {
            uri.extend(["//", authority]);
        }
        match self.path {
            Path::AsWritten(path) => uri.push_str(path),
            Path::Segments(segments) => {
                uri.push_str(if segments.absolute { "/" } else { "" });
                uri.extend(std::iter::repeat_n("../", segments.ups));
                for (left, name) in (0..segments.names.len()).rev().zip(segments.names.iter().rev()) {
                    uri.push_str(name);
                    uri.push_str(if left > 0 || segments.directory { "/" } else { "" });
                }
            }
        }
        if let Some(query) = self.query {
            uri.extend(["?", query]);
        }
        uri
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(outermost_first: &[&str]) -> String {
        let (own, ancestors) = outermost_first.split_last().unwrap();
        join_all(Some(own), ancestors.iter().rev().copied()).into_owned()
    }

    #[test]
    fn the_recommendation_s_examples_hold() {
        assert_eq!(join(&["abc/", "../"]), "");
        assert_eq!(join(&["../", "../"]), "../../");
        assert_eq!(join(&["..", ".."]), "../../");
        assert_eq!(join(&["..", "..", "x"]), "../../x");
        assert_eq!(
            join(&["http://www.example.com/something/else", "../bar/", "foo"]),
            "http://www.example.com/bar/foo"
        );
    }

    #[test]
    fn an_empty_reference_leaves_the_one_before_it_as_it_is() {
        for base in ["http://a/b/../c", "x/./y", "?q", "//h", "s:", "/", "x#f"] {
            assert_eq!(join(&[base, ""]), base);
            assert_eq!(join(&[base, "", ""]), base);
        }
        // What has become empty by being joined is so as well.
        assert_eq!(join(&["http://a/b/../c", "abc/", "../"]), "http://a/b/../c");
        assert_eq!(join(&["http://a/b/../c", "./"]), "http://a/", "that is not empty");
        assert_eq!(join(&["http://a/b?q", "?r"]), "http://a/b?r");
        assert_eq!(join(&["s:x", "//h"]), "s://h");
    }

    #[test]
    fn references_are_resolved_as_rfc_3986_does_it() {
        // RFC 3986 §5.4.1 and §5.4.2, but for those with a fragment, which is dropped, and the empty one.
        for (reference, wanted) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("g#s", "http://a/b/c/g"),
            (";x", "http://a/b/c/;x"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("g/../h", "http://a/b/c/h"),
        ] {
            assert_eq!(join(&["http://a/b/c/d;p?q", reference]), wanted, "{reference}");
        }
        assert_eq!(join(&["http://a", "g"]), "http://a/g");
    }

    #[test]
    fn an_element_without_a_base_takes_the_nearest_as_it_is() {
        assert_eq!(join_all(None, ["./a/../b"].into_iter()), "./a/../b");
        assert_eq!(join_all(Some(""), ["x", "y/"].into_iter()), "y/x");
        assert_eq!(join_all(Some("a"), std::iter::empty()), "a");
    }

    #[test]
    fn many_bases_join_in_one_pass() {
        let ups: Vec<&str> = std::iter::repeat_n("../", 60_000).collect();
        assert_eq!(join(&ups).len(), 180_000);
        let names: Vec<&str> = std::iter::repeat_n("a/", 60_000).collect();
        assert_eq!(join(&names).len(), 120_000);
    }

    #[test]
    fn a_scheme_is_what_makes_a_namespace_name_absolute() {
        for absolute in ["urn:a", "http://e/", "x+y-z.1:", "HTTP:"] {
            assert!(scheme(absolute).is_some(), "{absolute}");
        }
        for relative in ["", "1", "a", "../a:b", "1a:b", ":a", "#a", "é:a", "//a:b"] {
            assert!(scheme(relative).is_none(), "{relative}");
        }
    }
}
