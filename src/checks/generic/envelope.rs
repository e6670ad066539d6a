//! The message itself: version, ID, times, Destination, InResponseTo, Issuer (SAML 2.0 Core §3.2).

use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;

pub(super) const RULES: &[Rule] = &[Rule::new(
    "saml-destination-mismatch",
    Severity::Error,
    Who::IdpAdmin,
    Stage::Envelope,
    "SAML 2.0 Core 3.2.1, 3.2.2",
    destination_mismatch,
)
.needs(&["received_at", "metadata", "request"])];

fn destination_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, destination)) = case.response().and_then(|seen| Some((seen, seen.message?.destination()?))) else {
        return Answer::Inapplicable;
    };
    let Some(acs) = case.acs_urls() else { return Answer::NotChecked(&["received_at", "metadata", "request"]) };
    Answer::when(!acs.has(&destination.text), || {
        Evidence::of(seen, "Response/@Destination", &destination).one_of(acs.values.iter().map(String::as_str))
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    #[test]
    fn a_destination_must_be_where_the_message_arrived() {
        let scene =
            Scene::login().context(|context| context.received_at = Some("https://app.acme.example/acs".to_owned()));
        silent("saml-destination-mismatch", &scene);
        fires(
            "saml-destination-mismatch",
            &scene.replace(
                "Destination=\"https://app.acme.example/acs\"",
                "Destination=\"https://app.acme.example/acs/\"",
            ),
        );
        unchecked("saml-destination-mismatch", &Scene::login(), "received_at");
    }
}
