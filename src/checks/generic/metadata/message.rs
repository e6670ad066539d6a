//! What messages say against what the metadata of their parties says.

use super::scope::has_messages;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::dsig::names::DSIG;
use crate::flow::{Case, IDP, Profile, SP, Seen};
use crate::intake::{Binding, StepName};
use crate::saml::Value;
use crate::saml::metadata::Role;

const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
const ENCRYPTED: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted";

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new("md-wrong-role", Severity::Error, Who::SpAdmin, Stage::Envelope, "SAML 2.0 Metadata 2.3.2", wrong_role)
        .grouped(Group::Metadata)
        .needs(&["metadata"])
        .explains(&["sig-key-not-in-metadata", "md-mismatch-capture"]),
    Rule::new(
        "md-wantassertionssigned",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Signature,
        "SAML 2.0 Metadata 2.4.4; SAML2int SDP-MD01",
        want_assertions_signed,
    )
    .needs(&["metadata"]),
    Rule::new(
        "md-authnrequestssigned",
        Severity::Error,
        Who::SpAdmin,
        Stage::Request,
        "SAML 2.0 Metadata 2.4.4; SAML2int SDP-IDP04",
        authn_requests_signed,
    )
    .needs(&["metadata", "request"]),
    Rule::new("md-mismatch-capture", Severity::Error, Who::SpAdmin, Stage::Metadata, "SAML2int SDP-MD01", mismatch)
        .needs(&["metadata"]),
    Rule::new(
        "md-nameidformat",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Metadata,
        "SAML 2.0 Metadata 2.4.1, 2.4.2",
        name_id_format,
    )
    .needs(&["metadata"]),
];

/// Metadata of a service alone that was captured for a service, which takes that of an identity provider. Its own is no
/// mistake.
fn not_for_upload(case: &Case<'_>) -> Answer {
    let Some(profile) = case.context.profile.filter(|profile| *profile != Profile::Generic) else {
        return Answer::Inapplicable;
    };
    let all = case.metadata.iter().filter(|file| file.capture.is_some());
    let mut all = all.flat_map(|file| file.entities.entities.iter().map(move |entity| (file, entity))).peekable();
    let Some((file, entity)) = all.peek().copied() else { return Answer::Inapplicable };
    let strange = all.all(|(_, entity)| {
        entity.is_sp() && !entity.is_idp() && !entity.id().is_some_and(|name| profile.is_named(name))
    });
    Answer::when(strange, || {
        let span = entity.entity_id.as_ref().map_or(&entity.span, |id| &id.span);
        Evidence::metadata_span(file, "EntityDescriptor", [span.start, span.end]).actual(SP).expected(IDP)
    })
    .with("entity", entity.id().unwrap_or("?"))
}

/// Metadata that knows a party, and knows it as something else.
fn wrong_role(case: &Case<'_>) -> Answer {
    if !has_messages(case) {
        return not_for_upload(case);
    }
    let issuer = |seen: Option<&Seen<'_>>| Some(seen?.message?.issuer()?.text.into_owned());
    let idp = issuer(case.response()).map(|name| (IDP, name));
    let sp = case.context.sp_entity_id.clone().or_else(|| issuer(case.request())).map(|name| (SP, name));
    if case.metadata.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    let wrong = |(role, name): (&str, String)| {
        let same: Vec<_> = case.entities().filter(|(_, entity)| entity.id() == Some(name.as_str())).collect();
        let (file, entity) = same.first().filter(|_| same.iter().all(|(_, entity)| entity.role(role).is_none()))?;
        let shown = entity.roles.iter().map(|role| role.kind).collect::<Vec<_>>().join(", ");
        let span = entity.entity_id.as_ref().map_or(&entity.span, |id| &id.span);
        let evidence = Evidence::metadata_span(file, "EntityDescriptor", [span.start, span.end]);
        Some((name, evidence.actual(if shown.is_empty() { "no role" } else { &shown }).expected(role)))
    };
    match [idp, sp].into_iter().flatten().find_map(wrong) {
        Some((name, evidence)) => Answer::fired(evidence).with("entity", name),
        None => Answer::Passed,
    }
}

fn want_assertions_signed(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = case.response().zip(case.assertion()) else { return Answer::Inapplicable };
    if case.succeeded() == Some(false) {
        return Answer::Inapplicable;
    }
    let Some(role) = case.sp_role() else { return Answer::NotChecked(&["metadata"]) };
    let unsigned = assertion.0.element(DSIG, "Signature").is_none();
    Answer::when(role.wants_assertions_signed() && unsigned, || {
        Evidence::node(seen, "Assertion", assertion.0)
            .actual("without a Signature of its own")
            .expected("signed, since the service's metadata says WantAssertionsSigned=\"true\"")
    })
}

