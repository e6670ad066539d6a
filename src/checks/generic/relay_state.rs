//! The RelayState (SAML 2.0 Bindings §3.4.3, §3.5.3): how long it is, where it leads, who could change it.

use percent_encoding::percent_decode_str;

use crate::checks::web_url::{self, Form, Mended, WebUrl};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Profile, Seen};
use crate::intake::{Binding, StepName};

pub(super) const RULES: &[Rule] = &[
    rule(
        "relay-dangerous-scheme",
        Severity::Security,
        Who::IdpAdmin,
        "SAML 2.0 Bindings 3.4.3, 3.5.3",
        dangerous_scheme,
    )
    .needs(&["received_at", "metadata", "request"])
    .explains(&["relay-open-redirect"]),
    rule("relay-open-redirect", Severity::Security, Who::SpAdmin, "SAML 2.0 Bindings 3.4.3, 3.5.3", open_redirect)
        .needs(&["received_at", "metadata", "request", "sp_entity_id"]),
    rule("relay-unprotected", Severity::Security, Who::SpAdmin, "SAML 2.0 Bindings 3.4.4.1", unprotected)
        .needs(&["request"]),
    rule("relay-too-long", Severity::Warning, Who::SpAdmin, "SAML 2.0 Bindings 3.4.3, 3.5.3", too_long),
    rule("relay-sensitive", Severity::Warning, Who::SpAdmin, "SAML 2.0 Bindings 3.4.3, 3.5.3", sensitive),
    rule("relay-idp-initiated-unused", Severity::Note, Who::Nobody, "SAML 2.0 Profiles 4.1.5", unused),
];

const fn rule(
    id: &'static str,
    severity: Severity,
    who: Who,
    source: &'static str,
    check: crate::checks::rule::Check,
) -> Rule {
    Rule::new(id, severity, who, Stage::RelayState, source, check)
}

/// Bytes that a RelayState may have.
const MAX_BYTES: usize = 80;

fn state<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, &'d str)> {
    case.relay_state().filter(|(_, text)| !text.trim().is_empty())
}

fn too_long(case: &Case<'_>) -> Answer {
    let Some((seen, text)) = state(case) else { return Answer::Inapplicable };
    Answer::when(text.len() > MAX_BYTES, || {
        Evidence::outside(seen, "RelayState", text).expected(format!("<= {MAX_BYTES}"))
    })
    .with("bytes", text.len().to_string())
}

/// Whether an address is no page to go to: a browser would run it, make a page of it, or read the disk.
pub(in crate::checks) fn runs_or_reads(url: &WebUrl) -> bool {
    matches!(
        url.scheme.as_str(),
        "javascript"
            | "vbscript"
            | "data"
            | "file"
            | "blob"
            | "filesystem"
            | "about"
            | "view-source"
            | "intent"
            | "jar"
    )
}

/// It is no page but a script or the like, or it is written so that it does not look like an address of another host.
fn dangerous_scheme(case: &Case<'_>) -> Answer {
    let Some((seen, text)) = state(case) else { return Answer::Inapplicable };
    let url = web_url::read(text);
    let hidden = |url: &WebUrl| {
        let elsewhere = url.form == Form::ProtocolRelative && !is_own(case, url);
        runs_or_reads(url) || elsewhere || url.has(Mended::TabOrNewline) && !url.host.is_empty()
    };
    let control = text.chars().any(|c| c.is_control());
    Answer::when(control || url.as_ref().is_ok_and(hidden), || Evidence::outside(seen, "RelayState", text))
}

/// It is a whole address, and of another site than the service's.
fn open_redirect(case: &Case<'_>) -> Answer {
    // Where the provider has a list of allowed domains, its own rules hold the address against that.
    if matches!(case.profile, Profile::AlibabaUserSso | Profile::AlibabaRoleSso) {
        return Answer::Inapplicable;
    }
    let Some((seen, text)) = state(case) else { return Answer::Inapplicable };
    let Some(url) = web_url::read(text).ok().filter(WebUrl::is_web) else { return Answer::Inapplicable };
    let hosts = own_hosts(case);
    let Some(host) = hosts.first() else {
        return Answer::NotChecked(&["received_at", "metadata", "request", "sp_entity_id"]);
    };
    Answer::when(!is_own(case, &url), || {
        Evidence::outside(seen, "RelayState", text).expected(format!("https://{host}/"))
    })
    .with("host", url.host.as_str())
}

