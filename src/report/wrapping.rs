//! What a wrapped message has twice: the element that a careless service reads, and the one that is signed.

use serde::Serialize;

use super::summary::AttributeSummary;

/// One element that no signature is meant for, beside the one that a signature names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrappingReport {
    /// The shape's name: `xsw1` to `xsw9`, `protocol-mix`, `in-extensions`, …
    pub shape: &'static str,
    /// What was done, in plain words.
    pub text: String,
    /// What a service would read that looks for elements by name.
    pub consumed: ClaimReport,
    /// What the signature is over; `None` where it names nothing that is there.
    pub signed: Option<ClaimReport>,
}

/// What one element of a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimReport {
    /// Its local name.
    pub element: String,
    /// Its `ID`.
    pub id: Option<String>,
    /// The local names of the elements that it stands in, from the root, and its own: `Response/Extensions/Assertion`.
    pub path: String,
    /// The number of the decryption whose text it stands in; `None` where that is the capture's XML.
    pub decryption: Option<usize>,
    /// Its bytes in that text, half open.
    pub span: [usize; 2],
    /// Whether a signature that holds covers it.
    pub covered: bool,
    /// Who is said to have made it.
    pub issuer: Option<String>,
    /// Who is said to log in.
    pub name_id: Option<String>,
    /// For whom it is said to be.
    pub audiences: Vec<String>,
    /// What is said of the user.
    pub attributes: Vec<AttributeSummary>,
}
