//! What belongs to other protocols and is taken for SAML: JSON Web Tokens, addresses of OpenID Connect and WS-Federation.

use super::step::{Foreign, StepErrorKind, StepName};
use super::{Capture, base64, leading};
use crate::limits;

/// A token, or an address that carries what only another protocol has.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    if trimmed.len() > limits::ADDRESS_BYTES {
        return None;
    }
    let kind = match claims(trimmed) {
        Some(kind) => kind,
        None => StepErrorKind::Foreign(by_parameters(trimmed)?),
    };
    Some(vec![origin.clone().fail(StepName::Recognise, text.len(), kind, leading(text))])
}

/// The most characters of a token's claim that are told.
const CLAIM: usize = 200;

/// Three or five base64url parts, of which the first decodes to a JSON object (RFC 7519 §3): what it says of itself, which
/// nothing here checks.
fn claims(text: &str) -> Option<StepErrorKind> {
    if !text.starts_with('e') {
        return None;
    }
    let parts: Vec<&str> = text.splitn(6, '.').collect();
    let is_part = |part: &&str| part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !matches!(parts.len(), 3 | 5) || !parts.iter().all(is_part) {
        return None;
    }
    let object = |part: Option<&&str>| {
        let (bytes, step) = base64::decode(part?);
        let value = serde_json::from_slice::<serde_json::Value>(&bytes).ok()?;
        (step.error.is_none() && value.is_object()).then_some(value)
    };
    let head = object(parts.first())?;
    let claim = |object: Option<&serde_json::Value>, name: &str| {
        let text = object.and_then(|object| object.get(name)).and_then(serde_json::Value::as_str).unwrap_or("?");
        text.chars().filter(|c| !c.is_control()).take(CLAIM).collect::<String>()
    };
    // The payload of an encrypted token cannot be read (RFC 7516 §3).
    let payload = object(parts.get(1)).filter(|_| parts.len() == 3);
    Some(StepErrorKind::Jwt { algorithm: claim(Some(&head), "alg"), issuer: claim(payload.as_ref(), "iss") })
}

/// By the names of parameters in an address, a fragment or a form body.
fn by_parameters(text: &str) -> Option<Foreign> {
    let query = text.split_once(['?', '#']).map_or(text, |(_, query)| query);
    let is_query = text.contains("://") || !query.contains(char::is_whitespace);
    let names: Vec<(&str, &str)> = query.split(['&', '#']).filter_map(|pair| pair.split_once('=')).collect();
    let has = |name: &str| names.iter().any(|(own, _)| *own == name);
    let wants = |value: &str| names.iter().any(|(name, own)| *name == "scope" && own.contains(value));
    if !is_query {
        return None;
    }
    let is_openid = has("id_token")
        || has("code") && (has("state") || has("session_state") || has("scope"))
        || has("response_type") && (has("client_id") || wants("openid"))
        || has("access_token") && has("token_type");
    let is_federation = names.iter().any(|(name, value)| *name == "wa" && value.starts_with("wsign"));
    match (is_openid, is_federation) {
        (true, _) => Some(Foreign::OpenId),
        (_, true) => Some(Foreign::WsFederation),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::take as all;
    use super::*;

    fn error(text: &str) -> StepErrorKind {
        all(text.as_bytes())[0].error().unwrap().1.kind.clone()
    }

    #[test]
    fn a_token_tells_its_issuer_and_algorithm() {
        let token = include_str!("../../tests/golden/error-jwt/input.txt");
        let issuer = "https://login.acme.example".to_owned();
        assert_eq!(error(token), StepErrorKind::Jwt { algorithm: "none".to_owned(), issuer });
        let unknown = StepErrorKind::Jwt { algorithm: "?".to_owned(), issuer: "?".to_owned() };
        assert_eq!(error("e30.e30.x"), unknown);
        assert!(!matches!(error("eyJ.a.b.c"), StepErrorKind::Jwt { .. }));
    }

    #[test]
    fn addresses_of_other_protocols_are_named() {
        let openid = StepErrorKind::Foreign(Foreign::OpenId);
        assert_eq!(error("https://app.acme.example/cb?code=0.AX&state=xyz"), openid);
        assert_eq!(error("https://app.acme.example/cb#id_token=eyJ.e.x&state=1"), openid);
        assert_eq!(error("id_token=eyJ&state=1"), openid);
        assert_eq!(error("https://idp.example/authorize?client_id=a&response_type=code&scope=openid"), openid);
        let federation = StepErrorKind::Foreign(Foreign::WsFederation);
        assert_eq!(error("https://adfs.acme.example/adfs/ls/?wa=wsignin1.0&wtrealm=urn%3Aapp"), federation);
        assert_eq!(error("https://shop.example/?code=SAVE10"), StepErrorKind::NoParameter);
    }
}
