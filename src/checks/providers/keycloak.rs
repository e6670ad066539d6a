//! Keycloak as the identity provider, and as the broker that another identity provider logs in to.

use super::registered::{self, foreign_key, goes_to, request, was_taken};
use crate::checks::web_url::WebUrl;
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;

/// The name of the attribute that the `role_list` client scope sends.
const ROLE: &str = "Role";

/// Logins from Keycloak.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "keycloak-as-idp-client",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Request,
        "Keycloak Server Administration: SAML clients, Client ID",
        registered::issuer,
    )
    .needs(&["sp_entity_id", "metadata"])
    .explains(&["md-mismatch-capture"]),
    Rule::new(
        "keycloak-as-idp-redirect",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Request,
        "Keycloak Server Administration: SAML clients, Valid Redirect URIs",
        redirect,
    )
    .needs(&["metadata"])
    .explains(&["req-acs-url-unregistered", "md-mismatch-capture"]),
    Rule::new(
        "keycloak-as-idp-sigreq",
        Severity::Error,
        Who::SpAdmin,
        Stage::Request,
        "Keycloak Server Administration: SAML clients, Client signature required",
        signature_required,
    )
    .needs(&["metadata"])
    .explains(&["req-unsigned-required", "md-authnrequestssigned"]),
    Rule::new(
        "keycloak-role-list",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Attributes,
        "Keycloak: mapper role list, Single Role Attribute",
        role_list,
    )
    .explains(&["asr-attr-duplicate-name"]),
    Rule::new(
        "keycloak-nameid-force",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Subject,
        "Keycloak Server Administration: SAML clients, Force Name ID Format",
        name_id_force,
    )
    .needs(&["metadata"])
    .explains(&["md-nameidformat"]),
];

/// Logins to Keycloak, from whatever identity provider.
pub(super) const BROKER: &[Rule] = &[
    Rule::new(
        "keycloak-as-sp-destination",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Envelope,
        "keycloak/keycloak, SAMLEndpoint.java",
        broker_destination,
    )
    .needs(&["received_at", "metadata"])
    .explains(&["saml-destination-mismatch", "md-mismatch-capture"]),
    Rule::new(
        "keycloak-as-sp-signature",
        Severity::Error,
        Who::SpAdmin,
        Stage::Signature,
        "keycloak/keycloak, SAMLEndpoint.java",
        broker_signature,
    )
    .needs(&["metadata", "certificates"])
    .explains(&["sig-value-mismatch", "sig-key-not-in-metadata"]),
];

/// An address of the client's list may end in a star.
fn redirect(case: &Case<'_>) -> Answer {
    registered::consumer(case, |known, asked| match known.strip_suffix('*') {
        Some(start) => asked.starts_with(start),
        None => known == asked,
    })
}

/// Keycloak takes "Client signature required" over from the service's metadata when the client is imported.
fn signature_required(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    let Some(role) = case.sp_role() else { return Answer::NotChecked(&["metadata"]) };
    // Plain XML may have had a signature in its URL.
    let whole = seen.capture.binding.is_some();
    Answer::when(role.signs_authn_requests() && whole && !seen.is_signed() && !was_taken(case), || {
        Evidence::node(seen, "AuthnRequest", message.0).actual("unsigned").expected("signed")
    })
}

fn role_list(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response().filter(|_| case.attributes().next().is_some()) else {
        return Answer::Inapplicable;
    };
    let roles: Vec<_> = case.attributes_named(ROLE).filter_map(|attribute| attribute.name()).collect();
    let count = roles.len();
    let further = roles.get(1).filter(|_| count > 1);
    Answer::found(
        further.map(|name| {
            Evidence::of(seen, "Attribute/@Name", name).expected("one Attribute with several AttributeValues")
        }),
    )
    .with("count", count.to_string())
}

/// The client's own format is overruled by what the request asks for, as long as it is not forced.
fn name_id_force(case: &Case<'_>) -> Answer {
    let asked = request(case).and_then(|(_, message)| message.name_id_policy_format());
    let name = case.assertion().and_then(|assertion| assertion.subject()?.name_id()?.format());
    let (Some(asked), Some((seen, returned))) = (asked, case.response().zip(name)) else {
        return Answer::Inapplicable;
    };
    let Some(role) = case.sp_role() else { return Answer::NotChecked(&["metadata"]) };
    let wanted: Vec<&str> = role.name_id_formats.iter().map(|format| &*format.text).collect();
    let overruled = asked.text == returned.text && !wanted.is_empty() && !wanted.contains(&returned.text.as_ref());
    Answer::when(overruled, || Evidence::of(seen, "NameID/@Format", &returned).one_of(wanted))
}

/// `/realms/NAME/broker/ALIAS/endpoint`, and what may follow it.
fn is_broker(case: &Case<'_>) -> bool {
    let endpoint = |url: &WebUrl| {
        let behind = url.path.split_once("/realms/").and_then(|(_, rest)| rest.split_once("/broker/"));
        behind.is_some_and(|(_, rest)| rest.split('/').nth(1) == Some("endpoint"))
    };
    goes_to(case, endpoint)
}

