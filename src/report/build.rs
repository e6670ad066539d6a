//! From captures to the report.

use std::borrow::Cow;

use super::artifact::ArtifactReport;
use super::decryption::DecryptionReport;
use super::doctor;
use super::finding::{Finding, lead};
use super::identity::IdentityReport;
use super::summary::Summary;
use super::texts::{Texts, fill};
use super::{
    CaptureReport, Detected, ErrorTextReport, FlowReport, MatchReport, MetadataReport, RepairReport, ReplayReport,
    Report, SenderReport, SignatureReport, SplitReport, StepErrorReport, StepReport, Verdict, WrappingReport, messages,
};
use crate::checks::{self, Judgement, Outcome, Who};
use crate::context::{Context, MetadataFile};
use crate::dsig::KeyRing;
use crate::flow::{Case, Logins, Read, Seen, Why};
use crate::intake::{Captured, Step, StepErrorKind};
use crate::limits;
use crate::saml::Message;
use crate::saml::metadata::entities;
use crate::saml::wrapping::soap_fault;
use crate::xml::Document;

/// Inspects captures, each with the name of the input it came from. `step` is called after each is read, after each is
/// verified, and when all is judged.
pub(crate) fn build(captures: &[(String, Captured<'_>)], context: &Context, step: &mut dyn FnMut()) -> Report {
    let report = judged(captures, context, step);
    step();
    report
}

fn judged(captures: &[(String, Captured<'_>)], context: &Context, step: &mut dyn FnMut()) -> Report {
    with_case_by_steps(captures, context, step, |case, source| {
        let findings = checks::run(case);
        let errors = checks::find_errors(case);
        let suspected: Vec<&str> = errors.iter().flat_map(|found| found.entry.rules).copied().collect();
        let judgement = checks::judge(&findings, &suspected);
        let texts = Texts::of(context.language);
        let rule = |index: usize| findings.get(index).map(|finding| finding.rule.id);
        let because = |index: usize| judgement.because.get(&index).and_then(|cause| rule(*cause));
        let told = findings.iter().enumerate();
        let told: Vec<Finding> = told.map(|(index, finding)| Finding::of(finding, because(index), texts)).collect();
        let captures: Vec<_> = case.seen.iter().map(|seen| capture_report(seen, case, texts)).collect();
        let (certificates, certificates_left_out) = super::keys::keys(case);
        let lead = judgement.root.and_then(|root| lead(findings.get(root)?, texts));
        let error_texts: Vec<ErrorTextReport> = errors.iter().map(|found| ErrorTextReport::of(found, texts)).collect();
        let lead = lead.or_else(|| known_error(&captures, case, &error_texts, texts));
        let verdict = verdict(&judgement, lead, &told, &captures, case, texts);
        Report {
            schema: "samlens-report/1",
            language: context.language.as_str(),
            now: case.now.to_string(),
            now_source: source,
            profile: Some(Detected::of(case.profile.as_str(), &case.profile_why, "detected.no-service", texts)),
            identity_provider: Some(Detected::of(
                case.identity_provider.as_str(),
                &case.identity_provider_why,
                "detected.no-product",
                texts,
            )),
            flow: FlowReport::of(case, &told, verdict.outcome),
            verdict,
            captures,
            error_texts,
            replays: checks::replay(case, &findings).iter().map(|replay| ReplayReport::of(replay, texts)).collect(),
            findings: told,
            certificates,
            certificates_left_out,
            metadata: MetadataReport::all(case, texts),
            matches: MatchReport::all(case, texts),
            senders: SenderReport::all(case, texts),
            stated: (!context.stated.is_empty()).then(|| texts.message("redacted.case").to_owned()),
        }
    })
}

/// Reads captures and what belongs to them, and asks something of the case that they make. The other argument is where
/// the time comes from that it is judged at.
pub(crate) fn with_case<T>(
    captures: &[(String, Captured<'_>)],
    context: &Context,
    ask: impl FnOnce(&Case<'_>, &'static str) -> T,
) -> T {
    with_case_by_steps(captures, context, &mut || {}, ask)
}

fn with_case_by_steps<T>(
    captures: &[(String, Captured<'_>)],
    context: &Context,
    step: &mut dyn FnMut(),
    ask: impl FnOnce(&Case<'_>, &'static str) -> T,
) -> T {
    let captures: Vec<(&str, &Captured<'_>)> =
        captures.iter().map(|(name, capture)| (name.as_str(), capture)).collect();
    let request = context.request.iter().map(|(name, capture)| (name.as_str(), capture));
    let captures: Vec<_> = captures.into_iter().chain(request).collect();
    let extended = context.with_given(&captures);
    let context = extended.as_ref().unwrap_or(context);
    let reads = captures.iter().map(|(_, capture)| {
        let read = Read::of(capture, context);
        step();
        read
    });
    let reads: Vec<Read<'_>> = reads.collect();
    let opened: Vec<Option<Document<'_>>> = reads.iter().map(Read::opened).collect();
    let (keys, files) = metadata(&captures, &reads, &context.keys);
    let all = captures.iter().zip(&reads).zip(&opened).enumerate();
    let seen: Vec<Seen<'_>> = all
        .map(|(index, (((name, capture), read), opened))| {
            let seen = Seen::of(index, name, capture, read, opened.as_ref(), &keys);
            step();
            seen
        })
        .collect();
    let logins = Logins::of(&seen, context);
    let judged = logins.judged.and_then(|judged| logins.all.get(judged));
    let times = judged.iter().flat_map(|login| &login.messages).filter_map(|(_, index)| seen.get(*index)?.captured());
    let (now, source) = context.resolve_now(times.max().or_else(|| seen.iter().filter_map(Seen::captured).max()));
    let files = context.metadata.iter().chain(&files).collect();
    let case = Case::of(&seen, &logins, files, context, &keys, now);
    ask(&case, source.as_str())
}

/// The metadata among the captures, and the keys to verify with: the context's, and those of metadata that stands beside
/// a message, since whoever puts it there vouches for it.
fn metadata(captures: &[(&str, &Captured<'_>)], reads: &[Read<'_>], given: &KeyRing) -> (KeyRing, Vec<MetadataFile>) {
    let mut keys = given.clone();
    let mut files = Vec::new();
    for (index, ((name, _), read)) in captures.iter().zip(reads).enumerate() {
        let Some(document) = read.document().filter(|document| Message::of(document).is_some_and(Message::is_metadata))
        else {
            continue;
        };
        let entities = entities(document);
        if captures.len() > 1 && !document.has_doctype() {
            keys.add_metadata(name, &entities);
        }
        let bytes = document.text().len();
        files.push(MetadataFile { name: (*name).to_owned(), capture: Some(index), bytes, entities });
    }
    (keys, files)
}

fn verdict(
    judgement: &Judgement,
    lead: Option<String>,
    findings: &[Finding],
    captures: &[CaptureReport],
    case: &Case<'_>,
    texts: &Texts,
) -> Verdict {
    let root = judgement.root.and_then(|index| findings.get(index));
    // A page beside a message tells what its reader saw, and is no message that could not be read.
    let is_saml = captures.iter().any(|capture| capture.is_saml);
    let mut counted = case.judged().filter(|seen| !is_saml || !seen.capture.is_page());
    let error = counted.find_map(|seen| captures.get(seen.index)?.error());
    let missing = judgement.missing.join(", ");
    let about = artifact_alone(captures, texts);
    let sentence = match (lead.or_else(|| root.and_then(|root| root.why.clone())), error) {
        (Some(why), _) => why,
        // What could not be read was not judged.
        (None, Some(error)) => error.message.clone(),
        _ if about.is_some() => about.clone().unwrap_or_default(),
        _ if !is_saml => without_message(captures, case, texts),
        _ if judgement.is_of_copy => texts.verdict("printed").to_owned(),
        _ if judgement.outcome == Outcome::Accepted => {
            let of_metadata = captures.iter().filter(|capture| capture.is_saml).all(CaptureReport::is_metadata);
            texts.verdict(if of_metadata { "accepted-metadata" } else { "accepted" }).to_owned()
        }
        _ => fill(texts.verdict("undetermined"), &|name| (name == "missing").then(|| missing.clone())),
    };
    Verdict {
        outcome: match root {
            None if !is_saml || error.is_some() || about.is_some() => Outcome::Undetermined,
            _ => judgement.outcome,
        },
        root_cause: root.map(|root| root.rule),
        sentence,
        who: if root.is_none() && error.is_some() { Who::User } else { judgement.who },
        missing: judgement.missing.clone(),
    }
}

/// What to say where nothing but words was captured, and they are an error that is known.
fn known_error(
    captures: &[CaptureReport],
    case: &Case<'_>,
    errors: &[ErrorTextReport],
    texts: &Texts,
) -> Option<String> {
    let has_words = |capture: &Captured<'_>| capture.reply.is_some() || capture.said.is_some();
    let is_said = case.seen.iter().all(|seen| seen.capture.xml.is_none() && has_words(seen.capture));
    let error = errors.first().filter(|_| is_said && !captures.is_empty())?;
    let of = |name: &str| match name {
        "text" => Some(error.text.to_owned()),
        "meaning" => Some(error.meaning.clone()),
        _ => None,
    };
    Some(fill(texts.verdict("known-error"), &of))
}

/// What to say where an artifact was asked for and its message is not there: nothing of a login could be judged.
fn artifact_alone(captures: &[CaptureReport], texts: &Texts) -> Option<String> {
    let mut messages = captures.iter().filter(|capture| capture.is_saml);
    let kinds: Vec<&str> = messages.clone().filter_map(CaptureReport::message_kind).collect();
    if kinds.is_empty() || kinds.iter().any(|kind| !matches!(*kind, "ArtifactResolve" | "ArtifactResponse")) {
        return None;
    }
    let Some(empty) = messages.find(|capture| capture.message_kind() == Some("ArtifactResponse")) else {
        return Some(texts.verdict("artifact-alone").to_owned());
    };
    let summary = empty.summary.as_ref();
    let said = summary.into_iter().flat_map(|summary| summary.status.iter().chain(&summary.status_message));
    let said: Vec<&str> = said.map(String::as_str).collect();
    let said = if said.is_empty() { "—".to_owned() } else { said.join(", ") };
    Some(fill(texts.verdict("artifact-empty"), &|name| (name == "status").then(|| said.clone())))
}

/// Characters of a SOAP Fault in a sentence.
const FAULT: usize = 200;

/// What to say where there is no message of SAML.
fn without_message(captures: &[CaptureReport], case: &Case<'_>, texts: &Texts) -> String {
    if let Some(fault) = case.judged().find_map(|seen| soap_fault(seen.sent?.root_element()?)) {
        return fill(texts.verdict("soap-fault"), &|name| {
            (name == "fault").then(|| fault.chars().take(FAULT).collect())
        });
    }
    let all = |is: fn(&CaptureReport) -> bool| !captures.is_empty() && captures.iter().all(is);
    if all(|capture| capture.xml.is_none() && capture.artifact.is_none()) {
        return texts.verdict("keys-alone").to_owned();
    }
    texts.verdict(if all(|capture| capture.xml.is_none()) { "artifact-alone" } else { "not-saml" }).to_owned()
}

impl Detected {
    /// `nothing`: what to say where nothing that is known is named.
    fn of(name: &'static str, why: &Why, nothing: &str, texts: &Texts) -> Self {
        let why = match why {
            Why::Told => texts.message("detected.told").to_owned(),
            Why::Nothing => texts.message(nothing).to_owned(),
            Why::Is(what, value) => texts.say("detected.is", &[("name", what), ("other", value)]),
        };
        Self { name, why }
    }
}

fn capture_report(seen: &Seen<'_>, case: &Case<'_>, texts: &'static Texts) -> CaptureReport {
    let places = &seen.places;
    let summary = seen.message.map(|message| Summary::of(message, places));
    let mut signatures: Vec<_> = places
        .signatures
        .iter()
        .map(|(in_spliced, verdict)| {
            let part = places.spliced.filter(|_| *in_spliced).and_then(|spliced| spliced.part_at(verdict.span.start));
            let start = part.map_or(0, |part| places.plaintext(part).start);
            let report = SignatureReport::of_xml(verdict, seen.shown(verdict), part, start, texts);
            doctor::told(report, case.examined(seen, verdict), start, texts)
        })
        .collect();
    signatures.extend(seen.query.as_ref().map(|query| SignatureReport::of_query(query, texts)));
    let decryptions = places.parts.iter().enumerate();
    let keys = &case.context.private_keys;
    let decryptions = decryptions.map(|(number, part)| DecryptionReport::of(number, part, places, keys, texts));
    let capture = seen.capture;
    let message = seen.message.map(Message::kind);
    let root = seen.sent.and_then(Document::root_element).map(|root| root.local_name());
    let kind = root.or(capture.kind);
    let xml_in_input = match &capture.xml {
        Some(Cow::Borrowed(xml)) if xml.len() > limits::SHOWN_XML_BYTES => Some([0, xml.len()]),
        _ => None,
    };
    CaptureReport {
        index: seen.index,
        input: seen.input.to_owned(),
        part: capture.part,
        binding: capture.binding.map(|binding| binding.as_str()),
        kind: kind.map(str::to_owned),
        message: message.filter(|message| Some(*message) != kind).map(str::to_owned),
        is_saml: seen.message.is_some_and(Message::is_saml),
        summary,
        identity: IdentityReport::of(seen, case),
        steps: capture.steps.iter().map(|step| step_report(step, texts)).collect(),
        url: capture.url.clone(),
        relay_state: capture.relay_state.clone(),
        artifact: ArtifactReport::of(seen, case),
        signatures,
        decryptions: decryptions.collect(),
        wrappings: WrappingReport::of(seen, texts),
        split_texts: SplitReport::all(seen, texts),
        xml: capture.xml.as_deref().filter(|_| xml_in_input.is_none()).map(str::to_owned),
        xml_in_input,
    }
}

fn step_report(step: &Step, texts: &'static Texts) -> StepReport {
    StepReport {
        name: step.name.as_str(),
        title: messages::step(step.name, texts),
        bytes_in: step.bytes_in,
        bytes_out: step.bytes_out,
        detail: step.detail.as_ref().map(|detail| messages::detail(detail, texts)),
        repairs: step
            .repairs
            .iter()
            .map(|repair| RepairReport {
                name: repair.kind.as_str(),
                count: repair.count,
                text: messages::repair(*repair, texts),
            })
            .collect(),
        error: step.error.as_ref().map(|error| StepErrorReport {
            step: step.name.as_str(),
            at: error.at,
            message: messages::step_error(step, error, texts),
            advice: messages::advice(step, &error.kind, texts),
            span: match &error.kind {
                StepErrorKind::Xml(error) => Some([error.span.start, error.span.end]),
                _ => None,
            },
        }),
    }
}
