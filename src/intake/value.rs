//! A message's value, from what stood in the parameter or the form field to the XML: one layer of encoding after another.

use std::borrow::Cow;

use super::masked::is_masked;
use super::parameters::{Parameters, form_decode, is_alone, percent_decode};
use super::step::{Cut, Repair, RepairKind, Step, StepError, StepErrorKind, StepName};
use super::{
    Binding, Capture, around, base64, cut, html, inflate, json_text, pieces, quoted_printable, recognise_other,
    references, relay_state, text, words,
};
use crate::limits;
use crate::saml::wrapping::{ecp_relay_state, is_envelope, is_paos, soap_fault};
use crate::xml::{Doctype, read};

/// What is of no other form, and so must be a message's value.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let mut capture = origin.clone();
    let trimmed = base64::trim(text);
    if trimmed.len() < text.len() {
        let mut step = Step::done(StepName::Recognise, text.len(), trimmed.len()).making(trimmed.as_bytes());
        step.repairs.push(Repair { kind: RepairKind::Trimmed, count: text.len() - trimmed.len() });
        capture.steps.push(step);
    }
    let mut found = ladder(capture, trimmed);
    // It stood among other things that a program printed.
    for capture in found.iter_mut().filter(|capture| capture.xml.is_some()) {
        capture.relay_state = capture.relay_state.take().or_else(|| relay_state::labelled(text));
        capture.said = capture.said.take().or_else(|| words::beside(text));
    }
    let is_nothing = |capture: &Capture| !capture.holds() && capture.steps.len() <= origin.steps.len() + 2;
    if found.iter().all(is_nothing)
        && let Some(words) = words::take(origin, text)
    {
        return Some(vec![words]);
    }
    Some(found)
}

/// XML as it stands. Kept to the byte: white space before an XML declaration is an error that someone must see.
pub(super) fn take_xml(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    text.trim_start().starts_with('<').then(|| vec![xml(origin.clone(), text.to_owned())])
}

/// Text that would be taken for something else as it stands, and is that thing with its escapes undone: XML, a page or a URL
/// out of a JSON string, a page's source or a mail.
pub(super) fn take_escaped(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    if let Some((inner, step)) = around::bare(text).filter(|(inner, _)| {
        json_text::string(trimmed).is_none() && (starts_url(inner.trim()) || is_alone(inner.trim()))
    }) {
        let mut capture = origin.clone();
        capture.steps.push(step);
        return Some(super::recognise(&capture, inner));
    }
    let is_url = starts_url(trimmed);
    // Within a page's source every `&` of a URL is a reference, and none begins another parameter.
    let is_reference = |(at, _)| trimmed.get(at..).is_some_and(references::begins);
    let is_json =
        trimmed.strip_prefix(['{', '[']).is_some_and(|rest| references::begins(rest.trim_start_matches('\\')));
    let is_query = is_json || is_url || (trimmed.contains("&amp;") && Parameters::find(trimmed).is_some());
    let kind = if json_text::string(trimmed).is_some()
        || (is_url && (trimmed.contains(":\\/\\/") || trimmed.contains("\\u0026")))
        || (["{\\\"", "[\\\"", "[{\\\""].iter().any(|start| trimmed.starts_with(start))
            && json_text::is_all_escaped(trimmed))
    {
        Kind::Json
    } else if is_query && trimmed.match_indices('&').all(is_reference) {
        Kind::References
    } else if trimmed.starts_with('<') {
        let escaped = escaped_markup(trimmed).filter(|_| quoted_printable::decode(text).is_none());
        escaped.unwrap_or(Kind::QuotedPrintable)
    } else {
        Kind::QuotedPrintable
    };
    let (step, inner) = undo(text, kind)?;
    let mut capture = origin.clone();
    capture.steps.push(step);
    Some(super::recognise(&capture, &inner))
}

/// Where the first `=` stands, not too far away.
fn first_equals(text: &str) -> Option<usize> {
    text.bytes().take(4096).position(|b| b == b'=')
}

/// Whether a text is one URL, even one whose slashes are escaped.
fn starts_url(text: &str) -> bool {
    let scheme = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let after = text.get(scheme..).unwrap_or_default();
    (2..10).contains(&scheme)
        && (after.starts_with("://") || after.starts_with(":\\/\\/"))
        && !text.contains([' ', '\n'])
}

/// An encoding of text as text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    References,
    Percent,
    QuotedPrintable,
}

