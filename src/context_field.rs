//! The keys of the context as fields that a person types into: what a text means for a key, and the text of a value.

use crate::context::Alibaba;
use crate::context_file::{ContextFile, parse_profile};
use crate::instant::Instant;

/// Every key that is a fact and no file, in the order of a context file.
pub const FACT_KEYS: [&str; 16] = [
    "now",
    "clock_skew_seconds",
    "profile",
    "received_at",
    "sp_entity_id",
    "error_text",
    "alibaba.account_id",
    "alibaba.default_domain",
    "alibaba.domain_alias",
    "alibaba.auxiliary_domain",
    "alibaba.sso_login_with_domain",
    "alibaba.ram_users",
    "alibaba.ram_roles",
    "alibaba.saml_providers",
    "alibaba.cloudsso_users",
    "alibaba.idaas_idp_name",
];

/// What a list is written as that is known to be empty; an empty text is not known.
pub const EMPTY_LIST: &str = "-";

/// How many digits an account ID of Alibaba Cloud has (rule catalogue, section 1.1).
const ACCOUNT_DIGITS: usize = 16;
/// What the default domain of RAM users ends with.
const DEFAULT_DOMAIN: &str = ".onaliyun.com";
/// More than a day is no skew of clocks.
const MOST_SKEW: u32 = 86_400;

/// Why a text can be no value of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldError {
    /// No RFC 3339 time: what is expected where, counted from 1.
    Time {
        /// What is expected.
        expected: &'static str,
        /// At which character.
        at: usize,
    },
    /// No whole number of seconds within a day.
    Seconds,
    /// No 16 digits.
    AccountId,
    /// No host name.
    Domain,
    /// A domain that does not end with `.onaliyun.com`.
    DefaultDomain,
    /// No `http` or `https` address.
    Address,
    /// A name with its domain where it goes without.
    BareName,
    /// None of the values there are.
    Choice,
}

impl ContextFile {
    /// Takes what was typed for a key; an empty text is not known. What cannot be used is not known either.
    ///
    /// # Errors
    /// Says why it cannot be a value of that key.
    pub fn set_text(&mut self, key: &str, text: &str) -> Result<(), FieldError> {
        let text = text.trim();
        let given = (!text.is_empty()).then(|| text.to_owned());
        let ContextFile { alibaba, .. } = self;
        if let Some(list) = list(alibaba, key) {
            *list = None;
            *list = names(key, text)?;
            return Ok(());
        }
        if key == "clock_skew_seconds" {
            self.clock_skew_seconds = None;
            self.clock_skew_seconds = given.map(|text| seconds(&text)).transpose()?;
            return Ok(());
        }
        if key == "alibaba.sso_login_with_domain" {
            alibaba.sso_login_with_domain = match text {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            };
            return if matches!(text, "" | "yes" | "no") { Ok(()) } else { Err(FieldError::Choice) };
        }
        let Some(known) = self.text_mut(key) else { return Err(FieldError::Choice) };
        *known = None;
        if let Some(text) = &given {
            check(key, text)?;
        }
        // What is found out anyway need not be told.
        *known = given.filter(|text| !(matches!(key, "now" | "profile") && text == "auto"));
        Ok(())
    }

    /// The value of a key as it would be typed; empty where it is not known.
    pub fn text_of(&self, key: &str) -> String {
        let mut copy = self.clone();
        if let Some(list) = list(&mut copy.alibaba, key) {
            return match list {
                Some(names) if names.is_empty() => EMPTY_LIST.to_owned(),
                Some(names) => names.join("\n"),
                None => String::new(),
            };
        }
        match key {
            "clock_skew_seconds" => self.clock_skew_seconds.map(|seconds| seconds.to_string()).unwrap_or_default(),
            "alibaba.sso_login_with_domain" => match self.alibaba.sso_login_with_domain {
                Some(true) => "yes".to_owned(),
                Some(false) => "no".to_owned(),
                None => String::new(),
            },
            _ => copy.text_mut(key).and_then(Option::take).unwrap_or_default(),
        }
    }

