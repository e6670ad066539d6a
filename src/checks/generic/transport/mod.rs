//! How a message came: its binding, and what its encoding needed to be read (SAML 2.0 Bindings §3.4, §3.5).

pub(super) mod document;
pub(super) mod query;
pub(super) mod values;

use super::each::each;
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::{Case, Seen};
use crate::intake::{Binding, RepairKind, StepName};
use crate::saml::Message;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "bind-response-via-redirect",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Profiles 4.1.2",
        response_via_redirect,
    )
    .explains(&["bind-redirect-not-deflated", "bind-redirect-embedded-signature", "bind-redirect-url-too-long"]),
    Rule::new(
        "bind-post-param-name",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.5.4, 3.4.4.1",
        post_param_name,
    ),
    Rule::new(
        "bind-post-deflated",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.5.4",
        post_deflated,
    ),
    Rule::new(
        "bind-redirect-not-deflated",
        Severity::Error,
        Who::SpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.4.1",
        redirect_not_deflated,
    ),
    Rule::new(
        "bind-redirect-zlib-header",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.4.1; RFC 1951",
        redirect_zlib_header,
    ),
    Rule::new(
        "bind-redirect-double-encoded",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.4.1; RFC 3986 2.4",
        double_encoded,
    ),
    Rule::new(
        "bind-redirect-whitespace-b64",
        Severity::Warning,
        Who::SpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.4.1",
        redirect_whitespace,
    ),
    Rule::new(
        "bind-post-b64-linebreaks",
        Severity::Note,
        Who::Nobody,
        Stage::Transport,
        "SAML 2.0 Bindings 3.5.4; RFC 2045 6.8",
        post_line_breaks,
    ),
    Rule::new(
        "bind-b64-space-plus",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.5.4; RFC 4648 4",
        space_for_plus,
    ),
    Rule::new(
        "bind-b64-urlsafe",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.5.4; RFC 4648 4, 5",
        url_safe,
    ),
    Rule::new(
        "bind-post-form-action",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.5.4",
        form_action,
    ),
    Rule::new(
        "bind-http-endpoint",
        Severity::Security,
        Who::SpAdmin,
        Stage::Hygiene,
        "SAML2int SDP-SP09, SDP-IDP03",
        http_endpoint,
    ),
    Rule::new(
        "bind-http-status-error",
        Severity::Note,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Bindings 3.4.6, 3.5.6",
        http_status_error,
    ),
];

fn response_via_redirect(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        (message.kind() == "Response" && seen.capture.binding.is_some()).then(|| {
            in_url(seen)
                .then(|| Evidence::outside(seen, "Binding", "HTTP-Redirect").expected("HTTP-POST, HTTP-Artifact"))
        })
    })
}

fn post_param_name(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let expected = match message.kind() {
            kind if kind.ends_with("Request") => "SAMLRequest",
            kind if kind.ends_with("Response") => "SAMLResponse",
            _ => return None,
        };
        let name = seen.capture.parameter.as_deref()?;
        Some((name != expected).then(|| Evidence::outside(seen, "parameter", name).instead_of(expected)))
    })
}

fn post_deflated(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        (seen.capture.binding == Some(Binding::Post) && did(seen, StepName::Base64))
            .then(|| did(seen, StepName::Inflate).then(|| parameter(seen, message, "DEFLATE").expected("XML")))
    })
}

fn redirect_not_deflated(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        (in_url(seen) && did(seen, StepName::Base64))
            .then(|| (!did(seen, StepName::Inflate)).then(|| parameter(seen, message, "XML").expected("DEFLATE")))
    })
}

fn redirect_zlib_header(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let header = [("zlib", RepairKind::ZlibHeader), ("gzip", RepairKind::GzipHeader)];
        let found = header.into_iter().find(|(_, kind)| repairs(seen, StepName::Inflate, *kind) > 0);
        seen.by_redirect().then(|| found.map(|(name, _)| parameter(seen, message, name).expected("DEFLATE (RFC 1951)")))
    })
}

fn double_encoded(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let layers = seen.capture.steps.iter().filter(|step| step.name == StepName::PercentDecode).count();
        (layers > 0).then(|| (layers > 1).then(|| parameter(seen, message, &layers.to_string()).expected("1")))
    })
}

/// White space that was sent, and not what wrapped a line of the capture.
fn redirect_whitespace(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let raw = seen.parameter(seen.capture.parameter.as_deref()?).filter(|_| in_url(seen))?;
        let escapes = ["%0a", "%0A", "%0d", "%0D", "%09", "%20"];
        let count: usize = escapes.iter().map(|escape| raw.matches(escape).count()).sum();
        Some((count > 0).then(|| parameter(seen, message, &count.to_string()).expected("0")))
    })
}

