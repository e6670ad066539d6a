//! The context as one JSON object: every key optional, an unknown one an error that names it.

use serde::{Deserialize, Serialize};

use crate::context::{Alibaba, Context, Now};
use crate::flow::Profile;
use crate::instant::Instant;
use crate::stated::Stated;

/// A context as it is written; the files that it names are for the caller to read.
/// Written, it has the keys that are known and no others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextFile {
    /// RFC 3339, `clock`, `capture` or `auto`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// How far clocks may differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_skew_seconds: Option<u32>,
    /// `auto` or a service's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Files of metadata.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<String>,
    /// Files of trusted certificates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
    /// Files of private keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub private_keys: Vec<String>,
    /// The file of the request that the login began with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The URL that the message was delivered to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_at: Option<String>,
    /// The service's entity ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sp_entity_id: Option<String>,
    /// What the user saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_text: Option<String>,
    /// The account at Alibaba Cloud.
    #[serde(skip_serializing_if = "Alibaba::is_unknown")]
    pub alibaba: Alibaba,
    /// Of a redacted case: what whoever redacted it states, and what was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated: Option<Stated>,
}

impl ContextFile {
    /// Reads a context.
    ///
    /// # Errors
    /// Says which key is at fault, and where.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(json).map_err(|error| format!("the context is not what it should be: {error}"))
    }

    /// Tells a context all that needs no file.
    ///
    /// # Errors
    /// Says which key has a value that it cannot have.
    pub fn tell(&self, context: &mut Context) -> Result<(), String> {
        if let Some(now) = &self.now {
            context.now = parse_now(now).map_err(|problem| format!("now is {now:?}: {problem}"))?;
        }
        if let Some(seconds) = self.clock_skew_seconds {
            context.clock_skew_seconds = i64::from(seconds);
        }
        if let Some(name) = &self.profile {
            context.profile = parse_profile(name).map_err(|problem| format!("profile is {name:?}: {problem}"))?;
        }
        let tell = |known: &mut Option<String>, told: &Option<String>| {
            if told.is_some() {
                known.clone_from(told);
            }
        };
        tell(&mut context.received_at, &self.received_at);
        tell(&mut context.sp_entity_id, &self.sp_entity_id);
        tell(&mut context.error_text, &self.error_text);
        context.alibaba = self.alibaba.clone();
        if let Some(stated) = &self.stated {
            context.state(stated.clone());
        }
        Ok(())
    }
}

/// Reads which time counts as now.
///
/// # Errors
/// Says what was expected where.
pub fn parse_now(text: &str) -> Result<Now, String> {
    match text {
        "auto" => Ok(Now::Auto),
        "clock" => Ok(Now::Clock),
        "capture" => Ok(Now::Capture),
        _ => Instant::parse(text)
            .map(Now::At)
            .map_err(|error| format!("expected {} at character {}", error.expected, error.at + 1)),
    }
}

/// Reads the name of a service; `auto` is none.
///
/// # Errors
/// Lists the names there are.
pub fn parse_profile(name: &str) -> Result<Option<Profile>, String> {
    if name == "auto" {
        return Ok(None);
    }
    Profile::from_name(name).map(Some).ok_or_else(|| {
        let names: Vec<_> = Profile::ALL.into_iter().map(Profile::as_str).collect();
        format!("expected auto, {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let unknown = ContextFile::parse(br#"{"nwo": "clock"}"#).unwrap_err();
        assert!(unknown.contains("nwo"), "{unknown}");
        let nested = ContextFile::parse(br#"{"alibaba": {"account": "1"}}"#).unwrap_err();
        assert!(nested.contains("`account`"), "{nested}");
    }

    #[test]
    fn a_value_that_cannot_be_is_named_with_its_key() {
        let mut context = Context::at(Instant::from_unix(0));
        let file = ContextFile::parse(br#"{"profile": "alibaba"}"#).unwrap();
        assert!(
            file.tell(&mut context).unwrap_err().starts_with("profile is \"alibaba\": expected auto, alibaba-user-sso")
        );
        let file = ContextFile::parse(br#"{"now": "2026-13-01T00:00:00Z"}"#).unwrap();
        assert!(file.tell(&mut context).unwrap_err().starts_with("now is"));
    }
}
