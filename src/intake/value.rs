//! A message's value, from what stood in the parameter or the form field to the XML.

use super::masked::is_masked;
use super::parameters::percent_decode;
use super::step::{Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use super::{Binding, Capture, base64, inflate, text};
use crate::limits;
use crate::saml::wrapping::{ecp_relay_state, is_envelope, is_paos};
use crate::xml::{Doctype, read};

/// What is of no other form, and so must be a message's value.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let mut capture = origin.clone();
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        let mut step = Step::done(StepName::Recognise, text.len(), trimmed.len()).making(trimmed.as_bytes());
        step.repairs.push(Repair { kind: RepairKind::Trimmed, count: text.len() - trimmed.len() });
        capture.steps.push(step);
    }
    Some(vec![value(capture, trimmed)])
}

/// XML as it stands. Kept to the byte: white space before an XML declaration is an error that someone must see.
pub(super) fn take_xml(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    text.trim_start().starts_with('<').then(|| vec![xml(origin.clone(), text.to_owned())])
}

/// A message's value: percent-encoding as often as needed, base64, then XML or DEFLATE.
pub(super) fn value(mut capture: Capture, raw: &str) -> Capture {
    let mut text = raw.to_owned();
    for _ in 0..limits::PERCENT_LAYERS {
        let Some(peeled) = percent_decode(&text) else { break };
        capture.steps.push(Step::done(StepName::PercentDecode, text.len(), peeled.len()).making(peeled.as_bytes()));
        text = peeled;
        if text.trim_start().starts_with('<') {
            return xml(capture, text);
        }
    }
    if is_masked(&text) {
        return capture.fail(StepName::Recognise, text.len(), StepErrorKind::Masked, 0);
    }
    let (bytes, step) = base64::decode(&text);
    let failed = step.error.is_some();
    capture.steps.push(step.making(&bytes));
    if failed {
        // What came before the fault is shown as far as it can be read.
        capture.xml = Some(bytes)
            .map(|bytes| if looks_like_xml(&bytes) { bytes } else { inflate::inflate(&bytes).0 })
            .filter(|bytes| looks_like_xml(bytes))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        return capture;
    }
    message(capture, bytes)
}

fn message(mut capture: Capture, bytes: Vec<u8>) -> Capture {
    if looks_like_xml(&bytes) {
        capture.binding = capture.binding.or(Some(Binding::Post));
        return decoded(capture, &bytes);
    }
    let (inflated, step) = inflate::inflate(&bytes);
    if inflated.is_empty() || (step.error.is_some() && !looks_like_xml(&inflated)) {
        let start = bytes.iter().take(16).copied().collect();
        return capture.fail(StepName::Inflate, bytes.len(), StepErrorKind::NotAMessage(start), 0);
    }
    capture.binding = capture.binding.or(Some(Binding::Redirect));
    let failed = step.error.is_some();
    capture.steps.push(step.making(&inflated));
    if failed {
        // Shown as far as it goes.
        capture.xml = Some(String::from_utf8_lossy(&inflated).into_owned());
        return capture;
    }
    if looks_like_xml(&inflated) {
        return decoded(capture, &inflated);
    }
    let start = inflated.iter().take(16).copied().collect();
    capture.fail(StepName::Recognise, inflated.len(), StepErrorKind::NotAMessage(start), 0)
}

fn decoded(mut capture: Capture, bytes: &[u8]) -> Capture {
    let (text, step) = text::decode(bytes);
    capture.steps.extend(step);
    match text {
        Some(text) => xml(capture, text),
        None => Capture { xml: Some(String::from_utf8_lossy(bytes).into_owned()), ..capture },
    }
}

/// The last step of all: whether the text is XML that can be judged.
pub(super) fn xml(mut capture: Capture, text: String) -> Capture {
    let mut step = Step::done(StepName::Xml, text.len(), text.len()).making(text.as_bytes());
    // A document type does not keep a message from being shown; what it keeps it from is the verifier's to say.
    let reading = read(&text, Doctype::Show);
    if let Some(root) = reading.document.root_element().filter(|root| is_envelope(*root)) {
        capture.binding = Some(if is_paos(root) { Binding::Paos } else { Binding::Soap });
        capture.relay_state = capture.relay_state.or_else(|| Some(ecp_relay_state(root)?.text.into_owned()));
    }
    if let Some(error) = reading.error {
        step.error = Some(StepError { at: error.span.start, kind: StepErrorKind::Xml(error) });
    }
    capture.steps.push(step);
    capture.xml = Some(text);
    capture
}

/// Whether decoded bytes begin as XML does, in UTF-8 or UTF-16, after a byte order mark and white space.
pub(super) fn looks_like_xml(bytes: &[u8]) -> bool {
    let bytes = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] | [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] => rest,
        _ => bytes,
    };
    bytes.iter().find(|b| !b.is_ascii_whitespace() && **b != 0) == Some(&b'<')
}
