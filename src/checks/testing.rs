//! For the tests of rules: cases in a line, asked of one rule at a time through everything that a real one goes through.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::checks::{Answer, Finding, Reached, Rule, packs, replay, run};
use crate::intake;
use crate::report::texts::{Texts, fill, placeholders};
use crate::report::{State, with_case};
use crate::{Context, ContextFile, Instant, Language};

/// The time that scenes are judged at.
const NOW: &str = "2026-03-02T08:16:20Z";

/// A case of a test: messages and a context.
#[derive(Debug)]
pub(crate) struct Scene {
    inputs: Vec<String>,
    context: Context,
}

impl Scene {
    /// One pasted text: XML, or any form that the intake takes.
    pub(crate) fn of(input: &str) -> Self {
        let mut context = Context::at(Instant::parse(NOW).unwrap());
        context.now = crate::Now::At(Instant::parse(NOW).unwrap());
        Self { inputs: vec![input.to_owned()], context }
    }

    /// A sound Response of a generic login, unsigned: `https://idp.acme.example/idp` to `https://app.acme.example/sp`,
    /// ACS `https://app.acme.example/acs`.
    pub(crate) fn login() -> Self {
        Self::of(LOGIN)
    }

    /// A sound AuthnRequest, which [`Scene::login`] answers.
    pub(crate) fn request() -> Self {
        Self::of(REQUEST)
    }

    /// The request and the Response that answers it.
    pub(crate) fn exchange() -> Self {
        Self::login().and(REQUEST)
    }

    /// Sound metadata of the identity provider alone.
    pub(crate) fn idp_metadata() -> Self {
        Self::of(IDP_METADATA)
    }

    /// Sound metadata of the service alone.
    pub(crate) fn sp_metadata() -> Self {
        Self::of(SP_METADATA)
    }

