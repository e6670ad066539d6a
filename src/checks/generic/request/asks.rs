//! What the request asks for: where and how to be answered, which name of the user, which way to authenticate.

use super::super::name_id::{PERSISTENT, UNSPECIFIED, asked_format};
use super::{request, response, unless_answered, was_answered};
use crate::checks::{Answer, Evidence, Severity};
use crate::flow::{Case, IdentityProvider, Seen};
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::saml::{Value, attribute};
use crate::xml::Node;

const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const INVALID_POLICY: &str = "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy";

/// The bindings that can carry a Response; a redirect's URL is too short for one (Profiles §4.1.2).
const BINDINGS: [&str; 4] = [
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact",
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST-SimpleSign",
    // Of the profile for clients that are no browsers.
    "urn:oasis:names:tc:SAML:2.0:bindings:PAOS",
];

/// An attribute of the request.
fn given<'d>(case: &Case<'d>, name: &str) -> Option<(&'d Seen<'d>, Value<'d>)> {
    let (seen, message) = request(case)?;
    Some((seen, attribute(message.0, name)?))
}

/// A child element of the request.
fn child<'d>(case: &Case<'d>, namespace: &'d str, name: &'d str) -> Option<(&'d Seen<'d>, Node<'d>)> {
    let (seen, message) = request(case)?;
    Some((seen, message.0.element(namespace, name)?))
}

fn is_true(value: Option<&Value<'_>>) -> bool {
    value.is_some_and(|value| matches!(value.text.trim(), "true" | "1"))
}

pub(super) fn other_acs(case: &Case<'_>) -> Answer {
    let Some((seen, url)) = given(case, "AssertionConsumerServiceURL") else { return Answer::Inapplicable };
    let Some(registered) = case.registered_acs_urls() else { return Answer::NotChecked(&["metadata"]) };
    let answer = Answer::when(!registered.has(&url.text), || {
        Evidence::of(seen, "AssertionConsumerServiceURL", &url).one_of(registered.values.iter().map(String::as_str))
    });
    unless_answered(case, answer)
}

pub(super) fn index_and_url(case: &Case<'_>) -> Answer {
    let Some((seen, index)) = given(case, "AssertionConsumerServiceIndex") else { return Answer::Inapplicable };
    let second =
        ["AssertionConsumerServiceURL", "ProtocolBinding"].into_iter().find(|name| given(case, name).is_some());
    let told = second.map(|name| {
        let index = Evidence::of(seen, "AssertionConsumerServiceIndex", &index);
        (index.expected(format!("either this or {name}")), name)
    });
    let name = told.as_ref().map(|(_, name)| *name).unwrap_or_default();
    unless_answered(case, Answer::found(told.map(|(evidence, _)| evidence)).with("second", name))
}

pub(super) fn other_index(case: &Case<'_>) -> Answer {
    let Some((seen, index)) = given(case, "AssertionConsumerServiceIndex") else { return Answer::Inapplicable };
    let Some(role) = case.sp_role() else { return Answer::NotChecked(&["metadata"]) };
    let known: Vec<u16> =
        role.endpoints_named("AssertionConsumerService").filter_map(|endpoint| endpoint.index_number()).collect();
    let listed = index.text.trim().parse().is_ok_and(|index| known.contains(&index));
    let names: Vec<String> = known.iter().map(u16::to_string).collect();
    let answer = Answer::when(!listed, || {
        Evidence::of(seen, "AssertionConsumerServiceIndex", &index).one_of(names.iter().map(String::as_str))
    });
    unless_answered(case, answer)
}

pub(super) fn other_binding(case: &Case<'_>) -> Answer {
    let Some((seen, binding)) = given(case, "ProtocolBinding") else { return Answer::Inapplicable };
    let answer = Answer::when(!BINDINGS.contains(&binding.text.as_ref()), || {
        Evidence::of(seen, "ProtocolBinding", &binding).one_of(BINDINGS.into_iter().take(1))
    });
    unless_answered(case, answer)
}

