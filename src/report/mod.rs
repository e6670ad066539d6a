//! The report: what the page shows, the command line prints and every export renders.
//!
//! The names are fixed (schema `samlens-report/1`); new keys may be added, none may change.

mod against;
mod artifact;
mod build;
mod compare;
mod decoding;
mod decryption;
mod doctor;
mod error_text;
mod explain;
mod finding;
mod flow;
mod html;
mod human;
mod identity;
mod keys;
mod markdown;
mod messages;
mod metadata;
mod metadata_difference;
mod read;
mod replay;
mod sarif;
mod signature;
mod signature_messages;
mod signed_bytes;
mod split;
mod summary;
pub(crate) mod texts;
mod words;
mod wrapping;

use serde::Serialize;

pub use self::against::{MatchReport, SenderReport};
pub use self::artifact::ArtifactReport;
pub(crate) use self::build::build;
pub(crate) use self::build::with_case;
pub use self::compare::{ComparedKind, ComparedRow, Comparison, compare, compare_captures};
pub use self::decoding::{Decoding, Head, Layer, decoding};
pub use self::decryption::DecryptionReport;
pub use self::error_text::ErrorTextReport;
pub use self::explain::{Explanation, explain};
pub use self::finding::{EvidenceReport, Finding, Fix, RuleReport, State, rules};
pub use self::flow::{ArrowReport, FlowReport, LoginReport, RelayStateReport};
pub use self::html::html;
pub use self::human::human;
pub use self::identity::{
    AttributeReport, IdentityReport, NameIdReport, ResourceReport, RoleFaultReport, RoleReport, SessionLimitReport,
    SessionReport, TextReport, TimeReport,
};
pub use self::keys::{KeyReport, KeyUseReport, SignatureNumber};
pub use self::markdown::{markdown, short};
pub use self::messages::context_error;
pub use self::metadata::{
    AlgorithmReport, AttributeServiceReport, CalendarReport, CalendarRow, CalendarUse, CategoryReport, ContactReport,
    EndpointReport, EntityKeyReport, EntityReport, EntityRoleReport, EntityRow, ExtensionReport, FlagReport,
    LogoReport, MetadataReport, OrganizationReport, RegistrationReport, RequestedAttributeReport, ScopeReport,
    UiReport, Worded, entity_report,
};
pub use self::metadata_difference::{MetadataChange, MetadataDifference, metadata_difference};
pub use self::replay::{ReplayReport, StopReport, UnknownReport};
pub use self::sarif::sarif;
pub use self::signature::{CertificateReport, Diagnosis, EditReport, RuledOutReport, SignatureReport};
pub(crate) use self::signature_messages::canonical_error;
pub(crate) use self::signed_bytes::{restored_bytes, signed_bytes};
pub use self::split::{ReadingReport, SplitReport};
pub use self::summary::{AttributeSummary, Summary, ValueReport};
pub use self::texts::add_texts;
pub use self::wrapping::{ClaimReport, WrappingReport};
pub use crate::checks::{Group, Outcome, Severity, Who};
use crate::limits;

/// Everything that is known about a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `samlens-report/1`.
    pub schema: &'static str,
    /// `en` or `zh`.
    pub language: &'static str,
    /// The time that the case is judged at, RFC 3339.
    pub now: String,
    /// Where that time comes from: `given`, `clock` or `capture`.
    pub now_source: &'static str,
    /// The service that the login is for.
    pub profile: Option<Detected>,
    /// The identity provider.
    pub identity_provider: Option<Detected>,
    /// The answer.
    pub verdict: Verdict,
    /// What was captured, in the order of the inputs.
    pub captures: Vec<CaptureReport>,
    /// Which of them are one login, and which login the verdict is about.
    pub flow: FlowReport,
    /// What the rules found; in the JSON form without those that passed, unless all is asked for.
    pub findings: Vec<Finding>,
    /// What the texts mean that the user saw, or that the identity provider gave.
    pub error_texts: Vec<ErrorTextReport>,
    /// Whether other services would accept the message, each with where it stops; none where there is no Response.
    pub replays: Vec<ReplayReport>,
    /// Every certificate and key of the messages, the metadata and the context.
    pub certificates: Vec<KeyReport>,
    /// How many places of certificates and keys are left out, over [`limits::REPORT_KEYS`] and [`limits::KEY_USES`].
    pub certificates_left_out: usize,
    /// The metadata among the captures and of the context.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<MetadataReport>,
    /// What the messages of the judged login say, held against the metadata.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<MatchReport>,
    /// Which entities of the metadata may have sent the messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub senders: Vec<SenderReport>,
    /// Of a redacted case: that what is said of its signatures and encrypted parts is the word of whoever redacted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated: Option<String>,
}

impl Report {
    /// Whether it is about metadata alone, and so about no login.
    pub fn is_of_metadata(&self) -> bool {
        let mut messages = self.captures.iter().filter(|capture| capture.is_saml).peekable();
        messages.peek().is_some() && messages.all(CaptureReport::is_metadata)
    }

