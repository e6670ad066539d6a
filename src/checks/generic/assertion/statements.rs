//! What an assertion consists of: Issuer, Subject, Conditions and the statement of authentication (SAML 2.0 Core §2.3.3,
//! §2.5, §2.7.2).

use super::judged;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::saml::{Assertion, Value, attribute};
use crate::xml::Node;

const STATEMENTS: [&str; 3] = ["AuthnStatement", "AttributeStatement", "AuthzDecisionStatement"];

/// The conditions that the standard has; a service must refuse what it does not know (Core §2.5.1).
const CONDITIONS: [&str; 3] = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];

const fn rule(id: &'static str, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, Stage::Conditions, source, check)
}

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    rule("asr-issuer-missing", "SAML 2.0 Core 2.3.3", issuer_missing).grouped(Group::Message),
    rule("asr-subject-missing", "SAML 2.0 Core 2.7.2, 2.7.3", subject_missing).grouped(Group::Identity),
    rule(
        "asr-conditions-missing",
        "SAML 2.0 Profiles 4.1.4.2; refused by python3-saml and ruby-saml",
        conditions_missing,
    )
    .explains(&["asr-audience-missing"]),
    rule("asr-onetimeuse-multiple", "SAML 2.0 Core 2.5.1.5", |case| repeated(case, "OneTimeUse"))
        .grouped(Group::Message),
    rule("asr-proxyrestriction-multiple", "SAML 2.0 Core 2.5.1.6", |case| repeated(case, "ProxyRestriction"))
        .grouped(Group::Message),
    Rule::new(
        "asr-unknown-condition",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Conditions,
        "SAML 2.0 Core 2.5.1",
        unknown_condition,
    )
    .grouped(Group::Message),
    rule("asr-authnstatement-missing", "SAML 2.0 Profiles 4.1.4.2", authn_statement_missing).grouped(Group::Message),
    Rule::new(
        "asr-authnstatement-multiple",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Conditions,
        "SAML2int SDP-IDP10",
        authn_statement_multiple,
    )
    .grouped(Group::Message),
    rule("asr-authncontext-mismatch", "SAML 2.0 Core 3.3.2.2.1, 3.4.1", other_context)
        .grouped(Group::Message)
        .needs(&["request"]),
    rule("asr-sessionindex-missing", "SAML 2.0 Profiles 4.1.4.2", session_index_missing)
        .grouped(Group::Message)
        .needs(&["metadata"]),
];

fn children<'d>(assertion: Assertion<'d>, name: &'d str) -> impl Iterator<Item = Node<'d>> {
    assertion.0.elements_named(ASSERTION, name)
}

fn issuer_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    let mut issuers = children(assertion, "Issuer");
    let (first, second) = (issuers.next().map(Value::of_element), issuers.next());
    let empty = first.is_none_or(|issuer| issuer.text.is_empty());
    let at = second.unwrap_or(assertion.0);
    Answer::when(empty || second.is_some(), || {
        Evidence::node(seen, "Assertion/Issuer", at).expected("one Issuer, with the entity ID of the identity provider")
    })
}

fn subject_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    let states = STATEMENTS.into_iter().any(|name| children(assertion, name).next().is_some());
    Answer::when(states && assertion.subject().is_none(), || {
        Evidence::node(seen, "Subject", assertion.0).expected("a Subject, which the statements are about")
    })
}

fn conditions_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    Answer::when(assertion.conditions().is_none(), || {
        Evidence::node(seen, "Conditions", assertion.0).expected("Conditions, with NotOnOrAfter and an Audience")
    })
}

fn repeated(case: &Case<'_>, name: &'static str) -> Answer {
    let Some((seen, conditions)) = judged(case).and_then(|(seen, one)| Some((seen, one.conditions()?))) else {
        return Answer::Inapplicable;
    };
    let further = conditions.0.elements_named(ASSERTION, name).skip(1);
    Answer::found(further.map(|node| Evidence::node(seen, name, node).expected("one at most")))
}

