//! `samlens self-test`: whether this program computes what it should.

use std::process::ExitCode;

use clap::Args;

use super::io::print;
use crate::{SELF_TEST_GROUPS, SelfCheck, SelfTestReport, self_test};

/// The checks that the page fetches.
const VECTORS: &[u8] = include_bytes!("../../static/self-test.json");

#[derive(Debug, Args)]
pub(super) struct SelfTest {
    /// List every check
    #[arg(long)]
    all: bool,
}

impl SelfTest {
    /// Runs it, and prints a line for each group.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let report = self_test(VECTORS)?;
        let code = if report.is_right() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        Ok(print(told(&report, self.all).as_bytes(), code))
    }
}

fn told(report: &SelfTestReport, all: bool) -> String {
    let mut text = String::new();
    for group in SELF_TEST_GROUPS {
        let checks = || report.checks.iter().filter(|check| check.group == group);
        let (right, of) = (checks().filter(|check| check.is_right()).count(), checks().count());
        text += &format!("{group:<18}{right} of {of} right\n");
        for check in checks().filter(|check| all || !check.is_right()) {
            text += &line(check);
        }
    }
    text += match report.is_right() {
        true => "The self-test passed.\n",
        false => "The self-test failed: this program computes something wrong; do not trust its verdicts.\n",
    };
    text
}

fn line(check: &SelfCheck) -> String {
    match check.is_right() {
        true => format!("  right  {}: {}\n", check.name, check.found),
        false => format!("  WRONG  {}: {}, and it should be {}\n", check.name, check.found, check.expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_told_with_the_right_one() {
        let mut report = self_test(VECTORS).unwrap();
        assert!(told(&report, false).ends_with("The self-test passed.\n"));
        report.checks.first_mut().unwrap().found = "valid untrusted".to_owned();
        let text = told(&report, false);
        assert!(
            text.contains("  WRONG  ") && text.contains("valid untrusted, and it should be valid trusted"),
            "{text}"
        );
        assert!(text.contains("The self-test failed"), "{text}");
    }
}
