//! Microsoft Entra ID as the identity provider (its SAML protocol reference and its error codes).

use super::registered::{self, attribute, failure, request, values, was_taken};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Profile};
use crate::instant::Instant;
use crate::saml::names::{ASSERTION, PROTOCOL};

const PAGE: &str = "Microsoft Entra: single-sign-on-saml-protocol, reference-error-codes";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
/// What a request may ask for; anything else is AADSTS75016.
const FORMATS: [&str; 4] = [
    PERSISTENT,
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    UNSPECIFIED,
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
];
const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
const GROUPS_LINK: &str = "http://schemas.microsoft.com/claims/groups.link";
/// How old a request may get while a user picks an account. Entra's pages name no number.
const REQUEST_SECONDS: i64 = 600;
/// A NotBefore this close to IssueInstant leaves no room for clocks.
const NO_BUFFER_SECONDS: i64 = 10;

pub(super) const RULES: &[Rule] = &[
    request_rule("entra-req-id", request_id).explains(&["saml-id-ncname", "saml-schema-invalid"]),
    request_rule("entra-req-issuer", registered::issuer)
        .needs(&["sp_entity_id", "metadata"])
        .explains(&["md-mismatch-capture"]),
    request_rule("entra-req-acs", request_acs)
        .needs(&["metadata"])
        .explains(&["req-acs-url-unregistered", "md-mismatch-capture"]),
    request_rule("entra-req-nameidpolicy", request_format).explains(&["req-nameidpolicy-format", "md-nameidformat"]),
    request_rule("entra-req-subject", request_subject).explains(&["req-subject-present"]),
    request_rule("entra-req-scoping", request_scoping).explains(&["req-scoping-unsupported"]),
    request_rule("entra-req-authncontext", request_context).explains(&[
        "req-authncontext-comparison",
        "req-authncontext-overspecific",
        "saml-status-*",
    ]),
    request_rule("entra-req-expired", request_expired).explains(&["req-expired"]),
    request_rule("entra-resp-binding", response_binding).explains(&["req-protocolbinding"]),
    Rule::new(
        "entra-role-msiam",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Attributes,
        "Alibaba Cloud RAM: role-based SSO from Entra ID",
        role_msiam,
    )
    .explains(&["ali-role-value-grammar", "aws-role-value"]),
    answer_rule("entra-resp-nameid-pairwise", Severity::Warning, Stage::Subject, name_id_pairwise).needs(&["request"]),
    answer_rule("entra-groups-overage", Severity::Warning, Stage::Attributes, groups_overage),
    answer_rule("entra-groups-guid", Severity::Warning, Stage::Attributes, groups_guid),
    answer_rule("entra-resp-window", Severity::Note, Stage::Time, response_window),
    answer_rule("entra-sessionnotonorafter", Severity::Note, Stage::Hygiene, session_end).grouped(Group::Time),
];

const fn request_rule(id: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::SpAdmin, Stage::Request, PAGE, check)
}

const fn answer_rule(id: &'static str, severity: Severity, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, stage, PAGE, check)
}

fn request_id(case: &Case<'_>) -> Answer {
    let Some((seen, id)) = request(case).and_then(|(seen, message)| Some((seen, message.id()?))) else {
        return Answer::Inapplicable;
    };
    Answer::when(id.text.starts_with(|c: char| c.is_ascii_digit()), || {
        Evidence::of(seen, "AuthnRequest/@ID", &id).expected(format!("_{}", id.text))
    })
}

fn request_acs(case: &Case<'_>) -> Answer {
    registered::consumer(case, |known, asked| known == asked)
}

fn request_format(case: &Case<'_>) -> Answer {
    let format = request(case).and_then(|(seen, message)| Some((seen, message.name_id_policy_format()?)));
    let Some((seen, format)) = format else { return Answer::Inapplicable };
    Answer::when(!FORMATS.contains(&format.text.as_ref()), || {
        Evidence::of(seen, "NameIDPolicy/@Format", &format).one_of(FORMATS)
    })
}

fn request_subject(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    Answer::found(
        message
            .0
            .element(ASSERTION, "Subject")
            .map(|subject| Evidence::node(seen, "AuthnRequest/Subject", subject).actual("a Subject").expected("none")),
    )
}

