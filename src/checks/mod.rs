//! What the rules are made of: comparisons and readings that judge one thing each.

pub mod nearmiss;
pub mod web_url;
