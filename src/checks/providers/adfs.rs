//! Microsoft AD FS as the identity provider.

use super::registered::{self, differs_only, failure, request, values, was_taken};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::dsig::Fault;
use crate::flow::{Case, IDP, Known};
use crate::sorted::sort_by;

/// AD FS takes for a loop what goes beyond this: `LoopDetectionMaximumTokensIssuedInterval`,
/// `LoopDetectionTimeIntervalInSeconds`.
const LOOP_REQUESTS: usize = 6;
const LOOP_SECONDS: i64 = 20;

pub(super) const RULES: &[Rule] = &[
    Rule::new("adfs-nameid-rule", Severity::Error, Who::IdpAdmin, Stage::Status, "AD FS MSIS7070", name_id_rule)
        .explains(&[
            "saml-status-*",
            "req-nameidpolicy-format",
            "nid-missing",
            "nid-format-vs-policy",
            "md-nameidformat",
        ]),
    Rule::new("adfs-authncontext", Severity::Error, Who::SpAdmin, Stage::Status, "AD FS MSIS7102", authn_context)
        .explains(&["saml-status-*", "req-authncontext-overspecific", "req-authncontext-comparison"]),
    Rule::new(
        "adfs-issuer-scheme",
        Severity::Error,
        Who::SpAdmin,
        Stage::Envelope,
        "AD FS: Federation Service identifier",
        issuer_scheme,
    )
    .needs(&["metadata"])
    .explains(&["saml-issuer-mismatch-metadata", "md-mismatch-capture"]),
    Rule::new("adfs-rp-unknown", Severity::Error, Who::IdpAdmin, Stage::Request, "AD FS MSIS7007", registered::issuer)
        .needs(&["sp_entity_id", "metadata"])
        .explains(&["md-mismatch-capture"]),
    Rule::new("adfs-acs-prefix", Severity::Error, Who::IdpAdmin, Stage::Request, "AD FS MSIS3200", consumer_prefix)
        .needs(&["metadata"])
        .explains(&["req-acs-url-unregistered", "md-mismatch-capture"]),
    Rule::new(
        "adfs-req-signature",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Request,
        "AD FS MSIS0037, MSIS0038",
        request_signature,
    )
    .needs(&["metadata"])
    .explains(&["req-signed-bad"]),
    Rule::new("adfs-loop", Severity::Error, Who::SpAdmin, Stage::Request, "AD FS MSIS7042", redirect_loop),
    Rule::new(
        "adfs-group-claim",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Attributes,
        "Alibaba Cloud RAM: role-based SSO from AD FS",
        group_claim,
    ),
    Rule::new(
        "adfs-encrypts-by-default",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Signature,
        "AD FS: Set-AdfsRelyingPartyTrust -EncryptClaims",
        encrypts,
    ),
];

fn name_id_rule(case: &Case<'_>) -> Answer {
    let Some(succeeded) = case.succeeded() else { return Answer::Inapplicable };
    let asked = request(case).and_then(|(_, message)| message.name_id_policy_format());
    let asked = asked.map_or("unspecified".to_owned(), |format| format.text.into_owned());
    let refused = failure(case, "InvalidNameIDPolicy", "MSIS7070").filter(|_| !succeeded);
    Answer::found(refused.map(|evidence| evidence.expected(asked)))
}

fn authn_context(case: &Case<'_>) -> Answer {
    let Some(succeeded) = case.succeeded() else { return Answer::Inapplicable };
    let refused = failure(case, "NoAuthnContext", "MSIS7102").filter(|_| !succeeded);
    Answer::found(refused.map(|evidence| evidence.expected("an authentication method that AD FS has switched on")))
}

/// The text of a URL without its scheme's `s`.
fn without_scheme(url: &str) -> String {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url).to_owned()
}

/// AD FS is named `http://…/adfs/services/trust`, though nothing is ever there, and whoever types it makes it https.
fn issuer_scheme(case: &Case<'_>) -> Answer {
    let issuer = case.response().and_then(|seen| Some((seen, seen.message?.issuer()?)));
    let Some((seen, issuer)) = issuer else { return Answer::Inapplicable };
    let described = case.entities().filter(|(_, entity)| entity.role(IDP).is_some());
    let values: Vec<String> = described.filter_map(|(_, entity)| Some(entity.id()?.to_owned())).collect();
    if values.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    let other = differs_only(&issuer.text, &Known { values, from: "metadata" }, without_scheme);
    Answer::found(other.map(|other| Evidence::of(seen, "Response/Issuer", &issuer).instead_of(other)))
}

