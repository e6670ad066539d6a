//! The signatures of a case's messages with their elements, and what the rules ask of them.

use crate::checks::Evidence;
use crate::dsig::names::DSIG;
use crate::dsig::{Cure, Examination, Fault, MalformedKind, SignatureVerdict};
pub(in crate::checks::generic) use crate::dsig::{elements_of_id as of_id, reference_uris};
use crate::flow::{Case, Seen};
use crate::saml::{Assertion, Message, Value};
use crate::xml::{Node, NodeKind};

/// A signature over XML.
#[derive(Clone, Copy)]
pub(in crate::checks::generic) struct Signed<'d> {
    /// The capture that it stands in.
    pub(in crate::checks::generic) seen: &'d Seen<'d>,
    /// The `<ds:Signature>`.
    pub(in crate::checks::generic) node: Node<'d>,
    /// What is known of it.
    pub(in crate::checks::generic) verdict: &'d SignatureVerdict,
    /// Whether it was decrypted, so that its bytes are those of the message with its parts in place.
    decrypted: bool,
}

impl<'d> Signed<'d> {
    /// Every signature of a capture.
    pub(in crate::checks::generic) fn of(seen: &'d Seen<'d>) -> impl Iterator<Item = Self> {
        seen.signature_elements().map(move |(decrypted, node, verdict)| Self { seen, node, verdict, decrypted })
    }

    /// Of a signature over what a program printed of the message: what makes it hold, where that is white space alone. What
    /// was sent is not known to be wrong then.
    pub(in crate::checks::generic) fn copied<'c>(&self, case: &'c Case<'d>) -> Option<&'c Cure> {
        let Some(Examination::Cured(cure)) = case.examined(self.seen, self.verdict) else { return None };
        (cure.is_of_spacing() && self.seen.capture.was_printed()).then_some(cure)
    }

    /// A proof at an element of its document.
    pub(in crate::checks::generic) fn at(&self, what: &str, node: Node<'_>) -> Evidence {
        self.at_span(what, &node.open_tag())
    }

    /// A proof at a value of its document, with the value.
    pub(in crate::checks::generic) fn value(&self, what: &str, value: &Value<'_>) -> Evidence {
        self.at_span(what, &value.span).actual(&value.text)
    }

    /// A proof at bytes of its document, named after what stands there.
    pub(in crate::checks::generic) fn span(&self, span: &std::ops::Range<usize>) -> Evidence {
        let holds = |node: &Node<'_>| node.span().start <= span.start && span.end <= node.span().end;
        let nodes = self.node.document().nodes();
        let within = nodes.filter(|node| node.kind() == NodeKind::Element && holds(node)).last();
        let attribute = within.and_then(|node| node.attributes().find(|one| one.value_span() == *span));
        let name = within.map_or("Signature", Node::local_name);
        match attribute {
            Some(attribute) => self.at_span(&format!("{name}/@{}", attribute.local_name()), span),
            None => self.at_span(name, span),
        }
    }

    fn at_span(&self, what: &str, span: &std::ops::Range<usize>) -> Evidence {
        let place = if self.decrypted { self.seen.place_of_span(span) } else { self.seen.place_as_sent(span) };
        Evidence { place: Some(place), ..Evidence::nowhere(what) }
    }

    /// A proof at the first of its elements of this name, with the text of that; at itself where there is none.
    pub(in crate::checks::generic) fn part(&self, name: &'static str) -> Evidence {
        match self.element(name) {
            Some(node) => {
                let value = Value::of_element(node);
                self.value(name, &value).actual(&value.text.split_whitespace().collect::<String>())
            }
            None => self.at("Signature", self.node),
        }
    }

