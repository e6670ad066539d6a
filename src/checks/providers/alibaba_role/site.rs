//! For which of Alibaba Cloud's two sites the assertion is: Audience and Recipient.

use super::super::alibaba::{self, SITES, Site};
use super::{ASSERTIONS, Login};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::Value;

/// The name of a third, which only the test data of Alibaba Cloud's own command line has.
const GOVERNMENT: &str = "urn:alibaba:cloudcomputing:govcloud";

const CONFIGURE: &str = "Alibaba Cloud RAM, Configure Alibaba Cloud as a trusted SP for role-based SSO";

pub(in crate::checks::providers) const RULES: &[Rule] = &[
    rule("ali-role-site-mix", Severity::Error, CONFIGURE, site_mix).explains(&[
        "ali-role-audience-mismatch",
        "ali-role-recipient-mismatch",
        "asr-audience-mismatch",
        "asr-audience-nearmiss",
        "asr-scd-recipient-mismatch",
        "saml-destination-mismatch",
    ]),
    rule("ali-role-audience-mismatch", Severity::Error, ASSERTIONS, audience_mismatch)
        .required()
        .needs(&["received_at", "private_keys"])
        .explains(&["ali-role-required-elements", "asr-audience-*"]),
    rule("ali-role-recipient-mismatch", Severity::Error, ASSERTIONS, recipient_mismatch)
        .required()
        .needs(&["received_at", "private_keys"])
        .explains(&["asr-scd-recipient-mismatch", "bind-http-endpoint"]),
    rule("ali-role-recipient-case", Severity::Warning, ASSERTIONS, recipient_case),
    rule(
        "ali-role-recipient-doubleslash",
        Severity::Warning,
        "aliyun/saml2alibabacloud, tests",
        recipient_double_slash,
    ),
];

const fn rule(id: &'static str, severity: Severity, source: &'static str, check: fn(&Case<'_>) -> Answer) -> Rule {
    Rule::new(id, severity, Who::IdpAdmin, Stage::Conditions, source, check)
}

/// The site of an entity ID.
fn named(audience: &str) -> Option<&'static Site> {
    SITES.iter().find(|site| site.role_audience == audience)
}

fn audiences<'d>(login: &Login<'d>) -> Vec<Value<'d>> {
    login.assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences()).collect()
}

fn recipients<'d>(case: &Case<'d>) -> impl Iterator<Item = Value<'d>> {
    case.confirmations().filter_map(|data| data.recipient())
}

/// Where the Response goes, the surest first: where it arrived, and what it says itself.
fn endpoints(case: &Case<'_>, login: &Login<'_>) -> Vec<(&'static Site, Evidence)> {
    let arrived = case.received_at().and_then(|known| known.values.into_iter().next());
    let arrived = arrived.and_then(|url| {
        Some((alibaba::site_of(&url)?, Evidence::outside(login.seen, "AssertionConsumerService", &url)))
    });
    let of =
        |what: &str, value: Value<'_>| Some((alibaba::site_of(&value.text)?, Evidence::of(login.seen, what, &value)));
    let recipients = recipients(case).filter_map(|value| of("SubjectConfirmationData/@Recipient", value));
    let destination = login.message.destination().and_then(|value| of("Response/@Destination", value));
    arrived.into_iter().chain(recipients).chain(destination).collect()
}

/// An Audience of one site and an endpoint of the other. Of several Audiences one is enough.
fn site_mix(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let audiences = audiences(&login);
    let sites: Vec<&Site> = audiences.iter().filter_map(|audience| named(&audience.text)).collect();
    let endpoints = endpoints(case, &login);
    let (Some(audience), false) =
        (audiences.iter().find(|audience| named(&audience.text).is_some()), endpoints.is_empty())
    else {
        return Answer::Inapplicable;
    };
    let elsewhere: Vec<_> = endpoints.iter().filter(|(site, _)| !sites.contains(site)).collect();
    let Some((site, first)) = elsewhere.first() else { return Answer::Passed };
    let audience = Evidence::of(login.seen, "Audience", audience).instead_of(site.role_audience);
    Answer::found([audience].into_iter().chain(elsewhere.iter().map(|(_, evidence)| evidence.clone())))
        .with("endpoint", first.actual.clone().unwrap_or_default())
        .with("where", first.what.clone())
}

fn audience_mismatch(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    let site = endpoints(case, &login).first().map(|(site, _)| *site);
    let expected = SITES.iter().filter(|known| site.is_none_or(|site| site == *known)).map(|site| site.role_audience);
    let audiences = audiences(&login);
    let Some(first) = audiences.first() else {
        let conditions = login.assertion.conditions().map_or(login.assertion.0, |conditions| conditions.0);
        let evidence = login.lacks("Audience", conditions).actual("").expected(expected.collect::<Vec<_>>().join(", "));
        return Answer::fired(evidence);
    };
    let is_right = audiences.iter().any(|audience| expected.clone().any(|expected| expected == audience.text));
    let answer = Answer::when(!is_right, || Evidence::of(login.seen, "Audience", first).one_of(expected));
    match audiences.iter().any(|audience| audience.text == GOVERNMENT) {
        true => answer.severity(Severity::Warning),
        false => answer,
    }
}

/// What differs from the AssertionConsumerService no more than by letter case or a second slash.
fn is_near(recipient: &str, acs: &str) -> bool {
    recipient.replacen("//saml-role/", "/saml-role/", 1).eq_ignore_ascii_case(acs)
}

