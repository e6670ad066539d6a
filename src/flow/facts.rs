//! What a value ought to be, as far as the context and the captures say.

/// The values that would be right, and where they are known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// Any of these is right. Never empty.
    pub(crate) values: Vec<String>,
    /// `received_at`, `sp_entity_id`, `metadata`, `request` or `capture`.
    pub(crate) from: &'static str,
}

impl Known {
    /// Whether a value is one of those that are right, compared octet for octet.
    pub(crate) fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }

    /// The values as people list them.
    pub(crate) fn listed(&self) -> String {
        self.values.join(", ")
    }

    pub(super) fn some(values: impl IntoIterator<Item = String>, from: &'static str) -> Option<Self> {
        let values: Vec<String> = values.into_iter().collect();
        (!values.is_empty()).then_some(Self { values, from })
    }
}
