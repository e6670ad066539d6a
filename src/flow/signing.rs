//! How the assertion that is judged is signed, as far as a service's own rules about it ask.

use super::case::Case;
use crate::crypto::PublicKey;
use crate::dsig::names::DSIG;
use crate::dsig::{Fault, SignatureVerdict, Status};
use crate::xml::Node;

/// How the assertion that is judged is signed.
#[derive(Debug)]
pub(crate) enum Signing<'d> {
    /// Neither it nor the Response around it has a signature.
    Unsigned,
    /// The signature does not hold, whatever key it was made with.
    Broken(&'d SignatureVerdict),
    /// It was made with another key than those that the context vouches for.
    ForeignKey(&'d SignatureVerdict),
    /// The context vouches for no key of the issuer.
    NoKey,
    /// It holds with a key that the context vouches for.
    Vouched,
}

impl<'d> Case<'d> {
    /// How the assertion that is judged is signed. `None` where there is none, or none that can be read.
    pub(crate) fn signing(&self) -> Option<Signing<'d>> {
        let (seen, assertion) = (self.response()?, self.assertion()?);
        // Its start tag: what follows is interrupted by the signature itself.
        if seen.is_vouched(&assertion.0.open_tag()) {
            return Some(Signing::Vouched);
        }
        let mut around = seen.signatures().filter(|v| matches!(v.target.as_str(), "Response" | "Assertion"));
        let Some(verdict) = around.next() else { return Some(Signing::Unsigned) };
        let keys = self.issuer_keys();
        let shows_known = seen.shown(verdict).iter().any(|shown| keys.contains(&shown.key));
        Some(match verdict.status() {
            Status::NoKey => Signing::NoKey,
            Status::Valid if keys.is_empty() => Signing::NoKey,
            Status::Valid => Signing::ForeignKey(verdict),
            // Whoever shows the known certificate signed with its key, and the value was altered on the way.
            Status::Invalid if matches!(verdict.fault, Some(Fault::SignatureMismatch(_))) && !shows_known => {
                if keys.is_empty() { Signing::NoKey } else { Signing::ForeignKey(verdict) }
            }
            Status::Invalid | Status::Unsupported => Signing::Broken(verdict),
        })
    }

    /// The assertion's own `<ds:Signature>`, whether it holds or not.
    pub(crate) fn assertion_signature(&self) -> Option<Node<'d>> {
        self.assertion()?.0.element(DSIG, "Signature")
    }

    /// The Response's own `<ds:Signature>`, whether it holds or not.
    pub(crate) fn response_signature(&self) -> Option<Node<'d>> {
        let message = self.response()?.message.filter(|message| message.kind() == "Response")?;
        message.0.element(DSIG, "Signature")
    }

    /// The keys that may speak for the Response's issuer: those of the context, and of metadata among the captures.
    fn issuer_keys(&self) -> Vec<PublicKey> {
        let issuer = self.response().and_then(|seen| seen.message?.issuer()).map(|issuer| issuer.text);
        let given = self.context.keys.candidates(issuer.as_deref(), "Response").map(|key| key.key.clone());
        let captured = self.idp_entity().filter(|(file, _)| file.capture.is_some());
        let captured = captured.and_then(|_| self.idp_role()).into_iter().flat_map(|role| role.signing_keys());
        let captured = captured.flat_map(|key| key.readable()).filter_map(|certificate| certificate.key.clone().ok());
        given.chain(captured).collect()
    }
}
