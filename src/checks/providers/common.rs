//! What the rules of services have in common: whose login it is, which Audience and Recipient are right, what signs it,
//! when it holds, whom it names.

use crate::checks::{Answer, Evidence, Who};
use crate::dsig::Fault;
use crate::flow::{Case, IDP, Seen, Signing};
use crate::instant::Instant;
use crate::saml::names::ASSERTION;
use crate::saml::{Assertion, SubjectConfirmation, Value};

pub(super) const AUDIENCE: &str = "Audience";
pub(super) const RECIPIENT: &str = "SubjectConfirmationData/@Recipient";
pub(super) const DESTINATION: &str = "Response/@Destination";
pub(super) const NOT_ON_OR_AFTER: &str = "SubjectConfirmationData/@NotOnOrAfter";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

/// The keys of the context that tell the service's entity ID.
pub(super) const ENTITY: &[&str] = &["sp_entity_id", "metadata", "request"];
/// The same for a rule that also waits for an encrypted assertion to be opened.
pub(super) const ENTITY_OR_SEALED: &[&str] = &["sp_entity_id", "metadata", "request", "private_keys"];
/// The keys of the context that tell the service's AssertionConsumerService.
pub(super) const ACS: &[&str] = &["received_at", "metadata", "request"];
/// The same for a rule that also waits for an encrypted assertion to be opened.
pub(super) const ACS_OR_SEALED: &[&str] = &["received_at", "metadata", "request", "private_keys"];
/// The keys of the context that tell with which key the identity provider signs.
pub(super) const KEYS: &[&str] = &["metadata", "certificates"];

/// The assertion of a login that succeeded, and the capture that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Login<'d> {
    pub(super) seen: &'d Seen<'d>,
    pub(super) assertion: Assertion<'d>,
}

impl<'d> Login<'d> {
    /// `None` where there is no assertion that can be read, or the identity provider reports a failure.
    pub(super) fn of(case: &Case<'d>) -> Option<Self> {
        let (seen, assertion) = case.response().zip(case.assertion()).filter(|_| case.succeeded() != Some(false))?;
        Some(Self { seen, assertion })
    }

    /// As [`Login::of`] for a rule that no login is accepted without: an encrypted assertion has to be opened first.
    pub(super) fn awaited(case: &Case<'d>) -> Result<Self, Answer> {
        let sealed = case.is_sealed() && case.succeeded() != Some(false);
        Self::of(case).ok_or(if sealed { Answer::NotChecked(&["private_keys"]) } else { Answer::Inapplicable })
    }

    /// Every `<Audience>`.
    pub(super) fn audiences(self) -> Vec<Value<'d>> {
        self.assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences()).collect()
    }

    /// Every bearer confirmation.
    pub(super) fn bearers(self) -> Vec<SubjectConfirmation<'d>> {
        let all = self.assertion.subject().into_iter().flat_map(|subject| subject.confirmations());
        all.filter(|one| one.method().is_some_and(|method| method.text == BEARER)).collect()
    }

    /// Every Recipient that is not empty.
    pub(super) fn recipients(self) -> Vec<Value<'d>> {
        let all = self.assertion.subject().into_iter().flat_map(|subject| subject.confirmation_data());
        all.filter_map(|data| data.recipient()).filter(|recipient| !recipient.text.is_empty()).collect()
    }

    /// The Response's Destination, where it is not empty.
    pub(super) fn destination(self) -> Option<Value<'d>> {
        self.seen.message?.destination().filter(|destination| !destination.text.is_empty())
    }

    /// The values that are not empty of the attributes of exactly this Name.
    pub(super) fn values(self, name: &str) -> Vec<Value<'d>> {
        let named = self.assertion.attributes().filter(|one| one.name().is_some_and(|found| found.text == name));
        named.flat_map(|attribute| attribute.values()).filter(|value| !value.text.is_empty()).collect()
    }

    /// The Name of an attribute that was meant to be this one and is not.
    pub(super) fn near_name(self, name: &str) -> Option<Value<'d>> {
        let mut names = self.assertion.attributes().filter_map(|attribute| attribute.name());
        names.find(|found| found.text != name && meant(&found.text) == meant(name))
    }

    /// The proof that no attribute of this Name has a value.
    pub(super) fn lacks(self, name: &str) -> Option<Evidence> {
        if !self.values(name).is_empty() {
            return None;
        }
        let what = "Attribute/@Name";
        let mut named = self.assertion.attributes().filter(|one| one.name().is_some_and(|found| found.text == name));
        Some(match (named.next(), self.near_name(name)) {
            (Some(empty), _) => self.node("AttributeValue", empty.0).expected(name),
            (None, Some(near)) => Evidence::of(self.seen, what, &near).instead_of(name),
            (None, None) => self.node(what, self.assertion.0).expected(name),
        })
    }

    /// The proof of something that is not there.
    pub(super) fn node(self, what: &str, node: crate::xml::Node<'d>) -> Evidence {
        Evidence::node(self.seen, what, node).actual("")
    }
}

