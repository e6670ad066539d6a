//! samlens: why did this SAML login fail?
//!
//! [`inspect`] is the front door: captured texts and what is known beside them go in, a [`Report`] comes out. It reads
//! no clock, no file and no network, and fails on no input: what cannot be read is a capture with an error at a step.

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
mod context;
#[doc(hidden)] // Public for the project's own tests, as are the rooms below.
pub mod crypto;
#[doc(hidden)]
pub mod intake;
pub mod limits;
mod report;
#[doc(hidden)]
pub mod saml;
#[doc(hidden)]
pub mod xenc;
#[doc(hidden)]
pub mod xml;

pub use crate::context::{AUTO_SECONDS, Context, Now, NowSource};
pub use crate::report::{
    AttributeSummary, CaptureReport, DecryptionReport, Detected, Finding, Outcome, RepairReport, Report,
    SignatureReport, StepErrorReport, StepReport, Summary, Verdict, Who,
};
pub use crate::saml::{Instant, InstantError};
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
    let captures = inputs.iter().map(|input| (input.name.to_owned(), intake::take(input.bytes))).collect();
    report::build(captures, context)
}
