//! Captures that are made to be decoded otherwise by another reader, or never to an end.

use std::collections::HashMap;

use crate::checks::{Answer, Evidence};
use crate::dsig::{Fault, SignatureVerdict, foreign_encoding, repeated_parameter};
use crate::flow::{Case, Seen};
use crate::intake::{RepairKind, Step, StepErrorKind, StepName};
use crate::limits;
use crate::xml::{DeclaredKind, Document, NodeKind, XmlError, XmlErrorKind, declared};

/// Whether the XML came out of an encoding, so that what stands around it was sent so and is no slip of who pasted it.
fn was_encoded(seen: &Seen<'_>) -> bool {
    seen.capture.steps.iter().any(|step| matches!(step.name, StepName::Base64 | StepName::Inflate))
}

/// The error that the XML was not read for, where it stands, and its bytes.
fn xml_error<'s>(seen: &'s Seen<'_>) -> Option<&'s XmlError> {
    match &seen.capture.error()?.1.kind {
        StepErrorKind::Xml(error) => Some(error),
        _ => None,
    }
}

/// A proof at the bytes of an error.
fn at(seen: &Seen<'_>, what: &str, error: &XmlError) -> Evidence {
    let text = seen.capture.xml.as_deref().unwrap_or_default();
    let rest = text.get(error.span.start..).unwrap_or_default();
    let shown: String = rest.chars().take(80).collect();
    Evidence { place: Some(seen.place_as_sent(&error.span)), ..Evidence::nowhere(what) }.actual(&shown)
}

/// Fires with what is found in each capture that has XML.
fn each<'d>(case: &Case<'d>, ask: &dyn Fn(&'d Seen<'d>) -> Option<Evidence>) -> Answer {
    if case.seen.is_empty() { Answer::Inapplicable } else { Answer::found(case.judged().filter_map(ask)) }
}

/// How many bytes stood in front of a message in the very value of its parameter, and were passed over to read it.
fn in_front(seen: &Seen<'_>) -> Option<usize> {
    seen.capture.parameter.as_ref()?;
    let steps = &seen.capture.steps;
    let decoded = steps.iter().rposition(|step| matches!(step.name, StepName::Base64 | StepName::Inflate))?;
    let cut = steps.get(decoded + 1).filter(|step| step.name == StepName::Piece)?;
    let is_markup = steps.get(decoded)?.head.trim_ascii_start().starts_with(b"<");
    let front = cut.repairs.iter().find(|repair| repair.kind == RepairKind::TextBefore)?;
    (!is_markup).then_some(front.count)
}

pub(super) fn trailing_content(case: &Case<'_>) -> Answer {
    each(case, &|seen| {
        if let Some(bytes) = in_front(seen) {
            let evidence = Evidence::outside(seen, "XML", &format!("{bytes} bytes"));
            return Some(evidence.expected("one root element alone"));
        }
        let error = xml_error(seen).filter(|_| was_encoded(seen))?;
        let outside = matches!(error.kind, XmlErrorKind::SecondRoot | XmlErrorKind::TextOutsideRoot);
        outside.then(|| at(seen, "content beside the root element", error).expected("one root element alone"))
    })
}

pub(super) fn parser_differential(case: &Case<'_>) -> Answer {
    each(case, &|seen| {
        let encoding = seen.sent.and_then(foreign_encoding);
        if let Some(encoding) = encoding.filter(|_| was_encoded(seen)) {
            let span = seen.sent.and_then(Document::declaration).unwrap_or_default();
            let place = Some(seen.place_as_sent(&span));
            let evidence = Evidence { place, ..Evidence::nowhere("encoding") };
            return Some(evidence.actual(&encoding).expected("UTF-8"));
        }
        let error = xml_error(seen)?;
        // Others come of a letter that was lost from the base64 text.
        let made =
            matches!(error.kind, XmlErrorKind::ForbiddenCharacter('\0') | XmlErrorKind::InvalidCharacterReference(_));
        made.then(|| at(seen, "character", error).expected("characters that XML allows"))
    })
}

