//! How a person wants the page to look: for as long as the tab is open, since nothing is stored.

use crate::Language;

/// Language, theme, contrast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// The language of the page and of the report.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// How strong lines and quiet texts are.
    pub contrast: Contrast,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one after this.
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// How strong lines and quiet texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contrast {
    /// As the system is set.
    #[default]
    System,
    /// High.
    More,
}

impl Contrast {
    /// The name in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::More => "more",
        }
    }
}