    /// A scenario of `tests/scenarios/`, with its context: a signed message as it really comes.
    pub(crate) fn scenario(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name);
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.retain(|name| name.to_string_lossy().starts_with("input"));
        names.sort();
        let inputs = names.iter().map(|name| String::from_utf8(read(&name.to_string_lossy())).unwrap()).collect();
        let mut context = Context::at(Instant::parse(NOW).unwrap());
        if folder.join("context.json").exists() {
            let told = ContextFile::parse(&read("context.json")).unwrap();
            told.tell(&mut context).unwrap();
            told.metadata.iter().for_each(|name| _ = context.add_metadata(name, &read(name)).unwrap());
            told.certificates.iter().for_each(|name| _ = context.add_certificates(name, &read(name)).unwrap());
            told.private_keys.iter().for_each(|name| context.add_private_key(name, &read(name), None).unwrap());
            told.request.iter().for_each(|name| context.set_request(name, &read(name)).unwrap());
        }
        Self { inputs, context }
    }

    /// One more pasted text.
    pub(crate) fn and(mut self, input: &str) -> Self {
        self.inputs.push(input.to_owned());
        self
    }

    /// The metadata of both parties, given as context.
    pub(crate) fn with_metadata(self) -> Self {
        self.metadata("idp.xml", IDP_METADATA).metadata("sp.xml", SP_METADATA)
    }

    /// Metadata, given as context.
    pub(crate) fn metadata(mut self, name: &str, xml: &str) -> Self {
        self.context.add_metadata(name, xml.as_bytes()).unwrap();
        self
    }

    /// The same with every `from` in the messages replaced; there must be one.
    pub(crate) fn replace(mut self, from: &str, to: &str) -> Self {
        assert!(self.inputs.iter().any(|input| input.contains(from)), "nothing to replace: {from}");
        self.inputs.iter_mut().for_each(|input| *input = input.replace(from, to));
        self
    }

    /// The same with one part of the messages taken out, from `start` to `end` inclusive; there must be one.
    pub(crate) fn without(mut self, start: &str, end: &str) -> Self {
        let mut found = false;
        for input in &mut self.inputs {
            while let Some(from) = input.find(start) {
                let to = from + start.len() + input[from + start.len()..].find(end).expect(end) + end.len();
                input.replace_range(from..to, "");
                found = true;
            }
        }
        assert!(found, "nothing to take out: {start}");
        self
    }

    /// The same, judged at another time.
    pub(crate) fn at(mut self, now: &str) -> Self {
        self.context.now = crate::Now::At(Instant::parse(now).unwrap());
        self
    }

    /// The same with something known beside it.
    pub(crate) fn context(mut self, tell: impl FnOnce(&mut Context)) -> Self {
        tell(&mut self.context);
        self
    }

    /// The same message as a browser posts it, with a RelayState.
    pub(crate) fn posted(mut self, relay_state: &str) -> Self {
        let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let form =
            |xml: &str| format!("SAMLResponse={}&RelayState={}", escape(&STANDARD.encode(xml)), escape(relay_state));
        self.inputs.iter_mut().for_each(|input| *input = form(input));
        self
    }

    /// The same message in the query of a URL.
    pub(crate) fn queried(mut self, url: &str) -> Self {
        let query = |xml: &str| utf8_percent_encode(&STANDARD.encode(xml), NON_ALPHANUMERIC).to_string();
        self.inputs.iter_mut().for_each(|input| *input = format!("{url}?SAMLResponse={}", query(input)));
        self
    }

    /// For every service that the case is put to, the rule at which it stops.
    pub(crate) fn replayed(&self) -> Vec<(&'static str, Option<String>)> {
        self.with(|case| {
            let findings = run(case);
            let replays = replay(case, &findings);
            let stop = |reached: &Reached<'_>| match reached {
                Reached::Stopped { rule, .. } => Some((*rule).to_owned()),
                _ => None,
            };
            replays.iter().map(|r| (r.service.name, r.steps.iter().find_map(|(_, step)| stop(step)))).collect()
        })
    }

    /// What the report tells of a rule; `None` where the case has nothing that it is about.
    fn finding(&self, id: &str) -> Option<crate::report::Finding> {
        let texts = Texts::of(Language::English);
        self.ask(id, |_, finding| finding.map(|finding| crate::report::Finding::of(finding, None, texts)))
    }

    /// The whole report.
    pub(crate) fn report(&self) -> crate::Report {
        let captures: Vec<_> =
            self.inputs.iter().map(|input| ("input.txt".to_owned(), intake::take_one(input.as_bytes()))).collect();
        crate::report::build(&captures, &self.context, &mut || {})
    }

    /// The bytes that a signature is over.
    pub(crate) fn signed_bytes(&self, capture: usize, signature: usize) -> Result<Vec<u8>, String> {
        let inputs = self.inputs.iter().map(|input| crate::Input { name: "input.txt", bytes: input.as_bytes() });
        crate::signed_bytes(&inputs.collect::<Vec<_>>(), &self.context, capture, signature)
    }

    fn with<T>(&self, ask: impl FnOnce(&crate::flow::Case<'_>) -> T) -> T {
        let captures: Vec<_> =
            self.inputs.iter().map(|input| ("input.txt".to_owned(), intake::take_one(input.as_bytes()))).collect();
        with_case(&captures, &self.context, |case, _| ask(case))
    }

    /// What a rule answers. Panics where there is no such rule, or where its pack does not run for the case.
    fn ask<T>(&self, id: &str, with: impl FnOnce(&'static Rule, Option<&Finding>) -> T) -> T {
        let rule =
            packs().flat_map(|pack| pack.rules).find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}"));
        let captures: Vec<_> =
            self.inputs.iter().map(|input| ("input.txt".to_owned(), intake::take_one(input.as_bytes()))).collect();
        with_case(&captures, &self.context, |case, _| {
            let findings = run(case);
            with(rule, findings.iter().find(|finding| finding.rule.id == id))
        })
    }
}

/// A message as the Redirect binding has it in a URL (SAML 2.0 Bindings §3.4.4.1).
pub(crate) fn redirect_value(xml: &str) -> String {
    use std::io::Write;
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    deflated.write_all(xml.as_bytes()).unwrap();
    utf8_percent_encode(&STANDARD.encode(deflated.finish().unwrap()), NON_ALPHANUMERIC).to_string()
}

