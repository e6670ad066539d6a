//! The roles of an entity and their endpoints (SAML 2.0 Metadata §2.2.2, §2.2.3, §2.4).

use std::collections::HashMap;

use super::scope::{Site, Trouble, answer, captured, concerned};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, IDP, SP};
use crate::saml::metadata::{Endpoint, Role, Spanned};
use crate::saml::names::PROTOCOL;

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const ACS: &str = "AssertionConsumerService";
const SLO: &str = "SingleLogoutService";

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    rule("md-protocol", Severity::Error, Who::IdpAdmin, "SAML 2.0 Metadata 2.4.1", protocol)
        .explains(&["saml-schema-invalid"]),
    rule("md-idp-no-sso", Severity::Error, Who::IdpAdmin, "SAML 2.0 Metadata 2.4.3", idp_no_sso)
        .explains(&["saml-schema-invalid"]),
    rule("md-sp-no-acs", Severity::Error, Who::SpAdmin, "SAML 2.0 Metadata 2.4.4", sp_no_acs)
        .explains(&["saml-schema-invalid"]),
    rule("md-sp-no-post-acs", Severity::Error, Who::SpAdmin, "SAML2int SDP-SP08", sp_no_post_acs),
    rule("md-acs-index-duplicate", Severity::Error, Who::SpAdmin, "SAML 2.0 Metadata 2.2.3", acs_index_duplicate),
    rule("md-acs-index-missing", Severity::Error, Who::SpAdmin, "SAML 2.0 Metadata 2.2.3", acs_index_missing)
        .explains(&["saml-schema-invalid"]),
    rule("md-acs-isdefault-multiple", Severity::Warning, Who::SpAdmin, "SAML 2.0 Metadata 2.2.3", acs_defaults),
    rule("md-slo-missing", Severity::Note, Who::IdpAdmin, "SAML2int SDP-IDP33", slo_missing),
    rule("md-slo-responselocation", Severity::Note, Who::IdpAdmin, "SAML 2.0 Metadata 2.2.2", slo_response_location),
];

const fn rule(
    id: &'static str,
    severity: Severity,
    who: Who,
    source: &'static str,
    check: fn(&Case<'_>) -> Answer,
) -> Rule {
    Rule::new(id, severity, who, Stage::Metadata, source, check)
}

/// Asks every role of one kind of the captured metadata; where one is none of SAML 2.0 its endpoints are not its own.
fn each_role<'d>(case: &Case<'d>, kind: &'static str, find: &dyn Fn(&Site<'d>, &'d Role) -> Vec<Trouble>) -> Answer {
    let is_saml2 = |role: &&Role| role.protocols.is_none() || role.supports_saml2();
    answer(captured(case), &mut |site| site.roles_of(kind).filter(is_saml2).flat_map(|role| find(site, role)).collect())
}

fn protocol(case: &Case<'_>) -> Answer {
    answer(concerned(case), &mut |site| {
        // One for each protocol is as it should be (§2.3.2).
        let covered = |role: &Role| site.entity.roles_named(&role.kind).any(|same| same.supports_saml2());
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

/// Whether a role lacks an endpoint.
fn lacks(site: &Site<'_>, role: &Role, name: &str, severity: Severity) -> Vec<Trouble> {
    let missing = role.endpoints_named(name).next().is_none();
    let evidence = || site.element(&role.kind, &role.span).expected(name);
    missing.then(|| site.trouble(severity, evidence())).into_iter().collect()
}

fn idp_no_sso(case: &Case<'_>) -> Answer {
    each_role(case, IDP, &|site, role| lacks(site, role, "SingleSignOnService", Severity::Error))
}

fn sp_no_acs(case: &Case<'_>) -> Answer {
    each_role(case, SP, &|site, role| lacks(site, role, ACS, Severity::Error))
}

fn sp_no_post_acs(case: &Case<'_>) -> Answer {
    each_role(case, SP, &|site, role| {
        let none = role.endpoints_named(ACS).all(|endpoint| !endpoint.has_binding(POST));
        let first = role.endpoints_named(ACS).next().filter(|_| none);
        let evidence = |endpoint: &Endpoint| {
            let what = format!("{ACS}/@Binding");
            let evidence = match &endpoint.binding {
                Some(binding) => Evidence::metadata(site.file, &what, binding),
                None => site.element(&what, &endpoint.span).actual(""),
            };
            site.trouble(Severity::Error, evidence.expected(POST))
        };
        first.map(evidence).into_iter().collect()
    })
}

fn acs_index_missing(case: &Case<'_>) -> Answer {
    each_role(case, SP, &|site, role| {
        let wrong = role.endpoints_named(ACS).filter(|endpoint| endpoint.index_number().is_none());
        let troubles = wrong.map(|endpoint| {
            let evidence = match &endpoint.index {
                Some(index) => Evidence::metadata(site.file, "AssertionConsumerService/@index", index),
                None => site.element("AssertionConsumerService/@index", &endpoint.span).actual(""),
            };
            site.trouble(Severity::Error, evidence.expected("a number from 0 to 65535"))
        });
        troubles.collect()
    })
}

fn acs_index_duplicate(case: &Case<'_>) -> Answer {
    each_role(case, SP, &|site, role| {
        let mut first: HashMap<u16, &Spanned> = HashMap::new();
        let mut troubles = Vec::new();
        for endpoint in role.endpoints_named(ACS) {
            let (Some(number), Some(index)) = (endpoint.index_number(), &endpoint.index) else { continue };
            if first.insert(number, index).is_some() {
                let evidence = Evidence::metadata(site.file, "AssertionConsumerService/@index", index);
                troubles.push(site.trouble(Severity::Error, evidence.expected("a number of its own")));
            }
        }
        troubles
    })
}

fn acs_defaults(case: &Case<'_>) -> Answer {
    each_role(case, SP, &|site, role| {
        let defaults = role.endpoints_named(ACS).filter(|endpoint| endpoint.is_marked_default());
        let further = defaults.filter_map(|endpoint| endpoint.is_default.as_ref()).skip(1);
        let evidence = |mark| Evidence::metadata(site.file, "AssertionConsumerService/@isDefault", mark);
        further.map(|mark| site.trouble(Severity::Warning, evidence(mark).expected("false"))).collect()
    })
}

fn slo_missing(case: &Case<'_>) -> Answer {
    answer(captured(case), &mut |site| {
        site.roles()
            .filter(|role| role.supports_saml2())
            .flat_map(|role| lacks(site, role, SLO, Severity::Note))
            .collect()
    })
}

fn slo_response_location(case: &Case<'_>) -> Answer {
    answer(captured(case), &mut |site| {
        let services = site.roles().flat_map(|role| role.endpoints_named(SLO));
        let apart =
            services.filter_map(|endpoint| Some((endpoint.location.as_ref()?, endpoint.response_location.as_ref()?)));
        let differ = apart.filter(|(location, response)| location.text != response.text);
        let trouble = |(location, response): (&Spanned, &Spanned)| {
            let evidence = Evidence::metadata(site.file, "SingleLogoutService/@ResponseLocation", response);
            site.trouble(Severity::Note, evidence.expected(location.text.clone()))
        };
        differ.map(trouble).collect()
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
