//! How far the self-test has come, and what it has found.

use crate::{SelfCheck, SelfTestReport};

/// How often the engine may stop at one check: it may have been stopped by something else.
const FAULTS: u32 = 2;

/// How far the self-test has come.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tested {
    /// The checks that were run.
    pub checks: Vec<SelfCheck>,
    /// How many there are; 0: not known yet.
    pub of: usize,
    /// How often the engine has stopped at the check that is next.
    pub faults: u32,
    /// Why it did not come to its end.
    pub trouble: Option<Trouble>,
    /// Milliseconds that it has taken.
    pub took: f64,
    /// When it was done, RFC 3339.
    pub at: String,
}

/// Why the self-test did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There is nothing to run: its file is missing, cut or of another version.
    NotRun(String),
    /// The engine stopped.
    Stopped(String),
}

/// A piece of the self-test.
#[derive(Debug)]
pub enum Trial {
    /// It was run.
    Piece {
        /// From this check on.
        from: usize,
        /// What was found.
        report: SelfTestReport,
        /// Milliseconds.
        took: f64,
    },
    /// The engine stopped at this check: what it said.
    Fault(usize, String),
    /// It cannot be run: why.
    Refused(String),
}

impl Tested {
    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.trouble.is_some() || self.of > 0 && self.checks.len() >= self.of
    }

    /// The checks whose answers are wrong.
    pub fn wrong(&self) -> impl Iterator<Item = &SelfCheck> {
        self.checks.iter().filter(|check| !check.is_right())
    }

    /// Whether it came to its end and every answer is right.
    pub fn is_right(&self) -> bool {
        self.is_done() && !self.is_doubtful()
    }

    /// Whether something is wrong: known as soon as the first wrong answer is.
    pub fn is_doubtful(&self) -> bool {
        self.trouble.is_some() || self.wrong().next().is_some()
    }

    pub(super) fn take(&mut self, trial: Trial) {
        match trial {
            // What was asked twice is answered twice.
            Trial::Piece { from, .. } | Trial::Fault(from, _) if from != self.checks.len() => return,
            Trial::Piece { report, took, .. } => {
                if report.checks.is_empty() {
                    self.trouble = Some(Trouble::NotRun("self-test: no check was run".to_owned()));
                }
                self.checks.extend(report.checks);
                self.of = report.of;
                self.took += took;
                self.faults = 0;
            }
            Trial::Fault(_, text) => {
                self.faults += 1;
                if self.faults >= FAULTS {
                    self.trouble = Some(Trouble::Stopped(text));
                }
            }
            Trial::Refused(why) => self.trouble = Some(Trouble::NotRun(why)),
        }
        if self.is_done() {
            self.at = js_sys::Date::new_0().to_iso_string().into();
        }
    }
}
