//! What surrounds the login: the account's domains, the uploaded metadata, the request, the session, where the user lands.

use super::super::alibaba::{DEFAULT_DOMAIN, account_in};
use super::super::alibaba_relay;
use super::login;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::context::MetadataFile;
use crate::flow::{Case, IDP};
use crate::sorted::sort_by;

const RELAY_PAGE: &str = "Alibaba Cloud RAM: Configure Alibaba Cloud as a trusted SP for user-based SSO";
const LIMITS_PAGE: &str = "Alibaba Cloud RAM: Limits";
const METADATA_PAGE: &str = "Alibaba Cloud ROS: ALIYUN::RAM::SAMLProvider";

pub(in super::super) const RULES: &[Rule] = &[
    rule(
        "ali-user-alias-format",
        Severity::Error,
        Who::SpAdmin,
        Stage::Subject,
        "Alibaba Cloud RAM: Error messages; Limits",
        alias_format,
    )
    .needs(&["alibaba.default_domain"])
    .explains(&["ali-user-default-domain-invalid"]),
    rule(
        "ali-user-default-domain-invalid",
        Severity::Error,
        Who::SpAdmin,
        Stage::Subject,
        "Alibaba Cloud RAM: SetDefaultDomain",
        default_domain_invalid,
    )
    .needs(&["alibaba.default_domain"]),
    metadata_rule("ali-user-metadata-idp-count", LIMITS_PAGE, idp_count).explains(&["md-multiple-entities"]),
    metadata_rule("ali-user-metadata-cert-count", LIMITS_PAGE, certificate_count),
    metadata_rule("ali-user-metadata-size", METADATA_PAGE, metadata_size),
    rule(
        "ali-user-authnrequest-sha1",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Request,
        "Alibaba Cloud IMS: SetUserSsoSettings, AuthnSignAlgo",
        request_sha1,
    ),
    rule(
        "ali-user-relaystate-lookalike",
        Severity::Security,
        Who::IdpAdmin,
        Stage::RelayState,
        RELAY_PAGE,
        alibaba_relay::lookalike,
    )
    .explains(&["relay-dangerous-scheme", "relay-open-redirect"]),
    rule(
        "ali-user-relaystate-domain",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::RelayState,
        RELAY_PAGE,
        alibaba_relay::domain,
    ),
    rule(
        "ali-user-relaystate-http",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::RelayState,
        RELAY_PAGE,
        alibaba_relay::http,
    ),
    rule("ali-user-relaystate-empty", Severity::Note, Who::Nobody, Stage::RelayState, RELAY_PAGE, alibaba_relay::empty)
        .explains(&["relay-idp-initiated-unused"]),
    rule(
        "ali-user-session-attr-ignored",
        Severity::Note,
        Who::Nobody,
        Stage::Hygiene,
        "Alibaba Cloud RAM: How do I modify the validity period of a logon session or an STS token?",
        session_ignored,
    )
    .grouped(Group::Time),
    rule(
        "ali-user-single-idp",
        Severity::Note,
        Who::Nobody,
        Stage::Hygiene,
        "Alibaba Cloud RAM: SSO overview",
        several_accounts,
    )
    .grouped(Group::Audience),
];

const fn rule(
    id: &'static str,
    severity: Severity,
    who: Who,
    stage: Stage,
    source: &'static str,
    check: crate::checks::rule::Check,
) -> Rule {
    Rule::new(id, severity, who, stage, source, check)
}

/// A rule about the identity provider's metadata that is to be uploaded.
const fn metadata_rule(id: &'static str, source: &'static str, check: crate::checks::rule::Check) -> Rule {
    rule(id, Severity::Error, Who::IdpAdmin, Stage::Metadata, source, check).needs(&["metadata"])
}

/// Characters of a default domain.
const DOMAIN_CHARACTERS: usize = 64;
/// Characters of an account's alias. One page says 64, its error message 63: the wider holds.
const ALIAS_CHARACTERS: std::ops::RangeInclusive<usize> = 3..=64;

