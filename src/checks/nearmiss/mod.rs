//! Comparison of an identifier with the one that was expected: every kind of difference between them, and where it is.
//!
//! Services compare identifiers character by character, so that one slash too many is as wrong as another name; a person
//! wants to be told of the slash.

mod align;
mod fold;
mod lookalike;
mod parts;
#[cfg(test)]
mod tests;

use crate::sorted::sort_by_key;
use serde::{Deserialize, Serialize};

pub use self::align::{Piece, visible};
pub use self::lookalike::{is_bidi_control, is_invisible, lookalike};
use self::parts::{Form, Parts};

/// A kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// White space of any kind, at the ends or inside.
    WhiteSpace,
    /// Characters that nobody sees: of no width, or controlling the direction of text.
    Invisible,
    /// Letters of other scripts that look like these: Cyrillic, Greek, full width, …
    LookAlike,
    /// Upper case against lower case.
    LetterCase,
    /// A slash at the end of the path.
    TrailingSlash,
    /// `http` against `https`, or none against either.
    Scheme,
    /// `:443` or `:80`, which is the default anyway.
    DefaultPort,
    /// `www.` before the host.
    Www,
    /// Percent-encoded against plain, or the letter case of the escapes.
    PercentEncoding,
    /// `&amp;` and its like where the characters themselves are due: escaped once too often.
    XmlEscaping,
    /// One or two characters altered, left out or added, in a text of eight or more.
    Typo,
    /// Another port.
    Port,
    /// Another site of Alibaba Cloud: `aliyun.com` and `alibabacloud.com`, `signin` and `signin-intl`.
    Site,
    /// A query on one side only, or another one.
    Query,
    /// A fragment on one side only, or another one.
    Fragment,
    /// A scheme that is neither `http` nor `https` on one side, and another on the other.
    OtherScheme,
    /// The same but for another host; of what looks like an e-mail address, another domain.
    Host,
    /// The same host, and another path.
    Path,
    /// Different altogether.
    Different,
}

impl Kind {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WhiteSpace => "white-space",
            Self::Invisible => "invisible",
            Self::LookAlike => "look-alike",
            Self::LetterCase => "letter-case",
            Self::TrailingSlash => "trailing-slash",
            Self::Scheme => "scheme",
            Self::DefaultPort => "default-port",
            Self::Www => "www",
            Self::PercentEncoding => "percent-encoding",
            Self::XmlEscaping => "xml-escaping",
            Self::Typo => "typo",
            Self::Port => "port",
            Self::Site => "site",
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::OtherScheme => "other-scheme",
            Self::Host => "host",
            Self::Path => "path",
            Self::Different => "different",
        }
    }

    /// Whether a person would call two texts nearly the same that differ so.
    pub fn is_near(self) -> bool {
        match self {
            Self::WhiteSpace
            | Self::Invisible
            | Self::LookAlike
            | Self::LetterCase
            | Self::TrailingSlash
            | Self::Scheme
            | Self::DefaultPort
            | Self::Www
            | Self::PercentEncoding
            | Self::XmlEscaping
            | Self::Typo
            | Self::Port => true,
            // Another site is another service, however alike it looks.
            Self::Site
            | Self::Query
            | Self::Fragment
            | Self::OtherScheme
            | Self::Host
            | Self::Path
            | Self::Different => false,
        }
    }
}

/// How two identifiers differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Every kind of it, at least one, in the order of [`Kind`].
    pub kinds: Vec<Kind>,
    /// The actual text, with what differs marked and every invisible character shown.
    pub actual: Vec<Piece>,
    /// The expected text, likewise.
    pub expected: Vec<Piece>,
}

impl Difference {
    fn new(actual: &str, expected: &str, kinds: Vec<Kind>) -> Self {
        let (actual, expected) = align::pieces(actual, expected);
        Self { kinds, actual, expected }
    }

    /// Whether a person would say that the two are nearly the same.
    pub fn is_near(&self) -> bool {
        self.kinds.iter().all(|kind| kind.is_near())
    }

    /// Whether this kind is among the differences.
    pub fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether this kind is the only difference.
    pub fn is_only(&self, kind: Kind) -> bool {
        self.kinds == [kind]
    }
}