fn consumer_prefix(case: &Case<'_>) -> Answer {
    registered::consumer(case, |known, asked| asked.starts_with(known))
}

/// Whether the request is signed with another key than the service's metadata shows, which the relying party trust was
/// made from.
fn request_signature(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case).filter(|(seen, _)| seen.is_signed()) else {
        return Answer::Inapplicable;
    };
    if was_taken(case) {
        return Answer::Passed;
    }
    if case.sp_role().is_none_or(|role| role.signing_keys().next().is_none()) {
        return Answer::NotChecked(&["metadata"]);
    }
    let of_query = seen.query.iter().map(|query| (query.fault.as_ref(), true));
    let of_xml = seen.signatures().map(|verdict| (verdict.fault.as_ref(), verdict.trusted));
    let all: Vec<_> = of_query.chain(of_xml).collect();
    if all.iter().any(|(fault, trusted)| fault.is_none() && *trusted) {
        return Answer::Passed;
    }
    let foreign = |fault: Option<&Fault>| matches!(fault, None | Some(Fault::SignatureMismatch(_) | Fault::NoKey));
    // What else is wrong with it is a question for the general rules.
    if !all.iter().any(|(fault, _)| foreign(*fault)) {
        return Answer::Inapplicable;
    }
    let evidence = Evidence::node(seen, "AuthnRequest/Signature", message.0).actual("made with an unknown key");
    Answer::fired(evidence.expected("a signing key of the service's metadata"))
}

/// Requests of one service so shortly after one another that no user made them.
fn redirect_loop(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    let issuer = message.issuer().map(|issuer| issuer.text);
    let same = case.seen.iter().filter(|seen| {
        seen.kind() == "AuthnRequest" && seen.message.and_then(|m| m.issuer()).map(|i| i.text) == issuer
    });
    let mut times: Vec<i64> = same.filter_map(|seen| Some(seen.issued()?.unix())).collect();
    sort_by(&mut times, i64::cmp);
    let later = times.iter().skip(LOOP_REQUESTS - 1);
    let looped = times.iter().zip(later).any(|(first, last)| last - first <= LOOP_SECONDS);
    let count = times.len();
    Answer::when(looped, || {
        let evidence = Evidence::node(seen, "AuthnRequest", message.0).actual(&count.to_string());
        evidence.expected(format!("fewer than {LOOP_REQUESTS} within {LOOP_SECONDS} seconds"))
    })
}

fn group_claim(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response().filter(|_| case.attributes().next().is_some()) else {
        return Answer::Inapplicable;
    };
    let is_group = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("group") || name.ends_with("role")
    };
    let raw = values(case).find(|(attribute, value)| {
        let named = attribute.name().is_some_and(|name| is_group(&name.text));
        named && (value.text.starts_with("S-1-") || value.text.contains('\\'))
    });
    Answer::found(raw.map(|(_, value)| {
        Evidence::of(seen, "AttributeValue", &value).expected("the value that a claim rule makes for the service")
    }))
}

