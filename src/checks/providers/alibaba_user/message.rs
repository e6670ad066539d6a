//! The response and the assertion as such: what must be in them and how often, who signed, until when they hold.

use super::{RESPONSE_PAGE, login, unseen};
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::dsig::names::DSIG;
use crate::dsig::{Fault, SignatureVerdict, Status};
use crate::flow::{Case, Place, Seen};
use crate::instant::Instant;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::saml::{Assertion, Message, SubjectConfirmationData, Value};
use crate::xml::Node;

const SETTINGS_PAGE: &str = "Alibaba Cloud RAM: Overview of user-based SSO, step 5";

pub(in super::super) const RULES: &[Rule] = &[
    error("ali-user-binding", Who::IdpAdmin, Stage::Transport, RESPONSE_PAGE, binding)
        .explains(&["bind-response-via-redirect"]),
    error("ali-user-assertion-unsigned", Who::IdpAdmin, Stage::Signature, RESPONSE_PAGE, assertion_unsigned)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "sig-response-only", "sig-none"]),
    error("ali-user-signature-invalid", Who::SpAdmin, Stage::Signature, SETTINGS_PAGE, signature_invalid)
        .needs(&["metadata", "certificates", "private_keys"])
        .required()
        .explains(&["sig-key-not-in-metadata", "sig-cert-in-metadata-other"]),
    Rule::new(
        "ali-user-encrypted-assertion",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Signature,
        "Alibaba Cloud RAM documents no encrypted assertions for user-based SSO",
        encrypted_assertion,
    ),
    error("ali-user-issuer-mismatch", Who::SpAdmin, Stage::Envelope, RESPONSE_PAGE, issuer_mismatch)
        .needs(&["metadata"])
        .explains(&["saml-issuer-mismatch-metadata", "ali-user-signature-invalid", "sig-key-not-in-metadata"]),
    error("ali-user-nameid-count", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, name_id_count)
        .grouped(Group::Identity)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "nid-missing", "asr-subject-missing"]),
    error("ali-user-subjconf-count", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, confirmation_count)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "asr-bearer-missing"]),
    error("ali-user-scd-notonorafter-missing", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, no_time)
        .grouped(Group::Time)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-notonorafter-missing"]),
    error("ali-user-scd-recipient-missing", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, no_recipient)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-recipient-missing"]),
    // After those that name one element: these go before it where both fire.
    error("ali-user-required-elements", Who::IdpAdmin, Stage::Conditions, RESPONSE_PAGE, required_elements)
        .grouped(Group::Message)
        .needs(&["private_keys"])
        .required()
        .explains(&[
            "saml-status-missing",
            "saml-status-success-no-assertion",
            "saml-issuer-response-missing",
            "asr-issuer-missing",
            "asr-subject-missing",
            "asr-bearer-missing",
            "asr-conditions-missing",
            "asr-authnstatement-missing",
        ]),
    error("ali-user-expired", Who::IdpAdmin, Stage::Time, RESPONSE_PAGE, expired)
        .needs(&["private_keys"])
        .required()
        .explains(&["asr-scd-expired", "asr-expired"]),
];

const fn error(
    id: &'static str,
    who: Who,
    stage: Stage,
    source: &'static str,
    check: crate::checks::rule::Check,
) -> Rule {
    Rule::new(id, Severity::Error, who, stage, source, check)
}

/// A response in a query; one whose way is only guessed from its compression is the transport rules' to tell.
fn binding(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response() else { return Answer::Inapplicable };
    let Some(url) = seen.capture.url.as_deref() else { return Answer::Inapplicable };
    Answer::when(seen.by_redirect(), || {
        Evidence::outside(seen, "Binding", url).expected("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")
    })
}

fn assertion_unsigned(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    Answer::when(assertion.0.element(DSIG, "Signature").is_none(), || {
        missing(seen, "Assertion/ds:Signature", assertion.0)
    })
}

