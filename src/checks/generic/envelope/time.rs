//! When a message was made, and how it writes times (SAML 2.0 Core §1.3.3, §3.2).

use crate::checks::generic::each::{each, elements};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::instant::Instant;
use crate::saml::Value;
use crate::sorted::sort_by_key;

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "saml-time-format",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Time,
        "SAML 2.0 Core 1.3.3; XML Schema Part 2 3.2.7",
        time_format,
    ),
    Rule::new(
        "saml-issueinstant-future",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Time,
        "SAML2int SDP-G01",
        issued_in_the_future,
    )
    .explains(&["asr-authninstant-future"]),
    Rule::new(
        "saml-issueinstant-old",
        Severity::Warning,
        Who::User,
        Stage::Time,
        "Shibboleth SP and crewjam/saml refuse what was issued minutes ago",
        issued_long_ago,
    ),
];

/// Every attribute of type `xs:dateTime`.
const TIMES: [&str; 5] = ["IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter"];

/// How long ago a message may have been issued for services that look at that at all, in seconds.
const OLD_SECONDS: i64 = 5 * 60;

/// A time in another zone is the same time; one that cannot be read is none, and nobody takes the message.
fn time_format(case: &Case<'_>) -> Answer {
    let mut unreadable = false;
    let times = |message| {
        elements(message).flat_map(|node| {
            let named = TIMES.into_iter().filter_map(move |name| Some((name, node.attribute(name)?)));
            named.map(move |(name, time)| (format!("{}/@{name}", node.local_name()), Value::of_attribute(time)))
        })
    };
    for (_, message) in super::super::each::messages(case) {
        unreadable |= times(message).any(|(_, time)| Instant::parse(&time.text).is_err());
    }
    let answer = each(case, |seen, message| {
        let mut wrong: Vec<_> = times(message)
            .filter(|(_, time)| !time.text.ends_with('Z') || Instant::parse(&time.text).is_err())
            .map(|(what, time)| {
                let read = Instant::parse(&time.text);
                let evidence = Evidence::of(seen, &what, &time);
                // What cannot be read first: the sentence is about the first.
                match read {
                    Ok(instant) => (1, evidence.instead_of(instant.to_string())),
                    Err(_) => (0, evidence.expected("2026-03-01T08:00:00Z")),
                }
            })
            .collect();
        sort_by_key(&mut wrong, |(rank, _)| *rank);
        Some(wrong.into_iter().map(|(_, evidence)| evidence))
    });
    if unreadable { answer.severity(Severity::Error) } else { answer }
}

fn issued_in_the_future(case: &Case<'_>) -> Answer {
    let answer = each(case, |seen, message| {
        let issued = seen.issued()?;
        let ahead = issued.unix() - case.now.unix();
        let instant = message.issue_instant()?;
        let what = format!("{}/@IssueInstant", message.kind());
        Some((ahead > case.skew()).then(|| Evidence::of(seen, &what, &instant).expected(case.now.to_string())))
    });
    answer.with("skew", case.skew().to_string())
}

/// The message that is being delivered: a request that was answered since is as old as the login took.
fn issued_long_ago(case: &Case<'_>) -> Answer {
    let newest = case.judged().filter_map(|seen| seen.issued()).max();
    each(case, |seen, message| {
        let issued = seen.issued().filter(|issued| Some(*issued) == newest)?;
        let age = case.now.unix() - issued.unix();
        let instant = message.issue_instant()?;
        let what = format!("{}/@IssueInstant", message.kind());
        Some((age > OLD_SECONDS).then(|| Evidence::of(seen, &what, &instant).expected(case.now.to_string())))
    })
}