fn unknown_condition(case: &Case<'_>) -> Answer {
    let Some((seen, conditions)) = judged(case).and_then(|(seen, one)| Some((seen, one.conditions()?))) else {
        return Answer::Inapplicable;
    };
    let known = |node: &Node<'_>| node.namespace() == ASSERTION && CONDITIONS.contains(&node.local_name());
    Answer::found(conditions.0.elements().filter(|node| !known(node)).map(|node| {
        // An abstract `<Condition>` says by its type what it is.
        let kind = node.attribute("type").or_else(|| node.attributes().find(|a| a.local_name() == "type"));
        let name = kind.map_or_else(|| node.local_name().to_owned(), |kind| kind.value().into_owned());
        Evidence::node(seen, "Conditions", node).actual(&name).expected(CONDITIONS.join(", "))
    }))
}

fn authn_statement_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    Answer::when(assertion.authn_statements().next().is_none(), || {
        Evidence::node(seen, "AuthnStatement", assertion.0).expected("an AuthnStatement")
    })
}

fn authn_statement_multiple(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    let count = assertion.authn_statements().count();
    let further = assertion.authn_statements().skip(1);
    Answer::found(further.map(|one| Evidence::node(seen, "AuthnStatement", one.0).expected("one")))
        .with("count", count.to_string())
}

/// The class references that the request demands exactly, where it does.
fn demanded<'d>(case: &Case<'d>) -> Vec<Value<'d>> {
    let context = case.request().and_then(|request| request.message?.0.element(PROTOCOL, "RequestedAuthnContext"));
    let exact = |node: &Node<'_>| attribute(*node, "Comparison").is_none_or(|value| value.text == "exact");
    let context = context.filter(exact).into_iter();
    context.flat_map(|node| node.elements_named(ASSERTION, "AuthnContextClassRef")).map(Value::of_element).collect()
}

fn other_context(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    if case.request().is_none() {
        return Answer::NotChecked(&["request"]);
    }
    let (demanded, given) = (demanded(case), class_refs(seen, assertion));
    if demanded.is_empty() || given.is_empty() {
        return Answer::Inapplicable;
    }
    let met = given.iter().any(|(_, given)| demanded.iter().any(|one| one.text == given.text));
    let told = given.iter().filter(|_| !met).map(|(seen, given)| {
        Evidence::of(seen, "AuthnContextClassRef", given).one_of(demanded.iter().map(|one| one.text.as_ref()))
    });
    Answer::found(told)
}

fn class_refs<'d>(seen: &'d Seen<'d>, assertion: Assertion<'d>) -> Vec<(&'d Seen<'d>, Value<'d>)> {
    assertion.authn_statements().filter_map(|one| Some((seen, one.class_ref()?))).collect()
}

