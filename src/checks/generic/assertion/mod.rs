//! The assertion: whom it is for, when it holds, what it states (SAML 2.0 Core §2.3 to §2.7, Profiles §4.1.4).

pub(super) mod attributes;
pub(super) mod audience;
pub(super) mod confirmation;
pub(super) mod statements;
pub(super) mod times;

use crate::checks::Answer;
use crate::flow::{Case, Profile, Seen};
use crate::instant::Instant;
use crate::saml::{Assertion, Value, attribute};

/// The assertion that is read, and the capture that it stands in. None where the identity provider reports a failure:
/// what then stands there is nobody's login.
pub(super) fn judged<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Assertion<'d>)> {
    if case.succeeded() == Some(false) {
        return None;
    }
    Some((case.response()?, case.assertion()?))
}

/// What a required rule answers where [`judged`] finds nothing: it matters whether there is an assertion to be opened.
pub(super) fn unread(case: &Case<'_>) -> Answer {
    if case.is_sealed() && case.succeeded() != Some(false) {
        Answer::NotChecked(&["private_keys"])
    } else {
        Answer::Inapplicable
    }
}

/// The point in time that a value says, where it can be read.
pub(super) fn time(value: Option<&Value<'_>>) -> Option<Instant> {
    Instant::parse(&value?.text).ok()
}

/// When the assertion was issued, where that can be read.
pub(super) fn issued(assertion: Assertion<'_>) -> Option<Instant> {
    time(attribute(assertion.0, "IssueInstant").as_ref())
}

/// Whether a time before which something holds has passed, by the slowest clock that is allowed.
pub(super) fn is_past(case: &Case<'_>, end: Instant) -> bool {
    Instant::from_unix(case.now.unix().saturating_sub(case.skew())) >= end
}

/// Whether a time from which something holds is still to come, by the fastest clock that is allowed.
pub(super) fn is_ahead(case: &Case<'_>, start: Instant) -> bool {
    Instant::from_unix(case.now.unix().saturating_add(case.skew())) < start
}

/// Seconds as `2:05:00`, which needs no language.
pub(super) fn span(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours}:{minutes:02}:{seconds:02}")
}

/// What a service's own rules say of a value that the general rule looks at as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    /// Nothing.
    Nothing,
    /// It has one right value, which its own rule knows.
    One,
    /// It takes several, so that one known to be right makes no other wrong.
    Several,
}

/// What a service's own rule knows of its entity ID (rule catalogue, sections 1, 2 and 6).
fn own_audience(profile: Profile) -> Own {
    match profile {
        Profile::AwsIamRole | Profile::TencentRole => Own::Several,
        Profile::AlibabaUserSso
        | Profile::AlibabaRoleSso
        | Profile::GitHub
        | Profile::Slack
        | Profile::GoogleWorkspace => Own::One,
        _ => Own::Nothing,
    }
}

/// What a service's own rule knows of its ACS.
fn own_recipient(profile: Profile) -> Own {
    match profile {
        Profile::AlibabaUserSso | Profile::AlibabaRoleSso | Profile::AwsIamRole => Own::Several,
        Profile::TencentRole | Profile::GitHub | Profile::Slack | Profile::GoogleWorkspace => Own::One,
        _ => Own::Nothing,
    }
}