    fn text_mut(&mut self, key: &str) -> Option<&mut Option<String>> {
        let alibaba = &mut self.alibaba;
        Some(match key {
            "now" => &mut self.now,
            "profile" => &mut self.profile,
            "received_at" => &mut self.received_at,
            "sp_entity_id" => &mut self.sp_entity_id,
            "error_text" => &mut self.error_text,
            "alibaba.account_id" => &mut alibaba.account_id,
            "alibaba.default_domain" => &mut alibaba.default_domain,
            "alibaba.domain_alias" => &mut alibaba.domain_alias,
            "alibaba.auxiliary_domain" => &mut alibaba.auxiliary_domain,
            "alibaba.idaas_idp_name" => &mut alibaba.idaas_idp_name,
            _ => return None,
        })
    }
}

fn list<'a>(alibaba: &'a mut Alibaba, key: &str) -> Option<&'a mut Option<Vec<String>>> {
    Some(match key {
        "alibaba.ram_users" => &mut alibaba.ram_users,
        "alibaba.ram_roles" => &mut alibaba.ram_roles,
        "alibaba.saml_providers" => &mut alibaba.saml_providers,
        "alibaba.cloudsso_users" => &mut alibaba.cloudsso_users,
        _ => return None,
    })
}

/// The names of a list, one a line or between commas. An ARN stands for the name at its end.
fn names(key: &str, text: &str) -> Result<Option<Vec<String>>, FieldError> {
    if text.is_empty() {
        return Ok(None);
    }
    if text == EMPTY_LIST {
        return Ok(Some(Vec::new()));
    }
    let names = text.split(['\n', ',', ';', '，', '；', '、']).map(str::trim).filter(|name| !name.is_empty());
    let bare = |name: &str| match name.rsplit_once('/') {
        Some((arn, name)) if arn.starts_with("acs:ram:") => name.to_owned(),
        _ => name.to_owned(),
    };
    let names: Vec<String> = names.map(bare).collect();
    // In RAM the part after the @ is the account's, and no part of the name.
    let bare_only = key == "alibaba.ram_users" && names.iter().any(|name| name.contains('@'));
    if bare_only { Err(FieldError::BareName) } else { Ok(Some(names)) }
}

fn seconds(text: &str) -> Result<u32, FieldError> {
    text.parse().ok().filter(|seconds| *seconds <= MOST_SKEW).ok_or(FieldError::Seconds)
}

fn check(key: &str, text: &str) -> Result<(), FieldError> {
    let fits = |fits: bool, error: FieldError| if fits { Ok(()) } else { Err(error) };
    match key {
        "now" if matches!(text, "auto" | "clock" | "capture") => Ok(()),
        "now" => Instant::parse(text)
            .map(drop)
            .map_err(|error| FieldError::Time { expected: error.expected, at: error.at + 1 }),
        "profile" => fits(parse_profile(text).is_ok(), FieldError::Choice),
        "received_at" => fits(
            (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace),
            FieldError::Address,
        ),
        "alibaba.account_id" => {
            fits(text.len() == ACCOUNT_DIGITS && text.bytes().all(|b| b.is_ascii_digit()), FieldError::AccountId)
        }
        "alibaba.default_domain" => {
            fits(is_domain(text), FieldError::Domain)?;
            fits(text.ends_with(DEFAULT_DOMAIN), FieldError::DefaultDomain)
        }
        "alibaba.domain_alias" | "alibaba.auxiliary_domain" => fits(is_domain(text), FieldError::Domain),
        _ => Ok(()),
    }
}

