//! AWS IAM Identity Center with an identity provider of one's own (rule catalogue, section 6.2).

use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::saml::names::ASSERTION;
use crate::saml::{Assertion, Message, SamlAttribute, Value};

const TROUBLE: &str = "AWS IAM Identity Center User Guide: Troubleshooting";
const LIMITS: &str = "AWS IAM Identity Center User Guide: Quotas";

pub(super) const RULES: &[Rule] = &[
    rule("aws-idc-encrypted", Stage::Signature, encrypted).explains(&["enc-no-key", "enc-unverifiable"]),
    rule("aws-idc-multi-assertion", Stage::Envelope, several_assertions).explains(&["saml-multiple-assertions"]),
    rule("aws-idc-acs", Stage::Conditions, acs)
        .needs(&["received_at", "metadata", "request", "private_keys"])
        .required()
        .explains(&["asr-scd-recipient-mismatch", "saml-destination-mismatch"]),
    rule("aws-idc-nameid-value", Stage::Subject, name_id_value).explains(&["nid-email-not-email"]),
    rule("aws-idc-nameid-format", Stage::Subject, name_id_format),
    rule("aws-idc-abac", Stage::Attributes, access_control).explains(&[
        "asr-attr-duplicate-name",
        "asr-attr-complex",
        "asr-attr-nameformat",
    ]),
    Rule::new("aws-idc-cert-size", Severity::Error, Who::IdpAdmin, Stage::Metadata, LIMITS, certificate_size)
        .needs(&["metadata"]),
];

const fn rule(id: &'static str, stage: Stage, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, stage, TROUBLE, check)
}

/// The assertion of a login that succeeded.
fn login<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Assertion<'d>)> {
    case.response().zip(case.assertion()).filter(|_| case.succeeded() != Some(false))
}

/// The Response as it was sent, with its encrypted parts as such.
fn sent<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Message<'d>)> {
    let seen = case.response()?;
    Some((seen, seen.sent.and_then(Message::of)?))
}

/// Where it shows in the message as it is read: what was encrypted may be open there.
fn place(seen: &Seen<'_>, what: &str) -> Evidence {
    match seen.message {
        Some(message) => Evidence::node(seen, what, message.encrypted_assertions().next().unwrap_or(message.0)),
        None => Evidence::nowhere(what),
    }
}

fn encrypted(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = sent(case) else { return Answer::Inapplicable };
    Answer::when(message.encrypted_assertions().next().is_some(), || {
        place(seen, "EncryptedAssertion").expected("Assertion")
    })
}

fn several_assertions(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = sent(case) else { return Answer::Inapplicable };
    let count = message.assertions().count() + message.encrypted_assertions().count();
    Answer::when(count > 1, || place(seen, "Assertion").actual(&count.to_string()).expected("1"))
}

const RECIPIENT: &str = "SubjectConfirmationData/@Recipient";

/// Recipient and Destination are what the console shows: `https://<region>.signin.aws.amazon.com/platform/saml/acs/<id>`.
fn acs(case: &Case<'_>) -> Answer {
    if case.is_sealed() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let known = case.acs_urls();
    let right = |value: &Value<'_>| match &known {
        Some(known) => known.has(&value.text),
        None => is_acs(&value.text),
    };
    let recipients: Vec<_> = case.confirmations().filter_map(|data| data.recipient()).collect();
    // One confirmation that can be used is enough.
    let delivered = recipients.iter().any(right);
    let wrong = recipients.iter().filter(|_| !delivered).map(|value| (RECIPIENT, value));
    let destination = seen.message.and_then(|message| message.destination());
    let destination = destination.iter().filter(|value| !right(value)).map(|value| ("Response/@Destination", value));
    let wrong: Vec<_> = wrong.chain(destination).collect();
    match known {
        None if wrong.is_empty() => Answer::NotChecked(&["received_at", "metadata", "request"]),
        known => Answer::found(wrong.into_iter().map(|(what, value)| match &known {
            Some(known) => Evidence::of(seen, what, value).one_of(known.values.iter().map(String::as_str)),
            None => {
                Evidence::of(seen, what, value).expected("https://REGION.signin.aws.amazon.com/platform/saml/acs/…")
            }
        })),
    }
}

fn is_acs(url: &str) -> bool {
    let parts =
        url.strip_prefix("https://").and_then(|rest| rest.split_once(".signin.aws.amazon.com/platform/saml/acs/"));
    parts.is_some_and(|(region, id)| !region.contains('/') && !id.is_empty() && !id.contains('/'))
}

