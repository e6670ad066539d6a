//! From captures to the report.

use super::decryption::DecryptionReport;
use super::places::Places;
use super::summary::Summary;
use super::{
    CaptureReport, Outcome, RepairReport, Report, SignatureReport, StepErrorReport, StepReport, Verdict, Who, messages,
};
use crate::context::Context;
use crate::dsig::{KeyRing, SignatureVerdict, verify_document, verify_query};
use crate::instant::Instant;
use crate::intake::{Capture, Step, StepErrorKind};
use crate::saml::Message;
use crate::xenc::{NamedKey, decrypt};
use crate::xml::{Doctype, read};

/// Builds the report of a case from its captures, each with the name of the input it came from.
pub(crate) fn build(captures: Vec<(String, Capture)>, context: &Context) -> Report {
    let keys = keys(&captures, &context.keys);
    let captures = captures.into_iter().enumerate();
    let captures: Vec<CaptureReport> = captures
        .map(|(index, (input, capture))| capture_report(index, input, capture, &keys, &context.private_keys))
        .collect();
    let issued = |capture: &CaptureReport| Instant::parse(capture.summary.as_ref()?.issue_instant.as_ref()?).ok();
    let (now, source) = context.resolve_now(captures.iter().filter_map(issued).max());
    Report {
        schema: "samlens-report/1",
        now: now.to_string(),
        now_source: source.as_str(),
        profile: None,
        identity_provider: None,
        verdict: verdict(&captures),
        captures,
        findings: Vec::new(),
    }
}

/// The context's keys, and those of metadata among the inputs: whoever puts it beside a message vouches for it.
fn keys(captures: &[(String, Capture)], given: &KeyRing) -> KeyRing {
    let mut keys = given.clone();
    for (input, capture) in captures {
        let document = capture.xml.as_deref().and_then(|xml| read(xml, Doctype::Refuse).whole().ok());
        if let Some(document) = document.filter(|document| captures.len() > 1 && document.root_element().is_some()) {
            keys.add_metadata(input, &document);
        }
    }
    keys
}

/// Until the rules run there is one honest answer.
fn verdict(captures: &[CaptureReport]) -> Verdict {
    let readable = captures.iter().any(|capture| capture.summary.is_some());
    let error = captures.iter().find_map(|capture| capture.error());
    Verdict {
        outcome: Outcome::Undetermined,
        root_cause: None,
        sentence: match error {
            Some(error) if !readable => error.message.clone(),
            _ if !captures.iter().any(|capture| capture.is_saml) => messages::NOT_SAML.to_owned(),
            _ => messages::DECODED.to_owned(),
        },
        who: if readable { Who::Nobody } else { Who::User },
        missing: Vec::new(),
    }
}

fn capture_report(
    index: usize,
    input: String,
    capture: Capture,
    keys: &KeyRing,
    private_keys: &[NamedKey],
) -> CaptureReport {
    // Read as for showing: a document type does not hide a message, and keeps every signature in it from being valid.
    let document = capture.xml.as_deref().and_then(|xml| read(xml, Doctype::Show).whole().ok());
    let decryption = document.as_ref().map(|document| decrypt(document, private_keys));
    let spliced = decryption.as_ref().and_then(|decryption| decryption.document.as_ref());
    let parts = decryption.as_ref().map(|decryption| decryption.parts.as_slice()).unwrap_or_default();
    // What is decrypted is read in its place; the signatures around it are over what was sent.
    let opened = spliced.and_then(|spliced| read(&spliced.text, Doctype::Show).whole().ok());
    let sent = document.as_ref().map(|document| verify_document(document, keys)).unwrap_or_default();
    let within = opened.as_ref().map(|document| verify_document(document, keys)).unwrap_or_default();
    let issuer = document.as_ref().and_then(Message::of).and_then(Message::issuer).map(|issuer| issuer.text);
    let query = capture.query.as_deref().and_then(|query| verify_query(query, issuer.as_deref(), keys));
    let mut places = Places {
        spliced,
        parts,
        signatures: sent.into_iter().map(|verdict| (false, verdict)).collect(),
        query_signed: query.as_ref().is_some_and(|query| query.fault.is_none()),
    };
    let is_within = |verdict: &SignatureVerdict| spliced.is_some_and(|s| s.part_at(verdict.span.start).is_some());
    places.signatures.extend(within.into_iter().filter(is_within).map(|verdict| (true, verdict)));

    let message = opened.as_ref().or(document.as_ref()).and_then(Message::of);
    let summary = message.map(|message| Summary::of(message, &places));
    let mut signatures: Vec<_> = places
        .signatures
        .iter()
        .map(|(in_spliced, verdict)| {
            let part = spliced.filter(|_| *in_spliced).and_then(|spliced| spliced.part_at(verdict.span.start));
            let verified = if *in_spliced { opened.as_ref() } else { document.as_ref() };
            let shown = verified.map(|document| verdict.shown(document)).unwrap_or_default();
            SignatureReport::of_xml(verdict, &shown, part, part.map_or(0, |part| places.plaintext(part).start))
        })
        .collect();
    signatures.extend(query.as_ref().map(SignatureReport::of_query));
    let decryptions = parts.iter().enumerate();
    let decryptions = decryptions.map(|(number, part)| DecryptionReport::of(number, part, &places, private_keys));
    CaptureReport {
        index,
        input,
        binding: capture.binding.map(|binding| binding.as_str()),
        kind: message.map(|message| message.kind().to_owned()),
        is_saml: message.is_some_and(Message::is_saml),
        summary,
        steps: capture.steps.iter().map(step_report).collect(),
        url: capture.url,
        relay_state: capture.relay_state,
        signatures,
        decryptions: decryptions.collect(),
        xml: capture.xml,
    }
}

fn step_report(step: &Step) -> StepReport {
    StepReport {
        name: step.name.as_str(),
        title: messages::step(step.name),
        bytes_in: step.bytes_in,
        bytes_out: step.bytes_out,
        repairs: step
            .repairs
            .iter()
            .map(|repair| RepairReport {
                name: repair.kind.as_str(),
                count: repair.count,
                text: messages::repair(*repair),
            })
            .collect(),
        error: step.error.as_ref().map(|error| StepErrorReport {
            step: step.name.as_str(),
            at: error.at,
            message: messages::step_error(step, error),
            advice: messages::advice(step, &error.kind).to_owned(),
            span: match &error.kind {
                StepErrorKind::Xml(error) => Some([error.span.start, error.span.end]),
                _ => None,
            },
        }),
    }
}
