//! Would another service accept this message? The checks of seven of them, each in its own order, answered by our rules.
//!
//! Every service is a list of its steps; a step names the rules that ask what it asks, and what it says where it stops.
//! A step is unknown where one of its rules lacks what it needs, and the replay goes on behind it, saying so.

mod libraries;
mod services;

use super::rule::{Answer, Finding, Hit};
use crate::flow::{Case, Profile};

/// A service, or a library that many are made with, and the order in which it checks.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name, and for a library which settings are meant.
    pub(crate) name: &'static str,
    /// Where the order and the words come from.
    pub(crate) source: &'static str,
    /// The logins that it can be asked about; empty: all.
    pub(crate) profiles: &'static [Profile],
    /// What it checks, in its order.
    pub(crate) steps: &'static [Step],
}

/// One check of a service.
#[derive(Debug)]
pub(crate) struct Step {
    /// What is checked, in a word or two of the standard.
    pub(crate) name: &'static str,
    /// The rules that stop it, with what it then says; `{actual}` and `{expected}` are those of the evidence.
    pub(crate) stops: &'static [(&'static str, &'static str)],
}

/// What a service would say.
pub(crate) struct Replay<'f> {
    /// The service.
    pub(crate) service: &'static Service,
    /// Every step that it came to.
    pub(crate) steps: Vec<(&'static str, Reached<'f>)>,
}

/// What became of a step.
pub(crate) enum Reached<'f> {
    /// It found nothing.
    Passed,
    /// It could not be asked without one of these keys of the context.
    Unknown(&'static [&'static str]),
    /// It stops the login.
    Stopped {
        /// Our rule.
        rule: &'static str,
        /// What the rule found.
        hit: &'f Hit,
        /// What the service says, with placeholders.
        text: &'static str,
    },
}

/// Asks every service that the case may be put to. None where there is no Response.
pub(crate) fn replay<'f>(case: &Case<'_>, findings: &'f [Finding]) -> Vec<Replay<'f>> {
    // Nothing here reads another protocol, and saying at which step each gives up would tell nobody more.
    let is_other = |finding: &Finding| finding.rule.id == "saml-wrong-namespace" && finding.hit().is_some();
    if case.response().is_none() || findings.iter().any(is_other) {
        return Vec::new();
    }
    let services = libraries::ALL.iter().chain(services::ALL);
    let services = services.filter(|service| service.profiles.is_empty() || service.profiles.contains(&case.profile));
    services.map(|service| run(service, findings)).collect()
}

fn run<'f>(service: &'static Service, findings: &'f [Finding]) -> Replay<'f> {
    let mut steps = Vec::new();
    for step in service.steps {
        let reached = reach(step, findings);
        let stopped = matches!(reached, Reached::Stopped { .. });
        steps.push((step.name, reached));
        if stopped {
            break;
        }
    }
    Replay { service, steps }
}

fn reach<'f>(step: &'static Step, findings: &'f [Finding]) -> Reached<'f> {
    let mut unknown = None;
    for (rule, text) in step.stops {
        for finding in findings.iter().filter(|finding| finding.rule.id == *rule) {
            match &finding.answer {
                // What is milder here than the rule is as such stops no other service either.
                Answer::Fired(hit) if finding.severity() <= finding.rule.severity => {
                    return Reached::Stopped { rule, hit, text };
                }
                Answer::Fired(_) => {}
                Answer::NotChecked(needs) => unknown = unknown.or(Some(*needs)),
                Answer::Passed | Answer::Inapplicable => {}
            }
        }
    }
    unknown.map_or(Reached::Passed, Reached::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::packs;
    use crate::checks::testing::Scene;

    #[test]
    fn every_rule_that_a_service_stops_at_is_one() {
        for service in libraries::ALL.iter().chain(services::ALL) {
            for (rule, _) in service.steps.iter().flat_map(|step| step.stops) {
                let known = packs().flat_map(|pack| pack.rules).any(|known| known.id == *rule);
                assert!(known, "{}: {rule}", service.name);
            }
        }
    }

    #[test]
    fn each_stops_where_its_own_order_meets_the_fault_first() {
        // Two faults: which of them is told depends on who reads first what.
        let stops = Scene::scenario("clean-generic-entra-xml")
            .context(|context| {
                context.received_at = Some("https://app.acme.example/other".to_owned());
                context.sp_entity_id = Some("https://other.acme.example/sp".to_owned());
            })
            .replayed();
        let stop = |name: &str| stops.iter().find(|(service, _)| service.starts_with(name)).unwrap().1.clone();
        assert_eq!(stop("python3-saml").as_deref(), Some("saml-destination-mismatch"), "{stops:?}");
        assert_eq!(stop("ruby-saml").as_deref(), Some("asr-audience-mismatch"), "{stops:?}");
        assert_eq!(stop("node-saml").as_deref(), Some("sig-assertion-only"), "{stops:?}");
        assert_eq!(stop("Shibboleth").as_deref(), Some("saml-destination-mismatch"), "{stops:?}");
    }

    #[test]
    fn what_is_milder_in_this_case_stops_nobody() {
        let stop = |scene: &Scene| {
            let stops = scene.replayed();
            stops.into_iter().find(|(name, _)| name.starts_with("Spring")).and_then(|(_, stop)| stop)
        };
        assert_eq!(stop(&Scene::scenario("sig-value-altered")).as_deref(), Some("sig-value-mismatch"));
        // Without a key to trust, only the one that the message itself shows was tried.
        let alone = Scene::of(include_str!("../../../tests/scenarios/sig-value-altered/input.txt"));
        assert_ne!(stop(&alone).as_deref(), Some("sig-value-mismatch"));
    }

    #[test]
    fn a_sound_login_is_stopped_by_none() {
        for scene in ["clean-generic-entra-xml", "clean-generic-ecdsa"] {
            let stops = Scene::scenario(scene).replayed();
            // node-saml asks for both signatures unless it is told otherwise.
            let stopped: Vec<_> =
                stops.iter().filter(|(name, stop)| stop.is_some() && !name.starts_with("node-saml")).collect();
            assert!(stops.len() >= 6 && stopped.is_empty(), "{scene}: {stopped:?}");
        }
    }
}
