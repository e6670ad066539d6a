//! What the identity provider itself says of the login: the status codes (SAML 2.0 Core §3.2.2.2).
//!
//! What each code means and mostly comes from is in the texts, by its name.

use super::each::{each, messages};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::saml::names::PROTOCOL;
use crate::saml::{Message, Value};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "saml-status-missing",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Status,
        "SAML 2.0 Core 3.2.2, 3.2.2.1",
        status_missing,
    )
    .explains(&["saml-schema-invalid"]),
    Rule::new(
        "saml-status-toplevel",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Status,
        "SAML 2.0 Core 3.2.2.2",
        status_top_level,
    )
    .explains(&["saml-status-not-success"]),
    Rule::new(
        "saml-status-not-success",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Status,
        "SAML 2.0 Core 3.2.2.2",
        status_not_success,
    )
    .required()
    // A refusal has no assertion, and need not be signed.
    .explains(&["saml-status-error-with-assertion", "sig-none", "saml-unsolicited", "asr-*", "nid-*"]),
    Rule::new(
        "saml-status-error-with-assertion",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Status,
        "SAML 2.0 Profiles 4.1.4.2",
        error_with_assertion,
    ),
    Rule::new(
        "saml-status-success-no-assertion",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Status,
        "SAML 2.0 Profiles 4.1.4.2",
        success_without_assertion,
    )
    .explains(&["sig-none", "asr-*", "nid-*"]),
];

/// What every status code of the standard begins with.
const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";

/// The codes that may stand outermost (Core §3.2.2.2), and the name in the texts for every code of nobody's list.
const TOP_LEVEL: [&str; 4] = ["Success", "Requester", "Responder", "VersionMismatch"];
const OTHER: &str = "other";

/// The codes that may stand within (Core §3.2.2.2), with whoever mostly can mend what they tell.
const SECOND_LEVEL: [(&str, Who); 19] = [
    ("AuthnFailed", Who::User),
    ("InvalidAttrNameOrValue", Who::SpAdmin),
    ("InvalidNameIDPolicy", Who::IdpAdmin),
    ("NoAuthnContext", Who::SpAdmin),
    ("NoAvailableIDP", Who::SpAdmin),
    ("NoPassive", Who::SpAdmin),
    ("NoSupportedIDP", Who::SpAdmin),
    ("PartialLogout", Who::Nobody),
    ("ProxyCountExceeded", Who::SpAdmin),
    ("RequestDenied", Who::IdpAdmin),
    ("RequestUnsupported", Who::SpAdmin),
    ("RequestVersionDeprecated", Who::SpAdmin),
    ("RequestVersionTooHigh", Who::SpAdmin),
    ("RequestVersionTooLow", Who::SpAdmin),
    ("ResourceNotRecognized", Who::SpAdmin),
    ("TooManyResponses", Who::SpAdmin),
    ("UnknownAttrProfile", Who::SpAdmin),
    ("UnknownPrincipal", Who::IdpAdmin),
    ("UnsupportedBinding", Who::SpAdmin),
];

/// The name of a code in the texts.
fn text_of(code: &str) -> &'static str {
    let name = code.trim().strip_prefix(PREFIX).unwrap_or_default();
    let second = SECOND_LEVEL.iter().map(|(name, _)| *name);
    TOP_LEVEL.into_iter().chain(second).find(|known| *known == name).unwrap_or(OTHER)
}

/// What has a status: Response and LogoutResponse.
fn answers<'d>(case: &Case<'d>) -> impl Iterator<Item = (&'d Seen<'d>, Message<'d>)> {
    messages(case).filter(|(_, message)| message.kind().ends_with("Response"))
}

fn status_missing(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        message.kind().ends_with("Response").then(|| {
            let missing = message.status_codes().next().is_none();
            missing.then(|| Evidence::node(seen, "Status/StatusCode", message.0).expected("StatusCode"))
        })
    })
}

fn status_top_level(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let code = message.status_codes().next()?;
        let is_known = TOP_LEVEL.iter().any(|name| code.text.strip_prefix(PREFIX) == Some(name));
        let evidence = || {
            let evidence = Evidence::of(seen, "StatusCode/@Value", &code);
            evidence.one_of(TOP_LEVEL.map(|name| format!("{PREFIX}{name}")).iter().map(String::as_str))
        };
        Some((!is_known).then(evidence))
    })
}

