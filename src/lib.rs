//! samlens: why did this SAML login fail?
//!
//! [`inspect`] is the front door: captured texts and what is known beside them go in, a [`Report`] comes out. It reads
//! no clock, no file and no network, and fails on no input: what cannot be read is a capture with an error at a step.

#[cfg(target_arch = "wasm32")]
pub mod app;
mod axis;
mod case_file;
#[doc(hidden)] // Public for the project's own tests, as are the rooms below.
pub mod checks;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
mod context;
mod context_field;
mod context_file;
#[doc(hidden)]
pub mod crypto;
#[doc(hidden)]
pub mod dsig;
mod export;
mod flow;
mod instant;
#[doc(hidden)]
pub mod intake;
mod language;
pub mod limits;
mod link;
mod octets;
mod outline;
mod plain;
mod redaction;
mod report;
#[doc(hidden)]
pub mod saml;
mod self_test;
mod sorted;
mod stated;
pub mod view;
#[doc(hidden)]
pub mod xenc;
#[doc(hidden)]
pub mod xml;

pub use crate::axis::{Axis, Unit, spoken};
pub use crate::case_file::{About, CaseFile, CasePart};
pub use crate::checks::nearmiss::{Difference, Kind as DifferenceKind, Piece};
#[cfg(target_arch = "wasm32")]
pub use crate::checks::web_url::set_url_reader;
pub use crate::context::{AUTO_SECONDS, Alibaba, CLOCK_SKEW_SECONDS, Context, ContextError, Now, NowSource};
pub use crate::context_field::{EMPTY_LIST, FACT_KEYS, FieldError};
pub use crate::context_file::{ContextFile, parse_now, parse_profile};
pub use crate::export::{Export, Exported, export};
pub use crate::flow::Profile;
pub use crate::instant::{Instant, InstantError};
pub use crate::intake::sieve::{Sieve, Sieved};
pub use crate::language::Language;
pub use crate::link::{case_from_fragment, case_to_fragment};
pub use crate::octets::{OctetKind, OctetPiece, octet_difference};
pub use crate::outline::{ReaderDifference, ReadersDiffer, reader_difference};
pub use crate::redaction::{Leftover, Redacted, RedactionOptions, Replacement, redact};
pub use crate::report::{
    AlgorithmReport, AttributeServiceReport, CalendarReport, CalendarRow, CalendarUse, CategoryReport, ContactReport,
    EndpointReport, EntityKeyReport, EntityReport, EntityRoleReport, EntityRow, ExtensionReport, FlagReport,
    LogoReport, MatchReport, MetadataChange, MetadataDifference, MetadataReport, OrganizationReport,
    RegistrationReport, RequestedAttributeReport, ScopeReport, SenderReport, UiReport, Worded, entity_report,
    metadata_difference,
};
pub use crate::report::{ArrowReport, FlowReport, LoginReport, RelayStateReport};
pub use crate::report::{
    ArtifactReport, AttributeReport, AttributeSummary, CaptureReport, CertificateReport, ClaimReport, DecryptionReport,
    Detected, Diagnosis, EditReport, ErrorTextReport, EvidenceReport, Explanation, Finding, Fix, Group, IdentityReport,
    KeyReport, KeyUseReport, NameIdReport, Outcome, ReadingReport, RepairReport, ReplayReport, Report, ResourceReport,
    RoleFaultReport, RoleReport, RuleReport, RuledOutReport, SessionLimitReport, SessionReport, Severity,
    SignatureNumber, SignatureReport, SplitReport, State, StepErrorReport, StepReport, StopReport, Summary, TextReport,
    TimeReport, UnknownReport, ValueReport, Verdict, Who, WrappingReport, add_texts, context_error, explain, html,
    human, markdown, rules, sarif, short,
};
pub use crate::report::{
    ComparedKind, ComparedRow, Comparison, Decoding, Head, Layer, compare, compare_captures, decoding,
};
pub use crate::self_test::{SELF_TEST_GROUPS, SelfCheck, SelfTest, SelfTestReport, self_test};
pub use crate::stated::{Receipt, Stated, StatedDecryption, StatedSignature};
pub use crate::xml::{Layout, Line, Token, TokenKind, lines};

/// A pasted text or a dropped file.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What to call it in the report.
    pub name: &'a str,
    /// Its bytes as they came.
    pub bytes: &'a [u8],
}

