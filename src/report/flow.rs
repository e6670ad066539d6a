//! The logins as the report tells them: who sent what to whom, when, and what was not captured.

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::{Finding, State};
use crate::checks::{Outcome, Severity};
use crate::flow::{Case, Login, Parties, Seen, Stage};
use crate::intake::Binding;

/// Which messages are one login, and which login the verdict is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlowReport {
    /// Every login, in the order in which they began. Metadata and what could not be read is of none.
    pub logins: Vec<LoginReport>,
    /// The index of the login that the verdict is about; `None` where there is no login.
    pub judged: Option<usize>,
}

/// One login, or a logout of whose login nothing was captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoginReport {
    /// Its number, from 0.
    pub index: usize,
    /// `login`, or `logout` where there is nothing else.
    pub kind: &'static str,
    /// Who began it: `sp`, `idp` or `unknown`.
    pub initiated_by: &'static str,
    /// The service's entity ID, where a message names it.
    pub sp: Option<String>,
    /// The identity provider's entity ID, where a message names it; else where the request was sent to.
    pub idp: Option<String>,
    /// The numbers of its captures, in the order of the protocol.
    pub captures: Vec<usize>,
    /// Which of several attempts at the same login it is, from 1.
    pub attempt: usize,
    /// Whether the service began it though it had just got a Response that says that the login succeeded.
    #[serde(rename = "loop")]
    pub is_loop: bool,
    /// What was not captured: `request`, `response`, `delivery` (how the Response got to the service), `reply` (what the
    /// service answered it with); of a logout `request` and `response`.
    pub missing: Vec<&'static str>,
    /// Who sent what to whom, in order.
    pub arrows: Vec<ArrowReport>,
    /// RelayState, there and back; `None` where none was captured.
    pub relay_state: Option<RelayStateReport>,
}

/// Something sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArrowReport {
    /// Who sent it: `browser`, `sp` or `idp`.
    pub from: &'static str,
    /// Who got it: the same names.
    pub to: &'static str,
    /// Whether the browser carried it from one to the other.
    pub via_browser: bool,
    /// The message's kind, such as `AuthnRequest`; `reply`: what the service answered a delivered Response with.
    pub what: &'static str,
    /// The number of its capture; `None`: not captured.
    pub capture: Option<usize>,
    /// The binding, where the capture tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binding: Option<&'static str>,
    /// When, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// By whose clock that is: `capture` for whoever recorded it, `message` for its IssueInstant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timed_by: Option<&'static str>,
    /// Milliseconds since the arrow before that has a time by the same sort of clock. Below 0 where two issuers' clocks
    /// differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<i64>,
    /// Where it was sent to, without the query; of a reply where it sends the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The HTTP status of a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<usize>,
    /// The RelayState that it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relay_state: Option<String>,
    /// What the rules say of it: `failed`, `insecure`, `warning`, `passed`, or `unknown` where it was not judged.
    pub verdict: &'static str,
}

/// RelayState's way to the identity provider and back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelayStateReport {
    /// What the service sent with its request; `None`: none, or not captured.
    pub sent: Option<String>,
    /// What came back with the Response; `None`: none, or not captured.
    pub returned: Option<String>,
    /// Whether it came back as it was sent, octet for octet: one that is lost or added on the way did not. `None` where one
    /// of the two ways was not captured.
    pub same: Option<bool>,
}

impl FlowReport {
    pub(super) fn of(case: &Case<'_>, findings: &[Finding], outcome: Outcome) -> Self {
        let judged = case.logins.judged;
        let marks = marks(case, findings);
        let all = case.logins.all.iter().enumerate();
        let logins = all.map(|(index, login)| {
            let telling =
                Telling { case, login, marks: &marks, outcome: Some(outcome).filter(|_| judged == Some(index)) };
            telling.report(index)
        });
        Self { logins: logins.collect(), judged }
    }
}

/// The worst that fired about each capture.
fn marks(case: &Case<'_>, findings: &[Finding]) -> BTreeMap<usize, Severity> {
    let mut marks: BTreeMap<usize, Severity> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.state == State::Fired) {
        let of = finding.evidence.iter().filter_map(|evidence| evidence.capture).chain(finding.capture);
        for capture in of.filter(|capture| *capture < case.seen.len()) {
            let mark = marks.entry(capture).or_insert(finding.severity);
            *mark = (*mark).min(finding.severity);
        }
    }
    marks
}