/// Domains of a service that sends its users on to them, beside that of its ACS.
const OWN_DOMAINS: [(Profile, &[&str]); 3] = [
    (Profile::AlibabaCloudSso, &["aliyun.com", "alibabacloud.com"]),
    (Profile::Salesforce, &["salesforce.com", "force.com", "salesforce-sites.com"]),
    (Profile::AwsIdentityCenter, &["awsapps.com", "aws.amazon.com"]),
];

/// Second-level names under which others register theirs.
const REGISTRIES: [&str; 7] = ["co", "com", "net", "org", "gov", "edu", "ac"];

/// Whether an address is of the service's own site: of a host of its own, or under the domain that it registered. Where
/// the user goes from the service's single sign-on is often another host of the same owner.
fn is_own(case: &Case<'_>, url: &WebUrl) -> bool {
    let hosts = own_hosts(case);
    let of_owner = OWN_DOMAINS.iter().filter(|(profile, _)| *profile == case.profile);
    hosts.iter().any(|host| *host == url.host || registered(host).is_some_and(|domain| url.is_under(domain)))
        || of_owner.flat_map(|(_, domains)| *domains).any(|domain| url.is_under(domain))
}

/// The hosts of the service, as far as the context, the captures and the message itself tell.
fn own_hosts(case: &Case<'_>) -> Vec<String> {
    let mut urls: Vec<String> = case.acs_urls().map(|known| known.values).unwrap_or_default();
    urls.extend(case.sp_entity_id().map(|known| known.values).unwrap_or_default());
    urls.extend(case.confirmations().filter_map(|data| data.recipient()).map(|recipient| recipient.text.into_owned()));
    let destination = case.response().and_then(|seen| seen.message?.destination());
    urls.extend(destination.map(|destination| destination.text.into_owned()));
    let web = urls.iter().filter_map(|url| web_url::read(url).ok()).filter(WebUrl::is_web);
    web.map(|url| url.host).filter(|host| !host.is_empty()).collect()
}

/// The domain that a host's owner registered, as well as that can be told without the list of all registries: the last
/// two labels, or three where the second is one under which others register.
fn registered(host: &str) -> Option<&str> {
    if host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let second = labels.iter().rev().nth(1)?;
    let count = if REGISTRIES.contains(second) && labels.last().is_some_and(|top| top.len() == 2) { 3 } else { 2 };
    let start: usize = labels.iter().rev().skip(count).map(|label| label.len() + 1).sum();
    host.get(start..).filter(|_| labels.len() >= count)
}

/// What came back is not what was sent, and nothing would have shown it: a POST never signs it, a query may.
fn unprotected(case: &Case<'_>) -> Answer {
    let response = case.response().and_then(|seen| Some((seen, seen.capture.relay_state.as_deref()?)));
    let Some((seen, returned)) = response else { return Answer::Inapplicable };
    let Some(request) = case.request() else {
        let is_answer = seen.message.is_some_and(|message| message.in_response_to().is_some());
        return if is_answer { Answer::NotChecked(&["request"]) } else { Answer::Inapplicable };
    };
    let Some(sent) = request.capture.relay_state.as_deref() else { return Answer::Inapplicable };
    Answer::when(returned != sent && !seen.places.query_signed, || {
        Evidence::outside(seen, "RelayState", returned).instead_of(sent)
    })
}

/// Names of parameters that hold what lets somebody in.
const SECRETS: [&str; 12] = [
    "token",
    "access_token",
    "id_token",
    "refresh_token",
    "jwt",
    "password",
    "passwd",
    "secret",
    "client_secret",
    "apikey",
    "api_key",
    "sessionid",
];

fn sensitive(case: &Case<'_>) -> Answer {
    let Some((seen, text)) = state(case) else { return Answer::Inapplicable };
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    // What stands before a host is another rule's to tell, and no mail address.
    let is_url = web_url::read(&decoded).is_ok_and(|url| url.has(Mended::UserInfo));
    let found = secret(if is_url { decoded.split_once('@').map_or("", |(_, rest)| rest) } else { &decoded });
    Answer::when(found.is_some(), || Evidence::outside(seen, "RelayState", text))
        .with("found", found.unwrap_or_default())
}