fn recipient_mismatch(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return super::unread(case) };
    let arrived = case.received_at().and_then(|known| known.values.iter().find_map(|url| alibaba::site_of(url)));
    let site = arrived.or_else(|| audiences(&login).iter().find_map(|audience| named(&audience.text)));
    let expected = SITES.iter().filter(|known| site.is_none_or(|site| site == *known)).map(|site| site.role_acs);
    let recipients: Vec<_> = recipients(case).collect();
    if recipients.is_empty() {
        return Answer::Inapplicable;
    }
    let wrong = recipients.iter().filter(|recipient| !expected.clone().any(|acs| is_near(&recipient.text, acs)));
    Answer::found(wrong.map(|recipient| {
        Evidence::of(login.seen, "SubjectConfirmationData/@Recipient", recipient).one_of(expected.clone())
    }))
}

/// Every Recipient that is an AssertionConsumerService but for something.
fn nearly(case: &Case<'_>, differs: fn(&str, &str) -> bool) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    if recipients(case).next().is_none() {
        return Answer::Inapplicable;
    }
    let near = recipients(case).filter_map(|recipient| {
        let acs = SITES.iter().map(|site| site.role_acs).find(|acs| is_near(&recipient.text, acs))?;
        let evidence = Evidence::of(login.seen, "SubjectConfirmationData/@Recipient", &recipient);
        differs(&recipient.text, acs).then(|| evidence.instead_of(acs))
    });
    Answer::found(near)
}

fn recipient_case(case: &Case<'_>) -> Answer {
    nearly(case, |recipient, acs| recipient.replacen("//saml-role/", "/saml-role/", 1) != acs)
}

fn recipient_double_slash(case: &Case<'_>) -> Answer {
    nearly(case, |recipient, _| recipient.to_ascii_lowercase().contains("//saml-role/"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::checks::Severity;
    use crate::checks::testing::{Scene, fires, silent, told, unchecked};

    const AUDIENCE: &str = "<saml:Audience>urn:alibaba:cloudcomputing</saml:Audience>";

    fn with_audience(audience: &str) -> Scene {
        login().replace(AUDIENCE, &format!("<saml:Audience>{audience}</saml:Audience>"))
    }

    fn with_recipient(recipient: &str) -> Scene {
        login().replace("Recipient=\"https://signin.aliyun.com/saml-role/sso\"", &format!("Recipient=\"{recipient}\""))
    }

    #[test]
    fn one_audience_names_the_site() {
        fires("ali-role-audience-mismatch", &with_audience("urn:alibaba:cloudcomputing:cn"));
        fires("ali-role-audience-mismatch", &with_audience("urn:alibaba:cloudcomputing:international"));
        fires("ali-role-audience-mismatch", &login().replace(AUDIENCE, ""));
        silent("ali-role-audience-mismatch", &login());
        silent(
            "ali-role-audience-mismatch",
            &login().replace(AUDIENCE, &format!("<saml:Audience>x</saml:Audience>{AUDIENCE}")),
        );
        unchecked("ali-role-audience-mismatch", &sealed(), "private_keys");
        unchecked("ali-role-recipient-mismatch", &sealed(), "private_keys");
    }

    #[test]
    fn an_audience_that_only_the_provider_s_own_tests_have_is_warned_of() {
        let severity = |audience: &str| told("ali-role-audience-mismatch", &with_audience(audience)).severity;
        assert_eq!(severity("urn:alibaba:cloudcomputing:govcloud"), Severity::Warning);
        assert_eq!(severity("urn:alibaba:cloudcomputing:cn"), Severity::Error);
    }

    fn sealed() -> Scene {
        let sealed = login().without("<saml:Assertion", "</saml:Assertion>");
        sealed.replace("</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>")
    }

    #[test]
    fn audience_and_recipient_are_of_one_site() {
        let everywhere = login().replace("signin.aliyun.com", "signin.alibabacloud.com");
        fires("ali-role-site-mix", &everywhere);
        fires("ali-role-site-mix", &with_audience("urn:alibaba:cloudcomputing:international"));
        silent("ali-role-site-mix", &login());
        let international =
            everywhere.replace("urn:alibaba:cloudcomputing", "urn:alibaba:cloudcomputing:international");
        silent("ali-role-site-mix", &international);
        silent("ali-role-audience-mismatch", &international);
        silent("ali-role-recipient-mismatch", &international);
    }

    #[test]
    fn the_recipient_is_the_acs_of_the_site() {
        fires("ali-role-recipient-mismatch", &with_recipient("https://app.acme.example/acs"));
        fires("ali-role-recipient-mismatch", &with_recipient("https://signin.alibabacloud.com/saml-role/sso"));
        silent("ali-role-recipient-mismatch", &login());
        fires("ali-role-recipient-case", &with_recipient("https://signin.aliyun.com/saml-role/SSO"));
        silent("ali-role-recipient-case", &login());
        silent("ali-role-recipient-mismatch", &with_recipient("https://signin.aliyun.com/saml-role/SSO"));
        fires("ali-role-recipient-doubleslash", &with_recipient("https://signin.aliyun.com//saml-role/sso"));
        silent("ali-role-recipient-doubleslash", &login());
        silent("ali-role-recipient-case", &with_recipient("https://signin.aliyun.com//saml-role/sso"));
    }
}
