//! The one place where the state changes.

use std::rc::Rc;

use yew::{AttrValue, Reducible};

use super::super::engine::{Problem, TextOf};
use super::super::places::Place;
use super::super::places::verdict;
use super::{
    Answered, Before, Body, Browse, Busy, Captured, Change, Draft, FIELD_BYTES, Field, Linked, Reading, Settings,
    Sharing, State, Target, Trial,
};
use crate::{CaptureReport, Language, Layout, Report};

/// Changes of the captures that can be undone.
const UNDOABLE: usize = 50;

/// What a person, the browser or the engine did.
#[derive(Debug)]
pub enum Action {
    /// The field's text is now this.
    Type {
        /// The text.
        text: String,
        /// Whether it came in one go: a paste, or a text that was dropped.
        pasted: bool,
    },
    /// A text was pasted where no field is.
    Paste(String),
    /// A file was read.
    Drop {
        /// Its name.
        name: String,
        /// What it holds.
        body: Body,
    },
    /// A whole case takes the place of this one.
    Open {
        /// Names and bodies of the captures.
        captures: Vec<(String, Body)>,
        /// What is known beside them.
        draft: Draft,
    },
    /// The capture of this number is to go.
    Remove(u32),
    /// Captures more, of another case.
    Take(Vec<(String, Body)>),
    /// Everything is to go.
    Clear,
    /// The captures as they were before the last change.
    Undo,
    /// The field is to take another capture.
    Add,
    /// The field is to show the capture of this number.
    Edit(u32),
    /// The field is not to be shown any more.
    CloseField,
    /// What is known beside the captures is now this.
    Know(Draft),
    /// Something was typed or chosen under Context.
    Context(Change),
    /// The engine was given the words of a language.
    Taught(Language),
    /// A large file is being read; `None`: no longer.
    Reading(Option<Reading>),
    /// The engine was asked.
    Asked,
    /// The engine tells how far it has come.
    Progress {
        /// Steps done.
        done: usize,
        /// Steps in all.
        of: usize,
    },
    /// The engine answered.
    Answer {
        /// What was asked for.
        revision: u32,
        /// The report.
        report: Box<Report>,
        /// What of the context could not be used.
        problems: Vec<Problem>,
    },
    /// The engine failed, be it asked something or not: what it said.
    Fault(String),
    /// The engine was stopped.
    Cancel,
    /// The question is to be asked again.
    Retry,
    /// The capture of this position is to be shown.
    Select(usize),
    /// The capture of this position is to be read in the message's place.
    Read(usize),
    /// The login of this index is to be judged.
    Judge(usize),
    /// A place is to be shown.
    Go(Place),
    /// This of the metadata is to be looked at.
    Browse(Browse),
    /// Bytes are to be shown in the message.
    Show(TextOf, [usize; 2]),
    /// The next finding, or the one before.
    Step(isize),
    /// The finding of this number in the report.
    Find(usize),
    /// The bytes of the finding that was come to.
    Jump,
    /// XML is to be shown in this way.
    Lay(Layout),
    /// The list of keys is to be shown, or not.
    Keys(bool),
    /// Language, theme, contrast.
    Set(Settings),
    /// This was chosen under Share.
    Share(Sharing),
    /// A link came whose case waits for an answer; `None`: it has one.
    Link(Option<Linked>),
    /// The case is to be saved as it is.
    Save,
    /// Something was done; `None`: it was read.
    Say(Option<String>),
    /// A piece of the self-test was run, or could not be.
    Tested(Trial),
    /// Something outside the engine failed; `None`: it was read.
    Fail(Option<String>),
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        next.take(action);
        Rc::new(next)
    }
}

