//! The page's state: everything that it shows follows from this.

mod browse;
mod captures;
mod draft;
mod reduce;
mod settings;
mod sharing;
mod tested;

use std::cell::Cell;
use std::rc::Rc;

use yew::{AttrValue, UseReducerDispatcher};

pub use self::browse::{Browse, Part};
pub use self::captures::{Body, Captured, Draft, DraftFile};
pub use self::draft::{Change, Typing};
pub use self::reduce::Action;
pub use self::settings::{Contrast, Settings, Theme};
pub use self::sharing::{Linked, Sharing};
pub use self::tested::{Tested, Trial, Trouble};
use super::engine::{Problem, TextOf};
use super::places::Place;
use crate::{CaptureReport, Finding, Language, Layout, LoginReport, Report};

/// Where actions go.
pub type Dispatch = UseReducerDispatcher<State>;

/// Everything that the page shows follows from this.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// What was captured, in the order in which it came.
    pub captures: Vec<Rc<Captured>>,
    /// What there was before each of the last changes of the captures, the newest last.
    pub before: Vec<Before>,
    /// What is known beside them.
    pub draft: Rc<Draft>,
    /// What was typed under Context, and is not known yet.
    pub typing: Rc<Typing>,
    /// Rises with every change of captures, context or language: what was asked for an older one is not shown.
    pub revision: u32,
    /// The field that takes pastes.
    pub field: Field,
    /// The engine's answer; `None` while there is nothing to ask about, or no answer yet.
    pub answer: Option<Answered>,
    /// What the engine is doing.
    pub engine: Busy,
    /// The large file that is being read.
    pub reading: Option<Reading>,
    /// The language whose words the engine was given last.
    pub taught: Option<Language>,
    /// What went wrong outside the engine, in plain words: a file that could not be read, a refused clipboard.
    pub problem: Option<AttrValue>,
    /// Which capture is shown.
    pub selected: usize,
    /// Which login is to be judged, by its index in the report; `None`: whichever suggests itself.
    pub login: Option<usize>,
    /// Which place is shown beside the verdict.
    pub place: Place,
    /// Which finding `j` and `k` have come to, by its number in the report.
    pub finding: Option<usize>,
    /// Rises with every step of `j` and `k`: what was stepped to is opened, what was clicked opens itself.
    pub steps: u32,
    /// Which bytes are pointed at.
    pub target: Option<Target>,
    /// What of the metadata is looked at.
    pub browse: Browse,
    /// What is chosen under Share.
    pub sharing: Rc<Sharing>,
    /// The case of a link that waits for an answer, since another is open.
    pub linked: Option<Linked>,
    /// Rises whenever the case is to be saved.
    pub saves: u32,
    /// What was done, where nothing else shows it.
    pub said: Option<AttrValue>,
    /// How XML is shown.
    pub layout: Layout,
    /// Whether the list of keys is open.
    pub keys: bool,
    /// How far the self-test has come.
    pub tested: Rc<Tested>,
    /// Language, theme, contrast.
    pub settings: Settings,
}

/// What an undo brings back.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// The captures.
    pub captures: Vec<Rc<Captured>>,
    /// What was known beside them, without private keys: what is to be forgotten is in no history.
    pub draft: Rc<Draft>,
}

/// The field that takes pastes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Whether it is shown though there is an answer.
    pub open: bool,
    /// The number of the capture that its text is; `None` while it is empty.
    pub capture: Option<u32>,
    /// Whether it closes when its text turns out to be readable: a paste needs no more looking at, typing does.
    pub closes: bool,
    /// Whether its text came in one go: a further paste is then no part of it.
    pub pasted: bool,
}

impl Default for Field {
    fn default() -> Self {
        Self { open: true, capture: None, closes: false, pasted: false }
    }
}

/// The engine's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The revision that it is an answer to.
    pub revision: u32,
    /// The report.
    pub report: Rc<Report>,
    /// What of the context could not be used.
    pub problems: Rc<Vec<Problem>>,
}

/// What the engine is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Busy {
    /// Nothing.
    #[default]
    Idle,
    /// It is asked.
    Working {
        /// Steps that it has told of; 0: none yet.
        done: usize,
        /// Steps in all.
        of: usize,
    },
    /// It failed, and has been started anew: what it said.
    Failed(AttrValue),
    /// It was stopped.
    Cancelled,
}

/// How far a large file has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its name.
    pub name: AttrValue,
    /// Bytes that were read; more than this program could hold.
    pub done: u64,
    /// Bytes in all.
    pub of: u64,
    /// Set where a person has had enough of it.
    pub stopped: Rc<Cell<bool>>,
}

/// Bytes that are pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Which text.
    pub text: TextOf,
    /// Half open.
    pub span: [usize; 2],
    /// Rises with every jump, so that the second to the same bytes is one as well.
    pub jump: u32,
}

/// Most bytes of a text that the field shows: laying out megabytes in one takes a browser seconds.
pub const FIELD_BYTES: usize = 256 << 10;

impl State {
    /// The report, of whichever revision came last.
    pub fn report(&self) -> Option<&Rc<Report>> {
        self.answer.as_ref().map(|answer| &answer.report)
    }

    /// The capture that is shown.
    pub fn capture(&self) -> Option<&CaptureReport> {
        self.report()?.captures.get(self.selected)
    }

    /// The login that the verdict is about.
    pub fn login(&self) -> Option<&LoginReport> {
        let flow = &self.report()?.flow;
        flow.logins.get(flow.judged?)
    }

    /// The finding whose repair comes first.
    pub fn root(&self) -> Option<&Finding> {
        let report = self.report()?;
        let root = report.verdict.root_cause?;
        report.findings.iter().find(|finding| finding.rule == root)
    }

    /// The text that the field shows.
    pub fn typed(&self) -> AttrValue {
        let number = self.field.capture;
        let capture = self.captures.iter().find(|capture| Some(capture.number) == number);
        match capture.map(|capture| &capture.body) {
            Some(Body::Text(text)) => text.clone(),
            _ => AttrValue::default(),
        }
    }
}