/// The value of a step's error that names a limit.
fn limit_of(step: &Step) -> Option<(&'static str, usize)> {
    match step.error.as_ref()?.kind {
        StepErrorKind::Limit { name, limit } => Some((name, limit)),
        _ => None,
    }
}

pub(super) fn inflate_bomb(case: &Case<'_>) -> Answer {
    each(case, &|seen| {
        let inflating = |step: &&Step| step.name == StepName::Inflate;
        let (name, limit) = seen.capture.steps.iter().filter(inflating).find_map(limit_of)?;
        Some(Evidence::outside(seen, "DEFLATE", &format!("> {limit}")).expected(name))
    })
}

pub(super) fn xml_bomb(case: &Case<'_>) -> Answer {
    each(case, &|seen| {
        if let Some(error) = xml_error(seen)
            && let XmlErrorKind::Limit { name, limit } = error.kind
        {
            let evidence = at(seen, "XML", error);
            return Some(Evidence { actual: Some(format!("> {limit}")), ..evidence }.expected(name));
        }
        let over = |verdict: &&SignatureVerdict| matches!(verdict.fault, Some(Fault::Limit { .. }));
        if let Some(verdict) = seen.signatures().find(over)
            && let Some(Fault::Limit { name, limit }) = verdict.fault
        {
            let evidence =
                Evidence { place: Some(seen.place_as_sent(&verdict.span)), ..Evidence::nowhere("Signature") };
            return Some(evidence.actual(&format!("> {limit}")).expected(name));
        }
        let document = seen.sent?;
        let doctype = document.root().children().find(|node| node.kind() == NodeKind::Doctype)?;
        let bytes = expanded(doctype.source(), document.text().get(doctype.span().end..).unwrap_or_default());
        (bytes > limits::ENTITY_BYTES).then(|| {
            let place = Some(seen.place_as_sent(&doctype.span()));
            let evidence = Evidence { place, ..Evidence::nowhere("DOCTYPE") };
            evidence.actual(&format!("> {}", limits::ENTITY_BYTES)).expected("ENTITY_BYTES")
        })
    })
}

/// How many bytes all references of a text would become with the entities of a document type, or the largest entity of
/// it would; nothing is ever built.
fn expanded(doctype: &str, text: &str) -> usize {
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    let references = |text: &str, sign: char, sizes: &HashMap<&str, usize>| {
        let names = text.split(sign).skip(1).filter_map(|piece| piece.split_once(';'));
        names.filter_map(|(name, _)| sizes.get(name)).fold(0, |sum: usize, size| sum.saturating_add(*size))
    };
    // Each entity is made of earlier ones as a rule; one of later ones or of itself counts for its text alone.
    for one in declared(doctype) {
        let sign = match one.kind {
            DeclaredKind::Entity => '&',
            DeclaredKind::ParameterEntity => '%',
            _ => continue,
        };
        let size = references(one.value, sign, &sizes).saturating_add(one.value.len());
        sizes.insert(one.name, size);
    }
    let used = references(text, '&', &sizes);
    sizes.into_values().max().unwrap_or(0).max(used)
}

pub(super) fn duplicate_parameter(case: &Case<'_>) -> Answer {
    let sent: Vec<_> = case.judged().filter(|seen| seen.capture.query.is_some()).collect();
    if sent.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::found(sent.into_iter().filter_map(|seen| {
        let query = seen.capture.query.as_deref().unwrap_or_default();
        // A script of the page, or a careless proxy, takes what stands behind the `#` for part of the query.
        let leftover = seen.capture.fragment.as_ref().filter(|fragment| fragment.contains('='));
        let all = leftover.map_or(query.to_owned(), |fragment| format!("{query}&{fragment}"));
        let name = repeated_parameter(query).or_else(|| repeated_parameter(&all))?;
        Some(Evidence::outside(seen, name, &all).expected("once"))
    }))
}
