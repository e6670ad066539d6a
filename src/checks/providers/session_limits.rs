//! How long the session that an assertion begins may last, for the services of which it is known what limits it.

use super::{alibaba_role, aws_role};
use crate::flow::Profile;
use crate::instant::Instant;
use crate::saml::{Assertion, Value};

/// Something that limits a session.
pub(crate) struct SessionLimit<'d> {
    /// `SessionDuration`, `AuthnStatement/@SessionNotOnOrAfter`, or the setting of the account that it is.
    pub(crate) what: &'static str,
    /// Seconds that the session lasts at least as far as this goes: what a setting is unless somebody raised it.
    pub(crate) least: u64,
    /// Seconds that it lasts at most.
    pub(crate) most: u64,
    /// The value that says so; `None` for a setting of the account.
    pub(crate) value: Option<Value<'d>>,
}

/// What limits the session at a service, the one that counts first; none where that is not known of the service.
pub(crate) fn session_limits<'d>(service: Profile, assertion: Assertion<'d>, now: Instant) -> Vec<SessionLimit<'d>> {
    match service {
        Profile::AlibabaRoleSso => alibaba_role::session::limits(assertion, now),
        Profile::AwsIamRole => aws_role::session_limits(assertion, now),
        _ => Vec::new(),
    }
}
