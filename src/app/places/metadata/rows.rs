//! Rows of a metadata file, asked of the worker a hundred at a time, as far as they are in view.

use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use yew::{AttrValue, Callback, hook, use_context, use_effect_with, use_force_update, use_mut_ref};

use crate::app::engine::{Answer, Ask, Engine, Reply};
use crate::{CalendarRow, EntityRow};

/// Rows that are asked for at once.
const PAGE: usize = 100;

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Entities that a query finds.
    Entities(AttrValue),
    /// Certificates of a kind, by when they end.
    Calendar(&'static str),
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// An entity.
    Entity(EntityRow),
    /// A certificate.
    Certificate(CalendarRow),
}

/// Of which report, which file, which rows.
pub type Of = (u32, usize, Wanted);

/// What is known of the rows.
#[derive(Default)]
struct Held {
    /// What is asked for.
    wanted: Option<Of>,
    asked: BTreeSet<usize>,
    numbers: Vec<u32>,
    /// What the rows are of: until the new ones are there the old ones stay.
    of: Option<Of>,
    found: usize,
    pages: BTreeMap<usize, Vec<Listed>>,
}

/// The rows that are known.
#[derive(Clone)]
pub struct Rows(Rc<RefCell<Held>>);

impl Rows {
    /// How many there are; `None` while nothing is known.
    pub fn found(&self) -> Option<usize> {
        let held = self.0.borrow();
        held.of.as_ref().map(|_| held.found)
    }

    /// Whether they are what is wanted, and not what was wanted before.
    pub fn is_of(&self, of: &Of) -> bool {
        self.0.borrow().of.as_ref() == Some(of)
    }

    /// A row, where it is there by now.
    pub fn get(&self, index: usize) -> Option<Ref<'_, Listed>> {
        Ref::filter_map(self.0.borrow(), |held| held.pages.get(&(index / PAGE))?.get(index % PAGE)).ok()
    }
}

/// The rows from one to before another, as soon as they are there.
#[hook]
pub fn use_rows(of: &Of, from: usize, end: usize) -> Rows {
    let engine = use_context::<Engine>().unwrap_or_default();
    let held = use_mut_ref(Held::default);
    let anew = use_force_update();
    let pages = (from / PAGE, end.saturating_sub(1) / PAGE);
    let shared = held.clone();
    use_effect_with((of.clone(), pages), move |(of, (first, last))| {
        let forgotten = {
            let mut held = shared.borrow_mut();
            let other = held.wanted.as_ref() != Some(of);
            if other {
                held.wanted = Some(of.clone());
                held.asked.clear();
            }
            if other { std::mem::take(&mut held.numbers) } else { Vec::new() }
        };
        // What is no longer wanted is not waited for.
        forgotten.into_iter().for_each(|number| engine.forget(number));
        for page in *first..=*last {
            if !shared.borrow_mut().asked.insert(page) {
                continue;
            }
            let heard = {
                let (held, anew, of) = (shared.clone(), anew.clone(), of.clone());
                Callback::from(move |reply: Reply| {
                    take(&mut held.borrow_mut(), &of, page, reply.answer);
                    anew.force_update();
                })
            };
            let number = engine.ask(&ask(of, page), &[], heard);
            shared.borrow_mut().numbers.push(number);
        }
    });
    Rows(held)
}

fn ask(of: &Of, page: usize) -> Ask {
    let (_, metadata, wanted) = of;
    let (metadata, from, count) = (*metadata, page * PAGE, PAGE);
    match wanted {
        Wanted::Entities(query) => Ask::Entities { metadata, query: query.to_string(), from, count },
        Wanted::Calendar(filter) => Ask::Calendar { metadata, filter: (*filter).to_owned(), from, count },
    }
}

fn take(held: &mut Held, of: &Of, page: usize, answer: Answer) {
    let (found, rows) = match answer {
        Answer::Entities { found, rows } => (found, rows.into_iter().map(Listed::Entity).collect()),
        Answer::Calendar { found, rows } => (found, rows.into_iter().map(Listed::Certificate).collect()),
        _ => return,
    };
    if held.of.as_ref() != Some(of) {
        held.of = Some(of.clone());
        held.pages.clear();
    }
    held.found = found;
    held.pages.insert(page, rows);
}