/// What in a RelayState is not for others: a token, a password, a mail address.
fn secret(text: &str) -> Option<String> {
    let is_end = |c: char| matches!(c, '?' | '&' | '#' | ';' | ' ' | '"' | '\'' | '<' | '>' | ',' | '|');
    let parts = || text.split(is_end).filter(|part| !part.is_empty());
    let values = parts().map(|part| part.rsplit_once('=').map_or(part, |(_, value)| value));
    if values.clone().any(is_jwt) {
        return Some("JWT".to_owned());
    }
    let named = parts()
        .filter_map(|part| part.split_once('='))
        .find(|(name, value)| !value.is_empty() && SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret)));
    if let Some((name, _)) = named {
        return Some(name.to_owned());
    }
    values.flat_map(|value| value.split(['/', ':'])).find(|part| is_mail(part)).map(str::to_owned)
}

/// Three parts of base64url, of which the first begins as a JSON object does (RFC 7519 §3.1).
fn is_jwt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_part = |part: &&str| part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    parts.len() == 3
        && parts.iter().all(is_part)
        && parts.iter().take(2).all(|part| part.starts_with("eyJ") && part.len() > 8)
}

/// A mail address, as people write theirs.
fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    is_word(local) && is_word(domain) && domain.contains('.') && top.len() > 1 && top.chars().all(char::is_alphabetic)
}

/// Nobody asked for the login, and nothing says where to go.
fn unused(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = case.response().and_then(|seen| Some((seen, seen.message?))) else {
        return Answer::Inapplicable;
    };
    let asked = message.in_response_to().is_some() || case.confirmations().any(|data| data.in_response_to().is_some());
    // Of a bare message nobody knows what stood beside it.
    let is_form = seen.capture.url.is_some() || seen.capture.steps.iter().any(|step| step.name == StepName::Parameters);
    // WS-Federation and SAML 1.1 have other names for it.
    let is_foreign = case.is_version_1() || seen.capture.binding == Some(Binding::WsFederation);
    if asked || !is_form || is_foreign {
        return Answer::Inapplicable;
    }
    let text = seen.capture.relay_state.as_deref().unwrap_or_default();
    Answer::when(text.trim().is_empty(), || Evidence::outside(seen, "RelayState", text))
}

#[cfg(test)]
mod tests {
    use super::{registered, secret};
    use crate::checks::testing::{Scene, fires, silent, unchecked};

    const LOGIN: &str = include_str!("../testing/login.xml");

    fn encode(text: &str) -> String {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    }

    fn form(name: &str, xml: &str, relay_state: Option<&str>) -> String {
        let value = encode(&base64::Engine::encode(&base64::engine::general_purpose::STANDARD, xml));
        let state = relay_state.map(|text| format!("&RelayState={}", encode(text))).unwrap_or_default();
        format!("{name}={value}{state}")
    }

    fn posted(relay_state: &str) -> Scene {
        Scene::of(&form("SAMLResponse", LOGIN, Some(relay_state)))
    }

    #[test]
    fn eighty_bytes_are_the_most() {
        silent("relay-too-long", &posted(&"a".repeat(80)));
        fires("relay-too-long", &posted(&"a".repeat(81)));
        fires("relay-too-long", &posted(&"中".repeat(27)));
        silent("relay-too-long", &posted(&"中".repeat(26)));
        silent("relay-too-long", &Scene::login());
    }