struct Telling<'t, 'd> {
    case: &'t Case<'d>,
    login: &'t Login,
    marks: &'t BTreeMap<usize, Severity>,
    /// The verdict, where it is about this login.
    outcome: Option<Outcome>,
}

impl<'t, 'd> Telling<'t, 'd> {
    fn of_stage(&self, stage: Stage) -> impl Iterator<Item = &'d Seen<'d>> + use<'t, 'd> {
        let seen = self.case.seen;
        let login = self.login;
        login.of_stage(stage).filter_map(move |index| seen.get(index))
    }

    fn report(&self, index: usize) -> LoginReport {
        let mut parties = Parties::default();
        self.login
            .messages
            .iter()
            .filter_map(|(_, index)| self.case.seen.get(*index))
            .for_each(|seen| parties.add(seen));
        let mut missing = Vec::new();
        let mut arrows = Vec::new();
        let is_login =
            [Stage::Request, Stage::Artifact, Stage::Response].into_iter().any(|stage| self.login.has(stage));
        let initiated_by = if is_login { self.initiated_by() } else { self.logged_out_by(&parties) };
        if is_login {
            self.login_arrows(initiated_by, &mut arrows, &mut missing);
        }
        self.logout_arrows(&parties, initiated_by, &mut arrows, &mut missing);
        time(&mut arrows);
        LoginReport {
            index,
            kind: if is_login { "login" } else { "logout" },
            initiated_by,
            sp: parties.sp,
            idp: parties.idp.or(parties.asked_at),
            captures: self.login.messages.iter().map(|(_, index)| *index).collect(),
            attempt: self.login.attempt,
            is_loop: self.login.is_loop,
            missing,
            arrows,
            relay_state: self.relay_state(),
        }
    }