/// How the actual text differs from the expected one; `None` where they are equal.
///
/// Takes time in proportion to the texts, but for the alignment, which is quadratic up to
/// [`ALIGNED_CHARACTERS`](crate::limits::ALIGNED_CHARACTERS).
pub fn compare(actual: &str, expected: &str) -> Option<Difference> {
    (actual != expected).then(|| Difference::new(actual, expected, kinds(actual, expected)))
}

/// The one of several expected texts that the actual one differs least from, the first of equals. `None` where there is
/// none, or where one of them is equal.
pub fn nearest<'e>(actual: &str, expected: impl Iterator<Item = &'e str>) -> Option<(&'e str, Difference)> {
    let mut best: Option<(Distance, &'e str, Vec<Kind>)> = None;
    for text in expected {
        if text == actual {
            return None;
        }
        let kinds = kinds(actual, text);
        let distance = Distance {
            different: kinds.contains(&Kind::Different),
            far: kinds.iter().filter(|kind| !kind.is_near()).count(),
            near: kinds.len(),
            unlike: actual.chars().count().max(text.chars().count()) - align::common(actual, text),
        };
        if best.as_ref().is_none_or(|(least, ..)| distance < *least) {
            best = Some((distance, text, kinds));
        }
    }
    best.map(|(_, text, kinds)| (text, Difference::new(actual, text, kinds)))
}

/// Smaller is nearer; compared in the order of its fields.
#[derive(PartialEq, PartialOrd)]
struct Distance {
    different: bool,
    far: usize,
    near: usize,
    unlike: usize,
}

/// The kinds of difference between two texts that are not equal.
fn kinds(actual: &str, expected: &str) -> Vec<Kind> {
    let read = |folds: &[Kind]| parts::pair(actual, expected, folds);
    let [a, e] = read(&fold::FOLDS);
    let mut kinds = if a == e {
        needed(&read, |a, e| a == e)
    } else if let Some(edits) = typos(&a, &e) {
        with(Kind::Typo, needed(&read, |a, e| typos(a, e).is_some_and(|now| now <= edits)))
    } else {
        let apart = apart(&a, &e);
        if apart.contains(&Kind::Different) {
            return apart;
        }
        // What differs anyway is left out of the question what else does.
        let mut all = needed(&read, |a, e| a.without(&apart) == e.without(&apart));
        all.extend(apart);
        all
    };
    sort_by_key(&mut kinds, |kind| *kind as u8);
    kinds.dedup();
    kinds
}

fn with(kind: Kind, mut kinds: Vec<Kind>) -> Vec<Kind> {
    kinds.push(kind);
    kinds
}

/// The fewest foldings under which two texts are alike: those are what they differ in. The less likely ones are tried
/// first to be done without.
fn needed(read: &dyn Fn(&[Kind]) -> [Parts; 2], alike: impl Fn(&Parts, &Parts) -> bool) -> Vec<Kind> {
    let mut folds = fold::FOLDS.to_vec();
    for fold in fold::FOLDS {
        let fewer: Vec<Kind> = folds.iter().copied().filter(|one| *one != fold).collect();
        let [a, e] = read(&fewer);
        if alike(&a, &e) {
            folds = fewer;
        }
    }
    folds
}

/// The fewest characters that must be altered to make one of the other, where that is 1 or 2 of at least eight.
fn typos(a: &Parts, e: &Parts) -> Option<usize> {
    let (a, e) = (a.joined(), e.joined());
    if a.len().min(e.len()) < 8 {
        return None;
    }
    align::edits(&a, &e, 2)
}

/// Which parts of two texts are different, where not all are.
fn apart(a: &Parts, e: &Parts) -> Vec<Kind> {
    let same_form = a.form == e.form;
    let same_host = a.host == e.host;
    let same_rest = a.path == e.path && a.query == e.query;
    match a.form {
        Form::Address if same_form && same_rest && a.path.len() > 1 => vec![Kind::Host],
        Form::Url if same_form && !same_host && same_rest && a.path.len() > 1 && a.scheme == e.scheme => {
            vec![Kind::Host]
        }
        Form::Url if same_form && same_host => {
            let parts = [
                (Kind::OtherScheme, a.scheme != e.scheme),
                (Kind::Path, a.path != e.path),
                (Kind::Query, a.query != e.query),
                (Kind::Fragment, a.fragment != e.fragment),
            ];
            parts.into_iter().filter(|(_, differs)| *differs).map(|(kind, _)| kind).collect()
        }
        _ => vec![Kind::Different],
    }
}
