//! Whether the request is signed where it must be, and whether its signature holds.

use super::{request, unless_answered};
use crate::checks::{Answer, Evidence, Severity};
use crate::dsig::{Fault, Status};
use crate::flow::{Case, IdentityProvider, Seen};
use crate::intake::Binding;
use crate::saml::metadata::{Role, Spanned};

/// One party says in its metadata that requests are signed, and this one is not.
pub(super) fn unsigned(case: &Case<'_>) -> Answer {
    let Some((seen, message)) = request(case) else { return Answer::Inapplicable };
    let (idp, sp) = (case.idp_entity().map(|(file, _)| file), case.sp_entity().map(|(file, _)| file));
    if idp.is_none() && sp.is_none() {
        return Answer::NotChecked(&["metadata"]);
    }
    let of = |role: Option<&'_ Role>, wants: fn(&Role) -> bool| role.is_some_and(wants);
    let wanted = of(case.idp_role(), Role::wants_authn_requests_signed);
    let promised = of(case.sp_role(), Role::signs_authn_requests);
    if !wanted && !promised {
        return Answer::Inapplicable;
    }
    if seen.is_signed() {
        return Answer::Passed;
    }
    // A signature of the redirect binding is not in the message but beside it.
    let whole = match seen.capture.binding {
        Some(Binding::Redirect) => seen.capture.url.is_some(),
        Some(_) => true,
        None => false,
    };
    if !whole {
        return Answer::NotChecked(&["request"]);
    }
    let said = |value: Option<&Spanned>| value.cloned();
    let (what, file, value) = if wanted {
        (
            "WantAuthnRequestsSigned",
            idp,
            said(case.idp_role().and_then(|role| role.want_authn_requests_signed.as_ref())),
        )
    } else {
        ("AuthnRequestsSigned", sp, said(case.sp_role().and_then(|role| role.authn_requests_signed.as_ref())))
    };
    let said = file.zip(value).map(|(file, value)| Evidence::metadata(file, what, &value));
    let missing = Evidence::node(seen, "Signature", message.0).expected("a signature by the key of the service");
    let answer = Answer::found([missing].into_iter().chain(said)).with("who_wants", what);
    // Keycloak's metadata says so whatever the client is set to.
    let by_habit = !promised && case.identity_provider == IdentityProvider::Keycloak;
    unless_answered(case, if by_habit { answer.severity(Severity::Warning) } else { answer })
}

/// What an identity provider finds wrong with the signature, whether it asks for one or not.
pub(super) fn bad(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = request(case) else { return Answer::Inapplicable };
    let mut found = Vec::new();
    let mut unknown = false;
    for (fault, evidence, trusted) in signatures(seen) {
        match &fault {
            // A key of the other party was tried and none of this one's.
            Some(Fault::SignatureMismatch(_)) if !is_known(case) => unknown = true,
            Some(fault) if fault.status() == Status::Invalid => {
                found.push(evidence.actual(fault.reason().unwrap_or_default()).expected("a signature that holds"));
            }
            Some(_) => unknown = true,
            None => unknown |= !trusted,
        }
    }
    if !found.is_empty() {
        return unless_answered(case, Answer::found(found));
    }
    match (unknown, case.response().is_some()) {
        (true, false) => Answer::NotChecked(&["metadata", "certificates"]),
        (true, true) => Answer::Inapplicable,
        (false, _) if seen.is_signed() => Answer::Passed,
        (false, _) => Answer::Inapplicable,
    }
}

/// Whether a key is known that the request may be signed with: one of the service's metadata, or, where there is nothing
/// else that it could be for, one that was given as such.
fn is_known(case: &Case<'_>) -> bool {
    let listed = case.sp_role().is_some_and(|role| role.signing_keys().next().is_some());
    listed || case.response().is_none()
}

/// Every signature of the message itself: why it does not hold, where it stands, whether the context vouches for its key.
fn signatures(seen: &Seen<'_>) -> impl Iterator<Item = (Option<Fault>, Evidence, bool)> {
    let query = seen.query.iter().map(|query| (query.fault.clone(), Evidence::outside(seen, "Signature", ""), true));
    let own = seen.signatures().filter(|verdict| verdict.target == "AuthnRequest");
    query.chain(own.map(|verdict| {
        let place = Some(seen.place_of_span(&verdict.span));
        (verdict.fault.clone(), Evidence { place, ..Evidence::nowhere("Signature") }, verdict.trusted)
    }))
}