/// The rule fires, its evidence says what it is about, and its texts have a value for each placeholder.
#[track_caller]
pub(crate) fn fires(id: &str, scene: &Scene) {
    let told = scene.ask(id, |_, finding| {
        let finding = finding.unwrap_or_else(|| panic!("{id} is not asked: another profile, or inapplicable"));
        let Some(hit) = finding.hit() else {
            let what = match finding.answer {
                Answer::NotChecked(needs) => format!("it lacks {needs:?}"),
                _ => "it passed".to_owned(),
            };
            panic!("{id} did not fire: {what}");
        };
        assert!(!hit.evidence.is_empty(), "{id} has no evidence");
        let report = crate::report::Finding::of(finding, None, Texts::of(Language::English));
        let chinese = crate::report::Finding::of(finding, None, Texts::of(Language::Chinese));
        [report, chinese].map(|report| {
            let fix = report.fix.map(|fix| [fix.idp, fix.sp]).unwrap_or_default();
            [report.why, fix[0].clone(), fix[1].clone()]
        })
    });
    for text in told.iter().flatten().flatten() {
        // A value may hold braces; a placeholder is one of the texts' own.
        for name in placeholders(text) {
            let known = |language| {
                let words = Texts::of(language).rule(id);
                [Some(&words.why), words.idp.as_ref(), words.sp.as_ref()]
                    .into_iter()
                    .flatten()
                    .any(|t| placeholders(t).contains(name))
            };
            assert!(!known(Language::English) && !known(Language::Chinese), "{id}: no value for {{{name}}}: {text}");
        }
    }
    let _ = fill("", &|_| None);
}

/// The rule does not fire: it passes, or has nothing to be about.
#[track_caller]
pub(crate) fn silent(id: &str, scene: &Scene) {
    scene.ask(id, |_, finding| match finding.map(|finding| &finding.answer) {
        None | Some(Answer::Passed | Answer::Inapplicable) => {}
        Some(Answer::NotChecked(needs)) => panic!("{id} could not be checked: it lacks {needs:?}"),
        Some(Answer::Fired(hit)) => panic!("{id} fired: {hit:?}"),
    });
}

/// The rule fires: what the report tells of it, in English.
#[track_caller]
pub(crate) fn told(id: &str, scene: &Scene) -> crate::report::Finding {
    let finding = scene.finding(id).filter(|finding| finding.state == State::Fired);
    finding.unwrap_or_else(|| panic!("{id} did not fire"))
}

/// The rule looks, and all is well.
#[track_caller]
pub(crate) fn passes(id: &str, scene: &Scene) {
    let state = scene.finding(id).map(|finding| finding.state);
    assert_eq!(state, Some(State::Passed), "{id}");
}

/// The case has nothing that the rule is about.
#[track_caller]
pub(crate) fn inapplicable(id: &str, scene: &Scene) {
    let state = scene.finding(id).map(|finding| finding.state);
    assert_eq!(state, None, "{id}");
}

/// The rule cannot be checked, and names this key of the context, which it also declares.
#[track_caller]
pub(crate) fn unchecked(id: &str, scene: &Scene, key: &str) {
    scene.ask(id, |rule, finding| match finding.map(|finding| &finding.answer) {
        Some(Answer::NotChecked(needs)) => {
            assert!(needs.contains(&key), "{id} lacks {needs:?}, not {key}");
            assert!(needs.iter().all(|key| rule.needs.contains(key)), "{id} does not declare all of {needs:?}");
        }
        _ => panic!("{id} was checked"),
    });
}

const LOGIN: &str = include_str!("testing/login.xml");
const REQUEST: &str = include_str!("testing/request.xml");
const IDP_METADATA: &str = include_str!("testing/idp-metadata.xml");
const SP_METADATA: &str = include_str!("testing/sp-metadata.xml");