fn post_line_breaks(case: &Case<'_>) -> Answer {
    repaired(case, &|seen| seen.capture.binding == Some(Binding::Post), &[RepairKind::WhitespaceRemoved])
}

fn space_for_plus(case: &Case<'_>) -> Answer {
    repaired(case, &|_| true, &[RepairKind::SpaceToPlus])
}

fn url_safe(case: &Case<'_>) -> Answer {
    repaired(case, &|_| true, &[RepairKind::UrlSafeAlphabet, RepairKind::PaddingAdded])
}

/// Fires where base64 needed one of these repairs, with how many characters it touched.
fn repaired(case: &Case<'_>, is_about: &dyn Fn(&Seen<'_>) -> bool, kinds: &[RepairKind]) -> Answer {
    each(case, |seen, message| {
        let count: usize = kinds.iter().map(|kind| repairs(seen, StepName::Base64, *kind)).sum();
        (is_about(seen) && did(seen, StepName::Base64))
            .then(|| (count > 0).then(|| parameter(seen, message, &count.to_string()).expected("0")))
    })
}

fn form_action(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let form = seen.capture.form.as_ref()?;
        if form.method != "POST" {
            return Some(Some(Evidence::outside(seen, "form/@method", &form.method).instead_of("POST")));
        }
        let destination = message.destination()?;
        // A relative action stays with the page's own host, which the page does not tell.
        let (to, meant) = (host(&form.action)?, host(&destination.text)?);
        let evidence = || Evidence::outside(seen, "form/@action", &form.action).instead_of(&*destination.text);
        Some((!to.eq_ignore_ascii_case(meant)).then(evidence))
    })
}

/// Endpoints in messages; those of metadata have a rule of their own.
fn http_endpoint(case: &Case<'_>) -> Answer {
    each(case, |seen, message| {
        let kind = message.kind();
        let mut endpoints = Vec::new();
        endpoints.extend(message.destination().map(|value| (format!("{kind}/@Destination"), value)));
        let acs = message.assertion_consumer_service_url();
        endpoints.extend(acs.map(|value| (format!("{kind}/@AssertionConsumerServiceURL"), value)));
        let subjects = message.assertions().filter_map(|assertion| assertion.subject());
        let recipients = subjects.flat_map(|subject| subject.confirmation_data()).filter_map(|data| data.recipient());
        endpoints.extend(recipients.map(|value| ("SubjectConfirmationData/@Recipient".to_owned(), value)));
        if endpoints.is_empty() {
            return None;
        }
        endpoints.retain(|(_, value)| is_plain_http(&value.text));
        Some(endpoints.into_iter().map(|(what, value)| {
            let secure = value.text.get("http".len()..).map(|rest| format!("https{rest}")).unwrap_or_default();
            Evidence::of(seen, &what, &value).instead_of(secure)
        }))
    })
}

fn http_status_error(case: &Case<'_>) -> Answer {
    each(case, |seen, _| {
        let status = seen.capture.http_status?;
        Some((status >= 400).then(|| Evidence::outside(seen, "HTTP status", &status.to_string()).expected("200")))
    })
}

/// Whether it certainly came in a URL.
pub(super) fn in_url(seen: &Seen<'_>) -> bool {
    seen.by_redirect() && seen.capture.url.is_some()
}

fn did(seen: &Seen<'_>, name: StepName) -> bool {
    seen.capture.steps.iter().any(|step| step.name == name)
}

/// How many characters a step mended in this way.
fn repairs(seen: &Seen<'_>, step: StepName, kind: RepairKind) -> usize {
    let steps = seen.capture.steps.iter().filter(|own| own.name == step);
    steps.flat_map(|step| &step.repairs).filter(|repair| repair.kind == kind).map(|repair| repair.count).sum()
}

/// The parameter that the message stood in, or ought to have.
fn parameter(seen: &Seen<'_>, message: Message<'_>, actual: &str) -> Evidence {
    let by_kind = if message.kind().ends_with("Request") { "SAMLRequest" } else { "SAMLResponse" };
    Evidence::outside(seen, seen.capture.parameter.as_deref().unwrap_or(by_kind), actual)
}

/// Host and port of an absolute URL.
fn host(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// Whether a URL goes over plain HTTP to another machine than one's own.
fn is_plain_http(url: &str) -> bool {
    let is_http = url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    let host = host(url).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_own = name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.") || name == "[::1]";
    is_http && !is_own
}

#[cfg(test)]
mod tests;