    fn initiated_by(&self) -> &'static str {
        let asked = |seen: &Seen<'_>| seen.message.is_some_and(|message| Parties::answered(message).is_some());
        let responses: Vec<_> = self.of_stage(Stage::Response).collect();
        if self.login.has(Stage::Request) || responses.iter().any(|seen| asked(seen)) {
            return "sp";
        }
        // What is unsolicited has no InResponseTo, Core §3.2.2; an assertion alone may have stood in a Response with one.
        if responses.iter().any(|seen| seen.kind() == "Response") { "idp" } else { "unknown" }
    }

    fn login_arrows(&self, by: &str, arrows: &mut Vec<ArrowReport>, missing: &mut Vec<&'static str>) {
        if !self.login.has(Stage::Request) && by == "sp" {
            arrows.push(ArrowReport::missing("sp", "idp", "AuthnRequest"));
            missing.push("request");
        }
        let requests: Vec<_> = self.of_stage(Stage::Request).collect();
        self.carried(&requests, ["sp", "idp"], "AuthnRequest", arrows);
        for seen in self.of_stage(Stage::Artifact) {
            arrows.push(match seen.kind() {
                "ArtifactResolve" => self.arrow(seen, "sp", "idp", "ArtifactResolve"),
                "ArtifactResponse" => self.arrow(seen, "idp", "sp", "ArtifactResponse"),
                _ => ArrowReport { via_browser: true, ..self.arrow(seen, "idp", "sp", "Artifact") },
            });
        }
        let responses: Vec<_> = self.of_stage(Stage::Response).collect();
        let Some(last) = responses.last() else {
            if !self.login.has(Stage::Artifact) {
                arrows.push(ArrowReport { via_browser: true, ..ArrowReport::missing("idp", "sp", "Response") });
            }
            missing.push("response");
            return;
        };
        let what = if last.kind() == "Assertion" { "Assertion" } else { "Response" };
        let arrived = self.carried(&responses, ["idp", "sp"], what, arrows);
        // What was fetched by an artifact arrived with that.
        let fetched = responses.iter().any(|seen| is_direct(seen));
        let brought = || self.of_stage(Stage::Artifact).any(|seen| seen.capture.artifact.is_some());
        if !arrived || fetched && !brought() {
            missing.push("delivery");
        }
        let answered: Vec<_> = responses.iter().filter(|seen| seen.capture.reply.is_some()).collect();
        for seen in &answered {
            arrows.push(reply(seen));
        }
        if answered.is_empty() {
            arrows.push(ArrowReport::missing("sp", "browser", "reply"));
            missing.push("reply");
        }
    }

    /// A message on its way through the browser, as often as it was captured: in the page that brought it, when it was
    /// sent on, or both. Says whether it was seen to arrive.
    fn carried(
        &self,
        captures: &[&'d Seen<'d>],
        [from, to]: [&'static str; 2],
        what: &'static str,
        arrows: &mut Vec<ArrowReport>,
    ) -> bool {
        let (sent, issued): (Vec<&Seen<'_>>, Vec<&Seen<'_>>) = captures.iter().partition(|seen| is_sent(seen));
        for seen in &issued {
            arrows.push(self.arrow(seen, from, "browser", what));
        }
        for seen in &sent {
            let direct = is_direct(seen);
            let start = if issued.is_empty() { from } else { "browser" };
            let via_browser = issued.is_empty() && !direct;
            arrows.push(ArrowReport { via_browser, ..self.arrow(seen, start, to, what) });
        }
        if sent.is_empty() && !issued.is_empty() {
            arrows.push(ArrowReport { via_browser: false, ..ArrowReport::missing("browser", to, what) });
        }
        !sent.is_empty()
    }

    fn logged_out_by(&self, parties: &Parties) -> &'static str {
        let request = self.of_stage(Stage::Logout).find(|seen| seen.kind() == "LogoutRequest");
        request.map_or("unknown", |seen| self.sender(seen, parties))
    }

    /// Who sent a logout message: whoever its Issuer is known as.
    fn sender(&self, seen: &Seen<'_>, parties: &Parties) -> &'static str {
        let issuer = seen.message.and_then(|message| message.issuer()).map(|issuer| issuer.text);
        let is = |known: Option<&str>| known.is_some() && known == issuer.as_deref();
        let of_role = |role| {
            let mut entities = self.case.entities().filter(|(_, entity)| entity.role(role).is_some());
            entities.any(|(_, entity)| is(entity.id()))
        };
        if is(parties.sp.as_deref()) {
            "sp"
        } else if is(parties.idp.as_deref()) {
            "idp"
        } else if of_role(crate::flow::SP) {
            "sp"
        } else if of_role(crate::flow::IDP) {
            "idp"
        } else {
            "unknown"
        }
    }

    fn logout_arrows(
        &self,
        parties: &Parties,
        by: &'static str,
        arrows: &mut Vec<ArrowReport>,
        missing: &mut Vec<&'static str>,
    ) {
        let all: Vec<_> = self.of_stage(Stage::Logout).collect();
        let (asked, answers): (Vec<&Seen<'_>>, Vec<&Seen<'_>>) =
            all.iter().partition(|seen| seen.kind() == "LogoutRequest");
        let other = |party: &str| if party == "idp" { "sp" } else { "idp" };
        // Of whom nothing is known, it is the service that mostly asks.
        let known = |party: &'static str| if party == "unknown" { None } else { Some(party) };
        let first = asked.first().and_then(|seen| known(self.sender(seen, parties)));
        let last = answers.first().and_then(|seen| known(self.sender(seen, parties)));
        let from = first.or_else(|| last.map(other)).unwrap_or(if by == "idp" { "idp" } else { "sp" });
        let to = other(from);
        if asked.is_empty() && !answers.is_empty() {
            arrows.push(ArrowReport::missing(from, to, "LogoutRequest"));
            missing.push("request");
        }
        for seen in &asked {
            arrows.push(ArrowReport {
                via_browser: seen.capture.query.is_some() && !is_direct(seen),
                ..self.arrow(seen, from, to, "LogoutRequest")
            });
        }
        for seen in &answers {
            arrows.push(ArrowReport {
                via_browser: seen.capture.query.is_some() && !is_direct(seen),
                ..self.arrow(seen, to, from, "LogoutResponse")
            });
        }
        if answers.is_empty() && !asked.is_empty() {
            arrows.push(ArrowReport::missing(to, from, "LogoutResponse"));
            missing.push("response");
        }
    }

    fn arrow(&self, seen: &Seen<'_>, from: &'static str, to: &'static str, what: &'static str) -> ArrowReport {
        let capture = seen.capture;
        ArrowReport {
            via_browser: false,
            capture: Some(seen.index),
            binding: capture.binding.map(Binding::as_str),
            at: seen.captured().map(|at| at.to_string()),
            timed_by: seen.captured().map(|_| if capture.at.is_some() { "capture" } else { "message" }),
            after_ms: seen.captured().map(crate::Instant::unix_millis),
            url: capture.url.clone(),
            relay_state: capture.relay_state.clone(),
            verdict: self.verdict(seen),
            ..ArrowReport::missing(from, to, what)
        }
    }

    /// What fired about a message, in whichever of its captures.
    fn verdict(&self, seen: &Seen<'_>) -> &'static str {
        let Some(outcome) = self.outcome else { return "unknown" };
        let same = |other: &Seen<'_>| {
            other.index == seen.index || seen.capture.xml.is_some() && other.capture.xml == seen.capture.xml
        };
        let own = self.login.messages.iter().filter_map(|(_, index)| self.case.seen.get(*index));
        let worst = own.filter(|other| same(other)).filter_map(|other| self.marks.get(&other.index)).min();
        let is_judged = [self.case.response(), self.case.request(), self.case.logout()].into_iter().flatten().any(same);
        match worst {
            Some(Severity::Error) => "failed",
            Some(Severity::Security) => "insecure",
            Some(Severity::Warning) => "warning",
            // What decides could not be looked at, or nothing looked at it.
            _ if !is_judged || outcome == Outcome::Undetermined => "unknown",
            _ => "passed",
        }
    }

    fn relay_state(&self) -> Option<RelayStateReport> {
        let of = |stage: &'static [Stage]| {
            let states = stage.iter().flat_map(|stage| self.of_stage(*stage));
            states.filter_map(|seen| seen.capture.relay_state.clone()).last()
        };
        // Where all that was sent is known, none is none.
        let is_known = |stage: &'static [Stage]| {
            let mut captures = stage.iter().flat_map(|stage| self.of_stage(*stage));
            captures.any(|seen| !is_direct(seen) && (seen.capture.query.is_some() || seen.capture.form.is_some()))
        };
        const THERE: &[Stage] = &[Stage::Request];
        const BACK: &[Stage] = &[Stage::Artifact, Stage::Response];
        let (sent, returned) = (of(THERE), of(BACK));
        let same = (is_known(THERE) && is_known(BACK)).then(|| sent == returned);
        (sent.is_some() || returned.is_some()).then_some(RelayStateReport { sent, returned, same })
    }
}