fn request_scoping(case: &Case<'_>) -> Answer {
    let scoping = request(case).and_then(|(seen, message)| Some((seen, message.0.element(PROTOCOL, "Scoping")?)));
    let Some((seen, scoping)) = scoping else { return Answer::Inapplicable };
    let count = attribute(scoping, "ProxyCount");
    let count = count.map(|count| Evidence::of(seen, "Scoping/@ProxyCount", &count).expected("none"));
    let elements = ["IDPList", "RequesterID"].into_iter().filter_map(|name| {
        let evidence = Evidence::node(seen, &format!("Scoping/{name}"), scoping.element(PROTOCOL, name)?);
        Some(evidence.actual(name).expected("none"))
    });
    Answer::found(count.into_iter().chain(elements))
}

fn request_context(case: &Case<'_>) -> Answer {
    let asked =
        request(case).and_then(|(seen, message)| Some((seen, message.0.element(PROTOCOL, "RequestedAuthnContext")?)));
    let refused = failure(case, "NoAuthnContext", "AADSTS75011");
    if asked.is_none() && refused.is_none() {
        return Answer::Inapplicable;
    }
    let comparison = asked.and_then(|(seen, asked)| Some((seen, attribute(asked, "Comparison")?)));
    let wrong = comparison.filter(|(_, comparison)| comparison.text != "exact").map(|(seen, comparison)| {
        Evidence::of(seen, "RequestedAuthnContext/@Comparison", &comparison).expected("exact")
    });
    Answer::found(wrong.or(refused.map(|code| code.expected("an AuthnContext that the user's sign-in meets"))))
}

/// Entra's pages disagree on whether IssueInstant is looked at, so that this only warns.
fn request_expired(case: &Case<'_>) -> Answer {
    let Some((seen, issued)) = request(case).and_then(|(seen, message)| Some((seen, message.issue_instant()?))) else {
        return Answer::Inapplicable;
    };
    let Ok(at) = Instant::parse(&issued.text) else { return Answer::Inapplicable };
    let age = case.now.unix() - at.unix();
    Answer::when(!was_taken(case) && age > REQUEST_SECONDS + case.skew(), || {
        Evidence::of(seen, "AuthnRequest/@IssueInstant", &issued).expected(format!(
            "less than {} minutes before {}",
            REQUEST_SECONDS / 60,
            case.now
        ))
    })
    .severity(Severity::Warning)
}

fn response_binding(case: &Case<'_>) -> Answer {
    let binding = request(case).and_then(|(seen, message)| Some((seen, attribute(message.0, "ProtocolBinding")?)));
    let Some((seen, binding)) = binding else { return Answer::Inapplicable };
    Answer::when(binding.text != POST, || {
        Evidence::of(seen, "AuthnRequest/@ProtocolBinding", &binding).instead_of(POST)
    })
}

/// An application that nobody defined roles for has one alone, which is none of the cloud's.
fn role_msiam(case: &Case<'_>) -> Answer {
    let is_role = |name: &str| name.to_ascii_lowercase().ends_with("/role");
    let mut roles = values(case).filter(|(attribute, _)| attribute.name().is_some_and(|name| is_role(&name.text)));
    let Some((_, first)) = roles.next() else { return Answer::Inapplicable };
    let Some(seen) = case.response() else { return Answer::Inapplicable };
    let alone = first.text == "msiam_access" && roles.all(|(_, value)| value.text == "msiam_access");
    let at_cloud = matches!(case.profile, Profile::AlibabaRoleSso | Profile::AwsIamRole);
    Answer::when(alone, || {
        Evidence::of(seen, "AttributeValue", &first).expected("an application role whose value names the cloud's role")
    })
    .severity(if at_cloud { Severity::Error } else { Severity::Warning })
}

/// Whether a text is what Entra makes of a user for one application: long, opaque, no address.
fn is_opaque(text: &str) -> bool {
    text.len() >= 20 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '='))
}

fn name_id_pairwise(case: &Case<'_>) -> Answer {
    let name = case.assertion().and_then(|assertion| assertion.subject()?.name_id());
    let Some((seen, name)) = case.response().zip(name) else { return Answer::Inapplicable };
    let persistent = name.format().is_some_and(|format| format.text == PERSISTENT);
    if !persistent || !is_opaque(&name.value().text) {
        return Answer::Passed;
    }
    let asked = case.response().and_then(|seen| seen.message?.in_response_to()).is_some();
    let format = match request(case) {
        None if asked => return Answer::NotChecked(&["request"]),
        found => found.and_then(|(_, message)| message.name_id_policy_format()),
    };
    let chosen = format.is_none_or(|format| format.text == UNSPECIFIED);
    Answer::when(chosen, || {
        Evidence::of(seen, "NameID", &name.value()).expected("a name that the service knows, such as the UPN")
    })
}

