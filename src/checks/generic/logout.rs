//! Single logout: whose session it ends, and whether anybody may believe it (SAML 2.0 Core §3.7, Profiles §4.4).

use super::each::each;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::instant::Instant;
use crate::intake::Binding;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::saml::{Message, NameId, Value};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "slo-issuer-missing",
        Severity::Error,
        Who::SpAdmin,
        Stage::Envelope,
        "SAML 2.0 Profiles 4.4.4.1, 4.4.4.2",
        issuer_missing,
    )
    .required(),
    Rule::new(
        "slo-unsigned",
        Severity::Error,
        Who::SpAdmin,
        Stage::Signature,
        "SAML 2.0 Profiles 4.4.4.1, 4.4.4.2; SAML2int SDP-SP28, SDP-SP33",
        unsigned,
    )
    .grouped(Group::Message)
    .explains(&["sig-none"]),
    Rule::new(
        "slo-nameid-mismatch",
        Severity::Error,
        Who::SpAdmin,
        Stage::Subject,
        "SAML 2.0 Profiles 4.4.4.1; Core 3.7.3, 3.3.4",
        name_id_mismatch,
    )
    .grouped(Group::Message),
    Rule::new(
        "slo-sessionindex",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Subject,
        "SAML 2.0 Core 3.7.1, 3.7.3",
        session_index,
    )
    .grouped(Group::Message),
    Rule::new("slo-expired", Severity::Error, Who::SpAdmin, Stage::Time, "SAML 2.0 Core 3.7.1, 3.7.3.2", expired)
        .grouped(Group::Message)
        .required(),
    Rule::new("slo-partial", Severity::Note, Who::Nobody, Stage::Status, "SAML 2.0 Core 3.7.3.2", partial),
    Rule::new("slo-binding", Severity::Note, Who::SpAdmin, Stage::Hygiene, "SAML2int SDP-SP25", binding)
        .needs(&["metadata"]),
];

const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
const PARTIAL: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";

fn is_logout(message: Message<'_>) -> bool {
    matches!(message.kind(), "LogoutRequest" | "LogoutResponse")
}

fn issuer_missing(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let evidence = || Evidence::node(seen, &format!("{}/Issuer", message.kind()), message.0).expected("Issuer");
        is_logout(message).then(|| message.0.element(ASSERTION, "Issuer").is_none().then(evidence))
    })
}

/// A message by redirect is signed in its query, of which bare XML, or the parameter alone, shows nothing.
fn unsigned(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let is_whole = seen.capture.binding == Some(Binding::Post) || seen.capture.query.is_some();
        let evidence = || Evidence::node(seen, message.kind(), message.0).expected("Signature");
        (is_logout(message) && (is_whole || seen.is_signed())).then(|| (!seen.is_signed()).then(evidence))
    })
}

/// A NameID as peers compare it: what is left out stands for its default (Core §2.2.2, §3.3.4).
#[derive(Debug, PartialEq, Eq)]
struct Name {
    value: String,
    format: String,
    name_qualifier: String,
    sp_name_qualifier: String,
}

impl Name {
    fn of(name: NameId<'_>, idp: &str, sp: &str) -> Self {
        let attribute = |name_of: &str, default: &str| {
            let value = name.0.attribute(name_of).map(Value::of_attribute).filter(|value| !value.text.is_empty());
            value.map_or_else(|| default.to_owned(), |value| value.text.into_owned())
        };
        Self {
            value: name.value().text.into_owned(),
            format: attribute("Format", UNSPECIFIED),
            name_qualifier: attribute("NameQualifier", idp),
            sp_name_qualifier: attribute("SPNameQualifier", sp),
        }
    }
}

/// The logout request, and its NameID.
fn request<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Message<'d>)> {
    let seen = case.logout()?;
    Some((seen, seen.message.filter(|message| message.0.is(PROTOCOL, "LogoutRequest"))?))
}