/// The innermost code says most.
fn status_not_success(case: &Case<'_>) -> Answer {
    let mut answers = answers(case).filter_map(|(seen, message)| Some((seen, message, message.status_codes().next()?)));
    let Some(first) = answers.next() else { return Answer::Inapplicable };
    let failed = std::iter::once(first)
        .chain(answers)
        .find(|(_, message, top)| top.text != format!("{PREFIX}Success") && !is_partial_logout(*message));
    let Some((seen, message, top)) = failed else { return Answer::Passed };
    let codes: Vec<Value<'_>> = message.status_codes().collect();
    let inner = codes.last().unwrap_or(&top);
    let name = text_of(&inner.text);
    let who = SECOND_LEVEL.iter().find(|(known, _)| *known == name).map(|(_, who)| *who);
    let who =
        who.unwrap_or(if name == "Requester" || name == "VersionMismatch" { Who::SpAdmin } else { Who::IdpAdmin });
    let evidence = codes.iter().rev().map(|code| Evidence::of(seen, "StatusCode/@Value", code));
    let said = message.status_message().filter(|said| !said.text.is_empty());
    let said_where = said.iter().map(|said| Evidence::of(seen, "StatusMessage", said));
    let details = message.0.element(PROTOCOL, "Status").and_then(|status| status.element(PROTOCOL, "StatusDetail"));
    let details = details.map(Value::of_element).filter(|detail| !detail.text.is_empty());
    let detail_where = details.iter().map(|detail| Evidence::of(seen, "StatusDetail", detail));
    let quoted = said.as_ref().map(|said| format!(" “{}”", said.text)).unwrap_or_default();
    Answer::found(evidence.chain(said_where).chain(detail_where))
        .with("code", codes.iter().map(|code| short(&code.text)).collect::<Vec<_>>().join(" / "))
        .with("message", quoted)
        .with("status", name)
        .who(who)
}

/// The part of a code that people say.
fn short(code: &str) -> &str {
    code.strip_prefix(PREFIX).unwrap_or(code)
}

/// A logout that reached some sessions has a rule of its own.
fn is_partial_logout(message: Message<'_>) -> bool {
    message.status_codes().any(|code| text_of(&code.text) == "PartialLogout")
}

fn error_with_assertion(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        if message.kind() != "Response" {
            return None;
        }
        let failed = message.status_codes().next()?.text != format!("{PREFIX}Success");
        failed.then(|| {
            let sealed = message.encrypted_assertions();
            let first = message.assertions().map(|one| one.0).chain(sealed).next();
            let status = message.0.element(PROTOCOL, "Status").map(|status| Evidence::node(seen, "Status", status));
            let found = first.map(|first| Evidence::node(seen, first.local_name(), first));
            found.into_iter().flat_map(|found| [Some(found), status.clone()]).flatten().collect::<Vec<_>>()
        })
    })
}

fn success_without_assertion(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        if message.kind() != "Response" || message.status_codes().next()?.text != format!("{PREFIX}Success") {
            return None;
        }
        let none = message.assertions().next().is_none() && message.encrypted_assertions().next().is_none();
        Some(none.then(|| Evidence::node(seen, "Response/Assertion", message.0).expected("Assertion")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::checks::testing::{Scene, fires, silent};
    use crate::report::texts::Texts;

    const FAILED: &str = "Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"><samlp:StatusCode \
                          Value=\"urn:oasis:names:tc:SAML:2.0:status:CODE\"/></samlp:StatusCode>\
                          <samlp:StatusMessage>MSIS7070</samlp:StatusMessage>";

    /// A refusal with this second-level code.
    fn refusal(code: &str) -> Scene {
        Scene::login()
            .replace("Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>", &FAILED.replace("CODE", code))
            .without("<saml:Assertion", "</saml:Assertion>")
    }

    #[test]
    fn a_status_other_than_success_is_told_with_its_codes_and_its_message() {
        for (code, _) in SECOND_LEVEL.iter().filter(|(code, _)| *code != "PartialLogout") {
            fires("saml-status-not-success", &refusal(code));
        }
        fires("saml-status-not-success", &refusal("Invented"));
        fires("saml-status-not-success", &Scene::login().replace("status:Success\"", "status:Responder\""));
        silent("saml-status-not-success", &Scene::login());
    }

    #[test]
    fn every_code_has_its_words_in_both_languages_and_no_words_are_left_over() {
        let second = SECOND_LEVEL.iter().map(|(name, _)| *name);
        let mut names: Vec<&str> = TOP_LEVEL.into_iter().chain(second).chain([OTHER]).collect();
        // Success fails nobody.
        names.retain(|name| *name != "Success");
        names.sort_unstable();
        for language in [Language::English, Language::Chinese] {
            let texts = Texts::of(language);
            assert_eq!(texts.status.keys().collect::<Vec<_>>(), names, "{language:?}");
            for (name, words) in &texts.status {
                // The sentence shows no more of a value.
                assert!(words.meaning.chars().count() <= 160 && words.cause.chars().count() <= 160, "{name}");
                assert!(!words.meaning.trim().is_empty() && !words.cause.trim().is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn a_response_has_a_status_of_the_four_that_may_stand_outermost() {
        let none = Scene::login().without("<samlp:Status>", "</samlp:Status>");
        fires("saml-status-missing", &none);
        silent("saml-status-missing", &Scene::login());
        fires("saml-status-toplevel", &Scene::login().replace("status:Success\"", "status:AuthnFailed\""));
        silent("saml-status-toplevel", &refusal("AuthnFailed"));
    }

    #[test]
    fn an_assertion_comes_with_success_and_only_with_it() {
        let refused = Scene::login().replace("status:Success\"", "status:Responder\"");
        fires("saml-status-error-with-assertion", &refused);
        silent("saml-status-error-with-assertion", &refusal("AuthnFailed"));
        silent("saml-status-error-with-assertion", &Scene::login());
        let empty = Scene::login().without("<saml:Assertion", "</saml:Assertion>");
        fires("saml-status-success-no-assertion", &empty);
        silent("saml-status-success-no-assertion", &Scene::login());
        silent("saml-status-success-no-assertion", &refusal("AuthnFailed"));
    }
}