fn authn_requests_signed(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.request().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    let Some(role) = case.sp_role() else { return Answer::NotChecked(&["metadata"]) };
    if !role.signs_authn_requests() || seen.is_signed() {
        return Answer::Passed;
    }
    // A request that was decoded before it was captured has lost the signature that its URL had.
    let capture = seen.capture;
    let whole = capture.binding == Some(Binding::Post)
        || capture.url.is_some()
        || capture.steps.iter().any(|step| step.name == StepName::Parameters);
    if !whole {
        return Answer::NotChecked(&["request"]);
    }
    let evidence = Evidence::node(seen, "AuthnRequest", message.0).actual("unsigned");
    Answer::fired(evidence.expected("signed, since the service's metadata says AuthnRequestsSigned=\"true\""))
}

/// A Format, and the role whose list ought to have it.
struct Wish<'d> {
    evidence: Evidence,
    format: Value<'d>,
    role: Option<&'d Role>,
    who: Who,
}

fn name_id_format(case: &Case<'_>) -> Answer {
    let requested = case.request().and_then(|seen| {
        let format = seen.message?.name_id_policy_format()?;
        let evidence = Evidence::of(seen, "NameIDPolicy/@Format", &format);
        Some(Wish { evidence, format, role: case.idp_role(), who: Who::SpAdmin })
    });
    let returned = case.response().and_then(|seen| {
        let format = case.assertion()?.subject()?.name_id()?.format()?;
        let evidence = Evidence::of(seen, "NameID/@Format", &format);
        Some(Wish { evidence, format, role: case.sp_role(), who: Who::IdpAdmin })
    });
    let said = |wish: &Wish<'_>| !matches!(wish.format.text.as_ref(), UNSPECIFIED | ENCRYPTED);
    let wishes: Vec<_> = [requested, returned].into_iter().flatten().filter(said).collect();
    if wishes.is_empty() {
        return Answer::Inapplicable;
    }
    let mut unknown = false;
    for wish in wishes {
        let Some(role) = wish.role else {
            unknown = true;
            continue;
        };
        let listed: Vec<&str> = role.name_id_formats.iter().map(|format| &*format.text).collect();
        // An empty list says nothing, and "unspecified" leaves it to the settings.
        let silent = listed.is_empty() || listed.contains(&UNSPECIFIED);
        if !silent && !listed.contains(&wish.format.text.as_ref()) {
            return Answer::fired(wish.evidence.one_of(listed)).who(wish.who);
        }
    }
    if unknown { Answer::NotChecked(&["metadata"]) } else { Answer::Passed }
}

