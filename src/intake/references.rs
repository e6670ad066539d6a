//! Character references of HTML and XML, as far as encoders write them into forms, logs and pages.

/// The longest reference that is looked for, from behind its `&` to its `;`.
const LONGEST: usize = 12;

/// Whether a text begins with a reference that can be resolved.
pub(super) fn begins(text: &str) -> bool {
    text.starts_with('&') && first(text).is_some()
}

/// Whether there is a reference in a text that can be resolved.
pub(super) fn has_any(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| text.get(at..).is_some_and(begins))
}

/// Resolves the references of a text once, and says how many there were. What is none stays.
pub(super) fn resolve(raw: &str) -> (String, usize) {
    let (mut out, mut count, mut rest) = (String::with_capacity(raw.len()), 0, raw);
    while let Some(at) = rest.find('&') {
        let (before, here) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let (c, length) = first(here).unwrap_or(('&', 1));
        count += usize::from(length > 1);
        out.push(c);
        rest = here.get(length..).unwrap_or_default();
    }
    (out + rest, count)
}

/// The character that a text's first reference stands for, and the reference's length. It begins with `&`.
fn first(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST + 1).position(|b| b == b';')?;
    Some((character(text.get(1..end)?)?, end + 1))
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    Some(match name {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "plus" => '+',
        "equals" => '=',
        "sol" => '/',
        "colon" => ':',
        "lowbar" => '_',
        "percnt" => '%',
        "period" => '.',
        "num" => '#',
        "quest" => '?',
        "NewLine" => '\n',
        "Tab" => '\t',
        "nbsp" => '\u{A0}',
        _ => match name.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(hex.get(1..)?, 16)?,
            decimal => number(decimal, 10)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_once_and_counted() {
        assert_eq!(resolve("a&#43;b&#x2B;&plus;&amp;#10;"), ("a+b++&#10;".to_owned(), 4));
        assert_eq!(resolve("&lt;a b=&quot;1&quot;/&gt;"), ("<a b=\"1\"/>".to_owned(), 4));
    }

    #[test]
    fn what_is_no_reference_stays() {
        for plain in ["a & b", "&;", "&nothing;", "&#xD800;", "&#99999999;", "a&", "&é;", "&aaaaaaaaaaaaaaaaaaaaaaa;"]
        {
            assert_eq!((resolve(plain), has_any(plain)), ((plain.to_owned(), 0), false), "{plain}");
        }
        assert!(has_any("& &lt;") && begins("&#x3C;a") && !begins("a&gt;"));
    }
}