/// Undoes one layer of an encoding; `None` where the text has none of it.
fn undo(text: &str, kind: Kind) -> Option<(Step, String)> {
    let (name, inner, repair) = match kind {
        Kind::Json => {
            // A whole string goes without its quotation marks.
            let string = json_text::string(text.trim());
            if string.is_none() && !json_text::has_any(text) {
                return None;
            }
            let (inner, count) = json_text::unescape(string.unwrap_or(text));
            (StepName::JsonText, inner, Some((RepairKind::EscapesUndone, count)))
        }
        Kind::References => {
            if !references::has_any(text) {
                return None;
            }
            let (inner, count) = references::resolve(text);
            (StepName::References, inner, Some((RepairKind::ReferencesResolved, count)))
        }
        Kind::QuotedPrintable => {
            let (inner, count) = quoted_printable::decode(text)?;
            (StepName::QuotedPrintable, inner, Some((RepairKind::EscapesUndone, count)))
        }
        Kind::Percent if is_form_encoded_markup(text) => {
            let plus = text.matches('+').count();
            (StepName::PercentDecode, form_decode(text), Some((RepairKind::PlusToSpace, plus)))
        }
        Kind::Percent => (StepName::PercentDecode, percent_decode(text)?, None),
    };
    let mut step = Step::done(name, text.len(), inner.len()).making(inner.as_bytes());
    if name == StepName::JsonText && json_text::string(text.trim()).is_some() {
        step.repairs.push(Repair { kind: RepairKind::QuotesRemoved, count: 2 });
    }
    step.repairs.extend(repair.map(|(kind, count)| Repair { kind, count }));
    Some((step, inner))
}

/// Whether markup was encoded as a form's field is: its spaces are `+`.
fn is_form_encoded_markup(text: &str) -> bool {
    begins_percent_markup(text.trim_start())
        && text.contains('+')
        && !text.contains("%20")
        && !text.trim().contains(' ')
}

fn begins_percent_markup(text: &str) -> bool {
    text.starts_with("%3C") || text.starts_with("%3c")
}

/// The encoding that is the outermost of a text: the one that what is encoded first in it is in, since within markup may
/// stand escapes of its own. Markup that stands as it is among other text is taken out of that.
fn outermost(text: &str) -> Option<(Step, String)> {
    if let Some(undone) = undo(text, Kind::QuotedPrintable) {
        return Some(undone);
    }
    // A string's quotation marks that are references have all that stands between them within.
    let is_string = ["&quot;", "&#34;", "&#x22;", "&amp;quot;"].iter().any(|quote| text.trim().starts_with(quote));
    if !is_string && json_text::is_all_escaped(text) {
        return undo(text, Kind::Json);
    }
    // Most values are base64, in which nothing of this stands.
    let bytes = text.as_bytes();
    if memchr::memchr3(b'<', b'&', b'\\', bytes).is_none() && memchr::memchr(b'%', bytes).is_none() {
        return None;
    }
    let (mut markup, mut percent) = (true, true);
    for (at, start) in text.match_indices(['<', '&', '%', '\\']) {
        let rest = text.get(at..)?;
        let undone = match start {
            "<" if markup && around::begins_tag(rest) => {
                markup = false;
                match escaped_markup(rest) {
                    Some(kind) => undo(text, kind),
                    None => around::markup(rest)
                        .filter(|inner| inner.len() < text.len())
                        .map(|inner| (around::unwrapped(text, inner), inner.to_owned())),
                }
            }
            "&" if references::begins(rest) => undo(text, Kind::References),
            "\\" if json_text::begins(rest) => undo(text, Kind::Json),
            "%" if percent && begins_escape(rest) => {
                percent = false;
                undo(text, Kind::Percent)
            }
            _ => None,
        };
        if undone.is_some() {
            return undone;
        }
    }
    None
}