fn groups_overage(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response().filter(|_| case.attributes().next().is_some()) else {
        return Answer::Inapplicable;
    };
    let link = case.attributes_named(GROUPS_LINK).find_map(|attribute| attribute.name());
    Answer::found(link.map(|name| Evidence::of(seen, "Attribute/@Name", &name).expected(GROUPS)))
}

fn groups_guid(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response() else { return Answer::Inapplicable };
    let groups: Vec<_> = case.attributes_named(GROUPS).flat_map(|attribute| attribute.values()).collect();
    let Some(first) = groups.first() else { return Answer::Inapplicable };
    Answer::when(groups.iter().all(|group| is_guid(&group.text)), || {
        Evidence::of(seen, "AttributeValue", first).expected("the group's name, where the service compares names")
    })
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// Tells of the window only where it is in the way: the service's clock is behind and nothing was taken off.
fn response_window(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = case.response().zip(case.assertion()) else { return Answer::Inapplicable };
    let issued = attribute(assertion.0, "IssueInstant").and_then(|at| Instant::parse(&at.text).ok());
    let begins = assertion.conditions().and_then(|conditions| conditions.not_before());
    let begin = begins.as_ref().and_then(|at| Instant::parse(&at.text).ok());
    let (Some(issued), Some(begins), Some(begin)) = (issued, begins, begin) else { return Answer::Inapplicable };
    let bare = begin.unix() > issued.unix() - NO_BUFFER_SECONDS;
    Answer::when(bare && case.now < begin, || {
        Evidence::of(seen, "Conditions/@NotBefore", &begins).expected(format!("no later than {}", case.now))
    })
}

/// Where the service ends its session by this value, Entra leaves that to the service's own default.
fn session_end(case: &Case<'_>) -> Answer {
    if !matches!(case.profile, Profile::GitHub | Profile::AlibabaRoleSso | Profile::AwsIamRole) {
        return Answer::Inapplicable;
    }
    let statement = case.assertion().and_then(|assertion| assertion.authn_statements().next());
    let Some((seen, statement)) = case.response().zip(statement) else { return Answer::Inapplicable };
    Answer::when(statement.session_not_on_or_after().is_none(), || {
        let evidence = Evidence::node(seen, "AuthnStatement/@SessionNotOnOrAfter", statement.0);
        evidence.expected("not sent by Entra ID")
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};
    use crate::flow::Profile;

    const DESTINATION: &str = "https://login.microsoftonline.com/6f0c1d52-8a3e-4b7f-9c11-2d4e8f7a6b30/saml2";
    const ISSUER: &str = "https://sts.windows.net/6f0c1d52-8a3e-4b7f-9c11-2d4e8f7a6b30/";
    const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

    fn request() -> Scene {
        Scene::request().replace("https://idp.acme.example/sso", DESTINATION)
    }

    fn login() -> Scene {
        Scene::login().replace("https://idp.acme.example/idp", ISSUER)
    }

    fn exchange() -> Scene {
        Scene::exchange().replace("https://idp.acme.example/idp", ISSUER)
    }

    /// The request with something between its Issuer and its end.
    fn with(element: &str) -> Scene {
        request().replace("</samlp:AuthnRequest>", &format!("{element}</samlp:AuthnRequest>"))
    }

    #[test]
    fn the_id_of_a_request_does_not_begin_with_a_digit() {
        fires("entra-req-id", &request().replace("ID=\"_q5", "ID=\"5"));
        fires("entra-req-id", &Scene::scenario("other-entra-digit-id"));
        silent("entra-req-id", &request());
    }

    #[test]
    fn a_request_comes_from_a_registered_service_and_asks_for_a_registered_address() {
        let sp = |scene: Scene| scene.metadata("sp.xml", include_str!("../testing/sp-metadata.xml"));
        silent("entra-req-issuer", &sp(request()));
        fires("entra-req-issuer", &sp(request().replace("/sp<", "/SP<")));
        unchecked("entra-req-issuer", &request(), "sp_entity_id");
        silent("entra-req-acs", &sp(request()));
        let other = |scene: Scene| sp(scene.replace("example/acs", "example/acs2"));
        fires("entra-req-acs", &other(request()));
        silent("entra-req-acs", &other(exchange()));
        unchecked("entra-req-acs", &request(), "metadata");
    }

    #[test]
    fn a_request_asks_for_nothing_that_entra_refuses() {
        silent("entra-req-nameidpolicy", &request());
        fires("entra-req-nameidpolicy", &request().replace("1.1:nameid-format:email", "2.0:nameid-format:email"));
        silent("entra-req-subject", &request());
        fires("entra-req-subject", &with("<saml:Subject><saml:NameID>alice@acme.example</saml:NameID></saml:Subject>"));
        silent("entra-req-scoping", &with("<samlp:Scoping/>"));
        fires("entra-req-scoping", &with("<samlp:Scoping ProxyCount=\"0\"/>"));
        fires("entra-req-scoping", &with("<samlp:Scoping><samlp:RequesterID>x</samlp:RequesterID></samlp:Scoping>"));
        let context = |comparison: &str| with(&format!("<samlp:RequestedAuthnContext {comparison}/>"));
        silent("entra-req-authncontext", &context("Comparison=\"exact\""));
        silent("entra-req-authncontext", &context(""));
        fires("entra-req-authncontext", &context("Comparison=\"minimum\""));
        silent("entra-resp-binding", &request());
        fires("entra-resp-binding", &request().replace("bindings:HTTP-POST", "bindings:HTTP-Redirect"));
        silent("entra-req-expired", &request());
        fires("entra-req-expired", &request().at("2026-03-02T08:40:00Z"));
    }

    #[test]
    fn a_context_that_was_not_met_is_told_by_the_status() {
        let refused = login().replace(
            "status:Success\"/>",
            "status:Requester\"><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext\"/></samlp:StatusCode>",
        );
        fires("entra-req-authncontext", &refused);
        silent("entra-req-authncontext", &login());
    }

    #[test]
    fn a_name_that_entra_chose_is_opaque() {
        let pairwise = |scene: Scene| {
            let named = scene.replace(">alice@acme.example</saml:NameID>", ">b3XyQ0v1kZ8nW5tR2mLs7A</saml:NameID>");
            named.replace(&format!("<saml:NameID Format=\"{EMAIL}"), &format!("<saml:NameID Format=\"{PERSISTENT}"))
        };
        silent("entra-resp-nameid-pairwise", &exchange());
        fires("entra-resp-nameid-pairwise", &pairwise(exchange()).replace(&format!("Format=\"{EMAIL}\""), ""));
        silent("entra-resp-nameid-pairwise", &pairwise(exchange()));
        unchecked("entra-resp-nameid-pairwise", &pairwise(login()), "request");
    }

    #[test]
    fn groups_are_names_and_roles_are_the_clouds_own() {
        let claims = "http://schemas.microsoft.com";
        let named = |name: &str, value: &str| {
            login().replace("Name=\"displayName\"", &format!("Name=\"{name}\"")).replace("Alice Moreau", value)
        };
        let groups = format!("{claims}/ws/2008/06/identity/claims/groups");
        fires("entra-groups-overage", &named(&format!("{claims}/claims/groups.link"), "https://graph.windows.net/x"));
        silent("entra-groups-overage", &named(&groups, "staff"));
        fires("entra-groups-guid", &named(&groups, "7d1f0c52-8a3e-4b7f-9c11-2d4e8f7a6b30"));
        silent("entra-groups-guid", &named(&groups, "staff"));
        let role = "https://www.aliyun.com/SAML-Role/Attributes/Role";
        fires("entra-role-msiam", &named(role, "msiam_access"));
        silent(
            "entra-role-msiam",
            &named(role, "acs:ram::1029384756102938:role/a,acs:ram::1029384756102938:saml-provider/b"),
        );
    }

    #[test]
    fn a_window_without_a_buffer_is_told_to_a_clock_that_is_behind() {
        let bare = || login().replace("NotBefore=\"2026-03-02T08:15:35Z\"", "NotBefore=\"2026-03-02T08:16:05Z\"");
        fires("entra-resp-window", &bare().at("2026-03-02T08:16:00Z"));
        silent("entra-resp-window", &bare());
        silent("entra-resp-window", &login().at("2026-03-02T08:15:30Z"));
    }

    #[test]
    fn a_session_ends_when_the_service_says_where_entra_does_not() {
        let github = || login().context(|context| context.profile = Some(Profile::GitHub));
        fires("entra-sessionnotonorafter", &github().replace(" SessionNotOnOrAfter=\"2026-03-02T16:16:05Z\"", ""));
        silent("entra-sessionnotonorafter", &github());
        silent("entra-sessionnotonorafter", &Scene::scenario("clean-generic-entra-xml"));
    }
}