/// Two labels or more. Of which letters they are is for the rules to say.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| !label.is_empty() && !label.contains(|c: char| c.is_whitespace() || "@/:".contains(c));
    text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(key: &str, text: &str) -> Result<String, FieldError> {
        let mut file = ContextFile::default();
        file.set_text(key, text).map(|()| file.text_of(key))
    }

    #[test]
    fn every_key_takes_a_text_and_gives_it_back() {
        for (key, text) in FACT_KEYS.into_iter().zip([
            "2026-03-01T08:00:00Z",
            "180",
            "github",
            "https://sp.example.com/acs",
            "https://sp.example.com/sp",
            "The user does not exist",
            "1029384756102938",
            "acme.onaliyun.com",
            "acme.com",
            "corp.acme.com",
            "yes",
            "alice\nbob",
            "admin-role",
            "acme-idp",
            "alice@acme.com",
            "acme-idp",
        ]) {
            assert_eq!(set(key, &format!(" {text}\n")), Ok(text.to_owned()), "{key}");
            let mut file = ContextFile::default();
            file.set_text(key, text).unwrap();
            assert_ne!(file, ContextFile::default(), "{key} reaches the file");
            file.set_text(key, "").unwrap();
            assert_eq!(file, ContextFile::default(), "{key} can be taken back");
        }
    }

    #[test]
    fn the_keys_are_those_of_a_context_file() {
        for key in FACT_KEYS {
            let path: Vec<&str> = key.split('.').collect();
            let mut file = ContextFile::default();
            let text = match key {
                "now" => "clock",
                "clock_skew_seconds" => "5",
                "profile" => "slack",
                "received_at" => "https://a.example",
                "alibaba.account_id" => "1029384756102938",
                "alibaba.sso_login_with_domain" => "no",
                _ => "a.onaliyun.com",
            };
            file.set_text(key, text).unwrap();
            let json = serde_json::to_value(&file).unwrap();
            let value = path.iter().fold(&json, |value, part| &value[*part]);
            assert!(!value.is_null(), "{key}: {json}");
        }
    }

    #[test]
    fn a_list_is_one_a_line_or_between_commas_and_may_be_known_to_be_empty() {
        assert_eq!(set("alibaba.ram_users", "alice, bob；carol\n\n dave "), Ok("alice\nbob\ncarol\ndave".to_owned()));
        let arns = "acs:ram::1029384756102938:role/admin-role, reader";
        assert_eq!(set("alibaba.ram_roles", arns), Ok("admin-role\nreader".to_owned()));
        let mut file = ContextFile::default();
        file.set_text("alibaba.ram_users", "-").unwrap();
        assert_eq!(file.alibaba.ram_users, Some(Vec::new()));
        assert_eq!(file.text_of("alibaba.ram_users"), "-");
    }

    #[test]
    fn what_cannot_be_a_value_says_why_and_takes_the_one_before_it_away() {
        for (key, text, error) in [
            ("now", "2026-13-01T00:00:00Z", FieldError::Time { expected: "a number from 01 to 12", at: 6 }),
            ("clock_skew_seconds", "-3", FieldError::Seconds),
            ("clock_skew_seconds", "86401", FieldError::Seconds),
            ("profile", "alibaba", FieldError::Choice),
            ("received_at", "sp.example.com/acs", FieldError::Address),
            ("alibaba.account_id", "102938475610293", FieldError::AccountId),
            ("alibaba.account_id", "1029384756102o38", FieldError::AccountId),
            ("alibaba.default_domain", "acme.com", FieldError::DefaultDomain),
            ("alibaba.domain_alias", "alice@acme.com", FieldError::Domain),
            ("alibaba.auxiliary_domain", "acme", FieldError::Domain),
            ("alibaba.sso_login_with_domain", "perhaps", FieldError::Choice),
            ("alibaba.ram_users", "alice@acme.onaliyun.com", FieldError::BareName),
            ("metadata", "idp.xml", FieldError::Choice),
        ] {
            match (set(key, text), error) {
                (Err(FieldError::Time { at, .. }), FieldError::Time { at: expected, .. }) => assert_eq!(at, expected),
                (found, error) => assert_eq!(found, Err(error), "{key}: {text}"),
            }
        }
        let mut file = ContextFile::default();
        file.set_text("alibaba.account_id", "1029384756102938").unwrap();
        file.set_text("alibaba.account_id", "10293847561029").unwrap_err();
        assert_eq!(file, ContextFile::default());
    }

    #[test]
    fn what_is_found_out_anyway_is_not_told() {
        for key in ["now", "profile"] {
            let mut file = ContextFile::default();
            file.set_text(key, "auto").unwrap();
            assert_eq!(file, ContextFile::default());
        }
    }
}
