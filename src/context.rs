//! What is known about a login beside its captures.

use crate::saml::Instant;

/// The context that captures are judged in. Time comes in with it: the engine reads no clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The caller's wall clock.
    pub clock: Instant,
    /// Which time counts as now.
    pub now: Now,
}

/// Which time counts as now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Now {
    /// The wall clock if it lies within [`AUTO_SECONDS`] of the capture, else the capture's time: an old capture must
    /// not read as one long list of expired times.
    #[default]
    Auto,
    /// The wall clock.
    Clock,
    /// When the newest message was issued.
    Capture,
    /// This time.
    At(Instant),
}

/// How far from the capture the wall clock may lie to be taken for it, in seconds.
pub const AUTO_SECONDS: i64 = 15 * 60;

impl Context {
    /// A context that knows nothing but the time.
    pub fn at(clock: Instant) -> Self {
        Self { clock, now: Now::Auto }
    }

    /// The time to judge at, and where it comes from, given when the newest message was issued.
    pub(crate) fn resolve_now(&self, captured: Option<Instant>) -> (Instant, NowSource) {
        match (self.now, captured) {
            (Now::At(instant), _) => (instant, NowSource::Given),
            (Now::Capture, Some(captured)) => (captured, NowSource::Capture),
            (Now::Auto, Some(captured)) if (self.clock.unix() - captured.unix()).abs() > AUTO_SECONDS => {
                (captured, NowSource::Capture)
            }
            _ => (self.clock, NowSource::Clock),
        }
    }
}

/// Where the time to judge at comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NowSource {
    /// The context named it.
    Given,
    /// The wall clock.
    Clock,
    /// The newest message's `IssueInstant`.
    Capture,
}

impl NowSource {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Clock => "clock",
            Self::Capture => "capture",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_capture_is_judged_at_its_own_time_unless_the_context_says_otherwise() {
        let clock = Instant::from_unix(1_000_000);
        let (near, old) = (Instant::from_unix(999_200), Instant::from_unix(5_000));
        let resolve = |now, captured| Context { clock, now }.resolve_now(captured);
        assert_eq!(resolve(Now::Auto, Some(near)), (clock, NowSource::Clock));
        assert_eq!(resolve(Now::Auto, Some(old)), (old, NowSource::Capture));
        assert_eq!(resolve(Now::Auto, None), (clock, NowSource::Clock));
        assert_eq!(resolve(Now::Clock, Some(old)), (clock, NowSource::Clock));
        assert_eq!(resolve(Now::Capture, Some(near)), (near, NowSource::Capture));
        assert_eq!(resolve(Now::At(old), Some(near)), (old, NowSource::Given));
    }
}
