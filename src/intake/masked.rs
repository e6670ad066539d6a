//! Values that whoever exported a trace has masked.

use crate::limits::MASKED_BYTES;

/// Whether a value says only that it was taken out: asterisks, or a word such as tools and people put there.
pub(super) fn is_masked(value: &str) -> bool {
    let value = value.trim();
    if value.is_empty() || value.len() > MASKED_BYTES {
        return false;
    }
    let is_one = |mark: char| value.chars().count() > 2 && value.chars().all(|c| c == mark);
    let lower = value.to_ascii_lowercase();
    // SAML-tracer writes the first three, cleaners of HARs and people the others.
    ["{hash:", "{obf:", "{overwritten"].iter().any(|start| value.starts_with(start))
        || ["redacted", "masked", "sanitized", "sanitised", "removed", "omitted", "hidden", "***", "•••", "xxxxxx"]
            .iter()
            .any(|word| lower.contains(word))
        || ['*', 'x', 'X', '#', '•', '█', '-', '.'].into_iter().any(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_known_and_messages_are_none() {
        for masked in [
            "{hash:9f86d08}",
            "{obf:alternative_3}",
            "{overwritten}",
            "****",
            "[redacted]",
            "<SAMLResponse REMOVED>",
            "PHN***",
            "xxx",
        ] {
            assert!(is_masked(masked), "{masked}");
        }
        for clear in ["", "x", "PHNhbWxwOlJlc3BvbnNl", "fVJNT8IwGP4rS", "a.b", "<a/>"] {
            assert!(!is_masked(clear), "{clear}");
        }
        assert!(!is_masked(&format!("{}***", "PHNh".repeat(100))));
    }
}
