//! A report read back from its JSON form: the page has it made in a worker, and gets it as text.
//!
//! The keys are listed here instead of being derived: derived readers are many times the code, and the page carries it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};

use super::metadata::{Kept, KeptFile};
use super::{
    AlgorithmReport, AttributeServiceReport, CalendarReport, CalendarRow, CalendarUse, CategoryReport, ContactReport,
    EndpointReport, EntityKeyReport, EntityReport, EntityRoleReport, EntityRow, ExtensionReport, FlagReport,
    LogoReport, MatchReport, MetadataChange, MetadataDifference, MetadataReport, OrganizationReport,
    RegistrationReport, RequestedAttributeReport, ScopeReport, SenderReport, UiReport, Worded,
};
use super::{
    ArrowReport, ArtifactReport, AttributeReport, AttributeSummary, CaptureReport, CertificateReport, ClaimReport,
    DecryptionReport, Detected, Diagnosis, EditReport, ErrorTextReport, EvidenceReport, Explanation, Finding, Fix,
    FlowReport, IdentityReport, KeyReport, KeyUseReport, LoginReport, NameIdReport, ReadingReport, RelayStateReport,
    RepairReport, ReplayReport, Report, ResourceReport, RoleFaultReport, RoleReport, RuledOutReport,
    SessionLimitReport, SessionReport, SignatureNumber, SignatureReport, SplitReport, State, StepErrorReport,
    StepReport, StopReport, Summary, TextReport, TimeReport, UnknownReport, ValueReport, Verdict, WrappingReport,
};
use super::{ComparedKind, ComparedRow, Comparison, Decoding, Head, Layer};
use crate::checks::nearmiss::{Difference, Kind, Piece};
use crate::checks::{Group, Outcome, Severity, Who};
use crate::octets::{OctetKind, OctetPiece};
use crate::outline::{ReaderDifference, ReadersDiffer};

/// Something that a report is made of. A key that is left out is `null`. The error is the key that has another type.
trait Part: Sized {
    fn read(value: Value) -> Result<Self, &'static str>;
}

/// Takes the value of a key out of an object.
fn take<T: Part>(object: &mut Map<String, Value>, key: &'static str) -> Result<T, &'static str> {
    T::read(object.get_mut(key).map(Value::take).unwrap_or_default())
        .map_err(|inner| if inner.is_empty() { key } else { inner })
}

/// Reads structs by their fields; a key has the field's name unless another is given.
macro_rules! parts {
    ($($name:ident { $($field:ident $(= $key:literal)?),* $(,)? })*) => { $(
        impl Part for $name {
            fn read(value: Value) -> Result<Self, &'static str> {
                let Value::Object(mut object) = value else { return Err("") };
                Ok(Self { $($field: take(&mut object, parts!(@ $field $($key)?))?),* })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::read(Value::deserialize(deserializer)?)
                    .map_err(|key| D::Error::custom(format_args!("{key:?} is missing or of another type")))
            }
        }
    )* };
    (@ $field:ident) => { stringify!($field) };
    (@ $field:ident $key:literal) => { $key };
}

