//! Which text is shown, with its lines from the worker and the report that it is of.

use std::cell::Cell;
use std::ops::Deref;
use std::rc::Rc;

use yew::{AttrValue, Callback, hook, use_context, use_effect_with, use_state};

use crate::app::engine::{Answer, Ask, Engine, Reply, TextOf};
use crate::app::listen::Painted;
use crate::app::state::State;
use crate::view::Lines;
use crate::{CaptureReport, Layout, Report};

/// Shared, and the same only as itself: large things are not compared piece by piece at every render.
#[derive(Debug)]
pub struct Shared<T>(pub Rc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A text, its lines, and the report that tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Which text.
    pub of: TextOf,
    /// How it is laid out.
    pub layout: Layout,
    /// The text.
    pub text: Shared<AttrValue>,
    /// Its lines.
    pub lines: Shared<Lines>,
    /// What tells of it.
    pub report: Shared<Report>,
}

impl Shown {
    /// The capture that it is of.
    pub fn capture(&self) -> Option<&CaptureReport> {
        self.report.captures.get(self.of.capture)
    }
}

fn xml(report: &Report, of: TextOf) -> Option<&String> {
    let capture = report.captures.get(of.capture)?;
    match of.decryption {
        None => capture.xml.as_ref(),
        Some(number) => capture.decryptions.get(number)?.xml.as_ref(),
    }
}

/// The text that is to be shown, as soon as its lines are there; until then the one before, if it is of the same capture.
#[hook]
pub fn use_shown(state: &State, of: TextOf) -> Option<Rc<Shown>> {
    let engine = use_context::<Engine>().unwrap_or_default();
    let shown = use_state(|| None::<Rc<Shown>>);
    let report = state.report().cloned();
    let layout = state.layout;
    let revision = state.answer.as_ref().map(|answer| answer.revision);
    let kept = shown.clone();
    use_effect_with((revision, of, layout), move |_| {
        let text = report.as_ref().and_then(|report| xml(report, of));
        let asked = Rc::new(Cell::new(None));
        let mut painted = None;
        match (&report, text) {
            (Some(report), Some(text)) => {
                let known = kept.as_ref().filter(|shown| shown.text.as_str() == text);
                let report = Shared(report.clone());
                match known.filter(|shown| shown.layout == layout) {
                    Some(known) => kept.set(Some(Rc::new(Shown { of, report, ..(**known).clone() }))),
                    None => {
                        let text = known.map(|shown| shown.text.clone());
                        let text = text.unwrap_or_else(|| {
                            Shared(Rc::new(AttrValue::from(xml(&report, of).cloned().unwrap_or_default())))
                        });
                        let heard = Callback::from({
                            let kept = kept.clone();
                            move |reply: Reply| {
                                let lines = match (&reply.answer, reply.attachments.first()) {
                                    (Answer::Lines, Some(bytes)) => Lines::from_bytes(bytes),
                                    _ => Lines::default(),
                                };
                                // The worker may know a newer text by now, or none any more.
                                let lines = if lines.fit(&text) { lines } else { Lines::plain(&text) };
                                let (text, lines, report) = (text.clone(), Shared(Rc::new(lines)), report.clone());
                                kept.set(Some(Rc::new(Shown { of, layout, text, lines, report })));
                            }
                        });
                        let (asked, engine) = (asked.clone(), engine.clone());
                        let ask = move || {
                            asked.set(Some(engine.ask(&Ask::Lines { text: of, layout }, &[], heard.clone())));
                        };
                        // Of a text that is new the verdict is wanted first.
                        painted = Painted::new(ask);
                    }
                }
            }
            _ => kept.set(None),
        }
        move || {
            drop(painted);
            asked.get().into_iter().for_each(|number| engine.forget(number));
        }
    });
    (*shown).clone().filter(|shown| shown.of.capture == of.capture)
}
