//! Small questions about texts in metadata.

/// Characters of a logo within the metadata beyond which every reader of the file carries much for little.
pub(super) const LONGEST_LOGO: usize = 51_200;

/// The scheme of an address, in lower case where it is one that matters; empty where there is none.
pub(super) fn scheme(address: &str) -> &'static str {
    let Some((scheme, _)) = address.split_once(':') else { return "" };
    let known = ["https", "data"];
    known.into_iter().find(|known| scheme.eq_ignore_ascii_case(known)).unwrap_or_default()
}

/// Whether a regular expression takes any name there is: none of its alternatives asks for a letter or a digit.
pub(super) fn matches_anything(pattern: &str) -> bool {
    let mut literal = false;
    let (mut depth, mut in_class) = (0_usize, false);
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                // `\.` and `\-` are written everywhere, and letters after a backslash are classes.
                characters.next();
            }
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '{' => while characters.next().is_some_and(|next| next != '}') {},
            '|' if depth == 0 => {
                if !literal {
                    return true;
                }
                literal = false;
            }
            _ => literal |= character.is_alphanumeric(),
        }
    }
    !literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_a_name_takes_any() {
        for pattern in ["", ".*", "^.+$", r".*\..*", r"[a-z0-9.-]+", r"^\S+$", r"acme\.example|.*", "(.*)", ".{1,64}"] {
            assert!(matches_anything(pattern), "{pattern}");
        }
        for pattern in [r"acme\.example", r".*\.acme\.example$", r"^(.*\.|)acme\.example$", r"[a-z]+\.example", "com"] {
            assert!(!matches_anything(pattern), "{pattern}");
        }
    }
}