parts! {
    Report {
        schema, language, now, now_source, profile, identity_provider, verdict, captures, flow, findings, error_texts, replays,
        certificates, certificates_left_out, metadata, matches, senders, stated,
    }
    Detected { name, why }
    Verdict { outcome, root_cause, sentence, who, missing }
    CaptureReport {
        index, input, part, steps, binding, kind, message, is_saml, url, relay_state, artifact, xml, xml_in_input, summary, identity,
        signatures, decryptions, wrappings, split_texts,
    }
    FlowReport { logins, judged }
    LoginReport {
        index, kind, initiated_by, sp, idp, captures, attempt, is_loop = "loop", missing, arrows, relay_state,
    }
    ArrowReport {
        from, to, via_browser, what, capture, binding, at, timed_by, after_ms, url, status, relay_state, verdict,
    }
    RelayStateReport { sent, returned, same }
    ArtifactReport { type_code, endpoint_index, source_id, message_handle, entity_id, location, captures }
    StepReport { name, title, bytes_in, bytes_out, detail, repairs, error }
    RepairReport { name, count, text }
    StepErrorReport { step, at, message, advice = "try", span }
    Summary {
        id, issue_instant, issuer, destination, in_response_to, status, status_message, name_id, name_id_format, audiences,
        recipients, assertion_consumer_service_url, not_before, not_on_or_after, confirmation_not_on_or_after,
        authn_instant, session_index, session_not_on_or_after, attributes, assertions, encrypted_assertions, values,
    }
    ValueReport { key, decryption, span, signature }
    AttributeSummary { name, friendly_name, name_format, values }
    Explanation { kind, name, namespace, path, span, known, sentence }
    IdentityReport {
        assertion_id, now, clock_skew_seconds, name_id, attributes, roles, session, times, left_out,
    }
    TextReport { text, decryption, span }
    NameIdReport { value, local, domain, format, name_qualifier, sp_name_qualifier, sp_provided_id }
    AttributeReport { name, friendly_name, name_format, known_as, known_from, values }
    RoleReport { value, attribute, service, site, roles, provider, provider_first, faults }
    ResourceReport { text, account, name }
    RoleFaultReport { fault, part }
    SessionReport {
        session_index, session_not_on_or_after, authn_context_class_ref, role_session_name, session_duration, limits,
        seconds,
    }
    SessionLimitReport { what, least, most, stated }
    TimeReport { what, kind, unix, value }
    KeyReport {
        kind, certificate, not_before, not_after, self_issued, key_algorithm, key_bits, key_sha256, pem, uses, verified,
    }
    KeyUseReport { place, file, capture, decryption, span, element, entity_id, role, usage = "use" }
    SignatureNumber { capture, signature }
    SignatureReport {
        place, target, target_id, status, reason, detail, stated, trusted, key, signature_algorithm, digest_algorithm,
        canonicalization, reference, transforms, prefix_list, octets, tried, digest_stated, digest_computed, decryption, span, covers, diagnosis, ruled_out, certificates,
    }
    Diagnosis { edit, text, edits }
    EditReport { name, text, count, places, was, is }
    RuledOutReport { name, text }
    WrappingReport { shape, text, consumed, signed }
    ClaimReport { element, id, path, decryption, span, covered, issuer, name_id, audiences, attributes }
    SplitReport { what, decryption, span, by, readings }
    ReadingReport { reader, title, value }
    CertificateReport { subject, issuer, serial, not_before, not_after, sha1, sha256, key, signature_algorithm }
    DecryptionReport {
        target, status, step, detail, cipher, key_transports, key, key_belongs, certificates, span, within, xml,
    }
    Finding { rule, group, state, severity, capture, title, evidence, why, fix, who, because, needs, source }
    EvidenceReport { capture, decryption, file, span, what, actual, expected, difference }
    Difference { kinds, actual, expected }
    Piece { text, differs }
    Fix { idp, sp }
    ErrorTextReport { text, place, meaning, rules, source }
    ReplayReport { service, stops_at, unknown, passed, source }
    StopReport { step, rule, text }
    UnknownReport { step, needs }
    Decoding { heads, parameter, encoding, wctx, relay_state, relay_state_sent, layers }
    Head { text, is_hex }
    Layer { step, text }
    Comparison { rows, equal, left_out }
    OctetPiece { kind, at, octets, text }
    ReaderDifference { kind, span, path, ours, theirs }
    ComparedRow { path, kind, left, right, left_span, right_span, difference, why }
    MetadataReport {
        file, capture, bytes, root, name, id, valid_until, valid_until_unix, cache_duration, publisher, signature,
        entities, idps, sps, others, calendar, rows, kept,
    }
    EntityRow { number, entity_id, name, roles, registrar, scopes, contacts, keys, expires, span, kept }
    CalendarReport { certificates, expired, expiring, not_yet, weak, shared, rollovers, rows }
    CalendarRow { sha256, subject, not_before, not_after, key, state, weak, successor, entities, uses }
    CalendarUse { entity, entity_id, role, usage = "use", span }
    EntityReport {
        entity_id, valid_until, cache_duration, registration, categories, roles, organization, contacts,
        additional_locations, extensions,
    }
    Worded { language, text }
    RegistrationReport { authority, instant, policies }
    CategoryReport { attribute, value, title }
    EntityRoleReport {
        kind, role_type, title, span, protocols, valid_until, error_url, flags, endpoints, keys, name_id_formats,
        attribute_services, attributes, scopes, ui, hints, algorithms,
    }
    FlagReport { name, value, is_true }
    EndpointReport { element, binding, location, response_location, index, is_default }
    EntityKeyReport { usage = "use", certificates, unreadable, key_names, encryption_methods, span }
    AttributeServiceReport { index, is_default, names, descriptions, attributes }
    RequestedAttributeReport { name, friendly_name, name_format, is_required, values }
    ScopeReport { value, is_pattern }
    UiReport { display_names, descriptions, keywords, information_urls, privacy_urls, logos }
    LogoReport { url, language, width, height }
    AlgorithmReport { element, algorithm, min_key_size, max_key_size }
    OrganizationReport { names, display_names, urls }
    ContactReport { kind, company, name, emails, telephones }
    ExtensionReport { name, namespace, span }
    MatchReport { what, title, outcome, said, listed, left_out, difference, text, side }
    SenderReport { capture, metadata, entity, entity_id, by, near, text }
    MetadataDifference { unchanged, changed, added, removed, rows, left_out }
    MetadataChange { entity_id, role, what, kind, left, right, text }
}