    /// What there is to say of the root cause beyond the verdict's sentence.
    pub fn aside(&self) -> Option<&str> {
        let root = self.verdict.root_cause?;
        let root = self.findings.iter().find(|finding| finding.rule == root && finding.state == State::Fired)?;
        let rest = root.why.as_deref()?.strip_prefix(self.verdict.sentence.as_str())?.trim_start();
        (!rest.is_empty()).then_some(rest)
    }

    /// Leaves out the rules that passed, certificates as PEM and decoded texts above [`limits::REPORT_XML_BYTES`], as every
    /// form does unless all is asked for.
    pub fn abridged(mut self) -> Self {
        self.findings.retain(|finding| finding.state != State::Passed);
        self.certificates.iter_mut().for_each(|key| key.pem = None);
        for metadata in &mut self.metadata {
            metadata.rows.truncate(limits::REPORT_ENTITIES);
            metadata.calendar.rows.truncate(limits::REPORT_ENTITIES);
        }
        for capture in &mut self.captures {
            capture.xml = capture.xml.take().filter(|xml| xml.len() <= limits::REPORT_XML_BYTES);
        }
        self
    }
}

/// Something recognised, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// Its name among the fixed ones.
    pub name: &'static str,
    /// What it was recognised by.
    pub why: String,
}

/// The answer to the question that brought the user here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// What becomes of the login.
    pub outcome: Outcome,
    /// The rule whose repair comes first.
    pub root_cause: Option<&'static str>,
    /// The answer as one sentence.
    pub sentence: String,
    /// Who must act.
    pub who: Who,
    /// The context keys that would let more be checked.
    pub missing: Vec<&'static str>,
}

/// One captured message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaptureReport {
    /// Its number, from 0.
    pub index: usize,
    /// The name of the input it came from.
    pub input: String,
    /// Its number among the messages of that input.
    pub part: usize,
    /// What was done to decode it.
    pub steps: Vec<StepReport>,
    /// `redirect`, `post`, `soap`, `paos`, `artifact` or `ws-federation`, where the capture tells.
    pub binding: Option<&'static str>,
    /// The root element's local name; `Artifact`, `Certificate`, `PublicKey` or `PrivateKey` of what is no XML; `None`
    /// where nothing could be read.
    pub kind: Option<String>,
    /// The local name of the message, where the root element is wrapped around it: of a SOAP envelope, an
    /// ArtifactResponse, a WS-Trust response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether the message is one of SAML's.
    pub is_saml: bool,
    /// The URL that it was sent to, without its query, where the capture has it.
    pub url: Option<String>,
    /// `RelayState`, decoded.
    pub relay_state: Option<String>,
    /// The artifact that it is, or asks with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ArtifactReport>,
    /// The decoded message to the byte, as UTF-8; spans are offsets into it.
    pub xml: Option<String>,
    /// Where that text stands in the input, half open, if it is over [`limits::SHOWN_XML_BYTES`] and stands there as it is:
    /// the report has no copy of it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xml_in_input: Option<[usize; 2]>,
    /// What it says; `None` where there is no well-formed XML.
    pub summary: Option<Summary>,
    /// Who logs in, of the assertion that is read; `None` where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityReport>,
    /// Its signatures.
    pub signatures: Vec<SignatureReport>,
    /// Its encrypted parts.
    pub decryptions: Vec<DecryptionReport>,
    /// What stands in it that no signature is meant for, beside what is signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wrappings: Vec<WrappingReport>,
    /// The texts in it that readers read differently.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub split_texts: Vec<SplitReport>,
}

impl CaptureReport {
    /// Whether it is metadata: of one entity or of several.
    pub fn is_metadata(&self) -> bool {
        matches!(self.message_kind(), Some("EntityDescriptor" | "EntitiesDescriptor"))
    }

    /// The local name of the message, whatever is wrapped around it.
    pub fn message_kind(&self) -> Option<&str> {
        self.message.as_deref().or(self.kind.as_deref())
    }

    /// Why it could not be read, where it could not.
    pub fn error(&self) -> Option<&StepErrorReport> {
        self.steps.iter().find_map(|step| step.error.as_ref())
    }
}

/// A decoding step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// What was done.
    pub name: &'static str,
    /// The same in plain words.
    pub title: &'static str,
    /// Bytes that the step was given.
    pub bytes_in: usize,
    /// Bytes that it made.
    pub bytes_out: usize,
    /// What it found that is no text, in plain words: a certificate, an artifact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What it mended.
    pub repairs: Vec<RepairReport>,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepErrorReport>,
}

/// Something that a step mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepairReport {
    /// What.
    pub name: &'static str,
    /// How many bytes it touched.
    pub count: usize,
    /// The same in plain words.
    pub text: String,
}

/// Why a step failed, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepErrorReport {
    /// The step.
    pub step: &'static str,
    /// Byte offset into what the step was given.
    pub at: usize,
    /// Why.
    pub message: String,
    /// What to try.
    #[serde(rename = "try")]
    pub advice: String,
    /// The bytes of the XML at fault, where the XML is: half open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<[usize; 2]>,
}
