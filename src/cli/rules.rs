//! `samlens rules`: every rule there is.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::io::print;
use crate::{Language, rules};

#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of their titles: en or zh
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A line each
    Human,
    /// A list of objects
    Json,
}

impl Rules {
    /// Prints them.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let rules = rules(Language::from_tag(&self.language));
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(&rules)
                .map_err(|error| format!("the rules could not be written as JSON: {error}"))?,
            Format::Human => rules
                .iter()
                .map(|rule| {
                    let needs = if rule.needs.is_empty() {
                        String::new()
                    } else {
                        format!("; needs {}", rule.needs.join(" | "))
                    };
                    format!(
                        "{:<34} {:<20} {:<8} {} ({}{needs})",
                        rule.id,
                        rule.profile,
                        rule.severity.as_str(),
                        rule.title,
                        rule.source
                    )
                })
                .collect::<Vec<_>>()
                .join("\n"),
        };
        Ok(print((text + "\n").as_bytes(), ExitCode::SUCCESS))
    }
}
