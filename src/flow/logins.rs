//! Which captured messages are one login: by ID and InResponseTo, else by RelayState, endpoint and time.
//!
//! One AuthnRequest begins one login, however often it was captured on its way; an answer that no request was captured
//! for is a login as well. Metadata, certificates and what could not be read belong to none, and so to all.

use std::collections::BTreeMap;

use super::parties::{Parties, is_of_another};
use super::seen::Seen;
use crate::context::Context;
use crate::instant::Instant;
use crate::limits;
use crate::saml::Message;
use crate::sorted::sort_by_key;

/// The logins, in the order of time in which they began.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    /// Each of them.
    pub(crate) all: Vec<Login>,
    /// The one that the verdict is about.
    pub(crate) judged: Option<usize>,
}

/// One login, or a logout that belongs to none that was captured.
#[derive(Debug, Default)]
pub(crate) struct Login {
    /// The numbers of its captures, by stage and then by time.
    pub(crate) messages: Vec<(Stage, usize)>,
    /// Which of several attempts at the same login it is, from 1.
    pub(crate) attempt: usize,
    /// Whether the service began it though it had just got a Response.
    pub(crate) is_loop: bool,
}

/// What a message is for in a login, in the order of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// `<AuthnRequest>`.
    Request,
    /// An artifact on its way, `<ArtifactResolve>` and `<ArtifactResponse>`.
    Artifact,
    /// `<Response>`, or an assertion alone.
    Response,
    /// `<LogoutRequest>` and `<LogoutResponse>`.
    Logout,
}

/// Seconds between the last message of one attempt and the first of the next: longer, and a person has come back.
const ATTEMPT_SECONDS: i64 = 120;
/// Seconds between a Response and the next AuthnRequest that no person asked for.
const LOOP_SECONDS: i64 = 30;
/// Seconds that a login may take: of an answer that names no request, one that is older than this is none of it.
const LOGIN_SECONDS: i64 = 3600;
/// How many logins before it may be the attempt that one repeats.
const ATTEMPTS_APART: usize = 8;

impl Login {
    /// The captures of a stage.
    pub(crate) fn of_stage(&self, stage: Stage) -> impl Iterator<Item = usize> + '_ {
        self.messages.iter().filter(move |(of, _)| *of == stage).map(|(_, index)| *index)
    }

    /// Whether it has a message of a stage.
    pub(crate) fn has(&self, stage: Stage) -> bool {
        self.of_stage(stage).next().is_some()
    }

    /// Whether a capture is one of its messages.
    pub(crate) fn holds(&self, index: usize) -> bool {
        self.messages.iter().any(|(_, own)| *own == index)
    }
}