impl State {
    fn take(&mut self, action: Action) {
        match action {
            Action::Type { text, pasted } => self.type_text(text, pasted),
            Action::Paste(text) => {
                self.remember();
                let number = self.push(self.pasted_name(), Body::Text(text.into()));
                let fits = self.captures.last().is_some_and(|capture| capture.body.len() <= FIELD_BYTES);
                let capture = Some(number).filter(|_| fits);
                self.field = Field { open: fits, capture, closes: true, pasted: true };
                self.changed();
            }
            Action::Drop { name, body } => {
                self.remember();
                self.push(name, body);
                self.field.open &= self.field.capture.is_some();
                self.changed();
            }
            Action::Open { captures, draft } => {
                self.remember();
                self.captures.clear();
                self.selected = 0;
                for (name, body) in captures {
                    self.push(name, body);
                }
                self.draft = Rc::new(draft);
                self.typing = Rc::default();
                self.sharing = Rc::default();
                self.field = Field { open: false, ..Field::default() };
                self.place = Place::default();
                self.answer = None;
                self.changed();
            }
            Action::Take(captures) => {
                self.remember();
                for (name, body) in captures {
                    self.push(name, body);
                }
                self.field = Field { open: false, ..Field::default() };
                self.changed();
            }
            Action::Remove(number) => {
                self.remember();
                self.captures.retain(|capture| capture.number != number);
                if self.field.capture == Some(number) {
                    self.field.capture = None;
                }
                self.changed();
            }
            Action::Clear => {
                self.remember();
                self.captures.clear();
                self.draft = Rc::default();
                self.typing = Rc::default();
                self.field = Field::default();
                self.changed();
            }
            Action::Undo => {
                if let Some(before) = self.before.pop() {
                    self.login = None;
                    self.captures = before.captures;
                    let mut draft = Rc::unwrap_or_clone(before.draft);
                    draft.files.extend(self.draft.files.iter().filter(|file| file.is_private()).cloned());
                    self.draft = Rc::new(draft);
                    self.typing = Rc::default();
                    self.field = Field { open: self.captures.is_empty(), ..Field::default() };
                    self.changed();
                }
            }
            Action::Add => self.field = Field::default(),
            Action::Edit(number) => {
                self.field = Field { open: true, capture: Some(number), closes: false, pasted: false };
                let capture = self.captures.iter().find(|capture| capture.number == number);
                let read = |report: &Rc<Report>| {
                    report.captures.iter().position(|read| capture.is_some_and(|capture| *capture.name == *read.input))
                };
                self.selected = self.report().and_then(read).unwrap_or(self.selected);
            }
            Action::CloseField => self.field = Field { open: false, ..Field::default() },
            Action::Know(draft) => {
                if *self.draft != draft {
                    self.draft = Rc::new(draft);
                    self.agree();
                    self.changed();
                }
            }
            Action::Context(change) => self.change(change),
            Action::Taught(language) => self.taught = Some(language),
            Action::Reading(reading) => self.reading = reading,
            Action::Asked => self.engine = Busy::Working { done: 0, of: 1 },
            Action::Progress { done, of } => self.engine = Busy::Working { done, of },
            Action::Answer { revision, report, problems } => self.answered(revision, *report, problems),
            // Without a case nothing was asked of it that a person waits for.
            Action::Fault(_) if self.captures.is_empty() => {}
            Action::Fault(text) => self.engine = Busy::Failed(text.into()),
            Action::Cancel => self.engine = Busy::Cancelled,
            Action::Retry => self.changed(),
            Action::Select(index) => {
                self.selected = index;
                self.target = None;
            }
            Action::Read(index) => {
                self.selected = index;
                self.target = None;
                self.place = Place::Message;
            }
            Action::Judge(index) => {
                let flow = self.report().map(|report| &report.flow);
                if flow.is_some_and(|flow| index < flow.logins.len() && flow.judged != Some(index)) {
                    self.login = Some(index);
                    self.changed();
                }
            }
            Action::Go(place) => self.place = place,
            Action::Browse(browse) => {
                self.browse = browse;
                self.place = Place::Metadata;
            }
            Action::Show(text, span) => self.show(text, span),
            Action::Step(by) => self.step(by),
            Action::Find(index) => self.finding = Some(index),
            Action::Jump => self.jump(),
            Action::Lay(layout) => self.layout = layout,
            Action::Keys(open) => self.keys = open,
            Action::Set(settings) => {
                let other = self.settings.language != settings.language;
                self.settings = settings;
                if other && !self.captures.is_empty() {
                    self.revision += 1;
                }
            }
            Action::Share(sharing) => self.sharing = Rc::new(sharing),
            Action::Link(linked) => self.linked = linked,
            Action::Save => self.saves += 1,
            Action::Say(text) => self.said = text.map(AttrValue::from),
            Action::Tested(trial) => Rc::make_mut(&mut self.tested).take(trial),
            Action::Fail(problem) => self.problem = problem.map(AttrValue::from),
        }
    }

