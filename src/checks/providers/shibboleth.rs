//! Shibboleth as the identity provider.

use super::registered::request;
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Profile};

const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "shib-idp-transient",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Subject,
        "Shibboleth IdP: NameIDGenerationConfiguration; SAML2int SDP-IDP12",
        transient,
    ),
    Rule::new(
        "shib-idp-encrypts",
        Severity::Note,
        Who::IdpAdmin,
        Stage::Signature,
        "Shibboleth IdP: SAML2SSOConfiguration, encryptAssertions; SAML2int SDP-IDP11",
        encrypts,
    ),
];

/// The name that Shibboleth gives where nothing else is set up; another one at every login.
fn transient(case: &Case<'_>) -> Answer {
    // Roles are granted by attributes there, and the name is not looked at.
    if matches!(case.profile, Profile::AlibabaRoleSso | Profile::AwsIamRole) {
        return Answer::Inapplicable;
    }
    let format = case.assertion().and_then(|assertion| assertion.subject()?.name_id()?.format());
    let Some((seen, format)) = case.response().zip(format) else { return Answer::Inapplicable };
    let asked = request(case).and_then(|(_, message)| message.name_id_policy_format());
    let wanted = asked.is_some_and(|asked| asked.text == TRANSIENT);
    Answer::when(format.text == TRANSIENT && !wanted, || {
        Evidence::of(seen, "NameID/@Format", &format).expected("a name that stays the same, where accounts go by it")
    })
}

fn encrypts(case: &Case<'_>) -> Answer {
    let sealed = case.response().and_then(|seen| Some((seen, seen.message?.encrypted_assertions().next()?)));
    match sealed {
        Some((seen, node)) if case.is_sealed() => {
            Answer::fired(Evidence::node(seen, "EncryptedAssertion", node).expected("an Assertion"))
        }
        _ if case.response().is_some() => Answer::Passed,
        _ => Answer::Inapplicable,
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};

    const EMAIL: &str = "SAML:1.1:nameid-format:emailAddress";
    const TRANSIENT: &str = "SAML:2.0:nameid-format:transient";

    fn of(scene: Scene) -> Scene {
        scene.replace("https://idp.acme.example/idp", "https://idp.globex.example/idp/shibboleth")
    }

    #[test]
    fn a_name_that_nobody_asked_to_be_transient_is_told() {
        fires("shib-idp-transient", &of(Scene::login()).replace(EMAIL, TRANSIENT));
        silent("shib-idp-transient", &of(Scene::exchange()).replace(EMAIL, TRANSIENT));
        silent("shib-idp-transient", &of(Scene::login()));
        silent("shib-idp-transient", &Scene::scenario("clean-ali-role-transient"));
    }

    #[test]
    fn an_assertion_that_nobody_here_can_open_is_told() {
        let inner = of(Scene::login()).without("<saml:Assertion ", "</saml:Assertion>");
        // Its Issuer went with it, which the Response has too.
        let sealed = inner.replace("</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>");
        fires("shib-idp-encrypts", &sealed);
        silent("shib-idp-encrypts", &of(Scene::login()));
    }
}