fn signature_invalid(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let Some((node, verdict)) = signature(seen, assertion) else { return Answer::Inapplicable };
    // The keys of a service's own metadata sign no response.
    let mut keys = case.context.keys.iter();
    let has_key = keys.any(|key| key.owner.as_ref().is_none_or(|owner| owner.role == crate::flow::IDP));
    let is_of_key = matches!(verdict.fault, None | Some(Fault::NoKey | Fault::SignatureMismatch(_)));
    match verdict.status() {
        Status::Valid if verdict.trusted => Answer::Passed,
        // The rules of signatures tell what could not be computed.
        Status::Unsupported => Answer::Inapplicable,
        _ if is_of_key && !has_key => Answer::NotChecked(&["metadata", "certificates"]),
        _ => {
            let reason = verdict.fault.as_ref().and_then(Fault::reason).unwrap_or("no-key");
            Answer::fired(Evidence::node(seen, "Assertion/ds:Signature", node).actual(reason).expected("valid"))
        }
    }
}

/// The signature that stands in the assertion itself, and its verdict.
fn signature<'d>(seen: &'d Seen<'d>, assertion: Assertion<'d>) -> Option<(Node<'d>, &'d SignatureVerdict)> {
    let node = assertion.0.element(DSIG, "Signature")?;
    let here = seen.place_of_span(&node.span());
    let place = |opened: bool, verdict: &SignatureVerdict| match opened {
        true => seen.place_of_span(&verdict.span),
        false => Place { capture: seen.index, decryption: None, span: Some([verdict.span.start, verdict.span.end]) },
    };
    let mut verdicts = seen.places.signatures.iter();
    verdicts.find(|(opened, verdict)| place(*opened, verdict) == here).map(|(_, verdict)| (node, verdict))
}

fn encrypted_assertion(case: &Case<'_>) -> Answer {
    let sent = case.response().and_then(|seen| Some((seen, Message::of(seen.sent?)?)));
    let Some((seen, message)) = sent.filter(|_| case.succeeded() != Some(false)) else { return Answer::Inapplicable };
    let place = |node: Node<'_>| {
        let tag = node.open_tag();
        Place { capture: seen.index, decryption: None, span: Some([tag.start, tag.end]) }
    };
    Answer::found(message.encrypted_assertions().map(|node| Evidence {
        place: Some(place(node)),
        ..Evidence::nowhere("EncryptedAssertion").actual("EncryptedAssertion").expected("Assertion")
    }))
}

fn issuer_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, issuer)) = login(case).and_then(|(seen, assertion)| Some((seen, assertion.issuer()?))) else {
        return Answer::Inapplicable;
    };
    let idps = case.entities().filter(|(_, entity)| entity.is_idp());
    let known: Vec<&str> = idps.filter_map(|(_, entity)| entity.id()).collect();
    if known.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    Answer::when(!known.contains(&&*issuer.text), || {
        Evidence::of(seen, "Assertion/Issuer", &issuer).one_of(known.iter().copied())
    })
}

fn name_id_count(case: &Case<'_>) -> Answer {
    count(case, "NameID", &|subject| subject.elements_named(ASSERTION, "NameID").count())
}

fn confirmation_count(case: &Case<'_>) -> Answer {
    count(case, "SubjectConfirmation", &|subject| subject.elements_named(ASSERTION, "SubjectConfirmation").count())
}

/// There must be one of it in the Subject.
fn count(case: &Case<'_>, what: &str, of: &dyn Fn(Node<'_>) -> usize) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let subject = assertion.subject().map(|subject| subject.0);
    // A NameID that no key here opens may be the one.
    if subject.is_some_and(|subject| what == "NameID" && subject.element(ASSERTION, "EncryptedID").is_some()) {
        return Answer::NotChecked(&["private_keys"]);
    }
    let count = subject.map_or(0, &of);
    Answer::when(count != 1, || {
        let node = subject.unwrap_or(assertion.0);
        Evidence::node(seen, &format!("Subject/{what}"), node).actual(&count.to_string()).expected("1")
    })
}

fn no_time(case: &Case<'_>) -> Answer {
    lacking(case, "NotOnOrAfter", SubjectConfirmationData::not_on_or_after)
}

