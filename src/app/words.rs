//! The page's own words, in both languages side by side, so that none can be missing in one.

use yew::{hook, use_context};

use crate::Language;

/// Declares a struct of texts, each in English and in Simplified Chinese. `{name}` in a text is for [`put`].
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($field:ident: $english:literal, $chinese:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name {
            $(#[allow(missing_docs, reason = "the text says it")] pub $field: &'static str,)*
        }

        impl $name {
            /// The words of a language.
            pub fn of(language: $crate::Language) -> &'static Self {
                static ENGLISH: $name = $name { $($field: $english,)* };
                static CHINESE: $name = $name { $($field: $chinese,)* };
                match language {
                    $crate::Language::English => &ENGLISH,
                    $crate::Language::Chinese => &CHINESE,
                }
            }
        }
    };
}
pub(in crate::app) use words;

/// Puts values in the place of `{name}`.
pub fn put(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, behind))
        });
        match known {
            Some((value, behind)) => {
                filled.push_str(value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// A number as people of both languages read it: 1,234,567.
pub fn number(value: usize) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The language that the page is shown in.
#[hook]
pub fn use_language() -> Language {
    use_context::<Language>().unwrap_or_default()
}