fn encrypts(case: &Case<'_>) -> Answer {
    let sealed = case.response().and_then(|seen| Some((seen, seen.message?.encrypted_assertions().next()?)));
    match sealed {
        Some((seen, node)) if case.is_sealed() => {
            Answer::fired(Evidence::node(seen, "EncryptedAssertion", node).expected("an Assertion"))
        }
        _ if case.response().is_some() => Answer::Passed,
        _ => Answer::Inapplicable,
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ISSUER: &str = "http://adfs.acme.example/adfs/services/trust";

    fn of(scene: Scene) -> Scene {
        scene.replace("https://idp.acme.example/idp", ISSUER)
    }

    fn request() -> Scene {
        Scene::request().replace("https://idp.acme.example/sso", "https://adfs.acme.example/adfs/ls/")
    }

    fn sp(scene: Scene) -> Scene {
        scene.metadata("sp.xml", include_str!("../testing/sp-metadata.xml"))
    }

    fn failed(code: &str) -> Scene {
        let inner = format!(
            "status:Requester\"><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:{code}\"/></samlp:StatusCode>"
        );
        of(Scene::exchange()).replace("status:Success\"/>", &inner)
    }

    #[test]
    fn a_status_of_adfs_says_what_it_could_not_do() {
        fires("adfs-nameid-rule", &failed("InvalidNameIDPolicy"));
        silent("adfs-nameid-rule", &failed("RequestDenied"));
        fires("adfs-nameid-rule", &Scene::scenario("other-adfs-nameid-rule"));
        silent("adfs-nameid-rule", &of(Scene::login()));
        fires("adfs-authncontext", &failed("NoAuthnContext"));
        silent("adfs-authncontext", &failed("InvalidNameIDPolicy"));
    }

    #[test]
    fn adfs_is_named_with_http() {
        let idp = |id: &str| include_str!("../testing/idp-metadata.xml").replace("https://idp.acme.example/idp", id);
        silent("adfs-issuer-scheme", &of(Scene::login()).metadata("idp.xml", &idp(ISSUER)));
        let https = ISSUER.replace("http:", "https:");
        fires("adfs-issuer-scheme", &of(Scene::login()).metadata("idp.xml", &idp(&https)));
        silent(
            "adfs-issuer-scheme",
            &of(Scene::login()).metadata("idp.xml", &idp("http://sts.acme.example/adfs/services/trust")),
        );
        unchecked("adfs-issuer-scheme", &of(Scene::login()), "metadata");
    }

    #[test]
    fn a_relying_party_is_known_by_its_identifier_and_its_endpoints() {
        silent("adfs-rp-unknown", &sp(request()));
        fires("adfs-rp-unknown", &sp(request().replace("/sp<", "/sp/<")));
        unchecked("adfs-rp-unknown", &request(), "metadata");
        silent("adfs-acs-prefix", &sp(request().replace("example/acs", "example/acs?tenant=1")));
        fires("adfs-acs-prefix", &sp(request().replace("app.acme.example/acs", "app.acme.example:8443/acs")));
        unchecked("adfs-acs-prefix", &request(), "metadata");
    }

    #[test]
    fn a_request_is_signed_with_a_key_that_adfs_knows() {
        // The key of this service's metadata is the one that the scenario's request is signed with.
        let url = include_str!("../../../tests/scenarios/clean-request-signed/input.txt");
        let own = include_str!("../testing/sp-metadata.xml")
            .replace("https://app.acme.example/sp", "https://app.acme.example/saml/metadata");
        let idp = include_str!("../testing/idp-metadata.xml").replace("https://idp.acme.example/idp", ISSUER);
        let certificate = |metadata: &str| {
            let (_, rest) = metadata.split_once("<ds:X509Certificate>").unwrap();
            rest.split_once("</ds:X509Certificate>").unwrap().0.to_owned()
        };
        let foreign = own.replace(&certificate(&own), &certificate(&idp));
        let scene = || Scene::of(url).metadata("idp.xml", &idp);
        silent("adfs-req-signature", &scene().metadata("sp.xml", &own));
        fires("adfs-req-signature", &scene().metadata("sp.xml", &foreign));
        unchecked("adfs-req-signature", &scene(), "metadata");
        silent("adfs-req-signature", &request());
    }

    #[test]
    fn six_requests_in_a_moment_are_a_loop() {
        let many = |count: usize, seconds: usize| {
            let base = include_str!("../testing/request.xml")
                .replace("https://idp.acme.example/sso", "https://adfs.acme.example/adfs/ls/");
            let one = |n: usize| {
                base.replace("08:15:50Z", &format!("08:15:{:02}Z", n * seconds)).replace("_q5", &format!("_{n}q5"))
            };
            (1..count).fold(Scene::of(&one(0)), |scene, n| scene.and(&one(n)))
        };
        fires("adfs-loop", &many(6, 4));
        silent("adfs-loop", &many(6, 5));
        silent("adfs-loop", &many(5, 1));
    }

    #[test]
    fn groups_are_neither_sids_nor_of_windows_form() {
        let group = |value: &str| {
            of(Scene::login())
                .replace("Name=\"displayName\"", "Name=\"http://schemas.xmlsoap.org/claims/Group\"")
                .replace("Alice Moreau", value)
        };
        fires("adfs-group-claim", &group("S-1-5-21-1004336348-1177238915-682003330-512"));
        fires("adfs-group-claim", &group("ACME\\Admins"));
        silent("adfs-group-claim", &group("Admins"));
    }

    #[test]
    fn an_assertion_that_nobody_here_can_open_is_told() {
        let inner = of(Scene::login()).without("<saml:Assertion ", "</saml:Assertion>");
        let sealed = inner.replace("</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>");
        fires("adfs-encrypts-by-default", &sealed);
        silent("adfs-encrypts-by-default", &of(Scene::login()));
    }
}