fn name_id_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    let named = message.0.element(ASSERTION, "NameID").map(NameId);
    let login = case.assertion().and_then(|assertion| Some((assertion, assertion.subject()?.name_id()?)));
    let (Some(named), Some((assertion, login))) = (named, login) else { return Answer::Inapplicable };
    let idp = assertion.issuer().map(|issuer| issuer.text.into_owned()).unwrap_or_default();
    let audience = assertion.conditions().and_then(|conditions| conditions.audiences().next());
    let sp = audience.map(|audience| audience.text.into_owned()).unwrap_or_default();
    let (is, was) = (Name::of(named, &idp, &sp), Name::of(login, &idp, &sp));
    let value = named.value();
    let place = |what: &str| match named.0.attribute(what).map(Value::of_attribute) {
        Some(attribute) => Evidence::of(seen, &format!("NameID/@{what}"), &attribute),
        None => Evidence::of(seen, &format!("NameID/@{what}"), &value),
    };
    let mut found = Vec::new();
    if is.value != was.value {
        found.push(Evidence::of(seen, "NameID", &value).instead_of(was.value));
    }
    for (what, is, was) in [
        ("Format", is.format, was.format),
        ("NameQualifier", is.name_qualifier, was.name_qualifier),
        ("SPNameQualifier", is.sp_name_qualifier, was.sp_name_qualifier),
    ] {
        if is != was {
            found.push(place(what).actual(&is).instead_of(was));
        }
    }
    Answer::found(found)
}

fn session_index(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    let named: Vec<_> = message.0.elements_named(PROTOCOL, "SessionIndex").map(Value::of_element).collect();
    let statements = case.assertion().into_iter().flat_map(|assertion| assertion.authn_statements());
    let known: Vec<_> = statements.filter_map(|statement| statement.session_index()).collect();
    if named.is_empty() || known.is_empty() {
        return Answer::Inapplicable;
    }
    let strange = named.iter().filter(|index| known.iter().all(|known| known.text != index.text));
    Answer::found(
        strange.map(|index| {
            Evidence::of(seen, "SessionIndex", index).one_of(known.iter().map(|known| known.text.as_ref()))
        }),
    )
}

fn expired(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    let Some(end) = message.0.attribute("NotOnOrAfter").map(Value::of_attribute) else { return Answer::Inapplicable };
    let Ok(instant) = Instant::parse(&end.text) else { return Answer::Inapplicable };
    Answer::when(case.now.unix() - case.skew() >= instant.unix(), || {
        Evidence::of(seen, "LogoutRequest/@NotOnOrAfter", &end).expected(case.now.to_string())
    })
}

fn partial(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        (message.kind() == "LogoutResponse").then(|| {
            let code = message.status_codes().find(|code| code.text == PARTIAL);
            code.map(|code| Evidence::of(seen, "StatusCode/@Value", &code))
        })
    })
}

