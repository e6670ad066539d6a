//! The Subject of the assertion, whose NameID role-based SSO wants and does not use.

use super::{ASSERTIONS, Login};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::NameId;
use crate::saml::names::ASSERTION;
use crate::xml::Node;

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    rule("ali-role-subjconf-count", Severity::Error, Stage::Conditions, ASSERTIONS, confirmations)
        .required()
        .needs(&["private_keys"])
        .explains(&[
            "ali-role-required-elements",
            "asr-bearer-missing",
            "asr-scd-recipient-missing",
            "asr-scd-notonorafter-missing",
        ]),
    rule("ali-role-nameid-missing", Severity::Error, Stage::Subject, ASSERTIONS, name_id_missing)
        .required()
        .needs(&["private_keys"])
        .explains(&["ali-role-required-elements", "asr-subject-missing", "nid-missing"]),
    rule(
        "ali-role-nameid-sample-newline",
        Severity::Warning,
        Stage::Subject,
        "Alibaba Cloud RAM, role-based SSO with AD FS",
        name_id_newline,
    ),
];

const fn rule(
    id: &'static str,
    severity: Severity,
    stage: Stage,
    source: &'static str,
    check: fn(&Case<'_>) -> Answer,
) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, stage, source, check)
}

/// The elements of this name in the Subject.
fn children<'d>(login: &Login<'d>, name: &'static str) -> Vec<Node<'d>> {
    let subject = login.assertion.subject();
    subject.into_iter().flat_map(|subject| subject.0.elements_named(ASSERTION, name)).collect()
}

/// The Subject, or the assertion where it has none.
fn subject<'d>(login: &Login<'d>) -> Node<'d> {
    login.assertion.subject().map_or(login.assertion.0, |subject| subject.0)
}

fn name_id_missing(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    let names = children(&login, "NameID");
    if names.is_empty() && !children(&login, "EncryptedID").is_empty() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let count = names.len().to_string();
    let evidence = match names.as_slice() {
        [_] => return Answer::Passed,
        [] => vec![login.lacks("NameID", subject(&login)).expected("1")],
        several => several.iter().map(|name| Evidence::of(login.seen, "NameID", &NameId(*name).value())).collect(),
    };
    Answer::found(evidence).with("count", count)
}

/// Exactly one, stricter than the standard, with the two attributes of a bearer's (SAML 2.0 Profiles 4.1.4.2).
fn confirmations(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    let confirmations = children(&login, "SubjectConfirmation");
    let count = confirmations.len().to_string();
    let node = |what: &str, node: Node<'_>| Evidence::node(login.seen, what, node).actual(&count).expected("1");
    let evidence = match confirmations.as_slice() {
        [] => vec![node("SubjectConfirmation", subject(&login))],
        [one] => {
            let data = one.element(ASSERTION, "SubjectConfirmationData");
            let lacks = |name: &&str| data.is_none_or(|data| data.attribute(name).is_none());
            let missing = ["Recipient", "NotOnOrAfter"].into_iter().filter(lacks);
            let at = data.unwrap_or(*one);
            missing
                .map(|name| login.lacks(&format!("SubjectConfirmationData/@{name}"), at).actual("0").expected("1"))
                .collect()
        }
        several => several.iter().map(|confirmation| node("SubjectConfirmation", *confirmation)).collect(),
    };
    Answer::found(evidence)
}

fn name_id_newline(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let padded = children(&login, "NameID").into_iter().filter(|node| {
        let text = node.text_content();
        text.len() != text.trim().len()
    });
    Answer::found(padded.map(|node| {
        let evidence = Evidence::of(login.seen, "NameID", &NameId(node).value());
        evidence.actual(&node.text_content()).instead_of(node.text_content().trim())
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::checks::testing::{fires, silent, unchecked};

    const NAME_ID: &str =
        "<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">alice@acme.example</saml:NameID>";

    #[test]
    fn there_is_one_name_id() {
        fires("ali-role-nameid-missing", &login().replace(NAME_ID, ""));
        fires("ali-role-nameid-missing", &login().replace(NAME_ID, &NAME_ID.repeat(2)));
        silent("ali-role-nameid-missing", &login());
        unchecked("ali-role-nameid-missing", &login().replace(NAME_ID, "<saml:EncryptedID/>"), "private_keys");
        fires(
            "ali-role-nameid-sample-newline",
            &login().replace(">alice@acme.example</saml:NameID", ">\n  alice\n</saml:NameID"),
        );
        silent("ali-role-nameid-sample-newline", &login());
    }

    #[test]
    fn there_is_one_subject_confirmation_with_recipient_and_end() {
        fires("ali-role-subjconf-count", &login().without("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
        fires("ali-role-subjconf-count", &login().without("Recipient=\"", "\""));
        fires("ali-role-subjconf-count", &login().replace("Data NotOnOrAfter", "Data NotBefore"));
        let twice =
            "</saml:SubjectConfirmation><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>";
        fires("ali-role-subjconf-count", &login().replace("</saml:SubjectConfirmation>", twice));
        silent("ali-role-subjconf-count", &login());
    }
}
