//! Audience, Recipient and Destination of a login to CloudSSO: all are a directory's own, and look much alike.

use super::login;
use crate::checks::{Answer, Evidence};
use crate::flow::{Case, Seen};
use crate::saml::Value;

/// What follows where the values were not filled in, swapped, or taken from two directories.
pub(super) const FOLLOWS: &[&str] = &[
    "ali-csso-audience-mismatch",
    "ali-csso-recipient-mismatch",
    "ali-csso-region-mix",
    "asr-audience-*",
    "asr-scd-recipient-mismatch",
    "saml-destination-mismatch",
    "md-mismatch-capture",
];

pub(super) const ENTITY_ID: &str = "https://signin-REGION.alibabacloudsso.com/saml/sp/d-…";
pub(super) const ACS: &str = "https://signin-REGION.alibabacloudsso.com/saml/acs/…";

/// A URL of a directory.
struct DirectoryUrl<'u> {
    /// The label of the region: `cn-shanghai`.
    region: &'u str,
    part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    EntityId,
    Acs,
    Other,
}

impl<'u> DirectoryUrl<'u> {
    /// `https://signin-<region>.alibabacloudsso.com/saml/sp/<directory>` or `…/saml/acs/<id>`; compared as it stands.
    fn of(url: &'u str) -> Option<Self> {
        let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
        let region = host.strip_prefix("signin-")?.strip_suffix(".alibabacloudsso.com")?;
        let labels: Vec<&str> = region.split('-').collect();
        let fits = |label: &&str| label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if labels.len() < 2 || !labels.iter().all(|label| !label.is_empty() && fits(label)) {
            return None;
        }
        let id = |start: &str| path.strip_prefix(start).filter(|id| !id.is_empty() && !id.contains(['/', '?', '#']));
        let part = match (id("saml/sp/"), id("saml/acs/")) {
            (Some(directory), _) if directory.starts_with("d-") => Part::EntityId,
            (_, Some(_)) => Part::Acs,
            _ => Part::Other,
        };
        Some(Self { region, part })
    }
}

fn is_a(url: &str, part: Part) -> bool {
    DirectoryUrl::of(url).is_some_and(|url| url.part == part)
}

fn audiences<'d>(case: &Case<'d>) -> Vec<Value<'d>> {
    let conditions = case.assertion().and_then(|assertion| assertion.conditions());
    conditions.into_iter().flat_map(|conditions| conditions.audiences()).collect()
}

const RECIPIENT: &str = "SubjectConfirmationData/@Recipient";

/// Every Recipient, and the Destination.
fn endpoints<'d>(case: &Case<'d>, seen: &Seen<'d>) -> Vec<(&'static str, Value<'d>)> {
    let recipients = case.confirmations().filter_map(|data| data.recipient()).map(|recipient| (RECIPIENT, recipient));
    let destination = seen.message.and_then(|message| message.destination());
    recipients.chain(destination.map(|destination| ("Response/@Destination", destination))).collect()
}

pub(super) fn audience_mismatch(case: &Case<'_>) -> Answer {
    if case.is_sealed() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let (found, known) = (audiences(case), case.sp_entity_id());
    let right = |value: &Value<'_>| match &known {
        Some(known) => known.has(&value.text),
        None => is_a(&value.text, Part::EntityId),
    };
    if found.iter().any(right) {
        return if known.is_some() {
            Answer::Passed
        } else {
            Answer::NotChecked(&["sp_entity_id", "metadata", "request"])
        };
    }
    let expect = |evidence: Evidence| match &known {
        Some(known) => evidence.one_of(known.values.iter().map(String::as_str)),
        None => evidence.expected(ENTITY_ID),
    };
    match found.first() {
        Some(_) => Answer::found(found.iter().map(|value| expect(Evidence::of(seen, "Audience", value)))),
        None => Answer::fired(expect(Evidence::node(seen, "Audience", assertion.0).actual(""))),
    }
}

pub(super) fn recipient_mismatch(case: &Case<'_>) -> Answer {
    if case.is_sealed() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let (found, known) = (endpoints(case, seen), case.acs_urls());
    if found.is_empty() {
        return Answer::Inapplicable;
    }
    let right = |value: &Value<'_>| match &known {
        Some(known) => known.has(&value.text),
        None => is_a(&value.text, Part::Acs),
    };
    // One confirmation that can be used is enough.
    let delivered = found.iter().any(|(what, value)| *what == RECIPIENT && right(value));
    let wrong: Vec<_> =
        found.iter().filter(|(what, value)| !(right(value) || *what == RECIPIENT && delivered)).collect();
    if wrong.is_empty() && known.is_none() {
        return Answer::NotChecked(&["received_at", "metadata", "request"]);
    }
    Answer::found(wrong.into_iter().map(|(what, value)| {
        let evidence = Evidence::of(seen, what, value);
        match &known {
            Some(known) => evidence.one_of(known.values.iter().map(String::as_str)),
            None => evidence.expected(ACS),
        }
    }))
}

pub(super) fn swapped(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let entity_id = case.sp_entity_id();
    let entity_id = entity_id.iter().flat_map(|known| &known.values).find(|value| is_a(value, Part::EntityId));
    let acs = case.acs_urls();
    let acs = acs.iter().flat_map(|known| &known.values).find(|value| is_a(value, Part::Acs));
    let audiences = audiences(case)
        .into_iter()
        .filter(|value| is_a(&value.text, Part::Acs))
        .map(|value| Evidence::of(seen, "Audience", &value).expected(entity_id.map_or(ENTITY_ID, String::as_str)));
    let endpoints = endpoints(case, seen).into_iter().filter(|(_, value)| is_a(&value.text, Part::EntityId));
    let endpoints =
        endpoints.map(|(what, value)| Evidence::of(seen, what, &value).expected(acs.map_or(ACS, String::as_str)));
    Answer::found(audiences.chain(endpoints))
}

pub(super) fn region_mix(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let region = |value: &Value<'_>| DirectoryUrl::of(&value.text).map(|url| url.region.to_owned());
    let audience = audiences(case).into_iter().find_map(|value| Some((region(&value)?, value)));
    let Some((audience_region, audience)) = audience else { return Answer::Inapplicable };
    let Some((what, there, endpoint)) =
        endpoints(case, seen).into_iter().find_map(|(what, value)| Some((what, region(&value)?, value)))
    else {
        return Answer::Inapplicable;
    };
    let differs = there != audience_region;
    let pair = [Evidence::of(seen, what, &endpoint).expected(format!("signin-{audience_region}.alibabacloudsso.com"))];
    Answer::found(pair.into_iter().chain([Evidence::of(seen, "Audience", &audience)]).filter(|_| differs))
        .with("audience_region", audience_region)
        .with("recipient_region", there)
}

/// The application at the identity provider was saved before the values of the directory were pasted in.
pub(super) fn acs_blank(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let audiences = audiences(case).into_iter().map(|value| ("Audience", value));
    let blank = audiences.chain(endpoints(case, seen)).filter(|(_, value)| is_placeholder(&value.text));
    Answer::found(blank.map(|(what, value)| {
        Evidence::of(seen, what, &value).expected(if what == "Audience" { ENTITY_ID } else { ACS })
    }))
}

/// Nothing, or what documents and forms show in the place of a value.
fn is_placeholder(value: &str) -> bool {
    let text = value.to_ascii_lowercase();
    let marks = ["***", "xxxx", "${", "{{", "<", "placeholder", "example.com"];
    matches!(text.as_str(), "" | "https://" | "http://" | "-") || marks.iter().any(|mark| text.contains(mark))
}
