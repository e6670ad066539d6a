//! What the identity provider itself says of the login: the status codes (SAML 2.0 Core §3.2.2.2).

use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;

pub(super) const RULES: &[Rule] = &[Rule::new(
    "saml-status-not-success",
    Severity::Error,
    Who::IdpAdmin,
    Stage::Status,
    "SAML 2.0 Core 3.2.2.2",
    status_not_success,
)
.required()];

fn status_not_success(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.response().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    let Some(code) = message.status_codes().next() else { return Answer::Inapplicable };
    Answer::when(case.succeeded() == Some(false), || Evidence::of(seen, "StatusCode/@Value", &code))
        .with("message", message.status_message().map(|message| message.text.into_owned()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};

    #[test]
    fn a_status_other_than_success_is_told_with_its_message() {
        let failed = Scene::login().replace("status:Success\"", "status:Responder\"");
        fires("saml-status-not-success", &failed);
        silent("saml-status-not-success", &Scene::login());
    }
}
