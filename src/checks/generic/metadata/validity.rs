//! How long metadata holds: `validUntil` and `cacheDuration` (SAML 2.0 Metadata §2.3.1, §2.3.2, §2.4.1).

use std::collections::HashSet;

use super::duration;
use super::scope::{Site, answer, captured, concerned, files};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::instant::Instant;
use crate::saml::metadata::{Deadline, Spanned};

/// Further ahead than this a lost key stays in use for too long (SAML2int SDP-MD03).
const FAR_SECONDS: i64 = 366 * 86_400;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "md-validuntil-past",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Metadata,
        "SAML 2.0 Metadata 2.3.1, 2.3.2; SAML2int SDP-MD03",
        past,
    )
    .required(),
    Rule::new("md-validuntil-far", Severity::Note, Who::IdpAdmin, Stage::Metadata, "SAML2int SDP-MD03", far),
    Rule::new("md-validuntil-missing", Severity::Note, Who::IdpAdmin, Stage::Metadata, "SAML2int SDP-MD03", missing),
    Rule::new(
        "md-cacheduration",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Metadata,
        "SAML 2.0 Metadata 2.3.1; XML Schema Part 2 3.2.6",
        cache_duration,
    ),
];

/// Every end that a site's entity and its roles have.
fn ends<'d>(site: &Site<'d>) -> impl Iterator<Item = &'d Deadline> + use<'d> {
    site.entity.expires.iter().chain(site.roles().filter_map(|role| role.expires.as_ref()))
}

/// Whether these bytes of a file are told for the first time: a `validUntil` around many entities is one fault.
fn is_new(told: &mut HashSet<(usize, usize)>, site: &Site<'_>, start: usize) -> bool {
    told.insert((std::ptr::from_ref(site.file).addr(), start))
}

fn end(site: &Site<'_>, end: &Deadline) -> Evidence {
    site.element("validUntil", &end.span).actual(&end.at.to_string())
}

fn past(case: &Case<'_>) -> Answer {
    let mut told = HashSet::new();
    answer(concerned(case), &mut |site| {
        let past = ends(site).filter(|end| end.at <= case.now).filter(|end| is_new(&mut told, site, end.span.start));
        let troubles = past.map(|past| {
            let evidence = end(site, past).expected(format!("a time after {}", case.now));
            let of_file = site.file.entities.valid_until.as_ref().is_some_and(|own| own.span == past.span);
            let trouble = match of_file {
                true => site.trouble_of_file(Severity::Error, evidence),
                false => site.trouble(Severity::Error, evidence),
            };
            // A file that the other party loaded is that party's to load again.
            match site.file.capture {
                Some(_) => trouble,
                None if site.entity.is_idp() => trouble.who(Who::SpAdmin),
                None => trouble.who(Who::IdpAdmin),
            }
        });
        troubles.collect()
    })
}

fn far(case: &Case<'_>) -> Answer {
    let mut told = HashSet::new();
    let latest = Instant::from_unix(case.now.unix().saturating_add(FAR_SECONDS));
    answer(captured(case), &mut |site| {
        let far = ends(site).filter(|end| end.at > latest).filter(|end| is_new(&mut told, site, end.span.start));
        let trouble = |far| site.trouble(Severity::Warning, end(site, far).expected(format!("no later than {latest}")));
        far.map(trouble).collect()
    })
}

/// No end at all, or one that cannot be read, which ends nothing.
fn missing(case: &Case<'_>) -> Answer {
    let mut told = HashSet::new();
    answer(captured(case), &mut |site| {
        let own = site.roles().filter_map(|role| role.valid_until.as_ref()).chain(&site.entity.valid_until);
        let unreadable = |value: &&Spanned| Instant::parse(value.text.trim()).is_err();
        let around = site.file.entities.valid_until.iter();
        let mut broken: Vec<_> = own.chain(around).filter(unreadable).collect();
        broken.retain(|value| is_new(&mut told, site, value.span.start));
        let expected = "an xs:dateTime such as 2026-03-01T08:00:00Z";
        let mut troubles: Vec<_> = broken
            .into_iter()
            .map(|value| (Severity::Warning, Evidence::metadata(site.file, "validUntil", value).expected(expected)))
            .collect();
        // One place tells it: of an aggregate its root.
        let root = &site.file.entities.span;
        if troubles.is_empty() && ends(site).next().is_none() && is_new(&mut told, site, root.start) {
            troubles.push((Severity::Note, site.element("validUntil", root).actual("").expected(expected)));
        }
        troubles.into_iter().map(|(severity, evidence)| site.trouble_of_file(severity, evidence)).collect()
    })
}

