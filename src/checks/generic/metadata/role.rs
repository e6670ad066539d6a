//! The protocols of an entity's roles (SAML 2.0 Metadata §2.4.1), and tests of what else roles must have, which the walk
//! finds.

use super::scope::{answer, concerned};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::metadata::Role;
use crate::saml::names::PROTOCOL;

pub(in crate::checks::generic) const RULES: &[Rule] =
    &[Rule::new("md-protocol", Severity::Error, Who::IdpAdmin, Stage::Metadata, "SAML 2.0 Metadata 2.4.1", protocol)
        .explains(&["saml-schema-invalid"])];

fn protocol(case: &Case<'_>) -> Answer {
    answer(concerned(case), &mut |site| {
        // One for each protocol is as it should be (§2.3.2).
        let covered = |role: &Role| site.entity.roles_named(role.kind).any(|same| same.supports_saml2());
        let wrong = site.roles().filter(|role| role.protocols.is_none() || !covered(role));
        let troubles = wrong.map(|role| {
            let what = format!("{}/@protocolSupportEnumeration", role.kind);
            let evidence = match &role.protocols {
                Some(protocols) => Evidence::metadata(site.file, &what, protocols),
                None => site.element(&what, &role.span).actual(""),
            };
            // A federation has entities that speak SAML 1.1 alone, and says so of them.
            let is_older = site.is_among_many() && role.protocols.as_ref().is_some_and(|list| list.text.contains(':'));
            let severity = if is_older { Severity::Note } else { Severity::Error };
            site.trouble(severity, evidence.expected(PROTOCOL))
        });
        troubles.collect()
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};

    const INDEX: &str = "index=\"0\" isDefault=\"true\"/>";
    const ENUMERATION: &str = "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"";

    /// The service's metadata with a second AssertionConsumerService.
    fn two(first: &str, second: &str) -> Scene {
        let other = "<md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://app.acme.example/acs2\"";
        Scene::sp_metadata().replace(INDEX, &format!("{first}/>{other} {second}/>"))
    }

    #[test]
    fn a_role_says_that_it_speaks_saml_2() {
        silent("md-protocol", &Scene::idp_metadata());
        fires("md-protocol", &Scene::idp_metadata().replace(ENUMERATION, ""));
        let older = Scene::sp_metadata().replace("SAML:2.0:protocol", "SAML:1.1:protocol");
        fires("md-protocol", &older);
        let both = Scene::sp_metadata().replace(
            "</md:SPSSODescriptor>",
            "</md:SPSSODescriptor><md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:1.1:protocol\"/>",
        );
        silent("md-protocol", &both);
        silent("md-sp-no-acs", &both);
    }

    #[test]
    fn roles_have_the_endpoints_that_make_them_one() {
        let idp = Scene::idp_metadata;
        fires("md-idp-no-sso", &idp().without("<md:SingleSignOnService", "/>"));
        silent("md-idp-no-sso", &idp());
        fires("md-slo-missing", &idp().without("<md:SingleLogoutService", "/>"));
        silent("md-slo-missing", &idp());
        let sp = Scene::sp_metadata;
        fires("md-sp-no-acs", &sp().without("<md:AssertionConsumerService", "/>"));
        silent("md-sp-no-acs", &sp());
        silent("md-sp-no-post-acs", &sp().without("<md:AssertionConsumerService", "/>"));
        fires("md-sp-no-post-acs", &sp().replace("bindings:HTTP-POST", "bindings:HTTP-Artifact"));
        silent("md-sp-no-post-acs", &sp());
    }

    #[test]
    fn every_consumer_has_an_index_of_its_own_and_one_is_the_default() {
        silent("md-acs-index-duplicate", &two("index=\"0\"", "index=\"1\""));
        fires("md-acs-index-duplicate", &two("index=\"1\"", "index=\"01\""));
        fires("md-acs-index-duplicate", &Scene::scenario("metadata-duplicate-index"));
        silent("md-acs-index-missing", &two("index=\"0\"", "index=\"65535\""));
        for wrong in ["", "index=\"\"", "index=\"65536\"", "index=\"first\""] {
            fires("md-acs-index-missing", &two("index=\"0\"", wrong));
        }
        let defaults = |second: &str| two("index=\"0\" isDefault=\"true\"", &format!("index=\"1\" {second}"));
        fires("md-acs-isdefault-multiple", &defaults("isDefault=\"1\""));
        silent("md-acs-isdefault-multiple", &defaults("isDefault=\"false\""));
    }

    #[test]
    fn a_login_is_not_told_what_else_its_metadata_lacks() {
        silent("md-slo-missing", &Scene::login().metadata("idp.xml", "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://idp.acme.example/idp\"><IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"/></EntityDescriptor>"));
    }

    #[test]
    fn logout_responses_may_go_elsewhere() {
        let at = |response: &str| {
            let location = "Location=\"https://idp.acme.example/slo\"";
            Scene::idp_metadata().replace(location, &format!("{location} ResponseLocation=\"{response}\""))
        };
        fires("md-slo-responselocation", &at("https://idp.acme.example/slo/response"));
        silent("md-slo-responselocation", &at("https://idp.acme.example/slo"));
    }
}