impl Logins {
    /// Finds what belongs together. The context's request, where there is one, is the last capture.
    pub(crate) fn of(seen: &[Seen<'_>], context: &Context) -> Self {
        let given = context.request.as_ref().and_then(|_| seen.len().checked_sub(1));
        let mut finder = Finder { seen, times: times(seen), all: Vec::new() };
        finder.requests_and_responses(given);
        finder.artifacts();
        finder.logouts();
        let mut logins = Self { all: finder.finish(), judged: None };
        logins.judged = logins.choose(seen, context.login);
        logins
    }

    /// The login that a capture belongs to.
    pub(crate) fn login_of(&self, index: usize) -> Option<usize> {
        self.all.iter().position(|login| login.holds(index))
    }

    /// The one that was asked for; else that of the newest Response, of the newest request, of the newest logout.
    fn choose(&self, seen: &[Seen<'_>], asked: Option<usize>) -> Option<usize> {
        let by_kind = || {
            let kinds: [&[&str]; 3] =
                [&["Response", "Assertion"], &["AuthnRequest"], &["LogoutRequest", "LogoutResponse"]];
            let everything = || 0..seen.len();
            kinds.iter().find_map(|kinds| self.login_of(newest(seen, everything(), kinds)?))
        };
        asked.filter(|asked| *asked < self.all.len()).or_else(by_kind).or_else(|| self.all.len().checked_sub(1))
    }
}

/// The capture of one of these kinds that was issued last; of several at one time the last.
pub(super) fn newest(seen: &[Seen<'_>], of: impl Iterator<Item = usize>, kinds: &[&str]) -> Option<usize> {
    let of = of.filter_map(|index| seen.get(index)).filter(|seen| kinds.contains(&seen.kind()));
    of.max_by_key(|seen| (seen.issued().map_or(i64::MIN, Instant::unix), seen.index)).map(|seen| seen.index)
}

/// When each capture was sent; what does not say so comes when the one before it did.
fn times(seen: &[Seen<'_>]) -> Vec<Option<Instant>> {
    let mut last = None;
    let mut times: Vec<Option<Instant>> = Vec::with_capacity(seen.len());
    for seen in seen {
        last = seen.captured().or(last);
        times.push(last);
    }
    times
}

struct Finder<'s, 'd> {
    seen: &'s [Seen<'d>],
    times: Vec<Option<Instant>>,
    all: Vec<Login>,
}

impl<'s, 'd> Finder<'s, 'd> {
    fn begin(&mut self, stage: Stage, index: usize) -> usize {
        self.all.push(Login { messages: vec![(stage, index)], attempt: 1, is_loop: false });
        self.all.len() - 1
    }

    fn join(&mut self, login: usize, stage: Stage, index: usize) {
        if let Some(login) = self.all.get_mut(login) {
            login.messages.push((stage, index));
        }
    }

    fn of_kinds(&self, kinds: &'static [&'static str]) -> Vec<(usize, Message<'d>)> {
        let of = self.seen.iter().filter(|seen| kinds.contains(&seen.kind()));
        of.filter_map(|seen| Some((seen.index, seen.message?))).collect()
    }

    fn time(&self, index: usize) -> Option<Instant> {
        self.times.get(index).copied().flatten()
    }

    /// A login for each request, however often it was captured; then whatever answers one, and what answers none.
    fn requests_and_responses(&mut self, given: Option<usize>) {
        let mut requests: BTreeMap<String, usize> = BTreeMap::new();
        for (index, message) in self.of_kinds(&["AuthnRequest"]) {
            let id = message.id().map(|id| id.text.into_owned());
            match id.as_ref().and_then(|id| requests.get(id)) {
                Some(login) => self.join(*login, Stage::Request, index),
                None => {
                    let login = self.begin(Stage::Request, index);
                    requests.extend(id.map(|id| (id, login)));
                }
            }
        }
        let mut unasked = Vec::new();
        for (index, message) in self.of_kinds(&["Response", "Assertion"]) {
            let answered = Parties::answered(message);
            match answered.and_then(|id| requests.get(&*id.text)) {
                Some(login) => self.join(*login, Stage::Response, index),
                None => unasked.push((index, message)),
            }
        }
        sort_by_key(&mut unasked, |(index, _)| (self.time(*index), *index));
        let newest = newest(self.seen, 0..self.seen.len(), &["Response", "Assertion"]);
        // By the IDs of messages and of the assertions in them: one that was captured twice is one.
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for login in 0..self.all.len() {
            let own: Vec<usize> =
                self.all.get(login).map(|l| l.of_stage(Stage::Response).collect()).unwrap_or_default();
            own.into_iter().for_each(|index| known.extend(self.ids(index).into_iter().map(|id| (id, login))));
        }
        for (index, message) in unasked {
            let ids = self.ids(index);
            let again = ids.iter().find_map(|id| known.get(id).copied());
            // The context's request is that of the Response that is looked at.
            let given = given
                .filter(|_| newest == Some(index))
                .and_then(|given| self.all.iter().position(|login| login.holds(given) && !login.has(Stage::Response)));
            let login = match again.or(given).or_else(|| self.request_for(index, message)) {
                Some(login) => {
                    self.join(login, Stage::Response, index);
                    login
                }
                None => self.begin(Stage::Response, index),
            };
            known.extend(ids.into_iter().map(|id| (id, login)));
        }
    }

    fn ids(&self, index: usize) -> Vec<String> {
        let Some(message) = self.seen.get(index).and_then(|seen| seen.message) else { return Vec::new() };
        let within = message.assertions().filter_map(|assertion| assertion.0.attribute("ID").map(|id| id.value()));
        message.id().map(|id| id.text).into_iter().chain(within).map(|id| id.into_owned()).collect()
    }

    /// The unanswered request that an answer which names none that was captured most likely belongs to.
    fn request_for(&self, response: usize, message: Message<'_>) -> Option<usize> {
        let sent = self.seen.get(response)?;
        let parties = Parties::of(sent);
        let names_another = Parties::answered(message).is_some()
            && self.all.iter().filter(|login| login.has(Stage::Request)).nth(1).is_some();
        let open = self.all.iter().enumerate().filter(|(_, login)| !login.has(Stage::Response));
        let open =
            open.filter_map(|(number, login)| Some((number, self.seen.get(login.of_stage(Stage::Request).last()?)?)));
        let fits = open.rev().take(limits::OPEN_REQUESTS).filter_map(|(number, request)| {
            let asked = request.message.filter(|asked| !is_of_another(*asked, message))?;
            let later = request.capture.at.zip(sent.capture.at).is_some_and(|(request, response)| request > response);
            let apart =
                request.captured().zip(sent.captured()).map(|(request, response)| response.unix() - request.unix());
            if later || apart.is_some_and(|apart| apart.abs() > LOGIN_SECONDS) {
                return None;
            }
            let state = request.capture.relay_state.as_deref().filter(|state| !state.is_empty());
            let same_state = state.is_some() && state == sent.capture.relay_state.as_deref();
            // It names another. That may be the fault that is looked for, but not among several logins.
            if names_another && !same_state {
                return None;
            }
            let acs = asked.assertion_consumer_service_url();
            let same_place = acs.is_some_and(|acs| parties.places.iter().any(|place| *place == acs.text));
            let before = apart.is_none_or(|apart| apart >= 0);
            Some(((same_state, same_place, before, self.time(request.index), request.index), number))
        });
        fits.max().map(|(_, number)| number)
    }

    /// An artifact and what it was exchanged for: of the login whose Response was fetched by it, else of the one that was
    /// under way.
    fn artifacts(&mut self) {
        let is_one = |seen: &&Seen<'_>| {
            matches!(seen.kind(), "ArtifactResolve" | "ArtifactResponse") || seen.capture.artifact.is_some()
        };
        let mut found: Vec<&Seen<'d>> = self.seen.iter().filter(is_one).collect();
        // What asks for a message names the artifact, and what brings the message names what asked.
        sort_by_key(&mut found, |seen| seen.kind() != "ArtifactResolve");
        let asked_by = |seen: &Seen<'_>| seen.fetched_by().map(|id| id.text.into_owned());
        let mut fetched: BTreeMap<String, usize> = BTreeMap::new();
        for (number, login) in self.all.iter().enumerate() {
            let responses = login.of_stage(Stage::Response).filter_map(|index| self.seen.get(index));
            fetched.extend(responses.filter_map(asked_by).map(|id| (id, number)));
        }
        let mut brought: BTreeMap<[[u8; 20]; 2], usize> = BTreeMap::new();
        for seen in found {
            let artifact = seen.artifact().map(|artifact| [artifact.source_id, artifact.message_handle]);
            let own = seen.message.and_then(Message::id).map(|id| id.text.into_owned());
            let by_id = own.iter().chain(&asked_by(seen)).find_map(|id| fetched.get(id).copied());
            let by_artifact = || artifact.as_ref().and_then(|artifact| brought.get(artifact).copied());
            let known = by_id.or_else(by_artifact).or_else(|| self.under_way(seen));
            let login = match known {
                Some(login) => {
                    self.join(login, Stage::Artifact, seen.index);
                    login
                }
                None => self.begin(Stage::Artifact, seen.index),
            };
            fetched.extend(own.map(|id| (id, login)));
            brought.extend(artifact.map(|artifact| (artifact, login)));
        }
    }

    /// The newest login that had begun when something was captured; before all others one with its RelayState.
    fn under_way(&self, seen: &Seen<'_>) -> Option<usize> {
        let (at, state) = (self.time(seen.index), seen.capture.relay_state.as_deref());
        let begun = self.all.iter().enumerate().filter_map(|(number, login)| {
            let first = login.messages.iter().filter_map(|(_, index)| self.time(*index)).min();
            let mut of = login.messages.iter().filter_map(|(_, index)| self.seen.get(*index));
            let same = state.is_some() && of.any(|seen| seen.capture.relay_state.as_deref() == state);
            first.zip(at).is_none_or(|(first, at)| first <= at).then_some(((same, first), number))
        });
        begun.max().map(|(_, number)| number)
    }

    /// A logout is of the login whose session it ends, where that was captured.
    fn logouts(&mut self) {
        let mut requests: BTreeMap<String, usize> = BTreeMap::new();
        let all = self.of_kinds(&["LogoutRequest", "LogoutResponse"]);
        let mut parties = None;
        // Requests first: what answers one goes where it went.
        let (asked, answers): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, m)| m.kind() == "LogoutRequest");
        for (index, message) in asked.into_iter().chain(answers) {
            let parties: &Vec<(usize, Parties)> = parties.get_or_insert_with(|| self.responders());
            let id = message.id().map(|id| id.text.into_owned());
            let answered = message.in_response_to().map(|id| id.text.into_owned());
            let known = [&id, &answered].into_iter().flatten().find_map(|id| requests.get(id).copied());
            let (session, name) = (message.session_index(), message.name_id().map(|name| name.value()));
            let issuer = message.issuer();
            let is = |own: &Option<String>, value: &Option<crate::saml::Value<'_>>| {
                value.as_ref().zip(own.as_ref()).map(|(value, own)| *value.text == **own)
            };
            // By the session; else by the user, since to name another session of that user is a fault for a rule to tell.
            let of_session = |of: &Parties| is(&of.session, &session) == Some(true);
            let of_user = |of: &Parties| is(&of.name, &name) == Some(true);
            let of_party = |of: &Parties| {
                let of_nobody = is(&of.session, &session).is_none() && is(&of.name, &name).is_none();
                of_nobody && issuer.as_ref().is_some_and(|issuer| of.is_party(&issuer.text))
            };
            let newest = |fits: &dyn Fn(&Parties) -> bool| {
                parties.iter().rev().find(|(_, of)| fits(of)).map(|(login, _)| *login)
            };
            let ended = || newest(&of_session).or_else(|| newest(&of_user)).or_else(|| newest(&of_party));
            let login = known.or_else(ended);
            let login = match login {
                Some(login) => {
                    self.join(login, Stage::Logout, index);
                    login
                }
                None => self.begin(Stage::Logout, index),
            };
            requests.extend(id.map(|id| (id, login)));
        }
    }

    /// Who took part in each login that was answered.
    fn responders(&self) -> Vec<(usize, Parties)> {
        let of = |login: &Login| {
            let mut parties = Parties::of(self.seen.get(login.of_stage(Stage::Response).last()?)?);
            if let Some(request) = login.of_stage(Stage::Request).last().and_then(|index| self.seen.get(index)) {
                parties.add(request);
            }
            Some(parties)
        };
        self.all.iter().enumerate().filter_map(|(number, login)| Some((number, of(login)?))).collect()
    }

    /// In the order of time, and which of them are attempts at the same.
    fn finish(mut self) -> Vec<Login> {
        let mut all = std::mem::take(&mut self.all);
        for login in &mut all {
            // The protocol's own order goes before clocks: the browser brings the artifact, then it is asked with.
            let asks = |index: usize| match self.seen.get(index).map(Seen::kind) {
                Some("ArtifactResolve") => 1,
                Some("ArtifactResponse") => 2,
                _ => 0,
            };
            sort_by_key(&mut login.messages, |(stage, index)| (*stage, asks(*index), self.time(*index), *index));
        }
        let begun = |login: &Login| login.messages.iter().map(|(_, index)| (self.time(*index), *index)).min();
        sort_by_key(&mut all, begun);
        let mut last: Vec<(usize, Option<Instant>, bool, Parties)> = Vec::new();
        for login in &mut all {
            let parties = self.parties(login);
            let times = || login.messages.iter().filter(|(stage, _)| *stage != Stage::Logout);
            let times = || times().filter_map(|(_, index)| self.seen.get(*index)?.captured());
            let before = last.iter().rev().take(ATTEMPTS_APART).find(|(_, ended, _, of)| {
                let apart = times().min().zip(*ended).map(|(begun, ended)| begun.unix() - ended.unix());
                of.is_same(&parties) && apart.is_some_and(|apart| apart <= ATTEMPT_SECONDS)
            });
            if let Some((attempt, ended, went_in, _)) = before {
                login.attempt = attempt + 1;
                let apart = times().min().zip(*ended).map(|(begun, ended)| begun.unix() - ended.unix());
                login.is_loop = *went_in
                    && login.has(Stage::Request)
                    && apart.is_some_and(|apart| (0..=LOOP_SECONDS).contains(&apart));
            }
            if login.has(Stage::Request) || login.has(Stage::Response) {
                last.push((login.attempt, times().max(), self.went_in(login), parties));
            }
        }
        all
    }

    fn parties(&self, login: &Login) -> Parties {
        let mut parties = Parties::default();
        let messages = login.messages.iter().filter_map(|(_, index)| self.seen.get(*index));
        messages.for_each(|seen| parties.add(seen));
        parties
    }

    /// Whether the service got a Response that says that the login succeeded, and did not answer it with an error.
    fn went_in(&self, login: &Login) -> bool {
        let responses = login.of_stage(Stage::Response).filter_map(|index| self.seen.get(index));
        let refused = |seen: &Seen<'_>| {
            seen.capture.reply.as_ref().and_then(|reply| reply.status).is_some_and(|status| status >= 400)
        };
        let failed = |seen: &Seen<'_>| {
            let code = seen.message.and_then(|message| message.status_codes().next());
            code.is_some_and(|code| !code.text.ends_with(":Success"))
        };
        let mut responses = responses.peekable();
        responses.peek().is_some() && responses.all(|seen| !refused(seen) && !failed(seen))
    }
}