fn begins_escape(text: &str) -> bool {
    matches!(text.as_bytes(), [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// What markup is written in whose `<` stands as it is: told by what follows its first `=`, which is a quotation mark.
fn escaped_markup(text: &str) -> Option<Kind> {
    if let Some(value) = first_equals(text).and_then(|at| text.get(at + 1..)) {
        // Quoted-printable within has the `=` as `=3D`.
        let value = value.strip_prefix("3D").unwrap_or(value);
        let quote = value.trim_start_matches('\\');
        if quote.len() < value.len() && (quote.starts_with(['"', '\'']) || quote.starts_with("u002")) {
            return Some(Kind::Json);
        }
        if ["&quot;", "&#34;", "&#x22;", "&#39;", "&#x27;", "&apos;"].iter().any(|quote| value.starts_with(quote)) {
            return Some(Kind::References);
        }
    }
    (text.contains("<\\") && !text.contains("</")).then_some(Kind::Json)
}

/// A message's value that is known to hold one message: percent-encoding as often as needed, base64, then XML or DEFLATE.
pub(super) fn value(capture: Capture, raw: &str) -> Capture {
    let mut found = ladder(capture, raw);
    let read = found.iter().position(|capture| capture.error().is_none()).unwrap_or(0);
    if found.is_empty() { Capture::default() } else { found.swap_remove(read) }
}

/// Takes one layer after another off a value, until there is XML, or something that is of a form of its own.
pub(super) fn ladder(mut capture: Capture, raw: &str) -> Vec<Capture> {
    let mut text = Cow::Borrowed(raw);
    let begun = capture.steps.len();
    loop {
        if capture.steps.len() >= limits::STEPS {
            let limit = StepErrorKind::Limit { name: "STEPS", limit: limits::STEPS };
            return vec![capture.fail(StepName::Recognise, text.len(), limit, 0)];
        }
        // Before its brackets are taken off, which are a part of the mask.
        if is_masked(&text) && percent_decode(&text).is_none() {
            return vec![capture.fail(StepName::Recognise, text.len(), StepErrorKind::Masked, 0)];
        }
        let is_inside = capture.steps.len() > begun;
        let may_hold = || is_inside || Parameters::find(&text).is_some() || (text.contains('\n') && pieces::any(&text));
        let is_form = text.trim_start().starts_with('<') || (!base64::is_base64(&text) && may_hold());
        if let Some(found) = is_form.then(|| recognise_other(&capture, &text)).flatten() {
            return found;
        }
        if let Some((step, inner)) = without_mark(&text).or_else(|| unquoted(&text)).or_else(|| outermost(&text)) {
            capture.steps.push(step);
            text = Cow::Owned(inner);
            continue;
        }
        let (bytes, step) = base64::decode(&text);
        let is_broken = step.error.is_some();
        let opened = if is_broken { None } else { Some(open(&bytes)) };
        if !opened.as_ref().is_some_and(Opened::is_something) {
            // Not as it stands: perhaps there is something around it.
            if let Some(inner) =
                around::find(&text).filter(|inner| !base64::is_base64(&text) || inner.len() > text.len() / 2)
            {
                capture.steps.push(around::unwrapped(&text, inner));
                text = Cow::Owned(inner.to_owned());
                continue;
            }
        }
        capture.steps.push(step.making(&bytes));
        let Some(opened) = opened else {
            // What came before the fault is shown as far as it can be read.
            capture.xml = Some(bytes)
                .map(|bytes| if looks_like_xml(&bytes) { bytes } else { inflate::inflate(&bytes).0 })
                .filter(|bytes| looks_like_xml(bytes))
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned().into());
            return vec![capture];
        };
        match opened.onto(&mut capture, &bytes) {
            Some(inner) => text = Cow::Owned(inner),
            None => return vec![capture],
        }
    }
}

/// What is read out of bytes, with the steps to it.
pub(super) struct Opened {
    steps: Vec<Step>,
    /// The text in them; where there is none, what was read up to the fault.
    pub(super) text: Result<String, Option<Vec<u8>>>,
}

impl Opened {
    /// Whether something is in it, if only a part.
    pub(super) fn is_something(&self) -> bool {
        !matches!(self.text, Err(None))
    }

    /// Puts the steps onto a capture. `None` where there is nothing to go on with, and the capture then says why.
    pub(super) fn onto(self, capture: &mut Capture, bytes: &[u8]) -> Option<String> {
        let inflated = self.steps.iter().any(|step| step.name == StepName::Inflate);
        let is_xml = self
            .text
            .as_ref()
            .map_or_else(|_| inflated && self.is_something(), |text| text.trim_start().starts_with('<'));
        if is_xml {
            capture.binding = capture.binding.or(Some(if inflated { Binding::Redirect } else { Binding::Post }));
        }
        capture.steps.extend(self.steps);
        match self.text {
            Ok(text) => return Some(text),
            Err(Some(partial)) => capture.xml = Some(String::from_utf8_lossy(&partial).into_owned().into()),
            Err(None) if capture.steps.last().is_some_and(|step| step.error.is_some()) => {}
            Err(None) => {
                let start = bytes.iter().take(16).copied().collect();
                let error = StepError { kind: StepErrorKind::NotAMessage(start), at: 0 };
                capture.steps.push(Step::failed(StepName::Inflate, bytes.len(), error));
            }
        }
        None
    }
}

/// Reads decoded bytes: text as it is, or compressed, even more than once.
pub(super) fn open(bytes: &[u8]) -> Opened {
    let mut steps = Vec::new();
    let mut bytes = Cow::Borrowed(bytes);
    for _ in 0..limits::STEPS {
        let is_packed = inflate::is_gzip(&bytes) || inflate::is_zlib(&bytes);
        if !is_packed || looks_like_xml(&bytes) {
            if let (Some(text), step) = text::decode(&bytes) {
                if looks_like_xml(&bytes) || leads_on(&text) {
                    steps.extend(step);
                    return Opened { steps, text: Ok(text) };
                }
            } else if looks_like_xml(&bytes) {
                steps.extend(text::decode(&bytes).1);
                return Opened { steps, text: Err(Some(bytes.into_owned())) };
            }
        }
        let (inflated, step) = inflate::inflate(&bytes);
        let is_broken = step.error.is_some();
        if inflated.is_empty() || (is_broken && !looks_like_xml(&inflated) && !is_packed) {
            break;
        }
        steps.push(step.making(&inflated));
        if is_broken {
            // Shown as far as it goes.
            let partial = Some(inflated).filter(|bytes| looks_like_xml(bytes));
            return Opened { steps, text: Err(partial) };
        }
        bytes = Cow::Owned(inflated);
    }
    if !steps.is_empty() {
        let start = bytes.iter().take(16).copied().collect();
        let error = StepError { kind: StepErrorKind::NotAMessage(start), at: 0 };
        steps.push(Step::failed(StepName::Recognise, bytes.len(), error));
    }
    Opened { steps, text: Err(None) }
}

/// The least characters of base64 within base64.
const LEAST_INNER: usize = 8;

/// Whether a decoded text is worth reading on: a value, or what holds one.
fn leads_on(text: &str) -> bool {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return false;
    }
    if outermost(trimmed).is_some() {
        return true;
    }
    if base64::is_base64(trimmed) {
        // Not what only looks like it.
        let (bytes, step) = base64::decode(trimmed);
        let is_whole = step.error.is_none() && step.repairs.iter().all(|repair| repair.kind != RepairKind::SpaceToPlus);
        return trimmed.len() >= LEAST_INNER && is_whole && open_inner(&bytes);
    }
    Parameters::find(trimmed).is_some()
        || html::looks_like_html(trimmed)
        || around::bare(trimmed).is_some()
        || around::find(trimmed).is_some()
}

fn open_inner(bytes: &[u8]) -> bool {
    let is_seen = |text: String| !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    looks_like_xml(bytes)
        || inflate::is_gzip(bytes)
        || inflate::is_zlib(bytes)
        || text::decode(bytes).0.is_some_and(is_seen)
        || !inflate::inflate(bytes).0.is_empty()
}

/// A value without the mark that its end was left out, which the step says.
fn without_mark(text: &str) -> Option<(Step, String)> {
    let (inner, mark) = cut::marked(text)?;
    let mut step = Step::done(StepName::Unwrap, text.len(), inner.len()).making(inner.as_bytes());
    step.repairs.push(Repair { kind: RepairKind::CutMarkRemoved, count: text.len() - inner.len() });
    step.cut = Some(Cut::Mark(mark.to_owned()));
    (!inner.is_empty()).then(|| (step, inner.to_owned()))
}

/// A value without quotation marks and brackets. A string of JSON has them for its own.
fn unquoted(text: &str) -> Option<(Step, String)> {
    if json_text::string(text.trim()).is_some() {
        return None;
    }
    let (inner, step) = around::bare(text)?;
    Some((step, inner.to_owned()))
}

/// The last step of all: whether the text is XML that can be judged.
pub(super) fn xml(mut capture: Capture, text: String) -> Capture {
    let mut step = Step::done(StepName::Xml, text.len(), text.len()).making(text.as_bytes());
    // A document type does not keep a message from being shown; what it keeps it from is the verifier's to say.
    let reading = read(&text, Doctype::Show);
    if let Some(root) = reading.document.root_element().filter(|root| is_envelope(*root)) {
        capture.binding = Some(if is_paos(root) { Binding::Paos } else { Binding::Soap });
        capture.relay_state = capture.relay_state.or_else(|| Some(ecp_relay_state(root)?.text.into_owned()));
        if let Some(fault) = soap_fault(root) {
            capture.said = words::said(&fault);
        }
    }
    if let Some(error) = reading.error {
        step.error = Some(StepError { at: error.span.start, kind: StepErrorKind::Xml(error) });
    }
    capture.steps.push(step);
    capture.xml = Some(text.into());
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
