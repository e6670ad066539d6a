//! The query of the redirect binding: its parameters, what is signed of them, how long it is (SAML 2.0 Bindings §3.4.4).

use percent_encoding::percent_decode_str;

use super::in_url;
use crate::checks::generic::each::each;
use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::dsig::Relay;
use crate::dsig::names::DSIG;
use crate::flow::Case;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "bind-samlencoding-unknown",
        Severity::Error,
        Who::SpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.4",
        encoding_unknown,
    ),
    Rule::new(
        "bind-redirect-embedded-signature",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.4.1",
        embedded_signature,
    )
    .grouped(Group::Signature),
    Rule::new(
        "bind-redirect-sigalg-missing",
        Severity::Error,
        Who::SpAdmin,
        Stage::Signature,
        "SAML 2.0 Bindings 3.4.4.1",
        sigalg_missing,
    )
    .explains(&["req-signed-bad", "sig-value-mismatch"]),
    // Its repair is that of the signature that then does not hold.
    Rule::new(
        "bind-redirect-relaystate-unsigned",
        Severity::Security,
        Who::SpAdmin,
        Stage::Signature,
        "SAML 2.0 Bindings 3.4.4.1",
        relay_state_unsigned,
    )
    .explains(&["req-signed-bad", "sig-value-mismatch", "relay-unprotected", "req-relaystate-not-returned"]),
    Rule::new(
        "bind-redirect-url-too-long",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.4; common limits of browsers and servers",
        url_too_long,
    ),
];

/// The one encoding that the binding defines, which is also what none stands for (§3.4.4).
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// Bytes of a URL that every browser, proxy and server takes.
const URL_BYTES: usize = 2048;

fn encoding_unknown(case: &Case<'_>) -> Answer {
    each(case, |seen, _| {
        let encoding = percent_decode_str(seen.parameter("SAMLEncoding")?).decode_utf8_lossy();
        let evidence = || Evidence::outside(seen, "SAMLEncoding", &encoding).instead_of(DEFLATE);
        Some((encoding != DEFLATE).then(evidence))
    })
}

fn embedded_signature(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let evidence = |signature| Evidence::node(seen, "ds:Signature", signature).expected("SigAlg, Signature");
        in_url(seen).then(|| message.0.element(DSIG, "Signature").map(evidence))
    })
}

fn sigalg_missing(case: &Case<'_>) -> Answer {
    each(case, |seen, _| {
        if !seen.by_redirect() {
            return None;
        }
        match (seen.parameter("Signature"), seen.parameter("SigAlg")) {
            (None, None) => None,
            (Some(_), Some(_)) => Some(None),
            (Some(_), None) => Some(Some(Evidence::outside(seen, "SigAlg", "").expected("SigAlg, Signature"))),
            (None, Some(_)) => Some(Some(Evidence::outside(seen, "Signature", "").expected("SigAlg, Signature"))),
        }
    })
}

fn relay_state_unsigned(case: &Case<'_>) -> Answer {
    each(case, |seen, _| {
        let query = seen.query.as_ref()?;
        let relay_state = seen.capture.relay_state.as_deref().filter(|state| !state.is_empty())?;
        let added = query.holds_as.is_some_and(|variant| variant.relay_state != Relay::AsCaptured);
        Some(added.then(|| Evidence::outside(seen, "RelayState", relay_state)))
    })
}

fn url_too_long(case: &Case<'_>) -> Answer {
    each(case, |seen, _| {
        let (url, query) = (seen.capture.url.as_ref()?, seen.capture.query.as_ref()?);
        let bytes = url.len() + 1 + query.len();
        let evidence = || Evidence::outside(seen, "URL", &bytes.to_string()).expected(URL_BYTES.to_string());
        in_url(seen).then(|| (bytes > URL_BYTES).then(evidence))
    })
}