    #[test]
    fn a_script_is_no_place_to_go_to() {
        for text in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "vbscript:x",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "//evil.example/",
            "\\\\evil.example",
            "/\\evil.example",
            "/home\r\nLocation: https://evil.example/",
            "https://app.acme.example\t.evil.example/",
        ] {
            fires("relay-dangerous-scheme", &posted(text));
        }
        for text in
            ["/home", "https://app.acme.example/home", "//app.acme.example/home", "ss:mem:0f9a", "a1b2", "datatables"]
        {
            silent("relay-dangerous-scheme", &posted(text));
        }
    }

    #[test]
    fn an_address_is_of_the_service_s_own_site() {
        for (text, foreign) in [
            ("https://app.acme.example/home", false),
            ("https://app.acme.example:8443/home", false),
            ("https://www.acme.example/", false),
            ("http://app.acme.example/", false),
            ("/home", false),
            ("a1b2c3", false),
            ("ss:mem:0f9a", false),
            ("https://evil.example/", true),
            ("https://app.acme.example@evil.example/", true),
            ("https://app.acme.example.evil.example/", true),
            ("https://evilacme.example/", true),
            ("//evil.example/", true),
            ("https:evil.example", true),
            ("https://APP.ACME.EXAMPLE/", false),
        ] {
            let scene = posted(text);
            if foreign { fires("relay-open-redirect", &scene) } else { silent("relay-open-redirect", &scene) }
        }
        let nowhere = LOGIN.replace("https://app.acme.example/acs", "acs").replace("https://app.acme.example/sp", "sp");
        let scene = Scene::of(&form("SAMLResponse", &nowhere, Some("https://evil.example/")));
        unchecked("relay-open-redirect", &scene, "received_at");
        let acs = "https://signin.aliyun.com/saml/SSO";
        let alibaba = LOGIN.replace("https://app.acme.example/acs", acs);
        silent("relay-open-redirect", &Scene::of(&form("SAMLResponse", &alibaba, Some("https://evil.example/"))));
    }

    #[test]
    fn the_registered_domain_is_told_without_a_list() {
        for (host, expected) in [
            ("app.acme.example", Some("acme.example")),
            ("acme.example", Some("acme.example")),
            ("a.b.acme.co.uk", Some("acme.co.uk")),
            ("acme.com.cn", Some("acme.com.cn")),
            ("com.cn", None),
            ("localhost", None),
            ("10.0.0.1", None),
            ("[::1]", None),
        ] {
            assert_eq!(registered(host), expected, "{host}");
        }
    }

    #[test]
    fn what_was_sent_comes_back() {
        let request = |state: Option<&str>| form("SAMLRequest", include_str!("../testing/request.xml"), state);
        fires(
            "relay-unprotected",
            &posted("https://app.acme.example/b").and(&request(Some("https://app.acme.example/a"))),
        );
        silent("relay-unprotected", &posted("a1").and(&request(Some("a1"))));
        silent("relay-unprotected", &posted("a1").and(&request(None)));
        silent("relay-unprotected", &Scene::login().and(&request(Some("a1"))));
        unchecked("relay-unprotected", &posted("a1"), "request");
        let unasked = LOGIN.replace(" InResponseTo=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\"", "");
        silent("relay-unprotected", &Scene::of(&form("SAMLResponse", &unasked, Some("a1"))));
        fires("relay-idp-initiated-unused", &Scene::of(&form("SAMLResponse", &unasked, None)));
        fires("relay-idp-initiated-unused", &Scene::of(&form("SAMLResponse", &unasked, Some(" "))));
        silent("relay-idp-initiated-unused", &Scene::of(&form("SAMLResponse", &unasked, Some("a1"))));
        silent("relay-idp-initiated-unused", &Scene::of(&form("SAMLResponse", LOGIN, None)));
        silent("relay-idp-initiated-unused", &Scene::of(&unasked));
    }

    #[test]
    fn secrets_are_seen() {
        fires("relay-sensitive", &posted("https://app.acme.example/?user=alice@acme.example"));
        silent("relay-sensitive", &posted("https://app.acme.example/home?tab=2"));
        silent("relay-sensitive", &posted("https://app.acme.example@evil.example/home"));
        for (text, expected) in [
            ("https://app.acme.example/?user=alice@acme.example", Some("alice@acme.example")),
            ("alice@acme.example", Some("alice@acme.example")),
            ("https://app.acme.example/?access_token=x9", Some("access_token")),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", Some("JWT")),
            ("https://app.acme.example/?t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", Some("JWT")),
            ("https://app.acme.example/?token=", None),
            ("https://app.acme.example/@alice/home", None),
            ("8d1f0c3a-7d0e-4b0b-9a7e-1f7a3c0f2b11", None),
            ("a.b.c", None),
            ("1.2.3", None),
        ] {
            assert_eq!(secret(text).as_deref(), expected, "{text}");
        }
    }
}
