//! For which service the assertion is (SAML 2.0 Core §2.5.1.4, Profiles §4.1.4.2).

use super::{Own, confirmation, judged, own_audience, unread};
use crate::checks::nearmiss::{compare, nearest};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::saml::{Conditions, Value};
use crate::sorted::sort_by_key;

const NEEDS: &[&str] = &["sp_entity_id", "metadata", "request"];
const SOURCE: &str = "SAML 2.0 Core 2.5.1.4";

const fn rule(id: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, Stage::Conditions, SOURCE, check)
}

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "asr-audience-missing",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Conditions,
        "SAML 2.0 Profiles 4.1.4.2",
        missing,
    ),
    rule("asr-audience-is-acs", is_acs).needs(NEEDS).explains(&["asr-audience-mismatch"]),
    rule("asr-audience-nearmiss", near_miss).needs(NEEDS).explains(&["asr-audience-mismatch"]),
    rule("asr-audience-mismatch", mismatch).needs(&["sp_entity_id", "metadata", "request", "private_keys"]).required(),
];

fn missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = judged(case) else { return Answer::Inapplicable };
    if confirmation::bearers(case).is_empty() {
        return Answer::Inapplicable;
    }
    let conditions = assertion.conditions();
    let named = conditions.is_some_and(|conditions| audiences(conditions).next().is_some());
    Answer::when(!named, || {
        let missing = Evidence::node(seen, "Audience", conditions.map_or(assertion.0, |conditions| conditions.0));
        match case.sp_entity_id() {
            Some(known) => missing.expected(known.listed()),
            None => missing.expected("the entity ID of the service"),
        }
    })
}

fn audiences<'d>(conditions: Conditions<'d>) -> impl Iterator<Item = Value<'d>> {
    conditions.audiences().filter(|audience| !audience.text.is_empty())
}

/// The Audiences of every AudienceRestriction in which the service is not named, and its entity ID. Values within one
/// restriction are alternatives; of several restrictions each must hold.
fn wrong<'d>(case: &Case<'d>) -> Result<(&'d Seen<'d>, String, Vec<Value<'d>>), Answer> {
    let (seen, assertion) = judged(case).ok_or_else(|| unread(case))?;
    let own = own_audience(case.profile);
    let conditions = assertion.conditions().filter(|conditions| audiences(*conditions).next().is_some());
    let Some(conditions) = conditions.filter(|_| own != Own::Several) else { return Err(Answer::Inapplicable) };
    let Some(entity_id) = case.sp_entity_id().and_then(|known| known.values.into_iter().next()) else {
        return Err(if own == Own::Nothing { Answer::NotChecked(NEEDS) } else { Answer::Inapplicable });
    };
    let mut wrong = Vec::new();
    for restriction in conditions.restrictions() {
        let restriction: Vec<Value<'d>> = restriction.filter(|audience| !audience.text.is_empty()).collect();
        if !restriction.iter().any(|audience| audience.text == entity_id.as_str()) {
            wrong.extend(restriction);
        }
    }
    Ok((seen, entity_id, wrong))
}

/// As [`wrong`] for a rule that no login has to wait for.
fn told<'d>(case: &Case<'d>) -> Result<(&'d Seen<'d>, String, Vec<Value<'d>>), Answer> {
    if case.is_sealed() { Err(Answer::Inapplicable) } else { wrong(case) }
}

fn mismatch(case: &Case<'_>) -> Answer {
    let (seen, entity_id, mut wrong) = match wrong(case) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let closest = nearest(&entity_id, wrong.iter().map(|audience| audience.text.as_ref()));
    if let Some(closest) = closest.map(|(text, _)| text.to_owned()) {
        sort_by_key(&mut wrong, |audience| audience.text != closest.as_str());
    }
    Answer::found(wrong.iter().map(|audience| Evidence::of(seen, "Audience", audience).instead_of(&entity_id)))
}

/// Everything that the message or the context calls an endpoint of the service.
fn endpoints(case: &Case<'_>) -> Vec<String> {
    let known = [case.received_at(), case.registered_acs_urls(), case.acs_urls()];
    let recipients = case.confirmations().filter_map(|data| data.recipient()).map(|value| value.text.into_owned());
    let destination = case.response().and_then(|seen| seen.message?.destination()).map(|value| value.text.into_owned());
    known.into_iter().flatten().flat_map(|known| known.values).chain(recipients).chain(destination).collect()
}