fn default_domain(case: &Case<'_>) -> Option<String> {
    case.alibaba().default_domain.as_deref().map(str::trim).filter(|domain| !domain.is_empty()).map(str::to_owned)
}

fn default_domain_invalid(case: &Case<'_>) -> Answer {
    let Some(domain) = default_domain(case) else { return Answer::Inapplicable };
    let lower = domain.to_ascii_lowercase();
    let name = lower.strip_suffix(DEFAULT_DOMAIN).filter(|name| !name.is_empty());
    let is_sound = name.is_some_and(|name| {
        domain.chars().count() <= DOMAIN_CHARACTERS
            && is_hyphenated(name)
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    });
    Answer::when(!is_sound, || {
        Evidence::nowhere("alibaba.default_domain").actual(&domain).expected(format!("<alias>{DEFAULT_DOMAIN}"))
    })
}

/// The alias is what the default domain begins with. Upper case finds the domain all the same, and is only written wrong.
fn alias_format(case: &Case<'_>) -> Answer {
    let Some(domain) = default_domain(case) else { return Answer::Inapplicable };
    let at = domain.len().saturating_sub(DEFAULT_DOMAIN.len());
    let Some((alias, end)) = domain.split_at_checked(at) else { return Answer::Inapplicable };
    if !end.eq_ignore_ascii_case(DEFAULT_DOMAIN) {
        return Answer::Inapplicable;
    }
    let is_sound = |alias: &str| {
        ALIAS_CHARACTERS.contains(&alias.chars().count())
            && is_hyphenated(alias)
            && alias.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
    };
    let answer = Answer::when(!is_sound(alias), || {
        Evidence::nowhere("alibaba.default_domain").actual(alias).expected("[a-z0-9-]{3,64}")
    });
    if is_sound(&alias.to_ascii_lowercase()) { answer.severity(Severity::Warning) } else { answer }
}

/// Whether hyphens stand between other characters only, and alone.
fn is_hyphenated(name: &str) -> bool {
    !name.starts_with('-') && !name.ends_with('-') && !name.contains("--")
}

/// Asks each metadata file that an identity provider is in.
fn of_metadata(case: &Case<'_>, ask: &dyn Fn(&MetadataFile) -> Vec<Evidence>) -> Answer {
    let mut files = case.metadata.iter().filter(|file| file.entities.with_role(IDP).next().is_some()).peekable();
    if files.peek().is_none() {
        return Answer::NotChecked(&["metadata"]);
    }
    Answer::found(files.flat_map(|file| ask(file)))
}

fn idp_count(case: &Case<'_>) -> Answer {
    of_metadata(case, &|file| {
        let roles: Vec<_> = file.entities.entities.iter().flat_map(|entity| entity.roles_named(IDP)).collect();
        let count = roles.len();
        let second = roles.get(1).map(|role| role.span.clone());
        second
            .map(|span| {
                Evidence::metadata_span(file, IDP, [span.start, span.end]).actual(&count.to_string()).expected("1")
            })
            .into_iter()
            .collect()
    })
}

/// Signing certificates that the metadata may have.
const CERTIFICATES: usize = 2;

fn certificate_count(case: &Case<'_>) -> Answer {
    of_metadata(case, &|file| {
        let roles = file.entities.entities.iter().flat_map(|entity| entity.roles_named(IDP));
        roles
            .filter_map(|role| {
                let spans: Vec<_> = role.signing_keys().flat_map(|key| &key.certificates).map(|c| &c.span).collect();
                let extra = spans.get(CERTIFICATES)?;
                let evidence = Evidence::metadata_span(file, "KeyDescriptor", [extra.start, extra.end]);
                Some(evidence.actual(&spans.len().to_string()).expected(format!("1-{CERTIFICATES}")))
            })
            .collect()
    })
}

/// Bytes that metadata may have.
const METADATA_BYTES: usize = 102_400;

fn metadata_size(case: &Case<'_>) -> Answer {
    of_metadata(case, &|file| {
        let span = &file.entities.span;
        let evidence = || Evidence::metadata_span(file, "EntityDescriptor", [span.start, span.end]);
        let is_large = file.bytes > METADATA_BYTES;
        is_large
            .then(|| evidence().actual(&file.bytes.to_string()).expected(METADATA_BYTES.to_string()))
            .into_iter()
            .collect()
    })
}