/// The identity provider says that it has no such name: in its answer, or beforehand in its metadata.
pub(super) fn other_format(case: &Case<'_>) -> Answer {
    let Some((seen, policy)) = child(case, PROTOCOL, "NameIDPolicy") else { return Answer::Inapplicable };
    let Some(asked) = asked_format(policy).filter(|_| !was_answered(case)) else { return Answer::Inapplicable };
    let told = || Evidence::of(seen, "NameIDPolicy/@Format", &asked);
    let refused =
        response(case).is_some_and(|(_, message)| message.status_codes().any(|code| code.text == INVALID_POLICY));
    let role = case.idp_role();
    let listed: Vec<&str> =
        role.into_iter().flat_map(|role| &role.name_id_formats).map(|format| &*format.text).collect();
    if refused {
        let others: Vec<&str> = listed.into_iter().filter(|format| *format != asked.text).collect();
        let others = if others.is_empty() { vec![UNSPECIFIED] } else { others };
        return Answer::fired(told().one_of(others));
    }
    if role.is_none() {
        return Answer::NotChecked(&["metadata"]);
    }
    if listed.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::when(!listed.contains(&asked.text.as_ref()), || told().one_of(listed))
}

pub(super) fn creates_nothing(case: &Case<'_>) -> Answer {
    let Some((seen, policy)) = child(case, PROTOCOL, "NameIDPolicy") else { return Answer::Inapplicable };
    if attribute(policy, "Format").is_none_or(|format| format.text != PERSISTENT) {
        return Answer::Inapplicable;
    }
    let allowed = attribute(policy, "AllowCreate");
    Answer::when(!is_true(allowed.as_ref()), || match &allowed {
        Some(allowed) => Evidence::of(seen, "NameIDPolicy/@AllowCreate", allowed).expected("true"),
        None => Evidence::node(seen, "NameIDPolicy/@AllowCreate", policy).expected("true"),
    })
}

pub(super) fn password_only(case: &Case<'_>) -> Answer {
    let Some((seen, context)) = child(case, PROTOCOL, "RequestedAuthnContext") else { return Answer::Inapplicable };
    let exact = attribute(context, "Comparison").is_none_or(|comparison| comparison.text == "exact");
    let classes: Vec<Value<'_>> =
        context.elements_named(ASSERTION, "AuthnContextClassRef").map(Value::of_element).collect();
    let (Some(first), true) = (classes.first(), exact) else { return Answer::Inapplicable };
    Answer::when(classes.iter().all(|class| class.text == PASSWORD), || {
        Evidence::of(seen, "AuthnContextClassRef", first)
            .expected("no RequestedAuthnContext, or every class that will do")
    })
}

pub(super) fn comparison(case: &Case<'_>) -> Answer {
    let Some((seen, context)) = child(case, PROTOCOL, "RequestedAuthnContext") else { return Answer::Inapplicable };
    let other = attribute(context, "Comparison").filter(|comparison| comparison.text != "exact");
    Answer::found(
        other.map(|other| Evidence::of(seen, "RequestedAuthnContext/@Comparison", &other).instead_of("exact")),
    )
}

/// A request may name the user; Entra ID takes none that does, and nobody one that also confirms who it is.
pub(super) fn subject(case: &Case<'_>) -> Answer {
    let Some((seen, subject)) = child(case, ASSERTION, "Subject") else { return Answer::Inapplicable };
    let confirmed = subject.element(ASSERTION, "SubjectConfirmation").is_some();
    let fired = Answer::fired(Evidence::node(seen, "AuthnRequest/Subject", subject).expected("no Subject"));
    if confirmed || case.identity_provider == IdentityProvider::Entra {
        unless_answered(case, fired)
    } else {
        fired.severity(Severity::Note)
    }
}

pub(super) fn scoping(case: &Case<'_>) -> Answer {
    let Some((seen, scoping)) = child(case, PROTOCOL, "Scoping") else { return Answer::Inapplicable };
    let count = attribute(scoping, "ProxyCount").map(|count| Evidence::of(seen, "Scoping/@ProxyCount", &count));
    let elements = scoping.elements().filter(|node| matches!(node.local_name(), "IDPList" | "RequesterID"));
    let elements = elements.map(|node| Evidence::node(seen, node.local_name(), node));
    Answer::found(count.into_iter().chain(elements).map(|evidence| evidence.expected("no Scoping")))
}

pub(super) fn passive_and_forced(case: &Case<'_>) -> Answer {
    let (passive, forced) = (given(case, "IsPassive"), given(case, "ForceAuthn"));
    let (Some((seen, passive)), Some((_, forced))) = (passive, forced) else { return Answer::Inapplicable };
    Answer::when(is_true(Some(&passive)) && is_true(Some(&forced)), || {
        Evidence::of(seen, "AuthnRequest/@IsPassive", &passive).expected("false, together with ForceAuthn")
    })
}
