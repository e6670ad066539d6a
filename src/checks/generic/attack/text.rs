//! Identifiers that a person reads otherwise than a machine does.

use crate::checks::nearmiss::{is_invisible, lookalike};
use crate::checks::{Answer, Evidence};
use crate::flow::{Case, Seen};
use crate::saml::{Message, Value};

/// The Latin letter that this one looks like.
fn latin(c: char) -> Option<char> {
    lookalike(c).filter(char::is_ascii_alphabetic)
}

/// What a text looks like: without what cannot be seen, in small letters of one script.
pub(super) fn skeleton(text: &str) -> String {
    let seen = text.trim().trim_end_matches(['#', '/']).chars().filter(|c| !is_invisible(*c));
    seen.flat_map(char::to_lowercase).map(|c| latin(c).unwrap_or(c)).collect()
}

/// Whether a word has Latin letters and others that look like Latin ones. A word of one script is a name of that script.
fn is_mixed(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|word| {
        let alike = |c: char| latin(c).is_some();
        word.chars().any(|c| c.is_ascii_alphabetic()) && word.chars().any(alike)
    })
}

/// Every identifier of a message, by its term.
fn identifiers<'d>(message: Message<'d>) -> Vec<(&'static str, Value<'d>)> {
    let mut all: Vec<(&str, Option<Value<'_>>)> = vec![
        ("Issuer", message.issuer()),
        ("@Destination", message.destination()),
        ("NameID", message.name_id().map(|name| name.value())),
        ("@AssertionConsumerServiceURL", message.assertion_consumer_service_url()),
    ];
    for assertion in message.assertions() {
        all.push(("Issuer", assertion.issuer()));
        let subject = assertion.subject();
        all.push(("NameID", subject.and_then(|subject| subject.name_id()).map(|name| name.value())));
        let confirmations = subject.into_iter().flat_map(|subject| subject.confirmation_data());
        all.extend(confirmations.map(|data| ("SubjectConfirmationData/@Recipient", data.recipient())));
        let audiences = assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences());
        all.extend(audiences.map(|audience| ("Audience", Some(audience))));
    }
    let mut found: Vec<(&str, Value<'_>)> = all.into_iter().filter_map(|(what, value)| Some((what, value?))).collect();
    // The first assertion's name and issuer are the message's as well.
    let mut known = Vec::new();
    found.retain(|(_, value)| {
        let new = !known.contains(&value.span.start);
        known.push(value.span.start);
        new
    });
    found
}

pub(super) fn confusable(case: &Case<'_>) -> Answer {
    let all: Vec<(&Seen<'_>, &str, Value<'_>)> = case
        .messages()
        .flat_map(|(seen, message)| identifiers(message).into_iter().map(move |(what, value)| (seen, what, value)))
        .collect();
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let bad = all.iter().filter(|(.., value)| value.text.chars().any(is_invisible) || is_mixed(&value.text));
    let told = bad.map(|(seen, what, value)| {
        let strange = |c: &char| is_invisible(*c) || !c.is_ascii() && c.is_alphabetic();
        let mut codes: Vec<String> =
            value.text.chars().filter(strange).map(|c| format!("U+{:04X}", u32::from(c))).collect();
        codes.dedup();
        (Evidence::of(seen, what, value).instead_of(skeleton_of(&value.text)), codes.join(" "))
    });
    let told: Vec<_> = told.collect();
    let codes = told.first().map(|(_, codes)| codes.clone()).unwrap_or_default();
    Answer::found(told.into_iter().map(|(evidence, _)| evidence)).with("codes", codes)
}

/// What a text would be with nothing strange in it, letter case kept.
fn skeleton_of(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).map(|c| latin(c).unwrap_or(c)).collect()
}