/// Every name and address of the messages that the metadata ought to have, and has not.
fn mismatch(case: &Case<'_>) -> Answer {
    if !has_messages(case) {
        return Answer::Inapplicable;
    }
    let ids = |role: &str| -> Vec<String> {
        let of_role = case.entities().filter(|(_, entity)| entity.role(role).is_some());
        of_role.filter_map(|(_, entity)| entity.id().map(str::to_owned)).collect()
    };
    let locations = |role: Option<&Role>, name: &str| -> Vec<String> {
        let endpoints = role.into_iter().flat_map(|role| role.endpoints_named(name));
        endpoints.filter_map(|endpoint| Some(endpoint.location.as_ref()?.text.to_string())).collect()
    };
    let (idps, sps) = (ids(IDP), ids(SP));
    let sso = locations(case.idp_role(), "SingleSignOnService");
    let acs = locations(case.sp_role(), "AssertionConsumerService");
    if [&idps, &sps, &sso, &acs].iter().all(|known| known.is_empty()) {
        return Answer::NotChecked(&["metadata"]);
    }
    let of = |seen: Option<&Seen<'_>>, what: &str, value: Option<Value<'_>>| Some(Evidence::of(seen?, what, &value?));
    let (request, response) = (case.request(), case.response());
    let sent = request.and_then(|seen| seen.message);
    let answered = response.and_then(|seen| seen.message);
    let recipient = case.confirmations().find_map(|data| data.recipient());
    let received = case.context.received_at.as_ref().filter(|_| response.is_some());
    let said = [
        (of(response, "Response/Issuer", answered.and_then(|message| message.issuer())), &idps),
        (of(request, "AuthnRequest/Issuer", sent.and_then(|message| message.issuer())), &sps),
        (of(request, "AuthnRequest/@Destination", sent.and_then(|message| message.destination())), &sso),
        (
            of(
                request,
                "AuthnRequest/@AssertionConsumerServiceURL",
                sent.and_then(|message| message.assertion_consumer_service_url()),
            ),
            &acs,
        ),
        (of(response, "Response/@Destination", answered.and_then(|message| message.destination())), &acs),
        (of(response, "SubjectConfirmationData/@Recipient", recipient), &acs),
        (received.map(|url| Evidence::nowhere("received_at").actual(url)), &acs),
    ];
    Answer::found(said.into_iter().filter_map(|(evidence, known)| {
        let evidence = evidence.filter(|_| !known.is_empty())?;
        let is_known = known.iter().any(|known| Some(known) == evidence.actual.as_ref());
        (!is_known).then(|| evidence.one_of(known.iter().map(String::as_str)))
    }))
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    #[test]
    fn the_issuer_must_be_described_as_an_identity_provider() {
        silent("md-wrong-role", &Scene::login().with_metadata());
        unchecked("md-wrong-role", &Scene::login(), "metadata");
        let swapped = Scene::login()
            .replace("<saml:Issuer>https://idp.acme.example/idp", "<saml:Issuer>https://app.acme.example/sp");
        fires("md-wrong-role", &swapped.with_metadata());
        silent("md-wrong-role", &Scene::sp_metadata());
        let at = |scene: Scene| scene.context(|context| context.profile = Some(crate::Profile::AlibabaRoleSso));
        fires("md-wrong-role", &at(Scene::sp_metadata()));
        silent("md-wrong-role", &at(Scene::idp_metadata()));
        // Alibaba Cloud's own.
        let own = Scene::sp_metadata().replace("https://app.acme.example/sp", "urn:alibaba:cloudcomputing");
        silent("md-wrong-role", &at(own));
    }

    #[test]
    fn a_service_that_wants_signed_assertions_gets_them() {
        fires("md-wantassertionssigned", &Scene::login().with_metadata());
        unchecked("md-wantassertionssigned", &Scene::login(), "metadata");
        silent("md-wantassertionssigned", &Scene::scenario("clean-generic-entra-xml"));
        let failed = Scene::login().replace("status:Success\"", "status:Responder\"").with_metadata();
        silent("md-wantassertionssigned", &failed);
    }

    #[test]
    fn a_service_that_says_it_signs_its_requests_does() {
        let metadata = include_str!("../../testing/sp-metadata.xml")
            .replace("AuthnRequestsSigned=\"false\"", "AuthnRequestsSigned=\"true\"");
        let redirect = "https://idp.acme.example/sso?SAMLRequest=PHNhbWxwOkF1dGhuUmVxdWVzdCB4bWxuczpzYW1scD0idXJuOm9hc2lzOm5hbWVzOnRjOlNBTUw6Mi4wOnByb3RvY29sIiBJRD0iX2EiLz4%3D";
        let request = Scene::of(redirect);
        fires("md-authnrequestssigned", &request.metadata("sp.xml", &metadata));
        silent("md-authnrequestssigned", &Scene::of(redirect).with_metadata());
        silent("md-authnrequestssigned", &Scene::scenario("clean-request-signed"));
        unchecked("md-authnrequestssigned", &Scene::request().metadata("sp.xml", &metadata), "request");
        unchecked("md-authnrequestssigned", &Scene::request(), "metadata");
    }

    #[test]
    fn formats_are_those_that_the_other_party_lists() {
        silent("md-nameidformat", &Scene::exchange().with_metadata());
        unchecked("md-nameidformat", &Scene::exchange(), "metadata");
        let transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
        let email = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
        fires("md-nameidformat", &Scene::request().replace(email, transient).with_metadata());
        fires("md-nameidformat", &Scene::login().replace(email, transient).with_metadata());
        let any = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
        silent("md-nameidformat", &Scene::exchange().replace(email, any).with_metadata());
    }

    #[test]
    fn what_messages_name_is_in_the_metadata() {
        silent("md-mismatch-capture", &Scene::exchange().with_metadata());
        unchecked("md-mismatch-capture", &Scene::exchange(), "metadata");
        for (from, to) in [
            ("https://idp.acme.example/sso", "https://idp.acme.example/sso/"),
            ("https://app.acme.example/acs", "https://app.acme.example/acs2"),
            (">https://app.acme.example/sp<", ">https://app.acme.example/sp2<"),
            (">https://idp.acme.example/idp<", ">http://idp.acme.example/idp<"),
        ] {
            fires("md-mismatch-capture", &Scene::exchange().replace(from, to).with_metadata());
        }
        let elsewhere = Scene::login().with_metadata();
        let elsewhere = elsewhere.context(|context| context.received_at = Some("https://app.acme.example/".to_owned()));
        fires("md-mismatch-capture", &elsewhere);
        silent("md-mismatch-capture", &Scene::idp_metadata());
    }
}
