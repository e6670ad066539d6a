//! Foldings: each makes two texts alike that differ in one kind only.

use percent_encoding::percent_decode_str;

use super::Kind;
use super::lookalike::{is_invisible, lookalike};

/// Every kind that a folding takes away, the less likely first: where two would do, the later one is told.
pub(super) const FOLDS: [Kind; 14] = [
    Kind::Fragment,
    Kind::Query,
    Kind::Site,
    Kind::Port,
    Kind::XmlEscaping,
    Kind::PercentEncoding,
    Kind::LookAlike,
    Kind::Invisible,
    Kind::Www,
    Kind::DefaultPort,
    Kind::Scheme,
    Kind::TrailingSlash,
    Kind::LetterCase,
    Kind::WhiteSpace,
];

/// The foldings of characters, whatever they stand for. Escapes go first, since what they hide may be folded in turn.
pub(super) fn characters(text: &str, folds: &[Kind]) -> String {
    let on = |kind: Kind| folds.contains(&kind);
    let mut text = text.to_owned();
    if on(Kind::XmlEscaping) && text.contains('&') {
        text = xml_unescaped(&text);
    }
    if on(Kind::PercentEncoding) && text.contains('%') {
        // Octets that are no text stay escaped: what they mean is not known.
        let decoded = percent_decode_str(&text).decode_utf8().ok().map(|text| text.into_owned());
        text = decoded.unwrap_or_else(|| escapes_in_upper_case(&text));
    }
    let folded = |c: char| {
        let dropped =
            on(Kind::Invisible) && is_invisible(c) || on(Kind::WhiteSpace) && c.is_whitespace() && !is_invisible(c);
        let c = if on(Kind::LookAlike) { lookalike(c).unwrap_or(c) } else { c };
        (!dropped).then_some(c)
    };
    let text: String = text.chars().filter_map(folded).collect();
    if on(Kind::LetterCase) { in_lower_case(&text) } else { text }
}

fn xml_unescaped(text: &str) -> String {
    // The ampersand's own last, so that one layer is taken off and not two.
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

fn escapes_in_upper_case(text: &str) -> String {
    digits_of_escapes(text).map(|(c, escape)| if escape { c.to_ascii_uppercase() } else { c }).collect()
}

/// The letter case of escapes is a difference of encoding, and left as it is.
fn in_lower_case(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    for (c, escape) in digits_of_escapes(text) {
        if escape {
            lower.push(c);
        } else {
            lower.extend(c.to_lowercase());
        }
    }
    lower
}

/// Every character, and whether it is a digit of an escape.
fn digits_of_escapes(text: &str) -> impl Iterator<Item = (char, bool)> {
    text.chars().scan(usize::MAX, |after, c| {
        *after = if c == '%' { 0 } else { after.saturating_add(1) };
        Some((c, (1..=2).contains(after) && c.is_ascii_hexdigit()))
    })
}

/// A host's name as it would be on the one site of Alibaba Cloud; `None` where it is no host of either.
pub(super) fn site_neutral(host: &str) -> Option<String> {
    let under = ["aliyun.com", "alibabacloud.com"].iter().find_map(|site| host.strip_suffix(site))?;
    let name = match under.strip_suffix('.') {
        None if under.is_empty() => return Some("aliyun.com".to_owned()),
        None => return None,
        Some(name) => name,
    };
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let first = first.strip_suffix("-intl").unwrap_or(first);
    Some(match rest {
        Some(rest) => format!("{first}.{rest}.aliyun.com"),
        None => format!("{first}.aliyun.com"),
    })
}