    /// The first of its elements of this name, however deep.
    pub(in crate::checks::generic) fn element(&self, name: &'static str) -> Option<Node<'d>> {
        self.node.descendants().find(|node| node.is(DSIG, name))
    }

    /// `Algorithm` of the first of its elements of this name.
    pub(in crate::checks::generic) fn algorithm(&self, name: &'static str) -> Option<Value<'d>> {
        self.element(name)?.attribute("Algorithm").map(Value::of_attribute)
    }

    /// What the signature stands in, as people call it: `Assertion`, `Response`.
    pub(in crate::checks::generic) fn target(&self) -> &'d str {
        &self.verdict.target
    }

    /// Whether the fault of the signature is one that this rule tells.
    pub(in crate::checks::generic) fn is_told_by(&self, rule: &str) -> bool {
        self.verdict.fault.as_ref().is_some_and(|fault| teller(fault) == rule)
    }
}

/// The rule that tells of a fault, so that each has one. What fits nowhere else is a signature that does not hold.
fn teller(fault: &Fault) -> &'static str {
    use crate::xml::CanonicalErrorKind::{ControlInNamespace, Doctype, RelativeNamespace};
    use MalformedKind::*;
    match fault {
        Fault::DigestMismatch => "sig-digest-mismatch",
        Fault::ReferenceNotFound(_) | Fault::ReferenceAmbiguous { .. } => "sig-reference-uri",
        Fault::ForbiddenTransform(_) => "sig-transforms",
        Fault::ForbiddenAlgorithm { .. } => "sig-alg-unknown",
        Fault::Encoding(_) => "attack-parser-differential",
        Fault::Limit { .. } => "attack-xml-bomb",
        // It is told as a check that lacks a key.
        Fault::NoKey => "sig-key-not-in-metadata",
        Fault::Canonical(error) => match error.kind {
            RelativeNamespace(_) | ControlInNamespace(_) => "attack-relative-namespace",
            Doctype => "saml-xml-dtd",
            _ => "sig-value-mismatch",
        },
        Fault::Malformed(malformed) => match &malformed.kind {
            NotBase64("DigestValue") | Empty("DigestValue") => "sig-digest-mismatch",
            NoUri | ForeignUri(_) | WholeFromWithin => "sig-reference-uri",
            NotItsParent { .. } => "sig-not-enveloped-child",
            References(_) | Missing("Reference") => "sig-reference-count",
            Comment | Instruction => "attack-comment-in-signature",
            Missing("SignedInfo" | "SignatureValue") => "attack-signedinfo-count",
            Unexpected(name) if name == "SignedInfo" || name == "SignatureValue" => "attack-signedinfo-count",
            _ => "sig-value-mismatch",
        },
        _ => "sig-value-mismatch",
    }
}

/// The messages whose signatures decide: the Response, logout messages; the request only where nothing answers it, since
/// whom it was answered for the identity provider took it from.
pub(in crate::checks::generic) fn judged<'d>(case: &Case<'d>) -> Vec<(&'d Seen<'d>, Message<'d>)> {
    let answered = case.response().is_some();
    case.messages().filter(|(seen, m)| m.is_saml() && !(answered && seen.kind() == "AuthnRequest")).collect()
}

/// Every signature over XML of the messages that decide.
pub(in crate::checks::generic) fn signatures<'d>(case: &Case<'d>) -> Vec<Signed<'d>> {
    judged(case).into_iter().flat_map(|(seen, _)| Signed::of(seen)).collect()
}

/// The Response that says that the login succeeded, or bare Assertion, with the assertion that is read from it.
pub(in crate::checks::generic) fn login<'d>(
    case: &Case<'d>,
) -> Option<(&'d Seen<'d>, Message<'d>, Option<Assertion<'d>>)> {
    let seen = case.response()?;
    let message = seen.message.filter(|message| message.is_saml())?;
    (case.succeeded() != Some(false)).then(|| (seen, message, case.assertion()))
}

/// The Signature that is a child of an element.
pub(in crate::checks::generic) fn own_signature(node: Node<'_>) -> Option<Node<'_>> {
    node.element(DSIG, "Signature")
}