fn broker_destination(case: &Case<'_>) -> Answer {
    let sent = case.response().and_then(|seen| Some((seen, seen.message?.destination()?)));
    let Some((seen, destination)) = sent.filter(|_| is_broker(case)) else { return Answer::Inapplicable };
    let Some(own) = case.received_at().or_else(|| case.registered_acs_urls()) else {
        return Answer::NotChecked(&["received_at", "metadata"]);
    };
    Answer::when(!own.has(&destination.text), || {
        Evidence::of(seen, "Response/@Destination", &destination).one_of(own.values.iter().map(String::as_str))
    })
}

fn broker_signature(case: &Case<'_>) -> Answer {
    if is_broker(case) { foreign_key(case) } else { Answer::Inapplicable }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const REALM: &str = "https://sso.globex.example/realms/staff";
    const BROKER: &str = "https://sso.globex.example/realms/staff/broker/acme/endpoint";

    fn request() -> Scene {
        Scene::request().replace("https://idp.acme.example/sso", &format!("{REALM}/protocol/saml"))
    }

    fn login() -> Scene {
        Scene::login().replace("https://idp.acme.example/idp", REALM)
    }

    fn sp(scene: Scene) -> Scene {
        scene.metadata("sp.xml", include_str!("../testing/sp-metadata.xml"))
    }

    #[test]
    fn a_client_is_known_by_its_id_and_its_redirect_uris() {
        silent("keycloak-as-idp-client", &sp(request()));
        fires("keycloak-as-idp-client", &sp(request().replace("/sp<", "/sp2<")));
        unchecked("keycloak-as-idp-client", &request(), "metadata");
        silent("keycloak-as-idp-redirect", &sp(request()));
        fires("keycloak-as-idp-redirect", &sp(request().replace("example/acs", "example/acs2")));
        unchecked("keycloak-as-idp-redirect", &request(), "metadata");
    }

    #[test]
    fn a_client_that_says_it_signs_must_sign() {
        use base64::Engine as _;
        let xml = include_str!("../testing/request.xml")
            .replace("https://idp.acme.example/sso", &format!("{REALM}/protocol/saml"));
        let posted = || Scene::of(&base64::engine::general_purpose::STANDARD.encode(&xml));
        let signs = include_str!("../testing/sp-metadata.xml")
            .replace("AuthnRequestsSigned=\"false\"", "AuthnRequestsSigned=\"true\"");
        fires("keycloak-as-idp-sigreq", &posted().metadata("sp.xml", &signs));
        silent("keycloak-as-idp-sigreq", &sp(posted()));
        unchecked("keycloak-as-idp-sigreq", &posted(), "metadata");
    }

    #[test]
    fn roles_are_values_of_one_attribute() {
        let one = login().replace("Name=\"displayName\"", "Name=\"Role\"");
        silent("keycloak-role-list", &one);
        fires("keycloak-role-list", &one.replace("Name=\"mail\"", "Name=\"Role\""));
        fires("keycloak-role-list", &Scene::scenario("generic-duplicate-attribute"));
    }

    #[test]
    fn the_format_of_the_client_is_overruled_by_the_request() {
        let exchange = || Scene::exchange().replace("https://idp.acme.example/idp", REALM);
        let asked = |format: &str| exchange().replace("1.1:nameid-format:emailAddress", format);
        silent("keycloak-nameid-force", &sp(exchange()));
        fires("keycloak-nameid-force", &sp(asked("2.0:nameid-format:transient")));
        unchecked("keycloak-nameid-force", &exchange(), "metadata");
    }

    #[test]
    fn a_broker_compares_the_destination_with_its_own_address() {
        let to_broker = |received: &str| {
            let scene = Scene::login().replace("https://app.acme.example/acs", BROKER);
            scene.context(|context| context.received_at = Some(received.to_owned()))
        };
        silent("keycloak-as-sp-destination", &to_broker(BROKER));
        fires("keycloak-as-sp-destination", &to_broker(&BROKER.replace("https", "http")));
        let bare = Scene::login().replace("https://app.acme.example/acs", BROKER);
        unchecked("keycloak-as-sp-destination", &bare, "received_at");
    }

    #[test]
    fn a_broker_verifies_with_the_keys_that_it_was_given() {
        let at = |scene: Scene| scene.context(|context| context.received_at = Some(BROKER.to_owned()));
        fires("keycloak-as-sp-signature", &at(Scene::scenario("sig-key-rollover")));
        silent("keycloak-as-sp-signature", &at(Scene::scenario("clean-generic-entra-xml")));
        unchecked("keycloak-as-sp-signature", &at(Scene::scenario("undetermined-no-certificate")), "metadata");
    }
}