const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";

fn request_sha1(case: &Case<'_>) -> Answer {
    let Some(seen) = case.request() else { return Answer::Inapplicable };
    let is_sha1 = |algorithm: &Option<String>| algorithm.as_deref() == Some(RSA_SHA1);
    let in_query = seen.query.iter().any(|query| is_sha1(&query.signature_algorithm));
    let in_xml = seen.signatures().find(|verdict| is_sha1(&verdict.signature_algorithm));
    if !seen.is_signed() {
        return Answer::Inapplicable;
    }
    let sha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let query = in_query.then(|| Evidence::outside(seen, "SigAlg", RSA_SHA1).expected(sha256));
    let xml = in_xml.map(|verdict| Evidence {
        place: Some(seen.place_of_span(&verdict.span)),
        ..Evidence::nowhere("SignatureMethod/@Algorithm").actual(RSA_SHA1).expected(sha256)
    });
    Answer::found(query.into_iter().chain(xml))
}

fn session_ignored(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let limits = assertion.authn_statements().filter_map(|statement| statement.session_not_on_or_after());
    Answer::found(limits.map(|limit| Evidence::of(seen, "AuthnStatement/@SessionNotOnOrAfter", &limit)))
}

/// An application that names the services of several accounts: each account has a service, and an identity provider, of
/// its own.
fn several_accounts(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let audiences: Vec<_> = assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences()).collect();
    let mut accounts: Vec<&str> = audiences.iter().filter_map(|audience| account_in(&audience.text)).collect();
    sort_by(&mut accounts, |a, b| a.cmp(b));
    accounts.dedup();
    if accounts.is_empty() {
        return Answer::Inapplicable;
    }
    let of_account = audiences.iter().filter(|audience| account_in(&audience.text).is_some());
    let several = accounts.len() > 1;
    Answer::found(of_account.filter(|_| several).map(|audience| Evidence::of(seen, "Audience", audience)))
        .with("accounts", accounts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{LOGIN, bare, login};
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    fn domain(domain: &str) -> Scene {
        login().context(|context| context.alibaba.default_domain = Some(domain.to_owned()))
    }

    /// The response as it is posted, with a RelayState.
    fn posted(relay_state: Option<&str>) -> Scene {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let value = encode(&base64::Engine::encode(&base64::engine::general_purpose::STANDARD, LOGIN));
        let relay_state = relay_state.map(|text| format!("&RelayState={}", encode(text))).unwrap_or_default();
        Scene::of(&format!("SAMLResponse={value}{relay_state}"))
    }

    #[test]
    fn the_default_domain_is_one_that_there_can_be() {
        silent("ali-user-default-domain-invalid", &login());
        silent("ali-user-default-domain-invalid", &domain("1029384756102938.onaliyun.com"));
        silent("ali-user-default-domain-invalid", &bare());
        let long = format!("{}.onaliyun.com", "a".repeat(52));
        for wrong in
            ["acme.example", ".onaliyun.com", "-acme.onaliyun.com", "acme--x.onaliyun.com", "ac me.onaliyun.com", &long]
        {
            fires("ali-user-default-domain-invalid", &domain(wrong));
        }
        silent("ali-user-alias-format", &login());
        silent("ali-user-alias-format", &domain("acme.example"));
        for wrong in
            ["ab.onaliyun.com", "acme_x.onaliyun.com", "a.b.onaliyun.com", "acme-.onaliyun.com", "Acme.onaliyun.com"]
        {
            fires("ali-user-alias-format", &domain(wrong));
        }
    }

    #[test]
    fn the_metadata_can_be_uploaded() {
        let idp = include_str!("../../testing/idp-metadata.xml");
        let sound = login().with_metadata();
        for id in ["ali-user-metadata-idp-count", "ali-user-metadata-cert-count", "ali-user-metadata-size"] {
            unchecked(id, &login(), "metadata");
        }
        silent("ali-user-metadata-idp-count", &sound);
        silent("ali-user-metadata-cert-count", &sound);
        silent("ali-user-metadata-size", &sound);
        let with = |xml: &str| login().metadata("idp.xml", xml);
        let part = |start: &str, end: &str| {
            let (_, rest) = idp.split_once(start).unwrap();
            format!("{start}{}{end}", rest.split_once(end).unwrap().0)
        };
        let role = part("<md:IDPSSODescriptor", "</md:IDPSSODescriptor>");
        fires("ali-user-metadata-idp-count", &with(&idp.replace(&role, &role.repeat(2))));
        let key = part("<md:KeyDescriptor", "</md:KeyDescriptor>");
        silent("ali-user-metadata-cert-count", &with(&idp.replace(&key, &key.repeat(2))));
        fires("ali-user-metadata-cert-count", &with(&idp.replace(&key, &key.repeat(3))));
        let of_size = |bytes: usize| {
            let filler = "x".repeat(bytes - idp.len() - "<!---->".len());
            with(&idp.replace(&role, &format!("{role}<!--{filler}-->")))
        };
        silent("ali-user-metadata-size", &of_size(102_400));
        fires("ali-user-metadata-size", &of_size(102_401));
    }

    #[test]
    fn a_request_signed_with_sha1_is_told() {
        let request = include_str!("../../testing/request.xml")
            .replace("https://app.acme.example/sp", "https://signin.aliyun.com/1029384756102938/saml/SSO");
        let signed = |algorithm: &str| {
            let signature = format!(
                "</saml:Issuer><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
                 <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
                 <ds:SignatureMethod Algorithm=\"{algorithm}\"/>\
                 <ds:Reference URI=\"#_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\"><ds:DigestMethod \
                 Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/><ds:DigestValue>AAAA</ds:DigestValue>\
                 </ds:Reference></ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>"
            );
            bare().and(&request.replace("</saml:Issuer>", &signature))
        };
        fires("ali-user-authnrequest-sha1", &signed("http://www.w3.org/2000/09/xmldsig#rsa-sha1"));
        silent("ali-user-authnrequest-sha1", &signed("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"));
        silent("ali-user-authnrequest-sha1", &bare().and(&request));
        silent("ali-user-authnrequest-sha1", &bare());
    }

    #[test]
    fn the_user_lands_in_a_console() {
        let home = posted(Some("https://ram.console.aliyun.com/overview"));
        silent("ali-user-relaystate-lookalike", &home);
        silent("ali-user-relaystate-domain", &home);
        silent("ali-user-relaystate-http", &home);
        silent("ali-user-relaystate-empty", &home);
        fires("ali-user-relaystate-lookalike", &posted(Some("https://aliyun.com@evil.example/")));
        fires("ali-user-relaystate-domain", &posted(Some("https://portal.acme.example/")));
        fires("ali-user-relaystate-http", &posted(Some("http://ram.console.aliyun.com/")));
        fires("ali-user-relaystate-empty", &posted(None));
        fires("ali-user-relaystate-empty", &posted(Some("")));
        silent("ali-user-relaystate-domain", &posted(Some("ss:mem:0f9a8b7c6d5e4f3a")));
        // Of a bare message nobody knows what it came with.
        silent("ali-user-relaystate-empty", &bare());
        silent(
            "ali-user-relaystate-empty",
            &Scene::of(&base64::Engine::encode(&base64::engine::general_purpose::STANDARD, LOGIN)),
        );
    }

    #[test]
    fn what_has_no_effect_is_told() {
        fires(
            "ali-user-session-attr-ignored",
            &bare()
                .replace("<saml:AuthnStatement", "<saml:AuthnStatement SessionNotOnOrAfter=\"2026-03-02T16:16:05Z\""),
        );
        silent("ali-user-session-attr-ignored", &bare());
        let other =
            "</saml:Audience><saml:Audience>https://signin.aliyun.com/5647382910564738/saml/SSO</saml:Audience>";
        fires("ali-user-single-idp", &bare().replace("</saml:Audience>", other));
        silent("ali-user-single-idp", &bare());
    }
}