impl ArrowReport {
    /// One that was not captured.
    fn missing(from: &'static str, to: &'static str, what: &'static str) -> Self {
        Self {
            from,
            to,
            via_browser: from != "browser" && to != "browser",
            what,
            capture: None,
            binding: None,
            at: None,
            timed_by: None,
            after_ms: None,
            url: None,
            status: None,
            relay_state: None,
            verdict: "unknown",
        }
    }
}

/// Whether a message was captured as it was sent, and not in a page that was to send it, nor on its own.
fn is_sent(seen: &Seen<'_>) -> bool {
    let capture = seen.capture;
    capture.form.is_none()
        && (is_direct(seen) || capture.http_status.is_none() && (capture.query.is_some() || capture.url.is_some()))
}

/// Whether one server asked the other for it.
fn is_direct(seen: &Seen<'_>) -> bool {
    seen.capture.binding == Some(Binding::Soap) || seen.fetched_by().is_some()
}

/// What a delivered message was answered with.
fn reply(seen: &Seen<'_>) -> ArrowReport {
    let reply = seen.capture.reply.as_ref();
    let status = reply.and_then(|reply| reply.status);
    ArrowReport {
        via_browser: false,
        capture: Some(seen.index),
        url: reply.and_then(|reply| reply.location.clone()),
        status: status.map(usize::from),
        verdict: if status.is_some_and(|status| status >= 400) { "failed" } else { "unknown" },
        ..ArrowReport::missing("sp", "browser", "reply")
    }
}

/// From times to what lies between them, each since the last by the same sort of clock.
fn time(arrows: &mut [ArrowReport]) {
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for arrow in arrows {
        let (Some(clock), Some(at)) = (arrow.timed_by, arrow.after_ms.take()) else { continue };
        arrow.after_ms = last.insert(clock, at).map(|before| at - before);
    }
}