/// Reads what says by itself how it is read.
macro_rules! values {
    ($($name:ty)*) => { $(
        impl Part for $name {
            fn read(value: Value) -> Result<Self, &'static str> {
                Self::deserialize(value).map_err(|_| "")
            }
        }
    )* };
}

values! { String usize i64 u64 Outcome Severity State Who Group Kind ComparedKind OctetKind ReadersDiffer }

/// What is not so is often left out.
impl Part for bool {
    fn read(value: Value) -> Result<Self, &'static str> {
        match value {
            Value::Null => Ok(false),
            Value::Bool(value) => Ok(value),
            _ => Err(""),
        }
    }
}

impl<T: Part> Part for Option<T> {
    fn read(value: Value) -> Result<Self, &'static str> {
        if value.is_null() { Ok(None) } else { T::read(value).map(Some) }
    }
}

impl<T: Part> Part for Vec<T> {
    fn read(value: Value) -> Result<Self, &'static str> {
        match value {
            Value::Null => Ok(Self::new()),
            Value::Array(values) => values.into_iter().map(T::read).collect(),
            _ => Err(""),
        }
    }
}

impl<T: Part> Part for [T; 2] {
    fn read(value: Value) -> Result<Self, &'static str> {
        Vec::<T>::read(value)?.try_into().map_err(|_| "")
    }
}

/// It never travels.
impl Part for Kept {
    fn read(_: Value) -> Result<Self, &'static str> {
        Ok(Self::default())
    }
}

/// Nor does it.
impl Part for KeptFile {
    fn read(_: Value) -> Result<Self, &'static str> {
        Ok(Self::default())
    }
}

impl Part for &'static str {
    fn read(value: Value) -> Result<Self, &'static str> {
        String::read(value).map(name)
    }
}

impl Part for &'static [&'static str] {
    fn read(value: Value) -> Result<Self, &'static str> {
        static LISTS: Mutex<BTreeSet<&'static [&'static str]>> = Mutex::new(BTreeSet::new());
        let list: Vec<&'static str> = Vec::read(value)?;
        let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lists.get(list.as_slice()) {
            return Ok(known);
        }
        let list: &'static [&'static str] = list.leak();
        lists.insert(list);
        Ok(list)
    }
}

/// A name that stays, kept once however often it is read: names come from the engine's own tables, so that they are few.
fn name(text: String) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(text.as_str()) {
        return known;
    }
    let name: &'static str = text.leak();
    names.insert(name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_another_type_is_told_by_its_key() {
        let read = |json: &str| serde_json::from_str::<StepReport>(json).map_err(|error| error.to_string());
        let good = r#"{"name":"xml","title":"","bytes_in":1,"bytes_out":2,"later":[1]}"#;
        assert_eq!(read(good).unwrap().bytes_out, 2);
        assert!(read(&good.replace("2", "\"2\"")).unwrap_err().contains("\"bytes_out\""));
        let inner = good.replace("[1]", r#"0,"error":{"step":"xml","at":1,"message":"","try":null}"#);
        assert!(read(&inner).unwrap_err().contains("\"try\""));
        assert!(read(&good.replace("bytes_in", "bytes")).unwrap_err().contains("\"bytes_in\""));
    }

    #[test]
    fn a_name_is_kept_once() {
        let [one, other] = [name("round-trip".to_owned()), name("round-trip".to_owned())];
        assert!(std::ptr::eq(one, other));
    }
}