fn no_recipient(case: &Case<'_>) -> Answer {
    lacking(case, "Recipient", SubjectConfirmationData::recipient)
}

/// Every SubjectConfirmation must have this in its data.
fn lacking<'d>(
    case: &Case<'d>,
    name: &str,
    value: impl Fn(SubjectConfirmationData<'d>) -> Option<Value<'d>>,
) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let subject = assertion.subject().into_iter();
    let confirmations: Vec<_> =
        subject.flat_map(|subject| subject.0.elements_named(ASSERTION, "SubjectConfirmation")).collect();
    if confirmations.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::found(confirmations.into_iter().filter_map(|confirmation| {
        let data = confirmation.element(ASSERTION, "SubjectConfirmationData");
        let what = format!("SubjectConfirmationData/@{name}");
        data.map(SubjectConfirmationData)
            .and_then(&value)
            .is_none()
            .then(|| missing(seen, &what, data.unwrap_or(confirmation)))
    }))
}

fn required_elements(case: &Case<'_>) -> Answer {
    let response = case.response().and_then(|seen| Some((seen, seen.message?)));
    let Some((seen, message)) = response.filter(|_| case.succeeded() != Some(false)) else {
        return Answer::Inapplicable;
    };
    if case.is_sealed() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let root = message.0;
    let mut asked = Vec::new();
    if root.is(PROTOCOL, "Response") {
        asked.push(("Response/Issuer", root, root.element(ASSERTION, "Issuer").is_some()));
        asked.push(("Response/Status", root, root.element(PROTOCOL, "Status").is_some()));
    }
    match case.assertion() {
        None => asked.push(("Assertion", root, false)),
        Some(assertion) => {
            let subject = assertion.subject().map(|subject| subject.0);
            let within = subject.unwrap_or(assertion.0);
            let has = |name: &'static str| subject.is_some_and(|subject| subject.element(ASSERTION, name).is_some());
            let audience = assertion.conditions().is_some_and(|conditions| conditions.audiences().next().is_some());
            asked.extend([
                ("Assertion/Issuer", assertion.0, assertion.issuer().is_some()),
                ("Assertion/ds:Signature", assertion.0, assertion.0.element(DSIG, "Signature").is_some()),
                ("Subject/NameID", within, has("NameID") || has("EncryptedID")),
                ("Subject/SubjectConfirmation", within, has("SubjectConfirmation")),
                ("Conditions/AudienceRestriction/Audience", assertion.0, audience),
                ("AuthnStatement", assertion.0, assertion.authn_statements().next().is_some()),
            ]);
        }
    }
    let lacks: Vec<_> = asked.into_iter().filter(|(_, _, found)| !found).collect();
    let elements = lacks.iter().map(|(what, ..)| *what).collect::<Vec<_>>().join(", ");
    Answer::found(lacks.into_iter().map(|(what, parent, _)| missing(seen, what, parent))).with("elements", elements)
}

/// Nobody documents how far Alibaba Cloud lets clocks differ: within the usual tolerance it is a warning.
fn expired(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let data = case.confirmations().filter_map(|data| data.not_on_or_after());
    let data = data.map(|value| ("SubjectConfirmationData/@NotOnOrAfter", value));
    let conditions = assertion.conditions().and_then(|conditions| conditions.not_on_or_after());
    let conditions = conditions.map(|value| ("Conditions/@NotOnOrAfter", value));
    let limits: Vec<_> = data
        .chain(conditions)
        .filter_map(|(what, value)| Some((Instant::parse(&value.text).ok()?.unix(), what, value)))
        .collect();
    let Some(first) = limits.iter().map(|(limit, ..)| *limit).min() else { return Answer::Inapplicable };
    let now = case.now.unix();
    let past = limits.iter().filter(|(limit, ..)| now >= *limit);
    let answer =
        Answer::found(past.map(|(_, what, value)| Evidence::of(seen, what, value))).with("now", case.now.to_string());
    if now - case.skew() < first { answer.severity(Severity::Warning) } else { answer }
}

