//! What a person has chosen under Share, and a case that came by a link.

use std::fmt;
use std::rc::Rc;

use yew::AttrValue;

use crate::{CaseFile, Language, RedactionOptions};

/// What is chosen under Share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sharing {
    /// The case goes out as it is, and not redacted.
    pub as_it_is: bool,
    /// The language of what is handed on; `None`: the page's.
    pub language: Option<Language>,
    /// Which export is shown, by its name; `None`: the first.
    pub shown: Option<&'static str>,
    /// Certificates and the values of signatures stay as they are.
    pub keep_certificates: bool,
    /// Days that times are moved by, as it was typed.
    pub days: AttrValue,
    /// Further texts to replace, one on each line, as it was typed.
    pub also: AttrValue,
    /// Originals that are kept.
    pub keep: Rc<Vec<String>>,
}

/// Most days that times are moved by.
const MOST_DAYS: i64 = 36_500;

impl Sharing {
    /// How the case is redacted; `None`: it is not.
    pub fn redaction(&self) -> Option<RedactionOptions> {
        let lines = self.also.lines().map(str::trim).filter(|line| !line.is_empty());
        (!self.as_it_is).then(|| RedactionOptions {
            keep_certificates: self.keep_certificates,
            shift_seconds: self.shift_days().unwrap_or(0) * 86_400,
            keep: self.keep.to_vec(),
            also: lines.map(str::to_owned).collect(),
        })
    }

    /// How many days times are moved by; `None` where what was typed is no number of days.
    pub fn shift_days(&self) -> Option<i64> {
        match self.days.trim() {
            "" => Some(0),
            text => text.parse().ok().filter(|days: &i64| days.abs() <= MOST_DAYS),
        }
    }
}

/// A case that came by a link.
#[derive(Clone, PartialEq, Eq)]
pub struct Linked(pub Rc<CaseFile>);

impl fmt::Debug for Linked {
    /// Its size alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} inputs", self.0.inputs.len())
    }
}