fn is_acs(case: &Case<'_>) -> Answer {
    let (seen, entity_id, wrong) = match told(case) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let endpoints = endpoints(case);
    let pasted = wrong.iter().filter(|audience| endpoints.iter().any(|url| *url == audience.text));
    Answer::found(pasted.map(|audience| Evidence::of(seen, "Audience", audience).instead_of(&entity_id)))
}

fn near_miss(case: &Case<'_>) -> Answer {
    let (seen, entity_id, wrong) = match told(case) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let endpoints = endpoints(case);
    let is_near = |text: &str| compare(text, &entity_id).is_some_and(|difference| difference.is_near());
    // A whole other URL of the service is another mistake, however alike the two are.
    let near = wrong.iter().filter(|audience| !endpoints.iter().any(|url| *url == audience.text));
    let near = near.filter(|audience| is_near(&audience.text));
    Answer::found(near.map(|audience| Evidence::of(seen, "Audience", audience).instead_of(&entity_id)))
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const SP: &str = "https://app.acme.example/sp";
    const ACS: &str = "https://app.acme.example/acs";

    fn known() -> Scene {
        Scene::login().context(|context| context.sp_entity_id = Some(SP.to_owned()))
    }

    fn audience(value: &str) -> Scene {
        known().replace(&format!("<saml:Audience>{SP}<"), &format!("<saml:Audience>{value}<"))
    }

    fn restrictions(restrictions: &str) -> Scene {
        known().without("<saml:AudienceRestriction>", "</saml:AudienceRestriction>").replace(
            "</saml:Conditions>",
            &format!(
                "{}</saml:Conditions>",
                restrictions.replace('[', "<saml:AudienceRestriction>").replace(']', "</saml:AudienceRestriction>")
            ),
        )
    }

    #[test]
    fn an_assertion_without_audience_is_for_nobody() {
        silent("asr-audience-missing", &Scene::login());
        fires(
            "asr-audience-missing",
            &Scene::login().without("<saml:AudienceRestriction>", "</saml:AudienceRestriction>"),
        );
        fires("asr-audience-missing", &known().without("<saml:Conditions", "</saml:Conditions>"));
        fires("asr-audience-missing", &audience("  "));
        silent("asr-audience-mismatch", &audience("  "));
    }

    #[test]
    fn within_a_restriction_one_audience_is_enough_and_every_restriction_must_hold() {
        let (right, other) =
            (format!("<saml:Audience>{SP}</saml:Audience>"), "<saml:Audience>urn:other</saml:Audience>");
        silent("asr-audience-mismatch", &known());
        silent("asr-audience-mismatch", &restrictions(&format!("[{other}{right}]")));
        silent("asr-audience-mismatch", &restrictions(&format!("[{right}][{other}{right}]")));
        fires("asr-audience-mismatch", &restrictions(&format!("[{right}][{other}]")));
        fires("asr-audience-mismatch", &audience("urn:other"));
        unchecked("asr-audience-mismatch", &Scene::login(), "sp_entity_id");
        silent("asr-audience-mismatch", &Scene::exchange());
        silent("asr-audience-mismatch", &audience("urn:other").replace("status:Success\"", "status:Responder\""));
        unchecked("asr-audience-mismatch", &Scene::scenario("enc-no-key"), "private_keys");
    }

    #[test]
    fn a_service_with_constants_of_its_own_is_judged_by_its_own_rule() {
        let aws = audience("urn:amazon:webservices").context(|context| context.sp_entity_id = None);
        silent("asr-audience-mismatch", &aws);
        silent("asr-audience-nearmiss", &aws);
    }

    #[test]
    fn what_is_almost_the_entity_id_is_told_as_that() {
        for near in [
            "https://app.acme.example/sp/",
            "http://app.acme.example/sp",
            "https://app.acme.example:443/sp",
            "https://App.acme.example/SP",
        ] {
            fires("asr-audience-nearmiss", &audience(near));
            fires("asr-audience-mismatch", &audience(near));
        }
        silent("asr-audience-nearmiss", &audience("urn:other"));
        silent("asr-audience-nearmiss", &known());
        unchecked("asr-audience-nearmiss", &Scene::login(), "metadata");
    }

    #[test]
    fn the_acs_in_place_of_the_entity_id_is_told_as_that() {
        fires("asr-audience-is-acs", &audience(ACS));
        silent("asr-audience-is-acs", &known());
        silent("asr-audience-is-acs", &audience("https://app.acme.example/sp/"));
        // A service may be named by its ACS.
        silent("asr-audience-is-acs", &audience(ACS).context(|context| context.sp_entity_id = Some(ACS.to_owned())));
        unchecked("asr-audience-is-acs", &Scene::login(), "request");
    }
}
