//! Google Workspace as the identity provider.

use super::registered;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::crypto::Certificate;
use crate::flow::Case;

const ISSUER: &str = "https://accounts.google.com/o/saml2?idpid=C";
/// How long before its end a certificate is told: every service must have the new one before Google uses it.
const ROTATE_SECONDS: i64 = 60 * 86_400;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "google-sp-entity",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Request,
        "support.google.com/a/answer/6301076",
        registered::issuer,
    )
    .needs(&["sp_entity_id", "metadata"])
    .explains(&["md-mismatch-capture"]),
    Rule::new(
        "google-cert-expiry",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Hygiene,
        "Google Workspace: Manage certificates",
        certificate_expiry,
    )
    .grouped(Group::Signature)
    .explains(&["crypto-cert-expiring"]),
    Rule::new(
        "google-issuer",
        Severity::Note,
        Who::SpAdmin,
        Stage::Hygiene,
        "Google Workspace: IdP information, Entity ID",
        issuer,
    ),
];

fn issuer(case: &Case<'_>) -> Answer {
    let sent = case.response().and_then(|seen| Some(Evidence::of(seen, "Response/Issuer", &seen.message?.issuer()?)));
    let described = case.idp_entity().and_then(|(file, entity)| {
        Some(Evidence::metadata(file, "EntityDescriptor/@entityID", entity.entity_id.as_ref()?))
    });
    let names: Vec<Evidence> = [sent, described].into_iter().flatten().collect();
    if names.is_empty() {
        return Answer::Inapplicable;
    }
    let usual = |name: &Evidence| name.actual.as_deref().is_some_and(|name| name.starts_with(ISSUER));
    Answer::found(names.into_iter().filter(|name| !usual(name)).map(|name| name.expected(format!("{ISSUER}…"))))
}

/// Google's certificates hold for five years and are changed by hand.
fn certificate_expiry(case: &Case<'_>) -> Answer {
    let ends_soon = |certificate: &Certificate| {
        certificate.not_after.unix.is_some_and(|end| end - case.now.unix() < ROTATE_SECONDS)
    };
    let expected = || format!("an end later than {} days after {}", ROTATE_SECONDS / 86_400, case.now);
    let mut any = false;
    let mut found = Vec::new();
    if let Some((file, entity)) = case.idp_entity() {
        let keys = entity.roles.iter().flat_map(|role| role.signing_keys());
        let listed: Vec<_> = keys.flat_map(|key| &key.certificates).collect();
        let good = listed.iter().filter_map(|one| one.result.as_ref().ok()).any(|one| !ends_soon(one));
        for one in listed {
            let Ok(certificate) = &one.result else { continue };
            any = true;
            // Where a second one is there to take over, nobody needs to be told.
            if !good {
                let evidence = Evidence::metadata_span(file, "X509Certificate", [one.span.start, one.span.end]);
                found.push(evidence.actual(&certificate.not_after.text).expected(expected()));
            }
        }
    }
    if let Some(seen) = case.response() {
        for verdict in seen.signatures() {
            let Some(certificate) = seen.shown(verdict).iter().find_map(|key| key.certificate.clone()) else {
                continue;
            };
            any = true;
            if ends_soon(&certificate) {
                let mut evidence = Evidence::outside(seen, "X509Certificate", &certificate.not_after.text);
                evidence.place = Some(seen.place_of_span(&verdict.span));
                found.push(evidence.expected(expected()));
            }
        }
    }
    if any { Answer::found(found) } else { Answer::Inapplicable }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const GOOGLE: &str = "https://accounts.google.com/o/saml2?idpid=C01acme7x";

    #[test]
    fn google_knows_a_service_by_its_entity_id() {
        let request =
            || Scene::request().replace("https://idp.acme.example/sso", "https://accounts.google.com/o/saml2/idp");
        let known = |id: &str| request().context(|context| context.sp_entity_id = Some(id.to_owned()));
        silent("google-sp-entity", &known("https://app.acme.example/sp"));
        fires("google-sp-entity", &known("https://app.acme.example/SP"));
        unchecked("google-sp-entity", &request(), "sp_entity_id");
    }

    #[test]
    fn google_is_named_with_the_customers_id() {
        let from = |issuer: &str| Scene::login().replace("https://idp.acme.example/idp", issuer);
        silent("google-issuer", &from(GOOGLE));
        fires("google-issuer", &from("https://accounts.google.com/o/saml2/idp?idpid=C01acme7x"));
    }

    #[test]
    fn a_certificate_of_google_is_told_before_it_ends() {
        let metadata = || Scene::idp_metadata().replace("https://idp.acme.example/idp", GOOGLE);
        silent("google-cert-expiry", &metadata().at("2033-11-01T00:00:00Z"));
        fires("google-cert-expiry", &metadata().at("2033-11-02T00:00:01Z"));
        silent("google-cert-expiry", &Scene::scenario("clean-aws-role-google"));
    }
}
