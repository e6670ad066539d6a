//! Where AWS takes sign-ins, and the names that it answers to: in each of its partitions others.

use super::login;
use crate::checks::web_url;
use crate::checks::{Answer, Evidence, Severity};
use crate::flow::Case;
use crate::saml::names::ASSERTION;
use crate::saml::{SubjectConfirmationData, Value};

/// A part of AWS with accounts of its own.
struct Partition {
    /// The host that takes sign-ins; each region has one below it.
    host: &'static str,
    /// The name that it answers to, beside the address.
    urn: &'static str,
}

const PARTITIONS: &[Partition] = &[
    Partition { host: "signin.aws.amazon.com", urn: "urn:amazon:webservices" },
    Partition { host: "signin.amazonaws.cn", urn: "urn:amazon:webservices:cn-north-1" },
    Partition { host: "signin.amazonaws-us-gov.com", urn: "urn:amazon:webservices:govcloud" },
];

/// The domains that the console's pages are in.
const CONSOLES: &[&str] = &["aws.amazon.com", "amazonaws.cn", "amazonaws-us-gov.com"];

impl Partition {
    /// The one that takes sign-ins at this address, compared as it stands.
    fn at(url: &str) -> Option<&'static Self> {
        let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
        // With encrypted assertions every provider has an address of its own.
        let own = path.strip_prefix("saml/acs/").is_some_and(|id| !id.is_empty() && !id.contains('/'));
        let is_label = |label: &str| label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let found = PARTITIONS.iter().find(|partition| match host.strip_suffix(partition.host) {
            Some("") => true,
            Some(region) => region.strip_suffix('.').is_some_and(|region| !region.is_empty() && is_label(region)),
            None => false,
        });
        found.filter(|_| own || matches!(path, "saml" | "static/saml"))
    }

    fn names(&self) -> [String; 2] {
        [format!("https://{}/saml", self.host), self.urn.to_owned()]
    }
}

fn recipients<'d>(case: &Case<'d>) -> Vec<Value<'d>> {
    case.confirmations().filter_map(|data| data.recipient()).collect()
}

pub(super) fn recipient(case: &Case<'_>) -> Answer {
    if case.is_sealed() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let (Some((seen, _)), recipients) = (login(case), recipients(case)) else { return Answer::Inapplicable };
    if recipients.is_empty() {
        return Answer::Inapplicable;
    }
    if recipients.iter().any(|recipient| Partition::at(&recipient.text).is_some()) {
        return Answer::Passed;
    }
    let expected: Vec<String> = PARTITIONS.iter().map(|partition| format!("https://{}/saml", partition.host)).collect();
    Answer::found(recipients.iter().map(|recipient| {
        Evidence::of(seen, "SubjectConfirmationData/@Recipient", recipient).one_of(expected.iter().map(String::as_str))
    }))
}

pub(super) fn audience(case: &Case<'_>) -> Answer {
    if case.is_sealed() {
        return Answer::NotChecked(&["private_keys"]);
    }
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    // The partition that the message goes to, where it goes to one.
    let home = recipients(case).iter().find_map(|recipient| Partition::at(&recipient.text));
    let names: Vec<String> = match home {
        Some(home) => home.names().to_vec(),
        None => PARTITIONS.iter().flat_map(Partition::names).collect(),
    };
    let audiences: Vec<Value<'_>> =
        assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences()).collect();
    if audiences.iter().any(|audience| names.iter().any(|name| *name == audience.text)) {
        return Answer::Passed;
    }
    // The address of a region: near enough to be read as meant, and not documented.
    let regional = audiences.iter().any(|audience| {
        Partition::at(&audience.text).is_some_and(|partition| home.is_none_or(|home| home.host == partition.host))
    });
    let names = || names.iter().map(String::as_str);
    let answer = match audiences.is_empty() {
        true => Answer::fired(Evidence::node(seen, "Audience", assertion.0).actual("").one_of(names())),
        false => {
            Answer::found(audiences.iter().map(|audience| Evidence::of(seen, "Audience", audience).one_of(names())))
        }
    };
    if regional { answer.severity(Severity::Warning) } else { answer }
}

/// Exactly one confirmation that says until when and where it may be used.
pub(super) fn subject_confirmation(case: &Case<'_>) -> Answer {
    let Some((seen, subject)) = login(case).and_then(|(seen, assertion)| Some((seen, assertion.subject()?))) else {
        return Answer::Inapplicable;
    };
    let all: Vec<_> = subject.0.elements_named(ASSERTION, "SubjectConfirmation").collect();
    let is_whole = |data: &SubjectConfirmationData<'_>| data.recipient().is_some() && data.not_on_or_after().is_some();
    let whole = subject.confirmation_data().filter(is_whole).count();
    Answer::when(all.len() != 1 || whole != 1, || {
        let node = all.first().copied().unwrap_or(subject.0);
        Evidence::node(seen, "SubjectConfirmation", node).actual(&format!("{} / {whole}", all.len())).expected("1 / 1")
    })
    .with("count", all.len().to_string())
    .with("whole", whole.to_string())
}

pub(super) fn relay_state(case: &Case<'_>) -> Answer {
    let Some((seen, text)) = case.relay_state().filter(|(_, text)| !text.trim().is_empty()) else {
        return Answer::Inapplicable;
    };
    let is_console = web_url::read(text).is_ok_and(|url| {
        let under = |domain: &&str| url.host == **domain || url.host.ends_with(&format!(".{domain}"));
        url.scheme == "https" && CONSOLES.iter().any(under)
    });
    Answer::when(!is_console, || {
        Evidence::outside(seen, "RelayState", text).expected("https://console.aws.amazon.com/…")
    })
}