fn cache_duration(case: &Case<'_>) -> Answer {
    let mut told = HashSet::new();
    if files(case).is_empty() {
        return Answer::Inapplicable;
    }
    answer(captured(case), &mut |site| {
        let around = site.file.entities.cache_duration.iter().map(|own| (own, None));
        let entity = site.entity.cache_duration.iter().map(|own| (own, site.entity.expires.as_ref()));
        let roles = site.roles().filter_map(|role| Some((role.cache_duration.as_ref()?, role.expires.as_ref())));
        let all: Vec<_> = entity.chain(roles).chain(around).collect();
        let mut troubles = Vec::new();
        for (duration, expires) in all {
            let left = expires.map(|end| end.at.unix() - case.now.unix()).filter(|left| *left > 0);
            let expected = match (duration::seconds(duration.text.trim()), left) {
                (None | Some(..=0), _) => "an xs:duration such as PT6H".to_owned(),
                (Some(seconds), Some(left)) if seconds > left => {
                    format!("no more than the {} hours until validUntil", left / 3600)
                }
                _ => continue,
            };
            if is_new(&mut told, site, duration.span.start) {
                let evidence = Evidence::metadata(site.file, "cacheDuration", duration).expected(expected);
                troubles.push(site.trouble(Severity::Warning, evidence));
            }
        }
        troubles
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};

    const END: &str = "validUntil=\"2026-12-31T00:00:00Z\"";

    fn idp(attributes: &str) -> Scene {
        Scene::idp_metadata().replace(END, attributes)
    }

    #[test]
    fn metadata_ends_at_its_valid_until_wherever_that_stands() {
        fires("md-validuntil-past", &idp("validUntil=\"2026-03-02T08:16:20Z\""));
        silent("md-validuntil-past", &idp("validUntil=\"2026-03-02T08:16:21Z\""));
        let role = Scene::idp_metadata()
            .replace("<md:IDPSSODescriptor ", "<md:IDPSSODescriptor validUntil=\"2026-01-01T00:00:00Z\" ");
        fires("md-validuntil-past", &role);
        fires("md-validuntil-past", &Scene::scenario("metadata-expired"));
        silent("md-validuntil-past", &Scene::scenario("clean-metadata-idp"));
    }

    #[test]
    fn metadata_of_the_context_that_has_expired_concerns_the_login() {
        let files = Scene::login().with_metadata();
        silent("md-validuntil-past", &files);
        fires("md-validuntil-past", &files.at("2027-01-01T00:00:00Z"));
        silent("md-validuntil-past", &Scene::login().at("2027-01-01T00:00:00Z"));
    }

    #[test]
    fn an_end_more_than_a_year_ahead_is_far() {
        fires("md-validuntil-far", &idp("validUntil=\"2027-03-04T00:00:00Z\""));
        silent("md-validuntil-far", &idp("validUntil=\"2027-03-02T00:00:00Z\""));
        silent("md-validuntil-far", &Scene::login().with_metadata().at("2025-01-01T00:00:00Z"));
    }

    #[test]
    fn metadata_without_an_end_that_can_be_read_is_told() {
        fires("md-validuntil-missing", &idp(""));
        fires("md-validuntil-missing", &idp("validUntil=\"next year\""));
        silent("md-validuntil-missing", &Scene::idp_metadata());
    }

    #[test]
    fn a_cache_duration_is_a_duration_and_ends_before_the_metadata_does() {
        let with = |duration: &str| idp(&format!("{END} cacheDuration=\"{duration}\""));
        silent("md-cacheduration", &with("PT6H"));
        fires("md-cacheduration", &with("6 hours"));
        fires("md-cacheduration", &with("P1Y"));
        fires("md-cacheduration", &with("-PT6H"));
        silent("md-cacheduration", &idp("cacheDuration=\"P1Y\""));
    }
}