fn missing(seen: &Seen<'_>, what: &str, parent: Node<'_>) -> Evidence {
    Evidence::node(seen, what, parent).expected(what)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{LOGIN, bare, login};
    use crate::checks::Severity;
    use crate::checks::testing::{Scene, fires, inapplicable, silent, told, unchecked};
    use crate::dsig::KeyRing;

    const SIGNATURE: &str = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";

    /// A real login of which the keys are not known.
    fn keyless(name: &str) -> Scene {
        Scene::scenario(name).context(|context| {
            context.metadata.clear();
            context.keys = KeyRing::default();
        })
    }

    #[test]
    fn a_response_comes_by_post() {
        let query = |host: &str| {
            Scene::of(&format!(
                "https://{host}/saml/SSO?SAMLResponse={}",
                percent_encoding::utf8_percent_encode(
                    &base64::Engine::encode(&base64::engine::general_purpose::STANDARD, LOGIN),
                    percent_encoding::NON_ALPHANUMERIC,
                )
            ))
        };
        fires("ali-user-binding", &query("signin.aliyun.com"));
        silent("ali-user-binding", &Scene::scenario("clean-ali-user-okta"));
        silent("ali-user-binding", &login());
    }

    #[test]
    fn the_assertion_itself_is_signed_with_a_key_that_was_uploaded() {
        fires("ali-user-assertion-unsigned", &Scene::scenario("ali-user-response-only-signed"));
        fires("ali-user-assertion-unsigned", &login().replace(SIGNATURE, ""));
        silent("ali-user-assertion-unsigned", &Scene::scenario("clean-ali-user-okta"));
        fires("ali-user-signature-invalid", &keyless("clean-ali-user-okta").with_metadata());
        fires("ali-user-signature-invalid", &login());
        silent("ali-user-signature-invalid", &Scene::scenario("clean-ali-user-okta"));
        silent("ali-user-signature-invalid", &Scene::scenario("ali-user-response-only-signed"));
        unchecked("ali-user-signature-invalid", &keyless("clean-ali-user-okta"), "metadata");
        unchecked("ali-user-signature-invalid", &keyless("clean-ali-user-okta"), "certificates");
        // A key of the service's own is none of the identity provider's.
        let service = include_str!("../../testing/sp-metadata.xml");
        unchecked(
            "ali-user-signature-invalid",
            &keyless("clean-ali-user-okta").metadata("sp.xml", service),
            "metadata",
        );
        let provider = include_str!("../../testing/idp-metadata.xml");
        fires("ali-user-signature-invalid", &keyless("clean-ali-user-okta").metadata("idp.xml", provider));
        // What cannot be computed here may hold there.
        let hmac = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
        let signature = |algorithm: &str| {
            format!(
                "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
                 <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
                 <ds:SignatureMethod Algorithm=\"{algorithm}\"/><ds:Reference URI=\"#_a91e4c7d5b2f84a6e03d8c7b6a5f4e3d2\">\
                 <ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
                 </ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
                 <ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>\
                 <ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>"
            )
        };
        let signed = |algorithm: &str| login().replace(SIGNATURE, &signature(algorithm)).with_metadata();
        inapplicable("ali-user-signature-invalid", &signed(hmac));
        fires("ali-user-signature-invalid", &signed("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"));
    }

    #[test]
    fn an_encrypted_assertion_may_not_be_read() {
        let sealed = || {
            Scene::of(LOGIN).without("<saml:Assertion", "</saml:Assertion>").replace(
            "</samlp:Response>",
            "<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"/></saml:EncryptedAssertion></samlp:Response>",
        )
        };
        fires("ali-user-encrypted-assertion", &sealed());
        silent("ali-user-encrypted-assertion", &login());
        let failed = sealed().replace("status:Success", "status:Responder");
        let empty = login().without("<saml:Assertion", "</saml:Assertion>");
        for id in ["ali-user-nameid-count", "ali-user-required-elements", "ali-user-expired"] {
            unchecked(id, &sealed(), "private_keys");
            inapplicable(id, &failed);
        }
        for id in ["ali-user-nameid-count", "ali-user-subjconf-count", "ali-user-expired"] {
            inapplicable(id, &empty);
        }
    }

    #[test]
    fn the_issuer_is_that_of_the_metadata() {
        let known = login().with_metadata();
        silent("ali-user-issuer-mismatch", &known);
        fires("ali-user-issuer-mismatch", &known.replace("//idp.acme.example/idp<", "//idp.acme.example/idp/<"));
        unchecked("ali-user-issuer-mismatch", &login(), "metadata");
    }

    #[test]
    fn there_is_one_name_and_one_confirmation() {
        silent("ali-user-nameid-count", &login());
        fires("ali-user-nameid-count", &login().without("<saml:NameID", "</saml:NameID>"));
        fires(
            "ali-user-nameid-count",
            &login().replace("</saml:NameID>", "</saml:NameID><saml:NameID>bo</saml:NameID>"),
        );
        fires("ali-user-nameid-count", &login().without("<saml:Subject>", "</saml:Subject>"));
        silent("ali-user-subjconf-count", &login());
        fires("ali-user-subjconf-count", &login().without("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
        let second =
            "</saml:SubjectConfirmation><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>";
        fires("ali-user-subjconf-count", &login().replace("</saml:SubjectConfirmation>", second));
        let hidden = || {
            login()
                .without("<saml:NameID", "</saml:NameID>")
                .replace("<saml:Subject>", "<saml:Subject><saml:EncryptedID/>")
        };
        unchecked("ali-user-nameid-count", &hidden(), "private_keys");
        silent("ali-user-subjconf-count", &hidden());
        fires("ali-user-subjconf-count", &hidden().replace("</saml:SubjectConfirmation>", second));
    }

    #[test]
    fn the_confirmation_says_until_when_and_for_whom() {
        silent("ali-user-scd-notonorafter-missing", &login());
        let timeless = login().replace("Data NotOnOrAfter=\"2026-03-02T08:21:05Z\"", "Data");
        fires("ali-user-scd-notonorafter-missing", &timeless);
        silent("ali-user-scd-recipient-missing", &timeless);
        fires(
            "ali-user-scd-recipient-missing",
            &login().replace(" Recipient=\"https://signin.aliyun.com/saml/SSO\"", ""),
        );
        let empty = login().without("<saml:SubjectConfirmationData", "/>");
        fires("ali-user-scd-notonorafter-missing", &empty);
        fires("ali-user-scd-recipient-missing", &empty);
    }

    #[test]
    fn each_required_element_is_missed() {
        silent("ali-user-required-elements", &login());
        for (start, end) in [
            ("<samlp:Status>", "</samlp:Status>"),
            ("<saml:Assertion", "</saml:Assertion>"),
            ("<saml:Issuer>", "</saml:Issuer>"),
            ("<ds:Signature", "/>"),
            ("<saml:NameID", "</saml:NameID>"),
            ("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"),
            ("<saml:Audience>", "</saml:Audience>"),
            ("<saml:Conditions", "</saml:Conditions>"),
            ("<saml:AuthnStatement", "</saml:AuthnStatement>"),
        ] {
            fires("ali-user-required-elements", &bare().without(start, end));
        }
        let failed =
            bare().replace("status:Success", "status:Responder").without("<saml:Assertion", "</saml:Assertion>");
        silent("ali-user-required-elements", &failed);
    }

    #[test]
    fn what_has_expired_is_refused() {
        silent("ali-user-expired", &login());
        // Until the tolerance for clocks is over as well it may still be taken.
        for (now, severity) in [
            ("2026-03-02T08:21:05Z", Severity::Warning),
            ("2026-03-02T08:24:04Z", Severity::Warning),
            ("2026-03-02T08:24:05Z", Severity::Error),
            ("2026-03-02T09:00:00Z", Severity::Error),
        ] {
            assert_eq!(told("ali-user-expired", &login().at(now)).severity, severity, "{now}");
        }
        silent("ali-user-expired", &login().at("2026-03-02T08:21:04Z"));
        fires(
            "ali-user-expired",
            &login().replace("Data NotOnOrAfter=\"2026-03-02T08:21:05Z\"", "Data").at("2026-03-02T09:00:00Z"),
        );
    }
}
