//! The page's state, and the one place where it changes.

use std::rc::Rc;

use yew::{AttrValue, Reducible};

use crate::{Context, Input, Instant, Layout, Report, inspect};

/// What the pasted text is called in the report.
const PASTED: &str = "pasted text";

/// A dropped or chosen file, kept in memory only.
#[derive(Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its name.
    pub name: AttrValue,
    /// Its bytes as they are.
    pub bytes: Vec<u8>,
}

/// Everything that the page shows follows from this.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// What stands in the field, to the byte.
    pub text: AttrValue,
    /// The files, in the order in which they came.
    pub files: Vec<Rc<Dropped>>,
    /// What went wrong outside the engine, in plain words: a file that could not be read, a refused clipboard.
    pub problem: Option<AttrValue>,
    /// The engine's answer; `None` while there is nothing to ask about.
    pub report: Option<Rc<Report>>,
    /// Which capture is shown.
    pub selected: usize,
    /// How its XML is shown.
    pub layout: Layout,
}

/// What a person, or the browser, did.
#[derive(Debug)]
pub enum Action {
    /// The field's text is now this.
    Type(String),
    /// A file was read.
    Drop(Dropped),
    /// The file of this number is to go.
    Remove(usize),
    /// Everything is to go.
    Clear,
    /// The capture of this number is to be shown.
    Select(usize),
    /// The XML is to be shown in this way.
    Show(Layout),
    /// Something outside the engine failed.
    Fail(String),
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        let ask = match action {
            Action::Type(text) => {
                next.text = text.into();
                true
            }
            Action::Drop(file) => {
                next.files.push(Rc::new(file));
                // What came last is what someone wants to see: files stand after the field's text.
                next.selected = usize::MAX;
                true
            }
            Action::Remove(index) => {
                if index < next.files.len() {
                    next.files.remove(index);
                }
                true
            }
            Action::Clear => return Rc::new(Self { layout: self.layout, ..Self::default() }),
            Action::Select(index) => {
                next.selected = index;
                false
            }
            Action::Show(layout) => {
                next.layout = layout;
                false
            }
            Action::Fail(problem) => {
                next.problem = Some(problem.into());
                return Rc::new(next);
            }
        };
        next.problem = None;
        if ask {
            next.report = next.ask().map(Rc::new);
        }
        let captures = next.report.as_ref().map_or(0, |report| report.captures.len());
        next.selected = next.selected.min(captures.saturating_sub(1));
        Rc::new(next)
    }
}

impl State {
    fn ask(&self) -> Option<Report> {
        let text = Input { name: PASTED, bytes: self.text.as_bytes() };
        let typed = Some(text).filter(|_| !self.text.trim().is_empty());
        let files = self.files.iter().map(|file| Input { name: &file.name, bytes: &file.bytes });
        let inputs: Vec<Input<'_>> = typed.into_iter().chain(files).collect();
        let clock = Instant::from_unix((js_sys::Date::now() / 1000.0) as i64);
        (!inputs.is_empty()).then(|| inspect(&inputs, &Context::at(clock)))
    }
}