    fn type_text(&mut self, text: String, pasted: bool) {
        self.field.closes = pasted;
        self.field.pasted = pasted;
        let number = self.field.capture;
        let known = self.captures.iter_mut().find(|capture| Some(capture.number) == number);
        match known {
            // An empty field is no capture.
            Some(capture) if text.trim().is_empty() => {
                let number = capture.number;
                self.captures.retain(|capture| capture.number != number);
                self.field.capture = None;
                self.login = None;
            }
            Some(capture) => {
                let (number, name) = (capture.number, capture.name.clone());
                *capture = Rc::new(Captured { number, name, body: Body::Text(text.into()) });
                self.login = None;
            }
            None if text.trim().is_empty() => return,
            None => {
                self.remember();
                let number = self.push(self.pasted_name(), Body::Text(text.into()));
                self.field.capture = Some(number);
            }
        }
        self.changed();
    }

    /// What a pasted text is called.
    fn pasted_name(&self) -> String {
        match self.settings.language {
            Language::English => "pasted text".to_owned(),
            Language::Chinese => "粘贴的文本".to_owned(),
        }
    }

    /// Puts a capture behind the others, under a name that none of them has.
    fn push(&mut self, name: String, body: Body) -> u32 {
        let is_free = |name: &str| self.captures.iter().all(|capture| capture.name != name);
        let mut free = name.clone();
        for again in 2.. {
            if is_free(&free) {
                break;
            }
            free = format!("{name} ({again})");
        }
        let before =
            self.before.iter().flat_map(|before| &before.captures).chain(&self.captures).map(|capture| capture.number);
        let number = before.max().unwrap_or(0) + 1;
        self.captures.push(Rc::new(Captured { number, name: free.into(), body }));
        number
    }

    /// Keeps the captures for an undo. Of others than these another login may be the one to judge.
    fn remember(&mut self) {
        self.login = None;
        let mut draft = (*self.draft).clone();
        draft.files.retain(|file| !file.is_private());
        self.before.push(Before { captures: self.captures.clone(), draft: Rc::new(draft) });
        if self.before.len() > UNDOABLE {
            self.before.remove(0);
        }
    }

    /// What was known of the case no longer holds.
    pub(super) fn changed(&mut self) {
        self.revision += 1;
        self.problem = None;
        self.said = None;
        if self.captures.is_empty() {
            // What was chosen for one case is not for the next: that it goes out as it is least of all.
            self.sharing = Rc::default();
            self.answer = None;
            self.engine = Busy::Idle;
            self.field.open = true;
            self.selected = 0;
            self.target = None;
            self.finding = None;
        }
    }