/// Logging in works without one; logging out does not.
fn session_index_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    let Some(statement) = assertion.authn_statements().next() else { return Answer::Inapplicable };
    let Some(role) = case.idp_role() else { return Answer::NotChecked(&["metadata"]) };
    if role.endpoints_named("SingleLogoutService").next().is_none() {
        return Answer::Inapplicable;
    }
    let indexed = assertion.authn_statements().any(|one| one.session_index().is_some());
    let answer = Answer::when(!indexed, || {
        Evidence::node(seen, "AuthnStatement/@SessionIndex", statement.0).expected("a SessionIndex")
    });
    if case.logout().is_some() { answer } else { answer.severity(Severity::Warning) }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    fn with_condition(condition: &str) -> Scene {
        Scene::login().replace("</saml:Conditions>", &format!("{condition}</saml:Conditions>"))
    }

    fn requesting(context: &str) -> Scene {
        Scene::exchange().replace("</samlp:AuthnRequest>", &format!("{context}</samlp:AuthnRequest>"))
    }

    const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";

    #[test]
    fn an_assertion_has_one_issuer() {
        let issuer = "<saml:Issuer>https://idp.acme.example/idp</saml:Issuer>";
        let twice = format!("{issuer}{issuer}");
        silent("asr-issuer-missing", &Scene::login());
        fires("asr-issuer-missing", &Scene::login().replace(issuer, ""));
        fires("asr-issuer-missing", &Scene::login().replace(issuer, &twice));
        fires("asr-issuer-missing", &Scene::login().replace(issuer, "<saml:Issuer> </saml:Issuer>"));
    }

    #[test]
    fn an_assertion_has_a_subject_and_conditions() {
        silent("asr-subject-missing", &Scene::login());
        fires("asr-subject-missing", &Scene::login().without("<saml:Subject>", "</saml:Subject>"));
        silent("asr-conditions-missing", &Scene::login());
        fires("asr-conditions-missing", &Scene::login().without("<saml:Conditions", "</saml:Conditions>"));
        silent("asr-conditions-missing", &Scene::scenario("generic-status-authnfailed"));
    }

    #[test]
    fn a_condition_stands_there_once_and_is_of_the_standard() {
        let (once, restricted) = ("<saml:OneTimeUse/>", "<saml:ProxyRestriction Count=\"0\"/>");
        silent("asr-onetimeuse-multiple", &with_condition(once));
        fires("asr-onetimeuse-multiple", &with_condition(&once.repeat(2)));
        silent("asr-proxyrestriction-multiple", &with_condition(restricted));
        fires("asr-proxyrestriction-multiple", &with_condition(&restricted.repeat(2)));
        silent("asr-unknown-condition", &with_condition(&format!("{once}{restricted}")));
        fires("asr-unknown-condition", &with_condition("<x:Office xmlns:x=\"urn:acme\"/>"));
        fires(
            "asr-unknown-condition",
            &with_condition(
                "<saml:Condition xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"d:DelegationRestrictionType\" xmlns:d=\"urn:oasis:names:tc:SAML:2.0:conditions:delegation\"/>",
            ),
        );
    }

    #[test]
    fn an_assertion_states_one_authentication() {
        let statement = "<saml:AuthnStatement AuthnInstant=\"2026-03-02T08:16:00Z\"/>";
        silent("asr-authnstatement-missing", &Scene::login());
        fires("asr-authnstatement-missing", &Scene::login().without("<saml:AuthnStatement", "</saml:AuthnStatement>"));
        silent("asr-authnstatement-multiple", &Scene::login());
        fires(
            "asr-authnstatement-multiple",
            &Scene::login().replace("<saml:AttributeStatement>", &format!("{statement}<saml:AttributeStatement>")),
        );
    }

    #[test]
    fn the_user_is_authenticated_as_the_request_demands() {
        let wanted = |attributes: &str, class: &str| {
            requesting(&format!(
                "<samlp:RequestedAuthnContext {attributes}><saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"
            ))
        };
        silent("asr-authncontext-mismatch", &Scene::exchange());
        silent("asr-authncontext-mismatch", &wanted("Comparison=\"exact\"", PASSWORD));
        fires("asr-authncontext-mismatch", &wanted("Comparison=\"exact\"", X509));
        fires("asr-authncontext-mismatch", &wanted("", X509));
        silent("asr-authncontext-mismatch", &wanted("Comparison=\"minimum\"", X509));
        unchecked("asr-authncontext-mismatch", &Scene::login(), "request");
    }

    #[test]
    fn without_a_session_index_there_is_no_single_logout() {
        let without = || Scene::login().replace(" SessionIndex=\"_s1f2e3d4c5b6a7988\"", "");
        silent("asr-sessionindex-missing", &Scene::login().with_metadata());
        fires("asr-sessionindex-missing", &without().with_metadata());
        unchecked("asr-sessionindex-missing", &without(), "metadata");
        let no_logout =
            include_str!("../../testing/idp-metadata.xml").replace("SingleLogoutService", "ManageNameIDService");
        silent("asr-sessionindex-missing", &without().metadata("idp.xml", &no_logout));
    }
}