/// An attribute's name without what people get wrong in it.
fn meant(name: &str) -> String {
    let last = name.trim().rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    last.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Which values are right.
pub(super) enum Right<'a> {
    /// These.
    OneOf(&'a [String]),
    /// Those of a form, which stands first as people write it.
    Like(&'a str, fn(&str) -> bool),
}

impl Right<'_> {
    pub(super) fn is(&self, text: &str) -> bool {
        match self {
            Self::OneOf(values) => values.iter().any(|value| value == text),
            Self::Like(_, is) => is(text),
        }
    }

    pub(super) fn tell(&self, evidence: Evidence) -> Evidence {
        match self {
            Self::OneOf(values) => evidence.one_of(values.iter().map(String::as_str)),
            Self::Like(form, _) => evidence.expected(*form),
        }
    }
}

/// Of every AudienceRestriction one Audience must be right, and there must be one.
pub(super) fn audience(login: Login<'_>, right: &Right<'_>) -> Answer {
    let Some(conditions) = login.assertion.conditions().filter(|_| !login.audiences().is_empty()) else {
        return Answer::fired(right.tell(login.node(AUDIENCE, login.assertion.0)));
    };
    let mut wrong = Vec::new();
    for restriction in conditions.restrictions() {
        let all: Vec<Value<'_>> = restriction.collect();
        if !all.iter().any(|audience| right.is(&audience.text)) {
            wrong.extend(all.iter().map(|audience| right.tell(Evidence::of(login.seen, AUDIENCE, audience))));
        }
    }
    Answer::found(wrong)
}

/// One Recipient must be right. Where there is none there is nothing to compare.
pub(super) fn recipient(login: Login<'_>, right: &Right<'_>) -> Answer {
    let all = login.recipients();
    match all.iter().any(|value| right.is(&value.text)) {
        _ if all.is_empty() => Answer::Inapplicable,
        true => Answer::Passed,
        false => Answer::found(all.iter().map(|value| right.tell(Evidence::of(login.seen, RECIPIENT, value)))),
    }
}

/// The Destination must be right. Where there is none there is nothing to compare.
pub(super) fn destination(login: Login<'_>, right: &Right<'_>) -> Answer {
    let Some(value) = login.destination() else { return Answer::Inapplicable };
    Answer::when(!right.is(&value.text), || right.tell(Evidence::of(login.seen, DESTINATION, &value)))
}

/// The Audience, held against the service's entity ID as far as the context tells it.
pub(super) fn known_audience(case: &Case<'_>) -> Answer {
    let login = match Login::awaited(case) {
        Ok(login) => login,
        Err(answer) => return answer,
    };
    let Some(known) = case.sp_entity_id() else { return Answer::NotChecked(ENTITY) };
    audience(login, &Right::OneOf(&known.values))
}

/// The Recipient, held against the AssertionConsumerService as far as the context tells it.
pub(super) fn known_recipient(case: &Case<'_>) -> Answer {
    let login = match Login::awaited(case) {
        Ok(login) => login,
        Err(answer) => return answer,
    };
    let Some(known) = case.acs_urls() else { return Answer::NotChecked(ACS) };
    // What a browser posted to has a slash where the service wrote none, and may have lost its query.
    let posted = matches!(known.from, "received_at" | "capture");
    let same = |value: &Value<'_>| known.values.iter().any(|url| bare(url) == bare(&value.text));
    if posted && login.recipients().iter().any(same) {
        return Answer::Passed;
    }
    recipient(login, &Right::OneOf(&known.values))
}

/// A URL without its query, and without a path that is nothing but a slash.
fn bare(url: &str) -> &str {
    let url = url.split_once('?').map_or(url, |(bare, _)| bare);
    let is_root = |text: &str| text.strip_prefix("https://").is_some_and(|host| !host.contains('/'));
    url.strip_suffix('/').filter(|text| is_root(text)).unwrap_or(url)
}

/// The Issuer, held against the identity provider's metadata.
pub(super) fn known_issuer(case: &Case<'_>) -> Answer {
    let Some((login, issuer)) = Login::of(case).and_then(|login| Some((login, login.assertion.issuer()?))) else {
        return Answer::Inapplicable;
    };
    let known = case.entities().filter(|(_, entity)| entity.role(IDP).is_some()).filter_map(|(_, entity)| entity.id());
    let known: Vec<String> = known.map(str::to_owned).collect();
    if known.is_empty() {
        return Answer::NotChecked(&["metadata"]);
    }
    let right = Right::OneOf(&known);
    Answer::when(!right.is(&issuer.text), || right.tell(Evidence::of(login.seen, "Issuer", &issuer)))
}

/// A signature with a key of the identity provider that holds. Shows the certificate, or what else is wrong.
pub(super) fn signed(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let node = case.assertion_signature().or_else(|| case.response_signature()).unwrap_or(login.assertion.0);
    let fired = |actual: &str| Answer::fired(Evidence::node(login.seen, "Signature", node).actual(actual));
    match case.signing() {
        Some(Signing::Vouched) => Answer::Passed,
        Some(Signing::NoKey) => Answer::NotChecked(KEYS),
        Some(Signing::Unsigned) => fired("no Signature"),
        Some(Signing::Broken(verdict)) => {
            let reason = verdict.fault.as_ref().and_then(Fault::reason).unwrap_or_default();
            let altered = matches!(verdict.fault, Some(Fault::DigestMismatch));
            let answer = fired(reason);
            if altered { answer.who(Who::Network) } else { answer }
        }
        Some(Signing::ForeignKey(verdict)) => {
            let shown = login.seen.shown(verdict).iter().find_map(|key| key.certificate.clone());
            fired(&shown.map_or("?".to_owned(), |certificate| certificate.subject.clone())).who(Who::SpAdmin)
        }
        None => Answer::Inapplicable,
    }
}

/// A time that can be read.
pub(super) fn time(value: &Value<'_>) -> Option<Instant> {
    Instant::parse(&value.text).ok()
}

/// Whether a time has passed by the slowest clock that is allowed.
pub(super) fn is_past(case: &Case<'_>, value: &Value<'_>) -> bool {
    time(value).is_some_and(|end| Instant::from_unix(case.now.unix().saturating_sub(case.skew())) >= end)
}

/// Whether a time is still to come by the fastest clock that is allowed.
pub(super) fn is_ahead(case: &Case<'_>, value: &Value<'_>) -> bool {
    time(value).is_some_and(|start| Instant::from_unix(case.now.unix().saturating_add(case.skew())) < start)
}

/// The ends that have passed: that of the Conditions, and that of the confirmations where none is left.
pub(super) fn ended(case: &Case<'_>, login: Login<'_>) -> Vec<Evidence> {
    let conditions = login.assertion.conditions().and_then(|conditions| conditions.not_on_or_after());
    let conditions = conditions.filter(|end| is_past(case, end)).map(|end| ("Conditions/@NotOnOrAfter", end));
    let bearers = login.bearers();
    let ends = bearers.iter().filter_map(|bearer| bearer.data()?.not_on_or_after());
    let mut ends = ends.collect::<Vec<_>>();
    if ends.iter().any(|end| !is_past(case, end)) {
        ends.clear();
    }
    let ends = ends.into_iter().map(|end| (NOT_ON_OR_AFTER, end));
    let all = conditions.into_iter().chain(ends);
    all.map(|(what, end)| Evidence::of(login.seen, what, &end).expected(format!("> {}", case.now))).collect()
}

/// The Conditions' start, where it is still to come.
pub(super) fn not_begun(case: &Case<'_>, login: Login<'_>) -> Option<Evidence> {
    let start = login.assertion.conditions()?.not_before().filter(|start| is_ahead(case, start))?;
    let evidence = Evidence::of(login.seen, "Conditions/@NotBefore", &start);
    Some(evidence.expected(format!("<= {}", case.now)))
}

/// A NameID by which an account can be found: one that is there, and that is the same at the next login. Encrypted ones
/// cannot be told.
pub(super) fn account_name(case: &Case<'_>) -> Answer {
    let Some(login) = Login::of(case) else { return Answer::Inapplicable };
    let Some(subject) = login.assertion.subject() else { return Answer::Inapplicable };
    if subject.0.element(ASSERTION, "EncryptedID").is_some() {
        return Answer::Inapplicable;
    }
    let Some(name) = subject.name_id() else { return Answer::fired(login.node("NameID", subject.0)) };
    if name.value().text.is_empty() {
        return Answer::fired(login.node("NameID", name.0));
    }
    match name.format().filter(|format| format.text == TRANSIENT) {
        Some(_) => {
            Answer::fired(Evidence::of(login.seen, "NameID", &name.value())).severity(crate::checks::Severity::Warning)
        }
        None => Answer::Passed,
    }
}

/// Host and path of an https URL, as written.
pub(super) fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://")?;
    Some(rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, "")))
}

/// Whether a host is exactly one name under a domain, or several: `team.slack.com`, never `slack.com` itself.
pub(super) fn is_under(host: &str, domain: &str) -> bool {
    let label = host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.')).unwrap_or_default();
    !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}