    fn answered(&mut self, revision: u32, report: Report, problems: Vec<Problem>) {
        // An answer to what has changed since is better than none, and no better than the one before it.
        if self.captures.is_empty() || self.answer.as_ref().is_some_and(|answer| answer.revision >= revision) {
            return;
        }
        let known = self.answer.as_ref().map_or(0, |answer| self.own(&answer.report));
        // What the context adds stands behind the captures.
        let own = self.own(&report);
        let readable = |index: usize| report.captures.get(index).is_some_and(|capture| capture.error().is_none());
        // The newest message is what someone wants to see; metadata beside it is not.
        let is_message = |index: &usize| {
            let capture = report.captures.get(*index);
            capture.is_some_and(|capture| capture.is_saml && !is_metadata(capture.kind.as_deref()))
        };
        let main = main_of(&report);
        let judged = |report: &Report| report.flow.judged;
        if own == known
            && self.login.is_some()
            && self.answer.as_ref().map(|answer| judged(&answer.report)) != Some(judged(&report))
        {
            self.selected = main.unwrap_or(self.selected);
        }
        if own != known || self.selected >= report.captures.len() {
            let new = (known.min(own)..own).rev();
            let all = (0..own).rev();
            // Of many messages in one input that of the login that is judged.
            let first = main.filter(|main| new.clone().any(|index| index == *main));
            let first =
                first.or_else(|| new.clone().find(is_message)).or_else(|| new.clone().find(|index| !readable(*index)));
            let shown =
                first.or_else(|| Some(self.selected).filter(is_message)).or_else(|| all.clone().find(is_message));
            self.selected = shown.unwrap_or_else(|| self.selected.min(report.captures.len().saturating_sub(1)));
        }
        if revision == self.revision {
            self.engine = Busy::Idle;
        }
        if self.field.closes {
            let own = self.captures.iter().find(|capture| Some(capture.number) == self.field.capture);
            let mut read = report.captures.iter().filter(|read| own.is_some_and(|own| *own.name == *read.input));
            // Of several things in one paste one that can be read is enough; the others are in the strip.
            if read.any(|read| read.error().is_none()) {
                self.field = Field { open: false, ..Field::default() };
            }
            self.field.closes = false;
        }
        self.browse_in(&report);
        if report.metadata.is_empty() && self.place == Place::Metadata {
            self.place = Place::default();
        }
        self.target = None;
        self.finding = None;
        self.answer = Some(Answered { revision, report: Rc::new(report), problems: Rc::new(problems) });
    }

    /// How many captures of a report are a person's own, and not of the context.
    fn own(&self, report: &Report) -> usize {
        let is_own = |read: &&CaptureReport| self.captures.iter().any(|capture| *capture.name == *read.input);
        report.captures.iter().take_while(is_own).count()
    }

    fn show(&mut self, text: TextOf, span: [usize; 2]) {
        self.selected = text.capture;
        self.place = Place::Message;
        let jump = self.target.map_or(0, |target| target.jump) + 1;
        self.target = Some(Target { text, span, jump });
    }

    fn step(&mut self, by: isize) {
        let Some(report) = self.report() else { return };
        let order = verdict::order(report);
        let at = self.finding.and_then(|finding| order.iter().position(|index| *index == finding));
        let to = match at {
            None if by > 0 => 0,
            None => order.len().saturating_sub(1),
            Some(at) => at.saturating_add_signed(by).min(order.len().saturating_sub(1)),
        };
        self.finding = order.get(to).copied();
        self.steps += 1;
    }

    fn jump(&mut self) {
        let Some(report) = self.report() else { return };
        let Some(finding) = self.finding.and_then(|index| report.findings.get(index)) else { return };
        let shown = finding.evidence.iter().find_map(|evidence| {
            let text = TextOf { capture: evidence.capture?, decryption: evidence.decryption };
            Some((text, evidence.span?))
        });
        if let Some((text, span)) = shown {
            self.show(text, span);
        }
    }
}

/// The message that the verdict is about most of all: the login's last Response, else its last.
fn main_of(report: &Report) -> Option<usize> {
    let login = report.flow.logins.get(report.flow.judged?)?;
    let is_answer = |index: &&usize| {
        let kind = report.captures.get(**index).and_then(CaptureReport::message_kind);
        matches!(kind, Some("Response" | "Assertion"))
    };
    login.captures.iter().rev().find(is_answer).or_else(|| login.captures.last()).copied()
}

fn is_metadata(kind: Option<&str>) -> bool {
    matches!(kind, Some("EntityDescriptor" | "EntitiesDescriptor"))
}