/// Decodes, reads and reports a case.
pub fn inspect(inputs: &[Input<'_>], context: &Context) -> Report {
    inspect_telling(inputs, context, &mut |_, _| {})
}

/// As [`inspect`], and tells after each step how many of how many are done: every input is decoded, read and verified,
/// and then come the rules.
pub fn inspect_telling(inputs: &[Input<'_>], context: &Context, tell: &mut dyn FnMut(usize, usize)) -> Report {
    let read = inputs.len() + usize::from(context.request.is_some());
    let of = inputs.len() + 2 * read + 1;
    let mut done = 0;
    let mut step = || {
        done += 1;
        tell(done, of);
    };
    let taken = inputs.iter().map(|input| {
        let captures = taken(input);
        step();
        captures
    });
    let captures: Vec<_> = taken.collect::<Vec<_>>().into_iter().flatten().collect();
    report::build(&captures, context, &mut step)
}

fn captures<'a>(inputs: &[Input<'a>]) -> Vec<(String, intake::Captured<'a>)> {
    inputs.iter().flat_map(taken).collect()
}

/// The messages of an input, each with its name.
fn taken<'a>(input: &Input<'a>) -> Vec<(String, intake::Captured<'a>)> {
    intake::take(input.bytes).into_iter().map(|capture| (input.name.to_owned(), capture)).collect()
}

/// The text of a metadata file, as [`Context::add_metadata`] reads it. `None` where there is no XML in it.
pub fn metadata_text(bytes: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    intake::take_one(bytes).xml
}

/// The bytes that a signature is over, by its number in the [`Report`] of the same case: the canonical form that the
/// Reference's digest is made of, or of a query the part that is signed. Whether the signature holds does not matter.
///
/// # Errors
/// Says why there are none.
pub fn signed_bytes(
    inputs: &[Input<'_>],
    context: &Context,
    capture: usize,
    signature: usize,
) -> Result<Vec<u8>, String> {
    report::signed_bytes(&captures(inputs), context, capture, signature)
}

/// The bytes that a broken signature's digest was made of, beside what [`signed_bytes`] gives: the canonical form with what
/// [`SignatureReport::diagnosis`] names undone. That the signature is not valid stays so.
///
/// # Errors
/// Says that none are known: the signature holds, its digest does, or nothing was found that restores it.
pub fn restored_bytes(
    inputs: &[Input<'_>],
    context: &Context,
    capture: usize,
    signature: usize,
) -> Result<Vec<u8>, String> {
    report::restored_bytes(&captures(inputs), context, capture, signature)
}

/// The canonical bytes of a captured message, or of the one element in it that has an ID.
///
/// `method`: the identifier of one of the six methods that XML Signature knows (XMLDSig 1.1 §6.5).
///
/// # Errors
/// Says at which step it failed, and why.
pub fn canonical_bytes(input: &[u8], method: &str, id: Option<&str>) -> Result<Vec<u8>, String> {
    let Some(canonicalization) = xml::Canonicalization::from_uri(method) else {
        return Err(format!("step canonicalize: {method} is no canonicalization that XML Signature knows"));
    };
    let report = inspect(&[Input { name: "input", bytes: input }], &Context::at(Instant::from_unix(0)));
    let capture = report.captures.first();
    if let Some(error) = capture.and_then(|capture| capture.error()) {
        return Err(format!("step {}: {} {}", error.step, error.message, error.advice));
    }
    let xml = capture.and_then(|capture| capture.xml.as_deref()).unwrap_or_default();
    let reading = xml::read(xml, xml::Doctype::Show);
    let document = reading.document;
    let node = match id {
        None => document.root(),
        Some(id) => dsig::element_by_id(&document, id).map_err(|count| match count {
            0 => format!("step canonicalize: no element has the ID {id}"),
            count => format!("step canonicalize: {count} elements have the ID {id}, so that none is meant by it"),
        })?,
    };
    let mut bytes = Vec::new();
    let prefixes = xml::PrefixList::default();
    xml::canonicalize(node, canonicalization, &prefixes, None, &mut |piece| bytes.extend_from_slice(piece))
        .map_err(|error| format!("step canonicalize: {}", report::canonical_error(&error, Language::English)))?;
    Ok(bytes)
}