fn binding(case: &Case<'_>) -> Answer {
    let Some(seen) = case.logout().filter(|seen| seen.capture.binding.is_some()) else { return Answer::Inapplicable };
    let issuer = seen.message.and_then(Message::issuer);
    let others = case.entities().filter(|(_, entity)| entity.id() != issuer.as_ref().map(|issuer| &*issuer.text));
    let roles = others.flat_map(|(_, entity)| &entity.roles);
    let mut offered = roles.flat_map(|role| role.endpoints_named("SingleLogoutService")).peekable();
    if offered.peek().is_none() {
        return if case.metadata.is_empty() { Answer::NotChecked(&["metadata"]) } else { Answer::Inapplicable };
    }
    let posted = seen.capture.binding == Some(Binding::Post);
    Answer::when(posted && offered.any(|endpoint| endpoint.has_binding(REDIRECT)), || {
        Evidence::outside(seen, "Binding", "HTTP-POST").expected("HTTP-Redirect")
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const REQUEST: &str = r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l4d2e8b7a1c94f3e60b8d7c6a5f4e3d2" Version="2.0" IssueInstant="2026-03-02T08:16:10Z" NotOnOrAfter="2026-03-02T08:21:10Z" Destination="https://idp.acme.example/slo"><saml:Issuer>https://app.acme.example/sp</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">alice@acme.example</saml:NameID><samlp:SessionIndex>_s1f2e3d4c5b6a7988</samlp:SessionIndex></samlp:LogoutRequest>"#;
    const RESPONSE: &str = r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_m4d2e8b7a1c94f3e60b8d7c6a5f4e3d2" Version="2.0" IssueInstant="2026-03-02T08:16:10Z" Destination="https://app.acme.example/slo"><saml:Issuer>https://idp.acme.example/idp</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>"#;

    fn logout() -> Scene {
        Scene::login().and(REQUEST)
    }

    /// The request as the POST binding has it.
    fn posted() -> String {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(REQUEST)
    }

    #[test]
    fn a_logout_names_its_issuer_and_is_signed() {
        silent("slo-issuer-missing", &logout());
        let issuer = "<saml:Issuer>https://app.acme.example/sp</saml:Issuer>";
        fires("slo-issuer-missing", &Scene::of(&REQUEST.replace(issuer, "")));
        fires("slo-unsigned", &Scene::of(&posted()));
        fires("slo-unsigned", &Scene::scenario("sig-redirect-lowercase").without("&SigAlg", "%3d%3d"));
        silent("slo-unsigned", &Scene::scenario("sig-redirect-lowercase"));
        silent("slo-unsigned", &logout());
    }

    #[test]
    fn the_name_is_that_of_the_login_in_every_part() {
        let format = "unspecified\">alice@acme.example</saml:NameID><samlp:SessionIndex>";
        let was = "emailAddress\">alice@acme.example</saml:NameID><samlp:SessionIndex>";
        silent("slo-nameid-mismatch", &logout());
        fires("slo-nameid-mismatch", &logout().replace(was, format));
        let qualified = "emailAddress\" NameQualifier=\"https://idp.acme.example/idp\">alice@acme.example\
                         </saml:NameID><samlp:SessionIndex>";
        silent("slo-nameid-mismatch", &logout().replace(was, qualified));
        fires("slo-nameid-mismatch", &logout().replace(was, &qualified.replace("/idp\"", "/other\"")));
        fires("slo-nameid-mismatch", &logout().replace(was, &was.replace("alice", "Alice")));
    }

    #[test]
    fn the_session_is_that_of_the_login() {
        silent("slo-sessionindex", &logout());
        fires("slo-sessionindex", &logout().replace("<samlp:SessionIndex>_s1", "<samlp:SessionIndex>_s2"));
    }

    #[test]
    fn a_logout_ends_in_time() {
        silent("slo-expired", &logout());
        silent("slo-expired", &logout().at("2026-03-02T08:24:00Z"));
        fires("slo-expired", &logout().at("2026-03-02T08:24:10Z"));
    }

    #[test]
    fn a_logout_of_some_sessions_is_told() {
        let inner = "status:Responder\"><samlp:StatusCode \
                     Value=\"urn:oasis:names:tc:SAML:2.0:status:PartialLogout\"/></samlp:StatusCode>";
        fires("slo-partial", &Scene::of(&RESPONSE.replace("status:Success\"/>", inner)));
        silent("slo-partial", &Scene::of(RESPONSE));
        silent("saml-status-not-success", &Scene::of(&RESPONSE.replace("status:Success\"/>", inner)));
    }

    #[test]
    fn redirect_is_better_where_it_is_offered() {
        fires("slo-binding", &Scene::of(&posted()).with_metadata());
        silent("slo-binding", &Scene::scenario("sig-redirect-lowercase"));
        unchecked("slo-binding", &Scene::of(&posted()), "metadata");
    }
}