/// `user@domain` of RFC 2822 §3.4.1, without comments, quotes and domain literals.
fn name_id_value(case: &Case<'_>) -> Answer {
    let Some((seen, name)) = login(case).and_then(|(seen, _)| Some((seen, case.name_id()?))) else {
        return Answer::Inapplicable;
    };
    let atoms = |text: &str| {
        text.split('.').all(|atom| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
            !atom.is_empty() && atom.chars().all(plain)
        })
    };
    let sound = name.text.split_once('@').is_some_and(|(user, domain)| atoms(user) && atoms(domain));
    Answer::when(!sound, || Evidence::of(seen, "NameID", &name).expected("user@domain"))
}

fn name_id_format(case: &Case<'_>) -> Answer {
    let subject = login(case).and_then(|(seen, assertion)| Some((seen, assertion.subject()?.name_id()?)));
    let Some((seen, name)) = subject else { return Answer::Inapplicable };
    let email = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    match name.format() {
        Some(format) => {
            Answer::when(format.text != email, || Evidence::of(seen, "NameID/@Format", &format).instead_of(email))
        }
        None => Answer::fired(Evidence::node(seen, "NameID/@Format", name.0).actual("").expected(email)),
    }
}

const ACCESS_CONTROL: &str = "https://aws.amazon.com/SAML/Attributes/AccessControl:";

/// Attributes for access control: at most 50, each once, with one plain value and a NameFormat of SAML's.
fn access_control(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = login(case) else { return Answer::Inapplicable };
    let named = |attribute: &SamlAttribute<'_>| attribute.name().map(|name| name.text.into_owned()).unwrap_or_default();
    let is_meant = |name: &str| name.to_lowercase().contains("/saml/attributes/accesscontrol");
    let all: Vec<_> = case.attributes().filter(|attribute| is_meant(&named(attribute))).collect();
    if all.is_empty() {
        return Answer::Inapplicable;
    }
    let at = |what: &str, attribute: &SamlAttribute<'_>| Evidence::node(seen, what, attribute.0);
    let mut found = Vec::new();
    if let Some(last) = all.get(50) {
        found.push(at("AccessControl", last).actual(&all.len().to_string()).expected("<= 50"));
    }
    for (index, attribute) in all.iter().enumerate() {
        let name = named(attribute);
        if !name.starts_with(ACCESS_CONTROL) {
            found.push(at("Attribute/@Name", attribute).actual(&name).expected(ACCESS_CONTROL));
        }
        if all.iter().take(index).any(|earlier| named(earlier) == name) {
            found.push(at("Attribute/@Name", attribute).actual(&format!("{name} × 2")).expected("× 1"));
        }
        let values = || attribute.0.elements_named(ASSERTION, "AttributeValue");
        if values().count() > 1 {
            found.push(at("AttributeValue", attribute).actual(&format!("× {}", values().count())).expected("× 1"));
        }
        if let Some(child) = values().find_map(|value| value.elements().next()) {
            found.push(at("AttributeValue", attribute).actual(&format!("<{}>", child.local_name())).expected("text"));
        }
        // Left out it means `unspecified`, which is SAML's as well.
        let format = attribute.name_format();
        let formats = ["unspecified", "uri", "basic"];
        let is_saml = |format: &str| {
            format.strip_prefix("urn:oasis:names:tc:SAML:2.0:attrname-format:").is_some_and(|f| formats.contains(&f))
        };
        if let Some(format) = format.filter(|format| !is_saml(&format.text)) {
            let expected = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
            found.push(Evidence::of(seen, "Attribute/@NameFormat", &format).expected(expected));
        }
    }
    Answer::found(found)
}

/// Most characters of a certificate that Identity Center stores.
const CERTIFICATE: usize = 2_500;

fn certificate_size(case: &Case<'_>) -> Answer {
    let Some(((file, _), role)) = case.idp_entity().zip(case.idp_role()) else {
        return Answer::NotChecked(&["metadata"]);
    };
    let certificates = role.signing_keys().flat_map(|key| &key.certificates);
    let sized = certificates.filter_map(|certificate| {
        let der = certificate.result.as_ref().ok()?.der.len();
        Some((certificate.span.clone(), der.div_ceil(3) * 4))
    });
    Answer::found(sized.filter(|(_, size)| *size > CERTIFICATE).map(|(span, size)| {
        Evidence::metadata_span(file, "X509Certificate", [span.start, span.end])
            .actual(&size.to_string())
            .expected(format!("<= {CERTIFICATE}"))
    }))
}

#[cfg(test)]
mod tests {
    use super::ACCESS_CONTROL;
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const ACS: &str = "https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0fa1c2d3-4b5e";
    const ENTITY_ID: &str = "https://us-east-1.signin.aws.amazon.com/platform/saml/d-9067acme12";
    const IDP_METADATA: &str = include_str!("../testing/idp-metadata.xml");

    fn login() -> Scene {
        Scene::login().replace("https://app.acme.example/acs", ACS).replace("https://app.acme.example/sp", ENTITY_ID)
    }

    fn tagged(attributes: &str) -> Scene {
        login().replace("</saml:AttributeStatement>", &format!("{attributes}</saml:AttributeStatement>"))
    }

    fn attribute(name: &str, rest: &str, value: &str) -> String {
        let value = format!("<saml:AttributeValue>{value}</saml:AttributeValue>");
        format!("<saml:Attribute Name=\"{name}\"{rest}>{value}</saml:Attribute>")
    }

    #[test]
    fn recipient_and_destination_are_the_acs_of_the_console() {
        let known = || login().context(|context| context.received_at = Some(ACS.to_owned()));
        silent("aws-idc-acs", &known());
        unchecked("aws-idc-acs", &login(), "received_at");
        fires("aws-idc-acs", &known().replace(&format!("Recipient=\"{ACS}"), &format!("Recipient=\"{ACS}0")));
        fires("aws-idc-acs", &known().replace(&format!("Destination=\"{ACS}"), "Destination=\"https://a/b"));
        fires("aws-idc-acs", &login().replace(&format!("Recipient=\"{ACS}"), &format!("Recipient=\"{ENTITY_ID}")));
    }

    #[test]
    fn the_name_id_is_an_e_mail_address_and_says_so() {
        silent("aws-idc-nameid-format", &login());
        fires(
            "aws-idc-nameid-format",
            &login().replace("1.1:nameid-format:emailAddress", "2.0:nameid-format:persistent"),
        );
        fires(
            "aws-idc-nameid-format",
            &login().replace("NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"", "NameID"),
        );
        silent("aws-idc-nameid-value", &login());
        for wrong in
            ["alice", "alice@", "Alice &lt;alice@acme.example&gt;", "ACME\\alice@acme.example", "a b@acme.example"]
        {
            let scene = login().replace(">alice@acme.example</saml:NameID>", &format!(">{wrong}</saml:NameID>"));
            fires("aws-idc-nameid-value", &scene);
        }
    }

    #[test]
    fn there_is_one_assertion_and_it_is_in_the_clear() {
        silent("aws-idc-multi-assertion", &login());
        let second = "<saml:Assertion ID=\"_b\" Version=\"2.0\"/></samlp:Response>";
        fires("aws-idc-multi-assertion", &login().replace("</samlp:Response>", second));
        let sealed = "<saml:EncryptedAssertion/></samlp:Response>";
        fires("aws-idc-multi-assertion", &login().replace("</samlp:Response>", sealed));
        fires("aws-idc-encrypted", &login().replace("</samlp:Response>", sealed));
        silent("aws-idc-encrypted", &login());
    }

    #[test]
    fn attributes_for_access_control_are_few_and_plain() {
        let name = &format!("{ACCESS_CONTROL}Team");
        silent("aws-idc-abac", &login());
        silent("aws-idc-abac", &tagged(&attribute(name, "", "Blue")));
        let basic = " NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\"";
        silent("aws-idc-abac", &tagged(&attribute(name, basic, "Blue")));
        fires("aws-idc-abac", &tagged(&attribute(name, " NameFormat=\"urn:acme:format\"", "Blue")));
        fires("aws-idc-abac", &tagged(&attribute(name, "", "<b xmlns=\"urn:b\">Blue</b>")));
        fires("aws-idc-abac", &tagged(&attribute(name, "", "Blue</saml:AttributeValue><saml:AttributeValue>Red")));
        fires("aws-idc-abac", &tagged(&attribute(name, "", "Blue").repeat(2)));
        fires("aws-idc-abac", &tagged(&attribute(&name.replace("AccessControl", "accessControl"), "", "Blue")));
        let many = |count: usize| {
            (0..count).map(|n| attribute(&format!("{ACCESS_CONTROL}Team{n}"), "", "Blue")).collect::<String>()
        };
        silent("aws-idc-abac", &tagged(&many(50)));
        fires("aws-idc-abac", &tagged(&many(51)));
    }

    #[test]
    fn a_certificate_is_no_longer_than_what_is_stored() {
        silent("aws-idc-cert-size", &login().metadata("idp.xml", IDP_METADATA));
        unchecked("aws-idc-cert-size", &login(), "metadata");
        let (start, rest) = IDP_METADATA.split_once("<ds:X509Certificate>").unwrap();
        let (_, end) = rest.split_once("</ds:X509Certificate>").unwrap();
        let long = format!("{start}<ds:X509Certificate>{LONG_CERTIFICATE}</ds:X509Certificate>{end}");
        fires("aws-idc-cert-size", &login().metadata("idp.xml", &long));
    }

    /// Its subject has many names.
    const LONG_CERTIFICATE: &str = include_str!("../testing/long-certificate.txt");
}
